//! Splits an article into the pieces that features are made of, in one place for training, scoring and explaining.
//!
//! Takes an [`Article`] and a [`Recipe`], hands on a [`Cut`]. Cleaning looks only at the article, not at its outlet, so
//! an article is cut the same whether its outlet is known or not. Words of all voices are used.

use super::recipe::{BlockKind, Boilerplate, Recipe};
use crate::corpus::Article;
use crate::cues::Matcher;
use crate::text::clean::{self, Cleaner, Known};
use crate::text::composed::{composed, places};
use crate::text::{Document, Reader, TokenKind, tokens};
use std::ops::Range;

/// Stands for the end of a line among tokens as written; twice for an empty line.
pub const LINE_END: &str = "¶";

/// An article, cleaned and cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// Normal forms of the words, separated by spaces, one sentence per line; empty if no block needs words.
    pub words: String,
    /// Words and marks as written, separated by spaces; a new line where something was masked. Empty if no block needs
    /// them.
    pub written: String,
    /// The prose, one paragraph per line; empty if no block needs characters.
    pub prose: String,
}

/// Cuts articles according to a recipe.
#[derive(Debug)]
pub struct Cutter {
    recipe: Recipe,
    cleaner: Cleaner,
    mask: Option<Matcher>,
}

impl Cutter {
    /// For a recipe.
    pub fn new(recipe: &Recipe) -> Self {
        let mask = (!recipe.masked.is_empty()).then(|| Matcher::of_phrases(&recipe.masked));
        Cutter { recipe: recipe.clone(), cleaner: Cleaner::default(), mask }
    }

    /// The part of an article that is counted, split into sentences and tokens, without voices.
    pub fn document<'t>(&self, article: &'t Article) -> Document<'t> {
        self.document_by(&mut Reader::default(), article)
    }

    /// The same, with a reader that is reused for many articles.
    pub fn document_by<'t>(&self, reader: &mut Reader, article: &'t Article) -> Document<'t> {
        let known = Known { outlet: None, title: article.title.as_deref(), author: article.author.as_deref() };
        let prose = match self.recipe.boilerplate {
            Boilerplate::Remove => self.cleaner.clean(&article.text, known),
            Boilerplate::Keep => clean::keep_all(&article.text),
        };
        reader.read_without_voices(&article.text, prose)
    }

    /// What is masked, as bytes of the text: sorted, not overlapping.
    pub fn masked(&self, document: &Document<'_>) -> Vec<Range<usize>> {
        let Some(mask) = &self.mask else { return Vec::new() };
        let found = mask.find(document).into_iter();
        found
            .map(|m| {
                let tokens = &document.tokens[m.tokens];
                tokens[0].start as usize..tokens[tokens.len() - 1].end as usize
            })
            .collect()
    }

    /// Cleans and cuts an article. The result depends only on the article and the recipe.
    pub fn cut(&self, article: &Article) -> Cut {
        let document = self.document(article);
        let masked = self.masked(&document);
        let mut cut = Cut::default();
        if self.recipe.has(BlockKind::Word) {
            cut.words = join(document.text.len(), |piece| words(&document, &masked, piece));
        }
        if self.recipe.has(BlockKind::Written) {
            cut.written = join(document.text.len(), |piece| written(&document, &masked, piece));
        }
        if self.recipe.has(BlockKind::Char) {
            cut.prose = prose(&document, &masked);
        }
        cut
    }
}

/// A piece and its bytes in the text; `None` where n-grams must not continue.
pub type Piece<'p> = Option<(&'p str, Range<usize>)>;

/// Joins pieces with spaces, and with new lines where n-grams must not continue.
fn join(capacity: usize, pieces: impl FnOnce(&mut dyn FnMut(Piece<'_>))) -> String {
    let mut joined = String::with_capacity(capacity);
    pieces(&mut |piece| {
        match piece {
            Some((word, _)) => joined.push_str(word),
            None if joined.is_empty() || joined.ends_with('\n') => return,
            None => {
                joined.pop();
                joined.push('\n');
                return;
            }
        }
        joined.push(' ');
    });
    joined.truncate(joined.trim_end().len());
    joined
}

/// Walks along sorted ranges and says whether a place is in one.
struct Walk<'r> {
    ranges: std::iter::Peekable<std::slice::Iter<'r, Range<usize>>>,
}

impl<'r> Walk<'r> {
    fn new(ranges: &'r [Range<usize>]) -> Self {
        Walk { ranges: ranges.iter().peekable() }
    }

    /// Places must increase.
    fn covers(&mut self, at: usize) -> bool {
        while self.ranges.peek().is_some_and(|range| range.end <= at) {
            self.ranges.next();
        }
        self.ranges.peek().is_some_and(|range| range.start <= at)
    }
}

/// Visits the normal forms of the words, with breaks between sentences and where something is masked.
pub fn words(document: &Document<'_>, masked: &[Range<usize>], visit: &mut dyn FnMut(Piece<'_>)) {
    let mut normal_form = String::new();
    word_tokens(document, masked, &mut |token| match token {
        None => visit(None),
        Some(token) => {
            normal(document, token, &mut normal_form);
            if !normal_form.is_empty() {
                visit(Some((&normal_form, document.tokens[token].range())));
            }
        }
    });
}

