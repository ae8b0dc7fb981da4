//! Two classes: one number per row.
//!
//! Yu, Huang, Lin (2011), algorithm 5; LIBLINEAR's solver 7.

use super::super::batches::Row;
use super::super::design::{sparse_dot, wide};
use super::super::error::Result;
use super::{Dual, SETTLED, Walk, shuffled};
use linfa::Float;

/// A row's subproblem is solved to this slope at first, and more and more exactly later.
const FIRST_SLOPE: f64 = 1e-2;
const LAST_SLOPE: f64 = 1e-8;
/// The most steps for a row's subproblem; a handful is usual.
const MAX_STEPS: usize = 100;

/// [`Walk::approach`] here.
pub(in crate::model) fn approach<F: Float>(
    walk: &Walk<'_, F>,
    enough: f64,
    start: Option<&Dual>,
    w: &mut [f64],
) -> Result<Dual> {
    let order = walk.order();
    // A row's share of its weight in the dual: small at first.
    let first = |(i, c): (usize, &f64)| match start.map(|start| start.parts[i]) {
        Some(part) if part > 0.0 => part * c,
        _ => (0.001 * c).min(1e-8),
    };
    let mut alphas: Vec<f64> = walk.weights.iter().enumerate().map(first).collect();
    walk.rows.for_batches(&order, &mut |batch| {
        batch.iter().for_each(|(i, row)| add(walk, row, sign(walk, i) * alphas[i], w));
    })?;
    let at_zero = order.iter().map(|&i| walk.weights[i] * walk.weights[i] / 4.0).sum::<f64>().sqrt();
    let mut slope = FIRST_SLOPE;
    let arrived = shuffled(alphas.len(), order, |visited, all, moves| {
        let mut steps = 0;
        let mut visit = |i: usize, row: Row<'_, F>| {
            let (y, c) = (sign(walk, i), walk.weights[i]);
            let solved = solve(alphas[i], c, walk.squares[i], y * margin(walk, row, w), slope);
            steps += solved.steps;
            moves.squares[i] = 0.0;
            if solved.steps > 0 {
                let by = solved.alpha - alphas[i];
                moves.squares[i] = by * by;
                add(walk, row, y * by, w);
                alphas[i] = solved.alpha;
            }
        };
        walk.rows.for_batches(visited, &mut |batch| batch.iter().for_each(|(i, row)| visit(i, row)))?;
        let moved = moves.sum(all).sqrt() / at_zero;
        let off: f64 = all.iter().map(|&i| sign(walk, i) * alphas[i]).sum();
        // A slope that is left as it is may hide a movement of half its size.
        let hidden = 0.5 * slope;
        if steps <= visited.len() / 10 || moved <= hidden {
            slope = (0.1 * slope).max(LAST_SLOPE);
        }
        if walk.has_intercept && moved <= SETTLED {
            w[walk.rows.n_features()] += off;
        }
        Ok(moved.max(hidden).max(if walk.has_intercept { off.abs() / at_zero } else { 0.0 }) <= enough)
    })?;
    let part = |(alpha, c): (f64, &f64)| if *c > 0.0 { alpha / c } else { 0.0 };
    Ok(Dual { parts: alphas.into_iter().zip(walk.weights).map(part).collect(), arrived })
}

fn sign<F>(walk: &Walk<'_, F>, row: usize) -> f64 {
    if walk.classes[row] == 1 { 1.0 } else { -1.0 }
}

fn margin<F: Float>(walk: &Walk<'_, F>, (columns, values): Row<'_, F>, w: &[f64]) -> f64 {
    let intercept = if walk.has_intercept { w[walk.rows.n_features()] } else { 0.0 };
    sparse_dot(columns, values, w) + intercept
}

fn add<F: Float>(walk: &Walk<'_, F>, (columns, values): Row<'_, F>, times: f64, w: &mut [f64]) {
    for (&j, &x) in columns.iter().zip(values) {
        w[j as usize] += times * wide(x);
    }
    if walk.has_intercept {
        w[walk.rows.n_features()] += times;
    }
}

/// The solution of a row's subproblem.
struct Solved {
    alpha: f64,
    steps: usize,
}

/// The minimum over one row's `alpha`, between 0 and `c`, with all others fixed, by Newton steps from the nearer end.
fn solve(alpha: f64, c: f64, square: f64, margin: f64, enough: f64) -> Solved {
    let upper = 0.5 * square * (c - 2.0 * alpha) + margin < 0.0;
    let (old, sign) = if upper { (c - alpha, -1.0) } else { (alpha, 1.0) };
    let mut z = if c - old < 0.5 * c { 0.1 * old } else { old };
    let gradient = |z: f64| square * (z - old) + sign * margin + (z / (c - z)).ln();
    let mut g = gradient(z);
    let mut steps = 0;
    while g.abs() >= enough && steps < MAX_STEPS {
        let next = z - g / (square + c / (c - z) / z);
        z = if next <= 0.0 { 0.1 * z } else { next };
        g = gradient(z);
        steps += 1;
    }
    Solved { alpha: if upper { c - z } else { z }, steps }
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
