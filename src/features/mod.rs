//! Features: from documents to sparse rows that linfa accepts.
//!
//! Takes documents as token numbers ([`Tokens`]) or as texts ([`Texts`]), hands on a fitted [`Tfidf`] and
//! [`SparseRows`]. Cutting texts into tokens is [`crate::text`]'s job; what is learnt from the rows,
//! [`crate::model`]'s.
//!
//! | file | job |
//! |---|---|
//! | [`sparse`] | [`SparseRows`]: compressed rows of numbers, linfa's `Records` |
//! | [`documents`] | what is counted: token numbers with a term table, or texts for character n-grams |
//! | [`vocabulary`] | which n-grams have a column, in which order, and how they are found in a document |
//! | [`hashing`] | columns by the hash of a term, without a vocabulary |
//! | `term_list` | what terms are called: by their text, or by the column that they are hashed into |
//! | [`tfidf`] | [`TfidfParams`] → [`Tfidf`] → [`SparseRows`] |
//! | `ngrams` | n-grams of all documents, counted at once |
//! | `small_counts` | counts of which few are large, a byte each |
//! | [`counts`] | how often each term stands in each document: what can be weighed again, and kept |
//! | `count_rows` | their rows, in memory or on disk |
//! | [`shared_terms`] | a term table that many threads fill |
//! | [`stream`] | the words of documents in their order, kept small, on disk |
//! | [`phrases`] | runs of words that belong together; documents cut into words and phrases |
//! | [`minhash`] | small signatures of sets, from which their overlap is estimated |
//! | [`refit`] | counts → rows, of a fold as if only its training documents had been fitted |

mod count_rows;
pub mod counts;
pub mod documents;
mod error;
pub mod hashing;
pub mod minhash;
mod ngrams;
pub mod phrases;
pub mod refit;
pub mod shared_terms;
mod small_counts;
pub mod sparse;
pub mod stream;
mod term_list;
pub mod tfidf;
pub mod vocabulary;

pub use counts::{Counts, CountsReader};
pub(crate) use documents::is_space;
pub use documents::{BREAK, Documents, TermTable, Terms, Texts, Tokens};
pub use error::{FeatureError, Result};
pub use hashing::{HashedRow, HashedRows, Hashing};
pub use phrases::Phrases;
pub use refit::{Refit, RefitBlock, Refitted};
pub use shared_terms::SharedTermTable;
pub use sparse::{SparseColumns, SparseError, SparseRows};
pub use stream::{Stream, Streams};
pub use term_list::TermName;
pub use tfidf::{Analyzer, DocumentFrequency, IdfSmoothing, Norm, TermFrequency, Tfidf, TfidfParams, TfidfValidParams};
pub use vocabulary::Vocabulary;
