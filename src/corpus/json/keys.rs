//! Finds the keys of records, and the paths into nested objects.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::super::exports;

/// The most paths that are looked at, and the most keys in one.
const MOST_PATHS: usize = 1000;
const DEEPEST: usize = 4;

/// The keys of some records in the order of occurrence, followed by paths into objects, and how much text each holds.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) keys: Vec<String>,
    pub(super) lengths: Vec<usize>,
    /// How many of them are keys of the records themselves.
    pub(super) outer: usize,
    /// The position of each.
    places: FxHashMap<String, usize>,
}

impl Keys {
    /// Adds the keys of the records themselves; to be called first.
    pub(super) fn add_all(&mut self, records: &[exports::Object]) {
        for (key, value) in records.iter().flatten() {
            self.add(key, value);
        }
        self.outer = self.keys.len();
    }

    /// Adds the paths into nested objects.
    pub(super) fn add_nested(&mut self, records: &[exports::Object]) {
        for (key, value) in records.iter().flatten() {
            self.add_within(key, value, 1);
        }
    }

    fn add_within(&mut self, path: &str, value: &Value, depth: usize) {
        let Value::Object(object) = value else { return };
        if depth == DEEPEST {
            return;
        }
        for (key, value) in object {
            if self.keys.len() >= self.outer + MOST_PATHS {
                return;
            }
            let path = format!("{path}.{key}");
            // A key of the record itself with this name takes precedence.
            if self.places.get(&path).is_none_or(|place| *place >= self.outer) {
                self.add(&path, value);
            }
            self.add_within(&path, value, depth + 1);
        }
    }

    fn add(&mut self, key: &str, value: &Value) {
        let place = self.places.get(key).copied().unwrap_or_else(|| {
            self.places.insert(key.to_owned(), self.keys.len());
            self.keys.push(key.to_owned());
            self.lengths.push(0);
            self.keys.len() - 1
        });
        self.lengths[place] += value.as_str().map_or(0, str::len);
    }
}
