//! Which files there are: the inputs as the user named them.
//!
//! Takes the options, hands on [`Found`] files in the order in which they are read. Their content is looked at in
//! [`super::Corpus::open`].

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::columns::nearest;
use super::options::{Format, Input, ReadOptions};
use super::source::Held;
use super::spooled::{Spooled, keep};
use super::walk::Walk;
use super::warnings::Warning;
use crate::error::{Error, Place, Result};
use crate::text::composed::into_composed;

/// One file to be read.
#[derive(Debug)]
pub(crate) struct Found {
    /// As messages name it.
    pub(crate) name: String,
    pub(crate) held: Held,
    /// What its articles are named after; unique.
    pub(crate) stem: String,
    /// The path within the input folder, with `/`; for an input file, the file's name.
    pub(crate) relative: String,
    /// The outlet according to the folder's name ([`ReadOptions::outlet_from_folder`]).
    pub(crate) folder: Option<String>,
    /// The format by its extension; `None` if that says nothing.
    pub(crate) format: Option<Format>,
    pub(crate) bytes: u64,
}

/// Everything that is to be read.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// In the order in which they are read.
    pub(crate) found: Vec<Found>,
    /// Standard input, if it was large: it must be kept for as long as the corpus is read.
    pub(crate) spooled: Option<Spooled>,
    /// A warning about files that may hold articles and were left out.
    pub(crate) not_read: Option<Warning>,
}

/// Finds all files.
///
/// # Errors
/// For a path that doesn't exist, a folder without articles, an input given twice, or a kind of file that can't be
/// read.
pub(crate) fn find(options: &ReadOptions, stdin: impl Read) -> Result<Inputs> {
    let mut walk = Walk::new(options.manifest.as_deref());
    let mut spooled = None;
    let mut stdin = Some(stdin);
    for input in &options.inputs {
        match input {
            Input::Stdin => {
                let Some(stdin) = stdin.take() else {
                    return Err(Error::usage("standard input given twice").help("give `-` once"));
                };
                let (held, bytes);
                (held, bytes, spooled) = keep(stdin)?;
                walk.found.push(Found {
                    name: "standard input".to_owned(),
                    held,
                    stem: "stdin".to_owned(),
                    relative: "stdin".to_owned(),
                    folder: None,
                    format: options.format,
                    bytes,
                });
            }
            Input::Path(path) => {
                let data = fs::metadata(path).map_err(|error| not_found(path, error))?;
                if data.is_dir() {
                    let before = walk.found.len();
                    walk.add(path)?;
                    if walk.found.len() == before {
                        return Err(Error::data("a folder without articles")
                            .at(Place::file(path))
                            .expected("files ending in .txt, .text, .md, .html, .htm, .csv, .tsv, .jsonl, .ndjson, .json, .parquet, .arrow or .feather, texts also with .gz or .zst added")
                            .note("hidden files and READMEs are left out; nothing was written"));
                    }
                } else {
                    walk.found.push(named_file(path, data.len(), options.format)?);
                }
            }
        }
    }
    let not_read = walk.warning();
    let mut found = walk.found;
    if found.is_empty() {
        return Err(Error::usage("no inputs").help("name files or folders with articles, or `-` for standard input"));
    }
    if let Some(asked) = options.format {
        // Such a file may be anything: Excel writes "Unicode text" tables with this extension.
        let plain = |file: &&mut Found| matches!(parts(&file.relative).1.as_str(), "txt" | "text");
        found.iter_mut().filter(plain).for_each(|file| file.format = Some(asked));
    }
    no_file_twice(&found)?;
    name_apart(&mut found);
    if options.outlet_from_folder {
        let folders = options.inputs.iter().filter(|input| matches!(input, Input::Path(path) if path.is_dir())).count();
        found.iter_mut().for_each(|file| file.folder = folder_of(file, folders).map(into_composed));
    }
    Ok(Inputs { found, spooled, not_read })
}

