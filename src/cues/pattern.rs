//! One cue as a sequence of token patterns.
//!
//! A cue is tokenized by the same scanner as the articles, so that `rebel-held` and `assad's regime` mean the same in a
//! lexicon as in a text. In a token, `*` stands for any number of characters and `?` for one.
//!
//! Outlets write initials in their house style, `U.S.` or `US`, `C.I.A.` or `CIA`. A cue finds both, whichever it is
//! written with; otherwise a contrast would measure house style.

use crate::text::tokens;
use std::borrow::Cow;

/// A pattern for one token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenPattern {
    /// This normal form, or its letters with stops: `cia` also finds `C.I.A.`.
    Literal(String),
    /// Exactly this normal form, for short words of the language: `us` doesn't find `U.S.`.
    Word(String),
    /// These letters with stops, or in capitals: `u.s.` finds `U.S.` and `US`, but not `us`.
    Initials(String),
    /// Any normal form that begins like this: `jihad*`.
    Prefix(String),
    /// Any other glob.
    Glob(String),
    /// Not a token, but a comma between two tokens: `odessa, texas`.
    Comma,
}

// Placeholders that the scanner treats as letters, so that globs survive tokenization. Both are letters of Latin
// epigraphy that no article uses.
const STAR: char = '\u{A7FF}';
const QUESTION: char = '\u{A7FE}';

impl TokenPattern {
    fn new(token: &str) -> Self {
        let glob: String = token
            .chars()
            .map(|c| match c {
                STAR => '*',
                QUESTION => '?',
                c => c,
            })
            .collect();
        match glob.strip_suffix('*') {
            _ if !glob.contains(['*', '?']) => match without_stops(&glob) {
                Some(letters) => TokenPattern::Initials(letters),
                None => TokenPattern::Literal(glob),
            },
            Some(prefix) if !prefix.is_empty() && !prefix.contains(['*', '?']) => {
                TokenPattern::Prefix(prefix.to_owned())
            }
            _ => TokenPattern::Glob(glob),
        }
    }

    /// Whether a token matches this pattern.
    pub fn matches(&self, token: &Spelled) -> bool {
        let is_letters = |pattern: &String| token.initials.as_ref() == Some(pattern);
        match self {
            TokenPattern::Literal(literal) => token.normal == *literal || is_letters(literal),
            TokenPattern::Word(word) => token.normal == *word,
            TokenPattern::Initials(letters) => is_letters(letters),
            TokenPattern::Prefix(prefix) => token.normal.starts_with(prefix.as_str()),
            TokenPattern::Glob(glob) => glob_matches(glob, &token.normal),
            TokenPattern::Comma => false,
        }
    }

    /// The normal form that it was written for; `None` for a pattern with `*` or `?`, and for a comma.
    pub fn normal(&self) -> Option<Cow<'_, str>> {
        match self {
            TokenPattern::Literal(word) | TokenPattern::Word(word) => Some(Cow::Borrowed(word)),
            TokenPattern::Initials(letters) => {
                let mut with_stops = String::with_capacity(2 * letters.len());
                for letter in letters.chars() {
                    with_stops.push(letter);
                    with_stops.push('.');
                }
                with_stops.pop();
                Some(Cow::Owned(with_stops))
            }
            TokenPattern::Prefix(_) | TokenPattern::Glob(_) | TokenPattern::Comma => None,
        }
    }
}

/// The properties of a token that patterns look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spelled {
    /// Its normal form.
    pub normal: String,
    /// For initials, their letters in lower case: for a token with a stop after every letter but the last (`U.S`), or
    /// in capitals (`US`).
    pub initials: Option<String>,
}

impl Spelled {
    /// The properties of a token, given as in the text.
    pub fn of(token: &str) -> Spelled {
        let mut normal = String::new();
        tokens::normalize(token, &mut normal);
        let in_capitals = || token.chars().nth(1).is_some() && token.chars().all(char::is_uppercase);
        let initials = without_stops(&normal).or_else(|| in_capitals().then(|| normal.clone()));
        Spelled { normal, initials }
    }
}

/// The letters of a normal form, if it consists of initials with stops.
fn without_stops(normal: &str) -> Option<String> {
    let letters = || normal.split('.');
    let is_one =
        |letter: &str| letter.chars().next().is_some_and(char::is_alphabetic) && letter.chars().nth(1).is_none();
    (normal.contains('.') && letters().all(is_one)).then(|| letters().collect())
}

/// Words of two and three letters that would be a different word with stops (`U.S.`, `I.T.`, `A.M.`).
const SHORT_WORDS: &str = "am an and any are as at be but by can do for go he her him his how i if in is it its me my no nor not of \
                           off oh on one or our out per she so the to up us was we who why yes you";

