//! `aslant evaluate`: against scikit-learn, and on a small model.

use crate::common::assert_close;
use crate::program::aslant;
use aslant::model::evaluate::{Example, REPLICATES, Unit, judge};
use aslant::model::score::Score;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<String>,
    y: Vec<usize>,
    p: Vec<Vec<f64>>,
    report: BTreeMap<String, serde_json::Value>,
    printed: String,
    confusion: Vec<Vec<u64>>,
    brier: f64,
    ece: f64,
    reliability: Vec<(f64, f64)>,
}

fn examples(case: &Case) -> Vec<Example> {
    let example = |(i, (&label, p)): (usize, (&usize, &Vec<f64>))| Example {
        text_hash: None,
        id: format!("{i:03}"),
        outlet: Some(format!("Paper {}", i % 4)),
        target: None,
        label,
        predicted: (0..p.len()).fold(0, |best, c| if p[c] > p[best] { c } else { best }),
        score: Score {
            predicted: None,
            probabilities: p.iter().map(|p| Some(*p)).collect(),
            coverage: None,
            caution: None,
        },
    };
    case.y.iter().zip(&case.p).enumerate().map(example).collect()
}

#[test]
fn the_report_equals_scikit_learn() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/report.json");
    let reference: Reference = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for case in &reference.cases {
        let examples = examples(case);
        let all: Vec<&Example> = examples.iter().collect();
        let found = judge(&case.labels, &all, None, Unit::Article, 1).unwrap();
        assert_eq!(aslant::report::evaluation::report(&found), case.printed, "{}", case.name);
        assert_eq!(found.confusion, case.confusion, "{}", case.name);
        assert_close(found.brier, case.brier, 1e-12, &case.name);
        assert_close(found.calibration_error, case.ece, 1e-12, &case.name);
        let bins: Vec<(f64, f64)> =
            found.reliability.iter().filter_map(|b| b.mean_probability.zip(b.accuracy)).collect();
        assert_eq!(bins.len(), case.reliability.len(), "{}", case.name);
        for (bin, expected) in bins.iter().zip(&case.reliability) {
            assert_close(bin.0, expected.0, 1e-12, &case.name);
            assert_close(bin.1, expected.1, 1e-12, &case.name);
        }
        assert_close(found.accuracy, case.report["accuracy"].as_f64().unwrap(), 1e-15, &case.name);
        let averages = [("macro avg", found.macro_avg), ("weighted avg", found.weighted_avg)];
        let lines = found.classes.iter().map(|line| (line.label.as_str(), line.scores)).chain(averages);
        for (name, scores) in lines {
            for (measure, value) in
                [("precision", scores.precision), ("recall", scores.recall), ("f1-score", scores.f1)]
            {
                assert_close(value, case.report[name][measure].as_f64().unwrap(), 1e-12, name);
            }
        }
    }
}

#[test]
fn intervals_are_as_wide_as_they_should_be() {
    // 400 articles, 80% right: the normal interval is ±0.0392.
    let case = |i: usize| Example {
        text_hash: None,
        id: format!("{i:03}"),
        outlet: Some(format!("Paper {}", i / 40)),
        target: None,
        label: usize::from(i.is_multiple_of(2)),
        predicted: usize::from(i.is_multiple_of(2) != i.is_multiple_of(5)),
        score: Score { predicted: None, probabilities: vec![Some(0.5); 2], coverage: None, caution: None },
    };
    let examples: Vec<Example> = (0..400).map(case).collect();
    let all: Vec<&Example> = examples.iter().collect();
    let classes = ["a".to_owned(), "b".to_owned()];
    let (low, high) = judge(&classes, &all, None, Unit::Article, 1).unwrap().accuracy_interval.unwrap();
    assert!((low - 0.7608).abs() < 0.006 && (high - 0.8392).abs() < 0.006, "{low} {high}");
    // All outlets are equally good, so resampling outlets changes nothing; that isn't certainty.
    let by_outlet = judge(&classes, &all, None, Unit::Outlet, 1).unwrap();
    assert_eq!((by_outlet.accuracy_interval, by_outlet.macro_f1_interval), (None, None));
    assert_eq!(judge(&classes, &all[..1], None, Unit::Article, 1).unwrap().accuracy_interval, None);
    assert_eq!(judge(&classes, &all[..40], None, Unit::Outlet, 1).unwrap().macro_f1_interval, None);
    assert_eq!(REPLICATES, 2000);
}

fn articles(n: usize, target: bool) -> String {
    let mut csv = format!("id,outlet,text,label{}\n", if target { ",about" } else { "" });
    for i in 0..n {
        let (label, word) = if i % 2 == 0 { ("for", "graceful") } else { ("against", "costly") };
        let about = if target { [",bridge", ",tunnel"][i / 2 % 2] } else { "" };
        let _ = writeln!(csv, "a{i:02},Paper {},The {word} bridge number {i} stands.,{label}{about}", i % 3);
    }
    csv
}

