//! Speakers: to whom a span is attributed, if its paragraph says so.
//!
//! A span's cue is searched right after it ("…," Mr Darwish said; "…," said the mayor), then before it in its sentence
//! (Mr Darwish said …; according to the mayor, …), then after it in its sentence. A span without a cue has the speaker
//! of the previous span in the paragraph. A pronoun refers to the speaker last named.

use super::memory::Memory;
use super::near::Near;
use super::phrases::View;
use super::words::{Word, english};
use super::{Voice, VoiceSpan};
use crate::text::Document;
use std::ops::{Range, RangeInclusive};

/// Fills in `mention` and `speaker` of all spans except scare quotes.
pub(super) fn name(
    document: &Document<'_>,
    words: &[Word],
    inside: &[bool],
    reported: &[bool],
    spans: &mut [VoiceSpan],
) {
    let mut memory = Memory::default();
    let mut token = 0;
    let mut sentence = 0;
    for span in spans.iter_mut().filter(|s| s.voice != Voice::Scare) {
        while token < words.len() && (document.tokens[token].start as usize) < span.range.start {
            token += 1;
        }
        let first = token;
        while token < words.len() && (document.tokens[token].end as usize) <= span.range.end {
            token += 1;
        }
        if token == first {
            continue;
        }
        while document.sentences[sentence].tokens.end <= first {
            sentence += 1;
        }
        let mut last = sentence;
        while document.sentences[last].tokens.end < token {
            last += 1;
        }
        let paragraph = document.sentences[sentence].paragraph;
        let view = |s: usize| View {
            words,
            quoted: inside,
            lexicon: english(),
            sentence: &document.sentences[s].tokens,
            bare: false,
        };
        let near = |s: usize| Near { view: view(s), span: first..token, reported };
        if near(sentence).is_asked() || near(sentence).is_hearsay() && near(last).right_behind().is_none() {
            continue;
        }
        let next = document.sentences.get(last + 1);
        // A full stop ends what was said and its sentence: what follows is another sentence.
        let stopped = document.text[span.range.clone()].ends_with('.');
        let follows = next.is_some_and(|s| s.paragraph == paragraph && s.tokens.start == token);
        let tag = follows && !stopped && span.voice == Voice::Quoted;
        match source(near, sentence..=last, tag) {
            Some(source) => memory.attribute(document, words, source, paragraph, span),
            None => memory.go_on(paragraph, span),
        }
    }
}

/// The words that name the source of a span in these sentences; with `tag`, the next sentence may be its tag.
fn source<'w>(near: impl Fn(usize) -> Near<'w>, sentences: RangeInclusive<usize>, tag: bool) -> Option<Range<usize>> {
    let (first, last) = sentences.into_inner();
    near(last)
        .right_behind()
        .or_else(|| tag.then(|| near(last + 1).tag())?)
        .or_else(|| near(first).before())
        .or_else(|| near(last).behind())
        .or_else(|| near(first).opening())
}

#[cfg(test)]
mod tests {
    use crate::text::{Document, Voice, clean::keep_all};

    fn speakers(text: &str) -> Vec<(&str, &str)> {
        let document = Document::new(text, keep_all(text));
        document
            .voices
            .iter()
            .filter(|v| v.voice == Voice::Quoted)
            .map(|v| {
                let slice = |r: &Option<std::ops::Range<usize>>| r.clone().map_or("", |r| &text[r]);
                (slice(&v.mention), slice(&v.speaker))
            })
            .collect()
    }

    #[test]
    fn the_speaker_stands_behind_the_quotation() {
        assert_eq!(speakers("“We will stay here,” Mr Darwish said on Monday."), [("Mr Darwish", "Mr Darwish")]);
        let mayor = "the mayor of Darat Izza";
        assert_eq!(speakers("“We will stay here,” said the mayor of Darat Izza."), [(mayor, mayor)]);
        let found = speakers("“We will stay here,” Leila Haddad, a nurse in the town, told reporters.");
        assert_eq!(found, [("Leila Haddad", "Leila Haddad")]);
    }

    #[test]
    fn titles_and_initials_do_not_cut_a_name() {
        for name in [
            "Sen. Anna Field",
            "Lt. Gov. Anna Field",
            "Mrs. Field",
            "Gen. al-Field",
            "U.S. Secretary of State Anna Field",
            "J. D. Field",
            "J.D. Field",
            "Anna L. Field",
            "K. M. Field",
            "the U.S.-led coalition",
            "the U.S. ambassador",
            "Arle.com",
            "the U.S.",
        ] {
            for text in [
                format!("“We will stay here,” said {name}."),
                format!("“We will stay here,” said {name}, who left later."),
                format!("“We will stay here,” {name} said."),
                format!("On Monday {name} said: “We will stay here.”"),
                format!("According to {name}, the army “fled from all the towns” of the coast."),
            ] {
                assert_eq!(speakers(&text), [(name, name)], "{text}");
            }
        }
        let found = speakers("“We will stay here,” said Rep. Anna Field, D-N.J., on Monday.");
        assert_eq!(found, [("Rep. Anna Field", "Rep. Anna Field")]);
        let found = speakers("Rep. Anna Field, D-N.J., said: “We will stay here.”");
        assert_eq!(found, [("Rep. Anna Field", "Rep. Anna Field")]);
    }

