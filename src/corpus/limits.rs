//! How large things may be: what is larger is no article, and would fill the memory. Told in SECURITY.md.

use std::fmt;
use std::io;

/// Bytes of an article's text: 16 MiB, five times War and Peace.
pub(crate) const TEXT: usize = 16 << 20;

/// Bytes of one record with all its columns, unpacked: 64 MiB. What is larger is a mistake, such as a quotation mark that
/// is never closed.
pub(crate) const RECORD: usize = 64 << 20;

/// Bytes of a table's header: 1 MiB.
pub(crate) const HEADER: usize = 1 << 20;

/// Something that is too large, on its way through readers that know only [`io::Error`].
#[derive(Debug)]
pub(crate) struct TooLarge(pub(crate) &'static str);

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for TooLarge {}

impl From<TooLarge> for io::Error {
    fn from(what: TooLarge) -> Self {
        io::Error::other(what)
    }
}

/// Whether this is why reading failed.
pub(crate) fn is_too_large(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLarge>())
}
