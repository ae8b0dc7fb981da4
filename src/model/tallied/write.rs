//! Writes what models learn from to a tally's folder.

use crate::error::{Error, Result};
use crate::features::{Counts, FeatureError, TermName};
use crate::model::artifact::training::Dictionary;
use crate::model::cuts::Cuts;
use crate::model::recipe::{Block, Keep, Recipe};
use crate::tally::format::{FEATURE_TERMS, FEATURES};
use crate::tally::parquet::{self, BATCH, Writer};
use std::path::Path;

/// Counts articles by the blocks of a recipe and writes both files; `order` has the index of each article's cut.
///
/// # Errors
/// If writing fails.
pub fn write(cuts: &Cuts, order: &[usize], recipe: &Recipe, folder: &Path) -> Result<[&'static str; 2]> {
    let counts: Vec<Counts> =
        recipe.blocks.iter().map(|block| count(cuts, order, recipe, block)).collect::<Result<_>>()?;
    // The most frequent terms come first, which keeps the numbers small.
    let Dictionary { terms, numbers } = Dictionary::new(&[&counts]);
    let mut writer = Writer::new(&folder.join(FEATURE_TERMS), &[]);
    let mut chunks: Vec<&[(usize, TermName<'_>)]> = terms.chunks(1 << 16).collect();
    // A file without rows still has its columns.
    chunks.extend(terms.is_empty().then_some(&[][..]));
    for chunk in chunks {
        let block = |&(block, _): &(usize, TermName<'_>)| Some(recipe.blocks[block].kind.name());
        writer.write(vec![
            ("block", parquet::text(chunk.iter().map(block)), false),
            ("term", parquet::text(chunk.iter().map(|t| t.1.text())), false),
        ])?;
    }
    writer.finish()?;
    let kinds = || recipe.blocks.iter().map(|block| block.kind);
    let mut writer = Writer::new(&folder.join(FEATURES), &["terms"]);
    let mut readers: Vec<_> = counts.iter().map(Counts::reader).collect();
    for chunk in (0..order.len()).collect::<Vec<_>>().chunks(BATCH) {
        let mut row = |&article: &usize| -> Result<Vec<(u32, u32)>> {
            let mut row: Vec<(u32, u32)> = Vec::new();
            for (block, reader) in readers.iter_mut().enumerate() {
                let number = |term: u32| numbers[0][block][term as usize];
                row.extend(reader.document(article)?.map(|(term, n)| (number(term), n)));
            }
            row.sort_unstable();
            Ok(row)
        };
        let rows = chunk.iter().map(&mut row).collect::<Result<Vec<_>>>()?;
        writer.write(vec![
            (
                "words",
                parquet::numbers(chunk.iter().map(|&i| kinds().map(move |kind| cuts.n_tokens(kind, order[i])))),
                false,
            ),
            ("terms", parquet::numbers(rows.iter().map(|row| row.iter().map(|t| t.0))), false),
            ("counts", parquet::numbers(rows.iter().map(|row| row.iter().map(|t| t.1))), false),
        ])?;
    }
    writer.finish()?;
    Ok([FEATURES, FEATURE_TERMS])
}

/// The terms of a block that occur in two or more articles; there may be none.
fn count(cuts: &Cuts, order: &[usize], recipe: &Recipe, block: &Block) -> Result<Counts> {
    let of_block = Recipe { blocks: vec![Block { min_df: 2, ..*block }], ..recipe.clone() };
    match of_block.count(cuts, order, Keep::Shared).map(|mut counts| counts.pop().unwrap_or_default()) {
        Ok(counts) => Ok(counts),
        Err(FeatureError::NothingLeft { .. } | FeatureError::EmptyVocabulary { .. }) => none(order.len()),
        Err(e) => Err(e.into_error(|e| Error::data("terms that can't be counted").found(e.to_string()))),
    }
}

/// Counts without any terms.
fn none(articles: usize) -> Result<Counts> {
    let empty = std::iter::repeat_n(Vec::new(), articles);
    Counts::new(std::iter::empty::<&str>(), empty)
        .map_err(|e| e.into_error(|e| Error::data("no terms").found(e.to_string())))
}
