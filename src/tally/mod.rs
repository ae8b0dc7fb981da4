//! Tally: the counts of one article, from which no sentence can be reconstructed.
//!
//! Takes a [`Document`] and its cue matches, hands on a [`Tally`] (words and cues by voice) and the [`Use`]s, which
//! keep their places and are needed for evidence and context.
//!
//! | file | job |
//! |---|---|
//! | [`mod@format`] | the folder in which the tallies of many articles are stored |
//! | [`particulars`] | what is stored about an article besides its counts |
//! | [`parquet`] | the folder's Parquet files |

pub mod format;
pub mod parquet;
pub mod particulars;

use crate::cues::{CueMatch, Target};
use crate::text::{Document, TokenKind, Voice, tokens};
use std::collections::BTreeMap;

/// How often one cue occurs in one voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CueCount {
    /// The cue's number in the lexicon.
    pub cue: u32,
    /// The voice.
    pub voice: Voice,
    /// At least 1.
    pub count: u32,
}

/// One article's counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Words of prose by voice, in the order of [`Voice::ALL`].
    pub words: [u32; 4],
    /// Words removed by the cleaner.
    pub words_removed: u32,
    /// Cues that occur, sorted by cue, then voice.
    pub cues: Vec<CueCount>,
}

impl Tally {
    /// All words of prose.
    pub fn total_words(&self) -> u32 {
        self.words.iter().sum()
    }

    /// Words in one voice.
    pub fn words_in(&self, voice: Voice) -> u32 {
        self.words[voice as usize]
    }
}

/// One use of a cue, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// The cue's number in the lexicon.
    pub cue: usize,
    /// The voice of its first token.
    pub voice: Voice,
    /// Index into [`Document::voices`], if the voice isn't the outlet's own.
    pub span: Option<usize>,
    /// Index of the sentence.
    pub sentence: usize,
    /// Indices of its tokens.
    pub tokens: std::ops::Range<usize>,
}

/// Counts one document.
pub fn count(document: &Document<'_>, matches: &[CueMatch]) -> (Tally, Vec<Use>) {
    let voices = document.token_voices();
    let mut tally = Tally::default();
    for (token, (voice, _)) in document.tokens.iter().zip(&voices) {
        if token.kind == TokenKind::Word {
            tally.words[*voice as usize] += 1;
        }
    }
    tally.words_removed = removed_words(document);
    let mut uses = Vec::new();
    let mut cues: BTreeMap<(u32, Voice), u32> = BTreeMap::new();
    for found in matches {
        let Target::Cue { pole, cue } = found.target else { continue };
        let (voice, span) = voices[found.tokens.start];
        *cues.entry((cue as u32, voice)).or_default() += 1;
        uses.push(Use {
            contrast: found.contrast,
            pole,
            cue,
            voice,
            span,
            sentence: found.sentence,
            tokens: found.tokens.clone(),
        });
    }
    tally.cues = cues.into_iter().map(|((cue, voice), count)| CueCount { cue, voice, count }).collect();
    (tally, uses)
}

fn removed_words(document: &Document<'_>) -> u32 {
    let mut tokens = Vec::new();
    for removed in &document.removed {
        tokens::tokenize(document.text, removed.range.clone(), &mut tokens);
    }
    tokens.iter().filter(|t| t.kind == TokenKind::Word).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues::{Lexicon, Matcher};
    use crate::text::clean;

    #[test]
    fn an_article_is_counted() {
        let lexicon = Lexicon::parse(
            "t",
            "[[contrast]]\nname=\"a\"\n[[contrast.pole]]\nname=\"x\"\ncues=[\"rebel*\"]\n[[contrast.pole]]\nname=\"y\"\ncues=[\"militant*\"]",
        )
        .expect("a lexicon");
        let text = "Rebels met the regime's men. The rebels left.";
        let document = Document::new(text, clean::keep_all(text));
        let (tally, uses) = count(&document, &Matcher::new(&lexicon).find(&document));
        assert_eq!(tally.total_words(), 8);
        assert_eq!(tally.cues, [CueCount { cue: 0, voice: Voice::Own, count: 2 }]);
        assert_eq!(uses.iter().map(|u| u.sentence).collect::<Vec<_>>(), [0, 1]);
    }
}
