//! Tables as CSV: UTF-8, RFC 4180, a header line, empty fields where a value is absent.

use super::cell::{Cell, harmless, number};
use super::tables::{Row, Sink, Table};
use crate::compare::Comparison;
use crate::error::{Error, Result};
use std::io::Write;
use std::path::Path;

/// Writes one table of a comparison to a file.
///
/// # Errors
/// Where the file can't be written, or the evidence can't be read back.
pub fn write(table: &Table, comparison: &mut Comparison, path: &Path) -> Result<()> {
    let columns = (table.columns)(comparison);
    write_rows(path, &columns, |sink| (table.rows)(comparison, sink))
}

/// Writes columns and rows to a file.
///
/// # Errors
/// Where the file can't be written, and those of `rows`.
pub fn write_rows(path: &Path, columns: &[String], rows: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
    let writer = csv::Writer::from_path(path).map_err(|e| failed(path, e))?;
    fill(writer, path, columns, rows).map(drop)
}

/// Columns and rows as the bytes of a file with that name.
///
/// # Errors
/// Those of `rows`.
pub fn bytes(name: &str, columns: &[String], rows: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<Vec<u8>> {
    let path = Path::new(name);
    let writer = fill(csv::Writer::from_writer(Vec::new()), path, columns, rows)?;
    writer.into_inner().map_err(|e| Error::io(path, e.into_error()))
}

fn failed(path: &Path, e: csv::Error) -> Error {
    match e.into_kind() {
        csv::ErrorKind::Io(e) => Error::io(path, e),
        kind => Error::io(path, std::io::Error::other(format!("{kind:?}"))),
    }
}

fn fill<W: Write>(
    mut writer: csv::Writer<W>,
    path: &Path,
    columns: &[String],
    rows: impl FnOnce(&mut Sink<'_>) -> Result<()>,
) -> Result<csv::Writer<W>> {
    let failed = |e: csv::Error| failed(path, e);
    writer.write_record(columns.iter().map(|c| harmless(c).into_owned())).map_err(failed)?;
    rows(&mut |cells: &Row<'_>| {
        debug_assert_eq!(cells.len(), columns.len(), "{}", path.display());
        for cell in cells {
            let written = match cell {
                Cell::Empty => writer.write_field(""),
                Cell::Text(text) => writer.write_field(harmless(text).as_ref()),
                Cell::Count(n) => writer.write_field(n.to_string()),
                Cell::Number(x) => writer.write_field(number(*x)),
                Cell::Date(date) => writer.write_field(date.format("%Y-%m-%d").to_string()),
            };
            written.map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)
    })?;
    writer.flush().map_err(|e| Error::io(path, e))?;
    Ok(writer)
}
