//! Writes one table in several formats at once: its rows are made once and passed to every format.

use super::column::Columns;
use super::csv::Csv;
use super::frame::Parquet;
use super::jsonl::JsonLines;
use super::tables::{Row, Sink};
use crate::error::{Error, Result};
use std::path::Path;

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// `.csv`, for everybody. Numbers have at most six decimals; cells that a spreadsheet would run are made harmless.
    Csv,
    /// `.parquet`, with types, all digits and unchanged texts.
    Parquet,
    /// `.jsonl`, one object per row, with all digits and unchanged texts.
    JsonLines,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 3] = [Format::Csv, Format::Parquet, Format::JsonLines];

    /// The file name ending.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
            Format::JsonLines => "jsonl",
        }
    }

    /// The format with this name: `csv`, `parquet`, `json` or `jsonl`.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) for any other name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name.to_ascii_lowercase().as_str() {
            "csv" => Ok(Format::Csv),
            "parquet" => Ok(Format::Parquet),
            "json" | "jsonl" => Ok(Format::JsonLines),
            _ => Err(Error::usage("unknown format of tables")
                .found(format!("{name:?}"))
                .expected("some of csv, parquet, json")),
        }
    }
}

/// Takes rows and writes them somewhere.
pub(super) trait RowWriter {
    fn row(&mut self, cells: &Row<'_>) -> Result<()>;
    /// Writes the rest.
    fn finish(&mut self) -> Result<()>;
}

/// Writes a table to the folder in these formats; `name` gets their endings.
///
/// # Errors
/// If a file can't be written; errors of `rows`.
pub(super) fn write(
    folder: &Path,
    name: &str,
    formats: &[Format],
    columns: &Columns,
    rows: impl FnOnce(&mut Sink<'_>) -> Result<()>,
) -> Result<()> {
    let mut writers: Vec<Box<dyn RowWriter>> = Vec::new();
    for format in formats {
        let path = folder.join(format!("{name}.{}", format.ending()));
        writers.push(match format {
            Format::Csv => Box::new(Csv::create(&path, columns)?),
            Format::Parquet => Box::new(Parquet::create(&path, columns)?),
            Format::JsonLines => Box::new(JsonLines::create(&path, columns)?),
        });
    }
    let n_columns = columns.iter().len();
    rows(&mut |cells: &Row<'_>| {
        debug_assert_eq!(cells.len(), n_columns, "{name}");
        writers.iter_mut().try_for_each(|writer| writer.row(cells))
    })?;
    writers.iter_mut().try_for_each(|writer| writer.finish())
}

/// The formats to write, each once: CSV, from which `report.html` is made, and those that were requested.
pub(super) fn with_csv(asked: &[Format]) -> Vec<Format> {
    let mut formats = [&[Format::Csv], asked].concat();
    formats.sort_unstable();
    formats.dedup();
    formats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_go_by_name_and_csv_is_always_among_them() {
        let asked = ["parquet", "JSON", "csv"].map(|name| Format::from_name(name).expect(name));
        assert_eq!(with_csv(&asked), [Format::Csv, Format::Parquet, Format::JsonLines]);
        assert_eq!(with_csv(&[]), [Format::Csv]);
        insta::assert_snapshot!(Format::from_name("xlsx").expect_err("unknown"), @r#"
        unknown format of tables
          found:    "xlsx"
          expected: some of csv, parquet, json
        "#);
    }
}
