//! L2-regularised logistic regression on sparse rows.
//!
//! Minimises, with scikit-learn's scaling,
//!
//! ```text
//! C · Σ_i s_i · loss_i  +  ½ ‖w‖²
//! ```
//!
//! over the weights `w` and intercepts, which are not penalised; `s_i` is the sample's weight times its class's. Two
//! classes: `loss = ln(1 + exp(−y·z))`, `y = ±1`. More: one such problem per class against the rest, or one problem
//! with `loss = −ln softmax(z)_y`. The objective is convex with a single minimum, and nothing is random; the same data
//! give the same bits on any number of threads.

mod compact;
mod fitted;
mod params;
mod samples;

pub use fitted::{FitReport, FittedLogisticRegression};
pub use params::{
    ClassWeight, Intercept, LogisticRegressionParams, LogisticRegressionValidParams, MultiClass, Threads,
};

use super::batches::Batches;
use super::design::Design;
use super::dual::{MAX_CLASSES, Walk};
use super::error::{LogisticError, Result};
use super::loss::Loss;
use super::newton::{self, Stop};
use super::on_disk::OnDisk;
use super::renumbered::Renumbered;
use crate::error;
use crate::features::SparseRows;
use compact::{pack, unpack};
use fitted::n_rows;
use linfa::Float;
use linfa::dataset::{AsSingleTargets, AsTargets, DatasetBase, Label};
use linfa::traits::{Fit, FitWith};
use ndarray::{Array1, Array2, ArrayView1};
use rayon::prelude::*;
use samples::{Samples, check_values, class_sums};

/// How far the last walk in the dual may move the probabilities, per unit of tolerance. A smaller value means a few
/// more walks; a larger one means Newton steps, each of which costs as much as fifteen walks.
const MOVED: f64 = 0.1;

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

    /// The same for borrowed records.
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

    /// Fits starting from the weights of a model. The minimum is the same as from zero, and near if little has changed.
    ///
    /// # Errors
    /// Those of `fit`; `ClassesMismatch`, `FeaturesMismatch`, `ShapeMismatch` if the model doesn't match the data.
    fn fit_with(&self, model: Self::ObjectIn, data: &'a DatasetBase<SparseRows<F>, T>) -> Result<Self::ObjectOut> {
        self.fit_rows(&data.records, data.targets.as_single_targets(), data.weights(), model.as_ref())
    }
}

impl LogisticRegressionValidParams {
    /// Fits without a linfa dataset: takes rows, labels `(n_samples)`, sample weights `(n_samples)` or `None` for all
    /// 1, and optionally a model to start from.
    ///
    /// # Errors
    /// Those of [`Fit::fit`] and [`FitWith::fit_with`] here.
    pub fn fit_rows<F: Float, L: Label>(
        &self,
        rows: &SparseRows<F>,
        targets: ArrayView1<'_, L>,
        weights: Option<&[f32]>,
        start: Option<&FittedLogisticRegression<L>>,
    ) -> Result<FittedLogisticRegression<L>> {
        check_values(rows)?;
        let samples = Samples::new(rows.n_samples(), targets, weights)?;
        let prepared = Prepared { samples, rows: Box::new(Renumbered::new(rows)), n_features: rows.n_features() };
        self.fit_prepared(&prepared, start)
    }

