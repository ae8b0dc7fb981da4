//! Phrases around a verb: the noun phrase before or after it, and the adverbial that follows it.
//!
//! Takes the words of one sentence as a [`View`], hands on ranges of words. Nothing is parsed: a noun phrase extends
//! from its known end as far as it can.

use super::words::{Form, Lexicon, Word, class, gap, hash_ascii};
use std::ops::Range;

/// Most adverbials and insertions between a subject and its verb.
const MOST_BETWEEN: usize = 4;
/// Most words of a time expression: "late last week".
const LONGEST_TIME: usize = 3;
/// Most words of an insertion.
const LONGEST_INSERTION: usize = 24;
/// Most words of all adverbs or adverbials between a verb and what belongs to it. No sentence has so many, but without a
/// limit a text of nothing else would take time by its square.
const MOST_ADVERBIALS: usize = 40;

/// The words of one sentence.
#[derive(Clone, Copy)]
pub(super) struct View<'w> {
    pub words: &'w [Word],
    /// Which words are inside quotation marks.
    pub quoted: &'w [bool],
    pub lexicon: &'static Lexicon,
    pub sentence: &'w Range<usize>,
    /// Whether the document has next to no commas.
    pub bare: bool,
}

impl View<'_> {
    fn is(&self, i: usize, classes: u32) -> bool {
        self.sentence.contains(&i) && self.words[i].is(classes)
    }

    /// Whether there is punctuation or the sentence's end before word `i`.
    pub fn broken(&self, i: usize) -> bool {
        i >= self.sentence.end
            || i <= self.sentence.start
            || self.words[i].has_gap(gap::BREAK)
            || self.quoted[i] != self.quoted[i - 1]
    }

    /// Whether the word is a verb of speech used as a verb; after a hyphen (`so-called`) it isn't.
    pub fn speaks(&self, i: usize) -> bool {
        let word = self.words[i];
        if word.entry.verb == 0 || self.quoted[i] || i > self.sentence.start && word.has_gap(gap::JOINED) {
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

    /// Whether a verb is passive, so that its subject isn't the speaker: "is said", "have been told".
    pub fn is_passive(&self, verb: usize) -> bool {
        if self.words[verb].entry.form != Form::Past {
            return false;
        }
        let start = self.sentence.start.max(verb.saturating_sub(MOST_ADVERBIALS));
        let fills = |i: usize| self.is(i, class::ADVERB | class::LY | class::NEGATION) && !self.broken(i + 1);
        let before = (start..verb).rev().find(|i| !fills(*i));
        before.is_some_and(|i| {
            let be = [
                "am", "i'm", "we're", "is", "are", "was", "were", "be", "been", "being", "isn't", "aren't", "wasn't",
                "weren't",
            ];
            be.iter().any(|word| hash_ascii(word.as_bytes()) == self.words[i].hash) && !self.broken(i + 1)
        })
    }

    /// The noun phrase that ends before `end`, found by walking back from there.
    pub fn phrase_before(&self, end: usize) -> Option<Range<usize>> {
        let mut last = end;
        let first = self.sentence.start.max(end.saturating_sub(MOST_ADVERBIALS));
        while last > first
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
            if word.is(class::TIME) && word.is(class::CAPITAL) {
                break;
            }
            if word.is(class::PREPOSITION | class::COORDINATOR) {
                // "the head of the council": these prepositions join two noun phrases; any other belongs to the clause.
                let of = word.hash == self.lexicon.of || word.hash == hash_ascii(b"for");
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

    /// The subject of a verb: the noun phrase before it, skipping what comes between the two: adverbials ("Mr Darwish
    /// on Saturday said"), and insertions between commas or in brackets ("Mr Darwish, who met the mayor, said"). If
    /// there is nothing else, the nearest of these.
    pub fn subject(&self, verb: usize) -> Option<Range<usize>> {
        self.nearest_subject(verb).map(|phrase| self.whole_name(phrase))
    }

    /// "Control and Prevention" → "the Centers for Disease Control and Prevention".
    fn whole_name(&self, phrase: Range<usize>) -> Range<usize> {
        let Some(and) = phrase.start.checked_sub(1).filter(|i| self.is(*i, class::COORDINATOR)) else { return phrase };
        let joins = |i: usize| self.is(i, class::CAPITAL) && !self.is(i, class::DETERMINER | class::TITLE);
        if and == self.sentence.start
            || self.broken(phrase.start)
            || self.broken(and)
            || !joins(phrase.start)
            || !joins(and - 1)
        {
            return phrase;
        }
        let before = self.phrase_before(and).filter(|before| before.end == and);
        let of = [self.lexicon.of, hash_ascii(b"for")];
        let office = |before: &Range<usize>| before.clone().any(|i| of.contains(&self.words[i].hash));
        before.filter(office).map_or(phrase.clone(), |before| before.start..phrase.end)
    }

    fn nearest_subject(&self, verb: usize) -> Option<Range<usize>> {
        let mut nearest = None;
        let mut end = verb;
        for _ in 0..MOST_BETWEEN {
            // "has so far said", "first said"
            for _ in 0..MOST_BETWEEN {
                let filler = end > self.sentence.start + 1 && self.is(end - 1, class::FILLER) && !self.broken(end);
                end -= usize::from(filler);
            }
            let Some(phrase) = self.phrase_before(end).filter(|phrase| !self.ends_clause(phrase)) else { break };
            let behind = phrase.end;
            end = if behind < verb && self.broken(behind) || behind == verb && self.broken(verb) {
                // A participle after a comma has its subject elsewhere.
                if self.words[verb].entry.form == Form::Ing {
                    break;
                }
                match self.insertion_before(behind) {
                    Some(start) if behind == verb || !self.is_name_after(start, &phrase) => start,
                    _ => return Some(phrase),
                }
            } else if behind == verb && self.subordinates(phrase.start) {
                return Some(phrase);
            } else if self.is(phrase.start.saturating_sub(1), class::PREPOSITION) && !self.broken(phrase.start) {
                if phrase.start > self.sentence.start + 1 && self.words[phrase.start - 2].hash == self.lexicon.according
                {
                    return None;
                }
                phrase.start - 1
            } else if self.is_adverbial(&phrase) {
                phrase.start
            } else {
                return Some(phrase);
            };
            if phrase.len() > LONGEST_TIME || !self.is_adverbial(&phrase) {
                nearest.get_or_insert(phrase);
            }
        }
        nearest
    }

    /// Whether there is a conjunction that can also be a preposition before word `i`: "after Mr Darwish said".
    fn subordinates(&self, i: usize) -> bool {
        let before = i.saturating_sub(1);
        self.is(before, class::PREPOSITION) && self.is(before, class::SUBORDINATOR) && !self.broken(i)
    }

    /// Whether an apparent noun phrase is the end of a clause: "Mr Darwish said, after …".
    fn ends_clause(&self, phrase: &Range<usize>) -> bool {
        let last = self.words[phrase.end - 1];
        let verb = last.entry.verb != 0 && last.entry.form == Form::Past && !last.is(class::NOUN | class::CAPITAL);
        verb && self.broken(phrase.end)
    }

    /// Whether a word is the letter of a party: "D-N.Y."
    fn is_party(&self, i: usize) -> bool {
        let joined = i + 1 < self.sentence.end && self.words[i + 1].has_gap(gap::JOINED);
        joined && [b"d", b"r", b"i"].iter().any(|letter| self.words[i].hash == hash_ascii(*letter))
    }

    /// Whether a phrase names nobody: "there", "what", "a day", "asked".
    pub fn is_nobody(&self, phrase: &Range<usize>) -> bool {
        let last = self.words[phrase.end - 1];
        let single = phrase.len() == 1;
        let opens = phrase.start == self.sentence.start;
        // A form ending in -s may be the plural of a noun: "reports said".
        let verb = last.entry.verb != 0 && last.entry.form != Form::Third && !last.is(class::NOUN);
        let opening_verb = opens && verb && matches!(last.entry.form, Form::Past | Form::Ing);
        let never = class::FILLER | class::ADVERB | class::NEGATION | class::COORDINATOR;
        self.is_party(phrase.start)
            || last.is(class::STRETCH) && !(single && last.is(class::CAPITAL))
            || single
                && (last.is(never)
                    || last.is(class::QUESTION) && !last.is(class::RELATIVE)
                    || !last.is(class::CAPITAL) && (verb || last.is(class::PARTICIPLE))
                    || opening_verb)
    }

    /// Whether an apparent insertion from word `start` on is a name: the subject after the opening of the sentence ("On
    /// Monday, Mr Darwish, a nurse, said").
    fn is_name_after(&self, start: usize, phrase: &Range<usize>) -> bool {
        let first = self.words[phrase.start];
        let whole = phrase.start == start || phrase.start == start + 1 && self.is(start, class::SUBORDINATOR);
        whole
            && !self.is_party(phrase.start)
            && (first.is(class::CAPITAL) && !first.is(class::DETERMINER) || first.is(class::POSSESSIVE))
    }

    /// "Saturday", "last week", "first": says when, not who.
    fn is_adverbial(&self, phrase: &Range<usize>) -> bool {
        let last = self.words[phrase.end - 1];
        let when = class::TIME | class::ADVERB | class::LY | class::STRETCH;
        last.is(when) && !last.is(class::SUBJECT) || phrase.len() == 1 && last.is(class::FILLER)
    }

    /// The first word of the insertion that ends before word `end`: from a comma, dash or bracket to its counterpart.
    fn insertion_before(&self, end: usize) -> Option<usize> {
        let closing = self.words[end].gap & (gap::COMMA | gap::DASH | gap::CLOSE);
        let opening = if closing & gap::CLOSE != 0 { gap::OPEN } else { closing };
        if opening == 0 {
            return None;
        }
        let from = (self.sentence.start + 1).max(end.saturating_sub(LONGEST_INSERTION));
        let start = (from..end).rev().find(|i| self.words[*i].has_gap(gap::BREAK))?;
        self.words[start].has_gap(opening).then_some(start)
    }

    /// The first word after the adverbial that begins at `at`: "told reporters on Monday", "said in a statement".
    pub fn skip_adverbial(&self, mut at: usize) -> usize {
        let most = self.sentence.end.min(at + MOST_ADVERBIALS);
        while at < most && !self.broken(at) {
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

    /// The noun phrase that begins at word `at`, if there is one: "said | the head of the council in Aleppo".
    pub fn phrase_behind(&self, at: usize) -> Option<Range<usize>> {
        if at >= self.sentence.end || self.quoted[at] {
            return None;
        }
        let first = self.words[at];
        if first.is(class::SUBJECT) && !first.is(class::DETERMINER | class::POSSESSIVE) {
            return Some(at..at + 1);
        }
        if first.is(class::AUXILIARY | class::PREPOSITION | class::COORDINATOR | class::SUBORDINATOR | class::TIME) {
            return None;
        }
        // "the town fell, reports said"
        if first.entry.verb != 0
            && matches!(first.entry.form, Form::Past | Form::Third)
            && !first.is(class::CAPITAL | class::NOUN)
        {
            return None;
        }
        let mut end = at + 1;
        while end < self.sentence.end && end - at < 14 && !self.broken(end) {
            let word = self.words[end];
            let ends = class::AUXILIARY | class::SUBORDINATOR | class::RELATIVE | class::SUBJECT | class::TIME;
            if word.is(ends) && !word.is(class::DETERMINER | class::POSSESSIVE)
                || word.entry.verb != 0 && word.entry.form != Form::Base && !word.is(class::NOUN | class::CAPITAL)
                || word.is(class::PREPOSITION) && word.hash != self.lexicon.of && !self.is_in_name(end)
            {
                break;
            }
            // "Mr Darwish left": after a name, a lower-case word only belongs to the phrase if it leads to another name
            // or an office.
            let name = first.is(class::CAPITAL) && !first.is(class::DETERMINER | class::POSSESSIVE);
            if name && self.words[end - 1].is(class::CAPITAL) && self.is_small(end) && !self.name_follows(end) {
                break;
            }
            end += 1;
        }
        Some(at..end)
    }

    /// Whether a preposition is inside a name: "Centers for Disease Control".
    fn is_in_name(&self, i: usize) -> bool {
        self.words[i].hash == hash_ascii(b"for")
            && self.is(i - 1, class::CAPITAL)
            && self.is(i + 1, class::CAPITAL)
            && !self.is(i + 1, class::TIME)
            && !self.broken(i + 1)
    }

    fn is_small(&self, i: usize) -> bool {
        let word = self.words[i];
        // "Vox.com"
        !word.is(class::CAPITAL | class::MARK | class::TITLE | class::NUMBER | class::PREPOSITION)
            && !word.has_gap(gap::JOINED)
    }

    fn name_follows(&self, at: usize) -> bool {
        (at + 1..self.sentence.end.min(at + 4)).take_while(|i| !self.broken(*i)).any(|i| {
            self.words[i].is(class::CAPITAL | class::TITLE)
                && !self.words[at + 1].is(class::DETERMINER | class::POSSESSIVE)
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Listed, Marked, words::english};
    use crate::text::{Document, Memo, clean::keep_all};

    /// The phrases before and after the first listed verb of a sentence.
    fn around(text: &str) -> (&str, &str) {
        let document = Document::new(text, keep_all(text));
        let marked = Marked::new(&document, english(), &mut Memo::<Option<Listed>>::default());
        let view = marked.view(&document.sentences[0].tokens);
        let verb = (0..document.tokens.len()).find(|i| marked.words[*i].entry.verb != 0 && view.speaks(*i)).unwrap();
        let slice = |r: Option<std::ops::Range<usize>>| {
            r.map_or("", |r| &text[document.tokens[r.start].start as usize..document.tokens[r.end - 1].end as usize])
        };
        (slice(view.phrase_before(verb)), slice(view.phrase_behind(verb + 1)))
    }

    #[test]
    fn subjects_before_a_verb() {
        assert_eq!(around("The town fell, the head of the council had repeatedly said.").0, "the head of the council");
        assert_eq!(around("On Monday Mr Darwish said no.").0, "Mr Darwish");
        assert_eq!(around("But she denied it.").0, "she");
        assert_eq!(around("Three men died the defence ministry said on Friday.").0, "the defence ministry");
    }

    #[test]
    fn subjects_with_something_between_them_and_the_verb() {
        let subject = |text: &'static str| {
            let document = Document::new(text, keep_all(text));
            let marked = Marked::new(&document, english(), &mut Memo::<Option<Listed>>::default());
            let view = marked.view(&document.sentences[0].tokens);
            let verb = (0..document.tokens.len()).find(|i| document.tokens[*i].of(text) == "said").unwrap();
            let subject = view.subject(verb).unwrap();
            &text[document.tokens[subject.start].start as usize..document.tokens[subject.end - 1].end as usize]
        };
        assert_eq!(subject("Mr Darwish on Saturday said no."), "Mr Darwish");
        assert_eq!(subject("Moscow, however, had said no."), "Moscow");
        assert_eq!(subject("Leila Haddad, who met the mayor ahead of the talks, said no."), "Leila Haddad");
        assert_eq!(subject("Leila Haddad (a nurse) said no."), "Leila Haddad");
        assert_eq!(subject("Leila Haddad of Idlib, a nurse, said no."), "Leila Haddad of Idlib");
        assert_eq!(subject("In the town the mayor said no."), "the mayor");
    }

    #[test]
    fn subjects_behind_a_verb() {
        assert_eq!(around("“We left,” said the mayor of Darat Izza on Monday.").1, "the mayor of Darat Izza");
        assert_eq!(around("“We left,” said Leila Haddad, a nurse.").1, "Leila Haddad");
        assert_eq!(around("“We left,” said he.").1, "he");
    }

    #[test]
    fn a_noun_is_no_verb() {
        let text = "The claims were old.";
        let document = Document::new(text, keep_all(text));
        let marked = Marked::new(&document, english(), &mut Memo::<Option<Listed>>::default());
        let view = marked.view(&document.sentences[0].tokens);
        assert!(!(0..4).any(|i| marked.words[i].entry.verb != 0 && view.speaks(i)));
    }
}
