//! Tests: every term in every group of articles against the others. Knows articles and groups, not outlets: the groups
//! of a placebo are tested by the same code.

use super::lists::Lists;
use crate::error::Result;
use crate::records::{self, Fields, Parts, Records, put_number};
use crate::stats::cluster::Cluster;
use crate::stats::rate::{self, Group, TwoRates};
use rayon::prelude::*;
use std::ops::Range;

/// Terms with the articles that have them.
#[derive(Debug)]
pub struct Postings {
    /// The terms that occur in enough articles, ascending.
    pub terms: Vec<u32>,
    uses: Uses,
}

/// For each term: indices into the list of articles, ascending, with the uses.
#[derive(Debug)]
enum Uses {
    /// The start of each term's uses, and the end; and all uses.
    Held(Vec<usize>, Vec<(u32, u32)>),
    /// On disk, because there are too many for memory.
    Waiting(Records),
}

/// The most uses that are held in memory at once.
const ROOM: usize = 1 << 22;

impl Postings {
    /// The terms that `is_tested` allows and that occur in at least `min_articles` of these articles, which are given
    /// by index.
    ///
    /// # Errors
    /// If terms can't be read, or there is no room for them on disk.
    pub fn new(articles: &[u32], lists: &Lists, is_tested: &[bool], min_articles: u32) -> Result<Postings> {
        Postings::with_room(articles, lists, is_tested, min_articles, ROOM)
    }

    fn with_room(
        articles: &[u32],
        lists: &Lists,
        is_tested: &[bool],
        min_articles: u32,
        room: usize,
    ) -> Result<Postings> {
        let limit = is_tested.len();
        let (mut df, mut reader) = (vec![0u32; limit], lists.reader());
        for article in articles {
            reader.terms(*article as usize)?.iter().for_each(|(term, _)| df[*term as usize] += 1);
        }
        let is_kept = |t: &u32| is_tested[*t as usize] && df[*t as usize] >= min_articles.max(1);
        let terms: Vec<u32> = (0..limit as u32).filter(is_kept).collect();
        let df: Vec<u32> = terms.iter().map(|term| df[*term as usize]).collect();
        let mut place = vec![NOWHERE; limit];
        terms.iter().enumerate().for_each(|(at, term)| place[*term as usize] = at as u32);
        let mut each = |visit: &mut dyn FnMut(u32, u32, u32) -> Result<()>| -> Result<()> {
            for (i, article) in articles.iter().enumerate() {
                for &(term, count) in reader.terms(*article as usize)? {
                    if place[term as usize] != NOWHERE {
                        visit(place[term as usize], i as u32, count)?;
                    }
                }
            }
            Ok(())
        };
        let blocks = blocks(&df, room);
        let uses = match &blocks[..] {
            [] | [_] => {
                let mut block = Block::new(0, &df);
                each(&mut |term, article, count| {
                    block.add(term, article, count);
                    Ok(())
                })?;
                Uses::Held(block.starts, block.uses)
            }
            _ => Uses::Waiting(sorted_out(&blocks, &df, each)?),
        };
        Ok(Postings { terms, uses })
    }

    /// A reader of the uses; each thread needs its own.
    pub fn reader(&self) -> PostingReader<'_> {
        let waiting = match &self.uses {
            Uses::Held(..) => None,
            Uses::Waiting(records) => Some(records.reader()),
        };
        PostingReader { postings: self, waiting, uses: Vec::new() }
    }
}

/// A term that is left out.
const NOWHERE: u32 = u32::MAX;

/// Ranges of terms whose uses fit into memory at once; a term that doesn't fit makes up its own range.
fn blocks(df: &[u32], room: usize) -> Vec<Range<usize>> {
    let (mut blocks, mut start, mut all) = (Vec::new(), 0, 0);
    for (term, df) in df.iter().enumerate() {
        if start < term && all + *df as usize > room {
            blocks.push(start..term);
            (start, all) = (term, 0);
        }
        all += *df as usize;
    }
    if start < df.len() {
        blocks.push(start..df.len());
    }
    blocks
}

