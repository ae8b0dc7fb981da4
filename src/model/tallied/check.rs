//! Whether a tally has what training needs.

use crate::error::{Error, Place, Result};
use crate::model::labelled::Columns;
use crate::model::recipe::{BlockKind, Boilerplate};
use crate::model::train::TrainParams;
use crate::tally::format::{Detail, Header};
use std::path::Path;

/// Checks that a tally has what training needs.
pub(super) fn check(folder: &Path, header: &Header, columns: &Columns, params: &TrainParams) -> Result<()> {
    let wanted = [Some(&columns.label), columns.target.as_ref(), columns.story.as_ref()];
    if let Some(column) = wanted.into_iter().flatten().find(|column| !header.columns.contains(column)) {
        let kept = if header.columns.is_empty() { "none".to_owned() } else { header.columns.join(", ") };
        return Err(Error::usage("a column that the tally doesn't have")
            .at(Place::file(folder).column(column))
            .expected(format!("a column that was kept: {kept}"))
            .help(format!("make the tally again with `aslant tally … --label {column}`")));
    }
    let needs_texts = |what: &str, help: &str| {
        let error = Error::usage("an option that needs the texts").at(Place::file(folder)).found(what);
        Err(error.expected("articles, or options that tallies allow").help(help))
    };
    if params.mask_outlets || !params.recipe.masked.is_empty() {
        return needs_texts("--mask-cues or --mask-outlets", "leave it out, or train on the articles");
    }
    if params.recipe.boilerplate == Boilerplate::Remove {
        return needs_texts(
            "--boilerplate remove",
            "leave it out: tallies have the words of all lines for `aslant train`",
        );
    }
    if header.detail == Detail::Counts && params.recipe.is_hashed() {
        return needs_texts(
            "--hash-features",
            "leave it out, make the tally again with --detail ordered, or train on the articles: terms of one article alone, which \
             this tally doesn't have, are hashed, too",
        );
    }
    if header.detail == Detail::Counts && params.recipe.blocks.iter().any(|block| block.min_df < 2) {
        return needs_texts("--min-df 1", "use 2 or more: a tally has no terms of a single article");
    }
    for block in &params.recipe.blocks {
        let kind = block.kind.name();
        let found = header.features.iter().find(|b| b.kind == kind);
        let is_enough = found.is_some_and(|b| match (header.detail, block.kind) {
            (Detail::Ordered, _) => true,
            (Detail::Counts, BlockKind::Char) => b.ngrams == block.ngrams,
            (Detail::Counts, _) => b.ngrams.0 == block.ngrams.0 && b.ngrams.1 >= block.ngrams.1,
        });
        if !is_enough {
            let (min, max) = block.ngrams;
            let kept = header.features.iter().map(|b| format!("{} {}-{}", b.kind, b.ngrams.0, b.ngrams.1));
            let kept = kept.collect::<Vec<_>>().join(", ");
            return Err(Error::usage("terms that the tally doesn't have")
                .at(Place::file(folder))
                .found(format!("features of {kind}, n-grams of {min}-{max}"))
                .expected(if kept.is_empty() { "a tally made with --label".to_owned() } else { format!("some of: {kept}") })
                .help("make the tally again with `aslant tally … --label COLUMN`, which takes --features and --ngrams too"));
        }
    }
    Ok(())
}
