//! Data frames: Parquet and Arrow files, and record batches in memory.
//!
//! Takes a schema, hands on a [`Frame`] that says which column is what; then reads its wanted columns batch by batch
//! ([`Frame::batches`], by one thread) and turns a row into values ([`Frame::values`], on all cores, borrowing the
//! texts). [`super::cells`] turns a single value into text.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use sha2::{Digest, Sha256};

use super::columns::{Layout, Role, TextColumn, Values};
use super::missing_column::{Sample, missing_column};
use super::options::ColumnNames;
use super::row::{At, not_utf8};
use super::warnings::Warning;
use super::{cells, claims, pages};
use crate::error::{Error, Place, Result};
use crate::guarded;

/// Rows are read in batches of about this many bytes, and of at most this many rows.
const BATCH_BYTES: i64 = 4 << 20;
const BATCH_ROWS: usize = 512;

/// How many rows are looked at to find the column with the most text.
const SAMPLED: usize = 200;

/// What is known about a data frame from its schema.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) layout: Layout,
    /// For each of the layout's names, the index of its column.
    columns: Vec<usize>,
    content: Content,
}

/// Where the rows are.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Parquet,
    /// Arrow's file format, also used by Feather.
    ArrowFile,
    /// Arrow's stream format.
    ArrowStream,
    Memory(Arc<[RecordBatch]>),
}

impl Content {
    /// What a file holds according to its first bytes, if it is a data frame.
    pub(crate) fn sniff(path: &Path) -> std::io::Result<Option<Self>> {
        let mut start = Vec::with_capacity(6);
        File::open(path)?.take(6).read_to_end(&mut start)?;
        Ok(Content::of(&start))
    }

    /// The same, given the first bytes.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        match start {
            [b'P', b'A', b'R', b'1', ..] => Some(Content::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Content::ArrowFile),
            [0xff, 0xff, 0xff, 0xff, ..] => Some(Content::ArrowStream),
            _ => None,
        }
    }

    /// Whether it is in memory.
    fn is_memory(&self) -> bool {
        matches!(self, Content::Memory(_))
    }

    fn kind(&self) -> &'static str {
        match self {
            Content::Parquet => "Parquet",
            _ => "Arrow",
        }
    }

    /// The schema.
    fn schema(&self, path: &Path, name: &str) -> Result<SchemaRef> {
        let open = || File::open(path).map_err(|e| Error::io(name, e));
        let damaged = |e: &dyn std::fmt::Display| damaged(self, name, e);
        match self {
            Content::ArrowFile => claims::arrow_file(open()?).map_err(|e| damaged(&e))?,
            Content::ArrowStream => claims::arrow_stream(open()?).map_err(|e| damaged(&e))?,
            Content::Parquet | Content::Memory(_) => {}
        }
        let file = match self {
            Content::Memory(batches) => {
                return Ok(batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema));
            }
            _ => open()?,
        };
        guarded(|| match self {
            Content::Parquet => pages::told(&file).map(|told| told.schema().clone()),
            Content::ArrowFile => {
                FileReader::try_new_buffered(file, None).map(|reader| reader.schema()).map_err(|e| e.to_string())
            }
            _ => StreamReader::try_new_buffered(file, None).map(|reader| reader.schema()).map_err(|e| e.to_string()),
        })
        .map_err(|e| damaged(&e))
    }
}

/// Runs a decoder, which may panic on a maliciously crafted file.
fn guarded<T>(decode: impl FnOnce() -> std::result::Result<T, String>) -> std::result::Result<T, String> {
    guarded::guarded(decode).unwrap_or_else(|| Err("no file that can be decoded".to_owned()))
}

