//! The project's own format.

use super::check::{Draft, DraftContrast, DraftPole, Word, error};
use crate::corpus::nearest;
use crate::error::Result;
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    axis: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    contrast: Vec<Contrast>,
    #[serde(default)]
    category: Vec<Category>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contrast {
    name: Spanned<String>,
    #[serde(default)]
    about: String,
    #[serde(default)]
    pole: Vec<Pole>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pole {
    name: Spanned<String>,
    leans: Option<Spanned<String>>,
    cues: Vec<Spanned<String>>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    name: Spanned<String>,
    #[serde(default)]
    about: String,
    cues: Vec<Spanned<String>>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
}

/// Where the lines of a text end, to find the line of a byte by search: a lexicon may have thousands of cues.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Lines(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect())
    }

    fn of(&self, byte: usize) -> u64 {
        1 + self.0.partition_point(|end| *end < byte) as u64
    }

    fn word(&self, spanned: Spanned<String>) -> Word {
        Word { line: self.of(spanned.span().start), text: spanned.into_inner() }
    }

    fn words(&self, spanned: Vec<Spanned<String>>) -> Vec<Word> {
        spanned.into_iter().map(|s| self.word(s)).collect()
    }
}

/// Reads a lexicon's text.
pub(super) fn read(name: &str, text: &str) -> Result<Draft> {
    let lines = Lines::new(text);
    let file: File = ::toml::from_str(text).map_err(|e| {
        let line = lines.of(e.span().map_or(0, |s| s.start));
        let error = error(name, "a lexicon that can't be read", line)
            .found(e.message().trim().replace('\n', ", "))
            .expected("[[contrast]] with name and about, in it [[contrast.pole]] with name, cues, and optional leans and except");
        let error = match meant(e.message()) {
            Some(key) => error.help(format!("did you mean `{key}`?")),
            None if !name.ends_with(".toml") => {
                error.help("lexicons end in .toml, .yml or .dic; articles are named without --cues")
            }
            None => error,
        };
        error.help("see \"Cue lexicons\" in the README")
    })?;
    let axis = file.axis.map(|a| (lines.of(a.span().start), a.into_inner())).map(|(line, ends)| (ends, line));
    let contrasts = file.contrast.into_iter().map(|c| DraftContrast {
        name: lines.word(c.name),
        about: c.about,
        poles: c.pole.into_iter().map(|p| pole(&lines, p)).collect(),
        except: lines.words(c.except),
        is_category: false,
    });
    let categories = file.category.into_iter().map(|c| {
        let name = lines.word(c.name);
        let only = DraftPole { name: name.clone(), leans: None, cues: lines.words(c.cues), except: Vec::new() };
        DraftContrast { name, about: c.about, poles: vec![only], except: lines.words(c.except), is_category: true }
    });
    Ok(Draft { axis, contrasts: contrasts.chain(categories).collect(), notes: Vec::new() })
}

/// The known key that is most similar to an unknown one. Serde's message has them all on one line in backticks, the
/// unknown one first.
fn meant(message: &str) -> Option<&str> {
    let mut quoted = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    nearest(wrong, quoted)
}

fn pole(lines: &Lines, pole: Pole) -> DraftPole {
    DraftPole {
        name: lines.word(pole.name),
        leans: pole.leans.map(|l| lines.word(l)),
        cues: lines.words(pole.cues),
        except: lines.words(pole.except),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_stands_in_the_line_that_its_line_feed_ends() {
        let lines = Lines::new("a\n\nb\n");
        assert_eq!((0..7).map(|byte| lines.of(byte)).collect::<Vec<_>>(), [1, 1, 2, 3, 3, 4, 4]);
        assert_eq!(Lines::new("").of(0), 1);
    }

    #[test]
    fn a_mistyped_key_is_told_with_what_was_meant() {
        let help = |text: &str| read("cues.toml", text).expect_err("an error").to_string();
        let pole = "[[contrast]]\nname = \"a\"\n[[contrast.pole]]\nname = \"b\"\n";
        for (text, key, line) in [
            (format!("{pole}cue = [\"c\"]\n"), "cues", 5),
            (format!("{pole}cues = [\"c\"]\nlean = \"d\"\n"), "leans", 6),
            ("[[contrast]]\nname = \"a\"\n[[contrast.polee]]\nname = \"b\"\n".to_owned(), "pole", 3),
            ("[[contrasts]]\nname = \"a\"\n".to_owned(), "contrast", 1),
            ("[[categories]]\nname = \"a\"\n".to_owned(), "category", 1),
            ("[[contrast]]\nnames = \"a\"\n".to_owned(), "name", 2),
        ] {
            let error = help(&text);
            assert!(error.contains(&format!("cues.toml:{line}\n")), "{error}");
            assert!(error.contains(&format!("did you mean `{key}`?")), "{error}");
        }
        assert!(!help("[[contrast]]\nxyz = 1\n").contains("did you mean"));
    }
}
