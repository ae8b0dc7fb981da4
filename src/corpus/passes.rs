//! The passes: the first checks every row, the others hand on what it handed on.
//!
//! Takes a [`Corpus`] and two functions, one for an article and one for what that gave, called in input order. How a pass
//! runs on all cores is told in `batches`; what is wrong or odd about rows, in `first_pass`.

use super::batches::{self, Batch, Pass, Progress, Record};
use super::date_order::Group;
use super::decode::Hash;
use super::first_pass::{FirstPass, Looked, Odd};
use super::ids::hash_id;
use super::parse::Parsed;
use super::{Article, Corpus, Extent, Survey};
use crate::error::{Error, Result};

impl Corpus {
    /// The first pass: checks every row, maps every article on all cores and folds the results in input order.
    ///
    /// `fold` gets the article's index, counting from 0 those that are handed on; it is the same in every pass. It is
    /// called on the caller's thread, and an error from it ends the pass.
    ///
    /// A date before the year 1600 (`0000-00-00`, `0001-01-01`) stands for none and is read so, with a warning. A date that
    /// can be read with the day or the month first (`4/5/2017`) has the month first in this pass, where that is to be
    /// guessed; in later passes it is read as the others of its file tell.
    /// Articles whose text is empty or only white space are left out and counted in a warning: a few of them are in
    /// every large export, and they have nothing to count.
    ///
    /// # Errors
    /// With [`BadRows::Refuse`](super::BadRows::Refuse) all bad rows as one error, after the last row was looked at: broken
    /// JSON or CSV, broken UTF-8, unreadable dates, an id used twice, records without their text. With
    /// [`BadRows::Skip`](super::BadRows::Skip) these rows are left out, in later passes, too. In both cases: no articles at
    /// all, a file that can't be read to its end, and what `fold` returns.
    pub fn survey<T: Send>(
        &self,
        pass: Pass<'_>,
        map: impl Fn(Article) -> T + Sync,
        fold: impl FnMut(usize, T) -> Result<()>,
    ) -> Result<Survey> {
        self.survey_dated(pass, |article, _| map(article), fold)
    }

    /// The same for those who make use of dates: `map` also gets the group that tells how the article's date is to be read.
    /// After the pass, even one that fails for its rows, [`Corpus::settled`] gives the day.
    pub(crate) fn survey_dated<T: Send>(
        &self,
        pass: Pass<'_>,
        map: impl Fn(Article, Option<Group>) -> T + Sync,
        mut fold: impl FnMut(usize, T) -> Result<()>,
    ) -> Result<Survey> {
        let mut first = FirstPass::new(self);
        let work = |batch: &Batch, record: &Record, _| {
            let parsed = self.parse(batch, record)?;
            let odd = parsed.odd;
            Ok(match parsed.article {
                Some(article) => {
                    let repeated = self.sources[record.source as usize].labels.repeats();
                    let text = repeated.then(|| hash_id(article.text.trim()));
                    let (id, outlet) = (Some(hash_id(&article.id)), article.outlet.clone());
                    Looked { id, text, outlet, mapped: Some(map(article, parsed.unsettled)), odd }
                }
                None => Looked { id: None, text: None, outlet: None, mapped: None, odd },
            })
        };
        batches::run(&self.sources, Hash::Yes, None, work, |batch| {
            for row in batch.rows {
                if let Some(mapped) = first.look(row)? {
                    fold(first.articles, mapped)?;
                    first.articles += 1;
                }
            }
            for done in batch.finished {
                if done.malformed {
                    first.odd.push((done.source, Odd::Malformed(self.sources[done.source as usize].encoding())));
                }
                first.hashes[done.source as usize] = done.hash;
            }
            tell(&pass, batch.read, self.bytes, first.articles);
            self.options.stop.check()
        })?;
        // A second survey finds the same. Of a part of the articles nothing is learnt that its rows are read by.
        if self.options.extent == Extent::Whole {
            let _ = self.day_first.set(first.dates.day_first());
        }
        let surveyed = first.end()?;
        let survey = surveyed.survey;
        let _ = self.surveyed.set(surveyed);
        Ok(survey)
    }

    /// Another pass: maps every article that the first pass handed on, and folds the results in input order.
    ///
    /// Both `map` and `fold` get the article's index, the same as in the first pass. Where there was no first pass,
    /// one is run before.
    ///
    /// # Errors
    /// Those of [`Corpus::survey`] where there was none; a file that has changed since; what `fold` returns.
    pub fn for_each<T: Send>(
        &self,
        pass: Pass<'_>,
        map: impl Fn(usize, Article) -> T + Sync,
        mut fold: impl FnMut(usize, T) -> Result<()>,
    ) -> Result<()> {
        if self.surveyed.get().is_none() {
            self.survey(Pass::new(), drop, |_, ()| Ok(()))?;
        }
        let skipped = self.surveyed.get().map(|surveyed| &surveyed.skipped);
        let work = |batch: &Batch, record: &Record, index| match self.parse(batch, record) {
            Ok(Parsed { article: Some(article), .. }) => Ok(map(index, article)),
            Ok(_) => Err(self.changed(record)),
            Err(_) => Err(self.changed(record)),
        };
        let mut articles = 0;
        batches::run(&self.sources, Hash::No, skipped, work, |batch| {
            for row in batch.rows {
                fold(articles, row.result?)?;
                articles += 1;
            }
            tell(&pass, batch.read, self.bytes, articles);
            self.options.stop.check()
        })
    }

    pub(super) fn changed(&self, record: &Record) -> Error {
        Error::data("a file that changed while it was read")
            .at(self.sources[record.source as usize].place(record.line))
            .help("start again when nothing else writes to it")
    }
}

fn tell(pass: &Pass<'_>, bytes: u64, of: u64, articles: usize) {
    if let Some(progress) = pass.progress {
        progress(Progress { bytes, of, articles });
    }
}
