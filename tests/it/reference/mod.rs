//! Reference values from other programs (scikit-learn, numpy, scipy, statsmodels), written by
//! `tests/reference/make.py`.
//!
//! | file | against |
//! |---|---|
//! | `features` | scikit-learn's TF-IDF |
//! | `logistic` | scikit-learn's logistic regression |
//! | `measures` | scikit-learn's measures |
//! | `statistics` | shares, intervals, log-odds, agreement |
//! | `tests` | tests of rates and pairs, change points, planning, places on a map |

mod features;
mod logistic;
mod measures;
mod statistics;
mod tests;

/// One file of values.
fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let path = crate::common::repository("tests/reference").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Asserts that `found` and `expected` differ by no more than `tolerance`, however large they are.
#[track_caller]
fn assert_within(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: found {found:e}, expected {expected:e}");
}
