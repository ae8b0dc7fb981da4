//! The folder of a tally: `tally.json`, which says what is in it, and Parquet files.
//!
//! | file | content |
//! |---|---|
//! | `tally.json` | format version first; how the articles were counted, the whole lexicon, hashes of all files |
//! | `articles.parquet` | one row per article; with [`Detail::Ordered`] there may be many such files, also in folders |
//! | `terms.parquet` | one row per word or phrase that keywords are chosen from |
//! | `contexts.parquet` | one row per sentence with a cue, as counts of unnamed terms |
//! | `features.parquet`, `feature-terms.parquet` | what a model learns from, if requested: one row per article, one per term |
//!
//! This file has the header and its checks; the columns are documented where they are made:
//! [`crate::compare::tallies`], [`crate::model::tallied`]. Nothing in a file is decoded before its size and hash have
//! been checked against the header.

use crate::claim::Claim;
use crate::error::{Error, Kind, Place, Result};
use crate::limits;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// The format version that is written, and the only one that is read.
pub const FORMAT_VERSION: u64 = 1;
/// The header's file.
pub const HEADER: &str = "tally.json";
/// One row per article.
pub const ARTICLES: &str = "articles.parquet";
/// One row per term that may be a keyword.
pub const TERMS: &str = "terms.parquet";
/// One row per sentence with a cue.
pub const CONTEXTS: &str = "contexts.parquet";
/// What a model learns from, one row per article.
pub const FEATURES: &str = "features.parquet";
/// The terms of [`FEATURES`].
pub const FEATURE_TERMS: &str = "feature-terms.parquet";

/// The prefix of folders in which other engines write parts.
const PARTS: &str = "parts-";

/// All files that a tally can have, except parts with other names.
const FILES: [&str; 5] = [ARTICLES, TERMS, CONTEXTS, FEATURES, FEATURE_TERMS];

/// How much of the texts is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// Only counts, without the order of words.
    Counts,
    /// The words in their order, for parts of a corpus that are to be combined. Not to be given to anyone who may not
    /// have the texts.
    Ordered,
}

impl Detail {
    /// Its name in the header and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Detail::Counts => "counts",
            Detail::Ordered => "ordered",
        }
    }
}

/// Information that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Particular {
    /// The headline.
    Title,
    /// The address.
    Url,
    /// Who wrote it.
    Author,
    /// Who is quoted or reported with a cue.
    Speakers,
    /// The sentences with a cue, from which expected shares are estimated.
    Contexts,
}

/// A lexicon file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconFile {
    /// Its name, without folders; its extension determines the format.
    pub name: String,
    /// Its whole text.
    pub text: String,
}

/// A kind of n-grams that were counted for models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureBlock {
    /// `word`, `written` or `char`.
    pub kind: String,
    /// The shortest and the longest n-gram.
    pub ngrams: (usize, usize),
}

/// A file with its size and hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HashedFile {
    /// Its name.
    pub name: String,
    /// Its size on disk, in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal, if known.
    pub sha256: Option<String>,
}

/// The content of `tally.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT_VERSION`]; always the first field.
    pub format_version: u64,
    /// The version of aslant that made it.
    pub aslant: String,
    /// How much of the texts is stored.
    pub detail: Detail,
    /// The number of articles.
    pub articles: u64,
    /// The voice whose words are counted for keywords.
    pub voice: String,
    /// How boilerplate was handled: `remove` or `keep`.
    pub boilerplate: String,
    /// Other columns of the input that were kept, in their order in `extra`.
    pub columns: Vec<String>,
    /// What was left out of every article.
    pub omitted: Vec<Particular>,
    /// The lexicons; empty if no cues were counted.
    pub lexicons: Vec<LexiconFile>,
    /// What models may learn from.
    pub features: Vec<FeatureBlock>,
    /// Rows of the input that were skipped as bad.
    pub bad_rows: u64,
    /// The warnings from reading the corpus.
    pub warnings: Vec<String>,
    /// The files that were counted.
    pub inputs: Vec<HashedFile>,
    /// The files in the folder.
    pub files: Vec<HashedFile>,
}

/// The error for a tally that can't be used.
pub fn broken(file: impl AsRef<Path>, title: impl Into<String>) -> Error {
    Error::data(title)
        .at(Place::file(file))
        .help("copy the folder again from where it came from, or make it again with `aslant tally`")
}

