//! HTML character references (`&quot;`, `&#8217;`), and the characters that they stand for.

use super::Piece;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

/// A text with characters instead of references (`&quot;`, `&#8217;`).
pub(super) fn references(text: &str) -> Vec<Piece<'_>> {
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

/// The characters of the reference that begins here, and where it ends.
pub(super) fn reference(text: &str, at: usize) -> Option<(String, usize)> {
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
