//! A text without its tags: paragraphs, line breaks, and quotation marks around block quotations.

use super::Piece;
use super::references::reference;
use super::tags::{BLOCKS, HIDDEN, Tag, Tags};
use crate::corpus::block_quotes::has_mark;
use std::borrow::Cow;
use std::ops::Range;

/// A text without its tags, being built.
pub(super) struct Stripped<'t> {
    text: &'t str,
    pub pieces: Vec<Piece<'t>>,
    /// Whether a single line break becomes a space, as in a browser.
    folds: bool,
    /// How many block quotations are open.
    quotes: usize,
    /// Whether a quotation mark was opened that the text doesn't have.
    in_marks: bool,
    /// Whether the paragraph has no text yet.
    is_fresh: bool,
}

impl<'t> Stripped<'t> {
    /// Removes the tags.
    pub fn new(text: &'t str) -> Self {
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
                    // It never ends, so what follows is shown after all.
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

    /// Adds the text between two tags.
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

    /// Text with spaces for line breaks that a browser wouldn't show; empty lines stay.
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

    /// Begins a paragraph if none is open; in a block quotation with a quotation mark, unless it has one.
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

    /// Quotation marks within quotation marks become single ones.
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
