//! The terms that show whether two articles are about the same event: words and pairs of neighbouring words.
//!
//! Takes a document and its title and returns [`Terms`]. Words are stripped of their endings (plurals, verb forms), and
//! function words are left out; a pair is two such words in a row. Only the beginning of an article counts: news says
//! first what happened.

use crate::text::{TokenKind, tokens};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::Hasher;
use std::sync::OnceLock;

/// The number of words of an article that are used, not counting function words.
const MOST_WORDS: usize = 600;
/// A word of the title counts as much as this many in the text.
const TITLE_WEIGHT: u8 = 3;

/// Hashed terms with their counts, sorted by hash. A hash has 32 bits: among a million terms a hundred share one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Hashes, ascending.
    pub hashes: Box<[u32]>,
    /// How often each occurs, at most 255.
    pub counts: Box<[u8]>,
}

impl Counts {
    /// Counts from hashes and the same number of counts; `None` if the hashes don't ascend, or a count is 0.
    pub fn from_parts(hashes: Vec<u32>, counts: &[u8]) -> Option<Counts> {
        let is_sound = hashes.len() == counts.len() && !counts.contains(&0) && hashes.windows(2).all(|w| w[0] < w[1]);
        is_sound.then(|| Counts { hashes: hashes.into(), counts: counts.into() })
    }
}

/// What an article is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Its words.
    pub words: Counts,
    /// Its pairs of neighbouring words.
    pub pairs: Counts,
}

impl Terms {
    /// The terms of a text's prose, given its words as hashed by `hash_term`, and of its title.
    pub fn of(words: impl Iterator<Item = Option<u64>>, title: Option<&str>) -> Terms {
        let mut reader = Reader::default();
        if let Some(title) = title {
            let (mut tokens, mut normal) = (Vec::new(), String::new());
            tokens::tokenize(title, 0..title.len(), &mut tokens);
            for token in tokens.iter().filter(|t| t.kind == TokenKind::Word) {
                tokens::normalize(token.of(title), &mut normal);
                reader.push(hash_term(&normal), TITLE_WEIGHT);
            }
        }
        reader.last = None;
        let end_of_title = reader.read;
        for word in words {
            reader.push(word, 1);
            if reader.read - end_of_title >= MOST_WORDS {
                break;
            }
        }
        Terms { words: counts(reader.words), pairs: counts(reader.pairs) }
    }
}

/// A word in normal form without its ending, hashed; `None` for function words.
pub(super) fn hash_term(normal: &str) -> Option<u64> {
    if stop_words().contains(normal) {
        return None;
    }
    let mut hasher = FxHasher::default();
    hasher.write(without_ending(normal).as_bytes());
    Some(crate::features::minhash::mix(hasher.finish()))
}

/// Collects hashed words and pairs.
#[derive(Default)]
struct Reader {
    last: Option<u64>,
    read: usize,
    words: Vec<(u32, u8)>,
    pairs: Vec<(u32, u8)>,
}

impl Reader {
    fn push(&mut self, word: Option<u64>, weight: u8) {
        let Some(hash) = word else { return };
        self.words.push((hash as u32, weight));
        if let Some(last) = self.last {
            self.pairs.push((crate::features::minhash::mix(last.rotate_left(17) ^ hash) as u32, weight));
        }
        self.last = Some(hash);
        self.read += 1;
    }
}

fn stop_words() -> &'static FxHashSet<&'static str> {
    static LIST: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    let words =
        || include_str!("en/stop-words.txt").lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace);
    LIST.get_or_init(|| words().collect())
}

/// A word without the endings of plurals and verb forms. Much cheaper than a stemmer, which would take as long as
/// everything else; both accounts of an event lose the same letters.
fn without_ending(word: &str) -> &str {
    if word.len() <= 4 {
        return word;
    }
    let long_enough = |stem: &&str| stem.chars().count() >= 3;
    let endings = ["ing", "ies", "ied", "ed", "es", "ly", "s"];
    let stem = endings.iter().find_map(|e| word.strip_suffix(e).filter(long_enough)).unwrap_or(word);
    stem.strip_suffix(['e', 'y', 'i']).filter(long_enough).unwrap_or(stem)
}

/// Adds up the weights of equal hashes.
fn counts(mut found: Vec<(u32, u8)>) -> Counts {
    found.sort_unstable();
    found.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        same
    });
    Counts { hashes: found.iter().map(|f| f.0).collect(), counts: found.iter().map(|f| f.1).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Document, clean::keep_all};

    fn terms(text: &str, title: Option<&str>) -> Terms {
        crate::stories::Fingerprint::of(&Document::new(text, keep_all(text)), title).terms
    }

    #[test]
    fn endings_and_function_words_do_not_count() {
        assert_eq!(terms("The bridges were closed.", None), terms("Bridge closes", None));
        assert_ne!(terms("Bridge closes", None).pairs, terms("Closes bridge", None).pairs);
        assert_eq!(
            ["cities", "city", "closed", "close", "red", "его"].map(without_ending),
            ["cit", "city", "clos", "clos", "red", "его"]
        );
    }

    #[test]
    fn a_word_of_the_title_counts_three_times() {
        let found = terms("Bridge opened", Some("Bridge"));
        let mut counts = found.words.counts.to_vec();
        counts.sort_unstable();
        assert_eq!(counts, [1, 4]);
        assert_eq!(terms("", None), Terms::default());
    }
}
