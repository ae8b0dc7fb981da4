//! Ways to hold articles out: at random, by outlet, by story, by month, and later months. Nothing is learnt from copies
//! of held-out articles.

use super::{Grouping, MANY, MIN_OUTLETS};
use crate::error::{Error, Result};
use crate::model::FoldError;
use crate::model::artifact::HeldOut;
use crate::model::copies::Copies;
use crate::model::counted::{Counted, CountedPart, Entry};
use crate::model::folds::{Fold, stratified_group_k_fold, stratified_k_fold};
use crate::model::labelled::{Columns, Origin};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// The number of random folds, and their number with more than [`MANY`] articles.
const FOLDS: [usize; 2] = [5, 3];
/// The number of folds of groups; folds of few outlets differ a lot.
const GROUP_FOLDS: usize = 5;
/// Up to this many groups are held out one by one, if there are few articles.
const ONE_BY_ONE: usize = 20;
/// Up to this many articles are few.
const FEW: usize = 2_000;
/// The share of the dated articles that later months should have.
const LATER: f64 = 0.2;

/// All ways of holding out that these articles allow, with their folds.
pub(in crate::model) fn schemes(
    part: &CountedPart,
    copies: &Copies,
    grouped_by: HeldOut,
    seed: u64,
) -> Result<Vec<(HeldOut, Vec<Fold>)>> {
    let labels = &part.labels;
    let k = FOLDS[usize::from(labels.len() > MANY)];
    let origins: Vec<&Origin> = part.articles.iter().map(|article| &article.origin).collect();
    let unfoldable = |e: FoldError| Error::data("articles that can't be held out").found(e.to_string());
    let mut schemes = vec![(HeldOut::Random, stratified_k_fold(labels, k, seed).map_err(unfoldable)?)];
    let k_of = |by: HeldOut| {
        let n = n_groups(&part.articles, by);
        if labels.len() <= FEW && n <= ONE_BY_ONE { n.max(2) } else { GROUP_FOLDS }
    };
    if let Some(folds) = group_folds(origins.iter().map(|o| o.outlet.as_ref()), labels, k_of(HeldOut::Outlet)) {
        schemes.push((HeldOut::Outlet, folds));
    }
    if let Some(folds) = group_folds(origins.iter().map(|o| o.story.as_ref()), labels, k_of(HeldOut::Story)) {
        schemes.push((HeldOut::Story, folds));
    }
    let months: Vec<Option<i32>> = origins.iter().map(|o| o.month()).collect();
    if grouped_by == HeldOut::Month
        && let Some(folds) = group_folds(months.iter().copied(), labels, GROUP_FOLDS)
    {
        schemes.push((HeldOut::Month, folds));
    }
    schemes.extend(later_months(&months).map(|fold| (HeldOut::Later, vec![fold])));
    schemes.iter_mut().for_each(|(_, folds)| copies.apart(folds));
    Ok(schemes)
}

/// What is kept together; an error if there are too few groups.
pub(super) fn grouping(counted: &Counted, wanted: Grouping, columns: &Columns) -> Result<HeldOut> {
    let least = |by: HeldOut| counted.parts.iter().map(|part| n_groups(&part.articles, by)).min().unwrap_or(0);
    let by = match wanted {
        Grouping::Auto if least(HeldOut::Outlet) >= MIN_OUTLETS => HeldOut::Outlet,
        Grouping::Auto | Grouping::By(HeldOut::Random) => return Ok(HeldOut::Random),
        Grouping::By(by) => by,
    };
    let found = least(by);
    if found >= 2 {
        return Ok(by);
    }
    let (what, column) = match by {
        HeldOut::Outlet => ("outlets", "--outlet"),
        HeldOut::Story => ("stories", "--story"),
        _ => ("months", "--date"),
    };
    let of = if columns.target.is_some() { " for every target" } else { "" };
    Err(Error::data(format!("too few {what} to hold one out"))
        .found(found.to_string())
        .expected(format!("at least 2 {what}{of}"))
        .help(format!("name their column with {column}, or divide the articles at random with --group none")))
}

/// The number of known outlets, stories or months of these articles.
pub(super) fn n_groups(articles: &[Entry], by: HeldOut) -> usize {
    let origins = articles.iter().map(|article| &article.origin);
    match by {
        HeldOut::Outlet => origins.filter_map(|o| o.outlet.as_ref()).collect::<BTreeSet<_>>().len(),
        HeldOut::Story => origins.filter_map(|o| o.story.as_ref()).collect::<BTreeSet<_>>().len(),
        HeldOut::Month | HeldOut::Later => origins.filter_map(Origin::month).collect::<BTreeSet<_>>().len(),
        HeldOut::Random => articles.len(),
    }
}

/// Folds that split no group and have about the same mix of labels, over the rows whose group is known; other rows are
/// left out. `None` for fewer than two groups.
fn group_folds<G: Eq + Hash>(groups: impl Iterator<Item = Option<G>>, labels: &[usize], k: usize) -> Option<Vec<Fold>> {
    let (rows, known): (Vec<usize>, Vec<G>) = groups.enumerate().filter_map(|(i, g)| Some((i, g?))).unzip();
    let labels: Vec<usize> = rows.iter().map(|&row| labels[row]).collect();
    let mut folds = stratified_group_k_fold(&known, &labels, k).ok()?;
    for fold in &mut folds {
        fold.train.iter_mut().chain(&mut fold.test).for_each(|i| *i = rows[*i]);
    }
    Some(folds)
}

/// The last months against all earlier ones, over the rows with a month: as many months as come nearest to the share
/// [`LATER`] of the rows. `None` for fewer than two months.
fn later_months(months: &[Option<i32>]) -> Option<Fold> {
    let mut sizes: BTreeMap<i32, usize> = BTreeMap::new();
    months.iter().flatten().for_each(|&month| *sizes.entry(month).or_default() += 1);
    let wanted = LATER * sizes.values().sum::<usize>() as f64;
    let mut test = 0;
    let mut nearest: Option<(f64, i32)> = None;
    // The first month is never held out.
    for (&month, &n) in sizes.iter().skip(1).rev() {
        test += n;
        let off = (test as f64 - wanted).abs();
        if nearest.is_none_or(|(least, _)| off < least) {
            nearest = Some((off, month));
        }
    }
    let (_, first) = nearest?;
    let rows = |later: bool| {
        let is = move |(i, month): (usize, &Option<i32>)| month.filter(|m| (*m >= first) == later).map(|_| i);
        months.iter().enumerate().filter_map(is).collect::<Vec<_>>()
    };
    Some(Fold { train: rows(false), test: rows(true) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_months_are_about_a_fifth() {
        let months: Vec<Option<i32>> = (0..20).map(|i| if i == 3 { None } else { Some(24_000 + i / 4) }).collect();
        let fold = later_months(&months).unwrap();
        assert_eq!(fold.test, [16, 17, 18, 19]);
        assert_eq!(fold.train.len(), 15);
        assert!(!fold.train.contains(&3));
        assert_eq!(later_months(&[Some(1), Some(1), None]), None);
        assert_eq!(later_months(&[Some(1), Some(2)]).unwrap().test, [1]);
    }

    #[test]
    fn rows_of_unknown_groups_take_no_part() {
        let folds = group_folds([Some("a"), None, Some("b"), Some("a")].into_iter(), &[0; 4], 5).unwrap();
        assert_eq!(folds.len(), 2);
        assert_eq!((folds[0].test.clone(), folds[0].train.clone()), (vec![0, 3], vec![2]));
        assert!(group_folds([Some("a"), None].into_iter(), &[0; 2], 5).is_none());
    }
}
