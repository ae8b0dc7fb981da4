//! `contrasts.csv`.

use super::{Sink, high, low};
use crate::compare::Comparison;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet voice contrast pole")
        .count("count articles")
        .number("share share_low share_high")
        .text("interval")
        .number("expected_share excess excess_low excess_high log_odds z p q share_shrunk")
        .text("note")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    for r in &c.contrasts {
        let contrast = &c.lexicon.contrasts[r.contrast];
        sink(&[
            c.outlet_names[r.outlet].as_str().into(),
            r.voices.name().into(),
            contrast.name.as_str().into(),
            contrast.poles[r.pole].name.as_str().into(),
            r.count.into(),
            r.articles.into(),
            r.share.value.into(),
            low(&r.share).into(),
            high(&r.share).into(),
            r.share.of.name().into(),
            r.expected.into(),
            r.excess.map(|e| e.value).into(),
            r.excess.as_ref().and_then(low).into(),
            r.excess.as_ref().and_then(high).into(),
            r.log_odds.map(|l| l.delta).into(),
            r.log_odds.map(|l| l.z).into(),
            r.p.into(),
            r.q.into(),
            r.share_shrunk.into(),
            r.is_wide.then_some("few articles: wider than 95%").into(),
        ])?;
    }
    Ok(())
}
