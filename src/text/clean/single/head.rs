//! The head of a text on a single line, peeled from the left: stamps, the known title (kept as its own paragraph),
//! names of agencies and reporters after it, a photo caption with its credit, a summary that the article's first
//! sentence repeats.

use super::AGENCIES;
use crate::text::clean::lines::{Page, floor};
use crate::text::clean::words::{self, Names};
use crate::text::clean::{Rule, bylines, captions, duplicates, stamps};
use crate::text::sentences;
use std::ops::Range;
use std::sync::LazyLock;

/// Words that open an article's first sentence, after names that are not part of it.
static OPENERS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../en/openers.txt").lines().filter(|line| !line.starts_with('#')).collect());

/// Peels the head; returns where the article's own prose begins, after its title.
pub(super) fn peel(page: &mut Page<'_>, range: Range<usize>, names: &Names<'_>) -> usize {
    let text = page.text;
    let end = range.end;
    let mut at = range.start;
    let (mut titled, mut stamped, mut posted) = (false, false, false);
    for _ in 0..8 {
        let rest = &text[at..end];
        if let Some(len) = stamps::prefix(rest) {
            posted = rest[..len].trim_start().to_ascii_lowercase().starts_with("posted");
            page.cut(at..at + len, Rule::Stamp);
            (at, stamped) = (at + len, true);
        } else if let Some(len) = short_link(rest) {
            page.cut(at..at + len, Rule::Stamp);
            (at, stamped) = (at + len, true);
        } else if let Some(len) = by_persons(rest) {
            page.cut(at..at + len, Rule::Byline);
            at += len;
        } else if posted && let Some(len) = posted_by(rest, names) {
            page.cut(at..at + len, Rule::Byline);
            (at, posted) = (at + len, false);
        } else if !titled && let Some(len) = title_len(rest, names.title) {
            page.breaks.push(at + len);
            (at, titled) = (at + len, true);
        } else if titled && let Some(len) = sections(rest) {
            page.cut(at..at + len, Rule::Section);
            at += len;
        } else if (titled || stamped)
            && let Some(len) = agency(rest, titled)
        {
            page.cut(at..at + len, Rule::Source);
            at += len;
        } else if titled && let Some(len) = reporters(rest) {
            page.cut(at..at + len, Rule::Byline);
            at += len;
        } else {
            break;
        }
        at += text[at..end].len() - text[at..end].trim_start().len();
    }
    if titled || stamped {
        if titled {
            at = up_to_link(page, at, end);
        }
        tags(page, at, end);
        at = summary(page, at, end);
        at = caption(page, at, end);
    }
    at
}

/// "Get short URL 4016", with the counters after it.
fn short_link(text: &str) -> Option<usize> {
    let rest = text.trim_start();
    let mut at = text.len() - rest.len() + rest.strip_prefix("Get short URL").map(|_| "Get short URL".len())?;
    for _ in 0..2 {
        let rest = text[at..].trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        // The last number may begin the sentence: "Get short URL 4016 12 people died".
        if digits == 0 || !rest[digits..].starts_with(' ') {
            break;
        }
        let next_lower = rest[digits..].trim_start().starts_with(char::is_lowercase);
        if next_lower {
            break;
        }
        at = text.len() - rest.len() + digits;
    }
    Some(at)
}

/// Credits, sections and dates between the title and a short link.
fn up_to_link(page: &mut Page<'_>, at: usize, end: usize) -> usize {
    let text = page.text;
    let Some(link) = text[at..end].find("Get short URL").filter(|link| *link < 160) else { return at };
    match short_link(&text[at + link..end]) {
        Some(len) if !text[at..at + link].contains(". ") => {
            page.cut(at..at + link + len, Rule::Stamp);
            at + link + len
        }
        _ => at,
    }
}

/// "by Jane Doe" after "Posted on July 20 2016": the known author or outlet, or whatever precedes the title.
fn posted_by(text: &str, names: &Names<'_>) -> Option<usize> {
    let rest = text.trim_start();
    let by = rest.strip_prefix("by ")?;
    let from = text.len() - by.len();
    for known in [names.author, names.outlet] {
        if let Some(end) = words_end(text, from, known) {
            return Some(end);
        }
    }
    let mut at = from;
    for _ in 0..5 {
        let word = words::next_word(text, at)?;
        if !text[word.range()].starts_with(char::is_uppercase) {
            return None;
        }
        at = word.end as usize;
        if !names.title.is_empty() && duplicates::title_end(text, at, names.title).is_some() {
            return Some(at);
        }
    }
    None
}

/// "by Jane Doe At least two people …": a name of two or three words before a word that opens a sentence.
fn by_persons(text: &str) -> Option<usize> {
    let rest = text.trim_start().strip_prefix("by ")?;
    let from = text.len() - rest.len();
    let mut at = from;
    for count in 0..4 {
        let word = words::next_word(text, at)?;
        if count >= 2 && OPENERS.contains(&&text[word.range()]) {
            return Some(word.start as usize);
        }
        if !text[word.range()].starts_with(char::is_uppercase) {
            return None;
        }
        at = word.end as usize;
    }
    None
}

fn words_end(text: &str, from: usize, known: &[u64]) -> Option<usize> {
    if known.is_empty() {
        return None;
    }
    let mut at = from;
    for hash in known {
        let word = words::next_word(text, at).filter(|w| w.hash == *hash)?;
        at = word.end as usize;
    }
    Some(at)
}

