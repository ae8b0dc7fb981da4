//! What is to be read, and how.
//!
//! Defines [`ReadOptions`]. Nothing is opened here, so options can be built from arguments alone.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};
use encoding_rs::Encoding;

use super::labels::LabelOptions;
use crate::error::{Error, Result};
use crate::stop::Stop;

/// One input, as the user named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file or a folder.
    Path(PathBuf),
    /// Standard input. It can be given once; it is copied to a temporary file when the corpus is opened.
    Stdin,
}

impl Input {
    /// The input named by an argument: `-` is standard input, anything else a path.
    pub fn from_argument(argument: impl AsRef<Path>) -> Self {
        match argument.as_ref() {
            path if path == Path::new("-") => Input::Stdin,
            path => Input::Path(path.to_owned()),
        }
    }
}

/// How articles are stored in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The whole file is one article.
    Text,
    /// One HTML page with one article.
    Html,
    /// A table with a header; the delimiter (comma, semicolon or tab) is guessed.
    Csv,
    /// A table with a header, separated by tabs.
    Tsv,
    /// One JSON object per line, or one array of objects.
    Json,
    /// A Parquet table.
    Parquet,
    /// An Arrow table: a file (including Feather) or a stream.
    Arrow,
}

impl Format {
    /// The format by its name: `text`, `html`, `csv`, `tsv`, `json`, `jsonl`, `parquet` or `arrow`.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) for any other name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name.to_ascii_lowercase().as_str() {
            "text" | "txt" => Ok(Format::Text),
            "html" | "htm" => Ok(Format::Html),
            "csv" => Ok(Format::Csv),
            "tsv" => Ok(Format::Tsv),
            "json" | "jsonl" | "ndjson" => Ok(Format::Json),
            "parquet" => Ok(Format::Parquet),
            "arrow" | "feather" => Ok(Format::Arrow),
            _ => Err(Error::usage("unknown format")
                .found(format!("{name:?}"))
                .expected("one of text, html, csv, tsv, json, parquet, arrow")),
        }
    }
}

/// What happens to rows that can't be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BadRows {
    /// The first pass runs to the end, then fails with an error that lists all of them.
    #[default]
    Refuse,
    /// They are left out and counted in a warning.
    Skip,
}

/// Whether the articles are the whole corpus or a part of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// The whole corpus: there must be at least one article, and articles without an id are named after their file.
    #[default]
    Whole,
    /// A part of it: there may be no articles, and each must have its own id, because a position within a part
    /// identifies nothing.
    Part,
}

/// How dates of three numbers with the year last (`4/5/2017`) are read.
///
/// Only [`DateOrder::Guess`] looks at other rows; with a fixed order each value is read on its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// Guessed from the other dates of the same file. `4/5/2017` is 4 May if at least one of them has a first number
    /// over 12 (`25/5/2017`) and none a second number over 12 (`5/25/2017`); otherwise it is 5 April, as in the USA. If
    /// no date decides it, or they disagree, there is a warning. With dots the day is always first: `4.5.2017` is 4
    /// May. A manifest counts as a file; all front matters and web pages together count as another. Nothing is guessed
    /// from the articles of a part ([`Extent::Part`]).
    #[default]
    Guess,
    /// Always the month first; `25/5/2017` is an error.
    MonthFirst,
    /// Always the day first; `5/25/2017` is an error.
    DayFirst,
}

/// The names of the columns (CSV, manifest, front matter) or keys (JSON).
///
/// `None`: guessed from common names, ignoring case. `Some("")`: there is no such column, whatever the guess would be.
/// Any other name must exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnNames {
    /// The article's text.
    pub text: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// The article's id; must be unique in the corpus.
    pub id: Option<String>,
    /// The day of publication.
    pub date: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Its address on the web.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language's code.
    pub language: Option<String>,
    /// Other columns, kept in this order in [`Article::extra`](super::Article::extra).
    pub extra: Vec<String>,
}

/// What is to be read, and how. Start with [`ReadOptions::new`] and change what you need.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Files, folders or standard input, read in this order.
    pub inputs: Vec<Input>,
    /// A table with a column `file` and further columns about each text file in the folders.
    pub manifest: Option<PathBuf>,
    /// Whether an article that doesn't name its outlet gets the name of a folder: with one input folder, the subfolder
    /// directly below it; with several, the input folder itself; for an input file, the folder it is in.
    pub outlet_from_folder: bool,
    /// The columns' names.
    pub columns: ColumnNames,
    /// The encoding of all inputs; with `None` it is detected for each file. See [`encoding`].
    pub encoding: Option<&'static Encoding>,
    /// The format of standard input and of files without a telling extension (by default their content decides), and of
    /// `.txt` files (by default texts).
    pub format: Option<Format>,
    /// What happens to rows that can't be read.
    pub bad_rows: BadRows,
    /// How dates with three numbers are read.
    pub date_order: DateOrder,
    /// The day of the run, for [`Corpus::late_dates`](super::Corpus::late_dates); with `None` no date is too late.
    pub today: Option<NaiveDate>,
    /// Whether the inputs are the whole corpus or a part of it.
    pub extent: Extent,
    /// The labels to read, if any. With an annotator column, and in exports of annotation programs, several records
    /// with the same id and text are the same article, which is handed on once per record.
    pub labels: Option<LabelOptions>,
    /// Stops every pass over the corpus, and the steps that follow.
    pub stop: Stop,
}

