//! What went wrong and where, what was found and expected, and how to go on.
//!
//! Every error that reaches a person is an [`Error`]. Its [`Display`](std::fmt::Display) is the whole message as the
//! program prints it, and [`Error::exit_code`] is the program's exit code.

use crate::counted::counted;
use std::fmt;
use std::path::{Path, PathBuf};

/// The result of every operation whose failure is shown to a person.
pub type Result<T> = std::result::Result<T, Error>;

/// The kind of failure; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A check found something (exit code 1).
    Check,
    /// The arguments are wrong, including a path that doesn't exist or isn't of the expected kind (exit code 2).
    Usage,
    /// The contents of the files are wrong (exit code 3).
    Data,
    /// A model file of another format (exit code 4).
    Model,
    /// Reading or writing failed (exit code 5).
    Io,
    /// Stopped from outside ([`Stop`](crate::stop::Stop); exit code 130, as in shells).
    Stopped,
}

/// A place in the input. Lines and rows count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it, or `standard input`.
    pub file: Option<String>,
    /// The line in the file.
    pub line: Option<u64>,
    /// The row of a data frame, which has no line numbers.
    pub row: Option<u64>,
    /// The name of the column.
    pub column: Option<String>,
    /// The article's id.
    pub article: Option<String>,
}

impl Place {
    /// A place in a file, without a line.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Place { file: Some(path.as_ref().display().to_string()), ..Place::default() }
    }

    /// The same place at this line.
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same place in this row.
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same place in this column.
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same place in this article.
    pub fn article(mut self, id: impl Into<String>) -> Self {
        self.article = Some(id.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            separator = ", ";
        } else if let Some(line) = self.line {
            write!(f, "line {line}")?;
            separator = ", ";
        }
        if let Some(row) = self.row {
            write!(f, "{separator}row {row}")?;
            separator = ", ";
        }
        if let Some(column) = &self.column {
            write!(f, "{separator}column `{column}`")?;
            separator = ", ";
        }
        if let Some(article) = &self.article {
            write!(f, "{separator}article `{article}`")?;
        }
        Ok(())
    }
}

/// One problem: a title, its place, what was found and expected, and how to go on.
///
/// Built step by step: `Error::data("unknown label").at(place).found(…).expected(…).help(…)`.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    title: String,
    place: Place,
    found: Option<String>,
    expected: Option<String>,
    help: Vec<String>,
    notes: Vec<String>,
    source: Option<std::io::Error>,
}

impl Error {
    /// An error of any kind. The title is in lower case, without a full stop.
    pub fn new(kind: Kind, title: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            title: title.into(),
            place: Place::default(),
            found: None,
            expected: None,
            help: Vec::new(),
            notes: Vec::new(),
            source: None,
        }))
    }

    /// Wrong data (exit code 3).
    pub fn data(title: impl Into<String>) -> Self {
        Error::new(Kind::Data, title)
    }

    /// Wrong arguments (exit code 2).
    pub fn usage(title: impl Into<String>) -> Self {
        Error::new(Kind::Usage, title)
    }

    /// Reading or writing a file failed (exit code 5).
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let title = match source.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => "no room left",
            _ => "reading or writing failed",
        };
        let mut error = Error::new(Kind::Io, title).at(Place::file(path.into())).found(source.to_string());
        error.0.source = Some(source);
        error
    }

    /// Says where.
    pub fn at(mut self, place: Place) -> Self {
        self.0.place = place;
        self
    }

    /// Says what was found.
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.0.found = Some(found.into());
        self
    }

    /// Says what was expected.
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.0.expected = Some(expected.into());
        self
    }

    /// Says how to go on. May be called more than once.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help.push(help.into());
        self
    }

    /// Adds a note. May be called more than once.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    /// The kind of failure.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The title alone: what is wrong, in a few words.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// The program's exit code: 1 a check found something, 2 bad arguments, 3 bad data, 4 a model of another format, 5
    /// reading or writing failed, 130 stopped.
    pub fn exit_code(&self) -> u8 {
        match self.0.kind {
            Kind::Check => 1,
            Kind::Usage => 2,
            Kind::Data => 3,
            Kind::Model => 4,
            Kind::Io => 5,
            Kind::Stopped => 130,
        }
    }

    /// Whether the error is a closed pipe at the reading end, which is not a failure of the program.
    pub fn is_broken_pipe(&self) -> bool {
        self.0.source.as_ref().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(f, "{}", inner.title)?;
        if inner.place != Place::default() {
            write!(f, "\n --> {}", inner.place)?;
        }
        if let Some(found) = &inner.found {
            write!(f, "\n  found:    {found}")?;
        }
        if let Some(expected) = &inner.expected {
            write!(f, "\n  expected: {expected}")?;
        }
        for help in &inner.help {
            write!(f, "\n  help: {help}")?;
        }
        for note in &inner.notes {
            write!(f, "\n  note: {note}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|e| e as _)
    }
}

/// How many more bad rows of one kind are listed by line; the rest is only counted.
const NAMED_LINES: usize = 20;

/// Folds the problems of many rows into one error: the first one of each title in full, the others by line.
///
/// Returns `None` if there are no problems. Titles keep the order in which they first occur.
pub fn fold_rows(problems: Vec<Error>) -> Option<Error> {
    let mut rows = RowProblems::default();
    problems.into_iter().for_each(|problem| rows.push(problem));
    rows.fold()
}

/// The problems of many rows, kept small: the first one of each title in full, the next twenty by place, the rest as a
/// count. The incremental form of [`fold_rows`].
#[derive(Debug, Default)]
pub struct RowProblems {
    groups: Vec<Group>,
    count: u64,
}

/// All problems of one title.
#[derive(Debug)]
struct Group {
    first: Error,
    named: Vec<String>,
    others: u64,
    unit: Unit,
}

/// How the rows of a group are identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    File,
    Line,
    Row,
}

