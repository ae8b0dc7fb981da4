//! What the program refuses, and its messages: columns that no article has, output places that would harm the articles,
//! paths that don't exist.

use crate::common::{Folder, article, corpus};

const COMPARE: &str = "compare articles --cues cues.toml --out out";

/// Three texts with a front matter; one of them also has `desk`.
fn texts() -> Folder {
    let folder = Folder::new();
    for (name, outlet, more) in [("1", "Bugle", "desk: city\n"), ("2", "Courier", ""), ("3", "Courier", "")] {
        let text = format!("---\noutlet: {outlet}\ndate: 2016-01-0{name}\n{more}---\nThe regime closed the bridge.\n");
        folder.write(&format!("articles/{name}.txt"), text);
    }
    folder
}

/// The exit code and the message of a run that writes nothing.
#[track_caller]
fn refused(folder: &Folder, arguments: &str) -> String {
    let ran = folder.run(arguments);
    assert_eq!((ran.stdout.as_str(), folder.names("out")), ("", None), "{arguments}");
    format!("exit {}\n{}", ran.code, ran.stderr)
}

// ------------------------------------------------------------------------------- columns that no article has

#[test]
fn a_key_that_no_text_has() {
    let folder = texts();
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --by section")), @r"
    exit 3
    error: no column `section`
      found:    `date`, `desk`, `outlet`: no text has more than these
      help: name one that is there, or add it with --manifest or in front matter: a line `section: …` between two lines `---`
      note: nothing was written
    ");
    insta::assert_snapshot!(refused(&folder, &format!("{COMPARE} --outlet outlets")), @r"
    exit 3
    error: no column `outlets`
      found:    `date`, `desk`, `outlet`: no text has more than these
      help: did you mean `--outlet outlet`?
      note: nothing was written
    ");
    for command in ["discover articles --by section --out out", "plan articles --cues cues.toml --by section"] {
        assert!(refused(&folder, command).contains("no column `section`"), "{command}");
    }
}

#[test]
fn a_key_that_some_texts_have_leaves_the_others_out_and_says_so() {
    let folder = texts();
    let ran = folder.run(&format!("{COMPARE} --by desk"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(
        ran.stdout.contains("note: 2 articles have no desk (the first is 2): they are listed in articles.csv"),
        "{ran:?}"
    );
}

#[test]
fn articles_of_which_none_has_what_is_compared() {
    let folder = Folder::new();
    folder.write("articles/a.csv", "body,where\nThe regime fell.,Bugle\nThe government stayed.,Courier\n");
    insta::assert_snapshot!(refused(&folder, COMPARE), @r"
    exit 3
    error: nothing to compare
      found:    2 articles, none with a value of `outlet`
      expected: a value of `outlet` for each article
      help: name its column with --outlet; for text files, give it with --manifest or in front matter (a line `outlet: …`), or use the names of their folders with --outlet-from-folder; or compare something else with --by
      note: nothing was written
      note: the columns are `body`, `where`
    ");
    for command in [
        &format!("{COMPARE} --by month"),
        "discover articles --by month --out out",
        "plan articles --cues cues.toml --by month",
    ] {
        let said = refused(&folder, command);
        assert!(said.starts_with("exit 3") && said.contains("none with a value of `date`"), "{said}");
    }
    // The way it was read may be the reason.
    folder.write("unicode.txt", "outlet\ttext\nBugle\tThe regime fell.\nCourier\tThe government stayed.\n");
    let said = refused(&folder, "compare unicode.txt --cues cues.toml --out out");
    assert!(said.contains("begins like a table") && said.contains("`--input-format csv`"), "{said}");
    assert_eq!(folder.run(&format!("{COMPARE} --outlet where")).code, 0);
}

// ------------------------------------------------------------------------------------------- a dry run

#[test]
fn a_dry_run_needs_no_place_for_results() {
    let folder = Folder::with(&corpus());
    for command in
        ["compare articles.csv --cues cues.toml", "discover articles.csv", "train articles.csv --label outlet"]
    {
        let ran = folder.run(&format!("{command} --dry-run"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command}");
        assert!(ran.stdout.ends_with("nothing was written\n"), "{ran:?}");
        let without = folder.run(command);
        assert_eq!(without.code, 2);
        assert!(without.stderr.contains("--out <FOLDER>"), "{without:?}");
    }
}

#[test]
fn a_dry_run_looks_at_all_that_the_run_would_read() {
    let folder = Folder::with(&corpus());
    let tallied = folder.run("tally articles.csv --cues cues.toml --label outlet --out tally");
    assert_eq!(tallied.code, 0, "{tallied:?}");
    for option in ["--model none", "--project none"] {
        let said = refused(&folder, &format!("{COMPARE} --dry-run {option}").replace("articles ", "articles.csv "));
        assert!(said.starts_with("exit 2\nerror: no "), "{option}: {said}");
    }
    for command in ["train tally --label outlet", "compare tally"] {
        let said = refused(&folder, &format!("{command} --out out --dry-run"));
        assert!(said.starts_with("exit 2\nerror: a dry run of tallies\n --> tally"), "{command}: {said}");
    }
}

// ----------------------------------------------------------------------------- options that would say nothing

#[test]
fn an_option_that_would_say_nothing_is_refused() {
    let folder = Folder::with(&corpus());
    for option in ["--cues none.toml", "--label outlet", "--columns outlet", "--omit title", "--voice all"] {
        let said = refused(&folder, &format!("tally articles.csv --survey-out survey {option}"));
        assert!(said.starts_with("exit 2\nerror: an option that a survey can't use"), "{option}: {said}");
    }
    insta::assert_snapshot!(refused(&folder, "tally articles.csv --survey-out survey --cues cues.toml"), @r"
    exit 2
    error: an option that a survey can't use
      found:    --cues
      expected: --survey-out alone: it learns which lines repeat, and nothing is counted
      help: give --cues to the run that counts, with --survey
    ");
    for lengths in [
        "--char-ngrams 2-3",
        "--features word --char-ngrams 2-3",
        "--features char --ngrams 1",
        "--features char,char --ngrams 1-2",
    ] {
        for command in ["train articles.csv --label outlet", "tally articles.csv --label outlet"] {
            let said = refused(&folder, &format!("{command} --out out {lengths}"));
            assert!(said.starts_with("exit 2\nerror: lengths of n-grams that aren't counted"), "{lengths}: {said}");
        }
    }
}

// ----------------------------------------------------------------------------- where results may not go

#[test]
fn no_command_writes_among_the_articles_or_over_them() {
    let folder = Folder::with(&corpus());
    folder.write("in/articles.csv", folder.read("articles.csv"));
    train(&folder);
    let before = (folder.names("in"), folder.read("articles.csv"));
    let label = "--label outlet";
    for (command, out) in [
        ("compare INPUT --cues cues.toml", "--out"),
        ("discover INPUT", "--out"),
        ("plan INPUT --cues cues.toml", "--out"),
        ("voice INPUT", "--out"),
        ("voice INPUT", "--html"),
        ("clean INPUT", "--out"),
        ("stories INPUT", "--out"),
        ("tally INPUT --cues cues.toml", "--out"),
        ("tally INPUT", "--survey-out"),
        (&format!("train INPUT {label}"), "--out"),
        ("score model INPUT", "--out"),
        (&format!("evaluate model INPUT {label}"), "--out"),
        ("explain model INPUT", "--out"),
        (&format!("retrain model INPUT {label}"), "--out"),
        ("cues suggest cues.toml INPUT", "--out"),
    ] {
        let inside = folder.run(&format!("{} {out} in/new", command.replace("INPUT", "in")));
        assert_eq!(inside.code, 2, "{command}: {inside:?}");
        assert!(inside.stderr.starts_with("error: results among the articles\n --> in/new"), "{command}: {inside:?}");
        let over = folder.run(&format!("{} {out} articles.csv", command.replace("INPUT", "articles.csv")));
        assert_eq!(over.code, 2, "{command}: {over:?}");
        assert_eq!((folder.names("in"), folder.read("articles.csv")), before, "{command}");
    }
}

/// Trains a model of the outlets into `model`.
#[track_caller]
fn train(folder: &Folder) {
    let trained = folder.run("train articles.csv --label outlet --label-map Gazette= --skip-bad-rows --group none --features word --ngrams 1 --c 1 --out model");
    assert_eq!(trained.code, 0, "{trained:?}");
}

#[test]
fn no_command_writes_over_anything_that_it_reads() {
    let folder = Folder::with(&corpus());
    train(&folder);
    folder.write("model/history/1/model.json", "{}");
    folder.write("man.csv", "file,outlet\na.txt,Bugle\n");
    assert_eq!(folder.run("tally articles.csv --survey-out survey").code, 0);
    folder.compare("articles.csv", "map");
    let all = |folder: &Folder| (folder.bytes("."), folder.bytes("model"), folder.bytes("map"));
    let before = all(&folder);
    for (command, over) in [
        ("score model articles.csv --manifest man.csv --out man.csv", "the manifest"),
        ("clean articles.csv --manifest ./man.csv --out man.csv", "the manifest"),
        ("plan articles.csv --cues cues.toml --out cues.toml", "the lexicon"),
        ("tally articles.csv --cues cues.toml --survey survey --out survey", "the survey"),
        ("score model articles.csv --out model/terms.csv", "the model"),
        ("score model articles.csv --out model/history/1/model.json", "the model"),
        ("explain model articles.csv --out model/model.json", "the model"),
        ("evaluate model articles.csv --label outlet --out model/", "the model"),
        ("retrain model articles.csv --label outlet --out model", "the model"),
        ("compare articles.csv --cues cues.toml --model model --out model/history", "the model"),
        ("compare articles.csv --cues cues.toml --project map --out map", "the comparison"),
        ("report map --out map/outlets.csv", "the comparison"),
    ] {
        let ran = folder.run(command);
        let title = format!("error: results over {over}\n");
        assert!(ran.code == 2 && ran.stderr.starts_with(&title), "{command}: {ran:?}");
    }
    assert_eq!(all(&folder), before);
    insta::assert_snapshot!(refused(&folder, "plan articles.csv --cues cues.toml --out ./cues.toml"), @r"
    exit 2
    error: results over the lexicon
     --> ./cues.toml
      expected: a place outside the input: the lexicon would be lost
      help: choose another name
    ");
    // Writing next to the input is allowed.
    assert_eq!(folder.run("score model articles.csv --skip-bad-rows --out model/scores.csv").code, 0);
    assert_eq!(folder.run("report map --out map/page.html").code, 0);
}

#[test]
fn a_folder_has_the_results_of_one_command() {
    let folder = Folder::with(&corpus());
    train(&folder);
    let (compare, discover) = ("compare articles.csv --cues cues.toml", "discover articles.csv --placebo 0");
    let evaluate = "evaluate model articles.csv --label outlet --label-map Gazette= --skip-bad-rows";
    for (command, out) in [(compare, "compared"), (discover, "discovered"), (evaluate, "evaluated")] {
        // The second run replaces the first.
        for _ in 0..2 {
            let ran = folder.run(&format!("{command} --out {out}"));
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command}");
        }
    }
    assert_eq!(folder.run("tally articles.csv --cues cues.toml --out tallied").code, 0);
    for (command, own) in [(compare, "compared"), (discover, "discovered"), (evaluate, "evaluated")] {
        for place in ["compared", "discovered", "evaluated", "model", "tallied"].into_iter().filter(|p| *p != own) {
            let before = folder.bytes(place);
            let ran = folder.run(&format!("{command} --out {place}"));
            assert_eq!(ran.code, 2, "{command} into {place}: {ran:?}");
            assert_eq!(folder.bytes(place), before, "{command} into {place}");
        }
    }
    insta::assert_snapshot!(refused(&folder, &format!("{discover} --out compared")), @r"
    exit 2
    error: --out names a folder of another command
     --> compared
      found:    what `aslant compare` has written there (run.json)
      expected: a name that is free, or a folder with results of `aslant discover` alone
      help: choose another name: otherwise files of both would be mixed, which don't belong together
    ");
}

// ------------------------------------------------------------------------------ files and numbers of another kind

#[test]
fn a_lexicon_in_the_place_of_articles_and_the_other_way_round() {
    let folder = Folder::with(&corpus());
    insta::assert_snapshot!(refused(&folder, "compare cues.toml --cues cues.toml --out out"), @r"
    exit 3
    error: a kind of file that isn't supported
     --> cues.toml
      found:    a file ending in .toml
      expected: text, HTML, CSV, JSON lines, Parquet or Arrow
      help: if it is a lexicon, give it with --cues, and name articles here
    ");
    let said = refused(&folder, "compare articles.csv --cues articles.csv --out out");
    assert!(said.contains("lexicons end in .toml, .yml or .dic; articles are named without --cues"), "{said}");
}

#[test]
fn a_text_may_begin_with_a_bracket() {
    let folder = Folder::new();
    folder.write("note", "[Update] The regime closed the bridge.");
    folder.write("list", "[ {\"text\": \"The regime closed the bridge.\"} ]");
    for name in ["note", "list"] {
        let ran = folder.run(&format!("clean {name}"));
        assert!(ran.code == 0 && ran.stdout.contains("The regime closed the bridge."), "{name}: {ran:?}");
    }
    assert_eq!(folder.run("clean list").stdout.matches("\"text\"").count(), 1);
}

#[test]
fn a_number_that_is_none_is_told_with_what_would_be_one() {
    let folder = Folder::with(&corpus());
    for (arguments, expected) in [
        ("--pairs x", "expected a whole number, 0 or more"),
        ("--seed 1.5", "expected a whole number, 0 or more"),
        ("--placebo 100000", "expected a whole number from 0 to 10000"),
    ] {
        let said = refused(&folder, &format!("compare articles.csv --cues cues.toml --out out {arguments}"));
        assert!(said.starts_with("exit 2") && said.contains(expected), "{said}");
    }
    let said = refused(&folder, "plan articles.csv --cues cues.toml --width 0,2");
    assert!(said.contains("expected a number such as 0.2"), "{said}");
}

// ------------------------------------------------------------------------------------ paths that lead nowhere

#[test]
fn a_path_that_is_not_there_is_a_wrong_argument_whatever_it_is_for() {
    let folder = Folder::with(&[article("a1", "Bugle", "The government closed the bridge.")]);
    for command in [
        "compare none.csv --cues cues.toml --out out",
        "compare articles.csv --cues none.toml --out out",
        "compare articles.csv --cues cues.toml --out out --manifest none.csv",
        "compare articles.csv --cues cues.toml --out out --model none",
        "compare articles.csv --cues cues.toml --out out --project none",
        "compare articles.csv --cues cues.toml --out out --config none.toml",
        "tally articles.csv --cues none.toml --out out",
        "tally articles.csv --cues cues.toml --survey none --out out",
        "score none articles.csv --out out",
        "score . articles.csv --out out",
        "models show none",
        "models list none",
        "cues check none.toml",
        "report none",
    ] {
        let said = refused(&folder, command);
        assert!(said.starts_with("exit 2\nerror: no "), "{command}: {said}");
    }
    insta::assert_snapshot!(refused(&folder, "compare articles.csv --cues cue.toml --out out"), @r"
    exit 2
    error: no such lexicon
     --> cue.toml
      help: did you mean cues.toml?
    ");
}

#[test]
fn a_model_is_listed_by_its_own_folder_too() {
    let folder = Folder::with(&corpus());
    let trained = folder.run("train articles.csv --label outlet --label-map Gazette= --skip-bad-rows --group none --features word --ngrams 1 --c 1 --out m/one");
    assert_eq!(trained.code, 0, "{trained:?}");
    let (all, one) = (folder.run("models list m"), folder.run("models list m/one"));
    let more = "m/one is itself a model: `aslant models show m/one` says more\n";
    assert_eq!((one.code, one.stdout), (0, format!("{}{more}", all.stdout)));
    for version in ["", " 99"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused(&folder, &format!("models restore m/one{version}")), @r"
            exit 2
            error: a model without earlier versions
             --> m/one
              expected: a folder history in it
              help: `aslant models show` lists the versions
            ");
        }
    }
}
