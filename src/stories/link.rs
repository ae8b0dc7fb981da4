//! Links: how likely two articles are about the same event.
//!
//! A logistic regression on three numbers: w and p, the square roots of the cosines of their words and of their pairs
//! of words, and c, how crowded the subject is: the mean cosine of words with the ten nearest articles that aren't
//! surely in the same story. If many articles are alike (one affair, week after week), more likeness is required. It
//! was fitted on pairs from all of SEESAW's articles (Zhang et al. 2022), so its score there is a score on training
//! data; whether to use a crowd, and its size, were chosen there too.

use super::calendar::{Calendar, MAX_DAYS};
use super::candidates::{self, Pair};
use super::vectors::{Held, Lists, Vectors};
use crate::error::Result;
use crate::records::{Records, numbers, put_numbers};
use rayon::prelude::*;
use std::collections::VecDeque;

/// Weights if the crowd is unknown: words, pairs, constant.
const FIRST: [f64; 3] = [21.06, 15.33, -14.06];
/// Weights of words, pairs, crowd, constant.
const SECOND: [f64; 4] = [30.4, 10.1, -43.7, -9.8];
/// From this value on, two articles are surely in the same story judging by their words alone, and not part of each
/// other's crowd.
const SURE: f64 = 0.8;
/// The number of articles in a crowd.
const CROWD: usize = 10;
/// Articles up to this many days apart are treated like those of the same day: newspapers print on the day after.
const FREE_DAYS: i32 = 2;
/// The cost of every further day, in log-odds. A judgement: there were no dates to fit it on.
const PER_DAY: f64 = 0.5;
/// Links less likely than this are dropped.
const LEAST: f64 = 0.01;

/// Two articles, the lower index first, and the probability that they are about the same event.
pub(super) type Link = (u32, u32, f64);

/// The bytes of vectors in memory at once, or as many as the articles close in time have.
pub(super) const ROOM: u64 = 16 << 20;

/// The links of all articles, each once, found in stretches of about `room` bytes. The result doesn't depend on `room`.
///
/// # Errors
/// If vectors can't be read, or the disk is full.
pub(super) fn links(vectors: &Vectors, calendar: &Calendar, room: u64) -> Result<Vec<Link>> {
    // The likeness of pairs is kept on disk until all are known.
    let mut waiting = Records::default();
    let mut crowds = Crowds::new(calendar);
    // Each pair belongs to the stretch of its second article.
    let mut later: Vec<Pair> = Vec::new();
    for stretch in calendar.stretches(room, |ranks| vectors.whole.bytes_of(ranks))? {
        candidates::pairs(vectors, calendar, &stretch)?.into_iter().for_each(|pairs| later.extend(pairs));
        let mut pairs: Vec<Pair> = later.extract_if(.., |pair| pair.1 < stretch.end).collect();
        pairs.par_sort_unstable_by_key(|&(a, b)| (b, a));
        pairs.dedup();
        let [undated, dated] = calendar.near(&stretch);
        let near = Lists::read(&vectors.whole, [undated, dated.start..stretch.end.max(dated.start)])?;
        crowds.reach(dated.start, stretch.end);
        for pairs in pairs.chunks(AT_ONCE) {
            let alike = likeness(pairs, &near);
            crowds.add(pairs, &alike);
            waiting.push_with(|bytes| pairs.iter().zip(alike).for_each(|(pair, alike)| put(bytes, *pair, alike)))?;
        }
    }
    let crowd = crowds.all();
    let (mut links, mut reader) = (Vec::new(), waiting.reader());
    for record in 0..waiting.len() {
        let link = |((a, b), (words, two)): (Pair, Alike)| {
            let crowd = (crowd[a as usize] + crowd[b as usize]) / 2.0;
            let odds = SECOND[0] * words.sqrt() + SECOND[1] * two + SECOND[2] * crowd + SECOND[3];
            let p = logistic(odds - calendar.days_between(a, b).map_or(0.0, late));
            let [a, b] = [a, b].map(|rank| calendar.articles[rank as usize]);
            (p >= LEAST).then_some((a.min(b), a.max(b), p))
        };
        links.extend(taken(reader.read(record)?).filter_map(link));
    }
    Ok(links)
}

