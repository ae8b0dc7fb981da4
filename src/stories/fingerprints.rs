//! The fingerprints of all articles, kept on disk: at some kilobytes each, they would be the largest part of a corpus
//! in memory.

use super::Fingerprint;
use super::terms::Counts;
use crate::error::Result;
use crate::records::{Records, put_numbers};

/// Fingerprints, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Fingerprints {
    /// The bytes of signatures; empty if there is none.
    pub(super) signatures: Records,
    /// Hashes, ascending.
    pub(super) sketches: Records,
    /// Hashes of words, ascending, followed by the same number of counts of one byte each.
    pub(super) words: Records,
    /// The same for pairs.
    pub(super) pairs: Records,
}

impl Fingerprints {
    /// Adds a fingerprint and returns its number; numbers count from 0.
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

/// The bytes of a hash and its count.
pub(super) const COUNTED: usize = 5;

fn put_counts(bytes: &mut Vec<u8>, counts: &Counts) {
    put_numbers(bytes, counts.hashes.iter().copied());
    bytes.extend_from_slice(&counts.counts);
}
