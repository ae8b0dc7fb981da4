//! Which words a line has: function words, words that sites use about themselves, whom it addresses, imperatives.

use super::{Place, TOLD};
use crate::text::clean::feature::{Found, says};
use crate::text::clean::kinds::{Kind, Kinds};
use crate::text::clean::words::{self, Names, Word};

/// From this many words on, words are counted per hundred.
const LONG: usize = 25;

/// Whether it names the outlet, its author, or the article.
pub(super) fn named(line: &str, names: &Names<'_>, read: &[Word], out: &mut Found) {
    let has = |word: &u64| read.iter().any(|r| r.hash == *word);
    let all = |name: &[u64]| !name.is_empty() && name.iter().all(has);
    let proper = |word: &Word| {
        let word = &line[word.range()];
        word.len() >= 4 && word.starts_with(char::is_uppercase)
    };
    if all(names.outlet) {
        out.push(says!("names the outlet"));
    } else if read.iter().any(|word| names.outlet.contains(&word.hash) && proper(word)) {
        out.push(says!("a word of the outlet's name"));
    }
    out.extend(all(names.author).then_some(says!("names the author")));
    let title = names.title;
    let held = title.len() >= 3 && title.iter().filter(|word| has(word)).count() * 4 >= title.len() * 3;
    out.extend(held.then_some(says!("holds the title")));
}

/// The number of words and word pairs of each kind in a line.
struct Counts {
    by_kind: [usize; 16],
    words: usize,
}

impl Counts {
    fn of(line: &str, read: &[Word]) -> Self {
        let kinds = Kinds::english();
        let mut by_kind = [0_usize; 16];
        for bits in read.windows(2).map(|pair| kinds.bits(words::combine([pair[0].hash, pair[1].hash]))) {
            by_kind[Kind::SitePair as usize] += usize::from(bits >> Kind::SitePair as u16 & 1);
            by_kind[Kind::AuthorPair as usize] += usize::from(bits >> Kind::AuthorPair as u16 & 1);
        }
        for word in read {
            let mut bits = kinds.bits(word.hash);
            if bits >> Kind::Our as u16 & 1 == 1 && &line[word.range()] == "US" {
                continue;
            }
            while bits != 0 {
                by_kind[bits.trailing_zeros() as usize] += 1;
                bits &= bits - 1;
            }
        }
        Counts { by_kind, words: read.len() }
    }

    fn count(&self, kind: Kind) -> usize {
        self.by_kind[kind as usize]
    }

    fn share(&self, kind: Kind) -> f32 {
        self.count(kind) as f32 / self.words.max(1) as f32
    }

    /// Words of sites and of the small print.
    fn of_both(&self) -> usize {
        self.count(Kind::Site) + self.count(Kind::SmallPrint)
    }

    fn is_long(&self) -> bool {
        self.words >= LONG
    }
}

/// Which words it has.
pub(super) fn wording(line: &str, closed: bool, place: Place, read: &[Word], out: &mut Found) {
    let counts = Counts::of(line, read);
    let edge = place != Place::Middle;
    if read.len() >= 4 {
        let function = counts.share(Kind::Function);
        out.extend((function < 0.15).then_some(says!("few function words")));
        out.extend((function >= 0.4).then_some(says!("many function words")));
    }
    of_sites(&counts, edge, out);
    persons(&counts, closed, out);
    out.extend(match counts.count(Kind::Caption) {
        0 => None,
        1 => Some(says!("1 word of captions")),
        _ => Some(says!("2 words of captions")),
    });
    pairs(&counts, edge, out);
    tense(line, closed, read, &counts, out);
    orders(line, read, (edge, closed), out);
    out.extend((counts.count(Kind::Calendar) > 0).then_some(says!("a month or a day")));
}

