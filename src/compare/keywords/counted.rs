//! The terms of all articles that are compared: counted once, used by the table and by the placebo.

use super::Options;
use super::notes::HABIT;
use super::places::{Place, Places, capital, each_place};
use crate::compare::collect::{Collected, Words};
use crate::compare::{ArticleRecord, Voices};
use crate::features::phrases::MinDf;
use crate::features::stream::Words as _;
use crate::features::{Phrases, Stream};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// An article that counts and whose outlet is known.
#[derive(Debug)]
pub struct Article {
    /// Index into the articles of the comparison.
    pub index: usize,
    /// Its outlet.
    pub outlet: usize,
    /// Words in the voice that is counted.
    pub words: f64,
    /// The number of its story; its own where it stands alone.
    pub story: usize,
    /// Whether it credits a news agency.
    pub agency: bool,
    /// Terms and how often each stands in it, sorted: all that are tested, and others where places are counted.
    pub terms: Vec<(u32, u32)>,
    /// Where they stand.
    pub places: Places,
}

/// All articles with their terms.
#[derive(Debug)]
pub struct Counted {
    /// Sorted by id.
    pub articles: Vec<Article>,
    /// What terms are called.
    pub names: TermNames,
    /// How the words of the articles are cut into terms; `None` where they come counted.
    pub phrases: Option<Phrases>,
    /// By term: whether it stands in enough articles.
    pub is_tested: Vec<bool>,
    /// By term, how often it stands where a capital says something, and how often it begins and ends with one there.
    pub capitals: Vec<(u32, u32)>,
    /// How many outlets have names.
    pub outlets: usize,
    /// A term must stand in so many articles.
    pub min_articles: u32,
}

/// A term stands in so many articles at the least, however few there are.
pub const LEAST_ARTICLES: u32 = 5;

/// A thousandth of the articles, and no fewer than five.
pub fn min_articles(articles: usize) -> u32 {
    articles.div_ceil(1000).max(LEAST_ARTICLES as usize) as u32
}

/// What terms are called: by their number, their words in normal form, parted by a space.
#[derive(Debug, Clone, Default)]
pub struct TermNames {
    names: Vec<Box<str>>,
    singles: FxHashMap<Box<str>, u32>,
}

impl TermNames {
    /// Of terms in the order of their numbers; each once.
    pub fn new(names: Vec<Box<str>>) -> Self {
        let singles = names.iter().enumerate().filter(|(_, name)| !name.contains(' '));
        let singles = singles.map(|(number, name)| (name.clone(), number as u32)).collect();
        TermNames { names, singles }
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The term with this number. Panics, as indexing does, where there is none.
    pub fn name(&self, term: u32) -> &str {
        &self.names[term as usize]
    }

    /// The term of a single word.
    pub fn single(&self, word: &str) -> Option<u32> {
        self.singles.get(word).copied()
    }

    /// The terms of one word.
    pub fn singles(&self) -> impl Iterator<Item = &str> {
        self.singles.keys().map(AsRef::as_ref)
    }
}

/// Terms of an article and how often each stands in it, sorted.
pub type Terms = Vec<(u32, u32)>;

/// The terms of all articles, counted: all that keywords need of their words.
#[derive(Debug, Default)]
pub struct TermCounts {
    /// What terms are called.
    pub names: TermNames,
    /// By article: terms and how often each stands in it, sorted.
    pub terms: Vec<Vec<(u32, u32)>>,
    /// By article: where each of its terms stands.
    pub places: Vec<Vec<Place>>,
}

impl TermCounts {
    /// Learns phrases and counts the terms of all articles; takes their words away.
    pub fn of(collected: &mut Collected, options: &Options) -> TermCounts {
        let Words::Streams(names) = std::mem::take(&mut collected.words) else { return TermCounts::default() };
        let streams: Vec<Stream> = collected.articles.iter_mut().map(|a| std::mem::take(&mut a.words)).collect();
        let phrases = learn(&streams, &collected.articles, names.len(), options);
        let shortest = *options.ngrams.start();
        let counted = |scratch: &mut Vec<u32>, stream: &Stream| {
            let words = stream.words(scratch);
            let terms = terms(&phrases, words, shortest, |_, _, _| {});
            let places = each_place(&phrases, words, &terms, &names);
            (terms, places)
        };
        let (terms, places) = streams.par_iter().map_init(Vec::new, counted).unzip();
        TermCounts { names: term_names(&phrases, &names), terms, places }
    }
}

impl TermCounts {
    /// Forgets what stands around a term, unless it stands around it in as many articles as make a habit: a note asks for
    /// no other, and what stands in fewer would tell of the text.
    pub fn forget_rare_places(&mut self) {
        let pairs = || self.terms.iter().zip(&self.places).flat_map(|(terms, places)| terms.iter().zip(places));
        let mut around: Vec<(u32, u64)> =
            pairs().filter_map(|((term, _), place)| Some((*term, place.around?))).collect();
        around.par_sort_unstable();
        let mut habits: Vec<(u32, u64)> = Vec::new();
        habits.extend(around.chunk_by(|a, b| a == b).filter(|run| run.len() >= HABIT).map(|run| run[0]));
        for (terms, places) in self.terms.iter().zip(&mut self.places) {
            for ((term, _), place) in terms.iter().zip(places) {
                place.around = place.around.filter(|hash| habits.binary_search(&(*term, *hash)).is_ok());
            }
        }
    }

