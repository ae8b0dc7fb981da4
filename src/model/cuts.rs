//! Articles as numbers of words: what is counted.
//!
//! Takes an [`Article`], or a stored [`Cut`], hands on [`Cuts`]. Threads number words concurrently ([`Numberer`]), so
//! which number a word gets depends on which thread comes first, and never shows in a result. With hashed terms, an
//! article becomes its row at once: each thread numbers words on its own, and there is no table of all words.

use super::cutter::{self, Cut, Cutter};
use super::recipe::{BlockKind, Recipe};
use crate::corpus::Article;
use crate::error::Result;
use crate::features::{
    BREAK, FeatureError, HashedRow, HashedRows, SharedTermTable, TermTable, Texts, TfidfValidParams, Tokens,
};
use crate::text::{Forms, Memo, Reader};
use std::sync::{Mutex, PoisonError};

/// With more spellings than this a thread starts over: words that hardly ever recur need no memory.
const MOST_FORMS: usize = 1 << 20;
/// Stands for the number of a word whose normal form is empty.
const NOTHING: u32 = BREAK;

/// The words of an article as numbers.
#[derive(Debug)]
pub struct Numbered {
    /// With [`BREAK`] between sentences; empty if no block needs words.
    words: Box<[u32]>,
    /// With [`BREAK`] where something was masked; empty if no block needs words and marks.
    written: Box<[u32]>,
    /// Empty if no block needs characters.
    prose: Box<str>,
    /// With hashed terms, the only thing that is kept: a row for each block, in their order.
    hashed: std::result::Result<Vec<HashedRow>, FeatureError>,
}

impl Default for Numbered {
    fn default() -> Self {
        let (words, written, prose) = Default::default();
        Numbered { words, written, prose, hashed: Ok(Vec::new()) }
    }
}

/// Cuts articles according to a recipe, and numbers their words; shared by many threads.
#[derive(Debug)]
pub struct Numberer {
    recipe: Recipe,
    cutter: Cutter,
    table: SharedTermTable,
    /// By block, if terms are hashed.
    hashed: Vec<(BlockKind, TfidfValidParams)>,
    /// One for every thread that cuts.
    scratch: Mutex<Vec<Scratch>>,
}

/// What a thread knows about the words it has seen, by spelling.
#[derive(Debug, Default)]
struct Scratch {
    reader: Reader,
    numbers: Memo<Option<u32>>,
    pieces: Forms,
    numbers_of_pieces: Memo<Option<u32>>,
    /// The words themselves, if terms are hashed.
    table: TermTable,
}

impl Numberer {
    /// For a recipe.
    pub fn new(recipe: &Recipe) -> Self {
        let (table, scratch) = (SharedTermTable::default(), Mutex::default());
        let hashed = recipe.blocks.iter().filter(|block| block.hash_features.is_some());
        let hashed = hashed.filter_map(|block| Some((block.kind, block.params().ok()?))).collect();
        Numberer { recipe: recipe.clone(), cutter: Cutter::new(recipe), table, hashed, scratch }
    }

    /// Cuts an article into the words of [`Cutter::cut`].
    pub fn cut(&self, article: &Article) -> Numbered {
        let free = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let is_small = |s: &Scratch| s.reader.n_forms().max(s.pieces.len()) < MOST_FORMS;
        let known = free().pop().filter(is_small);
        let mut scratch = known.unwrap_or_default();
        let numbered = self.cut_with(article, &mut scratch);
        free().push(scratch);
        numbered
    }

    fn cut_with(&self, article: &Article, scratch: &mut Scratch) -> Numbered {
        let Scratch { reader, numbers, pieces, numbers_of_pieces, table } = scratch;
        let document = self.cutter.document_by(reader, article);
        let masked = self.cutter.masked(&document);
        let mut numbered = Numbered::default();
        if self.recipe.has(BlockKind::Word) {
            let mut words = Words::with_capacity(document.tokens.len());
            let mut normal = String::new();
            cutter::word_tokens(&document, &masked, &mut |token| match token {
                None => words.part(),
                Some(token) => words.push(numbers.get(document.forms[token], || {
                    cutter::normal(&document, token, &mut normal);
                    if normal.is_empty() { NOTHING } else { self.id(&normal, table) }
                })),
            });
            numbered.words = words.numbers.into();
        }
        if self.recipe.has(BlockKind::Written) {
            let mut words = Words::with_capacity(document.tokens.len() * 5 / 4);
            cutter::written(&document, &masked, &mut |piece| match piece {
                None => words.part(),
                Some((piece, _)) => {
                    words.push(numbers_of_pieces.get(pieces.number(piece), || self.id(piece, table)));
                }
            });
            numbered.written = words.numbers.into();
        }
        if self.recipe.has(BlockKind::Char) {
            numbered.prose = cutter::prose(&document, &masked).into();
        }
        self.hash(numbered, table)
    }

