//! Reads and combines the articles of all tallies: what is known about them, and their counts.

use super::LeftOut;
use crate::corpus::{Article, BadRows, labels};
use crate::error::{Error, Place, Result};
use crate::features::Counts;
use crate::model::annotated::{Row, resolve};
use crate::model::artifact::training;
use crate::model::counted::{Counted, CountedPart, Entry};
use crate::model::cuts::{Cuts, Numberer};
use crate::model::cutter::Cut;
use crate::model::labelled::{Columns, Labelled, Origin, of_gathered};
use crate::model::recipe::{Block, BlockKind, Keep, Recipe};
use crate::model::train::{Stage, Tell, TrainParams};
use crate::tally::format::{Detail, FEATURE_TERMS, FEATURES, Header, broken};
use crate::tally::parquet::{Batch, for_batches};
use crate::tally::particulars;
use std::path::Path;

/// The articles of all folders.
#[derive(Default)]
pub(super) struct Articles {
    articles: Vec<Article>,
    /// By folder: the names of the extra columns.
    kept: Vec<Vec<String>>,
    /// By article: the number of its folder.
    folder: Vec<usize>,
    n_words: Vec<u32>,
    /// By folder and block of the recipe, for tallies with counts.
    counts: Vec<Vec<Counts>>,
    /// For tallies with the words in their order.
    cuts: Cuts,
    numberer: Option<Numberer>,
    is_ordered: bool,
}

impl Articles {
    pub(super) fn read(&mut self, folder: &Path, header: &Header, recipe: &Recipe) -> Result<()> {
        let is_ordered = header.detail == Detail::Ordered;
        if !self.articles.is_empty() && self.is_ordered != is_ordered {
            return Err(Error::data("tallies that can't be combined: another detail")
                .at(Place::file(folder))
                .found(header.detail.name())
                .help("make one of them again with the --detail of the other"));
        }
        self.is_ordered = is_ordered;
        header.article_files().try_for_each(|name| self.read_articles(&folder.join(name), header, recipe))?;
        self.kept.push(header.columns.clone());
        if !is_ordered {
            self.read_counts(folder, header, recipe)?;
        }
        Ok(())
    }

    fn read_articles(&mut self, path: &Path, header: &Header, recipe: &Recipe) -> Result<()> {
        let wrong = |found: String| broken(path, "a tally that is broken").found(found);
        let (number, is_ordered) = (self.kept.len(), self.is_ordered);
        let numberer = self.numberer.get_or_insert_with(|| Numberer::new(recipe));
        for_batches(path, &wrong, |batch| {
            let batch = Batch::new(batch, &wrong);
            let articles = particulars::read(&batch, header.columns.len(), &wrong)?;
            if is_ordered {
                let cut = [batch.text("cut_words")?, batch.text("cut_written")?, batch.text("cut_prose")?];
                for row in 0..batch.len() {
                    let [words, written, prose] = cut.each_ref().map(|of| of(row).unwrap_or_default().to_owned());
                    // Only what is needed: an article's number of words comes from the first block that exists.
                    let asked = |kind, text| if recipe.has(kind) { text } else { String::new() };
                    self.cuts.push(numberer.number(Cut {
                        words: asked(BlockKind::Word, words),
                        written: asked(BlockKind::Written, written),
                        prose: asked(BlockKind::Char, prose),
                    }))?;
                }
            }
            self.folder.extend(std::iter::repeat_n(number, articles.len()));
            self.articles.extend(articles);
            Ok(())
        })
    }

    fn read_counts(&mut self, folder: &Path, header: &Header, recipe: &Recipe) -> Result<()> {
        let path = folder.join(FEATURE_TERMS);
        let wrong = |found: String| broken(&path, "a tally that is broken").found(found);
        let mut dictionary: Vec<(usize, String)> = Vec::new();
        for_batches(&path, &wrong, |batch| {
            let batch = Batch::new(batch, &wrong);
            let (blocks, terms) = (batch.text("block")?, batch.text("term")?);
            for row in 0..batch.len() {
                let block = header.features.iter().position(|b| Some(b.kind.as_str()) == blocks(row));
                let (Some(block), Some(term)) = (block, terms(row)) else {
                    return Err(wrong(format!("a term of no block in row {row}")));
                };
                dictionary.push((block, term.to_owned()));
            }
            Ok(())
        })?;
        let path = folder.join(FEATURES);
        let wrong = |found: String| broken(&path, "a tally that is broken").found(found);
        let mut rows: Vec<Vec<(u32, u32)>> = Vec::new();
        for_batches(&path, &wrong, |batch| {
            let batch = Batch::new(batch, &wrong);
            let (words, terms, counts) = (batch.numbers("words")?, batch.numbers("terms")?, batch.numbers("counts")?);
            for row in 0..batch.len() {
                let (words, terms, counts) = (words(row), terms(row), counts(row));
                let fits = words.len() == header.features.len()
                    && terms.len() == counts.len()
                    && terms.iter().all(|t| (*t as usize) < dictionary.len());
                if !fits || counts.iter().try_fold(0u32, |sum, n| sum.checked_add(*n)).is_none() {
                    return Err(wrong(format!("terms or counts of row {} that can't be", rows.len())));
                }
                rows.push(terms.into_iter().zip(counts).collect());
                // As in a cut of this recipe: by the first kind of words that the article has.
                let of_kind = |block: &Block| {
                    header.features.iter().position(|b| b.kind == block.kind.name()).map_or(0, |at| words[at])
                };
                self.n_words.push(recipe.blocks.iter().map(of_kind).find(|n| *n > 0).unwrap_or(0));
            }
            Ok(())
        })?;
        if self.n_words.len() != self.articles.len() {
            return Err(wrong(format!("{} articles", rows.len())).expected("as many as in articles.parquet"));
        }
        let all = training::ranked_blocks(header.features.len(), &dictionary, rows)
            .map_err(|e| e.into_error(|e| wrong(e.to_string())))?;
        let mut wanted = Vec::new();
        for block in &recipe.blocks {
            let at = header.features.iter().position(|b| b.kind == block.kind.name());
            let (kept, counts) = at
                .and_then(|at| header.features.get(at).zip(all.get(at)))
                .ok_or_else(|| wrong(format!("no block of {}", block.kind.name())))?;
            let is_longer = block.kind != BlockKind::Char && kept.ngrams.1 > block.ngrams.1;
            wanted.push(if is_longer { shorter(counts, block.ngrams.1)? } else { counts.clone() });
        }
        self.counts.push(wanted);
        Ok(())
    }

