//! Whole corpora: what is read from files as people have them, and the messages about bad ones.

use std::fs;
use std::path::Path;

use super::*;
use crate::error::{Error, Result};

mod settled;

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("makes");
        fs::write(path, content).expect("writes");
    }
    folder
}

fn options(folder: &Path, inputs: &[&str]) -> ReadOptions {
    ReadOptions::new(inputs.iter().map(|input| folder.join(input)))
}

fn articles(corpus: &Corpus) -> Result<Vec<Article>> {
    let mut all = Vec::new();
    corpus.survey(
        Pass::new(),
        |article| article,
        |index, article| {
            assert_eq!(index, all.len());
            all.push(article);
            Ok(())
        },
    )?;
    // A second pass gives the same.
    let mut again = Vec::new();
    corpus.for_each(
        Pass::new(),
        |index, article| (index, article),
        |index, (mapped, article)| {
            assert_eq!(index, mapped);
            again.push(article);
            Ok(())
        },
    )?;
    assert_eq!(all, again);
    Ok(all)
}

fn read(options: ReadOptions) -> Result<Vec<Article>> {
    articles(&Corpus::open(options)?)
}

/// The message for these options, with the folder's name taken out.
fn message(folder: &Path, options: ReadOptions) -> String {
    let error = read(options).expect_err("an error").to_string();
    error.replace(&format!("{}/", folder.display()), "")
}

fn ids(articles: &[Article]) -> Vec<&str> {
    articles.iter().map(|article| article.id.as_str()).collect()
}

#[test]
fn csv_and_json_lines_and_arrays_give_the_same_articles() {
    let csv = "id,source,Date,headline,body,label\na,X,4/5/2017,T,\"One, two\",l\nb,,,,Three,\n";
    let lines = concat!(
        r#"{"id": "a", "source": "X", "Date": "2017-04-05", "headline": "T", "body": "One, two", "label": "l"}"#,
        "\n\n",
        r#"{"id": "b", "body": "Three", "label": null}"#,
        "\n"
    );
    let array = format!("[{}]", lines.trim().replace("\n\n", ",\n"));
    let dir = folder(&[("a.csv", csv.as_bytes()), ("a.jsonl", lines.as_bytes()), ("a.json", array.as_bytes())]);
    let mut both = Vec::new();
    for file in ["a.csv", "a.jsonl", "a.json"] {
        let mut options = options(dir.path(), &[file]);
        options.columns.extra = vec!["label".into()];
        both.push(read(options).expect("reads"));
    }
    assert_eq!(both[0], both[1]);
    assert_eq!(both[0], both[2]);
    let first = &both[0][0];
    assert_eq!((first.id.as_str(), first.outlet.as_deref(), first.title.as_deref()), ("a", Some("X"), Some("T")));
    assert_eq!(first.date.map(|date| date.to_string()).as_deref(), Some("2017-04-05"));
    assert_eq!((first.text.as_str(), first.extra.as_slice()), ("One, two", &["l".to_owned()][..]));
    assert_eq!((both[0][1].outlet.clone(), both[0][1].extra[0].as_str()), (None, ""));
}

#[test]
fn a_folder_of_texts_with_a_manifest() {
    let dir = folder(&[
        ("in/a.txt", b"Text a."),
        ("in/sub/b.md", b"---\ntitle: From the text\noutlet: Not this\n---\nText b."),
        ("in/c.txt", b"Not named."),
        ("m.csv", b"file;outlet;date;title\nsub/b.md;The Post;2017-04-05;\na.txt;;;A\n"),
    ]);
    let mut options = options(dir.path(), &["in"]);
    options.manifest = Some(dir.path().join("m.csv"));
    let corpus = Corpus::open(options).expect("opens");
    let read = articles(&corpus).expect("reads");
    assert_eq!(ids(&read), ["a", "sub/b"]);
    assert_eq!((read[0].outlet.as_deref(), read[0].title.as_deref()), (None, Some("A")));
    assert_eq!((read[1].outlet.as_deref(), read[1].title.as_deref()), (Some("The Post"), Some("From the text")));
    assert_eq!(read[1].text, "Text b.");
    let warnings: Vec<String> = corpus.warnings().iter().map(Warning::to_string).collect();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("1 file not listed in "), "{warnings:?}");
}

