//! Bytes that are needed in another order than the one in which they arrive.

use super::Records;
use crate::error::Result;

/// Bytes that are distributed over parts while they are written, and read back part by part.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Pieces of parts, added when they are full.
    pieces: Records,
    /// For each part: its pieces, and the bytes that follow.
    parts: Vec<(Vec<u32>, Vec<u8>)>,
}

/// The number of bytes of a part held in memory.
const PIECE: usize = 32 << 10;

impl Parts {
    /// This many empty parts.
    pub fn new(parts: usize) -> Parts {
        Parts { pieces: Records::default(), parts: vec![Default::default(); parts] }
    }

    /// The number of parts.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Adds to a part.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn put(&mut self, part: usize, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let (pieces, open) = &mut self.parts[part];
        write(open);
        if open.len() >= PIECE {
            pieces.push(self.pieces.push(open)? as u32);
            open.clear();
        }
        Ok(())
    }

    /// Visits what was added to a part, in order and many bytes at once; what was added by one call isn't split.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn each(&self, part: usize, mut visit: impl FnMut(&[u8])) -> Result<()> {
        let (pieces, open) = &self.parts[part];
        let mut reader = self.pieces.reader();
        for &piece in pieces {
            visit(reader.read(piece as usize)?);
        }
        visit(open);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{numbers, put_numbers};
    use super::*;

    #[test]
    fn parts_come_back_in_their_order() {
        let mut parts = Parts::new(3);
        for number in 0..100_000_u32 {
            let part = if number % 5 == 0 { 0 } else { 2 };
            parts.put(part, |bytes| put_numbers(bytes, [number; 2])).expect("written");
        }
        assert!(parts.pieces.len() > 20);
        let read = |part| {
            let mut read = Vec::new();
            parts.each(part, |bytes| read.extend(numbers(bytes))).expect("read");
            read
        };
        assert_eq!((read(0).len(), read(1).len(), read(2).len()), (40_000, 0, 160_000));
        assert!(read(2).is_sorted() && read(0)[..4] == [0, 0, 5, 5]);
    }
}
