//! Training and scoring.

use crate::arrow::Frame;
use crate::articles::{Articles, Reading, warnings};
use crate::compare::Cues;
use crate::run::{Running, Teller, choice, raised, run};
use arrow_array::{ArrayRef, LargeStringArray, RecordBatch};
use aslant::corpus::labels::{LabelFormat, LabelOptions};
use aslant::corpus::{Article, ColumnNames, Corpus, Pass, Progress, ReadOptions};
use aslant::error::{Error, Kind, Result};
use aslant::model::annotated::LabelMap;
use aslant::model::artifact::{self, HeldOut, TrainedOn};
use aslant::model::counted::Counted;
use aslant::model::labelled::Columns;
use aslant::model::recipe::{Asked, BlockKind, Boilerplate, Recipe};
use aslant::model::score::Scorer;
use aslant::model::train::{self as library, Grouping, Open, OutletWeight, TrainParams, Validation};
use aslant::model::{self, ClassWeight, MultiClass, tallied};
use aslant::report;
use aslant::report::model::{Scored, score_columns};
use aslant::stop::Stop;
use pyo3::prelude::*;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A model of articles.
#[pyclass(frozen, from_py_object, module = "aslant._aslant")]
#[derive(Clone)]
pub struct Model {
    scorer: Arc<Scorer>,
    /// The folder it was read from or written to.
    folder: Option<PathBuf>,
}

impl Model {
    /// The scorer that applies it.
    pub(crate) fn scorer(&self) -> &Arc<Scorer> {
        &self.scorer
    }

    pub(crate) fn new(model: model::Model, folder: Option<PathBuf>) -> Self {
        Model { scorer: Arc::new(Scorer::new(model)), folder }
    }

    /// Its folder, if it has one.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The library's model, without its training data.
    pub fn copy(&self) -> model::Model {
        let model = self.scorer.model();
        model::Model { header: model.header.clone(), fitted: model.fitted.clone(), training: None }
    }

    /// The counts of the articles that it was trained on, from memory or from its folder.
    pub(crate) fn training(&self) -> Result<Counted> {
        match (&self.scorer.model().training, &self.folder) {
            (Some(training), _) => Ok(training.clone()),
            (None, Some(folder)) => self.scorer.model().read_training(folder),
            (None, None) => Err(Error::new(Kind::Model, "a model without its training data")
                .found("no counts of the articles that it was trained on: it was made with without_training_data=True")
                .help("train it on the old and the new articles together with aslant.train")),
        }
    }

    /// What it was trained on, as far as is known, from memory or from its folder.
    pub(crate) fn trained_on(&self) -> Result<TrainedOn> {
        let model = self.scorer.model();
        match (&model.training, &self.folder) {
            (Some(training), _) => Ok(TrainedOn::of(training)),
            (None, Some(folder)) => model.read_trained_on(folder),
            (None, None) => Ok(TrainedOn::named(&model.header)),
        }
    }
}

#[pymethods]
impl Model {
    /// The labels, sorted.
    #[getter]
    fn classes(&self) -> Vec<String> {
        self.scorer.classes().to_vec()
    }

    /// The targets, sorted; empty if the model has none.
    #[getter]
    fn targets(&self) -> Vec<String> {
        self.scorer.targets().map(str::to_owned).collect()
    }

    #[getter(folder)]
    fn folder_of(&self) -> Option<PathBuf> {
        self.folder.clone()
    }

    /// What `aslant train` prints.
    fn summary(&self) -> String {
        report::model::summary(&self.scorer.model().header)
    }

    /// Writes the model's folder, and returns the names of its files.
    fn save(&self, py: Python<'_>, folder: PathBuf, without_training_data: bool) -> PyResult<Vec<&'static str>> {
        let written = py.detach(|| {
            artifact::check_place(&folder)?;
            match without_training_data {
                true => self.copy().write(&folder),
                false => self.scorer.model().write(&folder),
            }
        });
        written.map_err(|error| raised(py, &error))
    }
}

/// Reads a model from its folder.
#[pyfunction]
pub(crate) fn read_model(py: Python<'_>, folder: PathBuf) -> PyResult<Model> {
    let read = py.detach(|| model::Model::read(&folder));
    read.map(|model| Model::new(model, Some(folder))).map_err(|error| raised(py, &error))
}

/// Reads a model from a temporary folder, including everything in it.
#[pyfunction]
pub(crate) fn take_model(py: Python<'_>, folder: PathBuf) -> PyResult<Model> {
    let read = py.detach(|| {
        let mut model = model::Model::read(&folder)?;
        if !model.header.training.is_empty() {
            model.training = Some(model.read_training(&folder)?);
        }
        Ok(Model::new(model, None))
    });
    read.map_err(|error| raised(py, &error))
}

/// Where the labels are.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Labels {
    label: String,
    pub(crate) target: Option<String>,
    story: Option<String>,
    annotator: Option<String>,
    labels: String,
    label_map: Vec<(String, String)>,
}

