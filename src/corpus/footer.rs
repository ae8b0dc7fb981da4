//! Checks what the footer of a Parquet file claims: refuses columns and row groups that it has no bytes for, columns
//! nested without end, and known fields that hold something else than they should.
//!
//! The library allocates memory for as many as are claimed before it reads the first, and recurses as deep as they are
//! nested; either may end the process. What fields hold it doesn't check ([`super::parquet_structs`]).

use super::claims::Refused;
use super::parquet_structs as structs;
use super::thrift::{Thrift, Value, kind, no_thrift};
use crate::limits;
use std::fs::File;
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};

/// The end of a file: the length of the footer, and four letters.
const END: u64 = 8;

/// Checks the footer. The library reports files that are cut off or aren't Parquet.
pub(super) fn check(mut file: &File) -> Refused {
    let size = file.metadata().map_err(|e| e.to_string())?.len();
    let mut read = |start: u64, length: u64| -> io::Result<Vec<u8>> {
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = vec![0; length as usize];
        file.read_exact(&mut bytes).map(|()| bytes)
    };
    let Some(end) = size.checked_sub(END) else { return Ok(()) };
    let bytes = read(end, END).map_err(|e| e.to_string())?;
    let length = u64::from(bytes.first_chunk().map_or(0, |length| u32::from_le_bytes(*length)));
    let Some(start) = end.checked_sub(length) else { return Ok(()) };
    let bytes = read(start, length).map_err(|e| e.to_string())?;
    check_bytes(&bytes)
}

fn check_bytes(bytes: &[u8]) -> Refused {
    let mut input = Cursor::new(bytes);
    let read = Thrift::new(&mut input).fields(|thrift, field, kind| match (field, kind) {
        (2, kind::LIST) => columns(thrift),
        (4, kind::LIST) => groups(thrift),
        (field, kind) => thrift.field_as(structs::FILE, field, kind),
    });
    read.map_err(|e| format!("no footer that can be read: {e}"))
}

fn refused<T>(message: String) -> io::Result<T> {
    Err(io::Error::other(message))
}

/// The row groups: as many as are claimed are skipped, or the bytes end.
fn groups(thrift: &mut Thrift<'_, impl BufRead + Seek>) -> io::Result<()> {
    match thrift.list()? {
        (n, _) if n > limits::ROW_GROUPS => refused(format!("{n} groups of rows, and {} are read", limits::ROW_GROUPS)),
        (n, kind) => (0..n).try_for_each(|_| thrift.value(&Value::Struct(structs::ROW_GROUP), kind)),
    }
}

/// The columns: each is followed by those nested in it.
fn columns(thrift: &mut Thrift<'_, impl BufRead + Seek>) -> io::Result<()> {
    let (n, kind) = thrift.list()?;
    if n > limits::FRAME_COLUMNS {
        return refused(format!("{n} columns, and {} are read", limits::FRAME_COLUMNS));
    }
    // For each open column, the outermost first: how many of its nested columns are still to come.
    let mut open: Vec<u64> = Vec::new();
    for to_come in (0..n).rev() {
        let within = if kind == kind::STRUCT { within(thrift)? } else { return Err(no_thrift()) };
        if within > to_come {
            return refused(format!("a column with {within} in it, and {to_come} are told behind it"));
        }
        if let Some(in_last) = open.last_mut() {
            *in_last -= 1;
        }
        open.extend((within > 0).then_some(within));
        open.truncate(open.iter().rposition(|in_it| *in_it > 0).map_or(0, |last| last + 1));
        if open.len() > limits::FRAME_DEPTH {
            return refused(format!("columns nested more than {} deep", limits::FRAME_DEPTH));
        }
    }
    Ok(())
}

