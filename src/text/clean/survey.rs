//! Finds lines that occur in many articles of the same outlet.
//!
//! A first pass counts, per outlet, in how many articles a line occurs (ignoring digits, case and punctuation). The
//! counts are kept in a count-min sketch (Cormode and Muthukrishnan 2005, doi:10.1016/j.jalgor.2003.12.001): memory
//! doesn't grow with the corpus, and surveys can be added in any order with the same result, so the pass can be done in
//! parallel. A sketch never counts too little; its possible surplus is added to the threshold.
//!
//! An article that is published twice, or in several versions, must not make its own sentences look repeated. So a
//! second count is kept for a line together with its article's longest line, and only articles with another longest
//! line count as others.

use super::lines::{Page, is_closed};
use super::single;
use super::words;
use crate::limits;
use rustc_hash::FxHashMap;
use std::io::Read;

const ROWS: usize = 3;
/// Cells a row: 2^20, so a survey takes 6 MB. To fuzz it few are enough, and a thousand times as fast.
const BITS: u32 = if cfg!(fuzzing) { 10 } else { 20 };
/// The longest line that is looked at, in bytes.
const LONGEST: usize = 900;
/// A line is repeated if it occurs in this many other articles …
const OTHERS: u32 = 4;
/// … and in one of this many articles of the outlet.
const ONE_OF: u32 = 400;
/// A line that looks like a sentence of prose must occur in one of this many, because background sentences of news
/// agencies do occur in several articles …
const ONE_OF_PROSE: u32 = 8;
/// … and in this many other articles.
const OTHERS_PROSE: u32 = 10;
/// For an outlet with few articles, a line must occur in this many others and in half of all …
const OTHERS_FEW: u32 = 2;
/// … and a sentence of prose in this many and in a quarter of all.
const OTHERS_FEW_PROSE: u32 = 3;

/// Counts, in a first pass over the corpus, in how many articles of an outlet a line occurs.
///
/// Memory is bounded, whatever the corpus' size: 6 MB for each of the two tables. Surveys of parts of a corpus can be
/// merged, in any order, into the survey of the whole.
///
/// ```
/// use aslant::text::clean::{Cleaner, Known, LineSurvey};
/// let towns = ["Aden", "Bonn", "Cork", "Doha", "Esch", "Fano"];
/// let articles = towns.map(|town| format!("{town} opened a bridge over its river on Monday.\n\nWord from our friends"));
/// let mut survey = LineSurvey::default();
/// for text in &articles {
///     survey.add(Some("The Daily"), text);
/// }
/// let known = Known { outlet: Some("The Daily"), ..Known::default() };
/// let prose = Cleaner::new(survey).clean(&articles[0], known);
/// assert_eq!(prose.paragraphs, [0..46]);
/// ```
#[derive(Debug, Default)]
pub struct LineSurvey {
    /// Empty until something is added.
    cells: Vec<u16>,
    lines: u64,
    articles: FxHashMap<u64, u32>,
    /// One bit per cell of the first row: whether its count is high enough. Fits in the processor's cache.
    frequent: Vec<u64>,
}

/// The beginning of a survey's bytes; the last number is the format version.
const MAGIC: &[u8] = b"aslant-lines-1\n";

/// The lines of one article as keys: small, and can be made on any thread.
#[derive(Debug, Clone)]
pub struct ArticleLines {
    outlet: u64,
    article: u64,
    /// Sorted, each once.
    lines: Vec<u64>,
}

impl ArticleLines {
    /// The lines of an article.
    pub fn of(outlet: Option<&str>, text: &str) -> Self {
        let outlet = outlet_key(outlet);
        let page = Page::new(text);
        let mut lines = Vec::new();
        units(&page, |line, spaces| lines.push(words::combine([outlet, line_key(line, spaces)])));
        lines.sort_unstable();
        lines.dedup();
        ArticleLines { outlet, article: article_key(&page), lines }
    }
}

