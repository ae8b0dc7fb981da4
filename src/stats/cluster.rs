//! Shares and rates over clusters (articles), with cluster-robust variance.
//!
//! For clusters i = 1…k with counts x_i out of n_i (uses of a pole out of all uses of the contrast; or a word's count
//! out of all words): r = Σx / Σn, var r = k/(k−1) · Σ(x_i − r n_i)² / (Σn)². Clusters with n_i = 0 carry no
//! information and aren't counted in k. This is the ratio estimator of survey sampling (Cochran 1977, ch. 6); without
//! the factor it equals the cluster-robust variance of a Poisson regression with offset ln n.
//!
//! A long article pulls r towards its own value, which makes its residual look small. Intervals and tests of shares
//! therefore multiply every squared residual by 1 + 2(h_i − 1/k) with h_i = n_i / Σn. This is the jackknife to first
//! order and changes nothing if all clusters are equally large (Bell, McCaffrey 2002, Survey Methodology 28(2), for the
//! family). They also use Kish's effective number of clusters, (Σn)² / Σn² (Kish 1965, Survey Sampling), instead of k
//! in the factor and in the degrees of freedom. `benches/coverage.md` has the effect: without the correction, intervals
//! over articles of very different length cover 90%.
//!
//! If articles are so similar in their uses that independent uses would be as similar less than once in two hundred
//! times, this isn't taken as certainty: the variance of independent uses is used instead. A floor for all cases would
//! widen the intervals of articles that differ as much as chance makes them differ. Means of values that aren't counts
//! ([`Ratio::mean_interval`]) have no such rule.

use super::interval::{t_975, t_two_sided_p};
use super::spread::{Logit, Spread, degrees_of_freedom};

/// One cluster: a count out of a total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// The count.
    pub x: f64,
    /// The total that the count is a part of.
    pub n: f64,
}

/// A share or rate over clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Σx / Σn.
    pub value: f64,
    /// The cluster-robust variance of `value`; `None` with one cluster.
    pub variance: Option<f64>,
    /// Σn.
    pub total: f64,
    /// How many clusters have n > 0.
    pub clusters: usize,
    /// Kish's effective number of clusters, (Σn)² / Σn²: from 1 to `clusters`, which it reaches if all are equally
    /// large.
    pub effective: f64,
    /// The variance corrected for the residuals of long clusters; `None` with one cluster.
    robust: Option<f64>,
}

/// By how much the variance used in intervals exceeds the variance of resampling the clusters, which divides by k and
/// understates the residuals of long clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correction {
    /// The factor for the variance of resampling.
    pub variance_factor: f64,
    /// The degrees of freedom that go with the corrected variance.
    pub df: f64,
}

/// Sums over clusters, enough for a share and its variance. They can be added and subtracted, so that "all the others"
/// costs no more than one outlet.
///
/// Counts are whole numbers, for which sums and differences are exact.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    x: f64,
    n: f64,
    xx: f64,
    xn: f64,
    nn: f64,
    xxn: f64,
    xnn: f64,
    nnn: f64,
    clusters: usize,
}

impl Sums {
    /// Adds one cluster; one with n = 0 changes nothing.
    pub fn add(&mut self, c: Cluster) {
        if c.n > 0.0 {
            self.x += c.x;
            self.n += c.n;
            self.xx += c.x * c.x;
            self.xn += c.x * c.n;
            self.nn += c.n * c.n;
            self.xxn += c.x * c.x * c.n;
            self.xnn += c.x * c.n * c.n;
            self.nnn += c.n * c.n * c.n;
            self.clusters += 1;
        }
    }

    /// Σx.
    pub fn count(&self) -> f64 {
        self.x
    }

    /// Σn.
    pub fn total(&self) -> f64 {
        self.n
    }

