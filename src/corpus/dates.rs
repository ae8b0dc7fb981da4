//! Dates as news data sets write them.
//!
//! Takes one value, hands on the day, and how else it could be read; `date_order` asks the other rows about that. Time
//! zones are not converted: the day is the one that is written. Month names are English, Dutch, French, German,
//! Italian, Portuguese or Spanish.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::date_order::Form;
use super::options::DateOrder;
use crate::text::month_names::{is_weekday, month_number};

/// The day that a value names, or `None` if it isn't a date.
///
/// These forms are read, each with or without a time after it:
/// - `2017-04-05`, `2017/4/5`, `2017.04.05`, `20170405`, `2017-04-05T10:00:00Z`, `20170405101500` (with or without seconds
///   or minutes);
/// - `4/5/2017`, `4.5.2017`, `4-5-17`, read by `order`; [`DateOrder::Guess`] puts the day first if there are dots.
///   Two-digit years are 1969 to 2068;
/// - `5 April 2017`, `April 5, 2017`, `Apr. 5th 2017`, `Wed, 05 Apr 2017`, `Wed Apr 05 10:00:00 +0000 2017`,
///   `05-Apr-2017`, `5-Apr-17`, `Mittwoch, 5. April 2017`, `5 de abril de 2017`;
/// - `2017-04`, `April 2017` and `2017`: the first day of the month or year;
/// - seconds or milliseconds since 1970 (10 or 13 digits). 10 digits that form a day from 1990 to 2100 and an hour are
///   that day: as seconds they would be between 2033 and 2036.
pub fn parse_date(value: &str, order: DateOrder) -> Option<NaiveDate> {
    read_date(value, order).map(|(day, _)| day)
}

/// The same, and what the value says about the order of day and month, if that is to be guessed and it says anything.
pub(crate) fn read_date(value: &str, order: DateOrder) -> Option<(NaiveDate, Option<Form>)> {
    if value.len() > LONGEST {
        return None;
    }
    let parts = parts(value.trim());
    let day = match parts.as_slice() {
        [Part::Number(digits), rest @ ..] => match rest {
            [] => only_digits(digits),
            [Part::Word(month), rest @ ..] if month_number(month).is_some() => {
                let year = rest.iter().find_map(Part::year).or_else(|| rest.first().and_then(Part::short_year))?;
                ymd(year, month_number(month)?, digits.parse().ok()?)
            }
            [Part::Word(clock), ..] if digits.len() == 8 && clock.eq_ignore_ascii_case("t") => only_digits(digits),
            [Part::Number(second), rest @ ..] => {
                return three_numbers(digits, second, rest.first(), of_dots(value.trim(), order));
            }
            _ => None,
        },
        [Part::Word(word), rest @ ..] if month_number(word).is_some() => month_first(month_number(word)?, rest),
        // A weekday may precede any of the other forms.
        [Part::Word(word), rest @ ..] if is_weekday(word) && !rest.is_empty() => {
            let after = value.trim().trim_start_matches(|c: char| c.is_alphabetic());
            return read_date(after.trim_start_matches(|c: char| !c.is_alphanumeric()), order);
        }
        _ => None,
    };
    day.map(|day| (day, None))
}

/// Whether a value names a month or a year, but no day.
pub(crate) fn lacks_day(value: &str) -> bool {
    match parts(value.trim()).as_slice() {
        [Part::Number(year)] => year.len() == 4,
        [Part::Number(year), Part::Number(_)] => year.len() == 4,
        [Part::Word(month), Part::Number(year)] => year.len() == 4 && month_number(month).is_some(),
        _ => false,
    }
}

/// Whether a value begins with three numbers, which could be in another order.
pub(crate) fn has_three_numbers(value: &str) -> bool {
    matches!(parts(value.trim()).as_slice(), [Part::Number(_), Part::Number(_), Part::Number(_), ..])
}

/// Whether a value, in the place of a date, says that there is none.
pub(crate) fn says_undated(value: &str) -> bool {
    let letters: String = value.chars().filter(|c| c.is_alphabetic()).collect();
    !value.contains(|c: char| c.is_ascii_digit())
        && ["nd", "nodate", "undated", "unknown", "datenotknown", "sd", "od", "ohnedatum", "sansdate"]
            .iter()
            .any(|none| letters.eq_ignore_ascii_case(none))
}

