//! How much better or worse the new model is than the old one, and whether by more than chance.
//!
//! Takes the confusion matrices of both models by group of held-out articles (an outlet, say). The interval comes from
//! resampling the groups, with the same draw for both models (Efron, Tibshirani 1993, An introduction to the bootstrap,
//! chapter 13), widened for few groups ([`intervals`](crate::model::intervals)). The p-value comes from swapping the
//! two models' predictions group by group, exactly over all ways of doing so if no more than [`EXACT`] groups differ:
//! if both models were equally good, all ways would be equally likely (Noreen 1989, Computer-intensive methods for
//! testing hypotheses; Yeh 2000, doi 10.3115/992730.992783). With fewer than [`LEAST`] groups no result is rare enough,
//! so only the interval is used.
//!
//! Percentiles alone called an equally good model worse 15 times in a hundred with two outlets, and eight times with
//! three to five.

use crate::model::intervals::{drawn_apart, widening};
use crate::stats::interval::exact_at_end;
use crate::stats::resample::{draw, stream};
use rand::RngExt;

/// How often the groups are resampled, and predictions swapped.
const DRAWS: usize = 2000;
/// Up to this many groups, every way of swapping is tried.
const EXACT: usize = 12;
/// Fewer groups all agree by chance more often than once in twenty times.
const LEAST: usize = 6;

/// The confusion matrices of the old and the new model, `(n_classes · n_classes)`.
pub(super) type Group = [Vec<f64>; 2];

/// New minus old.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The difference on the held-out articles; positive if the new model is better.
    pub estimate: f64,
    /// Its 95% interval. `None` with fewer than two groups, for macro-F1 if both models predict the same in all groups,
    /// and if fewer than six groups all have the same difference.
    pub interval: Option<(f64, f64)>,
    /// The p-value: how often equally good models differ as much; `None` with fewer than six groups.
    pub p: Option<f64>,
}

impl Difference {
    /// Whether it is below 0 by more than chance: p < .05 or, if there is no p, the whole interval below 0.
    pub fn is_worse(&self) -> bool {
        let is_sure = match self.p {
            Some(p) => p < 0.05,
            None => self.interval.is_some_and(|(_, high)| high < 0.0),
        };
        self.estimate < 0.0 && is_sure
    }
}

/// The differences in accuracy and in macro-F1.
pub(super) fn differences(groups: &[Group], k: usize, seed: u64) -> [Difference; 2] {
    let estimates = difference(&sum(groups, |_| 1.0, k), k);
    let (intervals, p) = (intervals(groups, k, seed), swapped(groups, k, seed));
    [0, 1].map(|m| Difference { estimate: estimates[m], interval: intervals[m], p: p[m] })
}

/// The sum over all groups, each counted `times` times.
fn sum(groups: &[Group], times: impl Fn(usize) -> f64, k: usize) -> Group {
    let mut sums = [vec![0.0; k * k], vec![0.0; k * k]];
    for (at, group) in groups.iter().enumerate() {
        let n = times(at);
        if n > 0.0 {
            for (sum, counts) in sums.iter_mut().zip(group) {
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += n * count);
            }
        }
    }
    sums
}

/// New minus old: accuracy and macro-F1.
fn difference([old, new]: &Group, k: usize) -> [f64; 2] {
    let (old, new) = (measures(old, k), measures(new, k));
    [new[0] - old[0], new[1] - old[1]]
}

