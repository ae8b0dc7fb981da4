//! What is counted: documents as token numbers with a table of terms, or as texts.
//!
//! Words come as numbers: the caller has cut and normalised them, and gives each a number in a table of terms
//! ([`Terms`]; [`TermTable`] is one). A document is a slice of such numbers in which [`BREAK`] stands where n-grams must
//! not cross: between sentences, or in the place of something masked. So nothing is allocated for a token.
//!
//! Characters come as texts. They are put into lower case, each run of two or more white-space characters becomes one
//! space, and what is then counted are code points, as scikit-learn does.

use super::error::{FeatureError, Result};
use super::hashing::HashedGrams;
use super::tfidf::Analyzer;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::fmt;

/// Stands in a document where n-grams must not cross. It is no token, and counts for nothing.
pub const BREAK: u32 = u32::MAX;
/// A symbol that the vocabulary doesn't know: it matches nothing.
pub(super) const UNKNOWN: u32 = u32::MAX - 1;
/// From here on numbers mean something else than a symbol.
pub(super) const LIMIT: usize = (u32::MAX - 2) as usize;

/// The terms behind token numbers.
pub trait Terms: Sync {
    /// The term with this number.
    fn term(&self, id: u32) -> Option<&str>;
    /// How many terms there are: all numbers are below.
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

/// Numbers terms in the order in which they first come.
///
/// ```
/// use aslant::features::{TermTable, Terms};
/// let mut table = TermTable::default();
/// assert_eq!((table.id("regime"), table.id("rebel"), table.id("regime")), (0, 1, 0));
/// assert_eq!(table.term(1), Some("rebel"));
/// assert_eq!(table.find("army"), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct TermTable {
    terms: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, u32>,
}

impl TermTable {
    /// The number of a term, which is added where it is new.
    ///
    /// # Panics
    /// With more terms than 32 bits can number.
    pub fn id(&mut self, term: &str) -> u32 {
        if let Some(&id) = self.ids.get(term) {
            return id;
        }
        assert!(self.terms.len() < LIMIT, "at most {LIMIT} terms can be numbered");
        let id = self.terms.len() as u32;
        self.terms.push(term.into());
        self.ids.insert(term.into(), id);
        id
    }

    /// The number of a term, where it has one.
    pub fn find(&self, term: &str) -> Option<u32> {
        self.ids.get(term).copied()
    }

    /// The numbers of these tokens, one after the other.
    pub fn ids<S: AsRef<str>>(&mut self, tokens: impl IntoIterator<Item = S>) -> Vec<u32> {
        let mut ids: Vec<u32> = tokens.into_iter().map(|t| self.id(t.as_ref())).collect();
        ids.shrink_to_fit();
        ids
    }
}

impl Terms for TermTable {
    fn term(&self, id: u32) -> Option<&str> {
        self.terms.get(id as usize).map(AsRef::as_ref)
    }
    fn n_terms(&self) -> usize {
        self.terms.len()
    }
}

/// In which form documents are given.
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
    /// How many documents.
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
    /// These documents, whose numbers are those of this table.
    pub fn new(documents: &'a [D], terms: &'a T) -> Self {
        Tokens { documents, terms }
    }
}

impl<D: AsRef<[u32]> + Sync, T: Terms + ?Sized> Documents for Tokens<'_, D, T> {
    fn n_documents(&self) -> usize {
        self.documents.len()
    }
}

/// Documents of text, for n-grams of characters.
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

/// All documents one behind the other as symbols that sort as the terms do.
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
    /// Ranks among these words, which are sorted.
    Words(Vec<&'a str>),
    /// Code points.
    Characters,
}

impl Alphabet<'_> {
    /// The term of a run of symbols: words joined by a space, or characters.
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

/// The numbers that a fitted vocabulary has given to its words.
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

/// From the caller's token numbers to ours: an array where most of the table is in use, or else a hash map, so that a
/// short article costs nothing of a large table.
enum IdMap {
    Dense(Vec<u32>),
    Sparse(FxHashMap<u32, u32>),
}

/// Not yet looked at.
const UNSEEN: u32 = u32::MAX;

impl IdMap {
    fn new(n_terms: usize, n_tokens: usize) -> Self {
        if n_terms / 4 <= n_tokens { IdMap::Dense(vec![UNSEEN; n_terms]) } else { IdMap::Sparse(FxHashMap::default()) }
    }

