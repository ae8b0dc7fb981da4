//! What a tally says of an article beside its counts: who published it, when, under which headline.
//!
//! Takes articles without their texts, hands on columns; and back.

use super::format::Particular;
use super::parquet::{self, Batch, Columns};
use crate::corpus::Article;
use crate::error::{Error, Result};

/// The columns of some articles, without what is to be left out.
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

/// Reads the articles of a batch back; `extra` is how many other columns they must have.
///
/// # Errors
/// What `broken` makes: columns that are missing, articles without an id, or with other columns.
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
            return Err(broken(format!("article {id:?} with {} other columns and not {extra}", found.len())));
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
