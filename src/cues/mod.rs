//! Cues: lexicons of contrasts, and where their cues occur in a text.
//!
//! | file | job |
//! |---|---|
//! | [`lexicon`] | reads and checks lexicon files: contrasts, poles, cues, exceptions |
//! | [`pattern`] | one cue as a sequence of token patterns with globs |
//! | [`matcher`] | finds the uses of all cues in a document, longest match first |
//! | [`check`] | what each cue of a lexicon finds in a corpus |
//!
//! Not done here: counting ([`crate::tally`]), statistics.

pub mod check;
pub mod lexicon;
pub mod matcher;
pub mod pattern;

pub use lexicon::{Contrast, Cue, End, Lexicon, Pole};
pub use matcher::{CueMatch, Matcher, SymbolRange, Symbols, Target};
