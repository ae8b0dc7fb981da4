//! The map: outlets on two axes, those along which they differ most in all contrasts together.
//!
//! A row of the table is an outlet's shrunk log-odds of every pole against the whole, contrasts weighed alike however
//! many poles they have; the axes are its principal ones. A contrast that an outlet doesn't use leaves it at the average.
//! The first axis points towards the right end of the lexicon's axis, where it has one; else, and for the second, the
//! outlet that stands farthest out is on the positive side. Outlets with few articles don't shape the axes, they are only placed. Uncertainty: articles
//! are drawn again with replacement and placed on the same axes.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::{Estimate, IntervalOf, MIN_ARTICLES, Options, PRIOR};
use crate::cues::{End, Lexicon};
use crate::stats::interval::t_975;
use crate::stats::logit;
use crate::stats::principal::Axes;
use crate::stats::resample::{draw, stream};
use rayon::prelude::*;

/// Fewer outlets than this make no map.
const LEAST: usize = 3;

/// So often articles are drawn again.
const SAMPLES: usize = 200;

/// Two axes, with all that stands on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// By outlet its place along x and y; `None` without uses.
    pub outlets: Vec<Option<[Estimate; 2]>>,
    /// Where each pole draws an outlet that takes it: contrast, pole, and the direction along x and y.
    pub poles: Vec<(usize, usize, [f64; 2])>,
    /// The part of all variance between outlets that lies along x and y.
    pub explained: [f64; 2],
}

/// One column: a pole, and the share that it has of its contrast over all outlets.
struct Column {
    contrast: usize,
    pole: usize,
    number: usize,
    overall: f64,
    /// Makes contrasts with many poles weigh no more.
    weight: f64,
}

