//! Candidates: words and phrases of up to three words that occur often enough, and their places.

use super::masked::{CUE, Contrast, Place};
use super::read::Texts;
use super::words::{Words, is_noun};
use crate::error::Result;
use crate::features::BREAK;
use crate::features::Phrases;
use crate::features::phrases::{CAPITAL, FIRST, LONGEST, MinDf};
use rustc_hash::FxHashMap;

/// The most places of a term that are examined: an even sample.
pub(super) const MAX_PLACES: usize = 300;

/// A word or phrase.
#[derive(Debug)]
pub(super) struct Term {
    /// The term's number among the phrases.
    pub number: u32,
    /// The numbers of its words in the singular, among all words.
    pub words: Vec<u32>,
    /// Uses without an adjacent cue, including those within longer phrases.
    pub uses: u32,
    pub articles: u32,
    pub kind: Kind,
    /// Places without an adjacent cue; an even sample if there are many.
    pub places: Vec<Place>,
}

/// Whether a term may be suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It may be suggested.
    Name,
    /// It is or contains the name of a person, a place or an organisation.
    Proper,
    /// It is next to a cue more often than not: part of its phrase, not used instead of it.
    Beside,
    /// It is used in other positions than the cues.
    OtherClass,
    /// Only one of several outlets uses it.
    OneOutlet,
}

/// The counts of a term.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    uses: u32,
    beside: u32,
    articles: u32,
    last: u32,
    /// Places where a capital is informative, and those where all words have one.
    places: u32,
    capitals: u32,
    /// Articles with the plural after a word like "the".
    the_plural: u32,
    last_plural: u32,
}

/// Learns the phrases.
pub(super) fn learn(contrast: &Contrast, words: &Words, min_articles: u32) -> Result<Phrases> {
    let streams: Vec<&[u32]> = contrast.articles.iter().map(|a| a.words.as_slice()).collect();
    let min_df = MinDf { words: min_articles, phrases: min_articles };
    Phrases::learn(&streams[..], words.names.len(), min_df, LONGEST)
}

/// All terms that occur in enough articles without an adjacent cue, by their words.
pub(super) fn terms(texts: &Texts, contrast: &Contrast, phrases: &Phrases, min_articles: u32) -> Vec<Term> {
    let apt: Vec<bool> = (0..phrases.len() as u32).map(|t| is_apt(phrases.words(t), &texts.words)).collect();
    let counted = Counted::new(texts, contrast, phrases, &apt);
    let enough = |t: &u32| apt[*t as usize] && counted.counts[*t as usize].articles >= min_articles;
    let term = |number: u32| {
        let counts = &counted.counts[number as usize];
        Term {
            number,
            words: phrases.words(number).to_vec(),
            uses: counts.uses,
            articles: counts.articles,
            kind: counted.kind(number),
            places: Vec::new(),
        }
    };
    let mut terms: Vec<Term> = (0..phrases.len() as u32).filter(enough).map(term).collect();
    terms.sort_by(|a, b| a.words.cmp(&b.words));
    collect_places(contrast, phrases, &mut terms);
    terms
}

/// All terms with their counts.
struct Counted<'c> {
    texts: &'c Texts,
    contrast: &'c Contrast,
    phrases: &'c Phrases,
    /// By term.
    counts: Vec<Counts>,
    /// By term.
    outlets: Vec<Outlets>,
}

/// How many outlets use a term, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outlets {
    None,
    One(usize),
    Several,
}

impl<'c> Counted<'c> {
    fn new(texts: &'c Texts, contrast: &'c Contrast, phrases: &'c Phrases, apt: &[bool]) -> Self {
        let mut counts = vec![Counts::default(); phrases.len()];
        let mut outlets = vec![Outlets::None; phrases.len()];
        for_each(contrast, phrases, apt, |term, place| {
            let beside = is_beside(contrast, place);
            counts[term as usize].add(contrast, &texts.words, place, beside);
            if let (Some(outlet), false) = (texts.articles[place.article as usize].outlet, beside) {
                let outlets = &mut outlets[term as usize];
                *outlets = match *outlets {
                    Outlets::None => Outlets::One(outlet),
                    Outlets::One(other) if other == outlet => Outlets::One(other),
                    _ => Outlets::Several,
                };
            }
        });
        Counted { texts, contrast, phrases, counts, outlets }
    }

