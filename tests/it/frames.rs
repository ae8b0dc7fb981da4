//! Data frames in and out: Parquet and Arrow are read like CSV, and tables in Parquet and JSON lines have the same
//! content as in CSV.

use crate::common::{Article, Folder, corpus, repository};
use arrow_array::builder::{Date32Builder, StringBuilder, StringDictionaryBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, Int64Array, LargeStringArray, RecordBatch, StringViewArray, TimestampMicrosecondArray,
};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::DataType;
use aslant::corpus::{Corpus, Pass, ReadOptions};
use aslant::report::cell::number;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::sync::Arc;

/// The articles as a batch: plain strings, an outlet as a dictionary, days.
fn batch(articles: &[Article]) -> RecordBatch {
    let text = |of: fn(&Article) -> &str| -> ArrayRef {
        let mut builder = StringBuilder::new();
        articles.iter().for_each(|a| builder.append_value(of(a)));
        Arc::new(builder.finish())
    };
    let mut outlets = StringDictionaryBuilder::<Int32Type>::new();
    let mut dates = Date32Builder::new();
    for a in articles {
        outlets.append_option((!a.outlet.is_empty()).then_some(&a.outlet));
        dates.append_option(
            a.date.parse::<chrono::NaiveDate>().ok().map(|d| chrono::Datelike::num_days_from_ce(&d) - 719_163),
        );
    }
    RecordBatch::try_from_iter([
        ("id", text(|a| &a.id)),
        ("outlet", Arc::new(outlets.finish()) as ArrayRef),
        ("date", Arc::new(dates.finish()) as ArrayRef),
        ("title", text(|a| &a.title)),
        ("text", text(|a| &a.text)),
    ])
    .expect("a batch")
}

fn parquet(folder: &Folder, name: &str, batch: &RecordBatch) {
    let file = File::create(folder.path(name)).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(batch).expect("writes");
    writer.close().expect("closes");
}

/// One column of texts under this name.
fn texts(name: &str, texts: &[&str]) -> (String, ArrayRef) {
    (name.to_owned(), Arc::new(LargeStringArray::from(texts.to_vec())))
}

fn of(columns: impl IntoIterator<Item = (String, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).expect("a batch")
}

#[test]
fn parquet_and_arrow_give_the_tables_of_csv() {
    let articles = corpus();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "csv");
    let batch = batch(&articles);
    parquet(&folder, "articles.parquet", &batch);
    let file = |name: &str| File::create(folder.path(name)).expect("a file");
    let mut feather = FileWriter::try_new(file("articles.arrow"), &batch.schema()).expect("a writer");
    feather.write(&batch).expect("writes");
    feather.finish().expect("closes");
    let mut stream = StreamWriter::try_new(file("articles.arrows"), &batch.schema()).expect("a writer");
    stream.write(&batch).expect("writes");
    stream.finish().expect("closes");
    for name in ["articles.parquet", "articles.arrow", "articles.arrows"] {
        folder.compare(name, "frame");
        assert_eq!(folder.tables("frame"), folder.tables("csv"), "{name}");
    }
    // From standard input, and recognised by its content if the name says nothing.
    let bytes = std::fs::read(folder.path("articles.parquet")).expect("reads");
    folder.write("articles", &bytes);
    let ran = folder.run_with("compare - --cues cues.toml --out piped", bytes);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    folder.compare("articles", "nameless");
    assert_eq!(folder.tables("piped"), folder.tables("csv"));
    assert_eq!(folder.tables("nameless"), folder.tables("csv"));
}

