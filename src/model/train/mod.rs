//! Train: labelled articles → [`Model`].
//!
//! 1. Read, clean and cut all articles ([`labelled`]), and count their terms ([`counted`](super::counted)). All further
//!    steps need only these counts ([`train_counted`]).
//! 2. Weight: TF-IDF of all articles of a target ([`vectorizer`](super::vectorizer)).
//! 3. Find copies (`copies`): nothing is learnt from a copy of a held-out article.
//! 4. Choose the features and `C`, unless they are given (`choose`): those with the highest macro-F1 in folds that
//!    split no outlet, story or month; features other than the first only if they are better by more than chance.
//! 5. Hold out: score the same classifier on random folds, on outlets never seen, on later months
//!    ([`assess`](super::assess)). In the folds used for choosing, each fold is scored with what the *other* folds
//!    choose by the same rule; other ways of holding out use the model's own choice. The probabilities are calibrated
//!    on the held-out articles of the folds used for choosing.
//! 6. Fit on all articles, with weights rounded to `f32`, as they are stored.

pub(super) mod choose;
mod fingerprint;
pub mod masks;
mod params;
mod probabilities;
pub(super) mod schemes;
mod trainer;

pub(super) use params::check;

pub use params::{Grouping, Open, OutletWeight, TrainParams, Validation};
pub use trainer::start;
pub(super) use trainer::unlearnable;

use super::artifact::{Header, Input, Model, format_version};
use super::copies::Copies;
use super::counted::Counted;
use super::labelled::{self, Columns};
use super::recipe::Keep;
use super::tallied::LeftOut;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::stop::Stop;
use params::check_but_c;
use trainer::Trainer;

/// The strengths that are tried, the strongest penalty first.
pub const CS: [f64; 6] = [0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
/// The strengths that are tried with more than [`MANY`] articles, which need a weaker penalty.
pub const CS_OF_MANY: [f64; 3] = [10.0, 30.0, 100.0];
/// The fewest outlets of every target for which folds are grouped by outlet, if no grouping is requested.
pub const MIN_OUTLETS: usize = 5;
/// With more articles than this, training takes short cuts.
pub const MANY: usize = 10_000;

/// The stage of training, for showing progress.
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
    /// Its name for people.
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

/// Called with the stage and its progress, from 0 to 1.
pub type Tell<'t> = dyn Fn(Stage, f64) + Sync + 't;

/// Trains one model per target on all labelled articles of a corpus, whose extra columns must be [`Columns::extra`].
///
/// The same articles and seed give the same model, in whatever order they are read and on any number of threads.
///
/// # Errors
/// Parameters out of range; those of [`labelled::read`] and of [`train_counted`].
pub fn train(corpus: &Corpus, columns: &Columns, params: &TrainParams, progress: &Tell<'_>) -> Result<Model> {
    check(params)?;
    let mut params = params.clone();
    if params.mask_outlets {
        masks::mask_outlets(&mut params.recipe, corpus)?;
    }
    let params = &params;
    let mut labelled = labelled::read(corpus, columns, &params.recipe, &|part| progress(Stage::Reading, part))?;
    let left_out = (labelled.dropped, labelled.annotation.take());
    let counted = Counted::new(labelled, &params.recipe, Keep::Shared, &|part| progress(Stage::Counting, part))?;
    of_counted(counted, columns, params, left_out, inputs(corpus), &corpus.options().stop, progress)
}

/// A new model from counted articles, with all information about where they come from.
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
    counted.keep_blocks(&params.recipe, &model.header.recipe)?;
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

/// Trains one model per target on counted articles. With an earlier model, its strengths are kept for the targets that
/// it has, and the solver starts from its weights. The caller must fill in the model's inputs and training data.
///
/// # Errors
/// Stopped by `stop`; parameters out of range; a grouping with too few outlets, stories or months; no term that is
/// frequent enough.
pub fn train_counted(
    counted: &Counted,
    columns: &Columns,
    params: &TrainParams,
    earlier: Option<&Model>,
    stop: &Stop,
    progress: &Tell<'_>,
) -> Result<Model> {
    // The strengths may come from an earlier model.
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
            let copies = match params.validation {
                Validation::All => Copies::find(part, &params.recipe)?,
                Validation::None => Copies::default(),
            };
            Ok(Trainer { part, copies, params, earlier, grouped_by, stop, tell })
        })
        .collect::<Result<_>>()?;
    let candidates = choose::candidates(&params.recipe, params.open, counted.n_articles());
    let mut tried = Vec::with_capacity(n_parts);
    for trainer in trainers.iter().filter(|_| params.validation == Validation::All) {
        tried.push((trainer.part, trainer.try_all(&candidates)?));
    }
    let choice = choose::Choice::new(&tried, candidates.len());
    let best = choice.candidate(None);
    let recipe = &candidates[best];
    let (mut models, mut fitted) = (Vec::new(), Vec::new());
    for (number, trainer) in trainers.iter().enumerate() {
        let chosen = (!tried.is_empty()).then_some((&choice, number, best));
        let (header, of_part) = trainer.train(recipe, chosen)?;
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
        mask_outlets: params.mask_outlets,
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
