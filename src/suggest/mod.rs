//! Suggest: words and phrases that stand where a contrast's cues stand, for those who write lexicons.
//!
//! Takes a corpus and a lexicon, hands on [`Suggestions`]: by contrast the names that compete with its cues and are not
//! among them, ranked, with what speaks for each. A person decides which of them are cues.
//!
//! | file | job |
//! |---|---|
//! | `read` | articles → their words, with the places of cues; reprints are left out |
//! | `words` | function words, singular and plural as one, what stands where nouns stand |
//! | `masked` | the texts with a contrast's cues masked, and where its poles' cues stand |
//! | `terms` | words and phrases that stand often enough |
//! | `contexts` | what stands around a place, as a sparse row of weights |
//! | `space` | how alike such rows are |
//! | `alone` | how often a term stands by itself |
//! | `rank` | likeness, and what speaks against it → a score |
//! | `list` | which are listed, as which cues, on what evidence |
//! | `halves` | the same on random halves of the articles |
//! | `examples` | a few uses in words |
//!
//! All voices count: whom an outlet quotes may know a name that a lexicon should have. The work is linear in the corpus,
//! and so is memory (four bytes a word, twice), but for the terms that are looked at closely, whose number is bounded.

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

/// What is going on, for those who show progress.
pub const CHECKING: &str = "checking the articles";
/// The second pass.
pub const READING: &str = "reading";
/// A contrast's terms are ranked.
pub const RANKING: &str = "comparing contexts";
/// The last pass, for uses in words.
pub const QUOTING: &str = "looking up uses";

/// What becomes of names of persons, places and organisations: of terms that nearly always have capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProperNames {
    /// They are left out.
    Drop,
    /// They are suggested like other terms.
    Keep,
}

/// How to search.
#[derive(Debug, Clone)]
pub struct Options {
    /// The contrasts or categories that are looked at, by name; all where it is empty.
    pub contrasts: Vec<String>,
    /// So many terms are listed for each pole.
    pub top: usize,
    /// Articles in which a term must stand; `None`: a thousandth of them, at least 5.
    pub min_articles: Option<u32>,
    /// Proper names.
    pub proper_names: ProperNames,
    /// How often the articles are split in two at random, to see what is found again; 0: never.
    pub splits: usize,
    /// Uses that are shown of each term.
    pub examples: usize,
    /// All chance comes from it.
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

/// A use in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The article's id.
    pub id: String,
    /// Its outlet.
    pub outlet: Option<String>,
    /// Words before, white space folded.
    pub before: String,
    /// The term as it stands there.
    pub matched: String,
    /// Words behind.
    pub after: String,
}

/// A term that may be a cue.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// As they would stand in a lexicon: one with a `*` where all forms agree, else each form.
    pub cues: Vec<String>,
    /// The pole whose cues it is most like, by its index in the contrast.
    pub pole: usize,
    /// Other contrasts and categories of the lexicon whose cues stand in half of its uses or more, by their index, each with the
    /// pole that most of them are of.
    pub cue_of: Vec<(usize, usize)>,
    /// Uses without a cue beside them, those within longer phrases too.
    pub uses: usize,
    /// Articles with such a use.
    pub articles: usize,
    /// The outlets of these articles, those with the most articles first.
    pub outlets: Vec<String>,
    /// Articles with such a use in which no cue of the contrast stands.
    pub without_cue: usize,
    /// Stories in which one outlet has the term and no cue of the pole, and another a cue of the pole and not the term.
    pub stories: usize,
    /// How alike its contexts and those of the cues are, over all poles: 0 to 1.
    pub likeness: f64,
    /// The same by pole; `None` where the pole's cues have too few uses.
    pub by_pole: Vec<Option<f64>>,
    /// The likeness over that of terms about as frequent.
    pub times: f64,
    /// How much more often than other terms it stands in one clause with a cue: below 1 for names that stand instead.
    pub together: f64,
    /// How often it stands without another word of a name right before and behind it, against the cues: 0 to 1.
    pub alone: f64,
    /// likeness × times × alone ÷ together, where together counts as 1 at least.
    pub score: f64,
    /// In which part of the random halves of the articles it is listed too.
    pub found: Option<f64>,
    /// In which part of them it is most like the same pole.
    pub same_pole: Option<f64>,
    /// A few uses, of several outlets, first those in stories that others tell with the pole's cues.
    pub examples: Vec<Example>,
}

impl Candidate {
    /// The likeness with the pole that it is next most like, where several poles have uses enough.
    pub fn next_likeness(&self) -> Option<f64> {
        let others = self.by_pole.iter().enumerate().filter(|(pole, _)| *pole != self.pole);
        others.filter_map(|(_, likeness)| *likeness).reduce(f64::max)
    }
}

/// What was found for one contrast or category.
#[derive(Debug, Clone, PartialEq)]
pub struct OfContrast {
    /// Its index in the lexicon.
    pub contrast: usize,
    /// By pole: uses and articles.
    pub uses: Vec<(usize, usize)>,
    /// How many terms were compared.
    pub compared: usize,
    /// The best first; empty where all cues have too few uses.
    pub candidates: Vec<Candidate>,
}

impl OfContrast {
    /// Whether a pole has uses enough to be compared with.
    pub fn is_known(&self, pole: usize) -> bool {
        self.candidates.first().is_some_and(|c| c.by_pole[pole].is_some())
    }
}

/// The result.
#[derive(Debug)]
pub struct Suggestions {
    /// What was looked at.
    pub lexicon: Lexicon,
    /// How it was looked at.
    pub options: Options,
    /// Articles that were read.
    pub articles: usize,
    /// Those of them that are copies of others, and were left out.
    pub reprints: usize,
    /// Known outlets.
    pub outlets: usize,
    /// Articles that don't read like English.
    pub foreign: Foreign,
    /// In the lexicon's order.
    pub contrasts: Vec<OfContrast>,
}

/// Reads a corpus and finds what stands in the place of a lexicon's cues. `progress` is told what is going on, and how
/// far it is, 0 to 1.
///
/// The result does not depend on the number of threads, nor on the order of the articles where they carry ids.
///
/// # Errors
/// A contrast that the lexicon doesn't have; bad rows (all at once), an empty corpus, reading that fails.
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

/// The contrasts that were asked for.
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

/// The candidates of one contrast, and the places of the uses that are to be shown of each.
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
    // Of all words, each once: phrases would count theirs again.
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
