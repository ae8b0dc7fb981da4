//! Measures of a classifier: from labels, from scores, and from probabilities.
//!
//! Equal to scikit-learn's measures (`zero_division=0`). An undefined number is `None`.
//!
//! | from | measure |
//! |---|---|
//! | labels | [`Confusion`]: accuracy, precision, recall, F1, their macro and weighted averages |
//! | scores | [`roc_auc`] |
//! | probabilities | [`brier`], [`log_loss`], [`calibration_error`], and `multiclass_…` of each |

use ndarray::{Array2, ArrayView2};
use thiserror::Error;

/// Why a measure can't be computed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum MetricError {
    /// Two inputs have different lengths.
    #[error("{expected} true labels, but {found} {what}")]
    LengthMismatch {
        /// Which input: predictions, scores, weights.
        what: &'static str,
        /// How many true labels.
        expected: usize,
        /// How many of the other input.
        found: usize,
    },
    /// A label that is not among the classes.
    #[error("sample {sample} has a label that is not among the {n_classes} classes")]
    UnknownLabel {
        /// The sample, from 0.
        sample: usize,
        /// How many classes there are.
        n_classes: usize,
    },
    /// A score is NaN.
    #[error("sample {sample} has the score {score}, expected a number")]
    InvalidScore {
        /// The sample, from 0.
        sample: usize,
        /// Its score.
        score: f64,
    },
    /// A probability is not between 0 and 1.
    #[error("sample {sample} has the probability {probability}, expected a number from 0 to 1")]
    InvalidProbability {
        /// The sample, from 0.
        sample: usize,
        /// The value.
        probability: f64,
    },
    /// A weight is negative or not a finite number.
    #[error("sample {sample} has the weight {weight}, expected a number of at least 0")]
    InvalidWeight {
        /// The sample, from 0.
        sample: usize,
        /// Its weight.
        weight: f64,
    },
    /// A calibration error over no bins.
    #[error("0 bins, expected at least 1")]
    NoBins,
}

type Result<T> = std::result::Result<T, MetricError>;

/// A confusion matrix: how often each true class was predicted as each class.
///
/// ```
/// use aslant::model::metrics::Confusion;
/// let confusion = Confusion::new(&["a", "b"], &["a", "a", "b", "b"], &["a", "b", "b", "b"])?;
/// assert_eq!(confusion.count(0, 1), 1);
/// assert_eq!(confusion.accuracy(), Some(0.75));
/// assert_eq!(confusion.scores(0).recall, 0.5);
/// assert!((confusion.macro_average().f1 - 11.0 / 15.0).abs() < 1e-12);
/// # Ok::<(), aslant::model::metrics::MetricError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    counts: Array2<u64>,
}

/// Precision, recall and F1 of a class, or their average over classes. All are from 0 to 1, and 0 if undefined.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Scores {
    /// The share of true cases among those predicted to be of the class; 0 if none was predicted.
    pub precision: f64,
    /// The share of the class's samples that was found; 0 if there are none.
    pub recall: f64,
    /// `2·tp / (2·tp + fp + fn)`, the harmonic mean of both; 0 if the class neither occurs nor was predicted.
    #[serde(rename = "f1-score")]
    pub f1: f64,
}

impl Confusion {
    /// Counts true against predicted labels. Every label must be among `classes`, whose order the counts follow.
    ///
    /// # Errors
    /// `LengthMismatch`, `UnknownLabel`.
    pub fn new<L: PartialEq>(classes: &[L], truth: &[L], predicted: &[L]) -> Result<Self> {
        check_length("predictions", truth.len(), predicted.len())?;
        let n_classes = classes.len();
        let class = |sample: usize, label: &L| {
            classes.iter().position(|c| c == label).ok_or(MetricError::UnknownLabel { sample, n_classes })
        };
        let mut counts = Array2::zeros((n_classes, n_classes));
        for (i, (t, p)) in truth.iter().zip(predicted).enumerate() {
            counts[[class(i, t)?, class(i, p)?]] += 1;
        }
        Ok(Confusion { counts })
    }

    /// An empty matrix for this many classes.
    pub fn none(n_classes: usize) -> Self {
        Confusion { counts: Array2::zeros((n_classes, n_classes)) }
    }

