//! Block quotations of web pages: a `<blockquote>` has no quotation marks, so its text would count as the outlet's own.
//!
//! The extraction library hands on nothing but text, so [`mark`] puts a sign that no text has before and after every
//! paragraph of a block quotation, and [`quoted`] turns these signs into quotation marks. Embedded posts are block
//! quotations as well: their text is somebody else's, too.
//!
//! These are left as they are: paragraphs with quotation marks of their own, names after a dash, and pull quotes, which
//! repeat a part of the article (recognised by their class, or because their text occurs elsewhere in the article).

use super::markup::BLOCKS;
use trafilatura::dom::{Document, NodeId};

/// Put before and after a paragraph of a block quotation: characters that Unicode never assigns.
const OPENS: char = '\u{FDD0}';
const CLOSES: char = '\u{FDD1}';
/// Stands for white space next to an element, which the library would remove in a block quotation: "was<em>a
/// theft</em>and".
const SPACE: char = '\u{FDD2}';

/// A page with more block quotations isn't an article, and each of them is searched for in the whole text.
const MOST: usize = 200;

/// Puts signs around the paragraphs of block quotations.
pub(super) fn mark(document: &mut Document) {
    let root = document.root();
    let blocks = document.iter(root, &["blockquote"]);
    if blocks.len() > MOST {
        return;
    }
    for block in blocks {
        keep_spaces(document, block);
        let around = document.parent(block);
        let pulled = [Some(block), around].into_iter().flatten().any(|node| {
            document.is_element(node)
                && (document.tag_name(node) == "aside" || document.class_name(node).to_lowercase().contains("pull"))
        });
        // The paragraphs of an outer one include those of the inner ones.
        let inner = !document.iter_descendants(block, &["blockquote"]).is_empty();
        if pulled || inner {
            continue;
        }
        let mut paragraphs = document.iter_descendants(block, &["p"]);
        if paragraphs.is_empty() {
            paragraphs.push(block);
        }
        for paragraph in paragraphs {
            if document.text_content(paragraph).trim().is_empty() {
                continue;
            }
            let text = document.text(paragraph);
            document.set_text(paragraph, &format!("{OPENS}{}", text.trim_start()));
            let end = document.create_text_node(&CLOSES.to_string());
            document.append_child(paragraph, end);
        }
    }
}

/// Replaces the white space around inline elements of a block quotation with signs.
fn keep_spaces(document: &mut Document, block: NodeId) {
    for node in document.iter(block, &[]) {
        let children = document.children(node);
        let is_inline = |at: usize| children.get(at).is_some_and(|child| !BLOCKS.contains(&document.tag_name(*child)));
        let inline: Vec<bool> = (0..=children.len()).map(is_inline).collect();
        let sign = |is: bool| if is { SPACE.to_string() } else { String::new() };
        let text = document.text(node);
        if inline[0] && text.ends_with(char::is_whitespace) {
            document.set_text(node, &format!("{}{SPACE}", text.trim_end()));
        }
        for (at, child) in children.iter().enumerate().filter(|(at, _)| inline[*at]) {
            let tail = document.tail(*child);
            let bare = tail.trim();
            let before = sign(tail.starts_with(char::is_whitespace));
            let behind = sign(!bare.is_empty() && inline[at + 1] && tail.ends_with(char::is_whitespace));
            document.set_tail(*child, &format!("{before}{bare}{behind}"));
        }
    }
}

/// A text with quotation marks instead of the signs.
pub(super) fn quoted(text: &str) -> String {
    let text = &text.replace(SPACE, " ");
    if !text.contains(OPENS) {
        return text.replace(CLOSES, "");
    }
    let mut parts = text.split(OPENS).map(|part| part.split_once(CLOSES).unwrap_or(("", part)));
    // The text outside, to find what is repeated. A sign without its counterpart encloses nothing.
    let outside: Vec<&str> = parts.clone().map(|(_, outside)| outside).collect();
    let outside = outside.join("\n").to_lowercase();
    let mut out = String::with_capacity(text.len() + 64);
    for (tried, (inside, behind)) in parts.by_ref().enumerate() {
        // A line break splits a paragraph: each part is a paragraph in the text.
        for (at, line) in inside.split('\n').enumerate() {
            let bare = line.trim();
            // A pull quote may end in a full stop although the article's sentence goes on ("…,” he said").
            let words = bare.trim_end_matches(['.', ',', '!', '?', '…']);
            let stays = has_mark(bare) || tried < MOST && outside.contains(&words.to_lowercase());
            out.push_str(if at > 0 { "\n" } else { "" });
            out.push_str(&if stays { bare.to_owned() } else { in_marks(bare) });
        }
        out.push_str(&behind.replace(CLOSES, ""));
    }
    out
}

