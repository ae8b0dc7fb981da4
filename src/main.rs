//! The program `aslant`: arguments → command → exit code.

mod args_doc;
mod cli;

use aslant::error::Error;
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

/// Returns unused memory to the system. With short articles the program needs a quarter less memory than with the
/// system's allocator, and less time (benches/README.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[allow(clippy::print_stderr)]
fn main() -> ExitCode {
    cli::interrupt::handle();
    aslant::guarded::quiet();
    match run() {
        Ok(code) => code,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", cli::fitted_error(&format!("error: {}", cli::lines(&error.to_string()))));
            ExitCode::from(error.exit_code())
        }
    }
}

fn run() -> Result<ExitCode, Error> {
    let (arguments, config) = cli::config::expand(std::env::args_os().collect(), &cli::Cli::command())?;
    match cli::Cli::try_parse_from(arguments) {
        Ok(cli) => cli.run(config).map(|()| ExitCode::SUCCESS),
        Err(error) => Ok(cli::refused(error, config.as_ref())),
    }
}
