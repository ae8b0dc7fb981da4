//! Phrases: sequences of two or three words that belong together, and texts split into words and phrases.
//!
//! Takes documents as numbers of words, hands on [`Phrases`], which splits a document so that every word counts once:
//! in the longest phrase that begins with it, or else on its own. So a phrase absorbs its parts: nothing is left of
//! "Angeles" without "Los Angeles", and what is left of "regime" are its uses outside of "Assad regime".
//!
//! Words belong together if they follow one another at least [`LIFT`] times as often as expected by chance, wherever
//! the sequence is split in two: count(xy) · N ≥ LIFT · count(x) · count(y). "the regime" isn't a phrase (every noun
//! has its "the"); "per cent", "according to" and "Assad regime" are. All documents are pooled regardless of their
//! outlet, so that what is counted doesn't depend on what is compared.

use super::documents::BREAK;
use super::stream::WordSource;
use crate::error::Result;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};

/// How much more often than by chance the words of a phrase must follow one another.
pub const LIFT: u64 = 20;

/// The longest phrase in words.
pub const LONGEST: usize = 3;

/// Flag on a word: it begins with a capital.
pub const CAPITAL: u32 = 1 << 31;
/// Flag on a word: it begins a sentence, where a capital means nothing.
pub const FIRST: u32 = 1 << 30;
/// Mask for the number of a word without the flags.
pub const WORD: u32 = FIRST - 1;

const NONE: u32 = u32::MAX;

/// Words and phrases that occur in enough documents.
#[derive(Debug)]
pub struct Phrases {
    /// By the caller's number: the internal number of a word.
    numbers: Vec<u32>,
    /// By internal number: whether a phrase begins with the word.
    begins: Vec<bool>,
    /// Pairs that are phrases or begin one.
    pairs: FxHashMap<u64, Pair>,
    /// By pair and third word: the term.
    triples: FxHashMap<u64, u32>,
    /// The words of each term, by the caller's numbers; single words come first, in order.
    terms: Vec<([u32; LONGEST], u8)>,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    /// Its number among the pairs, for `triples`.
    number: u32,
    /// The term; `NONE` if it only begins one.
    term: u32,
}

/// The minimum document frequency of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinDf {
    /// For a single word.
    pub words: u32,
    /// For a phrase.
    pub phrases: u32,
}

/// A word as a part of phrases.
#[derive(Clone, Copy)]
struct Part {
    count: u32,
    is_rare: bool,
}

/// How often something was seen, and in how many documents.
#[derive(Debug, Clone, Copy)]
struct Seen {
    count: u32,
    documents: u32,
    last: u32,
}

impl Default for Seen {
    fn default() -> Self {
        Seen { count: 0, documents: 0, last: NONE }
    }
}

impl Seen {
    fn add(&mut self, document: u32) {
        // Saturates for a word used more than four thousand million times.
        self.count = self.count.saturating_add(1);
        self.documents += u32::from(self.last != document);
        self.last = document;
    }

    /// Adds what was seen in other documents.
    fn join(&mut self, other: Seen) {
        self.count = self.count.saturating_add(other.count);
        self.documents += other.documents;
    }
}

/// Whether parts with these counts follow one another more often than by chance.
fn cohere(together: u32, one: u32, other: u32, words: u64) -> bool {
    u128::from(together) * u128::from(words) >= u128::from(LIFT) * u128::from(one) * u128::from(other)
}

impl Phrases {
    /// Learns the words, and the phrases of up to `longest` words, that occur in enough documents.
    ///
    /// Documents are words as numbers below `limit`, with [`CAPITAL`] and [`FIRST`], and [`BREAK`] where a phrase must
    /// not cross. Time is linear in the words; memory grows with the pairs of frequent words.
    ///
    /// # Errors
    /// If documents can't be read.
    pub fn learn<D: WordSource + ?Sized>(
        documents: &D,
        limit: usize,
        min_df: MinDf,
        longest: usize,
    ) -> Result<Phrases> {
        let seen = words(documents, limit)?;
        let total: u64 = seen.iter().map(|s| u64::from(s.count)).sum();
        let mut phrases = Phrases {
            numbers: vec![NONE; limit],
            begins: Vec::new(),
            pairs: FxHashMap::default(),
            triples: FxHashMap::default(),
            terms: Vec::new(),
        };
        let mut counts = Vec::new();
        for (word, seen) in seen.iter().enumerate().filter(|(_, s)| s.documents >= min_df.words.max(1)) {
            phrases.numbers[word] = phrases.terms.len() as u32;
            phrases.terms.push(([word as u32, NONE, NONE], 1));
            // No phrase occurs in more documents than its words.
            counts.push(Part { count: seen.count, is_rare: seen.documents < min_df.phrases });
        }
        phrases.begins = vec![false; counts.len()];
        if longest >= 2 {
            phrases.learn_pairs(documents, &counts, total, min_df.phrases, longest)?;
        }
        Ok(phrases)
    }

