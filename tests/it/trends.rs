//! `--by`: grouping by something other than outlets, and shares over time.

use crate::common::{Article, Folder, Prose, article};

/// Two outlets over twelve months; Bugle uses another name from July on. One article has no date.
fn year() -> Vec<Article> {
    let mut prose = Prose::new(12);
    let mut articles = Vec::new();
    for month in 1..=12 {
        for (outlet, before, after) in [("Bugle", 1, 9), ("Courier", 5, 5)] {
            for i in 0..4 {
                let often = if month < 7 { before } else { after };
                let mut text = vec![prose.plain()];
                for _ in 0..3 {
                    let word = if prose.below(10) < often { "regime" } else { "government" };
                    text.push(prose.own(word));
                }
                let mut a = article(format!("{outlet}-{month:02}-{i}"), outlet, text.join(" "));
                a.date = format!("2016-{month:02}-{:02}", 3 + 7 * i);
                articles.push(a);
            }
        }
    }
    let text = format!("{} {}", prose.plain(), prose.own("regime"));
    articles.push(article("undated", "Bugle", text));
    articles
}

#[test]
fn a_change_is_found_where_it_was_made_and_only_there() {
    let folder = Folder::with(&year());
    let ran = folder.compare("articles.csv --by outlet,month", "out");
    assert!(ran.stdout.contains("1 article has no date (undated): it is in no row of trends.csv"), "{}", ran.stdout);
    let trends = folder.table("out", "trends");
    assert_eq!(trends.rows.len(), 2 * 12 * 2, "outlets, months, poles");
    for row in trends.rows_with(&[("outlet", "Bugle")]) {
        match (row.get("period"), row.number("change")) {
            ("2016-07", Some(change)) => {
                let expected = if row.get("pole") == "regime" { 0.8 } else { -0.8 };
                assert!((change - expected).abs() < 0.2, "{change}");
                assert!(row.number("q").expect("q") < 0.05);
            }
            (month, change) => assert_eq!(change, None, "{month}"),
        }
    }
    let calm: Vec<f64> = trends.rows_with(&[("outlet", "Courier")]).filter_map(|r| r.number("q")).collect();
    assert!(calm.len() == 2 && calm.iter().all(|q| *q > 0.05), "{calm:?}");
    assert!(folder.read("out/report.md").contains("| Bugle | regime | 2016-07 | 0."));
}

#[test]
fn periods_add_up_to_the_whole() {
    let folder = Folder::with(&year());
    folder.compare("articles.csv --by outlet,quarter", "out");
    let (trends, contrasts) = (folder.table("out", "trends"), folder.table("out", "contrasts"));
    let periods: std::collections::BTreeSet<&str> = trends.iter().map(|r| r.get("period")).collect();
    assert_eq!(periods.into_iter().collect::<Vec<_>>(), ["2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4"]);
    let key = [("outlet", "Courier"), ("contrast", "state"), ("pole", "regime"), ("voice", "own")];
    let counts: usize = trends.rows_with(&key).map(|r| r.count("count")).sum();
    assert_eq!(counts, contrasts.only(&key).count("count"));
    // Four quarters are too few to prove a change.
    let few = "change not tested: uses in fewer than five periods";
    assert!(trends.iter().all(|r| r.get("p").is_empty() && r.get("note") == few));
}

#[test]
fn another_column_takes_the_place_of_outlets() {
    let articles = year();
    let folder = Folder::new();
    let mut text = String::from("id,outlet,desk,date,text\n");
    for (i, a) in articles.iter().enumerate() {
        let desk = ["home", "world", ""][i % 3];
        text.push_str(&format!("{},{},{desk},{},{}\n", a.id, a.outlet, a.date, a.text));
    }
    folder.write("articles.csv", text);
    let ran = folder.compare("articles.csv --by desk", "out");
    assert!(ran.stdout.contains("32 articles have no desk"), "{}", ran.stdout);
    let outlets: Vec<String> = folder.table("out", "outlets").iter().map(|r| r.get("outlet").to_owned()).collect();
    assert_eq!(outlets, ["home", "world"]);
    assert!(folder.table("out", "trends").rows.is_empty());
    folder.compare("articles.csv --by month", "months");
    assert_eq!(folder.table("months", "outlets").rows.len(), 12);
    folder.compare("articles.csv --by outlet,desk", "desks");
    let desks = folder.table("desks", "trends");
    assert!(
        desks.rows.len() == 8 && desks.iter().all(|r| r.get("note") == "change not tested: not periods of time"),
        "{desks:?}"
    );
}

#[test]
fn names_that_can_not_be_compared_by() {
    let folder = Folder::with(&year());
    let refused = |by: &str| {
        let ran = folder.run(&format!("compare articles.csv --cues cues.toml --out out --by {by}"));
        format!("exit {}\n{}", ran.code, ran.stderr)
    };
    insta::assert_snapshot!(refused("outlet,month,desk"), @r#"
    exit 2
    error: too many names in --by
      found:    --by "outlet,month,desk"
      expected: one or two names separated by a comma, such as outlet,month or label
      help: use outlet, week, month, quarter, year or columns of the input
    "#);
    insta::assert_snapshot!(refused("desk"), @r"
    exit 3
    error: no column `desk`
     --> articles.csv
      found:    `id`, `outlet`, `date`, `title`, `text`
      help: name one of these columns
      note: nothing was written
    ");
}
