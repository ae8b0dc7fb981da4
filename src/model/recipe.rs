//! What the features of a model are made of: defined once, stored in `model.json`, used by training and scoring alike.
//!
//! Takes the parameters, hands on counts of terms ([`Recipe::count`]) and rows that can be weighted
//! ([`Recipe::refit`]). [`cutter`](super::cutter) splits articles into words.

use super::cuts::Cuts;
use crate::error::Error;
use crate::features::{
    Analyzer, Counts, DocumentFrequency, FeatureError, Hashing, Refit, RefitBlock, TermFrequency, TermName, Texts,
    TfidfParams, TfidfValidParams, Tokens,
};
use linfa::ParamGuard;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the n-grams of a block are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// Words inside a sentence, in normal form: without case and punctuation.
    Word,
    /// Words and marks as written: case, punctuation and line ends show the house style.
    Written,
    /// Characters inside words, each padded with a space on both sides ([`Analyzer::CharWb`]).
    Char,
}

impl BlockKind {
    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            BlockKind::Word => "word",
            BlockKind::Written => "written",
            BlockKind::Char => "char",
        }
    }
}

impl fmt::Display for BlockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One block of features: sublinear TF-IDF with smooth idf, rows of Euclidean length `weight`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// What its n-grams are made of.
    pub kind: BlockKind,
    /// The shortest and the longest n-gram, in words or characters.
    pub ngrams: (usize, usize),
    /// Terms in fewer training articles are left out.
    pub min_df: usize,
    /// At most this many terms are kept, those in the most training articles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_features: Option<usize>,
    /// Terms are hashed into this many columns; the parameters about terms then apply to columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_features: Option<usize>,
    /// The length of an article's row in this block.
    pub weight: f64,
}

impl Block {
    /// Words, 1–2-grams in at least two articles.
    pub const WORDS: Block = Block {
        kind: BlockKind::Word,
        ngrams: (1, 2),
        min_df: 2,
        max_features: None,
        hash_features: None,
        weight: 1.0,
    };
    /// Words and marks as written, 1–2-grams in at least two articles.
    pub const WRITTEN: Block = Block { kind: BlockKind::Written, ..Block::WORDS };
    /// Characters, 2–5-grams in at least two articles. Combined with words their weight is [`BESIDE_WORDS`].
    pub const CHARACTERS: Block = Block { kind: BlockKind::Char, ngrams: (2, 5), ..Block::WORDS };

    /// How its terms are hashed, if they are.
    pub(super) fn hashing(&self) -> Result<Option<Hashing>, FeatureError> {
        self.hash_features.map(Hashing::new).transpose()
    }

    pub(super) fn params(&self) -> Result<TfidfValidParams, FeatureError> {
        TfidfParams::new()
            .analyzer(match self.kind {
                BlockKind::Word | BlockKind::Written => Analyzer::Word,
                BlockKind::Char => Analyzer::CharWb,
            })
            .ngram_range(self.ngrams.0..=self.ngrams.1)
            .min_df(DocumentFrequency::Count(self.min_df))
            .hashing(self.hashing()?)
            .term_frequency(TermFrequency::Sublinear)
            .check()
    }

    /// Terms in at least this many articles are kept; see [`Keep::Shared`].
    pub fn kept_df(&self) -> usize {
        self.min_df.min(2)
    }

    /// Counts without terms of more words than the block's, which were counted for another block that might have been
    /// chosen.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): no room on the disk, or counts can't be read back.
    pub(super) fn without_longer(&self, counts: Counts) -> crate::error::Result<Counts> {
        let spaces = |text: &str| text.bytes().filter(|b| *b == b' ').count();
        let is_char = self.kind == BlockKind::Char;
        let fits = |term: TermName<'_>| is_char || term.text().is_none_or(|text| spaces(text) < self.ngrams.1);
        if counts.terms().all(fits) { Ok(counts) } else { counts.with_terms(fits) }
    }

    pub(super) fn nothing_left(&self, n_terms: usize, n_documents: usize) -> FeatureError {
        let (min_df, max_df) = (DocumentFrequency::Count(self.min_df), DocumentFrequency::Share(1.0));
        FeatureError::NothingLeft { min_df, max_df, n_terms, n_documents }
    }
}

