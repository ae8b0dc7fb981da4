//! `aslant train` and `aslant score` on invented texts: what they print and write, and what they refuse.

use crate::program::{aslant, ok};
use std::fmt::Write;
use std::path::Path;

/// Articles of six outlets, of which half like the bridge and half don't; `n` each.
fn bridge_articles(n: usize) -> String {
    let mut csv = String::from("id,outlet,date,text,label\n");
    let (likes, dislikes) = (["graceful", "welcome", "useful", "bright"], ["ugly", "costly", "needless", "gloomy"]);
    for outlet in 0..6 {
        for i in 0..n {
            let (label, words) = if outlet % 2 == 0 { ("for", likes) } else { ("against", dislikes) };
            let (a, b) = (words[i % 4], words[(i + outlet + 1) % 4]);
            let month = 1 + i % 5;
            let _ = writeln!(
                csv,
                "a{outlet}-{i:02},Paper {outlet},2020-0{month}-10,The {a} bridge over the river was called {b} on day \
                 {i}. Nobody in the town had asked for it.,{label}"
            );
        }
    }
    csv
}

/// A folder with `train.csv` and a model of it in `m`.
fn trained(args: &[&str]) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), bridge_articles(8)).unwrap();
    let printed = ok(dir.path(), &[&["train", "train.csv", "--label", "label", "--out", "m"], args].concat());
    (dir, printed)
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn few_articles_and_few_outlets_are_told() {
    let (dir, printed) = trained(&[]);
    assert!(printed.contains("its scores say little, because 48 articles are few: an accuracy of "), "{printed}");
    std::fs::write(dir.path().join("held-out.csv"), bridge_articles(2)).unwrap();
    let evaluated = ok(dir.path(), &["evaluate", "m", "held-out.csv", "--label", "label"]);
    assert!(evaluated.contains("note: 12 articles are few: these scores say little"), "{evaluated}");
    // Enough articles, of two outlets.
    std::fs::write(dir.path().join("more.csv"), bridge_articles(40)).unwrap();
    let more = &["train", "more.csv", "--label", "label", "--out", "n", "--features", "word", "--c", "1"];
    assert!(!ok(dir.path(), more).contains(" are few"));
    let two: String =
        bridge_articles(40).lines().enumerate().filter(|(i, _)| *i <= 80).map(|(_, l)| format!("{l}\n")).collect();
    std::fs::write(dir.path().join("two.csv"), two).unwrap();
    let two = ok(dir.path(), &["train", "two.csv", "--label", "label", "--out", "o", "--features", "word", "--c", "1"]);
    assert!(two.contains("the score on outlets never seen rests on 2 outlets:"), "{two}");
    let by_outlet = ok(dir.path(), &["evaluate", "n", "two.csv", "--label", "label", "--group", "outlet"]);
    assert!(by_outlet.contains("note: 2 outlets are few"), "{by_outlet}");
}

#[test]
fn a_label_of_one_outlet_is_told_and_leaves_calibration_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = bridge_articles(10);
    let power = |csv: &str, out: &str| {
        std::fs::write(dir.path().join("train.csv"), csv).unwrap();
        let train = ["train", "train.csv", "--label", "label", "--out", out, "--features", "word", "--c", "1"];
        let printed = ok(dir.path(), &train);
        let json = std::fs::read_to_string(dir.path().join(out).join("model.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        (printed, json["models"][0]["calibration"].as_f64().unwrap())
    };
    let (printed, of_two) = power(&csv, "m");
    assert!(!printed.contains("could not be tested"), "{printed}");
    for i in 0..10 {
        let _ = writeln!(csv, "b{i},Paper 6,2020-01-10,Trains were late on day {i} and nobody knew why.,neither");
    }
    let (printed, of_three) = power(&csv, "n");
    let told = "on outlets never seen it could not be tested for `neither` (10 articles), because only one outlet has it, copies apart:";
    assert!(printed.contains(told), "{printed}");
    // It fell to its bound of 0.05.
    assert!(of_three > of_two / 2.0, "{of_two} {of_three}");
    let card = std::fs::read_to_string(dir.path().join("n/CARD.md")).unwrap();
    assert!(card.contains(told) && card.contains("They say nothing about articles that are `neither`"), "{card}");
}

#[test]
fn a_column_of_stories_that_nobody_asked_for_is_told() {
    let note = "note: the column `story` was not used, so articles of one story may be both learnt from and scored";
    let with_story = bridge_articles(8)
        .replace(",label\n", ",label,Story\n")
        .replace(",for\n", ",for,s1\n")
        .replace(",against\n", ",against,s2\n");
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), &with_story).unwrap();
    let train = |input: &str, more: &[&str]| {
        let given = ["train", input, "--label", "label", "--out", "m", "--features", "word", "--c", "1"];
        ok(dir.path(), &[&given, more].concat())
    };
    assert!(train("train.csv", &[]).contains(note));
    assert!(!train("train.csv", &["--story", "story"]).contains(note));
    // Also in the front matter of texts.
    std::fs::create_dir(dir.path().join("texts")).unwrap();
    for row in rows(&with_story).iter().skip(1) {
        let [id, outlet, date, text, label, story] = row.as_slice() else { panic!("{row:?}") };
        let text = format!("---\noutlet: {outlet}\ndate: {date}\nlabel: {label}\nstory: {story}\n---\n{text}\n");
        std::fs::write(dir.path().join(format!("texts/{id}.txt")), text).unwrap();
    }
    assert!(train("texts", &[]).contains(note));
    assert!(!train("texts", &["--story", "story"]).contains(note));
}

