//! Trains one target: its features, its scores on held-out articles, and the classifier fitted on all articles.

use super::choose::{Assessed, Choice};
use super::schemes::n_groups;
use super::{Stage, TrainParams};
use crate::error::{Error, Place, Result};
use crate::features::Refit;
use crate::model::LogisticError;
use crate::model::artifact::{Fitted, HeldOut, Part};
use crate::model::assess::Fitting;
use crate::model::copies::Copies;
use crate::model::counted::{CountedPart, no_terms};
use crate::model::logistic::{FittedLogisticRegression, MultiClass, Threads};
use crate::model::prepare::prepare;
use crate::model::recipe::Recipe;
use crate::model::vectorizer::Vectorizer;
use crate::stop::Stop;
use ndarray::{Array1, Array2};

/// The solver's tolerance for the model. With few articles it is so small that it doesn't affect any digit shown of a
/// probability; with [`MANY`](super::MANY) it allows some ten-thousandths.
const TOL: [f64; 2] = [1e-6, 1e-4];

/// Trains one target.
pub(super) struct Trainer<'t> {
    pub(super) part: &'t CountedPart,
    /// Empty if no article is held out, because it isn't needed then.
    pub(super) copies: Copies,
    pub(super) params: &'t TrainParams,
    pub(super) earlier: Option<(&'t Part, &'t Fitted)>,
    pub(super) grouped_by: HeldOut,
    pub(super) stop: &'t Stop,
    pub(super) tell: &'t (dyn Fn(Stage, f64) + Sync),
}

impl Trainer<'_> {
    /// Trains with a recipe. If articles were held out, `chosen` has their results and which candidate the recipe is.
    pub(super) fn train(&self, recipe: &Recipe, chosen: Option<(&Choice<'_>, usize, usize)>) -> Result<(Part, Fitted)> {
        let (part, params) = (self.part, self.params);
        let blocks = recipe.blocks_of(&params.recipe, &part.counts);
        let target = part.target.as_deref();
        let vectorizer = Vectorizer::fit(recipe, &blocks).map_err(|e| no_terms(e, target))?;
        let refit = Refit::new(blocks);
        let Assessed { c, calibration, metrics, fingerprint } = match chosen {
            Some((choice, part, candidate)) => self.assess(&refit, (choice, part), candidate)?,
            None => self.unassessed()?,
        };
        self.stop.check()?;
        (self.tell)(Stage::Fitting, 0.0);
        let labels = Array1::from(part.labels.clone());
        let weights = params.outlet_weight.of(part, 0..part.labels.len());
        let start = self.earlier.and_then(|(old, fitted)| start(old, fitted, part, &vectorizer, params.multi_class));
        let all: Vec<usize> = (0..part.labels.len()).collect();
        let samples = prepare(&refit.on(&all)?, &all, labels.view(), weights.as_deref()).map_err(unlearnable)?;
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
            copies: self.copies.number(),
            dates: dates.clone().min().zip(dates.max()).map(|(first, last)| (first.to_string(), last.to_string())),
            c,
            c_given: self.earlier.map_or(params.c.is_some(), |(old, _)| old.c_given),
            c_kept: self.earlier.is_some(),
            intercepts: classifier.intercepts().to_vec(),
            terms: vectorizer.blocks().iter().map(|(_, tfidf)| tfidf.vocabulary().len()).collect(),
            coverage_threshold: coverage_threshold(part, recipe, &params.recipe)?,
            calibration,
            metrics,
            fingerprint,
        };
        Ok((header, Fitted { vectorizer, classifier }))
    }

    pub(super) fn fitting(&self, tol: f64, threads: Threads) -> Fitting {
        Fitting { multi_class: self.params.multi_class, class_weight: self.params.class_weight, tol, threads }
    }
}

/// The weights of an earlier model for the terms of a new one; `None` if the classes differ.
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

/// The coverage that 99 in 100 training articles exceed, each measured without itself.
fn coverage_threshold(part: &CountedPart, recipe: &Recipe, counted: &Recipe) -> Result<f64> {
    let mut coverage = part.coverage_without(recipe, counted)?;
    coverage.sort_by(f64::total_cmp);
    Ok(coverage.get(coverage.len() / 100).copied().unwrap_or(0.0))
}

/// The error for input that the solver can't handle: numbers out of range.
pub(in crate::model) fn unlearnable(error: LogisticError) -> Error {
    if let LogisticError::OnDisk(error) = error {
        return *error;
    }
    Error::data("nothing can be learnt from these articles")
        .at(Place::default())
        .found(error.to_string())
        .help("lower --c")
}

/// The same classifier with weights rounded to `f32`.
fn rounded(
    fitted: FittedLogisticRegression<usize>,
) -> std::result::Result<FittedLogisticRegression<usize>, LogisticError> {
    let (classes, intercepts, multi_class) =
        (fitted.classes().to_vec(), fitted.intercepts().clone(), fitted.multi_class());
    let weights = fitted.into_coefficients().mapv_into(|w| f64::from(w as f32));
    FittedLogisticRegression::from_parts(classes, weights, intercepts, multi_class)
}
