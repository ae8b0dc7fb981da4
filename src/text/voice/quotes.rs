//! Quotation marks: which stretches of a document are inside them.
//!
//! Marks are paired within a paragraph, by their glyph and by the space around them: a mark opens after white space, a
//! bracket, a dash or the paragraph's beginning, and closes in the mirrored case. So a missing or doubled mark only
//! affects the stretch up to the next mark, never the rest of the text, even if a whole article is one paragraph.
//!
//! - Double marks `"`, `“ ”`, `„ “`, `« »`, `‹ ›`, `‘‘ ’’`, `''` and `""` pair with one another; `»…«` is understood.
//! - Single marks `‘ ’` and `'` must be distinguished from apostrophes: see [`singles`].
//! - Marks inside marks belong to the outer quotation.
//! - If an opening mark is never closed, the quotation extends to the end of the paragraph if the next paragraph opens
//!   with a mark (a quotation over several paragraphs) or the sentence has a speech verb, otherwise to the end of the
//!   sentence.

use crate::text::Document;
use std::ops::Range;

/// A stretch of text inside quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quote {
    /// With its marks.
    pub outer: Range<usize>,
    /// Without its marks and without white space at its ends; never empty.
    pub inner: Range<usize>,
    /// Whether both marks are there.
    pub paired: bool,
    /// Number of the paragraph.
    pub paragraph: usize,
}

/// Longest paragraph, in bytes, that an unclosed quotation with a speech verb may fill.
const LONG_PARAGRAPH: usize = 1200;

/// Longest stretch, in bytes, between single marks of which one might be a possessive's apostrophe.
const WEAK_SINGLE: usize = 80;

/// Words that begin with an apostrophe and aren't quotations, in lower case: `'n'`, `'em`, `'tis`.
const ELISIONS: &[&str] =
    &["n", "em", "tis", "twas", "til", "till", "cause", "bout", "round", "cos", "ere", "nuff", "neath", "tude", "er"];

#[derive(Debug, Clone, Copy)]
struct Mark {
    start: usize,
    end: usize,
    single: bool,
    opens: bool,
    closes: bool,
    /// For single marks: certainly closes, rather than possibly being a possessive.
    strong: bool,
}

/// The quotations of a document, in order, not overlapping. `speaks` says whether a range has a speech verb.
pub(super) fn find(document: &Document<'_>, speaks: impl Fn(Range<usize>) -> bool) -> Vec<Quote> {
    let mut quotes = Vec::new();
    let mut marks = Vec::new();
    let mut next = Vec::new();
    let paragraphs = &document.paragraphs;
    let mut sentences = document.sentences.as_slice();
    if let Some(first) = paragraphs.first() {
        scan(document.text, first.clone(), &mut next);
    }
    for (number, paragraph) in paragraphs.iter().enumerate() {
        std::mem::swap(&mut marks, &mut next);
        next.clear();
        let mut goes_on = false;
        if let Some(range) = paragraphs.get(number + 1) {
            scan(document.text, range.clone(), &mut next);
            goes_on = next.first().is_some_and(|m| m.start == range.start && m.opens);
        }
        let count = sentences.iter().take_while(|s| s.paragraph == number).count();
        let (here, rest) = sentences.split_at(count);
        sentences = rest;
        if marks.is_empty() {
            continue;
        }
        let context = Paragraph { text: document.text, range: paragraph.clone(), goes_on };
        let ends: Vec<Range<usize>> = here.iter().map(|s| s.range.clone()).collect();
        for (outer, inner, paired) in context.pair(&marks, &ends, &speaks) {
            quotes.push(Quote { outer, inner, paired, paragraph: number });
        }
    }
    quotes
}

/// One paragraph while its marks are paired.
struct Paragraph<'t> {
    text: &'t str,
    range: Range<usize>,
    /// Whether the next paragraph opens with a mark.
    goes_on: bool,
}

/// The ranges with and without marks, and whether both marks are there.
type Found = (Range<usize>, Range<usize>, bool);

