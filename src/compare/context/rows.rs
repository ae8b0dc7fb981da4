//! The rows of a contrast's sentences: TF-IDF of a sentence's n-grams, followed, with less weight, by that of the words
//! of the surrounding sentences.
//!
//! Rows of the sentences to learn from are in memory and determine which terms have a column. If there are more than
//! [`MAX_SENTENCES`] sentences, these are an even sample, and the rows of the others are made when they are scored.

use super::super::collect::Collected;
use super::bags::{Bags, Columns, MIN_DF, Waiting, beside};
use super::sentences::{Lists, Sentence, SentenceReader, SentenceTerms};
use crate::error::{Error, Result};
use crate::features::{Counts, DocumentFrequency, FeatureError, SparseRows, TermTable, TfidfParams, Tokens};
use crate::text::Voice;
use linfa::ParamGuard;
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// The most sentences that one contrast learns from.
const MAX_SENTENCES: usize = 60_000;
/// The weight of the surrounding sentences, relative to 1 for the sentence itself.
const AROUND: f32 = 0.7;
/// Lengths of the n-grams of a sentence.
pub(super) const SENTENCE_NGRAMS: RangeInclusive<usize> = 1..=2;
/// Lengths of the n-grams of the surrounding sentences.
pub(super) const AROUND_NGRAMS: RangeInclusive<usize> = 1..=1;

/// The sentences of one contrast, in the order of their articles.
pub(super) struct OfContrast {
    pub contrast: usize,
    /// For each sentence: its number among all, the index of its article, and the poles that it uses, with the voices.
    numbers: Vec<u32>,
    articles: Vec<u32>,
    uses: Lists<(u32, Voice)>,
    /// One sentence in this many is used to learn from.
    pub step: usize,
}

/// The words of sentences, and of the surrounding sentences.
pub(super) type OfSentences = [Lists<u32>; 2];

impl OfContrast {
    /// Reads the sentences, and the words of those to learn from. `places` is the result of [`Collected::places`].
    pub fn read(collected: &Collected, places: &[u32], contrast: usize) -> Result<(OfContrast, OfSentences)> {
        let mut reader = collected.sentences.reader();
        let place = |&number: &u32| Ok((places[reader.article(number)? as usize], number));
        let mut order: Vec<(u32, u32)> =
            collected.sentences.of_contrast(contrast).iter().map(place).collect::<Result<_>>()?;
        order.sort_unstable();
        let step = order.len().div_ceil(MAX_SENTENCES).max(1);
        let (mut uses, [mut words, mut around]) = (Lists::default(), OfSentences::default());
        let mut sentence = Sentence::default();
        for (at, &(_, number)) in order.iter().enumerate() {
            reader.read_into(number, &mut sentence)?;
            let of_contrast = sentence.uses.iter().filter(|used| used.0 as usize == contrast);
            uses.push(of_contrast.map(|&(_, pole, voice)| (pole, voice)));
            if at.is_multiple_of(step) {
                words.push(sentence.words.iter().copied());
                around.push(sentence.around.iter().copied());
            }
        }
        let (articles, numbers) = order.into_iter().unzip();
        Ok((OfContrast { contrast, numbers, articles, uses, step }, [words, around]))
    }

    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// The index of a sentence's article.
    pub fn article(&self, at: usize) -> u32 {
        self.articles[at]
    }

    /// The poles that a sentence uses, with the voices.
    pub fn uses(&self, at: usize) -> &[(u32, Voice)] {
        self.uses.of(at)
    }
}

/// Makes the rows of other sentences.
pub(super) struct Maker {
    /// A block for the words of a sentence and, if these have terms, one for the surrounding sentences.
    blocks: Vec<Block>,
}

/// Adjacent columns with one weight.
struct Block {
    weight: f32,
    /// The offset of the block's columns in the whole row.
    before: u32,
    columns: Columns,
    terms: Terms,
}

/// How terms are identified.
enum Terms {
    /// By the numbers of their words, the second of which may be missing: n-grams of up to two words.
    Grams(FxHashMap<(u32, Option<u32>), u32>),
    /// The words are term numbers already.
    Given,
}

