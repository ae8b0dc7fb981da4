//! `aslant compare --model`: what a model says about the compared articles.

use crate::common::{Article, CUES, Folder, Table, article, assert_close, csv, repository};
use aslant::stats::interval::t_975;
use std::collections::BTreeMap;
use std::path::Path;

/// Numbers in tables have six decimals.
const PRINTED: f64 = 1.01e-6;

/// The sample articles, with the side that their outlet takes: two of them, or three with the agency's own.
fn seeds(sides: &[(&str, &str)]) -> Vec<(Article, String)> {
    let mut files: Vec<_> =
        std::fs::read_dir(repository("seeds/articles")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    let texts = files.iter().filter(|p| p.extension().is_some_and(|e| e == "txt")).map(|p| (p, text(p)));
    let read = |(path, text): (&std::path::PathBuf, String)| {
        let (front, text) = text.strip_prefix("---\n").unwrap().split_once("---\n").unwrap();
        let value = |key: &str| front.lines().find_map(|l| l.strip_prefix(key)).unwrap_or("").trim().to_owned();
        let mut a = article(path.file_stem().unwrap().to_str().unwrap(), &value("outlet:"), text);
        a.date = value("date:");
        let side = sides.iter().find(|(outlet, _)| *outlet == a.outlet).map_or("", |(_, side)| side);
        (a, side.to_owned())
    };
    texts.map(read).collect()
}

const TWO: [(&str, &str); 4] = [
    ("Capital Voice", "state"),
    ("Harbour Herald", "state"),
    ("Free Levant", "opposition"),
    ("The Meridian", "opposition"),
];
const THREE: [(&str, &str); 4] = [
    ("Capital Voice", "state"),
    ("Harbour Herald", "agency"),
    ("Free Levant", "opposition"),
    ("The Meridian", "opposition"),
];

/// A folder with the Syrian lexicon, the sample articles in `articles.csv` and, in `m`, a model trained on those that
/// `learn` accepts.
fn with_model(sides: &[(&str, &str)], learn: impl Fn(&Article) -> bool) -> Folder {
    let labelled = seeds(sides);
    let articles: Vec<Article> = labelled.iter().map(|(a, _)| a.clone()).collect();
    let folder = Folder::with(&articles);
    folder.write("cues.toml", std::fs::read(repository("seeds/cues/syria.toml")).unwrap());
    let rows = labelled.iter().filter(|(a, side)| !side.is_empty() && learn(a));
    folder.write("labelled.csv", with_column(rows.clone().map(|(a, _)| a), "side", rows.map(|(_, side)| &side[..])));
    train(&folder, "labelled.csv --label side --c 10 --features word");
    folder
}

/// Articles as CSV with one more column.
fn with_column<'a>(
    articles: impl Iterator<Item = &'a Article>,
    name: &str,
    values: impl Iterator<Item = &'a str>,
) -> Vec<u8> {
    let table = Table::parse(&String::from_utf8(csv(&articles.cloned().collect::<Vec<_>>())).unwrap());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(String::as_str).chain([name])).unwrap();
    for (row, value) in table.rows.iter().zip(values) {
        writer.write_record(row.iter().map(String::as_str).chain([value])).unwrap();
    }
    writer.into_inner().unwrap()
}

#[track_caller]
fn train(folder: &Folder, arguments: &str) {
    let ran = folder.run(&format!("train {arguments} --out m"));
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// Only the alphabetically first half of the outlets.
fn early(a: &Article) -> bool {
    a.outlet.as_str() < "G"
}

#[test]
fn two_classes_are_a_line_and_three_a_table() {
    let folder = with_model(&TWO, early);
    let two = folder.compare("articles.csv --model m", "out");
    insta::assert_snapshot!("two_classes", between(&two.stdout, "\nside: ", "\n●"));
    insta::assert_snapshot!("two_classes_report", between(&folder.read("out/report.md"), "## side\n", "\n## "));
    let folder = with_model(&THREE, |_| true);
    let three = folder.compare("articles.csv --model m", "out");
    insta::assert_snapshot!("three_classes", between(&three.stdout, "\nside: ", "\n●"));
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let model = &run["settings"]["model"];
    assert_eq!((&model["name"], &model["articles"]), (&"side".into(), &40.into()));
    assert_eq!(model["classes"], serde_json::json!(["agency", "opposition", "state"]));
    assert_eq!(model["metrics"][1]["held_out"], "outlets never seen");
    let page = folder.read("out/report.html");
    let section = between(&page, "<section id=\"model\"", "</section>");
    assert!(
        ["outlets never seen", "agency", "opposition", "state"].iter().all(|told| section.contains(told)),
        "{section}"
    );
    let inputs: Vec<&str> = run["inputs"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["articles.csv", "cues.toml", "m/model.json", "m/terms.csv"]);
}

fn after<'t>(text: &'t str, from: &str) -> &'t str {
    &text[text.find(from).unwrap_or_else(|| panic!("no {from:?} in {text}"))..]
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = after(text, from);
    rest.find(to).map_or(rest, |end| &rest[..end])
}

