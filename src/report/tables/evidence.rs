//! `evidence.csv`.

use super::Sink;
use crate::compare::Comparison;
use crate::error::Result;
use crate::report::column::Columns;

pub(super) fn columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("id outlet")
        .date("date")
        .text("contrast pole cue voice speaker")
        .count("start end")
        .text("before match after")
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    let cues: Vec<&str> = c.lexicon.cues().map(|(_, _, cue)| cue.text.as_str()).collect();
    let (mut evidence, mut entries) = (c.evidence.reader(), c.entries.reader());
    for a in c.articles.iter().filter(|a| a.counts) {
        let uses = evidence.read(a.number)?;
        let id = if uses.is_empty() { "" } else { entries.id(a)? };
        for e in uses {
            let contrast = &c.lexicon.contrasts[e.contrast];
            sink(&[
                id.into(),
                a.outlet.get().map(|o| c.outlet_names[o].as_str()).into(),
                a.date.into(),
                contrast.name.as_str().into(),
                contrast.poles[e.pole].name.as_str().into(),
                cues[e.cue].into(),
                e.voice.name().into(),
                e.speaker.into(),
                e.start.into(),
                e.end.into(),
                e.before.into(),
                e.matched.into(),
                e.after.into(),
            ])?;
        }
    }
    Ok(())
}
