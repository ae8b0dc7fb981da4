//! The logistic loss for two classes and the softmax loss for more, with their slopes and curvature.
//!
//! Two classes, margin `z`, `y` 0 or 1: `loss = ln(1 + exp(−z))` if `y = 1`, `ln(1 + exp(z))` if `y = 0`; slope
//! `σ(z) − y`, curvature `σ(z)·(1 − σ(z))`. More classes, margins `z_c`: `loss = ln Σ exp z_c − z_y`; slopes
//! `p_c − [c = y]` with `p` the softmax; curvature times `t`: `p_c·(t_c − Σ_d p_d t_d)`. All are multiplied by the
//! sample's weight. Neither overflows at any finite margin.

use rayon::prelude::*;

/// How many samples have their losses added up together. Sums are built from these parts, in order, on any number of
/// threads.
const CHUNK: usize = 2048;

/// What the losses are measured against: classes and weights of the samples.
pub(super) struct Loss<'t> {
    /// The class of every sample: 0 or 1 if `k` is 1, otherwise less than `k`.
    pub classes: &'t [u32],
    /// The weight of every sample, `C` included.
    pub weights: &'t [f64],
    /// The number of margins per sample: 1 for two classes.
    pub k: usize,
    /// Whether to use several threads.
    pub parallel: bool,
}

/// Slopes and curvature at some margins.
pub(super) struct Slopes {
    /// The derivative of the loss by each margin, `(n, k)`.
    pub slope: Vec<f64>,
    /// Two classes: the second derivative. More: the probabilities. `(n, k)`
    pub curvature: Vec<f64>,
}

/// The number of a chunk, and its margins, slopes and curvature.
type Part<'p> = (usize, ((&'p [f64], &'p mut [f64]), &'p mut [f64]));

impl Loss<'_> {
    pub(super) fn slopes(&self) -> Slopes {
        let n = self.classes.len() * self.k;
        Slopes { slope: vec![0.0; n], curvature: vec![0.0; n] }
    }

    /// The sum of the losses at these margins, `(n, k)`; leaves slopes and curvature in `slopes`.
    pub(super) fn evaluate(&self, margins: &[f64], slopes: &mut Slopes) -> f64 {
        let size = CHUNK * self.k;
        let Slopes { slope, curvature } = slopes;
        let chunk = |(at, ((z, slope), curvature)): Part<'_>| self.chunk(at * CHUNK, z, slope, curvature);
        if self.parallel {
            let parts: Vec<f64> = margins
                .par_chunks(size)
                .zip(slope.par_chunks_mut(size))
                .zip(curvature.par_chunks_mut(size))
                .enumerate()
                .map(chunk)
                .collect();
            parts.iter().sum()
        } else {
            let parts = margins.chunks(size).zip(slope.chunks_mut(size)).zip(curvature.chunks_mut(size));
            parts.enumerate().map(chunk).sum()
        }
    }

    fn chunk(&self, first: usize, margins: &[f64], slope: &mut [f64], curvature: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        if self.k == 1 {
            for (i, &z) in margins.iter().enumerate() {
                let (class, weight) = (self.classes[first + i], self.weights[first + i]);
                let e = (-z.abs()).exp();
                let p = if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
                let wrong = if class == 1 { -z } else { z };
                sum += weight * (e.ln_1p() + wrong.max(0.0));
                slope[i] = weight * (p - f64::from(class));
                curvature[i] = weight * e / ((1.0 + e) * (1.0 + e));
            }
            return sum;
        }
        let k = self.k;
        for (i, z) in margins.chunks_exact(k).enumerate() {
            let (class, weight) = (self.classes[first + i] as usize, self.weights[first + i]);
            let (slope, p) = (&mut slope[i * k..(i + 1) * k], &mut curvature[i * k..(i + 1) * k]);
            sum += weight * (softmax(z, p) - z[class]);
            slope.iter_mut().zip(p.iter()).for_each(|(s, p)| *s = weight * p);
            slope[class] -= weight;
        }
        sum
    }

    /// Multiplies the `k` numbers of sample `i` with the curvature of its loss.
    pub(super) fn curve(&self, slopes: &Slopes, i: usize, t: &mut [f64]) {
        if let [t] = t {
            *t *= slopes.curvature[i];
            return;
        }
        let p = &slopes.curvature[i * self.k..(i + 1) * self.k];
        let mean: f64 = p.iter().zip(t.iter()).map(|(p, t)| p * t).sum();
        t.iter_mut().zip(p).for_each(|(t, p)| *t = self.weights[i] * p * (*t - mean));
    }

    /// The second derivative of the loss by each margin, `(n, k)`.
    pub(super) fn diagonal(&self, slopes: &Slopes, out: &mut [f64]) {
        out.copy_from_slice(&slopes.curvature);
        if self.k > 1 {
            for (p, weight) in out.chunks_exact_mut(self.k).zip(self.weights) {
                p.iter_mut().for_each(|p| *p = weight * *p * (1.0 - *p));
            }
        }
    }
}

/// Leaves the softmax of `z` in `p` and returns `ln Σ exp z`.
pub(super) fn softmax(z: &[f64], p: &mut [f64]) -> f64 {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (p, z) in p.iter_mut().zip(z) {
        *p = (z - top).exp();
        sum += *p;
    }
    p.iter_mut().for_each(|p| *p /= sum);
    top + sum.ln()
}

/// The probability of the class with margin `z` against the other.
pub(super) fn sigmoid(z: f64) -> f64 {
    let e = (-z.abs()).exp();
    if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}