    /// An article that was cut before.
    pub fn number(&self, cut: Cut) -> Numbered {
        let mut table = TermTable::default();
        let mut numbers = |text: &str| numbers(text, |word| self.id(word, &mut table)).into();
        let (words, written) = (numbers(&cut.words), numbers(&cut.written));
        self.hash(Numbered { words, written, prose: cut.prose.into(), ..Numbered::default() }, &table)
    }

    /// The number of a word: in the table of all words or, with hashed terms, in a temporary table.
    fn id(&self, word: &str, table: &mut TermTable) -> u32 {
        if self.hashed.is_empty() { self.table.id(word) } else { table.id(word) }
    }

    /// With hashed terms, replaces the words of an article by its rows.
    fn hash(&self, article: Numbered, table: &TermTable) -> Numbered {
        if self.hashed.is_empty() {
            return article;
        }
        let Numbered { words, written, prose, .. } = article;
        let row = |(kind, params): &(BlockKind, TfidfValidParams)| match kind {
            BlockKind::Word => params.hash(&Tokens::new(&[&words], table), 0),
            BlockKind::Written => params.hash(&Tokens::new(&[&written], table), 0),
            BlockKind::Char => params.hash(&Texts::new(&[&prose]), 0),
        };
        Numbered { hashed: self.hashed.iter().map(row).collect(), ..Numbered::default() }
    }
}

/// Collects numbers of words, with [`BREAK`] where two words are separated.
struct Words {
    numbers: Vec<u32>,
    is_parted: bool,
}

impl Words {
    fn with_capacity(n: usize) -> Self {
        Words { numbers: Vec::with_capacity(n), is_parted: false }
    }

    fn part(&mut self) {
        self.is_parted = !self.numbers.is_empty();
    }

    fn push(&mut self, number: u32) {
        if number == NOTHING {
            return;
        }
        if self.is_parted {
            self.numbers.push(BREAK);
            self.is_parted = false;
        }
        self.numbers.push(number);
    }
}

/// The words of a [`Cut`] as numbers, a [`BREAK`] between sentences.
pub(super) fn numbers(words: &str, mut number: impl FnMut(&str) -> u32) -> Vec<u32> {
    let mut numbers = Words::with_capacity(words.len() / 5);
    for sentence in words.split('\n') {
        sentence.split(' ').filter(|word| !word.is_empty()).for_each(|word| numbers.push(number(word)));
        numbers.part();
    }
    numbers.numbers
}

/// Many articles, cut: what is counted.
#[derive(Debug, Default)]
pub struct Cuts {
    /// By number: the word.
    terms: Vec<Box<str>>,
    articles: Vec<Numbered>,
    /// With hashed terms, instead of the above: the rows by block, and the first error.
    hashed: Vec<HashedRows>,
    wrong: Option<FeatureError>,
    /// For each hashed article, the number of n-grams of the first block of which it has any.
    n_grams: Vec<u32>,
}

impl Cuts {
    /// Adds an article.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): no room on disk for the temporary files of hashed rows.
    pub fn push(&mut self, article: Numbered) -> Result<()> {
        match &article.hashed {
            Ok(rows) if rows.is_empty() => self.articles.push(article),
            Ok(rows) => {
                self.hashed.resize_with(rows.len(), HashedRows::default);
                self.hashed.iter_mut().zip(rows).try_for_each(|(of_block, row)| of_block.push(row))?;
                self.n_grams.push(rows.iter().map(HashedRow::n_grams).find(|n| *n > 0).unwrap_or(0));
            }
            Err(error) => self.wrong = self.wrong.take().or_else(|| Some(error.clone())),
        }
        Ok(())
    }

