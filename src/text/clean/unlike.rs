//! Lines that are unlike prose: a chain of lines ([`super::chain`]) over their features ([`super::features`]).
//!
//! The rules recognise the lines that they were written for. Unseen sites have others, which look similar: short,
//! without a full stop, next to each other, at the ends of the page, with the words that sites use about themselves.
//! The weights are in `en/unlike.csv`; a positive one is evidence for removing the line. They were fitted to the
//! invented pages in `tests/cleaning/`, and a test fits them again.
//!
//! Runs after the rules and before the search for repeated sentences, and again as long as something is removed,
//! because removing a paragraph moves the ends of the prose.

use super::chain::{self, Link, Pair};
use super::feature::{Found, NAMES};
use super::features::{self, At, Place};
use super::lines::{Page, is_closed};
use super::words::Names;
use super::{Rule, bylines, duplicates};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The longest line that is looked at before and amid the prose, in words.
const LONGEST: usize = 60;
/// The longest paragraph of prose that is looked at next to another line.
const LONGEST_BESIDE: usize = 40;
/// The longest line that is looked at after the prose, and among its last paragraphs: appeals and disclaimers are long.
const LONGEST_BEHIND: usize = 140;
/// A line is removed from these log odds on, given its neighbours.
const LEAST: f32 = 0.0;
/// A line that ends like a sentence is removed from these log odds on.
const LEAST_CLOSED: f32 = 1.0;
/// A line whose own log odds are below this stays, whatever its neighbours: the bound for a short one without a stop …
const LEAST_ALONE_SHORT: f32 = -3.0;
/// … and for any other.
const LEAST_ALONE: f32 = -0.5;
/// Most words of a short line.
const SHORT: usize = 14;
/// The most passes over the page.
const PASSES: usize = 3;
/// This many paragraphs at the beginning of the prose are also looked at …
const FIRST: usize = 2;
/// … and this many at its end.
const LAST: usize = 4;

/// Marks the lines that are unlike prose. If nothing else would be left, they stay: if a text is only a post or a
/// headline, there is no prose for its lines to be unlike.
pub(super) fn mark(page: &mut Page<'_>, names: &Names<'_>, weights: &Weights) {
    mark_all(page, names, weights);
    if page.blocks.iter().all(|block| block.verdict.is_some()) {
        page.blocks
            .iter_mut()
            .filter(|block| block.verdict == Some(Rule::Unlike))
            .for_each(|block| block.verdict = None);
    }
}

fn mark_all(page: &mut Page<'_>, names: &Names<'_>, weights: &Weights) {
    for _ in 0..PASSES {
        let ends = page.prose();
        let mut links = known(page);
        look(page, names, |at, found| {
            if !features::is_heading(page, at.block, found) && !features::tells(found) {
                links[at.block] = Link::Open(weights.of(found));
            }
        });
        let odds = chain::odds(&links, &pairs(page, weights));
        let mut any = false;
        for (block, link) in links.iter().enumerate() {
            let Link::Open(own) = *link else { continue };
            let closed = is_closed(page.of(block));
            let least = if closed { LEAST_CLOSED } else { LEAST };
            let alone = if closed || page.blocks[block].words > SHORT { LEAST_ALONE } else { LEAST_ALONE_SHORT };
            if own >= alone && odds[block] >= least {
                page.blocks[block].verdict = Some(Rule::Unlike);
                any = true;
            }
        }
        // Places are counted from the ends of the prose: if these don't change, another pass would find the same.
        if !any || page.prose() == ends {
            return;
        }
    }
}

/// The chain of a page's lines before any is looked at: removed lines go, all others stay.
pub(super) fn known(page: &Page<'_>) -> Vec<Link> {
    page.blocks.iter().map(|block| if block.verdict.is_some() { Link::Goes } else { Link::Stays }).collect()
}

/// The region of each pair of neighbours, as a number: before, amid or after the prose.
pub(super) fn regions(page: &Page<'_>) -> impl Iterator<Item = usize> {
    let (first, last) = page.prose().unwrap_or((0, usize::MAX));
    (1..page.blocks.len()).map(move |second| match second {
        _ if second <= first => 0,
        _ if second > last => 2,
        _ => 1,
    })
}

fn pairs(page: &Page<'_>, weights: &Weights) -> Vec<Pair> {
    regions(page).map(|region| weights.pairs[region]).collect()
}

/// Calls `each` with the features of every line that may be removed.
pub(super) fn look(page: &Page<'_>, names: &Names<'_>, mut each: impl FnMut(At, &Found)) {
    let (mut words, mut found) = (Vec::new(), Found::default());
    for at in candidates(page, names.title) {
        if is_protected(page, at.block, names.title) {
            continue;
        }
        features::of(page, at, names, &mut words, &mut found);
        each(at, &found);
    }
}

