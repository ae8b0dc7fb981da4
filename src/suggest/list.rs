//! Which terms of a ranking are listed, and the evidence for them.

use super::masked::{Contrast, Place, bit};
use super::rank::{Fit, Ranking};
use super::read::Texts;
use super::terms::{self, Kind, Term};
use super::words::Words;
use super::{Candidate, Options, ProperNames};
use crate::features::Phrases;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The listed terms, best first, as indices into the ranking's terms. A phrase is listed only if it is more of a name
/// than those of its parts that rank above it, judging by its likeness relative to its frequency and by how often it
/// stands alone. The cues of its parts find the other phrases.
pub(super) fn order(ranking: &Ranking<'_>, fits: &[Option<Fit>], options: &Options) -> Vec<usize> {
    let may = |kind: Kind| kind == Kind::Name || (kind == Kind::Proper && options.proper_names == ProperNames::Keep);
    let score = |i: usize| fits[i].as_ref().map_or(0.0, |f| f.score);
    let mut ranked: Vec<usize> = (0..fits.len()).filter(|&i| may(ranking.terms[i].kind) && score(i) > 0.0).collect();
    ranked.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
    let is_name = |i: usize| fits[i].as_ref().map_or(0.0, |f| f.times * f.alone);
    let mut above: FxHashMap<&[u32], f64> = FxHashMap::default();
    ranked.retain(|&i| {
        let words = ranking.terms[i].words.as_slice();
        let more = parts(words).all(|part| above.get(part).is_none_or(|of_part| is_name(i) > *of_part));
        above.insert(words, is_name(i));
        more
    });
    // The same number for each pole, so that terms like a pole that is described in many ways leave room for the
    // others.
    let mut listed: FxHashMap<usize, usize> = FxHashMap::default();
    ranked.retain(|&i| {
        let of_pole = listed.entry(fits[i].as_ref().map_or(0, Fit::pole)).or_default();
        *of_pole += 1;
        *of_pole <= options.top
    });
    ranked
}

/// The shorter runs of words within a phrase.
fn parts(words: &[u32]) -> impl Iterator<Item = &[u32]> {
    let n = words.len();
    (1..n).flat_map(move |length| (0..=n - length).map(move |from| &words[from..from + length]))
}

/// For each listed term, all places without an adjacent cue, by article.
fn places(contrast: &Contrast, phrases: &Phrases, listed: &[&Term]) -> Vec<Vec<Place>> {
    let mut number = vec![usize::MAX; phrases.len()];
    listed.iter().enumerate().for_each(|(i, t)| number[t.number as usize] = i);
    let wanted: Vec<bool> = number.iter().map(|n| *n != usize::MAX).collect();
    let mut places = vec![Vec::new(); listed.len()];
    terms::for_each(contrast, phrases, &wanted, |term, place| {
        if !terms::is_beside(contrast, place) {
            places[number[term as usize]].push(place);
        }
    });
    places
}

/// The listed terms as candidates, still without examples, and the places to take these from.
pub(super) fn candidates(
    texts: &Texts,
    contrast: &Contrast,
    phrases: &Phrases,
    ranking: &Ranking<'_>,
    fits: &[Option<Fit>],
    listed: &[usize],
) -> Vec<(Candidate, Vec<Place>)> {
    let listed_terms: Vec<&Term> = listed.iter().map(|&i| &ranking.terms[i]).collect();
    let places = places(contrast, phrases, &listed_terms);
    let of = listed.iter().zip(listed_terms).zip(places);
    of.filter_map(|((&i, term), places)| {
        let fit = fits[i].as_ref()?;
        let evidence = Evidence { texts, contrast, places: &places, pole: fit.pole() };
        let candidate = Candidate {
            cues: cues(&texts.words, contrast, &places),
            pole: fit.pole(),
            cue_of: evidence.cue_of(),
            uses: term.uses as usize,
            articles: term.articles as usize,
            outlets: evidence.outlets().into_iter().map(|o| texts.outlets[o].clone()).collect(),
            without_cue: evidence.without_cue(),
            stories: evidence.stories().len(),
            likeness: fit.likeness,
            by_pole: fit.by_pole.clone(),
            times: fit.times,
            together: fit.together,
            alone: fit.alone,
            score: fit.score,
            found: None,
            same_pole: None,
            examples: Vec::new(),
        };
        let chosen = evidence.chosen();
        Some((candidate, chosen))
    })
    .collect()
}

