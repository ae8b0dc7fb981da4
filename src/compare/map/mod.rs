//! The map: outlets on two axes, along which they differ most in all contrasts together.
//!
//! A row of the table has an outlet's shrunk log-odds of every pole against the average, with equal weight for each
//! contrast however many poles it has. The axes are the principal axes of this table. A contrast that an outlet doesn't
//! use leaves it at the average. The first axis points towards the right end of the lexicon's axis, if there is one;
//! otherwise, and for the second axis, the outlet farthest from the middle is on the positive side. Outlets with few
//! articles don't shape the axes; they are only placed on them. Outlets can also be placed on the axes of an earlier
//! comparison ([`Options::project`]).
//!
//! | file | job |
//! |---|---|
//! | [`plane`] | where articles are on given axes, with the interval |
//! | [`frame`] | axes as they are stored, for placing others on them |

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

/// With fewer outlets there is no map.
const LEAST: usize = 3;

/// Two axes, and everything placed on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// The position of each outlet along x and y; `None` without uses.
    pub outlets: Vec<Option<[Estimate; 2]>>,
    /// If the axes are those of an earlier comparison, the position of each article along x and y; `None` without uses.
    pub articles: Option<Vec<Option<[f64; 2]>>>,
    /// The axes.
    pub plane: Plane,
    /// The part of the variance between the outlets that shaped the map that lies along x and y.
    pub explained: [f64; 2],
}

/// Checks that the given axes, if any, suit the lexicon.
///
/// # Errors
/// If they don't.
pub fn check(lexicon: &Lexicon, options: &Options) -> Result<()> {
    options.project.as_ref().map_or(Ok(()), |frame| frame.plane(lexicon, options.voice).map(drop))
}

/// The map; `None` with fewer than three outlets of three articles or more, or if these don't differ, unless axes are
/// given.
///
/// # Errors
/// If the given axes don't suit the lexicon.
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
    // Keeps contrasts with many poles from weighing more.
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
    // A tiny remainder of equal rows is rounding.
    if total <= 1e-18 {
        return None;
    }
    // The same for rows along one line.
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

/// The poles that any outlet uses, in the lexicon's order, without axes yet.
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

/// Orients the first axis towards the right end of the lexicon's axis, if there is one. Otherwise, and for the second
/// axis, the outlet farthest from the middle gets a positive position, so that the order of the lexicon has no
/// influence.
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
