use super::*;
use crate::error::Kind;

#[test]
fn reading_ends_when_it_is_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let (settings, lexicons) = (Settings::default(), []);
    let counter = PartCounter::new(&lexicons, &settings, LineSurvey::default()).expect("a counter");
    let folders: Vec<(PathBuf, Header)> = (0..3)
        .map(|part| {
            let article = Article { id: part.to_string(), text: "Rebels left.".into(), ..Article::default() };
            let out = folder.path().join(&article.id);
            let header = write_part([counter.batch(&[article])], &lexicons, &settings, Vec::new(), &out);
            (out, header.expect("written"))
        })
        .collect();
    let (lexicon, stop, mut kept) = (lexicon(&lexicons).expect("none"), Stop::new(), Vec::new());
    let read = read(&folders, &lexicon, &Options::default(), &stop, &mut |article, _| {
        kept.push(article.id);
        stop.stop();
        Ok(())
    });
    assert_eq!(read.err().map(|e| e.kind()), Some(Kind::Stopped));
    assert_eq!(kept, ["0"]);
}

#[test]
fn articles_that_would_break_a_tally_are_refused() {
    let settings = Settings { columns: vec!["section".into()], ..Settings::default() };
    let counter = PartCounter::new(&[], &settings, LineSurvey::default()).expect("a counter");
    let article = |id: &str, extra: &[&str]| Article {
        id: id.into(),
        extra: extra.iter().map(|&text| text.to_owned()).collect(),
        ..Article::default()
    };
    assert_eq!(counter.batch(&[article("a", &["world"])]).expect("counted").num_rows(), 1);
    insta::assert_snapshot!(counter.batch(&[article("a", &[""]), article("", &[""])]).expect_err("no id"), @"
    an article without an id
     --> row 2
      expected: an id: nothing else identifies articles that are counted in parts
      help: make one from the address or from a hash of the text
    ");
    insta::assert_snapshot!(counter.batch(&[article("a", &[])]).expect_err("no section"), @"
    an article with other columns than the settings
     --> article `a`
      found:    0 in `Article::extra`
      expected: 1, as in `Settings::columns`; empty where absent
    ");
}

#[test]
fn words_come_back() {
    let mut table = TermTable::default();
    let stream =
        [table.id("the") | FIRST | CAPITAL, table.id("regime"), BREAK, table.id("") | CAPITAL, table.id("x") | FIRST];
    let text = written(&stream, &table);
    assert_eq!(text, "*the .regime | + ^x");
    let shared = SharedTermTable::default();
    let read = words(&text, &shared).expect("words");
    let names = shared.into_terms();
    let name = |w: &u32| if *w == BREAK { "|".into() } else { names[(w & WORD) as usize].clone() };
    assert_eq!(read.iter().map(name).collect::<Vec<_>>().join(","), "the,regime,|,,x");
    assert_eq!(read.iter().map(|w| w & !WORD).collect::<Vec<_>>(), stream.map(|w| w & !WORD));
    assert_eq!(words("", &SharedTermTable::default()), Some(Vec::new()));
    assert_eq!(words("no marks", &SharedTermTable::default()), None);
}
