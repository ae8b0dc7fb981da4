//! L2-regularised logistic regression on sparse rows.
//!
//! Minimises, with scikit-learn's scaling,
//!
//! ```text
//! C · Σ_i s_i · loss_i  +  ½ ‖w‖²
//! ```
//!
//! over the weights `w` and intercepts, which are not penalised; `s_i` is the sample's weight times its class's. Two
//! classes: `loss = ln(1 + exp(−y·z))`, `y = ±1`. More: one such problem a class against the rest, or one problem with
//! `loss = −ln softmax(z)_y`. The objective is convex, the minimum one, and nothing is random; the same data give the
//! same bits on any number of threads.

use super::design::Design;
use super::error::{LogisticError, Result};
use super::loss::{Loss, sigmoid, softmax};
use super::newton::{self, Stop};
use crate::features::SparseRows;
use linfa::dataset::{AsSingleTargets, AsTargets, DatasetBase, Label, Records};
use linfa::traits::{Fit, FitWith, Predict, PredictInplace};
use linfa::{Float, ParamGuard};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Whether there is an intercept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Intercept {
    /// One a class (one for two classes), not penalised.
    #[default]
    Fitted,
    /// None: rows of zeros have probability one half.
    None,
}

/// How much the samples of each class count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// As many as there are.
    #[default]
    None,
    /// All classes the same: `Σ_i s_i / (n_classes · Σ_{i in class} s_i)`. In one-against-the-rest, both sides of every
    /// problem the same.
    Balanced,
}

/// How more than two classes are told apart. Two classes are one problem either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultiClass {
    /// All in one softmax.
    #[default]
    Multinomial,
    /// Each class against the rest; the probabilities are divided by their sum.
    OneVsRest,
}

/// Checked parameters of a logistic regression; made by [`LogisticRegressionParams::check`](ParamGuard::check).
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticRegressionValidParams {
    c: f64,
    tol: f64,
    max_iter: usize,
    intercept: Intercept,
    class_weight: ClassWeight,
    multi_class: MultiClass,
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
        })
    }

    /// The weight of the losses against the penalty, above 0: the smaller, the smaller the weights.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// It stops where the gradient's Euclidean length is this part of what it is at zero weights. As the objective is
    /// 1-strongly convex in the weights, they are then, with the intercept at its best, no further from the minimum than
    /// that length.
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.tol = tol;
        self
    }

    /// The most Newton steps, at least 1. A fit that uses them up is no error:
    /// [`FitReport::converged`](FitReport) says so.
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.0.max_iter = max_iter;
        self
    }

    /// Whether there is an intercept.
    pub fn intercept(mut self, intercept: Intercept) -> Self {
        self.0.intercept = intercept;
        self
    }

    /// How much the samples of each class count.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// How more than two classes are told apart.
    pub fn multi_class(mut self, multi_class: MultiClass) -> Self {
        self.0.multi_class = multi_class;
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

/// How one problem was solved: the only one of two classes or of a softmax, or one class against the rest.
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
    /// Whether the gradient became as small as asked for, or as `f64` allows.
    pub converged: bool,
}

/// A fitted logistic regression. `L` is the type of the labels.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLogisticRegression<L> {
    classes: Vec<L>,
    coefficients: Array2<f64>,
    intercepts: Array1<f64>,
    multi_class: MultiClass,
    reports: Vec<FitReport>,
}

impl<L: Label> FittedLogisticRegression<L> {
    /// A model from stored weights: `coefficients` `(n_rows, n_features)` and `intercepts` `(n_rows)`, with one row for
    /// two classes (for the second), and else a row a class.
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

    /// The weights: `(1, n_features)` for two classes, positive where a column speaks for the second; else
    /// `(n_classes, n_features)`.
    pub fn coefficients(&self) -> &Array2<f64> {
        &self.coefficients
    }

    /// The intercepts, `(1)` or `(n_classes)`; 0 where none were fitted. Those of a softmax have mean 0.
    pub fn intercepts(&self) -> &Array1<f64> {
        &self.intercepts
    }