#[test]
fn texts_with_front_matter_and_without_anything() {
    let dir = folder(&[
        ("a.txt", b"---\noutlet: X\nid: own\nlabel: l\n---\nText."),
        ("b.txt", b"caf\xe9 with \x93marks\x94 and na\xefve things"),
    ]);
    let mut options = ReadOptions::new([dir.path()]);
    options.columns.extra = vec!["label".into()];
    let corpus = Corpus::open(options).expect("opens");
    let read = articles(&corpus).expect("reads");
    assert_eq!(ids(&read), ["own", "b"]);
    assert_eq!(
        (read[0].outlet.as_deref(), read[0].extra[0].as_str(), read[0].text.as_str()),
        (Some("X"), "l", "Text.")
    );
    assert_eq!(read[1].text, "café with “marks” and naïve things");
    assert!(matches!(corpus.warnings()[..], [Warning::GuessedEncoding { count: 1, encoding: "windows-1252", .. }]));
}

#[test]
fn records_without_ids_are_called_after_their_files() {
    let dir = folder(&[("x/a.csv", b"text\none\ntwo\n"), ("y/a.jsonl", b"{\"text\": \"three\"}")]);
    let articles = read(options(dir.path(), &["x/a.csv", "y"])).expect("reads");
    assert_eq!(ids(&articles), ["x/a-00001", "x/a-00002", "y/a-00001"]);
}

#[test]
fn standard_input_is_read_twice_and_its_format_is_found_out() {
    for (content, id) in [("text,outlet\na,x\n", "stdin-00001"), ("{\"text\": \"a\"}", "stdin-00001"), ("a", "stdin")] {
        let corpus = Corpus::open_with_stdin(ReadOptions::new(["-"]), content.as_bytes()).expect("opens");
        let read = articles(&corpus).expect("reads");
        assert_eq!((read.len(), read[0].text.as_str(), read[0].id.as_str()), (1, "a", id));
        assert_eq!(corpus.inputs()[0].name, "standard input");
    }
}

#[test]
fn a_table_that_is_called_a_text_is_told_and_read_where_that_is_asked_for() {
    // Excel's "Unicode text".
    let table: Vec<u8> =
        "\u{FEFF}text\toutlet\none\tx\ntwo\ty\n".encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect();
    let dir = folder(&[("in/export.txt", &table), ("in/z.txt", b"text,outlet\nthree,z\n")]);
    for inputs in [&["in"][..], &["in/export.txt"]] {
        let mut options = options(dir.path(), inputs);
        let corpus = Corpus::open(options.clone()).expect("opens");
        assert!(
            matches!(&corpus.warnings()[..], [Warning::TableAsText { columns, .. }] if *columns == ["text", "outlet"])
        );
        options.format = Some(Format::Text);
        let corpus = Corpus::open(options.clone()).expect("opens");
        assert_eq!(corpus.warnings(), []);
        assert_eq!(articles(&corpus).expect("reads").len(), corpus.inputs().len());
        options.format = Some(Format::Csv);
        let texts: Vec<String> = read(options).expect("reads").into_iter().map(|article| article.text).collect();
        assert_eq!(texts[..2], ["one", "two"]);
    }
    let dir = folder(&[("a.txt", b"Body, mind and soul, they say, are one.\n")]);
    assert_eq!(Corpus::open(options(dir.path(), &["a.txt"])).expect("opens").warnings(), []);
}

#[test]
fn empty_texts_are_left_out_and_counted() {
    let dir = folder(&[("a.csv", b"id,text\n1,one\n2,\n3, \n4,four\n")]);
    let corpus = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    assert_eq!(ids(&articles(&corpus).expect("reads")), ["1", "4"]);
    assert!(matches!(&corpus.warnings()[..], [Warning::EmptyTexts { count: 2, first }] if first.ends_with("a.csv:3")));
}

