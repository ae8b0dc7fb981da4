//! Evidence: every use of a cue with the words around it, kept on disk while the corpus is read.
//!
//! The number of uses grows with the corpus, so they are kept on disk ([`Records`]) and read back in the order that the
//! tables need.

use crate::error::{Error, Result};
use crate::records::{self, Records};
use crate::text::Voice;
use serde::{Deserialize, Serialize};

/// One use of a cue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Index of the contrast in the lexicon.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// The cue's number in the lexicon.
    pub cue: usize,
    /// The voice it is in.
    pub voice: Voice,
    /// The speaker, if the text names one.
    pub speaker: Option<String>,
    /// The first character of the match in the original text.
    pub start: usize,
    /// The character after the match.
    pub end: usize,
    /// Words before the match, with white space folded.
    pub before: String,
    /// The match as written in the text.
    pub matched: String,
    /// Words after the match, with white space folded.
    pub after: String,
}

/// Uses on disk, by [`ArticleRecord::number`](super::ArticleRecord::number).
#[derive(Debug, Default)]
pub struct Spool(Records);

impl Spool {
    /// Adds the uses of the next article.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push(&mut self, uses: &[Evidence]) -> Result<()> {
        if uses.is_empty() {
            return self.0.push(&[]).map(drop);
        }
        let bytes = serde_json::to_vec(uses).map_err(broken)?;
        self.0.push(&bytes).map(drop)
    }

    /// A reader of the uses.
    pub fn reader(&self) -> Reader<'_> {
        Reader(self.0.reader())
    }
}

/// Reads uses, fastest in the order in which they were added.
#[derive(Debug)]
pub struct Reader<'s>(records::Reader<'s>);

impl Reader<'_> {
    /// The uses of one article.
    ///
    /// # Errors
    /// If the temporary file can't be read.
    pub fn read(&mut self, number: u32) -> Result<Vec<Evidence>> {
        match self.0.read(number as usize)? {
            [] => Ok(Vec::new()),
            bytes => serde_json::from_slice(bytes).map_err(broken),
        }
    }
}

fn broken(error: serde_json::Error) -> Error {
    Error::io(std::env::temp_dir(), error.into())
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
        let mut spool = Spool::default();
        for uses in [vec![evidence("regime")], vec![], vec![evidence("rebels"), evidence("men")]] {
            spool.push(&uses).expect("written");
        }
        let mut reader = spool.reader();
        assert_eq!(reader.read(2).expect("read")[1].matched, "men");
        assert_eq!(reader.read(0).expect("read")[0].matched, "regime");
        assert_eq!(reader.read(1).expect("read"), []);
    }
}
