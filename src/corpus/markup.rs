//! Texts with HTML in them, as databases and feeds export them: tags are taken out, references become characters.
//!
//! Takes the text of a record; hands on what a reader would see, and where each part of it stood ([`Given`]): spans that are
//! printed slice what was given. Whole pages are [`super::html`]'s job, which leaves menus out, too.

use super::block_quotes::has_mark;
use crate::text::Given;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

/// Elements that begin and end a paragraph.
const BLOCKS: &[&str] = &[
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
/// Elements of which nothing is seen.
const HIDDEN: &[&str] = &["head", "iframe", "noscript", "script", "style", "svg", "template"];
/// Elements that stand in a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "mark", "q", "s", "small", "span",
    "strike", "strong", "sub", "sup", "time", "u",
];

/// A text as it is seen, and where its parts stood; `None` where it has no HTML.
pub(crate) fn seen(text: &str) -> Option<(String, Given)> {
    memchr::memchr2(b'<', b'&', text.as_bytes())?;
    if is_html(text) {
        return Some(joined(text, &Stripped::new(text).pieces));
    }
    let pieces = references(text);
    if pieces.iter().all(|piece| piece.is_kept) {
        return None;
    }
    let (once, given) = joined(text, &pieces);
    if !is_html(&once) {
        return Some((once, given));
    }
    // Exports of exports have tags whose brackets are references.
    let stripped = Stripped::new(&once).pieces;
    Some(joined(text, &composed(&pieces, &stripped)))
}

/// A line with characters instead of references: tags in a headline are more likely what it tells of.
pub(crate) fn without_references(line: String) -> String {
    match memchr::memchr(b'&', line.as_bytes()) {
        Some(_) => joined(&line, &references(&line)).0,
        None => line,
    }
}

/// A part of the text in the making: what it says, and the bytes that it stands for.
#[derive(Debug)]
struct Piece<'t> {
    text: Cow<'t, str>,
    given: Range<usize>,
    /// Whether it has as many characters and bytes as what it stands for, each for each.
    is_kept: bool,
}

/// What pieces of what was given say together.
fn joined(given: &str, pieces: &[Piece<'_>]) -> (String, Given) {
    let parts = pieces.iter().map(|piece| (&*piece.text, piece.given.clone(), piece.is_kept));
    (pieces.iter().map(|piece| &*piece.text).collect(), Given::new(given, parts))
}

/// Pieces of a text that was itself put together of pieces: what they stood for at first.
fn composed<'t>(first: &[Piece<'_>], second: &'t [Piece<'_>]) -> Vec<Piece<'t>> {
    let (mut all, mut at, mut begin) = (Vec::with_capacity(first.len() + second.len()), 0, 0);
    for piece in second {
        let mut from = piece.given.start;
        loop {
            while first.get(at).is_some_and(|under| begin + under.text.len() <= from) {
                begin += first[at].text.len();
                at += 1;
            }
            let Some(under) = first.get(at) else { break };
            let to = piece.given.end.min(begin + under.text.len());
            let given = match under.is_kept {
                true => under.given.start + from - begin..under.given.start + to.max(from) - begin,
                false => under.given.clone(),
            };
            if !piece.is_kept {
                all.push(Piece { text: Cow::Borrowed(&*piece.text), given, is_kept: false });
                break;
            }
            let text = Cow::Borrowed(&piece.text[from - piece.given.start..to - piece.given.start]);
            all.push(Piece { text, given, is_kept: under.is_kept });
            from = to;
            if from >= piece.given.end {
                break;
            }
        }
    }
    all
}

// ---------------------------------------------------------------------------------------------------- references

/// A text with characters instead of references (`&quot;`, `&#8217;`).
fn references(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        if let Some((character, end)) = reference(text, at).filter(|_| at >= from) {
            keep(&mut pieces, text, from..at);
            pieces.push(Piece { text: character.into(), given: at..end, is_kept: false });
            from = end;
        }
    }
    keep(&mut pieces, text, from..text.len());
    pieces
}

fn keep<'t>(pieces: &mut Vec<Piece<'t>>, text: &'t str, given: Range<usize>) {
    if !given.is_empty() {
        pieces.push(Piece { text: Cow::Borrowed(&text[given.clone()]), given, is_kept: true });
    }
}

