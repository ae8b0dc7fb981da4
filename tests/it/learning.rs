//! What models must not learn from, and what is reported about what they learn from: copies, generated ids, labels.

use crate::program::{aslant, bridge_articles, ok};
use std::fmt::Write;
use std::path::Path;

/// Meaningless texts, all different: number `i` of a series.
fn noise(series: u64, i: u64, words: usize) -> String {
    let mut state = (series << 32 | i).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{}{}", ["ba", "do", "ki", "lu", "me", "so"][(state >> 40) as usize % 6], (state >> 50) % 60)
    };
    (0..words).map(|_| word()).collect::<Vec<_>>().join(" ")
}

fn train(folder: &Path, csv: &str, more: &[&str]) -> (String, serde_json::Value) {
    std::fs::write(folder.join("train.csv"), csv).unwrap();
    let given = ["train", "train.csv", "--label", "label", "--out", "m", "--features", "word", "--c", "1"];
    let printed = ok(folder, &[&given, more].concat());
    let json = std::fs::read_to_string(folder.join("m/model.json")).unwrap();
    (printed, serde_json::from_str(&json).unwrap())
}

fn metric<'j>(json: &'j serde_json::Value, held_out: &str) -> &'j serde_json::Value {
    let metrics = json["models"][0]["metrics"].as_array().unwrap();
    metrics.iter().find(|metric| metric["held_out"] == held_out).unwrap()
}

#[test]
fn nothing_is_learnt_from_copies_of_what_is_held_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,outlet,text,label\n");
    for i in 0..100 {
        // Its label is random, so without its copy its prediction must be, too.
        let label = ["left", "right"][(i as usize * 7 + i as usize / 3) % 2];
        let text = noise(1, i, 80);
        // One of the two says a little more.
        for (outlet, more) in [(i % 5, ""), (5 + i % 5, " so says the agency")] {
            let _ = writeln!(csv, "a{i:03}-{outlet},Paper {outlet},{text}{more},{label}");
        }
    }
    let (printed, json) = train(dir.path(), &csv, &[]);
    assert!(printed.contains("100 articles are copies or near copies of others"), "{printed}");
    assert_eq!(json["models"][0]["copies"], 100);
    for held_out in ["random", "outlet"] {
        let accuracy = metric(&json, held_out)["accuracy"].as_f64().unwrap();
        assert!((0.3..0.7).contains(&accuracy), "{held_out}: {accuracy}");
    }
    let card = std::fs::read_to_string(dir.path().join("m/CARD.md")).unwrap();
    assert!(card.contains("100 articles are copies or near copies of others"), "{card}");
}

#[test]
fn where_all_others_are_copies_nothing_is_learnt_and_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,outlet,text,label\n");
    for (i, outlet) in (0..30).flat_map(|i| [(i, "A"), (i, "B")]) {
        let label = if i < 18 { "left" } else { "right" };
        let _ = writeln!(csv, "{outlet}{i:02},{outlet},{},{label}", noise(2, i, 30));
    }
    let (printed, json) = train(dir.path(), &csv, &["--group", "outlet"]);
    let outlet = metric(&json, "outlet");
    assert_eq!((&outlet["accuracy"], &outlet["majority_accuracy"]), (&0.6.into(), &0.6.into()), "{printed}");
    assert!(printed.contains("it could not be tested for `right` (24 articles)"), "{printed}");
    assert!(printed.contains("it is no better than always saying the commonest label"), "{printed}");
}

#[test]
fn the_commonest_label_is_that_of_all_articles() {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,outlet,text,label\n");
    for i in 0..100 {
        let outlet = i % 10;
        let label = if outlet < 5 { "left" } else { "right" };
        let _ = writeln!(csv, "a{i:02},Paper {outlet},{},{label}", noise(3, i, 40));
    }
    let (printed, json) = train(dir.path(), &csv, &[]);
    for held_out in ["random", "outlet"] {
        assert_eq!(metric(&json, held_out)["majority_accuracy"], 0.5, "{printed}");
    }
}

/// Articles without ids.
fn unnamed(series: u64) -> String {
    let mut csv = String::from("outlet,text,label\n");
    for i in 0..40 {
        let label = ["for", "against"][i as usize % 2];
        let _ = writeln!(csv, "Paper {},{label} {},{label}", i % 6, noise(series, i, 30));
    }
    csv
}

#[test]
fn articles_without_ids_are_the_same_where_their_texts_are() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    train(path, &unnamed(4), &[]);
    std::fs::create_dir(path.join("other")).unwrap();
    std::fs::write(path.join("other/train.csv"), unnamed(5)).unwrap();
    let told = ok(path, &["retrain", "m", "other/train.csv", "--label", "label"]);
    assert!(told.starts_with("40 old articles, 40 new\n") && !told.contains("given again"), "{told}");
    let told = ok(path, &["retrain", "m", "train.csv", "--label", "label"]);
    assert!(told.starts_with("40 old articles, 0 new\n40 given again"), "{told}");
    assert!(!ok(path, &["evaluate", "m", "other/train.csv", "--label", "label"]).contains("was trained on 40"));
    assert!(ok(path, &["evaluate", "m", "train.csv", "--label", "label"]).contains("was trained on 40 of 40 articles"));
}