impl LineSurvey {
    /// Counts the lines of one article.
    pub fn add(&mut self, outlet: Option<&str>, text: &str) {
        self.add_lines(&ArticleLines::of(outlet, text));
    }

    /// Counts the lines of one article, which may have been found on another thread.
    pub fn add_lines(&mut self, article: &ArticleLines) {
        if self.cells.is_empty() {
            self.cells = vec![0; ROWS << BITS];
        }
        for line in &article.lines {
            self.count(*line);
            self.count(words::combine([*line, article.article]));
        }
        self.add_articles(article.outlet, 1);
    }

    fn count(&mut self, key: u64) {
        self.lines = self.lines.saturating_add(1);
        for row in 0..ROWS {
            let cell = &mut self.cells[slot(key, row)];
            *cell = cell.saturating_add(1);
        }
    }

    fn add_articles(&mut self, outlet: u64, n: u32) {
        let count = self.articles.entry(outlet).or_default();
        *count = count.saturating_add(n);
    }

    /// Adds the counts of another survey.
    pub fn merge(&mut self, other: LineSurvey) {
        self.lines = self.lines.saturating_add(other.lines);
        for (outlet, count) in other.articles {
            self.add_articles(outlet, count);
        }
        if self.cells.is_empty() {
            self.cells = other.cells;
        } else {
            for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
                *cell = cell.saturating_add(*more);
            }
        }
    }

    /// The survey as bytes, to be stored or sent; much smaller than in memory. No line can be read from it, but someone
    /// who has a line can find out whether it was frequent.
    ///
    /// # Errors
    /// Only if memory runs out.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut plain = Vec::with_capacity(self.cells.len() * 2 + self.articles.len() * 12 + 32);
        plain.extend_from_slice(&self.lines.to_le_bytes());
        let mut articles: Vec<(u64, u32)> = self.articles.iter().map(|(outlet, n)| (*outlet, *n)).collect();
        articles.sort_unstable();
        plain.extend_from_slice(&(articles.len() as u64).to_le_bytes());
        for (outlet, n) in articles {
            plain.extend_from_slice(&outlet.to_le_bytes());
            plain.extend_from_slice(&n.to_le_bytes());
        }
        self.cells.iter().for_each(|cell| plain.extend_from_slice(&cell.to_le_bytes()));
        let mut bytes = MAGIC.to_vec();
        bytes.extend(zstd::encode_all(&plain[..], 3)?);
        Ok(bytes)
    }

    /// The survey from the bytes of [`to_bytes`](Self::to_bytes); `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<LineSurvey> {
        let packed = bytes.strip_prefix(MAGIC)?;
        let mut plain = Vec::new();
        let decoder = zstd::Decoder::new(packed).ok()?;
        decoder.take(limits::SURVEY).read_to_end(&mut plain).ok()?;
        let mut rest = &plain[..];
        let mut number = |bytes: usize| {
            let (number, behind) = rest.split_at_checked(bytes)?;
            rest = behind;
            Some(number.iter().rev().fold(0u64, |n, byte| n << 8 | u64::from(*byte)))
        };
        let lines = number(8)?;
        let mut articles = FxHashMap::default();
        for _ in 0..number(8)? {
            articles.insert(number(8)?, number(4)? as u32);
        }
        let cells: Vec<u16> = rest.chunks(2).filter_map(|two| Some(u16::from_le_bytes(two.try_into().ok()?))).collect();
        let is_whole = rest.len() == 2 * cells.len() && (cells.is_empty() || cells.len() == ROWS << BITS);
        is_whole.then_some(LineSurvey { cells, lines, articles, frequent: Vec::new() })
    }

    /// Prepares for look-ups once everything has been added.
    pub(super) fn seal(&mut self) {
        self.frequent = vec![0; (1 << BITS) / 64];
        for (cell, count) in self.cells.iter().take(1 << BITS).enumerate() {
            if u32::from(*count) > OTHERS_FEW {
                self.frequent[cell / 64] |= 1 << (cell % 64);
            }
        }
    }

    fn may_be_frequent(&self, key: u64) -> bool {
        let cell = slot(key, 0);
        self.frequent.get(cell / 64).is_none_or(|bits| bits >> (cell % 64) & 1 == 1)
    }

    fn get(&self, key: u64) -> u32 {
        (0..ROWS).map(|row| u32::from(self.cells[slot(key, row)])).min().unwrap_or(0)
    }

    /// What the survey says about the lines of one article.
    pub(super) fn of<'s>(&'s self, outlet: Option<&str>, page: &Page<'_>) -> Option<Repeated<'s>> {
        let outlet = outlet_key(outlet);
        let articles = *self.articles.get(&outlet)?;
        if articles <= OTHERS_FEW || self.cells.is_empty() {
            return None;
        }
        let surplus = u32::try_from(self.lines >> BITS).unwrap_or(u32::MAX).saturating_mul(2);
        Some(Repeated { survey: self, outlet, article: article_key(page), articles, surplus })
    }
}

