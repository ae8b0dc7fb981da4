//! What a finding may be other than a choice of words: boilerplate, the outlet's own name, house style, a name, a
//! single story, agency copy. Such findings aren't left out; a note says so.

use super::Row;
use super::counted::{Article, Counted};
use super::style::is_style;
use crate::compare::collect::Collected;
use crate::error::Result;
use crate::text::tokens;
use rustc_hash::FxHashSet;

/// What a finding may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// It occurs between the same words in two of five of its articles, or near the beginning or end of four of five.
    Boilerplate,
    /// It contains a capitalised word of the outlet's own name, or it has several words, all of which are part of that
    /// name.
    OwnName,
    /// Titles, dates, abbreviations, spelling.
    HouseStyle,
    /// It starts and ends with capitals inside sentences four times out of five.
    Name,
    /// More than half of its uses are in one story.
    SingleStory,
    /// More than half of its uses are in articles that credit an agency, and more than one and a half times the part of
    /// all words that are.
    AgencyCopy,
}

impl Note {
    /// All notes.
    pub const ALL: [Note; 6] =
        [Note::Boilerplate, Note::OwnName, Note::HouseStyle, Note::Name, Note::SingleStory, Note::AgencyCopy];

    /// Whether it says more about how an article was made than about a choice of words.
    pub fn is_aside(self) -> bool {
        matches!(self, Note::AgencyCopy | Note::Boilerplate | Note::OwnName | Note::SingleStory)
    }

    /// The name in the tables.
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

/// A term without a row.
const NONE: u32 = u32::MAX;

/// With fewer articles, the same surroundings are no habit.
pub const HABIT: usize = 5;

/// What is the same for all outlets.
pub(super) struct Context<'a> {
    pub counted: &'a Counted,
    pub collected: &'a Collected,
    /// All words of the table.
    pub vocabulary: &'a FxHashSet<&'a str>,
}

/// What is collected about a term in an outlet's articles.
#[derive(Default)]
struct Gathered {
    /// For each article, the hash of the words around its first use, if there are enough.
    around: Vec<u64>,
    articles: usize,
    /// Articles whose first use is near the beginning or end.
    edge: usize,
    /// One entry per article: its story, and the uses there.
    stories: Vec<(u32, u32)>,
    uses: u32,
    agency: u32,
    last: Option<usize>,
}

impl Context<'_> {
    /// Writes the notes and the number of stories of one outlet's rows; `terms` are the terms of the rows.
    ///
    /// # Errors
    /// If the words of its articles can't be read.
    pub fn write(&self, outlet: usize, name: &str, terms: &[u32], rows: &mut [Row]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut row_of = vec![NONE; self.counted.names.len()];
        terms.iter().enumerate().for_each(|(row, term)| row_of[*term as usize] = row as u32);
        let mut gathered: Vec<Gathered> = terms.iter().map(|_| Gathered::default()).collect();
        let (mut words, mut of_agency) = (0.0, 0.0);
        let mut reader = self.counted.reader();
        let articles = self.counted.all(self.collected).enumerate();
        for (i, article) in articles.filter(|(_, a)| a.outlet as usize == outlet) {
            words += f64::from(article.words);
            of_agency += if article.agency { f64::from(article.words) } else { 0.0 };
            let is_asked = |term: u32| row_of[term as usize] != NONE;
            article.uses(&mut reader, is_asked, |term, uses, first| {
                gathered[row_of[term as usize] as usize].add(i, &article, uses, first);
            })?;
        }
        let own = own_name(name);
        for ((row, mut gathered), term) in rows.iter_mut().zip(gathered).zip(terms) {
            let (stories, most) = gathered.stories();
            row.stories = stories;
            row.notes = self.notes(row, (gathered, most), *term, &own, of_agency / words);
        }
        Ok(())
    }

    /// `most` is the highest number of uses in one story.
    fn notes(
        &self,
        row: &Row,
        (mut g, most): (Gathered, u32),
        term: u32,
        own: &FxHashSet<String>,
        agency: f64,
    ) -> Vec<Note> {
        let words: Vec<&str> = row.term.split(' ').collect();
        let is_name = is_capital(self.counted.capitals[term as usize]) && !is_pronoun(&row.term);
        let is_own = self.is_own(&words, own);
        let is_style = is_style(&words, &|word| self.vocabulary.contains(word));
        let uses = f64::from(g.uses);
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
    fn is_own(&self, words: &[&str], own: &FxHashSet<String>) -> bool {
        let capital = |word: &str| {
            let single = self.counted.names.single(word);
            single.is_some_and(|single| is_capital(self.counted.capitals[single as usize]))
        };
        let mut named = words.iter().filter(|w| own.contains(**w));
        (words.len() > 1 && words.iter().all(|w| own.contains(*w))) || named.any(|word| capital(word))
    }
}

/// Whether four of five occurrences have capitals, out of at least three.
fn is_capital((places, capitals): (u32, u32)) -> bool {
    places >= 3 && 5 * capitals >= 4 * places
}

impl Gathered {
    fn add(&mut self, number: usize, article: &Article, uses: u32, first: &dyn Fn() -> (bool, Option<u64>)) {
        self.uses += uses;
        self.agency += if article.agency { uses } else { 0 };
        if let Some((_, of_story)) = self.stories.last_mut().filter(|_| self.last == Some(number)) {
            *of_story += uses;
            return;
        }
        self.stories.push((article.story, uses));
        self.last = Some(number);
        self.articles += 1;
        let (edge, around) = first();
        self.edge += usize::from(edge);
        self.around.extend(around);
    }

    /// The number of stories, and the highest number of uses in one of them.
    fn stories(&mut self) -> (usize, u32) {
        self.stories.sort_unstable();
        let uses = self.stories.chunk_by(|a, b| a.0 == b.0).map(|story| story.iter().map(|(_, uses)| uses).sum());
        uses.fold((0, 0), |(n, most), uses: u32| (n + 1, most.max(uses)))
    }

    fn is_boilerplate(&mut self) -> bool {
        self.around.sort_unstable();
        let alike = self.around.chunk_by(|a, b| a == b).map(<[u64]>::len).max().unwrap_or(0);
        let habit = |articles: usize, fifths: usize| articles >= HABIT && 5 * articles >= fifths * self.articles;
        habit(alike, 2) || habit(self.edge, 4)
    }
}

fn is_pronoun(term: &str) -> bool {
    term == "i" || term.starts_with("i'")
}

/// The words of an outlet's name in normal form, and adjacent ones joined: `fox`, `news`, `foxnews`.
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
}
