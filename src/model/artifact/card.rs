//! `CARD.md`: what people should know about a model before using it, generated at training.

use super::remarks::remarks;
use super::{Fitted, Header, HeldOut, Part};
use crate::counted::{articles, counted, outlets, thousands};
use crate::model::labelled::list;
use crate::model::logistic::ClassWeight;
use crate::model::recipe::Boilerplate;
use crate::model::train::OutletWeight;
use std::fmt::Write;

/// How many terms of each class are shown.
const SHOWN: usize = 12;

/// The card.
pub(super) fn card(header: &Header, fitted: &[Fitted]) -> String {
    let mut out = front_matter(header);
    let label = &header.columns.label;
    let _ = writeln!(out, "# A model of `{label}`\n");
    let towards = header.columns.target.as_ref();
    let towards = towards.map_or(String::new(), |target| format!(" towards a `{target}`: one model per target"));
    let _ = writeln!(out, "Predicts an article's `{label}`{towards} from its words.");
    details(&mut out, header);
    uses(&mut out, header);
    data(&mut out, header);
    procedure(&mut out, header);
    scores(&mut out, header);
    limits(&mut out, header);
    terms(&mut out, header, fitted);
    how_to(&mut out, header);
    out
}

/// The metadata that Hugging Face reads: YAML between two lines of dashes. Strings are written as JSON, which is also
/// valid YAML.
fn front_matter(header: &Header) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut out = String::from(
        "---\nlibrary_name: aslant\npipeline_tag: text-classification\ntags:\n- text-classification\n- logistic-regression\n\
         - tf-idf\nmetrics:\n- accuracy\n- f1\nmodel-index:\n",
    );
    for part in &header.models {
        let of = part.target.as_ref().map_or(String::new(), |target| format!(" towards {target}"));
        let name = quoted(&format!("{}{of}", header.columns.label));
        let _ = writeln!(out, "- name: {name}\n  results:");
        for m in &part.metrics {
            let dataset = quoted(&format!("training articles held out: {}", m.held_out.label()));
            let _ = writeln!(
                out,
                "  - task:\n      type: text-classification\n    dataset:\n      name: {dataset}\n      type: held-out\n    \
                 metrics:\n    - type: accuracy\n      value: {:.4}\n    - type: f1\n      name: macro-F1\n      value: {:.4}",
                m.scored.accuracy, m.scored.macro_f1
            );
        }
        if part.metrics.is_empty() {
            // `results` is a list, even if it is empty.
            out.truncate(out.trim_end().len());
            out.push_str(" []\n");
        }
    }
    out.push_str("---\n\n");
    out
}

fn details(out: &mut String, header: &Header) {
    let _ = writeln!(
        out,
        "\n## Model details\n\n- made by: aslant {}, format {}\n- kind: logistic regression on TF-IDF of terms; it \
         contains no text and no code\n- files: `model.json` (parameters, scores), `terms.csv` (weights of all terms)",
        header.aslant, header.format_version
    );
    let _ = match header.training.is_empty() {
        true => writeln!(out, "- training data: left out, so it can't be re-trained"),
        false if header.recipe.is_hashed() => writeln!(
            out,
            "- training data: `training.parquet` has the ids, labels and counts by column of the training articles, and \
             `training-terms.parquet` the columns. They have no terms, but whoever guesses one can hash it and see \
             whether its column is there: leave the training data out (`--without-training-data`) if nobody may \
             guess at the texts."
        ),
        false => writeln!(
            out,
            "- training data: `training.parquet` has the ids, labels and counts of terms of the training articles, and \
             `training-terms.parquet` the terms. Terms that only one article has are left out{}, but with long \
             n-grams, or for articles that are there twice, parts of sentences might be reconstructed: leave the \
             training data out (`--without-training-data`) if nobody may guess at the texts.",
            if header.recipe.blocks.iter().any(|b| b.min_df < 2) {
                ", unless `min_df` is 1, as it is here"
            } else {
                ""
            }
        ),
    };
}

fn how_to(out: &mut String, header: &Header) {
    let target = header.columns.target.as_ref().map_or(String::new(), |target| format!(" --target '{target}'"));
    let _ = writeln!(
        out,
        "\n## How to use it\n\n```\naslant score THIS-FOLDER articles.csv{target} --out scores.csv\n```\n\n\
         ## How to cite it\n\nName aslant {}, the date of this folder and the SHA-256 of `terms.csv`: the weights are the \
         model.",
        header.aslant
    );
}

