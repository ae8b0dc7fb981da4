//! What only other rows can decide: the order of day and month, and which names are alike.

use super::*;

/// The days that are read in later passes, by id.
fn days(corpus: &Corpus) -> Vec<String> {
    let mut days = Vec::new();
    let day = |_, article: Article| article.date.map_or_else(String::new, |date| date.to_string());
    let push = |_, day| {
        days.push(day);
        Ok(())
    };
    corpus.for_each(Pass::new(), day, push).expect("reads");
    days
}

#[test]
fn the_dates_of_a_file_tell_the_order_of_each_other() {
    let dir = folder(&[
        ("day.csv", b"text,date\na,03/04/2019\nb,25/12/2018\nc,2019-05-06\nd,3.4.2020\ne,04/04/2019\n"),
        ("either.csv", b"text,date\na,03/04/2019\nb,05/06/2019\n"),
        ("month.jsonl", b"{\"text\": \"a\", \"date\": \"03/04/2019\"}\n{\"text\": \"b\", \"date\": \"12/25/2018\"}\n"),
        ("both.csv", b"text,date\na,25/12/2018\nb,03/04/2019\nc,12/26/2018\n"),
    ]);
    let open = |inputs: &[&str]| Corpus::open(options(dir.path(), inputs)).expect("opens");
    let corpus = open(&["day.csv", "either.csv", "month.jsonl", "both.csv"]);
    let day = ["2019-04-03", "2018-12-25", "2019-05-06", "2020-04-03", "2019-04-04"];
    let others = ["2019-03-04", "2019-05-06", "2019-03-04", "2018-12-25", "2018-12-25", "2019-03-04", "2018-12-26"];
    assert_eq!(days(&corpus), [&day[..], &others].concat());
    assert!(matches!(
        &corpus.warnings()[..],
        [Warning::EitherOrder { count: 2, example, first }, Warning::BothOrders { either: 1, .. }]
            if example == "03/04/2019" && first.ends_with("either.csv:2")
    ));
    assert_eq!(open(&["day.csv"]).warnings(), []);
    // With a fixed order each value is read on its own.
    let mut fixed = options(dir.path(), &["either.csv"]);
    fixed.date_order = DateOrder::DayFirst;
    let fixed = Corpus::open(fixed).expect("opens");
    assert_eq!(days(&fixed), ["2019-04-03", "2019-06-05"]);
    assert_eq!(fixed.warnings(), []);
}

#[test]
fn texts_and_manifests_tell_the_order_of_dates_too() {
    let dir = folder(&[
        ("in/a.txt", b"---\ndate: 03/04/2019\n---\na"),
        ("in/b.txt", b"---\ndate: 25/12/2018\n---\nb"),
        ("of/c.txt", b"c"),
        ("of/d.txt", b"d"),
        ("manifest.csv", b"file,date\nc.txt,03/04/2019\nd.txt,12/25/2018\n"),
    ]);
    let corpus = Corpus::open(options(dir.path(), &["in"])).expect("opens");
    assert_eq!(days(&corpus), ["2019-04-03", "2018-12-25"]);
    let mut known = options(dir.path(), &["of"]);
    known.manifest = Some(dir.path().join("manifest.csv"));
    assert_eq!(days(&Corpus::open(known).expect("opens")), ["2019-03-04", "2018-12-25"]);
}

#[test]
fn what_reads_only_once_has_the_same_days() {
    let dir = folder(&[("a.csv", b"text,date\na,11/12/2019\nb,25/12/2018\nc,01/10/2019\n")]);
    let corpus = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    let mut seen = Vec::new();
    let read = |article: Article, group| (article.date.expect("a date"), group);
    corpus
        .survey_dated(Pass::new(), read, |_, date| {
            seen.push(date);
            Ok(())
        })
        .expect("reads");
    let settled: Vec<String> = seen.iter().map(|(day, group)| corpus.settled(*day, *group).to_string()).collect();
    assert_eq!(settled, ["2019-12-11", "2018-12-25", "2019-10-01"]);
    assert_eq!(days(&corpus), settled);
    // Once the order is known, nothing is turned a second time.
    let mut again = Vec::new();
    corpus
        .survey_dated(Pass::new(), read, |_, (day, group)| {
            again.push(corpus.settled(day, group).to_string());
            Ok(())
        })
        .expect("reads");
    assert_eq!(again, settled);
}

#[test]
fn dates_in_the_future_are_told_apart_from_other_warnings() {
    let dir = folder(&[("a.csv", b"text,date\na,2020-05-01\nb,2020-05-02\nc,2020-05-03\nd,05/12/2020\ne,25/4/2020\n")]);
    let mut on_a_day = options(dir.path(), &["a.csv"]);
    on_a_day.today = chrono::NaiveDate::from_ymd_opt(2020, 5, 1);
    let corpus = Corpus::open(on_a_day).expect("opens");
    assert_eq!(articles_of(&corpus), 5);
    assert_eq!(corpus.warnings(), []);
    let late = corpus.late_dates().expect("late dates");
    assert!(
        matches!(&late, Warning::LateDates { count: 2, example, first }
        if example == "2020-05-03" && first.ends_with("a.csv:4")),
        "{late}"
    );
    let any_day = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    assert_eq!((articles_of(&any_day), any_day.late_dates()), (5, None));
}

fn articles_of(corpus: &Corpus) -> usize {
    corpus.survey(Pass::new(), drop, |_, ()| Ok(())).expect("reads").articles
}

#[test]
fn outlets_are_told_apart_by_what_can_be_seen() {
    let names = "TRT World|TRT  World| TRT\u{a0}World |TRT \u{200b}World\u{feff}|NaN|N/A|null|none|Nan Times";
    let rows: String = names.split('|').map(|name| format!("a\t{name}\n")).collect();
    let dir = folder(&[("a.tsv", format!("text\toutlet\n{rows}").as_bytes())]);
    let all = read(options(dir.path(), &["a.tsv"])).expect("reads");
    let outlets: Vec<Option<&str>> = all.iter().map(|article| article.outlet.as_deref()).collect();
    let trt = Some("TRT World");
    assert_eq!(outlets, [trt, trt, trt, trt, None, None, None, None, Some("Nan Times")]);
}

#[test]
fn names_are_composed() {
    let names = ["Le Te\u{301}moin", "Le Témoin"];
    let rows = names.map(|name| format!("a\t{name}\t{name}\n")).concat();
    let dir = folder(&[("a.tsv", format!("text\toutlet\tside\n{rows}").as_bytes())]);
    let mut options = options(dir.path(), &["a.tsv"]);
    options.columns.extra = vec!["side".to_owned()];
    for article in read(options).expect("reads") {
        assert_eq!((article.outlet.as_deref(), article.extra.as_slice()), (Some(names[1]), &[names[1].to_owned()][..]));
    }
}

#[test]
fn outlets_that_differ_only_by_case_are_named() {
    let dir = folder(&[(
        "a.csv",
        "text,outlet\na,ahram\nb,Ahram\nc,AHRAM\nd,Bugle\ne,Été\nf,été\ng,ahram\n,bugle\n".as_bytes(),
    )]);
    let corpus = Corpus::open(options(dir.path(), &["a.csv"])).expect("opens");
    assert_eq!(articles(&corpus).expect("reads").len(), 7);
    let told: Vec<String> = corpus.warnings().iter().map(Warning::to_string).collect();
    insta::assert_snapshot!(told[1], @r"
    5 outlets whose names differ only by case are counted separately
      found:    `AHRAM`, `Ahram`, `ahram`; `Été`, `été`
      help: if they are one outlet, write its name in one way
    ");
}
