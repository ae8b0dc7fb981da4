//! Messages about JSON that can't be read.

use std::io;

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::super::columns::{Layout, Role, list};
use super::super::decode::{Packing, reading_failed};
use super::super::exports;
use super::super::missing_column::shell;
use super::Shape;
use super::values::Object;
use crate::error::{Error, Place};
use crate::limits::{self, is_too_large};

/// The problem of a record that isn't JSON, or not the JSON that was expected.
pub(super) fn broken(error: &serde_json::Error, text: &str, file: &str, line: u64, shape: Shape) -> Error {
    let message = error.to_string();
    let deep = format!("lists or objects nested more than {} deep", limits::JSON_DEPTH);
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
        let title = "a record of the wrong form";
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

/// The problem of a complete record with a value of another form: which column it is in, and what to do about it.
pub(super) fn other_form(text: &str, layout: &Layout, within: &[bool]) -> Option<(String, Error)> {
    let record: exports::Object = serde_json::from_str(text).ok()?;
    let title = "a record of the wrong form";
    for (i, name) in layout.names.iter().enumerate() {
        let is_path = within.get(i).is_some_and(|within| *within);
        let value = match if is_path { follow(&record, name) } else { Ok(record.get(name)) } {
            Ok(value) => value,
            Err((before, rest)) => {
                let error = Error::data(title).found(format!("no object under `{before}`"));
                return Some((name.clone(), error.expected(format!("an object with `{rest}`, or nothing"))));
            }
        };
        let role = Role::ALL.into_iter().find(|role| layout.index(*role) == Some(i));
        let flag = role.map_or("", Role::flag);
        let (found, help) = match value {
            Some(Value::Object(object)) => {
                let keys: Vec<&String> = object.keys().collect();
                let texts = || object.iter().filter(|(_, value)| value.is_string()).map(|(key, _)| key.as_str());
                let likeliest = texts().find(|key| ["name", "title", "text"].contains(key)).or_else(|| texts().next());
                let read = likeliest
                    .map(|key| format!("read what is within it: `{flag} {}`", shell(&format!("{name}.{key}"))));
                (format!("an object where a text was expected: {}", list(&keys)), read.filter(|_| role.is_some()))
            }
            Some(Value::Array(items)) if items.iter().any(Value::is_object) => {
                ("a list of objects where a text was expected".to_owned(), None)
            }
            _ => continue,
        };
        let error = Error::data(title).found(found).expected("a text, a number or a list of them");
        let leave = || format!("leave the column out with `{flag} \"\"`");
        let error = match (help, role) {
            (Some(help), _) => error.help(help),
            (None, Some(Role::Text)) => error.help("name another column with --text"),
            (None, Some(_)) => error.help(leave()),
            (None, None) => error,
        };
        return Some((name.clone(), error));
    }
    None
}

/// The value under a path; if there is something other than an object on the way, the path to it and the rest of the
/// path.
fn follow<'r, 'p>(record: &'r exports::Object, path: &'p str) -> Result<Option<&'r Value>, (&'p str, &'p str)> {
    let (mut object, mut rest) = (record, path);
    loop {
        // Keys may have dots themselves.
        let dots = rest.match_indices('.').map(|(at, _)| (&rest[..at], &rest[at + 1..]));
        let Some((key, after)) = dots.into_iter().find(|(key, _)| object.contains_key(*key)) else {
            return Ok(object.get(rest));
        };
        match &object[key] {
            Value::Object(inner) => (object, rest) = (inner, after),
            Value::Null => return Ok(None),
            _ => return Err((&path[..path.len() - after.len() - 1], after)),
        }
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

/// The error for a first record that isn't an object.
pub(super) fn no_object(record: &[u8], file: &str, line: u64, shape: Shape) -> Error {
    let layout = Layout::default();
    let text = String::from_utf8_lossy(record);
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    match (Object { layout: &layout, within: &[] }).deserialize(&mut deserializer) {
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
            // If nothing else is wrong, it is nested too deep.
            Err(error) => broken(&error, &text, file, line, shape),
            Ok(_) => Error::data("no articles").at(Place::file(file).line(line)).found("an object without keys"),
        },
    }
}

/// The error for an array that is broken before its end.
pub(crate) fn broken_array(error: io::Error, file: &str) -> Error {
    if is_too_large(&error) {
        return reading_failed(file, Packing::Plain, error);
    }
    Error::data("broken JSON").at(Place::file(file)).found(error.to_string()).expected("an array of objects")
}
