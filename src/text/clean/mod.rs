//! Cleaning: which parts of a text are the article's own prose, and which rule removed the others.
//!
//! Takes the text of an article as scraped: one paragraph per line, hard-wrapped lines, or everything on one line.
//! Hands on [`Prose`]: the paragraphs that are kept and the parts that are removed, each with its [`Rule`], all as byte
//! ranges of the given text. Precision comes first: a rule needs a shape (a short line, a credit at its end, a place
//! before the first or after the last paragraph of prose), never a word alone.
//!
//! | file | job |
//! |---|---|
//! | `rule` | the rules, with their names and descriptions |
//! | `lines` | splits the text into blocks; joins hard-wrapped lines |
//! | `words` | words as hashes, by which lines are compared |
//! | `phrases`, `en/*.txt` | lines recognised by their words |
//! | `captions`, `bylines`, `stamps` | shapes of captions, names and dates |
//! | `galleries` | captions with counters |
//! | `inline` | link boxes that were run into a sentence |
//! | `features`, `feature`, `chain`, `unlike`, `en/unlike.csv` | other lines, by their features and neighbours |
//! | `kinds`, `en/*-words.txt`, `en/*-pairs.txt`, `en/small-print.txt` | word lists for these features |
//! | `duplicates` | pull quotes and repeated titles |
//! | `single` | texts on a single line: their `head` and `tail` |
//! | `survey` | lines that occur in many articles of an outlet |
//! | [`removals`] | how much was removed, by outlet and rule |
//!
//! Order: first each line on its own; then lines by their place (head, tail); then repetitions; then what follows a
//! mark of the article's end.
//!
//! Not done here: HTML pages ([`crate::corpus`]), sentences and voices ([`crate::text`]).

mod bylines;
mod captions;
mod chain;
mod duplicates;
mod feature;
mod features;
#[cfg(test)]
mod fit;
mod galleries;
mod inline;
mod kinds;
mod lines;
mod phrases;
pub mod removals;
mod rule;
mod single;
mod stamps;
mod survey;
mod unlike;
mod words;

use std::ops::Range;

use lines::{Block, Page};
use phrases::{Line, Phrases, Zone};
pub use rule::Rule;
pub use survey::{ArticleLines, LineSurvey};
use words::{Names, Word};

/// A part that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Bytes of the given text.
    pub range: Range<usize>,
    /// The rule that removed it.
    pub rule: Rule,
}

/// The parts of a text that are kept, and those that were removed. Ranges are sorted and don't overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    /// Paragraphs, in order, as bytes of the given text. A hard-wrapped paragraph contains line breaks.
    pub paragraphs: Vec<Range<usize>>,
    /// The removed parts, in order.
    pub removed: Vec<Removed>,
}

/// What is known about the article besides its text. Everything may be absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Who published it.
    pub outlet: Option<&'a str>,
    /// Its headline.
    pub title: Option<&'a str>,
    /// Who wrote it.
    pub author: Option<&'a str>,
}

/// Finds the prose of texts.
///
/// ```
/// use aslant::text::clean::{Cleaner, Known, Rule};
/// let text = "The bridge was opened on Monday, after two years of work on its piers.\n\nView all comments";
/// let prose = Cleaner::default().clean(text, Known::default());
/// assert_eq!(prose.paragraphs, [0..70]);
/// assert_eq!(prose.removed[0].rule, Rule::Comments);
/// ```
#[derive(Debug, Default)]
pub struct Cleaner {
    survey: LineSurvey,
}

impl Cleaner {
    /// A cleaner with the rules for English, and with the lines that the survey found to be repeated.
    pub fn new(mut survey: LineSurvey) -> Self {
        survey.seal();
        Cleaner { survey }
    }

    /// The prose of one text.
    ///
    /// An empty text has neither paragraphs nor removed parts. Any text in any script is accepted; the rules are for
    /// English, and what they don't recognise stays.
    pub fn clean(&self, text: &str, known: Known<'_>) -> Prose {
        let mut page = Page::new(text);
        let title = known.title.map(words::hashes).unwrap_or_default();
        let author = known.author.map(words::hashes).unwrap_or_default();
        let outlet = known.outlet.map(words::hashes).unwrap_or_default();
        let names = Names { title: &title, author: &author, outlet: &outlet };
        let repeated = self.survey.of(known.outlet, &page);
        if single::is_single(&page) {
            single::peel(&mut page, &names, Phrases::english(), repeated.as_ref());
            return page.into_prose();
        }
        lines_of(&mut page, names, repeated.as_ref(), unlike::Weights::english());
        page.into_prose()
    }
}

