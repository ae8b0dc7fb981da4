//! Opening a corpus: which files are read as what, and what the manifest says about them.
//!
//! Takes the options, or a data frame; hands on a [`Corpus`], with a [`Source`] for each file found. Only the first
//! rows are looked at here, to find the columns.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use arrow_array::RecordBatch;
use encoding_rs::Encoding;

use super::columns::Role;
use super::decode::{self, By};
use super::folder::{Manifest, Row};
use super::frame::{Content, Frame};
use super::inputs::{self, Found, Inputs};
use super::json::Json;
use super::labels::{LabelOptions, Written};
use super::options::{BadRows, Extent, Format, ReadOptions};
use super::table::{self, Delimiter, Table};
use super::warnings::Warning;
use super::{Corpus, Held, Labelling, Source, SourceKind, columns, exports, html, row};
use crate::error::{Error, Place, Result, RowProblems};

impl Corpus {
    /// Opens a corpus: finds the files, and the format, encoding and columns of each.
    ///
    /// - From a folder, all files in it and its subfolders are read that end in `.txt`, `.text`, `.md`, `.html`,
    ///   `.htm`, `.csv`, `.tsv`, `.jsonl`, `.ndjson`, `.json`, `.parquet`, `.arrow` or `.feather`, texts also with
    ///   `.gz` or `.zst` after that. They are sorted by name. Hidden files, READMEs and the manifest are left out.
    /// - Standard input is kept, so that it can be read more than once: up to a megabyte in memory, more in a temporary file.
    /// - A text file may begin with a front matter (`---`, lines `key: value`, `---`). It isn't part of the text: spans
    ///   index what follows it. A manifest's row takes precedence over it.
    /// - An article without an id is named after its file: a text by its path in the folder without the extension, a
    ///   record by the file and its number (`articles-00001`). Files of the same name are prefixed with their folder.
    /// - The encoding is the one requested; else that of a byte order mark; else UTF-8, if the first 4 MiB are; else
    ///   the likeliest one, with a warning.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage): no such file, an input given twice.
    /// [`Kind::Data`](crate::error::Kind::Data): an empty file, a file that isn't text, a column that doesn't exist, a
    /// broken header or manifest, a file named in the manifest that doesn't exist.
    /// [`Kind::Io`](crate::error::Kind::Io): reading failed.
    pub fn open(options: ReadOptions) -> Result<Self> {
        Corpus::open_with_stdin(options, std::io::stdin())
    }

    /// [`Corpus::open`] with another stream in place of standard input.
    pub fn open_with_stdin(mut options: ReadOptions, stdin: impl Read) -> Result<Self> {
        if let Some(labels) = &options.labels {
            options.columns.extra.extend(labels.columns().cloned());
        }
        let manifest = match &options.manifest {
            Some(path) => {
                if let Err(error) = std::fs::metadata(path) {
                    return Err(inputs::not_found(path, error));
                }
                Some(Manifest::open(path, &options)?)
            }
            None => None,
        };
        let Inputs { found, spooled, not_read } = inputs::find(&options, stdin)?;
        let mut opening_warnings = Vec::from_iter(not_read);
        if options.format.is_none() && manifest.is_none() {
            opening_warnings.extend(table_as_text(&found, &options));
        }
        let (mut sources, mut guessed) = (Vec::new(), Vec::new());
        let mut problems = RowProblems::default();
        let found = match &manifest {
            Some(manifest) => match_manifest(found, manifest, &options, &mut opening_warnings)?,
            None => found.into_iter().map(|file| (file, None)).collect(),
        };
        for (file, known) in found {
            match open_source(file, known, &options, &mut opening_warnings) {
                Ok((source, by)) => {
                    guessed.extend(by.map(|encoding| (source.name.clone(), encoding)));
                    sources.push(source);
                }
                // All bad files are reported together.
                Err(error) => problems.push(error),
            }
        }
        if let Some(error) = problems.fold() {
            return Err(error);
        }
        if let Some((first, encoding)) = guessed.first() {
            let (count, first, encoding) = (guessed.len() as u64, first.clone(), encoding.name());
            opening_warnings.push(Warning::GuessedEncoding { count, first, encoding });
        }
        let bytes = sources.iter().map(|source| source.bytes).sum();
        let (surveyed, day_first) = (OnceLock::new(), OnceLock::new());
        Ok(Corpus { options, sources, manifest, bytes, opening_warnings, surveyed, day_first, _spooled: spooled })
    }

