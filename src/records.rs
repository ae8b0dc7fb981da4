//! Records that wait on disk until they are needed.
//!
//! Takes bytes, record by record, and returns them by number, on any thread and as often as needed. Data that grows
//! with the number of articles is kept here, so that memory doesn't grow with it: neither records nor their positions
//! stay in memory, apart from about a megabyte. The rest goes to a temporary file in the folder for temporary files
//! (`TMPDIR`). If the system allows it, the file has no name, so nothing is left of it however the process ends.

mod begins;
mod parts;

use crate::error::{Error, Result};
use begins::{Begins, Window};
pub(crate) use parts::Parts;
use std::fs::File;
use std::io::Write;
use std::ops::Range;

/// The number of bytes held in memory before they are written.
const ROOM: usize = 1 << 20;
/// The number of bytes read at once when reading in order.
const AHEAD: u64 = 64 << 10;

/// Records, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Records {
    begins: Begins,
    /// `None` as long as everything fits into memory.
    file: Option<File>,
    /// The number of bytes in the file.
    written: u64,
    /// The bytes that follow.
    tail: Vec<u8>,
}

/// The error for more records than 32-bit numbers can distinguish.
pub(crate) fn too_many() -> Error {
    Error::data("more articles than can be worked on at once")
        .expected(format!("at most {} of anything that is numbered", u32::MAX))
        .help("use only some of them: some outlets, a period, a sample")
}

fn failed(error: std::io::Error) -> Error {
    Error::io(std::env::temp_dir(), error)
        .help("free some space in the folder for temporary files, or set TMPDIR to another")
}

impl Records {
    /// Adds a record and returns its number; numbers count from 0.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): no temporary file can be made, or the disk is full.
    /// [`Kind::Data`](crate::error::Kind::Data): more records than 32-bit numbers can distinguish.
    pub fn push(&mut self, record: &[u8]) -> Result<usize> {
        self.push_with(|bytes| bytes.extend_from_slice(record))
    }

    /// The same with a record that `write` appends to the bytes already there.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<usize> {
        if self.tail.len() >= ROOM {
            self.put_down()?;
        }
        write(&mut self.tail);
        self.begins.push(self.bytes())?;
        Ok(self.len() - 1)
    }

    fn put_down(&mut self) -> Result<()> {
        append(&mut self.file, &self.tail)?;
        self.written += self.tail.len() as u64;
        self.tail.clear();
        self.tail.shrink_to(2 * ROOM);
        Ok(())
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.begins.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of bytes of all records.
    pub fn bytes(&self) -> u64 {
        self.written + self.tail.len() as u64
    }

    /// The number of bytes of a range of records. Panics, as indexing does, if the range ends after the last record.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): the temporary file can't be read.
    pub fn bytes_of(&self, records: &Range<u32>) -> Result<u64> {
        let begin = |record: u32| self.begins.begin(record as usize, &mut Window::default());
        Ok(begin(records.end)? - begin(records.start)?)
    }

    /// A reader of the records; each thread needs its own.
    pub fn reader(&self) -> Reader<'_> {
        Reader { records: self, begins: Window::default(), buffer: Vec::new(), begin: 0, next: 0 }
    }
}

/// Reads records back, fastest in their order.
#[derive(Debug)]
pub struct Reader<'r> {
    records: &'r Records,
    /// Where some of the records begin.
    begins: Window,
    /// The bytes read last, and where they begin.
    buffer: Vec<u8>,
    begin: u64,
    /// The number of the record after the last one requested.
    next: usize,
}

impl Reader<'_> {
    /// One record. Panics, as indexing does, if there is no record with this number.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): the temporary file can't be read.
    pub fn read(&mut self, record: usize) -> Result<&[u8]> {
        let records = self.records;
        let (begin, end) = self.ends(record)?;
        let is_next = std::mem::replace(&mut self.next, record + 1) == record;
        if let Some(at) = begin.checked_sub(records.written) {
            return Ok(&records.tail[at as usize..(end - records.written) as usize]);
        }
        if begin < self.begin || end > self.begin + self.buffer.len() as u64 {
            let ahead = if is_next { AHEAD.min(records.written - begin) } else { 0 };
            self.buffer.resize((end - begin).max(ahead) as usize, 0);
            self.begin = begin;
            if let Some(file) = &records.file {
                let read = read_at(file, &mut self.buffer, begin);
                read.inspect_err(|_| self.buffer.clear()).map_err(failed)?;
            }
        }
        Ok(&self.buffer[(begin - self.begin) as usize..(end - self.begin) as usize])
    }

    /// The number of bytes of a record. Panics, as indexing does, if there is no record with this number.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): the temporary file can't be read.
    pub fn size(&mut self, record: usize) -> Result<usize> {
        self.ends(record).map(|(begin, end)| (end - begin) as usize)
    }

    /// Where a record begins and ends.
    fn ends(&mut self, record: usize) -> Result<(u64, u64)> {
        let begins = &self.records.begins;
        // Both are in the same window if the later one is requested first.
        let end = begins.begin(record + 1, &mut self.begins)?;
        Ok((begins.begin(record, &mut self.begins)?, end))
    }
}

