//! Hashed terms, identified by their column: hashing documents, and counting their columns.

use super::TfidfValidParams;
use crate::features::count_rows::CountRows;
use crate::features::counts::Counts;
use crate::features::documents::Documents;
use crate::features::error::{FeatureError, Result};
use crate::features::hashing::{HashedGrams, HashedRow, HashedRows};
use crate::features::term_list::TermList;
use rayon::prelude::*;

impl TfidfValidParams {
    /// The hashed n-grams of one document; none if terms aren't hashed.
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

    pub(super) fn hash_all<D: Documents + ?Sized>(&self, grams: &HashedGrams, documents: &D) -> Result<Vec<HashedRow>> {
        let row = |document: usize| {
            let mut columns = Vec::new();
            documents.hash(self.analyzer, grams, document, &mut columns).map(|()| HashedRow::new(columns))
        };
        (0..documents.n_documents()).into_par_iter().with_min_len(16).map(row).collect()
    }

    /// Counts, in some documents, the columns that [`fit`](TfidfValidParams::fit) would keep for them.
    ///
    /// # Errors
    /// Those of [`fit`](TfidfValidParams::fit); `EmptyVocabulary` if terms aren't hashed; `OnDisk`.
    pub fn count_hashed(&self, rows: &HashedRows, documents: &[usize]) -> Result<Counts> {
        let n_documents = documents.len();
        let Some(hashing) = self.hashing else { return Err(FeatureError::EmptyVocabulary { n_documents }) };
        let df_kept = self.df_kept(n_documents)?;
        let mut df = vec![0_u32; hashing.n_columns()];
        rows.for_all(documents, |column, _| df[column as usize] += 1)?;
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
            rows.for_all(documents, |column, n| total[column as usize] += u64::from(n))?;
            self.most_used(&mut kept, |column| total[column as usize]);
        }
        let counted = CountRows::Waiting(rows.counted(documents, &kept, hashing.n_columns())?);
        let df = kept.iter().map(|column| df[*column as usize]).collect();
        Ok(Counts::of_rows(TermList::Hashed { hashing, columns: kept }, df, counted))
    }

    pub(super) fn hashed(&self) -> Option<HashedGrams> {
        self.hashing.map(|hashing| HashedGrams { hashing, rule: self.rule() })
    }
}
