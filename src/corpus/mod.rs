//! Reads articles from text files, HTML pages, CSV, JSON lines and data frames.
//!
//! Takes [`ReadOptions`]: files, folders or standard input, a manifest, the columns' names. Hands on each
//! [`Article`], in input order, mapped on all cores, as often as is asked for: the corpus is never whole in memory.
//! Cleaning and cutting the texts is not done here, and nothing is printed.
//!
//! | file | job |
//! |---|---|
//! | [`article`] | the article |
//! | [`options`] | what is to be read, and how |
//! | `inputs`, `opening` | which files there are, and what they are read as |
//! | `source` | one file, and what is known of it |
//! | `decode` | compression, encodings, what is no text |
//! | `columns` | which column is what |
//! | [`labels`] | labels: where they stand, and what each annotator said |
//! | `exports` | records of Label Studio, doccano and Prodigy |
//! | `table`, `json`, `frame`, `folder`, `html` | the formats: where records begin and end, and their values |
//! | `claims`, `pages` | data frames that claim more than they have, or unpack to more than they claim |
//! | `cells` | one value of an Arrow column |
//! | `parse`, `row`, [`dates`] | from a record to its values, from values to an article |
//! | `limits` | how large things may be |
//! | `batches` | the pass: one thread reads ahead, all cores map, the caller folds |
//! | `first_pass` | what is wrong or odd about rows |
//! | `ids` | which ids stand twice |
//! | [`overview`] | what a corpus holds, without counting |
//! | `warnings` | what was odd and didn't stop the reading |

pub mod article;
mod batches;
mod cells;
mod claims;
mod columns;
pub mod dates;
mod decode;
mod exports;
mod first_pass;
mod folder;
mod frame;
mod html;
mod ids;
mod inputs;
mod json;
pub mod labels;
pub(crate) mod limits;
mod opening;
pub mod options;
pub mod overview;
pub(crate) mod pages;
mod parse;
mod row;
mod source;
mod table;
mod warnings;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use arrow_array::RecordBatch;
pub use article::Article;
pub use batches::{Pass, Progress};
pub(crate) use columns::{list, nearest};
pub(crate) use inputs::meant;
pub use options::{BadRows, ColumnNames, DateOrder, Extent, Format, Input, ReadOptions};
pub use warnings::Warning;

use crate::error::{Error, Place, Result, RowProblems};
use batches::{Batch, Record, Skipped};
use columns::{Layout, Role};
use decode::Hash;
use first_pass::{FirstPass, Looked, Odd};
use folder::Manifest;
use frame::Content;
use ids::hash_id;
use parse::Parsed;
pub(crate) use source::{Labelling, Source, SourceKind};

/// The articles of some inputs, to be read as often as needed.
///
/// ```
/// use aslant::corpus::{Corpus, Pass, ReadOptions};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("articles.csv");
/// std::fs::write(&path, "outlet,text\nThe Post,One text.\nThe Times,Another text.\n")?;
/// let corpus = Corpus::open(ReadOptions::new([&path]))?;
/// let mut outlets = Vec::new();
/// let survey = corpus.survey(
///     Pass::new(),
///     |article| article.outlet,
///     |_index, outlet| {
///         outlets.extend(outlet);
///         Ok(())
///     },
/// )?;
/// assert_eq!(survey.articles, 2);
/// assert_eq!(outlets, ["The Post", "The Times"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Corpus {
    options: ReadOptions,
    sources: Vec<Source>,
    manifest: Option<Manifest>,
    bytes: u64,
    opening_warnings: Vec<Warning>,
    surveyed: OnceLock<Surveyed>,
    /// Standard input, kept as long as it may be read again.
    _spooled: Option<inputs::Spooled>,
}

/// What the first pass found.
#[derive(Debug)]
struct Surveyed {
    skipped: Skipped,
    hashes: Vec<Option<String>>,
    warnings: Vec<Warning>,
    survey: Survey,
    /// What texts and pages tell of themselves.
    keys: Vec<String>,
}

/// What the first pass counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survey {
    /// Articles that were handed on.
    pub articles: usize,
    /// Rows that couldn't be read and were left out, with [`BadRows::Skip`].
    pub skipped: u64,
    /// Articles that were left out because they have no text.
    pub empty: u64,
    /// Bytes of all input files, as they stand on the disk.
    pub bytes: u64,
}

/// One input file, for `run.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// As the user named it, or `standard input`.
    pub name: String,
    /// Its size on the disk.
    pub bytes: u64,
    /// The SHA-256 of the file as it stands on the disk, in hexadecimal; known after the first pass.
    pub sha256: Option<String>,
}

