//! A value with its interval, and what that speaks of.

/// What an interval speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalOf {
    /// The outlet: it has articles enough to tell how much they differ.
    Articles,
    /// The mentions in these few texts only.
    Mentions,
}

impl IntervalOf {
    /// Its name in the tables.
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
    /// Lower and upper end of the 95% interval, where one can be given.
    pub interval: Option<(f64, f64)>,
    /// What the interval speaks of.
    pub of: IntervalOf,
}
