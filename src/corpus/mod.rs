//! Reads articles from text files, HTML pages, CSV, JSON lines and data frames.
//!
//! Takes [`ReadOptions`]: files, folders or standard input, a manifest, the columns' names. Hands on each [`Article`],
//! mapped on all cores and in input order, as often as needed: the whole corpus is never in memory. Texts are not
//! cleaned or tokenized here, and nothing is printed.
//!
//! | file | job |
//! |---|---|
//! | [`article`] | the article |
//! | [`options`] | what to read, and how |
//! | `inputs`, `walk`, `opening` | finding the files, also in folders, and deciding what each is read as |
//! | `spooled` | a copy of standard input that can be read again |
//! | `passes` | the first pass over all articles, and later ones |
//! | `source` | one file, and what is known about it |
//! | `decode` | compression, encodings, and files that aren't text |
//! | `columns` | which column is what |
//! | [`labels`] | labels: where they are, and what each annotator said |
//! | `exports` | records exported from Label Studio, doccano and Prodigy |
//! | `table`, `json`, `frame`, `folder`, `html` | the formats: where records begin and end, and their values |
//! | `table_records` | cuts a table into rows |
//! | `missing_column` | the message about a column that isn't there |
//! | `markup` | HTML in the texts of records |
//! | `block_quotes` | block quotations of web pages, which have no quotation marks |
//! | `shown` | the paragraphs of a web page's article |
//! | `outline` | refuses web pages that would take a parser too long |
//! | `claims`, `footer`, `pages`, `deltas` | refuse data frames with false sizes, or that unpack to far too much |
//! | `parquet_structs` | what the structs of Parquet footers and page headers hold |
//! | `thrift` | reads them |
//! | `cells` | one value of an Arrow column |
//! | `parse`, `row`, [`dates`] | from a record to its values, from values to an article |
//! | `date_order` | whether a file's dates have the day or the month first |
//! | `learn` | the first pass of a cleaner, which counts the lines an outlet repeats |
//! | `batches`, `read_ahead` | how a pass runs: one thread reads ahead, all cores map, the caller folds |
//! | `first_pass` | errors and warnings about rows |
//! | `ids` | finds ids that occur twice |
//! | `in_memory` | articles from a program's memory, without a data frame |
//! | `outlets` | finds outlets whose names differ only by case |
//! | [`overview`] | what a corpus holds, without counting cues |
//! | `warnings` | oddities that don't stop the reading |

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
mod parquet_structs;
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

/// The articles of one or more inputs, which can be read as often as needed.
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
    /// Which groups of dates have the day first; known after the first pass.
    day_first: OnceLock<DayFirst>,
    /// Standard input on disk, kept for as long as it may be read again.
    _spooled: Option<spooled::Spooled>,
}

/// What the first pass found.
#[derive(Debug)]
struct Surveyed {
    skipped: Skipped,
    hashes: Vec<Option<String>>,
    warnings: Vec<Warning>,
    late: Option<Warning>,
    /// What the dates say, if the corpus has only one source.
    forms: Forms,
    survey: Survey,
    /// The keys that texts and pages have in their front matter or metadata.
    keys: Vec<String>,
}

/// What the first pass counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survey {
    /// Articles that were handed on.
    pub articles: usize,
    /// Rows that couldn't be read and were skipped ([`BadRows::Skip`]).
    pub skipped: u64,
    /// Articles left out because they have no text.
    pub empty: u64,
    /// Size of all input files on disk, in bytes.
    pub bytes: u64,
}

/// One input file, for `run.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// As the user named it, or `standard input`.
    pub name: String,
    /// Its size on disk, in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file on disk, in hexadecimal; known after the first pass.
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

    /// Size of all input files on disk, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Warnings from opening the corpus and, after the first pass, about its rows.
    pub fn warnings(&self) -> Vec<Warning> {
        let later = self.surveyed.get().map_or(&[][..], |surveyed| &surveyed.warnings);
        self.opening_warnings.iter().chain(later).cloned().collect()
    }

    /// Adds the warnings to an error as notes: the way the articles were read may be its cause.
    pub(crate) fn noted_in(&self, error: Error) -> Error {
        // Further lines are indented below the note's first.
        let notes = self.warnings().into_iter().map(|warning| warning.to_string().replace('\n', "\n  "));
        notes.fold(error, Error::note)
    }

    /// A warning about dates later than the day after [`ReadOptions::today`]; known after the first pass. It isn't
    /// among [`Corpus::warnings`], which are the same every day and may be written into results.
    pub fn late_dates(&self) -> Option<Warning> {
        self.surveyed.get()?.late.clone()
    }

    /// For a corpus of one source: what its dates say about the order of day and month. Known after the first pass.
    pub(crate) fn date_forms(&self) -> Forms {
        self.surveyed.get().map_or_else(Forms::default, |surveyed| surveyed.forms.clone())
    }

    /// The options the corpus was opened with.
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// Whether a table, JSON file or data frame has a column of this name that wasn't requested, or (after the first
    /// pass) a text's front matter has such a key. Ignores case.
    pub fn has_unread(&self, column: &str) -> bool {
        let asked = || first_pass::asked(&self.options.columns).any(|(_, name)| name.eq_ignore_ascii_case(column));
        let told = || self.surveyed.get().is_some_and(|surveyed| columns::position(&surveyed.keys, column).is_some());
        self.sources.iter().filter_map(Source::layout).any(|layout| layout.leaves(column)) || told() && !asked()
    }

    /// The columns read from the first input: the role of each (`text`, `outlet`, `id`, `date`, `title`, `url`,
    /// `author`, `language`, `also`) and its name. A text file has none.
    pub fn columns(&self) -> Vec<(&'static str, String)> {
        self.sources.first().map_or(Vec::new(), |source| overview::file(source).columns)
    }

    /// The columns of all tables among the inputs, whether they are read or not; after the first pass also the keys
    /// that texts and pages have. For messages.
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

    /// The place of the whole corpus: the file, if there is only one.
    fn whole(&self) -> Place {
        match &self.sources[..] {
            [one] => Place::file(&one.name),
            _ => Place::default(),
        }
    }

    /// Whether the labels come from annotators. An article may then have several answers, or none.
    pub fn has_annotators(&self) -> bool {
        self.sources.iter().any(|source| source.labels.repeats())
    }
}

#[cfg(test)]
mod tests;
