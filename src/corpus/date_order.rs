//! Guesses whether the day or the month comes first in the dates of a file, from the dates that can be read only one
//! way.
//!
//! Takes what each date says about its order, and its place; hands on which files have the day first, and the warnings.
//! Only counts and an example of each kind are kept per file, so files of any size take the same memory.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, NaiveDate};
use rustc_hash::FxBuildHasher;

use super::warnings::Warning;
use super::{Corpus, SourceKind};

/// How a date of three numbers with the year at the end can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Only with the day first.
    DayFirst,
    /// Only with the month first.
    MonthFirst,
    /// Either way, as another day.
    Either,
}

impl Form {
    /// By the first two numbers; `None` if they say nothing.
    pub(crate) fn of(first: u32, second: u32) -> Option<Self> {
        match (first > 12, second > 12) {
            (true, false) => Some(Form::DayFirst),
            (false, true) => Some(Form::MonthFirst),
            (false, false) if first != second => Some(Form::Either),
            _ => None,
        }
    }
}

/// Dates that are written the same way: those of one table, of all texts, or of a manifest.
pub(crate) type Group = u32;

/// The groups that have the day first.
pub(crate) type DayFirst = HashSet<Group, FxBuildHasher>;

/// The day with day and month swapped.
pub(crate) fn turned(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), day.day(), day.month()).unwrap_or(day)
}

impl Corpus {
    /// The group of a source's dates.
    pub(super) fn group(&self, source: u32) -> Group {
        let tables = self.sources.len() as u32;
        match &self.sources[source as usize].kind {
            SourceKind::Text { known } | SourceKind::Page { known } => tables + u32::from(known.is_some()),
            _ => source,
        }
    }

    /// Corrects a day that was read before its group's order was known; `group` is `None` if the order doesn't matter.
    pub(crate) fn settled(&self, day: NaiveDate, group: Option<Group>) -> NaiveDate {
        if group.is_some_and(|group| self.is_day_first(group)) { turned(day) } else { day }
    }

    /// Whether a group has the day first; known after the first pass.
    pub(crate) fn is_day_first(&self, group: Group) -> bool {
        self.day_first.get().is_some_and(|all| all.contains(&group))
    }
}

/// How many, and the first of them: as it was written, and its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Several {
    pub(crate) count: u64,
    pub(crate) first: Option<(String, String)>,
}

impl Several {
    fn add(&mut self, value: impl FnOnce() -> (String, String)) {
        self.count += 1;
        self.first.get_or_insert_with(value);
    }

    fn example(&self) -> (String, String) {
        self.first.clone().unwrap_or_default()
    }
}

/// What the dates of a group say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Forms {
    pub(crate) day_first: Several,
    pub(crate) month_first: Several,
    pub(crate) either: Several,
    /// Those later than today: as they were read, and with the day first if they can be read either way.
    pub(crate) late: [Several; 2],
}

impl Forms {
    /// Whether the day comes first.
    pub(crate) fn are_day_first(&self) -> bool {
        self.day_first.count > 0 && self.month_first.count == 0
    }

    /// The warning about this group, if any.
    pub(crate) fn warning(&self) -> Option<Warning> {
        match (self.day_first.count > 0, self.month_first.count > 0, self.either.count) {
            (true, true, either) => Some(Warning::BothOrders {
                either,
                day_first: self.day_first.example(),
                month_first: self.month_first.example(),
            }),
            (false, false, count @ 1..) => {
                let (example, first) = self.either.example();
                Some(Warning::EitherOrder { count, example, first })
            }
            _ => None,
        }
    }
}

/// What the dates of all groups say.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    groups: BTreeMap<Group, Forms>,
}

impl Dates {
    /// Adds a date that says something about the order; `value` is what was written, and its place.
    pub(crate) fn add(&mut self, group: Group, form: Form, value: impl FnOnce() -> (String, String)) {
        let forms = self.groups.entry(group).or_default();
        match form {
            Form::DayFirst => forms.day_first.add(value),
            Form::MonthFirst => forms.month_first.add(value),
            Form::Either => forms.either.add(value),
        }
    }

