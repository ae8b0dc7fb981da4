//! Calibrates probabilities of held-out articles, and measures how good they are.

use crate::model::artifact::ProbabilityScore;
use crate::model::assess::{Held, likeliest, pooled};
use crate::model::calibration::{BINS, Calibration, LEAST, reliability};
use crate::model::metrics::{multiclass_brier, multiclass_calibration_error, roc_auc};
use std::collections::BTreeMap;

/// The articles of every fold, calibrated on the other folds, so that no article affects its own calibration.
pub(super) fn calibrated_by_others(folds: &[Held], n_classes: usize) -> Held {
    let calibrated: Vec<Held> = (0..folds.len())
        .map(|fold| {
            let others = pooled(folds.iter().enumerate().filter(|(other, _)| *other != fold).map(|(_, held)| held));
            let calibration = Calibration::fit(&others.truth, others.probabilities(n_classes).view());
            calibrated(&folds[fold], calibration, n_classes)
        })
        .collect();
    pooled(&calibrated)
}

/// Held-out articles with calibrated probabilities.
pub(super) fn calibrated(held: &Held, calibration: Calibration, n_classes: usize) -> Held {
    let mut probabilities = held.probabilities(n_classes);
    probabilities.rows_mut().into_iter().for_each(|row| calibration.apply(row));
    // Positive probabilities stay positive, however small: 0 is for unknown classes.
    let of = |(p, before): (f64, &f64)| if *before > 0.0 { p.max(LEAST) } else { p };
    let probabilities = probabilities.into_iter().zip(&held.probabilities).map(of).collect();
    Held { probabilities, ..held.clone() }
}

/// How good the probabilities are, for informative articles ([`Held::telling`]): an article whose label its fold's
/// model didn't know is wrong, however well the model is calibrated. If there are none, all articles are used, because
/// an empty score would look as if nothing were wrong.
pub(super) fn probability_score(held: &Held, n_classes: usize) -> ProbabilityScore {
    let telling = held.telling(n_classes);
    let held = if telling.truth.is_empty() { held } else { &telling };
    let probabilities = held.probabilities(n_classes);
    // Labels and probabilities are valid by construction, so there are no errors.
    let of = |score: std::result::Result<Option<f64>, _>| score.ok().flatten().unwrap_or(0.0);
    let second = || {
        let truth: Vec<bool> = held.truth.iter().map(|&y| y == 1).collect();
        roc_auc(&truth, &probabilities.column(1).to_vec(), None).ok().flatten()
    };
    ProbabilityScore {
        roc_auc: (n_classes == 2 && !held.truth.is_empty()).then(second).flatten(),
        brier: of(multiclass_brier(&held.truth, probabilities.view())),
        calibration_error: of(multiclass_calibration_error(&held.truth, probabilities.view(), BINS)),
        reliability: reliability(held.truth.iter().zip(probabilities.rows()).map(|(&y, row)| {
            let best = likeliest(row);
            (row[best], best == y)
        })),
    }
}

/// Labels that no training article of a fold had, with the number of its held-out articles that have them.
pub(super) fn unlearnt(classes: &[String], held: &Held) -> BTreeMap<String, usize> {
    let counts = classes.iter().cloned().zip(held.unlearnt(classes.len()));
    counts.filter(|(_, n)| *n > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fold of articles with these labels, all with the same probabilities.
    fn fold(truth: &[usize], row: [f64; 3]) -> Held {
        Held {
            truth: truth.to_vec(),
            probabilities: truth.iter().flat_map(|_| row).collect(),
            predicted: vec![0; truth.len()],
            majority: vec![0; truth.len()],
        }
    }

    #[test]
    fn a_label_of_one_outlet_leaves_the_probabilities_of_the_others_alone() {
        let known = || vec![fold(&[0, 0, 1, 0], [0.7, 0.2, 0.1]), fold(&[0, 1, 0, 0], [0.7, 0.2, 0.1])];
        // The third label's articles are all in this fold, so its model gave it nothing.
        let with_unknown = [known(), vec![fold(&[2; 6], [0.75, 0.25, 0.0])]].concat();
        let [without, with] = [known(), with_unknown].map(|folds| calibrated_by_others(&folds, 3));
        assert_eq!(with.probabilities[..24], without.probabilities[..]);
        assert_eq!(probability_score(&with, 3), probability_score(&without, 3));
        let classes = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(unlearnt(&classes, &with), BTreeMap::from([("c".to_owned(), 6)]));
        assert!(unlearnt(&classes, &without).is_empty());
        // They are wrong all the same.
        assert_eq!((with.score(3).articles, with.score(3).accuracy), (14, 6.0 / 14.0));
    }

    #[test]
    fn probabilities_of_nothing_that_was_known_are_wrong_not_perfect() {
        let all_unknown = fold(&[1, 1], [1.0, 0.0, 0.0]);
        assert_eq!(probability_score(&all_unknown, 3).calibration_error, 1.0);
    }
}
