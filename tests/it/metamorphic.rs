//! What must not change a number, and what must reverse it.

use crate::common::{Article, CUES, Folder, Prose, Table, article, assert_close, compare_here, corpus};
use aslant::compare::{Comparison, Options, Reprints};
use aslant::stats::binomial::ClopperPearson;
use aslant::stats::change_point::{Period, change_point};
use aslant::stats::cluster::{Cluster, Sums, share_difference_p};
use aslant::stats::mantel_haenszel::{Pooled, Table as Strata, pool};
use aslant::stats::rate::{Group, OneRate, TwoRates, Uses};
use aslant::stats::resample::stream;

/// Numbers in tables have six decimals, so two that differ by rounding may differ in the last.
const PRINTED: f64 = 1.01e-6;

fn threads(n: usize) -> String {
    format!("articles.csv --threads {n}")
}

/// The corpus with more articles, so that several batches and threads are used and context models are fitted.
fn large() -> Vec<Article> {
    let mut articles = corpus();
    let mut prose = Prose::new(99);
    for i in 0..120 {
        let outlet = ["Bugle", "Courier", "Dispatch", "Echo"][i % 4];
        let (word, place) = if prose.below(10) < 2 + 2 * (i % 4) {
            ("regime", "The prison guards beat the detained students.")
        } else {
            ("government", "The ministry paid the teachers their pensions.")
        };
        let text = format!(
            "{} {} {}",
            prose.plain(),
            prose.own(word).replace("The ", &format!("{place} The ")),
            prose.plain()
        );
        articles.push(article(format!("l{i:03}"), outlet, text));
    }
    articles
}

#[test]
fn shuffled_rows_give_the_same_bytes() {
    let mut articles = large();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "first");
    let expected = folder.tables("first");
    let mut prose = Prose::new(1);
    for round in 0..3 {
        for i in (1..articles.len()).rev() {
            articles.swap(i, prose.below(i + 1));
        }
        let folder = Folder::with(&articles);
        folder.compare("articles.csv", "out");
        for ((name, found), (_, expected)) in folder.tables("out").iter().zip(&expected) {
            assert_eq!(found, expected, "{name}, round {round}");
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::with(&large());
    let first = folder.compare(&threads(1), "one").stdout;
    for n in [2, 4, 7] {
        let out = format!("out{n}");
        let stdout = folder.compare(&threads(n), &out).stdout;
        assert_eq!(folder.tables(&out), folder.tables("one"), "{n} threads");
        assert_eq!(folder.read(&format!("{out}/report.md")), folder.read("one/report.md"), "{n} threads");
        assert_eq!(stdout.replace(&out, "one"), first, "{n} threads");
    }
}

#[test]
fn the_seed_moves_the_interval_of_lean_and_nothing_else() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "one");
    folder.compare("articles.csv --seed 1", "again");
    folder.compare("articles.csv --seed 2", "two");
    assert_eq!(folder.tables("one"), folder.tables("again"));
    for name in ["contrasts", "cues", "articles", "evidence"] {
        assert_eq!(folder.table("one", name), folder.table("two", name), "{name}");
    }
    let (one, two) = (folder.table("one", "outlets"), folder.table("two", "outlets"));
    assert_ne!(one, two);
    for (a, b) in one.iter().zip(two.iter()) {
        assert_eq!(a.get("lean"), b.get("lean"));
    }
}

#[test]
fn a_new_name_that_changes_the_order_moves_nothing_else() {
    let articles = large();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "out");
    let renamed: Vec<Article> = articles
        .into_iter()
        .map(|a| if a.outlet == "Bugle" { Article { outlet: "Zeitung".into(), ..a } } else { a })
        .collect();
    let other = Folder::with(&renamed);
    other.compare("articles.csv", "out");
    // Pairs are in the order of the names: `pairs.rs` reverses them.
    for name in crate::common::TABLES.into_iter().filter(|name| *name != "pairs") {
        let (mut expected, mut found) = (folder.table("out", name), other.table("out", name));
        // Speakers and names don't belong to an outlet.
        assert_eq!(expected == found, ["speakers", "map"].contains(&name), "{name}");
        for column in ["outlet", "nearest"].iter().filter_map(|c| found.columns.iter().position(|f| f == c)) {
            for row in &mut found.rows {
                if row[column] == "Zeitung" {
                    row[column] = "Bugle".into();
                }
            }
        }
        expected.rows.sort();
        found.rows.sort();
        assert_eq!(found.columns, expected.columns);
        for (found, expected) in found.rows.iter().zip(&expected.rows) {
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(found.rows.len(), expected.rows.len());
    }
}