/// The cosine of words, and the square root of the cosine of pairs.
type Alike = (f64, f64);

/// The likeness of pairs, sorted by their second article, which is prepared once.
fn likeness(pairs: &[Pair], near: &Lists) -> Vec<Alike> {
    let likeness = |pairs: &[Pair]| -> Vec<Alike> {
        let Some(&(_, b)) = pairs.first() else { return Vec::new() };
        let b = near.place(b);
        let (words, two) = (Held::new(near.words(b)), Held::new(near.pairs(b)));
        let likeness = |a: usize| (words.cosine(near.words(a)), two.cosine(near.pairs(a)).sqrt());
        pairs.iter().map(|&(a, _)| likeness(near.place(a))).collect()
    };
    pairs.par_chunk_by(|x, y| x.1 == y.1).flat_map_iter(likeness).collect()
}

/// The number of pairs that are processed in parallel and make up a record.
const AT_ONCE: usize = 1 << 15;
/// The bytes of a pair with its likeness.
const PUT: usize = 24;

fn put(bytes: &mut Vec<u8>, (a, b): Pair, (words, two): Alike) {
    put_numbers(bytes, [a, b]);
    [words, two].iter().for_each(|cosine| bytes.extend_from_slice(&cosine.to_le_bytes()));
}

/// Reads what [`put`] wrote.
fn taken(bytes: &[u8]) -> impl Iterator<Item = (Pair, Alike)> {
    bytes.as_chunks::<PUT>().0.iter().map(|bytes| {
        let (pair, alike) = bytes.split_at(8);
        let mut ranks = numbers(pair);
        let mut cosines = alike.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes));
        let mut rank = || ranks.next().unwrap_or_default();
        let mut cosine = || cosines.next().unwrap_or_default();
        ((rank(), rank()), (cosine(), cosine()))
    })
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// The cost of the days between two articles.
fn late(days: i32) -> f64 {
    debug_assert!(days <= MAX_DAYS);
    PER_DAY * f64::from((days - FREE_DAYS).max(0))
}

/// How crowded the subject of each article is, by rank. The nearest articles are only collected for articles that are
/// close to the current stretch, or have no date.
struct Crowds {
    /// For those without a date: the likeness of the nearest, in descending order.
    undated: Vec<[f64; CROWD]>,
    /// The first rank that is near; and, in `near`, the same for the ranks from there on.
    first: u32,
    near: VecDeque<[f64; CROWD]>,
    /// For ranks with a date below `first`.
    done: Vec<f64>,
}

impl Crowds {
    fn new(calendar: &Calendar) -> Crowds {
        let undated = vec![[0.0; CROWD]; calendar.undated as usize];
        Crowds { undated, first: calendar.undated, near: VecDeque::new(), done: Vec::new() }
    }

    /// From here on, pairs are between ranks without a date and those from `first` to `end`.
    fn reach(&mut self, first: u32, end: u32) {
        while self.first < first {
            let Some(nearest) = self.near.pop_front() else { break };
            self.done.push(mean(&nearest));
            self.first += 1;
        }
        let near = end.saturating_sub(self.first) as usize;
        self.near.resize(near.max(self.near.len()), [0.0; CROWD]);
    }

    fn nearest(&mut self, rank: u32) -> &mut [f64; CROWD] {
        match (rank as usize).checked_sub(self.undated.len()) {
            None => &mut self.undated[rank as usize],
            Some(_) => &mut self.near[(rank - self.first) as usize],
        }
    }

