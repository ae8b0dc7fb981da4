//! Collect: reads the corpus in two passes and keeps of every article what the statistics need.
//!
//! The first pass checks every row and learns which lines an outlet repeats; the second cleans, segments, matches and
//! counts. Memory grows with the articles' counts, not with their text: uses with their words wait on disk
//! ([`Spool`]), sentences without a cue are forgotten at once.

use super::by::By;
use super::evidence::{Block, Evidence, Spool};
use super::keywords::TermCounts;
use super::keywords::words::{Number, words, words_of};
use super::sentences::{MaskedSentence, masked_sentences};
use super::speakers::{self, Said};
use super::stance::Stance;
use super::{Boilerplate, Options, Reprints, StoriesOnly, Summary, Voices};
use crate::corpus::{Article, Corpus, Pass, Progress, Survey};
use crate::cues::{Lexicon, Matcher, SymbolRange, Symbols};
use crate::error::Result;
use crate::features::{SharedTermTable, Stream, TermTable};
use crate::stories::{self, Fingerprint, HashedWord, Published, Reprint, agency};
use crate::tally::{self, Tally, Terms, Use};
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

/// What is kept of one article.
#[derive(Debug, Clone, Default)]
pub struct ArticleRecord {
    /// As in [`Article`].
    pub id: String,
    /// Index into the outlets' names; `None` where unknown.
    pub outlet: Option<usize>,
    /// As in [`Article`].
    pub date: Option<NaiveDate>,
    /// As in [`Article`].
    pub title: Option<String>,
    /// As in [`Article`].
    pub url: Option<String>,
    /// Its counts.
    pub tally: Tally,
    /// Uses by pole and voice: (pole number over all contrasts, counts in the order of [`Voice::ALL`]), sorted.
    pub poles: Vec<(usize, [u32; 4])>,
    /// The article that it is a near copy of, as an index into the articles.
    pub reprint: Option<Reprint>,
    /// Whether its uses count: it is no reprint, or reprints are kept.
    pub counts: bool,
    /// What the model says of it, where there is one.
    pub stance: Option<Stance>,
    /// Its period, or its value of the second name of [`Options::by`]; `None` where it is not known or not asked for.
    pub period: Option<String>,
    /// Where its evidence stands.
    pub evidence: Block,
    /// The news agencies that it credits.
    pub agency: Option<String>,
    /// The first article of its story, as an index into the articles; `None` where it stands alone.
    pub story: Option<usize>,
    /// Whom it quotes or reports with a cue, and which.
    pub said: Vec<Said>,
    /// A number for who published it, whatever is compared.
    pub(super) publisher: Option<usize>,
    pub(super) fingerprint: Fingerprint,
    /// Its words in the voice that is compared, where keywords are asked for ([`super::keywords::words`]).
    pub(super) words: Stream,
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

/// A sentence with at least one cue, as the numbers of its words.
#[derive(Debug, Clone)]
pub struct CueSentence {
    /// Index of the article.
    pub article: usize,
    /// Words as numbers of [`Collected::terms`]; every masked cue is `#`. Of [`SentenceTerms::Bags`] the words and pairs
    /// of words, sorted, each as often as it stands there.
    pub words: Vec<u32>,
    /// The words of the two sentences before and behind it, masked alike.
    pub around: Vec<u32>,
    /// The uses: contrast, pole, voice.
    pub uses: Vec<(usize, usize, Voice)>,
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
    pub terms: SentenceTerms,
    /// The words around every use.
    pub evidence: Spool,
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
    /// Each article's in their order; here their names, by number.
    Streams(Vec<Box<str>>),
    /// Counted, without their order.
    Counted(TermCounts),
}

/// What is made of one article.
pub(super) struct Counted {
    pub record: ArticleRecord,
    /// What is compared: the outlet, or what takes its place.
    pub outlet: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    pub evidence: Vec<Evidence>,
    pub sentences: Vec<MaskedSentence>,
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
    let mut gathered = Gathered::new()?;
    corpus.for_each(
        Pass::new().progress(&|p| progress(Stage::Counting, p.part())),
        |_, article| counter.count_by(&table, &article),
        |_, counted: Result<Counted>| gathered.push(counted?),
    )?;
    drop(counter);
    let words = if options.keywords.is_some() { Words::Streams(table.into_terms()) } else { Words::None };
    let mut collected = gathered.collected(words);
    collected.check_groups(&options.by, &corpus.names())?;
    progress(Stage::Stories, 0.0);
    corpus.options().stop.check()?;
    collected.find_stories();
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
    terms: TermTable,
    evidence: Spool,
}

impl Gathered {
    pub fn new() -> Result<Self> {
        Ok(Gathered {
            articles: Vec::new(),
            outlets: BTreeMap::new(),
            publishers: FxHashMap::default(),
            sentences: Vec::new(),
            terms: TermTable::default(),
            evidence: Spool::new()?,
        })
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
        record.evidence = self.evidence.push(&counted.evidence)?;
        for MaskedSentence { words, around, uses } in counted.sentences {
            let words = self.terms.ids(words.split(' '));
            let around = self.terms.ids(around.split(' ').filter(|w| !w.is_empty()));
            self.sentences.push(CueSentence { article: self.articles.len(), words, around, uses });
        }
        self.articles.push(record);
        Ok(())
    }

    /// All of them in the order of the tables.
    pub fn collected(self, words: Words) -> Collected {
        let mut collected = Collected {
            articles: self.articles,
            outlets: Vec::new(),
            sentences: self.sentences,
            terms: SentenceTerms::Words(self.terms),
            evidence: self.evidence,
            summary: Summary::default(),
            words,
        };
        collected.sort(self.outlets);
        collected
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
        let mut order: Vec<usize> = (0..self.articles.len()).collect();
        order.sort_by(|a, b| self.articles[*a].id.cmp(&self.articles[*b].id));
        let mut rank = vec![0; order.len()];
        for (at, &read_as) in order.iter().enumerate() {
            rank[read_as] = at;
        }
        for sentence in &mut self.sentences {
            sentence.article = rank[sentence.article];
        }
        self.sentences.sort_by_key(|s| s.article);
        self.articles.sort_by(|a, b| a.id.cmp(&b.id));
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
    pub(super) fn find_stories(&mut self) {
        let fingerprints = self.articles.iter_mut().map(|a| std::mem::take(&mut a.fingerprint)).collect();
        let published: Vec<Published> =
            self.articles.iter().map(|a| Published { outlet: a.publisher, date: a.date }).collect();
        let found = stories::find(fingerprints, &published);
        for (i, article) in self.articles.iter_mut().enumerate() {
            (article.story, article.reprint) = (found.stories[i], found.reprints[i]);
        }
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
        let (tally, uses) = tally::count(&document, &matches, Terms::Skip);
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
            title: article.title.clone(),
            url: article.url.clone(),
            agency: agency::credited(&article.text, article.author.as_deref()),
            story: None,
            fingerprint: Fingerprint::with(&document, article.title.as_deref(), &mut reader.words),
            tally,
            poles: poles.into_iter().collect(),
            reprint: None,
            counts: true,
            stance: self.options.model.as_deref().map(|model| model.score(article)).transpose()?,
            period,
            evidence: Block::default(),
            said: speakers::said(&evidence, &self.first_poles),
            publisher: None,
            words,
        };
        Ok(Counted {
            record,
            outlet,
            publisher: article.outlet.clone(),
            evidence,
            sentences: masked_sentences(&document, &matches, &uses),
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
