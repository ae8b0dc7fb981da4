//! Arguments that say what is counted: the same for `compare`, `discover` and `plan`.

use aslant::compare::{By, Reprints, Voices};
use aslant::error::{Error, Result};
use aslant::text::Voice;
use clap::ValueEnum;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum VoiceArg {
    /// The outlet's own words
    Own,
    /// All words
    All,
    /// Words in quotation marks
    Quoted,
    /// Words reported without marks ("X said that …")
    Reported,
}

impl VoiceArg {
    /// Whose words are counted.
    pub fn voices(self) -> Voices {
        match self {
            VoiceArg::Own => Voices::Only(Voice::Own),
            VoiceArg::All => Voices::All,
            VoiceArg::Quoted => Voices::Only(Voice::Quoted),
            VoiceArg::Reported => Voices::Only(Voice::Reported),
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ReprintsArg {
    /// List them in articles.csv, but leave them out of every statistic
    Drop,
    /// Count them like any other article
    Keep,
}

impl ReprintsArg {
    /// What becomes of reprints.
    pub fn reprints(self) -> Reprints {
        match self {
            ReprintsArg::Drop => Reprints::Drop,
            ReprintsArg::Keep => Reprints::Keep,
        }
    }
}

/// What takes the place of outlets, for a command that takes one name only.
pub fn one_name(text: &str, command: &str) -> Result<By> {
    let by = By::parse(text)?;
    if by.within.is_none() {
        return Ok(by);
    }
    Err(Error::usage("two names in --by")
        .found(format!("--by {text}"))
        .expected(format!("one name: {command} works on one thing at a time"))
        .help("give one of them; aslant compare makes trends from two"))
}

/// The arguments without the program's path, which tells of the machine and not of the run.
pub fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect()
}
