//! Words as hashes: how lines, phrases and titles are compared.
//!
//! A word is a run of letters and digits. Case, apostrophes and invisible characters are ignored, and every run of
//! digits is one zero, so "Get short URL 4016" and "get short url 17" are the same. A name after an `@` is just `@`.

use super::super::composed::composed;
use super::super::tokens::is_invisible;
use std::ops::Range;

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// One word of a line: its hash and its bytes in the string that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub hash: u64,
    pub start: u32,
    pub end: u32,
}

impl Word {
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What is known about the article, as words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'k> {
    pub title: &'k [u64],
    pub author: &'k [u64],
    pub outlet: &'k [u64],
}

/// What a byte below 128 means to the scanner: 0 separates words, 1 joins them (apostrophe), anything else is hashed.
const fn table() -> [u8; 128] {
    let mut table = [0u8; 128];
    let mut b = 0usize;
    while b < 128 {
        let c = b as u8;
        table[b] = if c.is_ascii_lowercase() {
            c
        } else if c.is_ascii_uppercase() {
            c + 32
        } else if c.is_ascii_digit() {
            b'0'
        } else if c == b'\'' {
            1
        } else if c == b'@' {
            b'@'
        } else {
            0
        };
        b += 1;
    }
    table
}

const TABLE: [u8; 128] = table();

fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(PRIME)
}

/// The word at or after `at`, if there is one before the end of `text`.
pub(super) fn next_word(text: &str, mut at: usize) -> Option<Word> {
    let bytes = text.as_bytes();
    let (mut hash, mut start, mut digit, mut handle) = (SEED, usize::MAX, false, false);
    while let Some(&byte) = bytes.get(at) {
        if byte < 128 {
            let class = TABLE[byte as usize];
            match class {
                0 if start == usize::MAX => {}
                0 => break,
                1 => {}
                _ => {
                    if start == usize::MAX {
                        start = at;
                        handle = class == b'@';
                        hash = mix(hash, class);
                    } else if handle {
                        // The name after an `@` is ignored.
                    } else if class == b'@' {
                        break;
                    } else if !(digit && class == b'0') {
                        hash = mix(hash, class);
                    }
                    digit = class == b'0';
                }
            }
            at += 1;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        if c.is_alphanumeric() {
            if start == usize::MAX {
                start = at;
            }
            if !handle {
                for lower in c.to_lowercase() {
                    let mut buffer = [0; 4];
                    for byte in lower.encode_utf8(&mut buffer).bytes() {
                        hash = mix(hash, byte);
                    }
                }
            }
            digit = false;
        } else if is_accent(c) && start != usize::MAX {
            return Some(decomposed_word(text, start));
        } else if !matches!(c, '’' | 'ʼ') && !is_invisible(c) && start != usize::MAX {
            break;
        }
        at += c.len_utf8();
    }
    if start == usize::MAX {
        return None;
    }
    Some(Word { hash, start: start as u32, end: at as u32 })
}

/// Whether a character is one of the most common combining marks.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// The word that begins at `start` and has separate combining accents: it is hashed as if they were composed. An accent
/// that can't be composed with a letter is ignored.
#[cold]
fn decomposed_word(text: &str, start: usize) -> Word {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | 'ʼ') || is_invisible(c) || is_accent(c);
    // The first may be an `@`.
    let first = text[start..].chars().next().map_or(0, char::len_utf8);
    let end = text[start + first..].find(|c| !joins(c)).map_or(text.len(), |len| start + first + len);
    let letters: String = text[start..end].chars().filter(|c| !is_invisible(*c)).collect();
    let letters: String = composed(&letters).chars().filter(|c| !is_accent(*c)).collect();
    Word { hash: hash(&letters), start: start as u32, end: end as u32 }
}

/// Whether two words are the same, including their digits.
pub(super) fn same(a: &str, word: Word, b: &str, other: Word) -> bool {
    let digits = |text: &str, word: Word| -> u64 {
        let digits = text.as_bytes()[word.range()].iter().filter(|b| b.is_ascii_digit());
        digits.fold(1, |sum: u64, digit| sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
    };
    word.hash == other.hash && digits(a, word) == digits(b, other)
}

/// Reads the words of a string into `words`, which is cleared first, at most `most` of them.
pub(super) fn read(text: &str, most: usize, words: &mut Vec<Word>) {
    words.clear();
    let mut at = 0;
    while words.len() < most
        && let Some(word) = next_word(text, at)
    {
        at = word.end as usize;
        words.push(word);
    }
}

/// The hashes of all words of a short string.
pub(super) fn hashes(text: &str) -> Vec<u64> {
    let mut words = Vec::new();
    read(text, usize::MAX, &mut words);
    words.iter().map(|w| w.hash).collect()
}

/// The hash of one word.
pub(super) fn hash(word: &str) -> u64 {
    next_word(word, 0).map_or(0, |w| w.hash)
}

/// What a byte means to [`letters_hash`]: letters beyond ASCII are hashed byte by byte, whatever their case.
const LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut b = 0;
    while b < 256 {
        letters[b] = if b < 128 { TABLE[b] } else { b as u8 };
        b += 1;
    }
    letters
};

