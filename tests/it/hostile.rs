//! What strangers may put into articles, lexicons, names and files: none of it reaches the terminal as a command, fills
//! the memory, or causes anything but a clear error.

use crate::common::Folder;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Colours, a bell, a control sequence in one character, and letters that run backwards from here on.
const ESCAPES: &str = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}\u{2066}";

fn hostile() -> Folder {
    let folder = Folder::new();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["id", "outlet", "date", "title", "author", "url", "label", "kind", "text"])
        .expect("in memory");
    for n in 0..30 {
        let (word, label) = [("government", "x"), ("regime", "y")][n % 2];
        let text = format!(
            "The {word} of the town met for the {n}th time. \"The {word} spoke{ESCAPES},\" Mr{ESCAPES} Darwish said. \
             The {ESCAPES}{word} left.\nRelated Stories{ESCAPES}"
        );
        let [id, outlet] = [format!("a{n}{ESCAPES}"), format!("Outlet {}{ESCAPES}", n % 3)];
        let [title, author, url] = ["Title", "Author", "http://bugle.example/"].map(|s| format!("{s}{ESCAPES}"));
        let [label, kind] = [label, "kind"].map(|s| format!("{s}{ESCAPES}"));
        writer
            .write_record([&id, &outlet, "2017-04-05", &title, &author, &url, &label, &kind, &text])
            .expect("in memory");
    }
    folder.write(&format!("a{ESCAPES}.csv"), writer.into_inner().expect("in memory"));
    let name = |s: &str| serde_json::to_string(&format!("{s}{ESCAPES}")).expect("a text");
    let lexicon = format!(
        "[[contrast]]\nname = {}\nabout = {}\n[[contrast.pole]]\nname = {}\nleans = {}\ncues = [\"government\"]\n\
         [[contrast.pole]]\nname = {}\nleans = {}\ncues = [\"regime\"]\n[[category]]\nname = {}\ncues = [\"met\"]\n",
        name("state"),
        name("who governs"),
        name("government"),
        name("left"),
        name("regime"),
        name("right"),
        name("meetings"),
    );
    folder.write(&format!("cues{ESCAPES}.toml"), lexicon);
    folder
}

/// What must not be sent to a terminal.
fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_command_sends_escapes_to_the_terminal() {
    let folder = hostile();
    // `@` stands for the escapes.
    let good = [
        "compare a@.csv --cues cues@.toml --out o@ --by outlet",
        "compare a@.csv --cues cues@.toml --out by@ --by kind",
        "compare a@.csv --cues cues@.toml --out o@ --dry-run",
        "discover a@.csv --out d@",
        "plan a@.csv --cues cues@.toml --out p@",
        "report o@",
        "tally a@.csv --cues cues@.toml --label label --out t@",
        "compare t@ --out c@",
        "train a@.csv --label label --out m@",
        "train a@.csv --label label --out m@ --dry-run",
        "models show m@",
        "models list .",
        "models diff m@ m@",
        "evaluate m@ a@.csv --label label --out e@",
        "explain m@ a@.csv",
        "retrain m@ a@.csv --label label",
        "score m@ a@.csv --out s@",
        "cues check cues@.toml a@.csv",
        "cues suggest cues@.toml a@.csv --out u@",
        "stories a@.csv --out y@",
        "clean a@.csv --show --out z@",
        "voice a@.csv --out v@",
    ];
    let bad = [
        "compare nothing@ --cues cues@.toml --out o@",
        "compare a@.csv --cues nothing@ --out o@",
        "compare a@.csv --cues cues@.toml --out o@ --by nothing@",
        "compare a@.csv --cues cues@.toml --out a@.csv",
        "compare a@.csv a@.csv --cues cues@.toml --out o@",
        "compare a@.csv --cues cues@.toml --text nothing@ --out o@",
        "compare a@.csv --cues cues@.toml --date title --out o@",
        "train a@.csv --label nothing@ --out mm",
        "score nothing@ a@.csv",
        "score o@ a@.csv",
        "tally a@.csv --cues cues@.toml --out o@",
    ];
    for (is_good, commands) in [(true, &good[..]), (false, &bad[..])] {
        for command in commands {
            let ran = folder.run(&command.replace('@', ESCAPES));
            assert_eq!(ran.code == 0, is_good, "{command}: {ran:?}");
            let said = ran.stdout + &ran.stderr;
            assert!(!said.contains(is_harmful), "{command}: {said:?}");
        }
    }
}

