//! Finds the source of a span near it, in one sentence.

use super::inverted;
use super::phrases::View;
use super::words::{Form, class, frame, gap, hash_ascii};
use std::ops::Range;

/// Most words between a span and the verb that trails it.
const REACH: usize = 16;

/// Most words between a span and the verb before it.
const FAR: usize = 80;

/// The neighbourhood of a span in one sentence.
pub(super) struct Near<'w> {
    pub view: View<'w>,
    /// Its words.
    pub span: Range<usize>,
    /// Which words are attributed: a verb among them is the speaker's own.
    pub reported: &'w [bool],
}

impl Near<'_> {
    /// Whether word `i` is a verb that can introduce or trail somebody's words.
    fn cues(&self, i: usize) -> bool {
        let word = self.view.words[i];
        // "The Associated Press", "the GOP debate": an apparent verb may be part of a name, or a noun.
        let named = word.is(class::CAPITAL) && i > self.view.sentence.start && !word.has_gap(gap::BREAK);
        word.entry.verb != 0 && self.view.speaks(i) && !self.span.contains(&i) && !named
    }

    fn quotes(&self, i: usize) -> bool {
        let frames = self.view.lexicon.frames(self.view.words[i].entry);
        self.cues(i) && frames & (frame::QUOTATION | frame::CLAUSE | frame::PERSON) != 0
    }

    /// The noun phrase that begins at a word, if it may name somebody.
    fn phrase_behind(&self, at: usize) -> Option<Range<usize>> {
        self.view.phrase_behind(at).filter(|phrase| !self.view.is_nobody(phrase))
    }

    /// The subject of a verb, if it is outside the span.
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

    /// "Asked whether …, Mr Darwish said …": somebody else asked, who isn't named.
    pub fn is_asked(&self) -> bool {
        let start = self.view.sentence.start;
        let verb = self.view.words[start].entry;
        verb.form == Form::Past
            && self.view.lexicon.frames(verb) & frame::PERSON != 0
            && self.span.start <= start + REACH
            && (start..self.span.start).rfind(|i| self.cues(*i)) == Some(start)
    }

    /// "The town is said to be calm", "he was told that …": the source isn't named, and isn't the subject.
    pub fn is_hearsay(&self) -> bool {
        let Range { start, end } = *self.view.sentence;
        let start = start.max(self.span.start.saturating_sub(FAR));
        let behind = (self.span.end..end.min(self.span.end + REACH)).take_while(|i| !self.view.broken(*i));
        let nearest =
            (start..self.span.start).rfind(|i| self.cues(*i)).or_else(|| behind.into_iter().find(|i| self.cues(*i)));
        nearest.is_some_and(|verb| !self.reported[verb] && self.view.is_passive(verb) && self.agent(verb).is_none())
    }

    /// The agent of a passive verb: "was accused by the council of …".
    fn agent(&self, verb: usize) -> Option<Range<usize>> {
        let by = hash_ascii(b"by");
        let end = self.view.sentence.end.min(verb + FAR);
        let near = (verb + 1..end).take_while(|i| !self.view.words[*i].has_gap(gap::BREAK & !gap::QUOTE));
        let at = near.into_iter().find(|i| self.view.words[*i].hash == by && !self.span.contains(i))?;
        self.phrase_behind(at + 1)
    }

    /// "…," Mr Darwish said; "…," said Mr Darwish; …, according to Mr Darwish.
    pub fn right_behind(&self) -> Option<Range<usize>> {
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

    /// The next sentence is only a tag: "Will you stay?" Mr Darwish asked.
    pub fn tag(&self) -> Option<Range<usize>> {
        let Range { start, end } = *self.view.sentence;
        let verb = (start..end.min(start + REACH)).find(|i| self.view.quoted[*i] || self.quotes(*i))?;
        let behind = self.view.skip_adverbial(verb + 1);
        if self.view.quoted[verb] || self.view.words[verb].entry.form == Form::Ing {
            return None;
        }
        if behind < end && !self.view.broken(behind) {
            // "Mr Darwish asked the council." is also a tag; "Mr Darwish said he would go." isn't.
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
    pub fn before(&self) -> Option<Range<usize>> {
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
            // belongs to what was said. Both are only used if there is nothing better.
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

    /// The noun phrase that opens the sentence, if the span is after it.
    pub fn opening(&self) -> Option<Range<usize>> {
        let start = self.view.sentence.start;
        let opens = self.view.words[start];
        if start >= self.span.start || self.reported[start] || opens.hash == self.view.lexicon.according {
            return None;
        }
        let imperative = opens.entry.verb != 0 && opens.entry.form == Form::Base && !opens.is(class::NOUN);
        let source = self.view.phrase_behind(start).filter(|s| s.end <= self.span.start)?;
        (!self.view.is_nobody(&source) && (!imperative || source.len() > 1)).then_some(source)
    }

    /// The first cue after the span in its sentence.
    pub fn behind(&self) -> Option<Range<usize>> {
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
