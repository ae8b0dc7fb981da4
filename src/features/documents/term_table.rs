//! A table of terms, numbered in order of first occurrence.

use super::{LIMIT, Terms};
use rustc_hash::FxHashMap;

/// Numbers terms in order of first occurrence.
///
/// ```
/// use aslant::features::{TermTable, Terms};
/// let mut table = TermTable::default();
/// assert_eq!((table.id("regime"), table.id("rebel"), table.id("regime")), (0, 1, 0));
/// assert_eq!(table.term(1), Some("rebel"));
/// assert_eq!(table.find("army"), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct TermTable {
    terms: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, u32>,
}

impl TermTable {
    /// The number of a term; a new one is added.
    ///
    /// # Panics
    /// If there are more terms than 32 bits can number.
    pub fn id(&mut self, term: &str) -> u32 {
        if let Some(&id) = self.ids.get(term) {
            return id;
        }
        assert!(self.terms.len() < LIMIT, "at most {LIMIT} terms can be numbered");
        let id = self.terms.len() as u32;
        self.terms.push(term.into());
        self.ids.insert(term.into(), id);
        id
    }

    /// The number of a term, if it has one.
    pub fn find(&self, term: &str) -> Option<u32> {
        self.ids.get(term).copied()
    }

    /// The numbers of these tokens, in order; new ones are added.
    pub fn ids<S: AsRef<str>>(&mut self, tokens: impl IntoIterator<Item = S>) -> Vec<u32> {
        let mut ids: Vec<u32> = tokens.into_iter().map(|t| self.id(t.as_ref())).collect();
        ids.shrink_to_fit();
        ids
    }
}

impl Terms for TermTable {
    fn term(&self, id: u32) -> Option<&str> {
        self.terms.get(id as usize).map(AsRef::as_ref)
    }
    fn n_terms(&self) -> usize {
        self.terms.len()
    }
}
