//! A value with its interval, and what the interval is about.

/// What an interval is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalOf {
    /// The outlet: it has enough articles to estimate how much they differ.
    Articles,
    /// Only the mentions in these few articles.
    Mentions,
}

impl IntervalOf {
    /// The name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            IntervalOf::Articles => "articles",
            IntervalOf::Mentions => "mentions",
        }
    }
}

/// A value with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower and upper end of the 95% interval, if there is one.
    pub interval: Option<(f64, f64)>,
    /// What the interval is about.
    pub of: IntervalOf,
}
