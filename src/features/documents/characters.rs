//! Characters: from texts to code points, as in scikit-learn.

use super::sealed::Encode;
use super::{Alphabet, BREAK, Encoded, InputKind, Texts, WordNumbers};
use crate::features::error::{FeatureError, Result};
use crate::features::hashing::HashedGrams;
use crate::features::tfidf::Analyzer;
use rayon::prelude::*;

impl<S: AsRef<str> + Sync> Encode for Texts<'_, S> {
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

/// White space as defined by Python.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c)
}

/// The code points of a text in lower case, with one space for each run of two or more white-space characters. A single
/// one stays as it is.
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

/// The code points of the words of a text in lower case, each with a space before and after it, separated by [`BREAK`].
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
}
