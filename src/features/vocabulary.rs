//! The vocabulary: which n-grams have a column, in what order, and how they are found in a document.
//!
//! A vocabulary is learnt or hashed. In a hashed one, a term is identified by its hash, and only the hashes that were
//! seen are known. Learnt terms are sorted by code point, like Python strings (which is also the order of their UTF-8
//! bytes); hashed ones by their hash.

use super::documents::{Alphabet, Encoded, LIMIT, WordNumbers, check_word};
use super::error::{FeatureError, Result};
use super::hashing::Hashing;
use super::ngrams::{Gram, Rule};
use super::term_list::{TermList, TermName};
use super::tfidf::Analyzer;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// No column.
pub(super) const NO_COLUMN: u32 = u32::MAX;

/// Sorted terms, each with its column and the number of documents that it was seen in.
///
/// Fitted by [`TfidfValidParams::fit`](super::TfidfValidParams::fit), or made from stored terms by [`Vocabulary::new`].
/// Column `j` is the `j`-th term in sort order.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    terms: TermList,
    df: Vec<u32>,
    n_documents: usize,
    by_words: bool,
    /// Made when first needed to look at a document; training doesn't need it.
    index: OnceLock<Index>,
}

/// Finds terms in documents.
#[derive(Debug, Clone, Default)]
struct Index {
    words: WordNumbers,
    trie: Trie,
}

impl Vocabulary {
    /// A vocabulary of terms with their document frequencies, in the order of their columns. The words of an n-gram are
    /// separated by one space.
    ///
    /// # Errors
    /// `UnsortedTerms`, `ImpossibleFrequency` (0, or more than there are documents), `TermWithSpace`, `TooMany`,
    /// `EmptyVocabulary`.
    pub fn new<S: AsRef<str>>(
        analyzer: Analyzer,
        terms: impl IntoIterator<Item = (S, usize)>,
        n_documents: usize,
    ) -> Result<Self> {
        Vocabulary::of_names(analyzer, None, terms, n_documents)
    }

    /// The same for learnt terms or, with a hashing, for its columns, given by their names.
    ///
    /// # Errors
    /// Those of [`new`](Self::new); `NoColumn` for a name that isn't a column's.
    pub fn of_names<S: AsRef<str>>(
        analyzer: Analyzer,
        hashing: Option<Hashing>,
        terms: impl IntoIterator<Item = (S, usize)>,
        n_documents: usize,
    ) -> Result<Self> {
        let mut vocabulary = Vocabulary::empty(analyzer, hashing, n_documents)?;
        for (term, df) in terms {
            vocabulary.push(term.as_ref(), df)?;
        }
        vocabulary.filled()
    }

    /// From terms listed elsewhere, with their document frequencies.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(super) fn of_terms<'t>(
        analyzer: Analyzer,
        hashing: Option<Hashing>,
        terms: impl IntoIterator<Item = (TermName<'t>, usize)>,
        n_documents: usize,
    ) -> Result<Self> {
        let mut vocabulary = Vocabulary::empty(analyzer, hashing, n_documents)?;
        for (term, df) in terms {
            vocabulary.terms.push_name(term)?;
            vocabulary.checked(df)?;
        }
        vocabulary.filled()
    }

    fn empty(analyzer: Analyzer, hashing: Option<Hashing>, n_documents: usize) -> Result<Self> {
        if n_documents > LIMIT {
            return Err(FeatureError::TooMany { what: "documents", found: n_documents });
        }
        let (terms, df, by_words) = (TermList::new(hashing), Vec::new(), analyzer == Analyzer::Word);
        Ok(Vocabulary { terms, df, n_documents, by_words, index: OnceLock::new() })
    }

    fn filled(self) -> Result<Self> {
        match self.is_empty() {
            true => Err(FeatureError::EmptyVocabulary { n_documents: self.n_documents }),
            false => Ok(self),
        }
    }

