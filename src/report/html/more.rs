//! What is shared by sections that are made from one table each, which not every comparison has; and the placebo.

use super::noun::Noun;
use super::read::{Run, table};
use crate::error::Result;
use crate::report::counted;
use std::path::Path;

/// Reads a table if it exists.
pub(super) fn optional<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Result<Vec<T>> {
    let path = folder.join(name);
    if path.exists() { table(&path) } else { Ok(Vec::new()) }
}

/// The pole that represents a contrast: the right side if that is a single name, otherwise the last pole.
pub(super) fn told(run: &Run, contrast: &str) -> Option<String> {
    let contrast = run.contrasts.iter().find(|c| c.name == contrast)?;
    let right = contrast.poles.iter().find(|p| Some(&p.name) == contrast.right.as_ref());
    right.or(contrast.poles.last()).map(|p| p.name.clone())
}

/// A ratio with as many digits as are meaningful.
pub(super) fn times(ratio: f64) -> String {
    match ratio {
        r if !r.is_finite() => "∞".to_owned(),
        r if r >= 1000.0 => "over 1,000".to_owned(),
        r if r >= 10.0 => format!("{r:.0}"),
        r if r >= 1.0 => format!("{r:.1}"),
        r => format!("{r:.2}"),
    }
}

/// A p-value or q-value.
pub(super) fn small(q: f64) -> String {
    if q < 0.001 { "<0.001".to_owned() } else { format!("{q:.3}") }
}

/// The placebo of `run.json`, one line per table; empty if there was none.
pub(super) fn placebo(run: &Run, noun: &Noun) -> Vec<String> {
    let tables = run.placebo.as_ref().map_or(&[][..], |p| &p.tables);
    let line = |t: &super::read::PlaceboTable| {
        let too_many = if t.too_many { ". That is too many: don't trust its q-values" } else { "" };
        format!(
            "{}: {:.2} false findings per split ({} of {} random splits of {} have one); the comparison itself has \
             {}{too_many}.",
            t.table,
            t.false_findings as f64 / t.splits.max(1) as f64,
            t.splits_with_findings,
            t.splits,
            noun.a,
            counted(t.findings, "finding", "findings"),
        )
    };
    tables.iter().map(line).collect()
}
