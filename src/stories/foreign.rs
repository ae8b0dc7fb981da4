//! Articles that don't read like English, for which results are less reliable.

use crate::counted::counted;

/// Articles that don't read like English; unknown, and therefore none, if only counts are left of the texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreign {
    /// The number of articles.
    pub articles: usize,
    /// The first of their ids in sorted order.
    pub first: Option<String>,
}

impl Foreign {
    /// Adds such an article.
    pub(crate) fn add(&mut self, id: &str) {
        self.articles += 1;
        if self.first.as_deref().is_none_or(|first| id < first) {
            self.first = Some(id.to_owned());
        }
    }

    /// A message with their number and the first of them, without a full stop; `None` if there are none.
    pub fn told(&self) -> Option<String> {
        let articles = counted(self.articles as u64, "article doesn't read", "articles don't read");
        self.first.as_ref().map(|first| format!("{articles} like English (first: {first})"))
    }
}
