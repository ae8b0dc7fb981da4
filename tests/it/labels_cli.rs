//! Labels from annotation programs and several annotators: invented exports through `aslant train`.

use crate::program::aslant;
use std::fmt::Write;
use std::path::Path;

fn write(folder: &Path, name: &str, content: &str) {
    std::fs::write(folder.join(name), content).unwrap();
}

/// Trains on these files and returns what was printed.
fn trained(folder: &Path, args: &str) -> String {
    let args: Vec<&str> = ["train"].into_iter().chain(args.split(' ')).chain(["--c", "1", "--out", "m"]).collect();
    let (code, out, err) = aslant(folder, &args);
    assert_eq!(code, 0, "{args:?}\n{out}\n{err}");
    out
}

fn refused(folder: &Path, args: &str) -> String {
    let args: Vec<&str> = ["train"].into_iter().chain(args.split(' ')).chain(["--c", "1", "--out", "none"]).collect();
    let (code, _, err) = aslant(folder, &args);
    assert!(code > 1 && !folder.join("none").exists(), "{code} {err}");
    err
}

fn text(i: usize) -> String {
    let word = if i.is_multiple_of(2) { "graceful" } else { "costly" };
    format!("The {word} bridge number {i} stands over the river.")
}

fn label(i: usize) -> &'static str {
    if i.is_multiple_of(2) { "for" } else { "against" }
}

fn terms(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("m/terms.csv")).unwrap()
}

/// The weights that the same articles get from a plain table.
fn plain(folder: &Path) -> String {
    let mut csv = String::from("id,text,label\n");
    for i in 0..12 {
        let _ = writeln!(csv, "{i:02},{},{}", text(i), label(i));
    }
    write(folder, "plain.csv", &csv);
    let printed = trained(folder, "plain.csv --label label");
    assert!(!printed.contains("α"), "{printed}");
    terms(folder)
}

fn studio(i: usize, annotations: &str) -> String {
    format!(
        r#"{{"id": {}, "data": {{"id": "{i:02}", "text": "{}"}}, "annotations": [{annotations}], "predictions": []}}"#,
        900 - i,
        text(i)
    )
}

fn annotation(by: &str, label: &str, cancelled: bool) -> String {
    format!(
        r#"{{"id": 1, "completed_by": {by}, "was_cancelled": {cancelled}, "result": [{{"from_name": "stance",
        "to_name": "text", "type": "choices", "value": {{"choices": ["{label}"]}}}}]}}"#
    )
}

