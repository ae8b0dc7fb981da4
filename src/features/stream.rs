//! The words of a document as numbers in their order, kept small.
//!
//! Takes words as [`super::phrases`] has them, hands them back. Tables number words in the order of first sight, so the
//! numbers of frequent words are small: written in as many bytes as a number needs, most take two and not four.

use super::documents::BREAK;
use super::phrases::WORD;

/// Words in their order, with their marks, and where they stop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stream(Box<[u8]>);

/// Words that can be read, one document at a time.
pub trait Words: Sync {
    /// The words of the document; `scratch` is for those that must be unpacked.
    fn words<'w>(&'w self, scratch: &'w mut Vec<u32>) -> &'w [u32];
}

impl<W: AsRef<[u32]> + Sync> Words for W {
    fn words<'w>(&'w self, _: &'w mut Vec<u32>) -> &'w [u32] {
        self.as_ref()
    }
}

impl Words for Stream {
    fn words<'w>(&'w self, scratch: &'w mut Vec<u32>) -> &'w [u32] {
        self.read(scratch);
        scratch
    }
}

impl Words for &Stream {
    fn words<'w>(&'w self, scratch: &'w mut Vec<u32>) -> &'w [u32] {
        (*self).words(scratch)
    }
}

impl Stream {
    /// Packs words.
    pub fn new(words: &[u32]) -> Stream {
        let mut bytes = Vec::with_capacity(2 * words.len());
        for &word in words {
            // The marks go behind the number, and 0 is left for the stops.
            let mut rest = match word {
                BREAK => 0,
                _ => (u64::from(word & WORD) << MARKS | u64::from(word >> (u32::BITS - MARKS))) + 1,
            };
            while rest >= 1 << 7 {
                bytes.push(rest as u8 | 1 << 7);
                rest >>= 7;
            }
            bytes.push(rest as u8);
        }
        Stream(bytes.into())
    }

    /// Writes the words into `words`, which is cleared first.
    pub fn read(&self, words: &mut Vec<u32>) {
        words.clear();
        words.reserve(self.0.len() / 2);
        let (mut number, mut shift) = (0, 0);
        for &byte in &self.0 {
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 1 << 7 {
                words.push(match number {
                    0 => BREAK,
                    marked => (((marked - 1) >> MARKS) as u32) | ((marked - 1) as u32) << (u32::BITS - MARKS),
                });
                (number, shift) = (0, 0);
            }
        }
    }
}

/// Marks of a word.
const MARKS: u32 = 2;

#[cfg(test)]
mod tests {
    use super::super::phrases::{CAPITAL, FIRST};
    use super::*;

    proptest::proptest! {
        #[test]
        fn words_come_back(
            words in proptest::collection::vec((0..=WORD, 0_u32..30, 0_u32..6), 0..60)
        ) {
            let marks = [0, CAPITAL, FIRST, CAPITAL | FIRST, 0];
            // All ones is a stop, and no word with both marks.
            let word = |(number, shift, mark): (u32, u32, u32)| match marks.get(mark as usize) {
                Some(marks) => (number >> shift) | marks,
                None => BREAK,
            };
            let words: Vec<u32> = words.into_iter().map(word).collect();
            let mut read = vec![7];
            Stream::new(&words).read(&mut read);
            proptest::prop_assert_eq!(read, words);
        }
    }

    #[test]
    fn frequent_words_take_little() {
        assert_eq!(Stream::new(&[BREAK, 3, 4000 | CAPITAL]).0.len(), 4);
    }
}
