//! Tails of the binomial distribution, and the exact interval of a probability.

use statrs::function::beta::beta_reg;

/// The probability of `k` or more of `n`, each with probability `p` between 0 and 1. `k` and `n` are whole numbers.
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

/// The 95% interval of a probability of which `k` of `n` were seen, n above 0: 0 to something at k = 0, something to 1 at
/// k = n. Clopper and Pearson (1934), doi 10.1093/biomet/26.4.404.
pub fn clopper_pearson(k: f64, n: f64) -> (f64, f64) {
    let lower = |k: f64| if k <= 0.0 { 0.0 } else { rises_to(0.025, |p| at_least(k, n, p)) };
    (lower(k), 1.0 - lower(n - k))
}

/// Where a rising function of a probability reaches a value, by bisection to the last digits.
fn rises_to(value: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if f(middle) < value { low = middle } else { high = middle }
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
}
