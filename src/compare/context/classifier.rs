//! The classifier of one contrast's context: folds of outlets, fitting, quality.

use super::super::collect::Collected;
use super::rows::{self, Maker, OfContrast, OfSentences, broken};
use super::shift::Shifts;
use super::{LeftOut, MIN_AUC, MIN_OUTLETS, MIN_SENTENCES, ModelSummary};
use crate::error::Result;
use crate::model::metrics;
use crate::model::parts::{Part, Parts, Start};
use crate::text::Voice;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// With up to this many outlets, each is held out in its own fold.
const MAX_FOLDS: usize = 20;
/// With more outlets, they are divided into this many groups.
const FOLDS: usize = 10;
/// The inverse strength of the penalty.
const C: f64 = 3.0;
/// The tolerance of the optimiser: probabilities are accurate to about three digits.
const TOLERANCE: f64 = 5e-4;
/// Scores of sentences by their contexts: for each sentence, a number per pole.
#[derive(Default)]
struct Scores {
    /// The probability if all poles were used equally often, which makes the scores of models of different outlets
    /// comparable. Otherwise, holding out an outlet that seldom uses a pole would raise its scores for that pole.
    balanced: Vec<f64>,
    /// The probability given how often the training outlets use each pole; they sum to 1.
    probabilities: Vec<f64>,
}

/// The sentences of a contrast, prepared for fitting.
pub(super) struct Task<'c> {
    collected: &'c Collected,
    sentences: &'c OfContrast,
    /// The rows and poles of the sentences to learn from.
    parts: Parts,
    /// Makes the rows of the other sentences.
    maker: Maker,
    /// The fold of each sentence's outlet; `None` for unknown outlets.
    pub folds: Vec<Option<usize>>,
    pub n_folds: usize,
    /// Sentences that can be learnt from, with their poles; [`Task::seen`] selects those that are.
    pub training: Vec<(usize, usize)>,
    pub n_poles: usize,
}

/// Fits and cross-fits one contrast's classifier. The probability by sentence and pole is only meaningful if the
/// contrast isn't [left out](ModelSummary::left_out).
pub(super) fn fit_contrast(
    collected: &Collected,
    sentences: &OfContrast,
    words: OfSentences,
    n_poles: usize,
) -> Result<(ModelSummary, Vec<f64>)> {
    let outlet_of = |at: usize| collected.articles[sentences.article(at) as usize].outlet.get();
    let mut training = Vec::new();
    let mut per_outlet = PerOutlet::default();
    for at in 0..sentences.len() {
        let is_reprint = collected.reprints.contains_key(&(sentences.article(at) as usize));
        if let (Some(outlet), Some(pole), false) = (outlet_of(at), only_pole(sentences.uses(at)), is_reprint) {
            training.push((at, pole));
            per_outlet.entry(outlet).or_insert((at, 0)).1 += 1;
        }
    }
    let contrast = sentences.contrast;
    let mut summary =
        ModelSummary { contrast, sentences: training.len(), outlets: per_outlet.len(), auc: None, left_out: None };
    if per_outlet.len() < MIN_OUTLETS {
        summary.left_out = Some(LeftOut::FewOutlets(per_outlet.len()));
    } else if training.len() < MIN_SENTENCES {
        summary.left_out = Some(LeftOut::FewSentences(training.len()));
    } else if !has_two_poles(&training) {
        summary.left_out = Some(LeftOut::OneName);
    }
    if summary.left_out.is_some() {
        return Ok((summary, Vec::new()));
    }
    let Some((rows, maker)) = rows::learn(&collected.terms, sentences, words)? else {
        summary.left_out = Some(LeftOut::NoWords);
        return Ok((summary, Vec::new()));
    };
    let (fold_of, n_folds) = outlet_folds(&per_outlet);
    let fold = |at: usize| outlet_of(at).and_then(|outlet| fold_of.get(&outlet).copied());
    let folds = (0..sentences.len()).map(fold).collect();
    let mut poles = vec![0; rows.n_samples()];
    let learnt_from = training.iter().filter(|(at, _)| at.is_multiple_of(sentences.step));
    learnt_from.for_each(|&(at, pole)| poles[at / sentences.step] = pole as u32);
    let parts = Parts::new(rows, poles, n_poles, C, TOLERANCE);
    let task = Task { collected, sentences, parts, maker, folds, n_folds, training, n_poles };
    let Scores { balanced, probabilities } = task.scores()?;
    let auc = task.auc(&balanced)?;
    summary.auc = auc;
    summary.left_out = match auc {
        None => Some(LeftOut::NoAuc),
        Some(auc) if auc < MIN_AUC => Some(LeftOut::WeakContext(auc)),
        Some(_) => None,
    };
    Ok((summary, probabilities))
}

