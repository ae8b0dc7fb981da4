//! Pairs: every two outlets, contrast by contrast and pole by pole, over all their articles and within the stories that
//! both cover.
//!
//! The number of pairs grows with the square of the number of outlets, so only [`Options::pairs`] outlets are included:
//! those with the most articles that count.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::{MIN_ARTICLES, Options, placebo};
use crate::cues::{Contrast, Lexicon};
use crate::error::Result;
use crate::stats::cluster::{Cluster, Ratio, Sums, share_difference_interval, share_difference_p};
use crate::stats::fdr::benjamini_hochberg;
use crate::stats::mantel_haenszel::{Pooled, Table, pool};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What is compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// All articles of the two outlets.
    All,
    /// Articles on one event, story by story.
    Stories,
}

impl Matched {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Matched::All => "all",
            Matched::Stories => "stories",
        }
    }
}

/// Why numbers are missing in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// One of the two outlets has no use of the contrast.
    NoUse,
    /// The two cover no story together.
    NoSharedStory,
    /// They cover stories together, but none in which both use the contrast.
    NoSharedUse,
    /// One of the names is used on one side only, or not at all.
    OneName,
    /// Too few articles for a test.
    FewArticles,
    /// Too few stories in which both names are used.
    FewStories,
}

impl Note {
    /// The text in the table.
    pub fn text(self) -> &'static str {
        match self {
            Note::NoUse => "one of the two has no use of the contrast",
            Note::NoSharedStory => "no story that both tell",
            Note::NoSharedUse => "no story in which both use the contrast",
            Note::OneName => "no odds ratio: one of the two always or never takes this name",
            Note::FewArticles => "no test: fewer than three articles of one of the two use the contrast",
            Note::FewStories => "no test: fewer than three stories have both names and both outlets",
        }
    }
}

/// One row: two outlets × contrast × pole × matched. Odds ratios above 1: more typical of the first outlet.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Indices of the outlets, in the order of their names.
    pub outlets: (usize, usize),
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// What is compared with what.
    pub matched: Matched,
    /// Stories in which both use the contrast; 0 if stories aren't considered.
    pub stories: usize,
    /// Those of them in which both names are used, so that they carry the odds ratio.
    pub carrying: usize,
    /// Articles of each outlet with a use; only within those stories if `matched` is [`Matched::Stories`].
    pub articles: (usize, usize),
    /// The Mantel–Haenszel odds ratio; over all articles simply the odds ratio of the two shares.
    pub odds_ratio: Option<f64>,
    /// The 95% interval of Robins, Breslow and Greenland: treats every use as independent.
    pub interval: Option<(f64, f64)>,
    /// The 95% interval with the article or the story as the unit.
    pub robust: Option<(f64, f64)>,
    /// Two-sided p-value with the article or the story as the unit.
    pub p: Option<f64>,
    /// The q-value: Benjamini–Hochberg within the table.
    pub q: Option<f64>,
    /// The p-value of Breslow and Day's test with Tarone's correction: small if stories differ in their odds ratios.
    pub homogeneity: Option<f64>,
    /// Why numbers are missing.
    pub note: Option<Note>,
}

/// One article's uses of a contrast.
#[derive(Clone)]
struct Uses {
    story: Option<usize>,
    /// By pole.
    poles: Vec<f64>,
}

/// One outlet's uses of a contrast.
struct Outlet {
    articles: Vec<Uses>,
    /// By pole, over all articles.
    shares: Vec<Option<Ratio>>,
    /// By story: uses by pole, and the articles.
    stories: BTreeMap<usize, (Vec<f64>, usize)>,
}

/// The outlets that are compared in pairs, in the order of their names: those with the most articles that count. In a
/// tie, the one whose first article comes first, so that the name of an outlet has no influence.
pub fn outlets(index: &ByOutlet, options: &Options) -> Vec<usize> {
    let mut order: Vec<usize> = (0..index.articles.len()).filter(|&o| !index.articles[o].is_empty()).collect();
    order.sort_by_key(|&o| (std::cmp::Reverse(index.articles[o].len()), index.articles[o][0]));
    order.truncate(options.pairs);
    order.sort_unstable();
    order
}

