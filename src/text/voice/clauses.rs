//! Reported speech by rule: the clause that a speech verb governs, before it or behind it.
//!
//! Takes the words of one sentence, hands on [`Attribution`]s: ranges of words that are content, the cue, and the
//! source. Three patterns: `SOURCE VERB [adverbial] (that) CLAUSE`, `CLAUSE, SOURCE VERB [adverbial].`, and
//! `according to SOURCE`.

use super::words::{Form, Lexicon, Word, class, frame, gap, hash_ascii};
use std::ops::Range;

/// Who is said to have said something by which word; all are ranges of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cue {
    /// The verb.
    pub verb: usize,
    /// The words that name the source, if any were found.
    pub source: Option<Range<usize>>,
}

/// Looks at the words of one sentence.
#[derive(Clone, Copy)]
pub(super) struct View<'w> {
    pub words: &'w [Word],
    /// Which words stand inside quotation marks.
    pub quoted: &'w [bool],
    pub lexicon: &'static Lexicon,
    pub sentence: &'w Range<usize>,
}

impl View<'_> {
    fn is(&self, i: usize, classes: u32) -> bool {
        self.sentence.contains(&i) && self.words[i].is(classes)
    }

    /// Whether punctuation or the sentence's end stands before word `i`.
    pub fn broken(&self, i: usize) -> bool {
        i >= self.sentence.end
            || i <= self.sentence.start
            || self.words[i].has_gap(gap::BREAK)
            || self.quoted[i] != self.quoted[i - 1]
    }

    /// Whether the word is a verb of speech that is used as a verb.
    pub fn speaks(&self, i: usize) -> bool {
        let word = self.words[i];
        if word.entry.verb == 0 || self.quoted[i] {
            return false;
        }
        let before = i.checked_sub(1).filter(|b| *b >= self.sentence.start);
        match word.entry.form {
            Form::Past | Form::Ing => true,
            Form::Third | Form::Base => !before.is_some_and(|b| {
                self.words[b].is(class::DETERMINER | class::POSSESSIVE | class::MARK | class::PREPOSITION)
                    && !self.words[b].is(class::SUBJECT)
            }),
        }
    }

    /// The first word of the noun phrase that ends before `end`, walking back from there.
    pub fn phrase_before(&self, end: usize) -> Option<Range<usize>> {
        let mut last = end;
        while last > self.sentence.start
            && self.is(last - 1, class::AUXILIARY | class::ADVERB | class::LY | class::NEGATION)
            && !self.is(last - 1, class::SUBJECT)
            && !self.broken(last)
        {
            last -= 1;
        }
        if last == self.sentence.start || self.quoted[last - 1] {
            return None;
        }
        let mut start = last - 1;
        if self.is(start, class::SUBJECT | class::RELATIVE) {
            return Some(start..last);
        }
        if self.is(start, class::PREPOSITION | class::COORDINATOR | class::SUBORDINATOR) {
            return None;
        }
        let mut seen_determiner = self.is(start, class::DETERMINER);
        while start > self.sentence.start && last - start < 14 && !self.broken(start) {
            let before = start - 1;
            let word = self.words[before];
            if word.is(class::SUBORDINATOR | class::RELATIVE | class::AUXILIARY | class::SUBJECT)
                && !word.is(class::DETERMINER)
            {
                break;
            }
            if word.is(class::PREPOSITION | class::COORDINATOR) {
                // "the head of the council": a preposition joins two noun phrases; any other is the clause's.
                let of = word.hash == hash_ascii(b"of") || word.hash == hash_ascii(b"for");
                if !of || before == self.sentence.start || self.broken(before) {
                    break;
                }
                seen_determiner = false;
                start = before;
                continue;
            }
            if seen_determiner {
                break;
            }
            if word.entry.verb != 0 && !word.is(class::CAPITAL | class::NOUN) && word.entry.form != Form::Base {
                break;
            }
            seen_determiner = word.is(class::DETERMINER);
            start = before;
        }
        Some(start..last)
    }

    /// The first word behind the adverbial that begins at `at`: "told reporters on Monday", "said in a statement".
    pub fn skip_adverbial(&self, mut at: usize) -> usize {
        while at < self.sentence.end && !self.broken(at) {
            if self.is(at, class::TIME | class::ADVERB | class::LY) {
                at += 1;
            } else if self.is(at, class::PREPOSITION) {
                let near = (at + 1..self.sentence.end.min(at + 6)).take_while(|i| !self.broken(*i));
                match near.clone().find(|i| self.is(*i, class::TIME | class::CHANNEL | class::NUMBER)) {
                    Some(i) => at = i + 1,
                    None => return at,
                }
            } else {
                return at;
            }
        }
        at
    }

    /// The words that a cue attributes to its source.
    pub fn content(&self, verb: usize) -> Option<Range<usize>> {
        let entry = self.words[verb].entry;
        let frames = self.lexicon.frames(entry);
        if frames & frame::CLAUSE == 0 || !self.speaks(verb) {
            return None;
        }
        let that = hash_ascii(b"that");
        let mut at = self.skip_adverbial(verb + 1);
        if frames & frame::PERSON != 0 {
            let near = (at..self.sentence.end.min(at + 8)).take_while(|i| *i == at || !self.broken(*i));
            at = near.clone().find(|i| self.words[*i].hash == that).unwrap_or(at);
        }
        if at >= self.sentence.end || self.words[at].has_gap(gap::STOP) {
            return self.clause_before(verb);
        }
        if self.words[at].has_gap(gap::COMMA) && self.words[at].hash != that {
            return self.clause_before(verb).or_else(|| Some(at..self.clause_end(at)).filter(|_| !self.quoted[at]));
        }
        let opens = self.words[at].hash == that
            || self.is(
                at,
                class::DETERMINER
                    | class::SUBJECT
                    | class::POSSESSIVE
                    | class::CAPITAL
                    | class::QUESTION
                    | class::NUMBER,
            );
        let strong = frames & frame::QUOTATION != 0;
        if self.words[at].hash == that || strong && opens || self.words[at].has_gap(gap::COLON) {
            return Some(at..self.clause_end(at));
        }
        None
    }

    /// The clause that ends before a cue's source: "The town fell, the ministry said."
    fn clause_before(&self, verb: usize) -> Option<Range<usize>> {
        let source = self.phrase_before(verb)?;
        let end = source.start;
        if end <= self.sentence.start || self.quoted[end - 1] {
            return None;
        }
        Some(self.sentence.start..end)
    }

    /// Where a clause that begins at `start` ends.
    fn clause_end(&self, start: usize) -> usize {
        let stops = ["adding", "while", "but", "noting", "saying"].map(|w| hash_ascii(w.as_bytes()));
        (start + 1..self.sentence.end)
            .find(|i| {
                let word = self.words[*i];
                word.has_gap(gap::SEMICOLON | gap::DASH) || word.has_gap(gap::COMMA) && stops.contains(&word.hash)
            })
            .unwrap_or(self.sentence.end)
    }
}
