//! Weighted counts as rows for the solver: in memory, or on disk if there are too many.

use super::error::Result;
use super::logistic::Prepared;
use crate::features::Refitted;
use ndarray::ArrayView1;

/// A matrix of up to this many values of 8 bytes is kept in memory: some 60,000 news articles with their words and
/// pairs of words. Larger ones are on disk. Chosen so that parallel folds leave room for the counts.
const ROOM: u64 = 1 << 26;
/// How many documents are weighted at once.
const AT_ONCE: usize = 1 << 12;

/// The rows of the fitted documents, with their labels and weights; all weights are the same if `None`.
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
    room: u64,
    refitted: &Refitted<'_>,
    documents: &[usize],
    labels: ArrayView1<'_, usize>,
    weights: Option<&[f32]>,
) -> Result<Prepared<'static, f32, usize>> {
    let uses = refitted.uses();
    if uses.iter().map(|n| u64::from(*n)).sum::<u64>() <= room {
        return Prepared::new(refitted.rows(documents)?, labels, weights);
    }
    let rows = documents.chunks(AT_ONCE).map(|some| refitted.rows(some));
    Prepared::on_disk(uses, rows, labels, weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Counts, Refit, RefitBlock};
    use crate::model::assess::Fitting;
    use crate::model::logistic::{ClassWeight, FittedLogisticRegression, MultiClass, Threads};
    use ndarray::Array1;

    /// Classes one after the other, with terms of their class and terms of all.
    struct Data {
        counts: Counts,
        labels: Vec<usize>,
    }

    fn data(n: usize, length: usize, n_classes: usize, n_terms: usize) -> Data {
        let class = |i: usize| i * n_classes / n;
        let row = |i: usize| {
            let of = |t: usize| (i * 7919 + t * 104_729 + if t < 9 { class(i) * 31 } else { i % 11 }) % n_terms;
            let mut terms: Vec<u32> = (0..length).map(|t| of(t) as u32).collect();
            terms.sort_unstable();
            terms.dedup();
            terms.into_iter().map(|term| (term, 1 + (term + i as u32) % 3)).collect()
        };
        let terms: Vec<String> = (0..n_terms).map(|term| format!("{term:05}")).collect();
        let labels = (0..n).map(class).collect();
        Data { counts: Counts::new(terms, (0..n).map(row)).expect("counts"), labels }
    }

    type Fitted = FittedLogisticRegression<usize>;

    fn fit(data: &Data, room: u64, threads: Threads, start: Option<&Fitted>) -> Fitted {
        let block = RefitBlock { counts: &data.counts, min_df: 1, max_features: None, max_words: None, weight: 1.0 };
        let refit = Refit::new([block]);
        let documents: Vec<usize> = (0..data.labels.len()).filter(|i| i % 5 != 2).collect();
        let refitted = refit.on(&documents).expect("read");
        let labels: Array1<usize> = documents.iter().map(|i| data.labels[*i]).collect();
        let weights: Vec<f32> = documents.iter().map(|i| 1.0 + (i % 2) as f32).collect();
        let samples = prepare_in(room, &refitted, &documents, labels.view(), Some(&weights)).expect("rows");
        let (multi_class, class_weight) = (MultiClass::Multinomial, ClassWeight::Balanced);
        Fitting { multi_class, class_weight, tol: 1e-5, threads }.fit(&samples, 1.0, start).expect("a fit")
    }

    fn apart(a: &Fitted, b: &Fitted) -> f64 {
        let numbers =
            |model: &Fitted| model.coefficients().iter().chain(model.intercepts()).copied().collect::<Vec<f64>>();
        numbers(a).into_iter().zip(numbers(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    /// More rows than fit in a batch, and more values than are kept in memory.
    #[test]
    fn rows_on_disk_lead_to_the_same_weights() {
        for n_classes in [2, 3] {
            let data = data(2000, 90, n_classes, 6000);
            let in_memory = fit(&data, u64::MAX, Threads::All, None);
            // To the last bit, from any start.
            for (threads, start) in [(Threads::All, None), (Threads::One, Some(&in_memory))] {
                assert_eq!(fit(&data, 0, threads, start), in_memory, "{n_classes} classes");
            }
        }
    }

    /// Fewer columns than rows, and more classes than the dual supports: in memory by Newton steps; from disk by Newton
    /// steps or in the dual.
    #[test]
    fn other_ways_to_the_minimum_end_there_too() {
        for (n_classes, n_terms) in [(2, 200), (17, 200)] {
            let data = data(1300, 15, n_classes, n_terms);
            let (in_memory, on_disk) = (fit(&data, u64::MAX, Threads::All, None), fit(&data, 0, Threads::All, None));
            let apart = apart(&in_memory, &on_disk);
            assert!(apart < 1e-3, "{n_classes} classes, {n_terms} terms: {apart}");
        }
    }
}
