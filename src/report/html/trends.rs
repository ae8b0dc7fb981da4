//! Shares over time, one line per outlet.
//!
//! A line consists of three paths in a picture that is stretched to its space, drawn with strokes that aren't. A long
//! line takes a tenth of the space that its points would take one by one.

use super::more::{optional, told};
use super::read::{Run, text};
use crate::error::Result;
use crate::report::two;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The most outlets with a line of their own for each contrast.
const LINES: usize = 6;

/// The most points in the page, over all lines: beyond that, fewer outlets have a line.
const POINTS: usize = 4_500;

/// A line with more points than this is only drawn; its numbers are in the table.
const TOLD: usize = 60;

/// Changes with a smaller q are reported.
const Q: f64 = 0.05;

#[derive(Debug, Deserialize)]
struct TrendRow {
    #[serde(deserialize_with = "text")]
    outlet: String,
    #[serde(deserialize_with = "text")]
    period: String,
    #[serde(deserialize_with = "text")]
    contrast: String,
    #[serde(deserialize_with = "text")]
    pole: String,
    articles: u64,
    share: f64,
    share_low: Option<f64>,
    share_high: Option<f64>,
    change: Option<f64>,
    q: Option<f64>,
}

impl TrendRow {
    /// Whether a change that is more than chance starts with this period.
    fn changes(&self) -> bool {
        self.change.is_some() && self.q.is_some_and(|q| q < Q)
    }
}

/// One outlet over time.
pub(super) struct TrendLine {
    pub outlet: String,
    pub drawn: String,
    /// Where it changes by more than chance.
    pub change: String,
    /// Period, and share with interval; empty if there are too many.
    pub points: Vec<(String, String)>,
}

/// One contrast over time.
pub(super) struct TrendView {
    pub contrast: String,
    pub pole: String,
    pub first: String,
    pub last: String,
    pub lines: Vec<TrendLine>,
    pub more: usize,
}

/// The contrasts over time, each with the outlets that change, then those that have the most articles.
pub(super) fn trends(folder: &Path, run: &Run) -> Result<Vec<TrendView>> {
    let rows: Vec<TrendRow> = optional(folder, "trends.csv")?;
    let mut views = Vec::new();
    let periods = periods(&rows);
    let most = (POINTS / (run.contrasts.len() * periods.len()).max(1)).clamp(1, LINES);
    for contrast in &run.contrasts {
        let Some(pole) = told(run, &contrast.name) else { continue };
        let of: Vec<&TrendRow> = rows.iter().filter(|r| r.contrast == contrast.name && r.pole == pole).collect();
        let periods = self::periods(of.iter().copied());
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else { continue };
        if periods.len() < 2 {
            continue;
        }
        let mut outlets: BTreeMap<&str, Vec<&TrendRow>> = BTreeMap::new();
        of.iter().for_each(|r| outlets.entry(&r.outlet).or_default().push(r));
        let mut outlets: Vec<_> = outlets.into_iter().collect();
        let size =
            |rows: &[&TrendRow]| (rows.iter().any(|r| r.changes()), rows.iter().map(|r| r.articles).sum::<u64>());
        outlets.sort_by(|a, b| size(&b.1).cmp(&size(&a.1)).then(a.0.cmp(b.0)));
        let more = outlets.len().saturating_sub(most);
        outlets.truncate(most);
        views.push(TrendView {
            contrast: contrast.name.clone(),
            pole,
            first: (*first).to_owned(),
            last: (*last).to_owned(),
            lines: outlets.into_iter().map(|(outlet, rows)| line(outlet, rows, &periods)).collect(),
            more,
        });
    }
    Ok(views)
}

/// All periods in order.
fn periods<'r>(rows: impl IntoIterator<Item = &'r TrendRow>) -> Vec<&'r str> {
    let mut periods: Vec<&str> = rows.into_iter().map(|r| r.period.as_str()).collect();
    periods.sort_unstable();
    periods.dedup();
    periods
}

