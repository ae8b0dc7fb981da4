//! A word's rate in a group of articles, and the log ratio of its rates in two groups, with the article as the unit.
//!
//! Rates are smoothed by half a use, (x + ½)/(n + 1), so that a word that is missing on one side has a ratio, too. If
//! both sides have the word in [`MANY`] articles or more, the ratio is tested by its cluster-robust standard error,
//!
//! SE² = V₁/(x₁ + ½)² + V₂/(x₂ + ½)², V = max(k/(k−1) · Σ(x_i − r n_i)², x + ½),
//!
//! with Student's t and Welch–Satterthwaite degrees of freedom. The floor is the variance of independent uses: articles
//! that are too much alike are not taken as certainty. A side counts for as many clusters as carry its uses,
//! (Σx²)²/Σx⁴: fifty uses in one article are one.
//!
//! If a side has the word in fewer articles, there is no variance to estimate. Then the articles that have the word are
//! counted, not its uses. By chance, each of them falls to the group with a probability that is the group's part of all
//! words, or of all articles, whichever is more cautious. The test is binomial, two-sided by doubling, and the interval
//! is Clopper and Pearson's (1934), widened to include the ratio. The interval of one rate ([`OneRate`]) is computed in
//! the same two ways.
//!
//! Sources: Cochran (1977), ch. 6; Hardie's log ratio (2014) for the effect; Haldane (1956) for the half use.

mod one;
mod two;

use super::cluster::Cluster;
pub use one::OneRate;
pub use two::TwoRates;

/// From this many articles with the word, the variance of a side is estimated from them.
pub const MANY: f64 = 5.0;

/// All articles of a group: everything that doesn't depend on the word.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Group {
    /// Words, Σn.
    pub words: f64,
    /// Σn².
    pub squares: f64,
    /// Articles with at least one word, k.
    pub articles: f64,
}

impl Group {
    /// Adds an article of this many words.
    pub fn add(&mut self, words: f64) {
        if words > 0.0 {
            self.words += words;
            self.squares += words * words;
            self.articles += 1.0;
        }
    }
}

impl std::ops::AddAssign for Group {
    fn add_assign(&mut self, other: Group) {
        self.words += other.words;
        self.squares += other.squares;
        self.articles += other.articles;
    }
}

impl std::ops::Sub for Group {
    type Output = Group;

    fn sub(self, other: Group) -> Group {
        Group {
            words: self.words - other.words,
            squares: self.squares - other.squares,
            articles: self.articles - other.articles,
        }
    }
}

/// The uses of a word, summed over the articles that have it. Whole numbers, so sums and differences are exact.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Uses {
    /// Σx.
    pub count: f64,
    /// Σx².
    squares: f64,
    /// Σx⁴.
    fourths: f64,
    /// Σxn.
    products: f64,
    /// Articles that have the word.
    pub articles: f64,
}

impl Uses {
    /// Adds an article with at least one use: its uses out of its words.
    pub fn add(&mut self, c: Cluster) {
        let square = c.x * c.x;
        self.count += c.x;
        self.squares += square;
        self.fourths += square * square;
        self.products += c.x * c.n;
        self.articles += 1.0;
    }

    /// The mean number of uses in the articles that have any; 1 if none has.
    pub fn burst(&self) -> f64 {
        if self.articles > 0.0 { self.count / self.articles } else { 1.0 }
    }

    /// Σ(x − r n)² over all articles of the group, with the factor k/(k−1).
    fn variance(&self, group: &Group) -> f64 {
        let r = self.count / group.words;
        let sum = self.squares - 2.0 * r * self.products + r * r * group.squares;
        group.articles / (group.articles - 1.0) * sum
    }

    /// Degrees of freedom of that variance: the number of clusters with equal uses that would carry as much, minus 1;
    /// at least 1.
    fn degrees_of_freedom(&self) -> f64 {
        let effective = if self.fourths > 0.0 { self.squares * self.squares / self.fourths } else { 0.0 };
        (effective - 1.0).max(1.0)
    }
}

impl std::ops::AddAssign for Uses {
    fn add_assign(&mut self, other: Uses) {
        self.count += other.count;
        self.squares += other.squares;
        self.fourths += other.fourths;
        self.products += other.products;
        self.articles += other.articles;
    }
}

impl std::ops::Sub for Uses {
    type Output = Uses;

