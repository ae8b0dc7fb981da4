//! The words of one article in the voice that is counted, as numbers.

use crate::compare::Voices;
use crate::features::phrases::{CAPITAL, FIRST};
use crate::features::{BREAK, SharedTermTable};
use crate::text::{Document, Holds, Memo, Token, TokenKind, tokens};

/// The words of a document, as the numbers given by `number`, with marks for a capital and for the beginning of a
/// sentence. [`BREAK`] marks what a phrase must not cross: the end of a sentence, punctuation, and places where another
/// voice or a possessive is left out.
pub fn words(document: &Document<'_>, voices: Voices, mut number: impl FnMut(&str) -> u32) -> Vec<u32> {
    let mut normal = String::new();
    words_by_token(document, voices, |token| marked(document, token, &mut normal, &mut number))
}

/// The same with numbers from always the same table. `known` holds those of earlier documents of the same
/// [`Reader`](crate::text::Reader), by form.
pub fn words_of(
    document: &Document<'_>,
    voices: Voices,
    terms: &SharedTermTable,
    known: &mut Memo<impl Holds<Number>>,
) -> Vec<u32> {
    let mut normal = String::new();
    words_by_token(document, voices, |token| {
        let number = || Number(marked(document, token, &mut normal, &mut |word| terms.id(word)));
        known.get(document.forms[token], number).0
    })
}

/// The number of a word in a table, with a mark if it starts with a capital.
#[derive(Debug, Clone, Copy)]
pub struct Number(u32);

/// The number of a token's word, with a mark if it starts with a capital.
fn marked(document: &Document<'_>, token: usize, normal: &mut String, number: &mut impl FnMut(&str) -> u32) -> u32 {
    let text = document.tokens[token].of(document.text);
    tokens::normalize(text, normal);
    let capital = if text.starts_with(char::is_uppercase) { CAPITAL } else { 0 };
    number(normal) | capital
}

fn words_by_token(document: &Document<'_>, voices: Voices, mut number: impl FnMut(usize) -> u32) -> Vec<u32> {
    let by_token = match voices {
        Voices::All => Vec::new(),
        Voices::Only(_) => document.token_voices(),
    };
    let counts = |i: usize| {
        document.tokens[i].kind == TokenKind::Word
            && by_token.get(i).is_none_or(|(voice, _)| voices == Voices::Only(*voice))
    };
    let mut words = Vec::with_capacity(document.tokens.len());
    for sentence in &document.sentences {
        let mut before: Option<&Token> = None;
        for i in sentence.tokens.clone() {
            let token = &document.tokens[i];
            if !counts(i) {
                before = None;
                continue;
            }
            if before.is_none_or(|before| parts(&document.text[before.end as usize..token.start as usize])) {
                stop(&mut words);
            }
            let first = if i == sentence.tokens.start { FIRST } else { 0 };
            words.push(number(i) | first);
            before = Some(token);
        }
    }
    words
}

fn stop(words: &mut Vec<u32>) {
    if words.last().is_some_and(|w| *w != BREAK) {
        words.push(BREAK);
    }
}

/// Whether the characters between two words of a sentence separate them: anything but white space, hyphens, and the
/// full stop of an abbreviation.
pub(crate) fn parts(between: &str) -> bool {
    between != " " && between.chars().any(|c| !(c.is_whitespace() || c == '-' || c == '.' || tokens::is_invisible(c)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::phrases::WORD;
    use crate::text::{Voice, clean};

    fn show(text: &str, voices: Voices) -> String {
        let (document, table) = (Document::new(text, clean::keep_all(text)), SharedTermTable::default());
        let words = words(&document, voices, |word| table.id(word));
        let terms = table.into_terms();
        let word = |w: &u32| match *w {
            BREAK => "|".to_owned(),
            w => {
                let capital = if w & CAPITAL != 0 { "+" } else { "" };
                format!("{}{capital}{}", if w & FIRST != 0 { "^" } else { "" }, terms[(w & WORD) as usize])
            }
        };
        words.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn phrases_end_at_punctuation_and_sentences() {
        assert_eq!(
            show("Mr. Darwish, a rebel-held town's baker, left. It rained.", Voices::All),
            "^+mr +darwish | a rebel held town | baker | left | ^+it rained"
        );
        assert_eq!(show("", Voices::All), "");
    }

    #[test]
    fn other_voices_are_left_out_and_part_what_is_left() {
        let text = "“We will open the bridge,” the mayor said. Rain fell.";
        assert_eq!(show(text, Voices::Only(Voice::Own)), "the mayor said | ^+rain fell");
        assert_eq!(show(text, Voices::Only(Voice::Quoted)), "^+we will open the bridge");
    }
}
