//! Labelled articles, read from a corpus and kept in memory as numbers of words.
//!
//! Takes a [`Corpus`] whose extra columns are [`Columns::extra`] and whose labels are [`Columns::labels`]; hands on
//! [`Labelled`]: for every article its label, its target, and what it may be held out by. Articles are sorted by id, so
//! that a shuffled corpus gives the same model.

use super::annotated::{self, Annotation, Gathered, LabelMap, Row};
use super::cuts::{Cuts, Numberer};
use super::recipe::Recipe;
use crate::corpus::labels::{LabelFormat, LabelOptions};
use crate::corpus::{Article, BadRows, Corpus};
use crate::counted::{articles, counted};
use crate::error::{Error, Place, Result};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The fewest articles (of each target) that a label needs, so that anything can be learnt about it.
pub const MIN_ARTICLES: usize = 5;
/// More labels than this are considered a mistake: a column of numbers, or of texts.
pub const MAX_LABELS: usize = 100;
/// How many articles an error lists.
const NAMED: usize = 20;

/// The columns besides those of every corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The labels.
    pub label: String,
    /// What the label is about (the target of a stance); each target has its own model.
    pub target: Option<String>,
    /// The story that an article is about.
    #[serde(skip)]
    pub story: Option<String>,
    /// Labels to be renamed or left out.
    #[serde(skip)]
    pub label_map: LabelMap,
}

impl Columns {
    /// What must be requested in [`ColumnNames::extra`](crate::corpus::ColumnNames), in this order.
    pub fn extra(&self) -> Vec<String> {
        [self.target.as_ref(), self.story.as_ref()].into_iter().flatten().cloned().collect()
    }

    /// What must be requested in [`ReadOptions::labels`](crate::corpus::ReadOptions).
    pub fn labels(&self, annotator: Option<String>, format: LabelFormat) -> LabelOptions {
        LabelOptions { column: self.label.clone(), annotator, format }
    }
}

/// Where an article comes from: what a fold may keep together, and what distinguishes it from others with the same id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its outlet.
    pub outlet: Option<String>,
    /// Its story.
    pub story: Option<String>,
    /// Its day.
    pub date: Option<NaiveDate>,
    /// A hash of its text if the input has no ids: a generated id (`file-00001`) identifies nothing in another input.
    pub text_hash: Option<u64>,
}

impl Origin {
    /// The origin of an article about a story.
    pub(super) fn of(article: &Article, story: Option<String>) -> Self {
        let text_hash = article.id_is_made.then(|| {
            let hash = Sha256::digest(&article.text);
            hash.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
        });
        Origin { outlet: article.outlet.clone(), story, date: article.date, text_hash }
    }

    /// Its month, counted from the year 0.
    pub fn month(&self) -> Option<i32> {
        self.date.map(|date| date.year() * 12 + date.month0() as i32)
    }
}

/// The articles of one target, or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The target; `None` without a target column.
    pub target: Option<String>,
    /// Its labels, sorted.
    pub classes: Vec<String>,
    /// Its articles, as indices into the cuts.
    pub articles: Vec<usize>,
    /// Their labels, as indices into `classes`.
    pub labels: Vec<usize>,
}

/// Labelled articles.
#[derive(Debug, Default)]
pub struct Labelled {
    /// Their words.
    pub cuts: Cuts,
    /// By article: its id.
    pub ids: Vec<String>,
    /// By article: what it may be held out by.
    pub origins: Vec<Origin>,
    /// By target, sorted; exactly one without a target column.
    pub parts: Vec<Part>,
    /// Number of articles left out because they have no label or no target.
    pub unlabelled: usize,
    /// Number of articles left out because their label is left out.
    pub dropped: usize,
    /// How annotators agreed, if the labels are from annotators.
    pub annotation: Option<Annotation>,
}

/// Reads all articles. `progress` is called with the part of the input that has been read, from 0 to 1.
///
/// # Errors
/// Those of [`annotated::gather`]; articles without a label or a target, unless bad rows are skipped or annotators may
/// leave some out; only one label, a label with too few articles, too many labels.
pub fn read(corpus: &Corpus, columns: &Columns, recipe: &Recipe, progress: &dyn Fn(f64)) -> Result<Labelled> {
    let labelled = read_any(corpus, columns, recipe, progress)?;
    check_parts(&labelled, columns)?;
    Ok(labelled)
}

