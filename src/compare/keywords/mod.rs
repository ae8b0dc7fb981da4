//! Keywords: words and phrases typical of an outlet compared with all others, with the article as the unit.
//!
//! Takes the words of the articles that count and returns [`Keywords`]: the rows of `keywords.csv`.
//!
//! 1. Terms are words and phrases of up to three words ([`crate::features::phrases`]) that occur in enough articles
//!    ([`counted::min_articles`]). They are learnt from all articles together, without knowing who published them. Every
//!    word counts once, in the longest phrase that it belongs to.
//! 2. Every term is tested in every outlet with [`SMALLEST`] articles or more, against all other outlets
//!    ([`crate::stats::rate`]).
//! 3. Benjamini–Hochberg over all of these tests, outlets × terms. The table has terms that an outlet uses more than
//!    the others. A test of a term that it uses less, or with p ≥ 0.05, enters as p = 1: q is never too small.
//! 4. The rows are the terms with p < 0.05: all with q < 0.05, and at most [`OTHERS`] of the rest per outlet.
//!
//! | file | job |
//! |---|---|
//! | [`words`] | the words of an article in the voice that is counted, as numbers |
//! | [`counted`] | the terms of all articles |
//! | [`kept`] | the same as a tally keeps them |
//! | [`lists`] | the counts and positions of terms in each article, on disk |
//! | [`places`] | positions of terms, as far as the notes need them |
//! | [`tested`] | every term in every group against the others |
//! | [`rates`] | how often the largest outlets use them |
//! | `notes`, `style` | what a finding may be other than a choice of words |

pub mod counted;
pub mod kept;
pub mod lists;
mod notes;
pub mod places;
pub mod rates;
mod style;
pub mod tested;
pub mod words;

use super::collect::Collected;
use super::placebo;
use crate::error::Result;
use crate::stats::dispersion::dp_norm;
use crate::stats::fdr::benjamini_hochberg_of;
use crate::stats::g2::g2;
use crate::stats::log_odds::{Counts, log_odds};
pub use counted::{Counted, TermCounts, TermNames};
pub use notes::{HABIT, Note};
pub use rates::Rate;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::ops::RangeInclusive;
use tested::{Found, Groups, Postings, test};

/// Outlets with fewer articles are part of the comparison, but get no rows.
pub const SMALLEST: usize = 5;
/// The most rows with q ≥ 0.05 that are kept per outlet.
pub const OTHERS: usize = 200;
/// The size of the prior of `log_odds_z`, in words.
pub const PRIOR: f64 = 500.0;
/// A finding has a q-value below this.
pub const LEVEL: f64 = 0.05;

/// Which terms are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The lengths of terms in words, from 1 to 3.
    pub ngrams: RangeInclusive<usize>,
    /// The fewest articles that a term must occur in; `None`: [`counted::min_articles`].
    pub min_articles: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Options { ngrams: 1..=3, min_articles: None }
    }
}

/// One row: outlet × term. An outlet has rows only for terms that it uses more than the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// The words of the term in normal form, separated by a space.
    pub term: String,
    /// The outlet's uses of the term, without those in longer phrases that are terms themselves.
    pub count: u64,
    /// The outlet's articles that have it.
    pub articles: usize,
    /// The stories of these articles; an article that isn't part of a story counts as one.
    pub stories: usize,
    /// Uses per thousand of the outlet's words.
    pub per_1k: f64,
    /// Uses per thousand of the others' words.
    pub per_1k_rest: f64,
    /// log₂ of the ratio of the two rates, smoothed by half a use.
    pub log_ratio: f64,
    /// Lower end of the 95% interval of `log_ratio`.
    pub low: Option<f64>,
    /// Upper end; `None` if it is infinite, because the others may have no use at all.
    pub high: Option<f64>,
    /// Two-sided p-value, over articles.
    pub p: f64,
    /// The q-value: Benjamini–Hochberg over all tests of the table.
    pub q: f64,
    /// The log-likelihood ratio G².
    pub g2: Option<f64>,
    /// Log-odds with an informative Dirichlet prior of [`PRIOR`] words, divided by their standard error.
    pub log_odds_z: Option<f64>,
    /// Gries' DP over the outlet's articles, normalised.
    pub dispersion: Option<f64>,
    /// What the finding may be other than a choice of words.
    pub notes: Vec<Note>,
}