/// Whether a value says that there is none, as programs and people write it: `NaN`, `null`, `n/a` and the like.
pub(crate) fn says_none(value: &str) -> bool {
    ["nan", "nat", "none", "null", "n/a", "na", "-"].iter().any(|none| value.eq_ignore_ascii_case(none))
}

/// Whether a value is a date before there were newspapers, as programs write it for "no date": `0000-00-00`,
/// `0001-01-01`.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let year = value.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    year.and_then(|year| year.parse().ok()).is_some_and(|year: u32| year < 1600)
        && value.get(4..5).is_some_and(|after| "-/.".contains(after))
}

/// A longer value is not a date.
const LONGEST: usize = 100;

/// A run of digits or of letters.
enum Part<'a> {
    Number(&'a str),
    Word(&'a str),
}

impl Part<'_> {
    /// A four-digit year.
    fn year(&self) -> Option<i32> {
        match self {
            Part::Number(digits) if digits.len() == 4 => digits.parse().ok(),
            _ => None,
        }
    }

    /// A two-digit year: 1969 to 2068.
    fn short_year(&self) -> Option<i32> {
        match self {
            Part::Number(digits) if digits.len() == 2 => digits.parse().ok().map(century),
            _ => None,
        }
    }
}

/// The runs of digits and letters, up to ten, without the ending of an ordinal (`5th`) and the `de` of `5 de abril`.
fn parts(value: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find(char::is_alphanumeric).filter(|_| parts.len() < 10) {
        rest = &rest[start..];
        let digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest.find(|c: char| !c.is_alphanumeric() || c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let run = &rest[..end];
        rest = &rest[end..];
        let ordinal = matches!(run, "st" | "nd" | "rd" | "th" | "er" | "º" | "ª")
            && matches!(parts.last(), Some(Part::Number(_)));
        if !ordinal && !matches!(run, "de" | "del" | "of") {
            parts.push(if digits { Part::Number(run) } else { Part::Word(run) });
        }
    }
    parts
}

fn only_digits(digits: &str) -> Option<NaiveDate> {
    match digits.len() {
        4 => ymd(digits.parse().ok()?, 1, 1),
        8 => ymd(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?),
        10 => day_and_hour(digits).or_else(|| of_time(DateTime::from_timestamp(digits.parse().ok()?, 0)?)),
        13 => of_time(DateTime::from_timestamp_millis(digits.parse().ok()?)?),
        // As in GDELT: `20170405101500`.
        12 | 14 if is_clock(&digits[8..]) => only_digits(&digits[..8]),
        _ => None,
    }
}

/// The day of `2017040510`. Seconds since 1970 that look like this, from 1990010100 on, are in 2033 or later, so they
/// aren't dates of articles.
fn day_and_hour(digits: &str) -> Option<NaiveDate> {
    let (day, hour) = digits.split_at_checked(8)?;
    only_digits(day).filter(|day| (1990..=2100).contains(&day.year()) && is_clock(hour))
}

/// Whether these digits are hours, minutes and, if there are more, seconds.
fn is_clock(digits: &str) -> bool {
    let at_most = |from: usize, most: u32| {
        digits.get(from..from + 2).is_none_or(|two| two.parse().is_ok_and(|number: u32| number <= most))
    };
    // It may be a leap second.
    at_most(0, 23) && at_most(2, 59) && at_most(4, 60)
}

fn of_time(time: DateTime<Utc>) -> Option<NaiveDate> {
    let day = time.date_naive();
    YEARS.contains(&day.year()).then_some(day)
}

/// With dots between the numbers the day is first, as in every country that uses dots.
fn of_dots(value: &str, order: DateOrder) -> DateOrder {
    let dotted = value.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.');
    if dotted && order == DateOrder::Guess { DateOrder::DayFirst } else { order }
}

/// `2017-04-05`, `2017-04`, `4/5/2017`, `4/5/17`.
fn three_numbers(
    first: &str,
    second: &str,
    third: Option<&Part<'_>>,
    order: DateOrder,
) -> Option<(NaiveDate, Option<Form>)> {
    if first.len() == 4 {
        let day = match third {
            None => 1,
            Some(Part::Number(day)) => day.parse().ok()?,
            Some(Part::Word(_)) => return None,
        };
        return Some((ymd(first.parse().ok()?, second.parse().ok()?, day)?, None));
    }
    let Some(Part::Number(year)) = third else { return None };
    let year = match (year.len(), year.parse().ok()?) {
        (4, year) => year,
        (2, year) => century(year),
        _ => return None,
    };
    let (first, second): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
    let form = Form::of(first, second).filter(|_| order == DateOrder::Guess);
    let day_first = match order {
        DateOrder::DayFirst => true,
        DateOrder::MonthFirst => false,
        DateOrder::Guess => first > 12,
    };
    let day = if day_first { ymd(year, second, first) } else { ymd(year, first, second) };
    Some((day?, form))
}

/// The year that two digits mean.
fn century(year: i32) -> i32 {
    if year >= 69 { 1900 + year } else { 2000 + year }
}

/// `April 5, 2017`, `April 2017`, `Apr 05 10:00:00 +0000 2017`.
fn month_first(month: u32, rest: &[Part<'_>]) -> Option<NaiveDate> {
    match rest {
        [part] if part.year().is_some() => ymd(part.year()?, month, 1),
        [Part::Number(day), rest @ ..] if day.len() <= 2 => {
            // The next number is the year, except in the order of C's `asctime`, which has the time in between.
            let year = rest.first().and_then(Part::year).or_else(|| rest.last().and_then(Part::year));
            ymd(year?, month, day.parse().ok()?)
        }
        _ => None,
    }
}

/// The years from which newspapers may be.
const YEARS: std::ops::RangeInclusive<i32> = 1600..=2199;

/// A calendar day within these years.
fn ymd(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    YEARS.contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(value: &str) -> String {
        parse_date(value, DateOrder::Guess).map_or("none".to_owned(), |date| date.to_string())
    }

    #[test]
    fn all_ways_of_writing_one_day() {
        for value in [
            "2017-04-05",
            "2017/04/05",
            "2017.4.5",
            "20170405",
            "2017-04-05T23:59:00+02:00",
            "2017-04-05 10:00:00",
            "20170405T101112Z",
            "20170405000000",
            "20170405235960",
            "201704052359",
            "2017040510",
            "4/5/2017",
            "04/05/2017 10:30",
            "4-5-17",
            "5 April 2017",
            "5 Apr 2017 10:30 GMT",
            "05-Apr-2017",
            "April 5, 2017",
            "Apr 5 2017",
            "Apr. 5th, 2017",
            "Wed, 05 Apr 2017 10:00:00 GMT",
            "Wed 05 Apr 2017",
            "Wednesday, April 5, 2017",
            "Wed Apr 05 10:00:00 +0000 2017",
            "Wed Apr  5 10:00:00 2017",
            "  2017-04-05\n",
            "1491350400",
            "1491350400000",
            "5-Apr-17",
            "5th of April 2017",
            "Mittwoch, 5. April 2017",
            "mercredi 5 avril 2017",
            "5 de abril de 2017",
            "miércoles, 5 abr. 2017",
            "woensdag 5 april 2017",
            "5 aprile 2017",
        ] {
            assert_eq!(day(value), "2017-04-05", "{value:?}");
        }
    }

    #[test]
    fn months_and_years_are_their_first_day() {
        assert_eq!(day("2017-04"), "2017-04-01");
        assert_eq!(day("April 2017"), "2017-04-01");
        assert_eq!(day("Sept 2017"), "2017-09-01");
        assert_eq!(day("2017"), "2017-01-01");
        assert_eq!(day("1/2/68"), "2068-01-02");
        assert_eq!(day("1/2/69"), "1969-01-02");
    }

    #[test]
    fn months_of_other_languages() {
        for (value, month) in
            [("3. März 2016", 3), ("1er août 2016", 8), ("4 juin 2016", 6), ("4 juil. 2016", 7), ("Mai 2016", 5)]
        {
            assert_eq!(day(value)[..7], format!("2016-{month:02}"), "{value:?}");
        }
    }

    #[test]
    fn what_lacks_a_day_or_says_that_there_is_none() {
        assert!(["2017", "2017-04", "2017/4", "April 2017", "avril 2017"].into_iter().all(lacks_day));
        assert!(!["2017-04-05", "5 April 2017", "20170405", "1491350400"].into_iter().any(lacks_day));
        assert!(["n.d.", "undated", "No date", "s. d.", "Unknown"].into_iter().all(says_undated));
        assert!(!["2017 n.d.", "today", "soon"].into_iter().any(says_undated));
    }

    #[test]
    fn ten_digits_are_seconds_but_for_days_with_an_hour() {
        assert_eq!(day("1990010100"), "1990-01-01");
        assert_eq!(day("2100123123"), "2100-12-31");
        // Not an hour, not a day, too early.
        assert_eq!(day("2017040524"), "2033-12-01");
        assert_eq!(day("2017023010"), "2033-12-01");
        assert_eq!(day("1989123123"), "2033-01-12");
    }

    #[test]
    fn what_is_no_day() {
        for value in [
            "",
            "today",
            "n/a",
            "2017-13-05",
            "2017-02-30",
            "30/30/2017",
            "Apr",
            "Mon",
            "12",
            "5/2017",
            "0000-00-00",
            "9999999999",
            "99999999",
            "20170405240000",
            "20171305000000",
            "201704052360",
            "20170405000000000",
            "Wed",
            "٣/٤/٢٠١٧",
            "2017-W05",
        ] {
            assert_eq!(day(value), "none", "{value:?}");
        }
    }

    #[test]
    fn dates_that_stand_for_none() {
        assert!(["0000-00-00", "0001-01-01T00:00:00Z", "0001/11/30"].into_iter().all(is_placeholder));
        assert!(!["2017-04-05", "1599", "15990405", "4/5/2017", "", "00é"].into_iter().any(is_placeholder));
        assert!(says_none("NaT") && says_none("n/a") && !says_none("today"));
    }

    #[test]
    fn the_order_is_what_was_asked_for() {
        let read = |value, order| parse_date(value, order).map(|date| date.to_string());
        assert_eq!(read("4/5/2017", DateOrder::DayFirst).as_deref(), Some("2017-05-04"));
        assert_eq!(read("4/5/2017", DateOrder::MonthFirst).as_deref(), Some("2017-04-05"));
        assert_eq!(read("25/5/2017", DateOrder::Guess).as_deref(), Some("2017-05-25"));
        assert_eq!(read("3.4.2020", DateOrder::Guess).as_deref(), Some("2020-04-03"));
        assert_eq!(read("3.4.2020", DateOrder::MonthFirst).as_deref(), Some("2020-03-04"));
        assert_eq!(read("1.13.2020", DateOrder::Guess), None);
        assert_eq!(read("2020.4.3", DateOrder::Guess).as_deref(), Some("2020-04-03"));
        assert_eq!(read("25/5/2017", DateOrder::MonthFirst), None);
        assert_eq!(read("5/25/2017", DateOrder::DayFirst), None);
        assert_eq!(read("2017-04-05", DateOrder::DayFirst).as_deref(), Some("2017-04-05"));
    }

    #[test]
    fn what_a_value_says_of_days_and_months() {
        let form = |value, order| read_date(value, order).and_then(|(_, form)| form);
        assert_eq!(form("25/12/2018", DateOrder::Guess), Some(Form::DayFirst));
        assert_eq!(form("12/25/2018 10:30", DateOrder::Guess), Some(Form::MonthFirst));
        assert_eq!(form("Wed, 03-04-19", DateOrder::Guess), Some(Form::Either));
        for value in ["4/4/2019", "3.4.2019", "25.12.2018", "2018-12-25", "25 December 2018", "30/30/2018", "2018"] {
            assert_eq!(form(value, DateOrder::Guess), None, "{value}");
        }
        assert_eq!(form("25/12/2018", DateOrder::DayFirst), None);
        assert_eq!(form("03/04/2018", DateOrder::MonthFirst), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(value in "\\PC{0,30}") {
            parse_date(&value, DateOrder::Guess);
        }

        #[test]
        fn every_day_comes_back(days in -50_000i32..80_000) {
            let date = NaiveDate::from_epoch_days(days).expect("in range");
            for format in ["%Y-%m-%d", "%d %B %Y", "%b %-d, %Y", "%m/%d/%Y", "%Y%m%d", "%a, %d %b %Y %H:%M:%S"] {
                let written = date.and_hms_opt(12, 30, 0).expect("a time").format(format).to_string();
                prop_assert_eq!(parse_date(&written, DateOrder::MonthFirst), Some(date), "{}", written);
            }
        }
    }
}
