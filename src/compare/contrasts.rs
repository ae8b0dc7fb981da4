//! Contrasts: the share of each pole in a contrast's uses, by outlet and voice, and whether it differs from the other
//! outlets.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::context::Context;
use super::record::PoleUses;
use super::{Estimate, IntervalOf, MIN_ARTICLES, PRIOR, Voices, placebo};
use crate::cues::Lexicon;
use crate::error::Result;
use crate::stats::cluster::{Cluster, Ratio, Sums, share_difference_p};
use crate::stats::fdr::benjamini_hochberg;
use crate::stats::interval::wilson;
use crate::stats::log_odds::{Counts, LogOdds, log_odds};
use rayon::prelude::*;

/// One row: outlet × voice × contrast × pole. An outlet has rows only for the contrasts that it uses in that voice.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// The voices whose uses are counted.
    pub voices: Voices,
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// Uses of the pole.
    pub count: u64,
    /// The outlet's articles in which the pole is used.
    pub articles: usize,
    /// Uses of the whole contrast, and the number of the outlet's articles that use it.
    pub of: (u64, usize),
    /// The pole's part of the contrast's uses.
    pub share: Estimate,
    /// The share, shrunk towards the share of all outlets by a prior of [`PRIOR`] uses.
    pub share_shrunk: f64,
    /// The share to expect from the context alone, if a model of the context is good enough.
    pub expected: Option<f64>,
    /// Share minus expected share, with its interval if there are enough articles.
    pub excess: Option<Estimate>,
    /// Log-odds against all other outlets, with a prior; `None` if there are no others or the pole has all uses.
    pub log_odds: Option<LogOdds>,
    /// Two-sided p-value against all other outlets, over articles; `None` if either side has too few articles.
    pub p: Option<f64>,
    /// The q-value: Benjamini–Hochberg within the table.
    pub q: Option<f64>,
    /// Whether there is so little data that an interval over articles covers more than 95%, and p is larger than
    /// necessary: fewer than [`FEW_EFFECTIVE`] articles by Kish's effective number, or fewer than [`FEW_WITH`] with the
    /// pole or with a rival.
    pub is_wide: bool,
}

/// With a smaller effective number of articles, intervals over articles are wider than necessary.
pub const FEW_EFFECTIVE: f64 = 15.0;
/// The same with fewer articles that have the pole, or fewer that have a rival.
pub const FEW_WITH: usize = 5;

/// A share with the interval that the number of articles allows.
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
    let contrast_of = contrasts_of_poles(lexicon);
    let by_outlet: Vec<Vec<Uses>> =
        index.articles.par_iter().map(|articles| uses(collected, index, &contrast_of, articles)).collect();
    let mut all = vec![Sums::default(); Voices::ROWS.len() * contrast_of.len()];
    by_outlet.iter().flatten().for_each(|uses| all[uses.place] += uses.sums);
    // The context models learn from all voices.
    let everyone = Voices::ROWS.iter().position(|row| *row == Voices::All).map_or(0, |row| row * contrast_of.len());
    let rows_of = |(outlet, all_uses): (usize, &Vec<Uses>)| {
        let excess = context.excesses(outlet, index);
        let row = |uses: &Uses| {
            let (voices, number) = (uses.place / contrast_of.len(), uses.place % contrast_of.len());
            let contrast = contrast_of[number]?;
            let of = (outlet, Voices::ROWS[voices], contrast, number - index.poles_of(contrast).start);
            // Sorted by place.
            let own = all_uses.binary_search_by_key(&(everyone + number), |own| own.place);
            let own = own.map_or(Sums::default(), |at| all_uses[at].sums);
            let others = (all[everyone + number] - own).ratio();
            let excess = excess.get(uses.place).copied().flatten().map(|excess| excess.with(others));
            row(of, uses, all[uses.place], excess)
        };
        all_uses.iter().filter_map(row).collect::<Vec<Row>>()
    };
    let mut rows: Vec<Row> = by_outlet.par_iter().enumerate().flat_map_iter(rows_of).collect();
    let tested: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].p.is_some()).collect();
    let p: Vec<f64> = tested.iter().filter_map(|&i| rows[i].p).collect();
    for (&row, q) in tested.iter().zip(benjamini_hochberg(&p)) {
        rows[row].q = Some(q);
    }
    rows
}

