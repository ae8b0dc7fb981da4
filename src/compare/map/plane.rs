//! Placing: the position of a group of articles on two given axes.
//!
//! With x uses of a name and n of its contrast, d = logit((x + m s) / (n + m)) − logit(s) are the group's log-odds
//! against the share s that the name had when the map was made, shrunk by a prior of m uses. The position is Σ (d − d₀)
//! a over all names, where d₀ is the average outlet's d and a the name's direction. A contrast that the group doesn't
//! use has d = 0.
//!
//! The interval comes from leaving out each article once (the jackknife: Efron, Stein 1981, doi
//! 10.1214/aos/1176345462), on fixed axes, with the t quantile for Kish's effective number of articles minus 1. A name
//! that a group never uses, although it uses the contrast, is also absent without any one of its articles. So for every
//! such contrast, the position with one more article that has only names not used so far counts as one more deviation.
//! A contrast whose names are used in the same proportion by all articles of a group isn't certain either: there, each
//! article counts as one observation of a name.

use crate::compare::{Estimate, IntervalOf, MIN_ARTICLES};
use crate::stats::interval::t_975;
use crate::stats::logit;
use crate::stats::spread::degrees_of_freedom;

/// One name.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Index of the contrast in the lexicon.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// Its share of the contrast when the map was made, above 0 and below 1.
    pub share: f64,
    /// The shrunk log-odds of the average outlet at that time.
    pub average: f64,
    /// The direction in which it moves a group that uses it, along x and y.
    pub towards: [f64; 2],
}

/// Two axes. Names of the same contrast are adjacent.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The size of the prior, in uses.
    pub prior: f64,
    /// The names.
    pub columns: Vec<Column>,
}

/// For each name, its uses and those of its contrast.
pub type Uses = Vec<(f64, f64)>;

impl Plane {
    /// The shrunk log-odds of a name.
    pub(super) fn log_odds(&self, column: &Column, (x, n): (f64, f64)) -> f64 {
        logit((x + self.prior * column.share) / (n + self.prior)) - logit(column.share)
    }

    /// The position for these uses.
    fn at(&self, uses: &[(f64, f64)]) -> [f64; 2] {
        let mut place = [0.0; 2];
        for (column, &uses) in self.columns.iter().zip(uses) {
            let d = self.log_odds(column, uses) - column.average;
            place[0] += d * column.towards[0];
            place[1] += d * column.towards[1];
        }
        place
    }

    /// How far the position moves if the uses of some names change.
    fn moved(&self, from: &[(f64, f64)], to: impl Fn(usize) -> (f64, f64), columns: &[usize]) -> [f64; 2] {
        let mut by = [0.0; 2];
        for &i in columns {
            let column = &self.columns[i];
            let d = self.log_odds(column, to(i)) - self.log_odds(column, from[i]);
            by[0] += d * column.towards[0];
            by[1] += d * column.towards[1];
        }
        by
    }

    /// The position of the articles together, with its interval if three or more have a use; `None` without a use.
    /// `articles` has the uses by name of each.
    pub fn place(&self, articles: &[Uses]) -> Option<[Estimate; 2]> {
        let used: Vec<&Uses> = articles.iter().filter(|a| a.iter().any(|(_, n)| *n > 0.0)).collect();
        if used.is_empty() {
            return None;
        }
        let sums = add_up(&used, self.columns.len());
        let enough = used.len() >= MIN_ARTICLES;
        let half = if enough { self.half_widths(&used, &sums) } else { None };
        let place = self.at(&sums);
        Some([0, 1].map(|axis| {
            Estimate {
                value: place[axis],
                interval: half
                    .filter(|_| self.columns.iter().any(|column| column.towards[axis] != 0.0))
                    .map(|half| (place[axis] - half[axis], place[axis] + half[axis])),
                of: if enough { IntervalOf::Articles } else { IntervalOf::Mentions },
            }
        }))
    }

    fn half_widths(&self, used: &[&Uses], sums: &[(f64, f64)]) -> Option<[f64; 2]> {
        let k = used.len() as f64;
        let (mut total, mut squares) = ([0.0; 2], [0.0; 2]);
        let mut effective = (0.0, 0.0);
        for article in used {
            let has: Vec<usize> = (0..article.len()).filter(|&i| article[i].1 > 0.0).collect();
            let without = |i: usize| (sums[i].0 - article[i].0, sums[i].1 - article[i].1);
            let by = self.moved(sums, without, &has);
            for axis in [0, 1] {
                total[axis] += by[axis];
                squares[axis] += by[axis] * by[axis];
            }
            let uses: f64 = article.iter().map(|(x, _)| x).sum();
            effective = (effective.0 + uses, effective.1 + uses * uses);
        }
        let (unseen, unvaried) = (self.unseen(used, sums), self.unvaried(used, sums));
        let variance = [0, 1].map(|axis| {
            let jackknife = (k - 1.0) / k * (squares[axis] - total[axis] * total[axis] / k).max(0.0);
            jackknife + unseen[axis] + unvaried[axis]
        });
        let t = t_975(degrees_of_freedom(effective.0 * effective.0 / effective.1))?;
        Some(variance.map(|v| t * v.sqrt()))
    }

    /// The columns of each contrast.
    fn contrasts(&self) -> impl Iterator<Item = Vec<usize>> {
        let mut at = 0;
        self.columns.chunk_by(|a, b| a.contrast == b.contrast).map(move |columns| {
            at += columns.len();
            (at - columns.len()..at).collect()
        })
    }

