//! Counts: how often each term stands in each document, before anything is learnt from them.
//!
//! What TF-IDF, its folds and a later training need of the documents, and all that they need: no order of words is left.
//! [`TfidfValidParams::count`](super::TfidfValidParams::count) makes them, [`Refit`](super::Refit) weighs them.

use super::error::{FeatureError, Result};
use super::hashing::Hashing;
use super::ngrams::CountedRows;
use super::small_counts::SmallCounts;
use super::term_list::{TermList, TermName};

/// How often each term stands in each document, `(n_documents, n_terms)`; only what is not zero is kept.
///
/// ```
/// use aslant::features::{TermTable, TfidfParams, Tokens};
/// use linfa::ParamGuard;
///
/// let mut table = TermTable::default();
/// let documents = [table.ids(["the", "army", "the"]), table.ids(["army"])];
/// let counts = TfidfParams::new().check()?.count(&Tokens::new(&documents, &table))?;
/// assert_eq!(counts.terms().collect::<Vec<_>>(), ["army", "the"]);
/// assert_eq!(counts.document(0).collect::<Vec<_>>(), [(0, 1), (1, 2)]);
/// assert_eq!(counts.document_frequencies(&[0, 1]), [2, 1]);
/// # Ok::<(), aslant::features::FeatureError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    terms: TermList,
    starts: Vec<usize>,
    /// Numbers of terms, rising within a document.
    numbers: Vec<u32>,
    counts: SmallCounts,
    /// By term: in how many documents.
    df: Vec<u32>,
}

impl Counts {
    /// Counts of stored terms, by document: numbers of terms, rising, each with how often it stands there.
    ///
    /// # Errors
    /// `UnsortedTerms`; `ImpossibleCount` for a number that no term has or that doesn't rise, and for a count of 0.
    pub fn new<S: AsRef<str>>(
        terms: impl IntoIterator<Item = S>,
        documents: impl IntoIterator<Item = Vec<(u32, u32)>>,
    ) -> Result<Self> {
        Counts::of_names(None, terms, documents)
    }

    /// The same of learnt terms or, where there is a hashing, of columns, which are given by their names.
    ///
    /// # Errors
    /// As [`new`](Self::new); `NoColumn` for a name that isn't one.
    pub fn of_names<S: AsRef<str>>(
        hashing: Option<Hashing>,
        terms: impl IntoIterator<Item = S>,
        documents: impl IntoIterator<Item = Vec<(u32, u32)>>,
    ) -> Result<Self> {
        let mut list = TermList::new(hashing);
        terms.into_iter().try_for_each(|term| list.push(term.as_ref()))?;
        let mut counts = Counts::of(list);
        for (document, row) in documents.into_iter().enumerate() {
            let mut least = 0;
            for (number, count) in row {
                if number < least || number as usize >= counts.n_terms() || count == 0 {
                    return Err(FeatureError::ImpossibleCount { document, number, count });
                }
                least = number + 1;
                counts.push(number, count);
            }
            counts.end_document();
        }
        Ok(counts)
    }

    /// No documents yet. Numbers must rise within each: pushed one by one, then [`end_document`](Self::end_document).
    pub(super) fn of(terms: TermList) -> Self {
        let df = vec![0; terms.len()];
        Counts { terms, starts: vec![0], numbers: Vec::new(), counts: SmallCounts::default(), df }
    }

    /// Rows of terms with their document frequencies.
    pub(super) fn of_rows(terms: TermList, df: Vec<u32>, rows: CountedRows) -> Self {
        let CountedRows { starts, numbers, counts } = rows;
        Counts { terms, starts, numbers, counts, df }
    }

    pub(super) fn push(&mut self, number: u32, count: u32) {
        self.numbers.push(number);
        self.df[number as usize] += 1;
        self.counts.push(count);
    }

    pub(super) fn end_document(&mut self) {
        self.starts.push(self.numbers.len());
    }

    /// How many documents.
    pub fn n_documents(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many terms.
    pub fn n_terms(&self) -> usize {
        self.terms.len()
    }

    /// The terms, sorted; a term's number is its place.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = TermName<'_>> + '_ {
        self.terms.iter()
    }

    /// The term with this number. Panics, as indexing does, where there is none.
    pub fn term(&self, number: usize) -> TermName<'_> {
        self.terms.get(number)
    }

    /// The terms of a document, numbers rising, with their counts. Panics, as indexing does, where there is none.
    pub fn document(&self, document: usize) -> impl ExactSizeIterator<Item = (u32, u32)> + '_ {
        let range = self.starts[document]..self.starts[document + 1];
        range.map(|place| (self.numbers[place], self.counts.get(place)))
    }

    /// In how many documents each term stands, `(n_terms)`.
    pub fn df(&self) -> &[u32] {
        &self.df
    }

    /// In how many of these documents each term stands, `(n_terms)`.
    pub fn document_frequencies(&self, documents: &[usize]) -> Vec<u32> {
        let mut df = vec![0; self.n_terms()];
        for &document in documents {
            self.document(document).for_each(|(number, _)| df[number as usize] += 1);
        }
        df
    }

    /// The documents of both, those of `self` first, over the terms of both.
    pub fn join(&self, other: &Counts) -> Counts {
        let mut all: Vec<TermName<'_>> = self.terms().chain(other.terms()).collect();
        all.sort_unstable();
        all.dedup();
        let mut terms = if self.n_terms() > 0 { self.terms.like() } else { other.terms.like() };
        // Sorted and each once: this can't fail.
        all.iter().for_each(|term| drop(terms.push_name(*term)));
        let mut joined = Counts::of(terms);
        for counts in [self, other] {
            // Both are sorted, so numbers rise as they did.
            let mut at = 0;
            let number = |term: TermName<'_>| {
                at += all[at..].iter().take_while(|other| **other < term).count();
                at as u32
            };
            let numbers: Vec<u32> = counts.terms().map(number).collect();
            for document in 0..counts.n_documents() {
                counts.document(document).for_each(|(number, count)| joined.push(numbers[number as usize], count));
                joined.end_document();
            }
        }
        joined
    }

    /// These documents in this order, with the terms that stand in at least `min_df` of them.
    pub fn select(&self, documents: &[usize], min_df: usize) -> Counts {
        let df = self.document_frequencies(documents);
        let mut terms = self.terms.like();
        let number = |(term, df): (TermName<'_>, &u32)| {
            (*df as usize >= min_df.max(1)).then(|| {
                // A part of what is sorted is sorted.
                let _ = terms.push_name(term);
                terms.len() as u32 - 1
            })
        };
        let numbers: Vec<Option<u32>> = self.terms.iter().zip(&df).map(number).collect();
        let mut selected = Counts::of(terms);
        for &document in documents {
            for (number, count) in self.document(document) {
                if let Some(number) = numbers[number as usize] {
                    selected.push(number, count);
                }
            }
            selected.end_document();
        }
        selected
    }
}

/// By term: whether it stands in at least `min_df` documents (and in one), and is among the `max_features` that stand in
/// the most; between terms in as many documents the first wins.
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
        assert_eq!(old.join(&new), expected);
        assert_eq!(expected.select(&[0, 1], 1), old);
        assert_eq!(expected.select(&[1, 2], 2), counts(&["c"], &[&[(0, 1)], &[(0, 5)]]));
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
