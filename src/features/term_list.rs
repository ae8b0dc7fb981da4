//! Sorted terms and their positions: learnt terms by their text, hashed ones by their column.

use super::error::{FeatureError, Result};
use super::hashing::Hashing;
use std::borrow::Cow;
use std::fmt;

/// The name of a term: its text, or the number of the column that it is hashed into.
///
/// ```
/// use aslant::features::{Hashing, TermTable, TfidfParams, Tokens};
/// use linfa::ParamGuard;
///
/// let mut table = TermTable::default();
/// let documents = [table.ids(["the", "regime"])];
/// let documents = Tokens::new(&documents, &table);
/// let learnt = TfidfParams::new().check()?.fit(&documents)?;
/// assert_eq!(learnt.vocabulary().term(0), "regime");
/// let hashed = TfidfParams::new().hashing(Hashing::new(1024)?).check()?.fit(&documents)?;
/// assert_eq!(hashed.vocabulary().term(1).to_string(), "#0259");
/// assert_eq!(hashed.vocabulary().column("regime"), Some(1));
/// # Ok::<(), aslant::features::FeatureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermName<'t> {
    /// The term itself.
    Text(&'t str),
    /// A column of a hashing: all terms that fall into it.
    Column(Hashing, u32),
}

impl<'t> TermName<'t> {
    /// The text of a learnt term; `None` for a column.
    pub fn text(self) -> Option<&'t str> {
        match self {
            TermName::Text(text) => Some(text),
            TermName::Column(..) => None,
        }
    }

    /// The name used in files: the text, or `#` and the column's number.
    pub fn name(self) -> Cow<'t, str> {
        match self {
            TermName::Text(text) => text.into(),
            TermName::Column(..) => self.to_string().into(),
        }
    }

    /// Learnt terms sort first, by code point; then columns, by the number of columns of their hashing and their own
    /// number.
    fn key(self) -> (Option<usize>, u32, &'t str) {
        match self {
            TermName::Text(text) => (None, 0, text),
            TermName::Column(hashing, column) => (Some(hashing.n_columns()), column, ""),
        }
    }
}

impl Ord for TermName<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for TermName<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for TermName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TermName::Text(text) => f.write_str(text),
            TermName::Column(hashing, column) => hashing.write_name(*column, f),
        }
    }
}

impl PartialEq<&str> for TermName<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.text() == Some(*other)
    }
}

impl PartialEq<String> for TermName<'_> {
    fn eq(&self, other: &String) -> bool {
        self.text() == Some(other)
    }
}

/// Sorted terms in one allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TermList {
    Learnt {
        text: String,
        /// Where every term ends in `text`.
        ends: Vec<usize>,
    },
    Hashed {
        hashing: Hashing,
        /// Those that have a term, increasing.
        columns: Vec<u32>,
    },
}

impl Default for TermList {
    fn default() -> Self {
        TermList::new(None)
    }
}

impl TermList {
    /// An empty list.
    pub(super) fn new(hashing: Option<Hashing>) -> Self {
        match hashing {
            None => TermList::Learnt { text: String::new(), ends: Vec::new() },
            Some(hashing) => TermList::Hashed { hashing, columns: Vec::new() },
        }
    }

    /// An empty list of the same kind.
    pub(super) fn like(&self) -> Self {
        TermList::new(self.hashing())
    }

    pub(super) fn hashing(&self) -> Option<Hashing> {
        match self {
            TermList::Learnt { .. } => None,
            TermList::Hashed { hashing, .. } => Some(*hashing),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            TermList::Learnt { ends, .. } => ends.len(),
            TermList::Hashed { columns, .. } => columns.len(),
        }
    }

    /// The total length of all terms' texts.
    pub(super) fn n_bytes(&self) -> usize {
        match self {
            TermList::Learnt { text, .. } => text.len(),
            TermList::Hashed { .. } => 0,
        }
    }

    /// The position of a term.
    pub(super) fn find(&self, term: &str) -> Option<usize> {
        match self {
            TermList::Hashed { hashing, .. } => self.find_column(hashing.column(term)),
            TermList::Learnt { .. } => self.place_of(TermName::Text(term)),
        }
    }

    /// The position of a column that terms are hashed into.
    pub(super) fn find_column(&self, column: u32) -> Option<usize> {
        match self {
            TermList::Hashed { columns, .. } => columns.binary_search(&column).ok(),
            TermList::Learnt { .. } => None,
        }
    }

    fn place_of(&self, name: TermName<'_>) -> Option<usize> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from + (to - from) / 2;
            match self.get(middle).cmp(&name) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// Panics, like indexing, if there is no such term.
    pub(super) fn get(&self, at: usize) -> TermName<'_> {
        match self {
            TermList::Learnt { text, ends } => {
                let start = at.checked_sub(1).map_or(0, |before| ends[before]);
                TermName::Text(&text[start..ends[at]])
            }
            TermList::Hashed { hashing, columns } => TermName::Column(*hashing, columns[at]),
        }
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = TermName<'_>> + '_ {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Appends a term, given by its text or by the name of its column.
    ///
    /// # Errors
    /// `UnsortedTerms`; `NoColumn`.
    pub(super) fn push(&mut self, name: &str) -> Result<()> {
        let name = match self.hashing() {
            None => TermName::Text(name),
            Some(hashing) => TermName::Column(hashing, hashing.column_named(name)?),
        };
        self.push_name(name)
    }

    /// Appends a term of the same kind.
    ///
    /// # Errors
    /// `UnsortedTerms`.
    pub(super) fn push_name(&mut self, name: TermName<'_>) -> Result<()> {
        if let Some(before) = self.len().checked_sub(1).map(|last| self.get(last)).filter(|before| *before >= name) {
            return Err(FeatureError::UnsortedTerms { before: before.to_string(), term: name.to_string() });
        }
        match (self, name) {
            (TermList::Learnt { text, ends }, TermName::Text(term)) => {
                text.push_str(term);
                ends.push(text.len());
            }
            (TermList::Hashed { columns, .. }, TermName::Column(_, column)) => columns.push(column),
            (list, TermName::Text(term)) => return list.push(term),
            // A list of texts has no such name.
            (TermList::Learnt { .. }, TermName::Column(hashing, _)) => {
                return Err(FeatureError::NoColumn { name: name.to_string(), n_columns: hashing.n_columns() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_the_order_of_their_numbers_and_so_do_their_names() {
        let hashing = Hashing::new(1001).unwrap();
        let mut list = TermList::new(Some(hashing));
        for name in ["#0007", "#0042", "#1000"] {
            list.push(name).unwrap();
        }
        assert_eq!(list.iter().map(|term| term.name().into_owned()).collect::<Vec<_>>(), ["#0007", "#0042", "#1000"]);
        assert_eq!((list.find_column(42), list.find_column(43)), (Some(1), None));
        let unsorted = FeatureError::UnsortedTerms { before: "#1000".into(), term: "#0042".into() };
        assert_eq!(list.push("#0042"), Err(unsorted));
    }

    #[test]
    fn the_same_number_is_another_column_where_there_are_more() {
        let [few, many] = [100, 1000].map(|n| TermName::Column(Hashing::new(n).unwrap(), 7));
        assert!(few < many && few != many);
        assert!(TermName::Text("zebra") < few);
    }
}
