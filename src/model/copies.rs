//! Finds copies among the articles of one target, by their counts: a model that learns from a copy has seen the
//! article.
//!
//! Two articles are copies if four fifths of the words of the longer one, counted with repetition, also occur in the
//! other; short articles only if all of their counts are the same. Candidate pairs are found by MinHash over their
//! terms (Li, Owen and Zhang 2012, "One permutation hashing"; Shrivastava 2017, "Optimal densification") and then
//! compared by the counts themselves. So copies can be found in texts as well as in tallies and training data, which
//! have no texts.

use super::counted::CountedPart;
use super::folds::Fold;
use super::recipe::{Block, BlockKind, Recipe};
use crate::error::Result;
use crate::features::minhash::{BINS, Signature, mix};
use crate::features::{Counts, CountsReader};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// The least share of the longer article that must be in the other. Among the 804 articles of FA-KES, 52 pairs have
/// this much in common; the six with the least were inspected, and are versions of one report. With 0.7 there are ten
/// more pairs, some of which aren't.
const SHARED: f64 = 0.8;
/// Among shorter articles, the same form with other names and numbers would count as a copy.
const LONG: u32 = 50;
/// Bins per band: two articles with three fifths of their terms in common agree in some band with probability 0.99;
/// with a fifth in common, with probability 0.05.
const BAND: usize = 4;
/// Articles that agree in a band are compared with this many before them.
const WINDOW: usize = 32;
/// Two articles with less similar terms aren't compared in detail.
const ALIKE: f64 = 0.4;

/// Which articles are copies of one another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copies {
    /// By article: the first of its copies, which may be itself.
    first: Vec<u32>,
}

impl Copies {
    /// Finds copies among articles counted by a recipe.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): counts can't be read back from disk.
    pub fn find(part: &CountedPart, recipe: &Recipe) -> Result<Self> {
        let n = part.articles.len();
        let mut copies = Copies { first: (0..n as u32).collect() };
        let (Some(block), Some(counts)) = (recipe.blocks.first(), part.counts.first()) else { return Ok(copies) };
        let told = Told::new(part, counts, block);
        let sketches: Vec<Sketch> = (0..n)
            .into_par_iter()
            .with_min_len(64)
            .map_init(|| counts.reader(), |r, i| told.sketch(r, i))
            .collect::<Result<_>>()?;
        for (one, other) in told.same(&sketches)?.into_iter().chain(told.alike(&sketches)?) {
            copies.join(one, other);
        }
        Ok(copies)
    }

    fn first_of(&self, mut article: usize) -> usize {
        while self.first[article] as usize != article {
            article = self.first[article] as usize;
        }
        article
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first_of(one), self.first_of(other));
        self.first[one.max(other)] = one.min(other) as u32;
    }

    /// How many articles are copies of an earlier one.
    pub fn number(&self) -> usize {
        self.first.iter().enumerate().filter(|(article, first)| *article != **first as usize).count()
    }

    /// Removes from the training articles of each fold all copies of its held-out articles. None may be left.
    pub fn apart(&self, folds: &mut [Fold]) {
        if self.number() == 0 {
            return;
        }
        for fold in folds {
            let held_out: FxHashSet<usize> = fold.test.iter().map(|&row| self.first_of(row)).collect();
            fold.train.retain(|&row| !held_out.contains(&self.first_of(row)));
        }
    }
}

/// What is known about an article without its counts.
struct Sketch {
    /// A hash of all its counts.
    hash: u64,
    /// `None` for a short article.
    signature: Option<Signature>,
}

/// What copies are judged by: the shortest terms of a block, which make up an article.
struct Told<'p> {
    part: &'p CountedPart,
    counts: &'p Counts,
    /// By term: whether it is one of the shortest, and a hash of its name.
    terms: Vec<(bool, u64)>,
    /// Whether every word (with hashed terms, every n-gram) is one term, or was left out because no other article has
    /// it.
    is_whole: bool,
}

