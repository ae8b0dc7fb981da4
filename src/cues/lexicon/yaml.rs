//! quanteda's dictionaries: YAML with nested keys, whose innermost values are lists of words with globs.

use super::check::{Draft, Word, error};
use super::tree::{self, Key};
use crate::error::{Error, Result};
use saphyr_parser::{Event, Parser, Span, StrInput};
use std::collections::BTreeSet;

/// No dictionary has deeper keys.
const DEEPEST: usize = 32;

/// Reads a dictionary's text.
pub(super) fn read(name: &str, text: &str) -> Result<Draft> {
    let mut reader = Reader { name, parser: Parser::new_from_str(text) };
    let mut read = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::DocumentStart(_), span) if read.is_some() => {
                return Err(reader.error(line(span)).found("a second document"));
            }
            (Event::DocumentStart(_), _) => {
                let (event, span) = reader.next()?;
                if !matches!(event, Event::MappingStart(..)) {
                    return Err(reader.error(line(span)).found("no keys at the top"));
                }
                let mut top = Value::default();
                reader.value((event, span), 0, &mut top)?;
                read = Some(top.keys);
            }
            _ => {}
        }
    }
    Ok(read.map(|keys| tree::draft(name, keys)).unwrap_or_default())
}

/// The words and the keys below a key.
#[derive(Default)]
struct Value {
    words: Vec<Word>,
    keys: Vec<Key>,
}

/// Keeps scalars as they are written, so that `no`, `true` and `1984` stay words.
struct Reader<'t> {
    name: &'t str,
    parser: Parser<'t, StrInput<'t>>,
}

impl<'t> Reader<'t> {
    fn error(&self, line: u64) -> Error {
        error(self.name, "a dictionary that can't be read", line)
            .expected("YAML as quanteda writes it: keys with lists of words, or with keys of the same kind")
            .help("fix this line, or write the lexicon in TOML: see \"Cue lexicons\" in the README")
    }

    fn next(&mut self) -> Result<(Event<'t>, Span)> {
        match self.parser.next_event() {
            Some(event) => event.map_err(|e| self.error(e.marker().line() as u64).found(e.info())),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// Reads a value, given its first event, and adds its words and keys.
    fn value(&mut self, (event, span): (Event<'t>, Span), depth: usize, into: &mut Value) -> Result<()> {
        if depth > DEEPEST {
            return Err(self.error(line(span)).found(format!("keys nested more than {DEEPEST} times")));
        }
        match event {
            Event::Scalar(text, ..) if text.is_empty() || text == "~" => {}
            Event::Scalar(text, ..) => into.words.push(Word { text: text.into_owned(), line: line(span) }),
            Event::SequenceStart(..) => loop {
                match self.next()? {
                    (Event::SequenceEnd, _) => break,
                    item => self.value(item, depth + 1, into)?,
                }
            },
            Event::MappingStart(..) => self.mapping(depth, into)?,
            Event::Alias(_) => return Err(self.error(line(span)).found("an alias (*)")),
            _ => return Err(self.error(line(span)).found("no value")),
        }
        Ok(())
    }

    /// Reads the entries of a mapping that has begun.
    fn mapping(&mut self, depth: usize, into: &mut Value) -> Result<()> {
        let mut names = BTreeSet::new();
        loop {
            let name = match self.next()? {
                (Event::MappingEnd, _) => return Ok(()),
                (Event::Scalar(text, ..), span) => Word { text: text.into_owned(), line: line(span) },
                (_, span) => return Err(self.error(line(span)).found("a key that isn't a word")),
            };
            if !names.insert(name.text.clone()) {
                return Err(self.error(name.line).found(format!("the key {:?} a second time", name.text)));
            }
            let first = self.next()?;
            let mut value = Value::default();
            self.value(first, depth + 1, &mut value)?;
            into.keys.push(Key { name, words: value.words, below: value.keys });
        }
    }
}

fn line(span: Span) -> u64 {
    span.start.line() as u64
}

#[cfg(test)]
mod tests {
    use crate::cues::Lexicon;

    fn shape(text: &str) -> String {
        super::super::tests::shape(&Lexicon::parse("a.yml", text).expect("reads"))
    }

    #[test]
    fn keys_side_by_side_compete_and_others_are_categories() {
        let text = "hedge: [perhaps, 'so called', No]\nstate:\n  government:\n  - government\n  - author*\n  regime: [regime]\n";
        assert_eq!(
            shape(text),
            "hedge{hedge: perhaps, so called, No} state{government: government, author* | regime: regime}"
        );
    }

    #[test]
    fn a_word_in_two_keys_parts_them() {
        let text = "affect:\n  good: [fine, nice]\n  mild: [NICE, calm]\n";
        assert_eq!(shape(text), "affect.good{affect.good: fine, nice} affect.mild{affect.mild: NICE, calm}");
    }

    #[test]
    fn words_and_keys_may_stand_in_one_list_and_deeper() {
        let text = "a:\n- one\n- b: [two]\n- c:\n    d: [three]\n    e: [four]\n";
        assert_eq!(shape(text), "a{a: one} a.b{a.b: two} a.c{d: three | e: four}");
    }

    #[test]
    fn what_is_left_out_is_told() {
        let lexicon = Lexicon::parse("a.yml", "smile: [':)', glad, Glad]\nempty:\n").expect("reads");
        assert_eq!(lexicon.contrasts[0].poles[0].cues.len(), 1);
        assert_eq!(
            lexicon.notes,
            [
                "a.yml: 1 entry without a letter or digit was left out: \":)\"",
                "a.yml: 1 key without words was left out: \"empty\""
            ]
        );
    }

    #[test]
    fn defects_name_their_lines() {
        let message = |text: &str| Lexicon::parse("a.yml", text).expect_err("an error").to_string();
        insta::assert_snapshot!(message("a: [x]\nb: [y\n"), @r#"
        a dictionary that can't be read
         --> a.yml:3
          found:    while parsing a flow sequence, expected ',' or ']'
          expected: YAML as quanteda writes it: keys with lists of words, or with keys of the same kind
          help: fix this line, or write the lexicon in TOML: see "Cue lexicons" in the README
        "#);
        assert!(message("- a\n- b\n").contains("no keys at the top"));
        assert!(message("a: [x]\na: [y]\n").contains("a.yml:2"), "{}", message("a: [x]\na: [y]\n"));
        assert!(message("").contains("without contrasts"));
        assert!(message("a: [x]\n---\nb: [y]\n").contains("a second document"));
    }
}