fn line(outlet: &str, mut rows: Vec<&TrendRow>, periods: &[&str]) -> TrendLine {
    rows.sort_by(|a, b| a.period.cmp(&b.period));
    let interval = |r: &TrendRow| r.share_low.zip(r.share_high);
    let show = |r: &&TrendRow| {
        let interval = interval(r).map_or(String::new(), |(l, h)| format!(" [{}, {}]", two(l), two(h)));
        (r.period.clone(), format!("{}{interval}", two(r.share)))
    };
    let changes = rows.iter().filter(|r| r.changes());
    let changes = changes
        .filter_map(|r| Some(format!("{} ({}{})", r.period, if r.change? > 0.0 { "+" } else { "" }, two(r.change?))));
    TrendLine {
        outlet: outlet.to_owned(),
        drawn: over_time(&rows, periods),
        change: changes.collect::<Vec<_>>().join(", "),
        points: if rows.len() > TOLD { Vec::new() } else { rows.iter().map(show).collect() },
    }
}

/// The height of a line over time in pixels, and its width in units that are stretched to the page.
const HEIGHT: f64 = 64.0;
const WIDTH: f64 = 1000.0;

/// When a period starts, in years; `None` for values of a column.
fn moment(period: &str) -> Option<f64> {
    let (year, part) = period.split_once('-').map_or((period, None), |(year, part)| (year, Some(part)));
    let year: f64 = year.parse().ok().filter(|_| year.len() == 4)?;
    let of = |part: &str, all: f64| Some((part.parse::<f64>().ok()? - 1.0) / all);
    Some(
        year + part.map_or(Some(0.0), |part| match part.split_at_checked(1)? {
            ("W", week) => of(week, 53.0),
            ("Q", quarter) => of(quarter, 4.0),
            _ => of(part, 12.0),
        })?,
    )
}

/// Shares over time, from 0 at the bottom to 1 at the top; periods without a use are skipped.
fn over_time(rows: &[&TrendRow], periods: &[&str]) -> String {
    let moments: Vec<f64> = periods.iter().map_while(|p| moment(p)).collect();
    let is_time = moments.len() == periods.len();
    let at = |i: usize| if is_time { moments[i] } else { i as f64 };
    let (first, last) = (at(0), at(periods.len() - 1));
    let x = |r: &TrendRow| {
        let i = periods.iter().position(|p| *p == r.period).unwrap_or_default();
        (WIDTH * (at(i) - first) / (last - first).max(f64::MIN_POSITIVE)).round()
    };
    let y = |share: f64| 4.0 + (HEIGHT - 8.0) * (1.0 - share);
    let (mut path, mut points, mut intervals) = (String::new(), String::new(), String::new());
    for r in rows {
        let (x, at) = (x(r), y(r.share));
        let _ = write!(path, "{}{x} {at:.1}", if path.is_empty() { 'M' } else { 'L' });
        // A stroke of length 0 with round ends is a dot.
        let _ = write!(points, "M{x} {at:.1}h0");
        if let Some((low, high)) = r.share_low.zip(r.share_high) {
            let _ = write!(intervals, "M{x} {:.1}V{:.1}", y(low), y(high));
        }
    }
    let mut out = format!(
        "<svg class=\"strip time\" width=\"100%\" height=\"{HEIGHT}\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#from-0-to-1\"/>\
         <svg class=\"own stretched\" width=\"100%\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\">"
    );
    for (class, path) in [("interval", intervals), ("path", path), ("points", points)] {
        let _ = write!(out, "<path class=\"{class}\" d=\"{path}\"/>");
    }
    out.push_str("</svg></svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn periods_stand_where_they_are_in_time() {
        assert_eq!(["2016", "2016-07", "2016-Q3", "2016-W01"].map(moment), [2016.0, 2016.5, 2016.5, 2016.0].map(Some));
        assert_eq!(["politics", "12", "2016-x"].map(moment), [None; 3]);
    }
}
