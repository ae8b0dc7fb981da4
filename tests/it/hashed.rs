//! Models with hashed terms (`--hash-features`), on invented texts.

use crate::program::{aslant, bridge_articles, ok};
use std::collections::BTreeMap;
use std::path::Path;

const TRAIN: [&str; 12] =
    ["train", "train.csv", "--label", "label", "--validation", "none", "--c", "10", "--ngrams", "1-2", "--min-df", "2"];

/// A folder with `train.csv`, `new.csv` and a model of the first in `m`.
fn trained(args: &[&str]) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), bridge_articles(0, 8)).unwrap();
    std::fs::write(dir.path().join("new.csv"), bridge_articles(8, 4)).unwrap();
    let printed = ok(dir.path(), &[&TRAIN[..], &["--out", "m"], args].concat());
    (dir, printed)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|e| (e.file_name().into_string().unwrap(), std::fs::read(e.path()).unwrap())).collect()
}

fn text(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap()
}

/// The fields of all rows except the first.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn many_columns_give_the_scores_of_the_terms_themselves() {
    let (dir, _) = trained(&["--features", "word,char"]);
    let path = dir.path();
    let hash = ["--features", "word,char", "--hash-features", "16777216", "--out", "hashed"];
    let printed = ok(path, &[&TRAIN[..], &hash].concat());
    assert!(printed.contains(" of 16,777,216 columns of hashed terms of 1-2 words in 2 articles or more"), "{printed}");
    assert!(!printed.contains("share their column"), "{printed}");
    let [plain, hashed] = ["m", "hashed"].map(|model| rows(&ok(path, &["score", model, "new.csv", "--out", "-"])));
    assert_eq!((plain.len(), hashed.len()), (32, 32));
    for (plain, hashed) in plain.iter().zip(&hashed) {
        let [p, q] = [plain, hashed].map(|row| row[3].parse::<f64>().unwrap());
        assert!((p - q).abs() < 1e-3, "{plain:?} {hashed:?}");
    }
    // As many columns as terms, and the same document frequencies.
    let frequencies = |model: &str| {
        let mut all: Vec<(String, String)> = rows(&text(path, &format!("{model}/terms.csv")))
            .into_iter()
            .map(|row| (row[0].clone(), row[2].clone()))
            .collect();
        all.sort_unstable();
        all
    };
    assert_eq!(frequencies("m"), frequencies("hashed"));
}

#[test]
fn the_folder_has_columns_and_no_terms_and_says_so() {
    let (dir, printed) = trained(&["--features", "word", "--hash-features", "1000"]);
    let path = dir.path();
    let json = text(path, "m/model.json");
    assert!(json.starts_with("{\n  \"format_version\": 2,") && json.contains("\"hash_features\": 1000"), "{json}");
    let terms = rows(&text(path, "m/terms.csv"));
    assert!(terms.len() > 20 && terms.iter().all(|row| row[1].len() == 4 && row[1].starts_with('#')), "{terms:?}");
    let card = text(path, "m/CARD.md");
    for wanted in [
        "TF-IDF of word 1–2-grams hashed into 1,000 columns (MurmurHash3), in at least 2 articles",
        "Not known: its terms are hashed.",
        "They have no terms, but whoever guesses one can hash it",
    ] {
        assert!(card.contains(wanted), "{wanted}: {card}");
    }
    for (name, bytes) in files(&path.join("m")) {
        assert!(!bytes.windows(8).any(|w| w == b"graceful"), "a term in {name}");
    }
    assert!(!printed.contains("the bridge"), "{printed}");
    // The same score alone and among others.
    let all = ok(path, &["score", "m", "new.csv"]);
    let articles = bridge_articles(8, 4);
    let one: Vec<&str> = [0, 3].iter().map(|line| articles.lines().nth(*line).unwrap()).collect();
    std::fs::write(path.join("one.csv"), one.join("\n")).unwrap();
    assert_eq!(ok(path, &["score", "m", "one.csv"]).lines().nth(1), all.lines().nth(3));
}

