//! Calibration: probabilities that say how often a model is right, learnt on articles that it had not seen.
//!
//! A regularised model is overconfident or underconfident about articles that it wasn't trained on. One number corrects
//! that without changing any prediction: every probability is raised to a power and the row divided by its sum, which
//! divides all log-odds by a temperature. Guo, Pleiss, Sun, Weinberger (2017), On calibration of modern neural
//! networks; the power is 1 / temperature.
//!
//! However few held-out articles there are, and however well they were predicted, the next one may be the first
//! mistake. So, as in Platt (1999), Probabilistic outputs for support vector machines, each label counts as right only
//! with probability `(n + 1) / (n + 2)`, where `n` is the number of held-out articles.
//!
//! If a label's articles are all held out at once, because only one outlet has it, the model that scores them doesn't
//! know the label, although the final model does. Such articles are not used for calibration.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1};
use serde::{Deserialize, Serialize};

/// The number of bins of probability.
pub const BINS: usize = 10;
/// The bounds of the power: if all held-out articles were predicted correctly, or all wrongly, it would be infinite.
const BOUNDS: (f64, f64) = (0.05, 20.0);
/// The most Newton steps; six are usual.
const STEPS: usize = 50;
/// Probabilities are kept at least this far from 0.
pub(in crate::model) const LEAST: f64 = 1e-300;

/// The power that probabilities are raised to: above 1 it moves them apart, below 1 closer together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calibration {
    power: f64,
}

impl Default for Calibration {
    /// Leaves probabilities unchanged.
    fn default() -> Self {
        Calibration { power: 1.0 }
    }
}

impl Calibration {
    /// The power that maximises the likelihood of held-out labels, each counted as right with probability
    /// `(n + 1) / (n + 2)` for `n` samples. `truth` `(n_samples)` has indices of the columns of `probabilities`
    /// `(n_samples, n_classes)`. Without samples, 1.
    ///
    /// A probability of 0 means that the model didn't know the class: it is ignored, and samples for which [`tells`] is
    /// false are left out.
    pub fn fit(truth: &[usize], probabilities: ArrayView2<'_, f64>) -> Self {
        // The log probabilities of the classes that the model knew, and the index of the truth among them.
        let known = |(&y, row): (&usize, ArrayView1<'_, f64>)| {
            let logs: Vec<f64> = row.iter().filter(|p| **p > 0.0).map(|p| p.max(LEAST).ln()).collect();
            tells(row, y).then(|| (row.iter().take(y).filter(|p| **p > 0.0).count(), logs))
        };
        let samples: Vec<(usize, Vec<f64>)> = truth.iter().zip(probabilities.rows()).filter_map(known).collect();
        if samples.is_empty() {
            return Calibration::default();
        }
        let doubt = 1.0 / (samples.len() as f64 + 2.0);
        let mut power = 1.0;
        for _ in 0..STEPS {
            // The log-likelihood is concave in the power: its slope is the log probability of the truth less the mean
            // one, its curvature the variance.
            let (mut slope, mut curvature) = (0.0, 0.0);
            for (y, logs) in &samples {
                let (mean, variance) = moments(logs, power);
                let others = (logs.iter().sum::<f64>() - logs[*y]) / (logs.len() as f64 - 1.0);
                slope += (1.0 - doubt) * logs[*y] + doubt * others - mean;
                curvature += variance;
            }
            if curvature <= 0.0 {
                break;
            }
            let step = (slope / curvature).clamp(-power / 2.0, power);
            let next = (power + step).clamp(BOUNDS.0, BOUNDS.1);
            let is_done = (next - power).abs() < 1e-10 * power;
            power = next;
            if is_done {
                break;
            }
        }
        Calibration { power }
    }

    /// Calibrates the probabilities of one sample; their order and their sum stay the same.
    pub fn apply(&self, mut row: ArrayViewMut1<'_, f64>) {
        if self.power == 1.0 {
            return;
        }
        let highest = row.iter().copied().fold(LEAST, f64::max);
        row.mapv_inplace(|p| (p / highest).powf(self.power));
        let sum = row.sum();
        row.mapv_inplace(|p| p / sum);
    }

    /// The power.
    pub fn power(&self) -> f64 {
        self.power
    }

    /// Whether it is a power that [`fit`](Self::fit) can return.
    pub fn is_valid(&self) -> bool {
        (BOUNDS.0..=BOUNDS.1).contains(&self.power)
    }
}

/// Whether the probabilities of a sample of class `y` are informative about calibration: the model must have known the
/// class, and at least one other. Classes that it didn't know have probability 0.
pub fn tells(row: ArrayView1<'_, f64>, y: usize) -> bool {
    row[y] > 0.0 && row.iter().filter(|p| **p > 0.0).count() > 1
}