impl Unit {
    fn of(place: &Place) -> (Self, Option<u64>) {
        match (place.line, place.row) {
            (Some(line), _) => (Unit::Line, Some(line)),
            (None, Some(row)) => (Unit::Row, Some(row)),
            (None, None) => (Unit::File, None),
        }
    }
}

impl RowProblems {
    /// Adds the problem of one more row.
    pub fn push(&mut self, problem: Error) {
        self.count += 1;
        let Some(group) = self.groups.iter_mut().find(|group| group.first.title() == problem.title()) else {
            self.groups.push(Group { first: problem, named: Vec::new(), others: 0, unit: Unit::File });
            return;
        };
        group.others += 1;
        let (unit, number) = Unit::of(problem.place());
        if unit != Unit::File {
            group.unit = unit;
        }
        if group.named.len() < NAMED_LINES {
            let same_file = group.first.place().file == problem.place().file;
            group.named.push(match (number, &problem.place().file) {
                (Some(line), Some(file)) if !same_file && unit == Unit::Line => format!("{file}:{line}"),
                (Some(row), Some(file)) if !same_file => format!("{row} of {file}"),
                (Some(number), _) => number.to_string(),
                (None, Some(file)) => file.clone(),
                (None, None) => "?".to_owned(),
            });
        }
    }

    /// How many different titles the problems have.
    pub(crate) fn kinds(&self) -> usize {
        self.groups.len()
    }

    /// Inserts the problems of `other` after the first `at` titles.
    pub(crate) fn insert(&mut self, at: usize, other: RowProblems) {
        self.count += other.count;
        self.groups.splice(at..at, other.groups);
    }

    /// How many problems were added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All problems as one error; `None` if there are none.
    pub fn fold(self) -> Option<Error> {
        let mut folded: Option<Error> = None;
        for Group { mut first, named, others, unit } in self.groups {
            if others > 0 {
                let (thing, places) = match (unit, others) {
                    (Unit::Line, 1) => ("row has", "line "),
                    (Unit::Line, _) => ("rows have", "lines "),
                    (Unit::Row, 1) => ("row has", "row "),
                    (Unit::Row, _) => ("rows have", "rows "),
                    (Unit::File, 1) => ("file has", ""),
                    (Unit::File, _) => ("files have", ""),
                };
                let rest = match others - named.len() as u64 {
                    0 => String::new(),
                    n => format!(" and {}", counted(n, "other", "others")),
                };
                let named = named.join(", ");
                first = first.note(format!("{others} more {thing} this problem ({places}{named}{rest})"));
            }
            folded = Some(match folded {
                None => first,
                Some(folded) => folded.note(format!("also: {first}").replace('\n', "\n  ")),
            });
        }
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(line: u64) -> Error {
        Error::data("unknown label")
            .at(Place::file("articles.csv").line(line).column("label").article(format!("g-{line}")))
            .found("\"favour\"")
            .expected("one of against, favor, none")
            .help("map it with --label-map favour=favor")
    }

    #[test]
    fn one_problem_is_shown_whole() {
        insta::assert_snapshot!(unknown(118).to_string(), @r#"
        unknown label
         --> articles.csv:118, column `label`, article `g-118`
          found:    "favour"
          expected: one of against, favor, none
          help: map it with --label-map favour=favor
        "#);
    }

    #[test]
    fn many_rows_become_one_error_that_names_the_lines() {
        let folded = fold_rows(vec![unknown(118), unknown(131), unknown(402)]).expect("some");
        assert!(folded.to_string().ends_with("note: 2 more rows have this problem (lines 131, 402)"), "{folded}");
        let many = fold_rows((1..=50).map(unknown).collect()).expect("some");
        assert!(many.to_string().ends_with("20, 21 and 29 others)"), "{many}");
        assert!(fold_rows(Vec::new()).is_none());
    }

    #[test]
    fn rows_of_data_frames_are_told_as_rows() {
        let bad = |row: u64| Error::data("unreadable date").at(Place::file("a.parquet").row(row).column("date"));
        insta::assert_snapshot!(fold_rows(vec![bad(3), bad(5), bad(9)]).expect("some"), @r"
        unreadable date
         --> a.parquet, row 3, column `date`
          note: 2 more rows have this problem (rows 5, 9)
        ");
    }

    #[test]
    fn problems_of_whole_files_name_the_files() {
        let missing = |file: &str| Error::data("no such file").at(Place::file(file));
        let folded = fold_rows(vec![missing("a.txt"), missing("b.txt"), missing("c.txt")]).expect("some");
        assert!(folded.to_string().ends_with("note: 2 more files have this problem (b.txt, c.txt)"), "{folded}");
    }
}
