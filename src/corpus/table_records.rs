//! A table cut into records, each with the line in which it begins.

use super::decode::Transcoder;
use super::table::{Table, builder};
use crate::limits::{self, TooLarge};
use csv::ByteRecord;
use std::io::{self, Read};

/// Cuts a table into records.
pub(crate) struct Records<R: Read> {
    reader: csv::Reader<Limited<Transcoder<R>>>,
    cr_lf: bool,
    number: u64,
}

/// One record and its place.
pub(crate) struct Cut {
    pub(crate) record: ByteRecord,
    pub(crate) number: u64,
    pub(crate) line: u64,
}

impl<R: Read> Records<R> {
    /// Starts after the header. A small file gets a small buffer.
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
    /// The reader reports its position before the record, that is before blank lines and, in files with CR LF, before
    /// the LF of the previous line. So the lines are counted back from the record's end.
    fn line(&self, record: &ByteRecord) -> u64 {
        let within = memchr::memchr_iter(b'\n', record.as_slice()).count() as u64;
        let end = self.reader.position().line().saturating_sub(within);
        match self.cr_lf {
            true => end,
            // The last record may lack its line feed.
            false => record.position().map_or(0, csv::Position::line).max(end.saturating_sub(1)),
        }
    }

    /// The underlying stream.
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

/// Fails if one record is too large.
struct Limited<R> {
    inner: R,
    end: &'static [u8],
    left: u64,
}

/// A row added after the last one. If it isn't read back as a row of its own, a quotation mark was never closed.
const END_ROW: &[u8] = b"\n\x1Dthe end\x1D\n";
/// Its only field: control characters (group separator) that no article has at both ends of a field.
pub(super) const END: &[u8] = b"\x1Dthe end\x1D";

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut n = self.inner.read(buffer)?;
        if n == 0 {
            // The end of the file: our own last row follows, which an open quotation mark would swallow.
            n = self.end.read(buffer)?;
        }
        self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| TooLarge::new("a row", limits::RECORD).because("a quotation mark is never closed"))?;
        Ok(n)
    }
}
