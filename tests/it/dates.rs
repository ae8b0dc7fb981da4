//! Dates whose order is guessed from the file: every command reads the same days, on any number of threads, and notes
//! say what was odd.

use crate::program::{bridge_articles, ok};
use std::path::Path;

const CUES: &str = "[[contrast]]\nname = \"bridge\"\n[[contrast.pole]]\nname = \"bridge\"\ncues = [\"bridge\"]\n\
                    [[contrast.pole]]\nname = \"river\"\ncues = [\"river\"]\n";

/// Articles from the tenth of May to September and one from 25 April, with dates in this format.
fn folder(format: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = bridge_articles(0, 8);
    // From the last month on, so that no replaced date is replaced again.
    for month in (1..=5).rev() {
        let day = chrono::NaiveDate::from_ymd_opt(2020, month + 4, 10).unwrap();
        csv = csv.replace(&format!("2020-{month:02}-10"), &day.format(format).to_string());
    }
    let last = chrono::NaiveDate::from_ymd_opt(2020, 4, 25).unwrap().format(format);
    csv.push_str(&format!("z,Paper 0,{last},The graceful bridge over the river.,for\n"));
    std::fs::write(dir.path().join("a.csv"), csv).unwrap();
    std::fs::write(dir.path().join("cues.toml"), CUES).unwrap();
    dir
}

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap()
}

#[test]
fn every_command_reads_dates_as_the_file_tells() {
    let (plain, turned) = (folder("%Y-%m-%d"), folder("%d/%m/%Y"));
    let both = |args: &[&str]| [&plain, &turned].map(|dir| ok(dir.path(), args));
    let same = |names: &[&str]| {
        for name in names {
            assert_eq!(read(plain.path(), name), read(turned.path(), name), "{name}");
        }
    };
    let [told, again] = both(&["compare", "a.csv", "--cues", "cues.toml", "--dry-run"]);
    let dates = |text: &str| text.lines().find(|line| line.contains("2020-")).map(str::to_owned);
    assert!(dates(&told).is_some_and(|line| line.contains("2020-04-25") && line.contains("2020-09-10")), "{told}");
    assert_eq!(dates(&told), dates(&again));
    both(&["compare", "a.csv", "--cues", "cues.toml", "--out", "out"]);
    both(&["compare", "a.csv", "--cues", "cues.toml", "--out", "one", "--threads", "1"]);
    same(&["out/articles.csv", "out/outlets.csv", "one/articles.csv"]);
    assert_eq!(read(turned.path(), "out/articles.csv"), read(turned.path(), "one/articles.csv"));
    let train = ["train", "a.csv", "--label", "label", "--out", "m", "--features", "word", "--c", "1"];
    both(&train);
    let dates = |dir: &tempfile::TempDir| -> String {
        let text = read(dir.path(), "m/model.json");
        let at = text.find("\"dates\"").unwrap();
        text[at..at + 60].to_owned()
    };
    assert!(dates(&turned).contains("2020-04-25"), "{}", dates(&turned));
    assert_eq!(dates(&plain), dates(&turned));
    let tally = ["tally", "a.csv", "--cues", "cues.toml", "--out", "t"];
    both(&tally);
    both(&["compare", "t", "--out", "counted"]);
    same(&["counted/articles.csv"]);
}

#[test]
fn dates_in_the_future_are_told_and_not_written() {
    let dir = folder("%Y-%m-%d");
    let csv = read(dir.path(), "a.csv").replace("2020-04-25", "2190-09-30");
    std::fs::write(dir.path().join("a.csv"), csv).unwrap();
    let told = ok(dir.path(), &["compare", "a.csv", "--cues", "cues.toml", "--out", "out"]);
    assert!(told.contains("note: 1 date lies in the future, such as 2190-09-30\n --> a.csv:66"), "{told}");
    assert!(!read(dir.path(), "out/run.json").contains("future"));
    assert!(!read(dir.path(), "out/report.md").contains("future"));
}

#[test]
fn dates_that_tell_nothing_are_told_with_an_example() {
    let dir = folder("%Y-%m-%d");
    std::fs::write(dir.path().join("b.csv"), "id,outlet,date,text\n1,A,03/04/2019,The bridge.\n").unwrap();
    let told = ok(dir.path(), &["compare", "b.csv", "--cues", "cues.toml", "--out", "out"]);
    assert!(told.contains("such as 03/04/2019 can be read either way"), "{told}");
    assert!(read(dir.path(), "out/run.json").contains("03/04/2019"));
    let fixed = ["compare", "b.csv", "--cues", "cues.toml", "--out", "out", "--date-order", "month-first"];
    assert!(!ok(dir.path(), &fixed).contains("either way"));
}