    fn learn_pairs<D: WordSource + ?Sized>(
        &mut self,
        documents: &D,
        counts: &[Part],
        total: u64,
        min_df: u32,
        longest: usize,
    ) -> Result<()> {
        // A word that makes up a twentieth of all words can't be in a phrase, whatever its neighbours.
        let apt = |word: u32| {
            let Part { count, is_rare } = counts[word as usize];
            !is_rare && u64::from(count) * LIFT <= total
        };
        let numbers = &self.numbers;
        let mut pairs = count(documents, total, min_df, |document, visit| {
            let mut last = NONE;
            for &word in document {
                let word = number_of(numbers, word).filter(|&w| apt(w)).unwrap_or(NONE);
                if last != NONE && word != NONE {
                    visit(key(last, word));
                }
                last = word;
            }
        })?;
        pairs.sort_unstable_by_key(|(key, _)| *key);
        let coherent = |(key, seen): &(u64, Seen)| {
            cohere(seen.count, counts[(key >> 32) as usize].count, counts[*key as u32 as usize].count, total)
        };
        let coherent: Vec<bool> = pairs.iter().map(coherent).collect();
        let index: FxHashMap<u64, u32> = pairs.iter().enumerate().map(|(i, (key, _))| (*key, i as u32)).collect();
        let triples = match longest {
            2 => Vec::new(),
            _ => self.count_triples(documents, total, min_df, &index, &coherent)?,
        };
        for (&(key, _), _) in pairs.iter().zip(&coherent).filter(|(_, c)| **c) {
            let term = self.push([(key >> 32) as u32, key as u32, NONE], 2);
            self.pairs.insert(key, Pair { number: index[&key], term });
        }
        for (triple, seen) in triples {
            let (first, third) = ((triple >> 32) as usize, triple as u32);
            let (front, front_seen) = pairs[first];
            let second = front as u32;
            let Some(&back) = index.get(&key(second, third)) else { continue };
            let word = |w: u32| counts[w as usize].count;
            let left = cohere(seen.count, word((front >> 32) as u32), pairs[back as usize].1.count, total);
            if left && cohere(seen.count, front_seen.count, word(third), total) {
                let term = self.push([(front >> 32) as u32, second, third], 3);
                self.triples.insert(triple, term);
                self.pairs.entry(front).or_insert(Pair { number: first as u32, term: NONE });
            }
        }
        for key in self.pairs.keys() {
            self.begins[(key >> 32) as usize] = true;
        }
        Ok(())
    }

    /// Counts triples with at least one cohering pair, keyed by the number of the first pair and the third word.
    fn count_triples<D: WordSource + ?Sized>(
        &self,
        documents: &D,
        total: u64,
        min_df: u32,
        index: &FxHashMap<u64, u32>,
        coherent: &[bool],
    ) -> Result<Vec<(u64, Seen)>> {
        let mut triples = count(documents, total, min_df, |document, visit| {
            let (mut last, mut pair) = (NONE, NONE);
            for &word in document {
                let word = number_of(&self.numbers, word).unwrap_or(NONE);
                let next = match last != NONE && word != NONE {
                    true => index.get(&key(last, word)).copied().unwrap_or(NONE),
                    false => NONE,
                };
                if pair != NONE && next != NONE && (coherent[pair as usize] || coherent[next as usize]) {
                    visit(key(pair, word));
                }
                (last, pair) = (word, next);
            }
        })?;
        triples.sort_unstable_by_key(|(key, _)| *key);
        Ok(triples)
    }

    /// Adds a phrase, given the internal numbers of its words.
    fn push(&mut self, words: [u32; LONGEST], length: u8) -> u32 {
        let words = words.map(|w| if w == NONE { NONE } else { self.terms[w as usize].0[0] });
        self.terms.push((words, length));
        self.terms.len() as u32 - 1
    }

    /// The number of words and phrases; all terms are below it.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether no word occurs in enough documents.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The words of a term, in the caller's numbers.
    pub fn words(&self, term: u32) -> &[u32] {
        let (words, length) = &self.terms[term as usize];
        &words[..usize::from(*length)]
    }

    /// The term of a single word, by the caller's number.
    pub fn single(&self, word: u32) -> Option<u32> {
        number_of(&self.numbers, word)
    }

