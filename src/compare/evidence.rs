//! Evidence: every use of a cue with the words around it, kept on disk while the corpus is read.
//!
//! Uses grow with the corpus, so they wait in a temporary file, one block an article, and are read back in the order
//! in which the tables want them.

use crate::error::{Error, Result};
use crate::text::Voice;
use serde::{Deserialize, Serialize};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

/// One use of a cue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Index of the contrast in the lexicon.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// The cue's number in the lexicon.
    pub cue: usize,
    /// In whose voice.
    pub voice: Voice,
    /// Who speaks, where the text names somebody.
    pub speaker: Option<String>,
    /// First character of the match in the text as it was given.
    pub start: usize,
    /// The character behind the match.
    pub end: usize,
    /// Words before the match, white space folded.
    pub before: String,
    /// The match as it stands in the text.
    pub matched: String,
    /// Words behind the match, white space folded.
    pub after: String,
}

/// Where one article's uses stand in the spool.
#[derive(Debug, Clone, Copy, Default)]
pub struct Block {
    offset: u64,
    length: u64,
}

/// Uses on disk.
#[derive(Debug)]
pub struct Spool {
    writer: BufWriter<std::fs::File>,
    written: u64,
}

fn broken(error: std::io::Error) -> Error {
    Error::io(std::env::temp_dir(), error)
        .help("free some space in the folder for temporary files, or set TMPDIR to another")
}

impl Spool {
    /// An empty spool in the folder for temporary files; it goes with the process.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn new() -> Result<Self> {
        let file = tempfile::tempfile().map_err(broken)?;
        Ok(Spool { writer: BufWriter::with_capacity(1 << 20, file), written: 0 })
    }

    /// Appends one article's uses and returns where they stand.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn push(&mut self, uses: &[Evidence]) -> Result<Block> {
        if uses.is_empty() {
            return Ok(Block::default());
        }
        let bytes = serde_json::to_vec(uses).map_err(|e| broken(e.into()))?;
        self.writer.write_all(&bytes).map_err(broken)?;
        let block = Block { offset: self.written, length: bytes.len() as u64 };
        self.written += bytes.len() as u64;
        Ok(block)
    }

    /// Reads one article's uses back.
    ///
    /// # Errors
    /// Where the temporary file can't be read.
    pub fn read(&mut self, block: Block) -> Result<Vec<Evidence>> {
        if block.length == 0 {
            return Ok(Vec::new());
        }
        self.writer.flush().map_err(broken)?;
        let file = self.writer.get_mut();
        file.seek(SeekFrom::Start(block.offset)).map_err(broken)?;
        let mut bytes = vec![0; block.length as usize];
        file.read_exact(&mut bytes).map_err(broken)?;
        serde_json::from_slice(&bytes).map_err(|e| broken(e.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_come_back_in_any_order() {
        let evidence = |word: &str| Evidence {
            contrast: 0,
            pole: 1,
            cue: 2,
            voice: Voice::Own,
            speaker: None,
            start: 3,
            end: 9,
            before: "the".into(),
            matched: word.into(),
            after: "left.".into(),
        };
        let mut spool = Spool::new().expect("a temporary file");
        let one = spool.push(&[evidence("regime")]).expect("written");
        let none = spool.push(&[]).expect("written");
        let two = spool.push(&[evidence("rebels"), evidence("men")]).expect("written");
        assert_eq!(spool.read(two).expect("read")[1].matched, "men");
        assert_eq!(spool.read(one).expect("read")[0].matched, "regime");
        assert_eq!(spool.read(none).expect("read"), []);
    }
}
