//! The page of `aslant voice --html`: articles in their original form, with everything that isn't in the outlet's own
//! voice in colour.
//!
//! Takes articles with their spans one by one and returns a page that makes no network requests and runs nothing. It is
//! smaller than [`MOST_BYTES`]: articles that don't fit are counted. All text is escaped by askama.

use super::{MOST_BYTES, embed, failed};
use crate::corpus::Article;
use crate::error::Result;
use crate::report::{counted, thousands};
use crate::text::snippet::fold_space;
use crate::text::{Document, Voice, VoiceSpan};
use askama::Template;
use std::ops::Range;

const STYLE: &str = include_str!("templates/voices.css");

#[derive(Template)]
#[template(path = "voices.html")]
struct Page<'p> {
    policy: String,
    style: &'static str,
    version: &'static str,
    shown: String,
    articles: &'p [ArticleView],
}

/// One article as the page shows it.
#[derive(Debug)]
pub struct ArticleView {
    heading: String,
    facts: Vec<String>,
    paragraphs: Vec<Vec<Piece>>,
    /// The approximate space that it takes in the page.
    bytes: usize,
}

/// A stretch of one voice within a paragraph.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    voice: &'static str,
    text: String,
    /// Set on the last piece of a span.
    speaker: Option<String>,
}

/// An upper bound for what a piece, a paragraph and an article take in addition to their texts.
const TAGS: usize = 160;
/// `&` becomes `&#38;`; no character grows by more.
const ESCAPED: usize = 4;

impl ArticleView {
    /// An article cut into paragraphs (its lines) and voices.
    pub fn new(article: &Article, document: &Document<'_>) -> ArticleView {
        let text = document.text;
        let paragraphs: Vec<_> = lines(text).map(|line| pieces(text, line, &document.voices)).collect();
        let heading = article.title.clone().unwrap_or_else(|| article.id.clone());
        let mut facts: Vec<String> = article.outlet.iter().cloned().collect();
        facts.extend(article.date.map(|d| d.to_string()));
        facts.extend(parts(document));
        let special = |s: &str| s.len() + ESCAPED * s.bytes().filter(|b| b"<>&\"'".contains(b)).count();
        let piece = |p: &Piece| TAGS + special(&p.text) + p.speaker.as_deref().map_or(0, special);
        let bytes = special(&heading)
            + facts.iter().map(|f| TAGS + special(f)).sum::<usize>()
            + paragraphs.iter().map(|p| TAGS + p.iter().map(piece).sum::<usize>()).sum::<usize>();
        ArticleView { heading, facts, paragraphs, bytes: TAGS + bytes }
    }
}

/// The part of the words in other voices: "23% quoted".
fn parts(document: &Document<'_>) -> Vec<String> {
    let voices = document.token_voices();
    let part = |voice: Voice| {
        let n = voices.iter().filter(|(v, _)| *v == voice).count();
        (n > 0).then(|| format!("{:.0}% {}", 100.0 * n as f64 / voices.len() as f64, voice.name()))
    };
    [Voice::Quoted, Voice::Reported, Voice::Scare].into_iter().filter_map(part).collect()
}

/// The lines of a text that aren't blank.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let trimmed = line.trim_start();
        let first = at + line.len() - trimmed.len();
        (!trimmed.is_empty()).then(|| first..first + trimmed.trim_end().len())
    })
}

/// A line, cut wherever the voice changes.
fn pieces(text: &str, line: Range<usize>, spans: &[VoiceSpan]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = line.start;
    let mut push = |range: Range<usize>, voice: Voice, speaker: Option<String>| {
        if !range.is_empty() {
            pieces.push(Piece { voice: voice.name(), text: text[range].to_owned(), speaker });
        }
    };
    let from = spans.partition_point(|s| s.range.end <= line.start);
    for span in spans[from..].iter().take_while(|s| s.range.start < line.end) {
        let start = span.range.start.max(at);
        let end = span.range.end.min(line.end);
        push(at..start, Voice::Own, None);
        let ends = span.range.end <= line.end;
        let speaker = span.speaker.clone().filter(|_| ends).map(|s| fold_space(&text[s]));
        push(start..end, span.voice, speaker);
        at = end;
    }
    push(at..line.end, Voice::Own, None);
    pieces
}