/// The pole of a sentence, if all its uses of the contrast are of the same pole.
fn only_pole(uses: &[(u32, Voice)]) -> Option<usize> {
    let mut poles = uses.iter().map(|u| u.0 as usize);
    let first = poles.next()?;
    poles.all(|p| p == first).then_some(first)
}

/// For each outlet: its first sentence to learn from, and their number.
type PerOutlet = BTreeMap<usize, (usize, usize)>;

/// The fold that each outlet is held out in: its own, or one of ten groups with about the same number of sentences.
/// Outlets are processed in the order of their first sentences, so that their names have no influence.
fn outlet_folds(per_outlet: &PerOutlet) -> (BTreeMap<usize, usize>, usize) {
    let mut outlets: Vec<(usize, (usize, usize))> = per_outlet.iter().map(|(o, s)| (*o, *s)).collect();
    outlets.sort_by_key(|(_, (first, _))| *first);
    if outlets.len() <= MAX_FOLDS {
        return (outlets.iter().enumerate().map(|(fold, (outlet, _))| (*outlet, fold)).collect(), outlets.len());
    }
    outlets.sort_by_key(|(_, (_, n))| std::cmp::Reverse(*n));
    let mut sizes = [0; FOLDS];
    let mut folds = BTreeMap::new();
    for (outlet, (_, n)) in outlets {
        let smallest = (0..FOLDS).min_by_key(|&f| sizes[f]).unwrap_or(0);
        sizes[smallest] += n;
        folds.insert(outlet, smallest);
    }
    (folds, FOLDS)
}

impl Task<'_> {
    /// The scores of all sentences, each by a model that never saw its outlet. A sentence of an unknown outlet is
    /// scored by a model of all outlets.
    fn scores(&self) -> Result<Scores> {
        let shifts = Shifts::learn(self)?;
        // The last "fold" holds out no outlet.
        let folds: Vec<Option<usize>> = (0..self.n_folds).map(Some).chain([None]).collect();
        let scored: Vec<Result<Scores>> = folds.par_iter().map(|fold| self.score_fold(*fold, &shifts)).collect();
        let n = self.n_poles;
        let none = || vec![0.0; self.sentences.len() * n];
        let mut scores = Scores { balanced: none(), probabilities: none() };
        for (fold, scored) in folds.into_iter().zip(scored) {
            let scored = scored?;
            for (place, at) in self.held_out(fold).enumerate() {
                let (from, to) = (place * n..(place + 1) * n, at * n..(at + 1) * n);
                scores.balanced[to.clone()].copy_from_slice(&scored.balanced[from.clone()]);
                scores.probabilities[to].copy_from_slice(&scored.probabilities[from]);
            }
        }
        Ok(scores)
    }

    /// The sentences that a fold holds out.
    fn held_out(&self, fold: Option<usize>) -> impl Iterator<Item = usize> {
        (0..self.folds.len()).filter(move |&at| self.folds[at] == fold)
    }

    /// The scores of the sentences that a fold holds out.
    fn score_fold(&self, fold: Option<usize>, shifts: &Shifts) -> Result<Scores> {
        let mut scores = Scores::default();
        if self.held_out(fold).next().is_none() {
            return Ok(scores);
        }
        let seen = self.seen_without(fold);
        let prior = self.prior(&seen);
        if !has_two_poles(&seen) {
            // Without this fold's outlets only one pole is used, or none: there is no model.
            for _ in self.held_out(fold) {
                scores.balanced.extend(vec![1.0 / self.n_poles as f64; self.n_poles]);
                scores.probabilities.extend_from_slice(&prior);
            }
            return Ok(scores);
        }
        let model = self.fit(&seen, shifts.start(fold))?;
        let shift = shifts.of(fold, &prior);
        let mut reader = self.collected.sentences.reader();
        for at in self.held_out(fold) {
            let balanced = match at.is_multiple_of(self.sentences.step) {
                true => self.margins(&model, at),
                false => self.parts.margins_of_other(&model, &self.maker.row(&mut reader, (self.sentences, at))?),
            };
            let shifted: Vec<f64> = balanced.iter().zip(&shift).map(|(b, s)| b + s).collect();
            scores.balanced.extend(softmax(&balanced));
            scores.probabilities.extend(softmax(&shifted));
        }
        Ok(scores)
    }

    /// The sentences to learn from whose fold is `wanted`.
    pub fn seen(&self, wanted: impl Fn(Option<usize>) -> bool) -> Vec<(usize, usize)> {
        let learnt_from = self.training.iter().filter(|(at, _)| at.is_multiple_of(self.sentences.step));
        learnt_from.copied().filter(|&(at, _)| wanted(self.folds[at])).collect()
    }

    /// The sentences that the model of a fold learns from.
    fn seen_without(&self, fold: Option<usize>) -> Vec<(usize, usize)> {
        self.seen(|of| fold.is_none() || of != fold)
    }

    /// The share of each pole in these sentences; of none, the same for all.
    pub fn prior(&self, seen: &[(usize, usize)]) -> Vec<f64> {
        if seen.is_empty() {
            return vec![1.0 / self.n_poles as f64; self.n_poles];
        }
        let mut prior = vec![0.0; self.n_poles];
        seen.iter().for_each(|(_, pole)| prior[*pole] += 1.0 / seen.len() as f64);
        prior
    }

    /// Learns from the sentences `seen`, with equal weights for all poles and without an intercept: a sentence whose
    /// words say nothing is equally likely to have each pole.
    pub fn fit(&self, seen: &[(usize, usize)], start: Option<&Start>) -> Result<Part> {
        let seen: Vec<usize> = seen.iter().map(|(at, _)| at / self.sentences.step).collect();
        self.parts.fit(&seen, start).map_err(broken)
    }

    /// The balanced log-odds of every pole for a sentence to learn from; −∞ for poles that the model never saw.
    pub fn margins(&self, model: &Part, at: usize) -> Vec<f64> {
        self.parts.margins(model, at / self.sentences.step)
    }

    /// The AUC over the training sentences, each scored by a model that never saw its outlet. Those of a fold that has no
    /// model say nothing about it, so they are left out; `None` if the others have only one pole.
    fn auc(&self, balanced: &[f64]) -> Result<Option<f64>> {
        let fitted: Vec<bool> = (0..self.n_folds).map(|fold| has_two_poles(&self.seen_without(Some(fold)))).collect();
        let is_scored = |at: usize| self.folds[at].is_some_and(|fold| fitted[fold]);
        let scored: Vec<(usize, usize)> = self.training.iter().copied().filter(|(at, _)| is_scored(*at)).collect();
        let poles: Vec<usize> = if self.n_poles == 2 { vec![0] } else { (0..self.n_poles).collect() };
        let (mut sum, mut weights) = (0.0, 0.0);
        for pole in poles {
            let is: Vec<bool> = scored.iter().map(|(_, p)| *p == pole).collect();
            let score: Vec<f64> = scored.iter().map(|(at, _)| balanced[at * self.n_poles + pole]).collect();
            let of_pole = scored.iter().filter(|(_, p)| *p == pole);
            let uses: f64 = of_pole.map(|(at, _)| self.sentences.uses(*at).len() as f64).sum();
            if let Some(auc) = metrics::roc_auc(&is, &score, None).map_err(broken)? {
                sum += auc * uses;
                weights += uses;
            }
        }
        Ok((weights > 0.0).then(|| sum / weights))
    }
}

