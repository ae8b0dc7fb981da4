//! Reprints: near-duplicates among many articles, without comparing all pairs.
//!
//! Signatures are cut into bands; only articles that agree in a whole band are compared (locality-sensitive hashing).
//! Articles are taken in a given order, and each is held against the originals before it: so the result depends on
//! that order alone, chains of ever less similar copies do not grow, and time is linear in the articles.

use super::minhash::{BINS, Signature};
use rayon::prelude::*;

/// The least estimated overlap of shingles at which an article counts as a reprint.
pub const THRESHOLD: f64 = 0.5;

/// Rows of a band: with 32 bands of 4 rows, two articles with overlap 0.5 meet in some band with probability 0.87,
/// with 0.6 in 0.99, with 0.2 in 0.05.
const ROWS: usize = 4;
/// The most originals that an article is compared with in one band.
const MAX_CANDIDATES: usize = 64;

/// What an article is a copy of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reprint {
    /// Index of the original.
    pub of: usize,
    /// Estimated Jaccard overlap of the two texts' shingles; for a partial reprint ([`super::partial`]) the part of the
    /// shorter text's that stand in the other.
    pub similarity: f64,
    /// Estimated part of this article's own shingles that stand in the original.
    pub copied: f64,
}

impl Reprint {
    /// Whether half of the article or more is a copy. One that takes over less is mostly the outlet's own.
    pub fn is_mostly_copied(&self) -> bool {
        self.copied >= 0.5
    }
}

/// For every article, what it is a reprint of.
///
/// `order` lists the articles' indices, originals first (the earliest publication, say). An article without signature
/// is never a reprint and has none. Between two originals of the same similarity the first in the order wins.
pub fn find(signatures: &[Option<Signature>], order: &[usize]) -> Vec<Option<Reprint>> {
    let mut found = vec![None; signatures.len()];
    let (met, meetings) = meetings(signatures, order);
    // By meeting: the originals so far, as ranks.
    let mut originals: Vec<Vec<u32>> = vec![Vec::new(); meetings];
    let mut candidates: Vec<u32> = Vec::new();
    for met in met.chunk_by(|a, b| a.0 == b.0) {
        let article = order[met[0].0 as usize];
        let Some(signature) = &signatures[article] else { continue };
        candidates.clear();
        met.iter().for_each(|(_, meeting)| candidates.extend_from_slice(&originals[*meeting as usize]));
        candidates.sort_unstable();
        candidates.dedup();
        let mut best: Option<Reprint> = None;
        for &candidate in &candidates {
            let of = order[candidate as usize];
            let Some(other) = &signatures[of] else { continue };
            let similarity = signature.similarity(other);
            if similarity >= THRESHOLD && best.is_none_or(|b| similarity > b.similarity) {
                // Of two texts of about one length, with overlap s, each has 2s / (1 + s) of its shingles in the other.
                best = Some(Reprint { of, similarity, copied: 2.0 * similarity / (1.0 + similarity) });
            }
        }
        found[article] = best;
        if best.is_none() {
            for &(rank, meeting) in met {
                let originals = &mut originals[meeting as usize];
                if originals.len() < MAX_CANDIDATES {
                    originals.push(rank);
                }
            }
        }
    }
    found
}

/// Where articles meet: two or more that agree in a band. Ranks in the order, ascending, each with a meeting's number;
/// and how many meetings there are. Most articles meet nobody.
fn meetings(signatures: &[Option<Signature>], order: &[usize]) -> (Vec<(u32, u32)>, usize) {
    let of_band = |band: usize| {
        let key = |(rank, article): (usize, &usize)| Some((key(signatures[*article].as_ref()?, band), rank as u32));
        let mut keys: Vec<(u64, u32)> = order.iter().enumerate().filter_map(key).collect();
        keys.sort_unstable();
        let meetings = keys.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1);
        meetings.map(|run| run.iter().map(|(_, rank)| *rank).collect()).collect::<Vec<Vec<u32>>>()
    };
    let meetings: Vec<Vec<u32>> = (0..BINS / ROWS).into_par_iter().flat_map_iter(of_band).collect();
    let numbered = meetings.iter().enumerate().flat_map(|(at, ranks)| ranks.iter().map(move |&rank| (rank, at as u32)));
    let mut met: Vec<(u32, u32)> = numbered.collect();
    met.sort_unstable();
    (met, meetings.len())
}

/// A band's rows as one number.
fn key(signature: &Signature, band: usize) -> u64 {
    signature.0[band * ROWS..(band + 1) * ROWS].iter().fold(0, |key, row| (key << 16) | u64::from(*row))
}

#[cfg(test)]
mod tests {
    use super::super::minhash::mix;
    use super::*;

    fn signature(range: std::ops::Range<u64>) -> Option<Signature> {
        Signature::of_words(&range.map(mix).collect::<Vec<_>>())
    }

    #[test]
    fn the_first_in_the_order_is_the_original() {
        let all = [signature(0..300), signature(2..302), signature(1000..1300), None, signature(0..299)];
        let found = find(&all, &[1, 0, 2, 3, 4]);
        assert_eq!(found.iter().map(|r| r.map(|r| r.of)).collect::<Vec<_>>(), [Some(1), None, None, None, Some(1)]);
        assert!(found[0].expect("a reprint").similarity > 0.9);
        assert_eq!(find(&[], &[]), []);
    }
}
