//! JSON: one object per line, or one array of objects.
//!
//! Takes the head of a file, hands on a [`Json`] that says which key is what; then cuts the file into records
//! ([`Records`], by one thread, without parsing them) and turns a record into values ([`Json::values`], on all cores,
//! keeping only the wanted keys and borrowing if possible).

mod keys;
mod problems;
mod records;
mod values;
mod wrapped;

use std::borrow::Cow;

use serde::de::DeserializeSeed;

use super::Source;
use super::columns::{Layout, Role, TextColumn, Values};
use super::decode::{Chosen, Head};
use super::exports::{self, Export};
use super::labels::{Answer, LabelOptions};
use super::missing_column::{Sample, missing_column};
use super::options::ColumnNames;
use super::row::not_utf8;
use crate::error::{Error, Place};
use crate::limits;
use keys::Keys;
pub(crate) use problems::broken_array;
use problems::{broken, no_object, other_form};
pub(crate) use records::Records;
use values::{NULL, Object};
use wrapped::{within_object, wrapped};

/// How many records are looked at to find the keys.
const SAMPLED: usize = 200;

/// What is known about a JSON file from its head.
#[derive(Debug, Clone)]
pub(crate) struct Json {
    pub(crate) shape: Shape,
    pub(crate) layout: Layout,
    /// For each of the layout's names, whether it is a path (`source.name`); empty if none is.
    within: Vec<bool>,
    pub(crate) chosen: Chosen,
    /// The annotation program that wrote it, if any.
    pub(crate) export: Option<Export>,
}

/// How the file is structured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One object per line.
    Lines,
    /// One array of objects.
    Array,
}

impl Json {
    /// Looks at the first records and finds the keys. If `labels` are wanted, their columns are the last of
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
        // A head cut off within an array ends early; the records found before count.
        let ended = records.fill(&mut buffer, text.len() + 1, &mut cuts);
        if !head.whole && shape == Shape::Lines {
            cuts.pop();
        }
        let sample = cuts.iter().take(SAMPLED);
        let mut records: Vec<exports::Object> =
            sample.filter_map(|cut| serde_json::from_slice(&buffer[cut.range.clone()]).ok()).collect();
        let n_sampled = records.len();
        let missing =
            |(missing, have): (_, Vec<String>)| missing_column(missing, &have, wanted, name, Sample::Lengths(&[], 0));
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
        let mut found = Keys::default();
        found.add_all(&records);
        // The nesting of an annotation program was resolved before.
        if export.is_none() {
            found.add_nested(&records);
        }
        let Keys { keys, lengths, outer, .. } = found;
        if keys.is_empty() {
            if let Some(path) = wrapped(&text, &wanted) {
                return Err(within_object(&path, name));
            }
            return Err(match (cuts.first(), ended) {
                (Some(cut), _) => no_object(&buffer[cut.range.clone()], name, cut.line, shape),
                (None, Err(error)) => broken_array(error, name),
                (None, Ok(_)) if head.whole => {
                    Error::data("no articles").at(Place::file(name)).expected("JSON objects")
                }
                (None, Ok(_)) => Error::data(format!("a first line of more than {} MB", limits::HEAD >> 20))
                    .at(Place::file(name))
                    .expected("one object a line, or one array of objects"),
            }
            .note("nothing was written"));
        }
        let layout = Layout::resolve(&keys, &wanted, TextColumn::Needed).map_err(|missing| {
            match wrapped(&text, &wanted).filter(|_| shape == Shape::Lines) {
                Some(path) => within_object(&path, name),
                None => missing_column(missing, &keys, &wanted, name, Sample::Lengths(&lengths, n_sampled)),
            }
        })?;
        let mut within: Vec<bool> = layout.names.iter().map(|name| !keys[..outer].contains(name)).collect();
        if !within.contains(&true) {
            within.clear();
        }
        Ok(Json { shape, layout, within, chosen, export })
    }

    /// The values of one record that begins in this line.
    pub(crate) fn values<'r>(&self, record: &'r [u8], file: &str, line: u64) -> Result<Values<'r>, Error> {
        let text = std::str::from_utf8(record)
            .map_err(|error| not_utf8(Place::file(file).line(line), record, error.valid_up_to()))?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let object = Object { layout: &self.layout, within: &self.within };
        let values = object.deserialize(&mut deserializer).and_then(|values| {
            deserializer.end()?;
            Ok(values)
        });
        let values = values.map_err(|error| {
            let other = error.is_data().then(|| other_form(text, &self.layout, &self.within)).flatten();
            match other {
                Some((column, error)) => error.at(Place::file(file).line(line).column(column)),
                None => broken(&error, text, file, line, self.shape),
            }
        })?;
        let lacking = self.layout.index(Role::Text).filter(|&i| values[i].is_none());
        let values: Values<'r> = values.into_iter().map(|value| value.filter(|value| value != NULL)).collect();
        match lacking {
            None => Ok(values),
            Some(i) => Err(self.without_text(i, &values, Place::file(file).line(line))),
        }
    }

    /// The values of one record of an export, and what annotators said about it.
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

