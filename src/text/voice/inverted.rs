//! Verbs before their subject: "…," said the mayor; …, says the ministry.
//!
//! Such a verb leaves no doubt: what precedes it was said, and who follows it said it. The model has seen few of them
//! without quotation marks. Works on one sentence, after the model.

use super::phrases::View;
use super::words::{Form, class, frame, gap, hash_ascii};
use std::ops::Range;

/// Most words of a clause before the verb that trails it (if more than its last words are looked at), and of the
/// description of a source.
const LONGEST: usize = 80;
/// Most words of an office: "a senior council official".
const OFFICE: usize = 4;
/// Most words of a dateline: "ARLE, North Valley (Agency) - ".
const DATELINE: usize = 8;

/// "…," said a rebel officer, Ziad Farhoud, "…": the verb that trails a quotation is followed by the speaker, with a
/// description up to the next quotation, none of which was said.
pub(super) fn give_back_sources(view: &View<'_>, reported: &mut [bool]) {
    let Range { start, end } = *view.sentence;
    for verb in start + 1..end {
        let trails = view.quoted[verb - 1] && view.speaks(verb) && view.words[verb].has_gap(gap::QUOTE);
        if !trails || view.lexicon.frames(view.words[verb].entry) & frame::QUOTATION == 0 {
            continue;
        }
        let Some(source) = view.phrase_behind(verb + 1) else { continue };
        let behind = (verb + 1..end).find(|i| !reported[*i] || view.quoted[*i]).unwrap_or(end);
        if behind == end || view.quoted[behind] || behind <= source.end {
            reported[verb + 1..behind].fill(false);
        }
    }
}

/// "The town fell, said the mayor of Arle.": the clause before the comma is reported, and the source named after it
/// isn't.
pub(super) fn take_clauses(view: &View<'_>, reported: &mut [bool]) {
    let Range { start, end } = *view.sentence;
    for verb in start + 2..end {
        let Some(source) = source(view, verb) else { continue };
        reported[clause(view, verb)].fill(true);
        let mut behind = break_behind(view, source.end);
        // "…, said the mayor, who …"
        let tells = [b"who".as_slice(), b"whose", b"which"].map(hash_ascii);
        if behind < end && tells.contains(&view.words[behind].hash) {
            behind = break_behind(view, behind + 1);
        }
        reported[verb..behind].fill(false);
    }
}

/// The clause before a verb that trails it, from the beginning of the sentence, its dateline or its last full clause
/// on.
fn clause(view: &View<'_>, verb: usize) -> Range<usize> {
    let start = view.sentence.start;
    let parts = |i: &usize| view.words[*i].has_gap(gap::SEMICOLON | gap::COLON | gap::STOP);
    let dateline = |i: &usize| *i < start + DATELINE && view.words[*i].has_gap(gap::DASH);
    (start + 1..verb).rfind(|i| parts(i) || dateline(i)).unwrap_or(start)..verb
}

/// The first word from `at` on with punctuation before it.
fn break_behind(view: &View<'_>, at: usize) -> usize {
    let end = view.sentence.end.min(at + LONGEST);
    (at..end).find(|i| view.broken(*i)).unwrap_or(end)
}

/// The source after a verb that trails a clause; `None` if the verb does something else.
///
/// If its comma is the first in the sentence, what precedes it can't be its subject. After more commas it may be ("Mr
/// Darwish, a nurse, said the town …"), unless the sentence ends with the source.
pub(super) fn source(view: &View<'_>, verb: usize) -> Option<Range<usize>> {
    let Range { start, end } = *view.sentence;
    let word = view.words[verb];
    let frames = view.lexicon.frames(word.entry);
    let says = frames & (frame::CLAUSE | frame::QUOTATION) == frame::CLAUSE | frame::QUOTATION;
    // Only these base forms count: "they buy more boats, add a ferry".
    let lemma = view.lexicon.lemma_hash(word.entry);
    let bare_says = [b"say".as_slice(), b"argue"].iter().any(|verb| hash_ascii(verb) == lemma);
    // "Told the mayor": to whom; "announced a truce": what.
    let takes_noun = frames & frame::NOUN != 0;
    if verb < start + 2
        || !says
        || frames & frame::PERSON != 0
        || takes_noun && word.entry.form != Form::Third
        || word.entry.form == Form::Ing
        || word.entry.form == Form::Base && !bare_says
        || !view.speaks(verb)
        || !word.has_gap(gap::COMMA)
        || word.has_gap(gap::QUOTE)
    {
        return None;
    }
    let source = view.phrase_behind(verb + 1).filter(|source| !view.is_nobody(source))?;
    let behind = break_behind(view, source.end);
    // A clause of its own: "…, said the town had fallen".
    let goes_on = (source.end..behind).any(|i| {
        let word = view.words[i];
        let finite = word.entry.verb != 0 && matches!(word.entry.form, Form::Past | Form::Third);
        word.is(class::AUXILIARY | class::SUBJECT) && !word.is(class::DETERMINER | class::POSSESSIVE) || finite
    });
    let relative = source.end < behind && view.words[source.end].is(class::RELATIVE);
    let first = verb - start <= LONGEST && clause(view, verb).skip(1).all(|i| !view.broken(i));
    let ends = view.skip_adverbial(source.end) == end;
    (ends && !takes_noun && is_somebody(view, &source) || first && (relative || !goes_on)).then_some(source)
}

