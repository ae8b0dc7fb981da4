//! Placebo: large outlets are split at random in two and the halves compared by the same tests. Every finding is false.
//!
//! Takes tables that can be split, hands on [`Placebo`]: false findings by table, beside the true number.
//! Benjamini–Hochberg at 0.05 lets one split in twenty have a finding where there is nothing to find; more than that, by
//! more than chance allows, and the table's own q-values can't be believed.

use super::Options;
use crate::error::Result;
use crate::stats::binomial::at_least;
use crate::stats::resample::stream;
use rand::RngExt;
use rayon::prelude::*;

/// Outlets with fewer articles are not split: their halves have too few to be compared.
pub const SMALLEST: usize = 20;

/// The part of splits that may have a finding by the tests' own account.
pub const NOMINAL: f64 = 0.05;

/// Counts the findings between the halves of an outlet, given the half of each article.
pub(super) type Splitter<'a> = Box<dyn Fn(&[u32]) -> Result<usize> + Sync + 'a>;

/// A table whose tests can be run on the halves of an outlet.
pub(super) trait Table: Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// How many findings it has, and how many tests.
    fn findings(&self) -> (usize, usize);

    /// What counts the findings between the halves of an outlet. It is told, for each of the outlet's articles that count,
    /// sorted by id, whether it belongs to half 0 or 1.
    ///
    /// # Errors
    /// Where what waits on disk can't be read.
    fn splitter(&self, outlet: usize) -> Result<Splitter<'_>>;
}

/// What was found in one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The table's name.
    pub table: &'static str,
    /// Its true number of findings, q < 0.05.
    pub findings: usize,
    /// Its tests.
    pub tests: usize,
    /// Splits of all outlets together.
    pub splits: usize,
    /// False findings in all of them.
    pub false_findings: usize,
    /// Splits that have one.
    pub with_findings: usize,
}

impl Tested {
    /// False findings a split.
    pub fn mean(&self) -> f64 {
        self.false_findings as f64 / self.splits.max(1) as f64
    }

    /// Whether more splits have a finding than one in twenty, so many that chance has them in one of a hundred placebos.
    pub fn is_too_many(&self) -> bool {
        self.with_findings > 0 && at_least(self.with_findings as f64, self.splits as f64, NOMINAL) < 0.01
    }
}

/// What the tests find where nothing is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placebo {
    /// How often each outlet was split.
    pub splits: usize,
    /// How many outlets have articles enough.
    pub outlets: usize,
    /// By table; empty where no outlet has articles enough.
    pub tables: Vec<Tested>,
}

impl Placebo {
    /// The tables that find more than their share.
    pub fn failed(&self) -> impl Iterator<Item = &Tested> {
        self.tables.iter().filter(|t| t.is_too_many())
    }
}

/// Splits every outlet with articles enough, given its articles, `options.placebo` times.
///
/// # Errors
/// Those of [`Table::splitter`].
pub(super) fn run(articles: &[Vec<usize>], tables: &[&dyn Table], options: &Options) -> Result<Placebo> {
    let large: Vec<usize> = (0..articles.len()).filter(|&o| articles[o].len() >= SMALLEST).collect();
    let test = |table: &&dyn Table| -> Result<Tested> {
        let (findings, tests) = table.findings();
        let of_outlet = |&outlet: &usize| {
            let splitter = table.splitter(outlet)?;
            let split = |i: usize| splitter(&halves(articles[outlet].len(), options.seed, i));
            (0..options.placebo).into_par_iter().map(split).collect()
        };
        let found: Vec<Vec<usize>> = large.par_iter().map(of_outlet).collect::<Result<_>>()?;
        let found = found.concat();
        Ok(Tested {
            table: table.name(),
            findings,
            tests,
            splits: found.len(),
            false_findings: found.iter().sum(),
            with_findings: found.iter().filter(|n| **n > 0).count(),
        })
    };
    let tables = if large.is_empty() { Vec::new() } else { tables.iter().map(test).collect::<Result<_>>()? };
    Ok(Placebo { splits: options.placebo, outlets: large.len(), tables })
}

/// For each of `n` articles 0 or 1, as many of one as of the other. The outlet's name has no say in it.
fn halves(n: usize, seed: u64, split: usize) -> Vec<u32> {
    let mut rng = stream(seed, &format!("placebo {split}"));
    let mut half: Vec<u32> = (0..n).map(|i| (i % 2) as u32).collect();
    for i in (1..n).rev() {
        half.swap(i, rng.random_range(0..=i));
    }
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_halves_and_differ_by_split_and_seed() {
        for n in [20, 21] {
            assert_eq!(halves(n, 1, 0).iter().sum::<u32>(), 10);
        }
        assert_eq!(halves(40, 1, 3), halves(40, 1, 3));
        assert_ne!(halves(40, 1, 3), halves(40, 1, 4));
        assert_ne!(halves(40, 1, 3), halves(40, 2, 3));
    }

    /// Finds something in the splits that put the first article into half 1.
    struct Fake(bool);

    impl Table for Fake {
        fn name(&self) -> &'static str {
            "fake"
        }

        fn findings(&self) -> (usize, usize) {
            (3, 9)
        }

        fn splitter(&self, _: usize) -> Result<Splitter<'_>> {
            Ok(Box::new(|half| Ok(if self.0 { 2 * half[0] as usize } else { 0 })))
        }
    }

    #[test]
    fn false_findings_are_counted_and_too_many_are_told() {
        let articles = [(0..30).collect::<Vec<usize>>(), (0..19).collect(), (0..20).collect()];
        let options = Options::default();
        let placebo = run(&articles, &[&Fake(true), &Fake(false)], &options).expect("a placebo");
        let [bad, good] = &placebo.tables[..] else { panic!("{placebo:?}") };
        assert_eq!((placebo.outlets, bad.splits, bad.findings, bad.tests), (2, 40, 3, 9));
        assert!(bad.with_findings > 8 && bad.false_findings == 2 * bad.with_findings && bad.is_too_many());
        assert!(!good.is_too_many() && good.mean() == 0.0);
        assert_eq!(placebo.failed().count(), 1);
        assert!(run(&articles[1..2], &[&Fake(true)], &options).expect("a placebo").tables.is_empty());
    }

    #[test]
    fn one_split_in_twenty_is_no_failure() {
        let tested = |with_findings| Tested {
            table: "t",
            findings: 0,
            tests: 0,
            splits: 100,
            false_findings: with_findings,
            with_findings,
        };
        // Of a binomial distribution with 100 and 0.05, 11 or more has 0.0115 and 12 or more 0.0043.
        assert!(!tested(5).is_too_many() && !tested(11).is_too_many() && tested(12).is_too_many());
    }
}
