//! The lexicons that come with the program: word lists, tested as data.

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

fn syria() -> Lexicon {
    Lexicon::read(&[repository("seeds/cues/syria.toml")]).expect("reads")
}

/// What a text has of a lexicon: contrast, pole, and the words of the text.
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
