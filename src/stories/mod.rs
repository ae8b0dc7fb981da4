//! Stories: which articles are copies of which.
//!
//! | file | job |
//! |---|---|
//! | [`minhash`] | a small signature of a text's word shingles, from which overlap is estimated |
//! | [`reprints`] | near-duplicates among many signatures, without comparing all pairs |
//!
//! Articles of several outlets on one event, told in different words, are not found here yet.

pub mod minhash;
pub mod reprints;

pub use minhash::Signature;
pub use reprints::Reprint;