/// What a reference says that begins here, and where it ends.
fn reference(text: &str, at: usize) -> Option<(String, usize)> {
    /// The longest name has 31 letters.
    const LONGEST: usize = 34;
    let rest = &text.as_bytes()[at..text.len().min(at + LONGEST)];
    let length = rest[1..].iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'#'))? + 1;
    if rest[length] != b';' || length < 3 {
        return None;
    }
    let end = at + length + 1;
    let sink = Characters::default();
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(&text[at..end]));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let said = tokenizer.sink.0.into_inner();
    let said = if said == "\u{a0}" { " ".to_owned() } else { said };
    (said != text[at..end] && !said.is_empty()).then_some((said, end))
}

/// The characters of a text that is nothing but a reference.
#[derive(Default)]
struct Characters(RefCell<String>);

impl TokenSink for Characters {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::CharacterTokens(characters) = token {
            self.0.borrow_mut().push_str(&characters);
        }
        TokenSinkResult::Continue
    }
}

// ---------------------------------------------------------------------------------------------------------- tags

/// A tag, a comment or a declaration; what has no name is no tag.
struct Tag<'t> {
    name: &'t str,
    is_end: bool,
    end: usize,
}

impl Tag<'_> {
    fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }
}

/// The tags of a text, one behind the other.
struct Tags<'t> {
    text: &'t str,
    /// Where the next one is sought.
    at: usize,
    /// Whether a comment may end behind that: one that doesn't ends as a tag does.
    may_end_comment: bool,
}

impl<'t> Tags<'t> {
    fn new(text: &'t str) -> Self {
        Tags { text, at: 0, may_end_comment: true }
    }

    /// Where the tag ends that begins here.
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
            // Without a bracket no tag ends any more.
            let end = self.end(at)?;
            self.at = end;
            return Some((at, Tag { name, is_end, end }));
        }
    }
}

