//! `aslant retrain`.

use super::input::{InputArgs, noticed};
use super::labels::LabelArgs;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use super::train::ValidationArg;
use crate::args_doc;
use aslant::claim::Claim;
use aslant::error::{Error, Kind, Place, Result};
use aslant::model::Model;
use aslant::model::artifact::{self, versions};
use aslant::model::retrain::{self, Retrained};
use aslant::model::train::Stage;
use aslant::report::retrain as report;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::RETRAIN_HELP)]
pub struct RetrainArgs {
    /// The model's folder, made by `aslant train`
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Files or folders with new labelled articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "NEW")]
    inputs: Vec<PathBuf>,
    /// Column of the target, for a model with targets
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// Column of an article's story, for a model that was trained with --group story
    #[arg(long, value_name = "COLUMN")]
    story: Option<String>,
    /// Replace the model, unless the new one is worse; the old one is kept in its history
    #[arg(long)]
    promote: bool,
    /// Folder for the new model; the old one stays as it is
    #[arg(long, value_name = "FOLDER", conflicts_with = "promote")]
    out: Option<PathBuf>,
    /// What to hold out, to compare both models and to see how well the new one does
    #[arg(long, value_enum, default_value_t = ValidationArg::All)]
    validation: ValidationArg,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    running: RunArgs,
}

/// Runs the command.
pub fn run(args: RetrainArgs) -> Result<()> {
    args.running.run(|| retrain(&args))
}

fn retrain(args: &RetrainArgs) -> Result<()> {
    if args.promote && args.validation == ValidationArg::None {
        return Err(Error::usage("--promote without articles held out")
            .found("--validation none, which can't show whether the new model is worse")
            .help("leave --validation out, or keep the new model elsewhere with --out"));
    }
    Claim::put_right(&args.model);
    let old = Model::read(&args.model)?;
    check_target(args, &old)?;
    let place = args.out.as_ref().or(args.promote.then_some(&args.model));
    let reads = args.input.reads(&args.inputs).and_model(args.out.is_some().then_some(&args.model));
    place.iter().try_for_each(|out| reads.check(out))?;
    let claim = place.map(|place| artifact::claim(place)).transpose()?;
    let training = old.read_training(&args.model)?;
    let columns = args.labels.columns(args.target.clone(), args.story.clone())?;
    let corpus = args.labels.open(&columns, &args.input, &args.inputs)?;
    let progress = Progress::new(args.running.quiet);
    let (validation, tell) = (args.validation.validation(), |stage: Stage, part| progress.report(stage.label(), part));
    let result = retrain::retrain(&old, training, &corpus, &columns, validation, &tell);
    progress.finish();
    let retrained = result?;
    if !args.running.quiet {
        super::print(&format!("{}{}", report::changes(&retrained), noticed(&corpus)))?;
    }
    finish(args, &retrained, claim)
}

/// Writes what was asked for, and says what was done.
fn finish(args: &RetrainArgs, retrained: &Retrained, claim: Option<Claim>) -> Result<()> {
    let place = shown(&args.model);
    let done = if let Some(claim) = claim {
        if args.promote && retrained.is_worse() {
            return Err(Error::new(Kind::Check, "the new model is worse than the old one")
                .at(Place::file(&args.model))
                .expected("no measure below the old model's by more than chance")
                .help("check the new labels, or keep the new model elsewhere with --out")
                .note("the old model is unchanged"));
        }
        write(args, retrained, claim)?
    } else if args.validation == ValidationArg::None {
        "nothing was written: --out FOLDER would keep the new model\n".to_owned()
    } else if retrained.is_worse() {
        "nothing was written; --promote would refuse, as the new model is worse\n".to_owned()
    } else {
        format!(
            "nothing was written; --promote would put the new model in {place} and keep the old one in its history\n"
        )
    };
    if args.running.quiet { Ok(()) } else { super::print(&done) }
}

/// Puts the new model where it was asked for, and says so.
fn write(args: &RetrainArgs, retrained: &Retrained, claim: Claim) -> Result<String> {
    if args.promote {
        let version = versions::promote(&retrained.model, claim)?;
        let kept = version.map_or(String::new(), |n| format!("; the old model is version {n} in its history"));
        return Ok(format!("promoted: the new model is in {}{kept}\n", shown(&args.model)));
    }
    let out = shown(claim.out());
    let (files, version) = retrained.model.write_to(claim)?;
    let kept = version.map(super::train::in_history).unwrap_or_default();
    Ok(format!("wrote {} to {out}{kept}\n", files.join(", ")))
}

fn check_target(args: &RetrainArgs, old: &Model) -> Result<()> {
    match (&args.target, &old.header.columns.target) {
        (None, Some(column)) => Err(Error::usage("a model with targets, and no column of targets")
            .at(Place::file(&args.model))
            .found(format!("it was trained on targets in `{column}`"))
            .help("name the column with --target")),
        (Some(column), None) => Err(Error::usage("a model without targets, and a column of targets")
            .at(Place::file(&args.model))
            .found(format!("--target {column}"))
            .help("leave --target out")),
        _ => Ok(()),
    }
}
