//! From the bytes of a file to UTF-8: compression, byte order marks, encodings, and what is no text at all.
//!
//! Takes a file, hands on a stream of bytes that are UTF-8 unless the file says otherwise. Whether every line really
//! is UTF-8 is checked where the articles are made, on all cores, not here.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{self, Read, Seek};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};

use super::limits::{self, is_too_large};
use super::source::{Held, Opened};
use crate::error::{Error, Place};

/// How a file is packed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            _ => Packing::Plain,
        }
    }
}

/// A file that is counted, and hashed on request, while it is read.
struct Raw<'c> {
    file: Opened,
    counter: &'c AtomicU64,
    hasher: Option<Sha256>,
}

impl Read for Raw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // In pieces that are still in the processor's cache when they are hashed.
        let most = buffer.len().min(256 << 10);
        let n = self.file.read(&mut buffer[..most])?;
        self.counter.fetch_add(n as u64, Ordering::Relaxed);
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buffer[..n]);
        }
        Ok(n)
    }
}

/// A second handle on the same reader.
#[derive(Clone)]
struct Shared<'c>(Rc<RefCell<Raw<'c>>>);

impl Read for Shared<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

/// An unpacked file.
pub(crate) struct Stream<'c> {
    raw: Shared<'c>,
    unpacked: Box<dyn Read + 'c>,
    pub(crate) packing: Packing,
}

