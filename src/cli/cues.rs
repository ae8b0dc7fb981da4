//! `aslant cues`: what a lexicon's cues find (`check`); the commands below it.

use super::input::InputArgs;
use super::suggest::{self, SuggestArgs};
use crate::args_doc;
use aslant::cues::check::{Check, check as find_uses};
use aslant::cues::lexicon::Ambiguous;
use aslant::cues::{Lexicon, Pole};
use aslant::error::{Error, Kind, Place, Result};
use aslant::report::{counted, terminal::printable};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum CuesCommand {
    /// Check a lexicon; with articles, show what each cue finds
    Check(CheckArgs),
    /// Find words and phrases used in the same places as a lexicon's cues: candidates for new cues
    Suggest(SuggestArgs),
}

#[derive(Debug, Args)]
#[command(after_help = args_doc::CHECK_HELP)]
pub struct CheckArgs {
    /// The lexicon: TOML, quanteda's YAML (.yml) or LIWC's .dic
    lexicon: PathBuf,
    /// Articles to try it on; - is standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Uses to show for each cue
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = super::numbers::whole::<usize>)]
    examples: usize,
    #[command(flatten)]
    input: InputArgs,
}

/// Runs the command.
pub fn run(command: CuesCommand) -> Result<()> {
    match command {
        CuesCommand::Check(args) => check(args),
        CuesCommand::Suggest(args) => suggest::run(args),
    }
}

fn check(args: CheckArgs) -> Result<()> {
    let lexicon = Lexicon::read(&[&args.lexicon])?;
    let mut text = describe(&lexicon);
    let mut unmatched = 0;
    if !args.inputs.is_empty() {
        let corpus = args.input.open(&args.inputs)?;
        let check = find_uses(&corpus, &lexicon, args.examples)?;
        unmatched = check.cues.iter().filter(|c| c.count == 0).count();
        text.push_str(&show(&lexicon, &check));
    }
    let ambiguous = lexicon.ambiguous();
    for Ambiguous { contrast, one: (pole_a, a), other: (pole_b, b) } in &ambiguous {
        text.push_str(&format!(
            "ambiguous: {:?} (line {}, {}) and {:?} (line {}, {}) of {} can match the same words\n",
            a.text, a.line, pole_a.name, b.text, b.line, pole_b.name, contrast.name
        ));
    }
    super::print(&text)?;
    if unmatched + ambiguous.len() == 0 {
        return Ok(());
    }
    let mut found = Vec::new();
    if unmatched > 0 {
        found.push(format!("{unmatched} of {} never matched", counted(lexicon.cues().count() as u64, "cue", "cues")));
    }
    if !ambiguous.is_empty() {
        found.push(counted(ambiguous.len() as u64, "pair of cues is ambiguous", "pairs of cues are ambiguous"));
    }
    Err(Error::new(Kind::Check, "the lexicon needs a look")
        .at(Place::file(&args.lexicon))
        .found(found.join(", "))
        .help("remove or fix the cues named above; a cue may also be right and just not occur in these articles"))
}

/// What is in the lexicon, a line a contrast.
fn describe(lexicon: &Lexicon) -> String {
    let mut text = String::new();
    for contrast in &lexicon.contrasts {
        let pole = |p: &Pole| format!("{} ({})", printable(&p.name), counted(p.cues.len() as u64, "cue", "cues"));
        let poles: Vec<String> = contrast.poles.iter().map(pole).collect();
        match contrast.poles.as_slice() {
            [only] => text.push_str(&format!(
                "{} (a category, {})",
                printable(&contrast.name),
                counted(only.cues.len() as u64, "cue", "cues")
            )),
            _ => text.push_str(&format!("{}: {}", printable(&contrast.name), poles.join(", "))),
        }
        if !contrast.except.is_empty() {
            text.push_str(&format!("; {}", counted(contrast.except.len() as u64, "exception", "exceptions")));
        }
        text.push('\n');
    }
    if let Some([left, right]) = &lexicon.axis {
        text.push_str(&format!("axis: {} (−1) to {} (1)\n", printable(left), printable(right)));
    }
    for note in &lexicon.notes {
        text.push_str(&format!("note: {}\n", printable(note)));
    }
    text
}

/// A count with its noun in columns: digits to the right, nouns below one another.
fn in_column(width: usize, n: u64, one: &str, many: &str) -> String {
    let text = counted(n, one, many);
    let (digits, noun) = text.split_once(' ').unwrap_or((&text, ""));
    format!("{digits:>width$} {noun:<0$}", many.len())
}

/// What each cue found, with a few uses.
fn show(lexicon: &Lexicon, check: &Check) -> String {
    let mut text = format!("\n{}\n", counted(check.articles, "article", "articles"));
    let mut heading = (usize::MAX, usize::MAX);
    for ((contrast, pole, cue), found) in lexicon.cues().zip(&check.cues) {
        if heading != (contrast, pole) {
            heading = (contrast, pole);
            let of = &lexicon.contrasts[contrast];
            text.push_str(&format!("\n{} / {}\n", printable(&of.name), printable(&of.poles[pole].name)));
        }
        let never = if found.count == 0 { "   never matched" } else { "" };
        text.push_str(&format!(
            "  {:<28} {} in {} of {}{never}\n",
            printable(&cue.text),
            in_column(7, found.count, "use", "uses"),
            in_column(6, found.articles, "article", "articles"),
            in_column(4, found.outlets as u64, "outlet", "outlets").trim_end_matches(' ')
        ));
        for (before, matched, after) in &found.examples {
            text.push_str(&format!("      {}[{}]{}\n", printable(before), printable(matched), printable(after)));
        }
    }
    for (contrast, cue, count) in &check.exceptions {
        text.push_str(&format!(
            "  except {:?} of {}: {}\n",
            cue,
            lexicon.contrasts[*contrast].name,
            counted(*count, "time", "times")
        ));
    }
    text.push('\n');
    text
}
