//! Counts articles where they are, on many machines: what Spark's workers call for some rows at a time, and what the
//! driver calls for all of them.

use crate::arrow::{self, Frame};
use crate::articles::Reading;
use crate::compare::Cues;
use crate::run::{Running, raised, run};
use crate::tally::Keeping;
use arrow_array::RecordBatch;
use aslant::compare::tallies::ordered;
use aslant::compare::tallies::{Settings, survey};
use aslant::error::{Error, Result};
use aslant::stop::Stop;
use aslant::tally::format::{HashedFile, LexiconFile};
use aslant::tally::parquet::signed;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lexicon files: their names and texts.
type Lexicons = Vec<(String, String)>;

fn files(lexicons: &Lexicons) -> Vec<LexiconFile> {
    lexicons.iter().map(|(name, text)| LexiconFile { name: name.clone(), text: text.clone() }).collect()
}

/// The texts of lexicon files, checked: workers don't have the files.
#[pyfunction]
pub(crate) fn lexicons(py: Python<'_>, cues: Cues) -> PyResult<Lexicons> {
    let loaded = cues.load().map_err(|error| raised(py, &error))?;
    Ok(loaded.into_iter().map(|file| (file.name, file.text)).collect())
}

/// The roles and names of a frame's columns, given a part of it that may have no rows.
#[pyfunction]
#[pyo3(signature = (articles, *, keeping, reading))]
pub(crate) fn part_columns(
    py: Python<'_>,
    articles: &Bound<'_, PyAny>,
    keeping: Keeping,
    reading: Reading,
) -> PyResult<Vec<(&'static str, String)>> {
    let batches = arrow::batches(articles)?;
    let opened = || {
        let settings = keeping.settings()?;
        Ok(reading.open_part("frame", batches, settings.columns, &Stop::new())?.columns())
    };
    opened().map_err(|error| raised(py, &error))
}

/// Which lines articles repeat, and what is wrong or odd about their rows, for one part or several merged ones.
#[pyclass(frozen, module = "aslant._aslant")]
pub struct PartSurvey(Mutex<survey::PartSurvey>);

impl PartSurvey {
    fn lock(&self) -> MutexGuard<'_, survey::PartSurvey> {
        // A survey left incomplete by an error is discarded with its task.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(survey: &[u8]) -> PyResult<survey::PartSurvey> {
    survey::PartSurvey::from_bytes(survey)
        .ok_or_else(|| PyValueError::new_err("bytes that aren't a survey of this version"))
}

#[pymethods]
impl PartSurvey {
    /// An empty survey, or the one from these bytes.
    #[new]
    #[pyo3(signature = (bytes = None))]
    fn new(bytes: Option<&[u8]>) -> PyResult<Self> {
        let survey = bytes.map_or_else(|| Ok(survey::PartSurvey::default()), read)?;
        Ok(PartSurvey(Mutex::new(survey)))
    }

    /// Surveys some rows.
    #[pyo3(signature = (articles, name, *, keeping, reading, running))]
    fn add(
        &self,
        py: Python<'_>,
        articles: &Bound<'_, PyAny>,
        name: &str,
        keeping: Keeping,
        reading: Reading,
        running: Running,
    ) -> PyResult<()> {
        let (batches, stop) = (arrow::batches(articles)?, Stop::new());
        run(py, &running, &stop, |_| {
            let corpus = reading.open_part(name, batches, keeping.settings()?.columns, &stop)?;
            self.lock().add(&corpus)
        })
    }

    /// Adds another part's survey.
    fn merge(&self, bytes: &[u8]) -> PyResult<()> {
        self.lock().merge(read(bytes)?);
        Ok(())
    }

    /// The survey as bytes, to be sent.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.lock().to_bytes().map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The number of articles; an error if some can't be read or there are none.
    fn check(&self, py: Python<'_>) -> PyResult<u64> {
        let survey = self.lock();
        survey.check().map_err(|error| raised(py, &error))?;
        Ok(survey.articles())
    }

    /// The text of `tally.json` for files written by Spark, given their names, sizes and hashes.
    fn header(
        &self,
        py: Python<'_>,
        lexicons: Lexicons,
        keeping: Keeping,
        written: Vec<(String, u64, String)>,
    ) -> PyResult<String> {
        let file = |(name, bytes, sha256)| HashedFile { name, bytes, sha256: Some(sha256) };
        let written = written.into_iter().map(file).collect();
        let header = keeping
            .settings()
            .and_then(|settings| ordered::header(&files(&lexicons), &settings, &self.lock(), written)?.to_json());
        header.map_err(|error| raised(py, &error))
    }
}

/// Counts articles, each on its own.
#[pyclass(frozen, module = "aslant._aslant")]
pub struct PartCounter {
    counter: ordered::PartCounter,
    settings: Settings,
    reading: Reading,
}

#[pymethods]
impl PartCounter {
    /// With the merged survey of all parts.
    #[new]
    #[pyo3(signature = (lexicons, survey, *, keeping, reading))]
    fn new(py: Python<'_>, lexicons: Lexicons, survey: &[u8], keeping: Keeping, reading: Reading) -> PyResult<Self> {
        let survey = read(survey)?;
        let (order, lines) = (survey.date_order(), survey.into_lines());
        let reading = reading.with_learnt(order);
        let made = || {
            let settings = keeping.settings()?;
            let counter = ordered::PartCounter::new(&files(&lexicons), &settings, lines)?;
            Ok(PartCounter { counter, settings, reading })
        };
        made().map_err(|error| raised(py, &error))
    }

    /// The rows for some articles; without articles, only the columns. Numbers are signed, because Spark has no
    /// unsigned ones.
    #[pyo3(signature = (articles, name, *, running))]
    fn count(&self, py: Python<'_>, articles: &Bound<'_, PyAny>, name: &str, running: Running) -> PyResult<Frame> {
        let (batches, stop) = (arrow::batches(articles)?, Stop::new());
        let counted = run(py, &running, &stop, |_| {
            let corpus = self.reading.open_part(name, batches, self.settings.columns.clone(), &stop)?;
            let mut counted: Vec<RecordBatch> = Vec::new();
            self.counter.count_corpus(&corpus, |batch| {
                counted.push(for_spark(&batch)?);
                Ok(())
            })?;
            Ok(counted)
        })?;
        Ok(Frame::of(counted))
    }
}

fn for_spark(batch: &RecordBatch) -> Result<RecordBatch> {
    signed(batch).map_err(|e| Error::data("counts that Spark can't take").found(e.to_string()))
}