/// The error for a file that can't be read to the end.
fn damaged(content: &Content, name: &str, error: &dyn std::fmt::Display) -> Error {
    let (kind, found) = (content.kind(), error.to_string());
    if found.contains("Disabled feature") || found.contains("not enabled") || found.contains("not supported") {
        return Error::data(
            format!("a {kind} file with a compression that isn't supported").replace("a Arrow", "an Arrow"),
        )
        .at(Place::file(name))
        .found(found)
        .expected("columns compressed with zstd, snappy, gzip or LZ4_RAW, or uncompressed")
        .help("write it again with zstd or snappy")
        .note("nothing was written");
    }
    Error::data(format!("a damaged {kind} file"))
        .at(Place::file(name))
        .found(found)
        .help("download or write the file again")
        .note("nothing was written")
}

impl Frame {
    /// Finds the columns. Adds to `warnings` what is odd about them.
    pub(crate) fn open(
        content: Content,
        path: &Path,
        wanted: &ColumnNames,
        name: &str,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self> {
        let schema = content.schema(path, name)?;
        let names = names(&schema);
        let layout = Layout::resolve(&names, wanted, TextColumn::Needed).map_err(|missing| {
            let lengths = sample(&content, path, name).unwrap_or_else(|_| (vec![0; names.len()], 0));
            missing_column(missing, &names, wanted, name, Sample::Lengths(&lengths.0, lengths.1))
        })?;
        let columns: Vec<usize> =
            layout.names.iter().filter_map(|name| names.iter().position(|column| column == name)).collect();
        for (name_of, &column) in layout.names.iter().zip(&columns) {
            check(name_of, schema.field(column).data_type(), &names, &layout, name)?;
        }
        if let Some(date) = layout.index(Role::Date)
            && let DataType::Timestamp(_, Some(zone)) = schema.field(columns[date]).data_type()
            && cells::offset(zone).is_none()
        {
            let (file, column, zone) = (name.to_owned(), layout.names[date].clone(), zone.to_string());
            warnings.push(Warning::NamedZone { file, column, zone });
        }
        Ok(Frame { layout, columns, content })
    }

    /// The format's name, for people.
    pub(crate) fn format(&self) -> &'static str {
        self.content.kind()
    }

    /// The names of all columns.
    pub(crate) fn header(content: &Content, path: &Path, name: &str) -> Result<Vec<String>> {
        content.schema(path, name).map(|schema| names(&schema))
    }

    /// The bytes of all texts, if the rows are in memory.
    pub(crate) fn bytes_in_memory(&self) -> u64 {
        let Content::Memory(batches) = &self.content else { return 0 };
        let rows = |batch| {
            let rows = self.rows(batch, &self.columns);
            (0..rows.len()).map(|row| self.text_bytes(&rows, row) as u64).sum::<u64>()
        };
        batches.iter().map(rows).sum()
    }

    /// Reads all rows in order.
    pub(crate) fn batches<'f>(&'f self, path: &Path, name: &'f str) -> Result<Batches<'f>> {
        let open = || File::open(path).map_err(|e| Error::io(name, e));
        let failed = move |e: &dyn std::fmt::Display| damaged(&self.content, name, e);
        let mut wanted = self.columns.clone();
        wanted.sort_unstable();
        let picked: Vec<usize> = self.columns.iter().filter_map(|column| wanted.binary_search(column).ok()).collect();
        let file = match &self.content {
            // All columns are present, in their original order.
            Content::Memory(all) => {
                let batches = all.iter().cloned().map(Ok);
                return Ok(Batches { frame: self, picked: self.columns.clone(), of: None, batches: Box::new(batches) });
            }
            _ => open()?,
        };
        let opened = guarded(|| {
            let mut of = None;
            let reader: Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>>> = match &self.content {
                Content::Parquet => {
                    let builder = pages::reader(file, Some(&wanted))?;
                    of = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
                    let rows = rows_at_once(builder.metadata(), &wanted);
                    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
                    let reader = builder.with_projection(mask).with_batch_size(rows).build();
                    let reader = reader.map_err(|e| e.to_string())?;
                    Box::new(reader.map(|batch| batch.and_then(pages::checked)))
                }
                Content::ArrowFile => {
                    Box::new(FileReader::try_new_buffered(file, Some(wanted)).map_err(|e| e.to_string())?)
                }
                _ => Box::new(StreamReader::try_new(BufReader::new(file), Some(wanted)).map_err(|e| e.to_string())?),
            };
            Ok((of, reader))
        });
        let (of, mut reader) = opened.map_err(|e| failed(&e))?;
        let mut next = move || guarded(|| reader.next().transpose().map_err(|e| e.to_string()));
        let batches = std::iter::from_fn(move || next().map_err(|e| failed(&e)).transpose());
        Ok(Batches { frame: self, picked, of, batches: Box::new(batches) })
    }

