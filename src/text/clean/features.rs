//! What a line looks like: the features by which [`super::unlike`] tells lines of the site from prose.
//!
//! Each is a question with yes or no for an answer. None asks for a phrase: they ask how long a line is, how it ends,
//! where it stands, how many function words it has, and whether it speaks as sites do of themselves.

use super::feature::{Feature, Found, Set, says};
use super::kinds::{Kind, Kinds};
use super::lines::{Page, is_closed};
use super::words::{self, Names, Word};
use super::{bylines, stamps};

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before the first paragraph of prose.
    Head,
    Middle,
    /// Behind the last one.
    Tail,
    /// In a text without a paragraph of prose, such as a poem.
    Nowhere,
}

/// One line, and what is known of where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub block: usize,
    pub place: Place,
    /// How many lines lie between it and the prose, at the ends of the page: 0 beside it.
    pub away: usize,
    /// Where the article's title stands.
    pub title: Option<usize>,
}

/// From so many words on, words are counted by the hundred.
const LONG: usize = 25;

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

/// Whether a line with these features is likely the sentence that stands between a title and the article.
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

/// How long it is, how it ends, and how far from the prose it stands.
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

/// Whether a line with these features is a heading: an open line between two sentences of an article, in which nothing
/// speaks of the site.
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

/// The feature of a sentence that tells of the past.
const TOLD: Feature = Feature::named("past tense, closed");

/// Whether a line with these features is a sentence that tells of the past, in which nothing speaks of the site: of a long
/// line, not even how many of its words do.
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