/// Decides about the lines of a page with several lines.
fn lines_of(page: &mut Page<'_>, names: Names<'_>, repeated: Option<&survey::Repeated<'_>>, weights: &unlike::Weights) {
    rules(page, names, repeated);
    unlike::mark(page, &names, weights);
    inline::cut(page);
    duplicates::mark_titles(page, names.title);
    duplicates::mark_descriptions(page);
    duplicates::mark_pull_quotes(page);
    close(page);
}

/// Judges each line on its own, and by its place.
fn rules(page: &mut Page<'_>, names: Names<'_>, repeated: Option<&survey::Repeated<'_>>) {
    let label = "Story highlights ";
    if let Some(start) = page.blocks.first().map(|b| b.range.start).filter(|at| page.text[*at..].starts_with(label)) {
        page.cut(start..start + label.len(), Rule::Menu);
    }
    let title = names.title;
    let mut lines = LineRules { names, phrases: Phrases::english(), words: Vec::new(), deferred: Vec::new() };
    for block in 0..page.blocks.len() {
        page.blocks[block].verdict = lines.verdict(page, block);
        if page.blocks[block].verdict.is_none()
            && repeated.is_some_and(|r| r.has_with(page.of(block), page.blocks[block].spaces()))
            && !duplicates::is_title(page.of(block), title)
        {
            page.blocks[block].verdict = Some(Rule::Repeated);
        }
    }
    keep_speakers(page);
    galleries::mark(page);
    lines.place(page);
}

/// The rules that look at one line.
struct LineRules<'a> {
    names: Names<'a>,
    phrases: &'static Phrases,
    words: Vec<Word>,
    /// Lines that a phrase matches whose zone isn't known yet.
    deferred: Vec<(usize, Rule, Zone)>,
}

/// The longest line that is looked at word by word.
const LONGEST_LINE: usize = 1000;

