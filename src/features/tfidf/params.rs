//! The parameters of TF-IDF: which n-grams become terms, which terms are kept, how they are weighted.
//!
//! Takes the caller's parameters ([`TfidfParams`]), hands on checked ones ([`TfidfValidParams`]).

use crate::features::error::{FeatureError, Result};
use crate::features::hashing::Hashing;
use linfa::ParamGuard;
use std::fmt;
use std::ops::RangeInclusive;

/// What n-grams are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Analyzer {
    /// Words, as tokenized by the caller.
    #[default]
    Word,
    /// Characters of the whole text, spaces included.
    Char,
    /// Characters inside words, each word padded with one space on both sides. A padded word that is no longer than an
    /// n-gram is counted once, as a whole.
    CharWb,
}

impl fmt::Display for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Analyzer::Word => "words",
            Analyzer::Char => "characters",
            Analyzer::CharWb => "characters inside words",
        })
    }
}

/// A bound on the number of documents that a term occurs in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DocumentFrequency {
    /// A number of documents; at least 1.
    Count(usize),
    /// A share of all documents, from 0 to 1. The bound `share · n_documents` is not rounded.
    Share(f64),
}

impl DocumentFrequency {
    pub(super) fn bound(self, n_documents: usize) -> f64 {
        match self {
            DocumentFrequency::Count(count) => count as f64,
            DocumentFrequency::Share(share) => share * n_documents as f64,
        }
    }

    fn check(self, name: &'static str) -> Result<()> {
        let valid = match self {
            DocumentFrequency::Count(count) => count >= 1,
            DocumentFrequency::Share(share) => (0.0..=1.0).contains(&share),
        };
        if valid { Ok(()) } else { Err(FeatureError::DocumentFrequency { name, value: self }) }
    }
}

impl fmt::Display for DocumentFrequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocumentFrequency::Count(1) => f.write_str("1 document"),
            DocumentFrequency::Count(count) => write!(f, "{count} documents"),
            DocumentFrequency::Share(share) => write!(f, "{share} of the documents"),
        }
    }
}

/// How a term's count in a document is weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TermFrequency {
    /// The count itself.
    #[default]
    Linear,
    /// `1 + ln tf`.
    Sublinear,
}

/// Whether the idf is smoothed by assuming one more document that has every term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdfSmoothing {
    /// `ln((n + 1) / (df + 1)) + 1`.
    #[default]
    Smooth,
    /// `ln(n / df) + 1`.
    Plain,
}

/// How the rows of documents are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Norm {
    /// Euclidean length 1. A document with no known term stays empty.
    #[default]
    L2,
    /// Not normalised.
    None,
}

/// Checked parameters of TF-IDF; made by [`TfidfParams::check`](ParamGuard::check).
#[derive(Debug, Clone, PartialEq)]
pub struct TfidfValidParams {
    pub(super) analyzer: Analyzer,
    pub(super) ngram_range: RangeInclusive<usize>,
    pub(super) min_df: DocumentFrequency,
    pub(super) max_df: DocumentFrequency,
    pub(super) max_features: Option<usize>,
    pub(super) hashing: Option<Hashing>,
    pub(super) term_frequency: TermFrequency,
    pub(super) smoothing: IdfSmoothing,
    pub(super) norm: Norm,
}

/// Parameters of TF-IDF, not yet checked.
///
/// | parameter | default |
/// |---|---|
/// | [`analyzer`](TfidfParams::analyzer) | words |
/// | [`ngram_range`](TfidfParams::ngram_range) | `1..=1` |
/// | [`min_df`](TfidfParams::min_df), [`max_df`](TfidfParams::max_df) | 1 document, all documents |
/// | [`max_features`](TfidfParams::max_features) | all |
/// | [`hashing`](TfidfParams::hashing) | none |
/// | [`term_frequency`](TfidfParams::term_frequency) | linear |
/// | [`smoothing`](TfidfParams::smoothing) | smooth |
/// | [`norm`](TfidfParams::norm) | L2 |
///
/// ```
/// use aslant::features::{DocumentFrequency, TermTable, TfidfParams, Tokens};
/// use linfa::ParamGuard;
///
/// let mut table = TermTable::default();
/// let documents =
///     [table.ids(["the", "army", "said"]), table.ids(["the", "rebels", "said"]), table.ids(["the", "rebels"])];
/// let params = TfidfParams::new().ngram_range(1..=2).min_df(DocumentFrequency::Count(2)).check()?;
/// let (tfidf, rows) = params.fit_transform::<f64, _>(&Tokens::new(&documents, &table))?;
///
/// assert_eq!(tfidf.vocabulary().terms().collect::<Vec<_>>(), ["rebels", "said", "the", "the rebels"]);
/// assert_eq!((rows.n_samples(), rows.n_features()), (3, 4));
/// // An article alone gets what it got in the batch.
/// let alone = tfidf.transform::<f64, _>(&Tokens::new(&documents[1..2], &table))?;
/// assert_eq!(alone, rows.select_rows(&[1]).unwrap());
/// # Ok::<(), aslant::features::FeatureError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TfidfParams(TfidfValidParams);