/// The articles whose highest probability is in one tenth of the range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Its lower end, inclusive.
    pub low: f64,
    /// Its upper end, inclusive only if it is 1.
    pub high: f64,
    /// The number of articles.
    pub articles: usize,
    /// Their mean probability; `None` without articles.
    pub mean_probability: Option<f64>,
    /// The share of them whose label was right.
    pub accuracy: Option<f64>,
}

/// The reliability diagram: articles by their highest probability, in [`BINS`] bins of equal width. Each article is
/// given as its highest probability and whether that label was right. The expected calibration error is the mean, over
/// articles, of the distance between their bin's accuracy and its mean probability.
pub fn reliability(articles: impl IntoIterator<Item = (f64, bool)>) -> Vec<Bin> {
    let mut sums = [(0, 0.0, 0); BINS];
    for (p, right) in articles {
        let bin = &mut sums[((p * BINS as f64) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + p, bin.2 + usize::from(right));
    }
    let bin = |(i, &(n, sum, right)): (usize, &(usize, f64, usize))| Bin {
        low: i as f64 / BINS as f64,
        high: (i + 1) as f64 / BINS as f64,
        articles: n,
        mean_probability: (n > 0).then(|| sum / n as f64),
        accuracy: (n > 0).then(|| right as f64 / n as f64),
    };
    sums.iter().enumerate().map(bin).collect()
}

/// The mean and variance of log probabilities under the probabilities raised to a power.
fn moments(logs: &[f64], power: f64) -> (f64, f64) {
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| ((log - highest) * power).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mean = weights.iter().zip(logs).map(|(w, log)| w * log).sum::<f64>() / total;
    let variance = weights.iter().zip(logs).map(|(w, log)| w * (log - mean) * (log - mean)).sum::<f64>() / total;
    (mean, variance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    /// Right three times in four.
    fn truth(n: usize) -> Vec<usize> {
        (0..n).map(|i| usize::from(i % 4 == 0)).collect()
    }

    #[test]
    fn too_sure_and_not_sure_enough() {
        for told in [0.99, 0.9, 0.6] {
            let probabilities = Array2::from_shape_fn((40, 2), |(_, c)| if c == 0 { told } else { 1.0 - told });
            let calibration = Calibration::fit(&truth(40), probabilities.view());
            let mut row = array![told, 1.0 - told];
            calibration.apply(row.view_mut());
            // 30 of 40, each with a doubt of 1 in 42.
            assert!((row[0] - (0.75 * 41.0 + 0.25) / 42.0).abs() < 1e-9, "{told}: {row}");
            assert_eq!(calibration.power() < 1.0, told > 0.75);
        }
    }

    #[test]
    fn a_few_that_were_told_right_make_nobody_certain() {
        let probabilities = Array2::from_shape_fn((8, 2), |(_, c)| [0.6, 0.4][c]);
        let calibration = Calibration::fit(&[0; 8], probabilities.view());
        let mut row = array![0.6, 0.4];
        calibration.apply(row.view_mut());
        assert!((row[0] - 0.9).abs() < 1e-9, "{row}");
        let wrong = Calibration::fit(&[1; 8], probabilities.view());
        assert_eq!(wrong.power(), BOUNDS.0);
        assert!(calibration.is_valid() && wrong.is_valid());
        assert_eq!(Calibration::fit(&[], Array2::zeros((0, 3)).view()), Calibration::default());
    }

    #[test]
    fn what_the_model_did_not_know_has_no_say() {
        let known = |(_, c): (usize, usize)| [0.7, 0.3, 0.0][c];
        let two = Array2::from_shape_fn((40, 2), known);
        let expected = Calibration::fit(&truth(40), two.view());
        // With a third class; with articles of it; with articles of a fold that knew only one class.
        let mut rows = Array2::from_shape_fn((60, 3), known);
        rows.rows_mut().into_iter().skip(50).for_each(|mut row| row.assign(&array![1.0, 0.0, 0.0]));
        let labels = [truth(40), vec![2; 10], vec![0; 10]].concat();
        assert_eq!(Calibration::fit(&labels, rows.view()), expected);
        assert!((expected.power() - 1.0).abs() < 0.4, "{expected:?}");
        assert_eq!(Calibration::fit(&[2; 10], Array2::from_shape_fn((10, 3), known).view()), Calibration::default());
    }

    #[test]
    fn order_and_sum_stay() {
        let calibration = Calibration { power: 2.5 };
        let mut row = array![0.2, 0.5, 0.0, 0.3];
        calibration.apply(row.view_mut());
        assert!((row.sum() - 1.0).abs() < 1e-12);
        assert!(row[1] > row[3] && row[3] > row[0] && row[0] > row[2] && row[2] == 0.0);
    }
}
