//! What is remembered about speakers from span to span: who is named, and who continues to speak.

use super::VoiceSpan;
use super::names::speaker_name;
use super::words::{Word, class, hash_ascii};
use crate::text::Document;
use std::ops::Range;

/// What earlier spans say about the speaker of the next one.
#[derive(Default)]
pub(super) struct Memory {
    /// The speaker last named, to whom a pronoun refers, and the paragraph.
    named: Option<(usize, Range<usize>)>,
    /// The paragraph of the previous span, its source as written, and who that is.
    before: Option<(usize, Range<usize>, Option<Range<usize>>)>,
}

impl Memory {
    /// Gives a span the speaker of the previous one in its paragraph.
    pub fn go_on(&self, paragraph: usize, span: &mut VoiceSpan) {
        if let Some((_, mention, speaker)) = self.before.as_ref().filter(|(p, ..)| *p == paragraph) {
            (span.mention, span.speaker) = (Some(mention.clone()), speaker.clone());
        }
    }

    /// Whom a pronoun refers to: whoever is named in its paragraph, else whoever spoke there before ("a rebel
    /// official"), else whoever was named last.
    fn meant(&self, paragraph: usize) -> Option<Range<usize>> {
        let named = |here: bool| self.named.as_ref().filter(|(at, _)| !here || *at == paragraph).map(|(_, name)| name);
        let before = || self.before.as_ref().filter(|(at, ..)| *at == paragraph).and_then(|(.., who)| who.as_ref());
        named(true).or_else(before).or_else(|| named(false)).cloned()
    }

    /// Attributes a span to these words.
    pub fn attribute(
        &mut self,
        document: &Document<'_>,
        words: &[Word],
        source: Range<usize>,
        paragraph: usize,
        span: &mut VoiceSpan,
    ) {
        let mention = document.tokens[source.start].start as usize..end_of(document, source.end - 1);
        let pronoun = source.len() == 1 && words[source.start].is(class::SUBJECT | class::RELATIVE);
        let first_or_second = ["i", "we", "you"].map(|word| hash_ascii(word.as_bytes()));
        span.speaker = match pronoun {
            // The writer, or the reader.
            true if first_or_second.contains(&words[source.start].hash) => None,
            true => self.meant(paragraph),
            false => someone(document, &mention),
        };
        let is_name = |w: &Word| w.is(class::CAPITAL) && !w.is(class::SUBJECT | class::DETERMINER | class::RELATIVE);
        if span.speaker.is_some() && words[source].iter().any(is_name) {
            self.named = Some((paragraph, mention.clone()));
        }
        span.mention = Some(mention.clone());
        self.before = Some((paragraph, mention, span.speaker.clone()));
    }
}

/// Where a word ends: initials such as "U.S." with their last full stop.
fn end_of(document: &Document<'_>, word: usize) -> usize {
    let token = &document.tokens[word];
    let end = token.end as usize;
    let stopped = token.of(document.text).contains('.') && document.text[end..].starts_with('.');
    end + usize::from(stopped && !token.of(document.text).contains(|c: char| c.is_ascii_digit()))
}

/// A mention that names somebody: "some of them" doesn't.
fn someone(document: &Document<'_>, mention: &Range<usize>) -> Option<Range<usize>> {
    speaker_name(&document.text[mention.clone()]).map(|_| mention.clone())
}
