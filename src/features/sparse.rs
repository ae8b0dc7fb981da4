//! Sparse rows: one row per document, with only the nonzero values.
//!
//! [`SparseRows`] holds `(n_samples, n_features)` numbers as compressed sparse rows with 32-bit columns, half the size
//! of `sprs::CsMat` with `f32` values. It implements linfa's [`Records`], so it can be used in a
//! [`linfa::DatasetBase`]. [`SparseColumns`] holds the same numbers by column.

use linfa::Float;
use linfa::dataset::Records;
use ndarray::{Array2, ArrayView2};
use std::ops::Range;
use thiserror::Error;

/// Why numbers don't make valid sparse rows. Rows and columns count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SparseError {
    /// The row pointers are empty or don't begin with 0.
    #[error("the row pointers must begin with 0, found {found:?}")]
    FirstPointer {
        /// The first pointer; `None` if there are none.
        found: Option<usize>,
    },
    /// A row ends before it begins.
    #[error("row {row} begins at {start} and ends at {end}")]
    DecreasingPointer {
        /// The row.
        row: usize,
        /// Its pointer.
        start: usize,
        /// The next row's pointer.
        end: usize,
    },
    /// The last pointer, the columns and the values disagree about the number of values.
    #[error("the last row ends at {pointer}, but there are {indices} columns and {values} values")]
    LengthMismatch {
        /// The last row pointer.
        pointer: usize,
        /// How many column indices.
        indices: usize,
        /// How many values.
        values: usize,
    },
    /// A column that doesn't exist.
    #[error("row {row} names column {column}, but there are {n_features} columns")]
    ColumnOutOfRange {
        /// The row.
        row: usize,
        /// The column it names.
        column: usize,
        /// How many columns there are.
        n_features: usize,
    },
    /// The columns of a row don't increase: one is out of order or occurs twice.
    #[error("row {row} names column {column} after column {before}; columns must ascend")]
    UnsortedColumns {
        /// The row.
        row: usize,
        /// The previous column.
        before: u32,
        /// The column that isn't greater.
        column: u32,
    },
    /// More columns than 32 bits can number.
    #[error("{n_features} columns, but at most {} can be numbered", u32::MAX)]
    TooManyColumns {
        /// How many columns.
        n_features: usize,
    },
    /// A row that doesn't exist.
    #[error("row {row} was asked for, but there are {n_samples} rows")]
    RowOutOfRange {
        /// The requested row.
        row: usize,
        /// How many rows there are.
        n_samples: usize,
    },
}

/// Numbers by row, `(n_samples, n_features)`, of which only the nonzero ones are stored.
///
/// The columns of each row increase. A zero may be stored: it counts in [`n_stored`](SparseRows::n_stored) and changes
/// nothing else.
///
/// ```
/// use aslant::features::SparseRows;
/// use linfa::dataset::Records;
///
/// // [ 1 0 2 ]
/// // [ 0 0 0 ]
/// // [ 0 3 0 ]
/// let rows = SparseRows::new(3, vec![0, 2, 2, 3], vec![0, 2, 1], vec![1.0_f32, 2.0, 3.0])?;
/// assert_eq!((rows.nsamples(), rows.nfeatures()), (3, 3));
/// assert_eq!(rows.row(0).collect::<Vec<_>>(), [(0, 1.0), (2, 2.0)]);
/// assert_eq!(rows.select_rows(&[2, 0])?.to_dense()[[0, 1]], 3.0);
/// # Ok::<(), aslant::features::SparseError>(())
/// ```
///
/// Plain `sprs` rows (0.11.2, the version that linfa takes) become sparse rows without a check:
///
/// ```
/// use aslant::features::SparseRows;
/// let mut triplets = sprs::TriMat::new((2, 4));
/// triplets.add_triplet(0, 3, 0.5);
/// triplets.add_triplet(1, 1, 2.0);
/// let rows = SparseRows::from(triplets.to_csr::<usize>());
/// assert_eq!(rows.row(0).collect::<Vec<_>>(), [(3, 0.5)]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRows<F> {
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<F>,
    n_features: usize,
}

