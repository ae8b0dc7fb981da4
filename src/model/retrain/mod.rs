//! Re-train: a [`Model`], its training data, and new labelled articles → a new model, compared with the old one.
//!
//! The new model has the old one's recipe and strength of the penalty, is fitted to the old and the new articles
//! together, and starts from the old weights. An old article that comes again gets its new label and text. The new
//! model equals one trained from scratch on all texts, except for terms that occurred in only one old article, whose
//! counts were not stored: they are counted in new articles only. If outlet names are masked, the names of new outlets
//! are masked only in the new articles: of the old ones there are only counts, in which they were not masked.
//!
//! | file here | job |
//! |---|---|
//! | `join` | joins old and new counts |
//! | `compare` | both models on the same held-out articles, which neither has seen |
//! | `difference` | how much better one is than the other, and whether by more than chance |
//! | `moved` | which weights, outlets and articles moved |

mod compare;
mod difference;
mod join;
mod moved;

pub use compare::Compared;
pub use difference::Difference;
pub use moved::{Flipped, MovedOutlet, MovedWeight, comparable, weights_between};

use super::artifact::Model;
use super::copies::Copies;
use super::counted::{Counted, CountedPart};
use super::labelled::{self, Columns};
use super::recipe::Keep;
use super::train::{Stage, Tell, TrainParams, Validation, inputs, masks, train_counted};
use crate::corpus::{Corpus, nearest};
use crate::counted::articles;
use crate::error::Result;
use join::Joined;

/// What changed for one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The target, if there is one.
    pub target: Option<String>,
    /// The labels of the new model, sorted.
    pub classes: Vec<String>,
    /// Number of articles that the old model was trained on.
    pub old_articles: usize,
    /// Number of new articles.
    pub added: usize,
    /// The ids of old articles that came again.
    pub replaced: Vec<String>,
    /// Whether the old model has the target.
    pub is_known: bool,
    /// Both models on held-out articles; `None` for a target that the old model doesn't have, or if none were held out.
    pub compared: Option<Compared>,
    /// Labels that the old model doesn't have.
    pub new_labels: Vec<NewLabel>,
    /// The weights that changed most; `None` if those of the two models are on different scales ([`comparable`]).
    pub weights: Option<Vec<MovedWeight>>,
    /// The outlets whose held-out articles' probabilities changed most.
    pub outlets: Vec<MovedOutlet>,
    /// Held-out articles for which the two models predict different labels.
    pub flipped: Vec<Flipped>,
}

/// A label that the old model doesn't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLabel {
    /// Its name.
    pub label: String,
    /// The number of articles with it.
    pub articles: usize,
    /// The old label with the most similar name, if it is similar enough to be meant.
    pub near: Option<String>,
}

/// The labels of a part that an old model doesn't have for its target; `counts` has the number of articles of each
/// label.
fn new_labels(old: &Model, target: Option<&str>, counts: &[(&str, usize)]) -> Vec<NewLabel> {
    let Some((old, _)) = old.of_target(target) else { return Vec::new() };
    let is_new = |(label, _): &&(&str, usize)| !old.classes.iter().any(|class| class == label);
    let new = |&(label, articles): &(&str, usize)| NewLabel {
        label: label.to_owned(),
        articles,
        near: nearest(label, old.classes.iter().map(String::as_str)).map(str::to_owned),
    };
    counts.iter().filter(is_new).map(new).collect()
}

impl NewLabel {
    /// `` `lefft` (6 articles; did you mean `left`?) ``.
    pub fn told(&self) -> String {
        let near = self.near.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        format!("`{}` ({}{near})", self.label, articles(self.articles))
    }
}

/// A new model, and how it differs from the old one.
#[derive(Debug)]
pub struct Retrained {
    /// The new model, with its training data.
    pub model: Model,
    /// By target.
    pub changes: Vec<Change>,
    /// Names of new outlets, which are masked in the new articles but not in the old ones.
    pub masked: Vec<String>,
}

