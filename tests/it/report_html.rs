//! `report.html`: made from the tables alone, the same every time, never too large, and without claims about what it
//! can't know.

use crate::common::{Folder, article, corpus, repository};

const COMPARE: &str = "compare articles.csv --cues cues.toml --out out";

fn compared() -> Folder {
    let folder = Folder::with(&corpus());
    assert_eq!(folder.run(COMPARE).code, 0);
    folder
}

/// The part of the page between two texts.
#[track_caller]
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let rest = page.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} behind {from}")).0
}

/// Text without tags.
fn told(html: &str) -> String {
    let mut out = String::new();
    for part in html.replace("</t", " </t").split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn report_makes_the_same_page_again_from_the_tables() {
    let folder = compared();
    let first = folder.read("out/report.html");
    std::fs::remove_file(folder.path("out/report.html")).expect("removes");
    let ran = folder.run("report out");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "wrote out/report.html\n"));
    assert_eq!(folder.read("out/report.html"), first);
    assert_eq!(folder.run("report out --out -").stdout, first);
    assert_eq!(folder.run("report out --out page.html --quiet").stdout, "");
    assert_eq!(folder.read("page.html"), first);
}

#[test]
fn the_page_depends_on_neither_threads_nor_order() {
    let folder = compared();
    assert_eq!(folder.run("compare articles.csv --cues cues.toml --out one --threads 1").code, 0);
    assert_eq!(folder.read("one/report.html"), folder.read("out/report.html"));
    let evidence = folder.read("out/evidence.csv");
    let (header, rows) = evidence.split_once('\n').expect("a header");
    let reversed: Vec<&str> = rows.lines().rev().collect();
    folder.write("one/evidence.csv", format!("{header}\n{}\n", reversed.join("\n")));
    assert_eq!(folder.run("report one").code, 0);
    let but_sizes = |page: String| {
        between(&page, "<body>", "id=\"tables\"").to_owned() + between(&page, "id=\"data\">", "</script>")
    };
    assert_eq!(but_sizes(folder.read("one/report.html")), but_sizes(folder.read("out/report.html")));
}

#[test]
fn what_stands_out_is_told_with_its_numbers() {
    let folder = compared();
    let page = folder.read("out/report.html");
    let findings = told(between(&page, "<ol class=\"findings\">", "</ol>"));
    insta::assert_snapshot!("findings", findings);
    assert!(!page.to_lowercase().contains("bias"));
}

#[test]
fn a_clear_difference_stands_beside_what_it_was_tested_against() {
    let words = |outlet: &str, n: usize| match (outlet, n) {
        ("Bugle", 1..) | ("Dispatch", 0..15) | ("Courier", 0) => "regime",
        _ => "government",
    };
    let articles: Vec<_> = ["Bugle", "Courier", "Dispatch"]
        .into_iter()
        .flat_map(|outlet| (0..30).map(move |n| (outlet, n)))
        .map(|(outlet, n)| {
            article(format!("{outlet}{n}"), outlet, format!("The {} closed bridge {n}.", words(outlet, n)))
        })
        .collect();
    let findings_of = |outlets: &[&str]| {
        let some: Vec<_> = articles.iter().filter(|a| outlets.contains(&a.outlet.as_str())).cloned().collect();
        let folder = Folder::with(&some);
        assert_eq!(folder.run(COMPARE).code, 0);
        told(between(&folder.read("out/report.html"), "<ol class=\"findings\">", "</ol>"))
    };
    let findings = findings_of(&["Bugle", "Courier", "Dispatch"]);
    assert!(findings.contains("Bugle chooses regime 97% of the time"), "{findings}");
    assert!(findings.contains("compared with 27% for the 2 others together."), "{findings}");
    assert!(findings.contains("Courier leans most clearly towards palace"), "{findings}");
    assert!(findings.contains("Bugle leans most clearly towards square"), "{findings}");
    let findings = findings_of(&["Bugle", "Courier"]);
    assert!(findings.contains("compared with 3% (95% interval"), "{findings}");
}

