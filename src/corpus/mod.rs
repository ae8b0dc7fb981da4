//! Reads articles from text files, HTML pages, CSV, JSON lines and data frames.
//!
//! Takes [`ReadOptions`]: files, folders or standard input, a manifest, the columns' names. Hands on each
//! [`Article`], in input order, mapped on all cores, as often as is asked for: the corpus is never whole in memory.
//! Cleaning and cutting the texts is not done here, and nothing is printed.
//!
//! | file | job |
//! |---|---|
//! | [`article`] | the article |
//! | [`options`] | what is to be read, and how |
//! | `inputs`, `walk`, `opening` | which files there are, those of folders, and what they are read as |
//! | `spooled` | standard input put aside |
//! | `passes` | the first pass over all articles, and the others |
//! | `source` | one file, and what is known of it |
//! | `decode` | compression, encodings, what is no text |
//! | `columns` | which column is what |
//! | [`labels`] | labels: where they stand, and what each annotator said |
//! | `exports` | records of Label Studio, doccano and Prodigy |
//! | `table`, `json`, `frame`, `folder`, `html` | the formats: where records begin and end, and their values |
//! | `table_records` | a table cut into rows |
//! | `missing_column` | what is said of a column that isn't there |
//! | `markup` | texts of records with HTML in them |
//! | `block_quotes` | what a web page quotes without quotation marks |
//! | `shown` | the paragraphs of a web page's article |
//! | `outline` | web pages that would take a parser too long |
//! | `claims`, `footer`, `pages`, `deltas` | data frames that claim more than they have, or unpack to more than they claim |
//! | `thrift` | numbers of Parquet's footer and heads of pages |
//! | `cells` | one value of an Arrow column |
//! | `parse`, `row`, [`dates`] | from a record to its values, from values to an article |
//! | `date_order` | whether days or months stand first in a file's dates |
//! | `learn` | the first pass of a cleaner, which counts the lines an outlet repeats |
//! | `batches`, `read_ahead` | how a pass runs: one thread reads ahead, all cores map, the caller folds |
//! | `first_pass` | what is wrong or odd about rows |
//! | `ids` | which ids stand twice |
//! | `in_memory` | articles of a program, without a data frame |
//! | `outlets` | which outlets' names differ only by case |
//! | [`overview`] | what a corpus holds, without counting |
//! | `warnings` | what was odd and didn't stop the reading |

pub mod article;
mod batches;
mod block_quotes;
mod cells;
mod claims;
mod columns;
pub(crate) mod date_order;
pub mod dates;
mod decode;
mod deltas;
mod exports;
mod first_pass;
mod folder;
mod footer;
mod frame;
#[cfg(not(fuzzing))]
mod html;
#[cfg(fuzzing)]
pub mod html;
mod ids;
mod in_memory;
mod inputs;
mod json;
pub mod labels;
mod learn;
mod markup;
mod missing_column;
mod opening;
pub mod options;
mod outlets;
mod outline;
pub mod overview;
pub(crate) mod pages;
mod parse;
mod passes;
mod read_ahead;
mod row;
mod shown;
mod source;
mod spooled;
mod table;
mod table_records;
mod thrift;
mod walk;
mod warnings;

use std::sync::OnceLock;

pub use article::Article;
pub use batches::{Pass, Progress};
pub(crate) use columns::{list, nearest};
pub(crate) use dates::says_none;
pub(crate) use inputs::meant;
pub use options::{BadRows, ColumnNames, DateOrder, Extent, Format, Input, ReadOptions};
pub(crate) use source::{Held, Labelling, Source, SourceKind};
pub use warnings::Warning;

use crate::error::{Error, Place};
use batches::Skipped;
use columns::Layout;
use date_order::{DayFirst, Forms};
use folder::Manifest;

/// The articles of some inputs, to be read as often as needed.
///
/// ```
/// use aslant::corpus::{Corpus, Pass, ReadOptions};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("articles.csv");
/// std::fs::write(&path, "outlet,text\nThe Post,One text.\nThe Times,Another text.\n")?;
/// let corpus = Corpus::open(ReadOptions::new([&path]))?;
/// let mut outlets = Vec::new();
/// let survey = corpus.survey(
///     Pass::new(),
///     |article| article.outlet,
///     |_index, outlet| {
///         outlets.extend(outlet);
///         Ok(())
///     },
/// )?;
/// assert_eq!(survey.articles, 2);
/// assert_eq!(outlets, ["The Post", "The Times"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Corpus {
    options: ReadOptions,
    sources: Vec<Source>,
    manifest: Option<Manifest>,
    bytes: u64,
    opening_warnings: Vec<Warning>,
    surveyed: OnceLock<Surveyed>,
    /// Which dates have the day first, known after the first pass.
    day_first: OnceLock<DayFirst>,
    /// Standard input on the disk, kept as long as it may be read again.
    _spooled: Option<spooled::Spooled>,
}