impl Retrained {
    /// Whether the new model is worse for any target: its macro-F1 or accuracy on held-out articles is lower by more
    /// than chance ([`Difference::is_worse`]).
    pub fn is_worse(&self) -> bool {
        self.changes.iter().filter_map(|change| change.compared.as_ref()).any(Compared::is_worse)
    }
}

/// Trains again with the new articles of a corpus, whose extra columns must be [`Columns::extra`]. With
/// [`Validation::None`] the new model is only fitted: it isn't known whether it is better or worse.
///
/// # Errors
/// Those of [`labelled::read`] and [`train_counted`], for old and new articles together.
pub fn retrain(
    old: &Model,
    training: Counted,
    corpus: &Corpus,
    columns: &Columns,
    validation: Validation,
    progress: &Tell<'_>,
) -> Result<Retrained> {
    let mut params = TrainParams { validation, ..TrainParams::of(&old.header) };
    let masked = match params.mask_outlets {
        true => masks::mask_outlets(&mut params.recipe, corpus)?,
        false => Vec::new(),
    };
    let params = params;
    let labelled = labelled::read_any(corpus, columns, &params.recipe, &|part| progress(Stage::Reading, part))?;
    let dropped = old.header.dropped + labelled.dropped;
    let new = Counted::new(labelled, &params.recipe, Keep::All, &|part| progress(Stage::Counting, part))?;
    let unlabelled = training.unlabelled + new.unlabelled;
    let joined = join::join(training, new, &params.recipe)?;
    for Joined { part, .. } in &joined {
        let counts: Vec<(&str, usize)> = part.classes.iter().map(String::as_str).zip(part.class_counts()).collect();
        labelled::check_labels(part.target.as_ref(), &counts, columns).map_err(|error| {
            let new: Vec<String> =
                new_labels(old, part.target.as_deref(), &counts).iter().map(NewLabel::told).collect();
            if new.is_empty() { error } else { error.note(format!("the model doesn't have {} yet", new.join(", "))) }
        })?;
    }
    let (parts, notes): (Vec<CountedPart>, Vec<_>) = joined.into_iter().map(|j| (j.part, j.notes)).unzip();
    let counted = Counted { parts, unlabelled };
    // The columns of the first training: how new articles are read is up to the caller.
    let mut model = train_counted(&counted, &old.header.columns, &params, Some(old), &corpus.options().stop, progress)?;
    model.header.inputs = old.header.inputs.iter().cloned().chain(inputs(corpus)).collect();
    // The annotators' agreement is that of the first labels.
    (model.header.dropped, model.header.annotation) = (dropped, old.header.annotation.clone());
    let mut changes = Vec::new();
    for (part, notes) in counted.parts.iter().zip(notes) {
        changes.push(change(old, &model, part, notes, &params)?);
    }
    model.training = Some(counted);
    Ok(Retrained { model, changes, masked })
}

fn change(old: &Model, new: &Model, part: &CountedPart, notes: join::Notes, params: &TrainParams) -> Result<Change> {
    let target = part.target.as_deref();
    let counts: Vec<(&str, usize)> = part.classes.iter().map(String::as_str).zip(part.class_counts()).collect();
    let mut change = Change {
        target: part.target.clone(),
        classes: part.classes.clone(),
        old_articles: notes.old_articles,
        added: notes.added,
        replaced: notes.replaced.clone(),
        is_known: old.of_target(target).is_some(),
        compared: None,
        new_labels: new_labels(old, target, &counts),
        weights: Some(Vec::new()),
        outlets: Vec::new(),
        flipped: Vec::new(),
    };
    if let (Some((old_part, old)), Some((_, new))) = (old.of_target(target), new.of_target(target)) {
        change.weights = comparable(&old_part.classes, &part.classes).then(|| moved::weights(old_part, old, part, new));
        if params.validation == Validation::None {
            return Ok(change);
        }
        let copies = Copies::find(part, &params.recipe)?;
        let held = compare::hold_out(part, &copies, &notes, old_part.c, params)?;
        change.compared = Some(held.compare(part, params.seed));
        change.outlets = moved::outlets(part, &held);
        change.flipped = moved::flipped(part, &held);
    }
    Ok(change)
}
