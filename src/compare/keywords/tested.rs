//! Tests: every term in every group of articles against the others. Knows articles and groups, not outlets: what a
//! placebo calls outlets is tested by the same lines.

use super::counted::Article;
use super::lists::Lists;
use crate::error::Result;
use crate::stats::cluster::Cluster;
use crate::stats::rate::{Group, TwoRates, Uses};
use rayon::prelude::*;

/// Terms with the articles that have them.
#[derive(Debug)]
pub struct Postings {
    /// The terms that stand in enough articles, rising.
    pub terms: Vec<u32>,
    /// Where the articles of every term begin, and the end.
    starts: Vec<usize>,
    /// Places in the list of articles, rising, with the uses.
    uses: Vec<(u32, u32)>,
}

impl Postings {
    /// The terms that `is_tested` allows and that stand in at least `min_articles` of these articles.
    ///
    /// # Errors
    /// Where terms can't be read.
    pub fn new(articles: &[Article], lists: &Lists, is_tested: &[bool], min_articles: u32) -> Result<Postings> {
        let limit = is_tested.len();
        let (mut df, mut reader) = (vec![0u32; limit], lists.reader());
        for article in articles {
            reader.terms(article.index)?.iter().for_each(|(term, _)| df[*term as usize] += 1);
        }
        let is_kept = |t: &u32| is_tested[*t as usize] && df[*t as usize] >= min_articles.max(1);
        let terms: Vec<u32> = (0..limit as u32).filter(is_kept).collect();
        // By term where its next use goes; terms that are left out have no place.
        let (mut next, mut starts, mut end) = (vec![usize::MAX; limit], Vec::with_capacity(terms.len() + 1), 0);
        for &term in &terms {
            starts.push(end);
            next[term as usize] = end;
            end += df[term as usize] as usize;
        }
        starts.push(end);
        let mut uses = vec![(0, 0); end];
        for (i, article) in articles.iter().enumerate() {
            for &(term, count) in reader.terms(article.index)? {
                let place = &mut next[term as usize];
                if *place != usize::MAX {
                    uses[*place] = (i as u32, count);
                    *place += 1;
                }
            }
        }
        Ok(Postings { terms, starts, uses })
    }

    /// The articles that have the `i`-th term, and how often.
    pub fn of(&self, i: usize) -> &[(u32, u32)] {
        &self.uses[self.starts[i]..self.starts[i + 1]]
    }
}

/// Which article belongs to which group.
#[derive(Debug)]
pub struct Groups<'a> {
    /// By article: its group.
    pub of: &'a [u32],
    /// By article: its words.
    pub words: &'a [f64],
    /// The groups.
    pub groups: Vec<Group>,
    /// All of them together.
    pub all: Group,
    /// Groups with fewer articles are compared with, and not themselves tested.
    pub smallest: f64,
}

impl<'a> Groups<'a> {
    /// Sums up `n` groups.
    pub fn new(of: &'a [u32], words: &'a [f64], n: usize, smallest: usize) -> Self {
        let mut groups = vec![Group::default(); n];
        let mut all = Group::default();
        for (&group, &words) in of.iter().zip(words) {
            groups[group as usize].add(words);
            all.add(words);
        }
        Groups { of, words, groups, all, smallest: smallest as f64 }
    }

    /// Whether a group is tested: it has articles enough, and so have the others.
    pub fn is_tested(&self, group: usize) -> bool {
        let articles = self.groups[group].articles;
        articles >= self.smallest && self.all.articles - articles >= self.smallest
    }

    /// How many groups are tested.
    pub fn tested(&self) -> usize {
        (0..self.groups.len()).filter(|&g| self.is_tested(g)).count()
    }

    /// Visits every tested group that uses a term more than the others do.
    fn more(&self, uses: &[(u32, u32)], scratch: &mut Scratch, mut visit: impl FnMut(u32, &TwoRates)) {
        scratch.uses.resize(self.groups.len(), Uses::default());
        let mut all = Uses::default();
        for &(article, count) in uses {
            let (group, n) = (self.of[article as usize], self.words[article as usize]);
            let sums = &mut scratch.uses[group as usize];
            if sums.articles == 0.0 {
                scratch.seen.push(group);
            }
            sums.add(Cluster { x: f64::from(count), n });
        }
        scratch.seen.sort_unstable();
        scratch.seen.iter().for_each(|&g| all += scratch.uses[g as usize]);
        for &group in &scratch.seen {
            let (mine, whole) = (scratch.uses[group as usize], self.groups[group as usize]);
            let rates = TwoRates { a: (mine, whole), b: (all - mine, self.all - whole) };
            if self.is_tested(group as usize) && rates.is_more() {
                visit(group, &rates);
            }
        }
        scratch.seen.drain(..).for_each(|g| scratch.uses[g as usize] = Uses::default());
    }
}

#[derive(Default)]
struct Scratch {
    uses: Vec<Uses>,
    seen: Vec<u32>,
}

/// A term that a group uses more than the others, with p below 0.05.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The group.
    pub group: u32,
    /// The place of the term in the postings.
    pub term: u32,
    /// What was compared.
    pub rates: TwoRates,
    /// Two-sided.
    pub p: f64,
}

/// All terms in all groups: those with p below 0.05, by term and group.
pub fn test(postings: &Postings, groups: &Groups<'_>) -> Vec<Found> {
    let terms = 0..postings.terms.len();
    let found = |scratch: &mut Scratch, i: usize| {
        let mut found = Vec::new();
        groups.more(postings.of(i), scratch, |group, rates| {
            let p = rates.p_below_05();
            if p < 0.05 {
                found.push(Found { group, term: i as u32, rates: *rates, p });
            }
        });
        found
    };
    terms.into_par_iter().with_min_len(256).map_init(Scratch::default, found).flatten_iter().collect()
}
