//! A few words around a place, on one line, for people to read.

/// The text with every run of white space as a single space.
pub fn fold_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last words of a text, up to about `width` characters, cut at a space and with an ellipsis if something was cut.
/// White space at the end of the text becomes one space.
pub fn before(text: &str, width: usize) -> String {
    let cut = text.char_indices().rev().nth(width).map(|(i, _)| i);
    let tail = match cut {
        None => text,
        Some(cut) => text[cut..].find(char::is_whitespace).map_or(&text[cut..], |space| &text[cut + space..]),
    };
    let seam = if tail.ends_with(char::is_whitespace) { " " } else { "" };
    let ellipsis = if cut.is_some() { "… " } else { "" };
    format!("{ellipsis}{}{seam}", fold_space(tail))
}

/// The first words of a text, like [`before`].
pub fn behind(text: &str, width: usize) -> String {
    let cut = text.char_indices().nth(width).map(|(i, _)| i);
    let head = match cut {
        None => text,
        Some(cut) => text[..cut].rfind(char::is_whitespace).map_or(&text[..cut], |space| &text[..space]),
    };
    let seam = if head.starts_with(char::is_whitespace) { " " } else { "" };
    let ellipsis = if cut.is_some() { " …" } else { "" };
    format!("{seam}{}{ellipsis}", fold_space(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_at_words_with_the_seam_kept() {
        assert_eq!(before("The  rebel\n", 90), "The rebel ");
        assert_eq!(behind("-held  town.", 90), "-held town.");
        let long = "word ".repeat(40);
        assert!(before(&long, 30).starts_with("… word") && before(&long, 30).ends_with("word "));
        assert!(behind(&long, 30).ends_with("word …") && behind(&long, 30).chars().count() <= 32);
        assert_eq!((before("", 5), behind("", 5)), (String::new(), String::new()));
    }
}
