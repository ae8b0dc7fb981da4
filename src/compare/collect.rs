//! Collect: reads the corpus in two passes and keeps of every article what the statistics need.
//!
//! The first pass checks every row and learns which lines an outlet repeats; the second cleans, segments, matches and
//! counts. Memory grows with the articles' counts, not with their text: uses with their words ([`Spool`]), headings,
//! fingerprints and the articles' words in their order wait on disk, sentences without a cue are forgotten at once.

use super::by::By;
use super::evidence::{Evidence, Spool};
use super::keywords::TermCounts;
use super::keywords::words::{Number, words, words_of};
use super::sentences::{MaskedSentence, masked_sentences};
use super::speakers::{self, Said};
use super::stance::Stance;
use super::{Boilerplate, Options, Reprints, StoriesOnly, Summary, Voices};
use crate::corpus::{Article, Corpus, Pass, Progress, Survey};
use crate::cues::{Lexicon, Matcher, SymbolRange, Symbols};
use crate::error::Result;
use crate::features::{SharedTermTable, Stream, Streams, TermTable};
use crate::records::{self, Fields, Records, put_number, put_text};
use crate::stories::{self, Fingerprint, Fingerprints, HashedWord, Published, Reprint, agency};
use crate::tally::{self, Tally, Use};
use crate::text::clean::{self, Cleaner, Known};
use crate::text::voice::Listed;
use crate::text::{CharOffsets, Document, Holds, Memo, Reader, Speakers, Voice, snippet};
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

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

/// What is kept of one article, beside what waits on disk: its headline and address ([`Headings`]), fingerprint, words.
#[derive(Debug, Clone, Default)]
pub struct ArticleRecord {
    /// As in [`Article`].
    pub id: String,
    /// Index into the outlets' names; `None` where unknown.
    pub outlet: Option<usize>,
    /// As in [`Article`].
    pub date: Option<NaiveDate>,
    /// Its counts.
    pub tally: Tally,
    /// Uses by pole and voice: (pole number over all contrasts, counts in the order of [`Voice::ALL`]), sorted.
    pub poles: Box<[(usize, [u32; 4])]>,
    /// The article that it is a near copy of, as an index into the articles.
    pub reprint: Option<Reprint>,
    /// Whether its uses count: it is no reprint, or reprints are kept.
    pub counts: bool,
    /// What the model says of it, where there is one.
    pub stance: Option<Box<Stance>>,
    /// Its period, or its value of the second name of [`Options::by`]; `None` where it is not known or not asked for.
    pub period: Option<Box<str>>,
    /// The news agencies that it credits.
    pub agency: Option<Box<str>>,
    /// The first article of its story, as an index into the articles; `None` where it stands alone.
    pub story: Option<usize>,
    /// Whom it quotes or reports with a cue, and which.
    pub said: Box<[Said]>,
    /// A number for who published it, whatever is compared.
    pub(super) publisher: Option<usize>,
    /// Its number among what waits on disk, where the articles stand in the order in which they were read.
    pub number: u32,
}

impl ArticleRecord {
    /// Whether it is mostly a copy of another.
    pub fn is_copy(&self) -> bool {
        self.reprint.is_some_and(|reprint| reprint.is_mostly_copied())
    }

    /// Whether it counts, and stands in the row of an outlet or what takes its place.
    pub fn is_compared(&self) -> bool {
        self.counts && self.outlet.is_some()
    }

    /// Uses of a pole, by its number over all contrasts.
    pub fn uses(&self, pole: usize, voices: Voices) -> u32 {
        match self.poles.binary_search_by_key(&pole, |(p, _)| *p) {
            Ok(at) => voices.sum(&self.poles[at].1),
            Err(_) => 0,
        }
    }

    /// Uses of all poles of a contrast, given their numbers.
    pub fn uses_of(&self, poles: std::ops::Range<usize>, voices: Voices) -> u32 {
        self.poles.iter().filter(|(p, _)| poles.contains(p)).map(|(_, by_voice)| voices.sum(by_voice)).sum()
    }
}

