//! A fitted logistic regression: its weights, probabilities, and predictions through linfa's traits.

use super::super::design::wide;
use super::super::error::{LogisticError, Result};
use super::super::loss::{sigmoid, softmax};
use super::MultiClass;
use crate::features::SparseRows;
use linfa::Float;
use linfa::dataset::{Label, Records};
use linfa::traits::{Predict, PredictInplace};
use ndarray::{Array1, Array2, ArrayView1, Axis};

/// How one problem was solved: the only one for two classes or a softmax, or one class against the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitReport {
    /// The objective at the weights.
    pub objective: f64,
    /// The Euclidean length of its gradient there.
    pub gradient_norm: f64,
    /// Newton steps.
    pub iterations: usize,
    /// Conjugate-gradient steps in all of them; each walks twice over the rows.
    pub inner_iterations: usize,
    /// Whether the gradient became as small as requested, or as `f64` allows.
    pub converged: bool,
}

/// A fitted logistic regression. `L` is the type of the labels.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLogisticRegression<L> {
    pub(super) classes: Vec<L>,
    pub(super) coefficients: Array2<f64>,
    pub(super) intercepts: Array1<f64>,
    pub(super) multi_class: MultiClass,
    pub(super) reports: Vec<FitReport>,
}

impl<L: Label> FittedLogisticRegression<L> {
    /// A model from stored weights: `coefficients` `(n_rows, n_features)` and `intercepts` `(n_rows)`, with one row for
    /// two classes (that of the second), otherwise one row per class.
    ///
    /// # Errors
    /// `TooFewClasses`, `UnsortedClasses`, `ShapeMismatch`, `NonFinite`.
    pub fn from_parts(
        classes: Vec<L>,
        coefficients: Array2<f64>,
        intercepts: Array1<f64>,
        multi_class: MultiClass,
    ) -> Result<Self> {
        if classes.len() < 2 {
            return Err(LogisticError::TooFewClasses { n_classes: classes.len(), n_samples: 0 });
        }
        if classes.windows(2).any(|w| w[0] >= w[1]) {
            return Err(LogisticError::UnsortedClasses);
        }
        let expected = n_rows(classes.len());
        if coefficients.nrows() != expected || intercepts.len() != expected {
            return Err(LogisticError::ShapeMismatch {
                coefficients: coefficients.nrows(),
                intercepts: intercepts.len(),
                classes: classes.len(),
                expected,
            });
        }
        let bad = coefficients.indexed_iter().find(|(_, v)| !v.is_finite());
        if let Some(((sample, column), &value)) = bad {
            return Err(LogisticError::NonFinite { sample, column, value });
        }
        if let Some((sample, &value)) = intercepts.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            return Err(LogisticError::NonFinite { sample, column: coefficients.ncols(), value });
        }
        Ok(FittedLogisticRegression { classes, coefficients, intercepts, multi_class, reports: Vec::new() })
    }

    /// The classes, sorted: the columns of [`predict_proba`](Self::predict_proba).
    pub fn classes(&self) -> &[L] {
        &self.classes
    }

    /// The weights: `(1, n_features)` for two classes, positive for columns that are evidence for the second; otherwise
    /// `(n_classes, n_features)`.
    pub fn coefficients(&self) -> &Array2<f64> {
        &self.coefficients
    }

    /// The weights alone.
    pub(in crate::model) fn into_coefficients(self) -> Array2<f64> {
        self.coefficients
    }

    /// The intercepts, `(1)` or `(n_classes)`; 0 if none were fitted. Those of a softmax have mean 0.
    pub fn intercepts(&self) -> &Array1<f64> {
        &self.intercepts
    }

    /// How more than two classes are separated.
    pub fn multi_class(&self) -> MultiClass {
        self.multi_class
    }

    /// How each problem was solved: one entry, or with one-against-the-rest one per class; empty for a model from
    /// stored weights.
    pub fn reports(&self) -> &[FitReport] {
        &self.reports
    }

    /// Whether every problem was solved as exactly as requested.
    pub fn has_converged(&self) -> bool {
        self.reports.iter().all(|r| r.converged)
    }

    /// The margins: `(n_samples, 1)` for two classes, positive for the second; otherwise `(n_samples, n_classes)`.
    ///
    /// # Errors
    /// `FeaturesMismatch`.
    pub fn decision_function<F: Float>(&self, rows: &SparseRows<F>) -> Result<Array2<f64>> {
        let (expected, found) = (self.coefficients.ncols(), rows.n_features());
        if expected != found {
            return Err(LogisticError::FeaturesMismatch { expected, found });
        }
        let mut margins = Array2::zeros((rows.n_samples(), self.intercepts.len()));
        for (i, mut margin) in margins.rows_mut().into_iter().enumerate() {
            for (c, margin) in margin.iter_mut().enumerate() {
                let weights = self.coefficients.row(c);
                let products = rows.row(i).map(|(j, x)| wide(x) * weights[j as usize]);
                *margin = products.sum::<f64>() + self.intercepts[c];
            }
        }
        Ok(margins)
    }

    /// The probability of every class, `(n_samples, n_classes)`; each row sums to 1.
    ///
    /// # Errors
    /// `FeaturesMismatch`.
    pub fn predict_proba<F: Float>(&self, rows: &SparseRows<F>) -> Result<Array2<f64>> {
        let margins = self.decision_function(rows)?;
        let k = self.classes.len();
        let mut proba = Array2::zeros((rows.n_samples(), k));
        let mut buffer = vec![0.0; k];
        for (z, mut p) in margins.rows().into_iter().zip(proba.rows_mut()) {
            if k == 2 {
                (p[0], p[1]) = (sigmoid(-z[0]), sigmoid(z[0]));
                continue;
            }
            match self.multi_class {
                MultiClass::Multinomial => {
                    softmax(&z.to_vec(), &mut buffer);
                }
                MultiClass::OneVsRest => {
                    buffer.iter_mut().zip(z).for_each(|(p, z)| *p = sigmoid(*z));
                    let sum: f64 = buffer.iter().sum();
                    // All margins are so low that no class has any probability, so all are equally likely.
                    buffer.iter_mut().for_each(|p| *p = if sum > 0.0 { *p / sum } else { 1.0 / k as f64 });
                }
            }
            p.iter_mut().zip(&buffer).for_each(|(p, b)| *p = *b);
        }
        Ok(proba)
    }

    fn labels<F: Float>(&self, rows: &SparseRows<F>) -> Result<Vec<L>> {
        let margins = self.decision_function(rows)?;
        let class = |z: ArrayView1<'_, f64>| {
            if z.len() == 1 {
                return usize::from(z[0] > 0.0);
            }
            // The first one if tied.
            (1..z.len()).fold(0, |best, c| if z[c] > z[best] { c } else { best })
        };
        Ok(margins.axis_iter(Axis(0)).map(|z| self.classes[class(z)].clone()).collect())
    }
}

