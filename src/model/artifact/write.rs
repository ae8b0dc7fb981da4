//! Writes a model's folder.

use super::{CARD, FILES, Fitted, HEADER, Model, Part, TERMS, card, training, versions};
use crate::claim::Claim;
use crate::error::{Error, Place, Result};
use crate::features::Tfidf;
use crate::model::recipe::Block;
use crate::spreadsheet::harmless;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::path::Path;

/// Checks that a model can be written there: the name must be free, or a model's folder, or an empty folder.
///
/// # Errors
/// [`Kind::Usage`](crate::error::Kind::Usage) if there is a file, or a folder with something else in it.
pub fn check_place(folder: &Path) -> Result<()> {
    let refuse = |what: &str| {
        Error::usage(format!("--out names {what}"))
            .at(Place::file(folder))
            .expected("a name that is free, an empty folder, or a model to be replaced")
            .help("choose another name")
    };
    Claim::put_right(folder);
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(refuse("a file"));
    }
    let mut entries = std::fs::read_dir(folder).map_err(|e| Error::io(folder, e))?;
    if entries.next().is_some() && !folder.join(HEADER).is_file() {
        return Err(refuse("a folder with something else in it"));
    }
    Ok(())
}

/// What happens to an existing model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Old {
    /// It is removed.
    Replace,
    /// It becomes a version.
    Keep,
}

/// Claims a folder's place for a model.
///
/// # Errors
/// Those of [`check_place`] and [`Claim::folder`].
pub fn claim(folder: &Path) -> Result<Claim> {
    check_place(folder)?;
    Claim::folder(folder)
}

/// Creates a model's folder: `fill` puts the files into the claimed folder, earlier versions are added, and it replaces
/// the old one; other files there stay. Returns the number of the version that the old model became.
pub(super) fn write(claim: Claim, old: Old, fill: impl FnOnce(&Path) -> Result<()>) -> Result<Option<u64>> {
    let place = claim.out().to_owned();
    let version = claim.fill(|fresh| {
        fill(fresh)?;
        keep_versions(&place, fresh, old)
    })?;
    claim.finish_folder(&FILES, HEADER)?;
    Ok(version)
}

/// Adds the earlier versions to the new folder and, if it is to be kept, the old model as another one. The files are
/// linked, not copied.
fn keep_versions(place: &Path, fresh: &Path, old: Old) -> Result<Option<u64>> {
    let failed = |e| Error::io(place, e);
    let history = place.join(versions::HISTORY);
    if history.is_dir() {
        link(&history, &fresh.join(versions::HISTORY)).map_err(failed)?;
    }
    if old == Old::Replace || !place.join(HEADER).is_file() {
        return Ok(None);
    }
    let number = versions::numbers(place)?.last().map_or(1, |last| last + 1);
    let kept = versions::folder(fresh, number);
    std::fs::create_dir_all(&kept).map_err(failed)?;
    for name in FILES.into_iter().filter(|name| place.join(name).is_file()) {
        link(&place.join(name), &kept.join(name)).map_err(failed)?;
    }
    Ok(Some(number))
}

