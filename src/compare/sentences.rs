//! The sentences of an article that have a cue, with every cue masked: what the context models learn from.

use crate::cues::CueMatch;
use crate::tally::Use;
use crate::text::{Document, TokenKind, Voice, tokens};
use std::collections::BTreeMap;

/// Replaces a cue, whatever it is and however many words it has. No word of an article looks like it.
pub const MASK: &str = "#";

/// A sentence with a cue, as its words joined by spaces, cues masked.
pub(super) struct MaskedSentence {
    /// The words of the sentence.
    pub words: String,
    /// The words of the surrounding sentences.
    pub around: String,
    /// The uses: contrast, pole, voice.
    pub uses: Vec<(usize, usize, Voice)>,
}

/// The number of sentences before and after that belong to a sentence's context.
const AROUND: usize = 2;

/// The sentences with a cue, as their words joined by spaces; neighbouring cues become one [`MASK`].
pub(super) fn masked_sentences(document: &Document<'_>, matches: &[CueMatch], uses: &[Use]) -> Vec<MaskedSentence> {
    if uses.is_empty() {
        return Vec::new();
    }
    let mut masked = vec![false; document.tokens.len()];
    for found in matches {
        masked[found.tokens.clone()].fill(true);
    }
    let mut by_sentence: BTreeMap<usize, Vec<(usize, usize, Voice)>> = BTreeMap::new();
    for used in uses {
        by_sentence.entry(used.sentence).or_default().push((used.contrast, used.pole, used.voice));
    }
    let mut normal = String::new();
    let mut words_of = |sentence: usize| {
        let mut words = String::new();
        for at in document.sentences[sentence].tokens.clone() {
            let token = &document.tokens[at];
            if masked[at] {
                if !words.ends_with("# ") {
                    words.push_str(MASK);
                    words.push(' ');
                }
            } else if token.kind == TokenKind::Word {
                tokens::normalize(token.of(document.text), &mut normal);
                words.push_str(&normal);
                words.push(' ');
            }
        }
        words.pop();
        words
    };
    let last = document.sentences.len() - 1;
    let sentence = |(at, uses): (usize, _)| {
        let neighbours = (at.saturating_sub(AROUND)..=(at + AROUND).min(last)).filter(|&n| n != at);
        let around = neighbours.map(&mut words_of).collect::<Vec<_>>().join(" ");
        MaskedSentence { words: words_of(at), around, uses }
    };
    by_sentence.into_iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues::{Lexicon, Matcher};
    use crate::tally;
    use crate::text::clean;

    #[test]
    fn cues_are_masked() {
        let lexicon = Lexicon::parse(
            "t",
            "[[contrast]]\nname=\"a\"\n[[contrast.pole]]\nname=\"x\"\ncues=[\"free army\"]\n[[contrast.pole]]\nname=\"y\"\ncues=[\"rebel*\"]",
        )
        .expect("a lexicon");
        let text = "Rebels of the Free Army left rebels rebels. No cue here.";
        let document = Document::new(text, clean::keep_all(text));
        let matches = Matcher::new(&lexicon).find(&document);
        let (_, uses) = tally::count(&document, &matches);
        let sentences = masked_sentences(&document, &matches, &uses);
        assert_eq!(sentences.len(), 1);
        assert_eq!(sentences[0].words, "# of the # left #");
        assert_eq!(sentences[0].around, "no cue here");
        assert_eq!(sentences[0].uses.len(), 4);
    }
}
