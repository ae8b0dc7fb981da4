//! One article, as it was given.

use super::labels::Answer;
use crate::text::Given;
use chrono::NaiveDate;

/// One text and what is known of it.
///
/// `text` is what was given (after decoding to UTF-8), without the tags and references of HTML where it had such: every span
/// that the program prints slices what was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Article {
    /// Unique in the corpus. Where the input has none, it is made of the file's name and the record's number.
    pub id: String,
    /// Whether it was made so: then articles of other inputs may be called the same.
    pub id_is_made: bool,
    /// Who published it; `None` where that is unknown: the article is counted, and stands in no outlet's row. White space is
    /// one space, characters without a width are left out.
    pub outlet: Option<String>,
    /// The day of publication.
    pub date: Option<NaiveDate>,
    /// The headline, where it is given apart from the text.
    pub title: Option<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language's code, as given.
    pub language: Option<String>,
    /// The text.
    pub text: String,
    /// Where its parts stood in what was given.
    pub given: Given,
    /// Other columns that were asked for, in the order in which they were asked for; empty where absent.
    pub extra: Vec<String>,
    /// What annotators said of it, where labels were asked for; none where nobody said anything.
    pub answers: Vec<Answer>,
}
