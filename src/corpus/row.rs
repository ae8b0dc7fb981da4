//! From the values of one record to an [`Article`].
//!
//! Takes the values that a table, a JSON object or a front matter gave for the wanted columns; hands on the article,
//! or the problem of that row. Called on all cores.

use std::borrow::Cow;

use super::article::Article;
use super::columns::{Layout, Role, Values};
use super::dates::{has_three_numbers, is_placeholder, lacks_day, read_date, says_none, says_undated};
use super::first_pass::Odd;
use super::options::DateOrder;
use crate::error::{Error, Place};
use crate::text::Given;
use crate::text::composed::into_composed;

/// Where a record is in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// It is the whole file.
    File,
    /// It begins in this line.
    Line(u64),
    /// It is this row of a data frame.
    Row(u64),
}

impl At {
    /// The place for a message.
    pub(crate) fn place(self, file: &str) -> Place {
        match self {
            At::File => Place::file(file),
            At::Line(line) => Place::file(file).line(line),
            At::Row(row) => Place::file(file).row(row),
        }
    }
}

/// Where a record is, and the id of its article if the record has none.
#[derive(Debug, Clone)]
pub(crate) struct Origin<'a> {
    pub(crate) file: &'a str,
    pub(crate) at: At,
    /// `None` if the record must have an id.
    pub(crate) id: Option<String>,
}

impl Origin<'_> {
    pub(crate) fn place(&self) -> Place {
        self.at.place(self.file)
    }
}

/// The article of one record. Its text is empty if the record has none. Adds to `odd` what is odd about it.
pub(crate) fn article(
    mut values: Values<'_>,
    layout: &Layout,
    origin: Origin<'_>,
    order: DateOrder,
    odd: &mut Vec<Odd>,
) -> Result<Article, Error> {
    let trimmed = |role| {
        let value = layout.value(role, &values)?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    let id = trimmed(Role::Id);
    if id.is_none() && origin.id.is_none() {
        return Err(Error::data("an article without an id")
            .at(origin.place().column(layout.name(Role::Id).unwrap_or("id")))
            .expected("an id of its own: nothing else identifies articles that are counted in parts")
            .help("fill the column, or leave such rows out"));
    }
    let date = match layout.value(Role::Date, &values).map(str::trim) {
        None | Some("") => None,
        Some(value) if says_none(value) || says_undated(value) => None,
        Some(value) if is_placeholder(value) => {
            odd.push(Odd::NoDate);
            None
        }
        Some(value) => match read_date(value, order) {
            Some((date, form)) => {
                odd.extend(form.map(|form| Odd::Order(form, value.to_owned())));
                odd.extend(lacks_day(value).then_some(Odd::Coarse));
                Some(date)
            }
            None => {
                let column = layout.name(Role::Date).unwrap_or("date");
                let mut place = origin.place().column(column);
                place.article = id;
                return Err(unreadable_date(value).at(place));
            }
        },
    };
    let outlet = layout.value(Role::Outlet, &values).and_then(outlet_name);
    let title = trimmed(Role::Title);
    let url = trimmed(Role::Url);
    let author = trimmed(Role::Author);
    let language = trimmed(Role::Language);
    let extra = layout.extra(&values);
    let text =
        layout.index(Role::Text).and_then(|i| values[i].take()).map_or_else(String::new, |text| text.into_owned());
    Ok(Article {
        // A file's name is the article's own.
        id_is_made: id.is_none() && origin.at != At::File,
        id: id.or(origin.id).unwrap_or_default(),
        outlet,
        date,
        title,
        url,
        author,
        language,
        text,
        extra,
        given: Given::default(),
        answers: Vec::new(),
    })
}

/// An outlet's name without invisible differences: white space of any kind and length becomes one space, zero-width
/// characters are left out, letters and combining marks are composed. `None` if the value says that there is none.
fn outlet_name(value: &str) -> Option<String> {
    let seen: Cow<'_, str> = match value.contains(is_unseen) {
        true => value.replace(is_unseen, "").into(),
        false => value.into(),
    };
    let mut words = seen.split_whitespace();
    let mut name = words.next()?.to_owned();
    for word in words {
        name.push(' ');
        name.push_str(word);
    }
    (!says_none(&name)).then(|| into_composed(name))
}

