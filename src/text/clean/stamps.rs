//! Dates and times of publication: alone on a line, or at the beginning of a text.

use crate::text::month_names::{DAYS, MONTHS};

/// Words that introduce a stamp.
const LEADS: &[&str] = &[
    "date of publication",
    "last updated at",
    "last updated on",
    "last updated",
    "last update",
    "last modified",
    "first published",
    "published on",
    "published at",
    "published",
    "posted on",
    "posted",
    "updated at",
    "updated on",
    "updated",
    "created",
];
/// Abbreviations of months and days with more than three letters.
const LONGER: &[&str] = &["sept", "tues", "thurs"];
const ZONES: &[&str] = &[
    "am", "pm", "et", "est", "edt", "gmt", "utc", "ksa", "bst", "pt", "pdt", "pst", "cet", "ist", "msk", "a.m", "p.m",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The name of a day or month.
    Name,
    Year,
    /// "23-04-2016", "01.10.2017", "052017".
    Date,
    Number,
    Time,
    Zone,
    Join,
}

/// The length in bytes of the stamp that a text begins with: a date with its year, any introduction, and times after
/// it. What follows must begin a sentence.
///
/// "On 12 May 2016, …" is prose, and so is a date followed by a comma or a lower-case word.
pub(super) fn prefix(text: &str) -> Option<usize> {
    let head = &text[..super::lines::floor(text, 220)];
    let (lead, mut at) = lead_in(head);
    let (mut end, mut year, mut date, mut joined) = (0, false, false, false);
    loop {
        let token = head[at..]
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '|' | '·' | '-' | '–'));
        let start = head.len() - token.len();
        let Some(len) = token_len(token) else { break };
        let kind = kind_of(&token[..len]);
        match kind {
            Some(Kind::Year) => {
                if year && end > 0 && !date {
                    break;
                }
                (year, end) = (true, start + len);
                date = true;
            }
            Some(Kind::Date) => (year, date, end) = (true, true, start + len),
            // After the year a bare number belongs to the headline: only a time, a zone or a link continues the stamp.
            Some(Kind::Number) if !year => end = start + len,
            Some(Kind::Number) if is_clock(&token[..len], &token[len..], joined) => end = start + len,
            Some(Kind::Time | Kind::Zone) if date || lead => end = start + len,
            Some(Kind::Name) if !year => end = start + len,
            Some(Kind::Name) if later_date(token) => (year, end) = (false, start + len),
            Some(Kind::Join) if !date || later_join(token, len) => {}
            _ => break,
        }
        joined = kind == Some(Kind::Join);
        at = start + len;
    }
    if !date || end == 0 {
        return None;
    }
    let rest = &head[end..];
    let close = rest.len() - rest.trim_start_matches([')', ' ', '.', '|', '\u{a0}', '-', '–']).len();
    let behind = rest[close..].chars().next();
    if let Some(title) = rest[close..].strip_prefix("title:") {
        return Some(head.len() - title.trim_start().len());
    }
    let by = rest[close..].starts_with("by ");
    let opens = by || behind.is_none_or(|c| !c.is_lowercase() && c != ',');
    opens.then_some(end + close)
}

/// Whether a line is only a date or a time, introduced by "updated" or the like.
pub(super) fn is_led_line(line: &str) -> bool {
    lead_in(line).0 && is_line(line)
}

/// Whether a line is only a date or a time. In the middle of an article it can be a heading.
pub(super) fn is_line(line: &str) -> bool {
    if line.len() > 90 || !line.bytes().any(|b| b.is_ascii_digit()) || line.starts_with("at ") {
        return false;
    }
    let (lead, at) = lead_in(line);
    let (mut strong, mut tokens) = (lead, 0);
    for token in
        line[at..].split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '|' | '·' | '–' | '-' | '•'))
    {
        let token = token.trim_matches('.');
        if token.is_empty() {
            continue;
        }
        match kind_of(token) {
            Some(Kind::Name | Kind::Date | Kind::Time) => strong = true,
            Some(_) => {}
            None => return false,
        }
        tokens += 1;
    }
    strong && tokens >= 2 || strong && lead && tokens >= 1
}

fn lead_in(text: &str) -> (bool, usize) {
    let start = text.len() - text.trim_start().len();
    for lead in LEADS {
        if let Some(head) = text.get(start..start + lead.len())
            && head.eq_ignore_ascii_case(lead)
            && text[start + lead.len()..].starts_with([' ', ':'])
        {
            return (true, start + lead.len() + 1);
        }
    }
    (false, start)
}

/// The length of the token that a text begins with: letters and digits, and characters that join a date.
fn token_len(text: &str) -> Option<usize> {
    let len =
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | ':' | '/' | '+' | '-'))).unwrap_or(text.len());
    let mut token = text[..len].trim_end_matches(['.', ':', '-']);
    // "01.10.2017Get short URL": digits glued to a word.
    if token.starts_with(|c: char| c.is_ascii_digit())
        && let Some(letter) = token.find(|c: char| c.is_alphabetic())
        && letter >= 6
    {
        token = &token[..letter];
    }
    (!token.is_empty()).then_some(token.len())
}

fn kind_of(token: &str) -> Option<Kind> {
    let token = token.trim_end_matches('.');
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    if digits == token.len() {
        return of_digits(token);
    }
    match token.starts_with(|c: char| c.is_ascii_digit()) {
        true => of_digits_and_more(token, digits),
        false => of_letters(token),
    }
}

/// "2016", "072016", "4".
fn of_digits(token: &str) -> Option<Kind> {
    match token.len() {
        4 if token.starts_with("19") || token.starts_with("20") => Some(Kind::Year),
        5 | 6 if token[token.len() - 4..].starts_with("20") => Some(Kind::Date),
        1..=5 => Some(Kind::Number),
        _ => None,
    }
}