/// Whether a path is a tally's folder.
pub fn is_tally(path: &Path) -> bool {
    path.join(HEADER).is_file()
}

/// Whether all inputs are tallies; texts and tallies can't be mixed.
///
/// # Errors
/// [`Kind::Usage`] if some are and others aren't.
pub fn are_tallies(inputs: &[PathBuf]) -> Result<bool> {
    let (tallies, others): (Vec<&PathBuf>, Vec<&PathBuf>) = inputs.iter().partition(|path| is_tally(path));
    match (tallies.first(), others.first()) {
        (Some(_), Some(other)) => Err(Error::usage("articles together with tallies")
            .at(Place::file(other))
            .expected("tallies only, or articles only")
            .help("count the articles first with `aslant tally`")),
        (tally, _) => Ok(tally.is_some()),
    }
}

/// Refuses tallies when articles with their texts are needed.
///
/// # Errors
/// [`Kind::Usage`].
pub fn check_articles(inputs: &[PathBuf]) -> Result<()> {
    match inputs.iter().find(|path| is_tally(path)) {
        Some(tally) => Err(Error::usage("a tally instead of articles")
            .at(Place::file(tally))
            .expected("articles with their texts")
            .help("`aslant compare` and `aslant train` take tallies, but not together with articles")),
        None => Ok(()),
    }
}

/// The part of the header that every format has.
#[derive(Deserialize)]
struct Version {
    format_version: u64,
}

impl Header {
    /// Reads and checks `tally.json`, and checks that all files exist and are complete and unchanged.
    ///
    /// # Errors
    /// [`Kind::Model`] for another format version, [`Kind::Data`] for a broken folder, [`Kind::Io`].
    pub fn read(folder: &Path) -> Result<Header> {
        let path = folder.join(HEADER);
        let size = std::fs::metadata(&path).map_err(|e| Error::io(&path, e))?.len();
        if size > limits::DESCRIPTION {
            return Err(broken(&path, "a tally that can't be read").found(format!("{size} bytes")));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData => broken(&path, "a tally that can't be read").found("no UTF-8"),
            _ => Error::io(&path, e),
        })?;
        let unreadable = |e: serde_json::Error| broken(&path, "a tally that can't be read").found(e.to_string());
        let Version { format_version } = serde_json::from_str(&text).map_err(unreadable)?;
        if format_version != FORMAT_VERSION {
            let error = Error::new(Kind::Model, "a tally of another format")
                .at(Place::file(&path))
                .found(format!("format_version {format_version}"))
                .expected(format!("format_version {FORMAT_VERSION}"))
                .note(format!("this is aslant {}", env!("CARGO_PKG_VERSION")));
            return Err(match format_version > FORMAT_VERSION {
                true => error.help("use a newer version of aslant"),
                false => error.help("make it again with `aslant tally`"),
            });
        }
        let header: Header = serde_json::from_str(&text).map_err(unreadable)?;
        header.check(folder)?;
        Ok(header)
    }

    fn check(&self, folder: &Path) -> Result<()> {
        let mut names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        let (is_right, wanted) = match (self.detail, self.features.is_empty()) {
            (Detail::Ordered, _) => {
                names.sort_unstable();
                let are_below = !names.is_empty() && names.iter().all(|name| is_below(name));
                (are_below && names.windows(2).all(|two| two[0] != two[1]), "Parquet files in it, each once".to_owned())
            }
            (Detail::Counts, true) => (names == FILES[..3], FILES[..3].join(", ")),
            (Detail::Counts, false) => (names == FILES, FILES.join(", ")),
        };
        if !is_right {
            return Err(broken(folder.join(HEADER), "a tally that contradicts itself")
                .found(format!("files: {}", names.join(", ")))
                .expected(wanted));
        }
        self.files.iter().try_for_each(|file| file.check(folder))
    }

    /// The files with one row per article: one file, or one for each part.
    pub fn article_files(&self) -> impl Iterator<Item = &str> {
        let is_one = |file: &&HashedFile| self.detail == Detail::Ordered || file.name == ARTICLES;
        self.files.iter().filter(is_one).map(|file| file.name.as_str())
    }

    /// The text of `tally.json`.
    ///
    /// # Errors
    /// Never for a valid header.
    pub fn to_json(&self) -> Result<String> {
        let json = serde_json::to_string_pretty(self);
        json.map(|json| json + "\n").map_err(|e| Error::io(HEADER, e.into()))
    }

    /// Writes `tally.json`.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(HEADER);
        std::fs::write(&path, self.to_json()?).map_err(|e| Error::io(path, e))
    }
}

