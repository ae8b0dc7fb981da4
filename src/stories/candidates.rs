//! Candidates: for every article, those that may be about the same event, by the rarest terms that they share.
//!
//! An inverted index over each article's heaviest terms. Terms with too many articles close in time are skipped, so
//! that the work grows with the number of articles and not with that of pairs. All articles that are close in time are
//! indexed before any is looked up, so their order doesn't matter.

use super::calendar::{Calendar, Near};
use super::vectors::{Places, Vectors, Weighted, weighted};
use crate::error::Result;
use crate::records::{Reader, Records, too_many};
use rayon::prelude::*;
use std::ops::Range;

/// A term that more articles than this have, close in time, leads to no candidates.
const MAX_POSTINGS: usize = 128;
/// The most candidates of an article.
const MAX_CANDIDATES: usize = 32;

/// Two articles by rank, the lower first.
pub(super) type Pair = (u32, u32);

/// The pairs of a stretch's articles with their candidates, in several lists, some of them twice.
///
/// # Errors
/// If vectors can't be read.
pub(super) fn pairs(vectors: &Vectors, calendar: &Calendar, stretch: &Range<u32>) -> Result<Vec<Vec<Pair>>> {
    let near = Places(calendar.near(stretch));
    let [words, pairs] = Index::of_keys(&vectors.keys, &near, [vectors.n_words, vectors.n_pairs])?;
    let candidates = |(scores, keys): &mut (Scores, Reader<'_>), first: &u32| -> Result<Vec<Pair>> {
        let mut found = Vec::new();
        for rank in *first..first.saturating_add(AT_ONCE).min(stretch.end) {
            let places = places(&near, &calendar.near(&(rank..rank + 1)));
            let [my_words, my_pairs] = weighted(keys.read(rank as usize)?);
            words.score(my_words, &places, scores);
            pairs.score(my_pairs, &places, scores);
            add_best(rank, &near, calendar, scores, &mut found);
        }
        Ok(found)
    };
    let state = || (Scores::new(near.len()), vectors.keys.reader());
    let firsts: Vec<u32> = stretch.clone().step_by(AT_ONCE as usize).collect();
    firsts.par_iter().map_init(state, candidates).collect()
}

/// The number of articles that are processed one after the other.
const AT_ONCE: u32 = 256;

/// The places of near ranks. The place after the last one isn't looked up, because it may be unknown.
fn places(all: &Places, near: &Near) -> [Range<u32>; 2] {
    near.each_ref().map(|ranks| match ranks.is_empty() {
        true => 0..0,
        false => all.place(ranks.start) as u32..all.place(ranks.end - 1) as u32 + 1,
    })
}

/// What articles share with one of them, by place.
struct Scores {
    by_place: Vec<f32>,
    /// The places with a score.
    scored: Vec<u32>,
}

impl Scores {
    fn new(articles: usize) -> Scores {
        Scores { by_place: vec![0.0; articles], scored: Vec::new() }
    }

    /// Adds to the score of an article; `more` must be above 0.
    fn add(&mut self, place: u32, more: f32) {
        let score = &mut self.by_place[place as usize];
        if *score == 0.0 {
            self.scored.push(place);
        }
        *score += more;
    }

    /// Returns all scores and resets them to 0.
    fn take(&mut self) -> impl Iterator<Item = (u32, f32)> {
        self.scored.drain(..).map(|place| (place, std::mem::take(&mut self.by_place[place as usize])))
    }
}

/// Adds the pairs of an article and those with the highest scores; in a tie, those that come first by id.
fn add_best(rank: u32, near: &Places, calendar: &Calendar, scores: &mut Scores, found: &mut Vec<Pair>) {
    let others = scores.take().map(|(place, score)| (score, near.rank(place as usize)));
    let mut best: Vec<(f32, u32)> = others.filter(|(_, other)| *other != rank).collect();
    let article = |rank: u32| calendar.articles[rank as usize];
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then_with(|| article(a.1).cmp(&article(b.1)));
    if best.len() > MAX_CANDIDATES {
        best.select_nth_unstable_by(MAX_CANDIDATES, order);
        best.truncate(MAX_CANDIDATES);
    }
    found.extend(best.into_iter().map(|(_, other)| (rank.min(other), rank.max(other))));
}

/// For each term, the articles that have it among their heaviest.
struct Index {
    /// All places are below this.
    n_places: usize,
    /// The start of each term's postings.
    begins: Vec<u32>,
    /// The places of each term, ascending, with the term's weight.
    postings: Vec<Weighted>,
}