    /// The place of a number; `None` where the table doesn't have it.
    fn slot(&mut self, id: u32, n_terms: usize) -> Option<&mut u32> {
        match self {
            IdMap::Dense(map) => map.get_mut(id as usize),
            IdMap::Sparse(map) if (id as usize) < n_terms => Some(map.entry(id).or_insert(UNSEEN)),
            IdMap::Sparse(_) => None,
        }
    }
}

impl<D: AsRef<[u32]> + Sync, T: Terms + ?Sized> Tokens<'_, D, T> {
    fn n_tokens(&self) -> usize {
        self.documents.iter().map(|d| d.as_ref().len()).sum()
    }

    /// Every token through `number`, which is asked once for each of the caller's numbers.
    fn map_tokens<'s>(&'s self, mut number: impl FnMut(&'s str) -> Result<u32>) -> Result<Encoded> {
        let n_terms = self.terms.n_terms();
        let mut map = IdMap::new(n_terms, self.n_tokens());
        let mut encoded = Encoded::with_capacity(self.n_tokens(), self.documents.len());
        for (document, tokens) in self.documents.iter().enumerate() {
            for &id in tokens.as_ref() {
                if id == BREAK {
                    encoded.symbols.push(BREAK);
                    continue;
                }
                let slot = map.slot(id, n_terms).ok_or(FeatureError::UnknownToken { document, id })?;
                if *slot == UNSEEN {
                    let term = self.terms.term(id).ok_or(FeatureError::UnknownToken { document, id })?;
                    *slot = number(term)?;
                }
                encoded.symbols.push(*slot);
            }
            encoded.starts.push(encoded.symbols.len());
        }
        Ok(encoded)
    }

    fn check(&self, analyzer: Analyzer) -> Result<()> {
        match analyzer {
            Analyzer::Word => Ok(()),
            Analyzer::Char | Analyzer::CharWb => Err(FeatureError::WrongInput { analyzer, given: InputKind::Tokens }),
        }
    }
}

impl<D: AsRef<[u32]> + Sync, T: Terms + ?Sized> sealed::Encode for Tokens<'_, D, T> {
    fn learn(&self, analyzer: Analyzer) -> Result<(Encoded, Alphabet<'_>)> {
        self.check(analyzer)?;
        // First in the order of their coming, then by rank. Two numbers of the same term become one.
        let mut words: Vec<&str> = Vec::new();
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let mut encoded = self.map_tokens(|term| {
            check_word(term)?;
            let next = words.len();
            if next >= LIMIT {
                return Err(FeatureError::TooMany { what: "terms", found: next });
            }
            Ok(*numbers.entry(term).or_insert_with(|| {
                words.push(term);
                next as u32
            }))
        })?;
        let mut order: Vec<u32> = (0..words.len() as u32).collect();
        order.par_sort_unstable_by_key(|&i| words[i as usize]);
        let mut ranks = vec![0u32; words.len()];
        for (rank, &i) in order.iter().enumerate() {
            ranks[i as usize] = rank as u32;
        }
        encoded.symbols.par_iter_mut().with_min_len(1 << 14).filter(|s| **s != BREAK).for_each(|s| {
            *s = ranks[*s as usize];
        });
        Ok((encoded, Alphabet::Words(order.iter().map(|&i| words[i as usize]).collect())))
    }

    fn encode(&self, analyzer: Analyzer, words: &WordNumbers) -> Result<Encoded> {
        self.check(analyzer)?;
        self.map_tokens(|term| Ok(words.get(term).copied().unwrap_or(UNKNOWN)))
    }

    fn hash(&self, analyzer: Analyzer, grams: &HashedGrams, document: usize, columns: &mut Vec<u32>) -> Result<()> {
        self.check(analyzer)?;
        let term = |id| self.terms.term(id).ok_or(FeatureError::UnknownToken { document, id });
        grams.of_words(self.documents[document].as_ref(), term, columns)
    }
}

impl<S: AsRef<str> + Sync> sealed::Encode for Texts<'_, S> {
    fn learn(&self, analyzer: Analyzer) -> Result<(Encoded, Alphabet<'_>)> {
        Ok((self.encode(analyzer, &WordNumbers::default())?, Alphabet::Characters))
    }

    fn encode(&self, analyzer: Analyzer, _: &WordNumbers) -> Result<Encoded> {
        let encode = code_points(analyzer)?;
        let texts: Vec<Vec<u32>> = self.0.par_iter().with_min_len(16).map(|text| encode(text.as_ref())).collect();
        let mut encoded = Encoded::with_capacity(texts.iter().map(Vec::len).sum(), texts.len());
        for text in texts {
            encoded.symbols.extend_from_slice(&text);
            encoded.starts.push(encoded.symbols.len());
        }
        Ok(encoded)
    }

    fn hash(&self, analyzer: Analyzer, grams: &HashedGrams, document: usize, columns: &mut Vec<u32>) -> Result<()> {
        grams.of_characters(&code_points(analyzer)?(self.0[document].as_ref()), columns);
        Ok(())
    }
}

