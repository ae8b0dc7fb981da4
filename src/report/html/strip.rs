//! One row of a chart: a line between two ends with a value, its interval and what goes beside it.
//!
//! Places are percentages, so a strip is as wide as its place on the page, on a phone and on paper, and nothing is
//! stretched. The numbers stand beside it as text; readers of screens don't hear the drawing.

use std::fmt::Write;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Point {
    /// Between the ends.
    pub value: f64,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Whether the interval speaks of a few mentions only: it is dashed then.
    pub mentions: bool,
    /// What the context leads to: a diamond.
    pub expected: Option<f64>,
}

/// Height of a lane in pixels.
const LANE: f64 = 15.0;

/// A line from `from` to `to`: the first point large, others each in a lane below it, with the class that colours them.
pub(super) fn strip(points: &[(&str, Point)], from: f64, to: f64) -> String {
    let height = LANE * (points.len().max(1) + 1) as f64;
    let mut out =
        format!("<svg class=\"strip\" width=\"100%\" height=\"{height}\" aria-hidden=\"true\" focusable=\"false\">");
    for (x, class) in [(0, "end"), (25, "tick"), (50, "middle"), (75, "tick"), (100, "end")] {
        let _ = write!(out, "<line class=\"{class}\" x1=\"{x}%\" x2=\"{x}%\" y1=\"0\" y2=\"{height}\"/>");
    }
    let place = |value: f64| ((value - from) / (to - from)).clamp(0.0, 1.0) * 100.0;
    for (lane, (class, point)) in points.iter().enumerate() {
        let y = LANE * (lane + 1) as f64;
        let _ = write!(out, "<g class=\"{class}\">");
        if let Some((low, high)) = point.interval {
            let kind = if point.mentions { "interval mentions" } else { "interval" };
            let (low, high) = (place(low), place(high));
            let _ = write!(out, "<line class=\"{kind}\" x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"{y}\" y2=\"{y}\"/>");
        }
        if let Some(expected) = point.expected {
            // A nested picture is the one thing that can be put at a percentage and drawn in pixels.
            let _ = write!(
                out,
                "<svg class=\"at\" x=\"{:.2}%\" y=\"{y}\"><path class=\"expected\" d=\"M0-6 6 0 0 6-6 0z\"/></svg>",
                place(expected)
            );
        }
        let radius = if lane == 0 { 6 } else { 4 };
        let _ = write!(out, "<circle cx=\"{:.2}%\" cy=\"{y}\" r=\"{radius}\"/></g>", place(point.value));
    }
    out.push_str("</svg>");
    out
}

/// Many values on one line, for a look at all of them; those that speak of mentions only are hollow.
pub(super) fn dots(values: &[(f64, bool)]) -> String {
    let mut out = String::from(
        "<svg class=\"dots\" width=\"100%\" height=\"22\" aria-hidden=\"true\" focusable=\"false\"><line class=\"tick\" x1=\"0\" x2=\"100%\" y1=\"11\" y2=\"11\"/>",
    );
    for (value, mentions) in values {
        let class = if *mentions { " class=\"few\"" } else { "" };
        let _ = write!(out, "<circle{class} cx=\"{:.2}%\" cy=\"11\" r=\"6\"/>", value.clamp(0.0, 1.0) * 100.0);
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_percentages_between_the_ends() {
        let point = Point { value: 0.0, interval: Some((-0.5, 2.0)), mentions: true, expected: None };
        let drawn = strip(&[("own", point)], -1.0, 1.0);
        assert!(drawn.contains("<circle cx=\"50.00%\""), "{drawn}");
        assert!(drawn.contains("class=\"interval mentions\" x1=\"25.00%\" x2=\"100.00%\""), "{drawn}");
        assert!(!drawn.contains("expected") && !drawn.contains("style="), "{drawn}");
    }
}
