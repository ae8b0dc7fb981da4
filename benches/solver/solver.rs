//! Times one fit of the logistic regression on a matrix in files; `run.sh` beside it compares it with scikit-learn.
//!
//! Takes `FOLDER LABELS C TOL INTERCEPT MULTI THREADS`: a folder with `indptr.u64`, `indices.u32` and `values.f32`
//! (little-endian, compressed sparse rows) and `n_features.txt`; the name of a file of labels there (`u32`); the strength;
//! the tolerance; `1` or `0`; `multinomial` or `one-vs-rest`; how many threads. Leaves the weights, a row a class and
//! behind each row its intercept, as `f64` in `weights.f64` there, and prints the seconds of the fit alone, Newton's
//! steps and its inner iterations.

#![allow(clippy::print_stdout)]

use aslant::features::SparseRows;
use aslant::model::logistic::{Intercept, LogisticRegressionParams, MultiClass};
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let [folder, labels, c, tol, intercept, multi, threads] = &args[..] else {
        println!("run benches/solver/run.sh: this is a part of it");
        return Ok(());
    };
    let folder = Path::new(folder);
    let rows = read(folder)?;
    let labels: Array1<usize> = numbers(&folder.join(labels), |b| u32::from_le_bytes(b) as usize)?.into();
    let data = DatasetBase::new(rows, labels);
    let params = LogisticRegressionParams::new()
        .c(c.parse()?)
        .tol(tol.parse()?)
        .max_iter(1000)
        .intercept(if intercept == "1" { Intercept::Fitted } else { Intercept::None })
        .multi_class(if multi == "one-vs-rest" { MultiClass::OneVsRest } else { MultiClass::Multinomial });
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.parse()?).build()?;
    let before = Instant::now();
    let model = pool.install(|| params.fit(&data))?;
    let seconds = before.elapsed().as_secs_f64();
    let steps: usize = model.reports().iter().map(|r| r.iterations).sum();
    let inner: usize = model.reports().iter().map(|r| r.inner_iterations).sum();
    let mut bytes = Vec::new();
    for (row, intercept) in model.coefficients().rows().into_iter().zip(model.intercepts()) {
        bytes.extend(row.iter().chain([intercept]).flat_map(|w| w.to_le_bytes()));
    }
    std::fs::write(folder.join("weights.f64"), bytes)?;
    println!("{seconds:.6} {steps} {inner}");
    Ok(())
}

fn read(folder: &Path) -> Result<SparseRows<f32>, Box<dyn Error>> {
    let indptr = numbers(&folder.join("indptr.u64"), |b| u64::from_le_bytes(b) as usize)?;
    let indices = numbers(&folder.join("indices.u32"), u32::from_le_bytes)?;
    let values = numbers(&folder.join("values.f32"), f32::from_le_bytes)?;
    let n_features = std::fs::read_to_string(folder.join("n_features.txt"))?.trim().parse()?;
    Ok(SparseRows::new(n_features, indptr, indices, values)?)
}

/// The numbers of a file, `N` bytes each.
fn numbers<const N: usize, T>(path: &Path, of: impl Fn([u8; N]) -> T) -> Result<Vec<T>, Box<dyn Error>> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(bytes.as_chunks::<N>().0.iter().map(|b| of(*b)).collect())
}
