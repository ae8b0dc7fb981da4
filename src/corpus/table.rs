//! Tables: CSV and TSV with a header.
//!
//! Takes the head of a file, hands on a [`Table`] that says which column is what; then cuts the file into records
//! ([`Records`]) and turns a record into values ([`Table::values`]). Cutting has to be done in order by one thread;
//! the values are checked on all cores.

use std::borrow::Cow;
use std::io::{self, Read};

use csv::ByteRecord;

use super::columns::{self, Layout, Missing, Role, TextColumn, Values};
use super::decode::{Chosen, Head, Transcoder};
use super::options::ColumnNames;
use super::row::not_utf8;
use crate::error::{Error, Place};

/// A record that is larger than this is taken for a mistake: a quotation mark that is never closed.
const LARGEST: u64 = 256 << 20;

/// What is known of a table from its head.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    pub(crate) layout: Layout,
    /// For each of the layout's names the column.
    columns: Vec<usize>,
    /// How many fields a row has at least: up to the last column that has a name.
    least: usize,
    pub(crate) chosen: Chosen,
}

impl Table {
    /// Reads the header and finds the columns.
    pub(crate) fn open(
        head: &Head,
        chosen: Chosen,
        tabs: Delimiter,
        wanted: &ColumnNames,
        text: TextColumn,
        name: &str,
    ) -> Result<Self, Error> {
        let start = &head.bytes[..head.bytes.len().min(1 << 20)];
        let (start, _) = chosen.encoding.decode_with_bom_removal(start);
        let delimiter = match tabs {
            Delimiter::Tab => b'\t',
            Delimiter::Guess => guess_delimiter(&start),
        };
        let header = header(&start, delimiter);
        let layout = Layout::resolve(&header, wanted, text)
            .map_err(|missing| missing_column(missing, &header, name, Sample::Table(&start, delimiter)))?;
        let columns: Vec<usize> =
            layout.names.iter().filter_map(|name| header.iter().position(|column| column == name)).collect();
        if let Some(twice) = layout.names.iter().find(|name| header.iter().filter(|column| column == name).count() > 1)
        {
            return Err(Error::data("a column name that stands twice")
                .at(Place::file(name).line(1).column(twice))
                .help("rename one of them")
                .note("nothing was written"));
        }
        let least = header.iter().rposition(|column| !column.trim().is_empty()).map_or(0, |last| last + 1);
        Ok(Table { delimiter, header, layout, columns, least, chosen })
    }

    /// Reads this column, too, as the last of the values.
    pub(crate) fn keep(&mut self, column: usize) {
        self.columns.push(column);
    }

    /// The values of one record.
    pub(crate) fn values<'r>(&self, record: &'r ByteRecord, file: &str, line: u64) -> Result<Values<'r>, Error> {
        self.check_length(record, file, line)?;
        let mut values = Values::with_capacity(self.columns.len());
        for &column in &self.columns {
            let value = match record.get(column) {
                None => None,
                Some(bytes) => Some(Cow::Borrowed(std::str::from_utf8(bytes).map_err(|error| {
                    let before: usize = (0..column)
                        .filter_map(|i| record.get(i))
                        .map(|field| memchr::memchr_iter(b'\n', field).count())
                        .sum();
                    not_utf8(file, line + before as u64, bytes, error.valid_up_to())
                })?)),
            };
            values.push(value);
        }
        Ok(values)
    }

    /// A row may lack columns without a name and may have more that are empty, nothing else.
    fn check_length(&self, record: &ByteRecord, file: &str, line: u64) -> Result<(), Error> {
        let many = record.iter().skip(self.header.len()).any(|field| !field.trim_ascii().is_empty());
        let few = record.len() < self.least;
        if !many && !few {
            return Ok(());
        }
        let fields = |n| if n == 1 { "1 field".to_owned() } else { format!("{n} fields") };
        let title = if few { "a row with too few fields" } else { "a row with too many fields" };
        let lines: usize = record.iter().map(|field| memchr::memchr_iter(b'\n', field).count()).sum();
        let help = if few && lines > 0 {
            "look for a quotation mark that isn't closed; a line break in a text needs quotation marks around the text"
        } else if few {
            "a line break in a text needs quotation marks around the text"
        } else {
            "a text with the delimiter in it needs quotation marks around it, and each mark in it written twice"
        };
        Err(Error::data(title)
            .at(Place::file(file).line(line))
            .found(fields(record.len()))
            .expected(format!("{}, as in the header", fields(self.header.len())))
            .help(help))
    }
}

/// How fields are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delimiter {
    Guess,
    Tab,
}

/// Of comma, semicolon and tab the one that stands most often in the header outside quotation marks.
fn guess_delimiter(start: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in start.trim_start_matches(['\n', '\r']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(delimiter, _)| *delimiter == byte).for_each(|(_, n)| *n += 1),
        }
    }
    // On a tie the first one stays.
    counts.iter().fold((b',', 0), |best, &this| if this.1 > best.1 { this } else { best }).0
}

