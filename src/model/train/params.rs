//! How to train: what is given, what is left to cross-validation, how articles are weighted.

use crate::error::{Error, Result};
use crate::features::FeatureError;
use crate::model::artifact::{Header, HeldOut};
use crate::model::counted::CountedPart;
use crate::model::logistic::{ClassWeight, MultiClass};
use crate::model::recipe::{Asked, Recipe};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is kept together in folds when `C` is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Outlets if every target has at least [`MIN_OUTLETS`](super::MIN_OUTLETS), otherwise nothing.
    #[default]
    Auto,
    /// The given one: outlets, stories or months; or nothing ([`HeldOut::Random`]).
    By(HeldOut),
}

/// How the articles of each outlet are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutletWeight {
    /// All articles have the same weight.
    #[default]
    None,
    /// All outlets of a label have the same total weight: an article's weight is
    /// `n_articles / (n_outlets · n_articles of its outlet)`, counting only articles with its label, so that the
    /// label's total weight stays the same. An article without an outlet is an outlet of its own.
    Balanced,
}

impl OutletWeight {
    /// The weights of some of the articles; `None` if all are the same.
    pub(in crate::model) fn of(
        self,
        part: &CountedPart,
        rows: impl Iterator<Item = usize> + Clone,
    ) -> Option<Vec<f32>> {
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

/// Which articles are held out to test a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validation {
    /// All of them in turn, in every way that these articles allow.
    #[default]
    All,
    /// None: the model is only fitted. Nothing is chosen, its quality is unknown, and its probabilities are not
    /// calibrated.
    None,
}

/// Which properties of a recipe were not given, and are chosen by cross-validation together with the strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Open {
    /// Which of its kinds of words is counted.
    pub features: bool,
    /// Whether n-grams longer than the shortest are counted.
    pub ngrams: bool,
    /// In how many articles a term must occur.
    pub min_df: bool,
}

impl Open {
    /// What was not requested.
    pub fn of(asked: &Asked) -> Self {
        Open {
            features: asked.kinds.is_empty(),
            // Hashed n-grams of all lengths share columns, so shorter ones can't be tried by leaving longer ones out.
            ngrams: asked.ngrams.is_none() && asked.hash_features.is_none(),
            min_df: asked.min_df.is_none(),
        }
    }

    /// The properties among these that can be chosen in a recipe.
    pub(super) fn in_recipe(self, recipe: &Recipe) -> Self {
        Open {
            features: self.features && recipe.words().count() > 1,
            ngrams: self.ngrams && recipe.words().any(|b| b.ngrams.1 > b.ngrams.0),
            min_df: self.min_df && recipe.words().next().is_some(),
        }
    }
}

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainParams {
    /// What the features are made of. For what is [`open`](Self::open), it has everything that may be chosen.
    pub recipe: Recipe,
    /// What cross-validation chooses.
    pub open: Open,
    /// The inverse strength of the penalty; `None` chooses it among [`CS`](super::CS) or [`CS_OF_MANY`](super::CS_OF_MANY).
    pub c: Option<f64>,
    /// What is kept together in folds when `C` is chosen.
    pub grouping: Grouping,
    /// Which articles are held out. With [`Validation::None`] nothing may be open, and `c` must be given.
    pub validation: Validation,
    /// How more than two classes are separated.
    pub multi_class: MultiClass,
    /// How the articles of each class are weighted.
    pub class_weight: ClassWeight,
    /// How the articles of each outlet are weighted.
    pub outlet_weight: OutletWeight,
    /// Whether the names of the outlets are masked in addition to what the recipe masks.
    pub mask_outlets: bool,
    /// The seed of all randomness.
    pub seed: u64,
}

impl TrainParams {
    /// The parameters that a model was trained with, except its strengths.
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
            // The recipe includes the names of the old outlets.
            mask_outlets: header.mask_outlets,
            seed: header.seed,
        }
    }
}

/// Checks that training with these parameters is possible.
pub(in crate::model) fn check(params: &TrainParams) -> Result<()> {
    check_but_c(params, params.c.is_some())
}

/// The same if the caller knows whether the strength is given.
pub(super) fn check_but_c(params: &TrainParams, has_c: bool) -> Result<()> {
    if params.validation == Validation::None {
        check_nothing_open(params, has_c)?;
    }
    if let Some(c) = params.c.filter(|c| !(*c > 0.0 && c.is_finite())) {
        return Err(Error::usage("a --c that can't be a strength")
            .found(c.to_string())
            .expected("a number above 0")
            .help("leave it out to have it chosen, or use 1"));
    }
    params.recipe.check().map_err(unmakeable)
}

/// The error for features that can't be made, with an alternative.
fn unmakeable(error: FeatureError) -> Error {
    let told = Error::usage("features that can't be made").found(error.to_string());
    match error {
        FeatureError::HashedColumns { .. } => {
            told.help("leave --hash-features out, or use a power of two such as 1048576")
        }
        FeatureError::NgramRange { unit: "characters", .. } => told.help("usual is --char-ngrams 2-5"),
        FeatureError::NgramRange { .. } => told.help("usual is --ngrams 1-2"),
        FeatureError::DocumentFrequency { .. } => told.help("usual is --min-df 2"),
        FeatureError::NoFeatures => told.help("leave --max-features out, or give a number such as 100000"),
        _ => told,
    }
}

/// Checks that everything is given that cross-validation would choose.
fn check_nothing_open(params: &TrainParams, has_c: bool) -> Result<()> {
    let Open { features, ngrams, min_df } = params.open.in_recipe(&params.recipe);
    let open = [(!has_c, "--c"), (features, "--features"), (ngrams, "--ngrams"), (min_df, "--min-df")];
    let open: Vec<&str> = open.into_iter().filter_map(|(is_open, option)| is_open.then_some(option)).collect();
    if open.is_empty() { Ok(()) } else { Err(nothing_to_choose_by(&open)) }
}

fn nothing_to_choose_by(open: &[&str]) -> Error {
    let usual = open.iter().map(|option| match *option {
        "--features" => "word",
        "--ngrams" => "1-2",
        "--min-df" => "2",
        _ => "10",
    });
    Error::usage("without held-out articles there is nothing to choose by")
        .found(format!("`--validation none` without {}", open.join(", ")))
        .expected("all that cross-validation would choose")
        .help(format!("give them (usual are {}), or leave --validation out", usual.collect::<Vec<_>>().join(", ")))
}
