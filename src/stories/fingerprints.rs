//! The fingerprints of all articles, which wait on disk: some kilobytes each are the most that a corpus would have in
//! memory.

use super::Fingerprint;
use super::terms::Counts;
use crate::error::Result;
use crate::records::{Records, put_numbers};

/// Fingerprints, by the order in which they came.
#[derive(Debug, Default)]
pub struct Fingerprints {
    /// The bytes of signatures; nothing where there is none.
    pub(super) signatures: Records,
    /// Hashes, ascending.
    pub(super) sketches: Records,
    /// Hashes of words, ascending, and behind them as many counts of a byte each.
    pub(super) words: Records,
    /// The same of pairs.
    pub(super) pairs: Records,
}

impl Fingerprints {
    /// Adds one and returns its number; numbers count from 0.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push(&mut self, print: &Fingerprint) -> Result<u32> {
        self.sketches.push_with(|bytes| put_numbers(bytes, print.sketch.hashes().iter().copied()))?;
        self.words.push_with(|bytes| put_counts(bytes, &print.terms.words))?;
        self.pairs.push_with(|bytes| put_counts(bytes, &print.terms.pairs))?;
        let signature = print.signature.as_ref().map(|signature| signature.to_bytes());
        self.signatures.push(&signature.unwrap_or_default()).map(|number| number as u32)
    }
}

/// A hash and its count.
pub(super) const COUNTED: usize = 5;

fn put_counts(bytes: &mut Vec<u8>, counts: &Counts) {
    put_numbers(bytes, counts.hashes.iter().copied());
    bytes.extend_from_slice(&counts.counts);
}
