//! `trends.csv`.

use super::{Sink, high, low};
use crate::compare::Comparison;
use crate::compare::trends::Note;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet period voice contrast pole")
        .count("count articles")
        .number("share share_low share_high")
        .text("interval")
        .number("change p q")
        .text("note")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    for r in &c.trends {
        let contrast = &c.lexicon.contrasts[r.contrast];
        sink(&[
            c.outlet_names[r.outlet].as_str().into(),
            r.period.as_str().into(),
            c.options.voice.name().into(),
            contrast.name.as_str().into(),
            contrast.poles[r.pole].name.as_str().into(),
            r.count.into(),
            r.articles.into(),
            r.share.value.into(),
            low(&r.share).into(),
            high(&r.share).into(),
            r.share.of.name().into(),
            r.change.map(|(change, _)| change.difference).into(),
            r.change.map(|(change, _)| change.p).into(),
            r.change.map(|(_, q)| q).into(),
            r.note.map(Note::text).into(),
        ])?;
    }
    Ok(())
}
