//! `aslant explain`: contributions add up to the decision value, and their spans index the text; what it prints and
//! writes.

use crate::common::assert_close;
use crate::program::aslant;
use aslant::corpus::Article;
use aslant::model::Model;
use aslant::model::explain::explain;
use aslant::model::score::Scorer;
use std::fmt::Write;

fn articles(labels: &[&str]) -> String {
    let words = ["graceful", "costly", "plain"];
    let mut csv = String::from("id,text,label\n");
    for i in 0..30 {
        let kind = i % labels.len();
        let (a, b) = (words[kind], ["bridge", "tunnel", "Straße", "ΟΔΟΣ"][i % 4]);
        let _ = writeln!(
            csv,
            "a{i:02},\"The {a} {b} stands. Nobody asked for number {}, they said.\",{}",
            i % 5,
            labels[kind]
        );
    }
    csv
}

fn model(labels: &[&str], args: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), articles(labels)).unwrap();
    let all = [&["train", "train.csv", "--label", "label", "--c", "1", "--out", "m", "--quiet"], args].concat();
    let (code, _, err) = aslant(dir.path(), &all);
    assert_eq!(code, 0, "{err}");
    dir
}

#[test]
fn contributions_add_up_to_the_decision_value() {
    let text = "The COSTLY bridge, and a graceful Straße — the ΟΔΟΣ stands.\n\nNobody asked for İt:\u{a0}a \u{1b}[31mplain tunnel.";
    for (labels, args) in [
        (&["for", "against"][..], &["--features", "word"][..]),
        (&["for", "against"], &["--features", "word,char", "--ngrams", "1-3"]),
        (&["for", "against"], &["--features", "written", "--ngrams", "1-1"]),
        (&["for", "against"], &["--features", "word", "--mask-outlets"]),
        (&["for", "against", "none"], &["--features", "char", "--char-ngrams", "4-6"]),
        (&["for", "against", "none"], &["--features", "word,char", "--multi-class", "one-vs-rest"]),
        (&["for", "against", "none"], &["--features", "word,char"]),
    ] {
        let dir = model(labels, args);
        let scorer = Scorer::new(Model::read(&dir.path().join("m")).unwrap());
        let article = Article { id: "x".into(), text: text.into(), ..Article::default() };
        let mut decisions = Vec::new();
        for class in 0..labels.len() {
            let found = explain(&scorer, &article, "", Some(class)).unwrap().unwrap();
            let sum: f64 = found.contributions.iter().map(|c| c.value).sum();
            assert_close(found.intercept + sum, found.decision, 1e-12, "the sum");
            assert!(found.contributions.iter().filter(|c| c.value != 0.0).count() > 5, "{args:?}");
            for c in &found.contributions {
                // Words are lower-cased letter by letter, so a final sigma is like any other.
                let plain = |text: &str| text.to_lowercase().replace('ς', "σ");
                let slice = plain(text.get(c.range.clone()).expect("a slice"));
                // An n-gram of characters may begin or end with the space around its word.
                assert_eq!(slice.replace('\n', " ").trim(), plain(&c.term).trim(), "{args:?}");
            }
            decisions.push(found.decision);
        }
        // The scorer's probabilities come from these decision values. They are calibrated afterwards: raised to a
        // power, and divided by their sum.
        let json = std::fs::read_to_string(dir.path().join("m/model.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let power = json["models"][0]["calibration"].as_f64().unwrap();
        let scored = scorer.score(&article, "").unwrap();
        let probabilities: Vec<f64> = scored.probabilities.iter().flatten().copied().collect();
        let expected: Vec<f64> = if labels.len() == 2 || args.contains(&"one-vs-rest") {
            let each: Vec<f64> = decisions.iter().map(|d| 1.0 / (1.0 + (-d).exp())).collect();
            each.iter().map(|p| p / each.iter().sum::<f64>()).collect()
        } else {
            let each: Vec<f64> = decisions.iter().map(|d| d.exp()).collect();
            each.iter().map(|p| p / each.iter().sum::<f64>()).collect()
        };
        let raised: Vec<f64> = expected.iter().map(|p| p.powf(power)).collect();
        let expected = raised.iter().map(|p| p / raised.iter().sum::<f64>());
        for (found, expected) in probabilities.iter().zip(expected) {
            assert_close(*found, expected, 1e-9, &format!("{args:?}"));
        }
    }
}

#[test]
fn printed_and_written() {
    let dir = model(&["for", "against"], &[]);
    let folder = dir.path();
    let new =
        "id,text\nx,\"A costly thing. The graceful \u{1b}[31mbridge stands. É, nobody asked for it.\"\ny,Zyx qwv.\n";
    std::fs::write(folder.join("new.csv"), new).unwrap();
    let (code, printed, err) = aslant(folder, &["explain", "m", "new.csv", "--out", "terms.csv"]);
    assert_eq!(code, 0, "{err}");
    insta::assert_snapshot!("explain", printed);
    assert!(!printed.contains('\u{1b}'));
    let csv = std::fs::read_to_string(folder.join("terms.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["id", "sentence", "start", "end", "term", "class", "contribution"]);
    let text: Vec<char> =
        "A costly thing. The graceful \u{1b}[31mbridge stands. É, nobody asked for it.".chars().collect();
    let mut sum = 0.0;
    for row in reader.records().map(Result::unwrap).filter(|row| &row[0] == "x") {
        sum += row[6].parse::<f64>().unwrap();
        if &row[4] != "(intercept)" {
            let slice: String = text[row[2].parse().unwrap()..row[3].parse().unwrap()].iter().collect();
            assert_eq!(slice.to_lowercase(), &row[4]);
            assert!(["1", "2", "3"].contains(&&row[1]));
        }
    }
    let decision = printed.lines().find(|line| line.starts_with("x: ")).unwrap();
    let told: f64 = decision.split("; for ").nth(1).unwrap().split([':', '=']).nth(1).unwrap().trim().parse().unwrap();
    assert!((told - sum).abs() < 1e-3, "{told} {sum}");
    let (_, only, _) = aslant(folder, &["explain", "m", "new.csv", "--article", "y", "--class", "for"]);
    assert!(only.contains("\ny: ") && !only.contains("\nx: ") && only.contains("no known words"), "{only}");
    let (_, piped, _) = aslant(folder, &["explain", "m", "new.csv", "--out", "-", "--threads", "2"]);
    assert_eq!(piped, csv);
    let (code, _, err) = aslant(folder, &["explain", "m", "new.csv", "--article", "z"]);
    assert!(code == 3 && err.contains("no article with this id"), "{err}");
    let (code, _, err) = aslant(folder, &["explain", "m", "new.csv", "--class", "neither"]);
    assert!(code == 2 && err.contains("expected: one of against, for"), "{err}");
}
