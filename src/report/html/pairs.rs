//! Two outlets at a time: how much more one uses a name than the other, within stories and over all articles.

use super::more::{optional, small, times, told};
use super::read::{Run, text};
use super::strip::{Line, Point, strip};
use crate::error::Result;
use crate::report::counted;
use serde::Deserialize;
use std::path::Path;

/// The number of pairs of outlets shown within stories, and also over all articles.
const PAIRS: usize = 12;

/// Odds ratios from a quarter to 256 on a log₂ scale; the outlet that uses the name more comes first.
const RATIOS: Line = Line { from: -2.0, to: 8.0, ticks: "ratios" };

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
    /// The interval with the article or the story as the unit, if there is one.
    fn interval(&self) -> Option<(f64, f64)> {
        match (self.robust_low, self.robust_high) {
            (None, None) => self.low.zip(self.high),
            // An end without a number is open.
            (low, high) => Some((low.unwrap_or(0.0), high.unwrap_or(f64::INFINITY))),
        }
    }

    /// The same row with the outlet that uses the name more first.
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
    /// The number of stories; empty over all articles.
    pub stories: String,
}

/// The results with the smallest q, one per pair and contrast.
#[derive(Default)]
pub(super) struct PairsView {
    pub within: Vec<PairView>,
    pub over_all: Vec<PairView>,
    /// Tested pairs that aren't shown.
    pub more: usize,
}

impl PairsView {
    /// Whether none was tested.
    pub fn is_empty(&self) -> bool {
        self.within.is_empty() && self.over_all.is_empty()
    }

    /// The tables that have rows, each with its heading.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &[PairView])> {
        let both = [("Within the same stories", &self.within[..]), ("Over all articles", &self.over_all)];
        both.into_iter().filter(|(_, rows)| !rows.is_empty())
    }
}

/// The pairs of `pairs.csv`.
///
/// # Errors
/// If the table is from another version.
pub(super) fn pairs(folder: &Path, run: &Run) -> Result<PairsView> {
    let mut rows: Vec<PairRow> = optional(folder, "pairs.csv")?;
    rows.retain(|r| r.odds_ratio.is_some() && r.q.is_some() && told(run, &r.contrast).as_deref() == Some(&r.pole));
    let all = rows.len();
    let q = |r: &PairRow| r.q.unwrap_or(f64::INFINITY);
    rows.sort_by(|a, b| q(a).total_cmp(&q(b)));
    let (within, over_all): (Vec<PairRow>, Vec<PairRow>) = rows.into_iter().partition(|r| r.matched == "stories");
    let first = |rows: Vec<PairRow>| rows.into_iter().take(PAIRS).map(|row| pair(row.turned())).collect();
    let (within, over_all): (Vec<PairView>, Vec<PairView>) = (first(within), first(over_all));
    let more = all - within.len() - over_all.len();
    Ok(PairsView { within, over_all, more })
}

fn pair(r: PairRow) -> PairView {
    let interval = r.interval();
    let value = r.odds_ratio.unwrap_or(1.0).log2();
    let drawn = Point { value, interval: interval.map(|(l, h)| (l.log2(), h.log2())), ..Point::default() };
    PairView {
        strip: strip(&[("lean", drawn)], RATIOS),
        ratio: r.odds_ratio.map_or(String::new(), times),
        interval: interval.map_or(String::new(), |(l, h)| format!("[{}, {}]", times(l), times(h))),
        q: r.q.map_or(String::new(), small),
        stories: r.stories.map_or(String::new(), |n| counted(n, "story", "stories")),
        outlets: [r.outlet_a, r.outlet_b],
        pole: format!("{}: {}", r.contrast, r.pole),
    }
}
