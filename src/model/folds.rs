//! Folds: which rows are for training and which for testing.
//!
//! [`group_k_fold`] never splits a group (an outlet, a story, a month): what is learnt about a group can't help on its
//! test rows. [`stratified_k_fold`] splits at random, with the same mix of labels in every fold. Comparing the scores
//! of both shows what a classifier has learnt about wording and what only about the group.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::hash::Hash;
use thiserror::Error;

/// One way to split the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Rows to learn from, increasing.
    pub train: Vec<usize>,
    /// Rows to test on, increasing; not in `train`.
    pub test: Vec<usize>,
}

/// Why folds can't be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FoldError {
    /// Fewer than two folds were requested.
    #[error("{k} folds were asked for, expected at least 2")]
    TooFewFolds {
        /// The requested number.
        k: usize,
    },
    /// All rows are of one group, so none can be held out.
    #[error("{n_samples} rows have {n_groups} different groups, expected at least 2")]
    TooFewGroups {
        /// How many groups there are.
        n_groups: usize,
        /// How many rows.
        n_samples: usize,
    },
    /// The number of labels differs from the number of rows.
    #[error("{n_labels} labels for {n_groups} rows")]
    LengthMismatch {
        /// How many rows have a group.
        n_groups: usize,
        /// How many have a label.
        n_labels: usize,
    },
    /// Fewer rows than folds.
    #[error("{n_samples} rows can't be split into {k} folds")]
    TooFewSamples {
        /// How many rows.
        n_samples: usize,
        /// How many folds.
        k: usize,
    },
}

/// Folds that never split a group: `k` folds, or one per group if there are no more than `k` groups (leave one group
/// out).
///
/// Groups are assigned by decreasing size, and among equals in the order of their first row; each goes to the fold that
/// is smallest so far, the first one if tied. So the folds have about the same size, as far as the groups allow, and
/// every fold has a test row. Not random.
///
/// # Errors
/// `TooFewFolds`, `TooFewGroups`.
///
/// ```
/// use aslant::model::group_k_fold;
/// let outlets = ["sana", "bbc", "sana", "rt", "bbc", "sana"];
/// let folds = group_k_fold(&outlets, 2)?;
/// assert_eq!(folds[0].test, [0, 2, 5]);
/// assert_eq!(folds[1].test, [1, 3, 4]);
/// assert_eq!(group_k_fold(&outlets, 10)?.len(), 3);
/// # Ok::<(), aslant::model::FoldError>(())
/// ```
pub fn group_k_fold<G: Eq + Hash>(groups: &[G], k: usize) -> Result<Vec<Fold>, FoldError> {
    stratified_group_k_fold(groups, &vec![0; groups.len()], k)
}

