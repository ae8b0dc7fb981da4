//! `aslant retrain` and `aslant models` on invented texts: what they print, write and refuse.

use crate::program::{aslant, bridge_articles as articles, ok};
use std::path::Path;

const TRAIN: [&str; 7] = ["train", "old.csv", "--label", "label", "--c", "3", "--out"];

/// A folder with `old.csv`, `new.csv` and a model of the first in `m`.
fn trained(args: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("old.csv"), articles(0, 6)).unwrap();
    std::fs::write(dir.path().join("new.csv"), articles(6, 2)).unwrap();
    ok(dir.path(), &[&TRAIN[..], &["m"], args].concat());
    dir
}

fn read(dir: &Path, name: &str) -> Vec<u8> {
    std::fs::read(dir.join(name)).unwrap()
}

const RETRAIN: [&str; 5] = ["retrain", "m", "new.csv", "--label", "label"];

#[test]
fn counts_of_old_and_new_articles_give_the_model_that_all_texts_give() {
    // Every term of these articles occurs in two or more old ones, or is kept by min_df 1: nothing is lost.
    let hashed = &["--features", "word,char", "--hash-features", "4096"];
    for args in [&["--features", "word,char"][..], &["--min-df", "1"], hashed] {
        let dir = trained(args);
        let path = dir.path();
        ok(path, &[&RETRAIN[..], &["--out", "re"]].concat());
        let (old, new) = (articles(0, 6), articles(6, 2));
        std::fs::write(path.join("old.csv"), format!("{old}{}", new.split_once('\n').unwrap().1)).unwrap();
        ok(path, &[&TRAIN[..], &["fresh"], args].concat());
        let fields = |model: &str| {
            let csv = String::from_utf8(read(path, &format!("{model}/terms.csv"))).unwrap();
            csv.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect::<Vec<Vec<String>>>()
        };
        let (re, fresh) = (fields("re"), fields("fresh"));
        assert!(re.len() > 20 && re.len() == fresh.len());
        for (a, b) in re.iter().zip(&fresh).skip(1) {
            // Terms, df and idf are the same; the solver started elsewhere, so weights are equal up to its tolerance.
            assert_eq!(a[..4], b[..4]);
            let [x, y] = [a, b].map(|f| f[4].parse::<f64>().unwrap());
            assert!((x - y).abs() < 2e-3, "{a:?} {b:?}");
        }
        for file in ["training.parquet", "training-terms.parquet"] {
            assert_eq!(read(path, &format!("re/{file}")), read(path, &format!("fresh/{file}")), "{file}");
        }
    }
}

