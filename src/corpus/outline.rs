//! The outline of a web page: how many of its elements are open at once, and how many there are, as a browser would see it.
//!
//! Takes a page as text, says whether a parser should build its tree. With elements that never end, mismatched end
//! tags, or formatting reopened in every paragraph, 60 kB make a tree of a gigabyte, and a few MB take hours. Counting
//! tags wouldn't show that, so the page is parsed by the rules of the standard (`html5ever`), a few kilobytes at a
//! time, into elements of which only the names are kept.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_document};

use super::html::Refused;
use crate::limits;

/// Elements that may be open at once, or wait to be reopened. At every tag the parser takes time in proportion to their
/// number.
const MOST_OPEN: usize = 2 * limits::PAGE_DEPTH;
/// How many bytes are read at once.
const PIECE: usize = 8 << 10;

/// Checks that the page's tree isn't too large to be built.
///
/// # Errors
/// [`Refused::Deep`], [`Refused::Many`].
pub(crate) fn check(html: &str) -> Result<(), Refused> {
    let mut parser = parse_document(Outline::default(), ParseOpts::default());
    let mut rest = html;
    while !rest.is_empty() {
        let end = (PIECE..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        parser.process(StrTendril::from(piece));
        let outline = &parser.tokenizer.sink.sink;
        if outline.open() > MOST_OPEN {
            return Err(Refused::Deep);
        }
        if outline.elements.get() > limits::PAGE_ELEMENTS {
            return Err(Refused::Many);
        }
    }
    Ok(())
}

/// Takes the place of a tree.
struct Outline {
    document: Node,
    /// How many elements were made.
    elements: Cell<usize>,
    /// Every element holds one, and only the parser holds elements.
    held: Rc<()>,
}

/// An element's name; an empty one for anything else.
type Node = Rc<(QualName, Option<Rc<()>>)>;

impl Default for Outline {
    fn default() -> Self {
        Outline { document: nothing(), elements: Cell::new(0), held: Rc::new(()) }
    }
}

impl Outline {
    /// How many elements the parser holds: those that are open, and those that it will reopen.
    fn open(&self) -> usize {
        Rc::strong_count(&self.held) - 1
    }
}

fn nothing() -> Node {
    Rc::new((QualName::new(None, ns!(), local_name!("")), None))
}

impl TreeSink for Outline {
    type Handle = Node;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn get_document(&self) -> Node {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Node) -> ExpandedName<'a> {
        target.0.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Node {
        self.elements.update(|n| n + 1);
        Rc::new((name, Some(self.held.clone())))
    }

    fn create_comment(&self, _: StrTendril) -> Node {
        nothing()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        nothing()
    }

    fn get_template_contents(&self, target: &Node) -> Node {
        target.clone()
    }

    fn same_node(&self, one: &Node, other: &Node) -> bool {
        Rc::ptr_eq(one, other)
    }

    // There is no tree to put anything into.
    fn finish(self) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append(&self, _: &Node, _: NodeOrText<Node>) {}
    fn append_based_on_parent_node(&self, _: &Node, _: &Node, _: NodeOrText<Node>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, _: &Node, _: NodeOrText<Node>) {}
    fn add_attrs_if_missing(&self, _: &Node, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, _: &Node) {}
    fn reparent_children(&self, _: &Node, _: &Node) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_would_take_a_parser_long_are_refused() {
        let unclosed = ["<div>", "<b>", "<rt>", "<optgroup>", "<div></x>", "<span></p>", "<template>"];
        for tag in unclosed {
            assert_eq!(check(&tag.repeat(100_000)), Err(Refused::Deep), "{tag}");
        }
        for before in ["<svg>", "<svg><title>", "<math><mi>"] {
            assert_eq!(check(&(before.to_owned() + &"<td><g>".repeat(100_000))), Err(Refused::Deep), "{before}");
        }
        // Every paragraph reopens all those before it: 4000 make some 8 million.
        for paragraphs in [900, 4000] {
            let again: String = (0..paragraphs).map(|n| format!("<p><b id={n}>x</p>")).collect();
            assert_eq!(check(&again), Err(Refused::Many), "{paragraphs}");
        }
    }

    #[test]
    fn pages_of_many_tags_are_not() {
        let closed =
            ["<p>é", "<li>", "<td>", "<br>", "<p><b>x</b></p>", "<div></div>", "<ruby>x<rt>y</ruby>", "<!-- <b> -->"];
        for tag in closed {
            assert_eq!(check(&tag.repeat(30_000)), Ok(()), "{tag}");
        }
        for within in ["script", "style", "title", "textarea"] {
            assert_eq!(check(&format!("<{within}>{}</{within}>", "<div>".repeat(10_000))), Ok(()), "{within}");
        }
        assert_eq!(check(&("<div>".repeat(500) + &"</div>".repeat(500))), Ok(()));
        assert_eq!(check(""), Ok(()));
    }
}
