//! Reads a model's folder back and checks it.

use super::write::{all_classes, columns};
use super::{FORMAT_VERSION, Fitted, HEADER, Header, Model, Part, TERMS, format_version};
use crate::error::{Error, Kind, Place, Result};
use crate::features::FeatureError;
use crate::limits::{self, TooLarge, is_too_large};
use crate::model::logistic::FittedLogisticRegression;
use crate::model::recipe::Block;
use crate::model::vectorizer::Vectorizer;
use crate::spreadsheet::restore;
use ndarray::{Array1, Array2};
use serde::Deserialize;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The idf in `terms.csv` is rounded to six decimals.
const ROUNDED: f64 = 1e-6;

const HELP: &str = "make one with `aslant train`; `aslant models list FOLDER` lists the models in a folder";

/// The error for a model that can't be used.
pub(super) fn broken(file: impl AsRef<Path>, title: impl Into<String>) -> Error {
    Error::new(Kind::Model, title)
        .at(Place::file(file))
        .help("copy the model's folder again from where it came from, or train it again with `aslant train`")
}

/// Whether there is a folder.
pub(super) fn check_folder(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Err(Error::usage("no such model")
            .at(Place::file(folder))
            .expected(format!("a folder with {HEADER} in it"))
            .help(HELP));
    }
    Ok(())
}

pub(super) fn read(folder: &Path) -> Result<Model> {
    check_folder(folder)?;
    let header = read_header(folder)?;
    let path = folder.join(TERMS);
    let mut terms = Terms::open(path, &header)?;
    let mut fitted = Vec::new();
    for part in &header.models {
        fitted.push(terms.part(part, &header)?);
    }
    terms.end()?;
    Ok(Model { header, fitted, training: None })
}

fn open(folder: &Path, name: &str) -> Result<std::fs::File> {
    let path = folder.join(name);
    std::fs::File::open(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            let found = format!("no file {name} in it");
            match name {
                HEADER => Error::usage("no model's folder").at(Place::file(folder)).found(found).help(HELP),
                _ => broken(folder, "no model's folder").found(found),
            }
        }
        _ => Error::io(path, error),
    })
}

/// The part of `model.json` that every format has.
#[derive(Deserialize)]
struct Version {
    format_version: u64,
}

pub(super) fn read_header(folder: &Path) -> Result<Header> {
    let path = folder.join(HEADER);
    let file = open(folder, HEADER)?;
    let size = file.metadata().map_err(|e| Error::io(&path, e))?.len();
    if size > limits::DESCRIPTION {
        return Err(broken(&path, "a model that can't be read").found(format!("{size} bytes")));
    }
    let text = std::io::read_to_string(file).map_err(|e| match e.kind() {
        std::io::ErrorKind::InvalidData => broken(&path, "a model that can't be read").found("no UTF-8"),
        _ => Error::io(&path, e),
    })?;
    let unreadable = |e: serde_json::Error| broken(&path, "a model that can't be read").found(e.to_string());
    let Version { format_version } = serde_json::from_str(&text).map_err(unreadable)?;
    if !(1..=FORMAT_VERSION).contains(&format_version) {
        let error = Error::new(Kind::Model, "a model of another format")
            .at(Place::file(&path))
            .found(format!("format_version {format_version}"))
            .expected(format!("format_version 1 to {FORMAT_VERSION}"));
        return Err(match format_version > FORMAT_VERSION {
            true => error.help("use a newer version of aslant").note(version()),
            false => error.help("train it again with `aslant train`").note(version()),
        });
    }
    let header: Header = serde_json::from_str(&text).map_err(unreadable)?;
    check_header(&header, &path)?;
    Ok(header)
}

fn version() -> String {
    format!("this is aslant {}", env!("CARGO_PKG_VERSION"))
}

