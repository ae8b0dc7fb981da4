use super::*;
use crate::text::clean;

fn lexicon(text: &str) -> Lexicon {
    Lexicon::parse("test.toml", text).expect("a good lexicon")
}

/// The matches as `pole:words`, exceptions as `-:words`.
fn found(lexicon: &Lexicon, text: &str) -> Vec<String> {
    let document = Document::new(text, clean::keep_all(text));
    let matcher = Matcher::new(lexicon);
    let show = |m: CueMatch| {
        let (first, last) = (&document.tokens[m.tokens.start], &document.tokens[m.tokens.end - 1]);
        let words = &text[first.start as usize..last.end as usize];
        match m.target {
            Target::Cue { pole, .. } => format!("{}:{words}", lexicon.contrasts[m.contrast].poles[pole].name),
            Target::Except { .. } => format!("-:{words}"),
        }
    };
    matcher.find(&document).into_iter().map(show).collect()
}

fn syria() -> Lexicon {
    lexicon(
        r#"
        [[contrast]]
        name = "state"
        [[contrast.pole]]
        name = "gov"
        cues = ["government", "syrian army", "free government"]
        [[contrast.pole]]
        name = "reg"
        cues = ["regime*", "assad's regime", "assad regime"]
        except = ["regime change*"]
        [[contrast]]
        name = "groups"
        [[contrast.pole]]
        name = "jih"
        cues = ["jihad*"]
        [[contrast.pole]]
        name = "reb"
        cues = ["rebel*", "free syrian army"]
        "#,
    )
}

#[test]
fn longest_match_wins_and_exceptions_take_their_tokens() {
    assert_eq!(found(&syria(), "Regime change is no regime."), ["-:Regime change", "reg:regime"]);
    assert_eq!(
        found(&syria(), "Assad’s regime and the Assad regime's men"),
        ["reg:Assad’s regime", "reg:Assad regime"]
    );
    assert_eq!(found(&syria(), "regime-changers"), ["-:regime-changers"]);
}

#[test]
fn between_globs_of_one_length_the_first_wins() {
    for [first, second] in [["* a?", "b* *"], ["b* *", "* a?"]] {
        let document = Document::without_voices("b aa", clean::keep_all("b aa"));
        let found = Matcher::of_phrases(&[first, second]).find(&document);
        assert_eq!(found[0].target, Target::Except { except: 0 }, "{first}");
    }
}

#[test]
fn every_contrast_matches_by_itself() {
    assert_eq!(found(&syria(), "the Free Syrian Army"), ["reb:Free Syrian Army", "gov:Syrian Army"]);
}

#[test]
fn hyphens_part_but_commas_and_sentences_end_a_phrase() {
    assert_eq!(found(&syria(), "rebel-held, Jihadi-run"), ["reb:rebel", "jih:Jihadi"]);
    assert_eq!(found(&syria(), "the Syrian, army men"), Vec::<String>::new());
    // Except for a comma in the cue.
    let places = lexicon(
        "[[contrast]]\nname = \"a\"\n[[contrast.pole]]\nname = \"x\"\ncues = [\"odessa\", \"odessa texas\"]\n\
         except = [\"Odessa, Texas\"]\n[[contrast.pole]]\nname = \"y\"\ncues = [\"odesa\"]",
    );
    assert_eq!(found(&places, "Odessa, Texas; Odessa Texas"), ["-:Odessa, Texas", "x:Odessa Texas"]);
    assert_eq!(
        found(&places, "Odessa,\u{201d} Texas; Odessa; Texas; Odessa,, Texas"),
        ["-:Odessa,\u{201d} Texas", "x:Odessa", "x:Odessa"]
    );
    assert_eq!(found(&syria(), "It is Syrian. Army men left."), Vec::<String>::new());
    assert_eq!(found(&syria(), "the \"Syrian\" army"), ["gov:Syrian\" army"]);
}

#[test]
fn a_cue_matches_its_own_spelling() {
    for cue in [
        "9/11",
        "AT&T",
        "law & order",
        "pro-life",
        "U.S. troops",
        "so-called \"regime\"",
        "Assad’s men",
        "Odessa, Texas",
    ] {
        let document = Document::without_voices(cue, clean::keep_all(cue));
        assert_eq!(Matcher::of_phrases(&[cue]).find(&document).len(), 1, "{cue}");
    }
}

#[test]
fn a_possessive_is_not_a_word_that_globs_find() {
    let lexicon = lexicon(
        "[[category]]\nname = \"s\"\ncues = [\"*s\", \"?s\"]\n[[category]]\nname = \"of\"\ncues = [\"town's *\", \"so-called *\"]",
    );
    assert_eq!(found(&lexicon, "The town's walls"), ["of:town's walls", "s:walls"]);
    // In a phrase the lexicon's author wrote it.
    assert_eq!(found(&lexicon, "Its town's"), ["s:Its"]);
}

#[test]
fn initials_are_found_in_either_house_style() {
    let lexicon = lexicon(
        r#"
        [[contrast]]
        name = "army"
        [[contrast.pole]]
        name = "stops"
        cues = ["u.s. army", "u.s.-led", "c.i.a."]
        [[contrast.pole]]
        name = "none"
        cues = ["us army", "us troops", "us"]
        "#,
    );
    // Two cues that differ only in their stops each match what is written like them.
    assert_eq!(found(&lexicon, "the U.S. Army, the US Army"), ["stops:U.S. Army", "none:US Army"]);
    assert_eq!(
        found(&lexicon, "U.S. troops, US-led; the CIA's men"),
        ["none:U.S. troops", "stops:US-led", "stops:CIA"]
    );
    assert_eq!(found(&lexicon, "They told us. The U.S. left."), ["none:us"]);
}