/// All rows, sorted by outlets, contrast, pole and `matched`.
pub fn rows(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Vec<Row> {
    let outlets = outlets(index, options);
    let pairs: Vec<(usize, usize)> =
        (0..outlets.len()).flat_map(|a| (a + 1..outlets.len()).map(move |b| (a, b))).collect();
    let told: Vec<Vec<usize>> = outlets.iter().map(|&outlet| stories_of(collected, index, outlet)).collect();
    let share_one = |(a, b): (usize, usize)| told[a].iter().any(|story| told[b].binary_search(story).is_ok());
    let mut rows = Vec::new();
    for (contrast, what) in lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category()) {
        let of_outlet = |&outlet: &usize| {
            let uses = uses(collected, index, (outlet, contrast), options);
            Outlet::new(uses.into_iter().map(|(_, uses)| uses).collect(), what.poles.len())
        };
        let uses: Vec<Outlet> = outlets.par_iter().map(of_outlet).collect();
        let of_pair = |&(a, b): &(usize, usize)| {
            let together = share_one((a, b));
            let both = |pole| [all(&uses[a], &uses[b], pole), within(&uses[a], &uses[b], pole, together)];
            let named = |mut row: Row| {
                (row.outlets, row.contrast) = ((outlets[a], outlets[b]), contrast);
                row
            };
            (0..what.poles.len()).flat_map(both).map(named).collect::<Vec<_>>()
        };
        rows.extend(pairs.par_iter().map(of_pair).collect::<Vec<_>>().into_iter().flatten());
    }
    // A stable sort: poles and `matched` keep their order.
    rows.sort_by_key(|r| (r.outlets, r.contrast));
    let tested: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].p.is_some()).collect();
    let p: Vec<f64> = tested.iter().filter_map(|&i| rows[i].p).collect();
    for (&row, q) in tested.iter().zip(benjamini_hochberg(&p)) {
        rows[row].q = Some(q);
    }
    rows
}

/// The table's tests between the halves of an outlet, over all articles and within stories.
pub(super) struct Split<'c> {
    pub collected: &'c Collected,
    pub index: &'c ByOutlet,
    pub lexicon: &'c Lexicon,
    pub options: &'c Options,
    pub rows: &'c [Row],
}

impl placebo::Table for Split<'_> {
    fn name(&self) -> &'static str {
        "pairs"
    }

    fn findings(&self) -> (usize, usize) {
        let q = || self.rows.iter().filter_map(|row| row.q);
        (q().filter(|q| *q < 0.05).count(), q().count())
    }

    fn splitter(&self, outlet: usize) -> Result<placebo::Splitter<'_>> {
        let contrasts = self.lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category());
        let of_contrast = |(contrast, what): (usize, &Contrast)| {
            (what.poles.len(), uses(self.collected, self.index, (outlet, contrast), self.options))
        };
        let contrasts: Vec<(usize, Vec<(usize, Uses)>)> = contrasts.map(of_contrast).collect();
        Ok(Box::new(move |half| {
            let mut p = Vec::new();
            for (poles, uses) in &contrasts {
                let side = |side: u32| {
                    let uses = uses.iter().filter(|(place, _)| half[*place] == side).map(|(_, uses)| uses.clone());
                    Outlet::new(uses.collect(), *poles)
                };
                let (a, b) = (side(0), side(1));
                let both = |pole| [all(&a, &b, pole).p, within(&a, &b, pole, true).p];
                p.extend((0..*poles).flat_map(both).flatten());
            }
            Ok(benjamini_hochberg(&p).iter().filter(|q| **q < 0.05).count())
        }))
    }
}

/// The stories of an outlet's articles that count, sorted.
fn stories_of(collected: &Collected, index: &ByOutlet, outlet: usize) -> Vec<usize> {
    let mut stories: Vec<usize> =
        index.articles[outlet].iter().filter_map(|&i| collected.articles[i].story.get()).collect();
    stories.sort_unstable();
    stories.dedup();
    stories
}

/// An outlet's articles that use a contrast, each with its index among all of the outlet's articles.
fn uses(
    collected: &Collected,
    index: &ByOutlet,
    (outlet, contrast): (usize, usize),
    options: &Options,
) -> Vec<(usize, Uses)> {
    let numbers = index.poles_of(contrast);
    let of_article = |(place, &i): (usize, &usize)| {
        let article = &collected.articles[i];
        let poles = numbers.clone().map(|pole| f64::from(collected.poles.uses(article, pole, options.voice))).collect();
        (place, Uses { story: article.story.get(), poles })
    };
    index.articles[outlet].iter().enumerate().map(of_article).filter(|(_, uses)| uses.total() > 0.0).collect()
}

impl Outlet {
    fn new(articles: Vec<Uses>, poles: usize) -> Self {
        let share =
            |pole| articles.iter().map(|a| Cluster { x: a.poles[pole], n: a.total() }).collect::<Sums>().ratio();
        let mut stories: BTreeMap<usize, (Vec<f64>, usize)> = BTreeMap::new();
        for article in &articles {
            let Some(story) = article.story else { continue };
            let (sums, number) = stories.entry(story).or_insert_with(|| (vec![0.0; poles], 0));
            sums.iter_mut().zip(&article.poles).for_each(|(sum, uses)| *sum += uses);
            *number += 1;
        }
        Outlet { shares: (0..poles).map(share).collect(), articles, stories }
    }
}

impl Uses {
    fn total(&self) -> f64 {
        self.poles.iter().sum()
    }
}

/// Uses of a pole and of its rivals.
fn parted(poles: &[f64], pole: usize) -> (f64, f64) {
    (poles[pole], poles.iter().sum::<f64>() - poles[pole])
}

fn empty(pole: usize, matched: Matched) -> Row {
    Row {
        outlets: (0, 0),
        contrast: 0,
        pole,
        matched,
        stories: 0,
        carrying: 0,
        articles: (0, 0),
        odds_ratio: None,
        interval: None,
        robust: None,
        p: None,
        q: None,
        homogeneity: None,
        note: None,
    }
}

