//! The words of documents as numbers in their order, packed and on disk.
//!
//! Takes words in the form of [`super::phrases`], and hands them back. Tables number words in order of first
//! occurrence, so frequent words have small numbers: with a variable number of bytes, most take two rather than four.

use super::documents::BREAK;
use super::phrases::WORD;
use crate::error::Result;
use crate::records::{self, Fields, Records, put_number};
use std::ops::Range;

/// The words of one document in their order, with their flags and breaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stream(Box<[u8]>);

impl Stream {
    /// Packs words.
    pub fn new(words: &[u32]) -> Stream {
        let mut bytes = Vec::with_capacity(2 * words.len());
        for &word in words {
            // The flags come after the number, and 0 is reserved for breaks.
            let number = match word {
                BREAK => 0,
                _ => (u64::from(word & WORD) << MARKS | u64::from(word >> (u32::BITS - MARKS))) + 1,
            };
            put_number(&mut bytes, number);
        }
        Stream(bytes.into())
    }

    /// Its words.
    pub fn words(&self) -> Vec<u32> {
        let mut words = Vec::new();
        unpack(&self.0, &mut words);
        words
    }
}

/// Writes the packed words into `words`, which is cleared first.
fn unpack(bytes: &[u8], words: &mut Vec<u32>) {
    words.clear();
    words.reserve(bytes.len() / 2);
    let mut fields = Fields::new(bytes);
    while !fields.is_empty() {
        words.push(match fields.number() {
            0 => BREAK,
            marked => (((marked - 1) >> MARKS) as u32) | ((marked - 1) as u32) << (u32::BITS - MARKS),
        });
    }
}

/// The words of many documents, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Streams(Records);

impl Streams {
    /// Adds a document and returns its number; numbers count from 0.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push(&mut self, stream: &Stream) -> Result<u32> {
        self.0.push(&stream.0).map(|number| number as u32)
    }

    /// Reads documents; each thread needs its own reader.
    pub fn reader(&self) -> Reader<'_> {
        Reader { packed: self.0.reader(), words: Vec::new() }
    }

    /// Some of the documents, by their numbers.
    pub fn chosen(&self, numbers: Vec<u32>) -> Chosen<'_> {
        Chosen { streams: self, numbers }
    }
}

/// Reads the words of documents, fastest in the order of their numbers.
#[derive(Debug)]
pub struct Reader<'s> {
    packed: records::Reader<'s>,
    words: Vec<u32>,
}

impl Reader<'_> {
    /// The words of a document. Panics, like indexing, if there is no such document.
    ///
    /// # Errors
    /// As [`records::Reader::read`].
    pub fn read(&mut self, number: u32) -> Result<&[u32]> {
        unpack(self.packed.read(number as usize)?, &mut self.words);
        Ok(&self.words)
    }
}

/// Documents that can be read, several at a time.
pub trait WordSource: Sync {
    /// The number of documents.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Visits these documents in order, each with its position and its words.
    ///
    /// # Errors
    /// If they can't be read.
    fn each(&self, documents: Range<usize>, visit: &mut dyn FnMut(usize, &[u32])) -> Result<()>;
}

impl<W: AsRef<[u32]> + Sync> WordSource for [W] {
    fn len(&self) -> usize {
        <[W]>::len(self)
    }

    fn each(&self, documents: Range<usize>, visit: &mut dyn FnMut(usize, &[u32])) -> Result<()> {
        documents.for_each(|place| visit(place, self[place].as_ref()));
        Ok(())
    }
}

/// Some of many documents ([`Streams::chosen`]).
#[derive(Debug)]
pub struct Chosen<'s> {
    streams: &'s Streams,
    numbers: Vec<u32>,
}

impl WordSource for Chosen<'_> {
    fn len(&self) -> usize {
        self.numbers.len()
    }

    fn each(&self, documents: Range<usize>, visit: &mut dyn FnMut(usize, &[u32])) -> Result<()> {
        let mut reader = self.streams.reader();
        for place in documents {
            visit(place, reader.read(self.numbers[place])?);
        }
        Ok(())
    }
}

/// Flags of a word.
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
            // All ones is a break, not a word with both flags.
            let word = |(number, shift, mark): (u32, u32, u32)| {
                marks.get(mark as usize).map_or(BREAK, |marks| (number >> shift) | marks)
            };
            let words: Vec<u32> = words.into_iter().map(word).collect();
            proptest::prop_assert_eq!(Stream::new(&words).words(), words);
        }
    }

    #[test]
    fn frequent_words_take_little() {
        assert_eq!(Stream::new(&[BREAK, 3, 4000 | CAPITAL]).0.len(), 4);
    }

    #[test]
    fn some_documents_are_read_in_their_order() {
        let documents = [vec![1, BREAK, 70_000 | CAPITAL], vec![], vec![3], vec![9, 9]];
        let mut streams = Streams::default();
        for (number, words) in documents.iter().enumerate() {
            assert_eq!(streams.push(&Stream::new(words)).expect("written"), number as u32);
        }
        let chosen = streams.chosen(vec![0, 2, 3]);
        let mut read = Vec::new();
        chosen.each(0..2, &mut |place, words| read.push((place, words.to_vec()))).expect("read");
        chosen.each(2..3, &mut |place, words| read.push((place, words.to_vec()))).expect("read");
        assert_eq!(read, [(0, documents[0].clone()), (1, vec![3]), (2, vec![9, 9])]);
        assert_eq!(streams.reader().read(1).expect("read"), [] as [u32; 0]);
    }
}
