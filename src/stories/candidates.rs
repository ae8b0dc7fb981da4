//! Candidates: for every article those that may tell of the same event, by the rarest terms that they share.
//!
//! An inverted index over each article's heaviest terms. A term with too many articles near in time is passed over, so
//! that the work grows with the articles and not with their pairs. All articles are in the index before any is
//! looked up: the order does not matter.

use super::vectors::{Vector, Vectors};
use chrono::NaiveDate;
use rayon::prelude::*;
use std::ops::Range;

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
    let calendar = Calendar::new(days);
    let words = Index::new(&vectors.words, vectors.n_words, &calendar);
    let pairs = Index::new(&vectors.pairs, vectors.n_pairs, &calendar);
    let candidates = |scores: &mut Scores, article: usize| {
        let near = calendar.near(days[article]);
        words.score(&vectors.words[article], &near, scores);
        pairs.score(&vectors.pairs[article], &near, scores);
        best(article as u32, &calendar, scores)
    };
    let scores = || Scores::new(days.len());
    let mut found: Vec<(u32, u32)> =
        (0..days.len()).into_par_iter().map_init(scores, candidates).flatten_iter().collect();
    found.par_sort_unstable();
    found.dedup();
    found
}

/// What articles share with one of them, by rank.
struct Scores {
    by_rank: Vec<f32>,
    /// The ranks that have a score.
    scored: Vec<u32>,
}

impl Scores {
    fn new(articles: usize) -> Scores {
        Scores { by_rank: vec![0.0; articles], scored: Vec::new() }
    }

    /// Adds to the score of an article; what is added is above 0.
    fn add(&mut self, rank: u32, more: f32) {
        let score = &mut self.by_rank[rank as usize];
        if *score == 0.0 {
            self.scored.push(rank);
        }
        *score += more;
    }

    /// All scores, which are 0 again.
    fn take(&mut self) -> impl Iterator<Item = (u32, f32)> {
        self.scored.drain(..).map(|rank| (rank, std::mem::take(&mut self.by_rank[rank as usize])))
    }
}

/// The pairs of an article and those with the highest scores.
fn best(article: u32, calendar: &Calendar, scores: &mut Scores) -> Vec<(u32, u32)> {
    let others = scores.take().map(|(rank, score)| (score, calendar.by_day[rank as usize]));
    let mut best: Vec<(f32, u32)> = others.filter(|(_, other)| *other != article).collect();
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if best.len() > MAX_CANDIDATES {
        best.select_nth_unstable_by(MAX_CANDIDATES, order);
        best.truncate(MAX_CANDIDATES);
    }
    best.into_iter().map(|(_, other)| (article.min(other), article.max(other))).collect()
}

/// The heaviest terms of an article, the heaviest first.
fn key_terms(vector: &Vector) -> Vec<(u32, f32)> {
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    let mut terms = vector.to_vec();
    if terms.len() > KEY_TERMS {
        terms.select_nth_unstable_by(KEY_TERMS, order);
        terms.truncate(KEY_TERMS);
    }
    terms.sort_unstable_by(order);
    // All articles' wait together: none with room for all of its terms.
    terms.shrink_to_fit();
    terms
}

/// The articles in the order of their days; a rank is a place in it. Those without a date come first.
struct Calendar {
    by_day: Vec<u32>,
    /// By rank.
    days: Vec<i32>,
    undated: u32,
}

/// The ranks of the articles that may tell of the same event as one of a certain day: those without a date, those near.
type Near = [Range<u32>; 2];

impl Calendar {
    fn new(days: &[i32]) -> Calendar {
        let mut by_day: Vec<u32> = (0..days.len() as u32).collect();
        by_day.sort_by_key(|&article| days[article as usize]);
        let days: Vec<i32> = by_day.iter().map(|&article| days[article as usize]).collect();
        let undated = days.partition_point(|&day| day == NO_DAY) as u32;
        Calendar { by_day, days, undated }
    }

    fn near(&self, day: i32) -> Near {
        if day == NO_DAY {
            return [0..self.days.len() as u32, 0..0];
        }
        let from = self.days.partition_point(|&other| other < day - MAX_DAYS) as u32;
        let to = self.days.partition_point(|&other| other <= day + MAX_DAYS) as u32;
        [0..self.undated, from.max(self.undated)..to]
    }
}

/// By term, the articles that have it among their heaviest.
struct Index {
    /// Where a term's postings begin.
    begins: Vec<usize>,
    /// Ranks, ascending for a term, with the term's weight.
    postings: Vec<(u32, f32)>,
}

impl Index {
    fn new(vectors: &[Vector], n_terms: usize, calendar: &Calendar) -> Index {
        let keys: Vec<Vec<(u32, f32)>> =
            calendar.by_day.par_iter().map(|&article| key_terms(&vectors[article as usize])).collect();
        let mut begins = vec![0; n_terms + 1];
        keys.iter().flatten().for_each(|(term, _)| begins[*term as usize] += 1);
        (1..=n_terms).for_each(|term| begins[term] += begins[term - 1]);
        // Filled from behind, so that each end becomes a beginning.
        let mut postings = vec![(0, 0.0); begins[n_terms]];
        for (rank, keys) in keys.into_iter().enumerate().rev() {
            for (term, weight) in keys {
                begins[term as usize] -= 1;
                postings[begins[term as usize]] = (rank as u32, weight);
            }
        }
        Index { begins, postings }
    }

    /// The postings of a term in these ranks.
    fn postings(&self, term: u32, near: &Near) -> [&[(u32, f32)]; 2] {
        let all = &self.postings[self.begins[term as usize]..self.begins[term as usize + 1]];
        near.each_ref().map(|ranks| {
            let before = |end: u32| all.partition_point(|posting| posting.0 < end);
            &all[before(ranks.start)..before(ranks.end)]
        })
    }

    /// Adds to the scores of all near articles, by rank, what they share with one: the products of weights.
    fn score(&self, vector: &Vector, near: &Near, scores: &mut Scores) {
        for (term, weight) in key_terms(vector) {
            let postings = self.postings(term, near);
            if postings[0].len() + postings[1].len() <= MAX_POSTINGS {
                for (rank, other) in postings.into_iter().flatten() {
                    scores.add(*rank, weight * other);
                }
            }
        }
    }
}
