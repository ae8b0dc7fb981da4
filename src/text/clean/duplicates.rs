//! Pull quotes and repeated titles: repeated text counts once.
//!
//! Every place where a sentence or a quotation begins is hashed by its next four words. Only blocks whose beginning
//! occurs at another such place are compared word by word, so the search stays linear.

use super::Rule;
use super::lines::{Page, floor};
use super::words::{self, Filter, Word, next_word};
use rustc_hash::FxHashMap;

/// Fewest and most words of a line that can be a pull quote.
const WORDS: std::ops::RangeInclusive<usize> = 6..=160;
/// How many words may be between two parts of a quotation that a pull quote joins, and how many bytes of the text are
/// searched for the second part.
const INTERRUPTION: usize = 60;
const INTERRUPTION_BYTES: usize = 2000;
/// How many places with the same beginning are compared.
const MOST_PLACES: usize = 12;

/// Most words of a credit after a caption that repeats the line next to it.
const CREDIT: usize = 6;

/// A place where a sentence or a quotation begins.
#[derive(Clone, Copy)]
struct Place {
    block: usize,
    /// Where its first word begins.
    at: usize,
    opens_block: bool,
}

/// Marks the stand-alone lines that repeat text from elsewhere in the article.
pub(super) fn mark_pull_quotes(page: &mut Page<'_>) {
    let mut places: Vec<(u64, Place)> = Vec::with_capacity(page.blocks.len() * 2);
    let firsts = Firsts::of(page);
    for block in 0..page.blocks.len() {
        if page.blocks[block].verdict.is_none() {
            collect(page, block, &firsts, &mut places);
        }
    }
    places.sort_unstable_by_key(|(hash, place)| (*hash, place.at));
    for group in places.chunk_by(|a, b| a.0 == b.0) {
        if group.len() < 2 {
            continue;
        }
        let group = &group[..group.len().min(MOST_PLACES)];
        // If two lines are the same, the later one goes.
        for (i, (_, candidate)) in group.iter().enumerate().rev() {
            let block = &page.blocks[candidate.block];
            if !candidate.opens_block || block.verdict.is_some() || !WORDS.contains(&block.words) {
                continue;
            }
            let repeats = group.iter().enumerate().any(|(j, (_, place))| {
                i != j
                    && place.block != candidate.block
                    && page.blocks[place.block].verdict.is_none()
                    && repeats(page, *candidate, *place)
            });
            if repeats {
                page.blocks[candidate.block].verdict = Some(Rule::PullQuote);
            }
        }
    }
}

/// The first words of the lines that may be pull quotes, one bit each: no other place needs to be looked at.
struct Firsts(Filter<8>);

impl Firsts {
    fn of(page: &Page<'_>) -> Firsts {
        let mut firsts = Filter::default();
        for block in page.blocks.iter().filter(|b| b.verdict.is_none() && WORDS.contains(&b.words)) {
            if let Some(first) = next_word(&page.text[..block.range.end], block.range.start) {
                firsts.add(first.hash);
            }
        }
        Firsts(firsts)
    }

    fn may_have(&self, first: Word) -> bool {
        self.0.may_have(first.hash)
    }
}

/// The places of one block.
fn collect(page: &Page<'_>, block: usize, firsts: &Firsts, places: &mut Vec<(u64, Place)>) {
    let range = page.blocks[block].range.clone();
    let bytes = page.text.as_bytes();
    // From the last place to its first word: what begins in there begins with the same word.
    let mut looked_at = 0..=0;
    let mut push = |from: usize, opens_block: bool| {
        if !opens_block && looked_at.contains(&from) {
            return;
        }
        let text = &page.text[..range.end];
        let first = next_word(text, from);
        looked_at = from..=first.map_or(range.end, |first| first.start as usize);
        if let Some(first) = first.filter(|first| firsts.may_have(*first))
            && let Some(hash) = opening(text, first)
        {
            places.push((hash, Place { block, at: first.start as usize, opens_block }));
        }
    };
    push(range.start, true);
    let part = &bytes[range.clone()];
    for found in memchr::memchr3_iter(b'.', b'?', b'!', part) {
        // After the full stop and its closing marks there must be a space.
        let behind =
            part[found + 1..].iter().take(5).position(|b| !matches!(b, b'"' | b')' | 0xE2 | 0x80 | 0x99 | 0x9D));
        if let Some(skip) = behind
            && part[found + 1 + skip] == b' '
        {
            push(range.start + found + 2 + skip, false);
        }
    }
    for found in memchr::memchr2_iter(b'"', 0x9C, part) {
        // An opening quotation mark; the last byte of “ is 0x9C.
        let opens = match part[found] {
            b'"' => found > 0 && part[found - 1] == b' ',
            _ => found >= 2 && part[found - 2..found] == [0xE2, 0x80],
        };
        if opens {
            push(range.start + found + 1, false);
        }
    }
}