#[cfg(test)]
mod tests {
    use super::super::decode::{By, Chosen};
    use super::*;

    const CHOSEN: Chosen = Chosen { encoding: encoding_rs::UTF_8, by: By::Certain };

    fn open(content: &str) -> Result<Json, Error> {
        let head = Head { bytes: content.as_bytes().to_vec(), whole: true };
        Json::open(&head, CHOSEN, &ColumnNames::default(), None, "a.jsonl")
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
        a record of the wrong form
         --> a.jsonl:7, column `text`
          found:    an object where a text was expected: `html`
          expected: a text, a number or a list of them
          help: read what is within it: `--text text.html`
        ");
        insta::assert_snapshot!(problem(r#"{"text": "x", "id": [1, {"a": 2}]}"#), @r#"
        a record of the wrong form
         --> a.jsonl:7, column `id`
          found:    a list of objects where a text was expected
          expected: a text, a number or a list of them
          help: leave the column out with `--id ""`
        "#);
        insta::assert_snapshot!(problem("[1]"), @r"
        a record of the wrong form
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
    fn keys_within_objects_are_found_by_their_path() {
        let record =
            r#"{"source": {"id": null, "name": "Bugle"}, "meta": {"at": {"day": "2019"}}, "content": "x", "a.b": 1}"#;
        let json = open(record).expect("opens");
        assert_eq!(json.layout.name(Role::Outlet), Some("source.name"));
        let names =
            ColumnNames { date: Some("meta.at.day".into()), extra: vec!["a.b".into()], ..ColumnNames::default() };
        let head = Head { bytes: record.as_bytes().to_vec(), whole: true };
        let json = Json::open(&head, CHOSEN, &names, None, "a.jsonl").expect("opens");
        let read = |record: &'static str| {
            let values = json.values(record.as_bytes(), "a.jsonl", 1)?;
            let value = |role| json.layout.value(role, &values).map(str::to_owned);
            Ok::<_, Error>((value(Role::Outlet), value(Role::Date), json.layout.extra(&values)))
        };
        let some = |text: &str| Some(text.to_owned());
        let whole = read(
            r#"{"meta": {"x": {}, "at": {"day": 7, "y": [{}]}}, "content": "x", "a.b": 2, "source": {"name": "n"}}"#,
        );
        assert_eq!(whole.expect("reads"), (some("n"), some("7"), vec!["2".to_owned()]));
        let none = read(r#"{"content": "x", "a": {"b": 3}, "source": null, "meta": {"at": {}}}"#);
        assert_eq!(none.expect("reads"), (None, None, vec![String::new()]));
        insta::assert_snapshot!(read(r#"{"content": "x", "source": "Bugle"}"#).expect_err("no object"), @r"
        a record of the wrong form
         --> a.jsonl:1, column `source.name`
          found:    no object under `source`
          expected: an object with `name`, or nothing
        ");
        let no_text = ColumnNames { text: Some("source.body".into()), ..ColumnNames::default() };
        insta::assert_snapshot!(Json::open(&head, CHOSEN, &no_text, None, "a.jsonl").expect_err("no key"), @r"
        no column `source.body`
         --> a.jsonl
          found:    `a.b`, `content`, `meta`, `source`, `meta.at`, `meta.at.day`, `source.id`, `source.name`
          help: did you mean `--text source.id`?
          note: nothing was written
        ");
    }

    #[test]
    fn articles_within_one_object_are_told() {
        let told = |content: &str| open(content).expect_err("wrapped").to_string();
        let wrapped = r#"{"status": "ok", "articles": [{"source": {"name": "x"}, "content": "y"}]}"#;
        insta::assert_snapshot!(told(wrapped), @r"
        articles within an object
         --> a.jsonl
          found:    a list of objects under `articles`
          expected: one object a line, or one array of objects
          help: extract them: `jq -c '.articles[]' a.jsonl > articles.jsonl`
          note: nothing was written
        ");
        // Over several lines, and within another object.
        assert_eq!(told(wrapped), told(&wrapped.replace(',', ",\n").replace('{', "{\n")));
        assert!(told(r#"{"response": {"a b": [{"text": "x"}]}}"#).contains(r#"jq -c '.response["a b"][]' a.jsonl"#));
        // An article that has lists of objects.
        assert!(told("{\n\"text\": \"a\",\n\"tags\": [{\"id\": 1}]\n}\n").contains("write each object in one line"));
        assert!(told(r#"{"a": [{"b": 1}], "c": [{"d": 2}]}"#).contains("no column that holds the text"));
    }

    #[test]
    fn keys_that_only_later_records_have_are_found() {
        let json = open("{\"text\": \"a\"}\n{\"text\": \"b\", \"outlet\": \"x\"}\n").expect("opens");
        assert_eq!(json.layout.name(Role::Outlet), Some("outlet"));
    }
}
