//! Fits of one problem on many subsets of the same rows, for cross-fitting: without an intercept, and with equal class
//! weights.
//!
//! Takes rows and their classes once; a fit takes the rows that it may see, and predicts the log-odds of others. No
//! rows are copied: those that a fit doesn't see have weight 0. A fit can begin where another fit ended, if it sees all
//! of that one's rows; nothing of rows that it doesn't see comes in.

use super::batches::Batches;
use super::design::{Design, sparse_dot, wide};
use super::dual::{Dual, MAX_CLASSES, Walk};
use super::error::Result;
use super::logistic::{Intercept, Threads};
use super::loss::Loss;
use super::newton::{self, Stop};
use super::renumbered::Renumbered;
use crate::features::SparseRows;

/// After this many Newton steps it is near enough, whatever the gradient.
const MAX_ITER: usize = 100;

/// Rows with their classes.
pub(crate) struct Parts {
    rows: Renumbered<'static, f32>,
    /// For each column of the rows, its number in the solver; unused columns have a number without weights.
    numbers: Vec<u32>,
    /// By row; any number for rows without a class.
    classes: Vec<u32>,
    n_classes: usize,
    /// By row: its inner product with itself.
    squares: Vec<f64>,
    /// The inverse strength of the penalty.
    c: f64,
    /// A fit ends when a walk through its rows moves their probabilities by no more than this share of their distance
    /// from the classes at zero weights.
    tol: f64,
}

/// What was learnt from some of the rows.
pub(crate) struct Part {
    /// The classes that these rows have, ascending.
    classes: Vec<u32>,
    /// By column, one number per class; for two classes one number, that of the second.
    weights: Vec<f64>,
    dual: Dual,
}

impl Part {
    /// What another fit needs to start from here, without the weights.
    pub fn into_start(self) -> Start {
        Start { classes: self.classes, dual: self.dual }
    }
}

/// A start for another fit.
pub(crate) struct Start {
    classes: Vec<u32>,
    dual: Dual,
}

impl Parts {
    /// `rows` `(n_samples, n_features)`, `classes` `(n_samples)`: less than `n_classes`, or anything for rows that no
    /// fit sees.
    pub fn new(rows: SparseRows<f32>, classes: Vec<u32>, n_classes: usize, c: f64, tol: f64) -> Self {
        let mut numbers = vec![u32::MAX; rows.n_features()];
        let rows = Renumbered::owning(rows);
        (0..rows.n_features()).for_each(|number| numbers[rows.column(number)] = number as u32);
        let all: Vec<usize> = (0..rows.n_samples()).collect();
        let squares = Walk::squares_of(&rows.batch(&all), false);
        Parts { rows, numbers, classes, n_classes, squares, c, tol }
    }

    /// Learns from the rows `seen`, which must have two or more classes.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn fit(&self, seen: &[usize], start: Option<&Start>) -> Result<Part> {
        let mut of_class = vec![0.0; self.n_classes];
        seen.iter().for_each(|&row| of_class[self.classes[row] as usize] += 1.0);
        let present: Vec<u32> = (0..self.n_classes as u32).filter(|&class| of_class[class as usize] > 0.0).collect();
        let local = |class: u32| present.binary_search(&class).unwrap_or(0) as u32;
        let classes: Vec<u32> = self.classes.iter().map(|&class| local(class)).collect();
        let mut weights = vec![0.0; classes.len()];
        for &row in seen {
            let of_class = of_class[self.classes[row] as usize];
            weights[row] = self.c * seen.len() as f64 / (present.len() as f64 * of_class);
        }
        let k = if present.len() == 2 { 1 } else { present.len() };
        let mut w = vec![0.0; self.rows.n_features() * k];
        let walk = Walk {
            rows: &self.rows,
            classes: &classes,
            weights: &weights,
            squares: &self.squares,
            has_intercept: false,
        };
        let start = start.filter(|start| start.classes == present).map(|start| &start.dual);
        let dual = if k <= MAX_CLASSES { walk.approach(k, self.tol, start, &mut w)? } else { Dual::default() };
        if !dual.arrived {
            let design = Design::new(&self.rows, k, Intercept::None, Threads::One);
            let loss = Loss { classes: &classes, weights: &weights, k, parallel: false };
            let at_zero = newton::gradient_at_zero(&design, &loss)?;
            newton::minimise(&design, &loss, &mut w, at_zero, Stop { tol: self.tol, max_iter: MAX_ITER })?;
        }
        Ok(Part { classes: present, weights: w, dual })
    }

    /// By class: its log-odds for a row, up to a constant; −∞ for a class that the part doesn't have.
    pub fn margins(&self, part: &Part, row: usize) -> Vec<f64> {
        let (columns, values) = self.rows.row_slices(row);
        self.margins_of(part, columns, values)
    }

    /// The same for a row that isn't among these, given by its columns.
    pub fn margins_of_other(&self, part: &Part, row: &[(u32, f32)]) -> Vec<f64> {
        let known = row.iter().map(|&(column, value)| (self.numbers[column as usize], value));
        let (columns, values): (Vec<u32>, Vec<f32>) = known.filter(|(number, _)| *number != u32::MAX).unzip();
        self.margins_of(part, &columns, &values)
    }

    fn margins_of(&self, part: &Part, columns: &[u32], values: &[f32]) -> Vec<f64> {
        let mut margins = vec![f64::NEG_INFINITY; self.n_classes];
        if let [first, second] = part.classes[..] {
            margins[first as usize] = 0.0;
            margins[second as usize] = sparse_dot(columns, values, &part.weights);
            return margins;
        }
        let k = part.classes.len();
        part.classes.iter().for_each(|&class| margins[class as usize] = 0.0);
        for (&column, value) in columns.iter().zip(values) {
            for (&class, weight) in part.classes.iter().zip(&part.weights[column as usize * k..]) {
                margins[class as usize] += wide(*value) * weight;
            }
        }
        margins
    }
}

