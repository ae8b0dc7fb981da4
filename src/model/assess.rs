//! How well a classifier performs on articles that it never saw, and which strength of the penalty is best.
//!
//! Takes counts with labels and folds; in every fold the TF-IDF is fitted on the training articles alone ([`Refit`]).
//! Hands on [`Held`]: the prediction for each held-out article.

use super::LogisticError;
use super::calibration::{LEAST, tells};
use super::folds::Fold;
use super::logistic::{ClassWeight, FittedLogisticRegression, LogisticRegressionParams, MultiClass, Prepared, Threads};
use super::metrics::Confusion;
use super::prepare::prepare;
use crate::features::{Refit, Refitted};
use linfa::ParamGuard;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How the classifier is fitted, apart from the strength of its penalty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitting {
    /// How more than two classes are separated.
    pub multi_class: MultiClass,
    /// How the articles of each class are weighted.
    pub class_weight: ClassWeight,
    /// When the solver stops; see [`LogisticRegressionParams::tol`].
    pub tol: f64,
    /// On how many threads one fit runs. The weights don't depend on it.
    pub threads: Threads,
}

impl Fitting {
    /// Fits labels (class numbers, at least two different ones) with this `C`, starting from the weights of another fit
    /// if given.
    ///
    /// # Errors
    /// Those of [`LogisticRegressionParams`].
    pub fn fit(
        &self,
        samples: &Prepared<'_, f32, usize>,
        c: f64,
        start: Option<&FittedLogisticRegression<usize>>,
    ) -> Result<FittedLogisticRegression<usize>, LogisticError> {
        LogisticRegressionParams::new()
            .c(c)
            .tol(self.tol)
            .multi_class(self.multi_class)
            .class_weight(self.class_weight)
            .threads(self.threads)
            .check()?
            .fit_prepared(samples, start)
    }
}

/// Held-out articles: their labels and predictions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Held {
    /// Their labels.
    pub truth: Vec<usize>,
    /// The uncalibrated probability of each class, article by article, `(n_articles · n_classes)`. 0 only for a class
    /// that no training article of the fold had.
    pub probabilities: Vec<f64>,
    /// The predicted labels.
    pub predicted: Vec<usize>,
    /// The most frequent label among all articles, held out or not.
    pub majority: Vec<usize>,
}

impl Held {
    /// Adds the articles of another fold.
    pub fn extend(&mut self, other: &Held) {
        self.truth.extend(&other.truth);
        self.probabilities.extend(&other.probabilities);
        self.predicted.extend(&other.predicted);
        self.majority.extend(&other.majority);
    }

    /// The probabilities, `(n_articles, n_classes)`.
    pub fn probabilities(&self, n_classes: usize) -> Array2<f64> {
        // There is always exactly one row per article.
        Array2::from_shape_vec((self.truth.len(), n_classes), self.probabilities.clone()).unwrap_or_default()
    }

    /// The articles whose probabilities are informative about calibration ([`tells`]).
    pub fn telling(&self, n_classes: usize) -> Held {
        let mut telling = Held::default();
        for (i, row) in self.probabilities.chunks(n_classes.max(1)).enumerate() {
            if tells(ArrayView1::from(row), self.truth[i]) {
                telling.truth.push(self.truth[i]);
                telling.probabilities.extend(row);
                telling.predicted.push(self.predicted[i]);
                telling.majority.push(self.majority[i]);
            }
        }
        telling
    }

    /// By class: how many articles have it although no training article of their fold had it.
    pub fn unlearnt(&self, n_classes: usize) -> Vec<usize> {
        let mut unlearnt = vec![0; n_classes];
        let rows = self.probabilities.chunks(n_classes.max(1)).zip(&self.truth);
        rows.filter(|(row, y)| row[**y] == 0.0).for_each(|(_, y)| unlearnt[*y] += 1);
        unlearnt
    }

    /// The confusion matrix.
    pub fn confusion(&self, n_classes: usize) -> Confusion {
        self.confusion_with(&self.predicted, n_classes)
    }

    fn confusion_with(&self, predicted: &[usize], n_classes: usize) -> Confusion {
        let classes: Vec<usize> = (0..n_classes).collect();
        // All labels are classes.
        Confusion::new(&classes, &self.truth, predicted).unwrap_or_else(|_| Confusion::none(n_classes))
    }

