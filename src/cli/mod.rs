//! The command line: arguments, one file a command, progress, how errors are shown.

mod clean;
mod compare;
mod counting;
mod cues;
mod discover;
mod evaluate;
mod explain;
mod input;
mod labels;
mod models;
mod output;
mod progress;
mod report;
mod retrain;
mod running;
mod score;
mod stories;
mod tally;
mod train;
mod voice;

use crate::args_doc;
use aslant::error::{Error, Result};
use clap::{Parser, Subcommand};
use std::io::{IsTerminal, Write};

/// How do news outlets name the same things, is the difference real, and which way does a new article lean?
#[derive(Debug, Parser)]
#[command(name = "aslant", version, about, after_help = args_doc::AFTER_HELP, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compare how outlets name the same things: tables, a summary, a report
    Compare(compare::CompareArgs),
    /// Keep articles as counts, without their texts, for `compare` and `train`
    Tally(tally::TallyArgs),
    /// Find words and phrases typical of each outlet, without a lexicon
    Discover(discover::DiscoverArgs),
    /// Make report.html again from a folder's tables
    Report(report::ReportArgs),
    /// Tell who speaks: quoted, reported and scare-quoted parts of every article
    Voice(voice::VoiceArgs),
    /// Take menus, captions and other boilerplate out, and show what went by which rule
    Clean(clean::CleanArgs),
    /// Find articles on the same event, reprints and agency copy
    Stories(stories::StoriesArgs),
    /// Learn labels from labelled articles
    Train(train::TrainArgs),
    /// Score articles with a model
    Score(score::ScoreArgs),
    /// Hold a model's scores against labels
    Evaluate(evaluate::EvaluateArgs),
    /// Show which words carried a score
    Explain(explain::ExplainArgs),
    /// Train a model again with new labelled articles, and compare the old and the new one
    Retrain(retrain::RetrainArgs),
    /// List, show and compare models, and bring an earlier version back
    #[command(subcommand)]
    Models(models::ModelsCommand),
    /// Work with cue lexicons
    #[command(subcommand)]
    Cues(cues::CuesCommand),
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::Compare(args) => compare::run(args),
            Command::Tally(args) => tally::run(args),
            Command::Discover(args) => discover::run(args),
            Command::Report(args) => report::run(args),
            Command::Voice(args) => voice::run(args),
            Command::Clean(args) => clean::run(args),
            Command::Stories(args) => stories::run(args),
            Command::Train(args) => train::run(args),
            Command::Score(args) => score::run(args),
            Command::Evaluate(args) => evaluate::run(args),
            Command::Explain(args) => explain::run(args),
            Command::Retrain(args) => retrain::run(args),
            Command::Models(command) => models::run(command),
            Command::Cues(command) => cues::run(command),
        }
    }
}

/// Prints to standard output; a closed pipe ends the program in peace.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Error::io("standard output", e))
}

/// Whether standard output takes colours: a terminal, and NO_COLOR is not set.
fn colour() -> aslant::report::terminal::Colour {
    use aslant::report::terminal::Colour;
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    if wanted && std::io::stdout().is_terminal() { Colour::Ansi } else { Colour::Never }
}
