//! 95% intervals of accuracy and macro-F1: percentiles of a bootstrap over articles, or over outlets.
//!
//! Where everything was told right, or everything wrong, every draw is, too: percentiles would say that nothing else is
//! possible. Then accuracy has Clopper and Pearson's interval for so many articles or outlets, and macro-F1, of which there
//! is no such, none.

use super::evaluate::{Example, Unit};
use crate::stats::interval::exact_at_end;
use crate::stats::resample;
use rand::RngExt;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How often the articles are drawn anew.
pub const REPLICATES: usize = 2000;

/// How often each label was taken for each.
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
    [interval(accuracies, Some(units.len())), interval(f1s, None)]
}

/// The interval that draws tell. Where all are the same there is none but the exact one of accuracy, given its number of
/// `units`, at 0 and 1.
fn interval(drawn: Vec<f64>, units: Option<usize>) -> Option<(f64, f64)> {
    let first = *drawn.first()?;
    if drawn.iter().any(|value| *value != first) {
        return Some(percentiles(drawn));
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

/// The 2.5th and the 97.5th percentile, between neighbours by linear interpolation.
pub(super) fn percentiles(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let place = part * (values.len() - 1) as f64;
        let (low, rest) = (place.floor() as usize, place.fract());
        let high = (low + 1).min(values.len() - 1);
        values[low] + rest * (values[high] - values[low])
    };
    (at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_counts() {
        // Of the third class there is nothing.
        let (accuracy, f1) = measures(&[3, 1, 0, 2, 4, 0, 0, 0, 0], 3);
        assert_eq!(accuracy, 0.7);
        assert!((f1 - (6.0 / 9.0 + 8.0 / 11.0) / 2.0).abs() < 1e-15);
        assert_eq!(measures(&[0; 4], 2), (0.0, 0.0));
    }

    #[test]
    fn percentiles_as_numpy_has_them() {
        let (low, high) = percentiles((0..=100).map(f64::from).collect());
        assert!((low - 2.5).abs() < 1e-12 && (high - 97.5).abs() < 1e-12);
    }

    #[test]
    fn all_right_is_not_certainty() {
        let exact = |all, n: f64| exact_at_end(all, n);
        assert_eq!(interval(vec![1.0; 20], Some(3)), exact(true, 3.0));
        assert_eq!(interval(vec![0.0; 20], Some(3)), exact(false, 3.0));
        let (low, _) = interval(vec![1.0; 20], Some(64)).expect("an interval");
        assert!((low - 0.944).abs() < 1e-3, "{low}");
        // Of macro-F1, and of outlets that are all as good as one another, nothing can be said.
        assert_eq!([interval(vec![1.0; 20], None), interval(vec![0.8; 20], Some(10))], [None, None]);
        assert!(interval([vec![1.0; 20], vec![0.9]].concat(), Some(3)).is_some());
    }
}