/// A sentence with at least one cue.
#[derive(Debug, Clone)]
pub struct CueSentence {
    /// Index of the article.
    pub article: u32,
    /// Its number among [`Collected::sentence_words`].
    pub number: u32,
    /// The uses: contrast, pole, voice.
    pub uses: Box<[(u32, u32, Voice)]>,
}

/// The words of sentences with a cue, which wait on disk, as numbers of [`Collected::terms`].
#[derive(Debug, Default)]
pub struct SentenceWords(Records);

/// The words of a sentence: its own, where every masked cue is `#`, and those of the two sentences before and behind it,
/// masked alike. Of [`SentenceTerms::Bags`] the words and pairs of words, sorted, each as often as it stands there.
pub type OfSentence = (Vec<u32>, Vec<u32>);

impl SentenceWords {
    /// Adds a sentence and returns its number; numbers count from 0.
    ///
    /// # Errors
    /// As [`Records::push`].
    pub fn push(&mut self, words: &[u32], around: &[u32]) -> Result<u32> {
        let number = self.0.push_with(|bytes| {
            put_number(bytes, words.len() as u64);
            words.iter().chain(around).for_each(|word| put_number(bytes, u64::from(*word)));
        });
        number.map(|number| number as u32)
    }

    /// The words of these sentences.
    ///
    /// # Errors
    /// Where they can't be read.
    pub fn read<'s>(&self, sentences: impl IntoIterator<Item = &'s CueSentence>) -> Result<Vec<OfSentence>> {
        let mut reader = self.0.reader();
        let mut of_sentence = |sentence: &CueSentence| {
            let mut fields = Fields::new(reader.read(sentence.number as usize)?);
            let words = (0..fields.number()).map(|_| fields.number() as u32).collect();
            let mut around = Vec::new();
            while !fields.is_empty() {
                around.push(fields.number() as u32);
            }
            Ok((words, around))
        };
        sentences.into_iter().map(&mut of_sentence).collect()
    }
}

/// Headlines and addresses of articles, which wait on disk by [`ArticleRecord::number`]: only tables of articles ask for
/// them.
#[derive(Debug, Default)]
pub struct Headings(Records);

impl Headings {
    fn push(&mut self, title: Option<&str>, url: Option<&str>) -> Result<usize> {
        self.0.push_with(|bytes| [title, url].into_iter().for_each(|text| put_text(bytes, text)))
    }

    /// Reads them.
    pub fn reader(&self) -> HeadingReader<'_> {
        HeadingReader(self.0.reader())
    }
}

/// Reads headlines and addresses.
#[derive(Debug)]
pub struct HeadingReader<'h>(records::Reader<'h>);

impl HeadingReader<'_> {
    /// An article's headline and address, where it has them.
    ///
    /// # Errors
    /// Where they can't be read.
    pub fn read(&mut self, article: &ArticleRecord) -> Result<[Option<&str>; 2]> {
        let mut fields = Fields::new(self.0.read(article.number as usize)?);
        Ok([fields.text(), fields.text()])
    }
}

/// What the numbers of sentences stand for.
#[derive(Debug)]
pub enum SentenceTerms {
    /// Words in their order.
    Words(TermTable),
    /// Terms that nobody can name, without order; all numbers are below.
    Bags(usize),
}

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

/// What is made of one article.
pub(super) struct Counted {
    pub record: ArticleRecord,
    pub title: Option<String>,
    pub url: Option<String>,
    /// What is compared: the outlet, or what takes its place.
    pub outlet: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    pub evidence: Vec<Evidence>,
    pub sentences: Vec<MaskedSentence>,
    pub fingerprint: Fingerprint,
    /// Its words in the voice that is compared, where keywords are asked for ([`super::keywords::words`]).
    pub words: Stream,
}