    /// How more than two classes are told apart.
    pub fn multi_class(&self) -> MultiClass {
        self.multi_class
    }

    /// How each problem was solved: one entry, or one a class against the rest; none for a model from stored weights.
    pub fn reports(&self) -> &[FitReport] {
        &self.reports
    }

    /// Whether every problem was solved as exactly as asked for.
    pub fn has_converged(&self) -> bool {
        self.reports.iter().all(|r| r.converged)
    }

    /// The margins: `(n_samples, 1)` for two classes, positive for the second; else `(n_samples, n_classes)`.
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
                let products = rows.row(i).map(|(j, x)| super::design::wide(x) * weights[j as usize]);
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
                    // All margins so low that no class has any probability: none is likelier than another.
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
            // The first of equals.
            (1..z.len()).fold(0, |best, c| if z[c] > z[best] { c } else { best })
        };
        Ok(margins.axis_iter(Axis(0)).map(|z| self.classes[class(z)].clone()).collect())
    }
}

/// # Panics
/// As linfa's own models do, where the rows have other columns than the model, or the targets another length than the
/// rows. [`decision_function`](FittedLogisticRegression::decision_function) gives an error instead.
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

impl<F, L, T> Fit<SparseRows<F>, T, LogisticError> for LogisticRegressionValidParams
where
    F: Float,
    L: Label,
    T: AsSingleTargets + AsTargets<Elem = L>,
{
    type Object = FittedLogisticRegression<L>;

    /// Fits the weights to the records `(n_samples, n_features)` and their labels, with the dataset's sample weights.
    ///
    /// # Errors
    /// `TargetsMismatch`, `WeightsMismatch`, `InvalidWeight`, `AllWeightsZero`, `TooFewClasses`, `ClassWithoutWeight`,
    /// `NonFinite`, `Overflow`.
    fn fit(&self, data: &DatasetBase<SparseRows<F>, T>) -> Result<Self::Object> {
        self.fit_rows(&data.records, data.targets.as_single_targets(), data.weights(), None)
    }
}

impl<'r, F, L, T> Fit<&'r SparseRows<F>, T, LogisticError> for LogisticRegressionValidParams
where
    F: Float,
    L: Label,
    T: AsSingleTargets + AsTargets<Elem = L>,
{
    type Object = FittedLogisticRegression<L>;

    /// The same for records that are only lent.
    fn fit(&self, data: &DatasetBase<&'r SparseRows<F>, T>) -> Result<Self::Object> {
        self.fit_rows(data.records, data.targets.as_single_targets(), data.weights(), None)
    }
}

impl<'a, F, L, T> FitWith<'a, SparseRows<F>, T, LogisticError> for LogisticRegressionValidParams
where
    F: Float,
    L: Label + 'a,
    T: AsSingleTargets + AsTargets<Elem = L>,
{
    type ObjectIn = Option<FittedLogisticRegression<L>>;
    type ObjectOut = FittedLogisticRegression<L>;

    /// Fits from the weights of a model. The minimum is the same as from zero, and near where little has changed.
    ///
    /// # Errors
    /// As `fit`, and `ClassesMismatch`, `FeaturesMismatch`, `ShapeMismatch` where the model is of other data.
    fn fit_with(&self, model: Self::ObjectIn, data: &'a DatasetBase<SparseRows<F>, T>) -> Result<Self::ObjectOut> {
        self.fit_rows(&data.records, data.targets.as_single_targets(), data.weights(), model.as_ref())
    }
}

