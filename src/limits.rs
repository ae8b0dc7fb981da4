//! The largest sizes that are accepted: anything larger isn't an article, a model or a tally, and would fill the
//! memory. All limits are defined here, wherever they are enforced; SECURITY.md lists each of them, and a test checks
//! that list.

use std::fmt;
use std::io;

/// Bytes of an article's text: 16 MiB, five times War and Peace.
pub(crate) const TEXT: usize = 16 << 20;

/// Bytes of one record with all its columns, unpacked: 64 MiB. A larger one is a mistake, such as a quotation mark that
/// is never closed.
pub(crate) const RECORD: usize = 64 << 20;

/// Bytes of a table's header: 1 MiB.
pub(crate) const HEADER: usize = 1 << 20;

/// Bytes of a file that are looked at to decide its encoding and columns: 4 MiB. The first record of a JSON lines file
/// must end within them.
pub(crate) const HEAD: usize = 4 << 20;

/// How deep lists and objects of JSON may be nested. It is serde_json's own limit.
pub(crate) const JSON_DEPTH: usize = 127;

/// Bytes of a web page: 32 MiB. An article's page has less than one.
pub(crate) const PAGE: usize = 32 << 20;

/// How deep elements of a web page may be nested. Browsers don't nest deeper, either.
pub(crate) const PAGE_DEPTH: usize = 512;

/// Elements of a web page: 2^18. An article's page has some thousands.
pub(crate) const PAGE_ELEMENTS: usize = 1 << 18;

/// Anything in a data frame that unpacks to more bytes than this, 256 MiB, may be at most [`UNPACKED_RATIO`] times its
/// packed size.
pub(crate) const UNPACKED: i64 = 256 << 20;

/// The ratio of unpacked to packed size. Text is packed to about a tenth.
pub(crate) const UNPACKED_RATIO: i64 = 200;

/// Bytes that anything in a data frame may unpack to: 64 GiB. No memory holds more than this at once.
pub(crate) const UNPACKED_MOST: i64 = 64 << 30;

/// List items in one page of a data frame, and texts in a page whose lengths are coded as differences: 16 Mi. A column
/// with more items than that may have at most [`ITEMS_RATIO`] per byte.
pub(crate) const ITEMS: i64 = 16 << 20;
/// Items per packed byte. Counts of articles have a few tens at most.
pub(crate) const ITEMS_RATIO: i64 = 2000;

/// Rows of a data frame: 1 Mi. A data frame with more may have at most [`ROWS_RATIO`] per packed byte. The place of
/// each empty row is kept in memory.
pub(crate) const ROWS: i64 = 1 << 20;
/// Rows per packed byte. A row with a text takes some hundred bytes.
pub(crate) const ROWS_RATIO: i64 = 20;

/// Columns of a Parquet file, including nested ones: 64 Ki.
pub(crate) const FRAME_COLUMNS: u64 = 1 << 16;

/// How deep they may be nested.
pub(crate) const FRAME_DEPTH: usize = 128;

/// Row groups of a Parquet file: as many as the library can number.
pub(crate) const ROW_GROUPS: u64 = i16::MAX as u64;

/// Bytes of a line of `terms.csv`: 1 MiB. It holds a term and a number for each class.
pub(crate) const TERM: usize = 1 << 20;

/// Bytes of `tally.json` and `model.json`: 64 MiB. They hold a lexicon and a few names and numbers.
pub(crate) const DESCRIPTION: u64 = 64 << 20;

/// Bytes that a Parquet file of a tally or of a model's training data may unpack to as a whole: 1 TiB.
pub(crate) const COUNTS: i64 = 1 << 40;

/// Bytes of a survey of lines, unpacked: 256 MiB. It has 6 MB, plus 12 bytes per outlet.
pub(crate) const SURVEY: u64 = 256 << 20;

/// Carries "too large" through readers that know only [`io::Error`].
#[derive(Debug)]
pub(crate) struct TooLarge(String);

impl TooLarge {
    /// For something with more bytes than its limit.
    pub(crate) fn new(what: &str, limit: usize) -> Self {
        TooLarge(format!("{what} of more than {} MB", limit >> 20))
    }

    /// Adds a possible reason.
    pub(crate) fn because(self, why: &str) -> Self {
        TooLarge(format!("{}: {why}", self.0))
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TooLarge {}

impl From<TooLarge> for io::Error {
    fn from(what: TooLarge) -> Self {
        io::Error::other(what)
    }
}

/// Whether reading failed for this reason.
pub(crate) fn is_too_large(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLarge>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number of bytes as SECURITY.md writes it.
    fn bytes(n: u64) -> String {
        let (unit, name) = [(40, "TiB"), (30, "GiB"), (20, "MiB")]
            .into_iter()
            .find(|(unit, _)| n >= 1 << unit)
            .expect("no limit is smaller");
        assert_eq!(n % (1 << unit), 0);
        format!("{} {name}", n >> unit)
    }

    #[test]
    fn the_document_tells_every_limit() {
        let document = include_str!("../SECURITY.md");
        let rows = [
            format!("| an article's text | {} |", bytes(TEXT as u64)),
            format!(
                "| one record with all its columns, unpacked (a row, a JSON object, a text file) | {} |",
                bytes(RECORD as u64)
            ),
            format!("| a table's header | {} |", bytes(HEADER as u64)),
            format!("| the first record of JSON lines | {} |", bytes(HEAD as u64)),
            format!("| JSON, where values are read | {JSON_DEPTH} deep |"),
            format!(
                "| a web page | {}, {} Ki elements, {PAGE_DEPTH} deep in one another |",
                bytes(PAGE as u64),
                PAGE_ELEMENTS >> 10
            ),
            format!(
                "| a packed column, page or buffer of a data frame that unpacks to more than {} | {UNPACKED_RATIO} times its packed size |",
                bytes(UNPACKED as u64)
            ),
            format!("| anything in a data frame, unpacked | {} |", bytes(UNPACKED_MOST as u64)),
            format!(
                "| items of lists, or delta-coded texts, in a page of a data frame | {} Mi, in lists of a larger column {ITEMS_RATIO} a byte |",
                ITEMS >> 20
            ),
            format!("| columns of a Parquet file | {} Ki, {FRAME_DEPTH} deep in one another |", FRAME_COLUMNS >> 10),
            format!("| groups of rows of a Parquet file | {ROW_GROUPS} |"),
            format!("| rows of a data frame | {} Mi, and in a larger one {ROWS_RATIO} a byte |", ROWS >> 20),
            format!("| a line of `terms.csv` | {} |", bytes(TERM as u64)),
            format!("| `tally.json`, `model.json` | {} each |", bytes(DESCRIPTION)),
            format!("| a Parquet file of a tally or of a model's training data, unpacked | {} |", bytes(COUNTS as u64)),
            format!("| a survey of lines, unpacked | {} |", bytes(SURVEY)),
        ];
        for row in &rows {
            assert!(document.contains(row), "SECURITY.md has no row {row:?}");
        }
        // And no others.
        let table = document.split("## Limits").nth(1).and_then(|rest| rest.split("## ").next()).expect("a table");
        assert_eq!(table.lines().filter(|line| line.starts_with("| ")).count(), rows.len() + 1);
    }

    #[test]
    fn json_ends_where_it_is_said() {
        let deep = |n: usize| serde_json::from_str::<serde_json::Value>(&("[".repeat(n) + &"]".repeat(n))).is_ok();
        assert!(deep(JSON_DEPTH) && !deep(JSON_DEPTH + 1));
    }
}