/// Articles that fit into the page, and the number of all articles.
#[derive(Debug, Default)]
pub struct Voices {
    shown: Vec<ArticleView>,
    bytes: usize,
    articles: u64,
}

impl Voices {
    /// Adds an article, if it has room.
    pub fn push(&mut self, article: ArticleView) {
        self.articles += 1;
        // Space is reserved for the frame. After one article that doesn't fit, no other is added: the page has the
        // first ones.
        if self.is_full() {
            return;
        }
        self.bytes += article.bytes;
        if !self.is_full() {
            self.shown.push(article);
        }
    }

    /// Whether no further article fits.
    pub fn is_full(&self) -> bool {
        self.bytes > MOST_BYTES - STYLE.len() - 10 * TAGS
    }

    /// The page.
    ///
    /// # Errors
    /// Only if the template fails, which is a bug.
    pub fn page(&self) -> Result<String> {
        let all = counted(self.articles, "article", "articles");
        let shown = self.shown.len() as u64;
        let shown = match shown == self.articles {
            true => all,
            false => format!("The first {} of {all}: a page has room for 2 MB", thousands(shown)),
        };
        let page = Page {
            policy: embed::policy(STYLE, None),
            style: STYLE,
            version: env!("CARGO_PKG_VERSION"),
            shown,
            articles: &self.shown,
        };
        page.render().map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean::keep_all;

    fn view(text: &str) -> ArticleView {
        let document = Document::new(text, keep_all(text));
        let article = Article { id: "one".into(), text: text.into(), ..Article::default() };
        ArticleView::new(&article, &document)
    }

    fn shown(text: &str) -> Vec<String> {
        let show = |p: &Piece| {
            let speaker = p.speaker.as_ref().map_or(String::new(), |s| format!(" ({s})"));
            format!("{}: {}{speaker}", p.voice, p.text)
        };
        view(text).paragraphs.iter().map(|p| p.iter().map(show).collect::<Vec<_>>().join(" | ")).collect()
    }

    #[test]
    fn a_text_is_cut_where_the_voice_changes() {
        let text = "The town fell.\n\n“We will return,” Mr Darwish said.\n";
        assert_eq!(
            shown(text),
            ["own: The town fell.", "own: “ | quoted: We will return, (Mr Darwish) | own: ” Mr Darwish said."]
        );
        assert_eq!(shown(" \n\t"), Vec::<String>::new());
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        let text = "  He said the mill had closed.\r\nThe ‘moderates’ left; “we stay”, she said.";
        let pieces = view(text).paragraphs;
        let all: Vec<String> = pieces.iter().map(|p| p.iter().map(|p| p.text.as_str()).collect()).collect();
        assert_eq!(all, text.lines().map(|l| l.trim().to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn a_hostile_text_stays_text() {
        let mut voices = Voices::default();
        voices.push(view("</style><script>alert(1)</script>"));
        let page = voices.page().expect("a page");
        assert!(page.contains("alert(1)") && !page.contains("<script"));
        assert!(page.contains("sha256-") && page.contains("<p>1 article."));
    }

    #[test]
    fn a_page_stays_below_its_limit() {
        let mut voices = Voices::default();
        let text = "“&&&&&&&&&&,” he said. ‘<’ \n".repeat(2_000);
        for _ in 0..20 {
            voices.push(view(&text));
        }
        let page = voices.page().expect("a page");
        assert!(page.len() < MOST_BYTES && page.len() > MOST_BYTES / 8, "{}", page.len());
        assert!(page.contains("of 20 articles"));
    }
}