/// The map; `None` with fewer than three outlets of three articles or more, or where they don't differ.
pub fn map(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Option<Map> {
    let columns = columns(collected, index, lexicon, options);
    // By outlet and article: uses by column, and of the column's contrast.
    let uses: Vec<Vec<Vec<(f64, f64)>>> = index
        .articles
        .par_iter()
        .map(|articles| articles.iter().map(|&i| of_article(collected, index, &columns, i, options)).collect())
        .collect();
    let rows: Vec<Option<Vec<f64>>> = uses.iter().map(|articles| row(&columns, articles, None)).collect();
    let using = |outlet: &usize| uses[*outlet].iter().filter(|a| a.iter().any(|(_, n)| *n > 0.0)).count();
    let shaping: Vec<Vec<f64>> =
        (0..rows.len()).filter(|o| using(o) >= MIN_ARTICLES).filter_map(|o| rows[o].clone()).collect();
    if shaping.len() < LEAST || columns.len() < 2 {
        return None;
    }
    let mut axes = Axes::of(&shaping, columns.len());
    let total: f64 = axes.variances.iter().sum();
    if total <= 0.0 {
        return None;
    }
    orient(&mut axes, &shaping, &columns, lexicon);
    let place = |outlet: usize| {
        let row = rows[outlet].as_ref()?;
        let enough = using(&outlet) >= MIN_ARTICLES;
        let spread = if enough { spread(&axes, &columns, &uses[outlet], options) } else { None };
        Some([0, 1].map(|axis| {
            let value = axes.place(row, axis);
            let half = spread.and_then(|s| Some(t_975(using(&outlet) as f64 - 1.0)? * s[axis]));
            Estimate {
                value,
                interval: half.map(|half| (value - half, value + half)),
                of: if enough { IntervalOf::Articles } else { IntervalOf::Mentions },
            }
        }))
    };
    let direction = |(i, c): (usize, &Column)| (c.contrast, c.pole, [0, 1].map(|axis| axes.axes[axis][i] * c.weight));
    Some(Map {
        outlets: (0..rows.len()).into_par_iter().map(place).collect(),
        poles: columns.iter().enumerate().map(direction).collect(),
        explained: [0, 1].map(|axis| axes.variances[axis] / total),
    })
}

/// The poles that somebody uses, in the lexicon's order.
fn columns(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Vec<Column> {
    let mut columns = Vec::new();
    for (contrast, what) in lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category()) {
        let numbers = index.poles_of(contrast);
        let articles = || index.articles.iter().flatten().map(|&i| &collected.articles[i]);
        let total: f64 = articles().map(|a| f64::from(a.uses_of(numbers.clone(), options.voice))).sum();
        for (pole, number) in numbers.enumerate() {
            let count: f64 = articles().map(|a| f64::from(a.uses(number, options.voice))).sum();
            if count > 0.0 && count < total {
                let weight = 1.0 / (what.poles.len() as f64).sqrt();
                columns.push(Column { contrast, pole, number, overall: count / total, weight });
            }
        }
    }
    columns
}

fn of_article(
    collected: &Collected,
    index: &ByOutlet,
    columns: &[Column],
    article: usize,
    options: &Options,
) -> Vec<(f64, f64)> {
    let article = &collected.articles[article];
    let of_column = |c: &Column| {
        let whole = article.uses_of(index.poles_of(c.contrast), options.voice);
        (f64::from(article.uses(c.number, options.voice)), f64::from(whole))
    };
    columns.iter().map(of_column).collect()
}

/// An outlet's row: of its articles, each as often as `times` says. `None` without uses.
fn row(columns: &[Column], articles: &[Vec<(f64, f64)>], times: Option<&[u32]>) -> Option<Vec<f64>> {
    let mut sums = vec![(0.0, 0.0); columns.len()];
    for (i, article) in articles.iter().enumerate() {
        let times = times.map_or(1.0, |times| f64::from(times[i]));
        for (sum, uses) in sums.iter_mut().zip(article) {
            *sum = (sum.0 + times * uses.0, sum.1 + times * uses.1);
        }
    }
    let shrunk = |(c, (x, n)): (&Column, &(f64, f64))| {
        c.weight * (logit((x + PRIOR * c.overall) / (n + PRIOR)) - logit(c.overall))
    };
    sums.iter().any(|s| s.1 > 0.0).then(|| columns.iter().zip(&sums).map(shrunk).collect())
}

/// The standard error of an outlet's place, on axes that stay where they are.
fn spread(axes: &Axes, columns: &[Column], articles: &[Vec<(f64, f64)>], options: &Options) -> Option<[f64; 2]> {
    // The same stream for every outlet: its name decides nothing.
    let mut rng = stream(options.seed, "map");
    let mut times = vec![0; articles.len()];
    let mut sums = [(0.0, 0.0); 2];
    let mut drawn = 0.0;
    for _ in 0..SAMPLES {
        draw(&mut rng, &mut times);
        let Some(row) = row(columns, articles, Some(&times)) else { continue };
        drawn += 1.0;
        for (axis, sum) in sums.iter_mut().enumerate() {
            let x = axes.place(&row, axis);
            *sum = (sum.0 + x, sum.1 + x * x);
        }
    }
    (drawn > 1.0).then(|| sums.map(|(sum, squares)| ((squares - sum * sum / drawn).max(0.0) / (drawn - 1.0)).sqrt()))
}

/// Turns the first axis towards the right end of the lexicon's axis, where it has one; else, and the second axis, so that
/// the outlet that stands farthest out has a positive place: the order of the lexicon decides nothing.
fn orient(axes: &mut Axes, shaping: &[Vec<f64>], columns: &[Column], lexicon: &Lexicon) {
    let towards = |c: &Column| match lexicon.contrasts[c.contrast].poles[c.pole].leans {
        Some(End::Right) => 1.0,
        Some(End::Left) => -1.0,
        None => 0.0,
    };
    let right: f64 = columns.iter().zip(&axes.axes[0]).map(|(c, a)| towards(c) * c.weight * a).sum();
    let farthest = |axes: &Axes, axis: usize| -> f64 {
        let places = shaping.iter().map(|row| axes.place(row, axis));
        places.reduce(|a, b| if b.abs() > a.abs() + 1e-9 { b } else { a }).unwrap_or_default()
    };
    let first = if right.abs() > 1e-9 { right } else { farthest(axes, 0) };
    for (axis, sign) in [first, farthest(axes, 1)].into_iter().enumerate() {
        if sign < 0.0 {
            axes.flip(axis);
        }
    }
}
