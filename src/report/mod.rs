//! Report: a [`Comparison`] as tables and text. Computes nothing: every number comes from [`crate::compare`].
//!
//! | file | job |
//! |---|---|
//! | [`tables`] | the columns and rows of every table, one file each |
//! | [`mod@column`] | the names and types of a table's columns |
//! | [`cell`] | one value of a table, and how it is written |
//! | [`writer`] | writes one table in several formats at once |
//! | `csv`, `jsonl`, [`frame`] | tables as CSV, as JSON lines, as Arrow and Parquet |
//! | [`lines`] | outlets on a line between two sides |
//! | [`terminal`] | the printed summary |
//! | [`markdown`] | `report.md` |
//! | [`html`] | `report.html`, from the tables of a folder |
//! | [`model`] | what training prints, and the rows of scores |
//! | [`clean`] | what cleaning removed |
//! | [`stories`] | `stories.csv` and its printed summary |
//! | [`keywords`] | `keywords.csv`, and the terms that are shown |
//! | [`suggestions`] | what `aslant cues suggest` prints, and its table |
//! | [`discovery`] | what `aslant discover` prints, and its report |
//! | [`plan`] | `plan.csv`, and what `aslant plan` prints |
//! | [`placebo`] | false findings in words |
//! | [`overview`] | what would be read and counted, for `--dry-run` |
//! | [`run`] | `run.json` |
//! | [`folder`] | writes all of them to a folder, all or none |
//! | [`owner`] | which command's results are in a folder |

mod categories;
pub mod cell;
pub mod clean;
pub mod column;
mod csv;
pub mod discovery;
pub mod evaluation;
pub mod explanation;
pub mod folder;
pub mod frame;
pub mod html;
mod jsonl;
pub mod keywords;
pub mod lines;
pub mod markdown;
pub mod model;
pub mod overview;
pub mod owner;
pub mod placebo;
pub mod plan;
pub mod retrain;
pub mod run;
pub mod stories;
pub mod suggestions;
pub mod tables;
pub mod terminal;
pub mod writer;

pub use cell::Cell;
pub use folder::{write, write_discovery, write_suggestions};
pub use owner::Owner;
pub use run::Run;
pub use writer::Format;

pub use crate::counted::{counted, thousands};

use crate::compare::scale::Scale;
use crate::compare::{Comparison, Estimate, IntervalOf, Voices};
use crate::text::Voice;

/// A share or lean for people: `0.83 [0.71, 0.90]`, or `0.83` without an interval.
pub fn with_interval(estimate: &Estimate) -> String {
    match estimate.interval {
        Some((low, high)) => format!("{} [{}, {}]", two(estimate.value), two(low), two(high)),
        None => two(estimate.value),
    }
}

/// Two decimals with a real minus sign, which no spreadsheet mistakes for a formula; never "−0.00".
pub fn two(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    if value < 0.0 && text != "0.00" { format!("−{text}") } else { text }
}

/// The poles that are used but on neither side of a contrast's line: `not on the line: migrants (206 uses)`.
pub(crate) fn apart(c: &Comparison, scale: &Scale) -> Option<String> {
    let poles = &c.lexicon.contrasts[scale.contrast].poles;
    let name = |(pole, uses): &(usize, u64)| format!("{} ({})", poles[*pole].name, counted(*uses, "use", "uses"));
    let names: Vec<String> = scale.apart.iter().map(name).collect();
    (!names.is_empty()).then(|| format!("not on the line, because they lean to neither end: {}", names.join(", ")))
}

/// Whose words are counted, as a sentence says it: "uses in the outlets' own voice".
pub(crate) fn in_voices(voices: Voices) -> &'static str {
    match voices {
        Voices::All => "in all voices",
        Voices::Only(Voice::Own) => "in the outlets' own voice",
        Voices::Only(Voice::Quoted) => "in quotations",
        Voices::Only(Voice::Reported) => "in reported speech",
        Voices::Only(Voice::Scare) => "in scare quotes",
    }
}

/// A star after numbers that are only about the mentions in a few texts.
pub(crate) fn mark(of: IntervalOf) -> &'static str {
    match of {
        IntervalOf::Articles => "",
        IntervalOf::Mentions => "*",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_decimals() {
        assert_eq!([-0.356, -0.001, 0.0, 1.0].map(two), ["−0.36", "0.00", "0.00", "1.00"].map(str::to_owned));
    }
}
