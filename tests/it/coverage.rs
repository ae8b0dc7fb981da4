//! Intervals have their nominal coverage and tests their nominal error rate, on a part of the grid of
//! `examples/coverage`, which runs more of it; `benches/coverage.md` has the numbers. Seeds are fixed.

#[path = "../../examples/coverage/simulate.rs"]
mod simulate;

use rayon::prelude::*;
use simulate::{Length, Setting};

const RUNS: usize = 1500;
/// Three standard errors of 95% in this many runs.
const NOISE: f64 = 1.7;

fn few_runs() -> impl Iterator<Item = Setting> {
    // The largest outlets are the most expensive and least informative: two of them are enough.
    Setting::grid().into_iter().filter(|s| s.articles < 200 || (s.overdispersion == 0.1 && s.share == 0.2))
}

/// Whether there are enough data for intervals not to be wider than nominal.
fn is_enough(s: &Setting) -> bool {
    s.length == Length::Even && s.articles >= 30 && s.share >= 0.2
}

#[track_caller]
fn assert_covers(covered: f64, s: &Setting, what: &str) {
    assert!(covered >= 93.0 - NOISE, "{what} covers {covered:.1}%: {s:?}");
    assert!(covered <= 97.0 + NOISE || !is_enough(s), "{what} covers {covered:.1}%: {s:?}");
}

#[track_caller]
fn assert_errs(rejected: f64, s: &Setting, what: &str) {
    assert!(rejected <= 6.0 + NOISE, "{what} rejects {rejected:.1}%: {s:?}");
    assert!(rejected >= 4.0 - NOISE || !is_enough(s), "{what} rejects {rejected:.1}%: {s:?}");
}

#[test]
fn shares_and_their_differences() {
    let mut textbook_fails = 0;
    for s in few_runs() {
        let (textbook, used) = simulate::share(s, RUNS);
        assert_covers(used, &s, "the interval of a share");
        textbook_fails += usize::from(textbook < 93.0 - NOISE);
        assert_errs(simulate::difference(s, 1, RUNS), &s, "the test of two shares");
        assert_errs(simulate::difference(s, 4, RUNS / 2), &s, "the test against others");
    }
    // This test must be able to fail: textbook intervals do.
    assert!(textbook_fails >= 2, "{textbook_fails}");
}

#[test]
fn excess_and_lean() {
    for s in few_runs().filter(|s| s.articles == 30) {
        assert_covers(simulate::excess(s, RUNS), &s, "the interval of the excess");
    }
    for share in [0.2, 0.5] {
        let s = Setting { articles: 30, overdispersion: 0.3, share, length: Length::Uneven };
        assert_covers(simulate::lean(s, 200), &s, "the interval of lean");
    }
}

#[test]
fn stories_and_changes() {
    // Every end of an interval takes dozens of tests, so settings run in parallel.
    let settings: Vec<Setting> = few_runs().filter(|s| s.articles == 30).collect();
    let naive_fails = settings.into_par_iter().map(|s| {
        let (covered, rejected, naive) = simulate::stories(s, RUNS);
        assert!(covered >= 93.0 - NOISE, "stories: the interval covers {covered:.1}%: {s:?}");
        assert_errs(rejected, &s, "stories: the test");
        usize::from(naive < 93.0 - NOISE)
    });
    let naive_fails: usize = naive_fails.sum();
    assert!(naive_fails >= 2, "{naive_fails}");
    let s = Setting { articles: 60, overdispersion: 0.1, share: 0.2, length: Length::Even };
    let found = simulate::change(s, 400);
    assert!((1.0..=8.0).contains(&found), "changes: {found:.1}%");
}

#[test]
fn places_on_the_map() {
    for s in few_runs().filter(|s| s.articles == 30) {
        assert_covers(simulate::map(s, RUNS), &s, "the interval of a place");
    }
}

#[test]
fn plans_come_true() {
    for s in few_runs().filter(|s| s.articles == 30 && s.length == Length::Even && s.share >= 0.2) {
        let (width, power) = simulate::plan(s, 400);
        assert!((90.0..110.0).contains(&width), "{width:.1}% of the width that came: {s:?}");
        assert!((70.0..90.0).contains(&power), "a power of {power:.1} instead of 80: {s:?}");
    }
}
