//! Categories: how often an outlet uses the words of a category, and whether that differs from all other outlets.
//!
//! The words of a category don't compete with another name. So a category has no share but a rate: uses per thousand
//! words of the voice. Rates are compared in the same way as those of keywords ([`TwoRates`]), with the article as the
//! unit.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::{MIN_ARTICLES, Voices, placebo};
use crate::cues::Lexicon;
use crate::error::Result;
use crate::stats::binomial::ClopperPearson;
use crate::stats::cluster::Cluster;
use crate::stats::fdr::benjamini_hochberg;
use crate::stats::rate::{Group, OneRate, TwoRates, Uses};

/// What a reader must know about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Too few articles have words in this voice.
    FewArticles,
    /// The other outlets have too few articles with words in this voice.
    FewOthers,
    /// The words occur in too few articles to estimate a variance.
    Rare,
}

impl Note {
    /// The text in the table.
    pub fn text(self) -> &'static str {
        match self {
            Note::FewArticles => "no test: fewer than three articles with words in this voice",
            Note::FewOthers => "no test: fewer than three articles of others with words in this voice",
            Note::Rare => "in fewer than five articles on a side: judged by articles, not by uses",
        }
    }
}

/// One row: outlet × voice × category. An outlet without words in a voice has no rows for that voice; one with words
/// but no uses has a count of 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// The voices whose uses are counted.
    pub voices: Voices,
    /// Index of the category among the contrasts.
    pub contrast: usize,
    /// Uses of the category's words.
    pub count: u64,
    /// Articles with a use.
    pub articles: usize,
    /// Words in this voice.
    pub words: u64,
    /// Uses per thousand words.
    pub per_1k: f64,
    /// The 95% interval of `per_1k` over articles; `None` with fewer than three articles.
    pub interval: Option<(f64, f64)>,
    /// Uses per thousand words of all other outlets; `None` if they have no words in this voice.
    pub per_1k_rest: Option<f64>,
    /// log₂ of the ratio of the two rates, smoothed by half a use. Positive: more typical of this outlet.
    pub log_ratio: Option<f64>,
    /// The 95% interval of `log_ratio`; an end is `None` if it is infinite. `None` without a test.
    pub log_ratio_interval: Option<(Option<f64>, Option<f64>)>,
    /// Two-sided p-value, over articles.
    pub p: Option<f64>,
    /// The q-value: Benjamini–Hochberg within the table.
    pub q: Option<f64>,
    /// What a reader must know about the row.
    pub note: Option<Note>,
}

impl Row {
    /// Whether the row is a finding (q < 0.05).
    pub fn is_finding(&self) -> bool {
        self.q.is_some_and(|q| q < 0.05)
    }
}

/// All rows, sorted by outlet, voice and category; none without categories.
pub fn rows(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon) -> Vec<Row> {
    let mut rows = Vec::new();
    for voices in Voices::ROWS {
        for (contrast, _) in lexicon.categories() {
            let number = index.first_poles[contrast];
            let side = |articles: &Vec<usize>| {
                let mut side = (Uses::default(), Group::default());
                articles.iter().for_each(|&i| add(&mut side, cluster(collected, i, number, voices)));
                side
            };
            let sides: Vec<(Uses, Group)> = index.articles.iter().map(side).collect();
            of_category(&sides, (voices, contrast), &mut rows);
        }
    }
    rows.sort_by_key(|r| (r.outlet, r.voices, r.contrast));
    let tested: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].p.is_some()).collect();
    let p: Vec<f64> = tested.iter().filter_map(|&i| rows[i].p).collect();
    for (&row, q) in tested.iter().zip(benjamini_hochberg(&p)) {
        rows[row].q = Some(q);
    }
    rows
}

/// An article's uses of a category out of its words in the voice.
fn cluster(collected: &Collected, article: usize, number: usize, voices: Voices) -> Cluster {
    let article = &collected.articles[article];
    Cluster { x: f64::from(collected.poles.uses(article, number, voices)), n: f64::from(voices.sum(&article.words)) }
}

fn add((uses, group): &mut (Uses, Group), c: Cluster) {
    group.add(c.n);
    if c.x > 0.0 {
        uses.add(c);
    }
}

