//! Counts: how often each term occurs in each document, before anything is learnt from them.
//!
//! This is all that TF-IDF, its folds and a later training need from the documents; the order of words is lost.
//! [`TfidfValidParams::count`](super::TfidfValidParams::count) makes counts, [`Refit`](super::Refit) weights them.

use super::count_rows::{CountRows, RowReader, WaitingRows};
use super::error::{FeatureError, Result};
use super::hashing::Hashing;
use super::term_list::{TermList, TermName};
use crate::error;
use std::sync::Arc;

/// How often each term occurs in each document, `(n_documents, n_terms)`; only nonzero counts are stored.
///
/// ```
/// use aslant::features::{TermTable, TfidfParams, Tokens};
/// use linfa::ParamGuard;
///
/// let mut table = TermTable::default();
/// let documents = [table.ids(["the", "army", "the"]), table.ids(["army"])];
/// let counts = TfidfParams::new().check()?.count(&Tokens::new(&documents, &table))?;
/// assert_eq!(counts.terms().collect::<Vec<_>>(), ["army", "the"]);
/// assert_eq!(counts.reader().document(0)?.collect::<Vec<_>>(), [(0, 1), (1, 2)]);
/// assert_eq!(counts.document_frequencies(&[0, 1])?, [2, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Counts {
    terms: TermList,
    /// Numbers of terms, increasing within a document.
    rows: Arc<CountRows>,
    /// By term: its document frequency.
    df: Vec<u32>,
}

/// Equal if terms and counts are the same; counts that can't be read back equal nothing.
impl PartialEq for Counts {
    fn eq(&self, other: &Self) -> bool {
        let (mut mine, mut others) = (self.reader(), other.reader());
        let mut is_same = |document| match (mine.document(document), others.document(document)) {
            (Ok(mine), Ok(others)) => mine.eq(others),
            _ => false,
        };
        self.terms == other.terms
            && self.n_documents() == other.n_documents()
            && (0..self.n_documents()).all(&mut is_same)
    }
}

impl Counts {
    /// Counts of stored terms. Each document is a list of term numbers, increasing, with their counts.
    ///
    /// # Errors
    /// `UnsortedTerms`; `ImpossibleCount` for a number that no term has or that doesn't increase, and for a count of 0;
    /// `OnDisk`.
    pub fn new<S: AsRef<str>>(
        terms: impl IntoIterator<Item = S>,
        documents: impl IntoIterator<Item = Vec<(u32, u32)>>,
    ) -> Result<Self> {
        Counts::of_names(None, terms, documents)
    }

    /// The same for learnt terms or, with a hashing, for columns, given by their names.
    ///
    /// # Errors
    /// Those of [`new`](Self::new); `NoColumn` for a name that isn't a column's.
    pub fn of_names<S: AsRef<str>>(
        hashing: Option<Hashing>,
        terms: impl IntoIterator<Item = S>,
        documents: impl IntoIterator<Item = Vec<(u32, u32)>>,
    ) -> Result<Self> {
        let mut list = TermList::new(hashing);
        terms.into_iter().try_for_each(|term| list.push(term.as_ref()))?;
        let mut counts = Builder::of(list);
        for (document, row) in documents.into_iter().enumerate() {
            let mut least = 0;
            for (number, count) in row {
                if number < least || number as usize >= counts.df.len() || count == 0 {
                    return Err(FeatureError::ImpossibleCount { document, number, count });
                }
                least = number + 1;
                counts.push(number, count);
            }
            counts.end_document()?;
        }
        Ok(counts.build())
    }

    /// Rows of terms with their document frequencies.
    pub(super) fn of_rows(terms: TermList, df: Vec<u32>, rows: CountRows) -> Self {
        Counts { terms, rows: Arc::new(rows), df }
    }

    /// The number of documents.
    pub fn n_documents(&self) -> usize {
        self.rows.len()
    }

    /// The number of terms.
    pub fn n_terms(&self) -> usize {
        self.terms.len()
    }

