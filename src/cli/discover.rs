//! `aslant discover`.

use super::counting::{ReprintsArg, VoiceArg, arguments, one_name};
use super::dry_run;
use super::input::{InputArgs, late};
use super::output::FormatArgs;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::compare::{Boilerplate, By, Options, StoriesOnly, discover, keywords};
use aslant::error::Result;
use aslant::report::run::Config;
use aslant::report::{self, Owner, Run, discovery};
use clap::Args;
use std::ops::RangeInclusive;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(override_usage = "aslant discover [OPTIONS] --out <FOLDER> <INPUT>...", after_help = args_doc::DISCOVER_HELP)]
pub struct DiscoverArgs {
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// What to compare: outlet, a column of the input, or week, month, quarter or year
    #[arg(long, default_value = "outlet", value_name = "NAME")]
    by: String,
    /// Folder for keywords.csv and the report
    #[arg(long, value_name = "FOLDER", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
    /// Whose words are compared
    #[arg(long, value_enum, default_value_t = VoiceArg::Own, help_heading = "Counting")]
    voice: VoiceArg,
    /// Lengths of words and phrases, in words: 1, 2, 3, 1..2, 1..3 or 2..3
    #[arg(long, default_value = "1..3", value_name = "FROM..TO", value_parser = ngrams, help_heading = "Counting")]
    ngrams: RangeInclusive<usize>,
    /// In how many articles a term must appear [default: a thousandth of them, at least 5]
    #[arg(long, value_name = "N", value_parser = super::numbers::some, help_heading = "Counting")]
    min_articles: Option<u32>,
    /// What to do with near copies of earlier articles
    #[arg(long, value_enum, default_value_t = ReprintsArg::Drop, help_heading = "Counting")]
    reprints: ReprintsArg,
    /// Compare only within stories that two or more outlets cover
    #[arg(long, help_heading = "Counting")]
    same_story: bool,
    /// Count menus, captions, disclaimers and other boilerplate too
    #[arg(long, help_heading = "Counting")]
    keep_boilerplate: bool,
    /// How often to split each outlet with 20 or more articles at random, to count false findings; 0 for never
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = super::numbers::within(0..=10_000_usize), help_heading = "Counting")]
    placebo: usize,
    /// Terms to show for each outlet; keywords.csv has all
    #[arg(long, default_value_t = 12, value_name = "N", value_parser = super::numbers::whole::<usize>, help_heading = "Running")]
    top: usize,
    #[command(flatten)]
    format: FormatArgs,
    /// Seed for everything random
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = super::numbers::whole::<u64>, help_heading = "Running")]
    seed: u64,
    /// Say what would be read and counted, and write nothing
    #[arg(long, help_heading = "Running")]
    dry_run: bool,
    #[command(flatten)]
    running: RunArgs,
}

/// `1`, `1..3`.
fn ngrams(text: &str) -> std::result::Result<RangeInclusive<usize>, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let length = |text: &str| text.trim_start_matches('=').parse().ok().filter(|n| (1..=3).contains(n));
    match (length(from), length(to)) {
        (Some(from), Some(to)) if from <= to => Ok(from..=to),
        _ => Err("expected one or two numbers from 1 to 3, such as 1..3".to_owned()),
    }
}

/// Runs the command.
pub fn run(args: DiscoverArgs, config: Option<Config>) -> Result<()> {
    args.running.run(|| find(&args, config))
}

fn find(args: &DiscoverArgs, config: Option<Config>) -> Result<()> {
    let by = one_name(&args.by, "discover")?;
    // Only a dry run goes without.
    let Some(place) = &args.out else { return preview(args, &by) };
    Owner::Discover.check_place(place)?;
    args.input.reads(&args.inputs).check(place)?;
    if args.dry_run {
        return preview(args, &by);
    }
    let out = Owner::Discover.claim(place)?;
    let corpus = args.input.open_with(&args.inputs, by.columns())?;
    let options = Options {
        voice: args.voice.voices(),
        reprints: args.reprints.reprints(),
        stories: if args.same_story { StoriesOnly::Shared } else { StoriesOnly::All },
        boilerplate: if args.keep_boilerplate { Boilerplate::Keep } else { Boilerplate::Remove },
        by,
        keywords: Some(keywords::Options { ngrams: args.ngrams.clone(), min_articles: args.min_articles }),
        placebo: args.placebo,
        seed: args.seed,
        ..Options::default()
    };
    let progress = Progress::new(args.running.quiet);
    let found = discover::discover(&corpus, options, &|stage, part| progress.report(stage.label(), part));
    progress.finish();
    let found = found?;
    let run = Run { arguments: arguments(), inputs: corpus.inputs(), config };
    let paths = report::write_discovery(&found, &run, args.top, &args.format.formats(), out)?;
    if args.running.quiet {
        return Ok(());
    }
    let names: Vec<String> =
        paths.iter().filter_map(|p| p.file_name()).map(|n| n.to_string_lossy().into_owned()).collect();
    let text = discovery::summary(&found, args.top, super::colour());
    super::print(&format!("{text}{}wrote {} to {}\n", late(&corpus), names.join(", "), shown(place)))
}

/// What would be read.
fn preview(args: &DiscoverArgs, by: &By) -> Result<()> {
    let corpus = args.input.open_with(&args.inputs, by.columns())?;
    dry_run::run(&corpus, args.running.quiet, |_| String::new())
}
