//! The terms of all articles that are compared: counted once, used by the table and the placebo.

use super::Options;
use super::lists::{ListReader, Lists, Terms, packed};
use super::places::{capital, each_place};
use crate::compare::collect::{Collected, Words};
use crate::compare::{ArticleRecord, Voices};
use crate::error::Result;
use crate::features::phrases::MinDf;
use crate::features::{Phrases, Streams, stream};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// An article that counts and has a known outlet.
#[derive(Debug, Clone, Copy)]
pub struct Article {
    /// Index into the articles of the comparison.
    pub index: u32,
    /// Its outlet.
    pub outlet: u32,
    /// Words in the voice that is counted.
    pub words: u32,
    /// The number of its story; its own number if it isn't part of one.
    pub story: u32,
    /// Whether it credits a news agency.
    pub agency: bool,
    /// The number of its word stream.
    pub stream: u32,
}

/// All articles with their terms.
#[derive(Debug)]
pub struct Counted {
    /// Those that count and have an outlet, as indices into the articles of the comparison.
    pub articles: Vec<u32>,
    /// The voices whose words are counted.
    voices: Voices,
    /// The names of terms.
    pub names: TermNames,
    /// For each article of the comparison: its terms with their counts, sorted; also their positions, if the words
    /// aren't available.
    pub lists: Lists,
    /// How the words of the articles are cut into terms, and the words; `None` if only counts are available.
    cut: Option<(Phrases, Streams)>,
    /// For each term, whether it occurs in enough articles.
    pub is_tested: Vec<bool>,
    /// For each term, how often it occurs where a capital is informative, and how often it starts and ends with one
    /// there.
    pub capitals: Vec<(u32, u32)>,
    /// The number of outlets.
    pub outlets: usize,
    /// The fewest articles that a term must occur in.
    pub min_articles: u32,
}

/// Reads the terms of articles and their positions; each thread has its own reader.
pub(super) struct Reader<'c> {
    pub cut: Option<(&'c Phrases, stream::Reader<'c>)>,
    pub lists: ListReader<'c>,
}

/// The fewest articles that a term must occur in, in corpora of any size.
pub const LEAST_ARTICLES: u32 = 5;

/// A thousandth of the articles, but at least five.
pub fn min_articles(articles: usize) -> u32 {
    articles.div_ceil(1000).max(LEAST_ARTICLES as usize) as u32
}

/// The names of terms by number: their words in normal form, separated by a space.
#[derive(Debug, Clone, Default)]
pub struct TermNames {
    names: Vec<Box<str>>,
    singles: FxHashMap<Box<str>, u32>,
}

impl TermNames {
    /// Names in the order of the terms' numbers, each once.
    pub fn new(names: Vec<Box<str>>) -> Self {
        let singles = names.iter().enumerate().filter(|(_, name)| !name.contains(' '));
        let singles = singles.map(|(number, name)| (name.clone(), number as u32)).collect();
        TermNames { names, singles }
    }

    /// The number of terms.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The term with this number. Panics, as indexing does, if there is none.
    pub fn name(&self, term: u32) -> &str {
        &self.names[term as usize]
    }

    /// The number of a term that is a single word.
    pub fn single(&self, word: &str) -> Option<u32> {
        self.singles.get(word).copied()
    }

    /// All terms of one word.
    pub fn singles(&self) -> impl Iterator<Item = &str> {
        self.singles.keys().map(AsRef::as_ref)
    }
}

/// The counted terms of all articles: everything that keywords need of their words.
#[derive(Debug, Default)]
pub struct TermCounts {
    /// The names of terms.
    pub names: TermNames,
    /// For each article: its terms, with their counts and positions.
    pub lists: Lists,
}

