//! Plan: how many articles an outlet needs for an interval of a given width, or to find a difference of a given size,
//! judging by the given corpus.
//!
//! Takes a corpus and a lexicon and returns a [`Plan`]. The numbers are based on the variance, the effective number of
//! articles and the test of `contrasts.csv` ([`Spread`]): only the number of articles changes, and with it the number
//! of those that use the contrast. It assumes more of the same: as many uses per article, articles that vary as much,
//! the same share. What a plan can't know is expressed by a range, from resampling the articles, and by notes.

use super::by_outlet::ByOutlet;
use super::collect::{self, Collected, Stage, Tell};
use super::contrasts::{FEW_EFFECTIVE, FEW_WITH, estimate};
use super::{Estimate, MIN_ARTICLES, Options, Summary, Warning};
use crate::corpus::Corpus;
use crate::cues::Lexicon;
use crate::error::Error;
use crate::stats::cluster::{Cluster, Sums};
use crate::stats::expit;
use crate::stats::power::{least, power};
use crate::stats::resample::{draw, stream};
use crate::stats::spread::{Logit, Spread};
use rayon::prelude::*;

/// The most articles that a plan asks for.
pub const MOST: u64 = 1_000_000;
/// How often an outlet's articles are resampled.
const SAMPLES: usize = 200;

/// What is planned for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// The whole width of the 95% interval of a share, from 0 to 1.
    pub width: f64,
    /// A difference of two shares, from 0 to 1.
    pub difference: f64,
    /// How likely the difference is to be found, from the level of the test to 1.
    pub power: f64,
    /// The level of the two-sided test, before adjusting for other tests.
    pub level: f64,
}

impl Default for Aim {
    fn default() -> Self {
        Aim { width: 0.2, difference: 0.15, power: 0.8, level: 0.05 }
    }
}

impl Aim {
    /// Checks that every number is in its range.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) for the first that isn't.
    pub fn check(&self) -> crate::error::Result<()> {
        let inside = |name: &str, value: f64, (low, high): (f64, f64), help: &str| {
            if value > low && value < high {
                return Ok(());
            }
            Err(Error::usage(format!("a {name} that can't be planned for"))
                .found(format!("--{name} {value}"))
                .expected(format!("more than {low} and less than {high}"))
                .help(help))
        };
        inside("width", self.width, (0.0, 1.0), "0.2 is an interval from 0.3 to 0.5, say")?;
        inside("difference", self.difference, (0.0, 1.0), "0.15 is a share of 0.5 against one of 0.35, say")?;
        inside("level", self.level, (0.0, 0.5), "0.05 is usual; less where many tests are made at once")?;
        inside("power", self.power, (self.level, 1.0), "0.8 is usual: four of five such differences are found")
    }
}

/// What a reader must know about a row's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Too few articles use the contrast.
    FewArticles,
    /// So far the outlet never, or always, used this name.
    OneName,
    /// Few articles, or few with this name or with a rival.
    Rough,
    /// No number of articles of this outlet makes up for the others having so few.
    FewOthers,
    /// There is no share that differs by this much.
    NoSuchShare,
    /// More than [`MOST`] articles.
    TooMany,
}

impl Note {
    /// The text in the table.
    pub fn text(self) -> &'static str {
        match self {
            Note::FewArticles => "no plan: fewer than three articles use the contrast",
            Note::OneName => "never or always this name so far: holds as long as that stays so",
            Note::Rough => "few articles to go by: rough",
            Note::FewOthers => "the others have too few articles, however many this outlet has",
            Note::NoSuchShare => "no share is so far from the one to compare with",
            Note::TooMany => "more than a million articles",
        }
    }
}