/// What the first pass found.
#[derive(Debug)]
struct Surveyed {
    skipped: Skipped,
    hashes: Vec<Option<String>>,
    warnings: Vec<Warning>,
    late: Option<Warning>,
    /// Of the dates of the only source.
    forms: Forms,
    survey: Survey,
    /// What texts and pages tell of themselves.
    keys: Vec<String>,
}

/// What the first pass counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survey {
    /// Articles that were handed on.
    pub articles: usize,
    /// Rows that couldn't be read and were left out, with [`BadRows::Skip`].
    pub skipped: u64,
    /// Articles that were left out because they have no text.
    pub empty: u64,
    /// Bytes of all input files, as they stand on the disk.
    pub bytes: u64,
}

/// One input file, for `run.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// As the user named it, or `standard input`.
    pub name: String,
    /// Its size on the disk.
    pub bytes: u64,
    /// The SHA-256 of the file as it stands on the disk, in hexadecimal; known after the first pass.
    pub sha256: Option<String>,
}

impl Corpus {
    /// The input files in the order in which they are read.
    pub fn inputs(&self) -> Vec<InputFile> {
        let hash = |i: usize| self.surveyed.get().and_then(|surveyed| surveyed.hashes[i].clone());
        let file = |(i, source): (usize, &Source)| InputFile {
            name: source.name.clone(),
            bytes: source.bytes,
            sha256: hash(i),
        };
        self.sources.iter().enumerate().map(file).collect()
    }

    /// Bytes of all input files, as they stand on the disk.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What was odd: when the corpus was opened, and after the first pass also in the rows.
    pub fn warnings(&self) -> Vec<Warning> {
        let later = self.surveyed.get().map_or(&[][..], |surveyed| &surveyed.warnings);
        self.opening_warnings.iter().chain(later).cloned().collect()
    }

    /// An error with what was odd as its notes: how the articles were read may be why.
    pub(crate) fn noted_in(&self, error: Error) -> Error {
        // Lines stand under the note's own.
        let notes = self.warnings().into_iter().map(|warning| warning.to_string().replace('\n', "\n  "));
        notes.fold(error, Error::note)
    }

    /// Dates that are later than the day after [`ReadOptions::today`], as a warning: known after the first pass. It is not
    /// among [`Corpus::warnings`], which are the same on every day and may be written into results.
    pub fn late_dates(&self) -> Option<Warning> {
        self.surveyed.get()?.late.clone()
    }

    /// What the dates of a corpus of one source say of their order, after the first pass.
    pub(crate) fn date_forms(&self) -> Forms {
        self.surveyed.get().map_or_else(Forms::default, |surveyed| surveyed.forms.clone())
    }

    /// What the options were.
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// Whether a table, JSON file or data frame has a column of this name that nobody asked for, or, after the first pass, a text's
    /// front matter such a key; without regard to case.
    pub fn has_unread(&self, column: &str) -> bool {
        let asked = || first_pass::asked(&self.options.columns).any(|(_, name)| name.eq_ignore_ascii_case(column));
        let told = || self.surveyed.get().is_some_and(|surveyed| columns::position(&surveyed.keys, column).is_some());
        self.sources.iter().filter_map(Source::layout).any(|layout| layout.leaves(column)) || told() && !asked()
    }

    /// The columns of the first input that are read: what each is (`text`, `outlet`, `id`, `date`, `title`, `url`, `author`,
    /// `language`, `also`), and its name. A text file has none.
    pub fn columns(&self) -> Vec<(&'static str, String)> {
        self.sources.first().map_or(Vec::new(), |source| overview::file(source).columns)
    }

    /// The columns of all inputs that are tables, whether they are read or not; after the first pass also what texts and
    /// pages tell of themselves. For messages.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let of_tables = self.sources.iter().filter_map(Source::layout).flat_map(Layout::all);
        let of_texts = self.surveyed.get().into_iter().flat_map(|surveyed| surveyed.keys.iter().map(String::as_str));
        for name in of_tables.chain(of_texts) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The place of all of it: the file, where it is one.
    fn whole(&self) -> Place {
        match &self.sources[..] {
            [one] => Place::file(&one.name),
            _ => Place::default(),
        }
    }

    /// Whether annotators answered: an article may then have several answers, or none.
    pub fn has_annotators(&self) -> bool {
        self.sources.iter().any(|source| source.labels.repeats())
    }
}

#[cfg(test)]
mod tests;