impl Maker {
    /// The row of a sentence, by its number among all.
    pub fn row(
        &self,
        reader: &mut SentenceReader<'_>,
        (sentences, at): (&OfContrast, usize),
    ) -> Result<Vec<(u32, f32)>> {
        let Sentence { words, around, .. } = reader.read(sentences.numbers[at])?;
        let mut row = Vec::new();
        for (Block { weight, before, columns, terms }, words) in self.blocks.iter().zip([words, around]) {
            let place = |(column, value): (u32, f32)| (before + column, weight * value);
            row.extend(columns.row(&terms.of(words)).into_iter().map(place));
        }
        Ok(row)
    }
}

impl Terms {
    /// Terms that were counted, by the numbers of their words in a table.
    fn of_counts(counts: &Counts, table: &TermTable) -> Terms {
        let mut numbers = FxHashMap::default();
        for (number, term) in counts.terms().enumerate() {
            let Some(term) = term.text() else { continue };
            let (first, second) = term.split_once(' ').map_or((term, None), |(first, second)| (first, Some(second)));
            if let Some(first) = table.find(first) {
                numbers.insert((first, second.and_then(|word| table.find(word))), number as u32);
            }
        }
        Terms::Grams(numbers)
    }

    /// The known terms of a sentence in ascending order, each repeated as often as it occurs.
    fn of(&self, words: Vec<u32>) -> Vec<u32> {
        let Terms::Grams(numbers) = self else { return words };
        let alone = words.iter().map(|word| (*word, None));
        let pairs = words.windows(2).map(|pair| (pair[0], Some(pair[1])));
        let mut terms: Vec<u32> = alone.chain(pairs).filter_map(|gram| numbers.get(&gram).copied()).collect();
        terms.sort_unstable();
        terms
    }
}

/// The rows of the sentences to learn from, and what makes the rows of others: sublinear TF-IDF of 1–2-grams, and of
/// the surrounding words. `None` if no term is left.
pub(super) fn learn(
    terms: &SentenceTerms,
    sentences: &OfContrast,
    [words, around]: OfSentences,
) -> Result<Option<(SparseRows<f32>, Maker)>> {
    // Each is dropped as soon as it has been used, because they need the most memory.
    let block = |documents: Lists<u32>, lengths| -> Result<Option<((Waiting, Columns), Terms)>> {
        let (bags, terms) = match terms {
            SentenceTerms::Words(table) => {
                let Some(counts) = ngrams(&documents.slices(0..documents.len()), table, lengths)? else {
                    return Ok(None);
                };
                drop(documents);
                // If there are no other sentences, the numbers aren't needed.
                let terms = if sentences.step > 1 { Terms::of_counts(&counts, table) } else { Terms::Given };
                (Bags::of_counts(&counts)?, terms)
            }
            SentenceTerms::Bags(n_terms) => (Bags::of_sorted(documents, *n_terms), Terms::Given),
        };
        Ok(bags.tfidf()?.map(|rows| (rows, terms)))
    };
    let Some(words) = block(words, SENTENCE_NGRAMS)? else { return Ok(None) };
    let around = block(around, AROUND_NGRAMS)?;
    let (mut rows, mut blocks, mut before) = (Vec::new(), Vec::new(), 0);
    for (weight, ((waiting, columns), terms)) in [(1.0, words)].into_iter().chain(around.map(|block| (AROUND, block))) {
        rows.push((weight, waiting));
        let next = before + columns.len() as u32;
        blocks.push(Block { weight, before, columns, terms });
        before = next;
    }
    Ok(Some((beside(&rows)?, Maker { blocks })))
}

/// The n-grams that occur in at least [`MIN_DF`] of the sentences.
pub(super) fn ngrams(
    documents: &[&[u32]],
    table: &TermTable,
    lengths: RangeInclusive<usize>,
) -> Result<Option<Counts>> {
    let params = TfidfParams::new().ngram_range(lengths).min_df(DocumentFrequency::Count(MIN_DF as usize)).check();
    match params.and_then(|p| p.count(&Tokens::new(documents, table))) {
        Ok(counts) => Ok(Some(counts)),
        Err(
            FeatureError::EmptyVocabulary { .. }
            | FeatureError::NothingLeft { .. }
            | FeatureError::NoDocuments
            // One sentence.
            | FeatureError::EmptyFrequencyRange { .. },
        ) => Ok(None),
        Err(e) => Err(e.into_error(broken)),
    }
}

