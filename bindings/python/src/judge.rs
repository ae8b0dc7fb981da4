//! How well a model performs on labelled articles, and what contributed to a score.

use crate::arrow::Frame;
use crate::articles::{Articles, Reading, warnings};
use crate::model::{Labels, Model, check_target, checked};
use crate::run::{Running, choice, raised, run};
use aslant::corpus::{Article, Pass};
use aslant::error::{Error, Result};
use aslant::model::evaluate::{self as library, Unit};
use aslant::model::explain::{self as explaining, Explanation};
use aslant::model::score::Scorer;
use aslant::report::{Owner, evaluation, explanation};
use aslant::stop::Stop;
use pyo3::prelude::*;
use std::path::PathBuf;

/// An evaluation, which makes its tables on request.
#[pyclass(frozen, module = "aslant._aslant")]
pub struct Evaluation {
    inner: library::Evaluation,
    classes: Vec<String>,
    warnings: Vec<String>,
}

#[pymethods]
impl Evaluation {
    /// What `aslant evaluate` prints.
    fn summary(&self) -> String {
        evaluation::text(&self.inner)
    }

    /// Warnings about the articles.
    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// The names of the tables.
    fn tables(&self) -> Vec<&'static str> {
        evaluation::tables(&self.inner, &self.classes).iter().map(|table| table.name).collect()
    }

    /// A table by its name.
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Option<Frame>> {
        let tables = evaluation::tables(&self.inner, &self.classes);
        let frame = tables.iter().find(|table| table.name == name);
        let frame = frame.map(|table| Frame::new(&table.columns, |sink| table.rows(sink))).transpose();
        frame.map_err(|error| raised(py, &error))
    }

    /// Writes the output of `aslant evaluate --out`, and returns the files' names.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<Vec<String>> {
        let written = py.detach(|| evaluation::write(&self.inner, &self.classes, Owner::Evaluate.claim(&folder)?));
        written.map_err(|error| raised(py, &error))
    }
}

/// Scores labelled articles and compares the scores with the labels.
#[pyfunction]
#[pyo3(signature = (model, articles, *, labels, unit, seed, reading, running))]
#[allow(clippy::too_many_arguments)] // Each is a dictionary or an argument of the Python function.
pub(crate) fn evaluate(
    py: Python<'_>,
    model: Model,
    articles: Articles,
    labels: Labels,
    unit: String,
    seed: u64,
    reading: Reading,
    running: Running,
) -> PyResult<Evaluation> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let scorer = model.scorer().as_ref();
        check_target(labels.target.as_deref(), scorer)?;
        let unit = choice("group", &unit, &[("article", Unit::Article), ("outlet", Unit::Outlet)])?;
        let (columns, asked) = labels.columns()?;
        let corpus = reading.open(articles, columns.extra(), Some(asked), &stop)?;
        let tell = |part| teller.tell("scoring", part);
        let mut inner = library::evaluate(&corpus, &columns, scorer, unit, seed, &tell)?;
        inner.look_for(&model.trained_on()?);
        let warnings = warnings(&corpus);
        Ok(Evaluation { inner, classes: scorer.classes().to_vec(), warnings })
    })
}

/// What every term added to the scores of articles, or of one of them: a table, and warnings about the articles.
#[pyfunction]
#[pyo3(signature = (model, articles, *, article, class_, target, reading, running))]
#[allow(clippy::too_many_arguments)] // Each is a dictionary or an argument of the Python function.
pub(crate) fn explain(
    py: Python<'_>,
    model: Model,
    articles: Articles,
    article: Option<String>,
    class_: Option<String>,
    target: Option<String>,
    reading: Reading,
    running: Running,
) -> PyResult<(Frame, Vec<String>)> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let scorer = model.scorer().as_ref();
        let class = class_.map(|label| of_label(scorer, &label)).transpose()?;
        let corpus = checked(scorer, reading, articles, target, teller, &stop)?;
        let mut found: Vec<(Article, Explanation)> = Vec::new();
        let mut is_there = article.is_none();
        corpus.for_each(
            Pass::new().progress(&|p| teller.tell("explaining", p.part())),
            |_, read| {
                if article.as_ref().is_some_and(|id| *id != read.id) {
                    return Ok(None);
                }
                let target = read.extra.first().map_or("", |target| target.trim()).to_owned();
                let explained = explaining::explain(scorer, &read, &target, class)?;
                Ok(Some((read, explained)))
            },
            |_, explained: Result<Option<(Article, Option<Explanation>)>>| {
                if let Some((read, explained)) = explained? {
                    is_there = true;
                    found.extend(explained.map(|explained| (read, explained)));
                }
                Ok(())
            },
        )?;
        if let (Some(id), false) = (&article, is_there) {
            return Err(Error::data("no article with this id")
                .found(format!("article={id:?}"))
                .help("look for it in the column of ids; id=… names that column"));
        }
        let is_hashed = scorer.model().header.recipe.is_hashed();
        let frame = Frame::new(&explanation::columns(is_hashed), |sink| {
            for (article, explained) in &found {
                for row in explanation::rows(&article.id, &article.text, explained, scorer.classes(), is_hashed) {
                    sink(&row)?;
                }
            }
            Ok(())
        })?;
        Ok((frame, warnings(&corpus)))
    })
}

/// The index of a label.
fn of_label(scorer: &Scorer, label: &str) -> Result<usize> {
    scorer.classes().iter().position(|class| class == label).ok_or_else(|| {
        Error::usage("a label that the model doesn't have")
            .found(format!("label={label:?}"))
            .expected(format!("one of {}", scorer.classes().join(", ")))
    })
}
