//! Discover: words and phrases typical of an outlet, without a lexicon.
//!
//! Takes a corpus and returns a [`Discovery`]. It reads and counts in the same way as a comparison.

use super::by::Key;
use super::by_outlet::ByOutlet;
use super::collect::{self, Stage, Tell};
use super::keywords::{self, Keywords};
use super::placebo::{self, Placebo};
use super::{Options, Summary, Warning};
use crate::corpus::Corpus;
use crate::cues::Lexicon;
use crate::error::{Error, Result};

/// The result of a discovery.
#[derive(Debug)]
pub struct Discovery {
    /// How it was made.
    pub options: Options,
    /// What was compared, in the user's words: `outlet`, or a column.
    pub by: String,
    /// How much was read.
    pub summary: Summary,
    /// Outlets' names in the order of the table.
    pub outlet_names: Vec<String>,
    /// The number of articles that count, for each outlet.
    pub articles: Vec<usize>,
    /// Rows of `keywords.csv`.
    pub keywords: Keywords,
    /// What the tests find where there is nothing to find, if requested.
    pub placebo: Option<Placebo>,
    /// Everything a reader must know.
    pub warnings: Vec<Warning>,
}

/// Reads a corpus and finds what is typical of each outlet, or of each group of [`Options::by`]. The corpus must have
/// been opened with [`By::columns`](super::By::columns).
///
/// # Errors
/// As [`super::compare`]; also if there are fewer than two outlets.
pub fn discover(corpus: &Corpus, options: Options, progress: &Tell<'_>) -> Result<Discovery> {
    let lexicon = Lexicon::default();
    let mut collected = collect::collect(corpus, &lexicon, &options, progress)?;
    let index = ByOutlet::new(&collected, &lexicon)?;
    let articles: Vec<usize> = index.articles.iter().map(Vec::len).collect();
    if articles.iter().filter(|n| **n > 0).count() < 2 {
        return Err(nothing_to_compare(&collected.outlets, &options.by.group));
    }
    let begin = |stage| {
        progress(stage, 0.0);
        corpus.options().stop.check()
    };
    begin(Stage::Keywords)?;
    let asked = options.keywords.clone().unwrap_or_default();
    let counted = keywords::Counted::new(&mut collected, &asked, options.voice)?;
    let table = keywords::keywords(&counted, &collected)?;
    begin(Stage::Placebo)?;
    let split = keywords::Split { counted: &counted, collected: &collected, table: &table };
    let placebo = (options.placebo > 0).then(|| placebo::run(&index.articles, &[&split], &options)).transpose()?;
    let mut warnings: Vec<Warning> = corpus.warnings().iter().map(|w| Warning::Reading(w.to_string())).collect();
    if collected.summary.unknown_outlet > 0 {
        warnings.push(Warning::LeftOut {
            articles: collected.summary.unknown_outlet,
            by: options.by.group.needs().to_owned(),
            first: collected.first_of(|a| a.outlet.get().is_none())?,
        });
    }
    warnings.extend(super::warnings::foreign(&collected));
    Ok(Discovery {
        by: options.by.group.name().to_owned(),
        options,
        summary: collected.summary,
        outlet_names: collected.outlets,
        articles,
        keywords: table,
        placebo,
        warnings,
    })
}

fn nothing_to_compare(names: &[String], by: &Key) -> Error {
    let found = match names {
        [one] => format!("only {one:?}"),
        _ => format!("{} values, only one of which has articles that count", names.len()),
    };
    let help = match by {
        Key::Outlet => {
            "say which column names the outlet with --outlet, add another outlet's articles, or compare something else with --by"
        }
        _ => "choose another column with --by, or add articles",
    };
    Error::data("nothing to compare").found(found).expected("articles of two or more").help(help)
}
