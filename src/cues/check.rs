//! What each cue of a lexicon finds in a corpus, for authors of lexicons.

use super::{CueMatch, Lexicon, Matcher, Target};
use crate::corpus::{Corpus, Pass};
use crate::error::Result;
use crate::text::clean::{Cleaner, Known};
use crate::text::{Document, snippet};
use std::collections::BTreeSet;

/// What one cue found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Uses, in all voices.
    pub count: u64,
    /// Articles with a use.
    pub articles: u64,
    /// Outlets with a use.
    pub outlets: usize,
    /// A few uses (words before, the match, words after), one per article and from as many outlets as possible.
    pub examples: Vec<(String, String, String)>,
}

/// What a lexicon found.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// Articles read.
    pub articles: u64,
    /// One entry per cue, in the lexicon's order.
    pub cues: Vec<Found>,
    /// Exceptions: the contrast's index, the exception, and how often it occurs.
    pub exceptions: Vec<(usize, String, u64)>,
}

/// One article's matches: target, words before, match, words after.
type Seen = (usize, Target, (String, String, String));

/// Counts the matches of every cue and exception, where a comparison would; keeps up to `examples` uses of each cue.
///
/// # Errors
/// Those of reading the corpus.
pub fn check(corpus: &Corpus, lexicon: &Lexicon, examples: usize) -> Result<Check> {
    let matcher = Matcher::new(lexicon);
    let (_, cleaner) = Cleaner::learn(corpus, &|_| {})?;
    let mut check = Check { cues: vec![Found::default(); lexicon.cues().count()], ..Check::default() };
    let mut first_exception = Vec::new();
    for (c, contrast) in lexicon.contrasts.iter().enumerate() {
        first_exception.push(check.exceptions.len());
        check.exceptions.extend(contrast.except.iter().map(|cue| (c, cue.text.clone(), 0)));
    }
    let mut outlets: Vec<BTreeSet<String>> = vec![BTreeSet::new(); check.cues.len()];
    corpus.for_each(
        Pass::new(),
        |_, article| {
            let document = Document::new(&article.text, cleaner.clean(&article.text, Known::of(&article)));
            let seen: Vec<Seen> = matcher.find(&document).iter().map(|m| see(&document, m)).collect();
            (article.outlet.unwrap_or_default(), seen)
        },
        |_, (outlet, seen): (String, Vec<Seen>)| {
            check.articles += 1;
            let mut in_article = BTreeSet::new();
            for (contrast, target, words) in seen {
                match target {
                    Target::Except { except } => check.exceptions[first_exception[contrast] + except].2 += 1,
                    Target::Cue { cue, .. } => {
                        let found = &mut check.cues[cue];
                        found.count += 1;
                        if in_article.insert(cue) {
                            found.articles += 1;
                            let fresh = outlets[cue].insert(outlet.clone());
                            if found.examples.len() < examples {
                                found.examples.push(words);
                            } else if fresh && found.outlets < examples {
                                // A use from another outlet is more informative than another one from the first outlet.
                                found.examples.pop();
                                found.examples.insert(found.outlets, words);
                            }
                            found.outlets = outlets[cue].len();
                        }
                    }
                }
            }
            Ok(())
        },
    )?;
    Ok(check)
}

fn see(document: &Document<'_>, found: &CueMatch) -> Seen {
    let bytes = document.tokens[found.tokens.start].range().start..document.tokens[found.tokens.end - 1].range().end;
    let paragraph = &document.paragraphs[document.sentences[found.sentence].paragraph];
    let words = (
        snippet::before(&document.text[paragraph.start..bytes.start], EXAMPLE),
        snippet::fold_space(&document.text[bytes.clone()]),
        snippet::behind(&document.text[bytes.end..paragraph.end], EXAMPLE),
    );
    (found.contrast, found.target, words)
}

/// About how many characters an example shows on either side.
const EXAMPLE: usize = 40;