impl Row {
    /// Whether it says more about how an article was made than about the outlet's choice of words.
    pub fn is_aside(&self) -> bool {
        self.notes.iter().any(|n| n.is_aside())
    }
}

/// The whole table.
#[derive(Debug, Clone, Default)]
pub struct Keywords {
    /// Sorted by outlet, then by the lower end of the interval (descending), then by term.
    pub rows: Vec<Row>,
    /// How often the outlets with the most articles use such terms, by outlet and term.
    pub rates: Vec<Rate>,
    /// Outlets that were tested.
    pub outlets: usize,
    /// Terms that each outlet was tested for.
    pub terms: usize,
    /// The fewest articles that a term must occur in.
    pub min_articles: u32,
}

impl Keywords {
    /// The number of tests that the q-values are adjusted for.
    pub fn tests(&self) -> usize {
        self.outlets * self.terms
    }

    /// The rows with q < 0.05.
    pub fn findings(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.q < LEVEL)
    }
}

/// A term in an outlet, and its index in the postings.
struct Candidate {
    found: Found,
    q: f64,
}

/// Tests all terms and returns the table.
///
/// # Errors
/// If the words of articles can't be read.
pub fn keywords(counted: &Counted, collected: &Collected) -> Result<Keywords> {
    let (of, words): (Vec<u32>, Vec<u32>) = counted.all(collected).map(|a| (a.outlet, a.words)).unzip();
    let postings = Postings::new(&counted.articles, &counted.lists, &counted.is_tested, counted.min_articles)?;
    let groups = Groups::new(&of, &words, counted.outlets, SMALLEST);
    let mut table = Keywords {
        rows: Vec::new(),
        rates: Vec::new(),
        outlets: groups.tested(),
        terms: postings.terms.len(),
        min_articles: counted.min_articles,
    };
    let found = test(&postings, &groups)?;
    let p: Vec<f64> = found.iter().map(|f| f.p).collect();
    let q = benjamini_hochberg_of(&p, table.tests());
    let mut by_outlet: Vec<Vec<Candidate>> = (0..counted.outlets).map(|_| Vec::new()).collect();
    for (found, q) in found.into_iter().zip(q) {
        by_outlet[found.group as usize].push(Candidate { found, q });
    }
    let names = &counted.names;
    let vocabulary: FxHashSet<&str> = names.singles().collect();
    let context = notes::Context { counted, collected, vocabulary: &vocabulary };
    let rows = |(outlet, found): (usize, Vec<Candidate>)| {
        let found = kept(found, &postings, names);
        let share = Shares::new(&groups, outlet);
        let mut reader = postings.reader();
        let row = |c: &Candidate| {
            let dispersion = share.dispersion(reader.of(c.found.term as usize)?);
            Ok(row(c, names.name(postings.terms[c.found.term as usize]), dispersion, &groups))
        };
        let mut rows: Vec<Row> = found.iter().map(row).collect::<Result<_>>()?;
        let terms: Vec<u32> = found.iter().map(|c| postings.terms[c.found.term as usize]).collect();
        context.write(outlet, &collected.outlets[outlet], &terms, &mut rows)?;
        rows.sort_by(|a, b| {
            let low = |row: &Row| row.low.unwrap_or(f64::NEG_INFINITY);
            low(b).total_cmp(&low(a)).then_with(|| a.term.cmp(&b.term))
        });
        Ok(rows)
    };
    let rows = by_outlet.into_par_iter().enumerate().map(rows).collect::<Result<Vec<Vec<Row>>>>()?;
    table.rows = rows.into_iter().flatten().collect();
    table.rates = rates::rates(&table.rows, &postings, &groups, names)?;
    Ok(table)
}