/// The same for articles that may be too few to learn from on their own, because they will be joined with others.
///
/// # Errors
/// Those of [`read`], except for the numbers of labels and articles.
pub fn read_any(corpus: &Corpus, columns: &Columns, recipe: &Recipe, progress: &dyn Fn(f64)) -> Result<Labelled> {
    let numberer = Numberer::new(recipe);
    let mut cuts = Cuts::default();
    let mut keep = 0;
    let gathered = annotated::gather(
        corpus,
        columns,
        |article, _| numberer.cut(article),
        |cut| {
            cuts.push(cut)?;
            keep += 1;
            Ok(keep - 1)
        },
        progress,
    )?;
    let mut labelled = of_any_gathered(gathered, columns, corpus.options().bad_rows)?;
    cuts.name(numberer);
    labelled.cuts = cuts;
    Ok(labelled)
}

/// Labelled articles whose words come from elsewhere: each row's number is that of its article.
///
/// # Errors
/// Those of [`read`].
pub(super) fn of_gathered(gathered: Gathered<usize>, columns: &Columns, bad_rows: BadRows) -> Result<Labelled> {
    let labelled = of_any_gathered(gathered, columns, bad_rows)?;
    check_parts(&labelled, columns)?;
    Ok(labelled)
}

fn of_any_gathered(gathered: Gathered<usize>, columns: &Columns, bad_rows: BadRows) -> Result<Labelled> {
    let Gathered { rows, without, dropped, annotation } = gathered;
    check_complete(bad_rows, columns, &without, annotation.is_some(), rows.len())?;
    let mut labelled = Labelled {
        cuts: Cuts::default(),
        parts: parts(&rows),
        unlabelled: without.iter().map(Vec::len).sum(),
        dropped,
        annotation,
        ..Labelled::default()
    };
    // Each row's number is its index among the cuts.
    (labelled.ids, labelled.origins) = rows.into_iter().map(|row| (row.id, row.origin)).unzip();
    check_any(&labelled, columns)?;
    Ok(labelled)
}

/// Articles with a label, by target, each sorted by id.
fn parts(rows: &[Row<usize>]) -> Vec<Part> {
    let mut order: Vec<(usize, &str)> =
        rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.label.as_deref()?))).collect();
    order.sort_by(|a, b| rows[a.0].id.cmp(&rows[b.0].id));
    let mut by_target: BTreeMap<Option<&str>, Vec<(usize, &str)>> = BTreeMap::new();
    for (row, label) in order {
        by_target.entry(rows[row].target.as_deref()).or_default().push((row, label));
    }
    let part = |(target, labelled): (Option<&str>, Vec<(usize, &str)>)| {
        let mut classes: Vec<&str> = labelled.iter().map(|(_, label)| *label).collect();
        classes.sort_unstable();
        classes.dedup();
        let labels = labelled.iter().map(|(_, label)| classes.partition_point(|c| c < label)).collect();
        let articles = labelled.iter().map(|(row, _)| rows[*row].made).collect();
        let classes = classes.into_iter().map(str::to_owned).collect();
        Part { target: target.map(str::to_owned), classes, articles, labels }
    };
    by_target.into_iter().map(part).collect()
}

/// An error if articles lack a label or a target, unless bad rows are skipped or annotators may leave some out.
pub(super) fn check_complete(
    bad_rows: BadRows,
    columns: &Columns,
    without: &[Vec<String>; 2],
    annotators: bool,
    others: usize,
) -> Result<()> {
    if bad_rows == BadRows::Skip || annotators {
        return Ok(());
    }
    let mut missing = without.iter().zip([Some(&columns.label), columns.target.as_ref()]);
    missing.try_for_each(|(ids, column)| check_present(ids, column, others))
}

