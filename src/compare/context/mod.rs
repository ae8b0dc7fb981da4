//! Context: what part of the uses the words around them would lead to, by a classifier that never saw the outlet.
//!
//! For each contrast, sentences that have uses of exactly one of its poles teach a classifier: every cue of every
//! contrast is masked, the other words become TF-IDF of 1–2-grams, with those of the two sentences before and behind
//! beside them, and an L2 logistic regression learns the pole (multinomial where there are more than two). It weighs
//! all poles alike; what its odds are then multiplied by is learnt on outlets that it never saw (`shift`). Every outlet is
//! scored by a model fitted on the others: one model an outlet, or ten groups of outlets where there are many. The expected share of an outlet is the mean over its uses
//! of the probability that the model gives; `excess` is share − expected share, and its interval is that of the share,
//! less the expected share, which is taken for known.
//!
//! How good the classifier is, is the AUC of those held-out scores, pooled over outlets; with more than two poles the
//! mean over poles, weighted by their uses. Below [`MIN_AUC`], with fewer than [`MIN_OUTLETS`] outlets or
//! [`MIN_SENTENCES`] sentences no expected share is given, and the reason is.

mod anonymous;
mod bags;
mod classifier;
mod shift;

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::{ContextModel, Estimate, IntervalOf, MIN_ARTICLES, Options, Voices};
use crate::counted::counted;
use crate::cues::Lexicon;
use crate::cues::lexicon::Contrast;
use crate::error::Result;
use crate::stats::cluster::{Cluster, Sums};
use crate::text::Voice;
pub(super) use anonymous::anonymous;
use classifier::Scores;
use rayon::prelude::*;

/// A classifier worse than this on outlets that it never saw gives no expected shares.
pub const MIN_AUC: f64 = 0.6;
/// With fewer outlets there is nobody to learn from.
pub const MIN_OUTLETS: usize = 3;
/// With fewer sentences there is too little to learn from.
pub const MIN_SENTENCES: usize = 50;
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
    pub left_out: Option<LeftOut>,
}

/// Why a contrast has no expected shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LeftOut {
    /// Fewer than [`MIN_OUTLETS`] outlets use it; so many do.
    FewOutlets(usize),
    /// Fewer than [`MIN_SENTENCES`] sentences have exactly one of its names; so many do.
    FewSentences(usize),
    /// Only one of its names is used.
    OneName,
    /// Its sentences have no words in common.
    NoWords,
    /// The classifier's AUC on outlets never seen is below [`MIN_AUC`].
    WeakContext(f64),
    /// No AUC can be computed.
    NoAuc,
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LeftOut::FewOutlets(n) => {
                let have = counted(*n as u64, "has it", "have it");
                write!(f, "it takes {MIN_OUTLETS} outlets to learn from, and {have}")
            }
            LeftOut::FewSentences(n) => {
                write!(f, "it takes {MIN_SENTENCES} sentences to learn from, and there are {n}")
            }
            LeftOut::OneName => write!(f, "only one of its names is used"),
            LeftOut::NoWords => write!(f, "its sentences have no words in common"),
            LeftOut::WeakContext(auc) => {
                write!(f, "the context says too little: AUC {auc:.2} on outlets never seen, and it takes {MIN_AUC}")
            }
            LeftOut::NoAuc => write!(f, "no outlet that was held out has both names"),
        }
    }
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
    /// By outlet: the articles that count and have entries.
    articles: Vec<Vec<usize>>,
}

/// Fits and cross-fits all contrasts' classifiers.
///
/// # Errors
/// Where the sentences, which wait on disk, can't be read; and where the solver meets numbers that are none, which is an
/// error in the program.
pub fn cross_fit(collected: &Collected, lexicon: &Lexicon, options: &Options) -> Result<Context> {
    let mut context = Context {
        models: Vec::new(),
        entries: vec![Vec::new(); collected.articles.len()],
        articles: ByOutlet::new(collected, lexicon).articles,
    };
    if options.context == ContextModel::None {
        return Ok(context);
    }
    let contrasts: Vec<_> = lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category()).collect();
    let fit = |(contrast, what): &(usize, &Contrast)| classifier::fit_contrast(collected, *contrast, what.poles.len());
    let fitted: Vec<_> = contrasts.par_iter().map(fit).collect();
    for ((contrast, what), fitted) in contrasts.into_iter().zip(fitted) {
        let (summary, scores) = fitted?;
        if summary.left_out.is_none() {
            context.add(collected, contrast, what.poles.len(), &scores);
        }
        context.models.push(summary);
    }
    let Context { articles, entries, .. } = &mut context;
    articles.iter_mut().for_each(|of_outlet| of_outlet.retain(|&article| !entries[article].is_empty()));
    Ok(context)
}

