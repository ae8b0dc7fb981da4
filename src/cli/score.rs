//! `aslant score`.

use super::input::InputArgs;
use super::output::Output;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::corpus::Pass;
use aslant::error::{Error, Place, Result};
use aslant::model::Model;
use aslant::model::score::Scorer;
use aslant::report::model::{ScoreWriter, Scored, UNCALIBRATED};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = args_doc::SCORE_HELP)]
pub struct ScoreArgs {
    /// The model's folder, made by `aslant train`
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// File for the scores (CSV); - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Column of the target, for a model with targets
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    running: RunArgs,
}

/// Runs the command.
pub fn run(args: ScoreArgs) -> Result<()> {
    args.running.run(|| score(&args))
}

fn score(args: &ScoreArgs) -> Result<()> {
    let scorer = Scorer::new(Model::read(&args.model)?);
    check_target(args.target.as_deref(), &args.model, &scorer)?;
    args.input.reads(&args.inputs).and_model(Some(&args.model)).check(&args.out)?;
    let mut out = Output::create(&args.out)?;
    let counted = write_scores(args, &scorer, &mut out)?;
    out.finish()?;
    if args.running.quiet || args.out == Path::new("-") {
        return Ok(());
    }
    let note = if scorer.model().header.is_tested() { "" } else { UNCALIBRATED };
    super::print(&format!("{counted}{note}wrote {}\n", shown(&args.out)))
}

/// Whether a column of targets is named where the model at this place has targets, and only there.
pub(super) fn check_target(target: Option<&str>, model: &Path, scorer: &Scorer) -> Result<()> {
    match (target, scorer.has_targets()) {
        (None, true) => {
            let targets: Vec<&str> = scorer.targets().collect();
            Err(Error::usage("a model with targets, and no column of targets")
                .at(Place::file(model))
                .expected(format!("a column with one of: {}", targets.join(", ")))
                .help("name it with --target"))
        }
        (Some(column), false) => Err(Error::usage("a model without targets, and a column of targets")
            .at(Place::file(model))
            .found(format!("--target {column}"))
            .help("leave --target out")),
        _ => Ok(()),
    }
}

/// Writes the scores in input order and returns what a person reads at the end.
fn write_scores(args: &ScoreArgs, scorer: &Scorer, out: &mut Output) -> Result<String> {
    let corpus = args.input.open_with(&args.inputs, args.target.iter().cloned().collect())?;
    let progress = Progress::new(args.running.quiet);
    let part = |p: aslant::corpus::Progress| p.bytes as f64 / p.of.max(1) as f64;
    // All rows are checked before the first score is written.
    corpus.survey(
        Pass::new().progress(&|p| progress.report("checking the articles", part(p))),
        drop,
        |_, ()| Ok(()),
    )?;
    let (to, failed) = out.parts();
    let mut writer = ScoreWriter::new(to, scorer.classes(), scorer.has_targets()).map_err(&failed)?;
    corpus.for_each(
        Pass::new().progress(&|p| progress.report("scoring", part(p))),
        |_, article| {
            let target = article.extra.first().map_or("", |target| target.trim());
            let score = scorer.score(&article, target)?;
            let target = target.to_owned();
            Ok(Scored { id: article.id, outlet: article.outlet, target, score })
        },
        |_, scored: Result<Scored>| writer.write(&scored?).map_err(&failed),
    )?;
    progress.finish();
    writer.finish().map_err(failed)
}
