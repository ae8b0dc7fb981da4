//! Lines that are unlike prose: a logistic regression over what a line looks like ([`super::features`]).
//!
//! The rules know the lines that they were written for. Sites never seen have others, and those look as the known ones
//! do: short, open, in a row with others, at the ends of the page, with the words that sites use of themselves. The
//! weights stand in `en/unlike.csv`; a positive one speaks for taking the line out. They were fitted to the invented
//! pages in `tests/cleaning/`, and a test fits them again.
//!
//! Runs after the rules and before repeated sentences are looked for, several times: what goes changes what stands
//! beside it.

use super::features::{self, Place};
use super::lines::{Page, is_closed};
use super::single::Names;
use super::{Rule, bylines, duplicates};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Longest line that is looked at, in words.
const LONGEST: usize = 60;
/// Longest paragraph that is looked at.
const LONGEST_PROSE: usize = 40;
/// A line goes from these log odds on: a probability of about 0.57.
const LEAST: f32 = 0.3;
/// A line that ends like a sentence goes from these on.
const LEAST_CLOSED: f32 = 1.2;
/// How often the page is gone through.
const PASSES: usize = 4;
/// So many paragraphs at each end of the prose are looked at as well.
const EDGE: usize = 2;

/// Marks the lines that are unlike prose.
pub(super) fn mark(page: &mut Page<'_>, names: &Names<'_>) {
    let (mut words, mut found) = (Vec::new(), Vec::new());
    let weights = weights();
    for _ in 0..PASSES {
        let mut gone = Vec::new();
        for (block, place) in candidates(page, names.title) {
            features::of(page, block, place, names, &mut words, &mut found);
            if place == Place::Middle && features::is_heading(&found) {
                continue;
            }
            let odds: f32 = found.iter().filter_map(|name| weights.get(name)).sum();
            let least = if is_closed(page.of(block)) { LEAST_CLOSED } else { LEAST };
            if odds >= least && !is_protected(page, block, names.title) {
                gone.push(block);
            }
        }
        if gone.is_empty() {
            return;
        }
        gone.into_iter().for_each(|block| page.blocks[block].verdict = Some(Rule::Unlike));
    }
}

/// The lines that are looked at, and where they stand. Paragraphs amid the prose aren't.
pub(super) fn candidates(page: &Page<'_>, title: &[u64]) -> Vec<(usize, Place)> {
    let prose: Vec<usize> =
        (0..page.blocks.len()).filter(|b| page.blocks[*b].prose && page.blocks[*b].verdict.is_none()).collect();
    let (first, last) = (prose.first().copied(), prose.last().copied());
    let is_inner = |block| prose.len() > 2 * EDGE && (prose[EDGE]..=prose[prose.len() - 1 - EDGE]).contains(&block);
    let headline = first.filter(|_| title.is_empty()).and_then(|first| headline(page, first));
    let looked_at = |block: &usize| {
        let b = &page.blocks[*block];
        b.verdict.is_none()
            && Some(*block) != headline
            && b.words <= LONGEST
            && !(b.prose && (is_inner(*block) || b.words > LONGEST_PROSE))
            && !quotes(page.of(*block))
    };
    let place = |block: usize| match (first, last) {
        (Some(first), _) if block < first => Place::Head,
        (_, Some(last)) if block > last => Place::Tail,
        (Some(_), _) => Place::Middle,
        (None, _) => Place::Nowhere,
    };
    (0..page.blocks.len()).filter(looked_at).map(|block| (block, place(block))).collect()
}

/// Where no title is known: the line before the prose that is most likely it.
fn headline(page: &Page<'_>, first: usize) -> Option<usize> {
    let is = |b: &usize| page.blocks[*b].verdict.is_none() && (4..=20).contains(&page.blocks[*b].words);
    (0..first).rev().find(is)
}

/// A closed line that quotes somebody is prose.
fn quotes(line: &str) -> bool {
    line.ends_with(['.', '"', '”']) && (line.contains('"') || line.contains('“'))
}

/// The title stays, and so does who speaks, and the first half of a sentence that goes on in the next line.
pub(super) fn is_protected(page: &Page<'_>, block: usize, title: &[u64]) -> bool {
    duplicates::is_title(page.of(block), title) || is_speaker(page, block) || goes_on(page, block)
}

/// Whether the next line begins in lower case and ends the sentence.
fn goes_on(page: &Page<'_>, block: usize) -> bool {
    let ends = |next: &str| next.starts_with(char::is_lowercase) && is_closed(next);
    !is_closed(page.of(block)) && block + 1 < page.blocks.len() && ends(page.of(block + 1))
}

/// A name on several lines tells who speaks.
fn is_speaker(page: &Page<'_>, block: usize) -> bool {
    let name = page.of(block);
    bylines::is_person(name)
        && (0..page.blocks.len()).filter(|other| page.of(*other) == name).count() >= super::SPEAKER_LINES
}

/// The weights by the features' names.
pub(super) fn weights() -> &'static FxHashMap<&'static str, f32> {
    static WEIGHTS: OnceLock<FxHashMap<&'static str, f32>> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let rows = include_str!("en/unlike.csv").lines().skip(1);
        rows.filter_map(|row| {
            row.rsplit_once(',').and_then(|(name, w)| Some((name.trim_matches('"'), w.parse().ok()?)))
        })
        .collect()
    })
}
