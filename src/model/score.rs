//! Score: a [`Model`] and an article → the probability of every label, and how much of the article the model knows.

use super::artifact::{Fitted, Model, Part};
use super::cutter::{Cut, Cutter};
use crate::corpus::Article;
use crate::error::{Error, Result};

/// What a reader of one score must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caution {
    /// The article has no word that the model knows: its score says only how frequent the labels were.
    NothingKnown,
    /// The model knows less of its words than of those of 99 in 100 training articles.
    LowCoverage,
    /// The model has none for this target.
    UnknownTarget,
}

impl Caution {
    /// What stands in the table.
    pub fn text(self) -> &'static str {
        match self {
            Caution::NothingKnown => "no known words",
            Caution::LowCoverage => "low coverage",
            Caution::UnknownTarget => "unknown target",
        }
    }
}

/// What a model says of one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The likeliest label, the first of equals; `None` where there is no model for the target.
    pub predicted: Option<usize>,
    /// By label of [`Scorer::classes`]: its probability; `None` for a label that the target doesn't have.
    pub probabilities: Vec<Option<f64>>,
    /// The part of the article's words that the model knows, from 0 to 1; `None` for an article without words.
    pub coverage: Option<f64>,
    /// What a reader must be told.
    pub caution: Option<Caution>,
}

/// A model that is ready to score. It never changes, so an article's score depends on nothing but the article.
#[derive(Debug)]
pub struct Scorer {
    pub(super) model: Model,
    pub(super) cutter: Cutter,
    classes: Vec<String>,
}

impl Scorer {
    /// With this model.
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

    /// The targets, sorted; none where the model has none.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.model.header.models.iter().filter_map(|part| part.target.as_deref())
    }

    /// The score of an article; `target` is looked at only where the model has targets.
    ///
    /// # Errors
    /// None that articles can bring about.
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
