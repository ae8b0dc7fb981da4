//! `aslant clean`: the articles' own prose, and what was taken out by which rule.

use super::input::{InputArgs, check_apart, noticed};
use super::output::Output;
use super::progress::Progress;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::corpus::{Article, Pass};
use aslant::error::{Error, Result};
use aslant::report;
use aslant::text::clean::{Cleaner, Known, Prose, removals::Removals};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = args_doc::CLEAN_HELP)]
pub struct CleanArgs {
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// File for the cleaned articles, one JSON object an article; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Print what was taken out of every article, and by which rule, even with --quiet; needs --out with a
    /// file
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    running: RunArgs,
}

/// One line: what was known of the article, and its prose, paragraphs parted by an empty line.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    text: String,
}

/// Runs the command.
pub fn run(args: CleanArgs) -> Result<()> {
    args.running.run(|| clean(&args))
}

fn clean(args: &CleanArgs) -> Result<()> {
    let to_stdout = args.out == Path::new("-");
    if args.show && to_stdout {
        return Err(Error::usage("two things for standard output")
            .found("--show without --out")
            .expected("a file for the cleaned articles beside what --show prints")
            .help("add --out cleaned.jsonl, or leave --show out"));
    }
    check_apart(&args.inputs, &args.out)?;
    let mut out = Output::create(&args.out)?;
    let corpus = args.input.open(&args.inputs)?;
    let progress = Progress::new(args.running.quiet || args.show);
    let (_, cleaner) = Cleaner::learn(&corpus, &|p| progress.report("checking the articles", p.part()))?;
    let mut removals = Removals::default();
    corpus.for_each(
        Pass::new().progress(&|p| progress.report("cleaning", p.part())),
        |_, article| {
            let prose = cleaner.clean(&article.text, Known::of(&article));
            (article, prose)
        },
        |_, (article, prose): (Article, Prose)| {
            removals.add(article.outlet.as_deref(), &article.text, &prose);
            if args.show {
                super::print(&report::clean::article(&article.id, &article.text, &prose))?;
            }
            out.write(&json(&article, &prose).map_err(|e| Error::io(&args.out, e.into()))?)
        },
    )?;
    progress.finish();
    out.finish()?;
    if args.running.quiet || to_stdout {
        return Ok(());
    }
    super::print(&format!("{}{}wrote {}\n", report::clean::summary(&removals), noticed(&corpus), shown(&args.out)))
}

fn json(article: &Article, prose: &Prose) -> serde_json::Result<Vec<u8>> {
    let paragraphs: Vec<&str> = prose.paragraphs.iter().map(|range| &article.text[range.clone()]).collect();
    let mut json = serde_json::to_vec(&Line {
        id: &article.id,
        outlet: article.outlet.as_deref(),
        date: article.date.map(|date| date.format("%Y-%m-%d").to_string()),
        title: article.title.as_deref(),
        url: article.url.as_deref(),
        author: article.author.as_deref(),
        language: article.language.as_deref(),
        text: paragraphs.join("\n\n"),
    })?;
    json.push(b'\n');
    Ok(json)
}
