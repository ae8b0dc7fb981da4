//! Whatever is written can be read back unchanged: articles in every format, lexicons, tallies, models, defaults.

use crate::common::{Folder, TABLES};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use aslant::corpus::{Article, Corpus, Pass, ReadOptions};
use aslant::cues::Lexicon;
use aslant::model::artifact::Model;
use chrono::NaiveDate;
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

const COLUMNS: [&str; 8] = ["id", "outlet", "date", "title", "author", "url", "language", "text"];

/// One line that begins and ends with letters, because white space at the ends of a name isn't part of it.
fn line() -> impl Strategy<Value = String> {
    "[\\PC\"',;=+@\t\\\\-]{0,12}".prop_map(|s| format!("a{s}z"))
}

/// Lines, including blank ones, with any marks; never without a word, nor with a tag, which would be removed.
fn text() -> impl Strategy<Value = String> {
    "[\\PC\"',;=+@\t\n\\\\-]{0,80}".prop_map(|s| format!("{}word", s.replace('<', "‹")))
}

prop_compose! {
    fn article()(
        names in proptest::array::uniform5(proptest::option::of(line())),
        day in proptest::option::of(0..40_000i32),
        text in text(),
    ) -> Article {
        let [outlet, title, author, url, language] = names;
        // White space within an outlet's name becomes one space, and letters and marks are composed.
        let outlet = outlet.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect());
        let date = day.and_then(|day| NaiveDate::from_num_days_from_ce_opt(710_000 + day));
        Article { outlet, title, author, url, language, date, text, ..Article::default() }
    }
}

fn articles() -> impl Strategy<Value = Vec<Article>> {
    proptest::collection::vec(article(), 1..12).prop_map(|mut articles| {
        articles.iter_mut().enumerate().for_each(|(n, article)| article.id = format!("n{n:02}"));
        articles
    })
}

/// The values of [`COLUMNS`].
fn values(a: &Article) -> [Option<String>; 8] {
    let [outlet, title, author, url, language] =
        [&a.outlet, &a.title, &a.author, &a.url, &a.language].map(Clone::clone);
    [Some(a.id.clone()), outlet, a.date.map(|d| d.to_string()), title, author, url, language, Some(a.text.clone())]
}

fn write_csv(articles: &[Article], path: &Path) {
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer.write_record(COLUMNS).unwrap();
    articles.iter().for_each(|a| writer.write_record(values(a).map(Option::unwrap_or_default)).unwrap());
    writer.flush().unwrap();
}

fn write_jsonl(articles: &[Article], path: &Path) {
    let object = |a: &Article| {
        let pairs = COLUMNS.into_iter().zip(values(a)).map(|(name, value)| (name.to_owned(), value.into()));
        serde_json::Value::Object(pairs.collect()).to_string() + "\n"
    };
    std::fs::write(path, articles.iter().map(object).collect::<String>()).unwrap();
}

fn write_parquet(articles: &[Article], path: &Path) {
    let column =
        |at: usize| -> ArrayRef { Arc::new(articles.iter().map(|a| values(a)[at].clone()).collect::<StringArray>()) };
    let batch = RecordBatch::try_from_iter(COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at)))).unwrap();
    let mut writer = ArrowWriter::try_new(std::fs::File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn read(path: &Path) -> Vec<Article> {
    let mut articles = Vec::new();
    let corpus = Corpus::open(ReadOptions::new([path])).unwrap();
    let keep = |_, article| {
        articles.push(article);
        Ok(())
    };
    corpus.for_each(Pass::new(), |_, article| article, keep).unwrap();
    articles
}

/// A lexicon as TOML, with names and cues of any kind.
#[derive(Debug, Clone)]
struct Written {
    contrasts: Vec<(String, [Vec<String>; 2])>,
}

fn lexicon() -> impl Strategy<Value = Written> {
    let cues = || proptest::collection::btree_set("[a-zé]{3,8}( [a-z]{3,6})?\\*?", 1..4);
    proptest::collection::vec((line(), [cues(), cues()]), 1..4).prop_map(|contrasts| {
        let mut contrasts: Vec<_> =
            contrasts.into_iter().map(|(name, cues)| (name, cues.map(Vec::from_iter))).collect();
        // Each name and each cue only once.
        for (n, (name, poles)) in contrasts.iter_mut().enumerate() {
            // Names are used in column headers.
            *name = format!("{}{n}", name.replace([':', ','], "."));
            for (pole, cues) in poles.iter_mut().enumerate() {
                cues.iter_mut().for_each(|cue| *cue = format!("q{n}{pole}{cue}"));
            }
        }
        Written { contrasts }
    })
}

fn as_toml(written: &Written) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut toml = String::new();
    for (name, poles) in &written.contrasts {
        toml += &format!("[[contrast]]\nname = {}\n", quoted(name));
        for (pole, cues) in poles.iter().enumerate() {
            let cues: Vec<String> = cues.iter().map(|cue| quoted(cue)).collect();
            toml += &format!(
                "[[contrast.pole]]\nname = {}\ncues = [{}]\n",
                quoted(&format!("{name}{pole}")),
                cues.join(", ")
            );
        }
    }
    toml
}

