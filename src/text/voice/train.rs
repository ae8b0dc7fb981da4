//! Writes the training data of the model; `train/train.py` fits it.
//!
//! `ASLANT_VOICE_ARTICLES=train.jsonl ASLANT_VOICE_FEATURES=out.txt cargo test --release --lib voice::train -- --ignored`
//!
//! Takes articles with `text` and `attributions: [{content: [[start, end], …]}]` in characters. Writes one line per
//! segment (how many of its words are attributed, how many aren't, features) and an empty line after every sentence.

#![allow(clippy::unwrap_used)]

use super::features::{Extractor, SHAPES, Sink};
use super::segments::Cutter;
use super::words::{english, hash_ascii};
use super::{Document, Listed, Marked, Memo};
use crate::text::clean::keep_all;
use std::collections::HashMap;
use std::fmt::Write as _;

/// Writes features by name.
struct Names<'n> {
    names: &'n HashMap<u64, String>,
    line: String,
}

impl Sink for Names<'_> {
    fn add(&mut self, template: u64, a: u64, b: u64, c: u64) {
        write!(self.line, " {template}").unwrap();
        for value in [a, b, c] {
            match self.names.get(&value) {
                Some(name) => write!(self.line, ":{name}").unwrap(),
                None => {
                    assert!(value < 4096, "a value that is no small number and no word");
                    write!(self.line, ":{value}").unwrap();
                }
            }
        }
    }
}

#[test]
#[ignore = "needs articles that are not part of the project"]
fn write_features() {
    let articles = std::fs::read_to_string(std::env::var("ASLANT_VOICE_ARTICLES").unwrap()).unwrap();
    let out = std::fs::File::create(std::env::var("ASLANT_VOICE_FEATURES").unwrap()).unwrap();
    let mut out = std::io::BufWriter::new(out);
    let mut names: HashMap<u64, String> = SHAPES.iter().map(|s| (hash_ascii(s.as_bytes()), (*s).to_owned())).collect();
    for word in english().listed() {
        names.insert(hash_ascii(word.as_bytes()), word);
    }
    for line in articles.lines() {
        let article: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = article["text"].as_str().unwrap();
        let bytes: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let mut gold = vec![false; text.len() + 1];
        for part in article["attributions"].as_array().unwrap().iter().flat_map(|a| a["content"].as_array().unwrap()) {
            let at = |i: usize| bytes[(part[i].as_u64().unwrap() as usize).min(bytes.len() - 1)];
            gold[at(0)..at(1)].fill(true);
        }
        write_article(text, &gold, &names, &mut out);
    }
}

fn write_article(text: &str, gold: &[bool], names: &HashMap<u64, String>, out: &mut impl std::io::Write) {
    let document = Document::new(text, keep_all(text));
    let marked = Marked::new(&document, english(), &mut Memo::<Option<Listed>>::default());
    let (mut cutter, mut extractor, mut segments) = (Cutter::default(), Extractor::default(), Vec::new());
    for sentence in &document.sentences {
        let view = marked.view(&sentence.tokens);
        if !cutter.cut(&view, &mut segments) {
            continue;
        }
        extractor.bare = view.bare;
        extractor.prepare(&view, &segments);
        for (k, segment) in segments.iter().enumerate() {
            let mut sink = Names { names, line: String::new() };
            extractor.features(&view, &segments, k, &mut sink);
            let inside = segment.words.clone().filter(|i| gold[document.tokens[*i].start as usize]).count();
            let outside = segment.words.len() - inside;
            writeln!(out, "{inside} {outside}{}", sink.line).unwrap();
        }
        writeln!(out).unwrap();
    }
}
