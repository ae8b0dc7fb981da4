//! Counting n-grams over all documents, length by length.
//!
//! An n-gram is named by the number of its first n−1 symbols and the number of its last n−1, so a key is 64 bits
//! whatever its length and nothing is ever hashed as a string. And as no n-gram stands in more documents than its
//! parts, one with a part that is too rare is never stored: most long n-grams fall out so.

use super::documents::{BREAK, Encoded};
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// No n-gram begins here.
pub(super) const NONE: u32 = u32::MAX;

/// Which n-grams are counted.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Lengths in symbols.
    pub lengths: RangeInclusive<usize>,
    /// A segment (a padded word) shorter than the shortest n-gram is counted whole.
    pub short_segments_whole: bool,
}

impl Rule {
    /// Whether the n-grams of this length in a segment of `segment` symbols are counted.
    pub(super) fn counts(&self, length: usize, segment: usize) -> bool {
        self.lengths.contains(&length)
            || (self.short_segments_whole && length == segment && length < *self.lengths.start())
    }
}

/// One n-gram, and where it was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gram {
    /// Its first place in the symbols.
    pub first: usize,
    /// Its length in symbols.
    pub length: usize,
    /// In how many documents.
    pub df: u32,
    /// How often in all.
    pub total: u64,
    last_document: u32,
}

impl Gram {
    /// Its symbols.
    pub(super) fn symbols<'e>(&self, encoded: &'e Encoded) -> &'e [u32] {
        &encoded.symbols[self.first..self.first + self.length]
    }
}

/// All n-grams of the documents.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// Every n-gram that was numbered. One with `df` 0 is no n-gram by the rule.
    pub grams: Vec<Gram>,
    /// For each length that counts, which n-gram begins at every place; only where asked for.
    pub places: Vec<Vec<u32>>,
}

/// Counts the n-grams of all documents; those in fewer than `min_df` documents may be missing, or may be counted.
pub(super) fn count(encoded: &Encoded, rule: &Rule, min_df: f64, keep_places: bool) -> Counted {
    let mut counted = Counted::default();
    let mut at: Vec<u32> = Vec::new();
    for length in 1..=*rule.lengths.end() {
        let from = counted.grams.len();
        let mut level = Level { numbers: FxHashMap::default(), grams: &mut counted.grams, length };
        let is_counted = rule.lengths.contains(&length) || rule.short_segments_whole;
        if length == 1 {
            at = first_level(encoded, rule, &mut level);
        } else {
            // Short segments can't be told by their parts' frequency: their parts aren't counted.
            let min_df = if rule.short_segments_whole { 0.0 } else { min_df };
            next_level(encoded, rule, min_df, &mut at, &mut level);
        }
        if keep_places && is_counted {
            counted.places.push(mask_uncounted(encoded, rule, length, &at));
        }
        if !is_counted {
            // They were counted to tell what is too rare, and are n-grams of no document.
            counted.grams[from..].iter_mut().for_each(|gram| gram.total = 0);
        }
    }
    counted
}

struct Level<'g> {
    numbers: FxHashMap<u64, u32>,
    grams: &'g mut Vec<Gram>,
    length: usize,
}

impl Level<'_> {
    /// The number of the n-gram with this key, which is added where it is new.
    fn number(&mut self, key: u64, place: usize) -> u32 {
        *self.numbers.entry(key).or_insert_with(|| {
            self.grams.push(Gram { first: place, length: self.length, df: 0, total: 0, last_document: NONE });
            (self.grams.len() - 1) as u32
        })
    }

    fn add(&mut self, number: u32, document: u32) {
        let gram = &mut self.grams[number as usize];
        gram.total += 1;
        gram.df += u32::from(gram.last_document != document);
        gram.last_document = document;
    }
}

/// Calls with every segment: its document and its places.
fn for_segments(encoded: &Encoded, mut visit: impl FnMut(u32, std::ops::Range<usize>)) {
    for document in 0..encoded.n_documents() {
        let mut start = encoded.starts[document];
        for segment in encoded.document(document).split(|s| *s == BREAK) {
            visit(document as u32, start..start + segment.len());
            start += segment.len() + 1;
        }
    }
}

fn first_level(encoded: &Encoded, rule: &Rule, level: &mut Level<'_>) -> Vec<u32> {
    let mut at = vec![NONE; encoded.symbols.len()];
    for_segments(encoded, |document, places| {
        let adds = !rule.short_segments_whole || rule.counts(1, places.len());
        for place in places {
            at[place] = level.number(encoded.symbols[place].into(), place);
            if adds {
                level.add(at[place], document);
            }
        }
    });
    at
}

/// `at` names the n-gram of one symbol less at every place, and afterwards that of this length.
fn next_level(encoded: &Encoded, rule: &Rule, min_df: f64, at: &mut [u32], level: &mut Level<'_>) {
    let length = level.length;
    for_segments(encoded, |document, places| {
        let adds = !rule.short_segments_whole || rule.counts(length, places.len());
        for place in places.clone() {
            let pair = if place + length > places.end { [NONE; 2] } else { [at[place], at[place + 1]] };
            let rare = |part: u32| part == NONE || f64::from(level.grams[part as usize].df) < min_df;
            if rare(pair[0]) || rare(pair[1]) {
                at[place] = NONE;
                continue;
            }
            at[place] = level.number(u64::from(pair[0]) << 32 | u64::from(pair[1]), place);
            if adds {
                level.add(at[place], document);
            }
        }
    });
}

fn mask_uncounted(encoded: &Encoded, rule: &Rule, length: usize, at: &[u32]) -> Vec<u32> {
    let mut masked = at.to_vec();
    if rule.short_segments_whole && !rule.lengths.contains(&length) {
        for_segments(encoded, |_, places| {
            if !rule.counts(length, places.len()) {
                masked[places].fill(NONE);
            }
        });
    }
    masked
}