/// The rows of one category in one voice.
fn of_category(sides: &[(Uses, Group)], (voices, contrast): (Voices, usize), rows: &mut Vec<Row>) {
    let mut all = (Uses::default(), Group::default());
    for (uses, group) in sides {
        all.0 += *uses;
        all.1 += *group;
    }
    // The uses per article to assume for an outlet without any.
    let burst = all.0.burst();
    let mut exact = ClopperPearson::default();
    for (outlet, &(uses, group)) in sides.iter().enumerate().filter(|(_, (_, group))| group.words > 0.0) {
        let rates = TwoRates { a: (uses, group), b: (all.0 - uses, all.1 - group) };
        let rest = rates.b.1;
        let enough = |group: Group| group.articles >= MIN_ARTICLES as f64;
        let note = if !enough(group) {
            Some(Note::FewArticles)
        } else if !enough(rest) {
            Some(Note::FewOthers)
        } else {
            rates.is_rare().then_some(Note::Rare)
        };
        let tested = enough(group) && enough(rest) && all.0.count > 0.0;
        rows.push(Row {
            outlet,
            voices,
            contrast,
            count: uses.count as u64,
            articles: uses.articles as usize,
            words: group.words as u64,
            per_1k: 1000.0 * uses.count / group.words,
            interval: OneRate { uses, group }
                .interval(burst, &mut exact)
                .filter(|_| enough(group))
                .map(|(low, high)| (1000.0 * low, 1000.0 * high)),
            per_1k_rest: (rest.words > 0.0).then(|| 1000.0 * rates.b.0.count / rest.words),
            log_ratio: (rest.words > 0.0 && all.0.count > 0.0).then(|| rates.log2_ratio()),
            log_ratio_interval: tested.then(|| rates.interval()),
            p: tested.then(|| rates.p()),
            q: None,
            note,
        });
    }
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
        "categories"
    }

    fn findings(&self) -> (usize, usize) {
        (self.rows.iter().filter(|r| r.is_finding()).count(), self.rows.iter().filter(|r| r.q.is_some()).count())
    }

    fn splitter(&self, outlet: usize) -> Result<placebo::Splitter<'_>> {
        let of = |voices, contrast: usize| -> Vec<Cluster> {
            let number = self.index.first_poles[contrast];
            self.index.articles[outlet].iter().map(|&i| cluster(self.collected, i, number, voices)).collect()
        };
        let categories = || self.lexicon.categories().map(|(contrast, _)| contrast);
        let tables: Vec<Vec<Cluster>> =
            Voices::ROWS.iter().flat_map(|&voices| categories().map(move |c| of(voices, c))).collect();
        Ok(Box::new(move |half| {
            // Rows of both halves are counted, as in the table.
            let mut rows = Vec::new();
            for clusters in &tables {
                let mut sides = [(Uses::default(), Group::default()); 2];
                clusters.iter().zip(half).for_each(|(c, &half)| add(&mut sides[half as usize], *c));
                of_category(&sides, (Voices::All, 0), &mut rows);
            }
            let p: Vec<f64> = rows.iter().filter_map(|r| r.p).collect();
            Ok(benjamini_hochberg(&p).into_iter().filter(|q| *q < 0.05).count())
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(articles: &[(f64, f64)]) -> (Uses, Group) {
        let mut side = (Uses::default(), Group::default());
        articles.iter().for_each(|&(x, n)| add(&mut side, Cluster { x, n }));
        side
    }

    fn of(sides: &[&[(f64, f64)]]) -> Vec<Row> {
        let sides: Vec<_> = sides.iter().map(|articles| side(articles)).collect();
        let mut rows = Vec::new();
        of_category(&sides, (Voices::All, 0), &mut rows);
        rows
    }

    #[test]
    fn rates_are_uses_in_a_thousand_words() {
        let rows = of(&[&[(2.0, 100.0); 8], &[(1.0, 200.0); 6]]);
        assert_eq!((rows[0].count, rows[0].articles, rows[0].words), (16, 8, 800));
        assert_eq!((rows[0].per_1k, rows[0].per_1k_rest), (20.0, Some(5.0)));
        assert!((rows[0].log_ratio.expect("a ratio") - (16.5f64 / 801.0 * 1201.0 / 6.5).log2()).abs() < 1e-12);
        assert_eq!(rows[0].p, rows[1].p);
        assert_eq!(rows[0].note, None);
        let (low, high) = rows[0].interval.expect("an interval");
        assert!(low < 20.0 && high > 20.0);
    }

    #[test]
    fn what_is_missing_is_said() {
        let none: &[(f64, f64)] = &[(0.0, 0.0); 5];
        let rows = of(&[&[(2.0, 100.0); 2], &[(0.0, 100.0); 9], none]);
        assert_eq!(rows.len(), 2, "no row without words");
        assert_eq!((rows[0].note, rows[0].p, rows[0].interval), (Some(Note::FewArticles), None, None));
        assert_eq!((rows[1].note, rows[1].count, rows[1].p), (Some(Note::FewOthers), 0, None));
        assert!(rows[1].interval.is_some_and(|(low, high)| low == 0.0 && high > 0.0));
        let alone = of(&[&[(2.0, 100.0); 9]]);
        assert_eq!((alone[0].per_1k_rest, alone[0].log_ratio, alone[0].note), (None, None, Some(Note::FewOthers)));
        let nowhere = of(&[&[(0.0, 100.0); 9], &[(0.0, 90.0); 9]]);
        assert!(nowhere.iter().all(|r| r.p.is_none() && r.log_ratio.is_none()), "{nowhere:?}");
    }
}
