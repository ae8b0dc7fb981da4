//! Weighed counts as rows that the solver can take: in memory, or on disk where they are too many.

use super::error::Result;
use super::logistic::Prepared;
use crate::features::Refitted;
use ndarray::ArrayView1;

/// A matrix of so many values, of 8 bytes each, is held in memory. More wait on disk: some 60,000 articles with the words
/// and pairs of words of news. Set so that folds side by side leave room for what is counted.
const ROOM: usize = 1 << 26;
/// Documents that are weighed at once.
const AT_ONCE: usize = 1 << 12;

/// The rows of these documents with their labels, and how much each counts; all alike without weights.
///
/// # Errors
/// Those of [`Prepared::new`] and [`Prepared::on_disk`].
pub(super) fn prepare(
    refitted: &Refitted<'_>,
    documents: &[usize],
    labels: ArrayView1<'_, usize>,
    weights: Option<&[f32]>,
) -> Result<Prepared<'static, f32, usize>> {
    prepare_in(ROOM, refitted, documents, labels, weights)
}

fn prepare_in(
    room: usize,
    refitted: &Refitted<'_>,
    documents: &[usize],
    labels: ArrayView1<'_, usize>,
    weights: Option<&[f32]>,
) -> Result<Prepared<'static, f32, usize>> {
    if refitted.lengths(documents)?.into_iter().sum::<usize>() <= room {
        return Prepared::new(refitted.rows(documents)?, labels, weights);
    }
    let rows = documents.chunks(AT_ONCE).map(|some| refitted.rows(some));
    Prepared::on_disk(refitted.uses(), rows, labels, weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Counts, Refit, RefitBlock};
    use crate::model::assess::Fitting;
    use crate::model::logistic::{ClassWeight, FittedLogisticRegression, MultiClass, Threads};

    const N: usize = 120;

    /// Documents of three classes, one behind the other, with terms of their class and terms of all.
    fn counts() -> (Counts, Vec<usize>) {
        let class = |i: usize| i / (N / 3);
        let row = |i: usize| {
            let own = (class(i) * 40 + (i * 7) % 40) as u32;
            let (shared, any) = ((120 + (i * 11) % 60) as u32, (180 + (i * 13) % 30) as u32);
            vec![(own, 1 + (i % 3) as u32), (shared, 2), (any, 1)]
        };
        let terms: Vec<String> = (0..210).map(|term| format!("{term:03}")).collect();
        (Counts::new(terms, (0..N).map(row)).expect("counts"), (0..N).map(class).collect())
    }

    /// Where the dual leads near to the minimum, and where Newton's steps begin, with fewer columns than rows.
    #[test]
    fn rows_on_disk_lead_to_the_same_weights() {
        let (counts, all_labels) = counts();
        for (n_classes, most) in [(3, None), (2, None), (3, Some(60)), (2, Some(60))] {
            let refit = Refit::new([RefitBlock {
                counts: &counts,
                min_df: 1,
                max_features: most,
                max_words: None,
                weight: 1.0,
            }]);
            let documents: Vec<usize> = (0..N).filter(|i| i % 5 != 2 && all_labels[*i] < n_classes).collect();
            let refitted = refit.on(&documents).expect("read");
            let labels: ndarray::Array1<usize> = documents.iter().map(|i| all_labels[*i]).collect();
            let weights: Vec<f32> = documents.iter().map(|i| 1.0 + (i % 2) as f32).collect();
            let fitting = Fitting {
                multi_class: MultiClass::Multinomial,
                class_weight: ClassWeight::Balanced,
                tol: 1e-7,
                threads: Threads::All,
            };
            let fit = |room: usize| {
                let samples = prepare_in(room, &refitted, &documents, labels.view(), Some(&weights)).expect("rows");
                fitting.fit(&samples, 3.0, None).expect("a fit")
            };
            let (in_memory, on_disk) = (fit(usize::MAX), fit(0));
            if most.is_none() {
                // To the last bit.
                assert_eq!(in_memory, on_disk, "{n_classes} classes");
            }
            let numbers = |model: &FittedLogisticRegression<usize>| {
                model.coefficients().iter().chain(model.intercepts()).copied().collect::<Vec<f64>>()
            };
            for (a, b) in numbers(&in_memory).into_iter().zip(numbers(&on_disk)) {
                assert!((a - b).abs() < 1e-5, "{n_classes} classes, {most:?}: {a} {b}");
            }
        }
    }
}
