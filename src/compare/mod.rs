//! Compare: the counts of many articles → a [`Comparison`], which holds every number that is printed.
//!
//! | file | job |
//! |---|---|
//! | this file | the whole result, and the order in which its parts are computed |
//! | `options` | how to compare |
//! | `estimate` | a value with its interval |
//! | `by_outlet` | the articles that count, by outlet |
//! | `record` | what is kept of one article in memory |
//! | `entries` | what is kept of it on disk |
//! | `order` | the articles sorted by id |
//! | `counter` | counts one article |
//! | `collect` | reads the corpus in two passes; one `ArticleRecord` per article |
//! | `sentences` | sentences with a cue, masked |
//! | `evidence` | cue uses with the words around them, on disk |
//! | [`context`] | expected shares: what the context alone predicts |
//! | [`contrasts`] | shares, intervals, log-odds and tests by outlet, voice, contrast and pole |
//! | [`by`] | what is compared instead of outlets, and what splits it further |
//! | [`pairs`] | every two outlets, over all articles and within stories |
//! | [`categories`] | rates of the lexicon's categories |
//! | [`trends`] | shares over time, and where they changed |
//! | [`scale`] | where outlets are between the two sides of a contrast |
//! | [`lean`] | where outlets are on the lexicon's axis |
//! | [`map`] | outlets on the two axes along which they differ most |
//! | [`stance`] | what a model of labelled articles says about them |
//! | [`outlets`], [`cues`] | the rows of those tables |
//! | [`speakers`] | how the people quoted name things |
//! | [`keywords`] | words and phrases typical of an outlet |
//! | [`discover`] | the same without a lexicon |
//! | [`plan`] | how many articles are needed |
//! | [`placebo`] | what the tests find where there is nothing to find |
//! | `stories` | which outlets cover the same stories |
//! | [`tallies`] | counts instead of texts: written, read, compared |
//! | [`warnings`] | everything a reader must know, each with advice |
//!
//! Takes a corpus and a lexicon. Not done here: files and formats ([`crate::report`]).

pub mod by;
mod by_outlet;
pub mod categories;
mod collect;
pub mod context;
pub mod contrasts;
mod counter;
pub mod cues;
pub mod discover;
mod entries;
mod estimate;
mod evidence;
pub mod keywords;
pub mod lean;
pub mod map;
mod options;
mod order;
pub mod outlets;
pub mod pairs;
pub mod placebo;
pub mod plan;
pub(crate) mod record;
pub mod scale;
mod sentences;
mod set_aside;
pub mod speakers;
pub mod stance;
mod stories;
pub mod tallies;
pub mod trends;
pub mod warnings;

use crate::corpus::Corpus;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::stop::Stop;
use crate::stories::Reprint;
pub use by::By;
use by_outlet::ByOutlet;
use chrono::NaiveDate;
use collect::Collected;
pub use collect::{Stage, Tell};
pub use estimate::{Estimate, IntervalOf};
pub use options::{Boilerplate, ContextModel, Options, Reprints, StoriesOnly, Voices};
pub(crate) use record::ArticleRecord;
pub use stance::StanceModel;
use std::collections::BTreeMap;
pub use warnings::Warning;

/// The size of the prior, in uses, that shrinks the shares of outlets with few uses.
pub const PRIOR: f64 = 10.0;

/// With fewer articles than this, an interval is only about the mentions in them.
pub const MIN_ARTICLES: usize = 3;

/// How much was read and counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Articles read.
    pub articles: usize,
    /// Articles of unknown outlet.
    pub unknown_outlet: usize,
    /// Articles that are near copies of another: left out or kept, depending on [`Options::reprints`].
    pub reprints: usize,
    /// Articles of which less than half is copied from another article: they count.
    pub partly_copied: usize,
    /// Words of prose in the articles that count.
    pub words: u64,
    /// Words that the cleaner removed from all articles.
    pub words_removed: u64,
    /// Cue uses in the articles that count.
    pub uses: u64,
    /// Rows of the input that were skipped as bad.
    pub bad_rows: u64,
    /// Earliest date.
    pub first_date: Option<NaiveDate>,
    /// Latest date.
    pub last_date: Option<NaiveDate>,
}