impl Corpus {
    /// Finds the files, and in each its format, its encoding and its columns.
    ///
    /// - A folder gives all files in it and below it that end in `.txt`, `.text`, `.md`, `.html`, `.htm`, `.csv`, `.tsv`, `.jsonl`,
    ///   `.ndjson`, `.json`, `.parquet`, `.arrow` or `.feather`, texts also with `.gz` or `.zst` after that, sorted by name.
    ///   Hidden files, READMEs and the manifest are left out.
    /// - Standard input is copied to a temporary file, so that it can be read more than once.
    /// - A text file may begin with a front matter (`---`, lines `key: value`, `---`). It is no part of the text:
    ///   spans index what stands after it. A manifest's row goes before it.
    /// - Where nothing names an article, it is called after its file: a text by its path in the folder without the
    ///   ending, a record by the file and its number (`articles-00001`). Files of the same name get their folder
    ///   before it.
    /// - The encoding is the one that was asked for; else the one of a byte order mark; else UTF-8, where the first 4
    ///   MiB are that; else the likeliest one, with a warning.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage): no such file, an input given twice.
    /// [`Kind::Data`](crate::error::Kind::Data): an empty file, no text at all, a column that isn't there, a broken
    /// header or manifest, a file that the manifest names and that isn't there.
    /// [`Kind::Io`](crate::error::Kind::Io): reading failed.
    pub fn open(options: ReadOptions) -> Result<Self> {
        Corpus::open_with_stdin(options, std::io::stdin())
    }

