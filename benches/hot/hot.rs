//! The parts in which the time goes, each by itself and on one thread but for reading.
//!
//! ```sh
//! cargo bench --manifest-path benches/hot/Cargo.toml
//! ```

use aslant::corpus::{Corpus, Input, Pass, ReadOptions};
use aslant::cues::{Lexicon, Matcher};
use aslant::features::SparseRows;
use aslant::model::LogisticRegressionParams;
use aslant::stories::Fingerprint;
use aslant::text::clean::{Cleaner, Known, keep_all};
use aslant::text::{Document, Prose};
use aslant_benches::{Chance, texts};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use std::hint::black_box;

const ARTICLES: usize = 200;

fn words(c: &mut Criterion) {
    let texts = texts(ARTICLES);
    let mut group = c.benchmark_group("text");
    group.sample_size(20).throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    let cleaner = Cleaner::default();
    let known = || Known { outlet: Some("Bugle"), title: None, author: None };
    group.bench_function("clean", |b| {
        b.iter(|| texts.iter().for_each(|text| drop(black_box(cleaner.clean(text, known())))));
    });
    let prose: Vec<Prose> = texts.iter().map(|text| keep_all(text)).collect();
    let all = || texts.iter().zip(prose.clone());
    group.bench_function("sentences and tokens", |b| {
        let read = |all: &mut dyn Iterator<Item = (&String, Prose)>| {
            all.for_each(|(text, prose)| drop(black_box(Document::without_voices(text, prose))));
        };
        b.iter_batched(all, |mut all| read(&mut all), BatchSize::LargeInput);
    });
    group.bench_function("sentences, tokens and voices", |b| {
        let read = |all: &mut dyn Iterator<Item = (&String, Prose)>| {
            all.for_each(|(text, prose)| drop(black_box(Document::new(text, prose))));
        };
        b.iter_batched(all, |mut all| read(&mut all), BatchSize::LargeInput);
    });
    let documents: Vec<Document<'_>> = all().map(|(text, prose)| Document::new(text, prose)).collect();
    let lexicon = Lexicon::read(&[concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/cues/syria.toml")]).expect("a lexicon");
    let matcher = Matcher::new(&lexicon);
    group.bench_function("cues", |b| {
        b.iter(|| documents.iter().for_each(|document| drop(black_box(matcher.find(document)))));
    });
    group.bench_function("fingerprints", |b| {
        b.iter(|| documents.iter().for_each(|document| drop(black_box(Fingerprint::of(document, None)))));
    });
    group.finish();
}

fn reading(c: &mut Criterion) {
    let texts = texts(5 * ARTICLES);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("articles.csv");
    let rows = texts.iter().enumerate().map(|(n, text)| format!("a{n},Outlet {},\"{text}\"\n", n % 9));
    std::fs::write(&path, "id,outlet,text\n".to_owned() + &rows.collect::<String>()).expect("writes");
    let mut group = c.benchmark_group("corpus");
    group.sample_size(20).throughput(Throughput::Bytes(std::fs::metadata(&path).expect("there").len()));
    group.bench_function("read CSV", |b| {
        b.iter(|| {
            let corpus = Corpus::open(ReadOptions::new([Input::from(path.clone())])).expect("articles");
            let mut bytes = 0;
            corpus
                .for_each(Pass::new(), |_, article| article.text.len(), |_, n| {
                    bytes += n;
                    Ok(())
                })
                .expect("reads");
            bytes
        });
    });
    group.finish();
}

/// Rows of 100 values over 20,000 columns, of two labels that some of the columns tell.
fn matrix(rows: usize) -> DatasetBase<SparseRows<f32>, Array1<usize>> {
    let mut chance = Chance::new(11);
    let (mut starts, mut columns, mut labels) = (vec![0], Vec::new(), Vec::new());
    for row in 0..rows {
        let label = row % 2;
        let mut own: Vec<u32> = (0..100)
            .map(|n| (20_000_f64.powf(chance.part()) - 1.0) as u32 / 2 * 2 + u32::from(n < 5 && label == 1))
            .collect();
        own.sort_unstable();
        own.dedup();
        columns.extend(own);
        starts.push(columns.len());
        labels.push(label);
    }
    let values = vec![0.1; columns.len()];
    DatasetBase::new(SparseRows::new(20_001, starts, columns, values).expect("rows"), labels.into())
}

fn fit(c: &mut Criterion) {
    let data = matrix(2000);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let mut group = c.benchmark_group("model");
    group.sample_size(10).throughput(Throughput::Elements(data.records.n_stored() as u64));
    group.bench_function("fit, two classes", |b| {
        b.iter(|| pool.install(|| LogisticRegressionParams::new().c(10.0).fit(&data)).expect("fits"));
    });
    group.finish();
}

criterion_group!(hot, reading, words, fit);
criterion_main!(hot);
