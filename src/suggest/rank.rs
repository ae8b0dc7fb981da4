//! Ranks terms by how likely they are to be used in place of a contrast's cues.
//!
//! score = likeness × times × alone ÷ together:
//!
//! - likeness: the cosine of a term's contexts with those of a pole's cues ([`super::space`]; for the most similar form
//!   of these cues), as the mean over the poles. The poles name one thing, so its other names occur where both occur.
//! - times: likeness divided by the median of terms with about the same frequency, because frequent words are like
//!   everything.
//! - together: how much more often than other terms it is in the same clause as a cue, in articles that have one. A
//!   name is used instead of another; whoever fights, meets or holds the thing is named next to it. Values below 1
//!   count as 1.
//! - alone: how often it stands alone, and not as part of a longer name ([`super::alone`]).

use super::alone::Alone;
use super::contexts::{Contexts, Row, Seen};
use super::masked::{CUE, Contrast, Prototype};
use super::space;
use super::terms::Term;
use super::words::Words;
use rayon::prelude::*;

/// The number of terms that are examined closely: those most like the cues by the contexts that they share directly.
const CLOSER_LOOK: usize = 2000;
/// A likeness is compared with this many terms on either side in the order of frequency.
const AS_FREQUENT: usize = 50;
/// Places at the general rate that every term is credited with, so that a few places don't decide.
const PRIOR: f64 = 5.0;
/// The least value of `together`: most words are seldom with cues, whatever they mean.
const LEAST_TOGETHER: f64 = 1.0;

/// How well a term fits in the place of the cues.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    /// By pole; `None` if the pole's cues have too few uses.
    pub by_pole: Vec<Option<f64>>,
    pub likeness: f64,
    pub times: f64,
    pub together: f64,
    pub alone: f64,
    pub score: f64,
}

impl Fit {
    /// The pole that it is most like; the first one, in a tie.
    pub fn pole(&self) -> usize {
        let mut best = 0;
        for (pole, likeness) in self.by_pole.iter().enumerate() {
            if likeness.unwrap_or(-1.0) > self.by_pole[best].unwrap_or(-1.0) {
                best = pole;
            }
        }
        best
    }
}

/// Everything needed for ranking, so that it can be repeated on a part of the articles.
pub(super) struct Ranking<'c> {
    contexts: &'c Contexts<'c>,
    /// The terms that are examined closely, sorted by their words.
    pub terms: Vec<Term>,
    seen: Vec<Vec<Seen>>,
    /// For each term, the articles with a cue among those of its places, and whether the cue is in the same clause.
    beside: Vec<Vec<(u32, bool)>>,
    alone: Alone,
    /// The prototypes' poles, and where their contexts were seen.
    prototypes: Vec<(usize, Vec<Seen>)>,
    poles: usize,
    seed: u64,
}

