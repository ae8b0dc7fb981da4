//! Tables as CSV: UTF-8, RFC 4180, a header line, empty fields for absent values.

use super::cell::harmless;
use super::column::Columns;
use super::tables::{Row, Sink};
use super::writer::RowWriter;
use crate::error::{Error, Result};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Columns and rows as the bytes of a CSV file; `name` is used in errors.
///
/// # Errors
/// Errors of `rows`.
pub fn bytes(name: &str, columns: &Columns, rows: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<Vec<u8>> {
    let mut csv = Csv::new(Path::new(name), Vec::new(), columns)?;
    rows(&mut |cells: &Row<'_>| csv.row(cells))?;
    csv.writer.into_inner().map_err(|e| Error::io(csv.path, e.into_error()))
}

/// Writes rows.
pub(super) struct Csv<W: Write> {
    path: PathBuf,
    writer: csv::Writer<W>,
}

impl Csv<File> {
    /// Starts a file with its header.
    pub(super) fn create(path: &Path, columns: &Columns) -> Result<Self> {
        let file = File::create(path).map_err(|e| Error::io(path, e))?;
        Csv::new(path, file, columns)
    }
}

impl<W: Write> Csv<W> {
    fn new(path: &Path, to: W, columns: &Columns) -> Result<Self> {
        let mut this = Csv { path: path.to_owned(), writer: csv::Writer::from_writer(to) };
        let header = this.writer.write_record(columns.names().map(|name| harmless(name).into_owned()));
        header.map_err(|e| failed(path, e))?;
        Ok(this)
    }
}

impl<W: Write> RowWriter for Csv<W> {
    fn row(&mut self, cells: &Row<'_>) -> Result<()> {
        for cell in cells {
            self.writer.write_field(cell.csv().as_bytes()).map_err(|e| failed(&self.path, e))?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(|e| failed(&self.path, e))
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.flush().map_err(|e| Error::io(&self.path, e))
    }
}

fn failed(path: &Path, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(e) => Error::io(path, e),
        kind => Error::io(path, std::io::Error::other(format!("{kind:?}"))),
    }
}
