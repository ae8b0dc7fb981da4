//! One cue as a row of token patterns.
//!
//! A cue is cut into tokens by the same scanner as the articles, so that `rebel-held` and `assad's regime` mean in a
//! lexicon what they mean in a text. In a token, `*` stands for any number of characters and `?` for one.

use crate::text::tokens::normal_tokens;

/// A pattern for one token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenPattern {
    /// Exactly this normal form.
    Literal(String),
    /// Any normal form that begins like this: `jihad*`.
    Prefix(String),
    /// Any other glob.
    Glob(String),
}

// Stand-ins that the scanner takes for letters, so that globs survive the cutting. Both are letters of Latin
// epigraphy that no article uses.
const STAR: char = '\u{A7FF}';
const QUESTION: char = '\u{A7FE}';

impl TokenPattern {
    fn new(token: &str) -> Self {
        let glob: String = token
            .chars()
            .map(|c| match c {
                STAR => '*',
                QUESTION => '?',
                c => c,
            })
            .collect();
        match glob.strip_suffix('*') {
            _ if !glob.contains(['*', '?']) => TokenPattern::Literal(glob),
            Some(prefix) if !prefix.is_empty() && !prefix.contains(['*', '?']) => {
                TokenPattern::Prefix(prefix.to_owned())
            }
            _ => TokenPattern::Glob(glob),
        }
    }

    /// Whether a token's normal form matches.
    pub fn matches(&self, normal: &str) -> bool {
        match self {
            TokenPattern::Literal(literal) => normal == literal,
            TokenPattern::Prefix(prefix) => normal.starts_with(prefix.as_str()),
            TokenPattern::Glob(glob) => glob_matches(glob, normal),
        }
    }
}

/// Cuts a cue into token patterns; empty where the cue has no letter or digit.
pub fn parse(cue: &str) -> Vec<TokenPattern> {
    let letters: String = cue
        .chars()
        .map(|c| match c {
            '*' => STAR,
            '?' => QUESTION,
            c => c,
        })
        .collect();
    let tokens = normal_tokens(&letters);
    if tokens.iter().all(|t| t.chars().all(|c| c == STAR || c == QUESTION)) {
        return Vec::new();
    }
    tokens.iter().map(|t| TokenPattern::new(t)).collect()
}

/// Glob matching with `*` and `?`, without recursion: on a mismatch it goes back to the last star.
fn glob_matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    // How many bytes a character has.
    let width = |at: usize| 1 + text[at + 1..].iter().take_while(|byte| **byte & 0xC0 == 0x80).count();
    let (mut g, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match (glob.get(g), back) {
            (Some(b'*'), _) => {
                back = Some((g, t));
                g += 1;
            }
            (Some(b'?'), _) => {
                g += 1;
                t += width(t);
            }
            (Some(byte), _) if *byte == text[t] => {
                g += 1;
                t += 1;
            }
            (_, Some((star, from))) => {
                g = star + 1;
                t = from + width(from);
                back = Some((star, t));
            }
            _ => return false,
        }
    }
    glob[g..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenPattern::{Glob, Literal, Prefix};

    #[test]
    fn cues_are_cut_like_texts() {
        assert_eq!(parse("Rebel-held"), [Literal("rebel".into()), Literal("held".into())]);
        assert_eq!(parse("Assad’s regime*"), [Literal("assad".into()), Literal("'s".into()), Prefix("regime".into())]);
        assert_eq!(parse("U.S."), [Literal("u.s".into())]);
        assert_eq!(parse("*stan"), [Glob("*stan".into())]);
        assert_eq!(parse("so-called *"), [Literal("so".into()), Literal("called".into()), Glob("*".into())]);
        assert_eq!(parse(" *?- "), []);
    }

    #[test]
    fn globs_match_whole_tokens() {
        assert!(parse("jihad*")[0].matches("jihadism") && parse("jihad*")[0].matches("jihad"));
        assert!(!parse("jihad*")[0].matches("mujihad"));
        assert!(parse("*a?b*")[0].matches("xxacbyy") && !parse("*a?b*")[0].matches("xxabyy"));
        assert!(glob_matches("?é?", "éé€") && !glob_matches("?é?", "éé") && glob_matches("*?€", "aé€"));
    }
}