impl<'c> Stream<'c> {
    /// Opens a file and unpacks it, whatever its name says. Bytes as they stand in the file are added to `counter`.
    pub(crate) fn open(held: &Held, counter: &'c AtomicU64, hash: Hash) -> io::Result<Self> {
        let mut file = held.open()?;
        let mut magic = [0; 4];
        let mut filled = 0;
        while filled < magic.len() {
            match file.read(&mut magic[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        file.rewind()?;
        let hasher = (hash == Hash::Yes).then(Sha256::new);
        let raw = Shared(Rc::new(RefCell::new(Raw { file, counter, hasher })));
        let packing = Packing::of(&magic[..filled]);
        let unpacked: Box<dyn Read + 'c> = match packing {
            Packing::Plain => Box::new(raw.clone()),
            Packing::Gzip => {
                let buffered = io::BufReader::with_capacity(64 << 10, raw.clone());
                Box::new(flate2::bufread::MultiGzDecoder::new(buffered))
            }
            Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(raw.clone())?),
        };
        Ok(Stream { raw, unpacked, packing })
    }

    /// Reads what is left of the file and returns the SHA-256 of all of it in hexadecimal, where that was asked for.
    pub(crate) fn finish(self) -> io::Result<Option<String>> {
        let mut raw = self.raw.0.borrow_mut();
        let Some(mut hasher) = raw.hasher.take() else { return Ok(None) };
        let mut buffer = vec![0; 64 << 10];
        loop {
            match raw.read(&mut buffer)? {
                0 => break,
                n => hasher.update(&buffer[..n]),
            }
        }
        Ok(Some(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

/// Whether a stream is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Yes,
    No,
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.unpacked.read(buffer)
    }
}

/// What a failure to read means: a damaged packed file is wrong data, everything else is the system's.
pub(crate) fn reading_failed(name: &str, packing: Packing, error: io::Error) -> Error {
    if is_too_large(&error) {
        return without_an_end(Place::file(name), error);
    }
    let kind = match packing {
        Packing::Gzip => "gzip",
        Packing::Zstd => "zstd",
        Packing::Plain => return Error::io(name, error),
    };
    if error.raw_os_error().is_some() {
        return Error::io(name, error);
    }
    let found = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file ends too early".to_owned(),
        _ => error.to_string(),
    };
    Error::data(format!("a damaged {kind} file"))
        .at(Place::file(name))
        .found(found)
        .help("fetch or pack the file again")
        .note("nothing was written")
}

/// A record that is larger than an article can be.
pub(super) fn without_an_end(place: Place, found: impl std::fmt::Display) -> Error {
    Error::data("a record without an end")
        .at(place)
        .found(found.to_string())
        .expected("one article a record")
        .note("nothing was written")
}

/// The beginning of an unpacked file.
pub(crate) struct Head {
    pub(crate) bytes: Vec<u8>,
    /// Whether that is all of it.
    pub(crate) whole: bool,
}

/// Reads the beginning of a file; an empty file and one that is no text are errors.
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

/// The error for bytes that are no text: says what they look like.
pub(crate) fn no_text(bytes: &[u8], name: &str, asked: Option<&'static Encoding>) -> Option<Error> {
    let (looks, help) = looks_like(bytes, asked)?;
    Some(
        Error::data("not a text file")
            .at(Place::file(name))
            .found(looks)
            .expected("text, HTML, CSV or JSON lines, plain or packed with gzip or zstd; Parquet or Arrow")
            .help(help),
    )
}

/// What bytes look like that are no text, and how to go on.
fn looks_like(bytes: &[u8], asked: Option<&'static Encoding>) -> Option<(&'static str, &'static str)> {
    const TEXT: &str = "save its text as a .txt file";
    const TABLE: &str = "save it as CSV";
    const UNPACK: &str = "unpack it first, or pack it with gzip or zstd";
    const AWAY: &str = "take it out of the inputs";
    let kinds: [(&[u8], (&str, &str)); 18] = [
        (b"%PDF", ("a PDF document", TEXT)),
        (
            b"PK\x03\x04",
            (
                "a ZIP archive (.docx, .xlsx and .odt are such, too)",
                "save its text as a .txt file, or its table as CSV",
            ),
        ),
        (b"\xd0\xcf\x11\xe0", ("an old Word or Excel document", "save its text as a .txt file, or its table as CSV")),
        (b"{\\rtf", ("an RTF document", TEXT)),
        (b"\x89PNG", ("a PNG image", AWAY)),
        (b"\xff\xd8\xff", ("a JPEG image", AWAY)),
        (b"GIF8", ("a GIF image", AWAY)),
        (b"RIFF", ("a sound, film or WebP image", AWAY)),
        (b"ID3", ("a sound", AWAY)),
        (b"PAR1", ("a Parquet table", TABLE)),
        (b"ARROW1", ("an Arrow table", TABLE)),
        (b"SQLite format 3", ("an SQLite database", TABLE)),
        (b"BZh", ("a file packed with bzip2", UNPACK)),
        (b"\xfd7zXZ", ("a file packed with xz", UNPACK)),
        (b"7z\xbc\xaf", ("a 7-Zip archive", UNPACK)),
        (b"Rar!", ("a RAR archive", UNPACK)),
        (b"\x7fELF", ("a program", AWAY)),
        (b"\x80\x04\x95", ("a Python pickle", TABLE)),
    ];
    if let Some((_, kind)) = kinds.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(*kind);
    }
    let bytes = &bytes[..bytes.len().min(8 << 10)];
    let wide = asked.is_some_and(|asked| [UTF_16LE, UTF_16BE].contains(&asked));
    if wide || Encoding::for_bom(bytes).is_some() || memchr::memchr(0, bytes).is_none() {
        return None;
    }
    // Latin letters in UTF-16 have a zero in every other byte.
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count() * 5 / 2;
    if bytes.iter().all(|byte| *byte == 0) {
        Some(("nothing but zeros", AWAY))
    } else if zeros(1) > bytes.len() / 2 {
        Some(("UTF-16 without its mark", "say so with `--encoding utf-16le`"))
    } else if zeros(0) > bytes.len() / 2 {
        Some(("UTF-16 without its mark", "say so with `--encoding utf-16be`"))
    } else {
        Some(("bytes that no text has (zeros)", AWAY))
    }
}

/// An encoding and how it was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) encoding: &'static Encoding,
    pub(crate) by: By,
}