/// An outlet's uses of one pole in one voice.
#[derive(Default)]
struct Uses {
    /// The index of the voice in [`Voices::ROWS`] times the number of all poles, plus the pole's number.
    place: usize,
    sums: Sums,
    /// Articles that have the pole.
    articles: usize,
    /// Articles that have a rival.
    with_rival: usize,
}

/// An outlet's uses in every voice, of the poles of the contrasts that it uses, in one pass over its articles.
fn uses(collected: &Collected, index: &ByOutlet, contrast_of: &[Option<usize>], articles: &[usize]) -> Vec<Uses> {
    let places = 0..Voices::ROWS.len() * contrast_of.len();
    let mut all: Vec<Uses> = places.map(|place| Uses { place, ..Uses::default() }).collect();
    for used in articles.iter().map(|&i| collected.poles.of(&collected.articles[i])) {
        each_cluster(used, index, contrast_of, |place, cluster| {
            let uses = &mut all[place];
            uses.sums.add(cluster);
            uses.articles += usize::from(cluster.x > 0.0);
            uses.with_rival += usize::from(cluster.n > cluster.x);
        });
    }
    all.retain(|uses| uses.sums.clusters() > 0);
    all.shrink_to_fit();
    all
}

/// Visits all poles of the contrasts that an article uses, in every voice in which it uses them. Called with the index
/// of the voice in [`Voices::ROWS`] times the number of all poles, plus the pole's number.
fn each_cluster(
    used: &[PoleUses],
    index: &ByOutlet,
    contrast_of: &[Option<usize>],
    mut visit: impl FnMut(usize, Cluster),
) {
    // Poles are in order, so those of one contrast are adjacent.
    for used in used.chunk_by(|(a, _), (b, _)| contrast_of[*a as usize] == contrast_of[*b as usize]) {
        let Some(contrast) = contrast_of[used[0].0 as usize] else { continue };
        for (row, voices) in Voices::ROWS.into_iter().enumerate() {
            let n: u32 = used.iter().map(|(_, by_voice)| voices.sum(by_voice)).sum();
            if n == 0 {
                continue;
            }
            let mut used = used.iter().peekable();
            for pole in index.poles_of(contrast) {
                let x = used.next_if(|(p, _)| *p as usize == pole).map_or(0, |(_, by_voice)| voices.sum(by_voice));
                visit(row * contrast_of.len() + pole, Cluster { x: f64::from(x), n: f64::from(n) });
            }
        }
    }
}

/// The contrast of every pole; `None` for those of categories.
fn contrasts_of_poles(lexicon: &Lexicon) -> Vec<Option<usize>> {
    let contrasts = lexicon.contrasts.iter().enumerate();
    contrasts.flat_map(|(i, c)| vec![(!c.is_category()).then_some(i); c.poles.len()]).collect()
}

/// One row; `None` if the outlet doesn't use the contrast. `all` are the sums over all outlets.
fn row(
    (outlet, voices, contrast, pole): (usize, Voices, usize, usize),
    Uses { sums, articles, with_rival, .. }: &Uses,
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

/// The table, to be split by the placebo.
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

    fn splitter(&self, outlet: usize) -> Result<placebo::Splitter<'_>> {
        let contrast_of = contrasts_of_poles(self.lexicon);
        let mut poles = vec![Vec::new(); Voices::ROWS.len() * contrast_of.len()];
        for (place, &i) in self.index.articles[outlet].iter().enumerate() {
            let used = self.collected.poles.of(&self.collected.articles[i]);
            each_cluster(used, self.index, &contrast_of, |pole, cluster| poles[pole].push((place, cluster)));
        }
        Ok(Box::new(move |half| Ok(between_halves(&poles, half))))
    }
}

/// Findings between the halves; rows of both halves are counted, as in the table. A pole is given by the clusters that
/// use its contrast, each with its index among the articles.
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
