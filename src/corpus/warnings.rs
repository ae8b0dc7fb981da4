//! Oddities of the inputs that don't stop the reading.
//!
//! Defines the [`Warning`]s that the program prints and writes to `run.json`.

use super::columns::list;
use crate::counted::counted;
use std::fmt;

/// Something odd about the inputs. Its [`Display`](fmt::Display) is the whole message: a title, and lines with a place
/// and advice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Articles without a text were left out.
    EmptyTexts {
        /// How many.
        count: u64,
        /// The place of the first one.
        first: String,
    },
    /// Texts had HTML tags or character references; they were read without them.
    Html {
        /// How many.
        count: u64,
        /// The place of the first one.
        first: String,
    },
    /// Dates are only a month or a year; they were read as its first day.
    CoarseDates {
        /// How many.
        count: u64,
        /// The place of the first one.
        first: String,
    },
    /// Dates before the year 1600, such as `0000-00-00`, were read as no date.
    PlaceholderDates {
        /// How many.
        count: u64,
        /// The place of the first one.
        first: String,
    },
    /// Dates can be read with the day or the month first, and no other date of their file decides it; they were read
    /// with the month first.
    EitherOrder {
        /// How many.
        count: u64,
        /// The first one.
        example: String,
        /// Its place.
        first: String,
    },
    /// A file has dates that can only have the day first, and others that can only have the month first.
    BothOrders {
        /// How many can be read either way; they were read with the month first.
        either: u64,
        /// The first one with the day first, and its place.
        day_first: (String, String),
        /// The first one with the month first, and its place.
        month_first: (String, String),
    },
    /// Outlets whose names differ only by case; they are counted separately.
    OutletsByCase {
        /// The names that are alike, by outlet.
        outlets: Vec<Vec<String>>,
    },
    /// Dates are in the future.
    LateDates {
        /// How many.
        count: u64,
        /// The first one.
        example: String,
        /// Its place.
        first: String,
    },
    /// Rows that couldn't be read were left out, as requested.
    SkippedRows {
        /// How many.
        count: u64,
        /// The problems, as the error would have listed them.
        problems: String,
    },
    /// Text files that the manifest doesn't name were left out.
    NotInManifest {
        /// How many.
        count: u64,
        /// The first one.
        first: String,
        /// The manifest.
        manifest: String,
    },
    /// A file has a text's extension but begins like a table; it is read as one article.
    TableAsText {
        /// The file.
        file: String,
        /// Columns that were recognised.
        columns: Vec<String>,
    },
    /// Documents in folders that can't be read were left out.
    NotRead {
        /// How many.
        count: u64,
        /// The first one.
        first: String,
        /// What to do about it.
        help: &'static str,
    },
    /// Files named in the manifest don't exist, and bad rows are skipped.
    MissingFiles {
        /// How many.
        count: u64,
        /// The first one.
        first: String,
        /// The manifest.
        manifest: String,
    },
    /// The encoding of files was guessed from letter frequencies.
    GuessedEncoding {
        /// How many files.
        count: u64,
        /// The first one.
        first: String,
        /// Its encoding's name.
        encoding: &'static str,
    },
    /// Times of a data frame are in a named time zone; their days were taken in UTC.
    NamedZone {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The zone, such as `Europe/Berlin`.
        zone: String,
    },
    /// Files have bytes that are invalid in their encoding; they were read as U+FFFD.
    Malformed {
        /// How many files.
        count: u64,
        /// The first one.
        first: String,
        /// Its encoding's name.
        encoding: &'static str,
    },
}

