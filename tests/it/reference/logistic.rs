//! Logistic regression against scikit-learn's.

use super::{assert_within, read};
use aslant::features::SparseRows;
use aslant::model::{ClassWeight, FittedLogisticRegression, LogisticRegressionParams, MultiClass};
use linfa::DatasetBase;
use linfa::traits::{Fit, FitWith, Predict};
use ndarray::Array1;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

fn sparse(columns: usize, rows: &[Vec<(u32, f64)>]) -> SparseRows<f64> {
    SparseRows::from_rows(columns, rows.iter().cloned()).unwrap()
}

#[derive(Deserialize)]
struct Logistic {
    problems: BTreeMap<String, Problem>,
    fits: Vec<LogisticFit>,
}

#[derive(Deserialize)]
struct Problem {
    columns: usize,
    rows: Vec<Vec<(u32, f64)>>,
    y: Vec<usize>,
    sample_weight: Vec<f32>,
    new_rows: Vec<Vec<(u32, f64)>>,
}

#[derive(Deserialize)]
struct LogisticFit {
    problem: String,
    kind: String,
    #[serde(rename = "C")]
    c: f64,
    weighted: bool,
    balanced: bool,
    coef: Vec<Vec<f64>>,
    intercept: Vec<f64>,
    objective: Value,
    proba: Vec<Vec<f64>>,
}

impl LogisticFit {
    fn params(&self) -> LogisticRegressionParams {
        LogisticRegressionParams::new()
            .c(self.c)
            .class_weight(if self.balanced { ClassWeight::Balanced } else { ClassWeight::None })
            .multi_class(if self.kind == "one_vs_rest" { MultiClass::OneVsRest } else { MultiClass::Multinomial })
    }

    fn objectives(&self) -> Vec<f64> {
        match &self.objective {
            Value::Array(all) => all.iter().map(|v| v.as_f64().unwrap()).collect(),
            one => vec![one.as_f64().unwrap()],
        }
    }

    fn name(&self) -> String {
        format!("{} {} C={} weighted={} balanced={}", self.problem, self.kind, self.c, self.weighted, self.balanced)
    }
}

fn data(problem: &Problem, weighted: bool) -> DatasetBase<SparseRows<f64>, Array1<usize>> {
    let data = DatasetBase::new(sparse(problem.columns, &problem.rows), Array1::from(problem.y.clone()));
    if weighted { data.with_weights(Array1::from(problem.sample_weight.clone())) } else { data }
}

/// Weights and objective of a model against the reference.
fn check_fit(fit: &LogisticFit, model: &FittedLogisticRegression<usize>, objective: f64, weights: f64) {
    let name = fit.name();
    assert!(model.has_converged(), "{name}: {:?}", model.reports());
    assert_eq!(model.reports().len(), fit.objectives().len(), "{name}");
    for (report, expected) in model.reports().iter().zip(fit.objectives()) {
        assert_within(report.objective, expected, objective * expected, &format!("{name}: objective"));
    }
    assert_eq!(model.coefficients().nrows(), fit.coef.len(), "{name}");
    for (found, expected) in model.coefficients().rows().into_iter().zip(&fit.coef) {
        assert_eq!(found.len(), expected.len(), "{name}");
        found.iter().zip(expected).for_each(|(f, e)| assert_within(*f, *e, weights, &format!("{name}: weight")));
    }
    for (found, expected) in model.intercepts().iter().zip(&fit.intercept) {
        assert_within(*found, *expected, weights, &format!("{name}: intercept"));
    }
}

