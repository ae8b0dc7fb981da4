//! A word's rates in two groups, their log ratio and its test.

use super::{Group, MANY, Uses};
use crate::stats::binomial::{at_least, clopper_pearson, reaches};
use crate::stats::interval::{Z_975, t_975, t_two_sided_p};

/// A word in a group and in the others.
#[derive(Debug, Clone, Copy)]
pub struct TwoRates {
    /// The word's uses in the group, and the group.
    pub a: (Uses, Group),
    /// The word's uses in the others, and the others.
    pub b: (Uses, Group),
}

impl TwoRates {
    /// log₂ of the ratio of the smoothed rates. Positive: more typical of the group.
    pub fn log2_ratio(&self) -> f64 {
        let log = |(uses, group): (Uses, Group)| ((uses.count + 0.5) / (group.words + 1.0)).log2();
        log(self.a) - log(self.b)
    }

    /// Whether [`TwoRates::log2_ratio`] is positive, without the logarithms.
    pub fn is_more(&self) -> bool {
        let (a, b) = (self.a, self.b);
        (a.0.count + 0.5) * (b.1.words + 1.0) > (b.0.count + 0.5) * (a.1.words + 1.0)
    }

    /// The two-sided p-value for both rates being equal. Both groups must have two articles or more.
    pub fn p(&self) -> f64 {
        if self.is_rare() {
            return self.exact_p();
        }
        let (t, df) = self.t();
        t_two_sided_p(t, df).unwrap_or(1.0)
    }

    /// The same, but 1 if it is 0.05 or more: that saves the distribution functions for most words.
    pub fn p_below_05(&self) -> f64 {
        let is_clear = match self.is_rare() {
            true => self.tail(|k, of, part| reaches(k, of, part, 0.025)),
            // No t distribution has less in its tails than the normal distribution.
            false => self.t().0.abs() < 1.9599,
        };
        if is_clear {
            return 1.0;
        }
        let p = self.p();
        if p < 0.05 { p } else { 1.0 }
    }

    /// The natural log ratio divided by its standard error, and the degrees of freedom.
    fn t(&self) -> (f64, f64) {
        let (se, df) = self.standard_error();
        (self.log2_ratio() * std::f64::consts::LN_2 / se, df)
    }

    /// The 95% interval of [`TwoRates::log2_ratio`]. An end is `None` if it is infinite.
    pub fn interval(&self) -> (Option<f64>, Option<f64>) {
        let value = self.log2_ratio();
        if !self.is_rare() {
            let (se, df) = self.standard_error();
            let half = t_975(df).unwrap_or(Z_975) * se / std::f64::consts::LN_2;
            return (Some(value - half), Some(value + half));
        }
        let (k, of) = (self.a.0.articles, self.a.0.articles + self.b.0.articles);
        let (low, high) = clopper_pearson(k, of);
        let ratio = |share: f64, part: f64| (share / (1.0 - share) * (1.0 - part) / part).log2();
        let [one, two] = self.parts();
        let low = ratio(low, one).min(ratio(low, two)).min(value);
        let high = ratio(high, one).max(ratio(high, two)).max(value);
        (low.is_finite().then_some(low), high.is_finite().then_some(high))
    }

    /// Whether a side has the word in too few articles to estimate a variance.
    pub fn is_rare(&self) -> bool {
        self.a.0.articles < MANY || self.b.0.articles < MANY
    }

    /// The standard error of the natural log ratio, and its degrees of freedom.
    fn standard_error(&self) -> (f64, f64) {
        let ((va, da), (vb, db)) = (side(&self.a.0, &self.a.1), side(&self.b.0, &self.b.1));
        let variance = va + vb;
        (variance.sqrt(), variance * variance / (va * va / da + vb * vb / db))
    }

    /// The group's part of all words, and of all articles.
    fn parts(&self) -> [f64; 2] {
        let (a, b) = (self.a.1, self.b.1);
        [a.words / (a.words + b.words), a.articles / (a.articles + b.articles)]
    }

    fn exact_p(&self) -> f64 {
        (2.0 * self.tail(at_least)).min(1.0)
    }

    /// Calls `ask` with `k`, `n` and `p` of the binomial tail: the articles with the word on the side that has it more
    /// often, all articles with it, and the side's part of words or articles, whichever makes the tail likelier.
    fn tail<T>(&self, ask: impl Fn(f64, f64, f64) -> T) -> T {
        let (k, of) = (self.a.0.articles, self.a.0.articles + self.b.0.articles);
        let [one, two] = self.parts();
        match self.is_more() {
            true => ask(k, of, one.max(two)),
            false => ask(of - k, of, 1.0 - one.min(two)),
        }
    }
}

/// The variance of the natural logarithm of a smoothed rate, and its degrees of freedom.
fn side(uses: &Uses, group: &Group) -> (f64, f64) {
    let smoothed = uses.count + 0.5;
    let variance = uses.variance(group).max(smoothed) / (smoothed * smoothed);
    (variance, uses.degrees_of_freedom())
}
