//! Errors in fitting and applying a classifier.

use thiserror::Error;

/// The result type of fallible functions here.
pub type Result<T> = std::result::Result<T, LogisticError>;

/// Why fitting or prediction failed. Samples and columns count from 0.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LogisticError {
    /// `C` isn't a positive finite number.
    #[error("C is {c}, expected a positive number")]
    InvalidC {
        /// Its value.
        c: f64,
    },
    /// The tolerance is negative or not a finite number.
    #[error("tol is {tol}, expected a number of at least 0")]
    InvalidTol {
        /// Its value.
        tol: f64,
    },
    /// No steps are allowed.
    #[error("max_iter is 0, expected at least 1")]
    NoIterations,
    /// No samples, or all have the same label.
    #[error("{n_samples} samples have {n_classes} different labels, expected at least 2")]
    TooFewClasses {
        /// How many labels there are.
        n_classes: usize,
        /// How many samples.
        n_samples: usize,
    },
    /// The number of targets differs from the number of rows.
    #[error("{n_samples} rows, but {n_targets} targets")]
    TargetsMismatch {
        /// How many rows.
        n_samples: usize,
        /// How many targets.
        n_targets: usize,
    },
    /// The number of weights differs from the number of rows.
    #[error("{n_samples} rows, but {n_weights} sample weights")]
    WeightsMismatch {
        /// How many rows.
        n_samples: usize,
        /// How many weights.
        n_weights: usize,
    },
    /// A sample weight is negative or not a finite number.
    #[error("sample {sample} has the weight {weight}, expected a number of at least 0")]
    InvalidWeight {
        /// The sample.
        sample: usize,
        /// Its weight.
        weight: f64,
    },
    /// Every sample weight is 0.
    #[error("all {n_samples} sample weights are 0")]
    AllWeightsZero {
        /// How many samples.
        n_samples: usize,
    },
    /// All samples of a class have weight 0, so its intercept would be infinite.
    #[error("all {n_samples} samples of the class {class} have weight 0")]
    ClassWithoutWeight {
        /// The class.
        class: String,
        /// How many samples it has.
        n_samples: usize,
    },
    /// A value is infinite or NaN.
    #[error("sample {sample} has {value} in column {column}, expected a finite number")]
    NonFinite {
        /// The sample.
        sample: usize,
        /// The column.
        column: usize,
        /// The value.
        value: f64,
    },
    /// Numbers overflowed: values, weights or `C` are too large.
    #[error(
        "the objective became {objective} after {iterations} iterations; values, sample weights or C are too large"
    )]
    Overflow {
        /// The value it reached.
        objective: f64,
        /// After how many iterations.
        iterations: usize,
    },
    /// The rows have another number of columns than the model.
    #[error("the model has {expected} columns, the rows have {found}")]
    FeaturesMismatch {
        /// The model's columns.
        expected: usize,
        /// The rows' columns.
        found: usize,
    },
    /// The model to start from has different classes from the data.
    #[error("the model to start from has the classes {model}, the data have {data}")]
    ClassesMismatch {
        /// The model's classes.
        model: String,
        /// The data's classes.
        data: String,
    },
    /// The model to start from, or the stored weights, have the wrong number of rows for the classes.
    #[error(
        "{coefficients} rows of coefficients and {intercepts} intercepts for {classes} classes, expected {expected} of each"
    )]
    ShapeMismatch {
        /// Rows of coefficients.
        coefficients: usize,
        /// Intercepts.
        intercepts: usize,
        /// Classes.
        classes: usize,
        /// How many rows and intercepts there should be.
        expected: usize,
    },
    /// The classes of stored weights are not sorted, or one occurs twice.
    #[error("the classes of a model must be sorted, without duplicates")]
    UnsortedClasses,
    /// Rows on disk can't be written or read.
    #[error("{0}")]
    OnDisk(Box<crate::error::Error>),
    /// An error of linfa's.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

impl From<crate::error::Error> for LogisticError {
    fn from(error: crate::error::Error) -> Self {
        LogisticError::OnDisk(Box::new(error))
    }
}
