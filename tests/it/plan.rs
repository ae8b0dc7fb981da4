//! `aslant plan`: `compare` then keeps its promises.

use crate::common::{Article, CUES, Folder, Prose, article, compare_here};
use aslant::compare::Options;
use aslant::compare::plan::{self, Aim, Note};
use aslant::corpus::{Corpus, ReadOptions};
use aslant::cues::Lexicon;

/// `n` articles of each of two outlets. Three in four use the contrast, one to four times; an article is more
/// consistent in its names than the outlet.
fn articles(n: usize, seed: u64) -> Vec<Article> {
    let mut prose = Prose::new(seed);
    let mut articles = Vec::new();
    for i in 0..n {
        for (outlet, often) in [("Bugle", 30), ("Courier", 60)] {
            let mut text = vec![prose.plain(), prose.plain()];
            let own = (often + prose.below(41)).saturating_sub(20);
            for _ in 0..(if prose.below(4) == 0 { 0 } else { 1 + prose.below(4) }) {
                let word = if prose.below(100) < own { "regime" } else { "government" };
                text.push(prose.own(word));
            }
            articles.push(article(format!("{outlet}-{i:04}"), outlet, text.join(" ")));
        }
    }
    articles
}

fn planned(articles: &[Article], aim: Aim) -> plan::Plan {
    let folder = Folder::with(articles);
    let corpus = Corpus::open(ReadOptions::new([folder.path("articles.csv")])).expect("a corpus");
    let lexicon = Lexicon::parse("cues.toml", CUES).expect("a lexicon");
    plan::plan(&corpus, lexicon, Options::default(), aim, &|_, _| ()).expect("a plan")
}

#[test]
fn the_width_now_is_that_of_contrasts_csv_and_the_width_wanted_comes() {
    let few = articles(60, 3);
    let aim = Aim { width: 0.12, ..Aim::default() };
    let plan = planned(&few, aim);
    let compared = compare_here(&few, CUES, Options { placebo: 0, ..Options::default() });
    for row in &plan.rows {
        let is_same = |r: &&aslant::compare::contrasts::Row| {
            (r.outlet, r.contrast, r.pole, r.voices) == (row.outlet, row.contrast, row.pole, compared.options.voice)
        };
        let now = compared.contrasts.iter().find(is_same).expect("a row");
        assert_eq!((row.share, row.using.0), (now.share, now.of.1));
    }
    let row = plan.rows.iter().find(|r| (r.outlet, r.contrast, r.pole) == (0, 0, 1)).expect("a row");
    let needed = row.needed.expect("a number");
    let (low, high) = row.range.expect("a range");
    assert!(low <= needed && high.is_some_and(|high| high >= needed) && needed > 120, "{row:?}");
    // This many articles, newly drawn.
    let many =
        compare_here(&articles(needed as usize, 4), CUES, Options { placebo: 0, keywords: None, ..Options::default() });
    let of = |r: &&aslant::compare::contrasts::Row| {
        (r.outlet, r.contrast, r.pole, r.voices) == (0, 0, 1, many.options.voice)
    };
    let (low, high) = many.contrasts.iter().find(of).and_then(|r| r.share.interval).expect("an interval");
    assert!((0.8..1.25).contains(&((high - low) / aim.width)), "{} for {}", high - low, aim.width);
}

#[test]
fn poles_of_a_pair_need_the_same_and_more_is_asked_for_less() {
    let few = articles(40, 5);
    let plan = |aim| planned(&few, aim).rows.into_iter().filter(|r| r.contrast == 0).collect::<Vec<_>>();
    let wide = plan(Aim::default());
    assert_eq!(wide.len(), 4);
    for pair in wide.chunks(2) {
        let numbers = |r: &plan::Row| (r.needed, r.range, r.each_of_two, r.against_others);
        assert_eq!(numbers(&pair[0]), numbers(&pair[1]));
    }
    let narrow = plan(Aim { width: 0.1, difference: 0.1, power: 0.9, level: 0.01 });
    for (wide, narrow) in wide.iter().zip(&narrow) {
        // Half the width takes about four times the articles.
        let ratio = narrow.needed.expect("a number") as f64 / wide.needed.expect("a number") as f64;
        assert!((3.5..4.5).contains(&ratio), "{ratio}");
        assert!(narrow.each_of_two > wide.each_of_two && wide.each_of_two.is_some());
    }
    // With forty articles, the others can't be distinguished from one outlet at .01 with power .9, however many
    // articles it has.
    assert!(narrow.iter().all(|r| r.against_others.is_none() && r.notes.contains(&Note::FewOthers)), "{narrow:?}");
}

