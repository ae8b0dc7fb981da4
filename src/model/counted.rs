//! Labelled articles as counts of terms: all that training needs.
//!
//! Takes [`Labelled`] articles, hands on [`Counted`]: by target, for every article its id, its label, what it may be
//! held out by, its number of words, and how often each term occurs in it.

use super::labelled::{self, Labelled, Origin};
use super::recipe::{BlockKind, Keep, Recipe};
use crate::error::{Error, Result};
use crate::features::{Counts, CountsReader, FeatureError, Refit, TermName};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What is known about a counted article besides its label and terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// What it may be held out by.
    pub origin: Origin,
    /// The number of its words, known or not; with hashed terms, of the n-grams of the first block.
    pub n_words: u32,
}

/// The counted articles of one target, or all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CountedPart {
    /// The target; `None` without a target column.
    pub target: Option<String>,
    /// Its labels, sorted.
    pub classes: Vec<String>,
    /// Its articles, in the order of their ids.
    pub articles: Vec<Entry>,
    /// Their labels, as indices into `classes`.
    pub labels: Vec<usize>,
    /// How often each term occurs in them, by block of the recipe. Terms in too few articles may be left out, see
    /// [`Keep`].
    pub counts: Vec<Counts>,
}

/// Counted articles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// By target, sorted; exactly one without a target column.
    pub parts: Vec<CountedPart>,
    /// Number of articles left out because they have no label or no target.
    pub unlabelled: usize,
}

impl Counted {
    /// Counts labelled articles. `progress` is called with the part that is done, from 0 to 1.
    ///
    /// # Errors
    /// If no article has a term that is frequent enough.
    pub fn new(labelled: Labelled, recipe: &Recipe, keep: Keep, progress: &dyn Fn(f64)) -> Result<Self> {
        let Labelled { cuts, ids, origins, parts, unlabelled, .. } = labelled;
        let n_parts = parts.len();
        let mut counted = Counted { parts: Vec::with_capacity(n_parts), unlabelled };
        for (number, part) in parts.into_iter().enumerate() {
            progress(number as f64 / n_parts as f64);
            let labelled::Part { target, classes, articles, labels } = part;
            let counts = recipe.count(&cuts, &articles, keep).map_err(|e| no_terms(e, target.as_deref()))?;
            let entry = |&i: &usize| Entry { id: ids[i].clone(), origin: origins[i].clone(), n_words: cuts.n_words(i) };
            let articles = articles.iter().map(entry).collect();
            counted.parts.push(CountedPart { target, classes, articles, labels, counts });
        }
        Ok(counted)
    }
}

impl Counted {
    /// Checks that every block has a term in every part.
    ///
    /// # Errors
    /// If no article has a term that is frequent enough.
    pub(super) fn check_terms(&self, recipe: &Recipe) -> Result<()> {
        let has_none = |part: &CountedPart| {
            let mut blocks = recipe.blocks.iter().zip(&part.counts);
            let (block, counts) = blocks.find(|(_, counts)| counts.n_terms() == 0)?;
            Some(no_terms(block.nothing_left(0, counts.n_documents()), part.target.as_deref()))
        };
        self.parts.iter().find_map(has_none).map_or(Ok(()), Err)
    }

    /// The number of articles; an article with several targets counts once for each.
    pub fn n_articles(&self) -> usize {
        self.parts.iter().map(|part| part.articles.len()).sum()
    }

    /// Drops from what was `counted` all that a recipe doesn't need, as if it had been counted by that recipe.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): no room on the disk, or counts can't be read back.
    pub fn keep_blocks(&mut self, counted: &Recipe, recipe: &Recipe) -> Result<()> {
        for part in &mut self.parts {
            let all = std::mem::take(&mut part.counts);
            let needed = counted.blocks.iter().zip(all).filter_map(|(block, counts)| {
                let block = recipe.blocks.iter().find(|needed| needed.kind == block.kind)?;
                Some(block.without_longer(counts))
            });
            part.counts = needed.collect::<Result<_>>()?;
        }
        Ok(())
    }
}

impl CountedPart {
    /// The number of articles with each label.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        self.labels.iter().for_each(|&label| counts[label] += 1);
        counts
    }

    /// The known outlets of its articles, sorted.
    pub fn outlet_names(&self) -> Vec<String> {
        let names = self.articles.iter().filter_map(|article| article.origin.outlet.clone());
        names.collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// Its counts, to be weighted.
    pub fn refit(&self, recipe: &Recipe) -> Refit<'_> {
        recipe.refit(&self.counts)
    }

    /// By article: the share of its words (with hashed terms, of its n-grams) that a model with this `recipe` would
    /// know if it hadn't been trained on the article: those that occur in enough other articles. Empty if single words
    /// aren't terms; articles without words are left out.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): counts can't be read back from disk.
    pub fn coverage_without(&self, recipe: &Recipe, counted: &Recipe) -> Result<Vec<f64>> {
        let blocks = recipe.blocks_of(counted, &self.counts);
        let mut blocks = recipe.blocks.iter().zip(&blocks);
        let is_hashed = recipe.is_hashed();
        let words = blocks.find(|(block, _)| is_hashed || (block.kind != BlockKind::Char && block.ngrams.0 == 1));
        let Some((block, of_block)) = words else { return Ok(Vec::new()) };
        let counts = of_block.counts;
        let is_kept = of_block.is_kept(counts.df());
        let known = counts.terms().zip(counts.df()).zip(is_kept);
        // Single words, if they can be distinguished from longer n-grams.
        let is_counted = |term: TermName<'_>| term.text().is_none_or(|text| !text.contains(' '));
        let known: Vec<bool> =
            known.map(|((term, df), is_kept)| is_kept && *df as usize > block.min_df && is_counted(term)).collect();
        let coverage = |reader: &mut CountsReader<'_>, (i, article): (usize, &Entry)| {
            let known = reader.document(i)?.filter(|(term, _)| known[*term as usize]);
            let n_known: u32 = known.map(|(_, count)| count).sum();
            Ok((article.n_words > 0).then(|| f64::from(n_known) / f64::from(article.n_words)))
        };
        let coverage = self.articles.par_iter().enumerate().with_min_len(64).map_init(|| counts.reader(), coverage);
        coverage.filter_map(Result::transpose).collect()
    }
}

/// The error if there is nothing to learn from.
pub(super) fn no_terms(error: FeatureError, target: Option<&str>) -> Error {
    let of = target.map_or(String::new(), |target| format!(" towards {target:?}"));
    error.into_error(|error| {
        let problem = Error::data(format!("no terms to learn from{of}")).found(error.to_string());
        match error {
            FeatureError::NothingLeft { .. } => problem.help("lower --min-df, or give more articles"),
            FeatureError::TooMany { .. } => problem.help("use --hash-features, or a part of the articles"),
            _ => problem.help("name the column of the texts with --text, or keep all lines with --boilerplate keep"),
        }
    })
}
