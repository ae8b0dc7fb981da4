//! The map, and `--project`: placing other outlets on the map of an earlier comparison.

use crate::common::{Article, CUES, Folder, assert_close, compare_here, corpus};
use aslant::compare::map::Frame;
use aslant::compare::{Options, Voices};

/// Numbers in tables have six decimals, so two that differ by rounding may differ in the last.
const PRINTED: f64 = 1.01e-6;

#[test]
fn a_corpus_on_its_own_map_stands_where_it_stood() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    folder.compare("articles.csv --project out", "again");
    // Also on a map that was itself projected.
    folder.compare("articles.csv --project again", "third");
    for out in ["again", "third"] {
        let (first, again) = (folder.table("out", "outlets"), folder.table(out, "outlets"));
        assert!(first.iter().filter(|r| r.number("x_low").is_some()).count() >= 4);
        for (a, b) in first.iter().zip(again.iter()) {
            for column in ["x", "y", "x_low", "x_high", "y_low", "y_high"] {
                assert_eq!(a.get(column).is_empty(), b.get(column).is_empty());
                assert_close(b.number(column).unwrap_or(0.0), a.number(column).unwrap_or(0.0), PRINTED, column);
            }
        }
        assert_eq!(folder.read(&format!("{out}/map.csv")), folder.read("out/map.csv"));
    }
}

#[test]
fn places_follow_from_map_csv_as_the_readme_says() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    let (map, contrasts, outlets) =
        (folder.table("out", "map"), folder.table("out", "contrasts"), folder.table("out", "outlets"));
    let logit = |p: f64| (p / (1.0 - p)).ln();
    for outlet in outlets.iter().filter(|r| !r.get("x").is_empty()) {
        let mut place = [0.0; 2];
        for pole in map.iter() {
            let mine = [("outlet", outlet.get("outlet")), ("voice", "own"), ("contrast", pole.get("contrast"))];
            let count = |r: crate::common::Row<'_>| r.count("count") as f64;
            let n: f64 = contrasts.rows_with(&mine).map(count).sum();
            let x: f64 = contrasts.rows_with(&mine).filter(|r| r.get("pole") == pole.get("pole")).map(count).sum();
            let number = |column| pole.number(column).expect("a number");
            let d = logit((x + 10.0 * number("share")) / (n + 10.0)) - logit(number("share")) - number("average");
            place = [place[0] + d * number("x"), place[1] + d * number("y")];
        }
        assert_close(outlet.number("x").expect("x"), place[0], 2e-5, outlet.get("outlet"));
        assert_close(outlet.number("y").expect("y"), place[1], 2e-5, outlet.get("outlet"));
    }
}

#[test]
fn a_newcomer_is_placed_alone_and_articles_with_it() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    let new: Vec<Article> = corpus().into_iter().filter(|a| a.outlet == "Echo").collect();
    let new: Vec<Article> = new.into_iter().map(|a| Article { outlet: "Newcomer".into(), ..a }).collect();
    folder.write("new.csv", crate::common::csv(&new));
    let ran = folder.compare("new.csv --project out", "new");
    assert!(ran.stdout.contains("only one outlet"), "{}", ran.stdout);
    let (old, placed) = (folder.table("out", "outlets"), folder.table("new", "outlets"));
    let (echo, newcomer) = (old.only(&[("outlet", "Echo")]), placed.only(&[("outlet", "Newcomer")]));
    for column in ["x", "y", "x_low", "y_high"] {
        assert_close(newcomer.number(column).expect("x"), echo.number(column).expect("x"), PRINTED, column);
    }
    let articles = folder.table("new", "articles");
    assert!(articles.iter().all(|a| a.number("x").is_some()), "every article has a use");
    assert!(!folder.table("out", "articles").columns.contains(&"x".to_owned()));
    // A new outlet next to the others changes neither their places nor the axes.
    let run: serde_json::Value = serde_json::from_str(&folder.read("new/run.json")).expect("JSON");
    let old: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert_eq!((&run["map"], &run["settings"]["projected"]), (&old["map"], &serde_json::Value::Bool(true)));
    assert!(run["inputs"].as_array().expect("inputs").iter().any(|i| i["name"] == "out/run.json"));
}

