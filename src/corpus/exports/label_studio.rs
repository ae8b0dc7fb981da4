//! Label Studio's exports: JSON (tasks with `data` and `annotations`) and JSON-MIN (one annotation per record).
//!
//! Only the choices of a task are read. Cancelled (skipped) annotations say nothing, and predictions aren't anybody's
//! answer. The annotator is `completed_by`: a number, or an object with `email` and `id`. Format:
//! <https://labelstud.io/guide/task_format> and label-studio-sdk, `converter.py`.

use serde_json::Value;

use super::{Export, Object, Plain, name_of, unfold};
use crate::corpus::columns::{Missing, position};
use crate::corpus::labels::{Answer, Said, choices};
use crate::error::Error;

/// Keys of JSON-MIN that an article wouldn't have otherwise.
const MINIMAL: [&str; 3] = ["annotation_id", "annotator", "lead_time"];
/// Other keys of JSON-MIN that aren't labels.
const NO_LABELS: [&str; 5] = ["id", "created_at", "updated_at", "agreement", "text"];

/// Whether it is a task with its annotations.
pub(super) fn is_task(record: &Object) -> bool {
    record.get("data").is_some_and(Value::is_object) && annotations(record).is_some()
}

/// Whether it is a record of JSON-MIN.
pub(super) fn is_minimal(record: &Object) -> bool {
    MINIMAL.iter().all(|key| record.contains_key(*key))
}

/// Newer versions say `annotations`, older ones `completions`.
fn annotations(record: &Object) -> Option<&Vec<Value>> {
    record.get("annotations").or_else(|| record.get("completions"))?.as_array()
}

/// The results of an annotation that are choices, with their controls.
fn results(annotation: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let results = annotation.get("result").and_then(Value::as_array).into_iter().flatten();
    results
        .filter_map(|r| Some((r.get("from_name")?.as_str()?, r.get("value").filter(|v| v.get("choices").is_some())?)))
}

/// The requested control, or the only one that exists.
pub(super) fn control(records: &[Object], wanted: &str) -> Result<Export, (Missing, Vec<String>)> {
    let mut controls: Vec<String> = Vec::new();
    for annotation in records.iter().filter_map(annotations).flatten() {
        for (name, _) in results(annotation) {
            if !controls.iter().any(|known| known == name) {
                controls.push(name.to_owned());
            }
        }
    }
    match (position(&controls, wanted), controls.len()) {
        (Some(i), _) => Ok(Export::Tasks { control: controls.swap_remove(i) }),
        (None, 1) => Ok(Export::Tasks { control: controls.remove(0) }),
        // In this file nobody has done the first tasks yet.
        (None, 0) => Ok(Export::Tasks { control: wanted.to_owned() }),
        (None, _) => Err((Missing::Named(None, wanted.to_owned()), controls)),
    }
}

/// The requested key.
pub(super) fn key(records: &[Object], wanted: &str) -> Result<Export, (Missing, Vec<String>)> {
    let mut keys: Vec<String> = Vec::new();
    for key in records.iter().flat_map(Object::keys) {
        if !keys.contains(key) && !MINIMAL.contains(&key.as_str()) && !NO_LABELS.contains(&key.as_str()) {
            keys.push(key.clone());
        }
    }
    match position(&keys, wanted) {
        Some(i) => Ok(Export::Minimal { key: keys.swap_remove(i) }),
        None => Err((Missing::Named(None, wanted.to_owned()), keys)),
    }
}

/// A task: the fields of its `data`, and the task's `id` if these have none.
pub(super) fn task(mut record: Object, control: &str) -> Result<Plain, Error> {
    let answers = annotations(&record).into_iter().flatten().filter_map(|a| answer(a, control)).collect();
    let Some(Value::Object(mut fields)) = record.remove("data") else {
        return Err(Error::data("a task without its data")
            .expected("\"data\": {\"text\": …}")
            .help("export the project as JSON again"));
    };
    if let Some(id) = record.remove("id") {
        fields.entry("id").or_insert(id);
    }
    unfold(&mut fields, "meta");
    Ok(Plain { fields, answers })
}

fn answer(annotation: &Value, control: &str) -> Option<Answer> {
    let is = |key: &str| annotation.get(key).and_then(Value::as_bool) == Some(true);
    if is("was_cancelled") || is("skipped") {
        return None;
    }
    let chosen: Vec<Value> =
        results(annotation).filter(|(name, _)| *name == control).map(|(_, value)| value.clone()).collect();
    let by = annotation.get("completed_by");
    let annotator = name_of(by).or_else(|| name_of(by?.get("email"))).or_else(|| name_of(by?.get("id")));
    Some(Answer { annotator, said: choices(&Value::Array(chosen))? })
}

/// A record of JSON-MIN.
pub(super) fn minimal(record: Object, key: &str) -> Plain {
    let said: Option<Said> = record.get(key).and_then(choices);
    let annotator = name_of(record.get("annotator"));
    Plain { fields: record, answers: said.map(|said| Answer { annotator, said }).into_iter().collect() }
}
