//! The project's own format.

use super::check::{Draft, DraftContrast, DraftPole, Word, error};
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

/// Where the lines of a text begin, to tell a byte's line.
struct Lines<'t>(&'t str);

impl Lines<'_> {
    fn of(&self, byte: usize) -> u64 {
        let before = &self.0.as_bytes()[..byte.min(self.0.len())];
        1 + before.iter().filter(|b| **b == b'\n').count() as u64
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
    let lines = Lines(text);
    let file: File = ::toml::from_str(text).map_err(|e| {
        error(name, "a lexicon that can't be read", lines.of(e.span().map_or(0, |s| s.start)))
            .found(e.message().trim().replace('\n', ", "))
            .expected("[[contrast]] with name and about, in it [[contrast.pole]] with name, cues, and optional leans and except")
            .help("see \"Cue lexicons\" in the README")
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

fn pole(lines: &Lines<'_>, pole: Pole) -> DraftPole {
    DraftPole {
        name: lines.word(pole.name),
        leans: pole.leans.map(|l| lines.word(l)),
        cues: lines.words(pole.cues),
        except: lines.words(pole.except),
    }
}
