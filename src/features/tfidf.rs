//! TF-IDF: how much each term stands out in a document, against how common it is.
//!
//! Equal to scikit-learn's `TfidfVectorizer` for the same tokens. For a term that stands `tf` times in a document and
//! in `df` of the `n` documents that were fitted:
//!
//! ```text
//! idf   = ln((n + 1) / (df + 1)) + 1      smooth (the default)
//! idf   = ln(n / df) + 1                  plain
//! value = tf · idf                        or (1 + ln tf) · idf where tf is sublinear
//! ```
//!
//! and every document is divided by its Euclidean length. The idf is kept from the fit, and a document's values depend
//! on nothing but itself: alone or in a batch it gets the same bits.
//!
//! Hashed terms ([`Hashing`]) are weighed by their columns: the `tf` and `df` of a column are those of all terms that fall
//! into it. Rows are then those of `TfidfTransformer` behind `HashingVectorizer(alternate_sign=False, norm=None)`, but for
//! columns that no fitted document has: they are unknown terms here, and left out.
//!
//! Salton, Buckley (1988), Term-weighting approaches in automatic text retrieval, doi 10.1016/0306-4573(88)90021-0.

use super::counts::Counts;
use super::documents::{BREAK, Documents, Encoded, LIMIT};
use super::error::{FeatureError, Result};
use super::hashing::{HashedGrams, HashedRow, HashedRows, Hashing};
use super::ngrams::{self, Counted, CountedRows, Places, Rule};
use super::sparse::SparseRows;
use super::term_list::TermList;
use super::vocabulary::{self, Vocabulary};
use linfa::{Float, ParamGuard};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::fmt;
use std::ops::RangeInclusive;

/// What n-grams are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Analyzer {
    /// Words, as the caller has cut them.
    #[default]
    Word,
    /// Characters of the whole text, spaces included.
    Char,
    /// Characters inside words, each padded with one space on both sides. A padded word that is no longer than an
    /// n-gram is counted once, whole.
    CharWb,
}

impl fmt::Display for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Analyzer::Word => "words",
            Analyzer::Char => "characters",
            Analyzer::CharWb => "characters inside words",
        })
    }
}

/// A bound on the number of documents that a term stands in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DocumentFrequency {
    /// So many documents; at least 1.
    Count(usize),
    /// This part of all documents, from 0 to 1. The bound `share · n_documents` is not rounded.
    Share(f64),
}

impl DocumentFrequency {
    fn bound(self, n_documents: usize) -> f64 {
        match self {
            DocumentFrequency::Count(count) => count as f64,
            DocumentFrequency::Share(share) => share * n_documents as f64,
        }
    }

    fn check(self, name: &'static str) -> Result<()> {
        let valid = match self {
            DocumentFrequency::Count(count) => count >= 1,
            DocumentFrequency::Share(share) => (0.0..=1.0).contains(&share),
        };
        if valid { Ok(()) } else { Err(FeatureError::DocumentFrequency { name, value: self }) }
    }
}

impl fmt::Display for DocumentFrequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocumentFrequency::Count(1) => f.write_str("1 document"),
            DocumentFrequency::Count(count) => write!(f, "{count} documents"),
            DocumentFrequency::Share(share) => write!(f, "{share} of the documents"),
        }
    }
}

/// How a term's count in a document counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TermFrequency {
    /// As it is.
    #[default]
    Linear,
    /// `1 + ln tf`.
    Sublinear,
}

/// Whether one more document, in which every term stands, is thought of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdfSmoothing {
    /// `ln((n + 1) / (df + 1)) + 1`.
    #[default]
    Smooth,
    /// `ln(n / df) + 1`.
    Plain,
}

/// The length that every document is brought to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Norm {
    /// Euclidean length 1. A document with no known term stays empty.
    #[default]
    L2,
    /// As it comes.
    None,
}

