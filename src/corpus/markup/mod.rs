//! Texts with HTML in them, as databases and feeds export them: tags are taken out, references become characters.
//!
//! Takes the text of a record; hands on what a reader would see, and where each part of it was ([`Given`]), so that
//! printed spans index the text as given. Whole pages are [`super::html`]'s job, which also leaves out menus.
//!
//! | file | job |
//! |---|---|
//! | here | the visible part of a text, and of a headline |
//! | `tags` | where tags begin and end, and which elements are known |
//! | `references` | characters instead of references (`&quot;`) |
//! | `stripped` | a text without its tags |

mod references;
mod stripped;
mod tags;

use crate::text::Given;
use references::references;
use std::borrow::Cow;
use std::ops::Range;
use stripped::Stripped;
pub(super) use tags::BLOCKS;
use tags::is_html;

/// A text as a reader would see it, and where its parts were; `None` if it has no HTML.
pub(crate) fn seen(text: &str) -> Option<(String, Given)> {
    memchr::memchr2(b'<', b'&', text.as_bytes())?;
    if is_html(text) {
        return Some(joined(text, &Stripped::new(text).pieces));
    }
    let pieces = references(text);
    if pieces.iter().all(|piece| piece.is_kept) {
        return None;
    }
    let (once, given) = joined(text, &pieces);
    if !is_html(&once) {
        return Some((once, given));
    }
    // In data exported twice, the brackets of tags are references themselves.
    let stripped = Stripped::new(&once).pieces;
    Some(joined(text, &composed(&pieces, &stripped)))
}

/// A line with characters instead of references. Tags stay: a headline with tags is more likely about them.
pub(crate) fn without_references(line: String) -> String {
    match memchr::memchr(b'&', line.as_bytes()) {
        Some(_) => joined(&line, &references(&line)).0,
        None => line,
    }
}

/// A part of the resulting text, and the bytes that it stands for.
#[derive(Debug)]
struct Piece<'t> {
    text: Cow<'t, str>,
    given: Range<usize>,
    /// Whether it has exactly the characters and bytes that it stands for.
    is_kept: bool,
}

