//! Segments: the pieces of a sentence that are attributed completely or not at all, as far as the surface shows.
//!
//! Takes a [`View`] of one sentence, hands on [`Segment`]s: cut at punctuation and quotation marks, before and after
//! speech verbs, at the beginning of their subject, at words that open clauses, and after what may come between a
//! speech verb and what was said.

use super::phrases::View;
use super::words::{class, frame, gap};
use std::ops::Range;

/// What a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain = 1,
    /// A verb of speech, belief or intention, used as a verb.
    Verb = 2,
    /// The words before such a verb that appear to be its subject.
    Source = 3,
    /// Auxiliaries and adverbs before the verb.
    Auxiliary = 4,
    /// Inside quotation marks.
    Quoted = 5,
}

/// A piece of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Its words.
    pub words: Range<usize>,
    pub kind: Kind,
}

/// Scratch space, reused for every sentence.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    cuts: Vec<Option<Kind>>,
}

impl Cutter {
    /// Cuts a sentence; returns `false` if nothing in it can introduce anybody's words.
    pub fn cut(&mut self, view: &View<'_>, segments: &mut Vec<Segment>) -> bool {
        let Range { start, end } = *view.sentence;
        segments.clear();
        self.cuts.clear();
        self.cuts.resize(end - start + 1, None);
        let mut cued = false;
        for i in start..end {
            let word = view.words[i];
            if view.quoted[i] {
                cued = true;
            }
            if i > start && view.broken(i) {
                self.plain(i - start);
            }
            if view.quoted[i] {
                continue;
            }
            if word.is(class::SUBORDINATOR | class::RELATIVE | class::QUESTION | class::COORDINATOR) {
                self.plain(i - start);
            }
            if word.is(class::NOUN | class::ADJECTIVE) {
                cued = true;
                self.plain(i + 1 - start);
            }
            if word.hash == view.lexicon.to
                && view.words.get(i + 1).is_some_and(|w| !w.is(class::DETERMINER | class::CAPITAL | class::NUMBER))
            {
                self.plain(i - start);
            }
            if word.hash == view.lexicon.according || word.hash == view.lexicon.reportedly {
                cued = true;
                self.plain(i - start);
            }
            if word.entry.verb != 0 && view.speaks(i) {
                cued = true;
                self.verb(view, i);
            }
        }
        if cued {
            self.segments(view, segments);
        }
        cued
    }

    fn plain(&mut self, at: usize) {
        self.cuts[at] = self.cuts[at].or(Some(Kind::Plain));
    }

    /// Cuts around the verb at word `i`.
    fn verb(&mut self, view: &View<'_>, i: usize) {
        let Range { start, end } = *view.sentence;
        if let Some(source) = view.phrase_before(i) {
            if source.end < i {
                self.cuts[source.end - start] = Some(Kind::Auxiliary);
            }
            let at = &mut self.cuts[source.start - start];
            if matches!(at, None | Some(Kind::Plain)) {
                *at = Some(Kind::Source);
            }
        }
        self.cuts[i - start] = Some(Kind::Verb);
        self.plain(i + 1 - start);
        let frames = view.lexicon.frames(view.words[i].entry);
        let behind = view.skip_adverbial(i + 1);
        self.plain(behind - start);
        let prepositions = frames >> super::words::frame::LETTERS.len() != 0;
        let person = frames & (frame::PERSON | frame::INFINITIVE) != 0;
        for k in i + 1..end.min(i + 9) {
            if k > i + 1 && view.broken(k) {
                break;
            }
            let word = view.words[k];
            if prepositions && word.is(class::PREPOSITION) && view.lexicon.takes(view.words[i].entry, word.hash) {
                self.plain(k - start);
                self.plain(k + 1 - start);
                break;
            }
            if person && k > i + 1 {
                let capital = word.is(class::CAPITAL) && !view.words[k - 1].is(class::CAPITAL);
                if capital
                    || word.is(class::DETERMINER | class::SUBJECT)
                    || view.words[k - 1].is(class::OBJECT | class::CHANNEL)
                {
                    self.plain(k - start);
                }
            }
        }
    }

    fn segments(&self, view: &View<'_>, segments: &mut Vec<Segment>) {
        let Range { start, end } = *view.sentence;
        let mut first = start;
        let mut kind = self.cuts[0].unwrap_or(Kind::Plain);
        for i in start + 1..=end {
            let cut = self.cuts[i - start];
            if i < end && cut.is_none() {
                continue;
            }
            let kind_here = if view.quoted[first] { Kind::Quoted } else { kind };
            segments.push(Segment { words: first..i, kind: kind_here });
            first = i;
            kind = cut.unwrap_or(Kind::Plain);
        }
    }
}

/// The punctuation before a word, or at the end, as one small number.
pub(super) fn punctuation(bits: u16) -> u64 {
    match bits {
        0 | gap::JOINED | gap::OTHER => 0,
        b if b & gap::QUOTE != 0 && b & gap::COMMA != 0 => 1,
        b if b & gap::QUOTE != 0 && b & gap::STOP != 0 => 2,
        b if b & gap::QUOTE != 0 && b & gap::COLON != 0 => 3,
        b if b & gap::QUOTE != 0 => 4,
        b if b & gap::STOP != 0 => 5,
        b if b & gap::COLON != 0 => 6,
        b if b & gap::SEMICOLON != 0 => 7,
        b if b & gap::DASH != 0 => 8,
        b if b & gap::OPEN != 0 => 9,
        b if b & gap::CLOSE != 0 => 10,
        b if b & gap::COMMA != 0 => 11,
        _ => 0,
    }
}
