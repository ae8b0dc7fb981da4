//! Terms of all articles as TF-IDF vectors of length 1.
//!
//! The weight of a term is (1 + ln count) × ln((n + 1) / (df + ½)), with n articles of which df have it. A term of a
//! single article connects nothing: it is left out, but still counts towards the length.

use super::fingerprints::{COUNTED, Fingerprints};
use super::repeated::{Repeated, hashes};
use crate::error::Result;
use crate::records::{Reader, Records, put_numbers};
use rayon::prelude::*;
use std::ops::Range;

/// The number of a term with its weight.
pub(super) type Weighted = (u32, f32);

/// The number of an article's heaviest words, and of its heaviest pairs, that are indexed.
const KEY_TERMS: usize = 32;

/// The number of articles that are weighted at once.
const AT_ONCE: usize = 1024;

/// Vectors of words and pairs, kept on disk by rank in the calendar.
pub(super) struct Vectors {
    /// Sparse vectors: numbers of terms, ascending, with weights.
    pub whole: Records,
    /// The heaviest terms of each article, heaviest first.
    pub keys: Records,
    /// All numbers of words are below this.
    pub n_words: usize,
    /// All numbers of pairs are below this.
    pub n_pairs: usize,
}

impl Vectors {
    /// Computes the weights of all articles' terms; `numbers` has the fingerprint of each rank.
    ///
    /// # Errors
    /// If fingerprints can't be read, or the disk is full.
    pub fn new(prints: &Fingerprints, numbers: &[u32]) -> Result<Vectors> {
        let of_words = Repeated::new(&prints.words, COUNTED)?;
        let of_pairs = Repeated::new(&prints.pairs, COUNTED)?;
        let weights = Weights::new(numbers.len());
        let (mut whole, mut keys) = (Records::default(), Records::default());
        for some in numbers.chunks(AT_ONCE) {
            let readers = || (prints.words.reader(), prints.pairs.reader());
            let weighed = |(words, pairs): &mut (Reader<'_>, Reader<'_>), number: &u32| -> Result<[Vec<u8>; 2]> {
                let words = vector(words.read(*number as usize)?, &of_words, &weights);
                let pairs = vector(pairs.read(*number as usize)?, &of_pairs, &weights);
                Ok([packed(&words, &pairs), packed(&key_terms(&words), &key_terms(&pairs))])
            };
            let weighed: Vec<[Vec<u8>; 2]> =
                some.par_iter().with_min_len(64).map_init(readers, weighed).collect::<Result<_>>()?;
            for [vector, heaviest] in weighed {
                whole.push(&vector)?;
                keys.push(&heaviest)?;
            }
        }
        Ok(Vectors { whole, keys, n_words: of_words.len(), n_pairs: of_pairs.len() })
    }
}

/// The factors of weights: logarithms are computed once, except for terms of very many articles.
struct Weights {
    /// By count, which fits into a byte.
    of_count: Vec<f64>,
    /// By the number of articles that have a term.
    of_articles: Vec<f64>,
    all_articles: f64,
}

impl Weights {
    fn new(all_articles: usize) -> Weights {
        let of_count = (0..=u8::MAX).map(|count| 1.0 + f64::from(count).ln()).collect();
        let mut weights = Weights { of_count, of_articles: Vec::new(), all_articles: all_articles as f64 };
        weights.of_articles = (0..1 << 12).map(|articles| weights.idf(articles)).collect();
        weights
    }

    fn idf(&self, articles: u32) -> f64 {
        ((self.all_articles + 1.0) / (f64::from(articles) + 0.5)).ln()
    }

    fn weight(&self, count: u8, articles: u32) -> f64 {
        let idf = self.of_articles.get(articles as usize).copied().unwrap_or_else(|| self.idf(articles));
        self.of_count[usize::from(count)] * idf
    }
}

fn vector(counted: &[u8], repeated: &Repeated, weights: &Weights) -> Vec<Weighted> {
    let hashes = hashes(counted, COUNTED);
    let counts = &counted[hashes.len() * size_of::<u32>()..];
    let (mut vector, mut squares) = (Vec::with_capacity(hashes.len()), 0.0);
    for (hash, &count) in hashes.zip(counts) {
        let found = repeated.find(hash);
        let weight = weights.weight(count, found.map_or(1, |(_, articles)| articles));
        squares += weight * weight;
        vector.extend(found.map(|(number, _)| (number, weight)));
    }
    let length = squares.sqrt();
    vector.iter().map(|(number, weight): &(u32, f64)| (*number, (weight / length) as f32)).collect()
}

