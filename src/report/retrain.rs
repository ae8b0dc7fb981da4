//! What `aslant retrain` and `aslant models` print.

use super::terminal::printable;
use crate::counted::{articles, counted};
use crate::model::artifact::{HeldOut, Model};
use crate::model::retrain::{Change, Compared, Difference, MovedWeight, Retrained, comparable, weights_between};

/// The most replaced and flipped articles that are listed.
const NAMED: usize = 20;
/// The most terms that are listed for a difference between two models.
const TERMS: usize = 20;

/// How a new model differs from the old one.
pub fn changes(retrained: &Retrained) -> String {
    let mut text: String = retrained.changes.iter().map(change).collect();
    if !retrained.masked.is_empty() {
        let names: Vec<_> = retrained.masked.iter().take(NAMED).map(|name| printable(name)).collect();
        let rest = others(retrained.masked.len());
        text.push_str(&format!(
            "note: names of new outlets are masked in the new articles, but not in the old ones, whose texts aren't \
             kept: {}{rest}\n",
            names.join(", ")
        ));
    }
    text
}

fn change(change: &Change) -> String {
    let mut text = String::new();
    if let Some(target) = &change.target {
        text.push_str(&format!("{}\n", printable(target)));
    }
    text.push_str(&format!("{} old articles, {} new", change.old_articles, change.added));
    if !change.replaced.is_empty() {
        let named: Vec<_> = change.replaced.iter().take(NAMED).map(|id| printable(id)).collect();
        let rest = others(change.replaced.len());
        text.push_str(&format!(
            "\n{} given again, with the new label: {}{rest}",
            change.replaced.len(),
            named.join(", ")
        ));
    }
    text.push('\n');
    for new in &change.new_labels {
        let told = printable(&new.told());
        text.push_str(&format!(
            "warning: the old model doesn't have the label {told}: the new one learns it as a label of its own\n"
        ));
    }
    if !change.is_known {
        text.push_str("a new target: there is no old model to compare with\n\n");
        return text;
    }
    text.push_str(&change.compared.as_ref().map_or_else(
        || "not compared with the old model: no article was held out (--validation none)\n".to_owned(),
        comparison,
    ));
    text.push_str(&match &change.weights {
        Some(moved) => weights("\nweights that moved most", moved),
        None => INCOMPARABLE.to_owned(),
    });
    if change.compared.is_none() {
        text.push('\n');
        return text;
    }
    if !change.outlets.is_empty() {
        text.push_str(
            "\noutlets that moved most   articles   label          old    new   (mean probability, held out)\n",
        );
        for o in &change.outlets {
            let (outlet, class) = (printable(&o.outlet), printable(&o.class));
            text.push_str(&format!("{outlet:<25}{:>9}   {class:<12}{:>6.3} {:>6.3}\n", o.articles, o.old, o.new));
        }
    }
    text.push_str(&format!("\nheld-out articles with another predicted label: {}\n", change.flipped.len()));
    for f in change.flipped.iter().take(NAMED) {
        let outlet = f.outlet.as_ref().map_or(String::new(), |outlet| format!(" ({})", printable(outlet)));
        let [id, label, old, new] = [&f.id, &f.label, &f.old, &f.new].map(|text| printable(text));
        text.push_str(&format!("  {id}{outlet}: {old} before, {new} now; labelled {label}\n"));
    }
    if change.flipped.len() > NAMED {
        text.push_str(&format!(" {}\n", others(change.flipped.len())));
    }
    text.push('\n');
    text
}

/// The message if weights of two labels are compared with those of more.
const INCOMPARABLE: &str =
    "\nweights n/a: with two labels a weight tells one from the other, with more it speaks for one of them\n";

fn others(n: usize) -> String {
    match n.saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {}", counted(n as u64, "other", "others")),
    }
}

fn comparison(c: &Compared) -> String {
    let kept = match c.held_out {
        HeldOut::Outlet => format!("of {}", counted(c.groups as u64, "outlet", "outlets")),
        HeldOut::Story => format!("of {}", counted(c.groups as u64, "story", "stories")),
        HeldOut::Month | HeldOut::Later => format!("of {}", counted(c.groups as u64, "month", "months")),
        HeldOut::Random => "divided at random".to_owned(),
    };
    let line = |what: &str, old: f64, new: f64, difference: &Difference| {
        let why = if c.groups < 2 { "1 group" } else { "the same in all groups" };
        let interval = difference.interval;
        let interval =
            interval.map_or_else(|| format!("n/a ({why})"), |(low, high)| format!("[{low:+.3}, {high:+.3}]"));
        let p = difference.p.map_or(String::new(), |p| format!("   p = {p:.3}"));
        format!("{what:<12}{old:>8.3}{new:>8.3}   {:+.3} {interval}{p}\n", difference.estimate)
    };
    format!(
        "on {} {kept}, held out in turn: both models are refitted without them\n{:<12}{:>8}{:>8}   difference, 95% interval\n{}{}",
        articles(c.new.articles),
        "",
        "old",
        "new",
        line("macro-F1", c.old.macro_f1, c.new.macro_f1, &c.macro_f1),
        line("accuracy", c.old.accuracy, c.new.accuracy, &c.accuracy)
    )
}

fn weights(title: &str, weights: &[MovedWeight]) -> String {
    if weights.is_empty() {
        return String::new();
    }
    let mut text = format!("{title:<26}label            old      new\n");
    for w in weights {
        text.push_str(&format!(
            "{:<25} {:<12}{:>8.3} {:>8.3}\n",
            printable(&w.term),
            printable(&w.class),
            w.old,
            w.new
        ));
    }
    text
}

