//! Gries' DP: how evenly a word is spread over parts of different sizes.

/// DP = ½ Σ |v_i/f − s_i|, divided by 1 − min s: 0 if every part has its share of the uses, near 1 if one part has all
/// of them.
///
/// `uses` has the parts with at least one use, as (uses, size), all above 0. `size` is the total size of all parts,
/// including those without a use; `smallest` is the size of the smallest part. `None` without a use, or if there is
/// only one part. Gries (2008), doi 10.1075/ijcl.13.4.02gri; normalised as in Lijffijt and Gries (2012).
///
/// ```
/// use aslant::stats::dispersion::dp_norm;
/// let parts = [(1.0, 9.0), (2.0, 10.0), (3.0, 10.0), (4.0, 10.0), (5.0, 11.0)];
/// assert!((dp_norm(parts, 50.0, 9.0).unwrap() - 0.219512).abs() < 1e-6);
/// ```
pub fn dp_norm(uses: impl IntoIterator<Item = (f64, f64)> + Clone, size: f64, smallest: f64) -> Option<f64> {
    let all: f64 = uses.clone().into_iter().map(|(v, _)| v).sum();
    if all <= 0.0 || smallest >= size {
        return None;
    }
    let (mut differences, mut covered) = (0.0, 0.0);
    for (v, s) in uses {
        differences += (v / all - s / size).abs();
        covered += s / size;
    }
    // A part without a use contributes its size.
    let dp = 0.5 * (differences + (1.0 - covered).max(0.0));
    let dp = (dp / (1.0 - smallest / size)).min(1.0);
    // Tiny remainders of sums that cancel are rounding.
    Some(if dp < 1e-12 { 0.0 } else { dp })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_uneven_and_nothing() {
        assert_eq!(dp_norm([(1.0, 10.0), (1.0, 10.0)], 20.0, 10.0), Some(0.0));
        assert_eq!(dp_norm([(7.0, 10.0)], 20.0, 10.0), Some(1.0));
        assert_eq!(dp_norm([], 20.0, 10.0), None);
        assert_eq!(dp_norm([(7.0, 10.0)], 10.0, 10.0), None);
    }
}