    /// How many clusters have n > 0.
    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// The share or rate with its variance; `None` if no cluster has n > 0.
    pub fn ratio(&self) -> Option<Ratio> {
        if self.clusters == 0 {
            return None;
        }
        let k = self.clusters as f64;
        let value = self.x / self.n;
        let squares = residuals(value, self.xx, self.xn, self.nn);
        let by_length = residuals(value, self.xxn, self.xnn, self.nnn) / self.n;
        let effective = self.n * self.n / self.nn;
        let df = degrees_of_freedom(effective);
        let many = self.clusters > 1;
        let (plain, robust) = (k / (k - 1.0), (df + 1.0) / df);
        Some(Ratio {
            value,
            variance: many.then(|| plain * squares / (self.n * self.n)),
            total: self.n,
            clusters: self.clusters,
            effective,
            robust: many.then(|| robust * ((1.0 - 2.0 / k) * squares + 2.0 * by_length) / (self.n * self.n)),
        })
    }
}

/// The 0.005 quantile of the ratio of an estimated variance with `df` degrees of freedom to the true one: the quantile
/// of χ²/df by Wilson and Hilferty (1931).
fn least_by_chance(df: f64) -> f64 {
    const Z_995: f64 = 2.5758;
    let part = 2.0 / (9.0 * df);
    (1.0 - part - Z_995 * part.sqrt()).max(0.0).powi(3)
}

/// Σ(x − r n)² w from Σx²w, Σxnw and Σn²w.
fn residuals(r: f64, xx: f64, xn: f64, nn: f64) -> f64 {
    let squares = xx - 2.0 * r * xn + r * r * nn;
    // Tiny remainders of sums that cancel are rounding, not variance.
    if squares > 1e-12 * (xx + r * r * nn) { squares } else { 0.0 }
}

impl FromIterator<Cluster> for Sums {
    fn from_iter<I: IntoIterator<Item = Cluster>>(clusters: I) -> Self {
        let mut sums = Sums::default();
        clusters.into_iter().for_each(|c| sums.add(c));
        sums
    }
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Sums) {
        self.x += other.x;
        self.n += other.n;
        self.xx += other.xx;
        self.xn += other.xn;
        self.nn += other.nn;
        self.xxn += other.xxn;
        self.xnn += other.xnn;
        self.nnn += other.nnn;
        self.clusters += other.clusters;
    }
}

impl std::ops::Sub for Sums {
    type Output = Sums;

    /// The sums without the clusters of `other`, which must be among those of `self`.
    fn sub(self, other: Sums) -> Sums {
        Sums {
            x: self.x - other.x,
            n: self.n - other.n,
            xx: self.xx - other.xx,
            xn: self.xn - other.xn,
            nn: self.nn - other.nn,
            xxn: self.xxn - other.xxn,
            xnn: self.xnn - other.xnn,
            nnn: self.nnn - other.nnn,
            clusters: self.clusters - other.clusters,
        }
    }
}

impl Ratio {
    /// What these clusters say about a share, apart from how many they are; `None` with fewer than two. The ratio must
    /// be a share: x uses out of n in every cluster.
    pub fn spread(&self) -> Option<Spread> {
        Some(self.spread_of(self.share_variance()?))
    }

    /// The variance of a share; the variance of independent uses if clusters are more alike than chance would allow.
    fn share_variance(&self) -> Option<f64> {
        let independent = self.value * (1.0 - self.value) / self.total;
        let least = independent * least_by_chance(degrees_of_freedom(self.effective));
        self.robust.map(|found| if found > 0.0 && found < least { independent } else { found })
    }

    fn spread_of(&self, variance: f64) -> Spread {
        let (k, one) = (self.clusters as f64, self.value * (1.0 - self.value));
        Spread {
            share: self.value,
            dispersion: if one > 0.0 { k * variance / one } else { 0.0 },
            evenness: self.effective / k,
        }
    }

    /// The 95% interval of a mean of values between 0 and 1 over these clusters, where x is the sum of n values; `None`
    /// with fewer than two clusters.
    pub fn mean_interval(&self) -> Option<(f64, f64)> {
        self.spread_of(self.robust?).interval(self.clusters as f64)
    }