/// Checked parameters of TF-IDF; made by [`TfidfParams::check`](ParamGuard::check).
#[derive(Debug, Clone, PartialEq)]
pub struct TfidfValidParams {
    analyzer: Analyzer,
    ngram_range: RangeInclusive<usize>,
    min_df: DocumentFrequency,
    max_df: DocumentFrequency,
    max_features: Option<usize>,
    hashing: Option<Hashing>,
    term_frequency: TermFrequency,
    smoothing: IdfSmoothing,
    norm: Norm,
}

/// Parameters of TF-IDF, not yet checked.
///
/// | parameter | default |
/// |---|---|
/// | [`analyzer`](TfidfParams::analyzer) | words |
/// | [`ngram_range`](TfidfParams::ngram_range) | `1..=1` |
/// | [`min_df`](TfidfParams::min_df), [`max_df`](TfidfParams::max_df) | 1 document, all documents |
/// | [`max_features`](TfidfParams::max_features) | all |
/// | [`hashing`](TfidfParams::hashing) | none |
/// | [`term_frequency`](TfidfParams::term_frequency) | linear |
/// | [`smoothing`](TfidfParams::smoothing) | smooth |
/// | [`norm`](TfidfParams::norm) | L2 |
///
/// ```
/// use aslant::features::{DocumentFrequency, TermTable, TfidfParams, Tokens};
/// use linfa::ParamGuard;
///
/// let mut table = TermTable::default();
/// let documents =
///     [table.ids(["the", "army", "said"]), table.ids(["the", "rebels", "said"]), table.ids(["the", "rebels"])];
/// let params = TfidfParams::new().ngram_range(1..=2).min_df(DocumentFrequency::Count(2)).check()?;
/// let (tfidf, rows) = params.fit_transform::<f64, _>(&Tokens::new(&documents, &table))?;
///
/// assert_eq!(tfidf.vocabulary().terms().collect::<Vec<_>>(), ["rebels", "said", "the", "the rebels"]);
/// assert_eq!((rows.n_samples(), rows.n_features()), (3, 4));
/// // An article alone gets what it got in the batch.
/// let alone = tfidf.transform::<f64, _>(&Tokens::new(&documents[1..2], &table))?;
/// assert_eq!(alone, rows.select_rows(&[1]).unwrap());
/// # Ok::<(), aslant::features::FeatureError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TfidfParams(TfidfValidParams);

impl Default for TfidfParams {
    fn default() -> Self {
        TfidfParams::new()
    }
}

impl TfidfParams {
    /// scikit-learn's defaults.
    pub fn new() -> Self {
        TfidfParams(TfidfValidParams {
            analyzer: Analyzer::default(),
            ngram_range: 1..=1,
            min_df: DocumentFrequency::Count(1),
            max_df: DocumentFrequency::Share(1.0),
            max_features: None,
            hashing: None,
            term_frequency: TermFrequency::default(),
            smoothing: IdfSmoothing::default(),
            norm: Norm::default(),
        })
    }

    /// What n-grams are made of.
    pub fn analyzer(mut self, analyzer: Analyzer) -> Self {
        self.0.analyzer = analyzer;
        self
    }

    /// The lengths of n-grams, in words (at most 8) or characters (at most 16).
    pub fn ngram_range(mut self, lengths: RangeInclusive<usize>) -> Self {
        self.0.ngram_range = lengths;
        self
    }

    /// Terms in fewer documents are left out.
    pub fn min_df(mut self, bound: DocumentFrequency) -> Self {
        self.0.min_df = bound;
        self
    }

    /// Terms in more documents are left out.
    pub fn max_df(mut self, bound: DocumentFrequency) -> Self {
        self.0.max_df = bound;
        self
    }

    /// Of the terms that `min_df` and `max_df` leave, only so many are kept: those that stand most often in all
    /// documents together, and among equals those that come first in the alphabet. (scikit-learn leaves the choice among
    /// equals open.) `None`: all.
    pub fn max_features(mut self, most: impl Into<Option<usize>>) -> Self {
        self.0.max_features = most.into();
        self
    }

