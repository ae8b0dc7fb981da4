//! Sections of tables that not every comparison has: pairs within stories, trends, the placebo.

use super::read::{Run, table, text};
use super::strip::{Point, strip};
use crate::error::Result;
use crate::report::{counted, two};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// So many pairs of outlets are shown within stories, and as many over all articles.
const PAIRS: usize = 12;

/// An odds ratio beyond two to this power is drawn at the end of its line.
const DOUBLINGS: f64 = 5.0;

/// So many outlets have a line of their own over time, in each contrast.
const LINES: usize = 6;

/// Differences with a smaller q are told.
const Q: f64 = 0.05;

/// Reads a table where it is there.
pub(super) fn optional<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Result<Vec<T>> {
    let path = folder.join(name);
    if path.exists() { table(&path) } else { Ok(Vec::new()) }
}

/// The pole that a contrast is told by: what stands on the right, where that is one name; else the last.
pub(super) fn told(run: &Run, contrast: &str) -> Option<String> {
    let contrast = run.contrasts.iter().find(|c| c.name == contrast)?;
    let right = contrast.poles.iter().find(|p| Some(&p.name) == contrast.right.as_ref());
    right.or(contrast.poles.last()).map(|p| p.name.clone())
}

#[derive(Debug, Deserialize)]
struct PairRow {
    #[serde(deserialize_with = "text")]
    outlet_a: String,
    #[serde(deserialize_with = "text")]
    outlet_b: String,
    #[serde(deserialize_with = "text")]
    contrast: String,
    #[serde(deserialize_with = "text")]
    pole: String,
    matched: String,
    stories: Option<u64>,
    odds_ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// With the article or the story as the unit.
    robust_low: Option<f64>,
    robust_high: Option<f64>,
    q: Option<f64>,
}

impl PairRow {
    /// The interval with the article or the story as the unit, where there is one.
    fn interval(&self) -> Option<(f64, f64)> {
        match (self.robust_low, self.robust_high) {
            (None, None) => self.low.zip(self.high),
            // An end that no number can be given for is open.
            (low, high) => Some((low.unwrap_or(0.0), high.unwrap_or(f64::INFINITY))),
        }
    }

    /// The same with the outlet first that uses the name more.
    fn turned(self) -> Self {
        if self.odds_ratio.is_none_or(|ratio| ratio >= 1.0) {
            return self;
        }
        let over = |value: Option<f64>| value.map(|v| 1.0 / v);
        PairRow {
            odds_ratio: over(self.odds_ratio),
            low: over(self.high),
            high: over(self.low),
            robust_low: over(self.robust_high),
            robust_high: over(self.robust_low),
            outlet_a: self.outlet_b,
            outlet_b: self.outlet_a,
            ..self
        }
    }
}

/// Two outlets on one name; the first uses it more.
pub(super) struct PairView {
    pub outlets: [String; 2],
    pub pole: String,
    pub strip: String,
    pub ratio: String,
    pub interval: String,
    pub q: String,
    pub matched: String,
}

/// The pairs with the smallest q, one a pair and contrast, those within stories first; and how many more there are.
pub(super) fn pairs(folder: &Path, run: &Run) -> Result<(Vec<PairView>, usize)> {
    let mut rows: Vec<PairRow> = optional(folder, "pairs.csv")?;
    rows.retain(|r| r.odds_ratio.is_some() && r.q.is_some() && told(run, &r.contrast).as_deref() == Some(&r.pole));
    let all = rows.len();
    let q = |r: &PairRow| r.q.unwrap_or(f64::INFINITY);
    rows.sort_by(|a, b| q(a).total_cmp(&q(b)));
    let (within, over_all): (Vec<PairRow>, Vec<PairRow>) = rows.into_iter().partition(|r| r.matched == "stories");
    let shown = within.into_iter().take(PAIRS).chain(over_all.into_iter().take(PAIRS));
    let views: Vec<PairView> = shown.map(|row| pair(row.turned())).collect();
    let more = all - views.len();
    Ok((views, more))
}

fn pair(r: PairRow) -> PairView {
    let interval = r.interval();
    let value = r.odds_ratio.unwrap_or(1.0).log2();
    let drawn = Point { value, interval: interval.map(|(l, h)| (l.log2(), h.log2())), ..Point::default() };
    PairView {
        strip: strip(&[("lean", drawn)], -DOUBLINGS, DOUBLINGS),
        ratio: r.odds_ratio.map_or(String::new(), times),
        interval: interval.map_or(String::new(), |(l, h)| format!("[{}, {}]", times(l), times(h))),
        q: r.q.map_or(String::new(), small),
        matched: r.stories.map_or("all articles".to_owned(), |n| counted(n, "story", "stories")),
        outlets: [r.outlet_a, r.outlet_b],
        pole: format!("{}: {}", r.contrast, r.pole),
    }
}

/// A ratio with as many digits as it is good for.
pub(super) fn times(ratio: f64) -> String {
    match ratio {
        r if !r.is_finite() => "∞".to_owned(),
        r if r >= 1000.0 => "over 1,000".to_owned(),
        r if r >= 10.0 => format!("{r:.0}"),
        r if r >= 1.0 => format!("{r:.1}"),
        r => format!("{r:.2}"),
    }
}

/// A p-value or q-value.
pub(super) fn small(q: f64) -> String {
    if q < 0.001 { "<0.001".to_owned() } else { format!("{q:.3}") }
}

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