#[test]
fn logistic_regression_equals_scikit_learn() {
    let reference: Logistic = read("logistic.json");
    assert!(reference.fits.len() >= 13);
    for fit in &reference.fits {
        let problem = &reference.problems[&fit.problem];
        let data = data(problem, fit.weighted);
        // With the defaults.
        let model = fit.params().fit(&data).unwrap();
        check_fit(fit, &model, 1e-8, 1e-4);
        // As exactly as possible.
        let exact = fit.params().tol(1e-13).fit(&data).unwrap();
        check_fit(fit, &exact, 1e-12, 1e-9);

        let proba = exact.predict_proba(&sparse(problem.columns, &problem.new_rows)).unwrap();
        for (found, expected) in proba.rows().into_iter().zip(&fit.proba) {
            assert_within(found.sum(), 1.0, 1e-12, &fit.name());
            found.iter().zip(expected).for_each(|(f, e)| assert_within(*f, *e, 1e-9, &fit.name()));
        }
        let proba = exact.predict_proba(&data.records).unwrap();
        for (label, p) in exact.predict(&data).iter().zip(proba.rows()) {
            assert!(p.iter().all(|other| *other <= p[*label]), "{}", fit.name());
        }
    }
}

#[test]
fn f32_rows_and_lent_rows_give_the_same_weights() {
    let reference: Logistic = read("logistic.json");
    for fit in &reference.fits {
        let problem = &reference.problems[&fit.problem];
        let data = data(problem, fit.weighted);
        let model = fit.params().fit(&data).unwrap();
        let narrow = problem.rows.iter().map(|row| row.iter().map(|(j, v)| (*j, *v as f32)).collect::<Vec<_>>());
        let narrow = SparseRows::from_rows(problem.columns, narrow).unwrap();
        // The values are multiples of 1/64, so nothing is lost.
        let lent = DatasetBase::new(&narrow, data.targets.clone()).with_weights(data.weights.clone());
        assert_eq!(fit.params().fit(&lent).unwrap(), model);
    }
}

#[test]
fn a_warm_start_ends_where_a_cold_one_does() {
    let reference: Logistic = read("logistic.json");
    for fit in &reference.fits {
        let problem = &reference.problems[&fit.problem];
        let data = data(problem, fit.weighted);
        let params = fit.params().tol(1e-9);
        let other = fit.params().c(fit.c * 3.0).fit(&data).unwrap();
        let warm = params.fit_with(Some(other), &data).unwrap();
        check_fit(fit, &warm, 1e-12, 1e-7);
        let again = params.fit_with(Some(warm.clone()), &data).unwrap();
        assert!(again.reports().iter().all(|r| r.iterations == 0), "{}: {:?}", fit.name(), again.reports());
        assert_eq!(params.fit_with(None, &data).unwrap(), params.fit(&data).unwrap());
    }
}

/// A generated problem that is large enough to run on several threads.
fn large(n: usize, p: usize, classes: usize) -> DatasetBase<SparseRows<f32>, Array1<usize>> {
    let mut state = 1u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) as usize) % below
    };
    let rows: Vec<Vec<(u32, f32)>> = (0..n)
        .map(|_| {
            let columns: std::collections::BTreeSet<usize> = (0..60).map(|_| next(p) * next(p) / p).collect();
            columns.into_iter().map(|j| (j as u32, (1 + next(20)) as f32 / 20.0)).collect()
        })
        .collect();
    let label = |row: &Vec<(u32, f32)>, noise: usize| {
        let sum: f32 = row.iter().map(|(j, v)| v * (f32::from(j % 3 == 0) - 0.33)).sum();
        ((sum + 6.0 + noise as f32).max(0.0) as usize / 4).min(classes - 1)
    };
    let targets: Array1<usize> = rows.iter().map(|row| label(row, next(6))).collect();
    DatasetBase::new(SparseRows::from_rows(p, rows).unwrap(), targets)
}

#[test]
fn one_and_eight_threads_give_the_same_bits() {
    for (classes, multi_class) in
        [(2, MultiClass::Multinomial), (4, MultiClass::Multinomial), (3, MultiClass::OneVsRest)]
    {
        let data = large(6_000, 3_000, classes);
        assert!(data.records.n_stored() > 1 << 18);
        let fit = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| LogisticRegressionParams::new().multi_class(multi_class).fit(&data).unwrap())
        };
        let (one, eight) = (fit(1), fit(8));
        assert!(one.has_converged() && one.reports()[0].iterations > 2, "{:?}", one.reports());
        assert_eq!(one, eight);
    }
}
