//! `keywords.csv` and `words.csv`, and which of their terms are shown.

use super::cell::Cell;
use super::column::{Columns, Kind};
use super::tables::Sink;
use crate::compare::keywords::{Keywords, Row};
use crate::error::Result;

/// The columns; the first has the name of what was compared.
pub fn columns(by: &str) -> Columns {
    let mut columns = Columns::new();
    columns.push(Kind::Text, by);
    columns
        .text("term")
        .count("count articles stories")
        .number("per_1k per_1k_rest log_ratio low high p q g2 log_odds_z dispersion")
        .text("note")
}

/// All rows.
///
/// # Errors
/// Errors of the sink.
pub fn rows(outlets: &[String], table: &Keywords, sink: &mut Sink<'_>) -> Result<()> {
    for r in &table.rows {
        sink(&[
            outlets[r.outlet].as_str().into(),
            r.term.as_str().into(),
            r.count.into(),
            r.articles.into(),
            r.stories.into(),
            r.per_1k.into(),
            r.per_1k_rest.into(),
            r.log_ratio.into(),
            r.low.into(),
            r.high.into(),
            r.p.into(),
            r.q.into(),
            r.g2.into(),
            r.log_odds_z.into(),
            r.dispersion.into(),
            Cell::from(notes(r)),
        ])?;
    }
    Ok(())
}

/// The columns of `words.csv`.
pub fn rate_columns() -> Columns {
    Columns::new().text("outlet term").count("count articles").number("per_1k low high")
}

/// The rows of `words.csv`.
///
/// # Errors
/// Errors of the sink.
pub fn rate_rows(outlets: &[String], table: &Keywords, sink: &mut Sink<'_>) -> Result<()> {
    for r in &table.rates {
        sink(&[
            outlets[r.outlet].as_str().into(),
            r.term.as_str().into(),
            r.count.into(),
            r.articles.into(),
            r.per_1k.into(),
            r.interval.0.into(),
            r.interval.1.into(),
        ])?;
    }
    Ok(())
}

/// The notes of a row, separated by semicolons.
pub fn notes(row: &Row) -> String {
    row.notes.iter().map(|n| n.name()).collect::<Vec<_>>().join("; ")
}

/// What is shown for one outlet.
pub struct Shown<'k> {
    /// Its most typical terms: findings, sorted by the lower end of the interval.
    pub terms: Vec<&'k Row>,
    /// The number of its findings.
    pub findings: usize,
    /// The number of findings that aren't shown because of their notes.
    pub aside: usize,
}

/// The `top` most typical terms of an outlet.
pub fn shown(table: &Keywords, outlet: usize, top: usize) -> Shown<'_> {
    let findings: Vec<&Row> = table.findings().filter(|r| r.outlet == outlet).collect();
    let aside = findings.iter().filter(|r| r.is_aside()).count();
    let terms = findings.iter().copied().filter(|r| !r.is_aside()).take(top).collect();
    Shown { terms, findings: findings.len(), aside }
}

/// The ratio of the rates with its interval: `3.1 [2.4, 4.0]`, or `12 [3.1, ∞]` without an upper end.
pub fn ratio(row: &Row) -> String {
    let show = |log: f64| {
        let ratio = log.exp2();
        match ratio {
            r if r < 9.95 => format!("{r:.1}"),
            r => super::thousands(r.round() as u64),
        }
    };
    let end = |log: Option<f64>, without: &str| log.map_or_else(|| without.to_owned(), show);
    format!("{} [{}, {}]", show(row.log_ratio), end(row.low, "0"), end(row.high, "∞"))
}
