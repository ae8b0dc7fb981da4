//! Context: the share to expect from the surrounding words, by a classifier that never saw the outlet.
//!
//! For each contrast, a classifier learns from the sentences that have uses of exactly one of its poles. Every cue of
//! every contrast is masked; the other words become TF-IDF of 1–2-grams, together with those of the two sentences
//! before and after, and an L2 logistic regression learns the pole (multinomial with more than two). It weights all
//! poles equally; the factors that its odds are then multiplied by are learnt on outlets that it never saw (`shift`).
//! Every outlet is scored by a model fitted on the others: one model per outlet, or per group of outlets (ten groups)
//! if there are many. The expected share of an outlet is the mean over its uses of the model's probability; `excess` is
//! share − expected share. The expected share isn't known better than the others' share, on which the shift is learnt,
//! so the interval of the excess is that of the difference of the two ([`Excess::with`]). That the penalty pulls the
//! expected share towards the others' share is not part of any interval.
//!
//! The quality of the classifier is the AUC of these held-out scores, pooled over the outlets that have a model (without
//! an outlet, the others may use only one name); with more than two poles it is the mean over poles, weighted by their
//! uses. If it is below [`MIN_AUC`], or there are fewer than [`MIN_OUTLETS`]
//! outlets or [`MIN_SENTENCES`] sentences, there is no expected share but a reason.

mod anonymous;
mod bags;
mod classifier;
mod rows;
pub(crate) mod sentences;
mod shift;

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::{ContextModel, Estimate, IntervalOf, MIN_ARTICLES, Options, Voices};
use crate::cues::Lexicon;
use crate::cues::lexicon::Contrast;
use crate::error::Result;
use crate::stats::cluster::{Cluster, Ratio, Sums};
use crate::stats::interval::of_difference;
use crate::text::Voice;
pub(super) use anonymous::anonymous;
use rayon::prelude::*;
use rows::OfContrast;

/// A classifier worse than this on outlets that it never saw provides no expected shares.
pub const MIN_AUC: f64 = 0.6;
/// With fewer outlets there is too little to learn from.
pub const MIN_OUTLETS: usize = 3;
/// With fewer sentences there is too little to learn from.
pub const MIN_SENTENCES: usize = 50;

/// The result of one contrast's classifier.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSummary {
    /// Index of the contrast.
    pub contrast: usize,
    /// Sentences with exactly one pole, of known outlets.
    pub sentences: usize,
    /// Outlets with such sentences.
    pub outlets: usize,
    /// The AUC on unseen outlets; `None` if no classifier could be fitted.
    pub auc: Option<f64>,
    /// Why there are no expected shares; `None` if there are.
    pub left_out: Option<LeftOut>,
}

/// Why a contrast has no expected shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LeftOut {
    /// Fewer than [`MIN_OUTLETS`] outlets use it; with their number.
    FewOutlets(usize),
    /// Fewer than [`MIN_SENTENCES`] sentences have exactly one of its names; with their number.
    FewSentences(usize),
    /// Only one of its names is used.
    OneName,
    /// Its sentences have no words in common.
    NoWords,
    /// The classifier's AUC on unseen outlets is below [`MIN_AUC`].
    WeakContext(f64),
    /// No AUC can be computed.
    NoAuc,
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LeftOut::FewOutlets(n) => {
                write!(f, "it needs {MIN_OUTLETS} outlets to learn from and has {n}")
            }
            LeftOut::FewSentences(n) => {
                write!(f, "it needs {MIN_SENTENCES} sentences to learn from and has {n}")
            }
            LeftOut::OneName => write!(f, "only one of its names is used"),
            LeftOut::NoWords => write!(f, "its sentences have no words in common"),
            LeftOut::WeakContext(auc) => {
                // Enough digits that it doesn't look like the required value.
                let is_less =
                    |digits: &usize| format!("{auc:.digits$}").parse().is_ok_and(|shown: f64| shown < MIN_AUC);
                let digits = (2..=6).find(is_less).unwrap_or(6);
                write!(
                    f,
                    "the context says too little: AUC {auc:.digits$} on outlets never seen, and {MIN_AUC} is needed"
                )
            }
            LeftOut::NoAuc => write!(f, "no outlet that was held out has both names"),
        }
    }
}

/// What the context predicts, for every use of the contrasts with a good enough classifier.
#[derive(Debug, Default)]
pub struct Context {
    /// One per contrast, in the lexicon's order; empty if no models were requested.
    pub models: Vec<ModelSummary>,
    /// One per contrast with a good enough classifier, in the lexicon's order.
    tables: Vec<Uses>,
    /// For each outlet: the articles that count and have such uses.
    articles: Vec<Vec<u32>>,
}

