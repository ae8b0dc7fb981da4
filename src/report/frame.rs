//! Tables as Arrow record batches, and as Parquet.
//!
//! Texts are unchanged strings, counts 64-bit integers, numbers 64-bit floats with all their digits (CSV has six
//! decimals), dates `date32`; an absent value is null.

use super::cell::Cell;
use super::column::{Column, Columns, Kind};
use super::tables::{Row, Sink};
use super::writer::RowWriter;
use crate::error::{Error, Result};
use crate::tally::parquet::failed;
use arrow_array::builder::{Date32Builder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use chrono::Datelike;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A batch is complete when it has this many rows, or this many bytes of text.
const BATCH_ROWS: usize = 8192;
const BATCH_TEXT: usize = 64 << 20;
/// Days from the year 1 to 1970.
const EPOCH: i32 = 719_163;

/// The schema of a table.
pub fn schema(columns: &Columns) -> SchemaRef {
    let field = |column: &Column| {
        let kind = match column.kind {
            Kind::Text => DataType::Utf8,
            Kind::Count => DataType::Int64,
            Kind::Number => DataType::Float64,
            Kind::Date => DataType::Date32,
        };
        Field::new(&column.name, kind, true)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// All rows of a table in memory, in batches of some thousands; no batches if it has no rows.
///
/// # Errors
/// Errors of `rows`.
pub fn batches(columns: &Columns, rows: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<Vec<RecordBatch>> {
    let mut builder = Builder::new(columns);
    let mut batches = Vec::new();
    rows(&mut |cells: &Row<'_>| {
        builder.push(cells)?;
        if builder.is_whole() {
            batches.push(builder.finish()?);
        }
        Ok(())
    })?;
    if builder.rows > 0 {
        batches.push(builder.finish()?);
    }
    Ok(batches)
}

/// Writes rows to a Parquet file.
pub(super) struct Parquet {
    path: PathBuf,
    /// Taken out when the file is closed.
    writer: Option<ArrowWriter<File>>,
    builder: Builder,
}

impl Parquet {
    /// Starts the file.
    pub(super) fn create(path: &Path, columns: &Columns) -> Result<Self> {
        let builder = Builder::new(columns);
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        let file = File::create(path).map_err(|e| Error::io(path, e))?;
        let writer =
            ArrowWriter::try_new(file, builder.schema.clone(), Some(properties)).map_err(|e| failed(path, e))?;
        Ok(Parquet { path: path.to_owned(), writer: Some(writer), builder })
    }

    fn write(&mut self) -> Result<()> {
        let batch = self.builder.finish()?;
        self.writer.as_mut().map_or(Ok(()), |writer| writer.write(&batch)).map_err(|e| failed(&self.path, e))
    }
}

impl RowWriter for Parquet {
    fn row(&mut self, cells: &Row<'_>) -> Result<()> {
        self.builder.push(cells)?;
        if self.builder.is_whole() { self.write() } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<()> {
        if self.builder.rows > 0 {
            self.write()?;
        }
        self.writer.take().map_or(Ok(()), |writer| writer.close().map(drop)).map_err(|e| failed(&self.path, e))
    }
}

/// Collects rows for a batch.
struct Builder {
    schema: SchemaRef,
    columns: Vec<Values>,
    rows: usize,
    text: usize,
}

/// The values of one column.
enum Values {
    Text(StringBuilder),
    Count(Int64Builder),
    Number(Float64Builder),
    Date(Date32Builder),
}

impl Builder {
    fn new(columns: &Columns) -> Self {
        let values = |column: &Column| match column.kind {
            Kind::Text => Values::Text(StringBuilder::new()),
            Kind::Count => Values::Count(Int64Builder::new()),
            Kind::Number => Values::Number(Float64Builder::new()),
            Kind::Date => Values::Date(Date32Builder::new()),
        };
        Builder { schema: schema(columns), columns: columns.iter().map(values).collect(), rows: 0, text: 0 }
    }

    fn is_whole(&self) -> bool {
        self.rows >= BATCH_ROWS || self.text >= BATCH_TEXT
    }

    fn push(&mut self, cells: &Row<'_>) -> Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len());
        for (values, cell) in self.columns.iter_mut().zip(cells) {
            match (values, cell) {
                (Values::Text(values), Cell::Text(text)) => {
                    self.text += text.len();
                    values.append_value(text);
                }
                (Values::Count(values), Cell::Count(n)) => values.append_option(i64::try_from(*n).ok()),
                (Values::Number(values), Cell::Number(x)) => values.append_value(*x),
                (Values::Number(values), Cell::Count(n)) => values.append_value(*n as f64),
                (Values::Date(values), Cell::Date(date)) => values.append_value(date.num_days_from_ce() - EPOCH),
                (Values::Text(values), Cell::Empty) => values.append_null(),
                (Values::Count(values), Cell::Empty) => values.append_null(),
                (Values::Number(values), Cell::Empty) => values.append_null(),
                (Values::Date(values), Cell::Empty) => values.append_null(),
                // The table contradicts its own column types.
                (_, cell) => return Err(mixed(&format!("{cell:?}"))),
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<RecordBatch> {
        (self.rows, self.text) = (0, 0);
        let array = |values: &mut Values| -> ArrayRef {
            match values {
                Values::Text(values) => Arc::new(values.finish()),
                Values::Count(values) => Arc::new(values.finish()),
                Values::Number(values) => Arc::new(values.finish()),
                Values::Date(values) => Arc::new(values.finish()),
            }
        };
        let arrays = self.columns.iter_mut().map(array).collect();
        RecordBatch::try_new(self.schema.clone(), arrays).map_err(|e| mixed(&e.to_string()))
    }
}

fn mixed(found: &str) -> Error {
    Error::data("a table whose columns are not what they say").found(found).help("please report this")
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::cast::AsArray;
    use arrow_array::types::ArrowPrimitiveType;
    use arrow_array::types::{Date32Type, Float64Type, Int64Type};
    use chrono::NaiveDate;

    fn columns() -> Columns {
        Columns::new().text("name").count("n").number("x").date("day")
    }

    fn only<T: ArrowPrimitiveType>(batch: &RecordBatch, column: usize) -> Vec<Option<T::Native>> {
        batch.column(column).as_primitive::<T>().iter().collect()
    }

    #[test]
    fn every_kind_has_its_type_and_absent_is_null() {
        let day = NaiveDate::from_ymd_opt(2017, 4, 5).expect("a day");
        let batches = batches(&columns(), |sink| {
            sink(&["=a".into(), 3_u32.into(), 0.1.into(), day.into()])?;
            sink(&["".into(), Cell::Empty, f64::NAN.into(), Cell::Empty])
        })
        .expect("a batch");
        let batch = &batches[0];
        assert_eq!(batch.column(0).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("=a"), None]);
        assert_eq!(only::<Int64Type>(batch, 1), [Some(3), None]);
        assert_eq!(only::<Float64Type>(batch, 2), [Some(0.1), None]);
        assert_eq!(only::<Date32Type>(batch, 3), [Some(17_261), None]);
    }

    #[test]
    fn no_rows_are_no_batches_and_many_are_several() {
        assert!(batches(&columns(), |_| Ok(())).expect("nothing").is_empty());
        let many = batches(&Columns::new().count("n"), |sink| (0..20_000_u32).try_for_each(|n| sink(&[n.into()])));
        let rows: Vec<usize> = many.expect("batches").iter().map(RecordBatch::num_rows).collect();
        assert_eq!(rows, [8192, 8192, 3616]);
    }

    #[test]
    fn a_value_of_another_kind_is_an_error() {
        let error = batches(&Columns::new().count("n"), |sink| sink(&["two".into()])).expect_err("text");
        assert_eq!(error.title(), "a table whose columns are not what they say");
    }
}
