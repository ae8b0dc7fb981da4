//! Measures of labels and of probabilities against scikit-learn's.

use super::{assert_within, read};
use aslant::model::metrics::{
    Confusion, Scores, brier, calibration_error, log_loss, multiclass_brier, multiclass_calibration_error,
    multiclass_log_loss, roc_auc,
};
use ndarray::Array2;
use serde::Deserialize;

#[derive(Deserialize)]
struct Metrics {
    classes: Vec<ClassCase>,
    binary: Vec<BinaryCase>,
    multiclass: Vec<MulticlassCase>,
}

#[derive(Deserialize)]
struct ClassCase {
    name: String,
    labels: Vec<String>,
    y_true: Vec<String>,
    y_pred: Vec<String>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    support: Vec<u64>,
    accuracy: f64,
    r#macro: Average,
    weighted: Average,
    confusion: Vec<Vec<u64>>,
}

#[derive(Deserialize)]
struct Average {
    precision: f64,
    recall: f64,
    f1: f64,
}

#[derive(Deserialize)]
struct BinaryCase {
    name: String,
    y: Vec<u8>,
    score: Vec<f64>,
    weight: Option<Vec<f64>>,
    auc: Option<f64>,
    brier: Option<f64>,
    log_loss: Option<f64>,
    ece: Option<f64>,
}

#[derive(Deserialize)]
struct MulticlassCase {
    name: String,
    y: Vec<usize>,
    proba: Vec<Vec<f64>>,
    brier: f64,
    log_loss: f64,
    ece: f64,
}

fn check_scores(found: Scores, precision: f64, recall: f64, f1: f64, what: &str) {
    assert_within(found.precision, precision, 1e-12, what);
    assert_within(found.recall, recall, 1e-12, what);
    assert_within(found.f1, f1, 1e-12, what);
}

fn check_option(found: Option<f64>, expected: Option<f64>, what: &str) {
    match (found, expected) {
        (Some(found), Some(expected)) => assert_within(found, expected, 1e-12 * expected.abs().max(1.0), what),
        other => assert_eq!(other, (None, None), "{what}"),
    }
}

#[test]
fn measures_of_labels_equal_scikit_learn() {
    let reference: Metrics = read("metrics.json");
    assert!(reference.classes.len() >= 7);
    for case in &reference.classes {
        let name = &case.name;
        let confusion = Confusion::new(&case.labels, &case.y_true, &case.y_pred).unwrap();
        for (t, row) in case.confusion.iter().enumerate() {
            row.iter().enumerate().for_each(|(p, n)| assert_eq!(confusion.count(t, p), *n, "{name}"));
            check_scores(confusion.scores(t), case.precision[t], case.recall[t], case.f1[t], name);
        }
        assert_eq!(confusion.support(), case.support, "{name}");
        check_option(confusion.accuracy(), Some(case.accuracy), name);
        let (m, w) = (&case.r#macro, &case.weighted);
        check_scores(confusion.macro_average(), m.precision, m.recall, m.f1, name);
        check_scores(confusion.weighted_average(), w.precision, w.recall, w.f1, name);
    }
}

#[test]
fn measures_of_scores_equal_scikit_learn() {
    let reference: Metrics = read("metrics.json");
    assert!(reference.binary.len() >= 12);
    for case in &reference.binary {
        let (name, weights) = (&case.name, case.weight.as_deref());
        let truth: Vec<bool> = case.y.iter().map(|y| *y == 1).collect();
        check_option(roc_auc(&truth, &case.score, weights).unwrap(), case.auc, name);
        if case.brier.is_none() {
            assert!(brier(&truth, &case.score, weights).is_err(), "{name}: these are no probabilities");
            continue;
        }
        check_option(brier(&truth, &case.score, weights).unwrap(), case.brier, name);
        check_option(log_loss(&truth, &case.score, weights).unwrap(), case.log_loss, name);
        check_option(calibration_error(&truth, &case.score, weights, 10).unwrap(), case.ece, name);
    }
    for case in &reference.multiclass {
        let flat: Vec<f64> = case.proba.concat();
        let proba = Array2::from_shape_vec((case.y.len(), flat.len() / case.y.len()), flat).unwrap();
        let (name, proba) = (&case.name, proba.view());
        check_option(multiclass_brier(&case.y, proba).unwrap(), Some(case.brier), name);
        check_option(multiclass_log_loss(&case.y, proba).unwrap(), Some(case.log_loss), name);
        check_option(multiclass_calibration_error(&case.y, proba, 10).unwrap(), Some(case.ece), name);
    }
}
