//! Stems: the Snowball stemmers behind one small type.
//!
//! `rust-stemmers` is unmaintained and its Greek stemmer can panic, so Greek is left out. This is the only file that
//! uses it, so that it can be replaced.

use rust_stemmers::{Algorithm, Stemmer as Snowball};
use std::borrow::Cow;

/// A language with a stemmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English (Porter 2).
    English,
    /// French.
    French,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// Russian.
    Russian,
    /// Arabic.
    Arabic,
}

/// Reduces words to their stems; made once and used for every distinct word.
pub struct Stemmer(Snowball);

impl Stemmer {
    /// The stemmer of a language.
    pub fn new(language: Language) -> Self {
        Stemmer(Snowball::create(match language {
            Language::English => Algorithm::English,
            Language::French => Algorithm::French,
            Language::German => Algorithm::German,
            Language::Spanish => Algorithm::Spanish,
            Language::Russian => Algorithm::Russian,
            Language::Arabic => Algorithm::Arabic,
        }))
    }

    /// The stem of one word, which must be in lower case.
    ///
    /// ```
    /// use aslant::text::stems::{Language, Stemmer};
    /// assert_eq!(Stemmer::new(Language::English).stem("liberated"), "liber");
    /// ```
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        self.0.stem(word)
    }
}
