//! Features, logistic regression and measures against scikit-learn; `tests/reference/make.py` wrote the values.

use aslant::features::{
    Analyzer, BREAK, DocumentFrequency, Documents, Hashing, IdfSmoothing, Norm, SparseRows, TermFrequency, TermTable,
    Terms, Texts, TfidfParams, TfidfValidParams, Tokens,
};
use aslant::model::metrics::{
    Confusion, Scores, brier, calibration_error, log_loss, multiclass_brier, multiclass_calibration_error,
    multiclass_log_loss, roc_auc,
};
use aslant::model::{ClassWeight, FittedLogisticRegression, LogisticRegressionParams, MultiClass};
use linfa::traits::{Fit, FitWith, Predict};
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[track_caller]
fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: found {found:e}, expected {expected:e}");
}

fn sparse(columns: usize, rows: &[Vec<(u32, f64)>]) -> SparseRows<f64> {
    SparseRows::from_rows(columns, rows.iter().cloned()).unwrap()
}

// ------------------------------------------------------------------------------------------------- TF-IDF

#[derive(Deserialize)]
struct Corpus {
    documents: Vec<Document>,
}

#[derive(Deserialize)]
struct Document {
    id: usize,
    text: String,
    tokens: Vec<String>,
}

#[derive(Deserialize)]
struct TfidfCases {
    cases: Vec<TfidfCase>,
}

#[derive(Deserialize)]
struct TfidfCase {
    name: String,
    params: Params,
    train: Vec<usize>,
    held_out: Vec<usize>,
    vocabulary: Vec<String>,
    idf: Vec<f64>,
    rows: Rows,
}

#[derive(Deserialize)]
struct Params {
    analyzer: String,
    ngram_range: (usize, usize),
    min_df: BTreeMap<String, f64>,
    max_df: BTreeMap<String, f64>,
    max_features: Option<usize>,
    #[serde(default)]
    hashing: Option<usize>,
    sublinear_tf: bool,
    smooth_idf: bool,
    norm: Option<String>,
}

#[derive(Deserialize)]
struct Rows {
    fit: Vec<Vec<(u32, f64)>>,
    transform: Vec<Vec<(u32, f64)>>,
}

fn frequency(value: &BTreeMap<String, f64>) -> DocumentFrequency {
    match (value.get("count"), value.get("share")) {
        (Some(count), None) => DocumentFrequency::Count(*count as usize),
        (None, Some(share)) => DocumentFrequency::Share(*share),
        _ => panic!("{value:?}"),
    }
}

fn tfidf_params(p: &Params) -> TfidfValidParams {
    let analyzer = match p.analyzer.as_str() {
        "word" => Analyzer::Word,
        "char" => Analyzer::Char,
        "char_wb" => Analyzer::CharWb,
        other => panic!("{other}"),
    };
    TfidfParams::new()
        .analyzer(analyzer)
        .ngram_range(p.ngram_range.0..=p.ngram_range.1)
        .min_df(frequency(&p.min_df))
        .max_df(frequency(&p.max_df))
        .max_features(p.max_features)
        .hashing(p.hashing.map(|n| Hashing::new(n).unwrap()))
        .term_frequency(if p.sublinear_tf { TermFrequency::Sublinear } else { TermFrequency::Linear })
        .smoothing(if p.smooth_idf { IdfSmoothing::Smooth } else { IdfSmoothing::Plain })
        .norm(if p.norm.is_some() { Norm::L2 } else { Norm::None })
        .check()
        .unwrap()
}

fn check_rows(found: &SparseRows<f64>, expected: &[Vec<(u32, f64)>], what: &str) {
    assert_eq!(found.n_samples(), expected.len(), "{what}");
    for (i, expected) in expected.iter().enumerate() {
        let (columns, values) = found.row_slices(i);
        assert_eq!(columns, expected.iter().map(|e| e.0).collect::<Vec<_>>(), "{what}, row {i}");
        for (value, (_, expected)) in values.iter().zip(expected) {
            assert_close(*value, *expected, 1e-12 * expected.abs().max(1.0), &format!("{what}, row {i}"));
        }
    }
}

