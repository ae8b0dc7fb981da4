//! Cuts a stream of JSON into records without parsing them.

use std::io::{self, Read};
use std::ops::Range;

use super::super::decode::Transcoder;
use super::Shape;
use crate::limits::{self, TooLarge};

/// Bytes of the smallest buffer.
const LEAST: usize = 8 << 10;

/// Cuts a file into records, a few megabytes at a time.
pub(crate) struct Records<R> {
    reader: R,
    shape: Shape,
    /// What was read but belongs to the next records.
    carry: Vec<u8>,
    line: u64,
    number: u64,
    /// For an array: whether its bracket has been passed.
    opened: bool,
    ended: bool,
}

/// Where one record is in the buffer and in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) range: Range<usize>,
    pub(crate) number: u64,
    pub(crate) line: u64,
}

impl<R: Read> Records<Transcoder<R>> {
    /// The underlying stream.
    pub(crate) fn into_inner(self) -> R {
        self.reader.into_inner()
    }
}

impl<R: Read> Records<R> {
    /// Starts at the beginning of the file.
    pub(crate) fn over(reader: R, shape: Shape) -> Self {
        Records { reader, shape, carry: Vec::new(), line: 1, number: 0, opened: false, ended: false }
    }

    /// Fills the buffer with about `size` bytes and appends the records in it to `cuts`. Returns whether there may be
    /// more. If there is another record, at least one is found, whatever its size.
    pub(crate) fn fill(&mut self, buffer: &mut Vec<u8>, size: usize, cuts: &mut Vec<Cut>) -> io::Result<bool> {
        let mut filled = self.carry.len();
        let mut room = size.max(filled);
        buffer.resize(buffer.len().max(filled), 0);
        buffer[..filled].copy_from_slice(&self.carry);
        self.carry.clear();
        let first = cuts.len();
        loop {
            while filled < room && !self.ended {
                if filled == buffer.len() {
                    // A small file needs no large buffer.
                    buffer.resize((2 * filled).max(LEAST).min(room), 0);
                }
                let end = buffer.len().min(room);
                match self.reader.read(&mut buffer[filled..end]) {
                    Ok(0) => self.ended = true,
                    Ok(n) => filled += n,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            let used = match self.shape {
                Shape::Lines => self.cut_lines(&buffer[..filled], cuts),
                Shape::Array => self.cut_array(&buffer[..filled], cuts)?,
            };
            if cuts.len() > first || self.ended || used > 0 {
                self.carry.extend_from_slice(&buffer[used..filled]);
                return Ok(!self.ended);
            }
            if room >= limits::RECORD {
                return Err(TooLarge::new("a record", limits::RECORD).into());
            }
            room *= 2;
        }
    }

    /// Cuts complete lines (at the end of the file, also the last one) and returns how many bytes were used.
    fn cut_lines(&mut self, bytes: &[u8], cuts: &mut Vec<Cut>) -> usize {
        let mut start = 0;
        let mut cut = |range: Range<usize>, line: u64| {
            if !bytes[range.clone()].trim_ascii().is_empty() {
                self.number += 1;
                cuts.push(Cut { range, number: self.number, line });
            }
        };
        for end in memchr::memchr_iter(b'\n', bytes) {
            cut(start..end, self.line);
            start = end + 1;
            self.line += 1;
        }
        if self.ended && start < bytes.len() {
            cut(start..bytes.len(), self.line);
            start = bytes.len();
        }
        start
    }

    /// Cuts complete elements of the array and returns how many bytes were used.
    fn cut_array(&mut self, bytes: &[u8], cuts: &mut Vec<Cut>) -> io::Result<usize> {
        let mut at = 0;
        loop {
            let skipped = bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace() || (self.opened && **byte == b','))
                .count();
            self.line += memchr::memchr_iter(b'\n', &bytes[at..at + skipped]).count() as u64;
            at += skipped;
            match bytes.get(at) {
                None if self.ended => {
                    return Err(io::Error::other(format!("the array is not closed at the end, line {}", self.line)));
                }
                None => return Ok(at),
                Some(b'[') if !self.opened => {
                    self.opened = true;
                    at += 1;
                }
                Some(_) if !self.opened => return Err(io::Error::other("something before the array")),
                Some(b']') => return self.close_array(&bytes[at + 1..]).map(|()| bytes.len()),
                Some(_) => match element_end(&bytes[at..]) {
                    Some(length) => {
                        self.number += 1;
                        cuts.push(Cut { range: at..at + length, number: self.number, line: self.line });
                        self.line += memchr::memchr_iter(b'\n', &bytes[at..at + length]).count() as u64;
                        at += length;
                    }
                    None if self.ended => {
                        let line = self.line;
                        return Err(io::Error::other(format!("the array ends within the object of line {line}")));
                    }
                    None => return Ok(at),
                },
            }
        }
    }

    /// Checks that nothing follows the array.
    fn close_array(&mut self, after: &[u8]) -> io::Result<()> {
        self.ended = true;
        match after.trim_ascii().is_empty() {
            true => Ok(()),
            false => Err(io::Error::other(format!("something after the array, line {}", self.line))),
        }
    }
}

/// The length of the element at the beginning of these bytes; `None` if its end hasn't been read yet.
fn element_end(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at + 1)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return Some(if depth == 1 { at + 1 } else { at.max(1) }),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at.max(1)),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The byte after the quotation mark that ends a string.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(content: &str, shape: Shape, size: usize) -> io::Result<Vec<(String, u64, u64)>> {
        let mut records = Records::over(content.as_bytes(), shape);
        let (mut buffer, mut cuts, mut all) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let more = records.fill(&mut buffer, size, &mut cuts)?;
            for Cut { range, number, line } in cuts.drain(..) {
                all.push((String::from_utf8_lossy(&buffer[range]).into_owned(), number, line));
            }
            if !more {
                return Ok(all);
            }
        }
    }

    #[test]
    fn arrays_are_cut_into_their_elements() {
        let content = "\n[ {\"a\": \"}]\\\"\"},\n\n{\"b\": [1, {\"c\": 2}]} , 7,\"x\"\n]\n";
        let want = [(r#"{"a": "}]\""}"#, 1, 2), (r#"{"b": [1, {"c": 2}]}"#, 2, 4), ("7", 3, 4), ("\"x\"", 4, 4)];
        let want: Vec<_> = want.iter().map(|(text, number, line)| ((*text).to_owned(), *number, *line)).collect();
        for size in [1, 2, 3, 7, 20, 1000] {
            assert_eq!(cut(content, Shape::Array, size).expect("cuts"), want, "{size}");
        }
        for broken in ["[{}", "[{},", "[{\"a\": \"", "[{}] x", "["] {
            assert!(cut(broken, Shape::Array, 100).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn lines_are_cut_the_same_whatever_the_buffer(
            lines in proptest::collection::vec("[a-c ]{0,8}", 0..20), size in 1_usize..40, last in any::<bool>()
        ) {
            let mut content = lines.join("\n");
            if last {
                content.push('\n');
            }
            let mut number = 0;
            let want: Vec<_> = content.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty()).map(|(i, line)| {
                number += 1;
                (line.to_owned(), number, i as u64 + 1)
            }).collect();
            prop_assert_eq!(cut(&content, Shape::Lines, size).expect("cuts"), want);
        }

        #[test]
        fn no_array_makes_it_panic(content in "[\\[\\]{}\", a\\\\\n]{0,40}", size in 1_usize..20) {
            let _ = cut(&content, Shape::Array, size);
        }
    }
}
