//! Models: logistic regression on sparse rows, how well a classifier does, and how to part data fairly.
//!
//! Takes [`SparseRows`](crate::features::SparseRows) in a linfa dataset, hands on a fitted model, its probabilities and
//! its measures. Making rows out of documents is [`crate::features`]'s job.
//!
//! | file | job |
//! |---|---|
//! | [`logistic`] | L2-regularised logistic regression: parameters, fitting, prediction |
//! | `newton` | the solver: truncated Newton with preconditioned conjugate gradients |
//! | `design` | products with the sparse rows and their transpose |
//! | `loss` | the logistic and the softmax loss, their slopes and curvature |
//! | [`metrics`] | confusion matrix, F1, ROC AUC, Brier score, log loss, calibration error |
//! | [`folds`] | training and test rows that share no group, or that have the same mix of labels |

mod design;
mod error;
pub mod folds;
pub mod logistic;
mod loss;
pub mod metrics;
mod newton;

pub use error::{LogisticError, Result};
pub use folds::{Fold, FoldError, group_k_fold, stratified_k_fold};
pub use logistic::{
    ClassWeight, FitReport, FittedLogisticRegression, Intercept, LogisticRegressionParams,
    LogisticRegressionValidParams, MultiClass,
};
