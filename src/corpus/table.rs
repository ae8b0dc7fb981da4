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
use super::folder::file_column;
use super::limits::{self, TooLarge};
use super::options::ColumnNames;
use super::row::not_utf8;
use crate::counted::counted;
use crate::error::{Error, Place};

/// What is known of a table from its head.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    pub(crate) layout: Layout,
    /// For each of the layout's names the column.
    columns: Vec<usize>,
    /// Whether lines end with CR LF.
    cr_lf: bool,
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
        let start = &head.bytes[..head.bytes.len().min(limits::HEADER)];
        let is_cut = start.len() < head.bytes.len() || !head.whole;
        let (start, _) = chosen.encoding.decode_with_bom_removal(start);
        let delimiter = tabs.of(&start);
        let header = header(&start, delimiter);
        if is_cut && header_end(&start, delimiter) == start.len() as u64 {
            return Err(Error::data(format!("a header of more than {} MB", limits::HEADER >> 20))
                .at(Place::file(name).line(1))
                .found(format!("{} columns and more", header.len()))
                .expected("a first line that names the columns")
                .help("look for a quotation mark in it that isn't closed, or keep the columns that are needed")
                .note("nothing was written"));
        }
        let layout = Layout::resolve(&header, wanted, text)
            .map_err(|missing| missing_column(missing, &header, wanted, name, Sample::Table(&start, delimiter)))?;
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
        let cr_lf = memchr::memchr(b'\n', start.as_bytes()).is_some_and(|end| start[..end].ends_with('\r'));
        Ok(Table { delimiter, header, layout, columns, cr_lf, least, chosen })
    }

    /// Reads this column, too, as the last of the values.
    pub(crate) fn keep(&mut self, column: usize) {
        self.columns.push(column);
    }

    /// The values of one record.
    pub(crate) fn values<'r>(&self, record: &'r ByteRecord, file: &str, line: u64) -> Result<Values<'r>, Error> {
        if record.iter().next_back().is_some_and(|field| field.trim_ascii_end().ends_with(END)) {
            return Err(Error::data("a quotation mark that is never closed")
                .at(Place::file(file).line(line))
                .found("a row that begins here and goes on to the end of the file")
                .expected("a closing quotation mark, and marks inside a text doubled (\"\")")
                .help("close it in a text editor; --skip-bad-rows would leave out all rows from here on"));
        }
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
                    not_utf8(Place::file(file).line(line + before as u64), bytes, error.valid_up_to())
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
        let fields = |n: usize| counted(n as u64, "field", "fields");
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

