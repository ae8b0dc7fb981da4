//! Reprints: near-duplicates among many articles, without comparing all pairs.
//!
//! Signatures are cut into bands, and only articles that agree in a whole band are compared (locality-sensitive
//! hashing). Articles are processed in a given order, and each is compared with the originals before it. So the result
//! depends on this order only, chains of ever less similar copies don't grow, and time is linear in the number of
//! articles.

use crate::error::Result;
use crate::features::minhash::{BINS, Signature};
use crate::records::Records;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The least estimated overlap of shingles for a reprint.
pub const THRESHOLD: f64 = 0.5;

/// Rows per band. With 32 bands of 4 rows, two articles with an overlap of 0.5 meet in some band with probability 0.87,
/// with 0.6 with 0.99, with 0.2 with 0.05.
const ROWS: usize = 4;
const BANDS: usize = BINS / ROWS;
/// The bytes of a band.
const BAND: usize = ROWS * size_of::<u16>();
/// The most keys of bands held in memory at once; with more, there are several rounds, each over some of the bands.
const ROOM: usize = 1 << 21;
/// The most originals that an article is compared with in one band.
const MAX_CANDIDATES: usize = 64;

/// What an article is a copy of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reprint {
    /// Index of the original.
    pub of: usize,
    /// Estimated Jaccard overlap of the two texts' shingles; for a partial reprint ([`super::partial`]), the part of
    /// the shorter text's shingles that is in the other text.
    pub similarity: f64,
    /// Estimated part of this article's own shingles that is in the original.
    pub copied: f64,
}

impl Reprint {
    /// Whether half of the article or more is a copy. If it is less, the article is mostly the outlet's own.
    pub fn is_mostly_copied(&self) -> bool {
        self.copied >= 0.5
    }
}

/// For the articles that are reprints, what they are reprints of.
///
/// `signatures` has the bytes of signatures (empty for an article without one), and `numbers` the number of each
/// article's signature. `order` lists the articles' indices, originals first (for example by date of publication). An
/// article without a signature is never a reprint and has none. Between two originals with the same similarity, the
/// first in the order wins.
///
/// # Errors
/// If the signatures can't be read.
pub fn find(signatures: &Records, numbers: &[u32], order: &[u32]) -> Result<BTreeMap<usize, Reprint>> {
    let mut found = BTreeMap::new();
    let (met, meetings) = meetings(signatures, numbers, order, ROOM)?;
    // The originals so far that met another article; and, for each meeting, which of them were there.
    let mut originals: Vec<(usize, Signature)> = Vec::new();
    let mut there: Vec<Vec<u32>> = vec![Vec::new(); meetings];
    let mut candidates: Vec<u32> = Vec::new();
    let mut reader = signatures.reader();
    for met in met.chunk_by(|a, b| a.0 == b.0) {
        let article = order[met[0].0 as usize] as usize;
        let Some(signature) = Signature::from_bytes(reader.read(numbers[article] as usize)?) else { continue };
        candidates.clear();
        met.iter().for_each(|(_, meeting)| candidates.extend_from_slice(&there[*meeting as usize]));
        candidates.sort_unstable();
        candidates.dedup();
        let mut best: Option<Reprint> = None;
        for &candidate in &candidates {
            let (of, other) = &originals[candidate as usize];
            let similarity = signature.similarity(other);
            if similarity >= THRESHOLD && best.is_none_or(|b| similarity > b.similarity) {
                // Of two texts of about the same length with overlap s, each has 2s / (1 + s) of its shingles in the
                // other.
                best = Some(Reprint { of: *of, similarity, copied: 2.0 * similarity / (1.0 + similarity) });
            }
        }
        if let Some(best) = best {
            found.insert(article, best);
        } else {
            for &(_, meeting) in met {
                let there = &mut there[meeting as usize];
                if there.len() < MAX_CANDIDATES {
                    there.push(originals.len() as u32);
                }
            }
            originals.push((article, signature));
        }
    }
    Ok(found)
}

/// Where articles meet: two or more that agree in a band. Returns ranks in the order, ascending, each with the number
/// of a meeting; and the number of meetings. Most articles meet no other.
fn meetings(signatures: &Records, numbers: &[u32], order: &[u32], room: usize) -> Result<(Vec<(u32, u32)>, usize)> {
    let mut ranks = vec![0; signatures.len()];
    order.iter().enumerate().for_each(|(rank, &article)| ranks[numbers[article as usize] as usize] = rank as u32);
    let at_once = (room / ranks.len().max(1)).clamp(1, BANDS);
    let (mut met, mut meetings) = (Vec::new(), 0);
    for first in (0..BANDS).step_by(at_once) {
        let mut keys: Vec<Vec<(u64, u32)>> = vec![Vec::new(); at_once.min(BANDS - first)];
        let mut reader = signatures.reader();
        for (number, rank) in ranks.iter().enumerate() {
            let bands = reader.read(number)?.as_chunks::<BAND>().0.iter().skip(first);
            keys.iter_mut().zip(bands).for_each(|(keys, band)| keys.push((u64::from_le_bytes(*band), *rank)));
        }
        keys.par_iter_mut().for_each(|keys| keys.par_sort_unstable());
        let runs = keys.iter().flat_map(|keys| keys.chunk_by(|a, b| a.0 == b.0)).filter(|run| run.len() > 1);
        for run in runs {
            met.extend(run.iter().map(|(_, rank)| (*rank, meetings)));
            meetings += 1;
        }
    }
    met.par_sort_unstable();
    Ok((met, meetings as usize))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::minhash::mix;

    fn signature(range: std::ops::Range<u64>) -> Vec<u8> {
        Signature::of_words(&range.map(mix).collect::<Vec<_>>()).expect("a signature").to_bytes()
    }

    #[test]
    fn the_first_in_the_order_is_the_original() {
        let mut all = Records::default();
        for bytes in [signature(0..299), signature(2..302), signature(1000..1300), Vec::new(), signature(0..300)] {
            all.push(&bytes).expect("written");
        }
        let found = find(&all, &[4, 1, 2, 3, 0], &[1, 0, 2, 3, 4]).expect("read");
        assert_eq!(found.iter().map(|(article, r)| (*article, r.of)).collect::<Vec<_>>(), [(0, 1), (4, 1)]);
        let met = |room| meetings(&all, &[4, 1, 2, 3, 0], &[1, 0, 2, 3, 4], room).expect("read");
        assert_eq!(met(ROOM), met(1), "one band at a time");
        assert!(found[&0].similarity > 0.9);
        assert!(find(&Records::default(), &[], &[]).expect("read").is_empty());
    }
}