impl Index {
    /// The indexes of the words and of the pairs among the keys of near articles, with term numbers below `n_terms`.
    /// The keys are read twice, so that they don't have to be in memory.
    fn of_keys(keys: &Records, near: &Places, n_terms: [usize; 2]) -> Result<[Index; 2]> {
        // Two positions after each term: first the number of its postings, then the place of the next one; in the end,
        // each term's start.
        let bytes: u64 = near.0.iter().map(|ranks| keys.bytes_of(ranks)).sum::<Result<u64>>()?;
        if bytes / size_of::<Weighted>() as u64 > u64::from(u32::MAX) {
            return Err(too_many());
        }
        let mut begins = n_terms.map(|n| vec![0u32; n + 2]);
        let mut reader = keys.reader();
        for rank in near.ranks() {
            for (begins, terms) in begins.iter_mut().zip(weighted(reader.read(rank as usize)?)) {
                terms.for_each(|(term, _)| begins[term as usize + 2] += 1);
            }
        }
        let mut indices = begins.map(|mut begins| {
            (2..begins.len()).for_each(|term| begins[term] += begins[term - 1]);
            let postings = vec![(0, 0.0); begins.last().copied().unwrap_or(0) as usize];
            Index { n_places: near.len(), begins, postings }
        });
        for (place, rank) in near.ranks().enumerate() {
            for (index, terms) in indices.iter_mut().zip(weighted(reader.read(rank as usize)?)) {
                for (term, weight) in terms {
                    let next = &mut index.begins[term as usize + 1];
                    index.postings[*next as usize] = (place as u32, weight);
                    *next += 1;
                }
            }
        }
        Ok(indices)
    }

    /// The postings of a term at these places, if there are at most [`MAX_POSTINGS`].
    fn postings(&self, term: u32, near: &[Range<u32>; 2]) -> Option<[&[Weighted]; 2]> {
        let all = &self.postings[self.begins[term as usize] as usize..self.begins[term as usize + 1] as usize];
        if near.iter().any(|places| self.surely_too_many(all, places)) {
            return None;
        }
        let found = near.each_ref().map(|places| {
            let before = |end: u32| all.partition_point(|posting| posting.0 < end);
            &all[before(places.start)..before(places.end)]
        });
        (found[0].len() + found[1].len() <= MAX_POSTINGS).then_some(found)
    }

    /// Whether two probes show that there are more than [`MAX_POSTINGS`] at these places. The probes are around the
    /// expected middle if the term's articles were evenly spread. This saves searching long lists, which are requested
    /// most often.
    fn surely_too_many(&self, all: &[Weighted], places: &Range<u32>) -> bool {
        let middle = u64::midpoint(places.start.into(), places.end.into()) * all.len() as u64 / self.n_places as u64;
        let first = (middle as usize).saturating_sub(MAX_POSTINGS / 2);
        let last = all.get(first + MAX_POSTINGS);
        last.is_some_and(|last| last.0 < places.end) && all[first].0 >= places.start
    }

    /// Adds what all near articles share with one article to their scores: the products of weights.
    fn score(&self, keys: impl Iterator<Item = Weighted>, near: &[Range<u32>; 2], scores: &mut Scores) {
        for (term, weight) in keys {
            let postings = self.postings(term, near).into_iter().flatten().flatten();
            postings.for_each(|(place, other)| scores.add(*place, weight * other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_too_many_articles_have_no_postings() {
        // Terms at every so many places, and a fourth one only at the end.
        let n_places = 2_000;
        let places = [1, 7, 300].map(|step| (0..n_places as u32).step_by(step).collect::<Vec<_>>());
        let places = [places.as_slice(), &[(1_700..2_000).collect()]].concat();
        let mut begins = vec![0];
        places.iter().for_each(|places| begins.push(begins[begins.len() - 1] + places.len() as u32));
        let index = Index { n_places, begins, postings: places.concat().into_iter().map(|at| (at, 1.0)).collect() };
        let near = [[0..0, 0..2_000], [0..0, 900..1_029], [0..5, 900..1_024], [0..0, 300..1_250], [0..0, 1_600..1_829]];
        for near in near {
            let there: Vec<Option<usize>> = (0..4)
                .map(|term| index.postings(term, &near).map(|found| found.iter().map(|some| some.len()).sum()))
                .collect();
            let is_near = |at: &&u32| near.iter().any(|places| places.contains(*at));
            let counted = places.iter().map(|places| places.iter().filter(is_near).count());
            assert!(there.iter().copied().eq(counted.map(|n| (n <= MAX_POSTINGS).then_some(n))), "{near:?}: {there:?}");
        }
    }
}
