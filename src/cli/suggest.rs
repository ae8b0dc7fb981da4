//! `aslant cues suggest`: what may be cues too.

use super::input::InputArgs;
use super::progress::Progress;
use super::running::RunArgs;
use crate::args_doc;
use aslant::claim::Claim;
use aslant::cues::Lexicon;
use aslant::error::Result;
use aslant::report::{self, suggestions};
use aslant::suggest::{self, Options, ProperNames};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::SUGGEST_HELP)]
pub struct SuggestArgs {
    /// The lexicon: TOML, quanteda's YAML (.yml) or LIWC's .dic
    lexicon: PathBuf,
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Look at this contrast or category only; may be given more than once
    #[arg(long, value_name = "NAME")]
    contrast: Vec<String>,
    /// Words and phrases to list for each pole of a contrast
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = super::numbers::within(1..=1000_usize))]
    top: usize,
    /// Uses to show for each, from different outlets
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = super::numbers::whole::<usize>)]
    examples: usize,
    /// Folder for suggestions.csv and suggestions.toml [default: nothing is written]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
    /// In how many articles a word or phrase must appear [default: a thousandth of them, at least 5]
    #[arg(long, value_name = "N", value_parser = super::numbers::some, help_heading = "Searching")]
    min_articles: Option<u32>,
    /// Suggest names of persons, places and organisations too: words that nearly always have a capital
    #[arg(long, help_heading = "Searching")]
    proper_names: bool,
    /// How often to split the articles in two at random, to see what is found again; 0 for never
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = super::numbers::within(0..=100_usize), help_heading = "Searching")]
    splits: usize,
    /// Seed for everything random
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = super::numbers::whole::<u64>, help_heading = "Running")]
    seed: u64,
    #[command(flatten)]
    running: RunArgs,
}

/// Runs the command.
pub fn run(args: SuggestArgs) -> Result<()> {
    args.running.run(|| find(&args))
}

fn find(args: &SuggestArgs) -> Result<()> {
    let reads = args.input.reads(&args.inputs).and("the lexicon", [&args.lexicon]);
    args.out.iter().try_for_each(|out| reads.check(out))?;
    let claim = args.out.as_deref().map(Claim::folder).transpose()?;
    let lexicon = Lexicon::read(&[&args.lexicon])?;
    let corpus = args.input.open(&args.inputs)?;
    let options = Options {
        contrasts: args.contrast.clone(),
        top: args.top,
        min_articles: args.min_articles,
        proper_names: if args.proper_names { ProperNames::Keep } else { ProperNames::Drop },
        splits: args.splits,
        examples: args.examples,
        seed: args.seed,
    };
    let progress = Progress::new(args.running.quiet);
    let found = suggest::suggest(&corpus, lexicon, options, &|stage, part| progress.report(stage, part));
    progress.finish();
    let found = found?;
    let mut wrote = String::new();
    if let Some((claim, out)) = claim.zip(args.out.as_ref()) {
        report::write_suggestions(&found, claim)?;
        wrote = format!("\nwrote suggestions.csv and suggestions.toml to {}\n", super::shown(out));
    }
    if args.running.quiet {
        return Ok(());
    }
    super::print(&suggestions::summary(&found, super::colour()))?;
    // To be pasted: its lines aren't broken at the terminal's width.
    super::print_whole(suggestions::toml(&found).as_bytes())?;
    super::print(&wrote)
}
