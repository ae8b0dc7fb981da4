//! `aslant tally`: the same tables and the same model from counts as from texts, and what is refused.

use crate::common::{Article, Folder, Table, corpus, csv, repository};
use crate::leakage;
use crate::program::{aslant, ok};
use std::collections::BTreeMap;
use std::path::Path;

const SEEDS: &str = "seeds/cues/syria.toml";

/// Every table of a folder; of `evidence.csv` only the header.
fn tables(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".csv") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = if name == "evidence.csv" { text.lines().next().unwrap().to_owned() } else { text };
            found.insert(name, text);
        }
    }
    assert!(found.len() > 10, "{:?}", found.keys());
    found
}

#[track_caller]
fn assert_same(folder: &Path, texts: &str, tallies: &str) {
    let (expected, found) = (tables(&folder.join(texts)), tables(&folder.join(tallies)));
    for (name, expected) in &expected {
        let found = &found[name];
        let differ = expected.lines().zip(found.lines()).find(|(a, b)| a != b);
        assert!(expected == found, "{name} of {tallies}: {differ:?}, {} and {}", expected.len(), found.len());
    }
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    let evidence = std::fs::read_to_string(folder.join(tallies).join("evidence.csv")).unwrap();
    assert_eq!(evidence.lines().count(), 1, "{evidence}");
}

/// The sample articles in a table, with an additional column and more dates, so that every option finds something.
fn seeds(folder: &Folder) {
    let mut articles: Vec<Article> = Vec::new();
    let mut paths: Vec<_> =
        std::fs::read_dir(repository("seeds/articles")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "txt")) {
        let text = std::fs::read_to_string(path).unwrap();
        let (front, text) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
        let value = |key: &str| {
            let line = front.lines().find_map(|line| line.strip_prefix(&format!("{key}: ")));
            line.unwrap_or_default().trim_matches('"').to_owned()
        };
        articles.push(Article {
            id: path.file_stem().unwrap().to_string_lossy().into_owned(),
            outlet: value("outlet"),
            date: value("date"),
            title: value("title"),
            text: text.to_owned(),
        });
    }
    assert!(articles.len() > 40);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "outlet", "date", "title", "text", "section", "author"]).unwrap();
    for (i, a) in articles.iter().enumerate() {
        let section = ["home", "world", "opinion", ""][i * 7 % 4];
        writer.write_record([&a.id, &a.outlet, &a.date, &a.title, &a.text, section, "A. Writer"]).unwrap();
    }
    folder.write("articles.csv", writer.into_inner().unwrap());
    folder.write("cues.toml", std::fs::read_to_string(repository(SEEDS)).unwrap());
}

#[track_caller]
fn run(folder: &Folder, arguments: &str) -> String {
    let ran = folder.run(arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments}");
    ran.stdout
}

#[test]
fn counts_give_the_tables_of_the_texts() {
    let folder = Folder::new();
    seeds(&folder);
    run(&folder, "tally articles.csv --cues cues.toml --columns section --out tally --threads 1");
    for (i, options) in [
        "",
        "--by outlet,month --threads 1",
        "--by section --threads 2",
        "--by section,quarter --context-model none",
        "--same-story",
        "--reprints keep --seed 7",
        "--no-keywords --voice quoted",
    ]
    .into_iter()
    .enumerate()
    {
        run(&folder, &format!("compare articles.csv --cues cues.toml --out texts{i} {options}"));
        let printed = run(&folder, &format!("compare tally --out tallies{i} {options}"));
        assert_same(&folder.path(""), &format!("texts{i}"), &format!("tallies{i}"));
        assert!(printed.contains("evidence.csv is empty"), "{printed}");
    }
    let run_json = folder.read("tallies0/run.json");
    assert!(run_json.contains("\"no-evidence\"") && run_json.contains("tally/contexts.parquet"), "{run_json}");
    assert!(folder.read("tallies0/report.md").contains("evidence.csv is empty"));
    assert!(folder.read("tallies0/report.html").contains("</html>"));
    // Keywords and speakers were compared, too.
    assert!(folder.read("texts0/keywords.csv").lines().count() > 5);
    assert!(folder.read("texts0/speakers.csv").lines().count() > 1);
}

