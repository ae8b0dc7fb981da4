//! Link boxes that were run into a sentence: a person's name is followed by the full name, headlines glued to it, and
//! "MORE" ("Senator Ida Holm Ida Maria HolmBridge vote put off Harbour talks fail MORE (N.Y.) said").

use super::lines::{Block, Page};
use super::{Rule, bylines};
use std::ops::Range;

/// Most words from the full name to "MORE".
const LONGEST: usize = 70;
/// Most words of the full name.
const NAME: usize = 6;

/// Cuts the boxes out of all blocks.
pub(super) fn cut(page: &mut Page<'_>) {
    for block in 0..page.blocks.len() {
        let Block { range, verdict, .. } = &page.blocks[block];
        if verdict.is_some() {
            continue;
        }
        let (at, line) = (range.start, &page.text[range.clone()]);
        for found in boxes(line) {
            page.cut(at + found.start..at + found.end, Rule::Related);
        }
    }
}

fn boxes(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in line.match_indices(" MORE") {
        let end = at + " MORE".len();
        let whole = line[end..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        let from = found.last().map_or(0, |last| last.end);
        if whole
            && from <= at
            && let Some(start) = start(&line[from..at])
        {
            found.push(from + start..end);
        }
    }
    found
}

/// Where the box whose headlines end the text begins: after the name as written in the article.
fn start(text: &str) -> Option<usize> {
    // No more than a box can have, so that a line of many "MORE" takes no time by its square.
    let mut words: Vec<&str> = text.split_whitespace().rev().take(LONGEST + NAME).collect();
    words.reverse();
    let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    for glued in (words.len().saturating_sub(LONGEST)..words.len()).rev() {
        let run = &words[glued.saturating_sub(NAME)..glued];
        for surname in surnames(words[glued]) {
            let bare = |word: &&str| word.trim_matches(|c: char| !c.is_alphanumeric()) == surname;
            if let Some(name) = run.iter().rposition(bare)
                && bylines::is_names(&run[name + 1..].join(" ").replace(['(', ')'], ""), NAME)
            {
                return Some(offset(run[name]) + run[name].len());
            }
        }
    }
    None
}

/// The possible surnames in a word with a headline glued to it: "Holm" in "HolmBridge".
fn surnames(word: &str) -> impl Iterator<Item = &str> {
    let pairs = word.char_indices().zip(word.char_indices().skip(1));
    pairs.filter(|((_, a), (_, b))| a.is_lowercase() && b.is_uppercase()).map(|(_, (at, _))| &word[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(line: &str) -> String {
        let mut left = line.to_owned();
        boxes(line).into_iter().rev().for_each(|found| left.replace_range(found, ""));
        left
    }

    #[test]
    fn boxes_behind_names_go() {
        assert_eq!(
            left(
                "Senator Ida Holm Ida (Iddy) Maria HolmBridge vote put off Harbour talks fail MORE (N.Y.) met Jon \
                 McRae Jonathan McRaeFerry sold again MORE on Monday."
            ),
            "Senator Ida Holm (N.Y.) met Jon McRae on Monday."
        );
    }

    #[test]
    fn other_capitals_stay() {
        for line in [
            "Ida Holm said that she wanted MORE bridges.",
            "The McRae family, led by Ida McRae, wanted MORE.",
            "A YouTube film and an iPhone were shown. MORE followed.",
        ] {
            assert_eq!(left(line), line);
        }
    }
}
