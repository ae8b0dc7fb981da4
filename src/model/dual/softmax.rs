//! Three and more classes: a walk optimises one row's probabilities at a time, with all other rows fixed.
//!
//! The dual has a number `z` per row and class, whose sum over the classes is the row's weight `c`: at the minimum they
//! are `c` times the probabilities. The weights of a class are the sum over rows of `(c·[class is the row's] − z)·x`.
//! With all other rows fixed, a row's `z` solve `ln z + q·z = m + q·z₀ + λ`, `q` the square of the row, `m` the margins
//! at `z₀`, and `λ` such that the sum is `c`: Wright's ω function, and Newton's steps for `λ`.
//!
//! The logarithms of `z` are stored along with them: ω's equation gives the next ones, so that most visits compute
//! none. Most of a walk's time is spent fetching weights. So they have single precision, whose error is less than
//! [`LEAST_MOVE`], and those of the last class aren't stored, as a column's weights add up to zero.

use super::super::batches::Row;
use super::super::error::Result;
use super::{Dual, SETTLED, Walk, shuffled};
use linfa::Float;

/// The most classes; problems with more are left to Newton steps.
pub(in crate::model) const MAX_CLASSES: usize = 16;
/// The most steps for a row's `λ`; three or four are usual.
const MAX_STEPS: usize = 60;
/// The relative precision of a row's weight; the remaining error is corrected at the end.
const EXACT: f64 = 1e-7;
/// A walk that moves no more than this only moves rounding errors of single precision.
const LEAST_MOVE: f64 = 1e-6;
/// The least probability, so that its logarithm is finite.
const LEAST: f64 = 1e-250;

/// [`Walk::approach`] here.
pub(in crate::model) fn approach<F: Float>(
    walk: &Walk<'_, F>,
    k: usize,
    enough: f64,
    start: Option<&Dual>,
    w: &mut [f64],
) -> Result<Dual> {
    match k {
        ..=3 => Softmax::<F, 4, 2>::new(walk, k).approach(enough, start, w),
        4 => Softmax::<F, 4, 4>::new(walk, k).approach(enough, start, w),
        5 => Softmax::<F, 8, 4>::new(walk, k).approach(enough, start, w),
        6..=8 => Softmax::<F, 8, 8>::new(walk, k).approach(enough, start, w),
        9 => Softmax::<F, MAX_CLASSES, 8>::new(walk, k).approach(enough, start, w),
        _ => Softmax::<F, MAX_CLASSES, MAX_CLASSES>::new(walk, k).approach(enough, start, w),
    }
}

/// The numbers of one row by class, padded with zeros.
type Classes<const N: usize> = [f64; N];
/// The weights of one column, for all classes except the last.
type Weights<const M: usize> = [f32; M];

struct Softmax<'w, F, const N: usize, const M: usize> {
    walk: &'w Walk<'w, F>,
    k: usize,
    /// By column.
    weights: Vec<Weights<M>>,
    intercepts: Classes<N>,
    /// By row.
    z: Vec<Classes<N>>,
    /// Their logarithms.
    logs: Vec<Classes<N>>,
    lambdas: Vec<f64>,
}

impl<'w, F: Float, const N: usize, const M: usize> Softmax<'w, F, N, M> {
    fn new(walk: &'w Walk<'w, F>, k: usize) -> Self {
        let n = walk.rows.n_samples();
        Softmax {
            walk,
            k,
            weights: vec![[0.0; M]; walk.rows.n_features()],
            intercepts: [0.0; N],
            z: vec![[0.0; N]; n],
            logs: vec![[0.0; N]; n],
            lambdas: vec![0.0; n],
        }
    }

    fn approach(&mut self, enough: f64, start: Option<&Dual>, w: &mut [f64]) -> Result<Dual> {
        let (walk, order) = (self.walk, self.walk.order());
        let mut at_zero = 0.0;
        walk.rows.for_batches(&order, &mut |batch| {
            batch.iter().for_each(|(i, row)| at_zero += self.begin(i, row, start));
        })?;
        let enough = enough.max(LEAST_MOVE);
        let arrived = shuffled(self.z.len(), order, |visited, all, moves| {
            walk.rows.for_batches(visited, &mut |batch| {
                batch.iter().for_each(|(i, row)| moves.squares[i] = self.visit(i, row));
            })?;
            let moved = (moves.sum(all) / at_zero).sqrt();
            let off = if walk.has_intercept { self.free_intercepts(all, moved <= SETTLED) } else { 0.0 };
            Ok(moved.max(off / at_zero.sqrt()) <= enough)
        })?;
        let (weights, intercepts) = w.split_at_mut(self.weights.len() * self.k);
        for (w, own) in weights.chunks_exact_mut(self.k).zip(&self.weights) {
            w.copy_from_slice(&self.of_all_classes(own)[..self.k]);
        }
        intercepts.iter_mut().zip(self.intercepts).for_each(|(w, own)| *w = own);
        let part = |(z, c): (&Classes<N>, &f64)| {
            let c = *c;
            z[..self.k].iter().map(move |z| if c > 0.0 { z / c } else { 0.0 }).collect::<Vec<_>>()
        };
        Ok(Dual { parts: self.z.iter().zip(self.walk.weights).flat_map(part).collect(), arrived })
    }