/// The hash of the four words from `first` on.
fn opening(text: &str, first: Word) -> Option<u64> {
    let (mut at, mut sum) = (first.end as usize, first.hash);
    for _ in 0..3 {
        let word = next_word(text, at)?;
        at = word.end as usize;
        sum = words::combine([sum, word.hash]);
    }
    Some(sum)
}

/// Whether the whole block that begins at `candidate` is repeated at `place`, inside a longer block or in an earlier
/// one of the same length. "Mr X said" may be between two quotations of that block.
fn repeats(page: &Page<'_>, candidate: Place, place: Place) -> bool {
    let line = &page.text[..page.blocks[candidate.block].range.end];
    let source = &page.blocks[place.block].range;
    let within = &page.text[..source.end];
    let (mut here, mut there) = (candidate.at, place.at);
    let mut matched = 0;
    while let Some(word) = next_word(line, here) {
        match next_word(within, there) {
            Some(other) if words::same(line, word, within, other) => there = other.end as usize,
            // The quotation closes: look for the word where the next one opens.
            Some(_) if matched >= 4 => match resume(within, there, word) {
                Some(behind) => there = behind,
                None => return false,
            },
            _ => return false,
        }
        here = word.end as usize;
        matched += 1;
    }
    let longer = place.at > source.start + 6 || next_word(within, there).is_some();
    matched >= *WORDS.start() && (longer || source.start < page.blocks[candidate.block].range.start)
}

/// Where the text continues after `word`, if the quotation closed at `at` and the next one opens with it.
fn resume(text: &str, at: usize, word: Word) -> Option<usize> {
    let near = &text[at..floor(text, at + INTERRUPTION_BYTES)];
    let closing = near.char_indices().take_while(|(_, c)| !c.is_alphanumeric()).any(|(_, c)| matches!(c, '"' | '”'));
    if !closing {
        return None;
    }
    let close = near.find(['"', '”'])?;
    let from = close + near[close..].chars().next()?.len_utf8();
    let open = from + near[from..].find(['"', '“'])?;
    let between = near[from..open].split_whitespace().take(INTERRUPTION + 1).count();
    let next = next_word(text, at + open)?;
    (between <= INTERRUPTION && next.hash == word.hash).then_some(next.end as usize)
}

/// Marks the lines that an adjacent caption repeats with its credit: pages have an image's description, then its
/// caption.
pub(super) fn mark_descriptions(page: &mut Page<'_>) {
    for block in 0..page.blocks.len() {
        let entry = &page.blocks[block];
        if entry.verdict.is_some() || !WORDS.contains(&entry.words) {
            continue;
        }
        let described = page.of(block).trim_end_matches(['.', ' ']);
        let is_caption = |other: usize| {
            let rest = page.of(other).strip_prefix(described).map(|rest| rest.split_whitespace().count());
            matches!(page.blocks[other].verdict, Some(Rule::Caption | Rule::Unlike))
                && rest.is_some_and(|words| (1..=CREDIT).contains(&words))
        };
        let beside = [block.checked_sub(1), Some(block + 1).filter(|other| *other < page.blocks.len())];
        if beside.into_iter().flatten().any(is_caption) {
            page.blocks[block].verdict = Some(Rule::Caption);
        }
    }
}

/// Marks the lines that repeat the title; the first one stays.
pub(super) fn mark_titles(page: &mut Page<'_>, title: &[u64]) {
    if title.len() < 2 {
        return;
    }
    let mut seen = false;
    for block in 0..page.blocks.len() {
        if page.blocks[block].verdict.is_some() || page.blocks[block].words.abs_diff(title.len()) > 6 {
            continue;
        }
        if is_title(page.of(block), title) {
            if seen {
                page.blocks[block].verdict = Some(Rule::Title);
            }
            seen = true;
        }
    }
}

/// Whether a line is the title, word by word.
pub(super) fn is_title(line: &str, title: &[u64]) -> bool {
    !title.is_empty() && title_end(line, 0, title) == Some(line.len())
}

/// Where the title that begins at `from` ends, including a full stop after it; the end of the text if only punctuation
/// follows.
pub(super) fn title_end(text: &str, from: usize, title: &[u64]) -> Option<usize> {
    let mut at = from;
    for hash in title {
        let word = next_word(text, at)?;
        if word.hash != *hash {
            return None;
        }
        at = word.end as usize;
    }
    if next_word(text, at).is_none() {
        return Some(text.len());
    }
    let rest = &text[at..];
    Some(at + (rest.len() - rest.trim_start_matches(['.', '!', '?', ':', '"', '”', '’', '\'']).len()))
}

