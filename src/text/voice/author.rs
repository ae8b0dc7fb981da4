//! What the author says: "I think the regime is losing", "we believe …". It is the outlet's own voice.
//!
//! The model was learnt from news, where hardly anyone but others thinks or says anything; opinion pieces are full of
//! it. Works on one sentence, after the model; answers in an interview are marked later.

use super::phrases::View;
use super::words::{class, frame, gap, hash_ascii};
use std::ops::Range;

/// The author as the subject of a verb.
const AUTHOR: [&[u8]; 10] = [b"i", b"we", b"i've", b"we've", b"i'd", b"we'd", b"i'll", b"we'll", b"i'm", b"we're"];
/// Verbs whose subject has it from others: "I hear that the rebels have left".
const FROM_OTHERS: [&[u8]; 5] = [b"hear", b"learn", b"read", b"understand", b"gather"];
/// Most words between the author and a verb.
const MOST_BETWEEN: usize = 8;
/// From so many words on, a text without commas is one that has lost them.
const TELLING: usize = 120;

/// Somebody says something in a sentence.
struct Saying {
    /// The subject's first word; the verb if it has none.
    subject: usize,
    /// The verb, or "according".
    verb: usize,
    /// Whether it is the author's: not "I am told", "we hear".
    is_own: bool,
}

impl Saying {
    /// Its first word behind word `i`.
    fn first(&self, i: usize) -> usize {
        if self.subject > i { self.subject } else { self.verb }
    }
}

/// Takes the attribution from what the author says. In time linear in the sentence, which may have a million words.
pub(super) fn give_back_own(view: &View<'_>, reported: &mut [bool]) {
    let Range { start, end } = *view.sentence;
    // A text that has lost its commas has lost its quotation marks, too: somebody said what stands there in the first
    // person.
    let lost_marks = view.bare && view.words.len() >= TELLING;
    if lost_marks || !(start..end).any(|i| is_author(view, i)) {
        return;
    }
    let sayings: Vec<Saying> = (start..end).filter_map(|i| saying(view, i)).collect();
    let mut others = sayings.iter().filter(|saying| !saying.is_own).peekable();
    let first = others.peek().map_or(end, |other| other.verb);
    // Up to here all was given back that had to be.
    let mut given = start;
    for &Saying { subject, verb, .. } in sayings.iter().filter(|saying| saying.is_own) {
        while others.next_if(|other| other.verb <= verb).is_some() {}
        let is_first = subject <= first;
        if reported[verb] && !is_first {
            continue;
        }
        let from = given.max(if is_first { start } else { subject });
        let until = match others.peek() {
            None => end,
            // "I think we have lost, he said."
            Some(other) if view.words[other.first(verb)].has_gap(gap::COMMA) => continue,
            // "I think the envoy said that …": what follows is the envoy's.
            Some(other) => other.verb + 1,
        };
        if from < until {
            reported[from..until].fill(false);
            given = until;
        }
    }
}

/// Who says something by the verb at `i`.
fn saying(view: &View<'_>, i: usize) -> Option<Saying> {
    if view.words[i].hash == view.lexicon.according {
        return Some(Saying { subject: i, verb: i, is_own: false });
    }
    let frames = view.lexicon.frames(view.words[i].entry);
    if frames & (frame::CLAUSE | frame::QUOTATION) == 0 || !view.speaks(i) {
        return None;
    }
    let author = author_before(view, i);
    let subject = author.or_else(|| view.subject(i).map(|subject| subject.start)).unwrap_or(i);
    let is_own = is_author(view, subject) && !view.is_passive(i) && !has_from_others(view, i);
    Some(Saying { subject, verb: i, is_own })
}

/// The author right before a verb: "I'd", which is also an auxiliary; "I have never".
fn author_before(view: &View<'_>, verb: usize) -> Option<usize> {
    let between = class::AUXILIARY | class::ADVERB | class::LY | class::NEGATION | class::SUBJECT;
    let first = view.sentence.start.max(verb.saturating_sub(MOST_BETWEEN));
    let mut before = (first..verb).rev().take_while(|i| !view.broken(i + 1) && view.words[*i].is(between));
    let subject = before.find(|i| is_author(view, *i) || view.words[*i].is(class::SUBJECT));
    subject.filter(|i| is_author(view, *i))
}

fn is_author(view: &View<'_>, i: usize) -> bool {
    !view.quoted[i] && AUTHOR.map(hash_ascii).contains(&view.words[i].hash)
}

fn has_from_others(view: &View<'_>, verb: usize) -> bool {
    let lemma = view.lexicon.lemma_hash(view.words[verb].entry);
    FROM_OTHERS.map(hash_ascii).contains(&lemma)
}

#[cfg(test)]
mod tests {
    use crate::text::voice::tests::reported;

    #[test]
    fn what_the_author_thinks_is_own() {
        for text in [
            "I think the regime is losing support.",
            "I still think that the regime is losing support.",
            "We believe that the rebels must go.",
            "We have long argued that the government would fall.",
            "I suspect the government knew.",
            "As I wrote in March, the regime is weak.",
            "The regime is losing support, I think.",
            "I'd say the rebels are finished.",
            "I don't believe that the rebels will come back.",
            "I asked him what the regime had done.",
        ] {
            assert_eq!(reported(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_others_say_is_theirs() {
        for (text, theirs) in [
            ("I think the envoy said that the regime was weak.", "that the regime was weak"),
            ("He told me that the regime was weak.", "that the regime was weak"),
            ("I am told that the rebels left.", "that the rebels left"),
            ("The mayor said we should leave the town.", "we should leave the town"),
        ] {
            assert_eq!(reported(text), [theirs], "{text}");
        }
        assert_eq!(reported("I think we have lost the town, the mayor said."), ["I think we have lost the town"]);
        // What the author has from others, and what else stands there.
        for (text, theirs) in [
            ("We hear that the regime has agreed to talks.", "the regime has agreed to talks"),
            ("I am told that the rebels left, and I think they were right.", "that the rebels left"),
        ] {
            assert!(reported(text)[0].contains(theirs), "{text}");
        }
    }

    #[test]
    fn a_text_without_its_marks_has_speakers_in_the_first_person() {
        let news = "The rebels left the town on Monday and the army took the road to the border within hours of that. ";
        let text = |before: &str| format!("{}We believe that the rebels must go.", before.repeat(10));
        assert_eq!(reported(&text(news)), ["that the rebels must go"]);
        assert_eq!(reported(&text(&news.replace(" and the", ", and the"))), [""; 0]);
    }
}
