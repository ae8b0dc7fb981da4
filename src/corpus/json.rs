//! JSON: one object a line, or one array of objects.
//!
//! Takes the head of a file, hands on a [`Json`] that says which key is what; then cuts the file into records
//! ([`Records`], by one thread, without understanding them) and turns a record into values ([`Json::values`], on all
//! cores, keeping only the wanted keys and borrowing where JSON allows it).

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Source;
use super::columns::{Layout, Role, TextColumn, Values};
use super::decode::{Chosen, Head, Packing, Transcoder, reading_failed};
use super::exports::{self, Export};
use super::labels::{Answer, LabelOptions};
use super::limits::{self, TooLarge, is_too_large};
use super::options::ColumnNames;
use super::row::not_utf8;
use super::table::{Sample, missing_column};
use crate::error::{Error, Place};

/// So many records are looked at for the keys that there are.
const SAMPLED: usize = 200;

/// What is known of a JSON file from its head.
#[derive(Debug, Clone)]
pub(crate) struct Json {
    pub(crate) shape: Shape,
    pub(crate) layout: Layout,
    pub(crate) chosen: Chosen,
    /// The annotation program that wrote it, if any.
    pub(crate) export: Option<Export>,
}

/// How the records stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One object a line.
    Lines,
    /// One array of objects.
    Array,
}

impl Json {
    /// Looks at the first records and finds the keys. Where `labels` are wanted, their columns are the last of
    /// `wanted.extra`, unless an annotation program wrote the file.
    pub(crate) fn open(
        head: &Head,
        chosen: Chosen,
        wanted: &ColumnNames,
        labels: Option<&LabelOptions>,
        name: &str,
    ) -> Result<Self, Error> {
        let (text, _) = chosen.encoding.decode_with_bom_removal(&head.bytes);
        let shape = if text.trim_start().starts_with('[') { Shape::Array } else { Shape::Lines };
        let mut records = Records::over(text.as_bytes(), shape);
        let (mut buffer, mut cuts) = (Vec::new(), Vec::new());
        // A head that is cut off in an array ends too early; what was found before counts.
        let ended = records.fill(&mut buffer, text.len() + 1, &mut cuts);
        if !head.whole && shape == Shape::Lines {
            cuts.pop();
        }
        let sample = cuts.iter().take(SAMPLED);
        let mut records: Vec<exports::Object> =
            sample.filter_map(|cut| serde_json::from_slice(&buffer[cut.range.clone()]).ok()).collect();
        let n_sampled = records.len();
        let missing = |(missing, have): (_, Vec<String>)| missing_column(missing, &have, name, Sample::Lengths(&[], 0));
        let export = labels.map_or(Ok(None), |labels| Export::find(&records, labels)).map_err(missing)?;
        let mut wanted = Cow::Borrowed(wanted);
        if let Some((export, labels)) = export.as_ref().zip(labels) {
            let (plain, problems): (Vec<_>, Vec<_>) =
                records.into_iter().map(|record| export.plain(record, "")).partition(Result::is_ok);
            if plain.is_empty()
                && let (Some(Err(problem)), Some(cut)) = (problems.into_iter().next(), cuts.first())
            {
                return Err(problem.at(Place::file(name).line(cut.line)).note("nothing was written"));
            }
            records = plain.into_iter().flatten().map(|plain| plain.fields).collect();
            let mut plain = export.columns(&wanted);
            plain.extra.truncate(plain.extra.len().saturating_sub(labels.columns().count()));
            wanted = Cow::Owned(plain);
        }
        let (keys, lengths) = lengths(records);
        if keys.is_empty() {
            return Err(match (cuts.first(), ended) {
                (Some(cut), _) => no_object(&buffer[cut.range.clone()], name, cut.line, shape),
                (None, Err(error)) => broken_array(error, name),
                (None, Ok(_)) if head.whole => {
                    Error::data("no articles").at(Place::file(name)).expected("JSON objects")
                }
                (None, Ok(_)) => Error::data("a first line of more than 4 MB")
                    .at(Place::file(name))
                    .expected("one object a line, or one array of objects"),
            }
            .note("nothing was written"));
        }
        let layout = Layout::resolve(&keys, &wanted, TextColumn::Needed)
            .map_err(|missing| missing_column(missing, &keys, name, Sample::Lengths(&lengths, n_sampled)))?;
        Ok(Json { shape, layout, chosen, export })
    }

