//! `aslant tally`: articles as counts, without their texts.

use super::counting::VoiceArg;
use super::input::{InputArgs, late};
use super::output::Output;
use super::progress::Progress;
use super::running::RunArgs;
use super::train::{FeatureArg, lengths};
use crate::args_doc;
use aslant::compare::tallies::{self, Settings, Tallies};
use aslant::compare::{Boilerplate, Stage};
use aslant::cues::Lexicon;
use aslant::error::{Error, Place, Result};
use aslant::model::recipe::{Asked, Block, BlockKind};
use aslant::report::counted;
use aslant::stop::Stop;
use aslant::tally::format::{self, Detail, Header, LexiconFile, Particular, are_tallies};
use aslant::text::clean::LineSurvey;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = args_doc::TALLY_HELP)]
pub struct TallyArgs {
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard
    /// input. Or folders made with --detail ordered, to combine into one tally
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Cue lexicon, for `aslant compare`: TOML, quanteda's YAML (.yml) or LIWC's .dic; may be given more than once
    #[arg(long, value_name = "FILE")]
    cues: Vec<PathBuf>,
    /// Folder for the tally; an existing tally is replaced
    #[arg(long, value_name = "FOLDER", required_unless_present = "survey_out")]
    out: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
    /// Whose words keywords.csv will be made from; cues are counted in all voices
    #[arg(long, value_enum, default_value_t = VoiceArg::Own, help_heading = "Counting")]
    voice: VoiceArg,
    /// Count menus, captions, disclaimers and other boilerplate too
    #[arg(long, help_heading = "Counting")]
    keep_boilerplate: bool,
    /// Other columns to keep, for --by, --target and --story; the tally has them as they are
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', help_heading = "Keeping")]
    columns: Vec<String>,
    /// Keep this column, and the counts that `aslant train --label COLUMN` learns from
    #[arg(long, value_name = "COLUMN", help_heading = "Keeping")]
    label: Option<String>,
    /// What `aslant train` may learn from [default: word,written]
    #[arg(long, value_enum, value_delimiter = ',', requires = "label", help_heading = "Keeping")]
    features: Vec<FeatureArg>,
    /// Lengths of n-grams of words, shortest and longest [default: 1-2]
    #[arg(long, value_name = "MIN-MAX", value_parser = lengths, requires = "label", help_heading = "Keeping")]
    ngrams: Option<(usize, usize)>,
    /// Lengths of n-grams of characters [default: 2-5]
    #[arg(long, value_name = "MIN-MAX", value_parser = lengths, requires = "label", help_heading = "Keeping")]
    char_ngrams: Option<(usize, usize)>,
    /// What to leave out
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT,…", help_heading = "Keeping")]
    omit: Vec<OmitArg>,
    /// How much of the texts to keep
    #[arg(long, value_enum, default_value_t = DetailArg::Counts, help_heading = "Keeping")]
    detail: DetailArg,
    /// Only learn which lines repeat, and write them to this file: for a corpus that is counted in parts
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "survey", "detail"], help_heading = "In parts")]
    survey_out: Option<PathBuf>,
    /// Files of repeated lines to use, one for each part of the corpus
    #[arg(long, value_name = "FILE", help_heading = "In parts")]
    survey: Vec<PathBuf>,
    #[command(flatten)]
    running: RunArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OmitArg {
    /// The headline
    Title,
    /// The address
    Url,
    /// Who wrote it
    Author,
    /// Who is quoted or reported with a cue: speakers.csv stays empty
    Speakers,
    /// The sentences with a cue, as numbers without names: there are no expected shares
    Contexts,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DetailArg {
    /// Counts, without the order of words
    Counts,
    /// The words in their order, for parts to be combined: not for people who may not have the texts
    Ordered,
}

impl TallyArgs {
    fn settings(&self) -> Settings {
        let mut columns = self.columns.clone();
        columns.extend(self.label.iter().filter(|label| !self.columns.contains(label)).cloned());
        let omit = |what: &OmitArg| match what {
            OmitArg::Title => Particular::Title,
            OmitArg::Url => Particular::Url,
            OmitArg::Author => Particular::Author,
            OmitArg::Speakers => Particular::Speakers,
            OmitArg::Contexts => Particular::Contexts,
        };
        let mut omit: Vec<Particular> = self.omit.iter().map(omit).collect();
        omit.sort_unstable();
        omit.dedup();
        Settings {
            voice: self.voice.voices(),
            boilerplate: if self.keep_boilerplate { Boilerplate::Keep } else { Boilerplate::Remove },
            detail: match self.detail {
                DetailArg::Counts => Detail::Counts,
                DetailArg::Ordered => Detail::Ordered,
            },
            columns,
            omit,
            features: if self.label.is_some() { self.blocks() } else { Vec::new() },
        }
    }

    fn blocks(&self) -> Vec<Block> {
        let asked = |feature| match self.features.is_empty() {
            true => feature != FeatureArg::Char,
            false => self.features.contains(&feature),
        };
        let with =
            |ngrams: Option<(usize, usize)>, block: Block| Block { ngrams: ngrams.unwrap_or(block.ngrams), ..block };
        let all = [
            (FeatureArg::Word, with(self.ngrams, Block::WORDS)),
            (FeatureArg::Written, with(self.ngrams, Block::WRITTEN)),
            (FeatureArg::Char, with(self.char_ngrams, Block::CHARACTERS)),
        ];
        debug_assert!(all.windows(2).all(|two| two[0].1.kind < two[1].1.kind) && all[2].1.kind == BlockKind::Char);
        all.into_iter().filter(|(feature, _)| asked(*feature)).map(|(_, block)| block).collect()
    }

    /// The lexicons, read and checked.
    fn lexicons(&self) -> Result<Vec<LexiconFile>> {
        Lexicon::read(&self.cues)?;
        let file = |path: &PathBuf| {
            let name =
                path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
            Ok(LexiconFile { name, text: Lexicon::load(path)? })
        };
        self.cues.iter().map(file).collect()
    }

    /// The repeated lines of all parts; `None` where those of the articles at hand are to be learnt.
    fn survey(&self) -> Result<Option<LineSurvey>> {
        let mut all: Option<LineSurvey> = None;
        for path in &self.survey {
            let bytes = std::fs::read(path).map_err(|e| match e.kind() {
                std::io::ErrorKind::NotFound => Error::usage("no such survey")
                    .at(Place::file(path))
                    .help("make it with `aslant tally … --survey-out`, from the articles of that part"),
                _ => Error::io(path, e),
            })?;
            let part = LineSurvey::from_bytes(&bytes).ok_or_else(|| {
                Error::data("no survey of lines")
                    .at(Place::file(path))
                    .expected("a file that `aslant tally … --survey-out` wrote")
                    .help("make it again from the articles of that part")
            })?;
            match &mut all {
                Some(all) => all.merge(part),
                None => all = Some(part),
            }
        }
        Ok(all)
    }
}

/// Runs the command.
pub fn run(args: TallyArgs) -> Result<()> {
    args.running.run(|| tally(&args))
}

fn tally(args: &TallyArgs) -> Result<()> {
    let settings = args.settings();
    let kinds = args.features.iter().map(|feature| feature.kind()).collect();
    Asked { kinds, ngrams: args.ngrams, char_ngrams: args.char_ngrams, ..Asked::default() }.check()?;
    for block in &settings.features {
        let limit = if block.kind == BlockKind::Char { 16 } else { 8 };
        let (min, max) = block.ngrams;
        if min < 1 || min > max || max > limit {
            return Err(Error::usage("impossible lengths of n-grams")
                .found(format!("{min}-{max}"))
                .expected(format!("from 1 to {limit}, the shortest first")));
        }
    }
    let reads = args.input.reads(&args.inputs).and("the lexicon", &args.cues).and("the survey", &args.survey);
    args.out.iter().chain(&args.survey_out).try_for_each(|out| reads.check(out))?;
    let progress = Progress::new(args.running.quiet);
    let Some(out) = &args.out else { return survey(args, progress) };
    if are_tallies(&args.inputs)? {
        return of_parts(args, out, progress);
    }
    if args.cues.is_empty() && args.label.is_none() {
        // Inputs that aren't there may have been meant for parts.
        args.input.open(&args.inputs)?;
        return Err(Error::usage("nothing to count")
            .expected("--cues FILE for `aslant compare`, --label COLUMN for `aslant train`, or both")
            .help("lexicons that come with aslant are in seeds/cues/"));
    }
    format::check_place(out)?;
    let (lexicons, lines) = (args.lexicons()?, args.survey()?);
    let corpus = args.input.open_with(&args.inputs, settings.columns.clone())?;
    let tell = |stage: Stage, part: f64| progress.report(stage.label(), part);
    let result = tallies::tally(&corpus, &lexicons, &settings, lines, out, &tell);
    progress.finish();
    print(&result?, &late(&corpus), args, out)
}

/// Puts parts together.
fn of_parts(args: &TallyArgs, out: &Path, progress: Progress) -> Result<()> {
    args.input.check_unused()?;
    let given = args.settings().given(args.label.as_deref(), !args.cues.is_empty());
    if let Some(name) = given.or((!args.survey.is_empty()).then_some("survey")) {
        let name = format!("--{}", name.replace('_', "-"));
        return Err(Error::usage("an option that needs the articles")
            .at(Place::file(&args.inputs[0]))
            .found(&name)
            .expected("parts are combined as they were counted")
            .help(format!("leave {name} out")));
    }
    format::check_place(out)?;
    let tell = |stage: Stage, part: f64| progress.report(stage.label(), part);
    let result = Tallies::open(&args.inputs).and_then(|parts| tallies::of_parts(&parts, out, &Stop::new(), &tell));
    progress.finish();
    print(&result?, "", args, out)
}

fn print(header: &Header, late: &str, args: &TallyArgs, out: &Path) -> Result<()> {
    if args.running.quiet { Ok(()) } else { super::print(&summary(header, late, out)) }
}

fn summary(header: &Header, late: &str, out: &Path) -> String {
    let mut text = format!("{}\n", counted(header.articles, "article", "articles"));
    for file in &header.files {
        text.push_str(&format!("  {} {}\n", file.name, counted(file.bytes, "byte", "bytes")));
    }
    if header.detail == Detail::Ordered {
        text.push_str("it has the words in their order: not for people who may not have the texts\n");
    }
    for warning in &header.warnings {
        text.push_str(&format!("note: {}\n", super::lines(warning)));
    }
    text.push_str(&format!("{late}wrote {}\n", super::shown(out)));
    text
}

/// Learns which lines repeat.
fn survey(args: &TallyArgs, progress: Progress) -> Result<()> {
    let Some(path) = &args.survey_out else { return Ok(()) };
    if let Some(name) = args.settings().given(args.label.as_deref(), !args.cues.is_empty()) {
        let name = format!("--{}", name.replace('_', "-"));
        return Err(Error::usage("an option that a survey can't use")
            .found(&name)
            .expected("--survey-out alone: it learns which lines repeat, and nothing is counted")
            .help(format!("give {name} to the run that counts, with --survey")));
    }
    let mut out = Output::create(path)?;
    let corpus = args.input.open(&args.inputs)?;
    let result = LineSurvey::learn(&corpus, &|p| progress.report(Stage::Checking.label(), p.part()));
    progress.finish();
    let (surveyed, lines) = result?;
    out.write(&lines.to_bytes().map_err(|e| Error::io(path, e))?)?;
    out.finish()?;
    if args.running.quiet || path == Path::new("-") {
        return Ok(());
    }
    let articles = counted(surveyed.articles as u64, "article", "articles");
    super::print(&format!("lines of {articles}\nwrote {}\n", super::shown(path)))
}