/// How many bytes are looked at before they are hashed.
const PART: usize = 128;

/// One hash for the letters of a string as in [`read`], but regardless of where words end. This is faster: there are no
/// branches on single bytes.
pub(super) fn letters_hash(text: &str) -> u64 {
    // Fewer than eight letters wait for the next part.
    let mut letters = [0; 8 + PART];
    let (mut sum, mut n, mut in_number) = (SEED, 0, false);
    for part in text.as_bytes().chunks(PART) {
        for &byte in part {
            let class = LETTERS[usize::from(byte)];
            let (is_letter, is_digit) = (class > 1, class == b'0');
            letters[n] = class;
            n += usize::from(is_letter & !(is_digit & in_number));
            in_number = (is_letter & is_digit) | (!is_letter & in_number);
        }
        let (chunks, rest) = letters[..n].as_chunks::<8>();
        sum = chunks.iter().fold(sum, |sum, chunk| combine([sum, u64::from_be_bytes(*chunk)]));
        let from = n - rest.len();
        letters.copy_within(from..n, 0);
        n -= from;
    }
    combine([sum, letters[..n].iter().fold(0, |chunk, letter| chunk << 8 | u64::from(*letter))])
}

/// One hash for a sequence of words; 0 for none.
pub(super) fn combine(words: impl IntoIterator<Item = u64>) -> u64 {
    words.into_iter().fold(0, |sum, word| (sum.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Which hashes may be present, in `64 × N` bits: most of those looked for aren't.
pub(super) struct Filter<const N: usize>([u64; N]);

impl<const N: usize> Default for Filter<N> {
    fn default() -> Self {
        Filter([0; N])
    }
}

impl<const N: usize> Filter<N> {
    pub(super) fn add(&mut self, hash: u64) {
        let (place, bit) = Self::place(hash);
        self.0[place] |= bit;
    }

    pub(super) fn may_have(&self, hash: u64) -> bool {
        let (place, bit) = Self::place(hash);
        self.0[place] & bit != 0
    }

    fn place(hash: u64) -> (usize, u64) {
        ((hash >> 16) as usize % N, 1 << (hash >> 58))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_digits_and_apostrophes_do_not_count() {
        assert_eq!(hashes("Get short URL 4016"), hashes("get SHORT url 7"));
        assert_eq!(hashes("Syria’s army"), hashes("Syrias army"));
        assert_eq!(hashes("don't stop"), hashes("dont, stop!"));
        assert_eq!(hashes("Follow @one"), hashes("follow @Another_"[..].trim_end_matches('_')));
        assert_ne!(hashes("army"), hashes("arms"));
        assert_eq!(hashes("…—•"), Vec::<u64>::new());
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(hashes("Jose\u{301} Nuñez’s 2nd E\u{301}tude"), hashes("José Nun\u{303}ez’s 2nd étude"));
        assert_eq!(hashes("x\u{304} @e\u{301}a b@c"), hashes("x @éa b@c"));
        assert_eq!(hashes("a \u{301}b"), hashes("a b"));
        let mut words = Vec::new();
        read("re\u{301}gime’s le", 9, &mut words);
        assert_eq!(words.iter().map(|w| w.range()).collect::<Vec<_>>(), [0..12, 13..15]);
    }

    #[test]
    fn hashes_of_letters() {
        assert_eq!(letters_hash("Updated at 3:04 p.m."), letters_hash("updated at 12:59 P.M"));
        assert_ne!(letters_hash("Updated at noon"), letters_hash("Updated at moon"));
    }

    /// [`letters_hash`], one byte at a time.
    fn letters_hash_by_bytes(text: &str) -> u64 {
        let (mut letters, mut digit) = (Vec::new(), false);
        for class in text.bytes().map(|b| LETTERS[usize::from(b)]).filter(|class| *class > 1) {
            if !(digit && class == b'0') {
                letters.push(class);
            }
            digit = class == b'0';
        }
        let number = |chunk: &[u8]| chunk.iter().fold(0, |number, letter| number << 8 | u64::from(*letter));
        let (chunks, rest) = letters.as_chunks::<8>();
        combine([chunks.iter().fold(SEED, |sum, chunk| combine([sum, number(chunk)])), number(rest)])
    }

    #[test]
    fn words_keep_their_places() {
        let mut words = Vec::new();
        read("a (Bé) c", 9, &mut words);
        assert_eq!(words.iter().map(|w| w.range()).collect::<Vec<_>>(), [0..1, 3..6, 8..9]);
    }

    proptest::proptest! {
        #[test]
        fn letters_are_hashed_in_parts_of_any_length(text in "[a-cA-C0-2'. é]{0,300}") {
            proptest::prop_assert_eq!(letters_hash(&text), letters_hash_by_bytes(&text));
        }

        #[test]
        fn words_are_ordered_and_slice_the_text(text in "\\PC{0,60}") {
            let mut words = Vec::new();
            read(&text, usize::MAX, &mut words);
            let mut last = 0;
            for word in words {
                proptest::prop_assert!(word.start as usize >= last && word.end > word.start);
                proptest::prop_assert!(text.get(word.range()).is_some());
                last = word.end as usize;
            }
        }
    }
}
