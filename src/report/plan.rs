//! `plan.csv`, and what `aslant plan` prints.

use super::cell::Cell;
use super::column::Columns;
use super::tables::{Sink, high, low};
use super::terminal::{Colour, Painter, note, padded, printable};
use super::{counted, csv, thousands, with_interval};
use crate::compare::plan::{Note, Plan, Row};
use crate::error::Result;

/// The most outlets shown for one name; all are in the table.
const MOST_OUTLETS: usize = 20;
/// The maximum width of an outlet's name.
const NAME: usize = 22;

/// `plan.csv`.
///
/// # Errors
/// None in practice: it writes to memory.
pub fn csv(plan: &Plan) -> Result<Vec<u8>> {
    let columns = Columns::new()
        .text("outlet voice contrast pole")
        .count("articles articles_using uses")
        .number("share share_low share_high")
        .text("interval")
        .number("width for_width")
        .count("articles_needed articles_needed_low articles_needed_high")
        .number("for_difference power level")
        .count("articles_against_others articles_each_of_two")
        .text("note");
    csv::bytes("plan.csv", &columns, |sink| rows(plan, sink))
}

fn rows(plan: &Plan, sink: &mut Sink<'_>) -> Result<()> {
    for r in &plan.rows {
        let contrast = &plan.lexicon.contrasts[r.contrast];
        sink(&[
            plan.outlet_names[r.outlet].as_str().into(),
            plan.options.voice.name().into(),
            contrast.name.as_str().into(),
            contrast.poles[r.pole].name.as_str().into(),
            r.articles.into(),
            r.using.0.into(),
            r.using.1.into(),
            r.share.value.into(),
            low(&r.share).into(),
            high(&r.share).into(),
            r.share.of.name().into(),
            r.width().into(),
            plan.aim.width.into(),
            r.needed.into(),
            r.range.map(|range| range.0).into(),
            r.range.and_then(|range| range.1).into(),
            plan.aim.difference.into(),
            plan.aim.power.into(),
            plan.aim.level.into(),
            r.against_others.into(),
            r.each_of_two.into(),
            Cell::from(r.notes.iter().map(|n| n.text()).collect::<Vec<_>>().join("; ")),
        ])?;
    }
    Ok(())
}

/// The printed summary. Ends with a line feed.
pub fn summary(plan: &Plan, colour: Colour) -> String {
    let painter = Painter(colour);
    let aim = &plan.aim;
    let mut out = format!(
        "{}\nhow many articles an outlet needs, judged by these:\nfor a 95% interval {} wide, and to find a \
         difference of {} with power {} at p < {}\n",
        painter.bold(&format!(
            "{} of {}",
            counted(plan.summary.articles as u64, "article", "articles"),
            counted(plan.outlet_names.len() as u64, "outlet", "outlets")
        )),
        aim.width,
        aim.difference,
        aim.power,
        aim.level,
    );
    let width = plan.outlet_names.iter().map(|n| n.chars().count()).max().unwrap_or(0).clamp(8, NAME);
    for (contrast, what) in plan.lexicon.contrasts.iter().enumerate() {
        // One of two names says the same as the other.
        for pole in usize::from(what.poles.len() == 2)..what.poles.len() {
            of_pole(plan, (contrast, pole), width, &painter, &mut out);
        }
    }
    legend(plan, &painter, &mut out);
    for warning in &plan.warnings {
        out.push_str(&format!("{} {}\n", painter.note(), note(warning)));
    }
    out
}

fn of_pole(plan: &Plan, (contrast, pole): (usize, usize), width: usize, painter: &Painter, out: &mut String) {
    let mut rows: Vec<&Row> = plan.rows.iter().filter(|r| (r.contrast, r.pole) == (contrast, pole)).collect();
    if rows.is_empty() {
        return;
    }
    let more = rows.len().saturating_sub(MOST_OUTLETS);
    rows.sort_by_key(|r| (std::cmp::Reverse(r.articles), r.outlet));
    rows.truncate(MOST_OUTLETS);
    let what = &plan.lexicon.contrasts[contrast];
    let name = painter.bold(&printable(&format!("{}: {}", what.name, what.poles[pole].name)));
    let head = format!(
        "  {} articles  using  {:<17}  width  {:>20}  {:>13} {:>12}",
        " ".repeat(width),
        "share",
        format!("needed for {}", plan.aim.width),
        "against others",
        "each of two"
    );
    out.push_str(&format!("\n{name}\n{}\n", painter.dim(&head)));
    for row in rows {
        out.push_str(&line(plan, row, width));
    }
    if more > 0 {
        out.push_str(&format!("  … and {} with fewer articles, in plan.csv\n", thousands(more as u64)));
    }
}

fn line(plan: &Plan, row: &Row, width: usize) -> String {
    let number = |n: Option<u64>| match n {
        Some(n) if n <= row.articles as u64 => format!("{} ✓", thousands(n)),
        Some(n) => thousands(n),
        None => "n/a".to_owned(),
    };
    let rough = if row.notes.contains(&Note::Rough) { "~" } else { "" };
    let needed = match (row.needed, row.range) {
        (Some(n), Some((low, high))) => {
            let high = high.map_or("∞".to_owned(), thousands);
            format!("{rough}{} [{}, {high}]", number(Some(n)), thousands(low))
        }
        (n, _) => format!("{}{}", if n.is_some() { rough } else { "" }, number(n)),
    };
    let line = format!(
        "  {} {:>8} {:>6}  {:<17}  {:>5}  {needed:>20}  {:>13} {:>12}",
        padded(&plan.outlet_names[row.outlet], width),
        thousands(row.articles as u64),
        thousands(row.using.0 as u64),
        format!("{}{}", with_interval(&row.share), super::mark(row.share.of)),
        row.width().map_or("n/a".to_owned(), |w| format!("{w:.2}")),
        number(row.against_others),
        number(row.each_of_two),
    );
    format!("{}\n", line.trim_end())
}

fn legend(plan: &Plan, painter: &Painter, out: &mut String) {
    let has = |wanted: Note| plan.rows.iter().any(|r| r.notes.contains(&wanted));
    let mut lines = vec![
        "against others: all other outlets together, with the articles they have; each of two: two outlets like this one",
        "[from, to]: by resampling the articles; ✓ there are enough; n/a: the note in plan.csv says why",
    ];
    if has(Note::Rough) {
        lines.push("~ few articles, or few with one of the names: the plan is rough");
    }
    if has(Note::FewArticles) {
        lines.push("* one or two articles with a use: no plan");
    }
    out.push('\n');
    lines.iter().for_each(|line| out.push_str(&format!("{}\n", painter.dim(line))));
}
