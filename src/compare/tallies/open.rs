//! Folders of tallies, compared like a corpus.

use super::{counts, lexicon, ordered};
use crate::compare::{
    Boilerplate, By, Comparison, ContextModel, Options, Stage, Tell, Voices, Warning, map, of_collected,
};
use crate::corpus::InputFile;
use crate::cues::Lexicon;
use crate::error::{Error, Place, Result};
use crate::stop::Stop;
use crate::tally::format::{Detail, HEADER, HashedFile, Header, Particular, broken};
use std::path::{Path, PathBuf};

/// Tallies that belong together: with the same lexicon and counted in the same way.
#[derive(Debug)]
pub struct Tallies {
    folders: Vec<(PathBuf, Header)>,
    lexicon: Lexicon,
    voice: Voices,
    boilerplate: Boilerplate,
}

impl Tallies {
    /// Opens folders made by [`tally`](super::tally) or [`ordered::write_part`].
    ///
    /// # Errors
    /// Folders that are broken, of another format, or that were counted differently.
    pub fn open<P: AsRef<Path>>(folders: &[P]) -> Result<Tallies> {
        let mut read = Vec::with_capacity(folders.len());
        for folder in folders {
            let folder = folder.as_ref().to_owned();
            let header = Header::read(&folder)?;
            read.push((folder, header));
        }
        let Some((folder, first)) = read.first() else {
            return Err(Error::usage("no tally").help("name a folder that `aslant tally` made"));
        };
        for (other, header) in &read[1..] {
            check_alike((folder, first), (other, header))?;
        }
        let wrong = |found: &str| broken(folder.join(HEADER), "a tally that contradicts itself").found(found);
        let voice = Voices::from_name(&first.voice).ok_or_else(|| wrong(&format!("the voice {:?}", first.voice)))?;
        let known = [Boilerplate::Keep, Boilerplate::Remove].into_iter().find(|b| b.name() == first.boilerplate);
        let boilerplate = known.ok_or_else(|| wrong(&format!("boilerplate: {:?}", first.boilerplate)))?;
        let lexicon = lexicon(&first.lexicons)?;
        Ok(Tallies { lexicon, voice, boilerplate, folders: read })
    }

    /// The lexicon whose cues were counted.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The voices whose words make keywords.
    pub fn voice(&self) -> Voices {
        self.voice
    }

    /// What was done with boilerplate.
    pub fn boilerplate(&self) -> Boilerplate {
        self.boilerplate
    }

    /// The folders with their headers.
    pub fn folders(&self) -> &[(PathBuf, Header)] {
        &self.folders
    }

