//! Scare quotes: one to three words in quotation marks inside the outlet's own prose, from which it distances itself.
//!
//! A complete utterance ("No.") isn't a scare quote, nor is a quotation directly next to a speech verb or after a colon
//! (said "no", "no," he said).

use super::quotes::Quote;
use super::words::{Lexicon, Word, class, frame, gap};
use std::ops::Range;

/// Most words of a scare quote.
const MOST_WORDS: usize = 3;

/// Most words of the name and the verb that trail a quotation.
const TAG: usize = 6;

/// Whether a quotation is a scare quote, given the words inside it.
pub(super) fn is_scare(text: &str, quote: &Quote, words: &[Word], inside: Range<usize>, lexicon: &Lexicon) -> bool {
    let count = words[inside.clone()].iter().filter(|w| !w.is(class::MARK)).count();
    if count > MOST_WORDS || !quote.paired {
        return false;
    }
    let content = &text[quote.inner.clone()];
    let before = text[..quote.outer.start].trim_end().chars().next_back();
    let after = text[quote.outer.end..].trim_start().chars().next();
    let opens_sentence = matches!(before, None | Some('.' | '!' | '?' | ':' | '”' | '"' | '’'));
    if content.ends_with(['!', '?', '…']) || content.ends_with('.') && opens_sentence {
        return false;
    }
    let speaks = |i: usize| {
        words.get(i).is_some_and(|w| {
            w.entry.verb != 0
                && lexicon.frames(w.entry) & frame::QUOTATION != 0
                && lexicon.frames(w.entry) & frame::CLAUSE != 0
        })
    };
    // "We left," said the mayor; "We left," Mr Darwish said.
    let tagged =
        || (inside.end..words.len().min(inside.end + TAG)).take_while(|i| !words[*i].has_gap(gap::STOP)).any(speaks);
    if content.ends_with(',') && opens_sentence && (after.is_some_and(char::is_lowercase) || tagged()) {
        return false;
    }
    let direct = inside.start > 0 && speaks(inside.start - 1) && !words[inside.start].has_gap(gap::STOP);
    !direct && before != Some(':')
}

#[cfg(test)]
mod tests {
    use crate::text::{Document, Voice, clean::keep_all};

    fn voices(text: &str) -> Vec<(Voice, &str)> {
        let document = Document::new(text, keep_all(text));
        document
            .voices
            .iter()
            .filter(|v| v.voice != Voice::Reported)
            .map(|v| (v.voice, &text[v.range.clone()]))
            .collect()
    }

    #[test]
    fn a_short_quotation_with_its_speaker_is_none() {
        assert_eq!(voices("“We left,” Mr Darwish said."), [(Voice::Quoted, "We left,")]);
        assert_eq!(voices("“We left,” said the mayor."), [(Voice::Quoted, "We left,")]);
    }

    #[test]
    fn words_kept_at_a_distance() {
        assert_eq!(
            voices("The so-called “moderate rebels” kept the \"state\" away."),
            [(Voice::Scare, "moderate rebels"), (Voice::Scare, "state")]
        );
        assert_eq!(voices("They built a ‘people’s republic’ there."), [(Voice::Scare, "people’s republic")]);
    }

    #[test]
    fn utterances_are_no_scare_quotes() {
        assert_eq!(voices("“No.” The envoy left."), [(Voice::Quoted, "No.")]);
        assert_eq!(voices("The envoy said “no” twice."), [(Voice::Quoted, "no")]);
        assert_eq!(voices("He had one word: \"Never\"."), [(Voice::Quoted, "Never")]);
        assert_eq!(voices("\"Not now,\" the envoy said."), [(Voice::Quoted, "Not now,")]);
    }
}
