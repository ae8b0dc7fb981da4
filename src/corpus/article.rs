//! One article, as given.

use super::labels::Answer;
use crate::text::Given;
use chrono::NaiveDate;

/// One text and what is known about it.
///
/// `text` is the input decoded to UTF-8, without HTML tags and character references if it had any. Every span that the
/// program prints indexes the text as given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Article {
    /// Unique in the corpus. If the input has none, it is made from the file's name and the record's number.
    pub id: String,
    /// Whether `id` was made like this: articles of other inputs may then have the same id.
    pub id_is_made: bool,
    /// Who published it. With `None` (unknown) the article is counted, but in no outlet's row. Runs of white space are
    /// one space, zero-width characters are left out.
    pub outlet: Option<String>,
    /// The day of publication.
    pub date: Option<NaiveDate>,
    /// The headline, if it is given separately from the text.
    pub title: Option<String>,
    /// Its address on the web.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language's code, as given.
    pub language: Option<String>,
    /// The text.
    pub text: String,
    /// Maps offsets in `text` to offsets in the text as given.
    pub given: Given,
    /// Other requested columns, in the order requested; empty strings where absent.
    pub extra: Vec<String>,
    /// What annotators said about it, if labels were requested; empty if nobody said anything.
    pub answers: Vec<Answer>,
}