/// How many columns are nested in one.
fn within(thrift: &mut Thrift<'_, impl BufRead + Seek>) -> io::Result<u64> {
    let mut within = 0;
    thrift.fields(|thrift, field, kind| match field {
        5 => thrift.number_32(kind).map(|n| within = n.max(0) as u64),
        field => thrift.field_as(structs::COLUMN, field, kind),
    })?;
    Ok(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer whose columns have this many nested in them, and with these row groups.
    fn footer(columns: &[u8], groups: &[u8]) -> Vec<u8> {
        // A column: a name of one letter and, unless it is 0, how many columns are nested in it.
        let column = |n: &u8| match n {
            0 => vec![0x48, 1, b'x', 0],
            n => vec![0x48, 1, b'x', 0x15, 2 * n, 0],
        };
        let all: Vec<u8> = columns.iter().flat_map(column).collect();
        let list = [0x29, 0xfc, columns.len() as u8 | 0x80, (columns.len() >> 7) as u8];
        [&list[..], &all, &[0x29], groups, &[0]].concat()
    }

    fn told(columns: &[u8], groups: &[u8]) -> String {
        check_bytes(&footer(columns, groups)).expect_err("refused")
    }

    #[test]
    fn what_is_claimed_must_be_there() {
        assert_eq!(check_bytes(&footer(&[2, 1, 0, 0], &[0x1c, 0])), Ok(()));
        assert_eq!(
            told(&[2, 0], &[0x1c, 0]),
            "no footer that can be read: a column with 2 in it, and 1 are told behind it"
        );
        let none = [0xfc, 0xff, 0xff, 1, 0];
        assert_eq!(told(&[1, 0], &none), "no footer that can be read: failed to fill whole buffer");
        let groups = [0xfc, 0xff, 0xff, 0xff, 0xff, 7, 0];
        assert_eq!(told(&[1, 0], &groups), "no footer that can be read: 2147483647 groups of rows, and 32767 are read");
    }

    #[test]
    fn what_a_decoder_would_read_otherwise_is_refused() {
        let column = |fields: &[u8]| [&[0x29, 0x1c], fields, &[0, 0]].concat();
        let group = |fields: &[u8]| [&[0x49, 0x1c], fields, &[0, 0]].concat();
        for (what, bytes) in [
            ("a number for the list of columns", vec![0x25, 2, 0]),
            ("a text for the version", vec![0x18, 1, b'x', 0]),
            ("a list of numbers for the row groups", vec![0x49, 0x15, 2, 0]),
            ("a list for a column's type", column(&[0x19, 0x15, 2])),
            ("an unknown kind of integer", column(&[0xac, 0xac, 0x15, 2, 0, 0])),
            ("more columns within one than 32 bits can hold", column(&[0x55, 0x82, 0x80, 0x80, 0x80, 0x20])),
            ("a text for the number of rows", group(&[0x38, 1, b'x'])),
            ("a number for the statistics of a chunk", group(&[0x19, 0x1c, 0x3c, 0xc5, 2, 0, 0])),
            ("numbers for the path of a chunk", group(&[0x19, 0x1c, 0x3c, 0x39, 0x15, 2, 0, 0])),
            ("the number of a field that 16 bits can't hold", vec![0x09, 0x84, 0x80, 0x08, 0x1c, 0, 0]),
        ] {
            let refused = Err("no footer that can be read: what stands there can't be read".to_owned());
            assert_eq!(check_bytes(&bytes), refused, "{what}");
        }
        // Whatever holds a number may be of another size; unknown fields may be anything.
        for good in [column(&[0x16, 2, 0x76, 2]), group(&[0x25, 2, 0xf6, 2]), vec![0x15, 2, 0xf9, 0x15, 2, 0]] {
            assert_eq!(check_bytes(&good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn columns_stand_so_deep_in_one_another() {
        let deep = |n: usize| [vec![1; n], vec![0]].concat();
        assert_eq!(check_bytes(&footer(&deep(limits::FRAME_DEPTH), &[0x0c])), Ok(()));
        assert!(told(&deep(limits::FRAME_DEPTH + 1), &[0x0c]).ends_with("columns nested more than 128 deep"));
        // There may be any number side by side.
        assert_eq!(check_bytes(&footer(&[&[60][..], &[1, 0].repeat(60)].concat(), &[0x0c])), Ok(()));
    }
}