/// What a spreadsheet would run.
const FORMULAS: [&str; 8] = ["=HYPERLINK(\"x\")", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1"];

#[test]
fn no_table_has_a_cell_that_a_spreadsheet_would_run_and_texts_come_back() {
    let folder = Folder::new();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "outlet", "title", "author", "label", "kind", "text"]).expect("in memory");
    for n in 0..40 {
        let (word, label) = [("government", "=x"), ("regime", "-y")][n % 2];
        let formula = FORMULAS[n % FORMULAS.len()];
        let named = |what: &str| format!("{formula}{what}");
        let text = format!("{formula} the {word} met for the {n}th time, +{word} = {word}. =The {word} left.");
        let row =
            [format!("{formula}{n}"), named("Bugle"), named("title"), named("author"), label.into(), named("k"), text];
        writer.write_record(&row).expect("in memory");
    }
    folder.write("a.csv", writer.into_inner().expect("in memory"));
    for command in [
        "compare a.csv --cues cues.toml --format csv,json --out compared",
        "compare a.csv --cues cues.toml --by kind --out kinds",
        "discover a.csv --out discovered",
        "train a.csv --label label --ngrams 1 --out model",
        "evaluate model a.csv --label label --out evaluated",
        "cues suggest cues.toml a.csv --out suggested",
        "report compared",
    ] {
        let ran = folder.run(command);
        assert_eq!(ran.code, 0, "{command}: {ran:?}");
    }
    let mut cells = 0;
    for folder_of in ["compared", "kinds", "discovered", "model", "evaluated", "suggested"] {
        for name in folder.names(folder_of).expect("there").iter().filter(|name| name.ends_with(".csv")) {
            let text = folder.read(&format!("{folder_of}/{name}"));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for record in reader.records() {
                for cell in record.expect("a record").iter() {
                    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
                    assert!(!runs || cell.parse::<f64>().is_ok(), "{folder_of}/{name}: {cell:?}");
                    cells += usize::from(cell.starts_with('\''));
                }
            }
        }
    }
    assert!(cells > 200, "{cells}");
    // Leading and trailing spaces aren't part of a name.
    let titles: Vec<String> = FORMULAS.iter().map(|formula| format!("{formula}title").trim().to_owned()).collect();
    let articles = folder.read("compared/articles.jsonl");
    for line in articles.lines() {
        let title = serde_json::from_str::<serde_json::Value>(line).expect("JSON")["title"].clone();
        assert!(titles.iter().any(|t| title == t.as_str()), "{title}");
    }
    assert_eq!(articles.lines().count(), 40);
}

/// The error for a file, with the program's exit code.
#[track_caller]
fn refused(name: &str, bytes: &[u8]) -> String {
    let folder = Folder::new();
    folder.write(name, bytes);
    let ran = folder.run(&format!("clean {name} --out out.jsonl"));
    assert_eq!(folder.names("").expect("there"), [name, "cues.toml"].map(str::to_owned), "{ran:?}");
    format!("exit {}\n{}", ran.code, ran.stderr)
}

#[test]
fn a_header_without_an_end() {
    let columns = (0..200_000).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    insta::assert_snapshot!(refused("a.csv", format!("id,text,{columns}\n").as_bytes()), @r"
    exit 3
    error: a header of more than 1 MB
     --> a.csv:1
      found:    144962 columns or more
      expected: a first line that names the columns
      help: look for a quotation mark in it that isn't closed, or keep the columns that are needed
      note: nothing was written
    ");
}

#[test]
fn a_packed_text_that_is_far_larger_unpacked() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = "The bridge. ".repeat(1 << 16);
    (0..24).for_each(|_| packed.write_all(piece.as_bytes()).expect("in memory"));
    insta::assert_snapshot!(refused("a.txt.gz", &packed.finish().expect("in memory")), @r"
    exit 3
    error: a text that is too long
     --> a.txt.gz, article `a`
      found:    18 MB
      expected: at most 16 MB: the text of one article
      help: look for a quotation mark that isn't closed, or split what is more than one article
      note: nothing was written
    ");
    let mut zeros = GzEncoder::new(Vec::new(), Compression::fast());
    zeros.write_all(&vec![0; 1 << 20]).expect("in memory");
    insta::assert_snapshot!(refused("a.csv.gz", &zeros.finish().expect("in memory")), @r"
    exit 3
    error: not a text file
     --> a.csv.gz
      found:    nothing but zeros
      expected: text, HTML, CSV or JSON lines, plain or compressed with gzip or zstd; Parquet or Arrow
      help: remove it from the input
      note: nothing was written
    ");
}

#[test]
fn json_that_is_nested_too_deep() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    insta::assert_snapshot!(refused("a.jsonl", format!("{{\"text\":{deep}}}\n").as_bytes()), @r"
    exit 3
    error: broken JSON
     --> a.jsonl:1
      found:    lists or objects nested more than 127 deep, at column 135: …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
      expected: one whole object a line
      note: nothing was written
    ");
    insta::assert_snapshot!(refused("b.json", "[".repeat(100_000).as_bytes()), @r"
    exit 3
    error: broken JSON
     --> b.json
      found:    the array ends within the object of line 1
      expected: an array of objects
      note: nothing was written
    ");
}

#[test]
fn half_of_a_character() {
    let lines = "{\"id\":1,\"text\":\"one\"}\n{\"id\":2,\"text\":\"The \\ud800 regime\"}\n";
    insta::assert_snapshot!(refused("a.jsonl", lines.as_bytes()), @r#"
    exit 3
    error: broken JSON
     --> a.jsonl:2
      found:    half of a character (\ud800 to \udfff without its other half), at column 27: …2,"text":"The \ud800 regime"}
      expected: one whole object a line
      note: nothing was written
    "#);
}

#[cfg(unix)]
#[test]
fn folders_that_lead_round_and_round() {
    let folder = Folder::new();
    folder.write("articles/a/b/x.txt", "The regime met.");
    for (to, at) in [("../../a", "articles/a/b/up"), (".", "articles/self"), ("nowhere", "articles/x.txt")] {
        std::os::unix::fs::symlink(to, folder.path(at)).expect("links");
    }
    let ran = folder.run("clean articles --out out.jsonl");
    assert_eq!((ran.code, folder.read("out.jsonl").lines().count()), (0, 1), "{ran:?}");
}
