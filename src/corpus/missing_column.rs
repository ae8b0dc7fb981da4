//! The message about a column that doesn't exist: which ones do, and which is likely meant.

use super::columns::{self, Layout, Missing, Role, TextColumn};
use super::folder::file_column;
use super::options::ColumnNames;
use super::table::builder;
use crate::error::{Error, Place};

/// Where a message about a missing text column looks for the likeliest one.
pub(crate) enum Sample<'a> {
    /// The beginning of a table and its delimiter.
    Table(&'a str, u8),
    /// How much text each name holds, in how many records.
    Lengths(&'a [usize], usize),
}

/// The error for a column that doesn't exist.
pub(crate) fn missing_column(
    missing: Missing,
    have: &[String],
    wanted: &ColumnNames,
    file: &str,
    sample: Sample<'_>,
) -> Error {
    let place = Place::file(file);
    let (title, role, asked) = match &missing {
        Missing::Text => {
            let error = Error::data("no column that holds the text")
                .at(place)
                .found(columns::list(have))
                .expected("one of `text`, `content`, `body`, `article`, or a name given with --text");
            let error = match (file_column(have), likeliest_text(have, sample)) {
                // The column with the most text may be a headline there, which isn't what was meant.
                (Some(_), _) => error.help(format!(
                    "if it describes text files, give the folder that they are in, and this file with `--manifest \
                     {}`; if not, name the column with --text",
                    shell(file)
                )),
                (None, Some(name)) => {
                    error.help(format!("`{name}` holds the most text: read it with `--text {}`", shell(name)))
                }
                (None, None) => error.help("name the column with --text"),
            };
            return joined(error, have, wanted, file).note("nothing was written");
        }
        Missing::Named(role, name) => (format!("no column `{name}`"), *role, name),
    };
    let flag = role.map_or("", Role::flag);
    let error = Error::data(title).at(place).found(columns::list(have));
    let error = match columns::nearest(asked, have.iter().map(String::as_str)) {
        Some(near) if flag.is_empty() => error.help(format!("did you mean `{near}`?")),
        Some(near) => error.help(format!("did you mean `{flag} {}`?", shell(near))),
        None if flag.is_empty() => error.help("name one of these columns"),
        None => error.help(format!("name one of these columns with {flag}")),
    };
    error.note("nothing was written")
}

/// What to do with a coding sheet that has ids and labels while the texts are elsewhere.
fn joined(error: Error, have: &[String], wanted: &ColumnNames, file: &str) -> Error {
    let Some(sheet) = Layout::resolve(have, wanted, TextColumn::None).ok().filter(|_| !wanted.extra.is_empty()) else {
        return error;
    };
    match sheet.name(Role::Id) {
        Some(id) => error.help(format!(
            "if the texts are in another file, join them by `{id}` first, in pandas: \
             `pandas.read_csv(\"articles.csv\").merge(pandas.read_csv({file:?}), on={id:?}).to_csv(\"joined.csv\", index=False)`"
        )),
        None => error,
    }
}

/// A name as it is typed on a command line.
pub(crate) fn shell(name: &str) -> String {
    match name.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c)) {
        true => name.to_owned(),
        false => format!("'{name}'"),
    }
}

/// The column with the most text, if that is as long as a sentence.
fn likeliest_text<'h>(have: &'h [String], sample: Sample<'_>) -> Option<&'h str> {
    const SENTENCE: usize = 40;
    let (lengths, records) = match sample {
        Sample::Lengths(lengths, records) => (lengths.to_vec(), records),
        Sample::Table(start, delimiter) => {
            let (mut lengths, mut records) = (vec![0; have.len()], 0);
            for record in builder(delimiter).from_reader(start.as_bytes()).byte_records().skip(1).take(100).flatten() {
                record.iter().zip(&mut lengths).for_each(|(field, length)| *length += field.len());
                records += 1;
            }
            (lengths, records)
        }
    };
    let (longest, length) = lengths.iter().enumerate().max_by_key(|(_, length)| **length)?;
    let name = have.get(longest).filter(|name| !name.trim().is_empty())?;
    (*length >= SENTENCE * records.max(1)).then_some(name)
}