/// How a text becomes code points.
fn code_points(analyzer: Analyzer) -> Result<fn(&str) -> Vec<u32>> {
    match analyzer {
        Analyzer::Word => Err(FeatureError::WrongInput { analyzer, given: InputKind::Texts }),
        Analyzer::Char => Ok(characters),
        Analyzer::CharWb => Ok(padded_words),
    }
}

/// A word that can be told apart inside an n-gram, and that sorts alone as it does with others behind it: it must not
/// be empty, nor have a character up to the space.
pub(super) fn check_word(term: &str) -> Result<()> {
    if term.is_empty() || term.bytes().any(|b| b <= b' ') {
        return Err(FeatureError::TermWithSpace { term: term.to_owned() });
    }
    Ok(())
}

/// White space as Python has it.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c)
}

/// The code points of a text in lower case, with one space for each run of two or more white-space characters. A
/// single one stays what it is.
fn characters(text: &str) -> Vec<u32> {
    let text = text.to_lowercase();
    let mut symbols = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = false;
        if is_space(c) {
            while chars.next_if(|c| is_space(*c)).is_some() {
                run = true;
            }
        }
        symbols.push(if run { u32::from(b' ') } else { c.into() });
    }
    symbols
}

/// The code points of the words of a text in lower case, a space before and behind each, parted by [`BREAK`].
fn padded_words(text: &str) -> Vec<u32> {
    let text = text.to_lowercase();
    let mut symbols = Vec::with_capacity(text.len() + text.len() / 2);
    for word in text.split(is_space).filter(|w| !w.is_empty()) {
        if !symbols.is_empty() {
            symbols.push(BREAK);
        }
        symbols.push(b' '.into());
        symbols.extend(word.chars().map(u32::from));
        symbols.push(b' '.into());
    }
    symbols
}

#[cfg(test)]
mod tests {
    use super::sealed::Encode;
    use super::*;

    fn text(symbols: &[u32]) -> String {
        symbols.iter().map(|&c| if c == BREAK { '|' } else { char::from_u32(c).unwrap() }).collect()
    }

    #[test]
    fn white_space_as_scikit_learn_has_it() {
        assert_eq!(text(&characters("A\tB \t c\u{a0}d\u{1c}\u{1c}")), "a\tb c\u{a0}d ");
        assert_eq!(text(&padded_words(" A\tB \t cd\n")), " a | b | cd ");
        assert!(characters("").is_empty() && padded_words(" \n").is_empty());
    }

    #[test]
    fn ranks_follow_the_terms_and_one_term_has_one_rank() {
        let terms = ["b", "a", "b", "unused"];
        let documents = [vec![0, 1, BREAK, 2], vec![]];
        let tokens = Tokens::new(&documents, &terms[..]);
        let (encoded, alphabet) = tokens.learn(Analyzer::Word).unwrap();
        assert_eq!(encoded.symbols, [1, 0, BREAK, 1]);
        assert_eq!(encoded.starts, [0, 4, 4]);
        let mut term = String::new();
        alphabet.term(&[1, 0], &mut term);
        assert_eq!(term, "b a");
    }

    #[test]
    fn a_small_document_under_a_large_table() {
        let terms: Vec<String> = (0..10_000).map(|i| format!("t{i}")).collect();
        let documents = [[9_999, 3, 9_999]];
        let (encoded, _) = Tokens::new(&documents, &terms).learn(Analyzer::Word).unwrap();
        assert_eq!(encoded.symbols, [1, 0, 1]);
        let bad = [[3, 10_000, 3]];
        assert_eq!(
            Tokens::new(&bad, &terms).learn(Analyzer::Word).unwrap_err(),
            FeatureError::UnknownToken { document: 0, id: 10_000 }
        );
    }

    #[test]
    fn words_that_could_not_be_told_apart_are_refused() {
        for term in ["", "a b", "a\u{1}"] {
            let found = Tokens::new(&[[0]], &[term][..]).learn(Analyzer::Word).unwrap_err();
            assert_eq!(found, FeatureError::TermWithSpace { term: term.to_owned() });
        }
    }
}
