//! What is compared: outlets by default, or the groups of another column, or periods of time. A second name, usually a
//! period, splits each group further.

use crate::corpus::{Article, list};
use crate::counted;
use crate::error::{Error, Result};
use chrono::{Datelike, NaiveDate};

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `2016-W09`: ISO 8601 weeks, with the year to which the week belongs.
    Week,
    /// `2016-03`.
    Month,
    /// `2016-Q1`.
    Quarter,
    /// `2016`.
    Year,
}

impl Period {
    /// The name of the period that contains a day; sorting the names sorts the periods.
    ///
    /// ```
    /// use aslant::compare::by::Period;
    /// let day = chrono::NaiveDate::from_ymd_opt(2016, 1, 3).unwrap();
    /// assert_eq!(Period::Quarter.of(day), "2016-Q1");
    /// assert_eq!(Period::Week.of(day), "2015-W53");
    /// ```
    pub fn of(self, day: NaiveDate) -> String {
        match self {
            Period::Week => format!("{:04}-W{:02}", day.iso_week().year(), day.iso_week().week()),
            Period::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Period::Quarter => format!("{:04}-Q{}", day.year(), day.month0() / 3 + 1),
            Period::Year => format!("{:04}", day.year()),
        }
    }
}

/// What articles are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The outlet that published them.
    Outlet,
    /// The date of publication.
    Time(Period),
    /// Another column of the input, by its exact name.
    Column(String),
}

impl Key {
    fn parse(name: &str) -> Self {
        match name {
            "outlet" => Key::Outlet,
            "week" => Key::Time(Period::Week),
            "month" => Key::Time(Period::Month),
            "quarter" => Key::Time(Period::Quarter),
            "year" => Key::Time(Period::Year),
            column => Key::Column(column.to_owned()),
        }
    }

    /// The name on the command line.
    pub fn name(&self) -> &str {
        match self {
            Key::Outlet => "outlet",
            Key::Time(Period::Week) => "week",
            Key::Time(Period::Month) => "month",
            Key::Time(Period::Quarter) => "quarter",
            Key::Time(Period::Year) => "year",
            Key::Column(column) => column,
        }
    }

    /// What to call one of them in a sentence: `outlet`, `month`; the values of a column are called `group`.
    pub fn noun(&self) -> &str {
        match self {
            Key::Outlet | Key::Time(_) => self.name(),
            Key::Column(_) => "group",
        }
    }

    /// The same with the indefinite article: `an outlet`, `a month`.
    pub fn a_noun(&self) -> String {
        let article = if *self == Key::Outlet { "an" } else { "a" };
        format!("{article} {}", self.noun())
    }

    /// The noun with a number: `2 outlets`, `1 month`, `3 values of leaning`.
    pub fn counted(&self, n: u64) -> String {
        match self {
            Key::Outlet | Key::Time(_) => counted::counted(n, self.name(), &format!("{}s", self.name())),
            Key::Column(column) => counted::counted(n, &format!("value of {column}"), &format!("values of {column}")),
        }
    }

    /// The name of what an article must have to be placed.
    pub fn needs(&self) -> &str {
        match self {
            Key::Time(_) => "date",
            other => other.name(),
        }
    }
}

/// What is compared, and what splits it further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// What is compared: outlets by default.
    pub group: Key,
    /// What splits the rows of `trends.csv` within a group.
    pub within: Option<Key>,
}

impl Default for By {
    fn default() -> Self {
        By { group: Key::Outlet, within: None }
    }
}

impl By {
    /// Parses `outlet`, `outlet,month`, `label`: one or two names. `outlet`, `week`, `month`, `quarter` and `year` have
    /// their usual meaning; any other name is a column of the input.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) for more than two names, an empty one, or the same twice.
    pub fn parse(text: &str) -> Result<Self> {
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        let bad = |title: &str| {
            Err(Error::usage(title)
                .found(format!("--by {text:?}"))
                .expected("one or two names separated by a comma, such as outlet,month or label")
                .help("use outlet, week, month, quarter, year or columns of the input"))
        };
        match names[..] {
            _ if names.contains(&"") => bad("an empty name in --by"),
            [group] => Ok(By { group: Key::parse(group), within: None }),
            [group, within] if group == within => bad("the same name twice in --by"),
            [group, within] => Ok(By { group: Key::parse(group), within: Some(Key::parse(within)) }),
            _ => bad("too many names in --by"),
        }
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.group).chain(&self.within)
    }

    /// The columns that the corpus must be opened with, as
    /// [`ColumnNames::extra`](crate::corpus::ColumnNames::extra).
    pub fn columns(&self) -> Vec<String> {
        let column = |key: &Key| if let Key::Column(name) = key { Some(name.clone()) } else { None };
        self.keys().filter_map(column).collect()
    }

    /// The name on the command line.
    pub fn name(&self) -> String {
        self.keys().map(Key::name).collect::<Vec<_>>().join(",")
    }

    /// The error if none of the articles has a group; `columns` are the columns of the input.
    pub(super) fn nowhere(&self, articles: usize, columns: &[String]) -> Error {
        let needs = self.group.needs();
        let help = match &self.group {
            Key::Outlet => {
                "name its column with --outlet; for text files, give it with --manifest or in front matter (a line \
                 `outlet: …`), or use the names of their folders with --outlet-from-folder; or compare something \
                 else with --by"
            }
            Key::Time(_) => "name the column of dates with --date, or compare something else with --by",
            Key::Column(_) => "fill the column, or compare something else with --by",
        };
        let error = Error::data("nothing to compare")
            .found(format!("{}, none with a value of `{needs}`", counted::articles(articles)))
            .expected(format!("a value of `{needs}` for each article"))
            .help(help)
            .note("nothing was written");
        match columns {
            [] => error,
            _ => error.note(format!("the columns are {}", list(columns))),
        }
    }

    /// The group of an article, and its value of the second name; `None` if unknown.
    pub fn place(&self, article: &Article) -> (Option<String>, Option<String>) {
        let mut extra = article.extra.iter().map(|value| value.trim());
        let mut value = |key: &Key| match key {
            Key::Outlet => article.outlet.clone(),
            Key::Time(period) => article.date.map(|day| period.of(day)),
            Key::Column(_) => extra.next().filter(|value| !value.is_empty()).map(str::to_owned),
        };
        let group = value(&self.group);
        (group, self.within.as_ref().and_then(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_columns_asked_for_in_order() {
        let by = |text| By::parse(text).expect("a good name");
        assert_eq!(by("outlet"), By::default());
        assert_eq!(by(" label , month").within, Some(Key::Time(Period::Month)));
        assert_eq!(by("label,topic").columns(), ["label", "topic"]);
        let article = Article { extra: vec!["left".into(), " ".into()], ..Article::default() };
        assert_eq!(by("label,topic").place(&article), (Some("left".into()), None));
        assert_eq!(by("outlet,label").place(&article), (None, Some("left".into())));
    }

    #[test]
    fn names_that_can_not_be_meant() {
        for (text, title) in [
            ("outlet,", "an empty name in --by"),
            ("month,month", "the same name twice in --by"),
            ("outlet,month,topic", "too many names in --by"),
        ] {
            let error = By::parse(text).expect_err("an error");
            assert!(error.to_string().contains(title), "{error}");
        }
    }
}
