//! From an article to its features: the one place that training and scoring share.
//!
//! Takes an [`Article`] and a [`Recipe`]; [`Recipe::cut`] cleans the text, cuts it into sentences and words as the
//! comparison does (words of all voices, normal forms, the `'s` of a possessive left out), and keeps the prose where
//! characters are wanted. [`Vectorizer::fit`] learns TF-IDF from many articles, [`Vectorizer::transform`] applies it to
//! one, and gives that article the same row alone and among others. N-grams of words never cross a sentence.

use crate::corpus::Article;
use crate::features::{
    Analyzer, BREAK, DocumentFrequency, FeatureError, RefitBlock, SparseRows, TermFrequency, TermTable, Terms, Texts,
    Tfidf, TfidfParams, TfidfValidParams, Tokens,
};
use crate::text::clean::{self, Cleaner, Known};
use crate::text::{Document, TokenKind, tokens};
use linfa::ParamGuard;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the n-grams of a block are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// Words inside a sentence.
    Word,
    /// Characters inside words, each padded with a space on both sides ([`Analyzer::CharWb`]).
    Char,
}

impl BlockKind {
    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            BlockKind::Word => "word",
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
    /// The length of an article's row in this block.
    pub weight: f64,
}

impl Block {
    /// Words, 1–2-grams in at least two articles.
    pub const WORDS: Block = Block { kind: BlockKind::Word, ngrams: (1, 2), min_df: 2, weight: 1.0 };
    /// Characters, 2–5-grams in at least two articles.
    pub const CHARACTERS: Block = Block { kind: BlockKind::Char, ngrams: (2, 5), min_df: 2, weight: 1.0 };

    fn params(&self) -> Result<TfidfValidParams, FeatureError> {
        TfidfParams::new()
            .analyzer(match self.kind {
                BlockKind::Word => Analyzer::Word,
                BlockKind::Char => Analyzer::CharWb,
            })
            .ngram_range(self.ngrams.0..=self.ngrams.1)
            .min_df(DocumentFrequency::Count(self.min_df))
            .term_frequency(TermFrequency::Sublinear)
            .check()
    }
}

/// What becomes of menus, captions and other lines that are not the article's prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Boilerplate {
    /// Taken out, in training and in scoring.
    #[default]
    Remove,
    /// Counted like the rest.
    Keep,
}

/// What the features of a model are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What becomes of boilerplate.
    pub boilerplate: Boilerplate,
    /// The blocks, side by side; at least one, and each kind at most once, words first.
    pub blocks: Vec<Block>,
}

/// An article, cleaned and cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// Normal forms of the words, parted by spaces, a sentence a line; empty where no block wants words.
    pub words: String,
    /// The prose; empty where no block wants characters.
    pub prose: String,
}

impl Recipe {
    /// Whether these blocks and their parameters can be used.
    ///
    /// # Errors
    /// Those of [`TfidfParams::check`](ParamGuard::check).
    pub fn check(&self) -> Result<(), FeatureError> {
        self.blocks.iter().try_for_each(|block| block.params().map(drop))
    }

    /// Whether it has this block.
    pub fn has(&self, kind: BlockKind) -> bool {
        self.blocks.iter().any(|b| b.kind == kind)
    }

    /// Cleans and cuts an article. Nothing but the article and the cleaner decides the result.
    pub fn cut(&self, article: &Article, cleaner: &Cleaner) -> Cut {
        let known = Known {
            outlet: article.outlet.as_deref(),
            title: article.title.as_deref(),
            author: article.author.as_deref(),
        };
        let prose = match self.boilerplate {
            Boilerplate::Remove => cleaner.clean(&article.text, known),
            Boilerplate::Keep => clean::keep_all(&article.text),
        };
        let paragraphs = prose.paragraphs.clone();
        let mut cut = Cut::default();
        if self.has(BlockKind::Word) {
            cut.words = words(&Document::new(&article.text, prose));
        }
        if self.has(BlockKind::Char) {
            let paragraphs: Vec<&str> = paragraphs.into_iter().map(|range| &article.text[range]).collect();
            cut.prose = paragraphs.join("\n");
        }
        cut
    }
}