    /// The scores over `n_classes` classes. A class that no training article had was never predicted correctly, and
    /// counts as such.
    pub fn score(&self, n_classes: usize) -> Scored {
        let of = |predicted: &[usize]| {
            let confusion = self.confusion_with(predicted, n_classes);
            (confusion.accuracy().unwrap_or(0.0), confusion.macro_average().f1)
        };
        let ((accuracy, macro_f1), (majority_accuracy, majority_macro_f1)) = (of(&self.predicted), of(&self.majority));
        Scored { articles: self.truth.len(), accuracy, macro_f1, majority_accuracy, majority_macro_f1 }
    }
}

/// How well labels of held-out articles were predicted. All values except the count are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// How many articles were held out.
    pub articles: usize,
    /// The share predicted correctly.
    pub accuracy: f64,
    /// The mean of the classes' F1; 0 for a class that was never predicted correctly.
    pub macro_f1: f64,
    /// The accuracy of always predicting the class that most labelled articles have: its share of the held-out ones.
    pub majority_accuracy: f64,
    /// The macro-F1 of that prediction.
    pub majority_macro_f1: f64,
}

/// Articles to be held out in turn.
pub struct Assessment<'a> {
    /// Their counts, which are weighted by the training articles of each fold.
    pub refit: &'a Refit<'a>,
    /// Their labels.
    pub labels: &'a [usize],
    /// The number of classes.
    pub n_classes: usize,
    /// The class that most of them have ([`commonest`]).
    pub commonest: usize,
    /// How the classifier is fitted.
    pub fitting: Fitting,
    /// The weights of training articles; `None` if all have the same.
    pub weigh: &'a (dyn Fn(&[usize]) -> Option<Vec<f32>> + Sync),
}

impl Assessment<'_> {
    /// The held-out articles by fold, then by `C`. Folds run in parallel, one per thread; `done` is called after every
    /// fold.
    ///
    /// `cs` should increase: each fit begins where the previous one ended.
    ///
    /// # Errors
    /// Those of [`Fitting::fit`].
    pub fn path(&self, folds: &[Fold], cs: &[f64], done: &(dyn Fn() + Sync)) -> Result<Vec<Vec<Held>>, LogisticError> {
        let hold_out = |fold: &Fold| {
            let held = self.fold(fold, cs);
            done();
            held
        };
        folds.par_iter().with_max_len(1).map(hold_out).collect()
    }

    fn fold(&self, fold: &Fold, cs: &[f64]) -> Result<Vec<Held>, LogisticError> {
        let labels: Array1<usize> = fold.train.iter().map(|&i| self.labels[i]).collect();
        let mut counts = vec![0usize; self.n_classes];
        labels.iter().for_each(|&label| counts[label] += 1);
        let held = |probabilities: Array2<f64>| Held {
            truth: fold.test.iter().map(|&i| self.labels[i]).collect(),
            majority: vec![self.commonest; probabilities.nrows()],
            predicted: probabilities.rows().into_iter().map(likeliest).collect(),
            probabilities: probabilities.into_iter().collect(),
        };
        if counts.iter().filter(|n| **n > 0).count() < 2 {
            // With only one class, that is what can be learnt. With none (if all others are copies), only the most
            // frequent class is known.
            let known = labels.first().copied().unwrap_or(self.commonest);
            let only = |(_, c): (usize, usize)| if c == known { 1.0 } else { 0.0 };
            return Ok(vec![held(Array2::from_shape_fn((fold.test.len(), self.n_classes), only)); cs.len()]);
        }
        let weights = (self.weigh)(&fold.train);
        let refitted = self.refit.on(&fold.train)?;
        let train = prepare(&refitted, &fold.train, labels.view(), weights.as_deref())?;
        let mut model = None;
        let mut by_c = Vec::with_capacity(cs.len());
        for &c in cs {
            let fitted = self.fitting.fit(&train, c, model.as_ref())?;
            by_c.push(held(predict(&fitted, &refitted, &fold.test, self.n_classes)?));
            model = Some(fitted);
        }
        Ok(by_c)
    }
}

/// How many documents have their rows made at once.
const CHUNK: usize = 512;