#[test]
fn trained_and_scored() {
    let (dir, printed) = trained(&[]);
    for wanted in ["48 articles of 6 outlets: against 24, for 24", "random folds", "outlets never seen", "later months"]
    {
        assert!(printed.contains(wanted), "{wanted}: {printed}");
    }
    let json = std::fs::read_to_string(dir.path().join("m/model.json")).unwrap();
    assert!(json.starts_with("{\n  \"format_version\": 1,"), "{json}");
    let card = std::fs::read_to_string(dir.path().join("m/CARD.md")).unwrap();
    assert!(card.contains("48 articles of 6 outlets, 2020-01-10 to 2020-05-10: against 24, for 24"), "{card}");
    let new = "id,text\nz,\"A costly bridge, and an ugly one.\"\na,A graceful bridge over the river.\n-e,Zyx qwv.\n";
    std::fs::write(dir.path().join("new.csv"), new).unwrap();
    let scores = rows(&ok(dir.path(), &["score", "m", "new.csv", "--out", "-"]));
    assert_eq!(scores[0], ["id", "outlet", "predicted", "p_against", "p_for", "coverage", "warning"]);
    let told: Vec<[&str; 2]> = scores[1..].iter().map(|r| [r[0].as_str(), r[2].as_str()]).collect();
    assert_eq!(told[..2], [["z", "against"], ["a", "for"]]);
    assert_eq!((scores[3][0].as_str(), scores[3][5].as_str()), ("'-e", "0"));
    assert_eq!(scores[3][6], "no known words");
    for row in &scores[1..] {
        let sum: f64 = row[3..5].iter().map(|p| p.parse::<f64>().unwrap()).sum();
        assert!((sum - 1.0).abs() < 2e-6, "{row:?}");
    }
}

#[test]
fn an_article_alone_gets_the_bytes_that_it_gets_among_others() {
    let (dir, _) = trained(&["--features", "word,char"]);
    let all = ok(dir.path(), &["score", "m", "train.csv"]);
    let header = all.lines().next().unwrap();
    let articles = bridge_articles(8);
    for at in [1, 17, 48] {
        let alone = format!("{}\n{}\n", articles.lines().next().unwrap(), articles.lines().nth(at).unwrap());
        std::fs::write(dir.path().join("one.csv"), alone).unwrap();
        let expected = format!("{header}\n{}\n", all.lines().nth(at).unwrap());
        assert_eq!(ok(dir.path(), &["score", "m", "one.csv"]), expected);
    }
}

#[test]
fn the_same_model_on_any_number_of_threads_and_in_any_order() {
    let (dir, _) = trained(&["--threads", "1"]);
    let articles = bridge_articles(8);
    let (header, body) = articles.split_once('\n').unwrap();
    let shuffled: Vec<&str> = body.lines().rev().collect();
    std::fs::write(dir.path().join("shuffled.csv"), format!("{header}\n{}\n", shuffled.join("\n"))).unwrap();
    for (input, out, threads) in [("train.csv", "n", "2"), ("shuffled.csv", "s", "2")] {
        ok(dir.path(), &["train", input, "--label", "label", "--out", out, "--threads", threads]);
        let terms = |model: &str| std::fs::read(dir.path().join(model).join("terms.csv")).unwrap();
        assert_eq!(terms(out), terms("m"), "{input} on {threads} threads");
    }
}

