//! Shared by the tests: invented articles, folders to run the program in, tables to read back.

use aslant::compare::{Comparison, Options, compare};
use aslant::corpus::{Corpus, ReadOptions};
use aslant::cues::Lexicon;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Three contrasts: two with leans, one of three poles without; one exception; one phrase.
pub const CUES: &str = r#"
[[contrast]]
name = "state"
about = "who governs"
[[contrast.pole]]
name = "government"
leans = "palace"
cues = ["government", "authorities"]
[[contrast.pole]]
name = "regime"
leans = "square"
cues = ["regime", "assad's regime"]
except = ["regime change*"]

[[contrast]]
name = "groups"
about = "who fights it"
[[contrast.pole]]
name = "terrorists"
leans = "palace"
cues = ["terrorist*"]
[[contrast.pole]]
name = "rebels"
leans = "square"
cues = ["rebel*"]

[[contrast]]
name = "ground"
about = "a place changes hands"
[[contrast.pole]]
name = "liberate"
cues = ["liberat*"]
[[contrast.pole]]
name = "retake"
cues = ["retook"]
[[contrast.pole]]
name = "capture"
cues = ["captur*"]
"#;

/// The tables that a comparison writes.
pub const TABLES: [&str; 12] = [
    "contrasts",
    "scales",
    "pairs",
    "outlets",
    "map",
    "cues",
    "articles",
    "evidence",
    "speakers",
    "matrix",
    "keywords",
    "words",
];

// ------------------------------------------------------------------------------------------------ articles

/// One invented article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub id: String,
    pub outlet: String,
    pub date: String,
    pub title: String,
    pub text: String,
}

/// An article without a date; an empty outlet is an unknown one.
pub fn article(id: impl Into<String>, outlet: &str, text: impl Into<String>) -> Article {
    let id = id.into();
    Article { title: format!("Title of {id}"), id, outlet: outlet.into(), date: String::new(), text: text.into() }
}

/// Prose that never repeats itself, the same on every run: no line of it looks like boilerplate, no article like a
/// reprint of another.
pub struct Prose(u64);

const WORDS: [[&str; 16]; 4] = [
    [
        "dusty", "quiet", "narrow", "crowded", "painted", "broken", "golden", "wooden", "hollow", "distant", "early",
        "damp", "steep", "ancient", "white", "lonely",
    ],
    [
        "bridge", "market", "bakery", "harbour", "orchard", "station", "mill", "square", "garden", "tunnel", "depot",
        "tower", "library", "quarry", "stable", "well",
    ],
    [
        "watched", "crossed", "mended", "closed", "counted", "guarded", "lit", "swept", "opened", "measured", "passed",
        "left", "emptied", "filled", "searched", "reached",
    ],
    [
        "lorries", "lanterns", "barrels", "ladders", "cables", "carpets", "engines", "fences", "kettles", "maps",
        "nets", "pianos", "ropes", "saddles", "tents", "windows",
    ],
];

impl Prose {
    pub fn new(seed: u64) -> Self {
        Prose(seed)
    }

    /// A number below `n`, uniformly distributed.
    pub fn below(&mut self, n: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) % n as u64) as usize
    }

    fn word(&mut self, kind: usize) -> &'static str {
        WORDS[kind][self.below(16)]
    }

    /// A predicate, without subject and full stop.
    fn deed(&mut self) -> String {
        format!(
            "{} the {} {} and the {} near the {} {}",
            self.word(2),
            self.word(0),
            self.word(1),
            self.word(3),
            self.word(0),
            self.word(1)
        )
    }

    /// A sentence in the outlet's own voice with a word in it.
    pub fn own(&mut self, word: &str) -> String {
        format!("The {word} {}.", self.deed())
    }

    /// A sentence inside quotation marks.
    pub fn quoted(&mut self, word: &str) -> String {
        format!("“The {word} {},” said Omar Haddad.", self.deed())
    }

    /// A sentence reported without marks.
    pub fn reported(&mut self, word: &str) -> String {
        format!("Omar Haddad said that the {word} {}.", self.deed())
    }

    /// A sentence with a word in quotation marks.
    pub fn scare(&mut self, word: &str) -> String {
        format!("The so-called “{word}” {}.", self.deed())
    }

    /// A sentence without any cue.
    pub fn plain(&mut self) -> String {
        let subject = format!("{} {}", self.word(0), self.word(3));
        format!("The {subject} {}.", self.deed())
    }
}