#[test]
fn characters_that_are_not_seen_hide_nothing() {
    for hidden in ["\u{200b}", "\u{200e}", "\u{202e}", "\u{2066}", "\u{ad}"] {
        let text = format!("the {hidden}Syrian {hidden}army's re{hidden}gime");
        let matched = format!("gov:Syrian {hidden}army");
        assert_eq!(found(&syria(), &text), [matched, format!("reg:re{hidden}gime")]);
    }
}

#[test]
fn composed_and_decomposed_letters_match_one_another() {
    let [composed, decomposed] = ["le régime de l'État", "le re\u{301}gime de l'E\u{301}tat"];
    for cue in ["régime", "re\u{301}gime", "ré*", "re\u{301}*", "r?gime", "régime de l'état"] {
        let toml = format!(
            "[[contrast]]\nname = \"a\"\n[[contrast.pole]]\nname = \"x\"\ncues = [{cue:?}]\n\
             [[contrast.pole]]\nname = \"y\"\ncues = [\"rebel\"]"
        );
        let lexicon = lexicon(&toml.replace("\\u{301}", "\u{301}"));
        for text in [composed, decomposed] {
            let found = found(&lexicon, text);
            assert!(matches!(found.as_slice(), [one] if one.starts_with("x:r")), "{cue}: {found:?}");
            // The span indexes the text as given.
            assert!(text.contains(&found[0][2..]));
        }
    }
}

/// Every phrase at every word.
fn naive(phrases: &[String], document: &Document<'_>) -> Vec<(Range<usize>, usize)> {
    // Words, and for each whether there is a comma before it.
    let patterns: Vec<(Vec<TokenPattern>, Vec<bool>)> = phrases
        .iter()
        .map(|phrase| {
            let (mut words, mut has_comma) = (Vec::new(), vec![false]);
            for pattern in pattern::parse(phrase) {
                match pattern {
                    TokenPattern::Comma => has_comma[words.len()] = true,
                    word => {
                        words.push(word);
                        has_comma.push(false);
                    }
                }
            }
            (words, has_comma)
        })
        .collect();
    let spelled = |at: usize| Spelled::of(document.tokens[at].of(document.text));
    // Initials that are written differently.
    let otherwise = |at: usize, pattern: &TokenPattern| {
        let (written, letters) = (spelled(at).normal, |word: &str| word.replace('.', ""));
        pattern.normal().is_some_and(|normal| normal != written && letters(&normal) == letters(&written))
    };
    // In the texts below, only commas between words can break a phrase.
    let commas = |at: usize| {
        let (before, token) = (&document.tokens[at - 1], &document.tokens[at]);
        document.text[before.end as usize..token.start as usize].matches(',').count()
    };
    let (mut found, mut free) = (Vec::new(), 0);
    for sentence in &document.sentences {
        let is_word = |at: &usize| document.tokens[*at].kind == TokenKind::Word;
        for at in sentence.tokens.clone().filter(is_word) {
            let fits = |(tokens, has_comma): &(Vec<TokenPattern>, Vec<bool>)| {
                !tokens.is_empty()
                    && at + tokens.len() <= sentence.tokens.end
                    && (0..tokens.len()).all(|i| tokens[i].matches(&spelled(at + i)))
                    && (1..tokens.len()).all(|i| commas(at + i) == usize::from(has_comma[i]))
            };
            let literals = |t: &[TokenPattern]| t.iter().filter(|t| t.normal().is_some()).count();
            let others = |t: &[TokenPattern]| (0..t.len()).filter(|i| otherwise(at + i, &t[*i])).count();
            let fitting = (0..patterns.len()).filter(|p| fits(&patterns[*p]));
            let best = fitting.min_by_key(|p| {
                let (tokens, _) = &patterns[*p];
                (Reverse(tokens.len()), Reverse(literals(tokens)), others(tokens))
            });
            if let Some(phrase) = best.filter(|_| at >= free) {
                free = at + patterns[phrase].0.len();
                found.push((at..free, phrase));
            }
        }
    }
    found
}

proptest::proptest! {
    #[test]
    fn it_finds_what_a_naive_one_finds(
        phrases in proptest::collection::vec("([ab*?]{1,3}[ ,]?|a\\.b\\. ?|us|u\\.s\\.){1,3}", 0..6),
        text in "([abAB]{1,3}[ ,-]{0,2}|[aA]\\.[bB]\\. ?|us |US |U\\.S\\. ){0,30}",
    ) {
        let document = Document::without_voices(&text, clean::keep_all(&text));
        let matches = Matcher::of_phrases(&phrases).find(&document).into_iter();
        let matches: Vec<_> = matches.map(|m| (m.tokens, m.target)).collect();
        let naive = naive(&phrases, &document).into_iter().map(|(range, except)| (range, Target::Except { except }));
        proptest::prop_assert_eq!(matches, naive.collect::<Vec<_>>());
    }
}