#[test]
fn one_model_a_target() {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,target,text,label\n");
    for i in 0..24 {
        let (label, word) = if i % 2 == 0 { ("for", "splendid") } else { ("against", "dreadful") };
        let _ = writeln!(csv, "b{i},bridge,The {word} bridge number {i} stands.,{label}");
        // The same words mean the opposite for the tunnel.
        let label = if i % 2 == 0 { "neither" } else { "for" };
        let _ = writeln!(csv, "t{i},tunnel,The {word} bridge number {i} stands.,{label}");
    }
    std::fs::write(dir.path().join("t.csv"), csv).unwrap();
    ok(dir.path(), &["train", "t.csv", "--label", "label", "--target", "target", "--out", "m"]);
    let new = "id,target,text\n1,bridge,A splendid bridge.\n2,tunnel,A splendid bridge.\n3,ferry,A splendid bridge.\n";
    std::fs::write(dir.path().join("new.csv"), new).unwrap();
    let scores = rows(&ok(dir.path(), &["score", "m", "new.csv", "--target", "target"]));
    assert_eq!(scores[0][..4], ["id", "outlet", "target", "predicted"]);
    assert_eq!(scores[0][4..7], ["p_against", "p_for", "p_neither"]);
    assert_eq!([&scores[1][3], &scores[2][3], &scores[3][3]], ["for", "neither", ""]);
    assert_eq!((scores[1][6].as_str(), scores[2][4].as_str()), ("", ""));
    assert_eq!(scores[3][8], "unknown target");
    let (code, _, err) = aslant(dir.path(), &["score", "m", "new.csv"]);
    assert!(code == 2 && err.contains("help: name it with --target"), "{err}");
}

