//! Articles in a program's memory, without a data frame.

use super::{Article, Corpus, ReadOptions};
use crate::error::{Error, Place, Result};
use arrow_array::{ArrayRef, Date32Array, LargeStringArray, RecordBatch};
use chrono::NaiveDate;
use std::sync::Arc;

impl Corpus {
    /// A corpus of the articles in a list.
    ///
    /// They are read like the rows of a data frame ([`Corpus::of_batches`]), with the same checks. Articles with an
    /// empty id are named after the list (`name-00001`). [`Article::extra`] holds the columns that `options` lists as
    /// [`extra`](super::ColumnNames::extra), in that order; other column names in `options` are ignored, and so are
    /// [`Article::given`] and [`Article::answers`]. Texts are copied once.
    ///
    /// ```
    /// use aslant::corpus::{Article, Corpus, Pass, ReadOptions};
    ///
    /// let article = |text: &str| Article { outlet: Some("The Post".into()), text: text.into(), ..Article::default() };
    /// let articles = ["One text.", "Another text."].map(article);
    /// let corpus = Corpus::of_articles("list", articles, ReadOptions::default())?;
    /// let mut ids = Vec::new();
    /// corpus.for_each(Pass::new(), |_, article| article.id, |_, id| { ids.push(id); Ok(()) })?;
    /// assert_eq!(ids, ["list-00001", "list-00002"]);
    /// # Ok::<(), aslant::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Kind::Data`](crate::error::Kind::Data): no articles; with [`Extent::Part`](super::Extent::Part), when it is
    /// read, an article without an id.
    pub fn of_articles(
        name: &str,
        articles: impl IntoIterator<Item = Article>,
        mut options: ReadOptions,
    ) -> Result<Self> {
        let articles: Vec<Article> = articles.into_iter().collect();
        // 64-bit offsets: the texts of a large list are more than 2 GB.
        let texts = |of: &dyn Fn(&Article) -> Option<&str>| -> ArrayRef {
            Arc::new(LargeStringArray::from_iter(articles.iter().map(of)))
        };
        let dates: Date32Array = articles.iter().map(|article| article.date.map(days)).collect();
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("text", texts(&|a| Some(&a.text))),
            ("id", texts(&|a| Some(a.id.as_str()).filter(|id| !id.is_empty()))),
            ("outlet", texts(&|a| a.outlet.as_deref())),
            ("date", Arc::new(dates)),
            ("title", texts(&|a| a.title.as_deref())),
            ("url", texts(&|a| a.url.as_deref())),
            ("author", texts(&|a| a.author.as_deref())),
            ("language", texts(&|a| a.language.as_deref())),
        ];
        let own = columns.len();
        for (at, extra) in options.columns.extra.iter().enumerate() {
            // What has a field in an article needs no further column.
            if !columns[..own].iter().any(|(name, _)| name == extra) {
                columns.push((extra, texts(&|a| a.extra.get(at).map(String::as_str))));
            }
        }
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
                .map_err(|e| Error::data("articles that can't be read").at(Place::file(name)).found(e.to_string()))?;
        options.columns = super::ColumnNames { extra: options.columns.extra, ..Default::default() };
        Corpus::of_batches(name, vec![batch], options)
    }
}

/// Days since 1970, as Arrow counts them.
fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::labels::LabelOptions;
    use crate::corpus::{Extent, Pass};
    use crate::error::Kind;

    fn article(id: &str, text: &str) -> Article {
        Article { id: id.into(), text: text.into(), ..Article::default() }
    }

    fn read(corpus: &Corpus) -> Vec<Article> {
        let mut read = Vec::new();
        let kept = corpus.for_each(
            Pass::new(),
            |_, article| article,
            |_, article| {
                read.push(article);
                Ok(())
            },
        );
        kept.expect("read");
        read
    }

    #[test]
    fn articles_come_back_as_they_were() {
        let given = Article {
            outlet: Some("The Post".into()),
            date: NaiveDate::from_ymd_opt(1969, 12, 31),
            title: Some("A title".into()),
            url: Some("https://example.org/1".into()),
            author: Some("A. Writer".into()),
            language: Some("en".into()),
            extra: vec!["world".into(), "A. Writer".into()],
            ..article("a", "Rebels left the town.")
        };
        let mut options = ReadOptions::default();
        options.columns.extra = vec!["section".into(), "author".into()];
        let corpus = Corpus::of_articles("list", [given.clone()], options).expect("opened");
        let [found] = &read(&corpus)[..] else { panic!("one article") };
        assert_eq!(*found, Article { given: found.given.clone(), ..given });
    }

    #[test]
    fn they_are_checked_as_rows_are() {
        let refused = |articles: Vec<Article>, options: ReadOptions| {
            let corpus = Corpus::of_articles("list", articles, options);
            corpus.and_then(|corpus| corpus.survey(Pass::new(), drop, |_, ()| Ok(()))).expect_err("refused")
        };
        insta::assert_snapshot!(refused(Vec::new(), ReadOptions::default()), @"
        no articles
         --> list
          found:    a header and no rows
          note: nothing was written
        ");
        insta::assert_snapshot!(refused(vec![article("a", "One."), article("a", "Two.")], ReadOptions::default()), @r#"
        an id used twice
         --> list, row 2
          found:    the same id as in list, row 1
          help: give each article its own id, or read no ids with `--id ""`
          note: nothing was written
        "#);
        let part = ReadOptions { extent: Extent::Part, ..ReadOptions::default() };
        let error = refused(vec![article("a", "One."), article("", "Two.")], part);
        assert_eq!((error.kind(), error.to_string().contains("list, row 2")), (Kind::Data, true), "{error}");
    }

    #[test]
    fn labels_are_one_of_their_other_columns() {
        let labels = LabelOptions { column: "camp".into(), ..LabelOptions::default() };
        let mut options = ReadOptions { labels: Some(labels), ..ReadOptions::default() };
        options.columns.extra = vec!["camp".into()];
        let labelled = Article { extra: vec!["state".into()], ..article("a", "One.") };
        let corpus = Corpus::of_articles("list", [labelled], options).expect("opened");
        assert_eq!(read(&corpus)[0].answers.len(), 1);
    }
}
