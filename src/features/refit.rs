//! Cross-validation without counting again: TF-IDF rows of [`Counts`], fitted on any subset of the documents.
//!
//! Which terms are frequent enough, their idf, and so the length of a row, are computed from the training documents of
//! each fold, so nothing of a held-out document is in the rows that are learnt from.

use super::counts::{Counts, CountsReader, frequent};
use super::sparse::{SparseRows, shares};
use super::term_list::TermName;
use super::vocabulary::NO_COLUMN;
use crate::error::Result;
use rayon::prelude::*;

/// The most bytes of a term. Web addresses are shorter; anything longer isn't a word (an image embedded in a page as
/// letters), and the lines of a model's table of terms must have a limit.
pub const LONGEST: usize = 1 << 10;

/// One block of columns: TF-IDF with sublinear tf, smooth idf and rows of Euclidean length `weight`, for the terms in
/// at least `min_df` documents.
#[derive(Debug, Clone, Copy)]
pub struct RefitBlock<'t> {
    /// The counts to be weighted.
    pub counts: &'t Counts,
    /// Terms in fewer of the training documents are left out.
    pub min_df: usize,
    /// At most this many of the others are kept: those in the most training documents.
    pub max_features: Option<usize>,
    /// Terms of more words are left out; `None` for n-grams of characters, and if no term is longer.
    pub max_words: Option<usize>,
    /// The length of a row in this block.
    pub weight: f64,
}

impl RefitBlock<'_> {
    /// By term: whether it is kept, given the document frequencies in the training documents. Terms longer than
    /// [`LONGEST`] aren't.
    pub fn is_kept(&self, df: &[u32]) -> Vec<bool> {
        let is_term = |term: TermName<'_>| term.text().is_none_or(|text| text.len() <= LONGEST);
        let max = match self.max_words {
            None if self.counts.terms().all(is_term) => return frequent(df, self.min_df, self.max_features),
            max => max.unwrap_or(usize::MAX),
        };
        // A column may have hashed terms of all lengths, so none is left out.
        let is_short = |term: TermName<'_>| term.text().is_none_or(|t| t.bytes().filter(|b| *b == b' ').count() < max);
        let df: Vec<u32> = df
            .iter()
            .zip(self.counts.terms())
            .map(|(df, term)| if is_short(term) && is_term(term) { *df } else { 0 })
            .collect();
        frequent(&df, self.min_df, self.max_features)
    }
}

/// A block with its columns.
#[derive(Debug)]
struct Columns<'t> {
    block: RefitBlock<'t>,
    /// By term number: its column, or [`NO_COLUMN`] if it is too rare even in all documents together.
    column_of: Vec<u32>,
    range: std::ops::Range<usize>,
}

/// Counts of documents, blocks side by side, that can be weighted by any subset of the documents.
#[derive(Debug)]
pub struct Refit<'t> {
    blocks: Vec<Columns<'t>>,
    n_documents: usize,
    /// `1 + ln tf` of small counts.
    tf: Vec<f64>,
}

/// `1 + ln tf` is precomputed for this many counts.
const SMALL: usize = 256;

impl<'t> Refit<'t> {
    /// Blocks of the same documents. The columns are the terms that are frequent enough in all documents together,
    /// block after block.
    pub fn new(blocks: impl IntoIterator<Item = RefitBlock<'t>>) -> Self {
        let (mut end, mut n_documents) = (0, 0);
        let columns = |block: RefitBlock<'t>| {
            let start = end;
            n_documents = block.counts.n_documents();
            let column = |is_kept: bool| {
                if !is_kept {
                    return NO_COLUMN;
                }
                end += 1;
                end as u32 - 1
            };
            let column_of = block.is_kept(block.counts.df()).into_iter().map(column).collect();
            Columns { block, column_of, range: start..end }
        };
        let blocks = blocks.into_iter().map(columns).collect();
        Refit { blocks, n_documents, tf: (0..SMALL).map(|count| (count as f64).ln() + 1.0).collect() }
    }

    /// The number of columns.
    pub fn n_features(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.range.end)
    }

    /// The rows of all documents, fitted on all of them, `(n_documents, n_features)`.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io) if counts can't be read back from disk.
    pub fn all(&self) -> Result<SparseRows<f32>> {
        let all: Vec<usize> = (0..self.n_documents).collect();
        self.on(&all)?.rows(&all)
    }

    /// The TF-IDF fitted on these documents alone. The columns stay the same; those of terms that are too rare in these
    /// documents have no values. No document may be given twice. Panics, like indexing, if a document doesn't exist.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io).
    pub fn on(&self, train: &[usize]) -> Result<Refitted<'_>> {
        let weighed = self.blocks.iter().map(|block| self.weighed(block, train));
        let terms = weighed.collect::<Result<Vec<Vec<Weighed>>>>()?;
        let kept = terms.iter().map(|terms| Kept::of(terms)).collect();
        Ok(Refitted { refit: self, terms, kept })
    }

    /// For each term of a block, its column and its idf in these documents.
    fn weighed(&self, Columns { block, column_of, .. }: &Columns<'_>, train: &[usize]) -> Result<Vec<Weighed>> {
        let n = train.len() as f64 + 1.0;
        // No document occurs twice, so if there are as many, it is all of them.
        let some = (train.len() < self.n_documents).then(|| block.counts.document_frequencies(train)).transpose()?;
        let df = some.as_deref().unwrap_or(block.counts.df());
        let weighed = |((df, is_kept), column): ((&u32, bool), &u32)| Weighed {
            column: if is_kept { *column } else { NO_COLUMN },
            df: *df,
            idf: (n / (f64::from(*df) + 1.0)).ln() + 1.0,
        };
        Ok(df.iter().zip(block.is_kept(df)).zip(column_of).map(weighed).collect())
    }

    fn sublinear(&self, count: u32) -> f64 {
        self.tf.get(count as usize).copied().unwrap_or_else(|| f64::from(count).ln() + 1.0)
    }
}

