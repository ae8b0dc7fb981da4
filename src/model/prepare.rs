//! Weighed counts as rows that the solver can take: in memory, or on disk where they are too many.

use super::error::Result;
use super::logistic::Prepared;
use crate::features::Refitted;
use crate::stats::resample::stream;
use ndarray::ArrayView1;
use rand::RngExt;

/// A matrix of so many values, of 8 bytes each, is held in memory. More wait on disk: some 120,000 articles with the words
/// and pairs of words of news. Set so that folds side by side leave room for what is counted.
const ROOM: usize = 1 << 27;
/// So many parts of that are read at once: two blocks are in memory.
const PARTS: usize = 16;

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
    let lengths = refitted.lengths(documents)?;
    if lengths.iter().sum::<usize>() <= room {
        return Prepared::new(refitted.rows(documents)?, labels, weights);
    }
    // In any order: articles that come by outlet come by label, too.
    let mut order: Vec<usize> = (0..documents.len()).collect();
    let mut rng = stream(0, "rows on disk");
    for i in (1..order.len()).rev() {
        order.swap(i, rng.random_range(0..=i));
    }
    let labels = order.iter().map(|row| labels[*row]).collect();
    let weights: Option<Vec<f32>> = weights.map(|weights| order.iter().map(|row| weights[*row]).collect());
    let mut rest = &order[..];
    let blocks = std::iter::from_fn(|| {
        let mut values = 0;
        let is_full = |row: &usize| {
            values += lengths[*row];
            values >= room / PARTS
        };
        let n = rest.iter().position(is_full).map_or(rest.len(), |last| last + 1);
        let (block, behind) = rest.split_at(n);
        rest = behind;
        (n > 0).then(|| refitted.rows(&block.iter().map(|row| documents[*row]).collect::<Vec<_>>()))
    });
    Prepared::on_disk(refitted.uses(), blocks, ndarray::Array1::from_vec(labels).view(), weights.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Counts, Refit, RefitBlock};
    use crate::model::assess::Fitting;
    use crate::model::logistic::{ClassWeight, MultiClass, Threads};

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
            // Blocks of one row, of some rows, all in one.
            let in_memory = fit(usize::MAX);
            for room in [0, 10 * PARTS, 200] {
                let on_disk = fit(room);
                for (a, b) in in_memory.coefficients().iter().zip(on_disk.coefficients()) {
                    assert!((a - b).abs() < 1e-4, "{n_classes} classes, room {room}: {a} {b}");
                }
                for (a, b) in in_memory.intercepts().iter().zip(on_disk.intercepts()) {
                    assert!((a - b).abs() < 1e-4, "{n_classes} classes, room {room}: {a} {b}");
                }
            }
        }
    }
}
