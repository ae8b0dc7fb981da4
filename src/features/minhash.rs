//! One-permutation MinHash over word shingles, or any other set of hashes.
//!
//! The Jaccard overlap of two sets, such as the five-word shingles of two texts, is estimated by the share of bins in
//! which their signatures agree. With 128 bins its standard error is at most 0.045. Li, Owen and Zhang (2012), "One
//! permutation hashing"; empty bins borrow as in Shrivastava (2017), "Optimal densification for fast and accurate
//! minwise hashing".

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Bins of a signature.
pub const BINS: usize = 128;
/// Words of a shingle.
const SHINGLE: usize = 5;
/// A text with fewer words has no signature: two short notices would agree by chance.
const MIN_WORDS: usize = 20;

/// The signature of a set: 256 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(pub(crate) Box<[u16; BINS]>);

/// Mixes a 64-bit number so that every bit affects every bit of the result (SplitMix64's last step).
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A word in normal form, hashed.
pub(crate) fn hash_word(normal: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(normal.as_bytes());
    hasher.finish()
}

/// The hashed shingles of a sequence of hashed words.
pub(crate) fn shingles(words: &[u64]) -> impl Iterator<Item = u64> {
    words
        .windows(SHINGLE)
        .map(|shingle| mix(shingle.iter().fold(0u64, |h, w| h.rotate_left(11).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ w)))
}

impl Signature {
    /// The signature of a sequence of hashed words; `None` with fewer than 20.
    pub fn of_words(words: &[u64]) -> Option<Signature> {
        if words.len() < MIN_WORDS { None } else { Signature::of_hashes(shingles(words)) }
    }

    /// The signature of a set of well-mixed hashes; `None` if it is empty.
    pub fn of_hashes(hashes: impl IntoIterator<Item = u64>) -> Option<Signature> {
        let mut least = [u64::MAX; BINS];
        for hash in hashes {
            let bin = &mut least[(hash >> 57) as usize];
            *bin = (*bin).min(hash & 0x01FF_FFFF_FFFF_FFFF);
        }
        least.iter().any(|bin| *bin != u64::MAX).then_some(())?;
        let mut signature = Box::new([0u16; BINS]);
        for i in 0..BINS {
            let mut from = i;
            let mut attempt = 0u64;
            // At least one bin is filled, so the search ends.
            while least[from] == u64::MAX {
                attempt += 1;
                from = (mix(i as u64 ^ (attempt << 32)) % BINS as u64) as usize;
            }
            signature[i] = mix(least[from]) as u16;
        }
        Some(Signature(signature))
    }

    /// Its 256 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|bin| bin.to_le_bytes()).collect()
    }

    /// The signature from the bytes of [`to_bytes`](Self::to_bytes); `None` for any other number of bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Signature> {
        let bins: Vec<u16> = bytes.chunks(2).filter_map(|two| Some(u16::from_le_bytes(two.try_into().ok()?))).collect();
        bins.try_into().ok().map(|bins| Signature(Box::new(bins))).filter(|_| bytes.len() == 2 * BINS)
    }

    /// The estimated Jaccard overlap, between 0 and 1.
    pub fn similarity(&self, other: &Signature) -> f64 {
        let equal = self.0.iter().zip(other.0.iter()).filter(|(a, b)| a == b).count();
        equal as f64 / BINS as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(range: std::ops::Range<u64>) -> Vec<u64> {
        range.map(mix).collect()
    }

    #[test]
    fn the_estimate_is_near_the_overlap() {
        let whole = Signature::of_words(&words(0..1000)).expect("a signature");
        assert_eq!(whole.similarity(&whole), 1.0);
        let other = Signature::of_words(&words(5000..6000)).expect("a signature");
        assert!(whole.similarity(&other) < 0.05);
        // 1000 words and the last 500 of them with 500 others: a third of the shingles are shared.
        let third = Signature::of_words(&words(500..1500)).expect("a signature");
        assert!((whole.similarity(&third) - 1.0 / 3.0).abs() < 0.13, "{}", whole.similarity(&third));
    }

    #[test]
    fn short_texts_have_no_signature_and_few_shingles_fill_all_bins() {
        assert_eq!((Signature::of_words(&words(0..19)), Signature::of_hashes([])), (None, None));
        let short = Signature::of_words(&words(0..20)).expect("a signature");
        assert_eq!(short.similarity(&short), 1.0);
        assert_eq!(Signature::from_bytes(&short.to_bytes()), Some(short.clone()));
        assert_eq!(Signature::from_bytes(&short.to_bytes()[1..]), None);
    }
}
