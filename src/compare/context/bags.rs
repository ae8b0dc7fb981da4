//! Sentences as bags of terms, and their TF-IDF rows, with columns in an order that doesn't depend on names.
//!
//! Takes bags of numbers and returns sparse rows. Floating-point sums depend on the order of the columns. So columns
//! are ordered by the sentences that have them: a term that occurs in an earlier sentence comes first. Terms that occur
//! equally often in the same sentences have equal columns, so their order doesn't matter. The same bags therefore lead
//! to the same rows to the last bit, whatever the terms are called.

use super::sentences::Lists;
use crate::error::Result;
use crate::features::{Counts, SparseRows};
use crate::records::{Records, numbers, put_numbers};
use rayon::prelude::*;
use std::cmp::Ordering;

/// The fewest sentences that a term must occur in.
pub(in crate::compare) const MIN_DF: u32 = 2;

/// Which terms each sentence has, and how often.
#[derive(Debug, Default)]
pub(super) struct Bags {
    /// The sorted terms of each sentence, repeated as often as they occur. Hardly any occurs twice.
    sentences: Lists<u32>,
    n_terms: usize,
}

/// The terms of a sorted list in ascending order, with their counts.
fn counted(list: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    list.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32))
}

impl Bags {
    /// Bags of terms that have been counted.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): counts can't be read back from disk.
    pub fn of_counts(counts: &Counts) -> Result<Bags> {
        let (mut sentences, mut reader) = (Lists::default(), counts.reader());
        for document in 0..counts.n_documents() {
            let terms = reader.document(document)?;
            sentences.push(terms.flat_map(|(term, count)| std::iter::repeat_n(term, count as usize)));
        }
        Ok(Bags { sentences, n_terms: counts.n_terms() })
    }

    /// Bags of sorted numbers below `n_terms`, each repeated as often as it occurs.
    pub fn of_sorted(sentences: Lists<u32>, n_terms: usize) -> Bags {
        Bags { sentences, n_terms }
    }

    fn n_sentences(&self) -> usize {
        self.sentences.len()
    }

    /// All term numbers are below this.
    pub fn n_terms(&self) -> usize {
        self.n_terms
    }

    /// The terms of a sentence in ascending order, with their counts.
    pub fn sentence(&self, sentence: usize) -> impl Iterator<Item = (u32, u32)> {
        counted(self.sentences.of(sentence))
    }

    fn document_frequencies(&self) -> Vec<u32> {
        let mut df = vec![0u32; self.n_terms];
        let terms = (0..self.n_sentences()).flat_map(|sentence| self.sentence(sentence));
        terms.for_each(|(term, _)| df[term as usize] += 1);
        df
    }

    /// For each sentence, new numbers for the terms that are kept, sorted and repeated as often as they occur; and how
    /// many terms there are. The most frequent come first and, in a tie, those that occur in earlier sentences.
    pub fn renumbered(self, is_kept: impl Fn(u32) -> bool) -> (Lists<u32>, usize) {
        let df = self.document_frequencies();
        let postings = Postings::new(&self, &is_kept);
        let mut kept: Vec<u32> = (0..self.n_terms as u32).filter(|&term| is_kept(term)).collect();
        kept.par_sort_unstable_by(|a, b| df[*b as usize].cmp(&df[*a as usize]).then_with(|| postings.compare(*a, *b)));
        drop(postings);
        let mut number = vec![NONE; self.n_terms];
        kept.iter().enumerate().for_each(|(new, &term)| number[term as usize] = new as u32);
        let mut renumbered = Lists::default();
        for sentence in 0..self.n_sentences() {
            let terms = self.sentences.of(sentence).iter().map(|term| number[*term as usize]);
            let mut new: Vec<u32> = terms.filter(|number| *number != NONE).collect();
            new.sort_unstable();
            renumbered.push(new);
        }
        (renumbered, kept.len())
    }

