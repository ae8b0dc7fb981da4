//! The hashing trick: a term's column is a hash of the term, so there is no vocabulary to look it up in.
//!
//! The hash is MurmurHash3 (x86, 32 bits, seed 0) of the term's UTF-8, as a signed number; the column is its absolute
//! value modulo the number of columns. scikit-learn's `HashingVectorizer` uses the same column. This must never change:
//! models depend on it. Terms that share a column are counted as one term, all with the same sign
//! (`alternate_sign=False`): a negative count would have no logarithm and no document frequency.
//!
//! Weinberger, Dasgupta, Langford, Smola, Attenberg (2009), Feature hashing for large scale multitask learning,
//! doi 10.1145/1553374.1553516. Appleby (2011), MurmurHash3, in the public domain.

use super::count_rows::WaitingRows;
use super::documents::{BREAK, check_word};
use super::error::{FeatureError, Result};
use super::ngrams::Rule;
use super::vocabulary::NO_COLUMN;
use crate::error;
use std::ops::RangeInclusive;

/// The allowed numbers of columns: with more, per-column data would take more memory than any vocabulary.
pub const COLUMNS: RangeInclusive<usize> = 2..=1 << 26;

/// Maps terms to columns by their hash.
///
/// ```
/// use aslant::features::Hashing;
/// let hashing = Hashing::new(1 << 20)?;
/// assert_eq!(hashing.column("the regime"), 378_344);
/// # Ok::<(), aslant::features::FeatureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashing {
    n_columns: u32,
}

impl Hashing {
    /// Hashing into this many columns.
    ///
    /// # Errors
    /// `HashedColumns` unless there are 2 to 2^26.
    pub fn new(n_columns: usize) -> Result<Self> {
        match COLUMNS.contains(&n_columns) {
            true => Ok(Hashing { n_columns: n_columns as u32 }),
            false => Err(FeatureError::HashedColumns { found: n_columns }),
        }
    }

    /// The number of columns.
    pub fn n_columns(self) -> usize {
        self.n_columns as usize
    }

    /// The column of a term, whose words must be separated by one space.
    pub fn column(self, term: &str) -> u32 {
        (murmur3(term.as_bytes()) as i32).unsigned_abs() % self.n_columns
    }

    /// Writes the name of a column: `#` and its number, with as many digits as the last column's.
    pub(super) fn write_name(self, column: u32, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{column:0width$}", width = (self.n_columns - 1).to_string().len())
    }

    /// The column with this name.
    pub(super) fn column_named(self, name: &str) -> Result<u32> {
        let column = name.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let column = column.and_then(|digits| digits.parse().ok()).filter(|column| *column < self.n_columns);
        column.ok_or_else(|| FeatureError::NoColumn { name: name.to_owned(), n_columns: self.n_columns() })
    }
}

/// MurmurHash3, x86, 32 bits, seed 0.
fn murmur3(bytes: &[u8]) -> u32 {
    let mix = |k: u32| k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let mut words = bytes.chunks_exact(4);
    let mut hash = 0_u32;
    for word in &mut words {
        hash ^= mix(u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        hash = hash.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        hash ^= mix(rest.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    }
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

/// Which n-grams are hashed, and into how many columns.
#[derive(Debug, Clone)]
pub struct HashedGrams {
    pub(super) hashing: Hashing,
    pub(super) rule: Rule,
}

impl HashedGrams {
    /// Appends the column of every n-gram of words in a document of word numbers.
    pub(super) fn of_words<'t>(
        &self,
        document: &[u32],
        term: impl Fn(u32) -> Result<&'t str>,
        columns: &mut Vec<u32>,
    ) -> Result<()> {
        let mut gram = String::new();
        for segment in document.split(|word| *word == BREAK) {
            for start in 0..segment.len() {
                gram.clear();
                check_word(term(segment[start])?)?;
                for (i, &word) in segment[start..].iter().take(*self.rule.lengths.end()).enumerate() {
                    gram.push_str(if i > 0 { " " } else { "" });
                    gram.push_str(term(word)?);
                    self.push(&gram, i + 1, segment.len(), columns);
                }
            }
        }
        Ok(())
    }

    /// Appends the column of every n-gram of characters, which are code points.
    pub(super) fn of_characters(&self, document: &[u32], columns: &mut Vec<u32>) {
        let mut gram = String::new();
        for segment in document.split(|c| *c == BREAK) {
            for start in 0..segment.len() {
                gram.clear();
                for (i, &c) in segment[start..].iter().take(*self.rule.lengths.end()).enumerate() {
                    gram.extend(char::from_u32(c));
                    self.push(&gram, i + 1, segment.len(), columns);
                }
            }
        }
    }

    fn push(&self, gram: &str, length: usize, segment: usize, columns: &mut Vec<u32>) {
        if self.rule.counts(length, segment) {
            columns.push(self.hashing.column(gram));
        }
    }
}

/// The columns of one document's terms, increasing, each with the number of occurrences of its terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HashedRow {
    columns: Vec<(u32, u32)>,
    n_grams: u32,
}

impl HashedRow {
    /// From columns in any order, each repeated for every occurrence of its terms.
    pub(super) fn new(mut columns: Vec<u32>) -> Self {
        columns.sort_unstable();
        let runs = columns.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32));
        HashedRow { columns: runs.collect(), n_grams: columns.len() as u32 }
    }

    /// Each column with its count.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> + Clone + '_ {
        self.columns.iter().copied()
    }

    /// The number of n-grams in the document.
    pub fn n_grams(&self) -> u32 {
        self.n_grams
    }
}

