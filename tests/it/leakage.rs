//! Expected shares: what others would have written in the same context, according to a model that never saw the outlet.

use crate::common::{Article, CUES, Folder, Prose, article, assert_close, compare_here};
use aslant::compare::context::LeftOut;
use aslant::compare::contrasts::Row;
use aslant::compare::{Comparison, Options, Voices};

/// The wording of the last outlet, the contrarian.
#[derive(Clone, Copy, PartialEq)]
pub enum Wording {
    /// As the context suggests, like all others.
    LikeOthers,
    /// Always this word.
    Always(&'static str),
}

const OUTLETS: usize = 10;
const ARTICLES: usize = 24;
const SENTENCES: usize = 4;

/// Outlets that write about prisons and ministries, and say "regime" in the first context and "government" in the
/// second. The last one writes about prisons in `prisons` of its four sentences and has its own wording.
pub fn articles(outlets: usize, prisons: usize, wording: Wording) -> Vec<Article> {
    let mut prose = Prose::new(11);
    let mut articles = Vec::new();
    for outlet in 0..outlets {
        let contrarian = outlet + 1 == outlets;
        for i in 0..ARTICLES {
            let sentences = (0..SENTENCES).map(|s| {
                let prison = s < if contrarian { prisons } else { SENTENCES / 2 };
                let suggested = if prison { "regime" } else { "government" };
                let word = match wording {
                    Wording::Always(word) if contrarian => word,
                    _ => suggested,
                };
                let context = if prison {
                    ["prison guards", "torture cells", "mass arrests", "secret police"]
                } else {
                    ["budget office", "school reform", "tax ministry", "pension law"]
                }[prose.below(4)];
                prose.own(word).replace('.', &format!(" for the {context} again."))
            });
            let name = if contrarian { "Contrarian".to_owned() } else { format!("Outlet {outlet}") };
            articles.push(article(format!("a{outlet}-{i}"), &name, sentences.collect::<Vec<_>>().join(" ")));
        }
    }
    articles
}

fn row(c: &Comparison, outlet: &str, pole: usize) -> Row {
    let outlet = c.outlet_names.iter().position(|n| n == outlet).expect("the outlet");
    let mut rows =
        c.contrasts.iter().filter(|r| (r.outlet, r.voices, r.contrast, r.pole) == (outlet, Voices::All, 0, pole));
    rows.next().expect("a row").clone()
}

fn contrarian(prisons: usize, wording: Wording) -> Row {
    row(&compare_here(&articles(OUTLETS, prisons, wording), CUES, Options::default()), "Contrarian", 1)
}

#[test]
fn the_expected_share_follows_the_context_and_not_the_outlet() {
    let mut last = 0.0;
    for (prisons, in_context) in [(0, 0.0), (1, 0.25), (2, 0.5), (3, 0.75)] {
        let found = contrarian(prisons, Wording::Always("regime"));
        assert_eq!((found.share.value, found.count), (1.0, (ARTICLES * SENTENCES) as u64));
        let expected = found.expected.expect("an expected share");
        // The model's penalty shrinks it towards one half.
        assert_close(expected, in_context, 0.2, "the expected share");
        assert!(expected > last, "{expected} {last}");
        last = expected;
        let excess = found.excess.expect("an excess");
        assert_close(excess.value, 1.0 - expected, 1e-12, "the excess");
        let (low, high) = excess.interval.expect("an interval");
        assert!(0.0 < low && low <= excess.value && excess.value <= high, "{low} {} {high}", excess.value);
    }
    assert!(last > 0.62);
}

#[test]
fn a_name_of_one_outlet_gives_no_expected_shares_in_either_order_of_names() {
    // Without the contrarian all say "government", so there is no model that never saw it.
    let articles: Vec<Article> = articles(OUTLETS, 2, Wording::Always("regime"))
        .into_iter()
        .map(|article| match article.outlet.as_str() {
            "Contrarian" => article,
            _ => Article { text: article.text.replace("regime", "government"), ..article },
        })
        .collect();
    let lexicon = |poles: [&str; 2]| {
        let pole = |name: &str| format!("[[contrast.pole]]\nname = \"{name}\"\ncues = [\"{name}\"]\n");
        format!("[[contrast]]\nname = \"authority\"\n{}{}", pole(poles[0]), pole(poles[1]))
    };
    for poles in [["regime", "government"], ["government", "regime"]] {
        let comparison = compare_here(&articles, &lexicon(poles), Options::default());
        let model = &comparison.context.models[0];
        assert_eq!((model.auc, model.left_out), (None, Some(LeftOut::NoAuc)), "{poles:?}");
        assert_eq!(row(&comparison, "Contrarian", 0).expected, None, "{poles:?}");
    }
}

#[test]
fn those_who_follow_the_context_have_no_excess() {
    let comparison = compare_here(&articles(OUTLETS, 2, Wording::LikeOthers), CUES, Options::default());
    for outlet in &comparison.outlet_names {
        let found = row(&comparison, outlet, 1);
        let excess = found.excess.expect("an excess").value;
        assert!(excess.abs() < 0.1, "{outlet}: {excess}");
        assert_close(found.expected.expect("expected"), 0.5, 0.1, outlet);
    }
}

#[test]
fn an_outlets_own_wording_does_not_change_its_own_expected_share() {
    let wordings = [Wording::Always("regime"), Wording::Always("government"), Wording::LikeOthers];
    let found = wordings.map(|wording| contrarian(3, wording).expected.expect("an expected share"));
    for other in &found[1..] {
        assert_close(*other, found[0], 1e-9, "the expected share");
    }
    // But it teaches the models of the others.
    let others = wordings.map(|wording| {
        let comparison = compare_here(&articles(OUTLETS, 3, wording), CUES, Options::default());
        row(&comparison, "Outlet 0", 1).expected.expect("an expected share")
    });
    assert!((others[0] - others[1]).abs() > 1e-3, "{others:?}");
}

#[test]
fn expected_shares_of_all_poles_sum_to_one_and_excesses_to_zero() {
    let comparison = compare_here(&articles(OUTLETS, 1, Wording::Always("regime")), CUES, Options::default());
    for outlet in &comparison.outlet_names {
        let poles = [0, 1].map(|pole| row(&comparison, outlet, pole));
        let sum: f64 = poles.iter().map(|r| r.expected.expect("an expected share")).sum();
        assert_close(sum, 1.0, 1e-9, outlet);
        let excess: f64 = poles.iter().map(|r| r.excess.expect("an excess").value).sum();
        assert_close(excess, 0.0, 1e-9, outlet);
    }
}

#[test]
fn an_unknown_outlet_teaches_nobody() {
    let known = articles(OUTLETS, 2, Wording::LikeOthers);
    let before = compare_here(&known, CUES, Options::default());
    let mut more = known;
    for mut stranger in articles(1, 4, Wording::Always("government")) {
        stranger.id = format!("stranger-{}", stranger.id);
        stranger.outlet = String::new();
        // The same words as the others, so that no term's rank by frequency changes, but with the other name.
        more.push(stranger);
    }
    let after = compare_here(&more, CUES, Options::default());
    assert_eq!(after.context.models[0].sentences, before.context.models[0].sentences);
    assert_eq!(after.context.models[0].outlets, OUTLETS);
    for outlet in &before.outlet_names {
        let [a, b] = [&before, &after].map(|c| row(c, outlet, 1));
        assert_eq!((a.count, a.p), (b.count, b.p));
        // Strangers' words affect document frequencies; their choice of name doesn't matter.
        assert_close(a.expected.expect("expected"), b.expected.expect("expected"), 0.05, outlet);
    }
}

#[test]
fn run_json_tells_how_good_the_model_is() {
    let folder = Folder::with(&articles(OUTLETS, 2, Wording::Always("regime")));
    folder.compare("articles.csv", "out");
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    let models = run["context_models"].as_array().expect("models");
    assert_eq!(models.len(), 3);
    assert_eq!((&models[0]["contrast"], &models[0]["used"]), (&"state".into(), &true.into()));
    assert_eq!(models[0]["sentences"], OUTLETS * ARTICLES * SENTENCES);
    assert_eq!(models[0]["outlets"], OUTLETS);
    assert_eq!(models[0]["reason"], serde_json::Value::Null);
    let auc = models[0]["auc"].as_f64().expect("a number");
    assert!(auc > 0.9 && auc < 1.0, "{auc}");
    assert_eq!((&models[1]["used"], &models[1]["auc"]), (&false.into(), &serde_json::Value::Null));
    assert!(models[1]["reason"].as_str().expect("a reason").contains("3 outlets"), "{}", models[1]);

    let contrasts = folder.table("out", "contrasts");
    let row = contrasts.only(&[("outlet", "Contrarian"), ("voice", "all"), ("contrast", "state"), ("pole", "regime")]);
    let number = |column: &str| row.number(column).unwrap_or_else(|| panic!("no {column}"));
    assert_close(number("share") - number("expected_share"), number("excess"), 2e-6, "excess");
    assert!(
        0.0 < number("excess_low")
            && number("excess_low") < number("excess")
            && number("excess") <= number("excess_high")
    );
    let report = folder.read("out/report.md");
    assert!(report.contains(&format!("| state | {} | 10 | {auc:.3} |", OUTLETS * ARTICLES * SENTENCES)), "{report}");
}

/// No row has an expected share or an excess.
#[track_caller]
fn assert_no_expectation(folder: &Folder) {
    for row in folder.table("out", "contrasts").iter() {
        for column in ["expected_share", "excess", "excess_low", "excess_high"] {
            assert_eq!(row.get(column), "", "{column}");
        }
    }
    for row in folder.table("out", "articles").iter() {
        assert_eq!(row.get("state:context regime"), "");
    }
}

#[test]
fn with_two_outlets_there_is_no_expectation_and_the_reason_is_told() {
    let folder = Folder::with(&articles(2, 2, Wording::LikeOthers));
    let ran = folder.compare("articles.csv", "out");
    assert_no_expectation(&folder);
    let reason = "it needs 3 outlets to learn from and has 2";
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert_eq!(run["context_models"][0]["reason"], reason);
    assert_eq!(run["context_models"][0]["used"], false);
    let report = folder.read("out/report.md");
    assert!(
        report.contains(&format!("| state | {} | 2 |  | left out: {reason} |", 2 * ARTICLES * SENTENCES)),
        "{report}"
    );
    assert!(ran.stdout.contains(&format!("state ({reason})")), "{}", ran.stdout);
    assert!(!ran.stdout.contains('◇'));
}

#[test]
fn a_context_that_says_nothing_gives_no_expectation() {
    // Wording independent of the context: there is only each outlet's habit.
    let mut articles = articles(OUTLETS, 2, Wording::LikeOthers);
    let mut prose = Prose::new(3);
    for a in &mut articles {
        for word in ["regime", "government"] {
            a.text = a.text.replace(word, "@");
        }
        while a.text.contains('@') {
            a.text = a.text.replacen('@', ["regime", "government"][prose.below(2)], 1);
        }
    }
    let comparison = compare_here(&articles, CUES, Options::default());
    let model = &comparison.context.models[0];
    assert!(model.auc.expect("an AUC") < 0.6, "{model:?}");
    assert!(model.left_out.expect("a reason").to_string().contains("the context says too little"));
    assert!(comparison.contrasts.iter().all(|r| r.expected.is_none() && r.excess.is_none()));
}

#[test]
fn no_model_where_none_is_wanted() {
    let folder = Folder::with(&articles(OUTLETS, 2, Wording::LikeOthers));
    folder.compare("articles.csv", "with");
    let ran = folder.compare("articles.csv --context-model none", "out");
    assert_no_expectation(&folder);
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert_eq!(run["context_models"], serde_json::json!([]));
    assert_eq!(run["settings"]["context_model"], "none");
    assert!(!ran.stdout.contains("expected"), "{}", ran.stdout);
    let shares = |out| folder.table(out, "contrasts").iter().map(|r| r.get("share").to_owned()).collect::<Vec<_>>();
    assert_eq!(shares("out"), shares("with"), "the shares themselves don't change");
    assert!(folder.table("with", "contrasts").iter().any(|r| !r.get("expected_share").is_empty()));
}
