//! Lean: the position of each outlet on the axis defined by the lexicon's poles, from −1 (left end) to 1 (right end).
//!
//! For every contrast with poles that lean both ways: with L and R uses of the poles of either end, n = L + R, the
//! share is shrunk towards the average outlet, s = (R + m·π)/(n + m), and compared with it: d = logit s − logit π. Here
//! m = [`PRIOR`], and π = Σ w r / Σ w over outlets with r = R/n and w = n/(n + m), with half a use added on either
//! side; if no outlet uses one of the sides, d = 0. An outlet's d is the mean over the contrasts with the same weights
//! w; its lean is tanh(d/2), which is 2·expit(d) − 1. So 0 is the average outlet *of this corpus*, and an outlet with
//! few uses stays near it.
//!
//! The interval is d ± t · its standard error, transformed by tanh, with the t quantile for Kish's effective number of
//! articles (by their leaning uses) minus 1. The standard error comes from resampling every outlet's articles with
//! replacement, with the same correction as for a share ([`Ratio::small_sample_correction`]). If all of the outlet's
//! articles have the same share of a contrast, so has every sample, which isn't taken as certainty: such a contrast
//! adds the variance of one observation per article, or, if only one side is used, of half an article out of its
//! articles. Outlets with fewer than [`MIN_ARTICLES`] articles with a leaning use have no interval.
//! `benches/coverage.md` reports how often the interval covers.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::{Estimate, IntervalOf, MIN_ARTICLES, Options, PRIOR};
use crate::cues::{End, Lexicon};
use crate::stats::cluster::{Cluster, Correction, Ratio, Sums};
use crate::stats::fdr::benjamini_hochberg;
use crate::stats::interval::{t_975, t_two_sided_p};
use crate::stats::logit;
use crate::stats::resample::{draw, stream};
use rayon::prelude::*;

/// Uses of the left and the right poles.
pub type Sides = (f64, f64);

/// The uses of one contrast in an article: its index among the contrasts with two ends, and the uses of its left and right
/// poles.
pub type LeaningUse = (u32, [u32; 2]);

/// The leaning uses of an outlet's articles: of each article only the contrasts that it uses, because that is few of many.
#[derive(Debug, Clone, Default)]
pub struct LeaningUses {
    /// Where the uses of each article end.
    ends: Vec<u32>,
    uses: Vec<LeaningUse>,
}

impl LeaningUses {
    /// Adds an article; one without a leaning use is ignored.
    pub fn push(&mut self, uses: impl IntoIterator<Item = LeaningUse>) {
        let before = self.uses.len();
        self.uses.extend(uses.into_iter().filter(|(_, sides)| *sides != [0; 2]));
        if self.uses.len() > before {
            self.ends.push(self.uses.len() as u32);
        }
    }

    /// How many articles have a leaning use.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The uses of each article.
    fn articles(&self) -> impl Iterator<Item = &[LeaningUse]> {
        let mut begin = 0;
        self.ends.iter().map(move |&end| {
            let article = &self.uses[begin..end as usize];
            begin = end as usize;
            article
        })
    }
}

/// An outlet's lean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lean {
    /// The lean with its interval.
    pub estimate: Estimate,
    /// Articles with a leaning use.
    pub articles: usize,
    /// Two-sided p-value of a lean of 0, from the same standard error as the interval; `None` if there is no interval.
    pub p: Option<f64>,
    /// The q-value: Benjamini–Hochberg over all outlets.
    pub q: Option<f64>,
}

/// The lean of every outlet; `None` for outlets without a leaning use, and for all if the lexicon has no axis or fewer
/// than two outlets have uses.
pub fn leans(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options) -> Vec<Option<Lean>> {
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
    let of_outlet = |articles: &Vec<usize>| {
        let (mut leaning, mut uses) = (LeaningUses::default(), Vec::<LeaningUse>::new());
        for &article in articles {
            uses.clear();
            // Poles are sorted, so those of a contrast follow one another.
            for (pole, by_voice) in collected.poles.of(&collected.articles[article]) {
                let Some((contrast, end)) = ends[*pole as usize] else { continue };
                if uses.last().is_none_or(|last| last.0 != contrast as u32) {
                    uses.push((contrast as u32, [0; 2]));
                }
                let side = usize::from(end == End::Right);
                uses.last_mut().into_iter().for_each(|last| last.1[side] += options.voice.sum(by_voice));
            }
            leaning.push(uses.iter().copied());
        }
        leaning
    };
    let outlets: Vec<LeaningUses> = index.articles.par_iter().map(of_outlet).collect();
    let names: Vec<&str> = index.firsts.iter().map(String::as_str).collect();
    from_uses(&outlets, contrasts.len(), &names, options)
}

