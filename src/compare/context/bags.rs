//! Sentences as bags of terms, and their TF-IDF rows, whose columns stand in an order that names don't decide.
//!
//! Takes bags of numbers, hands on sparse rows. Floating-point sums hang on the order of the columns. So columns are
//! ordered by the sentences that have them: a term that stands in an earlier sentence comes first. Terms that stand in the
//! same sentences as often as each other have equal columns, and their order changes nothing. Whoever has the bags has the
//! same rows to the last bit, whatever the terms are called.

use crate::error::Result;
use crate::features::{Counts, SparseError, SparseRows};
use rayon::prelude::*;

/// A term stands in so many sentences at the least.
pub(in crate::compare) const MIN_DF: u32 = 2;

/// Which terms each sentence has, and how often.
#[derive(Debug, Default)]
pub(super) struct Bags {
    starts: Vec<usize>,
    /// Number and count, numbers rising within a sentence.
    terms: Vec<(u32, u32)>,
    n_terms: usize,
}

impl Bags {
    /// Of terms that were counted.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io): counts can't be read back from disk.
    pub fn of_counts(counts: &Counts) -> Result<Bags> {
        let (mut bags, mut reader) = (Bags::new(std::iter::empty::<Vec<_>>(), counts.n_terms()), counts.reader());
        for document in 0..counts.n_documents() {
            bags.push(reader.document(document)?);
        }
        Ok(bags)
    }

    /// Of sorted numbers below `n_terms`, each as often as it stands there.
    pub fn of_sorted(sentences: &[&[u32]], n_terms: usize) -> Bags {
        let runs =
            |sentence: &'_ [u32]| sentence.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect();
        Bags::new(sentences.iter().map(|sentence| -> Vec<(u32, u32)> { runs(sentence) }), n_terms)
    }

    fn new<S: IntoIterator<Item = (u32, u32)>>(sentences: impl Iterator<Item = S>, n_terms: usize) -> Bags {
        let mut bags = Bags { starts: vec![0], terms: Vec::new(), n_terms };
        sentences.for_each(|sentence| bags.push(sentence));
        bags
    }

    fn push(&mut self, sentence: impl IntoIterator<Item = (u32, u32)>) {
        self.terms.extend(sentence);
        self.starts.push(self.terms.len());
    }

    fn n_sentences(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// All numbers are below.
    pub fn n_terms(&self) -> usize {
        self.n_terms
    }

    /// The terms of a sentence, rising, with their counts.
    pub fn sentence(&self, sentence: usize) -> &[(u32, u32)] {
        &self.terms[self.starts[sentence]..self.starts[sentence + 1]]
    }

    fn document_frequencies(&self) -> Vec<u32> {
        let mut df = vec![0u32; self.n_terms];
        self.terms.iter().for_each(|(term, _)| df[*term as usize] += 1);
        df
    }

    /// By sentence: new numbers for the terms that are kept, sorted, each as often as it stands there; and how many
    /// there are. The commonest come first, and between equals those that stand in earlier sentences.
    pub fn renumbered(&self, is_kept: impl Fn(u32) -> bool) -> (Vec<Vec<u32>>, usize) {
        let df = self.document_frequencies();
        let postings = Postings::new(self, &is_kept);
        let mut kept: Vec<u32> = (0..self.n_terms as u32).filter(|&term| is_kept(term)).collect();
        kept.par_sort_unstable_by(|a, b| {
            df[*b as usize].cmp(&df[*a as usize]).then_with(|| postings.of(*a).cmp(postings.of(*b)))
        });
        let mut number = vec![NONE; self.n_terms];
        kept.iter().enumerate().for_each(|(new, &term)| number[term as usize] = new as u32);
        let renumbered = |sentence: usize| {
            let terms = self.sentence(sentence).iter().filter(|(term, _)| number[*term as usize] != NONE);
            let mut new: Vec<u32> =
                terms.flat_map(|(term, n)| std::iter::repeat_n(number[*term as usize], *n as usize)).collect();
            new.sort_unstable();
            new
        };
        ((0..self.n_sentences()).map(renumbered).collect(), kept.len())
    }

    /// The rows, `(n_sentences, n_terms)`: sublinear TF-IDF with smooth idf and length 1, of the terms in at least
    /// [`MIN_DF`] sentences. In single precision, which is far finer than what is learnt of them, and half as much to read at
    /// every step. `None` where there is no such term.
    pub fn tfidf(&self) -> std::result::Result<Option<SparseRows<f32>>, SparseError> {
        let columns = Columns::new(self);
        if columns.idf.is_empty() {
            return Ok(None);
        }
        let row = |sentence: usize| {
            let place = |(term, count): &(u32, u32)| {
                let column = columns.of_term[*term as usize];
                (column != NONE).then_some((column, *count))
            };
            let mut found: Vec<(u32, u32)> = self.sentence(sentence).iter().filter_map(place).collect();
            found.sort_unstable();
            let value = |(column, count): &(u32, u32)| {
                (*column, (f64::from(*count).ln() + 1.0) * columns.idf[*column as usize])
            };
            let row: Vec<(u32, f64)> = found.iter().map(value).collect();
            let length = row.iter().map(|(_, v)| v * v).sum::<f64>().sqrt();
            row.into_iter().map(|(column, v)| (column, (v / length) as f32)).collect()
        };
        // Some at once, so that they are in memory once.
        let some = |from: usize| -> Vec<Vec<(u32, f32)>> {
            let to = (from + AT_ONCE).min(self.n_sentences());
            (from..to).into_par_iter().with_min_len(64).map(row).collect()
        };
        let rows = (0..self.n_sentences()).step_by(AT_ONCE).flat_map(some);
        SparseRows::from_rows(columns.idf.len(), rows).map(Some)
    }
}

const NONE: u32 = u32::MAX;
/// So many rows are made side by side.
const AT_ONCE: usize = 4096;

/// The columns of the terms that are kept.
struct Columns {
    /// By term.
    of_term: Vec<u32>,
    /// By column.
    idf: Vec<f64>,
}

impl Columns {
    fn new(bags: &Bags) -> Columns {
        let df = bags.document_frequencies();
        let postings = Postings::new(bags, |term| df[term as usize] >= MIN_DF);
        let mut kept: Vec<u32> = (0..bags.n_terms as u32).filter(|&term| df[term as usize] >= MIN_DF).collect();
        kept.par_sort_unstable_by(|a, b| postings.of(*a).cmp(postings.of(*b)));
        let mut of_term = vec![NONE; bags.n_terms];
        kept.iter().enumerate().for_each(|(column, &term)| of_term[term as usize] = column as u32);
        let n = bags.n_sentences() as f64 + 1.0;
        let idf = kept.iter().map(|&term| (n / (f64::from(df[term as usize]) + 1.0)).ln() + 1.0).collect();
        Columns { of_term, idf }
    }
}

/// By term: the sentences that have it, with how often.
struct Postings {
    starts: Vec<usize>,
    sentences: Vec<(u32, u32)>,
}

impl Postings {
    /// Of the terms that are kept; the others have none.
    fn new(bags: &Bags, is_kept: impl Fn(u32) -> bool) -> Postings {
        let df = bags.document_frequencies();
        let (mut starts, mut end) = (Vec::with_capacity(bags.n_terms + 1), 0);
        for (term, df) in df.iter().enumerate() {
            starts.push(end);
            end += if is_kept(term as u32) { *df as usize } else { 0 };
        }
        starts.push(end);
        let (mut next, mut sentences) = (starts.clone(), vec![(0u32, 0u32); end]);
        for sentence in 0..bags.n_sentences() {
            for &(term, count) in bags.sentence(sentence).iter().filter(|(term, _)| is_kept(*term)) {
                sentences[next[term as usize]] = (sentence as u32, count);
                next[term as usize] += 1;
            }
        }
        Postings { starts, sentences }
    }

