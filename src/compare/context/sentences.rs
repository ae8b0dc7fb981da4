//! The sentences with a cue, kept on disk: what the context models learn from.

use crate::error::Result;
use crate::features::TermTable;
use crate::records::{self, Fields, Records, put_number};
use crate::text::Voice;

/// A sentence with at least one cue. Words are numbers of
/// [`Collected::terms`](crate::compare::collect::Collected::terms). With [`SentenceTerms::Words`] they are in order,
/// with every masked cue as `#`. With [`SentenceTerms::Bags`] they are sorted words and pairs of words, each repeated
/// as often as it occurs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    /// The [number](crate::compare::ArticleRecord::number) of its article.
    pub article: u32,
    /// The uses: contrast, pole, voice.
    pub uses: Vec<(u32, u32, Voice)>,
    /// The words of the sentence.
    pub words: Vec<u32>,
    /// The words of the two sentences before and after.
    pub around: Vec<u32>,
}

/// All sentences with a cue, by article, then by position.
#[derive(Debug, Default)]
pub struct Sentences {
    records: Records,
    /// For each contrast, the sentences that use it.
    of_contrast: Vec<Vec<u32>>,
}

impl Sentences {
    /// Adds a sentence; sentences are numbered from 0.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push(&mut self, sentence: &Sentence) -> Result<()> {
        let number = self.records.push_with(|bytes| {
            put_number(bytes, u64::from(sentence.article));
            put_number(bytes, sentence.uses.len() as u64);
            for &(contrast, pole, voice) in &sentence.uses {
                [contrast, pole, voice as u32].into_iter().for_each(|number| put_number(bytes, u64::from(number)));
            }
            put_number(bytes, sentence.words.len() as u64);
            let words = sentence.words.iter().chain(&sentence.around);
            words.for_each(|word| put_number(bytes, u64::from(*word)));
        })?;
        for &(contrast, ..) in &sentence.uses {
            if self.of_contrast.len() <= contrast as usize {
                self.of_contrast.resize(contrast as usize + 1, Vec::new());
            }
            let numbers = &mut self.of_contrast[contrast as usize];
            if numbers.last() != Some(&(number as u32)) {
                numbers.push(number as u32);
            }
        }
        Ok(())
    }

    /// The number of sentences.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The numbers of the sentences that use a contrast, ascending.
    pub fn of_contrast(&self, contrast: usize) -> &[u32] {
        self.of_contrast.get(contrast).map_or(&[], Vec::as_slice)
    }

    /// A reader of the sentences, fastest in order.
    pub fn reader(&self) -> SentenceReader<'_> {
        SentenceReader(self.records.reader())
    }
}

/// Reads sentences.
#[derive(Debug)]
pub struct SentenceReader<'s>(records::Reader<'s>);

impl SentenceReader<'_> {
    /// The [number](crate::compare::ArticleRecord::number) of a sentence's article. Panics, as indexing does, if there
    /// is no sentence with this number.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn article(&mut self, number: u32) -> Result<u32> {
        Ok(Fields::new(self.0.read(number as usize)?).number() as u32)
    }

    /// One sentence. Panics, as indexing does, if there is no sentence with this number.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn read(&mut self, number: u32) -> Result<Sentence> {
        let mut sentence = Sentence::default();
        self.read_into(number, &mut sentence)?;
        Ok(sentence)
    }

    /// The same, overwriting another sentence.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn read_into(&mut self, number: u32, Sentence { article, uses, words, around }: &mut Sentence) -> Result<()> {
        let mut fields = Fields::new(self.0.read(number as usize)?);
        let mut number = || fields.number() as u32;
        *article = number();
        uses.clear();
        for _ in 0..number() {
            let (contrast, pole, voice) = (number(), number(), number());
            uses.push((contrast, pole, Voice::ALL[voice as usize % Voice::ALL.len()]));
        }
        words.clear();
        for _ in 0..number() {
            words.push(number());
        }
        around.clear();
        while !fields.is_empty() {
            around.push(fields.number() as u32);
        }
        Ok(())
    }
}

/// What the numbers of words refer to.
#[derive(Debug)]
pub enum SentenceTerms {
    /// Words in order.
    Words(TermTable),
    /// Unnamed terms without order; all numbers are below this one.
    Bags(usize),
}

/// Many short lists, stored one after the other.
#[derive(Debug)]
pub(super) struct Lists<T> {
    ends: Vec<usize>,
    all: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { ends: Vec::new(), all: Vec::new() }
    }
}

impl<T: Copy> Lists<T> {
    pub fn push(&mut self, list: impl IntoIterator<Item = T>) {
        self.all.extend(list);
        self.ends.push(self.all.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn of(&self, list: usize) -> &[T] {
        let begin = list.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begin..self.ends[list]]
    }

    /// All lists, in this order.
    pub fn slices(&self, order: impl IntoIterator<Item = usize>) -> Vec<&[T]> {
        order.into_iter().map(|list| self.of(list)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_come_back_and_are_found_by_contrast() {
        let sentence = |article, uses: &[(u32, u32, Voice)], words: &[u32], around: &[u32]| Sentence {
            article,
            uses: uses.to_vec(),
            words: words.to_vec(),
            around: around.to_vec(),
        };
        let all = [
            sentence(0, &[(2, 1, Voice::Own), (2, 0, Voice::Scare)], &[7, 300], &[]),
            sentence(0, &[(0, 0, Voice::Own), (2, 1, Voice::Quoted)], &[], &[70_000, 1]),
            sentence(5, &[(0, 1, Voice::Reported)], &[3], &[4]),
        ];
        let mut sentences = Sentences::default();
        all.iter().try_for_each(|sentence| sentences.push(sentence)).expect("written");
        let mut reader = sentences.reader();
        assert_eq!([2, 0].map(|number| reader.article(number).expect("read")), [5, 0]);
        assert_eq!(
            [2, 0, 1].map(|number| reader.read(number).expect("read")),
            [2, 0, 1].map(|at: usize| all[at].clone())
        );
        assert_eq!([0, 1, 2, 3].map(|contrast| sentences.of_contrast(contrast)), [&[1, 2][..], &[], &[0, 1], &[]]);
    }

    #[test]
    fn lists_come_back() {
        let mut lists = Lists::default();
        [&[1, 2][..], &[], &[3]].into_iter().for_each(|list| lists.push(list.iter().copied()));
        assert_eq!(lists.slices([2, 0, 1]), [&[3][..], &[1, 2], &[]]);
    }
}
