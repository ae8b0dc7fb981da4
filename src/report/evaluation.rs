//! An evaluation in text, tables and JSON.

use super::cell::{harmless, number};
use super::terminal::printable;
use crate::claim::Claim;
use crate::error::{Error, Result};
use crate::model::evaluate::{Evaluation, FEW_ARTICLES, FEW_OUTLETS, PartEvaluation, Unit};
use crate::model::metrics::Scores;
use crate::model::score::Caution;
use std::path::Path;

/// What is printed: scikit-learn's report, the confusion, the calibration and the outlets, target by target.
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
            text.push_str(&format!(
                "note: {few} are few: these scores say little, and intervals by drawing so few are too narrow\n"
            ));
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
    if evaluation.cautioned > 0 {
        let n = super::counted(evaluation.cautioned as u64, "article", "articles");
        text.push_str(&format!("warning: {n} of which the model knows few words or none\n"));
    }
    text
}

/// The articles or outlets that were drawn, where they are few.
fn few(part: &PartEvaluation, unit: Unit) -> Option<String> {
    let named = part.outlets.iter().filter(|line| line.outlet.is_some()).count();
    match unit {
        _ if part.articles < FEW_ARTICLES => Some(super::counted(part.articles as u64, "article", "articles")),
        Unit::Outlet if named < FEW_OUTLETS => Some(super::counted(named as u64, "outlet", "outlets")),
        _ => None,
    }
}

/// The report as scikit-learn's `classification_report(…, digits=3)` prints it.
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
        None => format!("{value:.3} (no interval: one of the {by} only)"),
    };
    format!(
        "accuracy {}, macro-F1 {}: 95% by drawing {by}\n",
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

/// Writes `report.csv`, `confusion.csv`, `reliability.csv`, `outlets.csv`, `predictions.csv` and `evaluation.json` into
/// a folder. Returns their names. `classes` are those of the scorer.
///
/// # Errors
/// Where something can't be written; then nothing has been replaced.
pub fn write(evaluation: &Evaluation, classes: &[String], out: Claim) -> Result<Vec<&'static str>> {
    const JSON: &str = "evaluation.json";
    let tables = [
        ("report.csv", report_rows(evaluation)),
        ("confusion.csv", confusion_rows(evaluation)),
        ("reliability.csv", reliability_rows(evaluation)),
        ("outlets.csv", outlet_rows(evaluation)),
        ("predictions.csv", prediction_rows(evaluation, classes)),
    ];
    out.fill(|folder| {
        for (name, rows) in &tables {
            csv(&folder.join(name), rows)?;
        }
        let failed = |e| Error::io(folder.join(JSON), e);
        let json = serde_json::to_string_pretty(evaluation).map_err(|e| failed(e.into()))?;
        std::fs::write(folder.join(JSON), json + "\n").map_err(failed)
    })?;
    out.finish_folder(&[], JSON)?;
    Ok(tables.into_iter().map(|(name, _)| name).chain([JSON]).collect())
}

type Rows = Vec<Vec<String>>;

