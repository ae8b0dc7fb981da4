//! Fits the weights of [`super::unlike`] to the invented pages, and checks that the committed ones are the same.
//!
//! Every page is used several times: once as the rules leave it, and with some, most and all of the rules' verdicts
//! dropped, as on pages for which no rules were written; half of the time its title is unknown. The likelihood of the
//! chains is maximised, minus a penalty on the squares of the weights. `ASLANT_REFIT=1 cargo test --lib fitted`
//! rewrites the file.

use super::chain::{self, Link, Pair};
use super::feature::Feature;
use super::lines::Page;
use super::unlike::{self, PAIRS, Weights};
use super::{lines_of, rules, single, words};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Sets of pages to learn from. `fourth.txt` and `fifth.txt` are held out.
const SETS: [&str; 7] = [
    include_str!("../../../tests/cleaning/first.txt"),
    include_str!("../../../tests/cleaning/second.txt"),
    include_str!("../../../tests/cleaning/third.txt"),
    include_str!("../../../tests/cleaning/sixth.txt"),
    include_str!("../../../tests/cleaning/seventh.txt"),
    include_str!("../../../tests/cleaning/eighth.txt"),
    include_str!("../../../tests/cleaning/prose.txt"),
];
/// The share of the rules' verdicts that is dropped, in percent.
const FORGOTTEN: [u64; 4] = [0, 35, 70, 100];
/// Strength of the penalty on the squares of the weights, for the mean loss of a line.
const PENALTY: f64 = 0.001;
/// Steps of gradient descent.
const STEPS: usize = 1500;

/// A text, what is known about it, and which of its bytes are prose or boilerplate.
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

