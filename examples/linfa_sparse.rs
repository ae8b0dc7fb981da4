//! The solver for users of linfa: plain `sprs` rows → records of a dataset → `fit` → `predict`.
//!
//! ```sh
//! cargo run --example linfa_sparse
//! ```
//!
//! No classifier of linfa 0.8 takes sparse rows: its logistic regression wants all `n_samples × n_features` numbers. Here
//! only those that are stored are ever touched. Depend on `sprs` at 0.11.2 and `ndarray` at 0.16, which are linfa's.

#![allow(clippy::print_stdout)]

use aslant::features::SparseRows;
use aslant::model::{LogisticRegressionParams, MultiClass, group_k_fold};
use linfa::DatasetBase;
use linfa::traits::{Fit, FitWith, Predict};
use ndarray::{Array1, Axis};
use sprs::{CsMat, TriMat};

const LABELS: [&str; 3] = ["centre", "left", "right"];

/// Rows over 50,000 columns with four values each: two of any column, two of the columns of the label.
fn rows(n: usize) -> (CsMat<f32>, Array1<&'static str>) {
    let mut triplets = TriMat::new((n, 50_000));
    let mut state = 7_u32;
    let mut below = |n: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % n
    };
    let mut labels = Vec::with_capacity(n);
    for row in 0..n {
        let label = row % 3;
        for _ in 0..2 {
            triplets.add_triplet(row, below(50_000) as usize, 0.5);
            triplets.add_triplet(row, 1000 * label + below(40) as usize, 0.5);
        }
        labels.push(LABELS[label]);
    }
    (triplets.to_csr(), labels.into())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // 1. A dataset as any other of linfa's, but for its records. Values that stand twice in a place are added up, as
    //    sprs does.
    let (matrix, labels) = rows(600);
    let data = DatasetBase::new(SparseRows::from(matrix), labels);

    // 2. Fit. Parameters are checked first, as linfa's are; the objective has scikit-learn's scaling.
    let params = LogisticRegressionParams::new().c(10.0).multi_class(MultiClass::Multinomial);
    let model = params.fit(&data)?;
    println!(
        "{} rows, {} stored values, classes {:?}",
        data.records.n_samples(),
        data.records.n_stored(),
        model.classes()
    );
    println!("converged: {}, in {} Newton steps", model.has_converged(), model.reports()[0].iterations);

    // 3. Predict labels through linfa's trait, or probabilities.
    let (new, truth) = rows(90);
    let new = SparseRows::from(new);
    let predicted: Array1<&str> = model.predict(&new);
    let right = predicted.iter().zip(&truth).filter(|(p, t)| p == t).count();
    let probabilities = model.predict_proba(&new)?;
    println!("{right} of {} right; the first row: {:.3}", truth.len(), probabilities.index_axis(Axis(0), 0));
    assert!(right >= 85);

    // 4. Folds that part no group: linfa's own are for dense records only.
    let group_of: Vec<usize> = (0..600).map(|row| row / 50).collect();
    let mut held_out = 0;
    for fold in group_k_fold(&group_of, 4)? {
        let of = |rows: &[usize]| {
            let labels = data.targets.select(Axis(0), rows);
            data.records.select_rows(rows).map(|records| DatasetBase::new(records, labels))
        };
        let (train, test) = (of(&fold.train)?, of(&fold.test)?);
        let predicted = params.fit(&train)?.predict(&test);
        held_out += predicted.iter().zip(&test.targets).filter(|(p, t)| p == t).count();
    }
    println!("{held_out} of 600 right in folds that part no group");

    // 5. Go on from an earlier model: the minimum is the same, and near.
    let again = params.fit_with(Some(model.clone()), &data)?;
    println!("from its own weights: {} Newton steps", again.reports()[0].iterations);
    assert_eq!(again.reports()[0].iterations, 0);
    Ok(())
}
