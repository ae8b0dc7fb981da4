//! `categories.csv`: rates of words that don't compete with other names.

use crate::common::{Article, CUES, Folder, Prose, assert_close, corpus};

/// The lexicon with two categories.
fn cues() -> String {
    format!(
        "{CUES}\n[[category]]\nname = \"works\"\ncues = [\"bridge*\", \"tower\"]\n\n[[category]]\nname = \"never\"\ncues = [\"zeppelin\"]\n"
    )
}

/// Two more outlets, one of which mentions bridges in every sentence.
fn articles() -> Vec<Article> {
    let mut prose = Prose::new(5);
    let mut articles = corpus();
    for i in 0..40 {
        let outlet = ["Builder", "Sailor"][i % 2];
        let mut text: Vec<String> = (0..6).map(|_| prose.plain()).collect();
        if outlet == "Builder" {
            text.push(prose.own("bridge"));
            text.push(prose.own("bridge"));
        }
        text.push(prose.quoted("government"));
        articles.push(crate::common::article(format!("w{i:02}"), outlet, text.join(" ")));
    }
    articles
}

fn folder(articles: &[Article]) -> Folder {
    let folder = Folder::with(articles);
    folder.write("cues.toml", cues());
    folder
}

#[test]
fn rates_add_up_and_differences_are_found() {
    let folder = folder(&articles());
    let ran = folder.compare("articles.csv", "out");
    assert!(ran.stdout.contains("categories: ") && ran.stdout.contains("in categories.csv"), "{}", ran.stdout);
    let table = folder.table("out", "categories");
    let cues = folder.table("out", "cues");
    for row in table.iter() {
        let key = [("outlet", row.get("outlet")), ("voice", row.get("voice")), ("contrast", row.get("category"))];
        assert_eq!(row.count("count"), cues.rows_with(&key).map(|r| r.count("count")).sum::<usize>());
        let (words, per_1k) = (row.count("words") as f64, row.number("per_1k").expect("a rate"));
        assert_close(per_1k, 1000.0 * row.count("count") as f64 / words, 1e-5, "a rate");
        if let (Some(low), Some(high)) = (row.number("low"), row.number("high")) {
            assert!(low <= per_1k && per_1k <= high && low < high);
        }
        assert!(row.number("p") <= row.number("q"), "q is no less than p");
    }
    let builder = table.only(&[("outlet", "Builder"), ("voice", "own"), ("category", "works")]);
    assert!(builder.number("q").expect("q") < 0.001 && builder.number("log_ratio_low").expect("low") > 0.0);
    let sailor = table.only(&[("outlet", "Sailor"), ("voice", "own"), ("category", "works")]);
    assert!(sailor.number("log_ratio").expect("a ratio") < 0.0);
    // Words that nobody uses have a rate of 0, and nothing to compare.
    let never = table.only(&[("outlet", "Builder"), ("voice", "own"), ("category", "never")]);
    assert_eq!((never.get("count"), never.get("p"), never.get("log_ratio")), ("0", "", ""));
    assert!(folder.read("out/report.md").contains("| Builder | works |"));
    // Halves of one outlet do not differ.
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    let tables = run["placebo"]["tables"].as_array().expect("tables");
    let placebo = tables.iter().find(|t| t["table"] == "categories").expect("its placebo");
    assert_eq!((&placebo["splits"], &placebo["too_many"]), (&40.into(), &false.into()));
}

#[test]
fn a_lexicon_without_categories_has_no_table_of_them() {
    let folder = Folder::with(&corpus());
    let ran = folder.compare("articles.csv", "out");
    assert!(!ran.stdout.contains("categories"), "{}", ran.stdout);
    assert!(!folder.names("out").expect("out").contains(&"categories.csv".to_owned()));
}

#[test]
fn two_outlets_that_change_places_turn_the_sign() {
    let two: Vec<Article> =
        articles().into_iter().filter(|a| ["Builder", "Sailor"].contains(&a.outlet.as_str())).collect();
    let folder = folder(&two);
    folder.compare("articles.csv", "out");
    let table = folder.table("out", "categories");
    for voice in ["all", "own", "quoted"] {
        let row = |outlet| table.only(&[("outlet", outlet), ("voice", voice), ("category", "works")]);
        let (a, b) = (row("Builder"), row("Sailor"));
        assert_eq!((a.get("p"), a.get("per_1k")), (b.get("p"), b.get("per_1k_rest")), "{voice}");
        for (one, other) in
            [("log_ratio", "log_ratio"), ("log_ratio_low", "log_ratio_high"), ("log_ratio_high", "log_ratio_low")]
        {
            assert_eq!(a.get(one).is_empty(), b.get(other).is_empty());
            assert_close(a.number(one).unwrap_or(0.0), -b.number(other).unwrap_or(0.0), 1.01e-6, one);
        }
    }
}

#[test]
fn names_and_order_decide_nothing() {
    let articles = articles();
    let first = folder(&articles);
    first.compare("articles.csv", "out");
    let renamed: Vec<Article> = articles
        .iter()
        .rev()
        .map(|a| if a.outlet == "Builder" { Article { outlet: "Zeitung".into(), ..a.clone() } } else { a.clone() })
        .collect();
    let second = folder(&renamed);
    second.compare("articles.csv", "out");
    let rows = |folder: &Folder| {
        let mut rows = folder.table("out", "categories").rows;
        rows.iter_mut().filter(|row| row[0] == "Zeitung").for_each(|row| row[0] = "Builder".into());
        rows.sort();
        rows
    };
    assert_eq!(rows(&first), rows(&second));
}