impl LogisticRegressionValidParams {
    /// Fits without a dataset around the rows: labels `(n_samples)`, sample weights `(n_samples)` or `None` for all 1,
    /// and a model to start from.
    ///
    /// # Errors
    /// As [`Fit::fit`] and [`FitWith::fit_with`] here.
    pub fn fit_rows<F: Float, L: Label>(
        &self,
        rows: &SparseRows<F>,
        targets: ArrayView1<'_, L>,
        weights: Option<&[f32]>,
        start: Option<&FittedLogisticRegression<L>>,
    ) -> Result<FittedLogisticRegression<L>> {
        let samples = Samples::new(rows, targets, weights)?;
        let classes = samples.classes.clone();
        if let Some(start) = start {
            self.check_start(start, &classes, rows.n_features())?;
        }
        let compact = Compact::new(rows);
        let problems = self.problems(&samples);
        let n_rows = n_rows(classes.len());
        let mut coefficients = Array2::zeros((n_rows, rows.n_features()));
        let mut intercepts = Array1::zeros(n_rows);
        let mut reports = Vec::with_capacity(problems.len());
        for problem in &problems {
            let design = Design::new(&compact.rows, problem.k, self.intercept == Intercept::Fitted);
            let loss = Loss {
                classes: &problem.classes,
                weights: &problem.weights,
                k: problem.k,
                parallel: design.is_parallel(),
            };
            let mut w = vec![0.0; design.n_weights()];
            if let Some(start) = start {
                pack(&compact, problem, start, &mut w);
            }
            let outcome = newton::minimise(&design, &loss, &mut w, Stop { tol: self.tol, max_iter: self.max_iter })?;
            unpack(&compact, problem, &w, &mut coefficients, &mut intercepts);
            reports.push(outcome.into());
        }
        Ok(FittedLogisticRegression { classes, coefficients, intercepts, multi_class: self.multi_class, reports })
    }

    fn check_start<L: Label>(
        &self,
        start: &FittedLogisticRegression<L>,
        classes: &[L],
        n_features: usize,
    ) -> Result<()> {
        if start.classes != classes {
            let [model, data] = [&start.classes[..], classes].map(|classes| format!("{classes:?}"));
            return Err(LogisticError::ClassesMismatch { model, data });
        }
        if start.coefficients.ncols() != n_features {
            return Err(LogisticError::FeaturesMismatch { expected: start.coefficients.ncols(), found: n_features });
        }
        Ok(())
    }

    /// The problems to be solved: one, or one a class.
    fn problems<L>(&self, samples: &Samples<L>) -> Vec<Problem> {
        let k = samples.classes.len();
        if k == 2 || self.multi_class == MultiClass::Multinomial {
            let weights = self.loss_weights(&samples.weights, &samples.class_of, k);
            let rows = if k == 2 { 1 } else { k };
            return vec![Problem { first_row: 0, k: rows, classes: samples.class_of.clone(), weights }];
        }
        let against = |c: usize| {
            let classes: Vec<u32> = samples.class_of.iter().map(|&class| u32::from(class as usize == c)).collect();
            let weights = self.loss_weights(&samples.weights, &classes, 2);
            Problem { first_row: c, k: 1, classes, weights }
        };
        (0..k).map(against).collect()
    }

    /// `C`, times the sample's weight, times its class's.
    fn loss_weights(&self, weights: &[f64], class_of: &[u32], k: usize) -> Vec<f64> {
        let mut of_class = vec![self.c; k];
        if self.class_weight == ClassWeight::Balanced {
            let sums = class_sums(weights, class_of, k);
            let total: f64 = weights.iter().sum();
            of_class.iter_mut().zip(sums).for_each(|(c, sum)| *c *= total / (k as f64 * sum));
        }
        weights.iter().zip(class_of).map(|(s, &class)| s * of_class[class as usize]).collect()
    }
}

impl From<newton::Outcome> for FitReport {
    fn from(outcome: newton::Outcome) -> Self {
        let newton::Outcome { objective, gradient_norm, iterations, inner_iterations, converged } = outcome;
        FitReport { objective, gradient_norm, iterations, inner_iterations, converged }
    }
}

/// Rows of coefficients for so many classes.
fn n_rows(n_classes: usize) -> usize {
    if n_classes == 2 { 1 } else { n_classes }
}

/// One minimisation: which rows of coefficients it fills, and from which classes and weights.
struct Problem {
    first_row: usize,
    k: usize,
    classes: Vec<u32>,
    weights: Vec<f64>,
}

