//! How do news outlets name the same things, is the difference real, and which way does a new article lean?
//!
//! ```text
//! articles ─ corpus ─► Article ─ text ─► Document ─ tally ─► Tally ─┬─ compare ─► Comparison ─ report ─► tables
//!                                          ▲                       │      ▲
//!                                        cues                      └ features ─ model
//! ```
//!
//! A module imports only modules listed above it, except that [`corpus`] and [`text`] use parts of each other:
//!
//! | module | job |
//! |---|---|
//! | [`counted`] | counts with their nouns |
//! | [`error`] | what went wrong, where, and how to go on |
//! | [`guarded`] | decoders that may panic on a malicious file |
//! | `limits` | how large inputs may be |
//! | [`stop`] | stopping long work from outside |
//! | [`claim`] | results are written next to their destination, by one run at a time |
//! | [`spreadsheet`] | cells that a spreadsheet would run as formulas, made harmless and restored |
//! | [`records`] | records kept on disk, so that memory use doesn't grow with the number of articles |
//! | [`stats`] | statistical methods, one per file; they know counts and clusters, not outlets |
//! | [`text`] | cleaning, sentences, tokens, stems, voices |
//! | [`corpus`] | reads articles from text files, CSV, JSON lines and data frames |
//! | [`cues`] | lexicons of contrasts, and where their cues occur in a text |
//! | [`tally`] | the counts of one article |
//! | [`features`] | vocabulary, TF-IDF, sparse records that linfa accepts |
//! | [`model`] | logistic regression on sparse records and its measures; models of articles: train, save, score |
//! | [`stories`] | reprints, agency credits, articles on one event |
//! | [`compare`] | the counts of many articles → every number that is printed |
//! | [`suggest`] | words that occur in the same contexts as a lexicon's cues: candidates for new cues |
//! | [`report`] | tables and text; computes nothing |
//!
//! Comparing articles that a program already holds (`Corpus::open` reads files, `Corpus::of_batches` data frames):
//!
//! ```
//! use aslant::compare::{Options, Voices, compare};
//! use aslant::corpus::{Article, Corpus, ReadOptions};
//! use aslant::cues::Lexicon;
//! use aslant::text::Voice;
//!
//! let cues = r#"
//!     [[contrast]]
//!     name = "state"
//!     [[contrast.pole]]
//!     name = "government"
//!     cues = ["government"]
//!     [[contrast.pole]]
//!     name = "regime"
//!     cues = ["regime"]
//! "#;
//! let article = |outlet: &str, text: &str| Article {
//!     outlet: Some(outlet.to_owned()),
//!     text: text.to_owned(),
//!     ..Article::default()
//! };
//! let articles = [
//!     article("The Post", "The regime fell. The government of the north left."),
//!     article("The Times", "The government stayed in town."),
//! ];
//! let corpus = Corpus::of_articles("articles", articles, ReadOptions::default())?;
//! let options = Options { placebo: 0, ..Options::default() };
//! let result = compare(&corpus, Lexicon::parse("cues.toml", cues)?, options, &|_stage, _part| ())?;
//! let mut told = Vec::new();
//! for row in result.contrasts.iter().filter(|row| row.voices == Voices::Only(Voice::Own)) {
//!     let pole = &result.lexicon.contrasts[row.contrast].poles[row.pole];
//!     let (low, high) = row.share.interval.unwrap_or((0.0, 1.0));
//!     told.push(format!("{}, {}: {:.2} [{low:.2}, {high:.2}]", result.outlet_names[row.outlet], pole.name, row.share.value));
//! }
//! assert_eq!(told[1], "The Post, regime: 0.50 [0.09, 0.91]");
//! # Ok::<(), aslant::error::Error>(())
//! ```
//!
//! For users of linfa: [`model::logistic`] fits a dataset with sparse records, including plain `sprs` rows
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
mod limits;
pub mod model;
pub mod report;
pub mod stats;
pub mod stop;
pub mod stories;
pub mod suggest;
pub mod tally;
pub mod text;

// Shared with the program, the Python package, or between modules: not meant for anybody else to build on.
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