impl ReadOptions {
    /// The name of the first option on how articles are read that differs from its default, if any. For callers that
    /// have no articles to read, and so must refuse such options.
    pub fn given(&self) -> Option<&'static str> {
        let of = &self.columns;
        let columns = [&of.text, &of.outlet, &of.id, &of.date, &of.title, &of.author, &of.url, &of.language];
        let names = ["text", "outlet", "id", "date", "title", "author", "url", "language"];
        let column = names.into_iter().zip(columns).find(|(_, column)| column.is_some()).map(|(name, _)| name);
        let others = [
            (self.encoding.is_some(), "encoding"),
            (self.format.is_some(), "input_format"),
            (self.manifest.is_some(), "manifest"),
            (self.outlet_from_folder, "outlet_from_folder"),
            (self.date_order != DateOrder::Guess, "date_order"),
        ];
        column.or_else(|| others.into_iter().find(|(given, _)| *given).map(|(_, name)| name))
    }

    /// Options to read these inputs, with everything else guessed.
    pub fn new<I: Into<Input>>(inputs: impl IntoIterator<Item = I>) -> Self {
        ReadOptions { inputs: inputs.into_iter().map(Into::into).collect(), ..ReadOptions::default() }
    }
}

impl<P: AsRef<Path>> From<P> for Input {
    fn from(path: P) -> Self {
        Input::from_argument(path)
    }
}

/// Today's date in UTC.
pub fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}

/// Labels in common use, from which the nearest is suggested for an unknown label.
const LABELS: [&str; 24] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "latin1",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "gbk",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-kr",
];

/// The encoding with this label, one of the names used on web pages (`utf-8`, `latin1`, `windows-1252`, `cp1252` …).
///
/// # Errors
/// [`Kind::Usage`](crate::error::Kind::Usage) for a label that the Encoding Standard doesn't have.
pub fn encoding(label: &str) -> Result<&'static Encoding> {
    let plain = label.trim();
    // Spellings used in Python and by people: `utf_8`, `latin-1`.
    let known = |label: &str| Encoding::for_label(label.as_bytes());
    known(plain)
        .or_else(|| known(&plain.replace('_', "-")))
        .or_else(|| known(&plain.replace(['-', '_'], "")))
        .ok_or_else(|| {
            let error = Error::usage("unknown encoding").found(format!("{label:?}"));
            match super::columns::nearest(plain, LABELS) {
                Some(near) => error.help(format!("did you mean `--encoding {near}`?")),
                None => error.expected("a label such as utf-8, windows-1252 or iso-8859-2"),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_go_by_the_names_that_people_use() {
        for (label, name) in [
            ("latin-1", "windows-1252"),
            ("latin1", "windows-1252"),
            ("cp1252", "windows-1252"),
            ("UTF_8", "UTF-8"),
            ("utf8", "UTF-8"),
            ("utf-16", "UTF-16LE"),
            ("iso_8859-2", "ISO-8859-2"),
        ] {
            assert_eq!(encoding(label).expect(label).name(), name);
        }
    }

    #[test]
    fn an_unknown_encoding_names_the_nearest() {
        insta::assert_snapshot!(encoding("windows-125").expect_err("unknown"), @r#"
        unknown encoding
          found:    "windows-125"
          help: did you mean `--encoding windows-1250`?
        "#);
        insta::assert_snapshot!(encoding("klingon").expect_err("unknown"), @r#"
        unknown encoding
          found:    "klingon"
          expected: a label such as utf-8, windows-1252 or iso-8859-2
        "#);
        assert!(LABELS.iter().all(|label| encoding(label).is_ok()));
    }

    #[test]
    fn formats_go_by_name() {
        assert_eq!(Format::from_name("NDJSON").expect("known"), Format::Json);
        insta::assert_snapshot!(Format::from_name("xlsx").expect_err("unknown"), @r#"
        unknown format
          found:    "xlsx"
          expected: one of text, html, csv, tsv, json, parquet, arrow
        "#);
    }
}
