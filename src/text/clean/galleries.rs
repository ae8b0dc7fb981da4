//! Photo galleries: captions, each followed by a counter ("Hide Caption 3 of 20").
//!
//! A gallery is in many articles of an outlet and is longer than most of them; if it stayed, articles that share
//! nothing else would look like copies. Its captions look like prose in every other respect, so only the counters
//! identify them: a line with a counter is removed as a whole, and so are the lines between two counters of the same
//! gallery.

use super::Rule;
use super::lines::Page;
use std::sync::OnceLock;

/// The text before a counter.
const MARK: &str = "Hide Caption ";
/// The most lines of one caption between two counters.
const LONGEST_CAPTION: usize = 6;

/// Marks the lines of galleries.
pub(super) fn mark(page: &mut Page<'_>) {
    static FINDER: OnceLock<memchr::memmem::Finder<'static>> = OnceLock::new();
    if FINDER.get_or_init(|| memchr::memmem::Finder::new(MARK)).find(page.text.as_bytes()).is_none() {
        return;
    }
    // The last counter's line, its number, and the total.
    let mut open: Option<(usize, u32, u32)> = None;
    for block in 0..page.blocks.len() {
        let found: Vec<(u32, u32)> = counters(page.of(block)).collect();
        let (Some(first), Some(last)) = (found.first(), found.last()) else { continue };
        let from = match open {
            Some((at, n, of)) if of == first.1 && n < first.0 && block - at <= LONGEST_CAPTION => at + 1,
            _ if block > 0 && page.of(block - 1).starts_with("Photos: ") => block - 1,
            _ => block,
        };
        page.blocks[from..=block].iter_mut().for_each(|b| b.verdict = Some(Rule::Caption));
        open = Some((block, last.0, last.1));
    }
}

/// The counters of a line: the number of the picture, and the total.
fn counters(line: &str) -> impl Iterator<Item = (u32, u32)> {
    line.match_indices(MARK).filter_map(|(at, _)| {
        let mut words = line[at + MARK.len()..].split_whitespace();
        let number = words.next()?.parse().ok()?;
        let of = (words.next()? == "of").then(|| words.next())??.parse().ok()?;
        Some((number, of))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> Vec<&str> {
        let mut page = Page::new(text);
        mark(&mut page);
        let kept: Vec<_> = page.blocks.iter().filter(|b| b.verdict.is_none()).map(|b| b.range.clone()).collect();
        kept.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn captions_go_with_their_counters() {
        let text = "The bridge was opened.\n\nPhotos: Ten bridges\n\nPhotos: Ten bridges A bridge of stone. Hide Caption 1 of 3 \
            Photos: Ten bridges One of wood, \"and it burns,\" she said.\n\nIt burnt in May. Hide Caption 2 of 3\n\n\
            A third. It stands.\n\nHide Caption 3 of 3\n\nThe mayor spoke.";
        assert_eq!(left(text), ["The bridge was opened.", "The mayor spoke."]);
    }

    #[test]
    fn lines_between_two_galleries_stay() {
        let text = "One. Hide Caption 3 of 3\n\nThe bridge was opened.\n\nTwo. Hide Caption 1 of 4";
        assert_eq!(left(text), ["The bridge was opened."]);
        let text = "The button says Hide Caption as it should.\n\nOpen. Hide Caption two of 4";
        assert_eq!(left(text).len(), 2);
    }
}
