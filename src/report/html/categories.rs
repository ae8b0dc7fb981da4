//! Categories: how often the outlets use words that are counted on their own.

use super::more::{optional, small, times};
use super::read::{ReportData, text};
use super::strip::{Line, Point, strip};
use super::view::DRAWN;
use crate::error::Result;
use crate::report::counted;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::path::Path;

/// The most rows of all categories together.
const TOGETHER: usize = 300;

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(deserialize_with = "text")]
    outlet: String,
    voice: String,
    #[serde(deserialize_with = "text")]
    category: String,
    count: u64,
    articles: u64,
    per_1k: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    #[serde(default)]
    log_ratio: Option<f64>,
    #[serde(default)]
    q: Option<f64>,
}

/// One outlet.
pub(super) struct RateView {
    pub outlet: String,
    pub strip: String,
    pub rate: String,
    pub interval: String,
    /// The rate as a multiple of that of all others.
    pub times: String,
    pub q: String,
    pub uses: String,
}

/// One category.
pub(super) struct CategoryView {
    pub name: String,
    pub about: String,
    /// The end of its lines, in uses per thousand words.
    pub most: String,
    pub outlets: Vec<RateView>,
    pub more: usize,
}

/// The categories that are used, each with the outlets that have the most articles.
pub(super) fn categories(folder: &Path, data: &ReportData) -> Result<Vec<CategoryView>> {
    let mut rows: Vec<Row> = optional(folder, "categories.csv")?;
    rows.retain(|r| r.voice == data.run.settings.voice && r.per_1k.is_some());
    let sizes: FxHashMap<&str, u64> = data.outlets.iter().map(|o| (o.outlet.as_str(), o.articles)).collect();
    let mut by_category: FxHashMap<String, Vec<Row>> = FxHashMap::default();
    rows.into_iter().for_each(|r| by_category.entry(r.category.clone()).or_default().push(r));
    let drawn = DRAWN.min(TOGETHER / by_category.len().max(1)).max(2);
    let mut views = Vec::new();
    for contrast in &data.run.contrasts {
        let Some(mut rows) = by_category.remove(&contrast.name) else { continue };
        if rows.iter().all(|r| r.count == 0) {
            continue;
        }
        let size = |r: &Row| sizes.get(r.outlet.as_str()).copied().unwrap_or_default();
        rows.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.outlet.cmp(&b.outlet)));
        let more = rows.len().saturating_sub(drawn);
        rows.truncate(drawn);
        let rate = |r: &Row| r.per_1k.unwrap_or_default();
        rows.sort_by(|a, b| rate(a).total_cmp(&rate(b)).then_with(|| a.outlet.cmp(&b.outlet)));
        let most = end(rows.iter().flat_map(|r| [r.per_1k, r.high]).flatten());
        views.push(CategoryView {
            name: contrast.name.clone(),
            about: contrast.about.clone(),
            most: short(most),
            outlets: rows.iter().map(|r| view(r, most)).collect(),
            more,
        });
    }
    Ok(views)
}

fn view(r: &Row, most: f64) -> RateView {
    let value = r.per_1k.unwrap_or_default();
    let drawn = Point { value, interval: r.low.zip(r.high), ..Point::default() };
    RateView {
        outlet: r.outlet.clone(),
        strip: strip(&[("own", drawn)], Line { to: most, ..Line::SHARE }),
        rate: short(value),
        interval: r.low.zip(r.high).map_or(String::new(), |(low, high)| format!("[{}, {}]", short(low), short(high))),
        times: r.log_ratio.map_or(String::new(), |log| times(log.exp2())),
        q: r.q.map_or(String::new(), small),
        uses: format!("{} in {}", counted(r.count, "use", "uses"), counted(r.articles, "article", "articles")),
    }
}

/// A round number, not much below any of these. An interval far wider than all rates ends at the end of the line.
fn end(values: impl Iterator<Item = f64>) -> f64 {
    let most = values.fold(1e-3, f64::max);
    let ten = 10f64.powf(most.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * ten).find(|end| *end >= most).unwrap_or(most)
}

/// A rate with as many digits as are meaningful.
fn short(rate: f64) -> String {
    match rate {
        r if r <= 0.0 => "0".to_owned(),
        r if r < 0.01 => "<0.01".to_owned(),
        r if r < 10.0 => format!("{r:.2}"),
        r => format!("{r:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_round_numbers() {
        assert_eq!([0.3, 1.0, 1.2, 7.0, 23.0].map(|v| end([v].into_iter())), [0.5, 1.0, 2.0, 10.0, 50.0]);
    }
}
