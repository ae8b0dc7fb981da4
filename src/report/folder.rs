//! The output folder: everything is written beside it first and renamed into place at the end, so that a run that
//! fails leaves what was there.

use super::run::{self, Run};
use super::tables::TABLES;
use super::{csv, html, markdown};
use crate::compare::Comparison;
use crate::error::{Error, Place, Result};
use std::path::{Path, PathBuf};

/// Whether a folder can be written to, as far as that can be told without writing: to be asked before long work.
///
/// # Errors
/// Where a file stands in its place.
pub fn check(out: &Path) -> Result<()> {
    if out.exists() && !out.is_dir() {
        return Err(Error::usage("--out names a file")
            .at(Place::file(out))
            .expected("a folder, or a name that is free")
            .help("choose another name"));
    }
    Ok(())
}

/// Writes all tables, `report.md`, `run.json` and `report.html`, which is made from them, into a folder, which is made where it is missing. Files of the same
/// names are replaced, others left alone. Returns the paths in the order in which a reader wants them.
///
/// # Errors
/// Where something can't be written; then nothing has been replaced, but for the case that renaming itself fails.
pub fn write(comparison: &mut Comparison, run: &Run, out: &Path) -> Result<Vec<PathBuf>> {
    check(out)?;
    std::fs::create_dir_all(out).map_err(|e| Error::io(out, e))?;
    let beside = tempfile::Builder::new().prefix(".aslant-").tempdir_in(out).map_err(|e| Error::io(out, e))?;
    let mut names = vec!["report.html".to_owned(), "report.md".to_owned()];
    for table in &TABLES {
        let name = format!("{}.csv", table.name);
        csv::write(table, comparison, &beside.path().join(&name))?;
        names.push(name);
    }
    names.push("run.json".to_owned());
    let mut json = serde_json::to_string_pretty(&run::json(comparison, run))
        .map_err(|e| Error::io(out.join("run.json"), e.into()))?;
    json.push('\n');
    for (name, text) in [("report.md", markdown::report(comparison)), ("run.json", json)] {
        let path = beside.path().join(name);
        std::fs::write(&path, text).map_err(|e| Error::io(path, e))?;
    }
    let path = beside.path().join("report.html");
    std::fs::write(&path, html::page(beside.path())?).map_err(|e| Error::io(&path, e))?;
    let mut paths = Vec::new();
    for name in names {
        let path = out.join(&name);
        std::fs::rename(beside.path().join(&name), &path).map_err(|e| Error::io(&path, e))?;
        paths.push(path);
    }
    Ok(paths)
}
