//! Labels given by people: what to read of them, and what each annotator said about an article.
//!
//! Defines [`LabelOptions`] for opening a corpus, and the [`Answer`]s that its articles carry. How the answers of
//! several annotators become one label is not decided here.

use crate::error::{Error, Result};
use crate::text::composed::composed;

/// Where the labels are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LabelFormat {
    /// Detected from the first records.
    #[default]
    Auto,
    /// In a column (or key), one label per row.
    Column,
    /// An export of Label Studio: JSON, JSON-MIN or CSV.
    LabelStudio,
    /// An export of doccano: JSON, JSON lines with lists of labels, or CSV with labels joined by `#`.
    Doccano,
    /// An export of Prodigy: JSON lines.
    Prodigy,
}

impl LabelFormat {
    /// The format by its name: `auto`, `column`, `label-studio`, `doccano` or `prodigy`.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) for any other name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(LabelFormat::Auto),
            "column" => Ok(LabelFormat::Column),
            "label-studio" => Ok(LabelFormat::LabelStudio),
            "doccano" => Ok(LabelFormat::Doccano),
            "prodigy" => Ok(LabelFormat::Prodigy),
            _ => Err(Error::usage("unknown format of labels")
                .found(format!("{name:?}"))
                .expected("one of auto, column, label-studio, doccano, prodigy")),
        }
    }
}

/// Which labels are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelOptions {
    /// The column; for Label Studio the name of the control (`from_name`). If only one place can be meant, as in
    /// exports of doccano and Prodigy, it may be any name.
    pub column: String,
    /// The column that says who gave the label. If there is one, an article may have a row for each annotator.
    pub annotator: Option<String>,
    /// How the labels are stored.
    pub format: LabelFormat,
}

impl LabelOptions {
    /// The columns that a plain table must have for this.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.column).chain(&self.annotator)
    }

    /// Refuses labels of several annotators or in exports, which tallies don't have.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage).
    pub fn check_plain(&self) -> Result<()> {
        let found = match (&self.annotator, self.format) {
            (Some(_), _) => "--annotator",
            (None, LabelFormat::Auto | LabelFormat::Column) => return Ok(()),
            (None, LabelFormat::LabelStudio) => "--labels label-studio",
            (None, LabelFormat::Doccano) => "--labels doccano",
            (None, LabelFormat::Prodigy) => "--labels prodigy",
        };
        Err(Error::usage("an option that needs the articles")
            .found(found)
            .expected("one label per article, in a column of the tally")
            .help("leave it out, or train on the articles"))
    }
}

/// What one annotator said about one article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// Who said it; `None` if unknown: each such answer then counts as another person's.
    pub annotator: Option<String>,
    /// What was said.
    pub said: Said,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It has this label.
    Label(String),
    /// It doesn't have this label.
    Not(String),
    /// It has several labels at once.
    Several(Vec<String>),
}

impl Said {
    /// The answer given as a list of labels; `None` for an empty list. White space around a label is ignored, and
    /// letters with combining marks are composed, so that labels that look the same are the same.
    pub(crate) fn of(labels: impl IntoIterator<Item = impl AsRef<str>>) -> Option<Self> {
        let mut labels: Vec<String> =
            labels.into_iter().map(|l| composed(l.as_ref().trim()).into_owned()).filter(|l| !l.is_empty()).collect();
        labels.sort_unstable();
        labels.dedup();
        match labels.len() {
            0 => None,
            1 => labels.pop().map(Said::Label),
            _ => Some(Said::Several(labels)),
        }
    }
}

/// The answers in a field that holds one label or nothing, without an annotator.
pub fn plain(field: &str) -> Vec<Answer> {
    Written::One.read(field).map(|said| Answer { annotator: None, said }).into_iter().collect()
}

/// How several labels are written in one field of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Not at all: a field is one label.
    One,
    /// As in doccano: joined by `#`.
    Hashes,
    /// As in Label Studio: `{"choices": ["a", "b"]}`, or a list.
    Choices,
}

impl Written {
    /// The answer in a field; `None` for an empty one.
    pub(crate) fn read(self, field: &str) -> Option<Said> {
        match self {
            Written::One => Said::of([field]),
            Written::Hashes => Said::of(field.split('#')),
            Written::Choices => match serde_json::from_str(field) {
                Ok(value @ (serde_json::Value::Object(_) | serde_json::Value::Array(_))) => choices(&value),
                _ => Said::of([field]),
            },
        }
    }
}

/// The choices in a Label Studio value: a string, a list of strings, or an object with `choices`.
pub(crate) fn choices(value: &serde_json::Value) -> Option<Said> {
    fn gather(value: &serde_json::Value, into: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => into.push(text.clone()),
            serde_json::Value::Number(number) => into.push(number.to_string()),
            serde_json::Value::Bool(value) => into.push(value.to_string()),
            serde_json::Value::Array(list) => list.iter().for_each(|item| gather(item, into)),
            serde_json::Value::Object(object) => object.get("choices").into_iter().for_each(|c| gather(c, into)),
            serde_json::Value::Null => {}
        }
    }
    let mut labels = Vec::new();
    gather(value, &mut labels);
    Said::of(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Option<Said> {
        Some(Said::Label(text.to_owned()))
    }

    #[test]
    fn fields_become_answers() {
        let both = || Some(Said::Several(vec!["a".into(), "b".into()]));
        assert_eq!(Written::One.read(" a#b "), label("a#b"));
        assert_eq!(Written::One.read("  "), None);
        assert_eq!(Written::One.read("re\u{301}gime"), label("régime"));
        assert_eq!(Written::Hashes.read("b#a"), both());
        assert_eq!(Written::Hashes.read("a"), label("a"));
        assert_eq!(Written::Hashes.read(""), None);
        assert_eq!(Written::Choices.read(r#"{"choices": ["b", "a"]}"#), both());
        assert_eq!(Written::Choices.read(r#"[{"choices": ["b"]}, "b"]"#), label("b"));
        assert_eq!(Written::Choices.read("12"), label("12"));
        assert_eq!(Written::Choices.read("a, b"), label("a, b"));
    }

    #[test]
    fn formats_go_by_name() {
        assert_eq!(LabelFormat::from_name("label-studio").expect("known"), LabelFormat::LabelStudio);
        insta::assert_snapshot!(LabelFormat::from_name("brat").expect_err("unknown"), @r#"
        unknown format of labels
          found:    "brat"
          expected: one of auto, column, label-studio, doccano, prodigy
        "#);
    }
}
