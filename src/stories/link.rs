//! Links: how likely two articles tell of one event.
//!
//! A logistic regression of three numbers: w and p, the roots of the cosines of their words and of their pairs of
//! words, and c, how crowded the subject is: the mean cosine of words to the ten nearest articles that are not surely
//! of the same story. Where many articles are alike (one affair, week after week), more likeness is asked for.
//! Fitted on pairs of all of SEESAW's articles (Zhang et al. 2022), so its score there is one of fitting; whether a crowd
//! helps, and how large it is, was chosen there too.

use super::candidates::{self, MAX_DAYS, NO_DAY};
use super::vectors::{Held, Vectors};
use rayon::prelude::*;

/// Weights with the crowd unknown: words, pairs, constant.
const FIRST: [f64; 3] = [21.06, 15.33, -14.06];
/// Weights of words, pairs, crowd, constant.
const SECOND: [f64; 4] = [30.4, 10.1, -43.7, -9.8];
/// From here on two articles are surely of one story by their words alone, and no part of each other's crowd.
const SURE: f64 = 0.8;
/// So many articles make a crowd.
const CROWD: usize = 10;
/// Articles so many days apart are as good as those of one day: papers print on the day after.
const FREE_DAYS: i32 = 2;
/// What every further day costs, in log-odds. By judgement: there were no dates to fit it on.
const PER_DAY: f64 = 0.5;
/// Links less likely than this are none.
const LEAST: f64 = 0.01;

/// Two articles, the lower index first, and the probability that they tell of one event.
pub(super) type Link = (u32, u32, f64);

/// The links of all articles, sorted.
pub(super) fn links(vectors: &Vectors, days: &[i32]) -> Vec<Link> {
    let pairs = candidates::pairs(vectors, days);
    // The pairs of one article after another: it is made ready once.
    let likeness = |pairs: &[(u32, u32)]| -> Vec<(f64, f64)> {
        let Some(&(a, _)) = pairs.first() else { return Vec::new() };
        let words = Held::new(&vectors.words[a as usize]);
        let two = Held::new(&vectors.pairs[a as usize]);
        let likeness = |b: usize| (words.cosine(&vectors.words[b]), two.cosine(&vectors.pairs[b]).sqrt());
        pairs.iter().map(|&(_, b)| likeness(b as usize)).collect()
    };
    let likeness: Vec<(f64, f64)> = pairs.par_chunk_by(|x, y| x.0 == y.0).flat_map_iter(likeness).collect();
    let crowd = crowds(&pairs, &likeness, days.len());
    let link = |(&(a, b), &(words, two)): (&(u32, u32), &(f64, f64))| {
        let crowd = (crowd[a as usize] + crowd[b as usize]) / 2.0;
        let odds = SECOND[0] * words.sqrt() + SECOND[1] * two + SECOND[2] * crowd + SECOND[3];
        let p = logistic(odds - late(days[a as usize], days[b as usize]));
        (p >= LEAST).then_some((a, b, p))
    };
    pairs.par_iter().zip(&likeness).filter_map(link).collect()
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// What the days between two articles cost.
fn late(a: i32, b: i32) -> f64 {
    if a == NO_DAY || b == NO_DAY {
        return 0.0;
    }
    let days = (a - b).abs();
    debug_assert!(days <= MAX_DAYS);
    PER_DAY * f64::from((days - FREE_DAYS).max(0))
}

/// By article, how alike the nearest ones are that are not surely of its story. Fewer than ten count as if the others
/// were not alike at all.
fn crowds(pairs: &[(u32, u32)], likeness: &[(f64, f64)], articles: usize) -> Vec<f64> {
    let mut nearest = vec![[0.0; CROWD]; articles];
    for (&(a, b), &(words, two)) in pairs.iter().zip(likeness) {
        if logistic(FIRST[0] * words.sqrt() + FIRST[1] * two + FIRST[2]) < SURE {
            keep_greatest(&mut nearest[a as usize], words);
            keep_greatest(&mut nearest[b as usize], words);
        }
    }
    nearest.iter().map(|nearest| nearest.iter().sum::<f64>() / CROWD as f64).collect()
}

/// Puts a number in its place among the greatest so far, the greatest first.
fn keep_greatest(greatest: &mut [f64; CROWD], new: f64) {
    let at = greatest.partition_point(|&other| other >= new);
    if at < CROWD {
        greatest[at..].rotate_right(1);
        greatest[at] = new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_cost_from_the_third_on() {
        assert_eq!([(5, 5), (5, 7), (8, 5), (15, 5), (NO_DAY, 5)].map(|(a, b)| late(a, b)), [0.0, 0.0, 0.5, 4.0, 0.0]);
    }

    #[test]
    fn a_crowd_is_made_of_those_that_are_not_sure() {
        let pairs = [(0, 1), (0, 2), (1, 2)];
        let found = crowds(&pairs, &[(0.9, 0.9), (0.2, 0.1), (0.1, 0.1)], 3);
        assert!((found[0] - 0.02).abs() < 1e-12 && (found[1] - 0.01).abs() < 1e-12 && (found[2] - 0.03).abs() < 1e-12);
    }
}