/// Four outlets with five articles each, one with two articles, and one article of unknown outlet. They have all voices
/// and all contrasts, and every outlet has its own habits. The last outlet never uses the contrast `ground`.
pub fn corpus() -> Vec<Article> {
    let mut prose = Prose::new(7);
    let mut articles = Vec::new();
    let outlets = [("Bugle", 5), ("Courier", 5), ("Dispatch", 5), ("Echo", 5), ("Gazette", 2), ("", 1)];
    for (o, (outlet, n)) in outlets.into_iter().enumerate() {
        for i in 0..n {
            let mut sentences = vec![prose.plain()];
            for _ in 0..6 {
                // The further down the list, the more often the second word of a pair.
                let second = prose.below(10) < [1, 3, 7, 9, 9, 5][o];
                let ground = if outlet == "Gazette" { 0 } else { 1 + prose.below(2) };
                let word = match (prose.below(3) * ground, second) {
                    (0, false) => "government",
                    (0, true) => "regime",
                    (1, false) => "terrorists",
                    (1, true) => "rebels",
                    (2, false) => "liberated",
                    (2, true) => "captured",
                    _ => "authorities",
                };
                sentences.push(match prose.below(7) {
                    0 => prose.quoted(word),
                    1 => prose.reported(word),
                    2 => prose.scare(word),
                    _ => prose.own(word),
                });
            }
            let mut article = article(format!("n{o}{i}"), outlet, sentences.join(" "));
            article.date = format!("2016-0{}-1{i}", o + 1);
            articles.push(article);
        }
    }
    articles
}

/// The articles as CSV with ids.
pub fn csv(articles: &[Article]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "outlet", "date", "title", "text"]).expect("in memory");
    for a in articles {
        writer.write_record([&a.id, &a.outlet, &a.date, &a.title, &a.text]).expect("in memory");
    }
    writer.into_inner().expect("in memory")
}

/// The articles as JSON lines with ids.
pub fn jsonl(articles: &[Article]) -> Vec<u8> {
    let mut lines = Vec::new();
    for a in articles {
        let object =
            serde_json::json!({"id": a.id, "outlet": a.outlet, "date": a.date, "title": a.title, "text": a.text});
        lines.extend(object.to_string().into_bytes());
        lines.push(b'\n');
    }
    lines
}

// ---------------------------------------------------------------------------------------------- in a folder

/// A folder to run the program in, removed when the test ends.
pub struct Folder(tempfile::TempDir);

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The whole output, for snapshots.
    pub fn show(&self) -> String {
        let part = |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("--- {name}\n{text}") };
        format!("exit {}\n{}{}", self.code, part("stdout", &self.stdout), part("stderr", &self.stderr))
    }
}

impl Folder {
    /// A folder with `cues.toml`.
    pub fn new() -> Self {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        folder.write("cues.toml", CUES);
        folder
    }

    /// A folder with `cues.toml` and `articles.csv`.
    pub fn with(articles: &[Article]) -> Self {
        let folder = Folder::new();
        folder.write("articles.csv", csv(articles));
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and creates its folders.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
        std::fs::write(path, bytes).expect("writes");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The names in a folder, sorted; `None` if there is no such folder.
    pub fn names(&self, folder: &str) -> Option<Vec<String>> {
        let entries = std::fs::read_dir(self.path(folder)).ok()?;
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        Some(names)
    }

    /// Every file of a folder with its bytes; `None` if there is no such folder.
    pub fn bytes(&self, folder: &str) -> Option<BTreeMap<String, Vec<u8>>> {
        let read = |name: String| {
            let bytes = std::fs::read(self.path(folder).join(&name)).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name, bytes)
        };
        let files = self.names(folder)?.into_iter().filter(|name| self.path(folder).join(name).is_file());
        Some(files.map(read).collect())
    }

    /// Runs the program in this folder; arguments are separated by spaces, `''` is an empty one.
    pub fn run(&self, arguments: &str) -> Ran {
        self.run_with(arguments, Vec::new())
    }

