//! `aslant stories`: which articles tell of one event, and which are copies.

use super::input::{InputArgs, noticed};
use super::output::Output;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::error::Result;
use aslant::report;
use aslant::stories::read;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = args_doc::STORIES_HELP)]
pub struct StoriesArgs {
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// File for the stories (CSV), one row per article; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    running: RunArgs,
}

/// Runs the command.
pub fn run(args: StoriesArgs) -> Result<()> {
    args.running.run(|| stories(&args))
}

fn stories(args: &StoriesArgs) -> Result<()> {
    args.input.reads(&args.inputs).check(&args.out)?;
    // A folder that isn't there is told before the work and not after it.
    let mut out = Output::create(&args.out)?;
    let corpus = args.input.open(&args.inputs)?;
    let progress = Progress::new(args.running.quiet);
    let found = read::read(&corpus, &|stage, part| progress.report(stage, part));
    progress.finish();
    let found = found?;
    out.write(&report::stories::csv(&found)?)?;
    out.finish()?;
    if args.running.quiet || args.out == Path::new("-") {
        return Ok(());
    }
    super::print(&format!("{}{}wrote {}\n", report::stories::summary(&found), noticed(&corpus), shown(&args.out)))
}
