//! Articles set aside: their records and uses on disk, while other work needs the memory.
//!
//! Records are needed when all articles are counted and stories are found, not before: until then they are here. Read back,
//! they take exactly the memory that they need, where a growing list takes up to three times as much.

use super::record::{ArticleRecord, Index, PoleUses, Poles};
use crate::error::Result;
use crate::records::{Fields, Records, put_number};
use chrono::{Datelike, NaiveDate};

/// Records of articles with their uses, in the order in which they were pushed.
#[derive(Debug, Default)]
pub(super) struct SetAside {
    records: Records,
    /// Uses of all articles.
    uses: usize,
}

impl SetAside {
    /// Adds an article with its uses, sorted by pole.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn push(&mut self, article: &ArticleRecord, uses: &[PoleUses]) -> Result<()> {
        self.uses += uses.len();
        self.records.push_with(|bytes| {
            let ArticleRecord { number, outlet, date, words, uses: _, story, period, agency, is_copy, counts } =
                article;
            let indexes = [outlet, story, period, agency].map(|index| index.get().map_or(0, |index| index as u64 + 1));
            // Zero is no date; days before year 1 are large numbers.
            let day = date.map_or(0, |date| u64::from(date.num_days_from_ce() as u32) + 1);
            let numbers = [u64::from(*number), day, u64::from(*is_copy) | u64::from(*counts) << 1];
            let words = words.iter().map(|n| u64::from(*n));
            let uses =
                uses.iter().flat_map(|(pole, by_voice)| [pole].into_iter().chain(by_voice)).map(|n| u64::from(*n));
            numbers.into_iter().chain(indexes).chain(words).chain(uses).for_each(|number| put_number(bytes, number));
        })?;
        Ok(())
    }

    /// Sets all articles aside, in their order.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn all(articles: Vec<ArticleRecord>, poles: &Poles) -> Result<SetAside> {
        let mut aside = SetAside::default();
        articles.iter().try_for_each(|article| aside.push(article, poles.of(article)))?;
        Ok(aside)
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Reads all of them back.
    ///
    /// # Errors
    /// If they can't be read, or have more uses than a number of 32 bits tells apart.
    pub fn back(self) -> Result<(Vec<ArticleRecord>, Poles)> {
        let (mut articles, mut poles) = (Vec::with_capacity(self.len()), Poles::with_capacity(self.uses));
        let mut reader = self.records.reader();
        for record in 0..self.len() {
            let mut fields = Fields::new(reader.read(record)?);
            let mut article = taken(&mut fields);
            let uses = std::iter::from_fn(|| {
                (!fields.is_empty()).then(|| (fields.number() as u32, [(); 4].map(|()| fields.number() as u32)))
            });
            poles.push(&mut article, uses)?;
            articles.push(article);
        }
        Ok((articles, poles))
    }
}

fn taken(fields: &mut Fields<'_>) -> ArticleRecord {
    let [number, day, flags] = [(); 3].map(|()| fields.number());
    let [outlet, story, period, agency] =
        [(); 4].map(|()| Index::new(fields.number().checked_sub(1).map(|index| index as usize)));
    let date = day.checked_sub(1).and_then(|day| NaiveDate::from_num_days_from_ce_opt(day as u32 as i32));
    ArticleRecord {
        number: number as u32,
        outlet,
        date,
        words: [(); 4].map(|()| fields.number() as u32),
        uses: [0; 2],
        story,
        period,
        agency,
        is_copy: flags & 1 == 1,
        counts: flags & 2 == 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_come_back_with_their_uses() {
        let dates = [None, Some(NaiveDate::MIN), Some(NaiveDate::MAX), NaiveDate::from_ymd_opt(2016, 2, 29)];
        let uses: [&[PoleUses]; 3] = [&[], &[(0, [0, 1, 0, 0])], &[(7, [1, 2, 3, u32::MAX]), (300, [0, 0, 0, 1])]];
        let article = |i: u32| ArticleRecord {
            number: i,
            outlet: Index::new((i.is_multiple_of(2)).then_some(i as usize)),
            date: dates[i as usize % dates.len()],
            words: [i, 0, 70_000, u32::MAX],
            story: Index::new((i.is_multiple_of(5)).then_some(0)),
            period: Index::new(Some(u32::MAX as usize - 1)),
            agency: Index::default(),
            is_copy: i.is_multiple_of(7),
            counts: i.is_multiple_of(3),
            ..ArticleRecord::default()
        };
        let mut aside = SetAside::default();
        for i in 0..100 {
            aside.push(&article(i), uses[i as usize % 3]).expect("written");
        }
        assert_eq!(aside.len(), 100);
        let (articles, poles) = aside.back().expect("read");
        // In another order, and once more.
        let (backwards, poles_of_them) =
            SetAside::all(articles.iter().rev().cloned().collect(), &poles).and_then(SetAside::back).expect("read");
        let same = |a: &ArticleRecord, b: &ArticleRecord| {
            let without_place = |a: &ArticleRecord| format!("{:?}", ArticleRecord { uses: [0; 2], ..a.clone() });
            assert_eq!(without_place(a), without_place(b));
        };
        for (i, (once, twice)) in (0..100).zip(articles.iter().zip(backwards.iter().rev())) {
            same(once, &article(i));
            same(twice, once);
            assert_eq!(poles.of(once), uses[i as usize % 3]);
            assert_eq!(poles_of_them.of(twice), uses[i as usize % 3]);
        }
    }
}
