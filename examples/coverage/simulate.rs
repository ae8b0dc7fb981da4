//! Invented outlets whose true share is known: how often an interval covers it, how often a test rejects what is true.
//!
//! An article has n uses of a contrast, of which a beta-binomial number falls to the pole: with overdispersion ρ two
//! uses of one article are correlated by ρ. All numbers that are returned are in percent.

use aslant::compare::map::{Column, Plane};
use aslant::compare::{Options, lean};
use aslant::stats::change_point::{Period, change_point};
use aslant::stats::cluster::{Cluster, Ratio, Sums, share_difference_p};
use aslant::stats::interval::{t_975, wilson_at};
use aslant::stats::mantel_haenszel::{Table, pool};
use aslant::stats::power::{least, power};
use aslant::stats::resample::stream;
use aslant::stats::{expit, logit};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How many uses an article has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// 1 + Poisson(2).
    Even,
    /// A power law with exponent 1.5, up to 100: most articles have one use, some have dozens.
    Uneven,
}

/// An outlet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    pub articles: usize,
    /// ρ: 0 for independent uses.
    pub overdispersion: f64,
    /// The true share of the pole.
    pub share: f64,
    pub length: Length,
}

impl Setting {
    /// The grid: 8, 30 and 200 articles, ρ of 0, .1 and .3, shares of .05, .2 and .5, lengths even and uneven.
    pub fn grid() -> Vec<Setting> {
        let mut grid = Vec::new();
        for length in [Length::Even, Length::Uneven] {
            for articles in [8, 30, 200] {
                for overdispersion in [0.0, 0.1, 0.3] {
                    grid.extend([0.05, 0.2, 0.5].map(|share| Setting { articles, overdispersion, share, length }));
                }
            }
        }
        grid
    }

    fn stream(&self, what: &str) -> ChaCha8Rng {
        stream(1, &format!("{what}:{self:?}"))
    }

    fn sample(&self, rng: &mut ChaCha8Rng) -> Vec<Cluster> {
        (0..self.articles).map(|_| article(rng, self.length, self.share, self.overdispersion)).collect()
    }
}

fn unit(rng: &mut ChaCha8Rng) -> f64 {
    (f64::from(rng.random_range(0..u32::MAX)) + 0.5) / f64::from(u32::MAX)
}

fn length(rng: &mut ChaCha8Rng, length: Length) -> u32 {
    match length {
        Length::Uneven => (unit(rng).powf(-1.0 / 1.5) as u32).min(100),
        Length::Even => {
            // Knuth's way to draw from Poisson's distribution.
            let (mut n, mut product) = (0, 1.0);
            while product > f64::exp(-2.0) {
                n += 1;
                product *= unit(rng);
            }
            n
        }
    }
}

/// A beta-binomial number by Pólya's urn: every use makes the next one more like it.
fn urn(rng: &mut ChaCha8Rng, n: u32, share: f64, overdispersion: f64) -> u32 {
    let mut x = 0;
    for drawn in 0..n {
        let next = if overdispersion > 0.0 {
            let size = 1.0 / overdispersion - 1.0;
            (share * size + f64::from(x)) / (size + f64::from(drawn))
        } else {
            share
        };
        x += u32::from(unit(rng) < next);
    }
    x
}

fn article(rng: &mut ChaCha8Rng, uses: Length, share: f64, overdispersion: f64) -> Cluster {
    let n = length(rng, uses);
    Cluster { x: f64::from(urn(rng, n, share, overdispersion)), n: f64::from(n) }
}

fn ratio(clusters: Vec<Cluster>) -> Option<Ratio> {
    clusters.into_iter().collect::<Sums>().ratio()
}

fn percent(hits: usize, runs: usize) -> f64 {
    100.0 * hits as f64 / runs as f64
}

fn covers(interval: Option<(f64, f64)>, truth: f64) -> bool {
    interval.is_some_and(|(low, high)| low <= truth && truth <= high)
}

/// The textbook's interval: k/(k−1), t with k − 1 degrees of freedom, Wilson's at 0 and 1.
fn textbook(ratio: &Ratio) -> Option<(f64, f64)> {
    let (k, t) = (ratio.clusters as f64, t_975(ratio.clusters as f64 - 1.0)?);
    let slope = ratio.value * (1.0 - ratio.value);
    match ratio.variance? {
        variance if variance > 0.0 && slope > 0.0 => {
            let (centre, half) = (logit(ratio.value), t * variance.sqrt() / slope);
            Some((expit(centre - half), expit(centre + half)))
        }
        _ => wilson_at(ratio.value * k, k, t),
    }
}

/// How often the interval of a share covers it: the textbook's, and the one in use.
pub fn share(setting: Setting, runs: usize) -> (f64, f64) {
    let mut rng = setting.stream("share");
    let (mut plain, mut used) = (0, 0);
    for _ in 0..runs {
        let Some(ratio) = ratio(setting.sample(&mut rng)) else { continue };
        plain += usize::from(covers(textbook(&ratio), setting.share));
        used += usize::from(covers(ratio.share_interval(), setting.share));
    }
    (percent(plain, runs), percent(used, runs))
}

