//! What stands between a word and the one before it, one bit each.

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
/// Punctuation that parts clauses.
pub(crate) const BREAK: u16 = COMMA | SEMICOLON | COLON | DASH | OPEN | CLOSE | QUOTE | STOP;

/// What stands in these bytes; 0 is a single space.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps() {
        assert_eq!(between(b" "), 0);
        assert_eq!(between(b", "), COMMA);
        assert_eq!(between(b"-"), JOINED);
        assert_eq!(between(" – ".as_bytes()), DASH);
        assert_eq!(between(",” ".as_bytes()), COMMA | QUOTE);
    }
}
