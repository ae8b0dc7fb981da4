//! Quantiles and p-values of Student's t; intervals of a proportion (Wilson's, the exact one at 0 and 1) and of a
//! difference.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The 0.975 quantile of the normal distribution.
pub const Z_975: f64 = 1.959_963_984_540_054;

/// The quantile of Student's t at 0.975: the half-width of a 95% interval in standard errors.
///
/// `df` is the degrees of freedom, above 0 and not necessarily whole; `None` if it isn't above 0 or not a number.
pub fn t_975(df: f64) -> Option<f64> {
    t_quantile(0.975, df)
}

/// The quantile of Student's t at `p`, above 0.5 and below 1; `None` outside this range, or if `df` isn't above 0.
pub fn t_quantile(p: f64, df: f64) -> Option<f64> {
    let is_tail = p > 0.5 && p < 1.0;
    let distribution = StudentsT::new(0.0, 1.0, df).ok().filter(|_| is_tail && df.is_finite())?;
    let t = distribution.inverse_cdf(p);
    // The inverse is found by bisection: one Newton step gives the last digits.
    let density = statrs::distribution::Continuous::pdf(&distribution, t);
    Some(t + ((1.0 - p) - distribution.sf(t)) / -density)
}

/// The two-sided p-value of a t statistic; `None` if `df` isn't positive or `t` is not a number.
pub fn t_two_sided_p(t: f64, df: f64) -> Option<f64> {
    if t.is_nan() || !df.is_finite() {
        return None;
    }
    let distribution = StudentsT::new(0.0, 1.0, df).ok()?;
    Some((2.0 * distribution.sf(t.abs())).min(1.0))
}

/// Wilson's 95% score interval for a proportion `x / n`, `n` not necessarily whole.
///
/// `None` at n = 0. At x = 0 the lower end is 0, at x = n the upper end is 1. Wilson (1927), doi
/// 10.1080/01621459.1927.10502953.
pub fn wilson(x: f64, n: f64) -> Option<(f64, f64)> {
    wilson_at(x, n, Z_975)
}

/// [`wilson`] with another quantile, `z`, instead of the 0.975 quantile of the normal distribution.
pub fn wilson_at(x: f64, n: f64, z: f64) -> Option<(f64, f64)> {
    if n <= 0.0 {
        return None;
    }
    let p = x / n;
    let z2 = z * z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let low = if x <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if x >= n { 1.0 } else { (centre + half).min(1.0) };
    Some((low, high))
}

/// Clopper and Pearson's exact 95% interval for an observed proportion of 0, or of 1 (`all`), in `n` observations.
///
/// 0 to 1 − 0.025^(1/n), or the mirror image; `None` at n = 0. Clopper, Pearson (1934), doi 10.1093/biomet/26.4.404.
pub fn exact_at_end(all: bool, n: f64) -> Option<(f64, f64)> {
    let far = (n > 0.0).then(|| -(0.025_f64.ln() / n).exp_m1())?;
    Some(if all { (1.0 - far, 1.0) } else { (0.0, far) })
}

/// The interval of `a − b`, not necessarily symmetric, for independent `a` and `b`, each with its own interval of the
/// same level.
///
/// `a − b − √((a − a_low)² + (b_high − b)²)` to `a − b + √((a_high − a)² + (b − b_low)²)`: Zou, Donner (2008), doi
/// 10.1002/sim.3095, and for Wilson's intervals Newcombe (1998), doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
///
/// ```
/// use aslant::stats::interval::{of_difference, wilson};
/// // Newcombe's example, method 10: 56 of 70 less 48 of 80.
/// let (a, b) = (wilson(56.0, 70.0).unwrap(), wilson(48.0, 80.0).unwrap());
/// let (low, high) = of_difference((0.8, a), (0.6, b));
/// assert!((low - 0.0524).abs() < 5e-5 && (high - 0.3339).abs() < 5e-5);
/// ```
pub fn of_difference((a, (a_low, a_high)): (f64, (f64, f64)), (b, (b_low, b_high)): (f64, (f64, f64))) -> (f64, f64) {
    (a - b - (a - a_low).hypot(b_high - b), a - b + (a_high - a).hypot(b - b_low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degenerate_cases() {
        assert_eq!(t_975(0.0), None);
        assert_eq!(t_975(f64::NAN), None);
        assert_eq!(t_two_sided_p(f64::NAN, 3.0), None);
        assert_eq!(wilson(0.0, 0.0), None);
        assert_eq!(wilson(0.0, 5.0).map(|i| i.0), Some(0.0));
        assert_eq!(wilson(5.0, 5.0).map(|i| i.1), Some(1.0));
        assert_eq!(exact_at_end(false, 0.0), None);
    }

    #[test]
    fn the_exact_interval_of_nothing_in_ten() {
        // R: binom.test(0, 10)$conf.int.
        let (low, high) = exact_at_end(false, 10.0).expect("an interval");
        assert!(low == 0.0 && (high - 0.308_497_1).abs() < 1e-7, "{high}");
        assert_eq!(exact_at_end(true, 10.0), Some((1.0 - high, 1.0)));
    }
}