/// The 95% intervals.
fn intervals(groups: &[Group], k: usize, seed: u64) -> [Option<(f64, f64)>; 2] {
    if groups.len() < 2 {
        return [None; 2];
    }
    let mut rng = stream(seed, "retrain");
    let mut times = vec![0; groups.len()];
    let mut drawn = [Vec::with_capacity(DRAWS), Vec::with_capacity(DRAWS)];
    for _ in 0..DRAWS {
        draw(&mut rng, &mut times);
        let found = difference(&sum(groups, |at| f64::from(times[at]), k), k);
        (0..2).for_each(|m| drawn[m].push(found[m]));
    }
    if groups.iter().all(|[old, new]| old == new) {
        // Draws would say that nothing else is possible. The models differ in less than this share of groups, and so by
        // no more than this in accuracy; nothing can be said about macro-F1.
        let differ = exact_at_end(false, groups.len() as f64);
        return [differ.map(|(_, at_most)| (-at_most, at_most)), None];
    }
    // All groups count the same: the largest may be one in which the models don't differ.
    let factor = widening(groups.iter().map(|_| 1.0));
    drawn.map(|drawn| {
        let varies = drawn.iter().any(|difference| (difference - drawn[0]).abs() > 1e-12);
        let (low, high) = drawn_apart(drawn, factor);
        (varies || groups.len() >= LEAST).then(|| (low.max(-1.0), high.min(1.0)))
    })
}

/// The two-sided p-values.
fn swapped(groups: &[Group], k: usize, seed: u64) -> [Option<f64>; 2] {
    if groups.len() < LEAST {
        return [None; 2];
    }
    // If the models predict the same there is nothing to swap.
    let (same, differ): (Vec<&Group>, Vec<&Group>) = groups.iter().partition(|[old, new]| old == new);
    let all = sum(groups, |_| 1.0, k);
    let observed = difference(&all, k).map(f64::abs);
    let same = same.into_iter().fold(vec![0.0; k * k], |mut sum, [old, _]| {
        sum.iter_mut().zip(old).for_each(|(sum, count)| *sum += count);
        sum
    });
    let mut as_far = [0_u32; 2];
    let mut try_out = |is_swapped: &mut dyn FnMut(usize) -> bool| {
        let mut sums = [same.clone(), same.clone()];
        for (at, group) in differ.iter().enumerate() {
            let turn = usize::from(is_swapped(at));
            for (model, sum) in sums.iter_mut().enumerate() {
                sum.iter_mut().zip(&group[model ^ turn]).for_each(|(sum, count)| *sum += count);
            }
        }
        let found = difference(&sums, k);
        (0..2).for_each(|m| as_far[m] += u32::from(found[m].abs() >= observed[m] - 1e-12));
    };
    let (mut tried, mut more) = (0, 0);
    if differ.len() <= EXACT {
        for way in 0..1_u32 << differ.len() {
            try_out(&mut |at| way >> at & 1 == 1);
            tried += 1;
        }
    } else {
        let mut rng = stream(seed, "retrain: swapped");
        for _ in 0..DRAWS {
            try_out(&mut |_| rng.random());
            tried += 1;
        }
        // The way that was observed is one of them.
        more = 1;
    }
    as_far.map(|as_far| Some(f64::from(as_far + more) / f64::from(tried + more)))
}

