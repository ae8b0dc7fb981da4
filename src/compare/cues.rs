//! Cues: how often each outlet uses each cue, by voice.

use super::collect::Collected;
use super::stance::{StanceModel, Weight};
use super::{ArticleRecord, Voices};
use crate::cues::Lexicon;
use crate::error::Result;
use crate::tally::CueCount;
use crate::text::Voice;
use std::collections::BTreeMap;

/// A row of `cues.csv`: outlet × voice × cue. Only cues that are used have rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// The voices whose uses are counted.
    pub voices: Voices,
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// The cue's number in the lexicon.
    pub cue: usize,
    /// Uses of the cue.
    pub count: u64,
    /// The articles that use it.
    pub articles: usize,
    /// Uses per thousand of the outlet's words in that voice.
    pub per_1k: f64,
    /// tf · idf over the row of one outlet and voice, scaled to length 1: tf is the count, idf is
    /// ln((1 + N)/(1 + df)) + 1 with N articles, df of which have the cue in any voice (scikit-learn's smooth idf).
    pub tfidf: f64,
    /// Its weight in the model, if there is a model that has it as a term.
    pub weight: Option<Weight>,
}

/// The counts of one outlet.
#[derive(Default)]
struct Counts {
    /// For each voice and cue: uses, and the articles that have them.
    cues: BTreeMap<(Voices, usize), (u64, usize)>,
    /// Words, in the order of [`Voices::ROWS`].
    words: [u64; 5],
}

impl Counts {
    fn add(&mut self, article: &ArticleRecord, cues: &[CueCount]) {
        self.words[0] += u64::from(article.total_words());
        for voice in Voice::ALL {
            self.words[1 + voice as usize] += u64::from(article.words[voice as usize]);
        }
        let mut last = None;
        for c in cues {
            let cue = c.cue as usize;
            let all = self.cues.entry((Voices::All, cue)).or_default();
            all.0 += u64::from(c.count);
            // Counts are sorted by cue: an article is counted once, whatever the number of voices.
            all.1 += usize::from(last != Some(cue));
            last = Some(cue);
            let own = self.cues.entry((Voices::Only(c.voice), cue)).or_default();
            own.0 += u64::from(c.count);
            own.1 += 1;
        }
    }
}

/// All rows, sorted by outlet, voice and cue.
///
/// # Errors
/// If an article's cues can't be read.
pub fn rows(collected: &Collected, lexicon: &Lexicon, model: Option<&StanceModel>) -> Result<Vec<Row>> {
    let weights: Vec<Option<Weight>> = lexicon.cues().map(|(_, _, cue)| model?.weight(cue)).collect();
    let places: Vec<(usize, usize)> = lexicon.cues().map(|(contrast, pole, _)| (contrast, pole)).collect();
    let mut outlets: Vec<Counts> = collected.outlets.iter().map(|_| Counts::default()).collect();
    let (mut entries, mut articles) = (collected.entries.reader(), 0);
    for (_, outlet, article) in collected.compared() {
        outlets[outlet].add(article, &entries.read(article)?.cues());
        articles += 1;
    }
    let idf = idf(&outlets, articles, places.len());
    let mut rows = Vec::new();
    for (outlet, Counts { cues: counts, words }) in outlets.iter().enumerate() {
        for (row, voices) in Voices::ROWS.into_iter().enumerate() {
            let used = || counts.range((voices, 0)..=(voices, usize::MAX));
            let length = used().map(|((_, cue), (n, _))| (*n as f64 * idf[*cue]).powi(2)).sum::<f64>().sqrt();
            rows.extend(used().map(|(&(_, cue), &(count, articles))| Row {
                outlet,
                voices,
                contrast: places[cue].0,
                pole: places[cue].1,
                cue,
                count,
                articles,
                per_1k: 1000.0 * count as f64 / words[row] as f64,
                tfidf: count as f64 * idf[cue] / length,
                weight: weights[cue],
            }));
        }
    }
    Ok(rows)
}

/// The inverse document frequency of every cue, over the articles that count.
fn idf(outlets: &[Counts], articles: usize, cues: usize) -> Vec<f64> {
    let mut df = vec![0usize; cues];
    let all = outlets.iter().flat_map(|counts| counts.cues.range((Voices::All, 0)..=(Voices::All, usize::MAX)));
    all.for_each(|((_, cue), (_, articles))| df[*cue] += articles);
    df.iter().map(|&df| ((1 + articles) as f64 / (1 + df) as f64).ln() + 1.0).collect()
}