/// Like [`group_k_fold`], with about the same mix of labels in every fold, as far as whole groups allow: each group
/// goes to the fold that has the fewest of its labels so far, the smallest such fold if tied. `labels` are small
/// numbers, one per row. Not random.
///
/// # Errors
/// `TooFewFolds`, `TooFewGroups`; `LengthMismatch` unless there is one label per row.
///
/// ```
/// use aslant::model::stratified_group_k_fold;
/// let outlets = ["sana", "sana", "manar", "trt", "trt", "arabiya"];
/// let folds = stratified_group_k_fold(&outlets, &[0, 0, 0, 1, 1, 1], 2)?;
/// assert_eq!(folds[0].test, [0, 1, 5]);
/// assert_eq!(folds[1].test, [2, 3, 4]);
/// # Ok::<(), aslant::model::FoldError>(())
/// ```
pub fn stratified_group_k_fold<G: Eq + Hash>(groups: &[G], labels: &[usize], k: usize) -> Result<Vec<Fold>, FoldError> {
    check_k(k)?;
    if labels.len() != groups.len() {
        return Err(FoldError::LengthMismatch { n_groups: groups.len(), n_labels: labels.len() });
    }
    let n_labels = labels.iter().max().map_or(1, |most| most + 1);
    let mut numbers: FxHashMap<&G, usize> = FxHashMap::default();
    let mut sizes: Vec<usize> = Vec::new();
    // By group, by label.
    let mut counts: Vec<Vec<f64>> = Vec::new();
    let mut totals = vec![0.0; n_labels];
    let mut group_of = Vec::with_capacity(groups.len());
    for (group, &label) in groups.iter().zip(labels) {
        let number = *numbers.entry(group).or_insert_with(|| {
            sizes.push(0);
            counts.push(vec![0.0; n_labels]);
            sizes.len() - 1
        });
        sizes[number] += 1;
        counts[number][label] += 1.0;
        totals[label] += 1.0;
        group_of.push(number);
    }
    if sizes.len() < 2 {
        return Err(FoldError::TooFewGroups { n_groups: sizes.len(), n_samples: groups.len() });
    }
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&group| (Reverse(sizes[group]), group));
    let n_folds = k.min(sizes.len());
    let mut filled = vec![(vec![0.0; n_labels], 0_usize); n_folds];
    let mut fold_of_group = vec![0; sizes.len()];
    for group in order {
        // How much the squares of the labels' shares grow: an empty fold is always among the best.
        let cost = |(of_label, _): &(Vec<f64>, usize)| -> f64 {
            let grown = of_label.iter().zip(&counts[group]).zip(&totals).filter(|(_, total)| **total > 0.0);
            grown.map(|((has, gets), total)| gets * (2.0 * has + gets) / (total * total)).sum()
        };
        let better =
            |a: usize, b: usize| cost(&filled[a]).total_cmp(&cost(&filled[b])).then(filled[a].1.cmp(&filled[b].1));
        let best = (1..n_folds).fold(0, |best, fold| if better(fold, best).is_lt() { fold } else { best });
        fold_of_group[group] = best;
        filled[best].1 += sizes[group];
        filled[best].0.iter_mut().zip(&counts[group]).for_each(|(has, gets)| *has += gets);
    }
    Ok(folds(n_folds, group_of.iter().map(|&group| fold_of_group[group])))
}

