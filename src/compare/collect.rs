//! Collect: reads the corpus in two passes and keeps what the statistics need of every article.
//!
//! The first pass checks every row and learns which lines an outlet repeats; the second cleans, segments, matches and
//! counts. Memory grows with the articles' counts, not with their text: uses with the words around them ([`Spool`]),
//! [`Entries`], fingerprints and the articles' words in order are kept on disk, and sentences without a cue are dropped
//! at once.

use super::by::By;
use super::context::sentences::{Sentence, SentenceTerms, Sentences};
use super::counter::{Counted, Counter, Counts};
use super::entries::{Entries, New};
use super::evidence::Spool;
use super::keywords::TermCounts;
use super::record::{ArticleRecord, Index, Labels, PoleOfCue, Poles};
use super::sentences::MaskedSentence;
use super::set_aside::SetAside;
use super::{Boilerplate, Options, Reprints, StoriesOnly, Summary, order};
use crate::corpus::{Corpus, Pass, Progress, Survey};
use crate::cues::Lexicon;
use crate::error::{Error, Result};
use crate::features::{SharedTermTable, Streams, TermTable};
use crate::stories::{self, Fingerprints, Foreign, Published, Reprint};
use crate::text::clean::Cleaner;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The current stage of the work, for showing progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// First pass: rows are checked, repeated lines learnt.
    Checking,
    /// Second pass: articles are counted.
    Counting,
    /// Articles on the same event are found.
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
    /// The label for people.
    pub fn label(self) -> &'static str {
        match self {
            Stage::Checking => "checking the articles",
            Stage::Counting => "counting",
            Stage::Stories => "finding stories",
            Stage::Keywords => "comparing words and phrases",
            Stage::Context => "learning from the context",
            Stage::Statistics => "comparing",
            Stage::Placebo => "splitting outlets at random",
        }
    }
}

/// Called with the stage and its progress, from 0 to 1.
pub type Tell<'t> = dyn Fn(Stage, f64) + Sync + 't;

/// Everything that was read.
pub struct Collected {
    /// Sorted by id.
    pub articles: Vec<ArticleRecord>,
    /// The articles' uses by pole.
    pub poles: Poles,
    /// What is kept of the articles on disk.
    pub entries: Entries,
    /// Near copies: for each such article, what it is a copy of.
    pub reprints: BTreeMap<usize, Reprint>,
    /// Outlets' names, sorted.
    pub outlets: Vec<String>,
    /// All sentences with a cue.
    pub sentences: Sentences,
    /// The terms that the numbers in `sentences` stand for.
    pub terms: SentenceTerms,
    /// The words around every use.
    pub evidence: Spool,
    /// Agencies and periods that articles refer to.
    pub labels: Labels,
    /// How much was read and counted.
    pub summary: Summary,
    /// The words of the articles, if keywords are requested.
    pub words: Words,
    /// Articles that don't read like English.
    pub foreign: Foreign,
}

/// The words of all articles.
#[derive(Debug, Default)]
pub enum Words {
    /// Keywords aren't requested.
    #[default]
    None,
    /// The words of each article in order, as numbers, and the word for each number.
    Streams(Streams, Vec<Box<str>>),
    /// Counts, without the order of the words.
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
    let mut gathered = Gathered::new(lexicon);
    corpus.for_each(
        Pass::new().progress(&|p| progress(Stage::Counting, p.part())),
        |_, article| counter.count_by(&table, &article),
        |_, counted: Result<Counted>| gathered.push(counted?),
    )?;
    drop(counter);
    let (mut collected, apart) = gathered.collected(options.keywords.is_some().then(|| table.into_terms()))?;
    collected.check_groups(&options.by, &corpus.names()).map_err(|error| corpus.noted_in(error))?;
    progress(Stage::Stories, 0.0);
    corpus.options().stop.check()?;
    collected.find_stories(apart)?;
    collected.choose(options)?;
    collected.summarize(surveyed.skipped);
    Ok(collected)
}

/// Articles as they are read.
pub(super) struct Gathered {
    articles: SetAside,
    pole_of_cue: PoleOfCue,
    entries: Entries,
    /// The last id, as long as ids come in sorted order.
    last: Option<String>,
    words_removed: u64,
    outlets: BTreeMap<String, usize>,
    publishers: FxHashMap<String, usize>,
    /// The publisher of each article by its number, whatever is compared.
    published_by: Vec<Index>,
    sentences: Sentences,
    terms: TermTable,
    evidence: Spool,
    labels: Labels,
    agencies: Numbers,
    periods: Numbers,
    prints: Fingerprints,
    streams: Streams,
    foreign: Foreign,
}