impl<F: Float> SparseRows<F> {
    /// Checked rows: row `i` has the columns `indices[indptr[i]..indptr[i + 1]]`, increasing, and the values at the
    /// same indices.
    ///
    /// `indptr` has `n_samples + 1` entries and begins with 0.
    ///
    /// # Errors
    /// Every variant of [`SparseError`] except `RowOutOfRange`. Values are not checked here: whether they are finite is
    /// checked where it matters.
    pub fn new(n_features: usize, indptr: Vec<usize>, indices: Vec<u32>, values: Vec<F>) -> Result<Self, SparseError> {
        if n_features > u32::MAX as usize {
            return Err(SparseError::TooManyColumns { n_features });
        }
        if indptr.first() != Some(&0) {
            return Err(SparseError::FirstPointer { found: indptr.first().copied() });
        }
        if let Some(row) = indptr.windows(2).position(|w| w[0] > w[1]) {
            return Err(SparseError::DecreasingPointer { row, start: indptr[row], end: indptr[row + 1] });
        }
        let pointer = indptr[indptr.len() - 1];
        if pointer != indices.len() || pointer != values.len() {
            return Err(SparseError::LengthMismatch { pointer, indices: indices.len(), values: values.len() });
        }
        for (row, bounds) in indptr.windows(2).enumerate() {
            let columns = &indices[bounds[0]..bounds[1]];
            if let Some(at) = columns.windows(2).position(|w| w[0] >= w[1]) {
                return Err(SparseError::UnsortedColumns { row, before: columns[at], column: columns[at + 1] });
            }
            if let Some(&column) = columns.last().filter(|c| **c as usize >= n_features) {
                return Err(SparseError::ColumnOutOfRange { row, column: column as usize, n_features });
            }
        }
        Ok(SparseRows { indptr, indices, values, n_features })
    }

    /// Checked rows from one list of `(column, value)` per row.
    ///
    /// # Errors
    /// As [`SparseRows::new`].
    pub fn from_rows<R>(n_features: usize, rows: impl IntoIterator<Item = R>) -> Result<Self, SparseError>
    where
        R: IntoIterator<Item = (u32, F)>,
    {
        let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in rows {
            for (column, value) in row {
                indices.push(column);
                values.push(value);
            }
            indptr.push(indices.len());
        }
        SparseRows::new(n_features, indptr, indices, values)
    }

    /// The nonzero numbers of a dense matrix.
    ///
    /// # Errors
    /// `TooManyColumns`.
    pub fn from_dense(dense: ArrayView2<'_, F>) -> Result<Self, SparseError> {
        let rows = dense.rows().into_iter().map(|row| {
            let stored = row.iter().enumerate().filter(|(_, v)| !v.is_zero());
            stored.map(|(j, v)| (j as u32, *v)).collect::<Vec<_>>()
        });
        SparseRows::from_rows(dense.ncols(), rows)
    }

    /// The rows of a `sprs` matrix, whether it is stored by row or by column.
    ///
    /// # Errors
    /// `TooManyColumns`.
    pub fn try_from_sprs(matrix: sprs::CsMat<F>) -> Result<Self, SparseError> {
        let matrix = if matrix.is_csr() { matrix } else { matrix.to_csr() };
        let n_features = matrix.cols();
        if n_features > u32::MAX as usize {
            return Err(SparseError::TooManyColumns { n_features });
        }
        let (indptr, indices, values) = matrix.into_raw_storage();
        // A slice of a matrix keeps the pointers of the whole.
        let first = indptr.first().copied().unwrap_or(0);
        let indptr = if indptr.is_empty() { vec![0] } else { indptr.into_iter().map(|p| p - first).collect() };
        Ok(SparseRows { indptr, indices: indices.into_iter().map(|j| j as u32).collect(), values, n_features })
    }