/// Checked labels and weights.
struct Samples<L> {
    classes: Vec<L>,
    class_of: Vec<u32>,
    weights: Vec<f64>,
}

impl<L: Label> Samples<L> {
    fn new<F: Float>(rows: &SparseRows<F>, targets: ArrayView1<'_, L>, weights: Option<&[f32]>) -> Result<Self> {
        let n_samples = rows.n_samples();
        if targets.len() != n_samples {
            return Err(LogisticError::TargetsMismatch { n_samples, n_targets: targets.len() });
        }
        let weights = check_weights(n_samples, weights)?;
        let mut classes: Vec<L> = Vec::new();
        let class_of = targets.iter().map(|label| class_number(&mut classes, label)).collect::<Vec<_>>();
        if classes.len() < 2 {
            return Err(LogisticError::TooFewClasses { n_classes: classes.len(), n_samples });
        }
        let (classes, class_of) = sort_classes(classes, class_of);
        let sums = class_sums(&weights, &class_of, classes.len());
        if let Some(empty) = sums.iter().position(|sum| *sum == 0.0) {
            let n_samples = class_of.iter().filter(|c| **c as usize == empty).count();
            return Err(LogisticError::ClassWithoutWeight { class: format!("{:?}", classes[empty]), n_samples });
        }
        check_values(rows)?;
        Ok(Samples { classes, class_of, weights })
    }
}

/// The number of a label, in the order of their coming; there are few, so they are looked through.
fn class_number<L: Label>(classes: &mut Vec<L>, label: &L) -> u32 {
    let number = classes.iter().position(|c| c == label).unwrap_or_else(|| {
        classes.push(label.clone());
        classes.len() - 1
    });
    number as u32
}

fn sort_classes<L: Label>(classes: Vec<L>, mut class_of: Vec<u32>) -> (Vec<L>, Vec<u32>) {
    let mut order: Vec<(L, usize)> = classes.into_iter().enumerate().map(|(i, l)| (l, i)).collect();
    order.sort();
    let mut rank = vec![0; order.len()];
    for (new, (_, old)) in order.iter().enumerate() {
        rank[*old] = new as u32;
    }
    class_of.iter_mut().for_each(|c| *c = rank[*c as usize]);
    (order.into_iter().map(|(label, _)| label).collect(), class_of)
}

fn check_weights(n_samples: usize, weights: Option<&[f32]>) -> Result<Vec<f64>> {
    let Some(weights) = weights.filter(|w| !w.is_empty()) else { return Ok(vec![1.0; n_samples]) };
    if weights.len() != n_samples {
        return Err(LogisticError::WeightsMismatch { n_samples, n_weights: weights.len() });
    }
    if let Some((sample, &weight)) = weights.iter().enumerate().find(|(_, w)| !(w.is_finite() && **w >= 0.0)) {
        return Err(LogisticError::InvalidWeight { sample, weight: weight.into() });
    }
    if weights.iter().all(|w| *w == 0.0) {
        return Err(LogisticError::AllWeightsZero { n_samples });
    }
    Ok(weights.iter().map(|&w| w.into()).collect())
}

fn check_values<F: Float>(rows: &SparseRows<F>) -> Result<()> {
    let (indptr, indices, values) = rows.as_parts();
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(at) => {
            let sample = indptr.partition_point(|start| *start <= at) - 1;
            let value = super::design::wide(values[at]);
            Err(LogisticError::NonFinite { sample, column: indices[at] as usize, value })
        }
    }
}

fn class_sums(weights: &[f64], class_of: &[u32], k: usize) -> Vec<f64> {
    let mut sums = vec![0.0; k];
    weights.iter().zip(class_of).for_each(|(s, &class)| sums[class as usize] += s);
    sums
}

/// The rows without the columns in which nothing stands, where that is most of them: their weights are 0 at the minimum,
/// and a small fit over a large vocabulary costs no more than it must.
struct Compact<'r, F: Float> {
    rows: Cow<'r, SparseRows<F>>,
    /// The columns that were kept; `None` for all.
    kept: Option<Vec<u32>>,
}