fn check_present(ids: &[String], column: Option<&String>, others: usize) -> Result<()> {
    let (Some(first), Some(column)) = (ids.first(), column) else { return Ok(()) };
    let error = Error::data("articles without a label")
        .at(Place::default().column(column).article(first))
        .found(format!("{} without a value, {others} with one", articles(ids.len())))
        .expected("a value for every article")
        .help("fill them in, or leave these articles out with --skip-bad-rows");
    if ids.len() == 1 {
        return Err(error);
    }
    let named: Vec<&str> = ids[1..].iter().take(NAMED).map(String::as_str).collect();
    let rest = match ids.len() - 1 - named.len() {
        0 => String::new(),
        n => format!(" and {}", counted(n as u64, "other", "others")),
    };
    Err(error.note(format!("the others without one: {}{rest}; nothing was written", named.join(", "))))
}

fn check_any(labelled: &Labelled, columns: &Columns) -> Result<()> {
    if labelled.parts.is_empty() {
        return Err(Error::data("no labelled articles")
            .at(Place::default().column(&columns.label))
            .found(labelled.left_out())
            .help("name the column of the labels with --label"));
    }
    Ok(())
}

fn check_parts(labelled: &Labelled, columns: &Columns) -> Result<()> {
    labelled.parts.iter().try_for_each(|part| check_labels(part.target.as_ref(), &part.counts(), columns))
}

/// Checks that these labels, with the number of articles of each, can be learnt from.
///
/// # Errors
/// Only one label, a label with too few articles, too many labels.
pub(super) fn check_labels(target: Option<&String>, counts: &[(&str, usize)], columns: &Columns) -> Result<()> {
    let n_articles: usize = counts.iter().map(|(_, n)| n).sum();
    let of = target.as_ref().map_or(String::new(), |target| format!(" towards {target:?}"));
    let place = Place::default().column(&columns.label);
    let found = list(counts);
    if counts.len() > MAX_LABELS {
        return Err(Error::data(format!("too many different labels{of}"))
            .at(place)
            .found(format!("{} in {}: {found}", counted(counts.len() as u64, "label", "labels"), articles(n_articles)))
            .expected(format!("at most {MAX_LABELS}"))
            .help("name the column of the labels with --label; numbers must be grouped into classes first"));
    }
    if counts.len() < 2 {
        return Err(Error::data(format!("only one label{of}"))
            .at(place)
            .found(found)
            .expected("two labels or more, to tell them apart")
            .help("add articles with another label"));
    }
    if counts.iter().any(|(_, n)| *n < MIN_ARTICLES) {
        let error = Error::data(format!("too few articles with a label{of}"))
            .at(place)
            .found(found)
            .expected(format!("at least {MIN_ARTICLES} articles with each label"))
            .help(
                "label more articles, merge a rare label into another with --label-map rare=other, or leave it \
                   out with --label-map rare=",
            );
        return Err(match counts.iter().any(|(label, _)| label.contains('#')) {
            true => error.help("if # joins several labels, as doccano does it, say --labels doccano"),
            false => error,
        });
    }
    Ok(())
}

impl Labelled {
    /// How many articles were left out, and why.
    fn left_out(&self) -> String {
        let annotation = self.annotation.clone().unwrap_or_default();
        let counts = [
            (self.unlabelled, "without a label"),
            (self.dropped, "left out by --label-map"),
            (annotation.ties, "tied between two labels"),
            (annotation.several, "with several labels at once"),
            (annotation.rejected, "with a refused label only"),
        ];
        let told: Vec<String> =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", articles(*n))).collect();
        told.join(", ")
    }
}

impl Part {
    /// The number of articles with each label.
    pub fn counts(&self) -> Vec<(&str, usize)> {
        let mut counts: Vec<(&str, usize)> = self.classes.iter().map(|c| (c.as_str(), 0)).collect();
        self.labels.iter().for_each(|&label| counts[label].1 += 1);
        counts
    }
}

/// `left 12, right 3`; the first twenty.
pub(super) fn list(counts: &[(&str, usize)]) -> String {
    let named: Vec<String> = counts.iter().take(NAMED).map(|(label, n)| format!("{label} {n}")).collect();
    let rest = if counts.len() > NAMED {
        format!(" and {}", counted(counts.len() as u64 - NAMED as u64, "other", "others"))
    } else {
        String::new()
    };
    format!("{}{rest}", named.join(", "))
}
