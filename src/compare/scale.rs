//! Scales: one line per contrast, with every outlet placed between the two sides.
//!
//! If poles lean both ways, the sides are the poles of the two ends, and poles without `leans` are left out. Otherwise,
//! the two poles of a contrast are its sides; with more than two poles, it is the most used one against the rest.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::context::Context;
use super::contrasts::estimate;
use super::{Estimate, Options, Voices};
use crate::cues::{Contrast, End, Lexicon};
use rayon::prelude::*;

/// One outlet on a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// Index of the outlet.
    pub outlet: usize,
    /// The right side's part of the uses, from 0 to 1.
    pub share: Estimate,
    /// The part that the context alone predicts for the right side.
    pub expected: Option<f64>,
    /// Uses of both sides together, and the articles that have them.
    pub uses: (u64, usize),
}

/// One contrast as a line between two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Index of the contrast.
    pub contrast: usize,
    /// The name of the side at 0.
    pub left: String,
    /// The name of the side at 1.
    pub right: String,
    /// Indices of the poles of either side in the contrast.
    pub poles: (Vec<usize>, Vec<usize>),
    /// Poles on neither side that have uses in the voice of the options, with these uses.
    pub apart: Vec<(usize, u64)>,
    /// The outlets with at least one use in the voice of the options, from left to right.
    pub positions: Vec<Position>,
    /// The positions in each voice of the outlets with at least one use in it, sorted by outlet and voice: rows of
    /// `scales.csv`.
    pub by_voice: Vec<(Voices, Position)>,
}

/// One scale per contrast, in the lexicon's order.
pub fn scales(
    collected: &Collected,
    index: &ByOutlet,
    lexicon: &Lexicon,
    options: &Options,
    context: &Context,
) -> Vec<Scale> {
    let contrasts: Vec<_> = lexicon.contrasts.iter().enumerate().filter(|(_, c)| !c.is_category()).collect();
    contrasts.into_par_iter().map(|contrast| scale(collected, index, contrast, options, context)).collect()
}

fn scale(
    collected: &Collected,
    index: &ByOutlet,
    (contrast, what): (usize, &Contrast),
    options: &Options,
    context: &Context,
) -> Scale {
    let first = index.poles_of(contrast).start;
    let uses_of = |pole: usize| -> u64 {
        let articles = index.articles.iter().flatten();
        articles.map(|&i| u64::from(collected.poles.uses(&collected.articles[i], first + pole, options.voice))).sum()
    };
    let all: Vec<usize> = (0..what.poles.len()).collect();
    let side = |end| all.iter().copied().filter(|&p| what.poles[p].leans == Some(end)).collect::<Vec<_>>();
    let poles = if what.spans_axis() {
        (side(End::Left), side(End::Right))
    } else if what.poles.len() == 2 {
        (vec![0], vec![1])
    } else {
        // In a tie, the first in the lexicon.
        let top = all.iter().copied().max_by_key(|&p| (uses_of(p), std::cmp::Reverse(p))).unwrap_or(0);
        (all.iter().copied().filter(|&p| p != top).collect(), vec![top])
    };
    let names = |side: &[usize]| side.iter().map(|&p| what.poles[p].name.as_str()).collect::<Vec<_>>().join(", ");
    let other_names = !what.spans_axis() && what.poles.len() > 2;
    let apart = all.iter().filter(|p| !poles.0.contains(p) && !poles.1.contains(p)).map(|&p| (p, uses_of(p)));
    let apart = apart.filter(|(_, uses)| *uses > 0).collect();
    let (part, whole) = (&poles.1, [poles.0.as_slice(), &poles.1].concat());
    let position = |outlet: usize, voices: Voices| {
        let sums = index.sums(collected, (outlet, contrast), voices, |p| part.contains(&p), |p| whole.contains(&p));
        sums.ratio().map(|ratio| Position {
            outlet,
            share: estimate(&ratio),
            expected: context.expected_side(outlet, voices, contrast, (part, &whole)),
            uses: (sums.total() as u64, sums.clusters()),
        })
    };
    let rows = (0..index.articles.len()).flat_map(|outlet| Voices::ROWS.map(|voices| (outlet, voices)));
    let by_voice: Vec<_> = rows.filter_map(|(outlet, voices)| Some((voices, position(outlet, voices)?))).collect();
    let of_options = by_voice.iter().filter(|(voices, _)| *voices == options.voice);
    let mut positions: Vec<Position> = of_options.map(|(_, position)| position.clone()).collect();
    positions.sort_by(|a, b| a.share.value.total_cmp(&b.share.value).then(a.outlet.cmp(&b.outlet)));
    Scale {
        contrast,
        left: if other_names { "other names".to_owned() } else { names(&poles.0) },
        right: names(&poles.1),
        poles,
        apart,
        positions,
        by_voice,
    }
}

impl Scale {
    /// The right side's part of uses by pole; `None` if neither side is used.
    pub fn share_of(&self, uses: &[u32]) -> Option<f64> {
        let side = |poles: &[usize]| poles.iter().map(|&p| uses[p]).sum::<u32>();
        let (left, right) = (side(&self.poles.0), side(&self.poles.1));
        (left + right > 0).then(|| f64::from(right) / f64::from(left + right))
    }
}
