//! Contrasts: what part of a contrast's uses falls to each pole, by outlet and voice, and whether that differs from
//! the others.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::context::Context;
use super::{Estimate, IntervalOf, MIN_ARTICLES, PRIOR, Voices, placebo};
use crate::cues::Lexicon;
use crate::stats::cluster::{Cluster, Ratio, Sums, share_difference_p};
use crate::stats::fdr::benjamini_hochberg;
use crate::stats::interval::wilson;
use crate::stats::log_odds::{Counts, LogOdds, log_odds};
use rayon::prelude::*;
use std::ops::Range;

/// One row: outlet × voice × contrast × pole. Only outlets that use the contrast in that voice have rows for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// Whose uses.
    pub voices: Voices,
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// Uses of the pole.
    pub count: u64,
    /// The outlet's articles in which the pole is used.
    pub articles: usize,
    /// Uses of the whole contrast, and the outlet's articles in which it is used.
    pub of: (u64, usize),
    /// The part of the contrast's uses that falls to the pole.
    pub share: Estimate,
    /// The share, shrunk towards that of all outlets by a prior of [`PRIOR`] uses.
    pub share_shrunk: f64,
    /// What the context alone would lead to, where a model of it is good enough.
    pub expected: Option<f64>,
    /// Share minus expected share, with its interval where there are articles enough.
    pub excess: Option<Estimate>,
    /// Against all other outlets, with a prior; `None` where there are no others or the pole has all uses.
    pub log_odds: Option<LogOdds>,
    /// Two-sided p-value against all other outlets, over articles; `None` where either side has too few.
    pub p: Option<f64>,
    /// Benjamini–Hochberg within the table.
    pub q: Option<f64>,
    /// Whether there is so little that an interval over articles covers more than 95%, and p is larger than it need be:
    /// fewer than [`FEW_EFFECTIVE`] articles by Kish's effective number, or fewer than [`FEW_WITH`] with the pole or with
    /// a rival.
    pub is_wide: bool,
}

/// Below, intervals over articles are wider than their 95% need.
pub const FEW_EFFECTIVE: f64 = 15.0;
/// Below, too: so many articles must have the pole, and so many a rival.
pub const FEW_WITH: usize = 5;

/// A share with the interval that its number of articles allows.
pub fn estimate(ratio: &Ratio) -> Estimate {
    if ratio.clusters >= MIN_ARTICLES {
        Estimate { value: ratio.value, interval: ratio.share_interval(), of: IntervalOf::Articles }
    } else {
        let interval = wilson(ratio.value * ratio.total, ratio.total);
        Estimate { value: ratio.value, interval, of: IntervalOf::Mentions }
    }
}

/// All rows, sorted by outlet, voice, contrast and pole.
pub fn rows(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, context: &Context) -> Vec<Row> {
    let contrasts = || lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category()).map(|(i, _)| i);
    let parts: Vec<(Voices, usize)> = Voices::ROWS.iter().flat_map(|&v| contrasts().map(move |c| (v, c))).collect();
    let mut rows: Vec<Row> =
        parts.into_par_iter().flat_map_iter(|part| contrast_rows(collected, index, context, part)).collect();
    rows.sort_by_key(|r| (r.outlet, r.voices, r.contrast, r.pole));
    let tested: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].p.is_some()).collect();
    let p: Vec<f64> = tested.iter().filter_map(|&i| rows[i].p).collect();
    for (&row, q) in tested.iter().zip(benjamini_hochberg(&p)) {
        rows[row].q = Some(q);
    }
    rows
}

/// An outlet's uses of one pole.
#[derive(Default, Clone)]
struct Uses {
    sums: Sums,
    /// Articles that have the pole.
    articles: usize,
    /// Articles that have a rival.
    with_rival: usize,
}

/// The rows of one contrast in one voice, for all outlets.
fn contrast_rows(
    collected: &Collected,
    index: &ByOutlet,
    context: &Context,
    (voices, contrast): (Voices, usize),
) -> Vec<Row> {
    let whole = index.poles_of(contrast);
    let of_outlet = |articles: &Vec<usize>| {
        let mut uses = vec![Uses::default(); whole.len()];
        for article in articles.iter().map(|&i| &collected.articles[i]) {
            let n = article.uses_of(whole.clone(), voices);
            for (uses, pole) in uses.iter_mut().zip(whole.clone()).filter(|_| n > 0) {
                let x = article.uses(pole, voices);
                uses.sums.add(Cluster { x: f64::from(x), n: f64::from(n) });
                uses.articles += usize::from(x > 0);
                uses.with_rival += usize::from(n > x);
            }
        }
        uses
    };
    let by_outlet: Vec<Vec<Uses>> = index.articles.iter().map(of_outlet).collect();
    let mut rows = Vec::new();
    for pole in 0..whole.len() {
        let mut all = Sums::default();
        by_outlet.iter().for_each(|uses| all += uses[pole].sums);
        for (outlet, uses) in by_outlet.iter().enumerate() {
            let excess = context.excess(outlet, voices, contrast, pole);
            rows.extend(row((outlet, voices, contrast, pole), &uses[pole], all, excess));
        }
    }
    rows
}

