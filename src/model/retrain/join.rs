//! Old and new counts in one.

use crate::error::Result;
use crate::features::Counts;
use crate::model::counted::{Counted, CountedPart, Entry};
use crate::model::recipe::Recipe;
use std::collections::{BTreeMap, BTreeSet};

/// Old and new articles of one target.
pub(super) struct Joined {
    pub part: CountedPart,
    pub notes: Notes,
}

/// What of them is old.
pub(super) struct Notes {
    /// By article: the label that the old model was trained with, as an index into the classes of both.
    pub old_labels: Vec<Option<usize>>,
    pub old_articles: usize,
    pub added: usize,
    pub replaced: Vec<String>,
}

/// Joins target by target, in their order.
///
/// # Errors
/// [`Kind::Io`](crate::error::Kind::Io): no room on the disk, or counts can't be read back.
pub(super) fn join(old: Counted, new: Counted, recipe: &Recipe) -> Result<Vec<Joined>> {
    let mut by_target: BTreeMap<Option<String>, [CountedPart; 2]> = BTreeMap::new();
    for (which, counted) in [old, new].into_iter().enumerate() {
        for part in counted.parts {
            let target = part.target.clone();
            by_target.entry(target).or_default()[which] = part;
        }
    }
    by_target.into_iter().map(|(target, [old, new])| join_part(target, &old, &new, recipe)).collect()
}

fn join_part(target: Option<String>, old: &CountedPart, new: &CountedPart, recipe: &Recipe) -> Result<Joined> {
    let labels: BTreeSet<&String> = [old, new].iter().flat_map(|p| p.labels.iter().map(|l| &p.classes[*l])).collect();
    let classes: Vec<String> = labels.into_iter().cloned().collect();
    let n_old = old.articles.len();
    let label = |part: &CountedPart, i: usize| classes.partition_point(|c| *c < part.classes[part.labels[i]]);
    // By id: the place among the old articles, then the new ones, and what the old label was.
    let mut places: BTreeMap<&str, (usize, Option<usize>)> = BTreeMap::new();
    for (i, Entry { id, .. }) in old.articles.iter().enumerate() {
        places.insert(id, (i, Some(label(old, i))));
    }
    let mut replaced = Vec::new();
    for (i, Entry { id, .. }) in new.articles.iter().enumerate() {
        let old_label = places.get(id.as_str()).and_then(|(_, label)| *label);
        replaced.extend(old_label.map(|_| id.clone()));
        places.insert(id, (n_old + i, old_label));
    }
    let rows: Vec<usize> = places.values().map(|(row, _)| *row).collect();
    let of = |row: usize| if row < n_old { (old, row) } else { (new, row - n_old) };
    let none = Counts::default();
    let counts = recipe.blocks.iter().enumerate().map(|(b, block)| {
        let [old, new] = [old, new].map(|part| part.counts.get(b).unwrap_or(&none));
        old.join(new)?.select(&rows, block.kept_df())
    });
    let part = CountedPart {
        target,
        articles: rows.iter().map(|&row| of(row).0.articles[of(row).1].clone()).collect(),
        labels: rows.iter().map(|&row| label(of(row).0, of(row).1)).collect(),
        counts: counts.collect::<Result<_>>()?,
        classes: classes.clone(),
    };
    let added = new.articles.len() - replaced.len();
    let old_labels = places.values().map(|(_, label)| *label).collect();
    Ok(Joined { part, notes: Notes { old_labels, old_articles: n_old, added, replaced } })
}
