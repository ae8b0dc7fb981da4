//! `speakers.csv`.

use super::{Sink, high, low};
use crate::compare::Comparison;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("speaker contrast pole")
        .count("count articles outlets")
        .number("share share_low share_high")
        .text("interval")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    for r in &c.speakers {
        let contrast = &c.lexicon.contrasts[r.contrast];
        sink(&[
            r.speaker.as_str().into(),
            contrast.name.as_str().into(),
            contrast.poles[r.pole].name.as_str().into(),
            r.count.into(),
            r.articles.into(),
            r.outlets.into(),
            r.share.map(|s| s.value).into(),
            r.share.as_ref().and_then(low).into(),
            r.share.as_ref().and_then(high).into(),
            r.share.map(|s| s.of.name()).into(),
        ])?;
    }
    Ok(())
}