/// Links a file, or the files of a folder, under another name; copies if the system can't link.
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() && !from.is_symlink() {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            link(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    std::fs::hard_link(from, to).or_else(|_| std::fs::copy(from, to).map(drop))
}

pub(super) fn write_files(model: &Model, folder: &Path) -> Result<()> {
    let mut header = model.header.clone();
    let write_training =
        || model.training.as_ref().map(|counted| training::write(counted, &header, folder)).transpose();
    let path = folder.join(TERMS);
    let write_terms = || {
        write_terms(model, &path).map_err(|e| match e.into_kind() {
            csv::ErrorKind::Io(e) => Error::io(&path, e),
            kind => Error::io(&path, std::io::Error::other(format!("{kind:?}"))),
        })
    };
    let (training, terms) = rayon::join(write_training, write_terms);
    terms?;
    header.training = training?.unwrap_or_default();
    let path = folder.join(HEADER);
    let mut json = serde_json::to_string_pretty(&header).map_err(|e| Error::io(&path, e.into()))?;
    json.push('\n');
    std::fs::write(&path, json).map_err(|e| Error::io(path, e))?;
    let path = folder.join(CARD);
    std::fs::write(&path, card::card(&header, &model.fitted)).map_err(|e| Error::io(path, e))
}

/// All classes of all targets, sorted: the weights' columns.
pub(super) fn all_classes(parts: &[Part]) -> Vec<&str> {
    let classes: BTreeSet<&str> = parts.iter().flat_map(|p| p.classes.iter().map(String::as_str)).collect();
    classes.into_iter().collect()
}

/// The header of `terms.csv`.
pub(super) fn columns(parts: &[Part]) -> Vec<String> {
    let target = parts.iter().any(|p| p.target.is_some()).then(|| "target".to_owned());
    let fixed = ["block", "term", "df", "idf"].map(str::to_owned);
    let weights = all_classes(parts).into_iter().map(|class| format!("weight_{class}"));
    target.into_iter().chain(fixed).chain(weights).collect()
}

fn write_terms(model: &Model, path: &Path) -> std::result::Result<(), csv::Error> {
    let mut out = File::create(path)?;
    let parts = &model.header.models;
    let mut head = csv::Writer::from_writer(Vec::new());
    head.write_record(columns(parts).iter().map(|c| harmless(c).into_owned()))?;
    out.write_all(&written(head)?)?;
    let classes = all_classes(parts);
    for (part, fitted) in parts.iter().zip(&model.fitted) {
        write_part(&mut out, part, fitted, &classes)?;
    }
    Ok(())
}

fn written(rows: csv::Writer<Vec<u8>>) -> std::result::Result<Vec<u8>, csv::Error> {
    rows.into_inner().map_err(|e| e.into_error().into())
}

/// How many terms one thread writes at a time.
const CHUNK: usize = 1 << 13;
/// How many chunks are in memory at once.
const CHUNKS: usize = 64;

fn write_part(out: &mut File, part: &Part, fitted: &Fitted, classes: &[&str]) -> std::result::Result<(), csv::Error> {
    let mut first = 0;
    for (block, tfidf) in fitted.vectorizer.blocks() {
        let of_block = OfBlock { part, block, tfidf, fitted, first, classes };
        let n = tfidf.vocabulary().len();
        let chunks: Vec<usize> = (0..n).step_by(CHUNK).collect();
        for chunks in chunks.chunks(CHUNKS) {
            let written = chunks.par_iter().map(|&start| of_block.rows(start..n.min(start + CHUNK)));
            let written: Vec<Vec<u8>> = written.collect::<std::result::Result<_, _>>()?;
            written.iter().try_for_each(|rows| out.write_all(rows))?;
        }
        first += n;
    }
    Ok(())
}

/// The terms of one block of one target.
struct OfBlock<'m> {
    part: &'m Part,
    block: &'m Block,
    tfidf: &'m Tfidf,
    fitted: &'m Fitted,
    /// Its first column.
    first: usize,
    /// All classes that have a column.
    classes: &'m [&'m str],
}

impl OfBlock<'_> {
    /// The rows of some of its terms.
    fn rows(&self, terms: Range<usize>) -> std::result::Result<Vec<u8>, csv::Error> {
        let mut out = csv::Writer::from_writer(Vec::with_capacity(64 * terms.len()));
        let (vocabulary, idf) = (self.tfidf.vocabulary(), self.tfidf.idf());
        let place = |class: &&str| self.part.classes.iter().position(|c| c == class);
        let classes: Vec<Option<usize>> = self.classes.iter().map(place).collect();
        for j in terms {
            if let Some(target) = &self.part.target {
                out.write_field(harmless(target).as_ref())?;
            }
            out.write_field(self.block.kind.name())?;
            out.write_field(harmless(&vocabulary.term(j).name()).as_ref())?;
            out.write_field(vocabulary.document_frequencies()[j].to_string())?;
            out.write_field(format!("{:.6}", idf[j]))?;
            for class in &classes {
                // A class that this target doesn't have has no weight.
                let weight = class.map(|c| self.fitted.weight(self.first + j, c));
                out.write_field(weight.map_or(String::new(), |w| decimals(w as f32)))?;
            }
            out.write_record(None::<&[u8]>)?;
        }
        written(out)
    }
}

/// The shortest decimals that give the same number again.
fn decimals(weight: f32) -> String {
    if weight == 0.0 {
        "0".to_owned()
    } else if weight.abs() < 1e-4 {
        format!("{weight:e}")
    } else {
        weight.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_give_the_same_number_again() {
        for weight in [0.1f32, -3.25, 1e-30, 12345.678, f32::MIN_POSITIVE, -1.0 / 3.0, 1e-45] {
            assert_eq!(decimals(weight).parse::<f32>().unwrap(), weight);
        }
        assert_eq!(decimals(-0.0), "0");
        assert_eq!(decimals(1.5e-7), "1.5e-7");
    }
}
