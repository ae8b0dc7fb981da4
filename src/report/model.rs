//! Models in text and tables: what `aslant train` prints, and the rows of `aslant score`.

use super::cell::{harmless, number};
use super::terminal::printable;
use crate::model::artifact::{Header, Part};
use crate::model::recipe::{Block, BlockKind, Recipe};
use crate::model::score::{Caution, Score};
use std::io::{Error, Result, Write};

/// What was learnt from, and how well articles that were held out are told apart.
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
        text.push_str(&format!("note: {} articles without a label were left out\n", header.unlabelled));
    }
    for line in header.annotation_lines() {
        text.push_str(&format!("note: {}\n", printable(&line)));
    }
    text
}

fn of_part(part: &Part, recipe: &Recipe) -> String {
    let counts: Vec<String> =
        part.classes.iter().zip(&part.class_counts).map(|(class, n)| format!("{} {n}", printable(class))).collect();
    let outlets = if part.outlets > 0 { format!(" of {} outlets", part.outlets) } else { String::new() };
    let chosen = if part.c_given { "given" } else { "chosen by cross-validation" };
    let mut text = format!("{} articles{outlets}: {}\n", part.n_articles(), counts.join(", "));
    let blocks: Vec<String> = recipe.blocks.iter().zip(&part.terms).map(|(block, n)| of_block(block, *n)).collect();
    text.push_str(&format!("{}; C = {} ({chosen})\n", blocks.join(", "), part.c));
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
        BlockKind::Word => "words",
        BlockKind::Written => "words and marks as written",
        BlockKind::Char => "characters",
    };
    format!("{n_terms} terms of {length} {what} in {} articles or more", block.min_df)
}

/// Writes scores as CSV: `id, outlet, [target,] predicted, p_CLASS…, coverage, warning`.
pub struct ScoreWriter<W: Write> {
    out: csv::Writer<W>,
    classes: Vec<String>,
    has_target: bool,
    articles: usize,
    cautions: [usize; 3],
}

impl<W: Write> ScoreWriter<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn new(out: W, classes: &[String], has_target: bool) -> Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let target = has_target.then_some("target");
        let fixed = ["id", "outlet"].into_iter().chain(target).chain(["predicted"]).map(str::to_owned);
        let classes = classes.to_vec();
        let columns = fixed.chain(classes.iter().map(|c| format!("p_{c}")));
        let columns = columns.chain(["coverage", "warning"].map(str::to_owned));
        out.write_record(columns.map(|c| harmless(&c).into_owned())).map_err(Error::from)?;
        Ok(ScoreWriter { out, classes, has_target, articles: 0, cautions: [0; 3] })
    }

    /// Writes one article's row.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn write(&mut self, id: &str, outlet: Option<&str>, target: &str, score: &Score) -> Result<()> {
        let optional = |value: Option<f64>| value.map_or(String::new(), number);
        let mut field = |text: &str| self.out.write_field(harmless(text).as_ref()).map_err(Error::from);
        field(id)?;
        field(outlet.unwrap_or_default())?;
        if self.has_target {
            field(target)?;
        }
        field(score.predicted.map_or("", |class| &self.classes[class]))?;
        for p in &score.probabilities {
            field(&optional(*p))?;
        }
        field(&optional(score.coverage))?;
        field(score.caution.map_or("", Caution::text))?;
        self.articles += 1;
        if let Some(caution) = score.caution {
            self.cautions[caution as usize] += 1;
        }
        self.out.write_record(None::<&[u8]>).map_err(Error::from)
    }

    /// Writes what is left, and tells how many articles there were and which warnings.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn finish(mut self) -> Result<String> {
        self.out.flush()?;
        let mut text = format!("scored {} articles\n", self.articles);
        for caution in [Caution::NothingKnown, Caution::LowCoverage, Caution::UnknownTarget] {
            let n = self.cautions[caution as usize];
            if n > 0 {
                text.push_str(&format!("warning: {n} with {:?}\n", caution.text()));
            }
        }
        Ok(text)
    }
}
