//! Sparse rows as the solvers see them: without empty columns, and with the others ordered by frequency.
//!
//! Word frequencies follow Zipf's law, so most of the weights that a product with the rows reads and writes are then
//! next to each other, in the processor's cache, instead of all over a large vocabulary. This is four times faster than
//! alphabetical order for 335,000 columns. Values stay in place, and each row keeps its order, so sums are added up in
//! the same order.

use super::batches::{Batch, Batches};
use super::error::Result;
use crate::features::{SparseColumns, SparseRows};
use linfa::Float;
use rayon::prelude::*;

/// Sparse rows with other numbers for their columns.
pub(super) struct Renumbered<'r, F> {
    rows: Rows<'r, F>,
    /// The rows' indices in the new numbers.
    indices: Vec<u32>,
    /// By new number: the column.
    columns: Vec<u32>,
}

/// What is kept of the rows.
enum Rows<'r, F> {
    Of(&'r SparseRows<F>),
    /// Row pointers and values.
    Own(Vec<usize>, Vec<F>),
}

impl<'r, F: Float> Renumbered<'r, F> {
    /// Renumbers the columns: by the power of two of their frequency, decreasing, then in their original order.
    pub fn new(rows: &'r SparseRows<F>) -> Self {
        let (_, indices, _) = rows.as_parts();
        let (indices, columns) = renumber(indices.to_vec(), rows.n_features());
        Renumbered { rows: Rows::Of(rows), indices, columns }
    }

    /// The same, reusing the rows' memory.
    pub fn owning(rows: SparseRows<F>) -> Renumbered<'static, F> {
        let n_features = rows.n_features();
        let (indptr, indices, values) = rows.into_parts();
        let (indices, columns) = renumber(indices, n_features);
        Renumbered { rows: Rows::Own(indptr, values), indices, columns }
    }

    /// This many rows, without columns.
    pub fn without_columns(n_samples: usize) -> Self {
        Renumbered { rows: Rows::Own(vec![0; n_samples + 1], Vec::new()), indices: Vec::new(), columns: Vec::new() }
    }

    /// Row pointers and values.
    fn parts(&self) -> (&[usize], &[F]) {
        match &self.rows {
            Rows::Of(rows) => {
                let (indptr, _, values) = rows.as_parts();
                (indptr, values)
            }
            Rows::Own(indptr, values) => (indptr, values),
        }
    }

    /// The numbers of the columns and the values of a row.
    pub fn row_slices(&self, row: usize) -> (&[u32], &[F]) {
        let (indptr, values) = self.parts();
        let range = indptr[row]..indptr[row + 1];
        (&self.indices[range.clone()], &values[range])
    }

    /// Some rows.
    pub fn batch<'b>(&'b self, rows: &'b [usize]) -> Batch<'b, F> {
        let (indptr, values) = self.parts();
        Batch::of_all(rows, (indptr, &self.indices, values))
    }
}

/// Rows in memory are one batch.
impl<F: Float> Batches<F> for Renumbered<'_, F> {
    fn n_samples(&self) -> usize {
        self.parts().0.len() - 1
    }

    fn n_features(&self) -> usize {
        self.columns.len()
    }

    fn n_stored(&self) -> usize {
        self.indices.len()
    }

    fn column(&self, number: usize) -> usize {
        self.columns[number] as usize
    }

    fn is_on_disk(&self) -> bool {
        false
    }

    fn to_columns(&self) -> Option<SparseColumns<F>> {
        let (indptr, values) = self.parts();
        Some(SparseColumns::of_rows((indptr, &self.indices, values), self.columns.len()))
    }

    fn for_batches(&self, rows: &[usize], work: &mut (dyn FnMut(&Batch<'_, F>) + Send)) -> Result<()> {
        work(&self.batch(rows));
        Ok(())
    }
}

/// Replaces the columns by their new numbers; also returns the column for each new number.
fn renumber(mut indices: Vec<u32>, n_features: usize) -> (Vec<u32>, Vec<u32>) {
    let mut uses = vec![0u32; n_features];
    indices.iter().for_each(|&j| uses[j as usize] += 1);
    let (numbers, columns) = numbers_of(uses);
    indices.par_iter_mut().with_min_len(1 << 16).for_each(|j| *j = numbers[*j as usize]);
    (indices, columns)
}

/// The new number of each column, from how often it is used, and the column for each new number. An unused column has
/// no number; its entry is 0.
pub(super) fn numbers_of(mut uses: Vec<u32>) -> (Vec<u32>, Vec<u32>) {
    let level = |uses: u32| uses.leading_zeros() as usize;
    let mut next = [0u32; u32::BITS as usize + 2];
    uses.iter().for_each(|&n| next[level(n) + 1] += 1);
    (0..u32::BITS as usize).for_each(|l| next[l + 1] += next[l]);
    let used = next[u32::BITS as usize] as usize;
    let mut columns = vec![0u32; used];
    // The count is replaced by the new number.
    for (j, n) in uses.iter_mut().enumerate().filter(|(_, n)| **n > 0) {
        let place = &mut next[level(*n)];
        columns[*place as usize] = j as u32;
        *n = *place;
        *place += 1;
    }
    (uses, columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_columns_come_first_and_empty_ones_go() {
        let rows = [vec![(1, 1.0), (4, 2.0)], vec![(4, 3.0)], vec![(0, 4.0), (4, 5.0)], vec![(1, 6.0), (4, 7.0)]];
        let rows = SparseRows::<f64>::from_rows(6, rows).expect("rows");
        let renumbered = Renumbered::new(&rows);
        assert_eq!((0..renumbered.n_features()).map(|j| renumbered.column(j)).collect::<Vec<_>>(), [4, 1, 0]);
        assert_eq!(renumbered.row_slices(0), (&[1, 0][..], &[1.0, 2.0][..]));
        assert_eq!(renumbered.to_columns().expect("room").column_slices(1), (&[0, 3][..], &[1.0, 6.0][..]));
        let none = SparseRows::<f64>::from_rows(3, [[]; 2]).expect("rows");
        assert_eq!(Renumbered::new(&none).n_features(), 0);
    }
}
