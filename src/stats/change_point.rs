//! Change points: whether a share changed at some point in time, and when.
//!
//! Uses are summed by period (a month, say). With r the share over all periods, e_m = x_m − r n_m, and w_t the part of
//! the clusters before period t, the statistic is the greatest |Σ_{m<t} e_m| / √(w_t (1 − w_t)) over all t with enough
//! clusters on either side: the weighted CUSUM (Csörgő, Horváth 1997, Limit Theorems in Change-Point Analysis). Its
//! p-value comes from shuffling the periods. Whole periods are shuffled rather than articles, because the articles of
//! one period report on the same events; so a few periods can prove little, by design.
//!
//! Sampling ends once [`ENOUGH`] orders were as extreme as the observed one, which keeps p exact (Besag, Clifford 1991,
//! doi 10.1093/biomet/78.2.301), or after [`MOST`] orders.

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// The fewest periods with uses that are tested: with fewer, no order is rare enough to say anything.
pub const MIN_PERIODS: usize = 5;
/// The fewest clusters before and after a change.
pub const MIN_SIDE: f64 = 3.0;
/// Sampling stops after this many orders as extreme as the observed one.
pub const ENOUGH: u32 = 20;
/// The most orders that are sampled.
pub const MOST: u32 = 49_999;

/// The sums of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// Uses of one name (pole).
    pub x: f64,
    /// Uses of the whole contrast.
    pub n: f64,
    /// Clusters with at least one use.
    pub clusters: f64,
}

/// Where a share most likely changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The index of the first period after the change.
    pub at: usize,
    /// The share from that period on, minus the share before.
    pub difference: f64,
    /// How often chance alone produces a change at least this large, at any point.
    pub p: f64,
}

/// Why no change was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untested {
    /// Fewer than [`MIN_PERIODS`] periods have uses.
    FewPeriods,
    /// No split leaves [`MIN_SIDE`] clusters on either side.
    FewClusters,
    /// The share is the same before and after every split.
    NoDifference,
}

/// The most likely change in `periods`, which must be in chronological order.
///
/// # Errors
/// The reason why there is nothing to test.
pub fn change_point(periods: &[Period], rng: &mut ChaCha8Rng) -> Result<Change, Untested> {
    let used: Vec<(usize, Period)> = periods.iter().copied().enumerate().filter(|(_, p)| p.n > 0.0).collect();
    if used.len() < MIN_PERIODS {
        return Err(Untested::FewPeriods);
    }
    let (x, n): (f64, f64) = (used.iter().map(|u| u.1.x).sum(), used.iter().map(|u| u.1.n).sum());
    let clusters: f64 = used.iter().map(|u| u.1.clusters).sum();
    let mut steps: Vec<(f64, f64)> = used.iter().map(|(_, p)| (p.x - x / n * p.n, p.clusters / clusters)).collect();
    let side = MIN_SIDE / clusters;
    let (observed, split) = greatest(&steps, side).ok_or(Untested::FewClusters)?;
    if observed <= 1e-9 * n {
        return Err(Untested::NoDifference);
    }
    let (mut tried, mut as_far) = (0, 0);
    while tried < MOST && as_far < ENOUGH {
        steps.shuffle(rng);
        tried += 1;
        as_far += u32::from(greatest(&steps, side).map_or(0.0, |g| g.0) >= observed * (1.0 - 1e-9));
    }
    let p = if as_far == ENOUGH {
        f64::from(as_far) / f64::from(tried)
    } else {
        f64::from(as_far + 1) / f64::from(tried + 1)
    };
    let share =
        |part: &[(usize, Period)]| part.iter().map(|u| u.1.x).sum::<f64>() / part.iter().map(|u| u.1.n).sum::<f64>();
    Ok(Change { at: used[split].0, difference: share(&used[split..]) - share(&used[..split]), p })
}

/// The greatest weighted sum and the step that follows it; `None` if no split leaves `side` on both sides.
fn greatest(steps: &[(f64, f64)], side: f64) -> Option<(f64, usize)> {
    let (mut sum, mut weight) = (0.0, 0.0);
    let mut best: Option<(f64, usize)> = None;
    for (i, (residual, part)) in steps.iter().enumerate() {
        if weight >= side - 1e-12 && 1.0 - weight >= side - 1e-12 {
            let value = f64::abs(sum) / f64::sqrt(weight * (1.0 - weight));
            if best.is_none_or(|(greatest, _)| value > greatest) {
                best = Some((value, i));
            }
        }
        sum += residual;
        weight += part;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::resample::stream;

    fn months(shares: &[f64]) -> Vec<Period> {
        shares.iter().map(|s| Period { x: (s * 20.0).round(), n: 20.0, clusters: 8.0 }).collect()
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        let steps = [0.2, 0.3, 0.25, 0.2, 0.3, 0.25, 0.7, 0.65, 0.75, 0.7, 0.6, 0.7];
        let change = change_point(&months(&steps), &mut stream(1, "test")).expect("a change");
        assert_eq!(change.at, 6);
        assert!((change.difference - 0.433).abs() < 1e-3 && change.p < 0.01, "{change:?}");
    }

    #[test]
    fn too_few_periods_and_shares_that_never_vary_say_nothing() {
        let why = |periods: &[Period]| change_point(periods, &mut stream(1, "test")).expect_err("a reason");
        assert_eq!(why(&[]), Untested::FewPeriods);
        assert_eq!(why(&months(&[0.0, 0.0, 1.0, 1.0])), Untested::FewPeriods);
        assert_eq!(why(&months(&[0.3; 12])), Untested::NoDifference);
        let one_each = months(&[0.1, 0.9, 0.2, 0.8, 0.4]).into_iter().map(|p| Period { clusters: 1.0, ..p });
        assert_eq!(why(&one_each.collect::<Vec<_>>()), Untested::FewClusters);
    }

    #[test]
    fn periods_without_uses_change_nothing_but_the_numbering() {
        let all = months(&[0.2, 0.3, 0.2, 0.6, 0.7, 0.6]);
        let mut gap = all.clone();
        gap.insert(1, Period { x: 0.0, n: 0.0, clusters: 0.0 });
        let at = |p: &[Period]| change_point(p, &mut stream(1, "test")).expect("a change");
        let (one, other) = (at(&all), at(&gap));
        assert_eq!((one.at + 1, one.p, one.difference), (other.at, other.p, other.difference));
    }
}