    /// The labelled articles, counted by target.
    pub(super) fn counted(
        mut self,
        columns: &Columns,
        params: &TrainParams,
        bad_rows: BadRows,
        progress: &Tell<'_>,
    ) -> Result<(Counted, LeftOut)> {
        self.check_ids()?;
        let rows = (0..self.articles.len()).map(|i| self.row(i, columns)).collect();
        let mut labelled = of_gathered(resolve(rows, false, columns)?, columns, bad_rows)?;
        let left_out = (labelled.dropped, labelled.annotation.take());
        if self.is_ordered {
            labelled.cuts = self.cuts;
            self.numberer.into_iter().for_each(|numberer| labelled.cuts.name(numberer));
            let counting = |part| progress(Stage::Counting, part);
            return Ok((Counted::new(labelled, &params.recipe, Keep::Shared, &counting)?, left_out));
        }
        let Labelled { ids, origins, parts, unlabelled, .. } = labelled;
        let mut counted = Counted { parts: Vec::with_capacity(parts.len()), unlabelled };
        let of_block = |block: usize| {
            let of_folders: Vec<&Counts> = self.counts.iter().filter_map(|folder| folder.get(block)).collect();
            Counts::joined(&of_folders)
        };
        let counts = (0..params.recipe.blocks.len()).map(of_block).collect::<Result<Vec<_>>>()?;
        for part in parts {
            let blocks = params.recipe.blocks.iter().zip(&counts);
            let counts = blocks.map(|(block, counts)| counts.select(&part.articles, block.kept_df()));
            let counts = counts.collect::<Result<_>>()?;
            let n_words = |i: usize| self.n_words[i];
            let entry = |&i: &usize| Entry { id: ids[i].clone(), origin: origins[i].clone(), n_words: n_words(i) };
            let articles = part.articles.iter().map(entry).collect();
            let (target, classes, labels) = (part.target, part.classes, part.labels);
            counted.parts.push(CountedPart { target, classes, articles, labels, counts });
        }
        counted.check_terms(&params.recipe)?;
        Ok((counted, left_out))
    }

    /// What is known about one article.
    fn row(&mut self, i: usize, columns: &Columns) -> Row<Option<usize>> {
        let article = std::mem::take(&mut self.articles[i]);
        let kept = &self.kept[self.folder[i]];
        let value = |name: &String| {
            let at = kept.iter().position(|column| column == name);
            at.and_then(|at| article.extra.get(at)).map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        let answers = labels::plain(&value(&columns.label));
        let target = columns.target.as_ref().map(&value);
        let story = columns.story.as_ref().map(&value).filter(|story| !story.is_empty());
        let made = (!answers.is_empty() && target.as_deref() != Some("")).then_some(i);
        let origin = Origin::of(&article, story);
        Row::new(article.id, target, origin, made, answers)
    }

    fn check_ids(&self) -> Result<()> {
        let mut ids: Vec<&str> = self.articles.iter().map(|a| a.id.as_str()).collect();
        ids.sort_unstable();
        match ids.windows(2).find(|w| w[0] == w[1]) {
            None => Ok(()),
            Some(twice) => Err(Error::data("an article that is in two tallies")
                .found(format!("{:?}", twice[0]))
                .expected("every id once")
                .help("leave one of the two tallies out")),
        }
    }
}

/// Counts without the terms of more words.
fn shorter(counts: &Counts, words: usize) -> Result<Counts> {
    counts.with_terms(|term| term.text().is_some_and(|text| text.split(' ').count() <= words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_terms_are_left_out() {
        let counts = Counts::new(["a", "a b", "b"], [vec![(0, 1), (1, 2), (2, 3)], vec![(1, 1)]]).expect("counts");
        let expected = Counts::new(["a", "b"], [vec![(0, 1), (1, 3)], vec![]]).expect("counts");
        assert_eq!(shorter(&counts, 1).expect("counts"), expected);
        assert_eq!(shorter(&counts, 2).expect("counts"), counts);
    }
}