fn lean(c: &Comparison) -> Vec<(f64, Option<(f64, f64)>)> {
    c.outlets.iter().map(|o| o.lean.map(|l| (l.value, l.interval)).expect("a lean")).collect()
}

/// By contrast and outlet: the share of the right side.
fn scales(c: &Comparison) -> Vec<Vec<(usize, f64)>> {
    let positions = |s: &aslant::compare::scale::Scale| {
        let mut all: Vec<_> = s.positions.iter().map(|p| (p.outlet, p.share.value)).collect();
        all.sort_by_key(|p| p.0);
        all
    };
    c.scales.iter().map(positions).collect()
}

#[test]
fn swapped_ends_turn_lean_and_scales_round() {
    let articles = corpus();
    let axis = "axis = [\"palace\", \"square\"]\n";
    let swapped =
        CUES.replace("\"palace\"", "\"?\"").replace("\"square\"", "\"palace\"").replace("\"?\"", "\"square\"");
    let straight = compare_here(&articles, &format!("{axis}{CUES}"), Options::default());
    let turned = compare_here(&articles, &format!("{axis}{swapped}"), Options::default());
    let (a, b) = (lean(&straight), lean(&turned));
    assert!(a.iter().any(|(l, _)| *l > 0.2) && a.iter().any(|(l, _)| *l < -0.2), "{a:?}");
    for ((a, inside_a), (b, inside_b)) in a.iter().zip(&b) {
        assert_close(*a, -b, 1e-9, "lean");
        assert_eq!(inside_a.is_some(), inside_b.is_some());
        if let (Some((low, high)), Some((other_low, other_high))) = (inside_a, inside_b) {
            assert_close(*low, -other_high, 1e-9, "low");
            assert_close(*high, -other_low, 1e-9, "high");
        }
    }
    // The first two contrasts lean, the third doesn't.
    for (i, (a, b)) in scales(&straight).iter().zip(&scales(&turned)).enumerate() {
        for ((outlet, a), (other, b)) in a.iter().zip(b) {
            assert_eq!(outlet, other);
            assert_close(*a, if i < 2 { 1.0 - b } else { *b }, 1e-12, "a share of the right side");
        }
    }
    // Renaming only the ends changes no shares in the tables.
    assert_eq!(
        straight.contrasts.iter().map(|r| (r.count, r.p)).collect::<Vec<_>>(),
        turned.contrasts.iter().map(|r| (r.count, r.p)).collect::<Vec<_>>()
    );
}

#[test]
fn articles_doubled_within_their_cluster_leave_interval_and_test() {
    // Twice the uses in every article: the same share, with the same number of articles.
    let sums = |times: f64, clusters: &[(f64, f64)]| {
        clusters
            .iter()
            .map(|&(x, n)| Cluster { x: times * x, n: times * n })
            .collect::<Sums>()
            .ratio()
            .expect("a ratio")
    };
    let (a, b) = ([(1.0, 4.0), (0.0, 2.0), (3.0, 3.0), (2.0, 9.0)], [(4.0, 5.0), (1.0, 1.0), (0.0, 3.0), (6.0, 8.0)]);
    let (once, twice) = (sums(1.0, &a), sums(2.0, &a));
    assert_eq!(once.value, twice.value);
    let ((low, high), (other_low, other_high)) =
        (once.share_interval().expect("an interval"), twice.share_interval().expect("an interval"));
    assert_close(other_low, low, 1e-12, "low");
    assert_close(other_high, high, 1e-12, "high");
    let p = |times| share_difference_p(&sums(times, &a), &sums(times, &b)).expect("p");
    assert_close(p(2.0), p(1.0), 1e-12, "p");
    for share in [[(0.0, 3.0); 5], [(2.0, 2.0); 5], [(1.0, 2.0); 5]] {
        assert_eq!(sums(1.0, &share).share_interval(), sums(2.0, &share).share_interval());
    }
}

