//! Partial reprints: articles that contain a good part of another outlet's earlier article, or are contained in it.
//! What an outlet repeats of its own articles is background, or the captions of a gallery.
//!
//! Of every text's five-word shingles, those with a hash divisible by 4 are kept, the same ones in every text (Broder
//! 1997, "On the resemblance and containment of documents"; now called FracMinHash). The part of the shorter sketch
//! that is also in the other one estimates containment, while a MinHash signature, which has a fixed size, only shows
//! overlap. An inverted index with bounded lists finds the earlier articles, in linear time.

use super::Published;
use super::repeated::{Repeated, hashes};
use super::reprints::Reprint;
use crate::error::Result;
use crate::records::Records;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// One in this many shingles is kept.
const EVERY: u64 = 4;
/// The least number of kept shingles that two articles must share: a passage of about 110 words. Less is a paragraph of
/// background or a disclaimer.
const MIN_SHARED: u32 = 28;
/// The least containment for a partial reprint: half of a report, minus the shingles at the seams.
pub const THRESHOLD: f64 = 0.4;
/// The bytes of a hash.
const HASH: usize = size_of::<u32>();
/// A shingle that more articles have isn't evidence for one of them.
const MAX_POSTINGS: usize = 32;

/// The kept shingles of a text, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch(Box<[u32]>);

impl Sketch {
    /// The kept hashes, ascending.
    pub fn hashes(&self) -> &[u32] {
        &self.0
    }

    /// A sketch from hashes; `None` if they don't ascend.
    pub fn from_hashes(hashes: Vec<u32>) -> Option<Sketch> {
        hashes.windows(2).all(|w| w[0] < w[1]).then(|| Sketch(hashes.into()))
    }

    /// Keeps one in four of a text's hashed shingles.
    pub(super) fn of_shingles(shingles: impl Iterator<Item = u64>) -> Sketch {
        let mut kept: Vec<u32> = shingles.filter(|h| h.is_multiple_of(EVERY)).map(|h| (h >> 32) as u32).collect();
        kept.sort_unstable();
        kept.dedup();
        Sketch(kept.into())
    }
}

/// Adds the partial reprints to the full ones in `found`.
///
/// `sketches` has the hashes of sketches, and `numbers` the number of each article's sketch. `published` has each
/// article's outlet, if known. `order` is as in [`super::reprints::find`]. Among several earlier articles, the one with
/// the highest containment is chosen, then the first. An article that is mostly copied is no original for later ones.
///
/// # Errors
/// If the sketches can't be read.
pub fn find(
    sketches: &Records,
    numbers: &[u32],
    published: &[Published],
    order: &[u32],
    found: &mut BTreeMap<usize, Reprint>,
) -> Result<()> {
    let repeated = Repeated::new(sketches, HASH)?;
    let (mut reader, mut sizes) = (sketches.reader(), sketches.reader());
    let mut index = Index::new(&repeated);
    let mut shared: FxHashMap<u32, u32> = FxHashMap::default();
    let mut mine: Vec<u32> = Vec::new();
    for (rank, &article) in order.iter().enumerate() {
        let article = article as usize;
        if found.contains_key(&article) {
            continue;
        }
        mine.clear();
        let sketch = reader.read(numbers[article] as usize)?;
        let length = sketch.len() / HASH;
        mine.extend(hashes(sketch, HASH).filter_map(|hash| repeated.number(hash)));
        shared.clear();
        for original in mine.iter().flat_map(|&number| index.articles(number)) {
            *shared.entry(*original).or_default() += 1;
        }
        let mut best: Option<(u32, Reprint)> = None;
        for (&rank, &n) in shared.iter().filter(|(_, n)| **n >= MIN_SHARED) {
            let of = order[rank as usize] as usize;
            let outlet = |article: usize| published[article].outlet;
            let own = outlet(article).is_some() && outlet(article) == outlet(of);
            let shorter = length.min(sizes.size(numbers[of] as usize)? / HASH);
            let (similarity, copied) = (f64::from(n) / shorter as f64, f64::from(n) / length as f64);
            let better =
                |(other, best): &(u32, Reprint)| similarity.total_cmp(&best.similarity).then(other.cmp(&rank)).is_gt();
            if !own && similarity >= THRESHOLD && best.as_ref().is_none_or(better) {
                best = Some((rank, Reprint { of, similarity, copied }));
            }
        }
        let best = best.map(|(_, reprint)| reprint);
        found.extend(best.map(|reprint| (article, reprint)));
        if best.is_none_or(|r| !r.is_mostly_copied()) {
            mine.iter().for_each(|&number| index.add(number, rank as u32));
        }
    }
    Ok(())
}

