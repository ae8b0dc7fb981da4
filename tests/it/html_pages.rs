//! HTML pages: what is read from invented ones in `tests/cleaning/html/`, and that no page crashes the program.

use std::path::Path;

use aslant::corpus::{Article, Corpus, Pass, ReadOptions};
use aslant::text::clean::{Cleaner, Known, LineSurvey};
use serde::Deserialize;

#[derive(Deserialize)]
struct Gold {
    page: Vec<GoldPage>,
}

#[derive(Deserialize)]
struct GoldPage {
    file: String,
    outlet: Option<String>,
    date: Option<String>,
    title: Option<String>,
    author: Option<String>,
    language: Option<String>,
    prose: Vec<String>,
}

fn read(input: &Path) -> aslant::error::Result<Vec<Article>> {
    let corpus = Corpus::open(ReadOptions::new([input]))?;
    let mut all = Vec::new();
    corpus.survey(
        Pass::new(),
        |article| article,
        |_, article| {
            all.push(article);
            Ok(())
        },
    )?;
    Ok(all)
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).collect()
}

/// How many of these words are in the other list, counted with repetition.
fn common(words: &[&str], other: &[&str]) -> usize {
    let mut left = other.to_vec();
    let mut is_left = |word: &&&str| left.iter().position(|l| l == *word).map(|at| left.swap_remove(at)).is_some();
    words.iter().filter(|word| is_left(word)).count()
}

#[test]
fn pages_give_their_prose_and_say_who_wrote_it() {
    let folder = Path::new("tests/cleaning/html");
    let gold: Gold = toml::from_str(include_str!("../cleaning/html/gold.toml")).unwrap();
    let articles = read(folder).unwrap();
    assert_eq!(articles.len(), gold.page.len());
    let cleaner = Cleaner::new(LineSurvey::default());
    let (mut prose, mut kept, mut left) = (0, 0, 0);
    let mut wrong: Vec<String> = Vec::new();
    for page in &gold.page {
        let stem = page.file.trim_end_matches(".html");
        let article = articles.iter().find(|article| article.id == stem).unwrap();
        let date = article.date.map(|day| day.to_string());
        let found = [&article.outlet, &date, &article.title, &article.author, &article.language];
        let told = [&page.outlet, &page.date, &page.title, &page.author, &page.language];
        let pairs = found.into_iter().zip(told).filter(|(found, told)| found != told);
        wrong.extend(pairs.map(|(found, told)| format!("{stem}: {found:?} instead of {told:?}")));
        let known = Known { outlet: None, title: article.title.as_deref(), author: article.author.as_deref() };
        let cleaned = cleaner.clean(&article.text, known).paragraphs;
        let text = cleaned.iter().map(|range| &article.text[range.clone()]).collect::<Vec<_>>().join("\n");
        let (want, found) = (page.prose.join("\n"), words(&text));
        let title = words(article.title.as_deref().unwrap_or_default());
        let same = common(&words(&want), &found);
        (prose, kept) = (prose + words(&want).len(), kept + same);
        left += (found.len() - same).saturating_sub(title.len());
        if same * 100 < words(&want).len() * 95 {
            wrong.push(format!("{stem} lost prose: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(kept * 100 >= prose * 98, "{kept} of {prose} words of prose");
    assert!(left * 100 <= prose * 2, "{left} words that are none, beside {prose} of prose");
}

#[test]
fn the_manifest_goes_before_what_a_page_says() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::copy("tests/cleaning/html/json-ld.html", folder.path().join("in/a.html")).unwrap();
    std::fs::write(folder.path().join("manifest.csv"), "file,outlet\na.html,The Other\n").unwrap();
    let mut options = ReadOptions::new([folder.path().join("in")]);
    options.manifest = Some(folder.path().join("manifest.csv"));
    let corpus = Corpus::open(options).unwrap();
    let check = |_, article: Article| {
        assert_eq!(
            (article.outlet.as_deref(), article.title.as_deref()),
            (Some("The Other"), Some("Court stops rent cap"))
        );
        assert!(article.text.starts_with("A judge stopped") || article.text.starts_with("Court stops"));
        Ok(())
    };
    assert_eq!(corpus.survey(Pass::new(), |article| article, check).unwrap().articles, 1);
}

#[test]
fn hostile_pages_end_in_an_error_or_in_an_article() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    let paragraph =
        "<p>The town of Arle opened its new bridge on Saturday, later than planned and at twice the cost.</p>";
    let message = |page: &[u8]| {
        std::fs::write(&path, page).unwrap();
        match read(&path) {
            Ok(articles) => format!("{} articles", articles.len()),
            Err(error) => error.to_string().replace(&format!("{}", folder.path().display()), "DIR"),
        }
    };
    insta::assert_snapshot!(message("<div>".repeat(100_000).as_bytes()), @"
    a page that can't be read
     --> DIR/page.html
      found:    elements nested more than 512 deep
      expected: the page of one article
      help: save its text as a .txt file, or remove it from the input
      note: nothing was written
    ");
    insta::assert_snapshot!(message(format!("{}{paragraph}", "<b><i>".repeat(400)).as_bytes()), @"
    a page that can't be read
     --> DIR/page.html
      found:    elements nested more than 512 deep
      expected: the page of one article
      help: save its text as a .txt file, or remove it from the input
      note: nothing was written
    ");
    let deep = "<div>".repeat(500) + &paragraph.repeat(5) + &"</div>".repeat(500);
    assert_eq!(message(deep.as_bytes()), "1 articles");
    let long = format!("<html><body><article>{}</article></body></html>", paragraph.repeat(100_000));
    assert_eq!(message(long.as_bytes()), "1 articles");
    let mut large = vec![b' '; 33 << 20];
    large[..6].copy_from_slice(b"<html>");
    insta::assert_snapshot!(message(&large), @"
    a page that can't be read
     --> DIR/page.html
      found:    a page of more than 32 MiB
      expected: the page of one article
      help: save its text as a .txt file, or remove it from the input
      note: nothing was written
    ");
    for broken in [
        "<",
        "<!--",
        "</",
        "<html><script>",
        "<p",
        "<table><tr><td><p>x",
        "<svg><![CDATA[",
        "&#x110000;&#0;&",
        "<a b='",
    ] {
        let page = format!("<html><body>{}{broken}", paragraph.repeat(3));
        assert_eq!(message(page.as_bytes()), "1 articles", "{broken}");
    }
    assert!(message(b"<html><body></body></html>").starts_with("no articles"));
}