/// The length of the known title at the beginning of a text. The title may have a site's name at its end or a number at
/// its beginning that the text lacks: at least four words and three quarters of it must be there.
fn title_len(text: &str, title: &[u64]) -> Option<usize> {
    if title.len() < 3 {
        return None;
    }
    let best = (0..2usize)
        .filter_map(|skip| {
            let (mut at, mut matched) = (0, skip);
            while let Some(word) = words::next_word(text, at)
                && title.get(matched) == Some(&word.hash)
            {
                at = word.end as usize;
                matched += 1;
            }
            (matched >= skip + 4.min(title.len()) && matched * 4 >= title.len() * 3 || matched >= 6).then_some(at)
        })
        .max()?;
    let rest = &text[best..];
    Some(best + (rest.len() - rest.trim_start_matches(['.', '!', '?', '"', '\'', '_', '|', ' ']).len()))
}

/// Names of sections between the title and a date: "Middle East Syria 31-08-2014 0742 PM".
fn sections(text: &str) -> Option<usize> {
    let rest = text.trim_start();
    if AGENCIES.iter().any(|a| rest.starts_with(a)) {
        return None;
    }
    let date = rest.find(|c: char| c.is_ascii_digit()).filter(|at| (3..50).contains(at))?;
    let found = bylines::is_names(&rest[..date], 6) && stamps::prefix(&rest[date..]).is_some();
    found.then_some(text.len() - rest.len() + date)
}

/// Tags between a summary and the article: "… a monitor said. Tags Town Bridge River The bridge …".
fn tags(page: &mut Page<'_>, at: usize, end: usize) {
    let text = page.text;
    let head = &text[at..floor(text, (at + 800).min(end))];
    let Some(found) = head.find(". Tags ").map(|i| i + 2) else { return };
    let mut from = found + "Tags ".len();
    for step in 0..24 {
        let Some(word) = words::next_word(head, from) else { return };
        if step > 0 && OPENERS.contains(&&head[word.range()]) {
            page.cut(at + found..at + word.start as usize, Rule::Tags);
            page.breaks.push(at + found);
            return;
        }
        from = word.end as usize;
    }
}

/// An agency's name before the first sentence: after a title, or before a stamp or a dash.
fn agency(text: &str, titled: bool) -> Option<usize> {
    let rest = text.trim_start();
    let lead = text.len() - rest.len();
    for staff in ["Reuters Staff. ", "Reuters Staff "] {
        if rest.starts_with(staff) {
            return Some(lead + staff.len());
        }
    }
    let section = ["Regional ", "Politics ", "Security "].iter().find(|s| rest.starts_with(**s)).map_or(0, |s| s.len());
    let name = AGENCIES.iter().find(|a| rest[section..].starts_with(**a))?;
    let behind = &rest[section + name.len()..];
    let dash = behind.trim_start().starts_with(['-', '–', '—']);
    let then = behind.trim_start_matches([' ', '-', '–', '—']);
    let opens = then.starts_with(|c: char| c.is_uppercase() || c == '"' || c == '“' || c.is_ascii_digit());
    let alone = behind.starts_with(' ') && (dash || titled || stamps::prefix(behind).is_some());
    (alone && opens).then_some(lead + section + name.len() + (behind.len() - then.len()))
}

/// Names of reporters after the title: "Jane Doe John Public. The bridge …".
fn reporters(text: &str) -> Option<usize> {
    let stop = text.as_bytes().iter().take(90).position(|b| *b == b'.')?;
    let names = text.get(..stop)?;
    let words = names.split_whitespace().count();
    let plain = names.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'));
    let mixed = names.split_whitespace().all(|w| w.chars().skip(1).any(char::is_lowercase));
    ((2..=9).contains(&words) && plain && mixed && bylines::is_names(names, 9) && text[stop + 1..].starts_with(' '))
        .then_some(stop + 1)
}

/// A summary before an article that repeats it, possibly with tags in between: the first copy is removed.
fn summary(page: &mut Page<'_>, at: usize, end: usize) -> usize {
    let Some(second) = duplicates::repeated_lead(&page.text[..end], at) else { return at };
    page.cut(at..second, Rule::PullQuote);
    second
}

/// A caption before the first sentence, recognised by its credit in brackets.
fn caption(page: &mut Page<'_>, at: usize, end: usize) -> usize {
    let text = page.text;
    let head = &text[at..floor(text, (at + 700).min(end))];
    let Some(open) = head.find('(') else { return at };
    let Some(close) = head[open..].find(')').map(|i| open + i) else { return at };
    let behind = head[close + 1..].trim_start_matches([' ', '.']);
    if !captions::is_credit(&head[open + 1..close]) || !behind.starts_with(|c: char| c.is_uppercase() || c == '"') {
        return at;
    }
    // The caption is the last sentence before the credit; there may be a bare date in between ("… border. July 27 2016.
    // (").
    let mut before = Vec::new();
    sentences::split(head, 0..open, |s| before.push(s));
    let dated =
        before.len() > 1 && before.last().is_some_and(|s| stamps::is_line(head[s.clone()].trim_end_matches('.')));
    let from = before.iter().rev().nth(usize::from(dated)).map_or(open, |s| s.start);
    // A site's credit may also follow a summary: without the shape of a caption only the brackets are removed.
    let from = if from < open && (dated || captions::tells_of_photo(&head[from..open])) { from } else { open };
    page.cut(at + from..at + close + 1, Rule::Caption);
    if from > 0 {
        return at;
    }
    at + close + 1
}
