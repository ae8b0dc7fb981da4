//! Bylines: names alone on a line, "By …", and the note about the author at the end.

use super::words::{self, Word};

/// Whether a line is "By Name and Name, Place", with names capitalised.
pub(super) fn is_by_line(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("By ").or_else(|| line.strip_prefix("BY ")) else { return false };
    let rest = rest.trim_end_matches(['|', ' ', ',', '–', '-']);
    line.len() <= 120 && !rest.ends_with(['.', '!', '?', ':', '"', '”']) && is_names(rest, 14)
}

/// Whether every word can be part of names: capitalised words, initials, "and", "of".
pub(super) fn is_names(text: &str, most_words: usize) -> bool {
    let mut count = 0;
    for word in text.split_whitespace() {
        count += 1;
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let joins =
            matches!(word, "and" | "&" | "of" | "de" | "van" | "von" | "bin" | "|" | "/" | "for" | "al" | "da" | "la");
        if joins && count > 1 {
            continue;
        }
        let first_function =
            count == 1 && matches!(bare, "The" | "A" | "An" | "This" | "That" | "All" | "Any" | "Now" | "No");
        let agency = matches!(bare, "The") && text.contains("Press");
        let capital = bare.starts_with(char::is_uppercase) && !bare.bytes().any(|b| b.is_ascii_digit());
        if !capital || first_function && !agency || word.ends_with(['!', '?', ':', ';']) {
            return false;
        }
    }
    count > 0 && count <= most_words
}

/// Whether a short line is two to four words that can be a person's name.
pub(super) fn is_person(line: &str) -> bool {
    // Called for every line, so long ones are skipped.
    if line.len() > 60 {
        return false;
    }
    let words = line.split_whitespace().count();
    (2..=9).contains(&words)
        && (words <= 4 || line.contains(" and ") || line.contains(','))
        && !line.ends_with(['.', '!', '?', ':', '"', '”', ')'])
        && is_names(line, 9)
        && line.chars().any(char::is_lowercase)
}

/// Whether the words of a line are the known author's name, with or without "by".
pub(super) fn is_author(line: &[Word], author: &[u64]) -> bool {
    let by = words::hash("by");
    let line = if line.first().is_some_and(|w| w.hash == by) { &line[1..] } else { line };
    !author.is_empty() && line.len() == author.len() && line.iter().zip(author).all(|(a, b)| a.hash == *b)
}

/// Whether a line is a note about its author: "• Name Surname is editor of …", "— Name Surname is a fellow …", or the
/// known author's name followed by a word typical of such notes.
pub(super) fn is_note(line: &str, words: &[Word], author: &[u64]) -> bool {
    const GOES_ON: &[&str] = &[
        "is",
        "was",
        "writes",
        "covers",
        "reports",
        "teaches",
        "served",
        "worked",
        "contributed",
        "can",
        "has",
        "blogs",
    ];
    if line.len() > 700 {
        return false;
    }
    let known = author.len() >= 2 && words.len() > author.len() && words.iter().zip(author).all(|(a, b)| a.hash == *b);
    if known {
        return GOES_ON.iter().any(|w| words::hash(w) == words[author.len()].hash);
    }
    let Some(rest) = line.strip_prefix(['•', '—', '–', '*', '●']).or_else(|| line.strip_prefix("--")) else {
        return false;
    };
    let rest = rest.trim_start_matches(['-', '*', ' ', '\u{a0}']);
    for (names, word) in rest.split_whitespace().take(7).enumerate() {
        let bare = word.trim_matches([',', '.', '“', '”', '"', '(', ')']);
        if GOES_ON.contains(&bare) {
            return names >= 2;
        }
        if !bare.starts_with(char::is_uppercase) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_lines() {
        assert!(is_by_line("By Jane Doe and John Q. Public"));
        assert!(is_by_line("By JANE DOE, Associated Press"));
        assert!(is_by_line("By The Associated Press"));
        assert!(!is_by_line("By the Numbers"));
        assert!(!is_by_line("By Monday the bridge was open"));
        assert!(!is_by_line("By All Means"));
    }

    #[test]
    fn persons() {
        assert!(is_person("Jane Doe"));
        assert!(is_person("Jane Doe and John Public"));
        assert!(!is_person("Talks to Continue"));
        assert!(!is_person("Bridge"));
    }

    #[test]
    fn notes_on_authors() {
        let note = |line: &str, author: &str| {
            let mut read = Vec::new();
            words::read(line, usize::MAX, &mut read);
            is_note(line, &read, &words::hashes(author))
        };
        assert!(note("• Jane Doe is editor of the Springfield Daily.", ""));
        assert!(note("Jane Doe writes on bridges.", "Jane Doe"));
        assert!(!note("Jane Doe left.", "Jane Doe"));
        assert!(!note("— The bridge is closed.", ""));
        assert!(!note("• Support for the bridge is low.", ""));
    }
}