/// The whole result: tables, context models, warnings.
///
/// Rows refer to things by index: outlets in [`outlet_names`](Self::outlet_names), contrasts in [`Lexicon::contrasts`],
/// poles in [`Contrast::poles`](crate::cues::Contrast::poles), cues in the order of [`Lexicon::cues`]. Shares are parts
/// of 1.
#[derive(Debug)]
pub struct Comparison {
    /// The lexicon that was used.
    pub lexicon: Lexicon,
    /// How it was compared.
    pub options: Options,
    /// How much was read.
    pub summary: Summary,
    /// Outlets' names in the order of the tables.
    pub outlet_names: Vec<String>,
    /// All articles, sorted by id.
    pub(crate) articles: Vec<ArticleRecord>,
    /// What the context predicts, by article and contrast.
    pub context: context::Context,
    /// Rows of `contrasts.csv`.
    pub contrasts: Vec<contrasts::Row>,
    /// Rows of `categories.csv`; empty if the lexicon has none.
    pub categories: Vec<categories::Row>,
    /// Rows of `pairs.csv`.
    pub pairs: Vec<pairs::Row>,
    /// Rows of `trends.csv`.
    pub trends: Vec<trends::Row>,
    /// Rows of `outlets.csv`.
    pub outlets: Vec<outlets::Row>,
    /// Rows of `cues.csv`.
    pub cues: Vec<cues::Row>,
    /// Positions of outlets and poles on two axes.
    pub map: Option<map::Map>,
    /// Rows of `speakers.csv`.
    pub speakers: Vec<speakers::Row>,
    /// One scale per contrast that isn't a category, in the lexicon's order.
    pub scales: Vec<scale::Scale>,
    /// Rows of `keywords.csv`, if requested.
    pub keywords: Option<keywords::Keywords>,
    /// What the tests find where there is nothing to find, if requested.
    pub placebo: Option<placebo::Placebo>,
    /// The articles' uses by pole.
    pub(crate) poles: record::Poles,
    /// What is kept of the articles on disk: ids, headlines, cues.
    pub(crate) entries: entries::Entries,
    /// Which articles are near copies of which.
    pub(crate) reprints: BTreeMap<usize, Reprint>,
    /// The words around every use.
    pub(crate) evidence: evidence::Spool,
    /// Agencies that the articles credit, and periods.
    pub(crate) labels: record::Labels,
    /// Everything a reader must know.
    pub warnings: Vec<Warning>,
}

/// Reads a corpus and compares its outlets.
///
/// Two passes: the first checks every row and learns which lines repeat, the second counts. `progress` is called with
/// the stage and its progress, between 0 and 1. The result doesn't depend on the number of threads, nor, if the
/// articles have ids, on their order.
///
/// # Errors
/// Bad rows (all of them in one error), an empty corpus, a reading failure.
pub fn compare(corpus: &Corpus, lexicon: Lexicon, options: Options, progress: &Tell<'_>) -> Result<Comparison> {
    // An unsuitable map is reported before the work, not after it.
    map::check(&lexicon, &options)?;
    let collected = collect::collect(corpus, &lexicon, &options, progress)?;
    let noticed = corpus.warnings().iter().map(|w| Warning::Reading(w.to_string())).collect();
    of_collected(collected, lexicon, options, noticed, &corpus.options().stop, progress)
}

