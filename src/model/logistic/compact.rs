//! Weights as the solver has them: without empty columns, the weights of a column side by side.

use super::{FittedLogisticRegression, Problem};
use crate::features::SparseRows;
use linfa::Float;
use ndarray::{Array1, Array2};
use std::borrow::Cow;

/// The rows without the columns in which nothing stands, where that is most of them: their weights are 0 at the minimum,
/// and a small fit over a large vocabulary costs no more than it must.
pub(super) struct Compact<'r, F: Float> {
    pub rows: Cow<'r, SparseRows<F>>,
    /// The columns that were kept; `None` for all.
    kept: Option<Vec<u32>>,
}

impl<'r, F: Float> Compact<'r, F> {
    /// Leaves empty columns out where that is worth it.
    pub fn new(rows: &'r SparseRows<F>) -> Self {
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
pub(super) fn pack<F: Float, L>(
    compact: &Compact<'_, F>,
    problem: &Problem,
    start: &FittedLogisticRegression<L>,
    w: &mut [f64],
) {
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
pub(super) fn unpack<F: Float>(
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