/// The words of a document, parted by spaces, a sentence a line.
fn words(document: &Document<'_>) -> String {
    let mut words = String::with_capacity(document.text.len());
    let mut normal = String::new();
    for sentence in &document.sentences {
        for token in &document.tokens[sentence.tokens.clone()] {
            if token.kind == TokenKind::Word {
                tokens::normalize(token.of(document.text), &mut normal);
                words.push_str(&normal);
                words.push(' ');
            }
        }
        words.pop();
        words.push('\n');
    }
    words.pop();
    words
}

/// The words of a [`Cut`] as numbers, a [`BREAK`] between sentences.
fn numbers(words: &str, table: &mut TermTable) -> Vec<u32> {
    let mut numbers = Vec::with_capacity(words.len() / 5);
    for sentence in words.split('\n') {
        if !numbers.is_empty() {
            numbers.push(BREAK);
        }
        numbers.extend(sentence.split(' ').filter(|w| !w.is_empty()).map(|w| table.id(w)));
    }
    numbers
}

/// Many articles, cut: what TF-IDF is fitted on.
#[derive(Debug, Default)]
pub struct Cuts {
    table: TermTable,
    words: Vec<Box<[u32]>>,
    prose: Vec<Box<str>>,
}

impl Cuts {
    /// Adds an article.
    pub fn push(&mut self, cut: Cut) {
        self.words.push(numbers(&cut.words, &mut self.table).into());
        self.prose.push(cut.prose.into());
    }
}

/// Fitted blocks of TF-IDF, side by side.
#[derive(Debug, Clone)]
pub struct Vectorizer {
    blocks: Vec<(Block, Tfidf)>,
}

impl Vectorizer {
    /// Learns from some of the articles and gives their rows, `(n_articles, n_features)`.
    ///
    /// # Errors
    /// Those of [`TfidfValidParams::fit`].
    pub fn fit(recipe: &Recipe, cuts: &Cuts, articles: &[usize]) -> Result<(Self, SparseRows<f32>), FeatureError> {
        let (mut blocks, mut rows) = (Vec::new(), Vec::new());
        for block in &recipe.blocks {
            let params = block.params()?;
            let (tfidf, of_block) = match block.kind {
                BlockKind::Word => {
                    let words: Vec<&[u32]> = articles.iter().map(|&i| &cuts.words[i][..]).collect();
                    params.fit_transform(&Tokens::new(&words, &cuts.table))?
                }
                BlockKind::Char => {
                    let prose: Vec<&str> = articles.iter().map(|&i| &cuts.prose[i][..]).collect();
                    params.fit_transform(&Texts::new(&prose))?
                }
            };
            blocks.push((*block, tfidf));
            rows.push(of_block);
        }
        let vectorizer = Vectorizer { blocks };
        let rows = vectorizer.beside(rows)?;
        Ok((vectorizer, rows))
    }

    /// From stored terms with their document frequencies, block by block, in the order of their columns.
    ///
    /// # Errors
    /// Those of [`TfidfValidParams::from_terms`].
    pub fn from_terms<S: AsRef<str>>(
        blocks: impl IntoIterator<Item = (Block, Vec<(S, usize)>)>,
        n_articles: usize,
    ) -> Result<Self, FeatureError> {
        let fitted = |(block, terms): (Block, Vec<(S, usize)>)| {
            block.params()?.from_terms(terms, n_articles).map(|tfidf| (block, tfidf))
        };
        Ok(Vectorizer { blocks: blocks.into_iter().map(fitted).collect::<Result<_, _>>()? })
    }

    /// The row of one article, `(1, n_features)`.
    ///
    /// # Errors
    /// None that a cut of the same recipe can bring about.
    pub fn transform(&self, cut: &Cut) -> Result<SparseRows<f64>, FeatureError> {
        let rows =
            each(&self.blocks, cut, |tfidf, words| tfidf.transform(words), |tfidf, prose| tfidf.transform(prose))?;
        self.beside(rows)
    }