    /// Adds the likeness of pairs that aren't surely in the same story. If there are fewer than ten, the missing ones
    /// count as 0.
    fn add(&mut self, pairs: &[Pair], alike: &[Alike]) {
        for (&(a, b), &(words, two)) in pairs.iter().zip(alike) {
            if logistic(FIRST[0] * words.sqrt() + FIRST[1] * two + FIRST[2]) < SURE {
                keep_greatest(self.nearest(a), words);
                keep_greatest(self.nearest(b), words);
            }
        }
    }

    /// The crowd of every rank.
    fn all(self) -> Vec<f64> {
        let undated = self.undated.iter().map(mean);
        undated.chain(self.done).chain(self.near.iter().map(mean)).collect()
    }
}

fn mean(nearest: &[f64; CROWD]) -> f64 {
    nearest.iter().sum::<f64>() / CROWD as f64
}

/// Inserts a number into the greatest so far, in descending order.
fn keep_greatest(greatest: &mut [f64; CROWD], new: f64) {
    let at = greatest.partition_point(|&other| other >= new);
    if at < CROWD {
        greatest[at..].rotate_right(1);
        greatest[at] = new;
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::NO_DAY;
    use super::super::terms::{Counts, Terms};
    use super::super::{Fingerprint, Fingerprints};
    use super::*;

    #[test]
    fn days_cost_from_the_third_on() {
        assert_eq!([0, 2, 3, 10].map(late), [0.0, 0.0, 0.5, 4.0]);
    }

    #[test]
    fn a_crowd_is_made_of_those_that_are_not_sure() {
        let mut crowds = Crowds::new(&Calendar::new(4, |article| [NO_DAY, 5, 6, 40][article]));
        crowds.reach(1, 3);
        crowds.add(&[(0, 1), (0, 2)], &[(0.9, 0.9), (0.2, 0.1)]);
        crowds.add(&[(1, 2)], &[(0.1, 0.1)]);
        crowds.reach(3, 4);
        assert_eq!((crowds.done.len(), crowds.near.len()), (2, 1));
        crowds.add(&[(0, 3)], &[(0.3, 0.1)]);
        let tenths = crowds.all().iter().map(|crowd| (crowd * 100.0).round()).collect::<Vec<_>>();
        assert_eq!(tenths, [5.0, 1.0, 3.0, 3.0]);
    }

    #[test]
    fn stretches_change_nothing() {
        // Forty events over a year, each covered by three articles, some of them without a date.
        let (mut prints, mut days) = (Fingerprints::default(), Vec::new());
        for article in 0..120_u32 {
            let event = article % 40;
            let own = (0..12).map(|i| (7 * event + i * i + article / 40) % 300).chain([400 + event, 500 + event]);
            let hashes: std::collections::BTreeSet<u32> = own.collect();
            let counts = Counts { counts: vec![1; hashes.len()].into(), hashes: hashes.into_iter().collect() };
            let terms = Terms { words: counts.clone(), pairs: counts };
            prints.push(&Fingerprint { terms, ..Fingerprint::default() }).expect("written");
            days.push(if article % 17 == 0 { NO_DAY } else { (9 * event + article / 40) as i32 });
        }
        let calendar = Calendar::new(days.len(), |article| days[article]);
        let vectors = Vectors::new(&prints, &calendar.articles).expect("read");
        let found = |room| {
            let mut links = links(&vectors, &calendar, room).expect("read");
            links.sort_unstable_by(|a, b| a.partial_cmp(b).expect("numbers"));
            links
        };
        let whole = found(u64::MAX);
        assert!(
            whole.len() > 100
                && calendar.stretches(1, |ranks| Ok(u64::from(ranks.end - ranks.start))).expect("counts").len() > 5
        );
        assert_eq!(whole, found(1));
    }

    #[test]
    fn what_waits_comes_back() {
        let all = [((0, 7), (0.25, 1.0 / 3.0)), ((u32::MAX, 1), (f64::MIN_POSITIVE, 0.0))];
        let mut bytes = Vec::new();
        all.iter().for_each(|(pair, alike)| put(&mut bytes, *pair, *alike));
        assert_eq!(taken(&bytes).collect::<Vec<_>>(), all);
    }
}
