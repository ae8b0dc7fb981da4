//! Re-training: a model and new labelled articles → a new model, compared with the old one.

use crate::articles::{Articles, Reading, warnings};
use crate::model::{Labels, Model, VALIDATIONS, check_target};
use crate::run::{Running, as_arguments, choice, run};
use aslant::model::artifact;
use aslant::model::retrain as library;
use aslant::model::train::{Stage, Validation};
use aslant::report;
use aslant::stop::Stop;
use pyo3::prelude::*;
use std::path::PathBuf;

/// The new model, what changed, whether it is worse (if known), and warnings about the articles.
type Retrained = (Model, String, Option<bool>, Vec<String>);

/// Trains a model again with new labelled articles.
#[pyfunction]
#[pyo3(signature = (model, articles, *, labels, validation, out, reading, running))]
#[allow(clippy::too_many_arguments)] // Each is a dictionary or an argument of the Python function.
pub(crate) fn retrain(
    py: Python<'_>,
    model: Model,
    articles: Articles,
    labels: Labels,
    validation: String,
    out: Option<PathBuf>,
    reading: Reading,
    running: Running,
) -> PyResult<Retrained> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let scorer = model.scorer();
        check_target(labels.target.as_deref(), scorer)?;
        let validation = choice("validation", &validation, &VALIDATIONS)?;
        out.as_ref().map_or(Ok(()), |out| artifact::check_place(out))?;
        let training = model.training()?;
        let (columns, asked) = labels.columns()?;
        let corpus = reading.open(articles, columns.extra(), Some(asked), &stop)?;
        let tell = |stage: Stage, part: f64| teller.tell(stage.label(), part);
        let new = library::retrain(scorer.model(), training, &corpus, &columns, validation, &tell)?;
        let is_worse = (validation == Validation::All).then(|| new.is_worse());
        let changes = as_arguments(&report::retrain::changes(&new));
        out.as_ref().map_or(Ok(()), |out| new.model.write(out).map(drop))?;
        Ok((Model::new(new.model, out), changes, is_worse, warnings(&corpus)))
    })
}
