//! `aslant clean`: the articles' own prose, and what was taken out by which rule.

use super::input::{InputArgs, noticed};
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
use serde::{Serialize, Serializer};
use std::fmt;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = args_doc::CLEAN_HELP)]
pub struct CleanArgs {
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// File for the cleaned articles, one JSON object per article; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Print what was removed from every article, and by which rule, even with --quiet; needs --out with a file
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
    text: Parts<'a>,
}

/// Parts of a text, parted by an empty line; written as they stand there, for a text may have many megabytes.
struct Parts<'a> {
    text: &'a str,
    parts: &'a [Range<usize>],
}

impl fmt::Display for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.parts.iter().enumerate() {
            let between = if i > 0 { "\n\n" } else { "" };
            write!(f, "{between}{}", &self.text[part.clone()])?;
        }
        Ok(())
    }
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
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
            .expected("a file for the cleaned articles, because --show prints to standard output")
            .help("add --out cleaned.jsonl, or leave --show out"));
    }
    args.input.reads(&args.inputs).check(&args.out)?;
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
            write(&mut out, &article, &prose)
        },
    )?;
    progress.finish();
    out.finish()?;
    if args.running.quiet || to_stdout {
        return Ok(());
    }
    super::print(&format!("{}{}wrote {}\n", report::clean::summary(&removals), noticed(&corpus), shown(&args.out)))
}

fn write(out: &mut Output, article: &Article, prose: &Prose) -> Result<()> {
    let line = Line {
        id: &article.id,
        outlet: article.outlet.as_deref(),
        date: article.date.map(|date| date.format("%Y-%m-%d").to_string()),
        title: article.title.as_deref(),
        url: article.url.as_deref(),
        author: article.author.as_deref(),
        language: article.language.as_deref(),
        text: Parts { text: &article.text, parts: &prose.paragraphs },
    };
    let (mut to, failed) = out.parts();
    serde_json::to_writer(&mut to, &line).map_err(Into::into).and_then(|()| to.write_all(b"\n")).map_err(failed)
}