    /// Splits a document into words and phrases: visits each with its position and its length in words. Words that
    /// occur in too few documents are skipped.
    pub fn cut(&self, document: &[u32], mut visit: impl FnMut(u32, usize, usize)) {
        let at = |place: usize| document.get(place).and_then(|&word| number_of(&self.numbers, word));
        let mut place = 0;
        while place < document.len() {
            let Some(first) = at(place) else {
                place += 1;
                continue;
            };
            let (term, length) = self.longest(first, || at(place + 1), || at(place + 2));
            visit(term, place, length);
            place += length;
        }
    }

    /// The longest term that begins with a word, given what comes next.
    fn longest(&self, first: u32, second: impl Fn() -> Option<u32>, third: impl Fn() -> Option<u32>) -> (u32, usize) {
        if !self.begins[first as usize] {
            return (first, 1);
        }
        let Some(pair) = second().and_then(|second| self.pairs.get(&key(first, second))) else { return (first, 1) };
        match third().and_then(|third| self.triples.get(&key(pair.number, third))) {
            Some(&term) => (term, 3),
            None if pair.term != NONE => (pair.term, 2),
            None => (first, 1),
        }
    }
}

fn key(one: u32, other: u32) -> u64 {
    u64::from(one) << 32 | u64::from(other)
}

fn number_of(numbers: &[u32], word: u32) -> Option<u32> {
    if word == BREAK {
        return None;
    }
    Some(numbers[(word & WORD) as usize]).filter(|n| *n != NONE)
}

/// Splits all documents into `n` consecutive parts.
fn parts(documents: usize, n: usize) -> Vec<Range<usize>> {
    let part = documents.div_ceil(n).max(1);
    (0..documents).step_by(part).map(|from| from..(from + part).min(documents)).collect()
}

/// Counts single words, by the caller's numbers.
fn words<D: WordSource + ?Sized>(documents: &D, limit: usize) -> Result<Vec<Seen>> {
    let count = |part: Range<usize>| {
        let mut seen = vec![Seen::default(); limit];
        let mut of_document = |i: usize, document: &[u32]| {
            let words = document.iter().filter(|w| **w != BREAK);
            words.for_each(|word| seen[(word & WORD) as usize].add(i as u32));
        };
        documents.each(part, &mut of_document)?;
        Ok(seen)
    };
    let parts = parts(documents.len(), rayon::current_num_threads());
    let parts: Vec<Vec<Seen>> = parts.into_par_iter().map(count).collect::<Result<_>>()?;
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_else(|| vec![Seen::default(); limit]);
    for part in parts {
        all.iter_mut().zip(part).for_each(|(all, seen)| all.join(seen));
    }
    Ok(all)
}

/// How many parts each thread gets if their number doesn't matter, so that none is left with a single large one.
const SHARES: usize = 8;

/// Counts keys of all documents, at most `words` of them, and keeps those in at least `min_df` documents. There are
/// many keys, most of them rare: a [`Sketch`] finds the rare ones first, so that the table of the others stays small.
fn count<D: WordSource + ?Sized>(
    documents: &D,
    words: u64,
    min_df: u32,
    keys: impl Fn(&[u32], &mut dyn FnMut(u64)) + Sync,
) -> Result<Vec<(u64, Seen)>> {
    let (sketch, threads) = (Sketch::new(words, min_df), rayon::current_num_threads());
    parts(documents.len(), SHARES * threads)
        .into_par_iter()
        .try_for_each(|part| documents.each(part, &mut |_, document| keys(document, &mut |key| sketch.add(key))))?;
    let sketch = sketch.into_frequent();
    let count = |part: Range<usize>| {
        let mut counted = FxHashMap::<u64, Seen>::default();
        let mut of_document = |i: usize, document: &[u32]| {
            keys(document, &mut |key| {
                if sketch.may_have(key) {
                    counted.entry(key).or_default().add(i as u32);
                }
            });
        };
        documents.each(part, &mut of_document)?;
        Ok(counted)
    };
    let parts: Vec<FxHashMap<u64, Seen>> =
        parts(documents.len(), threads).into_par_iter().map(count).collect::<Result<_>>()?;
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_default();
    for (key, seen) in parts.flatten() {
        all.entry(key).or_default().join(seen);
    }
    Ok(all.into_iter().filter(|(_, seen)| seen.documents >= min_df).collect())
}

/// Upper bounds for the counts of keys: keys that share a slot are counted together.
struct Sketch {
    /// Counted only up to `frequent`, or slightly more if threads collide.
    places: Vec<AtomicU16>,
    frequent: u16,
}

impl Sketch {
    /// The most slots: 4 MB.
    const MOST: u64 = 1 << 21;