#[test]
fn label_studio() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let expected = plain(folder);
    let mut tasks: Vec<String> = (0..12)
        .map(|i| {
            let cancelled = annotation("3", "nonsense", true);
            let second = annotation(r#"{"id": 2, "email": "b@example.org"}"#, label(i), false);
            studio(i, &[annotation("1", label(i), false), cancelled, second].join(","))
        })
        .collect();
    // One tie, one that somebody skipped, one that nobody did.
    tasks.push(studio(12, &[annotation("1", "for", false), annotation("2", "against", false)].join(",")));
    tasks.push(studio(13, &annotation("1", "for", true)));
    tasks.push(studio(14, ""));
    write(folder, "tasks.json", &format!("[\n{}\n]", tasks.join(",\n")));
    let printed = trained(folder, "tasks.json --label stance");
    assert_eq!(terms(folder), expected);
    for wanted in [
        "12 articles: against 6, for 6",
        "note: 3 annotators, 13 articles labelled by two or more: Krippendorff's α (nominal) 0.852",
        "note: 1 article left out, tied between two labels: 12",
        "note: 2 articles without a label were left out",
    ] {
        assert!(printed.contains(wanted), "{wanted}: {printed}");
    }
    let card = std::fs::read_to_string(folder.join("m/CARD.md")).unwrap();
    assert!(card.contains("- 3 annotators, 13 articles labelled by two or more"), "{card}");

    // JSON-MIN and CSV: one record per annotation.
    let (mut min, mut csv) = (Vec::new(), String::from("annotation_id,annotator,id,lead_time,stance,text\n"));
    for i in 0..12 {
        for by in [1, 2] {
            min.push(format!(
                r#"{{"text": "{}", "id": {}, "stance": "{}", "annotator": {by}, "annotation_id": {i}, "lead_time": 2.5}}"#,
                text(i), 100 + i, label(i)
            ));
            let _ = writeln!(csv, "{i},{by},{},2.5,{},{}", 100 + i, label(i), text(i));
        }
    }
    write(folder, "min.json", &format!("[{}]", min.join(",")));
    write(folder, "studio.csv", &csv);
    for file in ["min.json", "studio.csv"] {
        let printed = trained(folder, &format!("{file} --label stance"));
        assert!(
            printed.contains("2 annotators, 12 articles labelled by two or more: Krippendorff's α (nominal) 1.000")
        );
        assert_eq!(terms(folder), expected, "{file}");
    }
    let two = studio(
        0,
        r#"{"result": [{"from_name": "a", "value": {"choices": ["x"]}}, {"from_name": "b", "value": {"choices": ["y"]}}]}"#,
    );
    write(folder, "two.json", &format!("[{two}]"));
    insta::assert_snapshot!(refused(folder, "two.json --label stance"), @r"
    error: no column `stance`
     --> two.json
      found:    `a`, `b`
      help: name one of these columns
      note: nothing was written
    ");
}

#[test]
fn doccano() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let expected = plain(folder);
    let line = |i: usize, key: &str, labels: &str| {
        format!(
            "{{\"id\": {}, \"{key}\": \"{}\", \"label\": [{labels}], \"meta\": {{\"outlet\": \"X\"}}}}\n",
            100 + i,
            text(i)
        )
    };
    let one = |i: usize| format!("\"{}\"", label(i));
    let all: String = (0..12).map(|i| line(i, "text", &one(i))).collect();
    let several = line(12, "text", "\"for\", \"against\"") + &line(13, "text", "");
    write(folder, "all.jsonl", &(all.clone() + &several));
    let printed = trained(folder, "all.jsonl --label stance");
    assert_eq!(terms(folder), expected);
    assert!(printed.contains("note: 1 article left out, with several labels at once"), "{printed}");
    assert!(
        printed.contains("12 articles of 1 outlet:") && printed.contains("1 article without a label was left out"),
        "{printed}"
    );
    // A project in which members label on their own: one file per member.
    std::fs::create_dir(folder.join("members")).unwrap();
    write(folder, "members/anna.jsonl", &all);
    write(folder, "members/ben.jsonl", &(0..12).map(|i| line(i, "data", &one(i))).collect::<String>());
    let printed = trained(folder, "members --label label");
    assert_eq!(terms(folder), expected);
    assert!(printed.contains("2 annotators, 12 articles labelled by two or more"), "{printed}");
    // CSV.
    let mut csv = String::from("id,data,label\n");
    (0..12).for_each(|i| csv += &format!("{},{},{}\n", 100 + i, text(i), label(i)));
    let _ = writeln!(csv, "112,Both at once.,against#for");
    write(folder, "doccano.csv", &csv);
    let printed = trained(folder, "doccano.csv --label label --labels doccano");
    assert_eq!(terms(folder), expected);
    assert!(printed.contains("with several labels at once"), "{printed}");
    write(folder, "hash.csv", &csv.replace("id,data", "id,text"));
    assert!(refused(folder, "hash.csv --label label").contains("say --labels doccano"));
    write(folder, "spans.jsonl", "{\"text\": \"a b\", \"label\": [[0, 1, \"X\"]]}\n");
    insta::assert_snapshot!(refused(folder, "spans.jsonl --label label"), @r#"
    error: labels of parts of an article
     --> spans.jsonl:1
      found:    a list of something other than labels
      expected: a list of labels, such as ["for"]
      help: export a project of text classification, or name the key of the labels with --label
      note: nothing was written
    "#);
}

#[test]
fn prodigy() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let expected = plain(folder);
    let task = |i: usize, rest: &str| {
        format!("{{\"text\": \"{}\", \"_input_hash\": {}, \"_task_hash\": {}, {rest}}}\n", text(i), 1000 + i, i)
    };
    let mut choice = String::new();
    for i in 0..12 {
        for by in ["a", "b"] {
            choice += &task(
                i,
                &format!("\"accept\": [\"{}\"], \"answer\": \"accept\", \"_annotator_id\": \"set-{by}\"", label(i)),
            );
        }
        choice += &task(i, "\"accept\": [\"for\"], \"answer\": \"ignore\", \"_session_id\": \"set-c\"");
    }
    choice += &task(12, "\"accept\": [\"for\"], \"answer\": \"reject\", \"_session_id\": \"set-c\"");
    write(folder, "choice.jsonl", &choice);
    let printed = trained(folder, "choice.jsonl --label stance");
    assert_eq!(terms(folder), expected);
    assert!(printed.contains("2 annotators, 12 articles labelled by two or more"), "{printed}");
    // One label, accepted or rejected.
    let binary: String = (0..12)
        .map(|i| {
            let answer = if label(i) == "for" { "accept" } else { "reject" };
            task(i, &format!("\"label\": \"for\", \"answer\": \"{answer}\""))
        })
        .collect();
    write(folder, "binary.jsonl", &binary);
    let printed = trained(folder, "binary.jsonl --label stance");
    assert!(printed.contains("12 articles: for 6, not for 6"), "{printed}");
    let args = ["train", "binary.jsonl", "--label", "x", "--c", "1", "--out", "m", "--label-map", "not for=against"];
    assert_eq!(aslant(folder, &args).0, 0);
    assert_eq!(terms(folder), expected);
    // With several labels, a rejection only says which label it isn't.
    let both = binary.clone()
        + &task(3, "\"label\": \"against\", \"answer\": \"accept\"")
        + &task(12, "\"label\": \"against\", \"answer\": \"reject\"");
    write(folder, "both.jsonl", &both);
    let err = refused(folder, "both.jsonl --label stance");
    assert!(err.contains("found:    against 1, for 6"), "{err}");
}