/// The probabilities of all classes for some documents, `(n_documents, n_classes)`. 0 only for a class that was not
/// among the training rows.
pub(super) fn predict(
    model: &FittedLogisticRegression<usize>,
    refitted: &Refitted<'_>,
    documents: &[usize],
    n_classes: usize,
) -> Result<Array2<f64>, LogisticError> {
    let mut all = Array2::zeros((documents.len(), n_classes));
    for (documents, mut all) in documents.chunks(CHUNK).zip(all.axis_chunks_iter_mut(Axis(0), CHUNK)) {
        let probabilities = model.predict_proba(&refitted.rows(documents)?)?;
        for (column, &class) in model.classes().iter().enumerate() {
            all.column_mut(class).assign(&probabilities.column(column).mapv(|p| p.max(LEAST)));
        }
    }
    Ok(all)
}

/// The class with the most articles; the first one if tied.
pub fn commonest(class_counts: &[usize]) -> usize {
    (1..class_counts.len()).fold(0, |best, c| if class_counts[c] > class_counts[best] { c } else { best })
}

/// The likeliest class; the first one if tied.
pub(in crate::model) fn likeliest(row: ArrayView1<'_, f64>) -> usize {
    (1..row.len()).fold(0, |best, c| if row[c] > row[best] { c } else { best })
}

/// The setting (a strength, say) with the highest macro-F1 over the held-out articles of all folds except `without`,
/// and that macro-F1; the first one if tied. `by_fold` has the confusion matrices by fold, then by setting.
pub fn best_setting(by_fold: &[&[Confusion]], without: Option<usize>) -> (usize, f64) {
    let n_settings = by_fold.first().map_or(0, |settings| settings.len());
    let macro_f1 = |setting: usize| {
        let folds = by_fold.iter().enumerate().filter(|(fold, _)| Some(*fold) != without);
        let pooled = folds.map(|(_, settings)| &settings[setting]).fold(None, |sum: Option<Confusion>, fold| {
            let mut sum = sum.unwrap_or_else(|| Confusion::none(fold.counts().nrows()));
            sum += fold;
            Some(sum)
        });
        pooled.map_or(0.0, |pooled| pooled.macro_average().f1)
    };
    let scores: Vec<f64> = (0..n_settings).map(macro_f1).collect();
    let best = (1..n_settings).fold(0, |best, c| if scores[c] > scores[best] { c } else { best });
    (best, scores.get(best).copied().unwrap_or(0.0))
}

/// Pools the articles of all folds.
pub fn pooled<'h>(folds: impl IntoIterator<Item = &'h Held>) -> Held {
    let mut pooled = Held::default();
    folds.into_iter().for_each(|fold| pooled.extend(fold));
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(right: usize, wrong: usize) -> Held {
        let n = right + wrong;
        let truth: Vec<usize> = (0..n).map(|i| i % 2).collect();
        let predicted = (0..n).map(|i| if i < right { i % 2 } else { 1 - i % 2 }).collect();
        Held { truth, probabilities: Vec::new(), predicted, majority: vec![0; n] }
    }

    fn best(by_fold: &[[Held; 2]], without: Option<usize>) -> usize {
        let counted: Vec<Vec<Confusion>> =
            by_fold.iter().map(|settings| settings.iter().map(|held| held.confusion(2)).collect()).collect();
        best_setting(&counted.iter().map(Vec::as_slice).collect::<Vec<_>>(), without).0
    }

    #[test]
    fn a_fold_that_is_left_out_has_no_say() {
        // Only the first fold prefers the second setting, and by far.
        let by_fold = [[held(0, 10), held(10, 0)], [held(8, 2), held(7, 3)], [held(8, 2), held(7, 3)]];
        assert_eq!([None, Some(0), Some(1)].map(|without| best(&by_fold, without)), [1, 0, 1]);
    }

    #[test]
    fn among_equals_the_strongest_penalty() {
        assert_eq!(best(&[[held(5, 5), held(5, 5)], [held(5, 5), held(5, 5)]], None), 0);
        assert_eq!(best_setting(&[], None), (0, 0.0));
    }

    #[test]
    fn scores_stand_beside_those_of_the_majority() {
        let scored = held(6, 2).score(2);
        assert_eq!((scored.articles, scored.accuracy, scored.majority_accuracy), (8, 0.75, 0.5));
        assert!((scored.majority_macro_f1 - 1.0 / 3.0).abs() < 1e-12);
    }
}