    /// How many samples of class `truth` were predicted to be of class `predicted`. Panics, like indexing, if there is
    /// no such class.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.counts[[truth, predicted]]
    }

    /// All counts, `(n_classes, n_classes)`: one row per true class, one column per predicted class.
    pub fn counts(&self) -> ArrayView2<'_, u64> {
        self.counts.view()
    }

    /// The number of samples of each class, `(n_classes)`.
    pub fn support(&self) -> Vec<u64> {
        self.counts.rows().into_iter().map(|row| row.sum()).collect()
    }

    /// The share predicted correctly; `None` without samples.
    pub fn accuracy(&self) -> Option<f64> {
        let right: u64 = self.counts.diag().sum();
        Some(self.counts.sum()).filter(|n| *n > 0).map(|n| right as f64 / n as f64)
    }

    /// Precision, recall and F1 of a class. Panics, like indexing, if there is no such class.
    pub fn scores(&self, class: usize) -> Scores {
        let hits = self.counts[[class, class]] as f64;
        let (is, said) = (self.counts.row(class).sum() as f64, self.counts.column(class).sum() as f64);
        let part = |of: f64, hits: f64| if of > 0.0 { hits / of } else { 0.0 };
        Scores { precision: part(said, hits), recall: part(is, hits), f1: part(is + said, 2.0 * hits) }
    }

    /// The mean over all classes, whether or not they have samples. 0 for no classes.
    pub fn macro_average(&self) -> Scores {
        self.average(|_| 1.0)
    }

    /// The mean over all samples, each with the scores of its class. 0 for no samples.
    pub fn weighted_average(&self) -> Scores {
        let support = self.support();
        self.average(|class| support[class] as f64)
    }

    fn average(&self, weight: impl Fn(usize) -> f64) -> Scores {
        let (mut sum, mut total) = (Scores::default(), 0.0);
        for class in 0..self.counts.nrows() {
            let (scores, weight) = (self.scores(class), weight(class));
            sum.precision += weight * scores.precision;
            sum.recall += weight * scores.recall;
            sum.f1 += weight * scores.f1;
            total += weight;
        }
        if total == 0.0 {
            return Scores::default();
        }
        Scores { precision: sum.precision / total, recall: sum.recall / total, f1: sum.f1 / total }
    }
}

impl std::ops::AddAssign<&Confusion> for Confusion {
    /// Adds the counts of other samples of the same classes.
    fn add_assign(&mut self, other: &Confusion) {
        self.counts += &other.counts;
    }
}

/// The area under the ROC curve: the probability that a positive has a higher score than a negative, with ties counting
/// half.
///
/// By ranks: `Σ_positive w_i · (weight of negatives below + ½ · of those with the same score) / (W⁺ · W⁻)`. `truth`,
/// `scores` and `weights` (`None` for all 1) are `(n_samples)`; scores may be probabilities or margins. A constant
/// score gets 0.5. `None` if a class has no samples or no weight.
///
/// Mann, Whitney (1947), doi 10.1214/aoms/1177730491; Hanley, McNeil (1982), doi 10.1148/radiology.143.1.7063747.
///
/// # Errors
/// `LengthMismatch`, `InvalidScore` (NaN), `InvalidWeight`.
///
/// ```
/// use aslant::model::metrics::roc_auc;
/// assert_eq!(roc_auc(&[false, true, true], &[0.1, 0.1, 0.9], None)?, Some(0.75));
/// assert_eq!(roc_auc(&[true, true], &[0.1, 0.9], None)?, None);
/// # Ok::<(), aslant::model::metrics::MetricError>(())
/// ```
pub fn roc_auc(truth: &[bool], scores: &[f64], weights: Option<&[f64]>) -> Result<Option<f64>> {
    check_length("scores", truth.len(), scores.len())?;
    if let Some((sample, &score)) = scores.iter().enumerate().find(|(_, s)| s.is_nan()) {
        return Err(MetricError::InvalidScore { sample, score });
    }
    let weight = weights_of(truth.len(), weights)?;
    let mut order: Vec<usize> = (0..truth.len()).collect();
    // `-0.0` and `0.0` are equal scores, so `total_cmp` alone isn't enough.
    order.sort_by(|&a, &b| scores[a].partial_cmp(&scores[b]).unwrap_or(std::cmp::Ordering::Equal));
    let (mut area, mut positives, mut negatives) = (0.0, 0.0, 0.0);
    for ties in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let sum = |class| ties.iter().filter(|i| truth[**i] == class).map(|i| weight(*i)).sum::<f64>();
        let (up, down) = (sum(true), sum(false));
        area += up * (negatives + 0.5 * down);
        positives += up;
        negatives += down;
    }
    Ok((positives > 0.0 && negatives > 0.0).then(|| area / (positives * negatives)))
}

/// The Brier score: the weighted mean of `(p − y)²`, from 0 (best) to 1. `None` for no samples, or no weight.
///
/// `truth`, `probabilities` (of the positive class) and `weights` (`None` for all 1) are `(n_samples)`.
/// Brier (1950), doi 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
///
/// # Errors
/// `LengthMismatch`, `InvalidProbability`, `InvalidWeight`.
pub fn brier(truth: &[bool], probabilities: &[f64], weights: Option<&[f64]>) -> Result<Option<f64>> {
    weighted_mean(truth, probabilities, weights, |y, p| (p - f64::from(y)).powi(2))
}