    /// The rows, `(n_sentences, n_terms)`, and their columns, for the terms in at least [`MIN_DF`] sentences. `None` if
    /// there is no such term.
    ///
    /// # Errors
    /// If there is no room on disk for the rows.
    pub fn tfidf(self) -> Result<Option<(Waiting, Columns)>> {
        let columns = Columns::new(&self);
        if columns.idf.is_empty() {
            return Ok(None);
        }
        let row = |sentence: usize| columns.row(self.sentences.of(sentence));
        let mut rows = Records::default();
        // In batches, so that only one batch is in memory twice.
        for from in (0..self.n_sentences()).step_by(AT_ONCE) {
            let to = (from + AT_ONCE).min(self.n_sentences());
            let some: Vec<Vec<(u32, f32)>> = (from..to).into_par_iter().with_min_len(64).map(row).collect();
            for row in some {
                rows.push_with(|bytes| put_numbers(bytes, row.iter().flat_map(|(column, v)| [*column, v.to_bits()])))?;
            }
        }
        Ok(Some((Waiting { rows, n_columns: columns.len() }, columns)))
    }
}

/// Rows on disk: columns, each with its value.
#[derive(Debug)]
pub(super) struct Waiting {
    rows: Records,
    n_columns: usize,
}

/// The bytes of one column with its value.
const STORED: usize = 2 * size_of::<u32>();

/// The rows of several blocks side by side. All blocks have the same number of rows; each has its own weight.
///
/// # Errors
/// If rows can't be read.
pub(super) fn beside(blocks: &[(f32, Waiting)]) -> Result<SparseRows<f32>> {
    let n_rows = blocks.first().map_or(0, |(_, block)| block.rows.len());
    let stored = blocks.iter().map(|(_, block)| block.rows.bytes() as usize / STORED).sum();
    let (mut indices, mut values) = (Vec::with_capacity(stored), Vec::with_capacity(stored));
    let mut indptr = vec![0];
    let mut readers: Vec<_> = blocks.iter().map(|(_, block)| block.rows.reader()).collect();
    for row in 0..n_rows {
        let mut first = 0;
        for ((weight, block), reader) in blocks.iter().zip(&mut readers) {
            let mut row = numbers(reader.read(row)?);
            while let (Some(column), Some(bits)) = (row.next(), row.next()) {
                indices.push(first + column);
                values.push(weight * f32::from_bits(bits));
            }
            first += block.n_columns as u32;
        }
        indptr.push(indices.len());
    }
    Ok(SparseRows::from_checked(blocks.iter().map(|(_, block)| block.n_columns).sum(), indptr, indices, values))
}

const NONE: u32 = u32::MAX;
/// The number of rows that are made in parallel.
const AT_ONCE: usize = 4096;

/// The columns of the terms that are kept.
#[derive(Debug)]
pub(super) struct Columns {
    /// The column of each term.
    of_term: Vec<u32>,
    /// The inverse document frequency of each column.
    idf: Vec<f64>,
}

impl Columns {
    fn new(bags: &Bags) -> Columns {
        let df = bags.document_frequencies();
        let postings = Postings::new(bags, |term| df[term as usize] >= MIN_DF);
        let mut kept: Vec<u32> = (0..bags.n_terms as u32).filter(|&term| df[term as usize] >= MIN_DF).collect();
        kept.par_sort_unstable_by(|a, b| postings.compare(*a, *b));
        let mut of_term = vec![NONE; bags.n_terms];
        kept.iter().enumerate().for_each(|(column, &term)| of_term[term as usize] = column as u32);
        let n = bags.n_sentences() as f64 + 1.0;
        let idf = kept.iter().map(|&term| (n / (f64::from(df[term as usize]) + 1.0)).ln() + 1.0).collect();
        Columns { of_term, idf }
    }

    /// The number of columns.
    pub fn len(&self) -> usize {
        self.idf.len()
    }

    /// A sentence's row, given its sorted terms, each repeated as often as it occurs: sublinear TF-IDF with smooth idf,
    /// scaled to length 1. Single precision is far more precise than what is learnt from it, and halves the memory to
    /// read at every step.
    pub fn row(&self, terms: &[u32]) -> Vec<(u32, f32)> {
        let place = |(term, count): (u32, u32)| {
            let column = self.of_term[term as usize];
            (column != NONE).then_some((column, count))
        };
        let mut found: Vec<(u32, u32)> = counted(terms).filter_map(place).collect();
        found.sort_unstable();
        let value =
            |(column, count): &(u32, u32)| (*column, (f64::from(*count).ln() + 1.0) * self.idf[*column as usize]);
        let row: Vec<(u32, f64)> = found.iter().map(value).collect();
        let length = row.iter().map(|(_, v)| v * v).sum::<f64>().sqrt();
        row.into_iter().map(|(column, v)| (column, (v / length) as f32)).collect()
    }
}

