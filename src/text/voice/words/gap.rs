//! What is between a word and the previous one, one bit each.

macro_rules! bits {
    ($($name:ident = $bit:expr;)*) => { $(pub(crate) const $name: u16 = 1 << $bit;)* };
}
bits! {
    COMMA = 0;
    SEMICOLON = 1;
    COLON = 2;
    DASH = 3;
    OPEN = 4;
    CLOSE = 5;
    QUOTE = 6;
    STOP = 7;
    JOINED = 8;
    OTHER = 9;
}
/// Punctuation that separates clauses.
pub(crate) const BREAK: u16 = COMMA | SEMICOLON | COLON | DASH | OPEN | CLOSE | QUOTE | STOP;

/// What these bytes contain; 0 is a single space.
pub(super) fn between(between: &[u8]) -> u16 {
    if between == b" " {
        return 0;
    }
    if between.is_empty() {
        return JOINED;
    }
    let mut bits = 0;
    let mut spaces = false;
    for (i, b) in between.iter().enumerate() {
        bits |= match b {
            b' ' | b'\t' | b'\n' | b'\r' => {
                spaces = true;
                0
            }
            b',' => COMMA,
            b';' => SEMICOLON,
            b':' => COLON,
            b'(' | b'[' => OPEN,
            b')' | b']' => CLOSE,
            b'"' => QUOTE,
            b'\'' if between.len() > 1 => QUOTE,
            b'.' | b'!' | b'?' => STOP,
            b'-' if between.len() == 1 => JOINED,
            b'-' => DASH,
            0xE2 => match between.get(i + 1..i + 3) {
                Some([0x80, 0x93..=0x95]) => DASH,
                Some([0x80, 0x98 | 0x9A..=0x9F | 0xB9 | 0xBA]) => QUOTE,
                Some([0x80, 0xA6]) => STOP,
                _ => 0,
            },
            0xC2 => match between.get(i + 1) {
                Some(0xAB | 0xBB) => QUOTE,
                Some(0xA0) => {
                    spaces = true;
                    0
                }
                _ => 0,
            },
            0x80..=0xBF => 0,
            _ => OTHER,
        };
    }
    if bits == 0 && !spaces { JOINED } else { bits }
}

/// No abbreviated title in the word lists is longer.
const LONGEST_TITLE: usize = 3;

/// What is between the word `before` and the next one in its sentence, without the full stop of an abbreviation or
/// initial: that belongs to the word, so that a name continues after it ("Sen. Bob Menendez", "the U.S.-led
/// coalition").
///
/// `begins` is the first byte of the next word. `titled` says whether the word before is a listed title; only short
/// titles are abbreviations.
pub(super) fn behind<'b>(between: &'b [u8], before: &[u8], begins: u8, titled: bool) -> &'b [u8] {
    let Some((b'.', rest)) = between.split_first() else { return between };
    let initial = before.contains(&b'.') || before.len() == 1 && before[0].is_ascii_uppercase();
    let titled = titled && before.len() <= LONGEST_TITLE;
    let spaces = !rest.is_empty() && rest.iter().all(u8::is_ascii_whitespace);
    let goes_on = match rest.first() {
        // "Vox.com"
        None => begins.is_ascii_lowercase(),
        // Within a sentence, only an abbreviation is followed by a capital. A number ("Jan. 5") is another phrase.
        Some(_) if spaces => !begins.is_ascii_lowercase() && !begins.is_ascii_digit(),
        Some(mark) => matches!(mark, b',' | b';' | b':' | b'-' | b'\''),
    };
    let is_abbreviation = goes_on || (initial || titled) && !(spaces && begins.is_ascii_digit());
    if is_abbreviation { rest } else { between }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stop_of_an_abbreviation_belongs_to_the_word() {
        let gap = |gap: &[u8], before: &str, begins, titled| between(behind(gap, before.as_bytes(), begins, titled));
        assert_eq!(gap(b". ", "Sen", b'B', true), 0);
        assert_eq!(gap(b". ", "Gen", b'a', true), 0);
        assert_eq!(gap(b". ", "U.S", b'o', false), 0);
        assert_eq!(gap(b". ", "L", b'J', false), 0);
        assert_eq!(gap(b".-", "U.S", b'l', false), JOINED);
        assert_eq!(gap(b"., ", "D-N.J", b's', false), COMMA);
        assert_eq!(gap(b"., ", "Inc", b's', false), COMMA);
        assert_eq!(gap(b".", "Vox", b'c', false), JOINED);
        assert_eq!(gap(".” ".as_bytes(), "U.S", b's', false), QUOTE);
        // Undetected ends of sentences, and a date.
        assert_eq!(gap(b". ", "town", b'h', false), STOP);
        assert_eq!(gap(b". ", "government", b'h', true), STOP);
        assert_eq!(gap(b".", "town", b'T', false), STOP);
        assert_eq!(gap(b". ", "Jan", b'5', false), STOP);
        assert_eq!(gap(b"... ", "town", b'T', false), STOP);
    }

    #[test]
    fn gaps() {
        assert_eq!(between(b" "), 0);
        assert_eq!(between(b", "), COMMA);
        assert_eq!(between(b"-"), JOINED);
        assert_eq!(between(" – ".as_bytes()), DASH);
        assert_eq!(between(",” ".as_bytes()), COMMA | QUOTE);
    }
}
