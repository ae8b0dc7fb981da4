//! The pages of a Parquet column: what their heads claim, before any is unpacked.
//!
//! A column's sizes stand in the file's footer, those of its pages at each page, and the decoder believes the page; with
//! gzip it takes whatever comes. So all heads are looked at (Thrift's compact protocol, of which only sizes are read), and
//! gzip is unpacked once for its length alone.

use super::claims::{Refused, unpacks};
use super::limits;
use flate2::bufread::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Checks the pages of one column of a row group.
pub(super) fn check(file: &mut (impl BufRead + Seek), column: &ColumnChunkMetaData) -> Refused {
    let (start, length) = column.byte_range();
    let is_gzip = matches!(column.compression(), Compression::GZIP(_));
    check_range(file, start, start.saturating_add(length), column.uncompressed_size(), is_gzip)
}

fn check_range(file: &mut (impl BufRead + Seek), start: u64, end: u64, claimed: i64, is_gzip: bool) -> Refused {
    let (mut at, mut unpacked) = (start, 0_i64);
    while at < end {
        let failed = |e: io::Error| format!("no page at byte {at}: {e}");
        file.seek(SeekFrom::Start(at)).map_err(failed)?;
        let mut thrift = Thrift { input: &mut *file, read: 0 };
        let page = thrift.page().map_err(failed)?;
        let length = thrift.read.saturating_add(page.packed as u64);
        if page.packed < 0 || length > end - at {
            return Err(format!("a page of {} bytes at byte {at}, and {} are left", page.packed, end - at));
        }
        unpacks(page.packed, page.unpacked)?;
        if is_gzip && page.is_packed {
            check_gzip(file, &page)?;
        }
        unpacked = unpacked.saturating_add(page.unpacked);
        at += length;
    }
    match unpacked > claimed.saturating_add(limits::UNPACKED) {
        true => Err(format!("pages that unpack to {unpacked} bytes in a column that claims {claimed}")),
        false => Ok(()),
    }
}

/// Unpacks a page for its length; what is broken otherwise the decoder will tell.
fn check_gzip(file: &mut impl Read, page: &Page) -> Refused {
    let mut packed = io::BufReader::new(file.take(page.packed as u64));
    // Levels stand before it, as they are.
    let levels = io::copy(&mut packed.by_ref().take(page.levels as u64), &mut io::sink());
    let most = page.unpacked.saturating_sub(page.levels).max(0) as u64;
    let unpacked = levels.and_then(|_| io::copy(&mut MultiGzDecoder::new(packed).take(most + 1), &mut io::sink()));
    match unpacked {
        Ok(unpacked) if unpacked > most => {
            Err(format!("a page that unpacks to more than the {most} bytes that it claims"))
        }
        _ => Ok(()),
    }
}

/// What a page says of itself, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    unpacked: i64,
    packed: i64,
    levels: i64,
    is_packed: bool,
}

/// Structs stand no deeper in one another in the head of a page.
const DEEPEST: usize = 8;

/// Kinds of values in Thrift's compact protocol.
mod kind {
    pub(super) const FALSE: u8 = 2;
    pub(super) const I32: u8 = 5;
    pub(super) const STRUCT: u8 = 12;
}

/// A reader of Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
struct Thrift<'i, R> {
    input: &'i mut R,
    read: u64,
}

fn no_thrift() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "no head of a page")
}

