//! Evaluate: a [`Scorer`] and labelled articles → how well its scores fit the labels.
//!
//! Names and numbers are those of scikit-learn's `classification_report`, over the labels that were true or predicted,
//! with `zero_division=0`. `intervals` adds confidence intervals.

use super::annotated::{self, Annotation, Row};
use super::calibration::reliability;
pub use super::calibration::{BINS, Bin};
pub use super::intervals::REPLICATES;
use super::intervals::{Cells, intervals, measures};
use super::labelled::{self, Columns, Origin, list};
use super::metrics::{Confusion, MetricError, Scores, brier, multiclass_brier, multiclass_calibration_error};
use super::score::{Caution, Score, Scorer};
pub use super::seen::Seen;
use crate::corpus::Corpus;
use crate::error::{Error, Place, Result};
use crate::stats::interval::wilson;
use ndarray::Array2;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Scores on fewer articles than this say little …
pub const FEW_ARTICLES: usize = 50;
/// … and scores on fewer outlets than this say little about other outlets.
pub const FEW_OUTLETS: usize = 5;

/// What the bootstrap resamples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Single articles.
    #[default]
    Article,
    /// All articles of an outlet together; an article of unknown outlet on its own.
    Outlet,
}

/// One article, its label and its score.
#[derive(Debug)]
pub struct Example {
    /// Its id.
    pub id: String,
    /// A hash of its text, if the id was generated.
    pub text_hash: Option<u64>,
    /// Its outlet.
    pub outlet: Option<String>,
    /// Its target, for a model with targets.
    pub target: Option<String>,
    /// Its label, as an index into [`Scorer::classes`].
    pub label: usize,
    /// Its predicted label, also as an index.
    pub predicted: usize,
    /// Its complete score.
    pub score: Score,
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The label.
    pub label: String,
    /// Precision, recall and F1.
    #[serde(flatten)]
    pub scores: Scores,
    /// The number of articles with it.
    pub support: u64,
}

/// One outlet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutletLine {
    /// Its name; `None` for all articles of unknown outlet.
    pub outlet: Option<String>,
    /// The number of its articles.
    pub articles: usize,
    /// The share predicted correctly.
    pub accuracy: f64,
    /// Wilson's 95% interval of the accuracy.
    pub accuracy_interval: Option<(f64, f64)>,
    /// The mean F1 over the labels that are true or predicted for its articles.
    pub macro_f1: f64,
}

/// How well the labels of one target were predicted; of all articles if there are no targets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartEvaluation {
    /// The target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// One line per label that was true or predicted, sorted.
    pub classes: Vec<Line>,
    /// How many articles.
    pub articles: usize,
    /// The share predicted correctly.
    pub accuracy: f64,
    /// 95% interval; `None` if there is only one unit to resample, or all draws are the same although predictions are
    /// neither all right nor all wrong.
    pub accuracy_interval: Option<(f64, f64)>,
    /// The mean over labels.
    pub macro_avg: Scores,
    /// 95% interval of the mean F1; `None` if all draws have the same. A draw's F1 is the mean over the labels in that
    /// draw.
    pub macro_f1_interval: Option<(f64, f64)>,
    /// The mean over labels, weighted by support.
    pub weighted_avg: Scores,
    /// One row per true label and one column per predicted label, in the order of `classes`.
    pub confusion: Vec<Vec<u64>>,
    /// The Brier score, as in scikit-learn: with two labels, that of the second one (0 to 1); otherwise summed over
    /// labels (0 to 2).
    pub brier: f64,
    /// The expected calibration error of the highest probability, in [`BINS`] bins.
    pub calibration_error: f64,
    /// The bins.
    pub reliability: Vec<Bin>,
    /// By outlet, sorted, unknown outlets last.
    pub outlets: Vec<OutletLine>,
}

fn is_true(flag: &bool) -> bool {
    *flag
}

/// How well a model does.
#[derive(Debug, Serialize)]
pub struct Evaluation {
    /// What was resampled for the intervals.
    pub unit: Unit,
    /// Whether articles were resampled although outlets were requested, because no article has an outlet.
    #[serde(skip)]
    pub without_outlets: bool,
    /// The number of bootstrap draws.
    pub replicates: usize,
    /// The seed of all randomness.
    pub seed: u64,
    /// Number of articles left out because they have no label or no target.
    pub unlabelled: usize,
    /// Number of articles left out because their label was left out.
    pub dropped: usize,
    /// How annotators agreed, if the labels are from annotators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Annotation>,
    /// Number of articles whose score has a warning.
    pub cautioned: usize,
    /// Number of those without any word that the model knows.
    #[serde(skip)]
    pub unknown: usize,
    /// Whether the model's probabilities are calibrated; they aren't if no article was held out in training.
    #[serde(skip_serializing_if = "is_true")]
    pub calibrated: bool,
    /// How many of the articles the model knows from its training, if that can be found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// By target.
    pub models: Vec<PartEvaluation>,
    /// All articles, by id.
    #[serde(skip)]
    pub examples: Vec<Example>,
}

