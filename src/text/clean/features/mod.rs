//! The features of a line by which [`super::unlike`] distinguishes lines of the site from prose.
//!
//! Each is a yes-or-no question. None is about a particular phrase: they are about how long a line is, how it ends,
//! where it is, how many function words it has, and whether it uses the words that sites use about themselves.
//!
//! | file | job |
//! |---|---|
//! | here | a line's length, place and neighbours; conclusions from all of its features |
//! | `wording` | which words it has |
//! | `looks` | which characters it is made of |

mod looks;
mod wording;

use super::feature::{Feature, Found, Set, says};
use super::lines::{Page, is_closed};
use super::words::{self, Names, Word};
use looks::looks;
use wording::{named, wording};

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before the first paragraph of prose.
    Head,
    Middle,
    /// After the last one.
    Tail,
    /// In a text without a paragraph of prose, such as a poem.
    Nowhere,
}

/// One line, and what is known about its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub block: usize,
    pub place: Place,
    /// How many lines are between it and the prose, at the ends of the page; 0 next to it.
    pub away: usize,
    /// The block with the article's title.
    pub title: Option<usize>,
}

/// The features of one line. `out` is cleared first.
pub(super) fn of(page: &Page<'_>, at: At, names: &Names<'_>, scratch: &mut Vec<Word>, out: &mut Found) {
    out.clear();
    let line = page.of(at.block);
    words::read(line, 80, scratch);
    let closed = is_closed(line);
    out.push(says!("bias"));
    length(at, closed, scratch.len(), out);
    wording(line, closed, at.place, scratch, out);
    named(line, names, scratch, out);
    looks(line, scratch.len(), closed, out);
    neighbours(page, at, out);
    out.extend(is_deck(at, out).then_some(says!("a deck below the title")));
}

/// Whether a line with these features is likely the sentence between a title and the article.
fn is_deck(at: At, found: &Found) -> bool {
    const NONE: Set = Set::that_hold(&[
        "site word",
        "of sites",
        "small print",
        "an order",
        "an address",
        "sign",
        "a person's name",
        "names the",
    ])
    .without(Set::that_begin(&["none"]));
    const LENGTHS: Set = Set::of(&[
        "open, 4-7 words",
        "open, 8-14 words",
        "open, 15-24 words",
        "closed, 4-7 words",
        "closed, 8-14 words",
        "closed, 15-24 words",
    ]);
    let below = at.title.is_some_and(|title| (title + 1..=title + 2).contains(&at.block));
    below && found.has(says!("few words with a capital")) && found.meets(LENGTHS) && !found.meets(NONE)
}

/// How long it is, how it ends, and how far it is from the prose.
fn length(at: At, closed: bool, count: usize, out: &mut Found) {
    out.push(match (at.place, closed) {
        (Place::Head, false) => says!("head, open"),
        (Place::Head, true) => says!("head, closed"),
        (Place::Middle, false) => says!("middle, open"),
        (Place::Middle, true) => says!("middle, closed"),
        (Place::Tail, false) => says!("tail, open"),
        (Place::Tail, true) => says!("tail, closed"),
        (Place::Nowhere, false) => says!("nowhere, open"),
        (Place::Nowhere, true) => says!("nowhere, closed"),
    });
    out.push(match (closed, count) {
        (false, 0..=1) => says!("open, 1 word"),
        (false, 2..=3) => says!("open, 2-3 words"),
        (false, 4..=7) => says!("open, 4-7 words"),
        (false, 8..=14) => says!("open, 8-14 words"),
        (false, 15..=24) => says!("open, 15-24 words"),
        (false, _) => says!("open, 25 words or more"),
        (true, 0..=3) => says!("closed, 1-3 words"),
        (true, 4..=7) => says!("closed, 4-7 words"),
        (true, 8..=14) => says!("closed, 8-14 words"),
        (true, 15..=24) => says!("closed, 15-24 words"),
        (true, 25..=39) => says!("closed, 25-39 words"),
        (true, _) => says!("closed, 40 words or more"),
    });
    out.extend(match (at.place, at.away) {
        (Place::Head, 0) => Some(says!("just before the prose")),
        (Place::Head, 1..=2) => Some(says!("2-3 lines before the prose")),
        (Place::Head, _) => Some(says!("4 lines before the prose or more")),
        (Place::Tail, 0) => Some(says!("just behind the prose")),
        (Place::Tail, 1..=2) => Some(says!("2-3 lines behind the prose")),
        (Place::Tail, _) => Some(says!("4 lines behind the prose or more")),
        _ => None,
    });
}

