//! Score: a [`Model`] and an article → the probability of every label, and how much of the article the model knows.

use super::artifact::{Fitted, Model, Part};
use super::cutter::{Cut, Cutter};
use crate::corpus::Article;
use crate::error::{Error, Result};

/// A warning about a single score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caution {
    /// The article has no word that the model knows: its score only reflects how frequent the labels were.
    NothingKnown,
    /// The model knows a smaller share of its words than for 99 in 100 training articles.
    LowCoverage,
    /// The model doesn't have this target.
    UnknownTarget,
}

impl Caution {
    /// Its text in the table.
    pub fn text(self) -> &'static str {
        match self {
            Caution::NothingKnown => "no known words",
            Caution::LowCoverage => "low coverage",
            Caution::UnknownTarget => "unknown target",
        }
    }
}

/// The score of one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The likeliest label, as an index into [`Scorer::classes`], the first one if tied; `None` if there is no model
    /// for the target.
    pub predicted: Option<usize>,
    /// The probability of each label of [`Scorer::classes`]; `None` for a label that the target doesn't have.
    pub probabilities: Vec<Option<f64>>,
    /// The share of the article's words that the model knows, from 0 to 1; `None` for an article without words.
    pub coverage: Option<f64>,
    /// A warning about this score, if any.
    pub caution: Option<Caution>,
}

/// A model prepared for scoring. It never changes, so an article's score depends only on the article.
#[derive(Debug)]
pub struct Scorer {
    pub(super) model: Model,
    pub(super) cutter: Cutter,
    classes: Vec<String>,
}

impl Scorer {
    /// Prepares a model for scoring.
    pub fn new(model: Model) -> Self {
        let mut classes: Vec<String> = model.header.models.iter().flat_map(|p| p.classes.clone()).collect();
        classes.sort_unstable();
        classes.dedup();
        let cutter = Cutter::new(&model.header.recipe);
        Scorer { model, cutter, classes }
    }

    /// The model itself.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The labels of all targets, sorted.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Whether the model has targets, so that every article needs one.
    pub fn has_targets(&self) -> bool {
        self.model.header.columns.target.is_some()
    }

    /// The targets, sorted; empty if the model has none.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.model.header.models.iter().filter_map(|part| part.target.as_deref())
    }

    /// The score of an article; `target` is only used if the model has targets.
    ///
    /// # Errors
    /// Never caused by an article.
    pub fn score(&self, article: &Article, target: &str) -> Result<Score> {
        let Some((part, fitted)) = self.part(target) else {
            return Ok(Score {
                predicted: None,
                probabilities: vec![None; self.classes.len()],
                coverage: None,
                caution: Some(Caution::UnknownTarget),
            });
        };
        let cut = self.cutter.cut(article);
        self.of(part, fitted, &cut)
    }

    /// The model for a target.
    pub(super) fn part(&self, target: &str) -> Option<(&Part, &Fitted)> {
        let mut parts = self.model.header.models.iter().zip(&self.model.fitted);
        parts.find(|(part, _)| part.target.as_deref().is_none_or(|t| t == target))
    }

    fn of(&self, part: &Part, fitted: &Fitted, cut: &Cut) -> Result<Score> {
        let failed = |e: &dyn std::error::Error| {
            Error::data("an article that can't be scored").found(e.to_string()).help("please report this")
        };
        let row = fitted.vectorizer.transform(cut).map_err(|e| failed(&e))?;
        let coverage = fitted.vectorizer.coverage(cut).map_err(|e| failed(&e))?;
        let mut of_part = fitted.classifier.predict_proba(&row).map_err(|e| failed(&e))?;
        if let Some(calibration) = part.calibration {
            calibration.apply(of_part.row_mut(0));
        }
        let mut probabilities = vec![None; self.classes.len()];
        let mut predicted: Option<usize> = None;
        for (class, &p) in part.classes.iter().zip(of_part.row(0)) {
            let at = self.classes.partition_point(|c| c < class);
            probabilities[at] = Some(p);
            if predicted.is_none_or(|best| Some(p) > probabilities[best]) {
                predicted = Some(at);
            }
        }
        let caution = match coverage {
            _ if row.n_stored() == 0 => Some(Caution::NothingKnown),
            Some(known) if known < part.coverage_threshold => Some(Caution::LowCoverage),
            _ => None,
        };
        Ok(Score { predicted, probabilities, coverage, caution })
    }
}
