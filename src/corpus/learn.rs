//! The first pass over a corpus: checks its rows, and learns which lines an outlet repeats.

use super::{Article, Corpus, Pass, Progress, Survey};
use crate::error::Result;
use crate::text::clean::{ArticleLines, Cleaner, Known, LineSurvey};

impl Cleaner {
    /// Reads all articles once and gives a cleaner that knows the lines which their outlets repeat, beside what the
    /// pass found. `progress` is told how far it is.
    ///
    /// # Errors
    /// Bad rows (all at once), an empty corpus, reading that fails.
    pub fn learn(corpus: &Corpus, progress: &(dyn Fn(Progress) + Sync)) -> Result<(Survey, Cleaner)> {
        LineSurvey::learn(corpus, progress).map(|(surveyed, lines)| (surveyed, Cleaner::new(lines)))
    }
}

impl LineSurvey {
    /// Reads all articles once and counts their lines, beside what the pass found. `progress` is told how far it is.
    ///
    /// # Errors
    /// Bad rows (all at once), an empty corpus, reading that fails.
    pub fn learn(corpus: &Corpus, progress: &(dyn Fn(Progress) + Sync)) -> Result<(Survey, LineSurvey)> {
        let mut lines = LineSurvey::default();
        lines.add_corpus(corpus, progress).map(|surveyed| (surveyed, lines))
    }

    /// Counts the lines of all articles beside those that were counted before.
    ///
    /// # Errors
    /// As [`LineSurvey::learn`]; the lines of some articles may be counted then.
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
    /// What an article says of itself.
    pub fn of(article: &'a Article) -> Known<'a> {
        Known { outlet: article.outlet.as_deref(), title: article.title.as_deref(), author: article.author.as_deref() }
    }
}
