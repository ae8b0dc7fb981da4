//! Numbers in arguments: what is said of one that isn't any.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

type Parsed<T> = Result<T, String>;

/// A whole number from 0 on.
pub fn whole<T: FromStr>(text: &str) -> Parsed<T> {
    text.trim().parse().map_err(|_| "expected a whole number, 0 or more".to_owned())
}

/// A whole number in a range.
pub fn within<T: FromStr + PartialOrd + Display>(range: RangeInclusive<T>) -> impl Fn(&str) -> Parsed<T> + Clone
where
    RangeInclusive<T>: Clone,
{
    move |text| {
        let number = text.trim().parse().ok().filter(|n| range.contains(n));
        number.ok_or_else(|| format!("expected a whole number from {} to {}", range.start(), range.end()))
    }
}

/// A whole number from 1 on.
pub fn some(text: &str) -> Parsed<u32> {
    text.trim().parse().ok().filter(|n| *n > 0).ok_or_else(|| "expected a whole number, 1 or more".to_owned())
}

/// Any number, with a point before its decimals.
pub fn number(text: &str) -> Parsed<f64> {
    let number = text.trim().parse().ok().filter(|n: &f64| n.is_finite());
    number.ok_or_else(|| "expected a number such as 0.2".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_told_with_what_would_be_one() {
        assert_eq!(whole::<usize>(" 12 "), Ok(12));
        assert!(whole::<u64>("-1").is_err() && whole::<u64>("1.5").is_err());
        assert_eq!(within(1..=3_usize)("4"), Err("expected a whole number from 1 to 3".to_owned()));
        assert_eq!((within(1..=3_usize)("3"), some("0").is_err()), (Ok(3), true));
        assert!(number("0,2").is_err() && number("nan").is_err());
        assert_eq!(number("0.2"), Ok(0.2));
    }
}
