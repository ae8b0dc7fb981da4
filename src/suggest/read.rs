//! Reads a corpus: for every article, the numbers of its words and the places of cues among them.

use super::words::Words;
use crate::compare::keywords::words::parts;
use crate::corpus::{Article, Corpus, Pass};
use crate::cues::{CueMatch, Lexicon, Matcher, Target};
use crate::error::Result;
use crate::features::phrases::{CAPITAL, FIRST, WORD};
use crate::features::{BREAK, SharedTermTable};
use crate::stories::{self, Fingerprint, Fingerprints, Foreign, Published, Reprint};
use crate::text::clean::{Cleaner, Known};
use crate::text::{Document, TokenKind, tokens};
use std::collections::BTreeMap;

/// A place of a cue, as indices into [`Text::words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CueAt {
    pub contrast: u32,
    pub pole: u32,
    /// The number of the cue's form in the text, in normal form.
    pub form: u32,
    pub from: u32,
    pub to: u32,
}

/// An article as its words.
#[derive(Debug)]
pub(super) struct Text {
    pub id: String,
    pub outlet: Option<usize>,
    /// The number of its story; `None` if it isn't part of one.
    pub story: Option<usize>,
    /// Words with [`CAPITAL`] and [`FIRST`]; [`BREAK`] marks what a phrase must not cross.
    pub words: Vec<u32>,
    pub cues: Vec<CueAt>,
}

/// All articles but reprints, sorted by id.
#[derive(Debug)]
pub(super) struct Texts {
    pub articles: Vec<Text>,
    pub outlets: Vec<String>,
    pub words: Words,
    pub reprints: usize,
    pub foreign: Foreign,
}

/// The words of a document, and the token of each.
pub(super) struct Stream {
    pub words: Vec<u32>,
    /// For each word, the index of its token; for a [`BREAK`], that of the next token.
    pub tokens: Vec<u32>,
}

/// Cuts a document into its words in all voices.
pub(super) fn stream(document: &Document<'_>, table: &SharedTermTable) -> Stream {
    let (mut words, mut places, mut normal) = (Vec::new(), Vec::new(), String::new());
    for sentence in &document.sentences {
        let mut before: Option<u32> = None;
        for i in sentence.tokens.clone() {
            let token = &document.tokens[i];
            if token.kind != TokenKind::Word {
                before = None;
                continue;
            }
            let parted = before.is_none_or(|end| parts(&document.text[end as usize..token.start as usize]));
            if parted && words.last().is_some_and(|w| *w != BREAK) {
                words.push(BREAK);
                places.push(i as u32);
            }
            let text = token.of(document.text);
            tokens::normalize(text, &mut normal);
            let capital = if text.chars().next().is_some_and(char::is_uppercase) { CAPITAL } else { 0 };
            let first = if i == sentence.tokens.start { FIRST } else { 0 };
            words.push(table.id(&normal) | capital | first);
            places.push(i as u32);
            before = Some(token.end);
        }
    }
    Stream { words, tokens: places }
}

/// Prepares an article in the same way whenever it is read.
pub(super) fn document<'a>(cleaner: &Cleaner, article: &'a Article) -> Document<'a> {
    Document::without_voices(&article.text, cleaner.clean(&article.text, Known::of(article)))
}

struct Looked {
    text: Text,
    outlet: Option<String>,
    date: Option<chrono::NaiveDate>,
}

