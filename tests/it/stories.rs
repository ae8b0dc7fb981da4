//! Stories and reprints, on the sample articles: four outlets report the same ten events.

use crate::common::{Article, Folder, Table, article, repository};
use std::collections::BTreeMap;

/// The sample articles with their ids, and the story named in their front matter.
fn seeds() -> Vec<(Article, String)> {
    let entries = std::fs::read_dir(repository("seeds/articles")).expect("the seeds");
    let mut paths: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    paths.iter().map(|path| parse(path)).collect()
}

fn parse(path: &std::path::Path) -> (Article, String) {
    let whole = std::fs::read_to_string(path).expect("reads");
    let mut parts = whole.splitn(3, "---\n").skip(1);
    let (matter, text) = (parts.next().expect("front matter"), parts.next().expect("a text"));
    let field = |name: &str| {
        let line = matter.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_matches('"').to_owned()
    };
    let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let mut article = article(id, &field("outlet:"), text.trim());
    article.date = field("date:");
    article.title = field("title:");
    (article, field("story:"))
}

fn stories(articles: &[Article]) -> (Table, String) {
    let folder = Folder::with(articles);
    folder.write("out/notes.txt", "mine");
    assert_eq!(folder.run("stories articles.csv --out out/stories.csv").code, 0);
    (folder.table("out", "stories"), folder.read("out/stories.csv"))
}

fn named(table: &Table) -> BTreeMap<String, String> {
    table.iter().map(|row| (row.get("id").to_owned(), row.get("story").to_owned())).collect()
}

#[test]
fn the_sample_articles_are_told_apart_by_event() {
    let seeds = seeds();
    let articles: Vec<Article> = seeds.iter().map(|(a, _)| a.clone()).collect();
    let found = named(&stories(&articles).0);
    for (a, event_a) in &seeds {
        for (b, event_b) in &seeds {
            assert_eq!(found[&a.id] == found[&b.id], event_a == event_b, "{} and {}", a.id, b.id);
        }
    }
    // Without dates some articles may be in no story, but no two events are merged.
    let undated: Vec<Article> = articles.into_iter().map(|a| Article { date: String::new(), ..a }).collect();
    let found = named(&stories(&undated).0);
    for (a, event_a) in &seeds {
        let joined = |b: &str| !found[&a.id].is_empty() && found[&a.id] == found[b];
        assert!(seeds.iter().all(|(b, event_b)| event_a == event_b || !joined(&b.id)), "{}", a.id);
    }
    assert!(found.values().filter(|story| !story.is_empty()).count() >= 36, "{found:?}");
}

#[test]
fn the_order_of_articles_changes_no_byte() {
    let mut articles: Vec<Article> = seeds().into_iter().map(|(a, _)| a).collect();
    let (_, straight) = stories(&articles);
    articles.reverse();
    articles.swap(3, 17);
    assert_eq!(stories(&articles).1, straight);
}

#[test]
fn an_unrelated_article_stands_alone_and_changes_no_story() {
    let mut articles: Vec<Article> = seeds().into_iter().map(|(a, _)| a).collect();
    let before = named(&stories(&articles).0);
    let text = "A chess grandmaster from Reykjavik baked rye loaves while penguins juggled marble teapots in a quiet opera \
        house, and nobody on the island could explain why the orchestra had painted its trombones in turquoise stripes.";
    articles.push(article("zz", "Gazette", text));
    let mut after = named(&stories(&articles).0);
    assert_eq!(after.remove("zz").as_deref(), Some(""));
    assert_eq!(after, before);
}