    /// Terms are told by the column of their hash: no vocabulary is learnt. What is said of terms here is then said of
    /// columns. `None`: by the terms themselves.
    pub fn hashing(mut self, hashing: impl Into<Option<Hashing>>) -> Self {
        self.0.hashing = hashing.into();
        self
    }

    /// How a term's count in a document counts.
    pub fn term_frequency(mut self, term_frequency: TermFrequency) -> Self {
        self.0.term_frequency = term_frequency;
        self
    }

    /// Whether the idf is smoothed.
    pub fn smoothing(mut self, smoothing: IdfSmoothing) -> Self {
        self.0.smoothing = smoothing;
        self
    }

    /// The length that every document is brought to.
    pub fn norm(mut self, norm: Norm) -> Self {
        self.0.norm = norm;
        self
    }
}

impl ParamGuard for TfidfParams {
    type Checked = TfidfValidParams;
    type Error = FeatureError;

    /// # Errors
    /// `NgramRange`, `DocumentFrequency`, `NoFeatures`.
    fn check_ref(&self) -> Result<&TfidfValidParams> {
        let p = &self.0;
        let (min, max) = (*p.ngram_range.start(), *p.ngram_range.end());
        let (limit, unit) = if p.analyzer == Analyzer::Word { (8, "words") } else { (16, "characters") };
        if min < 1 || min > max || max > limit {
            return Err(FeatureError::NgramRange { min, max, limit, unit });
        }
        p.min_df.check("min_df")?;
        p.max_df.check("max_df")?;
        if p.max_features == Some(0) {
            return Err(FeatureError::NoFeatures);
        }
        Ok(p)
    }