    /// Adds a date that is later than today as it was read, with the day first, or both.
    pub(crate) fn add_late(&mut self, group: Group, late: [Option<NaiveDate>; 2], place: impl Fn() -> String) {
        let forms = self.groups.entry(group).or_default();
        for (several, day) in forms.late.iter_mut().zip(late) {
            if let Some(day) = day {
                several.add(|| (day.to_string(), place()));
            }
        }
    }

    /// The groups that have the day first.
    pub(crate) fn day_first(&self) -> DayFirst {
        self.groups.iter().filter(|(_, forms)| forms.are_day_first()).map(|(group, _)| *group).collect()
    }

    /// The warnings about all groups together, with the first date as an example.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let (mut undecided, mut mixed): (Option<Warning>, Option<Warning>) = (None, None);
        for warning in self.groups.values().filter_map(Forms::warning) {
            let kind = if matches!(warning, Warning::EitherOrder { .. }) { &mut undecided } else { &mut mixed };
            match (kind, warning) {
                (Some(Warning::EitherOrder { count, .. }), Warning::EitherOrder { count: more, .. }) => *count += more,
                (Some(Warning::BothOrders { either, .. }), Warning::BothOrders { either: more, .. }) => *either += more,
                (kind, warning) => *kind = Some(warning),
            }
        }
        undecided.into_iter().chain(mixed).collect()
    }

    /// What the dates of a corpus with a single group say.
    pub(crate) fn into_one(self) -> Forms {
        self.groups.into_values().next().unwrap_or_default()
    }

    /// Dates later than today.
    pub(crate) fn late(&self) -> Option<Warning> {
        let late = || self.groups.values().map(|forms| &forms.late[usize::from(forms.are_day_first())]);
        let (example, first) = late().find_map(|several| several.first.clone())?;
        Some(Warning::LateDates { count: late().map(|several| several.count).sum(), example, first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(all: &[(Group, Form, &str)]) -> Dates {
        let mut dates = Dates::default();
        all.iter().for_each(|(group, form, value)| {
            dates.add(*group, *form, || ((*value).to_owned(), format!("{group}.csv")));
        });
        dates
    }

    #[test]
    fn each_group_is_decided_by_itself() {
        let all = dates(&[
            (0, Form::Either, "3/4/2019"),
            (0, Form::DayFirst, "25/4/2019"),
            (1, Form::Either, "3/4/2019"),
            (1, Form::MonthFirst, "4/25/2019"),
            (2, Form::Either, "5/6/2019"),
            (3, Form::DayFirst, "25/4/2019"),
            (3, Form::MonthFirst, "4/25/2019"),
            (3, Form::Either, "1/2/2019"),
            (4, Form::Either, "7/8/2019"),
        ]);
        assert_eq!(all.day_first(), DayFirst::from_iter([0]));
        let told = |value: &str, place: &str| (value.to_owned(), place.to_owned());
        let (day_first, month_first) = (told("25/4/2019", "3.csv"), told("4/25/2019", "3.csv"));
        let undecided = Warning::EitherOrder { count: 2, example: "5/6/2019".into(), first: "2.csv".into() };
        assert_eq!(all.warnings(), [undecided, Warning::BothOrders { either: 1, day_first, month_first }]);
    }

    #[test]
    fn dates_are_late_as_they_are_read_at_last() {
        let day = |month, day| NaiveDate::from_ymd_opt(2150, month, day);
        let mut all = dates(&[(0, Form::DayFirst, "25/4/2019")]);
        all.add_late(0, [None, day(12, 3)], || "0.csv".into());
        all.add_late(1, [None, day(12, 3)], || "1.csv".into());
        all.add_late(1, [day(1, 2), day(1, 2)], || "1.csv:2".into());
        let late = Warning::LateDates { count: 2, example: "2150-12-03".into(), first: "0.csv".into() };
        assert_eq!(all.late(), Some(late));
        assert_eq!(dates(&[(0, Form::Either, "3/4/2019")]).late(), None);
    }
}
