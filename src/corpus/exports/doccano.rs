//! doccano's exports: JSON and JSON lines with `text` (or `data`) and a list of labels.
//!
//! The list is under `label`, in other versions and kinds of project under `labels` or `cats`. A project in which all
//! members label on their own is exported as one file per member, named after them: the annotator is the file's name.
//! Format: doccano, `backend/data_export/pipeline`.

use serde_json::Value;

use super::{Export, Object, Plain, unfold};
use crate::corpus::columns::{Missing, position};
use crate::corpus::labels::{Answer, Said};
use crate::error::Error;

/// The keys that may hold the labels.
const KEYS: [&str; 3] = ["label", "labels", "cats"];

fn has_text(record: &Object) -> bool {
    ["text", "data"].iter().any(|key| record.get(*key).is_some_and(Value::is_string))
}

fn has_list(record: &Object, key: &str) -> bool {
    record.get(key).is_some_and(Value::is_array)
}

/// Whether the wanted key holds lists, or there is no such key but one of doccano's that holds a list.
pub(super) fn is_export(records: &[Object], wanted: &str) -> bool {
    let wanted_is_there = records.iter().any(|r| r.contains_key(wanted));
    records.iter().any(|record| {
        has_text(record)
            && match wanted_is_there {
                true => KEYS.contains(&wanted) && has_list(record, wanted),
                false => KEYS.iter().any(|key| has_list(record, key)),
            }
    })
}

/// The requested key, or doccano's own.
pub(super) fn key(records: &[Object], wanted: &str) -> Result<Export, (Missing, Vec<String>)> {
    let mut keys: Vec<String> = Vec::new();
    for key in records.iter().flat_map(Object::keys) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    let found = position(&keys, wanted).or_else(|| KEYS.iter().find_map(|key| keys.iter().position(|k| k == key)));
    match found {
        Some(i) => Ok(Export::Doccano { key: keys.swap_remove(i) }),
        None => Err((Missing::Named(None, wanted.to_owned()), keys)),
    }
}

/// One record.
pub(super) fn record(mut fields: Object, key: &str, stem: &str) -> Result<Plain, Error> {
    let said = match fields.remove(key) {
        Some(Value::Array(list)) => {
            let labels: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            Said::of(labels.ok_or_else(spans)?)
        }
        Some(Value::String(label)) => Said::of([label]),
        None | Some(Value::Null) => None,
        Some(_) => return Err(spans()),
    };
    if !fields.contains_key("text")
        && let Some(text) = fields.get("data").filter(|data| data.is_string()).cloned()
    {
        fields.insert("text".to_owned(), text);
    }
    unfold(&mut fields, "meta");
    let annotator = Some(stem.to_owned());
    Ok(Plain { fields, answers: said.map(|said| Answer { annotator, said }).into_iter().collect() })
}

fn spans() -> Error {
    Error::data("labels of parts of an article")
        .found("a list of something other than labels")
        .expected("a list of labels, such as [\"for\"]")
        .help("export a project of text classification, or name the key of the labels with --label")
}