impl LineRules<'_> {
    /// Judges a line on its own.
    fn verdict(&mut self, page: &Page<'_>, block: usize) -> Option<Rule> {
        let line = page.of(block);
        if line.len() > LONGEST_LINE {
            return None;
        }
        let words = page.blocks[block].words;
        if words <= captions::LONGEST_CAPTION_WORDS && captions::credit_at_end(line).is_some() {
            return Some(Rule::Caption);
        }
        if words <= 20 {
            if let Some(rule) = short_line(line) {
                return Some(rule);
            }
            if stamps::is_line(line) {
                self.deferred.push((block, Rule::Stamp, Zone::Edge));
            }
        }
        if line.starts_with('©') && words <= 40 {
            return Some(Rule::Copyright);
        }
        let first = words::next_word(line, 0)?;
        let second = words::next_word(line, first.end as usize).map(|w| w.hash);
        if self.phrases.may_match(first.hash, second, last_word(line), words) {
            words::read(line, 200, &mut self.words);
            let line = Line { text: line, words: &self.words };
            if let Some(phrase) = self.phrases.find(&line, |zone| zone == Zone::Anywhere) {
                return Some(phrase.rule);
            }
            if let Some(phrase) = self.phrases.find(&line, |_| true) {
                self.deferred.push((block, phrase.rule, phrase.zone));
            }
        }
        if words <= 12 && self.by_author(line) {
            return Some(Rule::Byline);
        }
        None
    }

    fn by_author(&mut self, line: &str) -> bool {
        if bylines::is_by_line(line) {
            return true;
        }
        if self.names.author.is_empty() {
            return false;
        }
        words::read(line, 24, &mut self.words);
        bylines::is_author(&self.words, self.names.author)
    }

    /// Judges lines by their place: before the first paragraph of prose, or after the last.
    fn place(&mut self, page: &mut Page<'_>) {
        let Some((first, last)) = page.prose() else { return };
        for (block, rule, zone) in std::mem::take(&mut self.deferred) {
            let (head, tail) = (block < first, block > last);
            let counts = match zone {
                Zone::Head => head,
                Zone::Tail => tail,
                Zone::Edge => head || tail,
                Zone::Anywhere => true,
            };
            if counts && page.blocks[block].verdict.is_none() && !duplicates::is_title(page.of(block), self.names.title)
            {
                page.blocks[block].verdict = Some(rule);
            }
        }
        self.head(page, first);
        self.notes(page, last);
        headlines_below(page, last, self.names.title);
        alt_texts(page, first, last);
    }

    /// Outlet names, names of people next to them, and menu lines between menu lines.
    fn head(&mut self, page: &mut Page<'_>, first: usize) {
        for block in 0..first {
            if page.blocks[block].verdict.is_none() && page.blocks[block].words <= 6 && !self.names.outlet.is_empty() {
                words::read(page.of(block), 8, &mut self.words);
                if bylines::is_author(&self.words, self.names.outlet) {
                    page.blocks[block].verdict = Some(Rule::Section);
                }
            }
        }
        let named = |b: Option<&Block>| {
            let rules = |rule| matches!(rule, Rule::Section | Rule::Byline | Rule::Stamp | Rule::Repeated);
            b.is_some_and(|b| b.words <= 6 && b.verdict.is_some_and(rules))
        };
        for block in (0..first).rev() {
            let (before, rest) = page.blocks.split_at(block);
            let beside = named(rest.get(1)) || named(before.last());
            let line = page.of(block);
            if page.blocks[block].verdict.is_none()
                && beside
                && bylines::is_person(line)
                && !duplicates::is_title(line, self.names.title)
            {
                page.blocks[block].verdict = Some(Rule::Byline);
            }
        }
        let menu = |b: &Block| matches!(b.verdict, Some(Rule::Menu | Rule::Subscribe | Rule::Share));
        let (Some(from), Some(to)) =
            (page.blocks[..first].iter().position(menu), page.blocks[..first].iter().rposition(menu))
        else {
            return;
        };
        for block in from..to {
            let line = &page.text[page.blocks[block].range.clone()];
            let entry = &mut page.blocks[block];
            if entry.verdict.is_none() && entry.words <= 6 && !duplicates::is_title(line, self.names.title) {
                entry.verdict = Some(Rule::Menu);
            }
        }
    }

    /// Notes about the author at the end: the last paragraphs, before or after other lines of the tail.
    fn notes(&mut self, page: &mut Page<'_>, last: usize) {
        let from = last.saturating_sub(1).max(1);
        for block in (from..page.blocks.len()).rev() {
            if page.blocks[block].verdict.is_some() {
                continue;
            }
            words::read(page.of(block), 24, &mut self.words);
            if bylines::is_note(page.of(block), &self.words, self.names.author) {
                page.blocks[block].verdict = Some(Rule::Byline);
            } else if page.blocks[block].prose {
                break;
            }
        }
    }
}

/// Rules about the shape of a short line.
fn short_line(line: &str) -> Option<Rule> {
    if !line.chars().any(char::is_alphanumeric) || matches!(line, "in ," | "in" | "by" | "in," | "on") {
        return Some(Rule::Ornament);
    }
    if stamps::is_led_line(line) || stamps::is_clock_line(line) {
        return Some(Rule::Stamp);
    }
    // "( PHOTOS: Ten bridges)": a link in brackets.
    if line.starts_with("( ") && line.ends_with(')') && !line[..line.len() - 1].ends_with(['.', '!', '?', '"', '”']) {
        return Some(Rule::Related);
    }
    glued_link(line).then_some(Rule::Related)
}

/// "More on bridges:Town opens one": a colon without a space joins a link to its headline.
fn glued_link(line: &str) -> bool {
    let Some(colon) = line.find(':') else { return false };
    let (before, after) = (&line[..colon], &line[colon + 1..]);
    let left = before.trim_end_matches(['\'', '"', '’', '”', '?', '!']);
    // "US:GCQ19" is a stock symbol.
    let name = |word: Option<&str>| word.is_some_and(|w| !w.chars().any(char::is_lowercase));
    let share = name(left.rsplit(' ').next())
        || name(after.split(' ').next()) && after.split(' ').next().is_some_and(|w| w.len() > 1);
    left.ends_with(char::is_alphabetic)
        && !share
        && after.starts_with(|c: char| c.is_uppercase())
        && before.split_whitespace().count() >= 2
        && !line.ends_with(['.', '"', '”', ','])
        && !before.contains("http")
}

fn last_word(line: &str) -> u64 {
    let end = line.trim_end_matches(|c: char| !c.is_alphanumeric());
    let from = end
        .rfind(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ',' | '.' | '|' | ':' | ';' | '(' | '"'))
        .unwrap_or(0);
    words::next_word(end, from).map_or(0, |w| w.hash)
}