/// The number of a contrast's first pole over all contrasts, by contrast, with the number of all poles at the end.
pub fn first_poles(lexicon: &Lexicon) -> Vec<usize> {
    let mut first = vec![0];
    for contrast in &lexicon.contrasts {
        first.push(first[first.len() - 1] + contrast.poles.len());
    }
    first
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
            prints: Fingerprints::default(),
            streams: Streams::default(),
        }
    }

    /// Takes in one article.
    pub fn push(&mut self, counted: Counted) -> Result<()> {
        let mut record = counted.record;
        record.outlet = counted.outlet.map(|name| {
            let fresh = self.outlets.len();
            *self.outlets.entry(name).or_insert(fresh)
        });
        record.publisher = counted.publisher.map(|name| {
            let fresh = self.publishers.len();
            *self.publishers.entry(name).or_insert(fresh)
        });
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
            summary: Summary::default(),
            words: names.map_or(Words::None, |names| Words::Streams(self.streams, names)),
        };
        collected.sort(self.outlets);
        (collected, self.prints)
    }
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
        order.sort_by(|a, b| self.articles[*a as usize].id.cmp(&self.articles[*b as usize].id));
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
            article.outlet = article.outlet.map(|read_as| outlet_rank[read_as]);
        }
    }

    /// The id of the first such article; empty where there is none.
    pub(super) fn first_of(&self, is: impl Fn(&ArticleRecord) -> bool) -> String {
        self.articles.iter().find(|a| is(a)).map_or(String::new(), |a| a.id.clone())
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
            self.articles.iter().map(|a| Published { outlet: a.publisher, date: a.date }).collect();
        let found = stories::find(prints, &numbers, &published)?;
        for (i, article) in self.articles.iter_mut().enumerate() {
            (article.story, article.reprint) = (found.stories[i], found.reprints[i]);
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
            unknown_outlet: articles.iter().filter(|a| a.outlet.is_none()).count(),
            reprints: articles.iter().filter(|a| a.reprint.is_some()).count(),
            words: articles.iter().map(|a| u64::from(a.tally.total_words())).sum(),
            words_removed: articles.iter().map(|a| u64::from(a.tally.words_removed)).sum(),
            uses: articles.iter().filter(|a| a.counts).flat_map(|a| &a.tally.cues).map(|c| u64::from(c.count)).sum(),
            bad_rows,
            first_date: articles.iter().filter_map(|a| a.date).min(),
            last_date: articles.iter().filter_map(|a| a.date).max(),
        };
    }
}

/// Counts articles, each by itself.
pub(super) struct Counter {
    options: Options,
    matcher: Matcher,
    cleaner: Option<Cleaner>,
    first_poles: Vec<usize>,
    /// One for every thread that counts.
    scratch: Mutex<Vec<Scratch>>,
}

/// What a thread knows of the words that it has met.
#[derive(Default)]
struct Scratch {
    reader: Reader<Word>,
    symbols: Symbols,
}

/// What is known of one word, in one line of the processor's cache.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Word {
    listed: Option<Listed>,
    symbols: Option<SymbolRange>,
    hashed: Option<HashedWord>,
    number: Option<Number>,
}

macro_rules! holds {
    ($($field:ident: $what:ty),*) => {$(
        impl Holds<$what> for Word {
            #[inline]
            fn known(&self) -> Option<$what> {
                self.$field
            }

            fn keep(&mut self, found: $what) {
                self.$field = Some(found);
            }
        }
    )*};
}
holds!(listed: Listed, symbols: SymbolRange, hashed: HashedWord, number: Number);

/// With more spellings a thread begins anew: what is hardly ever met again needs no memory.
const MOST_FORMS: usize = 1 << 20;

impl Counter {
    pub fn new(lexicon: &Lexicon, options: &Options, cleaner: Option<Cleaner>) -> Self {
        let (options, matcher) = (options.clone(), Matcher::new(lexicon));
        Counter { options, matcher, cleaner, first_poles: first_poles(lexicon), scratch: Mutex::default() }
    }

    /// Counts one article; `number` gives words their numbers, where keywords are asked for.
    ///
    /// # Errors
    /// None that articles can bring about.
    pub fn count(&self, article: &Article, number: impl FnMut(&str) -> u32) -> Result<Counted> {
        self.count_with(article, |document, _| words(document, self.options.voice, number))
    }

    /// The same with the numbers of one table for all articles, which is faster: always the same table.
    ///
    /// # Errors
    /// As [`Counter::count`].
    pub fn count_by(&self, table: &SharedTermTable, article: &Article) -> Result<Counted> {
        self.count_with(article, |document, known| words_of(document, self.options.voice, table, known))
    }

