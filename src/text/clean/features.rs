//! What a line looks like: the features by which [`super::unlike`] tells lines of the site from prose.
//!
//! Each is a question with yes or no for an answer. None asks for a phrase: they ask how long a line is, how it ends,
//! where it stands, how many function words it has, and whether it speaks as sites do of themselves.

use super::lines::{Page, is_closed};
use super::single::Names;
use super::words::{self, Word};
use super::{bylines, stamps};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

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

/// The features of one line, as names. `out` is cleared first.
pub(super) fn of(
    page: &Page<'_>,
    block: usize,
    place: Place,
    names: &Names<'_>,
    scratch: &mut Vec<Word>,
    out: &mut Vec<&'static str>,
) {
    out.clear();
    let line = page.of(block);
    words::read(line, 80, scratch);
    let count = scratch.len();
    let closed = is_closed(line);
    out.push("bias");
    out.push(match (place, closed) {
        (Place::Head, false) => "head, open",
        (Place::Head, true) => "head, closed",
        (Place::Middle, false) => "middle, open",
        (Place::Middle, true) => "middle, closed",
        (Place::Tail, false) => "tail, open",
        (Place::Tail, true) => "tail, closed",
        (Place::Nowhere, false) => "nowhere, open",
        (Place::Nowhere, true) => "nowhere, closed",
    });
    out.push(match (closed, count) {
        (false, 0..=1) => "open, 1 word",
        (false, 2..=3) => "open, 2-3 words",
        (false, 4..=7) => "open, 4-7 words",
        (false, 8..=14) => "open, 8-14 words",
        (false, _) => "open, 15 words or more",
        (true, 0..=3) => "closed, 1-3 words",
        (true, 4..=7) => "closed, 4-7 words",
        (true, 8..=14) => "closed, 8-14 words",
        (true, 15..=24) => "closed, 15-24 words",
        (true, _) => "closed, 25 words or more",
    });
    wording(line, closed, place, scratch, out);
    out.extend(has_all(scratch, names.outlet).then_some("names the outlet"));
    out.extend(has_all(scratch, names.author).then_some("names the author"));
    looks(line, out);
    neighbours(page, block, out);
}

/// Whether these are the features of a heading amid an article: an open line between two paragraphs of prose, in which
/// nothing speaks of the site.
pub(super) fn is_heading(found: &[&str]) -> bool {
    const OF_SITES: [&str; 7] =
        ["site word", "small print", "an order first", "an address", "a sign of lists", "a stroke", "names the"];
    let is = |name: &&str| found.contains(name);
    ["behind prose", "before prose", "middle, open"].iter().all(is)
        && !found.iter().any(|name| OF_SITES.iter().any(|of| name.contains(of)))
        && !["open, 15 words or more", "a colon near the beginning", "a date or a time alone"].iter().any(is)
}

/// Whether all words of a name stand in a line.
fn has_all(read: &[Word], name: &[u64]) -> bool {
    !name.is_empty() && name.iter().all(|word| read.iter().any(|r| r.hash == *word))
}

/// Which words it has.
fn wording(line: &str, closed: bool, place: Place, read: &[Word], out: &mut Vec<&'static str>) {
    let kinds = Kinds::english();
    let mut counts = [0_usize; 8];
    for word in read {
        let kind = kinds.of.get(&word.hash).copied().unwrap_or_default();
        counts.iter_mut().enumerate().for_each(|(k, count)| *count += usize::from(kind >> k & 1));
    }
    let count = |kind: Kind| counts[kind as usize];
    let share = |kind: Kind| count(kind) as f32 / read.len().max(1) as f32;
    let function = share(Kind::Function);
    if read.len() >= 4 {
        out.extend((function < 0.15).then_some("few function words"));
        out.extend((function >= 0.4).then_some("many function words"));
    }
    let (site, of_all) = (count(Kind::Site), share(Kind::Site));
    let edge = place != Place::Middle;
    out.extend(match (site, edge) {
        (0, _) => None,
        (1, false) => Some("1 site word, middle"),
        (1, true) => Some("1 site word, edge"),
        (2, false) => Some("2 site words, middle"),
        (2, true) => Some("2 site words, edge"),
        (_, false) => Some("3 site words, middle"),
        (_, true) => Some("3 site words, edge"),
    });
    out.extend((of_all >= 0.34).then_some("a third are site words"));
    let small = count(Kind::SmallPrint);
    out.extend(match small {
        0 => None,
        1 => Some("1 word of the small print"),
        _ => Some("2 words of the small print"),
    });
    out.extend((site + small >= 4).then_some("4 of both kinds"));
    out.extend((count(Kind::You) > 0).then_some("you"));
    let ours = count(Kind::Our) > 0;
    out.extend((ours && site > 0).then_some("our, and a site word"));
    out.extend((ours && site == 0).then_some("our"));
    out.extend((count(Kind::I) > 0).then_some("I"));
    let past =
        count(Kind::Past) > 0 || read.iter().any(|w| line[w.range()].len() > 4 && line[w.range()].ends_with("ed"));
    out.extend((past && closed).then_some("past tense, closed"));
    out.extend((!past && closed && site + small >= 2).then_some("no past tense, closed, 2 of both kinds"));
    out.extend(read.first().filter(|w| kinds.orders.contains(&w.hash)).map(|_| match (edge, closed) {
        (true, _) => "an order first, edge",
        (false, true) => "an order first, middle, closed",
        (false, false) => "an order first, middle, open",
    }));
    out.extend((count(Kind::Calendar) > 0).then_some("a month or a day"));
}

