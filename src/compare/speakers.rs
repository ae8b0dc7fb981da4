//! Speakers: whose words the outlets carry, and how these people name things.
//!
//! Counts what is quoted or reported, in the articles that count. Mentions are grouped by name, ignoring case, articles
//! and titles before a person's name. A surname is resolved to the longer name of a speaker in the same article that
//! ends with it, if there is only one. Nothing else is merged or told apart: two people with the same name are one
//! speaker here.

use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::contrasts::estimate;
use super::{Estimate, evidence::Evidence};
use crate::cues::Lexicon;
use crate::error::Result;
use crate::stats::cluster::{Cluster, Sums};
use crate::text::composed::composed;
use crate::text::voice::{is_surname_of, speaker_name};
use crate::text::{Voice, snippet};
use std::collections::{BTreeMap, BTreeSet};

/// One row of `speakers.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The most frequent spelling of the name.
    pub speaker: String,
    /// Index of the contrast in the lexicon.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// Uses of the pole.
    pub count: u64,
    /// Articles with at least one such use.
    pub articles: usize,
    /// Outlets with at least one such article.
    pub outlets: usize,
    /// The pole's part of the speaker's uses of the contrast; `None` in a category.
    pub share: Option<Estimate>,
}

/// What a speaker is quoted or reported with in one article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The name as written in the article, without titles.
    pub speaker: Box<str>,
    /// The pole's number over all contrasts.
    pub pole: usize,
    /// Uses of the pole.
    pub count: u32,
}

/// Who is quoted or reported in one article with which poles, sorted. `mentions` are all speakers in the article,
/// including those without a cue: surnames are looked up among them.
pub(super) fn said<'t>(
    evidence: &[Evidence],
    mentions: impl Iterator<Item = &'t str>,
    first_poles: &[usize],
) -> Vec<Said> {
    let attributed = |e: &&Evidence| matches!(e.voice, Voice::Quoted | Voice::Reported) && e.speaker.is_some();
    if !evidence.iter().any(|e| attributed(&e)) {
        return Vec::new();
    }
    let names: BTreeSet<&str> = mentions.filter_map(speaker_name).collect();
    let said = |e: &Evidence| {
        let name = speaker_name(e.speaker.as_deref()?)?;
        let speaker = full_name(name, &names);
        Some(Said { speaker: snippet::fold_space(speaker).into(), pole: first_poles[e.contrast] + e.pole, count: 1 })
    };
    let mut said: Vec<Said> = evidence.iter().filter(attributed).filter_map(said).collect();
    said.sort_unstable();
    said.dedup_by(|next, kept| {
        let same = next.speaker == kept.speaker && next.pole == kept.pole;
        if same {
            kept.count += next.count;
        }
        same
    });
    said
}

/// The longest name that ends with this one; the name itself if two people have it.
fn full_name<'t>(name: &'t str, names: &BTreeSet<&'t str>) -> &'t str {
    let longer = || names.iter().copied().filter(|long| is_surname_of(name, long));
    let longest = longer().max_by_key(|long| (long.len(), std::cmp::Reverse(*long))).unwrap_or(name);
    let same = |long: &str| long.eq_ignore_ascii_case(longest) || is_surname_of(long, longest);
    if longer().all(same) { longest } else { name }
}

/// The counts of one speaker.
#[derive(Default)]
struct Speaker {
    /// How often the name is spelled in which way.
    spellings: BTreeMap<String, usize>,
    /// Uses by article and pole, with poles numbered over all contrasts.
    uses: BTreeMap<usize, BTreeMap<usize, u32>>,
}

/// Rows of all speakers, by name, contrast and pole. A pole without uses has a row if another pole of its contrast has
/// one.
///
/// # Errors
/// If the stored speakers of an article can't be read.
pub fn rows(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon) -> Result<Vec<Row>> {
    let mut speakers: BTreeMap<String, Speaker> = BTreeMap::new();
    let mut entries = collected.entries.reader();
    for (at, article) in collected.articles.iter().enumerate().filter(|(_, a)| a.counts) {
        add(at, &entries.read(article)?.said(), &mut speakers);
    }
    let mut rows = Vec::new();
    for speaker in speakers.values() {
        let used = speaker.uses.values().flat_map(BTreeMap::keys).map(|pole| index.contrast_of(*pole));
        for contrast in used.collect::<BTreeSet<_>>() {
            let what = &lexicon.contrasts[contrast];
            let row = |pole| row(collected, index, speaker, (contrast, pole), what.is_category());
            rows.extend((0..what.poles.len()).map(row));
        }
    }
    Ok(rows)
}

/// Adds the quoted and reported uses of one article.
fn add(at: usize, said: &[Said], speakers: &mut BTreeMap<String, Speaker>) {
    for Said { speaker: name, pole, count } in said {
        let name = composed(name);
        let speaker = speakers.entry(name.to_lowercase()).or_default();
        *speaker.spellings.entry(name.to_string()).or_default() += *count as usize;
        *speaker.uses.entry(at).or_default().entry(*pole).or_default() += count;
    }
}

fn row(
    collected: &Collected,
    index: &ByOutlet,
    speaker: &Speaker,
    (contrast, pole): (usize, usize),
    is_category: bool,
) -> Row {
    let whole = index.poles_of(contrast);
    let number = whole.start + pole;
    let of =
        |uses: &BTreeMap<usize, u32>, poles: std::ops::Range<usize>| -> u32 { uses.range(poles).map(|(_, n)| n).sum() };
    let cluster = |uses: &BTreeMap<usize, u32>| Cluster {
        x: f64::from(of(uses, number..number + 1)),
        n: f64::from(of(uses, whole.clone())),
    };
    let sums: Sums = speaker.uses.values().map(cluster).collect();
    let with_use = || speaker.uses.iter().filter(|(_, uses)| uses.contains_key(&number)).map(|(article, _)| *article);
    let mut outlets: Vec<usize> = with_use().filter_map(|article| collected.articles[article].outlet.get()).collect();
    outlets.sort_unstable();
    outlets.dedup();
    // In a tie, the first in the alphabet.
    let spelling = speaker.spellings.iter().max_by_key(|(name, n)| (**n, std::cmp::Reverse(*name)));
    Row {
        speaker: spelling.map(|(name, _)| name.clone()).unwrap_or_default(),
        contrast,
        pole,
        count: sums.count() as u64,
        articles: with_use().count(),
        outlets: outlets.len(),
        share: sums.ratio().filter(|_| !is_category).map(|ratio| estimate(&ratio)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surname_is_the_only_longer_name_that_ends_with_it() {
        let names = BTreeSet::from(["Abdel Rahman", "Anna Field", "Ben Field", "Leila Haddad", "Rami Abdel Rahman"]);
        let cases = [
            ("Haddad", "Leila Haddad"),
            ("Rahman", "Rami Abdel Rahman"),
            ("Abdel Rahman", "Rami Abdel Rahman"),
            ("Field", "Field"),
            ("Anna Field", "Anna Field"),
            ("Darwish", "Darwish"),
        ];
        for (name, full) in cases {
            assert_eq!(full_name(name, &names), full);
        }
    }
}