fn data(out: &mut String, header: &Header) {
    let _ = writeln!(out, "\n## Training data\n");
    for part in &header.models {
        let counts: Vec<(&str, usize)> =
            part.classes.iter().map(String::as_str).zip(part.class_counts.iter().copied()).collect();
        let target = part.target.as_ref().map_or(String::new(), |target| format!("{target}: "));
        let outlets = if part.outlets > 0 { format!(" of {}", outlets(part.outlets)) } else { String::new() };
        let dates = part.dates.as_ref().map_or(String::new(), |(first, last)| format!(", {first} to {last}"));
        let _ = writeln!(out, "- {target}{}{outlets}{dates}: {}", articles(part.n_articles()), list(&counts));
    }
    if header.unlabelled > 0 {
        let _ = writeln!(out, "- left out: {} without a label", articles(header.unlabelled));
    }
    for line in header.annotation_lines() {
        let _ = writeln!(out, "- {line}");
    }
    for input in &header.inputs {
        let hash = input.sha256.as_ref().map_or(String::new(), |hash| format!(", SHA-256 `{hash}`"));
        let _ = writeln!(out, "- `{}`, {}{hash}", input.name, counted(input.bytes, "byte", "bytes"));
    }
}

fn scores(out: &mut String, header: &Header) {
    if !header.is_tested() {
        let _ = writeln!(out, "\n## Evaluation\n\n{}", remark_list(header));
        return;
    }
    let _ = writeln!(out, "\n## Evaluation\n\nOn articles that it never saw, held out from the training articles:\n");
    let has_targets = header.columns.target.is_some();
    let (head, line) = if has_targets { ("| target ", "|---") } else { ("", "") };
    let _ = writeln!(
        out,
        "{head}| held out | articles | accuracy | macro-F1 | calibration error | accuracy of the commonest label |\n{line}|---|---|---|---|---|---|"
    );
    for part in &header.models {
        for m in &part.metrics {
            let target = part.target.as_ref().map_or(String::new(), |target| format!("| {target} "));
            let s = m.scored;
            let _ = writeln!(
                out,
                "{target}| {} | {} | {:.3} | {:.3} | {:.3} | {:.3} |",
                m.held_out.label(),
                s.articles,
                s.accuracy,
                s.macro_f1,
                m.probabilities.calibration_error,
                s.majority_accuracy
            );
        }
    }
    let remarks = remark_list(header);
    if !remarks.is_empty() {
        let _ = writeln!(out, "\n{remarks}");
    }
    reliability(out, header);
}

/// What the scores mean, as a list.
fn remark_list(header: &Header) -> String {
    remarks(header).iter().map(|remark| format!("- {remark}")).collect::<Vec<_>>().join("\n")
}

/// How often the model is right, by how sure it is: on outlets never seen, or else on whatever was held out first.
fn reliability(out: &mut String, header: &Header) {
    for part in &header.models {
        let unseen = part.metrics.iter().find(|m| m.held_out == HeldOut::Outlet);
        let Some(metric) = unseen.or(part.metrics.first()) else { continue };
        let target = part.target.as_ref().map_or(String::new(), |target| format!(" ({target})"));
        let bins = metric
            .probabilities
            .reliability
            .iter()
            .filter_map(|b| Some((b.mean_probability?, b.accuracy?, b.articles)));
        let rows = bins.map(|(sure, right, articles)| format!("| {sure:.2} | {right:.2} | {articles} |\n"));
        let rows: String = rows.collect();
        if !rows.is_empty() {
            let held_out = metric.held_out.label();
            let _ = write!(
                out,
                "\nHow sure it was of its label and how often it was right, on {held_out}{target}:\n\n\
                 | probability | right | articles |\n|---|---|---|\n{rows}"
            );
        }
    }
}

fn uses(out: &mut String, header: &Header) {
    let kept = match header.grouped_by {
        HeldOut::Outlet => "outlets never seen",
        HeldOut::Story => "stories never seen",
        HeldOut::Month => "months never seen",
        HeldOut::Random | HeldOut::Later => "random folds",
    };
    let how_often = match header.is_tested() {
        true => format!(
            ": the table under Evaluation (`{kept}` was used to choose the strength of the penalty) says how often it is wrong"
        ),
        false => String::new(),
    };
    let _ = writeln!(
        out,
        "\n## Uses\n\n\
         - For articles like those that it was trained on: same language, same subjects, about the same years. \
         `coverage` says how much of an article's words it knows; don't rely on a score with a warning.\n\
         - For means over many articles rather than for a verdict on one{how_often}.\n\n\
         ### Misuses and out of scope\n\n\
         - Not for judging persons, and not as proof of intent: it sees which words are in a text, quoted or not, but \
         neither irony nor who is meant.\n\
         - Not for other languages, other subjects or other kinds of text."
    );
}

fn limits(out: &mut String, header: &Header) {
    let _ = writeln!(
        out,
        "\n## Limits\n\n\
         - It knows the words of its training articles and no others, and ages with them.\n\
         - The labels are those of its training articles, with their mistakes."
    );
    let _ = match header.is_tested() {
        true => writeln!(
            out,
            "- The probabilities are calibrated on {}: they say how often it is right there, not elsewhere.{}",
            header.grouped_by.label(),
            uncalibrated_labels(header)
        ),
        false => writeln!(out, "- The probabilities are not calibrated: they don't say how often it is right."),
    };
    if header.models.iter().any(|part| part.outlets == 1) {
        let _ = writeln!(out, "- All of its training articles are from one outlet, at least for some target.");
    }
}

