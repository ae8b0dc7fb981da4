//! The words around the chosen places, for which the corpus is read once more.

use super::Example;
use super::masked::Place;
use super::read::{self, Texts};
use crate::corpus::{Article, Corpus, Pass};
use crate::error::Result;
use crate::features::SharedTermTable;
use crate::text::clean::Cleaner;
use crate::text::snippet;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The approximate number of characters on either side.
const WIDTH: usize = 60;

/// The words around each place. Requests for the same place share one example.
///
/// # Errors
/// Reading that fails.
pub(super) fn read(
    corpus: &Corpus,
    cleaner: &Cleaner,
    texts: &Texts,
    places: &[Place],
    progress: &(dyn Fn(f64) + Sync),
) -> Result<BTreeMap<Place, Example>> {
    let mut wanted: FxHashMap<&str, Vec<Place>> = FxHashMap::default();
    for place in places {
        wanted.entry(texts.articles[place.article as usize].id.as_str()).or_default().push(*place);
    }
    let mut examples = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(examples);
    }
    corpus.for_each(
        Pass::new().progress(&|p| progress(p.part())),
        |_, article| match wanted.get(article.id.as_str()) {
            Some(places) => look(cleaner, &article, places),
            None => Vec::new(),
        },
        |_, found| {
            examples.extend(found);
            Ok(())
        },
    )?;
    Ok(examples)
}

fn look(cleaner: &Cleaner, article: &Article, places: &[Place]) -> Vec<(Place, Example)> {
    let document = read::document(cleaner, article);
    let stream = read::stream(&document, &SharedTermTable::default());
    let example = |place: &Place| {
        let token = |word: u32| document.tokens.get(*stream.tokens.get(word as usize)? as usize);
        let bytes = token(place.from)?.range().start..token(place.to - 1)?.range().end;
        let paragraph = document.paragraphs.iter().find(|p| p.start <= bytes.start && bytes.end <= p.end)?;
        Some((
            *place,
            Example {
                id: article.id.clone(),
                outlet: article.outlet.clone(),
                before: snippet::before(&document.text[paragraph.start..bytes.start], WIDTH),
                matched: snippet::fold_space(&document.text[bytes.clone()]),
                after: snippet::behind(&document.text[bytes.end..paragraph.end], WIDTH),
            },
        ))
    };
    places.iter().filter_map(example).collect()
}
