//! Tables as JSON lines: one object per row, all keys in every row, `null` for absent values, texts unchanged.

use super::cell::Cell;
use super::column::Columns;
use super::tables::Row;
use super::writer::RowWriter;
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes rows to a file.
pub(super) struct JsonLines {
    path: PathBuf,
    writer: BufWriter<File>,
    /// The columns' names as JSON.
    keys: Vec<String>,
}

impl JsonLines {
    /// Starts the file.
    pub(super) fn create(path: &Path, columns: &Columns) -> Result<Self> {
        let file = File::create(path).map_err(|e| Error::io(path, e))?;
        let keys = columns.names().map(|name| serde_json::Value::from(name).to_string()).collect();
        Ok(JsonLines { path: path.to_owned(), writer: BufWriter::new(file), keys })
    }

    fn write(&mut self, cells: &Row<'_>) -> io::Result<()> {
        let out = &mut self.writer;
        let mut before = '{';
        for (key, cell) in self.keys.iter().zip(cells) {
            write!(out, "{before}{key}:")?;
            before = ',';
            match cell {
                Cell::Empty => out.write_all(b"null")?,
                Cell::Text(text) => serde_json::to_writer(&mut *out, text.as_ref())?,
                Cell::Count(n) => write!(out, "{n}")?,
                Cell::Number(x) => serde_json::to_writer(&mut *out, x)?,
                Cell::Date(date) => write!(out, "\"{}\"", date.format("%Y-%m-%d"))?,
            }
        }
        out.write_all(b"}\n")
    }
}

impl RowWriter for JsonLines {
    fn row(&mut self, cells: &Row<'_>) -> Result<()> {
        self.write(cells).map_err(|e| Error::io(&self.path, e))
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.flush().map_err(|e| Error::io(&self.path, e))
    }
}
