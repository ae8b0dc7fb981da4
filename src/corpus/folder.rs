//! Folders of texts: what a manifest says about each file, and what a text says about itself in its front matter.
//!
//! Takes a manifest's path, or the text of one file; hands on the values of the columns. [`super::inputs`] finds the
//! files.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use super::columns::{self, Layout, TextColumn, Values};
use super::decode::{self, Transcoder};
use super::options::{ColumnNames, ReadOptions};
use super::source::Held;
use super::table::{Delimiter, Table};
use super::table_records::Records;
use crate::error::{Error, Place, Result};

/// What a manifest says about its files.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) layout: Layout,
    /// By the file's name in the manifest, with `/` between folders.
    pub(crate) rows: HashMap<String, Row>,
}

/// One row of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) values: Vec<Option<String>>,
}

/// The names of the column with the files, the likeliest first.
const FILE_COLUMNS: [&str; 6] = ["file", "filename", "file_name", "path", "filepath", "file_path"];

/// The column of a manifest with the files.
pub(crate) fn file_column(header: &[String]) -> Option<usize> {
    FILE_COLUMNS.iter().find_map(|name| columns::position(header, name))
}

impl Manifest {
    /// Reads a manifest whole.
    ///
    /// # Errors
    /// If there is no column `file`, a requested column is missing, rows are broken or a file occurs twice.
    pub(crate) fn open(path: &Path, options: &ReadOptions) -> Result<Self> {
        let name = path.display().to_string();
        let held = Held::At(path.to_owned());
        let head = decode::head(&held, &name, options.encoding)?;
        let chosen = decode::choose(&head.bytes, head.whole, options.encoding);
        let delimiter = match path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tsv")) {
            true => Delimiter::Tab,
            false => Delimiter::Guess,
        };
        // The name of a text column means nothing here; the file column is read along with the extra ones.
        let mut table = Table::open(&head, chosen, delimiter, &options.columns, TextColumn::None, &name)?;
        let Some(file) = file_column(&table.header) else {
            return Err(Error::data("a manifest without the column `file`")
                .at(Place::file(&name).line(1))
                .found(columns::list(&table.header))
                .expected("a column `file` with the files' names, relative to the folder")
                .help("rename the column with the files' names to `file`")
                .note("nothing was written"));
        };
        table.keep(file);
        let counter = Default::default();
        let stream = decode::Stream::open(&held, &counter, decode::Hash::No).map_err(|e| Error::io(&name, e))?;
        let packing = stream.packing;
        let failed = |e| decode::reading_failed(&name, packing, e);
        let mut records =
            Records::new(Transcoder::new(stream, chosen.encoding, Rc::default()), &table, head.bytes.len() as u64)
                .map_err(failed)?;
        let mut rows = HashMap::new();
        let mut problems = crate::error::RowProblems::default();
        while let Some(cut) = records.next().map_err(failed)? {
            let values = match table.values(&cut.record, &name, cut.line) {
                Ok(values) => values,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let file = values.last().and_then(Option::as_deref).unwrap_or_default().trim().replace('\\', "/");
            let file = file.trim_start_matches("./").to_owned();
            let values = values.iter().map(|value| value.as_deref().map(str::to_owned)).collect();
            let place = Place::file(&name).line(cut.line);
            if file.is_empty() {
                problems.push(Error::data("a row that names no file").at(place));
            } else if let Some(Row { line, .. }) = rows.insert(file.clone(), Row { line: cut.line, values }) {
                problems.push(
                    Error::data("a file that is listed twice in the manifest")
                        .at(place)
                        .found(format!("`{file}`, already in line {line}"))
                        .help("remove one of the rows"),
                );
            }
        }
        match problems.fold() {
            Some(error) => Err(error.note("nothing was written")),
            None => Ok(Manifest { name, layout: table.layout, rows }),
        }
    }
}

/// Keys and values, in their order.
pub(crate) type Pairs<'t> = Vec<(Cow<'t, str>, Cow<'t, str>)>;

/// Separates the front matter from the text: returns its keys and values, and the byte at which the text begins.
///
/// A front matter consists of a first line `---`, lines `key: value`, and a line `---` or `...`. Values may be in
/// quotation marks; lists (`[a, b]`, or lines `- a`) are joined by `, `; deeper structures are skipped. Anything else
/// is a text that begins with a rule, and is left whole.
pub(crate) fn front_matter(text: &str) -> (Pairs<'_>, usize) {
    parse_front_matter(text).unwrap_or_default()
}

