//! Explain: which words of an article contributed to its score, and where they are.
//!
//! A term's contribution to a class is its TF-IDF value times its weight. If a term occurs several times, each place
//! has an equal share. All contributions and the intercept add up to the class's decision value, before any
//! calibration:
//!
//! | classifier | decision value of a class |
//! |---|---|
//! | two classes | its log-odds against the other |
//! | multinomial | its logit minus the mean logit of all classes, so that evidence for all classes alike cancels out |
//! | one against the rest | its log-odds against the rest |
//!
//! Hashed terms have the value and the weight of their column. Different terms of an article in the same column can't
//! be distinguished, and share its contribution by their places.

use super::cutter::{self, Piece};
use super::logistic::{FittedLogisticRegression, MultiClass};
use super::recipe::{Block, BlockKind};
use super::score::{Score, Scorer};
use crate::corpus::Article;
use crate::error::{Error, Result};
use crate::features::{Tfidf, is_space};
use crate::text::Document;
use crate::text::composed::{composed, places};
use std::collections::HashMap;
use std::ops::Range;

/// One occurrence of a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Bytes of the article's text. For a character n-gram, these are characters of its word; a space at its beginning
    /// or end stands for the edge of the word and has no bytes.
    pub range: Range<usize>,
    /// The sentence's number, from 0; `None` outside sentences.
    pub sentence: Option<usize>,
    /// The term, as in `terms.csv` unless it is hashed.
    pub term: String,
    /// The name of the column of a hashed term, as in `terms.csv`.
    pub column: Option<String>,
    /// The kind of its block.
    pub kind: BlockKind,
    /// What it adds to the decision value; positive: evidence for the class.
    pub value: f64,
}

/// What contributed to an article's score.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The class that is explained, as an index into [`Scorer::classes`].
    pub class: usize,
    /// The intercept of the class, the same for every article.
    pub intercept: f64,
    /// The sum of the intercept and all contributions.
    pub decision: f64,
    /// All occurrences of known terms, in order.
    pub contributions: Vec<Contribution>,
    /// The sentences, as bytes of the article's text.
    pub sentences: Vec<Range<usize>>,
    /// The article's score.
    pub score: Score,
}

/// How a class's weights are derived from the coefficients.
struct Weights<'c> {
    classifier: &'c FittedLogisticRegression<usize>,
    class: usize,
}

impl Weights<'_> {
    /// The class's value, from the values by row of the coefficients.
    fn of(&self, values: impl ExactSizeIterator<Item = f64>) -> f64 {
        let values: Vec<f64> = values.collect();
        match (values.len(), self.classifier.multi_class()) {
            (1, _) if self.class == 0 => -values[0],
            (1, _) => values[0],
            (n, MultiClass::Multinomial) => values[self.class] - values.iter().sum::<f64>() / n as f64,
            _ => values[self.class],
        }
    }

    fn weight(&self, column: usize) -> f64 {
        self.of(self.classifier.coefficients().column(column).iter().copied())
    }
}

/// Where a term of a column was found.
struct Found {
    column: usize,
    term: String,
    name: Option<String>,
    range: Range<usize>,
    kind: BlockKind,
}

/// Explains an article's score for a class (an index into [`Scorer::classes`]), by default for the predicted one.
/// `None` if the model doesn't have this target, or not this class.
///
/// # Errors
/// Never caused by an article.
pub fn explain(scorer: &Scorer, article: &Article, target: &str, class: Option<usize>) -> Result<Option<Explanation>> {
    let failed = |e: &dyn std::error::Error| {
        Error::data("an article that can't be explained").found(e.to_string()).help("please report this")
    };
    let score = scorer.score(article, target)?;
    let Some((part, fitted)) = scorer.part(target) else { return Ok(None) };
    let Some(class) = class.or(score.predicted) else { return Ok(None) };
    let Ok(of_part) = part.classes.binary_search(&scorer.classes()[class]) else { return Ok(None) };
    let row = fitted.vectorizer.transform(&scorer.cutter.cut(article)).map_err(|e| failed(&e))?;
    let document = scorer.cutter.document(article);
    let masked = scorer.cutter.masked(&document);
    let (mut found, mut offset) = (Vec::new(), 0);
    for (block, tfidf) in fitted.vectorizer.blocks() {
        Search { document: &document, masked: &masked, block, tfidf, offset }.find(&mut found);
        offset += tfidf.vocabulary().len();
    }
    let mut times: HashMap<usize, usize> = HashMap::new();
    found.iter().for_each(|f| *times.entry(f.column).or_default() += 1);
    let weights = Weights { classifier: &fitted.classifier, class: of_part };
    let by_column: HashMap<usize, f64> =
        row.row(0).map(|(column, value)| (column as usize, value * weights.weight(column as usize))).collect();
    let intercept = weights.of(fitted.classifier.intercepts().iter().copied());
    let sentences: Vec<Range<usize>> = document.sentences.iter().map(|s| s.range.clone()).collect();
    let contribution = |f: Found| {
        let after = sentences.partition_point(|s| s.end <= f.range.start);
        let sentence = sentences.get(after).filter(|s| s.start <= f.range.start).map(|_| after);
        let value = by_column.get(&f.column).copied().unwrap_or(0.0) / times[&f.column] as f64;
        Contribution { range: f.range, sentence, term: f.term, column: f.name, kind: f.kind, value }
    };
    let mut contributions: Vec<Contribution> = found.into_iter().map(contribution).collect();
    contributions.sort_by(|a, b| {
        (a.range.start, a.range.end, a.kind, &a.term).cmp(&(b.range.start, b.range.end, b.kind, &b.term))
    });
    let decision = intercept + contributions.iter().map(|c| c.value).sum::<f64>();
    Ok(Some(Explanation { class, intercept, decision, contributions, sentences, score }))
}