/// "16:06", "31-08-2014", "4th", "7pm".
fn of_digits_and_more(token: &str, digits: usize) -> Option<Kind> {
    if token.contains(':') && digits >= 3 && token.bytes().all(|b| b.is_ascii_digit() || b == b':') {
        return Some(Kind::Time);
    }
    let parts: Vec<&str> = token.split(['-', '.', '/']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(is_number) && digits >= 6 {
        return Some(Kind::Date);
    }
    let suffix = token.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    match suffix.to_ascii_lowercase().as_str() {
        "st" | "nd" | "rd" | "th" => Some(Kind::Number),
        "am" | "pm" | "a.m" | "p.m" => Some(Kind::Time),
        _ => None,
    }
}

/// "July", "Mon", "GMT+3", "at".
fn of_letters(token: &str) -> Option<Kind> {
    let lower = token.to_ascii_lowercase();
    let is = |name: &&str| lower == *name || lower == name[..3];
    let is_name = || MONTHS.iter().any(is) || DAYS.iter().any(is) || LONGER.contains(&lower.as_str());
    if token.starts_with(char::is_uppercase) && is_name() {
        return Some(Kind::Name);
    }
    let zone = lower.split_once('+').map_or(lower.as_str(), |(zone, _)| zone);
    if ZONES.contains(&zone) {
        return Some(Kind::Zone);
    }
    match lower.as_str() {
        "at" | "updated" => Some(Kind::Join),
        _ => None,
    }
}

/// "at 1459 Regional", "2037 UTC+3": a time of four digits, after "at" or before a zone, a bracket or a date.
fn is_clock(token: &str, rest: &str, joined: bool) -> bool {
    let clock = token.len() == 4
        && token[..2].parse::<u8>().is_ok_and(|h| h < 24)
        && token[2..].parse::<u8>().is_ok_and(|m| m < 60);
    let next = rest.trim_start();
    let zone = next.split_whitespace().next().is_some_and(|w| kind_of(w.trim_end_matches(')')) == Some(Kind::Zone));
    clock && (joined || zone || next.starts_with(|c: char| c.is_ascii_digit()) && next.contains('.'))
}

/// Whether a second date follows, with its year: "(updated 1133 27.05.2017)".
fn later_date(text: &str) -> bool {
    text.split_whitespace().take(4).any(|w| matches!(kind_of(w.trim_matches([',', ')'])), Some(Kind::Year)))
}

fn later_join(token: &str, len: usize) -> bool {
    token[len..].trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// A time of day alone on a line, as above each entry of a live blog and at the end of players: "18:42", "14.02 GMT",
/// "9:50 p.m.".
pub(super) fn is_clock_line(line: &str) -> bool {
    let (clock, zone) = line.split_once(' ').unwrap_or((line, ""));
    let digits = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let timed = clock.split_once([':', '.']).is_some_and(|(hours, minutes)| {
        digits(hours) && minutes.len() == 2 && digits(minutes) && (clock.contains(':') || !zone.is_empty())
    });
    let zones = zone.split(' ').filter(|z| !z.is_empty());
    timed && zones.map(|z| z.trim_end_matches('.').to_ascii_lowercase()).all(|z| ZONES.contains(&z.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_before_a_text() {
        for (stamp, rest) in [
            ("Wed 05 Apr 2017 ", "Mayor opens bridge. The mayor"),
            ("23-04-2016 ", "Mayor opens bridge."),
            ("Date of publication 12 June 2016 ", "Mayor opens bridge"),
            ("Published October 3 2016 ", "The mayor"),
            ("Last updated at Apr 052017 ", "SPRINGFIELD The mayor"),
            ("Saturday 10 December 2016 14:47 ", "Mayor opens"),
            ("August 13 2016 2037 UTC+3 ", "A bridge"),
            ("Sunday 3 Jul 2016 ", "43 people"),
            ("01.10.2017", "Get short URL 4016"),
            ("27.05.2017(updated 1133 27.05.2017) ", "Get short URL"),
        ] {
            assert_eq!(prefix(&format!("{stamp}{rest}")), Some(stamp.len()), "{stamp}");
        }
    }

    #[test]
    fn what_may_follow_a_stamp() {
        assert_eq!(prefix("Posted on July 2 2016 by Jane Doe Bridge opens"), Some("Posted on July 2 2016 ".len()));
        assert_eq!(prefix("Thu Feb 5 2015 title: Bridge opens."), Some("Thu Feb 5 2015 title: ".len()));
    }

    #[test]
    fn dates_in_prose_are_no_stamps() {
        for prose in [
            "On 12 May 2016 rebels left",
            "May said on Monday",
            "Friday 12 May 2016 was",
            "2016 was a year",
            "12 people died",
            "March 5, 2016, was",
        ] {
            assert_eq!(prefix(prose), None, "{prose}");
        }
    }

    #[test]
    fn lines_of_dates() {
        assert!(is_line("July 4, 2016 12:30 p.m. ET"));
        assert!(is_line("Updated at 3:04 p.m. ET"));
        assert!(!is_line("2016"));
        assert!(!is_line("May 2016 was warm"));
    }

    #[test]
    fn clocks_alone_on_a_line() {
        assert!(["18:42", "0:58", "14.02 GMT", "9:50 p.m.", "10:14 a.m. ET"].iter().all(|l| is_clock_line(l)));
        assert!(
            ["14.02", "18:42 was late", "3:16:12", "9:5", "John 3:16", "", "1:100"].iter().all(|l| !is_clock_line(l))
        );
    }
}
