//! `aslant explain`.

use super::input::InputArgs;
use super::output::Output;
use super::running::RunArgs;
use super::shown;
use crate::args_doc;
use aslant::corpus::{Article, Corpus, Pass};
use aslant::error::{Error, Place, Result};
use aslant::model::Model;
use aslant::model::explain::{Explanation, explain};
use aslant::model::score::Scorer;
use aslant::report::explanation::{self, ExplanationWriter};
use clap::Args;
use std::cell::Cell;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::EXPLAIN_HELP)]
pub struct ExplainArgs {
    /// The model's folder, made by `aslant train`
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Files or folders with articles (text, HTML, CSV, JSON lines, Parquet, Arrow; .gz and .zst too); - is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Only the article with this id
    #[arg(long, value_name = "ID")]
    article: Option<String>,
    /// Explain this label [default: the one the model predicts]
    #[arg(long, value_name = "LABEL")]
    class: Option<String>,
    /// File for every term and its places (CSV); - is standard output, and then nothing else is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Column of the target, for a model with targets
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    running: RunArgs,
}

/// Runs the command.
pub fn run(args: ExplainArgs) -> Result<()> {
    args.running.run(|| explain_all(&args))
}

/// The index of the label that was asked for.
fn class(args: &ExplainArgs, scorer: &Scorer) -> Result<Option<usize>> {
    let Some(wanted) = &args.class else { return Ok(None) };
    scorer.classes().binary_search(wanted).map(Some).map_err(|_| {
        Error::usage("a label that the model doesn't have")
            .at(Place::file(&args.model))
            .found(format!("--class {wanted}"))
            .expected(format!("one of {}", scorer.classes().join(", ")))
    })
}

fn is_wanted(article: &Article, id: Option<&str>) -> bool {
    id.is_none_or(|id| id == article.id)
}

/// Whether the article that was asked for is there.
fn check_article(corpus: &Corpus, id: Option<&str>) -> Result<()> {
    let found = Cell::new(false);
    corpus.survey(
        Pass::new(),
        |article| is_wanted(&article, id),
        |_, is| {
            found.set(found.get() | is);
            Ok(())
        },
    )?;
    match id.filter(|_| !found.get()) {
        None => Ok(()),
        Some(id) => Err(Error::data("no article with this id")
            .found(format!("--article {id}"))
            .help("look for it in the column of ids; --id names that column")),
    }
}

fn explain_all(args: &ExplainArgs) -> Result<()> {
    let scorer = Scorer::new(Model::read(&args.model)?);
    super::score::check_target(args.target.as_deref(), &args.model, &scorer)?;
    let class = class(args, &scorer)?;
    let reads = args.input.reads(&args.inputs).and_model(Some(&args.model));
    args.out.iter().try_for_each(|out| reads.check(out))?;
    let mut output = args.out.as_deref().map(Output::create).transpose()?;
    let corpus = args.input.open_with(&args.inputs, args.target.iter().cloned().collect())?;
    check_article(&corpus, args.article.as_deref())?;
    let to_stdout = args.out.as_deref().is_some_and(|out| out == std::path::Path::new("-"));
    let is_hashed = scorer.model().header.recipe.is_hashed();
    let mut table = ExplanationWriter::new(Vec::new(), is_hashed).map_err(|e| Error::io("standard output", e))?;
    let colour = super::colour();
    let print = |text: &str| if args.running.quiet || to_stdout { Ok(()) } else { super::print(text) };
    print(&explanation::legend(colour, is_hashed))?;
    let classes = scorer.classes();
    corpus.for_each(
        Pass::new(),
        |_, article| {
            if !is_wanted(&article, args.article.as_deref()) {
                return Ok(None);
            }
            let target = article.extra.first().map_or("", |target| target.trim());
            let explained = explain(&scorer, &article, target, class)?;
            Ok(Some((article, explained)))
        },
        |_, explained: Result<Option<(Article, Option<Explanation>)>>| {
            let Some((article, explained)) = explained? else { return Ok(()) };
            let Some(explained) = explained else {
                return print(&format!(
                    "{}: unknown target, or not a label of its target\n",
                    aslant::report::terminal::printable(&article.id)
                ));
            };
            print(&explanation::text(&article.id, &article.text, &explained, classes, colour))?;
            if let Some(output) = &mut output {
                table.write(&article.id, &article.text, &explained, classes).map_err(|e| Error::io("memory", e))?;
                output.write(&table.take().map_err(|e| Error::io("memory", e))?)?;
            }
            Ok(())
        },
    )?;
    match output {
        Some(mut output) => {
            output.write(&table.take().map_err(|e| Error::io("memory", e))?)?;
            output.finish()?;
            match &args.out {
                Some(out) => print(&format!("wrote {}\n", shown(out))),
                None => Ok(()),
            }
        }
        None => Ok(()),
    }
}
