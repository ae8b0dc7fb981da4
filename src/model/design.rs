//! Products with the sparse rows and with their transpose.
//!
//! `X` are the rows `(n, p)`, with a last column of ones if there is an intercept, and there are `k` weights per
//! column. `X·V` goes by row, `Xᵀ·U` by column, so every number of the result is added up by one thread, in one order.
//! Small problems, and all on one thread, only use the rows; the additions are the same and in the same order, so the
//! result has the same bits.

use super::batches::{Batch, Batches, Row};
use super::error::Result;
use super::logistic::{Intercept, Threads};
use crate::features::SparseColumns;
use linfa::Float;
use rayon::prelude::*;

/// From this many multiplications on, a product is worth several threads.
const WORTH_THREADS: usize = 1 << 18;
/// How many rows a thread takes at a time.
const CHUNK: usize = 512;
/// The number of parts of the columns, with about the same number of values each: the first columns are the frequent
/// ones.
const PARTS: usize = 64;

/// Sparse rows, ready to be multiplied. A vector of weights has the `k` weights of column 0, then of column 1, …, and
/// finally of the intercept.
pub(super) struct Design<'r, F> {
    rows: &'r dyn Batches<F>,
    is_parallel: bool,
    columns: Option<ByColumn<F>>,
    has_intercept: bool,
    k: usize,
}

/// The numbers by column, and where each thread's part begins.
struct ByColumn<F> {
    columns: SparseColumns<F>,
    parts: Vec<usize>,
}

impl<F: Float> ByColumn<F> {
    fn new(columns: SparseColumns<F>) -> Self {
        let pointers = columns.pointers();
        let stored = pointers[pointers.len() - 1];
        let begins = |part: usize| pointers.partition_point(|p| *p < stored * part / PARTS).min(columns.n_features());
        let parts = (0..PARTS).map(begins).chain([columns.n_features()]).collect();
        ByColumn { columns, parts }
    }
}

/// The number as `f64`.
pub(super) fn wide<F: Float>(value: F) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}

impl<'r, F: Float> Design<'r, F> {
    pub(super) fn new(rows: &'r dyn Batches<F>, k: usize, intercept: Intercept, threads: Threads) -> Self {
        let mut design = Design::by_rows(rows, k, intercept, threads);
        if design.is_parallel {
            design.columns = rows.to_columns().map(ByColumn::new);
        }
        design
    }

    /// The same for only a few products, for which columns aren't worth making: products with the transpose run on one
    /// thread.
    pub(super) fn by_rows(rows: &'r dyn Batches<F>, k: usize, intercept: Intercept, threads: Threads) -> Self {
        let many = threads == Threads::All && rayon::current_num_threads() > 1;
        let is_parallel = many && rows.n_stored() * k >= WORTH_THREADS;
        Design { rows, is_parallel, columns: None, has_intercept: intercept == Intercept::Fitted, k }
    }

    /// The number of samples.
    pub(super) fn n_samples(&self) -> usize {
        self.rows.n_samples()
    }

    /// The number of weights per column.
    pub(super) fn k(&self) -> usize {
        self.k
    }

    /// The number of penalised weights; the intercepts come after them.
    pub(super) fn n_penalised(&self) -> usize {
        self.rows.n_features() * self.k
    }

    /// The number of all weights.
    pub(super) fn n_weights(&self) -> usize {
        self.n_penalised() + if self.has_intercept { self.k } else { 0 }
    }

    /// Whether products with the rows run on several threads.
    pub(super) fn is_parallel(&self) -> bool {
        self.is_parallel
    }

    /// `X·V`, `(n, k)`.
    ///
    /// # Errors
    /// `OnDisk`, as in all products.
    pub(super) fn times(&self, weights: &[f64], out: &mut [f64]) -> Result<()> {
        let k = self.k;
        let mut done = 0;
        self.rows.for_all(&mut |batch| {
            let n = batch.rows().len();
            let out = &mut out[done * k..(done + n) * k];
            done += n;
            let some = |first: usize, out: &mut [f64]| {
                out.chunks_exact_mut(k).enumerate().for_each(|(i, out)| self.row(batch.at(first + i), weights, out));
            };
            match self.is_parallel {
                true => out.par_chunks_mut(CHUNK * k).enumerate().for_each(|(at, out)| some(at * CHUNK, out)),
                false => some(0, out),
            }
        })
    }

