//! Cross-validation without counting again: the rows that a TF-IDF would give, had it been fitted on some of them.
//!
//! A row's values are `tf · idf / length`. Which terms are frequent enough, and their idf, can be told anew from the
//! training rows of a fold; the length falls out as every row is brought to its own again. So one fit on all documents
//! is enough for every fold, and nothing of a held-out document is in the rows that are learnt from.

use super::sparse::SparseRows;
use rayon::prelude::*;

/// One block of columns: a fitted TF-IDF of `min_df` documents, smooth idf and rows of Euclidean length `weight`.
#[derive(Debug, Clone, Copy)]
pub struct RefitBlock<'t> {
    /// The idf of its columns, as fitted on all rows.
    pub idf: &'t [f64],
    /// Terms in fewer of the training rows are left out.
    pub min_df: usize,
    /// The length of a row in this block.
    pub weight: f64,
}

/// TF-IDF rows `(n_samples, n_features)`, blocks side by side, that can be fitted again on some of their rows.
#[derive(Debug)]
pub struct Refit<'t> {
    rows: &'t SparseRows<f32>,
    blocks: Vec<RefitBlock<'t>>,
}

impl<'t> Refit<'t> {
    /// Rows whose columns are those of the blocks, one block behind the other. Values must be above 0, as TF-IDF's are.
    pub fn new(rows: &'t SparseRows<f32>, blocks: Vec<RefitBlock<'t>>) -> Self {
        debug_assert_eq!(rows.n_features(), blocks.iter().map(|b| b.idf.len()).sum::<usize>());
        Refit { rows, blocks }
    }

    /// The rows `train` and the rows `test`, each as it would be had the TF-IDF been fitted on `train` alone. The columns
    /// stay; those of terms that are too rare there have no values.
    ///
    /// Equal to fitting anew but for the rounding of `f32`. A row that isn't there panics, as indexing does.
    pub fn split(&self, train: &[usize], test: &[usize]) -> (SparseRows<f32>, SparseRows<f32>) {
        let factors = self.factors(train);
        (self.select(train, &factors), self.select(test, &factors))
    }

    /// By column: the new idf over the old one; 0 for a term that is left out.
    fn factors(&self, train: &[usize]) -> Vec<f64> {
        let mut df = vec![0u32; self.rows.n_features()];
        for &row in train {
            self.rows.row_slices(row).0.iter().for_each(|&column| df[column as usize] += 1);
        }
        let n = train.len() as f64 + 1.0;
        let of_block = |block: &RefitBlock<'_>, df: &[u32]| -> Vec<f64> {
            let factor = |(&df, &idf): (&u32, &f64)| match df as usize >= block.min_df.max(1) {
                true => ((n / (f64::from(df) + 1.0)).ln() + 1.0) / idf,
                false => 0.0,
            };
            df.iter().zip(block.idf).map(factor).collect()
        };
        let (mut factors, mut rest) = (Vec::with_capacity(df.len()), &df[..]);
        for block in &self.blocks {
            let (of, behind) = rest.split_at(block.idf.len());
            factors.extend(of_block(block, of));
            rest = behind;
        }
        factors
    }

    fn select(&self, rows: &[usize], factors: &[f64]) -> SparseRows<f32> {
        let made: Vec<(Vec<u32>, Vec<f32>)> =
            rows.par_iter().with_min_len(64).map(|&row| self.row(row, factors)).collect();
        let stored = made.iter().map(|(columns, _)| columns.len()).sum();
        let (mut indptr, mut indices, mut values) = (vec![0], Vec::with_capacity(stored), Vec::with_capacity(stored));
        for (columns, numbers) in made {
            indices.extend_from_slice(&columns);
            values.extend_from_slice(&numbers);
            indptr.push(indices.len());
        }
        SparseRows::from_checked(self.rows.n_features(), indptr, indices, values)
    }

    fn row(&self, row: usize, factors: &[f64]) -> (Vec<u32>, Vec<f32>) {
        let (columns, numbers) = self.rows.row_slices(row);
        let (mut kept, mut values) = (Vec::with_capacity(columns.len()), Vec::with_capacity(columns.len()));
        let (mut at, mut end) = (0, 0);
        for block in &self.blocks {
            end += block.idf.len();
            let first = values.len();
            let mut squares = 0.0;
            while at < columns.len() && (columns[at] as usize) < end {
                let value = f64::from(numbers[at]) * factors[columns[at] as usize];
                if value > 0.0 {
                    kept.push(columns[at]);
                    values.push(value as f32);
                    squares += value * value;
                }
                at += 1;
            }
            let scale = block.weight / f64::sqrt(squares);
            values[first..].iter_mut().for_each(|v| *v = (f64::from(*v) * scale) as f32);
        }
        (kept, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{BREAK, DocumentFrequency, TermFrequency, TermTable, TfidfParams, TfidfValidParams, Tokens};
    use linfa::ParamGuard;

    fn params(min_df: usize) -> TfidfValidParams {
        let params = TfidfParams::new().ngram_range(1..=2).min_df(DocumentFrequency::Count(min_df));
        params.term_frequency(TermFrequency::Sublinear).check().unwrap()
    }

    fn documents(table: &mut TermTable) -> Vec<Vec<u32>> {
        let texts = ["a b c a b", "b c d . a b", "c d e c", "a a b e", "d e . b c", "f g f", ""];
        texts.map(|t| t.split_whitespace().map(|w| if w == "." { BREAK } else { table.id(w) }).collect()).to_vec()
    }

    #[test]
    fn the_same_as_fitting_anew() {
        let mut table = TermTable::default();
        let documents = documents(&mut table);
        let (full, rows) = params(1).fit_transform::<f32, _>(&Tokens::new(&documents, &table)).unwrap();
        for min_df in [1, 2] {
            // The same block twice, with different weights.
            let both = SparseRows::hstack(&[(1.0, &rows), (0.5, &rows)]).unwrap();
            let block = |weight| RefitBlock { idf: full.idf(), min_df, weight };
            let (train, test) = ([0, 1, 3, 4], [2, 5, 6]);
            let refit = Refit::new(&both, vec![block(1.0), block(0.5)]);
            let found = refit.split(&train, &test);
            let chosen: Vec<_> = train.iter().map(|&i| documents[i].clone()).collect();
            let anew = params(min_df).fit(&Tokens::new(&chosen, &table)).unwrap();
            for (rows, found) in [(&train[..], found.0), (&test[..], found.1)] {
                for (i, &row) in rows.iter().enumerate() {
                    let alone = anew.transform::<f64, _>(&Tokens::new(&documents[row..=row], &table)).unwrap();
                    let column = |j: u32| full.vocabulary().column(anew.vocabulary().term(j as usize)).unwrap();
                    let mut expected: Vec<(usize, f64)> = alone.row(0).map(|(j, v)| (column(j), v)).collect();
                    let second: Vec<_> = expected.iter().map(|(j, v)| (j + full.idf().len(), v * 0.5)).collect();
                    expected.extend(second);
                    assert_eq!(found.row(i).len(), expected.len());
                    for ((j, v), (k, w)) in found.row(i).zip(expected) {
                        assert!(j as usize == k && (f64::from(v) - w).abs() < 1e-6, "row {row}: {j} {v}, {k} {w}");
                    }
                }
            }
        }
    }
}