impl Delimiter {
    fn of(self, start: &str) -> u8 {
        match self {
            Delimiter::Tab => b'\t',
            Delimiter::Guess => guess_delimiter(start),
        }
    }
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

/// Where the header ends, in bytes.
fn header_end(start: &str, delimiter: u8) -> u64 {
    let mut reader = builder(delimiter).from_reader(start.as_bytes());
    let _ = reader.read_byte_record(&mut ByteRecord::new());
    reader.position().byte()
}

/// The names of the columns.
pub(crate) fn names(head: &Head, chosen: Chosen, delimiter: Delimiter) -> Vec<String> {
    let (start, _) = chosen.encoding.decode_with_bom_removal(&head.bytes[..head.bytes.len().min(limits::HEADER)]);
    header(&start, delimiter.of(&start))
}

/// Whether the first line looks like the header of a table with articles.
pub(crate) fn looks_like_table(start: &str, wanted: &ColumnNames) -> bool {
    !known_columns(start, wanted).is_empty()
}

/// The columns that would be read if the first line were the header of a table with articles: none where that has one column
/// alone, or no text.
pub(crate) fn known_columns(start: &str, wanted: &ColumnNames) -> Vec<String> {
    let header = header(start, guess_delimiter(start));
    let layout = Layout::resolve(&header, wanted, TextColumn::Needed).ok().filter(|_| header.len() > 1);
    layout.map_or(Vec::new(), |layout| layout.names)
}

/// Where a message about a missing text column looks for the likeliest one.
pub(crate) enum Sample<'a> {
    /// The beginning of a table and its delimiter.
    Table(&'a str, u8),
    /// How much text each name holds, in how many records.
    Lengths(&'a [usize], usize),
}

/// The error for a column that isn't there.
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
            let error = match likeliest_text(have, sample) {
                Some(name) => error.help(format!("`{name}` holds most: read it with `--text {}`", shell(name))),
                None => error.help("name the column with --text"),
            };
            let error = match file_column(have) {
                Some(_) => {
                    error.help(format!("if it says what is known of text files, give it with `--manifest {file}`"))
                }
                None => error,
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
        None if flag.is_empty() => error.help("name one of the columns that there are"),
        None => error.help(format!("name one of these columns with {flag}")),
    };
    error.note("nothing was written")
}

/// What to do with a sheet of coders, which has ids and labels, where the texts stand elsewhere.
fn joined(error: Error, have: &[String], wanted: &ColumnNames, file: &str) -> Error {
    let Some(sheet) = Layout::resolve(have, wanted, TextColumn::None).ok().filter(|_| !wanted.extra.is_empty()) else {
        return error;
    };
    match sheet.name(Role::Id) {
        Some(id) => error.help(format!(
            "if the texts stand in another file, join them by `{id}` first, in pandas: \
             `pandas.read_csv(\"articles.csv\").merge(pandas.read_csv({file:?}), on={id:?}).to_csv(\"joined.csv\", index=False)`"
        )),
        None => error,
    }
}

/// A name as it is typed on a command line.
pub(crate) fn shell(name: &str) -> String {
    match name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c)) {
        true => name.to_owned(),
        false => format!("'{name}'"),
    }
}

/// The column that holds most text, where that is as long as a sentence.
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

/// Cuts a table into records.
pub(crate) struct Records<R: Read> {
    reader: csv::Reader<Limited<Transcoder<R>>>,
    cr_lf: bool,
    number: u64,
}

/// One record and where it stands.
pub(crate) struct Cut {
    pub(crate) record: ByteRecord,
    pub(crate) number: u64,
    pub(crate) line: u64,
}

impl<R: Read> Records<R> {
    /// Starts after the header. A file of few `bytes` gets a small buffer.
    pub(crate) fn new(stream: Transcoder<R>, table: &Table, bytes: u64) -> io::Result<Self> {
        let limited = Limited { inner: stream, end: END_ROW, left: limits::RECORD as u64 };
        let room = bytes.clamp(8 << 10, 256 << 10) as usize;
        let mut reader = builder(table.delimiter).buffer_capacity(room).from_reader(limited);
        reader.read_byte_record(&mut ByteRecord::new()).map_err(io_error)?;
        Ok(Records { reader, cr_lf: table.cr_lf, number: 0 })
    }

    /// The next record, `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Cut>> {
        self.reader.get_mut().left = limits::RECORD as u64;
        let mut record = ByteRecord::new();
        if !self.reader.read_byte_record(&mut record).map_err(io_error)? || record.get(0) == Some(END) {
            return Ok(None);
        }
        self.number += 1;
        let line = self.line(&record);
        Ok(Some(Cut { record, number: self.number, line }))
    }

    /// The line in which the last record begins.
    ///
    /// The reader says where it stood before the record, that is before blank lines and, in files with CR LF, before
    /// the LF of the line above. So the lines are counted back from the record's end.
    fn line(&self, record: &ByteRecord) -> u64 {
        let within = memchr::memchr_iter(b'\n', record.as_slice()).count() as u64;
        let end = self.reader.position().line().saturating_sub(within);
        match self.cr_lf {
            true => end,
            // The last record may lack its line feed.
            false => record.position().map_or(0, csv::Position::line).max(end.saturating_sub(1)),
        }
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
    end: &'static [u8],
    left: u64,
}

