//! Tails of the binomial distribution, and the exact interval of a probability.

use rustc_hash::FxHashMap;
use statrs::function::beta::beta_reg;

/// The probability of `k` or more successes in `n` trials, each with probability `p` between 0 and 1. `k` and `n` are
/// whole numbers.
///
/// ```
/// use aslant::stats::binomial::at_least;
/// assert!((at_least(4.0, 4.0, 0.5) - 0.0625).abs() < 1e-15);
/// assert_eq!((at_least(0.0, 4.0, 0.5), at_least(5.0, 4.0, 0.5)), (1.0, 0.0));
/// ```
pub fn at_least(k: f64, n: f64, p: f64) -> f64 {
    if k <= 0.0 {
        1.0
    } else if k > n {
        0.0
    } else {
        beta_reg(k, n - k + 1.0, p.clamp(0.0, 1.0))
    }
}

/// Whether [`at_least`] is `value` or more, with the same answer as if it were called. If the answer is clear and `k`
/// is small or close to `n`, it is found by summing the few terms of that side.
pub fn reaches(k: f64, n: f64, p: f64, value: f64) -> bool {
    let inner = p > 0.0 && p < 1.0 && k > 0.0 && k <= n;
    let roughly = match k.min(n - k + 1.0) {
        few if !inner || few > FEW => None,
        few if few == k => Some(1.0 - below(k, n, p)),
        _ => Some(below(n - k + 1.0, n, 1.0 - p)),
    };
    match roughly {
        Some(probability) if (probability - value).abs() > CLEAR => probability > value,
        _ => at_least(k, n, p) >= value,
    }
}

/// Up to this many terms, summing is quicker than [`at_least`].
const FEW: f64 = 8.0;
/// Larger than the error of either way of summing.
const CLEAR: f64 = 1e-8;

/// The probability of fewer than `k` successes in `n`, summed term by term; `k` is 1 or more.
fn below(k: f64, n: f64, p: f64) -> f64 {
    let mut term = (n * (-p).ln_1p()).exp();
    let (mut sum, mut i) = (term, 0.0);
    while i + 1.0 < k {
        term *= (n - i) / (i + 1.0) * p / (1.0 - p);
        sum += term;
        i += 1.0;
    }
    sum
}

/// The 95% interval of a probability after `k` successes in `n` trials, with n above 0. Starts at 0 if k = 0 and ends
/// at 1 if k = n. Clopper and Pearson (1934), doi 10.1093/biomet/26.4.404.
pub fn clopper_pearson(k: f64, n: f64) -> (f64, f64) {
    let lower = |k: f64| if k <= 0.0 { 0.0 } else { first(|p| reaches(k, n, p, 0.025)) };
    (lower(k), 1.0 - lower(n - k))
}

/// [`clopper_pearson`] with a cache, for callers that need the same intervals again and again.
#[derive(Debug, Default)]
pub struct ClopperPearson(FxHashMap<(u64, u64), (f64, f64)>);

impl ClopperPearson {
    /// The interval.
    pub fn interval(&mut self, k: f64, n: f64) -> (f64, f64) {
        *self.0.entry((k.to_bits(), n.to_bits())).or_insert_with(|| clopper_pearson(k, n))
    }
}

/// The probability from which `holds` is true, by bisection to the last digits.
fn first(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if holds(middle) { high = middle } else { low = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_none_and_all() {
        // At k = 0 the upper end solves (1 − p)^n = 0.025.
        let (low, high) = clopper_pearson(0.0, 10.0);
        assert!(low == 0.0 && (high - (1.0 - 0.025f64.powf(0.1))).abs() < 1e-12, "{high}");
        let (low, high) = clopper_pearson(10.0, 10.0);
        assert!(high == 1.0 && (low - 0.025f64.powf(0.1)).abs() < 1e-12, "{low}");
    }

    #[test]
    fn few_terms_say_what_the_whole_sum_says() {
        for n in [1.0, 2.0, 5.0, 9.0, 40.0, 3000.0, 1e6_f64] {
            for k in [0.0, 1.0, 2.0, 4.0, 8.0, 9.0, n - 9.0, n - 7.0, n - 1.0, n, n + 1.0].map(|k: f64| k.max(0.0)) {
                for p in [0.0, 1e-9, 1e-4, 0.03, 0.5, 0.97, 1.0] {
                    let exactly = at_least(k, n, p);
                    for value in [1e-6, 0.025, 0.5, exactly] {
                        let told = reaches(k, n, p, value);
                        assert_eq!(told, exactly >= value, "{k} of {n}, {p}: {exactly} {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_interval_that_is_remembered_is_the_same() {
        let mut known = ClopperPearson::default();
        assert_eq!([known.interval(3.0, 40.0), known.interval(3.0, 40.0)], [clopper_pearson(3.0, 40.0); 2]);
        assert_ne!(known.interval(3.0, 41.0), known.interval(3.0, 40.0));
    }
}
