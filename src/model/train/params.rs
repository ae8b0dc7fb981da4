//! How to train: what is given, what is left to cross-validation, how much each article counts.

use crate::error::{Error, Result};
use crate::features::FeatureError;
use crate::model::artifact::{Header, HeldOut};
use crate::model::counted::CountedPart;
use crate::model::logistic::{ClassWeight, MultiClass};
use crate::model::recipe::{Asked, Recipe};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is kept together when `C` is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Outlets where every target has [`MIN_OUTLETS`](super::MIN_OUTLETS), or else nothing.
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
    /// Between the two others: an outlet of a label counts by the square root of its articles.
    Root,
    /// All outlets of a label alike: an article counts `n_articles / (n_outlets · n_articles of its outlet)`, both of
    /// those with its label, so that the label's articles keep their sum. Articles without outlet are outlets of their
    /// own.
    Balanced,
}

impl OutletWeight {
    /// The weights of some of the articles; `None` where all count alike.
    pub(in crate::model) fn of(
        self,
        part: &CountedPart,
        rows: impl Iterator<Item = usize> + Clone,
    ) -> Option<Vec<f32>> {
        // What all articles of an outlet count together, by their number.
        let of_all = match self {
            OutletWeight::None => return None,
            OutletWeight::Root => |articles: usize| (articles as f64).sqrt(),
            OutletWeight::Balanced => |_: usize| 1.0,
        };
        let outlet = |row: usize| part.articles[row].origin.outlet.as_deref();
        // By label: how many articles, and what all its outlets count; by label and outlet: how many articles.
        let mut of_label = vec![(0_usize, 0.0); part.classes.len()];
        let mut of_outlet: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        for row in rows.clone() {
            let (articles, counts) = &mut of_label[part.labels[row]];
            *articles += 1;
            match outlet(row) {
                Some(outlet) => *of_outlet.entry((part.labels[row], outlet)).or_default() += 1,
                None => *counts += of_all(1),
            }
        }
        of_outlet.iter().for_each(|(&(label, _), &articles)| of_label[label].1 += of_all(articles));
        let weight = |row: usize| {
            let label = part.labels[row];
            let (articles, counts) = of_label[label];
            let of_outlet = outlet(row).map_or(1, |outlet| of_outlet[&(label, outlet)]);
            (articles as f64 * of_all(of_outlet) / (counts * of_outlet as f64)) as f32
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

/// What was not given, and is chosen by cross-validation together with the strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Open {
    /// Which of its kinds of words is counted.
    pub features: bool,
    /// Whether n-grams longer than the shortest are counted.
    pub ngrams: bool,
    /// In how many articles a term must stand.
    pub min_df: bool,
    /// Whether an outlet counts by all its articles or by their square root: only where outlets are what is held out to choose
    /// by, which alone tells whether large outlets are listened to too much.
    pub outlet_weight: bool,
}

impl Open {
    /// What was not asked for.
    pub fn of(asked: &Asked) -> Self {
        Open {
            features: asked.kinds.is_empty(),
            // Hashed n-grams of all lengths are in one column: shorter ones can't be tried by leaving others out.
            ngrams: asked.ngrams.is_none() && asked.hash_features.is_none(),
            min_df: asked.min_df.is_none(),
            outlet_weight: false,
        }
    }

    /// What of it there is to choose in a recipe.
    pub(super) fn in_recipe(self, recipe: &Recipe) -> Self {
        Open {
            features: self.features && recipe.words().count() > 1,
            ngrams: self.ngrams && recipe.words().any(|b| b.ngrams.1 > b.ngrams.0),
            min_df: self.min_df && recipe.words().next().is_some(),
            outlet_weight: self.outlet_weight,
        }
    }
}

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainParams {
    /// What the features are made of, or may be: of what is [`open`](Self::open) it has all that may be chosen.
    pub recipe: Recipe,
    /// What cross-validation chooses.
    pub open: Open,
    /// The inverse strength of the penalty; `None` chooses it among [`CS`](super::CS) or [`CS_OF_MANY`](super::CS_OF_MANY).
    pub c: Option<f64>,
    /// What is kept together when `C` is chosen.
    pub grouping: Grouping,
    /// Which articles are held out. With [`Validation::None`] nothing may be open, and `c` must be given.
    pub validation: Validation,
    /// How more than two classes are told apart.
    pub multi_class: MultiClass,
    /// How much the articles of each class count.
    pub class_weight: ClassWeight,
    /// How much the articles of each outlet count; where that is open, what is tried first.
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
            // The recipe has the names of the old ones.
            mask_outlets: header.mask_outlets,
            seed: header.seed,
        }
    }
}

/// Whether one can train so.
pub(in crate::model) fn check(params: &TrainParams) -> Result<()> {
    check_but_c(params, params.c.is_some())
}

/// The same where the caller knows whether the strength is given.
pub(super) fn check_but_c(params: &TrainParams, has_c: bool) -> Result<()> {
    if params.validation == Validation::None {
        check_nothing_open(params, has_c)?;
    }
    if let Some(c) = params.c.filter(|c| !(*c > 0.0 && c.is_finite())) {
        return Err(Error::usage("--c is no strength")
            .found(c.to_string())
            .expected("a number above 0")
            .help("leave it out to have it chosen, or take 1"));
    }
    params.recipe.check().map_err(unmakeable)
}

/// Features that can't be made, and what else could be asked for.
fn unmakeable(error: FeatureError) -> Error {
    let told = Error::usage("features that can't be made").found(error.to_string());
    match error {
        FeatureError::HashedColumns { .. } => {
            told.help("leave --hash-features out, or take a power of two such as 1048576")
        }
        FeatureError::NgramRange { unit: "characters", .. } => told.help("usual is --char-ngrams 2-5"),
        FeatureError::NgramRange { .. } => told.help("usual is --ngrams 1-2"),
        FeatureError::DocumentFrequency { .. } => told.help("usual is --min-df 2"),
        FeatureError::NoFeatures => told.help("leave --max-features out, or give a number such as 100000"),
        _ => told,
    }
}

/// Whether all is given that cross-validation would choose.
fn check_nothing_open(params: &TrainParams, has_c: bool) -> Result<()> {
    // The weights of outlets stay what they are where nothing tells of others.
    let Open { features, ngrams, min_df, outlet_weight: _ } = params.open.in_recipe(&params.recipe);
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
    Error::usage("without articles held out there is nothing to choose by")
        .found(format!("`--validation none` without {}", open.join(", ")))
        .expected("all that cross-validation would choose")
        .help(format!("give them (usual are {}), or leave --validation out", usual.collect::<Vec<_>>().join(", ")))
}
