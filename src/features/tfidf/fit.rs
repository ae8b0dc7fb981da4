//! From documents or counts to a fitted [`Tfidf`]: which terms have a column.

use super::{Analyzer, Tfidf, TfidfValidParams};
use crate::features::count_rows::CountRows;
use crate::features::counts::Counts;
use crate::features::documents::{Documents, Encoded, LIMIT};
use crate::features::error::{FeatureError, Result};
use crate::features::hashing::HashedRows;
use crate::features::ngrams::{self, Counted, CountedRows, Places, Rule};
use crate::features::sparse::SparseRows;
use crate::features::term_list::TermList;
use crate::features::vocabulary::{self, Vocabulary};
use linfa::Float;
use std::cmp::Reverse;
use std::ops::RangeInclusive;

impl TfidfValidParams {
    /// Learns the vocabulary and the idf of these documents. Deterministic, on any number of threads.
    ///
    /// # Errors
    /// `WrongInput`, `NoDocuments`, `UnknownToken`, `TermWithSpace`, `EmptyVocabulary` (no document has an n-gram),
    /// `EmptyFrequencyRange`, `NothingLeft`, `TooMany`.
    pub fn fit<D: Documents + ?Sized>(&self, documents: &D) -> Result<Tfidf> {
        if self.hashing.is_some() {
            return self.of_counts(&self.count(documents)?, |_| true);
        }
        let (encoded, alphabet) = documents.learn(self.analyzer)?;
        let counted = self.count_grams(&encoded, Places::Left)?;
        let kept = self.choose(&counted, encoded.n_documents())?;
        let vocabulary = Vocabulary::from_grams(self.analyzer, &encoded, &alphabet, &counted.grams, &kept)?;
        Ok(Tfidf::new(self.clone(), vocabulary))
    }

    /// Learns from these documents and returns their rows, `(n_documents, n_terms)`: exactly the result of `fit` and
    /// `transform`, in less time.
    ///
    /// # Errors
    /// As [`fit`](TfidfValidParams::fit).
    pub fn fit_transform<F: Float, D: Documents + ?Sized>(&self, documents: &D) -> Result<(Tfidf, SparseRows<F>)> {
        if self.hashing.is_some() {
            let tfidf = self.fit(documents)?;
            let rows = tfidf.transform(documents)?;
            return Ok((tfidf, rows));
        }
        let (encoded, alphabet) = documents.learn(self.analyzer)?;
        let counted = self.count_grams(&encoded, Places::Kept)?;
        let kept = self.choose(&counted, encoded.n_documents())?;
        let vocabulary = Vocabulary::from_grams(self.analyzer, &encoded, &alphabet, &counted.grams, &kept)?;
        let tfidf = Tfidf::new(self.clone(), vocabulary);
        let CountedRows { starts, numbers, counts } = counted.rows(&kept, encoded.n_documents());
        let rows = tfidf.rows(encoded.n_documents(), |document, found| {
            let places = starts[document]..starts[document + 1];
            for (&number, place) in numbers[places.clone()].iter().zip(places) {
                found.extend(std::iter::repeat_n(number, counts.get(place) as usize));
            }
        });
        Ok((tfidf, rows))
    }

    /// Counts, in these documents, the terms that [`fit`](TfidfValidParams::fit) would keep.
    ///
    /// # Errors
    /// As [`fit`](TfidfValidParams::fit).
    pub fn count<D: Documents + ?Sized>(&self, documents: &D) -> Result<Counts> {
        if let Some(grams) = self.hashed() {
            let mut rows = HashedRows::default();
            self.hash_all(&grams, documents)?.iter().try_for_each(|row| rows.push(row))?;
            return self.count_hashed(&rows, &(0..documents.n_documents()).collect::<Vec<_>>());
        }
        let (encoded, alphabet) = documents.learn(self.analyzer)?;
        let counted = self.count_grams(&encoded, Places::Kept)?;
        let n_documents = encoded.n_documents();
        let kept = self.choose(&counted, n_documents)?;
        let mut terms = TermList::default();
        vocabulary::for_terms(&encoded, &alphabet, &counted.grams, &kept, |term, _| terms.push(term))?;
        let df = kept.iter().map(|&gram| counted.grams[gram as usize].df).collect();
        // Freed now, because the next step needs memory.
        drop(encoded);
        Ok(Counts::of_rows(terms, df, CountRows::Whole(counted.rows(&kept, n_documents))))
    }

    /// A fitted TF-IDF from stored terms with their document frequencies, in the order of their columns, as in a model
    /// file. These, the number of documents and the parameters are all that needs to be stored.
    ///
    /// ```
    /// use aslant::features::{SparseRows, TermTable, TfidfParams, Tokens};
    /// use linfa::ParamGuard;
    ///
    /// let mut table = TermTable::default();
    /// let documents = [table.ids(["the", "army", "said"]), table.ids(["the", "rebels"])];
    /// let documents = Tokens::new(&documents, &table);
    /// let params = TfidfParams::new().check()?;
    /// let (tfidf, rows): (_, SparseRows<f64>) = params.fit_transform(&documents)?;
    ///
    /// let vocabulary = tfidf.vocabulary();
    /// let frequencies = vocabulary.document_frequencies().iter().map(|&df| df as usize);
    /// let stored: Vec<(String, usize)> = vocabulary.terms().map(|term| term.to_string()).zip(frequencies).collect();
    /// let read_back = params.from_terms(stored, vocabulary.n_documents())?;
    /// assert_eq!(read_back.transform::<f64, _>(&documents)?.to_dense(), rows.to_dense());
    /// # Ok::<(), aslant::features::FeatureError>(())
    /// ```
    ///
    /// A classifier's weights are stored similarly ([`FittedLogisticRegression::from_parts`]).
    ///
    /// [`FittedLogisticRegression::from_parts`]: crate::model::FittedLogisticRegression::from_parts
    ///
    /// # Errors
    /// As [`Vocabulary::new`].
    pub fn from_terms<S: AsRef<str>>(
        &self,
        terms: impl IntoIterator<Item = (S, usize)>,
        n_documents: usize,
    ) -> Result<Tfidf> {
        Ok(Tfidf::new(self.clone(), Vocabulary::of_names(self.analyzer, self.hashing, terms, n_documents)?))
    }

