//! Context: what part of the uses the words around them would lead to, by a classifier that never saw the outlet.
//!
//! For each contrast, sentences that have uses of exactly one of its poles teach a classifier: every cue of every
//! contrast is masked, the other words become TF-IDF of 1–2-grams, with those of the two sentences before and behind
//! beside them, and an L2 logistic regression learns the pole (multinomial where there are more than two). It weighs
//! all poles alike, and its odds are then multiplied by those of the poles where it learnt. Every outlet is scored by a model fitted on the others: one model
//! an outlet, or ten groups of outlets where there are many. The expected share of an outlet is the mean over its uses
//! of the probability that the model gives; `excess` is share − expected share, and its interval takes the residuals
//! of an article for one cluster.
//!
//! How good the classifier is, is the AUC of those held-out scores, pooled over outlets; with more than two poles the
//! mean over poles, weighted by their sentences. Below [`MIN_AUC`], with fewer than [`MIN_OUTLETS`] outlets or
//! [`MIN_SENTENCES`] sentences no expected share is given, and the reason is.

use super::collect::{ByOutlet, Collected, CueSentence};
use super::scale::Scale;
use super::{ContextModel, Estimate, IntervalOf, MIN_ARTICLES, Options, Voices};
use crate::cues::Lexicon;
use crate::error::{Error, Result};
use crate::features::{DocumentFrequency, FeatureError, SparseRows, TermFrequency, TfidfParams, Tokens};
use crate::model::{ClassWeight, LogisticError, LogisticRegressionParams, MultiClass, metrics};
use crate::stats::cluster::{Cluster, Sums};
use crate::text::Voice;
use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, ArrayView1};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A classifier worse than this on outlets that it never saw gives no expected shares.
pub const MIN_AUC: f64 = 0.6;
/// With fewer outlets there is nobody to learn from.
pub const MIN_OUTLETS: usize = 3;
/// With fewer sentences there is too little to learn from.
pub const MIN_SENTENCES: usize = 50;
/// The most models that are fitted for one contrast, a pole.
const MAX_FOLDS: usize = 20;
/// Groups of outlets where there are more outlets than that.
const FOLDS: usize = 10;
/// The most sentences that one contrast learns from; of more, an even sample is taken.
const MAX_TRAINING: usize = 60_000;
/// The inverse strength of the penalty.
const C: f64 = 3.0;
/// The weight of the sentences around, against 1 for the sentence itself.
const AROUND: f64 = 0.7;

/// What became of one contrast's classifier.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSummary {
    /// Index of the contrast.
    pub contrast: usize,
    /// Sentences with exactly one pole, of known outlets.
    pub sentences: usize,
    /// Outlets that have such sentences.
    pub outlets: usize,
    /// On outlets never seen; `None` where no classifier could be fitted.
    pub auc: Option<f64>,
    /// Why no expected shares are given; `None` where they are.
    pub left_out: Option<String>,
}

/// The uses of one contrast in one article and voice, with what the context leads to.
#[derive(Debug, Clone)]
struct Entry {
    contrast: usize,
    voice: Voice,
    /// By pole: uses.
    uses: Vec<f64>,
    /// By pole: the sum over all uses of the probability of that pole.
    expected: Vec<f64>,
}

/// What the context leads to, for every use of the contrasts whose classifier is good enough.
#[derive(Debug, Default)]
pub struct Context {
    /// One a contrast, in the lexicon's order; empty where no models were wanted.
    pub models: Vec<ModelSummary>,
    /// By article.
    entries: Vec<Vec<Entry>>,
    /// By outlet: the articles that count.
    articles: Vec<Vec<usize>>,
}

/// Fits and cross-fits all contrasts' classifiers.
///
/// # Errors
/// Only where the solver meets numbers that are none, which is an error in the program.
pub fn cross_fit(collected: &Collected, lexicon: &Lexicon, options: &Options) -> Result<Context> {
    let mut context = Context {
        models: Vec::new(),
        entries: vec![Vec::new(); collected.articles.len()],
        articles: ByOutlet::new(collected, lexicon).articles,
    };
    if options.context == ContextModel::None {
        return Ok(context);
    }
    for (contrast, what) in lexicon.contrasts.iter().enumerate() {
        let (summary, scores) = fit_contrast(collected, contrast, what.poles.len())?;
        if summary.left_out.is_none() {
            context.add(collected, contrast, what.poles.len(), &scores);
        }
        context.models.push(summary);
    }
    Ok(context)
}