/// Counts with the TF-IDF fitted on some of their documents.
#[derive(Debug)]
pub struct Refitted<'r> {
    refit: &'r Refit<'r>,
    /// By block and number of a term.
    terms: Vec<Vec<Weighed>>,
    /// By block: which terms have columns.
    kept: Vec<Kept>,
}

/// Which terms of a block are kept. One bit per term fits in the processor's cache even if the terms themselves don't,
/// so that a term that is left out needs no memory access.
#[derive(Debug)]
enum Kept {
    All,
    Some(Vec<u64>),
}

impl Kept {
    fn of(terms: &[Weighed]) -> Kept {
        if terms.iter().all(|term| term.column != NO_COLUMN) {
            return Kept::All;
        }
        let bits = |terms: &[Weighed]| {
            let bits = terms.iter().enumerate().map(|(at, term)| u64::from(term.column != NO_COLUMN) << at);
            bits.fold(0, |all, bit| all | bit)
        };
        Kept::Some(terms.chunks(64).map(bits).collect())
    }

    fn has(&self, term: u32) -> bool {
        match self {
            Kept::All => true,
            Kept::Some(bits) => bits[term as usize / 64] >> (term % 64) & 1 == 1,
        }
    }
}

/// A term's column and idf next to each other, because both are needed together. The space also serves for its document
/// frequency.
#[derive(Debug, Clone, Copy)]
struct Weighed {
    /// [`NO_COLUMN`] if it is left out.
    column: u32,
    df: u32,
    idf: f64,
}

