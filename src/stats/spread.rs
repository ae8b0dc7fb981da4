//! What clusters say about a share apart from how many they are: its interval, and its logit with a variance, for any
//! number of similar clusters.
//!
//! With k clusters of effective number e and a share s of variance V, φ = k V / (s (1 − s)) says how many times as much
//! a cluster varies as one observation, and e/k how even the clusters are. m clusters of the same kind have the
//! variance φ s (1 − s) / m and the effective number m e/k. V is corrected for small numbers of clusters
//! ([`super::cluster`]), so it is as accurate on average for k as for m. Intervals and tests of the given clusters are
//! those at m = k.

use super::interval::{Z_975, exact_at_end, t_975, wilson_at};
use super::{expit, logit};

/// A share and how much clusters vary around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The share, 0 to 1.
    pub share: f64,
    /// φ: 1 if every cluster is worth one observation; 0 if the share is the same in all clusters, or is 0 or 1: then
    /// there is no variance to estimate.
    pub dispersion: f64,
    /// The effective number of clusters per cluster, above 0 and at most 1.
    pub evenness: f64,
}

/// The logit of a share, with its variance and the degrees of freedom of the variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logit {
    /// ln(s / (1 − s)).
    pub value: f64,
    /// The variance of the logit.
    pub variance: f64,
    /// Degrees of freedom, above 0.
    pub df: f64,
}

/// The effective number of clusters minus 1, but at least a half: then one cluster has nearly everything, and the
/// quantile is wide enough to say so.
pub fn degrees_of_freedom(effective: f64) -> f64 {
    (effective - 1.0).max(0.5)
}

impl Spread {
    /// Whether there is an estimate of the variance.
    pub fn varies(&self) -> bool {
        self.dispersion > 0.0 && self.share > 0.0 && self.share < 1.0
    }

    /// The 95% interval of the share with this number of clusters, on the logit scale, with the t quantile for the
    /// effective number minus 1.
    ///
    /// A share of 0 or 1 has no variance to estimate: then it is the exact interval of Clopper and Pearson with the
    /// number of clusters as the sample size. The probability that a cluster has no use of a name is at most the
    /// probability that a single use isn't one of that name, so it covers at least 95%, whatever the overdispersion. A
    /// share that is the same in every cluster gets Wilson's interval with that sample size and the t quantile. `None`
    /// with fewer than two clusters.
    pub fn interval(&self, clusters: f64) -> Option<(f64, f64)> {
        let share = self.share;
        if clusters < 2.0 {
            return None;
        }
        if share <= 0.0 || share >= 1.0 {
            return exact_at_end(share >= 1.0, clusters);
        }
        if !self.varies() {
            return wilson_at(share * clusters, clusters, t_975(clusters - 1.0)?);
        }
        let Logit { value, variance, df } = self.logit(share, clusters);
        let half = t_975(df)? * variance.sqrt();
        Some((expit(value - half), expit(value + half)))
    }

    /// A lower bound for the number of clusters that give an interval of this width (between 0 and 1): the number that
    /// the normal quantile instead of Student's would need. The number needed is near it.
    pub fn too_few_for(&self, width: f64) -> f64 {
        let (s, r) = (self.share, 1.0 - self.share);
        if s <= 0.0 || r <= 0.0 {
            return 0.025_f64.ln() / (-width).ln_1p();
        }
        if !self.varies() {
            return 2.0;
        }
        // The width is expit(l + h) − expit(l − h) = s r (y − 1/y) / (s² + r² + s r (y + 1/y)) with y = e^h.
        let (both, one) = (s * s + r * r, s * r);
        let root = (width * width * both * both + 4.0 * one * one * (1.0 - width * width)).sqrt();
        let half = ((width * both + root) / (2.0 * one * (1.0 - width))).ln();
        self.dispersion / one * (Z_975 / half).powi(2)
    }

    /// The logit of another share, above 0 and below 1, of clusters that vary as much as these. Without an estimate of
    /// the variance, a cluster counts as one observation.
    pub fn logit(&self, share: f64, clusters: f64) -> Logit {
        let (dispersion, effective) =
            if self.varies() { (self.dispersion, self.evenness * clusters) } else { (1.0, clusters) };
        Logit {
            value: logit(share),
            variance: dispersion / (clusters * share * (1.0 - share)),
            df: degrees_of_freedom(effective),
        }
    }

    /// The logit of the share itself, kept away from 0 and 1: without an estimate of the variance, half a use is added
    /// on either side.
    pub fn safe_logit(&self, clusters: f64) -> Logit {
        let share = if self.varies() { self.share } else { (self.share * clusters + 0.5) / (clusters + 1.0) };
        self.logit(share, clusters)
    }
}

/// The difference of two independent logits; its degrees of freedom are Welch and Satterthwaite's.
impl std::ops::Sub for Logit {
    type Output = Logit;

    fn sub(self, other: Logit) -> Logit {
        let (a, b) = (self.variance, other.variance);
        let variance = a + b;
        Logit {
            value: self.value - other.value,
            variance,
            df: variance.powi(2) / (a.powi(2) / self.df + b.powi(2) / other.df),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_times_the_clusters_have_half_the_standard_error() {
        let spread = Spread { share: 0.3, dispersion: 1.7, evenness: 0.6 };
        let (few, many) = (spread.logit(0.3, 50.0), spread.logit(0.3, 200.0));
        assert!((few.variance - 4.0 * many.variance).abs() < 1e-15 && (many.df - 119.0).abs() < 1e-9);
        let width = |k| spread.interval(k).map(|(low, high)| high - low).expect("an interval");
        assert!(width(200.0) < 0.5 * width(50.0), "the quantile shrinks as well");
        assert_eq!(spread.interval(1.0), None);
    }

    #[test]
    fn too_few_are_too_few_and_nearly_enough() {
        for share in [0.0, 0.03, 0.3, 0.5, 0.9, 1.0] {
            for width in [0.02, 0.2, 0.7] {
                let spread = Spread { share, dispersion: 1.7, evenness: 0.8 };
                let k = spread.too_few_for(width);
                let width_at = |k: f64| spread.interval(k.max(2.0)).map(|(low, high)| high - low).expect("an interval");
                assert!(width_at(k) >= width - 1e-9 || k < 2.0, "{share} {width}: {k}");
                assert!(width_at(k + 12.0) <= width, "{share} {width}: {k}");
            }
        }
    }

    #[test]
    fn without_a_variance_a_cluster_is_one_observation() {
        for share in [0.0, 1.0, 0.4] {
            let spread = Spread { share, dispersion: 0.0, evenness: 0.5 };
            let logit = spread.logit(0.4, 10.0);
            assert!((logit.variance - 1.0 / 2.4).abs() < 1e-15 && logit.df == 9.0);
            let (low, high) = spread.interval(10.0).expect("an interval");
            assert!(low <= share && share <= high && low < high);
        }
    }
}
