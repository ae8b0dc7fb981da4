//! A classifier with its features, and the weights of its terms.

use crate::model::logistic::FittedLogisticRegression;
use crate::model::recipe::BlockKind;
use crate::model::vectorizer::Vectorizer;
use std::collections::HashMap;

/// A classifier with its features.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Turns an article into its row.
    pub vectorizer: Vectorizer,
    /// Turns a row into probabilities; its classes are indices into [`Part::classes`](super::Part::classes).
    pub classifier: FittedLogisticRegression<usize>,
}

/// A term and its weight for a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted<'m> {
    /// The term as in `terms.csv`.
    pub term: &'m str,
    /// The kind of its block.
    pub kind: BlockKind,
    /// The number of training articles with it.
    pub articles: usize,
    /// Its weight for the class.
    pub weight: f64,
}

impl Fitted {
    /// The weight of a column for a class, an index into [`Part::classes`](super::Part::classes). With two classes
    /// there is one weight per column, whose sign is reversed for the first class.
    pub fn weight(&self, column: usize, class: usize) -> f64 {
        let weights = self.classifier.coefficients();
        match weights.nrows() {
            1 if class == 0 => -weights[[0, column]],
            1 => weights[[0, column]],
            _ => weights[[class, column]],
        }
    }

    /// The terms with the largest positive weights for a class, at most `most` of them, the largest first; ties are
    /// sorted by kind and term. Empty if terms are hashed, because the name of a column means nothing.
    pub fn heaviest(&self, class: usize, most: usize) -> Vec<Weighted<'_>> {
        let mut order: Vec<usize> =
            (0..self.vectorizer.n_features()).filter(|&j| self.weight(j, class) > 0.0).collect();
        let heavier = |&a: &usize, &b: &usize| self.weight(b, class).total_cmp(&self.weight(a, class)).then(a.cmp(&b));
        if most < order.len() {
            order.select_nth_unstable_by(most, heavier);
            order.truncate(most);
        }
        order.sort_by(heavier);
        let mut found = vec![None; order.len()];
        let mut first = 0;
        for (block, tfidf) in self.vectorizer.blocks() {
            let vocabulary = tfidf.vocabulary();
            let frequencies = vocabulary.document_frequencies();
            let places: HashMap<usize, usize> = order.iter().enumerate().map(|(place, &j)| (j, place)).collect();
            for (j, term) in vocabulary.terms().enumerate() {
                if let (Some(&place), Some(term)) = (places.get(&(first + j)), term.text()) {
                    let (articles, weight) = (frequencies[j] as usize, self.weight(first + j, class));
                    found[place] = Some(Weighted { term, kind: block.kind, articles, weight });
                }
            }
            first += vocabulary.len();
        }
        found.into_iter().flatten().collect()
    }
}
