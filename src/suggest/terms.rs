//! Candidates: words and phrases of up to three words that stand often enough, and where.

use super::masked::{CUE, Contrast, Place};
use super::read::Texts;
use super::words::{Words, is_noun};
use crate::features::BREAK;
use crate::features::Phrases;
use crate::features::phrases::{CAPITAL, FIRST, LONGEST, MinDf};

/// So many places of a term are looked at: an even sample of them.
pub(super) const MAX_PLACES: usize = 300;

/// A word or phrase.
#[derive(Debug)]
pub(super) struct Term {
    /// Its number among the phrases.
    pub number: u32,
    /// Its words in the singular, by the numbers of all words.
    pub words: Vec<u32>,
    /// Uses without a cue beside them.
    pub uses: u32,
    pub articles: u32,
    pub kind: Kind,
    /// Places without a cue beside them, an even sample where there are many.
    pub places: Vec<Place>,
}

/// Whether a term may be suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It may.
    Name,
    /// It is the name of a person, a place, an organisation.
    Proper,
    /// It stands beside a cue more often than not: part of its phrase, not in its place.
    Beside,
    /// It stands where other words stand than those of the cues.
    OtherClass,
    /// Only one outlet of several uses it.
    OneOutlet,
}

/// What is counted of a term.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    uses: u32,
    beside: u32,
    articles: u32,
    last: u32,
    /// Places where a capital says something, and those where all words have one.
    places: u32,
    capitals: u32,
    /// Articles with the plural behind a word like "the".
    the_plural: u32,
    last_plural: u32,
}

/// What phrases are made of.
pub(super) fn learn(contrast: &Contrast, words: &Words, min_articles: u32) -> Phrases {
    let streams: Vec<&[u32]> = contrast.articles.iter().map(|a| a.words.as_slice()).collect();
    let min_df = MinDf { words: min_articles, phrases: min_articles };
    Phrases::learn(&streams, words.names.len(), min_df, LONGEST)
}

/// All terms that stand in enough articles without a cue beside them, by their words.
pub(super) fn terms(texts: &Texts, contrast: &Contrast, phrases: &Phrases, min_articles: u32) -> Vec<Term> {
    let words = &texts.words;
    let apt: Vec<bool> = (0..phrases.len() as u32).map(|t| is_apt(phrases.words(t), words)).collect();
    let mut counts = vec![Counts::default(); phrases.len()];
    let mut outlets: Vec<Vec<u32>> = vec![Vec::new(); phrases.len()];
    for_each(contrast, phrases, &apt, |term, place| {
        let beside = is_beside(contrast, place);
        let known = texts.articles[place.article as usize].outlet;
        counts[term as usize].add(contrast, words, place, beside);
        if let (Some(outlet), false) = (known, beside)
            && let Err(at) = outlets[term as usize].binary_search(&(outlet as u32))
        {
            outlets[term as usize].insert(at, outlet as u32);
        }
    });
    let several = texts.outlets.len() > 1;
    let enough = |t: u32| counts[t as usize].articles >= min_articles;
    let mut terms: Vec<Term> = (0..phrases.len() as u32)
        .filter(|&t| apt[t as usize] && enough(t))
        .map(|number| {
            let (of, counts) = (phrases.words(number), &counts[number as usize]);
            let outlets = outlets[number as usize].len() as u32;
            let kind = match () {
                () if counts.beside > counts.uses => Kind::Beside,
                () if counts.is_proper() => Kind::Proper,
                () if contrast.of_nouns && !is_noun(words.before(of[of.len() - 1])) => Kind::OtherClass,
                () if several && outlets < 2 => Kind::OneOutlet,
                () => Kind::Name,
            };
            let (uses, articles) = (counts.uses, counts.articles);
            Term { number, words: of.to_vec(), uses, articles, kind, places: Vec::new() }
        })
        .collect();
    terms.sort_by(|a, b| a.words.cmp(&b.words));
    collect_places(contrast, phrases, &mut terms);
    terms
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
        // The i-th of n is taken where it is the first of its part of the sample.
        let (n, most) = (u64::from(term.uses), MAX_PLACES as u64);
        if n <= most || i * most / n != (i + 1) * most / n {
            term.places.push(place);
        }
    });
}

/// All places of the terms that are wanted, by article.
pub(super) fn for_each(contrast: &Contrast, phrases: &Phrases, wanted: &[bool], mut visit: impl FnMut(u32, Place)) {
    for (number, article) in contrast.articles.iter().enumerate() {
        phrases.cut(&article.words, |term, at, length| {
            if wanted[term as usize] {
                visit(term, Place { article: number as u32, from: at as u32, to: (at + length) as u32 });
            }
        });
    }
}

/// Whether a cue stands right before or behind a place.
pub(super) fn is_beside(contrast: &Contrast, place: Place) -> bool {
    let around = &contrast.articles[place.article as usize].around;
    let (from, to) = (place.from as usize, place.to as usize);
    (from > 0 && around[from - 1] == CUE) || around.get(to) == Some(&CUE)
}

/// Names neither begin nor end with a function word, and hold no number.
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
        if plural && before.is_some_and(|w| words.is_before_noun(w)) && self.last_plural != number {
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

    /// Names have capitals. So have the names of peoples and creeds ("Islamists"), which are told by a plural that
    /// stands behind words like "the", and words that only some write with a capital.
    fn is_proper(&self) -> bool {
        self.places >= 3 && 20 * self.capitals >= 19 * self.places && self.the_plural < 2
    }
}
