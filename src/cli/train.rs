//! `aslant train`.

use super::input::InputArgs;
use super::labels::LabelArgs;
use super::progress::Progress;
use crate::args_doc;
use aslant::error::{Error, Result};
use aslant::model::artifact::{self, HeldOut};
use aslant::model::train::{self, Grouping, TrainParams};
use aslant::model::vectorizer::{Block, BlockKind, Boilerplate, Recipe};
use aslant::model::{ClassWeight, MultiClass};
use aslant::report::model;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::TRAIN_HELP)]
pub struct TrainArgs {
    /// Files or folders with labelled articles (text, CSV, JSON lines; plain, .gz or .zst); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Folder for the model; a model that is there is replaced
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Column of what the label is towards: one model for each
    #[arg(long, value_name = "COLUMN", help_heading = "Learning")]
    target: Option<String>,
    /// What is kept together when the strength of the penalty is chosen [default: outlet, or none with fewer than 5]
    #[arg(long, value_enum, help_heading = "Learning")]
    group: Option<GroupArg>,
    /// Column of the story that an article is on, for --group story
    #[arg(long, value_name = "COLUMN", help_heading = "Learning")]
    story: Option<String>,
    /// What is counted; characters take more memory, and help with short texts
    #[arg(long, value_enum, value_delimiter = ',', default_value = "word", help_heading = "Learning")]
    features: Vec<FeatureArg>,
    /// Lengths of n-grams of words, shortest and longest
    #[arg(long, value_name = "MIN-MAX", default_value = "1-2", value_parser = lengths, help_heading = "Learning")]
    ngrams: (usize, usize),
    /// Lengths of n-grams of characters
    #[arg(long, value_name = "MIN-MAX", default_value = "2-5", value_parser = lengths, help_heading = "Learning")]
    char_ngrams: (usize, usize),
    /// Terms in fewer articles are left out
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = "Learning")]
    min_df: usize,
    /// How much the articles of each label count
    #[arg(long, value_enum, default_value_t = ClassWeightArg::None, help_heading = "Learning")]
    class_weight: ClassWeightArg,
    /// How more than two labels are told apart
    #[arg(long, value_enum, default_value_t = MultiClassArg::Multinomial, help_heading = "Learning")]
    multi_class: MultiClassArg,
    /// Inverse strength of the penalty: the greater, the closer to the training articles [default: cross-validation]
    #[arg(long, value_name = "N", help_heading = "Learning")]
    c: Option<f64>,
    /// Menus, captions, disclaimers and other boilerplate, which tell the outlet apart from its wording [default: keep
    /// with --group none, which says that new articles will be of the same outlets; or else remove]
    #[arg(long, value_enum, help_heading = "Learning")]
    boilerplate: Option<BoilerplateArg>,
    /// Leave training.parquet out of the model: no counts of the articles are kept, and it can't be re-trained
    #[arg(long, help_heading = "Learning")]
    without_training_data: bool,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    input: InputArgs,
    /// All chance comes from this number
    #[arg(long, default_value_t = 1, value_name = "N", help_heading = "Running")]
    seed: u64,
    /// Threads [default: one a core]; the results are the same on any number
    #[arg(long, value_name = "N", help_heading = "Running")]
    threads: Option<usize>,
    /// Print nothing but errors
    #[arg(long, short, help_heading = "Running")]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GroupArg {
    /// All articles of an outlet
    Outlet,
    /// All articles on a story
    Story,
    /// All articles of a month
    Month,
    /// Nothing: articles are parted at random
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FeatureArg {
    /// Words and pairs of words
    Word,
    /// Characters inside words
    Char,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum BoilerplateArg {
    /// Take it out, in training and in scoring
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
enum MultiClassArg {
    /// All in one softmax
    Multinomial,
    /// Each against the rest
    OneVsRest,
}

/// `1-2`, or `3` for `3-3`.
fn lengths(text: &str) -> std::result::Result<(usize, usize), String> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    match (min.trim().parse(), max.trim().parse()) {
        (Ok(min), Ok(max)) => Ok((min, max)),
        _ => Err("expected two numbers such as 1-2".to_owned()),
    }
}

impl TrainArgs {
    fn params(&self) -> TrainParams {
        let min_df = self.min_df;
        let mut blocks = Vec::new();
        if self.features.contains(&FeatureArg::Word) {
            blocks.push(Block { ngrams: self.ngrams, min_df, ..Block::WORDS });
        }
        if self.features.contains(&FeatureArg::Char) {
            blocks.push(Block { ngrams: self.char_ngrams, min_df, ..Block::CHARACTERS });
        }
        debug_assert!(blocks.windows(2).all(|b| b[0].kind < b[1].kind && b[0].kind == BlockKind::Word));
        TrainParams {
            recipe: Recipe {
                boilerplate: match (self.boilerplate, self.group) {
                    (Some(BoilerplateArg::Keep), _) | (None, Some(GroupArg::None)) => Boilerplate::Keep,
                    _ => Boilerplate::Remove,
                },
                blocks,
            },
            c: self.c,
            grouping: match self.group {
                None => Grouping::Auto,
                Some(GroupArg::Outlet) => Grouping::By(HeldOut::Outlet),
                Some(GroupArg::Story) => Grouping::By(HeldOut::Story),
                Some(GroupArg::Month) => Grouping::By(HeldOut::Month),
                Some(GroupArg::None) => Grouping::By(HeldOut::Random),
            },
            multi_class: match self.multi_class {
                MultiClassArg::Multinomial => MultiClass::Multinomial,
                MultiClassArg::OneVsRest => MultiClass::OneVsRest,
            },
            class_weight: match self.class_weight {
                ClassWeightArg::None => ClassWeight::None,
                ClassWeightArg::Balanced => ClassWeight::Balanced,
            },
            seed: self.seed,
        }
    }
}

/// Runs the command.
pub fn run(args: TrainArgs) -> Result<()> {
    match args.threads {
        None => train(&args),
        Some(threads) => super::with_threads(threads, || train(&args)),
    }
}

fn train(args: &TrainArgs) -> Result<()> {
    if args.group == Some(GroupArg::Story) && args.story.is_none() {
        return Err(Error::usage("--group story without a column of stories").help("name it with --story"));
    }
    artifact::check_place(&args.out)?;
    let columns = args.labels.columns(args.target.clone(), args.story.clone())?;
    let corpus = args.labels.open(&columns, &args.input, &args.inputs)?;
    let progress = Progress::new(args.quiet);
    let result = train::train(&corpus, &columns, &args.params(), &|stage, part| progress.report(stage.label(), part));
    progress.finish();
    let mut trained = result?;
    if args.without_training_data {
        trained.training = None;
    }
    let files = trained.write(&args.out)?;
    if args.quiet {
        return Ok(());
    }
    let mut text = model::summary(&trained.header);
    for warning in corpus.warnings() {
        text.push_str(&format!("warning: {warning}\n"));
    }
    super::print(&format!("{text}wrote {} to {}\n", files.join(", "), args.out.display()))
}