    fn of(&self, term: u32) -> &[(u32, u32)] {
        &self.sentences[self.starts[term as usize]..self.starts[term as usize + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{DocumentFrequency, TermFrequency, TermTable, TfidfParams, Tokens};
    use linfa::ParamGuard;

    #[test]
    fn names_and_numbers_of_terms_decide_nothing() {
        let texts = ["a b a c", "b c d d", "e a d", "f b"];
        let rows = |rename: fn(char) -> u32| {
            let bag = |text: &&str| {
                let mut bag: Vec<u32> = text.chars().filter(|c| *c != ' ').map(rename).collect();
                bag.sort_unstable();
                bag
            };
            let bags: Vec<Vec<u32>> = texts.iter().map(bag).collect();
            let bags: Vec<&[u32]> = bags.iter().map(Vec::as_slice).collect();
            Bags::of_sorted(&bags, 200).tfidf().expect("rows").expect("terms")
        };
        let found = rows(|c| c as u32);
        assert_eq!(found, rows(|c| 150 - c as u32));
        assert_eq!((found.n_samples(), found.n_features()), (4, 4));
        assert!(Bags::of_sorted(&[&[1], &[2]], 3).tfidf().expect("rows").is_none());
    }

    #[test]
    fn values_are_those_of_tfidf() {
        let mut table = TermTable::default();
        let documents = ["a b a c", "b c d d", "e a d", "f b"].map(|text| table.ids(text.split(' ')));
        let params = TfidfParams::new().min_df(DocumentFrequency::Count(2)).term_frequency(TermFrequency::Sublinear);
        let params = params.check().expect("parameters");
        let tokens = Tokens::new(&documents, &table);
        let (_, expected) = params.fit_transform::<f64, _>(&tokens).expect("rows");
        let found = Bags::of_counts(&params.count(&tokens).expect("counts"))
            .expect("read")
            .tfidf()
            .expect("rows")
            .expect("terms");
        for row in 0..4 {
            let sorted = |values: &mut dyn Iterator<Item = f64>| {
                let mut values: Vec<f64> = values.collect();
                values.sort_by(f64::total_cmp);
                values
            };
            let found = sorted(&mut found.row(row).map(|(_, v)| f64::from(v)));
            let expected = sorted(&mut expected.row(row).map(|(_, v)| v));
            assert_eq!(found.len(), expected.len());
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-7), "{found:?} {expected:?}");
        }
    }
}
