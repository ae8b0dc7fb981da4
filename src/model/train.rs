//! Train: labelled articles → [`Model`].
//!
//! 1. Read, clean and cut all articles ([`labelled`]).
//! 2. Count: TF-IDF of all articles of a target ([`vectorizer`](super::vectorizer)).
//! 3. Choose `C`, unless it is given: in folds that part no outlet, story or month, that with the highest macro-F1.
//! 4. Hold out: the same classifier on random folds, on outlets never seen, on later months ([`assess`](super::assess)).
//!    In the folds that chose `C` each fold is scored at the `C` that the *other* folds chose; the other ways to hold
//!    out take the `C` of the model.
//! 5. Fit on all articles, weights rounded to `f32`, which is how they are kept.

use super::artifact::{FORMAT_VERSION, Fitted, Header, HeldOut, Input, Metric, Model, Part};
use super::assess::{Assessment, Fitting, choose};
use super::folds::{Fold, group_k_fold, stratified_k_fold};
use super::labelled::{self, Columns, Labelled, Origin};
use super::logistic::{ClassWeight, FittedLogisticRegression, MultiClass};
use super::vectorizer::{Recipe, Vectorizer};
use super::{FoldError, LogisticError};
use crate::corpus::Corpus;
use crate::error::{Error, Place, Result};
use crate::features::{FeatureError, Refit};
use ndarray::Array1;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// The strengths that are tried, the strongest penalty first.
pub const CS: [f64; 6] = [0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
/// Those that are tried with more than [`MANY`] articles, which bear a weaker penalty.
pub const CS_OF_MANY: [f64; 3] = [10.0, 30.0, 100.0];
/// So many outlets of every target make outlets the group, where none is asked for.
pub const MIN_OUTLETS: usize = 5;
/// How many folds, and how many where there are more than [`MANY`] articles.
const FOLDS: [usize; 2] = [5, 3];
/// So many articles are many.
pub const MANY: usize = 10_000;
/// The part of the dated articles that later months should be.
const LATER: f64 = 0.2;
/// When the solver stops: in a fold, in a fold of many articles, and for the model.
const TOL: [f64; 3] = [1e-3, 1e-2, 1e-4];

/// What is kept together when `C` is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Outlets where every target has [`MIN_OUTLETS`], or else nothing.
    #[default]
    Auto,
    /// This: outlets, stories or months; or nothing ([`HeldOut::Random`]).
    By(HeldOut),
}

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainParams {
    /// What the features are made of.
    pub recipe: Recipe,
    /// The inverse strength of the penalty; `None` chooses it among [`CS`] or [`CS_OF_MANY`].
    pub c: Option<f64>,
    /// What is kept together when `C` is chosen.
    pub grouping: Grouping,
    /// How more than two classes are told apart.
    pub multi_class: MultiClass,
    /// How much the articles of each class count.
    pub class_weight: ClassWeight,
    /// All chance comes from it.
    pub seed: u64,
}

/// What is going on, for those who show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Articles are read, cleaned and cut.
    Reading,
    /// TF-IDF is fitted.
    Counting,
    /// Folds are held out.
    HoldingOut,
    /// The model is fitted.
    Fitting,
}

impl Stage {
    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Stage::Reading => "reading the articles",
            Stage::Counting => "counting terms",
            Stage::HoldingOut => "testing on articles held out",
            Stage::Fitting => "fitting the model",
        }
    }
}

/// Is told the stage and how far it is, 0 to 1.
pub type Tell<'t> = dyn Fn(Stage, f64) + Sync + 't;

