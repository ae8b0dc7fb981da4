//! Blocks: a text split into its paragraphs, with hard-wrapped lines joined, and the decision about each.
//!
//! A block is a line, or the lines of one hard-wrapped paragraph. Lines are joined if there are three or more
//! consecutive lines of 50 to 100 bytes and similar length, most of which don't end like a sentence; and if a line of
//! some length that ends in a letter or a comma is directly followed by one that begins in lower case.

use super::{Prose, Removed, Rule};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::ops::Range;

/// Fewest words of a line that counts as a paragraph of prose.
const PROSE_WORDS: usize = 12;

/// One paragraph of the text, or a line in the place of a paragraph.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub range: Range<usize>,
    /// Number of words, by the spaces between them.
    pub words: usize,
    /// Whether it looks like a paragraph of prose: long enough, and ending like a sentence.
    pub prose: bool,
    /// The rule by which the whole block is removed.
    pub verdict: Option<Rule>,
}

/// A text split into blocks, and the parts of blocks that are removed.
#[derive(Debug)]
pub(super) struct Page<'t> {
    pub text: &'t str,
    pub blocks: Vec<Block>,
    /// Parts of blocks to be removed, in any order.
    pub cuts: Vec<Removed>,
    /// Where a block is split into two paragraphs.
    pub breaks: Vec<usize>,
    /// How often each line occurs; counted on first use. Blocks never change, except for their verdict.
    times: OnceCell<FxHashMap<&'t str, usize>>,
}

impl<'t> Page<'t> {
    /// Splits a text into blocks.
    pub fn new(text: &'t str) -> Page<'t> {
        let lines = lines(text);
        let mut blocks = Vec::with_capacity(lines.len());
        let mut at = 0;
        while at < lines.len() {
            let joined = joined_from(text, &lines[at..]);
            blocks.push(Block::new(text, lines[at].range.start..lines[at + joined - 1].range.end));
            at += joined;
        }
        Page { text, blocks, cuts: Vec::new(), breaks: Vec::new(), times: OnceCell::new() }
    }

    pub fn of(&self, block: usize) -> &'t str {
        &self.text[self.blocks[block].range.clone()]
    }

    /// How many blocks have the same text as this one, including itself.
    pub fn times(&self, block: usize) -> usize {
        let times = self.times.get_or_init(|| self.count(0..self.blocks.len()));
        times.get(self.of(block)).copied().unwrap_or_default()
    }

    /// How often each line occurs in a part of the page. Comparing each line with all others would be quadratic.
    pub fn count(&self, blocks: Range<usize>) -> FxHashMap<&'t str, usize> {
        let mut times = FxHashMap::default();
        for block in blocks {
            *times.entry(self.of(block)).or_default() += 1;
        }
        times
    }

    /// The first and the last of the remaining blocks that are paragraphs of prose.
    pub fn prose(&self) -> Option<(usize, usize)> {
        let is = |b: &Block| b.prose && b.verdict.is_none();
        Some((self.blocks.iter().position(is)?, self.blocks.iter().rposition(is)?))
    }

    /// Removes a part of a block.
    pub fn cut(&mut self, range: Range<usize>, rule: Rule) {
        if !range.is_empty() {
            self.cuts.push(Removed { range, rule });
        }
    }

    /// What is kept, and what is removed.
    pub fn into_prose(mut self) -> Prose {
        self.cuts.sort_by_key(|cut| (cut.range.start, cut.range.end));
        self.breaks.sort_unstable();
        let mut prose = Prose::default();
        let (mut cuts, mut breaks) = (self.cuts.iter().peekable(), self.breaks.iter().peekable());
        for block in &self.blocks {
            let mut at = block.range.start;
            let end = block.range.end;
            if let Some(rule) = block.verdict {
                prose.removed.push(Removed { range: at..end, rule });
                continue;
            }
            while let Some(cut) = cuts.next_if(|cut| cut.range.start < end) {
                let from = cut.range.start.max(at);
                let to = cut.range.end.min(end);
                if to <= from || !self.text.is_char_boundary(from) || !self.text.is_char_boundary(to) {
                    continue;
                }
                keep(self.text, at..from, &mut breaks, &mut prose);
                take(self.text, from..to, cut.rule, &mut prose);
                at = to;
            }
            keep(self.text, at..end, &mut breaks, &mut prose);
        }
        prose
    }
}

/// Keeps a part of a block as paragraphs, split at breaks. A part without a letter or digit isn't a paragraph: it is
/// removed along with what was removed before it.
fn keep<'b>(
    text: &str,
    range: Range<usize>,
    breaks: &mut std::iter::Peekable<impl Iterator<Item = &'b usize>>,
    prose: &mut Prose,
) {
    let mut at = range.start;
    while let Some(next) = breaks.next_if(|b| **b < range.end) {
        if *next > at && text.is_char_boundary(*next) {
            keep_one(text, at..*next, prose);
            at = *next;
        }
    }
    keep_one(text, at..range.end, prose);
}

fn keep_one(text: &str, range: Range<usize>, prose: &mut Prose) {
    let range = trim(text, range);
    if range.is_empty() {
        return;
    }
    if text[range.clone()].chars().any(char::is_alphanumeric) {
        prose.paragraphs.push(range);
    } else if let Some(last) =
        prose.removed.last_mut().filter(|last| text[last.range.end..range.start].trim().is_empty())
    {
        last.range.end = range.end;
    } else {
        prose.removed.push(Removed { range, rule: Rule::Ornament });
    }
}

