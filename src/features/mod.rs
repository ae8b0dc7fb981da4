//! Features: from documents to sparse rows that linfa accepts.
//!
//! Takes documents as token numbers ([`Tokens`]) or as texts ([`Texts`]), hands on a fitted [`Tfidf`] and
//! [`SparseRows`]. [`crate::text`] turns texts into tokens; [`crate::model`] learns from the rows.
//!
//! | file | job |
//! |---|---|
//! | [`sparse`] | [`SparseRows`]: compressed rows of numbers, linfa's `Records` |
//! | [`documents`] | what is counted: token numbers with a term table, or texts (for character n-grams) |
//! | [`vocabulary`] | which n-grams have a column, in what order, and how they are found in a document |
//! | [`hashing`] | columns by a hash of the term, without a vocabulary |
//! | `term_list` | names of terms: their text, or the column that they are hashed into |
//! | [`tfidf`] | [`TfidfParams`] → [`Tfidf`] → [`SparseRows`] |
//! | `ngrams` | n-grams of all documents, counted at once |
//! | `small_counts` | mostly small counts, in a byte each |
//! | [`counts`] | how often each term occurs in each document; can be stored, and weighted again |
//! | `count_rows` | rows of counts, in memory or on disk |
//! | [`shared_terms`] | a term table that many threads fill |
//! | [`stream`] | the words of documents in their order, packed, on disk |
//! | [`phrases`] | sequences of words that belong together; documents split into words and phrases |
//! | [`minhash`] | small signatures of sets, from which their overlap is estimated |
//! | [`refit`] | counts → TF-IDF rows, fitted only on a fold's training documents |

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