impl Paragraph<'_> {
    fn pair(&self, marks: &[Mark], sentences: &[Range<usize>], speaks: &impl Fn(Range<usize>) -> bool) -> Vec<Found> {
        let mut found = self.doubles(marks, sentences, speaks);
        if marks.iter().any(|m| m.single && m.opens) {
            let single = self.singles(marks, &found);
            // A single-marked quotation may contain double-marked ones: the outer one stays. Both lists are sorted and
            // without overlaps, so they are traversed in parallel.
            let mut holders = single.iter().map(|(s, ..)| s).peekable();
            found.retain(|(outer, ..)| {
                while holders.next_if(|s| s.end <= outer.end).is_some() {}
                holders.peek().is_none_or(|s| s.start >= outer.start)
            });
            found.extend(single);
            found.sort_by_key(|(outer, ..)| outer.start);
        }
        found
    }

    /// Pairs the double marks.
    fn doubles(
        &self,
        marks: &[Mark],
        sentences: &[Range<usize>],
        speaks: &impl Fn(Range<usize>) -> bool,
    ) -> Vec<Found> {
        let marks: Vec<Mark> = marks.iter().filter(|m| !m.single).copied().collect();
        let mut found: Vec<Found> = Vec::new();
        let mut open: Option<Mark> = None;
        let mut i = 0;
        while let Some(&mark) = marks.get(i) {
            i += 1;
            match open {
                None if mark.opens => open = Some(mark),
                None => {
                    let from = found.last().map_or(self.range.start, |f| f.0.end);
                    found.extend(self.lost_opening(mark, from, sentences));
                }
                Some(first) if mark.closes => {
                    found.extend(self.stretch(first.start..mark.end, first.end..mark.start, true));
                    open = None;
                }
                Some(first) => {
                    let closing = |m: Option<&Mark>| m.is_some_and(|m| m.closes && !m.opens);
                    if closing(marks.get(i)) && closing(marks.get(i + 1)) {
                        i += 1;
                    } else {
                        found.extend(self.lost_closing(first, mark.start, sentences, speaks));
                        open = Some(mark);
                    }
                }
            }
        }
        if let Some(first) = open {
            found.extend(self.lost_closing(first, self.range.end, sentences, speaks));
        }
        found
    }

    /// A quotation between two offsets, if there is anything but white space.
    fn stretch(&self, outer: Range<usize>, inner: Range<usize>, paired: bool) -> Option<Found> {
        let text = self.text.get(inner.clone())?;
        let trimmed = text.trim();
        let start = inner.start + (text.len() - text.trim_start().len());
        (!trimmed.is_empty()).then(|| (outer, start..start + trimmed.len(), paired))
    }

    /// For an opening mark that isn't closed before `limit`.
    fn lost_closing(
        &self,
        open: Mark,
        limit: usize,
        sentences: &[Range<usize>],
        speaks: &impl Fn(Range<usize>) -> bool,
    ) -> Option<Found> {
        let at = sentences.partition_point(|s| s.end <= open.end);
        let sentence = sentences.get(at)?;
        let to_paragraph_end = limit == self.range.end
            && (self.goes_on
                || self.range.len() <= LONG_PARAGRAPH && speaks(sentence.start..open.start.max(sentence.start)));
        let end = if to_paragraph_end { limit } else { sentence.end.min(limit) };
        if end <= open.end {
            return None;
        }
        self.stretch(open.start..end, open.end..end, false)
    }

    /// For a closing mark without an opening one: `We will stay," he said.`
    fn lost_opening(&self, close: Mark, from: usize, sentences: &[Range<usize>]) -> Option<Found> {
        let before = self.text[from..close.start].chars().next_back()?;
        if !matches!(before, ',' | '?' | '!') {
            return None;
        }
        let at = sentences.partition_point(|s| s.end <= close.start);
        let start = sentences.get(at)?.start.max(from);
        (start < close.start).then(|| self.stretch(start..close.end, start..close.start, false))?
    }

    /// Pairs the single marks outside of double-marked quotations.
    ///
    /// An opening mark is paired with the first mark that certainly closes before the next opening mark; if there is
    /// none, with the first that might also be a possessive (`rebels’ fate`), if it is in the same sentence and close
    /// by. An opening mark with neither isn't a quotation but an elision, a transliterated ayin, or a typing error.
    fn singles(&self, marks: &[Mark], doubles: &[Found]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut inside = doubles.iter().peekable();
        let mut open: Option<Mark> = None;
        let mut weak: Option<Mark> = None;
        for &mark in marks.iter().filter(|m| m.single) {
            while inside.peek().is_some_and(|(outer, ..)| outer.end <= mark.start) {
                inside.next();
            }
            if inside.peek().is_some_and(|(outer, ..)| outer.start <= mark.start) {
                continue;
            }
            if mark.opens {
                found.extend(self.weak(open.take(), weak.take()));
                open = Some(mark);
            } else if let Some(first) = open {
                if mark.strong {
                    found.extend(self.stretch(first.start..mark.end, first.end..mark.start, true));
                    (open, weak) = (None, None);
                } else {
                    weak = weak.or(Some(mark));
                }
            }
        }
        let rest = self.weak(open, weak);
        match (rest, open) {
            (None, Some(first)) if self.goes_on && first.start == self.range.start => {
                found.extend(self.stretch(first.start..self.range.end, first.end..self.range.end, false));
            }
            (rest, _) => found.extend(rest),
        }
        found
    }

    fn weak(&self, open: Option<Mark>, close: Option<Mark>) -> Option<Found> {
        let (open, close) = (open?, close?);
        let text = &self.text[open.end..close.start];
        let one_sentence = text.len() <= WEAK_SINGLE && !text.contains(". ") && !text.contains(", ");
        one_sentence.then(|| self.stretch(open.start..close.end, open.end..close.start, true))?
    }
}