    /// A corpus of the articles in an in-memory data frame, whose columns are found as in a table.
    ///
    /// Texts are copied only for the articles being processed. All batches must have the same schema. Messages refer to
    /// the frame as `name`, and without ids its articles are named after it (`name-00001`). The `options` for inputs,
    /// manifest, encoding and format are ignored.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, RecordBatch, StringArray};
    /// use aslant::corpus::{Corpus, Pass, ReadOptions};
    ///
    /// let texts: ArrayRef = Arc::new(StringArray::from(vec!["One text.", "Another text."]));
    /// let batch = RecordBatch::try_from_iter([("text", texts)])?;
    /// let corpus = Corpus::of_batches("frame", vec![batch], ReadOptions::default())?;
    /// let mut ids = Vec::new();
    /// corpus.for_each(Pass::new(), |_, article| article.id, |_, id| { ids.push(id); Ok(()) })?;
    /// assert_eq!(ids, ["frame-00001", "frame-00002"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Kind::Data`](crate::error::Kind::Data): no text column, a column that doesn't exist or whose type holds no
    /// text, batches with different schemas.
    pub fn of_batches(name: &str, batches: Vec<RecordBatch>, mut options: ReadOptions) -> Result<Self> {
        if let Some(labels) = &options.labels {
            options.columns.extra.extend(labels.columns().cloned());
        }
        let mut schemas = batches.iter().map(|batch| batch.schema_ref());
        let Some(first) = schemas.next() else {
            return Err(Error::data("no articles").at(Place::file(name)).found("a data frame without rows"));
        };
        if schemas.any(|other| other != first) {
            return Err(Error::data("batches with different columns")
                .at(Place::file(name))
                .expected("the same names and types in every batch")
                .help("give them one schema first"));
        }
        let mut warnings = Vec::new();
        let content = Content::Memory(batches.into());
        let (frame, labels) = open_frame(content, Path::new(""), &options, name, &mut warnings)?;
        if options.extent == Extent::Part && frame.layout.name(Role::Id).is_none() {
            return Err(Error::data("articles without ids")
                .at(Place::file(name))
                .expected("a column of ids: nothing else identifies articles that are counted in parts")
                .help("name it with --id, or make one from the address or from a hash of the text")
                .note("nothing was written"));
        }
        let bytes = frame.bytes_in_memory();
        let (name, kind) = (name.to_owned(), SourceKind::Frame(frame));
        let source =
            Source { stem: name.clone(), folder: None, name, held: Held::At(PathBuf::new()), bytes, kind, labels };
        Ok(Corpus {
            options,
            sources: vec![source],
            manifest: None,
            bytes,
            opening_warnings: warnings,
            surveyed: OnceLock::new(),
            day_first: OnceLock::new(),
            _spooled: None,
        })
    }
}

