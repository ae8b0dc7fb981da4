//! TF-IDF of articles, learnt from the counts of [`Cuts`](super::cuts::Cuts).
//!
//! [`Vectorizer::fit`] learns from counts; [`Vectorizer::transform`] applies it to one article, and returns the same
//! row as among many articles. N-grams of words never cross sentences.

use super::cuts::numbers;
use super::cutter::Cut;
use super::recipe::{Block, BlockKind, Recipe};
use crate::features::{FeatureError, RefitBlock, SparseRows, TermName, TermTable, Texts, Tfidf, Tokens};

/// Fitted blocks of TF-IDF, side by side.
#[derive(Debug, Clone)]
pub struct Vectorizer {
    blocks: Vec<(Block, Tfidf)>,
}

impl Vectorizer {
    /// Learns from the counts of articles, block by block, as returned by [`Recipe::blocks_of`].
    ///
    /// # Errors
    /// `NothingLeft` if no term is frequent enough.
    pub fn fit(recipe: &Recipe, blocks: &[RefitBlock<'_>]) -> Result<Self, FeatureError> {
        let fitted = |(block, of_block): (&Block, &RefitBlock<'_>)| {
            let counts = of_block.counts;
            let is_kept = of_block.is_kept(counts.df());
            let tfidf = block.params()?.of_counts(counts, |number| is_kept[number]);
            let tfidf = tfidf.map_err(|e| match e {
                FeatureError::EmptyVocabulary { .. } => block.nothing_left(counts.n_terms(), counts.n_documents()),
                e => e,
            });
            tfidf.map(|tfidf| (*block, tfidf))
        };
        Ok(Vectorizer { blocks: recipe.blocks.iter().zip(blocks).map(fitted).collect::<Result<_, _>>()? })
    }

    /// From stored terms with their document frequencies, block by block, in the order of their columns.
    ///
    /// # Errors
    /// Those of [`TfidfValidParams::from_terms`](crate::features::TfidfValidParams::from_terms).
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
    /// Never for a cut made with the same recipe.
    pub fn transform(&self, cut: &Cut) -> Result<SparseRows<f64>, FeatureError> {
        let rows =
            each(&self.blocks, cut, |tfidf, words| tfidf.transform(words), |tfidf, prose| tfidf.transform(prose))?;
        self.beside(rows)
    }

    /// The share of the article's words that the model knows, according to [`Tfidf::coverage`] of its first block
    /// (words, if there are any); `None` for an article without words.
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn coverage(&self, cut: &Cut) -> Result<Option<f64>, FeatureError> {
        let first = self.blocks.first();
        let parts = each(first, cut, |tfidf, words| tfidf.coverage(words), |tfidf, prose| tfidf.coverage(prose))?;
        Ok(parts.into_iter().flatten().next().flatten())
    }

    /// The blocks with their fitted TF-IDF.
    pub fn blocks(&self) -> &[(Block, Tfidf)] {
        &self.blocks
    }

    /// For each column, the column of the same term of the same kind in another vectorizer, if it has one.
    pub fn columns_in(&self, other: &Vectorizer) -> Vec<Option<usize>> {
        let mut columns = Vec::with_capacity(self.n_features());
        for (block, tfidf) in &self.blocks {
            let mut first = 0;
            let same = other.blocks.iter().find(|(b, tfidf)| {
                let is_same = b.kind == block.kind;
                first += if is_same { 0 } else { tfidf.vocabulary().len() };
                is_same
            });
            // Both are sorted.
            let mut others = same.into_iter().flat_map(|(_, tfidf)| tfidf.vocabulary().terms()).zip(first..).peekable();
            columns.extend(tfidf.vocabulary().terms().map(|term| {
                while others.next_if(|(other, _)| *other < term).is_some() {}
                others.next_if(|(other, _)| *other == term).map(|(_, column)| column)
            }));
        }
        columns
    }

    /// The term of every column.
    pub fn terms(&self) -> impl Iterator<Item = TermName<'_>> {
        self.blocks.iter().flat_map(|(_, tfidf)| tfidf.vocabulary().terms())
    }

    /// The number of columns.
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

/// Applies a function to each block and the article's tokens.
fn each<'b, T>(
    blocks: impl IntoIterator<Item = &'b (Block, Tfidf)>,
    cut: &Cut,
    of_words: impl Fn(&Tfidf, &Tokens<'_, Vec<u32>, TermTable>) -> Result<T, FeatureError>,
    of_prose: impl Fn(&Tfidf, &Texts<'_, &str>) -> Result<T, FeatureError>,
) -> Result<Vec<T>, FeatureError> {
    let of_block = |(block, tfidf): &(Block, Tfidf)| match block.kind {
        BlockKind::Word | BlockKind::Written => {
            let mut table = TermTable::default();
            let words = if block.kind == BlockKind::Word { &cut.words } else { &cut.written };
            let words = [numbers(words, |word| table.id(word))];
            of_words(tfidf, &Tokens::new(&words, &table))
        }
        BlockKind::Char => of_prose(tfidf, &Texts::new(&[cut.prose.as_str()])),
    };
    blocks.into_iter().map(of_block).collect()
}
