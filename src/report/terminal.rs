//! The printed summary: what was read and, for every contrast, the outlets on a line between its two sides.

use super::lines::{self, Mark};
use super::{counted, mark, with_interval};
use crate::compare::by::Key;
use crate::compare::placebo::Placebo;
use crate::compare::scale::{Position, Scale};
use crate::compare::stance::OutletStance;
use crate::compare::{Comparison, Estimate, IntervalOf, Warning};

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Plain text, for pipes and files.
    Never,
    /// ANSI colours.
    Ansi,
}

/// The most outlets shown for one contrast; all are in the tables.
const MOST_OUTLETS: usize = 20;
/// The maximum width of an outlet's name.
const NAME: usize = 22;
/// The width of a class in the table of mean probabilities.
const CLASS: usize = 19;

pub(super) struct Painter(pub Colour);

impl Painter {
    fn paint(&self, code: &str, text: &str) -> String {
        match self.0 {
            Colour::Never => text.to_owned(),
            Colour::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    pub fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    pub fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Something that must not be overlooked.
    pub fn alarm(&self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// The start of a warning.
    pub fn note(&self) -> String {
        self.paint("33", "note:")
    }

    /// A line with the value and the expected value in colour.
    fn line(&self, line: &str) -> String {
        match self.0 {
            Colour::Never => line.to_owned(),
            Colour::Ansi => line
                .chars()
                .map(|c| match c {
                    '●' => self.paint("1;36", "●"),
                    '◇' => self.paint("33", "◇"),
                    '·' | '┊' => self.dim(&c.to_string()),
                    c => c.to_string(),
                })
                .collect(),
        }
    }
}

/// External text without control characters that a terminal would obey.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || ('\u{202A}'..='\u{202E}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c) {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}

/// A name padded or cut to a width.
pub(super) fn padded(name: &str, width: usize) -> String {
    let name = printable(name);
    let length = name.chars().count();
    if length > width {
        name.chars().take(width - 1).chain(['…']).collect()
    } else {
        name + &" ".repeat(width - length)
    }
}

/// The whole summary. Ends with a line feed.
pub fn summary(c: &Comparison, colour: Colour) -> String {
    let painter = Painter(colour);
    let mut out = String::new();
    for alarm in super::placebo::alarms(c.placebo.as_ref(), &c.options.by.group) {
        out.push_str(&format!("{} {alarm}\n", painter.alarm("warning:")));
    }
    out.push_str(&painter.bold(&printable(&headline(c))));
    out.push('\n');
    out.push_str(&second_line(c));
    out.push('\n');
    let width = c.outlet_names.iter().map(|n| n.chars().count()).max().unwrap_or(0).clamp(8, NAME);
    let (used, unused): (Vec<&Scale>, Vec<&Scale>) = c.scales.iter().partition(|s| !s.positions.is_empty());
    for scale in used {
        contrast(c, scale, width, &painter, &mut out);
    }
    if !unused.is_empty() {
        let names: Vec<String> = unused.iter().map(|s| printable(&c.lexicon.contrasts[s.contrast].name)).collect();
        out.push_str(&format!("\nno use {}: {}\n", super::in_voices(c.options.voice), names.join(", ")));
    }
    lean(c, width, &painter, &mut out);
    stance(c, width, &painter, &mut out);
    legend(c, &painter, &mut out);
    if let Some(told) = super::categories::told(c) {
        let name = painter.bold("categories");
        out.push_str(&format!("\n{name}: {told} of rates at q < .05, in categories.csv\n"));
    }
    if let Some(table) = &c.keywords {
        let findings = counted(table.findings().count() as u64, "finding", "findings");
        let tests = counted(table.tests() as u64, "test", "tests");
        let name = painter.bold("keywords");
        out.push_str(&format!("\n{name}: {findings} of {tests} of words and phrases at q < .05, in keywords.csv\n"));
    }
    if let Some(tested) = &c.placebo {
        out.push_str(&placebo(tested, &c.options.by.group, &painter));
    }
    for warning in &c.warnings {
        out.push_str(&format!("{} {}\n", painter.note(), note(warning)));
    }
    out
}

/// What the tests find where there is nothing to find.
pub(super) fn placebo(placebo: &Placebo, by: &Key, painter: &Painter) -> String {
    let (what, lines) = super::placebo::lines(placebo, by);
    let mut out = format!("\n{}: {what}\n", painter.bold("placebo"));
    lines.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    out
}

/// A warning as printed. Warnings from reading the corpus may have several lines; in any other, a line break is part of
/// an external name, and mustn't start a line that looks like ours.
pub(super) fn note(warning: &Warning) -> String {
    match warning {
        Warning::Reading(text) => text.lines().map(printable).collect::<Vec<_>>().join("\n"),
        other => printable(&other.to_string()),
    }
}

/// What was compared, in one sentence.
pub fn headline(c: &Comparison) -> String {
    let s = &c.summary;
    let years = match (s.first_date, s.last_date) {
        (Some(first), Some(last)) if first == last => format!(", {first}"),
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let outlets = c.options.by.group.counted(c.outlet_names.len() as u64);
    let articles = counted(s.articles as u64, "article", "articles");
    format!("{articles} of {outlets}{years}")
}

fn second_line(c: &Comparison) -> String {
    let s = &c.summary;
    let mut parts = vec![format!("{} of prose", counted(s.words, "word", "words"))];
    if s.words_removed > 0 {
        let removed = counted(s.words_removed, "word", "words");
        parts.push(format!("{removed} of menus, captions and other boilerplate left out"));
    }
    if s.reprints > 0 {
        let what = match c.options.reprints {
            crate::compare::Reprints::Drop => "left out",
            crate::compare::Reprints::Keep => "kept",
        };
        parts.push(format!("{} {what}", counted(s.reprints as u64, "reprint", "reprints")));
    }
    if s.partly_copied > 0 {
        parts.push(format!("{} copied in part and counted", counted(s.partly_copied as u64, "article", "articles")));
    }
    if s.unknown_outlet > 0 {
        let articles = counted(s.unknown_outlet as u64, "article", "articles");
        parts.push(match &c.options.by.group {
            Key::Outlet => format!("{articles} of unknown outlet"),
            other => format!("{articles} with no {}", printable(other.needs())),
        });
    }
    parts.push(format!("{} of cues", counted(s.uses, "use", "uses")));
    parts.join("; ")
}

fn contrast(c: &Comparison, scale: &Scale, width: usize, painter: &Painter, out: &mut String) {
    let what = &c.lexicon.contrasts[scale.contrast];
    let about = if what.about.is_empty() { String::new() } else { format!(": {}", printable(&what.about)) };
    out.push_str(&format!("\n{}{about}\n", painter.bold(&printable(&what.name))));
    out.push_str(&format!(
        "  {} {}\n",
        " ".repeat(width),
        lines::ends(&printable(&scale.left), &printable(&scale.right))
    ));
    let shown = most_used(&scale.positions, &c.options.by.group);
    for p in &shown {
        out.push_str(&position(c, p, width, painter));
    }
    if shown.len() < scale.positions.len() {
        let more = scale.positions.len() - shown.len();
        out.push_str(&format!(
            "  … and {} with fewer uses, in contrasts.csv\n",
            counted(more as u64, "outlet", "outlets")
        ));
    }
    if let Some(apart) = super::apart(c, scale) {
        out.push_str(&format!("  {}\n", painter.dim(&printable(&apart))));
    }
}

/// The outlets with the most uses, in their order on the line; periods in the order of time.
pub(super) fn most_used<'p>(positions: &'p [Position], by: &Key) -> Vec<&'p Position> {
    let mut by_use: Vec<&Position> = positions.iter().collect();
    by_use.sort_by_key(|p| (std::cmp::Reverse(p.uses.0), p.outlet));
    by_use.truncate(MOST_OUTLETS);
    match by {
        Key::Time(_) => by_use.sort_by_key(|p| p.outlet),
        _ => by_use.sort_by(|a, b| a.share.value.total_cmp(&b.share.value).then(a.outlet.cmp(&b.outlet))),
    }
    by_use
}

fn position(c: &Comparison, p: &Position, width: usize, painter: &Painter) -> String {
    let drawn = Mark {
        value: p.share.value,
        interval: p.share.interval,
        expected: p.expected,
        mentions: p.share.of == IntervalOf::Mentions,
    };
    let line = painter.line(&lines::line(&drawn, 0.0, 1.0));
    let uses = format!("{} in {}", counted(p.uses.0, "use", "uses"), counted(p.uses.1 as u64, "article", "articles"));
    let number = format!("{}{}", with_interval(&p.share), mark(p.share.of));
    format!("  {} {line}  {number:<19} {}\n", padded(&c.outlet_names[p.outlet], width), painter.dim(&uses))
}

fn lean(c: &Comparison, width: usize, painter: &Painter, out: &mut String) {
    let Some([left, right]) = &c.lexicon.axis else { return };
    let mut leans: Vec<(usize, Estimate, usize)> =
        c.outlets.iter().filter_map(|r| r.lean.map(|l| (r.outlet, l, r.lean_articles))).collect();
    if leans.is_empty() {
        return;
    }
    let all = leans.len();
    leans.sort_by_key(|(outlet, _, articles)| (std::cmp::Reverse(*articles), *outlet));
    leans.truncate(MOST_OUTLETS);
    leans.sort_by(|a, b| a.1.value.total_cmp(&b.1.value).then(a.0.cmp(&b.0)));
    out.push_str(&format!(
        "\n{}: all contrasts with two ends together; the middle is the average outlet here\n",
        painter.bold("lean")
    ));
    out.push_str(&format!("  {} {}\n", " ".repeat(width), lines::ends(&printable(left), &printable(right))));
    for (outlet, estimate, articles) in &leans {
        let drawn = Mark {
            value: estimate.value,
            interval: estimate.interval,
            expected: None,
            mentions: estimate.of == IntervalOf::Mentions,
        };
        let line = painter.line(&lines::line(&drawn, -1.0, 1.0));
        let number = format!("{}{}", with_interval(estimate), mark(estimate.of));
        let articles = painter.dim(&format!("uses in {}", counted(*articles as u64, "article", "articles")));
        out.push_str(&format!("  {} {line}  {number:<20} {articles}\n", padded(&c.outlet_names[*outlet], width)));
    }
    if all > leans.len() {
        out.push_str(&format!(
            "  … and {} with uses in fewer articles, in outlets.csv\n",
            counted((all - leans.len()) as u64, "outlet", "outlets")
        ));
    }
}

/// With two classes: outlets on a line between them. With more: a table with one column per class.
fn stance(c: &Comparison, width: usize, painter: &Painter, out: &mut String) {
    let Some(model) = &c.options.model else { return };
    let (shown, all) = most_scored(c);
    if shown.is_empty() {
        return;
    }
    let classes: Vec<String> = model.classes().iter().map(|class| printable(class)).collect();
    let name = painter.bold(&printable(&model.name()));
    let indent = " ".repeat(width);
    if let [left, right] = &classes[..] {
        out.push_str(&format!("\n{name}: mean over articles of the model's probability of {right}\n"));
        out.push_str(&format!("  {indent} {}\n", lines::ends(left, right)));
    } else {
        out.push_str(&format!("\n{name}: mean over articles of the model's probability\n"));
        let heads: Vec<String> = classes.iter().map(|class| padded(class, CLASS)).collect();
        out.push_str(&format!("  {indent} {}\n", heads.join(" ").trim_end()));
    }
    for (outlet, stance) in shown {
        let numbers = |e: &Estimate| format!("{}{}", with_interval(e), mark(e.of));
        let row = if let [_, last] = &stance.means[..] {
            let mentions = last.of == IntervalOf::Mentions;
            let drawn = Mark { value: last.value, interval: last.interval, expected: None, mentions };
            format!("{}  {:<19}", painter.line(&lines::line(&drawn, 0.0, 1.0)), numbers(last))
        } else {
            let cells: Vec<String> = stance.means.iter().map(|e| format!("{:<CLASS$}", numbers(e))).collect();
            cells.join(" ")
        };
        let articles = painter.dim(&counted(stance.articles as u64, "article", "articles"));
        out.push_str(&format!("  {} {row} {articles}\n", padded(&c.outlet_names[outlet], width)));
    }
    if all > MOST_OUTLETS {
        let more = counted((all - MOST_OUTLETS) as u64, "outlet", "outlets");
        out.push_str(&format!("  … and {more} with fewer articles, in outlets.csv\n"));
    }
}

/// The outlets with the most articles in the mean, and how many outlets there are. The order is that of the line with
/// two classes, and that of the tables with more.
pub(super) fn most_scored(c: &Comparison) -> (Vec<(usize, &OutletStance)>, usize) {
    let stances = c.outlets.iter().filter_map(|row| Some((row.outlet, row.stance.as_ref()?)));
    let mut scored: Vec<(usize, &OutletStance)> = stances.filter(|(_, s)| s.articles > 0).collect();
    let all = scored.len();
    scored.sort_by_key(|(outlet, s)| (std::cmp::Reverse(s.articles), *outlet));
    scored.truncate(MOST_OUTLETS);
    scored.sort_by(|(a, x), (b, y)| match (&x.means[..], &y.means[..]) {
        ([_, x], [_, y]) => x.value.total_cmp(&y.value).then(a.cmp(b)),
        _ => a.cmp(b),
    });
    (scored, all)
}

fn legend(c: &Comparison, painter: &Painter, out: &mut String) {
    let positions = || c.scales.iter().flat_map(|s| &s.positions);
    let mut legend = format!(
        "● part of the uses {} that goes to the name on the right  ├─┤ 95% interval over articles",
        super::in_voices(c.options.voice)
    );
    if positions().any(|p| p.expected.is_some()) {
        legend.push_str("\n◇ what others would have written in the same context, by a model that never saw the outlet");
    }
    let is_starred = |estimate: &Estimate| estimate.of == IntervalOf::Mentions;
    let leans = || c.outlets.iter().filter_map(|row| row.lean.as_ref());
    if positions().any(|p| is_starred(&p.share)) || leans().any(is_starred) {
        legend.push_str("\n* one or two articles with a use: describes these mentions, not the outlet");
    }
    if most_scored(c).0.iter().flat_map(|(_, s)| &s.means).any(is_starred) {
        legend.push_str("\n* next to a mean probability: one or two articles, describes these and not the outlet");
    }
    out.push('\n');
    for line in legend.lines() {
        out.push_str(&painter.dim(line));
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_padded_cut_and_stripped_of_escapes() {
        assert_eq!(padded("SANA", 6), "SANA  ");
        assert_eq!(padded("The Straits Times", 6), "The S…");
        assert_eq!(printable("a\u{1b}[31mb\u{202E}"), "a\u{FFFD}[31mb\u{FFFD}");
    }
}
