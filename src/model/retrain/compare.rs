//! The old and the new model on the same held-out articles, which neither has seen.
//!
//! In folds that part no group of the model's own grouping: the old recipe is fitted to the old articles outside of the
//! fold, with their old labels, the new one to the old and the new articles outside of it; both are asked about all
//! articles in the fold; neither learns from their copies. The intervals come from resampling the groups (the articles, where nothing is kept together),
//! the same draw for both models: Efron, Tibshirani (1993), An introduction to the bootstrap, chapter 13.

use crate::error::Result;
use crate::features::Refit;
use crate::model::artifact::HeldOut;
use crate::model::assess::{self, Fitting, Held, Scored, commonest, likeliest};
use crate::model::copies::Copies;
use crate::model::counted::CountedPart;
use crate::model::folds::Fold;
use crate::model::intervals::percentiles;
use crate::model::logistic::Threads;
use crate::model::prepare::prepare;
use crate::model::train::choose::TOL;
use crate::model::train::schemes::schemes;
use crate::model::train::{Grouping, MANY, TrainParams, unlearnable};
use crate::stats::interval::exact_at_end;
use crate::stats::resample::{draw, stream};
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How often the groups are drawn.
const DRAWS: usize = 2000;

/// New minus old.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// On the held-out articles; positive where the new model is better.
    pub estimate: f64,
    /// Its 95% interval; `None` with fewer than two groups, and of macro-F1 where both models are the same in all groups.
    pub interval: Option<(f64, f64)>,
}

impl Difference {
    /// Below 0, and so is the whole interval.
    pub fn is_worse(&self) -> bool {
        self.estimate < 0.0 && self.interval.is_some_and(|(_, high)| high < 0.0)
    }
}

/// Both models on held-out articles.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// By what they were held out.
    pub held_out: HeldOut,
    /// Of how many groups they are.
    pub groups: usize,
    /// How well the old model did.
    pub old: Scored,
    /// How well the new one did.
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

/// What both models say of held-out articles.
pub(super) struct HeldOutArticles {
    pub by: HeldOut,
    /// Rows of the part, rising.
    pub rows: Vec<usize>,
    /// By model, old and new: probabilities `(n_rows, n_classes)`.
    pub probabilities: [Array2<f64>; 2],
}

