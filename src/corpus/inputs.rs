//! Which files there are: the inputs as the user named them, folders walked through, standard input put aside.
//!
//! Takes the options, hands on [`Found`] files in the order in which they are read. What stands in them is looked at
//! in [`super::Corpus::open`].

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;

use super::columns::nearest;
use super::frame::Content;
use super::options::{Format, Input, ReadOptions};
use super::source::Held;
use crate::error::{Error, Place, Result};

/// One file to be read.
#[derive(Debug)]
pub(crate) struct Found {
    /// As messages name it.
    pub(crate) name: String,
    pub(crate) held: Held,
    /// What its articles are called after; unique.
    pub(crate) stem: String,
    /// The path within the folder that was named, with `/`; the file's name where the file itself was named.
    pub(crate) relative: String,
    /// By its extension; `None` where that says nothing.
    pub(crate) format: Option<Format>,
    pub(crate) bytes: u64,
}

/// Finds all files. Standard input, where it is asked for and is much, is copied to a temporary file, which is returned and
/// must be kept as long as the corpus is read.
///
/// # Errors
/// A path that doesn't exist, a folder without articles, an input given twice, a kind of file that can't be read.
pub(crate) fn find(options: &ReadOptions, stdin: impl Read) -> Result<(Vec<Found>, Option<Spooled>)> {
    let mut found = Vec::new();
    let mut spooled = None;
    let mut stdin = Some(stdin);
    let manifest = options.manifest.as_ref().and_then(|path| fs::canonicalize(path).ok());
    for input in &options.inputs {
        match input {
            Input::Stdin => {
                let Some(stdin) = stdin.take() else {
                    return Err(Error::usage("standard input given twice").help("give `-` once"));
                };
                let (held, bytes);
                (held, bytes, spooled) = keep(stdin)?;
                found.push(Found {
                    name: "standard input".to_owned(),
                    held,
                    stem: "stdin".to_owned(),
                    relative: "stdin".to_owned(),
                    format: options.format,
                    bytes,
                });
            }
            Input::Path(path) => {
                let data = fs::metadata(path).map_err(|error| not_found(path, error))?;
                if data.is_dir() {
                    let before = found.len();
                    let mut walked = HashSet::new();
                    walk(path, path, manifest.as_deref(), &mut walked, &mut found)?;
                    if found.len() == before {
                        return Err(Error::data("a folder without articles")
                            .at(Place::file(path))
                            .expected("files ending in .txt, .text, .md, .html, .htm, .csv, .tsv, .jsonl, .ndjson, .json, .parquet, .arrow or .feather, texts also with .gz or .zst after it")
                            .note("hidden files and READMEs are left out; nothing was written"));
                    }
                } else {
                    found.push(named_file(path, data.len(), options.format)?);
                }
            }
        }
    }
    if found.is_empty() {
        return Err(Error::usage("no inputs").help("name files or folders with articles, or `-` for standard input"));
    }
    no_file_twice(&found)?;
    name_apart(&mut found);
    Ok((found, spooled))
}

/// So many bytes of standard input stay in memory.
const ROOM: u64 = 1 << 20;

/// Keeps standard input: its bytes, and how many; little of it in memory, what is more than that in a file. So does a data
/// frame, which is not read from its beginning to its end.
fn keep(mut stream: impl Read) -> Result<(Held, u64, Option<Spooled>)> {
    let mut start = Vec::new();
    stream.by_ref().take(ROOM).read_to_end(&mut start).map_err(|error| Error::io("standard input", error))?;
    if (start.len() as u64) < ROOM && Content::of(&start).is_none() {
        let bytes = start.len() as u64;
        return Ok((Held::Memory(start.into()), bytes, None));
    }
    let spooled = Spooled::new(start.chain(stream))?;
    Ok((Held::At(spooled.path.clone()), spooled.bytes, Some(spooled)))
}

/// A stream that could be read only once, put aside. It goes with the process, however that ends, where files can be
/// reached that have no name (Linux); elsewhere it has a name as long as it is needed.
#[derive(Debug)]
pub(crate) struct Spooled {
    path: PathBuf,
    bytes: u64,
    _kept: Kept,
}

/// What keeps it there.
#[derive(Debug)]
enum Kept {
    #[cfg(target_os = "linux")]
    Nameless {
        _file: fs::File,
    },
    Named {
        _file: NamedTempFile,
    },
}

