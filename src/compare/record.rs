//! What is kept of one article: its counts in memory, its headings and the words of its sentences with a cue on disk.

use super::Voices;
use super::speakers::Said;
use super::stance::Stance;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::features::TermTable;
use crate::records::{self, Fields, Records, Texts, put_number, put_text};
use crate::stories::Reprint;
use crate::tally::CueCount;
use crate::text::Voice;
use chrono::NaiveDate;
use std::num::NonZeroU32;

/// What is kept of one article, beside what waits on disk: its headline and address ([`Headings`]), fingerprint, words.
#[derive(Debug, Clone, Default)]
pub struct ArticleRecord {
    /// Its number in the order in which the articles were read: so it is found among what waits on disk, and in
    /// [`Labels`].
    pub number: u32,
    /// Index into the outlets' names; absent where unknown.
    pub outlet: Index,
    /// As in [`Article`](crate::corpus::Article).
    pub date: Option<NaiveDate>,
    /// Words of prose by voice, in the order of [`Voice::ALL`].
    pub words: [u32; 4],
    /// Words that the cleaner took out.
    pub words_removed: u32,
    /// Its cues, where it has any.
    pub cued: Option<Box<Cued>>,
    /// The article that it is a near copy of, as an index into the articles.
    pub reprint: Option<Box<Reprint>>,
    /// The first article of its story, as an index into the articles; absent where it stands alone.
    pub story: Index,
    /// What the model says of it, where there is one.
    pub stance: Option<Box<Stance>>,
    /// Its period, or its value of the second name of [`Options::by`](super::Options::by), as an index into
    /// [`Labels::periods`]; absent where it is not known or not asked for.
    pub period: Index,
    /// The news agencies that it credits, as an index into [`Labels::agencies`].
    pub agency: Index,
    /// Whether its uses count: it is no reprint, or reprints are kept.
    pub counts: bool,
}

/// The cues of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cued {
    /// Uses by cue and voice, sorted.
    pub cues: Box<[CueCount]>,
    /// Uses by pole and voice: (pole number over all contrasts, counts in the order of [`Voice::ALL`]), sorted.
    pub poles: Box<[(u32, [u32; 4])]>,
    /// Whom it quotes or reports with a cue, and which.
    pub said: Box<[Said]>,
}

/// An index that may be absent, in four bytes: corpora of millions have several an article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Index(Option<NonZeroU32>);

impl Index {
    /// The index. All are below `u32::MAX`, which is the most records that can be told apart.
    pub fn new(index: Option<usize>) -> Index {
        Index(index.and_then(|index| NonZeroU32::new(index as u32 + 1)))
    }

    /// The index, where there is one.
    pub fn get(self) -> Option<usize> {
        self.0.map(|one_more| one_more.get() as usize - 1)
    }
}

/// What many articles have in common, once each, and what they are called.
#[derive(Debug, Default)]
pub struct Labels {
    /// As in [`Article`](crate::corpus::Article), by [`ArticleRecord::number`].
    ids: Texts,
    /// News agencies, as they are credited.
    pub agencies: Vec<Box<str>>,
    /// Periods, or what the second name of [`Options::by`](super::Options::by) stands for.
    pub periods: Vec<Box<str>>,
    /// By [`ArticleRecord::number`], a number for who published it, whatever is compared.
    publishers: Vec<Index>,
}

impl Labels {
    /// Adds an article: its id, and a number for who published it.
    pub(super) fn push(&mut self, id: &str, publisher: Option<usize>) -> Result<()> {
        self.publishers.push(Index::new(publisher));
        self.ids.push(id)
    }

    /// An article's id.
    pub fn id(&self, article: &ArticleRecord) -> &str {
        self.ids.get(article.number as usize)
    }

    /// The news agencies that an article credits.
    pub fn agency(&self, article: &ArticleRecord) -> Option<&str> {
        article.agency.get().map(|agency| &*self.agencies[agency])
    }

    /// An article's period.
    pub fn period(&self, article: &ArticleRecord) -> Option<&str> {
        article.period.get().map(|period| &*self.periods[period])
    }

    /// Who published an article.
    pub(super) fn publisher(&self, article: &ArticleRecord) -> Option<u32> {
        self.publishers[article.number as usize].get().map(|publisher| publisher as u32)
    }

    /// Nobody asks for publishers any more.
    pub(super) fn forget_publishers(&mut self) {
        self.publishers = Vec::new();
    }
}

impl ArticleRecord {
    /// Whether it is mostly a copy of another.
    pub fn is_copy(&self) -> bool {
        self.reprint.as_ref().is_some_and(|reprint| reprint.is_mostly_copied())
    }

    /// Whether it counts, and stands in the row of an outlet or what takes its place.
    pub fn is_compared(&self) -> bool {
        self.counts && self.outlet.get().is_some()
    }

    /// Uses of a pole, by its number over all contrasts.
    pub fn uses(&self, pole: usize, voices: Voices) -> u32 {
        let poles = self.poles();
        match poles.binary_search_by_key(&pole, |(p, _)| *p as usize) {
            Ok(at) => voices.sum(&poles[at].1),
            Err(_) => 0,
        }
    }

    /// Uses of all poles of a contrast, given their numbers.
    pub fn uses_of(&self, poles: std::ops::Range<usize>, voices: Voices) -> u32 {
        let used = self.poles().iter().filter(|(p, _)| poles.contains(&(*p as usize)));
        used.map(|(_, by_voice)| voices.sum(by_voice)).sum()
    }

    /// Uses by pole and voice, as in [`Cued`].
    pub fn poles(&self) -> &[(u32, [u32; 4])] {
        self.cued.as_ref().map_or(&[], |cued| &cued.poles)
    }

    /// Uses by cue and voice, as in [`Cued`].
    pub fn cues(&self) -> &[CueCount] {
        self.cued.as_ref().map_or(&[], |cued| &cued.cues)
    }

    /// Whom it quotes or reports, as in [`Cued`].
    pub fn said(&self) -> &[Said] {
        self.cued.as_ref().map_or(&[], |cued| &cued.said)
    }

    /// All words of prose.
    pub fn total_words(&self) -> u32 {
        self.words.iter().sum()
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