    fn count_with(
        &self,
        article: &Article,
        words: impl FnOnce(&Document<'_>, &mut Memo<Word>) -> Vec<u32>,
    ) -> Result<Counted> {
        let free = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let known = free().pop().filter(|scratch| scratch.reader.n_forms() < MOST_FORMS);
        let mut scratch = known.unwrap_or_default();
        let counted = self.count_in(article, words, &mut scratch);
        free().push(scratch);
        counted
    }

    fn count_in(
        &self,
        article: &Article,
        words: impl FnOnce(&Document<'_>, &mut Memo<Word>) -> Vec<u32>,
        scratch: &mut Scratch,
    ) -> Result<Counted> {
        let prose = match &self.cleaner {
            Some(cleaner) => cleaner.clean(&article.text, Known::of(article)),
            None => clean::keep_all(&article.text),
        };
        let Scratch { reader, symbols } = scratch;
        let mut document = reader.read_without_voices(&article.text, prose);
        let matches = self.matcher.find_with(&document, symbols, &mut reader.words);
        // Nobody asks who speaks where all voices are compared and no cue is looked for, and nobody for a name where no cue is
        // found.
        if self.options.voice != Voices::All || self.first_poles.len() > 1 {
            let speakers = if matches.is_empty() { Speakers::LeftOut } else { Speakers::Named };
            reader.tell_voices(&mut document, speakers);
        }
        let (tally, uses) = tally::count(&document, &matches);
        let mut poles: BTreeMap<usize, [u32; 4]> = BTreeMap::new();
        for used in &uses {
            poles.entry(self.first_poles[used.contrast] + used.pole).or_default()[used.voice as usize] += 1;
        }
        let (outlet, period) = self.options.by.place(article);
        let evidence = self.evidence(&document, &uses);
        let words = match self.options.keywords {
            Some(_) => Stream::new(&words(&document, &mut reader.words)),
            None => Stream::default(),
        };
        let record = ArticleRecord {
            id: article.id.clone(),
            outlet: None,
            date: article.date,
            agency: agency::credited(&article.text, article.author.as_deref()).map(String::into_boxed_str),
            story: None,
            tally,
            poles: poles.into_iter().collect(),
            reprint: None,
            counts: true,
            stance: self.options.model.as_deref().map(|model| model.score(article).map(Box::new)).transpose()?,
            period: period.map(String::into_boxed_str),
            said: speakers::said(&evidence, &self.first_poles).into(),
            publisher: None,
            number: 0,
        };
        Ok(Counted {
            record,
            title: article.title.clone(),
            url: article.url.clone(),
            outlet,
            publisher: article.outlet.clone(),
            evidence,
            sentences: masked_sentences(&document, &matches, &uses),
            fingerprint: Fingerprint::with(&document, article.title.as_deref(), &mut reader.words),
            words,
        })
    }

    fn evidence(&self, document: &Document<'_>, uses: &[Use]) -> Vec<Evidence> {
        let mut offsets = CharOffsets::new(document.text);
        let mut evidence = Vec::with_capacity(uses.len());
        let mut in_order: Vec<&Use> = uses.iter().collect();
        in_order.sort_by_key(|u| (u.tokens.start, u.contrast));
        for used in in_order {
            let bytes =
                document.tokens[used.tokens.start].range().start..document.tokens[used.tokens.end - 1].range().end;
            let paragraph = &document.paragraphs[document.sentences[used.sentence].paragraph];
            let speaker = used.span.and_then(|s| document.voices[s].speaker.clone());
            let start = offsets.at(bytes.start);
            evidence.push(Evidence {
                contrast: used.contrast,
                pole: used.pole,
                cue: used.cue,
                voice: used.voice,
                speaker: speaker.map(|s| snippet::fold_space(&document.text[s])),
                start,
                end: offsets.at(bytes.end),
                before: snippet::before(&document.text[paragraph.start..bytes.start], WINDOW),
                after: snippet::behind(&document.text[bytes.end..paragraph.end], WINDOW),
                matched: document.text[bytes].to_owned(),
            });
        }
        evidence
    }
}

/// About how many characters of context stand on either side of a use.
const WINDOW: usize = 90;