/// Fits both in every fold.
pub(super) fn hold_out(
    part: &CountedPart,
    copies: &Copies,
    old_labels: &[Option<usize>],
    c: f64,
    params: &TrainParams,
) -> Result<HeldOutArticles> {
    let by = match params.grouping {
        Grouping::By(by) => by,
        Grouping::Auto => HeldOut::Random,
    };
    let mut schemes = schemes(part, copies, by, params.seed)?;
    // A grouping that these articles don't allow leaves the first way, at random.
    let at = schemes.iter().position(|(found, _)| *found == by).unwrap_or(0);
    let (by, folds) = schemes.swap_remove(at);
    let refit = part.refit(&params.recipe);
    let (multi_class, class_weight) = (params.multi_class, params.class_weight);
    let tol = TOL[usize::from(part.labels.len() > MANY)];
    let fitting = Fitting { multi_class, class_weight, tol, threads: Threads::One };
    let hold_out = |fold: &Fold| {
        let new: Vec<(usize, usize)> = fold.train.iter().map(|&i| (i, part.labels[i])).collect();
        let old: Vec<(usize, usize)> = fold.train.iter().filter_map(|&i| Some((i, old_labels[i]?))).collect();
        let fold_of = |train: &[(usize, usize)]| {
            let weights = params.outlet_weight.of(part, train.iter().map(|(row, _)| *row));
            predict(&refit, train, &fold.test, part.classes.len(), c, &fitting, weights)
        };
        Ok([fold_of(&old)?, fold_of(&new)?])
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

/// The probabilities of the rows `test` by what is learnt from rows with labels, `(n_test, n_classes)`; those of a label
/// that isn't there are 0.
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
        // Of one label only: that is what can be learnt.
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
    /// What a model (0 old, 1 new) took each article for: the likeliest label, the first of equals.
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
        // By group: how often each label was taken for each, by model.
        let mut groups: BTreeMap<String, [Vec<f64>; 2]> = BTreeMap::new();
        for (i, &row) in self.rows.iter().enumerate() {
            let group = groups.entry(self.group(part, row)).or_insert_with(|| [vec![0.0; k * k], vec![0.0; k * k]]);
            (0..2).for_each(|model| group[model][truth[i] * k + predicted[model][i]] += 1.0);
        }
        let groups: Vec<[Vec<f64>; 2]> = groups.into_values().collect();
        let [accuracy, macro_f1] = intervals(&groups, k, seed);
        let (old, new) = (scored(0), scored(1));
        Compared {
            held_out: self.by,
            groups: groups.len(),
            old,
            new,
            accuracy: Difference { estimate: new.accuracy - old.accuracy, interval: accuracy },
            macro_f1: Difference { estimate: new.macro_f1 - old.macro_f1, interval: macro_f1 },
        }
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

/// The 95% intervals of the differences in accuracy and in macro-F1.
fn intervals(groups: &[[Vec<f64>; 2]], k: usize, seed: u64) -> [Option<(f64, f64)>; 2] {
    if groups.len() < 2 {
        return [None; 2];
    }
    let mut rng = stream(seed, "retrain");
    let mut times = vec![0; groups.len()];
    let mut differences = [Vec::with_capacity(DRAWS), Vec::with_capacity(DRAWS)];
    for _ in 0..DRAWS {
        draw(&mut rng, &mut times);
        let mut sums = [vec![0.0; k * k], vec![0.0; k * k]];
        for (group, &n) in groups.iter().zip(&times).filter(|(_, n)| **n > 0) {
            for (sum, counts) in sums.iter_mut().zip(group) {
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += f64::from(n) * count);
            }
        }
        let [old, new] = sums.map(|sum| measures(&sum, k));
        (0..2).for_each(|m| differences[m].push(new[m] - old[m]));
    }
    let [accuracy, macro_f1] = differences;
    if groups.iter().all(|[old, new]| old == new) {
        // Draws would say that nothing else is possible. The models differ in less than this share of groups, and so by no more
        // in accuracy; of macro-F1 nothing can be said.
        let differ = exact_at_end(false, groups.len() as f64);
        return [differ.map(|(_, at_most)| (-at_most, at_most)), None];
    }
    [accuracy, macro_f1].map(|all| Some(percentiles(all)))
}

/// Accuracy and macro-F1 of counts by truth and prediction; a label without any is 0.
fn measures(counts: &[f64], k: usize) -> [f64; 2] {
    let all: f64 = counts.iter().sum();
    let right: f64 = (0..k).map(|c| counts[c * k + c]).sum();
    let f1 = |c: usize| {
        let truth: f64 = counts[c * k..(c + 1) * k].iter().sum();
        let predicted: f64 = (0..k).map(|t| counts[t * k + c]).sum();
        if truth + predicted > 0.0 { 2.0 * counts[c * k + c] / (truth + predicted) } else { 0.0 }
    };
    [right / all.max(1.0), (0..k).map(f1).sum::<f64>() / k as f64]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_known_counts() {
        let [accuracy, macro_f1] = measures(&[3.0, 1.0, 2.0, 4.0], 2);
        assert!((accuracy - 0.7).abs() < 1e-12);
        assert!((macro_f1 - (6.0 / 9.0 + 8.0 / 11.0) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_model_that_is_worse_in_every_group_is_worse_and_the_same_is_not() {
        let (good, bad) = (vec![9.0, 1.0, 1.0, 9.0], vec![5.0, 5.0, 5.0, 5.0]);
        let worse = intervals(&vec![[good.clone(), bad.clone()]; 12], 2, 1);
        for interval in worse {
            assert!(Difference { estimate: -0.4, interval }.is_worse());
        }
        let same = intervals(&vec![[good.clone(), good.clone()]; 12], 2, 1);
        let at_most = 1.0 - 0.025_f64.powf(1.0 / 12.0);
        let [Some((low, high)), None] = same else { panic!("{same:?}") };
        assert!((low + at_most).abs() < 1e-12 && (high - at_most).abs() < 1e-12);
        // Better in half of the groups, worse in the others: nothing is sure.
        let mixed: Vec<_> = (0..12)
            .map(|i| if i % 2 == 0 { [good.clone(), bad.clone()] } else { [bad.clone(), good.clone()] })
            .collect();
        assert!(!Difference { estimate: -0.01, interval: intervals(&mixed, 2, 1)[0] }.is_worse());
        assert_eq!(intervals(&mixed[..1], 2, 1), [None; 2]);
    }
}
