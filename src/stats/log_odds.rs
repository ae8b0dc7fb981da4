//! Log-odds with an informative Dirichlet prior ("fightin' words").

/// Counts of one item (a word, say) in a group and in what the group is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counts {
    /// The item's count in the group.
    pub a: f64,
    /// The total count of all items in the group.
    pub n1: f64,
    /// The item's count in the others.
    pub b: f64,
    /// The total count of all items in the others.
    pub n2: f64,
}

/// A log-odds ratio and its z-score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogOdds {
    /// Positive: more typical of the group than of the others.
    pub delta: f64,
    /// `delta` divided by its standard error. It treats every use as independent, so it is good for ranking and proves
    /// nothing.
    pub z: f64,
}

/// δ = ln\[(a+α)/(n1+α0−a−α)\] − ln\[(b+α)/(n2+α0−b−α)\], z = δ/√(1/(a+α)+1/(b+α)), where α = α0 · `share`.
///
/// `alpha0` is the prior's size in uses (above 0), `share` the item's part of all uses (between 0 and 1). `None` if
/// `share` is 0 or 1: then there is nothing to compare. With no counts at all, δ and z are 0.
///
/// Monroe, Colaresi and Quinn (2008), doi 10.1093/pan/mpn018.
pub fn log_odds(counts: Counts, alpha0: f64, share: f64) -> Option<LogOdds> {
    if !(share > 0.0 && share < 1.0 && alpha0 > 0.0) {
        return None;
    }
    let Counts { a, n1, b, n2 } = counts;
    let alpha = alpha0 * share;
    let delta = ((a + alpha) / (n1 + alpha0 - a - alpha)).ln() - ((b + alpha) / (n2 + alpha0 - b - alpha)).ln();
    let z = delta / (1.0 / (a + alpha) + 1.0 / (b + alpha)).sqrt();
    Some(LogOdds { delta, z })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapping_the_groups_flips_the_sign() {
        let one = log_odds(Counts { a: 30.0, n1: 100.0, b: 10.0, n2: 90.0 }, 10.0, 0.2).expect("some");
        let other = log_odds(Counts { a: 10.0, n1: 90.0, b: 30.0, n2: 100.0 }, 10.0, 0.2).expect("some");
        assert!(one.delta > 0.0 && (one.delta + other.delta).abs() < 1e-12 && (one.z + other.z).abs() < 1e-12);
    }

    #[test]
    fn nothing_to_compare() {
        let none = Counts { a: 0.0, n1: 0.0, b: 0.0, n2: 0.0 };
        assert_eq!(log_odds(none, 10.0, 0.0), None);
        assert_eq!(log_odds(none, 10.0, 0.5), Some(LogOdds { delta: 0.0, z: 0.0 }));
    }
}