/// The uses of all terms, by term: each block of terms is sorted on its own.
fn sorted_out(
    blocks: &[Range<usize>],
    df: &[u32],
    mut each: impl FnMut(&mut dyn FnMut(u32, u32, u32) -> Result<()>) -> Result<()>,
) -> Result<Records> {
    let mut block_of = vec![0u32; df.len()];
    blocks.iter().zip(0..).for_each(|(terms, block)| block_of[terms.clone()].fill(block));
    let (mut parts, mut last) = (Parts::new(blocks.len()), vec![0; blocks.len()]);
    each(&mut |term, article, count| {
        let block = block_of[term as usize] as usize;
        let more = article - std::mem::replace(&mut last[block], article);
        parts.put(block, |bytes| {
            let numbers = [more, term - blocks[block].start as u32, count];
            numbers.into_iter().for_each(|number| put_number(bytes, u64::from(number)));
        })
    })?;
    let mut records = Records::default();
    for (number, terms) in blocks.iter().enumerate() {
        let (mut block, mut article) = (Block::new(terms.start, &df[terms.clone()]), 0);
        parts.each(number, |bytes| {
            let mut fields = Fields::new(bytes);
            while !fields.is_empty() {
                article += fields.number() as u32;
                let (term, count) = (fields.number() as u32, fields.number() as u32);
                block.add(term + terms.start as u32, article, count);
            }
        })?;
        for term in block.starts.windows(2) {
            records.push_with(|bytes| put_uses(bytes, &block.uses[term[0]..term[1]]))?;
        }
    }
    Ok(records)
}

/// The uses of some adjacent terms.
struct Block {
    first: usize,
    /// The start of each term's uses, and the end.
    starts: Vec<usize>,
    /// The position of each term's next use.
    next: Vec<usize>,
    uses: Vec<(u32, u32)>,
}

impl Block {
    fn new(first: usize, df: &[u32]) -> Block {
        let mut starts = vec![0];
        starts.extend(df.iter().scan(0, |end, df| {
            *end += *df as usize;
            Some(*end)
        }));
        Block { first, next: starts.clone(), uses: vec![(0, 0); starts[df.len()]], starts }
    }

    fn add(&mut self, term: u32, article: u32, count: u32) {
        let next = &mut self.next[term as usize - self.first];
        self.uses[*next] = (article, count);
        *next += 1;
    }
}

/// Appends uses in a compact form.
fn put_uses(bytes: &mut Vec<u8>, uses: &[(u32, u32)]) {
    let mut last = 0;
    for (article, count) in uses {
        put_number(bytes, u64::from(article - std::mem::replace(&mut last, *article)));
        put_number(bytes, u64::from(*count));
    }
}

/// Reads uses, fastest in the order of the terms.
pub struct PostingReader<'p> {
    postings: &'p Postings,
    waiting: Option<records::Reader<'p>>,
    uses: Vec<(u32, u32)>,
}

impl PostingReader<'_> {
    /// The articles that have the `i`-th term, and how often.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn of(&mut self, i: usize) -> Result<&[(u32, u32)]> {
        if let Uses::Held(starts, uses) = &self.postings.uses {
            return Ok(&uses[starts[i]..starts[i + 1]]);
        }
        self.uses.clear();
        if let Some(waiting) = &mut self.waiting {
            let (mut fields, mut article) = (Fields::new(waiting.read(i)?), 0);
            while !fields.is_empty() {
                article += fields.number() as u32;
                self.uses.push((article, fields.number() as u32));
            }
        }
        Ok(&self.uses)
    }
}

/// Which article belongs to which group.
#[derive(Debug)]
pub struct Groups<'a> {
    /// The group of each article.
    pub of: &'a [u32],
    /// The number of words of each article.
    pub words: &'a [u32],
    /// The groups.
    pub groups: Vec<Group>,
    /// All of them together.
    pub all: Group,
    /// Groups with fewer articles are part of the comparison, but aren't tested themselves.
    pub smallest: f64,
}