/// Whether it names the outlet, its author, or the article.
fn named(line: &str, names: &Names<'_>, read: &[Word], out: &mut Found) {
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

/// Which words it has.
fn wording(line: &str, closed: bool, place: Place, read: &[Word], out: &mut Found) {
    let kinds = Kinds::english();
    let mut counts = [0_usize; 16];
    for bits in read.windows(2).map(|pair| kinds.bits(words::combine([pair[0].hash, pair[1].hash]))) {
        counts[Kind::SitePair as usize] += usize::from(bits >> Kind::SitePair as u16 & 1);
        counts[Kind::AuthorPair as usize] += usize::from(bits >> Kind::AuthorPair as u16 & 1);
    }
    for word in read {
        let mut bits = kinds.bits(word.hash);
        if bits >> Kind::Our as u16 & 1 == 1 && &line[word.range()] == "US" {
            continue;
        }
        while bits != 0 {
            counts[bits.trailing_zeros() as usize] += 1;
            bits &= bits - 1;
        }
    }
    let count = |kind: Kind| counts[kind as usize];
    let share = |kind: Kind| count(kind) as f32 / read.len().max(1) as f32;
    let function = share(Kind::Function);
    if read.len() >= 4 {
        out.extend((function < 0.15).then_some(says!("few function words")));
        out.extend((function >= 0.4).then_some(says!("many function words")));
    }
    let (site, small) = (count(Kind::Site), count(Kind::SmallPrint));
    let edge = place != Place::Middle;
    let long = read.len() >= LONG;
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
    out.extend((share(Kind::Site) >= 0.34).then_some(says!("a third are site words")));
    out.extend(match small {
        _ if long => None,
        0 => None,
        1 => Some(says!("1 word of the small print")),
        2 => Some(says!("2 words of the small print")),
        _ => Some(says!("3 words of the small print")),
    });
    out.extend((!long && site + small >= 4).then_some(says!("4 of both kinds")));
    out.extend((site + small == 0 && read.len() >= 8).then_some(says!("none of both kinds in 8 words")));
    if long {
        out.push(match (site + small) * 100 / read.len() {
            0..5 => says!("long, of both kinds less than 5 in 100"),
            5..10 => says!("long, of both kinds 5 in 100"),
            10..15 => says!("long, of both kinds 10 in 100"),
            15..20 => says!("long, of both kinds 15 in 100"),
            _ => says!("long, of both kinds 20 in 100"),
        });
    }
    persons(&count, site + small, closed, out);
    out.extend(match count(Kind::Caption) {
        0 => None,
        1 => Some(says!("1 word of captions")),
        _ => Some(says!("2 words of captions")),
    });
    let pairs = (count(Kind::SitePair), count(Kind::AuthorPair));
    out.extend(match (pairs.0, long) {
        (0, _) => None,
        (1, true) => Some(says!("long, 1 pair of sites")),
        (2, true) => Some(says!("long, 2 pairs of sites")),
        (_, true) => Some(says!("long, 3 pairs of sites")),
        (1, false) => Some(says!("1 pair of sites")),
        (2, false) => Some(says!("2 pairs of sites")),
        (_, false) => Some(says!("3 pairs of sites")),
    });
    out.extend((pairs.0 > 0 && pairs.0 * 8 >= read.len()).then_some(says!("an eighth are pairs of sites")));
    out.extend(match (pairs.1, edge) {
        (0, _) => None,
        (_, false) => Some(says!("a pair of notes on authors, middle")),
        (1, true) => Some(says!("1 pair of notes on authors, edge")),
        (_, true) => Some(says!("2 pairs of notes on authors, edge")),
    });
    let said = count(Kind::Said) > 0;
    let past = said
        || count(Kind::Past) > 0
        || read.iter().any(|w| line[w.range()].len() > 4 && line[w.range()].ends_with("ed"));
    out.extend(said.then_some(says!("somebody said")));
    out.extend((past && closed).then_some(TOLD));
    let some = site + small >= 2 && (site + small) * 10 >= read.len();
    out.extend((!past && closed).then_some(if some {
        says!("no past tense, closed, some of both kinds")
    } else {
        says!("no past tense, closed")
    }));
    orders(line, read, (edge, closed), out);
    out.extend((count(Kind::Calendar) > 0).then_some(says!("a month or a day")));
}

/// Who is spoken of, and to.
fn persons(count: &impl Fn(Kind) -> usize, of_sites: usize, closed: bool, out: &mut Found) {
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

/// Orders, as sites give them: first of all, or at the beginning of a sentence.
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

/// What signs it is made of.
fn looks(line: &str, words: usize, closed: bool, out: &mut Found) {
    let (mut letters, mut upper, mut parts, mut capital, mut digits) = (0, 0, 0, 0, 0);
    let (mut signs, mut copyright, mut money, mut quoted) = (false, false, false, false);
    for word in line.split_ascii_whitespace() {
        parts += 1;
        let mut digit = false;
        for (at, c) in word.chars().enumerate() {
            match c {
                'a'..='z' => letters += 1,
                'A'..='Z' => (letters, upper, capital) = (letters + 1, upper + 1, capital + usize::from(at == 0)),
                '0'..='9' => digit = true,
                '"' | '“' | '”' => quoted = true,
                '|' | '•' | '·' | '∙' | '»' | '›' | '→' | '←' | '▶' | '★' | '#' | '*' | '>' | '♦' | '®' | '™' | '^' =>
                {
                    signs = true;
                }
                '©' => copyright = true,
                '£' | '$' | '€' => money = true,
                _ if !c.is_ascii() && c.is_alphabetic() => {
                    let large = usize::from(c.is_uppercase());
                    (letters, upper, capital) = (letters + 1, upper + large, capital + large * usize::from(at == 0));
                }
                _ => {}
            }
        }
        digits += usize::from(digit);
    }
    let mut yes = |is: bool, name| out.extend(is.then_some(name));
    yes(letters > 3 && upper * 10 >= letters * 8, says!("capitals"));
    yes(parts >= 2 && capital == parts, says!("each word with a capital"));
    yes(capital * 3 <= parts && parts >= 4, says!("few words with a capital"));
    yes(parts >= 4 && capital * 3 > parts * 2 && capital < parts, says!("most words with a capital"));
    yes(line.starts_with(char::is_lowercase), says!("begins in lower case"));
    yes(digits > 0 && digits * 3 >= parts, says!("a third are numbers"));
    yes(digits > 0 && digits * 3 < parts, says!("a number"));
    let has = |part: &str| memchr::memmem::find(line.as_bytes(), part.as_bytes()).is_some();
    let address = memchr::memchr(b'@', line.as_bytes()).is_some() || has("http") || has("www.");
    yes(address, says!("an address"));
    yes(signs, says!("a sign of lists"));
    yes(copyright, says!("a copyright sign"));
    yes(money, says!("money"));
    yes(quoted, says!("quotation marks"));
    yes(line.starts_with(['"', '“', '\'', '‘']), says!("begins with a quotation mark"));
    yes(line.starts_with(['(', '[']), says!("begins with a bracket"));
    let stroke = memchr::memchr(b'/', line.as_bytes()).is_some();
    yes(stroke && (has(" / ") || has("://")), says!("a stroke"));
    yes(stroke && parts <= 6, says!("a stroke in a short line"));
    yes(line.ends_with(':'), says!("ends with a colon"));
    yes(line.ends_with('?'), says!("ends with a question mark"));
    yes(line.ends_with('!'), says!("ends with an exclamation mark"));
    yes(line.ends_with("...") || line.ends_with('…'), says!("ends with dots"));
    let colon = memchr::memchr(b':', &line.as_bytes()[..line.len().min(32)]).is_some();
    yes(colon && line.find(": ").is_some_and(|at| at < 25), says!("a colon near the beginning"));
    yes(colon && speaker(line), says!("a speaker and a colon"));
    yes(listed(line), says!("begins as lists do"));
    yes(parts < 12 && !closed && line.matches(',').count() >= 2, says!("commas in a short line"));
    yes(bylines::is_person(line), says!("a person's name"));
    yes(words <= 20 && stamps::is_line(line), says!("a date or a time alone"));
    yes(parts < 40 && joined(line), says!("words run together"));
}

/// "newsReceive", "pageTop": a capital in the middle of a word.
fn joined(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.windows(4).any(|w| {
        w[0].is_ascii_lowercase() && w[1].is_ascii_lowercase() && w[2].is_ascii_uppercase() && w[3].is_ascii_lowercase()
    })
}

/// "JOHN TREE: It was full."
fn speaker(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, said)| {
        name.len() <= 30 && name.contains(char::is_alphabetic) && !name.contains(char::is_lowercase) && is_closed(said)
    })
}

/// "1. Move it", "- Rents fall".
fn listed(line: &str) -> bool {
    let bare = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = bare.len() < line.len() && bare.len() + 3 > line.len() && bare.starts_with(['.', ')']);
    (numbered || line.starts_with(['-', '–', '•'])) && line.contains(' ')
}

/// What stands beside it.
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
    // Boxes of links are runs of open lines; poems, lists and talks are runs of short ones.
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
    let twice = blocks[block].words <= 8
        && blocks.iter().enumerate().any(|(other, b)| {
            other != block && b.range.len() == blocks[block].range.len() && page.of(other) == page.of(block)
        });
    out.extend(twice.then_some(says!("stands twice")));
}
