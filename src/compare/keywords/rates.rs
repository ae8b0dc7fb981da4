//! How often the outlets with the most articles use the words that set outlets apart: the data for a picture of any two
//! of them.
//!
//! Takes the rows of the table and returns [`Rate`]s. Nothing is tested here: an interval is about one outlet's rate.

use super::tested::{Groups, Postings};
use super::{LEVEL, Row, TermNames};
use crate::error::Result;
use crate::stats::binomial::ClopperPearson;
use crate::stats::cluster::Cluster;
use crate::stats::rate::{OneRate, Uses};
use std::collections::{BTreeMap, BTreeSet};

/// The most outlets: those with the most articles.
pub const OUTLETS: usize = 30;
/// The most terms.
pub const TERMS: usize = 600;
/// The most outlets times terms.
pub const CELLS: usize = 15_000;

/// How often an outlet uses a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Index of the outlet.
    pub outlet: usize,
    /// The words of the term in normal form, separated by a space.
    pub term: String,
    /// The outlet's uses of the term.
    pub count: u64,
    /// The outlet's articles that have it.
    pub articles: usize,
    /// Uses per thousand of the outlet's words.
    pub per_1k: f64,
    /// The 95% interval of `per_1k`, over articles.
    pub interval: (f64, f64),
}

/// Rates by outlet and term, including terms that an outlet never uses; empty with fewer than two outlets.
///
/// # Errors
/// If uses can't be read.
pub(super) fn rates(rows: &[Row], postings: &Postings, groups: &Groups<'_>, names: &TermNames) -> Result<Vec<Rate>> {
    let outlets = largest(groups);
    if outlets.len() < 2 {
        return Ok(Vec::new());
    }
    let terms = terms(rows, &outlets, TERMS.min(CELLS / outlets.len()));
    let found = (0..postings.terms.len()).map(|i| (names.name(postings.terms[i]).to_owned(), i));
    let places: BTreeMap<String, usize> = found.filter(|(name, _)| terms.contains(name.as_str())).collect();
    let mut reader = postings.reader();
    let by_term = places.iter().map(|(name, &i)| {
        let uses = by_outlet(reader.of(i)?, groups);
        let mut all = Uses::default();
        uses.iter().for_each(|uses| all += *uses);
        Ok((name, uses, all.burst()))
    });
    let by_term: Vec<(&String, Vec<Uses>, f64)> = by_term.collect::<Result<_>>()?;
    let of_outlet = |&outlet: &usize| {
        let mut exact = ClopperPearson::default();
        by_term.iter().filter_map(move |(term, uses, burst)| {
            let rate = OneRate { uses: uses[outlet], group: groups.groups[outlet] };
            let (low, high) = rate.interval(*burst, &mut exact)?;
            Some(Rate {
                outlet,
                term: (*term).clone(),
                count: rate.uses.count as u64,
                articles: rate.uses.articles as usize,
                per_1k: 1000.0 * rate.value(),
                interval: (1000.0 * low, 1000.0 * high),
            })
        })
    };
    Ok(outlets.iter().flat_map(of_outlet).collect())
}

/// The tested outlets with the most articles, in the order of the tables.
fn largest(groups: &Groups<'_>) -> Vec<usize> {
    let mut outlets: Vec<usize> = (0..groups.groups.len()).filter(|&g| groups.is_tested(g)).collect();
    outlets.sort_by(|&a, &b| groups.groups[b].articles.total_cmp(&groups.groups[a].articles).then(a.cmp(&b)));
    outlets.truncate(OUTLETS);
    outlets.sort_unstable();
    outlets
}

/// The most typical terms of each outlet in turn, findings before others. Terms that say more about how an article was
/// made than about a choice of words are skipped.
fn terms<'r>(rows: &'r [Row], outlets: &[usize], most: usize) -> BTreeSet<&'r str> {
    let of = |outlet: usize| {
        let told = move |finding: bool| {
            rows.iter().filter(move |r| r.outlet == outlet && !r.is_aside() && (r.q < LEVEL) == finding)
        };
        told(true).chain(told(false)).map(|r| r.term.as_str()).collect::<Vec<_>>()
    };
    let by_outlet: Vec<Vec<&str>> = outlets.iter().map(|&outlet| of(outlet)).collect();
    let longest = by_outlet.iter().map(Vec::len).max().unwrap_or(0);
    let mut terms = BTreeSet::new();
    for term in (0..longest).flat_map(|turn| by_outlet.iter().filter_map(move |of| of.get(turn))) {
        if terms.len() == most {
            break;
        }
        terms.insert(*term);
    }
    terms
}

/// The sums of a term's uses by outlet.
fn by_outlet(uses: &[(u32, u32)], groups: &Groups<'_>) -> Vec<Uses> {
    let mut sums = vec![Uses::default(); groups.groups.len()];
    for &(article, count) in uses {
        let article = article as usize;
        sums[groups.of[article] as usize].add(Cluster { x: f64::from(count), n: f64::from(groups.words[article]) });
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outlet: usize, term: &str, q: f64) -> Row {
        let (low, high, g2, log_odds_z, dispersion) = (None, None, None, None, None);
        Row {
            outlet,
            term: term.to_owned(),
            count: 9,
            articles: 5,
            stories: 5,
            per_1k: 1.0,
            per_1k_rest: 0.5,
            log_ratio: 1.0,
            low,
            high,
            p: q,
            q,
            g2,
            log_odds_z,
            dispersion,
            notes: Vec::new(),
        }
    }

    #[test]
    fn outlets_take_turns_and_findings_come_first() {
        let mut own = row(0, "own", 0.001);
        own.notes.push(super::super::Note::OwnName);
        let rows =
            [row(0, "late", 0.2), own, row(0, "first", 0.01), row(1, "b", 0.01), row(1, "c", 0.01), row(2, "d", 0.01)];
        let of = |most| terms(&rows, &[0, 1], most).into_iter().collect::<Vec<_>>();
        assert_eq!(of(2), ["b", "first"]);
        assert_eq!(of(3), ["b", "first", "late"]);
        assert_eq!(of(9), ["b", "c", "first", "late"]);
    }
}