/// The text that pieces form together.
fn joined(given: &str, pieces: &[Piece<'_>]) -> (String, Given) {
    let parts = pieces.iter().map(|piece| (&*piece.text, piece.given.clone(), piece.is_kept));
    (pieces.iter().map(|piece| &*piece.text).collect(), Given::new(given, parts))
}

/// Pieces of a text that was itself made of pieces, mapped to the original text.
fn composed<'t>(first: &[Piece<'_>], second: &'t [Piece<'_>]) -> Vec<Piece<'t>> {
    let (mut all, mut at, mut begin) = (Vec::with_capacity(first.len() + second.len()), 0, 0);
    for piece in second {
        let mut from = piece.given.start;
        loop {
            while first.get(at).is_some_and(|under| begin + under.text.len() <= from) {
                begin += first[at].text.len();
                at += 1;
            }
            let Some(under) = first.get(at) else { break };
            let to = piece.given.end.min(begin + under.text.len());
            let given = match under.is_kept {
                true => under.given.start + from - begin..under.given.start + to.max(from) - begin,
                false => under.given.clone(),
            };
            if !piece.is_kept {
                all.push(Piece { text: Cow::Borrowed(&*piece.text), given, is_kept: false });
                break;
            }
            let text = Cow::Borrowed(&piece.text[from - piece.given.start..to - piece.given.start]);
            all.push(Piece { text, given, is_kept: under.is_kept });
            from = to;
            if from >= piece.given.end {
                break;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CharOffsets;
    use proptest::prelude::*;

    fn text(given: &str) -> String {
        seen(given).map_or_else(|| given.to_owned(), |(text, _)| text)
    }

    #[test]
    fn paragraphs_breaks_and_what_is_hidden() {
        assert_eq!(
            text("<p>One <b>al</b>-Assad.</p>\n<p class=\"a>b\">Two<br/>three</p>"),
            "One al-Assad.\n\nTwo\nthree\n\n"
        );
        assert_eq!(text("<div>One<script>if (a < b) x(\"</p>\")</script> two</div>"), "One two\n\n");
        assert_eq!(text("One<!-- <p>two</p> --> three<br>four"), "One three\nfour");
        // A browser shows a line break in a paragraph as a space; if only phrases are marked up, lines are paragraphs.
        assert_eq!(text("<p>One\ntwo\n</p>"), "One two \n\n");
        assert_eq!(text("<i>One</i>\ntwo"), "One\ntwo");
    }

    #[test]
    fn references_become_characters_with_tags_and_without() {
        assert_eq!(
            text("AT&amp;T said: &quot;No&quot; &#8211; the&nbsp;regime&#x27;s"),
            "AT&T said: \"No\" – the regime's"
        );
        assert_eq!(text("<p>&ldquo;No&rdquo;</p>"), "“No”\n\n");
        assert_eq!(text("a & b; c &unknown; d &; &#; ?a=1&copy=2"), "a & b; c &unknown; d &; &#; ?a=1&copy=2");
        // Exported twice.
        assert_eq!(text("&lt;p&gt;AT&amp;amp;T&lt;/p&gt;&lt;p&gt;One&lt;/p&gt;"), "AT&T\n\nOne\n\n");
    }

    #[test]
    fn headlines_keep_their_tags() {
        assert_eq!(without_references("Why &lt;b&gt; isn&#8217;t <b>".to_owned()), "Why <b> isn’t <b>");
    }

    #[test]
    fn what_is_no_html_stays() {
        for text in [
            "a < b and b > c",
            "2 <3 you",
            "<Unknown> said",
            "a <p;q> b",
            "He wrote <no comment>.",
            "a <b",
            "</>",
            "<",
            "&",
            "",
        ] {
            assert_eq!(seen(text), None, "{text}");
        }
    }

    #[test]
    fn block_quotations_stand_in_marks() {
        let given = "<p>He said:</p><blockquote><p>The \"toll\" is over.</p><p>“Mine.”</p></blockquote><p>So.</p>";
        assert_eq!(text(given), "He said:\n\n“The ‘toll’ is over.”\n\n“Mine.”\n\nSo.\n\n");
    }

    #[test]
    fn places_are_those_of_what_was_given() {
        let given = "<p>É &quot;the <b>regime</b>&quot;</p><p>fell&nbsp;&amp;amp; rose</p>";
        let escaped = given.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        for given in [given, &escaped] {
            let (text, parts) = seen(given).expect("HTML");
            let mut offsets = CharOffsets::with(&text, &parts);
            let chars: Vec<char> = given.chars().collect();
            for word in ["É", "the", "regime", "fell", "rose"] {
                let at = text.find(word).expect(word);
                let (start, end) = (offsets.start(at), offsets.end(at + word.len()));
                assert_eq!(chars[start..end].iter().collect::<String>(), word, "{given}");
            }
        }
    }

    #[test]
    fn what_never_ends_is_not_sought_again_and_again() {
        for piece in
            ["<a ", "<a \"", "<!--", "<!-- >", "<script>", "&quot", "&amp;", "<p>", "<blockquote>\"", "<b \"'>"]
        {
            let given = format!("<br>{}", piece.repeat(200_000));
            assert!(text(&given).len() <= given.len() * 4, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_its_parts_follow_one_another(given in "([<>/&;!\"' \n“”é-]|p|b|br|blockquote|script|amp|lt|gt|#39|x){0,60}") {
            if let Some((text, parts)) = seen(&given) {
                let mut offsets = CharOffsets::with(&text, &parts);
                let (all, mut last) = (given.chars().count(), 0);
                for (at, c) in text.char_indices() {
                    let (start, end) = (offsets.start(at), offsets.end(at + c.len_utf8()));
                    prop_assert!(last <= start && start <= end && end <= all);
                    last = start;
                }
            }
        }
    }
}
