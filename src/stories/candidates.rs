//! Candidates: for every article those that may tell of the same event, by the rarest terms that they share.
//!
//! An inverted index over each article's heaviest terms. A term with too many articles near in time is passed over, so
//! that the work grows with the articles and not with their pairs. All articles that are near are in the index before any
//! is looked up: the order does not matter.

use super::calendar::{Calendar, Near};
use super::vectors::{Lists, Vectors, Weighted};
use crate::error::Result;
use rayon::prelude::*;
use std::ops::Range;

/// A term that more articles than this have, near in time, leads to no candidates.
const MAX_POSTINGS: usize = 128;
/// The most candidates of an article.
const MAX_CANDIDATES: usize = 32;

/// Two articles by rank, the lower first.
pub(super) type Pair = (u32, u32);

/// The pairs of the articles of a stretch with their candidates, some of them twice.
///
/// # Errors
/// Where vectors can't be read.
pub(super) fn pairs(vectors: &Vectors, calendar: &Calendar, stretch: &Range<u32>) -> Result<Vec<Pair>> {
    let keys = Lists::read(&vectors.keys, calendar.near(stretch))?;
    let words = Index::new(&keys, Lists::words, vectors.n_words);
    let pairs = Index::new(&keys, Lists::pairs, vectors.n_pairs);
    let candidates = |scores: &mut Scores, rank: u32| {
        let near = calendar.near(&(rank..rank + 1));
        let (mine, near) = (keys.place(rank), places(&keys, &near));
        words.score(keys.words(mine), &near, scores);
        pairs.score(keys.pairs(mine), &near, scores);
        best(rank, &keys, calendar, scores)
    };
    let scores = || Scores::new(keys.len());
    Ok(stretch.clone().into_par_iter().map_init(scores, candidates).flatten_iter().collect())
}

/// The places of near ranks: none is empty at its end, whose place may not be known.
fn places(keys: &Lists, near: &Near) -> [Range<u32>; 2] {
    near.each_ref().map(|ranks| match ranks.is_empty() {
        true => 0..0,
        false => keys.place(ranks.start) as u32..keys.place(ranks.end - 1) as u32 + 1,
    })
}

/// What articles share with one of them, by place.
struct Scores {
    by_place: Vec<f32>,
    /// The places that have a score.
    scored: Vec<u32>,
}

impl Scores {
    fn new(articles: usize) -> Scores {
        Scores { by_place: vec![0.0; articles], scored: Vec::new() }
    }

    /// Adds to the score of an article; what is added is above 0.
    fn add(&mut self, place: u32, more: f32) {
        let score = &mut self.by_place[place as usize];
        if *score == 0.0 {
            self.scored.push(place);
        }
        *score += more;
    }

    /// All scores, which are 0 again.
    fn take(&mut self) -> impl Iterator<Item = (u32, f32)> {
        self.scored.drain(..).map(|place| (place, std::mem::take(&mut self.by_place[place as usize])))
    }
}

/// The pairs of an article and those with the highest scores; of equals those that come first by their ids.
fn best(rank: u32, keys: &Lists, calendar: &Calendar, scores: &mut Scores) -> Vec<Pair> {
    let others = scores.take().map(|(place, score)| (score, keys.rank(place as usize)));
    let mut best: Vec<(f32, u32)> = others.filter(|(_, other)| *other != rank).collect();
    let article = |rank: u32| calendar.articles[rank as usize];
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then_with(|| article(a.1).cmp(&article(b.1)));
    if best.len() > MAX_CANDIDATES {
        best.select_nth_unstable_by(MAX_CANDIDATES, order);
        best.truncate(MAX_CANDIDATES);
    }
    best.into_iter().map(|(_, other)| (rank.min(other), rank.max(other))).collect()
}

/// By term, the articles that have it among their heaviest.
struct Index {
    /// Where a term's postings begin.
    begins: Vec<u32>,
    /// Places, ascending for a term, with the term's weight.
    postings: Vec<Weighted>,
}

impl Index {
    fn new(keys: &Lists, of: fn(&Lists, usize) -> &[Weighted], n_terms: usize) -> Index {
        let mut begins = vec![0; n_terms + 1];
        (0..keys.len()).flat_map(|place| of(keys, place)).for_each(|(term, _)| begins[*term as usize] += 1);
        (1..=n_terms).for_each(|term| begins[term] += begins[term - 1]);
        // Filled from behind, so that each end becomes a beginning.
        let mut postings = vec![(0, 0.0); begins[n_terms] as usize];
        for place in (0..keys.len()).rev() {
            for &(term, weight) in of(keys, place) {
                begins[term as usize] -= 1;
                postings[begins[term as usize] as usize] = (place as u32, weight);
            }
        }
        Index { begins, postings }
    }

    /// The postings of a term at these places.
    fn postings(&self, term: u32, near: &[Range<u32>; 2]) -> [&[Weighted]; 2] {
        let all = &self.postings[self.begins[term as usize] as usize..self.begins[term as usize + 1] as usize];
        near.each_ref().map(|places| {
            let before = |end: u32| all.partition_point(|posting| posting.0 < end);
            &all[before(places.start)..before(places.end)]
        })
    }

    /// Adds to the scores of all near articles, by place, what they share with one: the products of weights.
    fn score(&self, keys: &[Weighted], near: &[Range<u32>; 2], scores: &mut Scores) {
        for (term, weight) in keys {
            let postings = self.postings(*term, near);
            if postings[0].len() + postings[1].len() <= MAX_POSTINGS {
                for (place, other) in postings.into_iter().flatten() {
                    scores.add(*place, weight * other);
                }
            }
        }
    }
}