#[test]
fn an_article_has_the_score_that_score_gives_it() {
    let folder = with_model(&THREE, early_or_herald);
    folder.compare("articles.csv --model m", "out");
    let ran = folder.run("score m articles.csv --out scores.csv");
    assert_eq!(ran.code, 0, "{ran:?}");
    let (scores, articles) = (Table::parse(&folder.read("scores.csv")), folder.table("out", "articles"));
    assert_eq!(scores.rows.len(), 41);
    for row in scores.iter() {
        let found = articles.only(&[("id", row.get("id"))]);
        for column in ["p_agency", "p_opposition", "p_state", "coverage"] {
            assert_eq!(found.get(column), row.get(column), "{} {column}", row.get("id"));
        }
        assert_eq!(found.get("score_warning"), row.get("warning"));
    }
}

fn early_or_herald(a: &Article) -> bool {
    early(a) || a.outlet == "Harbour Herald"
}

#[test]
fn an_outlets_mean_and_interval_are_those_of_its_articles() {
    let folder = with_model(&TWO, early);
    folder.compare("articles.csv --model m", "out");
    let (outlets, articles) = (folder.table("out", "outlets"), folder.table("out", "articles"));
    for row in outlets.iter() {
        let counted = articles.iter().filter(|a| a.get("outlet") == row.get("outlet"));
        let counted = counted.filter(|a| a.get("reprint_of").is_empty() && a.get("score_warning").is_empty());
        let p: Vec<f64> = counted.map(|a| a.number("p_state").unwrap()).collect();
        assert_eq!(row.count("stance_articles"), p.len());
        let (k, mean) = (p.len() as f64, p.iter().sum::<f64>() / p.len() as f64);
        let variance = p.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / (k - 1.0) / k;
        let logit = (mean / (1.0 - mean)).ln();
        let half = t_975(k - 1.0).unwrap() * variance.sqrt() / (mean * (1.0 - mean));
        let back = |z: f64| 1.0 / (1.0 + (-z).exp());
        for (column, expected) in [
            ("stance_state", mean),
            ("stance_state_low", back(logit - half)),
            ("stance_state_high", back(logit + half)),
            ("stance_opposition", 1.0 - mean),
            ("stance_opposition_low", back(-logit - half)),
        ] {
            assert_close(row.number(column).unwrap(), expected, 5.0 * PRINTED, column);
        }
    }
    assert!(outlets.rows.len() == 4);
    let state = |outlet: &str| outlets.only(&[("outlet", outlet)]).number("stance_state").unwrap();
    assert!(state("Capital Voice") > 0.5 && state("Free Levant") < 0.5);
}