#[test]
fn bad_rows_are_told_all_at_once_or_skipped() {
    let dir = folder(&[("a.csv", b"id,date,text\n1,2017-04-05,one\n2,soon,two\n3,never,three\n1,,four\n5\n6,,six\n")]);
    insta::assert_snapshot!(message(dir.path(), options(dir.path(), &["a.csv"])), @r#"
    unreadable date
     --> a.csv:3, column `date`, article `2`
      found:    "soon"
      expected: a day such as 2017-04-05, 4/5/2017 or 5 April 2017, or nothing
      help: correct it, empty it if there is none, or read no dates with `--date ""`
      note: 1 more row has this problem (line 4)
      note: also: an id used twice
       --> a.csv:5
        found:    the same id as in a.csv:2
        help: give each article its own id, or read no ids with `--id ""`
      note: also: a row with too few fields
       --> a.csv:6
        found:    1 field
        expected: 3 fields, as in the header
        help: a line break in a text needs quotation marks around the text
      note: nothing was written
    "#);
    let mut skip = options(dir.path(), &["a.csv"]);
    skip.bad_rows = BadRows::Skip;
    let corpus = Corpus::open(skip).expect("opens");
    assert_eq!(ids(&articles(&corpus).expect("reads")), ["1", "6"]);
    assert!(matches!(corpus.warnings()[..], [Warning::SkippedRows { count: 4, .. }]));
}

#[test]
fn what_the_first_pass_counts_and_hashes() {
    let dir = folder(&[("a.csv", b"text\none\n"), ("b.txt", b"two")]);
    let corpus = Corpus::open(ReadOptions::new([dir.path()])).expect("opens");
    assert!(corpus.inputs().iter().all(|file| file.sha256.is_none()));
    let last = std::cell::Cell::new(None);
    let tell = |progress| last.set(Some(progress));
    let survey = corpus.survey(Pass::new().progress(&tell), |_| (), |_, ()| Ok(())).expect("reads");
    assert_eq!(survey, Survey { articles: 2, skipped: 0, empty: 0, bytes: 12 });
    assert_eq!(last.get(), Some(Progress { bytes: 12, of: 12, articles: 2 }));
    let hash = corpus.inputs()[1].sha256.clone();
    assert_eq!(hash.as_deref(), Some("3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"));
}

#[test]
fn the_order_is_that_of_the_input_on_any_number_of_threads() {
    let rows: String = (0..3000).map(|i| format!("{i},{}\n", "word ".repeat(i % 700 + 1))).collect();
    let dir = folder(&[("a.csv", format!("id,text\n{rows}").as_bytes())]);
    let corpus = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let mut ids = Vec::new();
        let pass = || {
            corpus.for_each(
                Pass::new(),
                |_, article| {
                    // No other threads than those requested.
                    assert_eq!(rayon::current_num_threads(), threads);
                    article.id
                },
                |_, id| {
                    ids.push(id);
                    Ok(())
                },
            )
        };
        pool.install(pass).expect("reads");
        assert!(ids.iter().enumerate().all(|(i, id)| *id == i.to_string()) && ids.len() == 3000);
    }
}

#[test]
fn an_error_from_the_fold_ends_the_pass() {
    let dir = folder(&[("a.csv", format!("text\n{}", "x\n".repeat(5000)).as_bytes())]);
    let corpus = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    let mut folded = 0;
    let stop = |_, ()| {
        folded += 1;
        if folded == 3 { Err(Error::data("enough")) } else { Ok(()) }
    };
    assert_eq!(corpus.survey(Pass::new(), |_| (), stop).expect_err("stops").title(), "enough");
    assert_eq!(folded, 3);
}

#[test]
fn a_file_that_changes_between_passes_is_told() {
    let dir = folder(&[("a.csv", b"text,date\none,\n")]);
    let corpus = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    articles(&corpus).expect("reads");
    fs::write(dir.path().join("a.csv"), "text,date\none,soon\n").expect("writes");
    let error = corpus.for_each(Pass::new(), |_, _| (), |_, ()| Ok(())).expect_err("changed");
    assert_eq!(error.title(), "a file that changed while it was read");
}