fn check_header(header: &Header, path: &Path) -> Result<()> {
    let wrong = |found: String| Err(broken(path, "a model that contradicts itself").found(found));
    header.recipe.check().or_else(|e| wrong(e.to_string()))?;
    if header.format_version != format_version(&header.recipe)
        || header.recipe.blocks.iter().any(|block| block.hash_features.is_some() != header.recipe.is_hashed())
    {
        return wrong(format!("blocks of features that format_version {} doesn't have", header.format_version));
    }
    let kinds: Vec<_> = header.recipe.blocks.iter().map(|b| b.kind).collect();
    if kinds.is_empty() || kinds.windows(2).any(|w| w[0] >= w[1]) {
        return wrong(format!(
            "{} blocks of features: there must be one or more, each kind once: word, written, char",
            kinds.len()
        ));
    }
    if let Some(block) = header.recipe.blocks.iter().find(|b| !(b.weight.is_finite() && b.weight > 0.0)) {
        return wrong(format!("the weight {} of the block {}", block.weight, block.kind));
    }
    if header.models.is_empty() {
        return wrong("no classes".to_owned());
    }
    let has_target = header.columns.target.is_some();
    if header.models.iter().any(|part| part.target.is_some() != has_target)
        || header.models.windows(2).any(|w| w[0].target >= w[1].target)
    {
        return wrong("targets that are missing or not sorted".to_owned());
    }
    for part in &header.models {
        let k = part.classes.len();
        if k < 2 || part.classes.windows(2).any(|w| w[0] >= w[1]) || part.class_counts.len() != k {
            return wrong(format!("classes {:?} with counts {:?}", part.classes, part.class_counts));
        }
        let expected = if k == 2 { 1 } else { k };
        if part.intercepts.len() != expected || !part.intercepts.iter().all(|b| b.is_finite()) {
            return wrong(format!("intercepts {:?} for {k} classes", part.intercepts));
        }
        if let Some(calibration) = part.calibration.filter(|calibration| !calibration.is_valid()) {
            return wrong(format!("the calibration {}", calibration.power()));
        }
        if part.calibration.is_some() != part.is_tested() {
            return wrong("a calibration without articles held out, or none with them".to_owned());
        }
        if part.terms.len() != kinds.len() {
            return wrong(format!("numbers of terms {:?} for {} blocks", part.terms, kinds.len()));
        }
    }
    Ok(())
}

/// A file whose lines must be short: a long one would be in memory as a whole.
struct ShortLines {
    file: std::fs::File,
    length: usize,
}

impl Read for ShortLines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        for piece in buffer[..n].split_inclusive(|byte| *byte == b'\n') {
            self.length += piece.len();
            if self.length > limits::TERM {
                return Err(TooLarge::new("a line", limits::TERM).into());
            }
            if piece.ends_with(b"\n") {
                self.length = 0;
            }
        }
        Ok(n)
    }
}

/// `terms.csv`, read term by term.
struct Terms {
    path: PathBuf,
    records: csv::Reader<ShortLines>,
    record: csv::StringRecord,
    /// All classes' columns.
    classes: Vec<String>,
    has_target: bool,
}

