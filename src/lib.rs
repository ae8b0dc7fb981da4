//! How do news outlets name the same things, is the difference real, and which way does a new article lean?
//!
//! ```text
//! articles ─ corpus ─► Article ─ text ─► Document ─ tally ─► Tally ─┬─ compare ─► Comparison ─ report ─► tables
//!                                          ▲                       │      ▲
//!                                        cues                      └ features ─ model
//! ```
//!
//! A module imports only what stands above it in this list:
//!
//! | module | job |
//! |---|---|
//! | [`counted`] | counts with their nouns |
//! | [`error`] | what went wrong, where, and how to go on |
//! | [`guarded`] | decoders that may panic on a file made for it |
//! | [`stop`] | stopping long work from outside |
//! | [`claim`] | results are written beside their place; one run at a time |
//! | [`spreadsheet`] | cells that a spreadsheet would run, made harmless |
//! | [`records`] | bytes that wait on disk, so that memory doesn't grow with the articles |
//! | [`stats`] | one method a file; knows counts and clusters, not outlets |
//! | [`corpus`] | reads articles from text files, CSV, JSON lines and data frames |
//! | [`text`] | cleaning, sentences, tokens, stems, voices |
//! | [`cues`] | lexicons of contrasts, and where their cues stand in a text |
//! | [`tally`] | the counts of one article |
//! | [`features`] | vocabulary, TF-IDF, sparse records that linfa accepts |
//! | [`model`] | logistic regression on sparse records, its measures; models of articles: train, keep, score |
//! | [`stories`] | reprints, agency credits, articles on one event |
//! | [`compare`] | tallies of many articles → every number that is ever printed |
//! | [`suggest`] | what stands in the place of a lexicon's cues: candidates for new ones |
//! | [`report`] | tables and text; computes nothing |
//!
//! For users of linfa: [`model::logistic`] fits a dataset whose records are sparse, plain `sprs` rows among them
//! (`examples/linfa_sparse.rs`):
//!
//! ```
//! use aslant::{features::SparseRows, model::LogisticRegressionParams};
//! use linfa::{DatasetBase, traits::{Fit, Predict}};
//!
//! let mut triplets = sprs::TriMat::new((4, 50_000));
//! for (row, column) in [(0, 7), (1, 7), (2, 49_999), (3, 49_999)] {
//!     triplets.add_triplet(row, column, 1.0_f32);
//! }
//! let matrix: sprs::CsMat<f32> = triplets.to_csr();
//! let labels = ndarray::array!["government", "government", "regime", "regime"];
//! let data = DatasetBase::new(SparseRows::from(matrix), labels);
//! let model = LogisticRegressionParams::new().c(10.0).fit(&data)?;
//! assert_eq!(model.predict(&data), data.targets);
//! # Ok::<(), aslant::model::LogisticError>(())
//! ```

pub mod compare;
pub mod corpus;
pub mod cues;
pub mod error;
pub mod features;
pub mod model;
pub mod report;
pub mod stats;
pub mod stop;
pub mod stories;
pub mod suggest;
pub mod tally;
pub mod text;

// What the library shares with the program and the Python package, or its modules with one another: nobody else should build on it.
#[doc(hidden)]
pub mod claim;
#[doc(hidden)]
pub mod counted;
#[doc(hidden)]
pub mod guarded;
#[doc(hidden)]
pub mod records;
#[doc(hidden)]
pub mod spreadsheet;
