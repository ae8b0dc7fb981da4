//! The arguments that say what is to be read: the same for every command that reads articles.

use super::apart::Reads;
use aslant::corpus::labels::LabelOptions;
use aslant::corpus::{self, BadRows, ColumnNames, Corpus, DateOrder, Format, Input, ReadOptions};
use aslant::error::{Error, Result};
use aslant::tally::format;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub struct InputArgs {
    /// Manifest (CSV) with the outlet, date and title of every text file; columns file, outlet, date, title, …
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Column of the article's text [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Column of the outlet [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    outlet: Option<String>,
    /// Use a folder's name as the outlet of articles that don't name one: the folder directly below the one given,
    /// or, if several are given, each of these
    #[arg(long)]
    outlet_from_folder: bool,
    /// Column of the article's id [default: found by its name, or made from file and row]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Column of the date [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    date: Option<String>,
    /// Column of the title [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    title: Option<String>,
    /// Column of the author [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    author: Option<String>,
    /// Column of the web address [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    url: Option<String>,
    /// Column of the language's code [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    language: Option<String>,
    /// Encoding of the input, such as windows-1252 [default: detected]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Format of standard input, of files with an unknown extension and of .txt files [default: detected; .txt is
    /// text]
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "html", "csv", "tsv", "json", "jsonl", "parquet", "arrow"])]
    input_format: Option<String>,
    /// Whether 4/5/2017 is 5 April or 4 May
    #[arg(long, value_enum, default_value_t = DateOrderArg::Guess)]
    date_order: DateOrderArg,
    /// Leave out rows that can't be read, and count them
    #[arg(long)]
    skip_bad_rows: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DateOrderArg {
    /// Decided by the file's other dates (25/5/2017 or 5/25/2017), otherwise month first; day first with dots
    Guess,
    /// 4/5/2017 is 5 April
    MonthFirst,
    /// 4/5/2017 is 4 May
    DayFirst,
}

/// What is told of dates in the future: on the terminal alone, for results are the same on every day.
pub fn late(corpus: &Corpus) -> String {
    corpus.late_dates().map_or_else(String::new, |warning| format!("note: {}\n", super::lines(&warning.to_string())))
}

/// All that was odd about a corpus, a line or more each.
pub fn noticed(corpus: &Corpus) -> String {
    let warnings = corpus.warnings();
    warnings.iter().map(|w| format!("note: {}\n", super::lines(&w.to_string()))).chain([late(corpus)]).collect()
}

impl InputArgs {
    /// What is read, for those who must not write over it.
    pub fn reads<'a>(&'a self, inputs: &'a [PathBuf]) -> Reads<'a> {
        Reads::articles(inputs).and("the manifest", &self.manifest)
    }

    /// Refuses what says how articles are read: there are none to be read.
    pub fn check_unused(&self) -> Result<()> {
        match self.options()?.given().map(|name| format!("--{}", name.replace('_', "-"))) {
            Some(name) => Err(Error::usage("an option that needs the articles")
                .found(&name)
                .expected("tallies are read as they are")
                .help(format!("leave {name} out; it belongs to `aslant tally`"))),
            None => Ok(()),
        }
    }

    /// What becomes of bad rows.
    pub fn bad_rows(&self) -> BadRows {
        if self.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse }
    }

    /// Opens the corpus.
    pub fn open(&self, inputs: &[PathBuf]) -> Result<Corpus> {
        self.open_with(inputs, Vec::new())
    }

    /// Opens the corpus with these columns beside the others.
    pub fn open_with(&self, inputs: &[PathBuf], extra: Vec<String>) -> Result<Corpus> {
        self.open_labelled(inputs, extra, None)
    }

    /// Opens the corpus with these columns beside the others, and with these labels.
    pub fn open_labelled(
        &self,
        inputs: &[PathBuf],
        extra: Vec<String>,
        labels: Option<LabelOptions>,
    ) -> Result<Corpus> {
        format::check_articles(inputs)?;
        let mut options = self.options()?;
        options.inputs = inputs.iter().map(Input::from_argument).collect();
        options.columns.extra = extra;
        options.labels = labels;
        Corpus::open(options)
    }

    /// All that is said of how articles are read.
    fn options(&self) -> Result<ReadOptions> {
        Ok(ReadOptions {
            manifest: self.manifest.clone(),
            outlet_from_folder: self.outlet_from_folder,
            columns: ColumnNames {
                text: self.text.clone(),
                outlet: self.outlet.clone(),
                id: self.id.clone(),
                date: self.date.clone(),
                title: self.title.clone(),
                url: self.url.clone(),
                language: self.language.clone(),
                author: self.author.clone(),
                extra: Vec::new(),
            },
            encoding: self.encoding.as_deref().map(corpus::options::encoding).transpose()?,
            format: self.input_format.as_deref().map(Format::from_name).transpose()?,
            bad_rows: self.bad_rows(),
            today: Some(corpus::options::today()),
            date_order: match self.date_order {
                DateOrderArg::Guess => DateOrder::Guess,
                DateOrderArg::MonthFirst => DateOrder::MonthFirst,
                DateOrderArg::DayFirst => DateOrder::DayFirst,
            },
            ..ReadOptions::default()
        })
    }
}
