//! Cleaning: which parts of a text are the article's own prose, and by which rule the others are not.

use std::ops::Range;

/// Why a part of a text is no prose of the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// A line that stands in many articles of the same outlet.
    Repeated,
}

/// A part that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Bytes of the text as it was given.
    pub range: Range<usize>,
    /// By which rule.
    pub rule: Rule,
}

/// What is left of a text, and what was taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    /// Paragraphs, in order, as bytes of the text as it was given.
    pub paragraphs: Vec<Range<usize>>,
    /// What was taken out, in order.
    pub removed: Vec<Removed>,
}

/// What is known of the article besides its text. Everything may be absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Who published it.
    pub outlet: Option<&'a str>,
    /// Its headline.
    pub title: Option<&'a str>,
    /// Who wrote it.
    pub author: Option<&'a str>,
}

/// Counts, over a first pass through the corpus, in how many articles of an outlet a line stands.
#[derive(Debug, Default)]
pub struct LineSurvey {}

impl LineSurvey {
    /// Counts the lines of one article.
    pub fn add(&mut self, _outlet: Option<&str>, _text: &str) {}

    /// Adds the counts of another survey.
    pub fn merge(&mut self, _other: LineSurvey) {}
}

/// Finds the prose of texts.
#[derive(Debug, Default)]
pub struct Cleaner {}

impl Cleaner {
    /// With the language's rules, and with what the survey found to be repeated.
    pub fn new(_survey: LineSurvey) -> Self {
        Cleaner {}
    }

    /// The prose of one text.
    pub fn clean(&self, text: &str, _known: Known<'_>) -> Prose {
        keep_all(text)
    }
}

/// All lines of a text as paragraphs, nothing taken out (`--keep-boilerplate`).
pub fn keep_all(text: &str) -> Prose {
    let mut paragraphs = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if !trimmed.is_empty() {
            let start = at + (line.len() - line.trim_start().len());
            paragraphs.push(start..start + trimmed.len());
        }
        at += line.len();
    }
    Prose { paragraphs, removed: Vec::new() }
}
