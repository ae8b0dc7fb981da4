//! One row of a chart: a line between two ends with a value, its interval and what is drawn with it.
//!
//! Positions are percentages, so a strip is as wide as its space on the page, on a phone and on paper, and nothing is
//! stretched. The numbers are next to it as text; screen readers skip the drawing.

use std::fmt::Write;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Point {
    /// The value, between the ends.
    pub value: f64,
    /// The interval of the value.
    pub interval: Option<(f64, f64)>,
    /// Whether the interval is only about a few mentions: then it is dashed.
    pub mentions: bool,
    /// The expected value from the context: a diamond.
    pub expected: Option<f64>,
}

/// Height of a lane in pixels.
const LANE: f64 = 15.0;

/// The line on which points are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub from: f64,
    pub to: f64,
    /// What is drawn behind it: the id of a symbol in the page, defined once and used by every row.
    pub ticks: &'static str,
}

impl Line {
    /// For shares and probabilities.
    pub const SHARE: Line = Line { from: 0.0, to: 1.0, ticks: "quarters" };

    /// For leans.
    pub const LEAN: Line = Line { from: -1.0, ..Line::SHARE };

    /// The position in percent of the line, and whether it was clipped to an end.
    fn place(&self, value: f64) -> (f64, bool) {
        let part = (value - self.from) / (self.to - self.from);
        (100.0 * part.clamp(0.0, 1.0), !(-1e-9..=1.0 + 1e-9).contains(&part))
    }
}

/// A row: the first point large, each other point in a lane below it, with the class that sets its colour.
///
/// Anything beyond an end of the line is an arrow there.
pub(super) fn strip(points: &[(&str, Point)], line: Line) -> String {
    let height = LANE * (points.len().max(1) + 1) as f64;
    let mut out = format!(
        "<svg class=\"strip\" width=\"100%\" height=\"{height}\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#{}\"/>",
        line.ticks
    );
    for (lane, (class, point)) in points.iter().enumerate() {
        let y = LANE * (lane + 1) as f64;
        let _ = write!(out, "<g class=\"{class}\">");
        if let Some((low, high)) = point.interval {
            interval(&mut out, y, line, point.mentions, [low, high]);
        }
        if let Some(expected) = point.expected {
            at(&mut out, line.place(expected).0, y, "expected", "M0-6 6 0 0 6-6 0z");
        }
        let radius = if lane == 0 { 6 } else { 4 };
        match line.place(point.value) {
            (x, true) => at(&mut out, x, y, "beyond", if x < 50.0 { "M6-6-5 0 6 6z" } else { "M-6-6 5 0-6 6z" }),
            (x, false) => {
                let _ = write!(out, "<circle cx=\"{x:.2}%\" cy=\"{y}\" r=\"{radius}\"/>");
            }
        }
        out.push_str("</g>");
    }
    out.push_str("</svg>");
    out
}

/// An interval; an end beyond the line's is an arrow.
fn interval(out: &mut String, y: f64, line: Line, mentions: bool, ends: [f64; 2]) {
    let kind = if mentions { "interval mentions" } else { "interval" };
    let [low, high] = ends.map(|end| line.place(end));
    let _ = write!(out, "<line class=\"{kind}\" x1=\"{:.2}%\" x2=\"{:.2}%\" y1=\"{y}\" y2=\"{y}\"/>", low.0, high.0);
    for (x, is_beyond) in [low, high] {
        if is_beyond {
            at(out, x, y, "interval open", if x < 50.0 { "M4-4 0 0 4 4" } else { "M-4-4 0 0-4 4" });
        }
    }
}

/// A shape at a percentage: only a nested picture can be placed there and drawn in pixels.
fn at(out: &mut String, x: f64, y: f64, class: &str, path: &str) {
    let _ = write!(out, "<svg class=\"at\" x=\"{x:.2}%\" y=\"{y}\"><path class=\"{class}\" d=\"{path}\"/></svg>");
}

/// Many values on one line, as an overview; those that are only about mentions are hollow.
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
        let line = Line { from: -1.0, to: 1.0, ticks: "quarters" };
        let point = Point { value: 0.0, interval: Some((-0.5, 1.0)), mentions: true, expected: None };
        let drawn = strip(&[("own", point)], line);
        assert!(drawn.contains("<circle cx=\"50.00%\""), "{drawn}");
        assert!(drawn.contains("class=\"interval mentions\" x1=\"25.00%\" x2=\"100.00%\""), "{drawn}");
        assert!(!drawn.contains("expected") && !drawn.contains("style=") && !drawn.contains("open"), "{drawn}");
    }

    #[test]
    fn what_lies_beyond_an_end_is_an_arrow() {
        let point = Point { value: 3.0, interval: Some((0.5, f64::INFINITY)), ..Point::default() };
        let drawn = strip(&[("own", point)], Line::SHARE);
        assert!(drawn.contains("beyond") && !drawn.contains("<circle"), "{drawn}");
        assert!(
            drawn.contains("x1=\"50.00%\" x2=\"100.00%\"") && drawn.matches("interval open").count() == 1,
            "{drawn}"
        );
    }
}