/// Whether a line with these features is a heading: an open line between two sentences of an article, without any words
/// of the site.
pub(super) fn is_heading(page: &Page<'_>, block: usize, found: &Found) -> bool {
    const OTHERS: Set = Set::of(&[
        "open, 15-24 words",
        "open, 25 words or more",
        "a third are site words",
        "2 words of the small print",
        "3 words of the small print",
        "2 words of captions",
        "an order first, middle, open",
        "an order within",
        "an address",
        "a sign of lists",
        "a stroke",
        "names the outlet",
        "names the author",
        "stands twice",
        "a colon near the beginning",
        "a date or a time alone",
    ]);
    const COUNTS: Set = Set::that_begin(&["2 site words", "3 site words", "2 pairs of sites", "3 pairs of sites"]);
    let is_sentence =
        |b: usize| page.blocks.get(b).is_some_and(|b| b.verdict.is_none() && b.words >= 6) && is_closed(page.of(b));
    found.has(says!("middle, open"))
        && !found.meets(OTHERS)
        && !found.meets(COUNTS)
        && block > 0
        && is_sentence(block - 1)
        && is_sentence(block + 1)
}

/// The feature of a sentence about the past.
const TOLD: Feature = Feature::named("past tense, closed");

/// Whether a line with these features is a sentence about the past without any words of the site. In a long line, the
/// number of such words doesn't matter.
pub(super) fn tells(found: &Found) -> bool {
    const OF_SITES: Set = Set::that_hold(&[
        "site word",
        "of sites",
        "2 words of the small print",
        "3 words of the small print",
        "of captions",
        "of notes",
        "an order",
        "an address",
        "a sign of lists",
        "a copyright",
        "you",
        "our",
        "names the",
        "the outlet's name",
        "stands twice",
        "a date",
        "begins with a bracket",
    ]);
    found.has(TOLD) && !found.meets(OF_SITES)
}

/// Its neighbours.
fn neighbours(page: &Page<'_>, at: At, out: &mut Found) {
    let (blocks, block) = (&page.blocks, at.block);
    out.push(match block.checked_sub(1).map(|before| &blocks[before]) {
        None => says!("first of all"),
        Some(b) if b.prose => says!("behind prose"),
        Some(_) => says!("behind a short line"),
    });
    out.push(match blocks.get(block + 1) {
        None => says!("last of all"),
        Some(b) if b.prose => says!("before prose"),
        Some(_) => says!("before a short line"),
    });
    out.extend((block > 0 && page.of(block - 1).ends_with(':')).then_some(says!("behind a colon")));
    let left = blocks.len() - block;
    out.extend((left <= 4 && blocks.len() >= 8).then_some(says!("one of the last 4 lines")));
    // Link boxes are runs of open lines; poems, lists and conversations are runs of short ones.
    let near = &blocks[block.saturating_sub(3)..blocks.len().min(block + 4)];
    out.extend((near.iter().filter(|b| !b.prose).count() >= 5).then_some(says!("among short lines")));
    out.extend((near.iter().filter(|b| b.verdict.is_some()).count() >= 3).then_some(says!("among what went")));
    let run = |step: &mut dyn Iterator<Item = usize>| step.take_while(|b| !blocks[*b].prose).take(5).count();
    let run = 1 + run(&mut (0..block).rev()) + run(&mut (block + 1..blocks.len()));
    if at.place == Place::Middle && !blocks[block].prose {
        out.push(match run {
            1 => says!("alone amid the prose"),
            2 => says!("2 short lines amid the prose"),
            3..=4 => says!("3-4 short lines amid the prose"),
            _ => says!("5 short lines amid the prose"),
        });
    }
    let above = (0..block).rev().take_while(|b| !blocks[*b].prose).take(3).count();
    out.extend((above == 3 && block * 2 > blocks.len()).then_some(says!("late, behind 3 short lines")));
    let went = (0..block).rev().take(3).filter(|b| blocks[*b].verdict.is_some()).count();
    out.extend((went == 3 && block * 2 > blocks.len()).then_some(says!("late, behind 3 lines that went")));
    let twice = blocks[block].words <= 8 && page.times(block) > 1;
    out.extend(twice.then_some(says!("stands twice")));
}
