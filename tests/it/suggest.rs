//! `aslant cues suggest`: a substitute is found, its opponent is not, and nothing else affects that.

use crate::common::{Article, Folder, Prose, article};

const LEXICON: &str = r#"
[[contrast]]
name = "groups"
about = "who fights"
[[contrast.pole]]
name = "terrorists"
cues = ["terrorist*"]
[[contrast.pole]]
name = "rebels"
cues = ["rebel*"]

[[contrast]]
name = "others"
[[contrast.pole]]
name = "state"
cues = ["soldiers"]
[[contrast.pole]]
name = "gunmen"
cues = ["insurgent*"]

[[category]]
name = "unseen"
cues = ["zebra*"]
"#;

const DEEDS: [&str; 8] = [
    "were killed near the bridge when {} attacked",
    "fired rockets at the market held by {}",
    "seized two villages from {} on the road",
    "withdrew from the old quarter after {} came",
    "shelled the harbour while {} waited",
    "agreed to leave the town in buses that {} burned",
    "clashed for hours with {} in the hills",
    "captured the tower and drove {} out",
];

/// Outlets that each have a name for the same men, next to "soldiers"; among articles about other things.
fn articles() -> Vec<Article> {
    let names = [("Palace", "terrorists"), ("Square", "rebels"), ("Harbour", "insurgents"), ("Meridian", "armed men")];
    let mut prose = Prose::new(3);
    (0..240)
        .map(|i| {
            let (outlet, own) = names[i % 4];
            let mut sentences: Vec<String> = (0..4).map(|_| prose.plain()).collect();
            for _ in 0..4 {
                // Outlets use another's name now and then.
                let name = if prose.below(4) == 0 { names[prose.below(4)].1 } else { own };
                let deed = DEEDS[prose.below(8)].replace("{}", ["soldiers", "the soldiers"][prose.below(2)]);
                let lead = ["The", "Dozens of", "Some", "All the"][prose.below(4)];
                sentences.push(format!("{lead} {name} {deed}."));
                sentences.push(prose.plain());
            }
            article(format!("t{i:03}"), outlet, sentences.join(" "))
        })
        .collect()
}

fn folder(articles: &[Article]) -> Folder {
    let folder = Folder::with(articles);
    folder.write("groups.toml", LEXICON);
    folder
}

const SUGGEST: &str = "cues suggest groups.toml articles.csv --contrast groups --splits 2 --out out";

#[test]
fn other_names_of_the_same_come_first() {
    let folder = folder(&articles());
    let ran = folder.run(SUGGEST);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let table = folder.table("out", "suggestions");
    let cues: Vec<&str> = table.iter().take(2).map(|r| r.get("cues")).collect();
    assert_eq!(cues, ["insurgents", "armed men"]);
    let first = table.iter().next().unwrap();
    assert!(first.number("alone") == Some(1.0));
    assert!(first.number("together").unwrap() < 1.0 && first.number("found") == Some(1.0));
    assert!(first.count("outlets") >= 3 && first.count("without_cue") > 0);
    assert!(first.get("example").contains(&format!("[{}]", first.get("cues"))), "{}", first.get("example"));
    assert!(!cues.contains(&"soldiers"));
    // Cues of another contrast are reported as such.
    let already: Vec<&str> = table.iter().take(2).map(|r| r.get("cue_of")).collect();
    assert_eq!(already, ["others / gunmen", ""]);
    assert!(ran.stdout.contains("      already a cue of others / gunmen\n"), "{ran:?}");
    let names = ran.stdout.lines().find(|line| line.contains("likeness  times")).unwrap();
    for name in names.split_whitespace().filter(|name| !["#", "nearest"].contains(name)) {
        assert!(table.column(name) < 100, "a column of the terminal that the table calls otherwise: {name}");
    }
    // The text to be pasted is a list as in a lexicon.
    let pasted = folder.read("out/suggestions.toml");
    assert!(
        pasted.contains("cues = [\n")
            && pasted.contains("\"insurgents\",")
            && pasted.contains(", already a cue of others / gunmen,"),
        "{pasted}"
    );
    assert!(ran.stdout.contains(&pasted));
}

#[test]
fn the_same_bytes_on_any_threads_in_any_order() {
    let mut articles = articles();
    let ran = |articles: &[Article], arguments: &str| {
        let folder = folder(articles);
        (folder.run(&format!("{SUGGEST} {arguments}")).stdout, folder.read("out/suggestions.csv"))
    };
    let one = ran(&articles, "--threads 1");
    assert_eq!(ran(&articles, "--threads 3"), one);
    articles.reverse();
    assert_eq!(ran(&articles, ""), one);
}

#[test]
fn where_cues_are_too_rare_nothing_is_listed() {
    let folder = folder(&articles());
    let ran = folder.run("cues suggest groups.toml articles.csv --contrast unseen");
    assert_eq!(ran.code, 0, "{ran:?}");
    insta::assert_snapshot!(ran.stdout, @r"
    240 articles of 4 outlets; 0 reprints left out

    unseen: unseen 0 uses in 0 articles
      too few uses of its cues, or too few articles, to say where they are used
    ");
}

#[test]
fn an_unknown_contrast_is_told() {
    let folder = folder(&articles()[..4]);
    let ran = folder.run("cues suggest groups.toml articles.csv --contrast group");
    insta::assert_snapshot!(format!("exit {}\n{}", ran.code, ran.stderr), @r#"
    exit 2
    error: no such contrast
      found:    "group"
      expected: one of groups, others, unseen
      help: name a contrast of the lexicon, or leave --contrast out to look at all
    "#);
}
