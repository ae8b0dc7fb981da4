//! Cue lexicons: TOML files of contrasts, their poles and their cues.
//!
//! ```toml
//! [[contrast]]
//! name = "state"
//! about = "who governs"
//! [[contrast.pole]]
//! name = "government"
//! leans = "state"
//! cues = ["government", "authorities"]
//! [[contrast.pole]]
//! name = "regime"
//! leans = "opposition"
//! cues = ["regime", "assad regime"]
//! except = ["regime change*"]
//! ```
//!
//! `leans` says which end of the axis a pole stands for. A lexicon names two ends or none; the one that the file names
//! first is −1 and stands on the left, the other +1 and on the right. `axis = ["left", "right"]` at the top of the file
//! sets the order by hand.

use super::pattern::{self, TokenPattern};
use crate::error::{Error, Place, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::Spanned;

/// An end of the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// −1, drawn on the left.
    Left,
    /// +1, drawn on the right.
    Right,
}

/// One cue of a pole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// As the lexicon has it.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<TokenPattern>,
    /// The line in the lexicon, from 1.
    pub line: u64,
}

/// One side of a contrast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pole {
    /// Its name.
    pub name: String,
    /// Which end of the axis it stands for.
    pub leans: Option<End>,
    /// Its cues, in the order of the file.
    pub cues: Vec<Cue>,
}

/// One thing with two or more competing names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contrast {
    /// Its name, unique in the lexicon.
    pub name: String,
    /// What is named.
    pub about: String,
    /// Two or more.
    pub poles: Vec<Pole>,
    /// Longer matches that belong to no pole.
    pub except: Vec<Cue>,
}

impl Contrast {
    /// Whether its poles stand for both ends of the axis.
    pub fn spans_axis(&self) -> bool {
        [End::Left, End::Right].iter().all(|end| self.poles.iter().any(|p| p.leans == Some(*end)))
    }
}

/// All contrasts of one or more lexicon files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    /// In the order of the files.
    pub contrasts: Vec<Contrast>,
    /// The names of the axis' ends, left and right, where poles carry `leans`.
    pub axis: Option<[String; 2]>,
}

/// Two cues of different poles that can match the same token.
#[derive(Debug, Clone, Copy)]
pub struct Ambiguous<'l> {
    /// The contrast of both.
    pub contrast: &'l Contrast,
    /// The one that stands first, with its pole.
    pub one: (&'l Pole, &'l Cue),
    /// The other.
    pub other: (&'l Pole, &'l Cue),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileToml {
    #[serde(default)]
    axis: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    contrast: Vec<Spanned<ContrastToml>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContrastToml {
    name: Spanned<String>,
    #[serde(default)]
    about: String,
    #[serde(default)]
    pole: Vec<Spanned<PoleToml>>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PoleToml {
    name: Spanned<String>,
    leans: Option<Spanned<String>>,
    cues: Vec<Spanned<String>>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
}

/// A lexicon file while it is read: its text gives the lines of what is wrong.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn line(&self, byte: usize) -> u64 {
        1 + self.text.as_bytes()[..byte.min(self.text.len())].iter().filter(|b| **b == b'\n').count() as u64
    }

    fn error(&self, title: &str, byte: usize) -> Error {
        Error::data(title).at(Place::file(self.name).line(self.line(byte)))
    }

    fn cue(&self, cue: &Spanned<String>) -> Result<Cue> {
        let text = cue.get_ref().trim().to_owned();
        let tokens = pattern::parse(&text);
        if tokens.is_empty() {
            return Err(self
                .error("a cue without a word", cue.span().start)
                .found(format!("{:?}", cue.get_ref()))
                .expected("at least one letter or digit, such as \"rebel*\"")
                .help("remove it, or write the word that it should find"));
        }
        Ok(Cue { text, tokens, line: self.line(cue.span().start) })
    }
}

