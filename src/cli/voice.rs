//! `aslant voice`: who speaks in every part of every article.

use super::input::InputArgs;
use super::output::Output;
use super::progress::Progress;
use super::running::RunArgs;
use crate::args_doc;
use aslant::corpus::{Article, Pass, Progress as Reading};
use aslant::error::{Error, Result};
use aslant::report::html::voices::{ArticleView, Voices};
use aslant::text::clean::keep_all;
use aslant::text::{CharOffsets, Document};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::VOICE_HELP)]
pub struct VoiceArgs {
    /// Files or folders with articles; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// File for the spans, one JSON object per article; - is standard output [default: -, and none with --html]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// HTML page that shows the articles with their voices in colour, as many as fit into 2 MB
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
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
    /// First character of what the text attributes the span to ("he", where the speaker is Mr Darwish), and the one
    /// behind it.
    mention: Option<(usize, usize)>,
}

/// Runs the command.
pub fn run(args: VoiceArgs) -> Result<()> {
    args.running.run(|| voice(&args))
}

fn voice(args: &VoiceArgs) -> Result<()> {
    let standard_output = args.html.is_none().then(|| PathBuf::from("-"));
    let path = args.out.clone().or(standard_output);
    let reads = args.input.reads(&args.inputs);
    path.iter().chain(&args.html).try_for_each(|out| reads.check(out))?;
    let mut out = path.as_deref().map(Output::create).transpose()?;
    let mut page = args.html.as_deref().map(Output::create).transpose()?;
    let corpus = args.input.open(&args.inputs)?;
    let progress = Progress::new(args.running.quiet);
    let checking = |p: Reading| progress.report("checking the articles", p.part());
    corpus.survey(Pass::new().progress(&checking), drop, |_, ()| Ok(()))?;
    let mut shown = Voices::default();
    let wanted = page.is_some();
    corpus.for_each(
        Pass::new().progress(&|p| progress.report("telling the voices apart", p.part())),
        |_, article| {
            let document = Document::new(&article.text, keep_all(&article.text));
            let view = wanted.then(|| ArticleView::new(&article, &document));
            (line(&article, &document), view)
        },
        |_, (line, view): (Line, Option<ArticleView>)| {
            view.into_iter().for_each(|view| shown.push(view));
            let Some(out) = &mut out else { return Ok(()) };
            let mut json = serde_json::to_vec(&line).map_err(|e| Error::io("spans", e.into()))?;
            json.push(b'\n');
            out.write(&json)
        },
    )?;
    progress.finish();
    if let Some(page) = &mut page {
        page.write(shown.page()?.as_bytes())?;
    }
    out.into_iter().chain(page).try_for_each(Output::finish)
}

fn line(article: &Article, document: &Document<'_>) -> Line {
    let mut offsets = CharOffsets::with(document.text, &article.given);
    let mut spans: Vec<Span> = Vec::with_capacity(document.voices.len());
    for span in &document.voices {
        spans.push(Span {
            start: offsets.start(span.range.start),
            end: offsets.end(span.range.end),
            voice: span.voice.name(),
            speaker: span.speaker.clone().map(|s| document.text[s].to_owned()),
            mention: None,
        });
    }
    // Mentions stand before and behind their spans: counted apart, so that the text is walked once for the spans.
    for (span, found) in spans.iter_mut().zip(&document.voices) {
        span.mention = found.mention.clone().map(|m| (offsets.start(m.start), offsets.end(m.end)));
    }
    Line { id: article.id.clone(), spans }
}