    /// The values of one record that begins in this line.
    pub(crate) fn values<'r>(&self, record: &'r [u8], file: &str, line: u64) -> Result<Values<'r>, Error> {
        let text = std::str::from_utf8(record)
            .map_err(|error| not_utf8(Place::file(file).line(line), record, error.valid_up_to()))?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let values = Object(&self.layout).deserialize(&mut deserializer).and_then(|values| {
            deserializer.end()?;
            Ok(values)
        });
        let values = values.map_err(|error| broken(&error, text, file, line, self.shape))?;
        let lacking = self.layout.index(Role::Text).filter(|&i| values[i].is_none());
        let values: Values<'r> = values.into_iter().map(|value| value.filter(|value| value != NULL)).collect();
        match lacking {
            None => Ok(values),
            Some(i) => Err(self.without_text(i, &values, Place::file(file).line(line))),
        }
    }

    /// The values of one record of an export, and what annotators said of it.
    pub(crate) fn exported(
        &self,
        export: &Export,
        record: &[u8],
        source: &Source,
        line: u64,
    ) -> Result<(Values<'static>, Vec<Answer>), Error> {
        let file = &source.name;
        let text = std::str::from_utf8(record)
            .map_err(|error| not_utf8(Place::file(file).line(line), record, error.valid_up_to()))?;
        let object = serde_json::from_str(text).map_err(|error| broken(&error, text, file, line, self.shape))?;
        let place = Place::file(file).line(line);
        let plain = export.plain(object, &source.stem).map_err(|error| error.at(place.clone()))?;
        let lacking = self.layout.index(Role::Text).filter(|&i| !plain.fields.contains_key(&self.layout.names[i]));
        let values = exports::values(plain.fields, &self.layout);
        match lacking {
            None => Ok((values, plain.answers)),
            Some(i) => Err(self.without_text(i, &values, place)),
        }
    }

    fn without_text(&self, text: usize, values: &Values<'_>, mut place: Place) -> Error {
        let key = &self.layout.names[text];
        place.article = self.layout.value(Role::Id, values).map(str::to_owned);
        Error::data("a record without its text")
            .at(place)
            .found(format!("an object that has no key {key:?}"))
            .expected(format!("{key:?}: \"the text\", or an empty one"))
            .help("add the key, or name another with --text")
    }
}

/// The keys of some records in the order of their coming, and how much text each holds.
fn lengths(records: Vec<exports::Object>) -> (Vec<String>, Vec<usize>) {
    let (mut keys, mut lengths) = (Vec::new(), Vec::new());
    for (key, value) in records.into_iter().flatten() {
        let i = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            keys.push(key);
            lengths.push(0);
            keys.len() - 1
        });
        lengths[i] += value.as_str().map_or(0, str::len);
    }
    (keys, lengths)
}

/// Stands for `null` until it is known whether the key was there at all. No text is one zero character.
const NULL: &str = "\0";

/// The problem of a record that is no JSON, or not the JSON that was expected.
fn broken(error: &serde_json::Error, text: &str, file: &str, line: u64, shape: Shape) -> Error {
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
fn no_object(record: &[u8], file: &str, line: u64, shape: Shape) -> Error {
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

/// Reads the wanted values of one object.
struct Object<'l>(&'l Layout);

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Values<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Values<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let names = &self.0.names;
        let mut values: Values<'de> = vec![None; names.len()];
        while let Some(wanted) = map.next_key_seed(Key(names))? {
            match wanted {
                None => drop(map.next_value::<IgnoredAny>()?),
                Some(i) => {
                    let between = if self.0.index(Role::Text) == Some(i) { "\n" } else { ", " };
                    values[i] = Some(map.next_value_seed(Value { between })?);
                }
            }
        }
        Ok(values)
    }
}