/// For each repeated shingle, the first articles that have it, as ranks.
struct Index {
    /// The start of each shingle's places: as many as it has articles, or [`MAX_POSTINGS`].
    begins: Vec<usize>,
    places: Vec<u32>,
    /// How many of these places are used.
    taken: Vec<u8>,
}

impl Index {
    fn new(repeated: &Repeated) -> Index {
        let (mut begins, mut end) = (vec![0], 0);
        for number in 0..repeated.len() as u32 {
            end += (repeated.articles(number) as usize).min(MAX_POSTINGS);
            begins.push(end);
        }
        Index { begins, places: vec![0; end], taken: vec![0; repeated.len()] }
    }

    fn articles(&self, number: u32) -> &[u32] {
        let begin = self.begins[number as usize];
        &self.places[begin..begin + usize::from(self.taken[number as usize])]
    }

    fn add(&mut self, number: u32, article: u32) {
        let (begin, end) = (self.begins[number as usize], self.begins[number as usize + 1]);
        let taken = &mut self.taken[number as usize];
        if begin + usize::from(*taken) < end {
            self.places[begin + usize::from(*taken)] = article;
            *taken += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::minhash::{mix, shingles};
    use crate::records::put_numbers;

    fn sketch(ranges: &[(u64, u64)]) -> Sketch {
        let words: Vec<u64> = ranges.iter().flat_map(|r| r.0..r.1).map(mix).collect();
        Sketch::of_shingles(shingles(&words))
    }

    fn by<const N: usize>(outlets: [Option<u32>; N]) -> Vec<Published> {
        outlets.map(|outlet| Published { outlet, date: None }).into()
    }

    fn waiting(sketches: &[Sketch]) -> Records {
        let mut records = Records::default();
        for sketch in sketches {
            records.push_with(|bytes| put_numbers(bytes, sketch.hashes().iter().copied())).expect("written");
        }
        records
    }

    #[test]
    fn halves_are_found_both_ways_and_short_passages_are_not() {
        let report = sketch(&[(0, 600)]);
        let longer = sketch(&[(5000, 6000), (0, 300)]);
        let shorter = sketch(&[(300, 600)]);
        let background = sketch(&[(7000, 7200), (0, 40)]);
        let all = waiting(&[report, longer, shorter, background]);
        let mut found = BTreeMap::new();
        find(&all, &[0, 1, 2, 3], &by([Some(0), Some(1), None, Some(1)]), &[0, 1, 2, 3], &mut found).expect("read");
        let longer = found[&1];
        assert!(longer.of == 0 && (longer.similarity - 0.5).abs() < 0.12 && !longer.is_mostly_copied(), "{longer:?}");
        let shorter = found[&2];
        assert!(shorter.of == 0 && shorter.similarity > 0.95 && shorter.is_mostly_copied(), "{shorter:?}");
        assert_eq!(found.len(), 2);
        let mut same = BTreeMap::new();
        find(&all, &[0, 1, 2, 3], &by([Some(0); 4]), &[0, 1, 2, 3], &mut same).expect("read");
        assert_eq!(same, BTreeMap::new());
    }

    #[test]
    fn a_full_reprint_is_left_as_it_was_found() {
        let all = waiting(&[sketch(&[(0, 300)]), sketch(&[(0, 300)])]);
        let known = Reprint { of: 0, similarity: 0.9, copied: 0.95 };
        let mut found = BTreeMap::from([(1, known)]);
        find(&all, &[0, 1], &by([None; 2]), &[0, 1], &mut found).expect("read");
        assert_eq!(found, BTreeMap::from([(1, known)]));
    }
}