fn csv(path: &Path, rows: &Rows) -> Result<()> {
    let failed = |e: csv::Error| Error::io(path, std::io::Error::from(e));
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    for row in rows {
        for field in row {
            // Numbers begin with a sign only where they are meant to.
            let written = match field.parse::<f64>() {
                Ok(_) => writer.write_field(field),
                Err(_) => writer.write_field(harmless(field).as_ref()),
            };
            written.map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush().map_err(|e| Error::io(path, e))
}

/// A header and the rows of all targets; the target is the first column where there are targets.
fn rows<'e>(evaluation: &'e Evaluation, columns: &[&str], of: impl Fn(&'e PartEvaluation) -> Rows) -> Rows {
    let with_target = |target: &Option<String>, row: Vec<String>| target.iter().cloned().chain(row).collect();
    let has_targets = evaluation.models.first().and_then(|part| part.target.as_ref()).map(|_| "target".to_owned());
    let mut rows: Rows = vec![with_target(&has_targets, columns.iter().map(|&c| c.to_owned()).collect())];
    for part in &evaluation.models {
        rows.extend(of(part).into_iter().map(|row| with_target(&part.target, row)));
    }
    rows
}

fn optional(value: Option<f64>) -> String {
    value.map_or(String::new(), number)
}

fn report_rows(evaluation: &Evaluation) -> Rows {
    let columns = ["label", "precision", "recall", "f1-score", "support", "low", "high"];
    rows(evaluation, &columns, |part| {
        let line = |name: &str, s: Option<&Scores>, f1: f64, support: u64, interval: Option<(f64, f64)>| {
            let (precision, recall) = (s.map(|s| s.precision), s.map(|s| s.recall));
            let (low, high) = (interval.map(|i| i.0), interval.map(|i| i.1));
            let numbers = [optional(precision), optional(recall), number(f1), support.to_string()];
            [name.to_owned()].into_iter().chain(numbers).chain([optional(low), optional(high)]).collect()
        };
        let n = part.articles as u64;
        let mut rows: Rows =
            part.classes.iter().map(|c| line(&c.label, Some(&c.scores), c.scores.f1, c.support, None)).collect();
        rows.push(line("accuracy", None, part.accuracy, n, part.accuracy_interval));
        rows.push(line("macro avg", Some(&part.macro_avg), part.macro_avg.f1, n, part.macro_f1_interval));
        rows.push(line("weighted avg", Some(&part.weighted_avg), part.weighted_avg.f1, n, None));
        rows
    })
}

fn confusion_rows(evaluation: &Evaluation) -> Rows {
    rows(evaluation, &["label", "predicted", "articles"], |part| {
        let mut rows = Vec::new();
        for (truth, counts) in part.classes.iter().zip(&part.confusion) {
            for (predicted, n) in part.classes.iter().zip(counts) {
                rows.push(vec![truth.label.clone(), predicted.label.clone(), n.to_string()]);
            }
        }
        rows
    })
}

fn reliability_rows(evaluation: &Evaluation) -> Rows {
    rows(evaluation, &["low", "high", "articles", "mean_probability", "accuracy"], |part| {
        let bins = part.reliability.iter();
        bins.map(|b| {
            let (mean, accuracy) = (optional(b.mean_probability), optional(b.accuracy));
            vec![number(b.low), number(b.high), b.articles.to_string(), mean, accuracy]
        })
        .collect()
    })
}

fn outlet_rows(evaluation: &Evaluation) -> Rows {
    rows(evaluation, &["outlet", "articles", "accuracy", "accuracy_low", "accuracy_high", "macro_f1"], |part| {
        let line = part.outlets.iter().map(|line| {
            let (low, high) = (line.accuracy_interval.map(|i| i.0), line.accuracy_interval.map(|i| i.1));
            let outlet = line.outlet.clone().unwrap_or_default();
            let numbers = [number(line.accuracy), optional(low), optional(high), number(line.macro_f1)];
            [outlet, line.articles.to_string()].into_iter().chain(numbers).collect()
        });
        line.collect()
    })
}

fn prediction_rows(evaluation: &Evaluation, classes: &[String]) -> Rows {
    let has_targets = evaluation.models.iter().any(|part| part.target.is_some());
    let target = has_targets.then(|| "target".to_owned());
    let fixed = ["id", "outlet"].into_iter().map(str::to_owned).chain(target);
    let header =
        fixed.chain(["label".to_owned(), "predicted".to_owned()]).chain(classes.iter().map(|c| format!("p_{c}")));
    let mut rows: Rows = vec![header.chain(["coverage".to_owned(), "warning".to_owned()]).collect()];
    for e in &evaluation.examples {
        let fixed = [e.id.clone(), e.outlet.clone().unwrap_or_default()].into_iter().chain(e.target.clone());
        let labels = [classes[e.label].clone(), classes[e.predicted].clone()];
        let row = fixed.chain(labels).chain(e.score.probabilities.iter().map(|p| optional(*p)));
        let warning = e.score.caution.map_or("", Caution::text).to_owned();
        rows.push(row.chain([optional(e.score.coverage), warning]).collect());
    }
    rows
}