    #[test]
    fn the_speaker_stands_before_the_quotation() {
        assert_eq!(speakers("On Monday Mr Darwish said: “We will stay here.”"), [("Mr Darwish", "Mr Darwish")]);
        assert_eq!(
            speakers("According to Etilaf, the army “fled from all the towns” of the coast."),
            [("Etilaf", "Etilaf")]
        );
    }

    #[test]
    fn a_second_quotation_goes_on_with_the_speaker() {
        assert_eq!(
            speakers("“We will stay here,” Mr Darwish said. “We always did so.”"),
            [("Mr Darwish", "Mr Darwish"), ("Mr Darwish", "Mr Darwish")]
        );
    }

    #[test]
    fn a_pronoun_stands_for_the_speaker_last_named() {
        assert_eq!(
            speakers("“We will stay here,” Mr Darwish said.\n“We always did so,” he added."),
            [("Mr Darwish", "Mr Darwish"), ("he", "Mr Darwish")]
        );
        assert_eq!(speakers("“We will stay here,” she said."), [("she", "")]);
    }

    #[test]
    fn a_pronoun_stands_for_whoever_spoke_in_its_paragraph() {
        let text = "“We left,” Mr Darwish said.\nA council official told the paper “a long tale of woe”. “We will stay,” he said.";
        assert_eq!(
            speakers(text),
            [("Mr Darwish", "Mr Darwish"), ("A council official", "A council official"), ("he", "A council official")]
        );
    }

    #[test]
    fn a_sentence_behind_a_full_stop_is_no_tag() {
        let both = [("Mr Darwish", "Mr Darwish"), ("Mr Darwish", "Mr Darwish")];
        assert_eq!(speakers("“We will stay,” said Mr Darwish. “They don’t care.” The council denied it."), both);
        assert_eq!(speakers("Mr Darwish said: “We will stay.” The council agreed."), both[..1]);
    }

    #[test]
    fn the_subject_of_a_passive_verb_says_nothing() {
        let town = "“a town without any water at all”";
        for (text, name) in [
            (format!("The council was told of {town}."), ""),
            (format!("The council has been accused of {town}."), ""),
            (format!("The council was accused of {town} by Mr Darwish."), "Mr Darwish"),
            (format!("The council was described by Mr Darwish as {town}."), "Mr Darwish"),
        ] {
            assert_eq!(speakers(&text), [(name, name)], "{text}");
        }
    }

    #[test]
    fn a_tag_may_be_a_sentence() {
        assert_eq!(speakers("“Will you stay here?” Mr Darwish asked. Nobody knew."), [("Mr Darwish", "Mr Darwish")]);
    }

    #[test]
    fn participles_and_inner_verbs_have_no_speaker_of_their_own() {
        assert_eq!(
            speakers("Mr Darwish left the hall, calling the vote “a farce of the worst kind”."),
            [("Mr Darwish", "Mr Darwish")]
        );
    }

    #[test]
    fn a_part_of_a_pronoun_is_nobody() {
        let some = "some of them";
        assert_eq!(speakers("“We will stay here,” some of them said."), [(some, "")]);
        // It isn't the person named last, either.
        assert_eq!(
            speakers("“We will stay here,” Mr Darwish said.\n“We never did so,” some of them said. “We never will.”"),
            [("Mr Darwish", "Mr Darwish"), (some, ""), (some, "")]
        );
    }

    #[test]
    fn nobody_is_named() {
        assert_eq!(speakers("“We will stay here, whatever may come.”"), [("", "")]);
        // The opening of a sentence, or a placeholder subject, isn't a person.
        for text in [
            "There was the talk of “a town without any water at all” again.",
            "Yet the week brought “a town without any water at all” again.",
            "Consider the plan for “a town without any water at all” again.",
            "Asked about “a town without any water at all”, Mr Darwish left.",
        ] {
            assert_eq!(speakers(text), [("", "")], "{text}");
        }
    }

    #[test]
    fn a_filler_is_no_subject() {
        let town = "a town without any water at all";
        for (text, name) in [
            (format!("Mr Darwish has so far promised “{town}”."), "Mr Darwish"),
            (format!("Mr Darwish sometimes described “{town}”."), "Mr Darwish"),
            (format!("The mayor first spoke of “{town}”."), "The mayor"),
            (format!("On Monday, Mr Darwish, a nurse from Arle, described “{town}”."), "Mr Darwish"),
            (format!("In May, when Mr Darwish, a nurse from Arle, described “{town}”, he left."), "Mr Darwish"),
            (format!("According to an Arle Council report, it was “{town}”."), "an Arle Council report"),
            (format!("The Centre for Water and Health described “{town}”."), "The Centre for Water and Health"),
            (format!("The fair ended after Mr Darwish described “{town}”."), "Mr Darwish"),
            (
                format!("“It is {town},” according to the Centre for Water and Health."),
                "the Centre for Water and Health",
            ),
        ] {
            assert_eq!(speakers(&text), [(name, name)], "{text}");
        }
    }

    #[test]
    fn who_writes_or_reads_is_not_whom_the_text_named_last() {
        assert_eq!(
            speakers("“We will stay here,” Mr Darwish said.\nWe call it “the town without any water”."),
            [("Mr Darwish", "Mr Darwish"), ("We", "")]
        );
    }
}