/// Fits and cross-fits all contrasts' classifiers.
///
/// # Errors
/// If the sentences, which are on disk, can't be read; or if the solver finds numbers that aren't finite, which is a
/// bug.
pub fn cross_fit(collected: &Collected, lexicon: &Lexicon, options: &Options) -> Result<Context> {
    let mut context = Context { articles: vec![Vec::new(); collected.outlets.len()], ..Context::default() };
    if options.context == ContextModel::None {
        return Ok(context);
    }
    let contrasts: Vec<_> = lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category()).collect();
    let places = collected.places();
    let fit = |(contrast, what): &(usize, &Contrast)| -> Result<(ModelSummary, Option<Uses>)> {
        let (contrast, n_poles) = (*contrast, what.poles.len());
        let (sentences, words) = OfContrast::read(collected, &places, contrast)?;
        let (summary, probabilities) = classifier::fit_contrast(collected, &sentences, words, n_poles)?;
        let uses = summary.left_out.is_none().then(|| Uses::new(&sentences, n_poles, &probabilities));
        Ok((summary, uses))
    };
    let fitted: Vec<_> = contrasts.par_iter().map(fit).collect();
    for fitted in fitted {
        let (summary, uses) = fitted?;
        context.models.push(summary);
        context.tables.extend(uses);
    }
    for article in context.tables.iter().flat_map(|table| &table.articles) {
        let record = &collected.articles[*article as usize];
        if let Some(outlet) = record.outlet.get().filter(|_| record.counts) {
            context.articles[outlet].push(*article);
        }
    }
    for of_outlet in &mut context.articles {
        of_outlet.sort_unstable();
        of_outlet.dedup();
        of_outlet.shrink_to_fit();
    }
    Ok(context)
}

/// A share, and the share that the context predicts.
#[derive(Debug, Clone, Copy)]
pub struct Excess {
    share: Ratio,
    expected: f64,
}

impl Excess {
    /// Share minus expected share, with its interval. `others` are all uses of the pole, in all voices, by the outlets
    /// that the expected share was learnt from.
    pub fn with(&self, others: Option<Ratio>) -> Estimate {
        let Excess { share, expected } = *self;
        let enough = share.clusters >= MIN_ARTICLES;
        let own = share.share_interval().filter(|_| enough);
        let theirs = others.filter(|others| others.clusters >= MIN_ARTICLES);
        let interval = own.zip(theirs).and_then(|(own, theirs)| {
            let (low, high) = theirs.share_interval()?;
            let known = (expected, (expected + low - theirs.value, expected + high - theirs.value));
            let (low, high) = of_difference((share.value, own), known);
            Some((low.max(-1.0), high.min(1.0)))
        });
        Estimate {
            value: share.value - expected,
            interval,
            of: if enough { IntervalOf::Articles } else { IntervalOf::Mentions },
        }
    }
}

/// The uses of one contrast by article and voice, with what the context predicts.
#[derive(Debug)]
struct Uses {
    contrast: usize,
    n_poles: usize,
    /// The article of each entry, ascending.
    articles: Vec<u32>,
    /// The voice of each entry.
    voices: Vec<Voice>,
    /// For each entry: the uses of each pole, then, for each pole, the sum of its probabilities over all uses.
    numbers: Vec<f64>,
}

/// One article's uses in one voice.
struct Entry<'e> {
    voice: Voice,
    /// By pole.
    uses: &'e [f64],
    /// By pole.
    expected: &'e [f64],
}

impl Uses {
    /// Sums up the probabilities (by sentence and pole) by article and voice.
    fn new(sentences: &OfContrast, n_poles: usize, probabilities: &[f64]) -> Uses {
        let contrast = sentences.contrast;
        let mut all = Uses { contrast, n_poles, articles: Vec::new(), voices: Vec::new(), numbers: Vec::new() };
        let mut first = 0;
        for (at, probabilities) in probabilities.chunks_exact(n_poles).enumerate() {
            let article = sentences.article(at);
            if all.articles.last().is_none_or(|last| *last != article) {
                first = all.articles.len();
            }
            for &(pole, voice) in sentences.uses(at) {
                let known = all.voices[first..].iter().position(|of| *of == voice);
                let at = known.map_or(all.articles.len(), |known| first + known);
                if known.is_none() {
                    all.articles.push(article);
                    all.voices.push(voice);
                    all.numbers.resize(2 * n_poles * (at + 1), 0.0);
                }
                let (uses, expected) = all.numbers[2 * n_poles * at..2 * n_poles * (at + 1)].split_at_mut(n_poles);
                uses[pole as usize] += 1.0;
                expected.iter_mut().zip(probabilities).for_each(|(sum, p)| *sum += p);
            }
        }
        all.articles.shrink_to_fit();
        all.voices.shrink_to_fit();
        all.numbers.shrink_to_fit();
        all
    }

