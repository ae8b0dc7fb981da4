//! Cells that a spreadsheet would run as a formula: made harmless, and restored.

use std::borrow::Cow;

/// Makes a text harmless if a spreadsheet would run it as a formula: puts an apostrophe in front.
///
/// [`restore`] removes it again. A text that already looks as if it had been made harmless gets another apostrophe, so
/// that nothing is lost.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text as it was before [`harmless`].
pub fn restore(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

/// What starts a formula, or a cell that another program may trim to one; includes the full-width forms of East Asian
/// keyboards.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_come_back() {
        for text in
            ["=HYPERLINK(1)", "+1", "-x", "@a", "\tb", "\r=1", "\n=1", "＝1", "'=1", "''-", "'quoted'", "plain", ""]
        {
            let safe = harmless(text);
            assert!(!safe.starts_with(FORMULA), "{safe}");
            assert_eq!(restore(&safe), text);
        }
        assert_eq!(harmless("'quoted'"), "'quoted'");
    }
}