/// The rows of many documents, in the order in which they were added; they are on disk.
#[derive(Debug, Default)]
pub struct HashedRows(WaitingRows);

impl HashedRows {
    /// Adds a document.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io) if the disk is full.
    pub fn push(&mut self, row: &HashedRow) -> error::Result<()> {
        self.0.push(row.iter())
    }

    /// Calls `visit` with each column of these documents and its count, document by document.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): a row can't be read back.
    pub(super) fn for_all(&self, documents: &[usize], mut visit: impl FnMut(u32, u32)) -> error::Result<()> {
        let mut reader = self.0.reader();
        for &document in documents {
            reader.row(document)?.for_each(|(column, count)| visit(column, count));
        }
        Ok(())
    }

    /// How often each of the `kept` columns (increasing, out of `n_columns`) occurs in each of these documents.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): a row can't be read back or written.
    pub(super) fn counted(&self, documents: &[usize], kept: &[u32], n_columns: usize) -> error::Result<WaitingRows> {
        let mut number_of = vec![NO_COLUMN; n_columns];
        (0..).zip(kept).for_each(|(number, column)| number_of[*column as usize] = number);
        let (mut counted, mut reader) = (WaitingRows::default(), self.0.reader());
        for &document in documents {
            let numbered = |(column, count): (u32, u32)| (number_of[column as usize], count);
            counted.push(reader.row(document)?.map(numbered).filter(|(number, _)| *number != NO_COLUMN))?;
        }
        Ok(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sklearn.utils.murmurhash3_32(term, seed=0)`.
    #[test]
    fn hashes_are_those_of_scikit_learn() {
        let reference = [
            ("", 0),
            ("a", 1_009_084_850),
            ("ab", -1_681_926_305),
            ("abc", -1_277_324_294),
            ("abcd", 1_139_631_978),
            ("the regime", 1_842_726_376),
            ("église", 834_890_054),
            ("rebel held town", -1_004_880_512),
            (" é ", 1_498_718_430),
            ("xxxxxxxxxxxxxxxxx", 1_181_088_194),
        ];
        for (term, hash) in reference {
            assert_eq!(murmur3(term.as_bytes()) as i32, hash, "{term:?}");
            let column = i64::from(hash).abs() % 1000;
            assert_eq!(i64::from(Hashing::new(1000).unwrap().column(term)), column, "{term:?}");
        }
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let hashing = Hashing::new(1001).unwrap();
        assert_eq!(hashing.column_named("#0042"), Ok(42));
        for name in ["", "#", "42", "#1001", "#-1", "#+1", "#99999999999", "regime"] {
            let expected = FeatureError::NoColumn { name: name.to_owned(), n_columns: 1001 };
            assert_eq!(hashing.column_named(name), Err(expected));
        }
    }

    #[test]
    fn as_many_columns_as_can_be() {
        for found in [0, 1, (1 << 26) + 1, usize::MAX] {
            assert_eq!(Hashing::new(found), Err(FeatureError::HashedColumns { found }));
        }
        assert_eq!(Hashing::new(1 << 26).unwrap().n_columns(), 1 << 26);
    }

    #[test]
    fn a_row_counts_its_columns() {
        let row = HashedRow::new(vec![7, 3, 7, 7]);
        assert_eq!((row.iter().collect::<Vec<_>>(), row.n_grams()), (vec![(3, 1), (7, 3)], 4));
    }

    #[test]
    fn rows_keep_what_is_asked_for() {
        let mut rows = HashedRows::default();
        for columns in [vec![7, 3, 7, 7], vec![], vec![3, 9]] {
            rows.push(&HashedRow::new(columns)).expect("written");
        }
        let counted = rows.counted(&[2, 0], &[7, 9], 10).expect("read");
        let mut reader = counted.reader();
        assert_eq!(reader.row(0).expect("read").collect::<Vec<_>>(), [(1, 1)]);
        assert_eq!(reader.row(1).expect("read").collect::<Vec<_>>(), [(0, 3)]);
        assert_eq!(counted.len(), 2);
    }
}
