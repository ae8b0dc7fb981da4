//! Agency copy: which news agencies an article credits.
//!
//! Takes the original text, because cleaning removes credits. English only; the agencies and their spellings are in
//! `en/agencies.txt`. A credit has a place and a form: a dateline ("BEIRUT (Reuters) - …"), a byline, the end of the
//! text or a line of its own ("-AFP", "Source: Xinhua"), or a line that says who helped ("… of The Associated Press
//! contributed to this report"). An agency that is quoted ("told Reuters", "Xinhua reported") isn't credited, nor does
//! the credit of a photo count ("(L. Doe/Reuters)").

use memchr::memmem::Finder;
use std::sync::OnceLock;

/// One agency of the list.
struct Agency {
    name: &'static str,
    spellings: Vec<Text>,
    phrases: Vec<Text>,
}

/// A text with its finder.
struct Text {
    text: &'static str,
    finder: Finder<'static>,
}

impl Text {
    fn new(text: &'static str) -> Self {
        Text { text, finder: Finder::new(text) }
    }

    fn stands_in(&self, text: &str) -> bool {
        self.finder.find(text.as_bytes()).is_some()
    }
}

fn english() -> &'static [Agency] {
    static LIST: OnceLock<Vec<Agency>> = OnceLock::new();
    LIST.get_or_init(|| {
        let mut agencies: Vec<Agency> = Vec::new();
        for line in include_str!("en/agencies.txt").lines().filter(|l| !l.starts_with('#')) {
            if let Some((name, spellings)) = line.split_once(" : ") {
                let spellings = spellings.split(", ").map(Text::new).collect();
                agencies.push(Agency { name, spellings, phrases: Vec::new() });
            } else if let Some((name, phrase)) = line.split_once(" ~ ")
                && let Some(agency) = agencies.iter_mut().find(|a| a.name == name)
            {
                agency.phrases.push(Text::new(phrase));
            }
        }
        agencies
    })
}

/// The bytes at the beginning of a text that may have a dateline or a byline.
const HEAD: usize = 250;
/// The bytes at the end that may have credits.
const TAIL: usize = 400;
/// The longest line that is checked for a credit anywhere in the text.
const LINE: usize = 200;

/// The agencies that an article credits, joined by "; ", in the order of the list; `None` if there are none.
///
/// ```
/// use aslant::stories::agency;
/// let text = "BEIRUT (Reuters) - The bridge was opened, the mayor told AFP.";
/// assert_eq!(agency::credited(text, None).as_deref(), Some("Reuters"));
/// ```
pub fn credited(text: &str, author: Option<&str>) -> Option<String> {
    let text = text.trim();
    let head = &text[..boundary(text, HEAD)];
    let tail = &text[boundary(text, text.len().saturating_sub(TAIL))..];
    let credits = credit_lines(text, tail);
    // Hardly any article names an agency where a credit can be, so all those places are checked at once.
    let lines = credits.join("\n");
    let anywhere = [head, tail, &lines].join("\n");
    let folded = lines.to_lowercase();
    let is_credited = |name: &str| {
        places(head, name).any(|at| is_dateline(head, at, name))
            || places(tail, name).any(|at| is_last(tail, at, name))
            || credits.iter().any(|line| is_credit(line, name))
    };
    let has = |agency: &&Agency| {
        agency.phrases.iter().any(|phrase| phrase.stands_in(&folded))
            || agency.spellings.iter().any(|name| {
                author.is_some_and(|author| places(author, name.text).next().is_some())
                    || name.stands_in(&anywhere) && is_credited(name.text)
            })
    };
    let found: Vec<&str> = english().iter().filter(has).map(|a| a.name).collect();
    (!found.is_empty()).then(|| found.join("; "))
}

/// The last character boundary at or before a byte.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Short lines anywhere, and the sentences of the last lines: where a credit can be.
fn credit_lines<'t>(text: &'t str, tail: &'t str) -> Vec<&'t str> {
    let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty() && l.len() <= LINE).collect();
    lines.extend(tail.split(['\n', ';']).flat_map(|l| l.split(". ")).map(str::trim).filter(|l| l.len() <= LINE));
    lines
}

/// Where a name occurs as whole words.
fn places<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let whole =
        move |at: &usize| apart(text[..*at].chars().next_back()) && apart(text[at + name.len()..].chars().next());
    text.match_indices(name).map(|(at, _)| at).filter(whole)
}

