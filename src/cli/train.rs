//! `aslant train`.

use super::dry_run;
use super::input::{InputArgs, noticed};
use super::labels::LabelArgs;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::cues::Lexicon;
use aslant::error::{Error, Result};
use aslant::model::artifact::{self, HeldOut};
use aslant::model::labelled::Columns;
use aslant::model::recipe::{Asked, BlockKind, Boilerplate, Recipe};
use aslant::model::train::{self, Grouping, Open, OutletWeight, Stage, Tell, TrainParams, Validation};
use aslant::model::{ClassWeight, Model, MultiClass, tallied};
use aslant::report::model;
use aslant::stop::Stop;
use aslant::tally::format::are_tallies;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(override_usage = "aslant train [OPTIONS] --out <FOLDER> --label <COLUMN> <INPUT>...", after_help = args_doc::TRAIN_HELP)]
pub struct TrainArgs {
    /// Files or folders with labelled articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is
    /// standard input. Or folders that `aslant tally --label` made
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Folder for the model; an existing model is replaced, and kept as a version if it already has earlier versions
    #[arg(long, value_name = "FOLDER", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// Column of targets, if labels are towards something: one model for each target
    #[arg(long, value_name = "COLUMN", help_heading = "Learning")]
    target: Option<String>,
    /// What to keep together when choosing the strength of the penalty [default: outlet, or none with fewer than 5
    /// outlets]
    #[arg(long, value_enum, help_heading = "Learning")]
    group: Option<GroupArg>,
    /// Column of an article's story, for --group story
    #[arg(long, value_name = "COLUMN", help_heading = "Learning")]
    story: Option<String>,
    /// What to count; characters take more memory, and help with short texts [default: word or written, by
    /// cross-validation]
    #[arg(long, value_enum, value_delimiter = ',', help_heading = "Learning")]
    features: Vec<FeatureArg>,
    /// Lengths of n-grams of words, shortest and longest [default: 1 or 1-2, by cross-validation; 1-2 with more than
    /// 10000 articles]
    #[arg(long, value_name = "MIN-MAX", value_parser = lengths, help_heading = "Learning")]
    ngrams: Option<(usize, usize)>,
    /// Lengths of n-grams of characters [default: 2-5]
    #[arg(long, value_name = "MIN-MAX", value_parser = lengths, help_heading = "Learning")]
    char_ngrams: Option<(usize, usize)>,
    /// Terms in fewer articles are left out [default: 2 or 5, by cross-validation; 2 with more than 10000 articles]
    #[arg(long, value_name = "N", value_parser = super::numbers::whole::<usize>, help_heading = "Learning")]
    min_df: Option<usize>,
    /// Keep at most this many terms of each kind, those in the most articles
    #[arg(long, value_name = "N", value_parser = super::numbers::whole::<usize>, help_heading = "Learning")]
    max_features: Option<usize>,
    /// Hash terms into this many columns for each kind (2^18 = 262144 to 2^24 = 16777216 make sense): no vocabulary
    /// is kept, articles become rows as they are read, and --min-df and --max-features count columns. Terms that
    /// share a column can't be told apart, and the model doesn't know the terms' names
    #[arg(long, value_name = "N", value_parser = super::numbers::whole::<usize>, help_heading = "Learning")]
    hash_features: Option<usize>,
    /// Lexicon of cues, for --mask-cues; may be given several times
    #[arg(long, value_name = "FILE", requires = "mask_cues", help_heading = "Learning")]
    cues: Vec<PathBuf>,
    /// Leave the cues out, to learn from the wording around them
    #[arg(long, requires = "cues", help_heading = "Learning")]
    mask_cues: bool,
    /// Leave out the names of the outlets
    #[arg(long, help_heading = "Learning")]
    mask_outlets: bool,
    /// How much the articles of each label count
    #[arg(long, value_enum, default_value_t = ClassWeightArg::None, help_heading = "Learning")]
    class_weight: ClassWeightArg,
    /// How much the articles of each outlet count
    #[arg(long, value_enum, default_value_t = OutletWeightArg::None, help_heading = "Learning")]
    outlet_weight: OutletWeightArg,
    /// How to tell more than two labels apart
    #[arg(long, value_enum, default_value_t = MultiClassArg::Multinomial, help_heading = "Learning")]
    multi_class: MultiClassArg,
    /// Inverse strength of the penalty: the greater, the closer the fit to the training articles [default: by
    /// cross-validation]
    #[arg(long, value_name = "N", value_parser = super::numbers::number, help_heading = "Learning")]
    c: Option<f64>,
    /// What to hold out, for choosing settings and for seeing how well the model does; `none` is much faster, and
    /// needs --c, --features, --ngrams and --min-df
    #[arg(long, value_enum, default_value_t = ValidationArg::All, help_heading = "Learning")]
    validation: ValidationArg,
    /// Menus, captions, disclaimers and other boilerplate
    #[arg(long, value_enum, default_value_t = BoilerplateArg::Keep, help_heading = "Learning")]
    boilerplate: BoilerplateArg,
    /// Leave training.parquet out of the model: no counts of the articles are kept, and it can't be re-trained
    #[arg(long, help_heading = "Learning")]
    without_training_data: bool,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    input: InputArgs,
    /// Seed for everything random
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = super::numbers::whole::<u64>, help_heading = "Running")]
    seed: u64,
    /// Say what would be read and counted, and write nothing
    #[arg(long, help_heading = "Running")]
    dry_run: bool,
    #[command(flatten)]
    running: RunArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GroupArg {
    /// All articles of an outlet
    Outlet,
    /// All articles on a story
    Story,
    /// All articles of a month
    Month,
    /// Nothing: articles are divided at random
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ValidationArg {
    /// All articles in turn: at random, by outlet, by story, the last months
    All,
    /// Nothing: the model is only fitted. No settings are chosen, how well it does is not known, and its
    /// probabilities are not calibrated
    None,
}

impl ValidationArg {
    pub fn validation(self) -> Validation {
        match self {
            ValidationArg::All => Validation::All,
            ValidationArg::None => Validation::None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FeatureArg {
    /// Words, ignoring case and punctuation
    Word,
    /// Words and punctuation as written, which show the house style
    Written,
    /// Characters inside words; together with words they weigh twice as much
    Char,
}

impl FeatureArg {
    pub fn kind(self) -> BlockKind {
        match self {
            FeatureArg::Word => BlockKind::Word,
            FeatureArg::Written => BlockKind::Written,
            FeatureArg::Char => BlockKind::Char,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum BoilerplateArg {
    /// Remove it, in training and in scoring
    Remove,
    /// Count it like the rest
    Keep,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ClassWeightArg {
    /// All articles alike
    None,
    /// All labels alike: the articles of a rare label count more
    Balanced,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutletWeightArg {
    /// All articles alike
    None,
    /// All outlets of a label alike: the articles of a small outlet count more
    Balanced,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MultiClassArg {
    /// All in one softmax
    Multinomial,
    /// Each against the rest
    OneVsRest,
}

/// `1-2`, or `3` for `3-3`.
pub fn lengths(text: &str) -> std::result::Result<(usize, usize), String> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    match (min.trim().parse(), max.trim().parse()) {
        (Ok(min), Ok(max)) => Ok((min, max)),
        _ => Err("expected two numbers such as 1-2".to_owned()),
    }
}

impl TrainArgs {
    fn asked(&self) -> Asked {
        Asked {
            kinds: self.features.iter().map(|feature| feature.kind()).collect(),
            ngrams: self.ngrams,
            char_ngrams: self.char_ngrams,
            min_df: self.min_df,
            max_features: self.max_features,
            hash_features: self.hash_features,
        }
    }

    /// The cues that are masked.
    fn masked(&self) -> Result<Vec<String>> {
        if !self.mask_cues {
            return Ok(Vec::new());
        }
        let lexicon = Lexicon::read(&self.cues)?;
        let mut masked: Vec<String> = lexicon.cues().map(|(_, _, cue)| cue.text.clone()).collect();
        masked.sort_unstable();
        masked.dedup();
        Ok(masked)
    }

    fn params(&self) -> Result<TrainParams> {
        let asked = self.asked();
        asked.check()?;
        Ok(TrainParams {
            recipe: Recipe {
                masked: self.masked()?,
                boilerplate: match self.boilerplate {
                    BoilerplateArg::Keep => Boilerplate::Keep,
                    BoilerplateArg::Remove => Boilerplate::Remove,
                },
                blocks: asked.blocks(),
            },
            open: Open::of(&asked),
            mask_outlets: self.mask_outlets,
            outlet_weight: match self.outlet_weight {
                OutletWeightArg::None => OutletWeight::None,
                OutletWeightArg::Balanced => OutletWeight::Balanced,
            },
            c: self.c,
            grouping: match self.group {
                None => Grouping::Auto,
                Some(GroupArg::Outlet) => Grouping::By(HeldOut::Outlet),
                Some(GroupArg::Story) => Grouping::By(HeldOut::Story),
                Some(GroupArg::Month) => Grouping::By(HeldOut::Month),
                Some(GroupArg::None) => Grouping::By(HeldOut::Random),
            },
            validation: self.validation.validation(),
            multi_class: match self.multi_class {
                MultiClassArg::Multinomial => MultiClass::Multinomial,
                MultiClassArg::OneVsRest => MultiClass::OneVsRest,
            },
            class_weight: match self.class_weight {
                ClassWeightArg::None => ClassWeight::None,
                ClassWeightArg::Balanced => ClassWeight::Balanced,
            },
            seed: self.seed,
        })
    }
}

/// Runs the command.
pub fn run(args: TrainArgs) -> Result<()> {
    args.running.run(|| train(&args))
}

fn train(args: &TrainArgs) -> Result<()> {
    if args.group == Some(GroupArg::Story) && args.story.is_none() {
        return Err(Error::usage("--group story without a column of stories").help("name it with --story"));
    }
    let columns = args.labels.columns(args.target.clone(), args.story.clone())?;
    let params = args.params()?;
    // Only a dry run goes without.
    let Some(place) = &args.out else { return preview(args, &columns) };
    artifact::check_place(place)?;
    args.input.reads(&args.inputs).and("the lexicon", &args.cues).check(place)?;
    if args.dry_run {
        return preview(args, &columns);
    }
    let out = artifact::claim(place)?;
    let progress = Progress::new(args.running.quiet);
    let tell = |stage: Stage, part: f64| progress.report(stage.label(), part);
    let result = if are_tallies(&args.inputs)? {
        of_tallies(args, &columns, &params, &tell)
    } else {
        of_articles(args, &columns, &params, &tell)
    };
    progress.finish();
    let (mut trained, noticed) = result?;
    if args.without_training_data {
        trained.training = None;
    }
    let (files, version) = trained.write_to(out)?;
    if args.running.quiet {
        return Ok(());
    }
    let mut text = model::summary(&trained.header);
    for line in noticed {
        text.push_str(&line);
        text.push('\n');
    }
    let kept = version.map(in_history).unwrap_or_default();
    super::print(&format!("{text}wrote {} to {}{}\n", files.join(", "), shown(place), kept))
}

/// What would be read.
fn preview(args: &TrainArgs, columns: &Columns) -> Result<()> {
    dry_run::check_articles(&args.inputs)?;
    let corpus = args.labels.open(columns, &args.input, &args.inputs)?;
    dry_run::run(&corpus, args.running.quiet, |_| String::new())
}

/// What became of the model that stood there.
pub(super) fn in_history(version: u64) -> String {
    format!("; the previous model is version {version} in its history")
}

/// A model, and what was noticed when its articles were read.
type Trained = (Model, Vec<String>);

fn of_articles(args: &TrainArgs, columns: &Columns, params: &TrainParams, tell: &Tell<'_>) -> Result<Trained> {
    let corpus = args.labels.open(columns, &args.input, &args.inputs)?;
    let model = train::train(&corpus, columns, params, tell)?;
    let mut noticed: Vec<String> = noticed(&corpus).lines().map(str::to_owned).collect();
    if args.story.is_none() && corpus.has_unread("story") {
        noticed.push(
            "note: the column `story` was not used, so articles of one story may be both learnt from and scored; \
             --story story adds scores on stories never seen, and --group story keeps the articles of a story together"
                .to_owned(),
        );
    }
    Ok((model, noticed))
}

fn of_tallies(args: &TrainArgs, columns: &Columns, params: &TrainParams, tell: &Tell<'_>) -> Result<Trained> {
    args.input.check_unused()?;
    args.labels.options(columns)?.check_plain()?;
    let model = tallied::train(&args.inputs, columns, params, args.input.bad_rows(), &Stop::new(), tell)?;
    Ok((model, Vec::new()))
}