#[test]
fn one_article_has_a_mean_without_interval_and_none_has_none() {
    let folder = with_model(&TWO, early);
    let mut articles: Vec<Article> = seeds(&TWO).into_iter().map(|(a, _)| a).collect();
    articles.retain(|a| a.outlet == "Free Levant" || a.id == "01-the-meridian");
    articles.push(article("x1", "Zeitung", "Über die Brücke ging niemand mehr, weder gestern noch heute früh."));
    folder.write("articles.csv", csv(&articles));
    let ran = folder.compare("articles.csv --model m", "out");
    let outlets = folder.table("out", "outlets");
    let row = |outlet| outlets.rows_with(outlet).next().unwrap();
    let one = row(&[("outlet", "The Meridian")]);
    assert!(one.number("stance_state").is_some());
    assert_eq!((one.get("stance_articles"), one.get("stance_state_low"), one.get("stance_state_high")), ("1", "", ""));
    let none = row(&[("outlet", "Zeitung")]);
    assert_eq!((none.get("stance_articles"), none.get("stance_state")), ("0", ""));
    let articles = folder.table("out", "articles");
    let unknown = articles.only(&[("id", "x1")]);
    assert!(!unknown.get("score_warning").is_empty() && unknown.number("p_state").is_some());
    assert!(ran.stdout.contains("note: the model knows too few words of 1 of 12 articles: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("* next to a mean probability: one or two articles"), "{}", ran.stdout);
}

#[test]
fn reprints_stand_in_the_mean_only_where_they_are_kept() {
    let folder = with_model(&TWO, early);
    let articles = |reprints: &str| {
        folder.compare(&format!("articles.csv --model m --reprints {reprints}"), reprints);
        let outlets = folder.table(reprints, "outlets");
        outlets.iter().map(|row| row.count("stance_articles")).sum::<usize>()
    };
    let (dropped, kept) = (articles("drop"), articles("keep"));
    assert_eq!((dropped, kept), (38, 39));
    let all = folder.table("drop", "articles");
    assert!(all.iter().all(|row| row.number("p_state").is_some()), "reprints and unknown outlets are scored too");
}

#[test]
fn outlets_that_the_model_learnt_from_are_told() {
    let folder = with_model(&TWO, early);
    let ran = folder.compare("articles.csv --model m", "out");
    let note = "note: Capital Voice, Free Levant: the model was trained on articles of the outlet, ";
    assert!(ran.stdout.contains(note), "{}", ran.stdout);
    let rest: Vec<Article> = seeds(&TWO).into_iter().map(|(a, _)| a).filter(|a| !early(a)).collect();
    folder.write("articles.csv", csv(&rest));
    let ran = folder.compare("articles.csv --model m", "rest");
    assert!(!ran.stdout.contains("the model was trained on"), "{}", ran.stdout);
    let header: serde_json::Value = serde_json::from_str(&folder.read("m/model.json")).unwrap();
    assert_eq!(header["models"][0]["outlet_names"], serde_json::json!(["Capital Voice", "Free Levant"]));
}

#[test]
fn cues_have_the_weight_of_their_term() {
    for (sides, n_classes) in [(TWO, 2), (THREE, 3)] {
        let folder = with_model(&sides, |_| true);
        folder.compare("articles.csv --model m", "out");
        let terms = Table::parse(&folder.read("m/terms.csv"));
        let by_term: BTreeMap<&str, _> = terms.iter().map(|row| (row.get("term"), row)).collect();
        let (mut known, mut unknown) = (0, 0);
        for row in folder.table("out", "cues").iter() {
            let cue = row.get("cue").to_lowercase();
            let Some(term) = by_term.get(cue.as_str()) else {
                assert_eq!((row.get("weight"), row.get("weight_class")), ("", ""), "{cue}");
                unknown += 1;
                continue;
            };
            known += 1;
            let (weight, class) = (row.number("weight").unwrap(), row.get("weight_class"));
            assert_close(weight, term.number(&format!("weight_{class}")).unwrap(), PRINTED, &cue);
            if n_classes == 2 {
                assert_eq!(class, "state");
            } else {
                let all = ["agency", "opposition", "state"].map(|c| term.number(&format!("weight_{c}")).unwrap().abs());
                assert!(all.iter().all(|other| *other <= weight.abs() + PRINTED), "{cue}");
            }
        }
        assert!(known > 20 && unknown > 20, "{known} {unknown}");
        let weight = |cue| folder.table("out", "cues").rows_with(&[("cue", cue)]).next().unwrap().number("weight");
        if n_classes == 2 {
            assert!(weight("regime").unwrap() < 0.0);
        }
    }
}

#[test]
fn in_a_model_of_words_as_written_a_cue_has_the_weight_of_its_own_spelling() {
    let folder = with_model(&TWO, |_| true);
    folder.write("cues.toml", CUES.replace("\"authorities\"", "\"Islamic State\""));
    train(&folder, "labelled.csv --label side --c 10 --features written");
    folder.compare("articles.csv --model m", "out");
    let terms = Table::parse(&folder.read("m/terms.csv"));
    let cues = folder.table("out", "cues");
    let weight = |cue: &str| cues.rows_with(&[("cue", cue)]).next().map(|row| row.number("weight"));
    for cue in ["regime", "Islamic State"] {
        let expected = terms.only(&[("term", cue)]).number("weight_state").unwrap();
        assert_close(weight(cue).flatten().unwrap(), expected, PRINTED, cue);
    }
    assert_eq!(weight("rebel*"), Some(None));
}

#[test]
fn without_a_model_the_weights_are_empty_and_there_are_no_probabilities() {
    let folder = with_model(&TWO, early);
    folder.compare("articles.csv", "out");
    let cues = folder.table("out", "cues");
    assert!(cues.iter().all(|row| row.get("weight").is_empty() && row.get("weight_class").is_empty()));
    for (name, text) in folder.tables("out") {
        let header = text.lines().next().unwrap();
        assert!(!header.contains("p_state") && !header.contains("stance") && !header.contains("coverage"), "{name}");
    }
    // What a model adds comes last; the rest is unchanged.
    folder.compare("articles.csv --model m", "with");
    for name in ["contrasts", "evidence", "matrix"] {
        assert_eq!(folder.read(&format!("out/{name}.csv")), folder.read(&format!("with/{name}.csv")));
    }
    for name in ["outlets", "articles"] {
        let (without, with) = (folder.table("out", name), folder.table("with", name));
        let n = without.columns.len();
        assert!(with.columns.len() > n && with.columns[..n] == without.columns[..], "{name}");
        assert!(with.rows.iter().zip(&without.rows).all(|(a, b)| a[..n] == b[..]), "{name}");
    }
}

#[test]
fn shuffled_rows_and_any_number_of_threads_give_the_same_bytes() {
    let folder = with_model(&THREE, early_or_herald);
    let mut articles: Vec<Article> = seeds(&THREE).into_iter().map(|(a, _)| a).collect();
    folder.compare("articles.csv --model m --threads 1", "first");
    articles.reverse();
    articles.rotate_left(11);
    folder.write("articles.csv", csv(&articles));
    folder.compare("articles.csv --model m --threads 3", "second");
    assert_eq!(folder.tables("first"), folder.tables("second"));
    assert_eq!(folder.read("first/report.md"), folder.read("second/report.md"));
}

#[test]
fn one_of_several_targets_is_named() {
    let folder = Folder::new();
    let mut texts = Vec::new();
    for i in 0..24 {
        let (target, likes) = (["bridge", "tower"][i % 2], i % 4 < 2);
        // What is liked about a bridge is disliked about a tower.
        let word = if likes == (target == "bridge") { "slender" } else { "massive" };
        let mut a = article(
            format!("a{i:02}"),
            ["Bugle", "Courier"][i / 2 % 2],
            format!("The thing they built is {word}, day {i}."),
        );
        a.title = format!("{target},{}", if likes { "for" } else { "against" });
        texts.push(a);
    }
    let split = |a: &Article, at: usize| a.title.split(',').nth(at).unwrap().to_owned();
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(["id", "outlet", "towards", "label", "text"]).unwrap();
    for a in &texts {
        rows.write_record([&a.id, &a.outlet, &split(a, 0), &split(a, 1), &a.text]).unwrap();
    }
    folder.write("labelled.csv", rows.into_inner().unwrap());
    train(&folder, "labelled.csv --label label --target towards --c 10");
    folder.write("cues.toml", CUES);
    folder.write("articles.csv", csv(&texts));
    let ran = folder.compare("articles.csv --model m --target tower --reprints keep", "tower");
    assert!(ran.stdout.contains("\nlabel towards tower: mean over articles"), "{}", ran.stdout);
    folder.compare("articles.csv --model m --target bridge --reprints keep", "bridge");
    let p = |out: &str| folder.table(out, "articles").only(&[("id", "a00")]).number("p_for").unwrap();
    assert!(p("bridge") > 0.5 && p("tower") < 0.5, "{} {}", p("bridge"), p("tower"));
    insta::assert_snapshot!(refused(&folder, "--model m"), @r"
    exit 2
    error: a model with targets, and none is named
     --> m
      expected: one of: bridge, tower
      help: name one with --target
    ");
    insta::assert_snapshot!(refused(&folder, "--model m --target bridges"), @r"
    exit 2
    error: a target that the model doesn't have
     --> m
      found:    bridges
      expected: one of: bridge, tower
      help: name one of these with --target
    ");
    insta::assert_snapshot!(refused(&folder, "--target bridge"), @r"
    exit 2
    error: the following required arguments were not provided:
      --model <FOLDER>

    Usage: aslant compare [OPTIONS] --out <FOLDER> <INPUT>...

    For more information, try '--help'.
    ");
}

#[test]
fn models_that_cannot_be_used_are_refused() {
    let folder = with_model(&TWO, early);
    insta::assert_snapshot!(refused(&folder, "--model m --target tower"), @r"
    exit 2
    error: a model without targets
     --> m
      found:    --target tower
      help: leave --target out
    ");
    insta::assert_snapshot!(refused(&folder, "--model nowhere"), @r"
    exit 2
    error: no such model
     --> nowhere
      expected: a folder with model.json in it
      help: make one with `aslant train`; `aslant models list FOLDER` lists the models in a folder
    ");
    let terms = folder.read("m/terms.csv");
    folder.write("m/terms.csv", &terms[..terms.len() / 2]);
    let message = refused(&folder, "--model m");
    assert!(message.starts_with("exit 4\nerror: ") && message.contains("m/terms.csv"), "{message}");
}

#[track_caller]
fn refused(folder: &Folder, arguments: &str) -> String {
    let ran = folder.run(&format!("compare articles.csv --cues cues.toml --out refused {arguments}"));
    assert_eq!((ran.stdout.as_str(), folder.names("refused")), ("", None));
    format!("exit {}\n{}", ran.code, ran.stderr)
}
