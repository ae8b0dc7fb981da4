//! The columns and rows of every table, one file each, with the table's name; `docs/tables.md` is their data
//! dictionary. Those of keywords are in [`keywords`], which `aslant discover` shares.

mod articles;
mod categories;
mod contrasts;
mod cues;
mod evidence;
mod map;
mod matrix;
mod outlets;
mod pairs;
mod scales;
mod speakers;
mod trends;

use super::cell::Cell;
use super::column::Columns;
use super::keywords;
use crate::compare::{Comparison, Estimate};
use crate::error::Result;

/// One row, with one cell per column.
pub type Row<'a> = [Cell<'a>];

/// Takes rows one by one.
pub type Sink<'s> = dyn for<'r, 'c> FnMut(&'r Row<'c>) -> Result<()> + 's;

/// A table that is written for every comparison.
pub struct Table {
    /// The file name without its ending.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: fn(&Comparison) -> Columns,
    /// Passes all rows to the sink, in order.
    pub rows: fn(&Comparison, &mut Sink<'_>) -> Result<()>,
}

/// All tables.
pub static TABLES: [Table; 14] = [
    Table { name: "contrasts", columns: contrasts::columns, rows: contrasts::rows },
    Table { name: "scales", columns: scales::columns, rows: scales::rows },
    Table { name: "categories", columns: categories::columns, rows: categories::rows },
    Table { name: "pairs", columns: pairs::columns, rows: pairs::rows },
    Table { name: "trends", columns: trends::columns, rows: trends::rows },
    Table { name: "outlets", columns: outlets::columns, rows: outlets::rows },
    Table { name: "map", columns: map::columns, rows: map::rows },
    Table { name: "cues", columns: cues::columns, rows: cues::rows },
    Table { name: "articles", columns: articles::columns, rows: articles::rows },
    Table { name: "evidence", columns: evidence::columns, rows: evidence::rows },
    Table { name: "speakers", columns: speakers::columns, rows: speakers::rows },
    Table { name: "matrix", columns: matrix::columns, rows: matrix::rows },
    Table { name: "keywords", columns: |_| keywords::columns("outlet"), rows: keyword_rows },
    Table { name: "words", columns: |_| keywords::rate_columns(), rows: word_rows },
];

/// The tables of a comparison: all except those that weren't requested, and that of categories if the lexicon has none.
pub fn of(c: &Comparison) -> impl Iterator<Item = &'static Table> + use<> {
    let without = c.keywords.is_none();
    let left_out = [("keywords", without), ("words", without), ("categories", c.lexicon.categories().next().is_none())];
    TABLES.iter().filter(move |table| !left_out.contains(&(table.name, true)))
}

fn keyword_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    c.keywords.as_ref().map_or(Ok(()), |table| keywords::rows(&c.outlet_names, table, sink))
}

fn word_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    c.keywords.as_ref().map_or(Ok(()), |table| keywords::rate_rows(&c.outlet_names, table, sink))
}

/// The lower end of an interval.
pub(super) fn low(estimate: &Estimate) -> Option<f64> {
    estimate.interval.map(|i| i.0)
}

/// The upper end of an interval.
pub(super) fn high(estimate: &Estimate) -> Option<f64> {
    estimate.interval.map(|i| i.1)
}