#[test]
fn what_would_change_is_told_and_nothing_is_written() {
    let dir = trained(&[]);
    let before = read(dir.path(), "m/model.json");
    let names = || std::fs::read_dir(dir.path()).unwrap().count();
    let n = names();
    let told = ok(dir.path(), &RETRAIN);
    assert!(told.starts_with("48 old articles, 16 new\n"), "{told}");
    for wanted in [
        "on 64 articles of 8 outlets, held out in turn: both models are refitted without them",
        "weights that moved most",
        "outlets that moved most",
        "held-out articles with another predicted label: 0",
        "nothing was written; --promote would put the new model in m and keep the old one in its history\n",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert_eq!((read(dir.path(), "m/model.json"), names()), (before, n));
}

#[test]
fn training_over_a_model_with_versions_makes_it_one() {
    let dir = trained(&[]);
    let path = dir.path();
    ok(path, &[&RETRAIN[..], &["--promote"]].concat());
    let promoted = read(path, "m/terms.csv");
    let told = ok(path, &[&TRAIN[..], &["m"]].concat());
    assert!(told.ends_with("to m; the previous model is version 2 in its history\n"), "{told}");
    assert_eq!(read(path, "m/history/2/terms.csv"), promoted);
}

#[test]
fn promoted_and_brought_back() {
    let dir = trained(&[]);
    let path = dir.path();
    std::fs::write(path.join("m/notes.txt"), "mine").unwrap();
    let old = read(path, "m/terms.csv");
    let told = ok(path, &[&RETRAIN[..], &["--promote"]].concat());
    assert!(told.ends_with("promoted: the new model is in m; the old model is version 1 in its history\n"), "{told}");
    let new = read(path, "m/terms.csv");
    assert_ne!(old, new);
    assert_eq!(read(path, "m/history/1/terms.csv"), old);
    assert_eq!(read(path, "m/notes.txt"), b"mine");
    let shown = ok(path, &["models", "show", "m"]);
    assert!(shown.contains("64 articles of 8 outlets") && shown.contains("version 1: 48 articles"), "{shown}");
    let differ = ok(path, &["models", "diff", "m", "m/history/1"]);
    assert!(differ.contains("articles                        64        48"), "{differ}");
    let told = ok(path, &["models", "restore", "m"]);
    assert_eq!(told, "version 1 restored in m; the previous model is version 2\n");
    assert_eq!((read(path, "m/terms.csv"), read(path, "m/history/2/terms.csv")), (old.clone(), new));
    assert_eq!((read(path, "m/history/1/terms.csv"), read(path, "m/notes.txt")), (old, b"mine".to_vec()));
    let (code, _, err) = aslant(path, &["models", "restore", "m", "7"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(err, @r"
    error: no such version
     --> m
      found:    7
      expected: 1, 2
      help: `aslant models show` lists the versions
    ");
    let listed = ok(path, &["models", "list", "."]);
    assert!(listed.lines().nth(1).unwrap().starts_with("m             48"), "{listed}");
    assert!(!std::fs::read_dir(path).unwrap().any(|e| e.unwrap().file_name().to_string_lossy().starts_with('.')));
}

#[test]
fn an_article_that_comes_again_has_its_new_label() {
    let dir = trained(&[]);
    let again = articles(0, 1).replace(",for\n", ",against\n");
    let rows: Vec<&str> = again.lines().take(2).collect();
    std::fs::write(dir.path().join("new.csv"), rows.join("\n")).unwrap();
    let told = ok(dir.path(), &[&RETRAIN[..], &["--out", "n"]].concat());
    assert!(told.starts_with("48 old articles, 0 new\n1 given again, with the new label: a0-00\n"), "{told}");
    let json = String::from_utf8(read(dir.path(), "n/model.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["models"][0]["class_counts"], serde_json::json!([25, 23]));
}

#[test]
fn the_old_model_is_held_against_new_texts_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    // The old texts are uninformative; the new texts of the same articles have words for each label.
    let good = articles(0, 8);
    let words = ["graceful", "welcome", "useful", "bright", "ugly", "costly", "needless", "gloomy"];
    std::fs::write(path.join("old.csv"), words.iter().fold(good.clone(), |csv, word| csv.replace(word, "plain")))
        .unwrap();
    std::fs::write(path.join("new.csv"), &good).unwrap();
    ok(path, &[&TRAIN[..], &["m"]].concat());
    let told = ok(path, &RETRAIN);
    assert!(told.contains("64 given again"), "{told}");
    let line = told.lines().find(|line| line.starts_with("accuracy")).unwrap();
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    assert!(numbers[0] < 0.7 && numbers[1] > 0.95, "{told}");
}

#[test]
fn a_worse_model_is_not_promoted() {
    let dir = trained(&[]);
    // Four times as many articles, with the labels swapped.
    let wrong =
        articles(10, 24).replace(",for\n", ",x\n").replace(",against\n", ",for\n").replace(",x\n", ",against\n");
    // They are from a single other outlet, so the old outlets decide which model is better.
    let wrong = (0..8).fold(wrong, |csv, i| csv.replace(&format!(",Paper {i},"), ",The Liar,"));
    std::fs::write(dir.path().join("new.csv"), wrong).unwrap();
    let before = read(dir.path(), "m/model.json");
    let told = ok(dir.path(), &RETRAIN);
    let (code, _, err) = aslant(dir.path(), &[&RETRAIN[..], &["--promote"]].concat());
    assert_eq!(code, 1, "{told}{err}");
    insta::assert_snapshot!(err, @r"
    error: the new model is worse than the old one
     --> m
      expected: no measure below the old model's by more than chance
      help: check the new labels, or keep the new model elsewhere with --out
      note: the old model is unchanged
    ");
    assert!(told.ends_with("nothing was written; --promote would refuse, as the new model is worse\n"), "{told}");
    assert_eq!(read(dir.path(), "m/model.json"), before);
    assert!(!dir.path().join("m/history").exists());
}

#[test]
fn training_data_that_cannot_be_used_is_refused() {
    let dir = trained(&[]);
    let file = dir.path().join("m/training.parquet");
    let whole = std::fs::read(&file).unwrap();
    let refused = || {
        let (code, out, err) = aslant(dir.path(), &RETRAIN);
        assert!(code == 4 && out.is_empty(), "{code} {err}");
        // Sizes and hashes depend on versions of libraries.
        let mut lines: Vec<&str> = err.lines().collect();
        lines.retain(|line| !line.starts_with("  found:    SHA") && !line.starts_with("  expected: "));
        lines.join("\n")
    };
    std::fs::write(&file, &whole[..100]).unwrap();
    insta::assert_snapshot!(refused(), @r"
    error: a file that is cut off
     --> m/training.parquet
      found:    100 bytes
      help: copy the model's folder again from where it came from, or train it again with `aslant train`
    ");
    let mut other = whole.clone();
    other[50] ^= 1;
    std::fs::write(&file, &other).unwrap();
    insta::assert_snapshot!(refused(), @r"
    error: training data of another model
     --> m/training.parquet
      help: copy the model's folder again from where it came from, or train it again with `aslant train`
    ");
    std::fs::remove_file(&file).unwrap();
    insta::assert_snapshot!(refused(), @r"
    error: training data that is missing
     --> m/training.parquet
      help: copy the model's folder again from where it came from, or train it again with `aslant train`
    ");
    // Scoring doesn't need it.
    ok(dir.path(), &["score", "m", "new.csv"]);
}

#[test]
fn a_model_without_training_data_says_how_to_go_on() {
    let dir = trained(&["--without-training-data"]);
    assert!(!dir.path().join("m/training.parquet").exists());
    let (code, _, err) = aslant(dir.path(), &RETRAIN);
    assert_eq!(code, 4);
    insta::assert_snapshot!(err, @r"
    error: a model without its training data
     --> m
      found:    no training.parquet: it was made with --without-training-data
      help: train it on the old and the new articles together with `aslant train`
    ");
    // It doesn't stay in an existing folder, either.
    ok(dir.path(), &[&TRAIN[..], &["m"]].concat());
    ok(dir.path(), &[&TRAIN[..], &["m", "--without-training-data"]].concat());
    assert!(!dir.path().join("m/training.parquet").exists());
}

#[test]
fn the_card_has_the_sections_that_model_cards_have() {
    let dir = trained(&[]);
    let card = String::from_utf8(read(dir.path(), "m/CARD.md")).unwrap();
    assert!(card.starts_with("---\nlibrary_name: aslant\npipeline_tag: text-classification\n"), "{card}");
    let sections: Vec<&str> = card.lines().filter(|line| line.starts_with("## ")).collect();
    let expected = [
        "## Model details",
        "## Uses",
        "## Training data",
        "## Training procedure",
        "## Evaluation",
        "## Limits",
        "## What speaks most for each label",
        "## How to use it",
        "## How to cite it",
    ];
    assert_eq!(sections, expected);
}
