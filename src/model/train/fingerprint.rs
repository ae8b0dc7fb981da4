//! The fingerprint: how well the features of a model tell who published an article.
//!
//! If the outlets can be told apart and the model does badly on outlets that it never saw, it has learnt outlets, not
//! wording.

use super::unlearnable;
use crate::error::{Error, Result};
use crate::features::Refit;
use crate::model::artifact::Fingerprint;
use crate::model::assess::{Assessment, Fitting, pooled};
use crate::model::copies::Copies;
use crate::model::counted::CountedPart;
use crate::model::folds::stratified_k_fold;
use std::collections::BTreeMap;

/// The number of outlets, those with the most articles.
const OUTLETS: usize = 10;
/// The fewest articles of an outlet that takes part.
const MIN_ARTICLES: usize = 20;
/// The most articles used from one outlet, evenly spread.
const MAX_ARTICLES: usize = 200;
const FOLDS: usize = 3;

/// Predicts the outlets of held-out articles with the model's own features and strength; `None` if fewer than two
/// outlets have enough articles.
pub(super) fn fingerprint(
    part: &CountedPart,
    copies: &Copies,
    refit: &Refit<'_>,
    fitting: Fitting,
    c: f64,
    seed: u64,
) -> Result<Option<Fingerprint>> {
    let mut of_outlet: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, article) in part.articles.iter().enumerate() {
        if let Some(outlet) = &article.origin.outlet {
            of_outlet.entry(outlet).or_default().push(row);
        }
    }
    let mut outlets: Vec<(&str, Vec<usize>)> =
        of_outlet.into_iter().filter(|(_, rows)| rows.len() >= MIN_ARTICLES).collect();
    outlets.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    outlets.truncate(OUTLETS);
    if outlets.len() < 2 {
        return Ok(None);
    }
    let (mut rows, mut labels) = (Vec::new(), Vec::new());
    for (label, (_, of_outlet)) in outlets.iter().enumerate() {
        let n = of_outlet.len().min(MAX_ARTICLES);
        rows.extend((0..n).map(|i| of_outlet[i * of_outlet.len() / n]));
        labels.resize(rows.len(), label);
    }
    let mut folds = stratified_k_fold(&labels, FOLDS, seed)
        .map_err(|e| Error::data("articles that can't be held out").found(e.to_string()))?;
    let mut of_all = vec![0; part.articles.len()];
    rows.iter().zip(&labels).for_each(|(row, label)| of_all[*row] = *label);
    for fold in &mut folds {
        fold.train.iter_mut().chain(&mut fold.test).for_each(|i| *i = rows[*i]);
    }
    copies.apart(&mut folds);
    // Outlets are sorted by their number of articles.
    let (n_classes, commonest) = (outlets.len(), 0);
    let assessment = Assessment { refit, labels: &of_all, n_classes, commonest, fitting, weigh: &|_| None };
    let by_fold = assessment.path(&folds, &[c], &|| ()).map_err(unlearnable)?;
    let scored = pooled(by_fold.iter().flatten()).score(outlets.len());
    Ok(Some(Fingerprint {
        outlets: outlets.len(),
        articles: rows.len(),
        accuracy: scored.accuracy,
        majority_accuracy: scored.majority_accuracy,
    }))
}
