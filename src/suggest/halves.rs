//! How stable a list is: the same search on random halves of the articles.
//!
//! Articles are randomly split in two, keeping stories together, and each half is ranked as if it were the whole corpus
//! (stability selection on complementary pairs; Meinshausen and Bühlmann 2010, doi:10.1111/j.1467-9868.2010.00740.x;
//! Shah and Samworth 2013, doi:10.1111/j.1467-9868.2011.01034.x). What is found again in most halves doesn't depend on
//! a few articles.

use super::Options;
use super::list;
use super::rank::Ranking;
use super::read::Texts;
use crate::stats::resample;
use rand::RngExt;
use rustc_hash::FxHashMap;

/// How often a term was found again.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Again {
    /// Halves in which it is listed.
    pub found: usize,
    /// Halves in which it is most like the same pole.
    pub same_pole: usize,
}

/// Looks for the listed terms (with their poles) in `2 * options.splits` halves.
pub(super) fn look_again(
    texts: &Texts,
    ranking: &Ranking<'_>,
    listed: &[(usize, usize)],
    options: &Options,
) -> Vec<Again> {
    let mut again = vec![Again::default(); listed.len()];
    let mut chance = resample::stream(options.seed, "suggest: halves");
    for _ in 0..options.splits {
        let mut stories: FxHashMap<usize, bool> = FxHashMap::default();
        let mut side = |story: Option<usize>| match story {
            Some(story) => *stories.entry(story).or_insert_with(|| chance.random_bool(0.5)),
            None => chance.random_bool(0.5),
        };
        let one: Vec<bool> = texts.articles.iter().map(|a| side(a.story)).collect();
        let other: Vec<bool> = one.iter().map(|is| !is).collect();
        for half in [one, other] {
            let fits = ranking.rank(Some(&half));
            let order = list::order(ranking, &fits, options);
            for ((term, pole), again) in listed.iter().zip(&mut again) {
                again.found += usize::from(order.contains(term));
                again.same_pole += usize::from(fits[*term].as_ref().is_some_and(|f| f.pole() == *pole));
            }
        }
    }
    again
}
