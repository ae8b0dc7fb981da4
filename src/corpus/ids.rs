//! Finds ids that occur twice.
//!
//! Takes a hash of each id and its place, hands on the repeated ones. If such records are skipped, a repetition must be
//! known at once, and the hashes stay in memory. If a single one ends the run, they are looked for after everything has
//! been read, and the hashes wait on disk.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use crate::error::Result;
use crate::records::{Fields, Parts, put_number};

/// The ids seen so far.
pub(crate) enum Ids {
    Known(KnownIds),
    Waiting(SortedIds),
}

/// A record, by its source and line.
pub(crate) type Stands = (u32, u64);

/// Ids in memory: whether one was seen before is known at once.
#[derive(Default)]
pub(crate) struct KnownIds {
    /// Where each was first seen; the line in 32 bits.
    ids: HashMap<[u64; 2], (u32, u32), FxBuildHasher>,
    /// For each id its text, if an article may occur in several records.
    texts: HashMap<[u64; 2], [u64; 2], FxBuildHasher>,
}

impl KnownIds {
    /// Adds an id. If it may not be here, returns whether the reason is a differing text, and where the id was first
    /// seen.
    pub(crate) fn clash(&mut self, id: [u64; 2], text: Option<[u64; 2]>, here: Stands) -> Option<(bool, Stands)> {
        let Some((source, line)) = self.ids.get(&id).copied() else {
            self.ids.insert(id, (here.0, u32::try_from(here.1).unwrap_or(u32::MAX)));
            self.texts.extend(text.map(|text| (id, text)));
            return None;
        };
        let same = text.map(|text| self.texts.get(&id) == Some(&text));
        (same != Some(true)).then_some((same.is_some(), (source, u64::from(line))))
    }
}

/// Ids that wait on disk, so that memory doesn't grow with them: which of them occur twice is known at the end.
pub(crate) struct SortedIds(Parts);

/// Ids are sorted in this many parts, by their leading bits.
const PARTS: usize = 64;

impl SortedIds {
    pub(crate) fn new() -> Self {
        SortedIds(Parts::new(PARTS))
    }

    pub(crate) fn push(&mut self, id: [u64; 2], here: Stands, record: u64) -> Result<()> {
        self.0.put((id[0] >> (u64::BITS - PARTS.ilog2())) as usize, |bytes| {
            id.iter().for_each(|half| bytes.extend_from_slice(&half.to_le_bytes()));
            [u64::from(here.0), here.1, record].into_iter().for_each(|number| put_number(bytes, number));
        })
    }

    /// The records whose ids occurred before, in input order: which they are, their place, and the place of the first.
    pub(crate) fn repeated(&self) -> Result<Vec<(u64, Stands, Stands)>> {
        let of_part = |part: usize| -> Result<Vec<(u64, Stands, Stands)>> {
            let mut all: Vec<([u64; 2], u64, Stands)> = Vec::new();
            self.0.each(part, |bytes| {
                let mut fields = Fields::new(bytes);
                while !fields.is_empty() {
                    let mut half = || fields.bytes(8).first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
                    let id = [half(), half()];
                    let here = (fields.number() as u32, fields.number());
                    all.push((id, fields.number(), here));
                }
            })?;
            all.sort_unstable();
            let repeated = all.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1);
            Ok(repeated.flat_map(|run| run[1..].iter().map(|(_, record, here)| (*record, *here, run[0].2))).collect())
        };
        let mut repeated = (0..PARTS).into_par_iter().map(of_part).collect::<Result<Vec<_>>>()?.concat();
        repeated.sort_unstable();
        Ok(repeated)
    }
}

/// A 128-bit hash of an id: among a hundred million ids no two different ones will collide.
pub(crate) fn hash_id(id: &str) -> [u64; 2] {
    [0_u8, 1].map(|seed| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(id.as_bytes());
        hasher.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_find_the_same() {
        // Every seventh of 2000 ids occurs again later, one of them twice.
        let ids = (0..2000).chain((0..2000).step_by(7)).chain([14]).map(|id| hash_id(&format!("a{id}")));
        let (mut known, mut sorted) = (KnownIds::default(), SortedIds::new());
        let mut at_once = Vec::new();
        for (record, id) in (1..).zip(ids) {
            let here = (u32::from(record > 1000), record);
            sorted.push(id, here, record).expect("written");
            at_once.extend(known.clash(id, None, here).map(|(_, before)| (record, here, before)));
        }
        assert_eq!((at_once.len(), at_once[2]), (287, (2003, (1, 2003), (0, 15))));
        assert_eq!(sorted.repeated().expect("read"), at_once);
    }
}
