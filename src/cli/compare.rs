//! `aslant compare`.

use super::counting::{ReprintsArg, VoiceArg, arguments};
use super::dry_run;
use super::input::{InputArgs, late};
use super::output::FormatArgs;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::compare::tallies::Tallies;
use aslant::compare::{
    self, Boilerplate, By, Comparison, ContextModel, Options, Stage, StanceModel, StoriesOnly, Tell, keywords,
};
use aslant::corpus::InputFile;
use aslant::cues::Lexicon;
use aslant::error::{Error, Place, Result};
use aslant::model::{Model, artifact};
use aslant::report::run::Config;
use aslant::report::{self, Owner, Run, overview, terminal};
use aslant::stop::Stop;
use aslant::tally::format::are_tallies;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
#[command(override_usage = "aslant compare [OPTIONS] --out <FOLDER> <INPUT>...", after_help = args_doc::COMPARE_SHORT, after_long_help = args_doc::COMPARE_HELP)]
pub struct CompareArgs {
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard
    /// input. Or folders made by `aslant tally`
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Cue lexicon: TOML, quanteda's YAML (.yml) or LIWC's .dic; may be given more than once. Not needed for tallies,
    /// which have their own
    #[arg(long, value_name = "FILE")]
    cues: Vec<PathBuf>,
    /// Folder for the tables and the report
    #[arg(long, value_name = "FOLDER", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
    /// Whose words count for lean, lines, matrix.csv and keywords.csv; contrasts.csv has all voices [default: own, or
    /// the voice that tallies were made with]
    #[arg(long, value_enum, help_heading = "Counting")]
    voice: Option<VoiceArg>,
    /// What to compare: outlet, a column of the input, or week, month, quarter or year; a second name after a comma
    /// divides each further, in trends.csv
    #[arg(long, value_name = "NAME[,NAME]", default_value = "outlet", help_heading = "Counting")]
    by: String,
    /// Number of outlets in pairs.csv: those with the most articles
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = super::numbers::whole::<usize>, help_heading = "Counting")]
    pairs: usize,
    /// What to do with near copies of earlier articles
    #[arg(long, value_enum, default_value_t = ReprintsArg::Drop, help_heading = "Counting")]
    reprints: ReprintsArg,
    /// Compare only within stories that two or more outlets cover
    #[arg(long, help_heading = "Counting")]
    same_story: bool,
    /// Count menus, captions, disclaimers and other boilerplate too
    #[arg(long, help_heading = "Counting")]
    keep_boilerplate: bool,
    /// Where expected shares come from
    #[arg(long, value_enum, default_value_t = ContextArg::CrossFit, help_heading = "Counting")]
    context_model: ContextArg,
    /// Folder of an earlier comparison with the same lexicon: outlets and articles are placed on its map (x, y)
    /// instead of a new one
    #[arg(long, value_name = "FOLDER", help_heading = "Counting")]
    project: Option<PathBuf>,
    /// Leave out keywords.csv, the words and phrases typical of each outlet
    #[arg(long, help_heading = "Counting")]
    no_keywords: bool,
    /// How often to split each outlet with 20 or more articles at random, to count false findings; 0 for never
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = super::numbers::within(0..=10_000_usize), help_heading = "Counting")]
    placebo: usize,
    /// Folder of a model made by `aslant train`; adds its probabilities for every article, their means by outlet, and
    /// the weights of cues
    #[arg(long, value_name = "FOLDER", help_heading = "Model")]
    model: Option<PathBuf>,
    /// Which target, for a model with targets
    #[arg(long, value_name = "NAME", requires = "model", help_heading = "Model")]
    target: Option<String>,
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ContextArg {
    /// From the corpus itself, each outlet by a model that never saw it
    CrossFit,
    /// No expected shares: the columns stay empty
    None,
}

impl CompareArgs {
    fn model(&self) -> Result<Option<Arc<StanceModel>>> {
        let Some(folder) = &self.model else { return Ok(None) };
        let model = StanceModel::new(Model::read(folder)?, self.target.as_deref());
        model.map(|model| Some(Arc::new(model))).map_err(|e| e.at(Place::file(folder)))
    }

    fn options(&self, model: Option<Arc<StanceModel>>) -> Result<Options> {
        Ok(Options {
            by: By::parse(&self.by)?,
            pairs: self.pairs,
            voice: self.voice.unwrap_or(VoiceArg::Own).voices(),
            reprints: self.reprints.reprints(),
            stories: if self.same_story { StoriesOnly::Shared } else { StoriesOnly::All },
            boilerplate: if self.keep_boilerplate { Boilerplate::Keep } else { Boilerplate::Remove },
            context: match self.context_model {
                ContextArg::CrossFit => ContextModel::CrossFit,
                ContextArg::None => ContextModel::None,
            },
            model,
            project: match self.project.as_deref() {
                Some(folder) => {
                    Owner::Compare.check_source(folder)?;
                    Some(report::run::read_map(folder)?)
                }
                None => None,
            },
            keywords: (!self.no_keywords).then(keywords::Options::default),
            placebo: self.placebo,
            seed: self.seed,
            ..Options::default()
        })
    }
}