/// Scores all labelled articles of a corpus and compares the scores with the labels. The result doesn't depend on the
/// order of the articles or the number of threads.
///
/// # Errors
/// Those of [`annotated::gather`]; articles without a label, unless bad rows are skipped; labels or targets that the
/// model doesn't know; no labelled articles.
pub fn evaluate(
    corpus: &Corpus,
    columns: &Columns,
    scorer: &Scorer,
    unit: Unit,
    seed: u64,
    progress: &dyn Fn(f64),
) -> Result<Evaluation> {
    let gathered = annotated::gather(corpus, columns, |a, target| scorer.score(a, target), |score| score, progress)?;
    let annotation = gathered.annotation;
    labelled::check_complete(
        corpus.options().bad_rows,
        columns,
        &gathered.without,
        annotation.is_some(),
        gathered.rows.len(),
    )?;
    let mut rows: Vec<Row<Score>> = gathered.rows.into_iter().filter(|row| row.label.is_some()).collect();
    if rows.is_empty() {
        return Err(Error::data("no labelled articles")
            .at(Place::default().column(&columns.label))
            .help("name the column of the labels with --label"));
    }
    rows.sort_by(|a, b| (&a.id, &a.target).cmp(&(&b.id, &b.target)));
    check_targets(&rows, scorer, columns)?;
    let examples = examples(rows, scorer, columns)?;
    let mut by_target: BTreeMap<Option<&str>, Vec<&Example>> = BTreeMap::new();
    for example in &examples {
        by_target.entry(example.target.as_deref()).or_default().push(example);
    }
    let without_outlets = unit == Unit::Outlet && examples.iter().all(|example| example.outlet.is_none());
    let unit = if without_outlets { Unit::Article } else { unit };
    let part = |(target, of): (Option<&str>, Vec<&Example>)| judge(scorer.classes(), &of, target, unit, seed);
    let models = by_target.into_iter().map(part).collect::<std::result::Result<Vec<_>, MetricError>>();
    let models = models.map_err(|e| Error::data("scores that can't be judged").found(e.to_string()))?;
    Ok(Evaluation {
        unit,
        without_outlets,
        replicates: REPLICATES,
        seed,
        unlabelled: gathered.without.iter().map(Vec::len).sum(),
        dropped: gathered.dropped,
        annotation,
        calibrated: scorer.model().header.is_tested(),
        cautioned: examples.iter().filter(|e| e.score.caution.is_some()).count(),
        unknown: examples.iter().filter(|e| e.score.caution == Some(Caution::NothingKnown)).count(),
        seen: None,
        models,
        examples,
    })
}

fn counted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts.into_iter().collect()
}

fn check_targets(rows: &[Row<Score>], scorer: &Scorer, columns: &Columns) -> Result<()> {
    let unknown = rows.iter().filter(|row| row.made.caution == Some(Caution::UnknownTarget));
    let unknown = counted(unknown.filter_map(|row| row.target.as_deref()));
    if unknown.is_empty() {
        return Ok(());
    }
    let known: Vec<&str> = scorer.targets().collect();
    Err(Error::data("targets that the model doesn't know")
        .at(Place::default().column(columns.target.as_deref().unwrap_or_default()))
        .found(list(&unknown))
        .expected(format!("one of {}", known.join(", ")))
        .help("leave these articles out, or train a model that has them"))
}

/// Turns labels into the model's classes; an error if it lacks one.
fn examples(rows: Vec<Row<Score>>, scorer: &Scorer, columns: &Columns) -> Result<Vec<Example>> {
    let classes = scorer.classes();
    let class = |row: &Row<Score>| {
        let label = row.label.as_ref()?;
        classes.binary_search(label).ok().filter(|&at| row.made.probabilities[at].is_some())
    };
    let unknown = counted(rows.iter().filter(|row| class(row).is_none()).filter_map(|row| row.label.as_deref()));
    if let Some((first, _)) = unknown.first() {
        let near = crate::corpus::nearest(first, classes.iter().map(String::as_str)).unwrap_or("LABEL");
        return Err(Error::data("labels that the model doesn't know")
            .at(Place::default().column(&columns.label))
            .found(list(&unknown))
            .expected(format!("one of {}", classes.join(", ")))
            .help(format!("map each, such as --label-map {first}={near}, or leave it out: --label-map {first}=")));
    }
    let example = |row: Row<Score>| {
        let label = class(&row)?;
        let predicted = row.made.predicted?;
        let Origin { outlet, text_hash, .. } = row.origin;
        Some(Example { id: row.id, text_hash, outlet, target: row.target, label, predicted, score: row.made })
    };
    Ok(rows.into_iter().filter_map(example).collect())
}

