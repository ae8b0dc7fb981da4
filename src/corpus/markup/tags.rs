//! Tags: where they begin and end, and which elements are known.
//!
//! html5ever's tokenizer doesn't report positions, but what is removed must be located in the text as given.

/// Elements that begin and end a paragraph.
pub(in crate::corpus) const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];
/// Elements that a browser doesn't show.
pub(super) const HIDDEN: &[&str] = &["head", "iframe", "noscript", "script", "style", "svg", "template"];
/// Inline elements.
pub(super) const INLINE: &[&str] = &[
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "mark", "q", "s", "small", "span",
    "strike", "strong", "sub", "sup", "time", "u",
];

/// A tag, a comment or a declaration; only tags have a name.
pub(super) struct Tag<'t> {
    pub name: &'t str,
    pub is_end: bool,
    /// Where it ends.
    pub end: usize,
}

impl Tag<'_> {
    pub fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }
}

/// The tags of a text, one after the other.
pub(super) struct Tags<'t> {
    text: &'t str,
    /// Where the search for the next one begins.
    pub at: usize,
    /// Whether a comment may end after that: one that never ends is ended like a tag.
    may_end_comment: bool,
}

impl<'t> Tags<'t> {
    pub fn new(text: &'t str) -> Self {
        Tags { text, at: 0, may_end_comment: true }
    }

    /// Where the tag that begins here ends.
    fn end(&mut self, at: usize) -> Option<usize> {
        let tag = &self.text[at..];
        if self.may_end_comment && tag.starts_with("<!--") {
            match memchr::memmem::find(tag.as_bytes(), b"-->") {
                Some(length) => return Some(at + length + 3),
                None => self.may_end_comment = false,
            }
        }
        end_of_tag(tag).map(|length| at + length)
    }
}

impl<'t> Iterator for Tags<'t> {
    type Item = (usize, Tag<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.at + memchr::memchr(b'<', &self.text.as_bytes()[self.at..])?;
            self.at = at + 1;
            let Some((name, is_end)) = named(&self.text[at..]) else { continue };
            // Without a further bracket no tag ends.
            let end = self.end(at)?;
            self.at = end;
            return Some((at, Tag { name, is_end, end }));
        }
    }
}

/// The name of a possible tag, and whether it is an end tag.
fn named(rest: &str) -> Option<(&str, bool)> {
    /// No known name has this many letters.
    const LONGEST: usize = 32;
    let behind = &rest[1..];
    let (name, is_end) = behind.strip_prefix('/').map_or((behind, false), |name| (name, true));
    match name.as_bytes().first()? {
        b'!' | b'?' if !is_end => Some(("", false)),
        byte if byte.is_ascii_alphabetic() => {
            let length = name.bytes().take(LONGEST).take_while(|b| b.is_ascii_graphic() && !b"/>".contains(b)).count();
            Some((&name[..length], is_end))
        }
        _ => None,
    }
}

/// Where the tag at the beginning of a text ends. A bracket in a quoted value doesn't end it, unless the value never
/// ends.
fn end_of_tag(tag: &str) -> Option<usize> {
    /// How far the end of a value is searched.
    const FAR: usize = 1 << 14;
    let (mut quote, bytes) = (None, tag.as_bytes());
    for (at, byte) in bytes.iter().enumerate().take(FAR) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    memchr::memchr(b'>', bytes).map(|at| at + 1)
}

/// Whether a text has a tag that plain text wouldn't have: one that ends a known element, or one that needs no end.
pub(super) fn is_html(text: &str) -> bool {
    let alone = ["br", "p", "img", "hr"];
    Tags::new(text).any(|(_, tag)| match tag.is_end {
        true => [BLOCKS, HIDDEN, INLINE].iter().any(|names| tag.is_one_of(names)),
        false => tag.is_one_of(&alone),
    })
}