    fn kind(&self, number: u32) -> Kind {
        let (term, counts) = (self.phrases.words(number), &self.counts[number as usize]);
        let holds_proper = || {
            let single = |w: &u32| self.phrases.single(*w).is_some_and(|t| self.counts[t as usize].is_proper());
            term.len() > 1 && term.iter().any(single)
        };
        // If all are "armed men", nothing is known about "men": then what precedes "armed" decides.
        let before = match self.texts.words.before(term[term.len() - 1]) {
            (0, 0) => self.texts.words.before(term[0]),
            last => last,
        };
        match self.outlets[number as usize] {
            _ if counts.beside > counts.uses => Kind::Beside,
            _ if counts.is_proper() || holds_proper() => Kind::Proper,
            _ if self.contrast.of_nouns && !is_noun(before) => Kind::OtherClass,
            Outlets::None | Outlets::One(_) if self.texts.outlets.len() > 1 => Kind::OneOutlet,
            _ => Kind::Name,
        }
    }
}

fn collect_places(contrast: &Contrast, phrases: &Phrases, terms: &mut [Term]) {
    let mut number = vec![u32::MAX; phrases.len()];
    terms.iter().enumerate().for_each(|(i, t)| number[t.number as usize] = i as u32);
    let wanted: Vec<bool> = number.iter().map(|n| *n != u32::MAX).collect();
    let mut seen = vec![0u64; terms.len()];
    for_each(contrast, phrases, &wanted, |term, place| {
        if is_beside(contrast, place) {
            return;
        }
        let at = number[term as usize] as usize;
        let (term, i) = (&mut terms[at], seen[at]);
        seen[at] += 1;
        // The i-th of n places is taken if it is the first in its part of the sample.
        let (n, most) = (u64::from(term.uses), MAX_PLACES as u64);
        if n <= most || i * most / n != (i + 1) * most / n {
            term.places.push(place);
        }
    });
}

/// All places of the terms that are wanted, by article. Words and pairs are also found within longer phrases, which may
/// be stock phrases ("armed men seized").
pub(super) fn for_each(contrast: &Contrast, phrases: &Phrases, wanted: &[bool], mut visit: impl FnMut(u32, Place)) {
    let pair = |t: u32| <[u32; 2]>::try_from(phrases.words(t)).ok().map(|words| (words, t));
    let pairs: FxHashMap<[u32; 2], u32> = (0..phrases.len() as u32).filter_map(pair).collect();
    for (number, article) in contrast.articles.iter().enumerate() {
        let mut see = |term: u32, at: usize, length: usize| {
            if wanted[term as usize] {
                visit(term, Place { article: number as u32, from: at as u32, to: (at + length) as u32 });
            }
        };
        phrases.cut(&article.words, |term, at, length| {
            see(term, at, length);
            let words = phrases.words(term);
            if length > 2 {
                let within = words.windows(2).enumerate();
                within.for_each(|(i, w)| pairs.get(w).into_iter().for_each(|pair| see(*pair, at + i, 2)));
            }
            if length > 1 {
                let within = words.iter().enumerate();
                within.for_each(|(i, w)| phrases.single(*w).into_iter().for_each(|word| see(word, at + i, 1)));
            }
        });
    }
}

/// Whether a cue is directly before or after a place.
pub(super) fn is_beside(contrast: &Contrast, place: Place) -> bool {
    let around = &contrast.articles[place.article as usize].around;
    let (from, to) = (place.from as usize, place.to as usize);
    (from > 0 && around[from - 1] == CUE) || around.get(to) == Some(&CUE)
}

/// Names neither start nor end with a function word, and contain no number.
fn is_apt(term: &[u32], words: &Words) -> bool {
    !term.iter().any(|w| words.is_empty_word(*w))
}

impl Counts {
    fn add(&mut self, contrast: &Contrast, words: &Words, place: Place, beside: bool) {
        let article = &contrast.articles[place.article as usize];
        let (from, to) = (place.from as usize, place.to as usize);
        let number = place.article + 1;
        if article.words[from] & FIRST == 0 {
            self.places += 1;
            self.capitals += u32::from(article.words[from..to].iter().all(|w| w & CAPITAL != 0));
        }
        let last = article.around[to - 1];
        let plural = words.folds[last as usize] != last;
        let before = from.checked_sub(1).map(|i| article.around[i]).filter(|w| *w < CUE && *w != BREAK);
        if plural && before.is_some_and(|w| words.is_determiner(w)) && self.last_plural != number {
            self.last_plural = number;
            self.the_plural += 1;
        }
        if beside {
            self.beside += 1;
            return;
        }
        self.uses += 1;
        if self.last != number {
            self.last = number;
            self.articles += 1;
        }
    }

    /// Proper names are capitalised. So are words for peoples and creeds ("Islamists"), but these are often in the
    /// plural after a word like "the", or are written without a capital by some.
    fn is_proper(&self) -> bool {
        let capital = self.places >= 3 && 20 * self.capitals >= 19 * self.places;
        let common = self.the_plural >= 2 && 20 * self.the_plural >= self.places;
        capital && !common
    }
}
