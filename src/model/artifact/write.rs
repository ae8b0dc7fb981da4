//! Writes a model's folder beside its place and swaps the two.

use super::{CARD, FILES, Fitted, HEADER, Model, Part, TERMS, card, training, versions};
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

/// What becomes of the model that stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Old {
    /// It goes.
    Replace,
    /// It becomes a version.
    Keep,
}

/// Makes a model's folder: `fill` puts its files into an empty folder beside its place, then what else stood at the
/// place is added, and the two are swapped. Whenever it is cut short, the old or the new model stands there, whole.
/// Returns the number of the version that the old one became.
pub(super) fn write(folder: &Path, old: Old, fill: impl FnOnce(&Path) -> Result<()>) -> Result<Option<u64>> {
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
    fill(&fresh)?;
    if !place.exists() {
        std::fs::rename(&fresh, &place).map_err(failed)?;
        return Ok(None);
    }
    let mut version = None;
    keep_others(&place, &fresh).map_err(failed)?;
    if old == Old::Keep {
        let number = versions::numbers(folder)?.last().map_or(1, |last| last + 1);
        let kept = fresh.join(versions::HISTORY).join(number.to_string());
        std::fs::create_dir_all(&kept).map_err(failed)?;
        for name in FILES.into_iter().filter(|name| place.join(name).is_file()) {
            link(&place.join(name), &kept.join(name)).map_err(failed)?;
        }
        version = Some(number);
    }
    swap(&fresh, &place, &beside.path().join("old")).map_err(failed)?;
    Ok(version)
}

/// Puts `fresh` in the place of `place` in one step where the system can, or else in two, the first of which is undone
/// where the second fails.
fn swap(fresh: &Path, place: &Path, old: &Path) -> std::io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, fresh, CWD, place, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    std::fs::rename(place, old)?;
    std::fs::rename(fresh, place).inspect_err(|_| {
        let _ = std::fs::rename(old, place);
    })
}

/// Adds what is not of the model to the new folder. The files are the same, not copies: the old folder goes soon.
fn keep_others(old: &Path, fresh: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(old)? {
        let entry = entry?;
        let name = entry.file_name();
        if !FILES.iter().any(|file| name == *file) {
            link(&entry.path(), &fresh.join(&name))?;
        }
    }
    Ok(())
}

/// The same file, or a folder of the same files, under another name; a copy where the system can't.
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
    header.training = match &model.training {
        Some(counted) => training::write(counted, &header, folder)?,
        None => Vec::new(),
    };
    let path = folder.join(HEADER);
    let mut json = serde_json::to_string_pretty(&header).map_err(|e| Error::io(&path, e.into()))?;
    json.push('\n');
    std::fs::write(&path, json).map_err(|e| Error::io(path, e))?;
    let path = folder.join(TERMS);
    write_terms(model, &path).map_err(|e| match e.into_kind() {
        csv::ErrorKind::Io(e) => Error::io(&path, e),
        kind => Error::io(&path, std::io::Error::other(format!("{kind:?}"))),
    })?;
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
                let weight = part.classes.iter().position(|c| c == class).map(|c| fitted.weight(column, c));
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
