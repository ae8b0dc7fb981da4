//! The passes: the first one checks every row, later ones hand on the same articles.
//!
//! Takes a [`Corpus`] and two functions: one maps an article, the other folds the results in input order. `batches`
//! runs a pass on all cores; `first_pass` finds what is wrong or odd about rows.

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
    /// `fold` gets the article's index among those handed on, counting from 0; it is the same in every pass. `fold` is
    /// called on the caller's thread, and an error from it ends the pass.
    ///
    /// A date before the year 1600 (`0000-00-00`, `0001-01-01`) is read as no date, with a warning. If the order is to
    /// be guessed, a date that can be read either way (`4/5/2017`) has the month first in this pass; in later passes it
    /// is read like the other dates of its file. Articles whose text is empty or only white space are left out and
    /// counted in a warning: every large export has a few of them, and they have nothing to count.
    ///
    /// # Errors
    /// With [`BadRows::Refuse`](super::BadRows::Refuse), all bad rows in one error after the last row was read: broken
    /// JSON or CSV, broken UTF-8, unreadable dates, an id used twice, records without their text. With
    /// [`BadRows::Skip`](super::BadRows::Skip) these rows are left out, in later passes as well. In both cases: no
    /// articles at all, a file that can't be read to the end, and any error of `fold`.
    pub fn survey<T: Send>(
        &self,
        pass: Pass<'_>,
        map: impl Fn(Article) -> T + Sync,
        fold: impl FnMut(usize, T) -> Result<()>,
    ) -> Result<Survey> {
        self.survey_dated(pass, |article, _| map(article), fold)
    }

    /// The same for callers that use dates: `map` also gets the group that decides how the article's date is to be
    /// read. After the pass, even one that fails because of its rows, [`Corpus::settled`] returns the day.
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
        // A second survey finds the same. Nothing that affects how rows are read is learnt from a part of the articles.
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
    /// Both `map` and `fold` get the article's index, the same as in the first pass. If there was no first pass yet, it
    /// is run before.
    ///
    /// # Errors
    /// Those of [`Corpus::survey`] if it has to be run; a file that has changed since; any error of `fold`.
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
