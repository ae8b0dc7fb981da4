//! A word's rate in one group, and its interval.

use super::{Group, MANY, Uses};
use crate::stats::binomial::ClopperPearson;
use crate::stats::interval::t_975;

/// A word in one group.
#[derive(Debug, Clone, Copy)]
pub struct OneRate {
    /// The word's uses.
    pub uses: Uses,
    /// The group, which has at least one word.
    pub group: Group,
}

impl OneRate {
    /// Uses divided by words.
    pub fn value(&self) -> f64 {
        self.uses.count / self.group.words
    }

    /// The 95% interval of the rate, 0 to 1.
    ///
    /// If [`MANY`] articles or more have the word: on the log scale, with the degrees of freedom of the ratio, and its
    /// variance without the half use. If fewer have it: Clopper and Pearson's interval of the part of all articles that
    /// have it, times the uses per article that has it. For the latter, either the mean of these articles or `burst` is
    /// used, whichever makes the interval wider; `burst` is the mean over all groups ([`Uses::burst`]). `None` with
    /// fewer than two articles.
    pub fn interval(&self, burst: f64, exact: &mut ClopperPearson) -> Option<(f64, f64)> {
        let OneRate { uses, group } = self;
        if group.articles < 2.0 {
            return None;
        }
        let rate = self.value();
        if uses.articles >= MANY {
            let variance = uses.variance(group).max(uses.count) / (uses.count * uses.count);
            let half = t_975(uses.degrees_of_freedom())? * variance.sqrt();
            return Some((rate * (-half).exp(), (rate * half.exp()).min(1.0)));
        }
        let (low, high) = exact.interval(uses.articles, group.articles);
        let here = if uses.articles > 0.0 { uses.burst() } else { burst };
        let rate_of = |part: f64, in_one: f64| part * in_one * group.articles / group.words;
        Some((rate_of(low, here.min(burst)).min(rate), rate_of(high, here.max(burst)).clamp(rate, 1.0)))
    }
}