/// The row over all articles of both outlets.
fn all(a: &Outlet, b: &Outlet, pole: usize) -> Row {
    let articles = (a.articles.len(), b.articles.len());
    let row = Row { articles, ..empty(pole, Matched::All) };
    let (Some(share_a), Some(share_b)) = (&a.shares[pole], &b.shares[pole]) else {
        return Row { note: Some(Note::NoUse), ..row };
    };
    let side = |share: &Ratio| ((share.value * share.total).round(), ((1.0 - share.value) * share.total).round());
    let ((x, not_x), (y, not_y)) = (side(share_a), side(share_b));
    let Pooled { odds_ratio, interval, .. } = pool(&[Table { a: x, b: not_x, c: y, d: not_y }]);
    let enough = articles.0 >= MIN_ARTICLES && articles.1 >= MIN_ARTICLES;
    let note = match (enough, odds_ratio) {
        (false, _) => Some(Note::FewArticles),
        (true, None) => Some(Note::OneName),
        (true, Some(_)) => None,
    };
    Row {
        odds_ratio,
        interval,
        robust: share_difference_interval(share_a, share_b)
            .filter(|_| enough)
            .map(|(low, high)| (low.exp(), high.exp())),
        p: share_difference_p(share_a, share_b).filter(|_| enough),
        note,
        ..row
    }
}

/// The row within the stories in which both use the contrast.
fn within(a: &Outlet, b: &Outlet, pole: usize, together: bool) -> Row {
    let mut tables = Vec::new();
    let mut articles = (0, 0);
    for (story, (in_a, articles_a)) in &a.stories {
        let Some((in_b, articles_b)) = b.stories.get(story) else { continue };
        let ((x, not_x), (y, not_y)) = (parted(in_a, pole), parted(in_b, pole));
        tables.push(Table { a: x, b: not_x, c: y, d: not_y });
        articles = (articles.0 + articles_a, articles.1 + articles_b);
    }
    let row = Row { stories: tables.len(), articles, ..empty(pole, Matched::Stories) };
    if tables.is_empty() {
        let uses = !a.articles.is_empty() && !b.articles.is_empty();
        let note = match (together, uses) {
            (false, _) => Note::NoSharedStory,
            (true, false) => Note::NoUse,
            (true, true) => Note::NoSharedUse,
        };
        return Row { note: Some(note), ..row };
    }
    let pooled = pool(&tables);
    let enough = pooled.carrying >= MIN_ARTICLES;
    let note = match (enough, pooled.odds_ratio) {
        (false, _) => Some(Note::FewStories),
        (true, None) => Some(Note::OneName),
        (true, Some(_)) => None,
    };
    Row {
        carrying: pooled.carrying,
        odds_ratio: pooled.odds_ratio,
        interval: pooled.interval,
        robust: pooled.robust.filter(|_| enough),
        p: pooled.p.filter(|_| enough),
        homogeneity: pooled.homogeneity,
        note,
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (story, uses of the pole, uses of its rival) for each article.
    fn outlet(articles: &[(usize, f64, f64)]) -> Outlet {
        let uses = |&(story, x, y): &(usize, f64, f64)| Uses { story: Some(story), poles: vec![x, y] };
        Outlet::new(articles.iter().map(uses).collect(), 2)
    }

    #[test]
    fn a_story_told_in_two_articles_is_one_stratum() {
        let a = outlet(&[(1, 2.0, 1.0), (1, 1.0, 0.0), (2, 1.0, 1.0), (7, 5.0, 0.0), (3, 2.0, 0.0)]);
        let b = outlet(&[(1, 0.0, 2.0), (2, 1.0, 3.0), (3, 1.0, 1.0), (9, 0.0, 4.0)]);
        let row = within(&a, &b, 0, true);
        assert_eq!((row.stories, row.carrying, row.articles, row.note), (3, 3, (4, 3), None));
        // By hand: R = 3·2/6 + 1·3/6 + 2·1/4, S = 1·0/6 + 1·1/6 + 0.
        assert!((row.odds_ratio.expect("an odds ratio") - 12.0).abs() < 1e-12, "{row:?}");
    }

    #[test]
    fn what_is_missing_is_said() {
        let a = outlet(&[(1, 2.0, 1.0), (2, 2.0, 1.0)]);
        let none = outlet(&[]);
        let apart = outlet(&[(4, 2.0, 0.0), (5, 1.0, 0.0), (6, 1.0, 0.0)]);
        assert_eq!(all(&a, &none, 0).note, Some(Note::NoUse));
        assert_eq!(all(&a, &apart, 0).note, Some(Note::FewArticles));
        assert_eq!(all(&apart, &apart, 0).note, Some(Note::OneName));
        assert_eq!(within(&a, &apart, 0, false).note, Some(Note::NoSharedStory));
        assert_eq!(within(&a, &apart, 0, true).note, Some(Note::NoSharedUse));
        assert_eq!(within(&a, &a, 0, true).note, Some(Note::FewStories));
    }
}