#[test]
fn few_articles_are_described_and_nothing_more() {
    let folder = Folder::with(&[
        article("a1", "Bugle", "The regime closed the bridge. The regime left."),
        article("a2", "Courier", "The government closed the road."),
    ]);
    assert_eq!(folder.run(COMPARE).code, 0);
    let page = folder.read("out/report.html");
    let findings = told(between(&page, "<ol class=\"findings\">", "</ol>"));
    assert!(findings.contains("this describes these articles, not the outlet"), "{findings}");
    assert!(findings.contains("No difference between outlets could be tested"), "{findings}");
    assert!(told(between(&page, "class=\"caution\"", "</aside>")).contains("2 outlets have so few"));
}

#[test]
fn it_is_small_whatever_the_corpus_and_says_that_it_shows_a_sample() {
    let folder = compared();
    assert!(folder.read("out/report.html").contains("Every use that was counted is here: "));
    let evidence = folder.read("out/evidence.csv");
    let (header, rows) = evidence.split_once('\n').expect("a header");
    let long = "x".repeat(120);
    let mut many = format!("{header}\n");
    for n in 0..1_000 {
        for row in rows.lines().take(40) {
            let fields: Vec<&str> = row.split(',').collect();
            many.push_str(&format!(
                "{},{},{},{},{},{},own,,{n},9,{long},regime,{long}\n",
                fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]
            ));
        }
    }
    folder.write("out/evidence.csv", many);
    assert_eq!(folder.run("report out").code, 0);
    let page = folder.read("out/report.html");
    assert!(page.len() < 2_000_000, "{}", page.len());
    assert!(page.len() > 500_000, "room is left unused: {}", page.len());
    assert!(told(&page).contains("of 40,000 uses are on this page: a sample"));
}

