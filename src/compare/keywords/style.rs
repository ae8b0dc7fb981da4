//! House style: how an outlet writes, whatever it writes about.

use rustc_hash::FxHashSet;
use std::sync::OnceLock;

/// Letters in which British and American spelling differ, with the fewest letters that must precede them. Both
/// spellings must occur in the corpus.
const SPELLINGS: [(&str, &str, usize); 7] = [
    ("our", "or", 3),
    ("is", "iz", 3),
    ("ys", "yz", 3),
    ("tre", "ter", 2),
    ("bre", "ber", 2),
    ("ence", "ense", 2),
    ("ogue", "og", 3),
];

fn listed() -> &'static FxHashSet<&'static str> {
    static LIST: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    let lines = || include_str!("en/house-style.txt").lines().filter(|l| !l.starts_with('#'));
    LIST.get_or_init(|| lines().flat_map(|l| l.split(", ")).map(str::trim).filter(|w| !w.is_empty()).collect())
}

/// Whether a term is a matter of style: a title, a date, an abbreviation, per cent, or a spelling of which the corpus
/// also has the other form.
pub fn is_style(words: &[&str], vocabulary: &impl Fn(&str) -> bool) -> bool {
    let phrase = words.join(" ");
    if listed().contains(phrase.as_str()) || words.iter().any(|w| listed().contains(w)) {
        return true;
    }
    matches!(words, [word] if has_other_spelling(word, vocabulary))
}

fn has_other_spelling(word: &str, vocabulary: &impl Fn(&str) -> bool) -> bool {
    let swapped = |from: &str, to: &str, before: usize| {
        let places = word.match_indices(from).filter(move |(at, _)| *at >= before);
        places.map(|(at, _)| format!("{}{to}{}", &word[..at], &word[at + from.len()..])).any(|w| vocabulary(&w))
    };
    SPELLINGS.iter().any(|(one, other, before)| swapped(one, other, *before) || swapped(other, one, *before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_dates_and_spellings_are_style() {
        let vocabulary = |word: &str| ["color", "organise", "center", "for", "prize"].contains(&word);
        for style in
            [&["mr"][..], &["per", "cent"], &["tuesday"], &["mr", "darwish"], &["colour"], &["organize"], &["centre"]]
        {
            assert!(is_style(style, &vocabulary), "{style:?}");
        }
        for other in [&["four"][..], &["flavour"], &["regime"], &["prise"], &["center", "right"]] {
            assert!(!is_style(other, &vocabulary), "{other:?}");
        }
    }
}
