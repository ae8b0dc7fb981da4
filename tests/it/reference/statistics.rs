//! Shares, intervals, tests and log-odds against numpy, scipy and statsmodels. Other values in `rates.json`
//! (chi-squared, LRC) are not computed.

use super::read;
use crate::common::assert_close;
use aslant::stats::cluster::{Cluster, Ratio, Sums, share_difference_interval, share_difference_p};
use aslant::stats::dispersion::dp_norm;
use aslant::stats::fdr::benjamini_hochberg;
use aslant::stats::g2::g2;
use aslant::stats::interval::{t_975, t_two_sided_p, wilson, wilson_at};
use aslant::stats::krippendorff::Nominal;
use aslant::stats::log_odds::{Counts, log_odds};
use aslant::stats::mantel_haenszel::{Table, pool};
use aslant::stats::rate::{Group, TwoRates, Uses};
use aslant::stats::{expit, logit};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Reference {
    rates: Vec<Rate>,
    log_ratios: Vec<LogRatio>,
    keyness: Vec<Keyness>,
    dispersion: Vec<Dispersion>,
    benjamini_hochberg: Vec<Adjusted>,
    t_quantile_975: Vec<Quantile>,
    t_two_sided_p: Vec<Tail>,
    log_odds: Vec<LogOddsCase>,
    wilson: Vec<Wilson>,
    mantel_haenszel: Vec<Strata>,
    share_intervals: Vec<ShareInterval>,
    share_differences: Vec<ShareDifference>,
}