/// A name alone on several lines is a speaker in a conversation: it stays. Up to here a verdict depends only on the
/// text of a line, so all lines with the same name have the same verdict.
fn keep_speakers(page: &mut Page<'_>) {
    for block in 0..page.blocks.len() {
        if page.blocks[block].verdict == Some(Rule::Repeated)
            && bylines::is_person(page.of(block))
            && page.times(block) >= SPEAKER_LINES
        {
            page.blocks[block].verdict = None;
        }
    }
}

/// A name on this many lines is a speaker's.
const SPEAKER_LINES: usize = 3;

/// Headlines below a "related" heading.
fn headlines_below(page: &mut Page<'_>, last: usize, title: &[u64]) {
    let mut open = false;
    for block in 0..page.blocks.len() {
        let line = &page.text[page.blocks[block].range.clone()];
        let entry = &mut page.blocks[block];
        match entry.verdict {
            Some(Rule::Related) => {
                // Only a heading opens a list: a link with its article's title has more words.
                open = entry.words <= 4;
                continue;
            }
            Some(_) => continue,
            None => {}
        }
        let below = block > last;
        let words = if below { 1..=30 } else { 4..=20 };
        if open
            && !duplicates::is_title(line, title)
            && (below || !line.ends_with('?'))
            && !entry.prose
            && words.contains(&entry.words)
            && !line.ends_with(['.', '”', '"', ':', ','])
        {
            entry.verdict = Some(Rule::Related);
        } else {
            open = false;
        }
    }
}

/// Alt texts: between paragraphs, not next to another one (that would be a list), not twice (a speaker's name).
fn alt_texts(page: &mut Page<'_>, first: usize, last: usize) {
    let is = |page: &Page<'_>, block: usize| {
        page.blocks[block].words <= 7 && page.blocks[block].verdict.is_none() && captions::is_alt_text(page.of(block))
    };
    // Counts only lines amid the prose, unlike `Page::times`; usually it isn't needed at all.
    let mut times = None;
    for block in first.max(1)..last {
        if is(page, block)
            && !is(page, block + 1)
            && !captions::is_alt_text(page.of(block - 1))
            && times.get_or_insert_with(|| page.count(first..last)).get(page.of(block)) == Some(&1)
        {
            page.blocks[block].verdict = Some(Rule::AltText);
        }
    }
}

/// The fewest words of a paragraph that is prose after a sure mark of the article's end.
const WORDS_BELOW_END: usize = 20;
/// A line of this many words is a paragraph, even if it lost its full stop with a link at its end.
const WORDS_OF_OPEN_PROSE: usize = 32;
/// If more blocks than this follow the mark, it isn't the end of the article.
const MOST_BELOW_END: usize = 24;

/// Removes what isn't prose after a mark of the article's end.
fn close(page: &mut Page<'_>) {
    let long =
        |b: &Block| b.verdict.is_none() && (b.prose && b.words >= WORDS_BELOW_END || b.words >= WORDS_OF_OPEN_PROSE);
    // Without a long paragraph: after the last one of any length.
    let Some(last) = page.blocks.iter().rposition(long).or(page.prose().map(|(_, last)| last)) else { return };
    let below = &page.blocks[last + 1..];
    let left = below.iter().filter(|b| b.verdict.is_none());
    let bytes: usize = left.clone().map(|b| b.range.len()).sum();
    if left.count() > MOST_BELOW_END || bytes * 3 > page.text.len() {
        return;
    }
    let (mut over, mut surely) = (false, false);
    for block in last + 1..page.blocks.len() {
        let line = &page.text[page.blocks[block].range.clone()];
        let entry = &mut page.blocks[block];
        match entry.verdict {
            Some(rule) => {
                over |= rule.ends_article();
                surely |= rule.surely_ends_article();
            }
            // A closed line of several words may be the article's last sentence.
            None if surely || over && !(lines::is_closed(line) && entry.words >= 5) => {
                entry.verdict = Some(Rule::AfterEnd);
            }
            None => {}
        }
    }
}

/// All lines of a text as paragraphs, with nothing removed (`--keep-boilerplate`).
pub fn keep_all(text: &str) -> Prose {
    let mut paragraphs = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = lines::trim(text, at..at + line.len());
        if !range.is_empty() {
            paragraphs.push(range);
        }
        at += line.len();
    }
    Prose { paragraphs, removed: Vec::new() }
}

#[cfg(test)]
mod tests;