#[test]
fn bad_rows_of_a_data_frame_are_told_by_their_rows() {
    let folder = Folder::new();
    let dates = ["2017-04-05", "last Tuesday", "2017-04-06", "yesterday"];
    let columns = [texts("id", &["a", "b", "c", "a"]), texts("date", &dates), texts("body", &["w", "x", "y", "z"])];
    parquet(&folder, "bad.parquet", &of(columns));
    insta::assert_snapshot!(folder.run("compare bad.parquet --cues cues.toml --out out").show(), @r##"
    exit 3
    --- stderr
    error: unreadable date
     --> bad.parquet, row 2, column `date`, article `b`
      found:    "last Tuesday"
      expected: a day such as 2017-04-05, 4/5/2017 or 5 April 2017, or nothing
      help: correct it, empty it if there is none, or read no dates with `--date ""`
      note: 1 more row has this problem (row 4)
      note: nothing was written
    "##);
    assert_eq!(folder.names("out"), None);
}

#[test]
fn columns_that_are_not_there_or_hold_no_text_are_told() {
    let folder = Folder::new();
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let long =
        ["a text that is as long as a sentence is, at the least", "and another one that is as long as that one is"];
    parquet(&folder, "story.parquet", &of([("n".to_owned(), numbers.clone()), texts("The Story", &long)]));
    let run = |file: &str| folder.run(&format!("compare {file} --cues cues.toml --out out")).show();
    insta::assert_snapshot!(run("story.parquet"), @r##"
    exit 3
    --- stderr
    error: no column that holds the text
     --> story.parquet
      found:    `n`, `The Story`
      expected: one of `text`, `content`, `body`, `article`, or a name given with --text
      help: `The Story` holds the most text: read it with `--text 'The Story'`
      note: nothing was written
    "##);
    let empty = arrow_array::StructArray::new_empty_fields(2, None);
    let nested = of([texts("text", &["a", "b"]), ("author".to_owned(), Arc::new(empty) as ArrayRef)]);
    let mut stream =
        StreamWriter::try_new(File::create(folder.path("nested.arrow")).expect("a file"), &nested.schema())
            .expect("a writer");
    stream.write(&nested).expect("writes");
    stream.finish().expect("closes");
    insta::assert_snapshot!(run("nested.arrow"), @r##"
    exit 3
    --- stderr
    error: a column of a type that isn't supported
     --> nested.arrow, column `author`
      found:    Struct()
      expected: texts, numbers, booleans, dates, times, or lists of them
      help: convert it to texts, or leave it out with `--author ""`
      note: nothing was written
    "##);
    folder.write("text.parquet", "id,text\n1,one\n");
    insta::assert_snapshot!(run("text.parquet"), @r##"
    exit 3
    --- stderr
    error: not a Parquet file
     --> text.parquet
      found:    a file that begins with "id,text\n1,one\n"
      help: if it is CSV or JSON lines, give it that ending
      note: nothing was written
    "##);
    folder.write("cut.parquet", &b"PAR1\x15\x04\x15"[..]);
    insta::assert_snapshot!(run("cut.parquet"), @r##"
    exit 3
    --- stderr
    error: a damaged Parquet file
     --> cut.parquet
      found:    EOF: Parquet file too small. Size is 7 but need 8
      help: download or write the file again
      note: nothing was written
    "##);
}

#[test]
fn a_frame_in_memory_may_come_in_pieces_and_hashes_alike() {
    let articles = corpus();
    let whole = batch(&articles);
    let read = |batches: Vec<RecordBatch>| {
        let corpus = Corpus::of_batches("frame", batches, ReadOptions::default()).expect("opens");
        let mut read = Vec::new();
        corpus
            .survey(
                Pass::new(),
                |article| article,
                |_, article| {
                    read.push(article);
                    Ok(())
                },
            )
            .expect("reads");
        (read, corpus.inputs())
    };
    let (all, inputs) = read(vec![whole.clone()]);
    assert_eq!(all.len(), articles.len());
    assert_eq!((&all[3].id, &all[3].text), (&articles[3].id, &articles[3].text));
    assert_eq!(inputs[0].sha256.as_ref().map(String::len), Some(64));
    let pieces = vec![whole.slice(0, 5), whole.slice(5, 0), whole.slice(5, articles.len() - 5)];
    assert_eq!(read(pieces), (all, inputs));
}

#[test]
fn rows_without_ids_times_and_views_are_read() {
    let folder = Folder::new();
    let view: ArrayRef = Arc::new(StringViewArray::from(vec!["The rebels left.", "", "The regime stayed."]));
    let noon = 1_491_393_600_000_000;
    let times = TimestampMicrosecondArray::from(vec![noon, noon, noon]).with_timezone("Europe/Berlin");
    let frame = of([
        ("text".to_owned(), view),
        ("date".to_owned(), Arc::new(times) as ArrayRef),
        texts("outlet", &["A", "A", "B"]),
    ]);
    parquet(&folder, "x.parquet", &frame);
    let ran = folder.compare("x.parquet", "out");
    let articles = folder.table("out", "articles");
    let ids: Vec<&str> = articles.iter().map(|row| row.get("id")).collect();
    assert_eq!(ids, ["x-00001", "x-00003"]);
    assert_eq!(articles.only(&[("id", "x-00001")]).get("date"), "2017-04-05");
    assert!(ran.stdout.contains("the dates of times in Europe/Berlin were read in UTC"), "{}", ran.stdout);
    assert!(ran.stdout.contains("1 article without a text was left out"), "{}", ran.stdout);
    assert!(folder.read("out/run.json").contains("x.parquet"), "its hash is kept");
}

// ------------------------------------------------------------------------------------------------------- out

/// A table of Parquet as CSV would write it.
fn read_back(folder: &Folder, name: &str) -> Vec<Vec<String>> {
    let file = File::open(folder.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("a reader");
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.expect("a batch");
        let columns: Vec<Vec<String>> = batch.columns().iter().map(|column| written(column.as_ref())).collect();
        rows.extend((0..batch.num_rows()).map(|row| columns.iter().map(|c| c[row].clone()).collect::<Vec<_>>()));
    }
    rows
}

fn written(array: &dyn Array) -> Vec<String> {
    fn all<T>(values: impl Iterator<Item = Option<T>>, show: impl Fn(T) -> String) -> Vec<String> {
        values.map(|value| value.map(&show).unwrap_or_default()).collect()
    }
    match array.data_type() {
        DataType::Utf8 => all(array.as_string::<i32>().iter(), |t| aslant::spreadsheet::harmless(t).into_owned()),
        DataType::Int64 => all(array.as_primitive::<Int64Type>().iter(), |n| n.to_string()),
        DataType::Float64 => all(array.as_primitive::<Float64Type>().iter(), number),
        DataType::Date32 => all(array.as_primitive::<Date32Type>().iter(), |day| {
            chrono::NaiveDate::from_num_days_from_ce_opt(day + 719_163).expect("a day").to_string()
        }),
        other => panic!("{other}"),
    }
}

/// A table of JSON lines as CSV would write it.
fn json_back(folder: &Folder, name: &str) -> Vec<Vec<String>> {
    let row = |line: &str| {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).expect("an object");
        let value = |value: &serde_json::Value| match value {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => aslant::spreadsheet::harmless(text).into_owned(),
            serde_json::Value::Number(n) if n.is_f64() => number(n.as_f64().expect("a number")),
            other => other.to_string(),
        };
        let mut cells: Vec<(String, String)> = object.iter().map(|(key, v)| (key.clone(), value(v))).collect();
        cells.sort();
        cells.into_iter().map(|(_, cell)| cell).collect()
    };
    folder.read(name).lines().map(row).collect()
}

#[test]
fn every_table_of_parquet_and_json_is_that_of_csv() {
    let mut articles = corpus();
    // What a spreadsheet would run is made harmless in CSV, and unchanged everywhere else.
    articles[0].title = "=1+1".to_owned();
    let folder = Folder::with(&articles);
    let ran = folder.compare("articles.csv --format csv,parquet,json", "out");
    assert!(ran.stdout.contains("contrasts.csv, contrasts.parquet, contrasts.jsonl"), "{}", ran.stdout);
    for (name, _) in folder.tables("out") {
        let csv = folder.table("out", name);
        assert_eq!(read_back(&folder, &format!("out/{name}.parquet")), csv.rows, "{name}");
        let mut order: Vec<usize> = (0..csv.columns.len()).collect();
        order.sort_by_key(|&i| &csv.columns[i]);
        let sorted: Vec<Vec<String>> =
            csv.rows.iter().map(|row| order.iter().map(|&i| row[i].clone()).collect()).collect();
        assert_eq!(json_back(&folder, &format!("out/{name}.jsonl")), sorted, "{name}");
    }
    assert!(folder.read("out/articles.jsonl").contains("\"title\":\"=1+1\""));
    // Without --format there is only CSV.
    folder.compare("articles.csv", "plain");
    assert!(folder.names("plain").expect("a folder").iter().all(|name| !name.ends_with("parquet")));
}

#[test]
fn discover_writes_the_same_formats() {
    let folder = Folder::new();
    let articles = repository("seeds/articles");
    let ran = folder.run(&format!(
        "discover {} --min-articles 2 --placebo 0 --format parquet,json --out found",
        articles.display()
    ));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = folder.table("found", "keywords").rows;
    assert!(!rows.is_empty());
    assert_eq!(read_back(&folder, "found/keywords.parquet"), rows);
    assert_eq!(folder.read("found/keywords.jsonl").lines().count(), rows.len());
}

/// Arrow's reader panics on some of these bytes; that must be reported as an error of the file, like all others.
#[test]
fn a_frame_with_any_broken_byte_is_read_or_told() {
    let folder = Folder::new();
    let batch = of([texts("text", &["One text."])]);
    let mut whole = Vec::new();
    let mut writer = StreamWriter::try_new(&mut whole, &batch.schema()).expect("a writer");
    writer.write(&batch).expect("writes");
    writer.finish().expect("closes");
    let mut refused = 0;
    for at in (8..whole.len().min(240)).step_by(3) {
        let mut broken = whole.clone();
        broken[at] ^= 0x5a;
        folder.write("a.arrow", &broken);
        let ran = folder.run("clean a.arrow --out out.jsonl");
        assert!([0, 3].contains(&ran.code), "byte {at}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "byte {at}: {}", ran.stderr);
        refused += usize::from(ran.code == 3);
    }
    assert!(refused > 0);
}
