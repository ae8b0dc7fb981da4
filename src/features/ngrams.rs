//! Counts n-grams over all documents, by sorting the positions where they begin by the symbols found there.
//!
//! Positions with the same first symbol form a group, those with the same second symbol a subgroup of that, and so on:
//! every group is an n-gram, and groups come in the order of their terms. No n-gram occurs in more documents than its
//! prefix, so a group in too few documents isn't split further, which excludes most long n-grams. Nothing is hashed.
//! First symbols are distributed among threads, and their results are combined in order.

use super::documents::{BREAK, Encoded};
use super::small_counts::{SmallCounts, byte, is_large};
use super::sparse::{Share, shares};
use rayon::prelude::*;
use std::ops::{Range, RangeInclusive};

/// The symbols are divided into this many parts, with about the same number of positions, which threads take one after
/// the other. Each part needs one walk through all symbols.
const PARTS: usize = 16;
/// This many positions (a power of two) share one search for their document.
const BLOCK: u32 = 8;

/// Which n-grams are counted.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Lengths in symbols.
    pub lengths: RangeInclusive<usize>,
    /// A segment (a padded word) shorter than the shortest n-gram is counted whole.
    pub short_segments_whole: bool,
}

impl Rule {
    /// Whether the n-grams of this length in a segment of `segment` symbols are counted.
    pub(super) fn counts(&self, length: usize, segment: usize) -> bool {
        self.lengths.contains(&length)
            || (self.short_segments_whole && length == segment && length < *self.lengths.start())
    }
}

/// One n-gram, and where it was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gram {
    /// Its first position in the symbols.
    pub first: u32,
    /// Its length in symbols.
    pub length: u32,
    /// Number of documents with it.
    pub df: u32,
    /// Number of occurrences.
    pub total: u64,
}

impl Gram {
    /// Its symbols.
    pub(super) fn symbols<'e>(&self, encoded: &'e Encoded) -> &'e [u32] {
        &encoded.symbols[self.first as usize..][..self.length as usize]
    }
}

/// Whether the documents of an n-gram are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    Kept,
    Left,
}

/// The n-grams of some first symbols.
#[derive(Debug, Default)]
struct Found {
    grams: Vec<Gram>,
    n_seen: usize,
    /// Gram by gram: the documents that it occurs in, increasing, and how often. Empty if places aren't remembered.
    documents: Vec<u32>,
    counts: SmallCounts,
}

/// The n-grams of all documents.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// Those in the requested number of documents, in the order of their terms.
    pub grams: Vec<Gram>,
    /// How many n-grams were looked at, including those not kept.
    pub n_seen: usize,
    /// The documents of the grams, part by part.
    parts: Vec<(SmallCounts, Vec<u32>)>,
}

/// How often n-grams occur in each document, `(n_documents, n_kept)`: rows of increasing numbers.
#[derive(Debug)]
pub(super) struct CountedRows {
    /// Where each document begins, and the end.
    pub starts: Vec<usize>,
    pub numbers: Vec<u32>,
    pub counts: SmallCounts,
}

/// Counts the n-grams whose number of documents is in the range `df`.
pub(super) fn count(encoded: &Encoded, rule: &Rule, df: RangeInclusive<f64>, places: Places) -> Counted {
    let uses = uses(&encoded.symbols);
    let walk = Walk { encoded, rule, df, places, blocks: blocks(encoded) };
    let parts = parts(&uses, encoded.symbols.len());
    let found: Vec<Found> = parts.into_par_iter().map(|part| walk.part(part.clone(), &uses[part])).collect();
    let mut counted = Counted::default();
    counted.grams.reserve_exact(found.iter().map(|part| part.grams.len()).sum());
    for part in found {
        counted.grams.extend(part.grams);
        counted.n_seen += part.n_seen;
        counted.parts.push((part.counts, part.documents));
    }
    counted
}

/// How often each symbol occurs.
fn uses(symbols: &[u32]) -> Vec<usize> {
    let mut uses: Vec<usize> = Vec::new();
    for &symbol in symbols.iter().filter(|symbol| **symbol != BREAK) {
        if symbol as usize >= uses.len() {
            uses.resize(symbol as usize + 1, 0);
        }
        uses[symbol as usize] += 1;
    }
    uses
}