/// Reads all articles, leaving out reprints.
///
/// # Errors
/// Bad rows (all of them in one error); an empty corpus; a reading failure.
pub(super) fn read(
    corpus: &Corpus,
    lexicon: &Lexicon,
    cleaner: &Cleaner,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Texts> {
    let (matcher, table) = (Matcher::new(lexicon), SharedTermTable::default());
    let (mut looked, mut prints): (Vec<(Looked, u32)>, _) = (Vec::new(), Fingerprints::default());
    let mut foreign = Foreign::default();
    corpus.for_each(
        Pass::new().progress(&|p| progress(p.part())),
        |_, article| look(cleaner, &matcher, &table, article),
        |_, (article, print)| {
            if print.is_foreign {
                foreign.add(&article.text.id);
            }
            looked.push((article, prints.push(&print)?));
            Ok(())
        },
    )?;
    looked.sort_by(|(a, _), (b, _)| a.text.id.cmp(&b.text.id));
    let names: BTreeMap<&str, usize> = looked.iter().filter_map(|(l, _)| Some((l.outlet.as_deref()?, 0))).collect();
    let outlets: Vec<String> = names.into_keys().map(str::to_owned).collect();
    let number = |name: &String| outlets.binary_search(name).ok();
    let mut published = Vec::new();
    for (article, _) in &mut looked {
        article.text.outlet = article.outlet.as_ref().and_then(number);
        published.push(Published { outlet: article.text.outlet.map(|outlet| outlet as u32), date: article.date });
    }
    let (mut articles, numbers): (Vec<Text>, Vec<u32>) = looked.into_iter().map(|(l, number)| (l.text, number)).unzip();
    let found = stories::find(prints, numbers, published)?;
    articles.iter_mut().zip(&found.stories).for_each(|(article, story)| {
        article.story = story.map(|story| story as usize);
    });
    let is_copy = |article: usize| found.reprints.get(&article).is_some_and(Reprint::is_mostly_copied);
    let mut own = (0..articles.len()).map(|article| !is_copy(article));
    let all = articles.len();
    articles.retain(|_| own.next().unwrap_or(true));
    let words = renumber(&mut articles, table.into_terms());
    Ok(Texts { reprints: all - articles.len(), articles, outlets, words, foreign })
}

fn look(cleaner: &Cleaner, matcher: &Matcher, table: &SharedTermTable, article: Article) -> (Looked, Fingerprint) {
    let document = document(cleaner, &article);
    let Stream { words, tokens: places } = stream(&document, table);
    let fingerprint = Fingerprint::of(&document, article.title.as_deref());
    let place = |token: usize| places.partition_point(|&p| (p as usize) < token);
    let cue = |found: &CueMatch| {
        let Target::Cue { pole, .. } = found.target else { return None };
        let mut form = String::new();
        let mut normal = String::new();
        for token in &document.tokens[found.tokens.clone()] {
            tokens::normalize(token.of(document.text), &mut normal);
            let space = if form.is_empty() || normal.starts_with('\'') { "" } else { " " };
            form.push_str(space);
            form.push_str(&normal);
        }
        let mut from = place(found.tokens.start);
        if words.get(from) == Some(&BREAK) {
            from += 1;
        }
        let mut to = place(found.tokens.end);
        // The break before the next word isn't part of the cue.
        to = to.max(from + 1).min(words.len());
        Some(CueAt {
            contrast: found.contrast as u32,
            pole: pole as u32,
            form: table.id(&form),
            from: from as u32,
            to: to as u32,
        })
    };
    let cues = matcher.find(&document).iter().filter_map(cue).filter(|c| c.from < c.to).collect();
    let Article { id, outlet, date, .. } = article;
    (Looked { text: Text { id, outlet: None, story: None, words, cues }, outlet, date }, fingerprint)
}

/// Renumbers words in sorted order, which doesn't depend on the threads.
fn renumber(articles: &mut [Text], names: Vec<Box<str>>) -> Words {
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.sort_by(|a, b| names[*a as usize].cmp(&names[*b as usize]));
    let mut ranks = vec![0; names.len()];
    order.iter().enumerate().for_each(|(rank, &old)| ranks[old as usize] = rank as u32);
    for article in articles.iter_mut() {
        for word in article.words.iter_mut().filter(|w| **w != BREAK) {
            *word = ranks[(*word & WORD) as usize] | (*word & (CAPITAL | FIRST));
        }
        article.cues.iter_mut().for_each(|cue| cue.form = ranks[cue.form as usize]);
    }
    let mut names: Vec<Option<Box<str>>> = names.into_iter().map(Some).collect();
    let sorted = order.iter().filter_map(|&old| names[old as usize].take()).collect();
    Words::new(sorted, articles.iter().map(|a| a.words.as_slice()))
}