/// The table, to be split by the placebo.
pub(super) struct Split<'a> {
    pub counted: &'a Counted,
    pub collected: &'a Collected,
    pub table: &'a Keywords,
}

impl placebo::Table for Split<'_> {
    fn name(&self) -> &'static str {
        "keywords"
    }

    fn findings(&self) -> (usize, usize) {
        (self.table.findings().count(), self.table.tests())
    }

    /// The terms are those of the table that occur in enough of the outlet's articles, or in as many as were requested.
    fn splitter(&self, outlet: usize) -> Result<placebo::Splitter<'_>> {
        let articles = self.counted.all(self.collected).filter(|a| a.outlet as usize == outlet);
        let (articles, words): (Vec<u32>, Vec<u32>) = articles.map(|a| (a.index, a.words)).unzip();
        let enough = counted::min_articles(articles.len()).min(self.counted.min_articles);
        let postings = Postings::new(&articles, &self.counted.lists, &self.counted.is_tested, enough)?;
        Ok(Box::new(move |half| {
            let groups = Groups::new(half, &words, 2, SMALLEST);
            let p: Vec<f64> = test(&postings, &groups)?.iter().map(|f| f.p).collect();
            let tests = groups.tested() * postings.terms.len();
            Ok(benjamini_hochberg_of(&p, tests).into_iter().filter(|q| *q < LEVEL).count())
        }))
    }
}

/// All findings of an outlet, and of the rest those with the smallest p.
fn kept(mut found: Vec<Candidate>, postings: &Postings, names: &TermNames) -> Vec<Candidate> {
    let term = |c: &Candidate| names.name(postings.terms[c.found.term as usize]);
    found.sort_by(|a, b| a.found.p.total_cmp(&b.found.p).then_with(|| term(a).cmp(term(b))));
    let findings = found.iter().filter(|c| c.q < LEVEL).count();
    found.truncate(findings + OTHERS);
    found
}

/// An outlet's articles by their part of its words.
struct Shares<'a> {
    words: &'a [u32],
    of: &'a [u32],
    outlet: u32,
    all: f64,
    smallest: f64,
}

impl<'a> Shares<'a> {
    fn new(groups: &Groups<'a>, outlet: usize) -> Self {
        let outlet = outlet as u32;
        let mine = groups.words.iter().zip(groups.of).filter(|(n, of)| **of == outlet && **n > 0);
        let smallest = mine.map(|(n, _)| f64::from(*n)).fold(f64::INFINITY, f64::min);
        let all = groups.groups[outlet as usize].words;
        Shares { words: groups.words, of: groups.of, outlet, all, smallest }
    }

    fn dispersion(&self, uses: &[(u32, u32)]) -> Option<f64> {
        let mine = uses.iter().filter(|(article, _)| self.of[*article as usize] == self.outlet);
        dp_norm(mine.map(|(a, count)| (f64::from(*count), f64::from(self.words[*a as usize]))), self.all, self.smallest)
    }
}

fn row(c: &Candidate, term: &str, dispersion: Option<f64>, groups: &Groups<'_>) -> Row {
    let rates = &c.found.rates;
    let counts = Counts { a: rates.a.0.count, n1: rates.a.1.words, b: rates.b.0.count, n2: rates.b.1.words };
    let (low, high) = rates.interval();
    Row {
        outlet: c.found.group as usize,
        term: term.to_owned(),
        count: counts.a as u64,
        articles: rates.a.0.articles as usize,
        stories: 0,
        per_1k: 1000.0 * counts.a / counts.n1,
        per_1k_rest: 1000.0 * counts.b / counts.n2,
        log_ratio: rates.log2_ratio(),
        low,
        high,
        p: c.found.p,
        q: c.q,
        g2: g2(counts),
        log_odds_z: log_odds(counts, PRIOR, (counts.a + counts.b) / groups.all.words).map(|l| l.z),
        dispersion,
        notes: Vec::new(),
    }
}
