//! Principal axes of a small table, by Jacobi's rotations.
//!
//! Rows are cases, columns are variables. Columns are centred; the axes are the eigenvectors of their covariance, the
//! widest first (Pearson 1901). Jacobi's method is slow for thousands of columns, and exact up to rounding for a
//! hundred.

/// Principal axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Axes {
    /// The columns' means.
    pub means: Vec<f64>,
    /// One axis per row, of length 1, the widest first. The largest entry of each is positive (the first one, in a
    /// tie).
    pub axes: Vec<Vec<f64>>,
    /// For each axis, the variance of the rows along it (divided by the number of rows).
    pub variances: Vec<f64>,
}

impl Axes {
    /// Finds the first `n` axes of a table with at least one row; fewer if there are fewer columns.
    pub fn of(rows: &[Vec<f64>], n: usize) -> Axes {
        let columns = rows.first().map_or(0, Vec::len);
        let count = rows.len().max(1) as f64;
        let means: Vec<f64> = (0..columns).map(|c| rows.iter().map(|r| r[c]).sum::<f64>() / count).collect();
        let mut covariance = vec![vec![0.0; columns]; columns];
        for row in rows {
            for i in 0..columns {
                for j in 0..columns {
                    covariance[i][j] += (row[i] - means[i]) * (row[j] - means[j]) / count;
                }
            }
        }
        let vectors = diagonalize(&mut covariance);
        let mut order: Vec<usize> = (0..columns).collect();
        order.sort_by(|&a, &b| covariance[b][b].total_cmp(&covariance[a][a]).then(a.cmp(&b)));
        order.truncate(n);
        let axis = |&k: &usize| {
            let axis: Vec<f64> = (0..columns).map(|i| vectors[i][k]).collect();
            let largest = axis.iter().copied().reduce(|a, b| if b.abs() > a.abs() + 1e-12 { b } else { a });
            let sign = if largest.is_some_and(|l| l < 0.0) { -1.0 } else { 1.0 };
            axis.into_iter().map(|x| sign * x).collect()
        };
        Axes {
            axes: order.iter().map(axis).collect(),
            variances: order.iter().map(|&k| covariance[k][k].max(0.0)).collect(),
            means,
        }
    }

    /// Reverses an axis.
    pub fn flip(&mut self, axis: usize) {
        self.axes[axis].iter_mut().for_each(|x| *x = -*x);
    }

    /// The position of a row along an axis; the average row is at 0.
    pub fn place(&self, row: &[f64], axis: usize) -> f64 {
        row.iter().zip(&self.means).zip(&self.axes[axis]).map(|((x, mean), a)| (x - mean) * a).sum()
    }
}

/// Diagonalises a symmetric matrix; returns the eigenvectors as columns.
fn diagonalize(matrix: &mut [Vec<f64>]) -> Vec<Vec<f64>> {
    const SWEEPS: usize = 64;
    let n = matrix.len();
    let mut vectors: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let size: f64 = matrix.iter().flatten().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| matrix[i][j].powi(2)).sum();
        if off <= 1e-30 * size {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(matrix, &mut vectors, p, q);
            }
        }
    }
    vectors
}

/// One rotation, which makes the entry (p, q) zero.
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    if matrix[p][q] == 0.0 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let t = if theta == 0.0 { 1.0 } else { t };
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in matrix.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    let (upper, lower) = matrix.split_at_mut(q);
    for (a, b) in upper[p].iter_mut().zip(&mut lower[0]) {
        (*a, *b) = (c * *a - s * *b, s * *a + c * *b);
    }
    for row in vectors {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// numpy.linalg.eigh of numpy.cov(X.T, bias=True).
    const NUMPY_VARIANCES: [f64; 2] = [5.443181028103641, 2.956250335216907];
    const NUMPY_AXES: [[f64; 3]; 2] = [
        [-0.5710286718762712, 0.05278592437832652, 0.8192312872948319],
        [0.05870070833099597, 0.9980016039849147, -0.023388571674577197],
    ];

    #[test]
    fn axes_of_a_small_table() {
        let rows = vec![
            vec![2.0, 0.0, 1.0],
            vec![1.0, 3.0, 0.0],
            vec![-1.0, 2.0, 4.0],
            vec![0.0, -2.0, 1.0],
            vec![3.0, 1.0, -2.0],
        ];
        let axes = Axes::of(&rows, 2);
        for (found, expected) in axes.variances.iter().zip(NUMPY_VARIANCES) {
            assert!((found - expected).abs() < 1e-9, "{:?}", axes.variances);
        }
        for (axis, expected) in axes.axes.iter().zip(NUMPY_AXES) {
            for (found, expected) in axis.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-9, "{:?}", axes.axes);
            }
        }
        let mean = axes.means.clone();
        assert_eq!(axes.place(&mean, 0), 0.0);
    }

    #[test]
    fn one_row_and_no_column_have_no_width() {
        assert_eq!(Axes::of(&[vec![1.0, 2.0]], 2).variances, [0.0, 0.0]);
        assert_eq!(Axes::of(&[vec![]], 2).axes, Vec::<Vec<f64>>::new());
    }
}
