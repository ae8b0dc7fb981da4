//! The columns and rows of every table; the README has them as a data dictionary.

use super::cell::Cell;
use super::column::{Columns, Kind};
use super::{categories, keywords, pairs, trends, with_interval};
use crate::compare::record::first_poles;
use crate::compare::{Comparison, Estimate, IntervalOf, Voices};
use crate::error::Result;
use crate::model::score::Caution;

/// One row, a cell a column.
pub type Row<'a> = [Cell<'a>];

/// Takes rows one by one.
pub type Sink<'s> = dyn for<'r, 'c> FnMut(&'r Row<'c>) -> Result<()> + 's;

/// A table that is written for every comparison.
pub struct Table {
    /// Its file's name without ending.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: fn(&Comparison) -> Columns,
    /// Gives all rows to the sink, in order.
    pub rows: fn(&Comparison, &mut Sink<'_>) -> Result<()>,
}

/// All tables.
pub static TABLES: [Table; 14] = [
    Table { name: "contrasts", columns: contrast_columns, rows: contrast_rows },
    Table { name: "scales", columns: scale_columns, rows: scale_rows },
    Table { name: "categories", columns: categories::columns, rows: categories::rows },
    Table { name: "pairs", columns: pairs::columns, rows: pairs::rows },
    Table { name: "trends", columns: trends::columns, rows: trends::rows },
    Table { name: "outlets", columns: outlet_columns, rows: outlet_rows },
    Table { name: "map", columns: map_columns, rows: map_rows },
    Table { name: "cues", columns: cue_columns, rows: cue_rows },
    Table { name: "articles", columns: article_columns, rows: article_rows },
    Table { name: "evidence", columns: evidence_columns, rows: evidence_rows },
    Table { name: "speakers", columns: speaker_columns, rows: speaker_rows },
    Table { name: "matrix", columns: matrix_columns, rows: matrix_rows },
    Table { name: "keywords", columns: |_| keywords::columns("outlet"), rows: keyword_rows },
    Table { name: "words", columns: |_| keywords::rate_columns(), rows: word_rows },
];

/// The tables that a comparison has: all but those that were not asked for, and that of categories where the lexicon has
/// none.
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

pub(super) fn low(estimate: &Estimate) -> Option<f64> {
    estimate.interval.map(|i| i.0)
}

pub(super) fn high(estimate: &Estimate) -> Option<f64> {
    estimate.interval.map(|i| i.1)
}

fn contrast_columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet voice contrast pole")
        .count("count articles")
        .number("share share_low share_high")
        .text("interval")
        .number("expected_share excess excess_low excess_high log_odds z p q share_shrunk")
        .text("note")
}

fn contrast_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
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

fn scale_columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet voice contrast left right")
        .count("uses articles")
        .number("share share_low share_high")
        .text("interval")
        .number("expected_share")
}

fn scale_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
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

fn outlet_columns(c: &Comparison) -> Columns {
    let mut columns = Columns::new()
        .text("outlet")
        .count("articles words stories reprints")
        .date("first_date last_date")
        .number("quoted reported lean lean_low lean_high")
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

fn outlet_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
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

fn map_columns(_: &Comparison) -> Columns {
    Columns::new().text("contrast pole").number("x y share average")
}

fn map_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
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

fn cue_columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("outlet voice contrast pole cue")
        .count("count articles")
        .number("per_1k tfidf weight")
        .text("weight_class")
}

fn cue_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
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

/// By article its place on the map of an earlier comparison, where that was asked for.
fn projected(c: &Comparison) -> Option<&[Option<[f64; 2]>]> {
    c.map.as_ref()?.articles.as_deref()
}

