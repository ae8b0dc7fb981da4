//! Train: labelled articles → [`Model`].
//!
//! 1. Read, clean and cut all articles ([`labelled`]), and count their terms ([`counted`](super::counted)). All that
//!    follows needs no more than these counts ([`train_counted`]).
//! 2. Weigh: TF-IDF of all articles of a target ([`vectorizer`](super::vectorizer)).
//! 3. Choose the features and `C`, unless they are given (`choose`): in folds that part no outlet,
//!    story or month, those with the highest macro-F1.
//! 4. Hold out: the same classifier on random folds, on outlets never seen, on later months ([`assess`](super::assess)).
//!    In the folds that chose, each fold is scored at what the *other* folds chose; the other ways to hold out take what
//!    the model has. The probabilities are calibrated on the held-out articles of the folds that chose.
//! 5. Fit on all articles, weights rounded to `f32`, which is how they are kept.

pub(super) mod choose;
mod fingerprint;
pub mod masks;
pub(super) mod schemes;

use super::LogisticError;
use super::artifact::{Fitted, Header, HeldOut, Input, Model, Part, format_version};
use super::assess::Fitting;
use super::counted::{Counted, CountedPart, no_terms};
use super::labelled::{self, Columns};
use super::logistic::{ClassWeight, FittedLogisticRegression, MultiClass, Prepared, Threads};
use super::recipe::{Asked, Keep, Recipe};
use super::tallied::LeftOut;
use super::vectorizer::Vectorizer;
use crate::corpus::Corpus;
use crate::error::{Error, Place, Result};
use crate::features::Refit;
use crate::stop::Stop;
use choose::{Assessed, Tried};
use ndarray::{Array1, Array2};
use schemes::n_groups;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The strengths that are tried, the strongest penalty first.
pub const CS: [f64; 6] = [0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
/// Those that are tried with more than [`MANY`] articles, which bear a weaker penalty.
pub const CS_OF_MANY: [f64; 3] = [10.0, 30.0, 100.0];
/// So many outlets of every target make outlets the group, where none is asked for.
pub const MIN_OUTLETS: usize = 5;
/// So many articles are many.
pub const MANY: usize = 10_000;
/// When the solver stops, for the model: with few articles where no digit that is shown of a probability hangs on it, with
/// [`MANY`] at some ten-thousandths of them.
const TOL: [f64; 2] = [1e-6, 1e-4];

/// What is kept together when `C` is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Outlets where every target has [`MIN_OUTLETS`], or else nothing.
    #[default]
    Auto,
    /// This: outlets, stories or months; or nothing ([`HeldOut::Random`]).
    By(HeldOut),
}

/// How much the articles of each outlet count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutletWeight {
    /// All articles alike.
    #[default]
    None,
    /// All outlets of a label alike: an article counts `n_articles / (n_outlets · n_articles of its outlet)`, both of
    /// those with its label, so that the label's articles keep their sum. Articles without outlet are outlets of their
    /// own.
    Balanced,
}

impl OutletWeight {
    /// The weights of some of the articles; `None` where all count alike.
    pub(super) fn of(self, part: &CountedPart, rows: impl Iterator<Item = usize> + Clone) -> Option<Vec<f32>> {
        if self == OutletWeight::None {
            return None;
        }
        let outlet = |row: usize| part.articles[row].origin.outlet.as_deref();
        // By label: how many articles, how many outlets; by label and outlet: how many articles.
        let mut of_label = vec![(0_usize, 0_usize); part.classes.len()];
        let mut of_outlet: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        for row in rows.clone() {
            let (articles, outlets) = &mut of_label[part.labels[row]];
            *articles += 1;
            let n = outlet(row).map(|outlet| of_outlet.entry((part.labels[row], outlet)).or_default());
            let is_new = n.is_none_or(|n| {
                *n += 1;
                *n == 1
            });
            *outlets += usize::from(is_new);
        }
        let weight = |row: usize| {
            let label = part.labels[row];
            let (articles, outlets) = of_label[label];
            let of_outlet = outlet(row).map_or(1, |outlet| of_outlet[&(label, outlet)]);
            (articles as f64 / (outlets as f64 * of_outlet as f64)) as f32
        };
        Some(rows.map(weight).collect())
    }
}

