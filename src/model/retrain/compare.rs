//! The old and the new model on the same held-out articles, which neither has seen.
//!
//! The folds split no group of the model's own grouping. The old recipe is fitted to the old articles outside of the
//! fold, with their old labels and texts; the new one to the old and new articles outside of it. Both predict all
//! articles in the fold, and neither learns from their copies. `difference` judges the difference.

use super::difference::{Difference, Group, differences};
use super::join::Notes;
use crate::error::Result;
use crate::features::Refit;
use crate::model::artifact::HeldOut;
use crate::model::assess::{self, Fitting, Held, Scored, commonest, likeliest};
use crate::model::copies::Copies;
use crate::model::counted::CountedPart;
use crate::model::folds::Fold;
use crate::model::logistic::Threads;
use crate::model::prepare::prepare;
use crate::model::train::choose::TOL;
use crate::model::train::schemes::schemes;
use crate::model::train::{Grouping, MANY, TrainParams, unlearnable};
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Both models on held-out articles.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// How articles were held out.
    pub held_out: HeldOut,
    /// The number of groups of these articles.
    pub groups: usize,
    /// The old model's scores.
    pub old: Scored,
    /// The new model's scores.
    pub new: Scored,
    /// The difference of their accuracies.
    pub accuracy: Difference,
    /// The difference of their macro-F1.
    pub macro_f1: Difference,
}

impl Compared {
    /// Whether the new model is worse by either measure.
    pub fn is_worse(&self) -> bool {
        self.accuracy.is_worse() || self.macro_f1.is_worse()
    }
}

/// The predictions of both models for held-out articles.
pub(super) struct HeldOutArticles {
    pub by: HeldOut,
    /// Rows of the part, increasing.
    pub rows: Vec<usize>,
    /// By model, old and new: probabilities `(n_rows, n_classes)`.
    pub probabilities: [Array2<f64>; 2],
}

/// Fits both models in every fold.
pub(super) fn hold_out(
    part: &CountedPart,
    copies: &Copies,
    notes: &Notes,
    c: f64,
    params: &TrainParams,
) -> Result<HeldOutArticles> {
    let by = match params.grouping {
        Grouping::By(by) => by,
        Grouping::Auto => HeldOut::Random,
    };
    let mut schemes = schemes(part, copies, by, params.seed)?;
    // If these articles don't allow the grouping, the first way (at random) is used.
    let at = schemes.iter().position(|(found, _)| *found == by).unwrap_or(0);
    let (by, folds) = schemes.swap_remove(at);
    let refit = part.refit(&params.recipe);
    // The old texts of articles that came again are after all others.
    let before = notes.before.as_ref();
    let old_part = before.map_or(part, |before| &before.part);
    let old_refit = old_part.refit(&params.recipe);
    let old_row = |row: usize| before.map_or(row, |before| before.rows[row]);
    let (multi_class, class_weight) = (params.multi_class, params.class_weight);
    let tol = TOL[usize::from(part.labels.len() > MANY)];
    let fitting = Fitting { multi_class, class_weight, tol, threads: Threads::One };
    let hold_out = |fold: &Fold| {
        let new: Vec<(usize, usize)> = fold.train.iter().map(|&i| (i, part.labels[i])).collect();
        let old: Vec<(usize, usize)> =
            fold.train.iter().filter_map(|&i| Some((old_row(i), notes.old_labels[i]?))).collect();
        let fold_of = |part: &CountedPart, refit: &Refit<'_>, train: &[(usize, usize)]| {
            let weights = params.outlet_weight.of(part, train.iter().map(|(row, _)| *row));
            predict(refit, train, &fold.test, part.classes.len(), c, &fitting, weights)
        };
        Ok([fold_of(old_part, &old_refit, &old)?, fold_of(part, &refit, &new)?])
    };
    let by_fold: Vec<[Array2<f64>; 2]> = folds.par_iter().with_max_len(1).map(hold_out).collect::<Result<_>>()?;
    let mut told: BTreeMap<usize, [Vec<f64>; 2]> = BTreeMap::new();
    for (fold, [old, new]) in folds.iter().zip(&by_fold) {
        for ((row, old), new) in fold.test.iter().zip(old.rows()).zip(new.rows()) {
            told.insert(*row, [old.to_vec(), new.to_vec()]);
        }
    }
    let k = part.classes.len();
    let of = |model: usize| {
        let numbers: Vec<&Vec<f64>> = told.values().map(|told| &told[model]).collect();
        Array2::from_shape_fn((numbers.len(), k), |(i, c)| numbers[i][c])
    };
    let probabilities = [of(0), of(1)];
    Ok(HeldOutArticles { by, rows: told.into_keys().collect(), probabilities })
}