impl<'a> Groups<'a> {
    /// Sums up the articles of `n` groups.
    pub fn new(of: &'a [u32], words: &'a [u32], n: usize, smallest: usize) -> Self {
        let mut groups = vec![Group::default(); n];
        let mut all = Group::default();
        for (&group, &words) in of.iter().zip(words) {
            groups[group as usize].add(f64::from(words));
            all.add(f64::from(words));
        }
        Groups { of, words, groups, all, smallest: smallest as f64 }
    }

    /// Whether a group is tested: both it and the others have enough articles.
    pub fn is_tested(&self, group: usize) -> bool {
        let articles = self.groups[group].articles;
        articles >= self.smallest && self.all.articles - articles >= self.smallest
    }

    /// The number of groups that are tested.
    pub fn tested(&self) -> usize {
        (0..self.groups.len()).filter(|&g| self.is_tested(g)).count()
    }

    /// Visits every tested group that uses a term more than the others do.
    fn more(&self, uses: &[(u32, u32)], scratch: &mut Scratch, mut visit: impl FnMut(u32, &TwoRates)) {
        scratch.uses.resize(self.groups.len(), rate::Uses::default());
        let mut all = rate::Uses::default();
        for &(article, count) in uses {
            let (group, n) = (self.of[article as usize], f64::from(self.words[article as usize]));
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
        scratch.seen.drain(..).for_each(|g| scratch.uses[g as usize] = rate::Uses::default());
    }
}

#[derive(Default)]
struct Scratch {
    uses: Vec<rate::Uses>,
    seen: Vec<u32>,
}

/// A term that a group uses more than the others, with p below 0.05.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The group.
    pub group: u32,
    /// The index of the term in the postings.
    pub term: u32,
    /// The rates that were compared.
    pub rates: TwoRates,
    /// Two-sided p-value.
    pub p: f64,
}

/// All terms in all groups: those with p below 0.05, by term and group.
///
/// # Errors
/// If uses can't be read.
pub fn test(postings: &Postings, groups: &Groups<'_>) -> Result<Vec<Found>> {
    let terms = 0..postings.terms.len();
    let found = |(scratch, reader): &mut (Scratch, PostingReader<'_>), i: usize| {
        let mut found = Vec::new();
        groups.more(reader.of(i)?, scratch, |group, rates| {
            let p = rates.p_below_05();
            if p < 0.05 {
                found.push(Found { group, term: i as u32, rates: *rates, p });
            }
        });
        Ok(found)
    };
    let state = || (Scratch::default(), postings.reader());
    let found = terms.into_par_iter().with_min_len(256).map_init(state, found);
    Ok(found.collect::<Result<Vec<Vec<Found>>>>()?.concat())
}

#[cfg(test)]
mod tests {
    use super::super::lists::packed;
    use super::*;

    #[test]
    fn uses_are_the_same_in_memory_and_on_disk() {
        let (mut lists, mut articles) = (Lists::default(), Vec::new());
        for index in 0..300_u32 {
            let terms: Vec<(u32, u32)> = (0..20).filter(|t| index % (t + 1) == 0).map(|t| (t, 1 + index % 3)).collect();
            lists.push(&packed(&terms, &[])).expect("written");
            articles.push(index);
        }
        let is_tested: Vec<bool> = (0..20).map(|term| term != 4).collect();
        let read = |room| {
            let postings = Postings::with_room(&articles, &lists, &is_tested, 16, room).expect("read");
            let mut reader = postings.reader();
            let uses = (0..postings.terms.len()).map(|i| reader.of(i).expect("read").to_vec()).collect::<Vec<_>>();
            (postings.terms.clone(), uses)
        };
        let held = read(ROOM);
        assert_eq!((held.0.len(), &held.1[3][..3]), (18, &[(0, 1), (4, 2), (8, 3)][..]));
        assert_eq!(held, read(200), "a term that has no room, and blocks of several");
        assert_eq!(held, read(1));
    }
}