impl Gathered {
    pub fn new(lexicon: &Lexicon) -> Self {
        Gathered {
            articles: SetAside::default(),
            pole_of_cue: PoleOfCue::new(lexicon),
            entries: Entries::default(),
            last: Some(String::new()),
            words_removed: 0,
            published_by: Vec::new(),
            outlets: BTreeMap::new(),
            publishers: FxHashMap::default(),
            sentences: Sentences::default(),
            terms: TermTable::default(),
            evidence: Spool::default(),
            labels: Labels::default(),
            agencies: Numbers::default(),
            periods: Numbers::default(),
            prints: Fingerprints::default(),
            streams: Streams::default(),
            foreign: Foreign::default(),
        }
    }

    /// Adds one article.
    pub fn push(&mut self, counted: Counted) -> Result<()> {
        let Counts { tally, said, agency } = counted.counts;
        let mut record =
            ArticleRecord { date: counted.date, words: tally.words, counts: true, ..ArticleRecord::default() };
        record.outlet = Index::new(counted.outlet.map(|name| {
            let fresh = self.outlets.len();
            *self.outlets.entry(name).or_insert(fresh)
        }));
        let publisher = counted.publisher.map(|name| {
            let fresh = self.publishers.len();
            *self.publishers.entry(name).or_insert(fresh)
        });
        self.published_by.push(Index::new(publisher));
        record.agency = number(&mut self.agencies, &mut self.labels.agencies, agency);
        record.period = number(&mut self.periods, &mut self.labels.periods, counted.period);
        record.number = self.entries.push(New {
            id: &counted.id,
            title: counted.title.as_deref(),
            url: counted.url.as_deref(),
            words_removed: tally.words_removed,
            cues: &tally.cues,
            said: &said,
            stance: counted.stance.as_ref(),
        })?;
        self.words_removed += u64::from(tally.words_removed);
        if counted.fingerprint.is_foreign {
            self.foreign.add(&counted.id);
        }
        self.last = self.last.take().filter(|last| *last <= counted.id).map(|_| counted.id);
        self.evidence.push(&counted.evidence)?;
        self.prints.push(&counted.fingerprint)?;
        self.streams.push(&counted.words)?;
        for MaskedSentence { words, around, uses } in counted.sentences {
            let words = self.terms.ids(words.split(' '));
            let around = self.terms.ids(around.split(' ').filter(|w| !w.is_empty()));
            let uses = uses.into_iter().map(|(contrast, pole, voice)| (contrast as u32, pole as u32, voice)).collect();
            self.sentences.push(&Sentence { article: record.number, uses, words, around })?;
        }
        self.articles.push(&record, &self.pole_of_cue.uses(&tally.cues))
    }

    /// All articles in the order of the tables, and their fingerprints. `names` are the words for the numbers, if
    /// keywords are requested.
    ///
    /// # Errors
    /// If the ids, which are on disk, can't be sorted.
    pub fn collected(self, names: Option<Vec<Box<str>>>) -> Result<(Collected, Apart)> {
        let (articles, poles) = self.articles.back()?;
        let mut collected = Collected {
            articles,
            poles,
            entries: self.entries,
            reprints: BTreeMap::new(),
            outlets: Vec::new(),
            sentences: self.sentences,
            terms: SentenceTerms::Words(self.terms),
            evidence: self.evidence,
            labels: self.labels,
            summary: Summary { words_removed: self.words_removed, ..Summary::default() },
            words: names.map_or(Words::None, |names| Words::Streams(self.streams, names)),
            foreign: self.foreign,
        };
        collected.sort(self.outlets, self.last.is_some())?;
        Ok((collected, Apart { prints: self.prints, published_by: self.published_by }))
    }
}

/// What is only needed to find stories, by the number of the article.
pub(super) struct Apart {
    prints: Fingerprints,
    published_by: Vec<Index>,
}

/// Names seen so far, with their numbers.
type Numbers = FxHashMap<Box<str>, usize>;

