//! Nested keys of a dictionary → contrasts and categories.
//!
//! Dictionaries made for counting don't say which of their keys compete. Two or more keys with words, side by side
//! below another key, are read as the poles of a contrast with the upper key's name, unless they share a word: then
//! they don't compete. Every other key with words is a category. Names of nested keys are joined by dots, as in
//! quanteda.

use super::super::pattern;
use super::check::{Draft, DraftContrast, DraftPole, Word};
use std::collections::BTreeSet;

/// A key with its words and the keys below it.
#[derive(Debug)]
pub(super) struct Key {
    pub name: Word,
    pub words: Vec<Word>,
    pub below: Vec<Key>,
}

/// How many of the words that were left out a note lists.
const NAMED: usize = 5;

/// The contrasts and categories of a dictionary, given its top-level keys; `file` is used in the notes.
pub(super) fn draft(file: &str, keys: Vec<Key>) -> Draft {
    let mut tree = Tree::default();
    for key in keys {
        tree.add(key, "");
    }
    let mut notes = Vec::new();
    let mut note = |left_out: &[String], singular: &str, plural: &str| {
        if !left_out.is_empty() {
            let named = left_out.iter().take(NAMED).map(|w| format!("{w:?}")).collect::<Vec<_>>().join(", ");
            let more = if left_out.len() > NAMED { ", …" } else { "" };
            let what = if left_out.len() == 1 { singular } else { plural };
            notes.push(format!("{file}: {} {what} left out: {named}{more}", left_out.len()));
        }
    };
    note(&tree.wordless, "entry without a letter or digit was", "entries without a letter or digit were");
    note(&tree.empty, "key without words was", "keys without words were");
    Draft { axis: None, contrasts: tree.contrasts, notes }
}

#[derive(Default)]
struct Tree {
    contrasts: Vec<DraftContrast>,
    wordless: Vec<String>,
    empty: Vec<String>,
}

impl Tree {
    /// Adds a key and all below it; `path` is the name of the key above and a dot, or empty.
    fn add(&mut self, key: Key, path: &str) {
        let Key { name, words, below } = key;
        let full = Word { text: format!("{path}{}", name.text.trim()), line: name.line };
        let words = self.clean(words);
        if words.is_empty() && below.is_empty() {
            self.empty.push(full.text);
            return;
        }
        let inner = format!("{}.", full.text);
        let (mut leaves, branches): (Vec<Key>, Vec<Key>) = below.into_iter().partition(|k| k.below.is_empty());
        for leaf in &mut leaves {
            leaf.words = self.clean(std::mem::take(&mut leaf.words));
        }
        let compete = words.is_empty() && compete(&leaves);
        if !words.is_empty() {
            self.contrasts.push(category(full.clone(), words));
        }
        if compete {
            let pole = |k: Key| DraftPole { name: k.name, leans: None, cues: k.words, except: Vec::new() };
            let poles = leaves.into_iter().map(pole).collect();
            let (about, except) = (String::new(), Vec::new());
            self.contrasts.push(DraftContrast { name: full, about, poles, except, is_category: false });
        } else {
            leaves.into_iter().for_each(|leaf| self.add(leaf, &inner));
        }
        branches.into_iter().for_each(|branch| self.add(branch, &inner));
    }

    /// Drops cues without a word character, and duplicates.
    fn clean(&mut self, words: Vec<Word>) -> Vec<Word> {
        let mut seen = BTreeSet::new();
        let mut kept = Vec::with_capacity(words.len());
        for word in words {
            let tokens = pattern::parse(&word.text);
            if tokens.is_empty() {
                self.wordless.push(word.text);
            } else if seen.insert(tokens) {
                kept.push(word);
            }
        }
        kept
    }
}

/// Whether keys can be poles: two or more, each with words, without a word in common.
fn compete(keys: &[Key]) -> bool {
    let mut seen = BTreeSet::new();
    let words = keys.iter().flat_map(|k| &k.words);
    keys.len() >= 2
        && keys.iter().all(|k| !k.words.is_empty())
        && words.map(|w| pattern::parse(&w.text)).all(|w| seen.insert(w))
}

fn category(name: Word, cues: Vec<Word>) -> DraftContrast {
    let only = DraftPole { name: name.clone(), leans: None, cues, except: Vec::new() };
    DraftContrast { name, about: String::new(), poles: vec![only], except: Vec::new(), is_category: true }
}
