//! `aslant man`: the manual pages, made from the help.

use super::Cli;
use super::shown;
use crate::args_doc;
use aslant::error::{Error, Place, Result};
use aslant::report::counted;
use clap::{Args, CommandFactory};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = args_doc::MAN_HELP)]
pub struct ManArgs {
    /// Folder for the pages: aslant.1, and one for every command
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: ManArgs) -> Result<()> {
    if args.out.exists() && !args.out.is_dir() {
        return Err(Error::usage("--out names a file")
            .at(Place::file(&args.out))
            .expected("a folder, or a name that is free")
            .help("choose another name"));
    }
    std::fs::create_dir_all(&args.out).map_err(|e| Error::io(&args.out, e))?;
    let mut program = Cli::command();
    program.build();
    let mut pages = 0;
    write(&program, "aslant".to_owned(), &args.out, &mut pages)?;
    super::print(&format!("wrote {} to {}\n", counted(pages, "page", "pages"), shown(&args.out)))
}

/// The page of a command, and of those below it.
fn write(command: &clap::Command, name: String, out: &std::path::Path, pages: &mut u64) -> Result<()> {
    for below in command.get_subcommands().filter(|c| c.get_name() != "help" && !c.is_hide_set()) {
        write(below, format!("{name}-{}", below.get_name()), out, pages)?;
    }
    let path = out.join(format!("{name}.1"));
    let mut bytes = Vec::new();
    let version = env!("CARGO_PKG_VERSION");
    let command = command.clone().display_name(name.clone()).version(version).disable_help_subcommand(true);
    let page =
        clap_mangen::Man::new(command).title(name.to_uppercase()).source(format!("aslant {version}")).manual("aslant");
    page.render(&mut bytes).map_err(|e| Error::io(&path, e))?;
    std::fs::write(&path, bytes).map_err(|e| Error::io(&path, e))?;
    *pages += 1;
    Ok(())
}
