//! Stance: the scores that a model of labelled articles gives every article, and their means by outlet.
//!
//! An article's score is the same as that of `aslant score`. It depends on nothing but the article: the model's own
//! rule for boilerplate applies, and no line is left out because it repeats in the corpus. A score with a warning (the
//! model knows too few of the article's words) says more about the training articles than about this one: it is shown
//! with its article, but is part of no mean.

use super::collect::Collected;
use super::{Estimate, IntervalOf, MIN_ARTICLES};
use crate::corpus::Article;
use crate::cues::Cue;
use crate::cues::pattern::TokenPattern;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::model::artifact::{Part, Weighted};
use crate::model::recipe::BlockKind;
use crate::model::score::{Caution, Scorer};
use crate::records::{Fields, put_number};
use crate::stats::cluster::{Cluster, Ratio, Sums};

/// A model that scores every article of a comparison, towards one target if it has targets.
#[derive(Debug)]
pub struct StanceModel {
    scorer: Scorer,
    target: String,
}

/// A term's weight in the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// The weight; positive if the term speaks for the class.
    pub weight: f64,
    /// The class, as an index into [`StanceModel::classes`].
    pub class: usize,
}

impl StanceModel {
    /// Uses this model, and one of its targets if it has targets.
    ///
    /// # Errors
    /// If the target is missing, isn't one of the model's, or is given for a model without targets.
    pub fn new(mut model: Model, target: Option<&str>) -> Result<Self> {
        let targets: Vec<&str> = model.header.models.iter().filter_map(|part| part.target.as_deref()).collect();
        let one_of = format!("one of: {}", targets.join(", "));
        let at = match (target, targets.is_empty()) {
            (None, true) => 0,
            (None, false) => {
                return Err(Error::usage("a model with targets, and none is named")
                    .expected(one_of)
                    .help("name one with --target"));
            }
            (Some(target), true) => {
                return Err(Error::usage("a model without targets")
                    .found(format!("--target {target}"))
                    .help("leave --target out"));
            }
            (Some(target), false) => targets.iter().position(|t| *t == target).ok_or_else(|| {
                let problem = Error::usage("a target that the model doesn't have");
                problem.found(target).expected(one_of).help("name one of these with --target")
            })?,
        };
        model.header.models = vec![model.header.models.swap_remove(at)];
        model.fitted = vec![model.fitted.swap_remove(at)];
        Ok(StanceModel { scorer: Scorer::new(model), target: target.unwrap_or_default().to_owned() })
    }

    /// The labels, sorted.
    pub fn classes(&self) -> &[String] {
        self.scorer.classes()
    }

    /// The model's metadata for this target.
    pub fn part(&self) -> &Part {
        &self.scorer.model().header.models[0]
    }

    /// What the scores are about: the label column that the model was trained on, and the target.
    pub fn name(&self) -> String {
        let label = &self.scorer.model().header.columns.label;
        if self.target.is_empty() { label.clone() } else { format!("{label} towards {}", self.target) }
    }

    /// The score of one article.
    ///
    /// # Errors
    /// None that an article can cause.
    pub fn score(&self, article: &Article) -> Result<Stance> {
        let score = self.scorer.score(article, &self.target)?;
        Ok(Stance {
            probabilities: score.probabilities.into_iter().flatten().collect(),
            coverage: score.coverage,
            caution: score.caution,
        })
    }

    /// The weight of a cue, if it has no globs and is a term of the model: in normal form, or, in a model that has
    /// words only as written, in the lexicon's spelling. With two classes it is the weight towards the second. With
    /// more, it is the weight of the class for which it is farthest from 0 (the first one, in a tie).
    pub fn weight(&self, cue: &Cue) -> Option<Weight> {
        let normal = cue.tokens.iter().map(TokenPattern::normal).collect::<Option<Vec<_>>>()?.join(" ");
        let column = self.column(BlockKind::Word, &normal).or_else(|| self.column(BlockKind::Written, &cue.text))?;
        let weights = self.scorer.model().fitted[0].classifier.coefficients().column(column).to_vec();
        if let [weight] = weights[..] {
            return Some(Weight { weight, class: 1 });
        }
        let farthest = |a: usize, b: usize| if weights[b].abs() > weights[a].abs() { b } else { a };
        let class = (0..weights.len()).reduce(farthest)?;
        Some(Weight { weight: weights[class], class })
    }