/// The probabilities of the rows `test`, `(n_test, n_classes)`, from a fit to rows with labels; 0 for a label that
/// these don't have.
fn predict(
    refit: &Refit<'_>,
    train: &[(usize, usize)],
    test: &[usize],
    n_classes: usize,
    c: f64,
    fitting: &Fitting,
    weights: Option<Vec<f32>>,
) -> Result<Array2<f64>> {
    let labels: Array1<usize> = train.iter().map(|(_, label)| *label).collect();
    let Some(&first) = labels.first() else { return Ok(Array2::zeros((test.len(), n_classes))) };
    if labels.iter().all(|label| *label == first) {
        // With only one label, that is what can be learnt.
        let mut all = Array2::zeros((test.len(), n_classes));
        all.column_mut(first).fill(1.0);
        return Ok(all);
    }
    let rows: Vec<usize> = train.iter().map(|(row, _)| *row).collect();
    let refitted = refit.on(&rows)?;
    let samples = prepare(&refitted, &rows, labels.view(), weights.as_deref()).map_err(unlearnable)?;
    let fitted = fitting.fit(&samples, c, None).map_err(unlearnable)?;
    drop(samples);
    assess::predict(&fitted, &refitted, test, n_classes).map_err(unlearnable)
}

impl HeldOutArticles {
    /// The prediction of a model (0 old, 1 new) for each article: the likeliest label, the first one if tied.
    pub(super) fn predicted(&self, model: usize) -> Vec<usize> {
        self.probabilities[model].rows().into_iter().map(likeliest).collect()
    }

    /// Both scores, and their difference.
    pub(super) fn compare(&self, part: &CountedPart, seed: u64) -> Compared {
        let k = part.classes.len();
        let truth: Vec<usize> = self.rows.iter().map(|&row| part.labels[row]).collect();
        let predicted = [self.predicted(0), self.predicted(1)];
        let commonest = commonest(&part.class_counts());
        let scored = |model: usize| {
            let majority = vec![commonest; truth.len()];
            let probabilities = self.probabilities[model].iter().copied().collect();
            Held { truth: truth.clone(), probabilities, predicted: predicted[model].clone(), majority }.score(k)
        };
        // By group: the confusion matrix of each model.
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (i, &row) in self.rows.iter().enumerate() {
            let group = groups.entry(self.group(part, row)).or_insert_with(|| [vec![0.0; k * k], vec![0.0; k * k]]);
            (0..2).for_each(|model| group[model][truth[i] * k + predicted[model][i]] += 1.0);
        }
        let groups: Vec<Group> = groups.into_values().collect();
        let [accuracy, macro_f1] = differences(&groups, k, seed);
        Compared { held_out: self.by, groups: groups.len(), old: scored(0), new: scored(1), accuracy, macro_f1 }
    }

    fn group(&self, part: &CountedPart, row: usize) -> String {
        let article = &part.articles[row];
        let group = match self.by {
            HeldOut::Outlet => article.origin.outlet.clone(),
            HeldOut::Story => article.origin.story.clone(),
            HeldOut::Month | HeldOut::Later => article.origin.month().map(|month| month.to_string()),
            HeldOut::Random => None,
        };
        group.unwrap_or_else(|| {
            article.origin.text_hash.map_or(article.id.clone(), |text| format!("{} {text}", article.id))
        })
    }
}
