//! Models: logistic regression on sparse rows, measures of classifiers, and stored models of articles.
//!
//! Takes [`SparseRows`](crate::features::SparseRows) in a linfa dataset, hands on a fitted model, its probabilities and
//! its measures. From a corpus with a column of labels it trains a [`Model`], stores it in a folder, and scores
//! articles with it.
//!
//! | file | job |
//! |---|---|
//! | [`logistic`] | L2-regularised logistic regression: parameters, fitting, prediction |
//! | `newton` | the solver: truncated Newton with preconditioned conjugate gradients |
//! | `dual` | the other solver, for more columns than rows: coordinate descent in the dual |
//! | `renumbered` | sparse rows as the solvers see them |
//! | `batches` | how the solvers walk through rows, in memory or on disk |
//! | `on_disk` | rows that don't fit in memory |
//! | `prepare` | weighted counts → rows for the solvers, in memory or on disk |
//! | `parts` | fits of one problem on many subsets of the same rows |
//! | `design` | products with the sparse rows and their transpose |
//! | `loss` | the logistic and the softmax loss, with gradient and curvature |
//! | [`metrics`] | confusion matrix, F1, ROC AUC, Brier score, log loss, calibration error |
//! | [`folds`] | training and test rows that share no group, or have the same mix of labels |
//! | [`recipe`] | what the features are made of |
//! | [`cutter`] | splits an article into the pieces that features are made of |
//! | [`cuts`] | these pieces of many articles, as numbers |
//! | [`vectorizer`] | turns them into TF-IDF rows |
//! | [`annotated`] | the answers of annotators → one label per article |
//! | [`labelled`] | labelled articles, read from a corpus |
//! | [`counted`] | labelled articles as counts of terms: the input of training |
//! | `copies` | finds copies among them, so that nothing is learnt from a copy of a held-out article |
//! | [`assess`] | held-out scores, and the strength of the penalty chosen by them |
//! | [`calibration`] | probabilities that say how often they are right |
//! | [`train`] | labelled articles → [`Model`] |
//! | [`tallied`] | the same, from the counts of a tally |
//! | [`retrain`] | a [`Model`] and new labelled articles → a new model, compared with the old one |
//! | [`artifact`] | the model's folder: `model.json`, `terms.csv`, `CARD.md` |
//! | [`score`] | a [`Model`] and an article → probabilities |
//! | [`evaluate`] | scores and labels → how well they fit |
//! | `intervals` | 95% intervals of accuracy and macro-F1 |
//! | [`seen`] | which of the evaluated articles the model was trained on |
//! | [`explain`] | which terms contributed to a score, and where they are |
//!
//! Not done here: command-line arguments (the program) and tables ([`crate::report`]).

pub mod annotated;
pub mod artifact;
pub mod assess;
mod batches;
pub mod calibration;
mod copies;
pub mod counted;
pub mod cuts;
pub mod cutter;
mod design;
mod dual;
mod error;
pub mod evaluate;
pub mod explain;
pub mod folds;
mod intervals;
pub mod labelled;
pub mod logistic;
mod loss;
pub mod metrics;
mod newton;
mod on_disk;
pub(crate) mod parts;
mod prepare;
pub mod recipe;
mod renumbered;
pub mod retrain;
pub mod score;
pub mod seen;
pub mod tallied;
pub mod train;
pub mod vectorizer;

pub use artifact::Model;
pub use error::{LogisticError, Result};
pub use folds::{Fold, FoldError, group_k_fold, stratified_group_k_fold, stratified_k_fold};
pub use logistic::{
    ClassWeight, FitReport, FittedLogisticRegression, Intercept, LogisticRegressionParams,
    LogisticRegressionValidParams, MultiClass, Prepared, Threads,
};
