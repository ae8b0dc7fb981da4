//! Speakers: to whom a span is attributed, where its paragraph says so.
//!
//! A span's cue is looked for right behind it ("…," Mr Darwish said; "…," said the mayor), then before it in its
//! sentence (Mr Darwish said …; according to the mayor, …), then behind it in its sentence. A span without a cue of its
//! own goes on with the speaker of the span before it in the paragraph. A pronoun stands for the speaker last named.

use super::memory::Memory;
use super::phrases::View;
use super::words::{Form, Word, class, english, frame, gap, hash_ascii};
use super::{Voice, VoiceSpan, inverted};
use crate::text::Document;
use std::ops::{Range, RangeInclusive};

/// Most words between a span and the verb that trails it.
const REACH: usize = 16;

/// Most words between a span and the verb before it.
const FAR: usize = 80;

/// Fills in `mention` and `speaker` of all spans but scare quotes.
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
        // A full stop ends what was said and its sentence: what follows is another.
        let stopped = document.text[span.range.clone()].ends_with('.');
        let follows = next.is_some_and(|s| s.paragraph == paragraph && s.tokens.start == token);
        let tag = follows && !stopped && span.voice == Voice::Quoted;
        match source(near, sentence..=last, tag) {
            Some(source) => memory.attribute(document, words, source, paragraph, span),
            None => memory.go_on(paragraph, span),
        }
    }
}

/// The words that say whose a span is, which stands in these sentences; the next one may be its `tag`.
fn source<'w>(near: impl Fn(usize) -> Near<'w>, sentences: RangeInclusive<usize>, tag: bool) -> Option<Range<usize>> {
    let (first, last) = sentences.into_inner();
    near(last)
        .right_behind()
        .or_else(|| tag.then(|| near(last + 1).tag())?)
        .or_else(|| near(first).before())
        .or_else(|| near(last).behind())
        .or_else(|| near(first).opening())
}

/// The neighbourhood of a span in one sentence.
struct Near<'w> {
    view: View<'w>,
    span: Range<usize>,
    /// Which words are attributed: a verb among them is the speaker's own.
    reported: &'w [bool],
}

