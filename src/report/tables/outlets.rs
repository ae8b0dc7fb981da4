//! `outlets.csv`.

use super::{Sink, high, low};
use crate::compare::Comparison;
use crate::error::Result;
use crate::report::cell::Cell;
use crate::report::column::{Columns, Kind};

pub(super) fn columns(c: &Comparison) -> Columns {
    let mut columns = Columns::new()
        .text("outlet")
        .count("articles words stories reprints")
        .date("first_date last_date")
        .number("quoted reported lean lean_low lean_high lean_p lean_q")
        .text("nearest")
        .number("x y x_low x_high y_low y_high");
    if let Some(model) = &c.options.model {
        columns.push(Kind::Count, "stance_articles");
        for class in model.classes() {
            for end in ["", "_low", "_high"] {
                columns.push(Kind::Number, format!("stance_{class}{end}"));
            }
        }
    }
    columns
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    for r in &c.outlets {
        let mut row: Vec<Cell<'_>> = vec![
            c.outlet_names[r.outlet].as_str().into(),
            r.articles.into(),
            r.words.into(),
            r.stories.into(),
            r.reprints.into(),
            r.first_date.into(),
            r.last_date.into(),
            r.quoted.into(),
            r.reported.into(),
            r.lean.map(|l| l.value).into(),
            r.lean.as_ref().and_then(low).into(),
            r.lean.as_ref().and_then(high).into(),
            r.lean_p.into(),
            r.lean_q.into(),
            r.nearest.map(|o| c.outlet_names[o].as_str()).into(),
        ];
        let place = c.map.as_ref().and_then(|map| map.outlets[r.outlet]);
        let ends = |axis: usize| place.and_then(|p| p[axis].interval);
        row.extend([0, 1].map(|axis| Cell::from(place.map(|p| p[axis].value))));
        for axis in [0, 1] {
            row.extend([ends(axis).map(|e| e.0), ends(axis).map(|e| e.1)].map(Cell::from));
        }
        if let (Some(model), Some(stance)) = (&c.options.model, &r.stance) {
            row.push(stance.articles.into());
            for class in 0..model.classes().len() {
                let mean = stance.means.get(class);
                row.extend([mean.map(|e| e.value), mean.and_then(low), mean.and_then(high)].map(Cell::from));
            }
        }
        sink(&row)?;
    }
    Ok(())
}
