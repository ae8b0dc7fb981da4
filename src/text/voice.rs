//! Voices: who speaks in every part of an article.

use super::Document;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// The outlet itself.
    Own,
    /// Somebody else, inside quotation marks.
    Quoted,
    /// Somebody else, without marks: "X said that …".
    Reported,
    /// One to three words in quotation marks inside own prose: the outlet distances itself from them.
    Scare,
}

impl Voice {
    /// All voices, in the order of the tables.
    pub const ALL: [Voice; 4] = [Voice::Own, Voice::Quoted, Voice::Reported, Voice::Scare];

    /// Its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Voice::Own => "own",
            Voice::Quoted => "quoted",
            Voice::Reported => "reported",
            Voice::Scare => "scare",
        }
    }
}

/// A part that is not in the outlet's own voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceSpan {
    /// Bytes of the text as it was given; quotation marks are left outside.
    pub range: Range<usize>,
    /// Who speaks; never [`Voice::Own`].
    pub voice: Voice,
    /// Where the text names the speaker.
    pub speaker: Option<Range<usize>>,
}

/// The parts of a document that are not in the outlet's own voice: sorted, not overlapping, within paragraphs.
pub fn find(_document: &Document<'_>) -> Vec<VoiceSpan> {
    Vec::new()
}
