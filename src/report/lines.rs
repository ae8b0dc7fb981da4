//! Outlets on a line between two sides, drawn in characters.

/// The width of a line in characters.
pub const WIDTH: usize = 41;

/// The column of a value between `from` and `to`, from 0 to [`WIDTH`] − 1.
fn column(value: f64, from: f64, to: f64) -> usize {
    let part = ((value - from) / (to - from)).clamp(0.0, 1.0);
    (part * (WIDTH - 1) as f64).round() as usize
}

/// What is drawn on a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The value itself: `●`.
    pub value: f64,
    /// Its interval: `├──┤`.
    pub interval: Option<(f64, f64)>,
    /// The expected value from the context: `◇`.
    pub expected: Option<f64>,
    /// Whether the interval is only about these mentions: then it is drawn as `┄`.
    pub mentions: bool,
}

/// A line from `from` to `to` with one value on it; always [`WIDTH`] characters.
///
/// The value hides the expected one if they are in the same column; `┊` marks the middle.
pub fn line(mark: &Mark, from: f64, to: f64) -> String {
    let mut track = vec!['·'; WIDTH];
    track[WIDTH / 2] = '┊';
    if let Some((low, high)) = mark.interval {
        let (low, high) = (column(low, from, to), column(high, from, to));
        track[low..=high].fill(if mark.mentions { '┄' } else { '─' });
        track[low] = '├';
        track[high] = '┤';
    }
    if let Some(expected) = mark.expected {
        track[column(expected, from, to)] = '◇';
    }
    track[column(mark.value, from, to)] = '●';
    track.into_iter().collect()
}

/// The names of both sides above a line: the left one at its start, the right one at its end. Long names are cut.
pub fn ends(left: &str, right: &str) -> String {
    let cut = |name: &str, width: usize| {
        if name.chars().count() <= width {
            name.to_owned()
        } else {
            name.chars().take(width - 1).chain(['…']).collect()
        }
    };
    let room = WIDTH - 1;
    let right = cut(right, (room / 2).max(room.saturating_sub(left.chars().count())));
    let left = cut(left, room - right.chars().count());
    let gap = WIDTH - left.chars().count() - right.chars().count();
    format!("{left}{}{right}", " ".repeat(gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_value_interval_and_expectation() {
        let mark = Mark { value: 0.25, interval: Some((0.0, 0.5)), expected: Some(0.75), mentions: false };
        assert_eq!(line(&mark, 0.0, 1.0), "├─────────●─────────┤·········◇··········");
        let mark = Mark { value: 1.0, interval: None, expected: None, mentions: true };
        assert_eq!(line(&mark, -1.0, 1.0).chars().nth(40), Some('●'));
    }

    #[test]
    fn ends_fit_whatever_the_names() {
        for (left, right) in
            [("regime", "government"), ("a", ""), (&"x".repeat(60), &"y".repeat(60)), (&"x".repeat(60), "y")]
        {
            assert_eq!(ends(left, right).chars().count(), WIDTH, "{left} {right}");
        }
        assert!(
            ends("regime", "government").starts_with("regime ")
                && ends("regime", "government").ends_with(" government")
        );
    }
}