fn was(n: u64) -> &'static str {
    if n == 1 { "was" } else { "were" }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::EmptyTexts { count, first } => {
                write!(f, "{} without a text {} left out", counted(*count, "article", "articles"), was(*count))?;
                write!(f, "\n --> {first}")
            }
            Warning::Html { count, first } => {
                write!(f, "{} with HTML {} read without its tags", counted(*count, "text", "texts"), was(*count))?;
                write!(f, "\n --> {first}")
            }
            Warning::CoarseDates { count, first } => {
                write!(f, "{} without a day {} read as the first day", counted(*count, "date", "dates"), was(*count))?;
                write!(f, " of the month or the year\n --> {first}")?;
                write!(f, "\n  help: compare by nothing finer than these dates, such as with `--by outlet,year`")
            }
            Warning::PlaceholderDates { count, first } => {
                write!(f, "{} before the year 1600 {} read as no date", counted(*count, "date", "dates"), was(*count))?;
                write!(f, "\n --> {first}")
            }
            Warning::EitherOrder { count, example, first } => {
                write!(f, "{} such as {example} can be read either way", counted(*count, "date", "dates"))?;
                write!(f, ", and no other date of the file decides it: read as month/day\n --> {first}")?;
                write!(f, "\n  help: if the day comes first, say `--date-order day-first`")
            }
            Warning::BothOrders { either, day_first, month_first } => {
                write!(f, "some dates of a file have the day first, others the month")?;
                if *either > 0 {
                    let dates = counted(*either, "date", "dates");
                    write!(f, "; {dates} that can be read either way {} read as month/day", was(*either))?;
                }
                write!(f, "\n --> {}: {}\n --> {}: {}", day_first.1, day_first.0, month_first.1, month_first.0)?;
                write!(f, "\n  help: write all dates in one way, such as 2017-04-05")
            }
            Warning::OutletsByCase { outlets } => {
                const SHOWN: usize = 5;
                let names: usize = outlets.iter().map(Vec::len).sum();
                write!(f, "{names} outlets whose names differ only by case are counted separately")?;
                let shown: Vec<String> = outlets.iter().take(SHOWN).map(|names| list(names)).collect();
                write!(f, "\n  found:    {}", shown.join("; "))?;
                if outlets.len() > SHOWN {
                    write!(f, " and {} more", outlets.len() - SHOWN)?;
                }
                write!(f, "\n  help: if they are one outlet, write its name in one way")
            }
            Warning::LateDates { count, example, first } => {
                let lie = if *count == 1 { "lies" } else { "lie" };
                write!(f, "{} {lie} in the future, such as {example}", counted(*count, "date", "dates"))?;
                write!(f, "\n --> {first}\n  help: correct them, or leave the rows out")
            }
            Warning::SkippedRows { count, problems } => {
                write!(f, "{} that couldn't be read {} left out", counted(*count, "row", "rows"), was(*count))?;
                write!(f, "\n  note: {}", problems.replace('\n', "\n  "))
            }
            Warning::TableAsText { file, columns } => {
                write!(f, "a .txt file that begins like a table was read as one article\n --> {file}")?;
                write!(f, "\n  found:    the columns {}", list(columns))?;
                write!(
                    f,
                    "\n  help: read it with `--input-format csv`; if it is an article, with `--input-format text`"
                )
            }
            Warning::NotRead { count, first, help } => {
                write!(
                    f,
                    "{} of a kind that isn't supported {} left out",
                    counted(*count, "file", "files"),
                    was(*count)
                )?;
                write!(f, "\n --> {first}\n  help: {help}")
            }
            Warning::NotInManifest { count, first, manifest } => {
                write!(f, "{} not listed in {manifest} {} left out", counted(*count, "file", "files"), was(*count))?;
                write!(f, "\n --> {first}\n  help: add a row for it, or remove it from the folder")
            }
            Warning::MissingFiles { count, first, manifest } => {
                let are = if *count == 1 { "isn't" } else { "aren't" };
                write!(f, "{} listed in {manifest} {are} there", counted(*count, "file", "files"))?;
                write!(f, "\n --> {first}")
            }
            Warning::GuessedEncoding { count, first, encoding } => {
                write!(f, "the encoding of {} was guessed", counted(*count, "file", "files"))?;
                write!(f, "\n --> {first}, read as {encoding}\n  help: if letters look wrong, name it with --encoding")
            }
            Warning::NamedZone { file, column, zone } => {
                write!(f, "the dates of times in {zone} were read in UTC\n --> {file}, column `{column}`")?;
                write!(f, "\n  help: if the date in {zone} matters, make it a column of dates")
            }
            Warning::Malformed { count, first, encoding } => {
                write!(f, "{} with invalid bytes", counted(*count, "file", "files"))?;
                write!(f, "\n --> {first}, read as {encoding}\n  help: name the right encoding with --encoding")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_count_and_give_advice() {
        let first = "a.csv:3".to_owned();
        let empty = Warning::EmptyTexts { count: 3, first: first.clone() };
        insta::assert_snapshot!(empty, @r"
        3 articles without a text were left out
         --> a.csv:3
        ");
        insta::assert_snapshot!(Warning::PlaceholderDates { count: 1, first: first.clone() }, @r"
        1 date before the year 1600 was read as no date
         --> a.csv:3
        ");
        insta::assert_snapshot!(Warning::Html { count: 1, first: first.clone() }, @r"
        1 text with HTML was read without its tags
         --> a.csv:3
        ");
        insta::assert_snapshot!(Warning::CoarseDates { count: 2, first: first.clone() }, @r"
        2 dates without a day were read as the first day of the month or the year
         --> a.csv:3
          help: compare by nothing finer than these dates, such as with `--by outlet,year`
        ");
        let example = "03/04/2019".to_owned();
        insta::assert_snapshot!(Warning::EitherOrder { count: 1200, example, first: first.clone() }, @r"
        1,200 dates such as 03/04/2019 can be read either way, and no other date of the file decides it: read as month/day
         --> a.csv:3
          help: if the day comes first, say `--date-order day-first`
        ");
        let (day_first, month_first) = (("25/12/2018".into(), first.clone()), ("12/25/2018".into(), "a.csv:4".into()));
        insta::assert_snapshot!(Warning::BothOrders { either: 1, day_first, month_first }, @r"
        some dates of a file have the day first, others the month; 1 date that can be read either way was read as month/day
         --> a.csv:3: 25/12/2018
         --> a.csv:4: 12/25/2018
          help: write all dates in one way, such as 2017-04-05
        ");
        insta::assert_snapshot!(Warning::LateDates { count: 2, example: "2150-09-30".into(), first: first.clone() }, @r"
        2 dates lie in the future, such as 2150-09-30
         --> a.csv:3
          help: correct them, or leave the rows out
        ");
        let problems = "broken JSON\n --> a.jsonl:3".to_owned();
        insta::assert_snapshot!(Warning::SkippedRows { count: 1, problems }, @r"
        1 row that couldn't be read was left out
          note: broken JSON
           --> a.jsonl:3
        ");
        let manifest = "m.csv".to_owned();
        let stranger = Warning::NotInManifest { count: 2, first: "in/b.txt".into(), manifest: manifest.clone() };
        insta::assert_snapshot!(stranger, @r"
        2 files not listed in m.csv were left out
         --> in/b.txt
          help: add a row for it, or remove it from the folder
        ");
        insta::assert_snapshot!(Warning::MissingFiles { count: 1, first: "c.txt".into(), manifest }, @r"
        1 file listed in m.csv isn't there
         --> c.txt
        ");
        let guessed = Warning::GuessedEncoding { count: 1, first: "a.csv".into(), encoding: "windows-1252" };
        insta::assert_snapshot!(guessed, @r"
        the encoding of 1 file was guessed
         --> a.csv, read as windows-1252
          help: if letters look wrong, name it with --encoding
        ");
        let (file, column) = ("a.parquet".to_owned(), "date".to_owned());
        insta::assert_snapshot!(Warning::NamedZone { file, column, zone: "Europe/Berlin".into() }, @r"
        the dates of times in Europe/Berlin were read in UTC
         --> a.parquet, column `date`
          help: if the date in Europe/Berlin matters, make it a column of dates
        ");
        let table = Warning::TableAsText { file: "a.txt".into(), columns: vec!["id".into(), "text".into()] };
        insta::assert_snapshot!(table, @r"
        a .txt file that begins like a table was read as one article
         --> a.txt
          found:    the columns `id`, `text`
          help: read it with `--input-format csv`; if it is an article, with `--input-format text`
        ");
        let malformed = Warning::Malformed { count: 1, first: "a.csv".into(), encoding: "Shift_JIS" };
        insta::assert_snapshot!(malformed, @r"
        1 file with invalid bytes
         --> a.csv, read as Shift_JIS
          help: name the right encoding with --encoding
        ");
    }
}
