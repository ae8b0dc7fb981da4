//! What `model.json` says.

use super::remarks;
use crate::model::annotated::Annotation;
use crate::model::assess::Scored;
use crate::model::calibration::{Bin, Calibration};
use crate::model::labelled::Columns;
use crate::model::logistic::{ClassWeight, MultiClass};
use crate::model::recipe::Recipe;
use crate::model::train::OutletWeight;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The newest version of the folder's format; all up to it are read.
pub const FORMAT_VERSION: u64 = 2;

/// The version of the folder's format that a model of this recipe is written in: the oldest that has what it needs, so that
/// older programs read what they can.
pub fn format_version(recipe: &Recipe) -> u64 {
    if recipe.is_hashed() { FORMAT_VERSION } else { 1 }
}

/// By what articles are held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeldOut {
    /// At random, every label with its share.
    Random,
    /// All articles of an outlet.
    Outlet,
    /// All articles on a story.
    Story,
    /// All articles of a month.
    Month,
    /// The last months.
    Later,
}

impl HeldOut {
    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            HeldOut::Random => "random folds",
            HeldOut::Outlet => "outlets never seen",
            HeldOut::Story => "stories never seen",
            HeldOut::Month => "months never seen",
            HeldOut::Later => "later months",
        }
    }
}

/// The scores of one way to hold articles out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Which.
    pub held_out: HeldOut,
    /// In how many folds.
    pub folds: usize,
    /// How well they were told apart.
    #[serde(flatten)]
    pub scored: Scored,
    /// How good their probabilities were, but for [`unlearnt`](Self::unlearnt) articles.
    #[serde(flatten)]
    pub probabilities: ProbabilityScore,
    /// Labels that no training article of a fold had, and how many of its held-out articles have them: these count as
    /// wrong.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unlearnt: BTreeMap<String, usize>,
}

/// How good the calibrated probabilities of held-out articles are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbabilityScore {
    /// The area under the ROC curve of the second class; `None` with more than two classes, or where only one was held
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roc_auc: Option<f64>,
    /// The Brier score summed over labels, from 0 (best) to 2.
    pub brier: f64,
    /// The expected calibration error of the highest probability in ten bins, from 0 (best) to 1.
    pub calibration_error: f64,
    /// These bins; empty in models that were made before they were kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<Bin>,
}

/// How well the outlets themselves can be told by the features of a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// How many outlets were told apart: those with the most articles.
    pub outlets: usize,
    /// How many of their articles were held out in turn, at random.
    pub articles: usize,
    /// The part whose outlet was told right.
    pub accuracy: f64,
    /// The accuracy of always saying the commonest outlet.
    pub majority_accuracy: f64,
}

/// What `model.json` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// What [`format_version`] says of the recipe.
    pub format_version: u64,
    /// The version of the program that made it.
    pub aslant: String,
    /// The columns that it was trained on.
    pub columns: Columns,
    /// What its features are made of.
    pub recipe: Recipe,
    /// How more than two classes are told apart.
    pub multi_class: MultiClass,
    /// How much the articles of each class counted.
    pub class_weight: ClassWeight,
    /// How much the articles of each outlet counted.
    #[serde(default)]
    pub outlet_weight: OutletWeight,
    /// Whether the names of the outlets were masked, beside what the recipe was given to mask: then it has them, too.
    #[serde(default, skip_serializing_if = "is_not")]
    pub mask_outlets: bool,
    /// What never stood on both sides of a fold when `C` was chosen; `random` where nothing was kept together.
    pub grouped_by: HeldOut,
    /// All chance came from it.
    pub seed: u64,
    /// Articles that were left out because they had no label.
    pub unlabelled: usize,
    /// Articles that were left out because their label was.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped: usize,
    /// How annotators agreed, where they gave the labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Annotation>,
    /// One a target, sorted; one where there is no target.
    pub models: Vec<Part>,
    /// What it was trained on.
    pub inputs: Vec<Input>,
    /// The files of its training data; empty where it was left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub training: Vec<Input>,
}

fn is_not(flag: &bool) -> bool {
    !flag
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// What `model.json` says of one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The target, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The labels, sorted.
    pub classes: Vec<String>,
    /// How many training articles had each.
    pub class_counts: Vec<usize>,
    /// How many outlets they were of, where known.
    pub outlets: usize,
    /// Their names, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlet_names: Vec<String>,
    /// How many of them are copies of one before them; 0, too, where nobody looked for them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub copies: usize,
    /// Their first and last day, where known.
    pub dates: Option<(String, String)>,
    /// The inverse strength of the penalty.
    pub c: f64,
    /// Whether it was given; else cross-validation chose it.
    pub c_given: bool,
    /// Whether an earlier model had it, which this one goes on from.
    #[serde(default, skip_serializing_if = "is_not")]
    pub c_kept: bool,
    /// The intercepts: one for two classes, else one a class.
    pub intercepts: Vec<f64>,
    /// How many terms each block has in `terms.csv`.
    pub terms: Vec<usize>,
    /// An article of which less is known than this gets a warning: 99 of 100 training articles had more, each counted
    /// as if it had not been trained on.
    pub coverage_threshold: f64,
    /// What makes its probabilities say how often they are right: learnt on the held-out articles of
    /// [`Header::grouped_by`]; `None` where none was held out, and the probabilities are as they come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Scores on articles held out; empty where none was.
    pub metrics: Vec<Metric>,
    /// How well its features tell the outlet; `None` where fewer than two outlets have enough articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

impl Header {
    /// Whether articles were held out to see how well it does: for all targets, or for none.
    pub fn is_tested(&self) -> bool {
        self.models.iter().all(Part::is_tested)
    }

    /// What the scores mean, where that is not plain: sentences for a reader.
    pub fn remarks(&self) -> Vec<String> {
        remarks::remarks(self)
    }

    /// Who gave the labels, how far they agree, and which articles were left out for it: sentences for a reader.
    pub fn annotation_lines(&self) -> Vec<String> {
        let dropped = match self.dropped {
            0 => Vec::new(),
            n => vec![format!("{} left out by --label-map", crate::counted::articles(n))],
        };
        self.annotation.iter().flat_map(Annotation::lines).chain(dropped).collect()
    }
}

impl Part {
    /// How many articles it was trained on.
    pub fn n_articles(&self) -> usize {
        self.class_counts.iter().sum()
    }

    /// Whether any article was held out to see how well it does.
    pub fn is_tested(&self) -> bool {
        !self.metrics.is_empty()
    }
}

/// One file that a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// As the user named it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Option<String>,
}
