//! `CARD.md`: what a person must know of a model before they use it, made from the run.

use super::{Header, HeldOut, Model, Part, Scored};
use crate::model::labelled::list;
use crate::model::vectorizer::Boilerplate;
use std::fmt::Write;

/// How many terms of each class are shown.
const SHOWN: usize = 12;
/// A model that does so much worse on outlets that it never saw is said to know outlets.
const FALLS: f64 = 0.1;

/// The card.
pub(super) fn card(model: &Model) -> String {
    let header = &model.header;
    let mut out = String::new();
    let label = &header.columns.label;
    let _ = writeln!(out, "# A model of `{label}`\n");
    let _ = match &header.columns.target {
        Some(target) => writeln!(
            out,
            "Says for an article, by its words, which `{label}` it has towards a `{target}`: one model a target. Made by \
             aslant {}.",
            header.aslant
        ),
        None => {
            writeln!(
                out,
                "Says for an article, by its words, which `{label}` it has. Made by aslant {}.",
                header.aslant
            )
        }
    };
    data(&mut out, header);
    scores(&mut out, header);
    uses(&mut out, header);
    procedure(&mut out, header);
    terms(&mut out, model);
    out
}

fn data(out: &mut String, header: &Header) {
    let _ = writeln!(out, "\n## Data\n");
    for part in &header.models {
        let counts: Vec<(&str, usize)> =
            part.classes.iter().map(String::as_str).zip(part.class_counts.iter().copied()).collect();
        let target = part.target.as_ref().map_or(String::new(), |target| format!("{target}: "));
        let outlets = if part.outlets > 0 { format!(" of {} outlets", part.outlets) } else { String::new() };
        let dates = part.dates.as_ref().map_or(String::new(), |(first, last)| format!(", {first} to {last}"));
        let _ = writeln!(out, "- {target}{} articles{outlets}{dates}: {}", part.n_articles(), list(&counts));
    }
    if header.unlabelled > 0 {
        let _ = writeln!(out, "- left out: {} articles without a label", header.unlabelled);
    }
    for input in &header.inputs {
        let hash = input.sha256.as_ref().map_or(String::new(), |hash| format!(", SHA-256 `{hash}`"));
        let _ = writeln!(out, "- `{}`, {} bytes{hash}", input.name, input.bytes);
    }
}

fn scores(out: &mut String, header: &Header) {
    let _ = writeln!(out, "\n## How well it does on articles that it never saw\n");
    let has_targets = header.columns.target.is_some();
    let (head, line) = if has_targets { ("| target ", "|---") } else { ("", "") };
    let _ = writeln!(
        out,
        "{head}| held out | articles | accuracy | macro-F1 | accuracy of the commonest label |\n{line}|---|---|---|---|---|"
    );
    for part in &header.models {
        for m in &part.metrics {
            let target = part.target.as_ref().map_or(String::new(), |target| format!("| {target} "));
            let s = m.scored;
            let _ = writeln!(
                out,
                "{target}| {} | {} | {:.3} | {:.3} | {:.3} |",
                m.held_out.label(),
                s.articles,
                s.accuracy,
                s.macro_f1,
                s.majority_accuracy
            );
        }
    }
    for remark in remarks(header) {
        let _ = writeln!(out, "\n{remark}");
    }
}

/// What the scores mean, where that is not plain.
pub(super) fn remarks(header: &Header) -> Vec<String> {
    let mut remarks = Vec::new();
    if header.recipe.boilerplate == Boilerplate::Keep && header.models.iter().any(|part| part.outlets > 1) {
        remarks.push(
            "boilerplate was kept: menus, captions and disclaimers tell the outlet, and the model learns from them. \
             Train with --boilerplate remove for articles of other outlets."
                .to_owned(),
        );
    }
    if header.models.iter().all(|part| of(part, HeldOut::Outlet).is_none()) {
        remarks.push(
            "how well it does on outlets that it never saw is not known: it takes articles of two outlets or more."
                .to_owned(),
        );
    }
    let towards = |part: &Part| part.target.as_ref().map_or(String::new(), |target| format!("{target}: "));
    for part in &header.models {
        if let (Some(random), Some(outlet)) = (of(part, HeldOut::Random), of(part, HeldOut::Outlet))
            && random.macro_f1 - outlet.macro_f1 > FALLS
        {
            remarks.push(format!(
                "{}much of what it knows is outlets, not wording: macro-F1 is {:.2} on random folds, where it has seen \
                 the outlet, and {:.2} on outlets that it never saw. Don't use it on other outlets as if the first \
                 number held there.",
                towards(part),
                random.macro_f1,
                outlet.macro_f1
            ));
        }
        let useless = |s: &Scored| s.accuracy <= s.majority_accuracy && s.macro_f1 <= s.majority_macro_f1;
        if let Some(metric) = part.metrics.iter().find(|m| useless(&m.scored)) {
            let what = metric.held_out.label();
            remarks.push(format!("{}on {what} it is no better than always saying the commonest label.", towards(part)));
        }
    }
    remarks
}

