//! Collect: reads the corpus in two passes and keeps of every article what the statistics need.
//!
//! The first pass checks every row and learns which lines an outlet repeats; the second cleans, segments, matches and
//! counts. Memory grows with the articles' counts, not with their text: uses with their words ([`Spool`]), headings,
//! fingerprints and the articles' words in their order wait on disk, sentences without a cue are forgotten at once.

use super::by::By;
use super::counter::{Counted, Counter};
use super::evidence::Spool;
use super::keywords::TermCounts;
use super::record::{ArticleRecord, CueSentence, Headings, Index, Labels, SentenceTerms, SentenceWords};
use super::sentences::MaskedSentence;
use super::{Boilerplate, Options, Reprints, StoriesOnly, Summary};
use crate::corpus::{Corpus, Pass, Progress, Survey};
use crate::cues::Lexicon;
use crate::error::Result;
use crate::features::{SharedTermTable, Streams, TermTable};
use crate::stories::{self, Fingerprints, Published};
use crate::text::clean::Cleaner;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What is going on, for those who show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// First pass: rows are checked, repeated lines learnt.
    Checking,
    /// Second pass: articles are counted.
    Counting,
    /// Articles on one event are found.
    Stories,
    /// Words and phrases are compared.
    Keywords,
    /// Models of the context are fitted.
    Context,
    /// Shares, intervals and tests are computed.
    Statistics,
    /// Outlets are split at random and compared with themselves.
    Placebo,
}

impl Stage {
    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Stage::Checking => "checking the articles",
            Stage::Counting => "counting",
            Stage::Stories => "finding stories",
            Stage::Keywords => "comparing words and phrases",
            Stage::Context => "learning what the context leads to",
            Stage::Statistics => "comparing",
            Stage::Placebo => "splitting outlets at random",
        }
    }
}

/// Is told the stage and how far it is, 0 to 1.
pub type Tell<'t> = dyn Fn(Stage, f64) + Sync + 't;

/// What was read.
pub struct Collected {
    /// Sorted by id.
    pub articles: Vec<ArticleRecord>,
    /// Outlets' names, sorted.
    pub outlets: Vec<String>,
    /// All sentences with a cue, by article, then by place.
    pub sentences: Vec<CueSentence>,
    /// The words of those sentences.
    pub sentence_words: SentenceWords,
    /// What the numbers of those words stand for.
    pub terms: SentenceTerms,
    /// The words around every use.
    pub evidence: Spool,
    /// Headlines and addresses.
    pub headings: Headings,
    /// Ids, agencies and periods.
    pub labels: Labels,
    /// How much it is.
    pub summary: Summary,
    /// The words of the articles, where keywords are asked for.
    pub words: Words,
}

/// The words of all articles.
#[derive(Debug, Default)]
pub enum Words {
    /// Nobody asked for them.
    #[default]
    None,
    /// Each article's in their order, and their names, by number.
    Streams(Streams, Vec<Box<str>>),
    /// Counted, without their order.
    Counted(TermCounts),
}

/// Reads and counts all articles.
///
/// # Errors
/// As [`super::compare`].
pub fn collect(corpus: &Corpus, lexicon: &Lexicon, options: &Options, progress: &Tell<'_>) -> Result<Collected> {
    let (surveyed, cleaner) = survey(corpus, options, progress)?;
    let table = SharedTermTable::default();
    let counter = Counter::new(lexicon, options, cleaner);
    let mut gathered = Gathered::new();
    corpus.for_each(
        Pass::new().progress(&|p| progress(Stage::Counting, p.part())),
        |_, article| counter.count_by(&table, &article),
        |_, counted: Result<Counted>| gathered.push(counted?),
    )?;
    drop(counter);
    let (mut collected, prints) = gathered.collected(options.keywords.is_some().then(|| table.into_terms()));
    collected.check_groups(&options.by, &corpus.names())?;
    progress(Stage::Stories, 0.0);
    corpus.options().stop.check()?;
    collected.find_stories(prints)?;
    collected.choose(options)?;
    collected.summarize(surveyed.skipped);
    Ok(collected)
}