fn article_columns(c: &Comparison) -> Columns {
    let mut columns = Columns::new()
        .text("id outlet")
        .date("date")
        .text("title url story reprint_of")
        .number("similarity")
        .text("agency")
        .count("words words_removed")
        .number("quoted reported");
    for scale in &c.scales {
        let contrast = &c.lexicon.contrasts[scale.contrast];
        for pole in &contrast.poles {
            columns.push(Kind::Count, format!("{}:{}", contrast.name, pole.name));
        }
        columns.push(Kind::Number, format!("{}:share {}", contrast.name, scale.right));
        columns.push(Kind::Number, format!("{}:context {}", contrast.name, scale.right));
    }
    for (_, category) in c.lexicon.categories() {
        columns.push(Kind::Count, &category.name);
    }
    if projected(c).is_some() {
        columns = columns.number("x y");
    }
    if let Some(model) = &c.options.model {
        for class in model.classes() {
            columns.push(Kind::Number, format!("p_{class}"));
        }
        return columns.number("coverage").text("score_warning");
    }
    columns
}

fn article_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    let first = first_poles(&c.lexicon);
    let mut headings = c.headings.reader();
    let id = |article: usize| c.labels.id(&c.articles[article]);
    for (i, a) in c.articles.iter().enumerate() {
        let [title, url] = headings.read(a)?;
        let words = a.total_words();
        let part = |n: u32| (words > 0).then(|| f64::from(n) / f64::from(words));
        let mut row: Vec<Cell<'_>> = vec![
            c.labels.id(a).into(),
            a.outlet.get().map(|o| c.outlet_names[o].as_str()).into(),
            a.date.into(),
            title.into(),
            url.into(),
            a.story.get().map(id).into(),
            a.reprint.as_ref().map(|r| id(r.of)).into(),
            a.reprint.as_ref().map(|r| r.similarity).into(),
            c.labels.agency(a).into(),
            words.into(),
            a.words_removed.into(),
            part(a.words[crate::text::Voice::Quoted as usize]).into(),
            part(a.words[crate::text::Voice::Reported as usize]).into(),
        ];
        for scale in &c.scales {
            let poles = first[scale.contrast]..first[scale.contrast + 1];
            let uses: Vec<u32> = poles.map(|pole| a.uses(pole, c.options.voice)).collect();
            row.extend(uses.iter().map(|&n| Cell::from(n)));
            row.push(scale.share_of(&uses).into());
            let whole = [scale.poles.0.as_slice(), &scale.poles.1].concat();
            row.push(c.context.article_side(i, c.options.voice, scale.contrast, (&scale.poles.1, &whole)).into());
        }
        row.extend(c.lexicon.categories().map(|(at, _)| Cell::from(a.uses(first[at], c.options.voice))));
        if let Some(places) = projected(c) {
            row.extend([0, 1].map(|axis| Cell::from(places[i].map(|place| place[axis]))));
        }
        if let Some(stance) = &a.stance {
            row.extend(stance.probabilities.iter().map(|&p| Cell::from(p)));
            row.push(stance.coverage.into());
            row.push(stance.caution.map(Caution::text).into());
        }
        sink(&row)?;
    }
    Ok(())
}

fn evidence_columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("id outlet")
        .date("date")
        .text("contrast pole cue voice speaker")
        .count("start end")
        .text("before match after")
}

fn evidence_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    let cues: Vec<&str> = c.lexicon.cues().map(|(_, _, cue)| cue.text.as_str()).collect();
    let mut evidence = c.evidence.reader();
    for a in c.articles.iter().filter(|a| a.counts) {
        for e in evidence.read(a.number)? {
            let contrast = &c.lexicon.contrasts[e.contrast];
            sink(&[
                c.labels.id(a).into(),
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

fn speaker_columns(_: &Comparison) -> Columns {
    Columns::new()
        .text("speaker contrast pole")
        .count("count articles outlets")
        .number("share share_low share_high")
        .text("interval")
}

fn speaker_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
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

fn matrix_columns(c: &Comparison) -> Columns {
    let mut columns = Columns::new().text("outlet").count("articles").text("voice lean");
    for scale in &c.scales {
        columns.push(Kind::Text, format!("{} ({})", c.lexicon.contrasts[scale.contrast].name, scale.right));
    }
    columns
}

fn matrix_rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    // A star stands for "describes these mentions only".
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