fn model(target: bool) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), articles(24, target)).unwrap();
    let mut args = vec!["train", "train.csv", "--label", "label", "--c", "1", "--out", "m", "--quiet"];
    if target {
        args.extend(["--target", "about"]);
    }
    let (code, _, err) = aslant(dir.path(), &args);
    assert_eq!(code, 0, "{err}");
    dir
}

#[test]
fn what_the_model_was_trained_on_is_told() {
    let dir = model(false);
    let folder = dir.path();
    let lines: Vec<String> = articles(24, false).lines().map(str::to_owned).collect();
    let new = lines[1].replace("a00,", "b00,");
    let far = lines[2].replace("a01,Paper 1", "b01,Gazette");
    std::fs::write(
        folder.join("mixed.csv"),
        [&lines[0], &lines[1], &lines[2], &new, &far].map(|l| format!("{l}\n")).concat(),
    )
    .unwrap();
    let (code, printed, err) = aslant(folder, &["evaluate", "m", "mixed.csv", "--label", "label"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        printed.contains("warning: the model was trained on 2 of 4 articles (their ids are the same)"),
        "{printed}"
    );
    assert!(printed.contains("note: 1 of 4 articles are of outlets that the model was trained on"), "{printed}");
    std::fs::remove_file(folder.join("m/training.parquet")).unwrap();
    let (code, printed, err) = aslant(folder, &["evaluate", "m", "mixed.csv", "--label", "label"]);
    assert!(code == 0 && !printed.contains("warning: the model was trained on"), "{err}{printed}");
    // The model itself names its outlets.
    assert!(printed.contains("note: 3 of 4 articles are of outlets that the model was trained on"), "{printed}");
    assert!(printed.contains("whether it was trained on these articles can't be told"), "{printed}");
}

#[test]
fn printed_and_written() {
    let dir = model(false);
    let folder = dir.path();
    let mut csv = articles(8, false).replace("a03,Paper 0,The costly", "a03,Paper 0,The graceful");
    csv += "a20,,A costly thing.,favour\n";
    std::fs::write(folder.join("new.csv"), &csv).unwrap();
    let args = "evaluate m new.csv --label label --label-map favour=for --out e --threads 1";
    let (code, printed, err) = aslant(folder, &args.split(' ').collect::<Vec<_>>());
    assert_eq!(code, 0, "{err}");
    insta::assert_snapshot!("evaluate", printed);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    insta::assert_snapshot!(
        "evaluate_tables",
        ["report", "confusion", "reliability", "outlets", "predictions"]
            .map(|name| format!("{name}.csv\n{}", read(&format!("e/{name}.csv"))))
            .join("\n")
    );
    let json: serde_json::Value = serde_json::from_str(&read("e/evaluation.json")).unwrap();
    assert_eq!((&json["unit"], &json["models"][0]["articles"]), (&"article".into(), &9.into()));
    // The same from another order on other threads.
    let (header, body) = csv.split_once('\n').unwrap();
    let reversed: Vec<&str> = body.lines().rev().collect();
    std::fs::write(folder.join("new.csv"), format!("{header}\n{}\n", reversed.join("\n"))).unwrap();
    let again = args.replace("--out e --threads 1", "--out f --threads 2");
    assert_eq!(aslant(folder, &again.split(' ').collect::<Vec<_>>()).1, printed.replace(" to e\n", " to f\n"));
    for name in ["report.csv", "predictions.csv", "outlets.csv", "evaluation.json"] {
        assert_eq!(read(&format!("e/{name}")), read(&format!("f/{name}")), "{name}");
    }
}

#[test]
fn what_the_model_does_not_know() {
    let dir = model(false);
    let folder = dir.path();
    let csv = articles(6, false).replacen(",for\n", ",favour\n", 2).replacen(",against\n", ",no\n", 1);
    std::fs::write(folder.join("new.csv"), csv).unwrap();
    let (code, out, err) = aslant(folder, &["evaluate", "m", "new.csv", "--label", "label", "--out", "e"]);
    assert!(code == 3 && out.is_empty() && !folder.join("e").exists());
    insta::assert_snapshot!(err, @r"
    error: labels that the model doesn't know
     --> column `label`
      found:    favour 2, no 1
      expected: one of against, for
      help: map each, such as --label-map favour=LABEL, or leave it out: --label-map favour=
    ");
    let dir = model(true);
    let folder = dir.path();
    let (code, out, err) = aslant(folder, &["evaluate", "m", "train.csv", "--label", "label", "--target", "about"]);
    assert!(code == 0 && out.contains("bridge\n") && out.contains("tunnel\n"), "{err}");
    let (code, _, err) = aslant(folder, &["evaluate", "m", "train.csv", "--label", "label"]);
    assert!(code == 2 && err.contains("help: name it with --target"), "{err}");
    std::fs::write(folder.join("new.csv"), articles(6, true).replace("tunnel", "ferry")).unwrap();
    let (code, _, err) = aslant(folder, &["evaluate", "m", "new.csv", "--label", "label", "--target", "about"]);
    assert_eq!(code, 3);
    insta::assert_snapshot!(err, @r"
    error: targets that the model doesn't know
     --> column `about`
      found:    ferry 2
      expected: one of bridge, tunnel
      help: leave these articles out, or train a model that has them
    ");
}
