//! One value of a table, and how it is written.

pub use crate::spreadsheet::{harmless, restore};
use chrono::NaiveDate;
use std::borrow::Cow;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Absent: an empty field, never a zero.
    Empty,
    /// Text as it is.
    Text(Cow<'a, str>),
    /// A count.
    Count(u64),
    /// A number.
    Number(f64),
    /// A day.
    Date(NaiveDate),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(text)) }
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Owned(text)) }
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        if number.is_finite() { Cell::Number(number) } else { Cell::Empty }
    }
}

impl From<NaiveDate> for Cell<'_> {
    fn from(date: NaiveDate) -> Self {
        Cell::Date(date)
    }
}

impl Cell<'_> {
    /// The value as written in a CSV file.
    pub fn csv(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) => harmless(text),
            Cell::Count(n) => Cow::Owned(n.to_string()),
            Cell::Number(x) => Cow::Owned(number(*x)),
            Cell::Date(date) => Cow::Owned(date.format("%Y-%m-%d").to_string()),
        }
    }
}

macro_rules! from_counts {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Cell<'_> {
            fn from(n: $kind) -> Self {
                Cell::Count(n as u64)
            }
        }
    )*};
}
from_counts!(u32, u64, usize);

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// A number with at most six decimals, in scientific notation if that would round it away.
pub fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        return format!("{value:.4e}");
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_hidden() {
        assert_eq!(
            [0.0, -0.0000000, 0.5, 1.0 / 3.0, 12.0, -0.25, 3.2e-9].map(number),
            ["0", "0", "0.5", "0.333333", "12", "-0.25", "3.2000e-9"].map(str::to_owned)
        );
    }
}