/// How often an outlet is told apart (p < .05) from others of the same share, who have so many times its articles.
pub fn difference(setting: Setting, times: usize, runs: usize) -> f64 {
    let mut rng = setting.stream(&format!("difference:{times}"));
    let others = Setting { articles: times * setting.articles, ..setting };
    let reject = |_: &usize| {
        let (a, b) = (ratio(setting.sample(&mut rng)), ratio(others.sample(&mut rng)));
        a.zip(b).and_then(|(a, b)| share_difference_p(&a, &b)).is_some_and(|p| p < 0.05)
    };
    percent((0..runs).filter(reject).count(), runs)
}

/// Stories that two outlets of one share tell, each in one article; the story decides the share, too. How often the
/// interval with the story as the unit covers 1, how often its test rejects, how often the interval of Robins, Breslow and
/// Greenland covers 1.
pub fn stories(setting: Setting, runs: usize) -> (f64, f64, f64) {
    let mut rng = setting.stream("stories");
    let (mut covered, mut rejected, mut naive) = (0, 0, 0);
    for _ in 0..runs {
        let mut tables = Vec::new();
        for _ in 0..setting.articles {
            // The story's own share: drawn from ten uses that resemble one another.
            let of_story = f64::from(urn(&mut rng, 20, setting.share, 0.1)) / 20.0;
            let mut one = || article(&mut rng, setting.length, of_story.clamp(0.01, 0.99), setting.overdispersion);
            let (a, b) = (one(), one());
            tables.push(Table { a: a.x, b: a.n - a.x, c: b.x, d: b.n - b.x });
        }
        let pooled = pool(&tables);
        // No interval claims nothing.
        covered += usize::from(pooled.robust.is_none() || covers(pooled.robust, 1.0));
        naive += usize::from(pooled.interval.is_none() || covers(pooled.interval, 1.0));
        rejected += usize::from(pooled.p.is_some_and(|p| p < 0.05));
    }
    (percent(covered, runs), percent(rejected, runs), percent(naive, runs))
}

/// Twelve months of one share, in each a twelfth of the articles; those of one month resemble one another. How often a
/// change is found (p < .05).
pub fn change(setting: Setting, runs: usize) -> f64 {
    let mut rng = setting.stream("change");
    let mut reject = |_: &usize| {
        let months: Vec<Period> = (0..12)
            .map(|_| {
                let of_month = f64::from(urn(&mut rng, 40, setting.share, 0.05)) / 40.0;
                let articles = Setting { articles: setting.articles.div_ceil(12), share: of_month, ..setting };
                let sums: Sums = articles.sample(&mut rng).into_iter().collect();
                Period { x: sums.count(), n: sums.total(), clusters: sums.clusters() as f64 }
            })
            .collect();
        change_point(&months, &mut rng).is_ok_and(|change| change.p < 0.05)
    };
    let mut found = 0;
    for run in 0..runs {
        found += usize::from(reject(&run));
    }
    percent(found, runs)
}

/// Three outlets on three contrasts, every article with uses of each. How often the interval of lean covers what the
/// true shares would give with as many uses.
pub fn lean(setting: Setting, runs: usize) -> f64 {
    let mut rng = setting.stream("lean");
    let options = Options { resamples: 200, ..Options::default() };
    let truth =
        |outlet: usize, contrast: usize| expit(logit(setting.share) + 0.5 * (outlet as f64 - 1.0) * (contrast as f64));
    let mut covered = 0;
    for run in 0..runs {
        let mut totals = [[0.0; 3]; 3];
        let outlets = [0, 1, 2].map(|outlet| {
            let mut leaning = lean::LeaningUses::default();
            for _ in 0..setting.articles {
                leaning.push([0, 1, 2].map(|contrast| {
                    let c = article(&mut rng, setting.length, truth(outlet, contrast), setting.overdispersion);
                    totals[outlet][contrast] += c.n;
                    (contrast as u32, [(c.n - c.x) as u32, c.x as u32])
                }));
            }
            leaning
        });
        let sides = |outlet: usize, contrast: usize| {
            let (total, right) = (totals[outlet][contrast], truth(outlet, contrast));
            (total * (1.0 - right), total * right)
        };
        let exact = [0, 1, 2].map(|outlet| [0, 1, 2].map(|contrast| sides(outlet, contrast)));
        let d = lean::log_odds(&exact)[0].unwrap_or(f64::NAN);
        let names = [format!("{run}a"), format!("{run}b"), format!("{run}c")];
        let found = lean::from_uses(&outlets, 3, &names.each_ref().map(String::as_str), &options)[0];
        let found = found.map(|lean| lean.estimate);
        covered += usize::from(covers(found.and_then(|e| e.interval), (d / 2.0).tanh()));
    }
    percent(covered, runs)
}