#[test]
fn a_row_for_each_annotator() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let expected = plain(folder);
    let mut csv = Vec::new();
    for i in 0..12 {
        let other = if label(i) == "for" { "against" } else { "for" };
        // Two of three agree.
        for (by, label) in [("x", label(i)), ("y", other), ("z", label(i))] {
            csv.push(format!("{i:02},{},{label},{by}", text(i)));
        }
    }
    for (by, label) in [("x", "for"), ("y", "against"), ("z", "")] {
        csv.push(format!("99,A tie.,{label},{by}"));
    }
    let header = "id,text,label,who";
    write(folder, "long.csv", &format!("{header}\n{}\n", csv.join("\n")));
    let printed = trained(folder, "long.csv --label label --annotator who");
    assert_eq!(terms(folder), expected);
    for wanted in ["3 annotators, 13 articles", "1 article left out, tied between two labels: 99"] {
        assert!(printed.contains(wanted), "{wanted}: {printed}");
    }
    csv.reverse();
    write(folder, "reversed.csv", &format!("{header}\n{}\n", csv.join("\n")));
    assert_eq!(trained(folder, "reversed.csv --label label --annotator who").replace("reversed", "long"), printed);
    assert_eq!(terms(folder), expected);
    insta::assert_snapshot!(refused(folder, "long.csv --label label"), @r#"
    error: an id used twice
     --> long.csv:3
      found:    the same id as in long.csv:2
      help: give each article its own id, or read no ids with `--id ""`
      help: if the rows are by several annotators, name the column of annotators with --annotator
      note: 25 more rows have this problem (lines 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19, 21, 22, 24, 25, 27, 28, 30, 31, 33 and 5 others)
      note: nothing was written
    "#);
    write(folder, "texts.csv", &format!("{header}\n1,One text.,for,x\n1,Another text.,for,y\n"));
    insta::assert_snapshot!(refused(folder, "texts.csv --label label --annotator who"), @r"
    error: an id with two texts
     --> texts.csv:3
      found:    the same id as in texts.csv:2, with another text
      expected: the same text from every annotator
      help: give each article its own id; --id names another column of ids
      note: nothing was written
    ");
    write(folder, "no-ids.csv", "text,label,who\nOne text.,for,x\n");
    insta::assert_snapshot!(refused(folder, "no-ids.csv --label label --annotator who"), @r"
    error: annotators, but no ids of articles
     --> no-ids.csv
      expected: a column that says which rows belong to the same article
      help: name it with --id
      note: nothing was written
    ");
}

#[test]
fn labels_are_called_otherwise_and_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let expected = plain(folder);
    let csv = std::fs::read_to_string(folder.join("plain.csv")).unwrap();
    write(folder, "odd.csv", &(csv.replacen(",for\n", ",favour\n", 2) + "20,Neither of both.,unclear\n"));
    let printed = trained(folder, "odd.csv --label label --label-map favour=for --label-map unclear=");
    assert_eq!(terms(folder), expected);
    assert!(printed.contains("note: 1 article left out by --label-map"), "{printed}");
    insta::assert_snapshot!(refused(folder, "odd.csv --label label --label-map favor=for"), @r"
    error: a mapped label that doesn't occur
     --> column `label`
      found:    --label-map favor=for
      expected: one of the labels: against 6, favour 2, for 4, unclear 1
      help: leave it out, or correct its name in --label-map
    ");
    insta::assert_snapshot!(refused(folder, "odd.csv --label label --label-map favour"), @r"
    error: a label map that can't be read
      found:    --label-map favour
      expected: --label-map old=new, or --label-map old= to leave that label out
    ");
    insta::assert_snapshot!(refused(folder, "odd.csv --label label"), @r"
    error: too few articles with a label
     --> column `label`
      found:    against 6, favour 2, for 4, unclear 1
      expected: at least 5 articles with each label
      help: label more articles, merge a rare label into another with --label-map rare=other, or leave it out with --label-map rare=
    ");
}

#[test]
fn a_sheet_of_labels_without_texts_is_told_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sheet.csv"), "id,label\na,for\nb,against\n").unwrap();
    let told = refused(dir.path(), "sheet.csv --label label");
    insta::assert_snapshot!(told, @r#"
    error: no column that holds the text
     --> sheet.csv
      found:    `id`, `label`
      expected: one of `text`, `content`, `body`, `article`, or a name given with --text
      help: name the column with --text
      help: if the texts are in another file, join them by `id` first, in pandas: `pandas.read_csv("articles.csv").merge(pandas.read_csv("sheet.csv"), on="id").to_csv("joined.csv", index=False)`
      note: nothing was written
    "#);
    // Without an id, or without the column of labels, it isn't such a sheet.
    std::fs::write(dir.path().join("sheet.csv"), "number,label\n1,for\n").unwrap();
    for label in ["label", "side"] {
        let told = refused(dir.path(), &format!("sheet.csv --label {label}"));
        assert!(told.contains("no column that holds the text") && !told.contains("merge"), "{told}");
    }
}
