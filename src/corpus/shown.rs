//! The text of a page's article as a browser shows it: one paragraph per line.
//!
//! The extraction library hands on the article as HTML and as text. Its text runs paragraphs and list items together,
//! so that sentences extend into the next paragraph, and splits words at the end of an element ("Arle 's").

use super::markup::BLOCKS;
use trafilatura::dom::{Document, NodeId};

/// Put at the end of a paragraph: a character that Unicode never assigns.
const END: char = '\u{FDD3}';

/// Puts a sign at the end of each paragraph, item and heading, which [`text`] makes a line break of. Of a short page
/// the library hands on one paragraph, in which all are run together without a space.
pub(super) fn mark_ends(document: &mut Document) {
    for block in document.iter(document.root(), &["p", "li", "td", "div", "h1", "h2", "h3", "h4", "h5", "h6"]) {
        let end = document.create_text_node(&END.to_string());
        document.append_child(block, end);
    }
}

/// The next step of the walk through the tree.
enum Step {
    Node(NodeId),
    Say(&'static str),
}

/// The text of an article's HTML. White space becomes one space, a line break ends a paragraph, and an element `<q>`
/// gets the quotation marks that a browser gives it.
pub(super) fn text(html: &str) -> String {
    let document = Document::parse(html);
    let mut text = String::with_capacity(html.len());
    let mut left = vec![Step::Node(document.root())];
    while let Some(step) = left.pop() {
        match step {
            Step::Say(sign) => text.push_str(sign),
            Step::Node(node) if document.is_text(node) => say(&document.text_content(node), &mut text),
            // Its lines are shown as they are: an empty one ends a paragraph.
            Step::Node(node) if document.is_element(node) && document.tag_name(node) == "pre" => {
                for paragraph in document.text_content(node).split("\n\n") {
                    text.push('\n');
                    say(paragraph, &mut text);
                }
                text.push('\n');
            }
            Step::Node(node) => {
                let name = if document.is_element(node) { document.tag_name(node) } else { "" };
                let (before, behind) = match name {
                    "br" => ("\n", ""),
                    "q" => ("“", "”"),
                    _ if BLOCKS.contains(&name) => ("\n", "\n"),
                    _ => ("", ""),
                };
                text.push_str(before);
                left.push(Step::Say(behind));
                left.extend(document.child_nodes(node).into_iter().rev().map(Step::Node));
            }
        }
    }
    text
}

/// Appends words, with one space for any white space.
fn say(words: &str, text: &mut String) {
    for c in words.chars() {
        if c == END {
            text.push('\n');
        } else if !c.is_whitespace() {
            text.push(c);
        } else if !text.ends_with(char::is_whitespace) {
            text.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::corpus::html::read;

    fn lines(html: &str) -> Vec<String> {
        text(html).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn paragraphs_items_and_breaks_are_lines() {
        assert_eq!(
            lines(
                "<h1>A</h1><p>One  <b>al</b>-Assad's\n day.</p><ul><li>Two</li><li>Three</li></ul>Four<br>five<!-- six -->"
            ),
            ["A", "One al-Assad's day.", "Two", "Three", "Four", "five"]
        );
        assert_eq!(lines("<pre>One\ntwo\n\nthree</pre>four"), ["One two", "three", "four"]);
        assert_eq!(lines("<p>He said: <q>No &amp; no</q>.</p>"), ["He said: “No & no”."]);
    }

    #[test]
    fn a_page_keeps_its_paragraphs() {
        let page = "<html><body><article><h1>Regime shells rebel suburbs</h1><ul><li>Rebels say no talks while bombing goes \
                    on</li><li>Army hits suburbs for a third day</li></ul><p>The town of <b>Arle</b>'s opened its <a \
                    href=\"/x\">new bridge</a>, on <i>Saturday</i>, later than planned and at twice the cost.</p><p>The old \
                    bridge will be closed in spring, when the river is low, and nobody has said yet what will become of it \
                    or of the two houses on it.<br>Nobody lives there.</p></article></body></html>";
        assert_eq!(
            read(page).unwrap_or_default().text.split("\n\n").collect::<Vec<_>>(),
            [
                "Rebels say no talks while bombing goes on",
                "Army hits suburbs for a third day",
                "The town of Arle's opened its new bridge, on Saturday, later than planned and at twice the cost.",
                "The old bridge will be closed in spring, when the river is low, and nobody has said yet what will become of \
                 it or of the two houses on it.",
                "Nobody lives there.",
            ]
        );
    }

    #[test]
    fn paragraphs_of_a_short_page_are_apart() {
        let long = "Undocumented immigrants won a ruling on Monday that keeps the program alive for another year, in a \
                    decision that surprised lawyers on both sides of the case.";
        for (page, others) in [
            (format!("<article><h1>Dreamers win in court</h1><p>{long}</p></article>"), ""),
            (
                format!(
                    "<article><h1>Dreamers win in court</h1><p>{long}</p><ul><li>One</li><li>Two</li></ul></article>"
                ),
                "\n\nOne\n\nTwo",
            ),
            (
                format!("<body><div><h2>Dreamers win in court</h2><div>{long}</div><div>It ended.</div></div></body>"),
                "\n\nIt ended.",
            ),
        ] {
            let read = read(&page).unwrap_or_default();
            // The headline is the title, and no part of the text.
            assert_eq!(read.title.as_deref(), Some("Dreamers win in court"), "{page}");
            assert_eq!(read.text, format!("{long}{others}"), "{page}");
        }
    }
}