    fn rows(&self, batch: &RecordBatch, picked: &[usize]) -> Rows {
        Rows { columns: picked.iter().map(|&at| batch.column(at).clone()).collect(), len: batch.num_rows() }
    }

    /// The bytes of the text in a row.
    pub(crate) fn text_bytes(&self, rows: &Rows, row: usize) -> usize {
        self.layout.index(Role::Text).map_or(0, |i| cells::bytes(rows.columns[i].as_ref(), row))
    }

    /// The bytes of all texts in a row.
    pub(crate) fn row_bytes(&self, rows: &Rows, row: usize) -> usize {
        rows.columns.iter().map(|column| cells::bytes(column.as_ref(), row)).fold(0, usize::saturating_add)
    }

    /// The values of one row.
    pub(crate) fn values<'r>(&self, rows: &'r Rows, row: usize, file: &str, at: At) -> Result<Values<'r>> {
        let text = self.layout.index(Role::Text);
        let value = |(i, column): (usize, &'r ArrayRef)| {
            let between = if text == Some(i) { "\n" } else { ", " };
            cells::value(column.as_ref(), row, between)
                .map_err(|broken| not_utf8(at.place(file).column(&self.layout.names[i]), broken.bytes, broken.at))
        };
        rows.columns.iter().enumerate().map(value).collect()
    }

    /// A hasher for a frame in memory, which has no file to hash.
    pub(crate) fn hasher(&self) -> Option<ValueHash> {
        self.content.is_memory().then(|| ValueHash(Sha256::new()))
    }
}

/// The SHA-256 of all values that are read: row by row, the length and the bytes of each value. So it depends neither
/// on how rows are split into batches nor on how texts are encoded.
pub(crate) struct ValueHash(Sha256);

impl ValueHash {
    /// Adds one row.
    pub(crate) fn update(&mut self, rows: &Rows, row: usize) {
        for column in &rows.columns {
            let bytes: Option<Cow<'_, [u8]>> = match cells::value(column.as_ref(), row, "\n") {
                Ok(value) => value.map(|text| match text {
                    Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                    Cow::Owned(text) => Cow::Owned(text.into_bytes()),
                }),
                Err(broken) => Some(Cow::Borrowed(broken.bytes)),
            };
            let length = bytes.as_ref().map_or(u64::MAX, |bytes| bytes.len() as u64);
            self.0.update(length.to_le_bytes());
            self.0.update(bytes.unwrap_or_default());
        }
    }

    /// The hash in hexadecimal.
    pub(crate) fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Some rows: the wanted columns in the layout's order.
#[derive(Debug)]
pub(crate) struct Rows {
    columns: Vec<ArrayRef>,
    len: usize,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

/// All rows in order, batch by batch.
pub(crate) struct Batches<'f> {
    frame: &'f Frame,
    /// For each of the layout's names, the index of its column in the batches.
    picked: Vec<usize>,
    /// The number of rows, if known.
    pub(crate) of: Option<u64>,
    batches: Box<dyn Iterator<Item = Result<RecordBatch>> + 'f>,
}

impl Iterator for Batches<'_> {
    type Item = Result<Rows>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.next()?;
        Some(batch.map(|batch| self.frame.rows(&batch, &self.picked)))
    }
}