impl Default for TfidfParams {
    fn default() -> Self {
        TfidfParams::new()
    }
}

impl TfidfParams {
    /// scikit-learn's defaults.
    pub fn new() -> Self {
        TfidfParams(TfidfValidParams {
            analyzer: Analyzer::default(),
            ngram_range: 1..=1,
            min_df: DocumentFrequency::Count(1),
            max_df: DocumentFrequency::Share(1.0),
            max_features: None,
            hashing: None,
            term_frequency: TermFrequency::default(),
            smoothing: IdfSmoothing::default(),
            norm: Norm::default(),
        })
    }

    /// What n-grams are made of.
    pub fn analyzer(mut self, analyzer: Analyzer) -> Self {
        self.0.analyzer = analyzer;
        self
    }

    /// The lengths of n-grams, in words (at most 8) or characters (at most 16).
    pub fn ngram_range(mut self, lengths: RangeInclusive<usize>) -> Self {
        self.0.ngram_range = lengths;
        self
    }

    /// Terms in fewer documents are left out.
    pub fn min_df(mut self, bound: DocumentFrequency) -> Self {
        self.0.min_df = bound;
        self
    }

    /// Terms in more documents are left out.
    pub fn max_df(mut self, bound: DocumentFrequency) -> Self {
        self.0.max_df = bound;
        self
    }

    /// Of the terms within `min_df` and `max_df`, only this many are kept: those with the most occurrences in all
    /// documents together, and among equals those that come first in sort order. (scikit-learn doesn't define the
    /// choice among equals.) `None`: all.
    pub fn max_features(mut self, most: impl Into<Option<usize>>) -> Self {
        self.0.max_features = most.into();
        self
    }

    /// Terms are identified by the column of their hash, and no vocabulary is learnt. All parameters about terms then
    /// apply to columns. `None`: terms are identified by their text.
    pub fn hashing(mut self, hashing: impl Into<Option<Hashing>>) -> Self {
        self.0.hashing = hashing.into();
        self
    }

    /// How a term's count in a document is weighted.
    pub fn term_frequency(mut self, term_frequency: TermFrequency) -> Self {
        self.0.term_frequency = term_frequency;
        self
    }

    /// Whether the idf is smoothed.
    pub fn smoothing(mut self, smoothing: IdfSmoothing) -> Self {
        self.0.smoothing = smoothing;
        self
    }

    /// How the rows of documents are normalised.
    pub fn norm(mut self, norm: Norm) -> Self {
        self.0.norm = norm;
        self
    }
}

impl ParamGuard for TfidfParams {
    type Checked = TfidfValidParams;
    type Error = FeatureError;

    /// # Errors
    /// `NgramRange`, `DocumentFrequency`, `NoFeatures`.
    fn check_ref(&self) -> Result<&TfidfValidParams> {
        let p = &self.0;
        let (min, max) = (*p.ngram_range.start(), *p.ngram_range.end());
        let (limit, unit) = if p.analyzer == Analyzer::Word { (8, "words") } else { (16, "characters") };
        if min < 1 || min > max || max > limit {
            return Err(FeatureError::NgramRange { min, max, limit, unit });
        }
        p.min_df.check("min_df")?;
        p.max_df.check("max_df")?;
        if p.max_features == Some(0) {
            return Err(FeatureError::NoFeatures);
        }
        Ok(p)
    }

    fn check(self) -> Result<TfidfValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(params: TfidfParams) -> FeatureError {
        params.check().unwrap_err()
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn parameters_are_checked() {
        for lengths in [0..=1, 2..=1, 1..=9] {
            let (min, max) = (*lengths.start(), *lengths.end());
            let found = error(TfidfParams::new().ngram_range(lengths));
            assert_eq!(found, FeatureError::NgramRange { min, max, limit: 8, unit: "words" });
        }
        for value in [DocumentFrequency::Count(0), DocumentFrequency::Share(1.5), DocumentFrequency::Share(-0.1)] {
            assert_eq!(
                error(TfidfParams::new().min_df(value)),
                FeatureError::DocumentFrequency { name: "min_df", value }
            );
        }
        assert!(TfidfParams::new().max_df(DocumentFrequency::Share(f64::NAN)).check().is_err());
        assert_eq!(error(TfidfParams::new().max_features(0)), FeatureError::NoFeatures);
    }
}
