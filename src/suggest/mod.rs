//! Suggest: words and phrases used in the same contexts as a contrast's cues, for authors of lexicons.
//!
//! Takes a corpus and a lexicon and returns [`Suggestions`]: for each contrast, a ranking of names that compete with
//! its cues and aren't among them, with the evidence for each. A person decides which of them are cues.
//!
//! | file | job |
//! |---|---|
//! | `read` | articles → their words, with the places of cues; reprints are left out |
//! | `words` | function words, singular and plural as one, words in the positions of nouns |
//! | `masked` | the texts with a contrast's cues masked, and the places of its poles' cues |
//! | `terms` | words and phrases that occur often enough |
//! | `contexts` | what surrounds a place, as a sparse row of weights |
//! | `space` | the likeness of such rows |
//! | `alone` | how often a term stands alone |
//! | `rank` | likeness, and evidence against it → a score |
//! | `list` | which terms are listed, as which cues, with what evidence |
//! | `halves` | the same on random halves of the articles |
//! | `examples` | a few uses in words |
//!
//! All voices count: the people an outlet quotes may use a name that a lexicon should have. The work is linear in the
//! size of the corpus, and so is memory (four bytes per word, twice), apart from the terms that are examined closely,
//! whose number is limited.

mod alone;
mod contexts;
mod examples;
mod halves;
mod list;
mod masked;
mod rank;
mod read;
mod space;
mod terms;
mod words;

use crate::corpus::Corpus;
use crate::cues::Lexicon;
use crate::error::{Error, Result};
use crate::stories::Foreign;
use crate::text::clean::Cleaner;
use masked::Place;
use rayon::prelude::*;
use read::Texts;

/// The name of the first pass, for showing progress.
pub const CHECKING: &str = "checking the articles";
/// The second pass.
pub const READING: &str = "reading";
/// Ranking a contrast's terms.
pub const RANKING: &str = "comparing contexts";
/// The last pass, to read examples.
pub const QUOTING: &str = "looking up uses";

/// What to do with names of people, places and organisations, that is, terms that are nearly always capitalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProperNames {
    /// Leave them out.
    Drop,
    /// Suggest them like other terms.
    Keep,
}

/// How to search.
#[derive(Debug, Clone)]
pub struct Options {
    /// The names of the contrasts or categories to search; all if empty.
    pub contrasts: Vec<String>,
    /// The number of terms listed for each pole.
    pub top: usize,
    /// The fewest articles that a term must occur in; `None`: a thousandth of them, but at least 5.
    pub min_articles: Option<u32>,
    /// What to do with proper names.
    pub proper_names: ProperNames,
    /// How often the articles are randomly split in two, to see what is found again; 0: never.
    pub splits: usize,
    /// The number of uses shown for each term.
    pub examples: usize,
    /// The seed of all randomness.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            contrasts: Vec::new(),
            top: 20,
            min_articles: None,
            proper_names: ProperNames::Drop,
            splits: 5,
            examples: 2,
            seed: 1,
        }
    }
}

/// A use with the words around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The id of the article.
    pub id: String,
    /// The outlet of the article.
    pub outlet: Option<String>,
    /// Words before, with white space folded.
    pub before: String,
    /// The term as written in the text.
    pub matched: String,
    /// Words after, with white space folded.
    pub after: String,
}

