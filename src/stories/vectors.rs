//! Terms of all articles as TF-IDF vectors of length 1.
//!
//! The weight of a term is (1 + ln count) × ln((n + 1) / (df + ½)), n articles of which df have it. A term of a single
//! article connects nothing: it is left out, and still counts in the length.

use super::terms::{Counts, Terms};
use rayon::prelude::*;

/// A sparse vector: terms ascending by hash.
pub(super) type Vector = Box<[(u32, f32)]>;

/// Vectors of words and pairs, by article.
pub(super) struct Vectors {
    pub words: Vec<Vector>,
    pub pairs: Vec<Vector>,
}

impl Vectors {
    /// Weighs the terms of all articles against one another.
    pub fn new(terms: &[Terms]) -> Vectors {
        Vectors { words: weigh(terms, |t| &t.words), pairs: weigh(terms, |t| &t.pairs) }
    }
}

fn weigh(terms: &[Terms], of: impl Fn(&Terms) -> &Counts + Sync) -> Vec<Vector> {
    let frequencies = Frequencies::new(terms, &of);
    let n = terms.len() as f64;
    let idf = |df: u32| ((n + 1.0) / (f64::from(df) + 0.5)).ln();
    let vector = |terms: &Terms| {
        let counts = of(terms);
        let (mut vector, mut squares) = (Vec::with_capacity(counts.hashes.len()), 0.0);
        for (&hash, &count) in counts.hashes.iter().zip(&counts.counts) {
            let df = frequencies.of(hash);
            let weight = (1.0 + f64::from(count).ln()) * idf(df.unwrap_or(1));
            squares += weight * weight;
            if df.is_some() {
                vector.push((hash, weight));
            }
        }
        let length = squares.sqrt();
        vector.iter().map(|(hash, weight)| (*hash, (weight / length) as f32)).collect()
    };
    terms.par_iter().map(vector).collect()
}

/// In how many articles terms occur; those of two and more.
struct Frequencies {
    /// Hashes with their counts, ascending.
    counts: Vec<(u32, u32)>,
    /// Where the hashes with the same leading bits begin: about as many as there are hashes, so that each is found at once.
    begins: Vec<u32>,
    shift: u32,
}

impl Frequencies {
    fn new(terms: &[Terms], of: &(impl Fn(&Terms) -> &Counts + Sync)) -> Self {
        let mut all: Vec<u32> = terms.iter().flat_map(|t| of(t).hashes.iter().copied()).collect();
        all.par_sort_unstable();
        let runs = all.chunk_by(|a, b| a == b).filter(|run| run.len() > 1);
        let counts: Vec<(u32, u32)> = runs.map(|run| (run[0], run.len() as u32)).collect();
        let bits = counts.len().next_power_of_two().ilog2().clamp(8, 24);
        let shift = u32::BITS - bits;
        let mut begins = vec![0; (1 << bits) + 1];
        counts.iter().for_each(|(hash, _)| begins[(hash >> shift) as usize + 1] += 1);
        (0..1 << bits).for_each(|b| begins[b + 1] += begins[b]);
        Frequencies { counts, begins, shift }
    }

    fn of(&self, hash: u32) -> Option<u32> {
        let bucket = (hash >> self.shift) as usize;
        let bucket = &self.counts[self.begins[bucket] as usize..self.begins[bucket + 1] as usize];
        bucket.iter().find(|(other, _)| *other == hash).map(|(_, count)| *count)
    }
}

/// The cosine of two vectors of length 1.
pub(super) fn cosine(a: &Vector, b: &Vector) -> f64 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0f64);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        if x.0 == y.0 {
            sum += f64::from(x.1) * f64::from(y.1);
        }
        i += usize::from(x.0 <= y.0);
        j += usize::from(y.0 <= x.0);
    }
    sum
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
        let vectors = Vectors::new(&[terms(&[1, 70_000]), terms(&[1, 70_000]), terms(&[1, 3])]);
        let (common, rare, once) = ((4.0f64 / 3.5).ln(), (4.0f64 / 2.5).ln(), (4.0f64 / 1.5).ln());
        let length = (common * common + rare * rare).sqrt();
        assert!((f64::from(vectors.words[0][0].1) - common / length).abs() < 1e-6);
        assert!((cosine(&vectors.words[0], &vectors.words[1]) - 1.0).abs() < 1e-6);
        // The word of one article is in the length only.
        assert_eq!(vectors.words[2].len(), 1);
        let third = common / (common * common + once * once).sqrt();
        assert!((cosine(&vectors.words[0], &vectors.words[2]) - common / length * third).abs() < 1e-6);
        assert_eq!(cosine(&vectors.pairs[0], &vectors.pairs[1]), 0.0);
    }
}