#[test]
fn expected_shares_are_those_of_the_texts() {
    let articles = leakage::articles(5, 3, leakage::Wording::Always("regime"));
    let folder = Folder::with(&articles);
    run(&folder, "compare articles.csv --cues cues.toml --placebo 0 --out texts");
    run(&folder, "tally articles.csv --cues cues.toml --out tally");
    run(&folder, "compare tally --placebo 0 --threads 1 --out tallies");
    assert_same(&folder.path(""), "texts", "tallies");
    assert!(folder.table("texts", "contrasts").iter().any(|row| row.number("expected_share").is_some()));
    let models = |out: &str| {
        let run: serde_json::Value = serde_json::from_str(&folder.read(&format!("{out}/run.json"))).unwrap();
        run["context_models"].clone()
    };
    assert_eq!(models("texts"), models("tallies"));
}

#[test]
fn all_voices_and_boilerplate() {
    let folder = Folder::new();
    seeds(&folder);
    run(&folder, "compare articles.csv --cues cues.toml --voice all --keep-boilerplate --out texts");
    run(&folder, "tally articles.csv --cues cues.toml --voice all --keep-boilerplate --out tally --threads 2");
    run(&folder, "compare tally --out tallies");
    assert_same(&folder.path(""), "texts", "tallies");
    assert!(folder.read("tallies/run.json").contains("\"boilerplate\": \"keep\""));
    // The same bytes on any number of threads and in any order.
    let first = folder.bytes("tally").unwrap();
    let mut rows: Vec<Vec<String>> = Table::parse(&folder.read("articles.csv")).rows;
    rows.reverse();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "outlet", "date", "title", "text", "section", "author"]).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    folder.write("turned/articles.csv", writer.into_inner().unwrap());
    run(&folder, "tally turned/articles.csv --cues cues.toml --voice all --keep-boilerplate --out again --threads 1");
    let again = folder.bytes("again").unwrap();
    for name in ["articles.parquet", "terms.parquet", "contexts.parquet"] {
        assert!(first[name] == again[name], "{name}");
    }
}