impl Near<'_> {
    /// Whether word `i` is a verb that can introduce or trail somebody's words.
    fn cues(&self, i: usize) -> bool {
        let word = self.view.words[i];
        // "The Associated Press", "the GOP debate": what looks like a verb may be part of a name, or a noun.
        let named = word.is(class::CAPITAL) && i > self.view.sentence.start && !word.has_gap(gap::BREAK);
        word.entry.verb != 0 && self.view.speaks(i) && !self.span.contains(&i) && !named
    }

    fn quotes(&self, i: usize) -> bool {
        let frames = self.view.lexicon.frames(self.view.words[i].entry);
        self.cues(i) && frames & (frame::QUOTATION | frame::CLAUSE | frame::PERSON) != 0
    }

    /// The noun phrase that begins at a word, where it may name somebody.
    fn phrase_behind(&self, at: usize) -> Option<Range<usize>> {
        self.view.phrase_behind(at).filter(|phrase| !self.view.is_nobody(phrase))
    }

    /// The subject of a verb, if it lies outside the span.
    fn subject(&self, verb: usize) -> Option<Range<usize>> {
        if self.view.is_passive(verb) {
            return self.agent(verb);
        }
        let mut source = inverted::source(&self.view, verb).or_else(|| self.view.subject(verb))?;
        // "Mr Darwish, who said …"
        if source.len() == 1
            && self.view.words[source.start].is(class::RELATIVE)
            && source.start > self.view.sentence.start
        {
            source = self.view.subject(source.start).unwrap_or(source);
        }
        let apart = source.end <= self.span.start || source.start >= self.span.end;
        let noun = !self.view.words[source.end - 1].is(class::PREPOSITION | class::COORDINATOR | class::SUBORDINATOR);
        (apart && noun && !self.view.quoted[source.start] && !self.view.is_nobody(&source)).then_some(source)
    }

    /// "Asked whether …, Mr Darwish said …": somebody else asked, who isn't told.
    fn is_asked(&self) -> bool {
        let start = self.view.sentence.start;
        let verb = self.view.words[start].entry;
        verb.form == Form::Past
            && self.view.lexicon.frames(verb) & frame::PERSON != 0
            && self.span.start <= start + REACH
            && (start..self.span.start).rfind(|i| self.cues(*i)) == Some(start)
    }

    /// "The town is said to be calm", "he was told that …": nobody says who did, and the subject didn't.
    fn is_hearsay(&self) -> bool {
        let Range { start, end } = *self.view.sentence;
        let start = start.max(self.span.start.saturating_sub(FAR));
        let behind = (self.span.end..end.min(self.span.end + REACH)).take_while(|i| !self.view.broken(*i));
        let nearest =
            (start..self.span.start).rfind(|i| self.cues(*i)).or_else(|| behind.into_iter().find(|i| self.cues(*i)));
        nearest.is_some_and(|verb| !self.reported[verb] && self.view.is_passive(verb) && self.agent(verb).is_none())
    }

    /// "was accused by the council of …": who did what a passive verb tells.
    fn agent(&self, verb: usize) -> Option<Range<usize>> {
        let by = hash_ascii(b"by");
        let end = self.view.sentence.end.min(verb + FAR);
        let near = (verb + 1..end).take_while(|i| !self.view.words[*i].has_gap(gap::BREAK & !gap::QUOTE));
        let at = near.into_iter().find(|i| self.view.words[*i].hash == by && !self.span.contains(i))?;
        self.phrase_behind(at + 1)
    }

    /// "…," Mr Darwish said; "…," said Mr Darwish; …, according to Mr Darwish.
    fn right_behind(&self) -> Option<Range<usize>> {
        let at = self.span.end;
        if at >= self.view.sentence.end || self.view.words[at].has_gap(gap::SEMICOLON | gap::COLON) {
            return None;
        }
        if self.view.words[at].hash == self.view.lexicon.according {
            return self.phrase_behind(at + 2);
        }
        let finite = |i: usize| matches!(self.view.words[i].entry.form, Form::Past | Form::Third | Form::Base);
        if self.quotes(at)
            && finite(at)
            && let Some(source) = self.phrase_behind(at + 1)
        {
            return Some(source);
        }
        let parted = self.view.words[at].has_gap(gap::QUOTE | gap::COMMA);
        let opens = class::CAPITAL | class::DETERMINER | class::SUBJECT | class::POSSESSIVE | class::TITLE;
        let verb = (at..self.view.sentence.end.min(at + REACH))
            .find(|i| self.view.quoted[*i] || self.quotes(*i) && finite(*i))?;
        if self.view.quoted[verb] {
            return None;
        }
        if parted && self.view.words[at].is(opens) {
            return self.phrase_behind(at);
        }
        self.subject(verb).filter(|s| s.start <= at + 1)
    }

    /// The next sentence is a tag only: "Will you stay?" Mr Darwish asked.
    fn tag(&self) -> Option<Range<usize>> {
        let Range { start, end } = *self.view.sentence;
        let verb = (start..end.min(start + REACH)).find(|i| self.view.quoted[*i] || self.quotes(*i))?;
        let behind = self.view.skip_adverbial(verb + 1);
        if self.view.quoted[verb] || self.view.words[verb].entry.form == Form::Ing {
            return None;
        }
        if behind < end && !self.view.broken(behind) {
            // "Mr Darwish asked the council." tags as well; "Mr Darwish said he would go." does not.
            let rest = self.phrase_behind(behind)?;
            if verb == start {
                return Some(rest);
            }
            if rest.end < end && !self.view.broken(rest.end) {
                return None;
            }
        }
        let source = self.subject(verb)?;
        (source.start <= start + 1 || self.view.words[source.start].has_gap(gap::COMMA))
            .then(|| self.phrase_behind(start))?
    }

    /// Mr Darwish said …; according to Mr Darwish, …
    fn before(&self) -> Option<Range<usize>> {
        let start = self.view.sentence.start.max(self.span.start.saturating_sub(FAR));
        let mut inner = None;
        let mut at = self.span.start;
        while at > start {
            at -= 1;
            if self.view.words[at].hash == self.view.lexicon.according && at + 2 < self.span.start {
                return self.phrase_behind(at + 2);
            }
            if !self.cues(at) {
                continue;
            }
            let source = self.subject(at).or_else(|| {
                let inverted = at > start && self.view.words[at].has_gap(gap::QUOTE | gap::COMMA) && self.quotes(at);
                self.phrase_behind(at + 1).filter(|s| inverted && s.end <= self.span.start)
            });
            // A participle ("…, noting …") shares the subject of the verb before it; a verb that is itself attributed
            // belongs to what was said. Both count only where nothing better comes.
            let participle = self.view.words[at].entry.form == Form::Ing && !self.after_auxiliary(at);
            match source {
                Some(source) if !participle && !self.reported[at] => return Some(source),
                Some(source) if !participle => inner = inner.or(Some(source)),
                _ => {}
            }
        }
        self.opening().filter(|s| self.view.words[s.start].is(class::CAPITAL) && inner.is_none()).or(inner)
    }

    fn after_auxiliary(&self, verb: usize) -> bool {
        verb > self.view.sentence.start && self.view.words[verb - 1].is(class::AUXILIARY | class::ADVERB)
    }

    /// The noun phrase that opens the sentence, if the span lies behind it.
    fn opening(&self) -> Option<Range<usize>> {
        let start = self.view.sentence.start;
        let opens = self.view.words[start];
        if start >= self.span.start || self.reported[start] || opens.hash == self.view.lexicon.according {
            return None;
        }
        let imperative = opens.entry.verb != 0 && opens.entry.form == Form::Base && !opens.is(class::NOUN);
        let source = self.view.phrase_behind(start).filter(|s| s.end <= self.span.start)?;
        (!self.view.is_nobody(&source) && (!imperative || source.len() > 1)).then_some(source)
    }

    /// The first cue behind the span in its sentence.
    fn behind(&self) -> Option<Range<usize>> {
        let mut at = self.span.end;
        while at < self.view.sentence.end.min(self.span.end + 2 * REACH) {
            if self.view.words[at].hash == self.view.lexicon.according {
                return self.phrase_behind(at + 2);
            }
            if self.quotes(at) {
                let inverted = self.view.words[at].has_gap(gap::QUOTE | gap::COMMA);
                return self.subject(at).or_else(|| self.phrase_behind(at + 1).filter(|_| inverted));
            }
            at += 1;
        }
        None
    }
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
        // Nor is it whom the text named last.
        assert_eq!(
            speakers("“We will stay here,” Mr Darwish said.\n“We never did so,” some of them said. “We never will.”"),
            [("Mr Darwish", "Mr Darwish"), (some, ""), (some, "")]
        );
    }

    #[test]
    fn nobody_is_named() {
        assert_eq!(speakers("“We will stay here, whatever may come.”"), [("", "")]);
        // What opens a sentence or stands in the subject's place is nobody.
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
