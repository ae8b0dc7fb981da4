//! The sentences of all contrasts as bags of unnamed terms: what a tally keeps of them.
//!
//! Takes sentences as words in order and returns sorted numbers. A number says which sentences have a term in common,
//! and nothing else: terms are numbered by how many sentences have them and, in a tie, by which sentences. Terms that
//! no classifier would keep, because no contrast has them in two sentences, are left out.

use super::bags::{Bags, MIN_DF};
use super::rows::{AROUND_NGRAMS, OfSentences, SENTENCE_NGRAMS, ngrams};
use super::sentences::{Lists, Sentence, SentenceTerms, Sentences};
use crate::compare::collect::Collected;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::text::Voice;
use std::ops::RangeInclusive;

/// Replaces the words of all sentences. Sentences that only have uses of categories are dropped: no classifier needs
/// them.
///
/// # Errors
/// More terms than can be numbered; sentences that can't be read from disk or written to it.
pub fn anonymous(collected: &mut Collected, lexicon: &Lexicon) -> Result<()> {
    let SentenceTerms::Words(table) = &collected.terms else { return Ok(()) };
    let places = collected.places();
    // For each sentence in reading order: its article and its uses.
    let (mut articles, mut uses, [mut words, mut around]) = (Vec::new(), Lists::default(), OfSentences::default());
    let (mut reader, mut sentence) = (collected.sentences.reader(), Sentence::default());
    for number in 0..collected.sentences.len() {
        reader.read_into(number as u32, &mut sentence)?;
        sentence.uses.retain(|used| !lexicon.contrasts[used.0 as usize].is_category());
        if !sentence.uses.is_empty() {
            articles.push(sentence.article);
            uses.push(sentence.uses.iter().copied());
            words.push(sentence.words.iter().copied());
            around.push(sentence.around.iter().copied());
        }
    }
    let mut order: Vec<u32> = (0..articles.len() as u32).collect();
    order.sort_by_key(|&at| places[articles[at as usize] as usize]);
    // Words and counts are each dropped as soon as they have been used, because they need the most memory.
    let bags = |documents: Lists<u32>, lengths: RangeInclusive<usize>| -> Result<(Lists<u32>, usize)> {
        let slices = documents.slices(order.iter().map(|at| *at as usize));
        let Some(counts) = ngrams(&slices, table, lengths)? else {
            let mut none = Lists::default();
            order.iter().for_each(|_| none.push([]));
            return Ok((none, 0));
        };
        drop(slices);
        drop(documents);
        let bags = Bags::of_counts(&counts)?;
        drop(counts);
        let most = most_frequent(&bags, &uses.slices(order.iter().map(|at| *at as usize)), lexicon.contrasts.len());
        Ok(bags.renumbered(|term| most[term as usize] >= MIN_DF))
    };
    let (words, n_words) = bags(words, SENTENCE_NGRAMS)?;
    let (around, n_around) = bags(around, AROUND_NGRAMS)?;
    let mut bags = Sentences::default();
    for (place, at) in order.into_iter().map(|at| at as usize).enumerate() {
        let (words, around) = (words.of(place).to_vec(), around.of(place).to_vec());
        bags.push(&Sentence { article: articles[at], uses: uses.of(at).to_vec(), words, around })?;
    }
    collected.sentences = bags;
    collected.terms = SentenceTerms::Bags(n_words.max(n_around));
    Ok(())
}

/// For each term, the number of sentences that have it, in the contrast where this number is highest.
fn most_frequent(bags: &Bags, uses: &[&[(u32, u32, Voice)]], contrasts: usize) -> Vec<u32> {
    let mut most = vec![0; bags.n_terms()];
    let mut df = vec![0u32; bags.n_terms()];
    for contrast in 0..contrasts {
        df.fill(0);
        for (at, _) in uses.iter().enumerate().filter(|(_, uses)| uses.iter().any(|u| u.0 as usize == contrast)) {
            bags.sentence(at).for_each(|(term, _)| df[term as usize] += 1);
        }
        most.iter_mut().zip(&df).for_each(|(most, df): (&mut u32, &u32)| *most = (*most).max(*df));
    }
    most
}
