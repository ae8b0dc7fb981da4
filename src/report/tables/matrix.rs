//! `matrix.csv`: a wide table for a paper.

use super::Sink;
use crate::compare::{Comparison, Estimate, IntervalOf, Voices};
use crate::error::Result;
use crate::report::cell::Cell;
use crate::report::column::{Columns, Kind};
use crate::report::with_interval;

pub(super) fn columns(c: &Comparison) -> Columns {
    let mut columns = Columns::new().text("outlet").count("articles").text("voice lean");
    for scale in &c.scales {
        columns.push(Kind::Text, format!("{} ({})", c.lexicon.contrasts[scale.contrast].name, scale.right));
    }
    columns
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    // A star means "describes these mentions only".
    let show = |e: &Estimate| format!("{}{}", with_interval(e), if e.of == IntervalOf::Mentions { "*" } else { "" });
    for r in &c.outlets {
        let mut row: Vec<Cell<'_>> = vec![
            c.outlet_names[r.outlet].as_str().into(),
            r.articles.into(),
            Voices::name(c.options.voice).into(),
            r.lean.as_ref().map(show).into(),
        ];
        for scale in &c.scales {
            let position = scale.positions.iter().find(|p| p.outlet == r.outlet);
            row.push(position.map(|p| show(&p.share)).into());
        }
        sink(&row)?;
    }
    Ok(())
}
