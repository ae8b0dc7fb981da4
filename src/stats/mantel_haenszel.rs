//! Mantel–Haenszel: one odds ratio for two groups over many strata (stories), with its tests.
//!
//! Each stratum is a 2×2 table: a uses of a name and b of its rivals in the first group, c and d in the second, n =
//! a+b+c+d. With R = Σ ad/n and S = Σ bc/n the odds ratio is R/S (Mantel, Haenszel 1959, doi 10.1093/jnci/22.4.719),
//! and its interval is that of Robins, Breslow and Greenland (1986, doi 10.2307/2531052). That interval treats every
//! use as independent, which the uses of one story are not. Two checks therefore use the stratum as the unit:
//!
//! - A p-value from swapping the two groups within strata: T = Σ z_s / √Σ z_s² with z_s = R_s − S_s. Up to [`EXACT`]
//!   strata it is exact, over all 2^k ways; with more, T is taken as normal. Strata with z_s = 0 are left out. If a few
//!   of many strata carry nearly all the weight, (Σ z²)²/Σ z⁴ ≤ [`EXACT`], the heaviest (at most [`EXACT`], as many as
//!   needed to make the rest even enough) are swapped exactly, and the rest is taken as normal.
//! - The interval of all ratios ψ that this test doesn't reject with z_s = R_s − ψ S_s. It has no lower end above 0 if
//!   fewer than six strata favour the first group, and no upper end if fewer than six favour the second.
//!
//! Homogeneity is the test of Breslow and Day with Tarone's correction (1985, doi 10.1093/biomet/72.1.91), over strata
//! without an empty margin. It, too, treats uses as independent, and needs strata with more than a few uses.
//! without an empty margin; it, too, takes uses for independent, and wants strata with more than a few.

use super::interval::Z_975;
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// Up to this many strata, all ways of swapping them are computed.
pub const EXACT: usize = 12;

/// One stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Table {
    /// Uses of the name in the first group.
    pub a: f64,
    /// Uses of its rivals in the first group.
    pub b: f64,
    /// Uses of the name in the second group.
    pub c: f64,
    /// Uses of its rivals in the second group.
    pub d: f64,
}

/// The result of all strata together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pooled {
    /// Above 1: the name is more typical of the first group. `None` if R or S is 0.
    pub odds_ratio: Option<f64>,
    /// 95%, Robins–Breslow–Greenland.
    pub interval: Option<(f64, f64)>,
    /// 95%, with the stratum as the unit. The upper end may be infinite; `None` if no ratio is excluded.
    pub robust: Option<(f64, f64)>,
    /// Two-sided, with the stratum as the unit; `None` with fewer than two strata that carry the result.
    pub p: Option<f64>,
    /// The p-value of all strata having one odds ratio; `None` with fewer than two strata without an empty margin.
    pub homogeneity: Option<f64>,
    /// Strata in which both groups and both names have uses: the others carry no information.
    pub carrying: usize,
}

impl Table {
    fn n(&self) -> f64 {
        self.a + self.b + self.c + self.d
    }

    /// The stratum's parts of R and S.
    fn parts(&self) -> (f64, f64) {
        (self.a * self.d / self.n(), self.b * self.c / self.n())
    }
}

