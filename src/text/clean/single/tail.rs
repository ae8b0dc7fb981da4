//! The tail of a text on a single line, peeled from the right: a sentence or fragment at a time, as long as it is
//! recognised as not being prose.

use super::AGENCIES;
use crate::text::clean::lines::{Page, ceil, floor, is_closed};
use crate::text::clean::phrases::{Line, Phrases, Zone};
use crate::text::clean::survey::Repeated;
use crate::text::clean::words::{self, Names, Word};
use crate::text::clean::{Rule, bylines};
use crate::text::sentences;
use std::ops::Range;

/// How far from the end the tail may begin.
const TAIL: usize = 2600;

/// The most parts that are peeled off.
const STEPS: usize = 24;

/// The sentences of the last part of a range; the first of them may be incomplete.
pub(super) fn last_sentences(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let from = ceil(text, range.end.saturating_sub(TAIL).max(range.start));
    let mut found = Vec::new();
    sentences::split(text, from..range.end, |s| found.push(s));
    if from > range.start && !found.is_empty() {
        found.remove(0);
    }
    found
}

/// Peels the tail.
pub(super) fn peel(
    page: &mut Page<'_>,
    range: Range<usize>,
    names: &Names<'_>,
    phrases: &Phrases,
    repeated: Option<&Repeated<'_>>,
) {
    let text = page.text;
    let mut words = Vec::new();
    let mut end = range.end;
    let mut sentences = last_sentences(text, range.clone());
    for _ in 0..STEPS {
        end = range.start + text[range.start..end].trim_end().len();
        if let Some((from, rule)) = suffix(&text[range.start..end]) {
            page.cut(range.start + from..end, rule);
            end = range.start + from;
            continue;
        }
        let Some(sentence) = sentences.pop() else { break };
        if sentence.start >= end {
            continue;
        }
        let part = sentence.start..end.min(sentence.end.max(sentence.start));
        let Some(rule) = tail_rule(&text[part.clone()], &mut words, names, phrases, repeated) else { break };
        page.cut(part.start..end, rule);
        end = part.start;
    }
}

/// What is glued to the last full stop: agencies after dashes, groups in brackets, counters, initials of editors.
fn suffix(text: &str) -> Option<(usize, Rule)> {
    agency(text)
        .or_else(|| sources_in_brackets(text))
        .or_else(|| marked(text))
        .or_else(|| cut_off(text))
        .or_else(|| Some((slashed_names(text)?, Rule::Byline)))
        .or_else(|| counter_or_initials(text))
}

/// Whether a sentence may have ended here.
fn is_ended(text: &str) -> bool {
    text.ends_with(['.', '"', '”', '!', '?', ')'])
}

/// "- REUTERS", "--Reuters", "2011.-AFP".
fn agency(text: &str) -> Option<(usize, Rule)> {
    let word = &text[last_word_start(text)..];
    let agency = AGENCIES.iter().find(|a| word.ends_with(**a))?;
    let before = text[..text.len() - agency.len()].trim_end();
    let dashes = before.len() - before.trim_end_matches(['-', '–', '—', '/']).len();
    let from = before.len() - dashes;
    let alone = word.trim_start_matches(['-', '–', '—']).len() == agency.len();
    let goes = dashes > 0 && is_ended(text[..from].trim_end()) || dashes > 1 && alone;
    goes.then_some((from, Rule::Source))
}

/// "(Source: Town Office)".
fn sources_in_brackets(text: &str) -> Option<(usize, Rule)> {
    let open = text.strip_suffix(')')?.rfind('(').filter(|open| text.len() - open < 120)?;
    let inside = text[open + 1..text.len() - 1].to_lowercase();
    let names = ["source", "with ", "reporting by"].iter().any(|begins| inside.starts_with(begins));
    (names && is_ended(text[..open].trim_end())).then_some((open, Rule::Source))
}