/// A term that may be a cue.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The cues for a lexicon: a single one with a `*` if it fits all forms, otherwise one per form.
    pub cues: Vec<String>,
    /// The pole with the most similar cues, by its index in the contrast.
    pub pole: usize,
    /// Other contrasts and categories of the lexicon that have a cue in half of its uses or more, by index, each with
    /// the pole of most of these cues.
    pub cue_of: Vec<(usize, usize)>,
    /// Uses without an adjacent cue, including those within longer phrases.
    pub uses: usize,
    /// Articles with such a use.
    pub articles: usize,
    /// The outlets of these articles, with the most articles first.
    pub outlets: Vec<String>,
    /// Articles with such a use and without any cue of the contrast.
    pub without_cue: usize,
    /// Stories in which one outlet has the term and no cue of the pole, and another a cue of the pole and not the term.
    pub stories: usize,
    /// The likeness of its contexts with those of the cues, over all poles: 0 to 1.
    pub likeness: f64,
    /// The likeness with each pole; `None` if the pole's cues have too few uses.
    pub by_pole: Vec<Option<f64>>,
    /// The likeness divided by that of terms with about the same frequency.
    pub times: f64,
    /// How much more often than other terms it is in the same clause as a cue: below 1 for names that are used instead
    /// of it.
    pub together: f64,
    /// How often it stands without another word of a name directly before and after, relative to the cues: 0 to 1.
    pub alone: f64,
    /// likeness × times × alone ÷ together, with together counting as at least 1.
    pub score: f64,
    /// The part of the random halves of the articles in which it is listed, too; `None` without halves.
    pub found: Option<f64>,
    /// The part of them in which it is most like the same pole.
    pub same_pole: Option<f64>,
    /// A few uses from several outlets, starting with those in stories that others cover with the pole's cues.
    pub examples: Vec<Example>,
}

impl Candidate {
    /// The likeness with the second most similar pole, if several poles have enough uses.
    pub fn next_likeness(&self) -> Option<f64> {
        let others = self.by_pole.iter().enumerate().filter(|(pole, _)| *pole != self.pole);
        others.filter_map(|(_, likeness)| *likeness).reduce(f64::max)
    }
}

/// The result for one contrast or category.
#[derive(Debug, Clone, PartialEq)]
pub struct OfContrast {
    /// The contrast's index in the lexicon.
    pub contrast: usize,
    /// For each pole: uses and articles.
    pub uses: Vec<(usize, usize)>,
    /// The number of terms that were compared.
    pub compared: usize,
    /// The candidates, best first; empty if all cues have too few uses.
    pub candidates: Vec<Candidate>,
}

impl OfContrast {
    /// Whether a pole has enough uses to compare with.
    pub fn is_known(&self, pole: usize) -> bool {
        self.candidates.first().is_some_and(|c| c.by_pole[pole].is_some())
    }
}

/// The result of a search.
#[derive(Debug)]
pub struct Suggestions {
    /// The lexicon that was used.
    pub lexicon: Lexicon,
    /// How the search was made.
    pub options: Options,
    /// Articles that were read.
    pub articles: usize,
    /// The number of them that are copies of others and were left out.
    pub reprints: usize,
    /// The number of known outlets.
    pub outlets: usize,
    /// Articles that don't read like English.
    pub foreign: Foreign,
    /// One per contrast that was searched, in the lexicon's order.
    pub contrasts: Vec<OfContrast>,
}