    /// Sets a row's numbers before the first walk; returns the square of how far its target is from the numbers at zero
    /// weights.
    fn begin(&mut self, i: usize, row: Row<'_, F>, start: Option<&Dual>) -> f64 {
        let even = self.walk.weights[i] / self.k as f64;
        let (mut add, mut at_zero) = ([0.0; N], 0.0);
        for (y, add) in add.iter_mut().enumerate().take(self.k) {
            let target = self.target(i, y);
            let z = match start.map(|start| start.parts[i * self.k + y]) {
                Some(part) if part > 0.0 => part * self.walk.weights[i],
                _ => self.first(i, y),
            };
            self.z[i][y] = z;
            self.logs[i][y] = z.ln();
            *add = target - z;
            at_zero += (target - even) * (target - even);
        }
        self.add(row, &add);
        at_zero
    }

    /// A class's number if the model were always right: the row's weight, or 0.
    fn target(&self, row: usize, class: usize) -> f64 {
        if self.walk.classes[row] as usize == class { self.walk.weights[row] } else { 0.0 }
    }

    /// The length of the gradient of the unpenalised intercepts; moves them along it if `moves`.
    fn free_intercepts(&mut self, order: &[usize], moves: bool) -> f64 {
        let mut off = [0.0; N];
        for &i in order {
            off[self.walk.classes[i] as usize] += self.walk.weights[i];
            off.iter_mut().zip(self.z[i]).for_each(|(off, z)| *off -= z);
        }
        if moves {
            self.intercepts.iter_mut().zip(off).for_each(|(b, off)| *b += off);
        }
        off.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    /// A row's number for a class before the first walk: nearly the whole weight for its own class.
    fn first(&self, row: usize, class: usize) -> f64 {
        let c = self.walk.weights[row];
        let little = (0.001 * c).min(1e-8);
        if self.walk.classes[row] as usize == class { c - (self.k - 1) as f64 * little } else { little }
    }

    /// Solves one row's subproblem; returns the square of how far its numbers moved.
    fn visit(&mut self, i: usize, row: Row<'_, F>) -> f64 {
        if self.walk.squares[i] == 0.0 {
            return 0.0;
        }
        let margins = self.margins(row);
        let margins = &margins[..self.k];
        let (c, square) = (self.walk.weights[i], self.walk.squares[i]);
        let old = self.z[i];
        let (z, logs) = (&mut self.z[i][..self.k], &mut self.logs[i][..self.k]);
        solve((z, logs), c, square, margins, &mut self.lambdas[i]);
        let mut add = [0.0; N];
        let mut moved = 0.0;
        for ((add, old), new) in add.iter_mut().zip(old).zip(self.z[i]) {
            *add = old - new;
            moved += *add * *add;
        }
        self.add(row, &add);
        moved
    }

    /// Four partial sums, added at the end, always in this order.
    fn margins(&self, (columns, values): Row<'_, F>) -> Classes<N> {
        let mut sums = [[0.0; M]; 4];
        let (mut j4, mut x4) = (columns.chunks_exact(4), values.chunks_exact(4));
        for (j, x) in (&mut j4).zip(&mut x4) {
            for lane in 0..4 {
                add_times(&mut sums[lane], single(x[lane]), &self.weights[j[lane] as usize]);
            }
        }
        for (&j, &x) in j4.remainder().iter().zip(x4.remainder()) {
            add_times(&mut sums[0], single(x), &self.weights[j as usize]);
        }
        let [a, b, c, d] = sums;
        let margins = self.of_all_classes(&std::array::from_fn(|y| (a[y] + b[y]) + (c[y] + d[y])));
        std::array::from_fn(|y| self.intercepts[y] + margins[y])
    }

    /// The last class's number is such that all add up to zero.
    fn of_all_classes(&self, but_the_last: &Weights<M>) -> Classes<N> {
        let mut all = [0.0; N];
        let others = self.k - 1;
        for (number, other) in all.iter_mut().zip(&but_the_last[..others]) {
            *number = f64::from(*other);
        }
        all[others] = -all[..others].iter().sum::<f64>();
        all
    }

    fn add(&mut self, (columns, values): Row<'_, F>, what: &Classes<N>) {
        let singles: Weights<M> = std::array::from_fn(|y| if y + 1 < self.k { what[y] as f32 } else { 0.0 });
        for (&j, &x) in columns.iter().zip(values) {
            add_times(&mut self.weights[j as usize], single(x), &singles);
        }
        if self.walk.has_intercept {
            self.intercepts.iter_mut().zip(what).for_each(|(b, x)| *b += x);
        }
    }
}

fn add_times<const M: usize>(sums: &mut Weights<M>, x: f32, what: &Weights<M>) {
    for class in 0..M {
        sums[class] += x * what[class];
    }
}

fn single<F: Float>(value: F) -> f32 {
    value.to_f32().unwrap_or(f32::NAN)
}

/// The minimum over one row's numbers `z`, whose sum stays `c`, with their logarithms; `lambda` is where the last visit
/// ended.
fn solve((z, logs): (&mut [f64], &mut [f64]), c: f64, square: f64, margins: &[f64], lambda: &mut f64) {
    let mut targets = [0.0; MAX_CLASSES];
    // `ω = q·z`, so that `ω + ln ω = target + λ`.
    let log = square.ln();
    for ((target, m), (z, ln)) in targets.iter_mut().zip(margins).zip(z.iter_mut().zip(logs.iter_mut())) {
        *z *= square;
        *ln += log;
        *target = m + *z + log;
    }
    let whole = square * c;
    for _ in 0..MAX_STEPS {
        let (mut sum, mut slope) = (0.0, 0.0);
        for ((z, ln), target) in z.iter_mut().zip(logs.iter_mut()).zip(&targets) {
            (*z, *ln) = omega(target + *lambda, (*z, *ln));
            sum += *z;
            slope += *z / (1.0 + *z);
        }
        let off = sum - whole;
        if off.abs() <= EXACT * whole {
            break;
        }
        // A Newton step; upwards no further than where all numbers, raised equally, would have the right sum.
        let most = (whole - sum) + (whole / sum).ln();
        *lambda += (-off / slope).min(if off < 0.0 { most } else { 0.0 });
    }
    let sum: f64 = z.iter().sum();
    let (times, log) = (c / sum, (c / sum).ln());
    for (z, ln) in z.iter_mut().zip(logs) {
        *z *= times;
        *ln += log;
        if *z < LEAST {
            (*z, *ln) = (LEAST, LEAST.ln());
        }
    }
}

/// Wright's ω, the solution of `ω + ln ω = x`, and its logarithm, from a value that may be near and its logarithm.
/// Fritsch, Shafer, Crowley (1973), algorithm 443: steps of fourth order.
fn omega(x: f64, (near, log): (f64, f64)) -> (f64, f64) {
    let mut w = near;
    let mut off = x - w - log;
    if off.abs() > 1.0 || off.is_nan() {
        w = far(x);
        off = x - w - w.ln();
    }
    for _ in 0..4 {
        let w1 = w + 1.0;
        let t = w1 * (w1 + 2.0 / 3.0 * off);
        w *= 1.0 + off / w1 * (t - 0.5 * off) / (t - off);
        if off.abs() < 1e-3 {
            return (w, x - w);
        }
        off = x - w - w.ln();
    }
    (w, w.ln())
}

/// A rough ω of any number.
fn far(x: f64) -> f64 {
    match x {
        _ if x < -2.0 => {
            let e = x.max(-570.0).exp();
            e * (1.0 - e)
        }
        _ if x < 1.0 => (2.0 * (x - 1.0) / 3.0).exp(),
        _ => x - x.ln() * (1.0 - 1.0 / x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omega_solves_its_equation_from_anywhere() {
        for x in [-500.0, -40.0, -3.0, -1.9, -0.5, 0.0, 0.9, 1.1, 2.5, 30.0, 1e4] {
            for near in [1e-250, 1e-3, 0.5, 1.0, 7.0, 1e5] {
                let (w, log) = omega(x, (near, near.ln()));
                assert!((w + w.ln() - x).abs() < 1e-9 * (1.0 + x.abs()), "{x} {near}: {w}");
                assert!((log - w.ln()).abs() < 1e-9 * (1.0 + x.abs()), "{x} {near}: {w}");
            }
        }
    }

    #[test]
    fn a_row_by_itself_ends_at_the_minimum() {
        let cases = [(3.0, 1.5, [0.0, 0.0, 0.0]), (0.2, 9.0, [4.0, -1.0, 30.0]), (50.0, 0.01, [-8.0, 2.0, 2.5])];
        for (c, square, margins) in cases {
            let old = [0.2 * c, 0.7 * c, 0.1 * c];
            let (mut z, mut logs, mut lambda) = (old, old.map(f64::ln), 0.0);
            solve((&mut z, &mut logs), c, square, &margins, &mut lambda);
            assert!(z.iter().zip(logs).all(|(z, log)| (z.ln() - log).abs() < 1e-8));
            assert!((z.iter().sum::<f64>() - c).abs() < 1e-8 * c);
            // The slopes of ½q(z − z₀)² − m(z − z₀) + z ln z are all equal.
            let slope = |y: usize| square * (z[y] - old[y]) - margins[y] + z[y].ln();
            let apart = (slope(0) - slope(1)).abs().max((slope(1) - slope(2)).abs());
            assert!(apart < 1e-6, "{apart}");
        }
    }
}
