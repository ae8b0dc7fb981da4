//! Sparse rows on disk that are read again for every walk: for matrices that don't fit in memory.
//!
//! A walk visits its rows in any order and skips most of them. The next rows are known, so they are read in parallel
//! while the previous ones are processed. Much of the file stays in the system's cache as long as memory isn't needed
//! otherwise. Blocks of rows, each read and processed as a whole (Yu, Hsieh, Chang, Lin 2010, doi
//! 10.1145/1835804.1835910), were tried: with 20 blocks the solver didn't converge in three times as many walks.

use super::batches::{Batch, Batches};
use super::error::{LogisticError, Result};
use super::renumbered::numbers_of;
use crate::error;
use crate::features::{SparseColumns, SparseRows};
use crate::records::{Records, numbers, put_numbers};
use rayon::prelude::*;

/// Rows per batch: a few megabytes if articles are long.
const BATCH: usize = 1024;
/// How many rows of it a thread reads one after the other.
const AT_ONCE: usize = 64;

/// Rows on disk.
pub(super) struct OnDisk {
    /// By row: all columns, then all values.
    rows: Records,
    n_stored: usize,
    /// By number: the column.
    columns: Vec<u32>,
}

impl OnDisk {
    /// Writes rows that arrive in batches. `uses` says for each column how many rows use it.
    ///
    /// # Errors
    /// `OnDisk` if the disk is full or rows can't be produced; `NonFinite`.
    pub fn write(uses: Vec<u32>, some: impl Iterator<Item = error::Result<SparseRows<f32>>>) -> Result<OnDisk> {
        let n_used: u64 = uses.iter().map(|n| u64::from(*n)).sum();
        let (numbers, columns) = numbers_of(uses);
        let mut written = OnDisk { rows: Records::default(), n_stored: 0, columns };
        for rows in some {
            let rows = rows?;
            for row in 0..rows.n_samples() {
                let (columns, values) = rows.row_slices(row);
                if let Some(at) = values.iter().position(|value| !value.is_finite()) {
                    let (sample, column, value) = (written.rows.len(), columns[at] as usize, values[at].into());
                    return Err(LogisticError::NonFinite { sample, column, value });
                }
                let columns = columns.iter().map(|column| numbers[*column as usize]);
                let values = values.iter().map(|value| value.to_bits());
                written.rows.push_with(|bytes| put_numbers(bytes, columns.chain(values)))?;
            }
            written.n_stored += rows.n_stored();
        }
        debug_assert_eq!(written.n_stored as u64, n_used);
        Ok(written)
    }

    fn read(&self, rows: &[usize]) -> Result<Loaded> {
        let parts: Vec<Loaded> = rows.par_chunks(AT_ONCE).map(|rows| self.read_some(rows)).collect::<Result<_>>()?;
        let n_stored = parts.iter().map(|part| part.indices.len()).sum();
        let mut all = Loaded::with_room(rows.len(), n_stored);
        for part in parts {
            let before = all.indices.len();
            all.indptr.extend(part.indptr[1..].iter().map(|end| before + end));
            all.indices.extend(part.indices);
            all.values.extend(part.values);
        }
        Ok(all)
    }

    fn read_some(&self, rows: &[usize]) -> Result<Loaded> {
        let mut reader = self.rows.reader();
        let Loaded { mut indptr, mut indices, mut values } = Loaded::with_room(rows.len(), 0);
        for &row in rows {
            let (columns, of_columns) = {
                let bytes = reader.read(row)?;
                bytes.split_at(bytes.len() / 2)
            };
            indices.extend(numbers(columns));
            values.extend(numbers(of_columns).map(f32::from_bits));
            indptr.push(indices.len());
        }
        Ok(Loaded { indptr, indices, values })
    }
}

/// Rows in memory, one after the other.
struct Loaded {
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl Loaded {
    /// Empty, with room for this many rows and values.
    fn with_room(rows: usize, n_stored: usize) -> Loaded {
        let mut indptr = Vec::with_capacity(rows + 1);
        indptr.push(0);
        Loaded { indptr, indices: Vec::with_capacity(n_stored), values: Vec::with_capacity(n_stored) }
    }
}

impl Batches<f32> for OnDisk {
    fn n_samples(&self) -> usize {
        self.rows.len()
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

    fn is_on_disk(&self) -> bool {
        true
    }

    fn to_columns(&self) -> Option<SparseColumns<f32>> {
        None
    }

    fn for_batches(&self, rows: &[usize], work: &mut (dyn FnMut(&Batch<'_, f32>) + Send)) -> Result<()> {
        let mut batches = rows.chunks(BATCH).peekable();
        let mut next = batches.peek().map(|rows| self.read(rows));
        while let (Some(rows), Some(loaded)) = (batches.next(), next.take().transpose()?) {
            let batch = Batch::of_these(rows, (&loaded.indptr, &loaded.indices, &loaded.values));
            ((), next) = rayon::join(|| work(&batch), || batches.peek().map(|rows| self.read(rows)));
        }
        Ok(())
    }
}
