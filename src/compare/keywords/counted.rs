//! The terms of all articles that are compared: counted once, used by the table and by the placebo.

use super::Options;
use crate::compare::collect::Collected;
use crate::features::phrases::{CAPITAL, FIRST};
use crate::features::{BREAK, Phrases};
use rayon::prelude::*;

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
    /// As [`super::words::words`] gives them.
    pub stream: Vec<u32>,
    /// Terms and how often each stands in it, sorted.
    pub terms: Vec<(u32, u32)>,
}

/// All articles with their terms.
#[derive(Debug)]
pub struct Counted {
    /// Sorted by id.
    pub articles: Vec<Article>,
    /// Words and phrases that stand in enough articles.
    pub phrases: Phrases,
    /// How many outlets have names.
    pub outlets: usize,
    /// A term must stand in so many articles.
    pub min_articles: u32,
}

/// A thousandth of the articles, and no fewer than five.
pub fn min_articles(articles: usize) -> u32 {
    articles.div_ceil(1000).max(5) as u32
}

impl Counted {
    /// Learns phrases from all articles that count and have an outlet, and counts terms; takes their words away.
    pub fn new(collected: &mut Collected, options: &Options) -> Counted {
        let limit = collected.word_names.len();
        let mut articles: Vec<Article> = Vec::new();
        for (index, record) in collected.articles.iter_mut().enumerate() {
            let stream = std::mem::take(&mut record.words);
            let Some(outlet) = record.outlet.filter(|_| record.counts) else { continue };
            articles.push(Article {
                index,
                outlet,
                words: stream.iter().filter(|w| **w != BREAK).count() as f64,
                story: record.story.unwrap_or(index),
                agency: record.agency.is_some(),
                stream,
                terms: Vec::new(),
            });
        }
        let min_articles = options.min_articles.unwrap_or_else(|| min_articles(articles.len()));
        let streams: Vec<&[u32]> = articles.iter().map(|a| a.stream.as_slice()).collect();
        let phrases = Phrases::learn(&streams, limit, min_articles, *options.ngrams.end());
        let shortest = *options.ngrams.start();
        articles.par_iter_mut().for_each(|a| a.terms = terms(&phrases, &a.stream, shortest));
        Counted { articles, phrases, outlets: collected.outlets.len(), min_articles }
    }

    /// By term, how often it stands where a capital says something, and how often it begins and ends with one there.
    pub fn capitals(&self) -> Vec<(u32, u32)> {
        let part = self.articles.len().div_ceil(rayon::current_num_threads()).max(1);
        let parts: Vec<Vec<(u32, u32)>> = self.articles.par_chunks(part).map(|a| self.capitals_of(a)).collect();
        let mut all = vec![(0, 0); self.phrases.len()];
        for part in parts {
            for (all, (places, capitals)) in all.iter_mut().zip(part) {
                *all = (all.0 + places, all.1 + capitals);
            }
        }
        all
    }

    fn capitals_of(&self, articles: &[Article]) -> Vec<(u32, u32)> {
        let mut found = vec![(0, 0); self.phrases.len()];
        for article in articles {
            self.phrases.cut(&article.stream, |term, place, length| {
                let (first, last) = (article.stream[place], article.stream[place + length - 1]);
                if first & FIRST == 0 {
                    let (places, capitals) = &mut found[term as usize];
                    *places += 1;
                    *capitals += u32::from(first & last & CAPITAL != 0);
                }
            });
        }
        found
    }
}

fn terms(phrases: &Phrases, stream: &[u32], shortest: usize) -> Vec<(u32, u32)> {
    let mut found = Vec::with_capacity(stream.len());
    phrases.cut(stream, |term, _, length| {
        if length >= shortest {
            found.push(term);
        }
    });
    found.sort_unstable();
    found.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
}
