//! The lexicons shipped with the program: word lists, tested as data.

use crate::common::repository;
use aslant::cues::{Lexicon, Matcher, Target};
use aslant::text::{Document, clean};
use std::path::PathBuf;

fn paths() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository("seeds/cues")).expect("the lexicons");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    assert!(paths.len() >= 3, "{paths:?}");
    paths
}

fn shipped(name: &str) -> Lexicon {
    Lexicon::read(&[repository(&format!("seeds/cues/{name}.toml"))]).expect("reads")
}

fn syria() -> Lexicon {
    shipped("syria")
}

/// What a lexicon finds in a text: contrast, pole, and the matched words.
fn found(lexicon: &Lexicon, text: &str) -> Vec<(String, String, String)> {
    let document = Document::new(text, clean::keep_all(text));
    let mut found = Vec::new();
    for m in Matcher::new(lexicon).find(&document) {
        if let Target::Cue { pole, .. } = m.target {
            let tokens = &document.tokens[m.tokens.clone()];
            let words = &text[tokens[0].range().start..tokens[tokens.len() - 1].range().end];
            let contrast = &lexicon.contrasts[m.contrast];
            found.push((contrast.name.clone(), contrast.poles[pole].name.clone(), words.to_owned()));
        }
    }
    found.sort();
    found
}

#[track_caller]
fn assert_found(lexicon: &Lexicon, text: &str, expected: &[(&str, &str, &str)]) {
    let found = found(lexicon, text);
    let found: Vec<(&str, &str, &str)> = found.iter().map(|(c, p, w)| (c.as_str(), p.as_str(), w.as_str())).collect();
    assert_eq!(found, expected, "in {text:?}");
}

#[test]
fn every_lexicon_reads_says_what_it_names_and_has_no_ambiguous_cues() {
    for path in paths() {
        let lexicon = Lexicon::read(&[&path]).unwrap_or_else(|e| panic!("{e}"));
        for contrast in &lexicon.contrasts {
            assert!(!contrast.about.is_empty(), "{}: {} without about", path.display(), contrast.name);
        }
        let ambiguous = lexicon.ambiguous();
        assert!(ambiguous.is_empty(), "{}: {ambiguous:#?}", path.display());
    }
}

#[test]
fn every_cue_stands_alone_on_its_line_with_its_reason_behind_it() {
    for path in paths() {
        let text = std::fs::read_to_string(&path).expect("reads");
        let lexicon = Lexicon::parse(&path.display().to_string(), &text).expect("reads");
        let lines: Vec<&str> = text.lines().collect();
        let exceptions = lexicon.contrasts.iter().flat_map(|c| &c.except);
        let mut last = 0;
        for cue in lexicon.cues().map(|(_, _, cue)| cue).chain(exceptions) {
            let place = format!("{}:{}", path.display(), cue.line);
            let line = lines[cue.line as usize - 1];
            let behind = line.split_once(&format!("{:?}", cue.text)).unwrap_or_else(|| panic!("{place}: {line}")).1;
            let (between, reason) = behind.split_once('#').unwrap_or_else(|| panic!("{place} has no reason: {line}"));
            assert!(between.trim_matches([',', ' ', ']']).is_empty(), "{place} has more than one cue: {line}");
            assert!(!reason.trim().is_empty(), "{place} has no reason: {line}");
            last = last.max(cue.line);
        }
        assert!(last > 10, "{}", path.display());
    }
}