/// In brackets before a dash, or "By The Associated Press", at the beginning.
fn is_dateline(head: &str, at: usize, name: &str) -> bool {
    let before = head[..at].trim_end();
    let after = head[at + name.len()..].trim_start();
    let bracketed = before.ends_with('(') && after.starts_with(')');
    let dash = after.trim_start_matches(')').trim_start().starts_with(['-', '–', '—']);
    let by = before.strip_suffix("The").unwrap_or(before).trim_end();
    bracketed && dash || by == "By" || by.ends_with("\nBy")
}

/// The very last words, after a dash, a bracket or "Source".
fn is_last(tail: &str, at: usize, name: &str) -> bool {
    let behind = &tail[at + name.len()..];
    behind.chars().all(|c| matches!(c, ')' | '.' | ']' | ' ' | '*' | '\n'))
        && behind.len() <= 4
        && is_marked(&tail[..at])
}

/// Whether the text before a name makes it a credit.
fn is_marked(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let line = line.trim_end();
    let line = line.strip_suffix("The").or_else(|| line.strip_suffix("the")).unwrap_or(line).trim_end();
    if names_photo(&line[boundary(line, line.len().saturating_sub(60))..]) {
        return false;
    }
    let source = line.rsplit_once(['.', '(']).map_or(line, |(_, rest)| rest).trim_start();
    let source = ["Source", "Sources", "SOURCE"].iter().any(|word| source.starts_with(word)) && source.len() <= 60;
    line.is_empty() || source || line.ends_with(['(', '-', '–', '—', '|', '©'])
}

fn names_photo(line: &str) -> bool {
    let line = line.to_lowercase();
    ["photo", "image", "picture", "getty", "video", "file"].iter().any(|word| line.contains(word))
}

/// Whether a line says that an agency wrote the article or helped.
fn is_credit(line: &str, name: &str) -> bool {
    const SAYS: &[&str] = &[
        "contributed to this",
        "contributed reporting",
        "with assistance",
        "with reporting",
        "with files from",
        "with material",
        "additional reporting",
        "compiled from",
        "all rights reserved",
        "copyright",
        "©",
    ];
    if line.contains(['"', '“']) {
        return false;
    }
    places(line, name).any(|at| {
        let rest = line[at + name.len()..].trim_matches(|c: char| !c.is_alphanumeric());
        let alone = rest.is_empty() && is_marked(&line[..at]);
        let folded = line.to_lowercase();
        alone
            || !names_photo(line) && SAYS.iter().any(|says| folded.contains(says))
            || folded.starts_with("with ") && rest.is_empty() && line.len() <= 60
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        credited(text, None).unwrap_or_default()
    }

    #[test]
    fn credits() {
        let prose = "The bridge was closed. It will stay so.";
        assert_eq!(of("BEIRUT (Reuters) - The bridge was closed."), "Reuters");
        assert_eq!(of("WASHINGTON (AP) — The bridge was closed."), "AP");
        assert_eq!(of("By The Associated Press\n\nThe bridge was closed."), "AP");
        for end in ["(AFP)", "- AFP", "--AFP", "Source: AFP", "\n\nAFP", "\nWith AFP", "© AFP"] {
            assert_eq!(of(&format!("{prose} {end}")), "AFP", "{end}");
        }
        assert_eq!(
            of(&format!("{prose}\n\nThe Associated Press and Reuters contributed to this report.")),
            "Reuters; AP"
        );
        assert_eq!(
            of(&format!(
                "{prose}\n\nReporting by A. Smith; Editing by B. Jones Our Standards: The Thomson Reuters Trust Principles."
            )),
            "Reuters"
        );
        assert_eq!(of(&format!("{prose}\n\n— With assistance from A. Smith, and B. Jones")), "Bloomberg");
        assert_eq!(of(&format!("{prose} Source TRTWorld and agencies")), "agencies");
        assert_eq!(credited(prose, Some("Jane Doe, Associated Press")).as_deref(), Some("AP"));
    }

    #[test]
    fn agencies_that_are_quoted_are_no_credit() {
        for text in [
            "The bridge was closed, the mayor told Reuters.",
            "It will open soon, he told the AFP",
            "Reuters reported that the bridge was closed.",
            "The mayor (who spoke to Reuters) left.",
            "The bridge. (Photo: L. Doe/AFP)",
            "The bridge. (L. Doe/Reuters)",
            "The AP chemistry class was closed.",
            "In a statement to Xinhua, he denied it.\n\nThe bridge is closed.",
            "",
        ] {
            assert_eq!(of(text), "", "{text}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = include_str!("en/agencies.txt").lines().filter(|l| !l.starts_with('#')).count();
        let read: usize = english().iter().map(|a| 1 + a.phrases.len()).sum();
        assert_eq!(lines, read);
        assert!(english().iter().flat_map(|a| &a.phrases).all(|p| p.text == p.text.to_lowercase()));
    }
}
