//! The Parquet files of tallies and of models' training data: columns of plain types and lists.
//!
//! Reading never panics, whatever a file contains: it returns an error.

use arrow_array::builder::{Date32Builder, ListBuilder, StringBuilder, UInt32Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Date32Type, Float64Type, Int32Type, UInt32Type};
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, RecordBatchOptions, make_array};
use arrow_schema::{ArrowError, Field, Schema};
use chrono::{Datelike, NaiveDate};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::corpus::pages;
use crate::error::{Error, Result};
use crate::guarded;
use crate::limits;

/// How many rows are written or read at once.
pub const BATCH: usize = 2048;
/// Days from the year 1 to 1970.
const EPOCH: i32 = 719_163;

/// A row group ends at this many bytes, packed; until then it is in memory.
const ROW_GROUP: usize = 32 << 20;

/// Columns with their names, and whether values may be absent.
pub type Columns = Vec<(&'static str, ArrayRef, bool)>;

/// Writes a file batch by batch.
pub struct Writer {
    path: PathBuf,
    /// The columns that are lists of mostly rising numbers.
    rising: &'static [&'static str],
    /// The maximum number of bytes in a row group.
    most: usize,
    writer: Option<ArrowWriter<File>>,
}

impl Writer {
    /// A new file. `rising` names the columns that are lists of mostly rising numbers, which are stored as differences.
    pub fn new(path: &Path, rising: &'static [&'static str]) -> Self {
        Writer { path: path.to_owned(), rising, most: ROW_GROUP, writer: None }
    }

    /// Writes a batch of rows; all batches must have the same columns.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io).
    pub fn write(&mut self, columns: Columns) -> Result<()> {
        let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|e| failed(&self.path, e.into()))?;
        self.write_batch(&batch)
    }

    /// The same for a record batch.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io).
    pub fn write_batch(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.writer.is_none() {
            let file = File::create(&self.path).map_err(|e| Error::io(&self.path, e))?;
            let properties = self.properties()?;
            let writer = ArrowWriter::try_new(file, batch.schema(), Some(properties));
            self.writer = Some(writer.map_err(|e| failed(&self.path, e))?);
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        writer.write(batch).map_err(|e| failed(&self.path, e))?;
        if writer.in_progress_size() >= self.most { writer.flush().map_err(|e| failed(&self.path, e)) } else { Ok(()) }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io).
    pub fn finish(self) -> Result<()> {
        let Writer { path, writer, .. } = self;
        writer.map_or(Ok(()), |writer| writer.close().map(drop).map_err(|e| failed(&path, e)))
    }

    fn properties(&self) -> Result<WriterProperties> {
        let level = ZstdLevel::try_new(9).map_err(|e| failed(&self.path, e))?;
        // To fuzz it not compressed: a change reaches the numbers, and a run is a third faster.
        let compression = if cfg!(fuzzing) { Compression::UNCOMPRESSED } else { Compression::ZSTD(level) };
        let mut properties = WriterProperties::builder()
            .set_compression(compression)
            .set_created_by(format!("aslant {}", env!("CARGO_PKG_VERSION")));
        for name in self.rising {
            let numbers = ColumnPath::from(vec![(*name).to_owned(), "list".to_owned(), "item".to_owned()]);
            properties = properties
                .set_column_dictionary_enabled(numbers.clone(), false)
                .set_column_encoding(numbers, Encoding::DELTA_BINARY_PACKED);
        }
        Ok(properties.build())
    }
}

/// The error for a file that can't be written.
pub(crate) fn failed(path: &Path, error: ParquetError) -> Error {
    let error = match error {
        ParquetError::External(error) => match error.downcast::<std::io::Error>() {
            Ok(error) => *error,
            Err(error) => std::io::Error::other(error),
        },
        error => std::io::Error::other(error),
    };
    Error::io(path, error)
}

/// Calls `visit` with every batch of a file; `broken` turns what is wrong with the file into an error.
///
/// # Errors
/// [`Kind::Io`](crate::error::Kind::Io), and the errors of `broken` and `visit`.
pub fn for_batches(
    path: &Path,
    broken: &dyn Fn(String) -> Error,
    mut visit: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    let file = File::open(path).map_err(|e| Error::io(path, e))?;
    let mut reader = guarded(broken, || {
        let builder = pages::reader(file, None)?;
        let unpacked: Option<i64> = builder
            .metadata()
            .row_groups()
            .iter()
            .try_fold(0i64, |sum, group| sum.checked_add(group.total_byte_size()));
        match unpacked.filter(|bytes| (0..=limits::COUNTS).contains(bytes)) {
            Some(_) => builder.with_batch_size(BATCH).build().map_err(|e| e.to_string()),
            None => Err("it claims to be larger than any memory".to_owned()),
        }
    })?;
    let mut next = || match reader.next() {
        Some(batch) => {
            let checked = batch.and_then(pages::checked).and_then(|batch| unsigned(&batch));
            checked.map(Some).map_err(|e| e.to_string())
        }
        None => Ok(None),
    };
    while let Some(batch) = guarded(broken, &mut next)? {
        visit(&batch)?;
    }
    Ok(())
}

