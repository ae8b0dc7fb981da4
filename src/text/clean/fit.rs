//! Fits the weights of [`super::unlike`] to the invented pages, and checks that the committed ones are these.
//!
//! A page teaches several times: once as the rules leave it, and with some, most and all of what they know forgotten,
//! as on pages that they were not written for; half of the times its title is unknown. `ASLANT_REFIT=1 cargo test --lib fitted` writes the file anew.

use super::lines::Page;
use super::{features, rules, single, unlike, words};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Sets of pages to learn from. `fourth.txt` is held out.
const SETS: [&str; 4] = [
    include_str!("../../../tests/cleaning/first.txt"),
    include_str!("../../../tests/cleaning/second.txt"),
    include_str!("../../../tests/cleaning/third.txt"),
    include_str!("../../../tests/cleaning/prose.txt"),
];
/// What part of the rules' verdicts is forgotten, in percent.
const FORGOTTEN: [u64; 4] = [0, 35, 70, 100];
/// Strength of the penalty on the squares of the weights, for the mean loss of a line.
const PENALTY: f64 = 0.002;
/// A line of prose that goes costs as much as so many of boilerplate that stay.
const PROSE_COSTS: f64 = 3.0;

/// A text, what is known of it, and which of its bytes are prose or boilerplate.
struct Gold {
    outlet: String,
    author: String,
    title: String,
    text: String,
    parts: Vec<(std::ops::Range<usize>, bool)>,
}

fn gold(set: &str) -> Vec<Gold> {
    let mut pages: Vec<Gold> = Vec::new();
    for line in set.lines().filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix("= ") {
            let mut fields = head.split('|').skip(1).map(|field| field.trim().to_owned());
            let mut next = || fields.next().unwrap();
            let (outlet, author, title) = (next(), next(), next());
            pages.push(Gold { outlet, author, title, text: String::new(), parts: Vec::new() });
            continue;
        }
        let page = pages.last_mut().unwrap();
        if !line.is_empty() {
            if line[1..].starts_with('~') {
                page.text.pop();
                page.text.push(' ');
            }
            let from = page.text.len();
            page.text.push_str(&line[2..]);
            page.parts.push((from..page.text.len(), line.starts_with('-')));
        }
        page.text.push('\n');
    }
    pages
}

/// The lines of all pages: their features, and whether they are boilerplate.
fn lines() -> Vec<(Vec<&'static str>, bool)> {
    let mut lines = Vec::new();
    let (mut scratch, mut names) = (Vec::new(), Vec::new());
    for gold in SETS.iter().flat_map(|set| gold(set)) {
        let [title, author, outlet] = [&gold.title, &gold.author, &gold.outlet].map(|name| words::hashes(name));
        for (percent, title) in FORGOTTEN.into_iter().zip([&title, &vec![], &title, &vec![]]) {
            let mut page = Page::new(&gold.text);
            if single::is_single(&page) {
                continue;
            }
            let known = single::Names { title, author: &author, outlet: &outlet };
            rules(&mut page, known, None);
            for block in 0..page.blocks.len() {
                let chance = words::combine([words::letters_hash(page.of(block)), percent, block as u64]) >> 20;
                if chance % 100 < percent {
                    page.blocks[block].verdict = None;
                }
            }
            for (block, place) in unlike::candidates(&page, title) {
                if unlike::is_protected(&page, block, title) {
                    continue;
                }
                let range = &page.blocks[block].range;
                let mut inside = gold.parts.iter().filter(|(part, _)| part.start < range.end && range.start < part.end);
                let Some((_, first)) = inside.next() else { continue };
                if inside.all(|(_, other)| other == first) {
                    features::of(&page, block, place, &known, &mut scratch, &mut names);
                    lines.push((names.clone(), *first));
                }
            }
        }
    }
    lines
}

/// Logistic regression by gradient descent with momentum: enough for a hundred features.
fn fit(lines: &[(Vec<&'static str>, bool)]) -> BTreeMap<&'static str, f64> {
    let mut columns = BTreeMap::new();
    lines.iter().flat_map(|line| &line.0).for_each(|name| {
        columns.insert(*name, 0);
    });
    columns.values_mut().enumerate().for_each(|(column, at)| *at = column);
    let rows: Vec<(Vec<usize>, f64)> = lines
        .iter()
        .map(|(names, is)| (names.iter().map(|n| columns[n]).collect(), f64::from(u8::from(*is))))
        .collect();
    let total: f64 = rows.iter().map(|(_, is)| if *is > 0.0 { 1.0 } else { PROSE_COSTS }).sum();
    let mut weights = vec![0.0; columns.len()];
    let mut speed = vec![0.0; columns.len()];
    for _ in 0..3000 {
        let mut slope: Vec<f64> = weights.iter().map(|w| w * PENALTY).collect();
        for (row, is) in &rows {
            let odds: f64 = row.iter().map(|column| weights[*column]).sum();
            let cost = if *is > 0.0 { 1.0 } else { PROSE_COSTS };
            let miss = cost * (1.0 / (1.0 + (-odds).exp()) - is) / total;
            row.iter().for_each(|column| slope[*column] += miss);
        }
        for ((weight, speed), slope) in weights.iter_mut().zip(&mut speed).zip(slope) {
            *speed = 0.9 * *speed - 0.3 * slope;
            *weight += *speed;
        }
    }
    columns.into_iter().map(|(name, column)| (name, weights[column])).collect()
}

#[test]
fn the_weights_are_those_fitted_to_the_pages() {
    let fitted = fit(&lines());
    if std::env::var_os("ASLANT_REFIT").is_some() {
        let mut file = "feature,weight\n".to_owned();
        for (name, weight) in &fitted {
            writeln!(file, "\"{name}\",{weight:.2}").unwrap();
        }
        std::fs::write("src/text/clean/en/unlike.csv", file).unwrap();
        return;
    }
    let committed = unlike::weights();
    assert_eq!(committed.len(), fitted.len());
    for (name, weight) in fitted {
        let here = f64::from(committed[name]);
        assert!((here - weight).abs() < 0.02, "{name}: {here}, fitted {weight:.3}; ASLANT_REFIT=1 writes them anew");
    }
}

#[test]
fn doubt_speaks_for_prose() {
    assert!(unlike::weights()["middle, closed"] < unlike::weights()["tail, open"]);
    let right = |(names, is): &(Vec<&'static str>, bool)| {
        names.iter().map(|name| unlike::weights()[name]).sum::<f32>() > 0.0 && *is
    };
    let lines = lines();
    assert!(lines.iter().filter(|line| right(line)).count() * 10 > lines.iter().filter(|l| l.1).count() * 8);
}
