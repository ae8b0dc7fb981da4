//! Cue lexicons: contrasts, their poles and their cues, from files of several formats.
//!
//! | file | job |
//! |---|---|
//! | `toml` | the project's own format |
//! | `yaml` | quanteda's dictionaries (`.yml`, `.yaml`) |
//! | `liwc` | LIWC's dictionaries (`.dic`) |
//! | `tree` | nested keys of the latter two → contrasts and categories |
//! | `check` | a draft of any format → a [`Lexicon`], or what is wrong with it and where |
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
//!
//! [[category]]
//! name = "hedging"
//! cues = ["perhaps", "reportedly"]
//! ```
//!
//! `leans` says which end of the axis a pole stands for. A lexicon names two ends or none: the first one in the file is
//! −1, on the left; the other is +1, on the right. `axis = ["left", "right"]` at the top of the file sets the order
//! explicitly. A category is counted on its own, as a rate per all words.

mod check;
mod liwc;
mod toml;
mod tree;
mod yaml;

use super::pattern::{Spelled, TokenPattern};
use crate::corpus;
use crate::error::{Error, Place, Result};
use std::path::Path;

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
    /// As written in the lexicon.
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

/// One thing with two or more competing names; or, with a single pole, a category: words that are counted on their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contrast {
    /// Its name, unique in the lexicon.
    pub name: String,
    /// What is named.
    pub about: String,
    /// Two or more; exactly one in a category.
    pub poles: Vec<Pole>,
    /// Longer matches that belong to no pole.
    pub except: Vec<Cue>,
}

impl Contrast {
    /// Whether it is a category: its words don't compete with other names, so it has a rate but no share.
    pub fn is_category(&self) -> bool {
        self.poles.len() == 1
    }

    /// Whether its poles stand for both ends of the axis.
    pub fn spans_axis(&self) -> bool {
        [End::Left, End::Right].iter().all(|end| self.poles.iter().any(|p| p.leans == Some(*end)))
    }
}

/// The contrasts of one or more lexicon files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    /// In the order of the files.
    pub contrasts: Vec<Contrast>,
    /// The names of the axis' ends, left and right, if poles have `leans`.
    pub axis: Option<[String; 2]>,
    /// Messages about parts of a file that couldn't be used.
    pub notes: Vec<String>,
}

/// Two cues of different poles that can match the same token.
#[derive(Debug, Clone, Copy)]
pub struct Ambiguous<'l> {
    /// The contrast of both.
    pub contrast: &'l Contrast,
    /// The first one in the lexicon, with its pole.
    pub one: (&'l Pole, &'l Cue),
    /// The other.
    pub other: (&'l Pole, &'l Cue),
}

