//! Joins old and new counts.

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

/// Which of the articles are old.
pub(super) struct Notes {
    /// By article: its label in the old model's training, as an index into the joined classes.
    pub old_labels: Vec<Option<usize>>,
    pub old_articles: usize,
    pub added: usize,
    pub replaced: Vec<String>,
    /// If articles came again: what the old model was trained on.
    pub before: Option<Before>,
}

/// All articles, followed by those that came again, with their old texts and labels.
pub(super) struct Before {
    pub part: CountedPart,
    /// By article of the joined part, its row here: that of its old text, if it came again.
    pub rows: Vec<usize>,
}

/// What identifies an article: its id and, if that was generated, a hash of its text.
type Identity<'a> = (&'a str, Option<u64>);

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
    // By id, and by text if ids were generated: the position among the old articles, then the new ones, and the old
    // position.
    let mut places: BTreeMap<Identity<'_>, (usize, Option<usize>)> = BTreeMap::new();
    for (i, Entry { id, origin, .. }) in old.articles.iter().enumerate() {
        places.insert((id, origin.text_hash), (i, Some(i)));
    }
    let mut replaced = Vec::new();
    for (i, Entry { id, origin, .. }) in new.articles.iter().enumerate() {
        let before = places.get(&(id.as_str(), origin.text_hash)).and_then(|(_, before)| *before);
        replaced.extend(before.map(|_| id.clone()));
        places.insert((id, origin.text_hash), (n_old + i, before));
    }
    let of = |row: usize| if row < n_old { (old, row) } else { (new, row - n_old) };
    let none = Counts::default();
    let part_of = |rows: &[usize]| -> Result<CountedPart> {
        let counts = recipe.blocks.iter().enumerate().map(|(b, block)| {
            let [old, new] = [old, new].map(|part| part.counts.get(b).unwrap_or(&none));
            old.join(new)?.select(rows, block.kept_df())
        });
        Ok(CountedPart {
            target: target.clone(),
            articles: rows.iter().map(|&row| of(row).0.articles[of(row).1].clone()).collect(),
            labels: rows.iter().map(|&row| label(of(row).0, of(row).1)).collect(),
            counts: counts.collect::<Result<_>>()?,
            classes: classes.clone(),
        })
    };
    let mut rows: Vec<usize> = places.values().map(|(row, _)| *row).collect();
    let part = part_of(&rows)?;
    let n = rows.len();
    let mut rows_before: Vec<usize> = (0..n).collect();
    for (at, (row, before)) in places.values().enumerate() {
        if let Some(before) = before.filter(|before| before != row) {
            rows_before[at] = rows.len();
            rows.push(before);
        }
    }
    let before = match rows.len() > n {
        true => Some(Before { part: part_of(&rows)?, rows: rows_before }),
        false => None,
    };
    let added = new.articles.len() - replaced.len();
    let old_labels = places.values().map(|(_, before)| before.map(|i| label(old, i))).collect();
    Ok(Joined { part, notes: Notes { old_labels, old_articles: n_old, added, replaced, before } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::labelled::Origin;
    use crate::model::recipe::{Block, Boilerplate};

    /// Articles by id, with the hash of the text if the id was generated, and label.
    fn counted(articles: &[(&str, Option<u64>, usize)]) -> Counted {
        let entry = |&(id, text_hash, _): &(&str, Option<u64>, usize)| Entry {
            id: id.to_owned(),
            origin: Origin { text_hash, ..Origin::default() },
            n_words: 1,
        };
        let part = CountedPart {
            classes: vec!["a".to_owned(), "b".to_owned()],
            articles: articles.iter().map(entry).collect(),
            labels: articles.iter().map(|(_, _, label)| *label).collect(),
            counts: vec![Counts::new(["x"], articles.iter().map(|_| vec![(0, 1)])).expect("counts")],
            target: None,
        };
        Counted { parts: vec![part], unlabelled: 0 }
    }

    #[test]
    fn ids_that_were_made_up_say_nothing_without_the_text() {
        let old = counted(&[("f-00001", Some(1), 0), ("f-00002", Some(2), 0), ("g-1", None, 0), ("of-old", None, 1)]);
        let new =
            counted(&[("f-00001", Some(1), 1), ("f-00002", Some(9), 1), ("g-1", None, 1), ("of-old", Some(3), 1)]);
        let recipe = Recipe { boilerplate: Boilerplate::Keep, masked: Vec::new(), blocks: vec![Block::WORDS] };
        let joined = join(old, new, &recipe).expect("joined").remove(0);
        assert_eq!(joined.notes.replaced, ["f-00001", "g-1"]);
        assert_eq!((joined.notes.old_articles, joined.notes.added), (4, 2));
        let ids: Vec<&str> = joined.part.articles.iter().map(|article| article.id.as_str()).collect();
        assert_eq!(ids, ["f-00001", "f-00002", "f-00002", "g-1", "of-old", "of-old"]);
        assert_eq!(joined.part.labels, [1, 0, 1, 1, 1, 1]);
        assert_eq!(joined.notes.old_labels, [Some(0), Some(0), None, Some(0), Some(1), None]);
        // The old version of an article that came again is after the others.
        let before = joined.notes.before.expect("articles that came again");
        assert_eq!(before.rows, [6, 1, 2, 7, 4, 5]);
        assert_eq!(before.part.labels, [1, 0, 1, 1, 1, 1, 0, 0]);
        assert_eq!(before.part.articles[7].id, "g-1");
    }

    #[test]
    fn where_nothing_came_again_nothing_is_kept_twice() {
        let recipe = Recipe { boilerplate: Boilerplate::Keep, masked: Vec::new(), blocks: vec![Block::WORDS] };
        let joined = join(counted(&[("a", None, 0)]), counted(&[("b", None, 1)]), &recipe).expect("joined").remove(0);
        assert!(joined.notes.before.is_none());
    }
}