/// Knows the repeated lines of one article.
pub(super) struct Repeated<'s> {
    survey: &'s LineSurvey,
    outlet: u64,
    article: u64,
    articles: u32,
    surplus: u32,
}

impl Repeated<'_> {
    /// Whether a line, or a sentence, occurs in many articles of the outlet.
    pub fn has(&self, line: &str) -> bool {
        self.has_with(line, spaces(line))
    }

    /// The same, given its number of spaces.
    pub fn has_with(&self, line: &str, spaces: usize) -> bool {
        if !may_repeat(line) {
            return false;
        }
        let key = words::combine([self.outlet, line_key(line, spaces)]);
        if !self.survey.may_be_frequent(key) {
            return false;
        }
        let all = self.survey.get(key);
        if all <= OTHERS_FEW {
            return false;
        }
        let others = all.saturating_sub(self.survey.get(words::combine([key, self.article])).max(1));
        let words = line.split_whitespace().count();
        let prose = words >= 8 && is_closed(line);
        // In at least how many others, and in one of how many of the outlet's articles.
        let bars = match prose {
            true => [(OTHERS_PROSE, ONE_OF_PROSE), (OTHERS_FEW_PROSE, 4)],
            false => [(OTHERS, ONE_OF), (OTHERS_FEW, 2)],
        };
        let rest = self.articles - 1;
        bars.into_iter()
            .any(|(least, of)| others >= self.surplus.saturating_add(least) && others.saturating_mul(of) >= rest)
    }
}

fn slot(key: u64, row: usize) -> usize {
    let spread = key.rotate_left(21 * row as u32).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ ((row as u64) << 33 | 1));
    (row << BITS) | (spread >> (64 - BITS)) as usize
}

fn may_repeat(line: &str) -> bool {
    (2..=LONGEST).contains(&line.len())
}

fn outlet_key(outlet: Option<&str>) -> u64 {
    outlet.map_or(1, |name| words::combine(words::hashes(name)) | 1)
}

/// The article's longest line; for a text on one line, its middle.
fn article_key(page: &Page<'_>) -> u64 {
    let Some(longest) = page.blocks.iter().max_by_key(|b| b.range.len()) else { return 0 };
    let line = &page.text[longest.range.clone()];
    let from = if line.len() > LONGEST { super::lines::ceil(line, line.len() / 2) } else { 0 };
    line_key(&line[from..], spaces(&line[from..]))
}

fn spaces(line: &str) -> usize {
    memchr::memchr_iter(b' ', line.as_bytes()).count()
}

/// How many bytes of a line's beginning go into its key, along with its number of words.
const KEYED: usize = 112;

/// The key of a line: the letters of its beginning, and its number of words.
fn line_key(line: &str, spaces: usize) -> u64 {
    words::combine([words::letters_hash(&line[..super::lines::floor(line, KEYED)]), spaces as u64])
}