impl<R: BufRead + Seek> Thrift<'_, R> {
    fn page(&mut self) -> io::Result<Page> {
        let mut page = Page { unpacked: -1, packed: -1, levels: 0, is_packed: true };
        let mut last = 0;
        while let Some((field, kind)) = self.field(last)? {
            match (field, kind) {
                (2, kind::I32) => page.unpacked = self.signed()?,
                (3, kind::I32) => page.packed = self.signed()?,
                // A data page of version 2.
                (8, kind::STRUCT) => self.levels(&mut page)?,
                _ => self.skip(kind, 0)?,
            }
            last = field;
        }
        Ok(page)
    }

    fn levels(&mut self, page: &mut Page) -> io::Result<()> {
        let mut last = 0;
        while let Some((field, kind)) = self.field(last)? {
            match (field, kind) {
                (5 | 6, kind::I32) => page.levels = page.levels.saturating_add(self.signed()?.max(0)),
                (7, kind::FALSE) => page.is_packed = false,
                _ => self.skip(kind, 0)?,
            }
            last = field;
        }
        Ok(())
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        self.read += 1;
        Ok(byte[0])
    }

    fn number(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(no_thrift())
    }

    fn signed(&mut self) -> io::Result<i64> {
        self.number().map(|n| (n >> 1) as i64 ^ -((n & 1) as i64))
    }

    /// The next field of a struct and the kind of its value; `None` at the end.
    fn field(&mut self, last: i64) -> io::Result<Option<(i64, u8)>> {
        let head = self.byte()?;
        Ok(match (head >> 4, head & 0x0f) {
            (_, 0) => None,
            (0, kind) => Some((self.signed()?, kind)),
            (more, kind) => Some((last.saturating_add(i64::from(more)), kind)),
        })
    }

    fn pass(&mut self, bytes: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.input.by_ref().take(bytes), &mut io::sink())?;
        self.read += passed;
        if passed < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> io::Result<()> {
        match kind {
            _ if depth > DEEPEST => Err(no_thrift()),
            1 | 2 => Ok(()),
            3 => self.pass(1),
            4..=6 => self.number().map(drop),
            7 => self.pass(8),
            8 => self.number().and_then(|bytes| self.pass(bytes)),
            9 | 10 => {
                let head = self.byte()?;
                let items = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
                (0..items).try_for_each(|_| match head & 0x0f {
                    // Truth values have a byte of their own in lists.
                    1 | 2 => self.pass(1),
                    kind => self.skip(kind, depth + 1),
                })
            }
            kind::STRUCT => {
                let mut last = 0;
                while let Some((field, kind)) = self.field(last)? {
                    self.skip(kind, depth + 1)?;
                    last = field;
                }
                Ok(())
            }
            _ => Err(no_thrift()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression as Level;
    use flate2::write::GzEncoder;
    use std::io::{Cursor, Write};

    fn varint(mut n: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while n >= 0x80 {
            bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        bytes.push(n as u8);
        bytes
    }

    /// A page that claims to unpack to so many bytes.
    fn page(claimed: u64, packed: &[u8]) -> Vec<u8> {
        let sizes = [
            vec![0x15, 0],
            [vec![0x15], varint(2 * claimed)].concat(),
            [vec![0x15], varint(2 * packed.len() as u64)].concat(),
        ];
        // Five values, plain, with statistics whose greatest is "x", and a list of nothing known.
        let head = [0x2c, 0x15, 10, 0x15, 0, 0x15, 6, 0x15, 6, 0x1c, 0x18, 1, b'x', 0, 0, 0x79, 0x25, 2, 4, 0];
        [sizes.concat(), head.to_vec(), packed.to_vec()].concat()
    }

    fn checked(bytes: Vec<u8>, claimed: i64, is_gzip: bool) -> Refused {
        let end = bytes.len() as u64;
        check_range(&mut Cursor::new(bytes), 0, end, claimed, is_gzip)
    }

    #[test]
    fn pages_that_claim_too_much_are_refused() {
        let good = [page(100, b"packed"), page(100, b"packed")].concat();
        assert_eq!(checked(good.clone(), 260, false), Ok(()));
        let much = checked([good.clone(), page(4 << 30, b"packed")].concat(), 260, false);
        assert_eq!(much, Err("6 bytes that claim to unpack to 4294967296".to_owned()));
        // Many that would do each by itself.
        let many = checked(vec![page(200 << 20, b"packed"); 3].concat(), 260, false);
        assert_eq!(many, Err("pages that unpack to 629145600 bytes in a column that claims 260".to_owned()));
        for end in 1..good.len() {
            let cut = checked(good[..end].to_vec(), 260, false);
            assert!(cut.is_err() || end == good.len() / 2, "{end}");
        }
    }

    #[test]
    fn gzip_that_is_longer_than_its_page_claims_is_refused() {
        let mut gzip = GzEncoder::new(Vec::new(), Level::fast());
        gzip.write_all(&[0; 1 << 20]).expect("in memory");
        let zeros = gzip.finish().expect("in memory");
        assert_eq!(checked(page(1 << 20, &zeros), 1 << 20, true), Ok(()));
        let refused = "a page that unpacks to more than the 1000 bytes that it claims".to_owned();
        assert_eq!(checked(page(1000, &zeros), 1 << 20, true), Err(refused));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let good = page(100, b"packed");
        for at in 0..good.len() {
            for byte in [0, 1, 0x0c, 0x19, 0x7f, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] = byte;
                // Whatever it says.
                let _ = checked(bytes, 100, true);
            }
        }
    }
}