/// Whether sentences, each with its pole, have more than one.
fn has_two_poles(sentences: &[(usize, usize)]) -> bool {
    sentences.windows(2).any(|two| two[0].1 != two[1].1)
}

/// exp(x_k) / Σ exp(x): probabilities from log-odds; −∞ gives 0.
fn softmax(x: &[f64]) -> Vec<f64> {
    let mut p = x.to_vec();
    softmax_into(&mut p);
    p
}

/// The same in place.
pub(super) fn softmax_into(x: &mut [f64]) {
    let most = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    x.iter_mut().for_each(|x| *x = (*x - most).exp());
    let sum: f64 = x.iter().sum();
    x.iter_mut().for_each(|x| *x /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_hold_out_single_outlets_or_balanced_groups() {
        let few = (0..5).map(|o| (o, (o, 10))).collect();
        assert_eq!(outlet_folds(&few).1, 5);
        let many: PerOutlet = (0..100).map(|o| (o, (o, 1 + o % 7))).collect();
        let (folds, n) = outlet_folds(&many);
        assert_eq!((n, folds.len()), (FOLDS, 100));
        let size = |f| many.iter().filter(|(o, _)| folds[o] == f).map(|(_, (_, n))| n).sum::<usize>();
        assert!((0..FOLDS).all(|f| size(f) > 30), "{:?}", (0..FOLDS).map(size).collect::<Vec<_>>());
    }

    #[test]
    fn only_sentences_of_one_pole_teach() {
        assert_eq!(only_pole(&[(1, Voice::Own), (1, Voice::Quoted)]), Some(1));
        assert_eq!(only_pole(&[(1, Voice::Own), (0, Voice::Own)]), None);
        assert_eq!(only_pole(&[]), None);
    }
}