/// Whether a byte may begin a quotation mark.
const fn is_lead(b: u8) -> bool {
    matches!(b, b'"' | b'\'' | 0xE2 | 0xC2)
}

const LEADS: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = is_lead(b as u8);
        b += 1;
    }
    table
};

/// What a mark's glyph means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Glyph {
    Straight,
    Opening,
    Closing,
}

/// The quotation mark at a byte offset: its length, whether it is a single one, and its glyph.
fn glyph_at(bytes: &[u8], at: usize) -> Option<(usize, bool, Glyph)> {
    match bytes[at] {
        b'"' => Some((1, false, Glyph::Straight)),
        b'\'' => Some((1, true, Glyph::Straight)),
        0xC2 => match bytes.get(at + 1)? {
            0xAB => Some((2, false, Glyph::Opening)),
            0xBB => Some((2, false, Glyph::Closing)),
            _ => None,
        },
        0xE2 if bytes.get(at + 1) == Some(&0x80) => match bytes.get(at + 2)? {
            0x98 | 0x9A | 0x9B => Some((3, true, Glyph::Opening)),
            0x99 => Some((3, true, Glyph::Closing)),
            0x9C | 0x9E | 0x9F => Some((3, false, Glyph::Opening)),
            0x9D => Some((3, false, Glyph::Closing)),
            0xB9 => Some((3, false, Glyph::Opening)),
            0xBA => Some((3, false, Glyph::Closing)),
            _ => None,
        },
        _ => None,
    }
}

/// Appends the quotation marks of `text[range]`, in order; apostrophes inside words are left out.
fn scan(text: &str, range: Range<usize>, marks: &mut Vec<Mark>) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    while let Some(offset) = bytes[at..].iter().position(|b| LEADS[*b as usize]) {
        at += offset;
        let Some((len, single, glyph)) = glyph_at(bytes, at) else {
            at += 1;
            continue;
        };
        // A run of adjacent marks: all of them have the run's surroundings.
        let first = at;
        let mut end = at + len;
        while end < bytes.len()
            && LEADS[bytes[end] as usize]
            && let Some((len, ..)) = glyph_at(bytes, end)
        {
            end += len;
        }
        let before = text[range.start..first].chars().next_back();
        let after = text[end..range.end].chars().next();
        if end == first + len {
            marks.extend(mark(text, first..end, single, glyph, before, after));
        } else {
            run(text, first..end, before, after, marks);
        }
        at = end;
    }
}