/// Compares articles that have been counted; `noticed` are the warnings about how they were read.
fn of_collected(
    mut collected: Collected,
    lexicon: Lexicon,
    options: Options,
    noticed: Vec<Warning>,
    stop: &Stop,
    progress: &Tell<'_>,
) -> Result<Comparison> {
    let begin = |stage| {
        progress(stage, 0.0);
        stop.check()
    };
    begin(Stage::Keywords)?;
    let counted = options.keywords.as_ref().map(|asked| keywords::Counted::new(&mut collected, asked, options.voice));
    let counted = counted.transpose()?;
    let keywords = counted.as_ref().map(|counted| keywords::keywords(counted, &collected)).transpose()?;
    begin(Stage::Context)?;
    let context = context::cross_fit(&collected, &lexicon, &options)?;
    begin(Stage::Statistics)?;
    let index = ByOutlet::new(&collected, &lexicon)?;
    let Tables { contrasts, pairs, trends, leans, cues, speakers, scales, map } =
        tables(&collected, &index, &lexicon, &options, &context)?;
    let categories = categories::rows(&collected, &index, &lexicon);
    let stances = stance::by_outlet(&collected, options.model.as_deref())?;
    let outlets = outlets::rows(&collected, &index, &contrasts, &leans, stances, &options);
    begin(Stage::Placebo)?;
    let placebo = (options.placebo > 0).then(|| {
        let keywords = counted.as_ref().zip(keywords.as_ref());
        let (collected, index, lexicon, options) = (&collected, &index, &lexicon, &options);
        let keywords = keywords.map(|(counted, table)| keywords::Split { counted, collected, table });
        let by_contrast = contrasts::Split { collected, index, lexicon, rows: &contrasts };
        let by_pair = pairs::Split { collected, index, lexicon, options, rows: &pairs };
        let by_category = categories::Split { collected, index, lexicon, rows: &categories };
        // Add a new table with tests to this list.
        let mut tables: Vec<&dyn placebo::Table> = vec![&by_contrast, &by_pair];
        if lexicon.categories().next().is_some() {
            tables.push(&by_category);
        }
        tables.extend(keywords.iter().map(|k| k as &dyn placebo::Table));
        placebo::run(&index.articles, &tables, options)
    });
    let placebo = placebo.transpose()?;
    let warnings = warnings::find(noticed, &collected, &lexicon, &options, &context, &outlets)?;
    Ok(Comparison {
        summary: collected.summary,
        outlet_names: collected.outlets,
        articles: collected.articles,
        poles: collected.poles,
        entries: collected.entries,
        reprints: collected.reprints,
        evidence: collected.evidence,
        labels: collected.labels,
        lexicon,
        options,
        context,
        contrasts,
        categories,
        pairs,
        trends,
        outlets,
        cues,
        map,
        speakers,
        scales,
        keywords,
        placebo,
        warnings,
    })
}

/// Tables that don't depend on each other.
struct Tables {
    contrasts: Vec<contrasts::Row>,
    pairs: Vec<pairs::Row>,
    trends: Vec<trends::Row>,
    leans: Vec<Option<lean::Lean>>,
    cues: Vec<cues::Row>,
    speakers: Vec<speakers::Row>,
    scales: Vec<scale::Scale>,
    map: Option<map::Map>,
}

/// Computes them in parallel: each has parts that only one core can do.
fn tables(
    collected: &Collected,
    index: &ByOutlet,
    lexicon: &Lexicon,
    options: &Options,
    context: &context::Context,
) -> Result<Tables> {
    let ((contrasts, (pairs, trends)), ((leans, cues), (speakers, (scales, map)))) = rayon::join(
        || {
            rayon::join(
                || contrasts::rows(collected, index, lexicon, context),
                || {
                    let pairs = pairs::rows(collected, index, lexicon, options);
                    (pairs, trends::rows(collected, index, lexicon, options))
                },
            )
        },
        || {
            rayon::join(
                || {
                    let leans = lean::leans(collected, index, lexicon, options);
                    (leans, cues::rows(collected, lexicon, options.model.as_deref()))
                },
                || {
                    let speakers = speakers::rows(collected, index, lexicon);
                    let scales = scale::scales(collected, index, lexicon, options, context);
                    (speakers, (scales, map::map(collected, index, lexicon, options)))
                },
            )
        },
    );
    Ok(Tables { contrasts, pairs, trends, leans, cues: cues?, speakers: speakers?, scales, map: map? })
}
