//! Trends: shares by outlet and period (or by outlet and any other column), and where they changed.

use super::by::Key;
use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::contrasts::estimate;
use super::{ArticleRecord, Estimate, Options};
use crate::cues::Lexicon;
use crate::stats::change_point::{Change, Period, Untested, change_point};
use crate::stats::cluster::{Cluster, Sums};
use crate::stats::fdr::benjamini_hochberg;
use crate::stats::resample::stream;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Why no change of a share was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// The second name of `--by` has no order in time.
    NoTime,
    /// The periods don't allow it.
    Untested(Untested),
}

impl Note {
    /// The text in the table.
    pub fn text(self) -> &'static str {
        match self {
            Note::NoTime => "change not tested: not periods of time",
            Note::Untested(Untested::FewPeriods) => "change not tested: uses in fewer than five periods",
            Note::Untested(Untested::FewClusters) => {
                "change not tested: fewer than three articles before or behind every period"
            }
            Note::Untested(Untested::NoDifference) => "change not tested: the share never differs",
        }
    }
}

/// One row: outlet × period × contrast × pole. An outlet has rows only for periods in which it uses the contrast.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// The period, or the value of the second column of `--by`.
    pub period: String,
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// Uses of the pole.
    pub count: u64,
    /// Articles that use it.
    pub articles: usize,
    /// The pole's part of the contrast's uses in this period.
    pub share: Estimate,
    /// The outlet's most likely change of this share with its q-value, in the row of the first period after the change.
    pub change: Option<(Change, f64)>,
    /// Why no change was looked for; in all rows of the outlet and pole.
    pub note: Option<Note>,
}

/// All rows, sorted by outlet, contrast, pole and period; none if `--by` has only one name. Changes are only looked for
/// if the second name is a period.
pub fn rows(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Vec<Row> {
    let Some(within) = &options.by.within else { return Vec::new() };
    let outlets: Vec<Vec<Row>> = (0..index.articles.len())
        .into_par_iter()
        .map(|outlet| {
            let periods = periods(collected, index, outlet);
            let contrasts = (0..lexicon.contrasts.len()).filter(|&c| !lexicon.contrasts[c].is_category());
            contrasts
                .flat_map(|contrast| {
                    let is_time = matches!(within, Key::Time(_));
                    of_contrast(collected, index, (outlet, contrast), &periods, (options, is_time))
                })
                .collect()
        })
        .collect();
    let mut rows: Vec<Row> = outlets.into_iter().flatten().collect();
    let tested: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].change.is_some()).collect();
    let p: Vec<f64> = tested.iter().filter_map(|&i| rows[i].change.map(|c| c.0.p)).collect();
    for (&row, q) in tested.iter().zip(benjamini_hochberg(&p)) {
        rows[row].change = rows[row].change.map(|(change, _)| (change, q));
    }
    rows
}

/// The number of articles that count and have an outlet, but no period.
pub fn without_period(collected: &Collected) -> usize {
    collected.articles.iter().filter(|a| is_without_period(a)).count()
}

/// Whether an article counts and has an outlet, but no period.
pub fn is_without_period(article: &ArticleRecord) -> bool {
    article.is_compared() && article.period.get().is_none()
}

/// An outlet's articles by period.
fn periods<'c>(collected: &'c Collected, index: &ByOutlet, outlet: usize) -> BTreeMap<&'c str, Vec<usize>> {
    let mut periods: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &i in &index.articles[outlet] {
        if let Some(period) = collected.labels.period(&collected.articles[i]) {
            periods.entry(period).or_default().push(i);
        }
    }
    periods
}

/// The rows of one outlet and contrast.
fn of_contrast(
    collected: &Collected,
    index: &ByOutlet,
    (outlet, contrast): (usize, usize),
    periods: &BTreeMap<&str, Vec<usize>>,
    (options, is_time): (&Options, bool),
) -> Vec<Row> {
    let poles = index.poles_of(contrast);
    let mut rows = Vec::new();
    for (pole, number) in poles.clone().enumerate() {
        let start = rows.len();
        let mut sums = Vec::new();
        for (period, articles) in periods {
            let uses = |&i: &usize| {
                let article = &collected.articles[i];
                let all = collected.poles.uses_of(article, poles.clone(), options.voice);
                Cluster { x: f64::from(collected.poles.uses(article, number, options.voice)), n: f64::from(all) }
            };
            let all: Sums = articles.iter().map(uses).collect();
            let Some(ratio) = all.ratio() else { continue };
            sums.push(Period { x: all.count(), n: all.total(), clusters: ratio.clusters as f64 });
            rows.push(Row {
                outlet,
                period: (*period).to_owned(),
                contrast,
                pole,
                count: all.count() as u64,
                articles: articles.iter().filter(|i| uses(i).x > 0.0).count(),
                share: estimate(&ratio),
                change: None,
                note: (!is_time).then_some(Note::NoTime),
            });
        }
        if is_time {
            // The same for all poles, so that two poles are mirror images of each other.
            let mut rng = stream(options.seed, &format!("change:{contrast}:{}", index.firsts[outlet]));
            match change_point(&sums, &mut rng) {
                Ok(change) => rows[start + change.at].change = Some((change, 1.0)),
                Err(why) => rows[start..].iter_mut().for_each(|row| row.note = Some(Note::Untested(why))),
            }
        }
    }
    rows
}