/// The lines that are looked at, and their places. Paragraphs amid the prose are only looked at if they are next to
/// another line.
fn candidates(page: &Page<'_>, title: &[u64]) -> Vec<At> {
    let blocks = &page.blocks;
    let prose: Vec<usize> = (0..blocks.len()).filter(|b| blocks[*b].prose && blocks[*b].verdict.is_none()).collect();
    let (first, last) = (prose.first().copied(), prose.last().copied());
    let is_last = |block| prose.len() <= LAST || block >= prose[prose.len() - LAST];
    let is_first = |block| prose.len() <= FIRST || block < prose[FIRST];
    let beside = |block: usize| {
        let is = |b: usize| blocks.get(b).is_some_and(|b| !b.prose || b.verdict.is_some());
        is(block + 1) || block > 0 && is(block - 1)
    };
    let headline = first.filter(|_| title.is_empty()).and_then(|first| headline(page, first));
    let looked_at = |block: &usize| {
        let b = &blocks[*block];
        let longest = if is_last(*block) { LONGEST_BEHIND } else { LONGEST };
        b.verdict.is_none()
            && Some(*block) != headline
            && b.words <= longest
            && (!b.prose || is_last(*block) || is_first(*block) || b.words <= LONGEST_BESIDE && beside(*block))
            && !quotes(page.of(*block))
    };
    let is_title = |b: &usize| blocks[*b].verdict.is_none() && duplicates::is_title(page.of(*b), title);
    let title = headline.or_else(|| (0..blocks.len().min(first.unwrap_or(0) + 2)).find(is_title));
    let at = |block: usize| {
        let (place, away) = match (first, last) {
            (Some(first), _) if block < first => (Place::Head, first - block - 1),
            (_, Some(last)) if block > last => (Place::Tail, block - last - 1),
            (Some(_), _) => (Place::Middle, 0),
            (None, _) => (Place::Nowhere, 0),
        };
        At { block, place, away, title }
    };
    (0..blocks.len()).filter(looked_at).map(at).collect()
}

/// If no title is known: the line before the prose that is most likely the title.
fn headline(page: &Page<'_>, first: usize) -> Option<usize> {
    let is = |b: &usize| page.blocks[*b].verdict.is_none() && (4..=20).contains(&page.blocks[*b].words);
    (0..first).rev().find(is)
}

/// A closed line that begins with a quotation is prose.
fn quotes(line: &str) -> bool {
    line.starts_with(['"', '“']) && line.ends_with(['.', '"', '”', '?', '!'])
}

/// Titles, names of speakers, and the first half of a sentence that continues in the next line stay.
fn is_protected(page: &Page<'_>, block: usize, title: &[u64]) -> bool {
    duplicates::is_title(page.of(block), title) || is_speaker(page, block) || goes_on(page, block)
}

/// Whether the next line begins in lower case and ends the sentence.
fn goes_on(page: &Page<'_>, block: usize) -> bool {
    let ends = |next: &str| next.starts_with(char::is_lowercase) && is_closed(next);
    !is_closed(page.of(block)) && block + 1 < page.blocks.len() && ends(page.of(block + 1))
}

/// A name on several lines is a speaker's.
fn is_speaker(page: &Page<'_>, block: usize) -> bool {
    bylines::is_person(page.of(block)) && page.times(block) >= super::SPEAKER_LINES
}

/// The weights of features of lines, and of pairs of neighbours.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    /// By the features' numbers.
    line: [f32; NAMES.len()],
    /// Before, amid and after the prose.
    pub pairs: [Pair; 3],
}

/// The names of the pairs' weights in `en/unlike.csv`, by region: the first goes, the second goes, both go.
pub(super) const PAIRS: [[&str; 3]; 3] = [
    ["two lines, head, the first goes", "two lines, head, the second goes", "two lines, head, both go"],
    ["two lines, middle, the first goes", "two lines, middle, the second goes", "two lines, middle, both go"],
    ["two lines, tail, the first goes", "two lines, tail, the second goes", "two lines, tail, both go"],
];

impl Weights {
    /// The English ones, read once.
    pub fn english() -> &'static Weights {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(|| Weights::new(&english()))
    }

    /// From weights by name; a missing weight is 0.
    pub fn new(by_name: &FxHashMap<&str, f32>) -> Weights {
        let weight = |name: &str| by_name.get(name).copied().unwrap_or_default();
        let pairs = PAIRS.map(|[first, second, both]| Pair {
            first: weight(first),
            second: weight(second),
            both: weight(both),
        });
        Weights { line: NAMES.map(weight), pairs }
    }

    fn of(&self, found: &Found) -> f32 {
        found.iter().map(|feature| self.line[feature.number()]).sum()
    }
}

/// The rows of `en/unlike.csv`.
pub(super) fn english() -> FxHashMap<&'static str, f32> {
    let rows = include_str!("en/unlike.csv").lines().skip(1);
    let row = |row: &'static str| {
        let (name, weight) = row.rsplit_once(',')?;
        Some((name.trim_matches('"'), weight.parse().ok()?))
    };
    rows.filter_map(row).collect()
}