    /// [`Corpus::open`] with another stream in the place of standard input.
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
        let (found, spooled) = inputs::find(&options, stdin)?;
        let mut opening_warnings = Vec::new();
        let (mut sources, mut guessed) = (Vec::new(), Vec::new());
        let mut problems = RowProblems::default();
        let found = match &manifest {
            Some(manifest) => opening::match_manifest(found, manifest, &options, &mut opening_warnings)?,
            None => found.into_iter().map(|file| (file, None)).collect(),
        };
        for (file, known) in found {
            match opening::open_source(file, known, &options, &mut opening_warnings) {
                Ok((source, by)) => {
                    guessed.extend(by.map(|encoding| (source.name.clone(), encoding)));
                    sources.push(source);
                }
                // All files that are wrong are told at once.
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
        let surveyed = OnceLock::new();
        Ok(Corpus { options, sources, manifest, bytes, opening_warnings, surveyed, _spooled: spooled })
    }

    /// The articles of a data frame in memory, its columns found as in a table.
    ///
    /// Texts are not copied but for the articles that are worked on. All batches have the same schema. Messages call the
    /// frame by `name`, and where it has no ids its articles are called after it (`name-00001`). What `options` say of
    /// inputs, manifest, encoding and format is not looked at.
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
    /// [`Kind::Data`](crate::error::Kind::Data): no text column, a column that isn't there or whose type holds no text,
    /// batches that differ.
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
                .help("bring them to one schema before"));
        }
        let mut warnings = Vec::new();
        let content = Content::Memory(batches.into());
        let (frame, labels) = opening::open_frame(content, Path::new(""), &options, name, &mut warnings)?;
        if options.extent == Extent::Part && frame.layout.name(Role::Id).is_none() {
            return Err(Error::data("articles without ids")
                .at(Place::file(name))
                .expected("a column of ids: articles that are counted in parts are told apart by nothing else")
                .help("name it with --id, or make one, of the address or of a hash of the text")
                .note("nothing was written"));
        }
        let bytes = frame.bytes_in_memory();
        let (name, kind) = (name.to_owned(), SourceKind::Frame(frame));
        let source = Source { stem: name.clone(), name, path: PathBuf::new(), bytes, kind, labels };
        Ok(Corpus {
            options,
            sources: vec![source],
            manifest: None,
            bytes,
            opening_warnings: warnings,
            surveyed: OnceLock::new(),
            _spooled: None,
        })
    }

    /// The first pass: checks every row, maps every article on all cores and folds the results in input order.
    ///
    /// `fold` gets the article's index, counting from 0 those that are handed on; it is the same in every pass. It is
    /// called on the caller's thread, and an error from it ends the pass.
    ///
    /// A date before the year 1600 (`0000-00-00`, `0001-01-01`) stands for none and is read so, with a warning.
    /// Articles whose text is empty or only white space are left out and counted in a warning: a few of them are in
    /// every large export, and they have nothing to count.
    ///
    /// # Errors
    /// With [`BadRows::Refuse`] all bad rows as one error, after the last row was looked at: broken JSON or CSV,
    /// broken UTF-8, unreadable dates, an id used twice, records without their text. With [`BadRows::Skip`] these
    /// rows are left out, in later passes, too. In both cases: no articles at all, a file that can't be read to its
    /// end, and what `fold` returns.
    pub fn survey<T: Send>(
        &self,
        pass: Pass<'_>,
        map: impl Fn(Article) -> T + Sync,
        mut fold: impl FnMut(usize, T) -> Result<()>,
    ) -> Result<Survey> {
        let mut first = FirstPass::new(self);
        let work = |batch: &Batch, record: &Record, _| {
            let parsed = self.parse(batch, record)?;
            let odd = parsed.odd;
            Ok(match parsed.article {
                Some(article) => {
                    let repeated = self.sources[record.source as usize].labels.repeats();
                    let text = repeated.then(|| hash_id(article.text.trim()));
                    Looked { id: Some(hash_id(&article.id)), text, mapped: Some(map(article)), odd }
                }
                None => Looked { id: None, text: None, mapped: None, odd },
            })
        };
        batches::run(&self.sources, Hash::Yes, None, pass.threads, work, |batch| {
            for row in batch.rows {
                if let Some(mapped) = first.look(row)? {
                    fold(first.articles, mapped)?;
                    first.articles += 1;
                }
            }
            for done in batch.finished {
                if done.malformed {
                    first.odd.push((done.source, Odd::Malformed(self.sources[done.source as usize].encoding())));
                }
                first.hashes[done.source as usize] = done.hash;
            }
            tell(&pass, batch.read, self.bytes, first.articles);
            self.options.stop.check()
        })?;
        let surveyed = first.end()?;
        let survey = surveyed.survey;
        // A second survey finds the same.
        let _ = self.surveyed.set(surveyed);
        Ok(survey)
    }

    /// Another pass: maps every article that the first pass handed on, and folds the results in input order.
    ///
    /// Both `map` and `fold` get the article's index, the same as in the first pass. Where there was no first pass,
    /// one is run before.
    ///
    /// # Errors
    /// Those of [`Corpus::survey`] where there was none; a file that has changed since; what `fold` returns.
    pub fn for_each<T: Send>(
        &self,
        pass: Pass<'_>,
        map: impl Fn(usize, Article) -> T + Sync,
        mut fold: impl FnMut(usize, T) -> Result<()>,
    ) -> Result<()> {
        if self.surveyed.get().is_none() {
            self.survey(Pass { progress: None, ..pass }, drop, |_, ()| Ok(()))?;
        }
        let skipped = self.surveyed.get().map(|surveyed| &surveyed.skipped);
        let work = |batch: &Batch, record: &Record, index| match self.parse(batch, record) {
            Ok(Parsed { article: Some(article), .. }) => Ok(map(index, article)),
            Ok(_) => Err(self.changed(record)),
            Err(_) => Err(self.changed(record)),
        };
        let mut articles = 0;
        batches::run(&self.sources, Hash::No, skipped, pass.threads, work, |batch| {
            for row in batch.rows {
                fold(articles, row.result?)?;
                articles += 1;
            }
            tell(&pass, batch.read, self.bytes, articles);
            self.options.stop.check()
        })
    }

    /// The input files in the order in which they are read.
    pub fn inputs(&self) -> Vec<InputFile> {
        let hash = |i: usize| self.surveyed.get().and_then(|surveyed| surveyed.hashes[i].clone());
        let file = |(i, source): (usize, &Source)| InputFile {
            name: source.name.clone(),
            bytes: source.bytes,
            sha256: hash(i),
        };
        self.sources.iter().enumerate().map(file).collect()
    }

    /// Bytes of all input files, as they stand on the disk.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What was odd: when the corpus was opened, and after the first pass also in the rows.
    pub fn warnings(&self) -> Vec<Warning> {
        let later = self.surveyed.get().map_or(&[][..], |surveyed| &surveyed.warnings);
        self.opening_warnings.iter().chain(later).cloned().collect()
    }

    /// What the options were.
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// Whether a table, JSON file or data frame has a column of this name that nobody asked for, or, after the first pass, a text's
    /// front matter such a key; without regard to case.
    pub fn has_unread(&self, column: &str) -> bool {
        let asked = || first_pass::asked(&self.options.columns).any(|(_, name)| name.eq_ignore_ascii_case(column));
        let told = || self.surveyed.get().is_some_and(|surveyed| columns::position(&surveyed.keys, column).is_some());
        self.sources.iter().filter_map(Source::layout).any(|layout| layout.leaves(column)) || told() && !asked()
    }

    /// The columns of the first input that are read: what each is (`text`, `outlet`, `id`, `date`, `title`, `url`, `author`,
    /// `language`, `also`), and its name. A text file has none.
    pub fn columns(&self) -> Vec<(&'static str, String)> {
        self.sources.first().map_or(Vec::new(), |source| overview::file(source).columns)
    }

    /// The columns of all inputs that are tables, whether they are read or not; after the first pass also what texts and
    /// pages tell of themselves. For messages.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let of_tables = self.sources.iter().filter_map(Source::layout).flat_map(Layout::all);
        let of_texts = self.surveyed.get().into_iter().flat_map(|surveyed| surveyed.keys.iter().map(String::as_str));
        for name in of_tables.chain(of_texts) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The place of all of it: the file, where it is one.
    fn whole(&self) -> Place {
        match &self.sources[..] {
            [one] => Place::file(&one.name),
            _ => Place::default(),
        }
    }

    /// Whether annotators answered: an article may then have several answers, or none.
    pub fn has_annotators(&self) -> bool {
        self.sources.iter().any(|source| source.labels.repeats())
    }

    fn changed(&self, record: &Record) -> Error {
        Error::data("a file that changed while it was read")
            .at(self.sources[record.source as usize].place(record.line))
            .help("start again when nothing else writes to it")
    }
}

fn tell(pass: &Pass<'_>, bytes: u64, of: u64, articles: usize) {
    if let Some(progress) = pass.progress {
        progress(Progress { bytes, of, articles });
    }
}

#[cfg(test)]
mod tests;
