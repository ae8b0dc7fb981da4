//! Writes a model's folder beside its place and renames it.

use super::{CARD, Fitted, HEADER, Model, Part, TERMS, card};
use crate::error::{Error, Place, Result};
use crate::spreadsheet::harmless;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Whether a model can be put there: the name is free, or a model's folder, or an empty one.
///
/// # Errors
/// [`Kind::Usage`](crate::error::Kind::Usage) where a file or a folder with something else stands there.
pub fn check_place(folder: &Path) -> Result<()> {
    let refuse = |what: &str| {
        Error::usage(format!("--out names {what}"))
            .at(Place::file(folder))
            .expected("a name that is free, an empty folder, or a model to be replaced")
            .help("choose another name")
    };
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

pub(super) fn write(model: &Model, folder: &Path) -> Result<()> {
    check_place(folder)?;
    let failed = |e| Error::io(folder, e);
    // A link is followed, and `.` has a name then.
    let place = if folder.exists() { folder.canonicalize().map_err(failed)? } else { folder.to_owned() };
    let parent = match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    std::fs::create_dir_all(&parent).map_err(failed)?;
    let beside = tempfile::Builder::new().prefix(".aslant-").tempdir_in(&parent).map_err(failed)?;
    // The temporary folder is its owner's alone; the model's is like any other.
    let fresh = beside.path().join("new");
    std::fs::create_dir(&fresh).map_err(failed)?;
    write_files(model, &fresh)?;
    let old = beside.path().join("old");
    if place.exists() {
        std::fs::rename(&place, &old).map_err(failed)?;
        if let Err(error) = keep_others(&old, &fresh).and_then(|()| std::fs::rename(&fresh, &place)) {
            // What stood there goes back; if even that fails, it is kept beside.
            if std::fs::rename(&old, &place).is_err() {
                let _ = beside.keep();
            }
            return Err(failed(error));
        }
        return Ok(());
    }
    std::fs::rename(&fresh, &place).map_err(failed)
}

/// Takes what is not of the model over into the new folder.
fn keep_others(old: &Path, fresh: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(old)? {
        let name = entry?.file_name();
        if !fresh.join(&name).exists() {
            std::fs::rename(old.join(&name), fresh.join(&name))?;
        }
    }
    Ok(())
}

fn write_files(model: &Model, folder: &Path) -> Result<()> {
    let path = folder.join(HEADER);
    let mut json = serde_json::to_string_pretty(&model.header).map_err(|e| Error::io(&path, e.into()))?;
    json.push('\n');
    std::fs::write(&path, json).map_err(|e| Error::io(path, e))?;
    let path = folder.join(TERMS);
    write_terms(model, &path).map_err(|e| match e.into_kind() {
        csv::ErrorKind::Io(e) => Error::io(&path, e),
        kind => Error::io(&path, std::io::Error::other(format!("{kind:?}"))),
    })?;
    let path = folder.join(CARD);
    std::fs::write(&path, card::card(model)).map_err(|e| Error::io(path, e))
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
    let mut out = csv::Writer::from_path(path)?;
    let parts = &model.header.models;
    out.write_record(columns(parts).iter().map(|c| harmless(c).into_owned()))?;
    let classes = all_classes(parts);
    for (part, fitted) in parts.iter().zip(&model.fitted) {
        write_part(&mut out, part, fitted, &classes)?;
    }
    out.flush()?;
    Ok(())
}

fn write_part(
    out: &mut csv::Writer<impl Write>,
    part: &Part,
    fitted: &Fitted,
    classes: &[&str],
) -> std::result::Result<(), csv::Error> {
    let weights = fitted.classifier.coefficients();
    let mut column = 0;
    for (block, tfidf) in fitted.vectorizer.blocks() {
        let vocabulary = tfidf.vocabulary();
        for (j, term) in vocabulary.terms().enumerate() {
            if let Some(target) = &part.target {
                out.write_field(harmless(target).as_ref())?;
            }
            out.write_field(block.kind.name())?;
            out.write_field(harmless(term).as_ref())?;
            out.write_field(vocabulary.document_frequencies()[j].to_string())?;
            out.write_field(format!("{:.6}", tfidf.idf()[j]))?;
            for class in classes {
                // A class that this target doesn't have has no weight.
                let weight = part.classes.iter().position(|c| c == class).map(|c| match weights.nrows() {
                    1 if c == 0 => -weights[[0, column]],
                    1 => weights[[0, column]],
                    _ => weights[[c, column]],
                });
                out.write_field(weight.map_or(String::new(), |w| decimals(w as f32)))?;
            }
            out.write_record(None::<&[u8]>)?;
            column += 1;
        }
    }
    Ok(())
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