    fn sub(self, other: Uses) -> Uses {
        Uses {
            count: self.count - other.count,
            squares: self.squares - other.squares,
            fourths: self.fourths - other.fourths,
            products: self.products - other.products,
            articles: self.articles - other.articles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::binomial::ClopperPearson;
    use rand::RngExt;

    fn sums(articles: &[(f64, f64)]) -> (Uses, Group) {
        let (mut uses, mut group) = (Uses::default(), Group::default());
        for &(x, n) in articles {
            group.add(n);
            if x > 0.0 {
                uses.add(Cluster { x, n });
            }
        }
        (uses, group)
    }

    fn of(articles: &[(f64, f64)]) -> OneRate {
        let (uses, group) = sums(articles);
        OneRate { uses, group }
    }

    fn two(a: &[(f64, f64)], b: &[(f64, f64)]) -> TwoRates {
        TwoRates { a: sums(a), b: sums(b) }
    }

    #[test]
    fn swapped_groups_turn_the_sign_and_keep_p() {
        let a: Vec<(f64, f64)> = (0..40).map(|i| (f64::from(i % 4), 300.0 + f64::from(i))).collect();
        let b: Vec<(f64, f64)> = (0..60).map(|i| (f64::from(i % 5 / 3), 280.0 + f64::from(i))).collect();
        for (a, b) in [(&a[..], &b[..]), (&a[..20], &[(0.0, 300.0); 20][..])] {
            let (there, back) = (two(a, b), two(b, a));
            assert!((there.log2_ratio() + back.log2_ratio()).abs() < 1e-12);
            assert!((there.p_below_05() - back.p_below_05()).abs() < 1e-12 && there.p_below_05() < 0.05);
            let ((low, high), (low2, high2)) = (there.interval(), back.interval());
            for (one, other) in [(low, high2), (high, low2)] {
                assert_eq!(one.is_some(), other.is_some());
                assert!((one.unwrap_or(0.0) + other.unwrap_or(0.0)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_word_that_one_side_lacks_is_judged_by_articles_not_by_uses() {
        // Four articles of forty have it, on one side only: 2 · ½⁴.
        let lacking = [(0.0, 300.0); 20];
        let mut having = lacking;
        having[..4].fill((50.0, 300.0));
        let few = two(&having, &lacking);
        assert!(few.is_rare() && few.p_below_05() == 1.0 && few.interval().1.is_none());
        having[..10].fill((1.0, 300.0));
        let many = two(&having, &lacking);
        assert!((many.p_below_05() - 2.0 * 0.5f64.powi(10)).abs() < 1e-15);
        assert!(many.interval().0 > Some(0.0));
    }

    #[test]
    fn fifty_uses_in_one_article_are_one() {
        let mut a = [(1.0, 300.0); 10];
        a[0].0 = 50.0;
        assert_eq!(two(&a, &[(1.0, 300.0); 10]).p_below_05(), 1.0);
    }

    #[test]
    fn the_same_number_of_uses_in_every_article_is_no_certainty() {
        // Without the floor both variances were 0.
        let rates = two(&[(1.0, 300.0); 12], &[(1.0, 330.0); 12]);
        assert_eq!(rates.p_below_05(), 1.0);
        let (low, high) = rates.interval();
        assert!(low < Some(-0.9) && high > Some(0.9));
    }

    /// k articles; the given part of them is about the word and has three times the rate.
    fn draw(rng: &mut rand_chacha::ChaCha8Rng, k: usize, overdispersion: f64, mean: f64) -> Vec<(f64, f64)> {
        let mut uniform = || rng.random_range(f64::EPSILON..1.0);
        let article = |_| {
            // A Poisson count, by the waiting times between events.
            let about = uniform() < overdispersion;
            let rate = if about { 3.0 * mean } else { mean };
            let (mut x, mut t) = (0.0, -uniform().ln());
            while t < rate {
                x += 1.0;
                t -= uniform().ln();
            }
            (x, 200.0 + 400.0 * uniform())
        };
        (0..k).map(article).collect()
    }

    /// 1000 pairs of groups of k such articles with the same rates: how often the null is rejected, and how often the
    /// interval misses.
    fn errors(k: usize, overdispersion: f64, mean: f64) -> (f64, f64) {
        let mut rng = crate::stats::resample::stream(1, &format!("{k} {overdispersion} {mean}"));
        let (mut rejected, mut missed) = (0, 0);
        for _ in 0..1000 {
            let mut articles = || draw(&mut rng, k, overdispersion, mean);
            let rates = two(&articles(), &articles());
            let (low, high) = rates.interval();
            rejected += usize::from(rates.p_below_05() < 0.05);
            missed += usize::from(low > Some(0.0) || high.is_some_and(|h| h < 0.0));
        }
        (f64::from(rejected as u32) / 1000.0, f64::from(missed as u32) / 1000.0)
    }

    #[test]
    fn true_nulls_are_not_rejected_more_often_than_said() {
        for k in [8, 30, 200] {
            for overdispersion in [0.0, 0.1, 0.3] {
                for mean in [0.1, 0.5, 2.0] {
                    let (rejected, missed) = errors(k, overdispersion, mean);
                    // 0.05 and twice the standard error of a share of 1000.
                    assert!(rejected <= 0.064 && missed <= 0.064, "{k} {overdispersion} {mean}: {rejected} {missed}");
                }
            }
        }
    }

    /// How often the interval of a rate misses, as in [`errors`].
    fn missed(k: usize, overdispersion: f64, mean: f64) -> f64 {
        let mut rng = crate::stats::resample::stream(2, &format!("{k} {overdispersion} {mean}"));
        let an_article = mean * (1.0 + 2.0 * overdispersion);
        let none = (1.0 - overdispersion) * (-mean).exp() + overdispersion * (-3.0 * mean).exp();
        let (truth, burst) = (an_article / 400.0, an_article / (1.0 - none));
        let (mut missed, mut exact) = (0, ClopperPearson::default());
        for _ in 0..1000 {
            let articles = draw(&mut rng, k, overdispersion, mean);
            let (low, high) = of(&articles).interval(burst, &mut exact).expect("an interval");
            missed += u32::from(truth < low || truth > high);
        }
        f64::from(missed) / 1000.0
    }

    #[test]
    fn intervals_of_rates_cover_them() {
        for k in [8, 30, 200] {
            for overdispersion in [0.0, 0.1, 0.3] {
                for mean in [0.1, 0.5, 2.0] {
                    let missed = missed(k, overdispersion, mean);
                    assert!(missed <= 0.064, "{k} {overdispersion} {mean}: {missed}");
                }
            }
        }
    }

    #[test]
    fn a_rate_of_nothing_is_at_most_what_so_many_articles_let_through() {
        let mut exact = ClopperPearson::default();
        let none = of(&[(0.0, 100.0); 20]);
        let (low, high) = none.interval(3.0, &mut exact).expect("an interval");
        // 1 − 0.025^(1/20) of the articles, three uses each, 100 words.
        assert!(low == 0.0 && (high - 0.03 * (1.0 - 0.025f64.powf(0.05))).abs() < 1e-12, "{high}");
        assert_eq!(of(&[(1.0, 100.0)]).interval(1.0, &mut exact), None);
        let one = of(&[(4.0, 100.0), (0.0, 100.0), (0.0, 100.0)]).interval(1.0, &mut exact).expect("an interval");
        assert!(one.0 < 4.0 / 300.0 && one.1 > 4.0 / 300.0);
    }

    #[test]
    fn the_interval_of_one_rate_holds_it_and_covers_the_truth() {
        let mut exact = ClopperPearson::default();
        let mut interval = |rate: &OneRate| rate.interval(1.0, &mut exact).expect("an interval");
        // No use in twenty articles: no more than 1 − 0.025^(1/20) of them have one.
        let never = of(&[(0.0, 500.0); 20]);
        assert_eq!((never.value(), interval(&never).0), (0.0, 0.0));
        assert!((interval(&never).1 * 500.0 - (1.0 - 0.025f64.powf(0.05))).abs() < 1e-9);
        for k in 0..=20 {
            let rate = of(&(0..20).map(|i| (f64::from(u8::from(i < k) * 2), 500.0)).collect::<Vec<_>>());
            let (low, high) = interval(&rate);
            assert!(low <= rate.value() && rate.value() <= high && (low > 0.0) == (k > 0), "{k}: {low} {high}");
        }
        let mut rng = crate::stats::resample::stream(1, "one rate");
        let mut uniform = || rng.random_range(f64::EPSILON..1.0);
        for (k, mean) in [(20, 0.1), (20, 1.0), (200, 0.02), (200, 0.5)] {
            let mut missed = 0;
            for _ in 0..1000 {
                let mut article = |_| {
                    // A Poisson count, by the waiting times between events.
                    let (mut x, mut t) = (0.0, -uniform().ln());
                    while t < mean {
                        x += 1.0;
                        t -= uniform().ln();
                    }
                    (x, 400.0)
                };
                let rate = of(&(0..k).map(&mut article).collect::<Vec<_>>());
                let (low, high) = interval(&rate);
                missed += usize::from(low * 400.0 > mean || high * 400.0 < mean);
            }
            assert!(missed <= 64, "{k} {mean}: {missed}");
        }
    }

    #[test]
    fn p_and_interval_agree() {
        for k in 0..=20 {
            let with = |k: usize| -> Vec<(f64, f64)> { (0..20).map(|i| (f64::from(i < k), 200.0)).collect() };
            let rates = two(&with(k), &with(3));
            let (low, high) = rates.interval();
            let covers = low.is_none_or(|l| l <= 0.0) && high.is_none_or(|h| h >= 0.0);
            assert_eq!(rates.p_below_05() == 1.0, covers, "{k}");
        }
    }
}