fn check_tfidf<D: Documents>(case: &TfidfCase, train: &D, held_out: &D, alone: impl Fn(usize) -> SparseRows<f64>) {
    let params = tfidf_params(&case.params);
    let (tfidf, rows) = params.fit_transform::<f64, _>(train).unwrap();
    let name = &case.name;
    let terms: Vec<String> = tfidf.vocabulary().terms().map(|term| term.to_string()).collect();
    assert_eq!(terms, case.vocabulary, "{name}");
    for (column, (found, expected)) in tfidf.idf().iter().zip(&case.idf).enumerate() {
        assert_close(*found, *expected, 1e-12 * expected, &format!("{name}: idf of {column}"));
    }
    check_rows(&rows, &case.rows.fit, &format!("{name}: fit"));
    let transformed = tfidf.transform::<f64, _>(held_out).unwrap();
    check_rows(&transformed, &case.rows.transform, &format!("{name}: transform"));

    let fitted = params.fit(train).unwrap();
    assert_eq!(fitted.idf(), tfidf.idf());
    assert_eq!(fitted.transform::<f64, _>(train).unwrap(), rows, "{name}: transform after fit");
    let stored = terms.iter().zip(tfidf.vocabulary().document_frequencies().iter().map(|d| *d as usize));
    let restored = params.from_terms(stored, tfidf.vocabulary().n_documents()).unwrap();
    assert_eq!(restored.transform::<f64, _>(held_out).unwrap(), transformed, "{name}: restored");
    for (column, term) in tfidf.vocabulary().terms().enumerate() {
        if let Some(term) = term.text() {
            assert_eq!(tfidf.vocabulary().column(term), Some(column));
        }
    }
    for i in 0..held_out.n_documents() {
        assert_eq!(alone(i), transformed.select_rows(&[i]).unwrap(), "{name}: document {i} alone");
    }
}

#[test]
fn tfidf_equals_scikit_learn() {
    let corpus: Corpus = read("corpus.json");
    let cases: TfidfCases = read("tfidf.json");
    assert!(corpus.documents.iter().enumerate().all(|(i, d)| d.id == i));
    assert!(cases.cases.len() >= 15);
    // Numbers in no order that the result could lean on.
    let mut table = TermTable::default();
    let mut ids: Vec<Vec<u32>> = corpus.documents.iter().rev().map(|d| table.ids(&d.tokens)).collect();
    ids.reverse();
    let texts: Vec<&str> = corpus.documents.iter().map(|d| d.text.as_str()).collect();
    for case in &cases.cases {
        let params = tfidf_params(&case.params);
        if case.params.analyzer == "word" {
            let pick = |of: &[usize]| of.iter().map(|&i| &ids[i][..]).collect::<Vec<_>>();
            let (train, held_out) = (pick(&case.train), pick(&case.held_out));
            let fitted = params.fit(&Tokens::new(&train, &table)).unwrap();
            check_tfidf(case, &Tokens::new(&train, &table), &Tokens::new(&held_out, &table), |i| {
                // Alone, and under a table of its own.
                let mut own = TermTable::default();
                let document = own.ids(held_out[i].iter().map(|&id| table.term(id).unwrap()));
                fitted.transform(&Tokens::new(&[document], &own)).unwrap()
            });
        } else {
            let pick = |of: &[usize]| of.iter().map(|&i| texts[i]).collect::<Vec<_>>();
            let (train, held_out) = (pick(&case.train), pick(&case.held_out));
            let fitted = params.fit(&Texts::new(&train)).unwrap();
            check_tfidf(case, &Texts::new(&train), &Texts::new(&held_out), |i| {
                fitted.transform(&Texts::new(&held_out[i..=i])).unwrap()
            });
        }
    }
}

#[test]
fn breaks_part_n_grams_and_count_for_nothing() {
    let mut table = TermTable::default();
    let [a, b, c] = ["a", "b", "c"].map(|t| table.id(t));
    let parted = [vec![BREAK, a, b, BREAK, BREAK, c, BREAK], vec![c]];
    let params = TfidfParams::new().ngram_range(1..=3).check().unwrap();
    let (tfidf, rows) = params.fit_transform::<f64, _>(&Tokens::new(&parted, &table)).unwrap();
    assert_eq!(tfidf.vocabulary().terms().collect::<Vec<_>>(), ["a", "a b", "b", "c"]);
    let whole = tfidf.transform::<f64, _>(&Tokens::new(&[[a, b, c]], &table)).unwrap();
    assert_eq!(whole.row_slices(0), rows.row_slices(0));
}

