//! The word lists of `en/`: read once, and looked up by hash for every word.

use super::inflect::{plural, with_ending};
use super::{Entry, Form, class, frame, hash_ascii};
use std::sync::OnceLock;

/// Bits of the word lists' filter.
const FILTER_BITS: usize = 1 << 16;

/// The word lists of a language.
pub(in crate::text::voice) struct Lexicon {
    table: Vec<(u64, Entry)>,
    /// A bit filter of the hashes: most words are in no list, and this shows it without a cache miss.
    filter: Vec<u64>,
    frames: Vec<u32>,
    #[cfg(test)]
    lemmas: Vec<String>,
    #[cfg(test)]
    words: Vec<String>,
    lemma_hashes: Vec<u64>,
    /// Hashes of single words that rules need.
    pub to: u64,
    pub of: u64,
    pub according: u64,
    pub reportedly: u64,
}

/// The English word lists, read once.
pub(in crate::text::voice) fn english() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        Lexicon::new(
            include_str!("../en/verbs.txt"),
            include_str!("../en/nouns.txt"),
            include_str!("../en/adjectives.txt"),
            include_str!("../en/functions.txt"),
            include_str!("../en/fillers.txt"),
        )
    })
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

impl Lexicon {
    fn new(verbs: &str, nouns: &str, adjectives: &str, functions: &str, fillers: &str) -> Self {
        let mut lexicon = Lexicon {
            table: vec![(0, Entry::default()); 8192],
            filter: vec![0; FILTER_BITS / 64],
            frames: vec![0],
            #[cfg(test)]
            lemmas: vec![String::new()],
            #[cfg(test)]
            words: Vec::new(),
            lemma_hashes: vec![0],
            to: hash_ascii(b"to"),
            of: hash_ascii(b"of"),
            according: hash_ascii(b"according"),
            reportedly: hash_ascii(b"reportedly"),
        };
        for line in lines(functions).chain(lines(fillers)) {
            let Some((name, words)) = line.split_once(':') else { continue };
            let bit = class::NAMES.iter().position(|n| *n == name).map(|bit| 1 << bit);
            let unseen = || class::UNSEEN.iter().find(|(n, _)| *n == name).map(|(_, bit)| *bit);
            let Some(bit) = bit.or_else(unseen) else { continue };
            for word in words.split_whitespace() {
                lexicon.entry(word).classes |= bit;
            }
        }
        for (list, bit) in [(nouns, class::NOUN), (adjectives, class::ADJECTIVE)] {
            for word in lines(list).flat_map(str::split_whitespace) {
                lexicon.entry(word).classes |= bit;
                if bit == class::NOUN {
                    lexicon.entry(&plural(word)).classes |= bit;
                }
            }
        }
        for line in lines(verbs) {
            let Some((forms, frames)) = line.split_once(':') else { continue };
            lexicon.add_verb(forms, frames);
        }
        lexicon
    }

    fn add_verb(&mut self, forms: &str, frames: &str) {
        let forms: Vec<&str> = forms.split_whitespace().collect();
        let Some(&base) = forms.first() else { return };
        let mut bits = 0;
        for frame in frames.split_whitespace() {
            if let Some(bit) = frame::LETTERS.iter().position(|l| *l == frame) {
                bits |= 1 << bit;
            } else if let Some(bit) = frame::PREPOSITIONS.iter().position(|p| *p == frame) {
                bits |= 1 << (bit + frame::LETTERS.len());
            }
        }
        let number = self.frames.len() as u16;
        self.frames.push(bits);
        #[cfg(test)]
        self.lemmas.push(base.to_owned());
        self.lemma_hashes.push(hash_ascii(base.as_bytes()));
        let mut all = vec![(base.to_owned(), Form::Base)];
        if forms.len() > 1 {
            for form in &forms[1..] {
                let which = match form {
                    f if f.ends_with("ing") => Form::Ing,
                    f if f.ends_with('s') => Form::Third,
                    _ => Form::Past,
                };
                all.push(((*form).to_owned(), which));
            }
        } else {
            all.extend([
                (plural(base), Form::Third),
                (with_ending(base, "ed"), Form::Past),
                (with_ending(base, "ing"), Form::Ing),
            ]);
        }
        for (word, form) in all {
            let entry = self.entry(&word);
            if entry.verb == 0 {
                (entry.verb, entry.form) = (number, form);
            }
        }
    }