impl Lexicon {
    /// Reads one or more lexicon files and combines their contrasts.
    ///
    /// # Errors
    /// If a file can't be read, or breaks a rule of its format (reported with the line).
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Lexicon> {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            files.push((path.as_ref().display().to_string(), Lexicon::load(path)?));
        }
        Lexicon::parse_all(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// Reads the text of a lexicon file.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn load(path: impl AsRef<Path>) -> Result<String> {
        let path = path.as_ref();
        std::fs::read_to_string(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => {
                let near = corpus::meant(path);
                let help = near.unwrap_or_else(|| "lexicons that come with aslant are in seeds/cues/".to_owned());
                Error::usage("no such lexicon").at(Place::file(path)).help(help)
            }
            std::io::ErrorKind::InvalidData => Error::data("a lexicon that isn't UTF-8")
                .at(Place::file(path))
                .help("save it as UTF-8 in your text editor"),
            std::io::ErrorKind::IsADirectory => Error::usage("a folder instead of a lexicon")
                .at(Place::file(path))
                .help("name the lexicon's file; --cues may be given more than once"),
            _ => Error::io(path, e),
        })
    }

    /// Reads lexicons from names and texts, like [`Lexicon::parse`], and combines their contrasts.
    ///
    /// # Errors
    /// As [`Lexicon::read`].
    pub fn parse_all<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Lexicon> {
        let mut all = Lexicon::default();
        for (name, text) in files {
            all.join(Lexicon::parse(name, text)?, Path::new(name))?;
        }
        Ok(all)
    }

    /// Reads a lexicon from a text. `name` is used in error messages, and its extension determines the format: `.yml`
    /// and `.yaml` are quanteda's, `.dic` is LIWC's, anything else is TOML.
    ///
    /// # Errors
    /// As [`Lexicon::read`].
    pub fn parse(name: &str, text: &str) -> Result<Lexicon> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let ending = Path::new(name).extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        let draft = match ending.as_deref() {
            Some("yml" | "yaml") => yaml::read(name, text)?,
            Some("dic") => liwc::read(name, text)?,
            _ => toml::read(name, text)?,
        };
        check::check(name, draft)
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
                    .help("use one of them at a time"));
            }
            _ => {}
        }
        self.contrasts.extend(other.contrasts);
        self.notes.extend(other.notes);
        Ok(())
    }

    /// All cues with the indices of their contrast and pole, in the order of the lexicon. A cue's position here is its
    /// number everywhere.
    pub fn cues(&self) -> impl Iterator<Item = (usize, usize, &Cue)> {
        self.contrasts.iter().enumerate().flat_map(|(c, contrast)| {
            contrast.poles.iter().enumerate().flat_map(move |(p, pole)| pole.cues.iter().map(move |cue| (c, p, cue)))
        })
    }

    /// The categories, with their indices among all contrasts.
    pub fn categories(&self) -> impl Iterator<Item = (usize, &Contrast)> {
        self.contrasts.iter().enumerate().filter(|(_, c)| c.is_category())
    }

    /// Pairs of cues from different poles of a contrast that can match the same token, at least one of them a glob. The
    /// lexicon's order decides between them, so a person should check them.
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

/// Whether two sequences of patterns can match the same tokens, as far as patterns without globs show.
fn overlap(a: &[TokenPattern], b: &[TokenPattern]) -> bool {
    // Also in capitals: `US` is found by `us` and by `u.s.`.
    let finds = |pattern: &TokenPattern, other: &TokenPattern| {
        let is_found = |token: &str| other.matches(&Spelled::of(token));
        pattern.normal().is_some_and(|normal| is_found(&normal) || is_found(&normal.to_uppercase()))
    };
    a.iter().zip(b).all(|(a, b)| match (a, b) {
        (TokenPattern::Comma, TokenPattern::Comma) => true,
        (TokenPattern::Prefix(x), TokenPattern::Prefix(y)) => x.starts_with(y.as_str()) || y.starts_with(x.as_str()),
        (a, b) => finds(a, b) || finds(b, a),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lexicon on one line, for the tests of all formats.
    pub(super) fn shape(lexicon: &Lexicon) -> String {
        let pole = |p: &Pole| {
            let cues = p.cues.iter().map(|c| c.text.as_str()).collect::<Vec<_>>();
            format!("{}: {}", p.name, cues.join(", "))
        };
        let contrast = |c: &Contrast| {
            let poles = c.poles.iter().map(pole).collect::<Vec<_>>();
            format!("{}{{{}}}", c.name, poles.join(" | "))
        };
        lexicon.contrasts.iter().map(contrast).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn categories_have_one_pole() {
        let text =
            format!("{STATE}[[category]]\nname = \"hedging\"\ncues = [\"perhaps\"]\nexcept = [\"perhaps not\"]\n");
        let lexicon = Lexicon::parse("cues.toml", &text).expect("reads");
        assert_eq!(shape(&lexicon), "state{government: government | regime: regime} hedging{hedging: perhaps}");
        assert!(lexicon.contrasts[1].is_category() && !lexicon.contrasts[0].is_category());
    }

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
        a cue that is listed twice in a contrast
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
          help: did you mean `cues`?
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

    #[test]
    fn initials_that_two_poles_find_are_told() {
        for [one, other] in [["us", "u.s."], ["cia", "c.i.a."], ["us army", "u.s. army"]] {
            let text = STATE
                .replace("[\"government\"]", &format!("[{one:?}]"))
                .replace("[\"regime\"]", &format!("[{other:?}]"));
            let lexicon = Lexicon::parse("cues.toml", &text).expect("reads");
            assert_eq!(lexicon.ambiguous().len(), 1, "{one}, {other}");
        }
    }
}