#[test]
fn sections_stand_where_their_tables_are() {
    let folder = compared();
    let sections = ["pairs", "trends", "words", "categories", "speakers", "map", "model"];
    let there = |body: &str| sections.map(|s| body.contains(&format!("<section id=\"{s}\"")));
    for table in ["pairs", "trends", "keywords", "words", "speakers", "categories"] {
        let _ = std::fs::remove_file(folder.path(&format!("out/{table}.csv")));
    }
    assert_eq!(folder.run("report out").code, 0);
    let page = folder.read("out/report.html");
    let body = page.split_once("<body>").expect("a body").1;
    assert_eq!(there(body), [false, false, false, false, false, true, false]);
    assert!(!body.contains("Placebo"));
    let outlet = |n: usize| {
        let outlets = folder.read("out/outlets.csv");
        outlets.lines().nth(n).expect("an outlet").split(',').next().expect("a name").to_owned()
    };
    let [a, b] = [outlet(1), outlet(2)];
    folder.write(
        "out/pairs.csv",
        format!("outlet_a,outlet_b,contrast,pole,matched,stories,odds_ratio,low,high,p,q\n{a},{b},state,regime,stories,4,2,1.5,3,.01,.02\n{a},{b},state,government,stories,4,.5,.3,.7,.01,.02\n"),
    );
    folder.write(
        "out/trends.csv",
        format!("outlet,period,voice,contrast,pole,count,articles,share,share_low,share_high,interval,change,p,q\n{a},2016-01,own,state,regime,3,3,.5,.2,.8,articles,,,\n{a},2016-02,own,state,regime,3,3,.9,.6,.95,articles,.4,.01,.02\n"),
    );
    folder.write(
        "out/keywords.csv",
        format!("outlet,term,count,articles,per_1k,per_1k_rest,log_ratio,low,high,p,q,note\n{a},'=fence,9,5,1.5,.2,2.1,1,3,.001,.01,\n{b},orchard,9,5,1.5,.2,2.1,1,3,.001,.01,name\n{b},less,9,5,1.5,3,-1,-2,0,.001,.01,\n{b},bugle,9,5,1.5,.2,2.1,1,3,.001,.01,name; own name\n"),
    );
    folder.write(
        "out/words.csv",
        format!("outlet,term,count,articles,per_1k,low,high\n{a},'=fence,9,5,1.51234,1,3\n{a},orchard,0,0,0,0,.5\n{b},'=fence,0,0,0,0,.25\n{b},orchard,9,5,1.5,1,3\n"),
    );
    let named = folder.read("out/run.json").replace("\"contrasts\": [", "\"contrasts\": [{\"name\":\"doubt\",\"about\":\"hedges\",\"left\":null,\"right\":null,\"poles\":[{\"name\":\"doubt\",\"leans\":null}]},");
    folder.write("out/run.json", named);
    folder.write(
        "out/categories.csv",
        format!("outlet,voice,category,count,articles,words,per_1k,low,high,per_1k_rest,log_ratio,log_ratio_low,log_ratio_high,p,q,note\n{a},own,doubt,9,5,900,10,7.5,12.5,5,1,.5,1.5,.001,.001,\n{b},own,doubt,4,3,900,4.44,2,9,,,,,,,\n{b},all,doubt,5,3,900,5,2,9,,,,,,,\n"),
    );
    folder.write(
        "out/speakers.csv",
        "speaker,contrast,pole,count,articles,outlets,share,share_low,share_high,interval\nA,state,government,1,1,1,.25,.1,.6,articles\nA,state,regime,3,3,2,.75,.4,.9,articles\nB,state,government,4,4,2,1,.6,1,articles\nB,state,regime,0,0,0,0,0,.4,articles\nC,state,regime,1,1,1,1,.2,1,mentions\n",
    );
    assert_eq!(folder.run("report out").code, 0);
    let page = folder.read("out/report.html");
    let body = page.split_once("<body>").expect("a body").1;
    assert_eq!(there(body), [true, true, true, true, true, true, false]);
    let pairs = told(between(body, "id=\"pairs\"", "</section>"));
    assert!(pairs.contains(&format!("state: regime {a} and {b} 2.0 [1.5, 3.0] 0.020 4 stories")), "{pairs}");
    assert!(!pairs.contains("state: government"), "the other pole says the same");
    assert!(told(between(body, "id=\"trends\"", "</section>")).contains("2016-02 (+0.40)"));
    assert!(page.contains("[\"=fence\",5,1.5,0.2,2.1,1.0,3.0,0.01]") && page.contains("[\"orchard\",5,"));
    assert!(!page.contains("\"less\"") && !page.contains("[\"bugle\",5,"), "used less, or its own name");
    assert!(page.contains("\"terms\":[\"=fence\",\"orchard\"]"));
    assert!(page.contains("\"rate\":[1.51,0.0],\"low\":[1.0,0.0],\"high\":[3.0,0.5]"));
    let categories = told(between(body, "id=\"categories\"", "</section>"));
    assert!(
        categories.contains(&format!(
            "{b} 4.44 [2.00, 9.00] 4 uses in 3 articles {a} 10 [7.50, 12] 2.0 0.001 9 uses in 5 articles"
        )),
        "{categories}"
    );
    let speakers = told(between(body, "id=\"speakers\"", "</section>"));
    assert!(speakers.contains("state: 2 speakers"), "{speakers}");
    assert!(speakers.contains("B 0.00 [0.00, 0.40] 4 uses A 0.75 [0.40, 0.90] 4 uses"), "{speakers}");
}

#[test]
fn the_rates_of_categories_are_those_of_the_table() {
    let folder = Folder::with(&corpus());
    folder.write(
        "cues.toml",
        format!("{}\n[[category]]\nname = \"places\"\ncues = [\"bridge\", \"market\"]\n", crate::common::CUES),
    );
    assert_eq!(folder.run(COMPARE).code, 0);
    let page = folder.read("out/report.html");
    let shown = told(between(&page, "id=\"categories\"", "</section>"));
    let table = folder.table("out", "categories");
    let rows: Vec<_> = table.rows_with(&[("voice", "own"), ("category", "places")]).collect();
    assert!(rows.len() > 1);
    let short = |n: f64| if n < 10.0 { format!("{n:.2}") } else { format!("{n:.0}") };
    for row in rows {
        let rate = short(row.number("per_1k").expect("a rate"));
        let interval = row.number("low").zip(row.number("high"));
        let interval = interval.map_or(String::new(), |(low, high)| format!(" [{}, {}]", short(low), short(high)));
        let told = format!("{} {rate}{interval} ", row.get("outlet"));
        assert!(shown.contains(&told), "{told}: {shown}");
    }
    assert!(shown.contains('['), "no interval: {shown}");
}