fn names(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

/// Checks that a column to be read occurs once and has a type that can be read.
fn check(column: &str, kind: &DataType, names: &[String], layout: &Layout, name: &str) -> Result<()> {
    let place = || Place::file(name).column(column);
    if names.iter().filter(|other| *other == column).count() > 1 {
        return Err(Error::data("a column name that is used twice")
            .at(place())
            .help("rename one of them")
            .note("nothing was written"));
    }
    if cells::reads(kind) {
        return Ok(());
    }
    let error = Error::data("a column of a type that isn't supported")
        .at(place())
        .found(kind.to_string())
        .expected("texts, numbers, booleans, dates, times, or lists of them");
    let role = Role::ALL.into_iter().find(|role| layout.name(*role) == Some(column));
    let error = match role {
        Some(Role::Text) | None => error.help("convert it to texts"),
        Some(role) => error.help(format!("convert it to texts, or leave it out with `{} \"\"`", role.flag())),
    };
    Err(error.note("nothing was written"))
}

/// How much text each column holds in the first rows, and the number of these rows.
fn sample(content: &Content, path: &Path, name: &str) -> Result<(Vec<usize>, usize)> {
    let schema = content.schema(path, name)?;
    let layout = Layout::default();
    let columns: Vec<usize> = (0..schema.fields().len()).collect();
    let frame = Frame { layout, columns, content: content.clone() };
    let mut lengths = vec![0; schema.fields().len()];
    let Some(rows) = frame.batches(path, name)?.next() else { return Ok((lengths, 0)) };
    let rows = rows?;
    let sampled = rows.len().min(SAMPLED);
    for (length, column) in lengths.iter_mut().zip(&rows.columns).filter(|(_, c)| cells::is_text(c.data_type())) {
        let of = |row| cells::value(column.as_ref(), row, "").ok().flatten().map_or(0, |text| text.len());
        *length = (0..sampled).map(of).sum();
    }
    Ok((lengths, sampled))
}

/// How many rows make a batch of a few megabytes, according to the column sizes that the file states.
fn rows_at_once(metadata: &parquet::file::metadata::ParquetMetaData, wanted: &[usize]) -> usize {
    let (mut bytes, mut rows) = (0_i64, 0_i64);
    let schema = metadata.file_metadata().schema_descr();
    for group in metadata.row_groups() {
        rows = rows.saturating_add(group.num_rows());
        for (leaf, column) in group.columns().iter().enumerate() {
            if wanted.contains(&schema.get_column_root_idx(leaf)) {
                bytes = bytes.saturating_add(column.uncompressed_size());
            }
        }
    }
    let a_row = (bytes / rows.max(1)).max(1);
    usize::try_from(BATCH_BYTES / a_row).unwrap_or(1).clamp(1, BATCH_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::StringArray;
    use parquet::arrow::ArrowWriter;

    #[test]
    fn a_text_that_all_rows_have_stands_in_memory_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.parquet");
        let text = "The regime met. ".repeat(1 << 16);
        let texts: ArrayRef = Arc::new(StringArray::from(vec![text.as_str(); 300]));
        let batch = RecordBatch::try_from_iter([("text", texts)]).expect("a batch");
        let writer = ArrowWriter::try_new(File::create(&path).expect("creates"), batch.schema(), None);
        let mut writer = writer.expect("writes");
        writer.write(&batch).expect("writes");
        writer.close().expect("writes");
        let frame = Frame::open(Content::Parquet, &path, &ColumnNames::default(), "a.parquet", &mut Vec::new());
        let frame = frame.expect("a frame");
        let (mut rows, mut most) = (0, 0);
        for batch in frame.batches(&path, "a.parquet").expect("opens") {
            let batch = batch.expect("reads");
            most = most.max(batch.columns[0].get_array_memory_size());
            assert_eq!(frame.row_bytes(&batch, 0), text.len());
            rows += batch.len();
        }
        assert_eq!(rows, 300);
        assert!(most < 4 * text.len(), "{most} bytes for a text of {}", text.len());
    }
}