/// The folder that names a file's outlet, given the number of input folders: with one, the subfolder directly below it;
/// otherwise the input folder itself, or the one that holds the input file.
fn folder_of(file: &Found, folders: usize) -> Option<String> {
    let Held::At(path) = &file.held else { return None };
    if let Some((below, _)) = file.relative.split_once('/').filter(|_| folders == 1) {
        return Some(below.to_owned());
    }
    let whole = std::path::absolute(path).ok()?;
    let named = whole.ancestors().nth(file.relative.split('/').count())?;
    Some(named.file_name()?.to_string_lossy().into_owned())
}

/// The error for a path that can't be accessed: suggests the most similar name in its folder.
pub(crate) fn not_found(path: &Path, error: io::Error) -> Error {
    if error.kind() != io::ErrorKind::NotFound {
        return Error::io(path, error);
    }
    let problem = Error::usage("no such file or folder").at(Place::file(path));
    match meant(path) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// The help for a path that doesn't exist: the most similar name in its folder, if the folder exists.
pub(crate) fn meant(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else {
        return Some(format!("the folder {} doesn't exist either", folder.display()));
    };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let near = nearest(&wanted, names.iter().map(String::as_str))?;
    Some(format!("did you mean {}?", path.with_file_name(near).display()))
}

fn named_file(path: &Path, bytes: u64, asked: Option<Format>) -> Result<Found> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (stem, extension) = parts(&file);
    let format = match by_extension(&extension) {
        Some(format) => Some(format),
        None if asked.is_some() => asked,
        None => match not_read(&extension) {
            Some(help) => {
                return Err(Error::data("a kind of file that isn't supported")
                    .at(Place::file(path))
                    .found(format!("a file ending in .{extension}"))
                    .expected("text, HTML, CSV, JSON lines, Parquet or Arrow")
                    .help(help));
            }
            None => None,
        },
    };
    let (name, held) = (path.display().to_string(), Held::At(path.to_owned()));
    Ok(Found { name, held, stem, relative: file, folder: None, format, bytes })
}

/// What to do about a file whose extension says that it can't be read.
pub(super) fn not_read(extension: &str) -> Option<&'static str> {
    match extension {
        "toml" | "yml" | "yaml" | "dic" => Some("if it is a lexicon, give it with --cues, and name articles here"),
        "xml" => Some("save its text as a .txt file, or say `--input-format text` to read it as it is"),
        "xls" | "xlsx" | "ods" => Some("save the sheet as CSV"),
        "pdf" | "doc" | "docx" | "odt" | "rtf" | "epub" => Some("save its text as a .txt file"),
        _ => None,
    }
}

/// A file's name without its extensions, and its extension in lower case, without that of a compressed file.
pub(super) fn parts(file: &str) -> (String, String) {
    let cut = |file: &str| match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem.to_owned(), extension.to_lowercase()),
        _ => (file.to_owned(), String::new()),
    };
    let (stem, extension) = cut(file);
    match extension.as_str() {
        "gz" | "zst" | "zstd" => cut(&stem),
        _ => (stem, extension),
    }
}

pub(super) fn by_extension(extension: &str) -> Option<Format> {
    match extension {
        "txt" | "text" | "md" | "markdown" => Some(Format::Text),
        "html" | "htm" | "xhtml" => Some(Format::Html),
        "csv" => Some(Format::Csv),
        "tsv" | "tab" => Some(Format::Tsv),
        "json" | "jsonl" | "ndjson" | "jsonlines" => Some(Format::Json),
        "parquet" | "pq" => Some(Format::Parquet),
        "arrow" | "arrows" | "feather" => Some(Format::Arrow),
        _ => None,
    }
}