/// Compares the scores of articles, sorted by id, with their labels. [`Example::label`] is an index into `classes`.
///
/// # Errors
/// If probabilities are invalid.
pub fn judge(
    classes: &[String],
    examples: &[&Example],
    target: Option<&str>,
    unit: Unit,
    seed: u64,
) -> std::result::Result<PartEvaluation, MetricError> {
    Sample { examples, classes }.part(target, unit, seed)
}

/// The articles of one target.
struct Sample<'e> {
    examples: &'e [&'e Example],
    classes: &'e [String],
}

impl Sample<'_> {
    fn part(&self, target: Option<&str>, unit: Unit, seed: u64) -> std::result::Result<PartEvaluation, MetricError> {
        let labels: Vec<usize> =
            self.examples.iter().flat_map(|e| [e.label, e.predicted]).collect::<BTreeSet<_>>().into_iter().collect();
        let truth: Vec<usize> = self.examples.iter().map(|e| e.label).collect();
        let predicted: Vec<usize> = self.examples.iter().map(|e| e.predicted).collect();
        let confusion = Confusion::new(&labels, &truth, &predicted)?;
        let support = confusion.support();
        let line = |(class, &label): (usize, &usize)| Line {
            label: self.classes[label].clone(),
            scores: confusion.scores(class),
            support: support[class],
        };
        let [accuracy_interval, macro_f1_interval] =
            intervals(self.examples, &labels, unit, &|b| format!("evaluate {} {b}", target.unwrap_or_default()), seed);
        let (brier, calibration_error) = self.calibration()?;
        Ok(PartEvaluation {
            target: target.map(str::to_owned),
            classes: labels.iter().enumerate().map(line).collect(),
            articles: truth.len(),
            accuracy: confusion.accuracy().unwrap_or(0.0),
            accuracy_interval,
            macro_avg: confusion.macro_average(),
            macro_f1_interval,
            weighted_avg: confusion.weighted_average(),
            confusion: confusion.counts().rows().into_iter().map(|row| row.to_vec()).collect(),
            brier,
            calibration_error,
            reliability: self.reliability(),
            outlets: self.outlets(),
        })
    }

    /// The Brier score and the calibration error.
    fn calibration(&self) -> std::result::Result<(f64, f64), MetricError> {
        let of = |e: &Example| -> Vec<f64> { e.score.probabilities.iter().flatten().copied().collect() };
        let n_classes = self.examples.first().map_or(0, |e| of(e).len());
        let flat: Vec<f64> = self.examples.iter().flat_map(|e| of(e)).collect();
        let probabilities = Array2::from_shape_vec((self.examples.len(), n_classes), flat).unwrap_or_default();
        // The label's index among the classes of this target.
        let place = |e: &&Example| e.score.probabilities[..e.label].iter().flatten().count();
        let truth: Vec<usize> = self.examples.iter().map(place).collect();
        let score = match n_classes {
            2 => {
                let second: Vec<bool> = truth.iter().map(|y| *y == 1).collect();
                brier(&second, &probabilities.column(1).to_vec(), None)?
            }
            _ => multiclass_brier(&truth, probabilities.view())?,
        };
        let error = multiclass_calibration_error(&truth, probabilities.view(), BINS)?;
        Ok((score.unwrap_or(0.0), error.unwrap_or(0.0)))
    }

    fn reliability(&self) -> Vec<Bin> {
        let p = |e: &Example| e.score.probabilities[e.predicted].unwrap_or(0.0);
        reliability(self.examples.iter().map(|e| (p(e), e.label == e.predicted)))
    }

    fn outlets(&self) -> Vec<OutletLine> {
        let mut by_outlet: BTreeMap<(bool, &str), Cells> = BTreeMap::new();
        for e in self.examples {
            let key = (e.outlet.is_none(), e.outlet.as_deref().unwrap_or_default());
            *by_outlet.entry(key).or_default().entry((e.label, e.predicted)).or_default() += 1;
        }
        let n_classes = self.classes.len();
        let line = |((unknown, outlet), cells): ((bool, &str), Cells)| {
            let mut counts = vec![0; n_classes * n_classes];
            cells.iter().for_each(|((t, p), n)| counts[t * n_classes + p] += n);
            let (accuracy, macro_f1) = measures(&counts, n_classes);
            let n: u64 = counts.iter().sum();
            let accuracy_interval = wilson((accuracy * n as f64).round(), n as f64);
            let outlet = (!unknown).then(|| outlet.to_owned());
            OutletLine { outlet, articles: n as usize, accuracy, accuracy_interval, macro_f1 }
        };
        by_outlet.into_iter().map(line).collect()
    }
}