/// The lean of every outlet from its articles' leaning uses of `contrasts` contrasts. `names` name the outlets' random
/// streams. `None` as in [`leans`].
pub fn from_uses(outlets: &[LeaningUses], contrasts: usize, names: &[&str], options: &Options) -> Vec<Option<Lean>> {
    if outlets.iter().filter(|outlet| !outlet.is_empty()).count() < 2 {
        return vec![None; outlets.len()];
    }
    let total = |outlet: &LeaningUses| {
        let mut sums = vec![(0.0, 0.0); contrasts];
        outlet.articles().for_each(|article| add(&mut sums, article, 1.0));
        sums
    };
    let observed: Vec<Vec<Sides>> = outlets.iter().map(total).collect();
    let values = log_odds(&observed);
    let spread = resample(outlets, contrasts, names, options);
    let estimate = |outlet: usize| {
        let d = values[outlet]?;
        let enough = outlets[outlet].len() >= MIN_ARTICLES;
        let Correction { variance_factor, df } = right_share(&outlets[outlet])?.small_sample_correction();
        let variance = spread[outlet] * variance_factor + unvaried_variance(&outlets[outlet], &observed[outlet]);
        let half = t_975(df).map(|t| t * variance.sqrt()).filter(|_| enough);
        let p = t_two_sided_p(d / variance.sqrt(), df).filter(|_| half.is_some());
        let estimate = Estimate {
            value: (d / 2.0).tanh(),
            interval: half.map(|half| (((d - half) / 2.0).tanh(), ((d + half) / 2.0).tanh())),
            of: if enough { IntervalOf::Articles } else { IntervalOf::Mentions },
        };
        Some(Lean { estimate, articles: outlets[outlet].len(), p, q: None })
    };
    let mut leans: Vec<Option<Lean>> = (0..outlets.len()).map(estimate).collect();
    let p: Vec<f64> = leans.iter().flatten().filter_map(|lean| lean.p).collect();
    let tested = leans.iter_mut().flatten().filter(|lean| lean.p.is_some());
    tested.zip(benjamini_hochberg(&p)).for_each(|(lean, q)| lean.q = Some(q));
    leans
}

/// The right side's part of all leaning uses.
fn right_share(outlet: &LeaningUses) -> Option<Ratio> {
    let cluster = |article: &[LeaningUse]| {
        let [l, r] = [0, 1].map(|side| article.iter().map(|(_, sides)| f64::from(sides[side])).sum::<f64>());
        Cluster { x: r, n: l + r }
    };
    outlet.articles().map(cluster).collect::<Sums>().ratio()
}

/// This many samples are drawn before they are summed up; bounds the memory.
const CHUNK: usize = 50;

/// For each outlet, the variance of its log-odds over samples of all outlets' articles.
fn resample(outlets: &[LeaningUses], contrasts: usize, names: &[&str], options: &Options) -> Vec<f64> {
    let mut streams: Vec<_> = names.iter().map(|name| stream(options.seed, &format!("lean:{name}"))).collect();
    let mut sums = vec![(0.0, 0.0, 0.0); outlets.len()];
    let mut left = options.resamples;
    while left > 0 {
        let samples = left.min(CHUNK);
        left -= samples;
        let chunk: Vec<Vec<Sides>> = outlets
            .par_iter()
            .zip(&mut streams)
            .map(|(outlet, rng)| {
                let mut times = vec![0; outlet.len()];
                let mut drawn = vec![(0.0, 0.0); samples * contrasts];
                for sample in drawn.chunks_exact_mut(contrasts) {
                    draw(rng, &mut times);
                    let articles = outlet.articles().zip(&times).filter(|(_, times)| **times > 0);
                    articles.for_each(|(article, times)| add(sample, article, f64::from(*times)));
                }
                drawn
            })
            .collect();
        for sample in 0..samples {
            let outlets: Vec<&[Sides]> = chunk.iter().map(|drawn| &drawn[sample * contrasts..][..contrasts]).collect();
            for (sum, d) in sums.iter_mut().zip(log_odds(&outlets)) {
                if let Some(d) = d {
                    *sum = (sum.0 + 1.0, sum.1 + d, sum.2 + d * d);
                }
            }
        }
    }
    sums.iter().map(|(n, x, xx)| if *n > 1.0 { ((xx - x * x / n) / (n - 1.0)).max(0.0) } else { 0.0 }).collect()
}

