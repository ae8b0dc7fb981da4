//! The parameters of a logistic regression, unchecked and checked.

use super::super::error::{LogisticError, Result};
use linfa::ParamGuard;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether there is an intercept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Intercept {
    /// One per class (one for two classes), not penalised.
    #[default]
    Fitted,
    /// None: with two classes, a row of zeros has probability one half.
    None,
}

/// How the samples of each class are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every sample has the same weight.
    #[default]
    None,
    /// All classes have the same total weight: `Σ_i s_i / (n_classes · Σ_{i in class} s_i)`. In one-against-the-rest,
    /// both sides of every problem have.
    Balanced,
}

/// How more than two classes are separated. Two classes are one problem either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultiClass {
    /// All in one softmax.
    #[default]
    Multinomial,
    /// Each class against the rest; the probabilities are divided by their sum.
    OneVsRest,
}

/// On how many threads a fit runs. The result doesn't depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Threads {
    /// On all of rayon's threads, if the data are large enough.
    #[default]
    All,
    /// Only on the caller's thread: for many fits in parallel.
    One,
}

/// Checked parameters of a logistic regression; made by [`LogisticRegressionParams::check`](ParamGuard::check).
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticRegressionValidParams {
    pub(super) c: f64,
    pub(super) tol: f64,
    pub(super) max_iter: usize,
    pub(super) intercept: Intercept,
    pub(super) class_weight: ClassWeight,
    pub(super) multi_class: MultiClass,
    pub(super) threads: Threads,
}

/// Parameters of a logistic regression, not yet checked.
///
/// | parameter | default |
/// |---|---|
/// | [`c`](LogisticRegressionParams::c) | 1 |
/// | [`tol`](LogisticRegressionParams::tol) | 1e-6 |
/// | [`max_iter`](LogisticRegressionParams::max_iter) | 100 |
/// | [`intercept`](LogisticRegressionParams::intercept) | fitted |
/// | [`class_weight`](LogisticRegressionParams::class_weight) | none |
/// | [`multi_class`](LogisticRegressionParams::multi_class) | multinomial |
/// | [`threads`](LogisticRegressionParams::threads) | all |
///
/// With linfa's dataset:
///
/// ```
/// use aslant::features::SparseRows;
/// use aslant::model::LogisticRegressionParams;
/// use linfa::DatasetBase;
/// use linfa::traits::{Fit, Predict};
/// use ndarray::array;
///
/// let rows = SparseRows::from_rows(3, [vec![(0, 1.0)], vec![(0, 0.8), (2, 0.1)], vec![(1, 1.0)], vec![(1, 0.9)]])?;
/// let data = DatasetBase::new(rows, array!["regime", "regime", "government", "government"]);
/// let model = LogisticRegressionParams::new().c(10.0).fit(&data)?;
///
/// assert_eq!(model.classes(), ["government", "regime"]);
/// assert_eq!(model.predict(&data), data.targets);
/// let new = SparseRows::from_rows(3, [[(1, 0.5)]])?;
/// assert!(model.predict_proba(&new)?[[0, 0]] > 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With plain `sprs` rows (`examples/linfa_sparse.rs` has more):
///
/// ```
/// use aslant::features::SparseRows;
/// use aslant::model::LogisticRegressionParams;
/// use linfa::{Dataset, DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
///
/// let mut triplets = sprs::TriMat::new((4, 2));
/// for (row, column) in [(0, 0), (1, 0), (2, 1), (3, 1)] {
///     triplets.add_triplet(row, column, 1.0_f32);
/// }
/// let data = DatasetBase::new(SparseRows::from(triplets.to_csr::<usize>()), array![true, true, false, false]);
/// let model = LogisticRegressionParams::new().fit(&data)?;
/// assert_eq!(model.predict(&data), data.targets);
/// // Column 0 speaks for `true`, the second class.
/// assert!(model.coefficients()[[0, 0]] > 0.0);
/// # Ok::<(), aslant::model::LogisticError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticRegressionParams(LogisticRegressionValidParams);

impl Default for LogisticRegressionParams {
    fn default() -> Self {
        LogisticRegressionParams::new()
    }
}

impl LogisticRegressionParams {
    /// The defaults.
    pub fn new() -> Self {
        LogisticRegressionParams(LogisticRegressionValidParams {
            c: 1.0,
            tol: 1e-6,
            max_iter: 100,
            intercept: Intercept::default(),
            class_weight: ClassWeight::default(),
            multi_class: MultiClass::default(),
            threads: Threads::default(),
        })
    }

    /// The weight of the losses relative to the penalty, above 0. A smaller `C` gives smaller weights.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// The solver stops when the gradient's Euclidean length is this share of its length at zero weights. As the
    /// objective is 1-strongly convex in the weights, they are then, with the best intercept, no further from the
    /// minimum than that length.
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.tol = tol;
        self
    }

    /// The most Newton steps, at least 1. A fit that uses them up isn't an error; see
    /// [`FitReport::converged`](super::FitReport).
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.0.max_iter = max_iter;
        self
    }

    /// Whether there is an intercept.
    pub fn intercept(mut self, intercept: Intercept) -> Self {
        self.0.intercept = intercept;
        self
    }

    /// How the samples of each class are weighted.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// How more than two classes are separated.
    pub fn multi_class(mut self, multi_class: MultiClass) -> Self {
        self.0.multi_class = multi_class;
        self
    }

    /// On how many threads the fit runs; the result doesn't depend on it.
    pub fn threads(mut self, threads: Threads) -> Self {
        self.0.threads = threads;
        self
    }
}

impl ParamGuard for LogisticRegressionParams {
    type Checked = LogisticRegressionValidParams;
    type Error = LogisticError;

    /// # Errors
    /// `InvalidC`, `InvalidTol`, `NoIterations`.
    fn check_ref(&self) -> Result<&LogisticRegressionValidParams> {
        let LogisticRegressionValidParams { c, tol, max_iter, .. } = self.0;
        if !(c > 0.0 && c.is_finite()) {
            return Err(LogisticError::InvalidC { c });
        }
        if !(tol >= 0.0 && tol.is_finite()) {
            return Err(LogisticError::InvalidTol { tol });
        }
        if max_iter == 0 {
            return Err(LogisticError::NoIterations);
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<LogisticRegressionValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl fmt::Display for MultiClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MultiClass::Multinomial => "multinomial",
            MultiClass::OneVsRest => "one against the rest",
        })
    }
}