impl Terms {
    fn open(path: PathBuf, header: &Header) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = open(folder, TERMS)?;
        let mut records = csv::Reader::from_reader(ShortLines { file, length: 0 });
        let classes = all_classes(&header.models).into_iter().map(str::to_owned).collect();
        let has_target = header.columns.target.is_some();
        let expected = columns(&header.models);
        let found = records.headers().map_err(|e| unreadable(&path, e))?;
        if !found.iter().map(restore).eq(expected.iter().map(String::as_str)) {
            let found = found.iter().collect::<Vec<_>>().join(", ");
            return Err(broken(&path, "columns that don't fit the model")
                .found(found)
                .expected(format!("{}, as {HEADER} says", expected.join(", "))));
        }
        Ok(Terms { path, records, record: csv::StringRecord::new(), classes, has_target })
    }

    /// The next term; `None` after the last.
    fn next(&mut self) -> Result<Option<u64>> {
        match self.records.read_record(&mut self.record) {
            Ok(true) => Ok(Some(self.record.position().map_or(0, csv::Position::line))),
            Ok(false) => Ok(None),
            Err(error) => Err(unreadable(&self.path, error)),
        }
    }

    fn part(&mut self, part: &Part, header: &Header) -> Result<Fitted> {
        let k = part.intercepts.len();
        let n_terms: usize = part.terms.iter().sum();
        // By column, then by class, in the order of the file. The stated number must not allocate arbitrary amounts of
        // memory.
        let mut weights: Vec<f64> = Vec::with_capacity((n_terms * k).min(1 << 24));
        let mut idf = Vec::new();
        let mut blocks = Vec::new();
        for (block, &n) in header.recipe.blocks.iter().zip(&part.terms) {
            let mut terms = Vec::new();
            for at in 0..n {
                let Some(line) = self.next()? else {
                    let of = part.target.as_ref().map_or(String::new(), |t| format!(" of {t:?}"));
                    return Err(broken(&self.path, "a file that is cut off")
                        .found(format!("{at} of the {n} terms of block {}{of} that {HEADER} lists", block.kind)));
                };
                let (term, df, term_idf) = self.term(line, part, block, &mut weights)?;
                terms.push((term, df));
                idf.push((line, term_idf));
            }
            blocks.push((*block, terms));
        }
        let misfit = |e: FeatureError| broken(&self.path, "terms that don't fit the model").found(e.to_string());
        let vectorizer = Vectorizer::from_terms(blocks, part.n_articles()).map_err(misfit)?;
        let computed = vectorizer.blocks().iter().flat_map(|(_, tfidf)| tfidf.idf());
        if let Some(((line, found), expected)) = idf.iter().zip(computed).find(|((_, found), expected)| {
            let gap = (found - **expected).abs();
            gap.is_nan() || gap > ROUNDED
        }) {
            return Err(broken(&self.path, "terms that don't fit the model")
                .at(Place::file(&self.path).line(*line).column("idf"))
                .found(found.to_string())
                .expected(format!("{expected:.6}, by its df and the {} articles of {HEADER}", part.n_articles())));
        }
        let coefficients = Array2::from_shape_fn((k, n_terms), |(c, j)| weights[j * k + c]);
        let classes = (0..part.classes.len()).collect();
        let intercepts = Array1::from(part.intercepts.clone());
        let classifier = FittedLogisticRegression::from_parts(classes, coefficients, intercepts, header.multi_class)
            .map_err(|e| broken(&self.path, "weights that don't fit the model").found(e.to_string()))?;
        Ok(Fitted { vectorizer, classifier })
    }

    /// The term of the current record with its df and idf; its weights are appended.
    fn term(&self, line: u64, part: &Part, block: &Block, weights: &mut Vec<f64>) -> Result<(String, usize, f64)> {
        let fixed = usize::from(self.has_target);
        let target = self.has_target.then(|| restore(&self.record[0]));
        let place = |column: &str| Place::file(&self.path).line(line).column(column);
        if target != part.target.as_deref() || &self.record[fixed] != block.kind.name() {
            let expected = match &part.target {
                Some(target) => format!("target {target:?}, block {}", block.kind),
                None => format!("block {}", block.kind),
            };
            return Err(broken(&self.path, "terms that don't fit the model")
                .at(place("block"))
                .found(self.record.iter().take(fixed + 1).collect::<Vec<_>>().join(", "))
                .expected(format!("{expected}, as {HEADER} says")));
        }
        let number = |column: &str, text: &str| -> Result<f64> {
            text.parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(|| {
                broken(&self.path, "a weight that isn't a number")
                    .at(place(column))
                    .found(format!("{text:?}"))
                    .expected("a finite number")
            })
        };
        let term = restore(&self.record[fixed + 1]).to_owned();
        let df = &self.record[fixed + 2];
        let df: usize = df.parse().map_err(|_| {
            broken(&self.path, "a frequency that isn't a number")
                .at(place("df"))
                .found(format!("{df:?}"))
                .expected("a number of articles")
        })?;
        let idf = number("idf", &self.record[fixed + 3])?;
        let first = weights.len();
        for (class, text) in self.classes.iter().zip(self.record.iter().skip(fixed + 4)) {
            if part.classes.contains(class) {
                // An f32 again, with the same bits as before it was stored.
                let weight = number(&format!("weight_{class}"), text)?;
                weights.push(f64::from(weight as f32));
            } else if !text.is_empty() {
                return Err(broken(&self.path, "a weight for a class that isn't there")
                    .at(place(&format!("weight_{class}")))
                    .found(format!("{text:?}"))
                    .expected("nothing"));
            }
        }
        if part.classes.len() == 2 {
            // One weight, written twice: once with the opposite sign.
            let [other, weight] = [weights[first], weights[first + 1]];
            if other != -weight {
                return Err(broken(&self.path, "weights that don't fit the model")
                    .at(place(&format!("weight_{}", part.classes[0])))
                    .found(format!("{other} and {weight}"))
                    .expected("the same number with both signs"));
            }
            weights.truncate(first);
            weights.push(weight);
        }
        Ok((term, df, idf))
    }

    fn end(mut self) -> Result<()> {
        match self.next()? {
            None => Ok(()),
            Some(line) => Err(broken(&self.path, "more terms than the model has")
                .at(Place::file(&self.path).line(line))
                .expected(format!("as many as {HEADER} lists"))),
        }
    }
}

fn unreadable(path: &Path, error: csv::Error) -> Error {
    let line = error.position().map(csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) if is_too_large(&error) => {
            broken(path, "a file that is broken").found(error.to_string())
        }
        csv::ErrorKind::Io(error) => Error::io(path, error),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let place = Place { line, ..Place::file(path) };
            broken(path, "a file that is broken or cut off")
                .at(place)
                .found(format!("{len} fields"))
                .expected(expected_len.to_string())
        }
        csv::ErrorKind::Utf8 { .. } => broken(path, "a file that is broken")
            .at(Place { line, ..Place::file(path) })
            .found("bytes that aren't UTF-8"),
        kind => broken(path, "a file that is broken").found(format!("{kind:?}")),
    }
}
