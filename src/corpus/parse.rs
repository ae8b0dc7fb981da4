//! From one record of an input to its article.
//!
//! Takes a record as cut by the formats, hands on the [`Article`], or none if its text is empty, and what was odd.

use super::article::Article;
use super::batches::{Batch, Body, Record};
use super::date_order::{Form, Group, turned};
use super::first_pass::{self, Odd};
use super::folder::{self, Row};
use super::labels::{Answer, Written};
use super::row::{self, At, Origin};
use super::{Corpus, Extent, Labelling, Source, SourceKind, columns, decode, html, markup};
use crate::error::{Error, Place, Result};
use crate::limits;
use chrono::NaiveDate;
use encoding_rs::UTF_8;

/// What became of one record.
pub(super) struct Parsed {
    pub article: Option<Article>,
    pub odd: Vec<Odd>,
    /// The group of dates that decides the order of day and month for this one, if that isn't known yet.
    pub unsettled: Option<Group>,
}

impl Corpus {
    /// The article of one record; none if its text is empty.
    pub(super) fn parse(&self, batch: &Batch, record: &Record) -> Result<Parsed> {
        let source = &self.sources[record.source as usize];
        let mut odd = Vec::new();
        let order = self.options.date_order;
        let origin = || Origin {
            file: &source.name,
            at: source.at(record.line),
            id: match self.options.extent {
                Extent::Whole => Some(format!("{}-{:05}", source.stem, record.number)),
                Extent::Part => None,
            },
        };
        let mut answers = Vec::new();
        let mut article = match (&source.kind, &record.body) {
            (SourceKind::Table(table), Body::Row(row)) => {
                let values = table.values(row, &source.name, record.line)?;
                row::article(values, &table.layout, origin(), order, &mut odd)?
            }
            (SourceKind::Json(json), Body::Bytes(range)) => {
                let bytes = &batch.buffer[range.clone()];
                let values = match &json.export {
                    None => json.values(bytes, &source.name, record.line)?,
                    Some(export) => {
                        let (values, said) = json.exported(export, bytes, source, record.line)?;
                        answers = said;
                        values
                    }
                };
                row::article(values, &json.layout, origin(), order, &mut odd)?
            }
            (SourceKind::Frame(frame), Body::Cells(rows, row)) => {
                let values = frame.values(rows, *row, &source.name, source.at(record.line))?;
                row::article(values, &frame.layout, origin(), order, &mut odd)?
            }
            (SourceKind::Text { known }, Body::Bytes(range)) => {
                self.parse_text(source, known.as_ref(), &batch.buffer[range.clone()], &mut odd)?
            }
            (SourceKind::Page { known }, Body::Bytes(range)) => {
                self.parse_page(source, known.as_ref(), &batch.buffer[range.clone()], &mut odd)?
            }
            // A source yields only its own kind of records.
            _ => return Err(self.changed(record)),
        };
        let mut unsettled = None;
        if let Some(day) = article.date {
            let is_either = odd.iter().any(|odd| matches!(odd, Odd::Order(Form::Either, _)));
            let group = is_either.then(|| self.group(record.source));
            odd.extend(self.late(day, is_either));
            match self.day_first.get() {
                None => unsettled = group,
                Some(_) => article.date = Some(self.settled(day, group)),
            }
        }
        if let Labelling::Columns { written, annotators } = source.labels {
            let mut last = || article.extra.pop().unwrap_or_default();
            let annotator = match annotators {
                true => Some(last().trim().to_owned()).filter(|annotator| !annotator.is_empty()),
                false => (written == Written::Hashes).then(|| source.stem.clone()),
            };
            answers.extend(written.read(&last()).map(|said| Answer { annotator, said }));
        }
        article.answers = answers;
        if article.outlet.is_none() {
            article.outlet.clone_from(&source.folder);
        }
        if article.text.len() > limits::TEXT {
            let place = Place { article: Some(article.id), ..origin().place() };
            return Err(Error::data("a text that is too long")
                .at(place)
                .found(format!("{} MB", article.text.len() >> 20))
                .expected(format!("at most {} MB: the text of one article", limits::TEXT >> 20))
                .help("look for a quotation mark that isn't closed, or split what is more than one article"));
        }
        odd.extend(take_out_html(&mut article).then_some(Odd::Html));
        let article = (!article.text.trim_start().is_empty()).then_some(article);
        Ok(Parsed { article, odd, unsettled })
    }