impl TermCounts {
    /// Learns phrases and counts the terms of all articles; takes the words out of `collected`.
    ///
    /// # Errors
    /// If the words can't be read, or there is no room for the terms.
    pub fn of(collected: &mut Collected, options: &Options) -> Result<TermCounts> {
        let Words::Streams(streams, names) = std::mem::take(&mut collected.words) else {
            return Ok(TermCounts::default());
        };
        let phrases = learn(&streams, &collected.articles, names.len(), options)?;
        let shortest = *options.ngrams.start();
        let (lists, _) = lists(
            &collected.articles,
            &streams,
            || (),
            |(), _, words| {
                let terms = terms(&phrases, words, shortest, |_, _, _| {});
                let places = each_place(&phrases, words, &terms, &names);
                packed(&terms, &places)
            },
        )?;
        Ok(TermCounts { names: term_names(&phrases, &names), lists })
    }
}

/// The number of articles that each thread cuts at once.
const AT_ONCE: usize = 512;

/// What is made from the words of each article, stored in order; and what the threads have collected meanwhile, each in
/// its own `state`.
fn lists<T: Send>(
    articles: &[ArticleRecord],
    streams: &Streams,
    state: impl Fn() -> T,
    made: impl Fn(&mut T, &ArticleRecord, &[u32]) -> Vec<u8> + Sync,
) -> Result<(Lists, Vec<T>)> {
    let threads = rayon::current_num_threads();
    let mut states: Vec<(T, stream::Reader<'_>)> = (0..threads).map(|_| (state(), streams.reader())).collect();
    let mut lists = Lists::default();
    for some in articles.chunks(AT_ONCE * threads) {
        let of_part = |((state, reader), articles): (&mut (T, stream::Reader<'_>), &[ArticleRecord])| {
            let of_article = |article: &ArticleRecord| Ok(made(state, article, reader.read(article.number)?));
            articles.iter().map(of_article).collect::<Result<Vec<Vec<u8>>>>()
        };
        let parts = states.par_iter_mut().zip(some.par_chunks(AT_ONCE)).map(of_part);
        for packed in parts.collect::<Result<Vec<_>>>()?.into_iter().flatten() {
            lists.push(&packed)?;
        }
    }
    Ok((lists, states.into_iter().map(|(state, _)| state).collect()))
}

/// Learns the phrases of all articles except those that are mostly copied. The words are cut in the same way, whatever
/// is compared and whichever articles count.
fn learn(streams: &Streams, articles: &[ArticleRecord], limit: usize, options: &Options) -> Result<Phrases> {
    let mut own: Vec<u32> = articles.iter().filter(|a| !a.is_copy).map(|a| a.number).collect();
    own.sort_unstable();
    let phrases = options.min_articles.unwrap_or_else(|| min_articles(own.len()));
    // In a part of the articles, rarer words may be compared.
    let min_df = MinDf { words: phrases.min(LEAST_ARTICLES), phrases };
    Phrases::learn(&streams.chosen(own), limit, min_df, *options.ngrams.end())
}

fn term_names(phrases: &Phrases, names: &[Box<str>]) -> TermNames {
    let name = |term: u32| {
        let words: Vec<&str> = phrases.words(term).iter().map(|word| &*names[*word as usize]).collect();
        words.join(" ").into()
    };
    TermNames::new((0..phrases.len() as u32).map(name).collect())
}

impl Counted {
    /// Learns phrases and counts the terms of the articles that count and have an outlet; takes the words out of
    /// `collected`.
    ///
    /// # Errors
    /// If the words can't be read, or there is no room for the terms.
    pub fn new(collected: &mut Collected, options: &Options, voices: Voices) -> Result<Counted> {
        let (names, cut, lists, capitals) = match std::mem::take(&mut collected.words) {
            Words::None => (TermNames::default(), None, Lists::default(), Vec::new()),
            Words::Streams(streams, names) => {
                let phrases = learn(&streams, &collected.articles, names.len(), options)?;
                let shortest = *options.ngrams.start();
                let (lists, capitals) = terms_of_all(&phrases, &streams, &collected.articles, shortest)?;
                (term_names(&phrases, &names), Some((phrases, streams)), lists, capitals)
            }
            Words::Counted(TermCounts { names, lists }) => {
                let (mut capitals, mut reader) = (vec![(0, 0); names.len()], lists.reader());
                for (index, _) in collected.articles.iter().enumerate().filter(|(_, a)| a.is_compared()) {
                    let (terms, places) = reader.places(index)?;
                    for ((term, _), place) in terms.iter().zip(places) {
                        let found: &mut (u32, u32) = &mut capitals[*term as usize];
                        *found = (found.0 + place.inside, found.1 + place.capitals);
                    }
                }
                (names, None, lists, capitals)
            }
        };
        let compared = (0..).zip(&collected.articles).filter(|(_, record)| record.is_compared() && !lists.is_empty());
        let articles: Vec<u32> = compared.map(|(index, _)| index).collect();
        let min_articles = options.min_articles.unwrap_or_else(|| min_articles(articles.len()));
        let (mut df, mut reader) = (vec![0u32; names.len()], lists.reader());
        for article in &articles {
            reader.terms(*article as usize)?.iter().for_each(|(term, _)| df[*term as usize] += 1);
        }
        let is_tested: Vec<bool> = df.into_iter().map(|df| df >= min_articles.max(1)).collect();
        let outlets = collected.outlets.len();
        Ok(Counted { articles, voices, names, lists, cut, is_tested, capitals, outlets, min_articles })
    }

    /// The articles with what keywords need to know about them, in order.
    pub(super) fn all<'c>(&self, collected: &'c Collected) -> impl Iterator<Item = Article> + use<'c, '_> {
        let voices = self.voices;
        self.articles.iter().map(move |&index| {
            let record = &collected.articles[index as usize];
            Article {
                index,
                outlet: record.outlet.get().unwrap_or_default() as u32,
                words: voices.sum(&record.words),
                story: record.story.get().map_or(index, |story| story as u32),
                agency: record.agency.get().is_some(),
                stream: record.number,
            }
        })
    }

    /// A reader of the terms of articles and their positions.
    pub(super) fn reader(&self) -> Reader<'_> {
        let cut = self.cut.as_ref().map(|(phrases, streams)| (phrases, streams.reader()));
        Reader { cut, lists: self.lists.reader() }
    }
}