/// How an encoding was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// It was asked for, the file says so, or it is valid UTF-8.
    Certain,
    /// By the frequencies of letters.
    Guess,
}

/// The encoding of a file by its beginning: the one that was asked for; else by the byte order mark; else UTF-8 where
/// that is valid, or nearly so; else the likeliest.
pub(crate) fn choose(head: &[u8], whole: bool, asked: Option<&'static Encoding>) -> Chosen {
    let certain = |encoding| Chosen { encoding, by: By::Certain };
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    match (asked, marked) {
        // Of UTF-16 there are two, and the mark tells which.
        (Some(asked), Some(marked)) if [UTF_16LE, UTF_16BE].contains(&asked) && marked != UTF_8 => certain(marked),
        (Some(asked), _) => certain(asked),
        (None, Some(marked)) => certain(marked),
        (None, None) if is_utf8(head, whole) => certain(UTF_8),
        (None, None) => Chosen { encoding: guess(head), by: By::Guess },
    }
}

/// The likeliest encoding of bytes that are no UTF-8, by the lines that have more than ASCII.
fn guess(head: &[u8]) -> &'static Encoding {
    const ENOUGH: usize = 256 << 10;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut fed, mut high, mut letters) = (0, 0_usize, 0_usize);
    for line in head.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        let line = &line[..line.len().min(ENOUGH)];
        detector.feed(line, false);
        fed += line.len();
        if fed >= ENOUGH {
            break;
        }
    }
    detector.feed(b"", true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    for byte in head {
        high += usize::from(*byte >= 0x80);
        letters += usize::from(byte.is_ascii_alphabetic());
    }
    // Cyrillic, Greek, Arabic, Hebrew or Thai prose is made of such bytes. A few among Latin letters are the quotation
    // marks and names of a text from western Europe.
    if OTHER_SCRIPTS.contains(&guessed) && high * 20 < letters { WINDOWS_1252 } else { guessed }
}

/// Encodings of one byte a letter for other scripts than Latin.
const OTHER_SCRIPTS: [&Encoding; 14] = [
    encoding_rs::IBM866,
    encoding_rs::KOI8_R,
    encoding_rs::KOI8_U,
    encoding_rs::X_MAC_CYRILLIC,
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::WINDOWS_874,
    encoding_rs::ISO_8859_5,
    encoding_rs::ISO_8859_6,
    encoding_rs::ISO_8859_7,
    encoding_rs::ISO_8859_8,
    encoding_rs::ISO_8859_8_I,
];

/// Whether bytes are UTF-8. A few broken characters among many good ones are an error in their lines, no other
/// encoding: reading the whole file as another would spoil all the rest.
fn is_utf8(head: &[u8], whole: bool) -> bool {
    let error = match std::str::from_utf8(head) {
        Ok(_) => return true,
        Err(error) => error,
    };
    if error.error_len().is_none() && !whole {
        return true;
    }
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 10 * bad
}

/// Turns a stream in some encoding into UTF-8. Of UTF-8 only the byte order mark is taken off.
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
    /// Decodes from this encoding. Characters that it doesn't have become U+FFFD and are counted in `malformed`.
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

    /// The stream under it.
    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    /// The first bytes without their mark.
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