    /// The part of the article's words that the model knows, by its first block (words, where there are such); `None`
    /// for an article without words.
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn coverage(&self, cut: &Cut) -> Result<Option<f64>, FeatureError> {
        let first = self.blocks.first();
        let parts = each(first, cut, |tfidf, words| tfidf.coverage(words), |tfidf, prose| tfidf.coverage(prose))?;
        Ok(parts.into_iter().flatten().next().flatten())
    }

    /// By training article: the part of its words that would be known had it not been trained on: those that stand in
    /// enough other articles. Empty where single words are no terms; articles without words are left out.
    pub fn coverage_without(&self, cuts: &Cuts, articles: &[usize]) -> Vec<f64> {
        let words = self.blocks.iter().find(|(block, _)| block.kind == BlockKind::Word && block.ngrams.0 == 1);
        let Some((block, tfidf)) = words else { return Vec::new() };
        let vocabulary = tfidf.vocabulary();
        let df = |id: u32| vocabulary.column(cuts.table.term(id)?).map(|j| vocabulary.document_frequencies()[j]);
        let known: Vec<bool> =
            (0..cuts.table.n_terms() as u32).map(|id| df(id).is_some_and(|df| df as usize > block.min_df)).collect();
        let coverage = |&article: &usize| {
            let words = cuts.words[article].iter().filter(|w| **w != BREAK);
            let (n, n_known) = words.fold((0, 0), |(n, k), &w| (n + 1, k + usize::from(known[w as usize])));
            (n > 0).then(|| f64::from(n_known as u32) / f64::from(n))
        };
        articles.iter().filter_map(coverage).collect()
    }

    /// The blocks with what they have learnt.
    pub fn blocks(&self) -> &[(Block, Tfidf)] {
        &self.blocks
    }

    /// How many columns.
    pub fn n_features(&self) -> usize {
        self.blocks.iter().map(|(_, tfidf)| tfidf.vocabulary().len()).sum()
    }

    /// What is needed to fit the rows again on some of the articles.
    pub fn refit_blocks(&self) -> Vec<RefitBlock<'_>> {
        self.blocks.iter().map(|(b, t)| RefitBlock { idf: t.idf(), min_df: b.min_df, weight: b.weight }).collect()
    }

    fn beside<F: linfa::Float>(&self, mut rows: Vec<SparseRows<F>>) -> Result<SparseRows<F>, FeatureError> {
        if let ([(block, _)], 1) = (&self.blocks[..], rows.len())
            && block.weight == 1.0
        {
            return Ok(rows.remove(0));
        }
        let weighed: Vec<_> = self.blocks.iter().zip(&rows).map(|((b, _), rows)| (F::cast(b.weight), rows)).collect();
        let n_features: usize = rows.iter().map(SparseRows::n_features).sum();
        SparseRows::hstack(&weighed).map_err(|_| FeatureError::TooMany { what: "columns", found: n_features })
    }
}

/// What each block makes of an article.
fn each<'b, T>(
    blocks: impl IntoIterator<Item = &'b (Block, Tfidf)>,
    cut: &Cut,
    of_words: impl Fn(&Tfidf, &Tokens<'_, Vec<u32>, TermTable>) -> Result<T, FeatureError>,
    of_prose: impl Fn(&Tfidf, &Texts<'_, &str>) -> Result<T, FeatureError>,
) -> Result<Vec<T>, FeatureError> {
    let of_block = |(block, tfidf): &(Block, Tfidf)| match block.kind {
        BlockKind::Word => {
            let mut table = TermTable::default();
            let words = [numbers(&cut.words, &mut table)];
            of_words(tfidf, &Tokens::new(&words, &table))
        }
        BlockKind::Char => of_prose(tfidf, &Texts::new(&[cut.prose.as_str()])),
    };
    blocks.into_iter().map(of_block).collect()
}