/// Articles as they come.
pub(super) struct Gathered {
    articles: Vec<ArticleRecord>,
    outlets: BTreeMap<String, usize>,
    publishers: FxHashMap<String, usize>,
    sentences: Vec<CueSentence>,
    sentence_words: SentenceWords,
    terms: TermTable,
    evidence: Spool,
    headings: Headings,
    labels: Labels,
    agencies: Numbers,
    periods: Numbers,
    prints: Fingerprints,
    streams: Streams,
}

impl Gathered {
    pub fn new() -> Self {
        Gathered {
            articles: Vec::new(),
            outlets: BTreeMap::new(),
            publishers: FxHashMap::default(),
            sentences: Vec::new(),
            sentence_words: SentenceWords::default(),
            terms: TermTable::default(),
            evidence: Spool::default(),
            headings: Headings::default(),
            labels: Labels::default(),
            agencies: Numbers::default(),
            periods: Numbers::default(),
            prints: Fingerprints::default(),
            streams: Streams::default(),
        }
    }

    /// Takes in one article.
    pub fn push(&mut self, counted: Counted) -> Result<()> {
        let mut record = counted.record;
        record.outlet = Index::new(counted.outlet.map(|name| {
            let fresh = self.outlets.len();
            *self.outlets.entry(name).or_insert(fresh)
        }));
        let publisher = counted.publisher.map(|name| {
            let fresh = self.publishers.len();
            *self.publishers.entry(name).or_insert(fresh)
        });
        self.labels.push(&counted.id, publisher)?;
        record.agency = number(&mut self.agencies, &mut self.labels.agencies, counted.agency);
        record.period = number(&mut self.periods, &mut self.labels.periods, counted.period);
        self.evidence.push(&counted.evidence)?;
        record.number = self.prints.push(&counted.fingerprint)?;
        self.streams.push(&counted.words)?;
        self.headings.push(counted.title.as_deref(), counted.url.as_deref())?;
        for MaskedSentence { words, around, uses } in counted.sentences {
            let words = self.terms.ids(words.split(' '));
            let around = self.terms.ids(around.split(' ').filter(|w| !w.is_empty()));
            let (article, number) = (self.articles.len() as u32, self.sentence_words.push(&words, &around)?);
            let uses = uses.into_iter().map(|(contrast, pole, voice)| (contrast as u32, pole as u32, voice)).collect();
            self.sentences.push(CueSentence { article, number, uses });
        }
        self.articles.push(record);
        Ok(())
    }

    /// All of them in the order of the tables, and their fingerprints. `names` are those of their words, where keywords are
    /// asked for.
    pub fn collected(self, names: Option<Vec<Box<str>>>) -> (Collected, Fingerprints) {
        let mut collected = Collected {
            articles: self.articles,
            outlets: Vec::new(),
            sentences: self.sentences,
            sentence_words: self.sentence_words,
            terms: SentenceTerms::Words(self.terms),
            evidence: self.evidence,
            headings: self.headings,
            labels: self.labels,
            summary: Summary::default(),
            words: names.map_or(Words::None, |names| Words::Streams(self.streams, names)),
        };
        collected.sort(self.outlets);
        (collected, self.prints)
    }
}

/// Names that were met before, with their numbers.
type Numbers = FxHashMap<Box<str>, usize>;

/// The number of a name, which is added where it is new.
fn number(numbers: &mut Numbers, names: &mut Vec<Box<str>>, name: Option<String>) -> Index {
    Index::new(name.map(|name| match numbers.get(name.as_str()) {
        Some(&number) => number,
        None => {
            names.push(name.as_str().into());
            numbers.insert(name.into(), names.len() - 1);
            names.len() - 1
        }
    }))
}

/// Puts each thing at its place, without a copy of all; `places` are all different.
fn put_in_order<T>(things: &mut [T], mut places: Vec<u32>) {
    for at in 0..things.len() {
        while places[at] as usize != at {
            let place = places[at] as usize;
            things.swap(at, place);
            places.swap(at, place);
        }
    }
}

