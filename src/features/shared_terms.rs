//! A table of terms that many threads fill at once.

use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;
use std::sync::{PoisonError, RwLock};

/// Parts of the table, each with its own lock.
const SHARDS: usize = 256;

/// Numbers terms from many threads. Which number a term gets depends on which thread comes first, so numbers must not
/// appear in results; they are below [`SharedTermTable::limit`].
///
/// ```
/// use aslant::features::SharedTermTable;
/// let table = SharedTermTable::default();
/// let id = table.id("regime");
/// assert_eq!((table.id("regime"), table.into_terms().swap_remove(id as usize)), (id, "regime".into()));
/// ```
#[derive(Debug)]
pub struct SharedTermTable {
    shards: Vec<RwLock<Shard>>,
}

#[derive(Debug, Default)]
struct Shard {
    ids: FxHashMap<Box<str>, u32>,
    terms: Vec<Box<str>>,
}

impl Default for SharedTermTable {
    fn default() -> Self {
        SharedTermTable { shards: (0..SHARDS).map(|_| RwLock::default()).collect() }
    }
}

impl SharedTermTable {
    /// The number of a term; a new one is added.
    pub fn id(&self, term: &str) -> u32 {
        let shard = (FxBuildHasher.hash_one(term) >> 32) as usize % SHARDS;
        let lock = &self.shards[shard];
        let number = |at: u32| at * SHARDS as u32 + shard as u32;
        // A thread that panicked while it held a lock leaves nothing worse than a term without a number.
        if let Some(&at) = lock.read().unwrap_or_else(PoisonError::into_inner).ids.get(term) {
            return number(at);
        }
        let mut shard = lock.write().unwrap_or_else(PoisonError::into_inner);
        let next = shard.terms.len() as u32;
        let at = *shard.ids.entry(term.into()).or_insert(next);
        if at == next {
            shard.terms.push(term.into());
        }
        number(at)
    }

    /// All numbers are below this.
    pub fn limit(&self) -> usize {
        let longest = |lock: &RwLock<Shard>| lock.read().unwrap_or_else(PoisonError::into_inner).terms.len();
        self.shards.iter().map(longest).max().unwrap_or(0) * SHARDS
    }

    /// The terms by number; empty for a number that was never given.
    pub fn into_terms(self) -> Vec<Box<str>> {
        let mut terms = vec![Box::default(); self.limit()];
        for (i, lock) in self.shards.into_iter().enumerate() {
            let shard = lock.into_inner().unwrap_or_else(PoisonError::into_inner);
            for (at, term) in shard.terms.into_iter().enumerate() {
                terms[at * SHARDS + i] = term;
            }
        }
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_agree_on_numbers() {
        let table = SharedTermTable::default();
        let words: Vec<String> = (0..2000).map(|i| format!("w{}", i % 700)).collect();
        let ids: Vec<Vec<u32>> = std::thread::scope(|scope| {
            let thread = || scope.spawn(|| words.iter().map(|w| table.id(w)).collect());
            let running = [thread(), thread(), thread()];
            running.map(|t| t.join().expect("no panic")).into()
        });
        assert!(ids[0] == ids[1] && ids[1] == ids[2]);
        let terms = table.into_terms();
        assert!(ids[0].iter().zip(&words).all(|(id, word)| *terms[*id as usize] == **word));
        assert_eq!(terms.iter().filter(|t| !t.is_empty()).count(), 700);
    }
}