/// For each term, the sentences that have it, each repeated as often as they do.
struct Postings {
    starts: Vec<usize>,
    sentences: Vec<u32>,
}

impl Postings {
    /// Postings of the terms that are kept; the others have none.
    fn new(bags: &Bags, is_kept: impl Fn(u32) -> bool) -> Postings {
        let kept = |sentence: usize| bags.sentences.of(sentence).iter().filter(|term| is_kept(**term));
        // First the number of occurrences of each term, shifted by one; then the start of its sentences.
        let mut starts = vec![0; bags.n_terms + 1];
        (0..bags.n_sentences()).flat_map(kept).for_each(|term| starts[*term as usize + 1] += 1);
        for term in 0..bags.n_terms {
            starts[term + 1] += starts[term];
        }
        let (mut next, mut sentences) = (starts.clone(), vec![0; starts[bags.n_terms]]);
        for sentence in 0..bags.n_sentences() {
            for term in kept(sentence) {
                sentences[next[*term as usize]] = sentence as u32;
                next[*term as usize] += 1;
            }
        }
        Postings { starts, sentences }
    }

    /// The order of two terms: by their first sentences, then by how often they occur there, then by the next sentence.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        let of = |term: u32| counted(&self.sentences[self.starts[term as usize]..self.starts[term as usize + 1]]);
        of(a).cmp(of(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{DocumentFrequency, TermFrequency, TermTable, TfidfParams, Tokens};
    use linfa::ParamGuard;

    #[test]
    fn names_and_numbers_of_terms_decide_nothing() {
        let texts = ["a b a c", "b c d d", "e a d", "f b"];
        let rows = |rename: fn(char) -> u32| {
            let bag = |text: &&str| {
                let mut bag: Vec<u32> = text.chars().filter(|c| *c != ' ').map(rename).collect();
                bag.sort_unstable();
                bag
            };
            let mut bags = Lists::default();
            texts.iter().for_each(|text| bags.push(bag(text)));
            beside(&[(1.0, Bags::of_sorted(bags, 200).tfidf().expect("rows").expect("terms").0)]).expect("read")
        };
        let found = rows(|c| c as u32);
        assert_eq!(found, rows(|c| 150 - c as u32));
        assert_eq!((found.n_samples(), found.n_features()), (4, 4));
        let mut apart = Lists::default();
        [[1], [2]].into_iter().for_each(|bag| apart.push(bag));
        assert!(Bags::of_sorted(apart, 3).tfidf().expect("rows").is_none());
    }

    #[test]
    fn values_are_those_of_tfidf() {
        let mut table = TermTable::default();
        let documents = ["a b a c", "b c d d", "e a d", "f b"].map(|text| table.ids(text.split(' ')));
        let params = TfidfParams::new().min_df(DocumentFrequency::Count(2)).term_frequency(TermFrequency::Sublinear);
        let params = params.check().expect("parameters");
        let tokens = Tokens::new(&documents, &table);
        let (_, expected) = params.fit_transform::<f64, _>(&tokens).expect("rows");
        let bags = || Bags::of_counts(&params.count(&tokens).expect("counts")).expect("read");
        let rows = || bags().tfidf().expect("rows").expect("terms").0;
        let found = beside(&[(1.0, rows())]).expect("read");
        let twice = beside(&[(1.0, rows()), (0.5, rows())]).expect("read");
        assert_eq!(twice, SparseRows::hstack(&[(1.0, &found), (0.5, &found)]).expect("rows"));
        for row in 0..4 {
            let sorted = |values: &mut dyn Iterator<Item = f64>| {
                let mut values: Vec<f64> = values.collect();
                values.sort_by(f64::total_cmp);
                values
            };
            let found = sorted(&mut found.row(row).map(|(_, v)| f64::from(v)));
            let expected = sorted(&mut expected.row(row).map(|(_, v)| v));
            assert_eq!(found.len(), expected.len());
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-7), "{found:?} {expected:?}");
        }
    }
}