/// Visits the words as indices of the tokens; `None` between sentences and where something is masked.
pub fn word_tokens(document: &Document<'_>, masked: &[Range<usize>], visit: &mut dyn FnMut(Option<usize>)) {
    let mut walk = Walk::new(masked);
    for sentence in &document.sentences {
        for token in sentence.tokens.clone() {
            let found = &document.tokens[token];
            if walk.covers(found.start as usize) {
                visit(None);
            } else if found.kind == TokenKind::Word {
                visit(Some(token));
            }
        }
        visit(None);
    }
}

/// Writes the normal form of a token to `out`; it may be empty.
pub fn normal(document: &Document<'_>, token: usize, out: &mut String) {
    tokens::normalize(document.tokens[token].of(document.text), out);
}

/// Visits words and marks as written (composed): runs of letters and digits, every other mark on its own, [`LINE_END`]
/// between lines. There are breaks only where something is masked.
pub fn written(document: &Document<'_>, masked: &[Range<usize>], visit: &mut dyn FnMut(Piece<'_>)) {
    let text = document.text;
    let mut walk = Walk::new(masked);
    let mut before: Option<usize> = None;
    let mut word = String::new();
    for paragraph in &document.paragraphs {
        if let Some(end) = before {
            let n_ends = text[end..paragraph.start].matches('\n').count();
            let mark = [LINE_END, "¶¶"][usize::from(n_ends > 1)];
            visit(Some((mark, end..end)));
        }
        before = Some(paragraph.end);
        let mut range = 0..0;
        places(&text[paragraph.clone()]).for_each(|(c, place)| {
            let (at, end) = (paragraph.start + place.start, paragraph.start + place.end);
            let is_masked = walk.covers(at);
            if c.is_alphanumeric() && !is_masked {
                range = if word.is_empty() { at..end } else { range.start..end };
                word.push(c);
                return;
            }
            if !word.is_empty() {
                visit(Some((&word, range.clone())));
                word.clear();
            }
            if is_masked {
                visit(None);
            } else if !c.is_whitespace() && !c.is_control() {
                visit(Some((c.encode_utf8(&mut [0; 4]), at..end)));
            }
        });
        if !word.is_empty() {
            visit(Some((&word, range)));
            word.clear();
        }
    }
}

/// The paragraphs without what is masked, one per line; letters and combining marks are composed.
pub fn prose(document: &Document<'_>, masked: &[Range<usize>]) -> String {
    let shown = shown(document, masked).into_iter();
    shown.map(|range| composed(&document.text[range])).collect::<Vec<_>>().join("\n")
}

/// The paragraphs without what is masked, as bytes of the text.
pub fn shown(document: &Document<'_>, masked: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut shown = Vec::with_capacity(document.paragraphs.len() + masked.len());
    let mut masked = masked.iter().peekable();
    for paragraph in &document.paragraphs {
        let mut at = paragraph.start;
        while let Some(mask) = masked.next_if(|mask| mask.start < paragraph.end) {
            shown.push(at..mask.start.max(at));
            at = mask.end.max(at);
        }
        shown.push(at..paragraph.end.max(at));
    }
    shown.retain(|range| !range.is_empty());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recipe::Block;

    fn recipe(masked: &[&str]) -> Recipe {
        Recipe {
            boilerplate: Boilerplate::Keep,
            masked: masked.iter().map(|m| (*m).to_owned()).collect(),
            blocks: vec![Block::WORDS, Block::WRITTEN, Block::CHARACTERS],
        }
    }

    fn article(text: &str) -> Article {
        Article { text: text.to_owned(), ..Article::default() }
    }

    #[test]
    fn the_same_text_in_three_ways() {
        let cut = Cutter::new(&recipe(&[])).cut(&article("The regime’s army fled. It “lost”.\n\nU.S. aid"));
        assert_eq!(cut.words, "the regime army fled\nit lost\nu.s aid");
        assert_eq!(cut.written, "The regime ’ s army fled . It “ lost ” . ¶¶ U . S . aid");
        assert_eq!(cut.prose, "The regime’s army fled. It “lost”.\nU.S. aid");
    }

    #[test]
    fn composed_and_decomposed_texts_are_cut_alike() {
        let cut = |text| Cutter::new(&recipe(&["régie"])).cut(&article(text));
        let decomposed = cut("Le re\u{301}gime de l’E\u{301}tat, la re\u{301}gie. Vie\u{323}\u{302}t");
        assert_eq!(decomposed, cut("Le régime de l’État, la régie. Việt"));
        assert_eq!(decomposed.written, "Le régime de l ’ État , la\n. Việt");
    }

    #[test]
    fn n_grams_never_bridge_what_is_masked() {
        let cut =
            Cutter::new(&recipe(&["regime*", "free press"])).cut(&article("A Regime's man of Free Press said so"));
        assert_eq!(cut.words, "a\nman of\nsaid so");
        assert_eq!(cut.written, "A\n' s man of\nsaid so");
        assert_eq!(cut.prose, "A \n's man of \n said so");
    }

    #[test]
    fn an_article_is_cut_the_same_whoever_published_it() {
        let known =
            Article { outlet: Some("The Daily Lantern".to_owned()), ..article("The Daily Lantern\nIt rained.") };
        let recipe = Recipe { boilerplate: Boilerplate::Remove, ..recipe(&[]) };
        let cutter = Cutter::new(&recipe);
        assert_eq!(cutter.cut(&known), cutter.cut(&Article { outlet: None, ..known.clone() }));
    }
}
