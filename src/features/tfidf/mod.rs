//! TF-IDF: how prominent each term is in a document, relative to how common it is.
//!
//! Equal to scikit-learn's `TfidfVectorizer` for the same tokens. For a term that occurs `tf` times in a document and
//! in `df` of the `n` fitted documents:
//!
//! ```text
//! idf   = ln((n + 1) / (df + 1)) + 1      smooth (the default)
//! idf   = ln(n / df) + 1                  plain
//! value = tf · idf                        or (1 + ln tf) · idf where tf is sublinear
//! ```
//!
//! and every document is divided by its Euclidean length. The idf comes from the fit, so a document's values don't
//! depend on other documents: alone or in a batch they are the same bits.
//!
//! Hashed terms ([`Hashing`](super::Hashing)) are weighted by their columns: the `tf` and `df` of a column are those of
//! all terms that fall into it. Rows are then those of `HashingVectorizer(alternate_sign=False, norm=None)` followed by
//! `TfidfTransformer`, except for columns that no fitted document has: they count as unknown terms here and are left
//! out.
//!
//! | file | job |
//! |---|---|
//! | here | the fitted TF-IDF: from documents to rows |
//! | `params` | the parameters |
//! | `fit` | which terms have a column |
//! | `hashed` | the same for hashed terms |
//!
//! Salton, Buckley (1988), Term-weighting approaches in automatic text retrieval, doi 10.1016/0306-4573(88)90021-0.

mod fit;
mod hashed;
mod params;

pub use params::{Analyzer, DocumentFrequency, IdfSmoothing, Norm, TermFrequency, TfidfParams, TfidfValidParams};

use super::documents::{BREAK, Documents};
use super::error::Result;
use super::hashing::HashedRow;
use super::sparse::SparseRows;
use super::vocabulary::Vocabulary;
use linfa::Float;
use rayon::prelude::*;

/// How many documents a thread takes at a time.
const CHUNK: usize = 64;

/// A fitted TF-IDF: a vocabulary and its idf.
#[derive(Debug, Clone)]
pub struct Tfidf {
    params: TfidfValidParams,
    vocabulary: Vocabulary,
    idf: Vec<f64>,
}

impl Tfidf {
    fn new(params: TfidfValidParams, vocabulary: Vocabulary) -> Self {
        let extra = if params.smoothing == IdfSmoothing::Smooth { 1.0 } else { 0.0 };
        let n = vocabulary.n_documents() as f64 + extra;
        let idf =
            vocabulary.document_frequencies().iter().map(|&df| (n / (f64::from(df) + extra)).ln() + 1.0).collect();
        Tfidf { params, vocabulary, idf }
    }

    /// The terms and their columns.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The idf of every column, `(n_terms)`.
    pub fn idf(&self) -> &[f64] {
        &self.idf
    }

    /// The parameters that it was fitted with.
    pub fn params(&self) -> &TfidfValidParams {
        &self.params
    }

    /// The rows of these documents, `(n_documents, n_terms)`. Unknown terms are left out, and a document without known
    /// terms is an empty row. Computed in `f64`; if `F` is `f32`, rounded at the end.
    ///
    /// # Errors
    /// `WrongInput`, `UnknownToken`; with hashed terms also `TermWithSpace`.
    pub fn transform<F: Float, D: Documents + ?Sized>(&self, documents: &D) -> Result<SparseRows<F>> {
        if let Some(grams) = self.params.hashed() {
            let rows = self.params.hash_all(&grams, documents)?;
            return Ok(self.rows(rows.len(), |document, columns| {
                for (hash, count) in rows[document].iter() {
                    let column = self.vocabulary.column_of_hash(hash);
                    column.into_iter().for_each(|column| columns.extend(std::iter::repeat_n(column, count as usize)));
                }
            }));
        }
        let encoded = documents.encode(self.params.analyzer, self.vocabulary.words())?;
        let rule = self.params.rule();
        Ok(self.rows(encoded.n_documents(), |document, columns| {
            for segment in encoded.document(document).split(|s| *s == BREAK) {
                self.vocabulary.find(segment, &rule, columns);
            }
        }))
    }

