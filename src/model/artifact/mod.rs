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
//! | here | a model as a whole, and the names of its files |
//! | `header` | what `model.json` says |
//! | `fitted` | a classifier with its features |
//! | `write` | writes the folder |
//! | `read` | reads it back and checks it |
//! | `card` | `CARD.md` |
//! | `remarks` | what scores mean, where that is not plain |
//! | `training` | the training data |
//! | `trained_on` | which articles they are of |
//! | [`versions`] | earlier versions: kept when a model is promoted, brought back |

mod card;
mod fitted;
mod header;
mod read;
mod remarks;
mod trained_on;
pub(in crate::model) mod training;
pub mod versions;
mod write;

pub use fitted::{Fitted, Weighted};
pub use header::{FORMAT_VERSION, Fingerprint, Header, HeldOut, Input, Metric, Part, ProbabilityScore, format_version};
pub use trained_on::TrainedOn;
pub use write::{check_place, claim};

use super::counted::Counted;
use crate::claim::Claim;
use crate::error::Result;
use std::path::Path;

/// The names of the files.
const HEADER: &str = "model.json";
const TERMS: &str = "terms.csv";
const CARD: &str = "CARD.md";
const TRAINING: &str = "training.parquet";
const TERMS_OF_TRAINING: &str = "training-terms.parquet";
/// Those that decide an article's score.
pub const SCORED_WITH: [&str; 2] = [HEADER, TERMS];
/// All of them.
pub const FILES: [&str; 5] = [HEADER, TERMS, CARD, TRAINING, TERMS_OF_TRAINING];

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

    /// Which articles and outlets the model in a folder was trained on; `None` where it has no training data.
    ///
    /// # Errors
    /// As [`Model::read_training`].
    pub fn read_trained_on(folder: &Path) -> Result<Option<TrainedOn>> {
        trained_on::read(folder)
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