impl Spooled {
    fn new(mut stream: impl Read) -> Result<Self> {
        let folder = std::env::temp_dir();
        let failed = |error| {
            Error::io(&folder, error)
                .help("standard input is put aside there: make room, or set TMPDIR to another folder")
        };
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd;
            let mut file = tempfile::tempfile().map_err(failed)?;
            let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
            if path.exists() {
                let bytes = copy(&mut stream, &mut file, failed)?;
                return Ok(Spooled { path, bytes, _kept: Kept::Nameless { _file: file } });
            }
        }
        let mut file = NamedTempFile::new().map_err(failed)?;
        let bytes = copy(&mut stream, file.as_file_mut(), failed)?;
        Ok(Spooled { path: file.path().to_owned(), bytes, _kept: Kept::Named { _file: file } })
    }
}

/// Copies standard input; tells apart what can't be read and what can't be written.
fn copy(from: &mut impl Read, to: &mut fs::File, failed: impl Fn(io::Error) -> Error) -> Result<u64> {
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::io("standard input", error)),
        };
        to.write_all(&buffer[..n]).map_err(&failed)?;
        bytes += n as u64;
    }
}

/// The error for a path that can't be looked at: names the nearest one in its folder.
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

/// What may have been meant by a path that isn't there, as help: the nearest name in its folder, where that is there.
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
                return Err(Error::data("a kind of file that isn't read")
                    .at(Place::file(path))
                    .found(format!("a file ending in .{extension}"))
                    .expected("text, HTML, CSV, JSON lines, Parquet or Arrow")
                    .help(help));
            }
            None => None,
        },
    };
    Ok(Found { name: path.display().to_string(), held: Held::At(path.to_owned()), stem, relative: file, format, bytes })
}

/// What to do about a file whose ending says that it holds no articles that can be read.
fn not_read(extension: &str) -> Option<&'static str> {
    match extension {
        "toml" | "yml" | "yaml" | "dic" => Some("if it is a lexicon, give it with --cues, and name articles here"),
        "xml" => Some("save its text as a .txt file, or say `--input-format text` to read it as it is"),
        "xls" | "xlsx" | "ods" => Some("save the sheet as CSV"),
        "pdf" | "doc" | "docx" | "odt" | "rtf" | "epub" => Some("save its text as a .txt file"),
        _ => None,
    }
}

/// All articles' files in a folder and its subfolders, sorted by name.
fn walk(
    root: &Path,
    folder: &Path,
    manifest: Option<&Path>,
    walked: &mut HashSet<PathBuf>,
    found: &mut Vec<Found>,
) -> Result<()> {
    // A link to a folder above must not lead round and round.
    if !walked.insert(fs::canonicalize(folder).map_err(|e| Error::io(folder, e))?) {
        return Ok(());
    }
    let mut entries: Vec<_> =
        fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(|e| Error::io(folder, e))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.starts_with('.') || file.to_lowercase().starts_with("readme") {
            continue;
        }
        // A link that leads nowhere is no article.
        let Ok(data) = fs::metadata(&path) else { continue };
        if data.is_dir() {
            walk(root, &path, manifest, walked, found)?;
            continue;
        }
        let Some(format) = by_extension(&parts(&file).1) else { continue };
        if manifest.is_some_and(|manifest| fs::canonicalize(&path).is_ok_and(|path| path == manifest)) {
            continue;
        }
        let relative = with_slashes(path.strip_prefix(root).unwrap_or(&path));
        let stem = match relative.rsplit_once('/') {
            Some((folders, _)) => format!("{folders}/{}", parts(&file).0),
            None => parts(&file).0,
        };
        let name = path.display().to_string();
        found.push(Found { name, stem, relative, format: Some(format), bytes: data.len(), held: Held::At(path) });
    }
    Ok(())
}

/// A file's name without its endings, and its ending in lower case without the one that says how it is packed.
fn parts(file: &str) -> (String, String) {
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

fn by_extension(extension: &str) -> Option<Format> {
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

fn with_slashes(path: &Path) -> String {
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

/// Makes stems unique: those that collide get the names of their folders before them, as many as it takes.
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
    // Only the endings differ (`a.txt`, `a.md`): they stay apart by them.
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
        find(options, io::empty()).expect("finds").0.into_iter().map(|file| file.stem).collect()
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
          expected: files ending in .txt, .text, .md, .html, .htm, .csv, .tsv, .jsonl, .ndjson, .json, .parquet, .arrow or .feather, texts also with .gz or .zst after it
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
        a kind of file that isn't read
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