#[cfg(test)]
mod tests {
    use super::super::logistic::{ClassWeight, LogisticRegressionParams, MultiClass};
    use super::*;
    use linfa::ParamGuard;
    use linfa::dataset::DatasetBase;
    use linfa::traits::Fit;
    use ndarray::Array1;

    const N: usize = 90;

    /// Rows of three classes, with words of their class and common words.
    fn rows() -> (SparseRows<f32>, Vec<u32>) {
        let class = |i: usize| [0, 1, 1, 2, 0, 1, 2, 1, 1][i % 9];
        let row = |i: usize| {
            let own = class(i) * 40 + (i as u32 * 7) % 40;
            let shared = 120 + (i as u32 * 11) % 60;
            let any = 180 + (i as u32 * 13) % 30;
            vec![(own, 1.0), (shared, 0.5 + (i % 3) as f32 / 4.0), (any, 0.8)]
        };
        (SparseRows::from_rows(210, (0..N).map(row)).expect("rows"), (0..N).map(class).collect())
    }

    fn check(n_classes: usize, seen: &[usize]) {
        let (rows, classes) = rows();
        let (c, tol) = (3.0, 1e-6);
        let parts = Parts::new(rows.clone(), classes.clone(), n_classes, c, tol);
        let fitted = parts.fit(seen, None).expect("a fit");
        let params = LogisticRegressionParams::new().c(c).tol(tol).class_weight(ClassWeight::Balanced);
        let params =
            params.intercept(Intercept::None).multi_class(MultiClass::Multinomial).check().expect("parameters");
        let targets: Array1<usize> = seen.iter().map(|&row| classes[row] as usize).collect();
        let expected = params.fit(&DatasetBase::new(rows.select_rows(seen).expect("rows"), targets)).expect("a fit");
        let scores = expected.decision_function(&rows).expect("scores");
        let odds = |margins: &[f64], of: &[usize]| margins[of[1]] - margins[of[0]];
        // Starting from half of the rows gives the same result.
        let half: Vec<usize> = seen.iter().copied().step_by(2).collect();
        let start = parts.fit(&half, None).expect("a fit").into_start();
        let begun = parts.fit(seen, Some(&start)).expect("a fit");
        for row in 0..N {
            let margins = parts.margins(&fitted, row);
            let score = scores.row(row);
            let of_expected = if score.len() == 1 { score[0] } else { score[1] - score[0] };
            assert!((odds(&margins, expected.classes()) - of_expected).abs() < 1e-3, "{margins:?} {score}");
            let as_other: Vec<(u32, f32)> = rows.row(row).collect();
            assert_eq!(parts.margins_of_other(&fitted, &as_other), margins);
            let begun = parts.margins(&begun, row);
            assert!((odds(&margins, expected.classes()) - odds(&begun, expected.classes())).abs() < 1e-3);
        }
    }

    #[test]
    fn a_part_is_fitted_as_if_there_were_no_other_rows() {
        let seen: Vec<usize> = (0..N).filter(|i| i % 4 != 3).collect();
        check(3, &seen);
        let (_, classes) = rows();
        let of_two: Vec<usize> = seen.into_iter().filter(|&row| classes[row] != 1).collect();
        check(3, &of_two);
    }
}