    fn push(&mut self, term: &str, df: usize) -> Result<()> {
        self.terms.push(term)?;
        self.checked(df)
    }

    /// Checks the last term, and adds its document frequency.
    fn checked(&mut self, df: usize) -> Result<()> {
        let (term, n_documents) = (self.terms.get(self.terms.len() - 1), self.n_documents);
        if df == 0 || df > n_documents {
            return Err(FeatureError::ImpossibleFrequency { term: term.to_string(), df, n_documents });
        }
        if self.terms.n_bytes() >= LIMIT {
            return Err(FeatureError::TooMany { what: "terms", found: self.len() });
        }
        if let Some(text) = term.text().filter(|_| self.by_words) {
            text.split(' ').try_for_each(check_word)?;
        }
        self.df.push(df as u32);
        Ok(())
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let Index { mut words, mut trie } = Index::default();
            for (column, term) in self.terms().enumerate() {
                let Some(term) = term.text() else { continue };
                let mut node = Trie::ROOT;
                let mut next = |symbol| node = trie.child_or_new(node, symbol);
                if self.by_words {
                    for word in term.split(' ') {
                        let new = words.len() as u32;
                        next(match words.get(word) {
                            Some(&symbol) => symbol,
                            None => *words.entry(word.into()).or_insert(new),
                        });
                    }
                } else {
                    term.chars().for_each(|c| next(c.into()));
                }
                trie.columns[node as usize] = column as u32;
            }
            Index { words, trie }
        })
    }

    /// From n-grams in the order of their terms.
    pub(super) fn from_grams(
        analyzer: Analyzer,
        encoded: &Encoded,
        alphabet: &Alphabet<'_>,
        grams: &[Gram],
        kept: &[u32],
    ) -> Result<Self> {
        let mut vocabulary = Vocabulary::empty(analyzer, None, encoded.n_documents())?;
        for_terms(encoded, alphabet, grams, kept, |term, gram| vocabulary.push(term, gram.df as usize))?;
        vocabulary.filled()
    }

    /// The number of terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are none; never true for a fitted vocabulary.
    pub fn is_empty(&self) -> bool {
        self.terms.len() == 0
    }

    /// The term of a column. Panics, like indexing, if there is no such column.
    pub fn term(&self, column: usize) -> TermName<'_> {
        self.terms.get(column)
    }

    /// All terms in the order of their columns.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = TermName<'_>> + '_ {
        self.terms.iter()
    }

    /// The column of a term; in a hashed vocabulary, the one that the term falls into.
    pub fn column(&self, term: &str) -> Option<usize> {
        self.terms.find(term)
    }

    /// The column of a hash, if a term with this hash was seen.
    pub(super) fn column_of_hash(&self, hash: u32) -> Option<u32> {
        self.terms.find_column(hash).map(|column| column as u32)
    }

    /// The document frequency of each term, in the order of the columns.
    pub fn document_frequencies(&self) -> &[u32] {
        &self.df
    }

    /// The number of documents it was learnt from.
    pub fn n_documents(&self) -> usize {
        self.n_documents
    }

    pub(super) fn words(&self) -> &WordNumbers {
        &self.index().words
    }

    /// Appends the column of every n-gram in a segment, in the order of their positions.
    pub(super) fn find(&self, segment: &[u32], rule: &Rule, columns: &mut Vec<u32>) {
        self.for_matches(segment, rule, |_, _, column| columns.push(column));
    }

    /// How many symbols of a segment are in an n-gram that has a column.
    pub(super) fn n_covered(&self, segment: &[u32], rule: &Rule) -> usize {
        let (mut covered, mut reach) = (0, 0);
        self.for_matches(segment, rule, |start, length, _| {
            let end = start + length;
            covered += end.saturating_sub(reach.max(start));
            reach = reach.max(end);
        });
        covered
    }

    /// Visits every n-gram that has a column with its position, length and column, by increasing position, then length.
    fn for_matches(&self, segment: &[u32], rule: &Rule, mut visit: impl FnMut(usize, usize, u32)) {
        let trie = &self.index().trie;
        for start in 0..segment.len() {
            let mut node = Trie::ROOT;
            for (i, &symbol) in segment[start..].iter().take(*rule.lengths.end()).enumerate() {
                let Some(child) = trie.child(node, symbol) else { break };
                node = child;
                let column = trie.columns[node as usize];
                if column != NO_COLUMN && rule.counts(i + 1, segment.len()) {
                    visit(start, i + 1, column);
                }
            }
        }
    }
}

