//! The tables of a comparison, read back from its folder: everything that the page knows.

use crate::error::{Error, Place, Result};
use crate::spreadsheet::restore;
use rustc_hash::FxHashSet;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fs::File;
use std::path::Path;

/// Tables up to this size are also embedded in the page, to be saved from there.
const KEPT: u64 = 120_000;

/// The most space that all tables together take in the page.
const KEPT_TOGETHER: u64 = 400_000;

/// `run.json`, as far as the page needs it.
#[derive(Debug, Deserialize)]
pub(super) struct Run {
    pub aslant: String,
    pub settings: Settings,
    pub counts: Counts,
    pub axis: Option<[String; 2]>,
    pub contrasts: Vec<Contrast>,
    pub context_models: Vec<ContextModel>,
    pub warnings: Vec<Warning>,
    pub inputs: Vec<Input>,
    #[serde(default)]
    pub placebo: Option<Placebo>,
    #[serde(default)]
    pub map: Option<Explained>,
}

/// How much of the differences the map's axes show.
#[derive(Debug, Deserialize)]
pub(super) struct Explained {
    pub explained: [f64; 2],
}

#[derive(Debug, Deserialize)]
pub(super) struct Placebo {
    pub tables: Vec<PlaceboTable>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PlaceboTable {
    pub table: String,
    pub findings: u64,
    pub splits: u64,
    pub false_findings: u64,
    pub splits_with_findings: u64,
    pub too_many: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Settings {
    pub seed: u64,
    /// What is compared, as on the command line.
    #[serde(default)]
    pub by: String,
    pub voice: String,
    pub reprints: String,
    pub same_story: bool,
    pub boilerplate: String,
    pub context_model: String,
    pub resamples: u64,
    pub model: Option<Model>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Model {
    pub name: String,
    pub classes: Vec<String>,
    pub articles: u64,
    pub outlets: u64,
    pub metrics: Vec<Metric>,
    pub fingerprint: Option<Fingerprint>,
    #[serde(default)]
    pub heaviest: Vec<Heaviest>,
}

/// The terms that speak most for a label.
#[derive(Debug, Deserialize)]
pub(super) struct Heaviest {
    pub class: String,
    pub terms: Vec<Term>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Term {
    pub term: String,
    pub features: String,
    pub weight: f64,
    pub articles: u64,
}

/// Held-out articles with about the same highest probability.
#[derive(Debug, Deserialize)]
pub(super) struct Bin {
    pub articles: u64,
    pub mean_probability: Option<f64>,
    pub accuracy: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Metric {
    pub held_out: String,
    pub articles: u64,
    pub accuracy: f64,
    pub macro_f1: f64,
    pub majority_accuracy: f64,
    pub calibration_error: f64,
    #[serde(default)]
    pub reliability: Vec<Bin>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fingerprint {
    pub outlets: u64,
    pub accuracy: f64,
    pub majority_accuracy: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Counts {
    pub articles: u64,
    pub outlets: u64,
    pub unknown_outlet: u64,
    pub reprints: u64,
    pub words: u64,
    pub words_removed: u64,
    pub uses: u64,
    pub bad_rows_skipped: u64,
    pub first_date: Option<String>,
    pub last_date: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Contrast {
    pub name: String,
    pub about: String,
    /// Both are `None` for a category, which has one name and no line.
    pub left: Option<String>,
    pub right: Option<String>,
    pub poles: Vec<Pole>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Pole {
    pub name: String,
    pub leans: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ContextModel {
    pub contrast: String,
    pub sentences: u64,
    pub outlets: u64,
    pub auc: Option<f64>,
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Warning {
    text: String,
}

impl Warning {
    /// The text split at backticks; every second part is something to type.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.text.split('`')
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Input {
    pub name: String,
    pub sha256: Option<String>,
}

/// A row of `scales.csv`.
#[derive(Debug, Deserialize)]
pub(super) struct ScaleRow {
    #[serde(deserialize_with = "text")]
    pub outlet: String,
    pub voice: String,
    #[serde(deserialize_with = "text")]
    pub contrast: String,
    pub uses: u64,
    pub articles: u64,
    pub share: f64,
    pub share_low: Option<f64>,
    pub share_high: Option<f64>,
    pub interval: String,
    pub expected_share: Option<f64>,
}

/// A row of `contrasts.csv`.
#[derive(Debug, Deserialize)]
pub(super) struct ContrastRow {
    #[serde(deserialize_with = "text")]
    pub outlet: String,
    pub voice: String,
    #[serde(deserialize_with = "text")]
    pub contrast: String,
    #[serde(deserialize_with = "text")]
    pub pole: String,
    pub count: u64,
    pub articles: u64,
    pub share: f64,
    pub share_low: Option<f64>,
    pub share_high: Option<f64>,
    pub interval: String,
    pub excess_low: Option<f64>,
    pub excess_high: Option<f64>,
    pub p: Option<f64>,
    pub q: Option<f64>,
}

/// A row of `outlets.csv`; `stance` has what a model says about the outlet, by class.
#[derive(Debug)]
pub(super) struct OutletRow {
    pub outlet: String,
    pub articles: u64,
    pub quoted: Option<f64>,
    pub reported: Option<f64>,
    pub lean: Option<f64>,
    pub lean_low: Option<f64>,
    pub lean_high: Option<f64>,
    /// Also `None` in tables from earlier versions.
    pub lean_q: Option<f64>,
    pub nearest: String,
    pub x: Option<f64>,
    pub y: Option<f64>,
    pub x_low: Option<f64>,
    pub x_high: Option<f64>,
    pub y_low: Option<f64>,
    pub y_high: Option<f64>,
    pub stance_articles: Option<u64>,
    pub stance: Vec<[Option<f64>; 3]>,
}

/// A file of the folder that can be saved from the page.
#[derive(Debug)]
pub(super) struct TableFile {
    pub name: &'static str,
    pub bytes: u64,
    /// Its text, if it is small.
    pub text: Option<String>,
}

impl TableFile {
    /// What one row of it is.
    pub fn a_row(&self) -> &'static str {
        match self.name {
            "contrasts.csv" => "outlet × voice × contrast × name",
            "scales.csv" => "outlet × voice × contrast: its place on the line",
            "outlets.csv" => "outlet",
            "cues.csv" => "outlet × voice × cue",
            "articles.csv" => "article",
            "evidence.csv" => "one use of a cue, with the words around it",
            "speakers.csv" => "speaker × contrast × name",
            "matrix.csv" => "outlet; one column per contrast, for a paper",
            "pairs.csv" => "two outlets × contrast × name, within stories",
            "keywords.csv" => "outlet × word that it uses more than all others",
            "words.csv" => "outlet × word: how often it uses it",
            "categories.csv" => "outlet × voice × category",
            "map.csv" => "contrast × name: in which direction it pulls on the map",
            "trends.csv" => "outlet × time × contrast",
            _ => "settings, hashes of the inputs, warnings",
        }
    }

    /// For example `12 kB`.
    pub fn size(&self) -> String {
        match self.bytes {
            bytes if bytes < 1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
            bytes => format!("{:.1} MB", bytes as f64 / 1e6),
        }
    }
}

/// Everything that the page is made from, except the evidence, which is read as a stream.
#[derive(Debug)]
pub(super) struct ReportData {
    pub run: Run,
    pub scales: Vec<ScaleRow>,
    pub contrasts: Vec<ContrastRow>,
    pub outlets: Vec<OutletRow>,
    pub files: Vec<TableFile>,
}

impl ReportData {
    /// Reads a folder written by `aslant compare`.
    ///
    /// # Errors
    /// A table that is missing or can't be understood, or that names other outlets than the others.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("run.json");
        let json = std::fs::read(&path).map_err(|e| missing(&path, e))?;
        let run: Run = serde_json::from_slice(&json).map_err(|e| other_version(&path, &e.to_string()))?;
        let classes = run.settings.model.as_ref().map_or(&[][..], |m| &m.classes);
        let data = ReportData {
            scales: table(&folder.join("scales.csv"))?,
            contrasts: table(&folder.join("contrasts.csv"))?,
            outlets: outlets(&folder.join("outlets.csv"), classes)?,
            files: files(folder)?,
            run,
        };
        match data.unknown_outlet() {
            Some(name) => Err(Error::data("tables that don't belong together")
                .at(Place::file(folder.join("scales.csv")))
                .found(format!("the outlet {name:?}"))
                .expected("only outlets that outlets.csv has")
                .help("make the tables again with `aslant compare`")),
            None => Ok(data),
        }
    }

    /// An outlet with a place on a line that is not among the outlets.
    fn unknown_outlet(&self) -> Option<&str> {
        let known: FxHashSet<&str> = self.outlets.iter().map(|row| row.outlet.as_str()).collect();
        self.scales.iter().map(|row| row.outlet.as_str()).find(|name| !known.contains(name))
    }
}

/// The files that a reader may want to save, in this order; those that don't exist are left out.
const FILES: [&str; 15] = [
    "contrasts.csv",
    "scales.csv",
    "outlets.csv",
    "cues.csv",
    "articles.csv",
    "evidence.csv",
    "speakers.csv",
    "matrix.csv",
    "pairs.csv",
    "keywords.csv",
    "words.csv",
    "categories.csv",
    "trends.csv",
    "map.csv",
    "run.json",
];

fn files(folder: &Path) -> Result<Vec<TableFile>> {
    let mut room = KEPT_TOGETHER;
    let mut files = Vec::new();
    for name in FILES {
        let path = folder.join(name);
        let Ok(about) = std::fs::metadata(&path) else { continue };
        // The evidence is in the page as sentences, and run.json has file names of the machine.
        let kept = about.len() <= KEPT.min(room) && !["evidence.csv", "run.json"].contains(&name);
        let text = kept.then(|| std::fs::read_to_string(&path)).transpose().map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData => other_version(&path, "bytes that aren't UTF-8"),
            _ => Error::io(&path, e),
        })?;
        room -= text.as_ref().map_or(0, |text| text.len() as u64);
        files.push(TableFile { name, bytes: about.len(), text });
    }
    Ok(files)
}

/// All rows of a table.
///
/// # Errors
/// If it is missing or from another version.
pub(super) fn table<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    reader(path)?.deserialize().collect::<std::result::Result<_, _>>().map_err(|e| broken(path, e))
}

/// A reader of a table, row by row.
///
/// # Errors
/// If it is missing.
pub(super) fn reader(path: &Path) -> Result<csv::Reader<File>> {
    let file = File::open(path).map_err(|e| missing(path, e))?;
    Ok(csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file))
}

/// The index of a column.
///
/// # Errors
/// If there is no column with that name.
pub(super) fn column(path: &Path, header: &csv::StringRecord, name: &str) -> Result<usize> {
    header.iter().position(|c| restore(c) == name).ok_or_else(|| other_version(path, &format!("no column `{name}`")))
}

fn outlets(path: &Path, classes: &[String]) -> Result<Vec<OutletRow>> {
    let mut reader = reader(path)?;
    let header = reader.headers().map_err(|e| broken(path, e))?.clone();
    let at = |name: &str| column(path, &header, name);
    let of_class = |class: &String| {
        Ok([at(&format!("stance_{class}"))?, at(&format!("stance_{class}_low"))?, at(&format!("stance_{class}_high"))?])
    };
    let stance: Vec<[usize; 3]> = classes.iter().map(of_class).collect::<Result<_>>()?;
    let names = [
        "articles",
        "quoted",
        "reported",
        "lean",
        "lean_low",
        "lean_high",
        "x",
        "y",
        "x_low",
        "x_high",
        "y_low",
        "y_high",
    ];
    let numbers: Vec<usize> = names.into_iter().map(at).collect::<Result<_>>()?;
    let (outlet, nearest) = (at("outlet")?, at("nearest")?);
    let [scored, lean_q] = ["stance_articles", "lean_q"].map(|name| header.iter().position(|c| c == name));
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| broken(path, e))?;
        let text = |at: usize| restore(record.get(at).unwrap_or_default()).to_owned();
        let number = |at: usize| record.get(at).and_then(|field| field.parse::<f64>().ok());
        rows.push(OutletRow {
            outlet: text(outlet),
            articles: number(numbers[0]).unwrap_or_default() as u64,
            quoted: number(numbers[1]),
            reported: number(numbers[2]),
            lean: number(numbers[3]),
            lean_low: number(numbers[4]),
            lean_high: number(numbers[5]),
            lean_q: lean_q.and_then(number),
            nearest: text(nearest),
            x: number(numbers[6]),
            y: number(numbers[7]),
            x_low: number(numbers[8]),
            x_high: number(numbers[9]),
            y_low: number(numbers[10]),
            y_high: number(numbers[11]),
            stance_articles: scored.and_then(number).map(|n| n as u64),
            stance: stance.iter().map(|of_class| of_class.map(number)).collect(),
        });
    }
    Ok(rows)
}

/// A text as it was before it was made harmless for spreadsheets.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<String, D::Error> {
    Cow::<str>::deserialize(from).map(|text| restore(&text).to_owned())
}

fn missing(path: &Path, error: std::io::Error) -> Error {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Error::io(path, error);
    }
    Error::usage("no such file")
        .at(Place::file(path))
        .expected("a folder that `aslant compare` has written")
        .help("make one with `aslant compare … --out FOLDER`")
}

fn other_version(path: &Path, found: &str) -> Error {
    Error::data("a table that this version doesn't understand")
        .at(Place::file(path))
        .found(found)
        .expected("what `aslant compare` of the same version writes")
        .help("make the tables again with `aslant compare`")
}

pub(super) fn broken(path: &Path, error: csv::Error) -> Error {
    let line = error.position().map(csv::Position::line);
    let problem = other_version(path, &error.to_string());
    match line {
        Some(line) => problem.at(Place::file(path).line(line)),
        None => problem,
    }
}
