//! The output folder: everything is written beside it first and renamed into place at the end, so that a run that
//! fails leaves what was there.

use super::column::Columns;
use super::run::{self, Run};
use super::tables::Sink;
use super::writer::{self, Format};
use super::{discovery, html, keywords, markdown, suggestions, tables};
use crate::compare::Comparison;
use crate::compare::discover::Discovery;
use crate::error::{Error, Place, Result};
use crate::suggest::Suggestions;
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

/// Writes all tables, `report.md`, `run.json` and `report.html`, which is made from them, into a folder, which is made
/// where it is missing. Tables are written as CSV and in `formats` beside it. Files of the same names are replaced, others
/// left alone. Returns the paths in the order in which a reader wants them.
///
/// # Errors
/// Where something can't be written; then nothing has been replaced, but for the case that renaming itself fails.
pub fn write(comparison: &mut Comparison, run: &Run, formats: &[Format], out: &Path) -> Result<Vec<PathBuf>> {
    let mut folder = Beside::new(out)?;
    // Named first, and made of all the others.
    let page = folder.add("report.html");
    folder.text("report.md", &markdown::report(comparison))?;
    for table in tables::of(comparison) {
        let columns = (table.columns)(comparison);
        folder.table(table.name, formats, &columns, |sink| (table.rows)(comparison, sink))?;
    }
    folder.json("run.json", &run::json(comparison, run))?;
    std::fs::write(&page, html::page(folder.path())?).map_err(|e| Error::io(page, e))?;
    folder.rename()
}

/// Writes what was discovered, as [`write()`] does: `keywords.csv`, `report.md` and `run.json`.
///
/// # Errors
/// Where something can't be written.
pub fn write_discovery(
    discovery: &Discovery,
    run: &Run,
    top: usize,
    formats: &[Format],
    out: &Path,
) -> Result<Vec<PathBuf>> {
    let mut folder = Beside::new(out)?;
    folder.text("report.md", &discovery::report(discovery, top))?;
    let rows = |sink: &mut Sink<'_>| keywords::rows(&discovery.outlet_names, &discovery.keywords, sink);
    folder.table("keywords", formats, &keywords::columns(&discovery.by), rows)?;
    folder.json("run.json", &run::discovery_json(discovery, run))?;
    folder.rename()
}

/// Writes what may be cues, as [`write()`] does: `suggestions.csv` and `suggestions.toml`.
///
/// # Errors
/// Where something can't be written.
pub fn write_suggestions(found: &Suggestions, out: &Path) -> Result<Vec<PathBuf>> {
    let mut folder = Beside::new(out)?;
    folder.table("suggestions", &[], &suggestions::columns(), |sink| suggestions::rows(found, sink))?;
    folder.text("suggestions.toml", &suggestions::toml(found))?;
    folder.rename()
}

/// Files that are written beside their place.
struct Beside<'o> {
    out: &'o Path,
    folder: tempfile::TempDir,
    names: Vec<String>,
}

impl<'o> Beside<'o> {
    fn new(out: &'o Path) -> Result<Self> {
        check(out)?;
        std::fs::create_dir_all(out).map_err(|e| Error::io(out, e))?;
        let folder = tempfile::Builder::new().prefix(".aslant-").tempdir_in(out).map_err(|e| Error::io(out, e))?;
        Ok(Beside { out, folder, names: Vec::new() })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where a file is to be written for now.
    fn add(&mut self, name: &str) -> PathBuf {
        self.names.push(name.to_owned());
        self.folder.path().join(name)
    }

    /// Writes a table as CSV and in these formats.
    fn table(
        &mut self,
        name: &str,
        formats: &[Format],
        columns: &Columns,
        rows: impl FnOnce(&mut Sink<'_>) -> Result<()>,
    ) -> Result<()> {
        let formats = writer::with_csv(formats);
        self.names.extend(formats.iter().map(|format| format!("{name}.{}", format.ending())));
        writer::write(self.folder.path(), name, &formats, columns, rows)
    }

    fn text(&mut self, name: &str, text: &str) -> Result<()> {
        let path = self.add(name);
        std::fs::write(&path, text).map_err(|e| Error::io(path, e))
    }

    fn json(&mut self, name: &str, value: &serde_json::Value) -> Result<()> {
        let mut json = serde_json::to_string_pretty(value).map_err(|e| Error::io(self.out.join(name), e.into()))?;
        json.push('\n');
        self.text(name, &json)
    }

    /// Brings all of them to their places.
    fn rename(self) -> Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for name in &self.names {
            let path = self.out.join(name);
            std::fs::rename(self.folder.path().join(name), &path).map_err(|e| Error::io(&path, e))?;
            paths.push(path);
        }
        Ok(paths)
    }
}
