//! Phrase lists: lines that are recognised by their words.
//!
//! The lists are data, in `en/*.txt`, one file per rule: adding a line requires no Rust.
//!
//! ```text
//! # a comment
//! view all comments                       the whole line
//! notify of ...                           the line begins so
//! ... contributed to this (report|story)  the line ends so, with either word
//! by signing up you * to ...  | <=30      `*`: any one word; the line has at most 30 words
//! related  | tail                         only behind the last prose ("head": before the first, "edge": either)
//! source ...  | tail open                 "open": no full stop at its end
//! video ...  | colon                      a colon stands near its beginning
//! ```
//!
//! Case, punctuation and digits are ignored (every number is `0`, every `@name` is `@`), see [`super::words`]. Without
//! `<=` a line that begins or ends with `...` has at most 40 words.

use super::Rule;
use super::words::{self, Word};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Where a phrase counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Anywhere,
    Head,
    Tail,
    Edge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Word(u64),
    AnyWord,
    Gap,
}

/// One phrase of a list.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    pieces: Vec<Piece>,
    most_words: usize,
    open: bool,
    colon: bool,
    pub zone: Zone,
    pub rule: Rule,
}

/// All phrases of a language, looked up by the first or the last word of a line.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    list: Vec<Phrase>,
    by_first: FxHashMap<u64, Vec<u16>>,
    by_last: FxHashMap<u64, Vec<u16>>,
}

const ENGLISH: &[(Rule, &str)] = &[
    (Rule::Menu, include_str!("en/menu.txt")),
    (Rule::Subscribe, include_str!("en/subscribe.txt")),
    (Rule::Share, include_str!("en/share.txt")),
    (Rule::Caption, include_str!("en/caption.txt")),
    (Rule::Comments, include_str!("en/comments.txt")),
    (Rule::Disclaimer, include_str!("en/disclaimer.txt")),
    (Rule::Related, include_str!("en/related.txt")),
    (Rule::Byline, include_str!("en/byline.txt")),
    (Rule::Contributors, include_str!("en/contributors.txt")),
    (Rule::Contact, include_str!("en/contact.txt")),
    (Rule::Correction, include_str!("en/correction.txt")),
    (Rule::Copyright, include_str!("en/copyright.txt")),
    (Rule::PrintNote, include_str!("en/print-note.txt")),
    (Rule::Source, include_str!("en/source.txt")),
    (Rule::Stamp, include_str!("en/stamp.txt")),
    (Rule::Section, include_str!("en/section.txt")),
    (Rule::Tags, include_str!("en/tags.txt")),
];

impl Phrases {
    /// The English lists, read once.
    pub fn english() -> &'static Phrases {
        static LISTS: OnceLock<Phrases> = OnceLock::new();
        LISTS.get_or_init(|| {
            let mut phrases = Phrases::default();
            for (rule, list) in ENGLISH {
                for line in list.lines() {
                    phrases.add(*rule, line);
                }
            }
            phrases
        })
    }

    /// Adds one line of a list; lines without content, or without a word to look up, are skipped.
    fn add(&mut self, rule: Rule, line: &str) {
        let line = line.split_once('#').map_or(line, |(before, _)| before).trim();
        let (spelling, flags) = line.split_once("  | ").unwrap_or((line, ""));
        for spelling in alternatives(spelling) {
            let Some(phrase) = Phrase::parse(rule, &spelling, flags) else { continue };
            let index = self.list.len() as u16;
            match (phrase.pieces.first(), phrase.pieces.last()) {
                (Some(Piece::Word(word)), _) => self.by_first.entry(*word).or_default().push(index),
                (_, Some(Piece::Word(word))) => self.by_last.entry(*word).or_default().push(index),
                _ => continue,
            }
            self.list.push(phrase);
        }
    }

    /// The first phrase that a line matches; `zone` says which zones apply to its place.
    pub fn find(&self, line: &Line<'_, '_>, zone: impl Fn(Zone) -> bool) -> Option<&Phrase> {
        let (first, last) = (line.words.first()?, line.words.last()?);
        let hits = [self.by_first.get(&first.hash), self.by_last.get(&last.hash)];
        hits.into_iter().flatten().flatten().map(|i| &self.list[*i as usize]).find(|p| p.matches(line) && zone(p.zone))
    }

    /// A cheap check whether a line of about this many words can match a phrase, by its first two words and its last.
    pub fn may_match(&self, first: u64, second: Option<u64>, last: u64, words: usize) -> bool {
        let fits = |phrase: &Phrase| words <= phrase.most_words * 2 + 8;
        let begins = |i: &u16| {
            let phrase = &self.list[*i as usize];
            let next = match phrase.pieces.get(1) {
                Some(Piece::Word(word)) => second == Some(*word),
                Some(_) => true,
                None => second.is_none(),
            };
            next && fits(phrase)
        };
        self.by_first.get(&first).is_some_and(|list| list.iter().any(begins))
            || self.by_last.get(&last).is_some_and(|list| list.iter().any(|i| fits(&self.list[*i as usize])))
    }
}