#[test]
fn labels_that_teach_nothing_are_refused_with_their_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let train = |csv: &str, args: &[&str]| {
        std::fs::write(dir.path().join("t.csv"), csv).unwrap();
        let (code, _, err) =
            aslant(dir.path(), &[&["train", "t.csv", "--label", "label", "--out", "m"], args].concat());
        assert!(!dir.path().join("m").exists());
        (code, err)
    };
    let of = |labels: &[&str]| {
        let row = |(i, l): (usize, &&str)| format!("a{i},Some words of article {i} here.,{l}\n");
        format!("id,text,label\n{}", labels.iter().enumerate().map(row).collect::<String>())
    };
    insta::assert_snapshot!(train(&of(&["x", "x", "x"]), &[]).1, @r"
    error: only one label
     --> column `label`
      found:    x 3
      expected: two labels or more, to tell them apart
      help: add articles with another label
    ");
    insta::assert_snapshot!(train(&of(&["x", "x", "x", "x", "x", "y"]), &[]).1, @r"
    error: too few articles with a label
     --> column `label`
      found:    x 5, y 1
      expected: at least 5 articles with each label
      help: label more articles, merge a rare label into another with --label-map rare=other, or leave it out with --label-map rare=
    ");
    insta::assert_snapshot!(train(&of(&["x", "", "y", " "]), &[]).1, @r"
    error: articles without a label
     --> column `label`, article `a1`
      found:    2 articles without a value, 2 with one
      expected: a value for every article
      help: fill them in, or leave these articles out with --skip-bad-rows
      note: the others without one: a3; nothing was written
    ");
    let (code, err) = train(&bridge_articles(4), &["--group", "story", "--story", "nowhere"]);
    assert!(code != 0 && err.contains("nowhere"), "{err}");
    let (code, err) = train(&of(&["x", "y"].repeat(6)), &["--group", "outlet"]);
    assert!(code == 3 && err.contains("too few outlets"), "{err}");
    assert_eq!(train(&bridge_articles(4), &["--c", "-1"]).0, 2);
}

#[test]
fn broken_models_are_refused_with_the_file() {
    let (dir, _) = trained(&["--c", "5"]);
    let file = |name: &str| dir.path().join("m").join(name);
    let read = |name: &str| std::fs::read_to_string(file(name)).unwrap();
    let (json, terms) = (read("model.json"), read("terms.csv"));
    let check = |name: &str, content: &str, wanted: &str| {
        let before = read(name);
        std::fs::write(file(name), content).unwrap();
        let (code, out, err) = aslant(dir.path(), &["score", "m", "train.csv"]);
        assert!(code == 4 && out.is_empty(), "{code} {err}");
        assert!(err.contains(wanted) && err.contains(&format!("m/{name}")) && err.contains("help: "), "{err}");
        std::fs::write(file(name), before).unwrap();
    };
    check("model.json", &json.replace("\"format_version\": 1", "\"format_version\": 99"), "use a newer version");
    check("model.json", &json[..json.len() / 2], "a model that can't be read");
    let lines: Vec<&str> = terms.lines().collect();
    let (term, _) = lines[lines.len() / 2].split_once(',').unwrap();
    let half = [&lines[..lines.len() / 2], &[term]].concat().join("\n");
    check("terms.csv", &half, "cut off");
    let cut = lines[..lines.len() - 1].join("\n");
    check("terms.csv", &cut, "a file that is cut off");
    check("terms.csv", &format!("{terms}{}\n", lines[1]), "more terms than the model has");
    let swapped = [&[lines[0], lines[2], lines[1]], &lines[3..]].concat().join("\n");
    check("terms.csv", &swapped, "terms must be sorted");
    let (before, _) = lines[3].rsplit_once(',').unwrap();
    for bad in ["NaN", "inf", "x", ""] {
        let line = format!("{before},{bad}");
        let broken = [&lines[..3], &[&line], &lines[4..]].concat().join("\n");
        check("terms.csv", &broken, "terms.csv:4, column `weight_for`");
    }
    std::fs::write(file("model.json"), b"{\xff}").unwrap();
    let (code, _, err) = aslant(dir.path(), &["score", "m", "train.csv"]);
    assert!(code == 4 && err.contains("no UTF-8"), "{err}");
    std::fs::write(file("model.json"), json).unwrap();
    std::fs::remove_file(file("terms.csv")).unwrap();
    let (code, _, err) = aslant(dir.path(), &["score", "m", "train.csv"]);
    assert!(code == 4 && err.contains("no file terms.csv in it"), "{err}");
    let (code, _, err) = aslant(dir.path(), &["score", "nowhere", "train.csv"]);
    assert!(code == 2 && err.contains("help: make one with `aslant train`"), "{err}");
}

#[test]
fn a_model_is_replaced_and_what_else_is_there_stays() {
    let (dir, _) = trained(&["--c", "1"]);
    std::fs::write(dir.path().join("m/notes.txt"), "mine").unwrap();
    let before = std::fs::read_to_string(dir.path().join("m/terms.csv")).unwrap();
    ok(dir.path(), &["train", "train.csv", "--label", "label", "--out", "m", "--c", "9"]);
    assert_ne!(std::fs::read_to_string(dir.path().join("m/terms.csv")).unwrap(), before);
    assert_eq!(std::fs::read_to_string(dir.path().join("m/notes.txt")).unwrap(), "mine");
    let names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    std::fs::create_dir(dir.path().join("other")).unwrap();
    std::fs::write(dir.path().join("other/x.txt"), "mine").unwrap();
    let (code, _, err) = aslant(dir.path(), &["train", "train.csv", "--label", "label", "--out", "other"]);
    assert!(code == 2 && err.contains("a folder with something else in it"), "{err}");
}

fn terms(folder: &Path, model: &str) -> Vec<String> {
    let csv = std::fs::read_to_string(folder.join(model).join("terms.csv")).unwrap();
    rows(&csv).into_iter().skip(1).map(|row| format!("{} {}", row[0], row[1])).collect()
}

#[test]
fn what_is_masked_is_no_term() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let named = bridge_articles(8).replace("Nobody in the town", "Nobody at Paper 3 in the town");
    std::fs::write(folder.join("train.csv"), named).unwrap();
    let lexicon = "[[contrast]]\nname = \"bridge\"\n[[contrast.pole]]\nname = \"like\"\ncues = [\"grace*\"]\n\
                   [[contrast.pole]]\nname = \"dislike\"\ncues = [\"ugly\"]\n";
    std::fs::write(folder.join("cues.toml"), lexicon).unwrap();
    let train = ["train", "train.csv", "--label", "label", "--features", "word,char", "--c", "1", "--quiet"];
    ok(folder, &[&train[..], &["--out", "plain"]].concat());
    ok(folder, &[&train[..], &["--out", "m", "--cues", "cues.toml", "--mask-cues", "--mask-outlets"]].concat());
    let has = |terms: &[String], what: &str| terms.iter().any(|term| term.contains(what));
    let (plain, masked) = (terms(folder, "plain"), terms(folder, "m"));
    for what in ["graceful", "ugly", "paper", "char grac"] {
        assert!(has(&plain, what) && !has(&masked, what), "{what}");
    }
    // Nothing bridges the gap.
    assert!(has(&plain, "the graceful") && !has(&masked, "word the bridge"));
    // Scoring masks as in training: the model knows its outlets' names, whoever published the article.
    std::fs::write(folder.join("a.csv"), "id,text\na,An ugly costly thing by Paper 3\n").unwrap();
    std::fs::write(folder.join("b.csv"), "id,text\na,An graceful costly thing by Paper 1\n").unwrap();
    let score = |file| ok(folder, &["score", "m", file, "--out", "-"]);
    assert_eq!(score("a.csv"), score("b.csv"));
    let card = std::fs::read_to_string(folder.join("m/CARD.md")).unwrap();
    assert!(card.contains("- 8 words and phrases masked"), "{card}");
}

#[test]
fn the_way_of_writing_is_chosen_where_it_tells_the_label() {
    // The same words for all, but one side writes names in capitals.
    let mut csv = String::from("id,text,label\n");
    for i in 0..40 {
        let (label, bridge) = [("loud", "BRIDGE"), ("quiet", "Bridge")][i % 2];
        let _ = writeln!(csv, "a{i:02},The {bridge} of river number {} stands. Nobody had asked.,{label}", i % 7);
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), csv).unwrap();
    let printed = ok(dir.path(), &["train", "train.csv", "--label", "label", "--out", "m"]);
    assert!(printed.contains("words and marks as written"), "{printed}");
    let accuracy = printed.lines().find(|line| line.starts_with("random folds")).unwrap();
    assert!(accuracy.contains("1.000"), "{printed}");
    assert!(terms(dir.path(), "m").iter().all(|term| term.starts_with("written ")));
}

