//! Sentences: where one ends and the next begins.
//!
//! Rules for English and languages that punctuate like it. A sentence ends after `.`, `!`, `?` or `…` (and any closing
//! quotation marks and brackets) if white space follows and the next word can open a sentence. It doesn't end after an
//! abbreviation that precedes a name (`Mr`, `Gen.`) or a number (`No. 4`), or after an initial. After initials such as
//! `U.S.` it ends only before a word that is rarely capitalised within a sentence (`The`, `It`, …). The end of a
//! paragraph always ends a sentence, so a heading needs no full stop.
//!
//! Not done here: paragraphs ([`super::clean`]).

use std::ops::Range;

/// Abbreviations before a name or a number, after which no sentence ends. Lower case, without the last stop.
const BEFORE_NAMES: &[&str] = &[
    "mr", "mrs", "ms", "messrs", "mme", "dr", "prof", "rev", "hon", "sen", "sens", "rep", "reps", "gov", "govs", "gen",
    "gens", "lt", "col", "maj", "capt", "cmdr", "adm", "sgt", "cpl", "pvt", "brig", "pres", "supt", "det", "insp",
    "st", "ste", "mt", "ft", "sheikh", "no", "nos", "vs", "v", "al", "ca", "cf", "fig", "figs", "vol", "op", "art",
    "sec", "ch", "pp", "e.g", "i.e", "viz", "approx", "est", "dept", "amb", "atty", "asst", "assoc", "fr", "sr.",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "calif", "fla", "ariz",
    "colo", "conn", "mass", "mich", "minn", "miss", "tenn", "tex", "wash", "wis", "va", "pa", "ga", "ill", "ind", "ky",
    "la", "md", "mo", "okla", "ore", "ala", "ark", "del", "kan", "neb", "nev",
];

/// Abbreviations that may end a sentence: they do if a sentence opener follows.
const AMBIGUOUS: &[&str] = &["inc", "corp", "co", "ltd", "llc", "jr", "sr", "etc", "bros", "p.m", "a.m", "ph.d"];

/// No abbreviation in the lists is longer.
const LONGEST_ABBREVIATION: usize = 6;

/// Words that are rarely capitalised within a sentence.
const OPENERS: &[&str] = &[
    "the",
    "a",
    "an",
    "it",
    "its",
    "he",
    "she",
    "they",
    "we",
    "i",
    "you",
    "his",
    "her",
    "their",
    "our",
    "this",
    "that",
    "these",
    "those",
    "but",
    "and",
    "in",
    "on",
    "at",
    "as",
    "if",
    "when",
    "while",
    "after",
    "before",
    "there",
    "however",
    "for",
    "from",
    "by",
    "with",
    "so",
    "then",
    "what",
    "why",
    "how",
    "who",
    "where",
    "some",
    "many",
    "most",
    "both",
    "not",
    "no",
    "since",
    "once",
    "yet",
    "also",
    "still",
    "although",
    "though",
    "because",
    "meanwhile",
    "to",
    "is",
    "are",
    "was",
];

/// Calls `sentence` with the byte range of every sentence of `text[range]`, in order, without surrounding white space.
///
/// A range without a word character still has a sentence; an empty range has none.
pub fn split(text: &str, range: Range<usize>, mut sentence: impl FnMut(Range<usize>)) {
    let mut start = skip_space(text, range.start, range.end);
    let mut at = start;
    let mut stops = Stops::new(&text.as_bytes()[..range.end]);
    while let Some(stop) = stops.next_from(at) {
        let Some(behind) = terminator_at(text, stop, range.end) else {
            at = stop + 1;
            continue;
        };
        let close = skip_closers(text, behind, range.end);
        let next = skip_space(text, close, range.end);
        at = close.max(stop + 1);
        if next == close && next < range.end {
            continue;
        }
        if next == range.end || ends_here(text, start, stop, close, next, range.end) {
            sentence(start..close);
            start = next;
            at = next;
        }
    }
    let end = trim_end(text, start, range.end);
    if end > start {
        sentence(start..end);
    }
}

/// Finds the bytes at which a run of terminators may begin.
struct Stops<'b> {
    bytes: &'b [u8],
    /// The next stop, and the next byte that may begin an ellipsis. Both are cached, so that many of one kind don't
    /// cause repeated searches for the other.
    narrow: Option<usize>,
    wide: Option<usize>,
}

impl<'b> Stops<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Stops { bytes, narrow: None, wide: None }
    }

    /// The first at or after `at`, which never decreases.
    fn next_from(&mut self, at: usize) -> Option<usize> {
        let Stops { bytes, narrow, wide } = self;
        let rest = bytes.get(at..)?;
        let next = |known: &mut Option<usize>, find: fn(&[u8]) -> Option<usize>| match known {
            Some(next) if *next >= at => *next,
            _ => *known.insert(find(rest).map_or(bytes.len(), |i| at + i)),
        };
        let narrow = next(narrow, |rest| memchr::memchr3(b'.', b'!', b'?', rest));
        let wide = next(wide, |rest| memchr::memchr(0xE2, rest));
        Some(narrow.min(wide)).filter(|stop| *stop < bytes.len())
    }
}

/// The end of the run of terminators at `at`, if there is one.
fn terminator_at(text: &str, at: usize, end: usize) -> Option<usize> {
    let mut behind = at;
    while behind < end {
        match text.as_bytes()[behind] {
            b'.' | b'!' | b'?' => behind += 1,
            0xE2 if text.as_bytes()[behind..end].starts_with("…".as_bytes()) => behind += 3,
            _ => break,
        }
    }
    (behind > at).then_some(behind)
}

