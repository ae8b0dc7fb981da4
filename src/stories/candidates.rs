//! Candidates: for every article those that may tell of the same event, by the rarest terms that they share.
//!
//! An inverted index over each article's heaviest terms. A term with too many articles near in time is passed over, so
//! that the work grows with the articles and not with their pairs. All articles are in the index before any is
//! looked up: the order does not matter.

use super::vectors::{Vector, Vectors};
use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Terms of an article that stand in the index: so many words, and so many pairs.
const KEY_TERMS: usize = 32;
/// A term that more articles than this have, near in time, leads to no candidates.
const MAX_POSTINGS: usize = 128;
/// The most candidates of an article.
const MAX_CANDIDATES: usize = 32;
/// Articles further apart tell of no common event.
pub(super) const MAX_DAYS: i32 = 10;
/// The day of an article without a date; days are counted from the year 1, so no article has it.
pub(super) const NO_DAY: i32 = i32::MIN;

/// The day's number.
pub(super) fn day(date: Option<NaiveDate>) -> i32 {
    use chrono::Datelike;
    date.map_or(NO_DAY, |d| d.num_days_from_ce())
}

/// All pairs of candidates, the lower index first; sorted, each once.
pub(super) fn pairs(vectors: &Vectors, days: &[i32]) -> Vec<(u32, u32)> {
    let keys: Vec<Vec<(u64, f32)>> = (0..days.len()).into_par_iter().map(|i| key_terms(vectors, i)).collect();
    let index = Index::new(&keys, days);
    let candidates = |scores: &mut FxHashMap<u32, f32>, i: usize| index.candidates(i, &keys[i], days[i], scores);
    let mut found: Vec<(u32, u32)> =
        (0..days.len()).into_par_iter().map_init(FxHashMap::default, candidates).flatten_iter().collect();
    found.par_sort_unstable();
    found.dedup();
    found
}

/// The heaviest words and pairs of an article; words and pairs never share a number.
fn key_terms(vectors: &Vectors, article: usize) -> Vec<(u64, f32)> {
    let heaviest = |vector: &Vector, kind: u64| {
        let mut terms: Vec<(u64, f32)> = vector.iter().map(|(hash, w)| (u64::from(*hash) << 1 | kind, *w)).collect();
        terms.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(KEY_TERMS);
        terms
    };
    [heaviest(&vectors.words[article], 0), heaviest(&vectors.pairs[article], 1)].concat()
}

/// Sorted by term, day, article.
struct Index(Vec<(u64, i32, u32, f32)>, FxHashMap<u64, (u32, u32)>);

impl Index {
    fn new(keys: &[Vec<(u64, f32)>], days: &[i32]) -> Index {
        let entry = |(i, keys): (usize, &Vec<(u64, f32)>)| {
            keys.iter().map(|(term, w)| (*term, days[i], i as u32, *w)).collect::<Vec<_>>()
        };
        let mut entries: Vec<_> = keys.iter().enumerate().flat_map(entry).collect();
        entries.par_sort_unstable_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
        let mut places = FxHashMap::default();
        let mut at = 0;
        for run in entries.chunk_by(|a, b| a.0 == b.0) {
            if run.len() > 1 {
                places.insert(run[0].0, (at, at + run.len() as u32));
            }
            at += run.len() as u32;
        }
        Index(entries, places)
    }

    /// The articles with a term that may tell of the same event as one of that day: those without a date, those near.
    fn postings(&self, term: u64, day: i32) -> [&[(u64, i32, u32, f32)]; 2] {
        let Some(&(from, to)) = self.1.get(&term) else { return [&[], &[]] };
        let all = &self.0[from as usize..to as usize];
        if day == NO_DAY {
            return [all, &[]];
        }
        let undated = all.partition_point(|p| p.1 == NO_DAY);
        let near = all.partition_point(|p| p.1 < day - MAX_DAYS)..all.partition_point(|p| p.1 <= day + MAX_DAYS);
        [&all[..undated], &all[near.start.max(undated)..near.end]]
    }

    fn candidates(
        &self,
        article: usize,
        keys: &[(u64, f32)],
        day: i32,
        scores: &mut FxHashMap<u32, f32>,
    ) -> Vec<(u32, u32)> {
        scores.clear();
        for (term, weight) in keys {
            let postings = self.postings(*term, day);
            if postings[0].len() + postings[1].len() > MAX_POSTINGS {
                continue;
            }
            for (_, _, other, w) in postings.into_iter().flatten() {
                *scores.entry(*other).or_default() += weight * w;
            }
        }
        let me = article as u32;
        scores.remove(&me);
        let mut best: Vec<(f32, u32)> = scores.iter().map(|(other, score)| (*score, *other)).collect();
        best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.truncate(MAX_CANDIDATES);
        best.into_iter().map(|(_, other)| (me.min(other), me.max(other))).collect()
    }
}
