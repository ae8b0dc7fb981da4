//! `categories.csv`.

use super::Sink;
use crate::compare::Comparison;
use crate::compare::categories::Note;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet voice category")
        .count("count articles words")
        .number("per_1k low high per_1k_rest log_ratio log_ratio_low log_ratio_high p q")
        .text("note")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    for r in &c.categories {
        let ends = r.log_ratio_interval;
        sink(&[
            c.outlet_names[r.outlet].as_str().into(),
            r.voices.name().into(),
            c.lexicon.contrasts[r.contrast].name.as_str().into(),
            r.count.into(),
            r.articles.into(),
            r.words.into(),
            r.per_1k.into(),
            r.interval.map(|i| i.0).into(),
            r.interval.map(|i| i.1).into(),
            r.per_1k_rest.into(),
            r.log_ratio.into(),
            ends.and_then(|e| e.0).into(),
            ends.and_then(|e| e.1).into(),
            r.p.into(),
            r.q.into(),
            r.note.map(Note::text).into(),
        ])?;
    }
    Ok(())
}