/// # Panics
/// Like linfa's own models, if the rows have another number of columns than the model, or the targets another length
/// than the rows. [`decision_function`](FittedLogisticRegression::decision_function) returns an error instead.
impl<F: Float, L: Label> PredictInplace<SparseRows<F>, Array1<L>> for FittedLogisticRegression<L> {
    fn predict_inplace<'a>(&'a self, rows: &'a SparseRows<F>, targets: &mut Array1<L>) {
        assert_eq!(rows.nsamples(), targets.len(), "as many targets as rows");
        match self.labels(rows) {
            Ok(labels) => *targets = labels.into(),
            Err(error) => panic!("{error}"),
        }
    }

    fn default_target(&self, rows: &SparseRows<F>) -> Array1<L> {
        Array1::default(rows.nsamples())
    }
}

impl<'a, F: Float, L: Label> Predict<&'a SparseRows<F>, Array1<L>> for FittedLogisticRegression<L> {
    fn predict(&self, rows: &'a SparseRows<F>) -> Array1<L> {
        let mut targets = self.default_target(rows);
        self.predict_inplace(rows, &mut targets);
        targets
    }
}

/// The number of rows of coefficients for `n_classes` classes.
pub(super) fn n_rows(n_classes: usize) -> usize {
    if n_classes == 2 { 1 } else { n_classes }
}
