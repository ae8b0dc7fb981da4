//! Thrift's compact protocol (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>), in
//! which the page headers and the footer of Parquet files are written. Only numbers are read.

use std::io::{self, BufRead, Read, Seek};

/// The deepest nesting of structs and lists.
const DEEPEST: usize = 8;

/// Kinds of values in Thrift's compact protocol.
pub(super) mod kind {
    pub(in crate::corpus) const TRUE: u8 = 1;
    pub(in crate::corpus) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(in crate::corpus) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(in crate::corpus) const STRUCT: u8 = 12;
}

/// What a field should hold.
pub(super) enum Value {
    /// The kind of a field says which; so there are no lists of it.
    Bool,
    Byte,
    /// A whole number of 16, 32 or 64 bits, which are all written alike.
    Number,
    Double,
    Binary,
    List(&'static Value),
    Struct(Fields),
}

/// What the known fields of a struct should hold, by their numbers.
pub(super) type Fields = &'static [(i64, Value)];

/// Reads this protocol.
pub(super) struct Thrift<'i, R> {
    input: &'i mut R,
    /// Number of bytes read so far.
    pub read: u64,
}

/// The error for something unexpected, or that a decoder might read differently.
pub(super) fn no_thrift() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what stands there can't be read")
}

impl<'i, R: BufRead + Seek> Thrift<'i, R> {
    pub fn new(input: &'i mut R) -> Self {
        Thrift { input, read: 0 }
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

    /// A field that holds a number of 32 bits. One that needs more is refused: a decoder would cut it off.
    pub fn number_32(&mut self, kind: u8) -> io::Result<i64> {
        match kind {
            kind::I16 | kind::I32 | kind::I64 => i32::try_from(self.signed()?).map(i64::from).map_err(|_| no_thrift()),
            _ => Err(no_thrift()),
        }
    }

    /// Calls `each` for every field of a struct, with its number and the kind of its value, which must be read or
    /// [skipped](Self::skip).
    ///
    /// # Errors
    /// If something can't be read, or field numbers don't ascend: of a field that occurs twice a decoder would take the
    /// last.
    pub fn fields(&mut self, mut each: impl FnMut(&mut Self, i64, u8) -> io::Result<()>) -> io::Result<()> {
        let mut last = 0;
        while let Some((field, kind)) = self.field(last)? {
            each(self, field, kind)?;
            last = field;
        }
        Ok(())
    }

    /// How many items a list has, and the kind of each.
    pub fn list(&mut self) -> io::Result<(u64, u8)> {
        let head = self.byte()?;
        let items = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
        Ok((items, head & 0x0f))
    }

    /// The next field of a struct; `None` at the end.
    fn field(&mut self, last: i64) -> io::Result<Option<(i64, u8)>> {
        let head = self.byte()?;
        let (field, kind) = match (head >> 4, head & 0x0f) {
            (_, 0) => return Ok(None),
            (0, kind) => (self.signed()?, kind),
            (more, kind) => (last.saturating_add(i64::from(more)), kind),
        };
        // A decoder would cut off what needs more than 16 bits.
        if field > last && field <= i16::MAX.into() { Ok(Some((field, kind))) } else { Err(no_thrift()) }
    }

    /// Skips a field of a struct, which must hold what it should if it is known.
    pub fn field_as(&mut self, known: Fields, field: i64, kind: u8) -> io::Result<()> {
        match known.iter().find(|(number, _)| *number == field) {
            Some((_, value)) => self.value(value, kind),
            None => self.skip(kind, 0),
        }
    }

    /// Skips a value, which must be of this kind.
    pub fn value(&mut self, value: &Value, kind: u8) -> io::Result<()> {
        match (value, kind) {
            (Value::Bool, kind::TRUE | kind::FALSE)
            | (Value::Byte, kind::BYTE)
            | (Value::Number, kind::I16 | kind::I32 | kind::I64)
            | (Value::Double, kind::DOUBLE)
            | (Value::Binary, kind::BINARY) => self.skip(kind, 0),
            (Value::List(items), kind::LIST) => {
                let (n, kind) = self.list()?;
                (0..n).try_for_each(|_| self.value(items, kind))
            }
            (Value::Struct(known), kind::STRUCT) => {
                self.fields(|thrift, field, kind| thrift.field_as(known, field, kind))
            }
            _ => Err(no_thrift()),
        }
    }

    fn pass(&mut self, bytes: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.input.by_ref().take(bytes), &mut io::sink())?;
        self.read += passed;
        if passed < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Skips a value that is nested `depth` deep.
    pub fn skip(&mut self, kind: u8, depth: usize) -> io::Result<()> {
        match kind {
            _ if depth > DEEPEST => Err(no_thrift()),
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.pass(1),
            kind::I16 | kind::I32 | kind::I64 => self.number().map(drop),
            kind::DOUBLE => self.pass(8),
            kind::BINARY => self.number().and_then(|bytes| self.pass(bytes)),
            kind::LIST | kind::SET => {
                let (items, kind) = self.list()?;
                (0..items).try_for_each(|_| match kind {
                    // Truth values have a byte of their own in lists.
                    kind::TRUE | kind::FALSE => self.pass(1),
                    kind => self.skip(kind, depth + 1),
                })
            }
            kind::STRUCT => self.fields(|thrift, _, kind| thrift.skip(kind, depth + 1)),
            _ => Err(no_thrift()),
        }
    }
}