/// Finds the occurrences of a block's terms.
struct Search<'s> {
    document: &'s Document<'s>,
    masked: &'s [Range<usize>],
    block: &'s Block,
    tfidf: &'s Tfidf,
    /// The block's first column.
    offset: usize,
}

impl Search<'_> {
    fn find(&self, found: &mut Vec<Found>) {
        let mut row: Vec<(String, Range<usize>)> = Vec::new();
        let mut visit = |piece: Piece<'_>| match piece {
            Some((word, range)) => row.push((word.to_owned(), range)),
            None => self.grams(&std::mem::take(&mut row), found),
        };
        match self.block.kind {
            BlockKind::Word => cutter::words(self.document, self.masked, &mut visit),
            BlockKind::Written => cutter::written(self.document, self.masked, &mut visit),
            BlockKind::Char => return self.characters(found),
        }
        self.grams(&row, found);
    }

    fn add(&self, term: &str, range: Range<usize>, found: &mut Vec<Found>) {
        let vocabulary = self.tfidf.vocabulary();
        if let Some(column) = vocabulary.column(term) {
            let name = vocabulary.term(column);
            let name = name.text().is_none().then(|| name.to_string());
            let (term, kind) = (term.to_owned(), self.block.kind);
            found.push(Found { column: self.offset + column, term, name, range, kind });
        }
    }

    /// N-grams of a sequence of words.
    fn grams(&self, row: &[(String, Range<usize>)], found: &mut Vec<Found>) {
        for length in self.block.ngrams.0..=self.block.ngrams.1 {
            for gram in row.windows(length) {
                let term = gram.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
                self.add(&term, gram[0].1.start..gram[length - 1].1.end, found);
            }
        }
    }

    /// N-grams of characters inside words, each padded with a space on both sides.
    fn characters(&self, found: &mut Vec<Found>) {
        for paragraph in cutter::shown(self.document, self.masked) {
            let text = &self.document.text[paragraph.clone()];
            for word in text.split(is_space).filter(|word| !word.is_empty()) {
                let start = paragraph.start + (word.as_ptr() as usize - text.as_ptr() as usize);
                padded(word, start, self.block, &mut |term, range| self.add(term, range, found));
            }
        }
    }
}

/// Calls `visit` with every n-gram of a word that begins at this byte, and the bytes of the characters that it covers.
fn padded(word: &str, start: usize, block: &Block, visit: &mut dyn FnMut(&str, Range<usize>)) {
    // Lower case can be longer, so the origin of each character is found character by character. Only a final sigma
    // depends on its neighbours, and that is one character as well.
    let lower = composed(word).to_lowercase();
    let places = places(word).flat_map(|(c, range)| {
        let range = start + range.start..start + range.end;
        c.to_lowercase().map(move |_| range.clone())
    });
    let end = start + word.len();
    let mut chars: Vec<(char, Range<usize>)> = vec![(' ', start..start)];
    chars.extend(lower.chars().zip(places));
    chars.push((' ', end..end));
    let mut grams = |length: usize| {
        for gram in chars.windows(length) {
            let term: String = gram.iter().map(|(c, _)| *c).collect();
            visit(&term, gram[0].1.start..gram[length - 1].1.end);
        }
    };
    let (min, max) = block.ngrams;
    // As in counting, a word that is shorter than the shortest n-gram counts as a whole.
    if chars.len() < min { grams(chars.len()) } else { (min..=max.min(chars.len())).for_each(&mut grams) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grams(word: &str, ngrams: (usize, usize)) -> Vec<(String, Range<usize>)> {
        let mut all = Vec::new();
        let block = Block { ngrams, ..Block::CHARACTERS };
        padded(word, 0, &block, &mut |term, range| all.push((term.to_owned(), range)));
        all
    }

    #[test]
    fn n_grams_of_characters_have_their_places() {
        let found = grams("Éa", (3, 9));
        let expected = [(" éa", 0..3), ("éa ", 0..3), (" éa ", 0..3)];
        assert_eq!(found, expected.map(|(term, range)| (term.to_owned(), range)));
        assert_eq!(grams("a", (5, 9)), [(" a ".to_owned(), 0..1)]);
        assert_eq!(grams("ΟΣ", (4, 4)), [(" ος ".to_owned(), 0..4)]);
        assert_eq!(grams("E\u{301}a", (4, 4)), [(" éa ".to_owned(), 0..4)]);
    }

    proptest! {
        #[test]
        fn places_slice_the_word(word in "[a-zA-ZÉßİΣǅ\u{301}\u{323}'-]{1,9}", min in 1_usize..5, more in 0_usize..4) {
            for (term, range) in grams(&word, (min, min + more)) {
                prop_assert!(word.get(range.clone()).is_some(), "{term} {range:?}");
            }
        }
    }
}
