//! The words of two outlets chosen by the reader, and of one outlet compared with all others: data for the page's
//! script.

use super::more::optional;
use super::read::{ReportData, text};
use crate::compare::keywords::{LEVEL, Note};
use crate::error::Result;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The number of outlets to choose from: those with the most articles.
const OUTLETS: usize = 30;

/// The number of words of an outlet compared with all others.
const TYPICAL: usize = 60;

/// A row of `keywords.csv`.
#[derive(Debug, Deserialize)]
struct Keyword {
    #[serde(deserialize_with = "text")]
    outlet: String,
    #[serde(deserialize_with = "text")]
    term: String,
    articles: u64,
    per_1k: f64,
    per_1k_rest: Option<f64>,
    log_ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    q: Option<f64>,
    #[serde(default)]
    note: String,
}

impl Keyword {
    /// Used more than by chance, and not because of how the article was made.
    fn is_told(&self) -> bool {
        let aside = self.note.split("; ").any(|note| Note::ALL.iter().any(|n| n.is_aside() && n.name() == note));
        self.log_ratio.is_some_and(|ratio| ratio > 0.0) && self.q.is_some_and(|q| q < LEVEL) && !aside
    }
}

/// A row of `words.csv`.
#[derive(Debug, Deserialize)]
struct Rate {
    #[serde(deserialize_with = "text")]
    outlet: String,
    #[serde(deserialize_with = "text")]
    term: String,
    articles: u64,
    per_1k: f64,
    low: f64,
    high: f64,
}

/// Term, articles, uses per thousand words, the same of the others, log ratio with its interval, q.
type Typical = (String, u64, f64, Option<f64>, Option<f64>, Option<f64>, Option<f64>, Option<f64>);

/// The data for the script.
#[derive(Debug, Default, Serialize)]
pub(super) struct Words {
    /// Terms whose rates are known for every outlet; sorted.
    terms: Vec<String>,
    outlets: Vec<OutletWords>,
}

/// One outlet; lists are by term, and empty if its rates aren't known.
#[derive(Debug, Default, Serialize)]
struct OutletWords {
    name: String,
    articles: Vec<u64>,
    rate: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    typical: Vec<Typical>,
}

impl Words {
    /// Whether there is nothing to choose.
    pub fn is_empty(&self) -> bool {
        self.outlets.is_empty()
    }

    /// The outlets to choose from.
    pub fn outlets(&self) -> impl Iterator<Item = &str> {
        self.outlets.iter().map(|o| o.name.as_str())
    }

    /// Whether two outlets can be chosen.
    pub fn has_pairs(&self) -> bool {
        !self.terms.is_empty()
    }

    /// The number of terms.
    pub fn terms(&self) -> usize {
        self.terms.len()
    }
}

/// For the outlets with the most articles: the rates of terms, and the words most typical of each.
pub(super) fn words(folder: &Path, data: &ReportData) -> Result<Words> {
    let mut keywords: FxHashMap<String, Vec<Keyword>> = FxHashMap::default();
    for row in optional::<Keyword>(folder, "keywords.csv")?.into_iter().filter(Keyword::is_told) {
        keywords.entry(row.outlet.clone()).or_default().push(row);
    }
    let mut rates: FxHashMap<String, Vec<Rate>> = FxHashMap::default();
    for row in optional::<Rate>(folder, "words.csv")? {
        rates.entry(row.outlet.clone()).or_default().push(row);
    }
    // Limited to the outlets of the table, so that the page has what the table has.
    let terms: Vec<String> = rates.values().next().map_or(Vec::new(), |of| of.iter().map(|r| r.term.clone()).collect());
    rates.retain(|_, of| of.iter().map(|r| &r.term).eq(&terms));
    let mut outlets: Vec<_> = data.outlets.iter().collect();
    outlets.retain(|o| rates.contains_key(&o.outlet) || terms.is_empty() && keywords.contains_key(&o.outlet));
    outlets.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.outlet.cmp(&b.outlet)));
    outlets.truncate(OUTLETS);
    let of_outlet = |outlet: &str| {
        let rates = rates.remove(outlet).unwrap_or_default();
        OutletWords {
            name: outlet.to_owned(),
            articles: rates.iter().map(|r| r.articles).collect(),
            rate: rates.iter().map(|r| short(r.per_1k)).collect(),
            low: rates.iter().map(|r| short(r.low)).collect(),
            high: rates.iter().map(|r| short(r.high)).collect(),
            typical: keywords.remove(outlet).map_or(Vec::new(), typical),
        }
    };
    Ok(Words { outlets: outlets.iter().map(|o| o.outlet.as_str()).map(of_outlet).collect(), terms })
}

/// Sorted by the lower end of the interval.
fn typical(mut rows: Vec<Keyword>) -> Vec<Typical> {
    let low = |r: &Keyword| r.low.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| low(b).total_cmp(&low(a)).then_with(|| a.term.cmp(&b.term)));
    let word = |r: Keyword| (r.term, r.articles, r.per_1k, r.per_1k_rest, r.log_ratio, r.low, r.high, r.q);
    rows.into_iter().take(TYPICAL).map(word).collect()
}

/// Rounds to three significant digits: the page shows no more, and holds thousands of these.
fn short(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_are_short() {
        assert_eq!([short(0.0), short(0.012345), short(123.456)], [0.0, 0.0123, 123.0]);
    }
}
