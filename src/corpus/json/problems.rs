//! What is said of JSON that can't be read.

use std::io;

use serde::de::DeserializeSeed;

use super::super::columns::Layout;
use super::super::decode::{Packing, reading_failed};
use super::super::exports;
use super::super::limits::{self, is_too_large};
use super::Shape;
use super::values::Object;
use crate::error::{Error, Place};

/// The problem of a record that is no JSON, or not the JSON that was expected.
pub(super) fn broken(error: &serde_json::Error, text: &str, file: &str, line: u64, shape: Shape) -> Error {
    let message = error.to_string();
    let deep = format!("lists or objects more than {} deep in one another", limits::JSON_DEPTH);
    let what = match message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what) {
        "recursion limit exceeded" => &deep,
        "unexpected end of hex escape" | "lone leading surrogate in hex escape" => {
            "half of a character (\\ud800 to \\udfff without its other half)"
        }
        what => what,
    };
    let in_line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let mut at = error.column().saturating_sub(1).min(in_line.len());
    while !in_line.is_char_boundary(at) {
        at -= 1;
    }
    let line = line + error.line().saturating_sub(1) as u64;
    let place = Place::file(file).line(line);
    if error.is_data() {
        let title = "a record of another form";
        return Error::data(title)
            .at(place)
            .found(what)
            .expected("an object whose values are texts, numbers or lists of them");
    }
    let found = format!("{what}, at column {}: {}", error.column(), excerpt(in_line, at));
    let error = Error::data("broken JSON").at(place).found(found);
    match shape {
        Shape::Lines => error.expected("one whole object a line"),
        Shape::Array => error.expected("an array of objects"),
    }
}

/// A few words around a byte of a line.
fn excerpt(line: &str, at: usize) -> String {
    const AROUND: usize = 20;
    let start = line[..at].char_indices().rev().nth(AROUND - 1).map_or(0, |(i, _)| i);
    let end = line[at..].char_indices().nth(AROUND).map_or(line.len(), |(i, _)| at + i);
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    format!("{before}{}{after}", &line[start..end])
}

/// The error for a first record that is no object.
pub(super) fn no_object(record: &[u8], file: &str, line: u64, shape: Shape) -> Error {
    let layout = Layout::default();
    let text = String::from_utf8_lossy(record);
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    match Object(&layout).deserialize(&mut deserializer) {
        Err(error) => {
            let problem = broken(&error, &text, file, line, shape);
            match shape {
                Shape::Lines if error.is_eof() => {
                    problem.help("write each object in one line, or all of them as one array")
                }
                _ => problem,
            }
        }
        Ok(_) => match serde_json::from_str::<exports::Object>(&text) {
            // Nested too deep, where nothing else is wrong.
            Err(error) => broken(&error, &text, file, line, shape),
            Ok(_) => Error::data("no articles").at(Place::file(file).line(line)).found("an object without keys"),
        },
    }
}

/// The error for an array that is no array of values to its end.
pub(crate) fn broken_array(error: io::Error, file: &str) -> Error {
    if is_too_large(&error) {
        return reading_failed(file, Packing::Plain, error);
    }
    Error::data("broken JSON").at(Place::file(file)).found(error.to_string()).expected("an array of objects")
}
