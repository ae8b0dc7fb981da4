//! How often the intervals cover and the tests err, by simulation: `cargo run --release --example coverage [RUNS]` prints
//! the tables of `benches/coverage.md`. `tests/it/coverage.rs` runs a part of it.

mod simulate;

use simulate::{Length, Setting};

#[allow(clippy::print_stdout)]
fn main() {
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(10_000);
    println!(
        "| length | articles | ρ | share | textbook | interval | equal | 4 times | excess | lean | map | stories | test | RBG | change | width | power |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for s in Setting::grid() {
        let length = if s.length == Length::Even { "even" } else { "uneven" };
        let (textbook, share) = simulate::share(s, runs);
        let (width, power) = simulate::plan(s, runs / 4);
        let (stories, test, naive) = simulate::stories(s, runs);
        let numbers = [
            textbook,
            share,
            simulate::difference(s, 1, runs),
            simulate::difference(s, 4, runs),
            simulate::excess(s, runs),
            // A bootstrap in every run: fewer of them.
            simulate::lean(s, runs / 3),
            simulate::map(s, runs),
            stories,
            test,
            naive,
            simulate::change(s, runs / 3),
            width,
            power,
        ];
        let cells = numbers.map(|n| format!("{n:.1}")).join(" | ");
        println!("| {length} | {} | {} | {} | {cells} |", s.articles, s.overdispersion, s.share);
    }
}
