//! Texts on a single line: dates and titles at their head, agencies, tags and footers at their tail.
//!
//! `head` peels them from the left, `tail` from the right. This file has what both share, and which parts of such a
//! text may be repeated in other articles.

mod head;
mod tail;

use super::lines::{Page, floor};
use super::phrases::Phrases;
use super::survey::Repeated;
use super::words::Names;
use crate::text::sentences;

/// A text of one block with at least this many bytes is peeled from both ends.
const LEAST: usize = 200;

/// Names of agencies, as found before and after articles.
const AGENCIES: &[&str] =
    &["AFP", "AP", "Reuters", "REUTERS", "SANA", "NNA", "TASS", "DPA", "Agencies", "Xinhua", "EFE"];

/// Whether a text is a single long line.
pub(super) fn is_single(page: &Page<'_>) -> bool {
    matches!(page.blocks.as_slice(), [only] if only.range.len() >= LEAST)
}

/// Calls `unit` with the parts that may be repeated in other articles: the first two sentences, the last sentences, and
/// the fragment after them.
pub(super) fn units<'t>(page: &Page<'t>, mut unit: impl FnMut(&'t str)) {
    let range = page.blocks[0].range.clone();
    let head = floor(page.text, (range.start + 500).min(range.end));
    let mut first = Vec::new();
    sentences::split(page.text, range.start..head, |s| first.push(s));
    for sentence in first.iter().take(2).filter(|s| s.end < head) {
        unit(&page.text[sentence.clone()]);
    }
    for sentence in tail::last_sentences(page.text, range.clone()).into_iter().rev().take(6) {
        if sentence.start >= head {
            unit(&page.text[sentence]);
        }
    }
}

/// Peels both ends of a text on a single line.
pub(super) fn peel(page: &mut Page<'_>, names: &Names<'_>, phrases: &Phrases, repeated: Option<&Repeated<'_>>) {
    let range = page.blocks[0].range.clone();
    let start = head::peel(page, range.clone(), names);
    tail::peel(page, start..range.end, names, phrases, repeated);
}

#[cfg(test)]
mod tests {
    use crate::text::clean::{Cleaner, Known, Rule};
    use std::ops::Range;

    const BODY: &str = "The mayor of the small town opened a bridge over its river after two years of work, and a hundred \
        people came to see it on the first day. The town has waited for the bridge since the flood, she said.";

    fn clean(text: &str, title: &str) -> (Vec<String>, Vec<(String, Rule)>) {
        let known = Known { title: Some(title), ..Known::default() };
        let prose = Cleaner::default().clean(text, known);
        let of = |r: &Range<usize>| text[r.clone()].to_owned();
        (prose.paragraphs.iter().map(of).collect(), prose.removed.iter().map(|r| (of(&r.range), r.rule)).collect())
    }

    #[test]
    fn the_title_behind_a_date_is_a_paragraph() {
        let (kept, gone) =
            clean(&format!("Wed 05 Apr 2017 Small town opens new bridge. {BODY}"), "Small town opens new bridge");
        assert_eq!(kept, ["Small town opens new bridge.", BODY]);
        assert_eq!(gone, [("Wed 05 Apr 2017".to_owned(), Rule::Stamp)]);
    }

    #[test]
    fn agencies_and_dates_behind_the_title() {
        let (kept, gone) = clean(
            &format!("Small town opens new bridge AFP Sunday 3 Jul 2016 {BODY}-AFP"),
            "Small town opens new bridge",
        );
        assert_eq!(kept, ["Small town opens new bridge", BODY]);
        assert_eq!(gone.iter().map(|g| g.1).collect::<Vec<_>>(), [Rule::Source, Rule::Stamp, Rule::Source]);
    }

    #[test]
    fn a_summary_counts_once() {
        let lead = "The mayor of the small town opened a bridge over its river on Monday";
        let text = format!("23-04-2016 Bridge opens in small town. {lead} {lead} after two years of work. {BODY}");
        let (kept, _) = clean(&text, "Bridge opens in small town");
        assert_eq!(kept, ["Bridge opens in small town.".to_owned(), format!("{lead} after two years of work. {BODY}")]);
    }

    #[test]
    fn a_caption_goes_and_a_summary_stays() {
        let stamp = "10 Jul 2016";
        let caption = "A man walks over the new bridge on July 9 2016. (Photo by Jane Doe)";
        let (kept, _) = clean(&format!("{stamp} {caption} {BODY}"), "");
        assert_eq!(kept, [BODY]);
        let summary = "Dozens of people have come to see a bridge that nobody had hoped for.";
        let (kept, gone) = clean(&format!("{stamp} {summary} (AFP photo) {BODY}"), "");
        assert_eq!(kept, [summary, BODY]);
        assert_eq!(gone[1].0, "(AFP photo)");
    }

    #[test]
    fn tails_of_many_kinds() {
        for tail in [
            "--Reuters",
            " - REUTERS",
            "-AFP",
            " (Source: Town Office) Twitter",
            " Read Also",
            " English Bulletin",
            " SSH 11",
            " SA - 12",
            " 12",
            " Jane Doe/J. Public / A. Nother",
            " Tags bridge town river",
            " ... 63 Tags bridge Community standardsDiscussion Comment via FacebookComment via Town News",
            " Reporting by Jane Doe; Editing by J. Public Our Standards:The Thomson Reuters Trust Principles.",
            " Source TownNews and agencies",
            " Last Update: Saturday 7 October 2017 KSA 16:06 - GMT 13:06 3885",
            " Agencies contributed to this report Read Also",
        ] {
            let (kept, gone) = clean(&format!("{BODY}{tail}"), "");
            assert_eq!(kept, [BODY], "{tail}: {gone:?}");
        }
    }

    #[test]
    fn prose_at_the_ends_stays() {
        for text in [
            format!("{BODY} It was the work of the years 2011 and 2012"),
            format!("{BODY} The report came from Reuters"),
            format!("May 2016 was warm. {BODY}"),
            format!("{BODY} \"We have no bridge,\" she told the UN"),
        ] {
            assert_eq!(clean(&text, ""), (vec![text.clone()], vec![]));
        }
    }
}