/// Ranges of symbols, with about the same number of positions.
fn parts(uses: &[usize], n_places: usize) -> Vec<Range<usize>> {
    let enough = n_places / PARTS + 1;
    let (mut parts, mut start, mut held) = (Vec::new(), 0, 0);
    for (symbol, n) in uses.iter().enumerate() {
        held += n;
        if held >= enough || symbol + 1 == uses.len() {
            parts.push(start..symbol + 1);
            (start, held) = (symbol + 1, 0);
        }
    }
    parts
}

/// By block of positions: the document of its first position.
fn blocks(encoded: &Encoded) -> Vec<u32> {
    let mut document = 0;
    let block = |block: usize| {
        while document + 1 < encoded.n_documents() && encoded.starts[document + 1] <= block << BLOCK {
            document += 1;
        }
        document as u32
    };
    (0..(encoded.symbols.len() >> BLOCK) + 2).map(block).collect()
}

struct Walk<'e> {
    encoded: &'e Encoded,
    rule: &'e Rule,
    df: RangeInclusive<f64>,
    places: Places,
    blocks: Vec<u32>,
}

/// The position where an n-gram begins, preceded by the symbol that follows the n-gram ([`BREAK`] if there is none). So
/// positions can be sorted by longer n-grams without looking up symbols all over memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u64);

impl Place {
    fn new(next: u32, place: usize) -> Self {
        Place(u64::from(next) << 32 | place as u64)
    }

    fn next(self) -> u32 {
        (self.0 >> 32) as u32
    }

    fn place(self) -> usize {
        self.0 as u32 as usize
    }
}

impl Walk<'_> {
    /// All n-grams that begin with these symbols; `uses` says how often each symbol occurs.
    fn part(&self, symbols: Range<usize>, uses: &[usize]) -> Found {
        let mut next: Vec<usize> = uses.iter().scan(0, |end, n| Some(std::mem::replace(end, *end + n))).collect();
        let mut places = vec![Place(0); uses.iter().sum()];
        for document in self.encoded.starts.windows(2) {
            let document = document[0]..document[1];
            for (place, &symbol) in document.clone().zip(&self.encoded.symbols[document.clone()]) {
                // Breaks are greater than all symbols.
                if symbols.contains(&(symbol as usize)) {
                    let next = &mut next[symbol as usize - symbols.start];
                    places[*next] = Place::new(self.symbol(place + 1, document.end), place);
                    *next += 1;
                }
            }
        }
        let (mut found, mut spare) = (Found::default(), Vec::new());
        let mut start = 0;
        for end in next {
            self.group(&places[start..end], 1, &mut found, &mut spare);
            start = end;
        }
        found
    }

    /// The symbol at a position of a document with this end.
    fn symbol(&self, place: usize, end: usize) -> u32 {
        if place < end { self.encoded.symbols[place] } else { BREAK }
    }

    /// One n-gram, at these positions, and all that begin with it. `spare` is memory for reuse.
    fn group(&self, places: &[Place], length: usize, found: &mut Found, spare: &mut Vec<Vec<Place>>) {
        let mut longer = spare.pop().unwrap_or_default();
        self.count(places, length, found, &mut longer);
        longer.sort_unstable();
        for group in longer.chunk_by_mut(|a, b| a.next() == b.next()) {
            if length + 1 < *self.rule.lengths.end() && group.len() as f64 >= *self.df.start() {
                self.look_ahead(group, length + 1);
            }
            self.group(group, length + 1, found, spare);
        }
        longer.clear();
        spare.push(longer);
    }

    /// Combines the positions of an n-gram with the symbols that follow it.
    fn look_ahead(&self, places: &mut [Place], length: usize) {
        let mut document = 0;
        for place in places {
            let at = place.place();
            document = self.document_of(at, document);
            *place = Place::new(self.symbol(at + length, self.encoded.starts[document + 1]), at);
        }
    }

    /// Counts one n-gram. Leaves in `longer` the positions where a longer one begins, unless it is too rare.
    fn count(&self, places: &[Place], length: usize, found: &mut Found, longer: &mut Vec<Place>) {
        let (all, may_be_whole) = (self.rule.lengths.contains(&length), self.rule.short_segments_whole);
        let low = *self.df.start();
        if (places.len() as f64) < low {
            // It, or a longer one, is a term in too few documents.
            found.n_seen += usize::from(!places.is_empty());
            return;
        }
        let is_last = length >= *self.rule.lengths.end();
        let mut run = Run { df: 0, total: 0, n: 0, document: 0 };
        let (mut document, mut reach, mut last) = (0, 0_u32, None);
        for &at in places {
            let place = at.place();
            document = self.document_of(place, document);
            reach += u32::from(last != Some(document));
            last = Some(document);
            if all || (may_be_whole && self.is_whole(place..place + length, document)) {
                run.add(document as u32, found, self.places);
            }
            if !is_last && at.next() != BREAK {
                longer.push(at);
            }
        }
        run.end(found, self.places);
        if f64::from(reach) < low {
            longer.clear();
        }
        if run.total == 0 {
            return;
        }
        found.n_seen += 1;
        if self.df.contains(&f64::from(run.df)) {
            let (first, length) = (places[0].place() as u32, length as u32);
            found.grams.push(Gram { first, length, df: run.df, total: run.total });
        } else if self.places == Places::Kept {
            let rest = found.documents.len() - run.df as usize;
            found.documents.truncate(rest);
            found.counts.truncate(rest);
        }
    }

    /// The document of a position, which isn't before the document `near`.
    fn document_of(&self, place: usize, near: usize) -> usize {
        if place < self.encoded.starts[near + 1] {
            return near;
        }
        let block = place >> BLOCK;
        let (from, to) = (self.blocks[block] as usize, self.blocks[block + 1] as usize);
        from + self.encoded.starts[from + 1..=to].partition_point(|start| *start <= place)
    }

    /// Whether these positions are a whole segment that is shorter than all n-grams.
    fn is_whole(&self, places: Range<usize>, document: usize) -> bool {
        let (starts, symbols) = (&self.encoded.starts, &self.encoded.symbols);
        places.len() < *self.rule.lengths.start()
            && (places.start == starts[document] || symbols[places.start - 1] == BREAK)
            && (places.end == starts[document + 1] || symbols[places.end] == BREAK)
    }
}