#[test]
fn half_of_a_report_in_a_longer_article_is_a_reprint_and_still_counts() {
    let words = |from: usize, to: usize| (from..to).map(|i| format!("word{i}x")).collect::<Vec<_>>().join(" ");
    let report = format!("The government met. {}. (Reuters)", words(0, 400));
    let longer = format!("The regime met. {}. {}.", words(1000, 1700), words(0, 250));
    let half = format!("The regime met. {}.", words(150, 400));
    let mut all = [article("a", "Wire", report), article("b", "Daily", longer), article("c", "Weekly", half)];
    for (day, article) in all.iter_mut().enumerate() {
        article.date = format!("2020-01-0{}", day + 1);
    }
    let folder = Folder::with(&all);
    let ran = folder.compare("articles.csv", "out");
    assert!(ran.stdout.contains("; 1 reprint left out; 1 article copied in part and counted;"), "{}", ran.stdout);
    let articles = folder.table("out", "articles");
    let row = |id| articles.only(&[("id", id)]);
    assert_eq!(["a", "b", "c"].map(|id| row(id).get("left_out")), ["", "", "reprint"]);
    let words = row("a").count("words") + row("b").count("words");
    assert!(ran.stdout.contains(&format!("{},{:03} words of prose", words / 1000, words % 1000)), "{}", ran.stdout);
    assert_eq!((row("a").get("reprint_of"), row("a").get("agency")), ("", "Reuters"));
    assert_eq!((row("b").get("reprint_of"), row("c").get("reprint_of")), ("a", "a"));
    let similarity = row("b").number("similarity").expect("a number");
    assert!((0.4..0.8).contains(&similarity), "{similarity}");
    // The longer article is mostly original; the half is a copy and left out.
    let outlets = folder.table("out", "outlets");
    let counted = |outlet| outlets.only(&[("outlet", outlet)]).count("articles");
    assert_eq!((counted("Wire"), counted("Daily"), counted("Weekly")), (1, 1, 0));
}

#[test]
fn compare_fills_stories_and_keeps_to_shared_ones_where_asked() {
    let mut articles: Vec<Article> = seeds().into_iter().map(|(a, _)| a).collect();
    articles.push(article("zz", "Gazette", "The government of the island baked rye loaves and painted its trombones."));
    let folder = Folder::with(&articles);
    assert_eq!(folder.run("compare articles.csv --cues cues.toml --out all").code, 0);
    assert_eq!(folder.run("compare articles.csv --cues cues.toml --out same --same-story").code, 0);
    let stories = |name: &str, outlet: &str| folder.table(name, "outlets").only(&[("outlet", outlet)]).count("stories");
    // One of Free Levant's ten articles is a reprint, which isn't counted in a story.
    assert_eq!((stories("all", "The Meridian"), stories("all", "Free Levant"), stories("all", "Gazette")), (10, 9, 0));
    let counted = |name: &str| folder.table(name, "outlets").only(&[("outlet", "Gazette")]).count("articles");
    assert_eq!((counted("all"), counted("same")), (1, 0));
}

#[test]
fn articles_that_do_not_read_like_english_are_told_by_every_command() {
    let german = "Die Regierung hat am Montag die Brücke über den Fluss wieder öffnen lassen, nachdem sie drei Jahre lang \
                  gesperrt war. Viele Bewohner kamen schon am frühen Morgen, um sich das Bauwerk anzusehen, und manche \
                  brachten Blumen mit. Der Bürgermeister sagte, man habe lange auf diesen Tag gewartet, und dankte allen, \
                  die geholfen hatten.";
    let mut articles: Vec<Article> = seeds().into_iter().map(|(article, _)| article).collect();
    articles.push(article("zz-german", "The Meridian", german));
    let folder = Folder::with(&articles);
    for command in [
        "discover articles.csv --placebo 0 --out discovered",
        "plan articles.csv --cues cues.toml",
        "stories articles.csv --out stories.csv",
        "cues suggest cues.toml articles.csv --splits 0",
        "compare articles.csv --cues cues.toml --placebo 0 --out compared",
    ] {
        let ran = folder.run(command);
        let told = "1 article doesn't read like English (first: zz-german): ";
        assert!(ran.code == 0 && ran.stdout.replace("\n  ", " ").contains(told), "{command}: {ran:?}");
    }
}
