//! Features against scikit-learn's `TfidfVectorizer` and `HashingVectorizer`.

use super::{assert_within, read};
use aslant::features::{
    Analyzer, BREAK, DocumentFrequency, Documents, Hashing, IdfSmoothing, Norm, SparseRows, TermFrequency, TermTable,
    Terms, Texts, TfidfParams, TfidfValidParams, Tokens,
};
use linfa::ParamGuard;
use serde::Deserialize;
use std::collections::BTreeMap;

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
            assert_within(*value, *expected, 1e-12 * expected.abs().max(1.0), &format!("{what}, row {i}"));
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
        assert_within(*found, *expected, 1e-12 * expected, &format!("{name}: idf of {column}"));
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
    // Numbers in an order that can't affect the result.
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
                // Alone, and with its own table.
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