    /// An article's entries, in the order of their first uses.
    fn of_article(&self, article: u32) -> impl Iterator<Item = Entry<'_>> {
        let first = self.articles.partition_point(|other| *other < article);
        let behind = self.articles[first..].iter().take_while(move |other| **other == article).count();
        (first..first + behind).map(|at| {
            let numbers = &self.numbers[2 * self.n_poles * at..2 * self.n_poles * (at + 1)];
            let (uses, expected) = numbers.split_at(self.n_poles);
            Entry { voice: self.voices[at], uses, expected }
        })
    }
}

impl Context {
    /// An article's entries of a contrast in the given voices.
    fn of_article(&self, article: u32, voices: Voices, contrast: usize) -> impl Iterator<Item = Entry<'_>> {
        let table = self.tables.binary_search_by_key(&contrast, |table| table.contrast);
        let table = table.ok().map(|at| &self.tables[at]);
        let entries = table.into_iter().flat_map(move |table| table.of_article(article));
        entries.filter(move |e| voices == Voices::All || voices == Voices::Only(e.voice))
    }

    /// Share minus expected share of an outlet's poles; `None` for poles without a model or a use. The index is the
    /// index of the voice in [`Voices::ROWS`] times the number of all poles, plus the pole's number. Empty if there is
    /// no model at all.
    pub fn excesses(&self, outlet: usize, index: &ByOutlet) -> Vec<Option<Excess>> {
        if self.articles[outlet].is_empty() {
            return Vec::new();
        }
        let poles = index.first_poles.last().copied().unwrap_or(0);
        let mut found = vec![(Sums::default(), 0.0); Voices::ROWS.len() * poles];
        let mut clusters: Vec<Option<Cluster>> = Vec::new();
        for table in &self.tables {
            let first = index.first_poles[table.contrast];
            for &article in &self.articles[outlet] {
                for (row, voices) in Voices::ROWS.into_iter().enumerate() {
                    let places = &mut found[row * poles + first..][..table.n_poles];
                    clusters.clear();
                    clusters.resize(table.n_poles, None);
                    let entries = table.of_article(article);
                    for entry in entries.filter(|e| voices == Voices::All || voices == Voices::Only(e.voice)) {
                        let n = entry.uses.iter().sum::<f64>();
                        for (pole, (x, expected)) in entry.uses.iter().zip(entry.expected).enumerate() {
                            places[pole].1 += expected;
                            let before = clusters[pole].unwrap_or(Cluster { x: 0.0, n: 0.0 });
                            clusters[pole] = Some(Cluster { x: before.x + x, n: before.n + n });
                        }
                    }
                    for (place, cluster) in places.iter_mut().zip(&clusters) {
                        cluster.iter().for_each(|cluster| place.0.add(*cluster));
                    }
                }
            }
        }
        let excess = |(sums, expected): &(Sums, f64)| {
            let share = sums.ratio()?;
            Some(Excess { share, expected: expected / share.total })
        };
        found.iter().map(excess).collect()
    }

    /// For an outlet, the expected part of the poles `part` in the uses of the poles `whole`.
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
        side(self.of_article(article as u32, voices, contrast), part, whole)
    }
}

fn side<'e>(entries: impl Iterator<Item = Entry<'e>>, part: &[usize], whole: &[usize]) -> Option<f64> {
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

    fn ratio(articles: usize) -> Ratio {
        let sums: Sums = (0..articles).map(|i| Cluster { x: (i % 2) as f64, n: 1.0 }).collect();
        sums.ratio().expect("a ratio")
    }

    #[test]
    fn the_excess_is_known_no_better_than_the_others() {
        let excess = Excess { share: ratio(400), expected: 0.4 };
        let width = |others| {
            let Estimate { value, interval, .. } = excess.with(others);
            assert!((value - 0.1).abs() < 1e-12);
            interval.map(|(low, high)| {
                assert!(low < value && value < high);
                high - low
            })
        };
        let (few, many) =
            (width(Some(ratio(30))).expect("an interval"), width(Some(ratio(40_000))).expect("an interval"));
        let of = |articles| ratio(articles).share_interval().map(|(low, high)| high - low).expect("an interval");
        assert!((many / of(400) - 1.0).abs() < 0.01, "{many}");
        assert!((few / of(400).hypot(of(30)) - 1.0).abs() < 0.01, "{few}");
        assert_eq!((width(Some(ratio(2))), width(None)), (None, None));
    }
}