#[test]
fn the_same_bytes_on_any_number_of_threads_in_any_order_and_from_ordered_tallies() {
    let options = ["--features", "word,char", "--hash-features", "5000", "--quiet"];
    let (dir, _) = trained(&[&options[..], &["--threads", "1"]].concat());
    let path = dir.path();
    let expected = files(&path.join("m"));
    let articles = bridge_articles(0, 8);
    let (head, body) = articles.split_once('\n').unwrap();
    let shuffled = body.lines().rev().collect::<Vec<_>>().join("\n");
    std::fs::write(path.join("train.csv"), format!("{head}\n{shuffled}\n")).unwrap();
    ok(path, &[&TRAIN[..], &["--out", "shuffled", "--threads", "2"], &options].concat());
    for (name, bytes) in
        files(&path.join("shuffled")).iter().filter(|(name, _)| *name != "model.json" && *name != "CARD.md")
    {
        assert!(expected[name] == *bytes, "{name}");
    }
    std::fs::write(path.join("train.csv"), &articles).unwrap();
    let tally = ["tally", "train.csv", "--label", "label", "--features", "word,char", "--detail"];
    ok(path, &[&tally[..], &["ordered", "--out", "ordered"]].concat());
    let of = |input: &'static str, out: &'static str| {
        let mut command = TRAIN;
        command[1] = input;
        aslant(path, &[&command[..], &["--out", out], &options].concat())
    };
    assert_eq!(of("ordered", "of-tally").0, 0);
    for (name, bytes) in files(&path.join("of-tally")) {
        assert!(expected[&name] == bytes, "{name}");
    }
    ok(path, &[&tally[..], &["counts", "--out", "counts"]].concat());
    let (code, _, err) = of("counts", "n");
    assert!(code == 2 && err.contains("--hash-features") && err.contains("--detail ordered"), "{err}");
}

#[test]
fn crowded_columns_are_told_and_so_is_what_shares_one() {
    let (dir, printed) = trained(&["--features", "word", "--hash-features", "16"]);
    let path = dir.path();
    let note =
        "note: 16 of 16 columns of hashed terms (word) are in use, so at least 99 of 100 terms share their column";
    assert!(printed.contains(note), "{printed}");
    assert!(text(path, "m/CARD.md").contains(&note[6..]));
    let explained =
        ok(path, &["explain", "m", "new.csv", "--article", "a0-08", "--class", "for", "--out", "terms.csv"]);
    assert!(explained.contains("the model's terms are hashed: "), "{explained}");
    assert!(explained.contains("  in one column, #") && explained.contains(", so indistinguishable: "), "{explained}");
    let table = text(path, "terms.csv");
    assert!(table.starts_with("id,sentence,start,end,term,class,contribution,column\n"), "{table}");
    let table = rows(&table);
    // All n-grams are known, and those in the same column have the same share of it at every place.
    let mut by_column: BTreeMap<&str, Vec<&Vec<String>>> = BTreeMap::new();
    table[1..].iter().for_each(|row| by_column.entry(&row[7]).or_default().push(row));
    assert!(by_column.values().any(|rows| rows.iter().any(|row| row[4] != rows[0][4])));
    assert!(by_column.values().all(|rows| rows.iter().all(|row| row[6] == rows[0][6])));
    assert!(table.iter().any(|row| row[4] == "the bridge" || row[4] == "bridge over"), "{table:?}");
    // A model of terms has no such column.
    ok(path, &[&TRAIN[..], &["--features", "word", "--out", "plain"]].concat());
    ok(path, &["explain", "plain", "new.csv", "--article", "a0-08", "--out", "plain.csv", "--quiet"]);
    assert!(text(path, "plain.csv").starts_with("id,sentence,start,end,term,class,contribution\n"));
}

#[test]
fn cross_validation_chooses_among_what_can_be_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), bridge_articles(0, 8)).unwrap();
    let train = ["train", "train.csv", "--label", "label", "--hash-features", "4096", "--out", "m"];
    let printed = ok(dir.path(), &train);
    // Shorter n-grams aren't tried.
    assert!(printed.contains("columns of hashed terms of 1-2 words"), "{printed}");
    assert!(printed.contains("outlets never seen"), "{printed}");
    let (code, _, err) = aslant(dir.path(), &[&train[..], &["--validation", "none"]].concat());
    assert!(code == 2 && err.contains("`--validation none` without --c, --features, --min-df"), "{err}");
    // Coverage is measured by n-grams, and that of other texts is lower.
    std::fs::write(dir.path().join("other.csv"), "id,text\nx,Entirely unrelated prose concerning something else\n")
        .unwrap();
    let other = rows(&ok(dir.path(), &["score", "m", "other.csv", "--out", "-"]));
    assert!(other[0].last().is_some_and(|warning| !warning.is_empty()), "{other:?}");
}