#[test]
fn a_lexicon_with_more_contrasts_and_another_order_does_as_well() {
    let here = compare_here(&corpus(), CUES, Options::default());
    let frame = Frame::new(here.map.as_ref().expect("a map"), &here.lexicon, here.options.voice);
    let parts: Vec<&str> = CUES.split("[[contrast]]").collect();
    let more = "\nname = \"more\"\n[[contrast.pole]]\nname = \"a\"\ncues = [\"bridge*\"]\n[[contrast.pole]]\nname = \"b\"\ncues = [\"market*\"]\n";
    let cues = format!(
        "axis = [\"palace\", \"square\"]\n[[contrast]]{more}[[contrast]]{}[[contrast]]{}[[contrast]]{}",
        parts[3], parts[1], parts[2]
    );
    let there = compare_here(&corpus(), &cues, Options { project: Some(frame), ..Options::default() });
    let places = |c: &aslant::compare::Comparison| c.map.as_ref().expect("a map").outlets.clone();
    let mut compared = 0;
    for (a, b) in places(&here).iter().zip(places(&there)) {
        let (Some(a), Some(b)) = (a, b) else { continue };
        for axis in [0, 1] {
            assert_close(b[axis].value, a[axis].value, 1e-12, "a place");
            compared += 1;
        }
    }
    assert!(compared >= 8);
}

#[test]
fn maps_that_do_not_suit_are_refused() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    folder.compare("articles.csv --voice all", "all");
    folder.write("few.csv", crate::common::csv(&corpus()[..7]));
    folder.compare("few.csv", "few");
    folder.write(
        "other.toml",
        CUES.replace("\"terrorist*\"", "\"terrorist*\", \"jihad*\"").replace("\"ground\"", "\"places\""),
    );
    let refused = |arguments: &str| {
        let ran = folder.run(&format!("compare articles.csv --out refused {arguments}"));
        assert_eq!(folder.names("refused"), None, "nothing is written");
        format!("exit {}\n{}", ran.code, ran.stderr)
    };
    insta::assert_snapshot!(refused("--cues other.toml --project out"), @r#"
    exit 3
    error: a map of another lexicon
      found:    no contrast "ground", other cues of "groups"
      expected: every contrast of the map, with the same poles, cues and exceptions
      help: use the lexicon that the map was made with, or compare without --project
    "#);
    insta::assert_snapshot!(refused("--cues cues.toml --project all"), @"
    exit 2
    error: a map of another voice
      found:    --voice own, and a map of the all voice
      help: compare with --voice all, or leave --project out
    ");
    insta::assert_snapshot!(refused("--cues cues.toml --project nowhere"), @"
    exit 2
    error: no map to place outlets on
     --> nowhere/run.json
      found:    no such file
      expected: the folder of a comparison that has a map
      help: make it with aslant compare, of three outlets or more with three articles each, without --project
    ");
    insta::assert_snapshot!(refused("--cues cues.toml --project few"), @"
    exit 3
    error: no map to place outlets on
     --> few/run.json
      found:    a comparison without a map
      expected: the folder of a comparison that has a map
      help: make it with aslant compare, of three outlets or more with three articles each, without --project
    ");
    // As written by an earlier version.
    folder.write("old/run.json", "{\"map\": {\"explained\": [0.5, 0.2]}}");
    insta::assert_snapshot!(refused("--cues cues.toml --project old"), @"
    exit 3
    error: no map to place outlets on
     --> old/run.json
      found:    a map without its axes: missing field `voice`
      expected: the folder of a comparison that has a map
      help: make it with aslant compare, of three outlets or more with three articles each, without --project
    ");
}

#[test]
fn ends_turned_round_turn_the_first_axis_only() {
    let axis = "axis = [\"palace\", \"square\"]\n";
    let swapped =
        CUES.replace("\"palace\"", "\"?\"").replace("\"square\"", "\"palace\"").replace("\"?\"", "\"square\"");
    let options = || Options { voice: Voices::All, ..Options::default() };
    let straight = compare_here(&corpus(), &format!("{axis}{CUES}"), options()).map.expect("a map");
    let turned = compare_here(&corpus(), &format!("{axis}{swapped}"), options()).map.expect("a map");
    for (a, b) in straight.outlets.iter().zip(&turned.outlets) {
        let (Some(a), Some(b)) = (a, b) else { continue };
        assert_close(a[0].value, -b[0].value, 1e-9, "x");
        assert_close(a[1].value, b[1].value, 1e-9, "y");
    }
}
