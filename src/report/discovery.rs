//! What `aslant discover` prints, and its `report.md`.

use super::keywords::{Shown, notes, ratio, shown};
use super::markdown::escape;
use super::terminal::{Colour, Painter, padded, printable};
use super::{counted, placebo, thousands};
use crate::compare::discover::Discovery;
use crate::compare::keywords::{Row, SMALLEST};
use crate::counted::articles;

/// The most outlets shown; all are in the table.
const MOST_OUTLETS: usize = 10;
/// The maximum width of a term.
const TERM: usize = 28;
/// The width of a ratio with its interval.
const RATIO: usize = 20;

/// The outlets shown (those with the most articles, in the order of the table), and how many more have rows.
fn outlets(d: &Discovery) -> (Vec<usize>, usize) {
    let mut tested: Vec<usize> = (0..d.articles.len()).filter(|&o| d.articles[o] >= SMALLEST).collect();
    tested.sort_by_key(|&o| (std::cmp::Reverse(d.articles[o]), o));
    let more = tested.len().saturating_sub(MOST_OUTLETS);
    tested.truncate(MOST_OUTLETS);
    tested.sort_unstable();
    (tested, more)
}

fn headline(d: &Discovery) -> String {
    let values = match d.by.as_str() {
        "outlet" => counted(d.outlet_names.len() as u64, "outlet", "outlets"),
        by => format!("{} of {}", counted(d.outlet_names.len() as u64, "value", "values"), printable(by)),
    };
    format!("{}, {values}", counted(d.summary.articles as u64, "article", "articles"))
}

/// What was compared and how much was found.
fn about(d: &Discovery) -> [String; 2] {
    let (k, by) = (&d.keywords, printable(&d.by));
    let ngrams = d.options.keywords.clone().unwrap_or_default().ngrams;
    [
        format!(
            "{} {} that one {by} uses more than all others together",
            match (ngrams.start(), ngrams.end()) {
                (1, 1) => "words".to_owned(),
                (from, to) if from == to => format!("phrases of {from} words"),
                (from, to) => format!("words and phrases of {from}–{to} words"),
            },
            super::in_voices(d.options.voice)
        ),
        format!(
            "{} with {SMALLEST} articles or more × {} in {} or more: {}, {} at q < .05",
            thousands(k.outlets as u64),
            counted(k.terms as u64, "term", "terms"),
            articles(k.min_articles as usize),
            counted(k.tests() as u64, "test", "tests"),
            counted(k.findings().count() as u64, "finding", "findings"),
        ),
    ]
}

fn per_1k(rate: f64) -> String {
    if rate > 0.0 && rate < 0.001 { "<.001".to_owned() } else { format!("{rate:.3}") }
}

/// How many findings aren't shown, and why.
fn rest(shown: &Shown<'_>) -> String {
    let more = shown.findings - shown.aside - shown.terms.len();
    let mut parts = Vec::new();
    if more > 0 {
        parts.push(format!("{} more", thousands(more as u64)));
    }
    if shown.aside > 0 {
        let aside = thousands(shown.aside as u64);
        parts.push(format!("{aside} that are boilerplate, its own name, a single story or agency copy"));
    }
    parts.join(" and ")
}

/// The printed summary. Ends with a line feed.
pub fn summary(d: &Discovery, top: usize, colour: Colour) -> String {
    let painter = Painter(colour);
    let mut out = String::new();
    for alarm in placebo::alarms(d.placebo.as_ref(), &d.options.by.group) {
        out.push_str(&format!("{} {alarm}\n", painter.alarm("warning:")));
    }
    out.push_str(&format!("{}\n{}\n", painter.bold(&headline(d)), about(d).join("\n")));
    let (outlets, more) = outlets(d);
    for outlet in outlets {
        of_outlet(d, outlet, top, &painter, &mut out);
    }
    if more > 0 {
        out.push_str(&format!("\n… and {} with fewer articles, in keywords.csv\n", thousands(more as u64)));
    }
    if let Some(placebo) = &d.placebo {
        out.push_str(&super::terminal::placebo(placebo, &d.options.by.group, &painter));
    }
    for warning in &d.warnings {
        out.push_str(&format!("{} {}\n", painter.note(), super::terminal::note(warning)));
    }
    out
}

fn of_outlet(d: &Discovery, outlet: usize, top: usize, painter: &Painter, out: &mut String) {
    let shown = shown(&d.keywords, outlet, top);
    let articles = counted(d.articles[outlet] as u64, "article", "articles");
    let findings = counted(shown.findings as u64, "finding", "findings");
    let name = painter.bold(&printable(&d.outlet_names[outlet]));
    out.push_str(&format!("\n{name}: {articles}, {findings}\n"));
    let width = shown.terms.iter().map(|r| r.term.chars().count()).max().unwrap_or(0).clamp(4, TERM);
    if !shown.terms.is_empty() {
        let head = format!("  {}  per 1k  others  {:<RATIO$} articles  note", padded("term", width), "ratio [95%]");
        out.push_str(&format!("{}\n", painter.dim(&head)));
    }
    for row in &shown.terms {
        let line = format!(
            "  {} {:>7} {:>7}  {:<RATIO$} {:>8}  {}",
            padded(&row.term, width),
            per_1k(row.per_1k),
            per_1k(row.per_1k_rest),
            ratio(row),
            thousands(row.articles as u64),
            painter.dim(&notes(row)),
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let rest = rest(&shown);
    if !rest.is_empty() {
        out.push_str(&format!("  {}\n", painter.dim(&format!("… and {rest}, in keywords.csv"))));
    }
}

/// The content of `report.md`.
pub fn report(d: &Discovery, top: usize) -> String {
    let mut out = format!("# {}\n\n", escape(&headline(d)));
    for alarm in placebo::alarms(d.placebo.as_ref(), &d.options.by.group) {
        out.push_str(&format!("> **Warning:** {alarm}.\n\n"));
    }
    out.push_str(&about(d).map(|line| format!("{}.\n", escape(&line))).join("\n"));
    let (outlets, more) = outlets(d);
    for outlet in outlets {
        let shown = shown(&d.keywords, outlet, top);
        let articles = counted(d.articles[outlet] as u64, "article", "articles");
        let findings = counted(shown.findings as u64, "finding", "findings");
        out.push_str(&format!("\n## {}\n\n{articles}, {findings}.\n", escape(&d.outlet_names[outlet])));
        out.push_str(&table(&shown.terms));
        let rest = rest(&shown);
        if !rest.is_empty() {
            out.push_str(&format!("\n{rest}, in `keywords.csv`.\n"));
        }
    }
    if more > 0 {
        out.push_str(&format!("\n{} with fewer articles are in `keywords.csv`.\n", thousands(more as u64)));
    }
    if let Some(placebo) = &d.placebo {
        out.push_str(&super::markdown::placebo(placebo, &d.options.by.group));
    }
    if !d.warnings.is_empty() {
        out.push_str("\n## What to keep in mind\n\n");
        d.warnings.iter().for_each(|w| out.push_str(&format!("- {}\n", escape(&w.to_string()))));
    }
    out
}

/// Terms as a Markdown table; empty without terms.
pub(super) fn table(terms: &[&Row]) -> String {
    if terms.is_empty() {
        return String::new();
    }
    let mut out =
        "\n| term | per 1,000 words | others | ratio | articles | |\n|---|---:|---:|---|---:|---|\n".to_owned();
    for row in terms {
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            escape(&row.term),
            per_1k(row.per_1k),
            per_1k(row.per_1k_rest),
            ratio(row),
            thousands(row.articles as u64),
            notes(row),
        ));
    }
    out
}