/// Splits a cue into token patterns; empty if the cue has no letter or digit.
pub fn parse(cue: &str) -> Vec<TokenPattern> {
    let letters: String = cue
        .chars()
        .map(|c| match c {
            '*' => STAR,
            '?' => QUESTION,
            c => c,
        })
        .collect();
    let mut tokens = Vec::new();
    tokens::tokenize(&letters, 0..letters.len(), &mut tokens);
    if tokens.iter().all(|token| token.of(&letters).chars().all(|c| c == STAR || c == QUESTION)) {
        return Vec::new();
    }
    let mut patterns = Vec::with_capacity(tokens.len());
    let (mut normal, mut end) = (String::new(), None);
    for token in &tokens {
        if end.is_some_and(|end| letters[end..token.range().start].contains(',')) {
            patterns.push(TokenPattern::Comma);
        }
        end = Some(token.range().end);
        tokens::normalize(token.of(&letters), &mut normal);
        let is_word = tokens.len() == 1 && SHORT_WORDS.split(' ').any(|short| short == normal);
        patterns.push(if is_word { TokenPattern::Word(normal.clone()) } else { TokenPattern::new(&normal) });
    }
    patterns
}

/// Glob matching with `*` and `?`, without recursion: on a mismatch it goes back to the last star.
fn glob_matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    // How many bytes a character has.
    let width = |at: usize| 1 + text[at + 1..].iter().take_while(|byte| **byte & 0xC0 == 0x80).count();
    let (mut g, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match (glob.get(g), back) {
            (Some(b'*'), _) => {
                back = Some((g, t));
                g += 1;
            }
            (Some(b'?'), _) => {
                g += 1;
                t += width(t);
            }
            (Some(byte), _) if *byte == text[t] => {
                g += 1;
                t += 1;
            }
            (_, Some((star, from))) => {
                g = star + 1;
                t = from + width(from);
                back = Some((star, t));
            }
            _ => return false,
        }
    }
    glob[g..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenPattern::{Comma, Glob, Initials, Literal, Prefix, Word};

    #[test]
    fn cues_are_cut_like_texts() {
        assert_eq!(parse("Rebel-held"), [Literal("rebel".into()), Literal("held".into())]);
        assert_eq!(parse("Assad’s regime*"), [Literal("assad".into()), Literal("'s".into()), Prefix("regime".into())]);
        assert_eq!(parse("U.S."), [Initials("us".into())]);
        assert_eq!(parse("*stan"), [Glob("*stan".into())]);
        assert_eq!(parse("so-called *"), [Literal("so".into()), Literal("called".into()), Glob("*".into())]);
        assert_eq!((parse("us"), parse("us army")[0].clone()), (vec![Word("us".into())], Literal("us".into())));
        assert_eq!(parse("Odessa, Texas,"), [Literal("odessa".into()), Comma, Literal("texas".into())]);
        assert_eq!(parse("1,000"), [Literal("1,000".into())]);
        assert_eq!(parse(" *?- "), []);
    }

    fn matches(cue: &str, token: &str) -> bool {
        parse(cue)[0].matches(&Spelled::of(token))
    }

    #[test]
    fn globs_match_whole_tokens() {
        assert!(matches("jihad*", "jihadism") && matches("jihad*", "jihad"));
        assert!(!matches("jihad*", "mujihad"));
        assert!(matches("*a?b*", "xxacbyy") && !matches("*a?b*", "xxabyy"));
        assert!(glob_matches("?é?", "éé€") && !glob_matches("?é?", "éé") && glob_matches("*?€", "aé€"));
    }

    #[test]
    fn initials_match_with_stops_and_without() {
        for token in ["U.S", "US", "u.s"] {
            assert!(matches("u.s.", token) && matches("us army", token), "{token}");
        }
        assert!(matches("us army", "us") && !matches("u.s.", "us") && !matches("u.s.", "Us"));
        // A pronoun isn't a country; in capitals it can't be decided.
        assert!(matches("us", "us") && matches("us", "US") && !matches("us", "U.S"));
        assert!(
            matches("cia", "C.I.A")
                && matches("c.i.a.", "CIA")
                && !matches("ci*", "C.I.A")
                && matches("c.i.*", "C.I.A")
        );
        assert_eq!(
            ["u.s.", "é.u.", "us", "cia", "ci*"].map(|cue| parse(cue)[0].normal().map(Cow::into_owned)),
            [Some("u.s".into()), Some("é.u".into()), Some("us".into()), Some("cia".into()), None]
        );
    }
}