/// What the context of one sentence says.
#[derive(Debug, Clone, Default)]
struct Score {
    /// By pole: the probability where all poles are taken to be used alike, so that scores by models of different
    /// outlets can be put side by side: without that, holding out an outlet that seldom uses a pole would raise its
    /// scores for it.
    balanced: Vec<f64>,
    /// By pole: the probability, given how often the training outlets use it; they sum to 1.
    probabilities: Vec<f64>,
}

/// Every sentence with a use, by its index.
type Scores = Vec<(usize, Score)>;

/// A contrast's sentences, made ready.
struct Task<'c> {
    collected: &'c Collected,
    contrast: usize,
    /// All sentences with a use, as indices into the collected ones.
    sentences: Vec<usize>,
    /// Their TF-IDF rows: (n_sentences, n_terms).
    rows: SparseRows<f64>,
    /// By sentence: the fold of its outlet; `None` for unknown outlets.
    folds: Vec<Option<usize>>,
    n_folds: usize,
    /// Sentences to learn from, as positions in `sentences`, with their pole.
    training: Vec<(usize, usize)>,
    n_poles: usize,
}

fn fit_contrast(collected: &Collected, contrast: usize, n_poles: usize) -> Result<(ModelSummary, Scores)> {
    let of_contrast = |s: &CueSentence| s.uses.iter().any(|u| u.0 == contrast);
    let sentences: Vec<usize> =
        (0..collected.sentences.len()).filter(|&i| of_contrast(&collected.sentences[i])).collect();
    let mut training = Vec::new();
    let mut per_outlet: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, &i) in sentences.iter().enumerate() {
        let sentence = &collected.sentences[i];
        let article = &collected.articles[sentence.article];
        if let (Some(outlet), Some(pole), true) = (article.outlet, only_pole(sentence, contrast), article.counts) {
            training.push((at, pole));
            *per_outlet.entry(outlet).or_default() += 1;
        }
    }
    let mut summary =
        ModelSummary { contrast, sentences: training.len(), outlets: per_outlet.len(), auc: None, left_out: None };
    let by_pole: Vec<usize> = (0..n_poles).map(|p| training.iter().filter(|(_, q)| *q == p).count()).collect();
    let poles_used = by_pole.iter().filter(|&&n| n > 0).count();
    if per_outlet.len() < MIN_OUTLETS {
        summary.left_out =
            Some(format!("it takes {MIN_OUTLETS} outlets to learn from, and {} use it", per_outlet.len()));
    } else if training.len() < MIN_SENTENCES {
        summary.left_out =
            Some(format!("it takes {MIN_SENTENCES} sentences to learn from, and there are {}", training.len()));
    } else if poles_used < 2 {
        summary.left_out = Some("only one of its names is used".to_owned());
    }
    if summary.left_out.is_some() {
        return Ok((summary, Vec::new()));
    }
    let Some(rows) = tfidf(collected, &sentences)? else {
        summary.left_out = Some("its sentences have no words in common".to_owned());
        return Ok((summary, Vec::new()));
    };
    let (fold_of, n_folds) = outlet_folds(&per_outlet);
    let folds = sentences
        .iter()
        .map(|&i| collected.articles[collected.sentences[i].article].outlet.and_then(|o| fold_of.get(&o).copied()))
        .collect();
    let task = Task { collected, contrast, sentences, rows, folds, n_folds, training, n_poles };
    let scores = task.scores()?;
    let auc = task.auc(&scores, &by_pole)?;
    summary.auc = auc;
    match auc {
        None => summary.left_out = Some("no outlet that was held out has both names".to_owned()),
        Some(auc) if auc < MIN_AUC => {
            summary.left_out = Some(format!(
                "the context says too little: AUC {auc:.2} on outlets never seen, and it takes {MIN_AUC}"
            ));
        }
        Some(_) => {}
    }
    let scores = task.sentences.iter().copied().zip(scores).collect();
    Ok((summary, scores))
}