impl Lexicon {
    /// Reads one or more lexicon files and puts their contrasts together.
    ///
    /// # Errors
    /// A file that can't be read, is no TOML, or breaks a rule of the format: each with its line.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Lexicon> {
        let mut all = Lexicon::default();
        for path in paths {
            let path = path.as_ref();
            let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
                std::io::ErrorKind::NotFound => Error::data("no such lexicon")
                    .at(Place::file(path))
                    .help("lexicons that come with aslant stand in seeds/cues/"),
                std::io::ErrorKind::InvalidData => Error::data("a lexicon that isn't UTF-8")
                    .at(Place::file(path))
                    .help("save it as UTF-8 in your text editor"),
                std::io::ErrorKind::IsADirectory => Error::usage("a folder in the place of a lexicon")
                    .at(Place::file(path))
                    .help("name the lexicon's file; --cues may be given more than once"),
                _ => Error::io(path, e),
            })?;
            all.join(Lexicon::parse(&path.display().to_string(), &text)?, path)?;
        }
        Ok(all)
    }

    /// Reads a lexicon from a text; `name` stands in error messages.
    ///
    /// # Errors
    /// As [`Lexicon::read`].
    pub fn parse(name: &str, text: &str) -> Result<Lexicon> {
        let source = Source { name, text };
        let file: FileToml = toml::from_str(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            source
                .error("a lexicon that can't be read", at)
                .found(e.message().trim().replace('\n', ", "))
                .expected("[[contrast]] with name and about, in it [[contrast.pole]] with name, cues, and optional leans and except")
                .help("see \"Cue lexicons\" in the README")
        })?;
        if file.contrast.is_empty() {
            return Err(source
                .error("a lexicon without contrasts", 0)
                .expected("at least one [[contrast]]")
                .help("see \"Cue lexicons\" in the README"));
        }
        let axis = read_axis(&source, &file)?;
        let mut names = BTreeSet::new();
        let mut contrasts = Vec::new();
        for contrast in &file.contrast {
            let name = &contrast.get_ref().name;
            if !names.insert(name.get_ref().trim().to_owned()) {
                return Err(source
                    .error("a contrast named twice", name.span().start)
                    .found(format!("{:?}", name.get_ref()))
                    .help("give one of them another name, or put their poles together"));
            }
            contrasts.push(read_contrast(&source, contrast.get_ref(), axis.as_ref())?);
        }
        Ok(Lexicon { contrasts, axis })
    }

    fn join(&mut self, other: Lexicon, path: &Path) -> Result<()> {
        if let Some(twice) = other.contrasts.iter().find(|c| self.contrasts.iter().any(|d| d.name == c.name)) {
            return Err(Error::data("a contrast named twice")
                .at(Place::file(path))
                .found(format!("{:?}", twice.name))
                .help("another lexicon has it already: rename one of them"));
        }
        match (&self.axis, other.axis) {
            (None, axis) => self.axis = axis,
            (Some(axis), Some(theirs)) if *axis != theirs => {
                return Err(Error::data("two lexicons with different axes")
                    .at(Place::file(path))
                    .found(format!("{} to {}", theirs[0], theirs[1]))
                    .expected(format!("{} to {}, as in the lexicon before it", axis[0], axis[1]))
                    .help("compare with one of them at a time"));
            }
            _ => {}
        }
        self.contrasts.extend(other.contrasts);
        Ok(())
    }

    /// All cues with their contrast and pole, in the order of the lexicon: a cue's index is its number everywhere.
    pub fn cues(&self) -> impl Iterator<Item = (usize, usize, &Cue)> {
        self.contrasts.iter().enumerate().flat_map(|(c, contrast)| {
            contrast.poles.iter().enumerate().flat_map(move |(p, pole)| pole.cues.iter().map(move |cue| (c, p, cue)))
        })
    }

    /// Pairs of cues of different poles of a contrast that can match the same token, one of which is a glob: the
    /// lexicon's order decides between them, so a person should look.
    pub fn ambiguous(&self) -> Vec<Ambiguous<'_>> {
        let mut found = Vec::new();
        for contrast in &self.contrasts {
            let cues: Vec<_> = contrast.poles.iter().flat_map(|p| p.cues.iter().map(move |c| (p, c))).collect();
            for (i, a) in cues.iter().enumerate() {
                for b in &cues[i + 1..] {
                    if a.0.name != b.0.name && a.1.tokens.len() == b.1.tokens.len() && overlap(&a.1.tokens, &b.1.tokens)
                    {
                        found.push(Ambiguous { contrast, one: *a, other: *b });
                    }
                }
            }
        }
        found
    }
}

