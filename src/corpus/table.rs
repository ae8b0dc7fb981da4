//! Tables: CSV and TSV with a header.
//!
//! Takes the head of a file, hands on a [`Table`] that says which column is what. Then the file is cut into records
//! ([`super::table_records`]) by one thread, in order, and records are turned into values ([`Table::values`]) on all
//! cores.

use std::borrow::Cow;

use csv::ByteRecord;

use super::columns::{Layout, TextColumn, Values};
use super::decode::{Chosen, Head};
use super::missing_column::{Sample, missing_column};
use super::options::ColumnNames;
use super::row::not_utf8;
use super::table_records::END;
use crate::counted::counted;
use crate::error::{Error, Place};
use crate::limits;

/// What is known about a table from its head.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    pub(crate) layout: Layout,
    /// For each of the layout's names, the index of its column.
    columns: Vec<usize>,
    /// Whether lines end with CR LF.
    pub(super) cr_lf: bool,
    /// The fewest fields of a row: up to the last column with a name.
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
                .found(format!("{} columns or more", header.len()))
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
            return Err(Error::data("a column name that is used twice")
                .at(Place::file(name).line(1).column(twice))
                .help("rename one of them")
                .note("nothing was written"));
        }
        let least = header.iter().rposition(|column| !column.trim().is_empty()).map_or(0, |last| last + 1);
        let cr_lf = memchr::memchr(b'\n', start.as_bytes()).is_some_and(|end| start[..end].ends_with('\r'));
        Ok(Table { delimiter, header, layout, columns, cr_lf, least, chosen })
    }

    /// Also reads this column, as the last of the values.
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

    /// A row may lack unnamed columns and may have additional empty fields, nothing else.
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

/// How fields are separated.
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

/// The one of comma, semicolon and tab that occurs most often in the header outside quotation marks.
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

pub(super) fn builder(delimiter: u8) -> csv::ReaderBuilder {
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

/// Whether the first line looks like the header of a table of articles.
pub(crate) fn looks_like_table(start: &str, wanted: &ColumnNames) -> bool {
    !known_columns(start, wanted).is_empty()
}

/// The columns that would be read if the first line were the header of a table of articles; none if it has only one
/// column, or no text column.
pub(crate) fn known_columns(start: &str, wanted: &ColumnNames) -> Vec<String> {
    let header = header(start, guess_delimiter(start));
    let layout = Layout::resolve(&header, wanted, TextColumn::Needed).ok().filter(|_| header.len() > 1);
    layout.map_or(Vec::new(), |layout| layout.names)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::super::columns::Role;
    use super::super::decode::{By, Chosen, Transcoder};
    use super::super::table_records::Records;
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
          help: name one of these columns
          note: nothing was written
        ");
        insta::assert_snapshot!(open(&format!("no,The Story\n1,{}\n", "long ".repeat(10)), &ColumnNames::default()).expect_err("missing"), @r"
        no column that holds the text
         --> a.csv
          found:    `no`, `The Story`
          expected: one of `text`, `content`, `body`, `article`, or a name given with --text
          help: `The Story` holds the most text: read it with `--text 'The Story'`
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
          help: if it describes text files, give the folder that they are in, and this file with `--manifest a.csv`; if not, name the column with --text
          note: nothing was written
        ");
    }

    #[test]
    fn a_wanted_column_must_not_stand_twice() {
        insta::assert_snapshot!(open("text,text\na,b\n", &ColumnNames::default()).expect_err("twice"), @r"
        a column name that is used twice
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