/// Runs the command.
pub fn run(args: CompareArgs, config: Option<Config>) -> Result<()> {
    args.running.run(|| compare(&args, config))
}

fn compare(args: &CompareArgs, config: Option<Config>) -> Result<()> {
    // Only a dry run goes without.
    let Some(place) = &args.out else { return preview(args) };
    Owner::Compare.check_place(place)?;
    args.input
        .reads(&args.inputs)
        .and("the lexicon", &args.cues)
        .and_model(args.model.as_ref())
        .and_comparison(args.project.as_ref())
        .check(place)?;
    if args.dry_run {
        return preview(args);
    }
    let out = Owner::Compare.claim(place)?;
    let progress = Progress::new(args.running.quiet);
    let tell = |stage: Stage, part: f64| progress.report(stage.label(), part);
    let result = if are_tallies(&args.inputs)? { of_tallies(args, &tell) } else { of_articles(args, &tell) };
    progress.finish();
    let Compared { comparison, mut inputs, late } = result?;
    for path in &args.cues {
        inputs.push(report::run::hash_file(path)?);
    }
    if let Some(folder) = &args.model {
        for name in artifact::SCORED_WITH {
            inputs.push(report::run::hash_file(&folder.join(name))?);
        }
    }
    if let Some(folder) = &args.project {
        inputs.push(report::run::hash_file(&folder.join(report::run::NAME))?);
    }
    let run = Run { arguments: arguments(), inputs, config };
    let paths = report::write(&comparison, &run, &args.format.formats(), out)?;
    if args.running.quiet {
        return Ok(());
    }
    let names: Vec<String> =
        paths.iter().filter_map(|p| p.file_name()).map(|n| n.to_string_lossy().into_owned()).collect();
    let text = terminal::summary(&comparison, super::colour());
    super::print(&format!("{text}{late}wrote {} to {}\n", names.join(", "), shown(place)))
}

/// A comparison, what it was made of, and what is told of late dates.
struct Compared {
    comparison: Comparison,
    inputs: Vec<InputFile>,
    late: String,
}

/// What would be read and counted.
fn preview(args: &CompareArgs) -> Result<()> {
    dry_run::check_articles(&args.inputs)?;
    let lexicon = lexicon(args)?;
    let options = args.options(args.model()?)?;
    let corpus = args.input.open_with(&args.inputs, options.by.columns())?;
    dry_run::run(&corpus, args.running.quiet, |seen| {
        overview::lexicon(&lexicon) + &overview::tables(seen, &lexicon, args.pairs)
    })
}

fn lexicon(args: &CompareArgs) -> Result<Lexicon> {
    if args.cues.is_empty() {
        // Inputs that aren't there may have been meant for tallies.
        args.input.open(&args.inputs)?;
        return Err(Error::usage("no lexicon")
            .expected("--cues FILE: which names compete")
            .help("lexicons that come with aslant are in seeds/cues/; `aslant discover` needs none"));
    }
    Lexicon::read(&args.cues)
}

fn of_articles(args: &CompareArgs, tell: &Tell<'_>) -> Result<Compared> {
    let lexicon = lexicon(args)?;
    let options = args.options(args.model()?)?;
    let corpus = args.input.open_with(&args.inputs, options.by.columns())?;
    let comparison = compare::compare(&corpus, lexicon, options, tell)?;
    Ok(Compared { comparison, inputs: corpus.inputs(), late: late(&corpus) })
}

fn of_tallies(args: &CompareArgs, tell: &Tell<'_>) -> Result<Compared> {
    args.input.check_unused()?;
    let tallies = Tallies::open(&args.inputs)?;
    let asked = if args.cues.is_empty() { None } else { Some(Lexicon::read(&args.cues)?) };
    let boilerplate = if args.keep_boilerplate { Boilerplate::Keep } else { Boilerplate::Remove };
    tallies.check_asked(asked.as_ref(), boilerplate)?;
    let mut options = args.options(args.model()?)?;
    if args.voice.is_none() {
        options.voice = tallies.voice();
    }
    let comparison = tallies.compare(options, &Stop::new(), tell)?;
    Ok(Compared { comparison, inputs: tallies.inputs(), late: String::new() })
}
