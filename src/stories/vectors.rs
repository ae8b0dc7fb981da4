//! Terms of all articles as TF-IDF vectors of length 1.
//!
//! The weight of a term is (1 + ln count) × ln((n + 1) / (df + ½)), n articles of which df have it. A term of a single
//! article connects nothing: it is left out, and still counts in the length.

use super::repeated::Repeated;
use super::terms::{Counts, Terms};
use rayon::prelude::*;

/// A sparse vector: numbers of terms, ascending, with their weights.
pub(super) type Vector = Box<[(u32, f32)]>;

/// Vectors of words and pairs, by article.
pub(super) struct Vectors {
    pub words: Vec<Vector>,
    pub pairs: Vec<Vector>,
    /// The numbers of words are below.
    pub n_words: usize,
    /// The numbers of pairs are below.
    pub n_pairs: usize,
}

impl Vectors {
    /// Weighs the terms of all articles against one another. Each article's terms go as soon as they are weighed.
    pub fn new(terms: Vec<Terms>) -> Vectors {
        let of_words = Repeated::new(terms.len(), |article| &terms[article].words.hashes);
        let of_pairs = Repeated::new(terms.len(), |article| &terms[article].pairs.hashes);
        let n = terms.len() as f64;
        let weigh = |terms: Terms| (vector(terms.words, &of_words, n), vector(terms.pairs, &of_pairs, n));
        let (words, pairs) = terms.into_par_iter().map(weigh).unzip();
        Vectors { words, pairs, n_words: of_words.len(), n_pairs: of_pairs.len() }
    }
}

fn vector(counts: Counts, repeated: &Repeated, n: f64) -> Vector {
    let idf = |df: u32| ((n + 1.0) / (f64::from(df) + 0.5)).ln();
    let (mut vector, mut squares) = (Vec::with_capacity(counts.hashes.len()), 0.0);
    for (&hash, &count) in counts.hashes.iter().zip(&counts.counts) {
        let number = repeated.number(hash);
        let weight = (1.0 + f64::from(count).ln()) * idf(number.map_or(1, |number| repeated.articles(number)));
        squares += weight * weight;
        vector.extend(number.map(|number| (number, weight)));
    }
    let length = squares.sqrt();
    vector.iter().map(|(number, weight)| (*number, (weight / length) as f32)).collect()
}

/// One article's vector, made ready to be held against many others.
pub(super) struct Held {
    /// A bit a hash: most terms of other articles are known by it not to be here.
    bits: [u64; BITS / 64],
    /// Open addressing: number and weight, or [`FREE`].
    slots: Vec<(u32, f32)>,
    shift: u32,
}

/// Ten times the terms of a long article.
const BITS: usize = 1 << 12;
const FREE: u32 = u32::MAX;

impl Held {
    pub fn new(vector: &Vector) -> Held {
        let size = (2 * vector.len()).next_power_of_two().max(2);
        let slots = vec![(FREE, 0.0); size];
        let mut held = Held { bits: [0; BITS / 64], slots, shift: u32::BITS - size.ilog2() };
        for &term in vector {
            let hash = hash(term.0);
            held.bits[bit(hash) / 64] |= 1 << (bit(hash) % 64);
            let at = held.place(term.0, hash);
            held.slots[at] = term;
        }
        held
    }

    /// Where a term stands, or would.
    fn place(&self, number: u32, hash: u32) -> usize {
        let mut at = (hash >> self.shift) as usize;
        while self.slots[at].0 != number && self.slots[at].0 != FREE {
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }

    /// The cosine to another vector; both have length 1.
    pub fn cosine(&self, other: &Vector) -> f64 {
        let mut sum = 0.0;
        for &(number, weight) in other {
            let hash = hash(number);
            if self.bits[bit(hash) / 64] >> (bit(hash) % 64) & 1 == 1 {
                sum += f64::from(self.slots[self.place(number, hash)].1) * f64::from(weight);
            }
        }
        sum
    }
}

/// Knuth's multiplicative hashing, by the golden ratio: the first bits are the good ones.
fn hash(number: u32) -> u32 {
    number.wrapping_mul(0x9E37_79B9)
}

fn bit(hash: u32) -> usize {
    (hash >> (u32::BITS - BITS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(hashes: &[u32]) -> Terms {
        let words = Counts { hashes: hashes.into(), counts: vec![1; hashes.len()].into() };
        Terms { words, pairs: Counts::default() }
    }

    #[test]
    fn weights_are_those_of_the_formula() {
        let vectors = Vectors::new(vec![terms(&[1, 70_000]), terms(&[1, 70_000]), terms(&[1, 3])]);
        let (common, rare, once) = ((4.0f64 / 3.5).ln(), (4.0f64 / 2.5).ln(), (4.0f64 / 1.5).ln());
        let length = (common * common + rare * rare).sqrt();
        assert!((f64::from(vectors.words[0][0].1) - common / length).abs() < 1e-6);
        let first = Held::new(&vectors.words[0]);
        assert!((first.cosine(&vectors.words[1]) - 1.0).abs() < 1e-6);
        // The word of one article is in the length only.
        assert_eq!((vectors.words[2].len(), vectors.n_words, vectors.n_pairs), (1, 2, 0));
        let third = common / (common * common + once * once).sqrt();
        assert!((first.cosine(&vectors.words[2]) - common / length * third).abs() < 1e-6);
        assert_eq!(Held::new(&vectors.pairs[0]).cosine(&vectors.pairs[1]), 0.0);
    }
}
