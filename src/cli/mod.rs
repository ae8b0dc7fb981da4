//! The command line: arguments, one file a command, progress, how errors are shown.

mod apart;
mod clean;
mod compare;
mod completions;
pub mod config;
mod counting;
mod cues;
mod discover;
mod dry_run;
mod evaluate;
mod explain;
mod input;
pub mod interrupt;
mod labels;
mod man;
mod models;
mod numbers;
mod output;
mod plan;
mod progress;
mod report;
mod retrain;
mod running;
mod score;
mod screen;
mod stories;
mod suggest;
mod tally;
mod train;
mod voice;

use crate::args_doc;
use aslant::error::{Error, Result};
use aslant::report::run::Config;
use aslant::report::terminal::printable;
use clap::{Parser, Subcommand};
pub use screen::fitted_error;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How do news outlets name the same things, is the difference real, and which way does a new article lean?
#[derive(Debug, Parser)]
#[command(name = "aslant", version, about, after_help = args_doc::AFTER_HELP, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// File with defaults for options [default: aslant.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Running", display_order = 1000)]
    config: Option<PathBuf>,
    /// Ignore aslant.toml
    #[arg(long, global = true, conflicts_with = "config", help_heading = "Running", display_order = 1001)]
    no_config: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compare how outlets name the same things: tables, a summary, a report
    #[command(long_about = args_doc::COMPARE_ABOUT)]
    Compare(compare::CompareArgs),
    /// Keep articles as counts, without their texts, for `compare` and `train`
    Tally(tally::TallyArgs),
    /// Find words and phrases typical of each outlet, without a lexicon
    Discover(discover::DiscoverArgs),
    /// Estimate how many articles you need for an interval or to find a difference
    Plan(plan::PlanArgs),
    /// Rebuild report.html from a folder's tables
    Report(report::ReportArgs),
    /// Show who speaks: the quoted, reported and scare-quoted parts of every article
    Voice(voice::VoiceArgs),
    /// Remove menus, captions and other boilerplate, and show what each rule removed
    Clean(clean::CleanArgs),
    /// Find articles on the same event, reprints and agency copy
    Stories(stories::StoriesArgs),
    /// Learn labels from labelled articles
    #[command(long_about = args_doc::TRAIN_ABOUT)]
    Train(train::TrainArgs),
    /// Score articles with a model
    Score(score::ScoreArgs),
    /// Compare a model's scores with labels
    Evaluate(evaluate::EvaluateArgs),
    /// Show which words carried a score
    Explain(explain::ExplainArgs),
    /// Retrain a model with new labelled articles, and compare it with the old one
    Retrain(retrain::RetrainArgs),
    /// List, show and compare models, and restore an earlier version
    #[command(subcommand)]
    Models(models::ModelsCommand),
    /// Work with cue lexicons
    #[command(subcommand)]
    Cues(cues::CuesCommand),
    /// Print a shell's completions for commands and options
    Completions(completions::CompletionsArgs),
    /// Write the manual pages
    Man(man::ManArgs),
}

impl Cli {
    /// Runs the command.
    pub fn run(self, config: Option<Config>) -> Result<()> {
        match self.command {
            Command::Compare(args) => compare::run(args, config),
            Command::Tally(args) => tally::run(args),
            Command::Discover(args) => discover::run(args, config),
            Command::Plan(args) => plan::run(args),
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
            Command::Completions(args) => completions::run(args),
            Command::Man(args) => man::run(args),
        }
    }
}

/// Prints to standard output; a closed pipe ends the program in peace.
fn print(text: &str) -> Result<()> {
    let text = screen::fitted(text);
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Error::io("standard output", e))
}

/// Whether standard output takes colours: a terminal, and NO_COLOR is not set.
fn colour() -> aslant::report::terminal::Colour {
    use aslant::report::terminal::Colour;
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    if wanted && std::io::stdout().is_terminal() { Colour::Ansi } else { Colour::Never }
}

/// A path as it may be printed.
fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

/// A text of several lines without control characters that a terminal would obey.
pub fn lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Writes bytes to standard output as they are.
fn print_whole(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|e| Error::io("standard output", e))
}

/// Of several commands that may have been meant, the likeliest is told: clap has it last.
fn nearest_alone(error: &mut clap::Error) {
    use clap::error::{ContextKind, ContextValue};
    if let Some(ContextValue::Strings(names)) = error.get(ContextKind::SuggestedSubcommand)
        && let Some(nearest) = names.last().cloned()
    {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::String(nearest));
    }
}

/// Prints what clap says of the arguments, and what a file has added to them.
#[allow(clippy::print_stderr)]
pub fn refused(mut error: clap::Error, config: Option<&Config>) -> ExitCode {
    nearest_alone(&mut error);
    // A closed pipe is no failure of ours.
    let _ = error.print();
    if let Some(config) = config.filter(|c| error.use_stderr() && !c.arguments.is_empty()) {
        let added: Vec<String> = config.arguments.iter().map(|a| printable(a)).collect();
        eprintln!("\nnote: {} adds: {}", printable(&config.file.name), added.join(" "));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