/// The text of a whole file, its encoding where that was guessed, and whether it has characters that this lacks.
pub(crate) fn whole_text<'b>(bytes: &'b [u8], asked: Option<&'static Encoding>) -> (Cow<'b, str>, Chosen, bool) {
    let chosen = choose(bytes, true, asked);
    let (text, malformed) = chosen.encoding.decode_with_bom_removal(bytes);
    (text, chosen, malformed)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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

    #[test]
    fn encodings_are_found_out() {
        let name = |bytes: &[u8]| choose(bytes, true, None).encoding.name();
        assert_eq!(name(b"plain"), "UTF-8");
        assert_eq!(name("naïve".as_bytes()), "UTF-8");
        assert_eq!(name(b"\xff\xfea\0"), "UTF-16LE");
        assert_eq!(name(b"The caf\xe9 of Ren\xe9 and the na\xefve \x93quotes\x94 there."), "windows-1252");
        let few = [&b"plain English prose, ".repeat(50)[..], b"a \x81 b \x95 c \xb5 d\n"].concat();
        assert_eq!(name(&few), "windows-1252");
        let (russian, _, _) = encoding_rs::WINDOWS_1251.encode("Правительство и режим: кто управляет страной сегодня");
        assert_eq!(name(&russian), "windows-1251");
        let mostly = format!("{} \u{201c}x\u{201d}", "é".repeat(50));
        assert_eq!(name(&[mostly.as_bytes(), b" \xe9 "].concat()), "UTF-8");
        // A character cut off by the end of the head is no error, at the end of the file it is.
        assert_eq!(choose(b"abc\xc3", false, None).encoding, UTF_8);
        assert_ne!(choose(b"abc\xc3", true, None).encoding, UTF_8);
        assert_eq!(choose(b"abc", true, Some(encoding_rs::KOI8_R)).encoding, encoding_rs::KOI8_R);
        assert_eq!(choose(b"\xfe\xff\0a", true, Some(UTF_16LE)).encoding, UTF_16BE);
    }

    #[test]
    fn what_is_no_text_is_named() {
        insta::assert_snapshot!(no_text(b"%PDF-1.7\n", "a.txt", None).expect("no text"), @r"
        not a text file
         --> a.txt
          found:    a PDF document
          expected: text, HTML, CSV or JSON lines, plain or packed with gzip or zstd; Parquet or Arrow
          help: save its text as a .txt file
        ");
        insta::assert_snapshot!(no_text(b"PK\x03\x04\x14", "a.csv", None).expect("no text"), @r"
        not a text file
         --> a.csv
          found:    a ZIP archive (.docx, .xlsx and .odt are such, too)
          expected: text, HTML, CSV or JSON lines, plain or packed with gzip or zstd; Parquet or Arrow
          help: save its text as a .txt file, or its table as CSV
        ");
        let looks = |bytes: &[u8]| looks_like(bytes, None).map(|(looks, _)| looks);
        assert_eq!(looks(b"h\0e\0l\0l\0o\0"), Some("UTF-16 without its mark"));
        assert_eq!(looks(b"\0h\0e\0l\0l\0o"), Some("UTF-16 without its mark"));
        assert_eq!(looks(&[0; 100]), Some("nothing but zeros"));
        assert_eq!(looks(b"\xff\xfeh\0e\0"), None);
        assert_eq!(looks(b"he\0llo"), Some("bytes that no text has (zeros)"));
        assert_eq!(looks(b"hello"), None);
    }

    #[test]
    fn packed_files_are_unpacked_and_hashed_as_they_stand() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = b"some text, and more of it".repeat(100);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&text).expect("packs");
        let gzip = gzip.finish().expect("packs");
        let zstd = zstd::encode_all(&text[..], 1).expect("packs");
        for (file, bytes) in [("a", &text), ("b.gz", &gzip), ("c", &zstd)] {
            let path = folder.path().join(file);
            std::fs::write(&path, bytes).expect("writes");
            let counter = AtomicU64::new(0);
            let mut stream = Stream::open(&Held::At(path), &counter, Hash::Yes).expect("opens");
            let mut read = Vec::new();
            stream.read_to_end(&mut read).expect("reads");
            assert_eq!(read, text);
            let hash: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(stream.finish().expect("hashes"), Some(hash));
            assert_eq!(counter.into_inner(), bytes.len() as u64);
        }
    }

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
          help: fetch or pack the file again
          note: nothing was written
        ");
        assert!(read(&zstd[..zstd.len() - 5]).starts_with("a damaged zstd file"));
    }
}
