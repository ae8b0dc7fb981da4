//! The labels, weights and values of the samples, checked.

use super::super::design::wide;
use super::super::error::{LogisticError, Result};
use crate::features::SparseRows;
use linfa::Float;
use linfa::dataset::Label;
use ndarray::ArrayView1;

/// Checked labels and weights.
pub(super) struct Samples<L> {
    /// The distinct labels, sorted.
    pub classes: Vec<L>,
    /// The label of every sample, as an index into `classes`.
    pub class_of: Vec<u32>,
    /// The weight of every sample.
    pub weights: Vec<f64>,
}

impl<L: Label> Samples<L> {
    /// Checks all input of a fit except its parameters and rows.
    pub fn new(n_samples: usize, targets: ArrayView1<'_, L>, weights: Option<&[f32]>) -> Result<Self> {
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
        Ok(Samples { classes, class_of, weights })
    }
}

/// The number of a label, in order of first occurrence. There are few, so the search is linear.
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

/// Checks that all values are finite.
pub(super) fn check_values<F: Float>(rows: &SparseRows<F>) -> Result<()> {
    let (indptr, indices, values) = rows.as_parts();
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(at) => {
            let sample = indptr.partition_point(|start| *start <= at) - 1;
            let value = wide(values[at]);
            Err(LogisticError::NonFinite { sample, column: indices[at] as usize, value })
        }
    }
}

/// The weight of all samples of a class.
pub(super) fn class_sums(weights: &[f64], class_of: &[u32], k: usize) -> Vec<f64> {
    let mut sums = vec![0.0; k];
    weights.iter().zip(class_of).for_each(|(s, &class)| sums[class as usize] += s);
    sums
}