/// Visits the terms of these n-grams.
pub(super) fn for_terms(
    encoded: &Encoded,
    alphabet: &Alphabet<'_>,
    grams: &[Gram],
    kept: &[u32],
    mut visit: impl FnMut(&str, &Gram) -> Result<()>,
) -> Result<()> {
    let mut term = String::new();
    kept.iter().try_for_each(|&gram| {
        let gram = &grams[gram as usize];
        term.clear();
        alphabet.term(gram.symbols(encoded), &mut term);
        visit(&term, gram)
    })
}

/// Terms by their symbols: from a node and a symbol to the next node.
#[derive(Debug, Clone)]
struct Trie {
    children: FxHashMap<u64, u32>,
    /// The column of every node that is a whole term.
    columns: Vec<u32>,
}

impl Default for Trie {
    fn default() -> Self {
        Trie { children: FxHashMap::default(), columns: vec![NO_COLUMN] }
    }
}

impl Trie {
    const ROOT: u32 = 0;

    fn child(&self, node: u32, symbol: u32) -> Option<u32> {
        self.children.get(&(u64::from(node) << 32 | u64::from(symbol))).copied()
    }

    fn child_or_new(&mut self, node: u32, symbol: u32) -> u32 {
        let columns = &mut self.columns;
        *self.children.entry(u64::from(node) << 32 | u64::from(symbol)).or_insert_with(|| {
            columns.push(NO_COLUMN);
            (columns.len() - 1) as u32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(analyzer: Analyzer, terms: &[(&str, usize)]) -> FeatureError {
        Vocabulary::new(analyzer, terms.iter().copied(), 5).unwrap_err()
    }

    #[test]
    fn stored_terms_are_checked() {
        let unsorted =
            |before: &str, term: &str| FeatureError::UnsortedTerms { before: before.into(), term: term.into() };
        assert_eq!(error(Analyzer::Word, &[("b", 1), ("a", 1)]), unsorted("b", "a"));
        assert_eq!(error(Analyzer::Word, &[("a", 1), ("a", 1)]), unsorted("a", "a"));
        for df in [0, 6] {
            let expected = FeatureError::ImpossibleFrequency { term: "a".into(), df, n_documents: 5 };
            assert_eq!(error(Analyzer::Char, &[("a", df)]), expected);
        }
        assert_eq!(error(Analyzer::Word, &[("a  b", 1)]), FeatureError::TermWithSpace { term: String::new() });
        assert_eq!(error(Analyzer::Word, &[]), FeatureError::EmptyVocabulary { n_documents: 5 });
    }

    #[test]
    fn terms_are_found_by_column_and_columns_by_term() {
        let terms = [("a", 5), ("a b", 2), ("b", 1), ("é", 1)];
        let vocabulary = Vocabulary::new(Analyzer::Word, terms, 5).unwrap();
        for (column, (term, _)) in terms.iter().enumerate() {
            assert_eq!(vocabulary.term(column), *term);
            assert_eq!(vocabulary.column(term), Some(column));
        }
        for unknown in ["", "c", "b a", "a b b", "a c"] {
            assert_eq!(vocabulary.column(unknown), None);
        }
        assert_eq!(vocabulary.document_frequencies(), [5, 2, 1, 1]);
    }
}
