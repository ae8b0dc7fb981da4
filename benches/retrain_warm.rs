//! The time of a fit from the weights of an earlier model against a fit from zero, with 10% new articles.
//!
//! `cargo bench --bench retrain_warm -- MODEL` takes a model's folder with its training data: its articles, but for
//! every tenth, make the earlier model; then all of them are fitted, from zero and from its weights. Prints the seconds
//! and Newton's inner iterations of both, and their ratio, by target.

#![allow(clippy::print_stdout)]

use aslant::model::train::{TrainParams, start};
use aslant::model::vectorizer::Vectorizer;
use aslant::model::{Model, Prepared, Threads, artifact, assess, counted};
use ndarray::Array1;
use std::time::Instant;

/// The tolerance of a model's fit.
const TOL: f64 = 1e-4;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(folder) = std::env::args().skip(1).find(|arg| !arg.starts_with('-')) else {
        println!("name a model's folder with its training data: cargo bench --bench retrain_warm -- MODEL");
        return Ok(());
    };
    let folder = std::path::Path::new(&folder);
    let model = Model::read(folder)?;
    let training = model.read_training(folder)?;
    let params = TrainParams::of(&model.header);
    for (part, known) in training.parts.iter().zip(&model.header.models) {
        measure(part, known, &params)?;
    }
    Ok(())
}

fn measure(
    part: &counted::CountedPart,
    known: &artifact::Part,
    params: &TrainParams,
) -> Result<(), Box<dyn std::error::Error>> {
    let fitting = assess::Fitting {
        multi_class: params.multi_class,
        class_weight: params.class_weight,
        tol: TOL,
        threads: Threads::All,
    };
    let old: Vec<usize> = (0..part.articles.len()).filter(|i| i % 10 != 0).collect();
    let blocks = params.recipe.blocks.iter().zip(&part.counts);
    let mut earlier = part.clone();
    earlier.counts = blocks.map(|(block, counts)| counts.select(&old, block.kept_df()).expect("read")).collect();
    earlier.articles = old.iter().map(|&i| part.articles[i].clone()).collect();
    earlier.labels = old.iter().map(|&i| part.labels[i]).collect();
    let fit = |part: &counted::CountedPart, start: Option<&_>| {
        let rows = part.refit(&params.recipe).all().expect("read");
        let labels = Array1::from(part.labels.clone());
        let before = Instant::now();
        let samples = Prepared::new(rows, labels.view(), None)?;
        let fitted = fitting.fit(&samples, known.c, start)?;
        let inner: usize = fitted.reports().iter().map(|report| report.inner_iterations).sum();
        Ok::<_, aslant::model::LogisticError>((fitted, before.elapsed().as_secs_f64(), inner))
    };
    let vectorizer = Vectorizer::fit(&params.recipe, &params.recipe.blocks_of(&params.recipe, &earlier.counts))?;
    let before = artifact::Fitted { vectorizer, classifier: fit(&earlier, None)?.0 };
    let vectorizer = Vectorizer::fit(&params.recipe, &params.recipe.blocks_of(&params.recipe, &part.counts))?;
    let warm = start(known, &before, part, &vectorizer, params.multi_class);
    let (_, cold_seconds, cold_inner) = fit(part, None)?;
    let (_, warm_seconds, warm_inner) = fit(part, warm.as_ref())?;
    println!(
        "{}: {} articles, cold {cold_seconds:.3} s ({cold_inner} inner iterations), warm {warm_seconds:.3} s \
         ({warm_inner}), ratio {:.2}",
        known.target.as_deref().unwrap_or("all"),
        part.articles.len(),
        warm_seconds / cold_seconds
    );
    Ok(())
}
