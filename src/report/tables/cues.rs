//! `cues.csv`.

use super::Sink;
use crate::compare::Comparison;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet voice contrast pole cue")
        .count("count articles")
        .number("per_1k tfidf weight")
        .text("weight_class")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    let cues: Vec<&str> = c.lexicon.cues().map(|(_, _, cue)| cue.text.as_str()).collect();
    let classes = c.options.model.as_ref().map(|model| model.classes());
    for r in &c.cues {
        let contrast = &c.lexicon.contrasts[r.contrast];
        sink(&[
            c.outlet_names[r.outlet].as_str().into(),
            r.voices.name().into(),
            contrast.name.as_str().into(),
            contrast.poles[r.pole].name.as_str().into(),
            cues[r.cue].into(),
            r.count.into(),
            r.articles.into(),
            r.per_1k.into(),
            r.tfidf.into(),
            r.weight.map(|w| w.weight).into(),
            r.weight.zip(classes).map(|(w, classes)| classes[w.class].as_str()).into(),
        ])?;
    }
    Ok(())
}
