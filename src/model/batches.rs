//! Rows as the solvers walk through them: batch by batch, so that rows on disk need memory for only two batches.

use super::error::Result;
use crate::features::SparseColumns;
use linfa::Float;

/// Sparse rows in batches. Columns are numbered as in [`Renumbered`](super::renumbered::Renumbered), and none is empty.
pub(super) trait Batches<F: Float>: Sync {
    fn n_samples(&self) -> usize;

    fn n_features(&self) -> usize;

    fn n_stored(&self) -> usize;

    /// The column that a number stands for.
    fn column(&self, number: usize) -> usize;

    /// Whether the rows are read from disk whenever they are walked through.
    fn is_on_disk(&self) -> bool;

    /// The same numbers by column, if they fit in memory.
    fn to_columns(&self) -> Option<SparseColumns<F>>;

    /// Calls `work` with rows in this order, batch by batch.
    ///
    /// # Errors
    /// `OnDisk` if rows can't be read.
    fn for_batches(&self, rows: &[usize], work: &mut (dyn FnMut(&Batch<'_, F>) + Send)) -> Result<()>;

    /// Calls `work` with all rows in order, batch by batch.
    ///
    /// # Errors
    /// `OnDisk` if rows can't be read.
    fn for_all(&self, work: &mut (dyn FnMut(&Batch<'_, F>) + Send)) -> Result<()> {
        self.for_batches(&(0..self.n_samples()).collect::<Vec<_>>(), work)
    }
}

/// Columns and values of a row.
pub(super) type Row<'b, F> = (&'b [u32], &'b [F]);

/// Some rows in memory, in some order.
pub(super) struct Batch<'b, F> {
    rows: &'b [usize],
    /// Where a row begins: by its position in the batch or, if all rows are in memory, by its number.
    indptr: &'b [usize],
    has_all: bool,
    indices: &'b [u32],
    values: &'b [F],
}

impl<'b, F> Batch<'b, F> {
    /// Some of all rows.
    pub fn of_all(rows: &'b [usize], (indptr, indices, values): (&'b [usize], &'b [u32], &'b [F])) -> Self {
        Batch { rows, indptr, has_all: true, indices, values }
    }

    /// These rows, one after the other.
    pub fn of_these(rows: &'b [usize], (indptr, indices, values): (&'b [usize], &'b [u32], &'b [F])) -> Self {
        Batch { rows, indptr, has_all: false, indices, values }
    }

    /// The numbers of its rows.
    pub fn rows(&self) -> &'b [usize] {
        self.rows
    }

    /// The row at a position.
    pub fn at(&self, place: usize) -> Row<'b, F> {
        let at = if self.has_all { self.rows[place] } else { place };
        let range = self.indptr[at]..self.indptr[at + 1];
        (&self.indices[range.clone()], &self.values[range])
    }

    /// Its rows with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Row<'b, F>)> {
        self.rows.iter().enumerate().map(|(place, row)| (*row, self.at(place)))
    }
}
