//! A copy of standard input, which can be read repeatedly, as files can.
//!
//! Takes a stream that can be read only once, hands on where its bytes are [`Held`].

use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use tempfile::NamedTempFile;

use super::frame::Content;
use super::source::Held;
use crate::error::{Error, Result};

/// How many bytes of standard input are kept in memory.
const ROOM: u64 = 1 << 20;

/// Keeps standard input; returns where its bytes are and how many. A small input stays in memory, a larger one goes to
/// a file. So does a data frame, because it isn't read from beginning to end.
pub(super) fn keep(mut stream: impl Read) -> Result<(Held, u64, Option<Spooled>)> {
    let mut start = Vec::new();
    stream.by_ref().take(ROOM).read_to_end(&mut start).map_err(|error| Error::io("standard input", error))?;
    if (start.len() as u64) < ROOM && Content::of(&start).is_none() {
        let bytes = start.len() as u64;
        return Ok((Held::Memory(start.into()), bytes, None));
    }
    let spooled = Spooled::new(start.chain(stream))?;
    Ok((Held::At(spooled.path.clone()), spooled.bytes, Some(spooled)))
}

/// A temporary copy of a stream. Where nameless files can be opened by path (Linux) it disappears with the process,
/// however that ends; elsewhere it has a name for as long as it is needed.
#[derive(Debug)]
pub(crate) struct Spooled {
    path: PathBuf,
    bytes: u64,
    _kept: Kept,
}

/// What keeps it there.
#[derive(Debug)]
enum Kept {
    #[cfg(target_os = "linux")]
    Nameless {
        _file: fs::File,
    },
    Named {
        _file: NamedTempFile,
    },
}

impl Spooled {
    fn new(mut stream: impl Read) -> Result<Self> {
        let folder = std::env::temp_dir();
        let failed = |error| {
            Error::io(&folder, error).help("standard input is stored there: make room, or set TMPDIR to another folder")
        };
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd;
            let mut file = tempfile::tempfile().map_err(failed)?;
            let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
            if path.exists() {
                let bytes = copy(&mut stream, &mut file, failed)?;
                return Ok(Spooled { path, bytes, _kept: Kept::Nameless { _file: file } });
            }
        }
        let mut file = NamedTempFile::new().map_err(failed)?;
        let bytes = copy(&mut stream, file.as_file_mut(), failed)?;
        Ok(Spooled { path: file.path().to_owned(), bytes, _kept: Kept::Named { _file: file } })
    }
}

/// Copies standard input; distinguishes failures to read from failures to write.
fn copy(from: &mut impl Read, to: &mut fs::File, failed: impl Fn(io::Error) -> Error) -> Result<u64> {
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::io("standard input", error)),
        };
        to.write_all(&buffer[..n]).map_err(&failed)?;
        bytes += n as u64;
    }
}
