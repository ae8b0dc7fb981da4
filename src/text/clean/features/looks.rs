//! Which characters a line is made of: capitals, digits, marks.

use crate::text::clean::feature::{Found, says};
use crate::text::clean::lines::is_closed;
use crate::text::clean::{bylines, stamps};

/// Adds the features about a line's characters.
pub(super) fn looks(line: &str, words: usize, closed: bool, out: &mut Found) {
    let (mut letters, mut upper, mut parts, mut capital, mut digits) = (0, 0, 0, 0, 0);
    let (mut signs, mut copyright, mut money, mut quoted) = (false, false, false, false);
    for word in line.split_ascii_whitespace() {
        parts += 1;
        let mut digit = false;
        for (at, c) in word.chars().enumerate() {
            match c {
                'a'..='z' => letters += 1,
                'A'..='Z' => (letters, upper, capital) = (letters + 1, upper + 1, capital + usize::from(at == 0)),
                '0'..='9' => digit = true,
                '"' | '“' | '”' => quoted = true,
                '|' | '•' | '·' | '∙' | '»' | '›' | '→' | '←' | '▶' | '★' | '#' | '*' | '>' | '♦' | '®' | '™' | '^' =>
                {
                    signs = true;
                }
                '©' => copyright = true,
                '£' | '$' | '€' => money = true,
                _ if !c.is_ascii() && c.is_alphabetic() => {
                    let large = usize::from(c.is_uppercase());
                    (letters, upper, capital) = (letters + 1, upper + large, capital + large * usize::from(at == 0));
                }
                _ => {}
            }
        }
        digits += usize::from(digit);
    }
    let mut yes = |is: bool, name| out.extend(is.then_some(name));
    yes(letters > 3 && upper * 10 >= letters * 8, says!("capitals"));
    yes(parts >= 2 && capital == parts, says!("each word with a capital"));
    yes(capital * 3 <= parts && parts >= 4, says!("few words with a capital"));
    yes(parts >= 4 && capital * 3 > parts * 2 && capital < parts, says!("most words with a capital"));
    yes(line.starts_with(char::is_lowercase), says!("begins in lower case"));
    yes(digits > 0 && digits * 3 >= parts, says!("a third are numbers"));
    yes(digits > 0 && digits * 3 < parts, says!("a number"));
    let has = |part: &str| memchr::memmem::find(line.as_bytes(), part.as_bytes()).is_some();
    let address = memchr::memchr(b'@', line.as_bytes()).is_some() || has("http") || has("www.");
    yes(address, says!("an address"));
    yes(signs, says!("a sign of lists"));
    yes(copyright, says!("a copyright sign"));
    yes(money, says!("money"));
    yes(quoted, says!("quotation marks"));
    yes(line.starts_with(['"', '“', '\'', '‘']), says!("begins with a quotation mark"));
    yes(line.starts_with(['(', '[']), says!("begins with a bracket"));
    let stroke = memchr::memchr(b'/', line.as_bytes()).is_some();
    yes(stroke && (has(" / ") || has("://")), says!("a stroke"));
    yes(stroke && parts <= 6, says!("a stroke in a short line"));
    yes(line.ends_with(':'), says!("ends with a colon"));
    yes(line.ends_with('?'), says!("ends with a question mark"));
    yes(line.ends_with('!'), says!("ends with an exclamation mark"));
    yes(line.ends_with("...") || line.ends_with('…'), says!("ends with dots"));
    let colon = memchr::memchr(b':', &line.as_bytes()[..line.len().min(32)]).is_some();
    yes(colon && line.find(": ").is_some_and(|at| at < 25), says!("a colon near the beginning"));
    yes(colon && speaker(line), says!("a speaker and a colon"));
    yes(listed(line), says!("begins as lists do"));
    yes(parts < 12 && !closed && line.matches(',').count() >= 2, says!("commas in a short line"));
    yes(bylines::is_person(line), says!("a person's name"));
    yes(words <= 20 && stamps::is_line(line), says!("a date or a time alone"));
    yes(parts < 40 && joined(line), says!("words run together"));
}

/// "newsReceive", "pageTop": a capital in the middle of a word.
fn joined(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.windows(4).any(|w| {
        w[0].is_ascii_lowercase() && w[1].is_ascii_lowercase() && w[2].is_ascii_uppercase() && w[3].is_ascii_lowercase()
    })
}

/// "JOHN TREE: It was full."
fn speaker(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, said)| {
        name.len() <= 30 && name.contains(char::is_alphabetic) && !name.contains(char::is_lowercase) && is_closed(said)
    })
}

/// "1. Move it", "- Rents fall".
fn listed(line: &str) -> bool {
    let bare = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = bare.len() < line.len() && bare.len() + 3 > line.len() && bare.starts_with(['.', ')']);
    (numbered || line.starts_with(['-', '–', '•'])) && line.contains(' ')
}