    /// The 95% interval of a share over these clusters ([`Spread::interval`]); `None` with fewer than two clusters.
    pub fn share_interval(&self) -> Option<(f64, f64)> {
        self.spread()?.interval(self.clusters as f64)
    }

    /// The correction that turns the variance of resampling these clusters into the variance used in their intervals.
    pub fn small_sample_correction(&self) -> Correction {
        let (df, k) = (degrees_of_freedom(self.effective), self.clusters as f64);
        let variance_factor = match (self.variance, self.share_variance()) {
            (Some(plain), Some(robust)) if plain > 0.0 => robust / (plain * (k - 1.0) / k),
            _ => (df + 1.0) / df,
        };
        Correction { variance_factor, df }
    }

    fn safe_logit(&self) -> Option<Logit> {
        Some(self.spread()?.safe_logit(self.clusters as f64))
    }
}

/// The difference of the logits of two shares, and whether adding half a use on either side has reversed it, or created
/// one between equal shares: an outlet that always uses a name isn't below one that nearly always does, only less well
/// known.
fn difference(a: &Ratio, b: &Ratio) -> Option<(Logit, bool)> {
    let difference = a.safe_logit()? - b.safe_logit()?;
    Some((difference, (a.value - b.value) * difference.value <= 0.0))
}

/// The 95% interval of the logarithm of the odds ratio of two independent shares; `None` if a side has fewer than two
/// clusters. A share of 0 or 1 gets half a use on either side, as in [`share_difference_p`], and makes the end on its
/// side infinite.
pub fn share_difference_interval(a: &Ratio, b: &Ratio) -> Option<(f64, f64)> {
    let (Logit { value, variance, df }, is_turned) = difference(a, b)?;
    let half = t_975(df)? * variance.sqrt();
    let (low, high) =
        if is_turned { (value.min(half) - half, value.max(-half) + half) } else { (value - half, value + half) };
    let low = if a.value <= 0.0 || b.value >= 1.0 { f64::NEG_INFINITY } else { low };
    let high = if a.value >= 1.0 || b.value <= 0.0 { f64::INFINITY } else { high };
    Some((low, high))
}

