//! Voices of a text, and TF-IDF of many texts.

use aslant::features::{
    self, Analyzer, DocumentFrequency, IdfSmoothing, Norm, SparseRows, TermFrequency, TermTable, Texts, TfidfParams,
    TfidfValidParams, Tokens,
};
use aslant::text::clean::keep_all;
use aslant::text::{CharOffsets, Document};
use linfa::ParamGuard;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyBytes;

/// One part of a text: start, end, voice, speaker.
type Span = (usize, usize, &'static str, Option<String>);

/// The parts of a text that are not in the outlet's own voice, with offsets in characters.
#[pyfunction]
pub(crate) fn voices(py: Python<'_>, text: PyBackedStr) -> Vec<Span> {
    py.detach(|| {
        let text: &str = &text;
        let document = Document::new(text, keep_all(text));
        let mut offsets = CharOffsets::new(text);
        let span = |span: &aslant::text::VoiceSpan| {
            let speaker = span.speaker.clone().map(|s| text[s].to_owned());
            (offsets.start(span.range.start), offsets.end(span.range.end), span.voice.name(), speaker)
        };
        document.voices.iter().map(span).collect()
    })
}

/// A document given as a text or as a list of words.
#[derive(FromPyObject)]
pub(crate) enum Given {
    #[pyo3(transparent)]
    Text(PyBackedStr),
    #[pyo3(transparent)]
    Words(Vec<PyBackedStr>),
}

/// A bound on how many documents have a term: a count or a share.
#[derive(FromPyObject)]
pub(crate) enum Frequency {
    #[pyo3(transparent)]
    Count(usize),
    #[pyo3(transparent)]
    Share(f64),
}

impl From<Frequency> for DocumentFrequency {
    fn from(bound: Frequency) -> Self {
        match bound {
            Frequency::Count(count) => DocumentFrequency::Count(count),
            Frequency::Share(share) => DocumentFrequency::Share(share),
        }
    }
}

/// The parameters of scikit-learn's `TfidfVectorizer`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Params {
    analyzer: String,
    ngram_range: (usize, usize),
    min_df: Frequency,
    max_df: Frequency,
    max_features: Option<usize>,
    sublinear_tf: bool,
    smooth_idf: bool,
    norm: Option<String>,
}

impl Params {
    fn analyzer(&self) -> PyResult<Analyzer> {
        match self.analyzer.as_str() {
            "word" => Ok(Analyzer::Word),
            "char" => Ok(Analyzer::Char),
            "char_wb" => Ok(Analyzer::CharWb),
            other => {
                let expected = "expected \"word\", \"char\" or \"char_wb\"";
                Err(PyValueError::new_err(format!("analyzer={other:?}: {expected}")))
            }
        }
    }

    fn check(self) -> PyResult<TfidfValidParams> {
        let analyzer = self.analyzer()?;
        let norm = match self.norm.as_deref() {
            None => Norm::None,
            Some("l2") => Norm::L2,
            Some(other) => return Err(PyValueError::new_err(format!("norm={other:?}: expected \"l2\" or None"))),
        };
        TfidfParams::new()
            .analyzer(analyzer)
            .ngram_range(self.ngram_range.0..=self.ngram_range.1)
            .min_df(self.min_df.into())
            .max_df(self.max_df.into())
            .max_features(self.max_features)
            .term_frequency(if self.sublinear_tf { TermFrequency::Sublinear } else { TermFrequency::Linear })
            .smoothing(if self.smooth_idf { IdfSmoothing::Smooth } else { IdfSmoothing::Plain })
            .norm(norm)
            .check()
            .map_err(failed)
    }
}

fn failed(error: features::FeatureError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// A fitted TF-IDF.
#[pyclass(frozen, module = "aslant._aslant")]
pub struct Tfidf {
    fitted: features::Tfidf,
    analyzer: Analyzer,
}

/// A sparse matrix for scipy's `csr_matrix`: the bytes of its numbers (indptr with 64 bits, indices with 32, data with
/// 64), rows, columns.
type Csr<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>, usize, usize);

/// Learns the vocabulary and idf of documents, and returns their matrix.
#[pyfunction]
pub(crate) fn fit_tfidf<'py>(py: Python<'py>, documents: Vec<Given>, params: Params) -> PyResult<(Tfidf, Csr<'py>)> {
    let analyzer = params.analyzer()?;
    let params = params.check()?;
    let made = py.detach(|| match analyzer {
        Analyzer::Word => {
            let mut terms = TermTable::default();
            let numbers: Vec<Vec<u32>> = documents.iter().map(|given| numbered(given, |term| terms.id(term))).collect();
            params.fit_transform(&Tokens::new(&numbers, &terms))
        }
        _ => params.fit_transform(&Texts::new(&texts(&documents))),
    });
    let (fitted, rows) = made.map_err(failed)?;
    Ok((Tfidf { fitted, analyzer }, csr(py, &rows)))
}

#[pymethods]
impl Tfidf {
    /// The matrix of documents.
    fn transform<'py>(&self, py: Python<'py>, documents: Vec<Given>) -> PyResult<Csr<'py>> {
        let rows = py.detach(|| match self.analyzer {
            Analyzer::Word => {
                let mut terms = TermTable::default();
                let numbers: Vec<Vec<u32>> =
                    documents.iter().map(|given| numbered(given, |term| terms.id(term))).collect();
                self.fitted.transform(&Tokens::new(&numbers, &terms))
            }
            _ => self.fitted.transform(&Texts::new(&texts(&documents))),
        });
        rows.map(|rows| csr(py, &rows)).map_err(failed)
    }

    /// The terms, in the order of the columns.
    fn terms(&self) -> Vec<String> {
        self.fitted.vocabulary().terms().map(|term| term.to_string()).collect()
    }

    /// The idf of each term.
    fn idf<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        bytes(py, self.fitted.idf().iter().map(|x| x.to_ne_bytes()))
    }
}

fn texts(documents: &[Given]) -> Vec<&str> {
    let text = documents.iter().map(|given| match given {
        Given::Text(text) => &**text,
        // Words are never given if characters are counted.
        Given::Words(_) => "",
    });
    text.collect()
}

/// The numbers of a document's words: runs of two or more letters or digits, as in scikit-learn's `\b\w\w+\b`.
fn numbered(given: &Given, mut number: impl FnMut(&str) -> u32) -> Vec<u32> {
    match given {
        Given::Words(words) => words.iter().map(|word| number(word)).collect(),
        Given::Text(text) => text
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .filter(|word| word.chars().nth(1).is_some())
            .map(number)
            .collect(),
    }
}

fn csr<'py>(py: Python<'py>, rows: &SparseRows<f64>) -> Csr<'py> {
    let (indptr, indices, data) = rows.as_parts();
    (
        bytes(py, indptr.iter().map(|&at| (at as i64).to_ne_bytes())),
        bytes(py, indices.iter().map(|&column| (column as i32).to_ne_bytes())),
        bytes(py, data.iter().map(|x| x.to_ne_bytes())),
        rows.n_samples(),
        rows.n_features(),
    )
}

fn bytes<'py, const N: usize>(py: Python<'py>, numbers: impl Iterator<Item = [u8; N]>) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &numbers.flatten().collect::<Vec<u8>>())
}