/// One of three parts of the articles, by position.
fn part(folder: &Folder, number: usize) {
    let table = Table::parse(&folder.read("articles.csv"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.columns).unwrap();
    table.rows.iter().skip(number).step_by(3).for_each(|row| writer.write_record(row).unwrap());
    folder.write(&format!("part{number}.csv"), writer.into_inner().unwrap());
}

#[test]
fn parts_that_were_counted_apart_are_the_corpus() {
    let folder = Folder::new();
    seeds(&folder);
    for i in 0..3 {
        part(&folder, i);
        run(&folder, &format!("tally part{i}.csv --survey-out lines{i}"));
    }
    for i in 0..3 {
        let lines = "--survey lines2 --survey lines0 --survey lines1";
        run(
            &folder,
            &format!("tally part{i}.csv --cues cues.toml {lines} --detail ordered --columns section --out p{i}"),
        );
    }
    for (i, options) in
        ["", "--by section --reprints keep", "--same-story --voice own --threads 1"].into_iter().enumerate()
    {
        run(&folder, &format!("compare articles.csv --cues cues.toml --out texts{i} {options}"));
        run(&folder, &format!("compare p1 p2 p0 --out tallies{i} {options}"));
        assert_same(&folder.path(""), &format!("texts{i}"), &format!("tallies{i}"));
    }
    // The combined tally of the parts equals that of the corpus.
    run(&folder, "tally articles.csv --cues cues.toml --columns section --out whole");
    run(&folder, "tally p2 p0 p1 --out together");
    let (whole, together) = (folder.bytes("whole").unwrap(), folder.bytes("together").unwrap());
    for name in ["articles.parquet", "terms.parquet", "contexts.parquet"] {
        assert!(whole[name] == together[name], "{name}");
    }
    let ran = folder.run("tally whole --out again");
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn counts_of_parts_are_put_together_and_it_is_told_what_is_lost() {
    let folder = Folder::with(&corpus());
    let articles = corpus();
    let (one, two): (Vec<_>, Vec<_>) = articles.iter().cloned().enumerate().partition(|(i, _)| i % 2 == 0);
    let texts = |part: Vec<(usize, Article)>| csv(&part.into_iter().map(|(_, a)| a).collect::<Vec<_>>());
    folder.write("one.csv", texts(one));
    folder.write("two.csv", texts(two));
    run(&folder, "tally one.csv --cues cues.toml --out one");
    run(&folder, "tally two.csv --cues cues.toml --out two");
    let printed = run(&folder, "compare one two --out both --context-model none");
    assert!(printed.contains("2 tallies that were counted separately"), "{printed}");
    run(&folder, "compare articles.csv --cues cues.toml --out texts --context-model none");
    // Everything that doesn't depend on other articles.
    for name in ["contrasts", "scales", "cues", "speakers", "matrix", "map"] {
        assert_eq!(folder.table("both", name), folder.table("texts", name), "{name}");
    }
    let ran = folder.run("compare one one --out twice");
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("an article that is in two tallies"), "{}", ran.stderr);
}

#[test]
fn no_word_stands_beside_a_sentence_and_none_that_is_rare_anywhere() {
    let folder = Folder::new();
    seeds(&folder);
    run(&folder, "tally articles.csv --cues cues.toml --omit title,url,author,speakers --out tally");
    let bytes = folder.bytes("tally").unwrap();
    let has = |name: &str, word: &str| {
        // Names are packed, so unpacked columns are searched.
        unpacked(&folder.path("tally").join(name)).contains(word)
    };
    assert!(has("terms.parquet", "government"));
    assert!(!has("contexts.parquet", "government") && !has("articles.parquet", "A. Writer"));
    assert_eq!(bytes.len(), 4);
    let text = std::fs::read_to_string(repository("seeds/articles/01-the-meridian.txt")).unwrap();
    let title = text.lines().find_map(|l| l.strip_prefix("title: ")).unwrap().trim_matches('"').to_owned();
    assert!(!has("articles.parquet", &title), "{title}");
    run(&folder, "compare tally --out results");
    assert_eq!(folder.read("results/speakers.csv").lines().count(), 1);
    run(&folder, "tally articles.csv --cues cues.toml --omit contexts --out less");
    assert_eq!(unpacked(&folder.path("less/contexts.parquet")), "");
    run(&folder, "compare articles.csv --cues cues.toml --context-model none --out texts");
    let printed = run(&folder, "compare less --out fewer");
    assert!(printed.contains("no expected shares"), "{printed}");
    assert_same(&folder.path(""), "texts", "fewer");
}

/// All texts of a Parquet file.
fn unpacked(path: &Path) -> String {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(|row| format!("{}\n", row.unwrap())).collect()
}

#[test]
fn a_tally_that_is_broken_is_refused() {
    let folder = Folder::with(&corpus());
    run(&folder, "tally articles.csv --cues cues.toml --out tally");
    let whole = folder.bytes("tally").unwrap();
    let refused = |what: &str, code: i32| {
        let ran = folder.run("compare tally --out results");
        assert_eq!(ran.code, code, "{what}: {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        for (name, bytes) in &whole {
            folder.write(&format!("tally/{name}"), bytes);
        }
        ran.stderr
    };
    for name in ["articles.parquet", "terms.parquet", "contexts.parquet"] {
        folder.write(&format!("tally/{name}"), &whole[name][..whole[name].len() / 2]);
        assert!(refused(name, 3).contains("cut off"));
        let mut turned = whole[name].clone();
        let middle = turned.len() / 2;
        turned[middle] ^= 0xff;
        folder.write(&format!("tally/{name}"), &turned);
        assert!(refused(name, 3).contains("changed"));
        std::fs::remove_file(folder.path(&format!("tally/{name}"))).unwrap();
        assert!(refused(name, 3).contains("missing"));
    }
    let header = String::from_utf8(whole["tally.json"].clone()).unwrap();
    for (from, to, code) in [
        ("\"format_version\": 1", "\"format_version\": 2", 4),
        ("\"format_version\": 1", "\"format_version\": true", 3),
        ("\"articles\": 23", "\"articles\": 18446744073709551615", 3),
        ("\"articles\": 23", "\"articles\": 22", 3),
        ("\"voice\": \"own\"", "\"voice\": \"loud\"", 3),
        ("\"boilerplate\": \"remove\"", "\"boilerplate\": \"burn\"", 3),
        ("\"detail\": \"counts\"", "\"detail\": \"ordered\"", 3),
        ("\"columns\": []", "\"columns\": [\"section\"]", 3),
        ("[[contrast]]", "[[contrasts]]", 3),
        ("{", "[", 3),
    ] {
        assert!(header.contains(from), "{from}: {header}");
        folder.write("tally/tally.json", header.replacen(from, to, 1));
        refused(to, code);
    }
    folder.write("tally/tally.json", header.replacen("\"format_version\": 1", "\"format_version\": 2", 1));
    insta::assert_snapshot!(refused("another format", 4), @r"
    error: a tally of another format
     --> tally/tally.json
      found:    format_version 2
      expected: format_version 1
      help: use a newer version of aslant
      note: this is aslant 0.1.0
    ");
}

/// Files with correct hashes but invalid content: whoever makes a tally can also make its hashes.
#[test]
fn bytes_that_were_turned_never_end_in_a_panic() {
    let folder = Folder::with(&corpus());
    run(&folder, "tally articles.csv --cues cues.toml --out tally");
    let whole = folder.bytes("tally").unwrap();
    let mut state = 5u64;
    for turn in 0..60 {
        let name = ["articles.parquet", "terms.parquet", "contexts.parquet"][turn % 3];
        let mut bytes = whole[name].clone();
        for _ in 0..1 + turn % 4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % bytes.len();
            bytes[at] ^= 1 << (state >> 60 & 7);
        }
        folder.write(&format!("tally/{name}"), &bytes);
        let header = String::from_utf8(whole["tally.json"].clone()).unwrap();
        let header = header.replace(&sha256(&whole[name]), &sha256(&bytes));
        folder.write("tally/tally.json", header);
        let tallies = aslant::compare::tallies::Tallies::open(&[folder.path("tally")]).expect("the hashes fit");
        let compared = tallies.compare(
            aslant::compare::Options { placebo: 0, ..Default::default() },
            &Default::default(),
            &|_, _| (),
        );
        if let Err(error) = compared {
            assert_eq!(error.exit_code(), 3, "turn {turn}, {name}: {error}");
        }
        for (name, bytes) in &whole {
            folder.write(&format!("tally/{name}"), bytes);
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn what_needs_the_texts_is_refused() {
    let folder = Folder::with(&corpus());
    run(&folder, "tally articles.csv --cues cues.toml --out tally");
    run(&folder, "tally articles.csv --cues cues.toml --voice quoted --out quoted");
    let refused = |arguments: &str| {
        let ran = folder.run(&format!("{arguments} --out results"));
        assert_eq!((ran.code, folder.names("results")), (2, None), "{arguments}: {ran:?}");
        ran.stderr
    };
    insta::assert_snapshot!(refused("compare tally --voice quoted"), @r"
    error: words of another voice
     --> tally
      found:    --voice quoted
      expected: --voice own: the tally has no other voice's words
      help: add --no-keywords, or make the tally again with `aslant tally … --voice quoted`
    ");
    insta::assert_snapshot!(refused("compare tally --by section"), @r"
    error: a column that the tally doesn't have
     --> tally, column `section`
      found:    --by section
      expected: outlet, week, month, quarter, year, or a column that was kept: none
      help: make the tally again with `aslant tally … --columns section`
    ");
    insta::assert_snapshot!(refused("compare tally --keep-boilerplate"), @r"
    error: an option that needs the articles
     --> tally
      found:    --keep-boilerplate
      expected: what the tally was made with: boilerplate is taken out
      help: leave it out, or make the tally again with `aslant tally … --keep-boilerplate`
    ");
    insta::assert_snapshot!(refused("compare tally articles.csv"), @r"
    error: articles together with tallies
     --> articles.csv
      expected: tallies only, or articles only
      help: count the articles first with `aslant tally`
    ");
    insta::assert_snapshot!(refused("train tally --label section"), @r"
    error: a column that the tally doesn't have
     --> tally, column `section`
      expected: a column that was kept: none
      help: make the tally again with `aslant tally … --label section`
    ");
    assert!(refused("compare tally --text body").contains("--text"));
    assert!(refused("compare articles.csv").contains("--cues"));
    assert!(refused("tally articles.csv").contains("nothing to count"));
    assert!(refused("discover tally").contains("a tally instead of articles"));
    let ran = folder.run("compare tally quoted --out results");
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("another voice"), "{}", ran.stderr);
    let ran = folder.run("tally articles.csv --cues cues.toml --out articles.csv");
    assert_eq!(ran.code, 2, "{ran:?}");
    // Lexicons must be the same, wherever they are.
    run(&folder, "compare tally --cues cues.toml --out fine");
    folder.write("other.toml", folder.read("cues.toml").replace("\"authorities\"", "\"mayors\""));
    assert!(refused("compare tally --cues other.toml").contains("another lexicon"));
}

#[test]
fn the_tallies_that_ship_are_read_and_have_no_text() {
    let folder = Folder::new();
    for (name, outlets) in [("fa-kes", 15), ("five-articles", 3)] {
        let path = repository("seeds/tallies").join(name);
        run(&folder, &format!("compare {} --placebo 0 --pairs 2 --no-keywords --out {name}", path.display()));
        assert_eq!(folder.table(name, "outlets").rows.len(), outlets, "{name}");
        assert!(
            folder.table(name, "articles").iter().all(|row| row.get("title").is_empty() && row.get("url").is_empty())
        );
        assert_eq!(folder.read(&format!("{name}/speakers.csv")).lines().count(), 1);
        assert_eq!(unpacked(&path.join("contexts.parquet")), "");
        // Every name is a word, or a phrase of at most three words.
        let terms = unpacked(&path.join("terms.parquet"));
        assert!(terms.lines().all(|row| row.matches(' ').count() < 8), "{name}");
    }
}

/// Articles of six outlets with two labels, some terms in few of them.
fn labelled() -> String {
    let mut csv = String::from("id,outlet,date,text,label,side\n");
    let (likes, dislikes) = (["graceful", "welcome", "useful", "bright"], ["ugly", "costly", "needless", "gloomy"]);
    for outlet in 0..6 {
        for i in 0..8 {
            let (label, words) = if outlet % 2 == 0 { ("for", likes) } else { ("against", dislikes) };
            let (a, b) = (words[i % 4], words[(i + outlet + 1) % 4]);
            let month = 1 + i % 5;
            csv.push_str(&format!(
                "a{outlet}-{i:02},Paper {outlet},2020-0{month}-10,\"The {a} Bridge over the river was called {b} on day \
                 {i}. “Nobody” in the town had asked for it!\",{label},s{}\n",
                i % 2
            ));
        }
    }
    csv
}

#[test]
fn models_of_tallies_are_those_of_the_texts() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    std::fs::write(path.join("train.csv"), labelled()).unwrap();
    let features = ["--features", "word,written,char"];
    ok(
        path,
        &[&["tally", "train.csv", "--label", "label", "--columns", "side", "--out", "tally"][..], &features].concat(),
    );
    ok(
        path,
        &[
            &["tally", "train.csv", "--label", "label", "--columns", "side", "--detail", "ordered", "--out", "ordered"]
                [..],
            &features,
        ]
        .concat(),
    );
    for (i, options) in [
        &[][..],
        &["--features", "written", "--ngrams", "1-1"],
        &["--features", "word,char", "--min-df", "3", "--c", "2"],
        &["--target", "side", "--max-features", "20", "--threads", "1"],
        &["--label-map", "for=pro", "--group", "month", "--class-weight", "balanced"],
    ]
    .into_iter()
    .enumerate()
    {
        let train = |input: &str, out: &str| {
            let printed = ok(path, &[&["train", input, "--label", "label", "--out", out], options].concat());
            (printed, files(&path.join(out)))
        };
        let (expected, model) = train("train.csv", &format!("texts{i}"));
        for input in ["tally", "ordered"] {
            let out = format!("{input}{i}");
            let (printed, found) = train(input, &out);
            assert_eq!(printed.replace(&out, "-"), expected.replace(&format!("texts{i}"), "-"), "{options:?}");
            for (name, bytes) in &model {
                assert!(found[name] == *bytes, "{name} with {options:?} of {input}");
            }
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries
        .filter(|p| p.is_file())
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(p).unwrap()))
        .collect()
}

#[test]
fn what_training_on_tallies_refuses() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), labelled()).unwrap();
    ok(dir.path(), &["tally", "train.csv", "--label", "label", "--features", "word", "--out", "tally"]);
    let refused = |options: &[&str]| {
        let (code, _, err) =
            aslant(dir.path(), &[&["train", "tally", "--label", "label", "--out", "m"], options].concat());
        assert_eq!(code, 2, "{options:?} {err}");
        err
    };
    assert!(refused(&["--mask-outlets"]).contains("an option that needs the texts"));
    assert!(refused(&["--boilerplate", "remove"]).contains("--boilerplate remove"));
    assert!(refused(&["--min-df", "1", "--features", "word"]).contains("--min-df 1"));
    assert!(refused(&["--features", "word", "--ngrams", "1-3"]).contains("n-grams of 1-3"));
    assert!(refused(&["--annotator", "who", "--features", "word"]).contains("--annotator"));
    assert!(refused(&["--target", "side", "--features", "word"]).contains("column `side`"));
    insta::assert_snapshot!(refused(&[]), @r"
    error: terms that the tally doesn't have
     --> tally
      found:    features of written, n-grams of 1-2
      expected: some of: word 1-2
      help: make the tally again with `aslant tally … --label COLUMN`, which takes --features and --ngrams too
    ");
    ok(dir.path(), &["train", "tally", "--label", "label", "--features", "word", "--out", "m"]);
}
