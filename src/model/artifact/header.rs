//! The content of `model.json`.

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

/// The newest version of the folder's format; all versions up to it can be read.
pub const FORMAT_VERSION: u64 = 2;

/// The format version in which a model with this recipe is written: the oldest that supports it, so that older programs
/// can read it if possible.
pub fn format_version(recipe: &Recipe) -> u64 {
    if recipe.is_hashed() { FORMAT_VERSION } else { 1 }
}

/// How articles are held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeldOut {
    /// At random, stratified by label.
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
    /// Its name for people.
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
    /// How the articles were held out.
    pub held_out: HeldOut,
    /// The number of folds.
    pub folds: usize,
    /// How well their labels were predicted.
    #[serde(flatten)]
    pub scored: Scored,
    /// How good their probabilities were, without [`unlearnt`](Self::unlearnt) articles.
    #[serde(flatten)]
    pub probabilities: ProbabilityScore,
    /// Labels that no training article of a fold had, with the number of held-out articles that have them: these count
    /// as wrong.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unlearnt: BTreeMap<String, usize>,
}

/// How good the calibrated probabilities of held-out articles are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbabilityScore {
    /// The area under the ROC curve of the second class; `None` with more than two classes, or if only one was held
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roc_auc: Option<f64>,
    /// The Brier score summed over labels, from 0 (best) to 2.
    pub brier: f64,
    /// The expected calibration error of the highest probability in ten bins, from 0 (best) to 1.
    pub calibration_error: f64,
    /// These bins; empty in models from before they were stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<Bin>,
}

/// How well a model's features can tell the outlets themselves apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The number of outlets, those with the most articles.
    pub outlets: usize,
    /// The number of their articles, each held out in turn, at random.
    pub articles: usize,
    /// The share of articles whose outlet was predicted correctly.
    pub accuracy: f64,
    /// The accuracy of always predicting the most frequent outlet.
    pub majority_accuracy: f64,
}

/// The content of `model.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The [`format_version`] of the recipe.
    pub format_version: u64,
    /// The version of the program that trained it.
    pub aslant: String,
    /// The columns that it was trained on.
    pub columns: Columns,
    /// What its features are made of.
    pub recipe: Recipe,
    /// How more than two classes are separated.
    pub multi_class: MultiClass,
    /// How the articles of each class were weighted.
    pub class_weight: ClassWeight,
    /// How the articles of each outlet were weighted.
    #[serde(default)]
    pub outlet_weight: OutletWeight,
    /// Whether the names of the outlets were masked in addition to what was requested. The recipe's masks then include
    /// them.
    #[serde(default, skip_serializing_if = "is_not")]
    pub mask_outlets: bool,
    /// What was never on both sides of a fold when `C` was chosen; `random` if nothing was kept together.
    pub grouped_by: HeldOut,
    /// The seed of all randomness.
    pub seed: u64,
    /// Number of articles left out because they had no label.
    pub unlabelled: usize,
    /// Number of articles left out because their label was left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped: usize,
    /// How annotators agreed, if the labels are from annotators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Annotation>,
    /// One per target, sorted; exactly one if there are no targets.
    pub models: Vec<Part>,
    /// The files it was trained on.
    pub inputs: Vec<Input>,
    /// The files of its training data; empty if these were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub training: Vec<Input>,
}

fn is_not(flag: &bool) -> bool {
    !flag
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// What `model.json` says about one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The target, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The labels, sorted.
    pub classes: Vec<String>,
    /// The number of training articles with each label.
    pub class_counts: Vec<usize>,
    /// The number of known outlets of the articles.
    pub outlets: usize,
    /// Their names, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlet_names: Vec<String>,
    /// How many articles are copies of an earlier one; also 0 if copies weren't looked for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub copies: usize,
    /// The first and last day of the articles, if known.
    pub dates: Option<(String, String)>,
    /// The inverse strength of the penalty.
    pub c: f64,
    /// Whether `c` was given; otherwise it was chosen by cross-validation.
    pub c_given: bool,
    /// Whether `c` was taken from the earlier model that this one continues.
    #[serde(default, skip_serializing_if = "is_not")]
    pub c_kept: bool,
    /// The intercepts: one for two classes, otherwise one per class.
    pub intercepts: Vec<f64>,
    /// The number of terms of each block in `terms.csv`.
    pub terms: Vec<usize>,
    /// An article with a lower coverage than this gets a warning. 99 in 100 training articles had more, each measured
    /// as if the model hadn't been trained on it.
    pub coverage_threshold: f64,
    /// The calibration of probabilities, learnt on the held-out articles of [`Header::grouped_by`]; `None` if none were
    /// held out, in which case probabilities aren't calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Scores on held-out articles; empty if none were held out.
    pub metrics: Vec<Metric>,
    /// How well its features tell the outlet; `None` if fewer than two outlets have enough articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

impl Header {
    /// Whether articles were held out to test the model, for all targets.
    pub fn is_tested(&self) -> bool {
        self.models.iter().all(Part::is_tested)
    }

    /// What the scores mean, if that isn't obvious: sentences for a reader.
    pub fn remarks(&self) -> Vec<String> {
        remarks::remarks(self)
    }

    /// Who gave the labels, how well they agree, and which articles were left out because of that: sentences for a
    /// reader.
    pub fn annotation_lines(&self) -> Vec<String> {
        let dropped = match self.dropped {
            0 => Vec::new(),
            n => vec![format!("{} left out by --label-map", crate::counted::articles(n))],
        };
        self.annotation.iter().flat_map(Annotation::lines).chain(dropped).collect()
    }
}

impl Part {
    /// The number of articles it was trained on.
    pub fn n_articles(&self) -> usize {
        self.class_counts.iter().sum()
    }

    /// Whether any article was held out to test it.
    pub fn is_tested(&self) -> bool {
        !self.metrics.is_empty()
    }
}

/// One file that a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// As the user named it.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, if known.
    pub sha256: Option<String>,
}