/// What a term's places say.
struct Evidence<'e> {
    texts: &'e Texts,
    contrast: &'e Contrast,
    places: &'e [Place],
    pole: usize,
}

impl Evidence<'_> {
    fn articles(&self) -> BTreeSet<usize> {
        self.places.iter().map(|p| p.article as usize).collect()
    }

    /// The other contrasts that already have it: those with a cue in half of its places or more, with the pole of most
    /// of these cues.
    fn cue_of(&self) -> Vec<(usize, usize)> {
        let mut by_contrast: BTreeMap<u32, BTreeMap<u32, usize>> = BTreeMap::new();
        for place in self.places {
            let cues = self.texts.articles[place.article as usize].cues.iter();
            let here = cues.filter(|cue| cue.from < place.to && place.from < cue.to);
            // One place may have two cues of a contrast.
            let poles: BTreeMap<u32, u32> = here.map(|cue| (cue.contrast, cue.pole)).collect();
            for (contrast, pole) in poles {
                *by_contrast.entry(contrast).or_default().entry(pole).or_default() += 1;
            }
        }
        let is_most = |poles: &BTreeMap<u32, usize>| 2 * poles.values().sum::<usize>() >= self.places.len();
        let most =
            |poles: BTreeMap<u32, usize>| poles.into_iter().max_by_key(|(pole, n)| (*n, std::cmp::Reverse(*pole)));
        let of = by_contrast.into_iter().filter(|(_, poles)| is_most(poles));
        of.filter_map(|(contrast, poles)| Some((contrast as usize, most(poles)?.0 as usize))).collect()
    }

    /// The outlets, with the most articles first.
    fn outlets(&self) -> Vec<usize> {
        let mut by_outlet: BTreeMap<usize, usize> = BTreeMap::new();
        for outlet in self.articles().into_iter().filter_map(|a| self.texts.articles[a].outlet) {
            *by_outlet.entry(outlet).or_default() += 1;
        }
        let mut outlets: Vec<(usize, usize)> = by_outlet.into_iter().collect();
        outlets.sort_by_key(|(outlet, n)| (std::cmp::Reverse(*n), *outlet));
        outlets.into_iter().map(|(outlet, _)| outlet).collect()
    }

    /// The number of articles with the term and without a cue of the contrast.
    fn without_cue(&self) -> usize {
        self.articles().into_iter().filter(|&a| self.contrast.articles[a].poles == 0).count()
    }

    fn has_pole(&self, article: usize) -> bool {
        self.contrast.articles[article].poles & bit(self.pole) != 0
    }

    /// Stories that one outlet covers with the term and without the pole's cues, and another the other way round.
    fn stories(&self) -> BTreeSet<usize> {
        let with = self.articles();
        let mut sides: BTreeMap<usize, [BTreeSet<usize>; 2]> = BTreeMap::new();
        for (number, article) in self.texts.articles.iter().enumerate() {
            let (Some(story), Some(outlet)) = (article.story, article.outlet) else { continue };
            match (with.contains(&number), self.has_pole(number)) {
                (true, false) => drop(sides.entry(story).or_default()[0].insert(outlet)),
                (false, true) => drop(sides.entry(story).or_default()[1].insert(outlet)),
                _ => {}
            }
        }
        let other = |[terms, cues]: &[BTreeSet<usize>; 2]| terms.iter().any(|o| cues.iter().any(|c| c != o));
        sides.into_iter().filter(|(_, sides)| other(sides)).map(|(story, _)| story).collect()
    }

    /// One place per outlet. The most informative come first: those in a story that others cover with the pole's cues,
    /// then those in articles without a cue.
    fn chosen(&self) -> Vec<Place> {
        let stories = self.stories();
        let rank = |p: &Place| {
            let article = p.article as usize;
            let swapped = self.texts.articles[article].story.is_some_and(|s| stories.contains(&s));
            match (swapped && !self.has_pole(article), self.contrast.articles[article].poles == 0) {
                (true, _) => 0,
                (_, true) => 1,
                _ => 2,
            }
        };
        let mut places: Vec<Place> = self.places.to_vec();
        places.sort_by_key(|p| (rank(p), *p));
        let mut seen = BTreeSet::new();
        places.retain(|p| seen.insert(self.texts.articles[p.article as usize].outlet));
        places
    }
}

