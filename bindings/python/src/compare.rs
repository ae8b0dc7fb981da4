//! Comparisons and discoveries.

use crate::arrow::Frame;
use crate::articles::{Articles, Reading};
use crate::model::Model;
use crate::run::{Running, as_arguments, choice, raised, run};
use aslant::compare as library;
use aslant::compare::tallies::Tallies;
use aslant::compare::{
    Boilerplate, By, ContextModel, Options, Reprints, Stage, StanceModel, StoriesOnly, Voices, Warning,
};
use aslant::corpus::Corpus;
use aslant::cues::Lexicon;
use aslant::error::{Error, Place, Result};
use aslant::model::artifact;
use aslant::report::{self, Format, Owner, Run, keywords, run as run_json, tables, terminal};
use aslant::stop::Stop;
use aslant::tally::format::LexiconFile;
use aslant::text::Voice;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is counted: the same for comparisons and discoveries.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Counting {
    by: String,
    /// `None`: the outlets' own voice, or that of the tallies.
    voice: Option<String>,
    reprints: String,
    same_story: bool,
    keep_boilerplate: bool,
    ngrams: (usize, usize),
    min_articles: Option<u32>,
    placebo: usize,
    seed: u64,
}

/// The voices whose words are counted.
pub(crate) fn voices(name: &str) -> Result<Voices> {
    let voices = [
        ("own", Voices::Only(Voice::Own)),
        ("all", Voices::All),
        ("quoted", Voices::Only(Voice::Quoted)),
        ("reported", Voices::Only(Voice::Reported)),
    ];
    choice("voice", name, &voices)
}

impl Counting {
    fn options(&self) -> Result<Options> {
        let (from, to) = self.ngrams;
        if !(1..=3).contains(&from) || !(from..=3).contains(&to) {
            return Err(Error::usage("lengths of phrases that can't be counted")
                .found(format!("ngrams=({from}, {to})"))
                .expected("two numbers from 1 to 3, the smaller first"));
        }
        Ok(Options {
            by: By::parse(&self.by)?,
            voice: voices(self.voice.as_deref().unwrap_or("own"))?,
            reprints: choice("reprints", &self.reprints, &[("drop", Reprints::Drop), ("keep", Reprints::Keep)])?,
            stories: if self.same_story { StoriesOnly::Shared } else { StoriesOnly::All },
            boilerplate: if self.keep_boilerplate { Boilerplate::Keep } else { Boilerplate::Remove },
            keywords: Some(library::keywords::Options { ngrams: from..=to, min_articles: self.min_articles }),
            placebo: self.placebo,
            seed: self.seed,
            ..Options::default()
        })
    }
}

/// What a comparison needs in addition.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Comparing {
    pairs: usize,
    context_model: String,
    keywords: bool,
    model: Option<Model>,
    target: Option<String>,
    /// The call's arguments, for `run.json`.
    arguments: Vec<String>,
}

/// Refuses a folder that a command can't write to, and unknown formats. Called before the work, and again when writing.
#[pyfunction]
pub(crate) fn check_out(py: Python<'_>, folder: PathBuf, command: &str, formats: Vec<String>) -> PyResult<()> {
    let owners = [("compare", Owner::Compare), ("discover", Owner::Discover), ("evaluate", Owner::Evaluate)];
    let check = || {
        formats_of(&formats)?;
        choice("command", command, &owners)?.check_place(&folder)
    };
    check().map_err(|error| raised(py, &error))
}

/// Formats by their names.
fn formats_of(names: &[String]) -> Result<Vec<Format>> {
    names.iter().map(|name| Format::from_name(name)).collect()
}

/// Where the cues are.
#[derive(FromPyObject)]
pub(crate) enum Cues {
    /// In files.
    #[pyo3(transparent)]
    Files(Vec<PathBuf>),
    /// In a TOML text.
    #[pyo3(transparent)]
    Text(String),
}

impl Cues {
    pub(crate) fn lexicon(&self) -> Result<Lexicon> {
        match self {
            Cues::Files(paths) => Lexicon::read(paths),
            Cues::Text(text) => Lexicon::parse("cues", text),
        }
    }

