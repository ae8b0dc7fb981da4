//! Texts in a single line: dates and titles at their head, agencies, tags and footers at their tail.
//!
//! The head is peeled from the left: stamps, the known title (kept, as a paragraph of its own), agency names and names
//! of reporters behind it, a photo caption with its credit, a summary that the article's first sentence repeats. The
//! tail is peeled from the right, a sentence or a fragment at a time, as long as one is known to be no prose.

use super::lines::Page;
use super::phrases::{Line, Phrases, Zone};
use super::survey::Repeated;
use super::words::{self, Word};
use super::{Rule, bylines, captions, duplicates, stamps};
use crate::text::sentences;
use std::ops::Range;

/// A text of one block and more bytes is looked at from both ends.
const LEAST: usize = 200;
/// How far from the end the tail may begin.
const TAIL: usize = 2600;
/// How many parts are peeled off at most.
const STEPS: usize = 24;

/// Words that open an article's first sentence, behind names that are not part of it.
const OPENERS: &[&str] = &[
    "At",
    "A",
    "An",
    "The",
    "More",
    "Dozens",
    "Almost",
    "In",
    "On",
    "Several",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Nearly",
    "Over",
    "Around",
    "As",
    "After",
    "It",
    "Some",
    "Hundreds",
    "Scores",
    "Activists",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Twenty",
    "Thousands",
    "Many",
    "Most",
    "This",
    "That",
    "These",
    "There",
    "When",
    "While",
    "With",
    "From",
    "Since",
    "Both",
    "Government",
    "Airstrikes",
    "Rebels",
    "Troops",
    "Suspected",
];

const AGENCIES: &[&str] =
    &["AFP", "AP", "Reuters", "REUTERS", "SANA", "NNA", "TASS", "DPA", "Agencies", "Xinhua", "EFE"];

/// Whether a text is a single long line.
pub(super) fn is_single(page: &Page<'_>) -> bool {
    matches!(page.blocks.as_slice(), [only] if only.range.len() >= LEAST)
}

/// Calls `unit` with what can be repeated in other articles: the first two sentences, and the last sentences and the
/// fragment behind them.
pub(super) fn units<'t>(page: &Page<'t>, mut unit: impl FnMut(&'t str)) {
    let range = page.blocks[0].range.clone();
    let head = super::lines::floor(page.text, (range.start + 500).min(range.end));
    let mut first = Vec::new();
    sentences::split(page.text, range.start..head, |s| first.push(s));
    for sentence in first.iter().take(2).filter(|s| s.end < head) {
        unit(&page.text[sentence.clone()]);
    }
    for sentence in last_sentences(page.text, range.clone()).into_iter().rev().take(6) {
        if sentence.start >= head {
            unit(&page.text[sentence]);
        }
    }
}

/// The sentences of the last part of a range; the first of them may be cut.
fn last_sentences(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let from = super::lines::ceil(text, range.end.saturating_sub(TAIL).max(range.start));
    let mut found = Vec::new();
    sentences::split(text, from..range.end, |s| found.push(s));
    if from > range.start && !found.is_empty() {
        found.remove(0);
    }
    found
}

/// Peels both ends of a text in a single line.
pub(super) fn peel(page: &mut Page<'_>, names: &Names<'_>, phrases: &Phrases, repeated: Option<&Repeated<'_>>) {
    let range = page.blocks[0].range.clone();
    let start = peel_head(page, range.clone(), names);
    peel_tail(page, start..range.end, names, phrases, repeated);
}

/// What is known of the article, as words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'k> {
    pub title: &'k [u64],
    pub author: &'k [u64],
    pub outlet: &'k [u64],
}

/// Peels the head; gives where the article's own prose begins, behind its title.
fn peel_head(page: &mut Page<'_>, range: Range<usize>, names: &Names<'_>) -> usize {
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
    if (titled || stamped)
        && let Some(link) = text[at..end].find("Get short URL").filter(|link| *link < 160)
    {
        // Between title and link stand credits, sections and dates.
        if let Some(len) = short_link(&text[at + link..end])
            && titled
            && !text[at..at + link].contains(". ")
        {
            page.cut(at..at + link + len, Rule::Stamp);
            at += link + len;
        }
    }
    if titled || stamped {
        tags(page, at, end);
        at = summary(page, at, end);
        at = caption(page, at, end);
    }
    at
}