/// Whether a paragraph is empty, or begins with a quotation mark or a dash (before a name).
pub(super) fn has_mark(paragraph: &str) -> bool {
    paragraph.is_empty() || paragraph.starts_with(['"', '“', '”', '„', '«', '»', '‘', '\'', '—', '–', '-', '―'])
}

/// A paragraph in quotation marks; those inside it become single ones.
fn in_marks(paragraph: &str) -> String {
    let mut inner = String::with_capacity(paragraph.len() + 8);
    let mut before = None;
    for c in paragraph.chars() {
        inner.push(match c {
            '“' => '‘',
            '”' => '’',
            '"' if before.is_none_or(|c: char| c.is_whitespace() || "([—–-".contains(c)) => '‘',
            '"' => '’',
            other => other,
        });
        before = Some(c);
    }
    format!("“{inner}”")
}

#[cfg(test)]
mod tests {
    use crate::corpus::html::read;

    /// The text of a page whose article has these elements among its paragraphs, without line breaks.
    fn text(elements: &str) -> String {
        let paragraph = "<p>The town of Arle opened its new bridge on Saturday, later than planned and at twice the cost, \
                         and the mayor led hundreds of people over it before noon.</p>";
        let last = "<p>The old bridge will be closed in spring, when the river is low, and nobody has said yet what will \
                    become of it or of the two houses on it.</p>";
        let page = format!("<html><body><article>{paragraph}{elements}{last}</article></body></html>");
        let text = read(&page).unwrap_or_default().text;
        assert!(text.starts_with("The town of Arle") && text.ends_with("the two houses on it."), "{text}");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_paragraph_of_a_block_quotation_stands_in_marks() {
        let found = text(
            "<p>In his letter he said:</p><blockquote><p>The regime of the toll is over in this town.</p>\
             <p>The toll was <em>“a theft”</em> and a \"shame\" from its first day on.</p></blockquote>",
        );
        let marked = "he said: “The regime of the toll is over in this town.” “The toll was ‘a theft’ and a ‘shame’ from \
                      its first day on.” The old bridge";
        assert!(found.contains(marked), "{found}");
        let found = text("<blockquote>The regime of the toll is over in this town.<br>Nobody misses it.</blockquote>");
        assert!(found.contains("noon. “The regime of the toll is over in this town."), "{found}");
        assert!(found.contains("Nobody misses it.” The old bridge"), "{found}");
    }

    #[test]
    fn marks_of_its_own_and_names_behind_a_dash_stay() {
        let found = text(
            "<blockquote><p>“The regime of the toll is over in this town.”</p>\
             <p>— Adam Field, mayor of Arle</p></blockquote>",
        );
        let same = "noon. “The regime of the toll is over in this town.” — Adam Field, mayor of Arle The old bridge";
        assert!(found.contains(same), "{found}");
    }

    #[test]
    fn pull_quotes_are_no_quotations() {
        for found in [
            text("<blockquote class=\"pullquote\"><p>The regime of the toll is over in this town.</p></blockquote>"),
            text("<blockquote><p>The mayor led hundreds of people over it before noon</p></blockquote>"),
            text("<blockquote><p>the mayor led hundreds of people over it before noon</p></blockquote>"),
            text("<blockquote><p>The old bridge will be closed in spring.</p></blockquote>"),
        ] {
            assert!(!found.contains('“'), "{found}");
        }
    }

    #[test]
    fn an_embedded_post_is_somebody_elses() {
        let found = text(
            "<p>He wrote that night:</p><blockquote class=\"twitter-tweet\"><p lang=\"en\">The regime of the toll is over \
             in this town.</p>&mdash; Adam Field (@adamfield) <a href=\"https://example.org/1\">May 5, 2020</a></blockquote>",
        );
        assert!(found.contains("night: “The regime of the toll is over in this town.” — Adam Field"), "{found}");
    }

    #[test]
    fn a_sign_without_its_counterpart_is_dropped() {
        let quoted = |text: &str| super::quoted(&text.replace('[', "\u{FDD0}").replace(']', "\u{FDD1}"));
        assert_eq!(quoted("a [b] c [d\ne] f"), "a “b” c “d”\n“e” f");
        assert_eq!(quoted("a [b c [d] e] f"), "a b c “d” e f");
        assert_eq!(quoted("a] b"), "a b");
    }
}