impl<'r, F: Float> Compact<'r, F> {
    fn new(rows: &'r SparseRows<F>) -> Self {
        let (indptr, indices, values) = rows.as_parts();
        if indices.len() * 2 > rows.n_features() {
            return Compact { rows: Cow::Borrowed(rows), kept: None };
        }
        let mut kept = indices.to_vec();
        kept.sort_unstable();
        kept.dedup();
        let place = |j: &u32| kept.partition_point(|k| k < j) as u32;
        let indices = indices.iter().map(place).collect();
        let rows = SparseRows::from_checked(kept.len(), indptr.to_vec(), indices, values.to_vec());
        Compact { rows: Cow::Owned(rows), kept: Some(kept) }
    }

    fn column(&self, j: usize) -> usize {
        self.kept.as_ref().map_or(j, |kept| kept[j] as usize)
    }
}

/// A model's weights as the solver has them.
fn pack<F: Float, L>(compact: &Compact<'_, F>, problem: &Problem, start: &FittedLogisticRegression<L>, w: &mut [f64]) {
    let k = problem.k;
    let p = compact.rows.n_features();
    for c in 0..k {
        let coefficients = start.coefficients.row(problem.first_row + c);
        (0..p).for_each(|j| w[j * k + c] = coefficients[compact.column(j)]);
        if let Some(w) = w.get_mut(p * k + c) {
            *w = start.intercepts[problem.first_row + c];
        }
    }
}