/// One row: outlet × contrast × pole. An outlet has rows only for contrasts that it uses in the voice of the options.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// The outlet's articles that count.
    pub articles: usize,
    /// The number of them that use the contrast, and their uses of it.
    pub using: (usize, u64),
    /// The pole's part of these uses, with its current interval.
    pub share: Estimate,
    /// Articles needed, with and without the contrast, for an interval of the requested width.
    pub needed: Option<u64>,
    /// The 95% range of that number, from resampling the articles. The upper end is open if it is `None`.
    pub range: Option<(u64, Option<u64>)>,
    /// Articles needed to find the requested difference from all other outlets, given the articles that these have.
    pub against_others: Option<u64>,
    /// Articles needed of each of two outlets like this one to tell them apart, if their shares differ by this much.
    pub each_of_two: Option<u64>,
    /// What a reader must know, the most important first.
    pub notes: Vec<Note>,
}

impl Row {
    /// The whole width of the current interval over articles; `None` if the interval is only about the mentions.
    pub fn width(&self) -> Option<f64> {
        let interval = self.share.interval.filter(|_| self.using.0 >= MIN_ARTICLES);
        interval.map(|(low, high)| high - low)
    }
}

/// The result of planning.
#[derive(Debug)]
pub struct Plan {
    /// The lexicon that was used.
    pub lexicon: Lexicon,
    /// How articles were counted.
    pub options: Options,
    /// What is planned for.
    pub aim: Aim,
    /// How much was read.
    pub summary: Summary,
    /// Outlets' names in the order of the table.
    pub outlet_names: Vec<String>,
    /// The rows, sorted by outlet, contrast and pole.
    pub rows: Vec<Row>,
    /// Everything a reader must know.
    pub warnings: Vec<Warning>,
}

/// Reads a corpus and computes a plan.
///
/// # Errors
/// As [`super::compare`] and [`Aim::check`].
pub fn plan(
    corpus: &Corpus,
    lexicon: Lexicon,
    options: Options,
    aim: Aim,
    progress: &Tell<'_>,
) -> crate::error::Result<Plan> {
    aim.check()?;
    let options = Options { keywords: None, ..options };
    let collected = collect::collect(corpus, &lexicon, &options, progress)?;
    progress(Stage::Statistics, 0.0);
    let index = ByOutlet::new(&collected, &lexicon)?;
    let rows = rows(&collected, &index, &lexicon, &options, &aim);
    let mut warnings: Vec<Warning> = corpus.warnings().iter().map(|w| Warning::Reading(w.to_string())).collect();
    warnings.extend(lexicon.notes.iter().cloned().map(Warning::Lexicon));
    if collected.summary.unknown_outlet > 0 {
        let by = options.by.group.needs().to_owned();
        warnings.push(Warning::LeftOut {
            articles: collected.summary.unknown_outlet,
            by,
            first: collected.first_of(|a| a.outlet.get().is_none())?,
        });
    }
    warnings.extend(super::warnings::foreign(&collected));
    let (summary, outlet_names) = (collected.summary, collected.outlets);
    Ok(Plan { lexicon, options, aim, summary, outlet_names, rows, warnings })
}

/// All rows, sorted by outlet, contrast and pole.
pub fn rows(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, options: &Options, aim: &Aim) -> Vec<Row> {
    let contrasts = (0..lexicon.contrasts.len()).filter(|&c| !lexicon.contrasts[c].is_category());
    let of_contrast = |contrast: usize| {
        // For each outlet and article: uses by pole.
        let uses: Vec<Vec<Vec<f64>>> =
            (0..index.articles.len()).map(|outlet| uses(collected, index, (outlet, contrast), options)).collect();
        let poles = index.poles_of(contrast).len();
        let sums: Vec<Vec<Sums>> = uses.iter().map(|articles| add_up(articles, None, poles)).collect();
        let mut all = vec![Sums::default(); poles];
        sums.iter().flat_map(|s| s.iter().enumerate()).for_each(|(pole, s)| all[pole] += *s);
        let of_outlet = |outlet: usize| {
            let first = &index.firsts[outlet];
            let draws =
                Draws { articles: &uses[outlet], seed: options.seed, name: &format!("plan:{contrast}:{first}") };
            let ranges = draws.ranges(poles, aim);
            let row = |pole: usize| {
                let sides = (sums[outlet][pole], all[pole] - sums[outlet][pole]);
                let with = |has: &dyn Fn(&Vec<f64>) -> bool| uses[outlet].iter().filter(|a| has(a)).count();
                let least = with(&|a| a[pole] > 0.0).min(with(&|a| a.iter().sum::<f64>() > a[pole]));
                let row = row(uses[outlet].len(), sides, least, ranges[pole], aim)?;
                Some(Row { outlet, contrast, pole, ..row })
            };
            (0..poles).filter_map(row).collect::<Vec<_>>()
        };
        (0..index.articles.len()).into_par_iter().flat_map_iter(of_outlet).collect::<Vec<_>>()
    };
    let mut rows: Vec<Row> = contrasts.flat_map(of_contrast).collect();
    rows.sort_by_key(|r| (r.outlet, r.contrast, r.pole));
    rows
}

