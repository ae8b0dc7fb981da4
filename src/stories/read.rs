//! Reads a corpus and finds its stories: what `aslant stories` prints.
//!
//! Two passes: the first checks every row and learns which lines an outlet repeats; the second keeps the
//! [`Fingerprint`] of every article (some kilobytes, on disk), and never its text.

use super::{Fingerprint, Fingerprints, Foreign, Published, Reprint, agency, find};
use crate::corpus::{Article, Corpus, Pass};
use crate::error::Result;
use crate::text::Document;
use crate::text::clean::{Cleaner, Known};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the first pass, for showing progress.
pub const CHECKING: &str = "checking the articles";
/// The second pass.
pub const READING: &str = "reading";
/// After the second pass.
pub const FINDING: &str = "finding stories";

/// An article and what was found about it.
#[derive(Debug, Clone)]
pub struct Told {
    /// As in [`Article`].
    pub id: String,
    /// As in [`Article`].
    pub outlet: Option<String>,
    /// As in [`Article`].
    pub date: Option<NaiveDate>,
    /// As in [`Article`].
    pub title: Option<String>,
    /// The agencies that it credits.
    pub agency: Option<String>,
    /// Index of the first article of its story.
    pub story: Option<usize>,
    /// What it is a copy of.
    pub reprint: Option<Reprint>,
}

/// A story in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Index of its first article.
    pub first: usize,
    /// The number of articles in the story.
    pub articles: usize,
    /// The number of known outlets.
    pub outlets: usize,
}

/// The outlet of a copy and that of its original, if known.
pub type OutletPair = (Option<String>, Option<String>);

/// All articles, sorted by id, with their stories.
#[derive(Debug)]
pub struct Found {
    /// The articles, sorted by id.
    pub articles: Vec<Told>,
    /// The stories, sorted by the number of outlets (most first), then of articles, then by their first article.
    pub stories: Vec<Story>,
    /// The number of reprints by pair of outlets, the most frequent first.
    pub copies: Vec<(OutletPair, usize)>,
    /// Articles that don't read like English.
    pub foreign: Foreign,
}

/// Reads all articles and finds their stories. `progress` is called with the stage and its progress, from 0 to 1.
///
/// # Errors
/// Bad rows (all of them in one error); an empty corpus; a reading failure.
pub fn read(corpus: &Corpus, progress: &(dyn Fn(&'static str, f64) + Sync)) -> Result<Found> {
    let (_, cleaner) = Cleaner::learn(corpus, &|p| progress(CHECKING, p.part()))?;
    let (mut read, mut prints): (Vec<(Told, u32)>, _) = (Vec::new(), Fingerprints::default());
    let mut foreign = Foreign::default();
    corpus.for_each(
        Pass::new().progress(&|p| progress(READING, p.part())),
        |_, article| look(&cleaner, article),
        |_, (told, print)| {
            if print.is_foreign {
                foreign.add(&told.id);
            }
            read.push((told, prints.push(&print)?));
            Ok(())
        },
    )?;
    drop(cleaner);
    progress(FINDING, 0.0);
    read.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let (mut articles, numbers): (Vec<Told>, Vec<u32>) = read.into_iter().unzip();
    let found = find(prints, numbers, published(&articles))?;
    for (i, article) in articles.iter_mut().enumerate() {
        article.story = found.stories[i].map(|story| story as usize);
        article.reprint = found.reprints.get(&i).copied();
    }
    let (stories, copies) = (stories(&articles), copies(&articles));
    Ok(Found { articles, stories, copies, foreign })
}

fn look(cleaner: &Cleaner, article: Article) -> (Told, Fingerprint) {
    let document = Document::without_voices(&article.text, cleaner.clean(&article.text, Known::of(&article)));
    let fingerprint = Fingerprint::of(&document, article.title.as_deref());
    let agency = agency::credited(&article.text, article.author.as_deref());
    let Article { id, outlet, date, title, .. } = article;
    (Told { id, outlet, date, title, agency, story: None, reprint: None }, fingerprint)
}

fn published(articles: &[Told]) -> Vec<Published> {
    let outlets: BTreeSet<&str> = articles.iter().filter_map(|a| a.outlet.as_deref()).collect();
    let numbers: BTreeMap<&str, u32> = outlets.into_iter().zip(0..).collect();
    let outlet = |a: &Told| a.outlet.as_deref().map(|outlet| numbers[outlet]);
    articles.iter().map(|a| Published { outlet: outlet(a), date: a.date }).collect()
}

fn stories(articles: &[Told]) -> Vec<Story> {
    let mut by_first: BTreeMap<usize, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for article in articles {
        let Some(first) = article.story else { continue };
        let story = by_first.entry(first).or_default();
        story.0 += 1;
        story.1.extend(article.outlet.as_deref());
    }
    let story = |(first, (articles, outlets)): (usize, (usize, BTreeSet<&str>))| Story {
        first,
        articles,
        outlets: outlets.len(),
    };
    let mut stories: Vec<Story> = by_first.into_iter().map(story).collect();
    stories.sort_by_key(|s| std::cmp::Reverse((s.outlets, s.articles)));
    stories
}

fn copies(articles: &[Told]) -> Vec<(OutletPair, usize)> {
    let mut pairs: BTreeMap<OutletPair, usize> = BTreeMap::new();
    for article in articles {
        if let Some(reprint) = article.reprint {
            *pairs.entry((article.outlet.clone(), articles[reprint.of].outlet.clone())).or_default() += 1;
        }
    }
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    pairs
}
