//! A stream in some encoding as UTF-8.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

/// Turns a stream in some encoding into UTF-8. From UTF-8 only the byte order mark is removed.
pub(crate) struct Transcoder<R> {
    inner: R,
    /// `None` for UTF-8.
    decoder: Option<Decoder>,
    at_start: bool,
    input: Vec<u8>,
    used: usize,
    filled: usize,
    output: Vec<u8>,
    given: usize,
    ready: usize,
    ended: bool,
    malformed: Rc<Cell<u64>>,
}

impl<R: Read> Transcoder<R> {
    /// Decodes from this encoding. Invalid bytes become U+FFFD and are counted in `malformed`.
    pub(crate) fn new(inner: R, encoding: &'static Encoding, malformed: Rc<Cell<u64>>) -> Self {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        let size = if decoder.is_some() { 64 << 10 } else { 0 };
        Transcoder {
            inner,
            decoder,
            at_start: true,
            input: vec![0; size],
            used: 0,
            filled: 0,
            output: vec![0; 3 * size],
            given: 0,
            ready: 0,
            ended: false,
            malformed,
        }
    }

    /// The underlying stream.
    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    /// The first bytes without a byte order mark.
    fn start(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len().min(3) {
            match self.inner.read(&mut buffer[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        self.at_start = false;
        if buffer[..filled].starts_with(b"\xef\xbb\xbf") {
            buffer.copy_within(3..filled, 0);
            filled -= 3;
            if filled == 0 {
                return self.inner.read(buffer);
            }
        }
        Ok(filled)
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return if self.at_start { self.start(buffer) } else { self.inner.read(buffer) };
        };
        while self.given == self.ready {
            if self.ended {
                return Ok(0);
            }
            if self.used == self.filled {
                (self.used, self.filled) = (0, self.inner.read(&mut self.input)?);
            }
            let last = self.filled == 0;
            let (result, read, written, bad) =
                decoder.decode_to_utf8(&self.input[self.used..self.filled], &mut self.output, last);
            self.malformed.set(self.malformed.get() + u64::from(bad));
            self.used += read;
            (self.given, self.ready) = (0, written);
            self.ended = last && result == CoderResult::InputEmpty;
        }
        let n = buffer.len().min(self.ready - self.given);
        buffer[..n].copy_from_slice(&self.output[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_16BE, UTF_16LE};

    use super::*;

    fn transcode(bytes: &[u8], encoding: &'static Encoding, step: usize) -> (Vec<u8>, u64) {
        let malformed = Rc::new(Cell::new(0));
        let mut reader = Transcoder::new(bytes, encoding, malformed.clone());
        let (mut all, mut buffer) = (Vec::new(), vec![0; step]);
        loop {
            match reader.read(&mut buffer).expect("reads") {
                0 => return (all, malformed.get()),
                n => all.extend_from_slice(&buffer[..n]),
            }
        }
    }

    #[test]
    fn marks_are_taken_off_and_encodings_become_utf8() {
        for step in [1, 2, 3, 5, 1000] {
            let read = |bytes: &[u8], encoding| transcode(bytes, encoding, step).0;
            assert_eq!(read(b"\xef\xbb\xbfabc", UTF_8), if step < 3 { &b"\xef\xbb\xbfabc"[..] } else { b"abc" });
            assert_eq!(read(b"ab", UTF_8), b"ab");
            assert_eq!(read(b"", UTF_8), b"");
            assert_eq!(read(b"\xff\xfea\0\xe9\0", UTF_16LE), "aé".as_bytes());
            assert_eq!(read(b"\xfe\xff\0a\0\xe9", UTF_16BE), "aé".as_bytes());
            assert_eq!(read(b"caf\xe9 \x93x\x94", encoding_rs::WINDOWS_1252), "café “x”".as_bytes());
        }
        assert_eq!(transcode(b"a\xff", encoding_rs::SHIFT_JIS, 10), ("a\u{fffd}".as_bytes().to_vec(), 1));
    }

    #[test]
    fn a_long_stream_is_decoded_to_its_end() {
        let bytes = "é".repeat(200_000).chars().map(|_| 0xe9).collect::<Vec<u8>>();
        assert_eq!(transcode(&bytes, encoding_rs::WINDOWS_1252, 7777).0, "é".repeat(200_000).as_bytes());
    }
}
