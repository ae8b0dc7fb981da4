//! From an article to its features: the one place that training and scoring share.
//!
//! Takes an [`Article`] and a [`Recipe`]; [`Recipe::cut`] cleans the text, cuts it into sentences and words as the
//! comparison does (words of all voices, normal forms, the `'s` of a possessive left out), and keeps the prose where
//! characters are wanted. [`Recipe::count`] counts the terms of many articles, [`Vectorizer::fit`] learns TF-IDF from
//! those counts, [`Vectorizer::transform`] applies it to one article, and gives it the row that it had among the others. N-grams of words never cross a sentence.

use crate::corpus::Article;
use crate::features::{
    Analyzer, BREAK, Counts, DocumentFrequency, FeatureError, Refit, RefitBlock, SparseRows, TermFrequency, TermTable,
    Texts, Tfidf, TfidfParams, TfidfValidParams, Tokens,
};
use crate::text::clean::{self, Cleaner, Known};
use crate::text::{Document, Prose, TokenKind, tokens};
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

    /// Terms in so many articles are kept: see [`Keep::Shared`].
    pub fn kept_df(&self) -> usize {
        self.min_df.min(2)
    }

    fn nothing_left(&self, n_terms: usize, n_documents: usize) -> FeatureError {
        let (min_df, max_df) = (DocumentFrequency::Count(self.min_df), DocumentFrequency::Share(1.0));
        FeatureError::NothingLeft { min_df, max_df, n_terms, n_documents }
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

    /// Counts the terms of some of the articles, block by block.
    ///
    /// # Errors
    /// Those of [`TfidfValidParams::fit`].
    pub fn count(&self, cuts: &Cuts, articles: &[usize], keep: Keep) -> Result<Vec<Counts>, FeatureError> {
        let count = |block: &Block| {
            let min_df = if keep == Keep::Shared { block.kept_df() } else { 1 };
            let params = Block { min_df, ..*block }.params()?;
            let counts = match block.kind {
                BlockKind::Word => {
                    let words: Vec<&[u32]> = articles.iter().map(|&i| &cuts.words[i][..]).collect();
                    params.count(&Tokens::new(&words, &cuts.table))
                }
                BlockKind::Char => {
                    let prose: Vec<&str> = articles.iter().map(|&i| &cuts.prose[i][..]).collect();
                    params.count(&Texts::new(&prose))
                }
            };
            counts.map_err(|e| match e {
                FeatureError::NothingLeft { n_terms, n_documents, .. } => block.nothing_left(n_terms, n_documents),
                e => e,
            })
        };
        self.blocks.iter().map(count).collect()
    }

    /// The counts of these articles as blocks that can be weighed.
    pub fn refit<'t>(&self, counts: &'t [Counts]) -> Refit<'t> {
        let block = |(b, counts): (&Block, &'t Counts)| RefitBlock { counts, min_df: b.min_df, weight: b.weight };
        Refit::new(self.blocks.iter().zip(counts).map(block))
    }

    /// The part of an article that is counted.
    pub(super) fn prose(&self, article: &Article, cleaner: &Cleaner) -> Prose {
        let known = Known {
            outlet: article.outlet.as_deref(),
            title: article.title.as_deref(),
            author: article.author.as_deref(),
        };
        match self.boilerplate {
            Boilerplate::Remove => cleaner.clean(&article.text, known),
            Boilerplate::Keep => clean::keep_all(&article.text),
        }
    }

    /// Cleans and cuts an article. Nothing but the article and the cleaner decides the result.
    pub fn cut(&self, article: &Article, cleaner: &Cleaner) -> Cut {
        let prose = self.prose(article, cleaner);
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

/// Many articles, cut: what is counted.
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

    /// How many words an article has.
    pub fn n_words(&self, article: usize) -> u32 {
        let words = self.words[article].iter().filter(|word| **word != BREAK).count();
        // Where words are no features, they are not cut.
        if words > 0 { words as u32 } else { self.prose[article].split_whitespace().count() as u32 }
    }
}

/// Which terms are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Those in at least two articles, or in one where the block takes them. What stands in one article alone says
    /// nothing of others, and would tell most of its text.
    Shared,
    /// All.
    All,
}

/// Fitted blocks of TF-IDF, side by side.
#[derive(Debug, Clone)]
pub struct Vectorizer {
    blocks: Vec<(Block, Tfidf)>,
}

impl Vectorizer {
    /// Learns from the counts of articles, a block each, as [`Recipe::count`] gives them.
    ///
    /// # Errors
    /// `NothingLeft` where no term is frequent enough.
    pub fn fit(recipe: &Recipe, counts: &[Counts]) -> Result<Self, FeatureError> {
        let n_documents = counts.first().map_or(0, Counts::n_documents);
        let all: Vec<usize> = (0..n_documents).collect();
        let fitted = |(block, counts): (&Block, &Counts)| {
            let df = counts.document_frequencies(&all);
            let terms = counts.terms().zip(df).map(|(term, df)| (term, df as usize));
            let tfidf = block.params()?.from_terms(terms.filter(|(_, df)| *df >= block.min_df), n_documents);
            let tfidf = tfidf.map_err(|e| match e {
                FeatureError::EmptyVocabulary { .. } => block.nothing_left(counts.n_terms(), n_documents),
                e => e,
            });
            tfidf.map(|tfidf| (*block, tfidf))
        };
        Ok(Vectorizer { blocks: recipe.blocks.iter().zip(counts).map(fitted).collect::<Result<_, _>>()? })
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

    /// The blocks with what they have learnt.
    pub fn blocks(&self) -> &[(Block, Tfidf)] {
        &self.blocks
    }

    /// By column: that of the same term of the same kind in another, where it has one.
    pub fn columns_in(&self, other: &Vectorizer) -> Vec<Option<usize>> {
        let mut columns = Vec::with_capacity(self.n_features());
        for (block, tfidf) in &self.blocks {
            let mut first = 0;
            let same = other.blocks.iter().find(|(b, tfidf)| {
                let is_same = b.kind == block.kind;
                first += if is_same { 0 } else { tfidf.vocabulary().len() };
                is_same
            });
            let column = |term: &str| Some(first + same?.1.vocabulary().column(term)?);
            columns.extend(tfidf.vocabulary().terms().map(column));
        }
        columns
    }

    /// The term of every column.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().flat_map(|(_, tfidf)| tfidf.vocabulary().terms())
    }

    /// How many columns.
    pub fn n_features(&self) -> usize {
        self.blocks.iter().map(|(_, tfidf)| tfidf.vocabulary().len()).sum()
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