/// For each article of an outlet, including those without a use: its uses of a contrast by pole.
fn uses(
    collected: &Collected,
    index: &ByOutlet,
    (outlet, contrast): (usize, usize),
    options: &Options,
) -> Vec<Vec<f64>> {
    let of_article = |&i: &usize| {
        let uses = |pole| f64::from(collected.poles.uses(&collected.articles[i], pole, options.voice));
        index.poles_of(contrast).map(uses).collect()
    };
    index.articles[outlet].iter().map(of_article).collect()
}

/// For each pole, the sums over articles, each counted `times` times.
fn add_up(articles: &[Vec<f64>], times: Option<&[u32]>, poles: usize) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); poles];
    for (i, article) in articles.iter().enumerate() {
        let n = article.iter().sum();
        if n > 0.0 {
            for _ in 0..times.map_or(1, |times| times[i]) {
                sums.iter_mut().zip(article).for_each(|(sum, &x)| sum.add(Cluster { x, n }));
            }
        }
    }
    sums
}

/// What an outlet's articles say about a pole: enough to predict what more of them would say.
#[derive(Debug, Clone, Copy)]
struct Kind {
    spread: Spread,
    /// The part of the articles that use the contrast.
    using: f64,
}

impl Kind {
    /// `None` if fewer than three articles use the contrast.
    fn new(articles: usize, sums: &Sums) -> Option<Kind> {
        let spread = sums.ratio().filter(|ratio| ratio.clusters >= MIN_ARTICLES)?.spread()?;
        Some(Kind { spread, using: sums.clusters() as f64 / articles as f64 })
    }

    /// The number of articles that use the contrast among this many articles, if enough for an interval over articles.
    fn clusters(&self, articles: u64) -> Option<f64> {
        let clusters = self.using * articles as f64;
        (clusters >= MIN_ARTICLES as f64 - 1e-9).then_some(clusters)
    }

    fn needed_for_width(&self, aim: &Aim) -> Option<u64> {
        let width = |articles| self.clusters(articles).and_then(|k| self.spread.interval(k));
        let from = (self.spread.too_few_for(aim.width) / self.using * (1.0 - 1e-9)) as u64;
        least(from.max(1), MOST, |articles| width(articles).is_some_and(|(low, high)| high - low <= aim.width))
    }

    /// Articles needed to find a share that differs from this one by the requested difference, or why there is no such
    /// number. `other` gives the precision of this share, given the number of clusters on the outlet's side.
    fn needed_against(&self, share: f64, other: impl Fn(f64) -> Logit, aim: &Aim) -> Result<u64, Note> {
        let share = farther(share, aim.difference).ok_or(Note::NoSuchShare)?;
        let finds = |articles| {
            let k = self.clusters(articles)?;
            Some(power(self.spread.logit(share, k), other(k), aim.level)? >= aim.power)
        };
        least(1, MOST, |articles| finds(articles).unwrap_or(false)).ok_or(Note::TooMany)
    }

