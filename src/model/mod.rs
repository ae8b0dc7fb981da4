//! Models: logistic regression on sparse rows, how well a classifier does, and models of articles that are kept.
//!
//! Takes [`SparseRows`](crate::features::SparseRows) in a linfa dataset, hands on a fitted model, its probabilities and
//! its measures; and from a corpus with a column of labels makes a [`Model`], keeps it in a folder, and scores articles
//! with it.
//!
//! | file | job |
//! |---|---|
//! | [`logistic`] | L2-regularised logistic regression: parameters, fitting, prediction |
//! | `newton` | the solver: truncated Newton with preconditioned conjugate gradients |
//! | `dual` | the other solver, for more columns than rows: coordinate descent in the dual |
//! | `renumbered` | sparse rows as the solvers see them |
//! | `batches` | how the solvers walk through rows, in memory or on disk |
//! | `on_disk` | rows that have no room in memory |
//! | `prepare` | weighed counts → rows for the solvers, in memory or on disk |
//! | `parts` | fits of one problem on many parts of the same rows |
//! | `design` | products with the sparse rows and their transpose |
//! | `loss` | the logistic and the softmax loss, their slopes and curvature |
//! | [`metrics`] | confusion matrix, F1, ROC AUC, Brier score, log loss, calibration error |
//! | [`folds`] | training and test rows that share no group, or that have the same mix of labels |
//! | [`recipe`] | what the features are made of |
//! | [`cutter`] | from an article to the pieces that features are made of |
//! | [`cuts`] | those pieces of many articles as numbers |
//! | [`vectorizer`] | from them to TF-IDF rows |
//! | [`annotated`] | the answers of annotators → one label an article |
//! | [`labelled`] | labelled articles, read from a corpus |
//! | [`counted`] | labelled articles as counts of terms: what training takes |
//! | `copies` | which of them are copies, so that nothing is learnt from a copy of what is held out |
//! | [`assess`] | held-out scores, and the strength of the penalty that they choose |
//! | [`calibration`] | probabilities that say how often they are right |
//! | [`train`] | labelled articles → [`Model`] |
//! | [`tallied`] | the same from the counts of a tally |
//! | [`retrain`] | [`Model`] and new labelled articles → a new model, compared with the old one |
//! | [`artifact`] | the model's folder: `model.json`, `terms.csv`, `CARD.md` |
//! | [`score`] | [`Model`] and an article → probabilities |
//! | [`evaluate`] | scores and labels → how well they fit |
//! | `intervals` | 95% intervals of accuracy and macro-F1 |
//! | [`seen`] | which of these articles the model was trained on |
//! | [`explain`] | which terms carried a score, and where they stand |
//!
//! Not done here: arguments and tables ([`crate::report`], the program).

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