/// A page as a chain, with the true class of each line.
struct Example {
    links: Vec<Link>,
    /// By line: its features and whether it goes, for the lines that are looked at.
    open: Vec<Option<(Vec<&'static str>, bool)>>,
    goes: Vec<bool>,
    regions: Vec<usize>,
}

fn examples(gold: &Gold) -> Vec<Example> {
    let [title, author, outlet] = [&gold.title, &gold.author, &gold.outlet].map(|name| words::hashes(name));
    let mut examples = Vec::new();
    for (percent, title) in FORGOTTEN.into_iter().zip([&title, &vec![], &title, &vec![]]) {
        let mut page = Page::new(&gold.text);
        if single::is_single(&page) {
            continue;
        }
        let known = words::Names { title, author: &author, outlet: &outlet };
        rules(&mut page, known, None);
        for block in 0..page.blocks.len() {
            let chance = words::combine([words::letters_hash(page.of(block)), percent, block as u64]) >> 20;
            if chance % 100 < percent {
                page.blocks[block].verdict = None;
            }
        }
        let mut example = Example {
            links: unlike::known(&page),
            open: vec![None; page.blocks.len()],
            goes: page.blocks.iter().map(|b| b.verdict.is_some()).collect(),
            regions: unlike::regions(&page).collect(),
        };
        unlike::look(&page, &known, |at, found| {
            let range = &page.blocks[at.block].range;
            let mut inside = gold.parts.iter().filter(|(part, _)| part.start < range.end && range.start < part.end);
            let Some((_, first)) = inside.next() else { return };
            if inside.all(|(_, other)| other == first) {
                example.open[at.block] = Some((found.iter().map(Feature::name).collect(), *first));
                example.goes[at.block] = *first;
            }
        });
        examples.push(example);
    }
    examples
}

/// The columns of an example's lines, by [`Example::open`].
type Rows = Vec<Option<(Vec<usize>, bool)>>;

/// Adds the gradient of the loss of one example. `pairs` are the columns of [`PAIRS`].
fn learn(example: &Example, rows: &Rows, pairs: &[[usize; 3]; 3], weights: &[f64], slope: &mut [f64]) {
    let of = |columns: &[usize]| columns.iter().map(|column| weights[*column]).sum::<f64>() as f32;
    let mut links = example.links.clone();
    for (link, row) in links.iter_mut().zip(rows) {
        if let Some((columns, _)) = row {
            *link = Link::Open(of(columns));
        }
    }
    let weighed =
        pairs.map(|[first, second, both]| Pair { first: of(&[first]), second: of(&[second]), both: of(&[both]) });
    let between: Vec<Pair> = example.regions.iter().map(|region| weighed[*region]).collect();
    for (odds, row) in chain::odds(&links, &between).iter().zip(rows) {
        if let Some((columns, goes)) = row {
            let miss = 1.0 / (1.0 + f64::from(-odds).exp()) - f64::from(u8::from(*goes));
            columns.iter().for_each(|column| slope[*column] += miss);
        }
    }
    let expected = chain::pairs_going(&links, &between);
    for ((at, region), expected) in example.regions.iter().enumerate().zip(expected) {
        let (first, second) = (example.goes[at], example.goes[at + 1]);
        let truth = [first && !second, second && !first, first && second];
        for ((column, expected), truth) in pairs[*region].iter().zip(expected).zip(truth) {
            slope[*column] += f64::from(expected) - f64::from(u8::from(truth));
        }
    }
}

/// Gradient descent with momentum: enough for a hundred features.
fn fit(examples: &[&Example]) -> BTreeMap<&'static str, f64> {
    let mut columns: BTreeMap<&'static str, usize> = BTreeMap::new();
    let open = || examples.iter().flat_map(|example| example.open.iter().flatten());
    for name in open().flat_map(|(names, _)| names).chain(PAIRS.as_flattened()) {
        columns.insert(name, 0);
    }
    columns.values_mut().enumerate().for_each(|(column, at)| *at = column);
    let row = |(names, goes): &(Vec<&'static str>, bool)| (names.iter().map(|name| columns[name]).collect(), *goes);
    let rows: Vec<Rows> =
        examples.iter().map(|example| example.open.iter().map(|open| open.as_ref().map(row)).collect()).collect();
    let pairs = PAIRS.map(|names| names.map(|name| columns[name]));
    let lines = open().count() as f64;
    let mut weights = vec![0.0; columns.len()];
    let mut speed = vec![0.0; columns.len()];
    for _ in 0..STEPS {
        let mut slope = vec![0.0; columns.len()];
        for (example, rows) in examples.iter().zip(&rows) {
            learn(example, rows, &pairs, &weights, &mut slope);
        }
        for ((weight, speed), slope) in weights.iter_mut().zip(&mut speed).zip(slope) {
            *speed = 0.9 * *speed - 0.2 * (slope / lines + *weight * PENALTY);
            *weight += *speed;
        }
    }
    columns.into_iter().map(|(name, column)| (name, weights[column])).collect()
}

fn all() -> Vec<Example> {
    SETS.iter().flat_map(|set| gold(set)).flat_map(|gold| examples(&gold)).collect()
}

#[test]
fn the_weights_are_those_fitted_to_the_pages() {
    let fitted = fit(&all().iter().collect::<Vec<_>>());
    if std::env::var_os("ASLANT_REFIT").is_some() {
        let mut file = "feature,weight\n".to_owned();
        for (name, weight) in &fitted {
            writeln!(file, "\"{name}\",{weight:.2}").unwrap();
        }
        std::fs::write("src/text/clean/en/unlike.csv", file).unwrap();
        return;
    }
    let committed = unlike::english();
    assert_eq!(committed.len(), fitted.len());
    for (name, weight) in fitted {
        let here = f64::from(committed[name]);
        assert!((here - weight).abs() < 0.02, "{name}: {here}, fitted {weight:.3}; ASLANT_REFIT=1 writes them anew");
    }
}

/// For a page cleaned with these weights: the number of words of prose in total and kept, and of boilerplate in total
/// and removed.
fn words_left(gold: &Gold, weights: &Weights) -> [usize; 4] {
    let [title, author, outlet] = [&gold.title, &gold.author, &gold.outlet].map(|name| words::hashes(name));
    let names = words::Names { title: &title, author: &author, outlet: &outlet };
    let mut page = Page::new(&gold.text);
    if single::is_single(&page) {
        return [0; 4];
    }
    lines_of(&mut page, names, None, weights);
    let kept = page.into_prose().paragraphs;
    let mut counts = [0; 4];
    for (range, goes) in &gold.parts {
        let mut at = range.start;
        for word in gold.text[range.clone()].split(' ') {
            let stays = kept.iter().any(|k| k.start <= at && at < k.end);
            let [all, right] = if *goes { [2, 3] } else { [0, 1] };
            counts[all] += 1;
            counts[right] += usize::from(stays != *goes);
            at += word.len() + 1;
        }
    }
    counts
}

/// Cleans the pages of each outlet with weights that never saw it. Takes a minute in a debug build:
/// `cargo test --lib outlets_never_seen -- --ignored`.
#[test]
#[ignore = "takes a minute; the held-out pages in tests/it/cleaning.rs are always checked"]
fn pages_of_outlets_never_seen() {
    const FOLDS: u64 = 6;
    let golds: Vec<Gold> = SETS.iter().flat_map(|set| gold(set)).collect();
    let taught: Vec<Vec<Example>> = golds.iter().map(examples).collect();
    let fold = |gold: &Gold| (words::combine([words::letters_hash(&gold.outlet)]) >> 30) % FOLDS;
    let mut sum = [0; 4];
    for held_out in 0..FOLDS {
        let others = golds.iter().zip(&taught).filter(|(gold, _)| fold(gold) != held_out);
        let fitted = fit(&others.flat_map(|(_, examples)| examples).collect::<Vec<_>>());
        let weights = Weights::new(&fitted.into_iter().map(|(name, weight)| (name, weight as f32)).collect());
        for gold in golds.iter().filter(|gold| fold(gold) == held_out) {
            sum.iter_mut().zip(words_left(gold, &weights)).for_each(|(sum, words)| *sum += words);
        }
    }
    let share = |of: [usize; 2]| of[1] as f64 / of[0] as f64;
    let (kept, removed) = (share([sum[0], sum[1]]), share([sum[2], sum[3]]));
    assert!(kept > 0.96 && removed > 0.90, "{kept:.4} {removed:.4}");
}
