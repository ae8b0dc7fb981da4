//! Tallies: articles as counts.

use crate::articles::{Articles, Reading, warnings};
use crate::compare::{Cues, voices};
use crate::run::{Running, as_arguments, choice, run};
use aslant::compare::Boilerplate;
use aslant::compare::tallies::{self, Settings, Tallies};
use aslant::error::{Error, Result};
use aslant::model::recipe::{Asked, BlockKind};
use aslant::stop::Stop;
use aslant::tally::format::{self, Detail, Particular};
use pyo3::prelude::*;
use std::path::PathBuf;

/// What is kept about the articles.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Keeping {
    voice: String,
    keep_boilerplate: bool,
    columns: Vec<String>,
    label: Option<String>,
    features: Vec<String>,
    ngrams: Option<(usize, usize)>,
    char_ngrams: Option<(usize, usize)>,
    omit: Vec<String>,
    detail: String,
}

impl Keeping {
    /// Refuses arguments about how articles are counted if parts are combined that have already been counted.
    fn check_unused(&self, has_cues: bool) -> Result<()> {
        let given = self.settings()?.given(self.label.as_deref(), has_cues);
        match given.map(|name| if name == "columns" { "keep" } else { name }) {
            Some(name) => Err(Error::usage("an option that needs the articles")
                .found(format!("{name}=…"))
                .expected("parts are combined as they were counted")
                .help(format!("leave {name} out"))),
            None => Ok(()),
        }
    }

    pub(crate) fn settings(&self) -> Result<Settings> {
        let kinds = [("word", BlockKind::Word), ("written", BlockKind::Written), ("char", BlockKind::Char)];
        let particulars = [
            ("title", Particular::Title),
            ("url", Particular::Url),
            ("author", Particular::Author),
            ("speakers", Particular::Speakers),
            ("contexts", Particular::Contexts),
        ];
        let lengths = [("ngrams", self.ngrams), ("char_ngrams", self.char_ngrams)];
        let lengths = lengths.into_iter().find_map(|(name, given)| given.map(|_| name));
        let given = (!self.features.is_empty()).then_some("features").or(lengths);
        if let Some(given) = given.filter(|_| self.label.is_none()) {
            return Err(Error::usage(format!("{given}=… without a label"))
                .expected("what aslant.train may learn from")
                .help("name the labels' column with label=…"));
        }
        let mut columns = self.columns.clone();
        columns.extend(self.label.iter().filter(|label| !self.columns.contains(label)).cloned());
        let omit = self.omit.iter().map(|name| choice("omit", name, &particulars));
        let mut omit = omit.collect::<Result<Vec<Particular>>>()?;
        omit.sort_unstable();
        omit.dedup();
        let asked = Asked {
            kinds: self.features.iter().map(|name| choice("features", name, &kinds)).collect::<Result<_>>()?,
            ngrams: self.ngrams,
            char_ngrams: self.char_ngrams,
            ..Asked::default()
        };
        asked.check()?;
        Ok(Settings {
            voice: voices(&self.voice)?,
            boilerplate: if self.keep_boilerplate { Boilerplate::Keep } else { Boilerplate::Remove },
            detail: choice("detail", &self.detail, &[("counts", Detail::Counts), ("ordered", Detail::Ordered)])?,
            columns,
            omit,
            features: if self.label.is_some() { asked.blocks() } else { Vec::new() },
        })
    }
}

/// Counts articles, or combines parts, into a tally's folder; returns the number of articles, and warnings about them.
#[pyfunction]
#[pyo3(signature = (articles, cues, *, out, keeping, reading, running))]
pub(crate) fn tally(
    py: Python<'_>,
    articles: Articles,
    cues: Option<Cues>,
    out: PathBuf,
    keeping: Keeping,
    reading: Reading,
    running: Running,
) -> PyResult<(u64, Vec<String>)> {
    let stop = Stop::new();
    run(py, &running, &stop, |teller| {
        let settings = keeping.settings()?;
        format::check_place(&out)?;
        let tell = |stage: aslant::compare::Stage, part: f64| teller.tell(stage.label(), part);
        if let Some(parts) = articles.tallies()? {
            reading.check_unused()?;
            keeping.check_unused(cues.is_some())?;
            let header = tallies::of_parts(&Tallies::open(parts)?, &out, &stop, &tell)?;
            return Ok((header.articles, header.warnings.iter().map(|text| as_arguments(text)).collect()));
        }
        if cues.is_none() && keeping.label.is_none() {
            return Err(Error::usage("nothing to count")
                .expected("cues=… for aslant.compare, label=… for aslant.train, or both"));
        }
        let lexicons = cues.as_ref().map_or(Ok(Vec::new()), Cues::load)?;
        let corpus = reading.open(articles, settings.columns.clone(), None, &stop)?;
        let header = tallies::tally(&corpus, &lexicons, &settings, None, &out, &tell)?;
        Ok((header.articles, warnings(&corpus)))
    })
}
