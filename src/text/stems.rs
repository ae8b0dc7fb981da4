//! Stems: the Snowball stemmers behind one small type.
//!
//! `rust-stemmers` is no longer maintained and its Greek stemmer can panic; this is the only place that knows it, so
//! that another can take its place. Greek is left out until then.

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

/// Cuts words to their stems; made once and used for every word type.
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

    /// The stem of one word, which must be in lower case already.
    ///
    /// ```
    /// use aslant::text::stems::{Language, Stemmer};
    /// assert_eq!(Stemmer::new(Language::English).stem("liberated"), "liber");
    /// ```
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        self.0.stem(word)
    }
}
