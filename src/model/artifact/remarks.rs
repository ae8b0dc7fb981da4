//! What the scores of a model mean, if that isn't obvious: sentences for the card, and for whoever trains it.

use super::{Fingerprint, Header, HeldOut, Metric, Part};
use crate::corpus::says_none;
use crate::counted::{articles, counted, outlets, thousands};
use crate::model::assess::Scored;
use crate::model::evaluate::{FEW_ARTICLES, FEW_OUTLETS};
use crate::model::recipe::{Block, Recipe};
use crate::stats::interval::wilson;
use std::collections::BTreeMap;

/// A model whose scores fall by this much on outlets that it never saw is said to have learnt the outlets.
const FALLS: f64 = 0.1;

/// From this share of columns in use on, a remark says so: it is the chance that a term shares its column.
const CROWDED: f64 = 0.1;

/// What the scores mean, if that isn't obvious.
pub(super) fn remarks(header: &Header) -> Vec<String> {
    let mut remarks: Vec<String> = header.models.iter().flat_map(|part| crowded(part, &header.recipe)).collect();
    remarks.extend(header.models.iter().flat_map(odd_labels));
    if !header.is_tested() {
        remarks.push(untested());
        return remarks;
    }
    if header.models.iter().all(|part| of(part, HeldOut::Outlet).is_none()) {
        remarks.push(
            "how well it does on outlets that it never saw is not known: that needs articles of two outlets or more."
                .to_owned(),
        );
    }
    let towards = |part: &Part| part.target.as_ref().map_or(String::new(), |target| format!("{target}: "));
    for part in &header.models {
        if let (Some(random), Some(outlet)) = (of(part, HeldOut::Random), of(part, HeldOut::Outlet))
            && random.macro_f1 - outlet.macro_f1 > FALLS
            && is_useful(&random, part)
            && part.fingerprint.as_ref().is_none_or(is_clear)
        {
            remarks.push(format!(
                "{}much of what it has learnt is outlets, not wording: macro-F1 is {:.2} on random folds, where it \
                 has seen the outlet, and {:.2} on outlets that it never saw.{} Don't use it on other outlets as if \
                 the first number applied to them.",
                towards(part),
                random.macro_f1,
                outlet.macro_f1,
                part.fingerprint.as_ref().map_or(String::new(), |f| format!(
                    " From the same features, the outlet itself is identified for {:.0}% of the articles, among {} \
                     outlets.",
                    100.0 * f.accuracy,
                    f.outlets
                ))
            ));
        }
        remarks.extend(copies(part).map(|remark| format!("{}{remark}", towards(part))));
        remarks.extend(few(part).map(|remark| format!("{}{remark}", towards(part))));
        let unlearnt = part.metrics.iter().filter_map(|metric| unlearnt(part, metric));
        remarks.extend(unlearnt.map(|remark| format!("{}{remark}", towards(part))));
        if let Some(metric) = part.metrics.iter().find(|m| !is_useful(&m.scored, part)) {
            let what = metric.held_out.label();
            let worse = metric.scored.macro_f1 < guessing(part) - FALLS && metric.held_out == HeldOut::Outlet;
            let why = match worse {
                true => {
                    " It is worse than guessing because, when an outlet is held out, its label is rarer among the others: \
                     that says only that nothing learnt from some outlets carries over to the others, not that its \
                     opposite does."
                }
                false => "",
            };
            remarks.push(format!(
                "{}on {what} it is no better than always saying the commonest label, or guessing.{why}",
                towards(part)
            ));
        }
    }
    remarks
}

/// Labels that look like a mistake: two that differ only in case, and values that mean "none".
fn odd_labels(part: &Part) -> Vec<String> {
    let towards = part.target.as_ref().map_or(String::new(), |target| format!("{target}: "));
    let mut by_name: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    part.classes.iter().for_each(|class| by_name.entry(class.to_lowercase()).or_default().push(class));
    let mut odd = Vec::new();
    for same in by_name.values().filter(|same| same.len() > 1) {
        let named: Vec<String> = same.iter().map(|class| format!("`{class}`")).collect();
        odd.push(format!(
            "{towards}the labels {} differ only in case, and are learnt as different labels; --label-map '{}={}' merges them.",
            named.join(", "),
            same[0],
            same[1]
        ));
    }
    for (class, n) in part.classes.iter().zip(&part.class_counts) {
        if says_none(class) || class.chars().all(|c| c == '?') {
            odd.push(format!(
                "{towards}`{class}` ({}) is learnt as a label like any other; --label-map '{class}=' leaves it out.",
                articles(*n)
            ));
        }
    }
    odd
}