/// Calls `unit` with every line of an article that can be repeated, and its number of spaces; for a text on a single
/// line, with the sentences at its head and tail.
fn units<'t>(page: &Page<'t>, mut unit: impl FnMut(&'t str, usize)) {
    if single::is_single(page) {
        return single::units(page, |line| unit(line, spaces(line)));
    }
    for block in 0..page.blocks.len() {
        let line = page.of(block);
        if may_repeat(line) {
            unit(line, page.blocks[block].spaces());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cleaner, Known};
    use super::*;

    fn survey(texts: &[String]) -> LineSurvey {
        let mut survey = LineSurvey::default();
        for text in texts {
            survey.add(Some("x"), text);
        }
        survey
    }

    fn articles(count: usize) -> Vec<String> {
        const NAMES: [&str; 12] = ["ada", "bea", "cai", "dan", "eva", "fay", "gus", "hal", "ian", "jon", "kim", "leo"];
        (0..count)
            .map(|n| {
                format!(
                    "The mayor {} opened a bridge over the river on Monday, at last.\n\nGood bye from {n} of us",
                    NAMES[n % 12]
                )
            })
            .collect()
    }

    #[test]
    fn lines_of_many_articles_are_found() {
        let texts = articles(9);
        let survey = survey(&texts);
        let page = Page::new(&texts[0]);
        let repeated = survey.of(Some("x"), &page).unwrap();
        assert!(repeated.has("Good bye from 77 of us"));
        assert!(!repeated.has(page.of(0)));
        assert!(survey.of(Some("y"), &page).is_none());
    }

    #[test]
    fn reprints_do_not_repeat_themselves() {
        let text = "The mayor opened a bridge over the river on Monday, at last.\n\nA short heading".to_owned();
        let texts = vec![text.clone(); 9];
        let survey = survey(&texts);
        let page = Page::new(&text);
        assert!(!survey.of(Some("x"), &page).unwrap().has("A short heading"));
    }

    #[test]
    fn a_survey_that_claims_all_that_numbers_hold_can_be_used() {
        let mut plain = u64::MAX.to_le_bytes().to_vec();
        plain.extend_from_slice(&1_u64.to_le_bytes());
        plain.extend_from_slice(&outlet_key(Some("Post")).to_le_bytes());
        plain.extend_from_slice(&u32::MAX.to_le_bytes());
        plain.resize(plain.len() + 2 * (ROWS << BITS), 0xFF);
        let bytes = [MAGIC, &zstd::encode_all(&plain[..], 1).expect("packs")].concat();
        let mut survey = LineSurvey::from_bytes(&bytes).expect("a survey");
        let text = "Word from our friends\n\nThe bridge over the river was opened on Monday by the mayor.";
        survey.add(Some("Post"), text);
        survey.merge(LineSurvey::from_bytes(&bytes).expect("a survey"));
        assert_eq!((survey.lines, survey.articles.values().copied().max()), (u64::MAX, Some(u32::MAX)));
        let known = Known { outlet: Some("Post"), ..Known::default() };
        // So many lines that any may share its cells with others: none counts as repeated.
        assert_eq!(Cleaner::new(survey).clean(text, known).paragraphs.len(), 2);
    }

    #[test]
    fn merging_gives_the_same_counts() {
        let texts = articles(12);
        let whole = survey(&texts);
        let mut second = survey(&texts[5..]);
        second.merge(survey(&texts[..5]));
        assert_eq!(whole.cells, second.cells);
        assert_eq!(whole.articles, second.articles);
        let read = LineSurvey::from_bytes(&second.to_bytes().expect("bytes")).expect("a survey");
        assert_eq!((&read.cells, &read.articles, read.lines), (&whole.cells, &whole.articles, whole.lines));
        let bytes = whole.to_bytes().expect("bytes");
        assert!(bytes.len() < 100_000, "{}", bytes.len());
        for bad in [&bytes[1..], &bytes[..bytes.len() - 9], &[], MAGIC] {
            assert!(LineSurvey::from_bytes(bad).is_none());
        }
        let mut empty = LineSurvey::default();
        empty.merge(survey(&texts));
        assert_eq!(empty.cells, whole.cells);
    }
}
