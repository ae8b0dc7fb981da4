//! Errors between documents and features.

use super::documents::InputKind;
use super::tfidf::{Analyzer, DocumentFrequency};
use crate::error::Error as Failure;
use std::sync::Arc;
use thiserror::Error;

/// The result type of fallible functions here.
pub type Result<T> = std::result::Result<T, FeatureError>;

/// Why features can't be made.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FeatureError {
    /// The range of n-gram lengths is empty, begins below 1 or is too long.
    #[error("n-grams of {min} to {max} {unit}, expected 1 ≤ shortest ≤ longest ≤ {limit}")]
    NgramRange {
        /// The shortest n-gram.
        min: usize,
        /// The longest.
        max: usize,
        /// The longest that this analyzer allows.
        limit: usize,
        /// What is counted: tokens or characters.
        unit: &'static str,
    },
    /// A bound on the document frequency is neither a count from 1 nor a share between 0 and 1.
    #[error("{name} is {value}, expected a count of at least 1 or a share from 0 to 1")]
    DocumentFrequency {
        /// `min_df` or `max_df`.
        name: &'static str,
        /// Its value.
        value: DocumentFrequency,
    },
    /// `max_features` is 0.
    #[error("max_features is 0, expected at least 1")]
    NoFeatures,
    /// Terms can't be hashed into this many columns.
    #[error("{found} columns to hash terms into, expected {} to {}", super::hashing::COLUMNS.start(), super::hashing::COLUMNS.end())]
    HashedColumns {
        /// How many.
        found: usize,
    },
    /// A name that no column of hashed terms has.
    #[error("{name:?} names no column, expected # and a number below {n_columns}")]
    NoColumn {
        /// The name.
        name: String,
        /// How many columns there are.
        n_columns: usize,
    },
    /// The upper bound on the document frequency is below the lower one.
    #[error("with {n_documents} documents max_df ({max_df}) lies below min_df ({min_df})")]
    EmptyFrequencyRange {
        /// The lower bound.
        min_df: DocumentFrequency,
        /// The upper bound.
        max_df: DocumentFrequency,
        /// How many documents were given.
        n_documents: usize,
    },
    /// A count for a term that doesn't exist or is out of order, or a count of 0.
    #[error("document {document} has term {number} {count} times; numbers of terms must ascend, and counts be above 0")]
    ImpossibleCount {
        /// The document, counted from 0.
        document: usize,
        /// The number of the term.
        number: u32,
        /// The given count.
        count: u32,
    },
    /// No documents to learn from.
    #[error("no documents were given")]
    NoDocuments,
    /// No document has an n-gram.
    #[error("{n_documents} documents were given, and none has a term")]
    EmptyVocabulary {
        /// How many documents were given.
        n_documents: usize,
    },
    /// The bounds on the document frequency leave no term.
    #[error(
        "min_df ({min_df}) and max_df ({max_df}) leave none of {n_terms} terms in {n_documents} documents; lower min_df or raise max_df"
    )]
    NothingLeft {
        /// The lower bound.
        min_df: DocumentFrequency,
        /// The upper bound.
        max_df: DocumentFrequency,
        /// How many terms were looked at.
        n_terms: usize,
        /// How many documents were given.
        n_documents: usize,
    },
    /// Words need [`Tokens`](super::Tokens), characters need [`Texts`](super::Texts).
    #[error("the analyzer counts {analyzer}, but the documents are given as {given}")]
    WrongInput {
        /// The analyzer.
        analyzer: Analyzer,
        /// What was given.
        given: InputKind,
    },
    /// A document names a token number that the term table doesn't know.
    #[error("document {document} names token {id}, which the term table doesn't have")]
    UnknownToken {
        /// The document's index.
        document: usize,
        /// The token's number.
        id: u32,
    },
    /// A term is empty, or has a space or control character inside: n-grams would be ambiguous.
    #[error("the token {term:?} is empty or has a space or control character inside")]
    TermWithSpace {
        /// The term.
        term: String,
    },
    /// The terms of a stored vocabulary aren't sorted, or one occurs twice.
    #[error("the term {term:?} comes after {before:?}; terms must be sorted, without duplicates")]
    UnsortedTerms {
        /// The previous term.
        before: String,
        /// The term that isn't greater.
        term: String,
    },
    /// A stored term's document frequency is impossible.
    #[error("the term {term:?} is said to be in {df} of {n_documents} documents")]
    ImpossibleFrequency {
        /// The term.
        term: String,
        /// Its document frequency.
        df: usize,
        /// How many documents there were.
        n_documents: usize,
    },
    /// More tokens, or more terms, than 32 bits can number.
    #[error("{found} {what}, but at most {} can be numbered", u32::MAX - 2)]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        found: usize,
    },
    /// What waits on disk can't be written or read.
    #[error(transparent)]
    OnDisk(OnDiskError),
    /// An error of linfa's.
    #[error(transparent)]
    Linfa(#[from] LinfaError),
}

impl FeatureError {
    /// The underlying error of temporary files, or the result of `otherwise`.
    pub fn into_error(self, otherwise: impl FnOnce(FeatureError) -> Failure) -> Failure {
        match self {
            FeatureError::OnDisk(error) => error.into_error(),
            error => otherwise(error),
        }
    }
}

/// An error of temporary files, compared by its text.
#[derive(Debug, Clone, Error)]
#[error("{0}")]
pub struct OnDiskError(Arc<Failure>);

impl OnDiskError {
    /// The error itself; a clone has only its text.
    pub fn into_error(self) -> Failure {
        Arc::try_unwrap(self.0).unwrap_or_else(|shared| Failure::new(shared.kind(), shared.to_string()))
    }
}

impl PartialEq for OnDiskError {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl From<Failure> for FeatureError {
    fn from(error: Failure) -> Self {
        FeatureError::OnDisk(OnDiskError(Arc::new(error)))
    }
}

/// linfa's own error, compared by its text.
#[derive(Debug, Clone, Error)]
#[error("{0}")]
pub struct LinfaError(linfa::Error);

impl PartialEq for LinfaError {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl From<linfa::Error> for FeatureError {
    fn from(error: linfa::Error) -> Self {
        FeatureError::Linfa(LinfaError(error))
    }
}
