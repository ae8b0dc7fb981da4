//! Where results go: one output file, written beside and renamed at the end, or standard output; and the formats of
//! tables.

use aslant::error::{Error, Result};
use aslant::report::Format;
use clap::{Args, ValueEnum};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

#[derive(Debug, Args)]
pub struct FormatArgs {
    /// Formats of the tables; CSV is always written, for report.html is made of it
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
    /// JSON lines (.jsonl), an object a row, with all digits
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
    path: PathBuf,
    to: To,
}

enum To {
    Stdout(BufWriter<std::io::Stdout>),
    File(BufWriter<NamedTempFile>),
}

impl Output {
    /// A file that appears when it is whole, or standard output for `-`.
    pub fn create(path: &Path) -> Result<Self> {
        let to = if path == Path::new("-") {
            To::Stdout(BufWriter::new(std::io::stdout()))
        } else {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let failed = |e| Error::io(folder, e).help("--out names a file in a folder that is there");
            let mut builder = tempfile::Builder::new();
            builder.prefix(".aslant-");
            #[cfg(unix)]
            {
                // Temporary files are private unless told otherwise; results are as open as any other file.
                use std::os::unix::fs::PermissionsExt;
                builder.permissions(std::fs::Permissions::from_mode(0o666));
            }
            let file = builder.tempfile_in(folder).map_err(failed)?;
            To::File(BufWriter::with_capacity(1 << 16, file))
        };
        Ok(Output { path: path.to_owned(), to })
    }

    /// Writes some bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.to {
            To::Stdout(out) => out.write_all(bytes),
            To::File(file) => file.write_all(bytes),
        };
        written.map_err(|e| Error::io(&self.path, e))
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        match self.to {
            To::Stdout(mut out) => out.flush().map_err(|e| Error::io(&path, e)),
            To::File(file) => {
                let file = file.into_inner().map_err(|e| Error::io(&path, e.into_error()))?;
                file.persist(&path).map(drop).map_err(|e| Error::io(&path, e.error))
            }
        }
    }
}