/// The weight of characters combined with words, whose weight is 1. For stance in tweets, where characters are what
/// helps, 2 was better than 1 by .8 points of F1 in six times five folds, with a standard error by tweets of .3
/// (SemEval-2016 task 6 A; 3 was as good, 0.5 lost 2.2).
pub const BESIDE_WORDS: f64 = 2.0;

/// What was requested for the blocks; anything not requested is chosen by cross-validation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// What is counted; if empty: words, or words and marks as written.
    pub kinds: Vec<BlockKind>,
    /// Lengths of n-grams of words.
    pub ngrams: Option<(usize, usize)>,
    /// Lengths of n-grams of characters.
    pub char_ngrams: Option<(usize, usize)>,
    /// Terms in fewer articles are left out.
    pub min_df: Option<usize>,
    /// The most terms of each kind.
    pub max_features: Option<usize>,
    /// Terms of each kind are hashed into this many columns.
    pub hash_features: Option<usize>,
}

impl Asked {
    /// Checks that options about n-grams are about something that is counted.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage).
    pub fn check(&self) -> Result<(), Error> {
        let has = |kind| self.kinds.contains(&kind);
        let has_words = self.kinds.is_empty() || has(BlockKind::Word) || has(BlockKind::Written);
        let (option, what, kind) = match (self.ngrams, self.char_ngrams) {
            (Some(_), _) if !has_words => ("--ngrams", "words", BlockKind::Word),
            (_, Some(_)) if !has(BlockKind::Char) => ("--char-ngrams", "characters", BlockKind::Char),
            _ => return Ok(()),
        };
        Err(Error::usage("lengths of n-grams that aren't counted")
            .found(format!("{option}, but no {what} are counted"))
            .help(format!("leave it out, or have {kind} among --features")))
    }

    /// The blocks that may be counted, in the order of their kinds.
    pub fn blocks(&self) -> Vec<Block> {
        let mut kinds = match self.kinds.is_empty() {
            true => vec![BlockKind::Word, BlockKind::Written],
            false => self.kinds.clone(),
        };
        kinds.sort_unstable();
        kinds.dedup();
        let is_alone = kinds.len() == 1;
        let block = |kind| {
            let (block, ngrams) = match kind {
                BlockKind::Word => (Block::WORDS, self.ngrams),
                BlockKind::Written => (Block::WRITTEN, self.ngrams),
                BlockKind::Char => (Block::CHARACTERS, self.char_ngrams),
            };
            Block {
                ngrams: ngrams.unwrap_or(block.ngrams),
                min_df: self.min_df.unwrap_or(block.min_df),
                max_features: self.max_features,
                hash_features: self.hash_features,
                weight: if kind == BlockKind::Char && !is_alone { BESIDE_WORDS } else { block.weight },
                ..block
            }
        };
        kinds.into_iter().map(block).collect()
    }
}

/// How menus, captions and other lines that aren't the article's prose are handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Boilerplate {
    /// Removed, in training and in scoring.
    #[default]
    Remove,
    /// Counted like the rest.
    Keep,
}

/// What the features of a model are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// How boilerplate is handled.
    pub boilerplate: Boilerplate,
    /// Words and phrases that are left out, with globs as in a lexicon.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<String>,
    /// The blocks, side by side; at least one, and each kind at most once, in the order of [`BlockKind`].
    pub blocks: Vec<Block>,
}

impl Recipe {
    /// Checks that these blocks and their parameters can be used.
    ///
    /// # Errors
    /// Those of [`TfidfParams::check`](ParamGuard::check).
    pub fn check(&self) -> Result<(), FeatureError> {
        if self.blocks.iter().any(|block| block.max_features == Some(0)) {
            return Err(FeatureError::NoFeatures);
        }
        self.blocks.iter().try_for_each(|block| block.params().map(drop))
    }

    /// Its blocks of words, in normal form or as written.
    pub(super) fn words(&self) -> impl Iterator<Item = &Block> + Clone {
        self.blocks.iter().filter(|block| block.kind != BlockKind::Char)
    }

    /// Whether it has this block.
    pub fn has(&self, kind: BlockKind) -> bool {
        self.blocks.iter().any(|b| b.kind == kind)
    }

