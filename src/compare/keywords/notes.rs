//! What a finding may be beside a choice of words: boilerplate, the outlet's own name, house style, a name, a single
//! story, agency copy. Nothing is left out for it; a reader is told.

use super::Row;
use super::counted::{Article, Counted};
use super::style::is_style;
use crate::features::BREAK;
use crate::features::phrases::{CAPITAL, FIRST};
use crate::text::tokens;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::collections::BTreeSet;
use std::hash::Hasher;

/// What a finding may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// It stands between the same words in two of five of its articles, or at the head or tail of four of five.
    Boilerplate,
    /// It holds a word of the outlet's own name that is a name, or all of its words are of it.
    OwnName,
    /// Titles, dates, abbreviations, spelling.
    HouseStyle,
    /// It has capitals inside sentences four times of five.
    Name,
    /// More than half of its uses stand in one story.
    SingleStory,
    /// More than half of its uses stand in articles that credit an agency, half as much again as of all words.
    AgencyCopy,
}

impl Note {
    /// All of them.
    pub const ALL: [Note; 6] =
        [Note::Boilerplate, Note::OwnName, Note::HouseStyle, Note::Name, Note::SingleStory, Note::AgencyCopy];

    /// Whether it says more of how an article was made than of a choice of words.
    pub fn is_aside(self) -> bool {
        matches!(self, Note::AgencyCopy | Note::Boilerplate | Note::OwnName | Note::SingleStory)
    }

    /// Its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Note::Boilerplate => "boilerplate",
            Note::OwnName => "own name",
            Note::HouseStyle => "house style",
            Note::Name => "name",
            Note::SingleStory => "single story",
            Note::AgencyCopy => "agency copy",
        }
    }
}

/// Fewer articles with the same words around show no habit.
const HABIT: usize = 5;
/// So many words on either side are compared.
const AROUND: usize = 3;
/// Of the words around, so many must be there for two places to be alike.
const ALIKE: usize = 3;
/// So many words from an article's first or last word are its head or tail.
const EDGE: usize = 12;

/// What all outlets share.
pub(super) struct Context<'a> {
    pub counted: &'a Counted,
    pub capitals: &'a [(u32, u32)],
    /// All words of the table.
    pub vocabulary: &'a BTreeSet<&'a str>,
}

/// What is gathered of a term in an outlet's articles.
#[derive(Default)]
struct Gathered {
    /// The words around its first use that has enough of them, hashed, an article.
    around: Vec<u64>,
    articles: usize,
    /// Articles in which it stands at head or tail.
    edge: usize,
    stories: FxHashMap<usize, u32>,
    uses: u32,
    agency: u32,
    last: Option<usize>,
}

impl Context<'_> {
    /// Writes the notes and the number of stories of one outlet's rows; `terms` are those of the rows.
    pub fn write(&self, outlet: usize, name: &str, terms: &[u32], rows: &mut [Row]) {
        if rows.is_empty() {
            return;
        }
        let place: FxHashMap<u32, usize> = terms.iter().enumerate().map(|(row, term)| (*term, row)).collect();
        let mut gathered: Vec<Gathered> = terms.iter().map(|_| Gathered::default()).collect();
        let (mut words, mut of_agency) = (0.0, 0.0);
        for (i, article) in self.counted.articles.iter().enumerate().filter(|(_, a)| a.outlet == outlet) {
            words += article.words;
            of_agency += if article.agency { article.words } else { 0.0 };
            self.counted.phrases.cut(&article.stream, |term, at, length| {
                if let Some(&row) = place.get(&term) {
                    gathered[row].add(i, article, at, length);
                }
            });
        }
        let own = own_name(name);
        for ((row, gathered), term) in rows.iter_mut().zip(gathered).zip(terms) {
            row.stories = gathered.stories.len();
            row.notes = self.notes(row, gathered, *term, &own, of_agency / words);
        }
    }

    fn notes(&self, row: &Row, mut g: Gathered, term: u32, own: &FxHashSet<String>, agency: f64) -> Vec<Note> {
        let words: Vec<&str> = row.term.split(' ').collect();
        let is_name = is_capital(self.capitals[term as usize]) && !is_pronoun(&row.term);
        let is_own = self.is_own(term, &words, own);
        let is_style = is_style(&words, &|word| self.vocabulary.contains(word));
        let uses = f64::from(g.uses);
        let most = g.stories.values().copied().max().unwrap_or(0);
        let of_agency = f64::from(g.agency) / uses;
        let mut notes = Vec::new();
        let mut note = |holds: bool, note: Note| holds.then(|| notes.push(note));
        note(g.is_boilerplate(), Note::Boilerplate);
        note(is_own, Note::OwnName);
        note(is_style, Note::HouseStyle);
        note(is_name && !is_own && !is_style, Note::Name);
        note(f64::from(most) > 0.5 * uses, Note::SingleStory);
        note(of_agency > 0.5 && of_agency > 1.5 * agency, Note::AgencyCopy);
        notes
    }
}

