//! Counts by document: rows of increasing numbers, each with its count, in memory or on disk.
//!
//! What is counted from all documents at once is in memory as a whole. Rows that come one by one wait on disk
//! ([`crate::records`]), so there may be more of them than fit in memory.

use super::ngrams::CountedRows;
use super::small_counts::{LARGE, byte, is_large};
use crate::error::Result;
use crate::records::{Reader, Records, numbers, put_numbers};
use std::iter::FusedIterator;

/// Rows that come one by one.
#[derive(Debug, Default)]
pub(super) struct WaitingRows {
    /// By row: its numbers, their counts in a byte each, then the counts that don't fit in a byte.
    records: Records,
    /// By row: how many numbers it has.
    lengths: Vec<u32>,
}

impl WaitingRows {
    /// Adds a row.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): no room on the disk for temporary files.
    pub fn push(&mut self, row: impl Iterator<Item = (u32, u32)> + Clone) -> Result<()> {
        self.records.push_with(|bytes| {
            put_numbers(bytes, row.clone().map(|(number, _)| number));
            bytes.extend(row.clone().map(|(_, count)| byte(count)));
            put_numbers(bytes, row.clone().map(|(_, count)| count).filter(|count| is_large(*count)));
        })?;
        self.lengths.push(row.count() as u32);
        Ok(())
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Reads rows; each thread needs its own reader.
    pub fn reader(&self) -> RowReader<'_> {
        RowReader(Source::Waiting(self.records.reader(), &self.lengths))
    }
}

/// Rows of counts.
#[derive(Debug)]
pub(super) enum CountRows {
    Whole(CountedRows),
    Waiting(WaitingRows),
}

impl Default for CountRows {
    fn default() -> Self {
        CountRows::Waiting(WaitingRows::default())
    }
}

impl CountRows {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            CountRows::Whole(rows) => rows.starts.len() - 1,
            CountRows::Waiting(rows) => rows.len(),
        }
    }

    /// How many numbers a row has.
    pub fn length(&self, row: usize) -> usize {
        match self {
            CountRows::Whole(rows) => rows.starts[row + 1] - rows.starts[row],
            CountRows::Waiting(rows) => rows.lengths[row] as usize,
        }
    }

    /// Reads rows; each thread needs its own reader.
    pub fn reader(&self) -> RowReader<'_> {
        match self {
            CountRows::Whole(rows) => RowReader(Source::Whole(rows)),
            CountRows::Waiting(rows) => rows.reader(),
        }
    }
}

/// Reads rows, fastest in their order.
#[derive(Debug)]
pub(super) struct RowReader<'r>(Source<'r>);

#[derive(Debug)]
enum Source<'r> {
    Whole(&'r CountedRows),
    Waiting(Reader<'r>, &'r [u32]),
}

impl RowReader<'_> {
    /// One row. Panics, like indexing, if there is no such row.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io) if it can't be read back.
    pub fn row(&mut self, row: usize) -> Result<Row<'_>> {
        Ok(match &mut self.0 {
            Source::Whole(rows) => Row::Whole(rows, rows.starts[row], rows.starts[row + 1]),
            Source::Waiting(reader, lengths) => {
                let length = lengths[row] as usize;
                let (numbers, counts) = reader.read(row)?.split_at(length * size_of::<u32>());
                let (counts, large) = counts.split_at(length);
                Row::Waiting { numbers, counts, large }
            }
        })
    }
}

/// The numbers of a row, increasing, with their counts.
#[derive(Debug, Clone)]
pub(super) enum Row<'r> {
    /// The position of the next one, and the end.
    Whole(&'r CountedRows, usize, usize),
    /// What is left.
    Waiting { numbers: &'r [u8], counts: &'r [u8], large: &'r [u8] },
}

impl Iterator for Row<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        match self {
            Row::Whole(rows, at, end) => {
                let place = *at;
                (place < *end).then(|| {
                    *at += 1;
                    (rows.numbers[place], rows.counts.get(place))
                })
            }
            Row::Waiting { numbers: left, counts, large } => {
                let (number, rest) = left.split_first_chunk()?;
                *left = rest;
                let (count, rest) = counts.split_first()?;
                *counts = rest;
                let count = match *count {
                    LARGE => {
                        let count = numbers(large).next();
                        *large = large.get(size_of::<u32>()..).unwrap_or_default();
                        count.unwrap_or(LARGE.into())
                    }
                    count => count.into(),
                };
                Some((u32::from_le_bytes(*number), count))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = match self {
            Row::Whole(_, at, end) => end - at,
            Row::Waiting { counts, .. } => counts.len(),
        };
        (left, Some(left))
    }
}

impl ExactSizeIterator for Row<'_> {}
impl FusedIterator for Row<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_from_disk() {
        let row = |i: u32| {
            (0..i % 900)
                .map(move |number| (number * 3 + i % 7, if number % 50 == 9 { 254 + number } else { 1 + i % 254 }))
        };
        let mut rows = WaitingRows::default();
        // A few megabytes, one of which stays in memory.
        (0..1200).for_each(|i| rows.push(row(i)).expect("written"));
        let rows = CountRows::Waiting(rows);
        let mut reader = rows.reader();
        for i in (0..1200).chain([7, 1199, 0, 899]) {
            let read = reader.row(i as usize).expect("read");
            assert_eq!((read.len(), rows.length(i as usize)), (row(i).count(), row(i).count()));
            assert!(read.eq(row(i)), "{i}");
        }
        assert_eq!(rows.len(), 1200);
    }
}