/// What signs it is made of.
fn looks(line: &str, out: &mut Vec<&'static str>) {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let upper = line.chars().filter(|c| c.is_uppercase()).count();
    let words: Vec<&str> = line.split_whitespace().collect();
    let capital = words.iter().filter(|w| w.starts_with(char::is_uppercase)).count();
    let digits = words.iter().filter(|w| w.contains(|c: char| c.is_ascii_digit())).count();
    let has = |signs: &[char]| line.contains(signs);
    let mut yes = |is: bool, name| out.extend(is.then_some(name));
    yes(letters > 3 && upper * 10 >= letters * 8, "capitals");
    yes(words.len() >= 2 && capital == words.len(), "each word with a capital");
    yes(capital * 3 <= words.len() && words.len() >= 4, "few words with a capital");
    yes(line.starts_with(char::is_lowercase), "begins in lower case");
    yes(digits > 0 && digits * 3 >= words.len(), "a third are numbers");
    yes(digits > 0 && digits * 3 < words.len(), "a number");
    yes(line.contains('@') || line.contains("http") || line.contains("www."), "an address");
    yes(
        has(&['|', '•', '·', '∙', '»', '«', '›', '→', '←', '▶', '★', '#', '*']) && !line.contains("«"),
        "a sign of lists",
    );
    yes(has(&['©', '®', '™']), "a copyright sign");
    yes(has(&['£', '$', '€']), "money");
    yes(has(&['"', '“', '”']), "quotation marks");
    yes(line.starts_with(['"', '“']), "begins with a quotation mark");
    yes(line.starts_with(['(', '[']), "begins with a bracket");
    yes(line.contains(" / ") || line.contains("://"), "a stroke");
    yes(line.ends_with(':'), "ends with a colon");
    yes(line.ends_with('?'), "ends with a question mark");
    yes(line.ends_with('!'), "ends with an exclamation mark");
    yes(line.find(": ").is_some_and(|at| at < 25), "a colon near the beginning");
    yes(speaker(line), "a speaker and a colon");
    yes(listed(line), "begins as lists do");
    yes(line.matches(',').count() >= 2 && !is_closed(line) && words.len() < 12, "commas in a short line");
    yes(bylines::is_person(line), "a person's name");
    yes(words.len() <= 20 && stamps::is_line(line), "a date or a time alone");
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
fn neighbours(page: &Page<'_>, block: usize, out: &mut Vec<&'static str>) {
    let blocks = &page.blocks;
    out.push(match block.checked_sub(1).map(|before| &blocks[before]) {
        None => "first of all",
        Some(b) if b.verdict.is_some() => "behind what went",
        Some(b) if b.prose => "behind prose",
        Some(_) => "behind a short line",
    });
    out.push(match blocks.get(block + 1) {
        None => "last of all",
        Some(b) if b.verdict.is_some() => "before what went",
        Some(b) if b.prose => "before prose",
        Some(_) => "before a short line",
    });
    let left = blocks.len() - block;
    out.extend((left <= 4 && blocks.len() >= 8).then_some("one of the last 4 lines"));
    // Poems and lists are made of lines that look alike.
    let from = block.saturating_sub(3);
    let near = &blocks[from..blocks.len().min(block + 4)];
    let open = near.iter().filter(|b| b.verdict.is_none() && !b.prose).count();
    out.extend((open >= 5).then_some("among short lines"));
    out.extend((near.iter().filter(|b| b.verdict.is_some()).count() >= 3).then_some("among what went"));
}

/// What a word is to this module.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Function,
    Site,
    SmallPrint,
    You,
    Our,
    I,
    Past,
    Calendar,
}

/// The kinds of words, as bits by [`Kind`], and the orders that lines of sites begin with.
struct Kinds {
    of: FxHashMap<u64, u8>,
    orders: FxHashSet<u64>,
}

const FUNCTION: &str = "the a an of and to in that is was for on with as by at from it he she they we i you his her their its \
    be been has have had were are this which not but who will would said than when what if or so no there then";
const ORDERS: &str = "add agree ask buy call change check choose click close comment complete contact create debate discover \
    donate download email enable enjoy enter explore fill find follow forward get give go have help hear install join \
    jump keep learn leave let like listen load log make manage meet open order pin play please post print rate read \
    receive register remember remind reply report republish save scroll search see select send share shop show sign skip \
    spread start stay subscribe submit support take talk tap telegraph tell text try tune turn tweet unlock update upgrade \
    use view visit vote watch write";

const PAST: &str = "said was were had did told asked went came wrote took made saw knew found";
const CALENDAR: &str = "january february march april june july august september october november december jan feb mar apr \
    jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun \
    am pm gmt est edt utc";

impl Kinds {
    fn english() -> &'static Kinds {
        static KINDS: OnceLock<Kinds> = OnceLock::new();
        KINDS.get_or_init(|| {
            let lists = [
                (Kind::Function, FUNCTION),
                (Kind::Site, include_str!("en/site-words.txt")),
                (Kind::SmallPrint, include_str!("en/small-print.txt")),
                (Kind::You, "you your yours yourself"),
                (Kind::Our, "our us ours"),
                (Kind::I, "i my me"),
                (Kind::Past, PAST),
                (Kind::Calendar, CALENDAR),
            ];
            let mut of: FxHashMap<u64, u8> = FxHashMap::default();
            for (kind, list) in lists {
                let words = list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
                words.for_each(|word| *of.entry(words::hash(word)).or_default() |= 1 << kind as u8);
            }
            Kinds { of, orders: ORDERS.split_whitespace().map(words::hash).collect() }
        })
    }
}
