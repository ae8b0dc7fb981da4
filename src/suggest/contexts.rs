//! Contexts: what surrounds a place, as a sparse row of weights.
//!
//! They are the words on either side with their positions, alone and in pairs, and the other words of the clause within
//! eight words. A context counts once per article. Its weight is the positive pointwise mutual information of term and
//! context, with contexts smoothed by the power .75 (Levy, Goldberg and Dagan 2015, doi:10.1162/tacl_a_00134),
//! discounted by n / (n + 1) if it was seen in n articles (Pantel and Lin 2002, doi:10.1145/775047.775138).

use super::masked::{CUE, Contrast, Place};
use super::words::Words;
use crate::features::BREAK;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Contexts are numbered by a hash of this many bits: memory doesn't grow with the corpus, and collisions are rare.
const BITS: u32 = 24;
/// Words of the clause within this distance on either side are part of a context.
const WINDOW: usize = 8;
/// The exponent that smooths the frequencies of contexts.
const SMOOTHING: f64 = 0.75;

/// A context and an article that it was seen in.
pub(super) type Seen = (u32, u32);
/// Contexts with their weights, sorted.
pub(super) type Row = Vec<(u32, f32)>;

/// The frequency of every context.
pub(super) struct Contexts<'c> {
    contrast: &'c Contrast,
    words: &'c Words,
    background: Vec<u32>,
    total: f64,
}

impl<'c> Contexts<'c> {
    /// Counts the contexts of all these places, term by term.
    pub fn new<'p>(contrast: &'c Contrast, words: &'c Words, terms: impl ParallelIterator<Item = &'p [Place]>) -> Self {
        let counted: Vec<AtomicU32> = (0..1usize << BITS).map(|_| AtomicU32::new(0)).collect();
        let mut contexts = Contexts { contrast, words, background: Vec::new(), total: 0.0 };
        terms.for_each(|places| {
            for (context, _) in contexts.seen(places) {
                counted[context as usize].fetch_add(1, Ordering::Relaxed);
            }
        });
        contexts.background = counted.into_iter().map(AtomicU32::into_inner).collect();
        contexts.total = contexts.background.iter().filter(|n| **n > 0).map(|n| f64::from(*n).powf(SMOOTHING)).sum();
        contexts
    }

    /// The contexts of some places with their articles, sorted, without duplicates.
    pub fn seen(&self, places: &[Place]) -> Vec<Seen> {
        let mut seen = Vec::with_capacity(places.len() * 12);
        for place in places {
            self.visit(*place, |context| seen.push((context, place.article)));
        }
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// The weights of contexts, given where they were seen.
    pub fn weigh(&self, seen: impl Iterator<Item = Seen>) -> Row {
        let mut counts: Vec<(u32, u32)> = Vec::new();
        let mut all = 0u32;
        for (context, _) in seen {
            all += 1;
            match counts.last_mut() {
                Some((last, n)) if *last == context => *n += 1,
                _ => counts.push((context, 1)),
            }
        }
        let weight = |(context, n): (u32, u32)| {
            let frequent = self.background[context as usize];
            let n = f64::from(n);
            let information = (n * self.total / (f64::from(all) * f64::from(frequent).powf(SMOOTHING))).ln();
            (frequent > 1 && information > 0.0).then_some((context, (information * n / (n + 1.0)) as f32))
        };
        counts.into_iter().filter_map(weight).collect()
    }

    fn visit(&self, place: Place, mut visit: impl FnMut(u32)) {
        let around = &self.contrast.articles[place.article as usize].around;
        let (from, to) = (place.from as usize, place.to as usize);
        let left = |n: usize| from.checked_sub(n).map_or(BREAK, |i| around[i]);
        let right = |n: usize| around.get(to + n - 1).copied().unwrap_or(BREAK);
        let (l1, r1) = (left(1), right(1));
        let l2 = if l1 == BREAK { BREAK } else { left(2) };
        let r2 = if r1 == BREAK { BREAK } else { right(2) };
        let positions = [(0, l1, 0), (1, r1, 0), (2, l2, 0), (3, r2, 0), (4, l2, l1), (5, r1, r2), (6, l1, r1)];
        positions.into_iter().for_each(|(kind, one, other)| visit(number(kind, one, other)));
        let before = around[..from].iter().rev().take(WINDOW).take_while(|w| **w != BREAK);
        let behind = around[to..].iter().take(WINDOW).take_while(|w| **w != BREAK);
        for &word in before.chain(behind).filter(|w| **w != CUE && !self.words.is_empty_word(**w)) {
            visit(number(7, self.words.folds[word as usize], 0));
        }
    }
}

/// The number of a context.
fn number(kind: u64, one: u32, other: u32) -> u32 {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut x = (u64::from(one) << 32 | u64::from(other)).wrapping_add(kind.wrapping_mul(MIX));
    x = (x ^ x >> 32).wrapping_mul(MIX);
    x = (x ^ x >> 29).wrapping_mul(MIX);
    (x >> (64 - BITS)) as u32
}
