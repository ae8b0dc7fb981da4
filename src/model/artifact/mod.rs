//! A model's folder.
//!
//! | file | what |
//! |---|---|
//! | `model.json` | [`Header`]: the format's version first, then parameters, classes, scores, the inputs' hashes, the seed |
//! | `terms.csv` | the terms: `[target,] block, term, df, idf, weight_CLASS…`, sorted by target, block and term |
//! | `CARD.md` | what a person must know before they use it |
//! | `training.parquet`, `training-terms.parquet` | the articles that it was trained on, as counts of terms; may be left out |
//! | `history/N/` | earlier versions, the oldest first, each a model's folder |
//!
//! All of it is text, and nothing of it is executable. `terms.csv` has the weights in the shortest decimals that give
//! the same `f32` again, which is what the model scores with, before and after it was kept; the idf stands there to be
//! read, and is computed again from `df`. Two classes have one weight, which stands twice, once with the other sign. Hashed
//! terms ([`Block::hash_features`](super::recipe::Block::hash_features)) are columns, which stand there as `#` and a number
//! with as many digits as the last has; those that no training article has are left out. Format 2 has them, format 1 doesn't.
//!
//! | file here | job |
//! |---|---|
//! | `write` | writes the folder |
//! | `read` | reads it back and checks it |
//! | `card` | `CARD.md` |
//! | `training` | the training data |
//! | [`versions`] | earlier versions: kept when a model is promoted, brought back |

mod card;
mod read;
pub(in crate::model) mod training;
pub mod versions;
mod write;

pub use write::{check_place, claim};

use super::annotated::Annotation;
use super::assess::Scored;
use super::calibration::{Bin, Calibration};
use super::counted::Counted;
use super::labelled::Columns;
use super::logistic::{ClassWeight, FittedLogisticRegression, MultiClass};
use super::recipe::{BlockKind, Recipe};
use super::train::OutletWeight;
use super::vectorizer::Vectorizer;
use crate::claim::Claim;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// The newest version of the folder's format; all up to it are read.
pub const FORMAT_VERSION: u64 = 2;

/// The version of the folder's format that a model of this recipe is written in: the oldest that has what it needs, so that
/// older programs read what they can.
pub fn format_version(recipe: &Recipe) -> u64 {
    if recipe.is_hashed() { FORMAT_VERSION } else { 1 }
}

/// The names of the files.
const HEADER: &str = "model.json";
const TERMS: &str = "terms.csv";
const CARD: &str = "CARD.md";
const TRAINING: &str = "training.parquet";
const TERMS_OF_TRAINING: &str = "training-terms.parquet";
/// Those that decide an article's score.
pub const SCORED_WITH: [&str; 2] = [HEADER, TERMS];
/// All of them.
const FILES: [&str; 5] = [HEADER, TERMS, CARD, TRAINING, TERMS_OF_TRAINING];

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
    /// How good their probabilities were.
    #[serde(flatten)]
    pub probabilities: ProbabilityScore,
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
    /// Their first and last day, where known.
    pub dates: Option<(String, String)>,
    /// The inverse strength of the penalty.
    pub c: f64,
    /// Whether it was given; else cross-validation chose it.
    pub c_given: bool,
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
        card::remarks(self)
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

/// A classifier with the features that it takes.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// From an article to its row.
    pub vectorizer: Vectorizer,
    /// From a row to probabilities; its classes are indices into [`Part::classes`].
    pub classifier: FittedLogisticRegression<usize>,
}

/// A term and what it adds for a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted<'m> {
    /// As it stands in `terms.csv`.
    pub term: &'m str,
    /// What it is made of.
    pub kind: BlockKind,
    /// In how many training articles it stood.
    pub articles: usize,
    /// Its weight for the class.
    pub weight: f64,
}

impl Fitted {
    /// The weight of a column for a class, an index into [`Part::classes`]. Two classes have one weight, which counts with
    /// the other sign for the first.
    pub fn weight(&self, column: usize, class: usize) -> f64 {
        let weights = self.classifier.coefficients();
        match weights.nrows() {
            1 if class == 0 => -weights[[0, column]],
            1 => weights[[0, column]],
            _ => weights[[class, column]],
        }
    }

