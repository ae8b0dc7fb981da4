//! `aslant report`.

use super::apart::Reads;
use super::output::Output;
use super::shown;
use crate::args_doc;
use aslant::error::{Error, Place, Result};
use aslant::report::{Owner, html};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::REPORT_HELP)]
pub struct ReportArgs {
    /// Folder that `aslant compare` has written
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// File for the page; - is standard output [default: report.html in the folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the command.
pub fn run(args: ReportArgs) -> Result<()> {
    if !args.folder.is_dir() {
        return Err(Error::usage("no such folder")
            .at(Place::file(&args.folder))
            .expected("a folder that `aslant compare` has written")
            .help("make one with `aslant compare … --out FOLDER`"));
    }
    Owner::Compare.check_source(&args.folder)?;
    let path = args.out.unwrap_or_else(|| args.folder.join("report.html"));
    Reads::articles(&[]).and_comparison(Some(&args.folder)).check(&path)?;
    let page = html::page(&args.folder)?;
    let mut out = Output::create(&path)?;
    out.write(page.as_bytes())?;
    out.finish()?;
    if args.quiet || path.as_os_str() == "-" {
        return Ok(());
    }
    super::print(&format!("wrote {}\n", shown(&path)))
}