    /// Their contents, checked.
    pub(crate) fn load(&self) -> Result<Vec<LexiconFile>> {
        self.lexicon()?;
        let file = |path: &PathBuf| {
            let name =
                path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
            Ok(LexiconFile { name, text: Lexicon::load(path)? })
        };
        match self {
            Cues::Files(paths) => paths.iter().map(file).collect(),
            Cues::Text(text) => Ok(vec![LexiconFile { name: "cues.toml".to_owned(), text: text.clone() }]),
        }
    }

    fn files(&self) -> &[PathBuf] {
        match self {
            Cues::Files(paths) => paths,
            Cues::Text(_) => &[],
        }
    }
}

/// A comparison, which makes its tables on request.
#[pyclass(frozen, module = "aslant._aslant")]
pub struct Comparison {
    inner: Mutex<library::Comparison>,
    run: Run,
    late: Option<Told>,
}

/// Compares the outlets of some articles.
#[pyfunction]
#[pyo3(signature = (articles, cues, *, counting, comparing, reading, running))]
pub(crate) fn compare(
    py: Python<'_>,
    articles: Articles,
    cues: Option<Cues>,
    counting: Counting,
    comparing: Comparing,
    reading: Reading,
    running: Running,
) -> PyResult<Comparison> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let mut options = counting.options()?;
        options.pairs = comparing.pairs;
        let context = [("cross-fit", ContextModel::CrossFit), ("none", ContextModel::None)];
        options.context = choice("context_model", &comparing.context_model, &context)?;
        options.keywords = options.keywords.filter(|_| comparing.keywords);
        if comparing.target.is_some() && comparing.model.is_none() {
            return Err(
                Error::usage("target=… without a model").help("name the model with model=…, or leave target out")
            );
        }
        options.model = comparing.model.as_ref().map(|model| stance(model, comparing.target.as_deref())).transpose()?;
        let tell = |stage: Stage, part: f64| teller.tell(stage.label(), part);
        let (inner, mut inputs, late) = match (articles.tallies()?, &cues) {
            (Some(folders), cues) => {
                reading.check_unused()?;
                let tallies = Tallies::open(folders)?;
                let asked = cues.as_ref().map(Cues::lexicon).transpose()?;
                tallies.check_asked(asked.as_ref(), options.boilerplate)?;
                if counting.voice.is_none() {
                    options.voice = tallies.voice();
                }
                (tallies.compare(options, &stop, &tell)?, tallies.inputs(), None)
            }
            (None, Some(cues)) => {
                let lexicon = cues.lexicon()?;
                let corpus = reading.open(articles, options.by.columns(), None, &stop)?;
                (library::compare(&corpus, lexicon, options, &tell)?, corpus.inputs(), late(&corpus))
            }
            (None, None) => {
                return Err(Error::usage("no cues")
                    .expected("a lexicon, whose names are compared")
                    .help("aslant.discover needs none; lexicons that come with aslant are in seeds/cues/"));
            }
        };
        for path in cues.iter().flat_map(Cues::files) {
            inputs.push(run_json::hash_file(path)?);
        }
        if let Some(folder) = comparing.model.as_ref().and_then(Model::folder) {
            for name in artifact::SCORED_WITH {
                inputs.push(run_json::hash_file(&folder.join(name))?);
            }
        }
        let run = Run { arguments: comparing.arguments, inputs, config: None };
        Ok(Comparison { inner: Mutex::new(inner), run, late })
    })
}

fn stance(model: &Model, target: Option<&str>) -> Result<Arc<StanceModel>> {
    let stance = StanceModel::new(model.copy(), target);
    stance.map(Arc::new).map_err(|e| match model.folder() {
        Some(folder) => e.at(Place::file(folder)),
        None => e,
    })
}