/// The pole of a sentence all of whose uses of the contrast are of that pole.
fn only_pole(sentence: &CueSentence, contrast: usize) -> Option<usize> {
    let mut poles = sentence.uses.iter().filter(|u| u.0 == contrast).map(|u| u.1);
    let first = poles.next()?;
    poles.all(|p| p == first).then_some(first)
}

/// The sentences' rows: sublinear TF-IDF of the sentence's 1–2-grams, and beside it, with less weight, that of the words
/// of the sentences around. `None` where no term is left.
fn tfidf(collected: &Collected, sentences: &[usize]) -> Result<Option<SparseRows<f64>>> {
    let words: Vec<&[u32]> = sentences.iter().map(|&i| collected.sentences[i].words.as_slice()).collect();
    let around: Vec<&[u32]> = sentences.iter().map(|&i| collected.sentences[i].around.as_slice()).collect();
    let block = |documents: &[&[u32]], lengths| {
        let params = TfidfParams::new()
            .ngram_range(lengths)
            .min_df(DocumentFrequency::Count(2))
            .term_frequency(TermFrequency::Sublinear)
            .check();
        match params.and_then(|p| p.fit_transform(&Tokens::new(documents, &collected.terms))) {
            Ok((_, rows)) => Ok(Some(rows)),
            Err(FeatureError::EmptyVocabulary { .. } | FeatureError::NothingLeft { .. }) => Ok(None),
            Err(e) => Err(broken(e)),
        }
    };
    let Some(words) = block(&words, 1..=2)? else { return Ok(None) };
    match block(&around, 1..=1)? {
        Some(around) => SparseRows::hstack(&[(1.0, &words), (AROUND, &around)]).map(Some).map_err(broken),
        None => Ok(Some(words)),
    }
}

/// An error that only a mistake in the program can bring about.
fn broken<E: std::error::Error>(error: E) -> Error {
    Error::data("the context's classifier can't be fitted")
        .found(error.to_string())
        .help("please report this; --context-model none goes on without expected shares")
}

/// Which fold each outlet is held out in: its own, or one of ten groups of about the same number of sentences.
fn outlet_folds(per_outlet: &BTreeMap<usize, usize>) -> (BTreeMap<usize, usize>, usize) {
    if per_outlet.len() <= MAX_FOLDS {
        return (per_outlet.keys().enumerate().map(|(fold, &outlet)| (outlet, fold)).collect(), per_outlet.len());
    }
    let mut by_size: Vec<(usize, usize)> = per_outlet.iter().map(|(&o, &n)| (o, n)).collect();
    by_size.sort_by_key(|&(outlet, n)| (std::cmp::Reverse(n), outlet));
    let mut sizes = [0; FOLDS];
    let mut folds = BTreeMap::new();
    for (outlet, n) in by_size {
        let smallest = (0..FOLDS).min_by_key(|&f| sizes[f]).unwrap_or(0);
        sizes[smallest] += n;
        folds.insert(outlet, smallest);
    }
    (folds, FOLDS)
}

