//! What a tally says about an article besides its counts: who published it, when, under which headline.
//!
//! Turns articles without their texts into columns, and back. In between, articles wait on disk.

use super::format::Particular;
use super::parquet::{self, Batch, Columns};
use crate::corpus::Article;
use crate::error::{Error, Result};
use crate::records::{Fields, put_number, put_text};
use chrono::{Datelike, NaiveDate};

/// Appends an article without its text, as [`taken`] reads it.
pub(crate) fn put(bytes: &mut Vec<u8>, article: &Article) {
    let Article { id, outlet, date, title, url, author, language, extra, .. } = article;
    put_text(bytes, Some(id));
    [outlet, title, url, author, language].into_iter().for_each(|text| put_text(bytes, text.as_deref()));
    put_number(bytes, date.map_or(0, |date| (i64::from(date.num_days_from_ce()) + FIRST_DAY) as u64));
    extra.iter().for_each(|text| put_text(bytes, Some(text)));
}

/// No day is so far from the year 1.
const FIRST_DAY: i64 = 1 << 33;

/// Reads an article written by [`put`].
pub(crate) fn taken(bytes: &[u8]) -> Article {
    let mut fields = Fields::new(bytes);
    let mut text = || fields.text().map(str::to_owned);
    let id = text().unwrap_or_default();
    let [outlet, title, url, author, language] = [text(), text(), text(), text(), text()];
    let day = i32::try_from(fields.number() as i64 - FIRST_DAY).ok();
    let date = day.and_then(NaiveDate::from_num_days_from_ce_opt);
    let mut extra = Vec::new();
    while !fields.is_empty() {
        extra.push(fields.text().unwrap_or_default().to_owned());
    }
    Article { id, outlet, date, title, url, author, language, extra, ..Article::default() }
}

/// The columns of articles, without what is to be left out.
pub fn columns(articles: &[&Article], omitted: &[Particular]) -> Columns {
    let unless = |what: Particular, value: Option<&'_ String>| value.filter(|_| !omitted.contains(&what)).cloned();
    let all = || articles.iter().copied();
    vec![
        ("id", parquet::text(all().map(|a| Some(&a.id))), false),
        ("outlet", parquet::text(all().map(|a| a.outlet.as_ref())), true),
        ("date", parquet::date(all().map(|a| a.date)), true),
        ("title", parquet::text(all().map(|a| unless(Particular::Title, a.title.as_ref()))), true),
        ("url", parquet::text(all().map(|a| unless(Particular::Url, a.url.as_ref()))), true),
        ("author", parquet::text(all().map(|a| unless(Particular::Author, a.author.as_ref()))), true),
        ("language", parquet::text(all().map(|a| a.language.as_ref())), true),
        ("extra", parquet::texts(all().map(|a| &a.extra)), false),
    ]
}

/// Reads the articles of a batch; `extra` is how many other columns they must have.
///
/// # Errors
/// That of `broken`, if columns are missing, or articles have no id or another number of extra columns.
pub fn read(batch: &Batch<'_>, extra: usize, broken: &dyn Fn(String) -> Error) -> Result<Vec<Article>> {
    let (id, outlet, date) = (batch.text("id")?, batch.text("outlet")?, batch.date("date")?);
    let [title, url] = [batch.text("title")?, batch.text("url")?];
    let [author, language] = [batch.text("author")?, batch.text("language")?];
    let others = batch.texts("extra")?;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let article = |row: usize| {
        let id = id(row).ok_or_else(|| broken("an article without an id".to_owned()))?.to_owned();
        let found = others(row);
        if found.len() != extra {
            return Err(broken(format!("article {id:?} with {} other columns instead of {extra}", found.len())));
        }
        Ok(Article {
            id,
            outlet: owned(outlet(row)),
            date: date(row),
            title: owned(title(row)),
            url: owned(url(row)),
            author: owned(author(row)),
            language: owned(language(row)),
            extra: found,
            ..Article::default()
        })
    };
    (0..batch.len()).map(article).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_come_back_without_their_texts() {
        let article = Article {
            id: "a1".into(),
            outlet: Some("The Däily".into()),
            date: NaiveDate::from_ymd_opt(2017, 4, 5),
            url: Some(String::new()),
            language: Some("en".into()),
            extra: vec![String::new(), "x".into()],
            ..Article::default()
        };
        let texts = [Article { text: "A text.".into(), ..article.clone() }, Article::default()];
        let read = texts.map(|article| {
            let mut bytes = Vec::new();
            put(&mut bytes, &article);
            taken(&bytes)
        });
        assert_eq!(read, [article, Article::default()]);
    }
}
