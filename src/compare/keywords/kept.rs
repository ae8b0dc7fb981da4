//! The terms of all articles as a tally keeps them: numbered by frequency, and with only as much of their surroundings
//! as shows a habit.
//!
//! Takes [`TermCounts`] and returns the terms of one article after the other.

use super::counted::TermCounts;
use super::lists::{ListReader, Lists};
use super::notes::HABIT;
use super::places::Place;
use crate::error::Result;
use crate::records::{Fields, Parts, put_number};
use rayon::prelude::*;

/// A term with its count in an article and its position.
pub type Placed = ((u32, u32), Place);

/// The terms of all articles, renumbered: the most frequent come first and, in a tie, in alphabetical order.
#[derive(Debug)]
pub struct KeptTerms {
    /// By new number: the name of a term, and the number of articles that have it.
    pub names: Vec<(Box<str>, u32)>,
    /// The new number of each old one.
    numbers: Vec<u32>,
    /// Terms by old number, each with surroundings that it has in enough articles for a habit.
    habits: Vec<(u32, u64)>,
    lists: Lists,
}

impl KeptTerms {
    /// Numbers the terms.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn new(counts: TermCounts) -> Result<KeptTerms> {
        let TermCounts { names, lists } = counts;
        let (mut df, mut places, mut reader) = (vec![0u32; names.len()], 0, lists.reader());
        for article in 0..lists.len() {
            let terms = reader.terms(article)?;
            terms.iter().for_each(|(term, _)| df[*term as usize] += 1);
            places += terms.len();
        }
        let mut order: Vec<u32> = (0..names.len() as u32).collect();
        order.sort_by(|a, b| df[*b as usize].cmp(&df[*a as usize]).then_with(|| names.name(*a).cmp(names.name(*b))));
        let mut numbers = vec![0; order.len()];
        order.iter().enumerate().for_each(|(new, &old)| numbers[old as usize] = new as u32);
        let names = order.iter().map(|&old| (names.name(old).into(), df[old as usize])).collect();
        Ok(KeptTerms { names, numbers, habits: habits(&lists, places)?, lists })
    }

    /// A reader of the terms of articles.
    pub fn reader(&self) -> KeptReader<'_> {
        KeptReader { kept: self, lists: self.lists.reader() }
    }
}

/// The number of places that are compared at once.
const ROOM: usize = 1 << 21;
/// The most parts that they are distributed over.
const PARTS: usize = 1 << 8;

/// The surroundings that a term has in [`HABIT`] articles or more: notes need nothing else, and rarer surroundings
/// would reveal the text. There are at most `places` of them.
fn habits(lists: &Lists, places: usize) -> Result<Vec<(u32, u64)>> {
    let mut parts = Parts::new(places.div_ceil(ROOM).clamp(1, PARTS));
    let (n_parts, mut reader) = (parts.len() as u64, lists.reader());
    for article in 0..lists.len() {
        let (terms, places) = reader.places(article)?;
        for ((term, _), place) in terms.iter().zip(places) {
            let Some(around) = place.around else { continue };
            parts.put((around % n_parts) as usize, |bytes| {
                put_number(bytes, u64::from(*term));
                bytes.extend_from_slice(&around.to_le_bytes());
            })?;
        }
    }
    let of_part = |part: usize| -> Result<Vec<(u32, u64)>> {
        let mut found = Vec::new();
        parts.each(part, |bytes| {
            let mut fields = Fields::new(bytes);
            while !fields.is_empty() {
                let term = fields.number() as u32;
                let around = fields.bytes(8).first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
                found.push((term, around));
            }
        })?;
        found.par_sort_unstable();
        Ok(found.chunk_by(|a, b| a == b).filter(|run| run.len() >= HABIT).map(|run| run[0]).collect())
    };
    let mut habits = (0..parts.len()).into_par_iter().map(of_part).collect::<Result<Vec<_>>>()?.concat();
    habits.par_sort_unstable();
    Ok(habits)
}

/// Reads the terms of articles, fastest in their order.
#[derive(Debug)]
pub struct KeptReader<'k> {
    kept: &'k KeptTerms,
    lists: ListReader<'k>,
}

impl KeptReader<'_> {
    /// An article's terms and their positions, sorted by the new numbers.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn read(&mut self, article: usize) -> Result<Vec<Placed>> {
        let KeptTerms { numbers, habits, .. } = self.kept;
        let (terms, places) = self.lists.places(article)?;
        let placed = |((term, count), place): (&(u32, u32), &Place)| {
            let around = place.around.filter(|hash| habits.binary_search(&(*term, *hash)).is_ok());
            ((numbers[*term as usize], *count), Place { around, ..*place })
        };
        let mut all: Vec<Placed> = terms.iter().zip(places).map(placed).collect();
        all.sort_unstable_by_key(|((term, _), _)| *term);
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::super::counted::TermNames;
    use super::super::lists::packed;
    use super::*;

    #[test]
    fn the_commonest_come_first_and_only_habits_are_kept() {
        let names = TermNames::new(["z", "b", "a"].map(Box::from).into());
        let mut lists = Lists::default();
        let place = |around: u64| Place { around: Some(around), ..Place::default() };
        for article in 0..HABIT as u64 {
            let terms = [(0, 1), (1, 2), (2, 3)];
            lists.push(&packed(&terms, &[place(7), place(100 + article), place(7)])).expect("written");
        }
        lists.push(&packed(&[(1, 4)], &[place(7)])).expect("written");
        let kept = KeptTerms::new(TermCounts { names, lists }).expect("read");
        let habit = HABIT as u32;
        assert_eq!(kept.names, [("b".into(), habit + 1), ("a".into(), habit), ("z".into(), habit)]);
        let mut reader = kept.reader();
        let none = Place::default();
        assert_eq!(reader.read(1).expect("read"), [((0, 2), none), ((1, 3), place(7)), ((2, 1), place(7))]);
        assert_eq!(reader.read(HABIT).expect("read"), [((0, 4), none)]);
    }
}