/// The heaviest terms of an article, heaviest first.
fn key_terms(vector: &[Weighted]) -> Vec<Weighted> {
    let order = |a: &Weighted, b: &Weighted| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    let mut terms = vector.to_vec();
    if terms.len() > KEY_TERMS {
        terms.select_nth_unstable_by(KEY_TERMS, order);
        terms.truncate(KEY_TERMS);
    }
    terms.sort_unstable_by(order);
    terms
}

/// The number of words, the words, the pairs.
fn packed(words: &[Weighted], pairs: &[Weighted]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + 8 * (words.len() + pairs.len()));
    let terms = words.iter().chain(pairs).flat_map(|(number, weight)| [*number, weight.to_bits()]);
    put_numbers(&mut bytes, [words.len() as u32].into_iter().chain(terms));
    bytes
}

/// The words and the pairs of a list written by [`packed`].
pub(super) fn weighted(list: &[u8]) -> [impl Iterator<Item = Weighted> + Clone; 2] {
    let (n_words, terms) = list.split_first_chunk().map_or((0, &[][..]), |(n, terms)| (u32::from_le_bytes(*n), terms));
    let (words, pairs) = terms.split_at((n_words as usize * size_of::<Weighted>()).min(terms.len()));
    [words, pairs].map(|terms| {
        let numbers = terms.as_chunks::<8>().0.iter();
        numbers.map(|&[a, b, c, d, e, f, g, h]| (u32::from_le_bytes([a, b, c, d]), f32::from_le_bytes([e, f, g, h])))
    })
}

/// Some ranks, one range after the other; a place is a position in this order.
#[derive(Clone)]
pub(super) struct Places(pub [Range<u32>; 2]);

impl Places {
    /// The ranks in order.
    pub fn ranks(&self) -> impl Iterator<Item = u32> {
        self.0.clone().into_iter().flatten()
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(ExactSizeIterator::len).sum()
    }

    /// The place of a rank, which must be among them.
    pub fn place(&self, rank: u32) -> usize {
        let [first, second] = &self.0;
        if rank < first.end { (rank - first.start) as usize } else { first.len() + (rank - second.start) as usize }
    }

    /// The rank at a place.
    pub fn rank(&self, place: usize) -> u32 {
        let [first, second] = &self.0;
        match place.checked_sub(first.len()) {
            None => first.start + place as u32,
            Some(place) => second.start + place as u32,
        }
    }
}

/// Lists of terms of some ranks, read back.
pub(super) struct Lists {
    places: Places,
    /// For each place, the start of its words and of its pairs.
    begins: Vec<[usize; 2]>,
    terms: Vec<Weighted>,
}

impl Lists {
    /// Reads the lists of these ranks.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn read(lists: &Records, ranks: [Range<u32>; 2]) -> Result<Lists> {
        let bytes: u64 = ranks.iter().map(|ranks| lists.bytes_of(ranks)).sum::<Result<u64>>()?;
        let mut terms = Vec::with_capacity(bytes as usize / size_of::<Weighted>());
        let (places, mut begins, mut reader) = (Places(ranks), Vec::new(), lists.reader());
        for rank in places.ranks() {
            let [words, pairs] = weighted(reader.read(rank as usize)?);
            let begin = terms.len();
            terms.extend(words);
            begins.push([begin, terms.len()]);
            terms.extend(pairs);
        }
        begins.push([terms.len(); 2]);
        Ok(Lists { places, begins, terms })
    }

    /// The place of a rank, which must be among those that were read.
    pub fn place(&self, rank: u32) -> usize {
        self.places.place(rank)
    }

    pub fn words(&self, place: usize) -> &[Weighted] {
        let [words, pairs] = self.begins[place];
        &self.terms[words..pairs]
    }

    pub fn pairs(&self, place: usize) -> &[Weighted] {
        &self.terms[self.begins[place][1]..self.begins[place + 1][0]]
    }
}

/// One article's vector, prepared for comparing it with many others.
pub(super) struct Held {
    /// One bit per hash, which rules out most terms of other articles.
    bits: [u64; BITS / 64],
    /// Open addressing: number and weight, or [`FREE`].
    slots: Vec<Weighted>,
    shift: u32,
}