/// Which articles are held out to see how well a model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validation {
    /// In turn, all of them, in every way that these articles allow.
    #[default]
    All,
    /// None: the model is fitted and nothing else. Nothing is chosen, nothing is known of how well it does, and its
    /// probabilities are not calibrated.
    None,
}

/// What of a recipe was not given, and is chosen by cross-validation together with the strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Open {
    /// Which of its kinds of words is counted.
    pub features: bool,
    /// Whether n-grams longer than the shortest are counted.
    pub ngrams: bool,
    /// In how many articles a term must stand.
    pub min_df: bool,
}

impl Open {
    /// What was not asked for.
    pub fn of(asked: &Asked) -> Self {
        Open {
            features: asked.kinds.is_empty(),
            // Hashed n-grams of all lengths are in one column: shorter ones can't be tried by leaving others out.
            ngrams: asked.ngrams.is_none() && asked.hash_features.is_none(),
            min_df: asked.min_df.is_none(),
        }
    }
}

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainParams {
    /// What the features are made of, or may be: of what is [`open`](Self::open) it has all that may be chosen.
    pub recipe: Recipe,
    /// What of the recipe cross-validation chooses.
    pub open: Open,
    /// The inverse strength of the penalty; `None` chooses it among [`CS`] or [`CS_OF_MANY`].
    pub c: Option<f64>,
    /// What is kept together when `C` is chosen.
    pub grouping: Grouping,
    /// Which articles are held out. With [`Validation::None`] nothing may be open, and `c` must be given.
    pub validation: Validation,
    /// How more than two classes are told apart.
    pub multi_class: MultiClass,
    /// How much the articles of each class count.
    pub class_weight: ClassWeight,
    /// How much the articles of each outlet count.
    pub outlet_weight: OutletWeight,
    /// Whether the names of the outlets are masked, too, beside what the recipe masks.
    pub mask_outlets: bool,
    /// All chance comes from it.
    pub seed: u64,
}

impl TrainParams {
    /// Those that a model was trained with, but for its strengths.
    pub fn of(header: &Header) -> Self {
        TrainParams {
            recipe: header.recipe.clone(),
            open: Open::default(),
            c: None,
            grouping: Grouping::By(header.grouped_by),
            validation: Validation::All,
            multi_class: header.multi_class,
            class_weight: header.class_weight,
            outlet_weight: header.outlet_weight,
            // The recipe has their names.
            mask_outlets: false,
            seed: header.seed,
        }
    }
}

/// What is going on, for those who show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Articles are read, cleaned and cut.
    Reading,
    /// Terms are counted.
    Counting,
    /// Features and the strength are chosen.
    Choosing,
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
            Stage::Choosing => "choosing by cross-validation",
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
/// Parameters out of range; those of [`labelled::read`] and of [`train_counted`].
pub fn train(corpus: &Corpus, columns: &Columns, params: &TrainParams, progress: &Tell<'_>) -> Result<Model> {
    check(params)?;
    let mut params = params.clone();
    if params.mask_outlets {
        params.recipe.masked.extend(masks::names_of_outlets(corpus)?);
        params.recipe.masked.sort_unstable();
        params.recipe.masked.dedup();
    }
    let params = &params;
    let mut labelled = labelled::read(corpus, columns, &params.recipe, &|part| progress(Stage::Reading, part))?;
    let left_out = (labelled.dropped, labelled.annotation.take());
    let counted = Counted::new(labelled, &params.recipe, Keep::Shared, &|part| progress(Stage::Counting, part))?;
    of_counted(counted, columns, params, left_out, inputs(corpus), &corpus.options().stop, progress)
}

/// A new model of counted articles, with all that is told of where they come from.
pub(super) fn of_counted(
    mut counted: Counted,
    columns: &Columns,
    params: &TrainParams,
    (dropped, annotation): LeftOut,
    inputs: Vec<Input>,
    stop: &Stop,
    progress: &Tell<'_>,
) -> Result<Model> {
    let mut model = train_counted(&counted, columns, params, None, stop, progress)?;
    counted.keep_blocks(&params.recipe, &model.header.recipe);
    model.header.inputs = inputs;
    (model.header.dropped, model.header.annotation) = (dropped, annotation);
    model.training = Some(counted);
    Ok(model)
}

