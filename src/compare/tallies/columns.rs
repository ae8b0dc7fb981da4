//! The counts of articles as columns, and back: the columns that both levels of detail have.
//!
//! | column | what |
//! |---|---|
//! | `id, outlet, date, title, url, author, language, extra` | as in the input |
//! | `words_own, words_quoted, words_reported, words_scare` | words of prose by voice |
//! | `words_removed` | words that the cleaner removed |
//! | `agency` | news agencies that are credited |
//! | `cues, cue_voices, cue_counts` | cues by their number in the lexicon, voices by their number (own, quoted, reported, scare), both from 0; uses |
//! | `speakers, speaker_poles, speaker_counts` | who is quoted or reported with a pole, given by its number over all contrasts |

use crate::compare::counter::Counts;
use crate::compare::record::first_poles;
use crate::compare::speakers::Said;
use crate::corpus::Article;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::tally::format::Particular;
use crate::tally::parquet::{self, Batch, Columns};
use crate::tally::{CueCount, Tally, particulars};
use crate::text::Voice;

const WORDS: [&str; 4] = ["words_own", "words_quoted", "words_reported", "words_scare"];

/// An article and its counts.
pub(super) type Row<'a> = (&'a Article, &'a Counts);

/// The columns of some articles.
pub(super) fn of(articles: &[Row<'_>], omitted: &[Particular]) -> Columns {
    let about: Vec<&Article> = articles.iter().map(|(article, _)| *article).collect();
    let mut columns = particulars::columns(&about, omitted);
    let counts = || articles.iter().map(|(_, counts)| *counts);
    for voice in Voice::ALL {
        let words = counts().map(|c| Some(c.tally.words[voice as usize]));
        columns.push((WORDS[voice as usize], parquet::number(words), false));
    }
    let is_told = !omitted.contains(&Particular::Speakers);
    let said = || counts().map(|c| c.said.iter().filter(|_| is_told));
    let cues = || counts().map(|c| c.tally.cues.iter());
    columns.extend([
        ("words_removed", parquet::number(counts().map(|c| Some(c.tally.words_removed))), false),
        ("agency", parquet::text(counts().map(|c| c.agency.as_deref())), true),
        ("cues", parquet::numbers(cues().map(|cues| cues.map(|c| c.cue))), false),
        ("cue_voices", parquet::numbers(cues().map(|cues| cues.map(|c| c.voice as u32))), false),
        ("cue_counts", parquet::numbers(cues().map(|cues| cues.map(|c| c.count))), false),
        ("speakers", parquet::texts(said().map(|said| said.map(|said| &said.speaker))), false),
        ("speaker_poles", parquet::numbers(said().map(|said| said.map(|said| said.pole as u32))), false),
        ("speaker_counts", parquet::numbers(said().map(|said| said.map(|said| said.count))), false),
    ]);
    columns
}

/// Which numbers of cues and poles exist.
pub(super) struct Cues {
    /// The contrast of each cue.
    contrasts: Vec<usize>,
    pub n_poles: usize,
}

impl Cues {
    pub fn new(lexicon: &Lexicon) -> Self {
        let n_poles = first_poles(lexicon).last().copied().unwrap_or(0);
        Cues { contrasts: lexicon.cues().map(|(contrast, _, _)| contrast).collect(), n_poles }
    }
}

/// An article with its counts.
pub(super) type Read = (Article, Counts);

/// Reads articles with their counts back.
///
/// # Errors
/// As built by `broken`: missing columns, numbers that no count can have.
pub(super) fn read(
    batch: &Batch<'_>,
    cues: &Cues,
    extra: usize,
    broken: &dyn Fn(String) -> crate::error::Error,
) -> Result<Vec<Read>> {
    let words = [batch.number(WORDS[0])?, batch.number(WORDS[1])?, batch.number(WORDS[2])?, batch.number(WORDS[3])?];
    let (removed, agency) = (batch.number("words_removed")?, batch.text("agency")?);
    let numbers = [batch.numbers("cues")?, batch.numbers("cue_voices")?, batch.numbers("cue_counts")?];
    let speakers = batch.texts("speakers")?;
    let said = [batch.numbers("speaker_poles")?, batch.numbers("speaker_counts")?];
    let read = |(row, article): (usize, Article)| {
        let id = article.id.clone();
        let wrong = |what: &str| broken(format!("{what} of article {id:?} that can't be"));
        let words = [0, 1, 2, 3].map(|voice: usize| words[voice](row).unwrap_or(0));
        let counts = cue_counts(numbers.each_ref().map(|of| of(row)), cues.contrasts.len());
        let counts = counts.ok_or_else(|| wrong("cues"))?;
        // Sums over an article's voices and cues use 32 bits.
        if !fits(words) || !fits(counts.iter().map(|c| c.count)) {
            return Err(wrong("numbers"));
        }
        if !has_words_for(&counts, words, &cues.contrasts) {
            return Err(wrong("more uses of cues than words"));
        }
        let said = read_said(speakers(row), said.each_ref().map(|of| of(row)), cues.n_poles);
        let said = said.ok_or_else(|| wrong("speakers"))?;
        let tally = Tally { words, words_removed: removed(row).unwrap_or(0), cues: counts };
        Ok((article, Counts { tally, said, agency: agency(row).map(str::to_owned) }))
    };
    particulars::read(batch, extra, broken)?.into_iter().enumerate().map(read).collect()
}

/// Whether the sum fits into 32 bits.
fn fits(numbers: impl IntoIterator<Item = u32>) -> bool {
    numbers.into_iter().try_fold(0u32, u32::checked_add).is_some()
}

/// Whether no contrast has more uses in a voice than that voice has words: a word is at most one use of a contrast.
/// `counts` are sorted by cue, so those of a contrast are next to each other.
fn has_words_for(counts: &[CueCount], words: [u32; 4], contrasts: &[usize]) -> bool {
    let contrast = |count: &CueCount| contrasts[count.cue as usize];
    counts.chunk_by(|a, b| contrast(a) == contrast(b)).all(|counts| {
        Voice::ALL.iter().all(|&voice| {
            let uses: u32 = counts.iter().filter(|count| count.voice == voice).map(|count| count.count).sum();
            uses <= words[voice as usize]
        })
    })
}

fn cue_counts([cues, voices, counts]: [Vec<u32>; 3], n_cues: usize) -> Option<Vec<CueCount>> {
    if cues.len() != voices.len() || cues.len() != counts.len() {
        return None;
    }
    let mut found = Vec::with_capacity(cues.len());
    for ((cue, voice), count) in cues.into_iter().zip(voices).zip(counts) {
        let voice = *Voice::ALL.get(voice as usize)?;
        found.push(CueCount { cue, voice, count });
        if cue as usize >= n_cues || count == 0 {
            return None;
        }
    }
    let rises = found.windows(2).all(|w| (w[0].cue, w[0].voice as u32) < (w[1].cue, w[1].voice as u32));
    rises.then_some(found)
}

fn read_said(speakers: Vec<String>, [poles, counts]: [Vec<u32>; 2], n_poles: usize) -> Option<Vec<Said>> {
    if speakers.len() != poles.len() || speakers.len() != counts.len() {
        return None;
    }
    let all = speakers.into_iter().zip(poles).zip(counts);
    let said: Vec<Said> =
        all.map(|((speaker, pole), count)| Said { speaker: speaker.into(), pole: pole as usize, count }).collect();
    (fits(said.iter().map(|s| s.count))
        && said.iter().all(|s| s.pole < n_poles && s.count > 0 && !s.speaker.is_empty()))
    .then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contrast_has_no_more_uses_than_words() {
        let use_of = |cue, voice, count| CueCount { cue, voice, count };
        let (words, contrasts) = ([3, 2, 0, 0], [0, 0, 1]);
        let fits = |counts: &[CueCount]| has_words_for(counts, words, &contrasts);
        // Words of several contrasts may be the same.
        assert!(fits(&[
            use_of(0, Voice::Own, 1),
            use_of(0, Voice::Quoted, 2),
            use_of(1, Voice::Own, 2),
            use_of(2, Voice::Own, 3)
        ]));
        assert!(!fits(&[use_of(0, Voice::Own, 2), use_of(1, Voice::Own, 2)]));
        assert!(!fits(&[use_of(2, Voice::Reported, 1)]));
        assert!(fits(&[]));
    }
}
