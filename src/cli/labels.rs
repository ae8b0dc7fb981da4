//! The arguments that say where labels stand: the same for every command that reads labelled articles.

use aslant::corpus::labels::{LabelFormat, LabelOptions};
use aslant::error::Result;
use aslant::model::annotated::LabelMap;
use aslant::model::labelled::Columns;
use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "Labels")]
pub struct LabelArgs {
    /// Column of the labels, any set of them; in Label Studio the name of the control
    #[arg(long, required = true, value_name = "COLUMN")]
    label: String,
    /// How the labels are written: in a column, or as an export of an annotation program
    #[arg(long, value_name = "FORMAT", default_value = "auto",
        value_parser = ["auto", "column", "label-studio", "doccano", "prodigy"])]
    labels: String,
    /// Column of the annotator: an article then has one row per annotator, and gets the label that most gave
    #[arg(long, value_name = "COLUMN")]
    annotator: Option<String>,
    /// Rename a label, or leave it out with nothing after the =; may be given several times
    #[arg(long, value_name = "OLD=NEW")]
    label_map: Vec<String>,
}

impl LabelArgs {
    /// The columns of labels, of this target and this story.
    pub fn columns(&self, target: Option<String>, story: Option<String>) -> Result<Columns> {
        Ok(Columns { label: self.label.clone(), target, story, label_map: LabelMap::parse(&self.label_map)? })
    }

    /// Where the labels stand and how they are written.
    pub fn options(&self, columns: &Columns) -> Result<LabelOptions> {
        Ok(columns.labels(self.annotator.clone(), LabelFormat::from_name(&self.labels)?))
    }

    /// Opens the corpus with these columns.
    pub fn open(
        &self,
        columns: &Columns,
        input: &super::input::InputArgs,
        inputs: &[std::path::PathBuf],
    ) -> Result<aslant::corpus::Corpus> {
        input.open_labelled(inputs, columns.extra(), Some(self.options(columns)?))
    }
}
