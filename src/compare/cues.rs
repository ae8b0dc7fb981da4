//! Cues: how often each outlet uses each cue, by voice.

use super::Voices;
use super::by_outlet::ByOutlet;
use super::collect::Collected;
use super::stance::{StanceModel, Weight};
use crate::cues::Lexicon;
use crate::text::Voice;
use std::collections::BTreeMap;

/// A row of `cues.csv`: outlet × voice × cue, where the cue is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the outlet.
    pub outlet: usize,
    /// Whose uses.
    pub voices: Voices,
    /// Index of the contrast.
    pub contrast: usize,
    /// Index of the pole in its contrast.
    pub pole: usize,
    /// The cue's number in the lexicon.
    pub cue: usize,
    /// Its uses.
    pub count: u64,
    /// The articles in which it stands.
    pub articles: usize,
    /// Uses in a thousand of the outlet's words in that voice.
    pub per_1k: f64,
    /// tf · idf over the row of one outlet and voice, scaled to length 1: tf is the count, idf is
    /// ln((1 + N)/(1 + df)) + 1 with N articles, df of which have the cue in any voice (scikit-learn's smooth idf).
    pub tfidf: f64,
    /// Its weight in the model, where there is one that has it as a term.
    pub weight: Option<Weight>,
}

/// All rows, sorted by outlet, voice and cue.
pub fn rows(collected: &Collected, index: &ByOutlet, lexicon: &Lexicon, model: Option<&StanceModel>) -> Vec<Row> {
    let weights: Vec<Option<Weight>> = lexicon.cues().map(|(_, _, cue)| model?.weight(cue)).collect();
    let places: Vec<(usize, usize)> = lexicon.cues().map(|(contrast, pole, _)| (contrast, pole)).collect();
    let idf = idf(collected, index, places.len());
    let mut rows = Vec::new();
    for (outlet, articles) in index.articles.iter().enumerate() {
        let mut counts: BTreeMap<(Voices, usize), (u64, usize)> = BTreeMap::new();
        let mut words = [0u64; 5];
        for &i in articles {
            let article = &collected.articles[i];
            words[0] += u64::from(article.total_words());
            for voice in Voice::ALL {
                words[1 + voice as usize] += u64::from(article.words[voice as usize]);
            }
            let mut last = None;
            for c in article.cues() {
                let cue = c.cue as usize;
                let all = counts.entry((Voices::All, cue)).or_default();
                all.0 += u64::from(c.count);
                // Counts are sorted by cue: an article is counted once over its voices.
                all.1 += usize::from(last != Some(cue));
                last = Some(cue);
                let own = counts.entry((Voices::Only(c.voice), cue)).or_default();
                own.0 += u64::from(c.count);
                own.1 += 1;
            }
        }
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
    rows
}

/// The inverse document frequency of every cue, over the articles that count.
fn idf(collected: &Collected, index: &ByOutlet, cues: usize) -> Vec<f64> {
    let mut df = vec![0usize; cues];
    let mut n = 0;
    for &i in index.articles.iter().flatten() {
        n += 1;
        let mut used: Vec<u32> = collected.articles[i].cues().iter().map(|c| c.cue).collect();
        used.dedup();
        used.iter().for_each(|&cue| df[cue as usize] += 1);
    }
    df.iter().map(|&df| ((1 + n) as f64 / (1 + df) as f64).ln() + 1.0).collect()
}