/// Trains one model a target on all labelled articles of a corpus, whose extra columns are [`Columns::extra`].
///
/// The same articles and seed give the same model, in whatever order they are read and on any number of threads.
///
/// # Errors
/// Parameters out of range; those of [`labelled::read`]; a grouping for which there are too few outlets, stories or
/// months; terms of which none is frequent enough.
pub fn train(corpus: &Corpus, columns: &Columns, params: &TrainParams, progress: &Tell<'_>) -> Result<Model> {
    check(params)?;
    let labelled = labelled::read(corpus, columns, &params.recipe, &|part| progress(Stage::Reading, part))?;
    let grouped_by = grouping(&labelled, params.grouping, columns)?;
    let (mut models, mut fitted) = (Vec::new(), Vec::new());
    let n_parts = labelled.parts.len();
    for (number, part) in labelled.parts.iter().enumerate() {
        let tell = |stage, of: f64| progress(stage, (number as f64 + of) / n_parts as f64);
        let (header, of_part) = Trainer { labelled: &labelled, part, params, grouped_by, tell: &tell }.train()?;
        models.push(header);
        fitted.push(of_part);
    }
    let inputs = corpus.inputs().into_iter();
    let header = Header {
        format_version: FORMAT_VERSION,
        aslant: env!("CARGO_PKG_VERSION").to_owned(),
        columns: columns.clone(),
        recipe: params.recipe.clone(),
        multi_class: params.multi_class,
        class_weight: params.class_weight,
        grouped_by,
        seed: params.seed,
        unlabelled: labelled.unlabelled,
        models,
        inputs: inputs.map(|i| Input { name: i.name, bytes: i.bytes, sha256: i.sha256 }).collect(),
    };
    Ok(Model { header, fitted })
}

fn check(params: &TrainParams) -> Result<()> {
    if let Some(c) = params.c.filter(|c| !(*c > 0.0 && c.is_finite())) {
        return Err(Error::usage("--c is no strength").found(c.to_string()).expected("a number above 0"));
    }
    params.recipe.check().map_err(|e| Error::usage("features that can't be made").found(e.to_string()))
}

/// What is kept together; an error where there is too little of it.
fn grouping(labelled: &Labelled, wanted: Grouping, columns: &Columns) -> Result<HeldOut> {
    let least = |by: HeldOut| {
        labelled.parts.iter().map(|part| n_groups(&part.articles, &labelled.origins, by)).min().unwrap_or(0)
    };
    let by = match wanted {
        Grouping::Auto if least(HeldOut::Outlet) >= MIN_OUTLETS => HeldOut::Outlet,
        Grouping::Auto | Grouping::By(HeldOut::Random) => return Ok(HeldOut::Random),
        Grouping::By(by) => by,
    };
    let found = least(by);
    if found >= 2 {
        return Ok(by);
    }
    let (what, column) = match by {
        HeldOut::Outlet => ("outlets", "--outlet"),
        HeldOut::Story => ("stories", "--story"),
        _ => ("months", "--date"),
    };
    let of = if columns.target.is_some() { " for every target" } else { "" };
    Err(Error::data(format!("too few {what} to hold one out"))
        .found(found.to_string())
        .expected(format!("at least 2 {what}{of}"))
        .help(format!("name their column with {column}, or part the articles at random with --group none")))
}

fn n_groups(articles: &[usize], origins: &[Origin], by: HeldOut) -> usize {
    let origins = articles.iter().map(|&i| &origins[i]);
    match by {
        HeldOut::Outlet => origins.filter_map(|o| o.outlet.as_ref()).collect::<BTreeSet<_>>().len(),
        HeldOut::Story => origins.filter_map(|o| o.story.as_ref()).collect::<BTreeSet<_>>().len(),
        HeldOut::Month | HeldOut::Later => origins.filter_map(Origin::month).collect::<BTreeSet<_>>().len(),
        HeldOut::Random => articles.len(),
    }
}

/// Trains one target.
struct Trainer<'t> {
    labelled: &'t Labelled,
    part: &'t labelled::Part,
    params: &'t TrainParams,
    grouped_by: HeldOut,
    tell: &'t dyn Fn(Stage, f64),
}

