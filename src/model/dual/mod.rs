//! The other solver, for more columns than rows: coordinate descent in the dual, which works on one number per row, or
//! per row and class.
//!
//! Yu, Huang, Lin (2011), Dual coordinate descent methods for logistic regression and maximum entropy models, Machine
//! Learning 85, doi 10.1007/s10994-010-5221-8. They penalise the intercept as one more column of ones. Here its
//! distance from where it was before the walk is penalised, so that the penalty wears off (a proximal point method).
//! The result is usually near enough to the minimum of our objective, and otherwise a start for
//! [`newton`](super::newton); [`parts`](super::parts), which have no intercept, stop here. On 4,029 articles and
//! 335,292 terms it took a sixth of the time of Newton's steps to a gradient of 1e-4.

mod softmax;
mod two;

use super::batches::{Batch, Batches};
use super::design::wide;
use super::error::Result;
use crate::stats::resample::stream;
use linfa::Float;
use rand::RngExt;
use rayon::prelude::*;
pub(super) use softmax::MAX_CLASSES;

/// The most visits, in walks through all rows; data that need more are left to Newton steps.
const MAX_EPOCHS: usize = 60;
/// A row that moved less than the average at its last visit rests for this many walks: most rows converge soon, while a
/// few that resemble rows of another class take long. On 36,254 articles this saves half of all visits.
const RESTS: u8 = 3;
/// The intercept is gradually freed of its penalty once a walk moves the probabilities by no more than this share.
const SETTLED: f64 = 0.1;
/// Rows whose squares are worth a thread.
const SQUARES: usize = 1 << 10;

/// Rows and classes with their weights, `C` included.
pub(super) struct Walk<'d, F> {
    pub rows: &'d dyn Batches<F>,
    /// 0 or 1, or less than `k`.
    pub classes: &'d [u32],
    pub weights: &'d [f64],
    /// From [`Walk::squares`].
    pub squares: &'d [f64],
    pub has_intercept: bool,
}

/// Where the walks ended.
#[derive(Default)]
pub(super) struct Dual {
    /// By row and class (with two classes, by row alone): the share of the row's weight; 0 for rows with weight 0.
    parts: Vec<f64>,
    /// Whether that was near enough.
    pub arrived: bool,
}

impl<F: Float> Walk<'_, F> {
    /// Moves the weights (`k` numbers per column, 1 for two classes; the intercepts last) from zero to near the
    /// minimum: until a walk moves the probabilities by no more than the share `enough` of their distance from the
    /// classes at zero weights, and the intercepts likewise. The order of rows is fixed, so the same data give the same
    /// bits. `start` is where walks through some of these rows, with as many classes, ended.
    ///
    /// # Errors
    /// `OnDisk`.
    pub fn approach(&self, k: usize, enough: f64, start: Option<&Dual>, w: &mut [f64]) -> Result<Dual> {
        match k {
            1 => two::approach(self, enough, start, w),
            _ => softmax::approach(self, k, enough, start, w),
        }
    }

    /// The rows with a positive weight.
    fn order(&self) -> Vec<usize> {
        (0..self.rows.n_samples()).filter(|&i| self.weights[i] > 0.0).collect()
    }

    /// By row: its inner product with itself.
    ///
    /// # Errors
    /// `OnDisk`.
    pub fn squares(rows: &dyn Batches<F>, has_intercept: bool) -> Result<Vec<f64>> {
        let mut squares = Vec::with_capacity(rows.n_samples());
        rows.for_all(&mut |batch| squares.extend(Self::squares_of(batch, has_intercept)))?;
        Ok(squares)
    }

    /// The same for rows in memory.
    pub fn squares_of(batch: &Batch<'_, F>, has_intercept: bool) -> Vec<f64> {
        let intercept = if has_intercept { 1.0 } else { 0.0 };
        let square = |place| batch.at(place).1.iter().map(|&x| wide(x) * wide(x)).sum::<f64>() + intercept;
        (0..batch.rows().len()).into_par_iter().with_min_len(SQUARES).map(square).collect()
    }
}

/// How far each row moved when it was last visited.
struct Moves {
    /// By row: the square; infinite before the first visit.
    squares: Vec<f64>,
    /// By row: for how many walks it has rested.
    rested: Vec<u8>,
}

impl Moves {
    fn new(n_rows: usize) -> Self {
        Moves { squares: vec![f64::INFINITY; n_rows], rested: vec![0; n_rows] }
    }

    /// The rows, among these, that are to be visited.
    fn restless(&mut self, rows: &[usize]) -> Vec<usize> {
        let mean = self.sum(rows) / rows.len() as f64;
        let visited = |row: &usize| {
            let rests = self.squares[*row] < mean && self.rested[*row] < RESTS;
            self.rested[*row] = if rests { self.rested[*row] + 1 } else { 0 };
            !rests
        };
        rows.iter().copied().filter(visited).collect()
    }

    /// The square of how far a walk through these rows moves; resting rows count with their last move.
    fn sum(&self, rows: &[usize]) -> f64 {
        rows.iter().map(|&row| self.squares[row]).sum()
    }
}

/// Walks through the rows, each time in another order and without resting ones, until a walk says that it was the last;
/// returns whether one did. A walk gets the rows to visit and all rows, and records how far each moved.
fn shuffled(
    n_rows: usize,
    mut order: Vec<usize>,
    mut walk: impl FnMut(&[usize], &[usize], &mut Moves) -> Result<bool>,
) -> Result<bool> {
    let mut rng = stream(0, "dual coordinate descent");
    let mut moves = Moves::new(n_rows);
    let mut visits = MAX_EPOCHS * order.len();
    loop {
        for i in (1..order.len()).rev() {
            order.swap(i, rng.random_range(0..=i));
        }
        let visited = moves.restless(&order);
        let Some(left) = visits.checked_sub(visited.len().max(1)) else { return Ok(false) };
        visits = left;
        if walk(&visited, &order, &mut moves)? {
            return Ok(true);
        }
    }
}