#[test]
fn tfidf_has_the_same_bits_on_any_number_of_threads() {
    let mut table = TermTable::default();
    let words: Vec<u32> = (0..400).map(|i| table.id(&format!("w{}", i * 7 % 400))).collect();
    let documents: Vec<Vec<u32>> =
        (0..300usize).map(|d| (0..d % 50).map(|i| words[(d * d + i * i * (d % 7 + 1)) % (20 + d)]).collect()).collect();
    let fit = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let params = TfidfParams::new().ngram_range(1..=3).min_df(DocumentFrequency::Count(2)).check().unwrap();
            let (tfidf, rows) = params.fit_transform::<f32, _>(&Tokens::new(&documents, &table)).unwrap();
            (tfidf.vocabulary().terms().map(|term| term.to_string()).collect::<Vec<_>>(), rows)
        })
    };
    assert_eq!(fit(1), fit(8));
}

// ------------------------------------------------------------------------------------- logistic regression

#[derive(Deserialize)]
struct Logistic {
    problems: BTreeMap<String, Problem>,
    fits: Vec<LogisticFit>,
}

#[derive(Deserialize)]
struct Problem {
    columns: usize,
    rows: Vec<Vec<(u32, f64)>>,
    y: Vec<usize>,
    sample_weight: Vec<f32>,
    new_rows: Vec<Vec<(u32, f64)>>,
}

#[derive(Deserialize)]
struct LogisticFit {
    problem: String,
    kind: String,
    #[serde(rename = "C")]
    c: f64,
    weighted: bool,
    balanced: bool,
    coef: Vec<Vec<f64>>,
    intercept: Vec<f64>,
    objective: Value,
    proba: Vec<Vec<f64>>,
}

impl LogisticFit {
    fn params(&self) -> LogisticRegressionParams {
        LogisticRegressionParams::new()
            .c(self.c)
            .class_weight(if self.balanced { ClassWeight::Balanced } else { ClassWeight::None })
            .multi_class(if self.kind == "one_vs_rest" { MultiClass::OneVsRest } else { MultiClass::Multinomial })
    }

    fn objectives(&self) -> Vec<f64> {
        match &self.objective {
            Value::Array(all) => all.iter().map(|v| v.as_f64().unwrap()).collect(),
            one => vec![one.as_f64().unwrap()],
        }
    }

    fn name(&self) -> String {
        format!("{} {} C={} weighted={} balanced={}", self.problem, self.kind, self.c, self.weighted, self.balanced)
    }
}

fn data(problem: &Problem, weighted: bool) -> DatasetBase<SparseRows<f64>, Array1<usize>> {
    let data = DatasetBase::new(sparse(problem.columns, &problem.rows), Array1::from(problem.y.clone()));
    if weighted { data.with_weights(Array1::from(problem.sample_weight.clone())) } else { data }
}

/// Weights and objective of a model against the reference.
fn check_fit(fit: &LogisticFit, model: &FittedLogisticRegression<usize>, objective: f64, weights: f64) {
    let name = fit.name();
    assert!(model.has_converged(), "{name}: {:?}", model.reports());
    assert_eq!(model.reports().len(), fit.objectives().len(), "{name}");
    for (report, expected) in model.reports().iter().zip(fit.objectives()) {
        assert_close(report.objective, expected, objective * expected, &format!("{name}: objective"));
    }
    assert_eq!(model.coefficients().nrows(), fit.coef.len(), "{name}");
    for (found, expected) in model.coefficients().rows().into_iter().zip(&fit.coef) {
        assert_eq!(found.len(), expected.len(), "{name}");
        found.iter().zip(expected).for_each(|(f, e)| assert_close(*f, *e, weights, &format!("{name}: weight")));
    }
    for (found, expected) in model.intercepts().iter().zip(&fit.intercept) {
        assert_close(*found, *expected, weights, &format!("{name}: intercept"));
    }
}

#[test]
fn logistic_regression_equals_scikit_learn() {
    let reference: Logistic = read("logistic.json");
    assert!(reference.fits.len() >= 13);
    for fit in &reference.fits {
        let problem = &reference.problems[&fit.problem];
        let data = data(problem, fit.weighted);
        // As it comes.
        let model = fit.params().fit(&data).unwrap();
        check_fit(fit, &model, 1e-8, 1e-4);
        // As exactly as it goes.
        let exact = fit.params().tol(1e-13).fit(&data).unwrap();
        check_fit(fit, &exact, 1e-12, 1e-9);

        let proba = exact.predict_proba(&sparse(problem.columns, &problem.new_rows)).unwrap();
        for (found, expected) in proba.rows().into_iter().zip(&fit.proba) {
            assert_close(found.sum(), 1.0, 1e-12, &fit.name());
            found.iter().zip(expected).for_each(|(f, e)| assert_close(*f, *e, 1e-9, &fit.name()));
        }
        let proba = exact.predict_proba(&data.records).unwrap();
        for (label, p) in exact.predict(&data).iter().zip(proba.rows()) {
            assert!(p.iter().all(|other| *other <= p[*label]), "{}", fit.name());
        }
    }
}

