//! Tokens: words with their place in the text.
//!
//! Takes any text, hands on [`Token`]s whose spans are byte offsets into it. What counts as one token:
//!
//! - a run of letters, digits and combining marks (`Syria`, `11mn`, `naïve`);
//! - including an apostrophe, straight or curly, between letters (`don't`, `O’Brien`), except that a possessive `'s` is
//!   split off: `regime's` is `regime` and `'s`;
//! - initials with their full stops (`U.S.`, `e.g.`), without the last stop in the span: `U.S`;
//! - a number with its separators (`2,000`, `3.5`, `14:30`).
//!
//! A web address (`https://…`, `www.…`) isn't a word and contains none.
//!
//! Hyphens separate words: `rebel-held` is `rebel` and `held`. Zero-width characters and soft hyphens inside a word
//! stay in its span but are dropped from its normal form.
//!
//! Not done here: sentences ([`super::sentences`]), stems ([`super::stems`]).

use super::composed::composed;
use std::borrow::Cow;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word or a number.
    Word,
    /// The `'s` of a possessive or contraction, which isn't counted as a word.
    Possessive,
}

/// One token: a span of bytes in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Byte offset of its first byte.
    pub start: u32,
    /// Byte offset of its end (exclusive).
    pub end: u32,
    /// What it is.
    pub kind: TokenKind,
}

impl Token {
    /// The token as written in the text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }

    /// The token's span in bytes.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What a byte below 128 means to the scanner.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Other,
}

const fn classes() -> [Class; 128] {
    let mut table = [Class::Other; 128];
    let mut b = 0;
    while b < 128 {
        let c = b as u8;
        if c.is_ascii_alphabetic() {
            table[b] = Class::Letter;
        } else if c.is_ascii_digit() {
            table[b] = Class::Digit;
        }
        b += 1;
    }
    table
}

const CLASSES: [Class; 128] = classes();

/// Characters that join the letters around them and have no meaning of their own: soft hyphen, zero-width space,
/// (non-)joiners, word joiner, byte order mark, and direction marks.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn is_mark(c: char) -> bool {
    // Combining marks that aren't included in `char::is_alphanumeric`: they belong to the letter before them.
    matches!(c as u32, 0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x064B..=0x065F
        | 0x06D6..=0x06ED | 0x0900..=0x0903 | 0x093A..=0x094F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
        | 0xFE20..=0xFE2F)
}

/// The class of the character at `at` and its length in bytes; `None` at the end.
#[inline]
fn class_at(text: &str, at: usize) -> Option<(Class, usize)> {
    match *text.as_bytes().get(at)? {
        byte @ 0..128 => Some((CLASSES[byte as usize], 1)),
        _ => wide_class_at(text, at),
    }
}

#[inline(never)]
fn wide_class_at(text: &str, at: usize) -> Option<(Class, usize)> {
    let c = text[at..].chars().next()?;
    let class = if c.is_alphabetic() || is_mark(c) || is_invisible(c) {
        Class::Letter
    } else if c.is_numeric() {
        Class::Digit
    } else {
        Class::Other
    };
    Some((class, c.len_utf8()))
}

/// The length in bytes of the apostrophe at `at`, if there is one.
fn apostrophe_at(text: &str, at: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    match rest.first()? {
        b'\'' => Some(1),
        0xE2 if rest.starts_with("’".as_bytes()) => Some(3),
        0xCA if rest.starts_with("ʼ".as_bytes()) => Some(2),
        _ => None,
    }
}

/// Appends the tokens of `text[range]` to `tokens`, in order.
///
/// The spans index `text`, not the range. Texts must be smaller than 4 GiB; the corpus reader refuses larger ones.
pub fn tokenize(text: &str, range: std::ops::Range<usize>, tokens: &mut Vec<Token>) {
    let view = &text[..range.end];
    let mut at = range.start;
    while let Some((class, len)) = class_at(view, at) {
        // An invisible character doesn't start a word.
        if class == Class::Other || (len > 1 && view[at..].chars().next().is_some_and(is_invisible)) {
            at += len;
            continue;
        }
        at = match web_address(view, at) {
            Some(end) => end,
            None => scan_word(view, at, class, tokens),
        };
    }
}

/// Where a web address ends, if one begins at `at`: at the next white space, or a mark that no address has.
fn web_address(text: &str, at: usize) -> Option<usize> {
    const BEGINNINGS: [&str; 4] = ["http://", "https://", "www.", "pic.twitter.com/"];
    let rest = &text.as_bytes()[at..];
    if !matches!(rest.first()?.to_ascii_lowercase(), b'h' | b'w' | b'p') {
        return None;
    }
    let begins = |with: &&str| rest.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    BEGINNINGS.into_iter().find(begins)?;
    let ends = |c: char| c.is_whitespace() || is_invisible(c) || "<>\"“”‘’«»—…".contains(c);
    Some(text[at..].find(ends).map_or(text.len(), |length| at + length))
}

