//! `aslant voice`: who speaks in every part of every article.

use super::input::InputArgs;
use super::output::Output;
use super::progress::Progress;
use super::running::RunArgs;
use aslant::corpus::{Article, Pass, Progress as Reading};
use aslant::error::{Error, Result};
use aslant::text::clean::keep_all;
use aslant::text::{CharOffsets, Document};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct VoiceArgs {
    /// Files or folders with articles; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// File for the spans, one JSON object an article; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    running: RunArgs,
}

/// One line: an article's id and the spans that are not in the outlet's own voice.
#[derive(Serialize)]
struct Line {
    id: String,
    spans: Vec<Span>,
}

/// Characters of the text as it was given, without the quotation marks.
#[derive(Serialize)]
struct Span {
    start: usize,
    end: usize,
    voice: &'static str,
    speaker: Option<String>,
}

/// Runs the command.
pub fn run(args: VoiceArgs) -> Result<()> {
    args.running.run(|| voice(&args))
}

fn voice(args: &VoiceArgs) -> Result<()> {
    let corpus = args.input.open(&args.inputs)?;
    let progress = Progress::new(args.running.quiet);
    let checking = |p: Reading| progress.report("checking the articles", p.part());
    corpus.survey(Pass::new().progress(&checking), drop, |_, ()| Ok(()))?;
    let mut out = Output::create(&args.out)?;
    corpus.for_each(
        Pass::new().progress(&|p| progress.report("telling the voices apart", p.part())),
        |_, article| spans(article),
        |_, line: Line| {
            let mut json = serde_json::to_vec(&line).map_err(|e| Error::io(&args.out, e.into()))?;
            json.push(b'\n');
            out.write(&json)
        },
    )?;
    progress.finish();
    out.finish()
}

fn spans(article: Article) -> Line {
    let document = Document::new(&article.text, keep_all(&article.text));
    let mut offsets = CharOffsets::new(&article.text);
    let span = |span: &aslant::text::VoiceSpan| Span {
        start: offsets.at(span.range.start),
        end: offsets.at(span.range.end),
        voice: span.voice.name(),
        speaker: span.speaker.clone().map(|s| article.text[s].to_owned()),
    };
    let spans = document.voices.iter().map(span).collect();
    Line { id: article.id, spans }
}
