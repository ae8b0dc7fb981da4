//! The likeness of rows of contexts, in the few dimensions in which they differ most.
//!
//! Rows of unit length are projected onto the span of their leading singular vectors, found by subspace iteration
//! (Halko, Martinsson and Tropp 2011, doi:10.1137/090771806). Words without a common context are alike if other words
//! share the contexts of both (Deerwester et al. 1990). The singular vectors themselves aren't needed: with an
//! orthonormal basis Q of their span and B = QᵀAAᵀQ, the product of rows i and j is qᵢᵀ B qⱼ.

use super::contexts::Row;
use crate::stats::resample;
use rand::RngExt;
use rayon::prelude::*;

/// The most dimensions.
const DIMENSIONS: usize = 150;
/// With fewer rows, there is one dimension for this many rows.
const ROWS_A_DIMENSION: usize = 10;
/// The number of iterations. The likeness converges to the second decimal.
const ROUNDS: usize = 3;
/// The number of columns of the basis that are multiplied at once.
const BLOCK: usize = 8;

/// The cosine of each row with each of the last `n` rows: (n_rows − n, n).
pub(super) fn likeness(rows: &[Row], n: usize, seed: u64) -> Vec<Vec<f64>> {
    let matrix = Matrix::new(rows);
    let terms = rows.len().saturating_sub(n);
    let dimensions = (terms / ROWS_A_DIMENSION).clamp(ROWS_A_DIMENSION, DIMENSIONS).min(rows.len());
    let mut basis = start(rows.len(), dimensions, seed);
    orthonormalize(&mut basis);
    for _ in 0..ROUNDS {
        basis = matrix.squared_times(&basis);
        orthonormalize(&mut basis);
    }
    let image = matrix.squared_times(&basis);
    let inner: Vec<Vec<f64>> = basis.par_iter().map(|q| image.iter().map(|g| dot(q, g)).collect()).collect();
    let coordinates: Vec<Vec<f64>> = (0..rows.len()).map(|i| basis.iter().map(|q| q[i]).collect()).collect();
    let mapped: Vec<Vec<f64>> = coordinates.par_iter().map(|q| inner.iter().map(|b| dot(b, q)).collect()).collect();
    let length: Vec<f64> = coordinates.iter().zip(&mapped).map(|(q, b)| dot(q, b).max(0.0).sqrt()).collect();
    let cosine = |i: usize, j: usize| {
        let lengths = length[i] * length[j];
        if lengths > 1e-12 { dot(&coordinates[i], &mapped[j]) / lengths } else { 0.0 }
    };
    (0..terms).into_par_iter().map(|i| (terms..rows.len()).map(|j| cosine(i, j)).collect()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn start(rows: usize, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut chance = resample::stream(seed, "suggest: basis");
    (0..dimensions).map(|_| (0..rows).map(|_| chance.random_range(-1.0..1.0)).collect()).collect()
}

/// Gram–Schmidt, with each column made orthogonal twice to those before it.
fn orthonormalize(columns: &mut [Vec<f64>]) {
    for i in 0..columns.len() {
        let (before, rest) = columns.split_at_mut(i);
        let column = &mut rest[0];
        let size = dot(column, column).sqrt();
        for _ in 0..2 {
            for other in before.iter() {
                let along = dot(column, other);
                column.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
            }
        }
        let length = dot(column, column).sqrt();
        // A tiny remainder of a column that depends on those before it is rounding: the span has no more dimensions.
        let scale = if length > 1e-9 * size { 1.0 / length } else { 0.0 };
        column.iter_mut().for_each(|x| *x *= scale);
    }
}

/// Rows of unit length, without the contexts that only one row has.
struct Matrix {
    rows: Vec<Vec<(u32, f64)>>,
    columns: usize,
    /// The contribution of those contexts to a row's product with itself.
    alone: Vec<f64>,
}

impl Matrix {
    fn new(rows: &[Row]) -> Matrix {
        let mut all: Vec<u32> = rows.iter().flatten().map(|(context, _)| *context).collect();
        all.par_sort_unstable();
        let shared: Vec<u32> = all.chunk_by(|a, b| a == b).filter(|run| run.len() > 1).map(|run| run[0]).collect();
        drop(all);
        let unit = |row: &Row| {
            let length = row.iter().map(|(_, w)| f64::from(*w).powi(2)).sum::<f64>().sqrt();
            let (mut kept, mut alone) = (Vec::new(), 0.0);
            for (context, weight) in row {
                let weight = f64::from(*weight) / length;
                match shared.binary_search(context) {
                    Ok(column) => kept.push((column as u32, weight)),
                    Err(_) => alone += weight * weight,
                }
            }
            (kept, alone)
        };
        let (rows, alone) = rows.par_iter().map(unit).unzip();
        Matrix { rows, columns: shared.len(), alone }
    }

    /// A Aᵀ times each column.
    fn squared_times(&self, columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
        columns.par_chunks(BLOCK).flat_map_iter(|block| self.squared_times_block(block)).collect()
    }

    fn squared_times_block(&self, block: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut inner = vec![[0.0; BLOCK]; self.columns];
        let mut at = [0.0; BLOCK];
        for (i, row) in self.rows.iter().enumerate() {
            block.iter().enumerate().for_each(|(b, column)| at[b] = column[i]);
            for (column, weight) in row {
                inner[*column as usize].iter_mut().zip(&at).for_each(|(sum, x)| *sum += weight * x);
            }
        }
        let mut product: Vec<Vec<f64>> = block.iter().map(|_| Vec::with_capacity(self.rows.len())).collect();
        for (i, row) in self.rows.iter().enumerate() {
            let mut sums = [0.0; BLOCK];
            for (column, weight) in row {
                sums.iter_mut().zip(&inner[*column as usize]).for_each(|(sum, x)| *sum += weight * x);
            }
            for (b, column) in block.iter().enumerate() {
                product[b].push(sums[b] + self.alone[i] * column[i]);
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_all_dimensions_it_is_the_cosine() {
        let rows: Vec<Row> =
            vec![vec![(1, 1.0), (2, 1.0)], vec![(2, 2.0), (3, 1.0)], vec![(9, 1.0)], vec![(1, 3.0), (2, 3.0)]];
        let found = likeness(&rows, 1, 1);
        let expected = [1.0, 2.0 / 10f64.sqrt(), 0.0];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found[0] - expected).abs() < 1e-9, "{} instead of {expected}", found[0]);
        }
    }

    #[test]
    fn words_without_a_common_context_are_alike_where_others_share_both() {
        // Two subjects with six contexts each; every row has two of its subject's contexts.
        let subject = |from: u32| (0..6).flat_map(move |a| (0..a).map(move |b| vec![(from + a, 1.0), (from + b, 1.0)]));
        let mut rows: Vec<Row> = subject(0).chain(subject(100)).collect();
        rows.iter_mut().for_each(|row| row.sort_by_key(|r| r.0));
        // Thirty others with four rows each take up all dimensions except the largest one of a subject.
        rows.extend((0..120).map(|i| vec![(1000 + i / 4, 1.0)]));
        rows.push(vec![(0, 1.0), (1, 1.0)]);
        let found = likeness(&rows, 1, 1);
        let (near, far) = (found[5][0], found[20][0]);
        assert!(near > 0.5 && far.abs() < 0.1, "{near} {far}");
        assert_eq!(likeness(&rows, 1, 1), found);
    }

    #[test]
    fn nothing_is_like_nothing() {
        assert_eq!(likeness(&[Vec::new(), Vec::new()], 1, 1), [[0.0]]);
        assert!(likeness(&[], 0, 1).is_empty());
    }
}