/// Accuracy and macro-F1 from counts by truth and prediction; the F1 of a label without any is 0.
fn measures(counts: &[f64], k: usize) -> [f64; 2] {
    let all: f64 = counts.iter().sum();
    let right: f64 = (0..k).map(|c| counts[c * k + c]).sum();
    let f1 = |c: usize| {
        let truth: f64 = counts[c * k..(c + 1) * k].iter().sum();
        let predicted: f64 = (0..k).map(|t| counts[t * k + c]).sum();
        if truth + predicted > 0.0 { 2.0 * counts[c * k + c] / (truth + predicted) } else { 0.0 }
    };
    [right / all.max(1.0), (0..k).map(f1).sum::<f64>() / k as f64]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Vec<f64> {
        vec![9.0, 1.0, 1.0, 9.0]
    }

    fn bad() -> Vec<f64> {
        vec![5.0, 5.0, 5.0, 5.0]
    }

    fn worse(groups: &[Group]) -> [bool; 2] {
        differences(groups, 2, 1).map(|difference| difference.is_worse())
    }

    #[test]
    fn measures_of_known_counts() {
        let [accuracy, macro_f1] = measures(&[3.0, 1.0, 2.0, 4.0], 2);
        assert!((accuracy - 0.7).abs() < 1e-12);
        assert!((macro_f1 - (6.0 / 9.0 + 8.0 / 11.0) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_model_that_is_worse_in_every_group_is_worse_and_the_same_is_not() {
        for n in [6, 12, 40] {
            assert_eq!(worse(&vec![[good(), bad()]; n]), [true; 2], "{n}");
            assert_eq!(worse(&vec![[bad(), good()]; n]), [false; 2], "{n}");
        }
        let [accuracy, macro_f1] = differences(&vec![[good(), good()]; 12], 2, 1);
        let at_most = 1.0 - 0.025_f64.powf(1.0 / 12.0);
        let (low, high) = accuracy.interval.expect("an interval");
        assert!((low + at_most).abs() < 1e-12 && (high - at_most).abs() < 1e-12);
        assert_eq!((macro_f1.interval, accuracy.p, macro_f1.p), (None, Some(1.0), Some(1.0)));
        // Better in half of the groups, worse in the others: nothing is certain.
        let mixed: Vec<Group> = (0..12).map(|i| if i % 2 == 0 { [good(), bad()] } else { [bad(), good()] }).collect();
        assert_eq!(worse(&mixed), [false; 2]);
        let alone = differences(&mixed[..1], 2, 1);
        assert!(alone.iter().all(|difference| difference.interval.is_none() && difference.p.is_none()));
    }

    #[test]
    fn all_ways_of_swapping_are_counted() {
        let six = differences(&vec![[good(), bad()]; 6], 2, 1);
        assert_eq!(six.map(|difference| difference.p), [Some(2.0 / 64.0); 2]);
        // Groups in which the models predict the same, however large, change nothing.
        let mut with_others = vec![[good(), bad()]; 6];
        with_others.push([vec![500.0, 0.0, 0.0, 500.0], vec![500.0, 0.0, 0.0, 500.0]]);
        assert_eq!(differences(&with_others, 2, 1).map(|difference| difference.p), [Some(2.0 / 64.0); 2]);
        assert_eq!(worse(&with_others), [true; 2]);
        // With many groups, ways of swapping are sampled.
        let [accuracy, _] = differences(&vec![[good(), bad()]; 40], 2, 1);
        assert_eq!(accuracy.p, Some(1.0 / 2001.0));
    }

    #[test]
    fn few_groups_are_judged_by_the_interval() {
        // The same loss in all of them may be chance; a large loss that hardly varies isn't.
        assert_eq!(worse(&vec![[good(), bad()]; 5]), [false; 2]);
        let lost = |right: f64| [vec![50.0, 0.0, 0.0, 50.0], vec![right, 50.0 - right, 50.0 - right, right]];
        assert_eq!(worse(&[lost(9.0), lost(11.0), lost(10.0), lost(12.0)]), [true; 2]);
        assert_eq!(worse(&[lost(49.0), lost(50.0), lost(48.0), lost(49.0)]), [false; 2]);
    }

    #[test]
    fn noise_is_not_worse() {
        // The models differ in four of 40 articles, in favour of either equally often.
        let mut rng = stream(1, "noise");
        for groups in [2, 3, 5, 8, 20] {
            let mut found = 0;
            for _ in 0..100 {
                let of_group = |_| {
                    let lost = f64::from((0..4).map(|_| rng.random_range(0..2)).sum::<i32>());
                    let right = |wrong: f64| vec![20.0 - wrong, wrong, 0.0, 20.0];
                    [right(4.0 - lost), right(lost)]
                };
                let noise: Vec<Group> = (0..groups).map(of_group).collect();
                found += u32::from(worse(&noise)[0]);
            }
            // The nominal number is 2.5.
            assert!(found <= 8, "{groups}: {found}");
        }
    }
}
