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
//! | [`error`] | what went wrong, where, and how to go on |
//! | [`spreadsheet`] | cells that a spreadsheet would run, made harmless |
//! | [`stats`] | one method a file; knows counts and clusters, not outlets |
//! | [`corpus`] | reads articles from text files, CSV and JSON lines |
//! | [`text`] | cleaning, sentences, tokens, stems, voices |
//! | [`cues`] | lexicons of contrasts, and where their cues stand in a text |
//! | [`tally`] | the counts of one article |
//! | [`features`] | vocabulary, TF-IDF, sparse records that linfa accepts |
//! | [`model`] | logistic regression on sparse records, its measures; models of articles: train, keep, score |
//! | [`stories`] | near-duplicates and reprints |
//! | [`compare`] | tallies of many articles → every number that is ever printed |
//! | [`report`] | tables and text; computes nothing |

pub mod compare;
pub mod corpus;
pub mod cues;
pub mod error;
pub mod features;
pub mod model;
pub mod report;
pub mod spreadsheet;
pub mod stats;
pub mod stories;
pub mod tally;
pub mod text;