/// "Get short URL 4016", with the counters behind it.
fn short_link(text: &str) -> Option<usize> {
    let rest = text.trim_start();
    let mut at = text.len() - rest.len() + rest.strip_prefix("Get short URL").map(|_| "Get short URL".len())?;
    for _ in 0..2 {
        let rest = text[at..].trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        // The last number may open the sentence: "Get short URL 4016 12 people died".
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

/// "by Jane Doe" behind "Posted on July 20 2016": the known author or outlet, or what stands before the title.
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

/// The length of the known title at the beginning of a text. The title may carry a site's name at its end or a number
/// at its beginning that the text leaves out: at least four words and three quarters of it must stand there.
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
    let head = &text[at..super::lines::floor(text, (at + 800).min(end))];
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

/// An agency's name before the first sentence: behind a title, or before a stamp or a dash.
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

/// Names of reporters behind the title: "Jane Doe John Public. The bridge …".
fn reporters(text: &str) -> Option<usize> {
    let stop = text.as_bytes().iter().take(90).position(|b| *b == b'.')?;
    let names = text.get(..stop)?;
    let words = names.split_whitespace().count();
    let plain = names.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'));
    let mixed = names.split_whitespace().all(|w| w.chars().skip(1).any(char::is_lowercase));
    ((2..=9).contains(&words) && plain && mixed && bylines::is_names(names, 9) && text[stop + 1..].starts_with(' '))
        .then_some(stop + 1)
}

/// A summary before the article that repeats it, with the tags between: the first copy goes.
fn summary(page: &mut Page<'_>, at: usize, end: usize) -> usize {
    let Some(second) = duplicates::repeated_lead(&page.text[..end], at) else { return at };
    page.cut(at..second, Rule::PullQuote);
    second
}

/// A caption before the first sentence, known by its credit in brackets.
fn caption(page: &mut Page<'_>, at: usize, end: usize) -> usize {
    let text = page.text;
    let head = &text[at..super::lines::floor(text, (at + 700).min(end))];
    let Some(open) = head.find('(') else { return at };
    let Some(close) = head[open..].find(')').map(|i| open + i) else { return at };
    let behind = head[close + 1..].trim_start_matches([' ', '.']);
    if !captions::is_credit(&head[open + 1..close]) || !behind.starts_with(|c: char| c.is_uppercase() || c == '"') {
        return at;
    }
    // The caption is the last sentence before the credit; a bare date may stand between ("… border. July 27 2016. (").
    let mut before = Vec::new();
    sentences::split(head, 0..open, |s| before.push(s));
    let dated =
        before.len() > 1 && before.last().is_some_and(|s| stamps::is_line(head[s.clone()].trim_end_matches('.')));
    let from = before.iter().rev().nth(usize::from(dated)).map_or(open, |s| s.start);
    // A site's credit may stand behind a summary as well: without the shape of a caption only the brackets go.
    let from = if from < open && (dated || captions::tells_of_photo(&head[from..open])) { from } else { open };
    page.cut(at + from..at + close + 1, Rule::Caption);
    if from > 0 {
        return at;
    }
    at + close + 1
}

/// Peels the tail.
fn peel_tail(
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

/// What is glued behind the last full stop: agencies behind dashes, groups in brackets, counters, initials of editors.
fn suffix(text: &str) -> Option<(usize, Rule)> {
    let last = last_word_start(text);
    let word = &text[last..];
    // "- REUTERS", "--Reuters", "2011.-AFP".
    if let Some(agency) = AGENCIES.iter().find(|a| word.ends_with(**a)) {
        let before = text[..text.len() - agency.len()].trim_end();
        let dashes = before.len() - before.trim_end_matches(['-', '–', '—', '/']).len();
        if dashes > 0 {
            let from = before.len() - dashes;
            let closed = text[..from].trim_end().ends_with(['.', '"', '”', '!', '?', ')']);
            if closed || dashes > 1 && word.trim_start_matches(['-', '–', '—']).len() == agency.len() {
                return Some((from, Rule::Source));
            }
        }
    }
    if text.ends_with(')')
        && let Some(open) = text.rfind('(')
        && text.len() - open < 120
    {
        let inside = text[open + 1..text.len() - 1].to_lowercase();
        let before = text[..open].trim_end();
        if before.ends_with(['.', '"', '”', '!', '?', ')'])
            && (inside.starts_with("source") || inside.starts_with("with ") || inside.starts_with("reporting by"))
        {
            return Some((open, Rule::Source));
        }
    }
    // "Last Update: Monday 4 July 2016 KSA 16:06 - GMT 13:06 3885"; "… Comment via …".
    for (mark, rule, most) in [
        ("Last Update: ", Rule::Stamp, 90),
        ("Community standards", Rule::Comments, 120),
        (" Related News ", Rule::Related, 1500),
    ] {
        let from = super::lines::floor(text, text.len().saturating_sub(most));
        if let Some(at) = text[from..].rfind(mark) {
            return Some((from + at, rule));
        }
    }
    for (mark, rule) in [(" Read Also", Rule::Related), (" English Bulletin", Rule::Source)] {
        if let Some(before) = text.strip_suffix(mark) {
            return Some((before.len() + 1, rule));
        }
    }
    // What was cut off before a footer: "… it added. ..."
    if matches!(word, "..." | "…") && text[..last].trim_end().ends_with(['.', '!', '?', '"', '”']) {
        return Some((last, Rule::Menu));
    }
    if let Some(from) = slashed_names(text) {
        return Some((from, Rule::Byline));
    }
    // A counter, or the editors' initials: "… it added. 12", "… it added. SSH 11".
    let before = text[..last].trim_end();
    let closed = |s: &str| s.ends_with(['.', '"', '”', '!', '?', ')']);
    let initials = |w: &str| (2..=8).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_uppercase());
    if (1..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()) {
        if closed(before) {
            return Some((last, Rule::Menu));
        }
        let bare = before.trim_end_matches(['-', ' ', '–']);
        let from = last_word_start(bare);
        if initials(&bare[from..]) && closed(bare[..from].trim_end()) {
            return Some((from, Rule::Byline));
        }
    }
    (initials(word) && closed(before) && !matches!(word, "US" | "UN" | "UK")).then_some((last, Rule::Byline))
}

fn last_word_start(text: &str) -> usize {
    text.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(i, c)| i + c.len_utf8())
}

/// By which rule the last sentence, or the fragment behind it, goes.
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

/// A fragment without a full stop that begins as footers do.
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
    let closed = super::lines::is_closed(part);
    if !closed && part.contains(" - YouTube") {
        return Some(Rule::Menu);
    }
    FOOTERS.iter().find(|(begins, _)| part.starts_with(begins) && !closed).map(|(_, rule)| *rule)
}

