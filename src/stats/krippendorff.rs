//! Krippendorff's α for nominal values: how far several annotators agree, beyond chance.
//!
//! `α = 1 − D_observed / D_expected`. With `n_uc` the number of values `c` given to unit `u`, `m_u` the number of all
//! its values, sums over units with `m_u ≥ 2`, `n_c` the sum of `n_uc` and `n` that of `m_u`:
//!
//! `α = 1 − (n − 1) · Σ_u (m_u² − Σ_c n_uc²) / (m_u − 1) / (n² − Σ_c n_c²)`.
//!
//! Works for any number of annotators, each of whom may have annotated any of the units. Krippendorff (2011),
//! "Computing Krippendorff's alpha-reliability", University of Pennsylvania; Hayes, Krippendorff (2007), doi
//! 10.1080/19312450709336664.

/// Counts of values, unit by unit.
///
/// ```
/// use aslant::stats::krippendorff::Nominal;
/// let mut alpha = Nominal::new(2);
/// for values in [[2, 0], [2, 0], [0, 2], [1, 1]] {
///     alpha.add(&values);
/// }
/// assert!((alpha.alpha().unwrap() - 8.0 / 15.0).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Nominal {
    /// How often each value was given.
    totals: Vec<u64>,
    /// The observed disagreement of all units, times n.
    observed: f64,
    units: usize,
}

impl Nominal {
    /// No units yet, and `n_values` different values.
    pub fn new(n_values: usize) -> Self {
        Nominal { totals: vec![0; n_values], observed: 0.0, units: 0 }
    }

    /// Adds a unit: how often each value was given to it, `(n_values)`. Units with fewer than two values carry no
    /// information and are skipped.
    pub fn add(&mut self, counts: &[usize]) {
        let m: usize = counts.iter().sum();
        if m < 2 {
            return;
        }
        let squares: usize = counts.iter().map(|n| n * n).sum();
        self.observed += (m * m - squares) as f64 / (m - 1) as f64;
        self.totals.iter_mut().zip(counts).for_each(|(total, n)| *total += *n as u64);
        self.units += 1;
    }

    /// How many units had two values or more.
    pub fn units(&self) -> usize {
        self.units
    }

    /// α: 1 if all agree, 0 if they agree as often as by chance, negative below that. `None` if no unit has two values,
    /// or if all values are the same, so that no disagreement was possible.
    pub fn alpha(&self) -> Option<f64> {
        let n = self.totals.iter().sum::<u64>() as f64;
        let expected = n * n - self.totals.iter().map(|t| (*t as f64).powi(2)).sum::<f64>();
        (expected > 0.0).then(|| 1.0 - (n - 1.0) * self.observed / expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alpha(units: &[&[usize]], n_values: usize) -> Option<f64> {
        let mut nominal = Nominal::new(n_values);
        units.iter().for_each(|unit| nominal.add(unit));
        nominal.alpha()
    }

    #[test]
    fn degenerate_cases() {
        assert_eq!(alpha(&[], 2), None);
        assert_eq!(alpha(&[&[1, 0], &[0, 1]], 2), None);
        assert_eq!(alpha(&[&[2, 0], &[3, 0]], 2), None);
        assert_eq!(alpha(&[&[2, 0], &[0, 3]], 2), Some(1.0));
        // A single value changes nothing.
        assert_eq!(alpha(&[&[2, 0], &[0, 3], &[1, 0]], 2), Some(1.0));
        assert!(alpha(&[&[1, 1], &[1, 1]], 2).expect("a number") < 0.0);
    }
}