    /// The same for rows that were [prepared](Prepared::new).
    ///
    /// # Errors
    /// `ClassesMismatch`, `FeaturesMismatch`, `Overflow`.
    pub fn fit_prepared<F: Float, L: Label>(
        &self,
        prepared: &Prepared<'_, F, L>,
        start: Option<&FittedLogisticRegression<L>>,
    ) -> Result<FittedLogisticRegression<L>> {
        let Prepared { samples, rows, n_features } = prepared;
        let rows = &**rows;
        let classes = samples.classes.clone();
        if let Some(start) = start {
            self.check_start(start, &classes, *n_features)?;
        }
        let problems = self.problems(samples);
        let begin = |problem: &Problem| {
            let start = start?;
            let mut w = vec![0.0; (rows.n_features() + 1) * problem.k];
            pack(rows, problem, start, &mut w);
            Some(w)
        };
        let starts: Vec<Option<Vec<f64>>> = problems.iter().map(begin).collect();
        let solve = |(problem, start): (&Problem, Option<Vec<f64>>)| self.solve(rows, problem, start);
        let solved: Vec<Result<_>> = match self.threads {
            Threads::All => problems.par_iter().zip(starts).map(solve).collect(),
            Threads::One => problems.iter().zip(starts).map(solve).collect(),
        };
        let n_rows = n_rows(classes.len());
        let mut coefficients = Array2::zeros((n_rows, *n_features));
        let mut intercepts = Array1::zeros(n_rows);
        let mut reports = Vec::with_capacity(problems.len());
        for (problem, solved) in problems.iter().zip(solved) {
            let (w, outcome) = solved?;
            unpack(rows, problem, &w, &mut coefficients, &mut intercepts);
            reports.push(outcome.into());
        }
        Ok(FittedLogisticRegression { classes, coefficients, intercepts, multi_class: self.multi_class, reports })
    }

    /// Without a start, and with more columns than rows, the dual solver comes near the minimum and usually reaches it;
    /// Newton steps do the rest. Rows on disk always go through the dual solver, whatever their number and the start.
    fn solve<F: Float>(
        &self,
        rows: &dyn Batches<F>,
        problem: &Problem,
        start: Option<Vec<f64>>,
    ) -> Result<(Vec<f64>, newton::Outcome)> {
        let stop = Stop { tol: self.tol, max_iter: self.max_iter };
        let k = problem.k;
        let is_wide = rows.n_features() >= rows.n_samples();
        // Even with a start: a Newton step would read them dozens of times.
        if k <= MAX_CLASSES && (rows.is_on_disk() || is_wide && start.is_none()) {
            // Usually no Newton step is needed after this.
            let design = Design::by_rows(rows, k, self.intercept, self.threads);
            let loss = problem.loss(&design);
            let at_zero = || newton::gradient_at_zero(&design, &loss);
            let (w, at_zero) = match self.threads {
                Threads::All => rayon::join(|| self.approach(rows, problem), at_zero),
                Threads::One => (self.approach(rows, problem), at_zero()),
            };
            let mut w = w?;
            let outcome = newton::minimise(&design, &loss, &mut w, at_zero?, stop)?;
            return Ok((w, outcome));
        }
        let design = Design::new(rows, k, self.intercept, self.threads);
        let loss = problem.loss(&design);
        let mut w = start.unwrap_or_else(|| vec![0.0; design.n_weights()]);
        w.resize(design.n_weights(), 0.0);
        let at_zero = newton::gradient_at_zero(&design, &loss)?;
        let outcome = newton::minimise(&design, &loss, &mut w, at_zero, stop)?;
        Ok((w, outcome))
    }

    /// The result of walks in the dual from zero, on one thread.
    fn approach<F: Float>(&self, rows: &dyn Batches<F>, problem: &Problem) -> Result<Vec<f64>> {
        let Problem { k, classes, weights, .. } = problem;
        let has_intercept = self.intercept == Intercept::Fitted;
        let squares = Walk::squares(rows, has_intercept)?;
        let mut w = vec![0.0; (rows.n_features() + usize::from(has_intercept)) * k];
        let walk = Walk { rows, classes, weights, squares: &squares, has_intercept };
        walk.approach(*k, MOVED * self.tol, None, &mut w)?;
        Ok(w)
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

    /// The problems to be solved: one, or one per class.
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

    /// `C` times the sample's weight times its class's weight.
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

/// Rows with their labels and weights, checked and numbered as the solvers see them: for several fits, or for one that
/// doesn't copy them.
pub struct Prepared<'r, F, L> {
    samples: Samples<L>,
    rows: Box<dyn Batches<F> + 'r>,
    n_features: usize,
}

impl<F: Float, L: Label> Prepared<'static, F, L> {
    /// # Errors
    /// Those of [`LogisticRegressionValidParams::fit_rows`] about rows, labels or weights.
    pub fn new(rows: SparseRows<F>, targets: ArrayView1<'_, L>, weights: Option<&[f32]>) -> Result<Self> {
        check_values(&rows)?;
        let samples = Samples::new(rows.n_samples(), targets, weights)?;
        let n_features = rows.n_features();
        Ok(Prepared { samples, rows: Box::new(Renumbered::owning(rows)), n_features })
    }
}

