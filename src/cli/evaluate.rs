//! `aslant evaluate`.

use super::input::{InputArgs, noticed};
use super::labels::LabelArgs;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::error::Result;
use aslant::model::Model;
use aslant::model::evaluate::{self, Unit};
use aslant::model::score::Scorer;
use aslant::report::{Owner, evaluation};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::EVALUATE_HELP)]
pub struct EvaluateArgs {
    /// The model's folder, made by `aslant train`
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Files or folders with labelled articles that the model wasn't trained on; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Folder for the tables; without it they are only printed
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Column of the target, for a model with targets
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// What to resample for the intervals: articles, or whole outlets if the model is meant for other outlets
    #[arg(long, value_enum, default_value_t = UnitArg::Article)]
    group: UnitArg,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    input: InputArgs,
    /// Seed for everything random
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = super::numbers::whole::<u64>, help_heading = "Running")]
    seed: u64,
    #[command(flatten)]
    running: RunArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum UnitArg {
    /// Each article by itself
    Article,
    /// All articles of an outlet
    Outlet,
}

/// Runs the command.
pub fn run(args: EvaluateArgs) -> Result<()> {
    args.running.run(|| evaluate(&args))
}

fn evaluate(args: &EvaluateArgs) -> Result<()> {
    let reads = args.input.reads(&args.inputs).and_model(Some(&args.model));
    args.out.iter().try_for_each(|out| reads.check(out))?;
    let claim = args.out.as_deref().map(|out| Owner::Evaluate.claim(out)).transpose()?;
    let scorer = Scorer::new(Model::read(&args.model)?);
    super::score::check_target(args.target.as_deref(), &args.model, &scorer)?;
    let columns = args.labels.columns(args.target.clone(), None)?;
    let corpus = args.labels.open(&columns, &args.input, &args.inputs)?;
    let unit = match args.group {
        UnitArg::Article => Unit::Article,
        UnitArg::Outlet => Unit::Outlet,
    };
    let progress = Progress::new(args.running.quiet);
    let tell = |part| progress.report("scoring", part);
    let result = evaluate::evaluate(&corpus, &columns, &scorer, unit, args.seed, &tell);
    progress.finish();
    let mut evaluated = result?;
    evaluated.look_for(&scorer.model().read_trained_on(&args.model)?);
    let mut text = evaluation::text(&evaluated);
    text.push_str(&noticed(&corpus));
    if let Some((claim, out)) = claim.zip(args.out.as_ref()) {
        let files = evaluation::write(&evaluated, scorer.classes(), claim)?;
        text.push_str(&format!("wrote {} to {}\n", files.join(", "), shown(out)));
    }
    if args.running.quiet { Ok(()) } else { super::print(&text) }
}