/// Whether a phrase is a name or an office rather than a clause: "Anna Field", "two officials"; "the town fell" may be
/// a clause.
fn is_somebody(view: &View<'_>, phrase: &Range<usize>) -> bool {
    let is = |i: usize, classes: u32| view.words[i].is(classes);
    let named = |i: usize| is(i, class::CAPITAL | class::TITLE) && !is(i, class::DETERMINER);
    let office = phrase.len() <= OFFICE && is(phrase.end - 1, class::TITLE);
    phrase.clone().all(named) || office && !phrase.clone().any(|i| is(i, class::PARTICIPLE))
}

#[cfg(test)]
mod tests {
    use crate::text::voice::Voice;
    use crate::text::{Document, clean::keep_all};

    fn reported(text: &str) -> Vec<(&str, &str)> {
        let document = Document::new(text, keep_all(text));
        let slice = |range: &std::ops::Range<usize>| &text[range.clone()];
        let spans = document.voices.iter().filter(|span| span.voice == Voice::Reported);
        spans.map(|span| (slice(&span.range), span.mention.as_ref().map_or("", slice))).collect()
    }

    #[test]
    fn a_clause_before_a_verb_and_its_subject() {
        let fell = "The town has fallen to the rebels";
        for (behind, source) in [
            ("said the mayor.", "the mayor"),
            ("said a council official.", "a council official"),
            ("says the council's envoy Anna Field.", "the council's envoy Anna Field"),
            ("say residents.", "residents"),
            ("say analysts who follow the war.", "analysts"),
            ("said the Observatory on Friday.", "the Observatory"),
            ("said Anna Field, who leads the council.", "Anna Field"),
            ("said Anna Field, a nurse.", "Anna Field"),
            ("reports Reuters.", "Reuters"),
            ("says the mayor, who left it.", "the mayor"),
        ] {
            assert_eq!(reported(&format!("{fell}, {behind}")), [(fell, source)], "{behind}");
        }
        assert_eq!(reported(&format!("ARLE (Agency) - {fell}, said the mayor.")), [(fell, "the mayor")]);
        assert_eq!(
            reported("In May, the town, then free, has fallen, said the minister."),
            [("In May, the town, then free, has fallen", "the minister")]
        );
    }

    #[test]
    fn a_sentence_may_go_on_behind_the_source() {
        assert_eq!(
            reported("The army used gas, said a council official, adding that the rebels had fled."),
            [("The army used gas", "a council official"), ("that the rebels had fled", "a council official")]
        );
        assert_eq!(
            reported("The army, said the council, used gas."),
            [("The army", "the council"), ("used gas", "the council")]
        );
    }

    #[test]
    fn a_subject_before_its_insertion_stays() {
        for text in [
            "Mr Darwish, a nurse, said the town had fallen.",
            "Mr Darwish, speaking in Arle, said the rebels, whom he met, had left.",
            "The army took the town, announced a truce and left.",
            "Mr Darwish, a nurse, said the town fell.",
            "Mr Darwish, a nurse, said the rebels left Arle.",
            "Towns with more than two bridges have to buy boats, add a ferry or close a road.",
        ] {
            assert!(!reported(text).iter().any(|(said, _)| text.starts_with(said)), "{text}");
        }
    }
}
