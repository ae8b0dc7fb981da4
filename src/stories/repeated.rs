//! Hashes that two articles or more have: few of all, and only they can connect anything.
//!
//! Takes each article's hashes, ascending, hands on numbers for those that are repeated. A number is the hash's rank among
//! them, so an article's numbers ascend as its hashes do.

use rayon::prelude::*;

/// The hashes are looked at in so many parts, by their leading bits, so that no copy of them all is made.
const PARTS: u32 = 16;

/// The repeated hashes, and how many articles have each.
pub(super) struct Repeated {
    /// Ascending.
    hashes: Vec<u32>,
    /// As many: the articles that have it, two or more.
    articles: Vec<u32>,
    /// Where the hashes with the same leading bits begin: about as many as there are hashes, so that each is found at once.
    begins: Vec<u32>,
    shift: u32,
}

impl Repeated {
    /// Among `n` articles, of which each has the hashes `of` it: ascending, none twice.
    pub fn new<'h>(n: usize, of: impl Fn(usize) -> &'h [u32] + Sync) -> Repeated {
        let parts: Vec<Vec<(u32, u32)>> =
            (0..PARTS).into_par_iter().map(|part| repeated_of_part(part, n, &of)).collect();
        let (hashes, articles): (Vec<u32>, Vec<u32>) = parts.into_iter().flatten().unzip();
        let bits = hashes.len().next_power_of_two().ilog2().clamp(8, 24);
        let shift = u32::BITS - bits;
        let mut begins = vec![0; (1 << bits) + 1];
        hashes.iter().for_each(|hash| begins[(hash >> shift) as usize + 1] += 1);
        (0..1 << bits).for_each(|b| begins[b + 1] += begins[b]);
        Repeated { hashes, articles, begins, shift }
    }

    /// How many there are; all numbers are below.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// How many articles have the one with this number.
    pub fn articles(&self, number: u32) -> u32 {
        self.articles[number as usize]
    }

    /// The number of a hash; `None` where fewer than two articles have it.
    pub fn number(&self, hash: u32) -> Option<u32> {
        let bucket = (hash >> self.shift) as usize;
        let (from, to) = (self.begins[bucket], self.begins[bucket + 1]);
        let at = self.hashes[from as usize..to as usize].iter().position(|&other| other == hash)?;
        Some(from + at as u32)
    }
}

/// The repeated hashes of one part of all, with their articles.
fn repeated_of_part<'h>(part: u32, n: usize, of: &impl Fn(usize) -> &'h [u32]) -> Vec<(u32, u32)> {
    let part_of = |hash: u32| hash >> (u32::BITS - PARTS.ilog2());
    let mut all: Vec<u32> = Vec::new();
    for article in 0..n {
        let hashes = of(article);
        let begin = hashes.partition_point(|&h| part_of(h) < part);
        all.extend(hashes[begin..].iter().take_while(|&&h| part_of(h) == part));
    }
    all.sort_unstable();
    all.chunk_by(|a, b| a == b).filter(|run| run.len() > 1).map(|run| (run[0], run.len() as u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ranks_among_what_is_repeated() {
        let lists: [&[u32]; 3] = [&[1, 70_000, u32::MAX], &[1, 3, u32::MAX], &[1, 5]];
        let repeated = Repeated::new(3, |article| lists[article]);
        assert_eq!(repeated.len(), 2);
        assert_eq!([1, 3, 5, 70_000, u32::MAX].map(|h| repeated.number(h)), [Some(0), None, None, None, Some(1)]);
        assert_eq!([0, 1].map(|number| repeated.articles(number)), [3, 2]);
        assert_eq!(Repeated::new(0, |_| &[]).number(7), None);
    }
}
