//! Lean: where each outlet stands on the axis that the lexicon's poles define, −1 (left end) to 1 (right end).
//!
//! For every contrast whose poles lean both ways: with L and R uses of the poles of either end, n = L + R, the share
//! is shrunk towards the average outlet, s = (R + m·π)/(n + m), and held against it: d = logit s − logit π, with
//! m = [`PRIOR`] and π = Σ w r / Σ w over outlets with r = R/n, w = n/(n + m). An outlet's d is the mean over the
//! contrasts with the same weights w; its lean is tanh(d/2), which is 2·expit(d) − 1. So 0 is the average outlet *of
//! this corpus*, and one with few uses stays near it.
//!
//! The interval resamples every outlet's articles with replacement and takes the 2.5% and 97.5% quantiles; outlets
//! with fewer than [`MIN_ARTICLES`] articles with a leaning use have none.

use super::collect::{ByOutlet, Collected};
use super::{Estimate, IntervalOf, MIN_ARTICLES, Options, PRIOR};
use crate::cues::{End, Lexicon};
use crate::stats::logit;
use crate::stats::resample::{draw, percentile_interval, stream};
use rayon::prelude::*;

/// Uses of the left and of the right poles.
type Sides = (f64, f64);

/// The lean of every outlet; `None` for outlets without a leaning use, for all where the lexicon has no axis or where
/// fewer than two outlets have uses.
pub fn leans(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Vec<Option<Estimate>> {
    let contrasts: Vec<usize> = (0..lexicon.contrasts.len()).filter(|&c| lexicon.contrasts[c].spans_axis()).collect();
    let ends: Vec<Option<(usize, End)>> = lexicon
        .contrasts
        .iter()
        .enumerate()
        .flat_map(|(c, contrast)| {
            let at = contrasts.iter().position(|&x| x == c);
            contrast.poles.iter().map(move |p| at.zip(p.leans))
        })
        .collect();
    // By outlet, the articles with at least one leaning use: by contrast, the uses of either end.
    let articles: Vec<Vec<Vec<Sides>>> = index
        .articles
        .iter()
        .map(|articles| {
            let sides = articles.iter().map(|&i| {
                let mut sides = vec![(0.0, 0.0); contrasts.len()];
                for (pole, by_voice) in &collected.articles[i].poles {
                    let Some((contrast, end)) = ends[*pole] else { continue };
                    let uses = f64::from(options.voice.sum(by_voice));
                    match end {
                        End::Left => sides[contrast].0 += uses,
                        End::Right => sides[contrast].1 += uses,
                    }
                }
                sides
            });
            sides.filter(|sides| sides.iter().any(|(l, r)| l + r > 0.0)).collect()
        })
        .collect();
    if contrasts.is_empty() || articles.iter().filter(|a| !a.is_empty()).count() < 2 {
        return vec![None; index.articles.len()];
    }
    let observed: Vec<Vec<Sides>> = articles.iter().map(|a| add_up(a, None, contrasts.len())).collect();
    let values = lean_of(&observed);
    // One row of sums an outlet and sample, each outlet with a stream of its own, named by its first article so that
    // neither other outlets nor its own name change it.
    let samples: Vec<Vec<Vec<Sides>>> = articles
        .par_iter()
        .zip(&index.articles)
        .map(|(sides, all)| {
            let first = all.first().map_or("", |&i| collected.articles[i].id.as_str());
            let mut rng = stream(options.seed, &format!("lean:{first}"));
            let mut times = vec![0; sides.len()];
            let sample = |_| {
                draw(&mut rng, &mut times);
                add_up(sides, Some(&times), contrasts.len())
            };
            (0..options.resamples).map(sample).collect()
        })
        .collect();
    let mut resampled: Vec<Vec<f64>> = vec![Vec::with_capacity(options.resamples); articles.len()];
    for sample in 0..options.resamples {
        let sums: Vec<Vec<Sides>> = samples.iter().map(|s| s[sample].clone()).collect();
        for (values, value) in resampled.iter_mut().zip(lean_of(&sums)) {
            values.extend(value);
        }
    }
    let estimate = |((value, mut resampled), articles): ((Option<f64>, Vec<f64>), &Vec<_>)| {
        let enough = articles.len() >= MIN_ARTICLES;
        Some(Estimate {
            value: value?,
            interval: if enough { percentile_interval(&mut resampled) } else { None },
            of: if enough { IntervalOf::Articles } else { IntervalOf::Mentions },
        })
    };
    values.into_iter().zip(resampled).zip(&articles).map(estimate).collect()
}

/// Adds up articles, each as often as `times` says.
fn add_up(articles: &[Vec<Sides>], times: Option<&[u32]>, contrasts: usize) -> Vec<Sides> {
    let mut sums = vec![(0.0, 0.0); contrasts];
    for (i, article) in articles.iter().enumerate() {
        let times = times.map_or(1.0, |t| f64::from(t[i]));
        for (sum, (l, r)) in sums.iter_mut().zip(article) {
            sum.0 += times * l;
            sum.1 += times * r;
        }
    }
    sums
}

/// The lean of every outlet from its uses by contrast.
fn lean_of(outlets: &[Vec<Sides>]) -> Vec<Option<f64>> {
    let contrasts = outlets.first().map_or(0, Vec::len);
    let averages: Vec<Option<f64>> = (0..contrasts).map(|c| average_share(outlets.iter().map(|o| o[c]))).collect();
    let lean = |outlet: &Vec<Sides>| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for ((l, r), average) in outlet.iter().zip(&averages) {
            let Some(average) = average else { continue };
            let n = l + r;
            if n > 0.0 {
                let weight = n / (n + PRIOR);
                sum += weight * (logit((r + PRIOR * average) / (n + PRIOR)) - logit(*average));
                weights += weight;
            }
        }
        (weights > 0.0).then(|| (sum / weights / 2.0).tanh())
    };
    outlets.iter().map(lean).collect()
}

/// π: the share of the average outlet, kept off 0 and 1 by half a use; `None` where nobody uses the contrast.
fn average_share(sides: impl Iterator<Item = Sides>) -> Option<f64> {
    let (mut sum, mut weights, mut total) = (0.0, 0.0, 0.0);
    for (l, r) in sides.filter(|(l, r)| l + r > 0.0) {
        let n = l + r;
        let weight = n / (n + PRIOR);
        sum += weight * r / n;
        weights += weight;
        total += n;
    }
    (weights > 0.0).then(|| (sum / weights * total + 0.5) / (total + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposite_outlets_have_opposite_leans_and_few_uses_stay_near_zero() {
        let leans = lean_of(&[vec![(90.0, 10.0)], vec![(10.0, 90.0)], vec![(0.0, 1.0)], vec![(0.0, 0.0)]]);
        let [Some(left), Some(right), Some(few), None] = leans[..] else { panic!("{leans:?}") };
        assert!(left < -0.6 && right > 0.6 && (0.0..0.2).contains(&few), "{leans:?}");
    }

    #[test]
    fn swapping_the_ends_flips_the_sign() {
        let one = lean_of(&[vec![(9.0, 1.0), (2.0, 3.0)], vec![(4.0, 9.0), (5.0, 5.0)]]);
        let other = lean_of(&[vec![(1.0, 9.0), (3.0, 2.0)], vec![(9.0, 4.0), (5.0, 5.0)]]);
        for (a, b) in one.into_iter().zip(other) {
            assert!((a.expect("a lean") + b.expect("a lean")).abs() < 1e-12);
        }
    }
}
