//! An evaluation as text, tables and JSON.

use super::cell::Cell;
use super::column::{Columns, Kind};
use super::csv;
use super::model::UNCALIBRATED;
use super::tables::Sink;
use super::terminal::printable;
use crate::claim::Claim;
use crate::error::{Error, Result};
use crate::model::evaluate::{Bin, Evaluation, Example, FEW_ARTICLES, FEW_OUTLETS, PartEvaluation, Seen, Unit};
use crate::model::metrics::Scores;
use crate::model::score::Caution;

/// The file with the whole evaluation.
pub const JSON: &str = "evaluation.json";

/// The printed text: scikit-learn's report, the confusion matrix, the calibration and the outlets, for each target.
pub fn text(evaluation: &Evaluation) -> String {
    let mut text = String::new();
    for part in &evaluation.models {
        if let Some(target) = &part.target {
            text.push_str(&format!("{}\n", printable(target)));
        }
        text.push_str(&report(part));
        text.push('\n');
        text.push_str(&intervals(part, evaluation.unit));
        text.push_str(&confusion(part));
        text.push_str(&calibration(part));
        text.push_str(&outlets(part));
        if let Some(few) = few(part, evaluation.unit) {
            text.push_str(&format!("note: {few} are few: these scores say little, as the intervals show\n"));
        }
    }
    for line in evaluation.annotation.iter().flat_map(|a| a.lines()) {
        text.push_str(&format!("note: {}\n", printable(&line)));
    }
    for (n, what) in [(evaluation.unlabelled, "without a label"), (evaluation.dropped, "left out by --label-map")] {
        if n > 0 {
            text.push_str(&format!("note: {} {what}\n", super::counted(n as u64, "article", "articles")));
        }
    }
    if let Some(seen) = &evaluation.seen {
        text.push_str(&seen_before(seen, evaluation.examples.len()));
    }
    if !evaluation.calibrated {
        text.push_str(UNCALIBRATED);
    }
    if evaluation.without_outlets {
        text.push_str("note: --group outlet: no article has an outlet, so articles were resampled for the intervals\n");
    }
    let less = evaluation.cautioned - evaluation.unknown;
    for (n, what) in
        [(less, "a smaller part of the words than in 99 of 100 training articles"), (evaluation.unknown, "no word")]
    {
        if n > 0 {
            let n = super::counted(n as u64, "article", "articles");
            text.push_str(&format!("warning: in {n} the model knows {what}\n"));
        }
    }
    text
}

/// What the model has seen before; it knows more about it than about the rest.
fn seen_before(seen: &Seen, all: usize) -> String {
    let mut text = String::new();
    let of = |n: usize| format!("{n} of {}", super::counted(all as u64, "article", "articles"));
    if let Some(articles @ 1..) = seen.articles {
        text.push_str(&format!(
            "warning: the model was trained on {} (their ids are the same): scores on these show what it remembers, \
             not how well it does\n",
            of(articles)
        ));
    }
    if seen.of_known_outlets > 0 {
        text.push_str(&format!(
            "note: {} are of outlets that the model was trained on; on others it may be right less often (see its \
             CARD.md), and --group outlet resamples whole outlets\n",
            of(seen.of_known_outlets)
        ));
    }
    if seen.articles.is_none() && seen.of_known_outlets > 0 {
        text.push_str(
            "note: the model has no training data, so whether it was trained on these articles can't be told: scores on \
             articles that it knows show what it remembers\n",
        );
    }
    text
}

/// The number of articles or outlets that were resampled, if it is small.
fn few(part: &PartEvaluation, unit: Unit) -> Option<String> {
    let named = part.outlets.iter().filter(|line| line.outlet.is_some()).count();
    match unit {
        _ if part.articles < FEW_ARTICLES => Some(super::counted(part.articles as u64, "article", "articles")),
        Unit::Outlet if named < FEW_OUTLETS => Some(super::counted(named as u64, "outlet", "outlets")),
        _ => None,
    }
}

/// The report in the format of scikit-learn's `classification_report(…, digits=3)`.
pub fn report(part: &PartEvaluation) -> String {
    let labels: Vec<String> = part.classes.iter().map(|line| printable(&line.label)).collect();
    let width = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0).max("weighted avg".len());
    let line = |name: &str, s: &Scores, n: u64| {
        format!("{name:>width$}  {:>9.3} {:>9.3} {:>9.3} {n:>9}\n", s.precision, s.recall, s.f1)
    };
    let mut text = format!("{:>width$}  {:>9} {:>9} {:>9} {:>9}\n\n", "", "precision", "recall", "f1-score", "support");
    for (label, class) in labels.iter().zip(&part.classes) {
        text.push_str(&line(label, &class.scores, class.support));
    }
    let n = part.articles as u64;
    text.push_str(&format!("\n{:>width$}  {:>9} {:>9} {:>9.3} {n:>9}\n", "accuracy", "", "", part.accuracy));
    text.push_str(&line("macro avg", &part.macro_avg, n));
    text.push_str(&line("weighted avg", &part.weighted_avg, n));
    text
}

