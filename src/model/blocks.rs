//! Rows as the solvers walk through them: block by block, so that rows on disk need the memory of two blocks.

use super::error::Result;
use super::renumbered::Renumbered;
use crate::features::SparseColumns;
use linfa::Float;
use std::ops::Range;

/// Sparse rows in blocks. Columns are numbered as [`Renumbered`] has them, none is empty.
pub(super) trait Blocks<F: Float>: Sync {
    fn n_samples(&self) -> usize;

    fn n_features(&self) -> usize;

    fn n_stored(&self) -> usize;

    /// The column that a number stands for.
    fn column(&self, number: usize) -> usize;

    /// The rows of each block, rising.
    fn blocks(&self) -> Vec<Range<usize>>;

    /// Calls with the blocks of these numbers, one after the other.
    ///
    /// # Errors
    /// `OnDisk` where a block can't be read.
    fn for_blocks(&self, blocks: &[usize], work: &mut (dyn FnMut(&Block<'_, F>) + Send)) -> Result<()>;

    /// The same numbers by column, where there is room for them.
    fn to_columns(&self) -> Option<SparseColumns<F>>;

    /// Calls with all blocks in their order.
    ///
    /// # Errors
    /// `OnDisk` where a block can't be read.
    fn for_all(&self, work: &mut (dyn FnMut(&Block<'_, F>) + Send)) -> Result<()> {
        self.for_blocks(&(0..self.blocks().len()).collect::<Vec<_>>(), work)
    }
}

/// Some rows in memory.
pub(super) struct Block<'b, F> {
    /// The number of its first row.
    pub first: usize,
    /// Where each of them begins, and the last ends.
    pub indptr: &'b [usize],
    pub indices: &'b [u32],
    pub values: &'b [F],
}

impl<F> Block<'_, F> {
    /// The numbers of its rows.
    pub fn rows(&self) -> Range<usize> {
        self.first..self.first + self.indptr.len() - 1
    }

    /// The numbers of the columns and the values of a row.
    pub fn row(&self, row: usize) -> (&[u32], &[F]) {
        let at = row - self.first;
        let range = self.indptr[at]..self.indptr[at + 1];
        (&self.indices[range.clone()], &self.values[range])
    }
}

/// Rows in memory are one block.
impl<F: Float> Blocks<F> for Renumbered<'_, F> {
    fn n_samples(&self) -> usize {
        Renumbered::n_samples(self)
    }

    fn n_features(&self) -> usize {
        Renumbered::n_features(self)
    }

    fn n_stored(&self) -> usize {
        Renumbered::n_stored(self)
    }

    fn column(&self, number: usize) -> usize {
        Renumbered::column(self, number)
    }

    #[allow(clippy::single_range_in_vec_init)]
    fn blocks(&self) -> Vec<Range<usize>> {
        vec![0..self.n_samples()]
    }

    fn for_blocks(&self, blocks: &[usize], work: &mut (dyn FnMut(&Block<'_, F>) + Send)) -> Result<()> {
        blocks.iter().for_each(|_| work(&self.whole()));
        Ok(())
    }

    fn to_columns(&self) -> Option<SparseColumns<F>> {
        Some(Renumbered::to_columns(self))
    }
}