/// Reads a corpus and finds words that are used in the same contexts as a lexicon's cues. `progress` is called with the
/// stage and its progress, from 0 to 1.
///
/// The result doesn't depend on the number of threads, nor, if the articles have ids, on their order.
///
/// # Errors
/// A contrast that the lexicon doesn't have; bad rows (all of them in one error); an empty corpus; a reading failure.
pub fn suggest(
    corpus: &Corpus,
    lexicon: Lexicon,
    options: Options,
    progress: &(dyn Fn(&'static str, f64) + Sync),
) -> Result<Suggestions> {
    let asked = asked(&lexicon, &options)?;
    let (_, cleaner) = Cleaner::learn(corpus, &|p| progress(CHECKING, p.part()))?;
    let texts = read::read(corpus, &lexicon, &cleaner, &|part| progress(READING, part))?;
    let mut found = Vec::new();
    for (i, &contrast) in asked.iter().enumerate() {
        progress(RANKING, i as f64 / asked.len() as f64);
        found.push(of_contrast(&texts, &lexicon, contrast, &options)?);
    }
    let places: Vec<Place> = found.iter().flat_map(|(_, places)| places.iter().flatten().copied()).collect();
    let examples = examples::read(corpus, &cleaner, &texts, &places, &|part| progress(QUOTING, part))?;
    let with_examples = |(mut of, places): (OfContrast, Vec<Vec<Place>>)| {
        for (candidate, places) in of.candidates.iter_mut().zip(places) {
            candidate.examples = places.iter().filter_map(|place| examples.get(place).cloned()).collect();
        }
        of
    };
    Ok(Suggestions {
        lexicon,
        options,
        articles: texts.articles.len() + texts.reprints,
        reprints: texts.reprints,
        outlets: texts.outlets.len(),
        foreign: texts.foreign,
        contrasts: found.into_iter().map(with_examples).collect(),
    })
}

/// The requested contrasts.
fn asked(lexicon: &Lexicon, options: &Options) -> Result<Vec<usize>> {
    let names = || lexicon.contrasts.iter().map(|c| c.name.as_str());
    if let Some(unknown) = options.contrasts.iter().find(|name| !names().any(|n| n == *name)) {
        return Err(Error::usage("no such contrast")
            .found(format!("{unknown:?}"))
            .expected(format!("one of {}", names().collect::<Vec<_>>().join(", ")))
            .help("name a contrast of the lexicon, or leave --contrast out to look at all"));
    }
    let wanted = |name: &str| options.contrasts.is_empty() || options.contrasts.iter().any(|n| n == name);
    Ok(names().enumerate().filter(|(_, name)| wanted(name)).map(|(i, _)| i).collect())
}

/// The candidates of one contrast, and the places of the uses to show for each.
fn of_contrast(
    texts: &Texts,
    lexicon: &Lexicon,
    number: usize,
    options: &Options,
) -> Result<(OfContrast, Vec<Vec<Place>>)> {
    let contrast = masked::Contrast::new(texts, number, lexicon.contrasts[number].poles.len());
    let mut of = OfContrast { contrast: number, uses: contrast.uses.clone(), compared: 0, candidates: Vec::new() };
    if contrast.prototypes.is_empty() {
        return Ok((of, Vec::new()));
    }
    let thousandth = texts.articles.len().div_ceil(1000).max(5) as u32;
    let min_articles = options.min_articles.unwrap_or(thousandth);
    let phrases = terms::learn(&contrast, &texts.words, min_articles)?;
    let terms = terms::terms(texts, &contrast, &phrases, min_articles);
    of.compared = terms.len();
    // All words, each once: phrases would count theirs again.
    let all = terms.par_iter().filter(|t| t.words.len() == 1).map(|t| t.places.as_slice());
    let cues = contrast.prototypes.par_iter().map(|p| p.places.as_slice());
    let contexts = contexts::Contexts::new(&contrast, &texts.words, all.chain(cues));
    let ranking = rank::Ranking::new(&contrast, &texts.words, &contexts, terms, options.seed);
    let fits = ranking.rank(None);
    let listed = list::order(&ranking, &fits, options);
    let (mut candidates, mut places): (Vec<Candidate>, Vec<Vec<Place>>) =
        list::candidates(texts, &contrast, &phrases, &ranking, &fits, &listed).into_iter().unzip();
    places.iter_mut().for_each(|p| p.truncate(options.examples));
    let with_poles: Vec<(usize, usize)> = listed.iter().copied().zip(candidates.iter().map(|c| c.pole)).collect();
    let halves = 2 * options.splits;
    let part = |n: usize| (halves > 0).then(|| n as f64 / halves as f64);
    for (candidate, again) in candidates.iter_mut().zip(halves::look_again(texts, &ranking, &with_poles, options)) {
        (candidate.found, candidate.same_pole) = (part(again.found), part(again.same_pole));
    }
    of.candidates = candidates;
    Ok((of, places))
}
