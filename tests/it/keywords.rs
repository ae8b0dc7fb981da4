//! `aslant discover` and `keywords.csv`: numbers computed by hand, what must not change them, and what they find where
//! there is nothing.

use crate::common::{Article, Folder, Prose, Row, Table, article, assert_close};
use std::collections::BTreeSet;

/// Runs `discover` into `out`; must succeed.
#[track_caller]
fn discover(folder: &Folder, arguments: &str, out: &str) -> String {
    let ran = folder.run(&format!("discover {arguments} --out {out}"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    ran.stdout
}

/// Two outlets of 40 articles each. Bugle says "regime" and "per cent", Courier "government", and both "Assad regime".
fn two_outlets() -> Vec<Article> {
    let mut prose = Prose::new(5);
    (0..80)
        .map(|i| {
            let bugle = i % 2 == 0;
            let mut sentences: Vec<String> = (0..4).map(|_| prose.plain()).collect();
            if prose.below(10) < 7 {
                sentences.push(prose.own(if bugle { "regime" } else { "government" }));
            }
            if prose.below(10) < 4 {
                sentences.push(prose.own("rural Assad regime").replace("rural ", ""));
            }
            if bugle && prose.below(10) < 6 {
                sentences.push(prose.plain().replace('.', &format!(" by {} per cent.", 10 + prose.below(80))));
            }
            article(format!("t{i:02}"), if bugle { "Bugle" } else { "Courier" }, sentences.join(" "))
        })
        .collect()
}

/// By outlet and term.
fn key(row: &Row<'_>) -> (String, String) {
    (row.get("outlet").to_owned(), row.get("term").to_owned())
}

fn findings(table: &Table) -> BTreeSet<(String, String)> {
    table.iter().filter(|r| r.number("q").expect("q") < 0.05).map(|r| key(&r)).collect()
}

#[test]
fn a_small_corpus_counted_by_hand() {
    // Six articles of five words each; one outlet has "regime" in all of its articles, the other never. Only the terms
    // of the frame occur in five articles.
    let text = |word: &str| format!("The {word} closed the gates.");
    let mut articles: Vec<Article> =
        (0..6).map(|i| article(format!("a{i}"), "Bugle", text(&format!("regime{}", ["", " "][i % 2])))).collect();
    articles.extend((0..6).map(|i| article(format!("b{i}"), "Courier", text(["boy", "man", "dog"][i % 3]))));
    let folder = Folder::with(&articles);
    let stdout = discover(&folder, "articles.csv --reprints keep --keep-boilerplate --ngrams 1", "out");
    let table = folder.table("out", "keywords");
    let row = table.only(&[("term", "regime")]);
    assert_eq!((row.get("outlet"), row.count("count"), row.count("articles")), ("Bugle", 6, 6));
    // 30 words per side.
    assert_eq!((row.number("per_1k"), row.number("per_1k_rest")), (Some(200.0), Some(0.0)));
    let number = |column| row.number(column).expect(column);
    assert_close(number("log_ratio"), 13f64.log2(), 1e-6, "log2 of 6.5/31 over 0.5/31");
    // All six are on one side: 2 · ½⁶; the Clopper–Pearson interval solves p⁶ = 0.025.
    assert_close(number("p"), 0.03125, 1e-6, "p");
    let low = 0.025f64.powf(1.0 / 6.0);
    assert_close(number("low"), (low / (1.0 - low)).log2(), 1e-6, "low");
    assert_eq!(row.get("high"), "");
    // 2 · (6 ln 2 + 24 ln(24/27) + 30 ln(30/27)).
    let g2 = 2.0 * (6.0 * 2f64.ln() + 24.0 * (24f64 / 27.0).ln() + 30.0 * (30f64 / 27.0).ln());
    assert_close(number("g2"), g2, 1e-6, "G²");
    assert_eq!(number("dispersion"), 0.0);
    // Terms: the, closed, gates, regime; two outlets. q = p · 8.
    assert_close(number("q"), 0.25, 1e-6, "q");
    assert!(
        stdout.contains("2 with 5 articles or more × 4 terms in 5 articles or more: 8 tests, 0 findings"),
        "{stdout}"
    );
    assert!(stdout.contains("no outlet has enough articles for a placebo (20 or more)"), "{stdout}");
}

#[test]
fn planted_words_are_found_and_phrases_absorb_their_parts() {
    let folder = Folder::with(&two_outlets());
    discover(&folder, "articles.csv", "out");
    let table = folder.table("out", "keywords");
    let found = findings(&table);
    let expected =
        [("Bugle", "per cent"), ("Bugle", "regime"), ("Courier", "government")].map(|(o, t)| (o.into(), t.into()));
    for finding in &expected {
        assert!(found.contains(finding), "{finding:?} not in {found:?}");
    }
    assert!(!table.iter().any(|r| ["per", "cent", "assad"].contains(&r.get("term"))), "parts of phrases");
    assert!(!found.iter().any(|(_, term)| term == "assad regime"), "both say it");
    let style = table.only(&[("term", "per cent")]);
    assert_eq!(style.get("note").split("; ").find(|n| *n == "house style"), Some("house style"));
    // Single words only: there is no phrase, so its parts count.
    discover(&folder, "articles.csv --ngrams 1", "words");
    let words = folder.table("words", "keywords");
    assert!(findings(&words).contains(&("Bugle".into(), "cent".into())));
}

#[test]
fn q_is_never_below_p_and_every_row_is_of_a_term_used_more() {
    let folder = Folder::with(&two_outlets());
    discover(&folder, "articles.csv", "out");
    let table = folder.table("out", "keywords");
    assert!(table.rows.len() > 3);
    for row in table.iter() {
        let number = |column| row.number(column).unwrap_or_else(|| panic!("{column}"));
        assert!(number("q") >= number("p") && number("p") < 0.05 && number("log_ratio") > 0.0, "{:?}", key(&row));
        assert!(row.number("low") > Some(0.0) || number("p") > 0.04, "{:?}", key(&row));
        assert!(row.count("stories") <= row.count("articles") && row.count("articles") <= row.count("count"));
    }
}

#[test]
fn other_columns_group_as_outlets_do() {
    let mut text = String::from("id,outlet,side,title,text\n");
    for a in two_outlets() {
        let side = if a.outlet == "Bugle" { "left" } else { "right" };
        text.push_str(&format!("{},Same,{side},{},\"{}\"\n", a.id, a.title, a.text));
    }
    let folder = Folder::with(&two_outlets());
    folder.write("sides.csv", text);
    discover(&folder, "articles.csv --keep-boilerplate", "outlets");
    discover(&folder, "sides.csv --by side --keep-boilerplate", "sides");
    let (outlets, sides) = (folder.table("outlets", "keywords"), folder.table("sides", "keywords"));
    assert_eq!((outlets.columns[0].as_str(), sides.columns[0].as_str()), ("outlet", "side"));
    assert_eq!(outlets.rows.len(), sides.rows.len());
    for (outlet, side) in outlets.rows.iter().zip(&sides.rows) {
        assert_eq!((&outlet[1..15], outlet[0] == "Bugle"), (&side[1..15], side[0] == "left"));
    }
}

#[test]
fn swapped_outlets_swap_their_rows() {
    let articles = two_outlets();
    let swap = |a: Article| Article { outlet: if a.outlet == "Bugle" { "Courier" } else { "Bugle" }.into(), ..a };
    let swapped: Vec<Article> = articles.iter().cloned().map(swap).collect();
    let (one, other) = (Folder::with(&articles), Folder::with(&swapped));
    discover(&one, "articles.csv", "out");
    discover(&other, "articles.csv", "out");
    let rows = |folder: &Folder, outlet: &str| -> Vec<Vec<String>> {
        let table = folder.table("out", "keywords");
        table.rows.iter().filter(|r| r[0] == outlet).map(|r| r[1..].to_vec()).collect()
    };
    assert!(!rows(&one, "Bugle").is_empty());
    assert_eq!(rows(&one, "Bugle"), rows(&other, "Courier"));
    assert_eq!(rows(&one, "Courier"), rows(&other, "Bugle"));
}

#[test]
fn rows_shuffled_and_any_number_of_threads_give_the_same_bytes() {
    let mut articles = two_outlets();
    let folder = Folder::with(&articles);
    let first = discover(&folder, "articles.csv --threads 1", "out");
    articles.reverse();
    articles.swap(3, 50);
    folder.write("articles.csv", crate::common::csv(&articles));
    let second = discover(&folder, "articles.csv --threads 2", "two");
    assert_eq!(second.replace("two\n", "out\n"), first);
    for name in ["keywords.csv", "report.md"] {
        assert_eq!(folder.read(&format!("two/{name}")), folder.read(&format!("out/{name}")), "{name}");
    }
}

#[test]
fn compare_has_the_same_table_and_leaves_it_out_on_demand() {
    let folder = Folder::with(&two_outlets());
    discover(&folder, "articles.csv", "found");
    folder.compare("articles.csv", "out");
    assert_eq!(folder.table("out", "keywords"), folder.table("found", "keywords"));
    let without = folder.compare("articles.csv --no-keywords --placebo 0", "without").stdout;
    assert!(!folder.names("without").expect("a folder").contains(&"keywords.csv".to_owned()));
    assert!(!without.contains("keywords") && !without.contains("placebo"), "{without}");
    let run = |out: &str| -> serde_json::Value {
        serde_json::from_str(&folder.read(&format!("{out}/run.json"))).expect("JSON")
    };
    assert!(run("without")["placebo"].is_null() && run("without")["keywords"].is_null());
    assert_eq!(run("out")["placebo"]["outlets"], 2);
    assert_eq!(run("out")["placebo"]["tables"][2]["table"], "keywords");
}

#[test]
fn where_nothing_is_to_be_found_nothing_is() {
    // The same way of writing for all four outlets; some articles are all about one thing, so words come in clusters.
    let mut prose = Prose::new(11);
    let articles: Vec<Article> = (0..160)
        .map(|i| {
            let clump = ["regime", "rebels", "harbour", "militia"][prose.below(4)];
            let n = prose.below(9);
            let sentences: Vec<String> =
                (0..12).map(|s| if s < n { prose.own(clump) } else { prose.plain() }).collect();
            article(format!("p{i:03}"), ["A", "B", "C", "D"][prose.below(4)], sentences.join(" "))
        })
        .collect();
    let folder = Folder::with(&articles);
    let stdout = discover(&folder, "articles.csv", "out");
    assert_eq!(findings(&folder.table("out", "keywords")), BTreeSet::new());
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    let tested = &run["placebo"]["tables"][0];
    assert_eq!((&tested["splits"], &tested["too_many"]), (&80.into(), &false.into()));
    assert!(!stdout.contains("warning:"), "{stdout}");
}

#[test]
fn what_is_printed() {
    let folder = Folder::with(&two_outlets());
    insta::assert_snapshot!("discover", discover(&folder, "articles.csv --top 5", "out"));
    insta::assert_snapshot!("discover_report", folder.read("out/report.md"));
    assert_eq!(folder.names("out").expect("a folder"), ["keywords.csv", "report.md", "run.json"]);
}

#[test]
fn nothing_to_compare_is_an_error() {
    let folder = Folder::with(&[article("a", "Bugle", "Rain."), article("b", "Bugle", "More rain.")]);
    insta::assert_snapshot!(folder.run("discover articles.csv --out out").show(), @r#"
    exit 3
    --- stderr
    error: nothing to compare
      found:    only "Bugle"
      expected: articles of two or more
      help: say which column names the outlet with --outlet, add another outlet's articles, or compare something else with --by
    "#);
    insta::assert_snapshot!(folder.run("discover articles.csv --by section --out out").show(), @r"
    exit 3
    --- stderr
    error: no column `section`
     --> articles.csv
      found:    `id`, `outlet`, `date`, `title`, `text`
      help: name one of these columns
      note: nothing was written
    ");
    let wrong = folder.run("discover articles.csv --ngrams 0..4 --out out");
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("expected one or two numbers from 1 to 3, such as 1..3"), "{wrong:?}");
    assert_eq!(folder.names("out"), None);
}