/// Pairs the files with the manifest's rows: files missing from the manifest are left out, files missing from the
/// folder are an error.
fn match_manifest(
    found: Vec<Found>,
    manifest: &Manifest,
    options: &ReadOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<(Found, Option<Row>)>> {
    let mut left: HashMap<&str, &Row> = manifest.rows.iter().map(|(file, row)| (file.as_str(), row)).collect();
    let (mut paired, mut strangers) = (Vec::new(), Vec::new());
    for mut file in found {
        if let Some(row) = left.remove(file.relative.as_str()) {
            file.format = file.format.filter(|format| *format == Format::Html).or(Some(Format::Text));
            paired.push((file, Some(row.clone())));
        } else if matches!(file.format, Some(Format::Text | Format::Html)) {
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
        let problem = Error::data("a file of the manifest that doesn't exist")
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

/// The warning about a table with the extension `.txt`, which is therefore read as one article: about the first such
/// file.
fn table_as_text(found: &[Found], options: &ReadOptions) -> Option<Warning> {
    let file = found.iter().find(|file| file.format == Some(Format::Text))?;
    // Problems are reported when it is read.
    let head = decode::head(&file.held, &file.name, options.encoding).ok()?;
    let chosen = decode::choose(&head.bytes, head.whole, options.encoding);
    let start = &head.bytes[..head.bytes.len().min(64 << 10)];
    let (start, _) = chosen.encoding.decode_with_bom_removal(start);
    let columns = table::known_columns(&start, &options.columns);
    // A text may begin with "Body, mind and soul".
    let is_table = columns.len() > 1;
    is_table.then(|| Warning::TableAsText { file: file.name.clone(), columns })
}

/// Looks into one file. Also returns its encoding if that was guessed.
fn open_source(
    file: Found,
    known: Option<Row>,
    options: &ReadOptions,
    warnings: &mut Vec<Warning>,
) -> Result<(Source, Option<&'static Encoding>)> {
    let Found { name, held, stem, folder, format, bytes, .. } = file;
    let labels = options.labels.as_ref();
    let plain = labels
        .map_or(Labelling::None, |l| Labelling::Columns { written: Written::One, annotators: l.annotator.is_some() });
    let source = |kind, labels| {
        let (name, held, stem, folder) = (name.clone(), held.clone(), stem.clone(), folder.clone());
        Source { name, held, stem, folder, bytes, kind, labels }
    };
    match format {
        Some(Format::Text) => return Ok((source(SourceKind::Text { known }, plain), None)),
        Some(Format::Html) => return Ok((source(SourceKind::Page { known }, plain), None)),
        _ => {}
    }
    let content = match &held {
        Held::At(path) => Content::sniff(path).map_err(|e| Error::io(&name, e))?,
        Held::Memory(_) => None,
    };
    if let Some(content) = content {
        let (frame, labelling) = open_frame(content, held.path(), options, &name, warnings)?;
        return Ok((source(SourceKind::Frame(frame), labelling), None));
    }
    let head = decode::head(&held, &name, options.encoding)?;
    let chosen = decode::choose(&head.bytes, head.whole, options.encoding);
    let format = format.unwrap_or_else(|| {
        let start = &head.bytes[..head.bytes.len().min(64 << 10)];
        let (start, _) = chosen.encoding.decode_with_bom_removal(start);
        match start.trim_start().bytes().next() {
            Some(b'{') => Format::Json,
            // A list of objects; a text may begin with a bracket.
            Some(b'[') if matches!(start.trim_start()[1..].trim_start().bytes().next(), None | Some(b'{' | b']')) => {
                Format::Json
            }
            _ if html::looks_like_page(&start) => Format::Html,
            _ if table::looks_like_table(&start, &options.columns) => Format::Csv,
            _ => Format::Text,
        }
    });
    let kind = match format {
        Format::Parquet | Format::Arrow => return Err(no_frame(format, &head.bytes, held.path(), &name)),
        Format::Text => return Ok((source(SourceKind::Text { known }, plain), None)),
        Format::Html => return Ok((source(SourceKind::Page { known }, plain), None)),
        Format::Json => {
            let json = Json::open(&head, chosen, &options.columns, labels, &name)?;
            let labelling = if json.export.is_some() { Labelling::Export } else { plain };
            check_ids(labelling, json.layout.name(Role::Id), &name)?;
            (SourceKind::Json(json), labelling)
        }
        Format::Csv | Format::Tsv => {
            let delimiter = if format == Format::Tsv { Delimiter::Tab } else { Delimiter::Guess };
            let needed = columns::TextColumn::Needed;
            let mut wanted = options.columns.clone();
            let labelling = match labels {
                None => plain,
                Some(labels) => of_table(&table::names(&head, chosen, delimiter), labels, &mut wanted),
            };
            let table = Table::open(&head, chosen, delimiter, &wanted, needed, &name)?;
            check_ids(labelling, table.layout.name(Role::Id), &name)?;
            (SourceKind::Table(table), labelling)
        }
    };
    Ok((source(kind.0, kind.1), (chosen.by == By::Guess).then_some(chosen.encoding)))
}

/// Finds the columns of a data frame, and how its labels are read.
fn open_frame(
    content: Content,
    path: &Path,
    options: &ReadOptions,
    name: &str,
    warnings: &mut Vec<Warning>,
) -> Result<(Frame, Labelling)> {
    let mut wanted = options.columns.clone();
    let labelling = match &options.labels {
        None => Labelling::None,
        Some(labels) => of_table(&Frame::header(&content, path, name)?, labels, &mut wanted),
    };
    let frame = Frame::open(content, path, &wanted, name, warnings)?;
    check_ids(labelling, frame.layout.name(Role::Id), name)?;
    Ok((frame, labelling))
}

/// The error for a file with a data frame's extension that doesn't begin like one.
fn no_frame(format: Format, head: &[u8], path: &Path, name: &str) -> Error {
    let what = if format == Format::Parquet { "a Parquet file" } else { "an Arrow file" };
    let error = Error::data(format!("not {what}")).at(Place::file(name));
    let error = match path.extension().is_some_and(|ending| ending == "gz" || ending == "zst") {
        true => error.help("decompress it: such files are compressed inside"),
        false => error
            .found(format!(
                "a file that begins with {}",
                row::quoted(&String::from_utf8_lossy(&head[..head.len().min(40)]))
            ))
            .help("if it is CSV or JSON lines, give it that ending"),
    };
    error.note("nothing was written")
}

/// How a table's labels are read; adds the columns that its annotation program writes to the wanted ones.
fn of_table(header: &[String], labels: &LabelOptions, wanted: &mut super::ColumnNames) -> Labelling {
    let (written, annotator) = exports::of_table(header, labels);
    wanted.extra.extend(annotator.map(str::to_owned));
    if written == Written::Hashes && wanted.text.is_none() && columns::guess(header, Role::Text).is_none() {
        wanted.text = columns::position(header, "data").map(|i| header[i].clone());
    }
    Labelling::Columns { written, annotators: annotator.is_some() || labels.annotator.is_some() }
}

/// Checks that there are ids if there are several annotators, whose answers are matched by the article's id.
fn check_ids(labelling: Labelling, id: Option<&str>, name: &str) -> Result<()> {
    match (labelling, id) {
        (Labelling::Columns { annotators: true, .. }, None) => Err(Error::data("annotators, but no ids of articles")
            .at(Place::file(name))
            .expected("a column that says which rows belong to the same article")
            .help("name it with --id")
            .note("nothing was written")),
        _ => Ok(()),
    }
}
