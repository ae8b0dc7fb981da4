//! Articles that don't read like English, of which less is known.

/// Articles that don't read like English; unknown, so none, where only counts are left of the texts.
#[derive(Debug, Default)]
pub struct Foreign {
    /// How many.
    pub articles: usize,
    /// The id that comes first of theirs.
    pub first: Option<String>,
}

impl Foreign {
    /// Takes in such an article.
    pub(super) fn add(&mut self, id: &str) {
        self.articles += 1;
        if self.first.as_deref().is_none_or(|first| id < first) {
            self.first = Some(id.to_owned());
        }
    }
}
