//! Which outlets cover the same stories.

use super::ArticleRecord;
use crate::counted;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The outlets of every story, by its first article, from the articles that count.
fn outlets(articles: &[ArticleRecord]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut outlets: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for article in articles.iter().filter(|a| a.counts) {
        if let (Some(story), Some(outlet)) = (article.story.get(), article.outlet.get()) {
            outlets.entry(story).or_default().insert(outlet);
        }
    }
    outlets.retain(|_, outlets| outlets.len() > 1);
    outlets
}

/// For each outlet, the number of stories that it shares with another.
pub(super) fn shared_by_outlet(articles: &[ArticleRecord], number: usize) -> Vec<usize> {
    let mut shared = vec![0; number];
    outlets(articles).into_values().flatten().for_each(|outlet| shared[outlet] += 1);
    shared
}

/// Keeps only articles of stories that two outlets or more cover.
///
/// # Errors
/// If there is no such story.
pub(super) fn keep_shared(articles: &mut [ArticleRecord]) -> Result<()> {
    let shared = outlets(articles);
    if shared.is_empty() {
        return Err(Error::data("no story that two outlets cover")
            .found(format!("{}, none on the same event as another outlet's", counted::articles(articles.len())))
            .expected("with --same-story, articles of two outlets or more on one event, at most ten days apart")
            .help("leave --same-story out, or add other outlets' articles; `aslant stories` shows what was found"));
    }
    for article in articles {
        article.counts &= article.story.get().is_some_and(|s| shared.contains_key(&s));
    }
    Ok(())
}
