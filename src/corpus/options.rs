//! What is to be read, and how.
//!
//! Takes nothing; hands on [`ReadOptions`]. Nothing is opened here, so that all of it can be built from arguments.

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
    /// The input that an argument names: `-` is standard input, everything else a path.
    pub fn from_argument(argument: impl AsRef<Path>) -> Self {
        match argument.as_ref() {
            path if path == Path::new("-") => Input::Stdin,
            path => Input::Path(path.to_owned()),
        }
    }
}

/// How the articles stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The whole file is one article.
    Text,
    /// One HTML page with one article.
    Html,
    /// A table with a header; the delimiter is guessed among comma, semicolon and tab.
    Csv,
    /// A table with a header, parted by tabs.
    Tsv,
    /// One JSON object a line, or one array of objects.
    Json,
    /// A Parquet table.
    Parquet,
    /// An Arrow table: a file (Feather is that, too) or a stream.
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
    /// The first pass goes through to the end, tells all of them at once and fails.
    #[default]
    Refuse,
    /// They are left out and counted in a warning.
    Skip,
}

/// Whether the articles are all that there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of them: there must be one at least, and where nothing names them they are called after their file.
    #[default]
    Whole,
    /// Some of them: there may be none, and each must have its own id, for places in a part name nothing.
    Part,
}

/// How dates written with three numbers are read where the year stands last (`4/5/2017`).
///
/// Only what is to be guessed is asked of other rows; with an order each value is read by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// As the other dates of the same file tell: `4/5/2017` is 4 May where one of them has a first number over 12 (`25/5/2017`)
    /// and none a second (`5/25/2017`), otherwise 5 April, as in the USA. Where no date tells, or they tell both, a warning
    /// says so. With dots the day is first: `4.5.2017` is 4 May. A manifest is a file; so are, together, all front matters
    /// and web pages. Of articles that are a part of a whole ([`Extent::Part`]) nothing is learnt.
    #[default]
    Guess,
    /// Always the month first; `25/5/2017` is an error.
    MonthFirst,
    /// Always the day first; `5/25/2017` is an error.
    DayFirst,
}

/// The names of the columns (CSV, manifest, front matter) or keys (JSON).
///
/// `None` guesses among plain names, without regard to case. `Some("")` says that there is no such column, whatever
/// the guess would be. Any other name must be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnNames {
    /// The article's text.
    pub text: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// What names the article; must be unique in the corpus.
    pub id: Option<String>,
    /// The day of publication.
    pub date: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language's code.
    pub language: Option<String>,
    /// Other columns that are kept as they are, in this order, in [`Article::extra`](super::Article::extra).
    pub extra: Vec<String>,
}

/// What is to be read, and how. Start with [`ReadOptions::new`] and change what differs.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Files, folders or standard input, read in this order.
    pub inputs: Vec<Input>,
    /// A table with the column `file` and what is known of each text file in the folders.
    pub manifest: Option<PathBuf>,
    /// Whether an article that doesn't name its outlet has that of its file's folder: the folder right below the one that was
    /// named; where several folders were named, each of them; of a file that was named, the folder in which it stands.
    pub outlet_from_folder: bool,
    /// The columns' names.
    pub columns: ColumnNames,
    /// The encoding of all inputs; without it each file's own is found out. See [`encoding`].
    pub encoding: Option<&'static Encoding>,
    /// The format of standard input and of files whose extension says nothing, where otherwise the content decides; and of
    /// `.txt` files, which otherwise are texts.
    pub format: Option<Format>,
    /// What happens to rows that can't be read.
    pub bad_rows: BadRows,
    /// How dates with three numbers are read.
    pub date_order: DateOrder,
    /// The day of the run, for [`Corpus::late_dates`](super::Corpus::late_dates); without it no date is too late.
    pub today: Option<NaiveDate>,
    /// Whether these are all articles of the corpus.
    pub extent: Extent,
    /// The labels that are read, if any. With an annotator's column, and in exports of annotation programs, several
    /// records with the same id and text are the same article: it is handed on once for each.
    pub labels: Option<LabelOptions>,
    /// Ends every pass over the corpus, and what follows on it.
    pub stop: Stop,
}

impl ReadOptions {
    /// The first of the options that say how articles are read, by its name here, where one differs from the default:
    /// for those that have no articles to read.
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

    /// Reads these inputs with everything else guessed.
    pub fn new<I: Into<Input>>(inputs: impl IntoIterator<Item = I>) -> Self {
        ReadOptions { inputs: inputs.into_iter().map(Into::into).collect(), ..ReadOptions::default() }
    }
}

impl<P: AsRef<Path>> From<P> for Input {
    fn from(path: P) -> Self {
        Input::from_argument(path)
    }
}

/// The day of the run, by universal time.
pub fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}

/// Labels that people write, for the nearest one to an unknown label.
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

/// The encoding with this label, by the names that web pages use (`utf-8`, `latin1`, `windows-1252`, `cp1252` …).
///
/// # Errors
/// [`Kind::Usage`](crate::error::Kind::Usage) for a label that the Encoding Standard doesn't have.
pub fn encoding(label: &str) -> Result<&'static Encoding> {
    let plain = label.trim();
    // Python's and people's spelling: `utf_8`, `latin-1`.
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