/// One row; `None` where the outlet doesn't use the contrast. `all` are the sums over all outlets.
fn row(
    (outlet, voices, contrast, pole): (usize, Voices, usize, usize),
    Uses { sums, articles, with_rival }: &Uses,
    all: Sums,
    excess: Option<Estimate>,
) -> Option<Row> {
    let ratio = sums.ratio()?;
    let rest = all - *sums;
    let overall = all.count() / all.total();
    let counts = Counts { a: sums.count(), n1: sums.total(), b: rest.count(), n2: rest.total() };
    let has_rest = rest.total() > 0.0;
    let p = rest
        .ratio()
        .filter(|rest| rest.clusters >= MIN_ARTICLES && ratio.clusters >= MIN_ARTICLES)
        .and_then(|rest| share_difference_p(&ratio, &rest));
    Some(Row {
        outlet,
        voices,
        contrast,
        pole,
        count: sums.count() as u64,
        articles: *articles,
        of: (sums.total() as u64, sums.clusters()),
        share: estimate(&ratio),
        share_shrunk: (sums.count() + PRIOR * overall) / (sums.total() + PRIOR),
        expected: excess.map(|e| ratio.value - e.value),
        excess,
        log_odds: if has_rest { log_odds(counts, PRIOR, overall) } else { None },
        p,
        q: None,
        is_wide: ratio.clusters >= MIN_ARTICLES
            && (ratio.effective < FEW_EFFECTIVE || *articles.min(with_rival) < FEW_WITH),
    })
}

/// The table as the placebo splits it.
pub(super) struct Split<'a> {
    pub collected: &'a Collected,
    pub index: &'a ByOutlet,
    pub lexicon: &'a Lexicon,
    pub rows: &'a [Row],
}

impl placebo::Table for Split<'_> {
    fn name(&self) -> &'static str {
        "contrasts"
    }

    fn findings(&self) -> (usize, usize) {
        let q = || self.rows.iter().filter_map(|row| row.q);
        (q().filter(|q| *q < 0.05).count(), q().count())
    }

    fn splitter(&self, outlet: usize) -> placebo::Splitter<'_> {
        let of_pole = |voices, whole: Range<usize>, number| -> Vec<(usize, Cluster)> {
            let cluster = |(place, &i): (usize, &usize)| {
                let article = &self.collected.articles[i];
                let n = f64::from(article.uses_of(whole.clone(), voices));
                (n > 0.0).then(|| (place, Cluster { x: f64::from(article.uses(number, voices)), n }))
            };
            self.index.articles[outlet].iter().enumerate().filter_map(cluster).collect()
        };
        let mut poles = Vec::new();
        for voices in Voices::ROWS {
            let contrasts = self.lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category());
            for (contrast, _) in contrasts {
                let whole = self.index.poles_of(contrast);
                poles.extend(whole.clone().map(|number| of_pole(voices, whole.clone(), number)));
            }
        }
        Box::new(move |half| between_halves(&poles, half))
    }
}

/// Findings between halves, both halves' rows counted, as the table has them. A pole is the clusters that use its contrast,
/// each with its place among the articles.
fn between_halves(poles: &[Vec<(usize, Cluster)>], half: &[u32]) -> usize {
    let p = |pole: &Vec<(usize, Cluster)>| {
        let mut sums = [Sums::default(); 2];
        pole.iter().for_each(|(place, cluster)| sums[half[*place] as usize].add(*cluster));
        let (a, b) = (sums[0].ratio()?, sums[1].ratio()?);
        let enough = a.clusters >= MIN_ARTICLES && b.clusters >= MIN_ARTICLES;
        share_difference_p(&a, &b).filter(|_| enough)
    };
    let p: Vec<f64> = poles.iter().filter_map(p).flat_map(|p| [p, p]).collect();
    benjamini_hochberg(&p).into_iter().filter(|q| *q < 0.05).count()
}
