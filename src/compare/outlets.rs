//! One row per outlet: how much there is of it, how much it quotes, where it leans.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::lean::Lean;
use super::stance::OutletStance;
use super::{Estimate, Options, contrasts};
use crate::text::Voice;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A row of `outlets.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// The outlet's articles that count.
    pub articles: usize,
    /// Words of prose in them.
    pub words: u64,
    /// Stories that it shares with another outlet, among the articles that count.
    pub stories: usize,
    /// The outlet's articles that are near copies of another, whether they count or not.
    pub reprints: usize,
    /// Earliest date.
    pub first_date: Option<NaiveDate>,
    /// Latest date.
    pub last_date: Option<NaiveDate>,
    /// The part of its words that is inside quotation marks; `None` without words.
    pub quoted: Option<f64>,
    /// The part of its words that is reported without quotation marks.
    pub reported: Option<f64>,
    /// Its position on the lexicon's axis.
    pub lean: Option<Estimate>,
    /// Its articles with a leaning use.
    pub lean_articles: usize,
    /// Two-sided p-value of a lean of 0.
    pub lean_p: Option<f64>,
    /// The q-value of the lean: Benjamini–Hochberg over all outlets.
    pub lean_q: Option<f64>,
    /// The outlet with the most similar log-odds over all poles.
    pub nearest: Option<usize>,
    /// The model's scores of its articles, if there is a model.
    pub stance: Option<OutletStance>,
}

/// One row per outlet, in the outlets' order. An outlet whose articles are all left out keeps its row.
pub fn rows(
    collected: &Collected,
    index: &ByOutlet,
    contrasts: &[contrasts::Row],
    leans: &[Option<Lean>],
    stances: Vec<Option<OutletStance>>,
    options: &Options,
) -> Vec<Row> {
    let nearest = nearest(collected.outlets.len(), contrasts, options);
    let mut reprints = vec![0; collected.outlets.len()];
    for article in collected.articles.iter().filter(|a| a.is_copy) {
        article.outlet.get().into_iter().for_each(|outlet| reprints[outlet] += 1);
    }
    let stories = super::stories::shared_by_outlet(&collected.articles, collected.outlets.len());
    let row = |(outlet, stance): (usize, Option<OutletStance>)| {
        let articles = || index.articles[outlet].iter().map(|&i| &collected.articles[i]);
        let words: u64 = articles().map(|a| u64::from(a.total_words())).sum();
        let part = |voice| {
            let n: u64 = articles().map(|a| u64::from(a.words[voice as usize])).sum();
            (words > 0).then(|| n as f64 / words as f64)
        };
        Row {
            outlet,
            articles: index.articles[outlet].len(),
            words,
            stories: stories[outlet],
            reprints: reprints[outlet],
            first_date: articles().filter_map(|a| a.date).min(),
            last_date: articles().filter_map(|a| a.date).max(),
            quoted: part(Voice::Quoted),
            reported: part(Voice::Reported),
            lean: leans[outlet].map(|lean| lean.estimate),
            lean_articles: leans[outlet].map_or(0, |lean| lean.articles),
            lean_p: leans[outlet].and_then(|lean| lean.p),
            lean_q: leans[outlet].and_then(|lean| lean.q),
            nearest: nearest[outlet],
            stance,
        }
    };
    stances.into_iter().enumerate().map(row).collect()
}

/// For each outlet, the one with the smallest Euclidean distance between their log-odds; a pole without uses counts as
/// 0. Ties go to the first. `None` for an outlet without uses, and if there is no other outlet.
fn nearest(outlets: usize, rows: &[contrasts::Row], options: &Options) -> Vec<Option<usize>> {
    let mut columns: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut profiles: Vec<Vec<f64>> = vec![Vec::new(); outlets];
    for row in rows.iter().filter(|r| r.voices == options.voice) {
        let Some(log_odds) = row.log_odds else { continue };
        let fresh = columns.len();
        let column = *columns.entry((row.contrast, row.pole)).or_insert(fresh);
        let profile = &mut profiles[row.outlet];
        profile.resize(profile.len().max(column + 1), 0.0);
        profile[column] = log_odds.delta;
    }
    let used: Vec<usize> = (0..outlets).filter(|&o| !profiles[o].is_empty()).collect();
    profiles.iter_mut().for_each(|p| p.resize(columns.len(), 0.0));
    let squared =
        |a: usize, b: usize| -> f64 { profiles[a].iter().zip(&profiles[b]).map(|(x, y)| (x - y).powi(2)).sum() };
    let nearest_to = |outlet: usize| {
        used.binary_search(&outlet).ok()?;
        let others = used.iter().filter(|&&o| o != outlet).map(|&o| (squared(outlet, o), o));
        others.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, o)| o)
    };
    (0..outlets).into_par_iter().map(nearest_to).collect()
}
