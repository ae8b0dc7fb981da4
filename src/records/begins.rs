//! Where records begin: eight bytes each, which wait on disk as the records do.

use super::{append, failed, read_at, too_many};
use crate::error::Result;
use std::fs::File;

/// Where records begin, and at the end where the last one ends.
#[derive(Debug, Default)]
pub(super) struct Begins {
    /// None until there are too many for memory.
    file: Option<File>,
    /// So many stand in the file.
    written: usize,
    /// The ends of the records behind them: each is where the next one begins. The first record begins at 0, which is
    /// written nowhere.
    tail: Vec<u64>,
}

/// So many numbers wait in memory before they are written.
const ROOM: usize = 1 << 15;
/// So many are read at once.
const AT_ONCE: usize = 512;
const NUMBER: usize = size_of::<u64>();

/// Numbers of the file that were read at once.
#[derive(Debug, Default)]
pub(super) struct Window {
    first: usize,
    bytes: Vec<u8>,
}

impl Begins {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.written + self.tail.len()
    }

    /// Adds where the next record ends.
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

    /// Where a record begins, and of the number behind the last where that ends. Panics, as indexing does, beyond it.
    /// What was read stays in the window: the numbers before it, which are asked for next, and those behind.
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