/// The end of a lead that occurs twice in a row at the beginning of `text[from..]`: where its second copy begins.
///
/// A page has its summary and then the article, which begins with the same sentence.
pub(super) fn repeated_lead(text: &str, from: usize) -> Option<usize> {
    let head = &text[..super::lines::floor(text, (from + 1200).min(text.len()))];
    let mut read: Vec<Word> = Vec::new();
    let mut at = from;
    while let Some(word) = next_word(head, at) {
        at = word.end as usize;
        read.push(word);
    }
    let mut last: FxHashMap<u64, usize> = FxHashMap::default();
    if read.len() < 16 {
        return None;
    }
    let key = |i: usize| words::combine(read[i..i + 5].iter().map(|w| w.hash));
    last.insert(key(0), 0);
    for second in 8..read.len().saturating_sub(4) {
        if !last.contains_key(&key(second)) {
            continue;
        }
        let same = (0..second).take_while(|k| read.get(second + k).is_some_and(|w| w.hash == read[*k].hash)).count();
        // All of it, or all except a few last words ("…, a monitor said").
        if same == second || same >= 8 && same * 5 >= second * 4 && second - same <= 4 {
            return Some(read[second].start as usize);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(text: &str) -> Vec<&str> {
        let mut page = Page::new(text);
        mark_pull_quotes(&mut page);
        (0..page.blocks.len()).filter(|b| page.blocks[*b].verdict.is_some()).map(|b| page.of(b)).collect()
    }

    #[test]
    fn a_pull_quote_goes_once() {
        let prose = "The bridge was closed on Monday. \"Nobody has ever seen the river so high,\" the mayor said.";
        let quote = "Nobody has ever seen the river so high";
        assert_eq!(gone(&format!("{prose}\n\n{quote}\n\nIt will be open next year.")), [quote]);
        assert_eq!(gone(&format!("{quote}\n\n{prose}")), [quote]);
    }

    #[test]
    fn a_description_goes_with_its_caption() {
        let line = "A boat lies at the old bridge over the river in the town of Arle.";
        let text = format!("{line}\n\n{line} PHOTO: XYZ\n\nThe bridge was closed on Monday.");
        let mut page = Page::new(&text);
        page.blocks[1].verdict = Some(Rule::Unlike);
        mark_descriptions(&mut page);
        assert_eq!(page.blocks.iter().filter(|b| b.verdict == Some(Rule::Caption)).count(), 1);
        // Prose next to it stays.
        let mut page = Page::new(&text);
        mark_descriptions(&mut page);
        assert!(page.blocks.iter().all(|b| b.verdict.is_none()));
    }

    #[test]
    fn a_pull_quote_may_join_two_parts() {
        let prose = "\"We will mend the old bridge before the winter comes,\" Ms Doe said as she sat down. \"And we will build a new one.\"";
        let quote = "We will mend the old bridge before the winter comes. And we will build a new one.";
        assert_eq!(gone(&format!("{prose}\n\n\n{quote}\n\n\nThe river is high.")), [quote]);
    }

    #[test]
    fn sentences_that_only_begin_alike_stay() {
        let text = "The mayor said on Monday that the bridge was closed.\n\nThe mayor said on Monday that the school was open.";
        assert_eq!(gone(text), Vec::<&str>::new());
    }

    #[test]
    fn numbers_tell_lines_apart() {
        let text =
            "On Monday 12 people crossed the bridge in boats.\n\nOn Monday 13 people crossed the bridge in boats.";
        assert_eq!(gone(text), Vec::<&str>::new());
    }

    #[test]
    fn of_equal_lines_the_first_stays() {
        let text = "The bridge was closed on Monday, and nobody knew why it was.";
        let mut page_text = format!("{text}\n\nOther words.\n\n");
        let second = page_text.len();
        page_text.push_str(text);
        let mut page = Page::new(&page_text);
        mark_pull_quotes(&mut page);
        let gone: Vec<_> = page.blocks.iter().filter(|b| b.verdict.is_some()).map(|b| b.range.start).collect();
        assert_eq!(gone, [second]);
    }

    #[test]
    fn a_lead_that_stands_twice() {
        let lead = "At least three bridges were closed on Monday in the north of the country";
        let text = format!("{lead} {lead} as the river rose.");
        assert_eq!(repeated_lead(&text, 0), Some(lead.len() + 1));
        assert_eq!(
            repeated_lead("One two three four five six. One two other things were said on Monday by the mayor.", 0),
            None
        );
    }
}