/// The least part of a term's uses that a form must have to be a cue of its own.
const MIN_PART: f64 = 0.02;

/// The cues that find a term: a single one with a `*` if the forms differ only in their endings and no other word of
/// the corpus starts in the same way; otherwise one cue per form.
fn cues(words: &Words, contrast: &Contrast, places: &[Place]) -> Vec<String> {
    let mut forms: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
    for place in places {
        let around = &contrast.articles[place.article as usize].around;
        *forms.entry(around[place.from as usize..place.to as usize].to_vec()).or_default() += 1;
    }
    let text = |form: &[u32]| form.iter().map(|w| &*words.names[*w as usize]).collect::<Vec<_>>().join(" ");
    let kept: Vec<&Vec<u32>> =
        forms.iter().filter(|(_, n)| **n as f64 >= MIN_PART * places.len() as f64).map(|(form, _)| form).collect();
    let texts: Vec<String> = kept.iter().map(|form| text(form)).collect();
    let shortest = texts.iter().min_by_key(|t| t.len()).cloned().unwrap_or_default();
    let alike = texts.len() > 1 && texts.iter().all(|t| t.starts_with(&shortest));
    // In a phrase, the star is at the last word, whatever precedes it.
    let last: Vec<u32> = kept.iter().filter_map(|form| form.last().copied()).collect();
    let stem = shortest.rsplit(' ').next().unwrap_or_default();
    if alike && only_forms(words, stem, &last) { vec![format!("{shortest}*")] } else { texts }
}

/// Whether no other words of the corpus start with a stem, apart from a few uses.
fn only_forms(words: &Words, stem: &str, forms: &[u32]) -> bool {
    let from = words.names.partition_point(|w| **w < *stem);
    let begin = words.names[from..].iter().take_while(|w| w.starts_with(stem)).count();
    let (mut own, mut others) = (0u64, 0u64);
    for word in from..from + begin {
        let is_own = forms.contains(&(word as u32));
        *(if is_own { &mut own } else { &mut others }) += u64::from(words.counts[word]);
    }
    others as f64 <= MIN_PART * own as f64
}

#[cfg(test)]
mod tests {
    use super::super::masked::Masked;
    use super::*;
    use crate::features::BREAK;

    /// The cues for `car bomb` and `car bombs`, in an article that also has these words.
    fn of_car_bombs(others: &[&str]) -> Vec<String> {
        let mut names: Vec<Box<str>> =
            ["bomb", "bombs", "car"].iter().chain(others).map(|word| (*word).into()).collect();
        names.sort_unstable();
        let number = |word: &&str| names.iter().position(|name| **name == **word).map_or(BREAK, |n| n as u32);
        let around: Vec<u32> = ["car", "bomb", "car", "bombs"].iter().chain(others).map(number).collect();
        let places = [0, 2].map(|from| Place { article: 0, from, to: from + 2 });
        let article = Masked { words: around.clone(), around: around.clone(), poles: 0 };
        let (uses, cues_of, prototypes) = (Vec::new(), Vec::new(), Vec::new());
        let contrast = Contrast { articles: vec![article], uses, cues: cues_of, prototypes, of_nouns: true };
        cues(&Words::new(names, std::iter::once(around.as_slice())), &contrast, &places)
    }

    #[test]
    fn a_phrase_has_a_star_where_it_finds_nothing_else() {
        assert_eq!(of_car_bombs(&["bottle"]), ["car bomb*"]);
        assert_eq!(of_car_bombs(&["bomber"]), ["car bomb", "car bombs"]);
    }
}