/// The same rows for engines without unsigned numbers, such as Spark: the 32 bits are reinterpreted.
///
/// # Errors
/// Never for valid rows.
pub fn signed(batch: &RecordBatch) -> std::result::Result<RecordBatch, ArrowError> {
    turned::<UInt32Type, Int32Type>(batch)
}

/// Reverts [`signed`].
fn unsigned(batch: &RecordBatch) -> std::result::Result<RecordBatch, ArrowError> {
    turned::<Int32Type, UInt32Type>(batch)
}

fn turned<F: ArrowPrimitiveType, T: ArrowPrimitiveType>(
    batch: &RecordBatch,
) -> std::result::Result<RecordBatch, ArrowError> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let array = turned_array::<F, T>(array)?;
        fields.push(field.as_ref().clone().with_data_type(array.data_type().clone()));
        arrays.push(array);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
}

/// An array of numbers, or of lists of numbers, with the bits read as another type; other arrays stay as they are.
fn turned_array<F: ArrowPrimitiveType, T: ArrowPrimitiveType>(
    array: &ArrayRef,
) -> std::result::Result<ArrayRef, ArrowError> {
    if array.as_primitive_opt::<F>().is_some() {
        return array.to_data().into_builder().data_type(T::DATA_TYPE).build().map(make_array);
    }
    match array.as_list_opt::<i32>().filter(|list| list.values().as_primitive_opt::<F>().is_some()) {
        Some(list) => {
            let numbers = turned_array::<F, T>(list.values())?;
            let field = Arc::new(Field::new_list_field(T::DATA_TYPE, true));
            let list = ListArray::try_new(field, list.offsets().clone(), numbers, list.nulls().cloned())?;
            Ok(Arc::new(list))
        }
        None => Ok(array.clone()),
    }
}

/// Runs the decoder, which may panic on a maliciously crafted file.
fn guarded<T>(broken: &dyn Fn(String) -> Error, decode: impl FnOnce() -> std::result::Result<T, String>) -> Result<T> {
    guarded::guarded(decode).unwrap_or_else(|| Err("no file that can be decoded".to_owned())).map_err(broken)
}

/// Access to the columns of a batch, by name and type.
pub struct Batch<'b> {
    batch: &'b RecordBatch,
    broken: &'b dyn Fn(String) -> Error,
}

impl<'b> Batch<'b> {
    /// The columns of a batch from [`for_batches`]; `broken` makes the error for a column that is missing or has
    /// another type.
    pub fn new(batch: &'b RecordBatch, broken: &'b dyn Fn(String) -> Error) -> Self {
        Batch { batch, broken }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn column<T>(&self, name: &str, take: impl Fn(&'b ArrayRef) -> Option<T>) -> Result<T> {
        let found = self.batch.column_by_name(name);
        found.and_then(take).ok_or_else(|| {
            let found = found.map_or("no such column".to_owned(), |array| format!("a column of {}", array.data_type()));
            (self.broken)(format!("column `{name}`: {found}"))
        })
    }

    /// A column of texts, by row.
    ///
    /// # Errors
    /// That of `broken`.
    pub fn text(&self, name: &str) -> Result<impl Fn(usize) -> Option<&'b str> + use<'b>> {
        let array = self.column(name, |a| a.as_string_view_opt())?;
        Ok(move |row: usize| (!array.is_null(row)).then(|| array.value(row)))
    }

    /// A column of 32-bit integers, by row.
    ///
    /// # Errors
    /// That of `broken`.
    pub fn number(&self, name: &str) -> Result<impl Fn(usize) -> Option<u32> + use<'b>> {
        let array = self.column(name, |a| a.as_primitive_opt::<UInt32Type>())?;
        Ok(move |row: usize| (!array.is_null(row)).then(|| array.value(row)))
    }

    /// A column of numbers, by row.
    ///
    /// # Errors
    /// That of `broken`.
    pub fn real(&self, name: &str) -> Result<impl Fn(usize) -> Option<f64> + use<'b>> {
        let array = self.column(name, |a| a.as_primitive_opt::<Float64Type>())?;
        Ok(move |row: usize| (!array.is_null(row)).then(|| array.value(row)))
    }