/// Whether this is the name of a Parquet file in the folder, or in a folder of parts within it.
fn is_below(name: &str) -> bool {
    let is_plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    name.ends_with(".parquet") && is_plain && (!name.contains('/') || name.starts_with(PARTS))
}

/// The files named in a folder's header, as far as it can be read.
fn named(folder: &Path) -> Vec<String> {
    #[derive(Deserialize)]
    struct Named {
        files: Vec<HashedFile>,
    }
    let text = std::fs::read_to_string(folder.join(HEADER)).unwrap_or_default();
    let files = serde_json::from_str(&text).map_or(Vec::new(), |named: Named| named.files);
    files.into_iter().map(|file| file.name).filter(|name| is_below(name)).collect()
}

impl HashedFile {
    /// The size and hash of a file in a folder.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn of(folder: &Path, name: &str) -> Result<HashedFile> {
        let path = folder.join(name);
        let failed = |e| Error::io(&path, e);
        let mut file = std::fs::File::open(&path).map_err(failed)?;
        let mut hash = Sha256::new();
        let (mut buffer, mut bytes) = (vec![0; 1 << 16], 0);
        loop {
            let n = std::io::Read::read(&mut file, &mut buffer).map_err(failed)?;
            if n == 0 {
                break;
            }
            hash.update(&buffer[..n]);
            bytes += n as u64;
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(HashedFile { name: name.to_owned(), bytes, sha256: Some(sha256) })
    }

    fn check(&self, folder: &Path) -> Result<()> {
        let path = folder.join(&self.name);
        if !path.is_file() {
            return Err(broken(&path, "a file of the tally that is missing").expected(format!(
                "the file, as {HEADER} \
            says"
            )));
        }
        let found = HashedFile::of(folder, &self.name)?;
        if found.bytes < self.bytes {
            return Err(broken(&path, "a file that is cut off")
                .found(format!("{} bytes", found.bytes))
                .expected(format!("{} bytes, as {HEADER} says", self.bytes)));
        }
        if found != *self {
            return Err(broken(&path, "a file of another tally, or one that was changed")
                .found(format!("SHA-256 {}", found.sha256.unwrap_or_default()))
                .expected(format!("{}, as {HEADER} says", self.sha256.as_deref().unwrap_or("none"))));
        }
        Ok(())
    }
}

/// Creates a tally's folder: `fill` writes its files to a temporary folder next to it and returns the header. An
/// existing tally is replaced; anything else is left alone.
///
/// # Errors
/// Those of [`check_place`], [`Claim::folder`] and `fill`, and if something can't be written. What was there before is
/// then unchanged.
pub fn make(out: &Path, fill: impl FnOnce(&Path) -> Result<Header>) -> Result<Header> {
    check_place(out)?;
    let claim = Claim::folder(out)?;
    let header = claim.fill(|folder| {
        let header = fill(folder)?;
        header.write(folder)?;
        Ok(header)
    })?;
    let before = of_before(out);
    let ours: Vec<&str> = FILES.into_iter().chain(before.iter().map(String::as_str)).collect();
    claim.finish_folder(&ours, HEADER)?;
    Ok(header)
}

/// The files of an existing tally in this folder: engines that write parts use a new folder for each run.
fn of_before(out: &Path) -> BTreeSet<String> {
    let first = |name: &String| name.split('/').next().unwrap_or(name).to_owned();
    named(out).iter().map(first).collect()
}