    /// For each class, up to `most` terms that speak most strongly for it.
    pub fn heaviest(&self, most: usize) -> Vec<Vec<Weighted<'_>>> {
        let fitted = &self.scorer.model().fitted[0];
        (0..self.classes().len()).map(|class| fitted.heaviest(class, most)).collect()
    }

    /// The column of a term.
    fn column(&self, kind: BlockKind, term: &str) -> Option<usize> {
        let blocks = self.scorer.model().fitted[0].vectorizer.blocks();
        let at = blocks.iter().position(|(block, _)| block.kind == kind)?;
        let before: usize = blocks[..at].iter().map(|(_, tfidf)| tfidf.vocabulary().len()).sum();
        Some(before + blocks[at].1.vocabulary().column(term)?)
    }
}

/// The model's scores of one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Stance {
    /// The probability of each class of [`StanceModel::classes`].
    pub probabilities: Box<[f64]>,
    /// The part of the article's words that the model knows; `None` if the article has no words.
    pub coverage: Option<f64>,
    /// Why the score can't be relied on.
    pub caution: Option<Caution>,
}

impl Stance {
    /// Writes it after everything else in the record.
    pub(super) fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.probabilities.len() as u64);
        let numbers = self.probabilities.iter().chain(&self.coverage);
        put_number(bytes, number_of(self.caution));
        numbers.for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    }

    /// Reads what [`Stance::put`] wrote.
    pub(super) fn take(fields: &mut Fields<'_>) -> Stance {
        let (classes, caution) = (fields.number(), CAUTIONS[fields.number() as usize % CAUTIONS.len()]);
        let mut number = || fields.bytes(8).first_chunk().map(|bytes| f64::from_le_bytes(*bytes));
        let probabilities = (0..classes).map_while(|_| number()).collect();
        Stance { probabilities, coverage: number(), caution }
    }
}

/// The number under which a caution is stored.
fn number_of(caution: Option<Caution>) -> u64 {
    match caution {
        None => 0,
        Some(Caution::NothingKnown) => 1,
        Some(Caution::LowCoverage) => 2,
        Some(Caution::UnknownTarget) => 3,
    }
}

/// Cautions by that number.
const CAUTIONS: [Option<Caution>; 4] =
    [None, Some(Caution::NothingKnown), Some(Caution::LowCoverage), Some(Caution::UnknownTarget)];

/// The model's scores of an outlet's articles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutletStance {
    /// Its articles in the mean: those that count and have a score without a warning.
    pub articles: usize,
    /// Its articles that count and have a score with a warning.
    pub left_out: usize,
    /// The mean probability of each class, with its interval over articles; empty without articles.
    pub means: Vec<Estimate>,
}

/// For each outlet, the mean over articles, each with the same weight whatever its length. The interval has the article
/// as the cluster ([`Ratio::mean_interval`](crate::stats::cluster::Ratio::mean_interval)), so there is none with one
/// article. `None` without a model.
///
/// # Errors
/// If scores can't be read.
pub(super) fn by_outlet(collected: &Collected, model: Option<&StanceModel>) -> Result<Vec<Option<OutletStance>>> {
    let Some(model) = model else { return Ok(vec![None; collected.outlets.len()]) };
    let mut found = vec![(0, vec![Sums::default(); model.classes().len()]); collected.outlets.len()];
    let mut entries = collected.entries.reader();
    for (_, outlet, article) in collected.compared() {
        let Some(stance) = entries.read(article)?.stance() else { continue };
        let (left_out, sums) = &mut found[outlet];
        match stance.caution {
            Some(_) => *left_out += 1,
            None => sums.iter_mut().zip(&stance.probabilities).for_each(|(sum, &x)| sum.add(Cluster { x, n: 1.0 })),
        }
    }
    let of_outlet = |(left_out, sums): (usize, Vec<Sums>)| {
        let articles = sums.first().map_or(0, Sums::clusters);
        let of = if articles < MIN_ARTICLES { IntervalOf::Mentions } else { IntervalOf::Articles };
        let mean = |ratio: Ratio| Estimate { value: ratio.value, interval: ratio.mean_interval(), of };
        let means = sums.iter().filter_map(Sums::ratio).map(mean).collect();
        Some(OutletStance { articles, left_out, means })
    };
    Ok(found.into_iter().map(of_outlet).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_caution_comes_back() {
        for (number, caution) in CAUTIONS.into_iter().enumerate() {
            let stance = Stance { probabilities: [0.25, 0.75].into(), coverage: Some(0.5), caution };
            let mut bytes = Vec::new();
            stance.put(&mut bytes);
            assert_eq!(number_of(caution), number as u64);
            assert_eq!(Stance::take(&mut Fields::new(&bytes)), stance);
        }
    }
}
