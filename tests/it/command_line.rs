//! The command line apart from its commands: long help, completions, manual pages, defaults in a file, dry runs, and
//! what is sent to a terminal.

use crate::common::{Folder, article, corpus};

const COMPARE: &str = "compare articles.csv --cues cues.toml --out out";

fn refused(folder: &Folder, arguments: &str) -> String {
    let ran = folder.run(arguments);
    assert_eq!(folder.names("out"), None, "something was written");
    format!("exit {}\n{}{}", ran.code, ran.stdout, ran.stderr)
}

fn run_json(folder: &Folder) -> serde_json::Value {
    serde_json::from_str(&folder.read("out/run.json")).expect("JSON")
}

// ---------------------------------------------------------------------------------------------------- help

#[test]
fn help_is_long_and_h_is_short() {
    let folder = Folder::new();
    let (long, short) = (folder.run("help compare").stdout, folder.run("compare -h").stdout);
    for heading in ["WHAT IT DOES", "WHAT IT WRITES", "HOW TO READ IT", "Examples:"] {
        assert!(long.contains(heading) && !short.contains(heading), "{heading}");
    }
    assert!(short.contains("`aslant help compare` says"));
    assert_eq!(folder.run("compare --help").stdout, long);
    for line in long.lines().chain(short.lines()) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn every_table_is_named_in_the_help_of_compare() {
    let folder = Folder::with(&corpus());
    assert_eq!(folder.run(COMPARE).code, 0);
    let help = folder.run("help compare").stdout;
    for name in folder.names("out").expect("results") {
        let name = name.trim_end_matches(".csv");
        assert!(help.contains(name), "{name}");
    }
}

#[test]
fn shells_complete_commands_and_options() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        for word in ["compare", "discover", "cues", "placebo", "own"] {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(folder.run("completions dos").code, 2);
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new();
    let ran = folder.run("man --out pages/man1");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let names = folder.names("pages/man1").expect("pages");
    assert_eq!(ran.stdout, format!("wrote {} pages to pages/man1\n", names.len()));
    let help = folder.run("help").stdout;
    let commands: Vec<&str> = help
        .split("Commands:")
        .nth(1)
        .expect("commands")
        .lines()
        .skip(1)
        .take_while(|l| l.starts_with("  "))
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    assert!(commands.len() > 12, "{commands:?}");
    for command in commands.iter().filter(|c| **c != "help") {
        assert!(names.contains(&format!("aslant-{command}.1")), "{command}");
    }
    assert!(
        names.contains(&"aslant-cues-check.1".to_owned()) && !names.iter().any(|n| n.contains("help")),
        "{names:?}"
    );
    let page = folder.read("pages/man1/aslant-compare.1");
    assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{}", &page[..80]);
    assert!(page.contains("HOW TO READ IT") && page.contains("Examples:") && page.contains("\\-\\-cues"));
    folder.write("taken", "a file");
    assert_eq!(folder.run("man --out taken").code, 2);
}

// ---------------------------------------------------------------------------------------------------- defaults in a file

#[test]
fn a_file_gives_defaults_and_what_is_typed_goes_before_it() {
    let folder = Folder::with(&corpus());
    folder.write(
        "aslant.toml",
        "[compare]\ncues = [\"cues.toml\"]\nout = \"out\"\nplacebo = 0\nno-keywords = true\nsame-story = false\n[running]\nquiet = true\nseed = 7\n[discover]\nout = \"other\"\n",
    );
    let ran = folder.run("compare articles.csv");
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let run = run_json(&folder);
    assert_eq!(run["arguments"], serde_json::json!(["compare", "articles.csv"]));
    assert_eq!(run["config"]["name"], "aslant.toml");
    assert_eq!(run["config"]["sha256"].as_str().map(str::len), Some(64));
    let taken = ["--cues=cues.toml", "--no-keywords", "--out=out", "--placebo=0", "--quiet", "--seed=7"];
    assert_eq!(run["config"]["arguments"], serde_json::json!(taken));
    assert_eq!(run["settings"]["seed"], 7);
    assert!(!folder.names("out").expect("results").contains(&"keywords.csv".to_owned()));
    assert_eq!(folder.run("compare articles.csv --seed=9 -q").code, 0);
    let run = run_json(&folder);
    assert_eq!(run["settings"]["seed"], 9);
    let taken = ["--cues=cues.toml", "--no-keywords", "--out=out", "--placebo=0"];
    assert_eq!(run["config"]["arguments"], serde_json::json!(taken));
    assert_eq!(folder.run("compare articles.csv --cues cues.toml --out out --no-config --quiet").code, 0);
    assert_eq!(run_json(&folder)["config"], serde_json::Value::Null);
    assert!(folder.run("compare articles.csv --no-config").stderr.contains("--out"), "nothing is taken");
}

#[test]
fn another_file_may_lie_elsewhere_and_its_paths_are_its_own() {
    let folder = Folder::with(&corpus());
    folder.write("study/aslant.toml", "[compare]\ncues = \"my.toml\"\n[reading]\ntext = \"text\"\n");
    folder.write("study/my.toml", folder.read("cues.toml"));
    let ran = folder.run("--config study/aslant.toml compare articles.csv --out out --quiet");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let taken = run_json(&folder)["config"]["arguments"].clone();
    assert_eq!(taken, serde_json::json!(["--cues=study/my.toml", "--text=text"]));
    assert_eq!(folder.run("compare articles.csv --out out --quiet --config=study/aslant.toml").code, 0);
}

#[test]
fn what_a_file_must_not_say() {
    let folder = Folder::with(&corpus());
    let with = |text: &str| {
        folder.write("aslant.toml", text);
        refused(&folder, COMPARE)
    };
    insta::assert_snapshot!(with("[compare]\nvoise = \"own\"\n"), @r#"
    exit 2
    error: no such option
     --> aslant.toml:2
      found:    voise
      help: did you mean voice?
    "#);
    insta::assert_snapshot!(with("[compair]\nvoice = \"own\"\n"), @r#"
    exit 2
    error: no such table
     --> aslant.toml:1
      found:    compair
      help: did you mean [compare]?
    "#);
    insta::assert_snapshot!(with("[readings]\ntxt = \"body\"\n"), @r#"
    exit 2
    error: no such table
     --> aslant.toml:1
      found:    readings
      help: did you mean [reading]?
    "#);
    insta::assert_snapshot!(with("[reading]\nbody = \"body\"\n"), @r#"
    exit 2
    error: no such option
     --> aslant.toml:2
      found:    body
      expected: one of author, date, date-order, encoding, id, input-format, language, manifest, outlet, outlet-from-folder, skip-bad-rows, text, title, url
      help: `--no-config` ignores the file
    "#);
    let told = with("[cues]\nexamples = 3\n");
    assert!(told.contains("no such option\n --> aslant.toml:2\n  found:    examples\n"), "{told}");
    assert!(told.contains("  expected: one of [cues.check]"), "{told}");
    let told = with("voice = \"own\"\n");
    assert!(told.contains("a key outside a table\n --> aslant.toml:1\n  found:    voice\n"), "{told}");
    assert!(told.contains("[compare]") && told.contains("[reading]") && told.contains("put it below"), "{told}");
    insta::assert_snapshot!(with("[compare]\nno-keywords = \"yes\"\n"), @r#"
    exit 2
    error: a value of the wrong kind
     --> aslant.toml:2
      found:    no-keywords = "yes"
      expected: true or false
      help: `aslant help` with the command's name says what the option takes
    "#);
    insta::assert_snapshot!(with("[compare]\nvoice = [\"own\"]\n"), @r#"
    exit 2
    error: a value of the wrong kind
     --> aslant.toml:2
      found:    voice = ["own"]
      expected: a text or a number
      help: `aslant help` with the command's name says what the option takes
    "#);
    insta::assert_snapshot!(with("[compare]\nvoice = own\n"), @r#"
    exit 2
    error: defaults that can't be read
     --> aslant.toml:2
      found:    string values must be quoted, expected literal string
      expected: TOML: tables such as [compare], with lines such as voice = "own"
      help: fix the line, or ignore the file with --no-config
    "#);
    insta::assert_snapshot!(with("[compare]\nvoice = \"loud\"\n"), @r#"
    exit 2
    error: invalid value 'loud' for '--voice <VOICE>'
      [possible values: own, all, quoted, reported]

    For more information, try '--help'.

    note: aslant.toml adds: --voice=loud
    "#);
    std::fs::remove_file(folder.path("aslant.toml")).expect("removed");
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --config none.toml")), @r"
    exit 2
    error: no such file
     --> none.toml
      expected: a file with defaults for options
      help: name another with --config, or leave it out
    ");
    // Help works in spite of a broken file.
    folder.write("aslant.toml", "[");
    assert_eq!(folder.run("help compare").code, 0);
    assert_eq!(folder.run("compare --help").code, 0);
    assert_eq!(folder.run("completions bash --no-config").code, 0);
}

// ---------------------------------------------------------------------------------------------------- dry runs

#[test]
fn a_dry_run_tells_what_would_be_read_and_writes_nothing() {
    let mut articles = corpus();
    articles.truncate(12);
    articles.push(article("nameless", "", "The regime left."));
    let folder = Folder::with(&articles);
    insta::assert_snapshot!("dry_run_compare", refused(&folder, &format!("{COMPARE} --dry-run")));
    insta::assert_snapshot!("dry_run_discover", refused(&folder, "discover articles.csv --out out --dry-run"));
    folder.write("labelled.csv", "text,paper,side\nOne text.,a,left\nAnother.,b,right\nA third.,a,left\nNone.,a,\n");
    let train = "train labelled.csv --outlet paper --label side --out out --dry-run";
    insta::assert_snapshot!("dry_run_train", refused(&folder, train));
}

#[test]
fn a_dry_run_tells_bad_rows_too() {
    let folder = Folder::new();
    folder.write("cues.toml", crate::common::CUES);
    folder.write("articles.csv", "id,text,date\na,One.,2016-01-02\nb,Two.,never\na,Three.,2016-01-03\n");
    let told = refused(&folder, &format!("{COMPARE} --dry-run"));
    assert!(told.starts_with("exit 3\nwould read 1 file"), "{told}");
    assert!(told.contains("nothing was written\nerror: ") && told.contains("articles.csv:3"), "{told}");
    let skipped = refused(&folder, &format!("{COMPARE} --dry-run --skip-bad-rows"));
    assert!(skipped.starts_with("exit 0\n") && skipped.contains("\n1 article of 0 outlets"), "{skipped}");
}

// ---------------------------------------------------------------------------------------------------- what a terminal is given

const ESCAPE: &str = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{9b}2J";

/// A control character in a text that a terminal would obey, if any.
fn obeyed(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && *c != '\n')
}

#[test]
fn no_name_reaches_a_terminal_raw() {
    let mut articles = corpus();
    for article in &mut articles {
        article.outlet.push_str(ESCAPE);
        article.title.push_str(ESCAPE);
        article.id.push_str(ESCAPE);
    }
    let folder = Folder::with(&articles);
    let named = format!("in{ESCAPE}.csv");
    std::fs::rename(folder.path("articles.csv"), folder.path(&named)).expect("renamed");
    folder.write("other.csv", format!("text,outlet,date\nx,a{ESCAPE},never{ESCAPE}\n"));
    let commands: [(i32, Vec<&str>); 9] = [
        (0, vec!["compare", &named, "--cues", "cues.toml", "--out", "out"]),
        (0, vec!["compare", &named, "--cues", "cues.toml", "--out", "out", "--dry-run"]),
        (0, vec!["discover", &named, "--out", "found"]),
        (0, vec!["stories", &named, "--out", "stories.csv"]),
        (0, vec!["clean", &named, "--out", "cleaned.jsonl", "--show"]),
        (1, vec!["cues", "check", "cues.toml", &named]),
        (3, vec!["compare", "other.csv", "--cues", "cues.toml", "--out", "none"]),
        (2, vec!["compare", ESCAPE, "--cues", "cues.toml", "--out", "none"]),
        (2, vec!["compare", &named, "--cues", ESCAPE, "--out", "none"]),
    ];
    for (code, arguments) in commands {
        let ran = folder.run(&arguments.join(" "));
        assert_eq!(ran.code, code, "{arguments:?} {ran:?}");
        assert_eq!(obeyed(&ran.stdout), None, "{arguments:?}\n{}", ran.stdout);
        assert_eq!(obeyed(&ran.stderr), None, "{arguments:?}\n{}", ran.stderr);
    }
}
