//! Placebo: large outlets are randomly split in two, and the halves are compared by the same tests. Every finding is
//! false.
//!
//! Takes tables that can be split and returns a [`Placebo`]: the false findings of each table, next to its real number
//! of findings. Benjamini–Hochberg at 0.05 allows one split in twenty to have a finding where there is nothing to find.
//! If there are more, beyond chance, the table's q-values can't be trusted.

use super::Options;
use crate::error::Result;
use crate::stats::binomial::at_least;
use crate::stats::resample::stream;
use rand::RngExt;
use rayon::prelude::*;

/// Outlets with fewer articles aren't split: their halves would be too small to compare.
pub const SMALLEST: usize = 20;

/// The part of splits that may have a finding if the tests keep their promise.
pub const NOMINAL: f64 = 0.05;

/// Counts the findings between the halves of an outlet, given each article's half.
pub(super) type Splitter<'a> = Box<dyn Fn(&[u32]) -> Result<usize> + Sync + 'a>;

/// A table whose tests can be run on the halves of an outlet.
pub(super) trait Table: Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// The number of its findings, and of its tests.
    fn findings(&self) -> (usize, usize);

    /// The function that counts the findings between the halves of an outlet. It is called with the half (0 or 1) of
    /// each of the outlet's articles that count, sorted by id.
    ///
    /// # Errors
    /// If data on disk can't be read.
    fn splitter(&self, outlet: usize) -> Result<Splitter<'_>>;
}

/// The result for one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The table's name.
    pub table: &'static str,
    /// Its real number of findings, q < 0.05.
    pub findings: usize,
    /// The number of its tests.
    pub tests: usize,
    /// The number of splits, of all outlets together.
    pub splits: usize,
    /// False findings in all splits.
    pub false_findings: usize,
    /// Splits with at least one finding.
    pub with_findings: usize,
}

impl Tested {
    /// False findings per split.
    pub fn mean(&self) -> f64 {
        self.false_findings as f64 / self.splits.max(1) as f64
    }

    /// Whether more than one split in twenty has a finding, so many that chance alone would lead to it in fewer than
    /// one of a hundred placebos.
    pub fn is_too_many(&self) -> bool {
        self.with_findings > 0 && at_least(self.with_findings as f64, self.splits as f64, NOMINAL) < 0.01
    }
}

/// What the tests find where there is nothing to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placebo {
    /// How often each outlet was split.
    pub splits: usize,
    /// How many outlets have enough articles.
    pub outlets: usize,
    /// One per table; empty if no outlet has enough articles.
    pub tables: Vec<Tested>,
}

impl Placebo {
    /// The tables with too many false findings.
    pub fn failed(&self) -> impl Iterator<Item = &Tested> {
        self.tables.iter().filter(|t| t.is_too_many())
    }
}

/// Splits every outlet with enough articles `options.placebo` times.
///
/// # Errors
/// As [`Table::splitter`].
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

/// 0 or 1 for each of `n` articles, in equal numbers. The outlet's name has no influence.
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
