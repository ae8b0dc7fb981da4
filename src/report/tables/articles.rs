//! `articles.csv`.

use super::Sink;
use crate::compare::by::Key;
use crate::compare::record::first_poles;
use crate::compare::{ArticleRecord, Comparison, Reprints};
use crate::error::Result;
use crate::model::score::Caution;
use crate::report::cell::Cell;
use crate::report::column::{Columns, Kind};
use crate::text::Voice;

/// The position of each article on the map of an earlier comparison, if requested.
fn projected(c: &Comparison) -> Option<&[Option<[f64; 2]>]> {
    c.map.as_ref()?.articles.as_deref()
}

pub(super) fn columns(c: &Comparison) -> Columns {
    let mut columns = Columns::new()
        .text("id outlet")
        .date("date")
        .text("title url story reprint_of")
        .number("similarity")
        .text("left_out agency")
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

/// Why an article is in no row of the other tables; `None` if it is.
fn left_out(c: &Comparison, article: &ArticleRecord) -> Option<&'static str> {
    match article {
        _ if article.is_compared() => None,
        _ if article.counts && c.options.by.group == Key::Outlet => Some("no outlet"),
        _ if article.counts => Some("no group"),
        _ if article.is_copy && c.options.reprints == Reprints::Drop => Some("reprint"),
        _ => Some("story of one outlet"),
    }
}

pub(super) fn rows(c: &Comparison, sink: &mut Sink<'_>) -> Result<()> {
    let first = first_poles(&c.lexicon);
    let (mut entries, mut others) = (c.entries.reader(), c.entries.reader());
    let mut id = |article: Option<usize>| -> Result<Option<String>> {
        article.map(|article| others.id(&c.articles[article]).map(str::to_owned)).transpose()
    };
    for (i, a) in c.articles.iter().enumerate() {
        let (entry, reprint) = (entries.read(a)?, c.reprints.get(&i));
        let words = a.total_words();
        let part = |n: u32| (words > 0).then(|| f64::from(n) / f64::from(words));
        let mut row: Vec<Cell<'_>> = vec![
            entry.id.into(),
            a.outlet.get().map(|o| c.outlet_names[o].as_str()).into(),
            a.date.into(),
            entry.title.into(),
            entry.url.into(),
            id(a.story.get())?.into(),
            id(reprint.map(|r| r.of))?.into(),
            reprint.map(|r| r.similarity).into(),
            left_out(c, a).into(),
            c.labels.agency(a).into(),
            words.into(),
            entry.words_removed.into(),
            part(a.words[Voice::Quoted as usize]).into(),
            part(a.words[Voice::Reported as usize]).into(),
        ];
        for scale in &c.scales {
            let poles = first[scale.contrast]..first[scale.contrast + 1];
            let uses: Vec<u32> = poles.map(|pole| c.poles.uses(a, pole, c.options.voice)).collect();
            row.extend(uses.iter().map(|&n| Cell::from(n)));
            row.push(scale.share_of(&uses).into());
            let whole = [scale.poles.0.as_slice(), &scale.poles.1].concat();
            row.push(c.context.article_side(i, c.options.voice, scale.contrast, (&scale.poles.1, &whole)).into());
        }
        row.extend(c.lexicon.categories().map(|(at, _)| Cell::from(c.poles.uses(a, first[at], c.options.voice))));
        if let Some(places) = projected(c) {
            row.extend([0, 1].map(|axis| Cell::from(places[i].map(|place| place[axis]))));
        }
        if let Some(stance) = entry.stance() {
            row.extend(stance.probabilities.iter().map(|&p| Cell::from(p)));
            row.push(stance.coverage.into());
            row.push(stance.caution.map(Caution::text).into());
        }
        sink(&row)?;
    }
    Ok(())
}
