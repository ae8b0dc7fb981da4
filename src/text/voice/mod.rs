//! Voices: who speaks in every part of an article.
//!
//! Takes a [`Document`] with sentences and tokens, hands on the [`VoiceSpan`]s that are not in the outlet's own voice,
//! without a parser, a neural model or a network.
//!
//! | file | job |
//! |---|---|
//! | `words` | the tokens as the rules see them: word lists, verb forms, punctuation between |
//! | `quotes` | which stretches stand inside quotation marks |
//! | `scare` | which of them are words that the outlet keeps at a distance |
//! | `clauses` | which clauses a speech verb governs |
//! | `en/` | the word lists of English |
//!
//! Not done here: other languages' reported speech (their quotation marks are understood), and who is meant by a name.

mod clauses;
mod quotes;
mod scare;
mod words;

use super::Document;
use clauses::View;
use std::ops::Range;
use words::Word;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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
///
/// A quotation over several paragraphs gives one span a paragraph; a quotation inside reported speech parts it.
///
/// ```
/// use aslant::text::{Document, Voice, clean};
/// let text = "The town fell, the ministry said. “We will return,” Mr Darwish said. The ‘moderates’ left.";
/// let document = Document::new(text, clean::keep_all(text));
/// let found: Vec<_> = document.voices.iter().map(|v| (v.voice, &text[v.range.clone()])).collect();
/// assert_eq!(found, [
///     (Voice::Reported, "The town fell"),
///     (Voice::Quoted, "We will return,"),
///     (Voice::Scare, "moderates"),
/// ]);
/// ```
pub fn find(document: &Document<'_>) -> Vec<VoiceSpan> {
    let lexicon = words::english();
    let words = lexicon.words(document);
    let speaks = |range: Range<usize>| {
        let from = document.tokens.partition_point(|t| (t.start as usize) < range.start);
        let to = document.tokens.partition_point(|t| (t.end as usize) <= range.end);
        words[from..to.max(from)].iter().any(|w| lexicon.frames(w.entry) & words::frame::QUOTATION != 0)
    };
    let quotes = quotes::find(document, speaks);
    let mut inside = vec![false; words.len()];
    let mut spans = Vec::new();
    let mut token = 0;
    for quote in &quotes {
        while token < words.len() && (document.tokens[token].start as usize) < quote.inner.start {
            token += 1;
        }
        let first = token;
        while token < words.len() && (document.tokens[token].end as usize) <= quote.inner.end {
            inside[token] = true;
            token += 1;
        }
        if token == first {
            continue;
        }
        let voice = if scare::is_scare(document.text, quote, &words, first..token, lexicon) {
            Voice::Scare
        } else {
            Voice::Quoted
        };
        spans.push(VoiceSpan { range: quote.inner.clone(), voice, speaker: None });
    }
    let mut reported = vec![false; words.len()];
    for sentence in &document.sentences {
        let view = View { words: &words, quoted: &inside, lexicon, sentence: &sentence.tokens };
        for i in sentence.tokens.clone() {
            if words[i].entry.verb != 0
                && let Some(content) = view.content(i)
            {
                reported[content].fill(true);
            }
        }
    }
    let quoted = spans.len();
    add_reported(document, &words, &inside, &reported, &mut spans);
    if spans.len() > quoted {
        spans.sort_by_key(|s| s.range.start);
    }
    spans
}

/// Turns marked words outside quotation marks into spans, one a run within a sentence.
fn add_reported(
    document: &Document<'_>,
    words: &[Word],
    inside: &[bool],
    reported: &[bool],
    spans: &mut Vec<VoiceSpan>,
) {
    for sentence in &document.sentences {
        let mut run: Option<Range<usize>> = None;
        for i in sentence.tokens.clone() {
            let token = &document.tokens[i];
            if reported[i] && !inside[i] {
                match &mut run {
                    Some(r) if !words[i].has_gap(words::gap::QUOTE) => r.end = token.end as usize,
                    _ => {
                        spans.extend(run.take().map(|range| VoiceSpan {
                            range,
                            voice: Voice::Reported,
                            speaker: None,
                        }));
                        run = Some(token.range());
                    }
                }
            } else {
                spans.extend(run.take().map(|range| VoiceSpan { range, voice: Voice::Reported, speaker: None }));
            }
        }
        spans.extend(run.map(|range| VoiceSpan { range, voice: Voice::Reported, speaker: None }));
    }
}