/// Pools strata. Without strata, or if none carries information, everything that may be `None` is `None`.
///
/// ```
/// use aslant::stats::mantel_haenszel::{Table, pool};
/// let one = pool(&[Table { a: 12.0, b: 5.0, c: 8.0, d: 15.0 }]);
/// assert_eq!(one.odds_ratio, Some(4.5));
/// ```
pub fn pool(tables: &[Table]) -> Pooled {
    let carrying: Vec<Table> = tables.iter().copied().filter(|t| t.a * t.d + t.b * t.c > 0.0).collect();
    let parts: Vec<(f64, f64)> = carrying.iter().map(Table::parts).collect();
    let r: f64 = parts.iter().map(|p| p.0).sum();
    let s: f64 = parts.iter().map(|p| p.1).sum();
    let odds_ratio = (r > 0.0 && s > 0.0).then(|| r / s);
    Pooled {
        odds_ratio,
        interval: odds_ratio.map(|ratio| around(ratio, Z_975 * robins_breslow_greenland(&carrying, r, s).sqrt())),
        robust: odds_ratio.and_then(|ratio| not_rejected(&parts, ratio)),
        p: turned_round(&parts.iter().map(|(r, s)| r - s).collect::<Vec<_>>()),
        homogeneity: odds_ratio.and_then(|ratio| breslow_day(tables, ratio)),
        carrying: carrying.len(),
    }
}

fn around(ratio: f64, half: f64) -> (f64, f64) {
    (ratio * (-half).exp(), ratio * half.exp())
}

/// The variance of the logarithm of the odds ratio, treating every use as independent.
fn robins_breslow_greenland(tables: &[Table], r: f64, s: f64) -> f64 {
    let terms = tables.iter().map(|t| {
        let (rs, ss) = t.parts();
        let (p, q) = ((t.a + t.d) / t.n(), (t.b + t.c) / t.n());
        p * rs / (2.0 * r * r) + (p * ss + q * rs) / (2.0 * r * s) + q * ss / (2.0 * s * s)
    });
    terms.sum()
}

/// The search for the ends stops at odds ratios e^12 times above or below the estimate.
const FARTHEST: f64 = 12.0;

/// The interval of all ratios that aren't rejected at .05; `None` if none is rejected.
fn not_rejected(parts: &[(f64, f64)], ratio: f64) -> Option<(f64, f64)> {
    let is_left = |log: f64| {
        let z: Vec<f64> = parts.iter().map(|(r, s)| r - ratio * log.exp() * s).collect();
        turned_round(&z).is_none_or(|p| p >= 0.05)
    };
    let end = |farthest: f64| {
        if is_left(farthest) {
            return None;
        }
        let (mut inside, mut outside) = (0.0, farthest);
        for _ in 0..32 {
            let middle = f64::midpoint(inside, outside);
            *if is_left(middle) { &mut inside } else { &mut outside } = middle;
        }
        // The rejected side of the end: if strata are alike, a single ratio may remain at the very end.
        Some(outside)
    };
    match (end(-FARTHEST), end(FARTHEST)) {
        (None, None) => None,
        // Strata that all have the same ratio are not taken as certainty.
        (Some(low), Some(high)) if high - low < 1e-6 => None,
        (low, high) => {
            Some((low.map_or(0.0, |low| ratio * low.exp()), high.map_or(f64::INFINITY, |high| ratio * high.exp())))
        }
    }
}

/// The p-value of Σ z against all ways of flipping signs; `None` with fewer than two strata, 1 if there is no sign to
/// flip.
fn turned_round(z: &[f64]) -> Option<f64> {
    if z.len() < 2 {
        return None;
    }
    let rounding = 1e-12 * z.iter().map(|z| z.abs()).sum::<f64>();
    let mut z: Vec<f64> = z.iter().copied().filter(|z| z.abs() > rounding).collect();
    if z.is_empty() {
        return Some(1.0);
    }
    let observed = z.iter().sum::<f64>().abs();
    if z.len() <= EXACT {
        return Some(as_far(&z, observed - rounding));
    }
    let heavier = |a: &f64, b: &f64| b.abs().total_cmp(&a.abs());
    z.select_nth_unstable_by(EXACT, heavier);
    z[..EXACT].sort_unstable_by(heavier);
    let (heavy, light) = z.split_at(heavy(&z));
    let se = light.iter().map(|z| z * z).sum::<f64>().sqrt();
    // If few are light, most sums are so far from the observed one that they need no distribution.
    let beyond = |sum: f64| match (observed - sum) / se {
        ..-9.0 => 1.0,
        9.0.. => 0.0,
        z => Normal::standard().sf(z),
    };
    // A way and its mirror image are counted together: the first sign stays.
    let (first, others) = heavy.split_first().unwrap_or((&0.0, &[]));
    let sums = sums(others);
    let both = sums.iter().map(|sum| beyond(first + sum) + beyond(-first - sum)).sum::<f64>();
    Some((both / sums.len() as f64).min(1.0))
}

