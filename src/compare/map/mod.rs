//! The map: outlets on two axes, those along which they differ most in all contrasts together.
//!
//! A row of the table is an outlet's shrunk log-odds of every pole against the whole, contrasts weighed alike however
//! many poles they have; the axes are its principal ones. A contrast that an outlet doesn't use leaves it at the average.
//! The first axis points towards the right end of the lexicon's axis, where it has one; else, and for the second, the
//! outlet that stands farthest out is on the positive side. Outlets with few articles don't shape the axes, they are only
//! placed. Axes of an earlier comparison take others just as well ([`Options::project`]).
//!
//! | file | job |
//! |---|---|
//! | [`plane`] | where articles stand on axes that are given, with the interval |
//! | [`frame`] | axes as they are kept, for others to be placed on |

pub mod frame;
pub mod plane;

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::{Estimate, MIN_ARTICLES, Options, PRIOR};
use crate::cues::{End, Lexicon};
use crate::error::Result;
use crate::stats::principal::Axes;
pub use frame::Frame;
pub use plane::{Column, Plane};
use plane::{Uses, add_up};
use rayon::prelude::*;

/// Fewer outlets than this make no map.
const LEAST: usize = 3;

/// Two axes, with all that stands on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// By outlet its place along x and y; `None` without uses.
    pub outlets: Vec<Option<[Estimate; 2]>>,
    /// By article its place along x and y, where the axes are an earlier comparison's; `None` without uses.
    pub articles: Option<Vec<Option<[f64; 2]>>>,
    /// The axes.
    pub plane: Plane,
    /// The part of all variance between the outlets that shaped it that lies along x and y.
    pub explained: [f64; 2],
}

/// Whether the axes that are given suit the lexicon.
///
/// # Errors
/// Where they don't.
pub fn check(lexicon: &Lexicon, options: &Options) -> Result<()> {
    options.project.as_ref().map_or(Ok(()), |frame| frame.plane(lexicon, options.voice).map(drop))
}

/// The map; `None` with fewer than three outlets of three articles or more, or where they don't differ, unless the axes are
/// given.
///
/// # Errors
/// Where the axes that are given don't suit the lexicon.
pub fn map(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Result<Option<Map>> {
    let given = options.project.as_ref().map(|frame| Ok((frame.plane(lexicon, options.voice)?, frame.explained)));
    let found = match given.transpose()? {
        Some(given) => Some(given),
        None => shaped(collected, index, lexicon, options),
    };
    let Some((plane, explained)) = found else { return Ok(None) };
    let uses = |&i: &usize| of_article(collected, index, &plane.columns, i, options);
    let place = |articles: &Vec<usize>| plane.place(&articles.iter().map(uses).collect::<Vec<_>>());
    let articles = options.project.is_some().then(|| {
        let alone = |i: usize| plane.place(&[uses(&i)]).map(|place| place.map(|axis| axis.value));
        (0..collected.articles.len()).into_par_iter().map(alone).collect()
    });
    let outlets = index.articles.par_iter().map(place).collect();
    Ok(Some(Map { outlets, articles, plane, explained }))
}

/// The axes along which the outlets differ most, and the part of the variance along each.
fn shaped(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Option<(Plane, [f64; 2])> {
    let mut plane = Plane { prior: PRIOR, columns: columns(collected, index, lexicon, options) };
    // Makes contrasts with many poles weigh no more.
    let weight = |c: &Column| 1.0 / (lexicon.contrasts[c.contrast].poles.len() as f64).sqrt();
    let row = |articles: &Vec<usize>| {
        let uses = |&i: &usize| of_article(collected, index, &plane.columns, i, options);
        let used: Vec<Uses> = articles.iter().map(uses).filter(|a| a.iter().any(|(_, n)| *n > 0.0)).collect();
        let sums = add_up(&used.iter().collect::<Vec<_>>(), plane.columns.len());
        let log_odds = |(c, uses): (&Column, &(f64, f64))| weight(c) * plane.log_odds(c, *uses);
        (used.len() >= MIN_ARTICLES).then(|| plane.columns.iter().zip(&sums).map(log_odds).collect())
    };
    let rows: Vec<Option<Vec<f64>>> = index.articles.par_iter().map(row).collect();
    let shaping: Vec<Vec<f64>> = rows.into_iter().flatten().collect();
    if shaping.len() < LEAST || plane.columns.len() < 2 {
        return None;
    }
    let mut axes = Axes::of(&shaping, plane.columns.len());
    let total: f64 = axes.variances.iter().sum();
    // What is left of equal rows is rounding.
    if total <= 1e-18 {
        return None;
    }
    // So is what is left of rows along one line.
    if axes.variances[1] <= 1e-12 * total {
        axes.variances[1] = 0.0;
        axes.axes[1].fill(0.0);
    }
    orient(&mut axes, &shaping, &plane.columns, lexicon);
    for (i, column) in plane.columns.iter_mut().enumerate() {
        let weight = weight(column);
        column.average = axes.means[i] / weight;
        column.towards = [0, 1].map(|axis| axes.axes[axis][i] * weight);
    }
    Some((plane, [0, 1].map(|axis| axes.variances[axis] / total)))
}

/// The poles that somebody uses, in the lexicon's order, without axes yet.
fn columns(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Vec<Column> {
    let mut columns = Vec::new();
    for (contrast, _) in lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category()) {
        let numbers = index.poles_of(contrast);
        let articles = || index.articles.iter().flatten().map(|&i| &collected.articles[i]);
        let total: f64 =
            articles().map(|a| f64::from(collected.poles.uses_of(a, numbers.clone(), options.voice))).sum();
        for (pole, number) in numbers.enumerate() {
            let count: f64 = articles().map(|a| f64::from(collected.poles.uses(a, number, options.voice))).sum();
            if count > 0.0 && count < total {
                columns.push(Column { contrast, pole, share: count / total, average: 0.0, towards: [0.0; 2] });
            }
        }
    }
    columns
}

fn of_article(collected: &Collected, index: &ByOutlet, columns: &[Column], article: usize, options: &Options) -> Uses {
    let article = &collected.articles[article];
    let of_column = |c: &Column| {
        let poles = index.poles_of(c.contrast);
        let x = collected.poles.uses(article, poles.start + c.pole, options.voice);
        (f64::from(x), f64::from(collected.poles.uses_of(article, poles, options.voice)))
    };
    columns.iter().map(of_column).collect()
}

/// Turns the first axis towards the right end of the lexicon's axis, where it has one; else, and the second axis, so that
/// the outlet that stands farthest out has a positive place: the order of the lexicon decides nothing.
fn orient(axes: &mut Axes, shaping: &[Vec<f64>], columns: &[Column], lexicon: &Lexicon) {
    let towards = |c: &Column| match lexicon.contrasts[c.contrast].poles[c.pole].leans {
        Some(End::Right) => 1.0,
        Some(End::Left) => -1.0,
        None => 0.0,
    };
    let weight = |c: &Column| 1.0 / (lexicon.contrasts[c.contrast].poles.len() as f64).sqrt();
    let right: f64 = columns.iter().zip(&axes.axes[0]).map(|(c, a)| towards(c) * weight(c) * a).sum();
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