/// "… it added. Jane Doe/J. Public / A. Nother": where names with strokes between them begin, behind a full stop.
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

#[cfg(test)]
mod tests {
    use super::super::{Cleaner, Known};
    use super::*;

    const BODY: &str = "The mayor of the small town opened a bridge over its river after two years of work, and a hundred \
        people came to see it on the first day. The town has waited for the bridge since the flood, she said.";

    fn clean(text: &str, title: &str) -> (Vec<String>, Vec<(String, Rule)>) {
        let known = Known { title: Some(title), ..Known::default() };
        let prose = Cleaner::default().clean(text, known);
        let of = |r: &Range<usize>| text[r.clone()].to_owned();
        (prose.paragraphs.iter().map(of).collect(), prose.removed.iter().map(|r| (of(&r.range), r.rule)).collect())
    }

    #[test]
    fn the_title_behind_a_date_is_a_paragraph() {
        let (kept, gone) =
            clean(&format!("Wed 05 Apr 2017 Small town opens new bridge. {BODY}"), "Small town opens new bridge");
        assert_eq!(kept, ["Small town opens new bridge.", BODY]);
        assert_eq!(gone, [("Wed 05 Apr 2017".to_owned(), Rule::Stamp)]);
    }

    #[test]
    fn agencies_and_dates_behind_the_title() {
        let (kept, gone) = clean(
            &format!("Small town opens new bridge AFP Sunday 3 Jul 2016 {BODY}-AFP"),
            "Small town opens new bridge",
        );
        assert_eq!(kept, ["Small town opens new bridge", BODY]);
        assert_eq!(gone.iter().map(|g| g.1).collect::<Vec<_>>(), [Rule::Source, Rule::Stamp, Rule::Source]);
    }

    #[test]
    fn a_summary_counts_once() {
        let lead = "The mayor of the small town opened a bridge over its river on Monday";
        let text = format!("23-04-2016 Bridge opens in small town. {lead} {lead} after two years of work. {BODY}");
        let (kept, _) = clean(&text, "Bridge opens in small town");
        assert_eq!(kept, ["Bridge opens in small town.".to_owned(), format!("{lead} after two years of work. {BODY}")]);
    }

    #[test]
    fn a_caption_goes_and_a_summary_stays() {
        let stamp = "10 Jul 2016";
        let caption = "A man walks over the new bridge on July 9 2016. (Photo by Jane Doe)";
        let (kept, _) = clean(&format!("{stamp} {caption} {BODY}"), "");
        assert_eq!(kept, [BODY]);
        let summary = "Dozens of people have come to see a bridge that nobody had hoped for.";
        let (kept, gone) = clean(&format!("{stamp} {summary} (AFP photo) {BODY}"), "");
        assert_eq!(kept, [summary, BODY]);
        assert_eq!(gone[1].0, "(AFP photo)");
    }

    #[test]
    fn tails_of_many_kinds() {
        for tail in [
            "--Reuters",
            " - REUTERS",
            "-AFP",
            " (Source: Town Office) Twitter",
            " Read Also",
            " English Bulletin",
            " SSH 11",
            " SA - 12",
            " 12",
            " Jane Doe/J. Public / A. Nother",
            " Tags bridge town river",
            " ... 63 Tags bridge Community standardsDiscussion Comment via FacebookComment via Town News",
            " Reporting by Jane Doe; Editing by J. Public Our Standards:The Thomson Reuters Trust Principles.",
            " Source TownNews and agencies",
            " Last Update: Saturday 7 October 2017 KSA 16:06 - GMT 13:06 3885",
            " Agencies contributed to this report Read Also",
        ] {
            let (kept, gone) = clean(&format!("{BODY}{tail}"), "");
            assert_eq!(kept, [BODY], "{tail}: {gone:?}");
        }
    }

    #[test]
    fn prose_at_the_ends_stays() {
        for text in [
            format!("{BODY} It was the work of the years 2011 and 2012"),
            format!("{BODY} The report came from Reuters"),
            format!("May 2016 was warm. {BODY}"),
            format!("{BODY} \"We have no bridge,\" she told the UN"),
        ] {
            assert_eq!(clean(&text, ""), (vec![text.clone()], vec![]));
        }
    }
}