/// Whether two rows of patterns can match the same tokens, as far as their literals tell.
fn overlap(a: &[TokenPattern], b: &[TokenPattern]) -> bool {
    a.iter().zip(b).all(|(a, b)| match (a, b) {
        (TokenPattern::Literal(word), other) | (other, TokenPattern::Literal(word)) => other.matches(word),
        (TokenPattern::Prefix(x), TokenPattern::Prefix(y)) => x.starts_with(y.as_str()) || y.starts_with(x.as_str()),
        _ => false,
    })
}

fn read_axis(source: &Source<'_>, file: &FileToml) -> Result<Option<[String; 2]>> {
    let leans = || {
        let poles = file.contrast.iter().flat_map(|c| &c.get_ref().pole);
        poles.filter_map(|p| p.get_ref().leans.as_ref())
    };
    if let Some(axis) = &file.axis {
        return match axis.get_ref().as_slice() {
            [left, right] if left != right => Ok(Some([left.clone(), right.clone()])),
            other => Err(source
                .error("an axis without two ends", axis.span().start)
                .found(format!("{other:?}"))
                .expected("two names, such as axis = [\"left\", \"right\"]")
                .help("name the left end first")),
        };
    }
    let mut ends: Vec<&str> = Vec::new();
    for lean in leans() {
        if !ends.contains(&lean.get_ref().as_str()) {
            ends.push(lean.get_ref());
        }
        if ends.len() > 2 {
            return Err(source
                .error("a third end of the axis", lean.span().start)
                .found(format!("leans = {:?}", lean.get_ref()))
                .expected(format!("{:?} or {:?}, as above", ends[0], ends[1]))
                .help("a lexicon has one axis with two ends; leave `leans` out where a pole stands for neither"));
        }
    }
    match ends.as_slice() {
        [] => Ok(None),
        [left, right] => Ok(Some([(*left).to_owned(), (*right).to_owned()])),
        _ => {
            let only = leans().next().map_or(0, |l| l.span().start);
            Err(source
                .error("an axis with one end", only)
                .found(format!("every `leans` says {:?}", ends[0]))
                .expected("two ends, or none")
                .help("say `leans` for the opposite poles too, or leave it out"))
        }
    }
}

