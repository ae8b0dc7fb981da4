//! `pairs.csv`.

use super::Sink;
use crate::compare::Comparison;
use crate::compare::pairs::{Matched, Note};
use crate::error::Result;
use crate::report::cell::Cell;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet_a outlet_b contrast pole matched")
        .count("stories")
        .number("odds_ratio low high p q")
        .text("voice")
        .count("stories_carrying articles_a articles_b")
        .number("robust_low robust_high homogeneity_p")
        .text("note")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    for r in &c.pairs {
        let contrast = &c.lexicon.contrasts[r.contrast];
        let stories = |n: usize| if r.matched == Matched::Stories { n.into() } else { Cell::Empty };
        sink(&[
            c.outlet_names[r.outlets.0].as_str().into(),
            c.outlet_names[r.outlets.1].as_str().into(),
            contrast.name.as_str().into(),
            contrast.poles[r.pole].name.as_str().into(),
            r.matched.name().into(),
            stories(r.stories),
            r.odds_ratio.into(),
            r.interval.map(|i| i.0).into(),
            r.interval.map(|i| i.1).into(),
            r.p.into(),
            r.q.into(),
            c.options.voice.name().into(),
            stories(r.carrying),
            r.articles.0.into(),
            r.articles.1.into(),
            r.robust.map(|i| i.0).into(),
            r.robust.map(|i| i.1).filter(|high| high.is_finite()).into(),
            r.homogeneity.into(),
            r.note.map(Note::text).into(),
        ])?;
    }
    Ok(())
}