    /// Numbers terms anew: the commonest come first, and between equals those that come first in the alphabet.
    pub fn renumber(&mut self) {
        let mut df = vec![0u32; self.names.len()];
        self.terms.iter().flatten().for_each(|(term, _)| df[*term as usize] += 1);
        let mut order: Vec<u32> = (0..self.names.len() as u32).collect();
        order.sort_by(|a, b| {
            df[*b as usize].cmp(&df[*a as usize]).then_with(|| self.names.name(*a).cmp(self.names.name(*b)))
        });
        let mut number = vec![0; order.len()];
        order.iter().enumerate().for_each(|(new, &old)| number[old as usize] = new as u32);
        self.names = TermNames::new(order.iter().map(|&old| self.names.name(old).into()).collect());
        for (terms, places) in self.terms.iter_mut().zip(&mut self.places) {
            let mut both: Vec<((u32, u32), Place)> =
                terms.iter().map(|(term, n)| (number[*term as usize], *n)).zip(places.drain(..)).collect();
            both.sort_unstable_by_key(|((term, _), _)| *term);
            (*terms, *places) = both.into_iter().unzip();
        }
    }
}

/// Phrases of all articles but those that are mostly copied. Whatever is compared, and whichever articles count in it, the
/// words are cut alike.
fn learn(streams: &[Stream], articles: &[ArticleRecord], limit: usize, options: &Options) -> Phrases {
    let own = streams.iter().zip(articles).filter(|(_, a)| !a.is_copy());
    let own: Vec<&Stream> = own.map(|(stream, _)| stream).collect();
    let phrases = options.min_articles.unwrap_or_else(|| min_articles(own.len()));
    // Of a part of the articles rarer words may be compared.
    let min_df = MinDf { words: phrases.min(LEAST_ARTICLES), phrases };
    Phrases::learn(&own, limit, min_df, *options.ngrams.end())
}

fn term_names(phrases: &Phrases, names: &[Box<str>]) -> TermNames {
    let name = |term: u32| {
        let words: Vec<&str> = phrases.words(term).iter().map(|word| &*names[*word as usize]).collect();
        words.join(" ").into()
    };
    TermNames::new((0..phrases.len() as u32).map(name).collect())
}

impl Counted {
    /// Learns phrases and counts the terms of the articles that count and have an outlet; takes their words away.
    pub fn new(collected: &mut Collected, options: &Options, voices: Voices) -> Counted {
        let (names, phrases, terms, places, capitals) = match std::mem::take(&mut collected.words) {
            Words::None => (TermNames::default(), None, Vec::new(), Vec::new(), Vec::new()),
            Words::Streams(names) => {
                let streams: Vec<Stream> =
                    collected.articles.iter_mut().map(|a| std::mem::take(&mut a.words)).collect();
                let phrases = learn(&streams, &collected.articles, names.len(), options);
                let shortest = *options.ngrams.start();
                let (terms, capitals) = terms_of_all(&phrases, &streams, &collected.articles, shortest);
                let places = streams.into_iter().map(Places::Stream).collect();
                (term_names(&phrases, &names), Some(phrases), terms, places, capitals)
            }
            Words::Counted(TermCounts { names, terms, places }) => {
                let compared = terms.iter().zip(&places).zip(&collected.articles).filter(|(_, a)| a.is_compared());
                let mut capitals = vec![(0, 0); names.len()];
                for ((term, _), place) in compared.flat_map(|((terms, places), _)| terms.iter().zip(places)) {
                    let found: &mut (u32, u32) = &mut capitals[*term as usize];
                    *found = (found.0 + place.inside, found.1 + place.capitals);
                }
                (names, None, terms, places.into_iter().map(Places::Counted).collect(), capitals)
            }
        };
        let records = collected.articles.iter().enumerate().zip(terms.into_iter().zip(places));
        let article = |((index, record), (terms, places)): ((usize, &ArticleRecord), (Terms, Places))| {
            let outlet = record.outlet.filter(|_| record.counts)?;
            Some(Article {
                index,
                outlet,
                words: f64::from(voices.sum(&record.tally.words)),
                story: record.story.unwrap_or(index),
                agency: record.agency.is_some(),
                terms,
                places,
            })
        };
        let mut articles: Vec<Article> = records.filter_map(article).collect();
        let min_articles = options.min_articles.unwrap_or_else(|| min_articles(articles.len()));
        let mut df = vec![0u32; names.len()];
        articles.iter().for_each(|a| a.terms.iter().for_each(|(term, _)| df[*term as usize] += 1));
        let is_tested: Vec<bool> = df.into_iter().map(|df| df >= min_articles.max(1)).collect();
        // Nobody asks for the others again, where the terms' places are told from the words.
        articles.par_iter_mut().filter(|a| matches!(a.places, Places::Stream(_))).for_each(|article| {
            article.terms.retain(|(term, _)| is_tested[*term as usize]);
            article.terms.shrink_to_fit();
        });
        Counted { articles, names, phrases, is_tested, capitals, outlets: collected.outlets.len(), min_articles }
    }
}

/// By article that is compared its terms; and by term, how often it stands where a capital says something, and how often it
/// begins and ends with one there. A walk through the words finds both.
fn terms_of_all(
    phrases: &Phrases,
    streams: &[Stream],
    articles: &[ArticleRecord],
    shortest: usize,
) -> (Vec<Terms>, Vec<(u32, u32)>) {
    let part = streams.len().div_ceil(4 * rayon::current_num_threads()).max(1);
    let of_part = |(streams, articles): (&[Stream], &[ArticleRecord])| {
        let (mut scratch, mut capitals) = (Vec::new(), vec![(0, 0); phrases.len()]);
        let mut of_article = |(stream, article): (&Stream, &ArticleRecord)| match article.is_compared() {
            true => {
                let words = stream.words(&mut scratch);
                terms(phrases, words, shortest, |term, place, length| {
                    if let Some(is_capital) = capital(words, place, length) {
                        let found: &mut (u32, u32) = &mut capitals[term as usize];
                        *found = (found.0 + 1, found.1 + u32::from(is_capital));
                    }
                })
            }
            false => Vec::new(),
        };
        let terms: Vec<Terms> = streams.iter().zip(articles).map(&mut of_article).collect();
        (terms, capitals)
    };
    let parts: Vec<(Vec<Terms>, Vec<(u32, u32)>)> =
        streams.par_chunks(part).zip(articles.par_chunks(part)).map(of_part).collect();
    let (mut terms, mut capitals) = (Vec::with_capacity(streams.len()), vec![(0, 0); phrases.len()]);
    for (of_part, found) in parts {
        terms.extend(of_part);
        capitals.iter_mut().zip(found).for_each(|(all, part)| *all = (all.0 + part.0, all.1 + part.1));
    }
    (terms, capitals)
}

/// The terms of one article; `visit` is told of each of its places.
fn terms(phrases: &Phrases, stream: &[u32], shortest: usize, mut visit: impl FnMut(u32, usize, usize)) -> Terms {
    let mut found = Vec::with_capacity(stream.len());
    phrases.cut(stream, |term, place, length| {
        visit(term, place, length);
        if length >= shortest {
            found.push(term);
        }
    });
    found.sort_unstable();
    let mut terms: Terms = found.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect();
    terms.shrink_to_fit();
    terms
}
