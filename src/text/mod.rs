//! Text: an article's prose, its sentences, tokens and stems, and who speaks.
//!
//! Takes the text of an article, hands on a [`Document`]: paragraphs of prose, sentences, tokens, and the spans that
//! are not in the outlet's own voice. All spans are byte offsets into the text; for output, [`CharOffsets`] turns them
//! into character offsets of the text as given.
//!
//! | file | job |
//! |---|---|
//! | [`clean`] | which parts are prose, and which rule removed the others |
//! | [`sentences`] | where sentences end |
//! | [`tokens`] | words and their normal forms |
//! | `composed` | Unicode normalization (NFC) |
//! | [`forms`] | numbers every distinct spelling |
//! | [`stems`] | word stems |
//! | [`voice`] | voices: own, quoted, reported, scare |
//! | `month_names` | months and days of the week in seven languages |
//! | `offsets` | character offsets in the text as given |
//! | [`snippet`] | a few words around a place |

pub mod clean;
pub(crate) mod composed;
pub mod forms;
pub(crate) mod month_names;
mod offsets;
pub mod sentences;
pub mod snippet;
pub mod stems;
pub mod tokens;
pub mod voice;

use std::ops::Range;

pub use clean::{Cleaner, Prose, Removed};
pub use forms::{Forms, Holds, Memo};
pub use offsets::{CharOffsets, Given};
pub use tokens::{Token, TokenKind};
pub use voice::{Speakers, Voice, VoiceSpan};

/// One sentence: its bytes, its tokens and its paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes in the text.
    pub range: Range<usize>,
    /// Indices into [`Document::tokens`].
    pub tokens: Range<usize>,
    /// The paragraph's number, from 0.
    pub paragraph: usize,
}

/// The prose of one article, split into sentences and tokens, with voices.
#[derive(Debug, Clone)]
pub struct Document<'t> {
    /// The text.
    pub text: &'t str,
    /// The paragraphs of prose, in order, as bytes of `text`.
    pub paragraphs: Vec<Range<usize>>,
    /// The sentences of all paragraphs, in order.
    pub sentences: Vec<Sentence>,
    /// The tokens of all sentences, in order.
    pub tokens: Vec<Token>,
    /// The number of every token's spelling in the [`Reader`].
    pub forms: Vec<u32>,
    /// The spans that are not in the outlet's own voice: sorted, not overlapping.
    pub voices: Vec<VoiceSpan>,
    /// What the cleaner removed.
    pub removed: Vec<Removed>,
}

/// Turns texts into documents, and remembers the words it has seen: one reader for many texts is faster than one for
/// each, with the same documents.
///
/// `R` is the record kept for a word; other stages may store there what they know about it ([`Reader::words`]).
#[derive(Debug)]
pub struct Reader<R = Option<voice::Listed>> {
    forms: Forms,
    /// What is known about words, by the numbers of their forms.
    pub words: Memo<R>,
}

impl<R> Default for Reader<R> {
    fn default() -> Self {
        Reader { forms: Forms::default(), words: Memo::default() }
    }
}

impl<R: Holds<voice::Listed>> Reader<R> {
    /// Splits the prose of a text into sentences and tokens and finds the voices.
    pub fn read<'t>(&mut self, text: &'t str, prose: Prose) -> Document<'t> {
        let mut document = self.read_without_voices(text, prose);
        self.tell_voices(&mut document, Speakers::Named);
        document
    }

    /// Finds the voices of a document that was read without them.
    pub fn tell_voices(&mut self, document: &mut Document<'_>, speakers: Speakers) {
        document.voices = voice::find_with(document, &mut self.words, speakers);
    }
}

impl<R> Reader<R> {
    /// Splits the prose of a text into sentences and tokens, all of it in the outlet's own voice. For callers that
    /// don't need voices, which take most of the time.
    pub fn read_without_voices<'t>(&mut self, text: &'t str, prose: Prose) -> Document<'t> {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut cut = Vec::new();
        for (paragraph, range) in prose.paragraphs.iter().enumerate() {
            sentences::split(text, range.clone(), |range| {
                let first = tokens.len();
                tokens::tokenize(text, range.clone(), &mut tokens);
                if tokens.len() > first {
                    cut.push(Sentence { range, tokens: first..tokens.len(), paragraph });
                }
            });
        }
        Document {
            text,
            paragraphs: prose.paragraphs,
            sentences: cut,
            forms: tokens.iter().map(|token| self.forms.number(token.of(text))).collect(),
            tokens,
            voices: Vec::new(),
            removed: prose.removed,
        }
    }

    /// How many spellings it remembers. Callers can drop the reader, and whatever else grows with the vocabulary, when
    /// this gets large.
    pub fn n_forms(&self) -> usize {
        self.forms.len()
    }
}

impl<'t> Document<'t> {
    /// Splits the prose of one text into sentences and tokens and finds the voices.
    pub fn new(text: &'t str, prose: Prose) -> Self {
        <Reader>::default().read(text, prose)
    }

    /// The same, with all of it in the outlet's own voice.
    pub fn without_voices(text: &'t str, prose: Prose) -> Self {
        <Reader>::default().read_without_voices(text, prose)
    }

    /// The voice of every token, in the order of [`Document::tokens`], each with the index into [`Document::voices`] if
    /// it is not the outlet's own.
    pub fn token_voices(&self) -> Vec<(Voice, Option<usize>)> {
        let mut spans = self.voices.iter().enumerate().peekable();
        let mut voices = Vec::with_capacity(self.tokens.len());
        for token in &self.tokens {
            while spans.peek().is_some_and(|(_, span)| span.range.end <= token.start as usize) {
                spans.next();
            }
            voices.push(match spans.peek() {
                Some((i, span)) if span.range.start <= token.start as usize => (span.voice, Some(*i)),
                _ => (Voice::Own, None),
            });
        }
        voices
    }
}
