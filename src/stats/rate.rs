//! The log ratio of a word's rates in two groups of articles, with the article as the unit.
//!
//! Rates are smoothed by half a use, (x + ½)/(n + 1), so that a word that one side lacks has a ratio, too. Where both
//! sides have the word in [`MANY`] articles or more, the ratio is tested by its cluster-robust standard error,
//!
//! SE² = V₁/(x₁ + ½)² + V₂/(x₂ + ½)², V = max(k/(k−1) · Σ(x_i − r n_i)², x + ½),
//!
//! with Student's t and Welch–Satterthwaite degrees of freedom. The floor is the variance of independent uses: articles
//! that are too much alike are no certainty. A side counts for as many clusters as carry its uses, (Σx²)²/Σx⁴: fifty
//! uses in one article are one.
//!
//! Where a side has it in fewer articles, there is no variance to go by. Then the articles that have the word are
//! counted, not its uses: by chance each falls to the group with the probability of the group's part of all words, or of
//! all articles, whichever says less; the test is binomial, two-sided by doubling, and the interval Clopper and Pearson's
//! (1934), widened to hold the ratio.
//!
//! Sources: Cochran (1977), ch. 6; Hardie's log ratio (2014) for the effect; Haldane (1956) for the half use.

use super::binomial::{ClopperPearson, at_least, clopper_pearson, reaches};
use super::cluster::{Cluster, Ratio};
use super::interval::{Z_975, t_975, t_two_sided_p};

/// From so many articles with the word on, a side's variance is estimated from them.
pub const MANY: f64 = 5.0;

/// All articles of a group: what does not depend on the word.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Group {
    /// Words, Σn.
    pub words: f64,
    /// Σn².
    pub squares: f64,
    /// Articles that have words, k.
    pub articles: f64,
}

impl Group {
    /// Adds an article of so many words.
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

/// The uses of a word, summed over the articles that have it. Whole numbers, for which sums and differences are exact.
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
    /// Articles that have it.
    pub articles: f64,
}

impl Uses {
    /// Adds an article with at least one use: uses out of words.
    pub fn add(&mut self, c: Cluster) {
        let square = c.x * c.x;
        self.count += c.x;
        self.squares += square;
        self.fourths += square * square;
        self.products += c.x * c.n;
        self.articles += 1.0;
    }

    /// Σ(x − r n)² over all articles of the group, with the factor k/(k−1).
    fn variance(&self, group: &Group) -> f64 {
        let r = self.count / group.words;
        let sum = self.squares - 2.0 * r * self.products + r * r * group.squares;
        group.articles / (group.articles - 1.0) * sum
    }

