//! Where the terms of an article occur, as far as the notes need it: with capitals, near its beginning or end, between
//! which words.
//!
//! Derived from the article's words if they are available, or kept as a few numbers per term ([`Place`]), from which
//! the order of the words can't be recovered. Both give the same results.

use super::counted::{Article, Reader};
use crate::error::Result;
use crate::features::phrases::{CAPITAL, FIRST, WORD};
use crate::features::{BREAK, Phrases};
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The number of words on either side that are compared.
const AROUND: usize = 3;
/// The fewest words around a place that are compared.
const ALIKE: usize = 3;
/// Places within this many words of an article's first or last word are near its beginning or end.
const EDGE: usize = 12;

/// Where a term occurs in one article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// How often it occurs inside a sentence, where a capital is informative.
    pub inside: u32,
    /// How often it starts and ends with a capital there.
    pub capitals: u32,
    /// Whether its first use is near the article's beginning or end.
    pub edge: bool,
    /// The hash of the words around its first use, if there are enough of them; never 0.
    pub around: Option<u64>,
}

impl Article {
    /// Visits terms with the number of further uses. On the first visit of a term, the closure says whether its first
    /// use is near the beginning or end, and what surrounds it. `is_asked` says which terms are visited.
    ///
    /// # Errors
    /// If the article's words or terms can't be read.
    pub(super) fn uses(
        &self,
        reader: &mut Reader<'_>,
        is_asked: impl Fn(u32) -> bool,
        mut visit: impl FnMut(u32, u32, &dyn Fn() -> (bool, Option<u64>)),
    ) -> Result<()> {
        match &mut reader.cut {
            Some((phrases, streams)) => {
                let words = streams.read(self.stream)?;
                phrases.cut(words, |term, at, length| {
                    if is_asked(term) {
                        visit(term, 1, &|| (is_edge(words, at, length), around(words, at, length, u64::from)));
                    }
                });
            }
            None => {
                let (terms, places) = reader.lists.places(self.index as usize)?;
                for ((term, count), place) in terms.iter().zip(places).filter(|((term, _), _)| is_asked(*term)) {
                    visit(*term, *count, &|| (place.edge, place.around));
                }
            }
        }
        Ok(())
    }
}

/// The positions of the terms of a document; `names` are the names of its words. Surroundings are hashed by these
/// names, so that they are the same in every run.
pub(super) fn each_place(phrases: &Phrases, stream: &[u32], terms: &[(u32, u32)], names: &[Box<str>]) -> Vec<Place> {
    let mut places = vec![Place::default(); terms.len()];
    let mut seen = vec![false; terms.len()];
    let hash = |word: u32| {
        let mut hasher = FxHasher::default();
        if let Some(name) = names.get(word as usize) {
            hasher.write(name.as_bytes());
        }
        hasher.finish()
    };
    phrases.cut(stream, |term, at, length| {
        let Ok(i) = terms.binary_search_by_key(&term, |(term, _)| *term) else { return };
        let place = &mut places[i];
        if let Some(capital) = capital(stream, at, length) {
            place.inside += 1;
            place.capitals += u32::from(capital);
        }
        if !std::mem::replace(&mut seen[i], true) {
            place.edge = is_edge(stream, at, length);
            place.around = around(stream, at, length, hash).map(|hash| hash.max(1));
        }
    });
    places
}

/// Whether a term starts and ends with a capital; `None` at the beginning of a sentence.
pub(super) fn capital(stream: &[u32], at: usize, length: usize) -> Option<bool> {
    let (first, last) = (stream[at], stream[at + length - 1]);
    (first & FIRST == 0).then_some(first & last & CAPITAL != 0)
}

fn is_edge(stream: &[u32], at: usize, length: usize) -> bool {
    at < EDGE || at + length + EDGE > stream.len()
}

/// The hash of the words around a place, if there are enough. Words across a break don't count.
fn around(stream: &[u32], at: usize, length: usize, of_word: impl Fn(u32) -> u64) -> Option<u64> {
    let before = stream[..at].iter().rev().take(AROUND).take_while(|w| **w != BREAK);
    let after = stream[at + length..].iter().take(AROUND).take_while(|w| **w != BREAK);
    let mut hasher = FxHasher::default();
    let mut n = 0;
    let mut add = |word: u64| {
        hasher.write_u64(word);
        n += 1;
    };
    before.for_each(|w| add(of_word(w & WORD)));
    add(u64::MAX);
    after.for_each(|w| add(of_word(w & WORD)));
    (n > ALIKE).then(|| hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_stop_is_not_around() {
        let around = |stream: &[u32], at| around(stream, at, 1, u64::from);
        let stream = [1, 2, 3, 4, 5, BREAK, 9, 9, 9];
        assert_eq!(around(&stream, 2), around(&[7, 1 | CAPITAL, 2, 3, 4, 5, BREAK, 8][1..], 2));
        assert_ne!(around(&stream, 2), around(&[1, 2, 3, 4, 6], 2));
        assert_eq!(around(&stream, 7), None, "two words are too few");
    }
}