    /// The files of all folders, with their hashes.
    pub fn inputs(&self) -> Vec<InputFile> {
        let of_folder = |(folder, header): &'_ (PathBuf, Header)| -> Vec<InputFile> {
            let file = |file: &HashedFile| InputFile {
                name: folder.join(&file.name).display().to_string(),
                bytes: file.bytes,
                sha256: file.sha256.clone(),
            };
            header.files.iter().map(file).collect()
        };
        self.folders.iter().flat_map(of_folder).collect()
    }

    /// Refuses requests other than [`Options`] that tallies can't meet: a lexicon other than that of the tallies, or
    /// boilerplate that they don't have.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage).
    pub fn check_asked(&self, lexicon: Option<&Lexicon>, boilerplate: Boilerplate) -> Result<()> {
        let at = || Place::file(&self.folders[0].0);
        if lexicon.is_some_and(|asked| asked.contrasts != self.lexicon.contrasts) {
            return Err(Error::usage("another lexicon than the tally's")
                .at(at())
                .found("--cues with other contrasts or cues")
                .expected("the lexicon that the cues were counted with, or none")
                .help("leave --cues out, or make the tally again with this lexicon"));
        }
        if boilerplate == Boilerplate::Keep && self.boilerplate == Boilerplate::Remove {
            return Err(Error::usage("an option that needs the articles")
                .at(at())
                .found("--keep-boilerplate")
                .expected("what the tally was made with: boilerplate is taken out")
                .help("leave it out, or make the tally again with `aslant tally … --keep-boilerplate`"));
        }
        Ok(())
    }

    /// Compares what was counted. The tallies' own setting replaces [`Options::boilerplate`].
    ///
    /// # Errors
    /// Options that need the texts; a column in [`Options::by`] that was not kept; tallies without cues; broken files;
    /// stopped by `stop`; as [`compare`](crate::compare::compare()).
    pub fn compare(&self, options: Options, stop: &Stop, progress: &Tell<'_>) -> Result<Comparison> {
        self.check(&options)?;
        let mut options = Options { boilerplate: self.boilerplate, ..options };
        let (detail, folders) = (self.folders[0].1.detail, self.folders.len());
        let mut noticed = self.noticed();
        if detail == Detail::Counts && folders > 1 {
            noticed.push(Warning::TalliesApart { folders });
            options.context = ContextModel::None;
        }
        if self.folders.iter().any(|(_, header)| header.omitted.contains(&Particular::Contexts)) {
            noticed.push(Warning::NoContexts);
            options.context = ContextModel::None;
        }
        map::check(&self.lexicon, &options)?;
        progress(Stage::Counting, 0.0);
        let mut collected = match detail {
            Detail::Counts => counts::read(&self.folders, &self.lexicon, &options, stop)?,
            Detail::Ordered => ordered::read(&self.folders, &self.lexicon, &options, stop, &mut |_, _| Ok(()))?,
        };
        stop.check()?;
        let columns: Vec<String> = self.folders.iter().flat_map(|(_, header)| header.columns.clone()).collect();
        collected.check_groups(&options.by, &columns)?;
        collected.choose(&options)?;
        collected.summarize(self.folders.iter().map(|(_, header)| header.bad_rows).fold(0, u64::saturating_add));
        noticed.push(Warning::NoEvidence { uses: collected.summary.uses });
        of_collected(collected, self.lexicon.clone(), options, noticed, stop, progress)
    }

    /// What was noticed when the articles were read, each message once.
    fn noticed(&self) -> Vec<Warning> {
        let mut noticed: Vec<Warning> = Vec::new();
        for warning in self.folders.iter().flat_map(|(_, header)| &header.warnings) {
            let warning = Warning::Reading(warning.clone());
            if !noticed.contains(&warning) {
                noticed.push(warning);
            }
        }
        noticed
    }

    fn check(&self, options: &Options) -> Result<()> {
        let folder = &self.folders[0].0;
        if self.lexicon.contrasts.is_empty() {
            return Err(Error::data("a tally without cues")
                .at(Place::file(folder))
                .found("no lexicon: it was made for `aslant train`")
                .help("make it again with `aslant tally … --cues LEXICON`"));
        }
        if options.model.is_some() {
            return Err(Error::usage("a model can't score tallies")
                .at(Place::file(folder))
                .found("--model")
                .expected("articles with their texts")
                .help("leave --model out, or score the texts with `aslant score`"));
        }
        if options.keywords.is_some() && options.voice != self.voice {
            return Err(Error::usage("words of another voice")
                .at(Place::file(folder))
                .found(format!("--voice {}", options.voice.name()))
                .expected(format!("--voice {}: the tally has no other voice's words", self.voice.name()))
                .help(format!(
                    "add --no-keywords, or make the tally again with `aslant tally … --voice {}`",
                    options.voice.name()
                )));
        }
        self.check_columns(&options.by)
    }

    fn check_columns(&self, by: &By) -> Result<()> {
        for column in by.columns() {
            if let Some((folder, header)) = self.folders.iter().find(|(_, header)| !header.columns.contains(&column)) {
                let kept = match header.columns.is_empty() {
                    true => "none".to_owned(),
                    false => header.columns.join(", "),
                };
                return Err(Error::usage("a column that the tally doesn't have")
                    .at(Place::file(folder).column(&column))
                    .found(format!("--by {}", by.name()))
                    .expected(format!("outlet, week, month, quarter, year, or a column that was kept: {kept}"))
                    .help(format!("make the tally again with `aslant tally … --columns {column}`")));
            }
        }
        Ok(())
    }
}

/// Tallies that are combined must have been counted in the same way.
fn check_alike((folder, first): (&PathBuf, &Header), (other, header): (&PathBuf, &Header)) -> Result<()> {
    let texts = |header: &Header| -> Vec<String> { header.lexicons.iter().map(|l| l.text.clone()).collect() };
    let differs = [
        ("another detail", first.detail != header.detail, header.detail.name(), first.detail.name()),
        ("other cues", texts(first) != texts(header), "another lexicon", "the same lexicon"),
        ("another voice", first.voice != header.voice, header.voice.as_str(), first.voice.as_str()),
        (
            "another treatment of boilerplate",
            first.boilerplate != header.boilerplate,
            header.boilerplate.as_str(),
            first.boilerplate.as_str(),
        ),
    ];
    match differs.into_iter().find(|d| d.1) {
        None => Ok(()),
        Some((what, _, found, expected)) => Err(Error::data(format!("tallies that can't be combined: {what}"))
            .at(Place::file(other))
            .found(found)
            .expected(format!("{expected}, as in {}", folder.display()))
            .help("make one of them again with the options of the other, which its tally.json lists")),
    }
}