/// The part of all ways of flipping signs whose sum is at least `far` from 0.
fn as_far(z: &[f64], far: f64) -> f64 {
    let (left, right) = z.split_at(z.len() / 2);
    let (left, mut right) = (sums(left), sums(right));
    right.sort_unstable_by(f64::total_cmp);
    // The mirror image of every way is as far from 0 on the other side.
    let beyond = left.iter().map(|sum| right.len() - right.partition_point(|other| sum + other < far));
    let ways = (left.len() * right.len()) as f64;
    (2.0 * beyond.sum::<usize>() as f64 / ways).min(1.0)
}

/// Σ z for all ways of flipping signs.
fn sums(z: &[f64]) -> Vec<f64> {
    let mut sums = Vec::with_capacity(1 << z.len());
    sums.push(0.0);
    for z in z {
        for at in 0..sums.len() {
            sums.push(sums[at] - z);
            sums[at] += z;
        }
    }
    sums
}

/// How many of the strata, heaviest first, must be computed exactly: just enough for the rest to be even, so that their
/// sum is normal.
fn heavy(z: &[f64]) -> usize {
    let light = &z[EXACT..];
    let mut squares: f64 = light.iter().map(|z| z * z).sum();
    let mut fourths: f64 = light.iter().map(|z| z.powi(4)).sum();
    let is_normal = |squares: f64, fourths: f64| squares * squares > EXACT as f64 * fourths;
    let mut heavy = EXACT;
    for (before, z) in z[..EXACT].iter().enumerate().rev() {
        squares += z * z;
        fourths += z.powi(4);
        if is_normal(squares, fourths) {
            heavy = before;
        }
    }
    heavy
}