/// An error that only a bug can cause.
pub(super) fn broken<E: std::error::Error>(error: E) -> Error {
    Error::data("the context's classifier can't be fitted")
        .found(error.to_string())
        .help("please report this; --context-model none goes on without expected shares")
}

#[cfg(test)]
mod tests {
    use super::super::sentences::Sentences;
    use super::*;

    /// Sentences of one contrast, every other one of which is learnt from.
    fn sentences(all: &[(&[u32], &[u32])]) -> (Sentences, OfContrast, OfSentences) {
        let (mut sentences, [mut words, mut around]) = (Sentences::default(), OfSentences::default());
        for (at, (own, others)) in all.iter().enumerate() {
            let sentence = Sentence { words: own.to_vec(), around: others.to_vec(), ..Sentence::default() };
            sentences.push(&sentence).expect("written");
            if at.is_multiple_of(2) {
                words.push(own.iter().copied());
                around.push(others.iter().copied());
            }
        }
        let numbers: Vec<u32> = (0..all.len() as u32).collect();
        let of_contrast =
            OfContrast { contrast: 0, articles: numbers.clone(), numbers, uses: Lists::default(), step: 2 };
        (sentences, of_contrast, [words, around])
    }

    type Rows = Vec<Vec<(u32, f32)>>;

    /// The rows of all sentences, made as for those that aren't learnt from; and the rows of those that are.
    fn rows(terms: &SentenceTerms, all: &[(&[u32], &[u32])]) -> (Rows, Rows) {
        let (sentences, of_contrast, words) = sentences(all);
        let (kept, maker) = learn(terms, &of_contrast, words).expect("read").expect("terms");
        let mut reader = sentences.reader();
        let made = (0..all.len()).map(|at| maker.row(&mut reader, (&of_contrast, at)).expect("read")).collect();
        (made, (0..kept.n_samples()).map(|row| kept.row(row).collect()).collect())
    }

    #[test]
    fn rows_that_are_made_are_those_that_are_kept() {
        let mut table = TermTable::default();
        assert_eq!(table.ids(["the", "army", "#", "said", "only", "once"]), [0, 1, 2, 3, 4, 5]);
        let words: [(&[u32], &[u32]); 5] = [
            (&[0, 1, 2, 3], &[0, 0, 5]),
            (&[0, 1, 0, 1, 4], &[1, 0]),
            (&[3, 0, 1, 0, 1], &[0, 3]),
            (&[5], &[]),
            (&[2, 3, 0], &[3]),
        ];
        let (made, kept) = rows(&SentenceTerms::Words(table), &words);
        assert_eq!([0, 2, 4].map(|at: usize| made[at].clone()), kept[..]);
        assert_eq!(made[3], []);
        // "the", "army" and "the army" twice each, and around them "the": terms in two sentences that are learnt from.
        assert_eq!(made[1].len(), 4);
        let length: f32 = made[1].iter().take(3).map(|(_, value)| value * value).sum();
        assert!((length - 1.0).abs() < 1e-6 && (made[1][3].1 - AROUND).abs() < 1e-6, "{:?}", made[1]);

        let bags: [(&[u32], &[u32]); 3] = [(&[0, 2, 2, 9], &[4]), (&[0, 2, 3], &[4, 4]), (&[0, 2], &[4])];
        let (made, kept) = rows(&SentenceTerms::Bags(10), &bags);
        assert_eq!([0, 2].map(|at: usize| made[at].clone()), kept[..]);
        assert_eq!(made[1].len(), 3);
    }

    #[test]
    fn a_single_sentence_has_no_term_that_stands_in_two() {
        let mut table = TermTable::default();
        let words = table.ids(["the", "army", "said"]);
        for documents in [&[][..], &[&words[..]], &[&words[..1], &words[1..]]] {
            assert!(ngrams(documents, &table, SENTENCE_NGRAMS).expect("counted").is_none(), "{documents:?}");
        }
    }
}