/// What is recognised by its beginning or end: "Last Update: Monday 4 July 2016 KSA 16:06 - GMT 13:06 3885"; "… Comment
/// via …".
fn marked(text: &str) -> Option<(usize, Rule)> {
    for (mark, rule, most) in [
        ("Last Update: ", Rule::Stamp, 90),
        ("Community standards", Rule::Comments, 120),
        (" Related News ", Rule::Related, 1500),
    ] {
        let from = floor(text, text.len().saturating_sub(most));
        if let Some(at) = text[from..].rfind(mark) {
            return Some((from + at, rule));
        }
    }
    let at_end = [(" Read Also", Rule::Related), (" English Bulletin", Rule::Source)];
    at_end.into_iter().find_map(|(mark, rule)| Some((text.strip_suffix(mark)?.len() + 1, rule)))
}

/// An ellipsis before a footer: "… it added. ..."
fn cut_off(text: &str) -> Option<(usize, Rule)> {
    let last = last_word_start(text);
    let goes = matches!(&text[last..], "..." | "…") && text[..last].trim_end().ends_with(['.', '!', '?', '"', '”']);
    goes.then_some((last, Rule::Menu))
}

/// A counter, or the editors' initials: "… it added. 12", "… it added. SSH 11".
fn counter_or_initials(text: &str) -> Option<(usize, Rule)> {
    let last = last_word_start(text);
    let (before, word) = (text[..last].trim_end(), &text[last..]);
    let initials = |w: &str| (2..=8).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_uppercase());
    if (1..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()) {
        if is_ended(before) {
            return Some((last, Rule::Menu));
        }
        let bare = before.trim_end_matches(['-', ' ', '–']);
        let from = last_word_start(bare);
        return (initials(&bare[from..]) && is_ended(bare[..from].trim_end())).then_some((from, Rule::Byline));
    }
    (initials(word) && is_ended(before) && !matches!(word, "US" | "UN" | "UK")).then_some((last, Rule::Byline))
}

fn last_word_start(text: &str) -> usize {
    text.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(i, c)| i + c.len_utf8())
}

/// The rule by which the last sentence, or the fragment after it, is removed.
fn tail_rule(
    part: &str,
    words: &mut Vec<Word>,
    names: &Names<'_>,
    phrases: &Phrases,
    repeated: Option<&Repeated<'_>>,
) -> Option<Rule> {
    let bare = part.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || c == '.' || c == '-');
    words::read(bare, 130, words);
    let line = Line { text: bare, words };
    if bylines::is_author(words, names.author) || words.len() <= 4 && bylines::is_person(part) {
        return Some(Rule::Byline);
    }
    if let Some(phrase) = phrases.find(&line, |zone| zone != Zone::Head) {
        return Some(phrase.rule);
    }
    if let Some(rule) = footer(bare) {
        return Some(rule);
    }
    repeated.filter(|r| r.has(part)).map(|_| Rule::Repeated)
}

/// A fragment without a full stop that begins like a footer.
fn footer(part: &str) -> Option<Rule> {
    const FOOTERS: &[(&str, Rule)] = &[
        ("Tags ", Rule::Tags),
        ("Related ", Rule::Related),
        ("Source ", Rule::Source),
        ("Read Also", Rule::Related),
        ("Copyright ", Rule::Copyright),
        ("Community standards", Rule::Comments),
        ("Last Update: ", Rule::Stamp),
    ];
    let closed = is_closed(part);
    if !closed && part.contains(" - YouTube") {
        return Some(Rule::Menu);
    }
    FOOTERS.iter().find(|(begins, _)| part.starts_with(begins) && !closed).map(|(_, rule)| *rule)
}

/// "… it added. Jane Doe/J. Public / A. Nother": where names separated by slashes begin, after a full stop.
fn slashed_names(text: &str) -> Option<usize> {
    let (mut at, mut strokes) = (text.len(), false);
    for _ in 0..12 {
        let before = text[..at].trim_end();
        let from = last_word_start(before);
        let word = &before[from..];
        let initials =
            word.split('/').all(|w| w.trim_end_matches('.').chars().count() <= 2 && !w.starts_with(char::is_lowercase));
        if word.ends_with(['.', '"', '”', '!', '?']) && !initials && at < text.len() && !word.contains('/') {
            return strokes.then_some(text.len() - text[before.len()..].trim_start().len());
        }
        let bare = word.trim_matches('/');
        if !(bare.is_empty() || bare.starts_with(char::is_uppercase) || bare.starts_with("al-")) || bare.len() > 40 {
            return None;
        }
        strokes |= word.contains('/');
        at = from;
    }
    None
}
