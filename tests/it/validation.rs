//! `--validation none`: the same model without tests; every output says that it was not tested.

use crate::program::{aslant, bridge_articles, ok};
use serde_json::Value;
use std::path::Path;

const FIXED: [&str; 8] = ["--features", "word", "--ngrams", "1-2", "--min-df", "2", "--c", "10"];

/// A folder with `train.csv`, `new.csv` and two models of the first: `all`, which was tested, and `none`.
fn trained() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), bridge_articles(0, 6)).unwrap();
    std::fs::write(dir.path().join("new.csv"), bridge_articles(6, 2)).unwrap();
    let train = |out: &str| {
        let args = ["train", "train.csv", "--label", "label", "--out", out, "--validation", out];
        ok(dir.path(), &[&args[..], &FIXED].concat())
    };
    train("all");
    let printed = train("none");
    (dir, printed)
}

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap()
}

#[test]
fn weights_are_those_of_the_model_with_tests() {
    let (dir, _) = trained();
    assert_eq!(read(dir.path(), "all/terms.csv"), read(dir.path(), "none/terms.csv"));
    let [all, none] = ["all", "none"].map(|model| {
        serde_json::from_str::<Value>(&read(dir.path(), &format!("{model}/model.json"))).unwrap()["models"][0].clone()
    });
    assert!(all["calibration"].is_f64() && !all["metrics"].as_array().unwrap().is_empty());
    assert!(none.get("calibration").is_none() && none.get("fingerprint").is_none(), "{none}");
    assert_eq!(none["metrics"], Value::Array(Vec::new()));
    assert_eq!(all["intercepts"], none["intercepts"]);
}

#[test]
fn a_model_that_was_not_tested_says_so() {
    let (dir, printed) = trained();
    let path = dir.path();
    let untested = "no article was held out when it was trained (`--validation none`): how well it does is not known";
    assert!(printed.contains(&format!("note: {untested}")), "{printed}");
    assert!(!printed.contains("macro-F1") && !printed.contains("outlets that it never saw"), "{printed}");
    assert!(ok(path, &["models", "show", "none"]).contains(untested));
    let card = read(path, "none/CARD.md");
    assert!(card.contains(untested) && card.contains("results: []\n"), "{card}");
    assert!(!card.contains("calibrated on") && !card.contains("| accuracy |"), "{card}");
    let listed = ok(path, &["models", "list", "none"]);
    assert!(listed.contains(" n/a  not tested "), "{listed}");
    let differ = ok(path, &["models", "diff", "all", "none"]);
    assert!(differ.contains("macro-F1 n/a: no article was held out for B\n"), "{differ}");
    let note = "note: the probabilities are not calibrated";
    assert!(ok(path, &["score", "none", "new.csv", "--out", "scores.csv"]).contains(note));
    assert!(ok(path, &["evaluate", "none", "new.csv", "--label", "label"]).contains(note));
    assert!(!ok(path, &["evaluate", "all", "new.csv", "--label", "label"]).contains(note));
    let compare = ["compare", "train.csv", "--model", "none", "--cues", "cues.toml", "--out", "compared"];
    std::fs::write(
        path.join("cues.toml"),
        "[[contrast]]\nname = \"bridge\"\n[[contrast.pole]]\nname = \"good\"\ncues = [\"graceful\"]\n[[contrast.pole]]\n\
         name = \"bad\"\ncues = [\"ugly\"]\n",
    )
    .unwrap();
    ok(path, &compare);
    for file in ["report.md", "report.html"] {
        let report = read(path, &format!("compared/{file}")).to_lowercase();
        assert!(report.contains("how well it does is not known"), "{file}");
    }
}

#[test]
fn what_would_be_chosen_must_be_given() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), bridge_articles(0, 6)).unwrap();
    let refused = |args: &[&str]| {
        let fixed = ["train", "train.csv", "--label", "label", "--out", "m", "--validation", "none"];
        let (code, _, error) = aslant(dir.path(), &[&fixed, args].concat());
        assert_eq!(code, 2);
        error
    };
    let all = refused(&[]);
    assert!(all.contains("found:    `--validation none` without --c, --features, --ngrams, --min-df\n"), "{all}");
    assert!(all.contains("help: give them (usual are 10, word, 1-2, 2), or leave --validation out"), "{all}");
    assert!(refused(&FIXED[..6]).contains("`--validation none` without --c\n"));
    assert!(refused(&["--features", "char"]).contains("`--validation none` without --c\n"));
    assert!(!dir.path().join("m").exists());
}

#[test]
fn retraining_without_comparison_never_replaces_a_model() {
    let (dir, _) = trained();
    let path = dir.path();
    let retrain = ["retrain", "all", "new.csv", "--label", "label"];
    let none = ["--validation", "none"];
    let printed = ok(path, &[&retrain[..], &none, &["--out", "fitted"]].concat());
    assert!(printed.contains("not compared with the old model: no article was held out"), "{printed}");
    ok(path, &[&retrain[..], &["--out", "tested"]].concat());
    assert_eq!(read(path, "fitted/terms.csv"), read(path, "tested/terms.csv"));
    let (code, _, error) = aslant(path, &[&retrain[..], &none, &["--promote"]].concat());
    assert_eq!(code, 2);
    assert!(error.starts_with("error: --promote without articles held out"), "{error}");
    // A model that was not tested can be retrained, and is then tested.
    let printed = ok(path, &["retrain", "none", "new.csv", "--label", "label", "--out", "later"]);
    assert!(printed.contains("difference, 95% interval"), "{printed}");
    assert!(read(path, "later/model.json").contains("\"calibration\""));
}

#[test]
fn a_new_target_has_no_strength_to_keep() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let of = |target: &str, from| {
        bridge_articles(from, 6)
            .replace(",label\n", ",label,topic\n")
            .replace("for\n", "for,T\n")
            .replace("against\n", "against,T\n")
            .replace(",T\n", &format!(",{target}\n"))
    };
    std::fs::write(path.join("train.csv"), of("bridge", 0)).unwrap();
    std::fs::write(path.join("new.csv"), of("tunnel", 6)).unwrap();
    ok(path, &[&["train", "train.csv", "--label", "label", "--target", "topic", "--out", "m"][..], &FIXED].concat());
    let retrain =
        ["retrain", "m", "new.csv", "--label", "label", "--target", "topic", "--validation", "none", "--out", "new"];
    let (code, _, error) = aslant(path, &retrain);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains("found:    no strength of the penalty for the target \"tunnel\"\n"), "{error}");
    assert!(error.contains("help: leave --validation none out"), "{error}");
    assert!(!path.join("new").exists());
}