/// The number of a name; a new name is added.
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
    /// Puts articles and outlets into the order of the tables, whatever order they were read in.
    fn sort(&mut self, outlet_names: BTreeMap<String, usize>, is_sorted: bool) -> Result<()> {
        let mut outlet_rank = vec![0; outlet_names.len()];
        for (rank, (name, read_as)) in outlet_names.into_iter().enumerate() {
            outlet_rank[read_as] = rank;
            self.outlets.push(name);
        }
        for article in &mut self.articles {
            article.outlet = Index::new(article.outlet.get().map(|read_as| outlet_rank[read_as]));
        }
        if is_sorted {
            return Ok(());
        }
        let places = order::places(&self.entries)?;
        order::put_in_order(&mut self.articles, places);
        Ok(())
    }

    /// The articles that are compared, in their order: the index, the outlet, the article.
    pub(super) fn compared(&self) -> impl Iterator<Item = (usize, usize, &ArticleRecord)> {
        let counted = self.articles.iter().enumerate().filter(|(_, article)| article.counts);
        counted.filter_map(|(i, article)| article.outlet.get().map(|outlet| (i, outlet, article)))
    }

    /// The id of the first such article; empty if there is none.
    ///
    /// # Errors
    /// If it can't be read.
    pub(super) fn first_of(&self, is: impl Fn(&ArticleRecord) -> bool) -> Result<String> {
        let first = self.articles.iter().find(|a| is(a));
        first.map_or_else(|| Ok(String::new()), |a| self.entries.reader().id(a).map(str::to_owned))
    }

    /// Refuses ids that occur twice: each folder of tallies has every id once.
    pub(super) fn check_ids(&self) -> Result<()> {
        let (mut reader, mut last) = (self.entries.reader(), None);
        for article in &self.articles {
            let id = reader.id(article)?;
            if last.as_deref() == Some(id) {
                return Err(Error::data("an article that is in two tallies")
                    .found(format!("{id:?}"))
                    .expected("every id once")
                    .help("leave one of the two tallies out, or give the articles other ids and count them again"));
            }
            last = Some(id.to_owned());
        }
        Ok(())
    }

    /// Fails if none of the articles has a group to be compared; `columns` are the columns of the input.
    pub(super) fn check_groups(&self, by: &By, columns: &[String]) -> Result<()> {
        match self.outlets.is_empty() {
            true => Err(by.nowhere(self.articles.len(), columns)),
            false => Ok(()),
        }
    }

    /// The index of each article, by its [number](ArticleRecord::number).
    pub(super) fn places(&self) -> Vec<u32> {
        let mut places = vec![0; self.articles.len()];
        (0..).zip(&self.articles).for_each(|(place, article)| places[article.number as usize] = place);
        places
    }

    /// Marks near copies and stories, whatever is compared.
    pub(super) fn find_stories(&mut self, Apart { prints, published_by }: Apart) -> Result<()> {
        let numbers: Vec<u32> = self.articles.iter().map(|a| a.number).collect();
        let publisher = |a: &ArticleRecord| published_by[a.number as usize].get().map(|publisher| publisher as u32);
        let published = self.articles.iter().map(|a| Published { outlet: publisher(a), date: a.date }).collect();
        drop(published_by);
        let aside = SetAside::all(std::mem::take(&mut self.articles), &std::mem::take(&mut self.poles))?;
        let found = stories::find(prints, numbers, published)?;
        (self.articles, self.poles) = aside.back()?;
        for (article, story) in self.articles.iter_mut().zip(found.stories) {
            article.story = Index::new(story.map(|story| story as usize));
        }
        self.mark_copies(found.reprints);
        Ok(())
    }

    /// Records which articles are near copies.
    pub(super) fn mark_copies(&mut self, reprints: BTreeMap<usize, Reprint>) {
        for (article, reprint) in &reprints {
            self.articles[*article].is_copy = reprint.is_mostly_copied();
        }
        self.reprints = reprints;
    }

    /// Marks which articles count.
    pub(super) fn choose(&mut self, options: &Options) -> Result<()> {
        for article in &mut self.articles {
            article.counts = !article.is_copy || options.reprints == Reprints::Keep;
        }
        if options.stories == StoriesOnly::Shared {
            super::stories::keep_shared(&mut self.articles)?;
        }
        Ok(())
    }

    pub(super) fn summarize(&mut self, bad_rows: u64) {
        let articles = &self.articles;
        let uses = |a: &ArticleRecord| {
            self.poles.of(a).iter().flat_map(|(_, by_voice)| by_voice).map(|n| u64::from(*n)).sum::<u64>()
        };
        self.summary = Summary {
            articles: articles.len(),
            unknown_outlet: articles.iter().filter(|a| a.outlet.get().is_none()).count(),
            reprints: articles.iter().filter(|a| a.is_copy).count(),
            partly_copied: self.reprints.values().filter(|reprint| !reprint.is_mostly_copied()).count(),
            words: articles.iter().filter(|a| a.counts).map(|a| u64::from(a.total_words())).sum(),
            words_removed: self.summary.words_removed,
            uses: articles.iter().filter(|a| a.counts).map(uses).sum(),
            bad_rows,
            first_date: articles.iter().filter_map(|a| a.date).min(),
            last_date: articles.iter().filter_map(|a| a.date).max(),
        };
    }
}