#[test]
fn uses_doubled_leave_tests_within_stories_changes_and_rates() {
    let tables = |times: f64| {
        let table = |i: u32| {
            let uses = |n: u32| times * f64::from(n);
            Strata { a: uses(i % 4), b: uses(1 + i % 2), c: uses(i % 3), d: uses(2 + i % 5) }
        };
        pool(&(0..9).map(table).collect::<Vec<_>>())
    };
    let (once, twice) = (tables(1.0), tables(2.0));
    assert_close(twice.odds_ratio.expect("a ratio"), once.odds_ratio.expect("a ratio"), 1e-12, "the odds ratio");
    let ends = |pooled: Pooled| pooled.robust.expect("an interval");
    assert_close(ends(twice).0, ends(once).0, 1e-9, "low");
    assert_close(ends(twice).1, ends(once).1, 1e-9, "high");
    assert_eq!(twice.p, once.p);
    // A test that treats every use as independent believes that it has more data.
    let width = |pooled: Pooled| pooled.interval.map(|(low, high)| high / low).expect("an interval");
    assert!(width(twice) < width(once));

    let change = |times: f64| {
        let period = |i: u32| Period { x: times * f64::from(i * i % 11), n: times * 12.0, clusters: 6.0 };
        change_point(&(0..9).map(period).collect::<Vec<_>>(), &mut stream(1, "doubled")).expect("a change")
    };
    assert_eq!(change(1.0).p, change(2.0).p);
    assert_close(change(2.0).difference, change(1.0).difference, 1e-12, "a change");

    // Rates: twice the uses in twice the words of the same number of articles, except for the half use.
    let rates = |times: f64| {
        let side = |rate: f64| {
            let (mut uses, mut group) = (Uses::default(), Group::default());
            for i in 0..40 {
                let c = Cluster { x: times * (rate + f64::from(i * 7 % 13) * rate), n: times * (300.0 + f64::from(i)) };
                group.add(c.n);
                uses.add(c);
            }
            (uses, group)
        };
        TwoRates { a: side(90.0), b: side(80.0) }
    };
    let (once, twice) = (rates(1.0), rates(2.0));
    assert_close(twice.p(), once.p(), 1e-3, "p");
    let of =
        |(uses, group)| OneRate { uses, group }.interval(1.0, &mut ClopperPearson::default()).expect("an interval");
    let ((low, high), (low_twice, high_twice)) = (of(once.a), of(twice.a));
    assert_close(low_twice, low, 1e-12, "low");
    assert_close(high_twice, high, 1e-12, "high");
}

/// The corpus over eight months, two articles of each outlet in each.
fn months() -> Vec<Article> {
    let mut articles = large();
    articles.retain(|a| a.id.starts_with('l'));
    for (i, a) in articles.iter_mut().enumerate() {
        a.date = format!("2016-{:02}-{:02}", 1 + i / 4 % 8, 1 + i % 28);
    }
    articles
}

#[test]
fn order_and_names_decide_nothing_over_time() {
    let articles = months();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv --by outlet,month", "out");
    assert!(folder.compare("articles.csv --by month", "by").stdout.contains(" of 8 months, "));
    let turned: Vec<Article> = articles
        .iter()
        .rev()
        .map(|a| if a.outlet == "Bugle" { Article { outlet: "Zeitung".into(), ..a.clone() } } else { a.clone() })
        .collect();
    let other = Folder::with(&turned);
    other.compare("articles.csv --by outlet,month --threads 3", "out");
    let rows = |folder: &Folder| {
        let mut rows = folder.table("out", "trends").rows;
        rows.iter_mut().filter(|row| row[0] == "Zeitung").for_each(|row| row[0] = "Bugle".into());
        rows.sort();
        rows
    };
    assert!(folder.table("out", "trends").iter().filter(|r| r.number("p").is_some()).count() >= 4);
    assert_eq!(rows(&folder), rows(&other));
}

#[test]
fn articles_copied_once_each_leave_every_share_and_narrow_its_interval() {
    let articles = corpus();
    let copies = articles.iter().map(|a| Article { id: format!("{}-copy", a.id), ..a.clone() });
    let twice: Vec<Article> = articles.iter().cloned().chain(copies).collect();
    let options = || Options { reprints: Reprints::Keep, ..Options::default() };
    let (once, twice) = (compare_here(&articles, CUES, options()), compare_here(&twice, CUES, options()));
    assert_eq!(once.contrasts.len(), twice.contrasts.len());
    let mut narrowed = 0;
    for (a, b) in once.contrasts.iter().zip(&twice.contrasts) {
        assert_eq!((a.outlet, a.voices, a.contrast, a.pole), (b.outlet, b.voices, b.contrast, b.pole));
        assert_eq!((2 * a.count, 2 * a.articles), (b.count, b.articles));
        assert_close(b.share.value, a.share.value, 1e-12, "a share");
        if let (Some(a), Some(b), true) = (a.share.interval, b.share.interval, a.of.1 >= 3) {
            assert!(b.1 - b.0 <= a.1 - a.0, "{a:?} {b:?}");
            narrowed += 1;
        }
    }
    assert!(narrowed > 30, "{narrowed}");
    // Left out, the copies change nothing at all.
    let dropped = compare_here(
        &articles
            .iter()
            .flat_map(|a| [a.clone(), Article { id: format!("{}-copy", a.id), ..a.clone() }])
            .collect::<Vec<_>>(),
        CUES,
        Options::default(),
    );
    assert_eq!(dropped.summary.reprints, articles.len());
    assert_eq!(dropped.contrasts, compare_here(&articles, CUES, Options::default()).contrasts);
}