    fn entry(&mut self, word: &str) -> &mut Entry {
        #[cfg(test)]
        self.words.push(word.to_owned());
        let hash = hash_ascii(word.as_bytes());
        let bit = (hash >> 20) as usize % FILTER_BITS;
        self.filter[bit / 64] |= 1 << (bit % 64);
        let at = self.slot(hash);
        self.table[at].0 = hash;
        &mut self.table[at].1
    }

    /// The slot of a hash in the table, or the free slot where it belongs. The table is never full.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut at = (hash >> 40) as usize & mask;
        while self.table[at].0 != hash && self.table[at].0 != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// What the lists say about the word with this hash.
    pub fn find(&self, hash: u64) -> Entry {
        let bit = (hash >> 20) as usize % FILTER_BITS;
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return Entry::default();
        }
        self.table[self.slot(hash)].1
    }

    /// Every word of the lists, in all its forms.
    #[cfg(test)]
    pub fn listed(&self) -> Vec<String> {
        self.words.clone()
    }

    /// What may follow a verb: bits of [`frame`].
    pub fn frames(&self, entry: Entry) -> u32 {
        self.frames[entry.verb as usize]
    }

    /// Whether a preposition, given by its hash, introduces the complement of a verb.
    pub fn takes(&self, entry: Entry, preposition: u64) -> bool {
        let frames = self.frames(entry) >> frame::LETTERS.len();
        frames != 0
            && frame::PREPOSITIONS
                .iter()
                .enumerate()
                .any(|(i, p)| frames >> i & 1 == 1 && hash_ascii(p.as_bytes()) == preposition)
    }

    /// The hash of a verb's base form.
    pub fn lemma_hash(&self, entry: Entry) -> u64 {
        self.lemma_hashes[entry.verb as usize]
    }

    /// The base form of a verb.
    #[cfg(test)]
    pub fn lemma(&self, entry: Entry) -> &str {
        &self.lemmas[entry.verb as usize]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn verb_forms_lead_to_their_base() {
        for (form, base, which) in [
            ("said", "say", Form::Past),
            ("denies", "deny", Form::Third),
            ("denied", "deny", Form::Past),
            ("accusing", "accuse", Form::Ing),
            ("admitted", "admit", Form::Past),
            ("Told", "tell", Form::Past),
            ("forecasting", "forecast", Form::Ing),
            ("confesses", "confess", Form::Third),
            ("disagreeing", "disagree", Form::Ing),
        ] {
            let entry = english().find(hash_ascii(form.as_bytes()));
            assert_eq!((english().lemma(entry), entry.form), (base, which), "{form}");
        }
    }

    #[test]
    fn every_line_of_the_lists_is_read() {
        for line in lines(include_str!("../en/functions.txt")) {
            assert!(class::NAMES.contains(&line.split(':').next().unwrap()), "{line}");
        }
        for line in lines(include_str!("../en/fillers.txt")) {
            assert!(class::UNSEEN.iter().any(|(name, _)| *name == line.split(':').next().unwrap()), "{line}");
        }
        for line in lines(include_str!("../en/verbs.txt")) {
            let (forms, frames) = line.split_once(':').unwrap();
            assert!(matches!(forms.split_whitespace().count(), 1 | 3..=6), "{line}");
            for f in frames.split_whitespace() {
                assert!(frame::LETTERS.contains(&f) || frame::PREPOSITIONS.contains(&f), "{line}");
            }
        }
        assert!(english().table.iter().filter(|(h, _)| *h != 0).count() < 4096);
    }
}