    /// The share of each document that the vocabulary knows, `(n_documents)`: the share of its words (or characters) in
    /// an n-gram that has a column, from 0 to 1. `None` for a document without words. A low share means that the
    /// document is unlike those that were fitted. With hashed terms, it is the share of its n-grams whose column occurs
    /// in a fitted document, which with few columns is nearly 1.
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn coverage<D: Documents + ?Sized>(&self, documents: &D) -> Result<Vec<Option<f64>>> {
        if let Some(grams) = self.params.hashed() {
            let of_row = |row: HashedRow| {
                let known = row.iter().filter(|(hash, _)| self.vocabulary.column_of_hash(*hash).is_some());
                let (known, all): (u32, u32) = (known.map(|(_, count)| count).sum(), row.n_grams());
                (all > 0).then(|| f64::from(known) / f64::from(all))
            };
            return Ok(self.params.hash_all(&grams, documents)?.into_iter().map(of_row).collect());
        }
        let encoded = documents.encode(self.params.analyzer, self.vocabulary.words())?;
        let rule = self.params.rule();
        let of_document = |document: usize| {
            let segments = encoded.document(document).split(|s| *s == BREAK);
            let (covered, all) = segments.fold((0, 0), |(covered, all), segment| {
                (covered + self.vocabulary.n_covered(segment, &rule), all + segment.len())
            });
            (all > 0).then(|| covered as f64 / all as f64)
        };
        Ok((0..encoded.n_documents()).into_par_iter().with_min_len(CHUNK).map(of_document).collect())
    }

    /// One row per document, from the columns of its n-grams. `find` lists them in any order, each as often as it
    /// occurs.
    fn rows<F: Float>(&self, n: usize, find: impl Fn(usize, &mut Vec<u32>) + Sync) -> SparseRows<F> {
        let chunks: Vec<_> = (0..n.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let (mut lengths, mut indices, mut values) = (Vec::with_capacity(CHUNK), Vec::new(), Vec::new());
                let (mut columns, mut weights) = (Vec::new(), Vec::new());
                for document in chunk * CHUNK..n.min((chunk + 1) * CHUNK) {
                    columns.clear();
                    find(document, &mut columns);
                    columns.sort_unstable();
                    self.weigh(&columns, &mut indices, &mut weights);
                    values.extend(weights.iter().map(|&v| F::cast(v)));
                    lengths.push(weights.len());
                }
                (lengths, indices, values)
            })
            .collect();
        let stored = chunks.iter().map(|(_, indices, _)| indices.len()).sum();
        let mut indptr = Vec::with_capacity(n + 1);
        let (mut all_indices, mut all_values) = (Vec::with_capacity(stored), Vec::with_capacity(stored));
        indptr.push(0);
        let mut end = 0;
        for (lengths, indices, values) in chunks {
            for length in lengths {
                end += length;
                indptr.push(end);
            }
            all_indices.extend_from_slice(&indices);
            all_values.extend_from_slice(&values);
        }
        SparseRows::from_checked(self.vocabulary.len(), indptr, all_indices, all_values)
    }

    /// Counts runs of equal columns, appends each column once to `indices`, and puts the values into `weights`.
    fn weigh(&self, sorted: &[u32], indices: &mut Vec<u32>, weights: &mut Vec<f64>) {
        weights.clear();
        let mut squares = 0.0;
        for run in sorted.chunk_by(|a, b| a == b) {
            let tf = run.len() as f64;
            let tf = match self.params.term_frequency {
                TermFrequency::Linear => tf,
                TermFrequency::Sublinear => tf.ln() + 1.0,
            };
            let value = tf * self.idf[run[0] as usize];
            indices.push(run[0]);
            weights.push(value);
            squares += value * value;
        }
        if self.params.norm == Norm::L2 && squares > 0.0 {
            let length = squares.sqrt();
            weights.iter_mut().for_each(|v| *v /= length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::documents::{TermTable, Tokens};
    use super::*;
    use linfa::ParamGuard;

    #[test]
    fn unknown_terms_make_empty_rows_and_low_coverage() {
        let mut table = TermTable::default();
        let train = [table.ids(["the", "army", "said"]), table.ids(["the", "army"])];
        let params = TfidfParams::new().ngram_range(2..=2).min_df(DocumentFrequency::Count(2)).check().unwrap();
        let tfidf = params.fit(&Tokens::new(&train, &table)).unwrap();
        let new = [table.ids(["zebra"]), vec![], table.ids(["the", "army", "the", "army", "zebra"])];
        let new = Tokens::new(&new, &table);
        let rows = tfidf.transform::<f64, _>(&new).unwrap();
        assert_eq!(rows.to_dense().into_raw_vec_and_offset().0, [0.0, 0.0, 1.0]);
        assert_eq!(tfidf.coverage(&new).unwrap(), [Some(0.0), None, Some(0.8)]);
    }
}
