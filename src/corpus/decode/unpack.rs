//! Unpacks files, counts and hashes their bytes, and says what a failure to read means.

use std::cell::RefCell;
use std::io::{self, Read, Seek};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::corpus::source::{Held, Opened};
use crate::error::{Error, Place};
use crate::limits::is_too_large;

/// How a file is compressed, by its first bytes.
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

/// A file whose bytes are counted, and hashed on request, while it is read.
struct Raw<'c> {
    file: Opened,
    counter: &'c AtomicU64,
    hasher: Option<Sha256>,
}

impl Read for Raw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Small enough pieces to be still in the processor's cache when they are hashed.
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
    /// Opens a file and unpacks it, whatever its name says. The file's own (packed) bytes are added to `counter`.
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

    /// Reads the rest of the file and returns the SHA-256 of the whole file in hexadecimal, if requested.
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

/// What a failure to read means: a damaged packed file is bad data, anything else an error of the system.
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
        .help("download or compress the file again")
        .note("nothing was written")
}

/// The error for a record that is larger than an article can be.
pub(in crate::corpus) fn without_an_end(place: Place, found: impl std::fmt::Display) -> Error {
    Error::data("a record without an end")
        .at(place)
        .found(found.to_string())
        .expected("one article per record")
        .note("nothing was written")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

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
}
