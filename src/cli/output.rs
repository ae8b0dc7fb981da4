//! Where results go: one output file, written beside and renamed at the end, or standard output; and the formats of
//! tables.

use aslant::claim::Claim;
use aslant::error::{Error, Result};
use aslant::report::Format;
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct FormatArgs {
    /// Formats of the tables; CSV is always written, because report.html is made from it
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "FORMAT,…",
        default_value = "csv",
        help_heading = "Running"
    )]
    format: Vec<FormatArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatArg {
    /// For spreadsheets and everything else; six decimals
    Csv,
    /// With types and all digits, for pandas, polars, R, DuckDB and Spark
    Parquet,
    /// JSON lines (.jsonl), one object per row, with all digits
    Json,
}

impl FormatArgs {
    /// The formats that were asked for.
    pub fn formats(&self) -> Vec<Format> {
        let format = |arg: &FormatArg| match arg {
            FormatArg::Csv => Format::Csv,
            FormatArg::Parquet => Format::Parquet,
            FormatArg::Json => Format::JsonLines,
        };
        self.format.iter().map(format).collect()
    }
}

/// Where results go.
pub struct Output {
    name: PathBuf,
    to: BufWriter<Box<dyn Write>>,
    claim: Option<Claim>,
}

impl Output {
    /// A file that appears when it is whole, standard output for `-`, or what can't be replaced: a device, a pipe.
    pub fn create(path: &Path) -> Result<Self> {
        let (name, claim) = match () {
            () if path == Path::new("-") => (Path::new("standard output"), None),
            () if path.exists() && !path.is_file() && !path.is_dir() => (path, None),
            () => (path, Some(Claim::file(path)?)),
        };
        let opened: std::io::Result<Box<dyn Write>> = match &claim {
            Some(claim) => File::create(claim.path()).map(|file| Box::new(file) as _),
            None if path == Path::new("-") => Ok(super::screen::standard_output()),
            None => File::options().write(true).open(path).map(|file| Box::new(file) as _),
        };
        let to = BufWriter::with_capacity(1 << 16, opened.map_err(|e| Error::io(name, e))?);
        Ok(Output { name: name.to_owned(), to, claim })
    }

    /// Writes some bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.to.write_all(bytes).map_err(|e| failed(&self.name, self.claim.as_ref(), e))
    }

    /// Puts the file in its place.
    pub fn finish(mut self) -> Result<()> {
        self.to.flush().map_err(|e| failed(&self.name, self.claim.as_ref(), e))?;
        self.claim.map_or(Ok(()), Claim::finish)
    }

    /// For those who write bytes themselves: where they go, and what an error of it is.
    pub fn parts(&mut self) -> (&mut impl Write, impl Fn(std::io::Error) -> Error) {
        let (name, claim) = (&self.name, self.claim.as_ref());
        (&mut self.to, move |e| failed(name, claim, e))
    }
}

fn failed(name: &Path, claim: Option<&Claim>, error: std::io::Error) -> Error {
    match claim {
        Some(claim) => claim.told(Error::io(claim.path(), error)),
        None => Error::io(name, error),
    }
}