    /// A day that is later than today anywhere on earth.
    fn late(&self, day: NaiveDate, is_either: bool) -> Option<Odd> {
        let latest = self.options.today?.succ_opt()?;
        let late = |day: NaiveDate| (day > latest).then_some(day);
        let days = [late(day), late(if is_either { turned(day) } else { day })];
        days.iter().any(Option::is_some).then_some(Odd::Late(days))
    }

    fn parse_text(&self, source: &Source, known: Option<&Row>, bytes: &[u8], odd: &mut Vec<Odd>) -> Result<Article> {
        if let Some(error) = decode::no_text(bytes, &source.name, self.options.encoding) {
            return Err(error);
        }
        let (text, chosen, malformed) = decode::whole_text(bytes, self.options.encoding);
        if malformed && chosen.encoding == UTF_8 {
            let at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
            return Err(row::not_utf8(Place::file(&source.name).line(1), bytes, at));
        }
        odd.extend(Odd::decoded(chosen, malformed));
        let (pairs, at) = folder::front_matter(&text);
        let mut article = self.told(source, known, &pairs, odd)?;
        drop(pairs);
        article.text = match at {
            0 => text.into_owned(),
            _ => text[at..].to_owned(),
        };
        Ok(article)
    }

    fn parse_page(&self, source: &Source, known: Option<&Row>, bytes: &[u8], odd: &mut Vec<Odd>) -> Result<Article> {
        if let Some(error) = decode::no_text(bytes, &source.name, self.options.encoding) {
            return Err(error);
        }
        let (html, chosen, malformed) = html::decode(bytes, self.options.encoding);
        odd.extend(Odd::decoded(chosen, malformed));
        let page = html::read(&html).map_err(|refused| html::error(refused, &source.name))?;
        let mut pairs = page.pairs();
        if source.folder.is_some() {
            // The folders were named by a person; a page's name for its site is another name for the same outlet.
            pairs.retain(|(key, _)| key != "outlet");
        }
        let mut article = self.told(source, known, &pairs, odd)?;
        drop(pairs);
        article.text = page.text;
        Ok(article)
    }

    /// An article from what the manifest says about its file or, if that says nothing, from what the file says itself.
    fn told(
        &self,
        source: &Source,
        known: Option<&Row>,
        pairs: &folder::Pairs<'_>,
        odd: &mut Vec<Odd>,
    ) -> Result<Article> {
        let manifest = self.manifest.as_ref().zip(known);
        let (layout, values) =
            folder::merge(manifest.map(|(manifest, row)| (&manifest.layout, row)), pairs, &self.options.columns);
        odd.push(self.tells(manifest.is_some(), pairs));
        let id = Some(source.stem.clone());
        let origin = match manifest {
            Some((manifest, row)) => Origin { file: &manifest.name, at: At::Line(row.line), id },
            None => Origin { file: &source.name, at: At::File, id },
        };
        row::article(values, &layout, origin, self.options.date_order, odd)
    }

    /// The keys of a text, and which requested names it lacks. A manifest has all of them, or it isn't opened.
    fn tells(&self, in_manifest: bool, pairs: &folder::Pairs<'_>) -> Odd {
        let keys: Vec<&str> = pairs.iter().map(|(key, _)| key.as_ref()).collect();
        let lacks = |(i, (_, name)): (usize, (_, &str))| u64::from(columns::position(&keys, name).is_none()) << i;
        let lacks = match in_manifest {
            true => 0,
            false => first_pass::asked(&self.options.columns).enumerate().map(lacks).sum(),
        };
        Odd::Tells { lacks, keys: keys.into_iter().map(str::to_owned).collect() }
    }
}

/// Removes HTML tags from an article's text and replaces character references in its text and title; returns whether
/// the text had any.
fn take_out_html(article: &mut Article) -> bool {
    article.title = article.title.take().map(markup::without_references);
    if html::looks_like_page(&article.text)
        && let Ok(page) = html::read(&article.text)
        && !page.text.is_empty()
    {
        article.text = page.text;
        return true;
    }
    let Some((text, given)) = markup::seen(&article.text) else { return false };
    (article.text, article.given) = (text, given);
    true
}
