//! Names that somebody gives to something: "calls them terrorists", "regards these groups as rebels", "what Damascus
//! calls terrorists".
//!
//! Such a name is the subject's and not the outlet's. The model finds it if the object is a noun; if the object is a
//! pronoun, or precedes the verb, grammar is enough. Works on one sentence, after the model.

use super::phrases::View;
use super::words::{class, hash_ascii};
use std::ops::Range;

/// Verbs with a name after their object.
const NAMING: [&[u8]; 7] = [b"call", b"label", b"brand", b"dub", b"term", b"deem", b"consider"];
/// Most words between such a verb and "as".
const OBJECT: usize = 6;
/// Most words of a name after a verb whose object precedes it.
const NAME: usize = 3;

/// Most words after a verb that are looked at.
const LONGEST: usize = 40;

/// Marks names given by the subject of a verb.
pub(super) fn take_names(view: &View<'_>, reported: &mut [bool]) {
    for verb in view.sentence.clone() {
        if let Some(named) = view.speaks(verb).then(|| named(view, verb)).flatten() {
            reported[named].fill(true);
        }
    }
}

/// The name after a verb, including the object if that follows the verb.
fn named(view: &View<'_>, verb: usize) -> Option<Range<usize>> {
    let entry = view.words[verb].entry;
    let lemma = view.lexicon.lemma_hash(entry);
    let names = NAMING.iter().any(|word| hash_ascii(word) == lemma);
    let as_word = hash_ascii(b"as");
    if !names && !view.lexicon.takes(entry, as_word) || view.is_passive(verb) || view.broken(verb + 1) {
        return None;
    }
    let end = clause_end(view, verb);
    let subject = view.subject(verb).filter(|subject| !view.is_nobody(subject))?;
    // "We call them terrorists" is the outlet's own.
    if [b"i".as_slice(), b"we"].map(hash_ascii).contains(&view.words[subject.start].hash) {
        return None;
    }
    let before = subject.start.checked_sub(1).filter(|i| *i >= view.sentence.start && !view.broken(subject.start));
    let is = |i: usize, classes: u32| i < end && view.words[i].is(classes);
    let stops =
        class::PREPOSITION | class::COORDINATOR | class::SUBORDINATOR | class::RELATIVE | class::TIME | class::ADVERB;
    let first = verb + 1;
    let pronoun = view.words[first].is(class::OBJECT) && !view.words[first].is(class::POSSESSIVE);
    let these = [b"these".as_slice(), b"those", b"all"].map(hash_ascii).contains(&view.words[first].hash);
    if (pronoun || these) && names && first + 1 < end && !is(first + 1, stops) {
        let ends = class::COORDINATOR | class::SUBORDINATOR | class::RELATIVE;
        return Some(first..(first + 1..end).find(|i| is(*i, ends)).unwrap_or(end));
    }
    if (pronoun || view.words[first].is(class::DETERMINER)) && !names {
        let at = (first + 1..end.min(first + OBJECT)).find(|i| view.words[*i].hash == as_word)?;
        return (at + 1 < end && !is(at + 1, class::SUBJECT | stops)).then_some(first..end);
    }
    let relative = [b"what".as_slice(), b"whom", b"which", b"those"].map(hash_ascii);
    if names && before.is_some_and(|i| relative.contains(&view.words[i].hash)) && !is(first, stops) {
        let ends = stops | class::AUXILIARY | class::DETERMINER;
        let behind = (first + 1..end.min(first + NAME)).find(|i| is(*i, ends));
        return Some(first..behind.unwrap_or(end.min(first + NAME)));
    }
    None
}

/// Where the clause of a verb ends: at punctuation, or before the next clause ("… and Moscow calls them …").
fn clause_end(view: &View<'_>, verb: usize) -> usize {
    let end = view.sentence.end.min(verb + LONGEST);
    let end = (verb + 1..end).find(|i| view.broken(*i)).unwrap_or(end);
    let Some(next) = (verb + 1..end).find(|i| view.speaks(*i)) else { return end };
    (verb + 1..next).rfind(|i| view.words[*i].is(class::COORDINATOR)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use crate::text::voice::tests::reported;

    #[test]
    fn a_name_is_whoever_gives_it() {
        for (text, name) in [
            ("Damascus calls them terrorists.", "them terrorists"),
            ("The Western papers call these people rebels.", "these people rebels"),
            ("State TV dubbed them terrorists and left.", "them terrorists"),
            ("Assad regards them as terrorists.", "them as terrorists"),
            ("The road was held by what Damascus calls terrorists.", "terrorists"),
            ("The army shelled those it calls terrorists.", "terrorists"),
        ] {
            assert_eq!(reported(text), [name], "{text}");
        }
    }

    #[test]
    fn the_next_clause_is_another() {
        assert_eq!(
            reported("Damascus calls them rebels and Moscow regards them as terrorists."),
            ["them rebels", "them as terrorists"]
        );
    }

    #[test]
    fn calls_and_own_names_stay() {
        for text in ["We call them terrorists.", "The army called up men of forty."] {
            assert!(reported(text).is_empty(), "{text}");
        }
    }
}