/// The two-sided p-value for two independent shares being equal, on the logit scale.
///
/// Student's t with Welch–Satterthwaite degrees of freedom over the effective clusters of either side. `None` if a side
/// has fewer than two clusters. 1 if the shares are equal, or if the half use that is added to a share without variance
/// reverses their difference.
pub fn share_difference_p(a: &Ratio, b: &Ratio) -> Option<f64> {
    let (Logit { value, variance, df }, is_turned) = difference(a, b)?;
    if is_turned { Some(1.0) } else { t_two_sided_p(value / variance.sqrt(), df) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(pairs: &[(f64, f64)]) -> Option<Ratio> {
        pairs.iter().map(|&(x, n)| Cluster { x, n }).collect::<Sums>().ratio()
    }

    #[test]
    fn empty_and_single_clusters() {
        assert_eq!(ratio(&[]), None);
        assert_eq!(ratio(&[(0.0, 0.0)]), None);
        let one = ratio(&[(1.0, 4.0)]).expect("a ratio");
        assert_eq!((one.value, one.variance, one.share_interval()), (0.25, None, None));
    }

    #[test]
    fn clusters_without_uses_change_nothing_and_the_rest_is_the_whole_without_the_part() {
        let (part, rest) = ([(1.0, 4.0), (3.0, 5.0), (0.0, 2.0)], [(2.0, 3.0), (7.0, 9.0)]);
        assert_eq!(ratio(&part), ratio(&[part.as_slice(), &[(0.0, 0.0)]].concat()));
        let sums = |pairs: &[(f64, f64)]| pairs.iter().map(|&(x, n)| Cluster { x, n }).collect::<Sums>();
        assert_eq!(sums(&[part.as_slice(), &rest].concat()) - sums(&part), sums(&rest));
    }

    #[test]
    fn a_share_of_zero_has_an_interval_that_narrows_with_articles_not_with_uses() {
        let few = ratio(&[(0.0, 100.0); 4]).expect("a ratio").share_interval().expect("an interval");
        let many = ratio(&[(0.0, 1.0); 100]).expect("a ratio").share_interval().expect("an interval");
        assert_eq!(few.0, 0.0);
        assert!(few.1 > 0.5 && many.1 < 0.05, "{few:?} {many:?}");
    }

    #[test]
    fn the_same_share_in_every_article_is_no_certainty() {
        let (low, high) = ratio(&[(1.0, 3.0); 5]).expect("a ratio").share_interval().expect("an interval");
        assert!(low < 0.15 && high > 0.6, "{low} {high}");
    }

    #[test]
    fn articles_more_alike_than_chance_count_by_independent_uses() {
        // One of two uses in nine articles, and in most of four.
        let balanced = |others: [f64; 4]| {
            let articles = [&[(1.0, 2.0); 9][..], &others.map(|x| (x, 2.0))].concat();
            ratio(&articles).expect("a ratio")
        };
        let (less, more) = (balanced([0.0, 1.0, 1.0, 1.0]), balanced([2.0, 1.0, 1.0, 1.0]));
        assert!(share_difference_p(&less, &more) > Some(0.1));
        let (low, high) = less.share_interval().expect("an interval");
        assert!(low < 0.28 && high > 0.6, "{low} {high}");
        // A mean of probabilities may well vary this little.
        let (low, high) = less.mean_interval().expect("an interval");
        assert!(low > 0.35 && high < 0.56, "{low} {high}");
        // As different as chance makes them: their own variance is used.
        let usual = ratio(&[(0.0, 2.0), (1.0, 2.0), (1.0, 2.0), (2.0, 2.0)].repeat(3)).expect("a ratio");
        assert_eq!(usual.share_interval(), usual.mean_interval());
    }

    #[test]
    fn the_least_by_chance_is_that_of_chi_square() {
        // scipy.stats.chi2.ppf(.005, df) / df
        for (df, least) in [(5.0, 0.0823), (12.0, 0.2562), (30.0, 0.4596), (200.0, 0.7612)] {
            assert!((least_by_chance(df) - least).abs() < 0.015, "{df}: {}", least_by_chance(df));
        }
        assert!(least_by_chance(0.5) < 0.001);
    }

    #[test]
    fn half_a_use_makes_no_difference_where_there_is_none() {
        let of = |pairs: &[(f64, f64)]| ratio(pairs).expect("a ratio");
        let always = of(&[(1.0, 1.0); 8]);
        // Always, in eight articles and in ten thousand.
        let often = of(&[(2.0, 2.0); 10_000]);
        assert_eq!(share_difference_p(&always, &often), Some(1.0));
        assert_eq!(share_difference_interval(&always, &often), Some((f64::NEG_INFINITY, f64::INFINITY)));
        // And against nearly always: eight articles without an exception exclude nothing there.
        let nearly = of(&[&[(2.0, 2.0); 10_000][..], &[(0.0, 1.0); 20]].concat());
        assert_eq!(share_difference_p(&always, &nearly), Some(1.0));
        let (low, high) = share_difference_interval(&always, &nearly).expect("an interval");
        assert!(low < 0.0 && high == f64::INFINITY, "{low} {high}");
        let (low, high) = share_difference_interval(&nearly, &always).expect("an interval");
        assert!(high > 0.0 && low == f64::NEG_INFINITY, "{low} {high}");
        // Against rarely it is a finding.
        let rarely = of(&[(0.0, 2.0), (1.0, 2.0), (0.0, 1.0), (0.0, 3.0), (1.0, 4.0)]);
        assert!(share_difference_p(&always, &rarely) < Some(0.05));
        assert!(share_difference_interval(&always, &rarely).expect("an interval").0 > 0.0);
    }

    #[test]
    fn equal_shares_do_not_differ() {
        let a = ratio(&[(1.0, 4.0), (3.0, 5.0), (0.0, 2.0)]).expect("a ratio");
        assert_eq!(share_difference_p(&a, &a), Some(1.0));
    }
}