/// First pass: checks every row and learns the repeated lines.
pub(super) fn survey(corpus: &Corpus, options: &Options, progress: &Tell<'_>) -> Result<(Survey, Option<Cleaner>)> {
    let tell = |p: Progress| progress(Stage::Checking, p.part());
    if options.boilerplate == Boilerplate::Remove {
        return Cleaner::learn(corpus, &tell).map(|(surveyed, cleaner)| (surveyed, Some(cleaner)));
    }
    let surveyed = corpus.survey(Pass::new().progress(&tell), drop, |_, ()| Ok(()))?;
    Ok((surveyed, None))
}

impl Collected {
    /// Brings articles, outlets and sentences into the order of the tables, whatever order they were read in.
    fn sort(&mut self, outlet_names: BTreeMap<String, usize>) {
        let mut outlet_rank = vec![0; outlet_names.len()];
        for (rank, (name, read_as)) in outlet_names.into_iter().enumerate() {
            outlet_rank[read_as] = rank;
            self.outlets.push(name);
        }
        let mut order: Vec<u32> = (0..self.articles.len() as u32).collect();
        // Not yet in order: each stands at its number.
        let id = |article: u32| self.labels.id(&self.articles[article as usize]);
        order.sort_by(|a, b| id(*a).cmp(id(*b)));
        let mut rank = vec![0; order.len()];
        for (at, &read_as) in order.iter().enumerate() {
            rank[read_as as usize] = at as u32;
        }
        drop(order);
        for sentence in &mut self.sentences {
            sentence.article = rank[sentence.article as usize];
        }
        self.sentences.sort_by_key(|s| s.article);
        put_in_order(&mut self.articles, rank);
        for article in &mut self.articles {
            article.outlet = Index::new(article.outlet.get().map(|read_as| outlet_rank[read_as]));
        }
    }

    /// The id of the first such article; empty where there is none.
    pub(super) fn first_of(&self, is: impl Fn(&ArticleRecord) -> bool) -> String {
        self.articles.iter().find(|a| is(a)).map_or(String::new(), |a| self.labels.id(a).to_owned())
    }

    /// Refuses articles of which none has a place in what is compared; `columns` is what the input has.
    pub(super) fn check_groups(&self, by: &By, columns: &[String]) -> Result<()> {
        match self.outlets.is_empty() {
            true => Err(by.nowhere(self.articles.len(), columns)),
            false => Ok(()),
        }
    }

    /// Marks near copies and stories, whatever is compared.
    pub(super) fn find_stories(&mut self, prints: Fingerprints) -> Result<()> {
        let numbers: Vec<u32> = self.articles.iter().map(|a| a.number).collect();
        let published: Vec<Published> =
            self.articles.iter().map(|a| Published { outlet: self.labels.publisher(a), date: a.date }).collect();
        self.labels.forget_publishers();
        let found = stories::find(prints, &numbers, &published)?;
        for (article, (story, reprint)) in self.articles.iter_mut().zip(found.stories.into_iter().zip(found.reprints)) {
            (article.story, article.reprint) = (Index::new(story.map(|story| story as usize)), reprint);
        }
        Ok(())
    }

    /// Marks which articles count.
    pub(super) fn choose(&mut self, options: &Options) -> Result<()> {
        for article in &mut self.articles {
            article.counts = !article.is_copy() || options.reprints == Reprints::Keep;
        }
        if options.stories == StoriesOnly::Shared {
            super::stories::keep_shared(&mut self.articles)?;
        }
        Ok(())
    }

    pub(super) fn summarize(&mut self, bad_rows: u64) {
        let articles = &self.articles;
        self.summary = Summary {
            articles: articles.len(),
            unknown_outlet: articles.iter().filter(|a| a.outlet.get().is_none()).count(),
            reprints: articles.iter().filter(|a| a.reprint.is_some()).count(),
            words: articles.iter().map(|a| u64::from(a.total_words())).sum(),
            words_removed: articles.iter().map(|a| u64::from(a.words_removed)).sum(),
            uses: articles.iter().filter(|a| a.counts).flat_map(|a| a.cues()).map(|c| u64::from(c.count)).sum(),
            bad_rows,
            first_date: articles.iter().filter_map(|a| a.date).min(),
            last_date: articles.iter().filter_map(|a| a.date).max(),
        };
    }
}