    /// For rows that are valid by construction.
    pub(crate) fn from_checked(n_features: usize, indptr: Vec<usize>, indices: Vec<u32>, values: Vec<F>) -> Self {
        debug_assert!(SparseRows::new(n_features, indptr.clone(), indices.clone(), values.clone()).is_ok());
        SparseRows { indptr, indices, values, n_features }
    }

    /// Row pointers, columns and values.
    pub(crate) fn into_parts(self) -> (Vec<usize>, Vec<u32>, Vec<F>) {
        (self.indptr, self.indices, self.values)
    }

    /// How many rows.
    pub fn n_samples(&self) -> usize {
        self.indptr.len() - 1
    }

    /// The number of columns, including those that are zero in every row.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The number of stored values.
    pub fn n_stored(&self) -> usize {
        self.values.len()
    }

    /// The `(column, value)` pairs of a row, by increasing column. Panics, like indexing, if there is no such row.
    pub fn row(&self, row: usize) -> impl ExactSizeIterator<Item = (u32, F)> + '_ {
        let range = self.indptr[row]..self.indptr[row + 1];
        self.indices[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// The columns and the values of a row as slices. Panics, like indexing, if there is no such row.
    pub fn row_slices(&self, row: usize) -> (&[u32], &[F]) {
        let range = self.indptr[row]..self.indptr[row + 1];
        (&self.indices[range.clone()], &self.values[range])
    }

    /// Row pointers `(n_samples + 1)`, columns `(n_stored)` and values `(n_stored)`.
    pub fn as_parts(&self) -> (&[usize], &[u32], &[F]) {
        (&self.indptr, &self.indices, &self.values)
    }

    /// A copy of these rows, in this order; a row may be given more than once.
    ///
    /// # Errors
    /// `RowOutOfRange`.
    pub fn select_rows(&self, rows: &[usize]) -> Result<Self, SparseError> {
        let n_samples = self.n_samples();
        if let Some(&row) = rows.iter().find(|row| **row >= n_samples) {
            return Err(SparseError::RowOutOfRange { row, n_samples });
        }
        let stored = rows.iter().map(|&r| self.indptr[r + 1] - self.indptr[r]).sum();
        let mut indptr = Vec::with_capacity(rows.len() + 1);
        let (mut indices, mut values) = (Vec::with_capacity(stored), Vec::with_capacity(stored));
        indptr.push(0);
        for &row in rows {
            let (columns, numbers) = self.row_slices(row);
            indices.extend_from_slice(columns);
            values.extend_from_slice(numbers);
            indptr.push(indices.len());
        }
        Ok(SparseRows { indptr, indices, values, n_features: self.n_features })
    }

    /// Blocks of columns side by side, each multiplied by its weight: `(n_samples, sum of n_features)`.
    ///
    /// ```
    /// use aslant::features::SparseRows;
    /// let one = SparseRows::<f64>::from_rows(2, [vec![(0, 1.0)], vec![(1, 2.0)]])?;
    /// let two = SparseRows::<f64>::from_rows(1, [vec![(0, 3.0)], vec![]])?;
    /// let both = SparseRows::hstack(&[(1.0, &one), (0.5, &two)])?;
    /// assert_eq!(both.row(0).collect::<Vec<_>>(), [(0, 1.0), (2, 1.5)]);
    /// # Ok::<(), aslant::features::SparseError>(())
    /// ```
    ///
    /// # Errors
    /// `RowOutOfRange` if a block has fewer rows than the first; `TooManyColumns`, as in [`new`](Self::new).
    pub fn hstack(blocks: &[(F, &Self)]) -> Result<Self, SparseError> {
        let n_samples = blocks.first().map_or(0, |(_, block)| block.n_samples());
        let mut indptr = vec![0];
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        for row in 0..n_samples {
            let mut first = 0;
            for (weight, block) in blocks {
                if row >= block.n_samples() {
                    return Err(SparseError::RowOutOfRange { row, n_samples: block.n_samples() });
                }
                indices.extend(block.row(row).map(|(column, _)| column + first));
                values.extend(block.row(row).map(|(_, value)| value * *weight));
                first += block.n_features as u32;
            }
            indptr.push(indices.len());
        }
        SparseRows::new(blocks.iter().map(|(_, block)| block.n_features).sum(), indptr, indices, values)
    }

    /// The same numbers by column.
    pub fn to_columns(&self) -> SparseColumns<F> {
        SparseColumns::of_rows(self.as_parts(), self.n_features)
    }

    /// All numbers, `(n_samples, n_features)`. For small matrices.
    pub fn to_dense(&self) -> Array2<F> {
        let mut dense = Array2::zeros((self.n_samples(), self.n_features));
        for i in 0..self.n_samples() {
            for (j, value) in self.row(i) {
                dense[[i, j as usize]] = value;
            }
        }
        dense
    }
}

impl<F: Float> Records for SparseRows<F> {
    type Elem = F;

