//! A draft → a lexicon, or what is wrong with it and where. The rules are the same for every format.

use super::super::pattern::{self, TokenPattern};
use super::{Contrast, Cue, End, Lexicon, Pole};
use crate::error::{Error, Place, Result};
use std::collections::{BTreeMap, BTreeSet};

/// A string of the file, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    /// From 1.
    pub line: u64,
}

/// The content of a file before it is checked.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The axis' ends, the left one first, and their line, if the file sets them.
    pub axis: Option<(Vec<String>, u64)>,
    pub contrasts: Vec<DraftContrast>,
    pub notes: Vec<String>,
}

#[derive(Debug)]
pub(super) struct DraftContrast {
    pub name: Word,
    pub about: String,
    pub poles: Vec<DraftPole>,
    pub except: Vec<Word>,
    /// Whether it is a category, which has one pole.
    pub is_category: bool,
}

#[derive(Debug)]
pub(super) struct DraftPole {
    pub name: Word,
    pub leans: Option<Word>,
    pub cues: Vec<Word>,
    pub except: Vec<Word>,
}

/// The error about one line of a lexicon.
pub(super) fn error(file: &str, title: &str, line: u64) -> Error {
    Error::data(title).at(Place::file(file).line(line))
}

/// Checks a draft; `file` is used in error messages.
pub(super) fn check(file: &str, draft: Draft) -> Result<Lexicon> {
    if draft.contrasts.is_empty() {
        return Err(error(file, "a lexicon without contrasts", 1)
            .expected("at least one [[contrast]] or [[category]], or keys with words in a dictionary")
            .help("see \"Cue lexicons\" in the README"));
    }
    let checker = Checker { file, axis: axis(file, &draft)? };
    let mut names = BTreeSet::new();
    let mut contrasts = Vec::new();
    for contrast in &draft.contrasts {
        if !names.insert(contrast.name.text.trim()) {
            return Err(error(file, "a contrast named twice", contrast.name.line)
                .found(format!("{:?}", contrast.name.text))
                .help("give one of them another name, or put their poles together"));
        }
        contrasts.push(checker.contrast(contrast)?);
    }
    Ok(Lexicon { contrasts, axis: checker.axis, notes: draft.notes })
}

/// The ends of the axis, the left one first.
fn axis(file: &str, draft: &Draft) -> Result<Option<[String; 2]>> {
    if let Some((ends, line)) = &draft.axis {
        return match ends.as_slice() {
            [left, right] if left != right => Ok(Some([left.clone(), right.clone()])),
            other => Err(error(file, "an axis without two ends", *line)
                .found(format!("{other:?}"))
                .expected("two names, such as axis = [\"left\", \"right\"]")
                .help("name the left end first")),
        };
    }
    let leans = || draft.contrasts.iter().flat_map(|c| &c.poles).filter_map(|p| p.leans.as_ref());
    let mut ends: Vec<&str> = Vec::new();
    for lean in leans() {
        if !ends.contains(&lean.text.as_str()) {
            ends.push(&lean.text);
        }
        if ends.len() > 2 {
            return Err(error(file, "a third end of the axis", lean.line)
                .found(format!("leans = {:?}", lean.text))
                .expected(format!("{:?} or {:?}, as above", ends[0], ends[1]))
                .help("a lexicon has one axis with two ends; leave `leans` out if a pole belongs to neither"));
        }
    }
    match ends.as_slice() {
        [] => Ok(None),
        [left, right] => Ok(Some([(*left).to_owned(), (*right).to_owned()])),
        _ => Err(error(file, "an axis with one end", leans().next().map_or(1, |l| l.line))
            .found(format!("every `leans` says {:?}", ends[0]))
            .expected("two ends, or none")
            .help("say `leans` for the opposite poles too, or leave it out")),
    }
}

struct Checker<'f> {
    file: &'f str,
    axis: Option<[String; 2]>,
}