/// A model of the bridge in `m`.
fn bridge(more: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    train(dir.path(), &bridge_articles(0, 6), more);
    dir
}

fn retrain(folder: &Path, csv: &str) -> String {
    std::fs::write(folder.join("new.csv"), csv).unwrap();
    ok(folder, &["retrain", "m", "new.csv", "--label", "label", "--out", "re"])
}

#[test]
fn the_names_of_new_outlets_are_masked() {
    let dir = bridge(&["--mask-outlets"]);
    let new = bridge_articles(6, 2).replace("Paper", "Gazette").replace("Nobody", "So says Gazette 1. Nobody");
    let told = retrain(dir.path(), &new);
    assert!(
        told.contains("note: names of new outlets are masked in the new articles, but not in the old ones"),
        "{told}"
    );
    let terms = std::fs::read_to_string(dir.path().join("re/terms.csv")).unwrap();
    assert!(terms.contains("says") && !terms.contains("gazette"), "{terms}");
    // And if they were not masked, new ones aren't either.
    let told = retrain(bridge(&[]).path(), &new);
    assert!(!told.contains("are masked"), "{told}");
}

#[test]
fn labels_that_are_new_or_look_like_a_mistake_are_told() {
    let dir = bridge(&[]);
    let wrong = bridge_articles(6, 2).replace(",for\n", ",forr\n");
    let told = retrain(dir.path(), &wrong);
    let warning = "warning: the old model doesn't have the label `forr` (8 articles; did you mean `for`?)";
    assert!(told.contains(warning), "{told}");
    // Weights of two labels and of three can't be compared.
    assert!(told.contains("weights n/a:") && !told.contains("weights that moved most"), "{told}");
    let few: Vec<&str> = wrong.lines().take(3).collect();
    std::fs::write(dir.path().join("new.csv"), few.join("\n")).unwrap();
    let (code, _, error) = aslant(dir.path(), &["retrain", "m", "new.csv", "--label", "label"]);
    let note = "note: the model doesn't have `forr` (2 articles; did you mean `for`?) yet";
    assert!(code != 0 && error.contains("too few articles with a label") && error.contains(note), "{error}");
    let odd = format!(
        "{}{}",
        bridge_articles(0, 6),
        bridge_articles(6, 2).split_once('\n').unwrap().1.replace(",for\n", ",For\n").replace(",against\n", ",N/A\n")
    );
    let (printed, _) = train(dir.path(), &odd, &[]);
    assert!(printed.contains("note: the labels `For`, `for` differ only in case"), "{printed}");
    assert!(printed.contains("note: `N/A` (8 articles) is learnt as a label like any other"), "{printed}");
}

#[test]
fn retraining_keeps_to_single_words_where_they_were_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let csv = bridge_articles(0, 6);
    std::fs::write(dir.path().join("train.csv"), &csv).unwrap();
    ok(dir.path(), &["train", "train.csv", "--label", "label", "--out", "m", "--features", "word", "--c", "1"]);
    let terms = |model: &str| std::fs::read_to_string(dir.path().join(model).join("terms.csv")).unwrap();
    let has_pairs = |model: &str| terms(model).lines().any(|line| line.split(',').nth(1).unwrap().contains(' '));
    retrain(dir.path(), &bridge_articles(6, 2));
    assert_eq!(has_pairs("re"), has_pairs("m"), "{}", terms("m"));
}

#[test]
fn a_strength_that_was_kept_is_not_called_chosen() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), bridge_articles(0, 6)).unwrap();
    ok(dir.path(), &["train", "train.csv", "--label", "label", "--out", "m", "--features", "word"]);
    retrain(dir.path(), &bridge_articles(6, 2));
    let shown = |model| ok(dir.path(), &["models", "show", model]);
    assert!(shown("m").contains("(chosen by cross-validation)"));
    assert!(shown("re").contains("(kept from an earlier model)"), "{}", shown("re"));
    let card = std::fs::read_to_string(dir.path().join("re/CARD.md")).unwrap();
    assert!(card.contains("(kept from an earlier model)"), "{card}");
}

#[test]
fn a_model_with_a_very_long_word_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let long = "x".repeat(1_200_000);
    train(dir.path(), &bridge_articles(0, 6).replace("once more", &format!("once {long}")), &["--ngrams", "1"]);
    ok(dir.path(), &["score", "m", "train.csv"]);
    let terms = std::fs::read_to_string(dir.path().join("m/terms.csv")).unwrap();
    assert!(!terms.contains("xxx") && terms.contains("bridge"));
}

#[test]
fn articles_are_drawn_where_none_has_an_outlet() {
    let dir = bridge(&[]);
    let csv = bridge_articles(8, 2).replace("id,outlet,", "id,desk,");
    std::fs::write(dir.path().join("new.csv"), csv).unwrap();
    let told = ok(dir.path(), &["evaluate", "m", "new.csv", "--label", "label", "--group", "outlet"]);
    assert!(told.contains(" articles\n") && !told.contains("by resampling outlets"), "{told}");
    assert!(told.contains("note: --group outlet: no article has an outlet, so articles were resampled"), "{told}");
}