    /// The same against another outlet that is known equally well, and against all others as they are known now.
    fn needed_for_difference(&self, k: f64, others: &Sums, aim: &Aim) -> [Option<Result<u64, Note>>; 2] {
        let own = expit(self.spread.safe_logit(k).value);
        let each = self.needed_against(own, |k| self.spread.logit(own, k), aim);
        let others = others.ratio().filter(|others| others.clusters >= MIN_ARTICLES);
        let against = others.and_then(|others| {
            let theirs = others.spread()?.safe_logit(others.clusters as f64);
            // More articles of this outlet don't make the others better known.
            let few = |note| if note == Note::TooMany { Note::FewOthers } else { note };
            Some(self.needed_against(expit(theirs.value), |_| theirs, aim).map_err(few))
        });
        [Some(each), against]
    }
}

/// The share at this distance towards the middle, where a difference is harder to find; `None` beyond 0 and 1.
fn farther(share: f64, difference: f64) -> Option<f64> {
    let other = if share < 0.5 { share + difference } else { share - difference };
    (other > 0.0 && other < 1.0).then_some(other)
}

/// One row, without its position; `None` without a use. `with` is the number of articles with the pole or with a rival,
/// whichever is smaller.
fn row(
    articles: usize,
    (sums, others): (Sums, Sums),
    with: usize,
    range: Option<(u64, Option<u64>)>,
    aim: &Aim,
) -> Option<Row> {
    let ratio = sums.ratio()?;
    let mut row = Row {
        outlet: 0,
        contrast: 0,
        pole: 0,
        articles,
        using: (ratio.clusters, sums.total() as u64),
        share: estimate(&ratio),
        needed: None,
        range: None,
        against_others: None,
        each_of_two: None,
        notes: Vec::new(),
    };
    let Some(kind) = Kind::new(articles, &sums) else {
        row.notes.push(Note::FewArticles);
        return Some(row);
    };
    row.needed = kind.needed_for_width(aim);
    row.range = range.filter(|_| row.needed.is_some());
    let [each, against] = kind.needed_for_difference(ratio.clusters as f64, &others, aim);
    let known = [
        (!(ratio.value > 0.0 && ratio.value < 1.0)).then_some(Note::OneName),
        (ratio.effective < FEW_EFFECTIVE || with < FEW_WITH).then_some(Note::Rough),
        row.needed.is_none().then_some(Note::TooMany),
    ];
    let missing = [each, against].map(|needed| needed.and_then(Result::err));
    for note in known.into_iter().chain(missing).flatten() {
        if !row.notes.contains(&note) {
            row.notes.push(note);
        }
    }
    row.each_of_two = each.and_then(Result::ok);
    row.against_others = against.and_then(Result::ok);
    Some(row)
}

/// An outlet's articles, for resampling.
struct Draws<'a> {
    articles: &'a [Vec<f64>],
    seed: u64,
    /// The name of the random stream. Poles share it, so that two poles are mirror images of each other.
    name: &'a str,
}

impl Draws<'_> {
    /// For each pole, the middle 95% of the numbers of articles that samples of these would ask for; `None` if too
    /// few articles use the contrast for a plan.
    fn ranges(&self, poles: usize, aim: &Aim) -> Vec<Option<(u64, Option<u64>)>> {
        if self.articles.iter().filter(|a| a.iter().sum::<f64>() > 0.0).count() < MIN_ARTICLES {
            return vec![None; poles];
        }
        let mut rng = stream(self.seed, self.name);
        let mut times = vec![0; self.articles.len()];
        let mut needed = vec![Vec::with_capacity(SAMPLES); poles];
        for _ in 0..SAMPLES {
            draw(&mut rng, &mut times);
            for (needed, sums) in needed.iter_mut().zip(add_up(self.articles, Some(&times), poles)) {
                let kind = Kind::new(self.articles.len(), &sums);
                needed.push(kind.and_then(|kind| kind.needed_for_width(aim)).unwrap_or(u64::MAX));
            }
        }
        let middle = |mut needed: Vec<u64>| {
            needed.sort_unstable();
            let (low, high) = (needed[SAMPLES / 40], needed[SAMPLES - 1 - SAMPLES / 40]);
            (low <= MOST).then_some((low, (high <= MOST).then_some(high)))
        };
        needed.into_iter().map(middle).collect()
    }
}