/// The terms of every article that is compared; and for each term, how often it occurs where a capital is informative,
/// and how often it starts and ends with one there. Both are found in one pass.
fn terms_of_all(
    phrases: &Phrases,
    streams: &Streams,
    articles: &[ArticleRecord],
    shortest: usize,
) -> Result<(Lists, Vec<(u32, u32)>)> {
    let none = || vec![(0, 0); phrases.len()];
    let (lists, parts) = lists(articles, streams, none, |capitals, article, words| match article.is_compared() {
        true => {
            let terms = terms(phrases, words, shortest, |term, place, length| {
                if let Some(is_capital) = capital(words, place, length) {
                    let found: &mut (u32, u32) = &mut capitals[term as usize];
                    *found = (found.0 + 1, found.1 + u32::from(is_capital));
                }
            });
            packed(&terms, &[])
        }
        false => packed(&[], &[]),
    })?;
    let mut capitals = none();
    for found in parts {
        capitals.iter_mut().zip(found).for_each(|(all, part)| *all = (all.0 + part.0, all.1 + part.1));
    }
    Ok((lists, capitals))
}

/// The terms of one article; `visit` is called with each of their positions.
fn terms(phrases: &Phrases, stream: &[u32], shortest: usize, mut visit: impl FnMut(u32, usize, usize)) -> Terms {
    let mut found = Vec::with_capacity(stream.len());
    phrases.cut(stream, |term, place, length| {
        visit(term, place, length);
        if length >= shortest {
            found.push(term);
        }
    });
    found.sort_unstable();
    found.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
}
