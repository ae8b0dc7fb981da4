//! The matcher against one that tries every cue at every word.
#![no_main]

use aslant::cues::pattern::{self, Spelled, TokenPattern};
use aslant::cues::{Matcher, Target};
use aslant::text::tokens::TokenKind;
use aslant::text::{Document, clean};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (cues, text) = aslant_fuzz::halves(bytes);
    let [cues, text] = [cues, text].map(String::from_utf8_lossy);
    let cues: Vec<&str> = cues.lines().take(50).collect();
    let document = Document::without_voices(&text, clean::keep_all(&text));
    let found: Vec<_> = Matcher::of_phrases(&cues).find(&document).into_iter().map(|m| (m.tokens, m.target)).collect();
    assert_eq!(found, naive(&cues, &document));
});

/// Whether nothing parts a token from the one before but a comma, if there should be one: white space, hyphens, slashes,
/// ampersands, stops and quotation marks don't.
fn follows(document: &Document<'_>, at: usize, has_comma: bool) -> bool {
    let gap = &document.text[document.tokens[at - 1].range().end..document.tokens[at].range().start];
    let invisible = |c| matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    let parts = |c: &char| !(c.is_whitespace() || "-/&.\u{2010}\u{2011}–\"'“”‘’«»".contains(*c) || invisible(*c));
    gap.chars().filter(parts).eq(has_comma.then_some(','))
}

/// The words of a cue, each with whether a comma stands before it.
fn words(cue: &str) -> Vec<(TokenPattern, bool)> {
    let (mut words, mut has_comma) = (Vec::new(), false);
    for pattern in pattern::parse(cue) {
        match pattern {
            TokenPattern::Comma => has_comma = true,
            word => words.push((word, std::mem::take(&mut has_comma))),
        }
    }
    words
}

fn naive(cues: &[&str], document: &Document<'_>) -> Vec<(std::ops::Range<usize>, Target)> {
    let patterns: Vec<_> = cues.iter().map(|cue| words(cue)).collect();
    let spelled: Vec<Spelled> = document.tokens.iter().map(|token| Spelled::of(token.of(document.text))).collect();
    // Initials that are written otherwise.
    let otherwise = |(pattern, token): (&TokenPattern, &Spelled)| {
        let letters = |word: &str| word.replace('.', "");
        pattern.normal().is_some_and(|word| *word != token.normal && letters(&word) == letters(&token.normal))
    };
    let (mut found, mut free) = (Vec::new(), 0);
    let all: Vec<usize> = (0..cues.len()).collect();
    for sentence in &document.sentences {
        let is_word = |at: &usize| document.tokens[*at].kind == TokenKind::Word;
        for at in sentence.tokens.clone().filter(is_word) {
            let fits = |cue: &&usize| {
                let tokens = &patterns[**cue];
                !tokens.is_empty()
                    && at + tokens.len() <= sentence.tokens.end
                    && tokens.iter().zip(&spelled[at..]).all(|((pattern, _), token)| pattern.matches(token))
                    && (1..tokens.len()).all(|i| follows(document, at + i, tokens[i].1))
            };
            // The longest, then the one with the most words without globs, with initials as they are written, then the first.
            let best = all.iter().filter(fits).min_by_key(|cue| {
                let tokens = &patterns[**cue];
                let literals = tokens.iter().filter(|(pattern, _)| pattern.normal().is_some()).count();
                let otherwise = tokens.iter().zip(&spelled[at..]).filter(|((pattern, _), token)| otherwise((pattern, token))).count();
                (std::cmp::Reverse((tokens.len(), literals)), otherwise, **cue)
            });
            if let Some(cue) = best
                && at >= free
            {
                free = at + patterns[*cue].len();
                found.push((at..free, Target::Except { except: *cue }));
            }
        }
    }
    found
}
