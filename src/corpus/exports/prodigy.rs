//! Prodigy's export (`prodigy db-out`): JSON lines with `text`, `answer` and either `accept` or `label`.
//!
//! | record | says |
//! |---|---|
//! | `answer` is `ignore` | nothing |
//! | `accept`: a list of chosen options, `answer` is `accept` | these labels |
//! | `accept`, `answer` is `reject` | nothing: the task was refused, not an option |
//! | `label`, `answer` is `accept` or missing | this label |
//! | `label`, `answer` is `reject` | not this label |
//!
//! Records with the same `_input_hash` belong to the same article; `_annotator_id`, or else `_session_id`, says who
//! answered. Format: <https://prodi.gy/docs/api-interfaces>.

use serde_json::Value;

use super::{Object, Plain, name_of, unfold};
use crate::corpus::labels::{Answer, Said};
use crate::error::Error;

/// The key that identifies an article.
pub(super) const ID: &str = "_input_hash";
/// The possible answers to a task.
const ANSWERS: [&str; 3] = ["accept", "reject", "ignore"];

/// Whether it is an answer to a task.
pub(super) fn is_answer(record: &Object) -> bool {
    let answer = record.get("answer").and_then(Value::as_str);
    record.contains_key(ID) && answer.is_some_and(|answer| ANSWERS.contains(&answer))
}

/// One record.
pub(super) fn record(mut fields: Object) -> Result<Plain, Error> {
    let answer = fields.get("answer").and_then(Value::as_str).unwrap_or("accept").to_owned();
    if !ANSWERS.contains(&answer.as_str()) {
        return Err(Error::data("an unknown answer")
            .found(format!("{answer:?}"))
            .expected("\"answer\": one of accept, reject, ignore"));
    }
    let said = match (fields.get("accept"), answer.as_str()) {
        (_, "ignore") => None,
        (Some(Value::Array(chosen)), "accept") => Said::of(chosen.iter().filter_map(|id| name_of(Some(id)))),
        (Some(Value::Array(_)), _) => None,
        (_, answer) => match (Said::of(name_of(fields.get("label"))), answer) {
            (Some(Said::Label(label)), "reject") => Some(Said::Not(label)),
            (said, _) => said,
        },
    };
    let annotator = name_of(fields.get("_annotator_id")).or_else(|| name_of(fields.get("_session_id")));
    unfold(&mut fields, "meta");
    Ok(Plain { fields, answers: said.map(|said| Answer { annotator, said }).into_iter().collect() })
}