#[test]
fn bad_files_are_told_all_at_once() {
    let dir = folder(&[("in/a.csv", b"x,y\n1,2\n"), ("in/b.jsonl", b""), ("in/c.json", b"%PDF-1.4")]);
    insta::assert_snapshot!(message(dir.path(), options(dir.path(), &["in"])), @r"
    no column that holds the text
     --> in/a.csv
      found:    `x`, `y`
      expected: one of `text`, `content`, `body`, `article`, or a name given with --text
      help: name the column with --text
      note: nothing was written
      note: also: an empty file
       --> in/b.jsonl
        expected: articles
        note: nothing was written
      note: also: not a text file
       --> in/c.json
        found:    a PDF document
        expected: text, HTML, CSV or JSON lines, plain or compressed with gzip or zstd; Parquet or Arrow
        help: save its text as a .txt file
        note: nothing was written
    ");
}

#[test]
fn no_articles_says_why() {
    let dir = folder(&[("a.csv", b"text\n"), ("b.csv", b"id,text\n1,\n")]);
    insta::assert_snapshot!(message(dir.path(), options(dir.path(), &["a.csv"])), @r"
    no articles
     --> a.csv
      found:    a header and no rows
      note: nothing was written
    ");
    insta::assert_snapshot!(message(dir.path(), options(dir.path(), &["b.csv"])), @r"
    no articles
     --> b.csv
      found:    1 without a text
      note: nothing was written
    ");
}

#[test]
fn a_manifest_must_name_its_files_and_they_must_be_there() {
    let dir = folder(&[
        ("in/report.txt", b"x"),
        ("bad.csv", b"name,outlet\nreport.txt,X\n"),
        ("missing.csv", b"file,outlet\nreprot.txt,X\nno.txt,Y\n"),
        ("twice.csv", b"file,outlet\nreport.txt,X\nreport.txt,Y\n"),
    ]);
    let with = |manifest: &str| {
        let mut options = options(dir.path(), &["in"]);
        options.manifest = Some(dir.path().join(manifest));
        message(dir.path(), options)
    };
    insta::assert_snapshot!(with("bad.csv"), @r"
    a manifest without the column `file`
     --> bad.csv:1
      found:    `name`, `outlet`
      expected: a column `file` with the files' names, relative to the folder
      help: rename the column with the files' names to `file`
      note: nothing was written
    ");
    insta::assert_snapshot!(with("missing.csv"), @r"
    a file of the manifest that doesn't exist
     --> missing.csv:2
      found:    `reprot.txt`
      help: did you mean `report.txt`?
      note: 1 more row has this problem (line 3)
      note: nothing was written
    ");
    insta::assert_snapshot!(with("twice.csv"), @r"
    a file that is listed twice in the manifest
     --> twice.csv:3
      found:    `report.txt`, already in line 2
      help: remove one of the rows
      note: nothing was written
    ");
    insta::assert_snapshot!(with("mising.csv"), @r"
    no such file or folder
     --> mising.csv
      help: did you mean missing.csv?
    ");
}

#[test]
fn broken_utf8_after_the_head_is_an_error_in_its_line() {
    let mut content = b"text\n".to_vec();
    content.extend("words and words\n".repeat(300_000).bytes());
    content.extend(b"a caf\xe9 at the end\n");
    let dir = folder(&[("a.csv", &content)]);
    insta::assert_snapshot!(message(dir.path(), options(dir.path(), &["a.csv"])), @r#"
    not valid UTF-8
     --> a.csv:300002
      found:    byte 0xE9 after "a caf"
      help: if the file has another encoding, say so: `--encoding windows-1252`
      note: nothing was written
    "#);
}

#[test]
fn dates_that_stand_for_none_are_counted() {
    let dir = folder(&[("a.csv", b"text,date\na,0001-01-01\nb,2017-04-05\nc,NaT\n")]);
    let corpus = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    assert_eq!(articles(&corpus).expect("reads").iter().filter(|article| article.date.is_some()).count(), 1);
    assert!(matches!(corpus.warnings()[..], [Warning::PlaceholderDates { count: 1, .. }]));
}
