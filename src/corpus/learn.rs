//! The first pass over a corpus: checks its rows, and learns which lines an outlet repeats.

use super::{Article, Corpus, Pass, Progress, Survey};
use crate::error::Result;
use crate::text::clean::{ArticleLines, Cleaner, Known, LineSurvey};

impl Cleaner {
    /// Reads all articles once; returns what the pass found, and a cleaner that knows the lines which outlets repeat.
    /// `progress` is called with the progress of the pass.
    ///
    /// # Errors
    /// Bad rows (all in one error), an empty corpus, a failure to read.
    pub fn learn(corpus: &Corpus, progress: &(dyn Fn(Progress) + Sync)) -> Result<(Survey, Cleaner)> {
        LineSurvey::learn(corpus, progress).map(|(surveyed, lines)| (surveyed, Cleaner::new(lines)))
    }
}

impl LineSurvey {
    /// Reads all articles once and counts their lines; returns what the pass found, and the counts. `progress` is
    /// called with the progress of the pass.
    ///
    /// # Errors
    /// Bad rows (all in one error), an empty corpus, a failure to read.
    pub fn learn(corpus: &Corpus, progress: &(dyn Fn(Progress) + Sync)) -> Result<(Survey, LineSurvey)> {
        let mut lines = LineSurvey::default();
        lines.add_corpus(corpus, progress).map(|surveyed| (surveyed, lines))
    }

    /// Adds the lines of all articles to those counted before.
    ///
    /// # Errors
    /// Those of [`LineSurvey::learn`]; the lines of some articles may have been counted by then.
    pub fn add_corpus(&mut self, corpus: &Corpus, progress: &(dyn Fn(Progress) + Sync)) -> Result<Survey> {
        corpus.survey(
            Pass::new().progress(progress),
            |article| ArticleLines::of(article.outlet.as_deref(), &article.text),
            |_, article| {
                self.add_lines(&article);
                Ok(())
            },
        )
    }
}

impl<'a> Known<'a> {
    /// What is known about an article.
    pub fn of(article: &'a Article) -> Known<'a> {
        Known { outlet: article.outlet.as_deref(), title: article.title.as_deref(), author: article.author.as_deref() }
    }
}