/// Ten times the number of terms in a long article.
const BITS: usize = 1 << 12;
const FREE: u32 = u32::MAX;
/// The number of terms that are checked before the matching ones are summed.
const AT_A_TIME: usize = 64;

impl Held {
    pub fn new(vector: &[Weighted]) -> Held {
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

    /// The position of a term, or where it would be.
    fn place(&self, number: u32, hash: u32) -> usize {
        let mut at = (hash >> self.shift) as usize;
        while self.slots[at].0 != number && self.slots[at].0 != FREE {
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }

    /// The cosine with another vector; both have length 1.
    pub fn cosine(&self, other: &[Weighted]) -> f64 {
        let mut sum = 0.0;
        // Few terms match, but no processor can predict which: they are collected without a branch.
        let mut likely = [0u8; AT_A_TIME];
        for some in other.chunks(AT_A_TIME) {
            let mut n = 0;
            for (at, &(number, _)) in some.iter().enumerate() {
                let bit = bit(hash(number));
                likely[n % AT_A_TIME] = at as u8;
                n += (self.bits[bit / 64] >> (bit % 64) & 1) as usize;
            }
            for &at in &likely[..n] {
                let (number, weight) = some[usize::from(at)];
                sum += f64::from(self.slots[self.place(number, hash(number))].1) * f64::from(weight);
            }
        }
        sum
    }
}

/// Knuth's multiplicative hashing, by the golden ratio: the leading bits are the good ones.
fn hash(number: u32) -> u32 {
    number.wrapping_mul(0x9E37_79B9)
}

fn bit(hash: u32) -> usize {
    (hash >> (u32::BITS - BITS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::super::Fingerprint;
    use super::super::terms::{Counts, Terms};
    use super::*;

    #[test]
    fn weights_are_those_of_the_formula() {
        let mut prints = Fingerprints::default();
        for hashes in [[1, 70_000], [1, 3], [1, 70_000]] {
            let words = Counts { hashes: hashes.into(), counts: vec![1; hashes.len()].into() };
            let terms = Terms { words, pairs: Counts::default() };
            prints.push(&Fingerprint { terms, ..Fingerprint::default() }).expect("written");
        }
        let vectors = Vectors::new(&prints, &[0, 2, 1]).expect("read");
        let read = Lists::read(&vectors.whole, [0..1, 1..3]).expect("read");
        let (common, rare, once) = ((4.0f64 / 3.5).ln(), (4.0f64 / 2.5).ln(), (4.0f64 / 1.5).ln());
        let length = (common * common + rare * rare).sqrt();
        assert!((f64::from(read.words(0)[0].1) - common / length).abs() < 1e-6);
        let first = Held::new(read.words(0));
        assert!((first.cosine(read.words(1)) - 1.0).abs() < 1e-6);
        // The word of a single article only counts towards the length.
        assert_eq!((read.words(2).len(), vectors.n_words, vectors.n_pairs), (1, 2, 0));
        let third = common / (common * common + once * once).sqrt();
        assert!((first.cosine(read.words(2)) - common / length * third).abs() < 1e-6);
        assert_eq!(Held::new(read.pairs(0)).cosine(read.pairs(1)), 0.0);
        let heaviest = Lists::read(&vectors.keys, [0..0, 1..2]).expect("read");
        assert_eq!(heaviest.words(0).iter().map(|t| t.0).collect::<Vec<_>>(), [1, 0], "the rarer one first");
    }

    #[test]
    fn places_are_those_of_both_ranges() {
        let mut lists = Records::default();
        for rank in 0..9 {
            lists.push(&packed(&[(rank, 1.0)], &[(rank, 0.5), (rank + 1, 0.5)])).expect("written");
        }
        let read = Lists::read(&lists, [0..2, 5..8]).expect("read");
        assert_eq!(read.places.len(), 5);
        for (place, rank) in [0, 1, 5, 6, 7].into_iter().enumerate() {
            assert_eq!((read.place(rank), read.places.rank(place)), (place, rank));
            assert_eq!(
                (read.words(place), read.pairs(place)),
                (&[(rank, 1.0)][..], &[(rank, 0.5), (rank + 1, 0.5)][..])
            );
        }
    }
}