impl Comparison {
    fn lock(&self) -> MutexGuard<'_, library::Comparison> {
        // Nothing here leaves a comparison in an inconsistent state.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Comparison {
    /// The names of the tables.
    fn tables(&self) -> Vec<&'static str> {
        tables::of(&self.lock()).map(|table| table.name).collect()
    }

    /// A table by its name.
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Option<Frame>> {
        let made = py.detach(|| {
            let comparison = self.lock();
            let Some(table) = tables::of(&comparison).find(|table| table.name == name) else { return Ok(None) };
            let columns = (table.columns)(&comparison);
            Frame::new(&columns, |sink| (table.rows)(&comparison, sink)).map(Some)
        });
        made.map_err(|error| raised(py, &error))
    }

    /// Writes the program's output to a folder, and returns the files' names.
    fn save(&self, py: Python<'_>, folder: PathBuf, formats: Vec<String>) -> PyResult<Vec<PathBuf>> {
        let written = py
            .detach(|| report::write(&self.lock(), &self.run, &formats_of(&formats)?, Owner::Compare.claim(&folder)?));
        written.map_err(|error| raised(py, &error))
    }

    /// What the program prints.
    fn summary(&self) -> String {
        terminal::summary(&self.lock(), terminal::Colour::Never)
    }

    /// The content of `run.json`.
    fn run_json(&self) -> String {
        run_json::json(&self.lock(), &self.run).to_string()
    }

    /// All warnings for a reader, each a code and a sentence.
    fn warnings(&self) -> Vec<(String, String)> {
        warnings(&self.lock().warnings, &self.late)
    }

    /// Outlets' names, in the order of the tables.
    fn outlets(&self) -> Vec<String> {
        self.lock().outlet_names.clone()
    }
}

/// A code and a sentence.
type Told = (String, String);

fn warnings(all: &[Warning], late: &Option<Told>) -> Vec<Told> {
    let told = all.iter().map(|warning| (warning.code().to_owned(), warning.to_string())).chain(late.clone());
    told.map(|(code, text)| (code, as_arguments(&text))).collect()
}

/// The warning about dates in the future, which isn't saved, because saved results are the same every day.
fn late(corpus: &Corpus) -> Option<Told> {
    corpus.late_dates().map(|warning| ("late-dates".to_owned(), warning.to_string()))
}

/// Words and phrases typical of each outlet.
#[pyclass(frozen, module = "aslant._aslant")]
pub struct Discovery {
    inner: library::discover::Discovery,
    run: Run,
    late: Option<Told>,
}

/// Finds words and phrases that are typical of each outlet.
#[pyfunction]
#[pyo3(signature = (articles, *, counting, arguments, reading, running))]
pub(crate) fn discover(
    py: Python<'_>,
    articles: Articles,
    counting: Counting,
    arguments: Vec<String>,
    reading: Reading,
    running: Running,
) -> PyResult<Discovery> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let options = counting.options()?;
        if options.by.within.is_some() {
            return Err(Error::usage("two names in by")
                .found(format!("by={:?}", counting.by))
                .expected("one name: discover compares one thing at a time"));
        }
        let corpus = reading.open(articles, options.by.columns(), None, &stop)?;
        let inner = library::discover::discover(&corpus, options, &|stage, part| teller.tell(stage.label(), part))?;
        let run = Run { arguments, inputs: corpus.inputs(), config: None };
        Ok(Discovery { inner, run, late: late(&corpus) })
    })
}

#[pymethods]
impl Discovery {
    /// The table of keywords.
    fn table(&self, py: Python<'_>) -> PyResult<Frame> {
        let found = &self.inner;
        let made = py.detach(|| {
            Frame::new(&keywords::columns(&found.by), |sink| keywords::rows(&found.outlet_names, &found.keywords, sink))
        });
        made.map_err(|error| raised(py, &error))
    }

    /// Writes the program's output to a folder, and returns the files' names.
    fn save(&self, py: Python<'_>, folder: PathBuf, formats: Vec<String>, top: usize) -> PyResult<Vec<PathBuf>> {
        let written = py.detach(|| {
            report::write_discovery(
                &self.inner,
                &self.run,
                top,
                &formats_of(&formats)?,
                Owner::Discover.claim(&folder)?,
            )
        });
        written.map_err(|error| raised(py, &error))
    }

    /// What the program prints, with this many terms per outlet.
    fn summary(&self, top: usize) -> String {
        report::discovery::summary(&self.inner, top, terminal::Colour::Never)
    }

    /// The content of `run.json`.
    fn run_json(&self) -> String {
        run_json::discovery_json(&self.inner, &self.run).to_string()
    }

    /// All warnings for a reader, each a code and a sentence.
    fn warnings(&self) -> Vec<(String, String)> {
        warnings(&self.inner.warnings, &self.late)
    }
}