fn builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    builder
}

fn header(start: &str, delimiter: u8) -> Vec<String> {
    let mut record = csv::StringRecord::new();
    // The beginning is valid UTF-8 in memory: nothing here can fail.
    let _ = builder(delimiter).from_reader(start.as_bytes()).read_record(&mut record);
    record.iter().map(str::to_owned).collect()
}

/// Whether the first line looks like the header of a table with articles.
pub(crate) fn looks_like_table(start: &str, wanted: &ColumnNames) -> bool {
    let header = header(start, guess_delimiter(start));
    header.len() > 1 && Layout::resolve(&header, wanted, TextColumn::Needed).is_ok()
}

/// Where a message about a missing text column looks for the likeliest one.
pub(crate) enum Sample<'a> {
    /// The beginning of a table and its delimiter.
    Table(&'a str, u8),
    /// How much text each name holds.
    Lengths(&'a [usize]),
}

/// The error for a column that isn't there.
pub(crate) fn missing_column(missing: Missing, have: &[String], file: &str, sample: Sample<'_>) -> Error {
    let place = Place::file(file);
    let (title, role, asked) = match &missing {
        Missing::Text => {
            let error = Error::data("no column that holds the text")
                .at(place)
                .found(columns::list(have))
                .expected("one of `text`, `content`, `body`, `article`, or a name given with --text");
            let error = match likeliest_text(have, sample) {
                Some(name) => error.help(format!("`{name}` holds most: read it with `--text {}`", shell(name))),
                None => error.help("name the column with --text"),
            };
            return error.note("nothing was written");
        }
        Missing::Named(role, name) => (format!("no column `{name}`"), *role, name),
    };
    let flag = role.map_or("", Role::flag);
    let error = Error::data(title).at(place).found(columns::list(have));
    let error = match columns::nearest(asked, have.iter().map(String::as_str)) {
        Some(near) if flag.is_empty() => error.help(format!("did you mean `{near}`?")),
        Some(near) => error.help(format!("did you mean `{flag} {}`?", shell(near))),
        None if flag.is_empty() => error.help("name one of the columns that there are"),
        None => error.help(format!("name one of these columns with {flag}")),
    };
    error.note("nothing was written")
}

/// A name as it is typed on a command line.
fn shell(name: &str) -> String {
    match name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c)) {
        true => name.to_owned(),
        false => format!("'{name}'"),
    }
}

/// The column that holds most text.
fn likeliest_text<'h>(have: &'h [String], sample: Sample<'_>) -> Option<&'h str> {
    let counted: Vec<usize> = match sample {
        Sample::Lengths(lengths) => lengths.to_vec(),
        Sample::Table(start, delimiter) => {
            let mut lengths = vec![0; have.len()];
            for record in builder(delimiter).from_reader(start.as_bytes()).byte_records().skip(1).take(100).flatten() {
                record.iter().zip(&mut lengths).for_each(|(field, length)| *length += field.len());
            }
            lengths
        }
    };
    let (longest, _) = counted.iter().enumerate().max_by_key(|(_, length)| **length).filter(|(_, n)| **n > 0)?;
    have.get(longest).map(String::as_str).filter(|name| !name.trim().is_empty())
}

/// Cuts a table into records.
pub(crate) struct Records<R: Read> {
    reader: csv::Reader<Limited<Transcoder<R>>>,
    /// Where lines end with CR LF, a record begins one line after the one that the reader says.
    late: u64,
    number: u64,
}

/// One record and where it stands.
pub(crate) struct Cut {
    pub(crate) record: ByteRecord,
    pub(crate) number: u64,
    pub(crate) line: u64,
}

impl<R: Read> Records<R> {
    /// Starts after the header.
    pub(crate) fn new(stream: Transcoder<R>, table: &Table) -> io::Result<Self> {
        let limited = Limited { inner: stream, left: LARGEST };
        let mut reader = builder(table.delimiter).buffer_capacity(256 << 10).from_reader(limited);
        reader.read_byte_record(&mut ByteRecord::new()).map_err(io_error)?;
        Ok(Records { reader, late: 0, number: 0 })
    }

    /// The next record, `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Cut>> {
        self.reader.get_mut().left = LARGEST;
        let mut record = ByteRecord::new();
        if !self.reader.read_byte_record(&mut record).map_err(io_error)? {
            return Ok(None);
        }
        self.number += 1;
        let line = record.position().map_or(0, csv::Position::line) + self.late;
        Ok(Some(Cut { record, number: self.number, line }))
    }

    /// The stream under it.
    pub(crate) fn into_inner(self) -> R {
        self.reader.into_inner().inner.into_inner()
    }
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Fails where one record has swallowed too much.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| io::Error::other("a row of more than 256 MB: a quotation mark is never closed"))?;
        Ok(n)
    }
}