#[test]
fn an_article_without_cues_changes_no_share() {
    let articles = corpus();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "before");
    let mut prose = Prose::new(5);
    let more = ["Bugle", "Gazette", "Newcomer"].map(|outlet| {
        let text: Vec<String> = (0..5).map(|_| prose.plain()).collect();
        article(format!("z-{outlet}"), outlet, text.join(" "))
    });
    let folder_after = Folder::with(&[articles, more.to_vec()].concat());
    folder_after.compare("articles.csv", "after");
    for name in ["contrasts", "evidence"] {
        assert_eq!(folder_after.table("after", name), folder.table("before", name), "{name}");
    }
    let (before, after) = (folder.table("before", "outlets"), folder_after.table("after", "outlets"));
    for row in before.iter() {
        let same = after.only(&[("outlet", row.get("outlet"))]);
        for column in ["lean", "lean_low", "lean_high", "nearest"] {
            assert_eq!(same.get(column), row.get(column), "{column} of {}", row.get("outlet"));
        }
    }
    let newcomer = after.only(&[("outlet", "Newcomer")]);
    assert_eq!((newcomer.get("articles"), newcomer.get("lean"), newcomer.get("nearest")), ("1", "", ""));
}

#[test]
fn an_outlet_that_never_uses_a_contrast_has_no_row_for_it() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    let contrasts = folder.table("out", "contrasts");
    let rows = |table: &Table, outlet| table.rows_with(&[("outlet", outlet), ("contrast", "ground")]).count();
    assert_eq!(rows(&contrasts, "Gazette"), 0);
    assert!(rows(&contrasts, "Bugle") > 0);
    // An outlet that has a contrast in one voice only has no row for the others, and all poles where it has one.
    for row in contrasts.iter() {
        let key = ["outlet", "voice", "contrast"].map(|c| (c, row.get(c)));
        let poles: Vec<(&str, usize)> = contrasts.rows_with(&key).map(|r| (r.get("pole"), r.count("count"))).collect();
        assert_eq!(poles.len(), if row.get("contrast") == "ground" { 3 } else { 2 }, "{key:?}");
        assert!(poles.iter().any(|(_, n)| *n > 0), "{key:?} {poles:?}");
    }
    let matrix = folder.table("out", "matrix");
    let column = matrix.columns.iter().position(|c| c.starts_with("ground (")).expect("a column");
    let cell = |outlet| matrix.rows.iter().find(|r| r[0] == outlet).expect("a row")[column].clone();
    assert_eq!(cell("Gazette"), "");
    assert_ne!(cell("Bugle"), "");
}

#[test]
fn the_order_of_poles_in_the_lexicon_moves_rows_and_no_numbers() {
    let articles = corpus();
    let straight = Folder::with(&articles);
    straight.compare("articles.csv", "out");
    let turned = Folder::with(&articles);
    let parts: Vec<&str> = CUES.split("[[contrast]]").collect();
    let mut poles: Vec<&str> = parts[1].split("[[contrast.pole]]").collect();
    poles.swap(1, 2);
    let cues = format!(
        "axis = [\"palace\", \"square\"]\n[[contrast]]{}\n[[contrast]]{}[[contrast]]{}",
        poles.join("[[contrast.pole]]"),
        parts[2],
        parts[3]
    );
    assert!(cues.find("\"regime\"").expect("regime") < cues.find("\"government\"").expect("government"));
    turned.write("cues.toml", cues);
    turned.compare("articles.csv", "out");
    let rows = |folder: &Folder| {
        let mut table = folder.table("out", "contrasts");
        table.rows.sort();
        table
    };
    let (expected, found) = (rows(&straight), rows(&turned));
    assert_eq!(found.rows.len(), expected.rows.len());
    for (found, expected) in found.iter().zip(expected.iter()) {
        for column in &expected_columns() {
            match (found.number(column), expected.number(column)) {
                (Some(found), Some(expected)) => assert_close(found, expected, PRINTED, column),
                (found, expected) => assert_eq!(found, expected, "{column}"),
            }
        }
        assert_eq!(found.get("pole"), expected.get("pole"));
    }
    assert_eq!(turned.table("out", "outlets"), straight.table("out", "outlets"));
}

fn expected_columns() -> [&'static str; 9] {
    ["count", "articles", "share", "share_low", "share_high", "log_odds", "z", "p", "q"]
}
