//! The command line as a person uses it: whole outputs, exact errors, exit codes, and what is left on disk.
//!
//! When an output changes on purpose: `INSTA_UPDATE=always cargo test --test it scenarios` writes the files under
//! `snapshots/`; for snapshots in this file, the failing test shows the new text.

use crate::common::{Folder, Ran, TABLES, article, corpus, csv, repository};
use std::collections::BTreeMap;
use std::path::Path;

/// A folder with the program's own seeds, so that paths in outputs are short and relative.
fn with_seeds() -> Folder {
    let folder = Folder::new();
    for seeds in ["seeds/articles", "seeds/cues"] {
        for entry in std::fs::read_dir(repository(seeds)).expect("the seeds") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            folder.write(&format!("{seeds}/{name}"), std::fs::read(&path).expect("reads"));
        }
    }
    folder
}

/// Two articles of two outlets.
fn small() -> Folder {
    Folder::with(&[
        article("a1", "Bugle", "The government closed the bridge."),
        article("a2", "Courier", "The regime closed the bridge."),
    ])
}

/// Runs a command that must fail twice: without a folder `out`, and with one that has an older result in it. Neither
/// may change. Returns exit code and message.
#[track_caller]
fn refused(folder: &Folder, arguments: &str) -> String {
    let names = folder.names("");
    let ran = folder.run(arguments);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.stdout, "");
    assert_eq!(folder.names(""), names, "something was left behind");
    for name in ["contrasts.csv", "report.md", "run.json", "notes.txt"] {
        folder.write(&format!("out/{name}"), format!("older {name}"));
    }
    let before = folder.bytes("out");
    let again = folder.run(arguments);
    assert_eq!(folder.bytes("out"), before, "the older result was touched");
    assert_eq!(again, ran, "the message depends on the older result");
    std::fs::remove_dir_all(folder.path("out")).expect("removes");
    format!("exit {}\n{}", ran.code, ran.stderr)
}

const COMPARE: &str = "compare articles.csv --cues cues.toml --out out";

// ---------------------------------------------------------------------------------------------------- fine

#[test]
fn the_documentation_shows_what_is_printed() {
    let examples = [
        ("README.md", 20, "compare seeds/articles --cues seeds/cues/syria.toml --out results"),
        (
            "docs/commands.md",
            5,
            "plan seeds/articles --cues seeds/cues/syria.toml --width 0.2 --difference 0.15 --power 0.8",
        ),
    ];
    for (page, fewest, command) in examples {
        let text = std::fs::read_to_string(repository(page)).expect("reads");
        let shown = text.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let printed = with_seeds().run(command).stdout;
        let missing: Vec<&str> = shown.lines().filter(|line| *line != "…" && !printed.contains(line)).collect();
        assert!(shown.lines().count() > fewest && missing.is_empty(), "{page}: {missing:#?}\n{printed}");
    }
}

#[test]
fn help() {
    let folder = Folder::new();
    insta::assert_snapshot!("help", folder.run("--help").show());
    insta::assert_snapshot!("help_compare", folder.run("compare --help").show());
    insta::assert_snapshot!("help_discover", folder.run("discover --help").show());
    insta::assert_snapshot!("help_retrain", folder.run("retrain --help").show());
    insta::assert_snapshot!("help_cues_check", folder.run("cues check --help").show());
    insta::assert_snapshot!("help_cues_suggest", folder.run("cues suggest --help").show());
    insta::assert_snapshot!("help_clean", folder.run("clean --help").show());
    insta::assert_snapshot!("help_plan", folder.run("plan --help").show());
    insta::assert_snapshot!("help_report", folder.run("report --help").show());
    insta::assert_snapshot!("help_stories", folder.run("stories --help").show());
    let bare = folder.run("");
    assert_eq!(bare.code, 2);
    assert!(bare.stderr.contains("Usage: aslant [OPTIONS] <COMMAND>"), "{bare:?}");
}