/// Zero-width spaces and joiners, and the byte order mark.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn unreadable_date(value: &str) -> Error {
    let error = Error::data("unreadable date")
        .found(quoted(value))
        .expected("a day such as 2017-04-05, 4/5/2017 or 5 April 2017, or nothing");
    match has_three_numbers(value) {
        true => error.help(
            "correct it, say `--date-order day-first` if the day comes first, or read no dates with `--date \"\"`",
        ),
        false => error.help("correct it, empty it if there is none, or read no dates with `--date \"\"`"),
    }
}

/// A value in quotation marks, shortened for a message.
pub(crate) fn quoted(value: &str) -> String {
    const SHOWN: usize = 60;
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &value[..end]),
        None => format!("{value:?}"),
    }
}

/// The problem of a record whose bytes aren't UTF-8. `place` is where the record begins, `at` the first broken byte.
pub(crate) fn not_utf8(mut place: Place, bytes: &[u8], at: usize) -> Error {
    place.line = place.line.map(|line| line + memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64);
    let before = String::from_utf8_lossy(&bytes[at.saturating_sub(30)..at]);
    let before = before.trim_start_matches('\u{fffd}').rsplit('\n').next().unwrap_or_default().to_owned();
    let byte = bytes.get(at).copied().unwrap_or_default();
    let help = match place.row {
        None => "if the file has another encoding, say so: `--encoding windows-1252`",
        Some(_) => "convert it to texts",
    };
    Error::data("not valid UTF-8").at(place).found(format!("byte 0x{byte:02X} after {before:?}")).help(help)
}

#[cfg(test)]
mod tests {
    use super::super::columns::TextColumn;
    use super::super::options::ColumnNames;
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Article, Error> {
        let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
        let layout = Layout::resolve(&names, &ColumnNames::default(), TextColumn::Needed).expect("columns");
        let values = layout
            .names
            .iter()
            .map(|name| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| (*value).into()))
            .collect();
        let origin = Origin { file: "a.csv", at: At::Line(7), id: Some("a-00006".into()) };
        article(values, &layout, origin, DateOrder::Guess, &mut Vec::new())
    }

    #[test]
    fn names_are_trimmed_and_texts_are_not() {
        let article =
            read(&[("text", " a\n"), ("outlet", "  The Duran "), ("author", "  "), ("date", "")]).expect("reads");
        assert_eq!(article.text, " a\n");
        assert_eq!(article.outlet.as_deref(), Some("The Duran"));
        assert_eq!((article.author, article.date), (None, None));
        assert_eq!((&article.id[..], article.id_is_made), ("a-00006", true));
        let named = read(&[("text", ""), ("id", " x ")]).expect("reads");
        assert_eq!((&named.id[..], named.id_is_made), ("x", false));
    }

    #[test]
    fn an_unreadable_date_is_told_with_its_value() {
        let error = read(&[("text", "a"), ("id", "g-17"), ("date", "last Tuesday")]).expect_err("no date");
        insta::assert_snapshot!(error, @r#"
        unreadable date
         --> a.csv:7, column `date`, article `g-17`
          found:    "last Tuesday"
          expected: a day such as 2017-04-05, 4/5/2017 or 5 April 2017, or nothing
          help: correct it, empty it if there is none, or read no dates with `--date ""`
        "#);
    }

    #[test]
    fn broken_utf8_is_told_with_its_own_line() {
        insta::assert_snapshot!(not_utf8(Place::file("a.csv").line(10), b"one\ntwo caf\xe9 x", 11), @r#"
        not valid UTF-8
         --> a.csv:11
          found:    byte 0xE9 after "two caf"
          help: if the file has another encoding, say so: `--encoding windows-1252`
        "#);
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(quoted(&"é".repeat(100)).chars().count(), 63);
        assert_eq!(quoted("a\"b"), r#""a\"b""#);
    }
}