/// A run of several marks: two equal ones count as one double mark.
fn run(text: &str, range: Range<usize>, before: Option<char>, after: Option<char>, marks: &mut Vec<Mark>) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    while at < range.end {
        let Some((len, single, glyph)) = glyph_at(bytes, at) else { break };
        let mut end = at + len;
        let mut double = !single;
        if end < range.end && bytes[at..end] == bytes[end..(end + len).min(range.end)] {
            end += len;
            double = true;
        }
        marks.extend(mark(text, at..end, !double, glyph, before, after));
        at = end;
    }
}

fn is_space(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

/// Whether a mark after this may open.
fn lets_open(c: Option<char>) -> bool {
    is_space(c) || matches!(c, Some('(' | '[' | '{' | '—' | '–' | '-' | '/' | '…' | ':' | '\u{200B}'))
}

/// Whether a mark before this may close.
fn lets_close(c: Option<char>) -> bool {
    is_space(c)
        || matches!(
            c,
            Some('.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '—' | '–' | '-' | '/' | '…' | '\u{200B}')
        )
}

/// Whether a mark can open or close, by its glyph and surroundings; `None` for an apostrophe.
fn mark(
    text: &str,
    range: Range<usize>,
    single: bool,
    glyph: Glyph,
    before: Option<char>,
    after: Option<char>,
) -> Option<Mark> {
    let Range { start, end } = range;
    let can_open = lets_open(before) && !is_space(after);
    let can_close = lets_close(after) && !is_space(before);
    if !single {
        let (opens, closes) = match glyph {
            Glyph::Straight if can_open == can_close => (true, true),
            Glyph::Straight => (can_open, can_close),
            Glyph::Opening if can_close && !can_open => (false, true),
            Glyph::Closing if can_open && !can_close || before.is_none() => (true, false),
            Glyph::Opening => (true, false),
            Glyph::Closing => (false, true),
        };
        return Some(Mark { start, end, single, opens, closes, strong: true });
    }
    if glyph != Glyph::Closing
        && can_open
        && after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '[' | '(' | '…' | '.'))
    {
        let opens = !is_elision(&text[end..]);
        return opens.then_some(Mark { start, end, single, opens, closes: false, strong: false });
    }
    let german = glyph == Glyph::Opening && !can_close;
    if german || !can_close {
        return None;
    }
    Some(Mark { start, end, single, opens: false, closes: true, strong: closes_surely(text, start, before, after) })
}

/// Whether a single mark is neither a possessive plural (`rebels’`) nor a dropped letter (`goin’`).
fn closes_surely(text: &str, start: usize, before: Option<char>, after: Option<char>) -> bool {
    match before {
        Some('s' | 'S' | 'z' | 'x') => {
            // A possessive needs its noun: nothing is possessed before punctuation.
            !is_space(after) && !matches!(after, Some('-' | '–' | '—')) || after.is_none()
        }
        Some('n') => !text[..start].ends_with("in"),
        Some('o') => !text[..start].ends_with(" o"),
        _ => true,
    }
}