#[test]
fn too_little_to_plan_by_is_said() {
    let mut few = articles(2, 7);
    few.push(article("one", "Dispatch", "The regime closed the bridge. The government opened the bridge."));
    few.extend((0..4).map(|i| article(format!("always-{i}"), "Echo", Prose::new(i).own("regime"))));
    let plan = planned(&few, Aim::default());
    let of = |name: &str| {
        let outlet = plan.outlet_names.iter().position(|n| n == name).expect("an outlet");
        plan.rows.iter().find(|r| r.outlet == outlet && r.pole == 1).expect("a row")
    };
    let one = of("Dispatch");
    assert_eq!((one.needed, one.range, one.width(), one.each_of_two), (None, None, None, None));
    assert_eq!(one.notes, [Note::FewArticles]);
    let always = of("Echo");
    assert_eq!(always.notes[..2], [Note::OneName, Note::Rough]);
    // Clopper and Pearson: 0.025^(1/k) is .8 or more from k = 17 on.
    assert_eq!(always.needed, Some(17));
}

#[test]
fn the_program_prints_and_writes_a_plan() {
    let folder = Folder::with(&articles(30, 9));
    let ran = folder.run("plan articles.csv --cues cues.toml --out plan.csv --width 0.15");
    insta::assert_snapshot!(ran.show(), @"
    exit 0
    --- stdout
    60 articles of 2 outlets
    how many articles an outlet needs, judged by these:
    for a 95% interval 0.15 wide, and to find a difference of 0.15 with power 0.8 at p < 0.05

    state: regime
               articles  using  share              width       needed for 0.15  against others  each of two
      Bugle          30     23  0.22 [0.10, 0.41]   0.31         119 [47, 194]            n/a          147
      Courier        30     19  0.62 [0.44, 0.78]   0.34         144 [77, 256]            n/a          156

    against others: all other outlets together, with the articles they have; each of two: two outlets like this one
    [from, to]: by resampling the articles; ✓ there are enough; n/a: the note in plan.csv says why
    wrote plan.csv
    ");
    let table = crate::common::Table::parse(&folder.read("plan.csv"));
    let row = table.only(&[("outlet", "Bugle"), ("contrast", "state"), ("pole", "regime")]);
    assert_eq!((row.get("for_width"), row.get("articles"), row.get("power")), ("0.15", "30", "0.8"));
    // The order of rows and the number of threads don't matter.
    let mut shuffled = articles(30, 9);
    shuffled.reverse();
    folder.write("shuffled.csv", crate::common::csv(&shuffled));
    folder.run("plan shuffled.csv --cues cues.toml --out again.csv --width 0.15 --threads 1 --quiet");
    assert_eq!(folder.read("again.csv"), folder.read("plan.csv"));
    let piped = folder.run("plan articles.csv --cues cues.toml --out - --width 0.15");
    assert_eq!(piped.stdout, folder.read("plan.csv"));
}

#[test]
fn aims_that_can_not_be_meant() {
    let folder = Folder::with(&articles(4, 9));
    let refused = |arguments: &str| {
        let ran = folder.run(&format!("plan articles.csv --cues cues.toml {arguments}"));
        format!("exit {}\n{}", ran.code, ran.stderr)
    };
    insta::assert_snapshot!(refused("--width 20"), @"
    exit 2
    error: a width that can't be planned for
      found:    --width 20
      expected: more than 0 and less than 1
      help: 0.2 is an interval from 0.3 to 0.5, say
    ");
    insta::assert_snapshot!(refused("--power 0.01"), @"
    exit 2
    error: a power that can't be planned for
      found:    --power 0.01
      expected: more than 0.05 and less than 1
      help: 0.8 is usual: four of five such differences are found
    ");
    insta::assert_snapshot!(refused("--by outlet,month"), @"
    exit 2
    error: two names in --by
      found:    --by outlet,month
      expected: one name: plan works on one thing at a time
      help: give one of them; aslant compare makes trends from two
    ");
}