impl Task<'_> {
    /// The score of every sentence, by a model that never saw its outlet. A sentence of an unknown outlet is scored by
    /// a model of all outlets.
    fn scores(&self) -> Result<Vec<Score>> {
        // The last "fold" holds nobody out.
        let folds: Vec<Option<usize>> = (0..self.n_folds).map(Some).chain([None]).collect();
        let scored: Vec<Result<Vec<(usize, Score)>>> =
            folds.into_par_iter().map(|fold| self.score_fold(fold)).collect();
        let mut scores = vec![Score::default(); self.sentences.len()];
        for fold in scored {
            for (at, score) in fold? {
                scores[at] = score;
            }
        }
        Ok(scores)
    }

    fn score_fold(&self, fold: Option<usize>) -> Result<Vec<(usize, Score)>> {
        let held_out: Vec<usize> = (0..self.sentences.len()).filter(|&at| self.folds[at] == fold).collect();
        if held_out.is_empty() {
            return Ok(Vec::new());
        }
        let seen: Vec<(usize, usize)> =
            self.training.iter().copied().filter(|&(at, _)| fold.is_none() || self.folds[at] != fold).collect();
        let step = seen.len().div_ceil(MAX_TRAINING).max(1);
        let seen: Vec<(usize, usize)> = seen.into_iter().step_by(step).collect();
        let mut prior = vec![0.0; self.n_poles];
        for (_, pole) in &seen {
            prior[*pole] += 1.0 / seen.len() as f64;
        }
        if prior.iter().filter(|p| **p > 0.0).count() < 2 {
            // Without this fold's outlets nobody uses another pole: the context can't matter.
            let score = Score { balanced: vec![0.0; self.n_poles], probabilities: prior };
            return Ok(held_out.into_iter().map(|at| (at, score.clone())).collect());
        }
        let select = |rows: &[usize]| self.rows.select_rows(rows).map_err(broken);
        let rows = select(&seen.iter().map(|s| s.0).collect::<Vec<_>>())?;
        let poles: Array1<usize> = seen.iter().map(|s| s.1).collect();
        let params = LogisticRegressionParams::new()
            .c(C)
            .class_weight(ClassWeight::Balanced)
            .multi_class(if self.n_poles == 2 { MultiClass::OneVsRest } else { MultiClass::Multinomial });
        let fitted = params.check().map_err(broken::<LogisticError>)?.fit(&DatasetBase::new(rows, poles)).map_err(broken)?;
        let margins = fitted.decision_function(&select(&held_out)?).map_err(broken)?;
        let score = |margins: ArrayView1<'_, f64>| {
            // One margin is that of the second class against the first.
            let mut balanced = vec![f64::NEG_INFINITY; self.n_poles];
            for (class, &pole) in fitted.classes().iter().enumerate() {
                balanced[pole] = if margins.len() > 1 { margins[class] } else { class as f64 * margins[0] };
            }
            let shifted: Vec<f64> = balanced.iter().zip(&prior).map(|(b, p)| b + p.ln()).collect();
            Score { balanced: softmax(&balanced), probabilities: softmax(&shifted) }
        };
        Ok(held_out.into_iter().zip(margins.outer_iter()).map(|(at, m)| (at, score(m))).collect())
    }

    /// The AUC over all training sentences, each scored by a model that never saw its outlet.
    fn auc(&self, scores: &[Score], by_pole: &[usize]) -> Result<Option<f64>> {
        let poles: Vec<usize> = if self.n_poles == 2 { vec![0] } else { (0..self.n_poles).collect() };
        let (mut sum, mut weights) = (0.0, 0.0);
        for pole in poles.into_iter().filter(|&p| by_pole[p] > 0) {
            let is: Vec<bool> = self.training.iter().map(|(_, p)| *p == pole).collect();
            let score: Vec<f64> = self.training.iter().map(|(at, _)| scores[*at].balanced[pole]).collect();
            let uses: f64 = self.training.iter().filter(|(_, p)| *p == pole).map(|(at, _)| self.uses(*at)).sum();
            let Some(auc) = metrics::roc_auc(&is, &score, None).map_err(broken)? else { return Ok(None) };
            sum += auc * uses;
            weights += uses;
        }
        Ok((weights > 0.0).then(|| sum / weights))
    }

    /// How many uses of the contrast a sentence has.
    fn uses(&self, at: usize) -> f64 {
        let uses = &self.collected.sentences[self.sentences[at]].uses;
        uses.iter().filter(|u| u.0 == self.contrast).count() as f64
    }
}

/// exp(x_k) / Σ exp(x): probabilities from log-odds; −∞ gives 0.
fn softmax(x: &[f64]) -> Vec<f64> {
    let most = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exp: Vec<f64> = x.iter().map(|x| (x - most).exp()).collect();
    let sum: f64 = exp.iter().sum();
    exp.into_iter().map(|e| e / sum).collect()
}