/// `k` random folds, in each of which every label has its share, as far as whole rows allow.
///
/// The rows of each label are shuffled and dealt out to the folds in turn, each label continuing where the previous one
/// ended, so the folds' sizes differ by at most one. A label with fewer rows than folds is missing from the test rows
/// of some folds. Labels are in the order of their first row. The same seed gives the same folds.
///
/// # Errors
/// `TooFewFolds`, `TooFewSamples`.
///
/// ```
/// use aslant::model::stratified_k_fold;
/// let folds = stratified_k_fold(&[true, true, false, false, false, false], 2, 7)?;
/// for fold in &folds {
///     assert_eq!(fold.test.iter().filter(|row| **row < 2).count(), 1);
/// }
/// # Ok::<(), aslant::model::FoldError>(())
/// ```
pub fn stratified_k_fold<L: Eq + Hash>(labels: &[L], k: usize, seed: u64) -> Result<Vec<Fold>, FoldError> {
    check_k(k)?;
    if labels.len() < k {
        return Err(FoldError::TooFewSamples { n_samples: labels.len(), k });
    }
    let mut numbers: FxHashMap<&L, usize> = FxHashMap::default();
    let mut rows_of: Vec<Vec<usize>> = Vec::new();
    for (row, label) in labels.iter().enumerate() {
        let number = *numbers.entry(label).or_insert_with(|| {
            rows_of.push(Vec::new());
            rows_of.len() - 1
        });
        rows_of[number].push(row);
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut fold_of = vec![0; labels.len()];
    let mut dealt = 0;
    for rows in &mut rows_of {
        // Fisher and Yates.
        for last in (1..rows.len()).rev() {
            rows.swap(last, random.random_range(0..=last));
        }
        for &row in rows.iter() {
            fold_of[row] = dealt % k;
            dealt += 1;
        }
    }
    Ok(folds(k, fold_of.into_iter()))
}

fn check_k(k: usize) -> Result<(), FoldError> {
    if k < 2 { Err(FoldError::TooFewFolds { k }) } else { Ok(()) }
}

fn folds(k: usize, fold_of: impl Iterator<Item = usize>) -> Vec<Fold> {
    let mut folds: Vec<Fold> = (0..k).map(|_| Fold { train: Vec::new(), test: Vec::new() }).collect();
    for (row, of) in fold_of.enumerate() {
        for (number, fold) in folds.iter_mut().enumerate() {
            if number == of { &mut fold.test } else { &mut fold.train }.push(row);
        }
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashSet};

    /// Every row is tested once and trains in all other folds.
    fn check(folds: &[Fold], n: usize) {
        let mut tested: Vec<usize> = folds.iter().flat_map(|f| f.test.clone()).collect();
        tested.sort_unstable();
        assert_eq!(tested, (0..n).collect::<Vec<_>>());
        for fold in folds {
            assert!(!fold.test.is_empty() && !fold.train.is_empty());
            let mut all = [&fold.train[..], &fold.test[..]].concat();
            all.sort_unstable();
            assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }

    proptest::proptest! {
        #[test]
        fn no_group_on_both_sides(groups in proptest::collection::vec(0u8..9, 2..60), k in 2usize..6) {
            let n_groups = groups.iter().collect::<HashSet<_>>().len();
            match group_k_fold(&groups, k) {
                Ok(folds) => {
                    check(&folds, groups.len());
                    proptest::prop_assert_eq!(folds.len(), k.min(n_groups));
                    for fold in folds {
                        let test: HashSet<u8> = fold.test.iter().map(|&i| groups[i]).collect();
                        proptest::prop_assert!(fold.train.iter().all(|&i| !test.contains(&groups[i])));
                    }
                }
                Err(error) => {
                    proptest::prop_assert_eq!(n_groups, 1);
                    proptest::prop_assert_eq!(error, FoldError::TooFewGroups { n_groups: 1, n_samples: groups.len() });
                }
            }
        }

        #[test]
        fn labels_are_spread_evenly(labels in proptest::collection::vec(0u8..4, 6..60), k in 2usize..6, seed: u64) {
            let folds = stratified_k_fold(&labels, k, seed).unwrap();
            check(&folds, labels.len());
            let mut counts: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
            for label in labels.iter().copied().collect::<HashSet<_>>() {
                let count = |f: &Fold| f.test.iter().filter(|&&i| labels[i] == label).count();
                counts.insert(label, folds.iter().map(count).collect());
            }
            counts.insert(255, folds.iter().map(|f| f.test.len()).collect());
            for of_fold in counts.values() {
                proptest::prop_assert!(of_fold.iter().max().unwrap() - of_fold.iter().min().unwrap() <= 1);
            }
        }
    }

    #[test]
    fn the_largest_group_goes_to_the_smallest_fold() {
        let groups = [4, 3, 3, 2, 2, 2, 1, 1, 1, 1];
        let folds = group_k_fold(&groups, 2).unwrap();
        assert_eq!(folds[0].test, [0, 6, 7, 8, 9]);
        let sizes: Vec<usize> = group_k_fold(&groups, 3).unwrap().iter().map(|f| f.test.len()).collect();
        assert_eq!(sizes, [4, 3, 3]);
    }

    #[test]
    fn a_seed_gives_the_same_folds_and_another_gives_others() {
        let labels: Vec<bool> = (0..40).map(|i| i % 3 == 0).collect();
        assert_eq!(stratified_k_fold(&labels, 4, 1), stratified_k_fold(&labels, 4, 1));
        assert_ne!(stratified_k_fold(&labels, 4, 1), stratified_k_fold(&labels, 4, 2));
    }

    #[test]
    fn too_little_to_part() {
        assert_eq!(group_k_fold(&["a", "b"], 1), Err(FoldError::TooFewFolds { k: 1 }));
        assert_eq!(group_k_fold::<u8>(&[], 2), Err(FoldError::TooFewGroups { n_groups: 0, n_samples: 0 }));
        assert_eq!(stratified_k_fold(&["a"], 2, 0), Err(FoldError::TooFewSamples { n_samples: 1, k: 2 }));
    }
}