fn intervals(part: &PartEvaluation, unit: Unit) -> String {
    let by = match unit {
        Unit::Article => "articles",
        Unit::Outlet => "outlets",
    };
    let show = |value: f64, interval: Option<(f64, f64)>| match interval {
        Some((low, high)) => format!("{value:.3} [{low:.3}, {high:.3}]"),
        None => format!("{value:.3} (no interval: all resamples of {by} are alike)"),
    };
    // If all are right, or all wrong, resampling says nothing.
    let how = match part.accuracy_interval {
        Some(_) if part.accuracy == 0.0 || part.accuracy == 1.0 => "exact (Clopper and Pearson) for this many",
        _ => "by resampling",
    };
    format!(
        "accuracy {}, macro-F1 {}: 95% intervals {how} {by}\n",
        show(part.accuracy, part.accuracy_interval),
        show(part.macro_avg.f1, part.macro_f1_interval)
    )
}

fn confusion(part: &PartEvaluation) -> String {
    let labels: Vec<String> = part.classes.iter().map(|line| printable(&line.label)).collect();
    let width = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0).max(7);
    let mut text = format!("\n{:>width$}  predicted\n{:>width$} ", "", "label");
    labels.iter().for_each(|label| text.push_str(&format!(" {label:>width$}")));
    text.push('\n');
    for (label, row) in labels.iter().zip(&part.confusion) {
        text.push_str(&format!("{label:>width$} "));
        row.iter().for_each(|n| text.push_str(&format!(" {n:>width$}")));
        text.push('\n');
    }
    text
}

fn calibration(part: &PartEvaluation) -> String {
    let mut text = format!(
        "\nBrier score {:.4}, expected calibration error {:.4}\n{:>11} {:>9} {:>10} {:>9}\n",
        part.brier, part.calibration_error, "probability", "articles", "mean", "accuracy"
    );
    for bin in part.reliability.iter().filter(|bin| bin.articles > 0) {
        text.push_str(&format!(
            "{:>11} {:>9} {:>10.3} {:>9.3}\n",
            format!("{:.1} to {:.1}", bin.low, bin.high),
            bin.articles,
            bin.mean_probability.unwrap_or(f64::NAN),
            bin.accuracy.unwrap_or(f64::NAN)
        ));
    }
    text
}

fn outlets(part: &PartEvaluation) -> String {
    if part.outlets.iter().all(|line| line.outlet.is_none()) {
        return "\n".to_owned();
    }
    let name = |outlet: &Option<String>| outlet.as_deref().map_or("(unknown)".to_owned(), printable);
    let width = part.outlets.iter().map(|line| name(&line.outlet).chars().count()).max().unwrap_or(0).max(6);
    let mut text = format!("\n{:<width$} {:>9} {:>9} {:>16} {:>9}\n", "outlet", "articles", "accuracy", "", "macro-F1");
    for line in &part.outlets {
        let interval = line.accuracy_interval.map_or(String::new(), |(low, high)| format!("[{low:.3}, {high:.3}]"));
        text.push_str(&format!(
            "{:<width$} {:>9} {:>9.3} {interval:>16} {:>9.3}\n",
            name(&line.outlet),
            line.articles,
            line.accuracy,
            line.macro_f1
        ));
    }
    text.push('\n');
    text
}

/// One table of an evaluation.
pub struct EvaluationTable<'e> {
    /// The file name without its ending.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: Columns,
    /// Its rows.
    pub rows: Vec<Vec<Cell<'e>>>,
}

impl EvaluationTable<'_> {
    /// Passes on its rows.
    ///
    /// # Errors
    /// Errors of the sink.
    pub fn rows(&self, sink: &mut Sink<'_>) -> Result<()> {
        self.rows.iter().try_for_each(|row| sink(row))
    }
}

/// The tables `report`, `confusion`, `reliability`, `outlets` and `predictions`. `classes` are those of the scorer.
pub fn tables<'e>(evaluation: &'e Evaluation, classes: &'e [String]) -> [EvaluationTable<'e>; 5] {
    [
        report_table(evaluation),
        confusion_table(evaluation),
        reliability_table(evaluation),
        outlet_table(evaluation),
        prediction_table(evaluation, classes),
    ]
}

/// Writes [`tables`] as CSV, and `evaluation.json`, to a folder. Returns the file names.
///
/// # Errors
/// If something can't be written; then nothing has been replaced.
pub fn write(evaluation: &Evaluation, classes: &[String], out: Claim) -> Result<Vec<String>> {
    let tables = tables(evaluation, classes);
    out.fill(|folder| {
        for table in &tables {
            let path = folder.join(format!("{}.csv", table.name));
            let bytes = csv::bytes(table.name, &table.columns, |sink| table.rows(sink))?;
            std::fs::write(&path, bytes).map_err(|e| Error::io(&path, e))?;
        }
        let failed = |e| Error::io(folder.join(JSON), e);
        let json = serde_json::to_string_pretty(evaluation).map_err(|e| failed(e.into()))?;
        std::fs::write(folder.join(JSON), json + "\n").map_err(failed)
    })?;
    out.finish_folder(&[], JSON)?;
    let csv = tables.iter().map(|table| format!("{}.csv", table.name));
    Ok(csv.chain([JSON.to_owned()]).collect())
}

