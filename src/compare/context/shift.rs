//! Shifts that turn balanced log-odds into probabilities: one per pole.
//!
//! Scores of a classifier that weights all poles equally are shifted so that, on unseen outlets, the mean probability
//! of a pole is its share. The log of the share would be enough if the model knew other outlets' sentences as well as
//! its own, but on unseen outlets it understates the rare poles. So the shift is learnt there: the folds of outlets are
//! put into blocks, and for every block the others are scored, each by a model that saw neither of the two. A model
//! that omits two blocks serves both of them. If this isn't possible, because a pole occurs in only two blocks, the
//! shift is the log of the share.

use super::classifier::Task;
use crate::error::Result;
use crate::model::parts::Start;
use rayon::prelude::*;

/// Blocks of folds; there is one model per pair of blocks.
const BLOCKS: usize = 5;
/// Steps of the scaling; it converges long before.
const STEPS: usize = 50;

/// Balanced log-odds of sentences, with the poles that were used.
#[derive(Default)]
struct Margins {
    /// For each sentence, a number per pole.
    balanced: Vec<f64>,
    poles: Vec<u32>,
}

impl Margins {
    fn push(&mut self, balanced: &[f64], pole: usize) {
        self.balanced.extend_from_slice(balanced);
        self.poles.push(pole as u32);
    }
}

/// The shifts by block of folds; `None` where the logs of the shares are used.
pub(super) struct Shifts {
    blocks: Vec<Option<Vec<f64>>>,
    /// For sentences that belong to no fold.
    rest: Option<Vec<f64>>,
    /// Starting points for the models of all folds but one: models that saw neither of two blocks.
    starts: Vec<(usize, usize, Start)>,
}

/// The scores of two blocks' sentences by a model that saw neither.
#[derive(Default)]
struct Pair {
    margins: [Margins; 2],
    start: Option<Start>,
}

impl Shifts {
    /// Learns the shifts.
    pub fn learn(task: &Task<'_>) -> Result<Shifts> {
        let n = BLOCKS.min(task.n_folds);
        let pairs: Vec<(usize, usize)> = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
        let scored = pairs.into_par_iter().map(|pair| Ok((pair, Self::score(task, n, pair)?)));
        let scored: Vec<((usize, usize), Pair)> = scored.collect::<Result<_>>()?;
        // Sentences of block `of`, scored without it and without block `but`.
        let without = |of: usize, but: usize| {
            scored.iter().filter_map(move |((a, b), Pair { margins: [of_a, of_b], .. })| match () {
                () if (*a, *b) == (of, but) => Some(of_a),
                () if (*a, *b) == (but, of) => Some(of_b),
                () => None,
            })
        };
        let others = |block: usize| (0..n).filter(move |&b| b != block).flat_map(move |b| without(b, block));
        let each = (0..n).flat_map(|b| without(b, (b + 1) % n));
        let prior = |but: Option<usize>| task.prior(&task.seen(|fold| fold.map(|f| f % n) != but));
        let rest = scale(&each.collect::<Vec<_>>(), &prior(None));
        let of_block = |block: usize| scale(&others(block).collect::<Vec<_>>(), &prior(Some(block)));
        let blocks = (0..n).into_par_iter().map(of_block).collect();
        let starts = scored.into_iter().filter_map(|((a, b), pair)| Some((a, b, pair.start?))).collect();
        Ok(Shifts { blocks, rest, starts })
    }

    /// Scores two blocks by a model that saw neither; empty if a pole occurs only in these blocks.
    fn score(task: &Task<'_>, n: usize, (a, b): (usize, usize)) -> Result<Pair> {
        let seen = task.seen(|fold| fold.is_some_and(|f| f % n != a && f % n != b));
        let poles = |seen: &[(usize, usize)]| task.prior(seen).iter().filter(|p| **p > 0.0).count();
        if seen.is_empty() || poles(&seen) < poles(&task.seen(|_| true)) {
            return Ok(Pair::default());
        }
        let model = task.fit(&seen, None)?;
        let score = |block: usize| -> Margins {
            let mut margins = Margins::default();
            for (at, pole) in task.seen(|fold| fold.is_some_and(|f| f % n == block)) {
                margins.push(&task.margins(&model, at), pole);
            }
            margins
        };
        let margins = [score(a), score(b)];
        Ok(Pair { margins, start: Some(model.into_start()) })
    }