impl Trainer<'_> {
    fn train(&self) -> Result<(Part, Fitted)> {
        let (part, params) = (self.part, self.params);
        (self.tell)(Stage::Counting, 0.0);
        let (vectorizer, rows) =
            Vectorizer::fit(&params.recipe, &self.labelled.cuts, &part.articles).map_err(|e| self.no_terms(e))?;
        let fitting = |tol| Fitting { multi_class: params.multi_class, class_weight: params.class_weight, tol };
        let assessment = Assessment {
            refit: Refit::new(&rows, vectorizer.refit_blocks()),
            labels: &part.labels,
            n_classes: part.classes.len(),
            fitting: fitting(TOL[usize::from(part.labels.len() > MANY)]),
        };
        let (c, metrics) = self.assess(&assessment)?;
        (self.tell)(Stage::Fitting, 0.0);
        // The rows of all articles, as they are.
        let labels = Array1::from(part.labels.clone());
        let fitted = fitting(TOL[2]).fit(&rows, &labels, c, None).map_err(unlearnable)?;
        let classifier = rounded(&fitted).map_err(unlearnable)?;
        let origins = || part.articles.iter().map(|&i| &self.labelled.origins[i]);
        let dates = origins().filter_map(|o| o.date);
        let header = Part {
            target: part.target.clone(),
            classes: part.classes.clone(),
            class_counts: part.counts().into_iter().map(|(_, n)| n).collect(),
            outlets: n_groups(&part.articles, &self.labelled.origins, HeldOut::Outlet),
            dates: dates.clone().min().zip(dates.max()).map(|(first, last)| (first.to_string(), last.to_string())),
            c,
            c_given: params.c.is_some(),
            intercepts: classifier.intercepts().to_vec(),
            terms: vectorizer.blocks().iter().map(|(_, tfidf)| tfidf.vocabulary().len()).collect(),
            coverage_threshold: self.coverage_threshold(&vectorizer),
            metrics,
        };
        Ok((header, Fitted { vectorizer, classifier }))
    }

    /// The strength, and the scores of every way to hold articles out that these articles allow.
    fn assess(&self, assessment: &Assessment<'_>) -> Result<(f64, Vec<Metric>)> {
        let n_classes = self.part.classes.len();
        let mut schemes = self.schemes()?;
        // That which chooses the strength comes first.
        schemes.sort_by_key(|(by, _)| *by != self.grouped_by);
        let n_folds: usize = schemes.iter().map(|(_, folds)| folds.len()).sum();
        let mut n_done = 0;
        let mut done = || {
            n_done += 1;
            (self.tell)(Stage::HoldingOut, n_done as f64 / n_folds as f64);
        };
        (self.tell)(Stage::HoldingOut, 0.0);
        let mut c = self.params.c;
        let mut metrics = Vec::new();
        for (held_out, folds) in schemes {
            let tried = if self.part.labels.len() > MANY { &CS_OF_MANY[..] } else { &CS };
            let cs = c.map_or(tried.to_vec(), |c| vec![c]);
            let by_fold = assessment.path(&folds, &cs, &mut done).map_err(unlearnable)?;
            let (best, held) = choose(&by_fold, n_classes);
            c = Some(cs[best]);
            metrics.push(Metric { held_out, folds: folds.len(), scored: held.score(n_classes) });
        }
        let order = [HeldOut::Random, HeldOut::Outlet, HeldOut::Story, HeldOut::Month, HeldOut::Later];
        metrics.sort_by_key(|m| order.iter().position(|by| *by == m.held_out));
        Ok((c.unwrap_or(CS[0]), metrics))
    }

    /// All ways to hold out that these articles allow, with their folds.
    fn schemes(&self) -> Result<Vec<(HeldOut, Vec<Fold>)>> {
        let labels = &self.part.labels;
        let k = FOLDS[usize::from(labels.len() > MANY)];
        let origins: Vec<&Origin> = self.part.articles.iter().map(|&i| &self.labelled.origins[i]).collect();
        let unfoldable = |e: FoldError| Error::data("articles that can't be held out").found(e.to_string());
        let mut schemes = vec![(HeldOut::Random, stratified_k_fold(labels, k, self.params.seed).map_err(unfoldable)?)];
        if let Some(folds) = group_folds(origins.iter().map(|o| o.outlet.as_ref()), k) {
            schemes.push((HeldOut::Outlet, folds));
        }
        if let Some(folds) = group_folds(origins.iter().map(|o| o.story.as_ref()), k) {
            schemes.push((HeldOut::Story, folds));
        }
        let months: Vec<Option<i32>> = origins.iter().map(|o| o.month()).collect();
        if self.grouped_by == HeldOut::Month
            && let Some(folds) = group_folds(months.iter().copied(), k)
        {
            schemes.push((HeldOut::Month, folds));
        }
        schemes.extend(later_months(&months).map(|fold| (HeldOut::Later, vec![fold])));
        Ok(schemes)
    }

    /// The share of its words that all but one in a hundred training articles know of, each without itself.
    fn coverage_threshold(&self, vectorizer: &Vectorizer) -> f64 {
        let mut coverage = vectorizer.coverage_without(&self.labelled.cuts, &self.part.articles);
        coverage.sort_by(f64::total_cmp);
        coverage.get(coverage.len() / 100).copied().unwrap_or(0.0)
    }

    fn no_terms(&self, error: FeatureError) -> Error {
        let of = self.part.target.as_ref().map_or(String::new(), |target| format!(" towards {target:?}"));
        let problem = Error::data(format!("no terms to learn from{of}")).found(error.to_string());
        match error {
            FeatureError::NothingLeft { .. } => problem.help("lower --min-df, or give more articles"),
            _ => problem.help("name the column of the texts with --text, or keep all lines with --boilerplate keep"),
        }
    }
}

