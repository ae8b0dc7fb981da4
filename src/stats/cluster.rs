//! Shares and rates over clusters (articles), with cluster-robust variance.
//!
//! For clusters i = 1…k with counts x_i out of n_i (uses of a pole out of all uses of the contrast; or a word's count
//! out of all words): r = Σx / Σn, var r = k/(k−1) · Σ(x_i − r n_i)² / (Σn)². Clusters with n_i = 0 tell nothing and
//! are not counted in k. This is the ratio estimator of survey sampling (Cochran 1977, ch. 6); without the factor it
//! equals the cluster-robust variance of a Poisson regression with offset ln n.

use super::interval::{t_975, t_two_sided_p, wilson_at};
use super::{expit, logit};

/// One cluster: a count out of a total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// The count; for residuals it may be negative.
    pub x: f64,
    /// The total that it is a part of.
    pub n: f64,
}

/// A share or rate over clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Σx / Σn.
    pub value: f64,
    /// Its cluster-robust variance; `None` with one cluster.
    pub variance: Option<f64>,
    /// Σn.
    pub total: f64,
    /// How many clusters have n > 0.
    pub clusters: usize,
}

/// Sums over clusters, enough for a share and its variance: they can be added up, and taken out again, so that an
/// outlet and "all the others" cost the same.
///
/// Counts are whole numbers, for which sums and differences are exact.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    x: f64,
    n: f64,
    xx: f64,
    xn: f64,
    nn: f64,
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

    /// Share or rate with its variance; `None` where no cluster has n > 0.
    pub fn ratio(&self) -> Option<Ratio> {
        if self.clusters == 0 {
            return None;
        }
        let k = self.clusters as f64;
        let value = self.x / self.n;
        let squares = self.xx - 2.0 * value * self.xn + value * value * self.nn;
        // What is left of sums that cancel is rounding, not variance.
        let squares = if squares > 1e-12 * (self.xx + value * value * self.nn) { squares } else { 0.0 };
        let variance = (self.clusters > 1).then(|| k / (k - 1.0) * squares / (self.n * self.n));
        Some(Ratio { value, variance, total: self.n, clusters: self.clusters })
    }
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
        self.clusters += other.clusters;
    }
}

impl std::ops::Sub for Sums {
    type Output = Sums;

    /// What is left without the clusters of `other`, which must be among those of `self`.
    fn sub(self, other: Sums) -> Sums {
        Sums {
            x: self.x - other.x,
            n: self.n - other.n,
            xx: self.xx - other.xx,
            xn: self.xn - other.xn,
            nn: self.nn - other.nn,
            clusters: self.clusters - other.clusters,
        }
    }
}

impl Ratio {
    /// The 95% interval of a share, on the logit scale, with the t quantile for k − 1 degrees of freedom.
    ///
    /// A share of 0 or 1, or one that is the same in every cluster, has no variance to go by: then Wilson's interval
    /// with the number of clusters as the sample size, which takes the uses of one article for one observation and is
    /// wider than the truth rather than narrower. `None` with fewer than two clusters.
    pub fn share_interval(&self) -> Option<(f64, f64)> {
        let variance = self.variance?;
        let t = t_975(self.clusters as f64 - 1.0)?;
        if self.is_degenerate(variance) {
            let k = self.clusters as f64;
            return wilson_at(self.value * k, k, t);
        }
        let centre = logit(self.value);
        let half = t * variance.sqrt() / (self.value * (1.0 - self.value));
        Some((expit(centre - half), expit(centre + half)))
    }

    /// The 95% interval of a mean of residuals, on its own scale, with the t quantile for k − 1 degrees of freedom.
    ///
    /// `floor` is a variance that the mean has at the least: where a thing never happens, its residuals hardly differ,
    /// and their variance says nothing of how often it might have. `None` with fewer than two clusters.
    pub fn mean_interval(&self, floor: f64) -> Option<(f64, f64)> {
        let half = t_975(self.clusters as f64 - 1.0)? * self.variance?.max(floor).sqrt();
        Some((self.value - half, self.value + half))
    }

    fn is_degenerate(&self, variance: f64) -> bool {
        variance <= 0.0 || self.value <= 0.0 || self.value >= 1.0
    }

    /// The logit of a share and its variance, made safe: a share without variance takes half a use on either side and
    /// the variance of one observation a cluster.
    fn safe_logit(&self) -> Option<(f64, f64)> {
        let variance = self.variance?;
        if !self.is_degenerate(variance) {
            let slope = self.value * (1.0 - self.value);
            return Some((logit(self.value), variance / (slope * slope)));
        }
        let k = self.clusters as f64;
        let share = (self.value * k + 0.5) / (k + 1.0);
        Some((logit(share), 1.0 / (k * share * (1.0 - share))))
    }
}

/// The two-sided p-value of two independent shares being equal, on the logit scale.
///
/// Student's t with Welch–Satterthwaite degrees of freedom over the clusters of either side. `None` where a side has
/// fewer than two clusters.
pub fn share_difference_p(a: &Ratio, b: &Ratio) -> Option<f64> {
    let ((la, va), (lb, vb)) = (a.safe_logit()?, b.safe_logit()?);
    let variance = va + vb;
    let df = variance.powi(2) / (va.powi(2) / (a.clusters as f64 - 1.0) + vb.powi(2) / (b.clusters as f64 - 1.0));
    t_two_sided_p((la - lb) / variance.sqrt(), df)
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
    fn residuals_that_hardly_differ_are_no_certainty() {
        let residuals = ratio(&[(-0.1, 1.0), (-0.1, 1.0), (-0.1, 1.0)]).expect("a ratio");
        let (low, high) = residuals.mean_interval(0.03).expect("an interval");
        assert!(low < -0.8 && high > 0.6, "{low} {high}");
    }

    #[test]
    fn equal_shares_do_not_differ() {
        let a = ratio(&[(1.0, 4.0), (3.0, 5.0), (0.0, 2.0)]).expect("a ratio");
        assert_eq!(share_difference_p(&a, &a), Some(1.0));
    }
}
