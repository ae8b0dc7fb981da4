//! What is said about `categories.csv`.

use super::markdown::escape;
use super::{counted, two};
use crate::compare::Comparison;
use crate::compare::categories::Row;

/// `3 findings of 40 tests`; `None` without categories.
pub(super) fn told(c: &Comparison) -> Option<String> {
    c.lexicon.categories().next()?;
    let findings = c.categories.iter().filter(|r| r.is_finding()).count();
    let tests = c.categories.iter().filter(|r| r.q.is_some()).count();
    let (findings, tests) = (counted(findings as u64, "finding", "findings"), counted(tests as u64, "test", "tests"));
    Some(format!("{findings} of {tests}"))
}

/// The most rows shown in the report.
const SHOWN: usize = 20;

/// The section of `report.md`: the surest findings in the compared voice; empty without categories.
pub(super) fn section(c: &Comparison) -> String {
    let Some(told) = told(c) else { return String::new() };
    let mut found: Vec<&Row> = c.categories.iter().filter(|r| r.is_finding() && r.voices == c.options.voice).collect();
    found.sort_by(|a, b| a.q.partial_cmp(&b.q).unwrap_or(std::cmp::Ordering::Equal));
    let mut out = format!(
        "\n## Categories\n\nUses per thousand words of an outlet against all others together, in all voices: {told} \
         at q < .05. The surest {}; all rows are in `categories.csv`.\n\n",
        super::in_voices(c.options.voice),
    );
    if found.is_empty() {
        out.push_str("None.\n");
        return out;
    }
    out.push_str("| outlet | category | per 1,000 words | others | log2 ratio | articles | q |\n|---|---|---|---:|---|---:|---:|\n");
    for r in found.iter().take(SHOWN) {
        let (low, high) = r.log_ratio_interval.unwrap_or_default();
        let ends = format!("[{}, {}]", low.map_or("−∞".to_owned(), two), high.map_or("∞".to_owned(), two));
        let rate = r
            .interval
            .map_or_else(|| two(r.per_1k), |(low, high)| format!("{} [{}, {}]", two(r.per_1k), two(low), two(high)));
        out.push_str(&format!(
            "| {} | {} | {rate} | {} | {} {ends} | {} | {:.4} |\n",
            escape(&c.outlet_names[r.outlet]),
            escape(&c.lexicon.contrasts[r.contrast].name),
            r.per_1k_rest.map_or_else(String::new, two),
            r.log_ratio.map_or_else(String::new, two),
            r.articles,
            r.q.unwrap_or_default(),
        ));
    }
    if found.len() > SHOWN {
        out.push_str(&format!("\n{} more are in `categories.csv`.\n", found.len() - SHOWN));
    }
    out
}
