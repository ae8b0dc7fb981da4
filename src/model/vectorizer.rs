//! TF-IDF of articles: [`Cuts`] are what is counted, a [`Vectorizer`] what was learnt from the counts.
//!
//! [`Vectorizer::fit`] learns from counts, [`Vectorizer::transform`] applies it to one article, and gives it the row that it
//! had among the others. N-grams of words never cross a sentence.

use super::cutter::Cut;
use super::recipe::{Block, BlockKind, Recipe};
use crate::features::{BREAK, FeatureError, RefitBlock, SparseRows, TermTable, Texts, Tfidf, Tokens};

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
    written: Vec<Box<[u32]>>,
    prose: Vec<Box<str>>,
}

impl Cuts {
    /// Adds an article.
    pub fn push(&mut self, cut: Cut) {
        self.words.push(numbers(&cut.words, &mut self.table).into());
        self.written.push(numbers(&cut.written, &mut self.table).into());
        self.prose.push(cut.prose.into());
    }

    /// How many words an article has: words and marks where only those as they are written were cut, and what stands
    /// between spaces where only characters are counted.
    pub fn n_words(&self, article: usize) -> u32 {
        let cut = [&self.words[article], &self.written[article]].into_iter().find(|words| !words.is_empty());
        let n = cut.map(|words| words.iter().filter(|word| **word != BREAK).count());
        n.unwrap_or_else(|| self.prose[article].split_whitespace().count()) as u32
    }

    /// How many words, words and marks, or pieces between spaces an article has, by what a block of this kind counts.
    pub(super) fn n_tokens(&self, kind: BlockKind, article: usize) -> u32 {
        let words = match kind {
            BlockKind::Word => &self.words[article],
            BlockKind::Written => &self.written[article],
            BlockKind::Char => return self.prose[article].split_whitespace().count() as u32,
        };
        words.iter().filter(|word| **word != BREAK).count() as u32
    }

    /// The words that a block of this kind counts, of some of the articles; none for characters.
    pub(super) fn tokens(&self, kind: BlockKind, articles: &[usize]) -> Vec<&[u32]> {
        let of_kind = match kind {
            BlockKind::Word => &self.words,
            BlockKind::Written => &self.written,
            BlockKind::Char => return Vec::new(),
        };
        articles.iter().map(|&i| &of_kind[i][..]).collect()
    }

    /// What the numbers in [`tokens`](Self::tokens) stand for.
    pub(super) fn table(&self) -> &TermTable {
        &self.table
    }

    /// The prose of some of the articles.
    pub(super) fn prose(&self, articles: &[usize]) -> Vec<&str> {
        articles.iter().map(|&i| &self.prose[i][..]).collect()
    }
}

/// Fitted blocks of TF-IDF, side by side.
#[derive(Debug, Clone)]
pub struct Vectorizer {
    blocks: Vec<(Block, Tfidf)>,
}

impl Vectorizer {
    /// Learns from the counts of articles, a block each, as [`Recipe::blocks_of`] gives them.
    ///
    /// # Errors
    /// `NothingLeft` where no term is frequent enough.
    pub fn fit(recipe: &Recipe, blocks: &[RefitBlock<'_>]) -> Result<Self, FeatureError> {
        let fitted = |(block, of_block): (&Block, &RefitBlock<'_>)| {
            let counts = of_block.counts;
            let all: Vec<usize> = (0..counts.n_documents()).collect();
            let df = counts.document_frequencies(&all);
            let is_kept = of_block.is_kept(&df);
            let kept = counts.terms().zip(df).zip(is_kept).filter(|(_, is_kept)| *is_kept);
            let terms = kept.map(|((term, df), _)| (term, df as usize));
            let tfidf = block.params()?.from_terms(terms, all.len());
            let tfidf = tfidf.map_err(|e| match e {
                FeatureError::EmptyVocabulary { .. } => block.nothing_left(counts.n_terms(), all.len()),
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
        BlockKind::Word | BlockKind::Written => {
            let mut table = TermTable::default();
            let words = if block.kind == BlockKind::Word { &cut.words } else { &cut.written };
            let words = [numbers(words, &mut table)];
            of_words(tfidf, &Tokens::new(&words, &table))
        }
        BlockKind::Char => of_prose(tfidf, &Texts::new(&[cut.prose.as_str()])),
    };
    blocks.into_iter().map(of_block).collect()
}