/// The variance added by contrasts of which all articles of an outlet have the same share: the variance of one
/// observation per article, as far as the prior lets it through; or, if only one side is used, of half an article out
/// of its articles.
fn unvaried_variance(outlet: &LeaningUses, total: &[Sides]) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (contrast, (l, r)) in total.iter().enumerate() {
        let n = l + r;
        if n <= 0.0 {
            continue;
        }
        let weight = n / (n + PRIOR);
        weights += weight;
        let is_one_sided = *l <= 0.0 || *r <= 0.0;
        let of_contrast = outlet.uses.iter().filter(|(of, _)| *of as usize == contrast);
        let cluster = |(_, [l, r]): &LeaningUse| Cluster { x: f64::from(*r), n: f64::from(*l) + f64::from(*r) };
        let Some(ratio) = of_contrast.map(cluster).collect::<Sums>().ratio() else { continue };
        // A single article is missing from a third of the samples, which is variation enough.
        if is_one_sided || ratio.spread().is_some_and(|spread| !spread.varies()) {
            let k = ratio.clusters as f64;
            let share = if is_one_sided { 0.5 / (k + 1.0) } else { ratio.value };
            sum += (weight * weight).powi(2) / (k * share * (1.0 - share));
        }
    }
    if weights > 0.0 { sum / (weights * weights) } else { 0.0 }
}

/// Adds an article to the sums, `times` times.
fn add(sums: &mut [Sides], article: &[LeaningUse], times: f64) {
    for (contrast, [l, r]) in article {
        let sum = &mut sums[*contrast as usize];
        sum.0 += times * f64::from(*l);
        sum.1 += times * f64::from(*r);
    }
}

/// d of every outlet, from its uses by contrast, `(n_outlets)(n_contrasts)`. 0 is the average outlet; the lean is
/// tanh(d/2). `None` for an outlet without uses.
pub fn log_odds<S: AsRef<[Sides]>>(outlets: &[S]) -> Vec<Option<f64>> {
    let contrasts = outlets.first().map_or(0, |outlet| outlet.as_ref().len());
    let average = |c| average_share(outlets.iter().map(|outlet| outlet.as_ref()[c]));
    let averages: Vec<Option<f64>> = (0..contrasts).map(average).collect();
    let of_outlet = |outlet: &S| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for ((l, r), average) in outlet.as_ref().iter().zip(&averages) {
            let Some(average) = average else { continue };
            let n = l + r;
            if n > 0.0 {
                let weight = n / (n + PRIOR);
                weights += weight;
                // If all use only one side, no outlet differs from the average.
                if *average > 0.0 && *average < 1.0 {
                    sum += weight * (logit((r + PRIOR * average) / (n + PRIOR)) - logit(*average));
                }
            }
        }
        (weights > 0.0).then(|| sum / weights)
    };
    outlets.iter().map(of_outlet).collect()
}

