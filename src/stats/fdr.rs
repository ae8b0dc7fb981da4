//! Benjamini–Hochberg: q-values that bound the share of false findings in a table.

/// The q-values of p-values, in the same order: q ≥ p, never above 1.
///
/// Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x. Empty in, empty out; one p-value is its own
/// q-value.
///
/// ```
/// let q = aslant::stats::fdr::benjamini_hochberg(&[0.01, 0.02, 0.03, 0.04, 0.5]);
/// assert!(q.iter().zip([0.05, 0.05, 0.05, 0.05, 0.5]).all(|(q, expected)| (q - expected).abs() < 1e-15));
/// ```
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    benjamini_hochberg_of(p, p.len())
}

/// The q-values of the smallest p-values of `tests` tests; the p-values that aren't given are treated as 1.
///
/// A q-value below the smallest omitted p-value is the same as with all p-values; others may be larger. `tests` must
/// not be less than the number of p-values.
pub fn benjamini_hochberg_of(p: &[f64], tests: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[b].total_cmp(&p[a]));
    let mut q = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (above, &i) in order.iter().enumerate() {
        let rank = p.len() - above;
        least = least.min(p[i] * tests as f64 / rank as f64);
        q[i] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_are_left_out_count() {
        let all = benjamini_hochberg(&[0.001, 0.02, 0.3, 0.9]);
        let some = benjamini_hochberg_of(&[0.001, 0.02], 4);
        assert_eq!(some, all[..2]);
        assert_eq!(benjamini_hochberg_of(&[0.5], 4), [1.0]);
    }

    proptest::proptest! {
        #[test]
        fn q_is_no_less_than_p_and_keeps_its_order(p in proptest::collection::vec(0.0f64..=1.0, 0..50)) {
            let q = benjamini_hochberg(&p);
            for i in 0..p.len() {
                proptest::prop_assert!(q[i] >= p[i] * (1.0 - 1e-12) && q[i] <= 1.0);
                for j in 0..p.len() {
                    proptest::prop_assert!(p[i] > p[j] || q[i] <= q[j]);
                }
            }
        }
    }
}