    fn nsamples(&self) -> usize {
        self.n_samples()
    }

    fn nfeatures(&self) -> usize {
        self.n_features
    }
}

/// The rows that one thread fills, and their parts of two arrays of all rows.
pub(super) type Share<'r, A, B> = (Range<usize>, &'r mut [A], &'r mut [B]);

/// A share for every thread, with about the same number of values; `indptr` as in [`SparseRows::new`].
pub(super) fn shares<'r, A, B>(indptr: &[usize], mut a: &'r mut [A], mut b: &'r mut [B]) -> Vec<Share<'r, A, B>> {
    let (n_rows, n_threads) = (indptr.len() - 1, rayon::current_num_threads());
    let begins = |share: usize| indptr.partition_point(|pointer| *pointer < indptr[n_rows] * share / n_threads);
    let mut shares = Vec::with_capacity(n_threads);
    let mut from = 0;
    for share in 1..=n_threads {
        let to = if share == n_threads { n_rows } else { begins(share).clamp(from, n_rows) };
        let (of_a, of_b);
        (of_a, a) = a.split_at_mut(indptr[to] - indptr[from]);
        (of_b, b) = b.split_at_mut(indptr[to] - indptr[from]);
        shares.push((from..to, of_a, of_b));
        from = to;
    }
    shares
}

/// # Panics
/// If the matrix has more columns than 32 bits can number; [`SparseRows::try_from_sprs`] returns an error instead.
impl<F: Float> From<sprs::CsMat<F>> for SparseRows<F> {
    fn from(matrix: sprs::CsMat<F>) -> Self {
        SparseRows::try_from_sprs(matrix).expect("at most 2^32 - 1 columns")
    }
}

/// Numbers by column, `(n_samples, n_features)`; made by [`SparseRows::to_columns`]. The rows of each column increase.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseColumns<F> {
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<F>,
    n_samples: usize,
}

impl<F: Float> SparseColumns<F> {
    /// From rows in the form of [`SparseRows::as_parts`]; their columns needn't increase.
    pub(crate) fn of_rows((pointers, columns, numbers): (&[usize], &[u32], &[F]), n_features: usize) -> Self {
        let mut indptr = vec![0usize; n_features + 1];
        for &column in columns {
            indptr[column as usize + 1] += 1;
        }
        for j in 0..n_features {
            indptr[j + 1] += indptr[j];
        }
        let mut next = indptr.clone();
        let mut indices = vec![0u32; columns.len()];
        let mut values = vec![F::zero(); numbers.len()];
        for (row, bounds) in pointers.windows(2).enumerate() {
            let range = bounds[0]..bounds[1];
            for (&column, &value) in columns[range.clone()].iter().zip(&numbers[range]) {
                let at = &mut next[column as usize];
                indices[*at] = row as u32;
                values[*at] = value;
                *at += 1;
            }
        }
        SparseColumns { indptr, indices, values, n_samples: pointers.len() - 1 }
    }