/// Skips closing quotation marks and brackets after a terminator.
fn skip_closers(text: &str, at: usize, end: usize) -> usize {
    let mut close = at;
    for c in text[at..end].chars() {
        if !matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '}') {
            break;
        }
        close += c.len_utf8();
    }
    close
}

fn skip_space(text: &str, at: usize, end: usize) -> usize {
    text[at..end].char_indices().find(|(_, c)| !c.is_whitespace()).map_or(end, |(i, _)| at + i)
}

fn trim_end(text: &str, start: usize, end: usize) -> usize {
    start + text[start..end].trim_end().len()
}

/// Whether the sentence that began at `start` ends at the terminator `stop`, given the next word at `next`.
fn ends_here(text: &str, start: usize, stop: usize, close: usize, next: usize, end: usize) -> bool {
    let rest = text[next..end].trim_start_matches(['"', '\'', '“', '‘', '«', '‹', '(', '[', '—', '–', '-', '•', ' ']);
    let Some(first) = rest.chars().next() else { return true };
    let single_stop = text.as_bytes()[stop] == b'.' && (close == stop + 1);
    if first.is_lowercase() {
        // "… he said": a lower-case word never opens a sentence after a stop or a quotation.
        return false;
    }
    if !single_stop {
        return true;
    }
    let word = word_before(text, start, stop);
    if word.len() > LONGEST_ABBREVIATION && word.bytes().all(|b| b.is_ascii_alphabetic()) {
        // Most words: not in any list, and not initials.
        return true;
    }
    let lower = word.to_lowercase();
    let opener = || {
        let next_word: String = rest.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
        OPENERS.contains(&next_word.as_str())
    };
    if first.is_numeric() && matches!(lower.as_str(), "no" | "nos" | "art" | "sec" | "ch" | "fig" | "vol" | "pp") {
        return false;
    }
    if lower == "no" {
        return true;
    }
    if lower == "st"
        || lower == "al"
        || lower == "v"
        || lower == "ill"
        || lower == "ind"
        || lower == "miss"
        || lower == "mass"
    {
        // These are also ordinary words: an abbreviation only with a capital.
        return !word.starts_with(char::is_uppercase);
    }
    if BEFORE_NAMES.contains(&lower.as_str()) {
        return is_month_or_state(&lower) && opener()
            || !word.starts_with(char::is_uppercase) && !matches!(lower.as_str(), "vs" | "e.g" | "i.e");
    }
    if AMBIGUOUS.contains(&lower.as_str()) {
        return opener();
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let initials = word.chars().all(|c| c.is_uppercase() || c == '.');
    if initials && word.contains('.') {
        return opener();
    }
    if initials && letters == 1 && word != "I" {
        // "K. M. Darwish", "plan B. The": an initial unless a sentence opener follows.
        return opener();
    }
    true
}

/// Months and states occur before a number or a name, but also at the end of a sentence.
fn is_month_or_state(lower: &str) -> bool {
    BEFORE_NAMES
        .iter()
        .position(|w| *w == "jan")
        .zip(BEFORE_NAMES.iter().position(|w| *w == lower))
        .is_some_and(|(m, w)| w >= m)
}

/// The letters and inner full stops right before `stop`.
fn word_before(text: &str, start: usize, stop: usize) -> &str {
    let begin = text[start..stop]
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphabetic() || *c == '.')
        .last()
        .map_or(stop, |(i, _)| start + i);
    &text[begin..stop]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        split(text, 0..text.len(), |r| found.push(&text[r]));
        found
    }

    #[test]
    fn plain_sentences() {
        assert_eq!(cut("It began. It ended! Did it? Yes…  "), ["It began.", "It ended!", "Did it?", "Yes…"]);
        assert_eq!(cut("A heading without a stop"), ["A heading without a stop"]);
        assert_eq!(cut("   "), Vec::<&str>::new());
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_one() {
        assert_eq!(
            cut("Mr. Lavrov met Gen. K. M. Darwish at 3.5 km. He left."),
            ["Mr. Lavrov met Gen. K. M. Darwish at 3.5 km.", "He left."]
        );
        assert_eq!(
            cut("The U.S. Secretary of State left the U.S. The talks ended."),
            ["The U.S. Secretary of State left the U.S.", "The talks ended."]
        );
        assert_eq!(cut("It was No. 4 of ten. No one knew."), ["It was No. 4 of ten.", "No one knew."]);
        assert_eq!(cut("He said no. Then on Jan. 5 it rained."), ["He said no.", "Then on Jan. 5 it rained."]);
    }

    #[test]
    fn no_abbreviation_is_longer() {
        let listed = BEFORE_NAMES.iter().chain(AMBIGUOUS);
        assert_eq!(listed.map(|word| word.len()).max(), Some(LONGEST_ABBREVIATION));
    }

    #[test]
    fn quotations_close_behind_the_stop() {
        assert_eq!(cut("“We will stay.” The envoy left."), ["“We will stay.”", "The envoy left."]);
        assert_eq!(cut("\"Will you stay?\" she asked. \"No.\""), ["\"Will you stay?\" she asked.", "\"No.\""]);
    }

    proptest::proptest! {
        #[test]
        fn sentences_lie_in_order_and_cover_all_words(text in "[A-Za-z .!?…\"”’\n]{0,120}") {
            let mut last = 0;
            let mut letters = 0;
            split(&text, 0..text.len(), |r| {
                assert!(r.start >= last && r.end > r.start);
                letters += text[r.clone()].chars().filter(|c| c.is_alphabetic()).count();
                last = r.end;
            });
            proptest::prop_assert_eq!(letters, text.chars().filter(|c| c.is_alphabetic()).count());
        }
    }
}
