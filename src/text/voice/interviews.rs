//! Interviews printed as question and answer: "Reporter: Will you stay?" and "Mr Darwish: We will."
//!
//! Answers have neither quotation marks nor a verb of speech. A text is an interview if two or more labels open two
//! paragraphs each, and one of them mostly asks questions, which headings of a list, or of places, don't. Questions are
//! the outlet's; answers, up to the next label, belong to the person named in the label.

use super::{Voice, VoiceSpan};
use crate::text::Document;
use std::collections::BTreeMap;
use std::ops::Range;

/// Most bytes and words of a label.
const LABEL: usize = 48;
const LABEL_WORDS: usize = 5;
/// Fewest paragraphs that a label opens.
const TURNS: usize = 2;

/// A paragraph of an interview.
#[derive(Debug)]
pub(super) struct Turn {
    /// The name of who answers, in bytes; `None` for a question.
    label: Option<Range<usize>>,
    /// The text without the label, in bytes.
    said: Range<usize>,
}

/// The questions and answers of an interview, paragraph by paragraph; empty if the text isn't one.
pub(super) fn turns(document: &Document<'_>) -> Vec<Turn> {
    let text = document.text;
    let labels: Vec<Option<Range<usize>>> = document.paragraphs.iter().map(|p| label(text, p)).collect();
    let labelled = || labels.iter().zip(&document.paragraphs).filter_map(|(label, p)| Some((label.as_ref()?, p)));
    if labelled().count() < 2 * TURNS {
        return Vec::new();
    }
    // The number of paragraphs that each label opens, and of those that ask.
    let mut openers: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (label, paragraph) in labelled() {
        let (opened, asked) = openers.entry(&text[label.clone()]).or_default();
        *opened += 1;
        *asked += usize::from(text[paragraph.clone()].trim_end().ends_with('?'));
    }
    openers.retain(|_, (opened, _)| *opened >= TURNS);
    let asks = |(opened, asked): &(usize, usize)| *asked >= TURNS && asked * 2 > *opened;
    if openers.len() < 2 || !openers.values().any(asks) {
        return Vec::new();
    }
    let is_turn = |label: &Option<Range<usize>>| label.as_ref().is_some_and(|l| openers.contains_key(&text[l.clone()]));
    let last = labels.iter().rposition(is_turn).unwrap_or_default();
    let first = labels.iter().position(is_turn).unwrap_or_default();
    let mut turns = Vec::new();
    let mut speaks = None;
    for (own, paragraph) in labels.iter().zip(&document.paragraphs).take(last + 1).skip(first) {
        let mut from = paragraph.start;
        if let Some(own) = own.as_ref().filter(|_| is_turn(own)) {
            let asks = openers.get(&text[own.clone()]).is_some_and(asks);
            speaks = Some(own.clone()).filter(|_| !asks);
            from = own.end;
        }
        turns.push(Turn { label: speaks.clone(), said: from..paragraph.end });
    }
    turns
}

/// The label that opens a paragraph: a few capitalised words before a colon.
fn label(text: &str, paragraph: &Range<usize>) -> Option<Range<usize>> {
    let words = &text[paragraph.clone()];
    let colon = words.bytes().take(LABEL).position(|b| b == b':')?;
    let behind = &words[colon + 1..];
    let is_name = |word: &str| word.starts_with(char::is_uppercase) && !word.ends_with([',', ';', '”', '"']);
    let named = &words[..colon];
    let holds = (1..=LABEL_WORDS).contains(&named.split_whitespace().count())
        && named.split_whitespace().all(is_name)
        && behind.starts_with(char::is_whitespace)
        && !behind.trim().is_empty();
    holds.then(|| paragraph.start..paragraph.start + named.trim_end().len())
}

/// Marks the words of answers as reported, and those of questions as the outlet's.
pub(super) fn mark(document: &Document<'_>, turns: &[Turn], reported: &mut [bool]) {
    for Turn { label, said } in turns {
        let from = document.tokens.partition_point(|t| (t.start as usize) < said.start);
        let to = document.tokens.partition_point(|t| (t.end as usize) <= said.end);
        reported[from..to.max(from)].fill(label.is_some());
    }
}

/// Sets the speaker of reported spans to whoever answers.
pub(super) fn name(turns: &[Turn], spans: &mut [VoiceSpan]) {
    let mut turns = turns.iter().peekable();
    for span in spans.iter_mut().filter(|span| span.voice == Voice::Reported) {
        while turns.next_if(|turn| turn.said.end <= span.range.start).is_some() {}
        if let Some(turn) = turns.peek().filter(|turn| turn.said.start <= span.range.start) {
            (span.mention, span.speaker) = (turn.label.clone(), turn.label.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::text::{Document, clean::keep_all};

    fn spans(text: &str) -> Vec<(&str, &str)> {
        let document = Document::new(text, keep_all(text));
        let slice = |range: &std::ops::Range<usize>| &text[range.clone()];
        document.voices.iter().map(|v| (v.speaker.as_ref().map_or("", slice), slice(&v.range))).collect()
    }

    #[test]
    fn answers_are_those_of_who_is_named() {
        let text = "The mayor spoke to us.\nQuestion: Is the bridge safe?\nMr Darwish: It is. The old one was not.\n\
                    Question: And the toll?\nMr Darwish: It will go.\nNobody wants it.\nQuestion: Will you stay?\n\
                    Mr Darwish: Yes.\nThe mayor left.";
        assert_eq!(
            spans(text),
            [
                ("Mr Darwish", "It is"),
                ("Mr Darwish", "The old one was not"),
                ("Mr Darwish", "It will go"),
                ("Mr Darwish", "Nobody wants it"),
                ("Mr Darwish", "Yes"),
            ]
        );
    }

    #[test]
    fn headings_are_nobody() {
        let text = "Arle: The bridge was closed.\nKeld: The church has lost its roof.\nArle: The bridge is open.\n\
                    Keld: The roof was mended.";
        assert_eq!(spans(text), []);
        assert_eq!(spans("Reporter: Is the bridge safe?\nNobody knows.\nReporter: And the toll?"), []);
    }
}
