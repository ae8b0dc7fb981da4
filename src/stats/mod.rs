//! Statistics: one method per file. They know counts and clusters, not outlets.
//!
//! The unit is the article (a cluster of cue uses), never the word: uses in the same article resemble each other, and a
//! test that treats them as independent finds differences between two random halves of one outlet.
//!
//! | file | method |
//! |---|---|
//! | [`cluster`] | share or rate over clusters, with cluster-robust variance; the difference of two |
//! | [`spread`] | a share's interval and logit for any number of clusters like the given ones |
//! | [`power`] | how likely a difference is to be found; the noncentral t |
//! | [`interval`] | t quantiles and p-values, Wilson's interval, the exact one at 0 and 1, the interval of a difference |
//! | [`mantel_haenszel`] | one odds ratio over many stories, with its checks |
//! | [`principal`] | principal axes of a small table |
//! | [`change_point`] | whether a share changed over time, and when |
//! | [`log_odds`] | log-odds with an informative Dirichlet prior |
//! | [`binomial`] | binomial tails, Clopper and Pearson's interval |
//! | [`rate`] | log ratio of two rates over articles |
//! | [`g2`] | log-likelihood ratio |
//! | [`dispersion`] | Gries' DP |
//! | [`fdr`] | Benjamini–Hochberg |
//! | [`krippendorff`] | Krippendorff's α: how far annotators agree |
//! | [`resample`] | bootstrap over clusters, named random streams |

pub mod binomial;
pub mod change_point;
pub mod cluster;
pub mod dispersion;
pub mod fdr;
pub mod g2;
pub mod interval;
pub mod krippendorff;
pub mod log_odds;
pub mod mantel_haenszel;
pub mod power;
pub mod principal;
pub mod rate;
pub mod resample;
pub mod spread;

/// `ln(p / (1 − p))`.
pub fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

/// The inverse of [`logit`].
pub fn expit(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
