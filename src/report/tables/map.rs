//! `map.csv`: the positions of the contrasts' poles on the map.

use super::Sink;
use crate::compare::Comparison;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new().text("contrast pole").number("x y share average")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    for column in c.map.iter().flat_map(|map| &map.plane.columns) {
        let contrast = &c.lexicon.contrasts[column.contrast];
        sink(&[
            contrast.name.as_str().into(),
            contrast.poles[column.pole].name.as_str().into(),
            column.towards[0].into(),
            column.towards[1].into(),
            column.share.into(),
            column.average.into(),
        ])?;
    }
    Ok(())
}