/// Appends bytes to a temporary file, which is created if there is none yet.
fn append(file: &mut Option<File>, bytes: &[u8]) -> Result<()> {
    let file = match file {
        Some(file) => file,
        none => none.insert(tempfile::tempfile().map_err(failed)?),
    };
    file.write_all(bytes).map_err(failed)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match std::os::windows::fs::FileExt::seek_read(file, &mut bytes[done..], at + done as u64)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(())
}

/// Appends numbers, four bytes each.
pub(crate) fn put_numbers(bytes: &mut Vec<u8>, numbers: impl IntoIterator<Item = u32>) {
    numbers.into_iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
}

/// The numbers written by [`put_numbers`].
pub(crate) fn numbers(bytes: &[u8]) -> impl ExactSizeIterator<Item = u32> + Clone {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.iter().map(|number| u32::from_le_bytes(*number))
}

/// Appends a number; smaller numbers take fewer bytes.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 1 << 7 {
        bytes.push(number as u8 | 1 << 7);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends a text that may be absent.
pub(crate) fn put_text(bytes: &mut Vec<u8>, text: Option<&str>) {
    put_number(bytes, text.map_or(0, |text| text.len() as u64 + 1));
    bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// Reads what [`put_number`] and [`put_text`] wrote, in the same order. After the end, everything is 0 or absent.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'r>(&'r [u8]);

impl<'r> Fields<'r> {
    pub fn new(record: &'r [u8]) -> Self {
        Fields(record)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if *byte < 1 << 7 {
                break;
            }
        }
        number
    }

    pub fn bytes(&mut self, n: usize) -> &'r [u8] {
        let (bytes, rest) = self.0.split_at(n.min(self.0.len()));
        self.0 = rest;
        bytes
    }

    pub fn text(&mut self) -> Option<&'r str> {
        let length = self.number().checked_sub(1)?;
        std::str::from_utf8(self.bytes(length as usize)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records of up to more than a megabyte, so that some are in the file and some in memory.
    fn record(number: usize) -> Vec<u8> {
        vec![number as u8; (number % 3) * (700 << 10) + number]
    }

    #[test]
    fn records_come_back_in_any_order_and_on_any_thread() {
        let mut records = Records::default();
        for number in 0..12 {
            assert_eq!(records.push(&record(number)).expect("written"), number);
        }
        assert!(records.file.is_some() && !records.tail.is_empty());
        let orders: [Vec<usize>; 3] = [(0..12).collect(), (0..12).rev().collect(), vec![7, 8, 9, 2, 11, 11, 0]];
        std::thread::scope(|scope| {
            for order in &orders {
                let records = &records;
                scope.spawn(move || {
                    let mut reader = records.reader();
                    for &number in order {
                        assert!(reader.read(number).expect("read") == record(number), "{number}");
                    }
                });
            }
        });
        assert_eq!(records.reader().size(4).expect("read"), record(4).len());
        assert_eq!(records.bytes_of(&(1..3)).expect("read"), (record(1).len() + record(2).len()) as u64);
        assert_eq!(records.bytes_of(&(0..12)).expect("read"), records.bytes());
    }

    #[test]
    fn small_ones_are_read_many_at_once() {
        let mut records = Records::default();
        for number in 0..200_000_u32 {
            records.push_with(|bytes| put_numbers(bytes, number..number + 5)).expect("written");
        }
        assert!(records.file.is_some());
        let mut reader = records.reader();
        for number in (0..200_000).chain([5, 6, 7, 199_999]) {
            let read = numbers(reader.read(number).expect("read"));
            assert!(read.eq(number as u32..number as u32 + 5), "{number}");
            if number == 1 {
                assert_eq!(reader.buffer.len() as u64, AHEAD);
            }
        }
    }

    #[test]
    fn fields_come_back() {
        let mut bytes = Vec::new();
        for number in [0, 127, 128, 70_000, u64::MAX] {
            put_number(&mut bytes, number);
        }
        [Some("näher"), None, Some("")].into_iter().for_each(|text| put_text(&mut bytes, text));
        let mut fields = Fields::new(&bytes);
        assert_eq!([0; 5].map(|_| fields.number()), [0, 127, 128, 70_000, u64::MAX]);
        assert_eq!([0; 3].map(|_| fields.text()), [Some("näher"), None, Some("")]);
        assert!(fields.is_empty());
        assert_eq!((fields.number(), fields.text(), fields.bytes(2).len()), (0, None, 0));
    }

    #[test]
    fn few_records_need_no_file() {
        let mut records = Records::default();
        assert!(records.is_empty());
        records.push(b"").expect("written");
        records.push(b"one").expect("written");
        let mut reader = records.reader();
        assert_eq!(reader.read(1).expect("read"), b"one");
        assert_eq!(reader.read(0).expect("read"), b"");
        assert!(records.file.is_none() && records.len() == 2);
    }
}
