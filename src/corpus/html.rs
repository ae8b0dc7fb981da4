//! HTML pages: the text of the article, and the page's metadata.
//!
//! Takes a page as text; hands on a [`Page`]. This is the only file that uses the extraction library (`trafilatura`, a
//! port of Barbaresi 2021, doi:10.18653/v1/2021.acl-demo.15). Block quotations get quotation marks in `block_quotes`;
//! `shown` makes the paragraphs. Lines that remain of menus and captions are [`crate::text::clean`]'s job.
//!
//! Pages are untrusted: one that is too large, or nested deeper than any browser would follow (`outline`), is refused,
//! and a failure of the library stays in its own thread.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use trafilatura::dom::Document;
use trafilatura::{ExtractResult, Options, extract_document};

use super::decode::{self, By, Chosen};
use super::folder::Pairs;
use super::{block_quotes, outline, shown};
use crate::counted::thousands;
use crate::error::{Error, Place};
use crate::guarded::guarded;
use crate::limits;

/// The article of a page. What the page doesn't say is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// One paragraph per line, with an empty line between two. Empty if the page has no article.
    pub(crate) text: String,
    /// The site's name (`og:site_name` and the like), else its host.
    pub(crate) outlet: Option<String>,
    /// As `2017-04-05`.
    pub(crate) date: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) url: Option<String>,
    /// A code such as `en`.
    pub(crate) language: Option<String>,
}

impl Page {
    /// The page's metadata in the form of a front matter.
    pub(crate) fn pairs(&self) -> Pairs<'_> {
        let told = [
            ("outlet", &self.outlet),
            ("date", &self.date),
            ("title", &self.title),
            ("author", &self.author),
            ("url", &self.url),
            ("language", &self.language),
        ];
        told.into_iter().filter_map(|(key, value)| value.as_deref().map(|v| (key.into(), v.into()))).collect()
    }
}

/// Why a page isn't read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It has more than [`limits::PAGE`] bytes.
    Large,
    /// Its elements are nested deeper than [`limits::PAGE_DEPTH`].
    Deep,
    /// It has more than [`limits::PAGE_ELEMENTS`] elements.
    Many,
    /// The library failed.
    Failed,
}

/// The library recurses into the page; the usual stack of a thread is too small for the deepest page.
const STACK: usize = 64 << 20;

/// Reads a page.
///
/// # Errors
/// If the page is too large or too deep, or the library failed. A page without an article isn't an error: its text is
/// empty.
pub(crate) fn read(html: &str) -> Result<Page, Refused> {
    if html.len() > limits::PAGE {
        return Err(Refused::Large);
    }
    // A deep page needs that thread's stack.
    std::thread::scope(|scope| {
        let read = || guarded(|| extract(html)).unwrap_or(Err(Refused::Failed));
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        thread.map_err(|_| Refused::Failed)?.join().map_err(|_| Refused::Failed)?
    })
}

/// The error for a page that isn't read.
pub(crate) fn error(refused: Refused, name: &str) -> Error {
    let (found, expected) = match refused {
        Refused::Large => (format!("a page of more than {} MiB", limits::PAGE >> 20), "the page of one article"),
        Refused::Deep => (format!("elements nested more than {} deep", limits::PAGE_DEPTH), "the page of one article"),
        Refused::Many => {
            (format!("more than {} elements", thousands(limits::PAGE_ELEMENTS as u64)), "the page of one article")
        }
        Refused::Failed => ("a page that the HTML reader gave up on".to_owned(), "well-formed HTML"),
    };
    Error::data("a page that can't be read")
        .at(Place::file(name))
        .found(found)
        .expected(expected)
        .help("save its text as a .txt file, or remove it from the input")
}

fn extract(html: &str) -> Result<Page, Refused> {
    outline::check(html)?;
    let mut document = Document::parse(html);
    if is_deep(&document) {
        return Err(Refused::Deep);
    }
    block_quotes::mark(&mut document);
    let Some(mut found) = article(document) else { return Ok(Page::default()) };
    let is_one_paragraph = found.content_html.matches('<').count() <= 2;
    if is_one_paragraph {
        let mut again = Document::parse(html);
        block_quotes::mark(&mut again);
        shown::mark_ends(&mut again);
        found.content_html = article(again).map_or(found.content_html, |again| again.content_html);
    }
    let meta = found.metadata;
    let given = |value: String| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
    let title = given(meta.title);
    let text = paragraphs(&block_quotes::quoted(&shown::text(&found.content_html)));
    Ok(Page {
        text: without_title(text, title.as_deref()),
        outlet: given(meta.sitename).or_else(|| given(meta.hostname)),
        date: published(html).or(meta.date).map(|day| as_written(html, day).unwrap_or_else(|| day.to_string())),
        title,
        author: given(meta.author),
        url: given(meta.url),
        language: given(meta.language),
    })
}

/// The article of a page, unless there is too little text, or none.
fn article(document: Document) -> Option<ExtractResult> {
    extract_document(document, &Options::default().with_fallback(true).with_exclude_comments(true)).ok()
}