/// The name of what may be a tag, and whether it is an end tag.
fn named(rest: &str) -> Option<(&str, bool)> {
    /// No known name has so many letters.
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

/// Where a tag ends that begins a text. A bracket in a quoted value doesn't end it, unless the value never ends.
fn end_of_tag(tag: &str) -> Option<usize> {
    /// A value is sought so far.
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

/// Whether a text has a tag that no other text has: one that ends a known element, or one of those that need no end.
fn is_html(text: &str) -> bool {
    let alone = ["br", "p", "img", "hr"];
    Tags::new(text).any(|(_, tag)| match tag.is_end {
        true => [BLOCKS, HIDDEN, INLINE].iter().any(|names| tag.is_one_of(names)),
        false => tag.is_one_of(&alone),
    })
}

/// A text without its tags, in the making.
struct Stripped<'t> {
    text: &'t str,
    pieces: Vec<Piece<'t>>,
    /// Whether a single line break is a space, as in a browser.
    folds: bool,
    /// How many block quotations are open.
    quotes: usize,
    /// Whether a mark was opened that the text doesn't have.
    in_marks: bool,
    /// Whether the paragraph has no text yet.
    is_fresh: bool,
}

impl<'t> Stripped<'t> {
    fn new(text: &'t str) -> Self {
        let breaks = |tag: Tag<'_>| tag.is_one_of(BLOCKS) || tag.is_one_of(&["br"]);
        let folds = Tags::new(text).any(|(_, tag)| breaks(tag));
        let mut stripped = Stripped { text, pieces: Vec::new(), folds, quotes: 0, in_marks: false, is_fresh: true };
        let (mut tags, mut from, mut ends_hidden) = (Tags::new(text), 0, true);
        while let Some((at, tag)) = tags.next() {
            stripped.words(from..at);
            from = tag.end;
            let given = at..tag.end;
            if tag.is_one_of(HIDDEN) && !tag.is_end && ends_hidden {
                let end = tags.by_ref().find(|(_, end)| end.is_end && end.name.eq_ignore_ascii_case(tag.name));
                match end {
                    Some((_, end)) => from = end.end,
                    // It never ends: then what stands behind it is seen after all.
                    None => (ends_hidden, tags.at) = (false, from),
                }
            } else if tag.is_one_of(&["br"]) {
                stripped.pieces.push(Piece { text: "\n".into(), given, is_kept: false });
            } else if tag.is_one_of(BLOCKS) {
                stripped.end_paragraph(given);
                if tag.name.eq_ignore_ascii_case("blockquote") {
                    stripped.quotes = if tag.is_end { stripped.quotes.saturating_sub(1) } else { stripped.quotes + 1 };
                }
            }
        }
        stripped.words(from..text.len());
        stripped.close_marks(text.len());
        stripped
    }

    /// What stands between two tags.
    fn words(&mut self, given: Range<usize>) {
        let mut from = given.start;
        for at in memchr::memchr_iter(b'&', &self.text.as_bytes()[given.clone()]).map(|at| given.start + at) {
            if let Some((character, end)) = reference(self.text, at).filter(|(_, end)| at >= from && *end <= given.end)
            {
                self.kept(from..at);
                self.begin(&character, at);
                self.pieces.push(Piece { text: self.inside(character.into()), given: at..end, is_kept: false });
                from = end;
            }
        }
        self.kept(from..given.end);
    }

    fn kept(&mut self, given: Range<usize>) {
        let words = &self.text[given.clone()];
        if words.is_empty() || self.is_fresh && words.trim().is_empty() {
            return;
        }
        self.begin(words, given.start);
        let mut from = given.start;
        if self.in_marks {
            for (at, mark) in words.match_indices(['"', '“', '”']).map(|(at, mark)| (given.start + at, mark)) {
                self.pieces.push(Piece { text: self.lines(from..at), given: from..at, is_kept: true });
                from = at + mark.len();
                self.pieces.push(Piece { text: self.inside(mark.into()), given: at..from, is_kept: false });
            }
        }
        self.pieces.push(Piece { text: self.lines(from..given.end), given: from..given.end, is_kept: true });
    }

    /// Words with spaces for line breaks that a browser wouldn't show; empty lines stay.
    fn lines(&self, given: Range<usize>) -> Cow<'t, str> {
        let words = &self.text[given];
        if !self.folds || !words.contains('\n') {
            return Cow::Borrowed(words);
        }
        let mut folded = String::with_capacity(words.len());
        let mut lines = words.split('\n').enumerate().peekable();
        let mut is_empty = false;
        while let Some((at, line)) = lines.next() {
            if at > 0 {
                let was_empty = std::mem::replace(&mut is_empty, line.trim().is_empty() && lines.peek().is_some());
                folded.push(if is_empty || was_empty { '\n' } else { ' ' });
            }
            folded.push_str(line);
        }
        Cow::Owned(folded)
    }

    /// Begins a paragraph where none is begun: in a block quotation with a mark, unless it has one.
    fn begin(&mut self, words: &str, at: usize) {
        let bare = words.trim_start();
        if !self.is_fresh || bare.is_empty() {
            return;
        }
        self.is_fresh = false;
        if self.quotes > 0 && !has_mark(bare) {
            self.pieces.push(Piece { text: "“".into(), given: at..at, is_kept: false });
            self.in_marks = true;
        }
    }

    /// Marks inside of marks are single ones.
    fn inside(&self, mark: Cow<'t, str>) -> Cow<'t, str> {
        if !self.in_marks {
            return mark;
        }
        let before = self.pieces.iter().rev().flat_map(|piece| piece.text.chars().next_back()).next();
        let opens = before.is_none_or(|c| c.is_whitespace() || "“([—–-".contains(c));
        match &*mark {
            "“" => "‘".into(),
            "”" => "’".into(),
            "\"" => (if opens { "‘" } else { "’" }).into(),
            _ => mark,
        }
    }

    fn close_marks(&mut self, at: usize) {
        if std::mem::take(&mut self.in_marks) {
            self.pieces.push(Piece { text: "”".into(), given: at..at, is_kept: false });
        }
    }

    fn end_paragraph(&mut self, given: Range<usize>) {
        self.close_marks(given.start);
        if !std::mem::replace(&mut self.is_fresh, true) {
            self.pieces.push(Piece { text: "\n\n".into(), given, is_kept: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CharOffsets;
    use proptest::prelude::*;

    fn text(given: &str) -> String {
        seen(given).map_or_else(|| given.to_owned(), |(text, _)| text)
    }

    #[test]
    fn paragraphs_breaks_and_what_is_hidden() {
        assert_eq!(
            text("<p>One <b>al</b>-Assad.</p>\n<p class=\"a>b\">Two<br/>three</p>"),
            "One al-Assad.\n\nTwo\nthree\n\n"
        );
        assert_eq!(text("<div>One<script>if (a < b) x(\"</p>\")</script> two</div>"), "One two\n\n");
        assert_eq!(text("One<!-- <p>two</p> --> three<br>four"), "One three\nfour");
        // A browser shows a line break in a paragraph as a space; where only phrases are marked, lines are paragraphs.
        assert_eq!(text("<p>One\ntwo\n</p>"), "One two \n\n");
        assert_eq!(text("<i>One</i>\ntwo"), "One\ntwo");
    }

    #[test]
    fn references_become_characters_with_tags_and_without() {
        assert_eq!(
            text("AT&amp;T said: &quot;No&quot; &#8211; the&nbsp;regime&#x27;s"),
            "AT&T said: \"No\" – the regime's"
        );
        assert_eq!(text("<p>&ldquo;No&rdquo;</p>"), "“No”\n\n");
        assert_eq!(text("a & b; c &unknown; d &; &#; ?a=1&copy=2"), "a & b; c &unknown; d &; &#; ?a=1&copy=2");
        // Exported twice.
        assert_eq!(text("&lt;p&gt;AT&amp;amp;T&lt;/p&gt;&lt;p&gt;One&lt;/p&gt;"), "AT&T\n\nOne\n\n");
    }

    #[test]
    fn headlines_keep_their_tags() {
        assert_eq!(without_references("Why &lt;b&gt; isn&#8217;t <b>".to_owned()), "Why <b> isn’t <b>");
    }

    #[test]
    fn what_is_no_html_stays() {
        for text in [
            "a < b and b > c",
            "2 <3 you",
            "<Unknown> said",
            "a <p;q> b",
            "He wrote <no comment>.",
            "a <b",
            "</>",
            "<",
            "&",
            "",
        ] {
            assert_eq!(seen(text), None, "{text}");
        }
    }

    #[test]
    fn block_quotations_stand_in_marks() {
        let given = "<p>He said:</p><blockquote><p>The \"toll\" is over.</p><p>“Mine.”</p></blockquote><p>So.</p>";
        assert_eq!(text(given), "He said:\n\n“The ‘toll’ is over.”\n\n“Mine.”\n\nSo.\n\n");
    }

    #[test]
    fn places_are_those_of_what_was_given() {
        let given = "<p>É &quot;the <b>regime</b>&quot;</p><p>fell&nbsp;&amp;amp; rose</p>";
        let escaped = given.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        for given in [given, &escaped] {
            let (text, parts) = seen(given).expect("HTML");
            let mut offsets = CharOffsets::with(&text, &parts);
            let chars: Vec<char> = given.chars().collect();
            for word in ["É", "the", "regime", "fell", "rose"] {
                let at = text.find(word).expect(word);
                let (start, end) = (offsets.start(at), offsets.end(at + word.len()));
                assert_eq!(chars[start..end].iter().collect::<String>(), word, "{given}");
            }
        }
    }

    #[test]
    fn what_never_ends_takes_no_long() {
        for piece in
            ["<a ", "<a \"", "<!--", "<!-- >", "<script>", "&quot", "&amp;", "<p>", "<blockquote>\"", "<b \"'>"]
        {
            let given = format!("<br>{}", piece.repeat(200_000));
            assert!(text(&given).len() <= given.len() * 4, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_its_parts_follow_one_another(given in "([<>/&;!\"' \n“”é-]|p|b|br|blockquote|script|amp|lt|gt|#39|x){0,60}") {
            if let Some((text, parts)) = seen(&given) {
                let mut offsets = CharOffsets::with(&text, &parts);
                let (all, mut last) = (given.chars().count(), 0);
                for (at, c) in text.char_indices() {
                    let (start, end) = (offsets.start(at), offsets.end(at + c.len_utf8()));
                    prop_assert!(last <= start && start <= end && end <= all);
                    last = start;
                }
            }
        }
    }
}
