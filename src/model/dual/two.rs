//! Two classes: a number a row.
//!
//! Yu, Huang, Lin (2011), algorithm 5; LIBLINEAR's solver 7.

use super::super::design::{sparse_dot, wide};
use super::{Walk, shuffled};
use linfa::Float;

/// A row's own problem is solved to this slope at first, and ever more exactly later.
const FIRST_SLOPE: f64 = 1e-2;
const LAST_SLOPE: f64 = 1e-8;
/// Steps of a row's own problem; a handful is the rule.
const MAX_STEPS: usize = 100;

/// Brings the weights, the intercept last, from zero near to the minimum: until no row's slope is greater than `enough`.
pub(in crate::model) fn approach<F: Float>(walk: &Walk<'_, F>, enough: f64, w: &mut [f64]) {
    let mut order = walk.order();
    // What a row has of its weight in the dual: little at first.
    let mut alphas: Vec<f64> = walk.weights.iter().map(|c| (0.001 * c).min(1e-8)).collect();
    for &i in &order {
        add(walk, i, sign(walk, i) * alphas[i], w);
    }
    let squares: Vec<f64> = (0..walk.rows.n_samples()).map(|i| walk.square(i)).collect();
    let mut slope = FIRST_SLOPE;
    shuffled(&mut order, |order| {
        let (mut steepest, mut steps) = (0.0_f64, 0);
        for &i in order {
            let y = sign(walk, i);
            let solved = solve(alphas[i], walk.weights[i], squares[i], y * margin(walk, i, w), slope);
            steepest = steepest.max(solved.slope);
            steps += solved.steps;
            if solved.steps > 0 {
                add(walk, i, y * (solved.alpha - alphas[i]), w);
                alphas[i] = solved.alpha;
            }
        }
        if steps <= order.len() / 10 {
            slope = (0.1 * slope).max(LAST_SLOPE);
        }
        steepest <= enough
    });
}

fn sign<F>(walk: &Walk<'_, F>, row: usize) -> f64 {
    if walk.classes[row] == 1 { 1.0 } else { -1.0 }
}

fn margin<F: Float>(walk: &Walk<'_, F>, row: usize, w: &[f64]) -> f64 {
    let (columns, values) = walk.rows.row_slices(row);
    let intercept = if walk.has_intercept { w[walk.rows.n_features()] } else { 0.0 };
    sparse_dot(columns, values, w) + intercept
}

fn add<F: Float>(walk: &Walk<'_, F>, row: usize, times: f64, w: &mut [f64]) {
    let (columns, values) = walk.rows.row_slices(row);
    for (&j, &x) in columns.iter().zip(values) {
        w[j as usize] += times * wide(x);
    }
    if walk.has_intercept {
        w[walk.rows.n_features()] += times;
    }
}

/// What became of a row's own problem.
struct Solved {
    alpha: f64,
    /// How steep it was before.
    slope: f64,
    steps: usize,
}

/// The minimum over one row's `alpha`, between 0 and `c`, all others held, by Newton's steps on the nearer end.
fn solve(alpha: f64, c: f64, square: f64, margin: f64, enough: f64) -> Solved {
    let upper = 0.5 * square * (c - 2.0 * alpha) + margin < 0.0;
    let (old, sign) = if upper { (c - alpha, -1.0) } else { (alpha, 1.0) };
    let mut z = if c - old < 0.5 * c { 0.1 * old } else { old };
    let gradient = |z: f64| square * (z - old) + sign * margin + (z / (c - z)).ln();
    let mut g = gradient(z);
    let slope = g.abs();
    let mut steps = 0;
    while g.abs() >= enough && steps < MAX_STEPS {
        let next = z - g / (square + c / (c - z) / z);
        z = if next <= 0.0 { 0.1 * z } else { next };
        g = gradient(z);
        steps += 1;
    }
    Solved { alpha: if upper { c - z } else { z }, slope, steps }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_by_itself_ends_at_the_minimum() {
        for (alpha, margin) in [(1e-8, 0.0), (2.9, 0.3), (1.5, -2.0), (0.2, 4.0)] {
            let (c, square) = (3.0, 1.5);
            let solved = solve(alpha, c, square, margin, 1e-10);
            // The slope of ½q(z − α)² + m(z − α) + z ln z + (c − z) ln(c − z).
            let slope = square * (solved.alpha - alpha) + margin + (solved.alpha / (c - solved.alpha)).ln();
            assert!(solved.alpha > 0.0 && solved.alpha < c && slope.abs() < 1e-8, "{alpha} {margin}: {slope}");
        }
    }
}