    /// Whether terms are hashed: in all of its blocks, or in none.
    pub fn is_hashed(&self) -> bool {
        self.blocks.iter().any(|block| block.hash_features.is_some())
    }

    /// Counts the terms of some of the articles, block by block.
    ///
    /// # Errors
    /// Those of [`TfidfValidParams::fit`].
    pub fn count(&self, cuts: &Cuts, articles: &[usize], keep: Keep) -> Result<Vec<Counts>, FeatureError> {
        let count = |(at, block): (usize, &Block)| {
            let min_df = if keep == Keep::Shared { block.kept_df() } else { 1 };
            let params = Block { min_df, ..*block }.params()?;
            let counts = match block.kind {
                _ if block.hash_features.is_some() => {
                    cuts.hashed(at).and_then(|rows| params.count_hashed(rows, articles))
                }
                BlockKind::Word | BlockKind::Written => {
                    params.count(&Tokens::new(&cuts.tokens(block.kind, articles), cuts.terms()))
                }
                BlockKind::Char => params.count(&Texts::new(&cuts.prose(articles))),
            };
            counts.map_err(|e| match e {
                FeatureError::NothingLeft { n_terms, n_documents, .. } => block.nothing_left(n_terms, n_documents),
                e => e,
            })
        };
        self.blocks.iter().enumerate().map(count).collect()
    }

    /// The counts of articles as blocks that can be weighted. `counted` is the recipe that they were counted by: it has
    /// all blocks of this one, with the same or longer n-grams.
    pub fn blocks_of<'t>(&self, counted: &Recipe, counts: &'t [Counts]) -> Vec<RefitBlock<'t>> {
        let block = |b: &Block| {
            let at = counted.blocks.iter().position(|counted| counted.kind == b.kind)?;
            let is_longer = b.kind != BlockKind::Char && counted.blocks[at].ngrams.1 > b.ngrams.1;
            Some(RefitBlock {
                counts: counts.get(at)?,
                min_df: b.min_df,
                max_features: b.max_features,
                max_words: is_longer.then_some(b.ngrams.1),
                weight: b.weight,
            })
        };
        self.blocks.iter().filter_map(block).collect()
    }

    /// The counts of articles, counted by this recipe, to be weighted.
    pub fn refit<'t>(&self, counts: &'t [Counts]) -> Refit<'t> {
        Refit::new(self.blocks_of(self, counts))
    }
}

/// Which terms are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Those in at least two articles, or in one if the block allows it. A term that occurs in only one article says
    /// nothing about others, and would reveal most of its text.
    Shared,
    /// All.
    All,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_weigh_more_beside_words_only() {
        let weights = |kinds: &[BlockKind]| -> Vec<f64> {
            Asked { kinds: kinds.to_vec(), ..Asked::default() }.blocks().iter().map(|block| block.weight).collect()
        };
        assert_eq!(weights(&[BlockKind::Char, BlockKind::Word]), [1.0, BESIDE_WORDS]);
        assert_eq!(weights(&[BlockKind::Char, BlockKind::Char]), [1.0]);
        assert_eq!(weights(&[]), [1.0, 1.0]);
    }

    #[test]
    fn lengths_are_said_of_what_is_counted() {
        use BlockKind::{Char, Word, Written};
        let check = |kinds: &[BlockKind], ngrams: bool, char_ngrams: bool| {
            let [ngrams, char_ngrams] = [ngrams, char_ngrams].map(|is_given| is_given.then_some((1, 3)));
            Asked { kinds: kinds.to_vec(), ngrams, char_ngrams, ..Asked::default() }.check()
        };
        for kinds in [&[][..], &[Word], &[Written], &[Word, Char]] {
            assert!(check(kinds, true, kinds.contains(&Char)).is_ok(), "{kinds:?}");
        }
        assert!(check(&[Char], false, true).is_ok() && check(&[], false, true).is_err());
        insta::assert_snapshot!(check(&[Word], true, true).expect_err("no characters"), @r"
        lengths of n-grams that aren't counted
          found:    --char-ngrams, but no characters are counted
          help: leave it out, or have char among --features
        ");
        insta::assert_snapshot!(check(&[Char], true, true).expect_err("no words"), @r"
        lengths of n-grams that aren't counted
          found:    --ngrams, but no words are counted
          help: leave it out, or have word among --features
        ");
    }
}