/// Articles with labels and outlets, with cues, quotations and characters that begin formulas.
fn labelled() -> impl Strategy<Value = Vec<u8>> {
    const WORDS: [&str; 15] = [
        "the",
        "government",
        "regime",
        "rebels",
        "met.",
        "“we",
        "left,”",
        "he",
        "said.",
        "=sum",
        "+1",
        "-x",
        "@all",
        "terrorists",
        "'s",
    ];
    proptest::collection::vec(proptest::collection::vec(proptest::sample::select(&WORDS[..]), 4..40), 40).prop_map(
        |texts| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["id", "outlet", "date", "label", "text"]).unwrap();
            for (n, words) in texts.iter().enumerate() {
                let [id, outlet, date] =
                    [format!("n{n:02}"), format!("Outlet {}", n % 5), format!("2017-0{}-11", 1 + n % 9)];
                let label = ["=pro", "con"][(n / 5) % 2];
                let text = format!("{} {}", ["A loud", "So quiet"][(n / 5) % 2], words.join(" "));
                writer.write_record([&id, &outlet, &date, label, &text]).unwrap();
            }
            writer.into_inner().unwrap()
        },
    )
}

fn ok(folder: &Folder, command: &str) {
    let ran = folder.run(command);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command}: {ran:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn articles_come_back_from_every_format(articles in articles()) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        write_csv(&articles, &path("a.csv"));
        write_jsonl(&articles, &path("a.jsonl"));
        write_parquet(&articles, &path("a.parquet"));
        for name in ["a.csv", "a.jsonl", "a.parquet"] {
            prop_assert_eq!(&read(&path(name)), &articles, "{}", name);
        }
    }

    #[test]
    fn lexicons_come_back(written in lexicon()) {
        let lexicon = Lexicon::parse("cues.toml", &as_toml(&written)).unwrap();
        let contrasts: Vec<(String, [Vec<String>; 2])> = lexicon
            .contrasts
            .iter()
            .map(|c| (c.name.clone(), [0, 1].map(|pole: usize| c.poles[pole].cues.iter().map(|cue| cue.text.clone()).collect())))
            .collect();
        prop_assert_eq!(contrasts, written.contrasts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn counts_of_any_articles_give_the_tables_of_their_texts(articles in labelled()) {
        let folder = Folder::new();
        folder.write("articles.csv", articles);
        ok(&folder, "compare articles.csv --cues cues.toml --placebo 0 --quiet --out texts");
        for detail in ["counts", "ordered"] {
            ok(&folder, &format!("tally articles.csv --cues cues.toml --detail {detail} --quiet --out tally-{detail}"));
            ok(&folder, &format!("compare tally-{detail} --placebo 0 --quiet --out {detail}"));
            for name in TABLES.iter().filter(|name| **name != "evidence") {
                let name = format!("{name}.csv");
                prop_assert_eq!(folder.read(&format!("texts/{name}")), folder.read(&format!("{detail}/{name}")), "{} {}", detail, name);
            }
        }
    }

    #[test]
    fn models_come_back_to_the_byte(articles in labelled()) {
        let folder = Folder::new();
        folder.write("articles.csv", articles);
        ok(&folder, "train articles.csv --label label --features char --c 1 --quiet --out model");
        let place = folder.path("model");
        let mut model = Model::read(&place).unwrap();
        model.training = Some(model.read_training(&place).unwrap());
        model.write(&folder.path("again")).unwrap();
        let [written, again] = ["model", "again"].map(|name| folder.bytes(name).unwrap());
        prop_assert_eq!(again.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>());
        let differ: Vec<&String> = written.keys().filter(|name| written[*name] != again[*name]).collect();
        let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
        let json = [&written, &again].map(|files| lines(&files["model.json"]));
        let first = json[0].iter().zip(&json[1]).find(|(one, other)| one != other);
        prop_assert!(differ.is_empty(), "{:?}: {:?}", differ, first);
    }

    #[test]
    fn defaults_come_back(names in proptest::array::uniform3(line())) {
        let [id, outlet, text] = names;
        let [id, outlet, text] = [format!("i{id}"), format!("o{outlet}"), format!("t{text}")];
        let folder = Folder::new();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record([&id, &outlet, &text, "body"]).unwrap();
        writer.write_record(["1", "Bugle", "The regime met.", "no"]).unwrap();
        folder.write("articles.csv", writer.into_inner().unwrap());
        let quoted = |text: &str| toml::Value::from(text).to_string();
        folder.write("aslant.toml", format!("[clean]\nid = {}\noutlet = {}\ntext = {}\n", quoted(&id), quoted(&outlet), quoted(&text)));
        ok(&folder, "clean articles.csv --quiet --out out.jsonl");
        let told: serde_json::Value = serde_json::from_str(&folder.read("out.jsonl")).unwrap();
        prop_assert_eq!((told["id"].as_str(), told["outlet"].as_str()), (Some("1"), Some("Bugle")));
        prop_assert!(told.to_string().contains("The regime met."));
    }
}
