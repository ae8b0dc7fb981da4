//! Power: how likely a test is to find an existing difference, and the least number for which a condition holds.
//!
//! The test compares the logits of two shares ([`super::cluster::share_difference_p`]): t = (a − b) / SE with Welch and
//! Satterthwaite's degrees of freedom. If the true difference is δ standard errors, t has the noncentral t
//! distribution.

use super::interval::t_quantile;
use super::spread::Logit;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::beta_reg;
use statrs::function::gamma::ln_gamma;

/// For a noncentrality beyond this the terms of the series underflow.
const FAR: f64 = 37.0;

/// The probability that Student's t with `df` degrees of freedom and noncentrality `delta` is `t` or less.
///
/// Lenth (1989), algorithm AS 243, doi 10.2307/2347693; for |delta| above 37 the normal approximation 26.7.10 of Abramowitz
/// and Stegun (1964), which is good to .02 there. `df` above 0. NaN in, NaN out.
///
/// ```
/// let p = aslant::stats::power::noncentral_t(2.0, 10.0, 1.5);
/// assert!((p - 0.659_154_1).abs() < 1e-7); // scipy.stats.nct(10, 1.5).cdf(2)
/// ```
pub fn noncentral_t(t: f64, df: f64, delta: f64) -> f64 {
    if t < 0.0 {
        return 1.0 - noncentral_t(-t, df, -delta);
    }
    if delta.abs() > FAR {
        return phi((t * (1.0 - 0.25 / df) - delta) / (1.0 + 0.5 * t * t / df).sqrt());
    }
    let x = t * t / (t * t + df);
    let half = 0.5 * delta * delta;
    let (mut sum, mut j) = (0.0, 0.0);
    loop {
        let log = if j > 0.0 { j * half.ln() - half } else { -half };
        let even = (log - ln_gamma(j + 1.0)).exp();
        let odd = (log - ln_gamma(j + 1.5)).exp() * delta / 2f64.sqrt();
        sum += even * beta_reg(j + 0.5, 0.5 * df, x) + odd * beta_reg(j + 1.0, 0.5 * df, x);
        // The Poisson weights fall faster and faster after their mode.
        if j >= half && even < 1e-16 {
            break;
        }
        j += 1.0;
    }
    (phi(-delta) + 0.5 * sum).clamp(0.0, 1.0)
}

fn phi(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// How likely the two-sided test at `level` is to tell two shares apart, given their true logits and the variances that
/// they will be observed with; from 0 to 1. `None` if `level` or the degrees of freedom are out of range.
pub fn power(a: Logit, b: Logit, level: f64) -> Option<f64> {
    let Logit { value, variance, df } = a - b;
    let critical = t_quantile(1.0 - 0.5 * level, df)?;
    let delta = value / variance.sqrt();
    delta.is_finite().then(|| 1.0 - noncentral_t(critical, df, delta) + noncentral_t(-critical, df, delta))
}

/// The least whole number between `from` and `to` from which on `holds` is true; `None` if it isn't true for `to`.
pub fn least(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if from > to || !holds(to) {
        return None;
    }
    // Doubling first: the answer is usually near the beginning, and a call costs no less there.
    let (mut below, mut step) = (from, 1);
    if from == to || holds(from) {
        return Some(from);
    }
    let mut next = (below + step).min(to);
    while next < to && !holds(next) {
        below = next;
        step *= 2;
        next = (below + step).min(to);
    }
    let (mut no, mut yes) = (below, next);
    while yes - no > 1 {
        let middle = no + (yes - no) / 2;
        *if holds(middle) { &mut yes } else { &mut no } = middle;
    }
    Some(yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_difference_power_is_the_level() {
        let side = Logit { value: 0.3, variance: 0.1, df: 12.0 };
        for level in [0.05, 0.001] {
            assert!((power(side, side, level).expect("a power") - level).abs() < 1e-9);
        }
        assert_eq!(power(side, side, 2.0), None);
    }

    #[test]
    fn power_grows_with_the_difference_and_is_the_same_either_way() {
        let at = |value| Logit { value, variance: 0.1, df: 12.0 };
        let of = |difference: f64| power(at(difference), at(0.0), 0.05).expect("a power");
        assert!(of(0.5) < of(1.0) && of(1.0) < of(2.0) && of(40.0) > 0.999_999);
        assert!((of(1.0) - of(-1.0)).abs() < 1e-9);
    }

    #[test]
    fn the_series_and_the_approximation_meet() {
        for (t, df) in [(36.0, 20.0), (38.0, 200.0), (30.0, 5.0)] {
            let (near, far) = (noncentral_t(t, df, FAR), noncentral_t(t, df, FAR + 1e-9));
            assert!((near - far).abs() < 0.02, "{near} {far}");
        }
    }

    #[test]
    fn the_least_number_is_found() {
        for answer in 1..40 {
            assert_eq!(least(1, 1000, |n| n >= answer), Some(answer));
        }
        assert_eq!((least(3, 1000, |_| true), least(1, 5, |_| false), least(7, 5, |_| true)), (Some(3), None, None));
        assert_eq!(least(1, 1000, |n| n >= 1000), Some(1000));
    }

    #[test]
    fn nothing_is_asked_twice() {
        for answer in 1..=100 {
            let asked = std::cell::RefCell::new(Vec::new());
            let holds = |n| {
                asked.borrow_mut().push(n);
                n >= answer
            };
            assert_eq!(least(1, 100, holds), Some(answer));
            let mut asked = asked.into_inner();
            let all = asked.len();
            asked.sort_unstable();
            asked.dedup();
            assert_eq!(asked.len(), all, "{answer}: {asked:?}");
        }
    }
}
