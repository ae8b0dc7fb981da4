//! What is kept of one article in memory: its counts.

use super::Voices;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::records::too_many;
use crate::tally::CueCount;
use chrono::NaiveDate;
use std::num::NonZeroU32;

/// What is kept of one article in memory, in addition to what is on disk: its [entry](super::entries), fingerprint,
/// words.
#[derive(Debug, Clone, Default)]
pub struct ArticleRecord {
    /// Its number in the order in which the articles were read: the key to what is on disk.
    pub number: u32,
    /// Index into the outlets' names; absent if unknown.
    pub outlet: Index,
    /// As in [`Article`](crate::corpus::Article).
    pub date: Option<NaiveDate>,
    /// Words of prose by voice, in the order of [`Voice::ALL`](crate::text::Voice::ALL).
    pub words: [u32; 4],
    /// The range of its uses in [`Poles`].
    pub(super) uses: [u32; 2],
    /// The first article of its story, as an index into the articles; absent if it isn't part of a story.
    pub story: Index,
    /// Its period, or its value of the second name of [`Options::by`](super::Options::by), as an index into
    /// [`Labels::periods`]; absent if unknown or not requested.
    pub period: Index,
    /// The news agencies that it credits, as an index into [`Labels::agencies`].
    pub agency: Index,
    /// Whether it is mostly a copy of another.
    pub is_copy: bool,
    /// Whether its uses count: it isn't a copy, or copies are kept.
    pub counts: bool,
}

const _: () = assert!(size_of::<ArticleRecord>() == 52, "what every article takes");

/// An article's uses of a pole: the pole's number over all contrasts, and uses by voice in the order of
/// [`Voice::ALL`](crate::text::Voice::ALL).
pub type PoleUses = (u32, [u32; 4]);

/// The uses of all articles by pole, one article after the other.
#[derive(Debug, Default)]
pub struct Poles(Vec<PoleUses>);

impl Poles {
    /// No articles yet, with room for that many uses.
    pub(super) fn with_capacity(uses: usize) -> Poles {
        Poles(Vec::with_capacity(uses))
    }

    /// Adds the uses of an article, sorted by pole.
    pub(super) fn push(&mut self, article: &mut ArticleRecord, uses: impl IntoIterator<Item = PoleUses>) -> Result<()> {
        let begin = self.0.len();
        self.0.extend(uses);
        let place = |at: usize| u32::try_from(at).map_err(|_| too_many());
        article.uses = [place(begin)?, place(self.0.len())?];
        Ok(())
    }

    /// An article's uses, sorted by pole; only the poles that it uses.
    pub fn of(&self, article: &ArticleRecord) -> &[PoleUses] {
        &self.0[article.uses[0] as usize..article.uses[1] as usize]
    }

    /// An article's uses of one pole, given its number over all contrasts.
    pub fn uses(&self, article: &ArticleRecord, pole: usize, voices: Voices) -> u32 {
        let poles = self.of(article);
        match poles.binary_search_by_key(&pole, |(p, _)| *p as usize) {
            Ok(at) => voices.sum(&poles[at].1),
            Err(_) => 0,
        }
    }

    /// An article's uses of all poles of a contrast, given their numbers.
    pub fn uses_of(&self, article: &ArticleRecord, poles: std::ops::Range<usize>, voices: Voices) -> u32 {
        self.within(article, poles).iter().map(|(_, by_voice)| voices.sum(by_voice)).sum()
    }

    /// The same by pole and voice; only the poles that it uses. Found by binary search, because an article may use
    /// thousands of others.
    pub fn within(&self, article: &ArticleRecord, poles: std::ops::Range<usize>) -> &[PoleUses] {
        let all = self.of(article);
        let from = all.partition_point(|(pole, _)| (*pole as usize) < poles.start);
        let behind = all[from..].partition_point(|(pole, _)| (*pole as usize) < poles.end);
        &all[from..from + behind]
    }
}

/// For each cue, its pole's number over all contrasts, which rises with the cue's number.
#[derive(Debug)]
pub(super) struct PoleOfCue(Vec<u32>);

impl PoleOfCue {
    pub fn new(lexicon: &Lexicon) -> PoleOfCue {
        let first = first_poles(lexicon);
        PoleOfCue(lexicon.cues().map(|(contrast, pole, _)| (first[contrast] + pole) as u32).collect())
    }

    /// An article's uses by pole, given those by cue; both are sorted.
    pub fn uses(&self, cues: &[CueCount]) -> Vec<PoleUses> {
        let mut uses: Vec<PoleUses> = Vec::new();
        for CueCount { cue, voice, count } in cues {
            let pole = self.0[*cue as usize];
            if uses.last().is_none_or(|last| last.0 != pole) {
                uses.push((pole, [0; 4]));
            }
            uses.last_mut().into_iter().for_each(|last| last.1[*voice as usize] += count);
        }
        uses
    }
}

/// An index that may be absent, in four bytes: corpora of millions have several an article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Index(Option<NonZeroU32>);

impl Index {
    /// Wraps an index. All must be below `u32::MAX`, the highest number of records.
    pub fn new(index: Option<usize>) -> Index {
        Index(index.and_then(|index| NonZeroU32::new(index as u32 + 1)))
    }

    /// The index, if there is one.
    pub fn get(self) -> Option<usize> {
        self.0.map(|one_more| one_more.get() as usize - 1)
    }
}

/// Values shared by many articles, stored once each.
#[derive(Debug, Default)]
pub struct Labels {
    /// News agencies, as they are credited.
    pub agencies: Vec<Box<str>>,
    /// Periods, or the values of the second name of [`Options::by`](super::Options::by).
    pub periods: Vec<Box<str>>,
}

impl Labels {
    /// The news agencies that an article credits.
    pub fn agency(&self, article: &ArticleRecord) -> Option<&str> {
        article.agency.get().map(|agency| &*self.agencies[agency])
    }

    /// An article's period.
    pub fn period(&self, article: &ArticleRecord) -> Option<&str> {
        article.period.get().map(|period| &*self.periods[period])
    }
}

impl ArticleRecord {
    /// Whether it counts and belongs to an outlet, or another group that is compared.
    pub fn is_compared(&self) -> bool {
        self.counts && self.outlet.get().is_some()
    }

    /// All words of prose.
    pub fn total_words(&self) -> u32 {
        self.words.iter().sum()
    }
}

/// The number of each contrast's first pole over all contrasts, with the number of all poles at the end.
pub fn first_poles(lexicon: &Lexicon) -> Vec<usize> {
    let mut first = vec![0];
    for contrast in &lexicon.contrasts {
        first.push(first[first.len() - 1] + contrast.poles.len());
    }
    first
}
