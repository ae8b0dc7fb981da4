//! Articles that don't read like English, of which less is known.

use crate::counted::counted;

/// Articles that don't read like English; unknown, so none, where only counts are left of the texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreign {
    /// How many.
    pub articles: usize,
    /// The id that comes first of theirs.
    pub first: Option<String>,
}

impl Foreign {
    /// Takes in such an article.
    pub(crate) fn add(&mut self, id: &str) {
        self.articles += 1;
        if self.first.as_deref().is_none_or(|first| id < first) {
            self.first = Some(id.to_owned());
        }
    }

    /// How many they are and which is the first, without a full stop; `None` where there is none.
    pub fn told(&self) -> Option<String> {
        let articles = counted(self.articles as u64, "article doesn't read", "articles don't read");
        self.first.as_ref().map(|first| format!("{articles} like English (first: {first})"))
    }
}
