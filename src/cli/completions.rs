//! `aslant completions`: what makes a shell complete commands and options.

use super::Cli;
use crate::args_doc;
use aslant::error::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Debug, Args)]
#[command(after_help = args_doc::COMPLETIONS_HELP)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub fn run(args: CompletionsArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "aslant", &mut script);
    super::print_whole(&script)
}