/// The log loss: the weighted mean of `−ln` of the true class's predicted probability, in nats; 0 is best.
///
/// Probabilities are kept 2⁻⁵² away from 0 and 1, so one certain mistake costs 36 rather than infinity. `None` for no
/// samples, or no weight.
///
/// # Errors
/// `LengthMismatch`, `InvalidProbability`, `InvalidWeight`.
pub fn log_loss(truth: &[bool], probabilities: &[f64], weights: Option<&[f64]>) -> Result<Option<f64>> {
    weighted_mean(truth, probabilities, weights, |y, p| {
        let p = p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        if y { -p.ln() } else { -(1.0 - p).ln() }
    })
}

/// The expected calibration error: the average distance between predicted probabilities and observed frequencies.
///
/// Bins of equal width, `[0, 1/n)`, …, `[1 − 1/n, 1]`; the sum over bins of the bin's share of the weight times
/// `|mean p − mean y|` there. From 0 (best) to 1; `None` for no samples, or no weight. Ten bins are usual.
/// Naeini, Cooper, Hauskrecht (2015), doi 10.1609/aaai.v29i1.9602; here for the positive class.
///
/// # Errors
/// `LengthMismatch`, `InvalidProbability`, `InvalidWeight`, `NoBins`.
pub fn calibration_error(
    truth: &[bool],
    probabilities: &[f64],
    weights: Option<&[f64]>,
    n_bins: usize,
) -> Result<Option<f64>> {
    if n_bins == 0 {
        return Err(MetricError::NoBins);
    }
    check_length("probabilities", truth.len(), probabilities.len())?;
    let weight = weights_of(truth.len(), weights)?;
    let mut gaps = vec![0.0; n_bins];
    let mut total = 0.0;
    for (i, (&y, &p)) in truth.iter().zip(probabilities).enumerate() {
        check_probability(i, p)?;
        let bin = ((p * n_bins as f64) as usize).min(n_bins - 1);
        gaps[bin] += weight(i) * (p - f64::from(y));
        total += weight(i);
    }
    Ok((total > 0.0).then(|| gaps.iter().map(|gap| gap.abs()).sum::<f64>() / total))
}

/// The Brier score of several classes: the mean over samples of `Σ_c (p_c − y_c)²`, from 0 (best) to 2; not halved, so
/// for two classes it is twice [`brier`].
///
/// `truth` `(n_samples)` has indices of the columns of `probabilities` `(n_samples, n_classes)`. `None` for no samples.
///
/// # Errors
/// `LengthMismatch`, `InvalidProbability`, `UnknownLabel`.
pub fn multiclass_brier(truth: &[usize], probabilities: ArrayView2<'_, f64>) -> Result<Option<f64>> {
    multiclass_mean(truth, probabilities, |y, row| {
        row.iter().enumerate().map(|(c, p)| (p - f64::from(c == y)).powi(2)).sum()
    })
}

/// The log loss of several classes: like [`log_loss`], with each row first divided by its sum. `None` for no samples.
///
/// # Errors
/// `LengthMismatch`, `InvalidProbability`, `UnknownLabel`.
pub fn multiclass_log_loss(truth: &[usize], probabilities: ArrayView2<'_, f64>) -> Result<Option<f64>> {
    multiclass_mean(truth, probabilities, |y, row| {
        let clipped = |p: f64| p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        -clipped(row[y] / row.iter().sum::<f64>().max(f64::EPSILON)).ln()
    })
}

/// The calibration error of several classes: [`calibration_error`] of the highest probability of each row (the first
/// one if tied) against whether that class is right.
///
/// # Errors
/// `LengthMismatch`, `InvalidProbability`, `UnknownLabel`, `NoBins`.
pub fn multiclass_calibration_error(
    truth: &[usize],
    probabilities: ArrayView2<'_, f64>,
    n_bins: usize,
) -> Result<Option<f64>> {
    multiclass_mean(truth, probabilities, |_, _| 0.0)?;
    let (mut right, mut highest) = (Vec::new(), Vec::new());
    for (&y, row) in truth.iter().zip(probabilities.rows()) {
        let best = (1..row.len()).fold(0, |best, c| if row[c] > row[best] { c } else { best });
        right.push(best == y);
        highest.push(row[best]);
    }
    calibration_error(&right, &highest, None, n_bins)
}

