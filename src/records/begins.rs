//! Where records begin: eight bytes each, kept on disk like the records.

use super::{append, failed, read_at, too_many};
use crate::error::Result;
use std::fs::File;

/// Where records begin, and where the last one ends.
#[derive(Debug, Default)]
pub(super) struct Begins {
    /// `None` as long as everything fits into memory.
    file: Option<File>,
    /// The number of entries in the file.
    written: usize,
    /// The ends of the records that follow: each is where the next one begins. The first record begins at 0, which
    /// isn't stored.
    tail: Vec<u64>,
}

/// The number of entries held in memory before they are written.
const ROOM: usize = 1 << 15;
/// The number of entries read at once.
const AT_ONCE: usize = 512;
const NUMBER: usize = size_of::<u64>();

/// Entries of the file that were read at once.
#[derive(Debug, Default)]
pub(super) struct Window {
    first: usize,
    bytes: Vec<u8>,
}

impl Begins {
    /// The number of records.
    pub fn len(&self) -> usize {
        self.written + self.tail.len()
    }

    /// Adds the end of the next record.
    pub fn push(&mut self, end: u64) -> Result<()> {
        if self.len() >= u32::MAX as usize {
            return Err(too_many());
        }
        if self.tail.len() >= ROOM {
            let bytes: Vec<u8> = self.tail.iter().flat_map(|number| number.to_le_bytes()).collect();
            append(&mut self.file, &bytes)?;
            self.written += self.tail.len();
            self.tail.clear();
        }
        self.tail.push(end);
        Ok(())
    }

    /// Where a record begins or, for the number after the last, where that one ends. Panics, as indexing does, beyond
    /// this. The entries read stay in the window: the preceding one, which is requested next, and those that follow.
    pub fn begin(&self, record: usize, window: &mut Window) -> Result<u64> {
        let Some(at) = record.checked_sub(1) else { return Ok(0) };
        if let Some(at) = at.checked_sub(self.written) {
            return Ok(self.tail[at]);
        }
        if at < window.first || at >= window.first + window.bytes.len() / NUMBER {
            window.first = at.saturating_sub(1);
            window.bytes.resize((self.written - window.first).min(AT_ONCE) * NUMBER, 0);
            if let Some(file) = &self.file {
                let read = read_at(file, &mut window.bytes, (window.first * NUMBER) as u64);
                read.inspect_err(|_| window.bytes.clear()).map_err(failed)?;
            }
        }
        let (numbers, _) = window.bytes.as_chunks::<NUMBER>();
        Ok(u64::from_le_bytes(numbers[at - window.first]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_come_back_in_any_order() {
        let (n, end) = (3 * ROOM + 7, |record: usize| (record as u64 + 1) << 30);
        let mut begins = Begins::default();
        (0..n).for_each(|record| begins.push(end(record)).expect("room"));
        assert_eq!((begins.len(), begins.written), (n, 3 * ROOM));
        let mut window = Window::default();
        let mut begin = |record| begins.begin(record, &mut window).expect("read");
        for record in (0..=n).chain((0..=n).rev()).chain((0..n).step_by(7919)).chain([n, 0, 3 * ROOM, 3 * ROOM - 1]) {
            assert_eq!(begin(record), record as u64 * (1 << 30), "{record}");
        }
        assert_eq!(too_many().title(), "more articles than can be worked on at once");
    }
}
