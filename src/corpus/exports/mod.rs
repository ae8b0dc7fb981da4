//! Exports of annotation programs in JSON: recognises the program, and turns its records into plain ones.
//!
//! Takes the first records of a file and hands on an [`Export`]; that turns a record into a [`Plain`] one: an object
//! without nesting, and the answers of its annotators.
//!
//! | file | program |
//! |---|---|
//! | `label_studio` | Label Studio's JSON (a list of tasks) and JSON-MIN |
//! | `doccano` | doccano's JSON and JSON lines |
//! | `prodigy` | what Prodigy's `db-out` writes |
//!
//! Tables written by these programs are read like other tables; see [`of_table`].

mod doccano;
mod label_studio;
mod prodigy;

use serde_json::{Map, Value};

use super::columns::{Layout, Missing, Role, Values};
use super::labels::{Answer, LabelFormat, LabelOptions, Written};
use super::options::ColumnNames;
use crate::error::Error;

/// One record as it is in the JSON.
pub(crate) type Object = Map<String, Value>;

/// An export, and where its labels are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Export {
    /// Tasks with annotations; labels are the choices of this control.
    Tasks { control: String },
    /// One annotation per record; the labels are under this key.
    Minimal { key: String },
    /// Lists of labels under this key; the annotator is the file's name.
    Doccano { key: String },
    /// Answers to tasks.
    Prodigy,
}

/// A record without nesting, and what annotators said about it.
pub(crate) struct Plain {
    pub(crate) fields: Object,
    pub(crate) answers: Vec<Answer>,
}

impl Export {
    /// The kind of export that these records come from; `None` for plain records.
    ///
    /// # Errors
    /// [`Missing`]: a control or a key that can't be determined, with the available names.
    pub(crate) fn find(records: &[Object], labels: &LabelOptions) -> Result<Option<Self>, (Missing, Vec<String>)> {
        let any = |is: fn(&Object) -> bool| records.iter().any(is);
        let column = &labels.column;
        match labels.format {
            LabelFormat::Column => Ok(None),
            LabelFormat::LabelStudio if any(label_studio::is_task) => label_studio::control(records, column).map(Some),
            LabelFormat::LabelStudio => label_studio::key(records, column).map(Some),
            LabelFormat::Doccano => doccano::key(records, column).map(Some),
            LabelFormat::Prodigy => Ok(Some(Export::Prodigy)),
            LabelFormat::Auto if any(label_studio::is_task) => label_studio::control(records, column).map(Some),
            LabelFormat::Auto if any(label_studio::is_minimal) => label_studio::key(records, column).map(Some),
            LabelFormat::Auto if any(prodigy::is_answer) => Ok(Some(Export::Prodigy)),
            LabelFormat::Auto if doccano::is_export(records, column) => doccano::key(records, column).map(Some),
            LabelFormat::Auto => Ok(None),
        }
    }

    /// The columns of its plain records: those requested, and Prodigy's own id if none was requested.
    pub(crate) fn columns(&self, wanted: &ColumnNames) -> ColumnNames {
        let mut wanted = wanted.clone();
        if *self == Export::Prodigy && wanted.id.is_none() {
            wanted.id = Some(prodigy::ID.to_owned());
        }
        wanted
    }

    /// The plain record. `stem` is the file's name without its ending.
    ///
    /// # Errors
    /// What a record lacks, without its place.
    pub(crate) fn plain(&self, record: Object, stem: &str) -> Result<Plain, Error> {
        match self {
            Export::Tasks { control } => label_studio::task(record, control),
            Export::Minimal { key } => Ok(label_studio::minimal(record, key)),
            Export::Doccano { key } => doccano::record(record, key, stem),
            Export::Prodigy => prodigy::record(record),
        }
    }
}

/// The values of a plain record.
pub(crate) fn values(mut fields: Object, layout: &Layout) -> Values<'static> {
    let text = layout.index(Role::Text);
    let value = |(i, name): (usize, &String)| {
        let between = if text == Some(i) { "\n" } else { ", " };
        Some(joined(fields.remove(name)?, between)?.into())
    };
    layout.names.iter().enumerate().map(value).collect()
}

/// A value as text: numbers and truth values as written, lists joined; `None` for `null` and objects.
fn joined(value: Value, between: &str) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Array(list) => {
            Some(list.into_iter().filter_map(|item| joined(item, between)).collect::<Vec<_>>().join(between))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// Moves the fields of the object under `key` up to the other fields, which take precedence.
fn unfold(fields: &mut Object, key: &str) {
    if let Some(Value::Object(inner)) = fields.get(key).cloned() {
        for (name, value) in inner {
            fields.entry(name).or_insert(value);
        }
    }
}

/// A number or a string used as a name.
fn name_of(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// How a table is read, judging by its header: how several labels are written, and which column has the annotator.
pub(crate) fn of_table(header: &[String], labels: &LabelOptions) -> (Written, Option<&'static str>) {
    let has = |name: &str| header.iter().any(|column| column == name);
    let studio = ["annotator", "annotation_id", "lead_time"].iter().all(|name| has(name));
    let annotator = (has("annotator") && labels.annotator.is_none()).then_some("annotator");
    match labels.format {
        LabelFormat::LabelStudio => (Written::Choices, annotator),
        LabelFormat::Auto if studio => (Written::Choices, annotator),
        LabelFormat::Doccano => (Written::Hashes, None),
        _ => (Written::One, None),
    }
}
