//! How often a name stands alone: without another word of a name directly before or after it.
//!
//! "Armed" precedes "groups", "groups" follows "armed": neither is a name, both together are one. Cues that qualify
//! nouns ("undocumented") or follow other words belong to names of the same kind, so the rate of the cues is the
//! yardstick. Verbs aren't considered: in "forces captured three villages" the surrounding words are of other kinds.

use super::masked::{CUE, Contrast, Place};
use super::terms::Term;
use super::words::Words;
use rayon::prelude::*;

/// Places at the cues' rate that every term is credited with, so that a few places don't decide.
const PRIOR: f64 = 5.0;

/// A place: its article, and whether it is free before and after.
type Free = (u32, [bool; 2]);

/// Where the terms and the cues stand alone.
pub(super) struct Alone {
    terms: Vec<Vec<Free>>,
    /// By pole.
    cues: Vec<Vec<Free>>,
}

impl Alone {
    pub fn new(contrast: &Contrast, words: &Words, terms: &[Term]) -> Alone {
        let free = |place: &Place| {
            let around = &contrast.articles[place.article as usize].around;
            let is_free = |word: Option<&u32>| word.is_none_or(|&w| w >= CUE || words.is_empty_word(w));
            let before = (place.from as usize).checked_sub(1).and_then(|i| around.get(i));
            (place.article, [is_free(before), is_free(around.get(place.to as usize))])
        };
        let all = |places: &Vec<Place>| match contrast.of_nouns {
            true => places.iter().map(free).collect(),
            false => Vec::new(),
        };
        Alone {
            terms: terms.par_iter().map(|t| all(&t.places)).collect(),
            cues: contrast.cues.iter().map(all).collect(),
        }
    }

    /// For each term, in the articles that count: the part of its uses that is free before, divided by the same part
    /// for the cues (the mean over the poles), at most 1; times the same for after. 1 if the cues say nothing.
    pub fn rates(&self, counts: impl Fn(u32) -> bool) -> Vec<f64> {
        let count = |places: &Vec<Free>| {
            let there = places.iter().filter(|(article, _)| counts(*article));
            there.fold((0.0, [0.0; 2]), |(n, free), (_, [before, behind])| {
                (n + 1.0, [free[0] + f64::from(u8::from(*before)), free[1] + f64::from(u8::from(*behind))])
            })
        };
        let poles: Vec<(f64, [f64; 2])> = self.cues.iter().map(count).filter(|(n, _)| *n > 0.0).collect();
        let usual = [0, 1].map(|side| poles.iter().map(|(n, free)| free[side] / n).sum::<f64>() / poles.len() as f64);
        let rate = |(n, free): (f64, [f64; 2])| {
            let of = |side: usize| match usual[side] {
                usual if usual > 0.0 => ((free[side] + PRIOR * usual) / (n + PRIOR) / usual).min(1.0),
                _ => 1.0,
            };
            of(0) * of(1)
        };
        self.terms.iter().map(|places| rate(count(places))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suggest::masked::Masked;
    use crate::suggest::terms::Kind;

    /// Sentences with words separated by spaces; `*` is a cue.
    fn alone(sentences: &[&str], terms: &[&str], of_nouns: bool) -> Vec<f64> {
        let mut names: Vec<Box<str>> = sentences.iter().flat_map(|s| s.split(' ')).map(Into::into).collect();
        names.sort();
        names.dedup();
        let number = |w: &str| names.iter().position(|n| &**n == w).expect("listed") as u32;
        let around = |s: &&str| s.split(' ').map(|w| if w == "*" { CUE } else { number(w) }).collect();
        let streams: Vec<Vec<u32>> = sentences.iter().map(around).collect();
        let places = |term: u32| {
            let of = |(article, words): (usize, &Vec<u32>)| {
                let from = words.iter().position(|w| *w == term)? as u32;
                Some(Place { article: article as u32, from, to: from + 1 })
            };
            streams.iter().enumerate().filter_map(of).collect::<Vec<_>>()
        };
        let term = |word: &&str| {
            let places = places(number(word));
            let n = places.len() as u32;
            Term { number: 0, words: vec![number(word)], uses: n, articles: n, kind: Kind::Name, places }
        };
        let terms: Vec<Term> = terms.iter().map(term).collect();
        let articles = streams.iter().map(|s| Masked { words: s.clone(), around: s.clone(), poles: 0 }).collect();
        let cues = vec![places(CUE), Vec::new()];
        let contrast = Contrast { articles, uses: Vec::new(), cues, prototypes: Vec::new(), of_nouns };
        let streams = streams.iter().map(|_| [].as_slice());
        Alone::new(&contrast, &Words::new(names.clone(), streams), &terms).rates(|_| true)
    }

    #[test]
    fn parts_of_names_do_not_stand_alone() {
        let mut sentences = vec!["the * were seen", "by * and others", "the insurgents were seen", "by insurgents"];
        sentences.extend(["the armed groups were seen"; 20]);
        let found = alone(&sentences, &["insurgents", "armed", "groups"], true);
        assert_eq!(found[0], 1.0);
        assert!(found[1..].iter().all(|alone| *alone == 5.0 / 25.0), "{found:?}");
        assert_eq!(alone(&sentences, &["armed"], false), [1.0]);
    }

    #[test]
    fn cues_say_how_often_is_often() {
        let found = alone(&["the * immigrants were seen", "the illegal immigrants were seen"], &["illegal"], true);
        assert_eq!(found, [1.0], "the cue never stands free behind");
        assert_eq!(alone(&["the rebels"], &["rebels"], true), [1.0], "no cue says anything");
    }
}