/// A row behind the last one. Where it doesn't come out again as a row of its own, a quotation mark was never closed.
const END_ROW: &[u8] = b"\n\x1Dthe end\x1D\n";
/// Its only field: control characters (group separator) that no article has at both ends of a field.
const END: &[u8] = b"\x1Dthe end\x1D";

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut n = self.inner.read(buffer)?;
        if n == 0 {
            // The end of the file: a last row of our own follows, which an open quotation mark swallows.
            n = self.end.read(buffer)?;
        }
        self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| TooLarge::new("a row", limits::RECORD).because("a quotation mark is never closed"))?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::super::decode::{By, Chosen};
    use super::*;

    const CHOSEN: Chosen = Chosen { encoding: encoding_rs::UTF_8, by: By::Certain };

    fn open(content: &str, wanted: &ColumnNames) -> Result<Table, Error> {
        let head = Head { bytes: content.as_bytes().to_vec(), whole: true };
        Table::open(&head, CHOSEN, Delimiter::Guess, wanted, TextColumn::Needed, "a.csv")
    }

    /// The lines and texts of all rows, or their problems' titles.
    fn read(content: &str) -> Vec<(u64, String)> {
        let table = open(content, &ColumnNames::default()).expect("opens");
        let stream = Transcoder::new(content.as_bytes(), CHOSEN.encoding, Rc::default());
        let mut records = Records::new(stream, &table, 0).expect("reads");
        let mut rows = Vec::new();
        while let Some(cut) = records.next().expect("reads") {
            let text = match table.values(&cut.record, "a.csv", cut.line) {
                Ok(values) => table.layout.value(Role::Text, &values).unwrap_or("-").to_owned(),
                Err(error) => format!("error: {}", error.title()),
            };
            rows.push((cut.line, text));
        }
        rows
    }

    fn problem(content: &str) -> String {
        let table = open(content, &ColumnNames::default()).expect("opens");
        let stream = Transcoder::new(content.as_bytes(), CHOSEN.encoding, Rc::default());
        let mut records = Records::new(stream, &table, 0).expect("reads");
        let cut = records.next().expect("reads").expect("a row");
        table.values(&cut.record, "a.csv", cut.line).expect_err("a problem").to_string()
    }

    fn rows(of: &[(u64, &str)]) -> Vec<(u64, String)> {
        of.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn an_open_quotation_mark_is_told() {
        let rows = read("id,text\n1,one\n2,\"two\n3,three\n");
        assert_eq!(rows, rows_of_open_mark());
        assert_eq!(read("id,text\n1,one\n2,\"two\"").len(), 2);
    }

    fn rows_of_open_mark() -> Vec<(u64, String)> {
        rows(&[(2, "one"), (3, "error: a quotation mark that is never closed")])
    }

    #[test]
    fn rows_are_read_with_their_lines() {
        let want = rows(&[(2, "one"), (3, "two\nlines"), (5, "three")]);
        assert_eq!(read("id,text\n1,one\n2,\"two\nlines\"\n3,three\n"), want);
        assert_eq!(read("\u{feff}id;text\n1;one\n2;\"two\nlines\"\n3;three"), want);
        assert_eq!(read("id\ttext\n1\tone\n2\t\"two\nlines\"\n3\tthree\n"), want);
    }

    #[test]
    fn lines_are_right_where_they_end_in_cr_lf_and_where_some_are_blank() {
        let want = rows(&[(2, "one"), (3, "two\r\nlines"), (5, "three")]);
        assert_eq!(read("id,text\r\n1,one\r\n2,\"two\r\nlines\"\r\n3,three\r\n"), want);
        assert_eq!(read("id,text\n\n\n1,one\n"), rows(&[(4, "one")]));
    }

    #[test]
    fn unnamed_columns_and_empty_fields_too_many_are_fine() {
        assert_eq!(read("text,id,,\none,1\ntwo,2,,junk\nthree,3,,,,,\n").len(), 3);
        assert!(read("text,id,,\none,1\ntwo,2,,junk\nthree,3,,,,,\n").iter().all(|(_, text)| !text.contains("error")));
    }

    #[test]
    fn rows_of_another_length_are_told() {
        insta::assert_snapshot!(problem("id,date,text\n1,2017\n"), @r"
        a row with too few fields
         --> a.csv:2
          found:    2 fields
          expected: 3 fields, as in the header
          help: a line break in a text needs quotation marks around the text
        ");
        insta::assert_snapshot!(problem("id,text\n1,one, two\n"), @r"
        a row with too many fields
         --> a.csv:2
          found:    3 fields
          expected: 2 fields, as in the header
          help: a text with the delimiter in it needs quotation marks around it, and each mark in it written twice
        ");
        insta::assert_snapshot!(problem("id,date,text\n1,\"2017,never closed\n2,2017,x\n"), @r#"
        a quotation mark that is never closed
         --> a.csv:2
          found:    a row that begins here and goes on to the end of the file
          expected: a closing quotation mark, and marks inside a text doubled ("")
          help: close it in a text editor; --skip-bad-rows would leave out all rows from here on
        "#);
    }

    #[test]
    fn a_missing_column_names_those_that_there_are_and_the_nearest() {
        let asked = |text: &str| ColumnNames { text: Some(text.into()), ..ColumnNames::default() };
        let content = "article_title,article_content,source\na,b,c\n";
        insta::assert_snapshot!(open(content, &asked("article_contents")).expect_err("missing"), @r"
        no column `article_contents`
         --> a.csv
          found:    `article_title`, `article_content`, `source`
          help: did you mean `--text article_content`?
          note: nothing was written
        ");
        let extra = ColumnNames { extra: vec!["xyz".into()], ..ColumnNames::default() };
        insta::assert_snapshot!(open(content, &extra).expect_err("missing"), @r"
        no column `xyz`
         --> a.csv
          found:    `article_title`, `article_content`, `source`
          help: name one of the columns that there are
          note: nothing was written
        ");
        insta::assert_snapshot!(open(&format!("no,The Story\n1,{}\n", "long ".repeat(10)), &ColumnNames::default()).expect_err("missing"), @r"
        no column that holds the text
         --> a.csv
          found:    `no`, `The Story`
          expected: one of `text`, `content`, `body`, `article`, or a name given with --text
          help: `The Story` holds most: read it with `--text 'The Story'`
          note: nothing was written
        ");
    }

    #[test]
    fn a_table_about_files_is_taken_for_a_manifest() {
        insta::assert_snapshot!(open("file,outlet\na.txt,X\n", &ColumnNames::default()).expect_err("missing"), @r"
        no column that holds the text
         --> a.csv
          found:    `file`, `outlet`
          expected: one of `text`, `content`, `body`, `article`, or a name given with --text
          help: name the column with --text
          help: if it says what is known of text files, give it with `--manifest a.csv`
          note: nothing was written
        ");
    }

    #[test]
    fn a_wanted_column_must_not_stand_twice() {
        insta::assert_snapshot!(open("text,text\na,b\n", &ColumnNames::default()).expect_err("twice"), @r"
        a column name that stands twice
         --> a.csv:1, column `text`
          help: rename one of them
          note: nothing was written
        ");
    }

    #[test]
    fn broken_utf8_in_a_row_is_told_with_its_line() {
        let table = open("id,text\n", &ColumnNames::default()).expect("opens");
        let record = ByteRecord::from(vec![&b"1\n"[..], b"two\ncaf\xe9"]);
        assert_eq!(table.values(&record, "a.csv", 5).expect_err("broken").place().line, Some(7));
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_the_header() {
        assert_eq!(guess_delimiter("a,b;c\n"), b',');
        assert_eq!(guess_delimiter("\"a,b,c\";b\n,,,"), b';');
        assert_eq!(guess_delimiter("text\n"), b',');
        assert!(looks_like_table("id,Text\n1,a", &ColumnNames::default()));
        assert!(!looks_like_table("Some prose, with a comma.\n", &ColumnNames::default()));
    }
}
