//! What is read, and how: a data frame, or files.

use crate::arrow;
use crate::run::choice;
use arrow_array::RecordBatch;
use aslant::compare::tallies::Tallies;
use aslant::corpus::labels::LabelOptions;
use aslant::corpus::options::encoding;
use aslant::corpus::{BadRows, ColumnNames, Corpus, DateOrder, Format, ReadOptions};
use aslant::error::Result;
use aslant::stop::Stop;
use aslant::tally::format::is_tally;
use pyo3::prelude::*;
use std::path::PathBuf;

/// Articles, as a data frame or as files.
pub enum Articles {
    /// Rows in Arrow's memory.
    Frame(Vec<RecordBatch>),
    /// Files and folders.
    Paths(Vec<PathBuf>),
}

impl<'py> FromPyObject<'_, 'py> for Articles {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.hasattr("__arrow_c_stream__")? {
            true => arrow::batches(&object).map(Articles::Frame),
            false => object.extract().map(Articles::Paths),
        }
    }
}

impl Articles {
    /// The tallies that these are, where they are some.
    pub fn tallies(&self) -> Result<Option<Tallies>> {
        match self {
            Articles::Paths(paths) if paths.iter().any(|path| is_tally(path)) => Tallies::open(paths).map(Some),
            _ => Ok(None),
        }
    }
}

/// How articles are read: the names of columns, and what the program's options of the same names say.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Reading {
    text: Option<String>,
    outlet: Option<String>,
    id: Option<String>,
    date: Option<String>,
    title: Option<String>,
    author: Option<String>,
    url: Option<String>,
    language: Option<String>,
    manifest: Option<PathBuf>,
    encoding: Option<String>,
    input_format: Option<String>,
    date_order: String,
    skip_bad_rows: bool,
}

impl Reading {
    /// Opens the articles, with these columns beside those that they have anyway, and with these labels.
    pub fn open(
        self,
        articles: Articles,
        extra: Vec<String>,
        labels: Option<LabelOptions>,
        stop: &Stop,
    ) -> Result<Corpus> {
        let date_order =
            [("guess", DateOrder::Guess), ("month-first", DateOrder::MonthFirst), ("day-first", DateOrder::DayFirst)];
        let mut options = ReadOptions {
            manifest: self.manifest,
            columns: ColumnNames {
                text: self.text,
                outlet: self.outlet,
                id: self.id,
                date: self.date,
                title: self.title,
                url: self.url,
                author: self.author,
                language: self.language,
                extra,
            },
            encoding: self.encoding.as_deref().map(encoding).transpose()?,
            format: self.input_format.as_deref().map(Format::from_name).transpose()?,
            bad_rows: if self.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse },
            date_order: choice("date_order", &self.date_order, &date_order)?,
            labels,
            stop: stop.clone(),
            ..ReadOptions::default()
        };
        match articles {
            Articles::Frame(batches) => Corpus::of_batches("frame", batches, options),
            Articles::Paths(paths) => {
                options.inputs = paths.into_iter().map(Into::into).collect();
                Corpus::open(options)
            }
        }
    }
}
