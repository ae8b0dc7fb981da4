//! The arguments that say how a command runs: the same for every command that reads articles.

use aslant::error::{Error, Result};
use clap::Args;

/// More threads than any machine has use for: a number that was meant otherwise.
const MOST_THREADS: usize = 512;

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Number of threads [default: one per core]; the results are the same for any number
    #[arg(long, value_name = "N", value_parser = super::numbers::whole::<usize>, help_heading = "Running")]
    threads: Option<usize>,
    /// Print nothing but errors
    #[arg(long, short, help_heading = "Running")]
    pub quiet: bool,
}

impl RunArgs {
    /// Runs something on as many threads as were asked for.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        let Some(threads) = self.threads else { return work() };
        if threads > MOST_THREADS {
            return Err(Error::usage("too many threads")
                .found(format!("--threads {threads}"))
                .expected(format!("at most {MOST_THREADS}"))
                .help("more threads than cores make it slower; leave --threads out to use all cores"));
        }
        if threads == 0 {
            return Err(Error::usage("no threads")
                .found("--threads 0")
                .expected("1 or more")
                .help("leave --threads out to use all cores"));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|e| {
            Error::usage("threads could not be started").found(e.to_string()).help("use fewer with --threads")
        })?;
        pool.install(work)
    }
}