    /// `Xᵀ·U`, one number per weight.
    pub(super) fn transpose_times(&self, u: &[f64], out: &mut [f64]) -> Result<()> {
        self.transpose_with(u, out, |x| x)
    }

    /// `(X∘X)ᵀ·U`: every value squared.
    pub(super) fn squares_transpose_times(&self, u: &[f64], out: &mut [f64]) -> Result<()> {
        self.transpose_with(u, out, |x| x * x)
    }

    /// `Xᵀ·curve(X·V)`, and `X·V` itself: `curve` changes the `k` numbers of a sample in place.
    pub(super) fn curvature_times(
        &self,
        weights: &[f64],
        margins: &mut [f64],
        scratch: &mut [f64],
        out: &mut [f64],
        curve: impl Fn(usize, &mut [f64]) + Sync,
    ) -> Result<()> {
        let k = self.k;
        if self.columns.is_some() {
            self.times(weights, margins)?;
            scratch.par_chunks_mut(CHUNK * k).enumerate().for_each(|(chunk, part)| {
                part.copy_from_slice(&margins[chunk * CHUNK * k..][..part.len()]);
                part.chunks_exact_mut(k).enumerate().for_each(|(i, part)| curve(chunk * CHUNK + i, part));
            });
            return self.transpose_times(scratch, out);
        }
        // One walk over the rows does both products.
        out.fill(0.0);
        self.rows.for_all(&mut |batch| {
            for (i, row) in batch.iter() {
                let (margin, u) = (&mut margins[i * k..(i + 1) * k], &mut scratch[i * k..(i + 1) * k]);
                self.row(row, weights, margin);
                u.copy_from_slice(margin);
                curve(i, u);
                self.scatter(row, u, out, |x| x);
            }
        })
    }

    fn row(&self, (columns, values): Row<'_, F>, weights: &[f64], out: &mut [f64]) {
        let p = self.n_penalised();
        if let [out] = out {
            *out = sparse_dot(columns, values, weights) + if self.has_intercept { weights[p] } else { 0.0 };
            return;
        }
        sum_of_rows(columns, values, weights, out, wide);
        if self.has_intercept {
            out.iter_mut().zip(&weights[p..]).for_each(|(o, w)| *o += w);
        }
    }

    fn scatter(&self, (columns, values): Row<'_, F>, u: &[f64], out: &mut [f64], value: impl Fn(f64) -> f64) {
        let p = self.n_penalised();
        match *u {
            [u] => columns.iter().zip(values).for_each(|(&j, &x)| out[j as usize] += value(wide(x)) * u),
            [a, b] => scatter_of([a, b], columns, values, out, value),
            [a, b, c] => scatter_of([a, b, c], columns, values, out, value),
            [a, b, c, d] => scatter_of([a, b, c, d], columns, values, out, value),
            _ => {
                for (&j, &x) in columns.iter().zip(values) {
                    let (x, out) = (value(wide(x)), &mut out[j as usize * u.len()..][..u.len()]);
                    out.iter_mut().zip(u).for_each(|(o, u)| *o += x * u);
                }
            }
        }
        if self.has_intercept {
            out[p..].iter_mut().zip(u).for_each(|(o, u)| *o += u);
        }
    }

