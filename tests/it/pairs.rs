//! `pairs.csv`: comparisons of two outlets.

use crate::common::{Article, CUES, Folder, article, assert_close, compare_here, corpus};
use aslant::compare::pairs::{Matched, Note, Row};
use aslant::compare::{Comparison, Options, Warning};

/// Six events, each reported by Bugle and Courier in nearly the same words except for the name.
fn events() -> Vec<Article> {
    let places = ["Harbour", "Quarry", "Orchard", "Library", "Tunnel", "Bakery"];
    let mut articles = Vec::new();
    for (i, place) in places.iter().enumerate() {
        for (outlet, name) in [("Bugle", "government"), ("Courier", if i == 0 { "government" } else { "regime" })] {
            let text = format!(
                "A fire at the {place} on Tuesday burned the {place} roof and hurt {n} {place} workers. The {name} sent \
                 {n} engines to the {place}. Firemen from {place} street said that the {place} smoke was seen for \
                 {n} miles. The {name} will count what the {place} fire has cost.",
                n = i + 3
            );
            let mut a = article(format!("{outlet}-{i}"), outlet, text);
            a.title = format!("{outlet}: fire at the {place}");
            a.date = format!("2016-03-{:02}", 1 + i);
            articles.push(a);
        }
    }
    articles
}

fn row(c: &Comparison, pole: usize, matched: Matched) -> &Row {
    let state = |r: &&Row| r.outlets == (0, 1) && r.contrast == 0 && r.pole == pole && r.matched == matched;
    c.pairs.iter().find(state).expect("a row")
}

#[test]
fn two_outlets_within_the_stories_that_both_tell() {
    let options = Options { reprints: aslant::compare::Reprints::Keep, ..Options::default() };
    let c = compare_here(&events(), CUES, options);
    let stories = row(&c, 0, Matched::Stories);
    // One story has only one name and carries no information; in five the outlets never use the same name.
    assert_eq!((stories.stories, stories.carrying, stories.articles), (6, 5, (6, 6)));
    assert_eq!((stories.odds_ratio, stories.note), (None, Some(Note::OneName)));
    assert_eq!(stories.p, Some(1.0 / 16.0), "five of one mind: two ways in thirty-two");
    let none = c.pairs.iter().find(|r| r.contrast == 1 && r.matched == Matched::Stories).expect("a row");
    assert_eq!((none.stories, none.p, none.note), (0, None, Some(Note::NoUse)));
}

/// The numbers of a row, first those of the first outlet, then those of the second.
fn numbers(r: &Row) -> [Option<f64>; 6] {
    [r.odds_ratio, r.interval.map(|i| i.0), r.interval.map(|i| i.1), r.robust.map(|i| i.0), r.robust.map(|i| i.1), r.p]
}

#[test]
fn outlets_that_change_places_turn_the_odds_ratio() {
    let articles = corpus();
    // Bugle becomes the last of all names.
    let turned: Vec<Article> = articles
        .iter()
        .cloned()
        .map(|a| if a.outlet == "Bugle" { Article { outlet: "Zeitung".into(), ..a } } else { a })
        .collect();
    let (one, other) =
        (compare_here(&articles, CUES, Options::default()), compare_here(&turned, CUES, Options::default()));
    assert_eq!(one.pairs.len(), other.pairs.len());
    let mut compared = 0;
    for r in &one.pairs {
        let names = (&one.outlet_names[r.outlets.0], &one.outlet_names[r.outlets.1]);
        let is_same = |s: &&Row| {
            let found = (&other.outlet_names[s.outlets.0], &other.outlet_names[s.outlets.1]);
            let same = if names.0 == "Bugle" { *found.0 == *names.1 && found.1 == "Zeitung" } else { found == names };
            same && (s.contrast, s.pole, s.matched) == (r.contrast, r.pole, r.matched)
        };
        let s = other.pairs.iter().find(is_same).expect("a row");
        let mut expected = numbers(r);
        if names.0 == "Bugle" {
            let turn = |x: Option<f64>| x.map(f64::recip);
            let [ratio, low, high, robust_low, robust_high, p] = expected;
            expected = [turn(ratio), turn(high), turn(low), turn(robust_high), turn(robust_low), p];
            assert_eq!((r.articles.0, r.articles.1), (s.articles.1, s.articles.0));
        }
        for (found, expected) in numbers(s).into_iter().zip(expected) {
            assert_eq!(found.is_some(), expected.is_some(), "{r:?} {s:?}");
            if let (Some(found), Some(expected)) = (found, expected) {
                // An end may be infinite, and is 0 when inverted.
                let is_close = found == expected || (found - expected).abs() < 1e-9 * expected.abs().max(1.0);
                assert!(is_close, "{found} {expected}: {r:?}");
                compared += 1;
            }
        }
        assert_eq!((r.stories, r.carrying, r.note), (s.stories, s.carrying, s.note));
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn an_odds_ratio_over_all_articles_is_that_of_the_shares() {
    let c = compare_here(&corpus(), CUES, Options::default());
    let has_ratio = |r: &&Row| (r.contrast, r.pole, r.matched) == (0, 1, Matched::All) && r.odds_ratio.is_some();
    let found = c.pairs.iter().find(has_ratio).expect("a row with an odds ratio");
    let share = |outlet| {
        let mine = |r: &&aslant::compare::contrasts::Row| {
            r.outlet == outlet && r.contrast == 0 && r.pole == 1 && r.voices == c.options.voice
        };
        c.contrasts.iter().find(mine).expect("a row").share.value
    };
    let odds = |share: f64| share / (1.0 - share);
    assert_close(
        found.odds_ratio.expect("an odds ratio"),
        odds(share(found.outlets.0)) / odds(share(found.outlets.1)),
        1e-9,
        "the odds ratio",
    );
    let (low, high) = found.robust.expect("an interval");
    assert_eq!(found.p.expect("p") < 0.05, high < 1.0 || low > 1.0, "the test and its interval agree: {found:?}");
}

#[test]
fn few_pairs_are_told() {
    let c = compare_here(&corpus(), CUES, Options { pairs: 2, ..Options::default() });
    assert_eq!(c.pairs.iter().map(|r| r.outlets).collect::<std::collections::BTreeSet<_>>().len(), 1);
    assert!(c.warnings.contains(&Warning::PairsLimited { outlets: 2, of: 5 }), "{:?}", c.warnings);
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv --pairs 0", "out");
    assert!(folder.table("out", "pairs").rows.is_empty());
}