    /// The terms, sorted; a term's number is its position.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = TermName<'_>> + '_ {
        self.terms.iter()
    }

    /// The term with this number. Panics, like indexing, if there is none.
    pub fn term(&self, number: usize) -> TermName<'_> {
        self.terms.get(number)
    }

    /// Reads documents; each thread needs its own reader.
    pub fn reader(&self) -> CountsReader<'_> {
        CountsReader(self.rows.reader())
    }

    /// The number of different terms in a document. Panics, like indexing, if there is no such document.
    pub fn length(&self, document: usize) -> usize {
        self.rows.length(document)
    }

    /// The number of documents with each term, `(n_terms)`.
    pub fn df(&self) -> &[u32] {
        &self.df
    }

    /// The number of documents, among these, with each term, `(n_terms)`.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io) if documents can't be read back from disk.
    pub fn document_frequencies(&self, documents: &[usize]) -> error::Result<Vec<u32>> {
        let (mut df, mut reader) = (vec![0; self.n_terms()], self.reader());
        for &document in documents {
            reader.document(document)?.for_each(|(number, _)| df[number as usize] += 1);
        }
        Ok(df)
    }

    /// The documents of both, those of `self` first, with the terms of both.
    ///
    /// # Errors
    /// Those of [`joined`](Self::joined).
    pub fn join(&self, other: &Counts) -> error::Result<Counts> {
        Counts::joined(&[self, other])
    }

    /// The documents of all parts in order, with the terms of all: learnt terms, or columns of one hashing.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io) if the disk is full or documents can't be read back.
    pub fn joined(parts: &[&Counts]) -> error::Result<Counts> {
        if let [alone] = parts {
            return Ok((*alone).clone());
        }
        let mut all: Vec<TermName<'_>> = parts.iter().flat_map(|counts| counts.terms()).collect();
        all.sort_unstable();
        all.dedup();
        let of = parts.iter().find(|counts| counts.n_terms() > 0).or(parts.first());
        let mut terms = of.map(|counts| counts.terms.like()).unwrap_or_default();
        // Sorted and without duplicates, so this can't fail.
        all.iter().for_each(|term| drop(terms.push_name(*term)));
        let mut joined = Builder::of(terms);
        for counts in parts {
            // All are sorted, so numbers still increase.
            let mut at = 0;
            let number = |term: TermName<'_>| {
                at += all[at..].iter().take_while(|other| **other < term).count();
                at as u32
            };
            let numbers: Vec<u32> = counts.terms().map(number).collect();
            let mut reader = counts.reader();
            for document in 0..counts.n_documents() {
                let row = reader.document(document)?;
                row.for_each(|(number, count)| joined.push(numbers[number as usize], count));
                joined.end_document()?;
            }
        }
        Ok(joined.build())
    }

    /// These documents in this order, with the terms that occur in at least `min_df` of them.
    ///
    /// # Errors
    /// Those of [`join`](Self::join).
    pub fn select(&self, documents: &[usize], min_df: usize) -> error::Result<Counts> {
        let df = self.document_frequencies(documents)?;
        self.part(documents.iter().copied(), df.into_iter().map(|df| df as usize >= min_df.max(1)))
    }

    /// All documents, with the terms for which `is_kept` holds.
    ///
    /// # Errors
    /// Those of [`join`](Self::join).
    pub fn with_terms(&self, is_kept: impl Fn(TermName<'_>) -> bool) -> error::Result<Counts> {
        self.part(0..self.n_documents(), self.terms().map(is_kept))
    }

    /// Some documents with some terms; says for each term, in order, whether it is kept.
    fn part(
        &self,
        documents: impl Iterator<Item = usize>,
        is_kept: impl Iterator<Item = bool>,
    ) -> error::Result<Counts> {
        let mut terms = self.terms.like();
        let number = |(term, is_kept): (TermName<'_>, bool)| {
            is_kept.then(|| {
                // A part of a sorted list is sorted.
                let _ = terms.push_name(term);
                terms.len() as u32 - 1
            })
        };
        let numbers: Vec<Option<u32>> = self.terms.iter().zip(is_kept).map(number).collect();
        let (mut selected, mut reader) = (Builder::of(terms), self.reader());
        for document in documents {
            for (number, count) in reader.document(document)? {
                if let Some(number) = numbers[number as usize] {
                    selected.push(number, count);
                }
            }
            selected.end_document()?;
        }
        Ok(selected.build())
    }
}

/// Reads the documents of [`Counts`], fastest in their order.
#[derive(Debug)]
pub struct CountsReader<'c>(RowReader<'c>);

