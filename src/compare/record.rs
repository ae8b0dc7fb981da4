//! What is kept of one article: its counts in memory, its headings and the words of its sentences with a cue on disk.

use super::Voices;
use super::speakers::Said;
use super::stance::Stance;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::features::TermTable;
use crate::records::{self, Fields, Records, put_number, put_text};
use crate::stories::Reprint;
use crate::tally::Tally;
use crate::text::Voice;
use chrono::NaiveDate;

/// What is kept of one article, beside what waits on disk: its headline and address ([`Headings`]), fingerprint, words.
#[derive(Debug, Clone, Default)]
pub struct ArticleRecord {
    /// As in [`Article`](crate::corpus::Article).
    pub id: String,
    /// Index into the outlets' names; `None` where unknown.
    pub outlet: Option<usize>,
    /// As in [`Article`](crate::corpus::Article).
    pub date: Option<NaiveDate>,
    /// Its counts.
    pub tally: Tally,
    /// Uses by pole and voice: (pole number over all contrasts, counts in the order of [`Voice::ALL`]), sorted.
    pub poles: Box<[(usize, [u32; 4])]>,
    /// The article that it is a near copy of, as an index into the articles.
    pub reprint: Option<Reprint>,
    /// Whether its uses count: it is no reprint, or reprints are kept.
    pub counts: bool,
    /// What the model says of it, where there is one.
    pub stance: Option<Box<Stance>>,
    /// Its period, or its value of the second name of [`Options::by`](super::Options::by); `None` where it is not known or not asked for.
    pub period: Option<Box<str>>,
    /// The news agencies that it credits.
    pub agency: Option<Box<str>>,
    /// The first article of its story, as an index into the articles; `None` where it stands alone.
    pub story: Option<usize>,
    /// Whom it quotes or reports with a cue, and which.
    pub said: Box<[Said]>,
    /// A number for who published it, whatever is compared.
    pub(super) publisher: Option<usize>,
    /// Its number among what waits on disk, where the articles stand in the order in which they were read.
    pub number: u32,
}

impl ArticleRecord {
    /// Whether it is mostly a copy of another.
    pub fn is_copy(&self) -> bool {
        self.reprint.is_some_and(|reprint| reprint.is_mostly_copied())
    }

    /// Whether it counts, and stands in the row of an outlet or what takes its place.
    pub fn is_compared(&self) -> bool {
        self.counts && self.outlet.is_some()
    }

    /// Uses of a pole, by its number over all contrasts.
    pub fn uses(&self, pole: usize, voices: Voices) -> u32 {
        match self.poles.binary_search_by_key(&pole, |(p, _)| *p) {
            Ok(at) => voices.sum(&self.poles[at].1),
            Err(_) => 0,
        }
    }

    /// Uses of all poles of a contrast, given their numbers.
    pub fn uses_of(&self, poles: std::ops::Range<usize>, voices: Voices) -> u32 {
        self.poles.iter().filter(|(p, _)| poles.contains(p)).map(|(_, by_voice)| voices.sum(by_voice)).sum()
    }
}

/// The number of a contrast's first pole over all contrasts, by contrast, with the number of all poles at the end.
pub fn first_poles(lexicon: &Lexicon) -> Vec<usize> {
    let mut first = vec![0];
    for contrast in &lexicon.contrasts {
        first.push(first[first.len() - 1] + contrast.poles.len());
    }
    first
}

/// A sentence with at least one cue.
#[derive(Debug, Clone)]
pub struct CueSentence {
    /// Index of the article.
    pub article: u32,
    /// Its number among [`Collected::sentence_words`](super::collect::Collected::sentence_words).
    pub number: u32,
    /// The uses: contrast, pole, voice.
    pub uses: Box<[(u32, u32, Voice)]>,
}

/// The words of sentences with a cue, which wait on disk, as numbers of [`Collected::terms`](super::collect::Collected::terms).
#[derive(Debug, Default)]
pub struct SentenceWords(Records);

/// The words of a sentence: its own, where every masked cue is `#`, and those of the two sentences before and behind it,
/// masked alike. Of [`SentenceTerms::Bags`] the words and pairs of words, sorted, each as often as it stands there.
pub type OfSentence = (Vec<u32>, Vec<u32>);

impl SentenceWords {
    /// Adds a sentence and returns its number; numbers count from 0.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push(&mut self, words: &[u32], around: &[u32]) -> Result<u32> {
        let number = self.0.push_with(|bytes| {
            put_number(bytes, words.len() as u64);
            words.iter().chain(around).for_each(|word| put_number(bytes, u64::from(*word)));
        });
        number.map(|number| number as u32)
    }

    /// The words of these sentences.
    ///
    /// # Errors
    /// Where they can't be read.
    pub fn read<'s>(&self, sentences: impl IntoIterator<Item = &'s CueSentence>) -> Result<Vec<OfSentence>> {
        let mut reader = self.0.reader();
        let mut of_sentence = |sentence: &CueSentence| {
            let mut fields = Fields::new(reader.read(sentence.number as usize)?);
            let words = (0..fields.number()).map(|_| fields.number() as u32).collect();
            let mut around = Vec::new();
            while !fields.is_empty() {
                around.push(fields.number() as u32);
            }
            Ok((words, around))
        };
        sentences.into_iter().map(&mut of_sentence).collect()
    }
}

/// Headlines and addresses of articles, which wait on disk by [`ArticleRecord::number`]: only tables of articles ask for
/// them.
#[derive(Debug, Default)]
pub struct Headings(Records);

impl Headings {
    pub(super) fn push(&mut self, title: Option<&str>, url: Option<&str>) -> Result<usize> {
        self.0.push_with(|bytes| [title, url].into_iter().for_each(|text| put_text(bytes, text)))
    }

    /// Reads them.
    pub fn reader(&self) -> HeadingReader<'_> {
        HeadingReader(self.0.reader())
    }
}

/// Reads headlines and addresses.
#[derive(Debug)]
pub struct HeadingReader<'h>(records::Reader<'h>);

impl HeadingReader<'_> {
    /// An article's headline and address, where it has them.
    ///
    /// # Errors
    /// Where they can't be read.
    pub fn read(&mut self, article: &ArticleRecord) -> Result<[Option<&str>; 2]> {
        let mut fields = Fields::new(self.0.read(article.number as usize)?);
        Ok([fields.text(), fields.text()])
    }
}

/// What the numbers of sentences stand for.
#[derive(Debug)]
pub enum SentenceTerms {
    /// Words in their order.
    Words(TermTable),
    /// Terms that nobody can name, without order; all numbers are below.
    Bags(usize),
}