/// Three contrasts of two names, every article with uses of each. How often the interval along the first axis of a map covers
/// the place that the true shares would have with as many uses.
pub fn map(setting: Setting, runs: usize) -> f64 {
    let mut rng = setting.stream("map");
    let truth = |contrast: usize| expit(logit(setting.share) + 0.5 * contrast as f64);
    let column = |(contrast, pole): (usize, usize)| {
        let share = if pole == 0 { setting.share } else { 1.0 - setting.share };
        let x = if pole == 0 { 0.5 } else { -0.5 };
        Column { contrast, pole, share, average: 0.0, towards: [x, 0.3 * x] }
    };
    let places = (0..3).flat_map(|contrast| [(contrast, 0), (contrast, 1)]);
    let plane = Plane { prior: 10.0, columns: places.map(column).collect() };
    let mut covered = 0;
    for _ in 0..runs {
        let mut uses = |contrast| {
            let c = article(&mut rng, setting.length, truth(contrast), setting.overdispersion);
            [(c.x, c.n), (c.n - c.x, c.n)]
        };
        let articles: Vec<Vec<(f64, f64)>> =
            (0..setting.articles).map(|_| (0..3).flat_map(&mut uses).collect()).collect();
        let total = |i: usize| articles.iter().map(|a| a[i].1).sum::<f64>();
        let part = |i: usize| if i.is_multiple_of(2) { truth(i / 2) } else { 1.0 - truth(i / 2) };
        let exact: Vec<(f64, f64)> = (0..6).map(|i| (part(i) * total(i), total(i))).collect();
        let place = |articles: &[Vec<(f64, f64)>]| plane.place(articles).map(|place| place[0]);
        let (found, exact) = (place(&articles), place(&[exact]));
        covered += usize::from(exact.is_some_and(|exact| covers(found.and_then(|f| f.interval), exact.value)));
    }
    percent(covered, runs)
}

/// What `aslant plan` promises of an outlet, in percent of what comes: the width of the interval with four times the
/// articles; and the power of the test of two such outlets whose shares differ by .15, each with as many articles as were
/// asked for to have 80.
pub fn plan(setting: Setting, runs: usize) -> (f64, f64) {
    const DIFFERENCE: f64 = 0.15;
    let mut rng = setting.stream("plan");
    let width = |interval: Option<(f64, f64)>| interval.map_or(f64::NAN, |(low, high)| high - low);
    let (mut promised, mut came, mut found, mut planned) = (0.0, 0.0, 0, 0);
    let other = Setting { share: setting.share + DIFFERENCE, ..setting };
    for _ in 0..runs {
        let four = Setting { articles: 4 * setting.articles, ..setting };
        let (Some(pilot), Some(grown)) = (ratio(setting.sample(&mut rng)), ratio(four.sample(&mut rng))) else {
            continue;
        };
        let Some(spread) = pilot.spread().filter(|spread| spread.varies()) else { continue };
        promised += width(spread.interval(grown.clusters as f64));
        came += width(grown.share_interval());
        let finds = |k: u64| {
            let logit = |share| spread.logit(share, k as f64);
            power(logit(spread.share), logit((spread.share + DIFFERENCE).min(0.99)), 0.05).is_some_and(|p| p >= 0.8)
        };
        let Some(k) = least(3, 5000, finds) else { continue };
        // Articles that don't use the contrast were left out of the plan, so they are drawn again here.
        let sample = |of: Setting, rng: &mut ChaCha8Rng| {
            let mut clusters = Vec::new();
            while clusters.len() < k as usize {
                clusters.extend(Setting { articles: 1, ..of }.sample(rng).into_iter().filter(|c| c.n > 0.0));
            }
            ratio(clusters)
        };
        let pair = sample(setting, &mut rng).zip(sample(other, &mut rng));
        planned += 1;
        found += usize::from(pair.and_then(|(a, b)| share_difference_p(&a, &b)).is_some_and(|p| p < 0.05));
    }
    (100.0 * promised / came, percent(found, planned))
}

/// The context leads to another share in every article, and the outlet keeps to it. How often the interval of the excess
/// covers 0.
pub fn excess(setting: Setting, runs: usize) -> f64 {
    let mut rng = setting.stream("excess");
    let mut covered = 0;
    for _ in 0..runs {
        let (mut sums, mut led_to) = (Sums::default(), 0.0);
        for _ in 0..setting.articles {
            let expected = (setting.share * (0.5 + unit(&mut rng))).min(0.95);
            let c = article(&mut rng, setting.length, expected, setting.overdispersion);
            led_to += expected * c.n;
            sums.add(c);
        }
        let interval = sums.ratio().and_then(|share| {
            let (low, high) = share.share_interval()?;
            Some((low - led_to / share.total, high - led_to / share.total))
        });
        covered += usize::from(covers(interval, 0.0));
    }
    percent(covered, runs)
}
