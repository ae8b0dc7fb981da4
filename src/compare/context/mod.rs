//! Context: what part of the uses the words around them would lead to, by a classifier that never saw the outlet.
//!
//! For each contrast, sentences that have uses of exactly one of its poles teach a classifier: every cue of every
//! contrast is masked, the other words become TF-IDF of 1–2-grams, with those of the two sentences before and behind
//! beside them, and an L2 logistic regression learns the pole (multinomial where there are more than two). It weighs
//! all poles alike; what its odds are then multiplied by is learnt on outlets that it never saw (`shift`). Every outlet is
//! scored by a model fitted on the others: one model an outlet, or ten groups of outlets where there are many. The expected share of an outlet is the mean over its uses
//! of the probability that the model gives; `excess` is share − expected share. The expected share is known no better than
//! the others' share, on which the shift is learnt: the interval of the excess is that of the difference of the two
//! ([`Excess::with`]). What the penalty draws the expected share towards the others' share is in no interval.
//!
//! How good the classifier is, is the AUC of those held-out scores, pooled over outlets; with more than two poles the
//! mean over poles, weighted by their uses. Below [`MIN_AUC`], with fewer than [`MIN_OUTLETS`] outlets or
//! [`MIN_SENTENCES`] sentences no expected share is given, and the reason is.

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
                write!(f, "it needs {MIN_OUTLETS} outlets to learn from and has {n}")
            }
            LeftOut::FewSentences(n) => {
                write!(f, "it needs {MIN_SENTENCES} sentences to learn from and has {n}")
            }
            LeftOut::OneName => write!(f, "only one of its names is used"),
            LeftOut::NoWords => write!(f, "its sentences have no words in common"),
            LeftOut::WeakContext(auc) => {
                // So many digits that it doesn't look like what it takes.
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

/// What the context leads to, for every use of the contrasts whose classifier is good enough.
#[derive(Debug, Default)]
pub struct Context {
    /// One a contrast, in the lexicon's order; empty where no models were wanted.
    pub models: Vec<ModelSummary>,
    /// One a contrast whose classifier is good enough, in the lexicon's order.
    tables: Vec<Uses>,
    /// By outlet: the articles that count and have such uses.
    articles: Vec<Vec<u32>>,
}

/// Fits and cross-fits all contrasts' classifiers.
///
/// # Errors
/// Where the sentences, which wait on disk, can't be read; and where the solver meets numbers that are none, which is an
/// error in the program.
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

/// A share and what the context leads to.
#[derive(Debug, Clone, Copy)]
pub struct Excess {
    share: Ratio,
    expected: f64,
}

impl Excess {
    /// Share minus expected share, with its interval, given all uses of the pole by the outlets that the expected share was
    /// learnt from: in whatever voice, as it was.
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

/// The uses of one contrast by article and voice, with what the context leads to.
#[derive(Debug)]
struct Uses {
    contrast: usize,
    n_poles: usize,
    /// By entry: its article, ascending.
    articles: Vec<u32>,
    /// By entry: the voice.
    voices: Vec<Voice>,
    /// By entry: uses by pole, then by pole the sum over all uses of its probability.
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
    /// Adds up the probabilities, by sentence and pole, by article and voice.
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
    /// An article's entries of a contrast in some voices.
    fn of_article(&self, article: u32, voices: Voices, contrast: usize) -> impl Iterator<Item = Entry<'_>> {
        let table = self.tables.binary_search_by_key(&contrast, |table| table.contrast);
        let table = table.ok().map(|at| &self.tables[at]);
        let entries = table.into_iter().flat_map(move |table| table.of_article(article));
        entries.filter(move |e| voices == Voices::All || voices == Voices::Only(e.voice))
    }

    /// Share minus expected share of an outlet's poles; `None` where there is no model. By the voice's
    /// place among [`Voices::ROWS`], times the number of all poles, and the pole's number; empty where there is no model at
    /// all.
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
