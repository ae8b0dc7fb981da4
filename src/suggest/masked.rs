//! The texts from the point of view of one contrast: every cue is masked, so that a place is described by its
//! surroundings.

use super::read::{CueAt, Texts};
use super::words::{Words, is_noun};
use crate::features::BREAK;
use crate::features::phrases::{CAPITAL, FIRST, WORD};
use std::collections::BTreeMap;

/// Replaces every word of a cue of any pole in [`Masked::around`].
pub(super) const CUE: u32 = BREAK - 1;

/// The fewest uses that a form of a pole's cues must have to be compared with.
const MIN_USES: usize = 10;
/// The least part of its pole's uses that a form must have to be treated separately.
const MIN_PART: f64 = 0.1;

/// One article.
#[derive(Debug)]
pub(super) struct Masked {
    /// Words in the singular with their marks, with [`BREAK`] instead of cues, so that no phrase contains one.
    pub words: Vec<u32>,
    /// Words as written, without marks, with [`CUE`] instead of cues.
    pub around: Vec<u32>,
    /// The poles with a cue in it, one bit each; from the 64th on they share the last bit.
    pub poles: u64,
}

impl Masked {
    /// The words between the two breaks around a place.
    pub fn clause(&self, at: usize) -> &[u32] {
        let from = self.around[..at].iter().rposition(|w| *w == BREAK).map_or(0, |i| i + 1);
        let to = self.around[at..].iter().position(|w| *w == BREAK).map_or(self.around.len(), |i| at + i);
        &self.around[from..to]
    }
}

/// The bit of a pole in [`Masked::poles`].
pub(super) fn bit(pole: usize) -> u64 {
    1 << pole.min(63)
}

/// A place in the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub article: u32,
    pub from: u32,
    pub to: u32,
}

/// A pole's cues in one form, or with the noun that they qualify: what candidates are compared with.
#[derive(Debug)]
pub(super) struct Prototype {
    pub pole: usize,
    pub places: Vec<Place>,
}

/// All articles, and the uses of a contrast's cues in them.
#[derive(Debug)]
pub(super) struct Contrast {
    pub articles: Vec<Masked>,
    /// For each pole: uses and articles.
    pub uses: Vec<(usize, usize)>,
    /// For each pole: the places of its cues.
    pub cues: Vec<Vec<Place>>,
    pub prototypes: Vec<Prototype>,
    /// Whether the cues are used in the positions of nouns.
    pub of_nouns: bool,
}

impl Contrast {
    pub fn new(texts: &Texts, contrast: usize, n_poles: usize) -> Contrast {
        let of = |cue: &&CueAt| cue.contrast as usize == contrast;
        let mut articles = Vec::with_capacity(texts.articles.len());
        let mut by_pole: Vec<BTreeMap<u32, Vec<Place>>> = vec![BTreeMap::new(); n_poles];
        let (mut nouns, mut n_cues) = (0, 0);
        for (number, text) in texts.articles.iter().enumerate() {
            let fold = |w: &u32| match *w {
                BREAK => BREAK,
                w => texts.words.folds[(w & WORD) as usize] | (w & (CAPITAL | FIRST)),
            };
            let mut masked = Masked {
                words: text.words.iter().map(fold).collect(),
                around: text.words.iter().map(|w| if *w == BREAK { BREAK } else { w & WORD }).collect(),
                poles: 0,
            };
            for cue in text.cues.iter().filter(of) {
                let range = cue.from as usize..cue.to as usize;
                n_cues += 1;
                nouns += u32::from(is_noun(texts.words.before(last_word(&text.words[range.clone()]))));
                masked.words[range.clone()].fill(BREAK);
                masked.around[range].fill(CUE);
                masked.poles |= bit(cue.pole as usize);
                let place = Place { article: number as u32, from: cue.from, to: cue.to };
                by_pole[cue.pole as usize].entry(cue.form).or_default().push(place);
            }
            articles.push(masked);
        }
        let uses = by_pole.iter().map(uses).collect();
        let prototypes = by_pole
            .iter()
            .enumerate()
            .flat_map(|(pole, forms)| prototypes(pole, forms, &articles, &texts.words))
            .collect();
        let cues = by_pole.iter().map(|forms| forms.values().flatten().copied().collect()).collect();
        Contrast { articles, uses, cues, prototypes, of_nouns: 2 * nouns > n_cues }
    }
}

/// The last word of a cue, which starts with a word.
fn last_word(words: &[u32]) -> u32 {
    words.iter().rev().find(|w| **w != BREAK).map_or(0, |w| w & WORD)
}

fn uses(forms: &BTreeMap<u32, Vec<Place>>) -> (usize, usize) {
    let mut articles: Vec<u32> = forms.values().flatten().map(|p| p.article).collect();
    articles.sort_unstable();
    articles.dedup();
    (forms.values().map(Vec::len).sum(), articles.len())
}

/// The frequent forms of a pole's cues, each on its own, because singular and plural are used in different places; all
/// rare forms together; and all cues with the noun that follows ("rebel fighters"), for names of several words.
fn prototypes(pole: usize, forms: &BTreeMap<u32, Vec<Place>>, articles: &[Masked], words: &Words) -> Vec<Prototype> {
    let all = uses(forms).0;
    let frequent = |places: &Vec<Place>| places.len() >= MIN_USES && places.len() as f64 >= MIN_PART * all as f64;
    let mut found: Vec<Vec<Place>> = forms.values().filter(|p| frequent(p)).cloned().collect();
    found.push(forms.values().filter(|p| !frequent(p)).flatten().copied().collect());
    let with_noun = |place: &Place| {
        let around = &articles[place.article as usize].around;
        let next = *around.get(place.to as usize)?;
        let is_name = next < CUE && !words.is_empty_word(next) && is_noun(words.before(next));
        is_name.then_some(Place { to: place.to + 1, ..*place })
    };
    found.push(forms.values().flatten().filter_map(with_noun).collect());
    found.retain(|places| places.len() >= MIN_USES);
    for places in &mut found {
        places.sort_unstable_by_key(|p| (p.article, p.from));
    }
    found.into_iter().map(|places| Prototype { pole, places }).collect()
}
