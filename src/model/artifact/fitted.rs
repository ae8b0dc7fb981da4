//! A classifier with its features, and the weights of its terms.

use crate::model::logistic::FittedLogisticRegression;
use crate::model::recipe::BlockKind;
use crate::model::vectorizer::Vectorizer;
use std::collections::HashMap;

/// A classifier with the features that it takes.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// From an article to its row.
    pub vectorizer: Vectorizer,
    /// From a row to probabilities; its classes are indices into [`Part::classes`](super::Part::classes).
    pub classifier: FittedLogisticRegression<usize>,
}

/// A term and what it adds for a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted<'m> {
    /// As it stands in `terms.csv`.
    pub term: &'m str,
    /// What it is made of.
    pub kind: BlockKind,
    /// In how many training articles it stood.
    pub articles: usize,
    /// Its weight for the class.
    pub weight: f64,
}

impl Fitted {
    /// The weight of a column for a class, an index into [`Part::classes`](super::Part::classes). Two classes have one weight, which counts with
    /// the other sign for the first.
    pub fn weight(&self, column: usize, class: usize) -> f64 {
        let weights = self.classifier.coefficients();
        match weights.nrows() {
            1 if class == 0 => -weights[[0, column]],
            1 => weights[[0, column]],
            _ => weights[[class, column]],
        }
    }

    /// The terms that speak most for a class, the heaviest first, of equals the first by kind and term; only positive
    /// weights, at most so many. None where terms are hashed: a column has no name that says anything.
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