/// Whether the text after an apostrophe is a known elision, or a decade.
fn is_elision(rest: &str) -> bool {
    let word: String = rest.chars().take(6).take_while(|c| c.is_alphanumeric()).collect();
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 2 && (word.len() == 2 || &word[2..] == "s") {
        return true;
    }
    ELISIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean::keep_all;

    fn quoted(text: &str) -> Vec<&str> {
        let document = Document::new(text, keep_all(text));
        let speaks = |r: Range<usize>| text[r].contains("said");
        find(&document, speaks).into_iter().map(|q| &text[q.inner]).collect()
    }

    #[test]
    fn every_pair_of_marks() {
        assert_eq!(quoted("He said: \"We stay.\" They left."), ["We stay."]);
        assert_eq!(quoted("He said: “We stay.” They left."), ["We stay."]);
        assert_eq!(quoted("Er sagte: „Wir bleiben.“ Sie gingen."), ["Wir bleiben."]);
        assert_eq!(quoted("Il a dit : « Nous restons. » Ils partent."), ["Nous restons."]);
        assert_eq!(quoted("Er sagte: »Wir bleiben.« Sie ‹gingen›."), ["Wir bleiben.", "gingen"]);
        assert_eq!(quoted("He said: ''We stay.'' They left."), ["We stay."]);
        assert_eq!(quoted("He said: \"\"We stay.\"\" They left."), ["We stay."]);
        assert_eq!(quoted("He said ‘we stay’ and left."), ["we stay"]);
        assert_eq!(quoted("'We stay,' he said. 'We do.'"), ["We stay,", "We do."]);
    }

    #[test]
    fn apostrophes_are_no_marks() {
        assert_eq!(quoted("The rebels’ fate and the generals' plans don’t matter."), Vec::<&str>::new());
        assert_eq!(quoted("Rock 'n' roll of the '90s and the ’80s, give 'em that."), Vec::<&str>::new());
        assert_eq!(quoted("the ‘moderate rebels’ in Syria’s north can’t stay."), ["moderate rebels"]);
        assert_eq!(quoted("‘It is the rebels’ fate,’ he said."), ["It is the rebels’ fate,"]);
        assert_eq!(
            quoted("'It is the rebels' fate,' he said. 'I can't help it.'"),
            ["It is the rebels' fate,", "I can't help it."]
        );
        assert_eq!(
            quoted("The 'Alawites of the coast told the rebels they'd stay, and the towns' fate was open."),
            [""; 0]
        );
    }

    #[test]
    fn the_outer_of_two_marks_counts() {
        assert_eq!(quoted("“He told me ‘go away’ and left,” she said."), ["He told me ‘go away’ and left,"]);
        assert_eq!(quoted("‘He told me “go away” and left,’ she said."), ["He told me “go away” and left,"]);
        assert_eq!(quoted("\"He told me \"go away\" and left,\" she said."), ["He told me \"go away\" and left,"]);
        assert_eq!(quoted("“‘Go away,’ he told me.” She left."), ["‘Go away,’ he told me."]);
    }

    #[test]
    fn a_quotation_over_several_paragraphs() {
        assert_eq!(
            quoted("“We stay.\n“We always did.\n“We will.” She left."),
            ["We stay.", "We always did.", "We will."]
        );
        assert_eq!(quoted("\"We stay.\n\"We will.\" She left."), ["We stay.", "We will."]);
    }

    #[test]
    fn a_lost_mark_spoils_its_sentence() {
        assert_eq!(
            quoted("A \"good plan, they thought. It failed. Then \"no\" was heard."),
            ["good plan, they thought.", "no"]
        );
        assert_eq!(quoted("He said: \"We stay. We will.\nThey left."), ["We stay. We will."]);
        assert_eq!(quoted("It ended. We stay,\" he said. Then a \"storm\" came."), ["We stay,", "storm"]);
        assert_eq!(quoted("It was 5' 2\" high. They saw a \"storm\" come."), ["storm"]);
    }

    #[test]
    fn straight_marks_pair_by_the_space_around_them() {
        assert_eq!(
            quoted("The \"minister\" left \"Twelve people including the (opposition) minister were killed\" he said."),
            ["minister", "Twelve people including the (opposition) minister were killed"]
        );
        assert_eq!(quoted("A plan—\"mad\"—and (\"sane\") others."), ["mad", "sane"]);
        assert_eq!(quoted("” … the train has left,” he said."), ["… the train has left,"]);
    }
}