impl Context {
    /// Adds up the probabilities by article and voice.
    fn add(&mut self, collected: &Collected, contrast: usize, n_poles: usize, scores: &Scores) {
        for (sentence, score) in scores {
            let sentence = &collected.sentences[*sentence];
            let entries = &mut self.entries[sentence.article as usize];
            for &(_, pole, voice) in sentence.uses.iter().filter(|u| u.0 as usize == contrast) {
                let at = entries.iter().position(|e| e.contrast == contrast && e.voice == voice).unwrap_or_else(|| {
                    let zeros = vec![0.0; n_poles];
                    entries.push(Entry { contrast, voice, uses: zeros.clone(), expected: zeros });
                    entries.len() - 1
                });
                entries[at].uses[pole as usize] += 1.0;
                for (other, p) in score.probabilities.iter().enumerate() {
                    entries[at].expected[other] += p;
                }
            }
        }
    }

    fn of_article(&self, article: usize, voices: Voices, contrast: usize) -> impl Iterator<Item = &Entry> {
        let speaks =
            move |e: &&Entry| e.contrast == contrast && (voices == Voices::All || voices == Voices::Only(e.voice));
        self.entries[article].iter().filter(speaks)
    }

    /// Share minus expected share of an outlet's poles, with their intervals; `None` where there is no model. By the voice's
    /// place among [`Voices::ROWS`], times the number of all poles, and the pole's number; empty where there is no model at
    /// all.
    pub fn excesses(&self, outlet: usize, index: &ByOutlet) -> Vec<Option<Estimate>> {
        if self.articles[outlet].is_empty() {
            return Vec::new();
        }
        let poles = index.first_poles.last().copied().unwrap_or(0);
        let mut found = vec![(Sums::default(), 0.0); Voices::ROWS.len() * poles];
        let mut clusters: Vec<(usize, Cluster)> = Vec::new();
        for &article in &self.articles[outlet] {
            for (row, voices) in Voices::ROWS.into_iter().enumerate() {
                clusters.clear();
                let entries = self.entries[article].iter();
                for entry in entries.filter(|e| voices == Voices::All || voices == Voices::Only(e.voice)) {
                    let first = row * poles + index.first_poles[entry.contrast];
                    let n = entry.uses.iter().sum::<f64>();
                    for (pole, (x, expected)) in entry.uses.iter().zip(&entry.expected).enumerate() {
                        found[first + pole].1 += expected;
                        match clusters.iter_mut().find(|(place, _)| *place == first + pole) {
                            Some((_, cluster)) => *cluster = Cluster { x: cluster.x + x, n: cluster.n + n },
                            None => clusters.push((first + pole, Cluster { x: *x, n })),
                        }
                    }
                }
                clusters.iter().for_each(|(place, cluster)| found[*place].0.add(*cluster));
            }
        }
        let estimate = |(sums, expected): &(Sums, f64)| {
            let share = sums.ratio()?;
            let expected = expected / share.total;
            let enough = share.clusters >= MIN_ARTICLES;
            let interval = share.share_interval().filter(|_| enough);
            Some(Estimate {
                value: share.value - expected,
                interval: interval.map(|(low, high)| (low - expected, high - expected)),
                of: if enough { IntervalOf::Articles } else { IntervalOf::Mentions },
            })
        };
        found.iter().map(estimate).collect()
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

    /// The same for one article.
    pub fn article_side(
        &self,
        article: usize,
        voices: Voices,
        contrast: usize,
        (part, whole): (&[usize], &[usize]),
    ) -> Option<f64> {
        side(self.of_article(article, voices, contrast), part, whole)
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