    /// The terms that speak most for a class, the heaviest first, of equals the first by kind and term; only positive
    /// weights, at most so many. None where terms are hashed: a column has no name that says anything.
    pub fn heaviest(&self, class: usize, most: usize) -> Vec<Weighted<'_>> {
        let mut order: Vec<usize> =
            (0..self.vectorizer.n_features()).filter(|&j| self.weight(j, class) > 0.0).collect();
        let heavier = |&a: &usize, &b: &usize| self.weight(b, class).total_cmp(&self.weight(a, class)).then(a.cmp(&b));
        if most < order.len() {
            order.select_nth_unstable_by(most, heavier);
            order.truncate(most);
        }
        order.sort_by(heavier);
        let mut found = vec![None; order.len()];
        let mut first = 0;
        for (block, tfidf) in self.vectorizer.blocks() {
            let vocabulary = tfidf.vocabulary();
            let frequencies = vocabulary.document_frequencies();
            let places: HashMap<usize, usize> = order.iter().enumerate().map(|(place, &j)| (j, place)).collect();
            for (j, term) in vocabulary.terms().enumerate() {
                if let (Some(&place), Some(term)) = (places.get(&(first + j)), term.text()) {
                    let (articles, weight) = (frequencies[j] as usize, self.weight(first + j, class));
                    found[place] = Some(Weighted { term, kind: block.kind, articles, weight });
                }
            }
            first += vocabulary.len();
        }
        found.into_iter().flatten().collect()
    }
}

/// A model of articles: made by [`train`](super::train::train), kept in a folder, and read back from there.
#[derive(Debug, Clone)]
pub struct Model {
    /// What is known of it.
    pub header: Header,
    /// One for each of [`Header::models`].
    pub fitted: Vec<Fitted>,
    /// What it was trained on, to be kept with it. [`read`](Self::read) leaves it where it is.
    pub training: Option<Counted>,
}

impl Model {
    /// Writes the folder. A model that stood there is replaced; other files in its folder, and its earlier versions, stay.
    /// Returns the names of the files.
    ///
    /// # Errors
    /// As [`check_place`], and where it can't be written; then what stood there still does.
    pub fn write(&self, folder: &Path) -> Result<Vec<&'static str>> {
        self.write_to(claim(folder)?).map(|(names, _)| names)
    }

    /// The same into a place that was claimed before, with [`claim`]. A model with earlier versions becomes a version: nobody
    /// finds out otherwise that what was promoted there is gone. Returns its number, too.
    ///
    /// # Errors
    /// Where it can't be written; then what stood there still does.
    pub fn write_to(&self, out: Claim) -> Result<(Vec<&'static str>, Option<u64>)> {
        let has_versions = !versions::numbers(out.out())?.is_empty();
        let old = if has_versions { write::Old::Keep } else { write::Old::Replace };
        let version = write::write(out, old, |fresh| write::write_files(self, fresh))?;
        let training = self.training.iter().flat_map(|_| [TRAINING, TERMS_OF_TRAINING]);
        Ok(([HEADER, TERMS, CARD].into_iter().chain(training).collect(), version))
    }

    /// Whether a model stands in this folder.
    pub fn is_there(folder: &Path) -> bool {
        folder.join(HEADER).is_file()
    }

    /// Reads what `model.json` says, without the terms.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_header(folder: &Path) -> Result<Header> {
        read::check_folder(folder)?;
        read::read_header(folder)
    }

    /// What it has for a target.
    pub fn of_target(&self, target: Option<&str>) -> Option<(&Part, &Fitted)> {
        self.header.models.iter().zip(&self.fitted).find(|(part, _)| part.target.as_deref() == target)
    }

    /// The articles that the model in a folder was trained on.
    ///
    /// # Errors
    /// [`Kind::Model`](crate::error::Kind::Model): it has no training data, or files that are cut off, broken or of
    /// another model. [`Kind::Io`](crate::error::Kind::Io): reading failed.
    pub fn read_training(&self, folder: &Path) -> Result<Counted> {
        training::read(&self.header, folder)
    }

    /// Reads a model back and checks all of it: the version, the counts, that every number is one, that the terms are
    /// sorted and their frequencies possible.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage): no such folder. [`Kind::Model`](crate::error::Kind::Model): another
    /// format, a file that is missing, broken, cut off, or doesn't fit the others.
    /// [`Kind::Io`](crate::error::Kind::Io): reading failed.
    pub fn read(folder: &Path) -> Result<Self> {
        read::read(folder)
    }
}
