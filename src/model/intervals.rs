//! 95% intervals of accuracy and macro-F1: percentiles of a bootstrap over articles or outlets, widened if there are
//! few.
//!
//! Bootstrap samples of few outlets vary too little, by (k − 1)/k, and the normal distribution's tails are too short
//! for them: nominal 95% percentile intervals cover 83% with five outlets and 49% with two. So the distance of either
//! end from the median of the draws is multiplied by √((d + 1)/d) · t/1.96, where t is Student's quantile at d degrees
//! of freedom, and d is Kish's effective number of outlets minus 1, as in the other intervals over clusters
//! (`stats::cluster`). They then cover 94% with five outlets and 91% with two; with many outlets nothing changes.
//! Hesterberg (2015), doi 10.1080/00031305.2015.1089789, widens percentiles for the same two reasons.
//!
//! If everything was predicted correctly, or everything wrongly, so it is in every draw, and percentiles would say that
//! nothing else is possible. Then accuracy has Clopper and Pearson's interval for the number of articles or outlets,
//! and macro-F1, which has no such interval, has none.

use super::evaluate::{Example, Unit};
use crate::stats::interval::{Z_975, exact_at_end, t_975};
use crate::stats::resample;
use crate::stats::spread::degrees_of_freedom;
use rand::RngExt;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The number of bootstrap draws.
pub const REPLICATES: usize = 2000;

/// The confusion matrix as counts by true and predicted label.
pub(super) type Cells = BTreeMap<(usize, usize), u64>;

/// 95% intervals of accuracy and macro-F1. `labels` are all that are true or predicted, sorted; `name` names a draw's stream.
pub(super) fn intervals(
    examples: &[&Example],
    labels: &[usize],
    unit: Unit,
    name: &(dyn Fn(usize) -> String + Sync),
    seed: u64,
) -> [Option<(f64, f64)>; 2] {
    let n_classes = labels.len();
    let place = |label: usize| labels.partition_point(|l| *l < label);
    let mut units: BTreeMap<(&str, &str, &str), Cells> = BTreeMap::new();
    for e in examples {
        let key = match (unit, e.outlet.as_deref()) {
            (Unit::Outlet, Some(outlet)) => (outlet, "", ""),
            _ => ("", e.id.as_str(), e.target.as_deref().unwrap_or_default()),
        };
        *units.entry(key).or_default().entry((place(e.label), place(e.predicted))).or_default() += 1;
    }
    let units: Vec<Vec<(usize, u64)>> = units
        .into_values()
        .map(|cells| cells.into_iter().map(|((t, p), n)| (t * n_classes + p, n)).collect())
        .collect();
    if units.len() < 2 {
        return [None, None];
    }
    let replicate = |b: usize| {
        let mut rng = resample::stream(seed, &name(b));
        let mut counts = vec![0; n_classes * n_classes];
        for _ in 0..units.len() {
            units[rng.random_range(0..units.len())].iter().for_each(|(cell, n)| counts[*cell] += n);
        }
        measures(&counts, n_classes)
    };
    let drawn: Vec<(f64, f64)> = (0..REPLICATES).into_par_iter().map(replicate).collect();
    let (accuracies, f1s): (Vec<f64>, Vec<f64>) = drawn.into_iter().unzip();
    let factor = widening(units.iter().map(|cells| cells.iter().map(|(_, n)| *n as f64).sum()));
    [interval(accuracies, factor, Some(units.len())), interval(f1s, factor, None)]
}

/// The interval from draws. If all draws are the same there is none, except the exact one of accuracy at 0 and 1, given
/// its number of `units`.
fn interval(drawn: Vec<f64>, factor: f64, units: Option<usize>) -> Option<(f64, f64)> {
    let first = *drawn.first()?;
    if drawn.iter().any(|value| *value != first) {
        let (low, high) = drawn_apart(drawn, factor);
        return Some((low.max(0.0), high.min(1.0)));
    }
    units.filter(|_| first == 0.0 || first == 1.0).and_then(|n| exact_at_end(first == 1.0, n as f64))
}

/// Accuracy, and the mean F1 of the labels that are true or predicted, from counts `(n_classes, n_classes)`.
pub(super) fn measures(counts: &[u64], n_classes: usize) -> (f64, f64) {
    let (mut right, mut all, mut f1, mut present) = (0, 0, 0.0, 0);
    for class in 0..n_classes {
        let is: u64 = counts[class * n_classes..(class + 1) * n_classes].iter().sum();
        let said: u64 = (0..n_classes).map(|truth| counts[truth * n_classes + class]).sum();
        let hits = counts[class * n_classes + class];
        (right, all) = (right + hits, all + is);
        if is + said > 0 {
            f1 += 2.0 * hits as f64 / (is + said) as f64;
            present += 1;
        }
    }
    (right as f64 / all.max(1) as f64, f1 / f64::from(present.max(1)))
}