pub(super) fn with_slashes(path: &Path) -> String {
    let parts = path.components().filter_map(|component| match component {
        Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn no_file_twice(found: &[Found]) -> Result<()> {
    let mut seen: HashMap<PathBuf, &str> = HashMap::new();
    for file in found {
        let Held::At(path) = &file.held else { continue };
        let Ok(path) = fs::canonicalize(path) else { continue };
        if let Some(first) = seen.insert(path, &file.name) {
            let error = Error::usage("a file given twice").at(Place::file(&file.name));
            return Err(match first == file.name {
                true => error,
                false => error.found(format!("the same file as {first}")),
            }
            .help("give it once"));
        }
    }
    Ok(())
}

/// Makes stems unique: those that collide are prefixed with the names of their folders, as many as needed.
fn name_apart(found: &mut [Found]) {
    let mut seen = HashSet::new();
    if found.iter().all(|file| seen.insert(file.stem.as_str())) {
        return;
    }
    let folders: Vec<Vec<String>> = found
        .iter()
        .map(|file| {
            let path = file.held.path();
            let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            let mut parts: Vec<String> = with_slashes(&whole).split('/').map(str::to_owned).collect();
            parts.truncate(parts.len().saturating_sub(file.relative.split('/').count()));
            parts
        })
        .collect();
    let stems: Vec<String> = found.iter().map(|file| file.stem.clone()).collect();
    let deepest = folders.iter().map(Vec::len).max().unwrap_or(0);
    for depth in 1..=deepest {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        found.iter().for_each(|file| *counts.entry(&file.stem).or_default() += 1);
        let twice: Vec<usize> = (0..found.len()).filter(|&i| counts[found[i].stem.as_str()] > 1).collect();
        if twice.is_empty() {
            return;
        }
        for i in twice {
            let from = folders[i].len().saturating_sub(depth);
            found[i].stem = format!("{}/{}", folders[i][from..].join("/"), stems[i]);
        }
    }
    // Only the extensions differ (`a.txt`, `a.md`), so they are kept.
    let mut counts: HashMap<String, usize> = HashMap::new();
    found.iter().for_each(|file| *counts.entry(file.stem.clone()).or_default() += 1);
    for (file, stem) in found.iter_mut().zip(stems) {
        if counts[&file.stem] > 1 {
            let folder = stem.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            let ending = file.relative.rsplit('/').next().unwrap_or_default();
            file.stem = format!("{folder}{ending}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("makes");
            fs::write(path, "text").expect("writes");
        }
        folder
    }

    fn options(folder: &Path, inputs: &[&str]) -> ReadOptions {
        ReadOptions::new(inputs.iter().map(|input| folder.join(input)))
    }

    fn stems(options: &ReadOptions) -> Vec<String> {
        find(options, io::empty()).expect("finds").found.into_iter().map(|file| file.stem).collect()
    }

    fn message(folder: &Path, inputs: &[&str]) -> String {
        let error = find(&options(folder, inputs), io::empty()).expect_err("an error").to_string();
        error.replace(&folder.display().to_string(), "DIR")
    }

    #[test]
    fn folders_are_walked_in_order_without_hidden_files_and_readmes() {
        let dir = folder(&[
            "in/b.txt",
            "in/a.md",
            "in/sub/c.csv.gz",
            "in/.x.txt",
            "in/README.md",
            "in/z.png",
            "in/.git/a.txt",
        ]);
        assert_eq!(stems(&options(dir.path(), &["in"])), ["a", "b", "sub/c"]);
    }

    #[test]
    fn the_manifest_in_the_folder_is_no_article() {
        let dir = folder(&["in/a.txt", "in/manifest.csv"]);
        let mut options = options(dir.path(), &["in"]);
        options.manifest = Some(dir.path().join("in/manifest.csv"));
        assert_eq!(stems(&options), ["a"]);
    }

    #[test]
    fn files_of_the_same_name_are_told_apart_by_their_folders() {
        let dir = folder(&["x/one/a.csv", "x/two/a.csv", "x/b.csv", "y/one/a.csv", "y/c.txt", "y/c.md"]);
        assert_eq!(stems(&options(dir.path(), &["x/one/a.csv", "x/two/a.csv", "x/b.csv"])), ["one/a", "two/a", "b"]);
        assert_eq!(stems(&options(dir.path(), &["x/one/a.csv", "y/one"])), ["x/one/a", "y/one/a"]);
        assert_eq!(stems(&options(dir.path(), &["y"])), ["c.md", "c.txt", "one/a"]);
    }

    #[test]
    fn a_folder_can_name_the_outlet() {
        let dir = folder(&["x/bbc/1.txt", "x/bbc/2019/2.txt", "x/3.txt", "y/4.txt"]);
        let outlets = |inputs: &[&str]| -> Vec<String> {
            let options = ReadOptions { outlet_from_folder: true, ..options(dir.path(), inputs) };
            find(&options, io::empty()).expect("finds").found.into_iter().filter_map(|file| file.folder).collect()
        };
        assert_eq!(outlets(&["x"]), ["x", "bbc", "bbc"]);
        assert_eq!(outlets(&["x/bbc", "y"]), ["bbc", "bbc", "y"]);
        assert_eq!(outlets(&["x/bbc/1.txt", "y/4.txt"]), ["bbc", "y"]);
        assert_eq!(outlets(&["x/bbc/1.txt", "y"]), ["bbc", "y"]);
        let dir = self::folder(&["Te\u{301}moin/1.txt"]);
        let options = ReadOptions { outlet_from_folder: true, ..options(dir.path(), &["."]) };
        assert_eq!(find(&options, io::empty()).expect("finds").found[0].folder.as_deref(), Some("Témoin"));
    }

    #[test]
    fn documents_that_are_not_read_are_told() {
        let dir = folder(&["in/a.txt", "in/b.docx", "in/c.PDF", "in/cues.toml", "in/d.png"]);
        let not_read = find(&options(dir.path(), &["in"]), io::empty()).expect("finds").not_read.expect("a warning");
        insta::assert_snapshot!(not_read.to_string().replace(&dir.path().display().to_string(), "DIR"), @r"
        2 files of a kind that isn't supported were left out
         --> DIR/in/b.docx
          help: save its text as a .txt file
        ");
        assert_eq!(find(&options(dir.path(), &["in/a.txt"]), io::empty()).expect("finds").not_read, None);
    }

    #[test]
    fn a_path_that_is_not_there_names_the_nearest() {
        let dir = folder(&["articles.csv"]);
        insta::assert_snapshot!(message(dir.path(), &["artcles.csv"]), @r"
        no such file or folder
         --> DIR/artcles.csv
          help: did you mean DIR/articles.csv?
        ");
        insta::assert_snapshot!(message(dir.path(), &["no/where.csv"]), @r"
        no such file or folder
         --> DIR/no/where.csv
          help: the folder DIR/no doesn't exist either
        ");
    }

    #[test]
    fn a_folder_without_articles_says_what_would_be_one() {
        let dir = folder(&["in/z.png"]);
        insta::assert_snapshot!(message(dir.path(), &["in"]), @r"
        a folder without articles
         --> DIR/in
          expected: files ending in .txt, .text, .md, .html, .htm, .csv, .tsv, .jsonl, .ndjson, .json, .parquet, .arrow or .feather, texts also with .gz or .zst added
          note: hidden files and READMEs are left out; nothing was written
        ");
    }

    #[test]
    fn inputs_given_twice_and_kinds_that_are_not_read() {
        let dir = folder(&["in/a.txt", "page.xml"]);
        insta::assert_snapshot!(message(dir.path(), &["in", "in/a.txt"]), @r"
        a file given twice
         --> DIR/in/a.txt
          help: give it once
        ");
        insta::assert_snapshot!(message(dir.path(), &["page.xml"]), @r"
        a kind of file that isn't supported
         --> DIR/page.xml
          found:    a file ending in .xml
          expected: text, HTML, CSV, JSON lines, Parquet or Arrow
          help: save its text as a .txt file, or say `--input-format text` to read it as it is
        ");
        let twice = ReadOptions::new(["-", "-"]);
        assert_eq!(find(&twice, io::empty()).expect_err("twice").title(), "standard input given twice");
        assert_eq!(find(&ReadOptions::default(), io::empty()).expect_err("none").title(), "no inputs");
    }
}
