//! What is counted: documents as token numbers with a table of terms, or as texts.
//!
//! Words are given as numbers: the caller tokenizes and normalises them, and gives each a number in a table of terms
//! ([`Terms`], such as [`TermTable`]). A document is a slice of these numbers, with [`BREAK`] where n-grams must not
//! cross: between sentences, or in place of something masked. So nothing is allocated per token.
//!
//! Characters are given as texts. These are lower-cased, each run of two or more white-space characters becomes one
//! space, and then code points are counted, as in scikit-learn.
//!
//! | file | job |
//! |---|---|
//! | here | the caller's input, and the symbols made from it |
//! | `term_table` | a table of terms |
//! | `words`, `characters` | from documents to symbols |

mod characters;
mod term_table;
mod words;

pub(crate) use characters::is_space;
pub use term_table::TermTable;
pub(super) use words::check_word;

use super::error::Result;
use super::hashing::HashedGrams;
use super::tfidf::Analyzer;
use rustc_hash::FxHashMap;
use std::fmt;

/// Marks a place in a document that n-grams must not cross. It isn't a token and isn't counted.
pub const BREAK: u32 = u32::MAX;
/// A symbol that the vocabulary doesn't know: it matches nothing.
pub(super) const UNKNOWN: u32 = u32::MAX - 1;
/// Numbers from here on aren't symbols.
pub(super) const LIMIT: usize = (u32::MAX - 2) as usize;

/// The terms behind token numbers.
pub trait Terms: Sync {
    /// The term with this number.
    fn term(&self, id: u32) -> Option<&str>;
    /// The number of terms; all term numbers are below it.
    fn n_terms(&self) -> usize;
}

impl<S: AsRef<str> + Sync> Terms for [S] {
    fn term(&self, id: u32) -> Option<&str> {
        self.get(id as usize).map(AsRef::as_ref)
    }
    fn n_terms(&self) -> usize {
        self.len()
    }
}

impl<S: AsRef<str> + Sync> Terms for Vec<S> {
    fn term(&self, id: u32) -> Option<&str> {
        self.as_slice().term(id)
    }
    fn n_terms(&self) -> usize {
        self.len()
    }
}

/// The form in which documents are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// [`Tokens`].
    Tokens,
    /// [`Texts`].
    Texts,
}

impl fmt::Display for InputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InputKind::Tokens => "tokens",
            InputKind::Texts => "texts",
        })
    }
}

/// Documents to count n-grams in: [`Tokens`] or [`Texts`].
pub trait Documents: sealed::Encode {
    /// The number of documents.
    fn n_documents(&self) -> usize;
}

/// Documents of token numbers, with the table that says what they mean.
///
/// ```
/// use aslant::features::{BREAK, TermTable, TfidfParams, Tokens};
/// use linfa::ParamGuard;
///
/// let mut table = TermTable::default();
/// // Two sentences: "army said" is no bigram of this document.
/// let mut document = table.ids(["the", "army"]);
/// document.push(BREAK);
/// document.extend(table.ids(["said", "the"]));
/// let tfidf = TfidfParams::new().ngram_range(1..=2).check()?.fit(&Tokens::new(&[document], &table))?;
/// assert_eq!(tfidf.vocabulary().terms().collect::<Vec<_>>(), ["army", "said", "said the", "the", "the army"]);
/// # Ok::<(), aslant::features::FeatureError>(())
/// ```
#[derive(Debug)]
pub struct Tokens<'a, D, T: ?Sized> {
    documents: &'a [D],
    terms: &'a T,
}

impl<'a, D: AsRef<[u32]> + Sync, T: Terms + ?Sized> Tokens<'a, D, T> {
    /// Documents of numbers in this table.
    pub fn new(documents: &'a [D], terms: &'a T) -> Self {
        Tokens { documents, terms }
    }
}

impl<D: AsRef<[u32]> + Sync, T: Terms + ?Sized> Documents for Tokens<'_, D, T> {
    fn n_documents(&self) -> usize {
        self.documents.len()
    }
}

/// Documents as texts, for n-grams of characters.
#[derive(Debug)]
pub struct Texts<'a, S>(&'a [S]);

impl<'a, S: AsRef<str> + Sync> Texts<'a, S> {
    /// These texts.
    pub fn new(texts: &'a [S]) -> Self {
        Texts(texts)
    }
}

impl<S: AsRef<str> + Sync> Documents for Texts<'_, S> {
    fn n_documents(&self) -> usize {
        self.0.len()
    }
}

/// All documents one after the other, as symbols that sort like the terms.
#[derive(Debug, Default)]
pub struct Encoded {
    pub(super) symbols: Vec<u32>,
    /// Where every document begins, and the end.
    pub(super) starts: Vec<usize>,
}

impl Encoded {
    fn with_capacity(symbols: usize, documents: usize) -> Self {
        let mut starts = Vec::with_capacity(documents + 1);
        starts.push(0);
        Encoded { symbols: Vec::with_capacity(symbols), starts }
    }

    pub(super) fn n_documents(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn document(&self, document: usize) -> &[u32] {
        &self.symbols[self.starts[document]..self.starts[document + 1]]
    }
}

/// What the symbols stand for.
#[derive(Debug)]
pub enum Alphabet<'a> {
    /// Ranks among these sorted words.
    Words(Vec<&'a str>),
    /// Code points.
    Characters,
}

impl Alphabet<'_> {
    /// The term of a sequence of symbols: words joined by spaces, or characters.
    pub(super) fn term(&self, symbols: &[u32], term: &mut String) {
        match self {
            Alphabet::Words(words) => {
                for (i, &s) in symbols.iter().enumerate() {
                    term.push_str(if i > 0 { " " } else { "" });
                    term.push_str(words[s as usize]);
                }
            }
            Alphabet::Characters => term.extend(symbols.iter().filter_map(|&c| char::from_u32(c))),
        }
    }
}

/// The numbers that a fitted vocabulary gives to its words.
pub type WordNumbers = FxHashMap<Box<str>, u32>;

pub(super) mod sealed {
    use super::{Alphabet, Analyzer, Encoded, HashedGrams, Result, WordNumbers};

    /// How documents become symbols.
    pub trait Encode: Sync {
        /// By their own words.
        fn learn(&self, analyzer: Analyzer) -> Result<(Encoded, Alphabet<'_>)>;
        /// By the words of a vocabulary.
        fn encode(&self, analyzer: Analyzer, words: &WordNumbers) -> Result<Encoded>;
        /// Appends the hashed column of every n-gram of one document.
        fn hash(&self, analyzer: Analyzer, grams: &HashedGrams, document: usize, columns: &mut Vec<u32>) -> Result<()>;
    }
}