    /// The starting point for the model that scores a fold's sentences.
    pub fn start(&self, fold: Option<usize>) -> Option<&Start> {
        let block = fold.map_or(0, |fold| fold % self.blocks.len());
        self.starts.iter().find(|(a, b, _)| *a == block || *b == block).map(|s| &s.2)
    }

    /// The shift for the balanced log-odds of a fold's sentences; `prior` has the shares of the poles in the other
    /// folds.
    pub fn of(&self, fold: Option<usize>, prior: &[f64]) -> Vec<f64> {
        let learnt = match fold {
            Some(fold) => self.blocks[fold % self.blocks.len()].as_ref(),
            None => self.rest.as_ref(),
        };
        learnt.cloned().unwrap_or_else(|| prior.iter().map(|p| p.ln()).collect())
    }
}

/// The shift that makes the mean probabilities of these sentences equal to the shares of their poles. For a pole that
/// none of them has, it is the log of its `prior`. `None` without sentences.
fn scale(sentences: &[&Margins], prior: &[f64]) -> Option<Vec<f64>> {
    let n: usize = sentences.iter().map(|of| of.poles.len()).sum();
    if n == 0 {
        return None;
    }
    let (n, k) = (n as f64, prior.len());
    let mut observed = vec![0.0; k];
    sentences.iter().flat_map(|of| &of.poles).for_each(|pole| observed[*pole as usize] += 1.0 / n);
    // Odds, scaled so that the largest of a sentence is 1: a shift multiplies them, so that no step needs their
    // exponentials.
    let mut odds: Vec<f64> = sentences.iter().flat_map(|of| &of.balanced).copied().collect();
    for odds in odds.chunks_exact_mut(k) {
        let most = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        odds.iter_mut().for_each(|x| *x = (*x - most).exp());
    }
    let mut shift: Vec<f64> = prior.iter().map(|p| p.ln()).collect();
    for _ in 0..STEPS {
        let times: Vec<f64> = shift.iter().map(|s| s.exp()).collect();
        let mut expected = vec![0.0; k];
        for odds in odds.chunks_exact(k) {
            let sum: f64 = odds.iter().zip(&times).map(|(x, times)| x * times).sum();
            let each = 1.0 / (sum * n);
            expected.iter_mut().zip(odds.iter().zip(&times)).for_each(|(all, (x, times))| *all += x * times * each);
        }
        for ((shift, observed), expected) in shift.iter_mut().zip(&observed).zip(&expected) {
            if *observed > 0.0 && *expected > 0.0 {
                *shift += (observed / expected).ln();
            }
        }
    }
    Some(shift)
}

#[cfg(test)]
mod tests {
    use super::super::classifier::softmax_into;
    use super::*;

    #[test]
    fn mean_probabilities_become_shares() {
        // Nothing is known about the sentences, so every pole gets its share.
        let sentences = |balanced: [f64; 3]| {
            let mut margins = Margins::default();
            [0, 0, 0, 0, 0, 0, 1, 1, 1, 2].into_iter().for_each(|pole| margins.push(&balanced, pole));
            margins
        };
        let shift = scale(&[&sentences([0.0; 3])], &[0.5, 0.3, 0.2]).expect("sentences");
        let mut p = shift.clone();
        softmax_into(&mut p);
        for (p, share) in p.iter().zip([0.6, 0.3, 0.1]) {
            assert!((p - share).abs() < 1e-9, "{p} is not {share}");
        }
        // Log-odds that understate the last pole are corrected.
        let made_up = scale(&[&sentences([0.0, 0.0, -2.0])], &[0.5, 0.3, 0.2]).expect("sentences");
        assert!(((made_up[2] - made_up[0]) - (shift[2] - shift[0]) - 2.0).abs() < 1e-6);
        assert_eq!(scale(&[], &[1.0]), None);
    }
}