#[test]
fn what_cannot_be_hashed_is_refused() {
    let (dir, _) = trained(&["--features", "word", "--hash-features", "1000"]);
    let path = dir.path();
    for n in ["0", "1", "67108865"] {
        let (code, _, err) =
            aslant(path, &[&TRAIN[..], &["--features", "word", "--out", "n", "--hash-features", n]].concat());
        assert!(code == 2 && err.contains("expected 2 to 67108864") && err.contains(n), "{err}");
        assert!(err.contains("  help: leave --hash-features out, or use a power of two such as 1048576\n"), "{err}");
    }
    let check = |name: &str, content: String, wanted: &str| {
        let before = text(path, name);
        assert_ne!(before, content);
        std::fs::write(path.join(name), content).unwrap();
        let (code, _, err) = aslant(path, &["score", "m", "new.csv"]);
        assert!(code == 4 && err.contains(wanted) && err.contains("help: "), "{err}");
        std::fs::write(path.join(name), before).unwrap();
    };
    let (json, terms) = (text(path, "m/model.json"), text(path, "m/terms.csv"));
    check(
        "m/model.json",
        json.replace("\"format_version\": 2", "\"format_version\": 1"),
        "that format_version 1 doesn't have",
    );
    check("m/model.json", json.replace("\"format_version\": 2", "\"format_version\": 3"), "use a newer version");
    check(
        "m/model.json",
        json.replace("\"hash_features\": 1000", "\"hash_features\": 1"),
        "1 columns to hash terms into",
    );
    let first = rows(&terms)[0][1].clone();
    for (bad, wanted) in [("the", "names no column"), ("#1000", "names no column"), ("#999", "terms must be sorted")] {
        check("m/terms.csv", terms.replacen(&first, bad, 1), wanted);
    }
}

#[test]
fn a_column_keeps_its_meaning_when_a_model_is_trained_again() {
    let (dir, _) = trained(&["--features", "word", "--hash-features", "4096"]);
    let path = dir.path();
    let told = ok(path, &["retrain", "m", "new.csv", "--label", "label", "--out", "re", "--validation", "none"]);
    assert!(told.contains("64 old articles, 32 new") && told.contains('#'), "{told}");
    let (old, new) = (bridge_articles(0, 8), bridge_articles(8, 4));
    std::fs::write(path.join("train.csv"), format!("{old}{}", new.split_once('\n').unwrap().1)).unwrap();
    ok(path, &[&TRAIN[..], &["--features", "word", "--hash-features", "4096", "--out", "fresh"]].concat());
    let [re, fresh] = ["re", "fresh"].map(|model| rows(&text(path, &format!("{model}/terms.csv"))));
    assert_eq!(re.len(), fresh.len());
    for (a, b) in re.iter().zip(&fresh) {
        assert_eq!(a[..4], b[..4]);
        let [x, y] = [a, b].map(|row| row[4].parse::<f64>().unwrap());
        assert!((x - y).abs() < 2e-2, "{a:?} {b:?}");
    }
    let compared = ok(path, &["models", "diff", "m", "re"]);
    assert!(compared.contains('#') && !compared.contains("weights n/a"), "{compared}");
    // With another number of columns, columns are different ones.
    ok(path, &[&TRAIN[..], &["--features", "word", "--hash-features", "512", "--out", "few"]].concat());
    let compared = ok(path, &["models", "diff", "m", "few"]);
    assert!(compared.contains("weights n/a") && !compared.contains('#'), "{compared}");
}

/// More than a megabyte of rows, which are kept on disk.
#[test]
fn without_room_for_temporary_files_it_says_so_and_writes_nothing() {
    let (dir, _) = trained(&["--features", "word"]);
    let path = dir.path();
    let word = |i: usize, j: usize| format!("w{} ", (i * 7919 + j * 104_729) % 5003);
    let row = |i: usize| {
        let text: String = (0..600).map(|j| word(i, j)).collect();
        format!("b{i},Paper {},2020-01-10,{text}.,{}\n", i % 8, ["for", "against"][i % 2])
    };
    let articles: String = (0..400).map(row).collect();
    std::fs::write(path.join("train.csv"), format!("id,outlet,date,text,label\n{articles}")).unwrap();
    let hashed = [&TRAIN[..], &["--features", "word", "--hash-features", "65536", "--out", "hashed"]].concat();
    let again = ["retrain", "m", "train.csv", "--label", "label", "--out", "re", "--validation", "none"];
    for (args, out) in [(&hashed[..], "hashed"), (&again, "re")] {
        let mut program = std::process::Command::new(crate::program::path());
        let run = program.current_dir(path).env("TMPDIR", path.join("none")).args(args).output().unwrap();
        let told = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(5), "{told}");
        assert!(told.contains("set TMPDIR to another") && told.contains("none"), "{told}");
        assert!(!path.join(out).exists());
    }
}
