//! Opening: which files are read as what, and what the manifest says of them.
//!
//! Takes the files that were found; hands on a [`Source`] for each. Rows aren't looked at here, but for the first ones,
//! which tell the columns.

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::decode::{self, By};
use super::folder::{Manifest, Row};
use super::inputs::Found;
use super::json::Json;
use super::options::{BadRows, Format, ReadOptions};
use super::table::{self, Delimiter, Table};
use super::warnings::Warning;
use super::{Source, SourceKind, columns};
use crate::error::{Error, Place, Result, RowProblems};

/// Pairs the files with the manifest's rows: what isn't in the manifest is left out, what isn't there is an error.
pub(crate) fn match_manifest(
    found: Vec<Found>,
    manifest: &Manifest,
    options: &ReadOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<(Found, Option<Row>)>> {
    let mut left: HashMap<&str, &Row> = manifest.rows.iter().map(|(file, row)| (file.as_str(), row)).collect();
    let (mut paired, mut strangers) = (Vec::new(), Vec::new());
    for mut file in found {
        if let Some(row) = left.remove(file.relative.as_str()) {
            file.format = Some(Format::Text);
            paired.push((file, Some(row.clone())));
        } else if file.format == Some(Format::Text) {
            strangers.push(file.name);
        } else {
            paired.push((file, None));
        }
    }
    if let Some(first) = strangers.first().cloned() {
        let (count, manifest) = (strangers.len() as u64, manifest.name.clone());
        warnings.push(Warning::NotInManifest { count, first, manifest });
    }
    let mut missing: Vec<(&str, &Row)> = left.into_iter().collect();
    missing.sort_by_key(|(_, row)| row.line);
    let mut problems = RowProblems::default();
    for (file, row) in &missing {
        let problem = Error::data("a file of the manifest that isn't there")
            .at(Place::file(&manifest.name).line(row.line))
            .found(format!("`{file}`"));
        let near = columns::nearest(file, strangers.iter().filter_map(|name| name.rsplit(['/', '\\']).next()));
        problems.push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("names are relative to the folder that is read; leave out the row, or add the file"),
        });
    }
    match (problems.fold(), options.bad_rows) {
        (Some(error), BadRows::Refuse) => return Err(error.note("nothing was written")),
        (Some(_), BadRows::Skip) => warnings.push(Warning::MissingFiles {
            count: missing.len() as u64,
            first: missing.first().map_or_else(String::new, |(file, _)| (*file).to_owned()),
            manifest: manifest.name.clone(),
        }),
        (None, _) => {}
    }
    Ok(paired)
}

/// Looks into one file. Returns also its encoding where that was guessed.
pub(crate) fn open_source(
    file: Found,
    known: Option<Row>,
    options: &ReadOptions,
) -> Result<(Source, Option<&'static Encoding>)> {
    let Found { name, path, stem, format, bytes, .. } = file;
    let source = |kind| Source { name: name.clone(), path: path.clone(), stem: stem.clone(), bytes, kind };
    if format == Some(Format::Text) {
        return Ok((source(SourceKind::Text { known }), None));
    }
    let head = decode::head(&path, &name, options.encoding)?;
    let chosen = decode::choose(&head.bytes, head.whole, options.encoding);
    let format = format.unwrap_or_else(|| {
        let start = &head.bytes[..head.bytes.len().min(64 << 10)];
        let (start, _) = chosen.encoding.decode_with_bom_removal(start);
        match start.trim_start().bytes().next() {
            Some(b'{' | b'[') => Format::Json,
            _ if table::looks_like_table(&start, &options.columns) => Format::Csv,
            _ => Format::Text,
        }
    });
    let kind = match format {
        Format::Text => return Ok((source(SourceKind::Text { known }), None)),
        Format::Json => SourceKind::Json(Json::open(&head, chosen, &options.columns, &name)?),
        Format::Csv | Format::Tsv => {
            let delimiter = if format == Format::Tsv { Delimiter::Tab } else { Delimiter::Guess };
            let needed = columns::TextColumn::Needed;
            SourceKind::Table(Table::open(&head, chosen, delimiter, &options.columns, needed, &name)?)
        }
    };
    Ok((source(kind), (chosen.by == By::Guess).then_some(chosen.encoding)))
}
