//! `aslant models`: what there is, what sets two apart, and the way back.

use super::shown;
use crate::args_doc;
use aslant::counted::{articles, counted};
use aslant::error::{Error, Place, Result};
use aslant::model::Model;
use aslant::model::artifact::versions;
use aslant::report::retrain::{self as report, Listed};
use aslant::report::{model, terminal::printable};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the models in a folder
    List(ListArgs),
    /// Show what a model was trained on, how well it does, and its earlier versions
    Show(ShowArgs),
    /// Compare two models: their scores, and the terms whose weights differ most
    Diff(DiffArgs),
    /// Restore an earlier version of a model; the current one is kept as a version
    Restore(RestoreArgs),
}

#[derive(Debug, Args)]
#[command(after_help = args_doc::LIST_HELP)]
pub struct ListArgs {
    /// Folder with models
    #[arg(value_name = "FOLDER", default_value = "models")]
    folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = args_doc::SHOW_HELP)]
pub struct ShowArgs {
    /// The model's folder
    #[arg(value_name = "MODEL")]
    model: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = args_doc::DIFF_HELP)]
pub struct DiffArgs {
    /// A model's folder
    #[arg(value_name = "A")]
    a: PathBuf,
    /// Another model's folder
    #[arg(value_name = "B")]
    b: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = args_doc::RESTORE_HELP)]
pub struct RestoreArgs {
    /// The model's folder
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Number of the version, as `aslant models show` lists it [default: the last]
    #[arg(value_name = "VERSION")]
    version: Option<u64>,
}

/// Runs the command.
pub fn run(command: ModelsCommand) -> Result<()> {
    match command {
        ModelsCommand::List(args) => list(&args.folder),
        ModelsCommand::Show(args) => show(&args.model),
        ModelsCommand::Diff(DiffArgs { a, b }) => {
            let [first, second] = [Model::read(&a)?, Model::read(&b)?];
            let [a, b] = [shown(&a), shown(&b)];
            super::print(&report::difference([&a, &b], [&first, &second]))
        }
        ModelsCommand::Restore(args) => {
            let (back, went) = versions::restore(&args.model, args.version)?;
            let went = went.map_or(String::new(), |n| format!("; the previous model is version {n}"));
            super::print(&format!("version {back} restored in {}{went}\n", shown(&args.model)))
        }
    }
}

fn list(folder: &Path) -> Result<()> {
    if !folder.is_dir() {
        return Err(Error::usage("no such folder")
            .at(Place::file(folder))
            .expected("a folder with models in it")
            .help("make a model there with `aslant train`"));
    }
    // A model's own folder has one.
    let is_one = Model::is_there(folder);
    let paths = if is_one { vec![folder.to_owned()] } else { inside(folder)? };
    let mut models = Vec::new();
    for path in &paths {
        // `.` has a name, too.
        let whole = path.canonicalize().unwrap_or_else(|_| path.clone());
        let name = whole.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        models.push(Listed::new(&name, &Model::read_header(path)?, versions::numbers(path)?.len()));
    }
    if models.is_empty() {
        return super::print(&format!("no models in {}\n", shown(folder)));
    }
    let more = match is_one {
        true => format!("{0} is itself a model: `aslant models show {0}` says more\n", shown(folder)),
        false => String::new(),
    };
    super::print(&format!("{}{more}", report::list(&models)))
}

/// The models in a folder, by name.
fn inside(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::io(folder, e))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| Model::is_there(p)).collect();
    paths.sort_unstable();
    Ok(paths)
}

fn show(path: &Path) -> Result<()> {
    let header = Model::read_header(path)?;
    let mut text = model::summary(&header);
    for input in &header.inputs {
        text.push_str(&format!("trained on {}, {}\n", printable(&input.name), counted(input.bytes, "byte", "bytes")));
    }
    text.push_str(match header.training.is_empty() {
        true => "without its training data: it can't be re-trained\n",
        false => "with its training data\n",
    });
    for version in versions::numbers(path)? {
        let old = Model::read_header(&versions::folder(path, version))?;
        let number: usize = old.models.iter().map(|part| part.n_articles()).sum();
        let articles = articles(number);
        text.push_str(&format!("version {version}: {articles}, by aslant {}\n", printable(&old.aslant)));
    }
    super::print(&text)
}
