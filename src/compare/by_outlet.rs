//! The articles that count, by outlet, and the sums from which shares are computed.

use super::Voices;
use super::collect::Collected;
use super::record::first_poles;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::stats::cluster::{Cluster, Sums};

/// The articles that count, by outlet, and the sums from which shares are computed.
pub struct ByOutlet {
    /// Indices of the articles that count, for each outlet.
    pub articles: Vec<Vec<usize>>,
    /// The id of the first of them, for each outlet; empty if there is none. It names random streams, so that neither
    /// other outlets nor the outlet's own name affect them.
    pub firsts: Vec<String>,
    /// The number of each contrast's first pole ([`first_poles`]).
    pub first_poles: Vec<usize>,
}

impl ByOutlet {
    /// Groups the articles by outlet.
    ///
    /// # Errors
    /// If ids can't be read.
    pub fn new(collected: &Collected, lexicon: &Lexicon) -> Result<Self> {
        let mut articles = vec![Vec::new(); collected.outlets.len()];
        collected.compared().for_each(|(i, outlet, _)| articles[outlet].push(i));
        let mut entries = collected.entries.reader();
        let mut first = |articles: &Vec<usize>| match articles.first() {
            Some(&first) => entries.id(&collected.articles[first]).map(str::to_owned),
            None => Ok(String::new()),
        };
        let firsts = articles.iter().map(&mut first).collect::<Result<_>>()?;
        Ok(ByOutlet { articles, firsts, first_poles: first_poles(lexicon) })
    }

    /// A contrast's range in the numbering of all poles.
    pub fn poles_of(&self, contrast: usize) -> std::ops::Range<usize> {
        self.first_poles[contrast]..self.first_poles[contrast + 1]
    }

    /// The contrast of a pole, given the pole's number over all contrasts. The pole must exist.
    pub fn contrast_of(&self, pole: usize) -> usize {
        self.first_poles.partition_point(|first| *first <= pole).saturating_sub(1)
    }

    /// Sums over an outlet's articles: uses of the poles of a contrast that `part` accepts, out of uses of those that
    /// `whole` accepts. Both are called with a pole's index in the contrast.
    pub fn sums(
        &self,
        collected: &Collected,
        (outlet, contrast): (usize, usize),
        voices: Voices,
        part: impl Fn(usize) -> bool,
        whole: impl Fn(usize) -> bool,
    ) -> Sums {
        let poles = self.poles_of(contrast);
        let clusters = self.articles[outlet].iter().map(|&i| {
            let (mut x, mut n) = (0, 0);
            for (pole, by_voice) in collected.poles.within(&collected.articles[i], poles.clone()) {
                let pole = *pole as usize - poles.start;
                if whole(pole) {
                    let uses = voices.sum(by_voice);
                    n += uses;
                    if part(pole) {
                        x += uses;
                    }
                }
            }
            Cluster { x: f64::from(x), n: f64::from(n) }
        });
        clusters.collect()
    }
}