fn multiclass_mean(
    truth: &[usize],
    probabilities: ArrayView2<'_, f64>,
    value: impl Fn(usize, &[f64]) -> f64,
) -> Result<Option<f64>> {
    check_length("rows of probabilities", truth.len(), probabilities.nrows())?;
    let n_classes = probabilities.ncols();
    let mut sum = 0.0;
    for (sample, (&y, row)) in truth.iter().zip(probabilities.rows()).enumerate() {
        if y >= n_classes {
            return Err(MetricError::UnknownLabel { sample, n_classes });
        }
        row.iter().try_for_each(|&p| check_probability(sample, p))?;
        sum += value(y, &row.to_vec());
    }
    Ok((!truth.is_empty()).then(|| sum / truth.len() as f64))
}

fn weighted_mean(
    truth: &[bool],
    probabilities: &[f64],
    weights: Option<&[f64]>,
    value: impl Fn(bool, f64) -> f64,
) -> Result<Option<f64>> {
    check_length("probabilities", truth.len(), probabilities.len())?;
    let weight = weights_of(truth.len(), weights)?;
    let (mut sum, mut total) = (0.0, 0.0);
    for (i, (&y, &p)) in truth.iter().zip(probabilities).enumerate() {
        check_probability(i, p)?;
        sum += weight(i) * value(y, p);
        total += weight(i);
    }
    Ok((total > 0.0).then(|| sum / total))
}

/// The checked weight of every sample.
fn weights_of(n: usize, weights: Option<&[f64]>) -> Result<impl Fn(usize) -> f64 + '_> {
    if let Some(weights) = weights {
        check_length("weights", n, weights.len())?;
        if let Some((sample, &weight)) = weights.iter().enumerate().find(|(_, w)| !(w.is_finite() && **w >= 0.0)) {
            return Err(MetricError::InvalidWeight { sample, weight });
        }
    }
    Ok(move |i: usize| weights.map_or(1.0, |w| w[i]))
}

fn check_length(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(MetricError::LengthMismatch { what, expected, found }) }
}

fn check_probability(sample: usize, probability: f64) -> Result<()> {
    if (0.0..=1.0).contains(&probability) {
        Ok(())
    } else {
        Err(MetricError::InvalidProbability { sample, probability })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn nothing_to_measure_is_none() {
        let none = Confusion::new(&["a", "b"], &[], &[]).unwrap();
        assert_eq!(none.accuracy(), None);
        assert_eq!(none.weighted_average(), Scores::default());
        assert_eq!(roc_auc(&[], &[], None).unwrap(), None);
        assert_eq!(brier(&[], &[], None).unwrap(), None);
        assert_eq!(log_loss(&[true], &[0.5], Some(&[0.0])).unwrap(), None);
        assert_eq!(calibration_error(&[], &[], None, 10).unwrap(), None);
        assert_eq!(multiclass_brier(&[], Array2::zeros((0, 3)).view()).unwrap(), None);
    }

    #[test]
    fn defects_have_their_errors() {
        assert_eq!(
            Confusion::new(&["a"], &["a", "a"], &["a", "b"]).unwrap_err(),
            MetricError::UnknownLabel { sample: 1, n_classes: 1 }
        );
        assert!(matches!(roc_auc(&[true], &[f64::NAN], None), Err(MetricError::InvalidScore { sample: 0, .. })));
        assert_eq!(
            roc_auc(&[true], &[], None).unwrap_err(),
            MetricError::LengthMismatch { what: "scores", expected: 1, found: 0 }
        );
        assert_eq!(
            brier(&[true, false], &[0.5, 1.5], None).unwrap_err(),
            MetricError::InvalidProbability { sample: 1, probability: 1.5 }
        );
        assert_eq!(
            brier(&[true], &[0.5], Some(&[-1.0])).unwrap_err(),
            MetricError::InvalidWeight { sample: 0, weight: -1.0 }
        );
        assert_eq!(calibration_error(&[true], &[0.5], None, 0).unwrap_err(), MetricError::NoBins);
        assert_eq!(
            multiclass_log_loss(&[2], array![[0.5, 0.5]].view()).unwrap_err(),
            MetricError::UnknownLabel { sample: 0, n_classes: 2 }
        );
    }

    #[test]
    fn the_area_is_that_of_all_pairs() {
        let truth = [true, false, true, false, false, true];
        let scores = [0.3, 0.3, -0.0, 0.0, -2.0, 5.0];
        let weights = [1.0, 2.0, 0.5, 0.0, 3.0, 1.0];
        let (mut area, mut total) = (0.0, 0.0);
        for i in (0..6).filter(|i| truth[*i]) {
            for j in (0..6).filter(|j| !truth[*j]) {
                let won = if scores[i] > scores[j] {
                    1.0
                } else if scores[i] == scores[j] {
                    0.5
                } else {
                    0.0
                };
                area += weights[i] * weights[j] * won;
                total += weights[i] * weights[j];
            }
        }
        let found = roc_auc(&truth, &scores, Some(&weights)).unwrap().unwrap();
        assert!((found - area / total).abs() < 1e-15);
    }
}
