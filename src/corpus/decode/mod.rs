//! From the bytes of a file to UTF-8: compression, byte order marks, encodings, and files that aren't text.
//!
//! Takes a file, hands on a stream of bytes that should be UTF-8. Whether every line really is valid UTF-8 is checked
//! where the articles are made, on all cores, not here.
//!
//! | file | job |
//! |---|---|
//! | `unpack` | compression, and the hash of the file |
//! | `no_text` | what bytes that aren't text look like |
//! | `guess` | which encoding a file has |
//! | `transcode` | a stream in some encoding → UTF-8 |

mod guess;
mod no_text;
mod transcode;
mod unpack;

use std::borrow::Cow;
use std::io::Read;
use std::sync::atomic::AtomicU64;

use encoding_rs::Encoding;

use super::source::Held;
use crate::error::{Error, Place};
use crate::limits;

pub(crate) use guess::{By, Chosen, choose};
pub(crate) use no_text::no_text;
pub(crate) use transcode::Transcoder;
pub(super) use unpack::without_an_end;
pub(crate) use unpack::{Hash, Packing, Stream, reading_failed};

/// The beginning of an unpacked file.
pub(crate) struct Head {
    pub(crate) bytes: Vec<u8>,
    /// Whether that is all of it.
    pub(crate) whole: bool,
}

/// Reads the beginning of a file; an empty file and one that isn't text are errors.
pub(crate) fn head(held: &Held, name: &str, asked: Option<&'static Encoding>) -> Result<Head, Error> {
    let counter = AtomicU64::new(0);
    let mut stream = Stream::open(held, &counter, Hash::No).map_err(|e| Error::io(name, e))?;
    let mut bytes = Vec::new();
    let packing = stream.packing;
    stream.by_ref().take(limits::HEAD as u64).read_to_end(&mut bytes).map_err(|e| reading_failed(name, packing, e))?;
    if bytes.is_empty() {
        return Err(Error::data("an empty file")
            .at(Place::file(name))
            .expected("articles")
            .note("nothing was written"));
    }
    if let Some(error) = no_text(&bytes, name, asked) {
        return Err(error.note("nothing was written"));
    }
    Ok(Head { whole: bytes.len() < limits::HEAD, bytes })
}

/// The text of a whole file, how its encoding was chosen, and whether it has bytes that are invalid in it.
pub(crate) fn whole_text<'b>(bytes: &'b [u8], asked: Option<&'static Encoding>) -> (Cow<'b, str>, Chosen, bool) {
    let chosen = choose(bytes, true, asked);
    let (text, malformed) = chosen.encoding.decode_with_bom_removal(bytes);
    (text, chosen, malformed)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_damaged_packed_file_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let zstd = zstd::encode_all(&b"some text".repeat(1000)[..], 1).expect("packs");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&b"some text".repeat(1000)).expect("packs");
        let gzip = gzip.finish().expect("packs");
        let read = |bytes: &[u8]| {
            let path = folder.path().join("x");
            std::fs::write(&path, bytes).expect("writes");
            head(&Held::At(path), "x.gz", None).err().expect("damaged").to_string()
        };
        insta::assert_snapshot!(read(&gzip[..gzip.len() - 20]), @r"
        a damaged gzip file
         --> x.gz
          found:    the file ends too early
          help: download or compress the file again
          note: nothing was written
        ");
        assert!(read(&zstd[..zstd.len() - 5]).starts_with("a damaged zstd file"));
    }
}