/// Whether a key is wanted, and as which of the names.
struct Key<'l>(&'l [String]);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|name| name == key))
    }
}

/// One value as text: numbers and truth values as they are written, lists joined.
#[derive(Clone, Copy)]
struct Value {
    between: &'static str,
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number or a list of them")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(if value { "true" } else { "false" }))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(NULL))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut joined = String::new();
        while let Some(item) = list.next_element_seed(self)? {
            if item == NULL {
                continue;
            }
            if !joined.is_empty() {
                joined.push_str(self.between);
            }
            joined.push_str(&item);
        }
        Ok(Cow::Owned(joined))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::custom("an object where a text was expected"))
    }
}

/// Cuts a file into records, some megabytes at once.
pub(crate) struct Records<R> {
    reader: R,
    shape: Shape,
    /// What was read and belongs to the next records.
    carry: Vec<u8>,
    line: u64,
    number: u64,
    /// For an array: whether its bracket has been passed.
    opened: bool,
    ended: bool,
}

/// Where one record stands in the buffer and in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) range: Range<usize>,
    pub(crate) number: u64,
    pub(crate) line: u64,
}

impl<R: Read> Records<Transcoder<R>> {
    /// The stream under it.
    pub(crate) fn into_inner(self) -> R {
        self.reader.into_inner()
    }
}

impl<R: Read> Records<R> {
    /// Starts at the beginning of the file.
    pub(crate) fn over(reader: R, shape: Shape) -> Self {
        Records { reader, shape, carry: Vec::new(), line: 1, number: 0, opened: false, ended: false }
    }

