//! How often the intervals cover and the tests err, by simulation: `cargo run --release --example coverage [RUNS [COLUMNS]]`
//! prints the table of `benches/coverage.md`, or the columns that are named, separated by commas. `tests/it/coverage.rs` runs a
//! part of it.

mod simulate;

use simulate::{Length, Setting};

/// The columns that one simulation gives, and the simulation.
type Column = (&'static [&'static str], fn(Setting, usize) -> Vec<f64>);

const COLUMNS: [Column; 8] = [
    (&["textbook", "interval"], |s, runs| pair(simulate::share(s, runs))),
    (&["equal"], |s, runs| vec![simulate::difference(s, 1, runs)]),
    (&["4 times"], |s, runs| vec![simulate::difference(s, 4, runs)]),
    (&["excess"], |s, runs| vec![simulate::excess(s, runs)]),
    // A bootstrap in every run: fewer of them.
    (&["lean"], |s, runs| vec![simulate::lean(s, runs / 3)]),
    (&["stories", "test", "RBG"], |s, runs| {
        let (stories, test, naive) = simulate::stories(s, runs);
        vec![stories, test, naive]
    }),
    (&["change"], |s, runs| vec![simulate::change(s, runs / 3)]),
    (&["map"], |s, runs| vec![simulate::map(s, runs)]),
];

/// Those of a plan; its width isn't a percentage of runs.
const PLAN: Column = (&["width", "power"], |s, runs| pair(simulate::plan(s, runs / 4)));

fn pair((a, b): (f64, f64)) -> Vec<f64> {
    vec![a, b]
}

#[allow(clippy::print_stdout)]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runs = arguments.first().and_then(|runs| runs.parse().ok()).unwrap_or(10_000);
    let asked: Option<Vec<&str>> = arguments.get(1).map(|names| names.split(',').collect());
    let wanted = |column: &&Column| asked.as_ref().is_none_or(|asked| column.0.iter().any(|name| asked.contains(name)));
    let columns: Vec<Column> = COLUMNS.iter().chain([&PLAN]).filter(wanted).copied().collect();
    let names: Vec<&str> = columns.iter().flat_map(|column| column.0.iter().copied()).collect();
    println!("| length | articles | ρ | share | {} |", names.join(" | "));
    println!("|---|---:|---:|---:|{}", "---:|".repeat(names.len()));
    for s in Setting::grid() {
        let length = if s.length == Length::Even { "even" } else { "uneven" };
        let numbers: Vec<String> =
            columns.iter().flat_map(|column| column.1(s, runs)).map(|n| format!("{n:.1}")).collect();
        println!("| {length} | {} | {} | {} | {} |", s.articles, s.overdispersion, s.share, numbers.join(" | "));
    }
}
