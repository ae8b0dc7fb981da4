//! The sentences of all contrasts as bags of terms that nobody can name: what is left of them in a tally.
//!
//! Takes sentences as words in their order, hands on sorted numbers. A number says which sentences have a term in common,
//! and nothing else: numbers follow how many sentences have a term, and between equals in which they stand. Terms that no
//! classifier would keep, for no contrast has them in two sentences, are left out.

use super::bags::{Bags, MIN_DF};
use super::classifier::{AROUND_NGRAMS, SENTENCE_NGRAMS, ngrams};
use crate::compare::collect::Collected;
use crate::compare::record::{CueSentence, SentenceTerms, SentenceWords};
use crate::cues::Lexicon;
use crate::error::Result;
use std::ops::RangeInclusive;

/// Replaces the words of all sentences. Sentences that only have uses of categories go: no classifier looks at them.
///
/// # Errors
/// More terms than can be numbered; sentences that can't be read from disk, or have no room there.
pub fn anonymous(collected: &mut Collected, lexicon: &Lexicon) -> Result<()> {
    let SentenceTerms::Words(table) = &collected.terms else { return Ok(()) };
    let is_contrast = |contrast: u32| !lexicon.contrasts[contrast as usize].is_category();
    for sentence in &mut collected.sentences {
        sentence.uses = sentence.uses.iter().copied().filter(|u| is_contrast(u.0)).collect();
    }
    collected.sentences.retain(|s| !s.uses.is_empty());
    let sentences = &collected.sentences;
    // Words and counts are each forgotten as soon as they are made use of: they are what takes most memory.
    let (words, around): (Vec<Vec<u32>>, Vec<Vec<u32>>) = collected.sentence_words.read(sentences)?.into_iter().unzip();
    let bags = |documents: Vec<Vec<u32>>, lengths: RangeInclusive<usize>| -> Result<(Vec<Vec<u32>>, usize)> {
        let slices: Vec<&[u32]> = documents.iter().map(Vec::as_slice).collect();
        let Some(counts) = ngrams(&slices, table, lengths)? else {
            return Ok((vec![Vec::new(); documents.len()], 0));
        };
        drop(documents);
        let bags = Bags::of_counts(&counts)?;
        drop(counts);
        let most = most_frequent(&bags, sentences, lexicon.contrasts.len());
        Ok(bags.renumbered(|term| most[term as usize] >= MIN_DF))
    };
    let (words, n_words) = bags(words, SENTENCE_NGRAMS)?;
    let (around, n_around) = bags(around, AROUND_NGRAMS)?;
    let mut bags = SentenceWords::default();
    for (sentence, (words, around)) in collected.sentences.iter_mut().zip(words.iter().zip(&around)) {
        sentence.number = bags.push(words, around)?;
    }
    collected.sentence_words = bags;
    collected.terms = SentenceTerms::Bags(n_words.max(n_around));
    Ok(())
}

/// By term: in how many sentences of a contrast it stands, of the contrast that has it in the most.
fn most_frequent(bags: &Bags, sentences: &[CueSentence], contrasts: usize) -> Vec<u32> {
    let mut most = vec![0; bags.n_terms()];
    let mut df = vec![0u32; bags.n_terms()];
    for contrast in 0..contrasts {
        df.fill(0);
        for (at, _) in sentences.iter().enumerate().filter(|(_, s)| s.uses.iter().any(|u| u.0 as usize == contrast)) {
            bags.sentence(at).iter().for_each(|(term, _)| df[*term as usize] += 1);
        }
        most.iter_mut().zip(&df).for_each(|(most, df): (&mut u32, &u32)| *most = (*most).max(*df));
    }
    most
}