/// Scans the word that begins at `start`, pushes it, and returns where the next scan begins.
fn scan_word(text: &str, start: usize, first: Class, tokens: &mut Vec<Token>) -> usize {
    let mut end = start;
    let mut last = first;
    let mut possessive = None;
    while let Some((class, len)) = class_at(text, end) {
        if class != Class::Other {
            last = class;
            end += len;
            continue;
        }
        if text.as_bytes()[end] == b' ' {
            break;
        }
        if last == Class::Letter
            && let Some(mark) = apostrophe_at(text, end)
        {
            let Some((Class::Letter, next)) = class_at(text, end + mark) else { break };
            let is_s = matches!(text.as_bytes()[end + mark], b's' | b'S');
            let closes = !matches!(class_at(text, end + mark + next), Some((Class::Letter | Class::Digit, _)));
            if is_s && closes {
                possessive = Some(end + mark + next);
                break;
            }
            end += mark;
            continue;
        }
        let byte = text.as_bytes()[end];
        let joins = match byte {
            b'.' if last == Class::Letter => is_initial(text, start, end) && next_is_initial(text, end + 1),
            b'.' | b',' | b':' if last == Class::Digit => matches!(class_at(text, end + 1), Some((Class::Digit, _))),
            _ => false,
        };
        if !joins {
            break;
        }
        end += 1;
    }
    tokens.push(Token { start: start as u32, end: end as u32, kind: TokenKind::Word });
    match possessive {
        Some(close) => {
            tokens.push(Token { start: end as u32, end: close as u32, kind: TokenKind::Possessive });
            close
        }
        None => end,
    }
}

/// Whether the letter before the full stop at `stop` is single: first in its word, or after another stop.
fn is_initial(text: &str, start: usize, stop: usize) -> bool {
    let before = text[start..stop].char_indices().next_back().map_or(start, |(i, _)| start + i);
    before == start || text.as_bytes()[before - 1] == b'.'
}

/// Whether there is a letter at `at` with no letter after it.
fn next_is_initial(text: &str, at: usize) -> bool {
    match class_at(text, at) {
        Some((Class::Letter, len)) => !matches!(class_at(text, at + len), Some((Class::Letter | Class::Digit, _))),
        _ => false,
    }
}

/// Writes the normal form of a token to `out`, which is cleared first: lower case, straight apostrophes, no invisible
/// characters, letters and combining marks composed (NFC).
pub fn normalize(token: &str, out: &mut String) {
    out.clear();
    if token.is_ascii() {
        out.push_str(token);
        out.make_ascii_lowercase();
        return;
    }
    for c in token.chars() {
        match c {
            '’' | 'ʼ' => out.push('\''),
            c if is_invisible(c) => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    // A dropped character may be between a letter and its mark, so this comes last.
    if let Cow::Owned(composed) = composed(out) {
        *out = composed;
    }
}

/// The normal forms of all tokens of a text, such as a cue.
pub fn normal_tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    tokenize(text, 0..text.len(), &mut tokens);
    let mut buffer = String::new();
    tokens
        .iter()
        .map(|t| {
            normalize(t.of(text), &mut buffer);
            buffer.clone()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        normal_tokens(text)
    }

    #[test]
    fn hyphens_part_and_possessives_are_split_off() {
        assert_eq!(words("rebel-held areas"), ["rebel", "held", "areas"]);
        assert_eq!(words("the regime's forces"), ["the", "regime", "'s", "forces"]);
        assert_eq!(words("Syria’s rebels’ fate"), ["syria", "'s", "rebels", "fate"]);
    }

    #[test]
    fn web_addresses_are_no_words() {
        assert_eq!(words("See https://x.org/assad-regime?a=b, or www.rebels.com/war (HTTP://x.y)."), ["see", "or"]);
        assert_eq!(words("“pic.twitter.com/regime” http://a.b/c—rebels"), ["rebels"]);
        assert_eq!(
            words("the http header, x.com, www and Www.hat"),
            ["the", "http", "header", "x", "com", "www", "and"]
        );
    }

    #[test]
    fn contractions_and_names_stay_whole() {
        assert_eq!(words("don't O’Brien rock 'n' roll"), ["don't", "o'brien", "rock", "n", "roll"]);
    }

    #[test]
    fn initials_keep_their_stops_and_sentences_do_not_run_together() {
        assert_eq!(
            words("the U.S. and U.N. e.g. K. M. Darwish"),
            ["the", "u.s", "and", "u.n", "e.g", "k", "m", "darwish"]
        );
        assert_eq!(words("It ended.He left a.Next"), ["it", "ended", "he", "left", "a", "next"]);
    }

    #[test]
    fn numbers_keep_their_separators() {
        assert_eq!(words("2,000 men, 3.5 km at 14:30, 11mn."), ["2,000", "men", "3.5", "km", "at", "14:30", "11mn"]);
    }

    #[test]
    fn other_scripts_and_invisible_characters() {
        assert_eq!(words("Дамаск naïve re\u{AD}gime"), ["дамаск", "naïve", "regime"]);
        assert_eq!(words("\u{200B}\u{FEFF}"), Vec::<String>::new());
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_word() {
        let forms = ["régime", "naïve", "việt", "год", "сирийский"];
        let decomposed = "RE\u{301}GIME nai\u{308}ve Vie\u{323}\u{302}t ГОД сирии\u{306}скии\u{306}";
        assert_eq!(words(decomposed), forms);
        assert_eq!(words("Régime naïve Việt год сирийский"), forms);
        assert_eq!(words("re\u{200D}\u{301}gime’s e\u{301}. a"), ["régime", "'s", "é", "a"]);
        let mut tokens = Vec::new();
        tokenize(decomposed, 0..decomposed.len(), &mut tokens);
        assert_eq!(tokens[0].of(decomposed), "RE\u{301}GIME");
    }

    proptest::proptest! {
        #[test]
        fn spans_are_ordered_and_slice_the_text(text in "\\PC{0,80}") {
            let mut tokens = Vec::new();
            tokenize(&text, 0..text.len(), &mut tokens);
            let mut last = 0;
            for t in &tokens {
                proptest::prop_assert!(t.start as usize >= last && t.end > t.start);
                proptest::prop_assert!(!t.of(&text).is_empty());
                last = t.end as usize;
            }
        }
    }
}