/// The occurrences of an n-gram, document by document.
struct Run {
    df: u32,
    total: u64,
    /// Number in the last document.
    n: u32,
    document: u32,
}

impl Run {
    fn add(&mut self, document: u32, found: &mut Found, places: Places) {
        if self.n > 0 && self.document != document {
            self.end(found, places);
        }
        self.df += u32::from(self.n == 0);
        (self.n, self.document) = (self.n + 1, document);
        self.total += 1;
    }

    fn end(&mut self, found: &mut Found, places: Places) {
        if self.n > 0 && places == Places::Kept {
            found.documents.push(self.document);
            found.counts.push(self.n);
        }
        self.n = 0;
    }
}

impl Counted {
    /// By document: which of the `kept` n-grams occur in it, numbered by their position in `kept`, and how often.
    /// `kept` are indices of [`grams`](Self::grams), increasing.
    pub(super) fn rows(self, kept: &[u32], n_documents: usize) -> CountedRows {
        let mut starts = vec![0; n_documents + 1];
        self.for_postings(kept, |_, documents, _, _| documents.iter().for_each(|d| starts[*d as usize + 1] += 1));
        (0..n_documents).for_each(|d| starts[d + 1] += starts[d]);
        let stored = starts[n_documents];
        let (mut numbers, mut bytes) = (vec![0; stored], vec![0; stored]);
        let large: Vec<Vec<(usize, u32)>> = shares(&starts, &mut numbers, &mut bytes)
            .into_par_iter()
            .map(|share| self.fill(kept, &starts, share))
            .collect();
        CountedRows { counts: SmallCounts::new(bytes, large.concat()), starts, numbers }
    }