/// Checks that a tally can be written there; to be called before long work.
///
/// # Errors
/// [`Kind::Usage`] if there is a file, or a folder with something else in it.
pub fn check_place(out: &Path) -> Result<()> {
    let taken = |found: &str| {
        Err(Error::usage("--out is taken")
            .at(Place::file(out))
            .found(found)
            .expected("a tally, an empty folder, or a name that is free")
            .help("choose another name"))
    };
    Claim::put_right(out);
    if !out.exists() {
        return Ok(());
    }
    if !out.is_dir() {
        return taken("a file");
    }
    let is_empty = std::fs::read_dir(out).map_err(|e| Error::io(out, e))?.next().is_none();
    if is_empty || is_tally(out) { Ok(()) } else { taken("a folder with other files in it") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(files: Vec<HashedFile>) -> Header {
        Header {
            format_version: FORMAT_VERSION,
            aslant: "0".into(),
            detail: Detail::Ordered,
            articles: 1,
            voice: "own".into(),
            boilerplate: "remove".into(),
            columns: Vec::new(),
            omitted: Vec::new(),
            lexicons: Vec::new(),
            features: Vec::new(),
            bad_rows: 0,
            warnings: Vec::new(),
            inputs: Vec::new(),
            files,
        }
    }

    #[test]
    fn a_folder_comes_back_and_changes_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        std::fs::write(path.join(ARTICLES), "abc").expect("written");
        let written = header(vec![HashedFile::of(path, ARTICLES).expect("hashed")]);
        written.write(path).expect("written");
        assert_eq!(Header::read(path).expect("read"), written);
        assert!(std::fs::read_to_string(path.join(HEADER)).expect("read").starts_with("{\n  \"format_version\": 1,"));

        let title = |path| Header::read(path).expect_err("an error").title().to_owned();
        std::fs::write(path.join(ARTICLES), "ab").expect("written");
        assert_eq!(title(path), "a file that is cut off");
        std::fs::write(path.join(ARTICLES), "abd").expect("written");
        assert_eq!(title(path), "a file of another tally, or one that was changed");
        std::fs::remove_file(path.join(ARTICLES)).expect("removed");
        assert_eq!(title(path), "a file of the tally that is missing");
        header(Vec::new()).write(path).expect("written");
        assert_eq!(title(path), "a tally that contradicts itself");
        std::fs::write(path.join(HEADER), "{\"format_version\": 7, \"new\": 1}").expect("written");
        let error = Header::read(path).expect_err("an error");
        assert_eq!((error.title(), error.exit_code()), ("a tally of another format", 4));
        std::fs::write(path.join(HEADER), "{\"format_version\": 1").expect("written");
        assert_eq!(title(path), "a tally that can't be read");
    }

    #[test]
    fn parts_may_be_many_files_below_the_folder_and_go_with_it() {
        let out = tempfile::tempdir().expect("a folder");
        let (path, parts) = (out.path(), out.path().join("parts-1"));
        std::fs::create_dir(&parts).expect("made");
        let names = ["parts-1/a.parquet", "parts-1/b.parquet"];
        names.iter().for_each(|name| std::fs::write(path.join(name), name).expect("written"));
        let files = |names: &[&str]| -> Vec<HashedFile> {
            names.iter().map(|name| HashedFile::of(path, name).expect("hashed")).collect()
        };
        header(files(&names)).write(path).expect("written");
        assert_eq!(Header::read(path).expect("read").article_files().collect::<Vec<_>>(), names);
        for wrong in ["../x.parquet", "/x.parquet", "parts-1/../../x.parquet", "parts-1/a.csv"] {
            let mut broken = header(files(&names));
            broken.files[1].name = wrong.to_owned();
            broken.write(path).expect("written");
            assert_eq!(Header::read(path).expect_err("an error").title(), "a tally that contradicts itself", "{wrong}");
        }
        header(files(&[names[0], names[0]])).write(path).expect("written");
        assert!(Header::read(path).is_err());
        // Another tally replaces all of it.
        header(files(&names)).write(path).expect("written");
        make(path, |folder| {
            std::fs::write(folder.join(ARTICLES), "abc").expect("written");
            Ok(header(vec![HashedFile::of(folder, ARTICLES)?]))
        })
        .expect("finished");
        assert!(!parts.exists() && Header::read(path).is_ok());
    }

    #[test]
    fn only_a_tally_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        assert!(check_place(&out).is_ok());
        std::fs::create_dir(&out).expect("made");
        assert!(check_place(&out).is_ok());
        std::fs::write(out.join("notes.txt"), "").expect("written");
        assert!(check_place(&out).is_err());
        std::fs::write(out.join(HEADER), "").expect("written");
        assert!(check_place(&out).is_ok());
    }
}
