//! Words: from the caller's token numbers to symbols that sort like the words.

use super::sealed::Encode;
use super::{Alphabet, BREAK, Encoded, InputKind, LIMIT, Terms, Tokens, UNKNOWN, WordNumbers};
use crate::features::error::{FeatureError, Result};
use crate::features::hashing::HashedGrams;
use crate::features::tfidf::Analyzer;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Maps the caller's token numbers to ours: an array if most of the table is in use, otherwise a hash map, so that the
/// cost of a short article doesn't depend on the table's size.
enum IdMap {
    Dense(Vec<u32>),
    Sparse(FxHashMap<u32, u32>),
}

/// Not yet looked at.
const UNSEEN: u32 = u32::MAX;

impl IdMap {
    fn new(n_terms: usize, n_tokens: usize) -> Self {
        if n_terms / 4 <= n_tokens { IdMap::Dense(vec![UNSEEN; n_terms]) } else { IdMap::Sparse(FxHashMap::default()) }
    }

    /// The slot of a number; `None` if the table doesn't have it.
    fn slot(&mut self, id: u32, n_terms: usize) -> Option<&mut u32> {
        match self {
            IdMap::Dense(map) => map.get_mut(id as usize),
            IdMap::Sparse(map) if (id as usize) < n_terms => Some(map.entry(id).or_insert(UNSEEN)),
            IdMap::Sparse(_) => None,
        }
    }
}

impl<D: AsRef<[u32]> + Sync, T: Terms + ?Sized> Tokens<'_, D, T> {
    fn n_tokens(&self) -> usize {
        self.documents.iter().map(|d| d.as_ref().len()).sum()
    }

    /// Maps every token with `number`, which is called once for each of the caller's numbers.
    fn map_tokens<'s>(&'s self, mut number: impl FnMut(&'s str) -> Result<u32>) -> Result<Encoded> {
        let n_terms = self.terms.n_terms();
        let mut map = IdMap::new(n_terms, self.n_tokens());
        let mut encoded = Encoded::with_capacity(self.n_tokens(), self.documents.len());
        for (document, tokens) in self.documents.iter().enumerate() {
            for &id in tokens.as_ref() {
                if id == BREAK {
                    encoded.symbols.push(BREAK);
                    continue;
                }
                let slot = map.slot(id, n_terms).ok_or(FeatureError::UnknownToken { document, id })?;
                if *slot == UNSEEN {
                    let term = self.terms.term(id).ok_or(FeatureError::UnknownToken { document, id })?;
                    *slot = number(term)?;
                }
                encoded.symbols.push(*slot);
            }
            encoded.starts.push(encoded.symbols.len());
        }
        Ok(encoded)
    }

    fn check(&self, analyzer: Analyzer) -> Result<()> {
        match analyzer {
            Analyzer::Word => Ok(()),
            Analyzer::Char | Analyzer::CharWb => Err(FeatureError::WrongInput { analyzer, given: InputKind::Tokens }),
        }
    }
}

impl<D: AsRef<[u32]> + Sync, T: Terms + ?Sized> Encode for Tokens<'_, D, T> {
    fn learn(&self, analyzer: Analyzer) -> Result<(Encoded, Alphabet<'_>)> {
        self.check(analyzer)?;
        // First in order of occurrence, then by rank. Two numbers of the same term become one.
        let mut words: Vec<&str> = Vec::new();
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let mut encoded = self.map_tokens(|term| {
            check_word(term)?;
            let next = words.len();
            if next >= LIMIT {
                return Err(FeatureError::TooMany { what: "terms", found: next });
            }
            Ok(*numbers.entry(term).or_insert_with(|| {
                words.push(term);
                next as u32
            }))
        })?;
        let mut order: Vec<u32> = (0..words.len() as u32).collect();
        order.par_sort_unstable_by_key(|&i| words[i as usize]);
        let mut ranks = vec![0u32; words.len()];
        for (rank, &i) in order.iter().enumerate() {
            ranks[i as usize] = rank as u32;
        }
        encoded.symbols.par_iter_mut().with_min_len(1 << 14).filter(|s| **s != BREAK).for_each(|s| {
            *s = ranks[*s as usize];
        });
        Ok((encoded, Alphabet::Words(order.iter().map(|&i| words[i as usize]).collect())))
    }

    fn encode(&self, analyzer: Analyzer, words: &WordNumbers) -> Result<Encoded> {
        self.check(analyzer)?;
        self.map_tokens(|term| Ok(words.get(term).copied().unwrap_or(UNKNOWN)))
    }

    fn hash(&self, analyzer: Analyzer, grams: &HashedGrams, document: usize, columns: &mut Vec<u32>) -> Result<()> {
        self.check(analyzer)?;
        let term = |id| self.terms.term(id).ok_or(FeatureError::UnknownToken { document, id });
        grams.of_words(self.documents[document].as_ref(), term, columns)
    }
}

/// Checks that a word is unambiguous inside an n-gram, and sorts the same with and without others after it: it must not
/// be empty, nor have a character up to the space.
pub(in crate::features) fn check_word(term: &str) -> Result<()> {
    if term.is_empty() || term.bytes().any(|b| b <= b' ') {
        return Err(FeatureError::TermWithSpace { term: term.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_follow_the_terms_and_one_term_has_one_rank() {
        let terms = ["b", "a", "b", "unused"];
        let documents = [vec![0, 1, BREAK, 2], vec![]];
        let tokens = Tokens::new(&documents, &terms[..]);
        let (encoded, alphabet) = tokens.learn(Analyzer::Word).unwrap();
        assert_eq!(encoded.symbols, [1, 0, BREAK, 1]);
        assert_eq!(encoded.starts, [0, 4, 4]);
        let mut term = String::new();
        alphabet.term(&[1, 0], &mut term);
        assert_eq!(term, "b a");
    }

    #[test]
    fn a_small_document_under_a_large_table() {
        let terms: Vec<String> = (0..10_000).map(|i| format!("t{i}")).collect();
        let documents = [[9_999, 3, 9_999]];
        let (encoded, _) = Tokens::new(&documents, &terms).learn(Analyzer::Word).unwrap();
        assert_eq!(encoded.symbols, [1, 0, 1]);
        let bad = [[3, 10_000, 3]];
        assert_eq!(
            Tokens::new(&bad, &terms).learn(Analyzer::Word).unwrap_err(),
            FeatureError::UnknownToken { document: 0, id: 10_000 }
        );
    }

    #[test]
    fn words_that_could_not_be_told_apart_are_refused() {
        for term in ["", "a b", "a\u{1}"] {
            let found = Tokens::new(&[[0]], &[term][..]).learn(Analyzer::Word).unwrap_err();
            assert_eq!(found, FeatureError::TermWithSpace { term: term.to_owned() });
        }
    }
}
