//! Models as text and tables: what `aslant train` prints, and the rows of `aslant score`.

use super::cell::{Cell, harmless};
use super::column::{Columns, Kind};
use super::terminal::printable;
use crate::counted::{articles, counted, outlets, thousands};
use crate::model::artifact::{Header, Part};
use crate::model::recipe::{Block, BlockKind, Recipe};
use crate::model::score::{Caution, Score};
use std::io::{Error, Result, Write};

/// What the model learnt from, and how well it classifies held-out articles.
pub fn summary(header: &Header) -> String {
    let mut text = String::new();
    for part in &header.models {
        if let Some(target) = &part.target {
            text.push_str(&format!("{}\n", printable(target)));
        }
        text.push_str(&of_part(part, &header.recipe));
        text.push('\n');
    }
    for remark in header.remarks() {
        text.push_str(&format!("note: {}\n", printable(&remark)));
    }
    if header.unlabelled > 0 {
        text.push_str(&{
            let without =
                counted(header.unlabelled as u64, "article without a label was", "articles without a label were");
            format!("note: {without} left out\n")
        });
    }
    for line in header.annotation_lines() {
        text.push_str(&format!("note: {}\n", printable(&line)));
    }
    text
}

/// The note for probabilities of a model that was not tested.
pub const UNCALIBRATED: &str =
    "note: the probabilities are not calibrated, because no article was held out when the model was trained\n";

fn of_part(part: &Part, recipe: &Recipe) -> String {
    let counts: Vec<String> =
        part.classes.iter().zip(&part.class_counts).map(|(class, n)| format!("{} {n}", printable(class))).collect();
    let outlets = if part.outlets > 0 { format!(" of {}", outlets(part.outlets)) } else { String::new() };
    let chosen = match (part.c_kept, part.c_given, part.is_tested()) {
        (false, true, _) => "given",
        (false, false, true) => "chosen by cross-validation",
        // A model that is neither tested nor given a strength is from before keeping one was recorded.
        (true, ..) | (false, false, false) => "kept from an earlier model",
    };
    let mut text = format!("{}{outlets}: {}\n", articles(part.n_articles()), counts.join(", "));
    let blocks: Vec<String> = recipe.blocks.iter().zip(&part.terms).map(|(block, n)| of_block(block, *n)).collect();
    text.push_str(&format!("{}; C = {} ({chosen})\n", blocks.join(", "), part.c));
    if !part.is_tested() {
        return text;
    }
    text.push_str(&format!(
        "{:<22}{:>10}{:>10}{:>10}{:>8}{:>8}   always the commonest label\n",
        "articles held out", "number", "accuracy", "macro-F1", "AUC", "ECE"
    ));
    for metric in &part.metrics {
        let s = &metric.scored;
        text.push_str(&format!(
            "{:<22}{:>10}{:>10.3}{:>10.3}{:>8}{:>8.3}   {:.3}, {:.3}\n",
            metric.held_out.label(),
            s.articles,
            s.accuracy,
            s.macro_f1,
            metric.probabilities.roc_auc.map_or("-".to_owned(), |auc| format!("{auc:.3}")),
            metric.probabilities.calibration_error,
            s.majority_accuracy,
            s.majority_macro_f1
        ));
    }
    if let Some(f) = &part.fingerprint {
        text.push_str(&format!(
            "the outlet itself     {:>10}{:>10.3}   of {} outlets, by the same features; the commonest {:.3}\n",
            f.articles, f.accuracy, f.outlets, f.majority_accuracy
        ));
    }
    text
}

/// `5435 terms of 1-2 words in 2 articles or more`.
fn of_block(block: &Block, n_terms: usize) -> String {
    let (min, max) = block.ngrams;
    let length = if min == max { min.to_string() } else { format!("{min}-{max}") };
    let what = match block.kind {
        BlockKind::Word if max == 1 => "word",
        BlockKind::Word => "words",
        BlockKind::Written if max == 1 => "word or mark as written",
        BlockKind::Written => "words and marks as written",
        BlockKind::Char if max == 1 => "character",
        BlockKind::Char => "characters",
    };
    let n_terms = match block.hash_features {
        None => counted(n_terms as u64, "term", "terms"),
        Some(most) => format!("{} of {} columns of hashed terms", thousands(n_terms as u64), thousands(most as u64)),
    };
    format!("{n_terms} of {length} {what} in {} or more", articles(block.min_df))
}

/// Writes scores as CSV ([`score_columns`]).
pub struct ScoreWriter<W: Write> {
    out: csv::Writer<W>,
    classes: Vec<String>,
    has_target: bool,
    articles: usize,
    cautions: [usize; 3],
}

/// The columns of scores: `id, outlet, [target,] predicted, p_CLASS…, coverage, warning`.
pub fn score_columns(classes: &[String], has_target: bool) -> Columns {
    let mut columns = Columns::new().text("id outlet");
    if has_target {
        columns = columns.text("target");
    }
    columns = columns.text("predicted");
    for class in classes {
        columns.push(Kind::Number, format!("p_{class}"));
    }
    columns.number("coverage").text("warning")
}

/// An article with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The id of the article.
    pub id: String,
    /// The outlet of the article.
    pub outlet: Option<String>,
    /// The target, if the model has targets.
    pub target: String,
    /// The model's score.
    pub score: Score,
}

impl Scored {
    /// The row for the columns of [`score_columns`].
    pub fn cells<'s>(&'s self, classes: &'s [String], has_target: bool) -> Vec<Cell<'s>> {
        let mut cells = vec![self.id.as_str().into(), self.outlet.as_deref().into()];
        if has_target {
            cells.push(self.target.as_str().into());
        }
        cells.push(self.score.predicted.map(|class| classes[class].as_str()).into());
        cells.extend(self.score.probabilities.iter().map(|p| Cell::from(*p)));
        cells.push(self.score.coverage.into());
        cells.push(self.score.caution.map(Caution::text).into());
        cells
    }
}

impl<W: Write> ScoreWriter<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn new(out: W, classes: &[String], has_target: bool) -> Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let columns = score_columns(classes, has_target);
        out.write_record(columns.names().map(|name| harmless(name).into_owned())).map_err(Error::from)?;
        Ok(ScoreWriter { out, classes: classes.to_vec(), has_target, articles: 0, cautions: [0; 3] })
    }

    /// Writes one article's row.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&mut self, scored: &Scored) -> Result<()> {
        let cells = scored.cells(&self.classes, self.has_target);
        for cell in &cells {
            self.out.write_field(cell.csv().as_bytes()).map_err(Error::from)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(Error::from)?;
        self.articles += 1;
        if let Some(caution) = scored.score.caution {
            self.cautions[caution as usize] += 1;
        }
        Ok(())
    }

    /// Writes the rest, and returns a text with the number of articles and the warnings.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn finish(mut self) -> Result<String> {
        self.out.flush()?;
        let mut text = format!("scored {}\n", articles(self.articles));
        for caution in [Caution::NothingKnown, Caution::LowCoverage, Caution::UnknownTarget] {
            let n = self.cautions[caution as usize];
            if n > 0 {
                text.push_str(&format!("warning: {n} with {:?}\n", caution.text()));
            }
        }
        Ok(text)
    }
}