    /// A column of days, by row.
    ///
    /// # Errors
    /// That of `broken`.
    pub fn date(&self, name: &str) -> Result<impl Fn(usize) -> Option<NaiveDate> + use<'b>> {
        let array = self.column(name, |a| a.as_primitive_opt::<Date32Type>())?;
        Ok(move |row: usize| {
            let days = (!array.is_null(row)).then(|| array.value(row))?;
            NaiveDate::from_num_days_from_ce_opt(days.checked_add(EPOCH)?)
        })
    }

    /// A column of bytes, by row.
    ///
    /// # Errors
    /// That of `broken`.
    pub fn bytes(&self, name: &str) -> Result<impl Fn(usize) -> Option<&'b [u8]> + use<'b>> {
        let array = self.column(name, |a| a.as_binary_view_opt())?;
        Ok(move |row: usize| (!array.is_null(row)).then(|| array.value(row)))
    }

    /// A column of lists of 32-bit integers, by row. A missing list, or one with missing numbers, is empty.
    ///
    /// # Errors
    /// That of `broken`.
    pub fn numbers(&self, name: &str) -> Result<impl Fn(usize) -> Vec<u32> + use<'b>> {
        let array = self.column(name, |a| {
            a.as_list_opt::<i32>().filter(|l| l.values().as_primitive_opt::<UInt32Type>().is_some())
        })?;
        Ok(move |row: usize| {
            let of_row = array.value(row);
            let numbers =
                of_row.as_primitive_opt::<UInt32Type>().filter(|n| !array.is_null(row) && n.null_count() == 0);
            numbers.map(|n| n.values().to_vec()).unwrap_or_default()
        })
    }

    /// A column of lists of texts, by row. A missing list or text is empty.
    ///
    /// # Errors
    /// That of `broken`.
    pub fn texts(&self, name: &str) -> Result<impl Fn(usize) -> Vec<String> + use<'b>> {
        let array =
            self.column(name, |a| a.as_list_opt::<i32>().filter(|l| l.values().as_string_view_opt().is_some()))?;
        Ok(move |row: usize| {
            let of_row = array.value(row);
            let texts = of_row.as_string_view_opt().filter(|_| !array.is_null(row));
            let texts = texts.map(|t| t.iter().map(|text| text.unwrap_or_default().to_owned()).collect());
            texts.unwrap_or_default()
        })
    }
}

/// A column of texts.
pub fn text<S: AsRef<str>>(values: impl Iterator<Item = Option<S>>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

/// A column of integers.
pub fn number(values: impl Iterator<Item = Option<u32>>) -> ArrayRef {
    Arc::new(values.collect::<arrow_array::UInt32Array>())
}

/// A column of numbers.
pub fn real(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<arrow_array::Float64Array>())
}

/// A column of days.
pub fn date(values: impl Iterator<Item = Option<NaiveDate>>) -> ArrayRef {
    let mut builder = Date32Builder::new();
    values.for_each(|value| builder.append_option(value.map(|date| date.num_days_from_ce() - EPOCH)));
    Arc::new(builder.finish())
}

/// A column of bytes.
pub fn bytes(values: impl Iterator<Item = Option<Vec<u8>>>) -> ArrayRef {
    Arc::new(values.collect::<arrow_array::BinaryArray>())
}

/// A column of lists of integers.
pub fn numbers<L: IntoIterator<Item = u32>>(values: impl Iterator<Item = L>) -> ArrayRef {
    let mut builder = ListBuilder::new(UInt32Builder::new());
    values.for_each(|list| builder.append_value(list.into_iter().map(Some)));
    Arc::new(builder.finish())
}

/// A column of lists of texts.
pub fn texts<S: AsRef<str>, L: IntoIterator<Item = S>>(values: impl Iterator<Item = L>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    values.for_each(|list| builder.append_value(list.into_iter().map(Some)));
    Arc::new(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_bits_under_another_sign() {
        let columns: Columns = vec![
            ("one", number([Some(7), None, Some(u32::MAX)].into_iter()), true),
            ("many", numbers([vec![1, u32::MAX - 1], vec![], vec![0]].into_iter()), false),
            ("text", text(["a", "b", "c"].into_iter().map(Some)), false),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("a batch");
        let sent = signed(&batch.slice(1, 2)).expect("turned");
        assert_eq!(sent.column(0).as_primitive::<Int32Type>().value(1), -1);
        let back = unsigned(&sent).expect("turned");
        let broken = |found: String| Error::data(found);
        let back = Batch::new(&back, &broken);
        let (one, many) = (back.number("one").expect("numbers"), back.numbers("many").expect("lists"));
        assert_eq!([one(0), one(1)], [None, Some(u32::MAX)]);
        assert_eq!([many(0), many(1)], [vec![], vec![0]]);
        let whole = unsigned(&signed(&batch).expect("turned")).expect("turned");
        assert_eq!(Batch::new(&whole, &broken).numbers("many").expect("lists")(0), [1, u32::MAX - 1]);
    }

    #[test]
    fn a_row_group_ends_before_it_fills_the_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("numbers.parquet");
        let rows = |from: u32| vec![("number", number((from..from + 100).map(Some)), false)];
        let mut writer = Writer { most: 1, ..Writer::new(&path, &[]) };
        [0, 100, 200].into_iter().try_for_each(|from| writer.write(rows(from))).expect("written");
        writer.finish().expect("written");
        let builder = pages::reader(File::open(&path).expect("a file"), None).expect("Parquet");
        assert_eq!(builder.metadata().num_row_groups(), 3);
        let mut read = Vec::new();
        let broken = |found: String| Error::data(found);
        for_batches(&path, &broken, |batch| {
            let number = Batch::new(batch, &broken).number("number")?;
            read.extend((0..batch.num_rows()).filter_map(number));
            Ok(())
        })
        .expect("read");
        assert_eq!(read, (0..300).collect::<Vec<u32>>());
    }
}