fn of(part: &Part, by: HeldOut) -> Option<Scored> {
    part.metrics.iter().find(|m| m.held_out == by).map(|m| m.scored)
}

fn uses(out: &mut String, header: &Header) {
    let kept = match header.grouped_by {
        HeldOut::Outlet => "outlets never seen",
        HeldOut::Story => "stories never seen",
        HeldOut::Month => "months never seen",
        HeldOut::Random | HeldOut::Later => "random folds",
    };
    let _ = writeln!(
        out,
        "\n## What it is for, and what not\n\n\
         - For articles like those that it was trained on: same language, same subjects, about the same years. \
         `coverage` says how much of an article's words it knows; a score with a warning is not to be relied on.\n\
         - For means over many articles rather than for a verdict on one: the table above (`{kept}` was used to choose \
         the strength of the penalty) says how often it is wrong.\n\
         - Not for judging persons, and not as proof of intent: it sees which words stand in a text, quoted or not, and \
         neither irony nor who is meant.\n\
         - The probabilities are those of the logistic regression; they have not been calibrated."
    );
}

fn procedure(out: &mut String, header: &Header) {
    let _ = writeln!(out, "\n## How it was made\n");
    for block in &header.recipe.blocks {
        let (min, max) = block.ngrams;
        let what = block.kind.name();
        let min_df = block.min_df;
        let _ = writeln!(
            out,
            "- TF-IDF of {what} {min}–{max}-grams in at least {min_df} articles, sublinear, smooth idf, length {}",
            block.weight
        );
    }
    let _ = match header.recipe.boilerplate {
        Boilerplate::Remove => writeln!(out, "- menus, captions, disclaimers and other boilerplate taken out"),
        Boilerplate::Keep => writeln!(out, "- menus, captions, disclaimers and other boilerplate kept"),
    };
    let cs: Vec<String> = header.models.iter().map(|part| part.c.to_string()).collect();
    let chosen = match header.models.iter().all(|part| part.c_given) {
        true => "given".to_owned(),
        false => format!("chosen by macro-F1 on {}", header.grouped_by.label()),
    };
    let _ = writeln!(
        out,
        "- logistic regression, L2, {}; C = {} ({chosen}); seed {}",
        header.multi_class,
        cs.join(", "),
        header.seed
    );
}

fn terms(out: &mut String, model: &Model) {
    let _ = writeln!(out, "\n## What speaks most for each label\n\nAll terms are in `terms.csv`.\n");
    for (part, fitted) in model.header.models.iter().zip(&model.fitted) {
        if let Some(target) = &part.target {
            let _ = writeln!(out, "### {target}\n");
        }
        let weights = fitted.classifier.coefficients();
        let terms: Vec<&str> =
            fitted.vectorizer.blocks().iter().flat_map(|(_, tfidf)| tfidf.vocabulary().terms()).collect();
        for (c, class) in part.classes.iter().enumerate() {
            let weight = |j: usize| match weights.nrows() {
                1 if c == 0 => -weights[[0, j]],
                1 => weights[[0, j]],
                _ => weights[[c, j]],
            };
            let mut order: Vec<usize> = (0..terms.len()).filter(|&j| weight(j) > 0.0).collect();
            order.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)).then(a.cmp(&b)));
            let shown: Vec<String> = order.iter().take(SHOWN).map(|&j| format!("`{}`", terms[j])).collect();
            let _ = writeln!(out, "- {class}: {}", shown.join(", "));
        }
        let _ = writeln!(out);
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
}