    /// The squared deviations added by names that are never used, of contrasts that are.
    fn unseen(&self, used: &[&Uses], sums: &[(f64, f64)]) -> [f64; 2] {
        let mut added = [0.0; 2];
        for contrast in self.contrasts() {
            let n = sums[contrast[0]].1;
            let share = |i: &usize| if sums[*i].0 > 0.0 { 0.0 } else { self.columns[*i].share };
            let unused: f64 = contrast.iter().map(share).sum();
            if n <= 0.0 || unused <= 0.0 {
                continue;
            }
            let articles = used.iter().filter(|a| a[contrast[0]].1 > 0.0).count() as f64;
            let more = n / articles;
            let with = |i: usize| (sums[i].0 + more * share(&i) / unused, n + more);
            let by = self.moved(sums, with, &contrast);
            (added[0], added[1]) = (added[0] + by[0] * by[0], added[1] + by[1] * by[1]);
        }
        added
    }

    /// The variance of contrasts whose names are used in the same proportion by all articles, at one observation per
    /// article: k Σ s d², where d is how far one more article with only one name moves the position, and s the share of
    /// that name.
    fn unvaried(&self, used: &[&Uses], sums: &[(f64, f64)]) -> [f64; 2] {
        let mut added = [0.0; 2];
        for contrast in self.contrasts() {
            let n = sums[contrast[0]].1;
            let articles: Vec<&&Uses> = used.iter().filter(|a| a[contrast[0]].1 > 0.0).collect();
            let is_off = |a: &Uses, &i: &usize| (a[i].0 * n - sums[i].0 * a[i].1).abs() > 1e-9 * n;
            if articles.len() < 2 || articles.iter().any(|a| contrast.iter().any(|i| is_off(a, i))) {
                continue;
            }
            let k = articles.len() as f64;
            let more = n / k;
            for &name in &contrast {
                let with = |i: usize| (sums[i].0 + if i == name { more } else { 0.0 }, n + more);
                let by = self.moved(sums, with, &contrast);
                let weight = k * sums[name].0 / n;
                (added[0], added[1]) = (added[0] + weight * by[0] * by[0], added[1] + weight * by[1] * by[1]);
            }
        }
        added
    }
}

/// For each name, the sums over articles.
pub(super) fn add_up(articles: &[&Uses], columns: usize) -> Uses {
    let mut sums = vec![(0.0, 0.0); columns];
    for article in articles {
        sums.iter_mut().zip(*article).for_each(|(sum, uses)| *sum = (sum.0 + uses.0, sum.1 + uses.1));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two names of one contrast, two of another.
    fn plane() -> Plane {
        let column =
            |contrast, pole, share, x: f64| Column { contrast, pole, share, average: 0.1, towards: [x, 0.5 * x] };
        let columns =
            vec![column(0, 0, 0.3, 1.0), column(0, 1, 0.7, -1.0), column(1, 0, 0.5, 0.4), column(1, 1, 0.5, -0.4)];
        Plane { prior: 10.0, columns }
    }

    /// An article with uses of the four names.
    fn article([a, b, c, d]: [f64; 4]) -> Uses {
        vec![(a, a + b), (b, a + b), (c, c + d), (d, c + d)]
    }

    #[test]
    fn who_uses_nothing_has_no_place_and_few_have_no_interval() {
        assert_eq!(plane().place(&[]), None);
        assert_eq!(plane().place(&[article([0.0; 4])]), None);
        let two = plane().place(&vec![article([1.0, 0.0, 2.0, 1.0]); 2]).expect("a place");
        assert_eq!((two[0].interval, two[0].of), (None, IntervalOf::Mentions));
    }

    #[test]
    fn the_place_is_that_of_the_formula() {
        let [x, y] = plane().place(&[article([4.0, 1.0, 0.0, 0.0])]).expect("a place");
        let d = |x: f64, s: f64| logit((x + 10.0 * s) / 15.0) - logit(s) - 0.1;
        let expected = d(4.0, 0.3) - d(1.0, 0.7) + 0.4 * (-0.1) - 0.4 * (-0.1);
        assert!((x.value - expected).abs() < 1e-12 && (y.value - 0.5 * expected).abs() < 1e-12);
    }

    #[test]
    fn a_name_that_is_never_used_is_no_certainty() {
        let [x, _] = plane().place(&vec![article([2.0, 0.0, 0.0, 0.0]); 6]).expect("a place");
        let (low, high) = x.interval.expect("an interval");
        assert!(low < x.value - 0.2 && high > x.value + 0.2, "{x:?}");
    }

    #[test]
    fn the_same_shares_in_every_article_are_no_certainty() {
        let [x, y] = plane().place(&vec![article([2.0, 1.0, 0.0, 0.0]); 6]).expect("a place");
        for axis in [x, y] {
            let (low, high) = axis.interval.expect("an interval");
            assert!(low < axis.value - 0.2 && high > axis.value + 0.2, "{axis:?}");
        }
        // As wide as that of articles with a name each in that proportion, nearly.
        let single = [vec![article([3.0, 0.0, 0.0, 0.0]); 4], vec![article([0.0, 3.0, 0.0, 0.0]); 2]].concat();
        let [of_single, _] = plane().place(&single).expect("a place");
        let width = |place: Estimate| place.interval.map(|(low, high)| high - low).expect("an interval");
        assert!((width(x) / width(of_single) - 1.0).abs() < 0.3, "{x:?} {of_single:?}");
    }

    #[test]
    fn articles_without_a_use_change_nothing() {
        let some = vec![article([2.0, 1.0, 0.0, 3.0]), article([0.0, 1.0, 1.0, 1.0]), article([3.0, 0.0, 0.0, 0.0])];
        let more = [some.clone(), vec![article([0.0; 4]); 4]].concat();
        assert_eq!(plane().place(&some), plane().place(&more));
    }
}
