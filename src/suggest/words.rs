//! Facts about single words: function words, singular and plural as one, and which words are used like nouns.

use crate::features::BREAK;
use crate::features::phrases::WORD;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A closed class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Determiner,
    Preposition,
    BeforeVerb,
    Other,
}

fn listed() -> &'static FxHashMap<&'static str, Class> {
    static LIST: OnceLock<FxHashMap<&'static str, Class>> = OnceLock::new();
    LIST.get_or_init(|| {
        let mut list = FxHashMap::default();
        for line in include_str!("en/function-words.txt").lines().filter(|l| !l.starts_with('#')) {
            let Some((class, words)) = line.split_once(": ") else { continue };
            let class = match class {
                "determiner" => Class::Determiner,
                "preposition" => Class::Preposition,
                "verb" => Class::BeforeVerb,
                _ => Class::Other,
            };
            list.extend(words.split(' ').map(|word| (word, class)));
        }
        list
    })
}

/// All words of a corpus, sorted, with facts about each, by number.
#[derive(Debug)]
pub(super) struct Words {
    pub names: Vec<Box<str>>,
    /// How often each occurs.
    pub counts: Vec<u32>,
    /// The number of its singular, if both occur in the corpus; otherwise its own.
    pub folds: Vec<u32>,
    classes: Vec<Option<Class>>,
    /// By number of the singular: how often the preceding word is one that precedes nouns, and one that precedes verbs.
    before: Vec<(u32, u32)>,
}

impl Words {
    /// Learns from all streams; the names must be sorted.
    pub fn new<'s>(names: Vec<Box<str>>, streams: impl Iterator<Item = &'s [u32]> + Clone) -> Words {
        let mut counts = vec![0; names.len()];
        streams.clone().flatten().filter(|w| **w != BREAK).for_each(|w| counts[(w & WORD) as usize] += 1);
        let find = |word: &str| names.binary_search_by(|w| (**w).cmp(word)).ok().filter(|&i| counts[i] > 0);
        let folds = names.iter().enumerate().map(|(i, w)| singular(w, find).unwrap_or(i) as u32).collect();
        let classes = names.iter().map(|w| listed().get(&**w).copied()).collect();
        let before = vec![(0, 0); names.len()];
        let mut words = Words { names, counts, folds, classes, before };
        for stream in streams {
            for pair in stream.windows(2).filter(|pair| !pair.contains(&BREAK)) {
                let before = &mut words.before[words.folds[(pair[1] & WORD) as usize] as usize];
                match words.classes[(pair[0] & WORD) as usize] {
                    Some(Class::Determiner | Class::Preposition) => before.0 += 1,
                    Some(Class::BeforeVerb) => before.1 += 1,
                    _ => {}
                }
            }
        }
        words
    }

    /// Whether no name starts or ends with it: function words, numbers, single letters.
    pub fn is_empty_word(&self, word: u32) -> bool {
        let name = &self.names[word as usize];
        self.classes[word as usize].is_some() || name.chars().nth(2).is_none() || name.chars().any(|c| c.is_numeric())
    }

    /// Whether it is a word like "the" and "some".
    pub fn is_determiner(&self, word: u32) -> bool {
        self.classes[word as usize] == Some(Class::Determiner)
    }

    /// What precedes a word in the singular and the plural: the counts of words that precede nouns, and of those that
    /// precede verbs.
    pub fn before(&self, word: u32) -> (u32, u32) {
        self.before[self.folds[word as usize] as usize]
    }
}

/// Whether words are used like nouns, judging by what precedes them.
pub(super) fn is_noun((noun, verb): (u32, u32)) -> bool {
    noun > 0 && noun >= 2 * verb
}

/// The singular of a plural by its letters, if `find` knows it.
fn singular(word: &str, find: impl Fn(&str) -> Option<usize>) -> Option<usize> {
    let stem = word.strip_suffix('s').filter(|s| s.len() >= 4 && !s.ends_with(['s', 'u', 'i', '\'', '.']))?;
    let ies = || stem.strip_suffix("ie").and_then(|s| find(&format!("{s}y")));
    let es = || stem.strip_suffix('e').filter(|s| s.ends_with(['s', 'x', 'z', 'h'])).and_then(&find);
    ies().or_else(es).or_else(|| find(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> (Words, Vec<u32>) {
        let mut names: Vec<Box<str>> = text.split(' ').map(Into::into).collect();
        names.sort();
        names.dedup();
        let stream: Vec<u32> =
            text.split(' ').map(|w| names.iter().position(|n| &**n == w).expect("listed") as u32).collect();
        (Words::new(names, [stream.as_slice()].into_iter()), stream)
    }

    #[test]
    fn plurals_fold_where_the_singular_is_there() {
        let (words, _) = words("army armies attack attacks class classes isis isi news new press regimes");
        let fold = |w: &str| {
            let at = words.names.iter().position(|n| &**n == w).expect("listed");
            words.names[words.folds[at] as usize].to_string()
        };
        let folded = ["armies", "attacks", "classes", "isis", "news", "press", "regimes"].map(fold);
        assert_eq!(folded, ["army", "attack", "class", "isis", "news", "press", "regimes"]);
    }

    #[test]
    fn nouns_stand_behind_articles() {
        let (words, stream) = words("the rebels were killed by rebels and they were killed");
        assert!(is_noun(words.before(stream[1])) && !is_noun(words.before(stream[3])));
        assert!(words.is_empty_word(stream[0]) && !words.is_empty_word(stream[1]));
    }
}