    /// As many clusters of equal uses would carry as much.
    fn effective_articles(&self) -> f64 {
        if self.fourths > 0.0 { self.squares * self.squares / self.fourths } else { 0.0 }
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

/// The 95% interval of one rate, uses in a word.
///
/// Where [`MANY`] articles or more have the word, on the log scale with the variance and the degrees of freedom that the ratio
/// has. Where fewer have it, or none, Clopper and Pearson's of the part of all articles that have it, times the uses in one
/// that has it: as many as in these articles, or `burst`, whichever makes the interval wider. `burst` is what others show of
/// that, 1 or more. `None` with fewer than two articles.
pub fn interval((uses, group): &(Uses, Group), burst: f64) -> Option<(f64, f64)> {
    if group.articles < 2.0 {
        return None;
    }
    let rate = uses.count / group.words;
    if uses.articles >= MANY {
        let variance = uses.variance(group).max(uses.count) / (uses.count * uses.count);
        let half = t_975((uses.effective_articles() - 1.0).max(1.0))? * variance.sqrt();
        return Some((rate * (-half).exp(), rate * half.exp()));
    }
    let (low, high) = clopper_pearson(uses.articles, group.articles);
    let here = if uses.articles > 0.0 { uses.count / uses.articles } else { burst };
    let rate_of = |part: f64, in_one: f64| part * in_one * group.articles / group.words;
    Some((rate_of(low, here.min(burst)), rate_of(high, here.max(burst))))
}

/// The natural logarithm of the ratio of two rates, and its standard error, √(v₁/r₁² + v₂/r₂²), without smoothing.
///
/// Positive: the first is higher. `None` where a rate is 0 or has no variance.
pub fn log_ratio(a: &Ratio, b: &Ratio) -> Option<(f64, f64)> {
    if a.value <= 0.0 || b.value <= 0.0 {
        return None;
    }
    let variance = a.variance? / a.value.powi(2) + b.variance? / b.value.powi(2);
    Some(((a.value / b.value).ln(), variance.sqrt()))
}

/// A word in one group.
#[derive(Debug, Clone, Copy)]
pub struct OneRate {
    /// Its uses.
    pub uses: Uses,
    /// The group; it has words.
    pub group: Group,
}

impl OneRate {
    /// Uses out of words.
    pub fn value(&self) -> f64 {
        self.uses.count / self.group.words
    }

    /// The 95% interval of the rate. From [`MANY`] articles with the word on, on the log scale by the standard error that
    /// [`TwoRates`] takes; below, the articles that have the word are counted and not its uses: Clopper and Pearson's
    /// interval for their part of all articles, times the uses in such an article (one where there is none).
    pub fn interval(&self, exact: &mut ClopperPearson) -> (f64, f64) {
        let (k, value) = (self.uses.articles, self.value());
        if k >= MANY {
            let (variance, df) = side(&self.uses, &self.group);
            let factor = (t_975(df).unwrap_or(Z_975) * variance.sqrt()).exp();
            return (value / factor, (value * factor).min(1.0));
        }
        let (low, high) = exact.interval(k, self.group.articles);
        let uses = if k > 0.0 { self.uses.count / k } else { 1.0 };
        let rate = |share: f64| share * self.group.articles * uses / self.group.words;
        (rate(low).min(value), rate(high).clamp(value, 1.0))
    }
}

/// The variance of the natural logarithm of a smoothed rate, and its degrees of freedom.
fn side(uses: &Uses, group: &Group) -> (f64, f64) {
    let smoothed = uses.count + 0.5;
    let variance = uses.variance(group).max(smoothed) / (smoothed * smoothed);
    (variance, (uses.effective_articles() - 1.0).max(1.0))
}

/// A word in a group and in the others.
#[derive(Debug, Clone, Copy)]
pub struct TwoRates {
    /// Its uses in the group, and the group.
    pub a: (Uses, Group),
    /// Its uses in the others, and they.
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

    /// The two-sided p-value of both rates being equal. Both groups must have two articles or more.
    pub fn p(&self) -> f64 {
        if self.is_rare() {
            return self.exact_p();
        }
        let (t, df) = self.t();
        t_two_sided_p(t, df).unwrap_or(1.0)
    }

    /// The same, and 1 where it is 0.05 or more: nothing is looked up for most words then.
    pub fn p_below_05(&self) -> f64 {
        let is_clear = match self.is_rare() {
            true => self.tail(|k, of, part| reaches(k, of, part, 0.025)),
            // No t distribution has less beyond this than the normal one.
            false => self.t().0.abs() < 1.9599,
        };
        if is_clear {
            return 1.0;
        }
        let p = self.p();
        if p < 0.05 { p } else { 1.0 }
    }

    /// The natural log ratio in its standard errors, and the degrees of freedom.
    fn t(&self) -> (f64, f64) {
        let (se, df) = self.standard_error();
        (self.log2_ratio() * std::f64::consts::LN_2 / se, df)
    }

    /// The 95% interval of [`TwoRates::log2_ratio`]. An end is `None` where it is infinite.
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

    /// Whether a side has the word in too few articles for a variance.
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

    /// Asks for the probability of so many articles or more of all that have the word, on the side that has it more often,
    /// at the part that makes it likelier.
    fn tail<T>(&self, ask: impl Fn(f64, f64, f64) -> T) -> T {
        let (k, of) = (self.a.0.articles, self.a.0.articles + self.b.0.articles);
        let [one, two] = self.parts();
        match self.is_more() {
            true => ask(k, of, one.max(two)),
            false => ask(of - k, of, 1.0 - one.min(two)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    /// k articles; this part of them is about the word and has three times the rate.
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

    /// 1000 pairs of groups of k such articles with the same rates: how often the null is rejected, and the interval doesn't cover it.
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

    /// How often the interval of a rate doesn't cover it, as in [`errors`].
    fn missed(k: usize, overdispersion: f64, mean: f64) -> f64 {
        let mut rng = crate::stats::resample::stream(2, &format!("{k} {overdispersion} {mean}"));
        let an_article = mean * (1.0 + 2.0 * overdispersion);
        let none = (1.0 - overdispersion) * (-mean).exp() + overdispersion * (-3.0 * mean).exp();
        let (truth, burst) = (an_article / 400.0, an_article / (1.0 - none));
        let mut missed = 0;
        for _ in 0..1000 {
            let articles = draw(&mut rng, k, overdispersion, mean);
            let (low, high) = interval(&sums(&articles), burst).expect("an interval");
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
        let none = sums(&[(0.0, 100.0); 20]);
        let (low, high) = interval(&none, 3.0).expect("an interval");
        // 1 − 0.025^(1/20) of the articles, three uses each, 100 words.
        assert!(low == 0.0 && (high - 0.03 * (1.0 - 0.025f64.powf(0.05))).abs() < 1e-12, "{high}");
        assert_eq!(interval(&sums(&[(1.0, 100.0)]), 1.0), None);
        let one = interval(&sums(&[(4.0, 100.0), (0.0, 100.0), (0.0, 100.0)]), 1.0).expect("an interval");
        assert!(one.0 < 4.0 / 300.0 && one.1 > 4.0 / 300.0);
    }

    #[test]
    fn the_interval_of_one_rate_holds_it_and_covers_the_truth() {
        let mut exact = ClopperPearson::default();
        let of = |articles: &[(f64, f64)]| {
            let (uses, group) = sums(articles);
            OneRate { uses, group }
        };
        // No use in twenty articles: no more than 1 − 0.025^(1/20) of them have one.
        let never = of(&[(0.0, 500.0); 20]);
        assert_eq!((never.value(), never.interval(&mut exact).0), (0.0, 0.0));
        assert!((never.interval(&mut exact).1 * 500.0 - (1.0 - 0.025f64.powf(0.05))).abs() < 1e-9);
        for k in 0..=20 {
            let rate = of(&(0..20).map(|i| (f64::from(u8::from(i < k) * 2), 500.0)).collect::<Vec<_>>());
            let (low, high) = rate.interval(&mut exact);
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
                let (low, high) = of(&(0..k).map(&mut article).collect::<Vec<_>>()).interval(&mut exact);
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
