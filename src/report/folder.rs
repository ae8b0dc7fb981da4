//! The output folder of a comparison, a discovery or suggestions.

use super::column::Columns;
use super::run::{self, Run};
use super::tables::Sink;
use super::writer::{self, Format};
use super::{discovery, html, keywords, markdown, suggestions, tables};
use crate::claim::Claim;
use crate::compare::Comparison;
use crate::compare::discover::Discovery;
use crate::error::{Error, Result};
use crate::suggest::Suggestions;
use rayon::prelude::*;
use std::path::PathBuf;

/// Writes all tables, `report.md`, `run.json` and `report.html`, which is made from them, to a folder. Tables are
/// written as CSV and also in `formats`. Everything that an earlier run wrote there is replaced, including tables that
/// this run doesn't have; other files are left alone. Returns the paths in the order in which a reader wants them.
///
/// # Errors
/// If something can't be written; then nothing has been replaced.
pub fn write(comparison: &Comparison, run: &Run, formats: &[Format], out: Claim) -> Result<Vec<PathBuf>> {
    fill(out, run::NAME, &tables_of_any(), |folder| {
        // Listed first, but made from all the others.
        let page = folder.add("report.html");
        folder.text("report.md", &markdown::report(comparison))?;
        let (tables, formats): (Vec<_>, _) = (tables::of(comparison).collect(), writer::with_csv(formats));
        tables.iter().for_each(|table| folder.name_table(table.name, &formats));
        // Two of them have nearly all rows, so tables are written in parallel.
        tables.par_iter().with_max_len(1).try_for_each(|table| {
            let columns = (table.columns)(comparison);
            writer::write(&folder.path, table.name, &formats, &columns, |sink| (table.rows)(comparison, sink))
        })?;
        folder.json(run::NAME, &run::json(comparison, run))?;
        std::fs::write(&page, html::page(&folder.path)?).map_err(|e| Error::io(page, e))
    })
}

/// Writes a discovery: `keywords.csv` in all formats, `report.md` and `run.json`.
///
/// # Errors
/// If something can't be written.
pub fn write_discovery(
    discovery: &Discovery,
    run: &Run,
    top: usize,
    formats: &[Format],
    out: Claim,
) -> Result<Vec<PathBuf>> {
    fill(out, run::NAME, &in_any_format("keywords"), |folder| {
        folder.text("report.md", &discovery::report(discovery, top))?;
        let rows = |sink: &mut Sink<'_>| keywords::rows(&discovery.outlet_names, &discovery.keywords, sink);
        folder.table("keywords", formats, &keywords::columns(&discovery.by), rows)?;
        folder.json(run::NAME, &run::discovery_json(discovery, run))
    })
}

/// Writes suggested cues in the same way as [`write()`]: `suggestions.csv` and `suggestions.toml`.
///
/// # Errors
/// If something can't be written.
pub fn write_suggestions(found: &Suggestions, out: Claim) -> Result<Vec<PathBuf>> {
    const TOML: &str = "suggestions.toml";
    fill(out, TOML, &[], |folder| {
        folder.table("suggestions", &[], &suggestions::columns(), |sink| suggestions::rows(found, sink))?;
        folder.text(TOML, &suggestions::toml(found))
    })
}

/// Fills a folder and moves it into place; `ours` are the files of an earlier run that are removed. Returns the files
/// that were added, in order.
fn fill(
    out: Claim,
    last: &str,
    ours: &[String],
    write: impl FnOnce(&mut Folder) -> Result<()>,
) -> Result<Vec<PathBuf>> {
    let mut folder = Folder { path: out.path().to_owned(), names: Vec::new() };
    out.fill(|_| write(&mut folder))?;
    let paths = folder.names.iter().map(|name| out.out().join(name)).collect();
    out.finish_folder(&ours.iter().map(String::as_str).collect::<Vec<_>>(), last)?;
    Ok(paths)
}

/// The files of a comparison from which something else is made: its page, or another comparison.
pub fn made_of() -> Vec<String> {
    tables_of_any().into_iter().chain(["report.md".to_owned(), run::NAME.to_owned()]).collect()
}

/// The tables that an earlier comparison may have left: numbers of two runs next to each other would be mistaken for
/// one run's.
fn tables_of_any() -> Vec<String> {
    tables::TABLES.iter().flat_map(|table| in_any_format(table.name)).collect()
}

/// The file names of a table.
fn in_any_format(table: &str) -> Vec<String> {
    Format::ALL.iter().map(|format| format!("{table}.{}", format.ending())).collect()
}

/// A folder that is being filled.
struct Folder {
    path: PathBuf,
    names: Vec<String>,
}

impl Folder {
    /// Adds a file, and returns where to write it.
    fn add(&mut self, name: &str) -> PathBuf {
        self.names.push(name.to_owned());
        self.path.join(name)
    }

    /// Adds the files of a table.
    fn name_table(&mut self, name: &str, formats: &[Format]) {
        self.names.extend(formats.iter().map(|format| format!("{name}.{}", format.ending())));
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
        self.name_table(name, &formats);
        writer::write(&self.path, name, &formats, columns, rows)
    }

    fn text(&mut self, name: &str, text: &str) -> Result<()> {
        let path = self.add(name);
        std::fs::write(&path, text).map_err(|e| Error::io(path, e))
    }

    fn json(&mut self, name: &str, value: &serde_json::Value) -> Result<()> {
        let mut json = serde_json::to_string_pretty(value).map_err(|e| Error::io(self.path.join(name), e.into()))?;
        json.push('\n');
        self.text(name, &json)
    }
}
