//! The counts of terms in a tally's folder, from which `aslant train` learns as from the texts.
//!
//! | file | one row per | columns |
//! |---|---|---|
//! | `features.parquet` | article, in the order of `articles.parquet` | `words, terms, counts` |
//! | `feature-terms.parquet` | term | `block, term` |
//!
//! `words` has a number for each block: how many words, words and marks, or pieces between spaces there are. `terms`
//! has row numbers of the second file, counted from 0 and increasing. A term that occurs in only one article is left
//! out, as in a model's training data. If a tally has the words in their order
//! ([`Detail::Ordered`](crate::tally::format::Detail::Ordered)), the counts are made here.
//!
//! | file here | job |
//! |---|---|
//! | `write` | writes both files |
//! | `check` | whether a tally has what is needed |
//! | `articles` | reads and combines tallies |

mod articles;
mod check;
mod write;

pub use write::write;

use super::annotated::Annotation;
use super::artifact::{Input, Model};
use super::labelled::Columns;
use super::recipe::Block;
use super::train::{self, Stage, Tell, TrainParams};
use crate::corpus::BadRows;
use crate::error::Result;
use crate::stop::Stop;
use crate::tally::format::{FeatureBlock, Header, broken};
use articles::Articles;
use check::check;
use std::path::{Path, PathBuf};

/// The blocks named in a header.
///
/// # Errors
/// If blocks are invalid; `path` is the header's.
pub fn blocks(path: &Path, header: &Header) -> Result<Vec<Block>> {
    let block = |kept: &FeatureBlock| {
        let known = [Block::WORDS, Block::WRITTEN, Block::CHARACTERS].into_iter().find(|b| b.kind.name() == kept.kind);
        let block = known.map(|block| Block { ngrams: kept.ngrams, ..block });
        block.filter(|block| block.params().is_ok()).ok_or_else(|| {
            broken(path, "a tally that contradicts itself")
                .found(format!("features of {:?} {:?}", kept.kind, kept.ngrams))
        })
    };
    header.features.iter().map(block).collect()
}

/// Trains on tallies like [`train::train`] on texts: the model is the same, to the last bit.
///
/// # Errors
/// Those of [`train::train`]; stopped by `stop`; tallies without the terms or a column; parameters that need the texts.
pub fn train(
    folders: &[PathBuf],
    columns: &Columns,
    params: &TrainParams,
    bad_rows: BadRows,
    stop: &Stop,
    progress: &Tell<'_>,
) -> Result<Model> {
    train::check(params)?;
    let mut read = Vec::with_capacity(folders.len());
    for folder in folders {
        let header = Header::read(folder)?;
        check(folder, &header, columns, params)?;
        read.push((folder.as_path(), header));
    }
    progress(Stage::Reading, 0.0);
    let mut articles = Articles::default();
    for (folder, header) in &read {
        stop.check()?;
        articles.read(folder, header, &params.recipe)?;
    }
    let (counted, left_out) = articles.counted(columns, params, bad_rows, progress)?;
    let inputs = read.iter().flat_map(|(_, header)| &header.inputs);
    let inputs = inputs.map(|i| Input { name: i.name.clone(), bytes: i.bytes, sha256: i.sha256.clone() });
    train::of_counted(counted, columns, params, left_out, inputs.collect(), stop, progress)
}

/// How many articles were left out, and why.
pub(super) type LeftOut = (usize, Option<Annotation>);
