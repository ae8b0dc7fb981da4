//! What models learn from, in the folder of a tally: counts of terms, from which `aslant train` learns as from the texts.
//!
//! | file | a row | columns |
//! |---|---|---|
//! | `features.parquet` | an article, in the order of `articles.parquet` | `words, terms, counts` |
//! | `feature-terms.parquet` | a term | `block, term` |
//!
//! `words` has a number for each block: how many words, words and marks, or pieces between spaces there are. `terms` has rows
//! of the second file, counted from 0 and rising. A term that stands in one article alone is left out, as it
//! is in the training data of a model. Of the words in their order
//! ([`Detail::Ordered`](crate::tally::format::Detail::Ordered)) the counts are made here.
//!
//! | file here | job |
//! |---|---|
//! | `write` | writes both files |
//! | `check` | whether a tally has what is asked for |
//! | `articles` | reads tallies and puts them together |

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

/// The blocks that a header names.
///
/// # Errors
/// Blocks that can't be; `path` is the header's.
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

/// Trains on tallies as [`train::train`] does on texts: the same model, to the last bit.
///
/// # Errors
/// Those of [`train::train`]; stopped by `stop`; tallies in which the terms or a column weren't kept; parameters that need the texts.
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