/// π: the share of the average outlet. Half a use keeps it away from 0 and 1, unless no outlet uses the left or the
/// right side. `None` if no outlet uses the contrast.
fn average_share(sides: impl Iterator<Item = Sides>) -> Option<f64> {
    let (mut sum, mut weights, mut total, mut right) = (0.0, 0.0, 0.0, 0.0);
    for (l, r) in sides.filter(|(l, r)| l + r > 0.0) {
        let n = l + r;
        let weight = n / (n + PRIOR);
        sum += weight * r / n;
        weights += weight;
        total += n;
        right += r;
    }
    let share = (weights > 0.0).then(|| sum / weights)?;
    Some(if right <= 0.0 || right >= total { share.round() } else { (share * total + 0.5) / (total + 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An outlet of articles with uses of one contrast.
    fn outlet(n: usize, sides: [u32; 2], m: usize, others: [u32; 2]) -> LeaningUses {
        let mut outlet = LeaningUses::default();
        std::iter::repeat_n(sides, n).chain(std::iter::repeat_n(others, m)).for_each(|sides| outlet.push([(0, sides)]));
        outlet
    }

    #[test]
    fn articles_have_the_contrasts_that_they_use() {
        let mut outlet = LeaningUses::default();
        outlet.push([(0, [1, 0]), (3, [0, 0]), (7, [2, 5])]);
        outlet.push([(1, [0, 0])]);
        outlet.push([]);
        outlet.push([(2, [0, 1])]);
        let articles: Vec<&[LeaningUse]> = outlet.articles().collect();
        assert_eq!(articles, [&[(0, [1, 0]), (7, [2, 5])][..], &[(2, [0, 1])]]);
        assert_eq!((outlet.len(), outlet.is_empty(), LeaningUses::default().is_empty()), (2, false, true));
    }

    #[test]
    fn opposite_outlets_have_opposite_leans_and_few_uses_stay_near_zero() {
        let leans = log_odds(&[vec![(90.0, 10.0)], vec![(10.0, 90.0)], vec![(0.0, 1.0)], vec![(0.0, 0.0)]]);
        let [Some(left), Some(right), Some(few), None] = leans[..] else { panic!("{leans:?}") };
        assert!(left < -1.2 && right > 1.2 && (0.0..0.4).contains(&few), "{leans:?}");
    }

    #[test]
    fn outlets_that_are_the_same_stand_in_the_middle() {
        for sides in [(3.0, 0.0), (0.0, 3.0), (2.0, 2.0)] {
            assert_eq!(log_odds(&[vec![sides], vec![sides]]), [Some(0.0); 2], "{sides:?}");
        }
    }

    #[test]
    fn what_an_interval_leaves_out_has_a_small_p() {
        let outlet = |left: usize, right: usize| outlet(left, [1, 0], right, [0, 1]);
        let all = [outlet(30, 10), outlet(10, 30), outlet(19, 21), outlet(1, 1)];
        let leans = from_uses(&all, 1, &["a", "b", "c", "d"], &Options::default());
        for (lean, is_far) in leans.iter().zip([true, true, false]) {
            let Lean { estimate, p: Some(p), q: Some(q), .. } = lean.expect("a lean") else { panic!("{lean:?}") };
            let (low, high) = estimate.interval.expect("an interval");
            assert_eq!((low > 0.0 || high < 0.0, p < 0.05), (is_far, is_far), "{lean:?}");
            assert!(p <= q);
        }
        let few = leans[3].expect("a lean");
        assert_eq!((few.estimate.interval, few.p, few.q), (None, None, None));
    }

    #[test]
    fn the_same_share_in_every_article_is_no_certainty() {
        let all = [[2, 1], [1, 2], [1, 1]].map(|sides| outlet(4, sides, 0, [0, 0]));
        for lean in from_uses(&all, 1, &["a", "b", "c"], &Options::default()) {
            let Lean { estimate, p: Some(p), .. } = lean.expect("a lean") else { panic!("{lean:?}") };
            let (low, high) = estimate.interval.expect("an interval");
            assert!(low < 0.0 && high > 0.0 && p > 0.1, "{estimate:?} {p}");
        }
    }

    #[test]
    fn swapping_the_ends_flips_the_sign() {
        let one = log_odds(&[vec![(9.0, 1.0), (2.0, 3.0)], vec![(4.0, 9.0), (5.0, 5.0)]]);
        let other = log_odds(&[vec![(1.0, 9.0), (3.0, 2.0)], vec![(9.0, 4.0), (5.0, 5.0)]]);
        for (a, b) in one.into_iter().zip(other) {
            assert!((a.expect("log-odds") + b.expect("log-odds")).abs() < 1e-12);
        }
    }
}
