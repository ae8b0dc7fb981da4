//! The terms of articles, kept on disk, with their counts and positions in each article.
//!
//! Takes an article's terms and returns them by the article's number.

use super::places::Place;
use crate::error::Result;
use crate::records::{self, Fields, Records, put_number};

/// The terms of an article with their counts, sorted.
pub type Terms = Vec<(u32, u32)>;

/// The terms of an article, and the position of each.
pub type Listed<'l> = (&'l [(u32, u32)], &'l [Place]);

/// The terms of many articles, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Lists(Records);

impl Lists {
    /// Adds the terms of an article, as returned by [`packed`].
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push(&mut self, packed: &[u8]) -> Result<usize> {
        self.0.push(packed)
    }

    /// The number of articles.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A reader of the terms; each thread needs its own.
    pub fn reader(&self) -> ListReader<'_> {
        ListReader { packed: self.0.reader(), terms: Vec::new(), places: Vec::new() }
    }
}

/// An article's sorted terms in few bytes. Positions are either given for every term or not at all.
pub fn packed(terms: &[(u32, u32)], places: &[Place]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + 3 * terms.len());
    put_number(&mut bytes, terms.len() as u64);
    let mut last = 0;
    for (term, count) in terms {
        put_number(&mut bytes, u64::from(term - last));
        put_number(&mut bytes, u64::from(*count));
        last = *term;
    }
    for place in places {
        put_number(&mut bytes, u64::from(place.inside) << 1 | u64::from(place.edge));
        put_number(&mut bytes, u64::from(place.capitals));
        bytes.extend_from_slice(&place.around.unwrap_or(0).to_le_bytes());
    }
    bytes
}

/// Reads the terms of articles, fastest in their order.
#[derive(Debug)]
pub struct ListReader<'l> {
    packed: records::Reader<'l>,
    terms: Terms,
    places: Vec<Place>,
}

impl ListReader<'_> {
    /// The bytes of an article's terms, as returned by [`packed`].
    ///
    /// # Errors
    /// As [`records::Reader::read`].
    pub fn packed(&mut self, article: usize) -> Result<&[u8]> {
        self.packed.read(article)
    }

    /// An article's terms.
    ///
    /// # Errors
    /// As [`records::Reader::read`].
    pub fn terms(&mut self, article: usize) -> Result<&[(u32, u32)]> {
        let mut fields = Fields::new(self.packed.read(article)?);
        read_terms(&mut fields, &mut self.terms);
        Ok(&self.terms)
    }

    /// An article's terms and their positions: one per term, if positions are kept.
    ///
    /// # Errors
    /// As [`records::Reader::read`].
    pub fn places(&mut self, article: usize) -> Result<Listed<'_>> {
        let mut fields = Fields::new(self.packed.read(article)?);
        read_terms(&mut fields, &mut self.terms);
        self.places.clear();
        while !fields.is_empty() {
            let (inside, capitals) = (fields.number(), fields.number());
            let around = fields.bytes(8).first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            self.places.push(Place {
                inside: (inside >> 1) as u32,
                capitals: capitals as u32,
                edge: inside & 1 == 1,
                around: (around != 0).then_some(around),
            });
        }
        Ok((&self.terms, &self.places))
    }
}

fn read_terms(fields: &mut Fields<'_>, terms: &mut Terms) {
    terms.clear();
    let mut last = 0;
    for _ in 0..fields.number() {
        last += fields.number() as u32;
        terms.push((last, fields.number() as u32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_come_back_with_their_places_or_without() {
        let terms = [(0, 1), (7, 300), (70_000, 2)];
        let places = [
            Place { inside: 1, capitals: 1, edge: true, around: Some(u64::MAX) },
            Place { inside: 299, capitals: 0, edge: false, around: None },
            Place::default(),
        ];
        let mut lists = Lists::default();
        for packed in [packed(&terms, &places), packed(&[], &[]), packed(&terms, &[])] {
            lists.push(&packed).expect("written");
        }
        let mut reader = lists.reader();
        assert_eq!(reader.places(0).expect("read"), (&terms[..], &places[..]));
        assert_eq!(reader.terms(1).expect("read"), []);
        assert_eq!(reader.places(2).expect("read"), (&terms[..], &[][..]));
        assert_eq!((reader.terms(0).expect("read"), lists.len()), (&terms[..], 3));
    }
}
