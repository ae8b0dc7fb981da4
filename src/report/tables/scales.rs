//! `scales.csv`.

use super::{Sink, high, low};
use crate::compare::Comparison;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet voice contrast left right")
        .count("uses articles")
        .number("share share_low share_high")
        .text("interval")
        .number("expected_share")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    let mut rows: Vec<_> =
        c.scales.iter().flat_map(|s| s.by_voice.iter().map(move |(v, p)| (p.outlet, *v, s, p))).collect();
    rows.sort_by_key(|(outlet, voices, scale, _)| (*outlet, *voices, scale.contrast));
    for (outlet, voices, scale, position) in rows {
        sink(&[
            c.outlet_names[outlet].as_str().into(),
            voices.name().into(),
            c.lexicon.contrasts[scale.contrast].name.as_str().into(),
            scale.left.as_str().into(),
            scale.right.as_str().into(),
            position.uses.0.into(),
            position.uses.1.into(),
            position.share.value.into(),
            low(&position.share).into(),
            high(&position.share).into(),
            position.share.of.name().into(),
            position.expected.into(),
        ])?;
    }
    Ok(())
}
