//! `--dry-run`: what would be read and counted; nothing is written.

use super::input::late;
use super::progress::Progress;
use aslant::corpus::overview::Overview;
use aslant::corpus::{Corpus, Pass};
use aslant::error::{Error, Place, Result};
use aslant::report::overview;
use aslant::tally::format::are_tallies;
use std::path::PathBuf;

/// Refuses tallies, of which no article would be read.
pub fn check_articles(inputs: &[PathBuf]) -> Result<()> {
    if !are_tallies(inputs)? {
        return Ok(());
    }
    Err(Error::usage("a dry run of tallies")
        .at(Place::file(&inputs[0]))
        .found("--dry-run with a folder that is already counted")
        .expected("articles")
        .help("leave --dry-run out: no article would be read; tally.json says what was counted"))
}

/// Reads all of the corpus and prints what it holds, and what `more` says of it. Bad rows are told behind that.
pub fn run(corpus: &Corpus, quiet: bool, more: impl FnOnce(&Overview) -> String) -> Result<()> {
    let progress = Progress::new(quiet);
    let tell = |p: aslant::corpus::Progress| progress.report("checking the articles", p.part());
    let (seen, error) = Overview::new(corpus, Pass::new().progress(&tell));
    progress.finish();
    let mut text = overview::corpus(&seen);
    text.push_str(&more(&seen));
    for warning in corpus.warnings() {
        text.push_str(&format!("note: {}\n", super::lines(&warning.to_string())));
    }
    text.push_str(&late(corpus));
    text.push_str("nothing was written\n");
    super::print(&text)?;
    error.map_or(Ok(()), Err)
}