impl<'p> Told<'p> {
    fn new(part: &'p CountedPart, counts: &'p Counts, block: &Block) -> Self {
        let is_hashed = block.hash_features.is_some();
        let is_any = is_hashed || block.kind == BlockKind::Char;
        let term = |term: crate::features::TermName<'_>| {
            let is_short =
                || term.text().is_some_and(|t| t.bytes().filter(|b| *b == b' ').count() + 1 == block.ngrams.0);
            let mut hasher = FxHasher::default();
            term.name().hash(&mut hasher);
            (is_any || is_short(), mix(hasher.finish()))
        };
        let is_whole = is_hashed || (block.kind != BlockKind::Char && block.ngrams.0 == 1);
        Told { part, counts, terms: counts.terms().map(term).collect(), is_whole }
    }

    fn is_short(&self, term: u32) -> bool {
        self.terms[term as usize].0
    }

    fn sketch(&self, reader: &mut CountsReader<'_>, article: usize) -> Result<Sketch> {
        let n_words = self.part.articles[article].n_words;
        let mut hasher = FxHasher::default();
        n_words.hash(&mut hasher);
        let row: Vec<(u32, u32)> = reader.document(article)?.collect();
        row.hash(&mut hasher);
        let terms = || row.iter().map(|(term, _)| self.terms[*term as usize].1);
        let signature = (n_words >= LONG).then(|| Signature::of_hashes(terms())).flatten();
        Ok(Sketch { hash: hasher.finish(), signature })
    }

    /// Pairs whose counts are the same.
    fn same(&self, sketches: &[Sketch]) -> Result<Vec<(usize, usize)>> {
        let mut firsts: FxHashMap<u64, usize> = FxHashMap::default();
        let mut pairs = Vec::new();
        for (article, sketch) in sketches.iter().enumerate() {
            let first = *firsts.entry(sketch.hash).or_insert(article);
            if first != article {
                pairs.push((first, article));
            }
        }
        self.keep(pairs, |mine, others, total| {
            // All words of a copy occur in two articles, so none was left out as too rare.
            let known = self.sum(mine);
            mine == others && known > 0 && known as f64 >= if self.is_whole { total } else { SHARED * total }
        })
    }

    /// Pairs of long articles with most of their words in common.
    fn alike(&self, sketches: &[Sketch]) -> Result<Vec<(usize, usize)>> {
        let is_alike = |one: usize, other: usize| {
            let both = sketches[one].signature.as_ref().zip(sketches[other].signature.as_ref());
            both.is_some_and(|(one, other)| one.similarity(other) >= ALIKE)
        };
        let of_band = |band: usize| {
            let key = |(article, sketch): (usize, &Sketch)| {
                let bins = sketch.signature.as_ref()?.0[band * BAND..].first_chunk::<BAND>()?;
                Some((bins.iter().fold(0u64, |key, bin| key << 16 | u64::from(*bin)), article))
            };
            let mut keys: Vec<(u64, usize)> = sketches.iter().enumerate().filter_map(key).collect();
            keys.sort_unstable();
            let mut pairs = Vec::new();
            for met in keys.chunk_by(|a, b| a.0 == b.0) {
                for (at, &(_, other)) in met.iter().enumerate() {
                    let before = met[at.saturating_sub(WINDOW)..at].iter().map(|(_, one)| (*one, other));
                    pairs.extend(before.filter(|&(one, other)| is_alike(one, other)));
                }
            }
            pairs
        };
        let mut pairs: Vec<(usize, usize)> = (0..BINS / BAND).into_par_iter().flat_map_iter(of_band).collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        self.keep(pairs, |mine, others, total| self.shared(mine, others) as f64 >= SHARED * total)
    }

    /// The pairs whose counts, and number of words of the longer one, satisfy a condition.
    fn keep(
        &self,
        pairs: Vec<(usize, usize)>,
        is_copy: impl Fn(&[(u32, u32)], &[(u32, u32)], f64) -> bool + Sync,
    ) -> Result<Vec<(usize, usize)>> {
        let check = |(mine, others): &mut (CountsReader<'_>, CountsReader<'_>), (one, other): (usize, usize)| {
            let row =
                |reader: &mut CountsReader<'_>, article| reader.document(article).map(Iterator::collect::<Vec<_>>);
            let (mine, others) = (row(mine, one)?, row(others, other)?);
            let total = |article: usize, row: &[(u32, u32)]| match self.is_whole {
                true => u64::from(self.part.articles[article].n_words),
                // The words of an article, without those that begin no n-gram of this length; with characters, all are
                // known.
                false => self.sum(row),
            };
            let total = total(one, &mine).max(total(other, &others));
            Ok(is_copy(&mine, &others, total as f64).then_some((one, other)))
        };
        let readers = || (self.counts.reader(), self.counts.reader());
        pairs.into_par_iter().with_min_len(16).map_init(readers, check).filter_map(Result::transpose).collect()
    }

    fn sum(&self, row: &[(u32, u32)]) -> u64 {
        row.iter().filter(|(term, _)| self.is_short(*term)).map(|(_, count)| u64::from(*count)).sum()
    }

    fn shared(&self, mine: &[(u32, u32)], others: &[(u32, u32)]) -> u64 {
        let mut others = others.iter().peekable();
        let mut shared = 0;
        for (term, count) in mine.iter().filter(|(term, _)| self.is_short(*term)) {
            while others.next_if(|(other, _)| other < term).is_some() {}
            if let Some((_, other)) = others.next_if(|(other, _)| other == term) {
                shared += u64::from(*count.min(other));
            }
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::counted::Entry;
    use crate::model::recipe::Boilerplate;

    /// Articles as rows of numbered words, each word once.
    fn part(articles: &[Vec<u32>]) -> (CountedPart, Recipe) {
        let terms: Vec<String> = (0..2_000).map(|i| format!("w{i:05}")).collect();
        let rows = articles.iter().map(|words| words.iter().map(|&word| (word, 1)).collect::<Vec<_>>());
        let entry = |words: &Vec<u32>| Entry { n_words: words.len() as u32, ..Entry::default() };
        let part = CountedPart {
            articles: articles.iter().map(entry).collect(),
            labels: vec![0; articles.len()],
            counts: vec![Counts::new(&terms, rows).expect("counts")],
            ..CountedPart::default()
        };
        let recipe = Recipe { boilerplate: Boilerplate::Keep, masked: Vec::new(), blocks: vec![Block::WORDS] };
        (part, recipe)
    }

    fn find(articles: &[Vec<u32>]) -> Copies {
        let (part, recipe) = part(articles);
        Copies::find(&part, &recipe).expect("read")
    }

    #[test]
    fn the_same_and_nearly_the_same_are_copies_and_others_are_not() {
        let near = |own: u32| (0..270).chain(1_000 + own..1_030 + own).collect::<Vec<u32>>();
        // A long text, a copy with a tenth of it changed, one with a third in common; two equal short ones, and a
        // similar one.
        let articles = [
            (0..300).collect(),
            near(0),
            (200..500).collect(),
            (600..610).collect(),
            (600..610).collect(),
            (601..611).collect(),
            (0..300).collect(),
        ];
        let copies = find(&articles);
        assert_eq!(copies.first, [0, 0, 2, 3, 3, 5, 0]);
        assert_eq!(copies.number(), 3);
        assert_eq!(find(&[]), Copies::default());
    }

    #[test]
    fn short_articles_of_which_little_is_known_are_no_copies() {
        let (mut part, recipe) = part(&[vec![1, 2, 3], vec![1, 2, 3], vec![], vec![]]);
        part.articles.iter_mut().for_each(|article| article.n_words = 9);
        assert_eq!(Copies::find(&part, &recipe).expect("read").number(), 0);
    }

    #[test]
    fn nothing_is_learnt_from_copies_of_what_is_held_out() {
        let copies = Copies { first: vec![0, 1, 0, 3, 2] };
        let mut folds = [Fold { train: vec![2, 3, 4], test: vec![0, 1] }, Fold { train: vec![0, 1], test: vec![3] }];
        copies.apart(&mut folds);
        assert_eq!((&folds[0].train[..], &folds[1].train[..]), (&[3][..], &[0, 1][..]));
    }
}