/// Two models compared: their scores, and the terms whose weights differ most.
pub fn difference(names: [&str; 2], models: [&Model; 2]) -> String {
    let mut text = String::new();
    let [a, b] = names;
    for (part, fitted) in models[0].header.models.iter().zip(&models[0].fitted) {
        let Some((other, other_fitted)) = models[1].of_target(part.target.as_deref()) else {
            text.push_str(&format!("{}: only in {a}\n\n", printable(part.target.as_deref().unwrap_or("no target"))));
            continue;
        };
        if let Some(target) = &part.target {
            text.push_str(&format!("{}\n", printable(target)));
        }
        let classes = |classes: &[String]| classes.iter().map(|c| printable(c)).collect::<Vec<_>>().join(", ");
        text.push_str(&format!("A {a}\nB {b}\n\n{:<24}{:>10}{:>10}\n", "", "A", "B"));
        text.push_str(&format!("{:<24}{:>10}{:>10}\n", "articles", part.n_articles(), other.n_articles()));
        text.push_str(&format!("{:<24}{:>10}{:>10}\n", "outlets", part.outlets, other.outlets));
        let terms = |p: &crate::model::artifact::Part| p.terms.iter().sum::<usize>();
        text.push_str(&format!("{:<24}{:>10}{:>10}\n", "terms", terms(part), terms(other)));
        text.push_str(&format!("{:<24}{:>10}{:>10}\n", "C", part.c, other.c));
        if !(part.is_tested() && other.is_tested()) {
            let untested = [(part, "A"), (other, "B")].map(|(part, name)| (!part.is_tested()).then_some(name));
            let untested: Vec<&str> = untested.into_iter().flatten().collect();
            text.push_str(&format!("macro-F1 n/a: no article was held out for {}\n", untested.join(" and ")));
        }
        for metric in &part.metrics {
            let Some(same) = other.metrics.iter().find(|m| m.held_out == metric.held_out) else { continue };
            let what = format!("macro-F1, {}", metric.held_out.label());
            text.push_str(&format!("{what:<32}{:>2.3}     {:.3}\n", metric.scored.macro_f1, same.scored.macro_f1));
        }
        if part.classes != other.classes {
            text.push_str(&format!("labels: {} in A, {} in B\n", classes(&part.classes), classes(&other.classes)));
        }
        if columns_of(models[0]) != columns_of(models[1]) {
            text.push_str(
                "weights n/a: terms are hashed into different numbers of columns, or in one of the models only\n\n",
            );
            continue;
        }
        if !comparable(&part.classes, &other.classes) {
            text.push_str(INCOMPARABLE);
            text.push('\n');
            continue;
        }
        let moved = weights_between((&part.classes, fitted), (&other.classes, other_fitted), TERMS);
        text.push_str(&match moved.is_empty() {
            true => "all weights are the same\n".to_owned(),
            false => weights("\nweights that differ most", &moved).replacen("old      new", "  A        B", 1),
        });
        text.push('\n');
    }
    for part in models[1].header.models.iter().filter(|p| models[0].of_target(p.target.as_deref()).is_none()) {
        text.push_str(&format!("{}: only in {b}\n", printable(part.target.as_deref().unwrap_or("no target"))));
    }
    text
}

/// The number of columns that terms are hashed into, if they are.
fn columns_of(model: &Model) -> Option<usize> {
    model.header.recipe.blocks.iter().find_map(|block| block.hash_features)
}

/// A row of the list of models.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The name of its folder.
    pub name: String,
    /// Its labels.
    pub classes: Vec<String>,
    /// The number of articles that it was trained on, over all targets.
    pub articles: usize,
    /// How it was held out, and its macro-F1 there, the lowest over all targets; `None` without scores.
    pub score: Option<(HeldOut, f64)>,
    /// The number of versions, including this one.
    pub versions: usize,
}

impl Listed {
    /// The row of a model with this many earlier versions.
    pub fn new(name: &str, header: &crate::model::artifact::Header, earlier: usize) -> Self {
        let mut classes: Vec<String> = header.models.iter().flat_map(|part| part.classes.clone()).collect();
        classes.sort_unstable();
        classes.dedup();
        let of = |by: HeldOut| header.models.iter().flat_map(|p| &p.metrics).filter(move |m| m.held_out == by);
        let score = |by: HeldOut| of(by).map(|m| m.scored.macro_f1).min_by(f64::total_cmp).map(|score| (by, score));
        Listed {
            name: name.to_owned(),
            classes,
            articles: header.models.iter().map(|part| part.n_articles()).sum(),
            score: score(HeldOut::Outlet).or_else(|| score(HeldOut::Random)),
            versions: earlier + 1,
        }
    }
}

/// The list of models, as a table.
pub fn list(models: &[Listed]) -> String {
    let width = models.iter().map(|m| printable(&m.name).chars().count()).max().unwrap_or(0).max(5) + 2;
    let mut text =
        format!("{:<width$}{:>9}{:>10}  {:<20}{:>9}  labels\n", "model", "articles", "macro-F1", "on", "versions");
    for m in models {
        let (on, score) =
            m.score.map_or(("not tested", "n/a".to_owned()), |(by, score)| (by.label(), format!("{score:.3}")));
        let labels: Vec<_> = m.classes.iter().map(|c| printable(c)).collect();
        text.push_str(&format!(
            "{:<width$}{:>9}{:>10}  {:<20}{:>9}  {}\n",
            printable(&m.name),
            m.articles,
            score,
            on,
            m.versions,
            labels.join(", ")
        ));
    }
    text
}