/// One outlet over time.
pub(super) struct TrendLine {
    pub outlet: String,
    pub drawn: String,
    /// Where it changes for more than chance.
    pub change: String,
    /// Period, share with interval.
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

/// The contrasts over time, each with the outlets that have the most articles.
pub(super) fn trends(folder: &Path, run: &Run) -> Result<Vec<TrendView>> {
    let rows: Vec<TrendRow> = optional(folder, "trends.csv")?;
    let mut views = Vec::new();
    for contrast in &run.contrasts {
        let Some(pole) = told(run, &contrast.name) else { continue };
        let of: Vec<&TrendRow> = rows.iter().filter(|r| r.contrast == contrast.name && r.pole == pole).collect();
        let mut periods: Vec<&str> = of.iter().map(|r| r.period.as_str()).collect();
        periods.sort_unstable();
        periods.dedup();
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else { continue };
        if periods.len() < 2 {
            continue;
        }
        let mut outlets: BTreeMap<&str, Vec<&TrendRow>> = BTreeMap::new();
        of.iter().for_each(|r| outlets.entry(&r.outlet).or_default().push(r));
        let mut outlets: Vec<_> = outlets.into_iter().collect();
        let size = |rows: &[&TrendRow]| rows.iter().map(|r| r.articles).sum::<u64>();
        outlets.sort_by(|a, b| size(&b.1).cmp(&size(&a.1)).then(a.0.cmp(b.0)));
        let more = outlets.len().saturating_sub(LINES);
        outlets.truncate(LINES);
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

fn line(outlet: &str, mut rows: Vec<&TrendRow>, periods: &[&str]) -> TrendLine {
    rows.sort_by(|a, b| a.period.cmp(&b.period));
    let interval = |r: &TrendRow| r.share_low.zip(r.share_high);
    let show = |r: &&TrendRow| {
        let interval = interval(r).map_or(String::new(), |(l, h)| format!(" [{}, {}]", two(l), two(h)));
        (r.period.clone(), format!("{}{interval}", two(r.share)))
    };
    let changes = rows.iter().filter(|r| r.q.is_some_and(|q| q < Q));
    let changes = changes
        .filter_map(|r| Some(format!("{} ({}{})", r.period, if r.change? > 0.0 { "+" } else { "" }, two(r.change?))));
    TrendLine {
        outlet: outlet.to_owned(),
        drawn: over_time(&rows, periods),
        change: changes.collect::<Vec<_>>().join(", "),
        points: rows.iter().map(show).collect(),
    }
}

/// Height of a line over time, in pixels.
const HEIGHT: f64 = 64.0;

/// When a period begins, in years; `None` for values of a column.
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

/// Shares over time, from 0 at the foot to 1 at the head; a gap where a period has no use.
fn over_time(rows: &[&TrendRow], periods: &[&str]) -> String {
    let moments: Vec<f64> = periods.iter().map_while(|p| moment(p)).collect();
    let is_time = moments.len() == periods.len();
    let at = |i: usize| if is_time { moments[i] } else { i as f64 };
    let (first, last) = (at(0), at(periods.len() - 1));
    let x = |r: &TrendRow| {
        let i = periods.iter().position(|p| *p == r.period).unwrap_or_default();
        100.0 * (at(i) - first) / (last - first).max(f64::MIN_POSITIVE)
    };
    let y = |share: f64| 4.0 + (HEIGHT - 8.0) * (1.0 - share);
    let mut out = format!(
        "<svg class=\"strip\" width=\"100%\" height=\"{HEIGHT}\" aria-hidden=\"true\" focusable=\"false\"><g class=\"own time\">"
    );
    for (class, share) in [("end", 0.0), ("middle", 0.5), ("end", 1.0)] {
        let y = y(share);
        let _ = write!(out, "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>");
        if class == "end" {
            let _ = write!(out, "<text x=\"-5\" y=\"{}\" text-anchor=\"end\">{share}</text>", y + 4.0);
        }
    }
    for (i, r) in rows.iter().enumerate() {
        let at = x(r);
        if let Some((low, high)) = r.share_low.zip(r.share_high) {
            let _ = write!(
                out,
                "<line class=\"interval\" x1=\"{at:.2}%\" x2=\"{at:.2}%\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
                y(low),
                y(high)
            );
        }
        if let Some(next) = rows.get(i + 1) {
            let _ = write!(
                out,
                "<line class=\"path\" x1=\"{at:.2}%\" x2=\"{:.2}%\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
                x(next),
                y(r.share),
                y(next.share)
            );
        }
        let _ = write!(out, "<circle cx=\"{at:.2}%\" cy=\"{:.1}\" r=\"3.5\"/>", y(r.share));
    }
    out.push_str("</g></svg>");
    out
}

/// The placebo of `run.json`, a line a table; empty where there was none.
pub(super) fn placebo(run: &Run) -> Vec<String> {
    let tables = run.placebo.as_ref().map_or(&[][..], |p| &p.tables);
    let line = |t: &super::read::PlaceboTable| {
        let too_many = if t.too_many { ". That is too many: don't believe its q-values" } else { "" };
        format!(
            "{}: {} of {} random splits of an outlet have a finding, {} in all, beside {} in truth{too_many}.",
            t.table,
            t.splits_with_findings,
            t.splits,
            t.false_findings,
            counted(t.findings, "finding", "findings"),
        )
    };
    tables.iter().map(line).collect()
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