    fn check(self) -> Result<TfidfValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl TfidfValidParams {
    /// Learns the vocabulary and the idf of these documents. Not random; the same on any number of threads.
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

    /// Learns from these documents and gives their rows, `(n_documents, n_terms)`: the same bits as `fit`, then
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

    /// Counts the terms of these documents that [`fit`](TfidfValidParams::fit) would have kept.
    ///
    /// # Errors
    /// As [`fit`](TfidfValidParams::fit).
    pub fn count<D: Documents + ?Sized>(&self, documents: &D) -> Result<Counts> {
        if let Some(grams) = self.hashed() {
            let mut rows = HashedRows::default();
            self.hash_all(&grams, documents)?.iter().for_each(|row| rows.push(row));
            return self.count_hashed(&rows, &(0..documents.n_documents()).collect::<Vec<_>>());
        }
        let (encoded, alphabet) = documents.learn(self.analyzer)?;
        let counted = self.count_grams(&encoded, Places::Kept)?;
        let n_documents = encoded.n_documents();
        let kept = self.choose(&counted, n_documents)?;
        let mut terms = TermList::default();
        vocabulary::for_terms(&encoded, &alphabet, &counted.grams, &kept, |term, _| terms.push(term))?;
        let df = kept.iter().map(|&gram| counted.grams[gram as usize].df).collect();
        // What is next takes memory, too.
        drop(encoded);
        Ok(Counts::of_rows(terms, df, counted.rows(&kept, n_documents)))
    }

    /// A fitted TF-IDF from stored terms with their document frequencies, in the order of their columns: what a model
    /// file holds.
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

    /// A fitted TF-IDF of what was counted by these parameters: of the terms that are kept, by their numbers.
    ///
    /// # Errors
    /// `EmptyVocabulary` where none is.
    pub fn of_counts(&self, counts: &Counts, is_kept: impl Fn(usize) -> bool) -> Result<Tfidf> {
        let terms = counts.terms().zip(counts.df()).enumerate().filter(|(number, _)| is_kept(*number));
        let terms = terms.map(|(_, (term, df))| (term, *df as usize));
        let vocabulary = Vocabulary::of_terms(self.analyzer, self.hashing, terms, counts.n_documents())?;
        Ok(Tfidf::new(self.clone(), vocabulary))
    }

    /// The hashed n-grams of one document; none where terms aren't hashed.
    ///
    /// # Errors
    /// `WrongInput`, `UnknownToken`, `TermWithSpace`.
    pub fn hash<D: Documents + ?Sized>(&self, documents: &D, document: usize) -> Result<HashedRow> {
        let mut columns = Vec::new();
        if let Some(grams) = self.hashed() {
            documents.hash(self.analyzer, &grams, document, &mut columns)?;
        }
        Ok(HashedRow::new(columns))
    }

    fn hash_all<D: Documents + ?Sized>(&self, grams: &HashedGrams, documents: &D) -> Result<Vec<HashedRow>> {
        let row = |document: usize| {
            let mut columns = Vec::new();
            documents.hash(self.analyzer, grams, document, &mut columns).map(|()| HashedRow::new(columns))
        };
        (0..documents.n_documents()).into_par_iter().with_min_len(16).map(row).collect()
    }

    /// Counts the columns of some documents that [`fit`](TfidfValidParams::fit) would have kept of them.
    ///
    /// # Errors
    /// As [`fit`](TfidfValidParams::fit); `EmptyVocabulary` where terms aren't hashed.
    pub fn count_hashed(&self, rows: &HashedRows, documents: &[usize]) -> Result<Counts> {
        let n_documents = documents.len();
        let Some(hashing) = self.hashing else { return Err(FeatureError::EmptyVocabulary { n_documents }) };
        let df_kept = self.df_kept(n_documents)?;
        let mut df = vec![0_u32; hashing.n_columns()];
        documents.iter().flat_map(|d| rows.row(*d)).for_each(|(column, _)| df[column as usize] += 1);
        let n_terms = df.iter().filter(|df| **df > 0).count();
        if n_terms == 0 {
            return Err(FeatureError::EmptyVocabulary { n_documents });
        }
        let is_kept = |df: u32| df > 0 && df_kept.contains(&f64::from(df));
        let mut kept: Vec<u32> = (0..).zip(&df).filter(|(_, df)| is_kept(**df)).map(|(column, _)| column).collect();
        if kept.is_empty() {
            let (min_df, max_df) = (self.min_df, self.max_df);
            return Err(FeatureError::NothingLeft { min_df, max_df, n_terms, n_documents });
        }
        if self.max_features.is_some() {
            let mut total = vec![0_u64; hashing.n_columns()];
            documents.iter().flat_map(|d| rows.row(*d)).for_each(|(column, n)| total[column as usize] += u64::from(n));
            self.most_used(&mut kept, |column| total[column as usize]);
        }
        let counted = rows.counted(documents, &kept, &df);
        let df = kept.iter().map(|column| df[*column as usize]).collect();
        Ok(Counts::of_rows(TermList::Hashed { hashing, columns: kept }, df, counted))
    }

    fn hashed(&self) -> Option<HashedGrams> {
        self.hashing.map(|hashing| HashedGrams { hashing, rule: self.rule() })
    }

    fn rule(&self) -> Rule {
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

    /// In how many documents terms must stand.
    fn df_kept(&self, n_documents: usize) -> Result<RangeInclusive<f64>> {
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

    /// Leaves as many as `max_features` allows, in their order: those that stand most often in all documents together.
    fn most_used(&self, kept: &mut Vec<u32>, total: impl Fn(u32) -> u64) {
        if let Some(most) = self.max_features.filter(|most| *most < kept.len()) {
            // Of equals the first: terms are numbered in their order.
            kept.select_nth_unstable_by_key(most - 1, |&term| (Reverse(total(term)), term));
            kept.truncate(most);
            kept.sort_unstable();
        }
    }

    /// The n-grams that have a column, as numbers of `counted.grams`, in the order of their terms.
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

/// Documents rows at a time that one thread takes.
const CHUNK: usize = 64;

/// A fitted TF-IDF: a vocabulary and its idf.
#[derive(Debug, Clone)]
pub struct Tfidf {
    params: TfidfValidParams,
    vocabulary: Vocabulary,
    idf: Vec<f64>,
}

impl Tfidf {
    fn new(params: TfidfValidParams, vocabulary: Vocabulary) -> Self {
        let extra = if params.smoothing == IdfSmoothing::Smooth { 1.0 } else { 0.0 };
        let n = vocabulary.n_documents() as f64 + extra;
        let idf =
            vocabulary.document_frequencies().iter().map(|&df| (n / (f64::from(df) + extra)).ln() + 1.0).collect();
        Tfidf { params, vocabulary, idf }
    }

    /// The terms and their columns.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The idf of every column, `(n_terms)`.
    pub fn idf(&self) -> &[f64] {
        &self.idf
    }

    /// The parameters that it was fitted with.
    pub fn params(&self) -> &TfidfValidParams {
        &self.params
    }

    /// The rows of these documents, `(n_documents, n_terms)`; unknown terms are left out, and a document without known
    /// terms is an empty row. Computed in `f64`, and rounded last where `F` is `f32`.
    ///
    /// # Errors
    /// `WrongInput`, `UnknownToken`; of hashed terms `TermWithSpace`, too.
    pub fn transform<F: Float, D: Documents + ?Sized>(&self, documents: &D) -> Result<SparseRows<F>> {
        if let Some(grams) = self.params.hashed() {
            let rows = self.params.hash_all(&grams, documents)?;
            return Ok(self.rows(rows.len(), |document, columns| {
                for (hash, count) in rows[document].iter() {
                    let column = self.vocabulary.column_of_hash(hash);
                    column.into_iter().for_each(|column| columns.extend(std::iter::repeat_n(column, count as usize)));
                }
            }));
        }
        let encoded = documents.encode(self.params.analyzer, self.vocabulary.words())?;
        let rule = self.params.rule();
        Ok(self.rows(encoded.n_documents(), |document, columns| {
            for segment in encoded.document(document).split(|s| *s == BREAK) {
                self.vocabulary.find(segment, &rule, columns);
            }
        }))
    }

    /// What part of each document the vocabulary knows, `(n_documents)`: of its words (or characters), those that stand
    /// in an n-gram that has a column, from 0 to 1. `None` for a document with no words. A low part says that the
    /// document is of another kind than those that were fitted. Where terms are hashed: of its n-grams, those whose column
    /// a fitted document has, which with few columns nearly all have.
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn coverage<D: Documents + ?Sized>(&self, documents: &D) -> Result<Vec<Option<f64>>> {
        if let Some(grams) = self.params.hashed() {
            let of_row = |row: HashedRow| {
                let known = row.iter().filter(|(hash, _)| self.vocabulary.column_of_hash(*hash).is_some());
                let (known, all): (u32, u32) = (known.map(|(_, count)| count).sum(), row.n_grams());
                (all > 0).then(|| f64::from(known) / f64::from(all))
            };
            return Ok(self.params.hash_all(&grams, documents)?.into_iter().map(of_row).collect());
        }
        let encoded = documents.encode(self.params.analyzer, self.vocabulary.words())?;
        let rule = self.params.rule();
        let of_document = |document: usize| {
            let segments = encoded.document(document).split(|s| *s == BREAK);
            let (covered, all) = segments.fold((0, 0), |(covered, all), segment| {
                (covered + self.vocabulary.n_covered(segment, &rule), all + segment.len())
            });
            (all > 0).then(|| covered as f64 / all as f64)
        };
        Ok((0..encoded.n_documents()).into_par_iter().with_min_len(CHUNK).map(of_document).collect())
    }

    /// A row a document from the columns of its n-grams, which `find` gives in any order and as often as they stand.
    fn rows<F: Float>(&self, n: usize, find: impl Fn(usize, &mut Vec<u32>) + Sync) -> SparseRows<F> {
        let chunks: Vec<_> = (0..n.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let (mut lengths, mut indices, mut values) = (Vec::with_capacity(CHUNK), Vec::new(), Vec::new());
                let (mut columns, mut weights) = (Vec::new(), Vec::new());
                for document in chunk * CHUNK..n.min((chunk + 1) * CHUNK) {
                    columns.clear();
                    find(document, &mut columns);
                    columns.sort_unstable();
                    self.weigh(&columns, &mut indices, &mut weights);
                    values.extend(weights.iter().map(|&v| F::cast(v)));
                    lengths.push(weights.len());
                }
                (lengths, indices, values)
            })
            .collect();
        let stored = chunks.iter().map(|(_, indices, _)| indices.len()).sum();
        let mut indptr = Vec::with_capacity(n + 1);
        let (mut all_indices, mut all_values) = (Vec::with_capacity(stored), Vec::with_capacity(stored));
        indptr.push(0);
        let mut end = 0;
        for (lengths, indices, values) in chunks {
            for length in lengths {
                end += length;
                indptr.push(end);
            }
            all_indices.extend_from_slice(&indices);
            all_values.extend_from_slice(&values);
        }
        SparseRows::from_checked(self.vocabulary.len(), indptr, all_indices, all_values)
    }

    /// Counts runs of equal columns, appends each column once to `indices`, and leaves their values in `weights`.
    fn weigh(&self, sorted: &[u32], indices: &mut Vec<u32>, weights: &mut Vec<f64>) {
        weights.clear();
        let mut squares = 0.0;
        for run in sorted.chunk_by(|a, b| a == b) {
            let tf = run.len() as f64;
            let tf = match self.params.term_frequency {
                TermFrequency::Linear => tf,
                TermFrequency::Sublinear => tf.ln() + 1.0,
            };
            let value = tf * self.idf[run[0] as usize];
            indices.push(run[0]);
            weights.push(value);
            squares += value * value;
        }
        if self.params.norm == Norm::L2 && squares > 0.0 {
            let length = squares.sqrt();
            weights.iter_mut().for_each(|v| *v /= length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::documents::{InputKind, TermTable, Texts, Tokens};
    use super::*;

    fn error(params: TfidfParams) -> FeatureError {
        params.check().unwrap_err()
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn parameters_are_checked() {
        for lengths in [0..=1, 2..=1, 1..=9] {
            let (min, max) = (*lengths.start(), *lengths.end());
            let found = error(TfidfParams::new().ngram_range(lengths));
            assert_eq!(found, FeatureError::NgramRange { min, max, limit: 8, unit: "words" });
        }
        for value in [DocumentFrequency::Count(0), DocumentFrequency::Share(1.5), DocumentFrequency::Share(-0.1)] {
            assert_eq!(
                error(TfidfParams::new().min_df(value)),
                FeatureError::DocumentFrequency { name: "min_df", value }
            );
        }
        assert!(TfidfParams::new().max_df(DocumentFrequency::Share(f64::NAN)).check().is_err());
        assert_eq!(error(TfidfParams::new().max_features(0)), FeatureError::NoFeatures);
    }

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

    #[test]
    fn unknown_terms_make_empty_rows_and_low_coverage() {
        let mut table = TermTable::default();
        let train = [table.ids(["the", "army", "said"]), table.ids(["the", "army"])];
        let params = TfidfParams::new().ngram_range(2..=2).min_df(DocumentFrequency::Count(2)).check().unwrap();
        let tfidf = params.fit(&Tokens::new(&train, &table)).unwrap();
        let new = [table.ids(["zebra"]), vec![], table.ids(["the", "army", "the", "army", "zebra"])];
        let new = Tokens::new(&new, &table);
        let rows = tfidf.transform::<f64, _>(&new).unwrap();
        assert_eq!(rows.to_dense().into_raw_vec_and_offset().0, [0.0, 0.0, 1.0]);
        assert_eq!(tfidf.coverage(&new).unwrap(), [Some(0.0), None, Some(0.8)]);
    }
}
