//! Sparse rows that wait on disk, in blocks that are read again for every walk: for matrices that have no room in memory.
//!
//! The rows come in any order that is no order of their labels (a block whose rows are all of one class would pull every
//! walk to and fro). In memory are two blocks: the one at work and the next, which is read meanwhile.
//!
//! Yu, Hsieh, Chang, Lin (2010), Large linear classification when data cannot fit in memory, KDD, doi 10.1145/1835804.1835910.

use super::blocks::{Block, Blocks};
use super::error::{LogisticError, Result};
use super::renumbered::numbers_of;
use crate::error;
use crate::features::{SparseColumns, SparseRows};
use crate::records::{Records, numbers, put_numbers};
use linfa::Float;
use std::ops::Range;

/// Rows on disk.
pub(super) struct OnDisk {
    /// A record a block: for each row how many values it has, then all columns, then all values.
    blocks: Records,
    /// The rows of each.
    rows: Vec<Range<usize>>,
    n_stored: usize,
    /// By number: the column.
    columns: Vec<u32>,
}

impl OnDisk {
    /// Writes rows that come block by block. `uses` says by column how many rows use it: none uses one that has 0.
    ///
    /// # Errors
    /// `OnDisk` where the disk is full or a block doesn't come; `NonFinite`.
    pub fn write(uses: Vec<u32>, blocks: impl Iterator<Item = error::Result<SparseRows<f32>>>) -> Result<OnDisk> {
        let (numbers, columns) = numbers_of(uses);
        let mut written = OnDisk { blocks: Records::default(), rows: Vec::new(), n_stored: 0, columns };
        for block in blocks {
            let block = block?;
            let first = written.rows.last().map_or(0, |rows| rows.end);
            let (indptr, indices, values) = block.as_parts();
            if let Some(at) = values.iter().position(|value| !value.is_finite()) {
                let sample = first + indptr.partition_point(|begin| *begin <= at) - 1;
                return Err(LogisticError::NonFinite {
                    sample,
                    column: indices[at] as usize,
                    value: values[at].into(),
                });
            }
            let lengths = indptr.windows(2).map(|row| (row[1] - row[0]) as u32);
            let columns = indices.iter().map(|column| numbers[*column as usize]);
            let values = values.iter().map(|value| value.to_bits());
            let put = |bytes: &mut Vec<u8>| put_numbers(bytes, lengths.chain(columns).chain(values));
            written.blocks.push_with(put)?;
            written.rows.push(first..first + block.n_samples());
            written.n_stored += indices.len();
        }
        Ok(written)
    }

    fn read<F: Float>(&self, block: usize) -> Result<Loaded<F>> {
        let rows = self.rows[block].clone();
        let mut reader = self.blocks.reader();
        let mut all = numbers(reader.read(block)?);
        let (mut indptr, mut end) = (Vec::with_capacity(rows.len() + 1), 0);
        indptr.push(0);
        for length in all.by_ref().take(rows.len()) {
            end += length as usize;
            indptr.push(end);
        }
        let indices = all.by_ref().take(end).collect();
        let values = all.map(|bits| F::cast(f32::from_bits(bits))).collect();
        Ok(Loaded { first: rows.start, indptr, indices, values })
    }
}

/// A block in memory.
struct Loaded<F> {
    first: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<F>,
}

impl<F: Float> Loaded<F> {
    fn block(&self) -> Block<'_, F> {
        Block { first: self.first, indptr: &self.indptr, indices: &self.indices, values: &self.values }
    }
}

impl<F: Float> Blocks<F> for OnDisk {
    fn n_samples(&self) -> usize {
        self.rows.last().map_or(0, |rows| rows.end)
    }

    fn n_features(&self) -> usize {
        self.columns.len()
    }

    fn n_stored(&self) -> usize {
        self.n_stored
    }

    fn column(&self, number: usize) -> usize {
        self.columns[number] as usize
    }

    fn blocks(&self) -> Vec<Range<usize>> {
        self.rows.clone()
    }

    fn for_blocks(&self, blocks: &[usize], work: &mut (dyn FnMut(&Block<'_, F>) + Send)) -> Result<()> {
        let mut next = blocks.first().map(|block| self.read::<F>(*block));
        for at in 0..blocks.len() {
            let Some(loaded) = next.take().transpose()? else { break };
            let read = || blocks.get(at + 1).map(|block| self.read::<F>(*block));
            ((), next) = rayon::join(|| work(&loaded.block()), read);
        }
        Ok(())
    }

    fn to_columns(&self) -> Option<SparseColumns<F>> {
        None
    }
}