impl Context {
    /// Adds up the probabilities by article and voice.
    fn add(&mut self, collected: &Collected, contrast: usize, n_poles: usize, scores: &Scores) {
        for (sentence, score) in scores {
            let sentence = &collected.sentences[*sentence];
            let entries = &mut self.entries[sentence.article];
            for &(_, pole, voice) in sentence.uses.iter().filter(|u| u.0 == contrast) {
                let at = entries.iter().position(|e| e.contrast == contrast && e.voice == voice).unwrap_or_else(|| {
                    entries.push(Entry { contrast, voice, uses: vec![0.0; n_poles], expected: vec![0.0; n_poles] });
                    entries.len() - 1
                });
                entries[at].uses[pole] += 1.0;
                for (sum, p) in entries[at].expected.iter_mut().zip(&score.probabilities) {
                    *sum += p;
                }
            }
        }
    }

    fn of_article(&self, article: usize, voices: Voices, contrast: usize) -> impl Iterator<Item = &Entry> {
        let speaks =
            move |e: &&Entry| e.contrast == contrast && (voices == Voices::All || voices == Voices::Only(e.voice));
        self.entries[article].iter().filter(speaks)
    }

    /// Share minus expected share of a pole, with its interval; `None` where there is no model.
    pub fn excess(&self, outlet: usize, voices: Voices, contrast: usize, pole: usize) -> Option<Estimate> {
        let clusters = self.articles[outlet].iter().map(|&article| {
            let (mut x, mut n) = (0.0, 0.0);
            for entry in self.of_article(article, voices, contrast) {
                x += entry.uses[pole] - entry.expected[pole];
                n += entry.uses.iter().sum::<f64>();
            }
            Cluster { x, n }
        });
        let ratio = clusters.collect::<Sums>().ratio()?;
        let enough = ratio.clusters >= MIN_ARTICLES;
        Some(Estimate {
            value: ratio.value,
            interval: if enough { ratio.mean_interval() } else { None },
            of: if enough { IntervalOf::Articles } else { IntervalOf::Mentions },
        })
    }

    /// The expected part of some poles in the uses of others, `part` among `whole`, for an outlet.
    pub fn expected_side(
        &self,
        outlet: usize,
        voices: Voices,
        contrast: usize,
        (part, whole): (&[usize], &[usize]),
    ) -> Option<f64> {
        let entries = self.articles[outlet].iter().flat_map(|&a| self.of_article(a, voices, contrast));
        side(entries, part, whole)
    }

    /// The same for one article and the right side of a scale.
    pub fn article_side(&self, article: usize, voices: Voices, scale: &Scale) -> Option<f64> {
        let whole = [scale.poles.0.as_slice(), &scale.poles.1].concat();
        side(self.of_article(article, voices, scale.contrast), &scale.poles.1, &whole)
    }
}

fn side<'e>(entries: impl Iterator<Item = &'e Entry>, part: &[usize], whole: &[usize]) -> Option<f64> {
    let (mut x, mut n) = (0.0, 0.0);
    for entry in entries {
        x += part.iter().map(|&p| entry.expected[p]).sum::<f64>();
        n += whole.iter().map(|&p| entry.expected[p]).sum::<f64>();
    }
    (n > 0.0).then(|| x / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_hold_out_single_outlets_or_balanced_groups() {
        let few: BTreeMap<usize, usize> = (0..5).map(|o| (o, 10)).collect();
        assert_eq!(outlet_folds(&few).1, 5);
        let many: BTreeMap<usize, usize> = (0..100).map(|o| (o, 1 + o % 7)).collect();
        let (folds, n) = outlet_folds(&many);
        assert_eq!((n, folds.len()), (FOLDS, 100));
        let size = |f| many.iter().filter(|(o, _)| folds[o] == f).map(|(_, n)| n).sum::<usize>();
        assert!((0..FOLDS).all(|f| size(f) > 30), "{:?}", (0..FOLDS).map(size).collect::<Vec<_>>());
    }

    #[test]
    fn only_sentences_of_one_pole_teach() {
        let sentence = |uses: &[(usize, usize)]| CueSentence {
            article: 0,
            words: Vec::new(),
            around: Vec::new(),
            uses: uses.iter().map(|&(c, p)| (c, p, Voice::Own)).collect(),
        };
        assert_eq!(only_pole(&sentence(&[(0, 1), (0, 1), (1, 0)]), 0), Some(1));
        assert_eq!(only_pole(&sentence(&[(0, 1), (0, 0)]), 0), None);
        assert_eq!(only_pole(&sentence(&[(1, 0)]), 0), None);
    }
}