/// What the solver can't take: numbers that are out of range.
fn unlearnable(error: LogisticError) -> Error {
    Error::data("nothing can be learnt from these articles")
        .at(Place::default())
        .found(error.to_string())
        .help("lower --c")
}

/// Folds that part no group, over those rows whose group is known; the others take no part. `None` for fewer than two
/// groups.
fn group_folds<G: Eq + Hash>(groups: impl Iterator<Item = Option<G>>, k: usize) -> Option<Vec<Fold>> {
    let (rows, known): (Vec<usize>, Vec<G>) = groups.enumerate().filter_map(|(i, g)| Some((i, g?))).unzip();
    let mut folds = group_k_fold(&known, k).ok()?;
    for fold in &mut folds {
        fold.train.iter_mut().chain(&mut fold.test).for_each(|i| *i = rows[*i]);
    }
    Some(folds)
}

/// The last months against all before, of the rows with a month: as many months as come nearest to [`LATER`] of the
/// rows. `None` for fewer than two months.
fn later_months(months: &[Option<i32>]) -> Option<Fold> {
    let mut sizes: BTreeMap<i32, usize> = BTreeMap::new();
    months.iter().flatten().for_each(|&month| *sizes.entry(month).or_default() += 1);
    let wanted = LATER * sizes.values().sum::<usize>() as f64;
    let mut test = 0;
    let mut nearest: Option<(f64, i32)> = None;
    // The first month is never held out.
    for (&month, &n) in sizes.iter().skip(1).rev() {
        test += n;
        let off = (test as f64 - wanted).abs();
        if nearest.is_none_or(|(least, _)| off < least) {
            nearest = Some((off, month));
        }
    }
    let (_, first) = nearest?;
    let rows = |later: bool| {
        let is = move |(i, month): (usize, &Option<i32>)| month.filter(|m| (*m >= first) == later).map(|_| i);
        months.iter().enumerate().filter_map(is).collect::<Vec<_>>()
    };
    Some(Fold { train: rows(false), test: rows(true) })
}

/// The same classifier with the weights that `f32` has.
fn rounded(
    fitted: &FittedLogisticRegression<usize>,
) -> std::result::Result<FittedLogisticRegression<usize>, LogisticError> {
    let weights = fitted.coefficients().mapv(|w| f64::from(w as f32));
    let classes = fitted.classes().to_vec();
    FittedLogisticRegression::from_parts(classes, weights, fitted.intercepts().clone(), fitted.multi_class())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_months_are_about_a_fifth() {
        let months: Vec<Option<i32>> = (0..20).map(|i| if i == 3 { None } else { Some(24_000 + i / 4) }).collect();
        let fold = later_months(&months).unwrap();
        assert_eq!(fold.test, [16, 17, 18, 19]);
        assert_eq!(fold.train.len(), 15);
        assert!(!fold.train.contains(&3));
        assert_eq!(later_months(&[Some(1), Some(1), None]), None);
        assert_eq!(later_months(&[Some(1), Some(2)]).unwrap().test, [1]);
    }

    #[test]
    fn rows_of_unknown_groups_take_no_part() {
        let folds = group_folds([Some("a"), None, Some("b"), Some("a")].into_iter(), 5).unwrap();
        assert_eq!(folds.len(), 2);
        assert_eq!((folds[0].test.clone(), folds[0].train.clone()), (vec![0, 3], vec![2]));
        assert!(group_folds([Some("a"), None].into_iter(), 5).is_none());
    }
}