    fn transpose_with(
        &self,
        u: &[f64],
        out: &mut [f64],
        value: impl Fn(f64) -> f64 + Send + Sync + Copy,
    ) -> Result<()> {
        let k = self.k;
        out.fill(0.0);
        let Some(columns) = &self.columns else {
            return self.rows.for_all(&mut |batch: &Batch<'_, F>| {
                batch.iter().for_each(|(i, row)| self.scatter(row, &u[i * k..(i + 1) * k], out, value));
            });
        };
        let (weights, intercepts) = out.split_at_mut(self.n_penalised());
        let (mut rest, mut parts) = (weights, Vec::with_capacity(PARTS));
        for bounds in columns.parts.windows(2) {
            let part;
            (part, rest) = rest.split_at_mut((bounds[1] - bounds[0]) * k);
            parts.push((bounds[0], part));
        }
        parts.into_par_iter().for_each(|(first, out)| {
            for (j, out) in out.chunks_exact_mut(k).enumerate() {
                let (rows, values) = columns.columns.column_slices(first + j);
                gather(rows, values, u, out, value);
            }
        });
        if self.has_intercept {
            for u in u.chunks_exact(k) {
                intercepts.iter_mut().zip(u).for_each(|(o, u)| *o += u);
            }
        }
        Ok(())
    }
}

fn gather<F: Float>(rows: &[u32], values: &[F], u: &[f64], out: &mut [f64], value: impl Fn(f64) -> f64) {
    if let [out] = out {
        // In the order of the rows, as `scatter` adds.
        *out = rows.iter().zip(values).fold(0.0, |sum, (&i, &x)| sum + value(wide(x)) * u[i as usize]);
        return;
    }
    sum_of_rows(rows, values, u, out, |x| value(wide(x)));
}

/// The sum of some rows of `matrix`, each multiplied by its value; rows are as long as `out`. Short rows stay in
/// registers.
fn sum_of_rows<F: Float>(rows: &[u32], values: &[F], matrix: &[f64], out: &mut [f64], value: impl Fn(F) -> f64) {
    fn of<const K: usize, F: Float>(rows: &[u32], values: &[F], matrix: &[f64], value: impl Fn(F) -> f64) -> [f64; K] {
        let mut sums = [0.0; K];
        for (&i, &x) in rows.iter().zip(values) {
            let (x, row) = (value(x), &matrix[i as usize * K..][..K]);
            (0..K).for_each(|c| sums[c] += x * row[c]);
        }
        sums
    }
    match out.len() {
        2 => out.copy_from_slice(&of::<2, F>(rows, values, matrix, value)),
        3 => out.copy_from_slice(&of::<3, F>(rows, values, matrix, value)),
        4 => out.copy_from_slice(&of::<4, F>(rows, values, matrix, value)),
        k => {
            out.fill(0.0);
            for (&i, &x) in rows.iter().zip(values) {
                let (x, row) = (value(x), &matrix[i as usize * k..][..k]);
                out.iter_mut().zip(row).for_each(|(o, w)| *o += x * w);
            }
        }
    }
}

/// Adds `u`, multiplied by each row's value, to some rows of `out`.
fn scatter_of<const K: usize, F: Float>(
    u: [f64; K],
    rows: &[u32],
    values: &[F],
    out: &mut [f64],
    value: impl Fn(f64) -> f64,
) {
    for (&i, &x) in rows.iter().zip(values) {
        let (x, row) = (value(wide(x)), &mut out[i as usize * K..][..K]);
        (0..K).for_each(|c| row[c] += x * u[c]);
    }
}

/// Four partial sums, added at the end, always in this order.
pub(super) fn sparse_dot<F: Float>(columns: &[u32], values: &[F], weights: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (mut j4, mut x4) = (columns.chunks_exact(4), values.chunks_exact(4));
    for (j, x) in (&mut j4).zip(&mut x4) {
        for lane in 0..4 {
            sums[lane] += wide(x[lane]) * weights[j[lane] as usize];
        }
    }
    let rest = j4.remainder().iter().zip(x4.remainder());
    let rest = rest.fold(0.0, |sum, (&j, &x)| sum + wide(x) * weights[j as usize]);
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The inner product of two vectors, always added in the same order.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (mut a8, mut b8) = (a.chunks_exact(8), b.chunks_exact(8));
    for (a, b) in (&mut a8).zip(&mut b8) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest = a8.remainder().iter().zip(b8.remainder()).fold(0.0, |sum, (a, b)| sum + a * b);
    ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7])) + rest
}
