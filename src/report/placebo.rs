//! The placebo in words: false findings by table, next to the real number.

use super::{counted, thousands};
use crate::compare::by::Key;
use crate::compare::placebo::{NOMINAL, Placebo, SMALLEST};
use serde_json::{Value, json};

/// What must be read first: the tables with too many false findings. Empty if there are none.
pub fn alarms(placebo: Option<&Placebo>, by: &Key) -> Vec<String> {
    let alarm = |t: &crate::compare::placebo::Tested| {
        format!(
            "{} finds differences that aren't there: {} of {} random splits of {} have a finding, where its tests \
             allow {:.0}; don't trust its q-values",
            t.table,
            thousands(t.with_findings as u64),
            thousands(t.splits as u64),
            by.a_noun(),
            t.splits as f64 * NOMINAL,
        )
    };
    placebo.iter().flat_map(|p| p.failed()).map(alarm).collect()
}

/// What was done, and one line per table.
pub fn lines(placebo: &Placebo, by: &Key) -> (String, Vec<String>) {
    if placebo.tables.is_empty() {
        return (format!("no {} has enough articles for a placebo ({SMALLEST} or more)", by.noun()), Vec::new());
    }
    let outlets = match placebo.outlets {
        1 => by.counted(1),
        n => format!("each of {}", by.counted(n as u64)),
    };
    let what = format!(
        "{outlets} with {SMALLEST} articles or more split at random in two, {}; whatever differs there is chance",
        counted(placebo.splits as u64, "time", "times")
    );
    let line = |t: &crate::compare::placebo::Tested| {
        format!(
            "{}: {:.2} false findings per split ({} of {} splits have one); the comparison itself has {} of {} at q \
             < .05",
            t.table,
            t.mean(),
            thousands(t.with_findings as u64),
            thousands(t.splits as u64),
            counted(t.findings as u64, "finding", "findings"),
            counted(t.tests as u64, "test", "tests"),
        )
    };
    (what, placebo.tables.iter().map(line).collect())
}

/// For `run.json`.
pub fn json(placebo: &Placebo) -> Value {
    json!({
        "splits_an_outlet": placebo.splits,
        "outlets": placebo.outlets,
        "min_articles": SMALLEST,
        "tables": placebo.tables.iter().map(|t| json!({
            "table": t.table,
            "findings": t.findings,
            "tests": t.tests,
            "splits": t.splits,
            "false_findings": t.false_findings,
            "splits_with_findings": t.with_findings,
            "too_many": t.is_too_many(),
        })).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::placebo::Tested;

    fn placebo(with_findings: usize) -> Placebo {
        let tested = Tested {
            table: "keywords",
            findings: 1234,
            tests: 50_000,
            splits: 100,
            false_findings: 2 * with_findings,
            with_findings,
        };
        Placebo { splits: 20, outlets: 5, tables: vec![tested] }
    }

    #[test]
    fn a_table_that_finds_too_much_is_told_first() {
        assert_eq!(alarms(Some(&placebo(5)), &Key::Outlet), [""; 0]);
        assert_eq!(alarms(None, &Key::Outlet), [""; 0]);
        insta::assert_snapshot!(alarms(Some(&placebo(20)), &Key::Outlet).join("\n"), @"keywords finds differences that aren't there: 20 of 100 random splits of an outlet have a finding, where its tests allow 5; don't trust its q-values");
    }

    #[test]
    fn what_was_done_and_found() {
        let (what, lines) = lines(&placebo(3), &Key::Outlet);
        insta::assert_snapshot!(format!("{what}\n{}", lines.join("\n")), @"
        each of 5 outlets with 20 articles or more split at random in two, 20 times; whatever differs there is chance
        keywords: 0.06 false findings per split (3 of 100 splits have one); the comparison itself has 1,234 findings of 50,000 tests at q < .05
        ");
        let none = Placebo { splits: 20, outlets: 0, tables: Vec::new() };
        assert_eq!(super::lines(&none, &Key::Outlet).0, "no outlet has enough articles for a placebo (20 or more)");
        let by = Key::Column("leaning".to_owned());
        assert!(super::lines(&placebo(3), &by).0.starts_with("each of 5 values of leaning with 20 articles or more"));
        assert!(alarms(Some(&placebo(20)), &by)[0].contains("20 of 100 random splits of a group have a finding"));
    }
}