    /// Adds the words for the numbers, once all articles have been added.
    pub fn name(&mut self, numberer: Numberer) {
        self.terms = numberer.table.into_terms();
    }

    /// The number of words of an article: words and marks if only words as written are counted, pieces between spaces
    /// if only characters are. With hashed terms, the number of n-grams of the first kind of which it has any, because
    /// their lengths are no longer known.
    pub fn n_words(&self, article: usize) -> u32 {
        if let Some(n_grams) = self.n_grams.get(article) {
            return *n_grams;
        }
        let Numbered { words, written, prose, .. } = &self.articles[article];
        let cut = [words, written].into_iter().find(|words| !words.is_empty());
        cut.map_or_else(|| prose.split_whitespace().count() as u32, |words| n_words(words))
    }

    /// The number of words, words and marks, or pieces between spaces of an article, depending on what a block of this
    /// kind counts.
    pub(super) fn n_tokens(&self, kind: BlockKind, article: usize) -> u32 {
        let article = &self.articles[article];
        match kind {
            BlockKind::Word => n_words(&article.words),
            BlockKind::Written => n_words(&article.written),
            BlockKind::Char => article.prose.split_whitespace().count() as u32,
        }
    }

    /// The words that a block of this kind counts, for some of the articles; none for characters.
    pub(super) fn tokens(&self, kind: BlockKind, articles: &[usize]) -> Vec<&[u32]> {
        let of_kind = |&i: &usize| match kind {
            BlockKind::Word => Some(&self.articles[i].words[..]),
            BlockKind::Written => Some(&self.articles[i].written[..]),
            BlockKind::Char => None,
        };
        articles.iter().filter_map(of_kind).collect()
    }

    /// The hashed rows of all articles, for a block given by its position.
    ///
    /// # Errors
    /// A word with a space or control character inside, which no reader produces.
    pub(super) fn hashed(&self, block: usize) -> std::result::Result<&HashedRows, FeatureError> {
        let none = FeatureError::EmptyVocabulary { n_documents: self.n_grams.len() };
        self.hashed.get(block).ok_or(none).and_then(|rows| self.wrong.clone().map_or(Ok(rows), Err))
    }

    /// What the numbers in [`tokens`](Self::tokens) stand for.
    pub(super) fn terms(&self) -> &[Box<str>] {
        &self.terms
    }

    /// The prose of some of the articles.
    pub(super) fn prose(&self, articles: &[usize]) -> Vec<&str> {
        articles.iter().map(|&i| &self.articles[i].prose[..]).collect()
    }
}

fn n_words(words: &[u32]) -> u32 {
    words.iter().filter(|word| **word != BREAK).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recipe::{Block, Boilerplate};

    #[test]
    fn numbers_stand_for_what_was_cut() {
        let recipe = Recipe {
            boilerplate: Boilerplate::Keep,
            masked: vec!["free press".to_owned()],
            blocks: vec![Block::WORDS, Block::WRITTEN, Block::CHARACTERS],
        };
        let numberer = Numberer::new(&recipe);
        let mut cuts = Cuts::default();
        let texts = ["The army’s men. \u{200b} They FLED, they fled.\n\nA free press!", "free press", "", "the army"];
        for text in texts {
            let article = Article { text: text.to_owned(), ..Article::default() };
            cuts.push(numberer.cut(&article)).expect("kept");
            cuts.push(numberer.number(Cutter::new(&recipe).cut(&article))).expect("kept");
        }
        cuts.name(numberer);
        for (text, two) in texts.iter().zip(cuts.articles.chunks(2)) {
            assert_eq!((&two[0].words, &two[0].written), (&two[1].words, &two[1].written), "{text}");
            assert_eq!(two[0].prose, two[1].prose);
        }
        let word = |number: &u32| cuts.terms.get(*number as usize).map_or("|", |term| term);
        let words: Vec<&str> = cuts.articles[0].words.iter().map(word).collect();
        assert_eq!(words, ["the", "army", "men", "|", "they", "fled", "they", "fled", "|", "a"]);
        assert_eq!((cuts.n_words(0), cuts.n_words(2), cuts.n_words(6)), (8, 0, 2));
    }
}
