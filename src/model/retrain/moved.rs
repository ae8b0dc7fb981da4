//! Which weights, outlets and articles changed.

use super::compare::HeldOutArticles;
use crate::features::TermName;
use crate::model::artifact::{Fitted, Part};
use crate::model::counted::CountedPart;
use std::collections::BTreeMap;

/// How many weights and outlets are listed.
const SHOWN: usize = 10;

/// A weight that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedWeight {
    /// The term, or the name of a column of hashed terms.
    pub term: String,
    /// The label that the weight belongs to.
    pub class: String,
    /// The old weight; 0 for a term that the old model didn't know.
    pub old: f64,
    /// The new weight; 0 for a term that the new model doesn't know.
    pub new: f64,
}

/// An outlet whose held-out articles' probabilities changed.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedOutlet {
    /// Its name.
    pub outlet: String,
    /// The number of its held-out articles.
    pub articles: usize,
    /// The label whose mean probability changed most.
    pub class: String,
    /// Its mean probability in the old model.
    pub old: f64,
    /// Its mean probability in the new model.
    pub new: f64,
}

/// A held-out article whose predicted label changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Flipped {
    /// Its id.
    pub id: String,
    /// Its outlet, if known.
    pub outlet: Option<String>,
    /// Its label.
    pub label: String,
    /// The old model's prediction.
    pub old: String,
    /// The new model's prediction.
    pub new: String,
}

/// By term: its weight for every class of `classes`; 0 for a class that the model doesn't have.
fn by_term<'f>(model: &[String], classes: &[String], fitted: &'f Fitted) -> BTreeMap<(usize, TermName<'f>), Vec<f64>> {
    let weights = fitted.classifier.coefficients();
    let place: Vec<Option<usize>> = classes.iter().map(|class| model.iter().position(|c| c == class)).collect();
    let mut all = BTreeMap::new();
    let mut column = 0;
    for (block, (_, tfidf)) in fitted.vectorizer.blocks().iter().enumerate() {
        for term in tfidf.vocabulary().terms() {
            let weight = |place: &Option<usize>| match (place, weights.nrows()) {
                (None, _) => 0.0,
                (Some(0), 1) => -weights[[0, column]],
                (Some(_), 1) => weights[[0, column]],
                (Some(c), _) => weights[[*c, column]],
            };
            all.insert((block, term), place.iter().map(weight).collect());
            column += 1;
        }
    }
    all
}

/// Whether the weights of models with these classes are on the same scale: with two classes a weight separates one from
/// the other, with more it is evidence for one among all.
pub fn comparable(old: &[String], new: &[String]) -> bool {
    (old.len() == 2) == (new.len() == 2)
}

/// The terms whose weights differ most between two models with these classes, each with the class for which it differs
/// most. The models should be [`comparable`].
pub fn weights_between(old: (&[String], &Fitted), new: (&[String], &Fitted), most: usize) -> Vec<MovedWeight> {
    let mut classes: Vec<String> = old.0.iter().chain(new.0).cloned().collect();
    classes.sort_unstable();
    classes.dedup();
    let before = by_term(old.0, &classes, old.1);
    let mut now = by_term(new.0, &classes, new.1);
    let zero = vec![0.0; classes.len()];
    let mut moved: Vec<(f64, MovedWeight)> = Vec::new();
    let mut push = |term: TermName<'_>, old: &[f64], new: &[f64]| {
        // The last one if tied: with two classes the second, whose weight is the one that is stored.
        let gap = |c: &usize| (new[*c] - old[*c]).abs();
        let Some(c) = (0..classes.len()).max_by(|a, b| gap(a).total_cmp(&gap(b))) else { return };
        let weight = MovedWeight { term: term.to_string(), class: classes[c].clone(), old: old[c], new: new[c] };
        moved.push((gap(&c), weight));
    };
    for (key, old) in before {
        let new = now.remove(&key);
        push(key.1, &old, new.as_ref().unwrap_or(&zero));
    }
    now.iter().for_each(|(key, new)| push(key.1, &zero, new));
    moved.retain(|(gap, _)| *gap > 0.0);
    moved.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.term.cmp(&y.term)));
    moved.truncate(most);
    moved.into_iter().map(|(_, weight)| weight).collect()
}

pub(super) fn weights(old: &Part, old_fitted: &Fitted, part: &CountedPart, new: &Fitted) -> Vec<MovedWeight> {
    weights_between((&old.classes, old_fitted), (&part.classes, new), SHOWN)
}

pub(super) fn outlets(part: &CountedPart, held: &HeldOutArticles) -> Vec<MovedOutlet> {
    let k = part.classes.len();
    let mut sums: BTreeMap<&str, (usize, [Vec<f64>; 2])> = BTreeMap::new();
    for (i, &row) in held.rows.iter().enumerate() {
        let Some(outlet) = &part.articles[row].origin.outlet else { continue };
        let (n, means) = sums.entry(outlet).or_insert_with(|| (0, [vec![0.0; k], vec![0.0; k]]));
        *n += 1;
        for (mean, probabilities) in means.iter_mut().zip(&held.probabilities) {
            mean.iter_mut().zip(probabilities.row(i)).for_each(|(sum, p)| *sum += p);
        }
    }
    let mut moved: Vec<MovedOutlet> = Vec::new();
    for (outlet, (articles, [old, new])) in sums {
        let gap = |c: &usize| (new[*c] - old[*c]).abs();
        let Some(c) = (0..k).max_by(|a, b| gap(a).total_cmp(&gap(b))) else { continue };
        let mean = |sum: &[f64]| sum[c] / articles as f64;
        let (old, new) = (mean(&old), mean(&new));
        moved.push(MovedOutlet { outlet: outlet.to_owned(), articles, class: part.classes[c].clone(), old, new });
    }
    // A stable sort: ties stay in the order of their names.
    moved.sort_by(|a, b| (b.new - b.old).abs().total_cmp(&(a.new - a.old).abs()));
    moved.truncate(SHOWN);
    moved
}

pub(super) fn flipped(part: &CountedPart, held: &HeldOutArticles) -> Vec<Flipped> {
    let [old, new] = [held.predicted(0), held.predicted(1)];
    let class = |c: usize| part.classes[c].clone();
    let flipped = held.rows.iter().zip(old.into_iter().zip(new)).filter(|(_, (old, new))| old != new);
    let article = |(&row, (old, new)): (&usize, (usize, usize))| {
        let article = &part.articles[row];
        let outlet = article.origin.outlet.clone();
        Flipped { id: article.id.clone(), outlet, label: class(part.labels[row]), old: class(old), new: class(new) }
    };
    flipped.map(article).collect()
}