#[test]
fn a_folder_that_compare_has_not_written() {
    let folder = Folder::with(&corpus());
    let refused = |arguments: &str| {
        let ran = folder.run(arguments);
        format!("exit {}\n{}{}", ran.code, ran.stdout, ran.stderr)
    };
    insta::assert_snapshot!(refused("report results"), @"
    exit 2
    error: no such folder
     --> results
      expected: a folder that `aslant compare` has written
      help: make one with `aslant compare … --out FOLDER`
    ");
    folder.write("results/notes.txt", "mine");
    insta::assert_snapshot!(refused("report results"), @"
    exit 2
    error: no such file
     --> results/run.json
      expected: a folder that `aslant compare` has written
      help: make one with `aslant compare … --out FOLDER`
    ");
    assert_eq!(folder.run(COMPARE).code, 0);
    let outlets = folder.read("out/outlets.csv");
    folder.write("out/outlets.csv", outlets.lines().next().expect("a header"));
    insta::assert_snapshot!(refused("report out"), @r#"
    exit 3
    error: tables that don't belong together
     --> out/scales.csv
      found:    the outlet "Bugle"
      expected: only outlets that outlets.csv has
      help: make the tables again with `aslant compare`
    "#);
    folder.write("out/scales.csv", "outlet,voice\na,own\n");
    insta::assert_snapshot!(refused("report out"), @"
    exit 3
    error: a table that this version doesn't understand
     --> out/scales.csv:2
      found:    CSV deserialize error: record 1 (line: 2, byte: 13): missing field `contrast`
      expected: what `aslant compare` of the same version writes
      help: make the tables again with `aslant compare`
    ");
    folder.write("out/run.json", "{}");
    insta::assert_snapshot!(refused("report out"), @"
    exit 3
    error: a table that this version doesn't understand
     --> out/run.json
      found:    missing field `aslant` at line 1 column 2
      expected: what `aslant compare` of the same version writes
      help: make the tables again with `aslant compare`
    ");
}

#[test]
fn the_files_of_the_page_are_what_the_policy_allows() {
    let read = |name: &str| std::fs::read_to_string(repository("src/report/html/templates").join(name)).expect("reads");
    let script = ["base.js", "script.js", "words.js"].map(read).concat();
    for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "XMLHttpRequest"]
    {
        assert!(!script.contains(sink), "{sink}: text from articles must become text nodes, and nothing is asked for");
    }
    let page = ["page.html", "words.html", "model.html", "categories.html", "speakers.html"].map(read).concat();
    assert!(
        !page.contains("style=\"") && !page.contains("onclick"),
        "the policy forbids styles and scripts in attributes"
    );
}

#[test]
fn what_is_compared_is_called_by_its_name() {
    let folder = Folder::with(&corpus());
    for (by, counted, noun) in [("id", "23 values of id", "group"), ("month", "6 months", "month")] {
        let ran = folder.run(&format!("{COMPARE} --by {by} --no-keywords"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{by}");
        let page = told(between(&folder.read("out/report.html"), "<main", "id=\"tables\""));
        assert!(page.contains(counted) && page.contains(&format!("Which name each {noun} chooses")), "{by}: {page}");
        for wrong in [
            "an outlet",
            "no outlet",
            " of 22 outlets",
            "these outlets",
            "each outlet",
            "other outlets",
            "The outlets",
            "two outlets at",
        ] {
            assert!(!page.contains(wrong), "{by}: {wrong}: {page}");
        }
    }
}