    /// Fills the buffer with about `size` bytes and appends the records in it to `cuts`. Returns whether there may be
    /// more. At least one record is found where there is one, whatever its size.
    pub(crate) fn fill(&mut self, buffer: &mut Vec<u8>, size: usize, cuts: &mut Vec<Cut>) -> io::Result<bool> {
        let mut filled = self.carry.len();
        buffer.resize(buffer.len().max(size).max(filled), 0);
        buffer[..filled].copy_from_slice(&self.carry);
        self.carry.clear();
        let first = cuts.len();
        loop {
            while filled < buffer.len() && !self.ended {
                match self.reader.read(&mut buffer[filled..]) {
                    Ok(0) => self.ended = true,
                    Ok(n) => filled += n,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            let used = match self.shape {
                Shape::Lines => self.cut_lines(&buffer[..filled], cuts),
                Shape::Array => self.cut_array(&buffer[..filled], cuts)?,
            };
            if cuts.len() > first || self.ended || used > 0 {
                self.carry.extend_from_slice(&buffer[used..filled]);
                return Ok(!self.ended);
            }
            if buffer.len() >= limits::RECORD {
                return Err(TooLarge("a record of more than 64 MB").into());
            }
            buffer.resize(buffer.len() * 2, 0);
        }
    }

    /// Cuts whole lines, at the end of the file also the last one, and returns how much was used.
    fn cut_lines(&mut self, bytes: &[u8], cuts: &mut Vec<Cut>) -> usize {
        let mut start = 0;
        let mut cut = |range: Range<usize>, line: u64| {
            if !bytes[range.clone()].trim_ascii().is_empty() {
                self.number += 1;
                cuts.push(Cut { range, number: self.number, line });
            }
        };
        for end in memchr::memchr_iter(b'\n', bytes) {
            cut(start..end, self.line);
            start = end + 1;
            self.line += 1;
        }
        if self.ended && start < bytes.len() {
            cut(start..bytes.len(), self.line);
            start = bytes.len();
        }
        start
    }

    /// Cuts whole elements of the array and returns how much was used.
    fn cut_array(&mut self, bytes: &[u8], cuts: &mut Vec<Cut>) -> io::Result<usize> {
        let mut at = 0;
        loop {
            let skipped = bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace() || (self.opened && **byte == b','))
                .count();
            self.line += memchr::memchr_iter(b'\n', &bytes[at..at + skipped]).count() as u64;
            at += skipped;
            match bytes.get(at) {
                None if self.ended => {
                    return Err(io::Error::other(format!("the array is not closed at the end, line {}", self.line)));
                }
                None => return Ok(at),
                Some(b'[') if !self.opened => {
                    self.opened = true;
                    at += 1;
                }
                Some(_) if !self.opened => return Err(io::Error::other("something before the array")),
                Some(b']') => return self.close_array(&bytes[at + 1..]).map(|()| bytes.len()),
                Some(_) => match element_end(&bytes[at..]) {
                    Some(length) => {
                        self.number += 1;
                        cuts.push(Cut { range: at..at + length, number: self.number, line: self.line });
                        self.line += memchr::memchr_iter(b'\n', &bytes[at..at + length]).count() as u64;
                        at += length;
                    }
                    None if self.ended => {
                        let line = self.line;
                        return Err(io::Error::other(format!("the array ends within the object of line {line}")));
                    }
                    None => return Ok(at),
                },
            }
        }
    }

    /// After the array there is nothing.
    fn close_array(&mut self, after: &[u8]) -> io::Result<()> {
        self.ended = true;
        match after.trim_ascii().is_empty() {
            true => Ok(()),
            false => Err(io::Error::other(format!("something after the array, line {}", self.line))),
        }
    }
}

/// The length of the element at the beginning of these bytes; `None` where its end isn't there yet.
fn element_end(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at + 1)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return Some(if depth == 1 { at + 1 } else { at.max(1) }),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at.max(1)),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The byte after the quotation mark that ends a string.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::decode::{By, Chosen};
    use super::*;

    const CHOSEN: Chosen = Chosen { encoding: encoding_rs::UTF_8, by: By::Certain };

    fn open(content: &str) -> Result<Json, Error> {
        let head = Head { bytes: content.as_bytes().to_vec(), whole: true };
        Json::open(&head, CHOSEN, &ColumnNames::default(), None, "a.jsonl")
    }

    fn cut(content: &str, shape: Shape, size: usize) -> io::Result<Vec<(String, u64, u64)>> {
        let mut records = Records::over(content.as_bytes(), shape);
        let (mut buffer, mut cuts, mut all) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let more = records.fill(&mut buffer, size, &mut cuts)?;
            for Cut { range, number, line } in cuts.drain(..) {
                all.push((String::from_utf8_lossy(&buffer[range]).into_owned(), number, line));
            }
            if !more {
                return Ok(all);
            }
        }
    }

    fn problem(record: &str) -> String {
        let json = open("{\"text\": \"a\", \"id\": 1}").expect("opens");
        json.values(record.as_bytes(), "a.jsonl", 7).expect_err("a problem").to_string()
    }

    fn value(record: &str) -> Option<String> {
        let json = open("{\"text\": \"a\", \"outlet\": \"b\"}").expect("opens");
        let values = json.values(record.as_bytes(), "a.jsonl", 1).expect("reads");
        json.layout.value(Role::Outlet, &values).map(str::to_owned)
    }

    #[test]
    fn values_become_text() {
        assert_eq!(value(r#"{"text": "", "outlet": "x\n\u00e9"}"#).as_deref(), Some("x\né"));
        assert_eq!(value(r#"{"text": "", "outlet": 12345678901234567890}"#).as_deref(), Some("12345678901234567890"));
        assert_eq!(value(r#"{"text": "", "outlet": true}"#).as_deref(), Some("true"));
        assert_eq!(value(r#"{"text": "", "outlet": ["a", 1, null]}"#).as_deref(), Some("a, 1"));
        assert_eq!(value(r#"{"text": "", "outlet": null}"#), None);
        assert_eq!(value(r#"{"other": {"deep": [1, {}]}, "text": null}"#), None);
    }

    #[test]
    fn broken_records_are_told_with_a_few_words_around() {
        insta::assert_snapshot!(problem(r#"{"id": 1, "text": "It was a bright day" "title": "x"}"#), @r#"
        broken JSON
         --> a.jsonl:7
          found:    expected `,` or `}`, at column 41: …t was a bright day" "title": "x"}
          expected: one whole object a line
        "#);
        insta::assert_snapshot!(problem(r#"{"id": 1, "text": "cut o"#), @r#"
        broken JSON
         --> a.jsonl:7
          found:    EOF while parsing a string, at column 24: …d": 1, "text": "cut o
          expected: one whole object a line
        "#);
        insta::assert_snapshot!(problem(r#"{"id": 1, "title": "x"}"#), @r#"
        a record without its text
         --> a.jsonl:7, article `1`
          found:    an object that has no key "text"
          expected: "text": "the text", or an empty one
          help: add the key, or name another with --text
        "#);
        insta::assert_snapshot!(problem(r#"{"text": {"html": "x"}}"#), @r"
        a record of another form
         --> a.jsonl:7
          found:    an object where a text was expected
          expected: an object whose values are texts, numbers or lists of them
        ");
        insta::assert_snapshot!(problem("[1]"), @r"
        a record of another form
         --> a.jsonl:7
          found:    invalid type: sequence, expected an object
          expected: an object whose values are texts, numbers or lists of them
        ");
    }

    #[test]
    fn a_first_record_that_is_no_object_is_told_at_once() {
        insta::assert_snapshot!(open("{\n  \"text\": \"a\"\n}\n").expect_err("broken"), @r"
        broken JSON
         --> a.jsonl:1
          found:    EOF while parsing an object, at column 1: {
          expected: one whole object a line
          help: write each object in one line, or all of them as one array
          note: nothing was written
        ");
        insta::assert_snapshot!(open("[]").expect_err("broken"), @r"
        no articles
         --> a.jsonl
          expected: JSON objects
          note: nothing was written
        ");
        insta::assert_snapshot!(open("[{\"text\": \"a").expect_err("broken"), @r"
        broken JSON
         --> a.jsonl
          found:    the array ends within the object of line 1
          expected: an array of objects
          note: nothing was written
        ");
    }

    #[test]
    fn keys_that_only_later_records_have_are_found() {
        let json = open("{\"text\": \"a\"}\n{\"text\": \"b\", \"outlet\": \"x\"}\n").expect("opens");
        assert_eq!(json.layout.name(Role::Outlet), Some("outlet"));
    }

    #[test]
    fn arrays_are_cut_into_their_elements() {
        let content = "\n[ {\"a\": \"}]\\\"\"},\n\n{\"b\": [1, {\"c\": 2}]} , 7,\"x\"\n]\n";
        let want = [(r#"{"a": "}]\""}"#, 1, 2), (r#"{"b": [1, {"c": 2}]}"#, 2, 4), ("7", 3, 4), ("\"x\"", 4, 4)];
        let want: Vec<_> = want.iter().map(|(text, number, line)| ((*text).to_owned(), *number, *line)).collect();
        for size in [1, 2, 3, 7, 20, 1000] {
            assert_eq!(cut(content, Shape::Array, size).expect("cuts"), want, "{size}");
        }
        for broken in ["[{}", "[{},", "[{\"a\": \"", "[{}] x", "["] {
            assert!(cut(broken, Shape::Array, 100).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn lines_are_cut_the_same_whatever_the_buffer(
            lines in proptest::collection::vec("[a-c ]{0,8}", 0..20), size in 1_usize..40, last in any::<bool>()
        ) {
            let mut content = lines.join("\n");
            if last {
                content.push('\n');
            }
            let mut number = 0;
            let want: Vec<_> = content.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty()).map(|(i, line)| {
                number += 1;
                (line.to_owned(), number, i as u64 + 1)
            }).collect();
            prop_assert_eq!(cut(&content, Shape::Lines, size).expect("cuts"), want);
        }

        #[test]
        fn no_array_makes_it_panic(content in "[\\[\\]{}\", a\\\\\n]{0,40}", size in 1_usize..20) {
            let _ = cut(&content, Shape::Array, size);
        }
    }
}