impl Checker<'_> {
    fn error(&self, title: &str, line: u64) -> Error {
        error(self.file, title, line)
    }

    fn contrast(&self, draft: &DraftContrast) -> Result<Contrast> {
        let name = draft.name.text.trim().to_owned();
        if !heads_a_column(&name) {
            return Err(self
                .error("a contrast's name that can't be a column's name", draft.name.line)
                .found(format!("{:?}", draft.name.text))
                .expected("a word such as \"armed-groups\", without colons or commas")
                .help("rename it"));
        }
        if draft.poles.len() < 2 && !draft.is_category {
            return Err(self
                .error("a contrast without two poles", draft.name.line)
                .found(format!("{} in {name:?}", draft.poles.len()))
                .expected("two or more [[contrast.pole]]: competing names of one thing")
                .help("add the other names; or, for words that are counted on their own, write [[category]]"));
        }
        let mut poles: Vec<Pole> = Vec::new();
        let mut except = draft.except.iter().map(|c| self.cue(c)).collect::<Result<Vec<_>>>()?;
        let mut seen = BTreeMap::new();
        for pole in &draft.poles {
            let checked = self.pole(&name, pole, &mut seen)?;
            if poles.iter().any(|p| p.name == checked.name) {
                return Err(self
                    .error("a pole named twice", pole.name.line)
                    .found(format!("{:?} in contrast {name:?}", pole.name.text))
                    .help("give every pole of a contrast a name of its own"));
            }
            for cue in &pole.except {
                except.push(self.cue(cue)?);
            }
            poles.push(checked);
        }
        Ok(Contrast { name, about: draft.about.trim().to_owned(), poles, except })
    }

    /// `seen` has the cues of the contrast so far, with their lines.
    fn pole(&self, contrast: &str, draft: &DraftPole, seen: &mut BTreeMap<Vec<TokenPattern>, u64>) -> Result<Pole> {
        let name = draft.name.text.trim().to_owned();
        if !heads_a_column(&name) {
            return Err(self
                .error("a pole's name that can't be a column's name", draft.name.line)
                .found(format!("{:?} in contrast {contrast:?}", draft.name.text))
                .expected("a word such as \"regime\", without colons or commas")
                .help("rename it"));
        }
        let leans = draft.leans.as_ref().map(|end| self.end(end)).transpose()?;
        let mut cues = Vec::new();
        for word in &draft.cues {
            let cue = self.cue(word)?;
            if let Some(line) = seen.insert(cue.tokens.clone(), cue.line) {
                return Err(self
                    .error("a cue that is listed twice in a contrast", word.line)
                    .found(format!("{:?}, in contrast {contrast:?} also on line {line}", cue.text))
                    .expected("every cue in one pole only, once")
                    .help("remove one of the two"));
            }
            cues.push(cue);
        }
        if cues.is_empty() {
            return Err(self
                .error("a pole without cues", draft.name.line)
                .found(format!("{:?} in contrast {contrast:?}", draft.name.text))
                .help("add its cues, or remove the pole"));
        }
        Ok(Pole { name, leans, cues })
    }

    fn end(&self, end: &Word) -> Result<End> {
        match &self.axis {
            Some([left, _]) if end.text == *left => Ok(End::Left),
            Some([_, right]) if end.text == *right => Ok(End::Right),
            axis => Err(self
                .error("an end that the axis doesn't have", end.line)
                .found(format!("leans = {:?}", end.text))
                .expected(axis.as_ref().map_or_else(String::new, |a| format!("{:?} or {:?}", a[0], a[1])))
                .help("use one of them, or change `axis`")),
        }
    }

    fn cue(&self, word: &Word) -> Result<Cue> {
        let text = word.text.trim().to_owned();
        let tokens = pattern::parse(&text);
        if tokens.is_empty() {
            return Err(self
                .error("a cue without a word", word.line)
                .found(format!("{:?}", word.text))
                .expected("at least one letter or digit, such as \"rebel*\"")
                .help("remove it, or write the word that it should find"));
        }
        Ok(Cue { text, tokens, line: word.line })
    }
}

fn heads_a_column(name: &str) -> bool {
    !name.is_empty() && !name.contains([':', '\n', ','])
}