/// A sentence about labels on which calibration couldn't be learnt.
fn uncalibrated_labels(header: &Header) -> String {
    let of_part = |part: &Part| {
        let metric = part.metrics.iter().find(|m| m.held_out == header.grouped_by)?;
        let labels: Vec<String> = metric.unlearnt.keys().map(|label| format!("`{label}`")).collect();
        let towards = part.target.as_ref().map_or(String::new(), |target| format!(" ({target})"));
        (!labels.is_empty()).then(|| format!("{}{towards}", labels.join(", ")))
    };
    let labels: Vec<String> = header.models.iter().filter_map(of_part).collect();
    match labels.is_empty() {
        true => String::new(),
        false => {
            format!(" They say nothing about articles that are {}: these could not be tested there.", labels.join("; "))
        }
    }
}

fn procedure(out: &mut String, header: &Header) {
    let _ = writeln!(out, "\n## Training procedure\n");
    for block in &header.recipe.blocks {
        let (min, max) = block.ngrams;
        let what = block.kind.name();
        let min_df = block.min_df;
        let most = block
            .max_features
            .map_or(String::new(), |max| format!(", the {} in the most articles", thousands(max as u64)));
        let hashed = block
            .hash_features
            .map_or(String::new(), |n| format!(" hashed into {} columns (MurmurHash3),", thousands(n as u64)));
        let _ = writeln!(
            out,
            "- TF-IDF of {what} {min}–{max}-grams{hashed} in at least {min_df} articles{most}, sublinear, smooth \
             idf, vectors of length {}",
            block.weight
        );
    }
    let _ = match header.recipe.boilerplate {
        Boilerplate::Remove => writeln!(out, "- menus, captions, disclaimers and other boilerplate taken out"),
        Boilerplate::Keep => writeln!(out, "- menus, captions, disclaimers and other boilerplate kept"),
    };
    if !header.recipe.masked.is_empty() {
        let _ = writeln!(
            out,
            "- {} masked: they are listed in `model.json`",
            counted(header.recipe.masked.len() as u64, "word or phrase", "words and phrases")
        );
    }
    if header.outlet_weight == OutletWeight::Balanced {
        let _ = writeln!(out, "- all outlets of a label have the same weight");
    }
    if header.class_weight == ClassWeight::Balanced {
        let _ = writeln!(out, "- all labels have the same weight");
    }
    let cs: Vec<String> = header.models.iter().map(|part| part.c.to_string()).collect();
    let kept = header.models.iter().filter(|part| part.c_kept).count();
    let chosen = match header.models.iter().all(|part| part.c_given) {
        _ if kept > 0 && kept < cs.len() => "kept from an earlier model for the targets that it has".to_owned(),
        _ if kept > 0 => "kept from an earlier model".to_owned(),
        true => "given".to_owned(),
        false if !header.is_tested() => "kept from an earlier model".to_owned(),
        false => format!("chosen by macro-F1 on {}", header.grouped_by.label()),
    };
    let powers = header.models.iter().filter_map(|part| part.calibration);
    let powers: Vec<String> = powers.map(|calibration| format!("{:.3}", calibration.power())).collect();
    let _ = match header.is_tested() {
        true => writeln!(
            out,
            "- probabilities calibrated by temperature on held-out articles ({}); power {}",
            header.grouped_by.label(),
            powers.join(", ")
        ),
        false => writeln!(out, "- probabilities not calibrated: no article was held out"),
    };
    let _ = writeln!(
        out,
        "- logistic regression, L2, {}; C = {} ({chosen}); seed {}",
        header.multi_class,
        cs.join(", "),
        header.seed
    );
}

fn terms(out: &mut String, header: &Header, fitted: &[Fitted]) {
    if header.recipe.is_hashed() {
        let _ = writeln!(
            out,
            "\n## What speaks most for each label\n\nNot known: its terms are hashed. `terms.csv` has the weights \
             of columns, which have numbers instead of names. `aslant explain` shows which terms of an article \
             carried its score."
        );
        return;
    }
    let _ = writeln!(out, "\n## What speaks most for each label\n\nAll terms are in `terms.csv`.\n");
    for (part, fitted) in header.models.iter().zip(fitted) {
        if let Some(target) = &part.target {
            let _ = writeln!(out, "### {target}\n");
        }
        for (c, class) in part.classes.iter().enumerate() {
            let shown: Vec<String> = fitted.heaviest(c, SHOWN).iter().map(|w| format!("`{}`", w.term)).collect();
            let _ = writeln!(out, "- {class}: {}", shown.join(", "));
        }
        let _ = writeln!(out);
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
}