fn parse_front_matter(text: &str) -> Option<(Pairs<'_>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = first.len();
    let mut pairs: Pairs<'_> = Vec::new();
    for line in lines {
        at += line.len();
        let line = line.trim_end();
        let trimmed = line.trim_start();
        if line == "---" || line == "..." {
            return (!pairs.is_empty()).then_some((pairs, at));
        }
        if let Some(item) = trimmed.strip_prefix("- ") {
            let (_, value) = pairs.last_mut()?;
            let value = value.to_mut();
            if !value.is_empty() {
                value.push_str(", ");
            }
            value.push_str(unquoted(item).as_ref());
        } else if trimmed.len() == line.len() && !line.is_empty() && !line.starts_with('#') {
            let (key, value) = line.split_once(':')?;
            // `key:value` isn't YAML, and a sentence with a colon isn't a key.
            let is_key = key.split_whitespace().count() <= 3 && (value.is_empty() || value.starts_with(' '));
            if !is_key {
                return None;
            }
            pairs.push((Cow::Borrowed(unquoted_key(key)), unquoted(value)));
        }
    }
    None
}

fn unquoted_key(key: &str) -> &str {
    key.trim().trim_matches(['"', '\''])
}

/// A value without its quotation marks or brackets.
fn unquoted(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    let within = |open: char, close: char| value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if let Some(inner) = within('"', '"') {
        if inner.contains('\\') {
            return serde_json::from_str::<String>(value).map_or(Cow::Borrowed(inner), Cow::Owned);
        }
        return Cow::Borrowed(inner);
    }
    if let Some(inner) = within('\'', '\'') {
        return if inner.contains("''") { Cow::Owned(inner.replace("''", "'")) } else { Cow::Borrowed(inner) };
    }
    if let Some(inner) = within('[', ']') {
        return Cow::Owned(inner.split(',').map(unquoted).collect::<Vec<_>>().join(", "));
    }
    match value {
        "|" | ">" | "|-" | ">-" | "~" | "null" => Cow::Borrowed(""),
        _ => Cow::Borrowed(value),
    }
}

/// The values of one text: those of the manifest's row, or else those of the front matter.
///
/// Returns the layout that they follow. The text itself is not among them.
pub(crate) fn merge<'t>(
    known: Option<(&'t Layout, &'t Row)>,
    pairs: &'t Pairs<'t>,
    wanted: &ColumnNames,
) -> (Layout, Values<'t>) {
    let keys: Vec<&str> = pairs.iter().map(|(key, _)| key.as_ref()).collect();
    let value = |i: usize| Some(Cow::Borrowed(pairs[i].1.as_ref()));
    match known {
        None => {
            let layout = Layout::lenient(&keys, wanted);
            let values = layout.names.iter().map(|name| columns::position(&keys, name).and_then(value)).collect();
            (layout, values)
        }
        Some((layout, row)) if pairs.is_empty() => {
            (layout.clone(), row.values.iter().map(|value| value.as_deref().map(Cow::Borrowed)).collect())
        }
        Some((layout, row)) => {
            let own = Layout::lenient(&keys, wanted);
            let (merged, sources) = layout.merged(&own);
            let values = sources
                .into_iter()
                .map(|(first, second)| {
                    let given = first.and_then(|i| row.values[i].as_deref()).filter(|value| !value.trim().is_empty());
                    given
                        .map(Cow::Borrowed)
                        .or_else(|| second.and_then(|i| columns::position(&keys, &own.names[i])).and_then(value))
                })
                .collect();
            (merged, values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<(String, String)>, &str) {
        let (pairs, at) = front_matter(text);
        (pairs.into_iter().map(|(k, v)| (k.into_owned(), v.into_owned())).collect(), &text[at..])
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn front_matter_is_parted_from_the_text() {
        let text = "---\ntitle: \"A: b \\\"c\\\"\"\r\noutlet: 'It''s'\n# a comment\ndate: 2017-04-05\ntags:\n  - a\n  - \"b\"\n\
                    more: [x, 'y']\nempty:\n---\nThe text.\n";
        let want = [
            ("title", "A: b \"c\""),
            ("outlet", "It's"),
            ("date", "2017-04-05"),
            ("tags", "a, b"),
            ("more", "x, y"),
            ("empty", ""),
        ];
        assert_eq!(parse(text), (pairs(&want), "The text.\n"));
    }

    #[test]
    fn a_text_that_begins_with_a_rule_is_left_whole() {
        for text in [
            "---\nOnce upon a time.\n---\nThe end.",
            "---\nHe said it in front of them all: no.\n---\n",
            "---\ntitle: never closed\n",
            "---\n---\ntext",
            "text\n---\na: b\n---\n",
            "---\n- item\n---\n",
            "",
        ] {
            assert_eq!(parse(text), (Vec::new(), text), "{text:?}");
        }
    }
}