impl Refitted<'_> {
    /// How many values the rows of these documents have, `(n_documents)`.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io).
    fn lengths(&self, documents: &[usize]) -> Result<Vec<usize>> {
        let length = |readers: &mut Readers<'_>, &document: &usize| self.n_stored(document, readers);
        documents.par_iter().with_min_len(64).map_init(|| self.readers(), length).collect()
    }

    fn readers(&self) -> Readers<'_> {
        self.refit.blocks.iter().map(|block| block.block.counts.reader()).collect()
    }

    /// The number of fitted documents with a value in each column, `(n_features)`.
    pub fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0; self.refit.n_features()];
        for term in self.terms.iter().flatten().filter(|term| term.column != NO_COLUMN) {
            uses[term.column as usize] = term.df;
        }
        uses
    }

    /// The rows of these documents, `(n_documents, n_features)`. Panics, like indexing, if a document doesn't exist.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io).
    pub fn rows(&self, documents: &[usize]) -> Result<SparseRows<f32>> {
        let mut indptr = vec![0];
        indptr.extend(self.lengths(documents)?);
        (0..documents.len()).for_each(|row| indptr[row + 1] += indptr[row]);
        let stored = indptr[documents.len()];
        let (mut columns, mut values) = (vec![0; stored], vec![0.0; stored]);
        shares(&indptr, &mut columns, &mut values).into_par_iter().try_for_each(|(rows, columns, values)| {
            let (first, mut of_block, mut readers) = (indptr[rows.start], Vec::new(), self.readers());
            rows.into_iter().try_for_each(|row| {
                let range = indptr[row] - first..indptr[row + 1] - first;
                let (columns, values) = (&mut columns[range.clone()], &mut values[range]);
                self.fill(documents[row], &mut readers, columns, values, &mut of_block)
            })
        })?;
        Ok(SparseRows::from_checked(self.refit.n_features(), indptr, columns, values))
    }

    fn n_stored(&self, document: usize, readers: &mut Readers<'_>) -> Result<usize> {
        let blocks = self.refit.blocks.iter().zip(&self.kept).zip(readers);
        let stored = |((block, kept), reader): ((&Columns<'_>, &Kept), &mut CountsReader<'_>)| match kept {
            Kept::All => Ok(block.block.counts.length(document)),
            Kept::Some(_) => Ok(reader.document(document)?.filter(|(term, _)| kept.has(*term)).count()),
        };
        blocks.map(stored).sum()
    }

    /// Fills a document's row. `of_block` is memory for reuse.
    fn fill(
        &self,
        document: usize,
        readers: &mut Readers<'_>,
        columns: &mut [u32],
        values: &mut [f32],
        of_block: &mut Vec<f64>,
    ) -> Result<()> {
        let mut at = 0;
        for (((block, terms), kept), reader) in self.refit.blocks.iter().zip(&self.terms).zip(&self.kept).zip(readers) {
            let mut squares = 0.0;
            of_block.clear();
            for (term, count) in reader.document(document)?.filter(|(term, _)| kept.has(*term)) {
                let Weighed { column, idf, .. } = terms[term as usize];
                let value = self.refit.sublinear(count) * idf;
                columns[at + of_block.len()] = column;
                of_block.push(value);
                squares += value * value;
            }
            let (length, weight) = (f64::sqrt(squares), block.block.weight as f32);
            // Rounded as in TF-IDF, before the block's weight is applied.
            for (value, weighed) in of_block.iter().zip(&mut values[at..]) {
                *weighed = (value / length) as f32 * weight;
            }
            at += of_block.len();
        }
        Ok(())
    }
}

/// One reader per block.
type Readers<'c> = Vec<CountsReader<'c>>;

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
    fn all_documents_as_a_tfidf_has_them() {
        let mut table = TermTable::default();
        let documents = documents(&mut table);
        let counts = params(1).count(&Tokens::new(&documents, &table)).unwrap();
        for min_df in [1, 2, 3] {
            let (_, rows) = params(min_df).fit_transform::<f32, _>(&Tokens::new(&documents, &table)).unwrap();
            let refit =
                Refit::new([RefitBlock { counts: &counts, min_df, max_features: None, max_words: None, weight: 1.0 }]);
            let all: Vec<usize> = (0..refit.n_documents).collect();
            assert_eq!(refit.on(&all).unwrap().rows(&all).unwrap(), rows);
        }
    }

    #[test]
    fn the_same_as_fitting_anew() {
        let mut table = TermTable::default();
        let documents = documents(&mut table);
        let full = params(1).fit(&Tokens::new(&documents, &table)).unwrap();
        let counts = params(1).count(&Tokens::new(&documents, &table)).unwrap();
        for min_df in [1, 2] {
            // The same block twice, with different weights.
            let block = |weight| RefitBlock { counts: &counts, min_df, max_features: None, max_words: None, weight };
            let (train, test) = ([0, 1, 3, 4], [2, 5, 6]);
            let refit = Refit::new([block(1.0), block(0.5)]);
            let columns: Vec<&str> = counts
                .terms()
                .filter_map(|t| t.text())
                .filter(|t| refit.blocks[0].column_of[full.vocabulary().column(t).unwrap()] != NO_COLUMN)
                .collect();
            let found = refit.on(&train).unwrap();
            let found = (found.rows(&train).unwrap(), found.rows(&test).unwrap());
            let chosen: Vec<_> = train.iter().map(|&i| documents[i].clone()).collect();
            let anew = params(min_df).fit(&Tokens::new(&chosen, &table)).unwrap();
            for (rows, found) in [(&train[..], found.0), (&test[..], found.1)] {
                for (i, &row) in rows.iter().enumerate() {
                    let alone = anew.transform::<f32, _>(&Tokens::new(&documents[row..=row], &table)).unwrap();
                    let column = |j: u32| {
                        let term = anew.vocabulary().term(j as usize);
                        columns.iter().position(|c| term == *c).unwrap() as u32
                    };
                    let mut expected: Vec<(u32, f32)> = alone.row(0).map(|(j, v)| (column(j), v)).collect();
                    let second: Vec<_> = expected.iter().map(|(j, v)| (j + columns.len() as u32, v * 0.5)).collect();
                    expected.extend(second);
                    assert_eq!(found.row(i).collect::<Vec<_>>(), expected, "row {row}");
                }
            }
        }
    }
}