    /// A fitted TF-IDF from counts made with these parameters; `is_kept` says, by number, which terms are kept.
    ///
    /// # Errors
    /// `EmptyVocabulary` if none is.
    pub fn of_counts(&self, counts: &Counts, is_kept: impl Fn(usize) -> bool) -> Result<Tfidf> {
        let terms = counts.terms().zip(counts.df()).enumerate().filter(|(number, _)| is_kept(*number));
        let terms = terms.map(|(_, (term, df))| (term, *df as usize));
        let vocabulary = Vocabulary::of_terms(self.analyzer, self.hashing, terms, counts.n_documents())?;
        Ok(Tfidf::new(self.clone(), vocabulary))
    }

    pub(super) fn rule(&self) -> Rule {
        Rule { lengths: self.ngram_range.clone(), short_segments_whole: self.analyzer == Analyzer::CharWb }
    }

    fn count_grams(&self, encoded: &Encoded, places: Places) -> Result<Counted> {
        let df = self.df_kept(encoded.n_documents())?;
        let most = encoded.symbols.len();
        if most >= LIMIT {
            return Err(FeatureError::TooMany { what: "words or characters in all", found: most });
        }
        let counted = ngrams::count(encoded, &self.rule(), df, places);
        if counted.grams.len() >= LIMIT {
            return Err(FeatureError::TooMany { what: "n-grams", found: counted.grams.len() });
        }
        Ok(counted)
    }

    /// The allowed document frequencies of terms.
    pub(super) fn df_kept(&self, n_documents: usize) -> Result<RangeInclusive<f64>> {
        if n_documents == 0 {
            return Err(FeatureError::NoDocuments);
        }
        let (min_df, max_df) = (self.min_df, self.max_df);
        let range = min_df.bound(n_documents)..=max_df.bound(n_documents);
        if range.end() < range.start() {
            return Err(FeatureError::EmptyFrequencyRange { min_df, max_df, n_documents });
        }
        Ok(range)
    }

    /// Keeps as many as `max_features` allows, in their order: those with the most occurrences in all documents
    /// together.
    pub(super) fn most_used(&self, kept: &mut Vec<u32>, total: impl Fn(u32) -> u64) {
        if let Some(most) = self.max_features.filter(|most| *most < kept.len()) {
            // Among equals the first ones: terms are numbered in their order.
            kept.select_nth_unstable_by_key(most - 1, |&term| (Reverse(total(term)), term));
            kept.truncate(most);
            kept.sort_unstable();
        }
    }

    /// The n-grams that get a column, as indices of `counted.grams`, in the order of their terms.
    fn choose(&self, counted: &Counted, n_documents: usize) -> Result<Vec<u32>> {
        let Counted { grams, n_seen: n_terms, .. } = counted;
        let n_terms = *n_terms;
        let mut kept: Vec<u32> = (0..grams.len() as u32).collect();
        if n_terms == 0 {
            return Err(FeatureError::EmptyVocabulary { n_documents });
        }
        if kept.is_empty() {
            let (min_df, max_df) = (self.min_df, self.max_df);
            return Err(FeatureError::NothingLeft { min_df, max_df, n_terms, n_documents });
        }
        self.most_used(&mut kept, |gram| grams[gram as usize].total);
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::{BREAK, InputKind, TermTable, Texts, Tokens};
    use crate::features::{DocumentFrequency, TfidfParams};
    use linfa::ParamGuard;

    #[test]
    fn documents_that_leave_nothing_are_errors_with_counts() {
        let mut table = TermTable::default();
        let documents = [table.ids(["a"]), table.ids(["b"])];
        let fit = |params: TfidfParams, n: usize| {
            params.check().unwrap().fit(&Tokens::new(&documents[..n], &table)).unwrap_err()
        };
        assert_eq!(fit(TfidfParams::new(), 0), FeatureError::NoDocuments);
        let (min_df, max_df) = (DocumentFrequency::Count(2), DocumentFrequency::Share(1.0));
        assert_eq!(
            fit(TfidfParams::new().min_df(min_df), 2),
            FeatureError::NothingLeft { min_df, max_df, n_terms: 2, n_documents: 2 }
        );
        assert_eq!(
            fit(TfidfParams::new().min_df(min_df), 1),
            FeatureError::EmptyFrequencyRange { min_df, max_df, n_documents: 1 }
        );
        let found = TfidfParams::new().check().unwrap().fit(&Tokens::new(&[[BREAK]], &table)).unwrap_err();
        assert_eq!(found, FeatureError::EmptyVocabulary { n_documents: 1 });
        assert_eq!(
            TfidfParams::new().check().unwrap().fit(&Texts::new(&["a"])).unwrap_err(),
            FeatureError::WrongInput { analyzer: Analyzer::Word, given: InputKind::Texts }
        );
    }
}