impl<L: Label> Prepared<'static, f32, L> {
    /// The same for rows that arrive in batches, are written to a temporary file and read from there for every walk of
    /// the solver, so there may be more of them than fit in memory. `uses` says for each column how many rows use it.
    ///
    /// # Errors
    /// Those of [`new`](Prepared::new), and `OnDisk` if the disk is full or rows can't be produced.
    pub(in crate::model) fn on_disk(
        uses: Vec<u32>,
        rows: impl Iterator<Item = error::Result<SparseRows<f32>>>,
        targets: ArrayView1<'_, L>,
        weights: Option<&[f32]>,
    ) -> Result<Self> {
        let n_features = uses.len();
        let samples = Samples::new(targets.len(), targets, weights)?;
        let rows = OnDisk::write(uses, rows)?;
        debug_assert_eq!(rows.n_samples(), targets.len());
        Ok(Prepared { samples, rows: Box::new(rows), n_features })
    }
}

impl From<newton::Outcome> for FitReport {
    fn from(outcome: newton::Outcome) -> Self {
        let newton::Outcome { objective, gradient_norm, iterations, inner_iterations, converged } = outcome;
        FitReport { objective, gradient_norm, iterations, inner_iterations, converged }
    }
}

/// One minimisation: which rows of coefficients it fills, and from which classes and weights.
struct Problem {
    first_row: usize,
    k: usize,
    classes: Vec<u32>,
    weights: Vec<f64>,
}

impl Problem {
    fn loss<F: Float>(&self, design: &Design<'_, F>) -> Loss<'_> {
        Loss { classes: &self.classes, weights: &self.weights, k: self.k, parallel: design.is_parallel() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linfa::ParamGuard;
    use linfa::traits::Predict;
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
    fn the_dual_ends_where_newtons_steps_do() {
        // More columns than rows; one column is in every row, so that the intercept matters.
        let row = |i: u32| [(0, 1.0), (1 + i * 7 % 50, 0.8), (51 + i * 11 % 40, 0.5)];
        let rows = SparseRows::<f64>::from_rows(91, (0..40).map(row)).unwrap();
        let labels = Array1::from_iter((0..40).map(|i| ["a", "b", "c"][if i % 5 == 0 { 0 } else { i % 3 }]));
        let weights = Array1::from_iter((0..40).map(|i| if i == 7 { 0.0 } else { 1.0 + i as f32 / 40.0 }));
        let data = DatasetBase::new(rows, labels).with_weights(weights);
        let each = |classes| [(classes, 0.5, ClassWeight::None), (classes, 20.0, ClassWeight::Balanced)];
        for (classes, c, weight) in [MultiClass::OneVsRest, MultiClass::Multinomial].into_iter().flat_map(each) {
            let params = LogisticRegressionParams::new().c(c).tol(1e-9).multi_class(classes);
            let params = params.class_weight(weight).check().unwrap();
            let dual = params.fit(&data).unwrap();
            let zero = (Array2::zeros((3, 91)), Array1::zeros(3));
            let zero = FittedLogisticRegression::from_parts(vec!["a", "b", "c"], zero.0, zero.1, classes);
            let newton = params.fit_with(Some(zero.unwrap()), &data).unwrap();
            let apart = (dual.coefficients() - newton.coefficients()).mapv(f64::abs).fold(0.0, |a: f64, b| a.max(*b));
            assert!(apart < 1e-6, "{apart}");
            let apart = (dual.intercepts() - newton.intercepts()).mapv(f64::abs).sum();
            assert!(apart < 1e-5, "{apart}");
        }
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