/// Breslow and Day's test of one odds ratio, minus Tarone's correction.
fn breslow_day(tables: &[Table], ratio: f64) -> Option<f64> {
    let (mut statistic, mut off, mut variance, mut strata) = (0.0, 0.0, 0.0, 0);
    for t in tables {
        let (row, column) = (t.a + t.b, t.a + t.c);
        if row <= 0.0 || column <= 0.0 || t.c + t.d <= 0.0 || t.b + t.d <= 0.0 {
            continue;
        }
        // The a expected from the odds ratio and these margins: the root of a quadratic, in the form that keeps its
        // digits if the ratio is 1.
        let rest = t.d - t.a;
        let b = ratio * (row + column) + rest;
        let root = (b * b + 4.0 * (1.0 - ratio) * ratio * row * column).sqrt();
        let expected = 2.0 * ratio * row * column / (b + root);
        let v = 1.0 / (1.0 / expected + 1.0 / (column - expected) + 1.0 / (row - expected) + 1.0 / (rest + expected));
        statistic += (t.a - expected).powi(2) / v;
        off += t.a - expected;
        variance += v;
        strata += 1;
    }
    let df = f64::from(strata) - 1.0;
    ChiSquared::new(df).ok().filter(|_| df >= 1.0).map(|chi2| chi2.sf((statistic - off * off / variance).max(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table([a, b, c, d]: [f64; 4]) -> Table {
        Table { a, b, c, d }
    }

    #[test]
    fn nothing_and_one_stratum() {
        let none = pool(&[]);
        assert_eq!((none.odds_ratio, none.p, none.carrying), (None, None, 0));
        let one = pool(&[table([12.0, 5.0, 8.0, 15.0])]);
        assert_eq!((one.odds_ratio, one.robust, one.p, one.homogeneity), (Some(4.5), None, None, None));
    }

    #[test]
    fn strata_of_one_name_or_one_group_carry_nothing() {
        let tables = [[2.0, 3.0, 4.0, 1.0], [1.0, 2.0, 0.0, 2.0], [3.0, 1.0, 2.0, 2.0]].map(table);
        let more = [tables.as_slice(), &[table([3.0, 0.0, 2.0, 0.0]), table([3.0, 1.0, 0.0, 0.0])]].concat();
        assert_eq!(pool(&tables), pool(&more));
        assert_eq!(pool(&tables).carrying, 3);
    }

    #[test]
    fn groups_turned_round_turn_the_ratio() {
        let tables: Vec<Table> = (1..15).map(|i| table([f64::from(i), 2.0, f64::from(i % 4), 3.0])).collect();
        let turned: Vec<Table> = tables.iter().map(|t| table([t.c, t.d, t.a, t.b])).collect();
        let (one, other) = (pool(&tables), pool(&turned));
        let close = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-12;
        assert!(close(one.odds_ratio, other.odds_ratio.map(f64::recip)));
        assert!(close(one.p, other.p) && close(one.homogeneity, other.homogeneity));
        let (low, high) = one.robust.expect("an interval");
        assert!((low * other.robust.expect("an interval").1 - 1.0).abs() < 1e-9 && low < high, "{low} {high}");
    }

    #[test]
    fn the_interval_leaves_out_1_where_the_test_rejects() {
        for others in 1..9 {
            let table_of = |i: usize| if i < others { [1.0, 2.0, 2.0, 1.0] } else { [2.0, 1.0, 1.0, 2.0] };
            let pooled = pool(&(0..9).map(table_of).map(table).collect::<Vec<_>>());
            let outside = pooled.robust.is_some_and(|(low, high)| low > 1.0 || high < 1.0);
            assert_eq!(outside, pooled.p.expect("p") < 0.05, "{others}: {pooled:?}");
        }
    }

    #[test]
    fn stories_without_a_difference_are_no_certainty() {
        let same = pool(&[table([1.0; 4]); 14]);
        assert_eq!((same.odds_ratio, same.p, same.robust), (Some(1.0), Some(1.0), None));
        // Four stories that agree stay four, however many ties there are.
        let with = |ties| {
            let told = [table([2.0, 1.0, 1.0, 2.0]); 4];
            pool(&[told.as_slice(), &vec![table([1.0; 4]); ties]].concat())
        };
        for ties in [0, 8, 9, 30] {
            let pooled = with(ties);
            assert_eq!(pooled.p, Some(0.125), "{ties}");
            assert!(pooled.robust.is_none_or(|(low, _)| low <= 1.0 + 1e-9), "{ties}: {:?}", pooled.robust);
        }
    }

    #[test]
    fn a_few_heavy_stories_count_as_a_few() {
        // Ten light ones decide next to nothing: the exact p of four is .125.
        let heavy = [[200.0, 100.0, 100.0, 200.0]; 4].map(table);
        let light = [[1.1, 1.0, 1.0, 1.1], [1.0, 1.1, 1.1, 1.0]].repeat(5).into_iter().map(table).collect::<Vec<_>>();
        for times in [1, 2, 20] {
            let p = pool(&[heavy.as_slice(), &light.repeat(times)].concat()).p.expect("p");
            assert!((0.06..0.13).contains(&p), "{times}: {p}");
        }
    }

    #[test]
    fn six_stories_of_one_mind_are_one_way_in_thirty_two() {
        let p = |k| pool(&vec![table([1.0, 0.0, 0.0, 1.0]); k]).p;
        assert_eq!((p(3), p(6)), (Some(0.25), Some(1.0 / 32.0)));
        let (exact, normal) = (p(12).expect("p"), p(13).expect("p"));
        assert!(exact < 1e-3 && normal < exact && normal > exact / 4.0, "{exact} {normal}");
    }
}
