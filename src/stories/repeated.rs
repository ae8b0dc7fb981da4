//! Hashes that two articles or more have: a small part of all, and the only ones that can connect anything.
//!
//! Takes each article's hashes, ascending, from disk, and returns numbers for those that are repeated. The number of a
//! hash is its rank among them, so an article's numbers ascend like its hashes.

use crate::error::Result;
use crate::records::{Records, numbers};
use rayon::prelude::*;
use std::ops::Range;

/// Hashes are processed in this many parts, by their leading bits.
const PARTS: usize = 64;
/// The most hashes held in memory at once; with more, there are several rounds, each over some of the parts.
const ROOM: u64 = 1 << 23;
/// The most rounds, whatever memory they need: each round reads all lists.
const ROUNDS: u64 = 32;
/// The average number of hashes with the same leading bits is this, or down to half of it.
const PER_BEGIN: usize = 8;

/// The repeated hashes, with the number of articles that have each.
pub(super) struct Repeated {
    /// Hashes, ascending, each with the number of articles that have it (two or more).
    hashes: Vec<(u32, u32)>,
    /// The start of the hashes with the same leading bits. These are a few each, which fit into one or two cache lines,
    /// and this table is small enough to stay in the cache.
    begins: Vec<u32>,
    shift: u32,
}

impl Repeated {
    /// Finds the repeated hashes of lists on disk, one list per article: ascending hashes without duplicates, followed
    /// by the data that belongs to them. `width` is the number of bytes per hash with its data.
    ///
    /// # Errors
    /// If the lists can't be read.
    pub fn new(lists: &Records, width: usize) -> Result<Repeated> {
        Repeated::in_rounds(lists, width, ROOM)
    }

    fn in_rounds(lists: &Records, width: usize, room: u64) -> Result<Repeated> {
        let all = lists.bytes() / width as u64;
        let at_once = PARTS.div_ceil(all.div_ceil(room).clamp(1, ROUNDS) as usize);
        let mut parts: Vec<Vec<(u32, u32)>> = Vec::with_capacity(PARTS);
        for first in (0..PARTS).step_by(at_once) {
            parts.extend(repeated_of_parts(lists, width, first..(first + at_once).min(PARTS))?);
        }
        let mut hashes = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        parts.into_iter().for_each(|part| hashes.extend(part));
        let bits = (hashes.len() / PER_BEGIN).next_power_of_two().ilog2().clamp(8, 24);
        let shift = u32::BITS - bits;
        let mut begins = vec![0; (1 << bits) + 1];
        hashes.iter().for_each(|(hash, _)| begins[(hash >> shift) as usize + 1] += 1);
        (0..1 << bits).for_each(|b| begins[b + 1] += begins[b]);
        Ok(Repeated { hashes, begins, shift })
    }

    /// The number of repeated hashes; all numbers are below it.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// How many articles have the hash with this number.
    pub fn articles(&self, number: u32) -> u32 {
        self.hashes[number as usize].1
    }

    /// The number of a hash; `None` if fewer than two articles have it.
    pub fn number(&self, hash: u32) -> Option<u32> {
        self.find(hash).map(|(number, _)| number)
    }

    /// The number of a hash, and how many articles have it; `None` if fewer than two do.
    pub fn find(&self, hash: u32) -> Option<(u32, u32)> {
        let leading = (hash >> self.shift) as usize;
        let (from, to) = (self.begins[leading], self.begins[leading + 1]);
        let alike = &self.hashes[from as usize..to as usize];
        let at = alike.partition_point(|(other, _)| *other < hash);
        alike.get(at).filter(|(other, _)| *other == hash).map(|(_, articles)| (from + at as u32, *articles))
    }
}

/// The hashes of a list.
pub(super) fn hashes(list: &[u8], width: usize) -> impl ExactSizeIterator<Item = u32> + Clone {
    numbers(&list[..list.len() / width * size_of::<u32>()])
}

/// The repeated hashes of some parts, with the number of articles that have each.
fn repeated_of_parts(lists: &Records, width: usize, parts: Range<usize>) -> Result<Vec<Vec<(u32, u32)>>> {
    let part_of = |hash: u32| (hash >> (u32::BITS - PARTS.ilog2())) as usize;
    let sorted_out = |of: Range<usize>| -> Result<Vec<Vec<u32>>> {
        let (mut reader, mut found) = (lists.reader(), vec![Vec::new(); parts.len()]);
        for article in of {
            let list = reader.read(article)?;
            let (hashes, _) = list[..list.len() / width * size_of::<u32>()].as_chunks();
            // Hashes ascend, so the parts of other rounds are skipped at once.
            let before = |end: usize| hashes.partition_point(|hash| part_of(u32::from_le_bytes(*hash)) < end);
            for hash in &hashes[before(parts.start)..before(parts.end)] {
                let hash = u32::from_le_bytes(*hash);
                found[part_of(hash) - parts.start].push(hash);
            }
        }
        Ok(found)
    };
    // Several stretches of articles in parallel.
    let stretch = lists.len().div_ceil(4 * rayon::current_num_threads()).max(1);
    let stretches: Vec<Range<usize>> =
        (0..lists.len()).step_by(stretch).map(|from| from..(from + stretch).min(lists.len())).collect();
    let found: Vec<Vec<Vec<u32>>> = stretches.into_par_iter().map(sorted_out).collect::<Result<_>>()?;
    let repeated = |part: usize| {
        let mut all: Vec<u32> = found.iter().flat_map(|found| &found[part]).copied().collect();
        all.sort_unstable();
        all.chunk_by(|a, b| a == b).filter(|run| run.len() > 1).map(|run| (run[0], run.len() as u32)).collect()
    };
    Ok((0..parts.len()).into_par_iter().map(repeated).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::put_numbers;

    #[test]
    fn numbers_are_ranks_among_what_is_repeated() {
        let lists: [&[u32]; 3] = [&[1, 70_000, u32::MAX], &[1, 3, u32::MAX], &[1, 5]];
        let mut records = Records::default();
        for list in lists {
            records.push_with(|bytes| put_numbers(bytes, list.iter().copied())).expect("written");
        }
        let repeated = Repeated::new(&records, 4).expect("read");
        let in_rounds = Repeated::in_rounds(&records, 4, 1).expect("read");
        assert_eq!(repeated.hashes, in_rounds.hashes);
        assert_eq!(repeated.len(), 2);
        assert_eq!([1, 3, 5, 70_000, u32::MAX].map(|h| repeated.number(h)), [Some(0), None, None, None, Some(1)]);
        assert_eq!([0, 1].map(|number| repeated.articles(number)), [3, 2]);
        assert_eq!(Repeated::new(&Records::default(), 4).expect("read").number(7), None);
    }
}