#[test]
fn f32_rows_and_lent_rows_give_the_same_weights() {
    let reference: Logistic = read("logistic.json");
    for fit in &reference.fits {
        let problem = &reference.problems[&fit.problem];
        let data = data(problem, fit.weighted);
        let model = fit.params().fit(&data).unwrap();
        let narrow = problem.rows.iter().map(|row| row.iter().map(|(j, v)| (*j, *v as f32)).collect::<Vec<_>>());
        let narrow = SparseRows::from_rows(problem.columns, narrow).unwrap();
        // The values are multiples of 1/64, so nothing is lost.
        let lent = DatasetBase::new(&narrow, data.targets.clone()).with_weights(data.weights.clone());
        assert_eq!(fit.params().fit(&lent).unwrap(), model);
    }
}

#[test]
fn a_warm_start_ends_where_a_cold_one_does() {
    let reference: Logistic = read("logistic.json");
    for fit in &reference.fits {
        let problem = &reference.problems[&fit.problem];
        let data = data(problem, fit.weighted);
        let params = fit.params().tol(1e-9);
        let other = fit.params().c(fit.c * 3.0).fit(&data).unwrap();
        let warm = params.fit_with(Some(other), &data).unwrap();
        check_fit(fit, &warm, 1e-12, 1e-7);
        let again = params.fit_with(Some(warm.clone()), &data).unwrap();
        assert!(again.reports().iter().all(|r| r.iterations == 0), "{}: {:?}", fit.name(), again.reports());
        assert_eq!(params.fit_with(None, &data).unwrap(), params.fit(&data).unwrap());
    }
}

/// A made problem that is large enough to run on several threads.
fn large(n: usize, p: usize, classes: usize) -> DatasetBase<SparseRows<f32>, Array1<usize>> {
    let mut state = 1u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) as usize) % below
    };
    let rows: Vec<Vec<(u32, f32)>> = (0..n)
        .map(|_| {
            let columns: std::collections::BTreeSet<usize> = (0..60).map(|_| next(p) * next(p) / p).collect();
            columns.into_iter().map(|j| (j as u32, (1 + next(20)) as f32 / 20.0)).collect()
        })
        .collect();
    let label = |row: &Vec<(u32, f32)>, noise: usize| {
        let sum: f32 = row.iter().map(|(j, v)| v * (f32::from(j % 3 == 0) - 0.33)).sum();
        ((sum + 6.0 + noise as f32).max(0.0) as usize / 4).min(classes - 1)
    };
    let targets: Array1<usize> = rows.iter().map(|row| label(row, next(6))).collect();
    DatasetBase::new(SparseRows::from_rows(p, rows).unwrap(), targets)
}

#[test]
fn one_and_eight_threads_give_the_same_bits() {
    for (classes, multi_class) in
        [(2, MultiClass::Multinomial), (4, MultiClass::Multinomial), (3, MultiClass::OneVsRest)]
    {
        let data = large(6_000, 3_000, classes);
        assert!(data.records.n_stored() > 1 << 18);
        let fit = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| LogisticRegressionParams::new().multi_class(multi_class).fit(&data).unwrap())
        };
        let (one, eight) = (fit(1), fit(8));
        assert!(one.has_converged() && one.reports()[0].iterations > 2, "{:?}", one.reports());
        assert_eq!(one, eight);
    }
}

// ------------------------------------------------------------------------------------------------ measures

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
    assert_close(found.precision, precision, 1e-12, what);
    assert_close(found.recall, recall, 1e-12, what);
    assert_close(found.f1, f1, 1e-12, what);
}

fn check_option(found: Option<f64>, expected: Option<f64>, what: &str) {
    match (found, expected) {
        (Some(found), Some(expected)) => assert_close(found, expected, 1e-12 * expected.abs().max(1.0), what),
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