#[test]
fn small_outlets_weigh_as_much_as_large_ones() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    // Nine articles of a large outlet and one of a small one with the same label; only the latter says "harbour".
    let mut csv = String::from("id,outlet,text,label\n");
    for i in 0..10 {
        let (outlet, word) = if i == 9 { ("Small", "harbour harbour") } else { ("Large", "bridge") };
        let _ = writeln!(csv, "f{i},{outlet},They praised the {word} today,for");
        let _ = writeln!(csv, "g{i},{outlet} B,They cursed the road again,against");
    }
    std::fs::write(folder.join("train.csv"), csv).unwrap();
    let weight = |args: &[&str]| -> f64 {
        let fixed = ["train", "train.csv", "--label", "label", "--c", "1", "--features", "word", "--ngrams", "1-1"];
        ok(folder, &[&fixed[..], &["--min-df", "1", "--out", "m", "--quiet"], args].concat());
        let csv = std::fs::read_to_string(folder.join("m/terms.csv")).unwrap();
        rows(&csv).into_iter().find(|row| row[1] == "harbour").unwrap()[5].parse().unwrap()
    };
    assert!(weight(&["--outlet-weight", "balanced"]) > 2.0 * weight(&[]));
}

#[test]
fn only_the_most_frequent_terms() {
    let (dir, printed) = trained(&["--max-features", "12", "--features", "word"]);
    assert!(printed.contains("12 terms"), "{printed}");
    assert_eq!(terms(dir.path(), "m").len(), 12);
    let (code, _, err) = aslant(dir.path(), &["train", "train.csv", "--label", "label", "--out", "n", "--mask-cues"]);
    assert!(code == 2 && err.contains("--cues"), "{err}");
}

#[test]
fn the_models_that_ship_score_the_sample_articles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (model, classes) in
        [("syria-camp", ["opposition", "state", "wire"]), ("us-politics", ["center", "left", "right"])]
    {
        let folder = root.join("models").join(model);
        let size: u64 = folder.read_dir().unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
        assert!(size < 3_000_000, "{model}: {size}");
        let scores = rows(&ok(root, &["score", folder.to_str().unwrap(), "seeds/articles", "--out", "-"]));
        assert_eq!(scores[0][3..6], classes.map(|class| format!("p_{class}")));
        assert_eq!(scores.len(), 42);
        for row in &scores[1..] {
            let sum: f64 = row[3..6].iter().map(|p| p.parse::<f64>().unwrap()).sum();
            assert!((sum - 1.0).abs() < 1e-5 && classes.contains(&&row[2][..]), "{row:?}");
        }
    }
}