    /// For this many keys, which are frequent from `frequent` occurrences on.
    fn new(keys: u64, frequent: u32) -> Sketch {
        let places = keys.next_power_of_two().min(Sketch::MOST) as usize;
        let frequent = frequent.min(u32::from(u16::MAX / 2)) as u16;
        Sketch { places: (0..places).map(|_| AtomicU16::new(0)).collect(), frequent }
    }

    fn add(&self, key: u64) {
        let place = &self.places[place(key, self.places.len())];
        if place.load(Relaxed) < self.frequent {
            place.fetch_add(1, Relaxed);
        }
    }

    fn into_frequent(self) -> Frequent {
        let is_frequent = |place: &AtomicU16| u64::from(place.load(Relaxed) >= self.frequent);
        let word = |places: &[AtomicU16]| places.iter().rev().fold(0, |bits, place| bits << 1 | is_frequent(place));
        Frequent { bits: self.places.chunks(64).map(word).collect(), places: self.places.len() }
    }
}

/// The slot of a key in a table with this many slots, a power of two.
fn place(key: u64, places: usize) -> usize {
    FxBuildHasher.hash_one(key) as usize & (places - 1)
}

/// Which slots of a [`Sketch`] are frequent, one bit each: small enough for a core's own cache.
struct Frequent {
    bits: Vec<u64>,
    places: usize,
}

impl Frequent {
    fn may_have(&self, key: u64) -> bool {
        let place = place(key, self.places);
        self.bits[place / 64] >> (place % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documents whose words are letters; a stop is a break.
    fn documents(texts: &[&str]) -> Vec<Vec<u32>> {
        let number = |b: u8| if b == b'.' { BREAK } else { u32::from(b - b'a') };
        texts.iter().map(|t| t.bytes().map(number).collect()).collect()
    }

    fn cut(phrases: &Phrases, text: &str) -> Vec<String> {
        let name = |w: &u32| char::from(b'a' + *w as u8);
        let mut found = Vec::new();
        phrases.cut(&documents(&[text])[0], |term, _, length| {
            let words = phrases.words(term);
            assert_eq!(words.len(), length);
            found.push(words.iter().map(name).collect());
        });
        found
    }

    fn learn(documents: &[Vec<u32>], min_df: MinDf, longest: usize) -> Phrases {
        Phrases::learn(documents, 26, min_df, longest).expect("read")
    }

    fn both(n: u32) -> MinDf {
        MinDf { words: n, phrases: n }
    }

    /// 40 words in random order, with `insert` now and then.
    fn noise(insert: &str) -> Vec<String> {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'f' + (state >> 24) as u8 % 20)
        };
        (0..60)
            .map(|_| (0..60).map(|i| if i == 30 { insert.to_owned() } else { next().to_string() }).collect())
            .collect()
    }

    #[test]
    fn words_that_belong_together_count_once() {
        let texts = noise("ab");
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let phrases = learn(&documents(&texts), both(3), 3);
        assert_eq!(cut(&phrases, "fabg"), ["f", "ab", "g"]);
        assert_eq!(cut(&phrases, "a.b"), ["a", "b"]);
        assert_eq!(cut(&phrases, "bzza"), ["b", "a"], "z stands nowhere");
        let words = learn(&documents(&texts), both(3), 1);
        assert_eq!(cut(&words, "fabg"), ["f", "a", "b", "g"]);
    }

    #[test]
    fn the_longest_phrase_wins_and_the_marks_do_not_matter() {
        let texts = noise("abc");
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut documents = documents(&texts);
        documents[0].iter_mut().for_each(|w| *w |= CAPITAL);
        let phrases = learn(&documents, both(3), 3);
        assert_eq!(cut(&phrases, "abcab"), ["abc", "ab"]);
        assert_eq!(cut(&phrases, "abd"), ["ab"]);
        let pairs = learn(&documents, both(3), 2);
        assert_eq!(cut(&pairs, "abc"), ["ab", "c"]);
    }

    #[test]
    fn rare_words_are_terms_and_make_no_phrases() {
        let mut texts = noise("ab");
        texts.truncate(20);
        let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        texts.extend(["cd", "cd", "cd"]);
        let phrases = learn(&documents(&texts), MinDf { words: 3, phrases: 5 }, 3);
        assert_eq!(cut(&phrases, "abcd"), ["ab", "c", "d"]);
        let all = learn(&documents(&texts), both(3), 3);
        assert_eq!(cut(&all, "abcd"), ["ab", "cd"]);
    }

    #[test]
    fn nothing_is_learnt_of_nothing() {
        assert!(learn(&documents(&[]), both(1), 3).is_empty());
        assert!(learn(&documents(&["ab"]), both(2), 3).is_empty());
    }
}