/// The factor by which intervals must be wider than the draws of few units show, given the number of articles of each.
pub(super) fn widening(articles: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) = articles.fold((0.0, 0.0), |(sum, squares), n| (sum + n, squares + n * n));
    let df = degrees_of_freedom(sum * sum / squares);
    t_975(df).map_or(1.0, |t| ((df + 1.0) / df).sqrt() * t / Z_975)
}

/// The 2.5th and the 97.5th percentile, with their distance from the median multiplied by `factor`.
pub(super) fn drawn_apart(mut values: Vec<f64>, factor: f64) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let middle = percentile(&values, 0.5);
    let [low, high] = [0.025, 0.975].map(|part| middle + factor * (percentile(&values, part) - middle));
    (low, high)
}

/// A percentile of sorted values, with linear interpolation.
fn percentile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (low, rest) = (place.floor() as usize, place.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + rest * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_counts() {
        // The third class is empty.
        let (accuracy, f1) = measures(&[3, 1, 0, 2, 4, 0, 0, 0, 0], 3);
        assert_eq!(accuracy, 0.7);
        assert!((f1 - (6.0 / 9.0 + 8.0 / 11.0) / 2.0).abs() < 1e-15);
        assert_eq!(measures(&[0; 4], 2), (0.0, 0.0));
    }

    #[test]
    fn percentiles_as_numpy_has_them() {
        let (low, high) = drawn_apart((0..=100).map(f64::from).collect(), 1.0);
        assert!((low - 2.5).abs() < 1e-12 && (high - 97.5).abs() < 1e-12);
        let (low, high) = drawn_apart((0..=100).map(f64::from).collect(), 2.0);
        assert!((low + 45.0).abs() < 1e-12 && (high - 145.0).abs() < 1e-12);
    }

    #[test]
    fn few_units_widen_and_many_do_not() {
        // scipy.stats.t.ppf(.975, 4) is 2.776445, and 12.7062 with one degree of freedom.
        let of = |n: usize| widening(std::iter::repeat_n(7.0, n));
        assert!((of(5) - 1.25_f64.sqrt() * 2.776_445 / Z_975).abs() < 1e-6, "{}", of(5));
        assert!((of(2) - 2.0_f64.sqrt() * 12.706_205 / Z_975).abs() < 1e-5, "{}", of(2));
        assert!((1.0..1.002).contains(&of(2000)), "{}", of(2000));
        // A unit that has nearly all articles counts for little more than one unit.
        assert!(widening([1000.0, 1.0, 1.0, 1.0].into_iter()) > of(2));
    }

    #[test]
    fn intervals_over_few_outlets_cover_what_they_say() {
        // Outlets of 30 articles whose accuracies are 0.4, 0.6, 0.8 and 1, equally likely: 0.7 on average.
        let mut rng = resample::stream(3, "few outlets");
        let mut covered = 0;
        for sample in 0..300 {
            let mut right: Vec<u64> = Vec::new();
            for _ in 0..4 {
                let accuracy = f64::from(rng.random_range(2..6)) / 5.0;
                right.push((0..30).map(|_| u64::from(rng.random_range(0.0..1.0) < accuracy)).sum());
            }
            let mut draws = resample::stream(sample, "draws");
            let mut draw = || (0..4).map(|_| right[draws.random_range(0..4)]).sum::<u64>() as f64 / 120.0;
            let drawn: Vec<f64> = (0..400).map(|_| draw()).collect();
            let interval = interval(drawn, widening([30.0; 4].into_iter()), Some(4));
            covered += u32::from(interval.is_some_and(|(low, high)| low <= 0.7 && high >= 0.7));
        }
        // Percentiles alone cover 79%.
        assert!(covered >= 270, "{covered}");
    }

    #[test]
    fn all_right_is_not_certainty() {
        let exact = |all, n: f64| exact_at_end(all, n);
        let interval = |drawn, units| interval(drawn, 1.0, units);
        assert_eq!(interval(vec![1.0; 20], Some(3)), exact(true, 3.0));
        assert_eq!(interval(vec![0.0; 20], Some(3)), exact(false, 3.0));
        let (low, _) = interval(vec![1.0; 20], Some(64)).expect("an interval");
        assert!((low - 0.944).abs() < 1e-3, "{low}");
        // Nothing can be said about macro-F1, or about outlets that are all equally good.
        assert_eq!([interval(vec![1.0; 20], None), interval(vec![0.8; 20], Some(10))], [None, None]);
        assert!(interval([vec![1.0; 20], vec![0.9]].concat(), Some(3)).is_some());
    }
}
