//! What is read, and how: a data frame, or files.

use crate::arrow;
use crate::run::{as_arguments, choice};
use arrow_array::RecordBatch;
use aslant::corpus::labels::LabelOptions;
use aslant::corpus::options::{encoding, today};
use aslant::corpus::{BadRows, ColumnNames, Corpus, DateOrder, Extent, Format, ReadOptions};
use aslant::error::{Error, Result};
use aslant::stop::Stop;
use aslant::tally::format::{are_tallies, check_articles};
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
    /// The folders, if these are tallies.
    pub fn tallies(&self) -> Result<Option<&[PathBuf]>> {
        match self {
            Articles::Paths(paths) if are_tallies(paths)? => Ok(Some(paths)),
            _ => Ok(None),
        }
    }
}

/// All warnings about a corpus as messages: those stored in results, and those only for whoever runs it.
pub fn warnings(corpus: &Corpus) -> Vec<String> {
    corpus.warnings().iter().chain(&corpus.late_dates()).map(|warning| as_arguments(&warning.to_string())).collect()
}

/// How articles are read: the names of columns, and the program's options of the same names.
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
    outlet_from_folder: bool,
    encoding: Option<String>,
    input_format: Option<String>,
    date_order: String,
    skip_bad_rows: bool,
}

impl Reading {
    /// Opens the articles, with these columns in addition to the usual ones, and with these labels.
    pub fn open(
        &self,
        articles: Articles,
        extra: Vec<String>,
        labels: Option<LabelOptions>,
        stop: &Stop,
    ) -> Result<Corpus> {
        let mut options = ReadOptions { labels, today: Some(today()), ..self.options(extra, stop)? };
        match articles {
            Articles::Frame(batches) => {
                self.check_frame()?;
                Corpus::of_batches("frame", batches, options)
            }
            Articles::Paths(paths) => {
                check_articles(&paths)?;
                options.inputs = paths.into_iter().map(Into::into).collect();
                Corpus::open(options)
            }
        }
    }

    /// Opens some rows of a frame that is elsewhere; messages refer to it by this name.
    pub fn open_part(&self, name: &str, batches: Vec<RecordBatch>, extra: Vec<String>, stop: &Stop) -> Result<Corpus> {
        self.check_frame()?;
        let options = ReadOptions { extent: Extent::Part, ..self.options(extra, stop)? };
        Corpus::of_batches(name, batches, options)
    }

    /// The same, with the order of days and months in dates as learnt from all parts of the articles.
    pub fn with_learnt(mut self, order: DateOrder) -> Self {
        if order == DateOrder::DayFirst {
            self.date_order = "day-first".to_owned();
        }
        self
    }

    fn options(&self, extra: Vec<String>, stop: &Stop) -> Result<ReadOptions> {
        let date_order =
            [("guess", DateOrder::Guess), ("month-first", DateOrder::MonthFirst), ("day-first", DateOrder::DayFirst)];
        Ok(ReadOptions {
            manifest: self.manifest.clone(),
            outlet_from_folder: self.outlet_from_folder,
            columns: ColumnNames {
                text: self.text.clone(),
                outlet: self.outlet.clone(),
                id: self.id.clone(),
                date: self.date.clone(),
                title: self.title.clone(),
                url: self.url.clone(),
                author: self.author.clone(),
                language: self.language.clone(),
                extra,
            },
            encoding: self.encoding.as_deref().map(encoding).transpose()?,
            format: self.input_format.as_deref().map(Format::from_name).transpose()?,
            bad_rows: self.bad_rows(),
            date_order: choice("date_order", &self.date_order, &date_order)?,
            stop: stop.clone(),
            ..ReadOptions::default()
        })
    }

    /// Refuses arguments about how files are read if there are none.
    fn check_frame(&self) -> Result<()> {
        let of_files = [
            (self.manifest.is_some(), "manifest"),
            (self.outlet_from_folder, "outlet_from_folder"),
            (self.encoding.is_some(), "encoding"),
            (self.input_format.is_some(), "input_format"),
        ];
        match of_files.into_iter().find(|(given, _)| *given) {
            Some((_, name)) => Err(Error::usage("an option for files")
                .found(format!("{name}=…, and articles in a frame"))
                .help(format!("leave {name} out, or give paths of files"))),
            None => Ok(()),
        }
    }

    /// How bad rows are handled.
    pub fn bad_rows(&self) -> BadRows {
        if self.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse }
    }

    /// Refuses arguments about how articles are read if there are only tallies.
    pub fn check_unused(&self) -> Result<()> {
        match self.options(Vec::new(), &Stop::new())?.given() {
            Some(name) => Err(Error::usage("an option that needs the articles")
                .found(format!("{name}=…"))
                .expected("tallies are read as they are")
                .help(format!("leave {name} out; it belongs to aslant.tally"))),
            None => Ok(()),
        }
    }
}