/// The files of a corpus, with their hashes.
pub fn inputs(corpus: &Corpus) -> Vec<Input> {
    let inputs = corpus.inputs().into_iter();
    inputs.map(|i| Input { name: i.name, bytes: i.bytes, sha256: i.sha256 }).collect()
}

/// Trains one model a target on counted articles. Where there is an earlier model, its strengths are kept for the
/// targets that it has, and the solver starts from its weights. The model's inputs and training data are left to the
/// caller.
///
/// # Errors
/// Stopped by `stop`; parameters out of range; a grouping for which there are too few outlets, stories or months; terms of which none is
/// frequent enough.
pub fn train_counted(
    counted: &Counted,
    columns: &Columns,
    params: &TrainParams,
    earlier: Option<&Model>,
    stop: &Stop,
    progress: &Tell<'_>,
) -> Result<Model> {
    // Strengths may be those of an earlier model.
    check_but_c(params, true)?;
    let grouped_by = schemes::grouping(counted, params.grouping, columns)?;
    let n_parts = counted.parts.len();
    let tells: Vec<_> = (0..n_parts)
        .map(|number| move |stage, of: f64| progress(stage, (number as f64 + of) / n_parts as f64))
        .collect();
    let trainers: Vec<Trainer<'_>> = counted
        .parts
        .iter()
        .zip(&tells)
        .map(|(part, tell)| {
            let earlier = earlier.and_then(|model| model.of_target(part.target.as_deref()));
            Trainer { part, params, earlier, grouped_by, stop, tell }
        })
        .collect();
    let candidates = choose::candidates(&params.recipe, params.open, counted.n_articles());
    let mut tried = Vec::with_capacity(n_parts);
    for trainer in trainers.iter().filter(|_| params.validation == Validation::All) {
        tried.push((trainer.part, trainer.try_all(&candidates)?));
    }
    let best = choose::best_candidate(&tried, candidates.len());
    let recipe = &candidates[best];
    let (mut models, mut fitted) = (Vec::new(), Vec::new());
    let mut tried = tried.iter().map(|(_, tried)| tried);
    for trainer in &trainers {
        let (header, of_part) = trainer.train(recipe, tried.next().map(|tried| (tried, best)))?;
        models.push(header);
        fitted.push(of_part);
    }
    let header = Header {
        format_version: format_version(recipe),
        aslant: env!("CARGO_PKG_VERSION").to_owned(),
        columns: columns.clone(),
        recipe: recipe.clone(),
        multi_class: params.multi_class,
        class_weight: params.class_weight,
        outlet_weight: params.outlet_weight,
        grouped_by,
        seed: params.seed,
        unlabelled: counted.unlabelled,
        dropped: 0,
        annotation: None,
        models,
        inputs: Vec::new(),
        training: Vec::new(),
    };
    Ok(Model { header, fitted, training: None })
}

pub(super) fn check(params: &TrainParams) -> Result<()> {
    check_but_c(params, params.c.is_some())
}

fn check_but_c(params: &TrainParams, has_c: bool) -> Result<()> {
    if params.validation == Validation::None {
        choose::check_nothing_open(params, has_c)?;
    }
    if let Some(c) = params.c.filter(|c| !(*c > 0.0 && c.is_finite())) {
        return Err(Error::usage("--c is no strength").found(c.to_string()).expected("a number above 0"));
    }
    params.recipe.check().map_err(|e| Error::usage("features that can't be made").found(e.to_string()))
}

/// Trains one target.
struct Trainer<'t> {
    part: &'t CountedPart,
    params: &'t TrainParams,
    earlier: Option<(&'t Part, &'t Fitted)>,
    grouped_by: HeldOut,
    stop: &'t Stop,
    tell: &'t (dyn Fn(Stage, f64) + Sync),
}