    /// Runs the program with something on standard input.
    pub fn run_with(&self, arguments: &str, stdin: Vec<u8>) -> Ran {
        let mut command = Command::new(crate::program::path());
        command.current_dir(self.0.path()).env_remove("NO_COLOR").env("COLUMNS", "100");
        command.args(arguments.split_whitespace().map(|a| if a == "''" { "" } else { a }));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().expect("starts");
        let mut pipe = running.stdin.take().expect("a pipe");
        // The program may end without reading all of it.
        let writing = std::thread::spawn(move || pipe.write_all(&stdin));
        let output = running.wait_with_output().expect("runs");
        let _ = writing.join();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran {
            code: output.status.code().expect("an exit code"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Compares into `out`; must succeed.
    #[track_caller]
    pub fn compare(&self, arguments: &str, out: &str) -> Ran {
        let ran = self.run(&format!("compare {arguments} --cues cues.toml --out {out}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        ran
    }

    /// A table that was written.
    #[track_caller]
    pub fn table(&self, out: &str, name: &str) -> Table {
        Table::parse(&self.read(&format!("{out}/{name}.csv")))
    }

    /// All tables as they were written.
    pub fn tables(&self, out: &str) -> Vec<(&'static str, String)> {
        TABLES.iter().map(|name| (*name, self.read(&format!("{out}/{name}.csv")))).collect()
    }
}

/// A folder of this repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

// --------------------------------------------------------------------------------------------------- tables

/// A CSV file as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    #[track_caller]
    pub fn parse(text: &str) -> Table {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        // The reader refuses rows that are longer or shorter than the header.
        let row = |r: csv::Result<csv::StringRecord>| r.expect("a row").iter().map(str::to_owned).collect();
        Table { columns, rows: reader.records().map(row).collect() }
    }

    #[track_caller]
    pub fn column(&self, name: &str) -> usize {
        self.columns.iter().position(|c| c == name).unwrap_or_else(|| panic!("no column {name}: {:?}", self.columns))
    }

    /// The rows, with access by column name.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row { table: self, values })
    }

    /// The rows that have these values.
    pub fn rows_with<'t>(&'t self, values: &'t [(&str, &str)]) -> impl Iterator<Item = Row<'t>> {
        self.iter().filter(|row| values.iter().all(|(column, value)| row.get(column) == *value))
    }

    /// The only row that has these values.
    #[track_caller]
    pub fn only(&self, values: &[(&str, &str)]) -> Row<'_> {
        let has = |row: &Row<'_>| values.iter().all(|(column, value)| row.get(column) == *value);
        let mut rows = self.iter().filter(has);
        let row = rows.next().unwrap_or_else(|| panic!("no row with {values:?}"));
        assert!(rows.next().is_none(), "more than one row with {values:?}");
        row
    }
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'t> {
    table: &'t Table,
    values: &'t [String],
}

impl<'t> Row<'t> {
    #[track_caller]
    pub fn get(&self, column: &str) -> &'t str {
        &self.values[self.table.column(column)]
    }

    /// A number; `None` if the field is empty.
    #[track_caller]
    pub fn number(&self, column: &str) -> Option<f64> {
        let value = self.get(column);
        (!value.is_empty()).then(|| value.parse().unwrap_or_else(|e| panic!("{column}: {value:?}: {e}")))
    }

    #[track_caller]
    pub fn count(&self, column: &str) -> usize {
        let value = self.get(column);
        value.parse().unwrap_or_else(|e| panic!("{column}: {value:?}: {e}"))
    }
}

// ----------------------------------------------------------------------------------------------- in memory

/// Compares without running the program, for numbers with all their digits.
pub fn compare_here(articles: &[Article], cues: &str, options: Options) -> Comparison {
    let folder = Folder::with(articles);
    let corpus = Corpus::open(ReadOptions::new([folder.path("articles.csv")])).expect("a corpus");
    let lexicon = Lexicon::parse("cues.toml", cues).expect("a lexicon");
    compare(&corpus, lexicon, options, &|_, _| ()).expect("a comparison")
}

/// Asserts that `found` and `expected` differ by at most `tolerance`, relative to `expected` if that is more than 1.
#[track_caller]
pub fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let within = (found - expected).abs() <= tolerance * expected.abs().max(1.0);
    assert!(within, "{what}: found {found:e}, expected {expected:e}");
}