/// The rows of all targets; the target is the first column if there are targets.
fn by_target<'e>(
    evaluation: &'e Evaluation,
    name: &'static str,
    columns: impl FnOnce(Columns) -> Columns,
    rows_of: impl Fn(&'e PartEvaluation) -> Vec<Vec<Cell<'e>>>,
) -> EvaluationTable<'e> {
    let has_targets = evaluation.models.first().is_some_and(|part| part.target.is_some());
    let columns = columns(Columns::new().text(if has_targets { "target" } else { "" }));
    let mut rows = Vec::new();
    for part in &evaluation.models {
        let target = |row: Vec<Cell<'e>>| part.target.iter().map(|t| t.as_str().into()).chain(row).collect();
        rows.extend(rows_of(part).into_iter().map(target));
    }
    EvaluationTable { name, columns, rows }
}

fn report_table(evaluation: &Evaluation) -> EvaluationTable<'_> {
    let columns = |c: Columns| c.text("label").number("precision recall f1-score").count("support").number("low high");
    by_target(evaluation, "report", columns, |part| {
        let line = |name: &str, s: Option<&Scores>, f1: f64, support: u64, interval: Option<(f64, f64)>| {
            let (precision, recall) = (s.map(|s| s.precision), s.map(|s| s.recall));
            let (low, high) = (interval.map(|i| i.0), interval.map(|i| i.1));
            let label = Cell::from(name.to_owned());
            vec![label, precision.into(), recall.into(), f1.into(), support.into(), low.into(), high.into()]
        };
        let n = part.articles as u64;
        let mut rows: Vec<_> =
            part.classes.iter().map(|c| line(&c.label, Some(&c.scores), c.scores.f1, c.support, None)).collect();
        rows.push(line("accuracy", None, part.accuracy, n, part.accuracy_interval));
        rows.push(line("macro avg", Some(&part.macro_avg), part.macro_avg.f1, n, part.macro_f1_interval));
        rows.push(line("weighted avg", Some(&part.weighted_avg), part.weighted_avg.f1, n, None));
        rows
    })
}

fn confusion_table(evaluation: &Evaluation) -> EvaluationTable<'_> {
    by_target(
        evaluation,
        "confusion",
        |c| c.text("label predicted").count("articles"),
        |part| {
            let mut rows = Vec::new();
            for (truth, counts) in part.classes.iter().zip(&part.confusion) {
                for (predicted, n) in part.classes.iter().zip(counts) {
                    rows.push(vec![truth.label.as_str().into(), predicted.label.as_str().into(), (*n).into()]);
                }
            }
            rows
        },
    )
}

fn reliability_table(evaluation: &Evaluation) -> EvaluationTable<'_> {
    let columns = |c: Columns| c.number("low high").count("articles").number("mean_probability accuracy");
    by_target(evaluation, "reliability", columns, |part| {
        let bin = |b: &Bin| {
            vec![b.low.into(), b.high.into(), b.articles.into(), b.mean_probability.into(), b.accuracy.into()]
        };
        part.reliability.iter().map(bin).collect()
    })
}

fn outlet_table(evaluation: &Evaluation) -> EvaluationTable<'_> {
    let columns =
        |c: Columns| c.text("outlet").count("articles").number("accuracy accuracy_low accuracy_high macro_f1");
    by_target(evaluation, "outlets", columns, |part| {
        let line = part.outlets.iter().map(|line| {
            let (low, high) = (line.accuracy_interval.map(|i| i.0), line.accuracy_interval.map(|i| i.1));
            let outlet = line.outlet.as_deref().into();
            vec![outlet, line.articles.into(), line.accuracy.into(), low.into(), high.into(), line.macro_f1.into()]
        });
        line.collect()
    })
}

fn prediction_table<'e>(evaluation: &'e Evaluation, classes: &'e [String]) -> EvaluationTable<'e> {
    let has_targets = evaluation.models.iter().any(|part| part.target.is_some());
    let mut columns = Columns::new().text("id outlet").text(if has_targets { "target" } else { "" });
    columns = columns.text("label predicted");
    classes.iter().for_each(|class| columns.push(Kind::Number, format!("p_{class}")));
    let row = |e: &'e Example| {
        let mut row: Vec<Cell<'e>> = vec![e.id.as_str().into(), e.outlet.as_deref().into()];
        row.extend(e.target.iter().map(|target| Cell::from(target.as_str())));
        row.extend([classes[e.label].as_str().into(), classes[e.predicted].as_str().into()]);
        row.extend(e.score.probabilities.iter().map(|p| Cell::from(*p)));
        row.extend([e.score.coverage.into(), e.score.caution.map_or("", Caution::text).into()]);
        row
    };
    let rows = evaluation.examples.iter().map(row).collect();
    EvaluationTable { name: "predictions", columns: columns.number("coverage").text("warning"), rows }
}