    /// Calls `visit` with the number of every kept n-gram, its documents, the counts of its part, and where its own
    /// counts begin there.
    fn for_postings<'c>(&'c self, kept: &[u32], mut visit: impl FnMut(u32, &'c [u32], &'c SmallCounts, usize)) {
        let mut kept = (0..).zip(kept).peekable();
        let mut grams = self.grams.iter().enumerate();
        for (counts, documents) in &self.parts {
            let mut at = 0;
            while at < documents.len() {
                let Some((gram, found)) = grams.next() else { return };
                let range = at..at + found.df as usize;
                if let Some((number, _)) = kept.next_if(|(_, kept)| **kept as usize == gram) {
                    visit(number, &documents[range], counts, at);
                }
                at += found.df as usize;
            }
        }
    }

    /// Fills the rows of some documents; returns the counts that don't fit in a byte, with their positions.
    fn fill(&self, kept: &[u32], starts: &[usize], (rows, numbers, bytes): Share<'_, u32, u8>) -> Vec<(usize, u32)> {
        let first = starts[rows.start];
        let mut next: Vec<usize> = starts[rows.clone()].to_vec();
        let documents = rows.start as u32..rows.end as u32;
        let mut large = Vec::new();
        self.for_postings(kept, |number, found, counts, at| {
            let from = found.partition_point(|d| *d < documents.start);
            for (i, document) in found.iter().enumerate().skip(from).take_while(|(_, d)| **d < documents.end) {
                let place = &mut next[(document - documents.start) as usize];
                let count = counts.get(at + i);
                numbers[*place - first] = number;
                bytes[*place - first] = byte(count);
                if is_large(count) {
                    large.push((*place, count));
                }
                *place += 1;
            }
        });
        large
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    type Grams = BTreeMap<Vec<u32>, BTreeMap<usize, u32>>;

    /// One n-gram after the other.
    fn naive(documents: &[Vec<u32>], rule: &Rule) -> Grams {
        let mut grams = Grams::new();
        for (document, symbols) in documents.iter().enumerate() {
            for segment in symbols.split(|symbol| *symbol == BREAK) {
                for length in 1..=segment.len().min(*rule.lengths.end()) {
                    for gram in segment.windows(length).filter(|_| rule.counts(length, segment.len())) {
                        *grams.entry(gram.to_vec()).or_default().entry(document).or_default() += 1;
                    }
                }
            }
        }
        grams
    }

    fn counted(documents: &[Vec<u32>], rule: &Rule, df: RangeInclusive<f64>) -> Grams {
        let mut encoded = Encoded { starts: vec![0], ..Encoded::default() };
        for document in documents {
            encoded.symbols.extend(document);
            encoded.starts.push(encoded.symbols.len());
        }
        let counted = count(&encoded, rule, df, Places::Kept);
        let names: Vec<Vec<u32>> = counted.grams.iter().map(|gram| gram.symbols(&encoded).to_vec()).collect();
        assert!(names.is_sorted());
        let dfs: Vec<(u32, u64)> = counted.grams.iter().map(|gram| (gram.df, gram.total)).collect();
        let rows = counted.rows(&(0..names.len() as u32).collect::<Vec<_>>(), documents.len());
        let mut grams = Grams::new();
        for document in 0..documents.len() {
            for place in rows.starts[document]..rows.starts[document + 1] {
                let name = names[rows.numbers[place] as usize].clone();
                grams.entry(name).or_default().insert(document, rows.counts.get(place));
            }
        }
        let told =
            names.iter().map(|name| (grams[name].len() as u32, grams[name].values().map(|n| u64::from(*n)).sum()));
        assert!(told.eq(dfs));
        grams
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
        #[test]
        fn all_are_found_that_a_look_at_each_place_finds(
            documents in proptest::collection::vec(proptest::collection::vec(0_u32..5, 0..40), 1..12),
            repeated in 1_usize..9,
            (shortest, more) in (1_usize..4, 0_usize..3),
            (least, short_segments_whole) in (0_u32..4, proptest::prelude::any::<bool>()),
        ) {
            // One symbol in five separates segments; long documents exceed a block of positions.
            let symbol = |symbol: u32| if symbol == 4 { BREAK } else { symbol };
            let documents: Vec<Vec<u32>> = documents
                .iter()
                .map(|document| document.repeat(repeated).into_iter().map(symbol).collect())
                .collect();
            let rule = Rule { lengths: shortest..=shortest + more, short_segments_whole };
            let mut expected = naive(&documents, &rule);
            expected.retain(|_, of| of.len() as u32 >= least);
            let found = counted(&documents, &rule, f64::from(least)..=f64::INFINITY);
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
