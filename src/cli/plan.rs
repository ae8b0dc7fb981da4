//! `aslant plan`.

use super::counting::{ReprintsArg, VoiceArg};
use super::input::{InputArgs, late};
use super::output::Output;
use super::progress::Progress;
use super::running::RunArgs;
use crate::args_doc;
use aslant::compare::plan::{self, Aim};
use aslant::compare::{Boilerplate, Options};
use aslant::cues::Lexicon;
use aslant::error::Result;
use aslant::report;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = args_doc::PLAN_HELP)]
pub struct PlanArgs {
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Cue lexicon: TOML, quanteda's YAML (.yml) or LIWC's .dic; may be given more than once
    #[arg(long, required = true, value_name = "FILE")]
    cues: Vec<PathBuf>,
    /// File for the table (CSV), one row per outlet and name; - is standard output. Without it, only the summary is
    /// printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Wanted width of a share's 95% interval, from its lower to its upper end
    #[arg(long, default_value_t = 0.2, value_name = "N", value_parser = super::numbers::number, help_heading = "Planning")]
    width: f64,
    /// Difference between two shares that should be found
    #[arg(long, default_value_t = 0.15, value_name = "N", value_parser = super::numbers::number, help_heading = "Planning")]
    difference: f64,
    /// How likely a true difference of this size is to be found
    #[arg(long, default_value_t = 0.8, value_name = "N", value_parser = super::numbers::number, help_heading = "Planning")]
    power: f64,
    /// Level of the test; lower it when many tests are made at once
    #[arg(long, default_value_t = 0.05, value_name = "P", value_parser = super::numbers::number, help_heading = "Planning")]
    level: f64,
    #[command(flatten)]
    input: InputArgs,
    /// Whose words are counted
    #[arg(long, value_enum, default_value_t = VoiceArg::Own, help_heading = "Counting")]
    voice: VoiceArg,
    /// What to plan for: outlet, a column of the input, or week, month, quarter or year
    #[arg(long, value_name = "NAME", default_value = "outlet", help_heading = "Counting")]
    by: String,
    /// What to do with near copies of earlier articles
    #[arg(long, value_enum, default_value_t = ReprintsArg::Drop, help_heading = "Counting")]
    reprints: ReprintsArg,
    /// Count menus, captions, disclaimers and other boilerplate too
    #[arg(long, help_heading = "Counting")]
    keep_boilerplate: bool,
    /// Seed for everything random
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = super::numbers::whole::<u64>, help_heading = "Running")]
    seed: u64,
    #[command(flatten)]
    running: RunArgs,
}

/// Runs the command.
pub fn run(args: PlanArgs) -> Result<()> {
    args.running.run(|| make(&args))
}

fn make(args: &PlanArgs) -> Result<()> {
    let aim = Aim { width: args.width, difference: args.difference, power: args.power, level: args.level };
    aim.check()?;
    let reads = args.input.reads(&args.inputs).and("the lexicon", &args.cues);
    args.out.iter().try_for_each(|out| reads.check(out))?;
    // A folder that isn't there is told before the work and not after it.
    let mut out = args.out.as_deref().map(Output::create).transpose()?;
    let lexicon = Lexicon::read(&args.cues)?;
    let by = super::counting::one_name(&args.by, "plan")?;
    let corpus = args.input.open_with(&args.inputs, by.columns())?;
    let options = Options {
        voice: args.voice.voices(),
        reprints: args.reprints.reprints(),
        boilerplate: if args.keep_boilerplate { Boilerplate::Keep } else { Boilerplate::Remove },
        by,
        seed: args.seed,
        ..Options::default()
    };
    let progress = Progress::new(args.running.quiet);
    let made = plan::plan(&corpus, lexicon, options, aim, &|stage, part| progress.report(stage.label(), part));
    progress.finish();
    let made = made?;
    if let Some(out) = &mut out {
        out.write(&report::plan::csv(&made)?)?;
    }
    out.map_or(Ok(()), Output::finish)?;
    if args.running.quiet || args.out.as_deref() == Some(Path::new("-")) {
        return Ok(());
    }
    let wrote = args.out.as_ref().map(|path| format!("wrote {}\n", super::shown(path))).unwrap_or_default();
    super::print(&format!("{}{}{wrote}", report::plan::summary(&made, super::colour()), late(&corpus)))
}