/// A text without the headline, if that is its first paragraph: as with a title in a column of its own.
fn without_title(text: String, title: Option<&str>) -> String {
    match text.split_once("\n\n") {
        Some((first, rest)) if title.is_some_and(|title| first.split_whitespace().eq(title.split_whitespace())) => {
            rest.to_owned()
        }
        _ => text,
    }
}

/// A date as the page writes it, if that is `03/04/2019` or `04/03/2019`: the library reads the day first, but other
/// pages say which it is.
fn as_written(html: &str, day: NaiveDate) -> Option<String> {
    let turned = NaiveDate::from_ymd_opt(day.year(), day.day(), day.month()).filter(|turned| *turned != day)?;
    if [day, turned].iter().any(|day| html.contains(&day.to_string())) {
        return None;
    }
    let numbers = |day: NaiveDate| {
        [format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()), day.format("%-d/%-m/%Y").to_string()]
    };
    [day, turned].into_iter().flat_map(numbers).find(|written| html.contains(written))
}

/// The day of publication in a page's JSON-LD. The library would take the day of the last change if both are there.
fn published(html: &str) -> Option<NaiveDate> {
    let key = "\"datePublished\"";
    let behind = html[html.find(key)? + key.len()..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    NaiveDate::parse_from_str(behind.get(..10)?, "%Y-%m-%d").ok()
}

/// Lines as paragraphs, as texts have them.
fn paragraphs(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n\n")
}

/// Whether any element is nested deeper than [`limits::PAGE_DEPTH`].
fn is_deep(document: &Document) -> bool {
    let mut level = vec![document.root()];
    for _ in 0..=limits::PAGE_DEPTH {
        level = level.into_iter().flat_map(|node| document.children(node)).collect();
        if level.is_empty() {
            return false;
        }
    }
    true
}

/// Everything that is done with a page before the library reads it, and whether the library would read it. For fuzzing,
/// which has no time for more.
#[cfg(fuzzing)]
pub fn would_read(bytes: &[u8]) -> bool {
    let (html, ..) = decode(bytes, None);
    let _ = (published(&html), looks_like_page(&html));
    outline::check(&html).is_ok() && !is_deep(&Document::parse(&html))
}

/// The text of a page, its encoding, and whether it has bytes that are invalid in it.
///
/// The encoding is the one requested; else that of the byte order mark; else UTF-8 if the page is valid UTF-8 (pages
/// saved by a browser often keep the original's declaration); else the one that the page declares; else the likeliest.
pub(crate) fn decode<'b>(bytes: &'b [u8], asked: Option<&'static Encoding>) -> (Cow<'b, str>, Chosen, bool) {
    let marked = Encoding::for_bom(bytes).is_some();
    let declared = declared(bytes).filter(|encoding| {
        asked.is_none() && !marked && (*encoding == ISO_2022_JP || std::str::from_utf8(bytes).is_err())
    });
    let Some(encoding) = declared else { return decode::whole_text(bytes, asked) };
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    (text, Chosen { encoding, by: By::Certain }, malformed)
}

/// The encoding that a page's first lines declare (`<meta charset=…>`, `<?xml encoding=…?>`).
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    const LOOKED_AT: usize = 4096;
    let head = bytes[..bytes.len().min(LOOKED_AT)].to_ascii_lowercase();
    ["charset=".as_bytes(), b"encoding="].iter().find_map(|key| {
        let from = memchr::memmem::find(&head, key)? + key.len();
        let value = head[from..].iter().skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '));
        let label: Vec<u8> =
            value.copied().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)).collect();
        // A page that declares UTF-16 in single bytes is wrong; the standard reads it as UTF-8.
        Encoding::for_label(&label).map(|found| if [UTF_16LE, UTF_16BE].contains(&found) { UTF_8 } else { found })
    })
}

/// Whether a text of unknown kind begins like a page.
pub(crate) fn looks_like_page(start: &str) -> bool {
    let start = start.trim_start().as_bytes();
    let begins = |with: &str| start.get(..with.len()).is_some_and(|s| s.eq_ignore_ascii_case(with.as_bytes()));
    begins("<!doctype html") || begins("<html")
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn dates_of_three_numbers_stay_as_written() {
        let page = |date: &str| {
            let html = format!(
                "<html><head><title>The town</title><meta property=\"article:published_time\" content=\"{date}\"></head><body>\
                 <article><p>The town opened its bridge on Saturday, later than planned and at twice the cost.</p></article>\
                 </body></html>"
            );
            read(&html).unwrap_or_default().date
        };
        assert_eq!(page("06/07/2019").as_deref(), Some("06/07/2019"));
        assert_eq!(page("2019-07-06T10:00:00Z").as_deref(), Some("2019-07-06"));
        // Only one reading.
        assert_eq!(page("12/25/2018").as_deref(), Some("2018-12-25"));
    }
}