impl Labels {
    /// The columns, and how labels are read from them.
    pub(crate) fn columns(self) -> Result<(Columns, LabelOptions)> {
        let Labels { label, target, story, annotator, labels, label_map } = self;
        let columns = Columns { label, target, story, label_map: LabelMap::of(label_map)? };
        let asked = columns.labels(annotator, LabelFormat::from_name(&labels)?);
        Ok((columns, asked))
    }
}

/// Which articles are held out, by name.
pub(crate) const VALIDATIONS: [(&str, Validation); 2] = [("all", Validation::All), ("none", Validation::None)];

/// How a model is trained.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Training {
    features: Vec<String>,
    ngrams: Option<(usize, usize)>,
    char_ngrams: Option<(usize, usize)>,
    min_df: Option<usize>,
    max_features: Option<usize>,
    hash_features: Option<usize>,
    mask_cues: Option<Cues>,
    mask_outlets: bool,
    class_weight: String,
    outlet_weight: String,
    multi_class: String,
    c: Option<f64>,
    boilerplate: String,
    group: Option<String>,
    validation: String,
    seed: u64,
}

impl Training {
    fn params(&self) -> Result<TrainParams> {
        let kinds = [("word", BlockKind::Word), ("written", BlockKind::Written), ("char", BlockKind::Char)];
        let asked = Asked {
            kinds: self.features.iter().map(|name| choice("features", name, &kinds)).collect::<Result<_>>()?,
            ngrams: self.ngrams,
            char_ngrams: self.char_ngrams,
            min_df: self.min_df,
            max_features: self.max_features,
            hash_features: self.hash_features,
        };
        asked.check()?;
        let groups = [
            ("outlet", HeldOut::Outlet),
            ("story", HeldOut::Story),
            ("month", HeldOut::Month),
            ("none", HeldOut::Random),
        ];
        let group = self.group.as_deref().map(|name| choice("group", name, &groups)).transpose()?;
        let boilerplate = [("keep", Boilerplate::Keep), ("remove", Boilerplate::Remove)];
        let outlets = [("none", OutletWeight::None), ("balanced", OutletWeight::Balanced)];
        let classes = [("none", ClassWeight::None), ("balanced", ClassWeight::Balanced)];
        let several = [("multinomial", MultiClass::Multinomial), ("one-vs-rest", MultiClass::OneVsRest)];
        Ok(TrainParams {
            recipe: Recipe {
                masked: self.mask_cues.as_ref().map_or(Ok(Vec::new()), masked)?,
                boilerplate: choice("boilerplate", &self.boilerplate, &boilerplate)?,
                blocks: asked.blocks(),
            },
            open: Open::of(&asked),
            c: self.c,
            grouping: group.map_or(Grouping::Auto, Grouping::By),
            validation: choice("validation", &self.validation, &VALIDATIONS)?,
            multi_class: choice("multi_class", &self.multi_class, &several)?,
            class_weight: choice("class_weight", &self.class_weight, &classes)?,
            outlet_weight: choice("outlet_weight", &self.outlet_weight, &outlets)?,
            mask_outlets: self.mask_outlets,
            seed: self.seed,
        })
    }
}

/// The cues of these lexicons, each once.
fn masked(cues: &Cues) -> Result<Vec<String>> {
    let mut masked: Vec<String> = cues.lexicon()?.cues().map(|(_, _, cue)| cue.text.clone()).collect();
    masked.sort_unstable();
    masked.dedup();
    Ok(masked)
}

/// Trains a model on labelled articles, or on tallies of them.
#[pyfunction]
#[pyo3(signature = (articles, *, labels, training, without_training_data, out, reading, running))]
#[allow(clippy::too_many_arguments)] // Each is a dictionary or a flag of the Python function.
pub(crate) fn train(
    py: Python<'_>,
    articles: Articles,
    labels: Labels,
    training: Training,
    without_training_data: bool,
    out: Option<PathBuf>,
    reading: Reading,
    running: Running,
) -> PyResult<(Model, Vec<String>)> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let params = training.params()?;
        if let Some(out) = &out {
            artifact::check_place(out)?;
        }
        if params.grouping == Grouping::By(HeldOut::Story) && labels.story.is_none() {
            return Err(Error::usage("group=\"story\" without a column of stories").help("name it with story=…"));
        }
        let (columns, asked) = labels.columns()?;
        let tell = |stage: library::Stage, part: f64| teller.tell(stage.label(), part);
        let (mut trained, warnings) = match articles.tallies()? {
            Some(folders) => {
                reading.check_unused()?;
                asked.check_plain()?;
                (tallied::train(folders, &columns, &params, reading.bad_rows(), &stop, &tell)?, Vec::new())
            }
            None => {
                let corpus = reading.open(articles, columns.extra(), Some(asked), &stop)?;
                (library::train(&corpus, &columns, &params, &tell)?, warnings(&corpus))
            }
        };
        if without_training_data {
            trained.training = None;
        }
        if let Some(out) = &out {
            trained.write(out)?;
        }
        Ok((Model::new(trained, out), warnings))
    })
}