/// Whether it is better, by any measure, than always predicting the most frequent label or guessing.
fn is_useful(s: &Scored, part: &Part) -> bool {
    s.accuracy > s.majority_accuracy || s.macro_f1 > s.majority_macro_f1.max(guessing(part))
}

/// The macro-F1 of labels guessed as often as they occur: each one's F1 is its share.
fn guessing(part: &Part) -> f64 {
    1.0 / part.classes.len().max(1) as f64
}

/// Whether outlets are identified more often than by always naming the commonest, by more than chance.
fn is_clear(found: &Fingerprint) -> bool {
    let n = found.articles as f64;
    wilson(found.accuracy * n, n).is_some_and(|(low, _)| low > found.majority_accuracy)
}

/// How many articles are copies, and what that means for the scores.
fn copies(part: &Part) -> Option<String> {
    let are = counted(part.copies as u64, "article is a copy or near copy", "articles are copies or near copies");
    (part.copies > 0).then(|| {
        format!(
            "{are} of others (four fifths of the words or more): when one is held out, its copies aren't learnt from."
        )
    })
}

fn untested() -> String {
    "no article was held out when it was trained (`--validation none`): how well it does is not known, and its \
     probabilities are not calibrated. `aslant evaluate` measures it on labelled articles that it was not trained on."
        .to_owned()
}

/// Blocks of hashed terms in which many terms share a column. The chance that a term shares its column with another is
/// the share of columns in use. Columns that too few articles have aren't known here, so the chance is at least this
/// large.
fn crowded(part: &Part, recipe: &Recipe) -> Vec<String> {
    let of_block = |(block, used): (&Block, &usize)| {
        let columns = block.hash_features?;
        let used_part = *used as f64 / columns as f64;
        let towards = part.target.as_ref().map_or(String::new(), |target| format!("{target}: "));
        (used_part >= CROWDED).then(|| {
            format!(
                "{towards}{} of {} columns of hashed terms ({}) are in use, so at least {:.0} of 100 terms share \
                 their column, and its weight, with others. A larger number for --hash-features separates them.",
                thousands(*used as u64),
                thousands(columns as u64),
                block.kind,
                (100.0 * used_part).floor().min(99.0)
            )
        })
    };
    recipe.blocks.iter().zip(&part.terms).filter_map(of_block).collect()
}

/// What can't be concluded from so few articles or outlets.
fn few(part: &Part) -> Option<String> {
    let n = part.n_articles();
    let scored = of(part, HeldOut::Outlet).or_else(|| of(part, HeldOut::Random));
    if n < FEW_ARTICLES
        && let Some(scored) = scored
        && let Some((low, high)) = wilson(scored.accuracy * scored.articles as f64, scored.articles as f64)
    {
        return Some(format!(
            "its scores say little, because {} are few: an accuracy of {:.2} on {} may mean anything from {low:.2} \
             to {high:.2} (Wilson's 95% interval, articles taken as independent).",
            articles(n),
            scored.accuracy,
            articles(scored.articles)
        ));
    }
    let known = of(part, HeldOut::Outlet).is_some() && part.outlets < FEW_OUTLETS;
    known.then(|| {
        format!(
            "the score on outlets never seen rests on {}: with other outlets it may be quite different.",
            outlets(part.outlets)
        )
    })
}

/// Labels that couldn't be tested, because all articles with them were held out together.
fn unlearnt(part: &Part, metric: &Metric) -> Option<String> {
    let labels: Vec<String> =
        metric.unlearnt.iter().map(|(label, n)| format!("`{label}` ({})", articles(*n))).collect();
    if labels.is_empty() {
        return None;
    }
    let why = match metric.held_out {
        HeldOut::Outlet if metric.folds == part.outlets => "only one outlet has it",
        HeldOut::Later => "no earlier article has it",
        _ => "all of its articles were held out together",
    };
    let apart = if part.copies > 0 { ", copies apart" } else { "" };
    Some(format!(
        "on {} it could not be tested for {}, because {why}{apart}: the articles learnt from didn't have it. These \
         articles count as wrong in accuracy and macro-F1, and are left out of calibration and its error, which say \
         nothing about them.",
        metric.held_out.label(),
        labels.join(", ")
    ))
}

fn of(part: &Part, by: HeldOut) -> Option<Scored> {
    part.metrics.iter().find(|m| m.held_out == by).map(|m| m.scored)
}
