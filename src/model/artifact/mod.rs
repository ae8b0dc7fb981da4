//! A model's folder.
//!
//! | file | content |
//! |---|---|
//! | `model.json` | [`Header`]: format version first, then parameters, classes, scores, hashes of the inputs, the seed |
//! | `terms.csv` | the terms: `[target,] block, term, df, idf, weight_CLASS…`, sorted by target, block and term |
//! | `CARD.md` | what people should know before using it |
//! | `training.parquet`, `training-terms.parquet` | the articles that it was trained on, as counts of terms; may be left out |
//! | `history/N/` | earlier versions, the oldest first, each a model's folder |
//!
//! Nothing in it is executable. `terms.csv` has the weights in the shortest decimals that give the same `f32` again,
//! which is what the model scores with, before and after it was stored. The idf is only there to be read: it is
//! computed again from `df`. Two classes share one weight, which is written twice, once with the opposite sign. Hashed
//! terms ([`Block::hash_features`](super::recipe::Block::hash_features)) are columns, written as `#` and a number with
//! as many digits as the last one's; columns that no training article has are left out. Format 2 supports them, format
//! 1 doesn't.
//!
//! | file here | job |
//! |---|---|
//! | here | a model as a whole, and the names of its files |
//! | `header` | the content of `model.json` |
//! | `fitted` | a classifier with its features |
//! | `write` | writes the folder |
//! | `read` | reads it back and checks it |
//! | `card` | `CARD.md` |
//! | `remarks` | what scores mean, if that isn't obvious |
//! | `training` | the training data |
//! | `trained_on` | which articles a model was trained on |
//! | [`versions`] | earlier versions: stored when a model is promoted, restored on request |

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
/// Those that determine an article's score.
pub const SCORED_WITH: [&str; 2] = [HEADER, TERMS];
/// All of them.
pub const FILES: [&str; 5] = [HEADER, TERMS, CARD, TRAINING, TERMS_OF_TRAINING];

/// A model of articles: trained by [`train`](super::train::train), stored in a folder, and read back from there.
#[derive(Debug, Clone)]
pub struct Model {
    /// What is known about it.
    pub header: Header,
    /// One for each of [`Header::models`].
    pub fitted: Vec<Fitted>,
    /// The training data, to be stored with it. [`read`](Self::read) doesn't load it.
    pub training: Option<Counted>,
}

impl Model {
    /// Writes the folder. An existing model is replaced; other files in the folder, and earlier versions, stay. Returns
    /// the names of the files.
    ///
    /// # Errors
    /// Those of [`check_place`], and if it can't be written; what was there before is then unchanged.
    pub fn write(&self, folder: &Path) -> Result<Vec<&'static str>> {
        self.write_to(claim(folder)?).map(|(names, _)| names)
    }

    /// The same for a place claimed with [`claim`]. If the existing model has earlier versions, it becomes a version
    /// itself, so that a promoted model isn't lost unnoticed. Also returns the version's number.
    ///
    /// # Errors
    /// If it can't be written; what was there before is then unchanged.
    pub fn write_to(&self, out: Claim) -> Result<(Vec<&'static str>, Option<u64>)> {
        let has_versions = !versions::numbers(out.out())?.is_empty();
        let old = if has_versions { write::Old::Keep } else { write::Old::Replace };
        let version = write::write(out, old, |fresh| write::write_files(self, fresh))?;
        let training = self.training.iter().flat_map(|_| [TRAINING, TERMS_OF_TRAINING]);
        Ok(([HEADER, TERMS, CARD].into_iter().chain(training).collect(), version))
    }

    /// Whether there is a model in this folder.
    pub fn is_there(folder: &Path) -> bool {
        folder.join(HEADER).is_file()
    }

    /// Reads `model.json` only, without the terms.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_header(folder: &Path) -> Result<Header> {
        read::check_folder(folder)?;
        read::read_header(folder)
    }

    /// The part and the classifier for a target.
    pub fn of_target(&self, target: Option<&str>) -> Option<(&Part, &Fitted)> {
        self.header.models.iter().zip(&self.fitted).find(|(part, _)| part.target.as_deref() == target)
    }

    /// Reads the training data of the model in a folder.
    ///
    /// # Errors
    /// [`Kind::Model`](crate::error::Kind::Model): it has no training data, or the files are cut off, broken or belong
    /// to another model. [`Kind::Io`](crate::error::Kind::Io): reading failed.
    pub fn read_training(&self, folder: &Path) -> Result<Counted> {
        training::read(&self.header, folder)
    }

    /// The articles and outlets that this model, which was read from `folder`, was trained on: without training data only
    /// the outlets, as far as the model names them.
    ///
    /// # Errors
    /// As [`Model::read_training`].
    pub fn read_trained_on(&self, folder: &Path) -> Result<TrainedOn> {
        Ok(trained_on::read(folder)?.unwrap_or_else(|| TrainedOn::named(&self.header)))
    }

    /// Reads a model and checks all of it: the format version, the counts, that all numbers are valid, that the terms
    /// are sorted and their frequencies possible.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage): no such folder. [`Kind::Model`](crate::error::Kind::Model): another
    /// format version, or a file that is missing, broken, cut off, or doesn't fit the others.
    /// [`Kind::Io`](crate::error::Kind::Io): reading failed.
    pub fn read(folder: &Path) -> Result<Self> {
        read::read(folder)
    }
}
