//! The native part of the Python package `aslant`: the library's functions on data frames and files.
//!
//! | file | job |
//! |---|---|
//! | `arrow` | data frames in and tables out, through Arrow's C stream interface |
//! | `articles` | what is read, and how |
//! | `run` | work without holding the interpreter: progress, Ctrl-C, errors as exceptions |
//! | `compare` | comparisons and discoveries |
//! | `model` | training and scoring |
//! | `retrain` | a model and new labelled articles |
//! | `judge` | how well a model performs, and what contributed to a score |
//! | `tally` | articles as counts |
//! | `parts` | the same, counted where the articles are, on many machines |
//! | `text` | voices; TF-IDF |
//!
//! Everything a user sees (signatures, documentation, pandas) is Python, in `python/aslant`. Nothing is computed here.

mod arrow;
mod articles;
mod compare;
mod judge;
mod model;
mod parts;
mod retrain;
mod run;
mod tally;
mod text;

use pyo3::prelude::*;

#[pymodule]
mod _aslant {
    use super::*;

    #[pymodule_export]
    use super::arrow::Frame;
    #[pymodule_export]
    use super::compare::{Comparison, Discovery, check_out, compare, discover};
    #[pymodule_export]
    use super::judge::{Evaluation, evaluate, explain};
    #[pymodule_export]
    use super::model::{Model, read_model, score, score_texts, take_model, train, train_texts};
    #[pymodule_export]
    use super::parts::{PartCounter, PartSurvey, lexicons, part_columns};
    #[pymodule_export]
    use super::retrain::retrain;
    #[pymodule_export]
    use super::tally::tally;
    #[pymodule_export]
    use super::text::{Tfidf, fit_tfidf, voices};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        aslant::guarded::quiet();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
