//! The articles in order of date, and the stretches in which they are processed.
//!
//! Only articles that are close in time can be about the same event. So only a stretch of days, and the days around it,
//! need to be in memory at once. Articles without a date are close to all others.

use crate::error::Result;
use chrono::{Datelike, NaiveDate};
use std::ops::Range;

/// Articles further apart are never about the same event.
pub(super) const MAX_DAYS: i32 = 10;
/// The day of an article without a date. Days are counted from the year 1, and no date is this early.
pub(super) const NO_DAY: i32 = i32::MIN;

/// The number of a day.
pub(super) fn day(date: Option<NaiveDate>) -> i32 {
    date.map_or(NO_DAY, |d| d.num_days_from_ce())
}

/// The articles in order of date; a rank is a position in this order. Those without a date come first.
pub(super) struct Calendar {
    /// The article at each rank.
    pub articles: Vec<u32>,
    /// The day at each rank.
    days: Vec<i32>,
    /// All ranks of articles without a date are below this.
    pub undated: u32,
}

/// Ranks of articles without a date, and of some with a date.
pub(super) type Near = [Range<u32>; 2];

impl Calendar {
    /// The calendar of this many articles, given their days.
    pub fn new(articles: usize, day: impl Fn(usize) -> i32) -> Calendar {
        let day = |article: u32| day(article as usize);
        let mut articles: Vec<u32> = (0..articles as u32).collect();
        articles.sort_unstable_by_key(|&article| (day(article), article));
        let days: Vec<i32> = articles.iter().map(|&article| day(article)).collect();
        let undated = days.partition_point(|&day| day == NO_DAY) as u32;
        Calendar { articles, days, undated }
    }

    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// The days between two ranks; `None` if one of them has no date.
    pub fn days_between(&self, a: u32, b: u32) -> Option<i32> {
        let day = |rank: u32| Some(self.days[rank as usize]).filter(|day| *day != NO_DAY);
        Some((day(a)? - day(b)?).abs())
    }

    /// The ranks of the articles that may be about the same event as those of a stretch: those without a date, and
    /// those close in time. The stretch must not be empty.
    pub fn near(&self, stretch: &Range<u32>) -> Near {
        if stretch.start < self.undated {
            return [0..self.undated, self.undated..self.len() as u32];
        }
        let (first, last) = (self.days[stretch.start as usize], self.days[stretch.end as usize - 1]);
        let from = self.days.partition_point(|&other| other < first - MAX_DAYS) as u32;
        let to = self.days.partition_point(|&other| other <= last + MAX_DAYS) as u32;
        [0..self.undated, from.max(self.undated)..to]
    }

    /// All ranks in stretches. `bytes` returns the memory that some ranks need. A stretch needs `room`, or a quarter of
    /// what is close to its first article if that is more, so that articles close to several stretches aren't read
    /// again and again.
    ///
    /// # Errors
    /// Errors of `bytes`.
    pub fn stretches(&self, room: u64, bytes: impl Fn(&Range<u32>) -> Result<u64>) -> Result<Vec<Range<u32>>> {
        let n = self.len() as u32;
        let mut stretches = Vec::new();
        if self.undated > 0 {
            stretches.push(0..self.undated);
        }
        let mut start = self.undated;
        while start < n {
            let near: u64 = self.near(&(start..start + 1)).iter().map(&bytes).sum::<Result<u64>>()?;
            let (mut low, mut high) = (start + 1, n);
            while low < high {
                let middle = low + (high - low) / 2;
                if bytes(&(start..middle))? < room.max(near / 4) { low = middle + 1 } else { high = middle }
            }
            stretches.push(start..low);
            start = low;
        }
        Ok(stretches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(days: &[i32]) -> Calendar {
        Calendar::new(days.len(), |article| days[article])
    }

    #[test]
    fn what_is_near_is_undated_or_within_ten_days() {
        let calendar = calendar(&[30, NO_DAY, 1, 11, 12]);
        assert_eq!((&calendar.articles[..], calendar.undated), (&[1, 2, 3, 4, 0][..], 1));
        assert_eq!(calendar.near(&(1..2)), [0..1, 1..3]);
        assert_eq!(calendar.near(&(3..4)), [0..1, 2..4]);
        assert_eq!(calendar.near(&(2..5)), [0..1, 1..5]);
        assert_eq!(calendar.near(&(0..1)), [0..1, 1..5]);
        assert_eq!([(1, 3), (3, 1), (0, 1)].map(|(a, b)| calendar.days_between(a, b)), [Some(11), Some(11), None]);
    }

    #[test]
    fn stretches_hold_all_ranks_and_no_fewer_than_a_quarter_of_what_is_near() {
        let days: Vec<i32> = (0..100).chain([NO_DAY; 3]).collect();
        let calendar = calendar(&days);
        let stretches = |calendar: &Calendar, room| {
            let length = |range: &Range<u32>| Ok(u64::from(range.end - range.start));
            calendar.stretches(room, length).expect("lengths")
        };
        let small = stretches(&calendar, 2);
        assert_eq!(small[..2], [0..3, 3..6], "a quarter of three without a date, and eleven days");
        assert!(small.windows(2).all(|two| two[0].end == two[1].start));
        assert_eq!(small.last().map(|last| last.end), Some(103));
        assert_eq!(stretches(&calendar, 1000), [0..3, 3..103]);
        assert!(stretches(&Calendar::new(0, |_| NO_DAY), 5).is_empty());
    }
}