    /// Where the values of every column begin, and the end.
    pub(crate) fn pointers(&self) -> &[usize] {
        &self.indptr
    }

    /// How many rows.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// How many columns.
    pub fn n_features(&self) -> usize {
        self.indptr.len() - 1
    }

    /// The rows and the values of a column. Panics, like indexing, if there is no such column.
    pub fn column_slices(&self, column: usize) -> (&[u32], &[F]) {
        let range = self.indptr[column]..self.indptr[column + 1];
        (&self.indices[range.clone()], &self.values[range])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn rows() -> SparseRows<f64> {
        SparseRows::new(4, vec![0, 2, 2, 4], vec![0, 3, 1, 3], vec![1.0, 2.0, 3.0, 4.0]).unwrap()
    }

    #[test]
    fn every_defect_has_its_error() {
        let new = |n, p: &[usize], i: &[u32], v: usize| SparseRows::new(n, p.to_vec(), i.to_vec(), vec![1.0f32; v]);
        assert_eq!(new(1, &[], &[], 0), Err(SparseError::FirstPointer { found: None }));
        assert_eq!(new(1, &[1, 1], &[], 0), Err(SparseError::FirstPointer { found: Some(1) }));
        assert_eq!(new(3, &[0, 2, 1], &[0, 1], 2), Err(SparseError::DecreasingPointer { row: 1, start: 2, end: 1 }));
        assert_eq!(new(3, &[0, 2], &[0, 1], 1), Err(SparseError::LengthMismatch { pointer: 2, indices: 2, values: 1 }));
        assert_eq!(
            new(3, &[0, 0, 1], &[3], 1),
            Err(SparseError::ColumnOutOfRange { row: 1, column: 3, n_features: 3 })
        );
        for (columns, before, column) in [([1, 1], 1, 1), ([2, 0], 2, 0)] {
            assert_eq!(new(3, &[0, 2], &columns, 2), Err(SparseError::UnsortedColumns { row: 0, before, column }));
        }
        assert_eq!(new(1 << 33, &[0], &[], 0), Err(SparseError::TooManyColumns { n_features: 1 << 33 }));
        assert_eq!(rows().select_rows(&[0, 3]), Err(SparseError::RowOutOfRange { row: 3, n_samples: 3 }));
    }

    #[test]
    fn no_rows_and_no_columns_are_fine() {
        let none = SparseRows::<f32>::new(0, vec![0], vec![], vec![]).unwrap();
        assert_eq!((none.nsamples(), none.nfeatures(), none.n_stored()), (0, 0, 0));
        assert_eq!(none.to_columns().n_features(), 0);
    }

    #[test]
    fn rows_columns_and_dense_agree() {
        let rows = rows();
        let dense = array![[1.0, 0.0, 0.0, 2.0], [0.0; 4], [0.0, 3.0, 0.0, 4.0]];
        assert_eq!(rows.to_dense(), dense);
        assert_eq!(SparseRows::from_dense(dense.view()).unwrap(), rows);
        let columns = rows.to_columns();
        assert_eq!(columns.column_slices(3), (&[0, 2][..], &[2.0, 4.0][..]));
        assert_eq!(columns.column_slices(2), (&[][..], &[][..]));
        assert_eq!(rows.select_rows(&[2, 1, 2]).unwrap().to_dense().row(2), dense.row(2));
    }

    #[test]
    fn sprs_by_row_by_column_and_cut_out() {
        let mut triplets = sprs::TriMat::new((3, 4));
        for i in 0..3 {
            for (j, v) in rows().row(i) {
                triplets.add_triplet(i, j as usize, v);
            }
        }
        let matrix: sprs::CsMat<f64> = triplets.to_csr();
        assert_eq!(SparseRows::from(matrix.to_csc()), rows());
        let cut = matrix.slice_outer(1..3).to_owned();
        assert_eq!(SparseRows::from(cut), rows().select_rows(&[1, 2]).unwrap());
        assert_eq!(SparseRows::from(matrix), rows());
    }
}
