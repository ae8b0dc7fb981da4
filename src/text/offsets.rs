//! Character offsets in a text as given.

use std::ops::Range;

/// Maps the parts of a text to the input as given, which had HTML tags or character references. Empty if the text is
/// the input unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// In the order of the text, without gaps.
    parts: Vec<Part>,
}

/// A part of a text that was one piece of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// Where it ends, in bytes of the text.
    end: usize,
    /// The same in characters.
    chars: usize,
    /// In characters of the input.
    given: Range<usize>,
    /// Whether its characters correspond to those of the input one by one; otherwise the part only corresponds as a
    /// whole.
    is_kept: bool,
}

impl Given {
    /// From the parts of a text in order: the text of each, the bytes of `given` that it stands for, and whether they
    /// are the same, character by character. Walks `given` once.
    pub(crate) fn new<'p>(given: &str, parts: impl IntoIterator<Item = (&'p str, Range<usize>, bool)>) -> Given {
        let (mut offsets, mut end, mut chars) = (CharOffsets::new(given), 0, 0);
        let parts = parts.into_iter().map(|(part, given, is_kept)| {
            let given = offsets.start(given.start)..offsets.start(given.end);
            (end, chars) = (end + part.len(), chars + if is_kept { given.len() } else { part.chars().count() });
            Part { end, chars, given, is_kept }
        });
        Given { parts: parts.collect() }
    }

    /// Whether the text is the input unchanged.
    pub fn is_all(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Turns byte offsets in a text into character offsets in the input. Walks the text only once if offsets don't
/// decrease.
pub struct CharOffsets<'t> {
    text: &'t str,
    given: &'t Given,
    byte: usize,
    chars: usize,
}

impl<'t> CharOffsets<'t> {
    /// For a text that is the input unchanged.
    pub fn new(text: &'t str) -> Self {
        static WHOLE: Given = Given { parts: Vec::new() };
        CharOffsets::with(text, &WHOLE)
    }

    /// For a text with a map to its input.
    pub fn with(text: &'t str, given: &'t Given) -> Self {
        CharOffsets { text, given, byte: 0, chars: 0 }
    }

    /// The character offset of the start of a span that starts at this byte.
    pub fn start(&mut self, byte: usize) -> usize {
        let at = self.given.parts.partition_point(|part| part.end <= byte);
        match self.given.parts.get(at) {
            Some(part) if part.is_kept => part.given.start + self.since(at, byte),
            Some(part) => part.given.start,
            None if self.given.is_all() => self.count(byte),
            None => self.given.parts.last().map_or(0, |part| part.given.end),
        }
    }

    /// The character offset of the end of a span that ends at this byte.
    pub fn end(&mut self, byte: usize) -> usize {
        let at = self.given.parts.partition_point(|part| part.end < byte);
        match self.given.parts.get(at) {
            Some(part) if part.is_kept => part.given.start + self.since(at, byte),
            Some(part) => part.given.end,
            None => self.count(byte),
        }
    }

    /// The characters between the beginning of a part and a byte in it.
    fn since(&mut self, part: usize, byte: usize) -> usize {
        self.count(byte) - part.checked_sub(1).map_or(0, |before| self.given.parts[before].chars)
    }

    /// The number of characters before a byte of the text. Starts over if the byte is before the previous one.
    fn count(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.chars) = (0, 0);
        }
        let between = &self.text.as_bytes()[self.byte..byte];
        // A character is counted by its first byte, the one that isn't a continuation byte.
        self.chars += between.iter().filter(|b| (**b as i8) >= -0x40).count();
        self.byte = byte;
        self.chars
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted() {
        let text = "aé’b€c";
        let mut offsets = CharOffsets::new(text);
        for (chars, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!((offsets.start(byte), offsets.end(byte)), (chars, chars));
        }
        assert_eq!(offsets.end(text.len()), 6);
        assert_eq!(offsets.start(1), 1);
    }

    #[test]
    fn parts_stand_where_they_were_given() {
        // "é “x” y": a tag before, a reference for each mark, a tag after.
        let parts =
            [("é ", 3..6, true), ("“", 6..13, false), ("x", 13..14, true), ("”", 14..21, false), (" y", 25..27, true)];
        let given = Given::new("<p>é &ldquo;x&rdquo;</p> y", parts);
        let text = "é “x” y";
        let mut offsets = CharOffsets::with(text, &given);
        let at = |text: &str, part: &str| text.find(part).map(|at| at..at + part.len()).unwrap_or_default();
        for (part, expected) in [("é", 3..4), ("“x”", 5..20), ("x", 12..13), ("y", 25..26)] {
            let bytes = at(text, part);
            assert_eq!(offsets.start(bytes.start)..offsets.end(bytes.end), expected, "{part}");
        }
    }
}
