//! Tests of rates and pairs, change points, power and planning, and places on a map against scipy, statsmodels and
//! numpy.

use super::read;
use crate::common::assert_close;
use aslant::compare::map::plane::{Column, Plane};
use aslant::stats::binomial::ClopperPearson;
use aslant::stats::change_point::{Period, change_point};
use aslant::stats::cluster::Cluster;
use aslant::stats::mantel_haenszel::{Table, pool};
use aslant::stats::power::{noncentral_t, power};
use aslant::stats::rate::{Group, OneRate, TwoRates, Uses};
use aslant::stats::resample::stream;
use aslant::stats::spread::{Logit, Spread};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    two_rates: Vec<TwoRatesCase>,
    rates: Vec<RateCase>,
    turned: Vec<Turned>,
    changes: Vec<ChangeCase>,
    noncentral_t: Vec<Noncentral>,
    power: Vec<PowerCase>,
    widths: Vec<Width>,
    places: Vec<Place>,
}

#[derive(Deserialize)]
struct TwoRatesCase {
    a: Vec<(f64, f64)>,
    b: Vec<(f64, f64)>,
    log2_ratio: f64,
    p: f64,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Deserialize)]
struct RateCase {
    articles: Vec<(f64, f64)>,
    burst: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Turned {
    tables: Vec<[f64; 4]>,
    p: f64,
}

#[derive(Deserialize)]
struct ChangeCase {
    periods: Vec<(f64, f64, f64)>,
    at: usize,
    difference: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Noncentral {
    t: f64,
    df: f64,
    delta: f64,
    p: f64,
}

#[derive(Deserialize)]
struct PowerCase {
    a: (f64, f64, f64),
    b: (f64, f64, f64),
    level: f64,
    power: f64,
}

#[derive(Deserialize)]
struct Width {
    share: f64,
    dispersion: f64,
    evenness: f64,
    width: f64,
    clusters: f64,
}

#[derive(Deserialize)]
struct Place {
    /// Contrast, share, average, x, y.
    names: Vec<(usize, f64, f64, f64, f64)>,
    articles: Vec<Vec<(f64, f64)>>,
    place: [f64; 2],
    low: [f64; 2],
    high: [f64; 2],
}

fn reference() -> Reference {
    let reference: Reference = read("tests.json");
    assert!(reference.two_rates.len() >= 5 && reference.noncentral_t.len() >= 80 && reference.places.len() >= 3);
    reference
}

fn side(articles: &[(f64, f64)]) -> (Uses, Group) {
    let (mut uses, mut group) = (Uses::default(), Group::default());
    for &(x, n) in articles {
        group.add(n);
        if x > 0.0 {
            uses.add(Cluster { x, n });
        }
    }
    (uses, group)
}

#[test]
fn tests_of_two_rates_equal_statsmodels_and_scipy() {
    for case in reference().two_rates {
        let rates = TwoRates { a: side(&case.a), b: side(&case.b) };
        let what = format!("{:?} {:?}", case.a, case.b);
        assert_close(rates.log2_ratio(), case.log2_ratio, 1e-12, &what);
        assert_close(rates.p(), case.p, 1e-9, &what);
        assert_eq!(rates.p_below_05(), if rates.p() < 0.05 { rates.p() } else { 1.0 });
        if let (Some(low), Some(high)) = (case.low, case.high) {
            let found = rates.interval();
            assert_close(found.0.expect("an end"), low, 1e-9, &what);
            assert_close(found.1.expect("an end"), high, 1e-9, &what);
        }
    }
}

#[test]
fn intervals_of_rates_equal_the_formula_and_scipys_exact_one() {
    for case in reference().rates {
        let (uses, group) = side(&case.articles);
        let rate = OneRate { uses, group };
        let (low, high) = rate.interval(case.burst, &mut ClopperPearson::default()).expect("an interval");
        assert_close(1000.0 * low, 1000.0 * case.low, 1e-9, &format!("{:?}", case.articles));
        assert_close(1000.0 * high, 1000.0 * case.high, 1e-9, &format!("{:?}", case.articles));
    }
}

#[test]
fn stories_turned_round_equal_all_ways_in_python() {
    for case in reference().turned {
        let tables: Vec<Table> = case.tables.iter().map(|&[a, b, c, d]| Table { a, b, c, d }).collect();
        assert_close(pool(&tables).p.expect("p"), case.p, 1e-9, &format!("{:?}", case.tables));
    }
}

#[test]
fn changes_equal_all_orders_of_the_periods() {
    for case in reference().changes {
        let periods: Vec<Period> = case.periods.iter().map(|&(x, n, clusters)| Period { x, n, clusters }).collect();
        let mut found = Vec::new();
        for i in 0..40 {
            let change = change_point(&periods, &mut stream(i, "reference")).expect("a change");
            assert_eq!(change.at, case.at);
            assert_close(change.difference, case.difference, 1e-12, "a difference");
            found.push(change.p);
        }
        // Sampled: with twenty orders that are as extreme, the relative error of one p is .22.
        let mean = found.iter().sum::<f64>() / 40.0;
        assert!((mean / case.p - 1.0).abs() < 0.15, "{mean} {}", case.p);
    }
}

#[test]
fn the_noncentral_t_and_power_equal_scipy() {
    for Noncentral { t, df, delta, p } in reference().noncentral_t {
        assert_close(noncentral_t(t, df, delta), p, 1e-9, &format!("t {t}, df {df}, delta {delta}"));
    }
    let logit = |(value, variance, df)| Logit { value, variance, df };
    for case in reference().power {
        let found = power(logit(case.a), logit(case.b), case.level).expect("a power");
        assert_close(found, case.power, 1e-8, &format!("{:?} {:?}", case.a, case.b));
    }
}

#[test]
fn so_many_clusters_have_an_interval_of_the_width_that_scipy_solved_for() {
    for case in reference().widths {
        let spread = Spread { share: case.share, dispersion: case.dispersion, evenness: case.evenness };
        let (low, high) = spread.interval(case.clusters).expect("an interval");
        assert_close(high - low, case.width, 1e-9, &format!("{spread:?}"));
    }
}

#[test]
fn places_and_their_intervals_equal_numpys_jackknife() {
    for case in reference().places {
        let column = |(pole, &(contrast, share, average, x, y)): (usize, &(usize, f64, f64, f64, f64))| Column {
            contrast,
            pole,
            share,
            average,
            towards: [x, y],
        };
        let plane = Plane { prior: 10.0, columns: case.names.iter().enumerate().map(column).collect() };
        let found = plane.place(&case.articles).expect("a place");
        for axis in [0, 1] {
            let (low, high) = found[axis].interval.expect("an interval");
            assert_close(found[axis].value, case.place[axis], 1e-11, "a place");
            assert_close(low, case.low[axis], 1e-9, "low");
            assert_close(high, case.high[axis], 1e-9, "high");
        }
    }
}