impl Context<'_> {
    fn is_own(&self, term: u32, words: &[&str], own: &FxHashSet<String>) -> bool {
        let capital = |word: &u32| {
            let single = self.counted.phrases.single(*word);
            single.is_some_and(|single| is_capital(self.capitals[single as usize]))
        };
        let of_term = self.counted.phrases.words(term);
        let mut named = words.iter().zip(of_term).filter(|(w, _)| own.contains(**w));
        (words.len() > 1 && words.iter().all(|w| own.contains(*w))) || named.any(|(_, word)| capital(word))
    }
}

/// Whether four of five places have capitals, of three or more.
fn is_capital((places, capitals): (u32, u32)) -> bool {
    places >= 3 && 5 * capitals >= 4 * places
}

impl Gathered {
    fn add(&mut self, number: usize, article: &Article, at: usize, length: usize) {
        let stream = &article.stream;
        self.uses += 1;
        self.agency += u32::from(article.agency);
        *self.stories.entry(article.story).or_default() += 1;
        if self.last == Some(number) {
            return;
        }
        self.last = Some(number);
        self.articles += 1;
        self.edge += usize::from(at < EDGE || at + length + EDGE > stream.len());
        self.around.extend(around(stream, at, length));
    }

    fn is_boilerplate(&mut self) -> bool {
        self.around.sort_unstable();
        let alike = self.around.chunk_by(|a, b| a == b).map(<[u64]>::len).max().unwrap_or(0);
        let habit = |articles: usize, fifths: usize| articles >= HABIT && 5 * articles >= fifths * self.articles;
        habit(alike, 2) || habit(self.edge, 4)
    }
}

/// The words around a place, hashed, where there are enough: what stands behind a stop is not around it.
fn around(stream: &[u32], at: usize, length: usize) -> Option<u64> {
    let before = stream[..at].iter().rev().take(AROUND).take_while(|w| **w != BREAK);
    let after = stream[at + length..].iter().take(AROUND).take_while(|w| **w != BREAK);
    let mut hasher = FxHasher::default();
    let mut n = 0;
    let mut add = |word: u32| {
        hasher.write_u32(word & !(CAPITAL | FIRST));
        n += 1;
    };
    before.for_each(|w| add(*w));
    add(BREAK);
    after.for_each(|w| add(*w));
    (n > ALIKE).then(|| hasher.finish())
}

fn is_pronoun(term: &str) -> bool {
    term == "i" || term.starts_with("i'")
}

/// The words of an outlet's name in normal form, and those that follow one another as one: `fox`, `news`, `foxnews`.
fn own_name(name: &str) -> FxHashSet<String> {
    let words = tokens::normal_tokens(name);
    let runs = (0..words.len()).flat_map(|from| (from..words.len()).map(move |to| from..=to));
    runs.map(|run| words[run].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_one_word_too() {
        let own = own_name("Fox Online News");
        assert!(["fox", "news", "foxonline", "foxonlinenews"].iter().all(|w| own.contains(*w)) && own.len() == 6);
    }

    #[test]
    fn what_stands_behind_a_stop_is_not_around() {
        let stream = [1, 2, 3, 4, 5, BREAK, 9, 9, 9];
        assert_eq!(around(&stream, 2, 1), around(&[7, 1 | CAPITAL, 2, 3, 4, 5, BREAK, 8][1..], 2, 1));
        assert_ne!(around(&stream, 2, 1), around(&[1, 2, 3, 4, 6], 2, 1));
        assert_eq!(around(&stream, 7, 1), None, "two words are too few");
    }
}