#[derive(Deserialize)]
struct ShareInterval {
    articles: Vec<(f64, f64)>,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct ShareDifference {
    a: Vec<(f64, f64)>,
    b: Vec<(f64, f64)>,
    p: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Strata {
    name: String,
    tables: Vec<[[f64; 2]; 2]>,
    odds_ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Breslow–Day without and with Tarone's correction.
    homogeneity: Option<[Test; 2]>,
}

#[derive(Deserialize)]
struct Test {
    p: f64,
}

#[derive(Deserialize)]
struct Rate {
    name: String,
    /// Count, total, cluster.
    articles: Vec<(u32, u32, usize)>,
    k_positive: usize,
    rate: f64,
    var_no_factor: f64,
    var_positive: Option<f64>,
}

#[derive(Deserialize)]
struct LogRatio {
    name: String,
    a: Vec<(u32, u32)>,
    b: Vec<(u32, u32)>,
    log_ratio: f64,
    se: f64,
}

#[derive(Deserialize)]
struct Keyness {
    a: f64,
    n1: f64,
    b: f64,
    n2: f64,
    g2: f64,
    log2_ratio_zero_safe: f64,
}

#[derive(Deserialize)]
struct Dispersion {
    counts: Vec<f64>,
    sizes: Vec<f64>,
    dp_norm: Option<f64>,
}

#[derive(Deserialize)]
struct Adjusted {
    p: Vec<f64>,
    q: Vec<f64>,
}

#[derive(Deserialize)]
struct Quantile {
    df: f64,
    t: f64,
}

#[derive(Deserialize)]
struct Tail {
    df: f64,
    t: f64,
    p: f64,
}

#[derive(Deserialize)]
struct LogOddsCase {
    a: f64,
    n1: f64,
    b: f64,
    n2: f64,
    alpha0: f64,
    background_count: f64,
    background_total: f64,
    log_odds: f64,
    z: f64,
}

#[derive(Deserialize)]
struct Wilson {
    count: f64,
    total: f64,
    low: f64,
    high: f64,
}

fn reference() -> Reference {
    let reference: Reference = read("rates.json");
    assert!(reference.rates.len() >= 11 && reference.log_odds.len() >= 8 && reference.wilson.len() >= 8);
    assert!(reference.benjamini_hochberg.len() >= 9 && reference.t_two_sided_p.len() >= 25);
    reference
}

/// Relative difference: the values span many powers of ten.
#[track_caller]
fn assert_relative(found: f64, expected: f64, tolerance: f64, what: &str) {
    let within = (found - expected).abs() <= tolerance * expected.abs();
    assert!(within, "{what}: found {found:e}, expected {expected:e}");
}

fn sums(articles: &[(u32, u32, usize)]) -> Sums {
    let mut clusters: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for (x, n, cluster) in articles {
        let sum = clusters.entry(*cluster).or_default();
        *sum = (sum.0 + x, sum.1 + n);
    }
    clusters.values().map(|&(x, n)| Cluster { x: f64::from(x), n: f64::from(n) }).collect()
}

fn ratio(case: &Rate) -> Ratio {
    sums(&case.articles).ratio().expect("a ratio")
}

fn named(name: &str) -> Rate {
    reference().rates.into_iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"))
}

#[test]
fn ratios_and_their_variances_equal_statsmodels() {
    for case in reference().rates {
        let found = ratio(&case);
        let name = &case.name;
        assert_eq!(found.clusters, case.k_positive, "{name}");
        assert_relative(found.value, case.rate, 1e-14, name);
        assert_eq!(found.variance.is_some(), case.var_positive.is_some(), "{name}");
        if let (Some(variance), Some(expected)) = (found.variance, case.var_positive) {
            // Sums of squares are split and added up again, which costs three or four digits of sixteen.
            assert_relative(variance, expected, 1e-11, name);
            let k = found.clusters as f64;
            assert_relative(variance * (k - 1.0) / k, case.var_no_factor, 1e-11, name);
        }
    }
}

fn given(articles: &[(f64, f64)]) -> Ratio {
    articles.iter().map(|&(x, n)| Cluster { x, n }).collect::<Sums>().ratio().expect("a ratio")
}

#[test]
fn share_intervals_equal_the_formula_in_python() {
    for case in reference().share_intervals {
        let (low, high) = given(&case.articles).share_interval().expect("an interval");
        assert_close(low, case.low, 1e-11, &format!("{:?}", case.articles));
        assert_close(high, case.high, 1e-11, &format!("{:?}", case.articles));
    }
}

#[test]
fn articles_of_one_length_have_the_textbooks_interval() {
    let clusters = [1.0, 0.0, 3.0, 2.0, 4.0, 1.0, 1.0, 0.0].map(|x| Cluster { x, n: 5.0 });
    let found = clusters.into_iter().collect::<Sums>().ratio().expect("a ratio");
    let variance = found.variance.expect("a variance");
    let half = t_975(7.0).expect("t") * variance.sqrt() / (found.value * (1.0 - found.value));
    let (low, high) = found.share_interval().expect("an interval");
    assert_close(low, expit(logit(found.value) - half), 1e-12, "low");
    assert_close(high, expit(logit(found.value) + half), 1e-12, "high");
    assert_close(found.effective, 8.0, 1e-12, "the effective number");
}

#[test]
fn shares_without_variance_have_intervals_over_articles() {
    // Deliberately different from the reference, which has an interval of zero width, or none.
    let interval = |name| ratio(&named(name)).share_interval().expect("an interval");
    let far = 1.0 - 0.025_f64.powf(1.0 / 3.0); // Clopper–Pearson, none of three.
    assert_eq!(interval("no use at all").0, 0.0);
    assert_close(interval("no use at all").1, far, 1e-12, "none of three");
    assert_close(interval("share of one").0, 1.0 - far, 1e-12, "all of three");
    let case = named("share, equal articles");
    let t = 4.302_652_729_749_462; // Three articles: scipy's quantile for 2 degrees of freedom.
    let (low, high) = wilson_at(3.0 * case.rate, 3.0, t).expect("an interval");
    let found = interval("share, equal articles");
    assert_close(found.0, low, 1e-12, "low");
    assert_close(found.1, high, 1e-12, "high");
    assert_eq!(ratio(&named("one article")).share_interval(), None);
}

#[test]
fn mantel_haenszel_equals_statsmodels() {
    for case in reference().mantel_haenszel {
        let tables: Vec<Table> = case.tables.iter().map(|&[[a, b], [c, d]]| Table { a, b, c, d }).collect();
        let found = pool(&tables);
        let name = &case.name;
        assert_eq!(found.odds_ratio.is_some(), case.odds_ratio.is_some(), "{name}");
        if let (Some(found), Some(expected)) = (found.odds_ratio, case.odds_ratio) {
            assert_relative(found, expected, 1e-13, name);
        }
        if let (Some((low, high)), Some(expected_low), Some(expected_high)) = (found.interval, case.low, case.high) {
            assert_relative(low, expected_low, 1e-12, name);
            assert_relative(high, expected_high, 1e-12, name);
        }
        // If a margin is empty, statsmodels computes 0/0; we leave out that stratum.
        if let Some([_, tarone]) = case.homogeneity {
            assert_relative(found.homogeneity.expect("p"), tarone.p, 1e-10, name);
        }
    }
    assert!(reference().mantel_haenszel.iter().filter(|case| case.homogeneity.is_some()).count() >= 3);
}

#[test]
fn differences_of_shares_equal_the_formula_in_python() {
    for case in reference().share_differences {
        let (a, b) = (given(&case.a), given(&case.b));
        assert_close(share_difference_p(&a, &b).expect("p"), case.p, 1e-10, "one way");
        assert_close(share_difference_p(&b, &a).expect("p"), case.p, 1e-10, "the other way");
        let (low, high) = share_difference_interval(&a, &b).expect("an interval");
        assert_close(low, case.low, 1e-9, "low");
        assert_close(high, case.high, 1e-9, "high");
    }
    let five = given(&reference().share_intervals[0].articles);
    assert_eq!(share_difference_p(&five, &ratio(&named("one article"))), None);
}

#[test]
fn q_values_equal_scipy() {
    for case in reference().benjamini_hochberg {
        let found = benjamini_hochberg(&case.p);
        assert_eq!(found.len(), case.q.len());
        for (q, expected) in found.iter().zip(&case.q) {
            assert_relative(*q, *expected, 1e-15, &format!("{:?}", case.p));
        }
    }
}

#[test]
fn quantiles_and_tails_of_student_equal_scipy() {
    for Quantile { df, t } in reference().t_quantile_975 {
        assert_relative(t_975(df).expect("a quantile"), t, 1e-12, &format!("df {df}"));
    }
    for Tail { df, t, p } in reference().t_two_sided_p {
        // Relative, down to p = 3e-25: a tail isn't computed as 1 − something.
        assert_relative(t_two_sided_p(t, df).expect("p"), p, 1e-10, &format!("t {t}, df {df}"));
        assert_eq!(t_two_sided_p(-t, df), t_two_sided_p(t, df));
    }
}

#[test]
fn log_odds_equal_the_formula_in_python() {
    for c in reference().log_odds {
        let counts = Counts { a: c.a, n1: c.n1, b: c.b, n2: c.n2 };
        let found = log_odds(counts, c.alpha0, c.background_count / c.background_total).expect("log-odds");
        assert_close(found.delta, c.log_odds, 1e-12, &format!("{counts:?}"));
        assert_close(found.z, c.z, 1e-12, &format!("{counts:?}"));
    }
}

#[test]
fn log_ratios_and_their_standard_errors_equal_statsmodels() {
    for case in reference().log_ratios {
        let ratio = |articles: &[(u32, u32)]| {
            let clusters = articles.iter().map(|&(x, n)| Cluster { x: f64::from(x), n: f64::from(n) });
            clusters.collect::<Sums>().ratio().expect("a ratio")
        };
        let (a, b) = (ratio(&case.a), ratio(&case.b));
        assert_close((a.value / b.value).ln(), case.log_ratio, 1e-13, &case.name);
        let relative = |r: &Ratio| r.variance.expect("a variance") / (r.value * r.value);
        assert_relative((relative(&a) + relative(&b)).sqrt(), case.se, 1e-11, &case.name);
    }
}

#[test]
fn keyness_equals_quanteda_and_corpora() {
    for c in reference().keyness {
        let what = format!("{} of {}, {} of {}", c.a, c.n1, c.b, c.n2);
        let found = g2(Counts { a: c.a, n1: c.n1, b: c.b, n2: c.n2 }).expect("G²");
        assert_close(found, c.g2, 1e-11, &what);
        // The ratio takes articles; a single article with all words has the same ratio.
        let side = |x: f64, n: f64| {
            let (mut uses, mut group) = (Uses::default(), Group::default());
            group.add(n);
            if x > 0.0 {
                uses.add(Cluster { x, n });
            }
            (uses, group)
        };
        let rates = TwoRates { a: side(c.a, c.n1), b: side(c.b, c.n2) };
        assert_close(rates.log2_ratio(), c.log2_ratio_zero_safe, 1e-13, &what);
        assert_eq!(rates.is_more(), c.log2_ratio_zero_safe > 0.0);
    }
}

#[test]
fn dispersion_equals_scattertext() {
    for c in reference().dispersion {
        let with = c.counts.iter().copied().zip(c.sizes.iter().copied()).filter(|(v, _)| *v > 0.0);
        let smallest = c.sizes.iter().copied().fold(f64::INFINITY, f64::min);
        let found = dp_norm(with, c.sizes.iter().sum(), smallest);
        assert_eq!(found.is_some(), c.dp_norm.is_some(), "{:?}", c.counts);
        assert_close(found.unwrap_or(0.0), c.dp_norm.unwrap_or(0.0), 1e-14, &format!("{:?}", c.counts));
    }
}

#[test]
fn wilson_equals_statsmodels() {
    for Wilson { count, total, low, high } in reference().wilson {
        let found = wilson(count, total).expect("an interval");
        assert_close(found.0, low, 1e-14, &format!("{count} of {total}"));
        assert_close(found.1, high, 1e-14, &format!("{count} of {total}"));
    }
}

#[derive(Deserialize)]
struct Agreement {
    cases: Vec<AgreementCase>,
}

#[derive(Deserialize)]
struct AgreementCase {
    name: String,
    /// One row per annotator, one character per unit; `.` for a missing value.
    values: Vec<String>,
    alpha: f64,
}

#[test]
fn krippendorffs_alpha_equals_the_package_and_the_published_examples() {
    let reference: Agreement = read("agreement.json");
    for case in &reference.cases {
        let rows: Vec<Vec<char>> = case.values.iter().map(|row| row.chars().collect()).collect();
        let mut domain: Vec<char> = rows.concat();
        domain.sort_unstable();
        domain.dedup();
        domain.retain(|v| *v != '.');
        let mut nominal = Nominal::new(domain.len());
        for unit in 0..rows[0].len() {
            let count = |value: &char| rows.iter().filter(|row| row[unit] == *value).count();
            nominal.add(&domain.iter().map(count).collect::<Vec<_>>());
        }
        assert_close(nominal.alpha().unwrap(), case.alpha, 1e-12, &case.name);
    }
    // As printed in Krippendorff (2011) and in the package's documentation.
    let printed: Vec<String> = reference.cases[..4].iter().map(|case| format!("{:.3}", case.alpha)).collect();
    assert_eq!(printed, ["0.095", "0.692", "0.743", "0.691"]);
}