/// Trains a model on texts, with their outlets if known; returns the model, and warnings about the texts.
#[pyfunction]
#[pyo3(signature = (texts, labels, outlets, *, training, running))]
pub(crate) fn train_texts(
    py: Python<'_>,
    texts: Vec<String>,
    labels: Vec<String>,
    outlets: Option<Vec<String>>,
    training: Training,
    running: Running,
) -> PyResult<(Model, Vec<String>)> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let columns = Columns { label: "label".to_owned(), ..Columns::default() };
        let options = ReadOptions {
            columns: plain_columns(outlets.is_some()),
            labels: Some(columns.labels(None, LabelFormat::Column)),
            stop: stop.clone(),
            ..ReadOptions::default()
        };
        let mut arrays = vec![("text", array(texts)), ("label", array(labels))];
        arrays.extend(outlets.map(|outlets| ("outlet", array(outlets))));
        let corpus = in_memory(arrays, options)?;
        let params = training.params()?;
        let trained = library::train(&corpus, &columns, &params, &|stage, part| teller.tell(stage.label(), part))?;
        Ok((Model::new(trained, None), warnings(&corpus)))
    })
}

fn plain_columns(has_outlets: bool) -> ColumnNames {
    let outlet = Some(if has_outlets { "outlet" } else { "" }.to_owned());
    ColumnNames { text: Some("text".to_owned()), outlet, ..ColumnNames::default() }
}

fn array(texts: Vec<String>) -> ArrayRef {
    // 64-bit offsets: all texts of a large set are more than 2 GB.
    Arc::new(LargeStringArray::from(texts))
}

fn in_memory(arrays: Vec<(&str, ArrayRef)>, options: ReadOptions) -> Result<Corpus> {
    let batch = RecordBatch::try_from_iter(arrays);
    let batch = batch.map_err(|e| Error::usage("lists of different lengths").found(e.to_string()))?;
    Corpus::of_batches("texts", vec![batch], options)
}

/// The probability of every label for every text, label by label. The model must not have targets.
#[pyfunction]
#[pyo3(signature = (model, texts, *, running))]
pub(crate) fn score_texts(
    py: Python<'_>,
    model: Model,
    texts: Vec<String>,
    running: Running,
) -> PyResult<Vec<Vec<Option<f64>>>> {
    let stop = Stop::new();
    let scorer = model.scorer.as_ref();
    run(py, &running, &stop, |_| {
        let score = |text: String| {
            stop.check()?;
            scorer.score(&Article { text, ..Article::default() }, "").map(|score| score.probabilities)
        };
        let rows = texts.into_par_iter().map(score).collect::<Result<Vec<_>>>()?;
        let classes = 0..scorer.classes().len();
        Ok(classes.map(|class| rows.iter().map(|row| row[class]).collect()).collect())
    })
}

/// Scores articles with a model; returns a table, and warnings about the articles.
#[pyfunction]
#[pyo3(signature = (model, articles, *, target, reading, running))]
pub(crate) fn score(
    py: Python<'_>,
    model: Model,
    articles: Articles,
    target: Option<String>,
    reading: Reading,
    running: Running,
) -> PyResult<(Frame, Vec<String>)> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let scorer = model.scorer.as_ref();
        let corpus = checked(scorer, reading, articles, target, teller, &stop)?;
        let mut scores: Vec<Scored> = Vec::new();
        corpus.for_each(
            Pass::new().progress(&|p| teller.tell("scoring", p.part())),
            |_, article| {
                let target = article.extra.first().map_or("", |target| target.trim()).to_owned();
                let score = scorer.score(&article, &target)?;
                Ok(Scored { id: article.id, outlet: article.outlet, target, score })
            },
            |_, scored: Result<Scored>| {
                scores.push(scored?);
                Ok(())
            },
        )?;
        let (classes, has_targets) = (scorer.classes(), scorer.has_targets());
        let frame = Frame::new(&score_columns(classes, has_targets), |sink| {
            scores.iter().try_for_each(|scored| sink(&scored.cells(classes, has_targets)))
        })?;
        Ok((frame, warnings(&corpus)))
    })
}

/// Opens the articles for a model and reads them all once, so that bad rows are reported before any work.
pub(crate) fn checked(
    scorer: &Scorer,
    reading: Reading,
    articles: Articles,
    target: Option<String>,
    teller: &Teller,
    stop: &Stop,
) -> Result<Corpus> {
    check_target(target.as_deref(), scorer)?;
    let corpus = reading.open(articles, target.into_iter().collect(), None, stop)?;
    let checking = |p: Progress| teller.tell("checking the articles", p.part());
    corpus.survey(Pass::new().progress(&checking), drop, |_, ()| Ok(()))?;
    Ok(corpus)
}

/// Checks that a target column is given if and only if the model has targets.
pub(crate) fn check_target(target: Option<&str>, scorer: &Scorer) -> Result<()> {
    match (target, scorer.has_targets()) {
        (None, true) => {
            let targets: Vec<&str> = scorer.targets().collect();
            Err(Error::usage("a model with targets, and no column of targets")
                .expected(format!("a column with one of: {}", targets.join(", ")))
                .help("name it with target=…"))
        }
        (Some(column), false) => Err(Error::usage("a model without targets, and a column of targets")
            .found(format!("target={column:?}"))
            .help("leave target out")),
        _ => Ok(()),
    }
}
