//! Weights in the solvers' layout: those of a column next to each other, columns in the solvers' order.

use super::super::batches::Batches;
use super::{FittedLogisticRegression, Problem};
use linfa::Float;
use ndarray::{Array1, Array2};

/// A model's weights in the solver's layout.
pub(super) fn pack<F: Float, L>(
    rows: &dyn Batches<F>,
    problem: &Problem,
    start: &FittedLogisticRegression<L>,
    w: &mut [f64],
) {
    let k = problem.k;
    let p = rows.n_features();
    for c in 0..k {
        let coefficients = start.coefficients.row(problem.first_row + c);
        (0..p).for_each(|j| w[j * k + c] = coefficients[rows.column(j)]);
        if let Some(w) = w.get_mut(p * k + c) {
            *w = start.intercepts[problem.first_row + c];
        }
    }
}

/// The solver's weights in the model's layout; the intercepts of a softmax, of which only differences matter, get mean
/// 0.
pub(super) fn unpack<F: Float>(
    rows: &dyn Batches<F>,
    problem: &Problem,
    w: &[f64],
    coefficients: &mut Array2<f64>,
    intercepts: &mut Array1<f64>,
) {
    let k = problem.k;
    let (weights, found) = w.split_at(rows.n_features() * k);
    for (j, weights) in weights.chunks_exact(k).enumerate() {
        let column = rows.column(j);
        for (c, weight) in weights.iter().enumerate() {
            coefficients[[problem.first_row + c, column]] = *weight;
        }
    }
    let mean = if k > 1 { found.iter().sum::<f64>() / k as f64 } else { 0.0 };
    for (c, intercept) in found.iter().enumerate() {
        intercepts[problem.first_row + c] = intercept - mean;
    }
}