#[test]
fn syria_has_its_contrasts_and_an_axis() {
    let syria = syria();
    let names: Vec<&str> = syria.contrasts.iter().map(|c| c.name.as_str()).collect();
    for name in ["state", "armed-groups", "force", "islamic-state", "intervention"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    assert_eq!(syria.axis, Some(["state".to_owned(), "opposition".to_owned()]));
    for name in ["state", "armed-groups"] {
        let contrast = syria.contrasts.iter().find(|c| c.name == name).expect("a contrast");
        assert!(contrast.spans_axis(), "{name} doesn't lean both ways");
    }
}

#[test]
fn both_lexicons_on_syria_go_together() {
    let both = [repository("seeds/cues/syria.toml"), repository("seeds/cues/syria-more.toml")];
    let lexicon = Lexicon::read(&both).unwrap_or_else(|e| panic!("{e}"));
    assert!(lexicon.contrasts.len() > syria().contrasts.len());
}

#[test]
fn traps_match_nothing() {
    let syria = syria();
    for text in [
        "They want regime change in the country.",
        "The regime-change agenda failed.",
        "Islamic Jihad fired two rockets.",
        "The Turkish government closed the border.",
        "Anti-government protests began in spring.",
        "A deliberate act.",
        "A counterinsurgency manual.",
        "The ceasefire regime holds.",
    ] {
        assert_found(&syria, text, &[]);
    }
}

#[test]
fn what_means_something_else_or_belongs_to_a_name_is_no_use() {
    for (name, texts) in [
        (
            "us-politics",
            &[
                "She has the right to choose a lawyer.",
                "Everyone has the right to life, liberty and the pursuit of happiness.",
                "The mob boss met his lawyer in a mob bar.",
                "Riot control is taught there.",
                "The photograph is a police handout.",
                "The Aviation Safety Network counts crashes.",
                "A sense of entitlement.",
                "The racial wealth gap is wide.",
                "They felt disenfranchised and bored.",
                "The Liberal Democrat leader resigned in London.",
                "The Democratic Congressional Campaign Committee raised money.",
                "The Tax Cuts and Jobs Act passed.",
                "Freedom to Marry closed its office.",
                "She studies homosexuality.",
                "The Criminal Alien Assistance Program pays states.",
            ][..],
        ),
        (
            "climate",
            &[
                "The war is an existential threat to the firm.",
                "There is mounting evidence against the senator.",
                "He called the vote a power grab.",
                "Papers spoke of global cooling then.",
                "Watermelons are sold there.",
                "Superstorm Sandy hit the coast.",
                "He works for the American Coalition for Clean Coal Electricity.",
            ],
        ),
        (
            "israel-palestine",
            &[
                "Jewish communities in France asked for help.",
                "The former colonies became states.",
                "Iran's war machine grows.",
                "Both Palestinian factions signed.",
            ],
        ),
        (
            "ukraine",
            &["The country is a kleptocracy.", "The Cultural Revolution ended.", "Little Odessa is in Brooklyn."],
        ),
        (
            "migration",
            &[
                "They could not round up the votes.",
                "She was readmitted to hospital.",
                "A daily roundup of news.",
                "He leads Enforcement and Removal Operations.",
                "A ban on Muslim immigration.",
            ],
        ),
        (
            "protest",
            &[
                "A clash of ideas.",
                "The shooting rampage at the school.",
                "Outside groups paid for the advertisements.",
                "He was charged with resisting arrest.",
                "No police officers were injured.",
                "A non-violent drug offender.",
                "Political turmoil in the capital.",
            ],
        ),
    ] {
        let lexicon = shipped(name);
        for text in texts {
            assert_found(&lexicon, text, &[]);
        }
    }
}

#[test]
fn names_narrowed_are_still_found() {
    let us = shipped("us-politics");
    assert_found(&us, "A woman’s right to choose.", &[("abortion", "choice", "woman’s right to choose")]);
    assert_found(&us, "An angry mob came.", &[("protest", "riot", "angry mob")]);
    assert_found(&us, "Homosexuals may serve.", &[("lgbt", "others-names", "Homosexuals")]);
    assert_found(&us, "Gay people may serve.", &[("lgbt", "plain", "Gay people")]);
    assert_found(&us, "Islamic extremists fled.", &[("terror", "islamic", "Islamic extremists")]);
    let climate = shipped("climate");
    let threat = "Climate change is an existential threat";
    assert_found(&climate, &format!("{threat}."), &[("warming", "crisis", threat)]);
    assert_found(&climate, "Climate sceptics met.", &[("doubters", "skeptic", "Climate sceptics")]);
    let pro_russian = [("fighters", "separatists", "pro-Russian forces")];
    assert_found(&shipped("ukraine"), "They met pro-Russian forces.", &pro_russian);
    let clashes = [("who-strikes", "both", "confrontation with police")];
    assert_found(&shipped("protest"), "A confrontation with police.", &clashes);
}

#[test]
fn the_adjective_of_the_party_stands_before_the_same_words_in_either_pole() {
    let lexicon = shipped("us-politics");
    let contrast = lexicon.contrasts.iter().find(|c| c.name == "party-name").expect("a contrast");
    let words = |pole: usize, adjective: &str| -> Vec<String> {
        contrast.poles[pole].cues.iter().map(|c| c.text.replacen(adjective, "", 1)).collect()
    };
    assert_eq!(words(0, "democratic "), words(1, "democrat "));
}

#[test]
fn hyphens_possessives_capitals_and_curly_apostrophes_are_understood() {
    let syria = syria();
    let groups = |pole, words| [("armed-groups", pole, words)];
    assert_found(&syria, "A rebel-held town.", &groups("rebel-opposition", "rebel-held"));
    assert_found(&syria, "Jihadis held the town.", &groups("jihadi-terrorist", "Jihadis"));
    assert_found(&syria, "The JIHADISTS left.", &groups("jihadi-terrorist", "JIHADISTS"));
    for apostrophe in ['\'', '’'] {
        let words = format!("Assad{apostrophe}s regime");
        let found = found(&syria, &format!("{words} fell."));
        assert!(found.contains(&("state".to_owned(), "regime".to_owned(), words.clone())), "{found:?}");
    }
    assert_found(&syria, "The regime's planes came back.", &[("state", "regime", "regime")]);
}

#[test]
fn the_longest_match_wins_and_a_word_counts_once() {
    let syria = syria();
    assert_found(&syria, "The Free Syrian Army left.", &[("armed-groups", "rebel-opposition", "Free Syrian Army")]);
    assert_found(
        &syria,
        "The so-called Islamic State left.",
        &[("islamic-state", "so-called", "so-called Islamic State")],
    );
    assert_found(&syria, "Regime forces left.", &[("state", "regime", "Regime forces")]);
    assert_found(&syria, "ISIS terrorists left.", &[("islamic-state", "isis", "ISIS")]);
}
