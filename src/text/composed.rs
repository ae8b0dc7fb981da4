//! One form for what looks the same: `é` may be written as one character, or as `e` and a combining accent, as in file
//! names on a Mac and in many PDFs.
//!
//! Takes any string, hands on its canonical composition (NFC). Words, names and labels are compared in this form; a
//! text itself is never rewritten, and spans never depend on it.

use std::borrow::Cow;
use std::ops::Range;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A quick check whether nothing has to be composed. That is true for text without characters from U+0300 (the first
/// combining mark) on, which needs no table: UTF-8 writes those below with bytes below `0xCC`.
fn is_composed(text: &str) -> bool {
    text.bytes().all(|byte| byte < 0xCC) || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// The composed form.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if is_composed(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// The composed form of an owned string: usually the string itself.
pub(crate) fn into_composed(text: String) -> String {
    if is_composed(&text) { text } else { text.nfc().collect() }
}

/// The characters of the composed form, each with the bytes of the text that it comes from.
pub(crate) fn places(text: &str) -> impl Iterator<Item = (char, Range<usize>)> {
    let place = |(at, c): (usize, char)| (c, at..at + c.len_utf8());
    let (plain, rest) = if is_composed(text) { (text, None) } else { ("", Some(places_of_clusters(text))) };
    plain.char_indices().map(place).chain(rest.into_iter().flatten())
}

/// The same cluster by cluster: a character that nothing before it can change, and those after it that may combine with
/// it.
fn places_of_clusters(text: &str) -> Vec<(char, Range<usize>)> {
    let begins = |c: char| canonical_combining_class(c) == 0 && is_nfc_quick(std::iter::once(c)) != IsNormalized::Maybe;
    let mut places = Vec::with_capacity(text.len());
    let mut chars = text.char_indices().map(|(at, c)| (c, at..at + c.len_utf8())).peekable();
    let mut cluster: Vec<(char, Range<usize>)> = Vec::new();
    while let Some(first) = chars.next() {
        cluster.clear();
        cluster.push(first);
        while let Some(next) = chars.next_if(|(c, _)| !begins(*c)) {
            cluster.push(next);
        }
        let composed: Vec<char> = cluster.iter().map(|(c, _)| *c).nfc().collect();
        // Marks that remain keep their places; all before them are part of the first character.
        let whole = cluster[0].1.start..cluster[cluster.len() - 1].1.end;
        let joined = cluster.len().checked_sub(composed.len());
        places.extend(composed.iter().enumerate().map(|(i, c)| match (joined, i) {
            (None, _) => (*c, whole.clone()),
            (Some(joined), 0) => (*c, whole.start..cluster[joined].1.end),
            (Some(joined), i) => (*c, cluster[joined + i].1.clone()),
        }));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (given, expected) in [
            ("re\u{301}gime", "régime"),
            ("régime", "régime"),
            ("Việt", "Việt"),
            ("Vie\u{323}\u{302}t", "Việt"),
            ("Vie\u{302}\u{323}t", "Việt"),
            ("и\u{306}", "й"),
            ("\u{212B}", "Å"),
            ("\u{1112}\u{1161}\u{11AB}", "한"),
            // Not canonical equivalents: a ligature and a wide letter stay as they are.
            ("ﬁ Ａ", "ﬁ Ａ"),
            ("", ""),
        ] {
            assert_eq!(composed(given), expected, "{given:?}");
            assert_eq!(into_composed(given.to_owned()), expected, "{given:?}");
        }
        assert!(matches!(composed("Été à Дамаск 東京"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_megabyte_of_marks_is_composed() {
        let marks = "\u{301}\u{323}".repeat(1 << 18);
        let text = format!("e{marks}");
        assert!(composed(&text).starts_with("ẹ\u{323}"));
        assert_eq!(places(&text).next(), Some(('ẹ', 0..3)));
    }

    #[test]
    fn characters_keep_their_places() {
        let found: Vec<_> = places("re\u{301}x\u{304}").collect();
        assert_eq!(found, [('r', 0..1), ('é', 1..4), ('x', 4..5), ('\u{304}', 5..7)]);
        assert_eq!(places("aé").collect::<Vec<_>>(), [('a', 0..1), ('é', 1..3)]);
    }

    proptest! {
        #[test]
        fn places_are_those_of_the_composed_form(text in "[a-eA-E\u{300}-\u{330}é\u{1100}-\u{11ff}가-갏\u{915}-\u{95f}]{0,12}") {
            let found: Vec<_> = places(&text).collect();
            prop_assert_eq!(found.iter().map(|(c, _)| *c).collect::<String>(), text.nfc().collect::<String>());
            prop_assert!(found.iter().all(|(_, range)| text.get(range.clone()).is_some_and(|part| !part.is_empty())));
            prop_assert!(found.is_sorted_by_key(|(_, range)| range.start));
        }
    }
}
