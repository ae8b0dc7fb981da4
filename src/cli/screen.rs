//! Text as wide as the terminal: what would run over its edge is broken between words. And data on a terminal, without
//! what it would obey.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use terminal_size::{Height, Width, terminal_size_of};

/// Narrower than this, a terminal breaks lines itself.
const NARROWEST: usize = 40;

/// A text as it is printed: in a terminal broken at its width, in a pipe or a file as it is.
pub fn fitted(text: &str) -> Cow<'_, str> {
    fit(text, terminal_size_of(io::stdout()))
}

/// The same for standard error.
pub fn fitted_error(text: &str) -> Cow<'_, str> {
    fit(text, terminal_size_of(io::stderr()))
}

fn fit(text: &str, terminal: Option<(Width, Height)>) -> Cow<'_, str> {
    match terminal {
        Some((Width(columns), _)) if usize::from(columns) >= NARROWEST => Cow::Owned(broken(text, columns.into())),
        _ => Cow::Borrowed(text),
    }
}

/// Every line broken at so many columns.
fn broken(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        if width(line) <= columns {
            out.push_str(line);
        } else {
            wrap(line, columns, &mut out);
        }
        out.push_str(end);
    }
    out
}

/// How many columns a text takes, without the codes of colours.
fn width(text: &str) -> usize {
    let mut in_code = false;
    let counts = |c: char| {
        let counted = !in_code && c != '\u{1b}';
        in_code = if in_code { c != 'm' } else { c == '\u{1b}' };
        counted
    };
    text.chars().map(counts).filter(|counted| *counted).count()
}

/// Breaks a line between words, a row of a chart only where two spaces or more part its columns; what follows is indented
/// by two more than the line itself.
fn wrap(line: &str, columns: usize, out: &mut String) {
    let words = words(line);
    let indent = (words.first().map_or(0, |(spaces, _)| *spaces) + 2).min(columns / 4);
    let mut at = 0;
    for (n, (spaces, word)) in words.into_iter().enumerate() {
        let wide = width(word);
        if n > 0 && at + spaces + wide > columns {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            at = indent;
        } else {
            out.push_str(&" ".repeat(spaces));
            at += spaces;
        }
        out.push_str(word);
        at += wide;
    }
}

/// The words of a line, each with the spaces before it; columns of a chart's row are one word each.
fn words(line: &str) -> Vec<(usize, &str)> {
    let is_row = line.matches('·').count() > 2;
    let gap = if is_row { "  " } else { " " };
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let word = rest.trim_start_matches(' ');
        let end = word.find(gap).unwrap_or(word.len());
        words.push((rest.len() - word.len(), &word[..end]));
        rest = &word[end..];
    }
    words
}

/// Standard output for data: as it is into a pipe or a file, without control characters onto a terminal.
pub fn standard_output() -> Box<dyn Write> {
    let out = io::stdout();
    if out.is_terminal() { Box::new(Harmless { out, held: false }) } else { Box::new(out) }
}

/// Takes control characters but line feeds and tabs for `?`. What it gets is UTF-8, maybe cut within a character.
struct Harmless<W> {
    out: W,
    /// Whether the last byte was the first of what may be a control character of two bytes (U+0080 to U+009F).
    held: bool,
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const FIRST: u8 = 0xC2;
        let mut shown = Vec::with_capacity(bytes.len() + 1);
        for &byte in bytes {
            match (std::mem::replace(&mut self.held, byte == FIRST), byte) {
                (true, 0x80..=0x9F) => shown.push(b'?'),
                (true, FIRST) => shown.push(FIRST),
                (true, _) => shown.extend([FIRST, byte]),
                (false, FIRST) => {}
                (false, b'\n' | b'\t') => shown.push(byte),
                (false, 0..=0x1F | 0x7F) => shown.push(b'?'),
                (false, _) => shown.push(byte),
            }
        }
        self.out.write_all(&shown)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        let text = "a\tb\u{1b}[31m \u{9b}31m é \u{a0}\r\n\u{7f}";
        for step in [1, 2, 3, 100] {
            let mut screen = Harmless { out: Vec::new(), held: false };
            text.as_bytes().chunks(step).for_each(|piece| screen.write_all(piece).expect("in memory"));
            assert_eq!(String::from_utf8(screen.out).expect("UTF-8"), "a\tb?[31m ?31m é \u{a0}?\n?");
        }
    }

    #[test]
    fn lines_are_broken_between_words_and_colours_take_no_room() {
        assert_eq!(broken("one two three\n", 20), "one two three\n");
        assert_eq!(broken("one two three four\n\nfive\n", 12), "one two\n  three four\n\nfive\n");
        assert_eq!(width("\u{1b}[1;31mwarning:\u{1b}[0m x"), 10);
        assert_eq!(broken("\u{1b}[1mone\u{1b}[0m two three\n", 9), "\u{1b}[1mone\u{1b}[0m two\n  three\n");
    }

    #[test]
    fn a_word_that_is_too_long_stands_alone() {
        assert_eq!(broken("a averyverylongword b", 8), "a\n  averyverylongword\n  b");
    }

    #[test]
    fn spaces_within_a_row_stay() {
        assert_eq!(
            broken("  name      0.11 [0.02, 0.41]   19 uses", 34),
            "  name      0.11 [0.02, 0.41]   19\n    uses"
        );
    }
}
