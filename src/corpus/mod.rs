//! Reads articles from text files, CSV and JSON lines.

pub mod article;

pub use article::Article;