#[test]
fn every_example_in_the_help_is_understood() {
    // Only far enough to read the arguments: the files don't exist, and that is the error.
    let folder = Folder::new();
    let commands = "|compare|tally|discover|plan|report|voice|clean|stories|train|score|evaluate|explain|retrain|\
                    models list|models show|models diff|models restore|cues check|cues suggest";
    let mut all = 0;
    for command in commands.split('|') {
        let help = folder.run(&format!("{command} --help")).stdout;
        let of_line =
            |line: &'_ str| line.split("| ").last().unwrap_or(line).trim().strip_prefix("aslant ").map(str::to_owned);
        let examples: Vec<String> = help.lines().filter_map(of_line).collect();
        assert!(!examples.is_empty(), "{command} has no example");
        for example in &examples {
            let ran = folder.run(example.split(" > ").next().expect("a part"));
            assert!(ran.stderr.contains("no such ") || ran.stderr.contains("an empty file"), "{example}: {ran:?}");
        }
        all += examples.len();
    }
    assert!(all > 60, "{all}");
}

#[test]
fn compare_prints_a_summary_and_writes_everything() {
    let folder = with_seeds();
    let ran = folder.run("compare seeds/articles --cues seeds/cues/syria.toml --out results");
    insta::assert_snapshot!("compare", ran.show());
    assert!(!ran.stdout.contains('\u{1b}'), "colours in a pipe");
    insta::assert_debug_snapshot!(folder.names("results").expect("results"), @r#"
    [
        "articles.csv",
        "contrasts.csv",
        "cues.csv",
        "evidence.csv",
        "keywords.csv",
        "map.csv",
        "matrix.csv",
        "outlets.csv",
        "pairs.csv",
        "report.html",
        "report.md",
        "run.json",
        "scales.csv",
        "speakers.csv",
        "trends.csv",
        "words.csv",
    ]
    "#);
    let headers: Vec<String> = TABLES
        .iter()
        .map(|name| {
            let text = folder.read(&format!("results/{name}.csv"));
            format!("{name}.csv\n  {}\n", text.lines().next().expect("a header").replace(',', "\n  "))
        })
        .collect();
    insta::assert_snapshot!("headers", headers.concat());
    insta::assert_snapshot!("report", folder.read("results/report.md"));
}

#[test]
fn stories_prints_a_summary_and_writes_a_table() {
    let folder = with_seeds();
    insta::assert_snapshot!("stories", folder.run("stories seeds/articles --out stories.csv").show());
    let table = folder.read("stories.csv");
    assert!(table.starts_with("id,outlet,date,title,story,reprint_of,similarity,agency\n"));
    let piped = folder.run("stories seeds/articles");
    assert_eq!((piped.code, piped.stdout), (0, table.clone()));
    let quiet = folder.run("stories seeds/articles --out quiet.csv --quiet --threads 1");
    assert_eq!((quiet.code, quiet.stdout.as_str(), folder.read("quiet.csv")), (0, "", table));
}

#[test]
fn clean_writes_prose_and_says_what_went() {
    let folder = Folder::with(&[article("a1", "Bugle", "The bridge was closed after the flood.\n\nView all comments")]);
    insta::assert_snapshot!("clean", folder.run("clean articles.csv --out clean.jsonl --show").show());
    assert!(folder.read("clean.jsonl").contains("\"text\":\"The bridge was closed after the flood.\"}"));
    let piped = folder.run("clean articles.csv");
    assert_eq!((piped.code, piped.stdout), (0, folder.read("clean.jsonl")));
    insta::assert_snapshot!(refused(&folder, "clean articles.csv --show"), @"
    exit 2
    error: two things for standard output
      found:    --show without --out
      expected: a file for the cleaned articles, because --show prints to standard output
      help: add --out cleaned.jsonl, or leave --show out
    ");
}

#[test]
fn same_story_without_a_shared_story_is_an_error() {
    let folder =
        Folder::with(&[article("a1", "Bugle", "The government closed the bridge."), article("b", "Courier", "Rain.")]);
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --same-story")), @"
    exit 3
    error: no story that two outlets cover
      found:    2 articles, none on the same event as another outlet's
      expected: with --same-story, articles of two outlets or more on one event, at most ten days apart
      help: leave --same-story out, or add other outlets' articles; `aslant stories` shows what was found
    ");
}

#[test]
fn run_json_says_how_it_was_made_and_names_no_machine() {
    let folder = small();
    assert_eq!(folder.run(&format!("{COMPARE} --seed 7 --voice all --keep-boilerplate")).code, 0);
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert_eq!(run["arguments"][0], "compare");
    assert_eq!((&run["settings"]["seed"], &run["settings"]["voice"]), (&7.into(), &"all".into()));
    assert_eq!(run["settings"]["boilerplate"], "keep");
    assert_eq!((&run["counts"]["articles"], &run["counts"]["uses"]), (&2.into(), &2.into()));
    let inputs: BTreeMap<&str, &str> = run["inputs"]
        .as_array()
        .expect("inputs")
        .iter()
        .map(|i| (i["name"].as_str().expect("a name"), i["sha256"].as_str().expect("a hash")))
        .collect();
    assert_eq!(inputs.keys().copied().collect::<Vec<_>>(), ["articles.csv", "cues.toml"]);
    assert!(inputs.values().all(|hash| hash.len() == 64), "{inputs:?}");
    let text = run.to_string();
    assert!(!text.contains(&*folder.path("").to_string_lossy()) && !text.contains("target/"), "{text}");
}

#[test]
fn quiet_prints_nothing_and_writes_the_same() {
    let folder = small();
    let loud = folder.run(COMPARE);
    let quiet = folder.run("compare articles.csv --cues cues.toml --out quiet --quiet");
    assert_eq!(quiet, Ran { code: 0, stdout: String::new(), stderr: String::new() });
    assert!(loud.stdout.ends_with("to out\n"));
    assert_eq!(folder.tables("quiet"), folder.tables("out"));
    assert_eq!(folder.read("quiet/report.md"), folder.read("out/report.md"));
}

#[test]
fn a_result_is_replaced_and_other_files_are_left_alone() {
    let folder = small();
    folder.write("out/contrasts.csv", "older");
    folder.write("out/notes.txt", "mine");
    assert_eq!(folder.run(COMPARE).code, 0);
    assert!(folder.read("out/contrasts.csv").starts_with("outlet,voice,"));
    assert_eq!(folder.read("out/notes.txt"), "mine");
    assert_eq!(folder.names("out").expect("out").len(), TABLES.len() + 5);
}

#[test]
fn cues_check_shows_uses_and_leaves_with_one_where_something_was_found() {
    let folder = small();
    insta::assert_snapshot!(folder.run("cues check cues.toml").show(), @"
    exit 0
    --- stdout
    state: government (2 cues), regime (2 cues); 1 exception
    groups: terrorists (1 cue), rebels (1 cue)
    ground: liberate (1 cue), retake (1 cue), capture (1 cue)
    axis: palace (−1) to square (1)
    ");
    let cues = r#"
        [[contrast]]
        name = "state"
        [[contrast.pole]]
        name = "government"
        cues = ["government"]
        [[contrast.pole]]
        name = "regime"
        cues = ["regime"]
        except = ["regime change*"]"#;
    folder.write("two.toml", cues);
    insta::assert_snapshot!(folder.run("cues check two.toml articles.csv").show(), @r#"
    exit 0
    --- stdout
    state: government (1 cue), regime (1 cue); 1 exception

    2 articles

    state / government
      government                         1 use  in      1 article  of    1 outlet
          The [government] closed the bridge.

    state / regime
      regime                             1 use  in      1 article  of    1 outlet
          The [regime] closed the bridge.
      except "regime change*" of state: 0 times
    "#);
    folder.write("doubtful.toml", cues.replace("[\"government\"]", "[\"gov*\", \"governm*\", \"reg*\"]"));
    insta::assert_snapshot!(folder.run("cues check doubtful.toml articles.csv --examples 1").show(), @r#"
    exit 1
    --- stdout
    state: government (3 cues), regime (1 cue); 1 exception

    2 articles

    state / government
      gov*                               1 use  in      1 article  of    1 outlet
          The [government] closed the bridge.
      governm*                           0 uses in      0 articles of    0 outlets   never matched
      reg*                               0 uses in      0 articles of    0 outlets   never matched

    state / regime
      regime                             1 use  in      1 article  of    1 outlet
          The [regime] closed the bridge.
      except "regime change*" of state: 0 times

    ambiguous: "reg*" (line 6, government) and "regime" (line 9, regime) of state can match the same words
    --- stderr
    error: the lexicon needs a look
     --> doubtful.toml
      found:    2 of 4 cues never matched, 1 pair of cues is ambiguous
      help: remove or fix the cues named above; a cue may also be right and just not occur in these articles
    "#);
}

#[test]
fn bad_rows_are_left_out_on_demand_and_told() {
    let folder = Folder::new();
    let rows = String::from_utf8(csv(&corpus())).expect("UTF-8");
    folder.write(
        "articles.csv",
        format!("{rows}z1,Bugle\nz2,Bugle,last Tuesday,T,The regime.\nn00,Bugle,,T,The regime.\n"),
    );
    insta::assert_snapshot!(refused(&folder, COMPARE), @r#"
    exit 3
    error: a row with too few fields
     --> articles.csv:25
      found:    2 fields
      expected: 5 fields, as in the header
      help: a line break in a text needs quotation marks around the text
      note: also: unreadable date
       --> articles.csv:26, column `date`, article `z2`
        found:    "last Tuesday"
        expected: a day such as 2017-04-05, 4/5/2017 or 5 April 2017, or nothing
        help: correct it, empty it if there is none, or read no dates with `--date ""`
      note: also: an id used twice
       --> articles.csv:27
        found:    the same id as in articles.csv:2
        help: give each article its own id, or read no ids with `--id ""`
      note: nothing was written
    "#);
    let ran = folder.run(&format!("{COMPARE} --skip-bad-rows"));
    let note = ran.stdout.split("note: 3 rows").nth(1).expect("a note").split("note: Gazette").next().expect("a part");
    insta::assert_snapshot!(note, @r#"
     that couldn't be read were left out
      note: a row with too few fields
       --> articles.csv:25
        found:    2 fields
        expected: 5 fields, as in the header
        help: a line break in a text needs quotation marks around the text
        note: also: unreadable date
         --> articles.csv:26, column `date`, article `z2`
          found:    "last Tuesday"
          expected: a day such as 2017-04-05, 4/5/2017 or 5 April 2017, or nothing
          help: correct it, empty it if there is none, or read no dates with `--date ""`
        note: also: an id used twice
         --> articles.csv:27
          found:    the same id as in articles.csv:2
          help: give each article its own id, or read no ids with `--id ""`
    note: 1 article has no outlet (n50): it is listed in articles.csv and evidence.csv, but not counted for any outlet
    "#);
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert_eq!((&run["counts"]["bad_rows_skipped"], &run["counts"]["articles"]), (&3.into(), &corpus().len().into()));
    // The result is the same as without them.
    folder.write("articles.csv", rows);
    assert_eq!(folder.run("compare articles.csv --cues cues.toml --out good").code, 0);
    assert_eq!(folder.tables("out"), folder.tables("good"));
}

// -------------------------------------------------------------------------------------------------- errors

#[test]
fn a_lexicon_that_is_missing_or_broken() {
    let folder = small();
    insta::assert_snapshot!(refused(&folder, "compare articles.csv --cues ceus.toml --out out"), @"
    exit 2
    error: no such lexicon
     --> ceus.toml
      help: did you mean cues.toml?
    ");
    let cues = folder.read("cues.toml");
    folder.write("broken.toml", cues.replace("cues = [\"retook\"]", "cue = [\"retook\"]"));
    insta::assert_snapshot!(refused(&folder, "compare articles.csv --cues broken.toml --out out"), @r#"
    exit 3
    error: a lexicon that can't be read
     --> broken.toml:35
      found:    unknown field `cue`, expected one of `name`, `leans`, `cues`, `except`
      expected: [[contrast]] with name and about, in it [[contrast.pole]] with name, cues, and optional leans and except
      help: did you mean `cues`?
      help: see "Cue lexicons" in the README
    "#);
    folder.write("broken.toml", cues.replace("[\"retook\"]", "[\"retook\", \"captur*\"]"));
    insta::assert_snapshot!(refused(&folder, "compare articles.csv --cues broken.toml --out out"), @r#"
    exit 3
    error: a cue that is listed twice in a contrast
     --> broken.toml:38
      found:    "captur*", in contrast "ground" also on line 35
      expected: every cue in one pole only, once
      help: remove one of the two
    "#);
    folder.write("broken.toml", cues.replace("[\"retook\"]", "[\"retook\""));
    insta::assert_snapshot!(refused(&folder, "compare articles.csv --cues broken.toml --out out"), @r#"
    exit 3
    error: a lexicon that can't be read
     --> broken.toml:36
      found:    missing comma between array elements, expected `,`
      expected: [[contrast]] with name and about, in it [[contrast.pole]] with name, cues, and optional leans and except
      help: see "Cue lexicons" in the README
    "#);
    insta::assert_snapshot!(refused(&folder, "compare articles.csv --cues cues.toml --cues cues.toml --out out"), @r#"
    exit 3
    error: a contrast named twice
     --> cues.toml
      found:    "state"
      help: another lexicon has it already: rename one of them
    "#);
}

#[test]
fn an_input_that_is_not_there() {
    let folder = small();
    insta::assert_snapshot!(refused(&folder, "compare artcles.csv --cues cues.toml --out out"), @"
    exit 2
    error: no such file or folder
     --> artcles.csv
      help: did you mean articles.csv?
    ");
    insta::assert_snapshot!(refused(&folder, "compare elsewhere/a.csv --cues cues.toml --out out"), @"
    exit 2
    error: no such file or folder
     --> elsewhere/a.csv
      help: the folder elsewhere doesn't exist either
    ");
    insta::assert_snapshot!(refused(&folder, "compare articles.csv articles.csv --cues cues.toml --out out"), @"
    exit 2
    error: a file given twice
     --> articles.csv
      help: give it once
    ");
}

#[test]
fn a_column_that_is_not_there() {
    let folder = small();
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --text texts")), @"
    exit 3
    error: no column `texts`
     --> articles.csv
      found:    `id`, `outlet`, `date`, `title`, `text`
      help: did you mean `--text text`?
      note: nothing was written
    ");
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --outlet newspaper")), @"
    exit 3
    error: no column `newspaper`
     --> articles.csv
      found:    `id`, `outlet`, `date`, `title`, `text`
      help: name one of these columns with --outlet
      note: nothing was written
    ");
    folder.write("articles.csv", "id,outlet,words that were printed\na1,Bugle,The regime closed the bridge.\n");
    insta::assert_snapshot!(refused(&folder, COMPARE), @"
    exit 3
    error: no column that holds the text
     --> articles.csv
      found:    `id`, `outlet`, `words that were printed`
      expected: one of `text`, `content`, `body`, `article`, or a name given with --text
      help: name the column with --text
      note: nothing was written
    ");
}

#[test]
fn rows_with_too_few_fields() {
    let folder = Folder::new();
    folder.write("articles.csv", "id,outlet,text\na1,Bugle,The regime.\na2,Bugle\na3,Bugle,The regime.\na4\n");
    insta::assert_snapshot!(refused(&folder, COMPARE), @"
    exit 3
    error: a row with too few fields
     --> articles.csv:3
      found:    2 fields
      expected: 3 fields, as in the header
      help: a line break in a text needs quotation marks around the text
      note: 1 more row has this problem (line 5)
      note: nothing was written
    ");
}

#[test]
fn broken_json() {
    let folder = Folder::new();
    folder.write(
        "articles.jsonl",
        "{\"id\":\"a1\",\"text\":\"The regime.\"}\n{\"id\":\"a2\",\"text\":\"The reg\n{\"id\":\"a3\"}\n",
    );
    insta::assert_snapshot!(refused(&folder, "compare articles.jsonl --cues cues.toml --out out"), @r#"
    exit 3
    error: broken JSON
     --> articles.jsonl:2
      found:    EOF while parsing a string, at column 26: …:"a2","text":"The reg
      expected: one whole object a line
      note: also: a record without its text
       --> articles.jsonl:3, article `a3`
        found:    an object that has no key "text"
        expected: "text": "the text", or an empty one
        help: add the key, or name another with --text
      note: nothing was written
    "#);
}

#[test]
fn files_that_are_no_text() {
    let folder = Folder::new();
    let program = b"\x7fELF\x02\x01\x01\x00\x00\x00\x00 government";
    folder.write("articles.csv", program);
    insta::assert_snapshot!(refused(&folder, COMPARE), @"
    exit 3
    error: not a text file
     --> articles.csv
      found:    a program
      expected: text, HTML, CSV or JSON lines, plain or compressed with gzip or zstd; Parquet or Arrow
      help: remove it from the input
      note: nothing was written
    ");
    folder.write("texts/a.txt", program);
    folder.write("texts/b.txt", "The regime closed the bridge.");
    insta::assert_snapshot!(refused(&folder, "compare texts --cues cues.toml --out out"), @"
    exit 3
    error: not a text file
     --> texts/a.txt
      found:    a program
      expected: text, HTML, CSV or JSON lines, plain or compressed with gzip or zstd; Parquet or Arrow
      help: remove it from the input
      note: nothing was written
    ");
    folder.write("page.xml", "<p>The regime");
    insta::assert_snapshot!(refused(&folder, "compare page.xml --cues cues.toml --out out"), @"
    exit 3
    error: a kind of file that isn't supported
     --> page.xml
      found:    a file ending in .xml
      expected: text, HTML, CSV, JSON lines, Parquet or Arrow
      help: save its text as a .txt file, or say `--input-format text` to read it as it is
    ");
    assert_eq!(folder.run("clean page.xml --input-format text").code, 0);
}

#[test]
fn nothing_to_read() {
    let folder = Folder::new();
    folder.write("empty/README.md", "Articles go here.");
    insta::assert_snapshot!(refused(&folder, "compare empty --cues cues.toml --out out"), @"
    exit 3
    error: a folder without articles
     --> empty
      expected: files ending in .txt, .text, .md, .html, .htm, .csv, .tsv, .jsonl, .ndjson, .json, .parquet, .arrow or .feather, texts also with .gz or .zst added
      note: hidden files and READMEs are left out; nothing was written
    ");
    folder.write("articles.csv", "id,outlet,text\n");
    insta::assert_snapshot!(refused(&folder, COMPARE), @"
    exit 3
    error: no articles
     --> articles.csv
      found:    a header and no rows
      note: nothing was written
    ");
    folder.write("articles.csv", "");
    insta::assert_snapshot!(refused(&folder, COMPARE), @"
    exit 3
    error: an empty file
     --> articles.csv
      expected: articles
      note: nothing was written
    ");
    folder.write("articles.csv", "id,outlet,text\na1,Bugle,\na2,Bugle,  \n");
    insta::assert_snapshot!(refused(&folder, COMPARE), @"
    exit 3
    error: no articles
     --> articles.csv
      found:    2 without a text
      note: nothing was written
    ");
    insta::assert_snapshot!(refused(&folder, "compare - --cues cues.toml --out out"), @"
    exit 3
    error: an empty file
     --> standard input
      expected: articles
      note: nothing was written
    ");
}

#[test]
fn an_id_used_twice() {
    let folder = Folder::new();
    folder.write("articles.csv", "id,outlet,text\na1,Bugle,The regime.\na2,Bugle,The regime.\na1,Bugle,The government.\na2,Bugle,The government.\n");
    insta::assert_snapshot!(refused(&folder, COMPARE), @r#"
    exit 3
    error: an id used twice
     --> articles.csv:4
      found:    the same id as in articles.csv:2
      help: give each article its own id, or read no ids with `--id ""`
      note: 1 more row has this problem (line 5)
      note: nothing was written
    "#);
    // Following the message's advice.
    assert_eq!(folder.run(&format!("{COMPARE} --id ''")).code, 0);
}

#[test]
fn arguments_that_are_wrong() {
    let folder = small();
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --voices all")), @"
    exit 2
    error: unexpected argument '--voices' found

      tip: a similar argument exists: '--voice'

    Usage: aslant compare [OPTIONS] --out <FOLDER> <INPUT>...

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --voice owm")), @"
    exit 2
    error: invalid value 'owm' for '--voice <VOICE>'
      [possible values: own, all, quoted, reported]

      tip: a similar value exists: 'own'

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --threads 0")), @"
    exit 2
    error: no threads
      found:    --threads 0
      expected: 1 or more
      help: leave --threads out to use all cores
    ");
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --encoding utf-9")), @r#"
    exit 2
    error: unknown encoding
      found:    "utf-9"
      help: did you mean `--encoding utf-8`?
    "#);
    insta::assert_snapshot!(refused(&folder, "compare articles.csv --out out"), @"
    exit 2
    error: no lexicon
      expected: --cues FILE: which names compete
      help: lexicons that come with aslant are in seeds/cues/; `aslant discover` needs none
    ");
    insta::assert_snapshot!(refused(&folder, "comprae articles.csv"), @"
    exit 2
    error: unrecognized subcommand 'comprae'

      tip: a similar subcommand exists: 'compare'

    Usage: aslant [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn an_output_that_is_a_file() {
    let folder = small();
    let before = folder.read("articles.csv");
    insta::assert_snapshot!(folder.run("compare articles.csv --cues cues.toml --out articles.csv").show(), @"
    exit 2
    --- stderr
    error: --out names a file
     --> articles.csv
      expected: a folder, or a name that is free
      help: choose another name
    ");
    assert_eq!(folder.read("articles.csv"), before);
    assert_eq!(folder.names("").expect("the folder"), ["articles.csv", "cues.toml"]);
}

#[test]
fn every_option_that_a_message_names_exists_and_takes_that_value() {
    let folder = Folder::new();
    let commands =
        ["compare", "tally", "discover", "plan", "voice", "clean", "train", "score", "evaluate", "explain", "retrain"];
    let help = commands.map(|command| folder.run(&format!("{command} --help")).stdout).concat()
        + &folder.run("cues suggest --help").stdout;
    let mentions = mentions(&repository("src"));
    assert!(mentions.len() > 20, "{mentions:?}");
    for (place, option, value) in mentions {
        assert!(help.split_whitespace().any(|word| word == option), "{place}: there is no {option}");
        if let (Some(value), Some(values)) = (value, listed_values(&help, &option)) {
            assert!(values.contains(&value.as_str()), "{place}: {option} takes {values:?}, not {value}");
        }
    }
}

/// All options in string literals of the program: file and line, option, and the value if both are in backticks
/// (`--option value`).
fn mentions(folder: &Path) -> Vec<(String, String, Option<String>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(mentions(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).expect("reads");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (i, line) in text.lines().enumerate().filter(|(_, l)| l.contains('"') && !l.trim().starts_with("//")) {
                for (at, _) in line.match_indices("--") {
                    let mut words = line[at..].split([' ', '"', '`', ',', ';', '\\', '{', '=']);
                    let option = words.next().unwrap_or_default().to_owned();
                    // The command line has no `--language`: only a library's user can ask for that column.
                    if option.len() > 3
                        && option[2..].starts_with(|c: char| c.is_ascii_lowercase())
                        && option != "--language"
                    {
                        let value = line[..at].ends_with('`').then(|| words.next()).flatten().filter(|v| !v.is_empty());
                        found.push((format!("{}:{}", path.display(), i + 1), option, value.map(str::to_owned)));
                    }
                }
            }
        }
    }
    found
}

/// The values that an option accepts, if the help lists them.
fn listed_values<'h>(help: &'h str, option: &str) -> Option<Vec<&'h str>> {
    let of = help.split(&format!("{option} <")).nth(1)?.split("\n      --").next()?;
    let values: Vec<&str> = of.lines().filter_map(|l| l.trim().strip_prefix("- ")?.split(':').next()).collect();
    (!values.is_empty()).then_some(values)
}

#[test]
fn what_an_earlier_run_wrote_goes_with_it() {
    let folder = with_seeds();
    let first = "compare seeds/articles --cues seeds/cues/syria.toml --out results --placebo 0";
    assert_eq!(folder.run(&format!("{first} --format parquet")).code, 0);
    folder.write("results/notes.txt", "mine");
    assert_eq!(folder.run(&format!("{first} --no-keywords")).code, 0);
    let names = folder.names("results").expect("results");
    let left = |name: &&String| name.ends_with(".parquet") || name.starts_with("keywords") || name.starts_with("words");
    assert_eq!(names.iter().find(left), None, "{names:?}");
    assert!(names.contains(&"notes.txt".to_owned()) && names.contains(&"contrasts.csv".to_owned()));
    // Another command that writes there removes nothing of it, or is refused.
    assert_eq!(folder.run("cues suggest seeds/cues/syria.toml seeds/articles --splits 0 --out results").code, 0);
    assert_eq!(folder.run("discover seeds/articles --placebo 0 --out results").code, 2);
    let after = folder.names("results").expect("results");
    assert!(names.iter().all(|name| after.contains(name)), "{after:?}");
}

#[test]
fn results_do_not_go_among_the_articles() {
    let folder = with_seeds();
    let inside = folder.run("compare seeds/articles --cues seeds/cues/syria.toml --out seeds/articles/new/out");
    assert_eq!(inside.code, 2, "{inside:?}");
    let ran = folder.run("compare seeds/articles --cues seeds/cues/syria.toml --out seeds/../seeds/articles/");
    insta::assert_snapshot!(format!("exit {}\n{}", ran.code, ran.stderr), @r"
    exit 2
    error: results among the articles
     --> seeds/../seeds/articles/
      expected: a place outside of seeds/articles: the next run would read the results as articles
      help: choose another name
    ");
    assert!(!folder.path("seeds/articles/contrasts.csv").exists());
}