/// Words that sites use about themselves, and words of the small print.
fn of_sites(counts: &Counts, edge: bool, out: &mut Found) {
    let (site, small, both, long) =
        (counts.count(Kind::Site), counts.count(Kind::SmallPrint), counts.of_both(), counts.is_long());
    out.extend(match (site, edge) {
        _ if long => None,
        (0, _) => None,
        (1, false) => Some(says!("1 site word, middle")),
        (1, true) => Some(says!("1 site word, edge")),
        (2, false) => Some(says!("2 site words, middle")),
        (2, true) => Some(says!("2 site words, edge")),
        (_, false) => Some(says!("3 site words, middle")),
        (_, true) => Some(says!("3 site words, edge")),
    });
    out.extend((counts.share(Kind::Site) >= 0.34).then_some(says!("a third are site words")));
    out.extend(match small {
        _ if long => None,
        0 => None,
        1 => Some(says!("1 word of the small print")),
        2 => Some(says!("2 words of the small print")),
        _ => Some(says!("3 words of the small print")),
    });
    out.extend((!long && both >= 4).then_some(says!("4 of both kinds")));
    out.extend((both == 0 && counts.words >= 8).then_some(says!("none of both kinds in 8 words")));
    if long {
        out.push(match both * 100 / counts.words {
            0..5 => says!("long, of both kinds less than 5 in 100"),
            5..10 => says!("long, of both kinds 5 in 100"),
            10..15 => says!("long, of both kinds 10 in 100"),
            15..20 => says!("long, of both kinds 15 in 100"),
            _ => says!("long, of both kinds 20 in 100"),
        });
    }
}

/// Word pairs that sites use, and those of notes about authors.
fn pairs(counts: &Counts, edge: bool, out: &mut Found) {
    let (of_sites, of_authors) = (counts.count(Kind::SitePair), counts.count(Kind::AuthorPair));
    out.extend(match (of_sites, counts.is_long()) {
        (0, _) => None,
        (1, true) => Some(says!("long, 1 pair of sites")),
        (2, true) => Some(says!("long, 2 pairs of sites")),
        (_, true) => Some(says!("long, 3 pairs of sites")),
        (1, false) => Some(says!("1 pair of sites")),
        (2, false) => Some(says!("2 pairs of sites")),
        (_, false) => Some(says!("3 pairs of sites")),
    });
    out.extend((of_sites > 0 && of_sites * 8 >= counts.words).then_some(says!("an eighth are pairs of sites")));
    out.extend(match (of_authors, edge) {
        (0, _) => None,
        (_, false) => Some(says!("a pair of notes on authors, middle")),
        (1, true) => Some(says!("1 pair of notes on authors, edge")),
        (_, true) => Some(says!("2 pairs of notes on authors, edge")),
    });
}

/// Whether it is about the past, and whether somebody said something.
fn tense(line: &str, closed: bool, read: &[Word], counts: &Counts, out: &mut Found) {
    let said = counts.count(Kind::Said) > 0;
    let past = said
        || counts.count(Kind::Past) > 0
        || read.iter().any(|w| line[w.range()].len() > 4 && line[w.range()].ends_with("ed"));
    out.extend(said.then_some(says!("somebody said")));
    out.extend((past && closed).then_some(TOLD));
    let both = counts.of_both();
    let some = both >= 2 && both * 10 >= counts.words;
    out.extend((!past && closed).then_some(if some {
        says!("no past tense, closed, some of both kinds")
    } else {
        says!("no past tense, closed")
    }));
}

/// Whom it is about, and whom it addresses.
fn persons(counts: &Counts, closed: bool, out: &mut Found) {
    let (count, of_sites) = (|kind| counts.count(kind), counts.of_both());
    out.extend(match (count(Kind::You), of_sites) {
        (0, _) => None,
        (_, 0) => Some(says!("you")),
        (1, _) => Some(says!("you, and a word of sites")),
        _ => Some(says!("you twice, and a word of sites")),
    });
    out.extend(match (count(Kind::Our), of_sites) {
        (0, _) => None,
        (_, 0) => Some(says!("our")),
        _ => Some(says!("our, and a word of sites")),
    });
    out.extend((count(Kind::I) > 0).then_some(says!("I")));
    out.extend((count(Kind::You) > 0 && !closed).then_some(says!("you, open")));
}

/// Imperatives as on sites: at the beginning of the line or of a sentence.
fn orders(line: &str, read: &[Word], (edge, closed): (bool, bool), out: &mut Found) {
    let is_order = |word: &Word| Kinds::english().has(word, Kind::Order);
    out.extend(read.first().filter(|w| is_order(w)).map(|_| match (edge, closed) {
        (true, true) => says!("an order first, edge, closed"),
        (true, false) => says!("an order first, edge, open"),
        (false, true) => says!("an order first, middle, closed"),
        (false, false) => says!("an order first, middle, open"),
    }));
    let opens = |word: &Word| {
        let before = line[..word.start as usize].trim_end();
        line[word.range()].starts_with(char::is_uppercase) && before.ends_with(['.', '!', '?', ':', ';', '—', '»', '|'])
    };
    out.extend(read.iter().skip(1).any(|word| is_order(word) && opens(word)).then_some(says!("an order within")));
}