/// The solver's weights as a model has them; the intercepts of a softmax, of which only differences matter, with mean 0.
fn unpack<F: Float>(
    compact: &Compact<'_, F>,
    problem: &Problem,
    w: &[f64],
    coefficients: &mut Array2<f64>,
    intercepts: &mut Array1<f64>,
) {
    let k = problem.k;
    let (weights, found) = w.split_at(compact.rows.n_features() * k);
    for (j, weights) in weights.chunks_exact(k).enumerate() {
        let column = compact.column(j);
        for (c, weight) in weights.iter().enumerate() {
            coefficients[[problem.first_row + c, column]] = *weight;
        }
    }
    let mean = if k > 1 { found.iter().sum::<f64>() / k as f64 } else { 0.0 };
    for (c, intercept) in found.iter().enumerate() {
        intercepts[problem.first_row + c] = intercept - mean;
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

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn data() -> DatasetBase<SparseRows<f64>, Array1<&'static str>> {
        let rows = [vec![(0, 1.0)], vec![(1, 1.0)], vec![(0, 0.5), (1, 0.25)], vec![(1, 2.0)]];
        DatasetBase::new(SparseRows::from_rows(2, rows).unwrap(), array!["a", "b", "a", "b"])
    }

    fn fit(
        data: &DatasetBase<SparseRows<f64>, Array1<&'static str>>,
    ) -> Result<FittedLogisticRegression<&'static str>> {
        LogisticRegressionParams::new().fit(data)
    }

    #[test]
    fn parameters_are_checked() {
        let check = |p: LogisticRegressionParams| p.check().unwrap_err();
        let new = LogisticRegressionParams::new;
        for c in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(check(new().c(c)), LogisticError::InvalidC { .. }));
        }
        assert!(matches!(check(new().tol(-1.0)), LogisticError::InvalidTol { tol: -1.0 }));
        assert!(matches!(check(new().max_iter(0)), LogisticError::NoIterations));
        assert!(matches!(new().c(0.0).fit(&data()), Err(LogisticError::InvalidC { c: 0.0 })));
    }

    #[test]
    fn degenerate_data_are_errors_with_counts() {
        let mut one = data();
        one.targets.fill("a");
        assert!(matches!(fit(&one), Err(LogisticError::TooFewClasses { n_classes: 1, n_samples: 4 })));
        let zero = data().with_weights(array![0.0, 0.0, 0.0, 0.0]);
        assert!(matches!(fit(&zero), Err(LogisticError::AllWeightsZero { n_samples: 4 })));
        let of_b = data().with_weights(array![1.0, 0.0, 1.0, 0.0]);
        let error = fit(&of_b).unwrap_err();
        assert_eq!(error.to_string(), "all 2 samples of the class \"b\" have weight 0");
        let negative = data().with_weights(array![1.0, 1.0, -2.0, 1.0]);
        assert!(matches!(fit(&negative), Err(LogisticError::InvalidWeight { sample: 2, weight: -2.0 })));
        let mut short = data();
        short.targets = array!["a", "b"];
        assert!(matches!(fit(&short), Err(LogisticError::TargetsMismatch { n_samples: 4, n_targets: 2 })));
        let mut bad = data();
        bad.records = SparseRows::from_rows(2, [vec![(0, 1.0)], vec![], vec![(1, f64::NAN)], vec![]]).unwrap();
        assert!(matches!(fit(&bad), Err(LogisticError::NonFinite { sample: 2, column: 1, .. })));
        bad.records = SparseRows::from_rows(2, [vec![(0, 1e200)], vec![(0, -1e200)], vec![], vec![]]).unwrap();
        assert!(matches!(fit(&bad), Err(LogisticError::Overflow { .. })));
    }

    #[test]
    fn a_model_refuses_other_columns_and_other_classes() {
        let model = fit(&data()).unwrap();
        let wide = SparseRows::<f64>::from_rows(3, [[]; 1]).unwrap();
        assert!(matches!(model.predict_proba(&wide), Err(LogisticError::FeaturesMismatch { expected: 2, found: 3 })));
        let mut other = data();
        other.targets[0] = "c";
        let error = LogisticRegressionParams::new().fit_with(Some(model.clone()), &other).unwrap_err();
        assert!(matches!(error, LogisticError::ClassesMismatch { .. }));
        let parts = |classes: Vec<&'static str>| {
            let (w, b) = (model.coefficients().clone(), model.intercepts().clone());
            FittedLogisticRegression::from_parts(classes, w, b, MultiClass::Multinomial)
        };
        assert_eq!(parts(vec!["a", "b"]).unwrap().predict(&data()), model.predict(&data()));
        assert!(matches!(parts(vec!["b", "a"]), Err(LogisticError::UnsortedClasses)));
        assert!(matches!(parts(vec!["a", "b", "c"]), Err(LogisticError::ShapeMismatch { expected: 3, .. })));
    }

    #[test]
    fn columns_without_values_cost_nothing_and_weigh_nothing() {
        let few = data();
        let spread = |j: u32| j * 40_000 + 7;
        let rows = (0..4).map(|i| few.records.row(i).map(|(j, v)| (spread(j), v)).collect::<Vec<_>>());
        let many = DatasetBase::new(SparseRows::from_rows(50_000, rows).unwrap(), few.targets.clone());
        let (few, many) = (fit(&few).unwrap(), fit(&many).unwrap());
        assert_eq!(many.intercepts(), few.intercepts());
        for j in 0..2 {
            assert_eq!(many.coefficients()[[0, spread(j) as usize]], few.coefficients()[[0, j as usize]]);
        }
        assert_eq!(many.coefficients().iter().filter(|w| **w != 0.0).count(), 2);
    }

    #[test]
    fn without_values_only_the_share_of_the_classes_is_learnt() {
        let empty = SparseRows::<f64>::from_rows(0, [[]; 4]).unwrap();
        let data = DatasetBase::new(empty, array![true, true, true, false]);
        let model = LogisticRegressionParams::new().tol(1e-12).fit(&data).unwrap();
        assert!((model.intercepts()[0] - 3.0_f64.ln()).abs() < 1e-9);
        let model = LogisticRegressionParams::new().intercept(Intercept::None).fit(&data).unwrap();
        assert_eq!(model.predict_proba(&data.records).unwrap(), Array2::from_elem((4, 2), 0.5));
    }
}