impl CountsReader<'_> {
    /// The terms of a document, by increasing number, with their counts. Panics, like indexing, if there is no such
    /// document.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io) if they can't be read back from disk.
    pub fn document(&mut self, document: usize) -> error::Result<impl ExactSizeIterator<Item = (u32, u32)> + '_> {
        self.0.row(document)
    }
}

/// Collects counts one by one, document by document.
struct Builder {
    terms: TermList,
    df: Vec<u32>,
    rows: WaitingRows,
    /// The current document.
    row: Vec<(u32, u32)>,
}

impl Builder {
    fn of(terms: TermList) -> Self {
        let df = vec![0; terms.len()];
        Builder { terms, df, rows: WaitingRows::default(), row: Vec::new() }
    }

    /// Numbers must increase within a document.
    fn push(&mut self, number: u32, count: u32) {
        self.df[number as usize] += 1;
        self.row.push((number, count));
    }

    fn end_document(&mut self) -> error::Result<()> {
        self.rows.push(self.row.iter().copied())?;
        self.row.clear();
        Ok(())
    }

    fn build(self) -> Counts {
        Counts::of_rows(self.terms, self.df, CountRows::Waiting(self.rows))
    }
}

/// By term: whether it occurs in at least `min_df` documents (and in one at all), and is among the `max_features` terms
/// that occur in the most documents; among equals the first ones are kept.
pub(super) fn frequent(df: &[u32], min_df: usize, max_features: Option<usize>) -> Vec<bool> {
    let mut kept: Vec<bool> = df.iter().map(|df| *df as usize >= min_df.max(1)).collect();
    if let Some(max) = max_features {
        let mut order: Vec<usize> = (0..df.len()).filter(|&term| kept[term]).collect();
        order.sort_by_key(|&term| std::cmp::Reverse(df[term]));
        order.into_iter().skip(max).for_each(|term| kept[term] = false);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_terms_are_kept() {
        assert_eq!(frequent(&[3, 1, 2, 3, 0, 2], 1, None), [true, true, true, true, false, true]);
        assert_eq!(frequent(&[3, 1, 2, 3, 0, 2], 2, None), [true, false, true, true, false, true]);
        assert_eq!(frequent(&[3, 1, 2, 3, 0, 2], 2, Some(3)), [true, false, true, true, false, false]);
    }

    fn counts(terms: &[&str], documents: &[&[(u32, u32)]]) -> Counts {
        Counts::new(terms, documents.iter().map(|d| d.to_vec())).unwrap()
    }

    #[test]
    fn joined_counts_have_the_terms_and_documents_of_both() {
        let old = counts(&["a", "c"], &[&[(0, 2)], &[(0, 1), (1, 1)]]);
        let new = counts(&["b", "c"], &[&[(0, 4), (1, 5)], &[]]);
        let expected = counts(&["a", "b", "c"], &[&[(0, 2)], &[(0, 1), (2, 1)], &[(1, 4), (2, 5)], &[]]);
        assert_eq!(old.join(&new).expect("read"), expected);
        let [first, second] = [[0], [1]].map(|one| old.select(&one, 1).expect("read"));
        assert_eq!(Counts::joined(&[&first, &second, &new]).expect("read"), expected);
        assert_eq!(Counts::joined(&[]).expect("read"), Counts::default());
        assert_eq!(expected.select(&[0, 1], 1).expect("read"), old);
        assert_eq!(expected.select(&[1, 2], 2).expect("read"), counts(&["c"], &[&[(0, 1)], &[(0, 5)]]));
    }

    #[test]
    fn stored_counts_are_checked() {
        let new = |terms: &[&str], row: &[(u32, u32)]| Counts::new(terms, [row.to_vec()]).unwrap_err();
        for bad in [(2, 1), (0, 0)] {
            let expected = FeatureError::ImpossibleCount { document: 0, number: bad.0, count: bad.1 };
            assert_eq!(new(&["a", "b"], &[bad]), expected);
        }
        let expected = FeatureError::ImpossibleCount { document: 0, number: 1, count: 3 };
        assert_eq!(new(&["a", "b"], &[(1, 2), (1, 3)]), expected);
        assert!(matches!(new(&["b", "a"], &[]), FeatureError::UnsortedTerms { .. }));
    }
}