fn read_contrast(source: &Source<'_>, raw: &ContrastToml, axis: Option<&[String; 2]>) -> Result<Contrast> {
    let name = raw.name.get_ref().trim().to_owned();
    if name.is_empty() || name.contains([':', '\n', ',']) {
        return Err(source
            .error("a contrast's name that can't head a column", raw.name.span().start)
            .found(format!("{:?}", raw.name.get_ref()))
            .expected("a word such as \"armed-groups\", without colon and comma")
            .help("rename it"));
    }
    if raw.pole.len() < 2 {
        return Err(source
            .error("a contrast without two poles", raw.name.span().start)
            .found(format!("{} in {name:?}", raw.pole.len()))
            .expected("two or more [[contrast.pole]]: competing names of one thing")
            .help("add the other names, or remove the contrast"));
    }
    let mut poles = Vec::new();
    let mut except = raw.except.iter().map(|c| source.cue(c)).collect::<Result<Vec<_>>>()?;
    let mut seen: BTreeMap<Vec<TokenPattern>, u64> = BTreeMap::new();
    for pole in &raw.pole {
        let pole = pole.get_ref();
        let pole_name = pole.name.get_ref().trim();
        if pole_name.is_empty() || pole_name.contains([':', '\n', ',']) {
            return Err(source
                .error("a pole's name that can't head a column", pole.name.span().start)
                .found(format!("{:?} in contrast {name:?}", pole.name.get_ref()))
                .expected("a word such as \"regime\", without colon and comma")
                .help("rename it"));
        }
        if poles.iter().any(|p: &Pole| p.name == pole_name) {
            return Err(source
                .error("a pole named twice", pole.name.span().start)
                .found(format!("{:?} in contrast {name:?}", pole.name.get_ref()))
                .help("give every pole of a contrast a name of its own"));
        }
        let leans = match (&pole.leans, axis) {
            (None, _) => None,
            (Some(l), Some([left, _])) if l.get_ref() == left => Some(End::Left),
            (Some(l), Some([_, right])) if l.get_ref() == right => Some(End::Right),
            (Some(l), _) => {
                return Err(source
                    .error("an end that the axis doesn't have", l.span().start)
                    .found(format!("leans = {:?}", l.get_ref()))
                    .expected(axis.map_or_else(String::new, |a| format!("{:?} or {:?}", a[0], a[1])))
                    .help("use one of them, or change `axis`"));
            }
        };
        let mut cues = Vec::new();
        for raw_cue in &pole.cues {
            let cue = source.cue(raw_cue)?;
            if let Some(line) = seen.insert(cue.tokens.clone(), cue.line) {
                return Err(source
                    .error("a cue that stands twice in a contrast", raw_cue.span().start)
                    .found(format!("{:?}, in contrast {name:?} also on line {line}", cue.text))
                    .expected("every cue in one pole only, once")
                    .help("remove one of the two"));
            }
            cues.push(cue);
        }
        if cues.is_empty() {
            return Err(source
                .error("a pole without cues", pole.name.span().start)
                .found(format!("{:?} in contrast {name:?}", pole.name.get_ref()))
                .help("add its cues, or remove the pole"));
        }
        for cue in &pole.except {
            except.push(source.cue(cue)?);
        }
        poles.push(Pole { name: pole.name.get_ref().trim().to_owned(), leans, cues });
    }
    Ok(Contrast { name, about: raw.about.trim().to_owned(), poles, except })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "[[contrast]]\nname = \"state\"\nabout = \"who governs\"\n[[contrast.pole]]\nname = \"government\"\nleans = \"s\"\ncues = [\"government\"]\n[[contrast.pole]]\nname = \"regime\"\nleans = \"o\"\ncues = [\"regime\"]\nexcept = [\"regime change*\"]\n";

    fn message(text: &str) -> String {
        Lexicon::parse("cues.toml", text).expect_err("an error").to_string()
    }

    #[test]
    fn a_lexicon_is_read() {
        let lexicon = Lexicon::parse("cues.toml", STATE).expect("reads");
        assert_eq!(lexicon.axis, Some(["s".to_owned(), "o".to_owned()]));
        assert_eq!(lexicon.contrasts[0].poles[1].leans, Some(End::Right));
        assert_eq!(lexicon.contrasts[0].except[0].text, "regime change*");
        assert_eq!(lexicon.cues().count(), 2);
        assert!(lexicon.contrasts[0].spans_axis());
    }

    #[test]
    fn axis_sets_the_order() {
        let lexicon = Lexicon::parse("cues.toml", &format!("axis = [\"o\", \"s\"]\n{STATE}")).expect("reads");
        assert_eq!(lexicon.contrasts[0].poles[1].leans, Some(End::Left));
    }

    #[test]
    fn errors_name_the_line() {
        insta::assert_snapshot!(message(&STATE.replace("[\"regime\"]", "[\"regime\", \"government\"]")), @r#"
        a cue that stands twice in a contrast
         --> cues.toml:11
          found:    "government", in contrast "state" also on line 7
          expected: every cue in one pole only, once
          help: remove one of the two
        "#);
        insta::assert_snapshot!(message(&STATE.replace("cues = [\"regime\"]", "cue = [\"regime\"]")), @r#"
        a lexicon that can't be read
         --> cues.toml:11
          found:    unknown field `cue`, expected one of `name`, `leans`, `cues`, `except`
          expected: [[contrast]] with name and about, in it [[contrast.pole]] with name, cues, and optional leans and except
          help: see "Cue lexicons" in the README
        "#);
        insta::assert_snapshot!(message(&STATE.replace("leans = \"o\"", "leans = \"s\"")), @r#"
        an axis with one end
         --> cues.toml:6
          found:    every `leans` says "s"
          expected: two ends, or none
          help: say `leans` for the opposite poles too, or leave it out
        "#);
        assert!(message(&STATE.replace("[\"regime\"]", "[\"--\"]")).contains("cues.toml:11"));
        assert!(message("").contains("without contrasts"));
        assert!(message("[[contrast]\n").contains("cues.toml:1"));
    }

    #[test]
    fn ambiguous_globs_are_told() {
        let text = STATE.replace("[\"government\"]", "[\"reg*\"]");
        let lexicon = Lexicon::parse("cues.toml", &text).expect("reads");
        assert_eq!(lexicon.ambiguous().len(), 1);
    }
}