fn take(text: &str, range: Range<usize>, rule: Rule, prose: &mut Prose) {
    let range = trim(text, range);
    if !range.is_empty() {
        prose.removed.push(Removed { range, rule });
    }
}

/// A range without the white space at its ends.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + text[start..range.end].trim_end().len();
    start..end
}

/// The last character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// The first character boundary at or after `at`.
pub(super) fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len())
}

impl Block {
    fn new(text: &str, range: Range<usize>) -> Block {
        let part = &text[range.clone()];
        let words = 1 + memchr::memchr_iter(b' ', part.as_bytes()).count();
        let prose = words >= PROSE_WORDS && is_closed(part);
        Block { range, words, prose, verdict: None }
    }

    /// The number of spaces in it.
    pub fn spaces(&self) -> usize {
        self.words - 1
    }
}

/// Whether a line ends like a sentence: with a full stop or the like, optionally followed by a quotation mark or
/// bracket.
pub(super) fn is_closed(line: &str) -> bool {
    let mut chars = line.chars().rev();
    let mut quoted = false;
    for c in &mut chars {
        match c {
            '.' | '!' | '?' | '…' => return true,
            ',' | ';' | '—' | '-' if quoted => return true,
            '"' | '”' | '’' | '\'' | '»' => quoted = true,
            ')' | ']' | ' ' | '\u{a0}' => {}
            // "to resume its duties:" introduces a quotation in the next paragraph.
            ':' => return true,
            _ => return quoted,
        }
    }
    false
}

struct Line {
    range: Range<usize>,
    /// Whether there is no blank line between it and the previous line.
    direct: bool,
}

/// The non-blank lines of a text, trimmed.
fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::with_capacity(text.len() / 160 + 1);
    let (mut at, mut direct) = (0, false);
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i);
        let range = trim(text, at..end);
        if range.is_empty() {
            direct = false;
        } else {
            lines.push(Line { range, direct });
            direct = true;
        }
        at = end + 1;
    }
    lines
}

/// How many lines, from the first on, are one paragraph; at least one.
fn joined_from(text: &str, lines: &[Line]) -> usize {
    if lines.get(1).is_none_or(|next| !next.direct) {
        return 1;
    }
    let wrapped = wrapped_from(text, lines);
    if wrapped > 1 {
        return wrapped;
    }
    let mut count = 1;
    while let Some(next) = lines.get(count) {
        if !next.direct || !runs_on(&text[lines[count - 1].range.clone()], &text[next.range.clone()]) {
            break;
        }
        count += 1;
    }
    count
}

/// The number of lines of a hard-wrapped paragraph: all except the last have 50 to 100 bytes and similar length, and
/// most of them don't end with a full stop. The last one may be shorter.
fn wrapped_from(text: &str, lines: &[Line]) -> usize {
    let (mut least, mut most, mut open, mut count) = (usize::MAX, 0, 0, 0);
    for (i, line) in lines.iter().enumerate() {
        let len = line.range.len();
        if i > 0 && !line.direct {
            break;
        }
        let fits = (50..=100).contains(&len) && most.max(len) - least.min(len) <= 25;
        if !fits {
            // A shorter line after full ones ends the paragraph.
            if count >= 2 && len < most && line.direct {
                count += 1;
            }
            break;
        }
        (least, most, count) = (least.min(len), most.max(len), count + 1);
        open += usize::from(!is_closed(&text[line.range.clone()]));
    }
    if count >= 3 && open * 2 > count - 1 && open >= 2 { count } else { 1 }
}

/// Whether a sentence continues from one line to the next.
fn runs_on(line: &str, next: &str) -> bool {
    let long = line.len() >= 40;
    let open = line.ends_with(|c: char| c.is_alphanumeric() || c == ',');
    // "by Jane Doe" below a headline is a separate line.
    let byline = next.strip_prefix("by ").is_some_and(|by| by.starts_with(char::is_uppercase)) && next.len() < 80;
    long && open && !byline && next.starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<&str> {
        let page = Page::new(text);
        (0..page.blocks.len()).map(|i| page.of(i)).collect()
    }

    #[test]
    fn a_line_is_a_paragraph() {
        assert_eq!(
            blocks("One paragraph.\nAnother one.\n\n  A third. \r\n"),
            ["One paragraph.", "Another one.", "A third."]
        );
        assert_eq!(blocks(" \n\n"), Vec::<&str>::new());
    }

    #[test]
    fn hard_wrapped_lines_are_one_paragraph() {
        let first = "The mayor of the small town said on Monday that the bridge over\n\
                     the river would be closed for two months while workers mended\n\
                     the piers, which a flood had damaged last spring.";
        let second = "Nobody was hurt.";
        assert_eq!(blocks(&format!("{first}\n\n{second}")), [first, second]);
        let short = "The mayor of the small town said on Monday that the bridge\nwould be closed.";
        assert_eq!(blocks(short), [short]);
    }

    #[test]
    fn menus_are_not_joined() {
        assert_eq!(blocks("Start reading\nbusiness\nBloomberg").len(), 3);
    }

    #[test]
    fn closed_lines() {
        assert!(is_closed("He left.”"));
        assert!(is_closed("“It will,” he said (in part.)"));
        assert!(is_closed("He said:"));
        assert!(!is_closed("Talks to Continue"));
        assert!(is_closed("’Remaining Gaps’"));
    }
}