/// A line, or a sentence, as the phrases see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t, 'w> {
    pub text: &'t str,
    pub words: &'w [Word],
}

impl Phrase {
    fn parse(rule: Rule, spelling: &str, flags: &str) -> Option<Phrase> {
        let pieces: Vec<Piece> = spelling
            .split_whitespace()
            .map(|piece| match piece {
                "..." => Piece::Gap,
                "*" => Piece::AnyWord,
                word => Piece::Word(words::hash(word)),
            })
            .collect();
        if !pieces.iter().any(|p| matches!(p, Piece::Word(_))) {
            return None;
        }
        let mut phrase = Phrase { pieces, most_words: 40, open: false, colon: false, zone: Zone::Anywhere, rule };
        for flag in flags.split_whitespace() {
            match flag {
                "head" => phrase.zone = Zone::Head,
                "tail" => phrase.zone = Zone::Tail,
                "edge" => phrase.zone = Zone::Edge,
                "open" => phrase.open = true,
                "colon" => phrase.colon = true,
                most => phrase.most_words = most.strip_prefix("<=")?.parse().ok()?,
            }
        }
        Some(phrase)
    }

    fn matches(&self, line: &Line<'_, '_>) -> bool {
        line.words.len() <= self.most_words
            && !(self.open && super::lines::is_closed(line.text))
            && (!self.colon || line.text.bytes().take(30).any(|b| b == b':'))
            && matches(&self.pieces, line.words)
    }
}

/// Whether the pieces match all the words.
fn matches(pieces: &[Piece], words: &[Word]) -> bool {
    let (mut piece, mut word) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while word < words.len() {
        let fits = match pieces.get(piece) {
            Some(Piece::Word(hash)) => *hash == words[word].hash,
            Some(Piece::AnyWord) => true,
            Some(Piece::Gap) => {
                retry = Some((piece, word));
                piece += 1;
                continue;
            }
            None => false,
        };
        if fits {
            (piece, word) = (piece + 1, word + 1);
        } else if let Some((gap, from)) = retry {
            retry = Some((gap, from + 1));
            (piece, word) = (gap + 1, from + 1);
        } else {
            return false;
        }
    }
    pieces[piece.min(pieces.len())..].iter().all(|p| *p == Piece::Gap)
}

/// Expands `(a|b c|)` into every combination.
fn alternatives(spelling: &str) -> Vec<String> {
    let Some((before, rest)) = spelling.split_once('(') else { return vec![spelling.to_owned()] };
    let Some((choices, after)) = rest.split_once(')') else { return vec![spelling.to_owned()] };
    let tails = alternatives(after);
    choices.split('|').flat_map(|choice| tails.iter().map(move |tail| format!("{before}{choice}{tail}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule_of(text: &str) -> Option<Rule> {
        let mut words = Vec::new();
        words::read(text, usize::MAX, &mut words);
        Phrases::english().find(&Line { text, words: &words }, |_| true).map(|p| p.rule)
    }

    #[test]
    fn every_line_of_the_lists_can_be_found() {
        let mut lost = Vec::new();
        for (rule, list) in ENGLISH {
            for line in list.lines() {
                let line = line.split_once('#').map_or(line, |(before, _)| before).trim();
                if line.is_empty() {
                    continue;
                }
                let mut one = Phrases::default();
                one.add(*rule, line);
                if one.list.is_empty() {
                    lost.push(line);
                }
                assert_eq!(line, line.to_lowercase(), "{}: write lists in lower case", rule.name());
            }
        }
        assert!(lost.is_empty(), "lines that begin and end with a gap find nothing: {lost:#?}");
    }

    #[test]
    fn gaps_words_and_alternatives() {
        let mut phrases = Phrases::default();
        phrases.add(Rule::Menu, "read (more|on) ... at * site  | <=6");
        let found = |text: &str| {
            let mut words = Vec::new();
            words::read(text, usize::MAX, &mut words);
            phrases.find(&Line { text, words: &words }, |_| true).is_some()
        };
        assert!(found("Read on at our site"));
        assert!(found("READ MORE: stories at our site"));
        assert!(!found("Read at our site"));
        assert!(!found("Read more at our very own site"));
        assert!(!found("Read more at our site today"));
        assert!(!found("Read more of the best at our site"));
    }

    #[test]
    fn known_lines() {
        assert_eq!(rule_of("View all comments"), Some(Rule::Comments));
        assert_eq!(rule_of("Sign up for Daily Newsletters"), Some(Rule::Subscribe));
        assert_eq!(rule_of("Voters could not sign up for the newsletter."), None);
    }
}