impl<'c> Ranking<'c> {
    /// Chooses the terms and collects their contexts.
    pub fn new(
        contrast: &Contrast,
        words: &Words,
        contexts: &'c Contexts<'c>,
        terms: Vec<Term>,
        seed: u64,
    ) -> Ranking<'c> {
        let seen = |p: &Prototype| (p.pole, contexts.seen(&p.places));
        let prototypes: Vec<(usize, Vec<Seen>)> = contrast.prototypes.par_iter().map(seen).collect();
        let rows: Vec<(usize, Row)> =
            prototypes.iter().map(|(pole, seen)| (*pole, contexts.weigh(seen.iter().copied()))).collect();
        let poles = contrast.uses.len();
        let first = |term: &Term| {
            let row = contexts.weigh(contexts.seen(&term.places).into_iter());
            overall(&by_pole(poles, rows.iter().map(|(pole, other)| (*pole, cosine(&row, other)))))
        };
        let mut order: Vec<(usize, f64)> = terms.par_iter().map(first).enumerate().collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut close = vec![false; terms.len()];
        order.iter().take(CLOSER_LOOK).for_each(|(term, _)| close[*term] = true);
        let mut close = close.into_iter();
        let terms: Vec<Term> = terms.into_iter().filter(|_| close.next().unwrap_or(false)).collect();
        let seen = terms.par_iter().map(|t| contexts.seen(&t.places)).collect();
        let beside = terms.par_iter().map(|t| beside(contrast, t)).collect();
        let alone = Alone::new(contrast, words, &terms);
        Ranking { contexts, terms, seen, beside, alone, prototypes, poles, seed }
    }

    /// Ranks the terms on the articles selected by `part`, or on all; `None` for terms that don't occur there, or that
    /// are like no cue.
    pub fn rank(&self, part: Option<&[bool]>) -> Vec<Option<Fit>> {
        let within = |article: u32| part.is_none_or(|part| part[article as usize]);
        let row = |seen: &Vec<Seen>| self.contexts.weigh(seen.iter().copied().filter(|(_, a)| within(*a)));
        let mut rows: Vec<Row> = self.seen.par_iter().map(row).collect();
        rows.extend(self.prototypes.iter().map(|(_, seen)| row(seen)));
        let cosines = space::likeness(&rows, self.prototypes.len(), self.seed);
        let by_pole: Vec<Vec<Option<f64>>> = cosines
            .iter()
            .map(|c| by_pole(self.poles, self.prototypes.iter().map(|p| p.0).zip(c.iter().copied())))
            .collect();
        let likeness: Vec<f64> = by_pole.iter().map(|l| overall(l)).collect();
        let times = self.times(&likeness);
        let together = self.together(within);
        let alone = self.alone.rates(within);
        let fit = |(i, by_pole): (usize, Vec<Option<f64>>)| {
            let (likeness, times, together, alone) = (likeness[i], times[i], together[i], alone[i]);
            let score = likeness * times * alone / together.max(LEAST_TOGETHER);
            (likeness > 0.0).then_some(Fit { by_pole, likeness, times, together, alone, score })
        };
        by_pole.into_iter().enumerate().map(fit).collect()
    }

    /// Likeness divided by the median of terms with about the same frequency; 0 if the median is 0.
    fn times(&self, likeness: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..self.terms.len()).collect();
        order.sort_by_key(|&i| (self.terms[i].articles, i));
        let mut times = vec![0.0; order.len()];
        for (at, &term) in order.iter().enumerate() {
            let near = at.saturating_sub(AS_FREQUENT)..(at + AS_FREQUENT + 1).min(order.len());
            let mut likenesses: Vec<f64> = order[near].iter().map(|&i| likeness[i]).collect();
            likenesses.sort_by(f64::total_cmp);
            let median = likenesses[likenesses.len() / 2];
            times[term] = if median > 0.0 { likeness[term] / median } else { 0.0 };
        }
        times
    }

    fn together(&self, within: impl Fn(u32) -> bool) -> Vec<f64> {
        let count = |places: &Vec<(u32, bool)>| {
            let there = places.iter().filter(|(article, _)| within(*article));
            there.fold((0.0, 0.0), |(n, same), (_, is)| (n + 1.0, same + f64::from(u8::from(*is))))
        };
        let counts: Vec<(f64, f64)> = self.beside.iter().map(count).collect();
        let (n, same) = counts.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
        let rate = same / n;
        if rate > 0.0 {
            counts.iter().map(|(n, same)| (same + PRIOR * rate) / (n + PRIOR) / rate).collect()
        } else {
            vec![1.0; counts.len()]
        }
    }
}

fn beside(contrast: &Contrast, term: &Term) -> Vec<(u32, bool)> {
    let places = term.places.iter().filter(|p| contrast.articles[p.article as usize].poles != 0);
    places.map(|p| (p.article, contrast.articles[p.article as usize].clause(p.from as usize).contains(&CUE))).collect()
}

/// The likeness with each pole: that of its most similar prototype.
fn by_pole(poles: usize, cosines: impl Iterator<Item = (usize, f64)>) -> Vec<Option<f64>> {
    let mut best: Vec<Option<f64>> = vec![None; poles];
    for (pole, cosine) in cosines {
        let cosine = cosine.max(0.0);
        best[pole] = Some(best[pole].map_or(cosine, |b| b.max(cosine)));
    }
    best
}

/// The mean over the poles with enough uses; 0 if there are none.
fn overall(by_pole: &[Option<f64>]) -> f64 {
    let known: Vec<f64> = by_pole.iter().flatten().copied().collect();
    if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 }
}

fn cosine(a: &Row, b: &Row) -> f64 {
    let square = |row: &Row| row.iter().map(|(_, w)| f64::from(*w).powi(2)).sum::<f64>();
    let (mut i, mut j, mut product) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                product += f64::from(a[i].1) * f64::from(b[j].1);
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    if product > 0.0 { product / (square(a) * square(b)).sqrt() } else { 0.0 }
}
