//! G², the log-likelihood ratio of a 2×2 table.

use super::log_odds::Counts;

/// G² = 2 Σ O ln(O/E) over the four cells: a word and all other words, in a group and in the others.
///
/// It treats every word as independent. It is provided because others publish it, and proves nothing: on articles of
/// one outlet, split at random, it called 229–587 terms significant. A cell without uses adds nothing; `None` if a
/// group has no words, or the word has no uses. Dunning (1993), without a continuity correction.
///
/// ```
/// use aslant::stats::{g2::g2, log_odds::Counts};
/// let found = g2(Counts { a: 30.0, n1: 1000.0, b: 10.0, n2: 1000.0 }).unwrap();
/// assert!((found - 10.66905).abs() < 1e-5);
/// ```
pub fn g2(counts: Counts) -> Option<f64> {
    let Counts { a, n1, b, n2 } = counts;
    let (uses, words) = (a + b, n1 + n2);
    if n1 <= 0.0 || n2 <= 0.0 || uses <= 0.0 {
        return None;
    }
    let cell = |observed: f64, row: f64, column: f64| {
        if observed > 0.0 { observed * (observed * words / (row * column)).ln() } else { 0.0 }
    };
    let others = words - uses;
    let sum = cell(a, uses, n1) + cell(b, uses, n2) + cell(n1 - a, others, n1) + cell(n2 - b, others, n2);
    Some((2.0 * sum).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_cells_and_equal_rates() {
        let of = |a, n1, b, n2| g2(Counts { a, n1, b, n2 });
        assert_eq!(of(0.0, 100.0, 0.0, 100.0), None);
        assert_eq!(of(1.0, 0.0, 1.0, 10.0), None);
        assert_eq!(of(5.0, 100.0, 10.0, 200.0).map(|x| x < 1e-12), Some(true));
        // Ten of ten in one group, none of ten in the other: 2 · 20 ln 2.
        let all = of(10.0, 10.0, 0.0, 10.0).unwrap();
        assert!((all - 40.0 * 2f64.ln()).abs() < 1e-12);
    }
}
