//! Data frames in and tables out, through Arrow's C stream interface, which passes pointers and copies nothing.

use arrow_array::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use aslant::report::column::Columns;
use aslant::report::frame;
use aslant::report::tables::Sink;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods, PyDict, PyList};
use std::ffi::CStr;
use std::sync::Arc;

const STREAM: &CStr = c"arrow_array_stream";

/// All batches of an object that has `__arrow_c_stream__`.
pub fn batches(object: &Bound<'_, PyAny>) -> PyResult<Vec<RecordBatch>> {
    let capsule = object.call_method0("__arrow_c_stream__")?;
    let capsule = capsule.cast::<PyCapsule>()?;
    let failed = |e: ArrowError| PyValueError::new_err(e.to_string());
    let reader = ArrowArrayStreamReader::try_new(taken(capsule)?).map_err(failed)?;
    // A frame without rows may have no batches, but it still has columns.
    let schema = reader.schema();
    let mut batches = reader.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    Ok(batches)
}

/// The stream in a capsule, which is empty afterwards.
#[allow(unsafe_code)]
fn taken(capsule: &Bound<'_, PyCapsule>) -> PyResult<FFI_ArrowArrayStream> {
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: according to Arrow's PyCapsule interface, a capsule of this name holds such a stream. It is moved out,
    // and what is left has no release callback, as the interface requires; the interpreter is held, so nobody else can
    // take it.
    Ok(unsafe { pointer.replace(FFI_ArrowArrayStream::empty()) })
}

/// A table: columns with a type, in Arrow's memory.
#[pyclass(frozen, module = "aslant._aslant")]
pub struct Frame {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Frame {
    /// A table with these columns and rows.
    pub fn new(
        columns: &Columns,
        rows: impl FnOnce(&mut Sink<'_>) -> aslant::error::Result<()>,
    ) -> aslant::error::Result<Self> {
        Ok(Frame { schema: frame::schema(columns), batches: frame::batches(columns, rows)? })
    }

    /// A table from batches with the same schema.
    pub fn of(batches: Vec<RecordBatch>) -> Self {
        let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        Frame { schema, batches }
    }
}

#[pymethods]
impl Frame {
    /// Arrow's C stream. A requested schema is ignored, as the interface allows.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader: Box<dyn RecordBatchReader + Send> =
            Box::new(RecordBatchIterator::new(batches, self.schema.clone()));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
    }

    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The names of columns of days, for which pandas has its own type.
    fn date_columns(&self) -> Vec<String> {
        let dates = self.schema.fields().iter().filter(|field| field.data_type() == &DataType::Date32);
        dates.map(|field| field.name().clone()).collect()
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The columns as lists of Python values, with at most this many rows.
    fn to_pydict<'py>(&self, py: Python<'py>, rows: usize) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (at, field) in self.schema.fields().iter().enumerate() {
            let list = PyList::empty(py);
            let mut left = rows;
            for batch in &self.batches {
                let n = batch.num_rows().min(left);
                append(&list, batch.column(at).slice(0, n).as_ref())?;
                left -= n;
            }
            columns.set_item(field.name(), list)?;
        }
        Ok(columns)
    }
}

/// Appends the values of an array, whose type must be one that tables use.
fn append(list: &Bound<'_, PyList>, array: &dyn Array) -> PyResult<()> {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Date32Type, Float64Type, Int64Type};
    match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().iter().try_for_each(|value| list.append(value)),
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().try_for_each(|value| list.append(value)),
        DataType::Date32 => {
            let dates = array.as_primitive::<Date32Type>();
            let fromordinal = list.py().import("datetime")?.getattr("date")?.getattr("fromordinal")?;
            (0..dates.len()).try_for_each(|row| match dates.is_null(row) {
                true => list.append(list.py().None()),
                // Python numbers days from 1 January of the year 1 (day 1), Arrow from 1970.
                false => list.append(fromordinal.call1((dates.value(row) + 719_163,))?),
            })
        }
        _ => array.as_string::<i32>().iter().try_for_each(|value| list.append(value)),
    }
}