impl Trainer<'_> {
    /// With a recipe, and where articles were held out with what became of them and which candidate the recipe is.
    fn train(&self, recipe: &Recipe, tried: Option<(&Tried, usize)>) -> Result<(Part, Fitted)> {
        let (part, params) = (self.part, self.params);
        let blocks = recipe.blocks_of(&params.recipe, &part.counts);
        let target = part.target.as_deref();
        let vectorizer = Vectorizer::fit(recipe, &blocks).map_err(|e| no_terms(e, target))?;
        let refit = Refit::new(blocks);
        let Assessed { c, calibration, metrics, fingerprint } = match tried {
            Some((tried, candidate)) => self.assess(&refit, tried, candidate)?,
            None => self.unassessed()?,
        };
        self.stop.check()?;
        (self.tell)(Stage::Fitting, 0.0);
        let labels = Array1::from(part.labels.clone());
        let weights = params.outlet_weight.of(part, 0..part.labels.len());
        let start = self.earlier.and_then(|(old, fitted)| start(old, fitted, part, &vectorizer, params.multi_class));
        let samples = Prepared::new(refit.all(), labels.view(), weights.as_deref()).map_err(unlearnable)?;
        let fitted = self
            .fitting(TOL[usize::from(self.is_large())], Threads::All)
            .fit(&samples, c, start.as_ref())
            .map_err(unlearnable)?;
        drop(samples);
        let classifier = rounded(fitted).map_err(unlearnable)?;
        let dates = part.articles.iter().filter_map(|article| article.origin.date);
        let header = Part {
            target: part.target.clone(),
            classes: part.classes.clone(),
            class_counts: part.class_counts(),
            outlets: n_groups(&part.articles, HeldOut::Outlet),
            outlet_names: part.outlet_names(),
            dates: dates.clone().min().zip(dates.max()).map(|(first, last)| (first.to_string(), last.to_string())),
            c,
            c_given: self.earlier.map_or(params.c.is_some(), |(old, _)| old.c_given),
            intercepts: classifier.intercepts().to_vec(),
            terms: vectorizer.blocks().iter().map(|(_, tfidf)| tfidf.vocabulary().len()).collect(),
            coverage_threshold: coverage_threshold(part, recipe, &params.recipe),
            calibration,
            metrics,
            fingerprint,
        };
        Ok((header, Fitted { vectorizer, classifier }))
    }

    fn fitting(&self, tol: f64, threads: Threads) -> Fitting {
        Fitting { multi_class: self.params.multi_class, class_weight: self.params.class_weight, tol, threads }
    }
}

/// The weights of an earlier model for the terms of a new one; `None` where the classes are others.
pub fn start(
    old: &Part,
    fitted: &Fitted,
    part: &CountedPart,
    vectorizer: &Vectorizer,
    multi_class: MultiClass,
) -> Option<FittedLogisticRegression<usize>> {
    if old.classes != part.classes {
        return None;
    }
    let mut weights = Array2::zeros((fitted.classifier.coefficients().nrows(), vectorizer.n_features()));
    for (new, old) in vectorizer.columns_in(&fitted.vectorizer).into_iter().enumerate() {
        if let Some(old) = old {
            weights.column_mut(new).assign(&fitted.classifier.coefficients().column(old));
        }
    }
    let classes = fitted.classifier.classes().to_vec();
    FittedLogisticRegression::from_parts(classes, weights, fitted.classifier.intercepts().clone(), multi_class).ok()
}

/// The share of its words that all but one in a hundred training articles know of, each without itself.
fn coverage_threshold(part: &CountedPart, recipe: &Recipe, counted: &Recipe) -> f64 {
    let mut coverage = part.coverage_without(recipe, counted);
    coverage.sort_by(f64::total_cmp);
    coverage.get(coverage.len() / 100).copied().unwrap_or(0.0)
}

/// What the solver can't take: numbers that are out of range.
pub(super) fn unlearnable(error: LogisticError) -> Error {
    Error::data("nothing can be learnt from these articles")
        .at(Place::default())
        .found(error.to_string())
        .help("lower --c")
}

/// The same classifier with the weights that `f32` has.
fn rounded(
    fitted: FittedLogisticRegression<usize>,
) -> std::result::Result<FittedLogisticRegression<usize>, LogisticError> {
    let (classes, intercepts, multi_class) =
        (fitted.classes().to_vec(), fitted.intercepts().clone(), fitted.multi_class());
    let weights = fitted.into_coefficients().mapv_into(|w| f64::from(w as f32));
    FittedLogisticRegression::from_parts(classes, weights, intercepts, multi_class)
}
